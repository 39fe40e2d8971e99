/* Newton's method on a concave likelihood, with bounds at zero: see the header. */
#include "numeric/natural.h"

#include <math.h>
#include <string.h>

#include "numeric/linalg.h"

/* Ours: parameters are of the order of logarithms of odds, of which 500 is out of the world; a pivot of the covariance
 * below 1e-13 of itself is rounding; a held parameter is let go when its statistic is 1e-9 short. */
enum { MOST_STEPS = 300, HALVINGS = 40 };
static const double farthest = 500, longest = 4, singular = 1e-13, converged = 1e-11, let_go = 1e-9;

struct room {
  size_t *free;
  double *mean, *factor, *step, *trial, *trial_mean, *trial_covariance;
};

size_t hc_natural_scratch(size_t n) { return 2 * n * n + 5 * n; }

static struct room divide(size_t n, double *scratch) {
  struct room r = {.mean = scratch, .step = scratch + n, .trial = scratch + 2 * n, .trial_mean = scratch + 3 * n};
  r.factor = scratch + 4 * n;
  r.trial_covariance = r.factor + n * n;
  r.free = (size_t *)(r.trial_covariance + n * n); /* a size_t is no larger than a double */
  return r;
}

static double value(const hc_natural *f, const double *x, double A) {
  double sum = A;
  for (size_t i = 0; i < f->n; i++) sum -= x[i] * f->target[i];
  return sum;
}

/* How far along the step until a bounded parameter is at zero; which one, or n for none within 1. */
static double room_to_bound(const hc_natural *f, const struct room *r, size_t n_free, const double *x, size_t *which) {
  double length = 1;
  *which = f->n;
  for (size_t a = 0; a < n_free; a++) {
    size_t i = r->free[a];
    if (i < f->first_bounded || !(x[i] + r->step[a] < 0)) continue;
    double until = x[i] / -r->step[a];
    if (until < length || *which == f->n) length = until, *which = i;
  }
  return length;
}

static void move(const hc_natural *f, const struct room *r, size_t n_free, const double *x, double length, double *to) {
  memcpy(to, x, f->n * sizeof *to);
  for (size_t a = 0; a < n_free; a++) to[r->free[a]] += length * r->step[a];
}

static void hold(struct room *r, size_t *n_free, size_t which) {
  size_t kept = 0;
  for (size_t a = 0; a < *n_free; a++)
    if (r->free[a] != which) r->free[kept++] = r->free[a];
  *n_free = kept;
}

/* Lets go of the held parameter that gains most; false when none gains. */
static bool let_one_go(const hc_natural *f, struct room *r, size_t *n_free, const double *x) {
  double best = 0;
  size_t which = f->n;
  for (size_t i = f->first_bounded; i < f->n; i++) {
    bool is_free = false;
    for (size_t a = 0; a < *n_free; a++) is_free |= r->free[a] == i;
    double gain = is_free || x[i] > 0 ? 0 : (f->target[i] - r->mean[i]) / (f->target[i] + r->mean[i]);
    if (gain > let_go && gain > best) best = gain, which = i;
  }
  if (which == f->n) return false;
  r->free[(*n_free)++] = which;
  return true;
}

