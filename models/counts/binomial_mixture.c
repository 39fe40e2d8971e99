/* Finite mixture of binomials: people come in c classes, and the members of a class are alike.
 *
 * f_k: people met exactly k times in t occasions; n = sum f_k. A person belongs to class j with chance pi_j and is
 * then met Binomial(t, p_j) times (Pledger 2000, Biometrics 56:434-442, model Mh; Norris and Pollock 1996).
 * Among people met at least once the classes have shares w_j, proportional to pi_j (1 - q_j), q_j = (1-p_j)^t:
 *   P(k | k > 0) = sum_j w_j C(t,k) p_j^k (1-p_j)^(t-k) / (1 - q_j)
 *   likelihood=conditional: maximises L_c = sum_k f_k ln P(k | k > 0);  N = n G, G = sum_j w_j / (1 - q_j) = 1/(1 - P0)
 *     (Sanathanan 1972, Ann. Math. Statist. 43:142). ln C(t,k) is part of L_c; AIC = -2 L_c + 2 (2c - 1).
 *   likelihood=full: maximises ln C(N,n) + (N-n) ln P0 + n ln(1-P0) + L_c over N too; AIC = -2 L + 2 (2c).
 * Parameters of the search: ln(w_j/w_c), logit p_j, and ln(N-n); a zero-truncated binomial is an exponential family
 * in logit p, which gives first and second derivatives by the moments of k over the classes.
 *
 * Standard errors: inverse of the observed information; for the conditional likelihood
 *   var N = n P0/(1-P0)^2 + (dN)' I^-1 (dN)   (Sanathanan 1972; Huggins 1989).
 * Search: starts from quantiles of k and from a fixed random stream; some steps of EM, then Newton. A replicate of
 * the bootstrap starts from the optimum of the data themselves, and from all the starts where that fails.
 *
 * Infinity: a class with p_j -> 0 is met at most once, and N -> infinity. At that boundary dL/dp_j has the sign of
 * f_2/P(2) - f_1/P(1); where the search ends there and the sign is not positive, the likelihood is highest at
 * N = infinity, and the data are refused. A class with p_j -> 1 (met always) is a boundary with a finite N: noted.
 * Classes that cannot be told apart (coincident or empty) are refused for the data themselves, since fewer classes
 * then say the same; in a replicate of the bootstrap they are an answer like any other, with a note.
 * Assumes a few homogeneous classes. Needs t >= 2c for as many cells as parameters. */
#include "counts/mixed_binomial.h"

#include <string.h>

#include "numeric/binomial_mixture.h"
#include "numeric/optimise.h"

enum { CLASSES = 6, PARAMETERS = 2 * CLASSES, RANDOM_STARTS = 10, STARTS = RANDOM_STARTS + 2, EM_STEPS = 60 };
enum { MOST_OCCASIONS = 4096 };
enum likelihood { CONDITIONAL, FULL, FIXED_N };

static const double edge = 36;    /* |logit p| beyond which a class is taken as met never or always */
static const double certain = 14; /* logit p from which on a class has no standard error            */

struct state {
  hc_mixture mixture;
  size_t classes, t, n_variables;
  enum likelihood likelihood;
  double warm[PARAMETERS]; /* optimum for the plan's own data */
  double starts[STARTS][PARAMETERS];
};

struct problem {
  const struct state *s;
  enum likelihood likelihood;
  const double *f;  /* f[k-1] */
  double n, unseen; /* unseen: for FIXED_N */
};

static const hc_option options[] = {
    {"classes", HC_OPTION_INTEGER, "2", 2, CLASSES, NULL, "number of classes"},
    {"likelihood", HC_OPTION_CHOICE, "conditional", 0, 0, "conditional|full",
     "of the people met, given their number; or with N as a parameter"},
    HC_OPTION_OCCASIONS(MOST_OCCASIONS, "", ""),
    {0},
};

