/* Regression on counts: people differ in their chance of being met in ways that the data know.
 *
 * Person i was met k_i >= 1 times, with linear predictors eta_i = x_i' beta (one for each parameter of the
 * distribution, plus an offset). beta maximises the conditional likelihood, the product of P(k_i; eta_i)/(1 - P(0;
 * eta_i)), and
 *   N = sum_i 1/(1 - P_i(0))                                            (Horvitz and Thompson 1952, JASA 47:663)
 *   var N = sum_i P_i(0)/(1 - P_i(0))^2 + g' J^-1 g,  g = sum_i d(1/(1 - P_i(0)))/d beta
 * with J the observed information: the spread of who is met, and what the estimated beta adds (van der Heijden,
 * Bustami, Cruyff, Engbersen and van Houwelingen 2003, Statist. Modelling 3:305, section 3). For the people of one
 * level of a factor the sums run over those alone. Chao's and Zelterman's regressions stand other terms in the place
 * of 1/(1 - P(0)).
 *
 * People with the same levels and the same count are one row; where ln P(k) is linear in k, people with the same
 * levels are. The coefficients of the whole data are where replicates begin.
 *
 * Sampling weights w_i, where the file is a sample of those met: beta solves sum_i w_i u_i = 0 with u_i the score of person i,
 * N = sum_i w_i s_i with s_i what one who was met stands for, and with v_i the spread above
 *   var N = sum_i w_i^2 v_i + w_i (w_i - 1) s_i + g' J^-1 M J^-1 g,  M = sum_i w_i^2 u_i u_i',  J and g weighted.
 * It follows from those in the file being drawn one by one with chances 1/w_i from those met: what each adds to N is
 * w_i (s_i + g' J^-1 u_i), u_i has mean 0, and of one in the population the first part has the variance
 * (1 - p_i/w_i) w_i/p_i, p_i = 1 - P_i(0), which those met estimate by w_i^2 s_i^2 - w_i s_i. A pseudo-likelihood has no AIC.
 *
 * Assumes: the distribution, and that people with the same covariates have the same chance. A covariate that matters
 * and is missing makes N too small, as heterogeneity does. */
#include "counts/regression.h"

#include <string.h>

struct hc_regression {
  const hc_count_family *family;
  hc_profiles profiles;
  hc_glm glm; /* but for weight, context */
  hc_predictor predictor[HC_GLM_PREDICTORS];
  size_t p;                   /* coefficients */
  size_t n_factors, n_groups; /* groups: the levels of all factors */
  size_t *group;              /* [n_strata][n_factors] */
  size_t *factor;             /* [n_factors] which attribute of the data */
  double *constant;           /* [profiles.n] */
  double *start;              /* [p] */
  double *sampling;           /* [n_strata] weights; NULL: none */
  bool linear;                /* rows are strata: the family is linear, and squares of scores are not asked for */
};

/* One data set. */
struct rows {
  const hc_regression_plan *r;
  const double *people, *total; /* total: where the family is linear */
};

static double times_of(const struct rows *rows, size_t i) {
  return rows->r->linear ? rows->total[i] / rows->people[i] : rows->r->profiles.times[i];
}

static double row_loglik(const void *context, size_t i, const double *eta, double *gradient, double *information) {
  const struct rows *rows = context;
  return rows->r->family->loglik(rows->r->family, times_of(rows, i), eta, gradient, information);
}

static bool takes_part(const hc_count_family *family, double k) {
  return k >= family->least && !(family->most > 0 && k > family->most);
}

double hc_once_or_twice(const hc_count_family *family, double k, const double *eta, double *gradient,
                        double *information) {
  double p = 1 / (1 + exp(-eta[0]));
  (void)family;
  if (gradient) gradient[0] = k - 1 - p, information[0] = p * (1 - p);
  return (k - 1) * eta[0] - (eta[0] > 0 ? eta[0] + log1p(exp(-eta[0])) : log1p(exp(eta[0])));
}

void hc_once_or_twice_start(const hc_count_family *family, double n, double S, double *eta) {
  double twice = S - n;
  (void)family;
  eta[0] = twice > 0 && twice < n ? log(twice / (n - twice)) : 0;
}