/* One Newton step from x. Returns its size relative to 1 + |x|, NaN when there is none; *blocked: the bound it met. */
static double newton(const hc_natural *f, struct room *r, size_t n_free, double *x, double *A, size_t *blocked) {
  double slope = 0, size = 0, largest = 0, at = value(f, x, *A);
  for (size_t a = 0; a < n_free; a++) r->step[a] = f->target[r->free[a]] - r->mean[r->free[a]];
  hc_cholesky_solve(r->factor, n_free, r->step);
  for (size_t a = 0; a < n_free; a++) largest = fmax(largest, fabs(r->step[a]));
  if (!isfinite(largest)) return NAN;
  for (size_t a = 0; a < n_free; a++) {
    size_t i = r->free[a];
    if (largest > longest) r->step[a] *= longest / largest;
    slope += r->step[a] * (r->mean[i] - f->target[i]);
    size = fmax(size, fabs(r->step[a]) / (1 + fabs(x[i])));
  }
  double length = room_to_bound(f, r, n_free, x, blocked), noise = 1e-14 * (1 + fabs(at));
  for (int half = 0; half < HALVINGS; half++, length /= 2) {
    move(f, r, n_free, x, length, r->trial);
    if (half) *blocked = f->n;
    if (*blocked < f->n) r->trial[*blocked] = 0;
    double there = f->moments(r->trial, r->free, n_free, r->trial_mean, r->trial_covariance, f->context);
    if (!isfinite(there) || !(value(f, r->trial, there) <= at + 1e-4 * length * slope + noise)) continue;
    memcpy(x, r->trial, f->n * sizeof *x);
    memcpy(r->mean, r->trial_mean, f->n * sizeof *x);
    memcpy(r->factor, r->trial_covariance, n_free * n_free * sizeof *x);
    *A = there;
    return *blocked < f->n ? INFINITY : half ? fmax(size, 1e-3) : size;
  }
  return size <= converged ? 0 : NAN; /* no descent: rounding, or no maximum */
}

static bool too_far(const hc_natural *f, const double *x) {
  for (size_t i = 0; i < f->n; i++)
    if (!(fabs(x[i]) < farthest)) return true;
  return false;
}

static bool moments_at(const hc_natural *f, struct room *r, size_t n_free, const double *x, double *A) {
  *A = f->moments(x, r->free, n_free, r->mean, r->factor, f->context);
  return isfinite(*A);
}

static size_t list_free(const hc_natural *f, const double *x, size_t *free) {
  size_t n_free = 0;
  for (size_t i = 0; i < f->n; i++)
    if (i < f->first_bounded || x[i] > 0) free[n_free++] = i;
  return n_free;
}

bool hc_natural_at(const hc_natural *f, const double *x, double *scratch, hc_natural_maximum *maximum) {
  struct room r = divide(f->n, scratch);
  size_t n_free = list_free(f, x, r.free);
  double A;
  if (!moments_at(f, &r, n_free, x, &A) || !hc_cholesky(r.factor, n_free, singular)) return false;
  *maximum = (hc_natural_maximum){A, n_free, r.free, r.mean, r.factor, 0};
  return true;
}

bool hc_natural_maximise(const hc_natural *f, double *x, double *scratch, hc_natural_maximum *maximum) {
  struct room r = divide(f->n, scratch);
  size_t n_free = list_free(f, x, r.free);
  double A;
  for (size_t i = f->first_bounded; i < f->n; i++) x[i] = fmax(0, x[i]);
  if (!moments_at(f, &r, n_free, x, &A)) return false;
  for (unsigned steps = 0; steps < MOST_STEPS; steps++) {
    size_t blocked = f->n;
    if (!hc_cholesky(r.factor, n_free, singular)) return false;
    double size = newton(f, &r, n_free, x, &A, &blocked);
    if (isnan(size) || too_far(f, x)) return false;
    if (blocked < f->n) hold(&r, &n_free, blocked);
    bool more = blocked < f->n;
    if (!more && size <= converged) more = let_one_go(f, &r, &n_free, x);
    if (more && !moments_at(f, &r, n_free, x, &A)) return false;
    if (more || size > converged) continue;
    if (!moments_at(f, &r, n_free, x, &A) || !hc_cholesky(r.factor, n_free, singular)) return false;
    *maximum = (hc_natural_maximum){A, n_free, r.free, r.mean, r.factor, steps + 1};
    return true;
  }
  return false;
}

double hc_natural_quadratic(const hc_natural_maximum *m, const double *v, double *work) {
  double sum = 0;
  for (size_t a = 0; a < m->n_free; a++) work[a] = v[m->free[a]];
  hc_cholesky_solve(m->factor, m->n_free, work);
  for (size_t a = 0; a < m->n_free; a++) sum += work[a] * v[m->free[a]];
  return sum;
}
