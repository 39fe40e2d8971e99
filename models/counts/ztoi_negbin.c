/* Zero-truncated one-inflated negative binomial.
 *
 *   q_k = Gamma(k+r)/(Gamma(r) k!) (1-q)^r q^k, r = 1/alpha, q = alpha lambda/(1 + alpha lambda)
 *   P(1) = omega + (1 - omega) q_1/(1 - q_0), P(k) = (1 - omega) q_k/(1 - q_0), k >= 2
 *   N = sum over people met of 1/(1 - q_0)
 * A share omega of the people met is met once and never again, whatever their rate; those never met are not inflated.
 *
 * With covariates in the rate, in alpha and in omega; without a formula everybody is alike. Likelihood, variance and
 * sources: altered.c, regression.c.
 *
 * Assumes: people follow rates that differ as a gamma distribution, but for a share of those met who are met once and
 * never again. Breaks where hardly anybody was met three times, and where fewer people were met once than the base
 * distribution expects: omega then runs to its edge. */
#include "counts/altered.h"

static const hc_option options[] = {REGRESSION_OPTIONS, REGRESSION_OPTION_ALPHA, ALTERED_OPTION_OMEGA, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return hc_altered_prepare(plan, data, o, HC_BASE_NEGBIN, HC_ONES_INFLATED_AFTER, err);
}

const hc_estimator hc_estimator_ztoi_negbin = {
    .id = "ztoi-negbin",
    .title = "Zero-truncated one-inflated negative binomial",
    .cite = "Boehning and van der Heijden (2019) Ann. Appl. Statist. 13:1198-1211",
    .formula = "N = sum over people met of 1/(1 - q_0)",
    .assumes = "people follow rates that differ as a gamma distribution, but for a share of those met who are met once "
               "and never again",
    .needs = "how many people were met once, twice, three times, ...",
    .accepts = HC_SHAPE_COUNTS,
    .options = options,
    .state_size = sizeof(hc_altered_state),
    .prepare = prepare,
    .fit = hc_regression_fit,
    .diagnose = hc_regression_diagnose,
};
