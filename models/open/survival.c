/* One fit for the likelihood models of open populations: see the header. The likelihood is maximised over angles, x =
 * sin(a)^2 for a chance, and over roots, x = b^2 for arrivals: then a maximum at the edge, a survival of 1 or nobody
 * arriving, is an ordinary stationary point. Where the Hessian says that an edge is a saddle, the search goes on
 * beside it. Standard errors: delta method, the inverse of the observed information. */
#include "open/survival.h"
#include "open/fit_tests.h"
#include "open/interior.h"
#include "open/saturated.h"

#include "numeric/optimise.h"

/* More parameters than the first have no standard errors: with their inverse a fit would take a second. Up to the
 * second one the search goes by gradients with a full matrix, beyond it with a limited memory; where either stalls,
 * by Newton's steps. */
enum { MOST_FOR_SE = 300, MOST_FOR_BFGS = 64, RESTARTS = 3 };

/* What simulate reads, [k] each. */
enum { SIMULATE_LAMBDA, SIMULATE_TAU, SIMULATE_P, SIMULATE_NEW, SIMULATED };

struct work {
  const hc_survival *s;
  const double *counts; /* what follows the captures by occasion in observed: inside periods */
  hc_occasion *o;
  hc_chances c;
  double people, N; /* N: of entries        */
  bool at_N;        /* N is given: a profile */
  double *theta, *value, *jacobian, *hessian, *inverse, *rest, *trials;
};

/* --- parameters ------------------------------------------------------------------------------------------- */

static double square(double x) { return x * x; }
static double chance(double angle) { return square(sin(angle)); }
static double angle(double chance) { return asin(sqrt(fmin(1, fmax(0, chance)))); }

/* Occasion whose chance stands for that of i, and its parameter; k where it is 1. */
static size_t p_parameter(const hc_survival *s, size_t i) {
  size_t k = s->captures.k, last = s->n_p; /* parameters are of occasions 1..n_p, counted from 0 */
  if (!s->p_t) return 0;
  if (i >= 1 && i <= last) return i - 1;
  return s->ends_equal ? (i == 0 ? 0 : last - 1) : k;
}

static void decode_arrivals(struct work *w, const double *theta) {
  const hc_survival *s = w->s;
  size_t k = s->captures.k, j = 0;
  hc_chances *c = &w->c;
  if (s->kind == HC_SURVIVAL_ENTRIES) {
    double sum = 0;
    for (size_t i = 0; i < k; i++) sum += c->arrive[i] = i == s->reference ? 1 : square(theta[j++]);
    for (size_t i = 0; i < k; i++) c->arrive[i] /= sum;
    if (s->full && !w->at_N) w->N = w->people * (1 + square(theta[j]));
  } else if (s->kind == HC_SURVIVAL_RECRUITMENT) {
    double there = c->arrive[0] = 1;
    for (size_t i = 0; i + 1 < k; i++) {
      double L = s->captures.length[i], stay = pow(c->phi[i], 1 / L),
             grow = pow(stay + square(theta[s->f_t ? i : 0]), L);
      c->arrive[i + 1] = there * (grow - c->phi[i]);
      there *= grow;
    }
  }
}

/* The chances of being met. */
static void decode_p(struct work *w, const double *theta) {
  const hc_survival *s = w->s;
  size_t k = s->captures.k;
  for (size_t i = 0; i < k; i++) {
    size_t j = s->within ? k : p_parameter(s, i);
    if (s->within) hc_within_loglik(s->within, i, w->counts, theta + s->within->theta_at[i], &w->c.p[i], NULL, NULL);
    else w->c.p[i] = j < k ? chance(theta[j]) : 1;
  }
}

static void decode(struct work *w, const double *theta) {
  const hc_survival *s = w->s;
  size_t k = s->captures.k;
  decode_p(w, theta + s->n_phi);
  for (size_t i = 0; i < k; i++) {
    double stay = i + 1 < k ? chance(theta[s->phi_t ? i : 0]) : 0;
    w->c.phi[i] = s->captures.timed && i + 1 < k ? pow(stay, s->captures.length[i]) : stay;
  }
  decode_arrivals(w, theta + s->n_phi + s->n_p);
}

/* Slopes in entries to those in their roots: x_i = b_i^2, arrive = x/sum x. */
static void entries_slope(const struct work *w, const double *theta, double *gradient) {
  const hc_survival *s = w->s;
  size_t k = s->captures.k;
  double sum = 0, mean = 0;
  for (size_t i = 0, j = 0; i < k; i++) sum += i == s->reference ? 1 : square(theta[j++]);
  for (size_t i = 0; i < k; i++) mean += w->c.d_arrive[i] * w->c.arrive[i];
  for (size_t i = 0, j = 0; i < k; i++) {
    if (i == s->reference) continue;
    gradient[j] = 2 * theta[j] * (w->c.d_arrive[i] - mean) / sum;
    j++;
  }
}

/* Slopes in arrivals to those in recruitment and survival: arrive_{i+1} = N_i (grow_i - phi_i), N_{i+1} = N_i grow_i.
 * */
static void recruitment_slope(const struct work *w, const double *theta, double *gradient) {
  const hc_survival *s = w->s;
  size_t k = s->captures.k;
  double there = 1, later = 0;
  for (size_t i = 0; i < s->n_in; i++) gradient[i] = 0;
  for (size_t i = 0; i + 1 < k; i++) { /* N_i in fresh, growth in rest */
    double L = s->captures.length[i];
    w->c.fresh[i] = there;
    w->rest[i] = pow(pow(w->c.phi[i], 1 / L) + square(theta[s->f_t ? i : 0]), L);
    there *= w->rest[i];
  }
  for (size_t i = k - 1; i-- > 0;) {
    double L = s->captures.length[i], N = w->c.fresh[i], grow = w->rest[i], stay = pow(w->c.phi[i], 1 / L);
    double root = theta[s->f_t ? i : 0], base = stay + square(root), d = w->c.d_arrive[i + 1];
    double d_grow = N * (d + later), d_base = d_grow * L * grow / base;
    gradient[s->f_t ? i : 0] += d_base * 2 * root;
    w->c.d_phi[i] += -N * d + (w->c.phi[i] > 0 ? d_base * stay / (L * w->c.phi[i]) : 0);
    later = d * (grow - w->c.phi[i]) + later * grow;
  }
}

