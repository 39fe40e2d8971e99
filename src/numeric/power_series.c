/* Zero-truncated power-series distributions: moments, maximum likelihood, profile, draws. */
#include "numeric/power_series.h"

#include <math.h>

#include "numeric/root.h"
#include "numeric/special.h"

enum { MAX_ITERATIONS = 200 };

double hc_power_ratio(const hc_power_series *series, double k) {
  switch (series->kind) {
    case HC_POWER_BINOMIAL: return (series->size - k + 1) / k;
    case HC_POWER_NEGBIN: return (series->size + k - 1) / k;
    default: return 1 / k;
  }
}

/* A = ln of the sum over k >= 0 and its two derivatives, natural support. */
static void complete(const hc_power_series *series, double theta, double *a, double *a1, double *a2) {
  double u = exp(theta);
  if (series->kind == HC_POWER_BINOMIAL) {
    double p = 1 / (1 + exp(-theta));
    *a = series->size * (theta > 0 ? theta + log1p(1 / u) : log1p(u));
    *a1 = series->size * p;
    *a2 = *a1 * (1 - p);
  } else if (series->kind == HC_POWER_NEGBIN) {
    double p = -expm1(theta); /* 1 - q */
    *a = -series->size * log(p);
    if (theta < -1) *a = -series->size * log1p(-u);
    *a1 = series->size * u / p;
    *a2 = *a1 / p;
  } else {
    *a = *a1 = *a2 = u;
  }
}

/* Sums over k = 1..top, scaled so that no term overflows. */
static void truncated_above(const hc_power_series *series, double theta, hc_power_moments *m) {
  double u = exp(theta), term = 1, zeroth = 0, first = 0, second = 0, scale = 0;
  for (unsigned k = 1; k <= series->top; k++) {
    double ratio = hc_power_ratio(series, k);
    if (!(ratio > 0)) break;
    term *= ratio * u;
    zeroth += term, first += k * term, second += (double)k * k * term;
    if (zeroth > 0x1p600) term *= 0x1p-600, zeroth *= 0x1p-600, first *= 0x1p-600, second *= 0x1p-600, scale += 600;
  }
  m->log_sum = log(zeroth) + scale * M_LN2;
  m->mean = first / zeroth;
  m->variance = second / zeroth - m->mean * m->mean;
}

void hc_power_moments_at(const hc_power_series *series, double theta, hc_power_moments *m) {
  if (series->top > 0) {
    truncated_above(series, theta, m);
    return;
  }
  double a, a1, a2;
  complete(series, theta, &a, &a1, &a2);
  double met = -expm1(-a), unmet = exp(-a);
  m->log_sum = a + log(met);
  m->mean = a1 / met;
  m->variance = a2 / met - m->mean * m->mean * unmet;
}

static double largest(const hc_power_series *series) {
  double natural = series->kind == HC_POWER_BINOMIAL ? series->size : INFINITY;
  return series->top > 0 ? fmin(natural, series->top) : natural;
}

/* A Newton step that is small, or no smaller than the one before: then the mean itself is rounding. */
static bool settled(double moved, double before, double theta) {
  double size = 1 + fabs(theta);
  return !(moved > 1e-11 * size) || (moved <= 1e-6 * size && moved >= before);
}

/* Near the answer: the mean exceeds 1 by w_2/w_1 exp(theta) when that is small, and is close to that of
 * the distribution with zero when it is large. */
static double first_guess(const hc_power_series *series, double mean) {
  double low = (mean - 1) / hc_power_ratio(series, 2);
  if (series->kind == HC_POWER_BINOMIAL && series->size > mean) return log(fmin(low, mean / (series->size - mean)));
  if (series->kind == HC_POWER_NEGBIN) return log(fmin(fmin(low, mean / (mean + series->size)), 0.999999));
  return log(fmin(low, mean));
}

