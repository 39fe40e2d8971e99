/* M0: everybody has the same chance p of being met on every one of t occasions.
 *
 * f_k: people met exactly k times, n = sum of f_k, S = sum of k f_k; theta = p/(1-p). Frequencies suffice.
 *   likelihood=conditional  mu(k) = e^gamma C(t,k) theta^k, k = 1..t0, Poisson; N = n + e^gamma
 *                           (Cormack 1989 Biometrics 45:395; with t0 = t: 1 - n/N = (1 - S/(tN))^t, the same N as
 *                           Huggins 1989 Biometrika 76:133 from the likelihood conditional on being met);
 *                           se^2 = e^gamma + e^(2 gamma) var(gamma), Rivest and Levesque (2001) Can. J. Statist. 29:555
 *   likelihood=full         l(N) = ln Gamma(N+1) - ln Gamma(N-n+1) + S ln p + (tN - S) ln(1-p), p = S/(tN), N real
 *                           (Otis, Burnham, White and Anderson 1978 Wildl. Monogr. 62, N there an integer);
 *                           se^2 = N / ((1-p)^-t - t/(1-p) + t - 1), Darroch (1958) Biometrika 45:343
 *   bias-corrected=yes      conditional, with f_1 - 1/2 and f_2 + 1 in place of f_1 and f_2 in the fit (Rivest and
 *                           Levesque 2001)
 * t0 < t (option `highest`): only f_1..f_t0 are fitted; the people met more often are added.
 *
 * Deviance, AIC and BIC of the conditional likelihood are those of the Poisson cells, either the t0 frequencies or the
 * 2^t - 1 histories (option `cells`; comparable with mt and loglinear). With `full`, the log-likelihood is l - ln n!.
 *
 * Assumes: a closed population, equal chances. Breaks: nobody met twice (N infinite); differing chances bias N
 * downwards. */
#include "occasions/likelihood.h"

struct state {
  double t;       /* occasions                                                          */
  size_t highest; /* t0                                                                 */
  bool histories, full, corrected;
  hc_saturated saturated; /* of the plan's own histories */
};

static const hc_option options[] = {
    HC_OPTION_OCCASIONS_LIKELIHOOD,
    {"occasions", HC_OPTION_INTEGER, "", 2, 100000, NULL,
     "number of occasions t; taken from the data where it has occasions"},
    {"highest", HC_OPTION_INTEGER, "", 2, 100000, NULL,
     "fit only people met up to this many times; the others are added"},
    {"cells", HC_OPTION_CHOICE, "auto", 0, 0, "auto|histories|frequencies",
     "what deviance, df, AIC and BIC are computed on; auto: histories where the data have them"},
    {"bias-corrected", HC_OPTION_CHOICE, "no", 0, 0, "no|yes", "frequencies modified as by Rivest and Levesque (2001)"},
    {0},
};

/* --- the binomial weights C(t,k) theta^k on first..last ------------------------------------------------ */

struct moments {
  double log_sum, mean, variance; /* ln of the sum of the weights; of k under them */
  double above;                   /* mean - first, which keeps its digits where the mean is close to first */
};

static struct moments moments(double t, size_t first, size_t last, double theta) {
  double weight = 1, sum = 0, one = 0, two = 0, shift = 0;
  for (size_t k = 0; k <= last; k++) {
    double x = (double)k, d = x - (double)first;
    if (k >= first) sum += weight, one += d * weight, two += d * d * weight;
    weight *= theta * (t - x) / (x + 1);
    if (weight > 1e200 || sum > 1e200) weight *= 1e-200, sum *= 1e-200, one *= 1e-200, two *= 1e-200, shift += 200;
  }
  double above = one / sum;
  return (struct moments){.log_sum = log(sum) + shift * M_LN10, .mean = (double)first + above,
                          .variance = two / sum - above * above, .above = above};
}

