/* What zt-poisson, zt-binomial and zt-geometric share: their likelihood is that of one zero-truncated power
 * series distribution, and differs in the weights w_k alone (numeric/power_series.h).
 *
 * n people met, S = sum of k f_k, B(theta) = ln sum_{k>=1} w_k exp(theta k), f0 = n exp(-B), N = n + f0.
 *   conditional   B'(theta) = S/n, the maximum of sum f_k ln(P(k)/(1-P(0))) (Sanathanan 1972, Ann. Math.
 *                 Statist. 43:142, section 3); N is the Horvitz-Thompson sum of 1/(1-P(0))
 *   full          N and theta maximise N!/(N-n)! P(0)^(N-n) prod P(k)^f_k, N real; asymptotically the same
 * Variance (van der Heijden, Bustami, Cruyff, Engbersen and van Houwelingen 2003, Statist.
 * Modelling 3:305): the spread of n for given N, plus what the estimated theta adds,
 *   var N = n P(0)/(1-P(0))^2 + (dN/dtheta)^2 / (n B''),   dN/dtheta = -f0 B',
 * where the first term equals f0 + f0^2/n. For `full` it is minus the inverse second derivative of the
 * profile log-likelihood.
 *
 * The log-likelihood, AIC and BIC (with ln n) are those of the conditional likelihood, of which theta is the one
 * parameter. The deviance compares f_1..f_K with their expectations (K: largest count that is possible, or else that
 * was met), on K - 2 degrees of freedom. With `top`, people met more than top times are added as they
 * are and take no part in the fit. */
#include "counts/zero_truncated.h"

enum { PEOPLE, TOTAL, LOG_WEIGHT, SATURATED, ABOVE, OBSERVED };

static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const hc_zt_state *s = plan->state;
  double people = 0, total = 0, log_weight = 0, saturated = 0, above = 0;
  for (size_t i = 0; i < plan->n_cells; i++) {
    double f = cells[i];
    if (!(f > 0)) continue;
    if (s->series.top > 0 && s->times[i] > s->series.top) {
      above += f;
      continue;
    }
    people += f;
    total += s->times[i] * f;
    log_weight += s->log_weight[i] * f;
    saturated += f * log(f);
  }
  observed[PEOPLE] = people, observed[TOTAL] = total, observed[LOG_WEIGHT] = log_weight;
  observed[SATURATED] = saturated, observed[ABOVE] = above;
}

/* ln w_k of an ascending list of k. */
static void weigh(hc_zt_state *s, size_t n) {
  double log_weight = 0, k = 1;
  for (size_t i = 0; i < n; i++) {
    if (s->series.top > 0 && s->times[i] > s->series.top) break;
    if (s->times[i] > 1e5) { /* far apart: no walk from one to the next */
      double r = s->series.size, t = s->times[i];
      log_weight = s->series.kind == HC_POWER_POISSON    ? -hc_ln_factorial(t)
                   : s->series.kind == HC_POWER_BINOMIAL ? hc_ln_choose(r, t)
                                                         : hc_ln_gamma(r + t) - hc_ln_gamma(r) - hc_ln_factorial(t);
      k = t + 1;
    }
    for (; k <= s->times[i]; k++) log_weight += log(hc_power_ratio(&s->series, k));
    s->log_weight[i] = log_weight;
  }
}

/* The cells: how many people were met k times, for each k that occurs. */
static bool use_counts(hc_plan *plan, const hc_data *data) {
  hc_zt_state *s = plan->state;
  double f[HC_MAX_LISTS] = {0};
  size_t n = data->n_cells;
  if (!data->times) {
    hc_data_frequencies(data, HC_MAX_LISTS, false, f);
    n = HC_MAX_LISTS;
  }
  s->times = hc_plan_alloc(plan, 2 * n, sizeof(double));
  plan->cells = hc_plan_alloc(plan, n, sizeof(double));
  plan->observed = hc_plan_alloc(plan, OBSERVED, sizeof(double));
  if (!s->times || !plan->cells || !plan->observed) return false;
  s->log_weight = s->times + n;
  for (size_t i = 0; i < n; i++) {
    double count = data->times ? (double)data->count[i] : f[i];
    if (!(count > 0)) continue;
    s->times[plan->n_cells] = data->times ? (double)data->times[i] : (double)(i + 1);
    plan->cells[plan->n_cells++] = count;
  }
  return true;
}

