/* From accounts to people: multi-homing, active share, and the sum over platforms that several estimators share.
 *
 *   N = accounts x active share / platforms per person
 *
 * A survey of people (whoever they are) estimates platforms per person by the arithmetic mean. A survey of
 * users met through platforms meets a person in proportion to the number of platforms k that he or she is on:
 * then people = accounts x mean(1/k), and the divisor is the harmonic mean (Sirken 1970, JASA 65:257, the
 * multiplicity estimator). When only the arithmetic mean m of such a survey is published, the divisor depends
 * on the distribution; with a Poisson number of further platforms of mean u - 1 among people, the mean met is
 * E[k^2]/E[k] = u + (u - 1)/u = m, so u = ((m - 1) + sqrt((m - 1)^2 + 4))/2, which is also the harmonic mean met. */
#include "traffic/people.h"

static double stated(const hc_options *o, const char *name) {
  return hc_options_is_stated(o, name) ? hc_options_real(o, name) : NAN;
}

static hc_input multihoming_input(const hc_options *o, const hc_people *people) {
  hc_input input = {.name = "multihoming", .value = 1, .floor = 1, .ceiling = INFINITY};
  if (!people->deduplicated) return input;
  input.value = hc_options_real(o, "multihoming");
  double se = stated(o, "multihoming_se"), n = stated(o, "multihoming_respondents"), sd = stated(o, "multihoming_sd");
  if (isnan(se) && n > 0) se = (isnan(sd) ? sqrt(input.value - 1) : sd) / sqrt(n);
  if (se > 0) input.kind = HC_INPUT_NORMAL, input.spread = se;
  return input;
}

static hc_input active_input(const hc_options *o, const hc_people *people) {
  hc_input input = {.name = "active_share", .value = 1, .floor = 0, .ceiling = 1};
  if (!people->has_active) return input;
  input.value = hc_options_real(o, "active_share");
  double se = stated(o, "active_share_se"), n = stated(o, "active_respondents");
  if (se > 0) input.kind = HC_INPUT_LOGNORMAL, input.spread = se;
  else if (n > 0) input.kind = HC_INPUT_BINOMIAL, input.spread = nearbyint(n);
  return input;
}

hc_status hc_plan_add_people(hc_plan *plan, const hc_options *o, hc_people *people, hc_error *err) {
  people->deduplicated = hc_options_is_stated(o, "multihoming");
  people->has_active = hc_options_is_stated(o, "active_share");
  people->multiplicity = hc_options_choice_is(o, "reading", "multiplicity");
  if (!people->deduplicated && (people->multiplicity || hc_options_is_stated(o, "multihoming_respondents") ||
                                hc_options_is_stated(o, "multihoming_se")))
    return hc_fail(err, HC_EUSAGE, "multihoming is not stated, so nothing can be said about how well it is known");
  if (people->has_active && hc_options_real(o, "active_share") == 0)
    return hc_refuse(err, "all-zero", "active_share is zero: nobody is active, and how well that is known is not stated");
  hc_input multihoming = multihoming_input(o, people), active = active_input(o, people);
  people->multihoming = hc_plan_add_input(plan, &multihoming);
  people->active = hc_plan_add_input(plan, &active);
  return HC_OK;
}

void hc_plan_people(hc_plan *plan, const hc_people *people, bool active) {
  bool persons = people->deduplicated;
  hc_plan_quantity(plan, 0, active ? &hc_quantity_counted : persons ? &hc_quantity_people : &hc_quantity_accounts,
                   persons ? (active ? N_("active people") : N_("people")) : (active ? N_("active accounts") : N_("accounts")), "N");
}

static double over_people(double m) { return 0.5 * ((m - 1) + sqrt((m - 1) * (m - 1) + 4)); }

double hc_people_divisor(const hc_people *people, const double *observed) {
  double m = observed[people->multihoming];
  return people->multiplicity ? over_people(m) : m;
}

double hc_people_from_accounts(const hc_plan *plan, const hc_people *people, const double *observed, double accounts,
                               double *relative_variance) {
  double u = hc_people_divisor(people, observed), a = observed[people->active];
  double se = hc_input_se(&plan->inputs[people->multihoming]), slope = people->multiplicity ? u * u / (u * u + 1) : 1;
  *relative_variance += slope * slope * se * se / (u * u);
  if (a > 0) *relative_variance += pow(hc_input_se(&plan->inputs[people->active]) / a, 2);
  return accounts * a / u;
}

void hc_people_note(const hc_people *people, const double *observed, double accounts, hc_estimate *e) {
  double m = observed[people->multihoming], a = observed[people->active];
  const char *unit = people->has_active ? _("active people") : _("people");
  if (!people->deduplicated) {
    hc_estimate_note(e, "accounts-not-people", "multi-homing is not stated, so this counts accounts (%sprofiles), and one "
                     "person may have several: --set multihoming=M divides by it", people->has_active ? _("active ") : "");
    return;
  }
  hc_estimate_note(e, "multi-homing-reading",
                   "%.6g is read as %s: %.0f %s; were it %s, they would be %.0f (Sirken 1970)", m,
                   people->multiplicity ? _("a mean over users met through platforms") : _("a mean over people"),
                   accounts * a / hc_people_divisor(people, observed), unit,
                   people->multiplicity ? _("a mean over people") : _("a mean over users met through platforms"),
                   accounts * a / (people->multiplicity ? m : over_people(m)));
}

/* -- sum over platforms ----------------------------------------------------------------------------- */

