/* What a program may ask of an analysis. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "engine/analysis.h"
#include "numeric/special.h"

const hc_estimator *hc_analysis_estimator(const hc_analysis *a) { return a->plan->estimator; }
const char *hc_analysis_form(const hc_analysis *a) { return a->plan->form; }
const char *hc_analysis_variant(const hc_analysis *a) { return a->plan->variant; }
double hc_analysis_observed(const hc_analysis *a) { return a->plan->n_units; }

const hc_option *hc_analysis_option(const hc_analysis *a, size_t i, const char **value) {
  return hc_options_at(a->options, i, value);
}

size_t hc_analysis_count(const hc_analysis *a) { return a->plan->n_quantities; }
double hc_analysis_value(const hc_analysis *a, size_t q) { return a->estimate->value[q]; }
double hc_analysis_se(const hc_analysis *a, size_t q) { return a->estimate->se[q]; }

double hc_analysis_z(const hc_analysis *a, size_t q) {
  bool tested = q < a->plan->n_quantities && a->plan->quantities[q].coefficient && a->estimate->se[q] > 0;
  return tested ? a->estimate->value[q] / a->estimate->se[q] : NAN;
}

double hc_analysis_p(const hc_analysis *a, size_t q) {
  double z = hc_analysis_z(a, q);
  return isnan(z) ? NAN : 2 * hc_normal_cdf(-fabs(z));
}

const hc_quantity *hc_analysis_quantity(const hc_analysis *a, size_t q) {
  return q < a->plan->n_quantities ? &a->plan->quantities[q] : NULL;
}

size_t hc_analysis_find(const hc_analysis *a, const char *name) {
  size_t q = 0;
  while (q < a->plan->n_quantities && strcmp(a->plan->quantities[q].name, name) != 0) q++;
  return q;
}

const hc_interval *hc_analysis_interval(const hc_analysis *a, size_t i) {
  return i < a->n_intervals ? &a->intervals[i] : NULL;
}

const hc_interval *hc_analysis_headline(const hc_analysis *a, size_t q) {
  for (size_t i = 0; i < a->n_intervals; i++)
    if (a->intervals[i].quantity == q) return &a->intervals[i];
  return NULL;
}

static const struct {
  const char *name;
  size_t offset;
} fields[HC_FIT_FIELDS] = {
    [HC_FIT_LOGLIK] = {"loglik", offsetof(hc_fit, loglik)},
    [HC_FIT_DF] = {"df", offsetof(hc_fit, df)},
    [HC_FIT_DEVIANCE] = {"deviance", offsetof(hc_fit, deviance)},
    [HC_FIT_AIC] = {"aic", offsetof(hc_fit, aic)},
    [HC_FIT_BIC] = {"bic", offsetof(hc_fit, bic)},
    [HC_FIT_PARAMETERS] = {"parameters", offsetof(hc_fit, parameters)},
};

const char *hc_fit_field_name(hc_fit_field field) {
  return (unsigned)field < HC_FIT_FIELDS ? fields[field].name : NULL;
}

double hc_analysis_fit(const hc_analysis *a, hc_fit_field field) {
  return *(const double *)(const void *)((const char *)&a->estimate->fit + fields[field].offset);
}

unsigned hc_analysis_iterations(const hc_analysis *a) { return a->estimate->fit.iterations; }

const hc_note *hc_analysis_note(const hc_analysis *a, size_t i) {
  return i < a->estimate->n_notes ? &a->estimate->notes[i] : NULL;
}

bool hc_analysis_has_note(const hc_analysis *a, const char *code) {
  for (size_t i = 0; i < a->estimate->n_notes; i++)
    if (strcmp(a->estimate->notes[i].code, code) == 0) return true;
  return false;
}

const hc_bootstrap *hc_analysis_bootstrap(const hc_analysis *a) { return a->bootstrap; }

const hc_contribution *hc_analysis_contribution(const hc_analysis *a, size_t i) {
  return i < a->n_contributions ? &a->contributions[i] : NULL;
}

hc_status hc_analysis_profile(const hc_analysis *a, double N, double *loglik) {
  const hc_plan *plan = a->plan;
  hc_room *room = NULL;
  *loglik = NAN;
  if (!plan->estimator->profile || !(N >= plan->n_units)) return HC_EREFUSED;
  hc_status status = hc_room_new(&room, plan, NULL);
  if (status == HC_OK) status = plan->estimator->profile(plan, plan->observed, N, a->estimate, room->scratch, loglik);
  free(room);
  return status == HC_OK && !isfinite(*loglik) ? HC_EREFUSED : status;
}
