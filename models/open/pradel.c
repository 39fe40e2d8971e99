/* Pradel's model: survival, recruitment and growth, without a population size.
 *
 * Between two occasions a share phi_i of those there stays and f_i times as many arrive, so that N_{i+1} = N_i
 * lambda_i with lambda_i = phi_i + f_i (per unit of time; (phi + f)^t over an interval t). First captures among all
 * met have chances in proportion to U_i p_i, U: people there who have never been met, U_{i+1} = U_i (1 - p_i) phi_i +
 * N_i f_i; what follows a first capture is as in cormack-jolly-seber. Pradel (1996) Biometrics 52:703-709, whose
 * seniority is gamma_{i+1} = phi_i/lambda_i, and whose U_i/N_i is xi_i. N_i = n_i/p_i as in cormack-jolly-seber. With
 * p=t nothing tells p_1 and, with phi=t, p_k (ends: as in popan); f and lambda of the intervals that they touch are
 * not shown.
 *
 * Assumes: everybody there, met before or not, has the same chance of being met on an occasion and of staying until
 * the next; the study reaches the same part of the population throughout. Breaks where effort spreads over more of
 * it: that reads as growth. */
#include "open/survival.h"

static const hc_option options[] = {
    HC_OPTION_PHI,
    HC_OPTION_P,
    {"f", HC_OPTION_CHOICE, "t", 0, 0, "t|.", "recruitment by interval (t) or the same for all (.)"},
    HC_OPTION_ENDS,
    HC_OPTION_NUMBERS_SE,
    HC_OPTION_INFLATE,
    HC_OPTION_INTERVAL,
    {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return hc_survival_prepare(plan, HC_SURVIVAL_RECRUITMENT, data, o, err);
}

const hc_estimator hc_estimator_pradel = {
    .id = "pradel",
    .title = "Pradel: survival, recruitment and growth",
    .cite = "Pradel (1996) Biometrics 52:703-709",
    .formula =
        "N_{i+1} = N_i (phi_i + f_i); first captures in proportion to U_i p_i, U_{i+1} = U_i (1 - p_i) phi_i + N_i f_i",
    .assumes = "everybody there, met before or not, has the same chance of being met on an occasion and of staying "
               "until the next; the "
               "same part of the population is reached throughout",
    .needs = "capture histories of three or more ordered occasions, or first, last and all captures by occasion",
    .accepts = HC_SHAPE_OCCASIONS | HC_SHAPE_FIRST_LAST,
    .ordered = true,
    .options = options,
    .open = true,
    .state_size = sizeof(hc_survival),
    .prepare = prepare,
    .fit = hc_survival_fit,
    .simulate = hc_survival_simulate,
    .profile_of = hc_survival_profile_of,
};
