/* A design planned: a row for half of the guess, the guess and twice as much; on request each is simulated. */
#include "headcount/outlook.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/analysis.h"
#include "engine/schemes.h"
#include "numeric/special.h"

enum { ROWS = 3, MIDDLE = 1, MOST_NOTES = 8 };
static const double times[ROWS] = {0.5, 1, 2};

struct owned {
  hc_outlook outlook;
  hc_outlook_row rows[ROWS];
  char text[MOST_NOTES][HC_NOTE_SIZE];
  const char *notes[MOST_NOTES];
};

size_t hc_scheme_count(void) { return hc_scheme_parts_count; }

const hc_scheme *hc_scheme_at(size_t i) { return i < hc_scheme_parts_count ? &hc_scheme_parts[i].design : NULL; }

static const hc_scheme_part *find(const char *id) {
  for (size_t i = 0; i < hc_scheme_parts_count; i++)
    if (strcmp(hc_scheme_parts[i].design.id, id) == 0) return &hc_scheme_parts[i];
  return NULL;
}

const hc_scheme *hc_scheme_find(const char *id) {
  const hc_scheme_part *part = find(id);
  return part ? &part->design : NULL;
}

HC_PRINTF(2, 3) static void remark(struct owned *o, const char *format, ...) {
  if (o->outlook.n_notes == MOST_NOTES) return;
  char *text = o->text[o->outlook.n_notes];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, HC_NOTE_SIZE, format, arguments);
  va_end(arguments);
  o->notes[o->outlook.n_notes++] = text;
}

/* --- what is wanted -------------------------------------------------------------------------------------------- */

static hc_status fail_missing(const hc_options *options, const char *id, const char *name, hc_error *err) {
  const hc_option *option;
  for (size_t i = 0; (option = hc_options_at(options, i, NULL)); i++)
    if (strcmp(option->name, name) == 0)
      return hc_fail(err, HC_EUSAGE, "plan: %s needs --set %s=..., %s", id, name, option->help);
  return hc_fail(err, HC_EUSAGE, "plan: %s needs --set %s=...", id, name);
}

/* Everything without a default has to be stated, but for the ways to say how precise it is to be, of which one is, and the
 * frame, which a plan in shares does without. */
static bool is_precision(const hc_scheme_part *part, const char *name) {
  return strcmp(name, "cv") == 0 || strcmp(name, "within") == 0 || strcmp(name, "se") == 0 ||
         strcmp(name, part->size_option) == 0;
}

static hc_status read_wanted(hc_wanted *w, const hc_scheme_part *part, hc_error *err) {
  size_t ways = 0;
  const hc_option *option;
  for (size_t i = 0; (option = hc_options_at(w->options, i, NULL)); i++) {
    bool stated = hc_options_is_stated(w->options, option->name);
    if (is_precision(part, option->name)) ways += stated;
    else if (!stated && strcmp(option->name, "frame") != 0) return fail_missing(w->options, part->design.id, option->name, err);
  }
  if (ways != 1)
    return hc_fail(err, HC_EUSAGE, "plan: %s needs one of cv, within and %s, and %zu are stated", part->design.id,
                   part->size_option, ways);
  w->size = hc_options_is_stated(w->options, part->size_option) ? hc_options_real(w->options, part->size_option) : NAN;
  w->cv = hc_options_is_stated(w->options, "cv") ? hc_options_real(w->options, "cv") : NAN;
  if (hc_options_is_stated(w->options, "within"))
    w->cv = log1p(hc_options_real(w->options, "within")) / hc_normal_quantile(0.975);
  return HC_OK;
}

static hc_status set_options(hc_options **options, const hc_scheme_part *part, const hc_setting *wanted, size_t n,
                             hc_error *err) {
  const hc_estimator shell = {.id = part->design.id, .options = part->design.options};
  hc_status status = hc_options_new(options, &shell, err);
  for (size_t i = 0; i < n && status == HC_OK; i++)
    status = hc_options_set(*options, wanted[i].name, wanted[i].value, err);
  return status;
}

/* --- simulation -------------------------------------------------------------------------------------------------- */

/* How the replicates of an expected data set spread, and how many of their intervals hold the number behind them. */
static void sum_up(const hc_analysis *a, double level, hc_outlook_row *row) {
  const hc_bootstrap *b = a->bootstrap;
  double truth = a->estimate->value[0], z = hc_normal_quantile(0.5 + level / 2), n = 0, mean = 0, square = 0, held = 0;
  for (uint64_t i = 0; i < b->done; i++) {
    double value = b->value[i * b->n_quantities], se = b->se[i * b->n_quantities];
    if (!(value > 0)) continue;
    double d = log(value) - mean; /* Welford (1962) */
    mean += d / ++n, square += d * (log(value) - mean);
    held += fabs(log(value / truth)) <= z * se / value;
  }
  row->simulated_cv = n > 1 ? sqrt(square / (n - 1)) : NAN;
  row->coverage = n > 0 ? held / n : NAN;
  row->failed = b->done > 0 ? 1 - n / (double)b->done : NAN;
}

