/* Zero-truncated negative binomial: rates differ between people as a gamma distribution.
 *
 *   P(k) = Gamma(k+r)/(Gamma(r) k!) (1-q)^r q^k,   N = n / (1 - (1-q)^r),   lambda = r q/(1-q),   alpha = 1/r
 * with theta = ln q and r from the conditional likelihood (Sampford 1955, Biometrika 42:58; as an estimator of N with
 * the variance below: Cruyff and van der Heijden 2008, Biometrical J. 50:1035). For given r this is the power
 * series distribution of zero_truncated.h, so theta(r) solves one equation and r another, the
 * derivative of the profile by the envelope theorem:
 *   sum_j F_j/(r+j) = n B_r,   F_j = people met more than j times,   A = -r ln(1-q),   B = ln(exp(A) - 1).
 * Variance: n P0/(1-P0)^2 + d' J^-1 d, d the derivative of N - n = n exp(-B) and J the observed information, both in
 * (theta, ln r). AIC counts lambda and alpha; deviance: f_1..f_K against their expectations, K - 3 df.
 *
 * Three ends of r. Inside: the answer. r to infinity: the likelihood is largest at the Poisson, whose answer is given
 * with a note. r to 0 (logarithmic series): N goes to infinity, and this is refused. An inner maximum that the data
 * cannot tell from r = 0 (log-likelihood less than 0.01 above that limit) is refused too, since N then
 * rests on rounding.
 *
 * Assumes: gamma-distributed rates. The unseen are an extrapolation of that shape to rates near zero, on
 * which the data say nothing. */
#include "counts/altered.h"
#include "numeric/power_series.h"

enum { SATURATED, TAIL }; /* observed: sum f ln f, then F_0, F_1, ... */
static const double least = -16, largest = 16; /* of ln r */
static const double least_gain = 0.01;

struct state {
  hc_altered_state altered; /* where a formula is stated, and nothing else */
  double *times; /* [n_cells] */
  size_t length; /* of the tail counts */
  double classes;
};

static const hc_option options[] = {REGRESSION_OPTIONS, REGRESSION_OPTION_ALPHA, {0}};

static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const struct state *s = plan->state;
  double *tail = observed + TAIL, saturated = 0;
  for (size_t j = 0; j < s->length; j++) tail[j] = 0;
  for (size_t i = 0; i < plan->n_cells; i++) {
    double f = cells[i];
    if (!(f > 0)) continue;
    saturated += f * log(f);
    tail[(size_t)s->times[i] - 1] += f;
  }
  for (size_t j = s->length - 1; j-- > 0;) tail[j] += tail[j + 1];
  observed[SATURATED] = saturated;
}

static bool take_counts(hc_plan *plan, struct state *s, const hc_data *data) {
  size_t top = (size_t)hc_data_max_times(data);
  s->length = 4 * top + 50; /* room for what simulate may draw past the largest count */
  plan->n_observed = TAIL + s->length;
  plan->cells = hc_plan_alloc(plan, top, sizeof(double));
  s->times = hc_plan_alloc(plan, top, sizeof(double));
  plan->observed = hc_plan_alloc(plan, plan->n_observed, sizeof(double));
  if (!plan->cells || !s->times || !plan->observed) return false;
  hc_data_frequencies(data, top, false, plan->cells);
  for (size_t k = 1; k <= top; k++) {
    if (!(plan->cells[k - 1] > 0)) continue;
    s->times[plan->n_cells] = (double)k;
    plan->cells[plan->n_cells++] = plan->cells[k - 1];
  }
  s->classes = (double)top;
  return true;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  if (hc_options_is_stated(o, "formula")) return hc_altered_prepare(plan, data, o, HC_BASE_NEGBIN, HC_ONES_AS_THEY_ARE, err);
  if (hc_data_max_times(data) > 1000000)
    return hc_refuse(err, "count-too-large", "somebody was met more than a million times");
  struct state *s = plan->state;
  if (!take_counts(plan, s, data)) return HC_ENOMEM;
  hc_plan_set_quantities(plan, 3);
  plan->collapse = collapse;
  plan->n_parameters = 2;
  hc_plan_bootstrap_people(plan, (double)data->observed);
  collapse(plan, plan->cells, plan->observed);
  hc_plan_population(plan, "people");
  hc_plan_quantity(plan, 1, &hc_quantity_positive,
                   "how often one person is met, on average, people never met included", "lambda");
  hc_plan_quantity(plan, 2, &hc_quantity_positive,
                   "squared coefficient of variation of the rates; 0: Poisson", "alpha");
  hc_plan_set_form(plan, "conditional likelihood");
  hc_plan_add_variant(plan, ", N = n/(1 - (1-q)^r); se: observed information of (theta, ln r)");
  return HC_OK;
}

