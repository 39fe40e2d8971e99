/* x exp(-z se/x) to x exp(z se/x): Wald for ln x, whose standard error is se/x by the delta method. */
#include "intervals/method.h"

#include <math.h>

#include "engine/plan.h"
#include "numeric/fail.h"

/* For what is positive and has no people who were met below it; for those lognormal is the one. */
static hc_status limits(const hc_interval_subject *s, double *lower, double *upper, hc_error *err) {
  hc_status status = hc_interval_need_se(s, err);
  if (status != HC_OK) return status;
  bool positive = s->plan && s->plan->quantities[s->quantity].scale == HC_SCALE_LOG && s->value > 0 && !(s->floor > 0);
  if (!positive) return hc_refuse(err, "not-on-log-scale", "%s is not measured on a logarithmic scale", s->name);
  double half = hc_interval_z(s->level) * s->se / s->value;
  *lower = s->value * exp(-half);
  *upper = s->value * exp(half);
  return HC_OK;
}

const hc_interval_method hc_interval_log = {
  .name = "log",
  .title = "log",
  .help = "value times and divided by exp(z se/value): plus and minus z standard errors of its logarithm, for what is "
          "positive",
  .limits = limits,
};