/* Adds the likelihood inside periods; its slopes, and those in p, are written where gradient is not NULL. */
static double add_within(const struct work *w, const double *theta, double *gradient) {
  const hc_within *within = w->s->within;
  double sum = 0, d_p[HC_MAX_LISTS], p;
  for (size_t i = 0; i < within->k; i++) {
    size_t at = within->theta_at[i], n = within->theta_at[i + 1] - at;
    sum +=
        hc_within_loglik(within, i, w->counts, theta + at, &p, gradient ? gradient + at : NULL, gradient ? d_p : NULL);
    for (size_t j = 0; j < n && gradient; j++) gradient[at + j] += w->c.d_p[i] * d_p[j];
  }
  return sum;
}

static void survival_slope(const struct work *w, const double *theta, double *gradient) {
  const hc_survival *s = w->s;
  size_t k = s->captures.k;
  for (size_t j = 0; j < s->n_phi + s->n_p; j++) gradient[j] = 0;
  if (s->within) add_within(w, theta + s->n_phi, gradient + s->n_phi);
  for (size_t i = 0; i < k; i++) {
    size_t f = s->phi_t ? i : 0, j = s->within ? k : p_parameter(s, i);
    double L = i + 1 < k && s->captures.timed ? s->captures.length[i] : 1;
    double stay = i + 1 < k ? chance(theta[f]) : 0, d = sin(2 * theta[f < s->n_phi ? f : 0]);
    if (i + 1 < k && stay > 0) gradient[f] += w->c.d_phi[i] * L * w->c.phi[i] / stay * d;
    if (j < k) gradient[s->n_phi + j] += w->c.d_p[i] * sin(2 * theta[s->n_phi + j]);
  }
}

/* Minus the log-likelihood. */
static double objective(const double *theta, size_t n, double *gradient, double *hessian, void *context) {
  struct work *w = context;
  const hc_survival *s = w->s;
  size_t k = s->captures.k, in = s->n_phi + s->n_p;
  double d_N = 0;
  if (hessian) hc_hessian_numeric(objective, w, n, theta, hessian, w->trials);
  decode(w, theta);
  double loglik = hc_likelihood_recaptures(k, w->o, &w->c);
  if (s->full || w->at_N) loglik += hc_likelihood_entries(k, w->o, &w->c, w->N, &d_N);
  else if (s->kind != HC_SURVIVAL_ALONE) loglik += hc_likelihood_first(k, w->o, &w->c);
  if (s->within) loglik += add_within(w, theta + s->n_phi, NULL);
  if (!gradient) return -loglik;
  if (s->kind == HC_SURVIVAL_ENTRIES) {
    entries_slope(w, theta + in, gradient + in);
    if (s->full) gradient[n - 1] = w->at_N ? 0 : d_N * w->people * 2 * theta[n - 1];
  } else if (s->kind == HC_SURVIVAL_RECRUITMENT) {
    recruitment_slope(w, theta + in, gradient + in);
  }
  survival_slope(w, theta, gradient);
  for (size_t j = 0; j < n; j++) gradient[j] = -gradient[j];
  return -loglik;
}

/* --- where the search begins ------------------------------------------------------------------------------ */

static double between(double x, double low, double high) { return x > low ? (x < high ? x : high) : low; }

/* Jolly and Seber's numbers with Seber's correction, kept inside; or, where survivals and chances go by occasion, the
 * maximum itself, which is then that of the recaptures. */
static hc_status begin_chances(struct work *w, hc_error *err) {
  const hc_survival *s = w->s;
  size_t k = s->captures.k;
  hc_chances *c = &w->c;
  if (s->phi_t && s->p_t && !s->within) {
    hc_saturated_fit f = {c->lambda, c->tau, c->p, c->phi, c->d_phi, c->d_p};
    hc_status status = hc_saturated_at_most_one(k, w->o, true, &f, err);
    if (status != HC_OK) return status;
    c->phi[k - 2] = c->lambda[k - 2];
    c->p[0] = c->p[k - 1] = 1;
    if (s->ends_equal) c->phi[k - 2] = fmin(1, c->lambda[k - 2] / c->p[k - 2]);
    return HC_OK;
  }
  double M = 0;
  for (size_t i = 0; i + 1 < k; i++) {
    const hc_occasion *a = &w->o[i], *b = &w->o[i + 1];
    double next = i + 2 < k ? b->m + b->z * (b->R + 1) / (b->r + 1) : 1.2 * b->m + 1;
    c->phi[i] = between(next / (M - a->m + a->R), 0.1, 0.95);
    c->p[i + 1] = between(b->m / next, 0.05, 0.95);
    M = next;
  }
  return HC_OK;
}

