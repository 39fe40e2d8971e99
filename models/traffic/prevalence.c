/* People from the share of a survey's respondents who do it.
 *
 *   N = sum_h p_h U_h,   se: binomial with n_h / deff_h respondents
 *
 * p_h: prevalence among the n_h respondents of stratum (country, region, post-stratum) h; U_h: people the survey
 * speaks for (internet users, labour force); deff_h: design effect (Kish 1965, Survey Sampling, sec. 8.2: effective
 * respondents n/deff). With several strata this is the post-stratified estimator (Cochran 1977, Sampling
 * Techniques, sec. 5A.9). Interval `wilson`: Wilson (1927) JASA 22:209, centre (p + z^2/2n)/(1 + z^2/n); over strata
 * the limits are combined as in Newcombe (1998) Statist. Med. 17:873, method 10 (MOVER). A row may state `workers`
 * in place of a prevalence; then prevalence is workers over U.
 *
 * Assumes: the survey speaks for all U_h. Breaks: a web panel over-represents people who work on the web, and a
 * question that was misunderstood (Kaessi and others 2021 discuss both). */
#include "traffic/survey.h"

#include <string.h>

struct state {
  size_t n, *p, *base, *workers; /* places in observed; workers == NONE where a prevalence is stated */
};
static const size_t NONE = SIZE_MAX;

static const hc_option options[] = {
    {"base", HC_OPTION_CHOICE, "internet_users", 0, 0, "internet_users|labour_force|population",
     "the column with the number of people whom the survey speaks for"},
    {0},
};

