/* The exact interval over ranges of odds ratios, by a primal-dual interior-point method.
 *
 * Variables v: the means of all cells, the unseen one (cell 0) included, as shares of the people seen. M is their sum.
 * Each odds ratio is a signed sum of logarithms of sums of v, g = sum of sign ln S; a variable is in exactly one of the
 * sums, so that dg/dv = sign/S and the second derivatives are -sign/S^2 within a sum. An end is the extreme of ln M
 * given l(v) >= l* - fall/2 and the ranges, where those contradict each other at the data l* comes first, from the same
 * program with l as the objective (Nocedal and Wright 2006, Numerical Optimization, ch. 19, for the method). */
#include "numeric/dependence.h"

#include <math.h>
#include <string.h>

#include "numeric/linalg.h"

enum { MOST_ROWS = 2 * HC_DEPENDENCE_MAX_RANGES + 1, MOST_STEPS = 200, MOST_HALVINGS = 12, STARTS = 3 };
static const double LAST_BARRIER = 1e-13, CLOSE = 1e-9;

typedef enum aim { FIT, LOWEST, HIGHEST } aim;

/* sign (g of a range - bound), or l - bound where range is SIZE_MAX; >= 0, or = 0. */
struct row {
  size_t range;
  double sign, bound;
  bool equal;
};

struct program {
  const hc_dependence_problem *p;
  aim aim;
  size_t n, rows;
  double people;
  const double *y; /* [n] shares of the people seen */
  struct row row[MOST_ROWS];
};

/* A point and what is known there. */
struct point {
  double *v, *z;                     /* [n] means and the multipliers that keep them above 0 */
  double s[MOST_ROWS], w[MOST_ROWS]; /* slack and multiplier of each row */
};

/* ---- the functions ------------------------------------------------------------------------------------------------
 * */

static double sign_of(uint32_t pair, size_t cell) {
  uint32_t bits = pair ? (uint32_t)cell & pair : (uint32_t)cell;
  return __builtin_popcount(bits) % 2 ? -1 : 1;
}

/* Which of a pair's four sums the cell is in. */
static size_t quarter(uint32_t pair, size_t cell) {
  uint32_t low = pair & -pair, high = pair ^ low;
  return (size_t)(!!(cell & low)) + 2 * (size_t)(!!(cell & high));
}

static void quarters(const struct program *q, uint32_t pair, const double *v, double sum[4]) {
  sum[0] = sum[1] = sum[2] = sum[3] = 0;
  for (size_t h = 0; h < q->n; h++) sum[quarter(pair, h)] += v[h];
}

/* g, its gradient, and weight times its second derivatives added to hessian, each where it is not NULL. */
static double odds(const struct program *q, size_t r, const double *v, double *gradient, double weight,
                   double *hessian) {
  uint32_t pair = q->p->range[r].pair;
  double sum[4], g = 0;
  if (pair) quarters(q, pair, v, sum);
  if (pair) g = log(sum[0]) + log(sum[3]) - log(sum[1]) - log(sum[2]);
  for (size_t h = 0; h < q->n; h++) {
    double own = pair ? sum[quarter(pair, h)] : v[h], sign = sign_of(pair, h);
    if (!pair) g += sign * log(own);
    if (gradient) gradient[h] = sign / own;
    if (!hessian) continue;
    double bend = weight * sign / (own * own);
    for (size_t k = 0; k <= h; k++)
      if (pair ? quarter(pair, k) == quarter(pair, h) : k == h) hessian[h * q->n + k] -= bend;
  }
  return g;
}

/* The log-likelihood, 0 at the data; the same of it. */
static double likelihood(const struct program *q, const double *v, double *gradient, double weight, double *hessian) {
  double sum = 0;
  if (gradient) gradient[0] = 0;
  for (size_t h = 1; h < q->n; h++) {
    double y = q->y[h];
    sum += (y > 0 ? y * log(v[h] / y) : 0) - (v[h] - y);
    if (gradient) gradient[h] = q->people * (y / v[h] - 1);
    if (hessian) hessian[h * q->n + h] -= weight * q->people * y / (v[h] * v[h]);
  }
  return q->people * sum;
}

static double total(const struct program *q, const double *v) {
  double sum = 0;
  for (size_t h = 0; h < q->n; h++) sum += v[h];
  return sum;
}