static void begin_arrivals(struct work *w) {
  const hc_survival *s = w->s;
  size_t k = s->captures.k;
  double before = 0, least = 1e-3 * w->people, sum = 0;
  for (size_t i = 0; i < k; i++) {
    double there = w->o[i].n / w->c.p[i];
    double stay = i > 0 ? w->c.phi[i - 1] * (before - w->o[i - 1].n + w->o[i - 1].R) : 0;
    w->c.arrive[i] = fmax(there - stay, least);
    w->rest[i] = there;
    sum += w->c.arrive[i];
    before = there;
  }
  double *in = w->theta + s->n_phi + s->n_p, mean = 0;
  if (s->kind == HC_SURVIVAL_ENTRIES) {
    size_t j = 0;
    for (size_t i = 0; i < k; i++)
      if (i != s->reference) in[j++] = sqrt(w->c.arrive[i] / w->c.arrive[s->reference]);
    if (s->full) in[j] = sqrt(fmax(sum / w->people - 1, 1e-3));
    return;
  }
  for (size_t i = 0; i + 1 < k; i++) {
    double L = s->captures.length[i], stay = pow(w->c.phi[i], 1 / L);
    double f = between(pow(w->c.arrive[i + 1] / fmax(w->rest[i], 1) + w->c.phi[i], 1 / L) - stay, 1e-3, 20);
    mean += f / (double)(k - 1);
    if (s->f_t) in[i] = sqrt(f);
  }
  if (!s->f_t) in[0] = sqrt(mean);
}

/* Everything by occasion, and so many parameters that a search over angles takes seconds. */
static bool suits_interior(const hc_survival *s) {
  bool arrivals = (s->kind == HC_SURVIVAL_ENTRIES && !s->full) || (s->kind == HC_SURVIVAL_RECRUITMENT && s->f_t);
  return arrivals && s->phi_t && s->p_t && !s->within && !s->ends_equal && s->n_theta > MOST_FOR_SE;
}

/* The maximum, or next to it; where it is not reached the search goes its usual way. */
static void begin_interior(struct work *w, double *scratch) {
  const hc_survival *s = w->s;
  size_t k = s->captures.k;
  const hc_chances *c = &w->c;
  double *in = w->theta + s->n_phi + s->n_p, there = 0;
  if (!hc_interior_maximise(k, w->o, c->phi, c->p, c->arrive, scratch) || !(c->arrive[s->reference] > 0)) return;
  for (size_t i = 0; i + 1 < k; i++) w->theta[i] = angle(hc_captures_per_time(&s->captures, i, c->phi[i]));
  for (size_t i = 0; i < s->n_p; i++) w->theta[s->n_phi + i] = angle(c->p[i + 1]);
  for (size_t i = 0, j = 0; i < k && s->kind == HC_SURVIVAL_ENTRIES; i++)
    if (i != s->reference) in[j++] = sqrt(c->arrive[i] / c->arrive[s->reference]);
  if (s->kind == HC_SURVIVAL_ENTRIES) return;
  there = c->arrive[0];
  for (size_t i = 0; i + 1 < k; i++) {
    double L = s->captures.length[i], next = there * c->phi[i] + c->arrive[i + 1];
    in[i] = c->arrive[i + 1] > 0 ? sqrt(fmax(0, pow(next / there, 1 / L) - pow(c->phi[i], 1 / L))) : 0;
    there = next;
  }
}

static hc_status begin(struct work *w, hc_error *err) {
  const hc_survival *s = w->s;
  size_t k = s->captures.k;
  hc_status status = begin_chances(w, err);
  if (status != HC_OK) return status;
  double phi = 0, p = 0;
  for (size_t i = 0; i + 1 < k; i++) {
    double stay = hc_captures_per_time(&s->captures, i, w->c.phi[i]);
    phi += stay / (double)(k - 1), p += w->c.p[i + 1] / (double)(k - 1);
    if (s->phi_t) w->theta[i] = angle(stay);
    if (s->p_t && !s->within && i < s->n_p) w->theta[s->n_phi + i] = angle(w->c.p[i + 1]);
  }
  if (!s->phi_t) w->theta[0] = angle(between(phi, 0.1, 0.95));
  if (!s->p_t) w->theta[s->n_phi] = angle(between(p, 0.05, 0.95));
  for (size_t i = 0; i < k && s->within; i++)
    hc_within_begin(s->within, i, w->counts, w->theta + s->n_phi + s->within->theta_at[i]);
  decode_p(w, w->theta + s->n_phi);
  if (s->kind != HC_SURVIVAL_ALONE) begin_arrivals(w);
  if (suits_interior(s)) begin_interior(w, w->rest + k);
  return HC_OK;
}

/* --- quantities --------------------------------------------------------------------------------------------- */

static double share_met(const struct work *w) {
  double met = 0;
  for (size_t i = 0; i < w->s->captures.k; i++) met += w->c.fresh[i] * w->c.p[i];
  return met;
}

static void put_people(const struct work *w, double *value) {
  const hc_survival *s = w->s;
  size_t k = s->captures.k;
  double there = 0, sum = 0, N = s->full ? w->N : w->people / share_met(w);
  for (size_t i = 0; i < k; i++) {
    if (s->kind == HC_SURVIVAL_ENTRIES) {
      double lost = i > 0 ? w->o[i - 1].n - w->o[i - 1].R : 0;
      there = N * w->c.arrive[i] + (i > 0 ? fmax(0, there - lost) * w->c.phi[i - 1] : 0);
      if (i >= s->B.first && i < s->B.first + s->B.n) value[s->B.at + i - s->B.first] = N * w->c.arrive[i];
    } else {
      there = w->o[i].n / w->c.p[i];
    }
    if (i < s->N.first || i >= s->N.first + s->N.n) continue;
    value[s->N.at + i - s->N.first] = there;
    sum += there / (double)s->N.n;
  }
  value[s->at_mean] = sum;
  if (s->kind == HC_SURVIVAL_ENTRIES) value[0] = N;
}