/* One Newton step for value = 0, at most 2 in theta, never onto the edge q = 1 of the negative binomial. */
static double next(const hc_power_series *series, double theta, double value, double slope) {
  double step = slope > 0 ? -value / slope : (value > 0 ? -2 : 2);
  double to = theta + fmax(-2, fmin(2, step));
  return series->kind == HC_POWER_NEGBIN && to >= 0 && series->top == 0 ? 0.5 * theta : to;
}

/* A negative binomial has q < 1. Cut at the top, its sums are finite for any q, but from q = 1 on they are those of no
 * negative binomial: the weights of the geometric one rise with k. */
static bool past_edge(const hc_power_series *series, double mean) {
  if (series->kind != HC_POWER_NEGBIN || series->top == 0) return false;
  hc_power_moments edge;
  truncated_above(series, 0, &edge);
  return !(mean < edge.mean);
}

bool hc_power_solve(const hc_power_series *series, double mean, double *theta, hc_power_moments *moments,
                    unsigned *iterations) {
  if (!(mean > 1) || !(mean < largest(series)) || past_edge(series, mean)) return false;
  double at = first_guess(series, mean), before = INFINITY;
  for (unsigned i = 0; i < MAX_ITERATIONS; i++) {
    hc_power_moments_at(series, at, moments);
    double to = next(series, at, moments->mean - mean, moments->variance);
    double moved = fabs(to - at);
    at = to;
    bool last = settled(moved, before, at);
    before = moved;
    if (last) {
      hc_power_moments_at(series, at, moments);
      *theta = at;
      *iterations = i + 1;
      return isfinite(at) && isfinite(moments->log_sum) && moments->variance > 0;
    }
  }
  return false;
}

/* Mean and variance of the distribution with zero. */
static void with_zero(const hc_power_series *series, double theta, double *log_none, double *mean, double *variance) {
  hc_power_moments m;
  hc_power_moments_at(series, theta, &m);
  double met = 1 / (1 + exp(-m.log_sum));
  *log_none = -hc_logaddexp(0, m.log_sum);
  *mean = m.mean * met;
  *variance = met * (m.variance + m.mean * m.mean) - *mean * *mean;
}

double hc_power_theta_given(const hc_power_series *series, double share, double start, double *log_none) {
  double theta = start, mean, variance, before = INFINITY;
  if (series->top == 0 && series->kind == HC_POWER_POISSON) return *log_none = -share, log(share);
  if (series->top == 0 && series->kind == HC_POWER_BINOMIAL) {
    double p = share / series->size;
    return *log_none = series->size * log1p(-p), log(p / (1 - p));
  }
  if (series->top == 0) {
    double q = share / (share + series->size);
    return *log_none = series->size * log1p(-q), log(q);
  }
  for (unsigned i = 0; i < MAX_ITERATIONS; i++) {
    with_zero(series, theta, log_none, &mean, &variance);
    double to = next(series, theta, mean - share, variance), moved = fabs(to - theta);
    theta = to;
    if (settled(moved, before, theta)) break;
    before = moved;
  }
  with_zero(series, theta, log_none, &mean, &variance);
  return theta;
}

double hc_power_profile(const hc_power_series *series, double total, double N, double start) {
  double log_none, theta = hc_power_theta_given(series, total / N, start, &log_none);
  return (isinf(theta) ? 0 : theta * total) + (isinf(log_none) ? 0 : N * log_none);
}

struct full {
  const hc_power_series *series;
  double people, total, start;
};

/* Derivative of the profile: psi(N+1) - psi(N-n+1) + ln P(0), by the envelope theorem. */
static double full_score(double N, void *context) {
  const struct full *full = context;
  double log_none;
  hc_power_theta_given(full->series, full->total / N, full->start, &log_none);
  return hc_ln_falling_slope(N, full->people) + log_none;
}

