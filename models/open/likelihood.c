/* Likelihoods of open populations. All of them are that of the recaptures given the first captures times one of the
 * first captures. lambda_i, the chance that one released on i is met again, goes backwards:
 *   lambda_i = phi_i E_{i+1},  E_j = p_j + (1 - p_j) lambda_j,  tau_j = p_j/E_j;
 * people there who have never been met, U, go forwards:
 *   U_1 = A_1,  U_{i+1} = U_i (1 - p_i) phi_i + A_{i+1},  A: arrivals.   Schwarz and Arnason (1996) Biometrics 52:860
 * Slopes by the adjoint of each recursion: one pass the other way. */
#include "open/likelihood.h"

static double over(double count, double chance) { return count > 0 ? count / chance : 0; }

double hc_likelihood_recaptures(size_t k, const hc_occasion *o, const hc_chances *c) {
  hc_captures_chances(k, c->phi, c->p, c->lambda, c->tau);
  double carried = 0; /* what earlier occasions say of lambda[i] */
  for (size_t i = 0; i < k; i++) c->d_phi[i] = c->d_p[i] = 0;
  for (size_t i = 0; i + 1 < k; i++) {
    size_t j = i + 1;
    double slope = carried + over(o[i].r, c->lambda[i]) - over(o[i].w, 1 - c->lambda[i]);
    double p = c->p[j], lambda = c->lambda[j], E = p + (1 - p) * lambda;
    bool last = j + 1 == k; /* there tau is 1 and all who are left are met */
    double m = last ? 0 : o[j].m, z = last ? 0 : o[j].z, T = m + z;
    double d_E = slope * c->phi[i] - over(T, E);
    c->d_phi[i] = slope * E;
    c->d_p[j] = d_E * (1 - lambda) + over(m, p) - over(z, 1 - p);
    carried = d_E * (1 - p) + over(z, lambda);
  }
  return hc_captures_loglik(k, o, c->lambda, c->tau);
}

/* Sets fresh; the sum of U p. */
static double pass_forward(size_t k, const hc_chances *c) {
  double met = 0;
  for (size_t i = 0; i < k; i++) {
    c->fresh[i] = c->arrive[i] + (i > 0 ? c->fresh[i - 1] * (1 - c->p[i - 1]) * c->phi[i - 1] : 0);
    met += c->fresh[i] * c->p[i];
  }
  return met;
}

static double first_captures(size_t k, const hc_occasion *o, const hc_chances *c) {
  double sum = 0;
  for (size_t i = 0; i < k; i++)
    if (o[i].u > 0) sum += o[i].u * log(c->fresh[i] * c->p[i]);
  return sum;
}

/* Slopes of sum u ln(U p) + slope x met. */
static void pass_back(size_t k, const hc_occasion *o, const hc_chances *c, double slope) {
  double next = 0;
  for (size_t i = k; i-- > 0;) {
    double phi = i + 1 < k ? c->phi[i] : 0, U = c->fresh[i];
    c->d_p[i] += over(o[i].u, c->p[i]) + slope * U - next * U * phi;
    c->d_phi[i] += next * U * (1 - c->p[i]);
    next = over(o[i].u, U) + slope * c->p[i] + next * (1 - c->p[i]) * phi;
    c->d_arrive[i] = next;
  }
}

static double people(size_t k, const hc_occasion *o) {
  double n = 0;
  for (size_t i = 0; i < k; i++) n += o[i].u;
  return n;
}

double hc_likelihood_first(size_t k, const hc_occasion *o, const hc_chances *c) {
  double met = pass_forward(k, c), n = people(k, o);
  pass_back(k, o, c, -n / met);
  return first_captures(k, o, c) - n * log(met);
}

double hc_likelihood_entries(size_t k, const hc_occasion *o, const hc_chances *c, double N, double *d_N) {
  double met = pass_forward(k, c), n = people(k, o), never = N > n ? (N - n) * log1p(-met) : 0;
  pass_back(k, o, c, N > n ? -(N - n) / (1 - met) : 0);
  *d_N = hc_ln_falling_slope(N, n) + log1p(-met);
  double coefficient = 0;
  for (size_t i = 0; i < k; i++) coefficient += hc_ln_factorial(o[i].u);
  return hc_ln_falling(N, n) + first_captures(k, o, c) + never - coefficient;
}
