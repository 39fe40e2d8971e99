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
  HC_EXISTENCE_UNKNOWN   /* the linear program could not be solved, or memory ran out    */
} hc_existence;

/* count: 2^lists values, cell 0 ignored. recession: [terms], the direction d, zero where the estimate
 * exists. First the rank of the design on the cells with people (full rank: no direction is possible, which
 * settles almost all data without a linear program), then GLPK. Allocates; not for the hot path. Uses
 * GLPK's environment of the calling thread and frees it. */
hc_existence hc_existence_check(const hc_lattice *lattice, const double *count, double *recession);

#endif