double hc_no_constant(const hc_count_family *family, double k) {
  (void)family;
  return 0 * k;
}

/* ---- prepare ---------------------------------------------------------------------------------------------------- */

/* Linear families: people and meetings of each stratum, then the constant. */
static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const hc_regression_plan *r = *(hc_regression_plan *const *)plan->state;
  size_t n = r->profiles.n_strata;
  memset(observed, 0, (2 * n + 1) * sizeof *observed);
  for (size_t i = 0; i < r->profiles.n; i++) {
    observed[r->profiles.stratum[i]] += cells[i];
    observed[n + r->profiles.stratum[i]] += cells[i] * r->profiles.times[i];
    observed[2 * n] += cells[i] * r->constant[i];
  }
}

static hc_status take_profiles(hc_plan *plan, const hc_data *data, hc_regression_plan *r) {
  hc_profiles *profiles = &r->profiles;
  hc_status status = hc_plan_profiles(plan, data, profiles);
  if (status != HC_OK) return status;
  r->constant = hc_plan_alloc(plan, profiles->n, sizeof(double));
  if (!r->constant) return HC_ENOMEM;
  for (size_t i = 0; i < profiles->n; i++)
    if (takes_part(r->family, profiles->times[i])) r->constant[i] = r->family->constant(r->family, profiles->times[i]);
  plan->n_cells = profiles->n;
  plan->cells = plan->observed = profiles->count;
  plan->n_observed = profiles->n;
  if (!r->linear) return HC_OK;
  plan->n_observed = 2 * profiles->n_strata + 1;
  plan->observed = hc_plan_alloc(plan, plan->n_observed, sizeof(double));
  if (!plan->observed) return HC_ENOMEM;
  plan->collapse = collapse;
  collapse(plan, plan->cells, plan->observed);
  return HC_OK;
}

static hc_status take_predictors(hc_plan *plan, const hc_data *data, const hc_options *o, hc_regression_plan *r,
                                 hc_error *err) {
  const hc_count_family *family = r->family;
  double *offset;
  hc_status status = hc_plan_offset(plan, data, hc_options_text(o, "offset"), &offset, err);
  r->glm = (hc_glm){.n = r->linear ? r->profiles.n_strata : r->profiles.n,
                    .predictors = family->predictors,
                    .design_row = r->linear ? NULL : r->profiles.stratum,
                    .row = row_loglik,
                    .bound = family->bound};
  for (size_t q = 0; q < family->predictors && status == HC_OK; q++) {
    const char *formula = hc_options_text(o, family->option[q]);
    status = hc_plan_predictor(plan, data, formula[0] ? formula : "~ 1", hc_options_text(o, "reference"),
                               &r->predictor[q], err);
    r->glm.p[q] = r->predictor[q].p;
    r->glm.x[q] = r->predictor[q].x;
    r->p += r->predictor[q].p;
  }
  r->glm.offset[0] = offset; /* the first predictor is ln of the rate */
  return status;
}

/* The levels of every factor of any formula, one after the other. */
static hc_status take_groups(hc_plan *plan, const hc_data *data, hc_regression_plan *r) {
  size_t *factor = r->factor = hc_plan_alloc(plan, HC_GLM_PREDICTORS * data->n_attributes + 1, sizeof *factor);
  if (!factor) return HC_ENOMEM;
  for (size_t q = 0; q < r->family->predictors; q++)
    for (size_t f = 0; f < r->predictor[q].n_factors; f++) {
      size_t k = 0;
      while (k < r->n_factors && factor[k] != r->predictor[q].factor[f]) k++;
      if (k == r->n_factors) factor[r->n_factors++] = r->predictor[q].factor[f];
    }
  r->group = hc_plan_alloc(plan, r->profiles.n_strata * r->n_factors + 1, sizeof *r->group);
  if (!r->group) return HC_ENOMEM;
  for (size_t f = 0; f < r->n_factors; f++) {
    for (size_t s = 0; s < r->profiles.n_strata; s++)
      r->group[s * r->n_factors + f] = r->n_groups + data->stratum_level[s * data->n_attributes + factor[f]];
    r->n_groups += data->attributes[factor[f]].n_levels;
  }
  return HC_OK;
}

