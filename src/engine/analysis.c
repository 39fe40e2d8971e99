/* One estimator on one data set: point estimate, bootstrap, intervals, and the notes that the engine owes the reader. */
#include "engine/analysis.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/author.h"
#include "engine/closure.h"
#include "engine/interval.h"
#include "engine/ones.h"
#include "engine/replicates.h"
#include "headcount/version.h"
#include "numeric/rng.h"
#include "numeric/special.h"

enum { METHOD_SIZE = 40, MOST_METHODS = 32 };

struct methods {
  size_t n;
  char name[MOST_METHODS][METHOD_SIZE];
};

static const hc_settings defaults = {.size = sizeof defaults, .replicates = 1000, .level = 0.95, .seed = 1};

void hc_settings_begin(hc_settings *settings, size_t size) {
  memset(settings, 0, size);
  memcpy(settings, &defaults, size < sizeof defaults ? size : sizeof defaults);
  settings->size = size;
}

hc_status hc_settings_take(hc_settings *own, const hc_settings *given, hc_error *err) {
  *own = defaults;
  if (!given) return HC_OK;
  if (given->size < offsetof(hc_settings, progress))
    return hc_fail(err, HC_EUSAGE, "settings begin with hc_settings_init");
  memcpy(own, given, given->size < sizeof *own ? given->size : sizeof *own);
  if (!(own->level > 0 && own->level < 1))
    return hc_fail(err, HC_EUSAGE, "the level is between 0 and 1, not %g", own->level);
  if (own->seed >> 63) return hc_fail(err, HC_EUSAGE, "the seed is below 2^63");
  if (!(own->threshold >= 0) || isinf(own->threshold))
    return hc_fail(err, HC_EUSAGE, "the threshold is a number of people above 0, not %g", own->threshold);
  if (own->threshold > 0 && !own->dependence)
    return hc_fail(err, HC_EUSAGE, "a threshold needs odds ratios that could pass it: --dependence all=0.5..2");
  return HC_OK;
}

/* No deviance is negative: what is below zero by rounding is zero. */
static void clamp_deviance(hc_fit *fit, double n) {
  double size = isfinite(fit->loglik) ? fabs(fit->loglik) : n;
  if (fit->deviance < 0 && fit->deviance > -1e-9 * (1 + size)) fit->deviance = 0;
}

static hc_status fit_point(hc_analysis *a, hc_error *err) {
  hc_room *room = NULL;
  hc_status status = hc_room_new(&room, a->plan, err);
  if (status == HC_OK) status = hc_plan_fit(a->plan, a->plan->observed, room->scratch, a->estimate, err);
  free(room);
  if (status == HC_OK) clamp_deviance(&a->estimate->fit, a->plan->n_units);
  if (status == HC_OK && a->estimate->value[0] < a->plan->n_units)
    return hc_refuse(err, "below-observed", "%s would be %.10g, fewer than the %.0f people who were met",
                     a->plan->quantities[0].name, a->estimate->value[0], a->plan->n_units);
  return status;
}

/* An interval answers for the noise in the data, not for a model that the data contradict. */
static void note_poor_fit(hc_estimate *estimate) {
  const double unlikely = 0.001;
  double deviance = estimate->fit.deviance, df = estimate->fit.df;
  if (!(df >= 1) || !(deviance >= 0) || !isfinite(deviance)) return;
  double p = hc_chisq_exceeds(deviance, df);
  if (p < unlikely)
    hc_estimate_note(estimate, "poor-fit", "the data contradict this model: deviance %.1f on %.0f degrees of freedom, "
                     "p %s; its N and its intervals hold only if it is right", deviance, df,
                     p < 1e-6 ? _("below 0.000001") : _("below 0.001"));
}

