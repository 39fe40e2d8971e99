/* A wrapper over any estimator: one analysis a stratum, and what adds up. No model knows of it. */
#include "engine/strata.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/coverage.h"
#include "engine/interval.h"
#include "numeric/rng.h"

static hc_status no_memory(hc_error *err) { return hc_fail(err, HC_ENOMEM, "no memory for the strata"); }

HC_PRINTF(3, 4) static hc_status add_note(hc_strata *s, const char *code, const char *format, ...) {
  hc_note *more = realloc(s->notes, (s->n_notes + 1) * sizeof *more);
  if (!more) return HC_ENOMEM;
  s->notes = more;
  hc_note *note = &s->notes[s->n_notes++];
  snprintf(note->code, sizeof note->code, "%s", code);
  va_list arguments;
  va_start(arguments, format);
  hc_format_list(note->text, sizeof note->text, format, arguments);
  hc_text_whole(note->text);
  va_end(arguments);
  return HC_OK;
}

/* ---- one stratum --------------------------------------------------------------------------------------------- */

/* The whole name; NULL without memory. */
static char *name_of(const hc_data *data, size_t i) {
  size_t size = 1;
  for (size_t j = 0; j < data->n_attributes; j++)
    size += strlen(data->attributes[j].name) + 8 + /* a level may come in quotes, and its own are doubled */
            2 * strlen(data->attributes[j].levels[data->stratum_level[i * data->n_attributes + j]]);
  char *name = malloc(size);
  if (name) hc_data_stratum_name(data, i, name, size);
  return name;
}

struct run {
  const hc_data *data;
  const hc_options *options;
  hc_settings settings;
  hc_strata *strata;
  hc_status *status; /* [n_strata] */
  uint64_t *absent;  /* [n_strata] lists that did not operate */
};

static void run_stratum(void *context, uint64_t i, void *scratch) {
  struct run *run = context;
  hc_stratum *stratum = &run->strata->strata[i];
  hc_settings own = run->settings;
  hc_data *people = NULL;
  (void)scratch;
  for (size_t j = 0; j < run->data->n_attributes; j++)
    stratum->levels[j] = run->data->attributes[j].levels[run->data->stratum_level[i * run->data->n_attributes + j]];
  stratum->name = name_of(run->data, i);
  hc_status status = stratum->name ? hc_coverage_stratum(&people, run->data, i, run->absent[i], &stratum->refusal) : no_memory(&stratum->refusal);
  if (status == HC_OK) {
    stratum->observed = people->observed;
    own.seed = hc_rng_key(run->settings.seed, stratum->name);
    status = hc_analysis_new(&stratum->analysis, people, run->strata->estimator, run->options, &own, &stratum->refusal);
  }
  hc_data_free(people);
  run->status[i] = status;
}

/* Few strata: one after the other, the replicates of each on all threads. Many: the strata on all threads, for a map inside
 * of a map runs on its own thread. Replicates that are shared out among processes are so in one order: one stratum after the
 * other. The bits are the same, because each stratum depends on nothing but itself. */
static hc_status run_all(struct run *run, hc_error *err) {
  hc_strata *s = run->strata;
  unsigned threads = hc_parallel_threads(run->settings.threads);
  uint64_t done = 0;
  hc_status status = HC_OK;
  if (s->n_strata >= 2 * (size_t)threads && !run->settings.share) {
    const hc_pulse whole = {run->settings.progress, run->settings.progress_context, s->estimator->id};
    run->settings.progress = NULL; /* it is the whole that goes forward */
    status = hc_parallel_map(s->n_strata, run->settings.threads, 1, run_stratum, run, &whole, &done, err);
    if (status == HC_OK && done < s->n_strata)
      return hc_fail(err, HC_ECANCELLED, "stopped after %llu of %zu strata", (unsigned long long)done, s->n_strata);
  } else {
    for (uint64_t i = 0; i < s->n_strata; i++) {
      run_stratum(run, i, NULL);
      if (run->status[i] != HC_OK && run->status[i] != HC_EREFUSED) break;
    }
  }
  for (size_t i = 0; i < s->n_strata && status == HC_OK; i++) {
    if (run->status[i] == HC_OK || run->status[i] == HC_EREFUSED) continue;
    status = run->status[i];
    if (err) *err = s->strata[i].refusal;
  }
  return status;
}

/* ---- totals -------------------------------------------------------------------------------------------------- */

static const hc_stratum *first_answer(const hc_strata *s) {
  for (size_t i = 0; i < s->n_strata; i++)
    if (s->strata[i].analysis) return &s->strata[i];
  return NULL;
}

