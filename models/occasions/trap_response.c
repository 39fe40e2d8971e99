/* Trap response: N comes from the first captures alone, and the recaptures tell the chance c after them.
 *
 * u_i: people met for the first time on occasion i = 1..t; R: recaptures, out of O = sum u_i (t - i) that were
 * possible; c = R/O, whatever N. The rest is removal by a constant chance (first_captures.c), with the first occasion
 * apart in mbh. Standard errors: of N and p Zippin's (1956), which are those of the log-linear model (Rivest and
 * Levesque 2001); with the first occasion apart they are those of the people left after it, since given u_1 the rest
 * does not depend on it.
 * bias-corrected: 2 is added to the first of the catches, 1 taken from the second and the third, not below 0
 * (Rivest and Levesque 2001 Can. J. Statist. 29:555, conditional likelihood only).
 *
 * Deviance, AIC and BIC of the conditional likelihood are of the 2^t - 1 Poisson cells; with `full`, the log-likelihood
 * is that of N and the chances, less ln n!. */
#include "occasions/trap_response.h"

enum { CORRECTED = 3 }; /* catches that the bias correction changes */

/* observed: u_1 .. u_t, R */
static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const hc_trap *s = plan->state;
  for (size_t j = 0; j <= s->t; j++) observed[j] = 0;
  for (size_t i = 0; i < plan->n_cells; i++) {
    observed[(size_t)__builtin_ctzll(s->history[i])] += cells[i];
    observed[s->t] += cells[i] * (double)(__builtin_popcountll(s->history[i]) - 1);
  }
}

/* --- prepare ------------------------------------------------------------------------------------------------ */

static hc_status check(const hc_plan *plan, const hc_trap *s, const hc_data *data, hc_error *err) {
  const char *who = plan->estimator->id;
  size_t least = (s->apart ? 3 : 2) + (s->corrected ? CORRECTED - 2 : 0);
  if (data->n_lists < 2) return hc_refuse(err, "one-list", "one occasion says nothing about the people not met");
  if (!data->history)
    return hc_refuse(err, "bad-shape", "%s needs capture histories, not totals by occasion", who);
  if (s->full && s->corrected)
    return hc_fail(err, HC_EUSAGE, "%s: the bias correction is of the conditional likelihood", who);
  if (data->n_lists < least)
    return hc_refuse(err, "not-identified", "%s%s needs %zu occasions or more, there are %zu", who,
                     s->corrected ? _(" with the bias correction") : "", least, data->n_lists);
  return HC_OK;
}

static void name_quantities(hc_plan *plan, const hc_trap *s) {
  size_t i = 0;
  hc_plan_set_quantities(plan, s->apart ? 4 : 3);
  hc_plan_population(plan, "people, met or not");
  if (s->apart) hc_plan_quantity(plan, ++i, &hc_quantity_chance, "chance of being met on the first occasion", "p[1]");
  hc_plan_quantity(plan, ++i, &hc_quantity_chance,
                   s->apart ? N_("chance of being met for the first time on a later one")
                            : N_("chance of being met for the first time on an occasion"),
                   "p");
  hc_plan_quantity(plan, ++i, &hc_quantity_chance, "chance of being met again on an occasion", "c");
}

static void describe(hc_plan *plan, const hc_trap *s) {
  hc_plan_set_form(plan, s->full ? N_("full likelihood") : N_("conditional (log-linear) likelihood"));
  hc_plan_add_variant(plan, "%s, %zu occasions%s; se: Zippin (1956)",
                      s->full ? _(", N real") : s->corrected ? _(", bias-corrected (Rivest and Levesque 2001)") : "", s->t,
                      s->full ? "" : _("; deviance on histories"));
}

hc_status hc_trap_prepare(hc_plan *plan, const hc_data *data, const hc_options *o, bool apart, hc_error *err) {
  hc_trap *s = plan->state;
  s->apart = apart;
  s->full = hc_options_choice_is(o, "likelihood", "full");
  s->corrected = hc_options_choice_is(o, "bias-corrected", "yes");
  hc_status status = check(plan, s, data, err);
  if (status != HC_OK) return status;
  uint64_t *history = hc_plan_alloc(plan, data->n_cells, sizeof *history);
  if (!history) return HC_ENOMEM;
  for (size_t i = 0; i < data->n_cells; i++) {
    history[i] = data->history[i];
    hc_saturated_add(&s->saturated, (double)data->count[i]);
  }
  s->history = history;
  s->t = data->n_lists;
  status = hc_plan_use_histories(plan, data, s->t + 1, collapse, err);
  if (status != HC_OK) return status;
  name_quantities(plan, s);
  plan->n_parameters = 3; /* chances: first occasion, first capture later, recapture */
  plan->n_scratch = s->t;
  describe(plan, s);
  return HC_OK;
}

/* --- fit ---------------------------------------------------------------------------------------------------- */

