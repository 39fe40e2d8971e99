/* Log-linear Poisson models on the lattice of capture histories.
 *
 * A capture history of k lists is a cell c in 0..2^k-1 (bit i: on list i); cell 0, nobody's list, is
 * not observed. A term of the model is a mask m: it belongs to every cell c that contains m, so
 *
 *     ln mu(c) = sum of beta(m) over the terms m contained in c.
 *
 * The design matrix is therefore 0/1 and never built. With S the sums of a vector over supersets
 * (the zeta transform of the subset lattice; k 2^(k-1) additions, Yates 1937):
 *     sufficient statistics  X'y [m]      = S_y[m],
 *     information            X'WX[m, m'] = S_mu[m | m'],
 *     means                  mu = products of exp(beta) over subsets (the same transform, multiplied).
 *
 * Cost: k 2^(k-1) additions for each transform; maximising adds terms^3/6 per Newton step, some five to ten of them (at
 * most 60). Threads: any number, each with its own scratch; nothing is kept or allocated. */
#ifndef HC_NUMERIC_LATTICE_H
#define HC_NUMERIC_LATTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HC_LATTICE_MAX_LISTS = 16, HC_LATTICE_MAX_TERMS = 1024 };

typedef struct hc_lattice {
  size_t lists, cells; /* cells = 2^lists, cell 0 included                                  */
  size_t terms;
  const uint32_t *mask; /* [terms] distinct; mask[terms - 1] = 0, the intercept             */
  const uint32_t *join; /* [terms (terms + 1) / 2] mask[i] | mask[j], j <= i, row by row     */
  const double *live;   /* [cells] 1 where a cell takes part, 0 where its mean is 0 or nobody
                           could be seen there, else a factor of its mean (the exponential of
                           an offset); cell 0 ignored. NULL: all cells take part              */
} hc_lattice;

/* Where the Newton iteration starts: coefficients and, optionally, what is known about them. */
typedef struct hc_lattice_start {
  const double *beta;   /* [terms]                                                           */
  const double *factor; /* [terms^2] Cholesky factor of the information at beta, or NULL     */
  const double *score0; /* [terms] fitted sufficient statistics there (with factor), or NULL */
} hc_lattice_start;

typedef struct hc_lattice_maximum {
  double kernel;        /* sum of y ln mu - mu over the cells of the likelihood               */
  double var_intercept; /* of the intercept: its entry in the inverse information            */
  double unseen;        /* mu(0) = exp(intercept)                                             */
  unsigned iterations;
} hc_lattice_maximum;

size_t hc_lattice_join_size(size_t terms);
/* Fills join from mask. */
void hc_lattice_join(uint32_t *join, const uint32_t *mask, size_t terms);

/* In place, for 2^lists values: v[c] becomes the sum of v over the cells that contain c. */
void hc_lattice_superset_sums(double *v, size_t lists);
/* In place: v[c] becomes the product of v over the cells contained in c. */
void hc_lattice_subset_products(double *v, size_t lists);

/* Sufficient statistics of y (2^lists values, y[0] = 0 where cell 0 is not observed), by term; work
 * holds 2^lists doubles. */
void hc_lattice_sufficient(const hc_lattice *lattice, const double *y, double *work, double *sufficient);

/* Means of all cells, cell 0 included; 0 for those that take no part. */
void hc_lattice_means(const hc_lattice *lattice, const double *beta, double *mean);

/* Fitted sufficient statistics at beta, cell 0 left out; work holds 2^lists doubles. */
void hc_lattice_fitted(const hc_lattice *lattice, const double *beta, double *work, double *fitted);

/* Coefficients of independence with half of the people seen: a start from which Newton's method with
 * step halving climbs the concave likelihood. */
void hc_lattice_independence(const hc_lattice *lattice, const double *sufficient, double *beta);

size_t hc_lattice_scratch(const hc_lattice *lattice);

/* Maximises the Poisson likelihood by Newton's method with step halving. with_unseen: cell 0 belongs to
 * the likelihood (its count is in sufficient[terms - 1]). On success beta, information's Cholesky factor
 * (terms^2, lower triangle, at the maximum to the square root of working precision) and *maximum are
 * written. False when the iteration does not converge or the information is singular: the
 * maximum lies at infinity, or the means are so far apart (some 1e9) that it looks like it.
 * scratch: hc_lattice_scratch doubles. */
bool hc_lattice_maximise(const hc_lattice *lattice, const double *sufficient, bool with_unseen,
                         const hc_lattice_start *start, double *beta, double *factor, double *scratch,
                         hc_lattice_maximum *maximum);

#endif