static hc_status check(const hc_data *data, const char *base, hc_error *err) {
  hc_status status = hc_table_check(data, base, true, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check(data, "prevalence", false, 0, 1, err);
  if (status == HC_OK) status = hc_table_check(data, "respondents", false, 1, 4e9, err);
  if (status == HC_OK) status = hc_table_check(data, "design_effect", false, 0.01, 1e6, err);
  if (status == HC_OK) status = hc_table_check(data, "workers", false, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check_unique(data, "country", "stratum", err);
  if (status == HC_OK && !data->n_rows) status = hc_refuse(err, "all-zero", "the table has no rows");
  return status;
}

static hc_status add_row(hc_plan *plan, const hc_data *data, const char *base, size_t row, hc_error *err) {
  struct state *s = plan->state;
  char buffer[HC_ROW_NAME_SIZE];
  bool workers = !isnan(hc_column_number(hc_data_column(data, "workers"), row));
  bool prevalence = !isnan(hc_column_number(hc_data_column(data, "prevalence"), row));
  size_t i = s->n++;
  if (workers == prevalence)
    return hc_table_fail(data, "prevalence", row, err, "%s: %s", hc_row_name(data, row, buffer),
                   workers ? _("prevalence and workers are both stated") : _("neither prevalence nor workers is stated"));
  if (!(hc_column_number(hc_data_column(data, base), row) > 0))
    return hc_table_fail(data, base, row, err, "%s: %s has to be stated and above zero", hc_row_name(data, row, buffer), base);
  hc_status status = hc_plan_add_column(plan, data, base, row, INFINITY, NAN, &s->base[i], err);
  if (status != HC_OK) return status;
  if (workers) return hc_plan_add_column(plan, data, "workers", row, INFINITY, NAN, &s->workers[i], err);
  s->workers[i] = NONE;
  return hc_plan_add_share(plan, data, "prevalence", row, &s->p[i], err);
}

static void name_quantities(hc_plan *plan, const hc_data *data, const size_t *order) {
  const struct state *s = plan->state;
  char buffer[HC_ROW_NAME_SIZE];
  hc_plan_set_quantities(plan, 2 + (s->n > 1 ? s->n : 0));
  hc_plan_quantity(plan, 0, &hc_quantity_people, "people", "N");
  hc_plan_quantity(plan, 1, &hc_quantity_chance, "people over the people whom the survey speaks for", "prevalence");
  for (size_t i = 0; s->n > 1 && i < s->n; i++) {
    const char *name = hc_column_text(hc_data_column(data, "stratum"), order[i]);
    if (!name[0]) name = hc_row_name(data, order[i], buffer);
    hc_plan_quantity(plan, 2 + i, &hc_quantity_people, "people of this row", "N[%s]", name);
  }
}

static hc_status fill(hc_plan *plan, const hc_data *data, const char *base, hc_error *err) {
  struct state *s = plan->state;
  size_t *places = hc_plan_alloc(plan, 4 * data->n_rows, sizeof *places);
  if (!places) return HC_ENOMEM;
  s->p = places;
  s->base = places + data->n_rows;
  s->workers = places + 2 * data->n_rows;
  size_t *order = places + 3 * data->n_rows;
  hc_table_order(data, order);
  hc_status status = hc_plan_reserve_inputs(plan, 2 * data->n_rows);
  for (size_t i = 0; i < data->n_rows && status == HC_OK; i++) status = add_row(plan, data, base, order[i], err);
  if (status == HC_OK) status = hc_plan_use_inputs(plan, 0);
  if (status == HC_OK) name_quantities(plan, data, order);
  hc_plan_set_form(plan, "sum of prevalence x %s over %zu rows", base, s->n);
  hc_plan_add_variant(plan, "; se: delta method, binomial on respondents / design effect");
  return status;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = check(data, hc_options_text(o, "base"), err);
  return status == HC_OK ? fill(plan, data, hc_options_text(o, "base"), err) : status;
}

static void note(const hc_plan *plan, const double *x, hc_estimate *e) {
  const struct state *s = plan->state;
  size_t zeros = 0, exact = 0;
  for (size_t i = 0; i < s->n; i++) {
    if (s->workers[i] != NONE) continue;
    zeros += x[s->p[i]] == 0;
    exact += plan->inputs[s->p[i]].kind == HC_INPUT_EXACT;
  }
  if (zeros)
    hc_estimate_note(e, "zero-prevalence", "in %zu of %zu rows nobody said yes: the bootstrap cannot draw anybody there; the "
                     "interval `wilson` can", zeros, s->n);
  if (exact)
    hc_estimate_note(e, "no-survey-error", "%zu of %zu prevalences come without respondents, standard error or limits and "
                     "count as exact: the interval is too short", exact, s->n);
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  const hc_input *in = plan->inputs;
  double total = 0, base = 0, variance = 0;
  (void)scratch, (void)err;
  for (size_t i = 0; i < s->n; i++) {
    double U = x[s->base[i]], people = s->workers[i] != NONE ? x[s->workers[i]] : x[s->p[i]] * U, v;
    if (s->workers[i] != NONE) v = pow(hc_input_se(&in[s->workers[i]]), 2);
    else v = pow(U * hc_input_se(&in[s->p[i]]), 2) + pow(x[s->p[i]] * hc_input_se(&in[s->base[i]]), 2);
    total += people;
    base += U;
    variance += v;
    if (s->n > 1) e->value[2 + i] = people, e->se[2 + i] = v > 0 ? sqrt(v) : NAN;
  }
  e->value[0] = total;
  e->value[1] = total / base;
  if (variance > 0) e->se[0] = sqrt(variance);
  if (e->asked.notes) note(plan, x, e);
  return HC_OK;
}

/* Wilson's limits of each row's share, combined by the squares of their distances (MOVER). */
static hc_status interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level, double *lower,
                          double *upper, hc_error *err) {
  const struct state *s = plan->state;
  double below = 0, above = 0, z = hc_normal_quantile(0.5 + level / 2);
  (void)method;
  for (size_t i = 0; i < s->n; i++) {
    if (s->workers[i] != NONE || plan->inputs[s->p[i]].kind != HC_INPUT_BINOMIAL)
      return hc_refuse(err, "no-respondents", "wilson needs respondents in every row");
    if (hc_input_is_uncertain(&plan->inputs[s->base[i]]))
      return hc_refuse(err, "uncertain-base", "wilson knows only survey error, and the base is uncertain too: use percentile");
    double p = plan->observed[s->p[i]], n = plan->inputs[s->p[i]].spread, U = plan->observed[s->base[i]];
    double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    below += pow(U * (p - (p == 0 ? 0 : centre - half)), 2);
    above += pow(U * ((p == 1 ? 1 : centre + half) - p), 2);
  }
  *lower = e->value[0] - sqrt(below);
  *upper = e->value[0] + sqrt(above);
  return HC_OK;
}

static bool has_number(const hc_data *data, const char *name) {
  const hc_column *column = hc_data_column(data, name);
  for (size_t row = 0; column && row < data->n_rows; row++)
    if (!isnan(hc_column_number(column, row))) return true;
  return false;
}

/* Where the columns are what it needs and not what traffic-share does. */
static unsigned suits(const hc_data *data) {
  if (data->shape != HC_SHAPE_REGIONS || has_number(data, "traffic_share")) return 0;
  bool people = has_number(data, "prevalence") || has_number(data, "workers");
  return people ? 1 : 0;
}

const hc_estimator hc_estimator_prevalence = {
    .id = "prevalence",
    .title = "Survey prevalence times the people it speaks for",
    .cite = "Wilson (1927) JASA 22:209-212; Newcombe (1998) Statist. Med. 17:873-890; Kish (1965) Survey Sampling, sec. 8.2",
    .formula = "N = sum p_h U_h (p: prevalence among n respondents, U: internet users or labour force)",
    .assumes = "the survey's respondents stand for everybody in the base column",
    .needs = "a table of regions with prevalence, respondents and internet_users (or the base column chosen)",
    .accepts = HC_SHAPE_REGIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .interval_methods = (const char *const[]){"wilson", NULL},
    .interval = interval,
    .suits = suits,
};
