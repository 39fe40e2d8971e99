/* One log-linear Poisson model over overlapping lists and blocks of people (strata), in some of which some lists did
 * not operate.
 *
 * In block b a person's set of lists, had all lists operated, would be d with mean
 *     ln mu_b(d) = sum of theta(b, m) over the terms m contained in d,
 * where theta(b, m) may be one parameter of several blocks. What is seen of d is c, its part among the lists that
 * operated in b: cells are missing, not empty,
 *     m_b(c) = sum of mu_b(c with s) over the sets s of lists absent from b,   y_b(c) ~ Poisson(m_b(c)), c not empty,
 * and the people not seen there are u_b = m_b(none) (Zwane, van der Pal-de Bruin and van der Heijden 2004 Statist. Med.
 * 23:2267, who fit it by EM: the E-step spreads each y_b(c) over the sets that it may have come from). A term that
 * nobody has in any block where its lists operate is minus infinity, and the cells that contain it have mean 0.
 *
 * Maximised by Fisher scoring with step halving: the means are sums of exponentials of linear predictors, so the
 * expected information is X'X with rows d m / d theta over sqrt(m). Without absent lists that is Newton's method, on a
 * concave likelihood; with them the likelihood need not be, and the start is independence. The tests compare with EM.
 *
 * Cost: blocks x 2^lists x terms^2 for each of some ten steps. No allocation. Threads: any number, each with its own
 * scratch. */
#ifndef HC_NUMERIC_BLOCKS_H
#define HC_NUMERIC_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HC_BLOCKS_MAX_PARAMETERS = 400, HC_BLOCKS_NO_TERM = UINT16_MAX };

typedef struct hc_blocks {
  size_t blocks, lists;
  size_t terms;              /* of a block                                                            */
  const uint32_t *mask;      /* [terms] mask[terms - 1] = 0, the intercept                             */
  size_t parameters;         /* at most HC_BLOCKS_MAX_PARAMETERS                                      */
  const uint16_t *parameter; /* [blocks][terms] which one, or HC_BLOCKS_NO_TERM                        */
  const uint32_t *absent;    /* [blocks] lists that did not operate                                   */
} hc_blocks;

typedef struct hc_blocks_fit {
  double loglik; /* without factorials: sum of y ln m - m */
  double unseen; /* sum of u_b */
  double se;     /* of N = seen + unseen, both of them Poisson: sqrt(unseen + g' V g), g the slopes of the unseen */
  double cells;  /* that could hold people: observable and of a mean that is not 0 */
  size_t rank;   /* parameters that are finite */
  unsigned iterations;
} hc_blocks_fit;

/* Doubles of scratch. */
size_t hc_blocks_scratch(const hc_blocks *model);

/* y: [blocks][2^lists], 0 for the empty set and wherever an absent list is. Writes theta[parameters] (minus infinity
 * where nobody has the term), mean[blocks][2^lists] of all sets d, cell 0 and absent lists included, unseen_se[blocks]
 * of u_b as `se` is of all, and *fit. False where the information is singular, a parameter beyond 40, or scoring does
 * not end: the maximum is at infinity or the people not seen are not determined. */
bool hc_blocks_maximise(const hc_blocks *model, const double *y, double *theta, double *mean, double *unseen_se,
                        double *scratch, hc_blocks_fit *fit);

/* m_b(c) from the means of all sets. */
double hc_blocks_observable(const hc_blocks *model, const double *mean, size_t block, uint32_t cell);

#endif
