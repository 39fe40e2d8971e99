/* Zero-truncated Poisson: everybody is met at the same rate.
 *
 *   lambda/(1 - exp(-lambda)) = S/n,   N = n / (1 - exp(-lambda))
 * n people met S times in all (Cohen 1960, Biometrics 16:203; as an estimator of N:
 * van der Heijden, Bustami, Cruyff, Engbersen and van Houwelingen 2003, Statist. Modelling 3:305).
 * Variance, the full likelihood and the option `top` are explained in zero_truncated.c. With likelihood=full the
 * maximum over N of N!/(N-n)! N^-S is Craig's (1953) equal-catchability estimate, which capwire's
 * fitEcm searches over whole numbers (Miller, Joyce and Waits 2005, Molecular Ecology 14:1991).
 *
 * Assumes: one rate for all, meetings independent of each other, no limit on how often somebody is
 * met. Where rates differ N is too small; where a first meeting puts people off N is too large. */
#include "counts/zero_truncated.h"

static const hc_option options[] = {ZT_OPTION_LIKELIHOOD, ZT_OPTION_TOP, REGRESSION_OPTIONS, {0}};

/* --- regression: eta = ln lambda, ln P(k) = k eta - ln(exp(lambda) - 1) - ln k! ----------------------------- */

static double loglik(const hc_count_family *f, double k, const double *eta, double *gradient, double *information) {
  (void)f;
  static const hc_power_series series = {.kind = HC_POWER_POISSON};
  hc_power_moments m;
  hc_power_moments_at(&series, eta[0], &m);
  if (gradient) gradient[0] = k - m.mean, information[0] = m.variance;
  return k * eta[0] - m.log_sum;
}

static double constant(const hc_count_family *f, double k) {
  (void)f;
  return -hc_ln_factorial(k);
}

static void stands_for(const hc_count_family *f, double k, const double *eta, hc_stands_for *s) {
  (void)f;
  double lambda = exp(eta[0]), none = exp(-lambda), met = -expm1(-lambda);
  (void)k;
  s->people = 1 / met;
  s->slope[0] = -lambda * none / (met * met);
  s->variance = none / (met * met);
}

static double chance(double k, const double *eta) { return exp(k * eta[0] - exp(eta[0]) - hc_ln_factorial(k)); }

static void start(const hc_count_family *f, double n, double S, double *eta) {
  (void)f;
  eta[0] = S > n ? log(fmin(2 * (S - n) / n, S / n)) : -1;
}

static const hc_count_family family = {
    .words = N_("Poisson regression"),
    .predictors = 1,
    .prefix = {"beta"},
    .option = {"formula"},
    .linear = true,
    .bound = 30, /* exp(-30) people per person met are no population, and nobody is met 1e13 times */
    .loglik = loglik,
    .constant = constant,
    .chance = chance,
    .stands_for = stands_for,
    .start = start,
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  if (hc_options_is_stated(o, "formula")) return hc_zt_prepare_formula(plan, data, o, &family, err);
  hc_power_series series = {.kind = HC_POWER_POISSON};
  return hc_zt_prepare(plan, data, o, series, 0, &hc_quantity_positive, "lambda",
                                "how often one person is met, on average, people never met included");
}

const hc_estimator hc_estimator_zt_poisson = {
    .id = "zt-poisson",
    .title = "Zero-truncated Poisson",
    .cite = "van der Heijden, Bustami, Cruyff, Engbersen and van Houwelingen (2003) Statistical Modelling 3:305-322",
    .formula = "N = n / (1 - exp(-lambda)), lambda/(1 - exp(-lambda)) = S/n",
    .assumes = "everybody is met at the same rate, and one meeting does not change the chance of the next",
    .needs = "how many people were met once, twice, ...; somebody met at least twice",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(hc_zt_state),
    .prepare = prepare,
    .fit = hc_zt_fit,
    .simulate = hc_zt_simulate,
    .profile = hc_zt_profile,
    .diagnose = hc_regression_diagnose,
};
