/* Beta-binomial: the chance of being met differs between people as a beta variable with parameters alpha, beta.
 *
 * f_k: people met exactly k times in t occasions; n = sum f_k; s = alpha + beta; (x)_m = x (x+1) ... (x+m-1):
 *   P(k) = C(t,k) (alpha)_k (beta)_(t-k) / (s)_t,  P(0) = (beta)_t / (s)_t,  N = n / (1 - P(0))
 * (Dorazio and Royle 2003, Biometrics 59:351-364; Difallah, Filatova and Ipeirotis 2018, WSDM, eq. 4).
 *
 * method=ml. likelihood=conditional: L_c = sum f_k ln (P(k)/(1-P(0))), ln C(t,k) included, AIC = -2 L_c + 4;
 *   likelihood=full: ln C(N,n) + (N-n) ln P(0) + n ln(1-P(0)) + L_c, N a parameter, AIC = -2 L + 6.
 *   Infinity: P(k)/(1-P(0)) has a limit as alpha -> 0 with beta fixed (a log-series law), while N -> infinity. With
 *   S = sum_i ln(1 + alpha/(beta+i)), 1/P(0) - 1 = exp(S) - 1 = alpha E with E analytic at 0, so L_c and its slope
 *   are computed at alpha = 0 itself. The data are refused when no interior maximum is above the maximum
 *   over beta of that limit (for the full likelihood: plus ln of the Poisson chance of n at mean n, the limit of
 *   the binomial term), that is when the likelihood is highest at N = infinity.
 *   Standard errors: observed information; conditional: var N = n P(0)/(1-P(0))^2 + (dN)' I^-1 (dN) (Sanathanan 1972).
 *
 * method=moments, with m_r the mean of k^r over the people met:
 *   equations=published  alpha = (t m1 - m2)/D, beta = (t - m1)(t - m2/m1)/D, D = t m2/m1 - m1 - 1 + m1: as the
 *     notebook of the 2018 study has it. The brackets slipped: D should be t (m2/m1 - m1 - 1) + m1, as the first
 *     two moments of the law give it. The mean still fits, the variance does not. Kept: published figures rest on it.
 *   equations=plain      the same with the right D; both ignore that those met 0 times are missing from m_r.
 *   equations=truncated  ratios of factorial moments, which truncation at 0 leaves alone:
 *     E k(k-1)/E k = (t-1)(alpha+1)/(s+1),  E k(k-1)(k-2)/E k(k-1) = (t-2)(alpha+2)/(s+2), linear in alpha, s.
 *   No standard error: use the bootstrap. */
#include "counts/mixed_binomial.h"

#include <string.h>

#include "numeric/optimise.h"

enum { MOST_OCCASIONS = 4096, MOST_VARIABLES = 3, STARTS = 8 };
enum likelihood { CONDITIONAL, FULL, FIXED_N, AT_ZERO }; /* AT_ZERO: conditional, alpha -> 0, in ln beta alone */
enum equations { LIKELIHOOD, PUBLISHED, PLAIN, TRUNCATED };
enum { Q_N, Q_ALPHA, Q_BETA, Q_P0, N_QUANTITIES };

static const double edge = 30; /* |ln alpha|, |ln beta|, ln(N-n) taken as infinite */

struct state {
  size_t t;
  enum equations equations;
  enum likelihood likelihood;
};

struct problem {
  size_t t;
  enum likelihood likelihood;
  double n, unseen, constant; /* unseen: for FIXED_N; constant: sum f_k ln C(t,k) */
  const double *beyond;       /* [t] beyond[i]: people met more than i times */
};

static const hc_option options[] = {
    {"method", HC_OPTION_CHOICE, "ml", 0, 0, "ml|moments", "maximum likelihood, or moments of the counts"},
    {"equations", HC_OPTION_CHOICE, "published", 0, 0, "published|plain|truncated",
     "for method=moments: as in the 2018 Mechanical Turk study, without its slip, or allowing for those never met"},
    {"likelihood", HC_OPTION_CHOICE, "conditional", 0, 0, "conditional|full",
     "for method=ml: of the people met, given their number; or with N as a parameter"},
    HC_OPTION_OCCASIONS(MOST_OCCASIONS, "", ""),
    {0},
};

