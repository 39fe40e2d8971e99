/* Searches among hierarchical log-linear models, on one table. */
#include "numeric/model_search.h"

#include <math.h>
#include <string.h>

#include "numeric/exact.h"

enum { MOST_DEPTH = HC_HIERARCHY_MAX_TERMS };

/* A bound has to be worse than the best by this share before it says that a model cannot win: what rounding may do. */
static const double SLACK = 1e-9;

/* Models this much worse than the best have weights that even all of six lists' together are below 1e-12 of it. */
static const double NEGLIGIBLE = 87;

static size_t doubles(size_t bytes) {
  return (bytes + sizeof(double) - 1) / sizeof(double);
}

/* --- the walk through all models --------------------------------------------------------------------- */

/* The models from independence to the present one, each the parent of the next. */
struct walk {
  hc_model_room room;
  const hc_hierarchy *hierarchy;
  hc_model_score *score; /* [MOST_DEPTH] */
  double *beta;          /* [MOST_DEPTH][cells] coefficients of those that were fitted; as many again for bounds */
  bool fitted[MOST_DEPTH];
};

static size_t walk_scratch(const hc_model_problem *problem) {
  if (problem->lists > HC_HIERARCHY_MAX_LISTS) return 0;
  return MOST_DEPTH * (doubles(sizeof(hc_model_score)) + 2 * ((size_t)1 << problem->lists));
}

static struct walk begin_walk(const hc_model_problem *problem, const hc_hierarchy *hierarchy, const double *counts,
                              double *scratch) {
  struct walk w = {.room = hc_model_begin(problem, counts, scratch), .hierarchy = hierarchy};
  w.score = (hc_model_score *)(scratch + hc_model_scratch(problem));
  w.beta = scratch + hc_model_scratch(problem) + MOST_DEPTH * doubles(sizeof(hc_model_score));
  return w;
}

static size_t depth_of(const hc_hierarchy *h, uint64_t model) {
  return (size_t)__builtin_popcountll(model & h->interactions);
}

/* Nobody has this term, nor some part of it: the cells that it would take are taken already. */
static bool changes_nothing(const struct walk *w, unsigned term) {
  if (w->room.margin[term] > 0) return false;
  for (unsigned left = term; left; left &= left - 1)
    if (!(w->room.margin[term & ~(left & -left)] > 0)) return true;
  return false;
}

/* The score of a model whose parent was visited before, and no other child of that parent's since. */
static const hc_model_score *visit(struct walk *w, uint64_t model) {
  size_t depth = depth_of(w->hierarchy, model), from = depth;
  hc_model_score *score = w->score + depth;
  uint64_t parent = hc_hierarchy_parent(w->hierarchy, model);
  w->fitted[depth] = false;
  if (parent && changes_nothing(w, (unsigned)__builtin_ctzll(model & ~parent))) {
    *score = w->score[depth - 1];
    score->terms++;
    if (score->candidate)
      score->value = hc_criterion_value(w->room.problem->criterion, score->loglik, (double)score->terms, w->room.n);
    return score;
  }
  uint32_t mask[HC_HIERARCHY_MAX_TERMS];
  size_t terms = hc_hierarchy_terms(w->hierarchy, model, mask), cells = w->room.cells;
  while (from > 0 && !w->fitted[from - 1]) from--;
  hc_model_fit(&w->room, mask, terms, from ? w->beta + (from - 1) * cells : NULL, score);
  if (score->candidate) {
    memcpy(w->beta + depth * cells, w->room.beta, cells * sizeof *w->beta);
    w->fitted[depth] = true;
  }
  return score;
}

/* Visits what comes before `from` on its way from independence. */
static void visit_parents(struct walk *w, uint64_t from) {
  uint64_t parent[MOST_DEPTH], at = from;
  size_t parents = 0;
  while ((at = hc_hierarchy_parent(w->hierarchy, at)) != 0) parent[parents++] = at;
  while (parents > 0) visit(w, parent[--parents]);
}

