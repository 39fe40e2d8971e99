/* Maximum of the likelihood of a natural exponential family, some of whose parameters may not be negative.
 *
 * ln f(y) = x's(y) - A(x): with `target` the mean of s over the observations, the log-likelihood per observation is
 * x'target - A(x), concave; its gradient is target - mean, its Hessian minus the covariance of s. Newton's method with
 * step halving, and an active set for the bounds (Lawson and Hanson 1974, ch. 23, whose problem is quadratic).
 *
 * Cost: some five to ten times the moments and free^3/6 steps, and as much again whenever a bound is met or left.
 * Threads: any number, each with its own scratch; nothing is kept or allocated. */
#ifndef HC_NUMERIC_NATURAL_H
#define HC_NUMERIC_NATURAL_H

#include <stdbool.h>
#include <stddef.h>

/* A(x), and the means of all n statistics; the covariance of those listed in free, row by row, n_free x n_free. NaN
 * where it cannot be had: the search backs off. */
typedef double (*hc_natural_moments)(const double *x, const size_t *free, size_t n_free, double *mean,
                                     double *covariance, void *context);

typedef struct hc_natural {
  size_t n;
  size_t first_bounded;  /* x[first_bounded] .. x[n - 1] may not be negative, nor are their statistics; n: none */
  const double *target;  /* [n]                                                                 */
  hc_natural_moments moments;
  void *context;
} hc_natural;

typedef struct hc_natural_maximum {
  double A;
  size_t n_free;
  const size_t *free;   /* [n_free] parameters not held at 0; in scratch                       */
  const double *mean;   /* [n] at the maximum; in scratch                                       */
  const double *factor; /* [n_free^2] Cholesky factor of the covariance of the free; in scratch */
  unsigned iterations;
} hc_natural_maximum;

/* Doubles of scratch. */
size_t hc_natural_scratch(size_t n);

/* From x, which is overwritten; bounded parameters that are not positive start as held at 0. False when the covariance
 * becomes singular, a parameter leaves for infinity or the steps run out: there is no finite maximum, or none to be
 * found. */
bool hc_natural_maximise(const hc_natural *family, double *x, double *scratch, hc_natural_maximum *maximum);

/* The same numbers at x, which stays as it is. False when the covariance is singular there. */
bool hc_natural_at(const hc_natural *family, const double *x, double *scratch, hc_natural_maximum *maximum);

/* v'C^-1 v for a vector of all n, of which the free parameters count; C the covariance. work: [n_free]. */
double hc_natural_quadratic(const hc_natural_maximum *maximum, const double *v, double *work);

#endif
