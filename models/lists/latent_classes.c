/* Latent classes: people come in c classes, and within a class the lists are independent.
 *
 * y(h): people with capture history h, a non-empty set of the K lists; n = sum of y(h). A person belongs to class j with
 * chance pi_j and is then on list l with chance p_jl, whatever the other lists:
 *   P(h) = sum_j pi_j prod_l p_jl^h_l (1-p_jl)^(1-h_l)    (Goodman 1974, Biometrika 61:215; of capture histories:
 *     Agresti 1994, Biometrics 50:494; Pledger 2000, Biometrics 56:434, model Mth without its additive logits)
 * Among the people met the classes have shares w_j, proportional to pi_j (1-q_j), q_j = prod_l (1-p_jl):
 *   likelihood=conditional: maximises sum y(h) ln P(h | on some list);  N = n G, G = sum_j w_j/(1-q_j) = 1/(1-P(0))
 *     (Sanathanan 1972, Ann. Math. Statist. 43:142);
 *   likelihood=full: maximises ln C(N,n) + (N-n) ln P(0) + n ln(1-P(0)) + the same, over N too, N real.
 * loglik, AIC, BIC and df are those of Poisson cells with means n P(h | on some list), c (K+1) parameters: with one class
 * they and N are those of log-linear independence, so that `select` may compare (full: N's own likelihood, with factorials).
 *
 * Standard errors: observed information; conditional: var N = n P0/(1-P0)^2 + (dN)' I^-1 (dN) (Sanathanan 1972).
 *
 * Search: EM for the truncated mixture from `starts` points of a fixed random stream, then Newton, with chances that run
 * to 0 or 1 held there. The best maximum is the answer; the others within 10 of it are kept: a replicate of the bootstrap
 * starts from each. Another maximum within 1 of the best, with another N, is said in a note.
 *
 * What is refused: more parameters than cells, and models whose expected information is singular at a generic point (three
 * classes on four lists: Goodman 1974); the likelihood highest where a class is never on two lists (N infinite), or on
 * one list only, which says nothing of how many of it are unseen; classes that coincide or are empty. */
#include "lists/list_table.h"

#include <string.h>

#include "numeric/latent.h"
#include "numeric/optimise.h"

enum { VARIABLES = HC_LATENT_VARIABLES, MAXIMA = 5, EM_STEPS = 150, GENERIC_LISTS = 8, MOST_STARTS = 1000 };
enum likelihood { CONDITIONAL, FULL, FIXED_N };
enum end { FOUND, INFINITE, LONE, FAILED };

static const double edge = 40;        /* what stands for plus and minus infinity among the logits              */
static const double bound = 20;       /* a logit that passes it goes to the edge                               */
static const double tiny = 1e-7;      /* chances and shares below it are taken as 0                            */
static const double kept_within = 10; /* of ln L: other maxima that a replicate may prefer                     */
static const double rival_within = 1; /* of ln L, 2 of AIC (Burnham and Anderson 2002, sec. 2.6): as good      */
static const double rival_N = 0.05;   /* relative: an N as near as that is no other answer; ours               */

struct maximum {
  double value, N, x[VARIABLES]; /* value: -ln L */
};

struct state {
  struct list_table table;
  hc_latent latent;
  size_t n_variables, starts, n_maxima;
  enum likelihood likelihood;
  struct maximum maxima[MAXIMA]; /* for the plan's own data, the best first */
};

struct problem {
  const struct state *s;
  enum likelihood likelihood;
  size_t n_variables;
  const double *y;      /* [cells] */
  double n, unseen;     /* unseen: for FIXED_N */
  bool held[VARIABLES]; /* these stay where fixed says */
  double fixed[VARIABLES];
};

static const hc_option options[] = {
    {"classes", HC_OPTION_INTEGER, "2", 1, HC_LATENT_CLASSES, NULL, "number of classes; one is independence"},
    {"starts", HC_OPTION_INTEGER, "20", 1, MOST_STARTS, NULL,
     "points from which the maximum is searched; the same ones every time"},
    {"likelihood", HC_OPTION_CHOICE, "conditional", 0, 0, "conditional|full",
     "of the people met, given their number; or with N as a parameter"},
    {0},
};

