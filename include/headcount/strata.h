/* One estimator by stratum, and the total over strata. */
#ifndef HEADCOUNT_STRATA_H
#define HEADCOUNT_STRATA_H

#include "headcount/analysis.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hc_stratum {
  char *name;            /* "sex=f, region=north", whole: the random streams come from it */
  uint64_t observed;
  hc_analysis *analysis; /* NULL where it is refused */
  hc_error refusal;      /* then: why */
} hc_stratum;

/* A quantity summed over strata. */
typedef struct hc_total {
  const char *name, *meaning, *unit; /* of the quantity; end with the strata */
  double value, se;                  /* se: of a sum of independent estimates */
  double floor;                      /* NaN where there is none */
  size_t n_intervals;
  hc_interval *intervals;            /* their quantity is the place in totals */
} hc_total;

typedef struct hc_strata { /* read-only; ends with hc_strata_free */
  const hc_estimator *estimator;
  size_t n_strata;
  hc_stratum *strata;      /* [n_strata] in the order of data's strata */
  uint64_t observed;       /* people of the strata that the totals are made of */
  size_t n_totals;         /* 0 where a stratum was refused and not left out, or nothing adds up */
  hc_total *totals;
  hc_bootstrap *bootstrap; /* sums of the strata's replicates, a column for each total; NULL where there are none */
  size_t n_notes;
  hc_note *notes;          /* on the total: "no-total", "strata-left-out", "strata-contradict-pooled", "interrupted" */
} hc_strata;

/* Every stratum of the data by itself, and totals of the quantities that add up. Replicate b of a total is the sum of the
 * strata's replicates b. A stratum's streams are keyed by the seed and its name: they are independent of other strata's and do
 * not change when another stratum is added. A stratum that is refused leaves no total, unless leave_out, which a note says.
 * HC_EUSAGE where the data have no attributes. The caller owns *strata. */
hc_status hc_strata_new(hc_strata **strata, const hc_data *data, const hc_estimator *estimator, const hc_options *options,
                        const hc_settings *settings, bool leave_out, hc_error *err);
void hc_strata_free(hc_strata *strata);

#ifdef __cplusplus
}
#endif
#endif
