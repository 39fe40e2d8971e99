/* Zero-truncated power series distributions: Poisson, binomial, negative binomial (geometric: size 1).
 *
 * P(k) = w_k exp(theta k) / sum_j w_j exp(theta j) with w_0 = 1; theta is the natural parameter: ln lambda,
 * ln(p/(1-p)), ln q. (Noack 1950, Ann. Math. Statist. 21:127.) With B(theta) = ln of the sum over k >= 1, the people
 * never met are exp(-B) per person met, the truncated mean is B' and the truncated variance B''.
 *
 * Cost: the moments are closed forms, or a loop over 1..top where the support is cut; the solvers take some ten Newton
 * steps of that (at most 200); a draw walks over the counts that occur. Threads: any number; nothing is kept or
 * allocated. */
#ifndef HC_NUMERIC_POWER_SERIES_H
#define HC_NUMERIC_POWER_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/rng.h"

typedef enum hc_power_kind { HC_POWER_POISSON, HC_POWER_BINOMIAL, HC_POWER_NEGBIN } hc_power_kind;

typedef struct hc_power_series {
  hc_power_kind kind;
  double size;  /* binomial: occasions; negative binomial: size r > 0; Poisson: not read */
  unsigned top; /* the largest k that the distribution can give; 0: its natural support  */
} hc_power_series;

/* Of the zero-truncated distribution. */
typedef struct hc_power_moments {
  double log_sum, mean, variance; /* B, B', B'' */
} hc_power_moments;

/* What the likelihood needs of a table of frequencies. */
typedef struct hc_power_sums {
  double people, total; /* sum of f_k; of k f_k                        */
  double log_weight;    /* sum of f_k ln w_k                           */
  double saturated;     /* sum of f_k ln f_k, for the deviance         */
} hc_power_sums;

/* w_k / w_(k-1), k >= 1. */
double hc_power_ratio(const hc_power_series *series, double k);
void hc_power_moments_at(const hc_power_series *series, double theta, hc_power_moments *moments);

/* theta at which the truncated mean is `mean`: the conditional maximum-likelihood estimate. False when there
 * is none inside: mean <= 1 (theta goes to minus infinity), at the largest k, or, for a negative binomial cut at top,
 * at or past the mean for q = 1. *moments at the answer. */
bool hc_power_solve(const hc_power_series *series, double mean, double *theta, hc_power_moments *moments,
                    unsigned *iterations);

/* max over theta of theta total - N ln(1 + exp B): the part of the full likelihood that depends on theta.
 * start is read only where the support is cut at top. */
double hc_power_profile(const hc_power_series *series, double total, double N, double start);

/* theta of that maximum, at which the mean with zero is share = total / N; and ln P(0) there. */
double hc_power_theta_given(const hc_power_series *series, double share, double start, double *log_none);

/* The full-likelihood estimate: N and theta that maximise ln N!/(N-n)! + theta total - N ln(1 + exp B), N real,
 * N >= n = people; start: the conditional estimates. *variance is minus the inverse of the second derivative of the
 * profile. False when N goes to infinity, or a negative binomial cut at top to q >= 1. */
bool hc_power_full(const hc_power_series *series, double people, double total, double *N, double *theta,
                   double *variance);

/* One population of N people (rounded), those met summarised. count, if not NULL, gets f_1..f_n, larger k added to f_n.
 * theta = infinity: everybody at the largest k. */
void hc_power_draw(const hc_power_series *series, double theta, double N, hc_rng *rng, hc_power_sums *sums,
                   double *count, size_t n);

#endif
