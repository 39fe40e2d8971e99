/* In the chances lambda_i (one released on i is met again), tau_i (one met before i, and on i or later, is met on i) and the
 * expected first captures g_i, the likelihood is a sum of terms of one variable each:
 *   sum of r ln lambda + w ln(1-lambda) + m ln tau + z ln(1-tau) + u ln g - g                 (Burnham 1991; captures.h)
 * and what ties the occasions together is only that nobody stays with more than certainty and nobody arrives fewer than none.
 * With a = logit lambda, t = logit tau, c = ln g these read
 *   phi_i <= 1:       a_{i+1} - a_i + ln(1 + exp t_{i+1}) >= 0
 *   B_{i+1} >= 0:     c_{i+1} - c_i + t_i + ln(1 + exp -t_{i+1}) >= 0,
 * since 1/E_j = (1-tau_j)/lambda_j + tau_j and fresh_i p_i (1-p_i) phi_i/p_i = g_i (1-tau_i)/(tau_i E_{i+1}). Of the first
 * occasion and of the last, where p is 1, the terms without a chance fall away.
 * Maximised by Newton's method with a logarithmic barrier that is let down to nothing;
 * the Hessian ties neighbours alone, so that its Cholesky factor is a band. */
#include "open/interior.h"

#include <string.h>

enum { A, T, C, PER, BAND = 5, STAGES = 12, STEPS = 40, HALVINGS = 40 };

struct interior {
  size_t k, n;
  const hc_occasion *o;
  double mu;                                     /* of the barrier */
  double *x, *gradient, *step, *trial, *hessian; /* hessian: [n][BAND], columns i - 4 .. i */
};

size_t hc_interior_scratch(size_t k) {
  return PER * k * (4 + BAND);
}

static double sigmoid(double x) {
  return 1 / (1 + exp(-x));
}
static bool has_chance(const struct interior *q, size_t i) {
  return i > 0 && i + 1 < q->k;
} /* tau, t */

/* The slack of phi_i <= 1 and of B_{i+1} >= 0. */
static double stay_slack(const double *x, size_t i) {
  return x[PER * (i + 1) + A] - x[PER * i + A] + hc_logaddexp(0, x[PER * (i + 1) + T]);
}
static double arrive_slack(const struct interior *q, const double *x, size_t i) {
  double next = has_chance(q, i + 1) ? hc_logaddexp(0, -x[PER * (i + 1) + T]) : 0;
  return x[PER * (i + 1) + C] - x[PER * i + C] + x[PER * i + T] + next;
}

/* Minus the likelihood and the barrier; INFINITY outside. */
static double value_at(const struct interior *q, const double *x) {
  double sum = 0, mu = q->mu;
  for (size_t i = 0; i < q->k; i++) {
    const hc_occasion *o = &q->o[i];
    const double *v = x + PER * i;
    if (i + 1 < q->k) sum -= (o->r + mu) * v[A] - (o->r + o->w + 2 * mu) * hc_logaddexp(0, v[A]);
    if (has_chance(q, i)) sum -= (o->m + mu) * v[T] - (o->m + o->z + 2 * mu) * hc_logaddexp(0, v[T]);
    sum -= (o->u + mu) * v[C] - exp(v[C]);
    if (i + 2 < q->k) {
      double slack = stay_slack(x, i);
      if (!(slack > 0)) return INFINITY;
      sum -= mu * log(slack);
    }
    if (has_chance(q, i)) {
      double slack = arrive_slack(q, x, i);
      if (!(slack > 0)) return INFINITY;
      sum -= mu * log(slack);
    }
  }
  return sum;
}

static double *entry(const struct interior *q, size_t i, size_t j) {
  return q->hessian + i * BAND + (BAND - 1 - (i - j));
}

/* One constraint's barrier: its variables in ascending order, and its slope in each. */
static void add_barrier(const struct interior *q, double slack, size_t n, const size_t *at, const double *slope) {
  double force = q->mu / slack;
  for (size_t a = 0; a < n; a++) {
    q->gradient[at[a]] -= force * slope[a];
    for (size_t b = 0; b <= a; b++) *entry(q, at[a], at[b]) += force / slack * slope[a] * slope[b];
  }
}

