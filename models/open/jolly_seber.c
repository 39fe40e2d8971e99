/* Jolly-Seber: how many are there on each occasion, how many stay until the next, how many arrive.
 *
 * On occasion i = 1..k: n_i people are met, m_i of them met before, R_i released; r_i of these are met again; z_i
 * were met before and after i but not then. M_i: people there who had been met before.
 *   form=plain           M_i = m_i + z_i R_i/r_i,  N_i = n_i M_i/m_i       Jolly (1965) Biometrika 52:225; Seber 52:249
 *   form=bias-corrected  M_i = m_i + z_i (R_i+1)/(r_i+1),  N_i = (n_i+1) M_i/(m_i+1)              Seber (1982) p. 204
 *   phi_i = M_{i+1}/(M_i - m_i + R_i),  p_i = m_i/M_i,  B_i = N_{i+1} - phi_i (N_i - n_i + R_i)
 * N and p for i = 2..k-1, phi for i = 1..k-2, B for i = 2..k-2: the last survival and the last chance only come as a
 * product.
 *
 * constraint=one: survivals above 1 are fixed at 1, and the others maximise the likelihood of Cormack, Jolly and Seber
 * (again where that lifts another one above 1); N_i = n_i/p_i: saturated.c.
 *
 * Standard errors: Seber (1982) sec. 5.1.3; Pollock, Nichols, Brownie and Hines (1990) Wildl. Monogr. 107, eqs.
 * 4.11-4.14, and 4.18 for phi with phi-se=full, which adds who happened to stay. N and B are those of these people;
 * births-se=poisson adds B_i, the variance of a Poisson number of arrivals, as log-linear models have it (Rivest and
 * Daigle 2004 Biometrics 60:100). N_i of different occasions are then uncorrelated; cov(phi_i, phi_{i+1}) = -phi_i
 * phi_{i+1} (1 - p_{i+1})(1/r_{i+1} - 1/R_{i+1}), delta method on the binomials. What a fixed survival touches has
 * none: the bootstrap does.
 *
 * --interval manly, of N_i and phi_i with form=bias-corrected, at 95 %: Manly (1984) Biometrics 40:749, eqs. 7-10, 15
 * and 16: transformed so that the error of small samples is near normal, with his 1.6 and 2.4, 1.9 and 2.1.
 *
 * Assumes: everybody there has the same chance of being met on an occasion, and of staying until the next, whether
 * met before or not; who leaves does not come back; nobody is taken for another. Breaks where people differ: N is
 * then too low. */
#include "open/saturated.h"

struct state {
  hc_captures captures; /* first */
  bool corrected, constrained, full, poisson, half_life;
  size_t at_N, at_phi, at_p, at_B, at_half, at_B_mean; /* places of the first of each kind; N_mean 0, phi_mean 1 */
};

/* A fit's work, all [k]; fixed[i]: the survival from i is fixed at 1; touched[i]: occasion i is in a run of those. */
struct work {
  hc_occasion *o;
  double *lambda, *tau, *p, *phi, *M, *N, *fixed, *touched, *var_phi;
};
enum { ARRAYS = 9 };
enum { N_MEAN, PHI_MEAN, FIXED_QUANTITIES };

static const hc_option options[] = {
    {"form", HC_OPTION_CHOICE, "plain", 0, 0, "plain|bias-corrected", "Jolly's formulas, or Seber's for small numbers"},
    {"constraint", HC_OPTION_CHOICE, "none", 0, 0, "none|one", "survivals above 1 as they come, or fixed at 1"},
    {"phi-se", HC_OPTION_CHOICE, "full", 0, 0, "full|sampling",
     "standard errors of survivals with or without the chance by which each of these people stayed"},
    {"births-se", HC_OPTION_CHOICE, "realised", 0, 0, "realised|poisson",
     "standard errors of arrivals as a number of these people, or as a draw of a Poisson number"},
    HC_OPTION_INTERVAL,
    {0},
};

static struct work lay_out(size_t k, double *scratch) {
  struct work w = {.o = (hc_occasion *)(void *)scratch};
  double **array[ARRAYS] = {&w.lambda, &w.tau, &w.p, &w.phi, &w.M, &w.N, &w.fixed, &w.touched, &w.var_phi};
  scratch += hc_captures_scratch(k);
  for (size_t j = 0; j < ARRAYS; j++) *array[j] = scratch + j * k;
  return w;
}