/* One data set, and the best theta for the r asked for last. */
struct problem {
  const double *tail;
  size_t length;
  double n, S, S2, N; /* S2 = sum k^2 f_k; N: for the profile alone */
  double theta;
  hc_power_moments moments;
  unsigned iterations;
};

static struct problem problem_of(const struct state *s, const double *observed) {
  struct problem p = {.tail = observed + TAIL, .n = observed[TAIL]};
  for (; p.length < s->length && p.tail[p.length] > 0; p.length++) {
    p.S += p.tail[p.length];
    p.S2 += p.tail[p.length] * (2 * (double)p.length + 1);
  }
  return p;
}

static double reciprocal_sum(const struct problem *p, double r) {
  double sum = 0;
  for (size_t j = 0; j < p->length; j++) sum += p->tail[j] / (r + (double)j);
  return sum;
}

/* sum of f_k ln w_k; r = infinity: the Poisson's weights. */
static double log_weight(const struct problem *p, double r) {
  double sum = 0;
  for (size_t j = 0; j < p->length; j++)
    sum += p->tail[j] * (isinf(r) ? -log((double)j + 1) : log((r + (double)j) / ((double)j + 1)));
  return sum;
}

static hc_power_series series_of(double rho) {
  return isinf(rho) ? (hc_power_series){.kind = HC_POWER_POISSON}
                    : (hc_power_series){.kind = HC_POWER_NEGBIN, .size = exp(rho)};
}

/* Conditional log-likelihood at the best theta for this r; NaN where there is none. */
static double conditional(struct problem *p, double rho) {
  hc_power_series series = series_of(rho);
  unsigned steps = 0;
  if (!hc_power_solve(&series, p->S / p->n, &p->theta, &p->moments, &steps)) return NAN;
  p->iterations += steps;
  return p->theta * p->S + log_weight(p, isinf(rho) ? INFINITY : series.size) - p->n * p->moments.log_sum;
}

/* Its derivative in ln r. */
static double score(double rho, void *context) {
  struct problem *p = context;
  hc_power_series series = series_of(rho);
  unsigned steps = 0;
  if (!hc_power_solve(&series, p->S / p->n, &p->theta, &p->moments, &steps)) return NAN;
  p->iterations += steps;
  double a_r = -log(-expm1(p->theta)), met = -expm1(-series.size * a_r);
  return series.size * (reciprocal_sum(p, series.size) - p->n * a_r / met);
}

/* Derivative in ln r of the full log-likelihood at p->N, theta at its best. */
static double profile_score(double rho, void *context) {
  struct problem *p = context;
  double r = exp(rho), share = p->S / p->N;
  return r * (reciprocal_sum(p, r) - p->N * log1p(share / r));
}

/* Twice the derivative in alpha at alpha = 0, for `unmet` people counted as k = 0: where it is not positive the
 * Poisson is the maximum, and the score in ln r near there is rounding. */
static double overdispersion(const struct problem *p, double lambda, double unmet) {
  return p->S2 - (2 * lambda + 1) * p->S + lambda * lambda * (p->n + unmet);
}

