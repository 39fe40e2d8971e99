/* Nour's estimate from two lists that depend positively on each other.
 *
 * a people on both lists, b on the first only, c on the second only, d on neither, unknown:
 *   N = a + b + c + 2 a b c/(a^2 + b c)                     Nour (1982) J. R. Statist. Soc. A 145:106
 * The paper was not seen; the formula is as the authors of a note on it compute it. Why: lists that have half of the
 * people or more each give a >= d (from n1 + n2 >= N), and lists that depend positively give d >= bc/a, which is
 * Lincoln and Petersen's. The formula is the harmonic mean of these two ends of d, and usually, not always, too small.
 * Standard error: delta method on multinomial cells; N is homogeneous of degree one, var N = sum z (dN/dz)^2 - N.
 *
 * Assumes: each list has half of the people or more, and people on one list are more often on the other. Where a list
 * has fewer, d may be larger than a, and the formula then can fall below Lincoln and Petersen's N: a note says so. */
#include "lists/two_lists.h"

static const hc_two_lists_row row = {0};

static const hc_option options[] = {
    TWO_LISTS_OPTION_PAIR,
    {0},
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = hc_two_lists_prepare(plan, data, o, &row, err);
  hc_plan_set_form(plan, "N = n + 2abc/(a^2 + bc)");
  hc_plan_add_variant(plan, "; se: delta method on multinomial cells");
  return status;
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  double a = observed[HC_ON_BOTH], b = observed[HC_ON_FIRST_ONLY], c = observed[HC_ON_SECOND_ONLY];
  hc_two_lists s = hc_two_lists_of(observed);
  hc_status status = hc_two_lists_overlap(&s, e, err);
  (void)plan, (void)scratch;
  if (status != HC_OK) return status;
  double r = b * (c / a), below = a + r, unseen = 2 * a * r / below; /* 2/(1/a + 1/r), and 0 with r = 0 */
  double share = a / below, by_r = 2 * share * share, by_a = 2 * (r / below) * (r / below);
  double da = 1 + by_a - by_r * r / a, db = 1 + by_r * c / a, dc = 1 + by_r * b / a;
  e->value[0] = a + b + c + unseen;
  e->se[0] = sqrt(fmax(0, a * da * da + b * db * db + c * dc * dc - e->value[0]));
  if (2 * s.n1 < e->value[0] || 2 * s.n2 < e->value[0])
    hc_estimate_note(e, "list-below-half", "a list has fewer than half of %.0f people, which the formula rests on",
                     e->value[0]);
  return HC_OK;
}

const hc_estimator hc_estimator_nour = {
    .id = "nour",
    .title = "Nour's estimate for positively dependent lists",
    .cite = "Nour (1982) J. R. Statist. Soc. A 145:106-116",
    .formula = "N = n + 2abc/(a^2 + bc); a people on both lists, b and c on one, n = a + b + c",
    .assumes = "people on one list are more often on the other, and each list has at least half of the people",
    .needs = "two lists that overlap, each with half of the people or more",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(hc_two_lists_state),
    .prepare = prepare,
    .fit = fit,
};
