/* Doubly robust: two lists that are independent among people alike, by regression on what is known of people.
 *
 * Y1, Y2: on the first list, on the second; x: covariates. Among the n people on either list
 *   q1(x) = P(Y1 = 1 | x), q2(x) = P(Y2 = 1 | x), q12(x) = P(Y1 = Y2 = 1 | x).
 * Where the lists are independent given x, somebody with x is on either of them with chance gamma(x) = q12/(q1 q2), and
 *   1/psi = E[ 1/gamma(X) ],  N = n/psi                                (Das, Kennedy and Jewell 2023, arXiv 2104.14091)
 * method=plug-in: the mean of q1 q2/q12; doubly-robust: the mean of
 *   phi = q1 q2/q12 (Y1/q1 + Y2/q2 - Y1 Y2/q12),
 * whose error is a product of the errors of the q's; phi less 1/psi is the efficient influence function. Targeted maximum
 * likelihood is not offered: tilting the q's along it until its mean is 0 ran away in a third of samples of 1,300 people.
 *   var N = n var(phi) + N (N - n)/n:  what the mean of phi adds, and the binomial spread of n around N psi.
 *
 * q: multinomial logit of first only, second only and both, ln(q10/q12) and ln(q01/q12) linear in the formula's columns.
 * With independence these are minus the logits of being on the second and on the first list, so that the model is right
 * where logistic chances of being on each list are. Cross-fitting: people are dealt into `folds`, and the q's of a fold come
 * from the others. The deal is a fixed function of fold-seed: people with the same covariates and lists are spread evenly, the
 * rest by a random stream of the covariates' place in their order.
 *
 * Assumes: independence of the lists given x, and that everybody could be on both. Breaks: where hardly anybody of some x is
 * on both lists (noted below 0.005: q12 is in denominators). */
#include "model.h"

#include <string.h>

#include "numeric/glm.h"

enum { FIRST, SECOND, BOTH, PATTERNS, MOST_FOLDS = 50 };
enum { N, PSI, GROUPS };

static const double thin = 0.005; /* q12 below it: Das, Kennedy and Jewell's package bounds it there */

struct state {
  size_t n_strata, n_profiles, folds, n_factors, n_groups;
  bool plug_in;
  size_t *profile_stratum, *profile_pattern;
  size_t *deal;  /* [n_strata] which fold the first of a stratum goes to */
  size_t *group; /* [n_strata][n_factors] */
  hc_predictor predictor;
  hc_glm glm;    /* but for weight; row i: stratum i / PATTERNS, pattern i % PATTERNS */
  size_t *row;   /* [n_strata * PATTERNS] the stratum */
  double *start; /* [2 p] */
};

static const hc_option options[] = {
    {"method", HC_OPTION_CHOICE, "doubly-robust", 0, 0, "doubly-robust|plug-in",
     "how the regressions become N; plug-in has no guard against their errors"},
    {"folds", HC_OPTION_INTEGER, "5", 1, MOST_FOLDS, NULL, "parts for cross-fitting; 1: regressions on everybody"},
    {"fold-seed", HC_OPTION_INTEGER, "1", 0, 1e9, NULL, "how people are dealt into the parts"},
    HC_FORMULA_OPTIONS,
    {0},
};

/* --- the regression ------------------------------------------------------------------------------------------ */

/* q10, q01 and q12 at the two predictors. */
static void shares(const double *eta, double q[PATTERNS]) {
  double largest = fmax(0, fmax(eta[0], eta[1])), sum = 0;
  q[FIRST] = exp(eta[0] - largest), q[SECOND] = exp(eta[1] - largest), q[BOTH] = exp(-largest);
  for (int a = 0; a < PATTERNS; a++) sum += q[a];
  for (int a = 0; a < PATTERNS; a++) q[a] /= sum;
}

static double row_loglik(const void *context, size_t i, const double *eta, double *gradient, double *information) {
  double q[PATTERNS];
  size_t pattern = i % PATTERNS;
  (void)context;
  shares(eta, q);
  if (gradient)
    for (size_t a = 0; a < 2; a++) {
      gradient[a] = (pattern == a) - q[a];
      for (size_t b = 0; b < 2; b++) information[a * 2 + b] = (a == b ? q[a] : 0) - q[a] * q[b];
    }
  return log(q[pattern]);
}

/* How many of these people are of a fold. */
static double in_fold(const struct state *s, size_t stratum, double people, size_t fold) {
  if (s->folds == 1) return people;
  double even = floor(people / (double)s->folds), rest = people - even * (double)s->folds;
  return even + ((double)((fold + s->folds - s->deal[stratum]) % s->folds) < rest);
}

