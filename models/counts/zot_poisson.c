/* Zero-one-truncated Poisson.
 *
 *   q_k = exp(-lambda) lambda^k/k!
 *   P(k) = q_k/(1 - q_0 - q_1), k >= 2
 *   N = f1 + sum over people met twice or more of (1 - q_1)/(1 - q_0 - q_1)
 * Those met once are not believed: some were met once by their own choice, or are errors. They count as people, and say
 * nothing of the rate. N agrees with ztoi-poisson but for those met once.
 *
 * With covariates in the rate; without a formula everybody is alike. Likelihood, variance and sources: altered.c,
 * regression.c.
 *
 * Assumes: people met twice or more follow a Poisson rate; those met once may be anybody. Breaks where hardly anybody
 * was met three times. */
#include "counts/altered.h"

static const hc_option options[] = {REGRESSION_OPTIONS, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return hc_altered_prepare(plan, data, o, HC_BASE_POISSON, HC_ONES_LEFT_OUT, err);
}

const hc_estimator hc_estimator_zot_poisson = {
    .id = "zot-poisson",
    .title = "Zero-one-truncated Poisson",
    .cite = "Boehning and van der Heijden (2019) Ann. Appl. Statist. 13:1198-1211",
    .formula = "N = f1 + sum over people met twice or more of (1 - q_1)/(1 - q_0 - q_1)",
    .assumes = "people met twice or more follow a Poisson rate; those met once may be anybody",
    .needs = "how many people were met twice, three times, ...",
    .accepts = HC_SHAPE_COUNTS,
    .options = options,
    .state_size = sizeof(hc_altered_state),
    .prepare = prepare,
    .fit = hc_regression_fit,
    .diagnose = hc_regression_diagnose,
};