void hc_model_scan(const hc_model_problem *problem, const hc_hierarchy *hierarchy, const double *counts, uint64_t from,
                   size_t models, double *scratch, hc_model_score *score) {
  struct walk w = begin_walk(problem, hierarchy, counts, scratch);
  visit_parents(&w, from);
  for (uint64_t model = from; model && models; model = hc_hierarchy_next(hierarchy, model), models--)
    *score++ = *visit(&w, model);
}

/* --- the best of all -------------------------------------------------------------------------------- */

/* The largest model of each subtree on the way, fitted, bounds l of all models there: leaps and bounds. */
struct bounds {
  hc_model_room room; /* shares the walk's memory, and takes any face that determines N */
  hc_model_problem problem;
  uint64_t reach[MOST_DEPTH];
  double most[MOST_DEPTH]; /* l of the model and of all that descend from it */
  double *beta;            /* [MOST_DEPTH][cells] of reach where it was fitted */
  bool fitted[MOST_DEPTH];
  size_t fits;
};

/* Lowers most[depth] to what the fit allows, unless it has none. */
static void fit_reach(struct bounds *b, const struct walk *w, size_t depth) {
  uint32_t mask[HC_HIERARCHY_MAX_TERMS];
  hc_model_score score;
  size_t terms = hc_hierarchy_terms(w->hierarchy, b->reach[depth], mask), from = depth, cells = b->room.cells;
  while (from > 0 && !b->fitted[from - 1]) from--;
  hc_model_fit(&b->room, mask, terms, from ? b->beta + (from - 1) * cells : NULL, &score);
  b->fits++;
  b->fitted[depth] = score.candidate;
  if (!score.candidate) return;
  memcpy(b->beta + depth * cells, b->room.beta, cells * sizeof *b->beta);
  b->most[depth] = fmin(b->most[depth], score.loglik);
}

static void begin_bounds(struct bounds *b, const struct walk *w, double *beta) {
  b->room = w->room;
  b->problem = *w->room.problem;
  b->problem.worst = HC_FACE_COEFFICIENTS;
  b->room.problem = &b->problem;
  b->beta = beta;
  b->fits = 0;
  b->most[0] = w->room.saturated;
  b->reach[0] = hc_hierarchy_reach(w->hierarchy, w->hierarchy->always);
  fit_reach(b, w, 0);
}

static bool hopeless(const struct bounds *b, size_t depth, uint64_t model, double limit) {
  double terms = (double)__builtin_popcountll(model);
  double value = hc_criterion_value(b->problem.criterion, b->most[depth], terms, b->room.n);
  return value > limit + SLACK * (1 + fabs(limit));
}

/* Can this model's criterion be within the limit, or that of one that descends from it, or from its parent by a later
 * term? */
static bool is_worth(struct bounds *b, const struct walk *w, uint64_t model, double limit) {
  size_t depth = depth_of(w->hierarchy, model);
  b->most[depth] = b->most[depth - 1];
  b->reach[depth] = hc_hierarchy_reach(w->hierarchy, model);
  b->fitted[depth] = false;
  if (hopeless(b, depth, model, limit)) return false;
  if (b->reach[depth] == b->reach[depth - 1] || b->reach[depth] == model) return true;
  fit_reach(b, w, depth);
  return !hopeless(b, depth, model, limit);
}

static void start_choice(hc_model_choice *choice) {
  *choice =
      (hc_model_choice){.score = {.face = HC_FACE_UNIDENTIFIED, .N = NAN, .se = NAN, .loglik = NAN, .value = INFINITY}};
}

static void choose(hc_model_choice *choice, const hc_hierarchy *h, uint64_t model, const hc_model_score *score) {
  choice->score = *score;
  choice->terms = hc_hierarchy_terms(h, model, choice->mask);
}

