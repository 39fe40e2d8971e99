/* Removal by a constant chance: what its likelihoods and standard errors come to.
 *
 * u_i are caught for the first time on pass i = 1..k, n = sum u_i, X = sum (i - 1) u_i; p the chance, q = 1 - p:
 *   conditional on being caught   i - 1 is geometric, cut at k - 1; its mean is X/n at the estimate, N = n/(1 - q^k)
 *   full, at N                    l(N) = ln Gamma(N+1) - ln Gamma(N-n+1) + n ln p + (X + k (N-n)) ln q,
 *                                 p = n/(n + X + k (N-n)); N real (Moran 1951 Biometrika 38:307; Zippin 1956)
 * First pass apart (Schnute 1983 Can. J. Fish. Aquat. Sci. 40:2153): the same for passes 2..k and N - u_1 people, and
 * u_1 of N are caught on the first with a chance of their own.
 *
 * The conditional likelihood rises to N = infinity unless X < n (k-1)/2, Seber's criterion sum (k+1-2i) u_i > 0
 * (Seber 1982, ch. 7); the full one unless X < n (k-1)/2 + k (u_1 + n)/(2n), from l'(N) N^2 far out.
 * Between the two that likelihood is nearly flat, and Seber's criterion is asked of both.
 *
 * var(N) = N q^k (1-q^k) / ((1-q^k)^2 - (kp)^2 q^(k-1)), var(p) = (pq)^2 (1-q^k) / (N (q (1-q^k)^2 - (kp)^2 q^k)); the
 * brackets lose all digits for small p, and are added up here from S = sinh(kb)/sinh(b), b = -ln(q)/2:
 * (1-q^k)^2 - (kp)^2 q^(k-1) = p^2 q^(k-1) (S - k)(S + k), S - k = sum over j of 2 sinh((k-1-2j) b/2)^2. */
#include "occasions/first_captures.h"

#include "occasions/likelihood.h"

hc_catches hc_catches_of(const double *u, size_t k, bool first_apart) {
  hc_catches c = {.apart = first_apart, .first = first_apart ? u[0] : 0};
  size_t start = first_apart ? 1 : 0;
  c.passes = (double)(k - start);
  for (size_t i = start; i < k; i++) {
    c.n += u[i];
    c.X += (double)(i - start) * u[i];
  }
  c.people = c.n + c.first;
  return c;
}

bool hc_catches_fall(const hc_catches *c) { return c->n > 0 && 2 * c->X < c->n * (c->passes - 1); }

hc_status hc_catches_refuse(hc_error *err) {
  return hc_refuse(err, "catches-do-not-fall",
                   "catches do not fall from pass to pass: the likelihood rises to N = infinity (Seber's criterion)");
}

/* --- conditional on being caught -------------------------------------------------------------------------- */

/* The sum of (i - 1 - X/n) q^(i-1): negative while q is too small. */
static double excess(double log_q, void *context) {
  const hc_catches *c = context;
  double sum = 0, mean = c->X / c->n;
  for (double j = 0; j < c->passes; j++) sum += (j - mean) * exp(log_q * j);
  return sum;
}

bool hc_catches_conditional(const hc_catches *c, hc_depletion *d) {
  hc_catches copy = *c;
  double low = -1;
  if (!hc_catches_fall(c)) return false;
  *d = (hc_depletion){.N = c->people, .log_q = -INFINITY};
  if (c->X == 0) return true; /* all on one pass */
  while (excess(low, &copy) > 0)
    if (!((low *= 2) > -1e4)) return false;
  if (!hc_root_brent(excess, &copy, low, 0, 1e-15, &d->log_q)) return false;
  d->N = c->first - c->n / expm1(c->passes * d->log_q);
  return true;
}

/* --- full -------------------------------------------------------------------------------------------------- */

double hc_catches_log_q(const hc_catches *c, double N) {
  double failures = c->X + c->passes * (N - c->people);
  return failures > 0 ? -log1p(c->n / failures) : -INFINITY;
}

double hc_catches_loglik(const hc_catches *c, double N) {
  double log_q = hc_catches_log_q(c, N), failures = c->X + c->passes * (N - c->people);
  double sum = hc_ln_falling(N, c->people) + hc_times_log(c->n, log(-expm1(log_q))) + hc_times_log(failures, log_q);
  if (c->apart) sum += hc_times_log(c->first, log(c->first / N)) + hc_times_log(N - c->first, log1p(-c->first / N));
  return sum;
}

static double slope(double N, void *context) {
  const hc_catches *c = context;
  double sum = hc_ln_falling_slope(N, c->people) + c->passes * hc_catches_log_q(c, N);
  return c->apart ? sum + log1p(-c->first / N) : sum;
}

bool hc_catches_full(const hc_catches *c, hc_depletion *d) {
  hc_catches copy = *c;
  double n = c->people, far = n + 1;
  if (!hc_catches_fall(c)) return false;
  d->N = n;
  if (c->X > 0 && slope(n, &copy) > 0) { /* X = 0: q would be 0 at N = n, and l falls from there on */
    while (slope(far, &copy) > 0)
      if (far = n + 4 * (far - n), !(far < 1e12 * n)) return false;
    if (!hc_root_brent(slope, &copy, n, far, 1e-14, &d->N)) return false;
  }
  d->log_q = hc_catches_log_q(c, d->N);
  return true;
}

/* --- standard errors --------------------------------------------------------------------------------------- */

/* (1-q^k)^2 - (kp)^2 q^(k-1), over p^2 q^(k-1). */
static double bracket(double log_q, double k) {
  double b = -log_q / 2, above = 0;
  if (k * b > 20) return pow(expm1(k * log_q) / expm1(log_q), 2) * exp(-(k - 1) * log_q) - k * k;
  for (double j = 0; j < k; j++) above += 2 * pow(sinh((k - 1 - 2 * j) * b / 2), 2);
  return above * (above + 2 * k);
}

double hc_depletion_se_N(double M, double log_q, double k) {
  double p = -expm1(log_q), Q = -expm1(k * log_q);
  if (log_q < -600 / k) return 0;
  return sqrt(M * Q * exp(log_q) / (p * p * bracket(log_q, k)));
}

double hc_depletion_se_p(double M, double log_q, double k) {
  double Q = -expm1(k * log_q);
  if (log_q < -600 / k) return 0;
  return sqrt(Q * exp((2 - k) * log_q) / (M * bracket(log_q, k)));
}
