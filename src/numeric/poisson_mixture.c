/* Nonparametric maximum likelihood for counts, by directional derivatives and BFGS; see the header. */
#include "numeric/poisson_mixture.h"

#include <math.h>
#include <string.h>

#include "numeric/optimise.h"

enum { MOST_ROUNDS = 40, GRID = 160, VARIABLES = 2 * HC_MIXTURE_MOST - 1 };
static const double LOWEST = -14, SLACK = 1e-9, SMALLEST_SHARE = 1e-9, CLOSEST = 1e-5, FARTHEST = 20;

/* One class at rate exp(u). */
struct class {
  double rate, ln_norm, odds, odds_slope, mean; /* ln(e^rate - 1); 1/(e^rate - 1) and its slope by u; truncated mean */
};

static struct class class_at(double u) {
  double rate = exp(u), odds = 1 / expm1(rate);
  return (struct class){.rate = rate,
                        .ln_norm = rate > 30 ? rate : log(expm1(rate)),
                        .odds = odds,
                        .odds_slope = -rate * odds * (1 + odds),
                        .mean = rate * (1 + odds)};
}

static double chance(const hc_counts_problem *p, const struct class *c, double u, size_t k) {
  return exp((double)k * u - p->ln_factorial[k - 1] - c->ln_norm);
}

/* --- the objective of the joint search: u_1..u_m, then ln(w_j/w_m) for j < m
 * ------------------------------------------- */

struct search {
  const hc_counts_problem *problem;
  size_t m;
  double weight[HC_MIXTURE_MOST];
  struct class class[HC_MIXTURE_MOST];
  double theta, loglik;
  double *mixed; /* [top] the mixture's chance of k */
  double *each;  /* [m][top] of the classes         */
};

static void set_weights(struct search *s, const double *v) {
  double largest = 0, sum = 0;
  for (size_t j = 0; j + 1 < s->m; j++) largest = fmax(largest, v[j]);
  for (size_t j = 0; j < s->m; j++) sum += s->weight[j] = exp((j + 1 < s->m ? v[j] : 0) - largest);
  for (size_t j = 0; j < s->m; j++) s->weight[j] /= sum;
}

static void evaluate(struct search *s, const double *x) {
  const hc_counts_problem *p = s->problem;
  set_weights(s, x + s->m);
  s->theta = s->loglik = 0;
  memset(s->mixed, 0, p->top * sizeof *s->mixed);
  for (size_t j = 0; j < s->m; j++) {
    s->class[j] = class_at(x[j]);
    s->theta += s->weight[j] * s->class[j].odds;
    for (size_t k = 1; k <= p->top; k++) {
      double c = p->f[k - 1] > 0 ? chance(p, &s->class[j], x[j], k) : 0;
      s->each[j * p->top + k - 1] = c;
      s->mixed[k - 1] += s->weight[j] * c;
    }
  }
  for (size_t k = 0; k < p->top; k++)
    if (p->f[k] > 0) s->loglik += p->f[k] * log(s->mixed[k]);
}

static double objective(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  struct search *s = context;
  const hc_counts_problem *p = s->problem;
  (void)hessian;
  for (size_t j = 0; j < s->m; j++)
    if (!(fabs(x[j]) < FARTHEST)) return INFINITY;
  evaluate(s, x);
  double slope, value = p->penalty(s->theta, &slope, p->context) - s->loglik;
  if (!gradient) return value;
  for (size_t j = 0; j < s->m; j++) {
    double share = 0, moved = 0;
    for (size_t k = 0; k < p->top; k++) {
      if (!(p->f[k] > 0)) continue;
      double r = p->f[k] * s->each[j * p->top + k] / s->mixed[k];
      share += r, moved += r * ((double)(k + 1) - s->class[j].mean);
    }
    gradient[j] = -s->weight[j] * (moved - slope * s->class[j].odds_slope);
    if (j + 1 < s->m)
      gradient[s->m + j] = -s->weight[j] * (share - p->n - slope * (s->class[j].odds - s->theta));
  }
  (void)n;
  return value;
}

/* --- a class that is missing
 * ------------------------------------------------------------------------------------------- */

/* The derivative of the objective towards a class at u, per share. */
static double towards(const struct search *s, double u, double slope) {
  const hc_counts_problem *p = s->problem;
  struct class c = class_at(u);
  double sum = -p->n - slope * (c.odds - s->theta);
  for (size_t k = 1; k <= p->top; k++)
    if (p->f[k - 1] > 0) sum += p->f[k - 1] * chance(p, &c, u, k) / s->mixed[k - 1];
  return sum;
}

/* Where it is largest: the grid's best, then thirds of its neighbourhood. */
static double steepest(const struct search *s, double slope, double *largest) {
  double highest = log((double)s->problem->top + 1), step = (highest - LOWEST) / GRID, at = LOWEST;
  *largest = -INFINITY;
  for (size_t i = 0; i <= GRID; i++) {
    double u = LOWEST + (double)i * step, d = towards(s, u, slope);
    if (d > *largest) *largest = d, at = u;
  }
  double low = at - step, high = at + step;
  for (int i = 0; i < 40; i++) {
    double a = low + (high - low) / 3, b = high - (high - low) / 3;
    if (towards(s, a, slope) < towards(s, b, slope)) low = a;
    else high = b;
  }
  *largest = fmax(*largest, towards(s, (low + high) / 2, slope));
  return (low + high) / 2;
}