struct total {
  hc_people people;
  size_t n, left_out; /* platforms with a number, and without */
  const char *column;
  bool has_country, row_active;
  size_t *amount, *country, *active; /* [n] places in observed */
};

static hc_status check_platforms(const hc_data *data, const char *column, hc_error *err) {
  hc_status status = hc_table_check(data, column, true, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check(data, "visitors", false, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check(data, "country_share", false, 0, 1, err);
  if (status == HC_OK) status = hc_table_check(data, "active_share", false, 0, 1, err);
  if (status == HC_OK) status = hc_table_check_unique(data, "platform", NULL, err);
  return status;
}

static hc_status add_platforms(hc_plan *plan, struct total *t, const hc_data *data, const size_t *order,
                               hc_error *err) {
  const hc_column *amount = hc_data_column(data, t->column);
  hc_status status = HC_OK;
  for (size_t k = 0; k < data->n_rows && status == HC_OK; k++) {
    size_t row = order[k], i = t->n;
    if (isnan(hc_column_number(amount, row))) {
      t->left_out++;
      continue;
    }
    t->n++;
    if (t->has_country && isnan(hc_column_number(hc_data_column(data, "country_share"), row))) {
      char buffer[HC_ROW_NAME_SIZE];
      return hc_table_fail(data, "country_share", row, err, "%s: country_share is blank: write 1 where the whole platform counts",
                     hc_row_name(data, row, buffer));
    }
    status = hc_plan_add_column(plan, data, t->column, row, INFINITY, NAN, &t->amount[i], err);
    if (status == HC_OK) status = hc_plan_add_column(plan, data, "country_share", row, 1, 1, &t->country[i], err);
    if (status == HC_OK) status = hc_plan_add_column(plan, data, "active_share", row, 1, 1, &t->active[i], err);
  }
  if (status == HC_OK && !t->n) status = hc_refuse(err, "all-zero", "no platform has a number in the column '%s'", t->column);
  return status;
}

static void name_total(hc_plan *plan, const struct total *t) {
  hc_plan_set_quantities(plan, 3);
  bool people = t->people.deduplicated, active = t->people.has_active || t->row_active;
  hc_plan_people(plan, &t->people, active);
  hc_plan_quantity(plan, 1, &hc_quantity_accounts, "accounts on all platforms", "accounts");
  hc_plan_quantity(plan, 2, &hc_quantity_positive, "platforms per person, as the divisor", "multihoming");
  hc_plan_set_form(plan, "sum of %s over %zu %s", t->column, t->n, hc_noun(t->n, "platform", "platforms"));
  hc_plan_add_variant(plan, "%s%s%s", t->has_country ? _(", times country share") : "", active ? _(", times active share") : "",
                      people ? _(", over platforms per person") : _(", accounts not de-duplicated"));
}

hc_status hc_plan_use_platform_total(hc_plan *plan, const hc_data *data, const hc_options *options, const char *column,
                                     hc_error *err) {
  hc_status status = check_platforms(data, column, err);
  if (status != HC_OK) return status;
  struct total *t = plan->state = hc_plan_alloc(plan, 1, sizeof *t);
  size_t *places = hc_plan_alloc(plan, 4 * data->n_rows + 1, sizeof *places);
  if (!t || !places) return HC_ENOMEM;
  t->column = column;
  t->amount = places;
  t->country = places + data->n_rows;
  t->active = places + 2 * data->n_rows;
  t->has_country = hc_data_column(data, "country_share");
  t->row_active = hc_data_column(data, "active_share");
  size_t *order = places + 3 * data->n_rows;
  hc_table_order(data, order);
  status = hc_plan_reserve_inputs(plan, 3 * data->n_rows + HC_PEOPLE_INPUTS);
  if (status == HC_OK) status = add_platforms(plan, t, data, order, err);
  if (status == HC_OK) status = hc_plan_add_people(plan, options, &t->people, err);
  if (status == HC_OK) status = hc_plan_use_inputs(plan, 0);
  if (status == HC_OK) name_total(plan, t);
  return status;
}

static double square(double x) { return x * x; }

hc_status hc_platform_total_fit(const hc_plan *plan, const double *x, hc_estimate *e) {
  const struct total *t = plan->state;
  double accounts = 0, active = 0, variance = 0;
  for (size_t i = 0; i < t->n; i++) {
    double amount = x[t->amount[i]], c = x[t->country[i]], a = x[t->active[i]];
    const hc_input *in = plan->inputs;
    accounts += amount * c;
    active += amount * c * a;
    variance += square(c * a * hc_input_se(&in[t->amount[i]])) + square(amount * a * hc_input_se(&in[t->country[i]])) +
                square(amount * c * hc_input_se(&in[t->active[i]]));
  }
  double relative = active > 0 ? variance / (active * active) : 0;
  e->value[0] = hc_people_from_accounts(plan, &t->people, x, active, &relative);
  e->value[1] = accounts;
  e->value[2] = hc_people_divisor(&t->people, x);
  if (relative > 0) e->se[0] = e->value[0] * sqrt(relative);
  if (!e->asked.notes) return HC_OK;
  hc_people_note(&t->people, x, active, e);
  if (t->left_out)
    hc_estimate_note(e, "platforms-left-out", "%zu of %zu platforms %s blank in the column '%s' and %s as nothing: the total is too low",
                     t->left_out, t->left_out + t->n, hc_noun(t->left_out, "is", "are"), t->column,
                     hc_noun(t->left_out, "counts", "count"));
  if (!(accounts > 0)) hc_estimate_note(e, "all-zero", "every platform has zero %s", t->column);
  return HC_OK;
}
