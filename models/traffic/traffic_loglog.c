/* Registered accounts of all platforms from web traffic: some platforms state a number, the others are predicted.
 *
 *   ln R_i = a + b ln V_i [+ c ln W_i] [+ effect of the platform's cluster] + s e_i        over the stated platforms
 *   N = A/m ( sum_stated R_i c_i a_i + sum_others c_j a_j B_j ),   B_j = exp(x_j b) k
 *   k = 1 (median), exp(s^2/2) (mean of a log-normal), or the mean of exp(residual) (smearing, Duan 1983 JASA 78:605)
 *
 * R: registered, V: monthly visitors, W: a second regressor, c: country share, a and A: active share (of the
 * platform, of all), m: platforms per person. Kaessi, Lehdonvirta and Stephany (2021) Open Research Europe 1:53. fit=ols: s^2 = residual sum of
 * squares/(n-p); fit=huber, bisquare: M-estimates with s = median |residual|/0.6745 (see numeric/regress.h).
 *
 * Interval: a prediction interval of the total, since the numbers of the others exist and are unknown. A replicate
 * refits y* = x b + s e* to give b*, s*, and turns them round the estimate, b' = b - (b* - b) s/s*, s' = s s/s*, so
 * that (b* - b)/s*, a pivot, keeps its distribution (Stine 1985 JASA 80:1026; Davison and Hinkley 1997, sec. 6.3.3 and
 * 7.2.4); for least squares and normal errors this is the exact predictive distribution. Then every other platform is
 * drawn, exp(x_j b' + s' e_j), not retransformed: the interval is the same for each retransform. Rejected: resampled
 * residuals (twenty of them have no tail, and the total is made of tails) and no e_j (which covers the regression line,
 * not the total).
 *
 * Assumes: platforms that state a number are like those that do not, visits for visits. Breaks: platforms state
 * numbers when they are large and proud of them; traffic of clients; visitors outside the fitted range. */
#include "traffic/loglog_diagnostics.h"

#include <string.h>

#include "traffic/loglog_regression.h"

enum { LEAST_PAIRS = 5 };
enum { N, ACCOUNTS, STATED, PREDICTED, PREDICTED_SHARE, SLOPE, INTERCEPT, R2, RESIDUAL_SD, MULTIHOMING, SECOND, N_QUANTITIES };

static const hc_option options[] = {
    HC_PEOPLE_OPTIONS,
    {"fit", HC_OPTION_CHOICE, "ols", 0, 0, "ols|bisquare|huber", "least squares, or an M-estimate that resists outliers"},
    {"retransform", HC_OPTION_CHOICE, "smearing", 0, 0, "median|mean|smearing",
     "from the logarithm back to accounts: exp(x b) is a median; times exp(s^2/2), a mean if errors are normal; times "
     "the mean of exp(residual), a mean without that"},
    {"cluster", HC_OPTION_CHOICE, "none", 0, 0, "none|fixed", "an effect for each value of the column `cluster`"},
    {"second", HC_OPTION_TEXT, "", 0, 0, NULL, "a second column to regress on, in logarithms, e.g. visits"},
    {"weak-fit", HC_OPTION_CHOICE, "refuse", 0, 0, "refuse|accept",
     "what to do when leaving one out predicts no better than the mean of the stated platforms"},
    {0},
};

static hc_loss chosen_loss(const hc_options *o) {
  if (hc_options_choice_is(o, "fit", "huber")) return HC_LOSS_HUBER;
  return hc_options_choice_is(o, "fit", "bisquare") ? HC_LOSS_BISQUARE : HC_LOSS_SQUARE;
}

static hc_retransform chosen_retransform(const hc_options *o) {
  if (hc_options_choice_is(o, "retransform", "median")) return HC_RETRANSFORM_MEDIAN;
  return hc_options_choice_is(o, "retransform", "mean") ? HC_RETRANSFORM_MEAN : HC_RETRANSFORM_SMEARING;
}

/* -- prepare ------------------------------------------------------------------------------------------ */

static void name_quantities(hc_plan *plan) {
  const hc_loglog *s = plan->state;
  hc_plan_set_quantities(plan, s->two ? N_QUANTITIES : SECOND);
  hc_plan_people(plan, &s->people, s->people.has_active || s->row_active);
  hc_plan_quantity(plan, ACCOUNTS, &hc_quantity_accounts,
                   s->row_active ? N_("active accounts on all platforms") : N_("accounts on all platforms"), "accounts");
  hc_plan_quantity(plan, STATED, &hc_quantity_accounts, "accounts that platforms state", "stated");
  hc_plan_quantity(plan, PREDICTED, &hc_quantity_accounts, "accounts predicted for the others", "predicted");
  hc_plan_quantity(plan, PREDICTED_SHARE, &hc_quantity_chance,
                   "share of the accounts that is predicted", "predicted_share");
  hc_plan_quantity(plan, SLOPE, &hc_quantity_real, "of ln registered on ln visitors", "slope");
  hc_plan_quantity(plan, INTERCEPT, &hc_quantity_real, "of ln registered", "intercept");
  hc_plan_quantity(plan, R2, &hc_quantity_chance, "share of the variance of ln registered explained", "r2");
  hc_plan_quantity(plan, RESIDUAL_SD, &hc_quantity_positive, "of ln registered", "residual_sd");
  hc_plan_quantity(plan, MULTIHOMING, &hc_quantity_positive, "platforms per person, as the divisor", "multihoming");
  if (s->two) hc_plan_quantity(plan, SECOND, &hc_quantity_real, "of ln registered on the second regressor", "slope2");
}