/* Adds the names in text, split at commas. */
static hc_status add_methods(struct methods *m, const char *text, hc_error *err) {
  while (text && *text) {
    size_t length = strcspn(text, ",");
    if (!length || length >= METHOD_SIZE || m->n == MOST_METHODS)
      return hc_fail(err, HC_EUSAGE, "'%s' is not a list of interval methods", text);
    snprintf(m->name[m->n++], METHOD_SIZE, "%.*s", (int)length, text);
    text += length;
    if (*text) text++;
  }
  return HC_OK;
}

/* Nobody unseen, and a standard error of 0: the formula has reached the edge of its range, not certainty. */
static bool has_no_spread(const hc_analysis *a) {
  return a->plan->n_units > 0 && a->estimate->se[0] == 0 && a->estimate->value[0] <= a->plan->n_units * (1 + 1e-12);
}

static void note_no_spread(hc_analysis *a) {
  if (has_no_spread(a))
    hc_estimate_note(a->estimate, "no-spread", "nobody is estimated to be unseen, and the standard error of 0 follows from "
                     "that alone: an interval of one point is no measure of certainty");
}

/* "all", the names given, or the default: what the standard error allows, and percentile. */
static hc_status choose_methods(struct methods *m, const hc_analysis *a, const char *asked, hc_error *err) {
  const char *name;
  m->n = 0;
  if (asked && strcmp(asked, "all") == 0) {
    for (size_t i = 0; (name = hc_interval_method_at(i)); i++)
      if (a->bootstrap || !hc_interval_needs_bootstrap(name)) snprintf(m->name[m->n++], METHOD_SIZE, "%s", name);
    for (const char *const *own = a->plan->estimator->interval_methods; own && *own && m->n < MOST_METHODS; own++)
      if (!hc_interval_help(*own)) snprintf(m->name[m->n++], METHOD_SIZE, "%s", *own); /* else it stands there already */
    return HC_OK;
  }
  if (asked) return add_methods(m, asked, err);
  const char *own = a->plan->estimator->default_interval;
  if (own && strcmp(own, "log") == 0 && a->plan->quantities[0].scale != HC_SCALE_LOG) own = NULL;
  bool population = a->plan->n_units > 0 && a->estimate->value[0] > a->plan->n_units;
  if (has_no_spread(a) && a->plan->estimator->profile)
    add_methods(m, "profile", err);
  else if (own)
    add_methods(m, own, err);
  else if (isfinite(a->estimate->se[0]))
    add_methods(m, population ? "lognormal" : "wald", err);
  if (a->bootstrap) add_methods(m, "percentile", err);
  return HC_OK;
}

/* A method that this estimate cannot have is a note, except under "all"; for N alone, because the other
 * quantities have fewer methods by nature. */
static void note_refusal(hc_analysis *a, size_t quantity, const char *method, const hc_error *err) {
  if (quantity == 0) hc_estimate_note(a->estimate, err->code, "no %s interval: %s", method, err->message);
}

/* A coefficient has no floor that the usual interval of N could stay above: by default its own is Wald's. */
static const char *method_for(const hc_analysis *a, size_t q, const char *method, const char *asked) {
  return !asked && a->plan->quantities[q].coefficient && strcmp(method, "lognormal") == 0 ? "wald" : method;
}