static bool is_in_all(const hc_strata *s, const char *name) {
  for (size_t i = 0; i < s->n_strata; i++) {
    const hc_analysis *a = s->strata[i].analysis;
    if (a && hc_analysis_find(a, name) == a->plan->n_quantities) return false;
  }
  return true;
}

static void sum_estimates(const hc_strata *s, hc_total *total) {
  double variance = 0, floor = 0;
  total->value = 0;
  for (size_t i = 0; i < s->n_strata; i++) {
    const hc_analysis *a = s->strata[i].analysis;
    if (!a) continue;
    size_t q = hc_analysis_find(a, total->name);
    total->value += a->estimate->value[q];
    variance += a->estimate->se[q] * a->estimate->se[q];
    floor += q == 0 ? a->plan->n_units : NAN;
  }
  total->se = sqrt(variance);
  total->floor = floor;
}

/* The quantities that add up and that every stratum has. */
static hc_status find_totals(hc_strata *s, hc_error *err) {
  const hc_stratum *first = first_answer(s);
  if (!first) return HC_OK;
  const hc_plan *plan = first->analysis->plan;
  for (size_t i = 0; i < s->n_strata; i++) s->observed += s->strata[i].analysis ? s->strata[i].observed : 0;
  s->totals = calloc(plan->n_quantities + 1, sizeof *s->totals);
  if (!s->totals) return no_memory(err);
  for (size_t q = 0; q < plan->n_quantities; q++) {
    const hc_quantity *quantity = &plan->quantities[q];
    if (!quantity->additive || !is_in_all(s, quantity->name)) continue;
    hc_total *total = &s->totals[s->n_totals++];
    total->name = quantity->name;
    total->meaning = quantity->meaning;
    total->unit = quantity->unit;
    sum_estimates(s, total);
  }
  return HC_OK;
}

/* As many replicates as every stratum has; 0 where one has none. */
static uint64_t shared_replicates(const hc_strata *s) {
  uint64_t n = UINT64_MAX;
  for (size_t i = 0; i < s->n_strata; i++) {
    const hc_analysis *a = s->strata[i].analysis;
    if (!a) continue;
    uint64_t done = a->bootstrap ? a->bootstrap->done : 0;
    n = done < n ? done : n;
  }
  return n == UINT64_MAX ? 0 : n;
}

/* Replicate b of a total: the strata's replicates b, in the order of the strata; NaN where one failed. */
static void sum_replicates(const hc_strata *s, hc_bootstrap *sums) {
  for (uint64_t b = 0; b < sums->done; b++) {
    for (size_t t = 0; t < s->n_totals; t++) {
      double value = 0, variance = 0;
      for (size_t i = 0; i < s->n_strata; i++) {
        const hc_analysis *a = s->strata[i].analysis;
        if (!a) continue;
        size_t at = b * a->bootstrap->n_quantities + hc_analysis_find(a, s->totals[t].name);
        value += a->bootstrap->value[at];
        variance += a->bootstrap->se[at] * a->bootstrap->se[at];
      }
      sums->value[b * s->n_totals + t] = value;
      sums->se[b * s->n_totals + t] = sqrt(variance);
    }
  }
  hc_bootstrap_count(sums);
}

/* Whether a stratum's bootstrap ended before its time. */
static bool was_stopped(const hc_strata *s) {
  for (size_t i = 0; i < s->n_strata; i++) {
    const hc_analysis *a = s->strata[i].analysis;
    if (a && a->bootstrap && a->bootstrap->done < a->bootstrap->requested) return true;
  }
  return false;
}

static hc_status add_replicates(hc_strata *s, const hc_settings *settings, hc_error *err) {
  uint64_t n = shared_replicates(s);
  if (s->n_totals && n < settings->replicates && was_stopped(s) &&
      add_note(s, "interrupted", "stopped: the total has the %llu of %llu replicates that every stratum has",
               (unsigned long long)n, (unsigned long long)settings->replicates) != HC_OK)
    return no_memory(err);
  if (!n || !s->n_totals) return HC_OK;
  hc_status status = hc_bootstrap_allocate(&s->bootstrap, s->n_totals, n, err);
  if (status != HC_OK) return status;
  hc_bootstrap *sums = s->bootstrap;
  sums->kind = first_answer(s)->analysis->bootstrap->kind;
  sums->requested = settings->replicates;
  sums->done = n;
  sums->seed = settings->seed;
  sum_replicates(s, sums);
  return HC_OK;
}

