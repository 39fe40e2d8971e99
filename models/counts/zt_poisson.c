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

static const hc_option options[] = {ZT_OPTION_LIKELIHOOD, ZT_OPTION_TOP, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  (void)err;
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
};
