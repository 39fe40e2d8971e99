/* Huggins and Alho: chances of being met on each occasion that depend on what is known of people.
 *
 * Person i of n, met on occasion j with chance p_ij before the first meeting and c_ij after it:
 *   logit p_ij = a_j + x_i' beta,    logit c_ij = logit p_ij + z_i' gamma
 * a_j one intercept (m0, mb) or one for each occasion (mt, mtb); gamma only with mb and mtb. beta and gamma maximise
 *   L = prod_i P(history of i) / (1 - P_i0),   P_i0 = prod_j (1 - p_ij)                (Huggins 1989, Biometrika 76:133)
 *   N = sum_i 1/(1 - P_i0)                           (Horvitz and Thompson 1952, JASA 47:663; Alho 1990, Biometrics 46:623)
 *   var N = sum_i P_i0/(1 - P_i0)^2 + g' J^-1 g,  g = dN/d(a, beta, gamma), J the observed information (Huggins 1989; 1991,
 *     Biometrics 47:725). For the people of one level of a factor the sums run over those alone.
 *
 * Of a stratum (people with the same levels) it suffices how many were met first (f_j) and again (r_j) on each occasion:
 * with a_j = f_j + f_j+1 + ... and m_j = f_1 + ... + f_j-1,
 *   ln L = sum_j f_j ln p + (a_j - f_j) ln(1-p) + r_j ln c + (m_j - r_j) ln(1-c) - n ln(1 - P0).
 * loglik has no multinomial coefficient, AIC = -2 ln L + 2 (coefficients).
 *
 * Assumes a closed population, and that people with the same covariates have the same chance. Breaks: where chances run to 0
 * (nobody met on an occasion; with mb, catches that do not fall): refused. */
#include "model.h"

#include <string.h>

#include "numeric/optimise.h"

enum { MOST = 640 }; /* coefficients: 64 occasions and two formulas; a limit of ours */

static const double edge = 25; /* a logit beyond it is on its way to infinity */

struct state {
  size_t t, n_strata, n_groups, n_time, n; /* n_time: columns of a_j where occasions differ; n: coefficients */
  bool by_occasion, again, intercept;      /* again: being met changes the chance                           */
  size_t n_profiles, *profile_stratum;
  uint64_t *profile_history;
  hc_predictor p, c;
  size_t n_factors, *group; /* [n_strata][n_factors] */
  double *scale;            /* [n] the largest entry of each column */
  double *start;            /* [n] */
};

static const hc_option options[] = {
    {"form", HC_OPTION_CHOICE, "mt", 0, 0, "m0|mt|mb|mtb",
     "mt: occasions differ; mb: being met changes the chance; mtb: both; m0: neither"},
    HC_FORMULA_OPTIONS,
    {"formula-c", HC_OPTION_FORMULA, "", 0, 0, NULL,
     "with mb and mtb: what the change after the first meeting, on the logit, depends on; default: ~ 1"},
    {0},
};

/* --- the likelihood --------------------------------------------------------------------------------------- */

/* The design's row of a first meeting of stratum s on occasion j; what gamma has is left 0. */
static void fill_row(const struct state *s, size_t stratum, size_t j, double *x) {
  const double *from = s->p.x + stratum * s->p.p;
  size_t skip = s->by_occasion && s->intercept;
  memset(x, 0, s->n * sizeof *x);
  if (s->by_occasion && s->intercept) x[j] = 1;
  if (s->by_occasion && !s->intercept && j) x[j - 1] = 1;
  for (size_t k = skip; k < s->p.p; k++) x[s->n_time + k - skip] = from[k] / s->scale[s->n_time + k - skip];
}

/* What gamma has, for a meeting after the first. */
static void add_again(const struct state *s, size_t stratum, double *x) {
  size_t first = s->n - s->c.p;
  for (size_t k = 0; k < s->c.p; k++) x[first + k] = s->c.x[stratum * s->c.p + k] / s->scale[first + k];
}

static double dot(size_t n, const double *a, const double *b) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

