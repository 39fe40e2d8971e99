/* Bootstrap replicates: the same bits on any number of threads. */
#ifndef HEADCOUNT_BOOTSTRAP_H
#define HEADCOUNT_BOOTSTRAP_H

#include "headcount/estimator.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The kinds in the order of the help, HC_RESAMPLE_DEFAULT after the last. */
hc_resample hc_resample_at(size_t i);
/* "nonparametric", ...; back (0 if unknown); what it is, with its citation; what it draws, in three words. Static storage. */
const char *hc_resample_name(hc_resample kind);
hc_resample hc_resample_from_name(const char *name);
const char *hc_resample_help(hc_resample kind);
const char *hc_resample_draws(hc_resample kind);

/* The replicates of one analysis, or the sums of several: part of a report, which any thread may read. */
typedef struct hc_bootstrap hc_bootstrap;

hc_resample hc_bootstrap_kind(const hc_bootstrap *bootstrap); /* as it was done, never HC_RESAMPLE_DEFAULT */
uint64_t hc_bootstrap_requested(const hc_bootstrap *bootstrap);
uint64_t hc_bootstrap_done(const hc_bootstrap *bootstrap);      /* fewer than requested after a stop */
uint64_t hc_bootstrap_succeeded(const hc_bootstrap *bootstrap); /* those that could be estimated */
/* Number q of replicate b < done: NaN where it could not be estimated. */
double hc_bootstrap_value(const hc_bootstrap *bootstrap, uint64_t b, size_t q);
double hc_bootstrap_se(const hc_bootstrap *bootstrap, uint64_t b, size_t q);

#ifdef __cplusplus
}
#endif
#endif