/* Sums over i = 0 .. t-1 with b + i: S = -ln P(0) and its derivatives by a and b. */
struct sums {
  double S, a, b, aa, ab, bb;
};

static struct sums sums_of(size_t t, double a, double b) {
  struct sums x = {0};
  for (size_t i = 0; i < t; i++) {
    double v = b + (double)i, u = 1 / (a + v), w = 1 / v;
    x.S += log1p(a * w);
    x.a += u, x.b -= a * u * w;
    x.ab -= u * u, x.bb += a * (a + 2 * v) * u * u * w * w;
  }
  x.aa = x.ab;
  return x;
}

/* The part of L_c with sums over people: sum_i ln(a+i) beyond_i - sum_i ln(b+i) beyond_(t-i-1), and derivatives. */
static double people_part(const struct problem *q, double a, double b, double d[2], double dd[2]) {
  double value = q->constant;
  d[0] = d[1] = dd[0] = dd[1] = 0;
  for (size_t i = 0; i < q->t; i++) {
    double met = i ? q->beyond[i] : 0, often = q->beyond[q->t - i - 1], u = a + (double)i, v = b + (double)i;
    if (met > 0) value += met * log(u), d[0] += met / u, dd[0] -= met / (u * u);
    if (often > 0) value -= often * log(v), d[1] -= often / v, dd[1] += often / (v * v);
  }
  return value;
}

/* -L_c at alpha = 0 as a function of ln beta; E = T = sum 1/(beta+i). */
static double at_zero(const struct problem *q, double b, double *gradient, double *hessian) {
  double d[2], dd[2], T = 0, T2 = 0, T3 = 0, value = people_part(q, 0, b, d, dd);
  for (size_t i = 0; i < q->t; i++) {
    double w = 1 / (b + (double)i);
    T += w, T2 += w * w, T3 += w * w * w;
  }
  double first = d[1] + q->n * T2 / T, second = dd[1] + q->n * (T2 * T2 / (T * T) - 2 * T3 / T);
  if (gradient) gradient[0] = -b * first;
  if (hessian) hessian[0] = -(b * first + b * b * second);
  return -(value - q->n * log(T));
}

/* From derivatives by alpha and beta to -derivatives by their logarithms. */
static void to_logarithms(double a, double b, const double d[2], const double dd[3], size_t n, double *gradient,
                          double *hessian) {
  if (gradient) gradient[0] = -a * d[0], gradient[1] = -b * d[1];
  if (!hessian) return;
  hessian[0] = -(a * d[0] + a * a * dd[0]);
  hessian[n] = -a * b * dd[1];
  hessian[n + 1] = -(b * d[1] + b * b * dd[2]);
}

