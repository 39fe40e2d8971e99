/* value - z se to value + z se, z: the normal quantile. */
#include "intervals/method.h"

static hc_status limits(const hc_interval_subject *s, double *lower, double *upper, hc_error *err) {
  hc_status status = hc_interval_need_se(s, err);
  double half = hc_interval_z(s->level) * s->se;
  *lower = s->value - half;
  *upper = s->value + half;
  return status;
}

const hc_interval_method hc_interval_wald = {
  .name = "wald",
  .title = "Wald",
  .help = "estimate plus and minus z standard errors",
  .limits = limits,
};
