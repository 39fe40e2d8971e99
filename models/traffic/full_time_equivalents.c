/* How much work is paid for: full-time equivalents from what clients paid.
 *
 *   FTE = sum_i G_i (1 - f_i)/(w_i H),  var(ln FTE_i) = var(G)/G^2 + var(f)/(1-f)^2 + var(w)/w^2 + var(H)/H^2
 *
 * G_i: gross value of the work on platform i in a year; f_i: share of it that is no pay for hours (fees, materials);
 * w_i: mean hourly rate; H: hours of a full-time year (2,080 in the United States, 40 x 52; 1,607 in France). Hours a
 * contract: G (1 - f)/(contracts w). The arithmetic of a published figure (Upwork 2023: $4.14 bn at $39 is about
 * 51,000), delta method.
 *
 * Assumes: w is the mean over hours worked, not over profiles, where rates are posted and higher than what is paid; G
 * and w in one currency and year. Breaks: work at a fixed price, of which nobody knows the hours. A floor under the
 * number of people only if nobody works more than H hours. */
#include "model.h"

#include <string.h>

enum { FTE, HOURS_WORKED, PER_CONTRACT, CONTRACT_HOURS };

struct state {
  size_t n, *value, *rate, *hours, *fee, *contracts; /* places in observed; contracts: NULL where none are stated */
  double factor;
  bool posted, hourly, fees;
};

static const hc_option options[] = {
    {"hours", HC_OPTION_REAL, "", 1, 8784, NULL,
     "hours of a full-time year, where the table has no such column: 2080 in the United "
     "States, 1607 in France; there is no default"},
    {"fee_share", HC_OPTION_REAL, "0", 0, 0.999, NULL,
     "share of the value that is no pay for hours, where the table has no such column"},
    {"rate_factor", HC_OPTION_REAL, "1", 1e-3, 1e3, NULL,
     "multiplies every rate, for a table over rates: --sensitivity rate_factor=0.8,1,1.2"},
    {"rates", HC_OPTION_CHOICE, "paid", 0, 0, "paid|posted", "are the rates what was paid, or what profiles ask for"},
    {"work", HC_OPTION_CHOICE, "any", 0, 0, "any|hourly",
     "does the value hold work at a fixed price, or work by the hour alone"},
    {0},
};

static const hc_quantity equivalents = {
    .unit = "full-time equivalents", .floor = 0, .scale = HC_SCALE_LOG, .additive = true};

/* The text of a column, or its number, is the same in both columns of a row where both are stated. */
static bool agree(const hc_data *data, const char *one, const char *other, size_t row) {
  const hc_column *a = hc_data_column(data, one), *b = hc_data_column(data, other);
  const char *x = hc_column_text(a, row), *y = hc_column_text(b, row);
  double p = hc_column_number(a, row), q = hc_column_number(b, row);
  if (x[0] && y[0]) return strcmp(x, y) == 0;
  return isnan(p) || isnan(q) || p == q;
}

static hc_status check_row(const hc_data *data, size_t row, hc_error *err) {
  char buffer[HC_ROW_NAME_SIZE];
  const char *who = hc_row_name(data, row, buffer);
  if (!(hc_column_number(hc_data_column(data, "value"), row) > 0))
    return hc_table_fail(data, "value", row, err, "%s: the value has to be stated and above zero", who);
  if (!(hc_column_number(hc_data_column(data, "rate"), row) > 0))
    return hc_table_fail(data, "rate", row, err, "%s: the hourly rate has to be stated and above zero", who);
  if (hc_column_number(hc_data_column(data, "hours"), row) == 0)
    return hc_table_fail(data, "hours", row, err, "%s: a year of zero hours", who);
  if (!agree(data, "value_currency", "rate_currency", row))
    return hc_refuse(err, "mixed-currencies", "%s: the value and the rate are in two currencies", who);
  if (!agree(data, "value_year", "rate_year", row))
    return hc_refuse(err, "mixed-currencies", "%s: the value and the rate are of two years", who);
  return HC_OK;
}