/* N of each group, from quantity `at` on. */
static hc_status name_groups(hc_plan *plan, const hc_data *data, const hc_regression_plan *r, size_t at) {
  double *met = hc_plan_alloc(plan, r->n_groups + 1, sizeof *met);
  if (!met) return HC_ENOMEM;
  for (size_t i = 0; i < r->profiles.n; i++)
    for (size_t f = 0; f < r->n_factors; f++)
      met[r->group[r->profiles.stratum[i] * r->n_factors + f]] += r->profiles.count[i];
  for (size_t f = 0, g = 0; f < r->n_factors; f++) {
    const hc_attribute *a = &data->attributes[r->factor[f]];
    for (size_t l = 0; l < a->n_levels; l++, g++) {
      hc_quantity people = hc_quantity_people;
      people.floor = met[g];
      hc_plan_quantity(plan, at++, &people, "people with this level of a factor", "N[%s=%s]", a->name, a->levels[l]);
    }
  }
  return HC_OK;
}

/* N, the coefficients, N of each group. */
static hc_status name_quantities(hc_plan *plan, const hc_data *data, const hc_regression_plan *r) {
  static const char *const meanings[] = {N_("coefficient of the linear predictor of the rate's logarithm"),
                                         N_("coefficient of the second linear predictor"),
                                         N_("coefficient of the third linear predictor")};
  size_t at = 1;
  hc_plan_set_quantities(plan, 1 + r->p + r->n_groups);
  hc_plan_population(plan, "people");
  for (size_t q = 0; q < r->family->predictors; q++)
    for (size_t j = 0; j < r->predictor[q].p; j++)
      hc_plan_quantity(plan, at++, &hc_quantity_coefficient, meanings[q], "%s[%s]", r->family->prefix[q],
                       r->predictor[q].name[j]);
  return name_groups(plan, data, r, at);
}

static void describe(hc_plan *plan, const hc_options *o, const hc_regression_plan *r) {
  hc_plan_set_form(plan, "%s", _(r->family->words));
  for (size_t q = 0; q < r->family->predictors; q++) {
    const char *formula = hc_options_text(o, r->family->option[q]);
    if (formula[0]) hc_plan_add_variant(plan, "%s %s: %s", q ? ";" : "", r->family->option[q], formula);
  }
  for (size_t q = 0; q < r->family->predictors; q++)
    if (r->predictor[q].coding[0] && (!q || strcmp(r->predictor[q].coding, r->predictor[q - 1].coding) != 0))
      hc_plan_add_variant(plan, "; compared with %s", r->predictor[q].coding);
  if (r->sampling) hc_plan_add_variant(plan, "; weighted by %s, errors from squared scores", hc_options_text(o, "weight"));
  hc_plan_add_variant(plan, "; N: sum over people met (Horvitz and Thompson 1952); se: van der Heijden et al. (2003)");
}

/* Scratch: Newton's, then coefficients, weights, for N and each group a sum, a variance and a gradient, and with sampling
 * weights the squares of the scores. */
static size_t scratch_size(const hc_regression_plan *r) {
  size_t squares = r->sampling ? r->p * r->p : 0;
  return hc_glm_scratch(&r->glm) + 2 * r->p + r->glm.n + (1 + r->n_groups) * (2 + r->p) + squares;
}

static struct rows rows_of(const hc_regression_plan *r, const double *observed) {
  return (struct rows){.r = r, .people = observed, .total = observed + r->profiles.n_strata};
}

static size_t stratum_of(const hc_regression_plan *r, size_t row) { return r->glm.design_row ? r->glm.design_row[row] : row; }

static double weight_of(const hc_regression_plan *r, size_t stratum) { return r->sampling ? r->sampling[stratum] : 1; }

/* Who takes part in the likelihood, and how much. */
static void weigh(const hc_regression_plan *r, const double *people, double *weight) {
  for (size_t i = 0; i < r->glm.n; i++)
    weight[i] = (r->linear || takes_part(r->family, r->profiles.times[i]) ? people[i] : 0) * weight_of(r, stratum_of(r, i));
}

