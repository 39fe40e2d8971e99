/* Bootstrap replicates of a plan: the same bits on any number of threads. */
#ifndef HEADCOUNT_BOOTSTRAP_H
#define HEADCOUNT_BOOTSTRAP_H

#include "headcount/estimator.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Called now and then from the calling thread; returning false stops cleanly. */
typedef bool (*hc_progress)(void *context, uint64_t done, uint64_t total);

typedef struct hc_bootstrap {
  hc_resample kind;    /* as it was done, never HC_RESAMPLE_DEFAULT */
  uint64_t requested, done, succeeded;
  uint64_t seed;
  size_t n_quantities;
  double *value;       /* [done][n_quantities]; NaN in every column of a replicate that failed */
  double *se;          /* the same layout */
} hc_bootstrap;

/* "nonparametric", ...; back (0 if unknown); and what it is, with its citation. Static storage. */
const char *hc_resample_name(hc_resample kind);
hc_resample hc_resample_from_name(const char *name);
const char *hc_resample_help(hc_resample kind);

/* Replicates first .. first + n - 1 of the plan around its estimate. Replicate b is a function of (plan,
 * estimate, kind, seed, b) alone. threads 0: as many as the machine offers. When progress asks to
 * stop, the replicates done so far are a gapless run from `first`, done < requested, and the status is
 * HC_OK. The caller owns *bootstrap. */
hc_status hc_bootstrap_new(hc_bootstrap **bootstrap, const hc_plan *plan, const hc_estimate *estimate, hc_resample kind,
                           uint64_t seed, uint64_t first, uint64_t n, unsigned threads, hc_progress progress,
                           void *progress_context, hc_error *err);
void hc_bootstrap_free(hc_bootstrap *bootstrap);

#ifdef __cplusplus
}
#endif
#endif
