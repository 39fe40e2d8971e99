/* One estimator by stratum, and the total over strata. */
#ifndef HEADCOUNT_STRATA_H
#define HEADCOUNT_STRATA_H

#include "headcount/analysis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Part of a report (headcount/run.h), as an analysis is: read-only, for any thread, NULL past the last. Replicate b of a total is the sum of the strata's replicates b. A
 * stratum's streams are keyed by the seed and its name: they are independent of other strata's and do not change when another
 * stratum is added. */
typedef struct hc_strata hc_strata;

typedef struct hc_stratum {
  char *name;            /* "sex=f, region=north", whole: the random streams come from it */
  uint64_t observed;
  hc_analysis *analysis; /* NULL where it is refused */
  hc_error refusal;      /* then: why */
  char **levels;         /* of each attribute */
} hc_stratum;

/* A quantity summed over strata. */
typedef struct hc_total {
  const char *name, *meaning, *unit; /* of the quantity */
  double value, se;                  /* se: of a sum of independent estimates */
  double floor;                      /* NaN where there is none */
  size_t n_intervals;
  hc_interval *intervals;            /* their quantity is the place in totals */
} hc_total;

const hc_estimator *hc_strata_estimator(const hc_strata *strata);
const char *hc_strata_attribute(const hc_strata *strata, size_t j);
const hc_stratum *hc_strata_at(const hc_strata *strata, size_t i); /* sorted by level */
/* People of the strata that the totals are made of. */
uint64_t hc_strata_observed(const hc_strata *strata);
/* None where a stratum was refused and not left out, or nothing adds up. */
const hc_total *hc_strata_total(const hc_strata *strata, size_t t);
/* A column for each total; NULL where there are no replicates. */
const hc_bootstrap *hc_strata_bootstrap(const hc_strata *strata);
/* On the total: "no-total", "strata-left-out", "strata-contradict-pooled", "interrupted". */
const hc_note *hc_strata_note(const hc_strata *strata, size_t i);

#ifdef __cplusplus
}
#endif
#endif