/* What clients paid says nothing of where the money went. */
static hc_status refuse_shares(const hc_data *data, hc_error *err) {
  static const char *const shares[] = {"country_share", "active_share"};
  for (size_t i = 0; i < 2; i++)
    if (hc_data_column(data, shares[i]))
      return hc_refuse(err, "column-not-used", "there is a column %s, a share of the accounts, and what was paid is divided by "
                       "another one: state the value of that part, and leave the column out", shares[i]);
  return HC_OK;
}

static hc_status check(const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = hc_table_check(data, "value", true, 0, 1e18, err);
  if (status == HC_OK) status = hc_table_check(data, "rate", true, 0, 1e9, err);
  if (status == HC_OK) status = hc_table_check(data, "hours", false, 0, 8784, err);
  if (status == HC_OK) status = hc_table_check(data, "fee_share", false, 0, 0.999, err);
  if (status == HC_OK) status = hc_table_check(data, "contracts", false, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check_unique(data, "platform", NULL, err);
  if (status == HC_OK && !data->n_rows) status = hc_refuse(err, "all-zero", "the table has no rows");
  if (status == HC_OK) status = refuse_shares(data, err);
  if (status == HC_OK && !hc_data_column(data, "hours") && !hc_options_is_stated(o, "hours"))
    status =
        hc_refuse(err, "no-hours",
                  "how many hours are a full-time year has to be stated: 2080 in the United States, 1607 in France");
  for (size_t i = 0; status == HC_OK && i < data->n_rows; i++) status = check_row(data, i, err);
  return status;
}

static hc_status add_row(hc_plan *plan, const hc_data *data, const hc_options *o, size_t row, hc_error *err) {
  struct state *s = plan->state;
  char buffer[HC_ROW_NAME_SIZE];
  size_t i = s->n++;
  double hours = hc_options_is_stated(o, "hours") ? hc_options_real(o, "hours") : NAN;
  if (isnan(hours) && isnan(hc_column_number(hc_data_column(data, "hours"), row)))
    return hc_table_fail(data, "hours", row, err, "%s: the hours of a full-time year are not stated",
                         hc_row_name(data, row, buffer));
  hc_status status = hc_plan_add_column(plan, data, "value", row, INFINITY, NAN, &s->value[i], err);
  if (status == HC_OK) status = hc_plan_add_column(plan, data, "rate", row, INFINITY, NAN, &s->rate[i], err);
  if (status == HC_OK) status = hc_plan_add_column(plan, data, "hours", row, 8784, hours, &s->hours[i], err);
  if (status == HC_OK)
    status = hc_plan_add_column(plan, data, "fee_share", row, 0.999, hc_options_real(o, "fee_share"), &s->fee[i], err);
  if (status == HC_OK && s->contracts)
    status = hc_plan_add_column(plan, data, "contracts", row, INFINITY, NAN, &s->contracts[i], err);
  return status;
}

/* Contracts count only where every platform states them. */
static bool have_contracts(const hc_data *data) {
  for (size_t i = 0; i < data->n_rows; i++)
    if (!(hc_column_number(hc_data_column(data, "contracts"), i) > 0)) return false;
  return true;
}

static void describe(hc_plan *plan, const hc_data *data, const size_t *order) {
  const struct state *s = plan->state;
  size_t first = s->contracts ? 4 : 2;
  char buffer[HC_ROW_NAME_SIZE];
  hc_plan_set_quantities(plan, first + (s->n > 1 ? s->n : 0));
  hc_plan_quantity(plan, FTE, &equivalents, "full-time equivalents, of work and not of people", "FTE");
  hc_plan_quantity(plan, HOURS_WORKED, &hc_quantity_positive, "hours paid for in the year", "hours_worked");
  if (s->contracts) {
    hc_plan_quantity(plan, PER_CONTRACT, &hc_quantity_positive, "value of a contract", "value_per_contract");
    hc_plan_quantity(plan, CONTRACT_HOURS, &hc_quantity_positive, "hours of a contract", "hours_per_contract");
  }
  for (size_t i = 0; s->n > 1 && i < s->n; i++)
    hc_plan_quantity(plan, first + i, &equivalents, "full-time equivalents of this platform", "FTE[%s]",
                     hc_row_name(data, order[i], buffer));
  hc_plan_set_form(plan, "value over hourly rate and hours of a full-time year");
  hc_plan_add_variant(plan, "; se: delta method on the log scale, inputs independent");
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  hc_status status = check(data, o, err);
  if (status != HC_OK) return status;
  size_t n = data->n_rows, *places = hc_plan_alloc(plan, 6 * n, sizeof *places);
  if (!places) return HC_ENOMEM;
  s->value = places, s->rate = places + n, s->hours = places + 2 * n, s->fee = places + 3 * n;
  s->contracts = have_contracts(data) ? places + 4 * n : NULL;
  s->factor = hc_options_real(o, "rate_factor");
  s->posted = hc_options_choice_is(o, "rates", "posted");
  s->hourly = hc_options_choice_is(o, "work", "hourly");
  size_t *order = places + 5 * n;
  hc_table_order(data, order);
  status = hc_plan_reserve_inputs(plan, 5 * n);
  for (size_t i = 0; i < n && status == HC_OK; i++) status = add_row(plan, data, o, order[i], err);
  for (size_t i = 0; i < s->n && status == HC_OK; i++) s->fees |= plan->inputs[s->fee[i]].value > 0;
  if (status == HC_OK) status = hc_plan_use_inputs(plan, 0);
  if (status == HC_OK) describe(plan, data, order);
  return status;
}

static void note(const struct state *s, hc_estimate *e) {
  hc_estimate_note(e, "work-not-people",
                   "an amount of work: at least so many people worked that year only if nobody worked more than "
                   "a full-time year");
  if (!s->fees)
    hc_estimate_note(e, "fees-counted",
                     "no share is taken off for fees and materials, so this is too high by that share");
  if (!s->hourly)
    hc_estimate_note(e, "fixed-price",
                     "work at a fixed price is taken to be paid at the same rate by the hour, which nobody knows");
  if (s->posted) hc_estimate_note(e, "posted-rates", "posted rates are higher than paid ones, so this is too low");
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  const hc_input *in = plan->inputs;
  double total = 0, variance = 0, hours = 0, hours_variance = 0, pay = 0, contracts = 0;
  (void)scratch, (void)err;
  for (size_t i = 0; i < s->n; i++) {
    double G = x[s->value[i]], w = x[s->rate[i]] * s->factor, H = x[s->hours[i]], rest = 1 - x[s->fee[i]];
    double worked = G * rest / w, value = worked / H;
    double v = pow(hc_input_se(&in[s->value[i]]) / G, 2) + pow(hc_input_se(&in[s->rate[i]]) * s->factor / w, 2) +
               pow(hc_input_se(&in[s->fee[i]]) / rest, 2);
    double all = v + pow(hc_input_se(&in[s->hours[i]]) / H, 2);
    total += value, variance += value * value * all;
    hours += worked, hours_variance += worked * worked * v, pay += G;
    if (s->contracts) contracts += x[s->contracts[i]];
    size_t place = (s->contracts ? 4 : 2) + i;
    if (s->n > 1) e->value[place] = value, e->se[place] = all > 0 ? value * sqrt(all) : NAN;
  }
  e->value[FTE] = total, e->value[HOURS_WORKED] = hours;
  if (variance > 0) e->se[FTE] = sqrt(variance);
  if (hours_variance > 0) e->se[HOURS_WORKED] = sqrt(hours_variance);
  if (s->contracts) e->value[PER_CONTRACT] = pay / contracts, e->value[CONTRACT_HOURS] = hours / contracts;
  if (e->asked.notes) note(s, e);
  return HC_OK;
}

static unsigned suits(const hc_data *data) {
  return hc_data_column(data, "value") && hc_data_column(data, "rate");
}

const hc_estimator hc_estimator_full_time_equivalents = {
    .id = "full-time-equivalents",
    .title = "Full-time equivalents from what clients paid",
    .cite = "value over rate and hours, the arithmetic of published figures (Upwork 2023)",
    .formula =
        "FTE = sum G (1 - f)/(w H) (G: value, f: share that is no pay, w: hourly rate, H: hours of a full-time year)",
    .assumes = "the rate is the mean over hours worked, in the currency and year of the value",
    .needs = "a table value,rate (and hours, fee_share, contracts), and the hours of a full-time year",
    .accepts = HC_SHAPE_PLATFORMS,
    .options = options,
    .suits = suits,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .default_interval = "log",
};