/* --- the likelihood -------------------------------------------------------------------------------- */

/* Adds -(ln C(n+u, n) + u ln P0 - n ln G), u unseen people, and its derivatives. */
static double add_unseen(const struct problem *q, const hc_latent_class *group, double u, double *gradient,
                         double *hessian, double *work) {
  size_t m = q->n_variables - (q->likelihood == FULL), stride = q->n_variables;
  double dG[VARIABLES], *ddG = hessian ? work : NULL;
  double G = hc_latent_expansion(&q->s->latent, group, stride, dG, ddG);
  double odds = 1 / (G - 1), first = u * odds - q->n, second = -u * G * odds * odds; /* by ln G */
  double ln_P0 = log1p(-1 / G);
  for (size_t i = 0; gradient && i < m; i++) gradient[i] -= first * dG[i] / G;
  for (size_t i = 0; hessian && i < m; i++)
    for (size_t j = 0; j <= i; j++)
      hessian[i * stride + j] -= first * ddG[i * stride + j] / G + (second - first) * dG[i] * dG[j] / (G * G);
  if (q->likelihood == FULL) {
    double slope = hc_ln_falling_slope(q->n + u, q->n) + ln_P0;
    if (gradient) gradient[m] = -u * slope;
    if (hessian) {
      for (size_t i = 0; i < m; i++) hessian[m * stride + i] = -u * odds * dG[i] / G;
      hessian[m * stride + m] = -(u * slope + u * u * (hc_trigamma(q->n + u + 1) - hc_trigamma(u + 1)));
    }
  }
  return -(hc_ln_falling(q->n + u, q->n) + u * ln_P0 - q->n * log(G));
}

struct context {
  struct problem *q;
  double *work; /* [n_variables^2] */
};

/* -ln L at x, without the constants of the data. */
static double minus_loglik(struct problem *q, const double *x, double *gradient, double *hessian, double *work) {
  const struct state *s = q->s;
  hc_latent_class group[HC_LATENT_CLASSES];
  double r[HC_LATENT_CLASSES], people[HC_LATENT_CLASSES] = {0}, value = 0;
  size_t n = q->n_variables;
  hc_latent_set(&s->latent, x, group);
  if (gradient) memset(gradient, 0, n * sizeof *gradient);
  if (hessian) memset(hessian, 0, n * n * sizeof *hessian);
  for (size_t h = 1; h < s->table.cells; h++) {
    double y = q->y[h];
    if (y == 0) continue;
    value -= y * hc_latent_posterior(&s->latent, group, (uint32_t)h, r);
    if (gradient || hessian) hc_latent_add(&s->latent, group, r, (uint32_t)h, y, n, gradient, hessian);
    for (size_t j = 0; j < s->latent.classes; j++) people[j] += y * r[j];
  }
  if (hessian) hc_latent_finish(&s->latent, group, people, n, hessian);
  if (q->likelihood != CONDITIONAL)
    value += add_unseen(q, group, q->likelihood == FULL ? exp(x[n - 1]) : q->unseen, gradient, hessian, work);
  return value;
}

static void put_held(const struct problem *q, double *x) {
  for (size_t i = 0; i < q->n_variables; i++)
    if (q->held[i]) x[i] = q->fixed[i];
}

/* The same with what is held out of the search. */
static double objective(const double *free, size_t n, double *gradient, double *hessian, void *context) {
  const struct context *k = context;
  double x[VARIABLES];
  memcpy(x, free, n * sizeof *x);
  put_held(k->q, x);
  double value = minus_loglik(k->q, x, gradient, hessian, k->work);
  for (size_t i = 0; i < n; i++) {
    if (!k->q->held[i]) continue;
    if (gradient) gradient[i] = 0;
    for (size_t m = 0; hessian && m < n; m++) hessian[i * n + m] = hessian[m * n + i] = m == i;
  }
  return value;
}

