/* Studies by simulation as files: sections [study], [population NAME], [method NAME]. */
#include "engine/simulate.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/options.h"
#include "headcount/run.h"
#include "io/sha256.h"

/* inih cuts longer ones without a word. */
enum { LONGEST_LINE = 196, LONGEST_SECTION = 49 };

struct reading {
  const char *path;
  FILE *in;
  hc_sha256 hash;
  unsigned line;
  hc_simulation *study;
  hc_population *population; /* the section at hand, or NULL */
  hc_method *method;
  char parts[HC_MOST_PARTS * HC_CODE_SIZE], options[HC_POPULATION_TEXT];
  hc_status status;
  hc_error err;
};

#define FAIL(r, ...) ((r)->status = hc_fail_at(&(r)->err, HC_EDATA, (r)->path, (r)->line, 0, __VA_ARGS__))

static char *next_line(char *text, int size, void *context) {
  struct reading *r = context;
  if (r->status != HC_OK || !fgets(text, size, r->in)) return NULL;
  size_t length = strlen(text);
  r->line++;
  hc_sha256_update(&r->hash, text, length);
  if (length > LONGEST_LINE) return FAIL(r, "the line is longer than %d bytes", LONGEST_LINE), NULL;
  if (text[strspn(text, " \t")] == '[' && strcspn(text, "]") > LONGEST_SECTION)
    return FAIL(r, "the heading of the section is longer than %d bytes", LONGEST_SECTION), NULL;
  return text;
}

/* ---- values ------------------------------------------------------------------------------------------------------- */

static bool is_number(const char *text, double least, double most, double *value) {
  char *end;
  *value = strtod(text, &end);
  while (isspace((unsigned char)*end)) end++;
  return end != text && !*end && *value >= least && *value <= most;
}

/* Numbers with ',' between them; "0.3:1.5" are two, where second is there. */
static bool numbers(const char *text, size_t most, size_t *n, double *first, double *second) {
  *n = 0;
  for (const char *at = text; *n < most;) {
    char *end;
    first[*n] = strtod(at, &end);
    if (end == at) return false;
    if (second) {
      if (*end != ':') return false;
      at = end + 1;
      second[*n] = strtod(at, &end);
      if (end == at) return false;
    }
    (*n)++;
    while (isspace((unsigned char)*end)) end++;
    if (!*end) return true;
    if (*end != ',') return false;
    at = end + 1;
  }
  return false;
}

static void copy(struct reading *r, char *to, size_t size, const char *name, const char *value) {
  if (strlen(value) < size) snprintf(to, size, "%s", value);
  else FAIL(r, "%s is longer than %zu bytes", name, size - 1);
}

struct number {
  const char *name;
  size_t offset;
  double least, most;
};

#define NUMBER(member, least, most) {#member, offsetof(hc_population, member), least, most}
static const struct number population_numbers[] = {
    NUMBER(people, 1, 1e9),    NUMBER(heterogeneity, 0, 20), NUMBER(trap, 0, 1000),  NUMBER(follows, 0, 1e6), NUMBER(rate, 0, 1000),
    NUMBER(shape, 1e-3, 1e6),  NUMBER(once, 0, 1),           NUMBER(arrivals, 0, 1e9), NUMBER(survival, 0, 1),
    NUMBER(transients, 0, 1), NUMBER(leave, 0, 1),          NUMBER(back, 0, 1),     {NULL, 0, 0, 0}};