/* --- the estimates ---------------------------------------------------------------------------------------- */

static hc_status closed_forms(const struct state *s, struct work *w, hc_error *err) {
  size_t k = s->captures.k;
  double add = s->corrected;
  for (size_t i = 0; i + 1 < k; i++) {
    const hc_occasion *o = &w->o[i];
    if (!(o->r + add > 0))
      return hc_refuse(err, "no-recaptures", "nobody released on occasion %zu was met again%s", i + 1,
                       s->corrected ? "" : _(": form=bias-corrected has an answer"));
    if (i > 0 && !(o->m + add > 0))
      return hc_refuse(err, "no-overlap", "nobody met on occasion %zu had been met before%s", i + 1,
                       s->corrected ? "" : _(": form=bias-corrected has an answer"));
    w->lambda[i] = o->R > 0 ? o->r / o->R : 0;
    w->tau[i] = i > 0 ? o->m / o->T : 1;
    w->M[i] = i > 0 ? o->m + o->z * (o->R + add) / (o->r + add) : 0;
    w->N[i] = fmax(o->n, (o->n + add) * w->M[i] / (o->m + add));
    w->p[i] = o->m / w->M[i];
    w->fixed[i] = w->touched[i] = 0;
  }
  w->lambda[k - 1] = 0, w->tau[k - 1] = 1, w->touched[k - 1] = 0;
  return HC_OK;
}

/* N and the rest by the likelihood: N_i = n_i/p_i. */
static hc_status constrained(struct work *w, size_t k, hc_error *err) {
  hc_saturated_fit f = {w->lambda, w->tau, w->p, w->phi, w->fixed, w->touched};
  hc_status status = hc_saturated_at_most_one(k, w->o, false, &f, err);
  for (size_t i = 1; status == HC_OK && i + 1 < k; i++) {
    w->M[i] = w->o[i].m / w->p[i];
    w->N[i] = w->o[i].n / w->p[i];
  }
  return status;
}

/* --- standard errors --------------------------------------------------------------------------------------- */

/* 1/r - 1/R, the variance of ln lambda. */
static double later(const hc_occasion *o) { return 1 / o->r - 1 / o->R; }

static double variance_N(const struct work *w, size_t i) {
  const hc_occasion *o = &w->o[i];
  double M = w->M[i], N = w->N[i];
  return N * (N - o->n) * ((M - o->m + o->R) / M * later(o) + (1 - M / N) / o->m);
}

static double variance_p(const struct work *w, size_t i) {
  const hc_occasion *o = &w->o[i];
  double p = w->p[i], pq = p * (1 - p);
  return o->z > 0 ? pq * pq * (later(o) + 1 / o->m + 1 / o->z) : 0;
}

static double variance_phi(const struct work *w, size_t i, bool full) {
  const hc_occasion *a = &w->o[i], *b = &w->o[i + 1];
  double phi = w->phi[i], left = w->M[i] - a->m, next = w->M[i + 1] - b->m, marked = left + a->R;
  double sampling =
      phi * phi * (next * (next + b->R) / (w->M[i + 1] * w->M[i + 1]) * later(b) + left / marked * later(a));
  return sampling + (full ? phi * (1 - phi) / marked : 0);
}

static double variance_B(const struct work *w, size_t i, double B) {
  const hc_occasion *a = &w->o[i], *b = &w->o[i + 1];
  double phi = w->phi[i], N = w->N[i], M = w->M[i], N2 = w->N[i + 1], M2 = w->M[i + 1];
  double left = M - a->m, next = M2 - b->m, marked = left + a->R, pull = phi * a->R * (N - M) / M;
  return B * B * next * (next + b->R) / (M2 * M2) * later(b) + left / marked * pull * pull * later(a) +
         (N - a->n) * (N2 - B) * (1 - M / N) * (1 - phi) / marked + N2 * (N2 - b->n) * (1 - M2 / N2) / b->m +
         phi * phi * N * (N - a->n) * (1 - M / N) / a->m;
}