/* One step of EM for the mixture of truncated classes; each class's chances from its means are exact. */
static void em_step(const struct problem *q, double *x) {
  const struct state *s = q->s;
  size_t c = s->latent.classes, lists = s->latent.lists;
  hc_latent_class group[HC_LATENT_CLASSES];
  double r[HC_LATENT_CLASSES], people[HC_LATENT_CLASSES] = {0}, met[HC_LATENT_CLASSES][HC_LATENT_LISTS] = {{0}};
  hc_latent_set(&s->latent, x, group);
  for (size_t h = 1; h < s->table.cells; h++) {
    if (q->y[h] == 0) continue;
    hc_latent_posterior(&s->latent, group, (uint32_t)h, r);
    for (size_t j = 0; j < c; j++) {
      people[j] += q->y[h] * r[j];
      for (size_t left = h; left; left &= left - 1) met[j][__builtin_ctzll(left)] += q->y[h] * r[j];
    }
  }
  for (size_t j = 0; j < c; j++) {
    double share = fmax(people[j], 1e-12 * q->n);
    for (size_t l = 0; l < lists; l++) met[j][l] /= share;
    hc_latent_chances(lists, met[j], bound / 2, x + c - 1 + j * lists);
    if (j + 1 < c) x[j] = log(share / fmax(people[c - 1], 1e-12 * q->n));
  }
}

/* --- the search -------------------------------------------------------------------------------------- */

/* The unseen that belong to the other parameters. */
static void set_unseen(const struct problem *q, double *x) {
  hc_latent_class group[HC_LATENT_CLASSES];
  if (q->likelihood != FULL) return;
  hc_latent_set(&q->s->latent, x, group);
  double unseen = q->n * (hc_latent_expansion(&q->s->latent, group, 0, NULL, NULL) - 1);
  x[q->n_variables - 1] = log(fmax(unseen, 1e-3));
}

/* A class that is never on two lists: INFINITE; that is on one list only: LONE. */
static enum end kind_of(const struct problem *q, const double *x) {
  hc_latent_class group[HC_LATENT_CLASSES];
  const hc_latent *latent = &q->s->latent;
  enum end end = FOUND;
  hc_latent_set(latent, x, group);
  for (size_t j = 0; j < latent->classes; j++) {
    size_t on = 0;
    if (group[j].w < tiny) continue;
    if (group[j].seen < tiny) return INFINITE;
    for (size_t l = 0; l < latent->lists; l++) on += group[j].p[l] > tiny;
    if (on < 2) end = LONE;
  }
  return end;
}

/* Holds what went past the bound; false where nothing did. */
static bool hold(struct problem *q, double *x) {
  bool some = false;
  for (size_t i = 0; i < q->n_variables; i++) {
    if (q->held[i] || fabs(x[i]) < bound) continue;
    q->held[i] = some = true;
    q->fixed[i] = x[i] = copysign(edge, x[i]);
  }
  return some;
}

/* Lets go of chances that the likelihood wants away from 0 or 1, if others moved since they were held. */
static bool release(struct problem *q, double *x, double *gradient) {
  double trial[VARIABLES];
  size_t first = q->s->latent.classes - 1, last = first + q->s->latent.classes * q->s->latent.lists;
  bool some = false;
  memcpy(trial, x, q->n_variables * sizeof *trial);
  for (size_t i = first; i < last; i++)
    if (q->held[i]) trial[i] = copysign(bound, x[i]);
  minus_loglik(q, trial, gradient, NULL, NULL);
  for (size_t i = first; i < last; i++) {
    if (!q->held[i] || copysign(1, x[i]) * gradient[i] * exp(bound) < 1e-6 * q->n) continue;
    q->held[i] = false;
    x[i] = copysign(bound / 4, x[i]);
    some = true;
  }
  return some;
}

/* Newton from x; scratch: hc_minimise_scratch and 2 n^2. */
static enum end search(struct problem *q, double *x, double *value, unsigned *iterations, double *scratch) {
  size_t n = q->n_variables, released = 0;
  struct context context = {q, scratch + hc_minimise_scratch(n)};
  hc_search how = hc_search_default();
  hc_minimum at = {0};
  how.bound = bound;
  how.tolerance = 1e-10;
  memset(q->held, 0, sizeof q->held);
  hold(q, x);
  for (bool again = true; again;) {
    for (size_t i = 0; i < n; i++)
      if (q->held[i]) x[i] = 0;
    at = hc_minimise_newton(objective, &context, n, x, how, scratch);
    put_held(q, x);
    *iterations += at.iterations;
    if (!isfinite(at.value)) return FAILED;
    if (kind_of(q, x) == INFINITE) return *value = at.value, INFINITE;
    again = hold(q, x) || (released++ < 3 && release(q, x, scratch));
  }
  *value = at.value;
  if (at.end != HC_SEARCH_CONVERGED) {
    double *gradient = scratch, largest = 0;
    objective(x, n, gradient, NULL, &context);
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(gradient[i]));
    if (!(largest <= 1e-7 * q->n)) return FAILED;
  }
  return kind_of(q, x);
}

