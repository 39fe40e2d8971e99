/* What several methods of intervals need. */
#include "intervals/method.h"

#include <math.h>

#include "numeric/fail.h"
#include "numeric/special.h"

double hc_interval_z(double level) { return hc_normal_quantile(0.5 + level / 2); }

hc_status hc_interval_need_se(const hc_interval_subject *s, hc_error *err) {
  if (isfinite(s->se)) return HC_OK;
  return hc_refuse(err, "no-se", "%s has no standard error for %s", s->who, s->name);
}
