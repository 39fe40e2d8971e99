/* The middle of the replicates: Davison and Hinkley (1997), sec. 5.3.1. */
#include "intervals/replicates.h"

static hc_status limits(const hc_interval_subject *s, double *lower, double *upper, hc_error *err) {
  return hc_replicates_middle(s, lower, upper, err);
}

const hc_interval_method hc_interval_percentile = {
  .name = "percentile",
  .title = "percentile",
  .help = "the middle of the bootstrap replicates (Davison and Hinkley 1997, sec. 5.3.1)",
  .bootstrap = true,
  .limits = limits,
};
