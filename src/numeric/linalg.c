/* Small dense symmetric matrices: Cholesky factor and inverse in place. */
#include "numeric/linalg.h"

#include <math.h>

#ifdef __clang__
#pragma clang diagnostic ignored "-Wpass-failed" /* of the sizes without a number of their own */
#endif

/* Each sum in one order, whatever n is known to the compiler: the same bits. */
static inline __attribute__((always_inline)) bool factorise(double *a, size_t n, double floor) {
#pragma GCC unroll 12
  for (size_t j = 0; j < n; j++) {
    double *row = a + j * n;
    double diagonal = row[j], pivot = diagonal;
#pragma GCC unroll 12
    for (size_t k = 0; k < j; k++) pivot -= row[k] * row[k];
    if (!(pivot > floor * fabs(diagonal)) || !isfinite(pivot)) return false;
    double root = sqrt(pivot), inverse = 1 / root;
    row[j] = root;
#pragma GCC unroll 12
    for (size_t i = j + 1; i < n; i++) {
      double *below = a + i * n, sum = below[j];
#pragma GCC unroll 12
      for (size_t k = 0; k < j; k++) sum -= below[k] * row[k];
      below[j] = sum * inverse;
    }
  }
  return true;
}

static inline __attribute__((always_inline)) void solve(const double *l, size_t n, double *b) {
#pragma GCC unroll 12
  for (size_t k = 0; k < n; k++) { /* by columns: each b[i] in the order of its row, and none waits for the sum before */
    double x = b[k] /= l[k * n + k];
#pragma GCC unroll 12
    for (size_t i = k + 1; i < n; i++) b[i] -= l[i * n + k] * x;
  }
#pragma GCC unroll 12
  for (size_t i = n; i-- > 0;) { /* by rows of l: contiguous, and the compiler can use vectors */
    const double *row = l + i * n;
    double x = b[i] /= row[i];
#pragma GCC unroll 12
    for (size_t k = 0; k < i; k++) b[k] -= row[k] * x;
  }
}

/* Loops whose lengths are known when compiling take a third of the instructions: the sizes of most models have their own. */
#define SIZES(X) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12)

bool hc_cholesky(double *a, size_t n, double floor) {
  switch (n) {
#define CASE(size) case size: return factorise(a, size, floor);
    SIZES(CASE)
#undef CASE
  default: return factorise(a, n, floor);
  }
}

void hc_cholesky_solve(const double *l, size_t n, double *b) {
  switch (n) {
#define CASE(size) case size: solve(l, size, b); return;
    SIZES(CASE)
#undef CASE
  default: solve(l, n, b);
  }
}

void hc_cholesky_invert(const double *l, size_t n, double *inverse) {
  for (size_t j = 0; j < n; j++) {
    double *column = inverse + j * n; /* symmetric: row j serves as column j */
    for (size_t i = 0; i < n; i++) column[i] = i == j;
    hc_cholesky_solve(l, n, column);
  }
}

double hc_quadratic_form(size_t n, const double *matrix, const double *d) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) sum += d[i] * matrix[i * n + j] * d[j];
  return sum;
}
