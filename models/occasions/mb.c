/* Mb: being met changes the chance of being met again, on every later occasion alike.
 *
 * Everybody has the chance p until the first time, and the chance c from then on. N comes from the first captures u_i:
 *   likelihood=conditional  N = n/(1 - q^t), q = 1 - p, where i - 1 has the mean of a geometric cut at t - 1:
 *                           log-linear, mu(h) = exp(gamma + beta1 (first - 1) + beta2 (times - 1)); Cormack (1989)
 *                           Biometrics 45:395, Rivest and Levesque (2001) Can. J. Statist. 29:555; the same N as
 *                           Huggins (1989)
 *   likelihood=full         N, p and c together, N real; Otis, Burnham, White and Anderson (1978) Wildl. Monogr. 62 (N
 *                           there an integer), Zippin (1956) Biometrics 12:163
 *   bias-corrected=yes      conditional, of u_1 + 2, u_2 - 1, u_3 - 1 (Rivest and Levesque 2001)
 * Formulas: first_captures.c, trap_response.c.
 *
 * Assumes: a closed population, equal chances until the first time. Breaks: first captures that do not fall from
 * occasion to occasion (refused); chances that differ between people or occasions, which this model takes for something
 * else. */
#include "occasions/trap_response.h"

static const hc_option options[] = {HC_TRAP_OPTIONS, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return hc_trap_prepare(plan, data, o, false, err);
}

const hc_estimator hc_estimator_mb = {
    .id = "mb",
    .title = "Mb: being met changes the chance of being met again",
    .cite =
        "Zippin (1956) Biometrics 12:163-189; Otis et al. (1978) Wildlife Monographs 62; Rivest and Levesque (2001) "
        "Can. J. Statist. 29:555-572",
    .formula =
        "N = n/(1 - q^t), where occasions of first captures are geometric, cut at t; or the full likelihood of N, p, c",
    .assumes =
        "a closed population in which everybody has the same chance until the first time, and another same chance "
        "from then on",
    .needs = "capture histories, two or more ordered occasions, fewer first captures on later ones",
    .accepts = HC_SHAPE_OCCASIONS,
    .ordered = true,
    .options = options,
    .state_size = sizeof(hc_trap),
    .prepare = prepare,
    .fit = hc_trap_fit,
    .simulate = hc_trap_simulate,
    .profile = hc_trap_profile,
};