static void population_value(struct reading *r, const char *name, const char *value) {
  static const char *const kinds[] = {"lists", "occasions", "counts", "open", "strata"};
  hc_population *p = r->population;
  if (strcmp(name, "kind") == 0) {
    for (size_t k = 0; k < 5; k++)
      if (strcmp(kinds[k], value) == 0) return (void)(p->kind = (hc_population_kind)k);
    return (void)FAIL(r, "kind is lists, occasions, counts, open or strata, not '%s'", value);
  }
  if (strcmp(name, "strata") == 0) return copy(r, r->parts, sizeof r->parts, name, value);
  if (strcmp(name, "chances") == 0) {
    if (!numbers(value, HC_MOST_OCCASIONS, &p->n_chances, p->chance, NULL))
      return (void)FAIL(r, "chances are at most %d numbers with ',' between them", HC_MOST_OCCASIONS);
    for (size_t i = 0; i < p->n_chances; i++)
      if (!(p->chance[i] > 0 && p->chance[i] <= 1)) FAIL(r, "a chance is above 0 and at most 1, not %g", p->chance[i]);
    return;
  }
  if (strcmp(name, "classes") == 0) {
    if (!numbers(value, HC_MOST_CLASSES, &p->n_classes, p->share, p->times))
      return (void)FAIL(r, "classes are at most %d pairs share:times with ',' between them", HC_MOST_CLASSES);
    for (size_t i = 0; i < p->n_classes; i++)
      if (!(p->share[i] > 0) || !(p->times[i] >= 0) || !isfinite(p->share[i] * p->times[i])) FAIL(r, "shares and times are positive");
    return;
  }
  for (const struct number *k = population_numbers; k->name; k++) {
    double x = 0;
    if (strcmp(k->name, name) != 0) continue;
    if (!is_number(value, k->least, k->most, &x)) return (void)FAIL(r, "%s is a number from %g to %g, not '%s'", name, k->least, k->most, value);
    memcpy((char *)p + k->offset, &x, sizeof x);
    return;
  }
  FAIL(r, "a population has no '%s'", name);
}

static void method_value(struct reading *r, const char *name, const char *value) {
  hc_method *m = r->method;
  double x = 0;
  if (strcmp(name, "estimator") == 0) {
    m->estimator = hc_estimator_find(value);
    if (!m->estimator) FAIL(r, "there is no estimator '%s'", value);
  } else if (strcmp(name, "options") == 0) {
    copy(r, r->options, sizeof r->options, name, value);
  } else if (strcmp(name, "populations") == 0) {
    copy(r, m->only, sizeof m->only, name, value);
  } else if (strcmp(name, "quantities") == 0) {
    copy(r, m->quantities, sizeof m->quantities, name, value);
  } else if (strcmp(name, "intervals") == 0) {
    copy(r, m->intervals, sizeof m->intervals, name, value);
  } else if (strcmp(name, "resample") == 0) {
    m->resample = hc_resample_from_name(value);
    if (m->resample == HC_RESAMPLE_DEFAULT) FAIL(r, "there is no kind of resampling '%s'", value);
  } else if (strcmp(name, "bootstrap") == 0) {
    if (!is_number(value, 0, 1e9, &x) || x != floor(x)) FAIL(r, "bootstrap is a number of replicates, not '%s'", value);
    m->replicates = (uint64_t)x;
  } else if (strcmp(name, "level") == 0) {
    if (!is_number(value, 0.01, 0.9999, &m->level)) FAIL(r, "level is between 0.01 and 0.9999, not '%s'", value);
  } else if (strcmp(name, "null") == 0 || strcmp(name, "truth") == 0) {
    if (!is_number(value, -1e300, 1e300, name[0] == 'n' ? &m->null : &m->truth)) FAIL(r, "%s is a number, not '%s'", name, value);
  } else {
    FAIL(r, "a method has no '%s'", name);
  }
}

static void study_value(struct reading *r, const char *name, const char *value) {
  double x = 0;
  if (strcmp(name, "title") == 0) {
    copy(r, r->study->title, sizeof r->study->title, name, value);
  } else if (strcmp(name, "populations") == 0) {
    if (!is_number(value, 1, 1e9, &x) || x != floor(x)) FAIL(r, "populations is a whole number from 1, not '%s'", value);
    r->study->populations = (uint64_t)x;
  } else if (strcmp(name, "seed") == 0) {
    if (!is_number(value, 0, 9007199254740992.0, &x) || x != floor(x)) FAIL(r, "seed is a whole number, not '%s'", value);
    r->study->seed = (uint64_t)x;
  } else {
    FAIL(r, "a study has no '%s': title, populations, seed", name);
  }
}

/* ---- sections ---------------------------------------------------------------------------------------------------- */

