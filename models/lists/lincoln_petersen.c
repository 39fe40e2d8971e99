/* Lincoln and Petersen: N = n1 n2 / m.
 *
 * n1, n2: people on the first and the second list; m: on both.
 *   variance=multinomial  n1 n2 (n1-m) (n2-m) / m^3     Sekar and Deming (1949) JASA 44:101, eq. 7: both lists random
 *   variance=binomial     n1^2 n2 (n2-m) / m^3          Seber (1982) p. 60, eq. 3.5: n1 fixed, second with replacement
 * The interval `normal` is that of Seber (1982), eq. 3.4: m/n2 -+ (z sqrt((1-m/n1) p (1-p)/(n2-1)) + 1/(2 n2)), p = m/n2.
 *
 * Assumes: being on one list says nothing about being on the other, and on one list all have the same chance.
 * Positive dependence makes N too small. Breaks when m = 0; biased upwards when m is small (see chapman). */
#include "lists/two_lists.h"

#include <string.h>

static const hc_two_lists_row row = {0}; /* nothing is added */

static const hc_option options[] = {
    {"variance", HC_OPTION_CHOICE, "multinomial", 0, 0, "multinomial|binomial",
     "both lists random (Sekar and Deming), or the first one fixed and the second drawn with replacement (Seber)"},
    TWO_LISTS_OPTION_PAIR,
    {0},
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = hc_two_lists_prepare(plan, data, o, &row, err);
  if (status != HC_OK) return status;
  hc_two_lists_state *s = plan->state;
  s->binomial = hc_options_choice_is(o, "variance", "binomial");
  hc_plan_set_form(plan, "N = n1 n2/m");
  hc_plan_add_variant(plan, s->binomial ? N_("; se: binomial, n1 fixed (Seber 1982, eq. 3.5)")
                                        : N_("; se: multinomial (Sekar and Deming 1949)"));
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const hc_two_lists_state *state = plan->state;
  hc_two_lists s = hc_two_lists_of(observed);
  hc_status status = hc_two_lists_overlap(&s, e, err);
  (void)scratch;
  if (status != HC_OK) return status;
  double rest = state->binomial ? s.n1 : s.n1 - s.m;
  e->value[0] = s.n1 * s.n2 / s.m;
  e->se[0] = sqrt(s.n1 * s.n2 * rest * (s.n2 - s.m) / s.m) / s.m;
  return HC_OK;
}

static hc_status interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level, double *lower,
                          double *upper, hc_error *err) {
  hc_two_lists s = hc_two_lists_of(plan->observed);
  if (strcmp(method, "normal") == 0 && s.n2 < 2)
    return hc_refuse(err, "too-few-cells", "the normal interval needs two people on the second list: it divides by n2 - 1");
  if (strcmp(method, "normal") == 0) {
    double p = s.m / s.n2, z = hc_normal_quantile((1 + level) / 2);
    double half = z * sqrt((1 - s.m / s.n1) * p * (1 - p) / (s.n2 - 1)) + 1 / (2 * s.n2);
    *lower = s.n1 / (p + half);
    *upper = p > half ? s.n1 / (p - half) : INFINITY;
    return HC_OK;
  }
  return hc_two_lists_interval(plan, e, method, level, lower, upper, err);
}

/* Two independent lists are the log-linear model of main effects, whose N is n1 n2/m. */
static hc_status log_linear(const hc_plan *plan, double *scratch, hc_log_linear *form, hc_error *err) {
  const hc_two_lists_state *s = plan->state;
  const uint32_t mask[] = {1, 2, 0};
  (void)scratch, (void)err;
  form->lists = 2, form->terms = 3, form->count = form->two_lists;
  for (size_t i = 0; i < 2; i++) form->list[i] = s->list[i];
  memcpy(form->mask, mask, sizeof mask);
  form->two_lists[1] = plan->observed[HC_ON_FIRST_ONLY], form->two_lists[2] = plan->observed[HC_ON_SECOND_ONLY];
  form->two_lists[3] = plan->observed[HC_ON_BOTH];
  return HC_OK;
}

const hc_estimator hc_estimator_lincoln_petersen = {
    .id = "lincoln-petersen",
    .title = "Lincoln and Petersen's estimator",
    .cite = "Lincoln (1930) USDA Circular 118; Petersen (1896); Sekar and Deming (1949) JASA 44:101-115; Seber (1982) "
            "ch. 3",
    .formula = "N = n1 n2 / m",
    .assumes = "being on one list says nothing about being on the other, and on each list all have the same chance",
    .needs = "two lists that overlap",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(hc_two_lists_state),
    .prepare = prepare,
    .fit = fit,
    .simulate = hc_two_lists_simulate,
    .profile = hc_two_lists_profile,
    .interval_methods = (const char *const[]){TWO_LISTS_METHODS, "normal", NULL},
    .interval = interval,
    .log_linear = log_linear,
};
