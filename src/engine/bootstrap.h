/* Replicates of a plan: drawn in slices that add up to the whole. */
#ifndef HC_ENGINE_BOOTSTRAP_H
#define HC_ENGINE_BOOTSTRAP_H

#include "engine/parallel.h"
#include "engine/plan.h"
#include "headcount/bootstrap.h"

/* A slice: replicates first .. first + done - 1 of one plan around one estimate. */
struct hc_bootstrap {
  hc_resample kind;    /* as it was done, never HC_RESAMPLE_DEFAULT */
  uint64_t first, requested, done, succeeded;
  uint64_t seed;
  uint64_t key;        /* of what the replicates belong to: slices with different keys do not go together */
  size_t n_quantities;
  double *value;       /* [done][n_quantities]; NaN in every column of a replicate that failed */
  double *se;          /* the same layout */
};

/* Replicates first .. first + n - 1. Replicate b is a function of (plan, estimate, kind, seed, b) alone. kind: the plan's
 * default where it is HC_RESAMPLE_DEFAULT. When the pulse asks to stop, the replicates done so far are a gapless run from
 * `first`, done < requested, and the status is HC_OK. key: stored. The caller owns *bootstrap. */
hc_status hc_bootstrap_new(hc_bootstrap **bootstrap, const hc_plan *plan, const hc_estimate *estimate, hc_resample kind,
                           uint64_t seed, uint64_t first, uint64_t n, uint64_t key, unsigned threads,
                           const hc_pulse *pulse, hc_error *err);
/* Room for n replicates of n_quantities, none of them done. */
hc_status hc_bootstrap_allocate(hc_bootstrap **bootstrap, size_t n_quantities, uint64_t n, hc_error *err);
/* Counts `succeeded` anew. */
void hc_bootstrap_count(hc_bootstrap *bootstrap);
void hc_bootstrap_free(hc_bootstrap *bootstrap);

#endif