/* What is to be smallest: -l, ln M or -ln M. */
static double objective(const struct program *q, const double *v, double *gradient, double *hessian) {
  size_t n = q->n;
  if (q->aim == FIT) {
    double l = likelihood(q, v, gradient, -1, hessian);
    for (size_t h = 0; gradient && h < n; h++) gradient[h] = -gradient[h];
    return -l;
  }
  double sum = total(q, v), sign = q->aim == HIGHEST ? -1 : 1;
  for (size_t h = 0; gradient && h < n; h++) gradient[h] = sign / sum;
  for (size_t h = 0; hessian && h < n; h++)
    for (size_t k = 0; k <= h; k++) hessian[h * n + k] -= sign / (sum * sum);
  return sign * log(sum);
}

static double value_of(const struct program *q, const struct row *row, const double *v, double *gradient, double weight,
                       double *hessian) {
  double g = row->range == SIZE_MAX ? likelihood(q, v, gradient, weight * row->sign, hessian)
                                    : odds(q, row->range, v, gradient, weight * row->sign, hessian);
  for (size_t h = 0; gradient && h < q->n; h++) gradient[h] *= row->sign;
  return row->sign * (g - row->bound);
}

/* ---- one step ------------------------------------------------------------------------------------------------------
 * */

/* Pieces of scratch. */
struct space {
  double *y, *v, *z, *best;                      /* [n] */
  double *gradient, *residual, *dv, *dz, *trial; /* [n] */
  double *jacobian, *solved;                     /* [MOST_ROWS][n] */
  double *hessian, *matrix;                      /* [n][n] */
};

static struct space divide(size_t n, double *scratch) {
  struct space r = {.y = scratch};
  double **piece[] = {&r.v, &r.z, &r.best, &r.gradient, &r.residual, &r.dv, &r.dz, &r.trial};
  scratch += n;
  for (size_t i = 0; i < sizeof piece / sizeof *piece; i++, scratch += n) *piece[i] = scratch;
  r.jacobian = scratch;
  r.solved = r.jacobian + MOST_ROWS * n;
  r.hessian = r.solved + MOST_ROWS * n;
  r.matrix = r.hessian + n * n;
  return r;
}

static size_t cells_of(const hc_dependence_problem *p) {
  return (size_t)1 << p->lists;
}

/* Those on none of the lists that are spoken of, but on others, are one cell more: no pair contains its bit. */
static size_t variables(const hc_dependence_problem *p) {
  return cells_of(p) + (p->rest > 0);
}

size_t hc_dependence_scratch(const hc_dependence_problem *p) {
  size_t n = variables(p);
  return 9 * n + 2 * MOST_ROWS * n + 2 * n * n;
}

struct step {
  double c[MOST_ROWS], ds[MOST_ROWS], dw[MOST_ROWS];
  double error;
};

/* Derivatives at the point, the residual of stationarity, and how far the point is from solving the problem with this
 * barrier: on the scale of ln v, so that small cells count like large ones. */
static void look(const struct program *q, const struct point *at, double barrier, struct space *r, struct step *step) {
  size_t n = q->n;
  memset(r->hessian, 0, n * n * sizeof *r->hessian);
  objective(q, at->v, r->gradient, r->hessian);
  for (size_t h = 0; h < n; h++) r->residual[h] = r->gradient[h] - at->z[h];
  step->error = 0;
  for (size_t i = 0; i < q->rows; i++) {
    double *row = r->jacobian + i * n;
    step->c[i] = value_of(q, &q->row[i], at->v, row, -at->w[i], r->hessian);
    for (size_t h = 0; h < n; h++) r->residual[h] -= at->w[i] * row[h];
    double apart = q->row[i].equal ? step->c[i] : step->c[i] - at->s[i];
    double gap = q->row[i].equal ? 0 : at->s[i] * at->w[i] - barrier;
    step->error = fmax(step->error, fmax(fabs(apart), fabs(gap)));
  }
  for (size_t h = 0; h < n; h++)
    step->error = fmax(step->error, fmax(fabs(r->residual[h] * at->v[h]), fabs(at->z[h] * at->v[h] - barrier)));
}

/* The Cholesky factor of the matrix of the step, with a ridge on the scale of ln v where it is not positive definite.
 * */