static hc_status compute_intervals(hc_analysis *a, const hc_settings *settings, const hc_pulse *pulse, hc_error *err) {
  struct methods m;
  hc_status status = choose_methods(&m, a, settings->intervals, err);
  if (status != HC_OK) return status;
  bool all = settings->intervals && strcmp(settings->intervals, "all") == 0, floored = false;
  hc_interval_basis basis = {.plan = a->plan, .estimate = a->estimate, .bootstrap = a->bootstrap, .level = settings->level,
                             .threads = settings->threads, .pulse = pulse};
  a->intervals = calloc(m.n * a->plan->n_quantities + 1, sizeof *a->intervals);
  if (!a->intervals) return hc_fail(err, HC_ENOMEM, "no memory for the intervals");
  for (size_t q = 0; q < a->plan->n_quantities && status == HC_OK; q++) {
    for (size_t i = 0; i < m.n && status == HC_OK; i++) {
      hc_interval *interval = &a->intervals[a->n_intervals];
      hc_error why;
      status = hc_interval_compute(interval, &basis, method_for(a, q, m.name[i], settings->intervals), q, &why);
      a->n_intervals += status == HC_OK;
      floored |= status == HC_OK && interval->at_floor;
      if (status == HC_EREFUSED) {
        if (!all) note_refusal(a, q, m.name[i], &why);
        status = HC_OK;
      } else if (status != HC_OK && err) {
        *err = why;
      }
    }
  }
  hc_jackknife_free(basis.jackknife);
  if (floored)
    hc_estimate_note(a->estimate, "lower-limit-raised", "a lower limit fell below the %.0f people observed and was raised "
                     "to that number", a->plan->n_units);
  return status;
}

uint64_t hc_analysis_key(const hc_analysis *a, const hc_settings *settings) {
  const hc_plan *plan = a->plan;
  uint64_t key = hc_rng_key(settings->seed, hc_version());
  key = hc_rng_key(key, plan->estimator->id);
  key = hc_rng_key(key, hc_resample_name(settings->resample ? settings->resample : plan->default_resample));
  for (size_t i = 0; i < hc_options_count(a->options); i++) {
    const char *value;
    const hc_option *option = hc_options_at(a->options, i, &value);
    key = hc_rng_key(hc_rng_key(key, option->name), value);
  }
  key = hc_rng_key_bytes(key, plan->observed, plan->n_observed * sizeof *plan->observed);
  return hc_rng_key_bytes(key, plan->cells, plan->n_cells * sizeof *plan->cells);
}

/* A refusal is a note, and no slice. */
static hc_status draw_slice(hc_bootstrap **slice, hc_analysis *a, uint64_t first, uint64_t n, const hc_settings *settings,
                            const hc_pulse *pulse, hc_error *err) {
  hc_resample kind = settings->resample ? settings->resample : a->plan->default_resample;
  *slice = NULL;
  if (kind == HC_RESAMPLE_DEFAULT) return HC_OK;
  hc_error why;
  hc_status status = hc_bootstrap_new(slice, a->plan, a->estimate, kind, settings->seed, first, n, hc_analysis_key(a, settings),
                                      settings->threads, pulse, &why);
  if (status == HC_EREFUSED) {
    hc_estimate_note(a->estimate, why.code, "no bootstrap: %s", why.message);
    return HC_OK;
  }
  if (status != HC_OK && err) *err = why;
  return status;
}

hc_status hc_analysis_draw(hc_bootstrap **slice, hc_analysis *a, uint64_t first, uint64_t n, const hc_settings *settings,
                           const hc_pulse *pulse, hc_error *err) {
  *slice = NULL;
  return n ? draw_slice(slice, a, first, n, settings, pulse, err) : HC_OK;
}

struct drawing {
  hc_analysis *analysis;
  const hc_settings *settings;
};

/* A row: the values, then the standard errors. */
static hc_status draw_rows(void *context, uint64_t first, uint64_t n, double *rows, const hc_pulse *pulse, uint64_t *done,
                           hc_error *err) {
  const struct drawing *drawing = context;
  size_t width = drawing->analysis->plan->n_quantities;
  hc_bootstrap *slice = NULL;
  hc_status status = draw_slice(&slice, drawing->analysis, first, n, drawing->settings, pulse, err);
  if (status != HC_OK || !slice) return status;
  for (uint64_t b = 0; b < slice->done; b++) {
    memcpy(rows + 2 * width * b, slice->value + width * b, width * sizeof *rows);
    memcpy(rows + 2 * width * b + width, slice->se + width * b, width * sizeof *rows);
  }
  *done = slice->done;
  hc_bootstrap_free(slice);
  return HC_OK;
}