/* Where Newton begins: one predictor for all, then the maximum for the whole data, where it has one. */
static hc_status find_start(hc_plan *plan, hc_regression_plan *r, hc_error *err) {
  double eta[HC_GLM_PREDICTORS] = {0}, n = 0, S = 0;
  double *scratch = hc_plan_alloc(plan, scratch_size(r), sizeof *scratch);
  r->start = hc_plan_alloc(plan, r->p, sizeof *r->start);
  if (!scratch || !r->start) return HC_ENOMEM;
  double *weight = scratch + hc_glm_scratch(&r->glm), *best = weight + r->glm.n;
  for (size_t i = 0; i < r->profiles.n; i++) {
    if (!takes_part(r->family, r->profiles.times[i])) continue;
    n += r->profiles.count[i];
    S += r->profiles.count[i] * r->profiles.times[i];
  }
  struct rows rows = rows_of(r, plan->observed);
  hc_glm glm = r->glm;
  weigh(r, rows.people, weight);
  glm.weight = weight;
  glm.context = &rows;
  r->family->start(r->family, n, S, eta);
  if (!hc_glm_start(&glm, eta, r->start, scratch))
    return hc_refuse(err, "collinear",
                     "the people who take part in this likelihood do not tell the coefficients apart");
  memcpy(best, r->start, r->p * sizeof *best);
  if (hc_glm_maximise(&glm, best, scratch).end == HC_GLM_CONVERGED) memcpy(r->start, best, r->p * sizeof *best);
  return HC_OK;
}

static hc_status make(hc_plan *plan, const hc_data *data, const hc_options *options, const hc_count_family *family,
                      bool linear, hc_regression_plan **regression, hc_error *err) {
  hc_regression_plan *r = *regression = hc_plan_alloc(plan, 1, sizeof *r);
  if (!r) return HC_ENOMEM;
  r->family = family;
  hc_status status = hc_plan_weight(plan, data, hc_options_text(options, "weight"), &r->sampling, err);
  r->linear = linear && !r->sampling;
  if (status == HC_OK) status = take_profiles(plan, data, r);
  if (status == HC_OK) status = take_predictors(plan, data, options, r, err);
  if (status == HC_OK) status = take_groups(plan, data, r);
  return status == HC_OK ? find_start(plan, r, err) : status;
}

hc_status hc_regression_prepare(hc_plan *plan, const hc_data *data, const hc_options *options,
                                const hc_count_family *family, hc_regression_plan **regression, hc_error *err) {
  hc_status status = make(plan, data, options, family, family->linear, regression, err);
  if (status != HC_OK) return status;
  const hc_regression_plan *r = *regression;
  plan->n_scratch = scratch_size(r);
  plan->n_parameters = r->p;
  hc_plan_bootstrap_people(plan, (double)data->observed);
  if (!r->linear) plan->resample &= ~(unsigned)HC_RESAMPLE_PARAMETRIC;
  if (r->sampling) plan->resample = plan->default_resample = HC_RESAMPLE_NONPARAMETRIC;
  status = name_quantities(plan, data, r);
  describe(plan, options, r);
  return status;
}

hc_status hc_regression_part(hc_plan *plan, const hc_data *data, const hc_options *options, const hc_count_family *family,
                             hc_regression_plan **regression, hc_error *err) {
  return make(plan, data, options, family, false, regression, err);
}

hc_status hc_regression_part_quantities(hc_plan *plan, const hc_data *data, const hc_regression_plan *r) {
  hc_plan_set_quantities(plan, 1 + r->n_groups);
  hc_plan_population(plan, "people");
  return name_groups(plan, data, r, 1);
}

size_t hc_regression_part_scratch(const hc_regression_plan *r) { return scratch_size(r) + 2 * (1 + r->p + r->n_groups) + r->p; }

/* ---- fit -------------------------------------------------------------------------------------------------------- */

