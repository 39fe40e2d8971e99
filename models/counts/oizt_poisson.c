/* One-inflated zero-truncated Poisson.
 *
 *   q_k = exp(-lambda) lambda^k/k!
 *   P(1) = omega + (1 - omega) q_1, P(k) = (1 - omega) q_k for k = 0 and k >= 2
 *   N = sum over people met of 1/(1 - (1 - omega) q_0)
 * A share omega of the whole population is met once and never again, and none of it is missed.
 *
 * With covariates in the rate and in omega; without a formula everybody is alike. Likelihood, variance and sources:
 * altered.c, regression.c.
 *
 * Assumes: people follow a Poisson rate, but for a share of the population that is met exactly once. Breaks where
 * hardly anybody was met three times, and where fewer people were met once than the base distribution expects: omega
 * then runs to its edge. */
#include "counts/altered.h"

static const hc_option options[] = {REGRESSION_OPTIONS, ALTERED_OPTION_OMEGA, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return hc_altered_prepare(plan, data, o, HC_BASE_POISSON, HC_ONES_INFLATED_BEFORE, err);
}

const hc_estimator hc_estimator_oizt_poisson = {
    .id = "oizt-poisson",
    .title = "One-inflated zero-truncated Poisson",
    .cite = "Godwin and Boehning (2017) J. R. Statist. Soc. C 66:425-448",
    .formula = "N = sum over people met of 1/(1 - (1 - omega) q_0)",
    .assumes = "people follow a Poisson rate, but for a share of the population that is met exactly once",
    .needs = "how many people were met once, twice, three times, ...",
    .accepts = HC_SHAPE_COUNTS,
    .options = options,
    .state_size = sizeof(hc_altered_state),
    .prepare = prepare,
    .fit = hc_regression_fit,
    .diagnose = hc_regression_diagnose,
};