/* All replicates, by way of the settings' share. An empty slice says beforehand whether there are any. */
static hc_status draw_shared(hc_bootstrap **all, hc_analysis *a, const hc_settings *settings, const hc_pulse *pulse,
                             hc_error *err) {
  hc_bootstrap *none = NULL, *b = NULL;
  hc_status status = draw_slice(&none, a, 0, 0, settings, NULL, err);
  if (status != HC_OK || !none) return status;
  size_t width = a->plan->n_quantities;
  struct drawing drawing = {a, settings};
  hc_replicates r = {.key = none->key, .wanted = settings->replicates, .name = a->plan->estimator->id, .width = 2 * width,
                     .draw = draw_rows, .context = &drawing, .pulse = pulse};
  uint64_t done = 0;
  status = hc_replicates_fill(&r, settings, &done, err);
  if (status == HC_OK && !r.left) status = hc_bootstrap_allocate(&b, width, r.wanted, err);
  if (b) {
    b->kind = none->kind;
    b->seed = none->seed;
    b->key = none->key;
    b->done = done;
    for (uint64_t i = 0; i < done; i++) {
      memcpy(b->value + width * i, r.rows + 2 * width * i, width * sizeof *b->value);
      memcpy(b->se + width * i, r.rows + 2 * width * i + width, width * sizeof *b->se);
    }
    hc_bootstrap_count(b);
  }
  a->left = r.left;
  free(r.rows);
  hc_bootstrap_free(none);
  *all = b;
  return status;
}

static void note_replicates(hc_analysis *a) {
  const hc_bootstrap *b = a->bootstrap;
  if (b && b->succeeded < b->done)
    hc_estimate_note(a->estimate, "failed-replicates", "%llu of %llu bootstrap replicates could not be estimated and are "
                     "left out of the intervals", (unsigned long long)(b->done - b->succeeded),
                     (unsigned long long)b->done);
  if (b && b->done < b->requested)
    hc_estimate_note(a->estimate, "interrupted", "stopped after %llu of %llu bootstrap replicates",
                     (unsigned long long)b->done, (unsigned long long)b->requested);
}

/* A closed model is asked of people who come and go. */
static hc_status note_closure(hc_analysis *a, const hc_data *data, hc_error *err) {
  hc_closure closure;
  char text[HC_NOTE_SIZE];
  if (a->plan->estimator->open || data->shape != HC_SHAPE_OCCASIONS) return HC_OK;
  hc_status status = hc_closure_test(&closure, data, err);
  if (status == HC_OK && hc_closure_contradicted(&closure, text))
    hc_estimate_note(a->estimate, "not-closed", "%s", text);
  return status == HC_EREFUSED ? HC_OK : status;
}

/* Beside an estimator that looks at how often people were met. */
static void note_ones(hc_analysis *a, const hc_data *data) {
  hc_ones ones;
  bool told = false;
  for (size_t i = 0; i < a->estimate->n_notes; i++) told = told || strstr(a->estimate->notes[i].code, "excess-ones");
  if (told || data->shape != HC_SHAPE_COUNTS || hc_ones_sum(data, &ones) != HC_OK) return;
  double z = hc_ones_z_geometric(&ones);
  if (z > hc_normal_quantile(0.95))
    hc_estimate_note(a->estimate, "too-many-ones",
                     "%.0f people were met once, and %.0f would be if rates differed as much as an exponential distribution "
                     "makes them (score test, z = %.1f; for equal rates z = %.1f): some of them may be errors, duplicates or "
                     "passers-by, which push this number up",
                     ones.once, ones.n * ones.n / ones.sum, z, hc_ones_z_poisson(&ones));
}

