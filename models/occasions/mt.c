/* Mt: chances differ between occasions, not between people.
 *
 * n_j: people met on occasion j = 1..t; n: people met at all. These t + 1 numbers suffice.
 *   likelihood=conditional  log-linear independence; N solves 1 - n/N = prod over j of (1 - n_j/N), p_j = n_j/N
 *                           (Darroch 1958 Biometrika 45:343; the same N as Huggins 1989);
 *                           se^2 = N / (1/prod(1-p_j) + t - 1 - sum 1/(1-p_j)), Darroch (1958), which is
 *                           e^gamma + e^(2 gamma) var(gamma) of Rivest and Levesque (2001) Can. J. Statist. 29:555
 *   likelihood=full         l(N) = ln Gamma(N+1) - ln Gamma(N-n+1) + sum [n_j ln p_j + (N-n_j) ln(1-p_j)], p_j = n_j/N,
 *                           N real (Otis, Burnham, White and Anderson 1978 Wildl. Monogr. 62, N there an integer);
 *                           the same formula for se
 *   bias-corrected=yes      t = 2: Chapman's estimate and its variance (Seber 1982, p. 60); t > 2: n_j + (t+2)/(2t) and
 *                           n + t/2 in place of n_j and n, then N - t/2 (Rivest and Levesque 2001)
 *
 * Deviance, AIC and BIC of the conditional likelihood are of the 2^t - 1 Poisson cells (as loglinear's); with `full`,
 * the log-likelihood is l - ln n!.
 *
 * Assumes: a closed population; occasions are independent for each person. Breaks: nobody met twice (N
 * infinite), nobody met on an occasion (refused: leave it out). */
#include "occasions/likelihood.h"

struct state {
  size_t t;
  const uint64_t *history; /* [n_cells] */
  bool full, corrected;
  hc_saturated saturated; /* of the plan's own histories */
};

static const hc_option options[] = {
    HC_OPTION_OCCASIONS_LIKELIHOOD,
    {"bias-corrected", HC_OPTION_CHOICE, "no", 0, 0, "no|yes", "totals modified as by Rivest and Levesque (2001)"},
    {0},
};

/* observed: n, n_1 .. n_t */
static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const struct state *s = plan->state;
  for (size_t j = 0; j <= s->t; j++) observed[j] = 0;
  for (size_t i = 0; i < plan->n_cells; i++) {
    observed[0] += cells[i];
    for (uint64_t left = s->history[i]; left; left &= left - 1) observed[1 + (size_t)__builtin_ctzll(left)] += cells[i];
  }
}

/* --- prepare -------------------------------------------------------------------------------------------- */

static hc_status check(const hc_data *data, hc_error *err) {
  if (data->n_lists < 2) return hc_refuse(err, "one-list", "one occasion says nothing about the people not met");
  if (!data->history) return hc_refuse(err, "bad-shape", "mt needs capture histories, not totals by occasion");
  if (hc_data_max_times(data) < 2)
    return hc_refuse(err, "no-recaptures", "nobody was met twice: the likelihood rises to N = infinity");
  uint64_t met = 0;
  for (size_t i = 0; i < data->n_cells; i++) met |= data->history[i];
  for (size_t j = 0; j < data->n_lists; j++)
    if (!(met >> j & 1))
      return hc_refuse(err, "mle-infinite", "nobody was met on occasion %s: its chance is estimated as 0; leave it out",
                       data->list_names[j]);
  return HC_OK;
}

static hc_status take(hc_plan *plan, struct state *s, const hc_data *data, hc_error *err) {
  uint64_t *history = hc_plan_alloc(plan, data->n_cells, sizeof *history);
  if (!history) return HC_ENOMEM;
  for (size_t i = 0; i < data->n_cells; i++) {
    history[i] = data->history[i];
    hc_saturated_add(&s->saturated, (double)data->count[i]);
  }
  s->t = data->n_lists;
  s->history = history;
  hc_status status = hc_plan_use_histories(plan, data, s->t + 1, collapse, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, s->t + 1);
  hc_plan_population(plan, "people, met or not");
  for (size_t j = 1; j <= s->t; j++)
    hc_plan_quantity(plan, j, &hc_quantity_chance, "chance of being met on this occasion", "p[%zu]", j);
  plan->n_parameters = s->t; /* p */
  return HC_OK;
}