/* -L in ln alpha, ln beta and, for FULL, ln(N - n). */
static double objective(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  const struct problem *q = context;
  if (q->likelihood == AT_ZERO) return at_zero(q, exp(x[0]), gradient, hessian);
  double a = exp(x[0]), b = exp(x[1]), d[2], own[2];
  double value = people_part(q, a, b, d, own);
  struct sums s = sums_of(q->t, a, b);
  double odds = 1 / expm1(s.S), share = 1 + odds; /* P0/(1-P0) and 1/(1-P0) */
  double u = q->likelihood == FULL ? exp(x[2]) : q->likelihood == FIXED_N ? q->unseen : 0;
  bool conditional = q->likelihood == CONDITIONAL;
  /* E gives -n ln(exp S - 1) + n ln a; N adds -u S + n ln(1 - exp(-S)) = -u S + n (ln(exp S - 1) - S). */
  double by_S = conditional ? -q->n * share : -q->n - u, by_SS = conditional ? q->n * share * odds : 0;
  value += q->n * log(a) + (conditional ? -q->n * log(expm1(s.S)) : -(q->n + u) * s.S);
  d[0] += q->n / a + by_S * s.a, d[1] += by_S * s.b;
  double dd[3] = {own[0] - q->n / (a * a) + by_S * s.aa + by_SS * s.a * s.a, by_S * s.ab + by_SS * s.a * s.b,
                  own[1] + by_S * s.bb + by_SS * s.b * s.b};
  to_logarithms(a, b, d, dd, n, gradient, hessian);
  if (q->likelihood == FULL) {
    double slope = hc_digamma(q->n + u + 1) - hc_digamma(u + 1) - s.S;
    if (gradient) gradient[2] = -u * slope;
    if (hessian) {
      hessian[6] = u * a * s.a, hessian[7] = u * b * s.b;
      hessian[8] = -(u * slope + u * u * (hc_trigamma(q->n + u + 1) - hc_trigamma(u + 1)));
    }
  }
  return -(value + (conditional ? 0 : hc_ln_choose(q->n + u, q->n)));
}

static void set_problem(const struct state *s, const double *f, double *beyond, struct problem *q) {
  *q = (struct problem){.t = s->t, .likelihood = s->likelihood, .beyond = beyond};
  double above = 0;
  for (size_t k = s->t; k >= 1; k--) {
    above += f[k - 1];
    beyond[k - 1] = above; /* met at least k times: more than k - 1 */
    if (f[k - 1] > 0) q->constant += f[k - 1] * hc_ln_choose((double)s->t, (double)k);
  }
  q->n = above;
}

/* The boundary alpha = 0, N infinite: the supremum of L there, and the slope of L_c by alpha at its maximum. */
struct boundary {
  double loglik, slope;
};

static struct boundary at_infinity(struct problem q, double *scratch) {
  double n = q.n, x[1] = {log((double)q.t)}, d[2], dd[2], T = 0, T2 = 0;
  bool full = q.likelihood == FULL;
  q.likelihood = AT_ZERO;
  hc_search how = hc_search_default();
  how.bound = edge;
  hc_minimum at = hc_minimise_newton(objective, &q, 1, x, how, scratch);
  people_part(&q, 0, exp(x[0]), d, dd);
  for (size_t i = 0; i < q.t; i++) {
    double w = 1 / (exp(x[0]) + (double)i);
    T += w, T2 += w * w;
  }
  /* ln E = ln T + alpha (T^2 - T2)/(2T) + ... */
  return (struct boundary){.loglik = -at.value + (full ? n * log(n) - n - hc_ln_factorial(n) : 0),
                           .slope = d[0] - n * (T * T - T2) / (2 * T)};
}

/* The best interior maximum of several starts: mean and spread of the chances over a grid. */
static bool interior(struct problem *q, double *best, double *value, unsigned *iterations, double *scratch) {
  static const double alpha[STARTS] = {0.03, 0.1, 0.3, 0.3, 1, 1, 3, 20}, factor[STARTS] = {1, 1, 0.7, 1.5, 1, 2, 1, 1};
  size_t n = 2 + (q->likelihood == FULL);
  double meetings = 0, lowest = INFINITY, t = (double)q->t;
  for (size_t i = 0; i < q->t; i++) meetings += q->beyond[i];
  hc_search how = hc_search_default();
  how.bound = edge;
  for (size_t i = 0; i < STARTS; i++) {
    double mean = fmin(0.9, 0.5 * meetings / q->n / t), x[MOST_VARIABLES];
    x[0] = log(alpha[i]), x[1] = log(alpha[i] * factor[i] * (1 - mean) / mean), x[2] = log(q->n);
    hc_minimum at = hc_minimise_newton(objective, q, n, x, how, scratch);
    *iterations += at.iterations;
    if (at.end != HC_SEARCH_CONVERGED || !(at.value < lowest - 1e-10 * fabs(at.value))) continue;
    lowest = at.value;
    memcpy(best, x, n * sizeof *x);
  }
  *value = lowest;
  return isfinite(lowest);
}