/* Which coefficient, with its formula's prefix. */
static hc_status refuse(const hc_regression_plan *r, const hc_glm_fit *fit, hc_error *err) {
  size_t q = 0, j = fit->culprit;
  if (fit->end == HC_GLM_STALLED)
    return hc_refuse(err, "not-finite", "the likelihood has no maximum that can be found");
  while (q + 1 < r->family->predictors && j >= r->predictor[q].p) j -= r->predictor[q++].p;
  bool dispersed = r->family->predictors > 1 && strcmp(r->family->prefix[1], "alpha") == 0; /* then N usually goes with alpha */
  return hc_refuse(err, "mle-infinite", "the likelihood has no maximum: the coefficient %s[%s] runs off to infinity%s",
                   r->family->prefix[q], r->predictor[q].name[j],
                   dispersed ? _(", as where alpha, how much rates differ, grows without end and N with it")
                   : q       ? ""
                             : _(", as where all people of a level were met once"));
}

/* A sum over some of the people: N, the spread of who is met, and the gradient. */
static void add_people(const hc_regression_plan *r, size_t design_row, double people, const hc_stands_for *s,
                       double *sum) {
  double *gradient = sum + 2, w = weight_of(r, design_row);
  sum[1] += people * (w * w * s->variance + w * (w - 1) * s->people);
  people *= w;
  sum[0] += people * s->people;
  for (size_t q = 0; q < r->family->predictors; q++) {
    const double *x = r->glm.x[q] + design_row * r->glm.p[q];
    for (size_t j = 0; j < r->glm.p[q]; j++) gradient[j] += people * s->slope[q] * x[j];
    gradient += r->glm.p[q];
  }
}

static void sum_people(const struct rows *rows, const double *beta, double *sums) {
  const hc_regression_plan *r = rows->r;
  size_t width = 2 + r->p;
  memset(sums, 0, (1 + r->n_groups) * width * sizeof *sums);
  for (size_t i = 0; i < r->glm.n; i++) {
    double eta[HC_GLM_PREDICTORS];
    hc_stands_for s = {0};
    if (!(rows->people[i] > 0)) continue;
    size_t stratum = stratum_of(r, i);
    hc_glm_predict(&r->glm, beta, i, eta);
    r->family->stands_for(r->family, times_of(rows, i), eta, &s);
    add_people(r, stratum, rows->people[i], &s, sums);
    for (size_t f = 0; f < r->n_factors; f++)
      add_people(r, stratum, rows->people[i], &s, sums + (1 + r->group[stratum * r->n_factors + f]) * width);
  }
}

/* g' J^-1 g from J's Cholesky factor; g is overwritten. */
static double quadratic(const double *factor, size_t p, double *g) {
  double sum = 0;
  for (size_t i = 0; i < p; i++) {
    for (size_t k = 0; k < i; k++) g[i] -= factor[i * p + k] * g[k];
    g[i] /= factor[i * p + i];
    sum += g[i] * g[i];
  }
  return sum;
}

/* What the fit leaves to know the spread of beta by: the factor of J, and M, which is NULL where J is its own inverse's spread. */
struct spread {
  const double *factor, *M;
  size_t p;
};

/* The variance of g' beta; g is overwritten. */
static double variance_along(const struct spread *s, double *g) {
  double sum = 0;
  if (!s->M) return quadratic(s->factor, s->p, g);
  hc_cholesky_solve(s->factor, s->p, g);
  for (size_t i = 0; i < s->p; i++)
    for (size_t j = 0; j < s->p; j++) sum += g[i] * s->M[i * s->p + j] * g[j];
  return sum;
}

/* room: [p]. */
static void coefficient_errors(const struct spread *s, double *room, double *se) {
  for (size_t j = 0; j < s->p; j++) {
    memset(room, 0, s->p * sizeof *room);
    room[j] = 1;
    se[j] = sqrt(variance_along(s, room));
  }
}

/* M, the sum over people of w^2 u u'. room: [p]. */
static void square_scores(const struct rows *rows, const double *beta, const double *weight, double *room, double *M) {
  const hc_regression_plan *r = rows->r;
  memset(M, 0, r->p * r->p * sizeof *M);
  for (size_t i = 0; i < r->glm.n; i++) {
    double eta[HC_GLM_PREDICTORS], g[HC_GLM_PREDICTORS], I[HC_GLM_PREDICTORS * HC_GLM_PREDICTORS], *at = room;
    if (!(weight[i] > 0)) continue;
    size_t stratum = stratum_of(r, i);
    hc_glm_predict(&r->glm, beta, i, eta);
    row_loglik(rows, i, eta, g, I);
    for (size_t q = 0; q < r->family->predictors; q++)
      for (size_t j = 0; j < r->glm.p[q]; j++) *at++ = g[q] * r->glm.x[q][stratum * r->glm.p[q] + j];
    for (size_t j = 0; j < r->p; j++)
      for (size_t k = 0; k < r->p; k++) M[j * r->p + k] += weight[i] * weight_of(r, stratum) * room[j] * room[k];
  }
}

