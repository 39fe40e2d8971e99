/* Mixture of zero-truncated binomials: the classes of people met at least once in t occasions.
 *
 * Parameters x: ln(w_j/w_c) for j < c, then logit p_j, 2c - 1 in all; w_j the shares among the people met.
 * Cost: c per value, c^2 per Hessian. Threads: any number; nothing is kept or allocated. */
#ifndef HC_NUMERIC_BINOMIAL_MIXTURE_H
#define HC_NUMERIC_BINOMIAL_MIXTURE_H

#include <stddef.h>

typedef struct hc_mixture {
  size_t classes, t;
  const double *ln_choose; /* [t + 1] ln C(t, k) */
} hc_mixture;

/* A class at the current point: its share, and the zero-truncated binomial in eta = logit p. */
typedef struct hc_mixture_class {
  double w, ln_w, eta, p, ln_norm; /* ln_norm = t ln(1-p) - ln(1-q)                                 */
  double mean, variance;           /* of k, truncated: d ln_norm / d eta = -mean, d mean / d eta = variance */
  double g, g1, g2;                /* 1/(1-q) and its derivatives by eta                               */
} hc_mixture_class;

void hc_mixture_set(const hc_mixture *mixture, const double *x, hc_mixture_class *group);

/* Shares r of the classes among those met k times; returns ln P(k | k > 0), ln C(t,k) included. */
double hc_mixture_posterior(const hc_mixture *mixture, const hc_mixture_class *group, size_t k, double *r);

/* Subtracts f times the derivatives of ln P(k | k > 0) from the gradient and the lower triangle of the Hessian (rows
 * of length n >= 2c - 1), where they are not NULL. r: from hc_mixture_posterior. */
void hc_mixture_add(const hc_mixture *mixture, const hc_mixture_class *group, const double *r, double k, double f,
                    size_t n, double *gradient, double *hessian);

/* G = sum w_j/(1-q_j) = 1/(1-P(0)), q_j = (1-p_j)^t, with its gradient and the lower triangle of its Hessian. */
double hc_mixture_expansion(const hc_mixture *mixture, const hc_mixture_class *group, size_t n, double *dG,
                            double *ddG);

#endif
