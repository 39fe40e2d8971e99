/* Chao (1987) Biometrics 43:783, eq. 15: f0 = N - n people unseen, n observed: [n + f0/C, n + f0 C],
 * C = exp(z sqrt(ln(1 + se^2/f0^2))). */
#include "intervals/method.h"

#include <math.h>

#include "numeric/fail.h"

static hc_status limits(const hc_interval_subject *s, double *lower, double *upper, hc_error *err) {
  hc_status status = hc_interval_need_se(s, err);
  if (status != HC_OK) return status;
  double n = s->floor, f0 = s->value - n, ratio = s->se / f0;
  if (!(n > 0)) return hc_refuse(err, "not-a-population", "the log-normal interval is for N, not for %s", s->name);
  if (!(f0 > 0)) return hc_refuse(err, "no-unseen", "nobody is estimated to be unseen: no log-normal interval");
  double C = exp(hc_interval_z(s->level) * sqrt(log1p(ratio * ratio)));
  *lower = n + f0 / C;
  *upper = n + f0 * C;
  return HC_OK;
}

const hc_interval_method hc_interval_lognormal = {
  .name = "lognormal",
  .title = "log-normal",
  .help = "for N: log-normal in the number unseen, never below the number observed (Chao 1987, Biometrics "
          "43:783)",
  .limits = limits,
};
