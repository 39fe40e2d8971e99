/* Closed models inside a period: see the header. A history of x captures among t has the log-linear mean exp(eta),
 * eta = 0 for those never met (Rivest and Daigle 2004 Biometrics 60:100), so that with Z the sum over all histories p
 * = 1 - 1/Z and
 *   ln P(history | met) = eta - ln(Z - 1),  dp/dtheta = E[d eta]/Z.
 *   m0       eta = b x                           mt   eta = sum of b_j over the occasions met
 *   poisson  eta = b x + g (2^x - 1)             darroch  eta = b x + g x^2/2
 *   gamma    eta = b x - g ln(1 + x/3.5)
 *   chao     eta = b x + sum over j = 3..t of c_j^2 max(0, x - j + 1), a lower bound of those never met
 * The last four are Mh of Rcapture with its default constants (Baillargeon and Rivest 2007 J. Statist. Softw. 19(5)).
 *   mb       being met changes the chance: p = 1 - (1 - a)^t from first captures alone; a = sin(theta)^2 */
#include "open/within.h"

const char *hc_within_name(hc_within_form form) {
  static const char *const names[] = {"m0", "mt", "mb", "mh-chao", "mh-poisson", "mh-darroch", "mh-gamma"};
  return names[form];
}

size_t hc_within_parameters(hc_within_form form, size_t t) {
  switch (form) {
  case HC_WITHIN_MT: return t;
  case HC_WITHIN_CHAO: return t > 2 ? t - 1 : 1;
  case HC_WITHIN_POISSON:
  case HC_WITHIN_DARROCH:
  case HC_WITHIN_GAMMA: return t > 2 ? 2 : 1;
  default: return 1;
  }
}

/* What multiplies the second parameter of a model with differences between people. */
static double bend(hc_within_form form, double x) {
  if (form == HC_WITHIN_POISSON) return exp2(x) - 1;
  if (form == HC_WITHIN_DARROCH) return x * x / 2;
  return -log1p(x / 3.5);
}

/* eta of x captures and its slopes in theta, [n]. */
static double predictor(hc_within_form form, size_t n, double x, const double *theta, double *d) {
  double eta = theta[0] * x;
  d[0] = x;
  for (size_t j = 1; j < n; j++) {
    double h = form == HC_WITHIN_CHAO ? fmax(0, x - (double)j - 1) : bend(form, x);
    eta += form == HC_WITHIN_CHAO ? theta[j] * theta[j] * h : theta[j] * h;
    d[j] = form == HC_WITHIN_CHAO ? 2 * theta[j] * h : h;
  }
  return eta;
}

enum { MOST = HC_MAX_LISTS };

/* Models of the number of captures. */
static double by_times(hc_within_form form, size_t t, size_t n, const double *f, const double *theta, double *p,
                       double *slope, double *d_p) {
  double mean[MOST] = {0}, own[MOST] = {0}, d[MOST], Z = 1, sum = 0, people = 0;
  for (size_t x = 1; x <= t; x++) {
    double eta = predictor(form, n, (double)x, theta, d), weight = exp(hc_ln_choose((double)t, (double)x) + eta);
    Z += weight, sum += f[x - 1] * eta, people += f[x - 1];
    for (size_t j = 0; j < n; j++) mean[j] += weight * d[j], own[j] += f[x - 1] * d[j];
  }
  *p = 1 - 1 / Z;
  for (size_t j = 0; j < n && slope; j++) {
    slope[j] = own[j] - people * mean[j] / (Z - 1);
    d_p[j] = mean[j] / (Z * Z);
  }
  return sum - people * log(Z - 1);
}

static double by_occasion(size_t t, const double *f, const double *met, const double *theta, double *p, double *slope,
                          double *d_p) {
  double log_Z = 0, sum = 0, people = 0;
  for (size_t j = 0; j < t; j++) {
    log_Z += hc_logaddexp(0, theta[j]);
    sum += met[j] * theta[j], people += f[j];
  }
  *p = -expm1(-log_Z);
  for (size_t j = 0; j < t && slope; j++) {
    double chance = 1 / (1 + exp(-theta[j]));
    slope[j] = met[j] - people * chance / *p;
    d_p[j] = chance * (1 - *p);
  }
  return sum - people * (log_Z + log(*p));
}

static double by_first(size_t t, const double *first, const double *theta, double *p, double *slope, double *d_p) {
  double a = sin(theta[0]) * sin(theta[0]), people = 0, misses = 0, missed = pow(1 - a, (double)t);
  for (size_t j = 0; j < t; j++) people += first[j], misses += (double)j * first[j];
  *p = 1 - missed;
  if (slope) {
    double d_a = sin(2 * theta[0]), p_by_a = (double)t * missed / (1 - a);
    slope[0] = (people / a - misses / (1 - a) - people * p_by_a / *p) * d_a;
    d_p[0] = p_by_a * d_a;
  }
  return people * log(a) + (misses > 0 ? misses * log1p(-a) : 0) - people * log(*p);
}

double hc_within_loglik(const hc_within *w, size_t i, const double *counts, const double *theta, double *p,
                        double *slope, double *d_p) {
  size_t t = w->t[i], n = w->theta_at[i + 1] - w->theta_at[i];
  const double *f = counts + w->at[i];
  if (w->form == HC_WITHIN_MT) return by_occasion(t, f, f + t, theta, p, slope, d_p);
  if (w->form == HC_WITHIN_MB) return by_first(t, f + 2 * t, theta, p, slope, d_p);
  return by_times(w->form, t, n, f, theta, p, slope, d_p);
}

void hc_within_begin(const hc_within *w, size_t i, const double *counts, double *theta) {
  size_t t = w->t[i], n = w->theta_at[i + 1] - w->theta_at[i];
  const double *f = counts + w->at[i];
  double people = 0, captures = 0;
  for (size_t x = 1; x <= t; x++) people += f[x - 1], captures += (double)x * f[x - 1];
  double share = fmin(0.9, fmax(0.05, captures / (people * (double)t)));
  for (size_t j = 0; j < n; j++) theta[j] = w->form == HC_WITHIN_CHAO && j > 0 ? 0.3 : 0;
  theta[0] = log(share / (1 - share)) - (w->form == HC_WITHIN_CHAO ? 0.5 : 0);
  if (w->form == HC_WITHIN_MB) theta[0] = asin(sqrt(share));
  for (size_t j = 0; j < t && w->form == HC_WITHIN_MT; j++) {
    double p = fmin(0.9, fmax(0.02, f[t + j] / (people + 1)));
    theta[j] = log(p / (1 - p));
  }
}
