/* Sources: Nocedal and Wright (2006) Numerical Optimization, 2nd ed.: Newton with added multiple of the
 * diagonal (section 3.4, algorithm 3.3), BFGS in inverse form (equation 6.17, first scaling 6.20). The
 * line search brackets by bisection and doubling and needs no derivatives of its own. */
#include "numeric/optimise.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/linalg.h"

enum { LINE_STEPS = 60 };
static const double sufficient = 1e-4; /* c1 of the Armijo condition */
static const double curvature = 0.9;   /* c2 of the weak Wolfe condition */

hc_search hc_search_default(void) {
  return (hc_search){.tolerance = 1e-9, .longest_step = 3, .bound = 1e6, .iterations = 200};
}

size_t hc_minimise_scratch(size_t n) { return 2 * n * n + 5 * n; }

static double dot(size_t n, const double *a, const double *b) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

static double relative_size(size_t n, const double *step, const double *x) {
  double size = 0;
  for (size_t i = 0; i < n; i++) size = fmax(size, fabs(step[i]) / (1 + fabs(x[i])));
  return size;
}

static void shorten(size_t n, double *step, double longest) {
  double size = 0;
  for (size_t i = 0; i < n; i++) size = fmax(size, fabs(step[i]));
  if (size > longest)
    for (size_t i = 0; i < n; i++) step[i] *= longest / size;
}

static bool past(size_t n, const double *x, double bound) {
  for (size_t i = 0; i < n; i++)
    if (!(fabs(x[i]) <= bound)) return true;
  return false;
}

/* What rounding alone may add to the value. */
static double noise(double value) { return 8 * DBL_EPSILON * (1 + fabs(value)); }

/* step = -(H + ridge)^-1 g, the smallest ridge of a growing sequence for which that matrix is positive definite. */
static bool newton_step(size_t n, const double *gradient, const double *hessian, double *factor, double *step) {
  double largest = 0, ridge = 0;
  for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(hessian[i * n + i]));
  for (size_t i = 0; i < n * n; i++)
    if (!isfinite(hessian[i / n * n + (i % n <= i / n ? i % n : i / n)])) return false;
  for (int attempt = 0; attempt < 60; attempt++) {
    memcpy(factor, hessian, n * n * sizeof *factor);
    for (size_t i = 0; i < n; i++) factor[i * n + i] += ridge;
    bool positive = true;
    for (size_t i = 0; i < n; i++) positive = positive && factor[i * n + i] > 0;
    if (positive && hc_cholesky(factor, n, 1e-14)) {
      for (size_t i = 0; i < n; i++) step[i] = -gradient[i];
      hc_cholesky_solve(factor, n, step);
      return true;
    }
    ridge = ridge > 0 ? 4 * ridge : largest > 0 ? 1e-4 * largest : 1;
  }
  return false;
}

hc_minimum hc_minimise_newton(hc_objective f, void *context, size_t n, double *x, hc_search search, double *scratch) {
  double *hessian = scratch, *factor = hessian + n * n, *gradient = factor + n * n;
  double *step = gradient + n, *trial = step + n;
  hc_minimum at = {.end = HC_SEARCH_EXHAUSTED, .value = f(x, n, gradient, hessian, context)};
  if (!isfinite(at.value)) return at.end = HC_SEARCH_STALLED, at;
  while (at.iterations < search.iterations) {
    at.iterations++;
    if (!newton_step(n, gradient, hessian, factor, step)) return at.end = HC_SEARCH_STALLED, at;
    shorten(n, step, search.longest_step);
    double slope = dot(n, gradient, step), length = 1, value = NAN;
    bool last = relative_size(n, step, x) <= search.tolerance;
    for (int i = 0; i < LINE_STEPS; i++, length *= 0.5) {
      for (size_t j = 0; j < n; j++) trial[j] = x[j] + length * step[j];
      value = f(trial, n, gradient, hessian, context);
      if (isfinite(value) && value <= at.value + sufficient * length * slope + noise(at.value)) break;
      value = NAN;
    }
    if (isnan(value)) return at.end = last ? HC_SEARCH_CONVERGED : HC_SEARCH_STALLED, at;
    memcpy(x, trial, n * sizeof *x);
    at.value = value;
    if (last) return at.end = HC_SEARCH_CONVERGED, at;
    if (past(n, x, search.bound)) return at.end = HC_SEARCH_ESCAPED, at;
  }
  return at;
}

/* One search along step from x: on success trial, fresh (its gradient) and *value are those of a point
 * that satisfies the weak Wolfe conditions, or, where the value is flat to rounding, the approximate ones. */