static void set_own_terms(const struct interior *q, size_t i) {
  const hc_occasion *o = &q->o[i];
  size_t at = PER * i;
  double mu = q->mu, lambda = sigmoid(q->x[at + A]), tau = sigmoid(q->x[at + T]), g = exp(q->x[at + C]);
  bool again = i + 1 < q->k, chance = has_chance(q, i);
  q->gradient[at + A] = again ? (o->r + o->w + 2 * mu) * lambda - o->r - mu : 0;
  *entry(q, at + A, at + A) = again ? (o->r + o->w + 2 * mu) * lambda * (1 - lambda) : 1;
  q->gradient[at + T] = chance ? (o->m + o->z + 2 * mu) * tau - o->m - mu : 0;
  /* the constraints bend in t alone, by the same function as the likelihood */
  double trials = o->m + o->z + 2 * mu, bend = 0;
  if (chance && i + 2 <= q->k) bend += mu / stay_slack(q->x, i - 1);
  if (chance && i >= 2) bend += mu / arrive_slack(q, q->x, i - 1);
  *entry(q, at + T, at + T) = chance ? fmax(trials - bend, 0.01 * trials) * tau * (1 - tau) : 1;
  q->gradient[at + C] = g - o->u - mu;
  *entry(q, at + C, at + C) = g;
}

static void set_derivatives(const struct interior *q) {
  memset(q->hessian, 0, q->n * BAND * sizeof *q->hessian);
  for (size_t i = 0; i < q->k; i++) set_own_terms(q, i);
  for (size_t i = 0; i + 1 < q->k; i++) {
    size_t here = PER * i, next = PER * (i + 1);
    double s = sigmoid(q->x[next + T]);
    if (i + 2 < q->k)
      add_barrier(q, stay_slack(q->x, i), 3, (const size_t[]){here + A, next + A, next + T},
                  (const double[]){-1, 1, s});
    if (!has_chance(q, i)) continue;
    if (has_chance(q, i + 1))
      add_barrier(q, arrive_slack(q, q->x, i), 4, (const size_t[]){here + T, here + C, next + T, next + C},
                  (const double[]){1, -1, s - 1, 1});
    else
      add_barrier(q, arrive_slack(q, q->x, i), 3, (const size_t[]){here + T, here + C, next + C},
                  (const double[]){1, -1, 1});
  }
}

/* step = -H^-1 gradient; false where H is not positive definite. */
static bool solve(const struct interior *q) {
  for (size_t i = 0; i < q->n; i++) {
    size_t first = i >= BAND - 1 ? i - (BAND - 1) : 0;
    for (size_t j = first; j <= i; j++) {
      double sum = *entry(q, i, j);
      size_t from = j >= BAND - 1 && j - (BAND - 1) > first ? j - (BAND - 1) : first;
      for (size_t m = from; m < j; m++) sum -= *entry(q, i, m) * *entry(q, j, m);
      if (j < i)
        *entry(q, i, j) = sum / *entry(q, j, j);
      else if (!(sum > 0))
        return false;
      else
        *entry(q, i, i) = sqrt(sum);
    }
  }
  for (size_t i = 0; i < q->n; i++) {
    double sum = -q->gradient[i];
    for (size_t m = i >= BAND - 1 ? i - (BAND - 1) : 0; m < i; m++) sum -= *entry(q, i, m) * q->step[m];
    q->step[i] = sum / *entry(q, i, i);
  }
  for (size_t i = q->n; i-- > 0;) {
    double sum = q->step[i];
    for (size_t m = i + 1; m < q->n && m <= i + BAND - 1; m++) sum -= *entry(q, m, i) * q->step[m];
    q->step[i] = sum / *entry(q, i, i);
  }
  return true;
}

