/* Special functions: GSL's where they are safe with any argument, series where digits would be lost. */
#include "numeric/special.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

double hc_ln_gamma(double x) {
  gsl_sf_result result;
  if (!(x > 0) || !isfinite(x)) return x > 0 ? INFINITY : NAN;
  return gsl_sf_lngamma_e(x, &result) == 0 ? result.val : NAN;
}

/* Stirling's series at both ends; its next term, 1/360 a^-3, is below 1e-17 from a = 1e5. */
double hc_ln_falling(double n, double k) {
  double a = n + 1, b = n - k + 1;
  if (b < 1e5) return hc_ln_gamma(a) - hc_ln_gamma(b);
  return (b - 0.5) * log1p(k / b) + k * (log(a) - 1) + (1 / a - 1 / b) / 12;
}

double hc_digamma(double x) {
  gsl_sf_result result;
  if (!(x > 0) || !isfinite(x)) return x > 0 ? INFINITY : NAN;
  return gsl_sf_psi_e(x, &result) == 0 ? result.val : NAN;
}

double hc_ln_falling_slope(double n, double k) { return hc_digamma(n + 1) - hc_digamma(n - k + 1); }

double hc_trigamma(double x) {
  gsl_sf_result result;
  if (!(x > 0) || !isfinite(x)) return x > 0 ? 0 : NAN;
  return gsl_sf_psi_1_e(x, &result) == 0 ? result.val : NAN;
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

double hc_student_quantile(double p, double df) { return gsl_cdf_tdist_Pinv(p, df); }

double hc_chisq_exceeds(double x, double df) { return gsl_cdf_chisq_Q(x, df); }

double hc_chisq1_quantile(double p) {
  double z = gsl_cdf_ugaussian_Pinv(0.5 + 0.5 * p);
  return z * z;
}

double hc_chisq_quantile(double p, double df) { return gsl_cdf_chisq_Pinv(p, df); }