static void note_small_groups(const hc_plan *plan, const hc_regression_plan *r, hc_estimate *e) {
  enum { FEW = 5 };
  char list[HC_NOTE_SIZE / 2] = "";
  for (size_t g = 0; g < r->n_groups; g++) {
    const hc_quantity *q = &plan->quantities[1 + r->p + g];
    size_t used = strlen(list);
    if (q->floor < FEW && used + strlen(q->name) + 3 < sizeof list) {
      if (used) memcpy(list + used, ", ", 3), used += 2;
      memcpy(list + used, q->name, strlen(q->name) + 1);
    }
  }
  if (list[0]) hc_estimate_note(e, "thin-level", "fewer than five people were met behind %s", list);
}

static void write_estimate(const hc_regression_plan *r, const double *beta, const struct spread *spread, double *sums,
                           double *room, hc_estimate *e) {
  size_t width = 2 + r->p;
  for (size_t g = 0; g <= r->n_groups; g++) {
    double *sum = sums + g * width;
    size_t q = g ? r->p + g : 0;
    e->value[q] = sum[0];
    e->se[q] = sqrt(sum[1] + variance_along(spread, sum + 2));
  }
  memcpy(e->value + 1, beta, r->p * sizeof *beta);
  coefficient_errors(spread, room, e->se + 1);
  memcpy(e->parameters, beta, r->p * sizeof *beta);
}

/* Everybody behind those met, in whole people; who is met, and how often. The rounding goes on from stratum to stratum, so
 * that N is that of the estimate to one person. */
void hc_regression_simulate(const hc_plan *plan, const hc_estimate *estimate, hc_rng *rng, double *replicate) {
  const hc_regression_plan *r = *(hc_regression_plan *const *)plan->state;
  size_t n = r->profiles.n_strata;
  const double rest = 1e-12; /* of all chances: nothing is left but rounding */
  double sum = hc_rng_uniform(rng), *constant = replicate + 2 * n;
  memset(replicate, 0, (2 * n + 1) * sizeof *replicate);
  for (size_t i = 0; i < n; i++) {
    double eta[HC_GLM_PREDICTORS], before = floor(sum), left = 1;
    hc_stands_for s = {0};
    hc_glm_predict(&r->glm, estimate->parameters, i, eta);
    r->family->stands_for(r->family, 1, eta, &s);
    sum += plan->observed[i] * s.people;
    double people = floor(sum) - before;
    for (double k = 0; people > 0; k++) {
      double chance = r->family->chance(k, eta);
      double now = left > chance && left > rest ? hc_rng_binomial(rng, chance / left, people) : people;
      left -= chance, people -= now;
      if (k == 0 || now == 0) continue;
      replicate[i] += now;
      replicate[n + i] += k * now;
      *constant += now * r->family->constant(r->family, k);
    }
  }
}

static hc_status fit_rows(const hc_regression_plan *r, const double *observed, double *scratch, hc_estimate *e,
                          hc_error *err) {
  struct rows rows = rows_of(r, observed);
  double *weight = scratch + hc_glm_scratch(&r->glm), *beta = weight + r->glm.n;
  double *room = beta + r->p, *sums = room + r->p;
  double n = 0, constant = 0;
  hc_glm glm = r->glm;
  weigh(r, rows.people, weight);
  glm.weight = weight;
  glm.context = &rows;
  memcpy(beta, r->start, r->p * sizeof *beta);
  hc_glm_fit fit = hc_glm_maximise(&glm, beta, scratch);
  if (fit.end != HC_GLM_CONVERGED) return refuse(r, &fit, err);
  for (size_t i = 0; i < glm.n; i++) {
    n += rows.people[i];
    if (!r->linear) constant += weight[i] * r->constant[i];
  }
  if (r->linear) constant = observed[2 * glm.n];
  if (!r->sampling) hc_fit_criteria(&e->fit, fit.loglik + constant, (double)r->p, n);
  e->fit.iterations = fit.iterations;
  sum_people(&rows, beta, sums);
  struct spread spread = {.factor = scratch, .p = r->p};
  if (r->sampling) {
    double *M = sums + (1 + r->n_groups) * (2 + r->p);
    square_scores(&rows, beta, weight, room, M);
    spread.M = M;
  }
  write_estimate(r, beta, &spread, sums, room, e);
  return HC_OK;
}

