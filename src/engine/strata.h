/* A wrapper over any estimator: one analysis a stratum, and what adds up. */
#ifndef HC_ENGINE_STRATA_H
#define HC_ENGINE_STRATA_H

#include "engine/analysis.h"
#include "headcount/strata.h"

struct hc_strata {
  const hc_estimator *estimator;
  size_t n_attributes;
  char **names;            /* [n_attributes] of the attributes, then the levels of each stratum: the data's */
  size_t n_strata;
  hc_stratum *strata;      /* [n_strata] in the order of data's strata */
  uint64_t observed;
  size_t n_totals;
  hc_total *totals;
  hc_bootstrap *bootstrap; /* sums of the strata's replicates */
  size_t n_notes;
  hc_note *notes;
};

/* Every stratum of the data by itself, and totals of the quantities that add up. A stratum that is refused leaves no total,
 * unless leave_out, which a note says. HC_EUSAGE where the data have no attributes. Names are borrowed from the data, which
 * must outlive *strata; the caller owns *strata. not_covered (NULL: none): lists that did not operate in some strata, which
 * are estimated without them (engine/coverage.h). */
hc_status hc_strata_new(hc_strata **strata, const hc_data *data, const hc_estimator *estimator, const hc_options *options,
                        const hc_settings *settings, bool leave_out, const char *not_covered, hc_error *err);
void hc_strata_free(hc_strata *strata);

#endif
