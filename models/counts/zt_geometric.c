/* Zero-truncated geometric: rates differ between people as an exponential distribution.
 *
 *   P(k) = (1 - q) q^k,   1/(1 - q) = S/n,   N = n/q,   lambda = q/(1 - q)
 * n people met S times in all. A Poisson whose rate is exponentially distributed is geometric; N = n S/(S - n) is
 * closed (Niwitpong, Boehning, van der Heijden and Holling 2013, Metrika 76:495). Variance, the full likelihood and `top`: zero_truncated.h. It is
 * zt-negbin with size 1.
 *
 * Assumes: that one shape of heterogeneity. Where rates are more alike N is too large. */
#include "counts/zero_truncated.h"

static const hc_option options[] = {ZT_OPTION_LIKELIHOOD, ZT_OPTION_TOP, REGRESSION_OPTIONS, {0}};

/* --- regression: eta = ln lambda, ln P(k) = (k-1) eta - k ln(1 + lambda) ----------------------------------- */

static double loglik(const hc_count_family *f, double k, const double *eta, double *gradient, double *information) {
  (void)f;
  double q = 1 / (1 + exp(-eta[0])), longer = eta[0] > 0 ? eta[0] + log1p(exp(-eta[0])) : log1p(exp(eta[0]));
  if (gradient) gradient[0] = k - 1 - k * q, information[0] = k * q * (1 - q);
  return (k - 1) * eta[0] - k * longer;
}

static double constant(const hc_count_family *f, double k) {
  (void)f;
  return 0 * k;
}

static void stands_for(const hc_count_family *f, double k, const double *eta, hc_stands_for *s) {
  (void)f;
  double odds = exp(-eta[0]); /* P(0)/(1 - P(0)) = 1/lambda */
  (void)k;
  s->people = 1 + odds;
  s->slope[0] = -odds;
  s->variance = odds * (1 + odds);
}

static double chance(double k, const double *eta) { return exp(k * eta[0] - (k + 1) * log1p(exp(eta[0]))); }

static void start(const hc_count_family *f, double n, double S, double *eta) {
  (void)f;
  eta[0] = S > n ? log((S - n) / n) : -1;
}

static const hc_count_family family = {
    .words = N_("geometric regression"),
    .predictors = 1,
    .prefix = {"beta"},
    .option = {"formula"},
    .linear = true,
    .bound = 30,
    .loglik = loglik,
    .constant = constant,
    .chance = chance,
    .stands_for = stands_for,
    .start = start,
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  if (hc_options_is_stated(o, "formula")) return hc_zt_prepare_formula(plan, data, o, &family, err);
  hc_power_series series = {.kind = HC_POWER_NEGBIN, .size = 1};
  return hc_zt_prepare(plan, data, o, series, 0, &hc_quantity_positive, "lambda",
                                "how often one person is met, on average, people never met included");
}

const hc_estimator hc_estimator_zt_geometric = {
    .id = "zt-geometric",
    .title = "Zero-truncated geometric",
    .cite = "Niwitpong, Boehning, van der Heijden and Holling (2013) Metrika 76:495-519",
    .formula = "N = n S / (S - n)",
    .assumes = "the rates at which people are met follow an exponential distribution",
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
