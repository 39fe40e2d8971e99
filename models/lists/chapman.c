/* Chapman's nearly unbiased version of Lincoln and Petersen: N = (n1+1)(n2+1)/(m+1) - 1.
 *
 * n1, n2: people on the first and the second list; m: on both. Chapman (1951) Univ. Calif. Publ. Stat. 1:131.
 *   var N = (n1+1) (n2+1) (n1-m) (n2-m) / ((m+1)^2 (m+2))     Seber (1970) Biometrics 26:313
 * Unbiased when n1 + n2 >= N, else with a relative bias of about -exp(-n1 n2/N).
 *
 * Assumes: being on one list says nothing about being on the other, and on one list all have the same chance.
 * Breaks when the lists do not overlap: the formula gives a number, and the data know nothing of it. */
#include "lists/two_lists.h"

static const hc_two_lists_row row = {.n1 = 1, .n2 = 1, .m = 1, .shift = -1};

static const hc_option options[] = {
    TWO_LISTS_OPTION_PAIR,
    {0},
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = hc_two_lists_prepare(plan, data, o, &row, err);
  hc_plan_set_form(plan, "N = (n1+1)(n2+1)/(m+1) - 1");
  hc_plan_add_variant(plan, "; se: Seber (1970)");
  return status;
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  hc_two_lists s = hc_two_lists_of(observed);
  hc_status status = hc_two_lists_overlap(&s, e, err);
  (void)plan, (void)scratch;
  if (status != HC_OK) return status;
  double ratio = (s.n1 + 1) * (s.n2 + 1) / (s.m + 1);
  e->value[0] = ratio - 1;
  e->se[0] = sqrt(ratio * (s.n1 - s.m) * (s.n2 - s.m) / ((s.m + 1) * (s.m + 2)));
  return HC_OK;
}

static unsigned suits(const hc_data *data) { return data->shape == HC_SHAPE_LISTS && data->n_lists == 2 ? 3 : 0; }

const hc_estimator hc_estimator_chapman = {
    .id = "chapman",
    .title = "Chapman's estimator",
    .cite = "Chapman (1951) Univ. Calif. Publ. Stat. 1:131-160; Seber (1970) Biometrics 26:313-318",
    .formula = "N = (n1 + 1)(n2 + 1)/(m + 1) - 1",
    .assumes = "being on one list says nothing about being on the other, and on each list all have the same chance",
    .needs = "two lists that overlap",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .suits = suits,
    .state_size = sizeof(hc_two_lists_state),
    .prepare = prepare,
    .fit = fit,
    .simulate = hc_two_lists_simulate,
    .profile = hc_two_lists_profile,
    .interval_methods = (const char *const[]){TWO_LISTS_METHODS, NULL},
    .interval = hc_two_lists_interval,
};