/* Adds -(ln C(n+u, n) + u ln P0 + n ln(1-P0)), u unseen people, and its derivatives. */
static double add_unseen(const struct problem *q, const hc_mixture_class *group, double u, double *gradient,
                         double *hessian) {
  const struct state *s = q->s;
  size_t m = 2 * s->classes - 1, stride = s->n_variables;
  double dG[PARAMETERS] = {0}, ddG[PARAMETERS * PARAMETERS] = {0};
  double G = hc_mixture_expansion(&s->mixture, group, s->n_variables, gradient ? dG : NULL, hessian ? ddG : NULL);
  double odds = 1 / (G - 1), first = u * odds - q->n, second = -u * G * odds * odds; /* by ln G */
  double ln_P0 = log1p(-1 / G);
  for (size_t i = 0; gradient && i < m; i++) gradient[i] -= first * dG[i] / G;
  for (size_t i = 0; hessian && i < m; i++)
    for (size_t j = 0; j <= i; j++)
      hessian[i * stride + j] -= first * ddG[i * stride + j] / G + (second - first) * dG[i] * dG[j] / (G * G);
  if (q->likelihood == FULL) {
    double slope = hc_digamma(q->n + u + 1) - hc_digamma(u + 1) + ln_P0;
    if (gradient) gradient[m] = -u * slope;
    if (hessian) {
      for (size_t i = 0; i < m; i++) hessian[m * stride + i] = -u * odds * dG[i] / G;
      hessian[m * stride + m] = -(u * slope + u * u * (hc_trigamma(q->n + u + 1) - hc_trigamma(u + 1)));
    }
  }
  return -(hc_ln_choose(q->n + u, q->n) + u * ln_P0 - q->n * log(G));
}

static double objective(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  const struct problem *q = context;
  const struct state *s = q->s;
  hc_mixture_class group[CLASSES];
  double r[CLASSES], value = 0;
  hc_mixture_set(&s->mixture, x, group);
  if (gradient) memset(gradient, 0, n * sizeof *gradient);
  if (hessian) memset(hessian, 0, n * n * sizeof *hessian);
  for (size_t k = 1; k <= s->t; k++) {
    double f = q->f[k - 1];
    if (f == 0) continue;
    value -= f * hc_mixture_posterior(&s->mixture, group, k, r);
    if (gradient || hessian) hc_mixture_add(&s->mixture, group, r, (double)k, f, n, gradient, hessian);
  }
  if (q->likelihood != CONDITIONAL)
    value += add_unseen(q, group, q->likelihood == FULL ? exp(x[n - 1]) : q->unseen, gradient, hessian);
  return value;
}

/* One step of EM; the mean equation of each class by one step of Newton. */
static void em_step(const struct problem *q, double *x) {
  const struct state *s = q->s;
  hc_mixture_class group[CLASSES];
  double r[CLASSES], people[CLASSES] = {0}, meetings[CLASSES] = {0};
  size_t c = s->classes;
  hc_mixture_set(&s->mixture, x, group);
  for (size_t k = 1; k <= s->t; k++) {
    double f = q->f[k - 1];
    if (f == 0) continue;
    hc_mixture_posterior(&s->mixture, group, k, r);
    for (size_t j = 0; j < c; j++) people[j] += f * r[j], meetings[j] += f * r[j] * (double)k;
  }
  for (size_t j = 0; j < c; j++) {
    double share = fmax(people[j], 1e-12 * q->n), step = 0;
    if (group[j].variance > 0) step = (meetings[j] / share - group[j].mean) / group[j].variance;
    x[c - 1 + j] = fmax(-edge / 2, fmin(edge / 2, group[j].eta + fmax(-1, fmin(1, step))));
    if (j + 1 < c) x[j] = log(share / fmax(people[c - 1], 1e-12 * q->n));
  }
}

enum end { FOUND, INFINITE, IDLE, FAILED };

/* At a class that is never met more than once, does more of it raise the likelihood? See the head of the file. */
static bool highest_at_infinity(const struct problem *q, const double *x) {
  hc_mixture_class group[CLASSES];
  double r[CLASSES];
  hc_mixture_set(&q->s->mixture, x, group);
  double once = exp(hc_mixture_posterior(&q->s->mixture, group, 1, r));
  double twice = exp(hc_mixture_posterior(&q->s->mixture, group, 2, r));
  return q->f[1] / twice <= q->f[0] / once * (1 + 1e-9);
}

/* A class that is never met twice and does not help: it may as well coincide with another. */
static void merge_idle_class(const struct state *s, double *x) {
  size_t c = s->classes, lowest = 0, heaviest = 0;
  for (size_t j = 0; j < c; j++)
    if (x[c - 1 + j] < x[c - 1 + lowest]) lowest = j;
  for (size_t j = 0; j < c; j++) {
    double here = j + 1 < c ? x[j] : 0, best = heaviest + 1 < c ? x[heaviest] : 0;
    if (j != lowest && (heaviest == lowest || here > best)) heaviest = j;
  }
  double to = heaviest + 1 < c ? x[heaviest] : 0;
  x[c - 1 + lowest] = x[c - 1 + heaviest];
  if (lowest + 1 < c)
    x[lowest] = to;
  else
    for (size_t m = 0; m + 1 < c; m++) x[m] -= to; /* the reference gets the weight of the heaviest */
  if (s->likelihood == FULL) x[2 * c - 1] = fmin(x[2 * c - 1], edge / 2);
}