/* Subtracts s ln p + (n - s) ln(1-p) at logit p = x'theta, and derivatives. `curved`: what multiplies p(1-p) in place of n. */
static double add_trials(size_t n, const double *x, double eta, double trials, double successes, double curved,
                         double *gradient, double *hessian) {
  double p = 1 / (1 + exp(-eta)), slope = trials * p - successes, curve = curved * p * (1 - p);
  for (size_t i = 0; gradient && i < n; i++) gradient[i] += slope * x[i];
  for (size_t i = 0; hessian && i < n; i++)
    for (size_t k = 0; x[i] != 0 && k <= i; k++) hessian[i * n + k] += curve * x[i] * x[k];
  return trials * hc_logaddexp(0, eta) - successes * eta;
}

/* ln P0 of a stratum; v: sum of p_j x_j, minus its derivative, where not NULL. */
static double ln_unseen(const struct state *s, size_t stratum, const double *theta, double *v) {
  double x[MOST], sum = 0;
  if (v) memset(v, 0, s->n * sizeof *v);
  for (size_t j = 0; j < s->t; j++) {
    fill_row(s, stratum, j, x);
    double eta = dot(s->n, x, theta), p = 1 / (1 + exp(-eta));
    sum -= hc_logaddexp(0, eta);
    for (size_t i = 0; v && i < s->n; i++) v[i] += p * x[i];
    if (!s->by_occasion) {
      for (size_t i = 0; v && i < s->n; i++) v[i] *= (double)s->t;
      return sum * (double)s->t;
    }
  }
  return sum;
}

struct context {
  const struct state *s;
  const double *observed; /* f_j, r_j by stratum and occasion */
};

/* -ln L of one stratum; INFINITY where a logit goes past the edge. */
static double add_stratum(const struct context *q, size_t stratum, const double *theta, double *gradient,
                          double *hessian) {
  const struct state *s = q->s;
  const double *f = q->observed + stratum * 2 * s->t, *r = f + s->t;
  double people = 0, met = 0, value = 0, v[MOST], x[MOST];
  size_t n = s->n;
  for (size_t j = 0; j < s->t; j++) people += f[j];
  if (!(people > 0)) return 0;
  double ln_P0 = ln_unseen(s, stratum, theta, v), odds = 1 / expm1(-ln_P0);
  for (size_t j = 0; j < s->t; j++) {
    fill_row(s, stratum, j, x);
    double eta = dot(n, x, theta);
    if (!(fabs(eta) <= edge)) return INFINITY;
    value += add_trials(n, x, eta, people - met, f[j], people - met + people * odds, gradient, hessian);
    if (met > 0) {
      add_again(s, stratum, x);
      eta = dot(n, x, theta);
      if (!(fabs(eta) <= edge)) return INFINITY;
      value += add_trials(n, x, eta, met, r[j], met, gradient, hessian);
    }
    met += f[j];
  }
  for (size_t i = 0; gradient && i < n; i++) gradient[i] += people * odds * v[i];
  for (size_t i = 0; hessian && i < n; i++)
    for (size_t k = 0; k <= i; k++) hessian[i * n + k] -= people * odds * (1 + odds) * v[i] * v[k];
  return value + people * hc_log1mexp(-ln_P0);
}

static double objective(const double *theta, size_t n, double *gradient, double *hessian, void *context) {
  const struct context *q = context;
  double value = 0;
  if (gradient) memset(gradient, 0, n * sizeof *gradient);
  if (hessian) memset(hessian, 0, n * n * sizeof *hessian);
  for (size_t stratum = 0; stratum < q->s->n_strata && isfinite(value); stratum++)
    value += add_stratum(q, stratum, theta, gradient, hessian);
  return value;
}

/* --- prepare ------------------------------------------------------------------------------------------------- */

/* From people by history and stratum to f_j and r_j. */
static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const struct state *s = plan->state;
  memset(observed, 0, plan->n_observed * sizeof *observed);
  for (size_t i = 0; i < s->n_profiles; i++) {
    double *f = observed + s->profile_stratum[i] * 2 * s->t, *r = f + s->t;
    uint64_t left = s->profile_history[i];
    f[__builtin_ctzll(left)] += cells[i];
    for (left &= left - 1; left; left &= left - 1) r[__builtin_ctzll(left)] += cells[i];
  }
}