static bool factorise(const struct program *q, const struct point *at, struct space *r) {
  size_t n = q->n;
  for (double ridge = 0; ridge<1e14; ridge = ridge> 0 ? 10 * ridge : 1e-8) {
    memcpy(r->matrix, r->hessian, n * n * sizeof *r->matrix);
    for (size_t h = 0; h < n; h++) r->matrix[h * n + h] += (at->z[h] + ridge / at->v[h]) / at->v[h];
    for (size_t i = 0; i < q->rows; i++) {
      const double *row = r->jacobian + i * n;
      double weight = q->row[i].equal ? 1 + 10 * fabs(at->w[i]) : at->w[i] / at->s[i];
      for (size_t h = 0; h < n; h++)
        for (size_t k = 0; k <= h; k++) r->matrix[h * n + k] += weight * row[h] * row[k];
    }
    if (hc_cholesky(r->matrix, n, 1e-15)) return true;
  }
  return false;
}

/* The multipliers of equal rows, from their Schur complement; adds what they push to dv. */
static bool meet_equal(const struct program *q, struct space *r, struct step *step) {
  double schur[MOST_ROWS * MOST_ROWS], right[MOST_ROWS];
  size_t index[MOST_ROWS], m = 0, n = q->n;
  for (size_t i = 0; i < q->rows; i++)
    if (q->row[i].equal) index[m++] = i;
  for (size_t a = 0; a < m; a++) {
    double *x = r->solved + a * n;
    memcpy(x, r->jacobian + index[a] * n, n * sizeof *x);
    hc_cholesky_solve(r->matrix, n, x);
    right[a] = -step->c[index[a]];
    for (size_t h = 0; h < n; h++) right[a] -= r->jacobian[index[a] * n + h] * r->dv[h];
    for (size_t b = 0; b <= a; b++) {
      schur[a * m + b] = 0;
      for (size_t h = 0; h < n; h++) schur[a * m + b] += r->jacobian[index[b] * n + h] * x[h];
    }
  }
  if (!m) return true;
  if (!hc_cholesky(schur, m, 1e-14)) return false;
  hc_cholesky_solve(schur, m, right);
  for (size_t a = 0; a < m; a++) {
    step->dw[index[a]] = right[a];
    for (size_t h = 0; h < n; h++) r->dv[h] += right[a] * r->solved[a * n + h];
  }
  return true;
}

/* Newton's step towards the point of this barrier. */
static bool direct(const struct program *q, const struct point *at, double barrier, struct space *r,
                   struct step *step) {
  size_t n = q->n;
  if (!factorise(q, at, r)) return false;
  for (size_t h = 0; h < n; h++) r->dv[h] = -r->residual[h] + barrier / at->v[h] - at->z[h];
  for (size_t i = 0; i < q->rows; i++) {
    const double *row = r->jacobian + i * n;
    double push = q->row[i].equal ? -(1 + 10 * fabs(at->w[i])) * step->c[i]
                                  : barrier / at->s[i] - at->w[i] - at->w[i] / at->s[i] * (step->c[i] - at->s[i]);
    for (size_t h = 0; h < n; h++) r->dv[h] += push * row[h];
  }
  hc_cholesky_solve(r->matrix, n, r->dv);
  if (!meet_equal(q, r, step)) return false;
  for (size_t h = 0; h < n; h++) r->dz[h] = barrier / at->v[h] - at->z[h] - at->z[h] / at->v[h] * r->dv[h];
  for (size_t i = 0; i < q->rows; i++) {
    if (q->row[i].equal) continue;
    double along = 0;
    for (size_t h = 0; h < n; h++) along += r->jacobian[i * n + h] * r->dv[h];
    step->ds[i] = along + step->c[i] - at->s[i];
    step->dw[i] = barrier / at->s[i] - at->w[i] - at->w[i] / at->s[i] * step->ds[i];
  }
  return true;
}

/* The share of a step after which x stays above 0. */
static double within(double share, double x, double dx) {
  const double edge = 0.995;
  return dx < 0 ? fmin(share, -edge * x / dx) : share;
}

static double merit(const struct program *q, const double *v, const double *s, double barrier, double price) {
  double sum = objective(q, v, NULL, NULL);
  for (size_t h = 0; h < q->n; h++) sum -= barrier * log(v[h]);
  for (size_t i = 0; i < q->rows; i++) {
    double c = value_of(q, &q->row[i], v, NULL, 0, NULL);
    sum += price * fabs(q->row[i].equal ? c : c - s[i]);
    if (!q->row[i].equal) sum -= barrier * log(s[i]);
  }
  return sum;
}