/* Newton from x. value: -L. */
static enum end search_once(struct problem *q, double *x, double *value, unsigned *iterations, double *scratch) {
  size_t c = q->s->classes, n = 2 * c - 1 + (q->likelihood == FULL);
  hc_search how = hc_search_default();
  how.bound = edge;
  how.tolerance = 1e-10;
  hc_minimum at = hc_minimise_newton(objective, q, n, x, how, scratch);
  *value = at.value;
  *iterations += at.iterations;
  if (!isfinite(at.value)) return FAILED;
  bool never = q->likelihood == FULL && x[n - 1] > edge - 6;
  for (size_t j = 0; j < c; j++) never = never || x[c - 1 + j] < -20;
  if (never) return highest_at_infinity(q, x) ? INFINITE : IDLE;
  if (at.end == HC_SEARCH_CONVERGED || at.end == HC_SEARCH_ESCAPED) return FOUND;
  double *gradient = scratch, largest = 0;
  objective(x, n, gradient, NULL, q);
  for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(gradient[i]));
  return largest <= 1e-7 * q->n ? FOUND : FAILED;
}

static enum end search(struct problem *q, double *x, double *value, unsigned *iterations, double *scratch) {
  enum end end = search_once(q, x, value, iterations, scratch);
  if (end != IDLE) return end;
  merge_idle_class(q->s, x);
  end = search_once(q, x, value, iterations, scratch);
  return end == IDLE ? FAILED : end;
}

static void set_unseen(const struct problem *q, double *x) {
  hc_mixture_class group[CLASSES];
  if (q->likelihood != FULL) return;
  hc_mixture_set(&q->s->mixture, x, group);
  double G = hc_mixture_expansion(&q->s->mixture, group, 0, NULL, NULL);
  x[2 * q->s->classes - 1] = log(fmax(0.5, fmin(1e9, G - 1) * q->n));
}

/* The best of all starts. */
static enum end search_all(struct problem *q, double *best, unsigned *iterations, double *scratch) {
  double x[PARAMETERS], value, lowest = INFINITY;
  enum end outcome = FAILED;
  for (size_t i = 0; i < STARTS; i++) {
    memcpy(x, q->s->starts[i], sizeof x);
    for (int step = 0; step < EM_STEPS; step++) em_step(q, x);
    set_unseen(q, x);
    enum end end = search(q, x, &value, iterations, scratch);
    if (end == FAILED || !(value < lowest - 1e-9 * fabs(value))) continue;
    lowest = value;
    outcome = end;
    memcpy(best, x, sizeof x);
  }
  return outcome;
}

static double logit(double p) {
  return log(p / (1 - p));
}

/* Starts 0 and 1: classes of equal numbers of people, and of equal numbers of meetings; the others: random. */
static void set_starts(struct state *s, const double *f, double n) {
  size_t c = s->classes, most = 0;
  double meetings = 0, t = (double)s->t;
  for (size_t k = 1; k <= s->t; k++)
    if (f[k - 1] > 0) meetings += (double)k * f[k - 1], most = k;
  for (size_t i = 0; i < 2; i++) {
    double below = 0, people[CLASSES] = {0}, met[CLASSES] = {0};
    for (size_t k = 1; k <= s->t; k++) {
      double mass = i ? (double)k * f[k - 1] / meetings : f[k - 1] / n;
      size_t j = (size_t)fmin((double)(c - 1), floor((below + mass / 2) * (double)c));
      people[j] += f[k - 1], met[j] += (double)k * f[k - 1];
      below += mass;
    }
    for (size_t j = 0; j < c; j++) {
      double mean = people[j] > 0 ? met[j] / people[j] : 1;
      s->starts[i][c - 1 + j] = logit(fmin(0.95, mean * (0.5 + (double)(j + 1) / (double)c) / (t * 1.5 + 1)));
    }
  }
  for (size_t i = 2; i < STARTS; i++) {
    hc_rng rng;
    hc_rng_init(&rng, 1, HC_PURPOSE_STARTS, i);
    double lowest = log(0.2 / t), highest = log(fmin(0.98, (double)most / t));
    for (size_t j = 0; j < c; j++) {
      double share = ((double)j + hc_rng_uniform(&rng)) / (double)c;
      s->starts[i][c - 1 + j] = logit(exp(lowest + share * (highest - lowest)));
    }
  }
}

