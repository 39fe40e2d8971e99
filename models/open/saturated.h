/* The model of Cormack, Jolly and Seber with a survival and a chance for each occasion: closed forms, and survivals
 * fixed at 1. */
#ifndef HC_OPEN_SATURATED_H
#define HC_OPEN_SATURATED_H

#include "open/captures.h"

/* All [k]. lambda, tau: as in captures.h; phi[i]: survival from i to i + 1, for i < k - 2; p[i] for 0 < i < k - 1.
 * fixed[i]: phi[i] is fixed at 1; touched[i]: the occasion is in a run of those. Flags are 0 or 1. */
typedef struct hc_saturated_fit {
  double *lambda, *tau, *p, *phi, *fixed, *touched;
} hc_saturated_fit;

/* The closed forms; survivals may exceed 1. Refuses occasions on which nobody was met that had been met before, or
 * from which nobody was met again. */
hc_status hc_saturated_open(size_t k, const hc_occasion *o, const hc_saturated_fit *fit, hc_error *err);
/* The same with survivals above 1 fixed at 1, and again where that lifts another one above 1. release: those whose
 * likelihood would rise below 1 are let go again, which gives the maximum with all survivals at most 1. */
hc_status hc_saturated_at_most_one(size_t k, const hc_occasion *o, bool release, const hc_saturated_fit *fit,
                                   hc_error *err);

#endif
