/* Twice the estimate less the quantiles of the replicates: Davison and Hinkley (1997), sec. 5.2. */
#include "intervals/replicates.h"

static hc_status limits(const hc_interval_subject *s, double *lower, double *upper, hc_error *err) {
  double low, high;
  hc_status status = hc_replicates_middle(s, &low, &high, err);
  if (status != HC_OK) return status;
  *lower = 2 * s->value - high;
  *upper = 2 * s->value - low;
  return HC_OK;
}

const hc_interval_method hc_interval_basic = {
  .name = "basic",
  .title = "basic",
  .help = "2 x estimate minus the replicates' quantiles (Davison and Hinkley 1997, sec. 5.2)",
  .bootstrap = true,
  .limits = limits,
};