/* Along the step as far as everything stays positive, and shorter where it leads nowhere. */
static void move(const struct program *q, struct point *at, double barrier, struct space *r, const struct step *step) {
  double share = 1, dual = 1, price = 1, s[MOST_ROWS];
  for (size_t h = 0; h < q->n; h++) share = within(share, at->v[h], r->dv[h]), dual = within(dual, at->z[h], r->dz[h]);
  for (size_t i = 0; i < q->rows; i++) {
    price = fmax(price, 2 * fabs(at->w[i] + step->dw[i]));
    if (q->row[i].equal) continue;
    share = within(share, at->s[i], step->ds[i]);
    dual = within(dual, at->w[i], step->dw[i]);
  }
  double here = merit(q, at->v, at->s, barrier, price), slack = 1e-10 * (1 + fabs(here));
  for (int k = 0; k < MOST_HALVINGS; k++, share /= 2) {
    for (size_t h = 0; h < q->n; h++) r->trial[h] = at->v[h] + share * r->dv[h];
    for (size_t i = 0; i < q->rows; i++) s[i] = at->s[i] + share * step->ds[i];
    if (merit(q, r->trial, s, barrier, price) <= here + slack) break;
  }
  memcpy(at->v, r->trial, q->n * sizeof *r->trial);
  for (size_t h = 0; h < q->n; h++) at->z[h] += dual * r->dz[h];
  for (size_t i = 0; i < q->rows; i++) {
    at->w[i] += (q->row[i].equal ? share : dual) * step->dw[i];
    if (!q->row[i].equal) at->s[i] = s[i];
  }
}

/* ---- a program ------------------------------------------------------------------------------------------------------
 * */

static void add_row(struct program *q, struct row row) {
  q->row[q->rows++] = row;
}

static void begin(struct program *q, aim what, double floor) {
  q->aim = what;
  q->rows = 0;
  for (size_t r = 0; r < q->p->n; r++) {
    double from = q->p->range[r].from, to = q->p->range[r].to;
    bool whole = !q->p->range[r].pair; /* g is then -ln xi: the limits change places */
    double low = whole ? -log(to) : log(from), high = whole ? -log(from) : log(to);
    bool equal = from == to;
    if (isfinite(low)) add_row(q, (struct row){.range = r, .sign = 1, .bound = low, .equal = equal});
    if (isfinite(high) && !equal) add_row(q, (struct row){.range = r, .sign = -1, .bound = high});
  }
  if (what != FIT) add_row(q, (struct row){.range = SIZE_MAX, .sign = 1, .bound = floor});
}

/* From the data with u people unseen (as a share), each cell times a tilt. */
static bool run(const struct program *q, double unseen, double tilt, struct space *r, struct point *at) {
  double barrier = 0.1;
  struct step step;
  at->v = r->v, at->z = r->z;
  for (size_t h = 0; h < q->n; h++) {
    double share = h == 0 ? unseen : q->y[h];
    at->v[h] = fmax(share, 1e-3 / (q->people + (double)q->n)) * (sign_of(0, h) > 0 ? tilt : 1 / tilt);
    at->z[h] = barrier / at->v[h];
  }
  for (size_t i = 0; i < q->rows; i++) {
    double c = value_of(q, &q->row[i], at->v, NULL, 0, NULL);
    at->s[i] = fmax(c, 1e-2);
    at->w[i] = q->row[i].equal ? 0 : barrier / at->s[i];
  }
  for (int k = 0; k < MOST_STEPS; k++) {
    if (q->p->proceed && !q->p->proceed(q->p->context)) return false;
    look(q, at, barrier, r, &step);
    while (step.error <= 10 * barrier && barrier > LAST_BARRIER) {
      barrier = fmax(LAST_BARRIER, fmin(0.2 * barrier, pow(barrier, 1.5)));
      look(q, at, barrier, r, &step);
    }
    double size = q->aim == FIT ? 1 : CLOSE;
    if (!isfinite(step.error)) return false;
    if (barrier <= LAST_BARRIER && step.error <= size * 1e-2) return true;
    memset(step.ds, 0, sizeof step.ds), memset(step.dw, 0, sizeof step.dw);
    if (!direct(q, at, barrier, r, &step)) return false;
    move(q, at, barrier, r, &step);
  }
  return barrier <= 1e3 * LAST_BARRIER && step.error <= 1e-5;
}

static void tell_end(const struct program *q, const struct point *at, hc_dependence_end *end) {
  end->M = q->people * total(q, at->v);
  for (size_t r = 0; r < q->p->n; r++) end->from[r] = end->to[r] = 0;
  for (size_t i = 0; i < q->rows; i++) {
    const struct row *row = &q->row[i];
    if (row->range == SIZE_MAX) continue;
    bool whole = !q->p->range[row->range].pair;
    double slope = q->aim == HIGHEST ? at->w[i] : -at->w[i]; /* of ln M by the bound of g, upwards */
    if (row->sign > 0) slope = -slope;
    bool high = row->sign < 0;
    if (whole) high = !high, slope = -slope;
    if (high || row->equal) end->to[row->range] = slope;
    if (!high || row->equal) end->from[row->range] = slope;
  }
}