static hc_status add_inputs(hc_plan *plan, const hc_data *data, const hc_options *o, size_t *order, hc_error *err) {
  hc_loglog *s = plan->state;
  hc_table_order(data, order);
  s->row_active = hc_data_column(data, "active_share");
  hc_status status = hc_plan_reserve_inputs(plan, 5 * data->n_rows + HC_PEOPLE_INPUTS + 2);
  for (size_t i = 0; i < data->n_rows && status == HC_OK; i++) status = hc_loglog_add_platform(plan, data, o, order[i], err);
  if (status == HC_OK) status = hc_plan_add_people(plan, o, &s->people, err);
  if (status == HC_OK && hc_options_choice_is(o, "cluster", "fixed")) status = hc_loglog_set_clusters(s, data, err);
  if (status != HC_OK) return status;
  s->p = 2 + s->two + (s->clusters ? s->clusters - 1 : 0);
  const hc_input coefficients = {.name = N_("fit (which platforms state a number)"), .kind = HC_INPUT_MODEL};
  const hc_input noise = {.name = N_("prediction (scatter round the line)"), .kind = HC_INPUT_MODEL};
  s->coefficients = hc_plan_add_input(plan, &coefficients);
  s->noise = hc_plan_add_input(plan, &noise);
  if (s->n < LEAST_PAIRS || s->n < s->p + 2)
    return hc_refuse(err, "too-few-pairs", "%zu platforms have both registered and visitors, and %zu are needed for %zu "
                     "coefficients", s->n, s->p + 2 > LEAST_PAIRS ? s->p + 2 : (size_t)LEAST_PAIRS, s->p);
  status = hc_plan_use_inputs(plan, s->n + s->others + s->p + 1);
  s->y = plan->n_inputs;
  s->e = s->y + s->n;
  s->centre = s->e + s->others;
  plan->n_parameters = s->p + 1;
  plan->n_scratch = hc_loglog_scratch_size(s->n, s->p);
  return status;
}

static hc_status fill(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_loglog *s = plan->state;
  hc_loglog_platform *platforms = hc_plan_alloc(plan, 3 * data->n_rows, sizeof *platforms);
  size_t *order = hc_plan_alloc(plan, data->n_rows, sizeof *order);
  if (!platforms || !order) return HC_ENOMEM;
  s->stated = platforms;
  s->unknown = platforms + data->n_rows;
  s->alone = platforms + 2 * data->n_rows;
  s->two = hc_loglog_second_column(o);
  s->loss = chosen_loss(o);
  s->retransform = chosen_retransform(o);
  s->accept_weak = hc_options_choice_is(o, "weak-fit", "accept");
  hc_status status = add_inputs(plan, data, o, order, err);
  if (status != HC_OK) return status;
  double *memory = hc_plan_alloc(plan, hc_loglog_scratch_size(s->n, s->p) + 2 * s->n, sizeof *memory);
  if (!memory) return HC_ENOMEM;
  double *logarithm = hc_plan_alloc(plan, plan->n_inputs, sizeof *logarithm);
  if (!logarithm) return HC_ENOMEM;
  for (size_t i = 0; i < plan->n_inputs; i++) logarithm[i] = log(plan->observed[i]);
  s->given = plan->observed;
  s->logarithm = logarithm;
  hc_loglog_find_range(s, plan->observed);
  status = hc_loglog_check_fit(plan, memory, err);
  if (status == HC_OK) name_quantities(plan);
  hc_plan_set_form(plan, "%s%s fit", s->weak ? "NO PREDICTIVE POWER: " : "", hc_options_text(o, "fit"));
  hc_plan_add_variant(plan, ", %s retransformation, %zu stated + %zu predicted platforms%s; interval: prediction of the "
                      "total (Stine 1985)", hc_options_text(o, "retransform"), s->n + s->unpaired, s->others,
                      s->clusters ? _(", cluster effects") : "");
  return status;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = hc_loglog_check_table(data, o, err);
  return status == HC_OK ? fill(plan, data, o, err) : status;
}

/* -- fit ---------------------------------------------------------------------------------------------- */

