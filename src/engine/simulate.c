/* A study by simulation on the parallel map: a population, all methods on it, and what became of each. */
#include "engine/simulate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/analysis.h"
#include "engine/replicates.h"
#include "engine/strata.h"

enum { PER_QUANTITY = 3 }; /* truth, value, standard error; then two limits for each interval */

static hc_status no_memory(hc_error *err) { return hc_fail(err, HC_ENOMEM, "no memory for the study"); }

static hc_shape shape_of(const hc_simulation *s, const hc_population *p) {
  if (p->kind == HC_POPULATION_STRATA) return shape_of(s, &s->kind[p->part[0]]);
  if (p->kind == HC_POPULATION_COUNTS) return HC_SHAPE_COUNTS;
  return p->kind == HC_POPULATION_LISTS ? HC_SHAPE_LISTS : HC_SHAPE_OCCASIONS;
}

static bool is_named(const char *names, const char *name) {
  size_t n = strlen(name);
  for (const char *at = names; *at; at += strcspn(at, ","), at += *at == ',') {
    while (*at == ' ') at++;
    size_t length = strcspn(at, ",");
    while (length && at[length - 1] == ' ') length--;
    if (length == n && strncmp(at, name, n) == 0) return true;
  }
  return false;
}

bool hc_method_suits(const hc_simulation *s, const hc_method *m, size_t kind) {
  if (s->is_part[kind] || !(m->estimator->accepts & (unsigned)shape_of(s, &s->kind[kind]))) return false;
  return !m->only[0] || is_named(m->only, s->kind[kind].name);
}

static size_t quantity_width(const hc_method *m) { return PER_QUANTITY + 2 * m->n_intervals; }

static size_t row_width(const hc_simulation *s, size_t kind) {
  size_t n = 0;
  for (size_t i = 0; i < s->n_methods; i++)
    if (hc_method_suits(s, s->method[i], kind)) n += s->method[i]->n_quantities * quantity_width(s->method[i]);
  return n;
}

/* ---- one population ------------------------------------------------------------------------------------------------ */

struct work {
  const hc_simulation *study;
  const hc_settings *settings;
  size_t kind, width;
  uint64_t key, first;
  double *rows;
  const hc_method *asked; /* by the one that wants to know why it was refused; NULL: all of them */
  hc_error *why;
};

/* Keys and counts of the people who were met. */
struct drawn {
  uint64_t *count, *key; /* of all parts, one after the other */
  const char **level;
  size_t n;
  hc_truth truth;
};

static size_t cells_of(const hc_simulation *s, const hc_population *p) {
  size_t n = 0;
  if (p->kind != HC_POPULATION_STRATA) return hc_population_cells(p);
  for (size_t i = 0; i < p->n_parts; i++) n += hc_population_cells(&s->kind[p->part[i]]);
  return n;
}

static void draw_one(const hc_population *p, hc_rng *rng, struct drawn *d) {
  hc_truth truth;
  size_t n = hc_population_cells(p);
  hc_population_draw(p, rng, d->count + d->n, &truth);
  d->count[d->n] = 0; /* nobody has met them */
  for (size_t i = 0; i < n; i++) d->key[d->n + i] = i, d->level[d->n + i] = p->name;
  d->n += n;
  truth.N += d->truth.N;
  d->truth = truth;
}