static void standard_errors(struct problem *q, const double *x, hc_estimate *e, double *scratch) {
  size_t n = 2 + (q->likelihood == FULL);
  double *hessian = scratch, gradient[MOST_VARIABLES], *inverse = scratch + n * n;
  objective(x, n, gradient, hessian, q);
  if (!hc_cholesky(hessian, n, 1e-12)) {
    hc_estimate_note(e, "boundary", "the likelihood is too flat for a standard error");
    return;
  }
  hc_cholesky_invert(hessian, n, inverse);
  double a = exp(x[0]), b = exp(x[1]), P0 = e->value[Q_P0];
  struct sums s = sums_of(q->t, a, b);
  double d[2] = {a * s.a, b * s.b}; /* of S by ln alpha, ln beta */
  double var_S = d[0] * d[0] * inverse[0] + 2 * d[0] * d[1] * inverse[1] + d[1] * d[1] * inverse[n + 1];
  double slope = q->n * P0 / ((1 - P0) * (1 - P0));
  e->se[Q_N] = n == 3 ? exp(x[2]) * sqrt(inverse[8]) : sqrt(slope + slope * slope * var_S);
  e->se[Q_ALPHA] = a * sqrt(inverse[0]);
  e->se[Q_BETA] = b * sqrt(inverse[n + 1]);
  e->se[Q_P0] = P0 * sqrt(var_S);
}

static void fill(const struct problem *q, double a, double b, hc_estimate *e) {
  double P0 = exp(-sums_of(q->t, a, b).S);
  e->value[Q_ALPHA] = a, e->value[Q_BETA] = b, e->value[Q_P0] = P0;
  e->value[Q_N] = q->n / (1 - P0);
  e->parameters[0] = log(a), e->parameters[1] = log(b);
}

/* sum f_k ln(f_k/n): the conditional likelihood with a parameter for every cell. */
static double saturated(const struct problem *q) {
  double sum = 0;
  for (size_t i = 0; i < q->t; i++) {
    double f = q->beyond[i] - (i + 1 < q->t ? q->beyond[i + 1] : 0);
    if (f > 0) sum += f * log(f / q->n);
  }
  return sum;
}

static double conditional_value(struct problem q, const double *x) {
  q.likelihood = CONDITIONAL;
  return objective(x, 2, NULL, NULL, &q);
}

/* With hardly any spread of the chances: does the likelihood stay or rise when alpha and beta grow together? */
static bool homogeneous(struct problem *q, const double *x, double value) {
  double further[MOST_VARIABLES] = {x[0] + 1, x[1] + 1, x[2]};
  if (fmax(x[0], x[1]) < 14) return false;
  return objective(further, 2 + (q->likelihood == FULL), NULL, NULL, q) <= value + 1e-9 * fabs(value);
}

static hc_status fit_likelihood(struct problem *q, hc_estimate *e, double *scratch, hc_error *err) {
  double x[MOST_VARIABLES] = {0}, value;
  struct boundary boundary = at_infinity(*q, scratch);
  bool found = interior(q, x, &value, &e->fit.iterations, scratch), full = q->likelihood == FULL;
  if (found ? homogeneous(q, x, value) : boundary.slope > 0)
    return hc_refuse(err, "not-identified",
                     "the likelihood rises as alpha and beta go to infinity: people do not "
                     "differ more than chance makes them, and zt-binomial is the model");
  if (!found || -value <= boundary.loglik + 1e-9 * fabs(boundary.loglik))
    return hc_refuse(err, "mle-infinite",
                     "the likelihood is highest as alpha goes to 0 and N to infinity: these data "
                     "do not identify N under a beta-binomial");
  fill(q, exp(x[0]), exp(x[1]), e);
  e->fit.deviance = 2 * (saturated(q) + conditional_value(*q, x));
  if (full) e->value[Q_N] = q->n + exp(x[2]);
  hc_fit_criteria(&e->fit, -value, full ? 3 : 2, q->n);
  e->fit.df = (double)q->t - 3;
  standard_errors(q, x, e, scratch);
  if (e->se[Q_N] > e->value[Q_N])
    hc_estimate_note(e, "unstable", "the standard error is larger than N: these data hardly identify N");
  return HC_OK;
}

