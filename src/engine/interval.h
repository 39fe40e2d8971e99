/* Intervals of one plan's estimate, and of totals over several. */
#ifndef HC_ENGINE_INTERVAL_H
#define HC_ENGINE_INTERVAL_H

#include "engine/bootstrap.h"
#include "headcount/interval.h"

/* The estimates without one unit of a cell, made once for all quantities and intervals that ask for them. */
typedef struct hc_jackknife hc_jackknife;

/* What intervals of one estimate are made from; made by the caller, read-only but for `jackknife`, which the first interval
 * that needs it makes, and which the caller ends with hc_jackknife_free. bootstrap, pulse: may be NULL. */
typedef struct hc_interval_basis {
  const hc_plan *plan;
  const hc_estimate *estimate;
  const hc_bootstrap *bootstrap;
  double level;
  unsigned threads;
  const hc_pulse *pulse;
  hc_jackknife *jackknife;
} hc_interval_basis;

/* Made where *jackknife is NULL; HC_ECANCELLED where the pulse asks to stop. */
hc_status hc_jackknife_make(hc_jackknife **jackknife, const hc_interval_basis *basis, hc_error *err);
/* [n_cells] of the quantity; NaN where a cell is empty or what is left cannot be estimated. */
const double *hc_jackknife_values(const hc_jackknife *jackknife, size_t quantity);
void hc_jackknife_free(hc_jackknife *jackknife);

/* One interval for one quantity. HC_EREFUSED with a code where this estimate has no such interval ("no-se",
 * "no-likelihood", "no-bootstrap", "too-few-replicates", ...); HC_ECANCELLED where the pulse asked to stop. */
hc_status hc_interval_compute(hc_interval *interval, hc_interval_basis *basis, const char *method, size_t quantity,
                              hc_error *err);

/* The same for a total over strata: a sum of independent estimates, its standard error and floor (NaN: none), and the
 * replicates' sums in a column of bootstrap. HC_EREFUSED for methods that need a fit. */
hc_status hc_interval_of_total(hc_interval *interval, const char *who, const char *name, double value, double se,
                               double floor, const hc_bootstrap *bootstrap, size_t column, const char *method,
                               double level, hc_error *err);

#endif