static bool at_most_poisson(struct problem *p) {
  hc_power_series poisson = {.kind = HC_POWER_POISSON};
  unsigned steps = 0;
  if (!hc_power_solve(&poisson, p->S / p->n, &p->theta, &p->moments, &steps)) return false;
  p->iterations += steps;
  return overdispersion(p, exp(p->theta), p->n * exp(-p->moments.log_sum)) <= 0;
}

/* Root of a score that is positive to its left: infinity past the ends. Steps outward from r = 1. */
static bool climb(hc_function f, struct problem *p, double smallest, double *rho) {
  double at = 0, value = f(at, p), step = value > 0 ? 2 : -2;
  if (!isfinite(value)) return false;
  for (;;) {
    double to = at + step;
    if (to > largest) return *rho = INFINITY, true;
    if (to < smallest) return *rho = -INFINITY, true;
    double fresh = f(to, p);
    if (!isfinite(fresh)) return false;
    if ((fresh > 0) != (value > 0)) return hc_root_brent(f, p, fmin(at, to), fmax(at, to), 1e-14, rho);
    at = to, value = fresh;
  }
}

static void finish(const struct state *s, const struct problem *p, double saturated, double loglik, hc_estimate *e) {
  hc_fit_criteria(&e->fit, loglik, 2, p->n);
  e->fit.deviance = 2 * (saturated - p->n * log(p->n) - loglik);
  e->fit.df = fmax(s->classes - 3, 0);
  e->fit.iterations = p->iterations;
}

static hc_status at_the_poisson(const struct problem *p, hc_estimate *e) {
  double n = p->n, lambda = exp(p->theta), unmet = n * exp(-p->moments.log_sum), b1 = p->moments.mean;
  e->value[0] = n + unmet;
  e->se[0] = sqrt(unmet + unmet * unmet / n + unmet * unmet * b1 * b1 / (n * p->moments.variance));
  e->value[1] = lambda;
  e->se[1] = lambda / sqrt(n * p->moments.variance);
  e->value[2] = 0;
  e->parameters[0] = p->theta;
  e->parameters[1] = INFINITY;
  hc_estimate_note(e, "boundary", "the counts vary no more than a Poisson's: alpha = 0, and the answer is zt-poisson's; "
                                  "the standard error holds alpha at 0");
  return HC_OK;
}

/* Delta method: sqrt(d' J^-1 d + extra), J's Cholesky factor in l. */
static double delta(const double *l, double d_theta, double d_rho, double extra) {
  double a = d_theta / l[0], b = (d_rho - l[2] * a) / l[3];
  return sqrt(a * a + b * b + extra);
}

