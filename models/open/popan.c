/* POPAN: a super-population N of all who were ever there, and on which occasion they entered.
 *
 * A share b_i of N enters between occasions i-1 and i (i = 1: was there at first), sum b_i = 1. People there who have
 * never been met:
 *   psi_1 = b_1,  psi_{i+1} = psi_i (1 - p_i) phi_i + b_{i+1}
 * First captures u_1..u_k and those never met are multinomial with chances psi_i p_i; what follows a first capture is
 * as in cormack-jolly-seber. Schwarz and Arnason (1996) Biometrics 52:860-873.
 *   likelihood=conditional  given how many were met, n; N = n/sum psi_i p_i. With p=t, phi=t Jolly and Seber's numbers
 *   likelihood=full         ln N!/(N-n)! + sum [u_i ln(psi_i p_i) - ln u_i!] + (N-n) ln(1 - sum psi_i p_i), N real
 * B[i] = N b_{i+1}: people who entered between i and i+1 and were there on i+1; B[0] those at first.
 * Standard errors of N_i, N_mean and B are those of these people, as in jolly-seber: the delta method's variance less
 * what a multinomial number among N has of its own, N_i (1 - N_i/N); of N_mean N/k^2 times the variance of a person's
 * occasions there. With p=t nothing tells p_1 and, with phi=t, p_k: ends=one takes them as 1, and N_super then counts
 * nobody who was there on the first or the last occasion only without being met (Rcapture's openp counts so:
 * Baillargeon and Rivest 2007 J. Statist. Softw. 19(5)); ends=equal takes p_1 = p_2 and p_k = p_{k-1}.
 *
 * Assumes: everybody there, met before or not, has the same chance of being met on an occasion and of staying until
 * the next. Breaks where people differ: N_super is then too low. Who enters and leaves between two occasions is not
 * counted. */
#include "open/survival.h"

static const hc_option options[] = {
    HC_OPTION_PHI,
    HC_OPTION_P,
    HC_OPTION_ENDS,
    {"likelihood", HC_OPTION_CHOICE, "conditional", 0, 0, "conditional|full",
     "given how many were met, N = n/share met; or full with N unknown (Schwarz and Arnason)"},
    HC_OPTION_BIRTHS_SE,
    HC_OPTION_INFLATE,
    HC_OPTION_INTERVAL,
    {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return hc_survival_prepare(plan, HC_SURVIVAL_ENTRIES, data, o, err);
}

const hc_estimator hc_estimator_popan = {
    .id = "popan",
    .title = "POPAN: all who were ever there, and when they entered",
    .cite = "Schwarz and Arnason (1996) Biometrics 52:860-873",
    .formula =
        "first captures: multinomial with chances psi_i p_i, psi_{i+1} = psi_i (1 - p_i) phi_i + b_{i+1}, sum b = 1",
    .assumes = "everybody there, met before or not, has the same chance of being met on an occasion and of staying "
               "until the next; who "
               "leaves does not come back",
    .needs = "capture histories of three or more ordered occasions, or first, last and all captures by occasion",
    .accepts = HC_SHAPE_OCCASIONS | HC_SHAPE_FIRST_LAST,
    .ordered = true,
    .options = options,
    .open = true,
    .state_size = sizeof(hc_survival),
    .prepare = prepare,
    .fit = hc_survival_fit,
    .simulate = hc_survival_simulate,
    .profile = hc_survival_profile,
    .profile_of = hc_survival_profile_of,
};