static void put_values(const struct work *w, const double *theta, double *value) {
  const hc_survival *s = w->s;
  double mean = 0;
  put_people(w, value);
  for (size_t i = 0; i < s->phi.n; i++) {
    value[s->phi.at + i] = chance(theta[i]);
    mean += chance(theta[i]) / (double)s->phi.n;
  }
  if (s->phi_t) value[s->at_half + s->half_life] = mean;
  if (s->half_life) value[s->at_half] = -M_LN2 / log(mean);
  for (size_t i = 0; i < s->p.n; i++) value[s->p.at + i] = s->p_t ? w->c.p[s->p.first + i] : w->c.p[1];
  for (size_t i = 0; i < s->f.n; i++) {
    size_t j = s->f.first + i;
    double f = square(theta[s->n_phi + s->n_p + (s->f_t ? j : 0)]);
    value[s->f.at + i] = f;
  }
  for (size_t i = 0; i < s->lambda.n; i++) {
    size_t j = s->lambda.first + i;
    value[s->lambda.at + i] = chance(theta[s->phi_t ? j : 0]) + square(theta[s->n_phi + s->n_p + (s->f_t ? j : 0)]);
  }
}

static void values_at(struct work *w, const double *theta, double *value) {
  objective(theta, w->s->n_theta, NULL, NULL, w);
  put_values(w, theta, value);
}

/* Rows of the jacobian, by central differences. */
static void set_jacobian(struct work *w, size_t q) {
  size_t n = w->s->n_theta;
  double *plus = w->rest, *minus = plus + q;
  for (size_t j = 0; j < n; j++) {
    double at = w->theta[j], step = 1e-5 * (1 + fabs(at));
    w->theta[j] = at + step, values_at(w, w->theta, plus);
    w->theta[j] = at - step, values_at(w, w->theta, minus);
    w->theta[j] = at;
    for (size_t i = 0; i < q; i++) w->jacobian[i * n + j] = (plus[i] - minus[i]) / (2 * step);
  }
}

static void set_errors(struct work *w, size_t q, double *se) {
  size_t n = w->s->n_theta;
  hc_cholesky_invert(w->hessian, n, w->inverse);
  set_jacobian(w, q);
  for (size_t i = 0; i < q; i++) {
    const double *row = w->jacobian + i * n;
    double variance = 0;
    for (size_t a = 0; a < n; a++)
      for (size_t b = 0; b < n; b++) variance += row[a] * row[b] * w->inverse[a * n + b];
    se[i] = variance > 1e-16 * square(w->value[i]) ? sqrt(variance) : NAN;
  }
}

static double left_of(double variance) { return variance >= 0 ? sqrt(variance) : NAN; }

/* N = n/p of these people. Given who is there, n is binomial and an unbiased p-hat has cov(n_i, p-hat_i) = p_i q_i,
 * the identity behind the Cramer-Rao bound, so that var N_i = n_i^2 var(p_i)/p_i^4 + n_i q_i/p_i^2 - 2 n_i q_i/p_i^2:
 * with phi=t, p=t Seber's variance. A p common to all occasions takes from each in proportion to those known to be
 * there. separate: n and p-hat as if independent. */
static void add_binomial(const struct work *w, double *se) {
  const hc_survival *s = w->s;
  double sum = 0, known = 0;
  for (size_t i = 0; i < s->captures.k; i++) known += w->o[i].T;
  for (size_t i = 0; i < s->N.n; i++) {
    size_t j = s->N.first + i, at = s->N.at + i;
    double p = w->c.p[j], own = w->o[j].n * (1 - p) / (p * p),
           together = s->separate ? 0
                      : s->p_t    ? 1
                                  : w->o[j].T / known;
    se[at] = left_of(own * (1 - 2 * together) + (isfinite(se[at]) ? square(se[at]) : 0));
    sum += s->separate ? own : -own;
  }
  se[s->at_mean] = left_of(sum / square((double)s->N.n) + (isfinite(se[s->at_mean]) ? square(se[s->at_mean]) : 0));
}

/* Entries given how many were met: n is binomial given N, which every number of people is in proportion to. */
static void add_met(const struct work *w, double *se) {
  const hc_survival *s = w->s;
  double own = (1 - share_met(w)) / w->people;
  for (size_t i = 0; i < s->B.at + s->B.n; i++) {
    bool people = i <= s->at_mean || (i >= s->N.at && i < s->N.at + s->N.n) || i >= s->B.at;
    if (people) se[i] = sqrt(square(w->value[i]) * own + (isfinite(se[i]) ? square(se[i]) : 0));
  }
}

/* The numbers of these people instead of those of their like: less what a multinomial number among N has of its own.
 * Of the mean, N times the variance of a person's occasions there; later: those to come for one who is there. */
static void realise(const struct work *w, double *se) {
  const hc_survival *s = w->s;
  double N = w->value[0], later = 0, squares = 0, sum = 0;
  for (size_t i = s->N.n; i-- > 0;) {
    double there = w->value[s->N.at + i];
    later = i + 1 < s->N.n ? w->c.phi[s->N.first + i] * (1 + later) : 0;
    squares += there * (1 + 2 * later), sum += there;
    se[s->N.at + i] = left_of(square(se[s->N.at + i]) - there * (1 - there / N));
  }
  se[s->at_mean] = left_of(square(se[s->at_mean]) - (squares - sum * sum / N) / square((double)s->N.n));
  for (size_t i = s->B.at; i < s->B.at + s->B.n; i++) {
    double B = w->value[i];
    se[i] = left_of(square(se[i]) - B * (1 - B / N) + (s->poisson ? B : 0));
  }
}

/* --- fit ----------------------------------------------------------------------------------------------------- */