/* A walk to those models whose criterion may come within `margin` of the best. */
struct survey {
  hc_hierarchy hierarchy;
  struct walk walk;
  struct bounds bounds;
  double best, margin;
  uint64_t model; /* the present one; 0 before the first */
  size_t fits;
};

static bool begin_survey(struct survey *s, const hc_model_problem *problem, const double *counts, double margin,
                         double *scratch) {
  hc_model_choice choice;
  if (!hc_hierarchy_init(&s->hierarchy, problem->lists, problem->max_order)) return false;
  hc_model_search_downhill(problem, counts, scratch, &choice); /* its criterion is there to be beaten */
  s->best = choice.score.value, s->fits = choice.fits;
  s->margin = margin, s->model = 0;
  s->walk = begin_walk(problem, &s->hierarchy, counts, scratch);
  begin_bounds(&s->bounds, &s->walk, s->walk.beta + MOST_DEPTH * s->walk.room.cells);
  return true;
}

/* The next of these models: its score, or NULL after the last one. */
static const hc_model_score *next_in_survey(struct survey *s) {
  const hc_hierarchy *h = &s->hierarchy;
  uint64_t model = s->model ? hc_hierarchy_next(h, s->model) : h->always;
  while (model && model != h->always && !is_worth(&s->bounds, &s->walk, model, s->best + s->margin))
    model = hc_hierarchy_skip(h, hc_hierarchy_parent(h, model));
  s->model = model;
  if (!model) return NULL;
  const hc_model_score *score = visit(&s->walk, model);
  s->best = fmin(s->best, score->value);
  s->fits++;
  return score;
}

void hc_model_search_all(const hc_model_problem *problem, const double *counts, double *scratch,
                         hc_model_choice *choice) {
  struct survey s;
  const hc_model_score *score;
  start_choice(choice);
  if (!begin_survey(&s, problem, counts, 0, scratch)) return;
  while ((score = next_in_survey(&s)))
    if (score->value < choice->score.value) choose(choice, &s.hierarchy, s.model, score);
  choice->fits = s.fits + s.bounds.fits;
}

double hc_model_search_average(const hc_model_problem *problem, const double *counts, double *scratch) {
  struct survey s;
  const hc_model_score *score;
  double least = INFINITY, weights = 0, sum = 0;
  if (!begin_survey(&s, problem, counts, NEGLIGIBLE, scratch)) return NAN;
  while ((score = next_in_survey(&s))) {
    if (!score->candidate || score->value == INFINITY) continue;
    if (score->value < least) { /* weights so far are relative to a worse model */
      double share = exp((score->value - least) / 2);
      weights *= share, sum *= share, least = score->value;
    }
    double weight = exp((least - score->value) / 2);
    weights += weight, sum += weight * score->N;
  }
  return sum / weights;
}

void hc_model_search_among(const hc_model_problem *problem, const double *counts, const uint64_t *model, size_t models,
                           double *scratch, hc_model_choice *choice) {
  hc_hierarchy h;
  hc_model_score score;
  start_choice(choice);
  if (!hc_hierarchy_init(&h, problem->lists, problem->lists - 1)) return;
  hc_model_room room = hc_model_begin(problem, counts, scratch);
  for (size_t i = 0; i < models; i++) {
    uint32_t mask[HC_HIERARCHY_MAX_TERMS];
    size_t terms = hc_hierarchy_terms(&h, model[i], mask);
    if (hc_criterion_value(problem->criterion, room.saturated, (double)terms, room.n) > choice->score.value) continue;
    hc_model_fit(&room, mask, terms, NULL, &score);
    choice->fits++;
    if (score.value < choice->score.value) choose(choice, &h, model[i], &score);
  }
}

/* --- one term at a time, for any number of lists ------------------------------------------------------ */