/* The first of the data's builders, with strata where there are some; NULL where nobody was met or memory ran out. */
static hc_status build(hc_data **data, const struct work *w, const struct drawn *d, hc_error *err) {
  const hc_population *p = &w->study->kind[w->kind];
  static const char *const by[] = {"stratum"};
  static const char *const names[] = {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P"};
  hc_shape shape = shape_of(w->study, p);
  size_t lists = p->kind == HC_POPULATION_STRATA ? w->study->kind[p->part[0]].n_chances : p->n_chances;
  hc_status status = shape == HC_SHAPE_COUNTS ? hc_data_from_counts(data, d->key, d->count, d->n, err)
                                              : hc_data_from_histories(data, shape, lists, shape == HC_SHAPE_LISTS ? names : NULL, d->key, d->count, d->n, err);
  if (status == HC_OK && p->kind == HC_POPULATION_STRATA)
    status = hc_data_set_attributes(*data, 1, by, d->n, d->key, d->level, d->count, err);
  return status;
}

static void put(double *row, const hc_method *m, size_t q, double truth, double value, double se) {
  double *at = row + q * quantity_width(m);
  at[0] = isnan(m->truth) ? truth : m->truth;
  at[1] = value;
  at[2] = se;
}

static void put_interval(double *row, const hc_method *m, size_t q, const hc_interval *interval) {
  for (size_t k = 0; k < m->n_intervals; k++) {
    if (strcmp(m->interval[k], interval->method) != 0) continue;
    double *at = row + q * quantity_width(m) + PER_QUANTITY + 2 * k;
    at[0] = interval->lower;
    at[1] = interval->upper;
  }
}

static hc_status one_method(const struct work *w, const hc_method *m, const hc_data *data, const hc_truth *truth,
                            const hc_settings *settings, double *row) {
  hc_error *why = w->asked == m ? w->why : NULL;
  const hc_population *p = &w->study->kind[w->kind];
  hc_analysis *a = NULL;
  hc_strata *s = NULL;
  hc_status status = data->n_strata ? hc_strata_new(&s, data, m->estimator, m->options, settings, false, NULL, why)
                                    : hc_analysis_new(&a, data, m->estimator, m->options, settings, why);
  for (size_t q = 0; q < m->n_quantities && status == HC_OK; q++) {
    const char *name = m->quantity[q];
    double is = hc_population_truth(p, truth, name);
    if (a) {
      size_t at = hc_analysis_find(a, name);
      if (at == hc_analysis_count(a)) continue;
      put(row, m, q, is, a->estimate->value[at], a->estimate->se[at]);
      for (size_t i = 0; i < a->n_intervals; i++)
        if (a->intervals[i].quantity == at) put_interval(row, m, q, &a->intervals[i]);
    }
    for (size_t t = 0; s && t < s->n_totals; t++) {
      if (strcmp(s->totals[t].name, name) != 0) continue;
      put(row, m, q, is, s->totals[t].value, s->totals[t].se);
      for (size_t i = 0; i < s->totals[t].n_intervals; i++) put_interval(row, m, q, &s->totals[t].intervals[i]);
    }
  }
  hc_analysis_free(a);
  hc_strata_free(s);
  return status;
}

static hc_status all_methods(const struct work *w, const struct drawn *d, uint64_t b, double *row) {
  hc_data *data = NULL;
  hc_settings settings;
  char intervals[HC_POPULATION_TEXT];
  hc_status status = build(&data, w, d, w->why);
  hc_settings_init(&settings);
  settings.threads = 1;
  settings.seed = hc_rng_key_bytes(w->key, &b, sizeof b);
  for (size_t i = 0; i < w->study->n_methods && status != HC_ENOMEM; i++) {
    const hc_method *m = w->study->method[i];
    if (!hc_method_suits(w->study, m, w->kind)) continue;
    size_t used = 0;
    intervals[0] = 0;
    for (size_t k = 0; k < m->n_intervals; k++)
      used += (size_t)snprintf(intervals + used, sizeof intervals - used, "%s%s", k ? "," : "", m->interval[k]);
    settings.intervals = m->n_intervals ? intervals : "wald";
    settings.replicates = m->replicates;
    settings.resample = m->resample;
    settings.level = m->level;
    if (data && (!w->asked || w->asked == m)) status = one_method(w, m, data, &d->truth, &settings, row);
    row += m->n_quantities * quantity_width(m);
  }
  hc_data_free(data);
  return status;
}

static void one_population(void *context, uint64_t index, void *scratch) {
  struct work *w = context;
  const hc_population *p = &w->study->kind[w->kind];
  uint64_t b = w->first + index;
  double *row = w->rows + index * w->width;
  size_t cells = cells_of(w->study, p);
  struct drawn d = {.count = scratch, .truth = {0}};
  hc_rng rng;
  d.key = d.count + cells;
  d.level = (const char **)(d.key + cells);
  hc_rng_init(&rng, w->key, HC_PURPOSE_SIMULATION, b);
  for (size_t i = 0; i < w->width; i++) row[i] = NAN;
  if (p->kind != HC_POPULATION_STRATA) draw_one(p, &rng, &d);
  for (size_t i = 0; p->kind == HC_POPULATION_STRATA && i < p->n_parts; i++) draw_one(&w->study->kind[p->part[i]], &rng, &d);
  if (all_methods(w, &d, b, row) == HC_ENOMEM) row[0] = -INFINITY; /* no truth is that */
}

static hc_status draw_rows(void *context, uint64_t first, uint64_t n, double *rows, const hc_pulse *pulse, uint64_t *done,
                           hc_error *err) {
  struct work w = *(const struct work *)context;
  size_t cells = cells_of(w.study, &w.study->kind[w.kind]);
  w.first = first;
  w.rows = rows;
  hc_status status = hc_parallel_map(n, w.settings->threads, cells * (2 * sizeof(uint64_t) + sizeof(char *)), one_population, &w,
                                     pulse, done, err);
  for (uint64_t i = 0; status == HC_OK && i < *done; i++)
    if (rows[i * w.width] == -INFINITY) return no_memory(err);
  return status;
}

/* ---- what became of them -------------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Estimates against the truth. values: room for n. */
static void sum_estimates(hc_simulation_row *r, const double *rows, size_t width, double *values) {
  double truth = 0, sum = 0, se = 0, ratio = 0, square = 0, squares = 0, known = 0, stated = 0;
  for (uint64_t b = 0; b < r->populations; b++) {
    const double *at = rows + b * width;
    if (isnan(at[1])) continue;
    values[r->answered++] = at[1];
    sum += at[1];
    if (isfinite(at[2])) se += at[2], stated++;
    if (!(at[0] != 0)) continue;
    double off = at[1] / at[0] - 1;
    truth += at[0], ratio += off, square += off * off, known += !isnan(at[0]);
  }
  double n = (double)r->answered;
  r->mean = n ? sum / n : NAN;
  for (uint64_t i = 0; i < r->answered; i++) squares += (values[i] - r->mean) * (values[i] - r->mean);
  r->sd = n > 1 ? sqrt(squares / (n - 1)) : NAN;
  r->mean_se = stated ? se / stated : NAN;
  r->truth = known ? truth / known : NAN;
  r->bias = known ? ratio / known : NAN;
  r->rmse = known ? sqrt(square / known) : NAN;
  r->bias_se = known > 1 ? sqrt(fmax(0, square - known * r->bias * r->bias) / (known - 1) / known) : NAN;
  qsort(values, r->answered, sizeof *values, by_size);
  size_t half = r->answered / 2;
  r->median = !n ? NAN : r->answered % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

static void sum_intervals(hc_simulation_row *r, const double *rows, size_t width, size_t place, double null) {
  double n = 0, below = 0, above = 0, wide = 0, without = 0, known = 0;
  for (uint64_t b = 0; b < r->populations; b++) {
    const double *at = rows + b * width, *limit = at + place;
    if (isnan(limit[0])) continue;
    n++;
    without += null < limit[0] || null > limit[1];
    if (isnan(at[0])) continue;
    known++;
    below += at[0] < limit[0];
    above += at[0] > limit[1];
    wide += (limit[1] - limit[0]) / at[0];
  }
  double z = 1.96, share = known ? 1 - (below + above) / known : NAN, centre = (share * known + z * z / 2) / (known + z * z);
  r->with_interval = (uint64_t)n;
  r->coverage = share;
  r->coverage_se = sqrt(centre * (1 - centre) / (known + z * z));
  r->below = known ? below / known : NAN;
  r->above = known ? above / known : NAN;
  r->width = known ? wide / known : NAN;
  r->rejects = n && !isnan(null) ? without / n : NAN;
}

/* The first population that this method does not answer is drawn again, to be told why. */
static hc_status ask_why(const struct work *all, const hc_method *m, const double *rows, hc_simulation_row *r, hc_error *err) {
  struct work w = *all;
  hc_error why = {0};
  size_t cells = cells_of(w.study, &w.study->kind[w.kind]);
  while (w.first < r->populations && !isnan(rows[w.first * w.width + 1])) w.first++;
  w.rows = malloc((w.width + 1) * sizeof *w.rows);
  void *scratch = malloc(cells * (2 * sizeof(uint64_t) + sizeof(char *)));
  w.asked = m;
  w.why = &why;
  if (w.rows && scratch) one_population(&w, 0, scratch);
  hc_status status = w.rows && scratch && why.status != HC_ENOMEM ? HC_OK : no_memory(err);
  if (why.status == HC_EUSAGE) status = hc_fail(err, HC_EDATA, "method %s: %.400s", m->name, why.message);
  snprintf(r->code, sizeof r->code, "%s", why.code[0] ? why.code : why.status == HC_EDATA ? "bad-data" : "no-quantity");
  snprintf(r->reason, sizeof r->reason, "%s", why.message[0] ? why.message : "this quantity is not among its answers");
  free(w.rows);
  free(scratch);
  return status;
}

static hc_status summarise(hc_simulation *s, const struct work *w, const double *rows, hc_error *err) {
  size_t kind = w->kind, width = w->width;
  hc_status status = HC_OK;
  double *values = malloc((s->populations + 1) * sizeof *values);
  if (!values) return no_memory(err);
  for (size_t i = 0; i < s->n_methods; i++) {
    const hc_method *m = s->method[i];
    if (!hc_method_suits(s, m, kind)) continue;
    for (size_t q = 0; q < m->n_quantities; q++, rows += quantity_width(m)) {
      for (size_t k = 0; k < (m->n_intervals ? m->n_intervals : 1); k++) {
        hc_simulation_row *r = &s->row[s->n_rows++];
        *r = (hc_simulation_row){.population = s->kind[kind].name, .method = m->name, .estimator = m->estimator->id,
                                 .quantity = m->quantity[q], .interval = m->n_intervals ? m->interval[k] : NULL,
                                 .populations = s->populations, .coverage = NAN, .coverage_se = NAN, .below = NAN, .above = NAN,
                                 .width = NAN, .rejects = NAN};
        sum_estimates(r, rows, width, values);
        if (k) memcpy(r->code, r[-1].code, sizeof r->code), memcpy(r->reason, r[-1].reason, sizeof r->reason);
        else if (r->answered < r->populations && status == HC_OK) status = ask_why(w, m, rows, r, err);
        if (m->n_intervals) sum_intervals(r, rows, width, PER_QUANTITY + 2 * k, m->null);
      }
    }
  }
  free(values);
  return status;
}

static hc_status run_kind(hc_simulation *s, size_t kind, const hc_settings *settings, bool *left, hc_error *err) {
  const hc_pulse pulse = {settings->progress, settings->progress_context, s->kind[kind].name};
  struct work w = {.study = s, .settings = settings, .kind = kind, .width = row_width(s, kind)};
  uint64_t done = 0;
  w.key = hc_rng_key(s->seed, s->kind[kind].name);
  hc_replicates r = {.key = hc_rng_key(w.key, s->sha256), .wanted = s->populations, .name = s->kind[kind].name, .width = w.width,
                     .draw = draw_rows, .context = &w, .pulse = &pulse};
  hc_status status = hc_replicates_fill(&r, settings, &done, err);
  *left = r.left;
  if (status == HC_OK && !r.left && done < s->populations)
    status = hc_fail(err, HC_ECANCELLED, "stopped after %llu of %llu populations of '%s'", (unsigned long long)done,
                     (unsigned long long)s->populations, s->kind[kind].name);
  if (status == HC_OK && !r.left) status = summarise(s, &w, r.rows, err);
  free(r.rows);
  return status;
}

hc_status hc_simulation_run(hc_simulation *s, const hc_settings *settings, hc_error *err) {
  hc_settings own;
  size_t n = 1;
  bool left = false;
  hc_status status = hc_settings_take(&own, settings, err);
  for (size_t i = 0; i < s->n_methods; i++) n += s->n_kinds * s->method[i]->n_quantities * (s->method[i]->n_intervals + 1);
  free(s->row);
  s->n_rows = 0;
  s->row = calloc(n, sizeof *s->row);
  if (status == HC_OK && !s->row) status = no_memory(err);
  for (size_t kind = 0; kind < s->n_kinds && status == HC_OK; kind++)
    if (row_width(s, kind)) status = run_kind(s, kind, &own, &left, err);
  return status;
}

const hc_simulation_row *hc_simulation_at(const hc_simulation *s, size_t i) { return i < s->n_rows ? &s->row[i] : NULL; }
const char *hc_simulation_file(const hc_simulation *s) { return s->file; }
const char *hc_simulation_sha256(const hc_simulation *s) { return s->sha256; }
const char *hc_simulation_title(const hc_simulation *s) { return s->title; }
uint64_t hc_simulation_populations(const hc_simulation *s) { return s->populations; }
uint64_t hc_simulation_seed(const hc_simulation *s) { return s->seed; }
void hc_simulation_set_populations(hc_simulation *s, uint64_t n) { s->populations = n; }
void hc_simulation_set_seed(hc_simulation *s, uint64_t seed) { s->seed = seed; }

void hc_simulation_free(hc_simulation *s) {
  if (!s) return;
  for (size_t i = 0; i < s->n_methods; i++) {
    hc_options_free(s->method[i]->options);
    free(s->method[i]);
  }
  free(s->method);
  free(s->kind);
  free(s->is_part);
  free(s->row);
  free(s);
}