static void describe(hc_plan *plan, const struct state *s) {
  const char *corrected = s->corrected ? _(", bias-corrected (Rivest and Levesque 2001)") : "";
  if (s->full) {
    hc_plan_set_form(plan, "full likelihood");
    hc_plan_add_variant(plan, ", N real; se: Darroch (1958)");
  } else if (s->corrected && s->t == 2) {
    hc_plan_set_form(plan, "bias-corrected: Chapman (1951)");
    hc_plan_add_variant(plan, ", se: Seber (1982) p. 60");
  } else {
    hc_plan_set_form(plan, "conditional (log-linear) likelihood");
    hc_plan_add_variant(plan, "%s; deviance on histories; se: Darroch (1958)", corrected);
  }
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = check(data, err);
  if (status != HC_OK) return status;
  struct state *s = plan->state;
  s->full = hc_options_choice_is(o, "likelihood", "full");
  s->corrected = hc_options_choice_is(o, "bias-corrected", "yes");
  if (s->full && s->corrected)
    status = hc_fail(err, HC_EUSAGE, "mt: the bias correction is of the conditional likelihood");
  if (status == HC_OK) status = take(plan, s, data, err);
  if (status != HC_OK) return status;
  describe(plan, s);
  return HC_OK;
}

/* --- fit ------------------------------------------------------------------------------------------------ */

struct context {
  const double *observed;
  size_t t;
  double add_n, add_each; /* bias correction */
};

static double log_missed(const struct context *c, double N) {
  double sum = 0;
  for (size_t j = 1; j <= c->t; j++) sum += log1p(-(c->observed[j] + c->add_each) / N);
  return sum;
}

/* With U = N - n unseen: ln of U over N times the product of (1 - n_j/N). Exact when U is small, since N - n_j is then
 * n - n_j and U. Positive above the root. */
static double many_seen_gap(double unseen, void *context) {
  const struct context *c = context;
  double n = c->observed[0] + c->add_n, N = n + unseen, gap = log(unseen / N);
  for (size_t j = 1; j <= c->t; j++) gap -= log((n - c->observed[j] - c->add_each + unseen) / N);
  return gap;
}

/* With few seen both sides are near 1; what their difference comes to is D/N = prod (1-p_j) - 1 + sum p_j, where
 * D = sum n_j - n counts the recaptures. The right side is added up from terms that are not negative. */
static double few_seen_gap(double unseen, void *context) {
  const struct context *c = context;
  double n = c->observed[0] + c->add_n, N = n + unseen, recaptures = -n, sum = 0, excess = 0;
  for (size_t j = 1; j <= c->t; j++) {
    double p = (c->observed[j] + c->add_each) / N;
    recaptures += c->observed[j] + c->add_each;
    excess += p * (sum - excess);
    sum += p;
  }
  return recaptures / N - excess;
}

static double profile_slope(double N, void *context) {
  const struct context *c = context;
  return hc_ln_falling_slope(N, c->observed[0]) + log_missed(c, N);
}

static double profile_value(const double *observed, size_t t, double N) {
  double n = observed[0], sum = hc_ln_factorial(N) - hc_ln_factorial(N - n);
  for (size_t j = 1; j <= t; j++) {
    double left = N - observed[j];
    sum += observed[j] * log(observed[j] / N) + (left > 0 ? left * log(left / N) : 0);
  }
  return sum;
}

static hc_status profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                         double *scratch, double *loglik) {
  const struct state *s = plan->state;
  (void)start, (void)scratch;
  if (!(N >= observed[0])) return HC_EREFUSED;
  *loglik = profile_value(observed, s->t, N);
  return HC_OK;
}

/* Darroch's bracket prod (1+x_j) - 1 - sum x_j, x_j = p_j/(1-p_j), added up from terms that are not negative: as it is
 * written it loses all digits for small p. */
static double variance(const struct context *c, double N) {
  double sum = 0, bracket = 0;
  for (size_t j = 1; j <= c->t; j++) {
    double n_j = c->observed[j] + c->add_each, x = n_j / (N - n_j);
    bracket += x * (sum + bracket);
    sum += x;
  }
  return N / bracket;
}

/* The conditional estimate, by the unseen. Both gaps are negative below the root. */
static bool solve_conditional(struct context *c, double *N) {
  double n = c->observed[0] + c->add_n, total = 0, near = 0, far = 1e-3, unseen;
  for (size_t j = 1; j <= c->t; j++) total += c->observed[j] + c->add_each;
  if (!(total > n * (1 + 1e-12))) return false;
  hc_function gap = total - n < n / 16 ? few_seen_gap : many_seen_gap;
  while (gap(far, c) < 0)
    if (near = far, !((far *= 8) < 1e30)) return false;
  while (near == 0 || !(gap(near, c) < 0))
    if (!((near = (near == 0 ? far : near) / 8) > 1e-250)) return false;
  if (!hc_root_brent(gap, c, near, far, 1e-15, &unseen)) return false;
  *N = n + unseen;
  return true;
}