static double root(double variance) { return variance >= 0 && isfinite(variance) ? sqrt(variance) : NAN; }

/* --- what comes out ---------------------------------------------------------------------------------------- */

static bool free_of_runs(const struct work *w, size_t i, size_t j) { return !w->touched[i] && !w->touched[j]; }

static void put_numbers(const struct state *s, struct work *w, hc_estimate *e) {
  size_t k = s->captures.k;
  double sum = 0, squares = 0;
  for (size_t i = 1; i + 1 < k; i++) {
    bool exact = !w->touched[i];
    double variance = exact ? variance_N(w, i) : NAN;
    sum += e->value[s->at_N + i - 1] = w->N[i];
    e->se[s->at_N + i - 1] = root(variance);
    e->value[s->at_p + i - 1] = w->p[i];
    e->se[s->at_p + i - 1] = exact ? root(variance_p(w, i)) : NAN;
    squares += variance;
  }
  e->value[N_MEAN] = sum / (double)(k - 2);
  e->se[N_MEAN] = root(squares) / (double)(k - 2);
}

static void put_births(const struct state *s, struct work *w, hc_estimate *e) {
  double sum = 0;
  for (size_t i = 1; i + 2 < s->captures.k; i++) {
    const hc_occasion *o = &w->o[i];
    double B = w->N[i + 1] - w->phi[i] * (w->N[i] - o->n + o->R);
    sum += e->value[s->at_B + i - 1] = B;
    e->se[s->at_B + i - 1] =
        free_of_runs(w, i, i + 1) ? root(variance_B(w, i, B) + (s->poisson ? fmax(B, 0) : 0)) : NAN;
  }
  if (s->captures.k > 3) e->value[s->at_B_mean] = sum / (double)(s->captures.k - 3);
}

/* phi per unit of time, its mean and the half-life. */
static void put_survivals(const struct state *s, struct work *w, hc_estimate *e) {
  size_t k = s->captures.k, n = k - 2;
  double mean = 0, variance = 0, last = 0;
  for (size_t i = 0; i < n; i++) {
    double power = s->captures.timed ? 1 / s->captures.length[i] : 1;
    double per = s->captures.timed ? pow(w->phi[i], power) : w->phi[i], slope = power * per / w->phi[i];
    double v = free_of_runs(w, i, i + 1) ? variance_phi(w, i, s->full) * slope * slope : NAN;
    e->value[s->at_phi + i] = per;
    e->se[s->at_phi + i] = root(v);
    mean += per / (double)n;
    variance += v;
    if (i > 0) variance -= 2 * last * slope * w->phi[i] * (1 - w->p[i]) * later(&w->o[i]);
    last = slope * w->phi[i];
  }
  e->value[PHI_MEAN] = mean;
  e->se[PHI_MEAN] = root(variance) / (double)n;
  if (!s->half_life) return;
  e->value[s->at_half] = -M_LN2 / log(mean);
  e->se[s->at_half] = M_LN2 / (mean * log(mean) * log(mean)) * e->se[PHI_MEAN];
}

/* What simulate reads: lambda, tau, p, phi, and how many who had never been met are there on each occasion. */
enum { SIMULATE_LAMBDA, SIMULATE_TAU, SIMULATE_P, SIMULATE_PHI, SIMULATE_NEW, SIMULATED };

static void put_parameters(const struct state *s, const struct work *w, hc_estimate *e) {
  size_t k = s->captures.k;
  for (size_t i = 0; i < k; i++) {
    e->parameters[SIMULATE_LAMBDA * k + i] = w->lambda[i];
    e->parameters[SIMULATE_TAU * k + i] = w->tau[i];
    e->parameters[SIMULATE_P * k + i] = i > 0 && i + 1 < k ? w->p[i] : 1;
    e->parameters[SIMULATE_PHI * k + i] = i + 2 < k ? fmin(w->phi[i], 1) : 1;
    e->parameters[SIMULATE_NEW * k + i] = i > 0 && i + 1 < k ? fmax(w->N[i] - w->M[i], w->o[i].u) : w->o[i].u;
  }
}