/* differ: a formula tells people of one history apart. Without one the file's attributes change no bit. */
static hc_status take_people(hc_plan *plan, const hc_data *data, bool differ, struct state *s) {
  bool profiles = differ && data->n_profiles;
  size_t n = s->n_profiles = profiles ? data->n_profiles : data->n_cells;
  s->n_strata = profiles ? data->n_strata : 1;
  s->profile_stratum = hc_plan_alloc(plan, n, sizeof *s->profile_stratum);
  s->profile_history = hc_plan_alloc(plan, n, sizeof *s->profile_history);
  plan->cells = hc_plan_alloc(plan, n, sizeof *plan->cells);
  plan->n_cells = n;
  plan->n_observed = 2 * s->t * s->n_strata;
  plan->observed = hc_plan_alloc(plan, plan->n_observed, sizeof *plan->observed);
  if (!s->profile_stratum || !s->profile_history || !plan->cells || !plan->observed) return HC_ENOMEM;
  for (size_t i = 0; i < n; i++) {
    const hc_profile *profile = profiles ? &data->profiles[i] : &(hc_profile){i, 0, data->count[i]};
    s->profile_stratum[i] = profile->stratum;
    s->profile_history[i] = data->history[profile->cell];
    plan->cells[i] = (double)profile->count;
  }
  plan->collapse = collapse;
  collapse(plan, plan->cells, plan->observed);
  hc_plan_bootstrap_people(plan, (double)data->observed);
  return HC_OK;
}

static hc_status check(const hc_data *data, const hc_options *o, const struct state *s, hc_error *err) {
  uint64_t some = 0;
  if (data->n_lists < 2) return hc_refuse(err, "one-list", "one occasion says nothing about the people not met");
  if (!data->history) return hc_refuse(err, "bad-shape", "huggins needs capture histories, not totals by occasion");
  if (s->again && data->shape != HC_SHAPE_OCCASIONS)
    return hc_refuse(err, "bad-shape", "form=%s needs occasions in their order, and lists have none",
                     hc_options_text(o, "form"));
  if (hc_options_is_stated(o, "formula-c") && !s->again)
    return hc_fail(err, HC_EUSAGE, "huggins: formula-c goes with form=mb and form=mtb");
  if (hc_options_text(o, "offset")[0]) return hc_fail(err, HC_EUSAGE, "huggins: there is no offset of a logit");
  if (hc_data_max_times(data) < 2)
    return hc_refuse(err, "no-recaptures", "nobody was met twice: the likelihood rises to N = infinity");
  for (size_t i = 0; i < data->n_cells; i++) some |= data->history[i];
  for (size_t j = 0; s->by_occasion && j < data->n_lists; j++)
    if (!(some >> j & 1))
      return hc_refuse(err, "mle-infinite", "nobody was met on occasion %s: its chance is 0; leave it out",
                       data->list_names[j]);
  return HC_OK;
}

static hc_status take_predictors(hc_plan *plan, const hc_data *data, const hc_options *o, struct state *s,
                                 hc_error *err) {
  const char *formula = hc_options_text(o, "formula"), *again = hc_options_text(o, "formula-c");
  const char *reference = hc_options_text(o, "reference");
  hc_status status = hc_plan_predictor(plan, data, formula[0] ? formula : "~ 1", reference, &s->p, err);
  if (status == HC_OK && s->again)
    status = hc_plan_predictor(plan, data, again[0] ? again : "~ 1", reference, &s->c, err);
  if (status != HC_OK) return status;
  s->intercept = s->p.p > 0 && strcmp(s->p.name[0], "(intercept)") == 0;
  s->n_time = s->by_occasion ? s->t - !s->intercept : 0;
  s->n = s->n_time + s->p.p - (s->by_occasion && s->intercept) + s->c.p;
  if (s->n > MOST)
    return hc_refuse(err, "too-many-parameters", "%zu coefficients; at most %d are possible", s->n, MOST);
  s->scale = hc_plan_alloc(plan, s->n, sizeof *s->scale);
  s->start = hc_plan_alloc(plan, s->n, sizeof *s->start);
  if (!s->scale || !s->start) return HC_ENOMEM;
  size_t skip = s->p.p + s->n_time + s->c.p - s->n, first = s->n - s->c.p;
  for (size_t i = 0; i < s->n_strata; i++) {
    for (size_t k = skip; k < s->p.p; k++)
      s->scale[s->n_time + k - skip] = fmax(s->scale[s->n_time + k - skip], fabs(s->p.x[i * s->p.p + k]));
    for (size_t k = 0; k < s->c.p; k++) s->scale[first + k] = fmax(s->scale[first + k], fabs(s->c.x[i * s->c.p + k]));
  }
  for (size_t k = 0; k < s->n; k++)
    if (!(s->scale[k] > 0)) s->scale[k] = 1;
  return HC_OK;
}