/* A model on the way, as a list of terms and as a set. */
struct present {
  hc_model_room room;
  size_t terms;
  uint32_t mask[HC_MODEL_MAX_TERMS];
  unsigned char *in; /* [cells] */
  double *beta;      /* [cells] of the present model   */
  double *other;     /* [cells] of another; or margins */
  bool fitted;
};

size_t hc_model_search_scratch(const hc_model_problem *problem) {
  size_t cells = (size_t)1 << problem->lists, steps = 2 * cells + doubles(cells), walk = walk_scratch(problem);
  return hc_model_scratch(problem) + (steps > walk ? steps : walk);
}

static unsigned size_of(uint32_t term) {
  return (unsigned)__builtin_popcount(term);
}

/* Puts a term in its place: by size, then number, the intercept last. */
static size_t with(const uint32_t *mask, size_t terms, uint32_t term, uint32_t *to) {
  size_t i = 0;
  for (; mask[i] && (size_of(mask[i]) < size_of(term) || (size_of(mask[i]) == size_of(term) && mask[i] < term)); i++)
    to[i] = mask[i];
  to[i] = term;
  for (; i < terms; i++) to[i + 1] = mask[i];
  return terms + 1;
}

static size_t without(const uint32_t *mask, size_t terms, uint32_t term, uint32_t *to) {
  size_t kept = 0;
  for (size_t i = 0; i < terms; i++)
    if (mask[i] != term) to[kept++] = mask[i];
  return kept;
}

/* Could the term be added, or taken, with a hierarchical model left? */
static bool is_neighbour(const struct present *p, uint32_t term) {
  size_t lists = p->room.problem->lists;
  for (size_t i = 0; i < lists; i++) {
    uint32_t bit = (uint32_t)1 << i;
    if (p->in[term] ? !(term & bit) && p->in[term | bit] : term & bit && !p->in[term & ~bit]) return false;
  }
  return true;
}

static bool is_interaction(const struct present *p, uint32_t term) {
  return size_of(term) > 1 && size_of(term) <= p->room.problem->max_order && size_of(term) < p->room.problem->lists;
}

/* Independence, fitted. */
static void begin_steps(struct present *p, const hc_model_problem *problem, const double *counts, double *scratch,
                        hc_model_choice *choice) {
  p->room = hc_model_begin(problem, counts, scratch);
  p->beta = scratch + hc_model_scratch(problem);
  p->other = p->beta + p->room.cells;
  p->in = (unsigned char *)(p->other + p->room.cells);
  memset(p->in, 0, p->room.cells);
  p->terms = 0;
  for (size_t i = 0; i < problem->lists; i++) p->mask[p->terms++] = (uint32_t)1 << i;
  p->mask[p->terms++] = 0;
  for (size_t i = 0; i < p->terms; i++) p->in[p->mask[i]] = 1;
  start_choice(choice);
  hc_model_fit(&p->room, p->mask, p->terms, NULL, &choice->score);
  choice->fits = 1;
  p->fitted = choice->score.candidate;
  if (p->fitted) memcpy(p->beta, p->room.beta, p->room.cells * sizeof *p->beta);
}

/* Adds or takes the term; beta: the coefficients then. */
static void move(struct present *p, uint32_t term, const double *beta) {
  uint32_t now[HC_MODEL_MAX_TERMS];
  p->terms = p->in[term] ? without(p->mask, p->terms, term, now) : with(p->mask, p->terms, term, now);
  memcpy(p->mask, now, p->terms * sizeof *now);
  p->in[term] = !p->in[term];
  p->fitted = true;
  memcpy(p->beta, beta, p->room.cells * sizeof *p->beta);
}

static void end_steps(const struct present *p, hc_model_choice *choice) {
  choice->terms = p->terms;
  memcpy(choice->mask, p->mask, p->terms * sizeof *p->mask);
}

