/* What beta-binomial and binomial-mixture share: people differ in their chance of being met on one of t occasions. */
#ifndef HC_MIXED_BINOMIAL_H
#define HC_MIXED_BINOMIAL_H

#include "model.h"

/* Limits n + (N-n) exp(+-z se/(N-n)): normal on the scale of ln(N-n), as other programs for model Mh have it. */
hc_status hc_mixed_binomial_interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level,
                                     double *lower, double *upper, hc_error *err);

#endif