hc_status hc_analysis_begin(hc_analysis **analysis, const hc_data *data, const hc_estimator *estimator,
                            const hc_options *options, hc_error *err) {
  *analysis = NULL;
  hc_analysis *a = calloc(1, sizeof *a);
  if (!a) return hc_fail(err, HC_ENOMEM, "no memory for an analysis");
  hc_status status = options ? hc_options_copy(&a->options, options, err) : hc_options_new(&a->options, estimator, err);
  if (status == HC_OK) status = hc_plan_prepare(&a->plan, estimator, data, a->options, err);
  if (status == HC_OK) status = hc_estimate_new(&a->estimate, a->plan, err);
  if (status == HC_OK) status = fit_point(a, err);
  if (status == HC_OK) note_poor_fit(a->estimate);
  if (status == HC_OK) note_no_spread(a);
  if (status == HC_OK) status = hc_analysis_note_one_person(a, err);
  if (status == HC_OK) note_ones(a, data);
  if (status == HC_OK) hc_analysis_note_inside(a, data);
  if (status == HC_OK) status = note_closure(a, data, err);
  if (status == HC_OK) *analysis = a;
  else hc_analysis_free(a);
  return status;
}

/* What a stop leaves undone is said; the numbers there are stand. */
static hc_status finish_parts(hc_analysis *a, const hc_settings *settings, const hc_pulse *pulse, hc_error *err) {
  hc_error why;
  hc_status status = compute_intervals(a, settings, pulse, &why);
  if (status == HC_OK && a->bootstrap && a->bootstrap->kind == HC_RESAMPLE_PARAMETRIC)
    status = hc_contributions_new(&a->contributions, &a->n_contributions, a->plan, a->estimate, settings->seed,
                                  settings->threads, pulse, &why);
  if (status == HC_ECANCELLED) {
    hc_estimate_note(a->estimate, "interrupted", "%s", why.message);
    return HC_OK;
  }
  if (status != HC_OK && err) *err = why;
  return status;
}

hc_status hc_analysis_finish(hc_analysis *a, hc_bootstrap *bootstrap, const hc_settings *settings, const hc_pulse *pulse,
                             hc_error *err) {
  a->bootstrap = bootstrap;
  note_replicates(a);
  hc_status status = finish_parts(a, settings, pulse, err);
  if (status == HC_OK && a->estimate->notes_lost)
    return hc_fail(err, HC_ENOMEM, "no memory for the notes of %s", a->plan->estimator->id);
  return status;
}

hc_status hc_analysis_new(hc_analysis **analysis, const hc_data *data, const hc_estimator *estimator,
                          const hc_options *options, const hc_settings *settings, hc_error *err) {
  const hc_pulse pulse = {settings ? settings->progress : NULL, settings ? settings->progress_context : NULL, estimator->id};
  hc_settings own;
  hc_bootstrap *all = NULL;
  *analysis = NULL;
  hc_status status = hc_settings_take(&own, settings, err);
  if (status == HC_OK) status = hc_analysis_begin(analysis, data, estimator, options, err);
  if (status == HC_OK) status = hc_analysis_add_dependence(*analysis, data, &own, &pulse, err);
  if (status == HC_OK && own.share && own.replicates) status = draw_shared(&all, *analysis, &own, &pulse, err);
  else if (status == HC_OK) status = hc_analysis_draw(&all, *analysis, 0, own.replicates, &own, &pulse, err);
  if (status == HC_OK && !(*analysis)->left) status = hc_analysis_finish(*analysis, all, &own, &pulse, err);
  if (status == HC_OK) return HC_OK;
  hc_analysis_free(*analysis);
  *analysis = NULL;
  return status;
}

void hc_analysis_free(hc_analysis *analysis) {
  if (!analysis) return;
  hc_dependence_free(analysis->dependence);
  hc_contributions_free(analysis->contributions);
  free(analysis->intervals);
  hc_bootstrap_free(analysis->bootstrap);
  hc_estimate_free(analysis->estimate);
  hc_plan_free(analysis->plan);
  hc_options_free(analysis->options);
  free(analysis);
}