static hc_status outcome_status(enum end end, hc_error *err) {
  if (end == INFINITE)
    return hc_refuse(err, "mle-infinite",
                     "the likelihood is highest when one class is never met twice, and N is "
                     "infinite: the data do not identify N with this many classes");
  if (end == FAILED) return hc_refuse(err, "not-converged", "no start led to a maximum of the likelihood");
  return HC_OK;
}

/* Inverse of the observed information; a class that is met always has no say. False where it is not definite. */
static bool covariance(struct problem *q, const double *x, size_t n, double *inverse, double *scratch) {
  double *hessian = scratch, gradient[PARAMETERS];
  size_t c = q->s->classes;
  objective(x, n, gradient, hessian, q);
  for (size_t j = 0; j < c; j++) {
    size_t i = c - 1 + j;
    if (x[i] < certain) continue;
    for (size_t m = 0; m < n; m++) hessian[i * n + m] = hessian[m * n + i] = m == i;
  }
  for (size_t i = 0; i < n; i++)
    if (!(hessian[i * n + i] > 0)) return false;
  if (!hc_cholesky(hessian, n, 1e-12)) return false;
  hc_cholesky_invert(hessian, n, inverse);
  return true;
}

/* The standard error of every share (among the people met) is below 1: the classes can be told apart. */
static bool distinct(struct problem *q, const double *x, double *scratch) {
  hc_mixture_class group[CLASSES];
  double *inverse = scratch + PARAMETERS * PARAMETERS;
  size_t c = q->s->classes, n = q->s->n_variables;
  if (!covariance(q, x, n, inverse, scratch)) return false;
  hc_mixture_set(&q->s->mixture, x, group);
  for (size_t j = 0; j < c; j++) {
    double d[PARAMETERS] = {0};
    for (size_t m = 0; m + 1 < c; m++) d[m] = group[j].w * ((m == j) - group[m].w);
    if (!(hc_quadratic_form(n, inverse, d) < 1)) return false;
  }
  return true;
}

static hc_status settle(hc_plan *plan, struct state *s, hc_error *err) {
  struct problem q = {.s = s, .likelihood = s->likelihood, .f = plan->observed, .n = plan->n_units};
  unsigned iterations = 0;
  double *scratch = hc_plan_alloc(plan, plan->n_scratch, sizeof *scratch);
  double *ln_choose = hc_plan_alloc(plan, s->t + 1, sizeof *ln_choose);
  if (!scratch || !ln_choose) return HC_ENOMEM;
  for (size_t k = 0; k <= s->t; k++) ln_choose[k] = hc_ln_choose((double)s->t, (double)k);
  s->mixture = (hc_mixture){.classes = s->classes, .t = s->t, .ln_choose = ln_choose};
  set_starts(s, q.f, q.n);
  hc_status status = outcome_status(search_all(&q, s->warm, &iterations, scratch), err);
  if (status != HC_OK || distinct(&q, s->warm, scratch)) return status;
  return hc_refuse(err, "not-identified",
                   "the best fit has two classes that coincide or an empty one: the data support "
                   "fewer than %zu classes",
                   s->classes);
}

static void name_quantities(hc_plan *plan, size_t c) {
  hc_plan_set_quantities(plan, 1 + 2 * c);
  hc_plan_population(plan, "people");
  for (size_t j = 0; j < c; j++) {
    hc_plan_quantity(plan, 1 + j, &hc_quantity_chance, "chance of being met at one occasion, by class",
                     "p[%zu]", j + 1);
    hc_plan_quantity(plan, 1 + c + j, &hc_quantity_chance, "share of the class in the population", "share[%zu]", j + 1);
  }
}