/* Start 0 sets the classes apart by how much they are seen; the others at random, list by list. */
static void set_start(const struct problem *q, size_t start, double *x) {
  const struct state *s = q->s;
  size_t c = s->latent.classes, lists = s->latent.lists;
  hc_rng rng;
  hc_rng_init(&rng, 1, HC_PURPOSE_STARTS, start);
  for (size_t j = 0; j + 1 < c; j++) x[j] = 0;
  for (size_t l = 0; l < lists; l++) {
    double on = 0;
    for (size_t h = 1; h < s->table.cells; h++) on += h >> l & 1 ? q->y[h] : 0;
    double p = fmin(0.9, fmax(0.02, 0.6 * on / q->n)), middle = log(p / (1 - p));
    for (size_t j = 0; j < c; j++) {
      double apart = 3 * ((double)j + 0.5) / (double)c - 1.5;
      x[c - 1 + j * lists + l] = middle + (start && c > 1 ? 1.5 * hc_rng_normal(&rng) : apart);
    }
  }
}

static double N_of(const struct problem *q, const double *x) {
  hc_latent_class group[HC_LATENT_CLASSES];
  if (q->likelihood == FULL) return q->n + exp(x[q->n_variables - 1]);
  hc_latent_set(&q->s->latent, x, group);
  return q->n * hc_latent_expansion(&q->s->latent, group, 0, NULL, NULL);
}

/* Keeps a maximum among the best, unless it is there already. */
static void keep(struct maximum *maxima, size_t *n, const struct maximum *m) {
  size_t at = 0;
  for (size_t i = 0; i < *n; i++) {
    bool same = fabs(maxima[i].value - m->value) <= 1e-6 && fabs(maxima[i].N - m->N) <= 1e-4 * m->N;
    if (same) return;
    at += maxima[i].value <= m->value;
  }
  if (at == MAXIMA) return;
  if (*n < MAXIMA) ++*n;
  memmove(maxima + at + 1, maxima + at, (*n - at - 1) * sizeof *maxima);
  maxima[at] = *m;
}

/* All starts; the end of the best one, whose point is maxima[0] where it was found. */
static enum end search_all(struct problem *q, struct maximum *maxima, size_t *n, unsigned *iterations,
                           double *scratch) {
  double best = INFINITY;
  enum end outcome = FAILED;
  *n = 0;
  for (size_t i = 0; i < q->s->starts; i++) {
    struct maximum m;
    set_start(q, i, m.x);
    for (int step = 0; step < EM_STEPS && q->s->latent.classes > 1; step++) em_step(q, m.x);
    set_unseen(q, m.x);
    enum end end = search(q, m.x, &m.value, iterations, scratch);
    if (end == FAILED) continue;
    if (m.value < best - 1e-6) best = m.value, outcome = end;
    m.N = N_of(q, m.x);
    if (end == FOUND) keep(maxima, n, &m);
  }
  while (*n && maxima[*n - 1].value > maxima[0].value + kept_within) --*n;
  return outcome;
}

static hc_status outcome_status(enum end end, hc_error *err) {
  if (end == INFINITE)
    return hc_refuse(
        err, "mle-infinite",
        "the likelihood is highest when one class is never on two lists, and N is infinite: the data do not "
        "identify N with this many classes");
  if (end == LONE)
    return hc_refuse(
        err, "not-identified",
        "the likelihood is highest when one class is on a single list only: nothing tells how many of it are "
        "on none; use fewer classes");
  if (end == FAILED) return hc_refuse(err, "not-converged", "no start led to a maximum of the likelihood");
  return HC_OK;
}