/* Newton's steps at this barrier. */
static bool descend(struct interior *q) {
  double value = value_at(q, q->x);
  for (int round = 0; round < STEPS; round++) {
    double slope = 0, longest = 0, length = 1, next = INFINITY;
    set_derivatives(q);
    if (!isfinite(value) || !solve(q)) return false;
    for (size_t i = 0; i < q->n; i++) slope += q->gradient[i] * q->step[i], longest = fmax(longest, fabs(q->step[i]));
    if (longest > 3) length = 3 / longest;
    for (int i = 0; i < HALVINGS; i++, length *= 0.5) {
      for (size_t j = 0; j < q->n; j++) q->trial[j] = q->x[j] + length * q->step[j];
      next = value_at(q, q->trial);
      if (next <= value + 1e-4 * length * slope + 1e-14 * fabs(value)) break;
      next = INFINITY;
    }
    if (!isfinite(next)) return longest < 1e-5; /* as far as rounding lets it */
    memcpy(q->x, q->trial, q->n * sizeof *q->x);
    value = next;
    if (longest < 1e-10) return true;
  }
  return true;
}

static double logit_inside(double x) {
  x = fmax(1e-6, fmin(1 - 1e-6, x));
  return log(x / (1 - x));
}

/* From chances inside to a, t, c with every slack positive. */
static void encode(struct interior *q, double *phi, double *p, const double *arrive) {
  double *lambda = q->gradient, *tau = q->step, fresh = 0, sum = 0, people = 0;
  for (size_t i = 0; i < q->k; i++) {
    if (i + 1 < q->k) phi[i] = fmax(0.02, fmin(0.98, phi[i]));
    p[i] = has_chance(q, i) ? fmax(0.02, fmin(0.98, p[i])) : 1;
  }
  hc_captures_chances(q->k, phi, p, lambda, tau);
  for (size_t i = 0; i < q->k; i++) {
    fresh = arrive[i] + (i ? fresh * (1 - p[i - 1]) * phi[i - 1] : 0);
    q->x[PER * i + A] = i + 1 < q->k ? logit_inside(lambda[i]) : 0;
    q->x[PER * i + T] = has_chance(q, i) ? logit_inside(tau[i]) : 0;
    q->x[PER * i + C] = fresh * p[i];
    sum += fresh * p[i], people += q->o[i].u;
  }
  for (size_t i = 0; i < q->k; i++) q->x[PER * i + C] = log(q->x[PER * i + C] * people / sum);
}

/* Back; what stands at an edge is put there. */
static void decode(const struct interior *q, double *phi, double *p, double *arrive) {
  const double touching = 1e-6;
  double E = 1;
  for (size_t i = q->k; i-- > 0;) {
    const double *v = q->x + PER * i;
    double lambda = i + 1 < q->k ? sigmoid(v[A]) : 0, tau = has_chance(q, i) ? sigmoid(v[T]) : 1;
    if (i + 1 < q->k) phi[i] = i + 2 < q->k && stay_slack(q->x, i) < touching ? 1 : fmin(1, lambda / E);
    E = has_chance(q, i) ? lambda / (1 - tau + tau * lambda) : 1;
    p[i] = has_chance(q, i) ? tau * E : 1;
  }
  for (size_t i = 0; i < q->k; i++) {
    const double *v = q->x + PER * i;
    double there = exp(v[C]) / p[i];
    bool none = i > 0 && has_chance(q, i - 1) && arrive_slack(q, q->x, i - 1) < touching;
    double stayed = i > 0 ? exp(v[C - PER]) / p[i - 1] * (1 - p[i - 1]) * phi[i - 1] : 0;
    arrive[i] = none ? 0 : fmax(0, there - stayed);
  }
}

bool hc_interior_maximise(size_t k, const hc_occasion *o, double *phi, double *p, double *arrive, double *work) {
  size_t n = PER * k;
  struct interior q = {.k = k,
                       .n = n,
                       .o = o,
                       .mu = 1,
                       .x = work,
                       .gradient = work + n,
                       .step = work + 2 * n,
                       .trial = work + 3 * n,
                       .hessian = work + 4 * n};
  encode(&q, phi, p, arrive);
  for (int stage = 0; stage < STAGES; stage++, q.mu *= 0.1)
    if (!descend(&q)) return false;
  decode(&q, phi, p, arrive);
  return true;
}