static hc_status inside(const struct problem *p, double rho, hc_estimate *e, hc_error *err) {
  double n = p->n, r = exp(rho), q = exp(p->theta), unseen = -expm1(p->theta);
  double a1 = r * q / unseen, ar = -log(unseen) * r, a1r = a1; /* r-derivatives are with respect to ln r */
  double met = -expm1(-ar), none = exp(-ar), b1 = a1 / met, br = ar / met, squares = 0;
  for (size_t j = 0; j < p->length; j++) squares += p->tail[j] * (double)j * r / ((r + (double)j) * (r + (double)j));
  /* A is linear in r, so its second derivative in ln r is A_r again; that of ln(r+j) is r j/(r+j)^2 */
  double J[4] = {n * p->moments.variance, 0, n * (a1r / met - a1 * ar * none / (met * met)),
                 n * (ar / met - ar * ar * none / (met * met)) - squares};
  if (!hc_cholesky(J, 2, 1e-13))
    return hc_refuse(err, "not-identified", "the likelihood is flat in alpha: these counts do not identify it");
  double unmet = n * exp(-p->moments.log_sum);
  e->value[0] = n + unmet;
  e->se[0] = delta(J, -unmet * b1, -unmet * br, unmet + unmet * unmet / n);
  e->value[1] = a1;
  e->se[1] = delta(J, a1 / unseen, a1, 0);
  e->value[2] = 1 / r;
  e->se[2] = delta(J, 0, -1 / r, 0);
  e->parameters[0] = p->theta;
  e->parameters[1] = rho;
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  if (s->altered.regression) return hc_regression_fit(plan, observed, scratch, e, err);
  struct problem p = problem_of(s, observed);
  double rho;
  if (p.length < 2)
    return hc_refuse(err, "mle-infinite", "nobody was met more than once: the likelihood rises as N goes to infinity");
  if (p.length < 3)
    return hc_refuse(err, "not-identified", "nobody was met more than twice: two parameters need three counts");
  if (at_most_poisson(&p))
    rho = INFINITY;
  else if (!climb(score, &p, least, &rho))
    return hc_refuse(err, "not-finite", "the likelihood equation has no solution");
  if (rho == -INFINITY)
    return hc_refuse(err, "mle-infinite", "the likelihood rises as alpha and N go to infinity");
  double limit = conditional(&p, least), loglik = conditional(&p, rho);
  if (!isfinite(loglik)) return hc_refuse(err, "not-finite", "the likelihood has no maximum that can be found");
  if (loglik - limit < least_gain)
    return hc_refuse(err, "not-identified", "the likelihood is flat as N goes to infinity: its maximum is only %.2g "
                     "above that limit", loglik - limit);
  finish(s, &p, observed[SATURATED], loglik, e);
  if (2 * (loglik - limit) < hc_chisq1_quantile(0.95))
    hc_estimate_note(e, "unbounded", "the data do not rule out an infinite N: the 95 %% profile interval has no upper end");
  return isinf(rho) ? at_the_poisson(&p, e) : inside(&p, rho, e, err);
}

static hc_status profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                         double *scratch, double *loglik) {
  if (((const struct state *)plan->state)->altered.regression) return HC_EREFUSED;
  struct problem p = problem_of(plan->state, observed);
  double rho, r;
  (void)start, (void)scratch;
  p.N = N;
  if (!(N >= p.n)) return HC_EUSAGE;
  if (overdispersion(&p, p.S / N, N - p.n) <= 0)
    rho = INFINITY;
  else if (!climb(profile_score, &p, -100, &rho) || rho == -INFINITY)
    return HC_EREFUSED;
  hc_power_series series = series_of(rho);
  r = isinf(rho) ? INFINITY : series.size;
  *loglik = hc_ln_falling(N, p.n) + log_weight(&p, r) + hc_power_profile(&series, p.S, N, 0);
  return isfinite(*loglik) ? HC_OK : HC_EREFUSED;
}

static void simulate(const hc_plan *plan, const hc_estimate *estimate, hc_rng *rng, double *replicate) {
  const struct state *s = plan->state;
  hc_power_series series = series_of(estimate->parameters[1]);
  hc_power_sums sums;
  double *tail = replicate + TAIL;
  hc_power_draw(&series, estimate->parameters[0], estimate->value[0], rng, &sums, tail, s->length);
  for (size_t j = s->length - 1; j-- > 0;) tail[j] += tail[j + 1];
  replicate[SATURATED] = sums.saturated;
}

const hc_estimator hc_estimator_zt_negbin = {
    .id = "zt-negbin",
    .title = "Zero-truncated negative binomial",
    .cite = "Sampford (1955) Biometrika 42:58-69; Cruyff and van der Heijden (2008) Biometrical Journal 50:1035-1050",
    .formula = "N = n / (1 - (1 + alpha lambda)^(-1/alpha))",
    .assumes = "the rates at which people are met follow a gamma distribution, down to rates near zero",
    .needs = "how many people were met once, twice, three times, ...",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .profile = profile,
    .diagnose = hc_regression_diagnose,
};