static void chapman(const double *observed, hc_estimate *e) {
  double n1 = observed[1], n2 = observed[2], m = n1 + n2 - observed[0];
  e->value[0] = (n1 + 1) * (n2 + 1) / (m + 1) - 1;
  e->se[0] = sqrt((n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) * (m + 1) * (m + 2)));
}

static void conditional_criteria(const struct state *s, const double *observed, double N, hc_estimate *e) {
  double n = observed[0], kernel = -n, parameters = (double)s->t + 1;
  kernel += n * log(N);
  for (size_t j = 1; j <= s->t; j++) {
    double p = observed[j] / N;
    kernel += observed[j] * log(p) + (observed[j] < n ? (n - observed[j]) * log1p(-p) : (n - observed[j]));
  }
  hc_poisson_criteria(&e->fit, kernel, &s->saturated, n, exp2((double)s->t) - 1, parameters, n);
}

static void full_criteria(const struct state *s, const double *observed, double N, hc_estimate *e) {
  double parameters = (double)s->t + 1;
  hc_fit_criteria(&e->fit, profile_value(observed, s->t, N) - hc_ln_factorial(observed[0]), parameters, observed[0]);
}

static hc_status no_maximum(hc_error *err) {
  return hc_refuse(err, "no-recaptures", "nobody was met twice: the likelihood rises to N = infinity");
}

static hc_status all_or_none(const double *observed, size_t j, hc_error *err) {
  return observed[j] > 0 ? hc_refuse(err, "mle-infinite", "everybody was met on occasion %zu: its logit rises to infinity, and "
                                     "the unseen fall to none", j)
                         : hc_refuse(err, "mle-infinite", "nobody was met on occasion %zu: its chance is estimated as 0", j);
}

/* The full estimate lies between n and the conditional one. */
static bool solve_full(struct context *c, double conditional, hc_estimate *e, double *N) {
  *N = c->observed[0];
  if (profile_slope(*N, c) > 0) return hc_root_brent(profile_slope, c, *N, conditional + 1, 1e-14, N);
  hc_estimate_note(e, "boundary", "the likelihood falls from N = n on: nobody is estimated to be unseen");
  return true;
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  struct context c = {.observed = observed, .t = s->t};
  double N = NAN, t = (double)s->t;
  (void)scratch;
  for (size_t j = 1; j <= s->t; j++)
    if (!(observed[j] > 0) || !(observed[j] < observed[0])) return all_or_none(observed, j, err);
  if (s->corrected && s->t > 2) c.add_n = t / 2, c.add_each = (t + 2) / (2 * t);
  if (!solve_conditional(&c, &N) || (s->full && !solve_full(&c, N, e, &N))) return no_maximum(err);
  e->value[0] = N - c.add_n;
  e->se[0] = sqrt(variance(&c, N));
  if (s->corrected && s->t == 2) chapman(observed, e);
  for (size_t j = 1; j <= s->t; j++) {
    double p = e->value[j] = (observed[j] + c.add_each) / N;
    e->parameters[j - 1] = p;
    /* delta method: N-hat has variance se^2, and given N the count n_j is binomial */
    e->se[j] = sqrt(p * (1 - p) / N + p * p * e->se[0] * e->se[0] / (N * N));
  }
  if (!e->asked.criteria || s->corrected) return HC_OK;
  if (s->full)
    full_criteria(s, observed, N, e);
  else
    conditional_criteria(s, observed, N, e);
  return HC_OK;
}

/* The number met and the totals by occasion of round(N) people: on each occasion, of those met before and of the others. */
static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *observed) {
  const struct state *s = plan->state;
  double people = floor(e->value[0] + 0.5), met = 0;
  for (size_t j = 1; j <= s->t; j++) {
    double again = hc_rng_binomial(rng, e->parameters[j - 1], met);
    double fresh = hc_rng_binomial(rng, e->parameters[j - 1], people - met);
    observed[j] = again + fresh;
    met += fresh;
  }
  observed[0] = met;
}

static unsigned suits(const hc_data *data) { return data->shape == HC_SHAPE_LISTS || data->history ? 1 : 0; }

const hc_estimator hc_estimator_mt = {
    .id = "mt",
    .title = "Mt: chances differ between occasions",
    .cite =
        "Darroch (1958) Biometrika 45:343-359; Otis et al. (1978) Wildlife Monographs 62; Rivest and Levesque (2001) "
        "Can. J. Statist. 29:555-572",
    .formula = "1 - n/N = prod over occasions of (1 - n_j/N), p_j = n_j/N; or the full likelihood of N and p",
    .assumes = "a closed population; all people have the same chance on an occasion, and occasions are independent",
    .needs = "capture histories, two or more occasions, somebody met twice",
    .accepts = HC_SHAPE_OCCASIONS | HC_SHAPE_LISTS,
    .options = options,
    .suits = suits,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .profile = profile,
};
