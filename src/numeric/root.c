/* The root of a function of one variable in a bracket. */
#include "numeric/root.h"

#include <float.h>
#include <math.h>

enum { MAX_ITERATIONS = 200 };

/* The state of Brent's method: b is the best guess, a the one before, c the other end of the bracket. */
struct bracket {
  double a, b, c, fa, fb, fc, step, previous;
};

static void order(struct bracket *s) {
  if ((s->fb > 0) == (s->fc > 0)) {
    s->c = s->a, s->fc = s->fa;
    s->step = s->previous = s->b - s->a;
  }
  if (fabs(s->fc) < fabs(s->fb)) {
    s->a = s->b, s->b = s->c, s->c = s->a;
    s->fa = s->fb, s->fb = s->fc, s->fc = s->fa;
  }
}

/* Inverse quadratic (or linear) interpolation when it is safe, bisection when it is not. */
static void choose_step(struct bracket *s, double half, double tolerance) {
  double p, q, ratio = s->fb / s->fa;
  if (fabs(s->previous) < tolerance || fabs(s->fa) <= fabs(s->fb)) {
    s->step = s->previous = half;
    return;
  }
  if (s->a == s->c) {
    p = 2 * half * ratio;
    q = 1 - ratio;
  } else {
    double u = s->fa / s->fc, v = s->fb / s->fc;
    p = ratio * (2 * half * u * (u - v) - (s->b - s->a) * (v - 1));
    q = (u - 1) * (v - 1) * (ratio - 1);
  }
  if (p > 0) q = -q;
  p = fabs(p);
  double limit = fmin(3 * half * q - fabs(tolerance * q), fabs(s->previous * q));
  if (2 * p < limit) {
    s->previous = s->step;
    s->step = p / q;
  } else {
    s->step = s->previous = half;
  }
}

bool hc_root_brent(hc_function f, void *context, double a, double b, double relative, double *root) {
  struct bracket s = {.a = a, .b = b, .c = b};
  s.fa = f(a, context);
  s.fb = s.fc = f(b, context);
  if (!isfinite(s.fa) || !isfinite(s.fb)) return false;
  if (s.fa == 0) return *root = a, true;
  if (s.fb == 0) return *root = b, true;
  if ((s.fa > 0) == (s.fb > 0)) return false;
  for (int i = 0; i < MAX_ITERATIONS; i++) {
    order(&s);
    double tolerance = 2 * DBL_EPSILON * fabs(s.b) + 0.5 * relative * fabs(s.b);
    double half = 0.5 * (s.c - s.b);
    if (fabs(half) <= tolerance || s.fb == 0) return *root = s.b, true;
    choose_step(&s, half, tolerance);
    s.a = s.b, s.fa = s.fb;
    s.b += fabs(s.step) > tolerance ? s.step : copysign(tolerance, half);
    s.fb = f(s.b, context);
    if (!isfinite(s.fb)) return false;
  }
  return *root = s.b, true;
}
