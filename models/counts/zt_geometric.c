/* Zero-truncated geometric: rates differ between people as an exponential distribution.
 *
 *   P(k) = (1 - q) q^k,   1/(1 - q) = S/n,   N = n/q,   lambda = q/(1 - q)
 * n people met S times in all. A Poisson whose rate is exponentially distributed is geometric; N = n S/(S - n) is
 * closed (Niwitpong, Boehning, van der Heijden and Holling 2013, Metrika 76:495). Variance, the full likelihood and `top`: zero_truncated.h. It is
 * zt-negbin with size 1.
 *
 * Assumes: that one shape of heterogeneity. Where rates are more alike N is too large. */
#include "counts/zero_truncated.h"

static const hc_option options[] = {ZT_OPTION_LIKELIHOOD, ZT_OPTION_TOP, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  (void)err;
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
};
