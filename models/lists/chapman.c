/* Chapman's nearly unbiased version of Lincoln and Petersen: N = (n1+1)(n2+1)/(m+1) - 1.
 *
 * n1, n2: people on the first and the second list; m: on both. Chapman (1951) Univ. Calif. Publ. Stat. 1:131.
 *   var N = (n1+1) (n2+1) (n1-m) (n2-m) / ((m+1)^2 (m+2))     Seber (1970) Biometrics 26:313
 * Unbiased when n1 + n2 >= N, else with a relative bias of about -exp(-n1 n2/N).
 *
 * Assumes: being on one list says nothing about being on the other, and on one list all have the same chance.
 * Breaks when the lists do not overlap: the formula gives a number, and the data know nothing of it. */
#include "two_samples.h"

static const hc_option options[] = {
    TWO_SAMPLES_OPTION_PAIR,
    {0},
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = two_samples_prepare(plan, data, o, err);
  hc_plan_set_form(plan, "N = (n1+1)(n2+1)/(m+1) - 1");
  hc_plan_add_variant(plan, "; se: Seber (1970)");
  return status;
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  struct two_samples s = two_samples_of(observed);
  hc_status status = two_samples_overlap(&s, e, err);
  (void)plan, (void)scratch;
  if (status != HC_OK) return status;
  double ratio = (s.n1 + 1) * (s.n2 + 1) / (s.m + 1);
  e->value[0] = ratio - 1;
  e->se[0] = sqrt(ratio * (s.n1 - s.m) * (s.n2 - s.m) / ((s.m + 1) * (s.m + 2)));
  return HC_OK;
}

static hc_status interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level, double *lower,
                          double *upper, hc_error *err) {
  struct two_samples s = two_samples_of(plan->observed);
  hc_two_samples own = {.marked = s.n1 + 1, .n = s.n2 + 1, .m = s.m + 1, .added = 1, .shift = -1};
  (void)e;
  return two_samples_interval(plan, &own, method, level, lower, upper, err);
}

const hc_estimator hc_estimator_chapman = {
    .id = "chapman",
    .title = "Chapman's estimator",
    .cite = "Chapman (1951) Univ. Calif. Publ. Stat. 1:131-160; Seber (1970) Biometrics 26:313-318",
    .formula = "N = (n1 + 1)(n2 + 1)/(m + 1) - 1",
    .assumes = "being on one list says nothing about being on the other, and on each list all have the same chance",
    .needs = "two lists that overlap",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .prepare = prepare,
    .fit = fit,
    .simulate = two_samples_simulate,
    .profile = two_samples_profile,
    .interval_methods = TWO_SAMPLES_METHODS,
    .interval = interval,
};