static struct work lay_out(const hc_plan *plan, double *scratch) {
  const hc_survival *s = plan->state;
  size_t k = s->captures.k, n = s->n_theta, q = plan->n_quantities;
  struct work w = {.s = s, .o = (hc_occasion *)(void *)scratch};
  double **array[HC_CHANCES_ARRAYS] = {&w.c.phi,      &w.c.p,      &w.c.arrive, &w.c.d_phi, &w.c.d_p,
                                       &w.c.d_arrive, &w.c.lambda, &w.c.tau,    &w.c.fresh};
  scratch += hc_captures_scratch(k);
  for (size_t j = 0; j < HC_CHANCES_ARRAYS; j++, scratch += k) *array[j] = scratch;
  w.theta = scratch, w.value = w.theta + n, w.rest = w.value + q;
  w.trials = w.rest + 2 * q + k + hc_minimise_scratch(n);
  w.jacobian = w.trials + 3 * n;
  if (n > MOST_FOR_SE) return w;
  w.hessian = w.jacobian + q * n, w.inverse = w.hessian + n * n;
  return w;
}

static size_t scratch_size(const hc_survival *s, size_t q) {
  size_t k = s->captures.k, n = s->n_theta;
  return hc_captures_scratch(k) + HC_CHANCES_ARRAYS * k + 4 * n + 3 * q + k + hc_minimise_scratch(n) +
         (n > MOST_FOR_SE ? 0 : q * n + 2 * n * n);
}

/* The Hessian's factor. Where an angle or a root stands at a saddle of the edge, it is moved and *moved is set. */
static bool factor_hessian(struct work *w, double *scratch, bool *moved) {
  size_t n = w->s->n_theta;
  *moved = false;
  hc_hessian_numeric(objective, w, n, w->theta, w->hessian, scratch);
  for (size_t j = 0; j < n; j++) {
    double at = w->theta[j];
    size_t angles = w->s->n_phi + (w->s->within ? 0 : w->s->n_p);
    bool edge = j < angles ? fabs(sin(2 * at)) < 1e-4 : fabs(at) < 1e-4;
    if (edge && w->hessian[j * n + j] < -1e-6 * (1 + w->people)) w->theta[j] = at - 0.2, *moved = true;
  }
  return !*moved && hc_cholesky(w->hessian, n, 1e-12);
}

static bool is_closed(const hc_survival *s) { return !s->within && s->kind == HC_SURVIVAL_ALONE && s->phi_t && s->p_t; }

/* Is the start the maximum? */
static bool is_there(struct work *w, double *gradient, hc_minimum *end) {
  size_t n = w->s->n_theta;
  double largest = 0;
  end->value = objective(w->theta, n, gradient, NULL, w);
  end->end = HC_SEARCH_CONVERGED;
  for (size_t j = 0; j < n; j++) largest = fmax(largest, fabs(gradient[j]));
  return isfinite(end->value) && largest <= 1e-7 * w->people;
}

static hc_minimum search(struct work *w, double *scratch) {
  size_t n = w->s->n_theta;
  hc_search how = hc_search_default();
  hc_minimum end = {.end = HC_SEARCH_STALLED};
  how.longest_step = 0.5;
  if (is_closed(w->s)) return (hc_minimum){.value = objective(w->theta, n, NULL, NULL, w)};
  if (suits_interior(w->s) && is_there(w, scratch, &end)) return end;
  if (n <= MOST_FOR_BFGS) end = hc_minimise_bfgs(objective, w, n, w->theta, how, scratch);
  how.iterations = n <= MOST_FOR_BFGS ? how.iterations : 5000;
  if (n > MOST_FOR_BFGS) end = hc_minimise_lbfgs(objective, w, n, w->theta, how, scratch);
  how.iterations = 200;
  if (end.end != HC_SEARCH_CONVERGED) end = hc_minimise_newton(objective, w, n, w->theta, how, scratch);
  return end;
}

/* From the beginning to the maximum; *sharp: the Hessian's factor stands in w->hessian. */
static hc_status climb(struct work *w, hc_minimum *end, bool *sharp, hc_error *err) {
  const hc_survival *s = w->s;
  double *scratch = w->rest + s->captures.k;
  bool moved = true;
  *sharp = false;
  for (int round = 0; round < RESTARTS && moved; round++) {
    *end = search(w, scratch);
    moved = false;
    if (end->end == HC_SEARCH_EXHAUSTED || end->end == HC_SEARCH_ESCAPED || !isfinite(end->value))
      return hc_refuse(err, "not-converged", "the search for the highest likelihood did not reach it");
    if (s->n_theta <= MOST_FOR_SE) *sharp = factor_hessian(w, scratch, &moved);
    if (is_closed(s)) moved = false;
  }
  return HC_OK;
}

static void put_parameters(const struct work *w, hc_estimate *e) {
  const hc_survival *s = w->s;
  size_t k = s->captures.k;
  double met = share_met(w); /* of no one's, where there are no arrivals */
  for (size_t i = 0; i < k; i++) {
    double u = w->o[i].u, first = u;
    if (s->kind == HC_SURVIVAL_ENTRIES) first = w->c.fresh[i] * w->c.p[i];
    else if (s->kind == HC_SURVIVAL_RECRUITMENT) first = w->people * w->c.fresh[i] * w->c.p[i] / met;
    else if (i >= s->N.first && i < s->N.first + s->N.n) first = floor(u / w->c.p[i] + 0.5);
    e->parameters[SIMULATE_LAMBDA * k + i] = w->c.lambda[i];
    e->parameters[SIMULATE_TAU * k + i] = w->c.tau[i];
    e->parameters[SIMULATE_P * k + i] = w->c.p[i];
    e->parameters[SIMULATE_NEW * k + i] = first;
  }
}

/* c-hat is of these histories, not of a replicate's. */
static void note_fit(const hc_survival *s, hc_estimate *e) {
  const double unlikely = 0.01;
  double p = hc_chisq_exceeds(s->chi, s->df);
  if (p < unlikely || s->inflation > 1)
    hc_estimate_note(e, "overdispersion",
                     "tests 2 and 3 of Burnham and others (1987): chi squared %.1f on %.0f degrees of freedom, p = "
                     "%.2g, c-hat %.2f; standard errors %s",
                     s->chi, s->df, p, s->chi / s->df,
                     s->inflation > 1 ? _("are inflated by its root") : _("leave that out: inflate=yes"));
}

