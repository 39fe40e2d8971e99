/* Log-linear models of lists in which odds ratios are fixed at stated values, not estimated. */
#ifndef HC_NUMERIC_DEPENDENT_H
#define HC_NUMERIC_DEPENDENT_H

#include "numeric/lattice.h"

/* A log-linear model (lattice.h) with the odds ratio of pairs of lists, given the other lists, fixed at theta: the
 * terms that contain a pair are taken out, and the cells that contain it have theta for a factor (Gerritse, van der
 * Heijden and Bakker 2015, J. Off. Stat. 31:357). N = n + exp(intercept), se^2 = n0 + n0^2 var(intercept). Terms whose
 * lists nobody is on together go to minus infinity, with the cells that contain them. False where there is no finite
 * maximum. */
typedef struct hc_dependent_model {
  size_t lists;
  const double *count; /* [2^lists], cell 0 ignored */
  size_t terms;        /* hc_terms_parse's order, the intercept last */
  const uint32_t *mask;
} hc_dependent_model;
size_t hc_dependent_scratch(const hc_dependent_model *model);
bool hc_dependent_fit(const hc_dependent_model *model, size_t n, const uint32_t *pair, const double *theta,
                      double *scratch, double *N, double *se);
/* The same with xi for all lists at once: every other interaction free. */
void hc_highest_order(size_t lists, const double *count, double xi, double *N, double *se);

#endif