/* --- identification ----------------------------------------------------------------------------------- */

/* Is the expected information of one person met regular at a point without symmetries? More lists than GENERIC_LISTS tell
 * no less than these: their margin is that of fewer lists. */
static bool identified(hc_latent latent, double *matrix) {
  enum { POINT = 4096 }; /* a stream of its own, beyond the starts */
  if (latent.lists > GENERIC_LISTS) latent.lists = GENERIC_LISTS;
  size_t c = latent.classes, n = c * (latent.lists + 1) - 1;
  double x[VARIABLES], score[VARIABLES], r[HC_LATENT_CLASSES];
  hc_latent_class group[HC_LATENT_CLASSES];
  hc_rng rng;
  if (c == 1) return latent.lists > 1;
  if (n > ((size_t)1 << latent.lists) - 2) return false;
  hc_rng_init(&rng, 1, HC_PURPOSE_STARTS, POINT);
  for (size_t i = 0; i < n; i++) x[i] = i < c - 1 ? 0 : 4 * hc_rng_uniform(&rng) - 2.5;
  hc_latent_set(&latent, x, group);
  memset(matrix, 0, n * n * sizeof *matrix);
  for (uint32_t h = 1; h < (uint32_t)1 << latent.lists; h++) {
    memset(score, 0, sizeof score);
    double chance = exp(hc_latent_posterior(&latent, group, h, r));
    hc_latent_add(&latent, group, r, h, 1, n, score, NULL);
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j <= i; j++) matrix[i * n + j] += chance * score[i] * score[j];
  }
  return hc_cholesky(matrix, n, 1e-11);
}

/* Inverse of the observed information, what is held apart. False where it is not definite. */
static bool covariance(struct problem *q, const double *x, double *inverse, double *scratch) {
  size_t n = q->n_variables;
  double *hessian = scratch, gradient[VARIABLES];
  struct context context = {q, inverse};
  for (size_t i = 0; i < n; i++) q->held[i] = fabs(x[i]) >= edge, q->fixed[i] = x[i];
  objective(x, n, gradient, hessian, &context);
  for (size_t i = 0; i < n; i++)
    if (!(hessian[i * n + i] > 0)) return false;
  if (!hc_cholesky(hessian, n, 1e-12)) return false;
  hc_cholesky_invert(hessian, n, inverse);
  for (size_t i = 0; i < n; i++)
    if (q->held[i]) inverse[i * n + i] = 0;
  return true;
}

/* The standard error of every share among the people met is below 1, and none is 0: the classes can be told apart. */
static bool distinct(struct problem *q, const double *x, double *scratch) {
  hc_latent_class group[HC_LATENT_CLASSES];
  size_t c = q->s->latent.classes, n = q->n_variables;
  double *inverse = scratch + n * n;
  if (!covariance(q, x, inverse, scratch)) return false;
  hc_latent_set(&q->s->latent, x, group);
  for (size_t j = 0; j < c; j++) {
    double d[VARIABLES] = {0};
    for (size_t m = 0; m + 1 < c; m++) d[m] = group[j].w * ((m == j) - group[m].w);
    if (!(hc_quadratic_form(n, inverse, d) < 1) || group[j].w < tiny) return false;
  }
  return true;
}

/* --- prepare -------------------------------------------------------------------------------------------- */

static hc_status settle(hc_plan *plan, struct state *s, hc_error *err) {
  struct problem q = {
      .s = s, .likelihood = s->likelihood, .n_variables = s->n_variables, .y = plan->observed, .n = plan->n_units};
  unsigned iterations = 0;
  double *scratch = hc_plan_alloc(plan, plan->n_scratch, sizeof *scratch);
  if (!scratch) return HC_ENOMEM;
  if (!identified(s->latent, scratch))
    return hc_refuse(
        err, "not-identified",
        "%zu classes on %zu lists have %zu parameters, which the %zu capture histories that can be seen do "
        "not determine; use fewer classes",
        s->latent.classes, s->latent.lists, s->latent.classes * (s->latent.lists + 1) - 1, s->table.cells - 1);
  hc_status status = outcome_status(search_all(&q, s->maxima, &s->n_maxima, &iterations, scratch), err);
  if (status != HC_OK || distinct(&q, s->maxima[0].x, scratch)) return status;
  return hc_refuse(
      err, "not-identified",
      "the best fit has two classes that coincide or an empty one: the data support fewer than %zu classes",
      s->latent.classes);
}

