/* Confidence intervals for the quantities of an estimate. */
#ifndef HEADCOUNT_INTERVAL_H
#define HEADCOUNT_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hc_interval {
  size_t quantity;         /* index in the analysis                                */
  const char *method;      /* static storage                                          */
  double level;            /* 0.95, never 95                                          */
  double lower, upper;     /* upper may be infinite (a profile that never falls off)  */
  bool at_floor;           /* lower was raised to the number of people observed       */
} hc_interval;

/* Static storage, from any thread. The methods every estimator may ask for, in display order; NULL after the last. An estimator's own
 * are in hc_estimator.interval_methods. */
const char *hc_interval_method_at(size_t i);
/* In a sentence, "log-normal"; an estimator's own is called by its name. */
const char *hc_interval_title(const char *method);
/* What it is, with its citation; NULL for an unknown method. */
const char *hc_interval_help(const char *method);
bool hc_interval_needs_bootstrap(const char *method);

#ifdef __cplusplus
}
#endif
#endif