/* The levels of every factor of either formula, numbered one after the other. */
static hc_status take_groups(hc_plan *plan, const hc_data *data, struct state *s, size_t *factor) {
  const hc_predictor *both[] = {&s->p, &s->c};
  for (size_t q = 0; q < 2; q++)
    for (size_t f = 0; f < both[q]->n_factors; f++) {
      size_t k = 0;
      while (k < s->n_factors && factor[k] != both[q]->factor[f]) k++;
      if (k == s->n_factors) factor[s->n_factors++] = both[q]->factor[f];
    }
  s->group = hc_plan_alloc(plan, s->n_strata * s->n_factors + 1, sizeof *s->group);
  if (!s->group) return HC_ENOMEM;
  for (size_t f = 0; f < s->n_factors; f++) {
    for (size_t i = 0; i < s->n_strata; i++)
      s->group[i * s->n_factors + f] = s->n_groups + data->stratum_level[i * data->n_attributes + factor[f]];
    s->n_groups += data->attributes[factor[f]].n_levels;
  }
  return HC_OK;
}

static void name_coefficients(hc_plan *plan, const struct state *s) {
  static const char *const meaning = N_("coefficient on the logit of the chance of being met");
  size_t at = 1, skip = s->by_occasion && s->intercept;
  for (size_t j = 0; j < s->n_time; j++)
    hc_plan_quantity(plan, at++, &hc_quantity_real, meaning, s->intercept ? "beta[(intercept):%zu]" : "beta[time:%zu]",
                     j + 1 + !s->intercept);
  for (size_t k = skip; k < s->p.p; k++)
    hc_plan_quantity(plan, at++, &hc_quantity_real, meaning, "beta[%s]", s->p.name[k]);
  for (size_t k = 0; k < s->c.p; k++)
    hc_plan_quantity(plan, at++, &hc_quantity_real, "coefficient of the change of that logit after the first meeting",
                     "gamma[%s]", s->c.name[k]);
}

static hc_status name_quantities(hc_plan *plan, const hc_data *data, const struct state *s, const size_t *factor) {
  double *met = hc_plan_alloc(plan, s->n_groups + 1, sizeof *met);
  size_t at = 1 + s->n;
  if (!met) return HC_ENOMEM;
  hc_plan_set_quantities(plan, 1 + s->n + s->n_groups);
  hc_plan_population(plan, "people");
  name_coefficients(plan, s);
  for (size_t i = 0; i < s->n_profiles; i++)
    for (size_t f = 0; f < s->n_factors; f++) met[s->group[s->profile_stratum[i] * s->n_factors + f]] += plan->cells[i];
  for (size_t f = 0, g = 0; f < s->n_factors; f++)
    for (size_t l = 0; l < data->attributes[factor[f]].n_levels; l++, g++) {
      hc_quantity people = hc_quantity_people;
      people.floor = met[g];
      hc_plan_quantity(plan, at++, &people, "people with this level of a factor", "N[%s=%s]",
                       data->attributes[factor[f]].name, data->attributes[factor[f]].levels[l]);
    }
  return HC_OK;
}

static void describe(hc_plan *plan, const hc_options *o, const struct state *s) {
  const char *formula = hc_options_text(o, "formula"), *again = hc_options_text(o, "formula-c");
  hc_plan_set_form(plan, "%s", hc_options_text(o, "form"));
  if (formula[0]) hc_plan_add_variant(plan, "; formula: %s", formula);
  if (again[0]) hc_plan_add_variant(plan, "; formula-c: %s", again);
  hc_plan_add_variant(plan,
                      "; %zu occasions, likelihood conditional on being met; N: sum over people met (Horvitz and "
                      "Thompson 1952); se: observed information",
                      s->t);
}