/* The best of several starts. */
static bool solve_end(struct program *q, double guess, struct space *r, hc_dependence_end *end) {
  const double tilt[STARTS] = {1, 1.02, 1 / 1.02}, more[STARTS] = {1, 1.5, 0.7};
  bool found = false;
  struct point at;
  hc_dependence_end one;
  for (size_t i = 0; i < STARTS; i++) {
    if (!run(q, fmax(guess * more[i], 1e-6), tilt[i], r, &at)) continue;
    tell_end(q, &at, &one);
    bool better = !found || (q->aim == HIGHEST ? one.M > end->M : one.M < end->M);
    if (better) *end = one;
    found = true;
    if (q->p->n == 1) break;
  }
  return found;
}

/* ---- at the observed counts -----------------------------------------------------------------------------------------
 * */

static double seen(const hc_dependence_problem *p) {
  double sum = p->rest;
  for (size_t h = 1; h < cells_of(p); h++) sum += p->count[h];
  return sum;
}

double hc_dependence_point(const hc_dependence_problem *p, size_t r, double theta) {
  uint32_t pair = p->range[r].pair;
  double sum[4] = {0};
  if (!pair) {
    double unseen = -log(theta);
    for (size_t h = 1; h < cells_of(p); h++) unseen -= sign_of(0, h) * log(p->count[h]);
    return seen(p) + exp(unseen);
  }
  for (size_t h = 1; h < cells_of(p); h++) sum[quarter(pair, h)] += p->count[h];
  return sum[1] + sum[2] + sum[3] + theta * sum[1] * (sum[2] / sum[3]);
}

void hc_dependence_identified(const hc_dependence_problem *p, double *lower, double *upper) {
  *lower = seen(p);
  *upper = INFINITY;
  for (size_t r = 0; r < p->n; r++) {
    bool whole = !p->range[r].pair;
    double low = whole ? p->range[r].to : p->range[r].from, high = whole ? p->range[r].from : p->range[r].to;
    if (low > 0 && isfinite(low)) *lower = fmax(*lower, hc_dependence_point(p, r, low));
    if (isfinite(high) && high > 0) *upper = fmin(*upper, hc_dependence_point(p, r, high));
  }
}

/* ---- the whole
 * ------------------------------------------------------------------------------------------------------- */

static bool has_upper(const hc_dependence_problem *p) {
  for (size_t r = 0; r < p->n; r++)
    if (p->range[r].pair ? isfinite(p->range[r].to) : p->range[r].from > 0) return true;
  return false;
}

bool hc_dependence_solve(const hc_dependence_problem *p, double fall, bool saturated, double *scratch,
                         hc_dependence_interval *interval) {
  struct space r = divide(variables(p), scratch);
  struct program q = {.p = p, .n = variables(p), .people = seen(p), .y = r.y};
  struct point at;
  double lower, upper, best = 0;
  r.y[0] = 0;
  for (size_t h = 1; h < q.n; h++) r.y[h] = (h < cells_of(p) ? p->count[h] : p->rest) / q.people;
  hc_dependence_identified(p, &lower, &upper);
  if (lower > upper * (1 + 1e-12)) {
    begin(&q, FIT, 0);
    if (!run(&q, (lower + upper) / 2 / q.people - 1, 1, &r, &at)) return false;
    best = likelihood(&q, at.v, NULL, 0, NULL);
  }
  interval->misfit = best < 0 ? -2 * best : 0;
  if (!(interval->misfit < fall)) return true;
  double floor = (saturated ? 0 : best) - fall / 2;
  interval->lower = (hc_dependence_end){.M = q.people};
  if (lower > q.people) { /* else nobody unseen fits the data best */
    begin(&q, LOWEST, floor);
    if (!solve_end(&q, fmin(lower, upper) / q.people - 1, &r, &interval->lower)) return false;
    interval->lower.M = fmax(interval->lower.M, q.people);
  }
  interval->upper = (hc_dependence_end){.M = INFINITY};
  if (!has_upper(p)) return true;
  begin(&q, HIGHEST, floor);
  return solve_end(&q, fmax(lower, upper) / q.people - 1, &r, &interval->upper);
}