static bool truncated_moments(double t, double m1, double m2, double m3, double *a, double *b) {
  double r1 = (m2 - m1) / m1, r2 = (m3 - 3 * m2 + 2 * m1) / (m2 - m1); /* of factorial moments */
  /* r1 (s+1) = (t-1)(a+1), r2 (s+2) = (t-2)(a+2) */
  double determinant = r1 * (t - 2) - r2 * (t - 1);
  double u = t - 1 - r1, v = 2 * (t - 2) - 2 * r2;
  double s = ((t - 2) * u - (t - 1) * v) / determinant;
  *a = (r1 * v - r2 * u) / -determinant;
  *b = s - *a;
  return determinant != 0;
}

static hc_status fit_moments(const struct problem *q, enum equations equations, const double *f, hc_estimate *e,
                             hc_error *err) {
  double t = (double)q->t, m1 = 0, m2 = 0, m3 = 0, a, b;
  for (size_t i = 1; i <= q->t; i++) {
    double k = (double)i, share = f[i - 1] / q->n;
    m1 += k * share, m2 += k * k * share, m3 += k * k * k * share;
  }
  double D = equations == PUBLISHED ? t * (m2 / m1) - m1 - 1 + m1 : t * (m2 / m1 - m1 - 1) + m1;
  a = (t * m1 - m2) / D, b = (t - m1) * (t - m2 / m1) / D;
  if (equations == TRUNCATED && !truncated_moments(t, m1, m2, m3, &a, &b)) a = NAN;
  if (!(a > 0) || !(b > 0) || !isfinite(a) || !isfinite(b))
    return hc_refuse(err, "not-identified",
                     "the moments of the counts belong to no beta-binomial (alpha = %.4g, "
                     "beta = %.4g)",
                     a, b);
  fill(q, a, b, e);
  if (equations == PUBLISHED)
    hc_estimate_note(e, "published-slip",
                     "alpha and beta follow the formula of the 2018 study, in which a bracket "
                     "slipped; equations=plain and equations=truncated are without it");
  if (equations != TRUNCATED)
    hc_estimate_note(e, "truncation-ignored", "the moments are those of the people met, as if nobody could be missed");
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  struct problem q;
  set_problem(s, f, scratch, &q);
  if (!(q.beyond[1] > 0)) return hc_refuse(err, "no-recaptures", "everybody was met exactly once");
  if (s->equations == LIKELIHOOD) return fit_likelihood(&q, e, scratch + s->t, err);
  return fit_moments(&q, s->equations, f, e, err);
}

static enum equations chosen_equations(const hc_options *o) {
  if (!hc_options_choice_is(o, "method", "moments")) return LIKELIHOOD;
  if (hc_options_choice_is(o, "equations", "published")) return PUBLISHED;
  return hc_options_choice_is(o, "equations", "plain") ? PLAIN : TRUNCATED;
}

static hc_status check(const hc_data *data, double t, enum equations equations, hc_error *err) {
  if (t > MOST_OCCASIONS) return hc_fail(err, HC_EUSAGE, "beta-binomial: at most %d occasions", MOST_OCCASIONS);
  hc_status status = hc_need_occasions(data, t, N_("beta-binomial needs"), err);
  if (status != HC_OK) return status;
  if (t < 3 && (equations == LIKELIHOOD || equations == TRUNCATED))
    return hc_refuse(err, "not-identified", "two occasions do not identify alpha and beta");
  return HC_OK;
}

