/* Percentiles corrected for bias only, Efron's older method: Phi(2 z0 - z) and Phi(2 z0 + z), z0 the normal quantile of the
 * part of the replicates below the estimate; bca of Efron (1987) JASA 82:171 with no acceleration. First-order accurate. It
 * needs no leaving out, so that it serves tables and totals over strata, which have no cells. */
#include "intervals/replicates.h"

#include <stdlib.h>

#include "numeric/special.h"

static hc_status limits(const hc_interval_subject *s, double *lower, double *upper, hc_error *err) {
  double *sorted = NULL, z = hc_interval_z(s->level), z0 = 0;
  size_t n = 0;
  hc_status status = hc_replicates_sort(s, HC_REPLICATES_AS_IS, &sorted, &n, err);
  if (status != HC_OK) return status;
  status = hc_replicates_bias(s, sorted, n, "bc", &z0, err);
  if (status == HC_OK) {
    *lower = hc_replicates_quantile(sorted, n, hc_normal_cdf(2 * z0 - z));
    *upper = hc_replicates_quantile(sorted, n, hc_normal_cdf(2 * z0 + z));
  }
  free(sorted);
  return status;
}

const hc_interval_method hc_interval_bc = {
  .name = "bc",
  .title = "BC",
  .help = "percentile corrected for bias: bca without acceleration, for tables and totals over strata too (Efron 1987, "
          "JASA 82:171)",
  .bootstrap = true,
  .limits = limits,
};