/* The methods that were asked for, those of all, or the defaults; what a total cannot have is left out. */
static bool is_asked(const char *method, const hc_settings *settings, const hc_total *total, bool replicates) {
  const char *asked = settings->intervals;
  size_t n = strlen(method);
  if (!asked) {
    bool population = total->floor > 0 && total->value > total->floor;
    return strcmp(method, population ? "lognormal" : "wald") == 0 || (replicates && strcmp(method, "percentile") == 0);
  }
  if (strcmp(asked, "all") == 0) return replicates || !hc_interval_needs_bootstrap(method);
  for (const char *at = asked; *at; at += strcspn(at, ","), at += *at == ',')
    if (strncmp(at, method, n) == 0 && (at[n] == ',' || !at[n])) return true;
  return false;
}

static hc_status add_intervals(hc_strata *s, hc_total *total, const hc_settings *settings, hc_error *err) {
  size_t most = 0;
  while (hc_interval_method_at(most)) most++;
  total->intervals = calloc(most + 1, sizeof *total->intervals);
  if (!total->intervals) return no_memory(err);
  for (size_t i = 0; i < most; i++) {
    const char *method = hc_interval_method_at(i);
    hc_error why;
    if (!is_asked(method, settings, total, s->bootstrap)) continue;
    hc_status status = hc_interval_of_total(&total->intervals[total->n_intervals], s->estimator->id, total->name, total->value,
                                            total->se, total->floor, s->bootstrap, (size_t)(total - s->totals), method,
                                            settings->level, &why);
    if (status == HC_OK) total->n_intervals++;
    else if (status != HC_EREFUSED) return err ? (*err = why, status) : status;
    else if (settings->intervals && strcmp(settings->intervals, "all") != 0 &&
             add_note(s, why.code, "no %s interval of the total: %s", method, why.message) != HC_OK)
      return no_memory(err);
  }
  return HC_OK;
}

/* The same people without strata: where the two intervals do not meet, at least one of them is wrong. */
static hc_status compare_with_pooled(hc_strata *s, const hc_data *data, const hc_options *options,
                                     const hc_settings *settings, hc_error *err) {
  hc_settings plain = *settings;
  hc_analysis *pooled = NULL;
  hc_interval total, other;
  if (!s->n_totals) return HC_OK;
  plain.replicates = 0;
  plain.intervals = plain.dependence = NULL;
  hc_status status = hc_analysis_new(&pooled, data, s->estimator, options, &plain, err);
  if (status == HC_EREFUSED) return HC_OK;
  if (status != HC_OK) return status;
  const hc_total *t = &s->totals[0];
  size_t q = hc_analysis_find(pooled, t->name);
  hc_interval_basis basis = {.plan = pooled->plan, .estimate = pooled->estimate, .level = settings->level};
  bool both = q == 0 && hc_interval_of_total(&total, s->estimator->id, t->name, t->value, t->se, t->floor, NULL, 0, "lognormal",
                                             settings->level, NULL) == HC_OK &&
              hc_interval_compute(&other, &basis, "lognormal", 0, NULL) == HC_OK;
  if (both && (total.upper < other.lower || other.upper < total.lower) &&
      add_note(s, "strata-contradict-pooled", "without strata the same people give %.0f (%.0f to %.0f): people of different strata "
               "differ in their chances of being met, so that number answers the wrong question", pooled->estimate->value[0],
               other.lower, other.upper) != HC_OK)
    status = no_memory(err);
  hc_analysis_free(pooled);
  return status;
}

static hc_status refuse_total(hc_strata *s, size_t refused, bool leave_out, hc_error *err) {
  const hc_stratum *which = s->strata;
  while (which->analysis) which++;
  if (!leave_out || refused == s->n_strata) {
    hc_status status = add_note(s, "no-total", "%zu of %zu strata cannot be estimated (%s: %s), so there is no total", refused,
                                s->n_strata, which->name, which->refusal.message);
    return status == HC_OK ? HC_OK : no_memory(err);
  }
  uint64_t people = 0;
  for (size_t i = 0; i < s->n_strata; i++) people += s->strata[i].analysis ? 0 : s->strata[i].observed;
  hc_status status = add_note(s, "strata-left-out", "%zu of %zu strata, with %llu people observed, cannot be estimated and are "
                              "not in the total", refused, s->n_strata, (unsigned long long)people);
  return status == HC_OK ? HC_OK : no_memory(err);
}

