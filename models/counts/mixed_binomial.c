/* People who differ in their chance of being met: see the header. */
#include "counts/mixed_binomial.h"

hc_status hc_mixed_binomial_interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level,
                                     double *lower, double *upper, hc_error *err) {
  double unseen = e->value[0] - plan->n_units, half = hc_normal_quantile(0.5 + level / 2) * e->se[0] / unseen;
  (void)method;
  if (!isfinite(half)) return hc_refuse(err, "no-se", "%s has no standard error for N", plan->estimator->id);
  *lower = plan->n_units + unseen * exp(-half);
  *upper = plan->n_units + unseen * exp(half);
  return HC_OK;
}
