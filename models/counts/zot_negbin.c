/* Zero-one-truncated negative binomial.
 *
 *   q_k = Gamma(k+r)/(Gamma(r) k!) (1-q)^r q^k, r = 1/alpha, q = alpha lambda/(1 + alpha lambda)
 *   P(k) = q_k/(1 - q_0 - q_1), k >= 2
 *   N = f1 + sum over people met twice or more of (1 - q_1)/(1 - q_0 - q_1)
 * Those met once are not believed: some were met once by their own choice, or are errors. They count as people, and say
 * nothing of the rate. N agrees with ztoi-negbin but for those met once.
 *
 * With covariates in the rate, in alpha; without a formula everybody is alike. Likelihood, variance and sources:
 * altered.c, regression.c.
 *
 * Assumes: people met twice or more follow rates that differ as a gamma distribution; those met once may be anybody.
 * Breaks where hardly anybody was met three times. */
#include "counts/altered.h"

static const hc_option options[] = {REGRESSION_OPTIONS, REGRESSION_OPTION_ALPHA, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return hc_altered_prepare(plan, data, o, HC_BASE_NEGBIN, HC_ONES_LEFT_OUT, err);
}

const hc_estimator hc_estimator_zot_negbin = {
    .id = "zot-negbin",
    .title = "Zero-one-truncated negative binomial",
    .cite = "Boehning and van der Heijden (2019) Ann. Appl. Statist. 13:1198-1211",
    .formula = "N = f1 + sum over people met twice or more of (1 - q_1)/(1 - q_0 - q_1)",
    .assumes =
        "people met twice or more follow rates that differ as a gamma distribution; those met once may be anybody",
    .needs = "how many people were met twice, three times, ...",
    .accepts = HC_SHAPE_COUNTS,
    .options = options,
    .state_size = sizeof(hc_altered_state),
    .prepare = prepare,
    .fit = hc_regression_fit,
    .diagnose = hc_regression_diagnose,
};