static void describe(hc_plan *plan, const struct state *s) {
  static const char *const forms[] = {N_("maximum likelihood"), N_("moments"), N_("moments of the counts"), N_("factorial moments")};
  static const char *const ways[] = {"", N_(", as published in 2018"), "", N_(", allowing for those never met")};
  const char *given = s->likelihood == FULL ? _(", N a parameter") : _(", conditional on being met");
  bool likelihood = s->equations == LIKELIHOOD;
  hc_plan_set_form(plan, "%s", _(forms[s->equations]));
  hc_plan_add_variant(plan, "%s, t = %zu; %s", likelihood ? given : _(ways[s->equations]), s->t,
                      likelihood ? _("se: observed information") : _("no standard error"));
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  double t = hc_stated_occasions(data, o);
  enum equations equations = chosen_equations(o);
  hc_status status = check(data, t, equations, err);
  if (status != HC_OK) return status;
  struct state *s = plan->state;
  s->t = (size_t)t;
  s->equations = equations;
  s->likelihood = hc_options_choice_is(o, "likelihood", "full") ? FULL : CONDITIONAL;
  plan->n_parameters = 2;
  plan->n_scratch = s->t + hc_minimise_scratch(MOST_VARIABLES) + 2 * MOST_VARIABLES * MOST_VARIABLES;
  status = hc_plan_use_frequencies(plan, data, s->t, false, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, N_QUANTITIES);
  hc_plan_population(plan, "people");
  hc_plan_quantity(plan, Q_ALPHA, &hc_quantity_positive, "first parameter of the beta law of the chances", "alpha");
  hc_plan_quantity(plan, Q_BETA, &hc_quantity_positive, "second parameter of the beta law of the chances", "beta");
  hc_plan_quantity(plan, Q_P0, &hc_quantity_chance, "chance of never being met", "p0");
  describe(plan, s);
  return HC_OK;
}

/* N people, cell by cell: a binomial of those left, with the chance of the cell given the earlier ones. */
static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  const struct state *s = plan->state;
  double a = exp(e->parameters[0]), b = exp(e->parameters[1]), t = (double)s->t;
  double P = exp(-sums_of(s->t, a, b).S), rest = 1 - P;
  double left = hc_rng_binomial(rng, rest, floor(e->value[Q_N] + 0.5));
  for (size_t i = 0; i < s->t; i++) {
    double k = (double)i;
    P *= (t - k) / (k + 1) * (a + k) / (b + t - k - 1);
    replicate[i] = left > 0 ? hc_rng_binomial(rng, i + 1 == s->t || P >= rest ? 1 : P / rest, left) : 0;
    left -= replicate[i];
    rest -= P;
  }
}

/* The full likelihood, maximised over alpha and beta at this N. */
static hc_status profile(const hc_plan *plan, const double *f, double N, const hc_estimate *start, double *scratch,
                         double *loglik) {
  const struct state *s = plan->state;
  struct problem q;
  double x[MOST_VARIABLES] = {start->parameters[0], start->parameters[1]};
  if (s->equations != LIKELIHOOD) return HC_EREFUSED;
  set_problem(s, f, scratch, &q);
  q.likelihood = FIXED_N;
  q.unseen = fmax(0, N - q.n);
  hc_search how = hc_search_default();
  how.bound = edge;
  hc_minimum at = hc_minimise_newton(objective, &q, 2, x, how, scratch + s->t);
  *loglik = -at.value;
  return isfinite(at.value) ? HC_OK : HC_EREFUSED;
}

const hc_estimator hc_estimator_beta_binomial = {
    .id = "beta-binomial",
    .title = "Beta-binomial",
    .cite = "Dorazio and Royle (2003) Biometrics 59:351-364; Difallah, Filatova and Ipeirotis (2018) WSDM, eq. 4",
    .formula = "P(k) = C(t,k) B(alpha+k, beta+t-k) / B(alpha, beta);  N = n / (1 - P(0))",
    .assumes = "the chance of being met follows a beta law over people, down to chances near 0",
    .needs = "how often people were met, and the number of occasions",
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
