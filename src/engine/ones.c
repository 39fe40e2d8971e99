/* Are there more people met once than a distribution expects whose counts fall geometrically?
 *
 * Score test of one-inflation in a zero-truncated distribution with P(1) = p1(theta): U = f1/p1 - n, and
 *   var U = n ((1/p1 - 1) - c^2/I),  c = cov(1{x=1}/p1, score), I = information of theta in one observation.
 *   Poisson:    p1 = l/(e^l - 1), mean mu = l/(1 - e^-l), c^2/I = (1 - mu)^2/(mu (1 + l - mu)), which is the variance of x
 *   geometric:  p1 = p = 1/mean, c^2/I = 1 - p, var U = n (1-p)^2/p
 * Derived. A score test for the Poisson case is in Liu, Li, Liu and Zhang, arXiv 2507.10388 (abstract seen).
 *
 * Where people merely differ, ones are in excess of the Poisson distribution; where their rates are as different as an
 * exponential distribution makes them, the counts are geometric. So it is the geometric one that has to be exceeded before
 * errors, duplicates and passers-by are thought of. */
#include "engine/ones.h"

#include <math.h>

#include "numeric/root.h"

hc_status hc_ones_sum(const hc_data *data, hc_ones *ones) {
  *ones = (hc_ones){0, 0, 0};
  for (size_t i = 0; i < data->n_cells; i++) {
    double people = (double)data->count[i], times = (double)data->times[i];
    ones->n += people, ones->sum += people * times;
    if (data->times[i] == 1) ones->once += people;
  }
  return ones->n > 0 && ones->sum > ones->n ? HC_OK : HC_EREFUSED;
}

static double mean_excess(double l, void *context) { return l / -expm1(-l) - *(const double *)context; }

double hc_ones_z_poisson(const hc_ones *o) {
  double mean = o->sum / o->n, l;
  if (!hc_root_brent(mean_excess, &mean, 1e-12, mean + 1, 1e-14, &l)) return NAN;
  double p1 = l / expm1(l), variance = mean * (1 + l - mean);
  return (o->once / p1 - o->n) / sqrt(o->n * (1 / p1 - 1 - (1 - mean) * (1 - mean) / variance));
}

double hc_ones_z_geometric(const hc_ones *o) {
  double p = o->n / o->sum;
  return (o->once / p - o->n) / sqrt(o->n * (1 - p) * (1 - p) / p);
}
