/* Zero-truncated Poisson with a hurdle at one.
 *
 *   q_k = exp(-lambda) lambda^k/k!
 *   P(1) = omega, P(k) = (1 - omega) q_k/(1 - q_0 - q_1), k >= 2, and P(0) = q_0/(1 - q_1)
 *   N = sum over people met of (1 - q_1)/(1 - q_0 - q_1)
 * Whether somebody is met once or more often is decided by itself (omega), how often beyond that by the rate; the
 * hurdle stands among people who were met.
 *
 * With covariates in the rate and in omega; without a formula everybody is alike. Likelihood, variance and sources:
 * altered.c, regression.c.
 *
 * Assumes: people met twice or more follow a Poisson rate; a chance of its own decides who is met once. Breaks where
 * hardly anybody was met three times. */
#include "counts/altered.h"

static const hc_option options[] = {REGRESSION_OPTIONS, ALTERED_OPTION_OMEGA, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return hc_altered_prepare(plan, data, o, HC_BASE_POISSON, HC_ONES_HURDLE_AFTER, err);
}

const hc_estimator hc_estimator_zt_hurdle_poisson = {
    .id = "zt-hurdle-poisson",
    .title = "Zero-truncated Poisson with a hurdle at one",
    .cite = "Chlebicki and Beresewicz, R package singleRcapture 0.2.3, whose manual calls it experimental",
    .formula = "N = sum over people met of (1 - q_1)/(1 - q_0 - q_1)",
    .assumes = "people met twice or more follow a Poisson rate; a chance of its own decides who is met once",
    .needs = "how many people were met once, twice, three times, ...",
    .accepts = HC_SHAPE_COUNTS,
    .options = options,
    .state_size = sizeof(hc_altered_state),
    .prepare = prepare,
    .fit = hc_regression_fit,
    .diagnose = hc_regression_diagnose,
};