static void add_notes(const struct state *s, const struct work *w, hc_estimate *e) {
  size_t k = s->captures.k, above = 0, fixed = 0, negative = 0;
  for (size_t i = 0; i + 2 < k; i++) above += w->phi[i] > 1, fixed += w->fixed[i] != 0;
  for (size_t i = 1; i + 2 < k; i++) negative += e->value[s->at_B + i - 1] < 0;
  if (above)
    hc_estimate_note(e, "boundary",
                     "%zu of %zu survivals are above 1, which is sampling error: constraint=one fixes them "
                     "at 1",
                     above, k - 2);
  if (fixed)
    hc_estimate_note(e, "boundary",
                     "%zu of %zu survivals are fixed at 1, and what touches them has no standard error: "
                     "rely on the bootstrap",
                     fixed, k - 2);
  if (negative)
    hc_estimate_note(e, "negative-births",
                     "%zu of %zu numbers of arrivals are below 0, which is sampling error: nobody "
                     "came, or few",
                     negative, k - 3);
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  size_t k = s->captures.k;
  struct work w = lay_out(k, scratch);
  hc_captures_occasions(&s->captures, x, w.o);
  hc_status status = closed_forms(s, &w, err);
  if (status != HC_OK) return status;
  if (s->constrained) status = constrained(&w, k, err);
  else for (size_t i = 0; i + 2 < k; i++) w.phi[i] = w.M[i + 1] / (w.M[i] - w.o[i].m + w.o[i].R);
  if (status != HC_OK) return status;
  put_numbers(s, &w, e);
  put_births(s, &w, e);
  put_survivals(s, &w, e);
  put_parameters(s, &w, e);
  add_notes(s, &w, e);
  hc_captures_note(&s->captures, e);
  double people = 0;
  for (size_t i = 0; i < k; i++) people += w.o[i].u;
  if (!s->corrected) hc_fit_criteria(&e->fit, hc_captures_loglik(k, w.o, w.lambda, w.tau), 2 * (double)k - 3, people);
  return HC_OK;
}

/* --- prepare ------------------------------------------------------------------------------------------------ */

/* Is leaving plain enough for a half-life: is the mean survival of the data below 1 by more than two standard errors,
 * or, where there are none, by anything? */
static hc_status look_for_leaving(hc_plan *plan, struct state *s, hc_error *err) {
  hc_estimate *e = NULL;
  double *scratch = hc_plan_alloc(plan, plan->n_scratch, sizeof *scratch);
  if (!scratch) return HC_ENOMEM;
  hc_status status = hc_estimate_new(&e, plan, err);
  if (status != HC_OK) return status;
  e->asked = (hc_asked){false, false};
  status = fit(plan, plan->observed, scratch, e, err);
  double se = isfinite(e->se[PHI_MEAN]) ? e->se[PHI_MEAN] : 0;
  s->half_life = status == HC_OK && e->value[PHI_MEAN] > 0 && e->value[PHI_MEAN] + 2 * se < 1;
  hc_estimate_free(e);
  return status;
}

