/* Small dense symmetric matrices: Cholesky factor and inverse in place. */
#include "numeric/linalg.h"

#include <math.h>

bool hc_cholesky(double *a, size_t n, double floor) {
  for (size_t j = 0; j < n; j++) {
    double *row = a + j * n;
    double diagonal = row[j], pivot = diagonal;
    for (size_t k = 0; k < j; k++) pivot -= row[k] * row[k];
    if (!(pivot > floor * fabs(diagonal)) || !isfinite(pivot)) return false;
    double root = sqrt(pivot), inverse = 1 / root;
    row[j] = root;
    for (size_t i = j + 1; i < n; i++) {
      double *below = a + i * n, sum = below[j];
      for (size_t k = 0; k < j; k++) sum -= below[k] * row[k];
      below[j] = sum * inverse;
    }
  }
  return true;
}

void hc_cholesky_solve(const double *l, size_t n, double *b) {
  for (size_t i = 0; i < n; i++) {
    double sum = b[i];
    for (size_t k = 0; k < i; k++) sum -= l[i * n + k] * b[k];
    b[i] = sum / l[i * n + i];
  }
  for (size_t i = n; i-- > 0;) { /* by rows of l: contiguous, and the compiler can use vectors */
    const double *row = l + i * n;
    double x = b[i] /= row[i];
    for (size_t k = 0; k < i; k++) b[k] -= row[k] * x;
  }
}

void hc_cholesky_invert(const double *l, size_t n, double *inverse) {
  for (size_t j = 0; j < n; j++) {
    double *column = inverse + j * n; /* symmetric: row j serves as column j */
    for (size_t i = 0; i < n; i++) column[i] = i == j;
    hc_cholesky_solve(l, n, column);
  }
}