static hc_status check(const hc_data *data, double t, size_t c, hc_error *err) {
  if (t > MOST_OCCASIONS) return hc_fail(err, HC_EUSAGE, "binomial-mixture: at most %d occasions", MOST_OCCASIONS);
  hc_status status = hc_need_occasions(data, t, N_("binomial-mixture needs"), err);
  if (status != HC_OK) return status;
  if (t < 2 * (double)c)
    return hc_refuse(err, "not-identified", "%zu classes have %zu parameters, more than %.0f occasions identify", c,
                     2 * c - 1, t);
  if (hc_data_max_times(data) < 2) return hc_refuse(err, "no-recaptures", "everybody was met exactly once");
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  double t = hc_stated_occasions(data, o);
  size_t c = (size_t)hc_options_integer(o, "classes");
  hc_status status = check(data, t, c, err);
  if (status != HC_OK) return status;
  struct state *s = plan->state;
  s->classes = c, s->t = (size_t)t;
  s->likelihood = hc_options_choice_is(o, "likelihood", "full") ? FULL : CONDITIONAL;
  s->n_variables = 2 * c - 1 + (s->likelihood == FULL);
  plan->n_parameters = 2 * c;
  plan->n_scratch = hc_minimise_scratch(PARAMETERS) + 3 * PARAMETERS * PARAMETERS;
  status = hc_plan_use_frequencies(plan, data, s->t, false, err);
  name_quantities(plan, c);
  if (status == HC_OK) status = settle(plan, s, err);
  if (status != HC_OK) return status;
  const char *likelihood =
      s->likelihood == FULL ? _("full likelihood (N a parameter)") : _("likelihood conditional on being met");
  hc_plan_set_form(plan, "%zu classes", c);
  hc_plan_add_variant(plan, ", t = %zu, %s; se: observed information", s->t, likelihood);
  return HC_OK;
}

/* Orders the classes by p, ascending. */
static void sort_classes(size_t c, double *x) {
  for (size_t i = 0; i < c; i++)
    for (size_t j = 0; j + 1 < c; j++) {
      if (x[c - 1 + j] <= x[c + j]) continue;
      double eta = x[c - 1 + j], a = x[j], b = j + 2 < c ? x[j + 1] : 0;
      x[c - 1 + j] = x[c + j], x[c + j] = eta;
      x[j] = b;
      if (j + 2 < c)
        x[j + 1] = a;
      else
        for (size_t m = 0; m + 1 < c; m++) x[m] -= a; /* the last class is the reference: ln(w_j/w_c) */
    }
}

static void standard_errors(const struct problem *q, const hc_mixture_class *group, const double *x,
                            const double *inverse, hc_estimate *e) {
  const struct state *s = q->s;
  size_t c = s->classes, n = s->n_variables;
  double dG[PARAMETERS] = {0}, d[PARAMETERS], G = hc_mixture_expansion(&s->mixture, group, n, dG, NULL), P0 = 1 - 1 / G;
  if (q->likelihood == FULL)
    e->se[0] = exp(x[n - 1]) * sqrt(inverse[n * n - 1]);
  else
    e->se[0] = sqrt(q->n * P0 * G * G + q->n * q->n * hc_quadratic_form(n, inverse, dG));
  for (size_t j = 0; j < c; j++) {
    size_t i = c - 1 + j;
    bool always = x[i] >= certain;
    e->se[1 + j] = always ? NAN : group[j].p * (1 - group[j].p) * sqrt(inverse[i * n + i]);
    double share = group[j].w * group[j].g / G;
    for (size_t m = 0; m < n; m++) d[m] = -share * dG[m] / G;
    for (size_t m = 0; m + 1 < c; m++) d[m] += share * ((m == j) - group[m].w);
    d[i] += group[j].w * group[j].g1 / G;
    e->se[1 + c + j] = sqrt(hc_quadratic_form(n, inverse, d));
  }
}

static void fill(const struct problem *q, const double *x, double value, hc_estimate *e) {
  const struct state *s = q->s;
  hc_mixture_class group[CLASSES];
  double r[CLASSES], saturated = 0;
  hc_mixture_set(&s->mixture, x, group);
  double G = hc_mixture_expansion(&s->mixture, group, 0, NULL, NULL);
  double unseen = s->likelihood == FULL ? exp(x[s->n_variables - 1]) : q->n * (G - 1);
  e->value[0] = q->n + unseen;
  for (size_t j = 0; j < s->classes; j++) {
    e->value[1 + j] = group[j].p;
    e->value[1 + s->classes + j] = group[j].w * group[j].g / G;
  }
  memcpy(e->parameters, x, (2 * s->classes - 1) * sizeof *x);
  e->parameters[2 * s->classes - 1] = log(unseen);
  hc_fit_criteria(&e->fit, -value, (double)s->n_variables, q->n);
  e->fit.df = (double)s->t - 2 * (double)s->classes;
  for (size_t k = 1; k <= s->t; k++)
    if (q->f[k - 1] > 0)
      saturated += 2 * q->f[k - 1] * (log(q->f[k - 1] / q->n) - hc_mixture_posterior(&s->mixture, group, k, r));
  e->fit.deviance = saturated;
}