static bool line_search(hc_objective f, void *context, size_t n, const double *x, const double *step, double start,
                        double slope, double *trial, double *fresh, double *value) {
  double low = 0, high = INFINITY, length = 1;
  for (int i = 0; i < LINE_STEPS; i++) {
    for (size_t j = 0; j < n; j++) trial[j] = x[j] + length * step[j];
    *value = f(trial, n, fresh, NULL, context);
    double here = isfinite(*value) ? dot(n, fresh, step) : INFINITY;
    bool descends = *value <= start + sufficient * length * slope;
    bool flat = *value <= start + noise(start) && here <= (2 * sufficient - 1) * slope;
    if (!isfinite(here) || !(descends || flat))
      high = length;
    else if (here < curvature * slope)
      low = length;
    else
      return true;
    length = isfinite(high) ? 0.5 * (low + high) : 2 * length;
  }
  return isfinite(*value) && *value <= start + noise(start);
}

/* inverse becomes (I - r s y') inverse (I - r y s') + r s s', r = 1 / s'y; work: n doubles. */
static void update_inverse(size_t n, double *inverse, const double *s, const double *y, double *work) {
  double sy = dot(n, s, y);
  if (!(sy > DBL_EPSILON * sqrt(dot(n, s, s) * dot(n, y, y)))) return;
  for (size_t i = 0; i < n; i++) work[i] = dot(n, inverse + i * n, y);
  double factor = (1 + dot(n, y, work) / sy) / sy;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      inverse[i * n + j] += factor * s[i] * s[j] - (work[i] * s[j] + s[i] * work[j]) / sy;
}

static void set_inverse(size_t n, double *inverse, double scale) {
  for (size_t i = 0; i < n * n; i++) inverse[i] = i % (n + 1) == 0 ? scale : 0;
}

hc_minimum hc_minimise_bfgs(hc_objective f, void *context, size_t n, double *x, hc_search search, double *scratch) {
  double *inverse = scratch, *gradient = inverse + n * n, *step = gradient + n;
  double *trial = step + n, *fresh = trial + n, *work = fresh + n;
  hc_minimum at = {.end = HC_SEARCH_EXHAUSTED, .value = f(x, n, gradient, NULL, context)};
  if (!isfinite(at.value)) return at.end = HC_SEARCH_STALLED, at;
  set_inverse(n, inverse, 1 / fmax(1, sqrt(dot(n, gradient, gradient))));
  bool restarted = true;
  while (at.iterations < search.iterations) {
    at.iterations++;
    for (size_t i = 0; i < n; i++) step[i] = -dot(n, inverse + i * n, gradient);
    double slope = dot(n, gradient, step), value;
    if (relative_size(n, step, x) <= search.tolerance && !restarted) return at.end = HC_SEARCH_CONVERGED, at;
    if (slope == 0) return at.end = HC_SEARCH_CONVERGED, at;
    shorten(n, step, search.longest_step);
    slope = dot(n, gradient, step);
    if (!(slope < 0) || !line_search(f, context, n, x, step, at.value, slope, trial, fresh, &value)) {
      bool flat = fabs(slope) <= noise(at.value);
      if (restarted || flat) return at.end = flat ? HC_SEARCH_CONVERGED : HC_SEARCH_STALLED, at;
      set_inverse(n, inverse, 1 / fmax(1, sqrt(dot(n, gradient, gradient))));
      restarted = true;
      continue;
    }
    for (size_t i = 0; i < n; i++) step[i] = trial[i] - x[i], gradient[i] = fresh[i] - gradient[i];
    if (restarted) set_inverse(n, inverse, fmax(DBL_MIN, dot(n, step, gradient) / dot(n, gradient, gradient)));
    restarted = false;
    update_inverse(n, inverse, step, gradient, work);
    memcpy(x, trial, n * sizeof *x);
    memcpy(gradient, fresh, n * sizeof *gradient);
    at.value = value;
    if (past(n, x, search.bound)) return at.end = HC_SEARCH_ESCAPED, at;
  }
  return at;
}

enum { REMEMBERED = 15 };

/* The last steps s and changes of the gradient y, in a ring; rho = 1/s'y. */
struct memory {
  size_t n, held, next;
  double *s, *y, rho[REMEMBERED];
};