static void describe(hc_plan *plan) {
  const hc_zt_state *s = plan->state;
  const char *likelihood = s->full ? _("full likelihood") : _("conditional likelihood");
  bool binomial = s->series.kind == HC_POWER_BINOMIAL, cut = s->series.top > 0;
  if (binomial)
    hc_plan_set_form(plan, "t = %.0f", s->series.size);
  else if (cut)
    hc_plan_set_form(plan, "counts 1..%u", s->series.top);
  else
    hc_plan_set_form(plan, "%s", likelihood);
  if (binomial && cut) hc_plan_add_variant(plan, ", counts 1..%u", s->series.top);
  if (cut) hc_plan_add_variant(plan, ", truncated above");
  if (binomial || cut) hc_plan_add_variant(plan, "; %s", likelihood);
  hc_plan_add_variant(plan, s->full ? N_(", N real; se: curvature of its profile")
                                    : N_(", N = n/(1 - P(0)); se: van der Heijden et al. (2003)"));
}

hc_status hc_zt_prepare(hc_plan *plan, const hc_data *data, const hc_options *options,
                                   hc_power_series series, double natural, const hc_quantity *kind,
                                   const char *parameter, const char *parameter_meaning) {
  hc_zt_state *s = plan->state;
  s->series = series;
  s->full = hc_options_choice_is(options, "likelihood", "full");
  if (hc_options_is_stated(options, "top")) s->series.top = (unsigned)hc_options_integer(options, "top");
  if (natural > 0 && s->series.top >= natural) s->series.top = 0;
  if (!use_counts(plan, data)) return HC_ENOMEM;
  weigh(s, plan->n_cells);
  s->classes = s->series.top > 0 ? s->series.top : natural > 0 ? natural : s->times[plan->n_cells - 1];
  plan->collapse = collapse;
  plan->n_observed = OBSERVED;
  plan->n_parameters = 1;
  collapse(plan, plan->cells, plan->observed);
  hc_plan_bootstrap_people(plan, (double)data->observed);
  hc_plan_set_quantities(plan, 2);
  hc_plan_population(plan, "people");
  hc_plan_quantity(plan, 1, kind, parameter_meaning, "%s", parameter);
  describe(plan);
  return HC_OK;
}

hc_status hc_zt_prepare_formula(hc_plan *plan, const hc_data *data, const hc_options *options, const hc_count_family *family,
                                hc_error *err) {
  hc_zt_state *s = plan->state;
  if (hc_options_is_stated(options, "top") || hc_options_choice_is(options, "likelihood", "full"))
    return hc_fail(err, HC_EUSAGE, "%s: a formula goes with the conditional likelihood of all counts, without top and full",
                   plan->estimator->id);
  return hc_regression_prepare(plan, data, options, family, &s->regression, err);
}

/* The parameter as people know it, and d parameter / d theta. */
static double parameter(const hc_power_series *series, double theta, double *slope) {
  double u = exp(theta);
  if (series->kind == HC_POWER_BINOMIAL) return *slope = u / ((1 + u) * (1 + u)), 1 / (1 + exp(-theta));
  if (series->kind == HC_POWER_NEGBIN) return *slope = series->size * u / ((1 - u) * (1 - u)), series->size * u / (1 - u);
  return *slope = u, u;
}

/* A geometric distribution falls with k. Cut at the top, the counts need not. */
static hc_status refuse_rising(const hc_zt_state *s, hc_error *err) {
  return hc_refuse(err, "mle-infinite",
                   "the counts 1..%u do not fall with k, as those of every geometric distribution do: the rate goes to "
                   "infinity", s->series.top);
}