static hc_status fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  struct problem q = {.s = s, .likelihood = s->likelihood, .f = f};
  hc_mixture_class group[CLASSES];
  double x[PARAMETERS], value, twice = 0;
  for (size_t k = 0; k < s->t; k++) q.n += f[k], twice += k ? f[k] : 0;
  if (!(twice > 0)) return hc_refuse(err, "no-recaptures", "everybody was met exactly once");
  memcpy(x, s->warm, sizeof x);
  set_unseen(&q, x);
  enum end end = search(&q, x, &value, &e->fit.iterations, scratch);
  if (end != FOUND) end = search_all(&q, x, &e->fit.iterations, scratch);
  if (end != FOUND) return outcome_status(end, err);
  sort_classes(s->classes, x);
  value = objective(x, s->n_variables, NULL, NULL, &q);
  fill(&q, x, value, e);
  double *inverse = scratch + PARAMETERS * PARAMETERS;
  if (covariance(&q, x, s->n_variables, inverse, scratch)) {
    hc_mixture_set(&s->mixture, x, group);
    standard_errors(&q, group, x, inverse, e);
    if (e->se[0] > e->value[0])
      hc_estimate_note(e, "unstable", "the standard error is larger than N: these data hardly identify N");
  } else {
    hc_estimate_note(e, "boundary",
                     "two classes coincide or one is empty: fewer classes fit as well, and there is no "
                     "standard error");
  }
  for (size_t j = 0; j < s->classes; j++)
    if (x[s->classes - 1 + j] >= certain) {
      hc_estimate_note(e, "boundary", "one class is met at every occasion (p = 1)");
      break;
    }
  return HC_OK;
}

/* N people, cell by cell: a binomial of those left, with the chance of the cell given the earlier ones. */
static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  const struct state *s = plan->state;
  hc_mixture_class group[CLASSES];
  double r[CLASSES], met = 0, left;
  hc_mixture_set(&s->mixture, e->parameters, group);
  for (size_t j = 0; j < s->classes; j++) met += group[j].w * group[j].g;
  left = hc_rng_binomial(rng, 1 / met, floor(e->value[0] + 0.5));
  double rest = 1;
  for (size_t k = 1; k <= s->t; k++) {
    double share = exp(hc_mixture_posterior(&s->mixture, group, k, r));
    replicate[k - 1] = left > 0 ? hc_rng_binomial(rng, k == s->t || share >= rest ? 1 : share / rest, left) : 0;
    left -= replicate[k - 1];
    rest -= share;
  }
}

/* The full likelihood, maximised over the classes at this N. */
static hc_status profile(const hc_plan *plan, const double *f, double N, const hc_estimate *start, double *scratch,
                         double *loglik) {
  const struct state *s = plan->state;
  struct state conditional = *s; /* N is fixed: 2c - 1 variables */
  struct problem q = {.s = &conditional, .likelihood = FIXED_N, .f = f};
  double x[PARAMETERS];
  conditional.n_variables = 2 * s->classes - 1;
  for (size_t k = 0; k < s->t; k++) q.n += f[k];
  q.unseen = fmax(0, N - q.n);
  memcpy(x, start->parameters, (2 * s->classes - 1) * sizeof *x);
  hc_search how = hc_search_default();
  how.bound = edge;
  hc_minimum at = hc_minimise_newton(objective, &q, conditional.n_variables, x, how, scratch);
  *loglik = -at.value;
  return isfinite(at.value) ? HC_OK : HC_EREFUSED;
}

const hc_estimator hc_estimator_binomial_mixture = {
    .id = "binomial-mixture",
    .title = "Finite mixture of binomials",
    .cite = "Norris and Pollock (1996) Biometrics 52:639-649; Pledger (2000) Biometrics 56:434-442, model Mh; "
            "Sanathanan (1972) Ann. Math. Statist. 43:142-152",
    .formula = "P(k) = sum_j pi_j C(t,k) p_j^k (1-p_j)^(t-k);  N = n / (1 - P(0))",
    .assumes = "people come in a few classes, and within a class all have the same chance at every occasion",
    .needs = "how often people were met, and the number of occasions, at least twice the number of classes",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .profile = profile,
    .interval_methods = (const char *const[]){"log-wald", NULL},
    .interval = hc_mixed_binomial_interval,
};