static hc_status simulate_row(const hc_scheme_part *part, const hc_wanted *w, const hc_settings *settings,
                              hc_outlook_row *row, hc_error *err) {
  const hc_estimator *estimator = hc_estimator_find(part->design.estimator);
  hc_settings own = *settings;
  hc_data *data = NULL;
  hc_options *options = NULL;
  hc_analysis *a = NULL;
  own.resample = HC_RESAMPLE_PARAMETRIC;
  own.intervals = "wald";
  hc_status status = hc_options_new(&options, estimator, err);
  if (status == HC_OK) status = part->expect(w, row, &data, options, err);
  if (status == HC_OK) status = hc_analysis_new(&a, data, estimator, options, &own, err);
  if (status == HC_OK && a->bootstrap) sum_up(a, settings->level, row);
  hc_analysis_free(a);
  hc_data_free(data);
  hc_options_free(options);
  return status;
}

static hc_status simulate_all(struct owned *o, const hc_scheme_part *part, const hc_wanted *w, const hc_settings *settings,
                              hc_error *err) {
  if (!part->expect)
    return hc_refuse(err, "no-simulation", "%s is planned by its formula alone: no data set can be expected of it",
                     part->design.id);
  for (size_t i = 0; i < ROWS; i++) {
    if (isnan(o->rows[i].cv)) continue;
    hc_status status = simulate_row(part, w, settings, &o->rows[i], err);
    if (status == HC_EREFUSED && i != MIDDLE) {
      remark(o, "a guess of %.6g cannot be simulated: %s", o->rows[i].guess, err ? err->message : "refused");
      continue;
    }
    if (status != HC_OK) return status;
  }
  o->outlook.replicates = settings->replicates;
  return HC_OK;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static hc_status fill_row(struct owned *o, const hc_scheme_part *part, const hc_wanted *w, size_t i, hc_error *err) {
  hc_outlook_row *row = &o->rows[i];
  *row = (hc_outlook_row){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
  hc_error own = {0};
  hc_status status = part->row(w, times[i], row, &own);
  if (status == HC_EREFUSED && i != MIDDLE) {
    remark(o, "if it is %.6g: %s", row->guess, own.message);
    row->size = row->whole = row->expected = row->cv = NAN;
    return HC_OK;
  }
  if (status != HC_OK) {
    if (err) *err = own;
    return status;
  }
  double z = hc_normal_quantile(0.5 + o->outlook.level / 2);
  row->lower = exp(-z * row->cv), row->upper = exp(z * row->cv);
  char text[HC_NOTE_SIZE] = "";
  if (i == MIDDLE && part->caution) part->caution(w, row, text, sizeof text);
  if (text[0]) remark(o, "%s", text);
  return HC_OK;
}

static hc_status fill(struct owned *o, const hc_scheme_part *part, const hc_wanted *w, bool simulate,
                      const hc_settings *settings, hc_error *err) {
  hc_status status = HC_OK;
  for (size_t i = 0; i < ROWS && status == HC_OK; i++) status = fill_row(o, part, w, i, err);
  return status == HC_OK && simulate ? simulate_all(o, part, w, settings, err) : status;
}

hc_status hc_outlook_new(hc_outlook **outlook, const char *design, const hc_setting *wanted, size_t n, bool simulate,
                         const hc_settings *settings, hc_error *err) {
  const hc_scheme_part *part = find(design);
  hc_settings own;
  hc_wanted w = {NULL, NAN, NAN};
  hc_options *options = NULL;
  *outlook = NULL;
  if (!part) return hc_fail(err, HC_EUSAGE, "plan: there is no design '%s'", design);
  hc_status status = hc_settings_take(&own, settings, err);
  if (status != HC_OK) return status;
  if (simulate && own.replicates < 2) return hc_fail(err, HC_EUSAGE, "plan: a simulation needs two replicates or more");
  struct owned *o = calloc(1, sizeof *o);
  if (!o) return hc_fail(err, HC_ENOMEM, "no memory for a plan");
  o->outlook = (hc_outlook){.design = &part->design, .level = own.level, .seed = own.seed, .n_rows = ROWS, .rows = o->rows,
                            .middle = MIDDLE, .notes = o->notes};
  status = set_options(&options, part, wanted, n, err);
  w.options = options;
  if (status == HC_OK) status = read_wanted(&w, part, err);
  if (status == HC_OK) status = fill(o, part, &w, simulate, &own, err);
  hc_options_free(options);
  if (status == HC_OK) *outlook = &o->outlook;
  else free(o);
  return status;
}

void hc_outlook_free(hc_outlook *outlook) { free(outlook); } /* the first member of the block that holds all of it */