bool hc_power_full(const hc_power_series *series, double people, double total, double *N, double *theta,
                   double *variance) {
  struct full full = {series, people, total, *theta};
  double high = fmax(*N, people) + 1, log_none, mean, spread;
  if (!(full_score(people, &full) > 0)) {
    *N = people;
  } else {
    while (full_score(high, &full) > 0)
      if (!((high *= 2) < 1e15)) return false;
    if (!hc_root_brent(full_score, &full, people, high, 1e-13, N)) return false;
  }
  *theta = hc_power_theta_given(series, total / *N, full.start, &log_none);
  if (series->kind == HC_POWER_NEGBIN && *theta >= 0) return false;
  with_zero(series, *theta, &log_none, &mean, &spread);
  double curvature = hc_trigamma(*N + 1) - hc_trigamma(*N - people + 1) + mean * mean / (*N * spread);
  *variance = *N > people ? -1 / curvature : NAN;
  return true;
}

static void add(hc_power_sums *sums, double k, double f, double log_weight, double *count, size_t n) {
  sums->people += f;
  sums->total += k * f;
  sums->log_weight += f * log_weight;
  sums->saturated += f * log(f);
  if (count) count[k < (double)n ? (size_t)k - 1 : n - 1] += f;
}

/* ln w_k, not step by step from w_1. */
static double log_weight_at(const hc_power_series *series, double k) {
  switch (series->kind) {
    case HC_POWER_BINOMIAL: return hc_ln_choose(series->size, k);
    case HC_POWER_NEGBIN: return hc_ln_gamma(series->size + k) - hc_ln_gamma(series->size) - hc_ln_factorial(k);
    default: return -hc_ln_factorial(k);
  }
}

/* Conditional binomials upwards from `first`, below which there is nobody to speak of. P(0) is zero in a double here, so
 * that a product of ratios would stay zero for ever. */
static void draw_far_from_zero(const hc_power_series *series, double theta, const hc_power_moments *m, double remaining,
                               hc_rng *rng, hc_power_sums *sums, double *count, size_t n) {
  double spread = sqrt(m->variance), end = fmin(largest(series), floor(m->mean + 40 * spread + 40)), tail = 1;
  double first = fmax(1, floor(m->mean - 40 * spread - 40)), log_weight = log_weight_at(series, first);
  double log_p = log_weight + first * theta - m->log_sum; /* on its own: the sum of its large parts would lose digits */
  for (double k = first; remaining > 0 && k <= end; k++) {
    if (k > first) {
      double step = log(hc_power_ratio(series, k));
      log_weight += step;
      log_p += step + theta;
    }
    double p = exp(log_p), share = k == end || tail < 1e-12 ? 1 : fmin(p / tail, 1);
    double f = share < 1 ? hc_rng_binomial(rng, share, remaining) : remaining;
    tail -= p;
    remaining -= f;
    if (f > 0) add(sums, k, f, log_weight, count, n);
  }
}

void hc_power_draw(const hc_power_series *series, double theta, double N, hc_rng *rng, hc_power_sums *sums,
                   double *count, size_t n) {
  hc_power_moments m;
  double remaining = floor(N + 0.5), end = largest(series), tail = 1, log_weight = 0;
  *sums = (hc_power_sums){0};
  for (size_t i = 0; count && i < n; i++) count[i] = 0;
  if (isinf(theta)) {
    if (remaining > 0) add(sums, end, remaining, 0, count, n);
    return;
  }
  hc_power_moments_at(series, theta, &m);
  if (m.log_sum > 600) {
    draw_far_from_zero(series, theta, &m, remaining, rng, sums, count, n);
    return;
  }
  double p = exp(-hc_logaddexp(0, m.log_sum)), u = exp(theta);
  remaining -= hc_rng_binomial(rng, fmin(p, 1), remaining);
  tail -= p;
  for (double k = 1; remaining > 0 && k <= end; k++) {
    double ratio = hc_power_ratio(series, k);
    p *= ratio * u;
    log_weight += log(ratio);
    /* past 1 - 1e-12 of the probability rounding rules; what is left is put where it is */
    double share = k == end || tail < 1e-12 ? 1 : fmin(p / tail, 1);
    double f = share < 1 ? hc_rng_binomial(rng, share, remaining) : remaining;
    tail -= p;
    remaining -= f;
    if (f > 0) add(sums, k, f, log_weight, count, n);
  }
}
