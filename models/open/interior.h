/* The maximum of popan and pradel where everything goes by occasion and hundreds of occasions make a search over angles slow. */
#ifndef HC_OPEN_INTERIOR_H
#define HC_OPEN_INTERIOR_H

#include "open/captures.h"

/* Doubles of work for k occasions. */
size_t hc_interior_scratch(size_t k);
/* phi[k-1], p[k] and arrive[k] (in any unit): a start inside, phi and p between 0 and 1 and somebody arriving each time; they
 * become the maximum of recaptures and first captures together, p[0] = p[k-1] = 1. Cost: some 100 k (4 + 4)^2 multiplications.
 * False where it is not reached. */
bool hc_interior_maximise(size_t k, const hc_occasion *o, double *phi, double *p, double *arrive, double *work);

#endif
