#include "numeric/special.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

double hc_ln_gamma(double x) {
  gsl_sf_result result;
  if (!(x > 0) || !isfinite(x)) return x > 0 ? INFINITY : NAN;
  return gsl_sf_lngamma_e(x, &result) == 0 ? result.val : NAN;
}

double hc_ln_factorial(double n) { return n < 2 && (n == 0 || n == 1) ? 0.0 : hc_ln_gamma(n + 1); }

double hc_ln_choose(double n, double k) {
  if (k == 0 || k == n) return 0.0;
  return hc_ln_factorial(n) - hc_ln_factorial(k) - hc_ln_factorial(n - k);
}

double hc_log1mexp(double a) { return a <= M_LN2 ? log(-expm1(-a)) : log1p(-exp(-a)); }

double hc_logaddexp(double a, double b) {
  double high = a > b ? a : b, low = a > b ? b : a;
  if (low == -INFINITY) return high;
  return high + log1p(exp(low - high));
}

double hc_normal_cdf(double z) { return gsl_cdf_ugaussian_P(z); }

double hc_normal_quantile(double p) { return gsl_cdf_ugaussian_Pinv(p); }

double hc_chisq1_quantile(double p) {
  double z = gsl_cdf_ugaussian_Pinv(0.5 + 0.5 * p);
  return z * z;
}
