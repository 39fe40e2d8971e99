/* Bailey's version of Lincoln and Petersen, for a second sample drawn with replacement: N = n1 (n2+1)/(m+1).
 *
 * n1, n2: people on the first and the second list; m: on both. Bailey (1951) Biometrika 38:293; (1952) J. Animal
 * Ecology 21:120.
 *   var N = n1^2 (n2+1) (n2-m) / ((m+1)^2 (m+2))     Seber (1982) p. 61, eq. 3.6
 *
 * The first list is fixed and the second is a sample of meetings: the same person may be met again. The two
 * are not interchangeable. Assumes independence and equal chances on the second list. Breaks when the lists do not
 * overlap: the formula gives a number, and the data know nothing of it. */
#include "lists/two_lists.h"

static const hc_two_lists_row row = {.n2 = 1, .m = 1};

static const hc_option options[] = {
    TWO_LISTS_OPTION_PAIR,
    {0},
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = hc_two_lists_prepare(plan, data, o, &row, err);
  hc_plan_set_form(plan, "N = n1 (n2+1)/(m+1)");
  hc_plan_add_variant(plan, ", the first list fixed; se: binomial (Seber 1982, eq. 3.6)");
  return status;
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  hc_two_lists s = hc_two_lists_of(observed);
  hc_status status = hc_two_lists_overlap(&s, e, err);
  (void)plan, (void)scratch;
  if (status != HC_OK) return status;
  e->value[0] = s.n1 * (s.n2 + 1) / (s.m + 1);
  e->se[0] = s.n1 / (s.m + 1) * sqrt((s.n2 + 1) * (s.n2 - s.m) / (s.m + 2));
  if (e->value[0] < s.n1 + s.n2 - s.m)
    return hc_refuse(err, "below-observed", "N would be %.10g, fewer than the %.0f people on the lists", e->value[0],
                     s.n1 + s.n2 - s.m);
  return HC_OK;
}

const hc_estimator hc_estimator_bailey = {
    .id = "bailey",
    .title = "Bailey's estimator",
    .cite = "Bailey (1951) Biometrika 38:293-306; Bailey (1952) J. Animal Ecology 21:120-127; Seber (1982) p. 61",
    .formula = "N = n1 (n2 + 1)/(m + 1)",
    .assumes = "the second list is a sample of meetings, the same person possibly met again, independent of the first "
               "list and with the same chance for all",
    .needs = "two lists that overlap, the first one fixed",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .ordered = true,
    .options = options,
    .state_size = sizeof(hc_two_lists_state),
    .prepare = prepare,
    .fit = fit,
    .simulate = hc_two_lists_simulate,
    .profile = hc_two_lists_profile,
    .interval_methods = (const char *const[]){TWO_LISTS_METHODS, NULL},
    .interval = hc_two_lists_interval,
};