/* The share at which adding the class stops to pay, the penalty taken as a line. */
static double first_share(const struct search *s, double u, double slope) {
  const hc_counts_problem *p = s->problem;
  struct class c = class_at(u);
  double low = 0, high = 0.5;
  for (int i = 0; i < 30; i++) {
    double w = (low + high) / 2, d = -slope * (c.odds - s->theta);
    for (size_t k = 1; k <= p->top; k++) {
      if (!(p->f[k - 1] > 0)) continue;
      double own = chance(p, &c, u, k), mixed = s->mixed[k - 1];
      d += p->f[k - 1] * (own - mixed) / (mixed + w * (own - mixed));
    }
    if (d > 0) low = w;
    else high = w;
  }
  return fmax(low, 1e-6);
}

/* --- rounds
 * -------------------------------------------------------------------------------------------------------------- */

/* Classes without people go, those at one rate become one; sorted by rate. Returns whether anything changed. */
static bool tidy(struct search *s, double *x) {
  double rate[HC_MIXTURE_MOST], weight[HC_MIXTURE_MOST];
  size_t m = 0;
  for (size_t j = 0; j < s->m; j++) {
    if (s->weight[j] < SMALLEST_SHARE) continue;
    size_t i = m++;
    for (; i > 0 && rate[i - 1] > x[j]; i--) rate[i] = rate[i - 1], weight[i] = weight[i - 1];
    rate[i] = x[j], weight[i] = s->weight[j];
  }
  size_t kept = 0;
  for (size_t j = 0; j < m; j++) {
    if (kept && rate[j] - rate[kept - 1] < CLOSEST) weight[kept - 1] += weight[j];
    else rate[kept] = rate[j], weight[kept++] = weight[j];
  }
  bool changed = kept != s->m;
  s->m = kept;
  for (size_t j = 0; j < kept; j++) x[j] = rate[j];
  for (size_t j = 0; j + 1 < kept; j++) x[kept + j] = log(weight[j] / weight[kept - 1]);
  return changed;
}

static void add(struct search *s, double *x, double u, double share) {
  double weight[HC_MIXTURE_MOST];
  size_t m = s->m++;
  for (size_t j = 0; j < m; j++) weight[j] = s->weight[j] * (1 - share);
  x[m] = u;
  for (size_t j = 0; j < m; j++) x[m + 1 + j] = log(weight[j] / share);
}

static bool settle(struct search *s, double *x, double *scratch, unsigned *iterations) {
  hc_search how = hc_search_default();
  how.longest_step = 1;
  how.iterations = 500;
  for (int i = 0; i < HC_MIXTURE_MOST; i++) {
    hc_minimum end = hc_minimise_bfgs(objective, s, 2 * s->m - 1, x, how, scratch);
    *iterations += end.iterations;
    if (end.end == HC_SEARCH_ESCAPED || !isfinite(end.value)) return false;
    evaluate(s, x);
    if (!tidy(s, x)) return true;
    evaluate(s, x);
  }
  return true;
}

size_t hc_counts_mixture_scratch(size_t top) {
  return (HC_MIXTURE_MOST + 1) * top + VARIABLES + 1 + hc_minimise_scratch(VARIABLES);
}

static void report(const struct search *s, const double *x, double largest, hc_counts_mixture *mixture) {
  mixture->classes = s->m;
  for (size_t j = 0; j < s->m; j++) mixture->rate[j] = exp(x[j]), mixture->weight[j] = s->weight[j];
  mixture->theta = s->theta, mixture->loglik = s->loglik, mixture->slack = largest / s->problem->n;
}

bool hc_counts_mixture_fit(const hc_counts_problem *problem, double *scratch, hc_counts_mixture *mixture) {
  struct search s = {.problem = problem, .m = 1};
  double *x = scratch + (HC_MIXTURE_MOST + 1) * problem->top, *room = x + VARIABLES + 1, sum = 0;
  s.mixed = scratch, s.each = scratch + problem->top;
  for (size_t k = 0; k < problem->top; k++) sum += (double)(k + 1) * problem->f[k];
  x[0] = log(fmax(sum / problem->n - 0.5, 0.1));
  mixture->iterations = 0;
  for (int round = 0; round < MOST_ROUNDS; round++) {
    double slope, largest;
    if (!settle(&s, x, room, &mixture->iterations)) return false;
    problem->penalty(s.theta, &slope, problem->context);
    double u = steepest(&s, slope, &largest);
    report(&s, x, largest, mixture);
    if (largest < SLACK * problem->n) return true;
    if (s.m == HC_MIXTURE_MOST) return largest < 1e-5 * problem->n;
    add(&s, x, u, first_share(&s, u, slope));
  }
  return mixture->slack < 1e-5;
}
