/* Options of an estimator: texts that are checked when they are set, against the bounds in its descriptor. */
#include "engine/options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/columns.h"
#include "engine/coverage.h"
#include "numeric/fail.h"
#include "numeric/formula.h"

enum { VALUE_SIZE = 512 };

struct hc_options {
  const hc_option *descriptor;
  size_t n;
  char (*value)[VALUE_SIZE]; /* as text, checked when set */
};

static size_t count_options(const hc_option *descriptor) {
  size_t n = 0;
  while (descriptor && descriptor[n].name) n++;
  return n;
}

static hc_status allocate(hc_options **options, const hc_option *descriptor, hc_error *err) {
  hc_options *o = calloc(1, sizeof *o);
  size_t n = count_options(descriptor);
  if (o) o->value = calloc(n + 1, sizeof *o->value);
  if (!o || !o->value) {
    free(o);
    return hc_fail(err, HC_ENOMEM, "no memory for %zu options", n);
  }
  o->descriptor = descriptor;
  o->n = n;
  *options = o;
  return HC_OK;
}

hc_status hc_options_new(hc_options **options, const hc_estimator *estimator, hc_error *err) {
  hc_status status = allocate(options, estimator->options, err);
  for (size_t i = 0; status == HC_OK && i < (*options)->n; i++)
    snprintf((*options)->value[i], VALUE_SIZE, "%s", estimator->options[i].fallback);
  return status;
}

hc_status hc_options_copy(hc_options **copy, const hc_options *options, hc_error *err) {
  hc_status status = allocate(copy, options->descriptor, err);
  if (status == HC_OK) memcpy((*copy)->value, options->value, options->n * sizeof *options->value);
  return status;
}

void hc_options_free(hc_options *options) {
  if (!options) return;
  free(options->value);
  free(options);
}

static char dashed(char c) { return c == '_' ? '-' : c; }

bool hc_option_is(const hc_option *option, const char *name) {
  size_t i = 0;
  while (name[i] && dashed(name[i]) == dashed(option->name[i])) i++;
  return !name[i] && !option->name[i];
}

static size_t find(const hc_options *options, const char *name) {
  size_t i = 0;
  while (i < options->n && !hc_option_is(&options->descriptor[i], name)) i++;
  return i;
}

static hc_status check_number(const hc_option *option, const char *value, hc_error *err) {
  char *end;
  double x = strtod(value, &end);
  bool integer = option->type == HC_OPTION_INTEGER;
  if (end == value || *end || !isfinite(x) || (integer && x != floor(x)))
    return hc_fail(err, HC_EUSAGE, "option %s takes %s, not '%s'", option->name,
                   integer ? _("a whole number") : _("a number"), value);
  if (x < option->minimum || x > option->maximum)
    return hc_fail(err, HC_EUSAGE, "option %s is %s, outside %.15g to %.15g", option->name, value, option->minimum,
                   option->maximum);
  return HC_OK;
}

static bool is_choice(const char *choices, const char *value) {
  size_t length = strlen(value);
  for (const char *p = choices; length && p; p = strchr(p, '|')) {
    if (*p == '|') p++;
    if (strncmp(p, value, length) == 0 && (p[length] == '|' || !p[length])) return true;
  }
  return false;
}

static hc_status read_formula(hc_formula *formula, const char *text, hc_error *err) {
  char problem[200];
  return hc_formula_parse(formula, text, problem, sizeof problem) ? HC_OK : hc_fail(err, HC_EUSAGE, "%s", problem);
}

hc_status hc_formula_columns(char *columns, size_t size, const char *formula, hc_error *err) {
  hc_formula f;
  hc_status status = read_formula(&f, formula, err);
  for (size_t v = 0; status == HC_OK && v < f.n_variables; v++) status = hc_columns_add(columns, size, f.variable[v], err);
  return status;
}

hc_status hc_option_columns(char *columns, size_t size, const hc_option *option, const char *value, hc_error *err) {
  if (option->type == HC_OPTION_FORMULA) return hc_formula_columns(columns, size, value, err);
  return option->type == HC_OPTION_COVERAGE ? hc_coverage_columns(columns, size, value, err) : HC_OK;
}

hc_status hc_options_columns(char *columns, size_t size, const hc_options *options, hc_error *err) {
  hc_status status = HC_OK;
  for (size_t i = 0; i < options->n && status == HC_OK; i++)
    if (options->value[i][0]) status = hc_option_columns(columns, size, &options->descriptor[i], options->value[i], err);
  return status;
}

hc_status hc_options_set(hc_options *options, const char *name, const char *value, hc_error *err) {
  size_t i = find(options, name);
  if (i == options->n) return hc_fail(err, HC_EUSAGE, "there is no option '%s'", name);
  const hc_option *option = &options->descriptor[i];
  if (strlen(value) >= VALUE_SIZE)
    return hc_fail(err, HC_EUSAGE, "option %s is longer than %d characters", name, VALUE_SIZE - 1);
  hc_status status = HC_OK;
  if (option->type == HC_OPTION_REAL || option->type == HC_OPTION_INTEGER) status = check_number(option, value, err);
  if (option->type == HC_OPTION_CHOICE && !is_choice(option->choices, value))
    status = hc_fail(err, HC_EUSAGE, "option %s is one of %s, not '%s'", name, option->choices, value);
  if (option->type == HC_OPTION_FORMULA && value[0]) {
    hc_formula formula;
    status = read_formula(&formula, value, err);
  }
  if (option->type == HC_OPTION_COVERAGE && value[0]) {
    char columns[2 * VALUE_SIZE] = "";
    status = hc_coverage_columns(columns, sizeof columns, value, err);
  }
  if (status == HC_OK) snprintf(options->value[i], VALUE_SIZE, "%s", value);
  return status;
}

double hc_options_real(const hc_options *options, const char *name) {
  size_t i = find(options, name);
  return i < options->n && options->value[i][0] ? strtod(options->value[i], NULL) : NAN;
}

int64_t hc_options_integer(const hc_options *options, const char *name) {
  double x = hc_options_real(options, name);
  return isnan(x) ? 0 : (int64_t)x;
}

const char *hc_options_text(const hc_options *options, const char *name) {
  size_t i = find(options, name);
  return i < options->n ? options->value[i] : "";
}

bool hc_options_choice_is(const hc_options *options, const char *name, const char *choice) {
  return strcmp(hc_options_text(options, name), choice) == 0;
}

bool hc_options_is_stated(const hc_options *options, const char *name) {
  return hc_options_text(options, name)[0];
}

size_t hc_options_count(const hc_options *options) { return options->n; }

const hc_option *hc_options_at(const hc_options *options, size_t i, const char **value) {
  if (i >= options->n) return NULL;
  if (value) *value = options->value[i];
  return &options->descriptor[i];
}