static void name_quantities(hc_plan *plan, struct state *s) {
  size_t k = s->captures.k, n = k - 2;
  s->at_half = FIXED_QUANTITIES, s->at_B_mean = s->at_half + s->half_life, s->at_N = s->at_B_mean + (k > 3);
  s->at_phi = s->at_N + n, s->at_p = s->at_phi + n, s->at_B = s->at_p + n;
  hc_plan_set_quantities(plan, s->at_B + k - 3);
  hc_plan_quantity(plan, N_MEAN, &hc_quantity_people, "people present, mean over the occasions", "N_mean");
  hc_plan_quantity(plan, PHI_MEAN, &hc_quantity_positive, "survival, mean over the intervals", "phi_mean");
  if (s->half_life)
    hc_plan_quantity(plan, s->at_half, &hc_quantity_positive, "time until half of them have left, from phi_mean",
                     "half_life");
  for (size_t i = 0; i < n; i++) {
    hc_plan_quantity(plan, s->at_N + i, &hc_quantity_people, "people present on this occasion", "N[%zu]", i + 2);
    hc_plan_quantity(plan, s->at_phi + i, &hc_quantity_positive, "share that stays from this occasion to the next",
                     "phi[%zu]", i + 1);
    hc_plan_quantity(plan, s->at_p + i, &hc_quantity_chance, "chance of being met on this occasion", "p[%zu]", i + 2);
  }
  hc_quantity arrivals = hc_quantity_real;
  arrivals.unit = "people";
  if (k > 3) hc_plan_quantity(plan, s->at_B_mean, &arrivals, "arrived between two occasions, mean", "B_mean");
  for (size_t i = 0; i + 3 < k; i++)
    hc_plan_quantity(plan, s->at_B + i, &arrivals, "arrived after this occasion and there on the next", "B[%zu]",
                     i + 2);
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  s->corrected = hc_options_choice_is(o, "form", "bias-corrected");
  s->constrained = hc_options_choice_is(o, "constraint", "one");
  s->full = hc_options_choice_is(o, "phi-se", "full");
  s->poisson = hc_options_choice_is(o, "births-se", "poisson");
  if (s->corrected && s->constrained)
    return hc_fail(err, HC_EUSAGE, "jolly-seber: constraint=one is of the likelihood, and form=bias-corrected is none");
  hc_status status = hc_captures_take(plan, &s->captures, data, o, 3, err);
  if (status != HC_OK) return status;
  size_t k = s->captures.k;
  plan->n_scratch = hc_captures_scratch(k) + ARRAYS * k;
  plan->n_parameters = SIMULATED * k;
  name_quantities(plan, s);
  if (plan->out_of_memory) return HC_ENOMEM;
  status = look_for_leaving(plan, s, err);
  if (status != HC_OK) return status;
  name_quantities(plan, s);
  hc_plan_set_form(plan, s->corrected ? N_("bias-corrected form") : s->constrained ? N_("survivals at most 1") : N_("closed form"));
  hc_plan_add_variant(plan, "; survival per %s; se: Seber (1982)%s", _(s->captures.unit),
                      s->full ? _(", survival with individual variation") : "");
  return HC_OK;
}

/* First captures: of those never met who are there, a binomial number; survivors and arrivals, in the expected
 * number, are there on the next occasion. The first and the last u are as observed: nothing tells the chances of
 * those occasions. */
static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *x) {
  const struct state *s = plan->state;
  size_t k = s->captures.k;
  const double *p = e->parameters + SIMULATE_P * k, *phi = e->parameters + SIMULATE_PHI * k;
  const double *expected = e->parameters + SIMULATE_NEW * k;
  double *first = x + 3 * k, there = 0; /* R is written after u of the same occasion has been read */
  for (size_t i = 0; i < k; i++) {
    bool known = i > 0 && i + 1 < k;
    double stay = i > 1 && known ? hc_rng_binomial(rng, phi[i - 1], there) : 0;
    double before = i > 1 && known ? phi[i - 1] * expected[i - 1] * (1 - p[i - 1]) : 0;
    there = stay + floor(fmax(0, expected[i] - before) + 0.5);
    first[i] = known ? hc_rng_binomial(rng, p[i], there) : plan->observed[i];
    there -= known ? first[i] : 0;
  }
  hc_captures_draw(plan, &s->captures, e->parameters + SIMULATE_LAMBDA * k, e->parameters + SIMULATE_TAU * k, first,
                   rng, x);
}

/* --- Manly's intervals ------------------------------------------------------------------------------------------- */

/* One occasion of the data: what was counted, and the marked and all who are there by Seber's correction. */
struct there {
  hc_occasion o;
  double M, N;
};

static struct there look(const hc_captures *c, const double *x, size_t i) {
  struct there at = {.o = {.n = x[2 * c->k + i], .R = x[3 * c->k + i]}};
  for (size_t j = 0; j < i; j++) at.o.T += x[j] - x[c->k + j];
  at.o.m = at.o.n - x[i];
  at.o.r = at.o.n - x[c->k + i];
  at.o.z = at.o.T - at.o.m;
  at.M = i > 0 ? at.o.m + at.o.z * (at.o.R + 1) / (at.o.r + 1) : 0;
  at.N = fmax(at.o.n, (at.o.n + 1) * at.M / (at.o.m + 1));
  return at;
}

/* 1/(r+1) - 1/(R+1) */
static double later_corrected(const hc_occasion *o) { return 1 / (o->r + 1) - 1 / (o->R + 1); }