/* A chance between what was met and what would be, were as many unseen; then the maximum of the whole data. */
static hc_status find_start(hc_plan *plan, struct state *s) {
  double met = 0, *scratch = hc_plan_alloc(plan, plan->n_scratch, sizeof *scratch);
  struct context q = {s, plan->observed};
  if (!scratch) return HC_ENOMEM;
  for (size_t i = 0; i < plan->n_observed; i++) met += plan->observed[i];
  double p = fmin(0.9, 0.7 * met / (plan->n_units * (double)s->t)), logit = log(p / (1 - p));
  for (size_t k = 0; s->intercept && k < (s->by_occasion ? s->n_time : 1); k++) s->start[k] = logit;
  double *best = scratch + hc_minimise_scratch(s->n);
  memcpy(best, s->start, s->n * sizeof *best);
  hc_search how = hc_search_default();
  if (hc_minimise_newton(objective, &q, s->n, best, how, scratch).end == HC_SEARCH_CONVERGED)
    memcpy(s->start, best, s->n * sizeof *best);
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  size_t *factor = hc_plan_alloc(plan, 2 * data->n_attributes + 1, sizeof *factor);
  if (!factor) return HC_ENOMEM;
  s->t = data->n_lists;
  s->again = hc_options_choice_is(o, "form", "mb") || hc_options_choice_is(o, "form", "mtb");
  s->by_occasion = hc_options_choice_is(o, "form", "mt") || hc_options_choice_is(o, "form", "mtb");
  hc_status status = check(data, o, s, err);
  bool differ = hc_options_text(o, "formula")[0] || hc_options_text(o, "formula-c")[0];
  if (status == HC_OK) status = take_people(plan, data, differ, s);
  if (status == HC_OK) status = take_predictors(plan, data, o, s, err);
  if (status == HC_OK) status = take_groups(plan, data, s, factor);
  if (status != HC_OK) return status;
  plan->n_parameters = s->n;
  plan->n_scratch = hc_minimise_scratch(s->n) + s->n + 2 * s->n * s->n + (1 + s->n_groups) * (2 + s->n);
  describe(plan, o, s);
  status = name_quantities(plan, data, s, factor);
  return status == HC_OK ? find_start(plan, s) : status;
}

/* --- fit ----------------------------------------------------------------------------------------------------------- */

static hc_status refuse(const hc_plan *plan, const struct context *q, const double *theta, hc_error *err) {
  const struct state *s = q->s;
  double worst = 0;
  size_t at = 0;
  for (size_t k = 0; k < s->n; k++)
    if (fabs(theta[k] - s->start[k]) > worst) worst = fabs(theta[k] - s->start[k]), at = k;
  for (size_t k = 0; worst == 0 && k < s->n; k++)
    if (fabs(theta[k]) > fabs(theta[at])) at = k;
  return hc_refuse(
      err, "mle-infinite",
      "the likelihood has no maximum inside: a chance of being met runs to 0 or 1, and the coefficient %s to "
      "infinity",
      plan->quantities[1 + at].name);
}

static void add_people(size_t n, double people, double odds, const double *v, double *sum) {
  sum[0] += people * (1 + odds);
  sum[1] += people * odds * (1 + odds);
  for (size_t i = 0; i < n; i++) sum[2 + i] -= people * odds * (1 + odds) * v[i];
}

/* N, the spread of who is met, and dN, of all and of each group. */
static void sum_people(const struct context *q, const double *theta, double *sums) {
  const struct state *s = q->s;
  size_t width = 2 + s->n;
  memset(sums, 0, (1 + s->n_groups) * width * sizeof *sums);
  for (size_t i = 0; i < s->n_strata; i++) {
    double people = 0, v[MOST];
    for (size_t j = 0; j < s->t; j++) people += q->observed[i * 2 * s->t + j];
    if (!(people > 0)) continue;
    double odds = 1 / expm1(-ln_unseen(s, i, theta, v));
    add_people(s->n, people, odds, v, sums);
    for (size_t f = 0; f < s->n_factors; f++)
      add_people(s->n, people, odds, v, sums + (1 + s->group[i * s->n_factors + f]) * width);
  }
}

