/* Forward and backward sums over occasions: see the header. */
#include "numeric/histories.h"

#include <string.h>

size_t hc_histories_scratch(size_t t) { return (t + 1) * (t + 2) + 2 * (t + 2); }

double hc_histories_total(const hc_histories *h, double *after) {
  size_t row = h->t + 2;
  memcpy(after + h->t * row, h->weight, (h->t + 1) * sizeof *after);
  after[h->t * row + h->t + 1] = 0;
  for (size_t j = h->t; j > 0; j--) {
    const double *B = after + j * row;
    double *before = after + (j - 1) * row, theta = h->theta[j - 1];
    for (size_t k = 0; k <= h->t; k++) before[k] = B[k] + theta * B[k + 1];
    before[h->t + 1] = 0;
  }
  return after[0];
}

/* poly, of this degree, times 1 + theta x. */
static void multiply(double *poly, size_t degree, double theta) {
  poly[degree + 1] = 0;
  for (size_t k = degree + 1; k > 0; k--) poly[k] += theta * poly[k - 1];
}

static double meet(const double *poly, size_t degree, const double *B) {
  double sum = 0;
  for (size_t k = 0; k <= degree; k++) sum += poly[k] * B[k + 1];
  return sum;
}

/* Occasion i: everybody met on it, P = P_i in; Q works. */
static void pairs_of(const hc_histories *h, size_t i, const double *P, double *Q, const double *after, double total,
                     double *met_times, double *pairs) {
  size_t row = h->t + 2;
  Q[0] = 0;
  memcpy(Q + 1, P, (i + 1) * sizeof *Q);
  for (size_t j = i + 1; j < h->t; j++) {
    double both = h->theta[i] * h->theta[j] * meet(Q, j, after + (j + 1) * row) / total;
    if (pairs) pairs[i * h->t + j] = pairs[j * h->t + i] = both;
    multiply(Q, j, h->theta[j]);
  }
  if (!met_times) return;
  for (size_t k = 0; k <= h->t; k++) met_times[i * (h->t + 1) + k] = h->weight[k] * h->theta[i] * Q[k] / total;
}

double hc_histories_moments(const hc_histories *h, double *times, double *met, double *met_times, double *pairs,
                            double *scratch) {
  size_t row = h->t + 2;
  double *after = scratch, *P = after + (h->t + 1) * row, *Q = P + row, total = hc_histories_total(h, after);
  P[0] = 1;
  for (size_t i = 0; i < h->t; i++) { /* P is P_i, of degree i */
    met[i] = h->theta[i] * meet(P, i, after + (i + 1) * row) / total;
    if (pairs) pairs[i * h->t + i] = met[i];
    if (pairs || met_times) pairs_of(h, i, P, Q, after, total, met_times, pairs);
    multiply(P, i, h->theta[i]);
  }
  for (size_t k = 0; k <= h->t; k++) times[k] = h->weight[k] * P[k] / total;
  return total;
}
