/* One estimator on one data set: point estimate, bootstrap, intervals, and the notes that the engine owes the reader. */
#include "headcount/analysis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/author.h"
#include "numeric/special.h"

enum { METHOD_SIZE = 40, MOST_METHODS = 32 };

struct methods {
  size_t n;
  char name[MOST_METHODS][METHOD_SIZE];
};

void hc_settings_init(hc_settings *settings) {
  *settings = (hc_settings){.replicates = 1000, .level = 0.95, .seed = 1};
}

size_t hc_analysis_quantity(const hc_analysis *analysis, const char *name) {
  size_t q = 0;
  while (q < analysis->plan->n_quantities && strcmp(analysis->plan->quantities[q].name, name) != 0) q++;
  return q;
}

static hc_status fit_point(hc_analysis *a, hc_error *err) {
  double *scratch = malloc((a->plan->n_scratch + 1) * sizeof *scratch);
  if (!scratch) return hc_fail(err, HC_ENOMEM, "no memory for the fit of %s", a->plan->estimator->id);
  hc_status status = hc_plan_fit(a->plan, a->plan->observed, scratch, a->estimate, err);
  free(scratch);
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
                     p < 1e-6 ? "below 0.000001" : "below 0.001");
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
      snprintf(m->name[m->n++], METHOD_SIZE, "%s", *own);
    return HC_OK;
  }
  if (asked) return add_methods(m, asked, err);
  bool population = a->plan->n_units > 0 && a->estimate->value[0] > a->plan->n_units;
  if (has_no_spread(a) && a->plan->estimator->profile)
    add_methods(m, "profile", err);
  else if (a->plan->estimator->default_interval)
    add_methods(m, a->plan->estimator->default_interval, err);
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

static hc_status compute_intervals(hc_analysis *a, const hc_settings *settings, hc_error *err) {
  struct methods m;
  hc_status status = choose_methods(&m, a, settings->intervals, err);
  if (status != HC_OK) return status;
  bool all = settings->intervals && strcmp(settings->intervals, "all") == 0, floored = false;
  a->intervals = calloc(m.n * a->plan->n_quantities + 1, sizeof *a->intervals);
  if (!a->intervals) return hc_fail(err, HC_ENOMEM, "no memory for the intervals");
  for (size_t q = 0; q < a->plan->n_quantities; q++) {
    for (size_t i = 0; i < m.n; i++) {
      hc_interval *interval = &a->intervals[a->n_intervals];
      hc_error why;
      status = hc_interval_compute(interval, a->plan, a->estimate, a->bootstrap, m.name[i], q, settings->level, &why);
      if (status == HC_OK) {
        a->n_intervals++;
        floored |= interval->at_floor;
      } else if (status != HC_EREFUSED) {
        if (err) *err = why;
        return status;
      } else if (!all) {
        note_refusal(a, q, m.name[i], &why);
      }
    }
  }
  if (floored)
    hc_estimate_note(a->estimate, "lower-limit-raised", "a lower limit fell below the %.0f people observed and was raised "
                     "to that number", a->plan->n_units);
  return HC_OK;
}

static hc_status run_bootstrap(hc_analysis *a, const hc_settings *settings, hc_error *err) {
  hc_resample kind = settings->resample ? settings->resample : a->plan->default_resample;
  if (!settings->replicates || kind == HC_RESAMPLE_DEFAULT) return HC_OK;
  hc_error why;
  hc_status status = hc_bootstrap_new(&a->bootstrap, a->plan, a->estimate, kind, settings->seed, 0,
                                      settings->replicates, settings->threads, settings->progress,
                                      settings->progress_context, &why);
  if (status == HC_EREFUSED) {
    hc_estimate_note(a->estimate, why.code, "no bootstrap: %s", why.message);
    return HC_OK;
  }
  if (status != HC_OK && err) *err = why;
  if (status != HC_OK) return status;
  const hc_bootstrap *b = a->bootstrap;
  if (b->succeeded < b->done)
    hc_estimate_note(a->estimate, "failed-replicates", "%llu of %llu bootstrap replicates could not be estimated and are "
                     "left out of the intervals", (unsigned long long)(b->done - b->succeeded),
                     (unsigned long long)b->done);
  if (b->done < b->requested)
    hc_estimate_note(a->estimate, "interrupted", "stopped after %llu of %llu bootstrap replicates",
                     (unsigned long long)b->done, (unsigned long long)b->requested);
  return HC_OK;
}

static hc_status check_settings(const hc_settings *settings, hc_error *err) {
  if (!(settings->level > 0 && settings->level < 1))
    return hc_fail(err, HC_EUSAGE, "the level is between 0 and 1, not %g", settings->level);
  if (settings->seed >> 63) return hc_fail(err, HC_EUSAGE, "the seed is below 2^63");
  return HC_OK;
}

hc_status hc_analysis_new(hc_analysis **analysis, const hc_data *data, const hc_estimator *estimator,
                          const hc_options *options, const hc_settings *settings, hc_error *err) {
  hc_settings defaults;
  hc_settings_init(&defaults);
  if (!settings) settings = &defaults;
  hc_status status = check_settings(settings, err);
  if (status != HC_OK) return status;
  hc_analysis *a = calloc(1, sizeof *a);
  if (!a) return hc_fail(err, HC_ENOMEM, "no memory for an analysis");
  status = options ? hc_options_copy(&a->options, options, err) : hc_options_new(&a->options, estimator, err);
  if (status == HC_OK) status = hc_plan_prepare(&a->plan, estimator, data, a->options, err);
  if (status == HC_OK) status = hc_estimate_new(&a->estimate, a->plan, err);
  if (status == HC_OK) status = fit_point(a, err);
  if (status == HC_OK) note_poor_fit(a->estimate);
  if (status == HC_OK) note_no_spread(a);
  if (status == HC_OK) status = run_bootstrap(a, settings, err);
  if (status == HC_OK) status = compute_intervals(a, settings, err);
  if (status == HC_OK && a->bootstrap && a->bootstrap->kind == HC_RESAMPLE_PARAMETRIC)
    status = hc_contributions_new(&a->contributions, &a->n_contributions, a->plan, a->estimate, settings->seed,
                                  settings->threads, err);
  if (status == HC_OK && a->estimate->notes_lost) status = hc_fail(err, HC_ENOMEM, "no memory for the notes of %s", estimator->id);
  if (status == HC_OK)
    *analysis = a;
  else
    hc_analysis_free(a);
  return status;
}

void hc_analysis_free(hc_analysis *analysis) {
  if (!analysis) return;
  hc_contributions_free(analysis->contributions);
  free(analysis->intervals);
  hc_bootstrap_free(analysis->bootstrap);
  hc_estimate_free(analysis->estimate);
  hc_plan_free(analysis->plan);
  hc_options_free(analysis->options);
  free(analysis);
}