static double quadratic(size_t n, const double *matrix, const double *d) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += d[i] * dot(n, matrix + i * n, d);
  return sum;
}

static void write_estimate(const struct state *s, const double *theta, const double *inverse, const double *sums,
                           hc_estimate *e) {
  for (size_t g = 0; g <= s->n_groups; g++) {
    const double *sum = sums + g * (2 + s->n);
    size_t at = g ? s->n + g : 0;
    e->value[at] = sum[0];
    e->se[at] = sqrt(sum[1] + quadratic(s->n, inverse, sum + 2));
  }
  for (size_t k = 0; k < s->n; k++) {
    e->value[1 + k] = theta[k] / s->scale[k];
    e->se[1 + k] = sqrt(inverse[k * s->n + k]) / s->scale[k];
  }
  memcpy(e->parameters, theta, s->n * sizeof *theta);
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  struct context q = {s, observed};
  size_t n = s->n;
  double *theta = scratch + hc_minimise_scratch(n), *hessian = theta + n, *inverse = hessian + n * n;
  double *sums = inverse + n * n, *gradient = scratch, people = 0;
  memcpy(theta, s->start, n * sizeof *theta);
  hc_minimum at = hc_minimise_newton(objective, &q, n, theta, hc_search_default(), scratch);
  e->fit.iterations = at.iterations;
  if (!isfinite(at.value))
    return hc_refuse(err, "not-converged", "the likelihood has no value where the search begins");
  if (at.end != HC_SEARCH_CONVERGED) return refuse(plan, &q, theta, err);
  objective(theta, n, gradient, hessian, &q);
  bool regular = true;
  for (size_t i = 0; i < n; i++) regular = regular && hessian[i * n + i] > 0;
  if (!regular || !hc_cholesky(hessian, n, 1e-11))
    return hc_refuse(err, "not-identified", "the data do not tell the coefficients apart: the information is singular");
  hc_cholesky_invert(hessian, n, inverse);
  for (size_t i = 0; i < s->n_strata; i++)
    for (size_t j = 0; j < s->t; j++) people += observed[i * 2 * s->t + j];
  hc_fit_criteria(&e->fit, -at.value, (double)n, people);
  sum_people(&q, theta, sums);
  write_estimate(s, theta, inverse, sums, e);
  if (e->asked.notes && e->se[0] > e->value[0])
    hc_estimate_note(e, "unstable", "the standard error is larger than N: these data hardly identify N");
  return HC_OK;
}

/* Of each stratum as many people as stand behind it, rounded at random; then occasion by occasion. */
static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  const struct state *s = plan->state;
  double x[MOST];
  for (size_t i = 0; i < s->n_strata; i++) {
    double *f = replicate + i * 2 * s->t, *r = f + s->t, people = 0, met = 0;
    for (size_t j = 0; j < s->t; j++) people += plan->observed[i * 2 * s->t + j];
    people /= -expm1(ln_unseen(s, i, e->parameters, NULL));
    people = floor(people + hc_rng_uniform(rng));
    for (size_t j = 0; j < s->t; j++) {
      fill_row(s, i, j, x);
      f[j] = hc_rng_binomial(rng, 1 / (1 + exp(-dot(s->n, x, e->parameters))), people - met);
      add_again(s, i, x);
      r[j] = hc_rng_binomial(rng, 1 / (1 + exp(-dot(s->n, x, e->parameters))), met);
      met += f[j];
    }
  }
}

const hc_estimator hc_estimator_huggins = {
    .id = "huggins",
    .title = "Huggins and Alho: chances that depend on what is known of people",
    .cite =
        "Huggins (1989) Biometrika 76:133-140; Huggins (1991) Biometrics 47:725-732; Alho (1990) Biometrics 46:623-635",
    .formula =
        "logit p_ij = a_j + x_i' beta, logit c_ij = logit p_ij + z_i' gamma;  N = sum of 1/(1 - prod_j (1 - p_ij))",
    .assumes = "a closed population, in which people with the same covariates have the same chance on an occasion",
    .needs = "who was met on which occasion, and for a formula columns of what is known of people",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
};