static void manly_N(const struct there *a, double *lower, double *upper) {
  const hc_occasion *o = &a->o;
  double n = o->n, p = n / a->N, T = log(a->N) + log((1 - p / 2 + sqrt(1 - p)) / 2);
  double variance = (a->M - o->m + o->R + 1) / (a->M + 1) * later_corrected(o) + 1 / (o->m + 1) - 1 / (n + 1);
  double L = exp(T - 1.6 * sqrt(variance)), U = exp(T + 2.4 * sqrt(variance));
  *lower = (4 * L + n) * (4 * L + n) / (16 * L);
  *upper = (4 * U + n) * (4 * U + n) / (16 * U);
}

static void manly_phi(const struct there *a, const struct there *b, double *lower, double *upper) {
  double left = a->M - a->o.m, next = b->M - b->o.m, phi = b->M / (left + a->o.R);
  double B = (next + 1) * (next + b->o.R + 1) / ((b->M + 1) * (b->M + 1)) * later_corrected(&b->o) +
             (left + 1) / (left + a->o.R + 1) * later_corrected(&a->o);
  double C = 1 / (b->M + 1), A = C / (B + C), root_of = sqrt(B + C);
  double T = log((1 - sqrt(1 - A * phi)) / (1 + sqrt(1 + A * phi)));
  double L = exp(T - 1.9 * root_of), U = exp(T + 2.1 * root_of);
  *lower = (1 - (1 - L) * (1 - L) / ((1 + L) * (1 + L))) / A;
  *upper = (1 - (1 - U) * (1 - U) / ((1 + U) * (1 + U))) / A;
}

static hc_status no_manly(const char *name, hc_error *err) {
  return hc_refuse(err, "not-a-population",
                   "Manly's interval is for N[i] and phi[i] of form=bias-corrected, at 95 %%, not for %s", name);
}

static hc_status interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level, double *lower,
                          double *upper, hc_error *err) {
  (void)e, (void)method, (void)level, (void)lower, (void)upper;
  return no_manly(plan->quantities[0].name, err);
}

static hc_status interval_of(const hc_plan *plan, const hc_estimate *e, size_t q, const char *method, double level,
                             double *lower, double *upper, hc_error *err) {
  const struct state *s = plan->state;
  const hc_captures *c = &s->captures;
  bool N = q >= s->at_N && q < s->at_N + c->k - 2, phi = q >= s->at_phi && q < s->at_phi + c->k - 2;
  (void)e, (void)method;
  if ((!N && !phi) || !s->corrected || c->timed || fabs(level - 0.95) > 1e-9)
    return no_manly(plan->quantities[q].name, err);
  size_t i = N ? q - s->at_N + 1 : q - s->at_phi;
  struct there a = look(c, plan->observed, i), b = look(c, plan->observed, i + 1);
  if (N) manly_N(&a, lower, upper);
  else manly_phi(&a, &b, lower, upper);
  return isfinite(*lower) && isfinite(*upper) ? HC_OK : no_manly(plan->quantities[q].name, err);
}

static const char *const interval_methods[] = {"manly", NULL};

const hc_estimator hc_estimator_jolly_seber = {
    .id = "jolly-seber",
    .title = "Jolly-Seber: people who come and go",
    .cite =
        "Jolly (1965) Biometrika 52:225-247; Seber (1965) Biometrika 52:249-259; Seber (1982) The Estimation of Animal "
        "Abundance, sec. 5.1, p. 204",
    .formula = "N_i = n_i M_i/m_i, M_i = m_i + z_i R_i/r_i, phi_i = M_{i+1}/(M_i - m_i + R_i), B_i = N_{i+1} - phi_i "
               "(N_i - n_i + R_i)",
    .assumes = "everybody there has the same chance of being met on an occasion and of staying until the next; who "
               "leaves does not "
               "come back",
    .needs = "capture histories of three or more ordered occasions, or first, last and all captures by occasion",
    .accepts = HC_SHAPE_OCCASIONS | HC_SHAPE_FIRST_LAST,
    .ordered = true,
    .options = options,
    .interval_methods = interval_methods,
    .open = true,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .interval = interval,
    .interval_of = interval_of,
};