static void name_quantities(hc_plan *plan, const struct state *s) {
  size_t c = s->latent.classes, lists = s->latent.lists;
  hc_plan_set_quantities(plan, 1 + c + c * lists);
  hc_plan_population(plan, "people, on a list or not");
  for (size_t j = 0; j < c; j++) {
    hc_plan_quantity(plan, 1 + j, &hc_quantity_chance, "share of the class in the population", "share[%zu]", j + 1);
    for (size_t l = 0; l < lists; l++)
      hc_plan_quantity(plan, 1 + c + j * lists + l, &hc_quantity_chance, "chance of being on this list, by class",
                       "p[%zu:%s]", j + 1, s->table.names[l]);
  }
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  hc_status status = hc_list_table_check(data, HC_LATENT_LISTS, "latent-classes", err);
  if (status == HC_OK) status = hc_list_table_begin(plan, &s->table, data, err);
  if (status != HC_OK) return status;
  s->latent = (hc_latent){.classes = (size_t)hc_options_integer(o, "classes"), .lists = s->table.lists};
  s->starts = s->latent.classes == 1 ? 1 : (size_t)hc_options_integer(o, "starts");
  s->likelihood = hc_options_choice_is(o, "likelihood", "full") ? FULL : CONDITIONAL;
  s->n_variables = s->latent.classes * (s->latent.lists + 1) - 1 + (s->likelihood == FULL);
  plan->n_parameters = s->n_variables;
  plan->n_scratch = hc_minimise_scratch(s->n_variables) + 2 * s->n_variables * s->n_variables;
  name_quantities(plan, s);
  hc_plan_set_form(plan, "%zu class%s", s->latent.classes, s->latent.classes == 1 ? "" : "es");
  hc_plan_add_variant(plan, ", %s, best of %zu start%s; se: observed information",
                      s->likelihood == FULL ? "full likelihood (N a parameter)" : "likelihood conditional on being met",
                      s->starts, s->starts == 1 ? "" : "s");
  return settle(plan, s, err);
}

/* --- fit ------------------------------------------------------------------------------------------------- */

/* The best of what the plan's own maxima lead to, or of all starts where they lead nowhere. */
static enum end best(struct problem *q, double *x, unsigned *iterations, double *scratch) {
  const struct state *s = q->s;
  struct maximum found[MAXIMA], m;
  double lowest = INFINITY;
  enum end outcome = FAILED;
  size_t n;
  for (size_t i = 0; i < s->n_maxima; i++) {
    memcpy(m.x, s->maxima[i].x, sizeof m.x);
    set_unseen(q, m.x);
    enum end end = search(q, m.x, &m.value, iterations, scratch);
    if (end == FAILED || !(m.value < lowest - 1e-9 * fabs(lowest == INFINITY ? 0 : lowest))) continue;
    lowest = m.value, outcome = end;
    memcpy(x, m.x, sizeof m.x);
  }
  if (outcome != FAILED) return outcome;
  outcome = search_all(q, found, &n, iterations, scratch);
  if (outcome == FOUND) memcpy(x, found[0].x, sizeof found[0].x);
  return outcome;
}

/* The classes by their chance of being seen, the least seen first. */
static void sort_classes(const hc_latent *latent, double *x) {
  size_t c = latent->classes, lists = latent->lists, order[HC_LATENT_CLASSES];
  double old[VARIABLES];
  hc_latent_class group[HC_LATENT_CLASSES];
  hc_latent_set(latent, x, group);
  memcpy(old, x, (c * (lists + 1) - 1) * sizeof *old);
  for (size_t j = 0; j < c; j++) {
    size_t at = j;
    for (; at > 0 && group[order[at - 1]].seen > group[j].seen; at--) order[at] = order[at - 1];
    order[at] = j;
  }
  double reference = order[c - 1] + 1 < c ? old[order[c - 1]] : 0;
  for (size_t j = 0; j < c; j++) {
    if (j + 1 < c) x[j] = (order[j] + 1 < c ? old[order[j]] : 0) - reference;
    memcpy(x + c - 1 + j * lists, old + c - 1 + order[j] * lists, lists * sizeof *x);
  }
}

