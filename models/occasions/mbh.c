/* Mbh: as Mb, with a chance of its own on the first occasion, because the easily met leave the unmet first.
 *
 * u_1 of N are met on the first occasion with the chance p_1, the others for the first time with the chance p on each
 * later one, and everybody again with the chance c:
 *   likelihood=conditional  N = u_1 + (n - u_1)/(1 - q^(t-1)): log-linear, mu(h) = exp(gamma + eta [not on the first] +
 *                           beta1 (first - 1) + beta2 (times - 1)); Rivest and Levesque (2001) Can. J. Statist. 29:555.
 *                           It is the generalised removal of Otis, Burnham, White and Anderson (1978) Wildl. Monogr.
 *                           62, stopped after one step
 *   likelihood=full         N, p_1, p and c together, N real (Schnute 1983 Can. J. Fish. Aquat. Sci. 40:2153)
 *   bias-corrected=yes      conditional, of u_2 + 2, u_3 - 1, u_4 - 1 (Rivest and Levesque 2001)
 * Formulas: first_captures.c, trap_response.c.
 *
 * Assumes: a closed population; among those not met on the first occasion chances no longer differ. Breaks: first
 * captures that do not fall from the second occasion on (refused). */
#include "occasions/trap_response.h"

static const hc_option options[] = {HC_TRAP_OPTIONS, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return hc_trap_prepare(plan, data, o, true, err);
}

const hc_estimator hc_estimator_mbh = {
    .id = "mbh",
    .title = "Mbh: as Mb, the first occasion with a chance of its own",
    .cite =
        "Otis et al. (1978) Wildlife Monographs 62; Schnute (1983) Can. J. Fish. Aquat. Sci. 40:2153-2169; Rivest and "
        "Levesque (2001) Can. J. Statist. 29:555-572",
    .formula = "N = u_1 + (n - u_1)/(1 - q^(t-1)), where later occasions of first captures are geometric; or the full "
               "likelihood",
    .assumes = "a closed population in which those not met on the first occasion have the same chance until the first "
               "time, and all have another same chance from then on",
    .needs = "capture histories, three or more ordered occasions, fewer first captures on later ones",
    .accepts = HC_SHAPE_OCCASIONS,
    .ordered = true,
    .options = options,
    .state_size = sizeof(hc_trap),
    .prepare = prepare,
    .fit = hc_trap_fit,
    .simulate = hc_trap_simulate,
    .profile = hc_trap_profile,
};
