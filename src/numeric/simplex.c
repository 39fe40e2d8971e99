/* The two-phase simplex method on a dense tableau (Dantzig 1963, Linear Programming and Extensions, ch. 5).
 *
 * Rows 0..m-1: equations, columns: n unknowns, m artificial ones (which hold the inverse of the basis), the right
 * side. Row m: reduced costs, and minus the objective. After the tableau: the column in the basis of each row, then
 * the scale of b. */
#include "numeric/simplex.h"

#include <math.h>
#include <stdint.h>

static const double SMALL = 1e-9;

struct tableau {
  double *at, *basis;
  size_t m, n, width;
};

static struct tableau view(double *work, size_t m, size_t n) {
  size_t width = n + m + 1;
  return (struct tableau){work, work + (m + 1) * width, m, n, width};
}

size_t hc_simplex_size(size_t m, size_t n) {
  return (m + 1) * (n + m + 1) + m + 1;
}

static void pivot(struct tableau *t, size_t row, size_t column) {
  double *p = t->at + row * t->width, by = p[column];
  for (size_t j = 0; j < t->width; j++) p[j] /= by;
  p[column] = 1;
  for (size_t i = 0; i <= t->m; i++) {
    double *q = t->at + i * t->width, factor = q[column];
    if (i == row || factor == 0) continue;
    for (size_t j = 0; j < t->width; j++) q[j] -= factor * p[j];
    q[column] = 0;
  }
  t->basis[row] = (double)column;
}

/* The unknown that enters: SIZE_MAX when none lowers the objective. */
static size_t entering(const struct tableau *t, bool bland) {
  const double *cost = t->at + t->m * t->width;
  size_t best = SIZE_MAX;
  for (size_t j = 0; j < t->n; j++) {
    if (!(cost[j] < -SMALL) || (best != SIZE_MAX && cost[j] >= cost[best])) continue;
    best = j;
    if (bland) break;
  }
  return best;
}

/* The row whose unknown leaves, of ties the lowest unknown: SIZE_MAX when none bounds the step. */
static size_t leaving(const struct tableau *t, size_t column) {
  size_t best = SIZE_MAX;
  double least = INFINITY;
  for (size_t i = 0; i < t->m; i++) {
    double a = t->at[i * t->width + column], b = t->at[i * t->width + t->width - 1];
    if (!(a > SMALL)) continue;
    double ratio = fmax(b, 0) / a;
    bool tie = best != SIZE_MAX && fabs(ratio - least) <= 1e-14 * (1 + least);
    if (tie ? t->basis[i] < t->basis[best] : ratio < least) best = i, least = ratio;
  }
  return best;
}

static bool descend(struct tableau *t) {
  size_t patience = 20 * (t->m + 1), most = 2000 * (t->m + t->n);
  for (size_t step = 0; step < most; step++) {
    size_t column = entering(t, step > patience);
    if (column == SIZE_MAX) return true;
    size_t row = leaving(t, column);
    if (row == SIZE_MAX) return false;
    pivot(t, row, column);
  }
  return false;
}

/* Artificial unknowns that stay in the basis are zero: they leave for any other that their row holds. */
static void drop_artificial(struct tableau *t) {
  for (size_t i = 0; i < t->m; i++) {
    if (t->basis[i] < (double)t->n) continue;
    double *row = t->at + i * t->width;
    size_t j = 0;
    while (j < t->n && !(fabs(row[j]) > SMALL)) j++;
    if (j < t->n)
      pivot(t, i, j);
    else
      for (size_t k = 0; k < t->n; k++) row[k] = 0; /* an equation that follows from the others */
  }
}

bool hc_simplex_start(double *work, size_t m, size_t n, const double *a, const double *b) {
  struct tableau t = view(work, m, n);
  double *cost = t.at + m * t.width, scale = 0, *largest = t.basis + m;
  for (size_t i = 0; i < m; i++) scale = fmax(scale, b[i]);
  *largest = scale > 0 ? scale : 1;
  for (size_t j = 0; j < t.width; j++) cost[j] = 0;
  for (size_t i = 0; i < m; i++) {
    double *row = t.at + i * t.width;
    for (size_t j = 0; j < n; j++) row[j] = a[i * n + j], cost[j] -= row[j];
    for (size_t j = 0; j < m; j++) row[n + j] = i == j;
    row[n + m] = b[i] / *largest;
    cost[n + m] -= row[n + m];
    t.basis[i] = (double)(n + i);
  }
  if (!descend(&t) || -cost[n + m] > SMALL) return false;
  drop_artificial(&t);
  return true;
}

bool hc_simplex_minimise(double *work, size_t m, size_t n, const double *c, double *value, double *y) {
  struct tableau t = view(work, m, n);
  double *cost = t.at + m * t.width;
  for (size_t j = 0; j < t.width; j++) cost[j] = j < n ? c[j] : 0;
  for (size_t i = 0; i < m; i++) {
    size_t in = (size_t)t.basis[i];
    double *row = t.at + i * t.width, price = in < n ? c[in] : 0;
    for (size_t j = 0; price != 0 && j < t.width; j++) cost[j] -= price * row[j];
  }
  if (!descend(&t)) return false;
  *value = -cost[n + m] * t.basis[m];
  for (size_t i = 0; y && i < m; i++) y[i] = -cost[n + i];
  return true;
}
