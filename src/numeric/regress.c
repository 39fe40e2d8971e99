/* Least squares by Householder reflections, and M-estimates by reweighting. */
#include "numeric/regress.h"

#include <math.h>
#include <string.h>

#include "numeric/median.h"

size_t hc_regress_scratch(size_t n, size_t p) { return n * p + 3 * n + p * p + p; }

/* Applies one reflection to column k onward of a (n x p) and to b. False when column k has nothing left. */
static bool reflect(double *a, double *b, size_t n, size_t p, size_t k, double whole) {
  double norm = 0;
  for (size_t i = k; i < n; i++) norm += a[i * p + k] * a[i * p + k];
  norm = sqrt(norm);
  if (!(norm > 1e-11 * whole) || !isfinite(norm)) return false;
  double alpha = a[k * p + k] > 0 ? -norm : norm, v0 = a[k * p + k] - alpha, square = -alpha * v0;
  for (size_t j = k + 1; j <= p; j++) {
    double dot = v0 * (j < p ? a[k * p + j] : b[k]);
    for (size_t i = k + 1; i < n; i++) dot += a[i * p + k] * (j < p ? a[i * p + j] : b[i]);
    double factor = dot / square;
    if (j < p) a[k * p + j] -= factor * v0;
    else b[k] -= factor * v0;
    for (size_t i = k + 1; i < n; i++) *(j < p ? &a[i * p + j] : &b[i]) -= factor * a[i * p + k];
  }
  a[k * p + k] = alpha;
  return true;
}

static bool triangularise(double *a, double *b, size_t n, size_t p) {
  for (size_t k = 0; k < p; k++) {
    double whole = 0;
    for (size_t i = 0; i < n; i++) whole += a[i * p + k] * a[i * p + k];
    if (!reflect(a, b, n, p, k, sqrt(whole))) return false;
  }
  return true;
}

static void find_residuals(hc_regression *r) {
  double sum = 0;
  for (size_t i = 0; i < r->n; i++) {
    double fitted = 0;
    for (size_t j = 0; j < r->p; j++) fitted += r->x[i * r->p + j] * r->beta[j];
    r->residual[i] = r->y[i] - fitted;
    sum += r->residual[i] * r->residual[i];
  }
  r->scale = r->n > r->p ? sqrt(sum / (double)(r->n - r->p)) : NAN;
}

bool hc_regress_least_squares(hc_regression *r, const double *weight, double *scratch) {
  size_t n = r->n, p = r->p;
  double *R = scratch, *a = R + p * p, *b = a + n * p;
  if (n < p || !p) return false;
  for (size_t i = 0; i < n; i++) {
    double w = weight ? sqrt(weight[i]) : 1;
    for (size_t j = 0; j < p; j++) a[i * p + j] = w * r->x[i * p + j];
    b[i] = w * r->y[i];
  }
  if (!triangularise(a, b, n, p)) return false;
  for (size_t j = p; j-- > 0;) {
    double sum = b[j];
    for (size_t k = j + 1; k < p; k++) sum -= a[j * p + k] * r->beta[k];
    r->beta[j] = sum / a[j * p + j];
  }
  memcpy(R, a, p * p * sizeof *R); /* the first p rows; below the diagonal lie the reflections, never read */
  find_residuals(r);
  return true;
}

double hc_regress_leverage(const double *R, size_t p, const double *x, double *work) {
  double sum = 0;
  for (size_t j = 0; j < p; j++) { /* R' work = x */
    double v = x[j];
    for (size_t k = 0; k < j; k++) v -= R[k * p + j] * work[k];
    work[j] = v / R[j * p + j];
    sum += work[j] * work[j];
  }
  return sum;
}

static double weight_of(hc_loss loss, double u) {
  const double k = 1.345, c = 4.685;
  double a = fabs(u), t = u / c;
  if (loss == HC_LOSS_HUBER) return a <= k ? 1 : k / a;
  return a < c ? (1 - t * t) * (1 - t * t) : 0;
}

static double robust_scale(const double *residual, size_t n, double *work) {
  for (size_t i = 0; i < n; i++) work[i] = fabs(residual[i]);
  return hc_median_in_place(work, n) / 0.6745;
}

bool hc_regress_fit(hc_regression *r, hc_loss loss, double *scratch) {
  enum { MOST = 1000 };
  size_t n = r->n, p = r->p;
  double *weight = scratch + p * p + n * p + n, *before = weight + n;
  r->iterations = 0;
  if (!hc_regress_least_squares(r, NULL, scratch)) return false;
  if (loss == HC_LOSS_SQUARE) return true;
  while (r->iterations++ < MOST) {
    double scale = robust_scale(r->residual, n, weight), moved = 0, size = 0;
    if (!(scale > 0)) break; /* more than half of the points on one line: it is the answer */
    for (size_t i = 0; i < n; i++) {
      weight[i] = weight_of(loss, r->residual[i] / scale);
      before[i] = r->residual[i];
      size += before[i] * before[i];
    }
    if (!hc_regress_least_squares(r, weight, scratch)) return false;
    for (size_t i = 0; i < n; i++) moved += (r->residual[i] - before[i]) * (r->residual[i] - before[i]);
    if (moved <= 1e-22 * size) break;
  }
  r->scale = robust_scale(r->residual, n, weight);
  return r->iterations <= MOST;
}
