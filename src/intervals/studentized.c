/* Quantiles of (replicate - estimate)/(standard error of the replicate), turned round: Davison and Hinkley (1997),
 * sec. 5.2.1. */
#include "intervals/method.h"

#include <stdlib.h>

#include "intervals/replicates.h"

static hc_status limits(const hc_interval_subject *s, double *lower, double *upper, hc_error *err) {
  double *sorted = NULL, tail = (1 - s->level) / 2;
  size_t n = 0;
  hc_status status = hc_interval_need_se(s, err);
  if (status == HC_OK) status = hc_replicates_sort(s, HC_REPLICATES_STUDENTIZED, &sorted, &n, err);
  if (status != HC_OK) return status;
  *lower = s->value - s->se * hc_replicates_quantile(sorted, n, 1 - tail);
  *upper = s->value - s->se * hc_replicates_quantile(sorted, n, tail);
  free(sorted);
  return HC_OK;
}

const hc_interval_method hc_interval_studentized = {
  .name = "studentized",
  .title = "studentized",
  .help = "bootstrap of (estimate - truth)/se, second-order accurate where the se is good (Davison and Hinkley "
          "1997, sec. 5.2.1)",
  .bootstrap = true,
  .limits = limits,
};