/* theta whose mean is `first` and `above`: Newton on a concave likelihood in ln theta, steps of at most 1. */
static bool solve(double t, size_t first, size_t last, double above, double *theta) {
  double target = (double)first + above, beta = log(target / t), step = 1;
  if (target < t) beta -= log1p(-target / t);
  for (int i = 0; i < 200; i++) {
    struct moments m = moments(t, first, last, exp(beta));
    step = (above - m.above) / m.variance;
    if (!isfinite(step)) return false;
    beta += fmax(-1, fmin(1, step));
    if (fabs(step) < 1e-13 * (1 + fabs(beta))) break;
  }
  *theta = exp(beta);
  return fabs(step) < 1e-8;
}

/* --- prepare -------------------------------------------------------------------------------------------- */

static hc_status read_options(struct state *s, const hc_data *data, const hc_options *o, hc_error *err) {
  s->t = hc_stated_occasions(data, o);
  if (s->t < 2)
    return data->n_lists == 1 ? hc_refuse(err, "one-list", "one occasion says nothing about the people not met")
                              : hc_fail(err, HC_EUSAGE, "m0 needs the number of occasions: --set occasions=T");
  if (s->t < (double)hc_data_max_times(data))
    return hc_fail(err, HC_EUSAGE, "m0: somebody was met %llu times, on %.0f occasions",
                   (unsigned long long)hc_data_max_times(data), s->t);
  s->highest = hc_options_is_stated(o, "highest") ? (size_t)hc_options_integer(o, "highest") : (size_t)s->t;
  if ((double)s->highest > s->t) return hc_fail(err, HC_EUSAGE, "m0: highest is more than the occasions, %.0f", s->t);
  bool whole = (double)s->highest == s->t && data->history && (double)data->n_lists == s->t;
  s->histories = hc_options_choice_is(o, "cells", "histories") || (hc_options_choice_is(o, "cells", "auto") && whole);
  if (s->histories && !whole)
    return hc_fail(err, HC_EUSAGE, "m0: cells=histories needs capture histories on all occasions, and no `highest`");
  s->full = hc_options_choice_is(o, "likelihood", "full");
  s->corrected = hc_options_choice_is(o, "bias-corrected", "yes");
  if (s->full && s->corrected)
    return hc_fail(err, HC_EUSAGE, "m0: the bias correction is of the conditional likelihood");
  for (size_t i = 0; s->histories && i < data->n_cells; i++) hc_saturated_add(&s->saturated, (double)data->count[i]);
  return HC_OK;
}

static void describe(hc_plan *plan, const struct state *s) {
  hc_plan_set_form(plan, s->full ? N_("full likelihood") : N_("conditional (log-linear) likelihood"));
  if (s->full)
    hc_plan_add_variant(plan, ", N real, %.0f occasions; se: Darroch (1958)", s->t);
  else
    hc_plan_add_variant(plan,
                        "%s, %.0f occasions, fitted to f_1..f_%zu; deviance on %s; "
                        "se: Rivest and Levesque (2001)",
                        s->corrected ? _(", bias-corrected") : "", s->t, s->highest,
                        s->histories ? _("histories") : _("frequencies"));
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  hc_status status = read_options(s, data, o, err);
  if (status == HC_OK && hc_data_max_times(data) < 2)
    status = hc_refuse(err, "no-recaptures", "nobody was met twice: the likelihood rises to N = infinity");
  if (status == HC_OK) status = hc_plan_use_frequencies(plan, data, (size_t)s->t, false, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 2);
  hc_plan_population(plan, "people, met or not");
  hc_plan_quantity(plan, 1, &hc_quantity_chance, "chance of being met on one occasion", "p");
  plan->n_parameters = 2; /* theta, people met more than `highest` times */
  describe(plan, s);
  return HC_OK;
}

/* --- fit ------------------------------------------------------------------------------------------------ */

struct totals {
  double n, S, more; /* people and meetings in the fit; people met more than `highest` times */
};