hc_status hc_regression_fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e,
                            hc_error *err) {
  const hc_regression_plan *r = *(hc_regression_plan *const *)plan->state;
  hc_status status = fit_rows(r, observed, scratch, e, err);
  if (status == HC_OK && e->asked.notes) note_small_groups(plan, r, e);
  return status;
}

hc_status hc_regression_part_fit(const hc_regression_plan *r, const double *observed, double *scratch, double *value,
                                 double *se, hc_fit *fit, hc_error *err) {
  size_t n = 1 + r->p + r->n_groups;
  hc_estimate own = {.value = scratch, .se = scratch + n, .parameters = scratch + 2 * n};
  own.fit = (hc_fit){.loglik = NAN, .parameters = NAN, .df = NAN, .deviance = NAN, .aic = NAN, .bic = NAN};
  hc_status status = fit_rows(r, observed, scratch + 2 * n + r->p, &own, err);
  if (status != HC_OK) return status;
  *fit = own.fit;
  for (size_t g = 0; g <= r->n_groups; g++) {
    size_t q = g ? r->p + g : 0;
    value[g] = own.value[q];
    if (se) se[g] = own.se[q];
    if (!(isfinite(own.value[q]) && isfinite(own.se[q]))) return hc_refuse(err, "not-finite", "N or its error is not finite");
  }
  return HC_OK;
}

/* ---- how it fits ------------------------------------------------------------------------------------------------ */

/* What is to be known of the counts of somebody with these predictors. */
struct counts {
  double mean, variance;
  double information[HC_GLM_PREDICTORS * HC_GLM_PREDICTORS]; /* expected, of the predictors */
};

/* Sums over k until hardly any chance is left; expected[k] grows by `people` times the chance of k <= top. */
static void sum_counts(const hc_count_family *family, const double *eta, double people, size_t top, struct counts *c,
                       hc_frequency_fit *frequency) {
  const double rest = 1e-12, most = 1e5; /* of chance; of terms */
  size_t Q = family->predictors;
  double left = 1, square = 0, first = family->least > 1 ? family->least : 1;
  *c = (struct counts){0};
  for (double k = first; left > rest && k < first + most && !(family->most > 0 && k > family->most); k++) {
    double g[HC_GLM_PREDICTORS], I[HC_GLM_PREDICTORS * HC_GLM_PREDICTORS];
    double chance = exp(family->loglik(family, k, eta, g, I) + family->constant(family, k));
    left -= chance;
    c->mean += chance * k;
    square += chance * k * k;
    for (size_t a = 0; a < Q; a++)
      for (size_t b = 0; b < Q; b++) c->information[a * Q + b] += chance * g[a] * g[b];
    if (k <= (double)top) frequency[(size_t)k].expected += people * chance;
  }
  c->variance = square - c->mean * c->mean;
}

/* sum over predictors a, b of W_ab x_a' J^-1 x_b. room: [p]. */
static double leverage_of(const hc_regression_plan *r, size_t stratum, const double *factor, const double *W, double *room) {
  size_t Q = r->family->predictors, from = 0;
  double sum = 0;
  for (size_t a = 0; a < Q; from += r->glm.p[a++]) {
    size_t at = 0;
    memset(room, 0, r->p * sizeof *room);
    memcpy(room + from, r->glm.x[a] + stratum * r->glm.p[a], r->glm.p[a] * sizeof *room);
    hc_cholesky_solve(factor, r->p, room);
    for (size_t b = 0; b < Q; at += r->glm.p[b++])
      for (size_t j = 0; j < r->glm.p[b]; j++) sum += W[b * Q + a] * room[at + j] * r->glm.x[b][stratum * r->glm.p[b] + j];
  }
  return sum;
}