/* What is said of a section as a whole is said when it ends. */
static void end_population(struct reading *r) {
  hc_simulation *s = r->study;
  hc_population *p = r->population;
  bool listed = p->kind != HC_POPULATION_COUNTS && p->kind != HC_POPULATION_STRATA;
  if (p->kind == HC_POPULATION_STRATA) {
    for (char *at = r->parts; *at;) {
      size_t n = strcspn(at, ","), i = 0;
      char *next = at + n + (at[n] == ',');
      at[n] = 0;
      while (isspace((unsigned char)*at)) at++;
      for (n = strlen(at); n && isspace((unsigned char)at[n - 1]);) at[--n] = 0;
      while (i + 1 < s->n_kinds && strcmp(s->kind[i].name, at) != 0) i++;
      if (i + 1 >= s->n_kinds || p->n_parts == HC_MOST_PARTS || s->kind[i].kind == HC_POPULATION_STRATA ||
          s->kind[i].kind == HC_POPULATION_OPEN)
        return (void)FAIL(r, "population %s: '%s' is no closed population above it", p->name, at);
      if (p->n_parts && (s->kind[i].kind != s->kind[p->part[0]].kind || s->kind[i].n_chances != s->kind[p->part[0]].n_chances))
        return (void)FAIL(r, "population %s: its strata are of one kind, with as many chances", p->name);
      p->part[p->n_parts++] = i;
      s->is_part[i] = true;
      at = next;
    }
    if (!p->n_parts) FAIL(r, "population %s: 'strata' names other populations", p->name);
  } else if (!p->people) {
    FAIL(r, "population %s: how many people are there?", p->name);
  } else if (listed && (p->n_chances < 2 || p->n_chances > 16)) {
    FAIL(r, "population %s: 2 to 16 chances are wanted", p->name);
  } else if (p->kind == HC_POPULATION_COUNTS && !p->rate) {
    FAIL(r, "population %s: 'rate' is the mean number of times that somebody is met", p->name);
  } else if (p->kind == HC_POPULATION_OPEN && !p->survival) {
    FAIL(r, "population %s: an open one has a survival", p->name);
  }
}

/* Cuts at commas, in place. */
static size_t cut(char *text, const char **part, size_t most) {
  size_t n = 0;
  for (char *at = text; *at && n < most;) {
    while (isspace((unsigned char)*at)) at++;
    part[n++] = at;
    size_t length = strcspn(at, ",");
    char *next = at + length + (at[length] == ',');
    while (length && isspace((unsigned char)at[length - 1])) length--;
    at[length] = 0;
    at = next;
  }
  return n;
}

static void fail_method(struct reading *r, const hc_error *why) {
  if (why->status == HC_ENOMEM) r->status = why->status, r->err = *why;
  else FAIL(r, "method %s: %.300s", r->method->name, why->message);
}

static void end_method(struct reading *r) {
  hc_method *m = r->method;
  if (!m->estimator) return (void)FAIL(r, "method %s: which estimator?", m->name);
  hc_request request;
  hc_settings settings;
  hc_request_init(&request);
  hc_settings_init(&settings);
  char methods[HC_POPULATION_TEXT];
  snprintf(methods, sizeof methods, "%s", m->intervals);
  for (char *c = methods, *to = methods; (*to = *c); c++) to += !isspace((unsigned char)*c);
  request.models = m->estimator->id;
  settings.intervals = methods[0] ? methods : NULL;
  hc_error why;
  if (strcmp(methods, "all") == 0) return (void)FAIL(r, "method %s: intervals are named one by one", m->name);
  if (hc_request_check(&request, &settings, &why) != HC_OK) return fail_method(r, &why);
  r->status = hc_options_new(&m->options, m->estimator, &r->err);
  for (char *at = r->options; *at && r->status == HC_OK;) {
    size_t length = strcspn(at, ",");
    char *next = at + length + (at[length] == ','), *value;
    at[length] = 0;
    while (isspace((unsigned char)*at)) at++;
    value = strchr(at, '=');
    if (!value) return (void)FAIL(r, "method %s: options are name=value, name=value", m->name);
    *value++ = 0;
    if (hc_options_set(m->options, at, value, &why) != HC_OK) fail_method(r, &why);
    at = next;
  }
  if (!m->quantities[0]) snprintf(m->quantities, sizeof m->quantities, "N");
  m->n_quantities = cut(m->quantities, m->quantity, HC_MOST_QUANTITIES);
  m->n_intervals = cut(m->intervals, m->interval, HC_MOST_INTERVALS);
}

static void end_section(struct reading *r) {
  if (r->status == HC_OK && r->population) end_population(r);
  if (r->status == HC_OK && r->method) end_method(r);
  r->population = NULL;
  r->method = NULL;
  r->parts[0] = r->options[0] = 0;
}