/* --- prepare ------------------------------------------------------------------------------------------------- */

static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const struct state *s = plan->state;
  memset(observed, 0, plan->n_observed * sizeof *observed);
  for (size_t i = 0; i < s->n_profiles; i++)
    observed[s->profile_stratum[i] * PATTERNS + s->profile_pattern[i]] += cells[i];
}

static hc_status take_people(hc_plan *plan, const hc_data *data, struct state *s) {
  size_t n = s->n_profiles = data->n_profiles ? data->n_profiles : data->n_cells;
  s->n_strata = data->n_profiles ? data->n_strata : 1;
  s->profile_stratum = hc_plan_alloc(plan, n, sizeof *s->profile_stratum);
  s->profile_pattern = hc_plan_alloc(plan, n, sizeof *s->profile_pattern);
  plan->cells = hc_plan_alloc(plan, n, sizeof *plan->cells);
  plan->n_cells = n;
  plan->n_observed = s->n_strata * PATTERNS;
  plan->observed = hc_plan_alloc(plan, plan->n_observed, sizeof *plan->observed);
  if (!s->profile_stratum || !s->profile_pattern || !plan->cells || !plan->observed) return HC_ENOMEM;
  for (size_t i = 0; i < n; i++) {
    const hc_profile *profile = data->n_profiles ? &data->profiles[i] : &(hc_profile){i, 0, data->count[i]};
    s->profile_stratum[i] = profile->stratum;
    s->profile_pattern[i] = (size_t)data->history[profile->cell] - 1;
    plan->cells[i] = (double)profile->count;
  }
  plan->collapse = collapse;
  collapse(plan, plan->cells, plan->observed);
  hc_plan_bootstrap_people(plan, (double)data->observed);
  return HC_OK;
}

static hc_status check(const hc_data *data, const hc_options *o, hc_error *err) {
  bool both = false;
  if (data->n_lists < 2) return hc_refuse(err, "one-list", "one list says nothing about the people who are not on it");
  if (data->n_lists > 2)
    return hc_refuse(err, "more-than-two-lists",
                     "works on two lists, and there are %zu: read two alone, as with --lists", data->n_lists);
  if (!data->history) return hc_refuse(err, "bad-shape", "doubly-robust needs capture histories, not totals");
  if (hc_options_text(o, "offset")[0]) return hc_fail(err, HC_EUSAGE, "doubly-robust: there is no offset here");
  for (size_t i = 0; i < data->n_cells; i++) both = both || data->history[i] == 3;
  return both ? HC_OK
              : hc_refuse(err, "no-overlap", "nobody is on both lists: the data do not tell how many are on none");
}

static hc_status take_regression(hc_plan *plan, const hc_data *data, const hc_options *o, struct state *s,
                                 hc_error *err) {
  const char *formula = hc_options_text(o, "formula");
  hc_status status =
      hc_plan_predictor(plan, data, formula[0] ? formula : "~ 1", hc_options_text(o, "reference"), &s->predictor, err);
  if (status != HC_OK) return status;
  s->row = hc_plan_alloc(plan, plan->n_observed, sizeof *s->row);
  s->deal = hc_plan_alloc(plan, s->n_strata, sizeof *s->deal);
  s->start = hc_plan_alloc(plan, 2 * s->predictor.p, sizeof *s->start);
  if (!s->row || !s->deal || !s->start) return HC_ENOMEM;
  for (size_t i = 0; i < plan->n_observed; i++) s->row[i] = i / PATTERNS;
  for (size_t i = 0; i < s->n_strata; i++) {
    hc_rng rng;
    hc_rng_init(&rng, (uint64_t)hc_options_integer(o, "fold-seed"), HC_PURPOSE_STARTS, i);
    s->deal[i] = (size_t)(hc_rng_uniform(&rng) * (double)s->folds);
  }
  s->glm = (hc_glm){.n = plan->n_observed,
                    .predictors = 2,
                    .p = {s->predictor.p, s->predictor.p},
                    .x = {s->predictor.x, s->predictor.x},
                    .design_row = s->row,
                    .row = row_loglik,
                    .bound = 25};
  return HC_OK;
}

static hc_status take_groups(hc_plan *plan, const hc_data *data, struct state *s) {
  s->n_factors = s->predictor.n_factors;
  s->group = hc_plan_alloc(plan, s->n_strata * s->n_factors + 1, sizeof *s->group);
  if (!s->group) return HC_ENOMEM;
  for (size_t f = 0; f < s->n_factors; f++) {
    size_t factor = s->predictor.factor[f];
    for (size_t i = 0; i < s->n_strata; i++)
      s->group[i * s->n_factors + f] = s->n_groups + data->stratum_level[i * data->n_attributes + factor];
    s->n_groups += data->attributes[factor].n_levels;
  }
  return HC_OK;
}

