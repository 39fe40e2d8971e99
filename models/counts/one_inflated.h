/* What chao's form=one-inflated computes: people from those met twice and three times, where the ones hold errors. */
#ifndef HC_ONE_INFLATED_H
#define HC_ONE_INFLATED_H

#include "model.h"

enum { ONE_INFLATED_N, ONE_INFLATED_UNSEEN, ONE_INFLATED_EXCESS, ONE_INFLATED_CHAO, ONE_INFLATED_QUANTITIES };

#define ONE_INFLATED_OPTIONS                                                                                           \
  {"family",                                                                                                           \
   HC_OPTION_CHOICE,                                                                                                   \
   "poisson",                                                                                                          \
   0,                                                                                                                  \
   0,                                                                                                                  \
   "poisson|geometric",                                                                                                \
   "form=one-inflated: the law that the people met twice and three times follow"},                                     \
      {"bias-correction", HC_OPTION_CHOICE, "no", 0, 0, "no|yes", "form=one-inflated: the less biased form"}, {        \
    "ones", HC_OPTION_CHOICE, "keep", 0, 0, "keep|expected",                                                           \
        "form=one-inflated: count all who were met once, or no more than the family expects"                           \
  }

typedef struct hc_one_inflated {
  bool geometric, corrected, expected, delta; /* delta: the unseen's standard error without the two + 1 */
} hc_one_inflated;

/* HC_EUSAGE where an option of it is stated and the form is another one. */
hc_status hc_one_inflated_options(hc_one_inflated *s, const hc_options *options, bool chosen, hc_error *err);
/* After observed = f1, f2, f3, the rest: refusals, quantities, form, which bootstrap. */
hc_status hc_one_inflated_prepare(hc_plan *plan, const hc_one_inflated *s, const hc_data *data, hc_error *err);
hc_status hc_one_inflated_fit(const hc_one_inflated *s, const double *f, hc_estimate *e, hc_error *err);

#endif