/* Fits the neighbour that differs in this term. */
static void try_neighbour(struct present *p, uint32_t term, hc_model_score *score) {
  uint32_t mask[HC_MODEL_MAX_TERMS];
  size_t terms = p->in[term] ? without(p->mask, p->terms, term, mask) : with(p->mask, p->terms, term, mask);
  hc_model_fit(&p->room, mask, terms, p->fitted ? p->beta : NULL, score);
}

/* The best neighbour, if it is better than `best`: its term, with *best its score and p->other its coefficients;
 * else 0. Those with a term less come first. */
static uint32_t best_neighbour(struct present *p, hc_model_score *best, size_t *fits) {
  const hc_model_problem *problem = p->room.problem;
  uint32_t found = 0;
  hc_model_score score;
  for (int add = 0; add < 2; add++)
    for (unsigned size = 2; size <= problem->max_order; size++)
      for (uint32_t term = 3; term < p->room.cells; term++) {
        if (size_of(term) != size || p->in[term] == add || !is_interaction(p, term) || !is_neighbour(p, term)) continue;
        size_t terms = add ? p->terms + 1 : p->terms - 1;
        double most = hc_criterion_value(problem->criterion, p->room.saturated, (double)terms, p->room.n);
        if (terms > HC_MODEL_MAX_TERMS || most > best->value) continue;
        try_neighbour(p, term, &score);
        ++*fits;
        if (!(score.value < best->value)) continue;
        *best = score, found = term;
        memcpy(p->other, p->room.beta, p->room.cells * sizeof *p->other);
      }
  return found;
}

void hc_model_search_downhill(const hc_model_problem *problem, const double *counts, double *scratch,
                              hc_model_choice *choice) {
  struct present p;
  uint32_t term;
  begin_steps(&p, problem, counts, scratch, choice);
  while ((term = best_neighbour(&p, &choice->score, &choice->fits)) != 0) move(&p, term, p.other);
  end_steps(&p, choice);
}

/* In the order of lists: 12, 13, 14, 23, ... for terms of one size, small ones first. */
static bool comes_before(uint32_t a, uint32_t b) {
  if (size_of(a) != size_of(b)) return size_of(a) < size_of(b);
  uint32_t differ = a ^ b;
  return (a & differ & -differ) != 0;
}

/* The one-sided p-value of a margin under the present model, for terms that can be added; 1 for others. */
static double p_value(const struct present *p, uint32_t term, const double *fitted) {
  if (p->in[term] || !is_interaction(p, term) || !is_neighbour(p, term) || !(fitted[term] > 0)) return 1;
  double seen = p->room.margin[term];
  return seen < fitted[term] ? hc_poisson_at_most(seen, fitted[term]) : hc_poisson_at_least(seen, fitted[term]);
}

/* Moves by the least probable margin whose model is a candidate; false where none is below the threshold. */
static bool step(struct present *p, hc_model_choice *choice) {
  double *value = p->other;
  hc_model_score score;
  hc_model_margins(&p->room, value);
  for (uint32_t term = 0; term < p->room.cells; term++) value[term] = p_value(p, term, value);
  while (p->terms < HC_MODEL_MAX_TERMS) {
    uint32_t least = 0;
    for (uint32_t term = 3; term < p->room.cells; term++) {
      if (!(value[term] < p->room.problem->threshold)) continue;
      bool less = !least || value[term] < value[least] || (value[term] == value[least] && comes_before(term, least));
      if (less) least = term;
    }
    if (!least) return false;
    value[least] = 1;
    try_neighbour(p, least, &score);
    choice->fits++;
    if (!score.candidate) continue;
    choice->score = score;
    move(p, least, p->room.beta);
    return true;
  }
  return false;
}

void hc_model_search_stepwise(const hc_model_problem *problem, const double *counts, double *scratch,
                              hc_model_choice *choice) {
  struct present p;
  begin_steps(&p, problem, counts, scratch, choice);
  if (choice->score.candidate)
    while (step(&p, choice)) continue;
  end_steps(&p, choice);
}
