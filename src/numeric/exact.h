/* Confidence limits for a proportion, a Poisson mean and the size of a population sampled twice.
 *
 * Cost: closed forms, or for the exact ones a root (at most 200 values of a distribution function each) or, for the
 * hypergeometric, two bisections over whole N up to 4e9. Threads: any number; nothing is kept or allocated. */
#ifndef HC_NUMERIC_EXACT_H
#define HC_NUMERIC_EXACT_H

#include <stdbool.h>

/* In all of these `level` is the confidence, 0.95 for instance, and the error is split evenly between the two sides. */

typedef enum hc_binomial_kind {
  HC_BINOMIAL_EXACT,     /* Clopper and Pearson (1934) Biometrika 26:404, by the incomplete beta function */
  HC_BINOMIAL_WILSON,    /* Wilson (1927) JASA 22:209                                                       */
  HC_BINOMIAL_ASYMPTOTIC /* p +- z sqrt(p (1-p)/n): may leave [0, 1]                                        */
} hc_binomial_kind;

/* Limits for the chance of success after x successes among n, 0 <= x <= n, n > 0. The exact ones are NaN where the
 * incomplete beta function cannot be had, which happens from about x = 1e7. */
void hc_binomial_limits(hc_binomial_kind kind, double x, double n, double level, double *lower, double *upper);

typedef enum hc_poisson_kind {
  HC_POISSON_EXACT,     /* Garwood (1936) Biometrika 28:437, by the incomplete gamma function */
  HC_POISSON_BYAR,      /* Byar's cube of a normal, both sides at x + 1/2 (Rothman and Boice 1979) */
  HC_POISSON_ASYMPTOTIC /* x +- z sqrt(x): may be negative                                    */
} hc_poisson_kind;

/* Limits for the mean after x events, x >= 0. */
void hc_poisson_limits(hc_poisson_kind kind, double x, double level, double *lower, double *upper);

/* Chances that a Poisson variable with this mean (above 0) is x or more, and x or less; x >= 0, whole or not. */
double hc_poisson_at_least(double x, double mean);
double hc_poisson_at_most(double x, double mean);

/* Limits for N when `marked` of N people are marked and a sample of n, without replacement, holds m marked:
 * the smallest and the largest whole N that a one-sided test at (1 - level)/2 does not reject. The upper
 * limit is infinite when it is past 4e9. False when the counts are not whole or do not fit each other. */
bool hc_hypergeometric_limits(double marked, double n, double m, double level, double *lower, double *upper);

/* Limits for the cases among `population` people of whom a sample without replacement held `cases` cases: the smallest and
 * the largest whole number that a one-sided test at (1 - level)/2 does not reject. False as above. */
bool hc_cases_limits(double population, double sample, double cases, double level, double *lower, double *upper);

/* The same for how many there are when each was met with chance p and x were; the upper limit is infinite past 4e9. */
bool hc_thinned_limits(double x, double p, double level, double *lower, double *upper);

/* A population sampled twice, as an estimator of Petersen's family counts it: N = marked n/m + shift. */
typedef struct hc_two_samples {
  double marked, n, m; /* with the estimator's own additions, such as Chapman's + 1 */
  double added;        /* how much of m is such an addition: 0 or 1                 */
  double shift;
} hc_two_samples;

/* Limits for N from limits for m/n (binomial, additions included) or for m (Poisson: limits for what was counted,
 * and the addition afterwards). Infinite where the lower limit of the
 * proportion or the mean is not positive. False when method is not one of
 * binomial-wilson, binomial-exact, binomial-asymptotic, poisson-exact, poisson-byar, poisson-asymptotic. */
bool hc_two_samples_limits(const hc_two_samples *s, const char *method, double level, double *lower, double *upper);

#endif
