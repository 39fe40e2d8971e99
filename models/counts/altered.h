/* Regressions in which those met once are apart: inflated, behind a hurdle, or left out; and the zero-truncated ones.
 * */
#ifndef HC_COUNTS_ALTERED_H
#define HC_COUNTS_ALTERED_H

#include "counts/regression.h"

#define ALTERED_OPTION_OMEGA                                                                                           \
  {                                                                                                                    \
    "formula-omega", HC_OPTION_FORMULA, "", 0, 0, NULL,                                                                \
        "with a formula: that of the logit of omega, the share that is met once for another reason; default ~ 1"       \
  }

typedef enum hc_count_base { HC_BASE_POISSON, HC_BASE_GEOMETRIC, HC_BASE_NEGBIN } hc_count_base;

/* What happens to those met once; see altered.c. */
typedef enum hc_count_ones {
  HC_ONES_AS_THEY_ARE,
  HC_ONES_LEFT_OUT,        /* zot     */
  HC_ONES_INFLATED_AFTER,  /* ztoi    */
  HC_ONES_INFLATED_BEFORE, /* oizt    */
  HC_ONES_HURDLE_AFTER,    /* zt-hurdle */
  HC_ONES_HURDLE_BEFORE    /* hurdle-zt */
} hc_count_ones;

/* The family with these parts, in static storage; and what estimators that are nothing but one of them are made of.
 * Their state is one hc_altered_state. */
typedef struct hc_altered_state {
  hc_regression_plan *regression;
} hc_altered_state;

const hc_count_family *hc_altered_family(hc_count_base base, hc_count_ones ones);
hc_status hc_altered_prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_count_base base,
                             hc_count_ones ones, hc_error *err);

#endif
