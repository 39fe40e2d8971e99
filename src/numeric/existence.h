/* Does the maximum likelihood estimate of a log-linear model exist?
 *
 * Fienberg and Rinaldo (2012) Annals of Statistics 40:996: it exists if and only if the
 * sufficient statistics lie in the relative interior of the marginal cone. Equivalently, there is no
 * direction d of the coefficients along which the likelihood never falls:
 *     (X d)(c) = 0 where somebody was seen in cell c, (X d)(c) <= 0 where nobody was,
 *     and (X d)(c) < 0 for at least one such cell.
 * The cells with (X d)(c) < 0 get a fitted mean of zero, and the terms with d != 0 go to minus or plus infinity. */
#ifndef HC_NUMERIC_EXISTENCE_H
#define HC_NUMERIC_EXISTENCE_H

#include "numeric/lattice.h"

typedef enum hc_existence {
  HC_EXISTENCE_EXISTS,
  HC_EXISTENCE_INFINITE, /* a direction was written to recession                         */
  HC_EXISTENCE_NO_MEMORY,
  HC_EXISTENCE_UNKNOWN /* the linear program could not be solved                         */
} hc_existence;

/* count: [2^lists], cell 0 ignored. recession: [terms], written: the direction d where the answer is
 * HC_EXISTENCE_INFINITE, to be read only then.
 *
 * First the rank of the design on the cells with people (full rank: no direction is possible, which settles almost all
 * data without a linear program): lists 2^lists + terms^3 steps. Then GLPK's simplex on 2^lists - 1 rows. Allocates;
 * not for the hot path. Never prints, and never aborts: GLPK's own errors come back as one of the last two answers.
 *
 * Threads: any number, each in GLPK's environment of its own. Where the calling thread has such an environment already
 * it is used and kept, but loses its hooks, and where memory runs out what GLPK held for the program stays there until
 * glp_free_env; otherwise one is made and freed. */
hc_existence hc_existence_check(const hc_lattice *lattice, const double *count, double *recession);

#endif