/* R ln c + (O - R) ln (1 - c). */
static double recapture_loglik(double again, double possible) {
  return hc_times_log(again, log(again / possible)) + hc_times_log(possible - again, log1p(-again / possible));
}

static void conditional_criteria(const hc_trap *s, const hc_catches *c, hc_depletion d, double recaptures,
                                 hc_estimate *e) {
  double kernel = hc_times_log(c->first, log(c->first)) - c->people + recaptures;
  kernel += hc_times_log(c->n, log(d.N - c->first) + log(-expm1(d.log_q))) + hc_times_log(c->X, d.log_q);
  hc_poisson_criteria(&e->fit, kernel, &s->saturated, c->people, exp2((double)s->t) - 1, s->apart ? 4 : 3, c->people);
}

static void criteria(const hc_trap *s, const hc_catches *c, hc_depletion d, double again, double possible,
                     hc_estimate *e) {
  double recaptures = possible > 0 ? recapture_loglik(again, possible) : 0;
  if (!s->full) {
    conditional_criteria(s, c, d, recaptures, e);
    return;
  }
  double loglik = hc_catches_loglik(c, d.N) + recaptures - hc_ln_factorial(c->people);
  hc_fit_criteria(&e->fit, loglik, s->apart ? 4 : 3, c->people);
}

static void correct(const hc_trap *s, const double *observed, double *u) {
  size_t start = s->apart ? 1 : 0;
  for (size_t j = 0; j < s->t; j++) u[j] = observed[j];
  u[start] += 2;
  u[start + 1] = fmax(0, u[start + 1] - 1);
  u[start + 2] = fmax(0, u[start + 2] - 1);
}

static void report(const hc_trap *s, const hc_catches *c, hc_depletion d, double again, double possible,
                   hc_estimate *e) {
  double left = d.N - c->first, p = -expm1(d.log_q), p1 = s->apart ? c->first / d.N : p, recapture = again / possible;
  size_t i = 1;
  e->value[0] = d.N;
  e->se[0] = hc_depletion_se_N(left, d.log_q, c->passes);
  if (s->apart) {
    e->value[i] = p1; /* N-hat has variance se^2, and given N the count u_1 is binomial */
    e->se[i++] = sqrt(p1 * (1 - p1) / d.N + p1 * p1 * e->se[0] * e->se[0] / (d.N * d.N));
  }
  e->value[i] = p;
  e->se[i++] = hc_depletion_se_p(left, d.log_q, c->passes);
  e->value[i] = recapture;
  e->se[i] = sqrt(recapture * (1 - recapture) / possible);
  e->parameters[0] = p1;
  e->parameters[1] = p;
  e->parameters[2] = recapture;
}

static void note(double again, double possible, hc_depletion d, hc_estimate *e) {
  if (again == 0 || again == possible)
    hc_estimate_note(e, "boundary", "%s was met again on every occasion that was left: the chance c is estimated as %d",
                     again == 0 ? _("nobody") : _("everybody"), again > 0);
  if (d.log_q == -INFINITY)
    hc_estimate_note(e, "boundary", "nobody was met for the first time after the first of the occasions with the "
                     "chance p: it is estimated as 1, and nobody as unseen");
}

hc_status hc_trap_fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const hc_trap *s = plan->state;
  double possible = 0, again = observed[s->t];
  hc_depletion d;
  for (size_t j = 0; j + 1 < s->t; j++) possible += observed[j] * (double)(s->t - 1 - j);
  if (!(possible > 0))
    return hc_refuse(err, "not-identified", "everybody was met on the last occasion for the first time");
  if (s->corrected) correct(s, observed, scratch);
  hc_catches c = hc_catches_of(s->corrected ? scratch : observed, s->t, s->apart);
  if (!(s->full ? hc_catches_full(&c, &d) : hc_catches_conditional(&c, &d))) return hc_catches_refuse(err);
  report(s, &c, d, again, possible, e);
  if (e->asked.notes) note(again, possible, d, e);
  if (e->asked.criteria && !s->corrected) criteria(s, &c, d, again, possible, e);
  return HC_OK;
}

hc_status hc_trap_profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                          double *scratch, double *loglik) {
  const hc_trap *s = plan->state;
  hc_catches c = hc_catches_of(observed, s->t, s->apart);
  (void)start, (void)scratch;
  if (!(N >= c.people)) return HC_EREFUSED;
  *loglik = hc_catches_loglik(&c, N);
  return HC_OK;
}

/* round(N) people: on each occasion, of those met before and of the others. */
void hc_trap_simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *observed) {
  const hc_trap *s = plan->state;
  double left = floor(e->value[0] + 0.5), met = 0;
  observed[s->t] = 0;
  for (size_t j = 0; j < s->t; j++) {
    observed[s->t] += hc_rng_binomial(rng, e->parameters[2], met);
    observed[j] = hc_rng_binomial(rng, e->parameters[j > 0], left);
    left -= observed[j];
    met += observed[j];
  }
}