static size_t count_refused(const hc_strata *s) {
  size_t refused = 0;
  for (size_t i = 0; i < s->n_strata; i++) refused += !s->strata[i].analysis;
  return refused;
}

static hc_status add_totals(hc_strata *s, const hc_settings *settings, bool leave_out, hc_error *err) {
  size_t refused = count_refused(s);
  hc_status status = HC_OK;
  if (refused) status = refuse_total(s, refused, leave_out, err);
  if (status != HC_OK || (refused && (!leave_out || refused == s->n_strata))) return status;
  status = find_totals(s, err);
  if (status == HC_OK) status = add_replicates(s, settings, err);
  for (size_t t = 0; t < s->n_totals && status == HC_OK; t++) status = add_intervals(s, &s->totals[t], settings, err);
  return status;
}

/* Room for all strata; the attributes' names and levels are the data's. */
static hc_status allocate(hc_strata **strata, const hc_data *data, const hc_estimator *estimator, hc_error *err) {
  hc_strata *s = *strata = calloc(1, sizeof *s);
  if (!s) return no_memory(err);
  s->estimator = estimator;
  s->n_strata = data->n_strata;
  s->n_attributes = data->n_attributes;
  s->strata = calloc(s->n_strata, sizeof *s->strata);
  s->names = calloc(s->n_attributes * (s->n_strata + 1), sizeof *s->names);
  if (!s->strata || !s->names) {
    hc_strata_free(s);
    *strata = NULL;
    return no_memory(err);
  }
  for (size_t j = 0; j < s->n_attributes; j++) s->names[j] = data->attributes[j].name;
  for (size_t i = 0; i < s->n_strata; i++) s->strata[i].levels = s->names + s->n_attributes * (i + 1);
  return HC_OK;
}

hc_status hc_strata_new(hc_strata **strata, const hc_data *data, const hc_estimator *estimator, const hc_options *options,
                        const hc_settings *settings, bool leave_out, const char *not_covered, hc_error *err) {
  hc_settings own;
  size_t lacking = 0;
  hc_status status = hc_settings_take(&own, settings, err);
  *strata = NULL;
  if (status != HC_OK) return status;
  if (!data->n_strata) return hc_fail(err, HC_EUSAGE, "the data have no attributes, so there are no strata");
  hc_strata *s = NULL;
  status = allocate(&s, data, estimator, err);
  if (status != HC_OK) return status;
  struct run run = {.data = data, .options = options, .settings = own, .strata = s};
  run.status = calloc(s->n_strata, sizeof *run.status);
  run.absent = calloc(s->n_strata, sizeof *run.absent);
  status = run.status && run.absent ? HC_OK : no_memory(err);
  if (status == HC_OK && not_covered) status = hc_coverage_read(data, not_covered, run.absent, &lacking, err);
  if (status == HC_OK) status = run_all(&run, err);
  free(run.status);
  free(run.absent);
  if (status == HC_OK) status = add_totals(s, &own, leave_out, err);
  if (status == HC_OK && !lacking && !count_refused(s)) status = compare_with_pooled(s, data, options, &own, err);
  if (status == HC_OK) *strata = s;
  else hc_strata_free(s);
  return status;
}

void hc_strata_free(hc_strata *strata) {
  if (!strata) return;
  for (size_t i = 0; strata->strata && i < strata->n_strata; i++) {
    free(strata->strata[i].name);
    hc_analysis_free(strata->strata[i].analysis);
  }
  for (size_t t = 0; t < strata->n_totals; t++) free(strata->totals[t].intervals);
  free(strata->strata);
  free(strata->names);
  free(strata->totals);
  hc_bootstrap_free(strata->bootstrap);
  free(strata->notes);
  free(strata);
}

const hc_estimator *hc_strata_estimator(const hc_strata *s) { return s->estimator; }
const char *hc_strata_attribute(const hc_strata *s, size_t j) { return j < s->n_attributes ? s->names[j] : NULL; }
const hc_stratum *hc_strata_at(const hc_strata *s, size_t i) { return i < s->n_strata ? &s->strata[i] : NULL; }
uint64_t hc_strata_observed(const hc_strata *s) { return s->observed; }
const hc_total *hc_strata_total(const hc_strata *s, size_t t) { return t < s->n_totals ? &s->totals[t] : NULL; }
const hc_bootstrap *hc_strata_bootstrap(const hc_strata *s) { return s->bootstrap; }
const hc_note *hc_strata_note(const hc_strata *s, size_t i) { return i < s->n_notes ? &s->notes[i] : NULL; }