static hc_status name_quantities(hc_plan *plan, const hc_data *data, const struct state *s) {
  double *met = hc_plan_alloc(plan, s->n_groups + 1, sizeof *met);
  size_t at = GROUPS;
  if (!met) return HC_ENOMEM;
  hc_plan_set_quantities(plan, GROUPS + s->n_groups);
  hc_plan_population(plan, "people, on a list or not");
  hc_plan_quantity(plan, PSI, &hc_quantity_chance, "share of the population that is on a list", "psi");
  for (size_t i = 0; i < s->n_profiles; i++)
    for (size_t f = 0; f < s->n_factors; f++) met[s->group[s->profile_stratum[i] * s->n_factors + f]] += plan->cells[i];
  for (size_t f = 0, g = 0; f < s->n_factors; f++)
    for (size_t l = 0; l < data->attributes[s->predictor.factor[f]].n_levels; l++, g++) {
      hc_quantity people = hc_quantity_people;
      people.floor = met[g];
      hc_plan_quantity(plan, at++, &people, "people with this level of a factor", "N[%s=%s]",
                       data->attributes[s->predictor.factor[f]].name,
                       data->attributes[s->predictor.factor[f]].levels[l]);
    }
  return HC_OK;
}

/* Scratch: Newton's; coefficients; weights; the q's by fold, stratum and pattern; four sums of all and each group. */
static size_t scratch_size(const struct state *s) {
  return hc_glm_scratch(&s->glm) + 2 * s->predictor.p + s->glm.n * (1 + s->folds) + 4 * (1 + s->n_groups);
}

static hc_status find_start(hc_plan *plan, struct state *s, hc_error *err) {
  double *scratch = hc_plan_alloc(plan, plan->n_scratch, sizeof *scratch), eta[2] = {0, 0};
  if (!scratch) return HC_ENOMEM;
  hc_glm glm = s->glm;
  glm.weight = plan->observed;
  if (!hc_glm_start(&glm, eta, s->start, scratch))
    return hc_refuse(err, "collinear", "the people of these lists do not tell the coefficients apart");
  double *best = scratch + hc_glm_scratch(&s->glm);
  memcpy(best, s->start, 2 * s->predictor.p * sizeof *best);
  if (hc_glm_maximise(&glm, best, scratch).end == HC_GLM_CONVERGED)
    memcpy(s->start, best, 2 * s->predictor.p * sizeof *best);
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  s->plug_in = hc_options_choice_is(o, "method", "plug-in");
  s->folds = (size_t)hc_options_integer(o, "folds");
  hc_status status = check(data, o, err);
  if (status == HC_OK) status = take_people(plan, data, s);
  if (status == HC_OK) status = take_regression(plan, data, o, s, err);
  if (status == HC_OK) status = take_groups(plan, data, s);
  if (status != HC_OK) return status;
  plan->n_scratch = scratch_size(s);
  hc_plan_set_form(plan, "%s", hc_options_text(o, "method"));
  if (hc_options_text(o, "formula")[0]) hc_plan_add_variant(plan, "; formula: %s", hc_options_text(o, "formula"));
  hc_plan_add_variant(plan, "; multinomial logit, %zu fold%s; se: influence function and the spread of n", s->folds,
                      s->folds == 1 ? "" : "s");
  status = name_quantities(plan, data, s);
  return status == HC_OK ? find_start(plan, s, err) : status;
}

/* --- fit ----------------------------------------------------------------------------------------------------------- */

/* 1/gamma, and phi by pattern. */
static double influence(const double *q, double phi[PATTERNS]) {
  double q1 = q[FIRST] + q[BOTH], q2 = q[SECOND] + q[BOTH], both = q[BOTH];
  phi[FIRST] = q2 / both;
  phi[SECOND] = q1 / both;
  phi[BOTH] = (q1 + q2) / both - q1 * q2 / (both * both);
  return q1 * q2 / both;
}

