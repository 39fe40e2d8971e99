/* One hierarchical log-linear model of a table: its face, its maximum there, its criterion. */
#include "numeric/model_fit.h"

#include <math.h>
#include <string.h>

#include "numeric/special.h"

/* A column of the design on the face whose part outside of the columns before has a squared length below this share of
 * its own depends on them. The entries of these matrices are whole numbers, small ones. */
static const double DEPENDENT = 1e-9;

static size_t most_terms(size_t lists) {
  size_t all = ((size_t)1 << lists) - 1; /* without the interaction of all lists */
  return all < HC_MODEL_MAX_TERMS ? all : HC_MODEL_MAX_TERMS;
}

hc_model_problem hc_model_problem_default(size_t lists, size_t max_order) {
  return (hc_model_problem){.lists = lists,
                            .max_order = max_order < lists ? max_order : lists - 1,
                            .criterion = HC_CRITERION_BIC,
                            .worst = HC_FACE_MARGINS,
                            .threshold = 0.02};
}

static size_t doubles(size_t bytes) {
  return (bytes + sizeof(double) - 1) / sizeof(double);
}

size_t hc_model_scratch(const hc_model_problem *problem) {
  size_t cells = (size_t)1 << problem->lists, terms = most_terms(problem->lists);
  hc_lattice largest = {.lists = problem->lists, .cells = cells, .terms = terms};
  return 5 * cells + 3 * terms + terms * terms + hc_lattice_scratch(&largest) +
         doubles((terms + hc_lattice_join_size(terms)) * sizeof(uint32_t)) + doubles(cells) +
         doubles(hc_face_scratch(problem->lists));
}

static hc_model_room divide(const hc_model_problem *problem, double *scratch) {
  size_t cells = (size_t)1 << problem->lists, terms = most_terms(problem->lists);
  hc_lattice largest = {.lists = problem->lists, .cells = cells, .terms = terms};
  hc_model_room r = {.problem = problem, .cells = cells, .count = scratch};
  r.margin = r.count + cells;
  r.beta = r.margin + cells;
  r.live = r.beta + cells;
  r.sufficient = r.live + cells;
  r.start = r.sufficient + terms;
  r.compact = r.start + terms;
  r.factor = r.compact + terms;
  r.lattice = r.factor + terms * terms;
  double *rest = r.lattice + hc_lattice_scratch(&largest) + cells;
  r.mask = (uint32_t *)rest;
  r.join = r.mask + terms;
  rest += doubles((terms + hc_lattice_join_size(terms)) * sizeof(uint32_t));
  r.face = (unsigned char *)rest;
  r.face_scratch = rest + doubles(cells);
  return r;
}

hc_model_room hc_model_begin(const hc_model_problem *problem, const double *counts, double *scratch) {
  hc_model_room r = divide(problem, scratch);
  memcpy(r.count, counts, r.cells * sizeof *counts);
  r.count[0] = 0;
  for (size_t c = 1; c < r.cells; c++) {
    double y = r.count[c];
    if (!(y > 0)) continue;
    r.saturated += y * log(y) - y;
    if (y > 1) r.factorials += hc_ln_factorial(y);
  }
  r.saturated -= r.factorials;
  memcpy(r.margin, r.count, r.cells * sizeof *r.margin);
  hc_lattice_superset_sums(r.margin, problem->lists);
  r.n = r.margin[0];
  return r;
}

double hc_criterion_value(hc_criterion criterion, double loglik, double p, double n) {
  double aic = 2 * p - 2 * loglik;
  switch (criterion) {
  case HC_CRITERION_AIC:
    return aic;
  case HC_CRITERION_AICC:
    return n > p + 1 ? aic + 2 * p * (p + 1) / (n - p - 1) : INFINITY;
  default:
    return p * log(n) - 2 * loglik;
  }
}

/* Keeps terms whose columns on the face do not depend on those before; the intercept, which comes last, stays, because
 * it is determined. What is fitted does not depend on which ones are kept. */
static size_t independent(hc_model_room *r, size_t terms) {
  size_t kept = 0;
  double *sums = r->lattice, *factor = r->factor;
  memcpy(sums, r->live, r->cells * sizeof *sums);
  sums[0] = 0;
  hc_lattice_superset_sums(sums, r->problem->lists);
  for (size_t i = 0; i < terms; i++) {
    double *row = factor + kept * terms, length = sums[r->mask[i]], left = length;
    for (size_t j = 0; j < kept; j++) {
      const double *other = factor + j * terms;
      row[j] = sums[r->mask[i] | r->mask[j]];
      for (size_t k = 0; k < j; k++) row[j] -= row[k] * other[k];
      row[j] /= other[j];
      left -= row[j] * row[j];
    }
    if (!(left > DEPENDENT * length)) continue;
    row[kept] = sqrt(left);
    r->mask[kept++] = r->mask[i];
  }
  return kept;
}