static void standard_errors(const struct problem *q, const hc_latent_class *group, const double *x,
                            const double *inverse, hc_estimate *e) {
  const hc_latent *latent = &q->s->latent;
  size_t c = latent->classes, lists = latent->lists, n = q->n_variables;
  double dG[VARIABLES] = {0}, d[VARIABLES], G = hc_latent_expansion(latent, group, n, dG, NULL);
  if (q->likelihood == FULL)
    e->se[0] = exp(x[n - 1]) * sqrt(inverse[n * n - 1]);
  else
    e->se[0] = sqrt(q->n * G * (G - 1) + q->n * q->n * hc_quadratic_form(n, inverse, dG));
  for (size_t j = 0; j < c; j++) {
    const hc_latent_class *a = &group[j];
    double share = a->w * a->g / G;
    for (size_t i = 0; i < n; i++) d[i] = -share * dG[i] / G;
    for (size_t m = 0; m + 1 < c; m++) d[m] += share * ((m == j) - group[m].w);
    for (size_t l = 0; l < lists; l++) d[c - 1 + j * lists + l] -= a->w * a->spread * a->p[l] / G;
    e->se[1 + j] = c == 1 ? 0 : sqrt(hc_quadratic_form(n, inverse, d));
    for (size_t l = 0; l < lists; l++) {
      size_t i = c - 1 + j * lists + l;
      e->se[1 + c + j * lists + l] = q->held[i] ? NAN : a->p[l] * (1 - a->p[l]) * sqrt(inverse[i * n + i]);
    }
  }
}

/* Of Poisson cells: see the head of the file. */
static void criteria(const struct problem *q, const hc_latent_class *group, double value, hc_estimate *e) {
  const struct state *s = q->s;
  double r[HC_LATENT_CLASSES], deviance = 0, parameters = (double)(s->latent.classes * (s->latent.lists + 1));
  double loglik = -value - hc_list_table_factorials(&s->table, q->y);
  if (s->likelihood == CONDITIONAL) loglik += q->n * log(q->n) - q->n;
  for (size_t h = 1; h < s->table.cells; h++)
    if (q->y[h] > 0)
      deviance += 2 * q->y[h] * (log(q->y[h] / q->n) - hc_latent_posterior(&s->latent, group, (uint32_t)h, r));
  hc_fit_criteria(&e->fit, loglik, parameters, q->n);
  e->fit.df = (double)s->table.cells - 1 - parameters;
  e->fit.deviance = deviance;
}

static void note(const struct problem *q, const double *x, double *sums, hc_estimate *e) {
  const struct state *s = q->s;
  size_t at_edge = 0;
  hc_list_table_note_overlaps(&s->table, q->y, sums, e);
  for (size_t i = s->latent.classes - 1; i < s->n_variables; i++) at_edge += fabs(x[i]) >= edge;
  if (at_edge)
    hc_estimate_note(e, "boundary",
                     "%zu of the chances %s 0 or 1 in the best fit; the standard errors take %s as known", at_edge,
                     hc_noun(at_edge, "is", "are"), hc_noun(at_edge, "it", "them"));
  if (e->se[0] > e->value[0])
    hc_estimate_note(e, "unstable", "the standard error is larger than N: these data hardly identify N");
  for (size_t i = 1; e->asked.criteria && i < s->n_maxima; i++) {
    const struct maximum *m = &s->maxima[i];
    if (m->value > s->maxima[0].value + rival_within) break;
    if (fabs(m->N / s->maxima[0].N - 1) <= rival_N) continue;
    hc_estimate_note(e, "local-maxima",
                     "the likelihood has another maximum, %.2f lower, where N is %.0f: the data hardly prefer this one",
                     m->value - s->maxima[0].value, m->N);
    break;
  }
}