static void fill_fit(const hc_loglog *s, const hc_regression *r, hc_loglog_work *w, hc_estimate *e) {
  double mean = 0, total = 0, left = 0, n = (double)r->n;
  for (size_t i = 0; i < r->n; i++) mean += r->y[i] / n;
  for (size_t i = 0; i < r->n; i++) total += (r->y[i] - mean) * (r->y[i] - mean), left += r->residual[i] * r->residual[i];
  e->value[R2] = total > 0 ? 1 - left / total : 0;
  e->fit.df = n - (double)s->p;
  e->fit.parameters = (double)s->p + 1;
  e->fit.iterations = r->iterations;
  e->fit.deviance = left;
  if (s->loss != HC_LOSS_SQUARE) return;
  hc_fit_criteria(&e->fit, -0.5 * n * (log(2 * M_PI) + log(left / n) + 1), e->fit.parameters, n);
  for (size_t j = 0; j < 2 + (size_t)s->two; j++) {
    double unit[2 + 1 + HC_LOGLOG_CLUSTERS] = {0};
    unit[j] = 1;
    e->se[j == 0 ? INTERCEPT : j == 1 ? SLOPE : SECOND] = r->scale * sqrt(hc_regress_leverage(w->scratch, s->p, unit, w->row));
  }
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const hc_loglog *s = plan->state;
  hc_loglog_work w = hc_loglog_cut_scratch(scratch, s->n, s->p);
  hc_regression r;
  double ratio = 1, unknown_variance = 0;
  if (!hc_loglog_fit(s, x, SIZE_MAX, &w, &r)) return hc_refuse(err, "not-identified", "the regressors are collinear");
  fill_fit(s, &r, &w, e);
  if (x[s->coefficients] > 0 && !hc_loglog_turn(s, x, &r, &ratio)) return hc_refuse(err, "not-identified", "the fit has no scatter");
  double stated = hc_loglog_sum_stated(s, x), predicted = hc_loglog_sum_predicted(s, x, &r, hc_loglog_back_factor(s, &r, ratio, x[s->noise] > 0), w.row);
  e->value[STATED] = stated;
  e->value[PREDICTED] = predicted;
  e->value[ACCOUNTS] = stated + predicted;
  e->value[PREDICTED_SHARE] = predicted / (stated + predicted);
  e->value[N] = hc_people_from_accounts(plan, &s->people, x, stated + predicted, &unknown_variance);
  e->value[SLOPE] = r.beta[1];
  e->value[INTERCEPT] = r.beta[0];
  e->value[RESIDUAL_SD] = r.scale;
  e->value[MULTIHOMING] = hc_people_divisor(&s->people, x);
  if (s->two) e->value[SECOND] = r.beta[2];
  memcpy(e->parameters, r.beta, s->p * sizeof *r.beta);
  e->parameters[s->p] = r.scale;
  if (!e->asked.notes) return HC_OK;
  const hc_loglog_numbers numbers = {e->value[ACCOUNTS], e->value[PREDICTED_SHARE], e->value[SLOPE], e->value[R2], e->value[RESIDUAL_SD]};
  hc_loglog_note(s, x, &numbers, e);
  return HC_OK;
}

/* -- simulate ----------------------------------------------------------------------------------------- */

static void draw_coefficients(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  const hc_loglog *s = plan->state;
  double row[2 + 1 + HC_LOGLOG_CLUSTERS];
  replicate[s->coefficients] = 1;
  memcpy(replicate + s->centre, e->parameters, (s->p + 1) * sizeof *replicate);
  for (size_t i = 0; i < s->n; i++) {
    double eta = 0;
    hc_loglog_row(s, &s->stated[i], plan->observed, row);
    for (size_t j = 0; j < s->p; j++) eta += row[j] * e->parameters[j];
    replicate[s->y + i] = eta + e->parameters[s->p] * hc_rng_normal(rng);
  }
}

static void draw_noise(const hc_plan *plan, hc_rng *rng, double *replicate) {
  const hc_loglog *s = plan->state;
  replicate[s->noise] = 1;
  for (size_t j = 0; j < s->others; j++) replicate[s->e + j] = hc_rng_normal(rng);
}

static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  hc_plan_draw_inputs(plan, rng, HC_ALL_INPUTS, replicate);
  draw_coefficients(plan, e, rng, replicate);
  draw_noise(plan, rng, replicate);
}

static void simulate_input(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, size_t input, double *replicate) {
  const hc_loglog *s = plan->state;
  hc_plan_draw_inputs(plan, rng, input, replicate);
  if (input == s->coefficients) draw_coefficients(plan, e, rng, replicate);
  if (input == s->noise) draw_noise(plan, rng, replicate);
}

const hc_estimator hc_estimator_traffic_loglog = {
    .id = "traffic-loglog",
    .title = "Registered accounts predicted from web traffic",
    .cite = "Kaessi, Lehdonvirta and Stephany (2021) Open Research Europe 1:53; Duan (1983) JASA 78:605-610; Stine (1985) "
            "JASA 80:1026-1031",
    .formula = "ln R = a + b ln V + s e over stated platforms; N = A/m (stated + sum exp(a + b ln V) k over the others)",
    .assumes = "platforms that state their registrations are like those that do not, at the same traffic",
    .needs = "a table of platforms with visitors, and registered for five or more of them",
    .accepts = HC_SHAPE_PLATFORMS,
    .options = options,
    .state_size = sizeof(hc_loglog),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .simulate_input = simulate_input,
};