/* The terms that are fitted, and the cells that take part. */
static size_t take_face(hc_model_room *r, const uint32_t *mask, size_t terms, hc_face face) {
  size_t kept = 0;
  for (size_t i = 0; i < terms; i++)
    if (r->margin[mask[i]] > 0) r->mask[kept++] = mask[i];
  r->live[0] = 1;
  for (size_t c = 1; c < r->cells; c++) r->live[c] = r->face[c];
  return face == HC_FACE_COEFFICIENTS ? independent(r, kept) : kept;
}

static void write_beta(hc_model_room *r, const uint32_t *mask, size_t terms, const hc_lattice *lattice) {
  memset(r->beta, 0, r->cells * sizeof *r->beta);
  for (size_t i = 0; i < terms; i++)
    if (!(r->margin[mask[i]] > 0)) r->beta[mask[i]] = -INFINITY;
  for (size_t i = 0; i < lattice->terms; i++) r->beta[lattice->mask[i]] = r->compact[i];
}

hc_face hc_model_lattice(hc_model_room *r, const uint32_t *mask, size_t terms, hc_lattice *lattice) {
  const hc_model_problem *p = r->problem;
  hc_face face = hc_face_find(p->lists, mask, terms, r->count, r->margin, p->observable, r->face, r->face_scratch);
  if (face >= HC_FACE_UNIDENTIFIED) return face;
  r->kept = take_face(r, mask, terms, face);
  *lattice = (hc_lattice){.lists = p->lists, .cells = r->cells, .terms = r->kept};
  lattice->mask = r->mask, lattice->join = r->join;
  lattice->live = face == HC_FACE_INTERIOR && !p->observable ? NULL : r->live;
  hc_lattice_join(r->join, r->mask, lattice->terms);
  return face;
}

void hc_model_fit(hc_model_room *r, const uint32_t *mask, size_t terms, const double *start, hc_model_score *score) {
  const hc_model_problem *p = r->problem;
  hc_lattice_maximum at;
  hc_lattice lattice;
  *score = (hc_model_score){.terms = terms, .N = NAN, .se = NAN, .loglik = NAN, .value = INFINITY};
  score->face = hc_model_lattice(r, mask, terms, &lattice);
  if (score->face > p->worst || score->face >= HC_FACE_UNIDENTIFIED) return;
  for (size_t i = 0; i < lattice.terms; i++) r->sufficient[i] = r->margin[r->mask[i]];
  if (start)
    for (size_t i = 0; i < lattice.terms; i++) r->start[i] = isfinite(start[r->mask[i]]) ? start[r->mask[i]] : 0;
  else
    hc_lattice_independence(&lattice, r->sufficient, r->start);
  hc_lattice_start from = {.beta = r->start};
  if (!hc_lattice_maximise(&lattice, r->sufficient, false, &from, r->compact, r->factor, r->lattice, &at)) return;
  write_beta(r, mask, terms, &lattice);
  score->candidate = true;
  score->N = r->n + at.unseen;
  score->se = sqrt(at.unseen + at.unseen * at.unseen * at.var_intercept);
  score->loglik = at.kernel - r->factorials;
  score->value = hc_criterion_value(p->criterion, score->loglik, (double)terms, r->n);
}

void hc_model_means(const hc_model_room *r, double *mean) {
  for (size_t c = 0; c < r->cells; c++) mean[c] = r->beta[c] == 0 ? 1 : exp(r->beta[c]);
  hc_lattice_subset_products(mean, r->problem->lists);
  for (size_t c = 1; c < r->cells; c++) mean[c] *= r->live[c];
}

double hc_model_df(const hc_model_room *r) {
  double cells = 0;
  for (size_t c = 1; c < r->cells; c++) cells += r->live[c];
  return cells - (double)r->kept;
}

void hc_model_margins(const hc_model_room *r, double *margin) {
  hc_model_means(r, margin);
  margin[0] = 0;
  hc_lattice_superset_sums(margin, r->problem->lists);
}

/* Relative to the best of them. */
static double weight_of(const hc_model_score *score, double least) {
  return score->candidate ? exp((least - score->value) / 2) : 0;
}

void hc_model_average(const hc_model_score *score, size_t models, double *weight, double *N, double *se) {
  double least = INFINITY, weights = 0, sum = 0, spread = 0;
  *N = *se = NAN;
  for (size_t i = 0; i < models; i++)
    if (score[i].candidate) least = fmin(least, score[i].value);
  for (size_t i = 0; weight && i < models; i++) weight[i] = 0;
  if (least == INFINITY) return;
  for (size_t i = 0; i < models; i++) {
    double w = weight_of(score + i, least);
    weights += w;
    if (w > 0) sum += w * score[i].N;
  }
  *N = sum / weights;
  for (size_t i = 0; i < models; i++) {
    double w = weight_of(score + i, least) / weights;
    if (w > 0) spread += w * hypot(score[i].se, score[i].N - *N);
    if (weight) weight[i] = w;
  }
  *se = spread;
}