static void add_notes(const struct work *w, bool sharp, hc_estimate *e) {
  const hc_survival *s = w->s;
  if (s->df > 0) note_fit(s, e);
  size_t edge = 0;
  for (size_t j = 0; j < s->n_phi + (s->within ? 0 : s->n_p); j++) edge += fabs(sin(2 * w->theta[j])) < 1e-3;
  for (size_t j = s->n_phi + s->n_p; j < s->n_theta; j++) edge += fabs(w->theta[j]) < 1e-3;
  if (edge)
    hc_estimate_note(e, "boundary",
                     "%zu of %zu parameters are at the edge of what is possible, a chance of 0 or 1 or nobody "
                     "arriving, and have no standard error",
                     edge, s->n_theta);
  if (!sharp && s->n_theta <= MOST_FOR_SE)
    hc_estimate_note(
        e, "flat",
        "the likelihood is flat at its maximum, so that other answers fit as well: there are no standard errors");
}

hc_status hc_survival_fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  struct work w = lay_out(plan, scratch);
  const hc_survival *s = w.s;
  hc_minimum end;
  bool sharp;
  w.counts = x + HC_CAPTURES_PER_OCCASION * s->captures.k;
  hc_captures_occasions(&s->captures, x, w.o);
  for (size_t i = 0; i < s->captures.k; i++) w.people += w.o[i].u;
  hc_status status = begin(&w, err);
  if (status == HC_OK) status = climb(&w, &end, &sharp, err);
  if (status != HC_OK) return status;
  values_at(&w, w.theta, w.value);
  for (size_t i = 0; i < plan->n_quantities; i++) e->value[i] = w.value[i];
  if (sharp) set_errors(&w, plan->n_quantities, e->se);
  objective(w.theta, s->n_theta, NULL, NULL, &w); /* the chances of the maximum again */
  if (s->kind != HC_SURVIVAL_ENTRIES && sharp) add_binomial(&w, e->se);
  if (s->kind == HC_SURVIVAL_ENTRIES && !s->full && sharp) add_met(&w, e->se);
  if (s->kind == HC_SURVIVAL_ENTRIES && sharp) realise(&w, e->se);
  for (size_t i = 0; i < plan->n_quantities; i++) e->se[i] *= s->inflation;
  put_parameters(&w, e);
  e->fit.iterations = end.iterations;
  hc_fit_criteria(&e->fit, -end.value, (double)s->n_theta, w.people);
  add_notes(&w, sharp, e);
  hc_captures_note(&s->captures, e);
  return HC_OK;
}

/* --- profile limits ---------------------------------------------------------------------------------------------- */

/* All parameters but one, which is held. */
struct held {
  struct work *w;
  size_t which;
  double *theta, *slope, *rest; /* [n] all, [n] their slopes, [n - 1] the others where the search stands */
  double *scratch, target;
};

static double objective_held(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  struct held *h = context;
  (void)hessian;
  for (size_t j = 0; j < n; j++) h->theta[j + (j >= h->which)] = x[j];
  double value = objective(h->theta, n + 1, gradient ? h->slope : NULL, NULL, h->w);
  for (size_t j = 0; j < n && gradient; j++) gradient[j] = h->slope[j + (j >= h->which)];
  return value;
}

/* How far the log-likelihood with this chance is above the target; the others go on from where they stand. */
static double above_target(double chance, void *context) {
  struct held *h = context;
  size_t n = h->w->s->n_theta - 1;
  hc_search how = hc_search_default();
  how.longest_step = 0.5;
  h->theta[h->which] = angle(chance);
  if (n == 0) return -objective(h->theta, 1, NULL, NULL, h->w) - h->target;
  hc_minimum end = hc_minimise_bfgs(objective_held, h, n, h->rest, how, h->scratch);
  return isfinite(end.value) ? -end.value - h->target : NAN;
}

/* From the estimate towards edge, 0 or 1, halving the way that is left; the edge itself where the likelihood does not
 * fall that far. */
static double one_limit(struct held *h, double best, double edge) {
  enum { HALVINGS = 30 };
  size_t n = h->w->s->n_theta;
  double near = best, limit = NAN;
  for (size_t j = 0; j < n; j++)
    if (j != h->which) h->rest[j - (j > h->which)] = h->w->theta[j];
  for (int i = 1; i <= HALVINGS && best != edge; i++) {
    double far = edge - (edge - best) * exp2(-i), value = above_target(far, h);
    if (value < 0) return hc_root_brent(above_target, h, fmin(near, far), fmax(near, far), 1e-8, &limit) ? limit : NAN;
    if (isnan(value)) return NAN;
    near = far;
  }
  return edge;
}

hc_status hc_survival_profile_of(const hc_plan *plan, const hc_estimate *e, size_t quantity, double fall,
                                 double *scratch, double *lower, double *upper) {
  const hc_survival *s = plan->state;
  bool phi = quantity >= s->phi.at && quantity < s->phi.at + s->phi.n,
       p = quantity >= s->p.at && quantity < s->p.at + s->p.n;
  if ((!phi && !p) || s->within || s->n_theta > MOST_FOR_BFGS || plan->n_quantities < 4) return HC_EREFUSED;
  struct work w = lay_out(plan, scratch);
  hc_minimum end;
  bool sharp;
  w.counts = plan->observed + HC_CAPTURES_PER_OCCASION * s->captures.k;
  hc_captures_occasions(&s->captures, plan->observed, w.o);
  for (size_t i = 0; i < s->captures.k; i++) w.people += w.o[i].u;
  if (begin(&w, NULL) != HC_OK || climb(&w, &end, &sharp, NULL) != HC_OK) return HC_EREFUSED;
  size_t n = s->n_theta;
  struct held h = {.w = &w,
                   .which = phi ? quantity - s->phi.at : s->n_phi + quantity - s->p.at,
                   .theta = w.jacobian,
                   .slope = w.jacobian + n,
                   .rest = w.jacobian + 2 * n,
                   .scratch = w.rest + s->captures.k,
                   .target = -end.value - fall};
  double best = e->value[quantity];
  *lower = one_limit(&h, best, 0);
  *upper = one_limit(&h, best, 1);
  return *lower <= best && best <= *upper ? HC_OK : HC_EREFUSED;
}

