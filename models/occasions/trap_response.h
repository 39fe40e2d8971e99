/* What mb and mbh share: the chance of being met changes, once and for all, when somebody has been met. */
#ifndef HC_TRAP_RESPONSE_H
#define HC_TRAP_RESPONSE_H

#include "occasions/first_captures.h"
#include "occasions/likelihood.h"

typedef struct hc_trap {
  size_t t;
  const uint64_t *history; /* [n_cells] */
  bool apart;              /* mbh: the first occasion has a chance of its own */
  bool full, corrected;
  hc_saturated saturated;  /* of the plan's own histories */
} hc_trap;

#define HC_TRAP_OPTIONS                                                                                                \
  HC_OPTION_OCCASIONS_LIKELIHOOD, {                                                                                    \
    "bias-corrected", HC_OPTION_CHOICE, "no", 0, 0, "no|yes",                                                          \
        "first captures modified as by Rivest and Levesque (2001)"                                                     \
  }

hc_status hc_trap_prepare(hc_plan *plan, const hc_data *data, const hc_options *o, bool apart, hc_error *err);
hc_status hc_trap_fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err);
void hc_trap_simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *observed);
hc_status hc_trap_profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                          double *scratch, double *loglik);

#endif
