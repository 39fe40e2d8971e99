/* Confidence intervals for the quantities of an estimate. */
#ifndef HEADCOUNT_INTERVAL_H
#define HEADCOUNT_INTERVAL_H

#include "headcount/bootstrap.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hc_interval {
  size_t quantity;         /* index in the plan                                       */
  const char *method;      /* static storage                                          */
  double level;            /* 0.95, never 95                                          */
  double lower, upper;     /* upper may be infinite (a profile that never falls off)  */
  bool at_floor;           /* lower was raised to the number of people observed       */
} hc_interval;

/* The methods every estimator may ask for, in display order; NULL after the last. An estimator's own
 * are in hc_estimator.interval_methods. */
const char *hc_interval_method_at(size_t i);
/* What it is, with its citation; NULL for an unknown method. */
const char *hc_interval_help(const char *method);
bool hc_interval_needs_bootstrap(const char *method);

/* One interval for one quantity. bootstrap may be NULL where the method does not need one.
 * HC_EREFUSED with a code where this estimate has no such interval ("no-se", "no-likelihood",
 * "no-bootstrap", "too-few-replicates", ...). */
hc_status hc_interval_compute(hc_interval *interval, const hc_plan *plan, const hc_estimate *estimate,
                              const hc_bootstrap *bootstrap, const char *method, size_t quantity, double level,
                              hc_error *err);

/* The same for a total over strata: a sum of independent estimates, its standard error and floor (NaN: none), and the
 * replicates' sums in a column of bootstrap. HC_EREFUSED for methods that need a fit. */
hc_status hc_interval_of_total(hc_interval *interval, const char *who, const char *name, double value, double se,
                               double floor, const hc_bootstrap *bootstrap, size_t column, const char *method,
                               double level, hc_error *err);

#ifdef __cplusplus
}
#endif
#endif