/* Everybody was met as often as can be: nobody is unseen, and theta is infinite. */
static hc_status all_at_the_top(const hc_plan *plan, const double *observed, hc_estimate *e, hc_error *err) {
  const hc_zt_state *s = plan->state;
  if (s->series.kind != HC_POWER_BINOMIAL || s->series.top > 0)
    return hc_refuse(err, "not-identified", "everybody was met as often as the truncation allows");
  e->value[0] = observed[PEOPLE];
  e->value[1] = 1;
  e->parameters[0] = INFINITY;
  hc_estimate_note(e, "boundary", "everybody was met on every occasion: nobody is estimated to be unseen");
  return HC_OK;
}

hc_status hc_zt_fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e,
                               hc_error *err) {
  const hc_zt_state *s = plan->state;
  if (s->regression) return hc_regression_fit(plan, observed, scratch, e, err);
  double n = observed[PEOPLE], S = observed[TOTAL], theta, slope;
  hc_power_moments m;
  if (!(S > n))
    return hc_refuse(err, "mle-infinite", "nobody was met more than once: the likelihood rises as N goes to infinity");
  bool cut = s->series.kind == HC_POWER_NEGBIN && s->series.top > 0;
  if (!hc_power_solve(&s->series, S / n, &theta, &m, &e->fit.iterations))
    return cut && S < n * s->series.top ? refuse_rising(s, err) : all_at_the_top(plan, observed, e, err);
  double unmet = n * exp(-m.log_sum), N = n + unmet;
  double variance = unmet + unmet * unmet / n + unmet * unmet * m.mean * m.mean / (n * m.variance);
  double loglik = theta * S + observed[LOG_WEIGHT] - n * m.log_sum, information = n * m.variance;
  hc_fit_criteria(&e->fit, loglik, 1, n);
  e->fit.deviance = 2 * (observed[SATURATED] - n * log(n) - loglik);
  e->fit.df = fmax(s->classes - 2, 0);
  if (s->full && !hc_power_full(&s->series, n, S, &N, &theta, &variance))
    return hc_refuse(err, "mle-infinite", cut ? N_("the full likelihood sends the rate to infinity")
                                              : N_("the full likelihood rises as N goes to infinity"));
  if (s->full && N <= n) hc_estimate_note(e, "boundary", "the full likelihood is largest at N = people met");
  e->value[0] = N + observed[ABOVE];
  e->se[0] = sqrt(variance);
  e->value[1] = parameter(&s->series, theta, &slope);
  e->se[1] = slope / sqrt(information);
  e->parameters[0] = theta;
  return HC_OK;
}

/* Of the full likelihood: ln N!/(N-n)! + max over theta of S theta + N ln P(0). */
hc_status hc_zt_profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                                   double *scratch, double *loglik) {
  const hc_zt_state *s = plan->state;
  if (s->regression) return HC_EREFUSED;
  double n = observed[PEOPLE], inside = N - observed[ABOVE];
  (void)scratch;
  if (!(inside >= n)) return HC_EUSAGE;
  *loglik = hc_ln_falling(inside, n) + hc_power_profile(&s->series, observed[TOTAL], inside, start->parameters[0]);
  return isfinite(*loglik) ? HC_OK : HC_EREFUSED;
}

void hc_zt_simulate(const hc_plan *plan, const hc_estimate *estimate, hc_rng *rng, double *replicate) {
  const hc_zt_state *s = plan->state;
  if (s->regression) {
    hc_regression_simulate(plan, estimate, rng, replicate);
    return;
  }
  double above = plan->observed[ABOVE];
  hc_power_sums sums;
  hc_power_draw(&s->series, estimate->parameters[0], estimate->value[0] - above, rng, &sums, NULL, 0);
  replicate[PEOPLE] = sums.people, replicate[TOTAL] = sums.total;
  replicate[LOG_WEIGHT] = sums.log_weight, replicate[SATURATED] = sums.saturated;
  replicate[ABOVE] = above;
}