static struct totals add_up(const struct state *s, const hc_plan *plan, const double *f) {
  struct totals a = {0};
  for (size_t k = 1; k <= plan->n_observed; k++) {
    if (k > s->highest)
      a.more += f[k - 1];
    else
      a.n += f[k - 1], a.S += (double)k * f[k - 1];
  }
  return a;
}

/* Theta at N people in the fit, unseen ones included. */
static bool theta_at(const struct state *s, struct totals a, double N, double *theta) {
  if ((double)s->highest < s->t) return solve(s->t, 0, s->highest, a.S / N, theta);
  *theta = a.S / (s->t * N - a.S);
  return a.S < s->t * N;
}

static double log_sum(const struct state *s, double theta) {
  if ((double)s->highest == s->t) return s->t * log1p(theta);
  return moments(s->t, 0, s->highest, theta).log_sum;
}

static double profile_value(const struct state *s, struct totals a, double N, double theta) {
  return hc_ln_factorial(N) - hc_ln_factorial(N - a.n) + a.S * log(theta) - N * log_sum(s, theta);
}

struct context {
  const struct state *s;
  struct totals a;
};

static double profile_slope(double N, void *context) {
  const struct context *c = context;
  double theta;
  if (!theta_at(c->s, c->a, N, &theta)) return NAN;
  return hc_ln_falling_slope(N, c->a.n) - log_sum(c->s, theta);
}

static hc_status profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                         double *scratch, double *loglik) {
  const struct state *s = plan->state;
  struct totals a = add_up(s, plan, observed);
  double inside = N - a.more, theta;
  (void)start, (void)scratch;
  if (!(inside >= a.n) || !theta_at(s, a, inside, &theta)) return HC_EREFUSED;
  *loglik = profile_value(s, a, inside, theta);
  return HC_OK;
}

/* Standard errors of N and p from the information of the seen, at `seen` expected people. */
static void standard_errors(hc_estimate *e, double seen, double unseen, struct moments m, double p) {
  double second = m.variance + m.mean * m.mean;
  e->se[0] = sqrt(unseen + unseen * unseen * second / (seen * m.variance));
  e->se[1] = p * (1 - p) / sqrt(seen * m.variance);
}

/* Poisson criteria. */
static void conditional_criteria(const struct state *s, const double *f, struct totals a,
                                 double log_scale, double theta, hc_estimate *e) {
  double kernel = a.n * log_scale + a.S * log(theta) - a.n, cells;
  hc_saturated frequencies = {0};
  for (size_t k = 1; k <= s->highest; k++) {
    double y = f[k - 1];
    if (s->histories || y == 0) continue;
    kernel += y * hc_ln_choose(s->t, (double)k);
    hc_saturated_add(&frequencies, y);
  }
  cells = s->histories ? exp2(s->t) - 1 : (double)s->highest;
  hc_poisson_criteria(&e->fit, kernel, s->histories ? &s->saturated : &frequencies, a.n, cells, 2, a.n + a.more);
}

static hc_status no_maximum(struct totals a, hc_error *err) {
  if (a.S <= a.n) return hc_refuse(err, "no-recaptures", "nobody was met twice: the likelihood rises to N = infinity");
  return hc_refuse(err, "mle-infinite", "everybody was met every time: the logit of p rises to infinity");
}