hc_status hc_survival_profile(const hc_plan *plan, const double *x, double N, const hc_estimate *start, double *scratch,
                              double *loglik) {
  struct work w = lay_out(plan, scratch);
  const hc_survival *s = w.s;
  (void)start; /* an estimate keeps no angles */
  w.counts = x + HC_CAPTURES_PER_OCCASION * s->captures.k;
  hc_captures_occasions(&s->captures, x, w.o);
  for (size_t i = 0; i < s->captures.k; i++) w.people += w.o[i].u;
  if (!(N >= w.people) || s->n_theta > MOST_FOR_SE || begin(&w, NULL) != HC_OK) return HC_EREFUSED;
  w.at_N = true;
  w.N = N;
  *loglik = -search(&w, w.rest + s->captures.k).value;
  return isfinite(*loglik) ? HC_OK : HC_EREFUSED;
}

void hc_survival_simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *x) {
  const hc_survival *s = plan->state;
  size_t k = s->captures.k;
  const double *p = e->parameters + SIMULATE_P * k, *expected = e->parameters + SIMULATE_NEW * k;
  double *first = x + 3 * k, left = floor(e->value[0] + 0.5), share = 1;
  for (size_t i = 0; i < k; i++) {
    if (s->kind == HC_SURVIVAL_ENTRIES) { /* one multinomial, occasion by occasion */
      first[i] = hc_rng_binomial(rng, fmin(1, expected[i] / share), left);
      left -= first[i], share = fmax(share - expected[i], 1e-300);
    } else if (s->kind == HC_SURVIVAL_RECRUITMENT) {
      first[i] = hc_rng_poisson(rng, expected[i]);
    } else {
      bool known = i >= s->N.first && i < s->N.first + s->N.n;
      first[i] = known ? hc_rng_binomial(rng, p[i], expected[i]) : expected[i];
    }
  }
  hc_captures_draw(plan, &s->captures, e->parameters + SIMULATE_LAMBDA * k, e->parameters + SIMULATE_TAU * k, first,
                   rng, x);
}

/* --- prepare -------------------------------------------------------------------------------------------------- */

static hc_survival_block block(size_t *at, size_t first, size_t end) {
  hc_survival_block b = {*at, end > first ? end - first : 0, first};
  *at += b.n;
  return b;
}

/* Which occasions each kind of quantity is of: without p=t all of them, else those that the data tell of. */
static void place(hc_survival *s) {
  size_t k = s->captures.k, at = 0, entries = s->kind == HC_SURVIVAL_ENTRIES;
  bool all = s->within || !s->p_t; /* does something tell the first and the last chance? */
  size_t low = all && s->kind != HC_SURVIVAL_ALONE ? 0 : 1, high = all || !s->phi_t ? k : k - 1;
  at += entries;
  s->at_mean = at++;
  s->at_half = at;
  at += s->half_life + s->phi_t; /* half_life, phi_mean */
  s->N = block(&at, low, high);
  s->phi = block(&at, 0, s->phi_t ? high - 1 : 1);
  s->p = s->within ? block(&at, 0, k) : block(&at, 1, s->p_t ? high : 2);
  s->B = block(&at, low ? 2 : 0, entries ? high : 0);
  bool recruits = s->kind == HC_SURVIVAL_RECRUITMENT;
  s->f = block(&at, s->f_t ? low : 0, recruits ? (s->f_t ? high - 1 : 1) : 0);
  bool both = !s->f_t && !s->phi_t;
  s->lambda = block(&at, both ? 0 : low, recruits ? (both ? 1 : high - 1) : 0);
}

static void name_block(hc_plan *plan, const hc_survival_block *b, bool by_occasion, const hc_quantity *as,
                       const char *meaning, const char *letter, size_t plus) {
  for (size_t i = 0; i < b->n; i++) {
    if (by_occasion) hc_plan_quantity(plan, b->at + i, as, meaning, "%s[%zu]", letter, b->first + i + plus);
    else hc_plan_quantity(plan, b->at + i, as, meaning, "%s", letter);
  }
}

static void name_quantities(hc_plan *plan, hc_survival *s) {
  place(s);
  hc_plan_set_quantities(plan, s->lambda.at + s->lambda.n);
  if (s->kind == HC_SURVIVAL_ENTRIES) {
    hc_quantity people = hc_quantity_people;
    people.floor = plan->n_units;
    hc_plan_quantity(plan, 0, &people, "people who were ever there, met or not", "N_super");
  }
  hc_plan_quantity(plan, s->at_mean, &hc_quantity_people, "people present, mean over the occasions", "N_mean");
  if (s->half_life)
    hc_plan_quantity(plan, s->at_half, &hc_quantity_positive, "time until half of them have left", "half_life");
  if (s->phi_t)
    hc_plan_quantity(plan, s->at_half + s->half_life, &hc_quantity_chance, "survival, mean over the intervals",
                     "phi_mean");
  name_block(plan, &s->N, true, &hc_quantity_people, N_("people present on this occasion"), "N", 1);
  name_block(plan, &s->phi, s->phi_t, &hc_quantity_chance, N_("share that stays from an occasion to the next"), "phi", 1);
  name_block(plan, &s->p, s->p_t, &hc_quantity_chance, N_("chance of being met on an occasion"), "p", 1);
  name_block(plan, &s->B, true, &hc_quantity_people, N_("arrived after this occasion and there on the next"), "B", 0);
  name_block(plan, &s->f, s->f_t, &hc_quantity_positive, N_("arrivals per person there"), "f", 1);
  name_block(plan, &s->lambda, s->f_t || s->phi_t, &hc_quantity_positive,
             N_("growth, people there next to people there now"), "lambda", 1);
}