/* u' J^-1 u of one person. room: [p]. */
static double score_length(const hc_regression_plan *r, size_t stratum, const double *factor, const double *g, double *room) {
  double *at = room;
  for (size_t q = 0; q < r->family->predictors; q++)
    for (size_t j = 0; j < r->glm.p[q]; j++) *at++ = g[q] * r->glm.x[q][stratum * r->glm.p[q] + j];
  return quadratic(factor, r->p, room);
}

/* The predictors of a profile, whatever the rows of the fit are. */
static void predict_stratum(const hc_regression_plan *r, const double *beta, size_t stratum, size_t profile, double *eta) {
  hc_glm_predict(&r->glm, beta, r->glm.design_row ? profile : stratum, eta);
}

/* J from everybody's observed information, as the fit has it, and its factor. */
static bool factor_information(const hc_regression_plan *r, const hc_estimate *e, double *J) {
  size_t p = r->p, Q = r->family->predictors;
  memset(J, 0, p * p * sizeof *J);
  for (size_t i = 0; i < r->profiles.n; i++) {
    double eta[HC_GLM_PREDICTORS], g[HC_GLM_PREDICTORS], I[HC_GLM_PREDICTORS * HC_GLM_PREDICTORS];
    size_t s = r->profiles.stratum[i], from = 0;
    if (!takes_part(r->family, r->profiles.times[i])) continue;
    predict_stratum(r, e->parameters, s, i, eta);
    r->family->loglik(r->family, r->profiles.times[i], eta, g, I);
    double w = r->profiles.count[i] * weight_of(r, s);
    for (size_t a = 0; a < Q; from += r->glm.p[a++])
      for (size_t j = 0, at = 0; j < r->glm.p[a]; j++, at = 0)
        for (size_t b = 0; b < Q; at += r->glm.p[b++])
          for (size_t k = 0; k < r->glm.p[b]; k++)
            J[(from + j) * p + at + k] += w * I[a * Q + b] * r->glm.x[a][s * r->glm.p[a] + j] * r->glm.x[b][s * r->glm.p[b] + k];
  }
  return hc_cholesky(J, p, 1e-12);
}

hc_status hc_regression_diagnose(const hc_plan *plan, const hc_estimate *e, double *scratch, hc_diagnosed *d, hc_error *err) {
  const hc_regression_plan *r = *(hc_regression_plan *const *)plan->state;
  double *factor = scratch, *room = factor + r->p * r->p;
  if (!factor_information(r, e, factor)) return hc_refuse(err, "not-finite", "the information of the coefficients is singular");
  d->coefficients = (double)r->p;
  for (size_t i = 0; i < r->profiles.n; i++) {
    double eta[HC_GLM_PREDICTORS], g[HC_GLM_PREDICTORS], I[HC_GLM_PREDICTORS * HC_GLM_PREDICTORS], k = r->profiles.times[i];
    size_t s = d->stratum[i] = r->profiles.stratum[i];
    double people = r->profiles.count[i], w = weight_of(r, s);
    struct counts c;
    d->row[i] = (hc_person_fit){.times = k, .people = people, .expected = NAN, .residual = NAN, .leverage = NAN, .cook = NAN};
    d->frequency[(size_t)k].observed += w * people;
    if (!takes_part(r->family, k)) {
      d->frequency[(size_t)k].expected += w * people;
      continue;
    }
    predict_stratum(r, e->parameters, s, i, eta);
    sum_counts(r->family, eta, w * people, d->top, &c, d->frequency);
    double h = w * leverage_of(r, s, factor, c.information, room);
    r->family->loglik(r->family, k, eta, g, I);
    d->row[i].expected = c.mean;
    d->row[i].residual = (k - c.mean) / sqrt(c.variance);
    d->row[i].leverage = h;
    d->row[i].cook = w * w * score_length(r, s, factor, g, room) / ((double)r->p * (1 - h) * (1 - h));
  }
  d->frequency[0].expected = e->value[0];
  for (size_t i = 0; i < r->profiles.n; i++) d->frequency[0].expected -= r->profiles.count[i] * weight_of(r, r->profiles.stratum[i]);
  return HC_OK;
}