/* step = -(approximate inverse Hessian) gradient, by two loops over what is remembered, from the newest and back. */
static void remembered_step(const struct memory *m, const double *gradient, double *step) {
  double alpha[REMEMBERED], scale = 1 / fmax(1, sqrt(dot(m->n, gradient, gradient)));
  for (size_t i = 0; i < m->n; i++) step[i] = -gradient[i];
  for (size_t a = 1; a <= m->held; a++) {
    size_t j = (m->next + REMEMBERED - a) % REMEMBERED;
    const double *s = m->s + j * m->n, *y = m->y + j * m->n;
    alpha[j] = m->rho[j] * dot(m->n, s, step);
    for (size_t i = 0; i < m->n; i++) step[i] -= alpha[j] * y[i];
    if (a == 1) scale = 1 / (m->rho[j] * dot(m->n, y, y));
  }
  for (size_t i = 0; i < m->n; i++) step[i] *= scale;
  for (size_t a = m->held; a >= 1; a--) {
    size_t j = (m->next + REMEMBERED - a) % REMEMBERED;
    const double *s = m->s + j * m->n, *y = m->y + j * m->n;
    double beta = m->rho[j] * dot(m->n, y, step);
    for (size_t i = 0; i < m->n; i++) step[i] += (alpha[j] - beta) * s[i];
  }
}

/* The step from x to trial and the gradient's change; forgotten where it says nothing of the curvature. */
static void remember(struct memory *m, const double *x, const double *trial, const double *gradient,
                     const double *fresh) {
  double *s = m->s + m->next * m->n, *y = m->y + m->next * m->n;
  for (size_t i = 0; i < m->n; i++) s[i] = trial[i] - x[i], y[i] = fresh[i] - gradient[i];
  double sy = dot(m->n, s, y);
  if (!(sy > DBL_EPSILON * sqrt(dot(m->n, s, s) * dot(m->n, y, y)))) return;
  m->rho[m->next] = 1 / sy;
  m->next = (m->next + 1) % REMEMBERED;
  if (m->held < REMEMBERED) m->held++;
}

hc_minimum hc_minimise_lbfgs(hc_objective f, void *context, size_t n, double *x, hc_search search, double *scratch) {
  struct memory m = {.n = n, .s = scratch, .y = scratch + REMEMBERED * n};
  double *gradient = m.y + REMEMBERED * n, *step = gradient + n, *trial = step + n, *fresh = trial + n;
  hc_minimum at = {.end = HC_SEARCH_EXHAUSTED, .value = f(x, n, gradient, NULL, context)};
  if (!isfinite(at.value)) return at.end = HC_SEARCH_STALLED, at;
  while (at.iterations < search.iterations) {
    at.iterations++;
    remembered_step(&m, gradient, step);
    double slope = dot(n, gradient, step), value;
    bool last = m.held && relative_size(n, step, x) <= search.tolerance;
    if (slope == 0 || last) return at.end = HC_SEARCH_CONVERGED, at;
    shorten(n, step, search.longest_step);
    slope = dot(n, gradient, step);
    if (!(slope < 0) || !line_search(f, context, n, x, step, at.value, slope, trial, fresh, &value)) {
      bool flat = fabs(slope) <= noise(at.value);
      if (!m.held || flat) return at.end = flat ? HC_SEARCH_CONVERGED : HC_SEARCH_STALLED, at;
      m.held = 0; /* once more, downhill */
      continue;
    }
    remember(&m, x, trial, gradient, fresh);
    memcpy(x, trial, n * sizeof *x);
    memcpy(gradient, fresh, n * sizeof *gradient);
    at.value = value;
    if (past(n, x, search.bound)) return at.end = HC_SEARCH_ESCAPED, at;
  }
  return at;
}

void hc_gradient_numeric(hc_objective f, void *context, size_t n, const double *x, double *gradient, double *scratch) {
  double *trial = scratch;
  memcpy(trial, x, n * sizeof *x);
  for (size_t i = 0; i < n; i++) {
    double h = pow(DBL_EPSILON, 0.2) * (1 + fabs(x[i])), value[4];
    static const double offset[4] = {-2, -1, 1, 2};
    for (int j = 0; j < 4; j++) trial[i] = x[i] + offset[j] * h, value[j] = f(trial, n, NULL, NULL, context);
    trial[i] = x[i];
    gradient[i] = (8 * (value[2] - value[1]) - (value[3] - value[0])) / (12 * h);
  }
}

void hc_hessian_numeric(hc_objective f, void *context, size_t n, const double *x, double *hessian, double *scratch) {
  double *trial = scratch, *below = trial + n, *above = below + n;
  memcpy(trial, x, n * sizeof *x);
  for (size_t i = 0; i < n; i++) {
    double h = cbrt(DBL_EPSILON) * (1 + fabs(x[i]));
    trial[i] = x[i] - h;
    f(trial, n, below, NULL, context);
    trial[i] = x[i] + h;
    f(trial, n, above, NULL, context);
    trial[i] = x[i];
    for (size_t j = 0; j < n; j++) hessian[i * n + j] = (above[j] - below[j]) / (2 * h);
  }
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < i; j++)
      hessian[i * n + j] = hessian[j * n + i] = 0.5 * (hessian[i * n + j] + hessian[j * n + i]);
}
