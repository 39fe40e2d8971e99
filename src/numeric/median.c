/* Medians, plain and weighted. */
#include "numeric/median.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double hc_median_in_place(double *x, size_t n) {
  gsl_sort(x, 1, n); /* in place, where qsort may allocate */
  return n % 2 ? x[n / 2] : 0.5 * (x[n / 2 - 1] + x[n / 2]);
}

double hc_weighted_median(double *pairs, size_t n) {
  double total = 0, below = 0;
  for (size_t i = 0; i < n; i++) total += pairs[2 * i + 1];
  qsort(pairs, n, 2 * sizeof *pairs, by_value);
  for (size_t i = 0; i < n; i++) {
    below += pairs[2 * i + 1];
    if (2 * below > total) return pairs[2 * i];
    if (2 * below < total || below == 0) continue;
    size_t next = i + 1;
    while (pairs[2 * next + 1] == 0) next++;
    return 0.5 * (pairs[2 * i] + pairs[2 * next]);
  }
  return NAN;
}
