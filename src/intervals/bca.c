/* Percentiles corrected for bias and acceleration: Efron (1987) JASA 82:171; the acceleration by the jackknife collapsed
 * over equal cells. */
#include "intervals/method.h"

#include <math.h>
#include <stdlib.h>

#include "engine/interval.h"
#include "intervals/replicates.h"
#include "numeric/fail.h"
#include "numeric/special.h"

/* Efron's acceleration: sum w d^3 / (6 (sum w d^2)^(3/2)), d = mean - leave-one-out, w units in the cell. */
static hc_status acceleration(const hc_interval_subject *s, double *a, hc_error *err) {
  const hc_plan *plan = s->plan;
  const double *left_out = NULL;
  double sum = 0, weight = 0, square = 0, cube = 0;
  hc_status status = hc_jackknife_make(&s->basis->jackknife, s->basis, err);
  if (status != HC_OK) return status;
  left_out = hc_jackknife_values(s->basis->jackknife, s->quantity);
  for (size_t i = 0; i < plan->n_cells; i++) {
    if (!(plan->cells[i] >= 1)) continue;
    if (isnan(left_out[i]))
      return hc_refuse(err, "jackknife-failed", "without one unit of cell %zu there is no estimate, so no bca interval", i + 1);
    sum += plan->cells[i] * left_out[i];
    weight += plan->cells[i];
  }
  for (size_t i = 0; i < plan->n_cells; i++) {
    if (!(plan->cells[i] >= 1)) continue;
    double d = sum / weight - left_out[i];
    square += plan->cells[i] * d * d;
    cube += plan->cells[i] * d * d * d;
  }
  *a = square > 0 ? cube / (6 * square * sqrt(square)) : 0;
  return HC_OK;
}

static hc_status limits(const hc_interval_subject *s, double *lower, double *upper, hc_error *err) {
  double *sorted = NULL, a = 0, z0 = 0;
  size_t n = 0;
  if (!s->plan || !s->plan->n_cells)
    return hc_refuse(err, "no-cells", "%s has no cells to leave out, so no bca interval", s->who);
  hc_status status = hc_replicates_sort(s, HC_REPLICATES_AS_IS, &sorted, &n, err);
  if (status != HC_OK) return status;
  status = acceleration(s, &a, err);
  if (status == HC_OK) status = hc_replicates_bias(s, sorted, n, "bca", &z0, err);
  if (status == HC_OK) {
    double z = hc_interval_z(s->level);
    double low = 1 - a * (z0 - z), high = 1 - a * (z0 + z); /* where they reach zero, the limit is the furthest replicate */
    *lower = hc_replicates_quantile(sorted, n, low > 0 ? hc_normal_cdf(z0 + (z0 - z) / low) : 0);
    *upper = hc_replicates_quantile(sorted, n, high > 0 ? hc_normal_cdf(z0 + (z0 + z) / high) : 1);
  }
  free(sorted);
  return status;
}

const hc_interval_method hc_interval_bca = {
  .name = "bca",
  .title = "BCa",
  .help = "percentile corrected for bias and acceleration, second-order accurate (Efron 1987, JASA 82:171)",
  .bootstrap = true,
  .limits = limits,
};
