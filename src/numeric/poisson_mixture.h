/* Nonparametric maximum likelihood for counts: any mixture of zero-truncated Poissons, with a penalty on the unseen.
 *
 * Cost: a few BFGS searches in at most 2 HC_MIXTURE_MOST - 1 variables, 0.1 to 2 ms. Threads: any number. */
#ifndef HC_NUMERIC_POISSON_MIXTURE_H
#define HC_NUMERIC_POISSON_MIXTURE_H

#include <stdbool.h>
#include <stddef.h>

/* Distinct counts k = 1..top with f[k-1] people, n in all. penalty(theta) and its derivative are subtracted from the
 * log-likelihood; theta is the odds of being unseen, sum w_j/(e^lambda_j - 1). */
typedef struct hc_counts_problem {
  size_t top;
  const double *f;
  const double *ln_factorial; /* [top] ln k!             */
  double n;
  double (*penalty)(double theta, double *slope, const void *context);
  const void *context;
} hc_counts_problem;

enum { HC_MIXTURE_MOST = 12 };

typedef struct hc_counts_mixture {
  size_t classes;
  double rate[HC_MIXTURE_MOST], weight[HC_MIXTURE_MOST]; /* rising rates; shares of the people met */
  double theta, loglik, slack; /* without the penalty; the largest directional derivative, over n  */
  unsigned iterations;
} hc_counts_mixture;

size_t hc_counts_mixture_scratch(size_t top);

/* Directional derivatives (Lindsay 1983 Ann. Statist. 11:86) decide where a class is missing; all rates and weights
 * are then moved together. False when rates run to 0 or without end, or the search does not settle. Where the penalty
 * is convex the maximum is the only one; else it is the first one found from a single class upwards. */
bool hc_counts_mixture_fit(const hc_counts_problem *problem, double *scratch, hc_counts_mixture *mixture);

#endif
