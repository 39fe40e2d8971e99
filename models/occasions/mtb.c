/* Mtb: occasions differ, and being met changes the chance of being met again by a constant factor of the odds.
 *
 * On occasion j somebody not met before has the chance p_j, somebody met before c_j, logit(c_j) = logit(p_j) + b, with
 * one b for all occasions. u_j: met for the first time on j; m_j: met again; M_j = u_1 + ... + u_(j-1), n = sum u_j;
 * they suffice. Given N and b the score of occasion j is a quadratic in the odds x_j = p_j/(1-p_j),
 *     e^b (N - T_j) x^2 + ((N - M_j) + M_j e^b - T_j (1 + e^b)) x - T_j = 0,   T_j = u_j + m_j,
 * b solves sum m_j = sum M_j c_j, and then
 *   likelihood=conditional  n/N = 1 - prod (1 - p_j): the maximum of the Poisson likelihood of the 2^t - 1 histories,
 *                           as Rcapture's closedp.Mtb (Baillargeon and Rivest 2007 J. Statist. Software 19(5)); the
 *                           same N as from the likelihood conditional on being met (Huggins 1989 Biometrika 76:133)
 *   likelihood=full         psi(N+1) - psi(N-n+1) + sum ln(1 - p_j) = 0, N real (Otis, Burnham, White and Anderson 1978
 *                           Wildl. Monogr. 62 name the model; the constant b is what makes it estimable)
 * There may be several maxima: all are looked for from N = n to 10^4 n, and the highest is taken.
 * se: from the information of ln N, the logits and b of the Poisson likelihood, var(N) = N^2 var(ln N) - N.
 *
 * Assumes: a closed population, people alike, one b. Breaks: b and N are hardly told apart, because both show only in
 * how first captures fall when chances do not: the likelihood is often nearly flat, or rises to N = infinity (refused).
 * */
#include "occasions/likelihood.h"

struct state {
  size_t t;
  const uint64_t *history; /* [n_cells] */
  bool full;
  hc_saturated saturated; /* of the plan's own histories */
};

static const hc_option options[] = {HC_OPTION_OCCASIONS_LIKELIHOOD, {0}};

/* observed: u_1 .. u_t, m_1 .. m_t */
static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const struct state *s = plan->state;
  for (size_t j = 0; j < 2 * s->t; j++) observed[j] = 0;
  for (size_t i = 0; i < plan->n_cells; i++) {
    uint64_t again = s->history[i] & (s->history[i] - 1);
    observed[(size_t)__builtin_ctzll(s->history[i])] += cells[i];
    for (; again; again &= again - 1) observed[s->t + (size_t)__builtin_ctzll(again)] += cells[i];
  }
}

/* --- prepare ------------------------------------------------------------------------------------------------ */

static hc_status check(const hc_data *data, hc_error *err) {
  if (data->n_lists < 2) return hc_refuse(err, "one-list", "one occasion says nothing about the people not met");
  if (!data->history) return hc_refuse(err, "bad-shape", "mtb needs capture histories, not totals by occasion");
  if (data->n_lists < 3)
    return hc_refuse(err, "not-identified",
                     "mtb needs three occasions or more: two have 3 histories, and it 4 unknowns");
  if (hc_data_max_times(data) < 2)
    return hc_refuse(err, "no-recaptures", "nobody was met twice: the change b is estimated as minus infinity");
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  hc_status status = check(data, err);
  if (status != HC_OK) return status;
  uint64_t *history = hc_plan_alloc(plan, data->n_cells, sizeof *history);
  if (!history) return HC_ENOMEM;
  for (size_t i = 0; i < data->n_cells; i++) {
    history[i] = data->history[i];
    hc_saturated_add(&s->saturated, (double)data->count[i]);
  }
  s->t = data->n_lists;
  s->history = history;
  s->full = hc_options_choice_is(o, "likelihood", "full");
  status = hc_plan_use_histories(plan, data, 2 * s->t, collapse, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 2 * s->t + 1);
  hc_plan_population(plan, "people, met or not");
  for (size_t j = 1; j <= s->t; j++)
    hc_plan_quantity(plan, j, &hc_quantity_chance, "chance of being met for the first time on this occasion", "p[%zu]",
                     j);
  for (size_t j = 2; j <= s->t; j++)
    hc_plan_quantity(plan, s->t + j - 1, &hc_quantity_chance, "chance of being met again on this occasion", "c[%zu]",
                     j);
  hc_plan_quantity(plan, 2 * s->t, &hc_quantity_real, "change of the logit by being met", "b");
  plan->n_parameters = 2 * s->t; /* p, c */
  plan->n_scratch = s->t + 2 * (s->t + 2) * (s->t + 2);
  hc_plan_set_form(plan, s->full ? N_("full likelihood") : N_("conditional (Poisson) likelihood"));
  hc_plan_add_variant(plan, "%s, %zu occasions%s; se: observed information", s->full ? _(", N real") : "", s->t,
                      s->full ? "" : _("; deviance on histories"));
  return HC_OK;
}

/* --- fit ---------------------------------------------------------------------------------------------------- */