static hc_status fit_conditional(const hc_plan *plan, const double *f, struct totals a, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  struct totals fitted = a;
  double theta;
  if (s->corrected) {
    double low = fmin(0.5, f[0]); /* f_1 - 1/2, not below zero; f_2 + 1 */
    fitted.n += 1 - low;
    fitted.S += 2 - low;
  }
  if (!(fitted.S > fitted.n) || !(fitted.S < (double)s->highest * fitted.n) ||
      !solve(s->t, 1, s->highest, (fitted.S - fitted.n) / fitted.n, &theta))
    return no_maximum(fitted, err);
  struct moments m = moments(s->t, 1, s->highest, theta);
  double log_scale = log(fitted.n) - m.log_sum, unseen = exp(log_scale);
  e->value[0] = a.n + a.more + unseen;
  e->value[1] = theta / (1 + theta);
  standard_errors(e, fitted.n, unseen, m, e->value[1]);
  e->parameters[0] = theta;
  if (e->asked.criteria && !s->corrected) conditional_criteria(s, f, a, log_scale, theta, e);
  return HC_OK;
}

static hc_status fit_full(const hc_plan *plan, struct totals a, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  struct context c = {.s = s, .a = a};
  double theta, N = a.n, far = a.n;
  if (!(a.S > a.n) || !(a.S < (double)s->highest * a.n)) return no_maximum(a, err);
  if (profile_slope(a.n, &c) <= 0) {
    hc_estimate_note(e, "boundary", "the likelihood falls from N = n on: nobody is estimated to be unseen");
  } else { /* the conditional estimate is larger than the full one */
    if (!solve(s->t, 1, s->highest, (a.S - a.n) / a.n, &theta)) return no_maximum(a, err);
    far += a.n * exp(-moments(s->t, 1, s->highest, theta).log_sum) + 1;
    if (!hc_root_brent(profile_slope, &c, a.n, far, 1e-14, &N)) return no_maximum(a, err);
  }
  if (!theta_at(s, a, N, &theta)) return no_maximum(a, err);
  double unseen = N * exp(-log_sum(s, theta));
  e->value[0] = N + a.more;
  e->value[1] = theta / (1 + theta);
  standard_errors(e, N - unseen, unseen, moments(s->t, 1, s->highest, theta), e->value[1]);
  e->parameters[0] = theta;
  hc_fit_criteria(&e->fit, profile_value(s, a, N, theta) - hc_ln_factorial(a.n), 2, a.n);
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  struct totals a = add_up(s, plan, f);
  (void)scratch;
  e->parameters[1] = a.more;
  return s->full ? fit_full(plan, a, e, err) : fit_conditional(plan, f, a, e, err);
}

/* round(N) people, the unseen included; those met more than `highest` times stay as observed. Conditional
 * binomials over k = 1..t0. With Poisson cells N itself would vary, which se(N) leaves out. */
static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *f) {
  const struct state *s = plan->state;
  double theta = e->parameters[0], left = floor(e->value[0] - e->parameters[1] + 0.5), mass = 1;
  double log_weight = -log_sum(s, theta), weight = exp(log_weight);
  left -= hc_rng_binomial(rng, weight, left); /* the unseen */
  for (size_t k = 1; k <= s->highest; k++) {
    mass -= weight;
    log_weight += log(theta * (s->t - (double)k + 1) / (double)k);
    weight = exp(log_weight);
    f[k - 1] = mass > 0 ? hc_rng_binomial(rng, fmin(1, weight / mass), left) : 0;
    left -= f[k - 1];
  }
  for (size_t k = s->highest; k < plan->n_observed; k++) f[k] = plan->observed[k];
}

const hc_estimator hc_estimator_m0 = {
    .id = "m0",
    .title = "M0: the same chance on every occasion",
    .cite =
        "Darroch (1958) Biometrika 45:343-359; Otis et al. (1978) Wildlife Monographs 62; Rivest and Levesque (2001) "
        "Can. J. Statist. 29:555-572",
    .formula = "1 - n/N = (1 - S/(tN))^t, S = meetings, t = occasions; or the full likelihood of N and p",
    .assumes = "a closed population in which everybody has the same chance of being met on every occasion",
    .needs = "how many people were met k times, and the number of occasions; somebody met twice",
    .accepts = HC_SHAPE_OCCASIONS | HC_SHAPE_LISTS | HC_SHAPE_COUNTS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .profile = profile,
};
