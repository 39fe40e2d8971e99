/* Negative binomial with a hurdle at one, zero-truncated.
 *
 *   q_k = Gamma(k+r)/(Gamma(r) k!) (1-q)^r q^k, r = 1/alpha, q = alpha lambda/(1 + alpha lambda)
 *   P(1) = omega, P(k) = (1 - omega) q_k/(1 - q_1) for k = 0 and k >= 2
 *   N = sum over people met of 1/(1 - P(0))
 * As zt-hurdle-negbin, with the hurdle in the whole population, before those never met are lost.
 *
 * With covariates in the rate, in alpha and in omega; without a formula everybody is alike. Likelihood, variance and
 * sources: altered.c, regression.c.
 *
 * Assumes: people who are not met exactly once follow rates that differ as a gamma distribution; a chance of its own
 * decides who is met once. Breaks where hardly anybody was met three times. */
#include "counts/altered.h"

static const hc_option options[] = {REGRESSION_OPTIONS, REGRESSION_OPTION_ALPHA, ALTERED_OPTION_OMEGA, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return hc_altered_prepare(plan, data, o, HC_BASE_NEGBIN, HC_ONES_HURDLE_BEFORE, err);
}

const hc_estimator hc_estimator_hurdle_zt_negbin = {
    .id = "hurdle-zt-negbin",
    .title = "Negative binomial with a hurdle at one, zero-truncated",
    .cite = "Chlebicki and Beresewicz, R package singleRcapture 0.2.3, whose manual calls it experimental",
    .formula = "N = sum over people met of 1/(1 - P(0))",
    .assumes = "people who are not met exactly once follow rates that differ as a gamma distribution; a chance of its "
               "own decides who is met once",
    .needs = "how many people were met once, twice, three times, ...",
    .accepts = HC_SHAPE_COUNTS,
    .options = options,
    .state_size = sizeof(hc_altered_state),
    .prepare = prepare,
    .fit = hc_regression_fit,
    .diagnose = hc_regression_diagnose,
};