struct context {
  const double *u, *m;
  double *x; /* [t] odds */
  size_t t;
  double n, again, N, b;
  bool full;
};

static double odds(double T, double M, double N, double e) {
  double B = (N - M) + M * e - T * (1 + e);
  return 2 * T / (B + sqrt(B * B + 4 * e * (N - T) * T));
}

/* Recaptures beyond those expected: falls as b rises. */
static double surplus(double b, void *context) {
  struct context *c = context;
  double M = 0, e = exp(b), sum = c->again;
  for (size_t j = 0; j < c->t; j++) {
    double x = c->x[j] = odds(c->u[j] + c->m[j], M, c->N, e);
    sum -= M * e * x / (1 + e * x);
    M += c->u[j];
  }
  return sum;
}

/* The odds and b that are best at N. */
static bool solve_at(struct context *c, double N) {
  double reach = 2;
  c->N = N;
  while (!(surplus(-reach, c) > 0) || !(surplus(reach, c) < 0))
    if (!((reach *= 2) < 600)) return false;
  if (!hc_root_brent(surplus, c, -reach, reach, 1e-14, &c->b)) return false;
  surplus(c->b, c);
  return true;
}

static double log_missed(const struct context *c) {
  double sum = 0;
  for (size_t j = 0; j < c->t; j++) sum -= log1p(c->x[j]);
  return sum;
}

static double slope(double N, void *context) {
  struct context *c = context;
  if (!solve_at(c, N)) return NAN;
  return (c->full ? hc_ln_falling_slope(N, c->n) : -log1p(-c->n / N)) + log_missed(c);
}

/* By ln of the unseen, which tells large and small numbers of them apart. */
static double slope_of_unseen(double log_unseen, void *context) {
  struct context *c = context;
  return slope(c->n + exp(log_unseen), c);
}

/* ln p_j and ln(1 - p_j), and of c_j, of the people who were there for each. */
static double chances(const struct context *c, double unmet) {
  double M = 0, e = exp(c->b), sum = 0;
  for (size_t j = 0; j < c->t; j++) {
    double x = c->x[j], u = c->u[j], m = c->m[j];
    sum += hc_times_log(u, log(x)) - (unmet - M) * log1p(x);
    sum += hc_times_log(m, log(e * x)) - M * log1p(e * x);
    M += u;
  }
  return sum;
}

static double full_value(const struct context *c) { return hc_ln_falling(c->N, c->n) + chances(c, c->N); }

static double poisson_kernel(const struct context *c) {
  return c->n * log(c->N) + chances(c, c->n) + c->N * expm1(log_missed(c));
}

/* The highest of the maxima between few unseen and very many. */
static bool find_maximum(struct context *c, double *N) {
  enum { POINTS = 40 }; /* ours: neighbours differ by half in the unseen */
  double first = log(1e-3), last = log(1e4 * c->n), best = -INFINITY, before = slope_of_unseen(first, c), root;
  if (isnan(before)) return false;
  if (before < 0) { /* the full likelihood may fall from N = n on */
    if (!solve_at(c, c->n + 1e-9)) return false;
    best = c->full ? full_value(c) : poisson_kernel(c), *N = c->n;
  }
  for (int i = 1; i <= POINTS; i++) {
    double at = first + (last - first) * i / POINTS, here = slope_of_unseen(at, c);
    if (isnan(here)) return false;
    if (before > 0 && here <= 0) {
      if (!hc_root_brent(slope_of_unseen, c, at - (last - first) / POINTS, at, 1e-15, &root)) return false;
      slope_of_unseen(root, c);
      double value = c->full ? full_value(c) : poisson_kernel(c);
      if (value > best) best = value, *N = c->N;
    }
    before = here;
  }
  return before <= 0 && best > -INFINITY;
}

/* Information of ln N, the logits and b, at N with N (1 - Q) people met. */
static void information(const struct context *c, double *I) {
  size_t n = c->t + 2, last = n - 1;
  double Q = exp(log_missed(c)), seen = c->N * (1 - Q), e = exp(c->b), M = 0;
  for (size_t i = 0; i < n * n; i++) I[i] = 0;
  I[0] = seen;
  for (size_t j = 0; j < c->t; j++) {
    double p = c->x[j] / (1 + c->x[j]), q = 1 - p, again = e * c->x[j] / (1 + e * c->x[j]),
           spread = M * again * (1 - again);
    size_t row = (j + 1) * n;
    I[row] = I[j + 1] = c->N * Q * p;
    for (size_t k = 0; k < c->t; k++) I[row + k + 1] = -c->N * Q * p * c->x[k] / (1 + c->x[k]);
    I[row + j + 1] = fmax(0, seen - M) * p * q + c->N * Q * (p * q - p * p) + spread;
    I[row + last] = I[last * n + j + 1] = spread;
    I[last * n + last] += spread;
    M += c->u[j];
  }
}