/* The q's of every fold, from the people of the others. */
static hc_status regress(const struct state *s, const double *observed, double *scratch, double *beta, double *weight,
                         double *q, unsigned *iterations, hc_error *err) {
  hc_glm glm = s->glm;
  glm.weight = weight;
  for (size_t fold = 0; fold < s->folds; fold++, q += glm.n) {
    for (size_t i = 0; i < glm.n; i++)
      weight[i] = s->folds == 1 ? observed[i] : observed[i] - in_fold(s, i / PATTERNS, observed[i], fold);
    memcpy(beta, s->start, 2 * s->predictor.p * sizeof *beta);
    hc_glm_fit fit = hc_glm_maximise(&glm, beta, scratch);
    *iterations += fit.iterations;
    if (fit.end != HC_GLM_CONVERGED)
      return hc_refuse(err, "mle-infinite",
                       "the regression of %s on %s has no maximum: the coefficient of %s runs off, as "
                       "where all people of a level are on one list only",
                       "the lists", "what is known of people", s->predictor.name[fit.culprit % s->predictor.p]);
    for (size_t i = 0; i < s->n_strata; i++) {
      double eta[HC_GLM_PREDICTORS];
      hc_glm_predict(&glm, beta, i * PATTERNS, eta);
      shares(eta, q + i * PATTERNS);
    }
  }
  return HC_OK;
}

struct sums {
  double people, N, phi, square; /* square: of phi */
};

static void add(struct sums *sums, double people, double term, double phi) {
  sums->people += people;
  sums->N += people * term;
  sums->phi += people * phi;
  sums->square += people * phi * phi;
}

/* Of all, and of each group. Returns the least q12 of anybody. */
static double sum_people(const struct state *s, const double *observed, const double *q, struct sums *sums) {
  double least = 1;
  memset(sums, 0, (1 + s->n_groups) * sizeof *sums);
  for (size_t fold = 0; fold < s->folds; fold++)
    for (size_t i = 0; i < s->n_strata; i++) {
      const double *at = q + fold * s->glm.n + i * PATTERNS;
      double phi[PATTERNS], inverse = influence(at, phi);
      for (size_t a = 0; a < PATTERNS; a++) {
        double people = in_fold(s, i, observed[i * PATTERNS + a], fold);
        if (people == 0) continue;
        least = fmin(least, at[BOTH]);
        double term = s->plug_in ? inverse : phi[a];
        add(&sums[0], people, term, phi[a]);
        for (size_t f = 0; f < s->n_factors; f++) add(&sums[1 + s->group[i * s->n_factors + f]], people, term, phi[a]);
      }
    }
  return least;
}

/* Never fewer than were met. spread: n var(phi). */
static void write_people(const struct sums *sums, double *value, double *se, bool *raised) {
  double n = sums->people, N_ = fmax(sums->N, n);
  double spread = n > 1 ? fmax(0, sums->square - sums->phi * sums->phi / n) * n / (n - 1) : NAN;
  *raised = *raised || sums->N < n;
  *value = n > 0 ? N_ : 0;
  *se = n > 0 ? sqrt(spread + N_ * (N_ - n) / n) : NAN;
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double *beta = scratch + hc_glm_scratch(&s->glm), *weight = beta + 2 * s->predictor.p, *q = weight + s->glm.n;
  struct sums *sums = (struct sums *)(void *)(q + s->glm.n * s->folds);
  double n = 0;
  bool raised = false;
  for (size_t i = 0; i < s->glm.n; i++) n += observed[i];
  hc_status status = regress(s, observed, scratch, beta, weight, q, &e->fit.iterations, err);
  if (status != HC_OK) return status;
  double least = sum_people(s, observed, q, sums);
  write_people(&sums[0], &e->value[N], &e->se[N], &raised);
  double spread = e->se[N] * e->se[N] - e->value[N] * (e->value[N] - n) / n;
  e->value[PSI] = n / e->value[N];
  e->se[PSI] = sqrt(fmax(0, spread)) * n / (e->value[N] * e->value[N]);
  if (raised)
    hc_estimate_note(e, "boundary", "the terms of the sum add up to fewer than were met, and N was raised to that");
  for (size_t g = 0; g < s->n_groups; g++)
    write_people(&sums[1 + g], &e->value[GROUPS + g], &e->se[GROUPS + g], &raised);
  if (least < thin)
    hc_estimate_note(e, "sparse-overlap",
                     "for some of the people the chance of being on both lists is %.2g among those met: "
                     "they stand for many, and the estimate hangs on them",
                     least);
  return HC_OK;
}

const hc_estimator hc_estimator_doubly_robust = {
    .id = "doubly-robust",
    .title = "Doubly robust: two lists, independent among people alike",
    .cite =
        "Das, Kennedy and Jewell (2023) arXiv 2104.14091; Alho (1990) Biometrics 46:623-635",
    .formula = "N = sum of q1 q2/q12 (Y1/q1 + Y2/q2 - Y1 Y2/q12), q the chances of being on the lists given x, among "
               "people met",
    .assumes = "a closed population in which the two lists are independent among people with the same covariates, and "
               "everybody could be on both",
    .needs = "who is on which of two lists, and for a formula columns of what is known of people",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