static void read_form(hc_plan *plan, hc_survival *s, const hc_options *o) {
  size_t k = s->captures.k;
  bool entries = s->kind == HC_SURVIVAL_ENTRIES, recruits = s->kind == HC_SURVIVAL_RECRUITMENT;
  s->phi_t = hc_options_choice_is(o, "phi", "t");
  s->p_t = s->within || hc_options_choice_is(o, "p", "t");
  s->f_t = recruits && hc_options_choice_is(o, "f", "t");
  s->ends_equal = (entries || recruits) && hc_options_choice_is(o, "ends", "equal");
  s->n_phi = s->phi_t ? k - 1 : 1;
  s->n_p = s->within ? s->within->theta_at[k] : !s->p_t ? 1 : s->phi_t ? k - 2 : k - 1;
  s->poisson = entries && hc_options_choice_is(o, "births-se", "poisson");
  bool inflate = hc_options_choice_is(o, "inflate", "yes") && s->df > 0;
  s->inflation = inflate ? sqrt(fmax(1, s->chi / s->df)) : 1;
  s->separate = !entries && hc_options_choice_is(o, "numbers-se", "separate");
  s->full = entries && hc_options_choice_is(o, "likelihood", "full");
  s->n_in = entries ? k - 1 + s->full : !recruits ? 0 : s->f_t ? k - 1 : 1;
  s->n_theta = s->n_phi + s->n_p + s->n_in;
  for (size_t i = 1; i < k; i++)
    if (plan->observed[i] > plan->observed[s->reference]) s->reference = i;
  const char *phi = s->phi_t ? "t" : ".", *p = s->p_t ? "t" : ".",
             *ends = s->p_t && s->ends_equal ? _(", equal ends") : "";
  if (s->within) hc_plan_set_form(plan, "phi(%s) pent(t), %s inside periods", phi, hc_within_name(s->within->form));
  else
    hc_plan_set_form(plan, "phi(%s) p(%s)%s%s", phi, p,
                     entries    ? _(" pent(t)")
                     : recruits ? (s->f_t ? " f(t)" : " f(.)")
                                : "",
                     ends);
  if (entries) hc_plan_add_variant(plan, "; %s likelihood", s->full ? _("full") : _("conditional"));
  hc_plan_add_variant(plan, "; survival per %s; se: observed information", _(s->captures.unit));
}

/* A half-life where the survival of the data is below 1 by more than two standard errors. */
static hc_status look_for_leaving(hc_plan *plan, hc_survival *s, hc_error *err) {
  hc_estimate *e = NULL;
  double *scratch = hc_plan_alloc(plan, plan->n_scratch, sizeof *scratch);
  if (!scratch) return HC_ENOMEM;
  hc_status status = hc_estimate_new(&e, plan, err);
  if (status != HC_OK) return status;
  e->asked = (hc_asked){false, false};
  status = hc_survival_fit(plan, plan->observed, scratch, e, err);
  size_t at = s->phi_t ? s->at_half : s->phi.at;
  double se = isfinite(e->se[at]) ? e->se[at] : 0;
  s->half_life = status == HC_OK && e->value[at] > 0 && e->value[at] + 2 * se < 1;
  hc_estimate_free(e);
  return status;
}

static hc_status check_met(const hc_survival *s, const double *x, hc_error *err) {
  size_t k = s->captures.k;
  double again = 0;
  for (size_t i = 0; i < k; i++) {
    again += x[2 * k + i] - x[i];
    if (s->kind != HC_SURVIVAL_ALONE && !(x[2 * k + i] > 0) && s->p_t)
      return hc_refuse(err, "mle-infinite", "nobody was met on occasion %zu: its chance is estimated as 0", i + 1);
  }
  return again > 0 ? HC_OK : hc_refuse(err, "no-recaptures", "nobody was met on two occasions");
}

hc_status hc_survival_prepare(hc_plan *plan, hc_survival_kind kind, const hc_data *data, const hc_options *o,
                              hc_error *err) {
  hc_survival *s = plan->state;
  s->kind = kind;
  hc_status status = hc_captures_take(plan, &s->captures, data, o, 3, err);
  if (status == HC_OK && data->history) {
    hc_fit_tests tests = hc_fit_tests_of(s->captures.k, data->n_cells, data->history, data->count);
    s->chi = hc_fit_tests_sum(&tests, &s->df);
  }
  return status == HC_OK ? hc_survival_complete(plan, o, (double)data->observed, err) : status;
}

hc_status hc_survival_complete(hc_plan *plan, const hc_options *o, double people, hc_error *err) {
  hc_survival *s = plan->state;
  bool table = plan->n_cells == 0;
  hc_status status = check_met(s, plan->observed, err);
  if (status != HC_OK) return status;
  read_form(plan, s, o);
  if (s->kind == HC_SURVIVAL_ENTRIES) hc_plan_bootstrap_people(plan, people);
  if (s->kind == HC_SURVIVAL_ENTRIES && table) plan->resample = plan->default_resample = HC_RESAMPLE_PARAMETRIC;
  plan->n_parameters = SIMULATED * s->captures.k;
  name_quantities(plan, s);
  plan->n_scratch = scratch_size(s, plan->n_quantities + 1);
  if (plan->out_of_memory) return HC_ENOMEM;
  status = look_for_leaving(plan, s, err);
  if (status == HC_OK) name_quantities(plan, s);
  return status;
}