static bool standard_errors(const struct context *c, double *I, double *V, hc_estimate *e) {
  size_t n = c->t + 2, last = n - 1;
  double factor = exp(c->b);
  information(c, I);
  if (!hc_cholesky(I, n, 1e-13)) return false;
  hc_cholesky_invert(I, n, V);
  e->se[0] = sqrt(fmax(0, c->N * c->N * V[0] - c->N));
  for (size_t j = 1; j <= c->t; j++) {
    double x = c->x[j - 1], again = factor * x / (1 + factor * x), var = V[j * n + j];
    e->se[j] = x / ((1 + x) * (1 + x)) * sqrt(var);
    if (j > 1) e->se[c->t + j - 1] = again * (1 - again) * sqrt(var + V[last * n + last] + 2 * V[j * n + last]);
  }
  e->se[2 * c->t] = sqrt(V[last * n + last]);
  return true;
}

static void criteria(const struct state *s, const struct context *c, hc_estimate *e) {
  double parameters = (double)s->t + 2;
  if (s->full)
    hc_fit_criteria(&e->fit, full_value(c) - hc_ln_factorial(c->n), parameters, c->n);
  else
    hc_poisson_criteria(&e->fit, poisson_kernel(c), &s->saturated, c->n, exp2((double)s->t) - 1, parameters, c->n);
}

static hc_status take(const struct state *s, const double *observed, double *scratch, struct context *c,
                      hc_error *err) {
  double M = 0, possible = 0;
  *c = (struct context){.u = observed, .m = observed + s->t, .x = scratch, .t = s->t, .full = s->full};
  for (size_t j = 0; j < s->t; j++) {
    c->n += c->u[j];
    c->again += c->m[j];
    possible += M;
    M += c->u[j];
    if (!(c->u[j] + c->m[j] > 0))
      return hc_refuse(err, "mle-infinite", "nobody was met on occasion %zu: its chance is estimated as 0", j + 1);
  }
  for (size_t j = 0; j < s->t; j++)
    if (!(c->u[j] + c->m[j] < c->n))
      return hc_refuse(err, "mle-infinite", "everybody was met on occasion %zu: its logit rises to infinity", j + 1);
  if (!(c->again > 0) || !(c->again < possible))
    return hc_refuse(err, "mle-infinite", "%s was met again on every occasion: the change b is infinite",
                     c->again > 0 ? _("everybody") : _("nobody"));
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  struct context c;
  double N = NAN, *I = scratch + s->t, *V = I + (s->t + 2) * (s->t + 2);
  hc_status status = take(s, observed, scratch, &c, err);
  if (status != HC_OK) return status;
  if (!find_maximum(&c, &N))
    return hc_refuse(err, "mle-infinite",
                     "the likelihood rises to N = infinity: the data do not tell the change of the "
                     "chances by being met from the number of people");
  if (N == c.n) hc_estimate_note(e, "boundary", "the likelihood falls from N = n on: nobody is estimated to be unseen");
  if (!solve_at(&c, fmax(N, c.n + 1e-9))) return hc_refuse(err, "not-converged", "b was not found at N = %.6g", N);
  e->value[0] = N;
  for (size_t j = 0; j < s->t; j++) {
    double x = c.x[j], again = exp(c.b) * x;
    e->parameters[j] = e->value[j + 1] = x / (1 + x);
    e->parameters[s->t + j] = again / (1 + again);
    if (j > 0) e->value[s->t + j] = again / (1 + again);
  }
  e->value[2 * s->t] = c.b;
  if (!standard_errors(&c, I, V, e))
    return hc_refuse(err, "mle-infinite", "the likelihood is flat: the data do not tell the change of the chances by "
                     "being met from the number of people");
  if (e->asked.criteria) criteria(s, &c, e);
  return HC_OK;
}

static hc_status profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                         double *scratch, double *loglik) {
  const struct state *s = plan->state;
  struct context c;
  (void)start;
  if (take(s, observed, scratch, &c, NULL) != HC_OK || !(N >= c.n) || !solve_at(&c, fmax(N, c.n + 1e-9)))
    return HC_EREFUSED;
  *loglik = full_value(&c);
  return HC_OK;
}

/* round(N) people: on each occasion, of those met before and of the others. */
static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *observed) {
  const struct state *s = plan->state;
  double left = floor(e->value[0] + 0.5), met = 0;
  for (size_t j = 0; j < s->t; j++) {
    observed[s->t + j] = hc_rng_binomial(rng, e->parameters[s->t + j], met);
    observed[j] = hc_rng_binomial(rng, e->parameters[j], left);
    left -= observed[j];
    met += observed[j];
  }
}

const hc_estimator hc_estimator_mtb = {
    .id = "mtb",
    .title = "Mtb: occasions differ, and being met changes the odds of being met again",
    .cite =
        "Baillargeon and Rivest (2007) J. Statist. Software 19(5); Otis et al. (1978) Wildlife Monographs 62; Huggins "
        "(1989) Biometrika 76:133-140",
    .formula = "logit(c_j) = logit(p_j) + b, n/N = 1 - prod over occasions of (1 - p_j); or the full likelihood",
    .assumes =
        "a closed population of people who are alike; being met once changes the odds of every later meeting by the "
        "same factor",
    .needs = "capture histories, three or more ordered occasions, somebody met twice; many people, or little is told",
    .accepts = HC_SHAPE_OCCASIONS,
    .ordered = true,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .profile = profile,
};
