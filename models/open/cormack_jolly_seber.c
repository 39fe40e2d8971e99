/* Cormack-Jolly-Seber: survival and chances of being met, given who was met for the first time.
 *
 * One released on occasion i is met again with chance lambda_i = phi_i (p_{i+1} + (1 - p_{i+1}) lambda_{i+1}); the
 * likelihood of all that follows a first capture depends on the data through first, last and all captures by occasion
 * alone (captures.h). Cormack (1964) Biometrika 51:429; Lebreton, Burnham, Clobert and Anderson (1992) Ecol. Monogr.
 * 62:67.
 *   phi=., p=.   the same for all occasions
 *   phi=t, p=t   for each its own; both together: the last survival and the last chance come only as a product, closed
 *                form, survivals at most 1 (saturated.c)
 *   N_i = n_i/p_i, n_i people met on i, with the variance n_i^2 var(p_i)/p_i^4 - n_i (1-p_i)/p_i^2 (survival.c,
 *   derived there; Seber's where both go by occasion); numbers-se=separate has + for - and is too wide (McDonald and
 *   Amstrup 2001 J. Agric. Biol. Environ. Statist. 6:206)
 *
 * Assumes: everybody who has been met has the same chance of being met on an occasion and of staying until the next;
 * who leaves does not come back. N takes those never met to have the same chances. Breaks where people differ, or are
 * shy of a second meeting. */
#include "open/survival.h"

static const hc_option options[] = {HC_OPTION_PHI,     HC_OPTION_P,        HC_OPTION_NUMBERS_SE,
                                    HC_OPTION_INFLATE, HC_OPTION_INTERVAL, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return hc_survival_prepare(plan, HC_SURVIVAL_ALONE, data, o, err);
}

const hc_estimator hc_estimator_cormack_jolly_seber = {
    .id = "cormack-jolly-seber",
    .title = "Cormack-Jolly-Seber: survival of those who were met",
    .cite = "Cormack (1964) Biometrika 51:429-438; Lebreton, Burnham, Clobert and Anderson (1992) Ecological "
            "Monographs 62:67-118",
    .formula = "lambda_i = phi_i (p_{i+1} + (1 - p_{i+1}) lambda_{i+1}), the chance of being met again; N_i = n_i/p_i",
    .assumes = "everybody who has been met has the same chance of being met on an occasion and of staying until the "
               "next; who leaves "
               "does not come back",
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