static hc_status fit(const hc_plan *plan, const double *y, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  const hc_latent *latent = &s->latent;
  size_t c = latent->classes, lists = latent->lists, n = s->n_variables;
  struct problem q = {.s = s, .likelihood = s->likelihood, .n_variables = n, .y = y};
  hc_latent_class group[HC_LATENT_CLASSES];
  double x[VARIABLES], *inverse = scratch + n * n;
  for (size_t h = 1; h < s->table.cells; h++) q.n += y[h];
  if (!(q.n > 0)) return hc_refuse(err, "all-zero", "nobody is on a list");
  enum end end = best(&q, x, &e->fit.iterations, scratch);
  if (end != FOUND) return outcome_status(end, err);
  sort_classes(latent, x);
  double value = minus_loglik(&q, x, NULL, NULL, NULL);
  hc_latent_set(latent, x, group);
  e->value[0] = N_of(&q, x);
  double G = hc_latent_expansion(latent, group, 0, NULL, NULL);
  for (size_t j = 0; j < c; j++) {
    e->value[1 + j] = group[j].w * group[j].g / G;
    for (size_t l = 0; l < lists; l++)
      e->value[1 + c + j * lists + l] = fabs(group[j].eta[l]) < edge ? group[j].p[l] : group[j].eta[l] > 0;
  }
  memcpy(e->parameters, x, n * sizeof *x);
  if (e->asked.criteria) criteria(&q, group, value, e);
  if (covariance(&q, x, inverse, scratch)) standard_errors(&q, group, x, inverse, e);
  if (e->asked.notes) note(&q, x, scratch, e);
  return HC_OK;
}

/* --- what else a model has --------------------------------------------------------------------------------- */

/* Means of the cells for N people; cell 0 the unseen. */
static void means(const struct state *s, const double *x, double n, double N, double *mean) {
  hc_latent_class group[HC_LATENT_CLASSES];
  double r[HC_LATENT_CLASSES];
  hc_latent_set(&s->latent, x, group);
  for (size_t h = 1; h < s->table.cells; h++) mean[h] = n * exp(hc_latent_posterior(&s->latent, group, (uint32_t)h, r));
  mean[0] = N - n;
}

static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  const struct state *s = plan->state;
  hc_latent_class group[HC_LATENT_CLASSES];
  hc_latent_set(&s->latent, e->parameters, group);
  means(s, e->parameters, e->value[0] / hc_latent_expansion(&s->latent, group, 0, NULL, NULL), e->value[0], replicate);
  hc_list_table_draw(&s->table, e->value[0], rng, replicate);
}

static void expected(const hc_plan *plan, const hc_estimate *e, double *mean) {
  means(plan->state, e->parameters, plan->n_units, e->value[0], mean);
  mean[0] = 0;
}

/* The full likelihood, maximised over the classes at this N. */
static hc_status profile(const hc_plan *plan, const double *y, double N, const hc_estimate *start, double *scratch,
                         double *loglik) {
  const struct state *s = plan->state;
  struct problem q = {
      .s = s, .likelihood = FIXED_N, .n_variables = s->latent.classes * (s->latent.lists + 1) - 1, .y = y};
  double x[VARIABLES], value;
  unsigned iterations = 0;
  for (size_t h = 1; h < s->table.cells; h++) q.n += y[h];
  if (!(N >= q.n)) return HC_EREFUSED;
  q.unseen = N - q.n;
  memcpy(x, start->parameters, q.n_variables * sizeof *x);
  enum end end = search(&q, x, &value, &iterations, scratch);
  *loglik = -value;
  return end == FAILED ? HC_EREFUSED : HC_OK;
}

const hc_estimator hc_estimator_latent_classes = {
    .id = "latent-classes",
    .title = "Latent classes: independent lists within classes of people",
    .cite = "Goodman (1974) Biometrika 61:215-231; Agresti (1994) Biometrics 50:494-500; Sanathanan (1972) Ann. Math. "
            "Statist. 43:142-152",
    .formula = "P(h) = sum_j pi_j prod_l p_jl^h_l (1-p_jl)^(1-h_l);  N = n / (1 - P(0))",
    .assumes = "people come in a few classes that nobody sees, and within a class the lists are independent",
    .needs = "who is on which list, four or more lists that overlap for two classes",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .profile = profile,
    .expected = expected,
};