static void begin_population(struct reading *r, const char *name) {
  hc_simulation *s = r->study;
  hc_population *kinds = realloc(s->kind, (s->n_kinds + 1) * sizeof *kinds);
  if (kinds) s->kind = kinds;
  bool *parts = realloc(s->is_part, (s->n_kinds + 1) * sizeof *parts);
  if (parts) s->is_part = parts;
  if (!kinds || !parts) return (void)(r->status = hc_fail(&r->err, HC_ENOMEM, "no memory for a study"));
  parts[s->n_kinds] = false;
  r->population = &kinds[s->n_kinds++];
  *r->population = (hc_population){.trap = 1, .follows = 1};
  copy(r, r->population->name, sizeof r->population->name, "the name", name);
  for (size_t i = 0; i + 1 < s->n_kinds; i++)
    if (strcmp(kinds[i].name, name) == 0) FAIL(r, "there are two populations '%s'", name);
}

static void begin_method(struct reading *r, const char *name) {
  hc_simulation *s = r->study;
  hc_method **methods = realloc(s->method, (s->n_methods + 1) * sizeof *methods);
  if (methods) s->method = methods;
  hc_method *m = methods ? calloc(1, sizeof *m) : NULL;
  if (!m) return (void)(r->status = hc_fail(&r->err, HC_ENOMEM, "no memory for a study"));
  r->method = s->method[s->n_methods++] = m;
  m->level = 0.95;
  m->null = m->truth = NAN;
  copy(r, m->name, sizeof m->name, "the name", name);
}

static int on_pair(void *context, const char *section, const char *name, const char *value) {
  struct reading *r = context;
  bool population = strncmp(section, "population ", 11) == 0 && section[11], method = strncmp(section, "method ", 7) == 0 && section[7];
  if (r->status != HC_OK) return 0;
  bool same = (population && r->population && strcmp(r->population->name, section + 11) == 0) ||
              (method && r->method && strcmp(r->method->name, section + 7) == 0);
  if (!same) end_section(r);
  if (!same && r->status == HC_OK && strpbrk(section, ",\"")) FAIL(r, "a name has no ',' and no '\"' in it");
  if (!same && r->status == HC_OK && population) begin_population(r, section + 11);
  if (!same && r->status == HC_OK && method) begin_method(r, section + 7);
  if (r->status != HC_OK) return 0;
  if (population) population_value(r, name, value);
  else if (method) method_value(r, name, value);
  else if (strcmp(section, "study") == 0) study_value(r, name, value);
  else FAIL(r, "unknown section '%s': expected [study], [population NAME] or [method NAME]", section);
  return r->status == HC_OK;
}

static hc_status check_whole(struct reading *r) {
  const hc_simulation *s = r->study;
  size_t asked = 0;
  r->line = 0;
  for (size_t i = 0; i < s->n_methods; i++)
    for (size_t k = 0; k < s->n_kinds; k++) asked += hc_method_suits(s, s->method[i], k);
  if (!s->n_kinds || !s->n_methods) return FAIL(r, "a study has a [population NAME] and a [method NAME] at least");
  if (!asked) return FAIL(r, "no method accepts any of the populations");
  return HC_OK;
}

hc_status hc_simulation_read(hc_simulation **simulation, const char *file, hc_error *err) {
  hc_simulation *s = *simulation = calloc(1, sizeof *s);
  struct reading r = {.path = file, .study = s, .in = s ? fopen(file, "re") : NULL};
  if (!s) return hc_fail(err, HC_ENOMEM, "no memory for a study");
  if (!r.in) r.status = hc_fail_at(&r.err, errno == ENOMEM ? HC_ENOMEM : HC_EIO, file, 0, 0, "cannot open: %s", strerror(errno));
  snprintf(s->file, sizeof s->file, "%s", file);
  s->populations = 1000;
  s->seed = 1;
  hc_sha256_init(&r.hash);
  int line = r.in ? ini_parse_stream(next_line, &r, on_pair, &r) : 0;
  if (r.status == HC_OK) end_section(&r);
  if (r.status == HC_OK && ferror(r.in)) r.status = hc_fail_at(&r.err, HC_EIO, file, 0, 0, "cannot be read");
  if (r.status == HC_OK && line == -2) r.status = hc_fail(&r.err, HC_ENOMEM, "no memory for a study"); /* inih's code for it */
  if (r.status == HC_OK && line > 0) r.line = (unsigned)line, FAIL(&r, "expected [section] or name = value");
  if (r.status == HC_OK) check_whole(&r);
  if (r.in) fclose(r.in);
  hc_sha256_hex(&r.hash, s->sha256);
  if (r.status == HC_OK) return HC_OK;
  if (err) *err = r.err;
  hc_simulation_free(s);
  *simulation = NULL;
  return r.status;
}
