/* Exact and close limits of a proportion, a Poisson mean and a hypergeometric N. */
#include "numeric/exact.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "numeric/root.h"
#include "numeric/special.h"

static const double LARGEST = 4e9; /* GSL's hypergeometric functions take unsigned int */
static const double PRECISE = 1e-14;

/* A one-sided error that a limit has to reach: the tail of a distribution with two shapes. */
struct tail {
  double a, b, probability;
};

static double beta_below(double p, void *context) {
  const struct tail *t = context;
  return gsl_cdf_beta_P(p, t->a, t->b) - t->probability;
}

static double beta_above(double p, void *context) {
  const struct tail *t = context;
  return gsl_cdf_beta_Q(p, t->a, t->b) - t->probability;
}

/* P and Q of the incomplete gamma function where a is large and GSL's own fails: Temme (1979) SIAM J. Math. Anal.
 * 10:757, NIST handbook 8.12.3-8.12.10, with the first coefficient; the error is below a^-3/2. */
static double gamma_uniform(double a, double mean, bool above) {
  double mu = mean / a - 1, eta = copysign(sqrt(2 * (mu - log1p(mu))), mu);
  double c0 = fabs(mu) < 1e-9 ? -1.0 / 3 : 1 / mu - 1 / eta, rest = exp(-a * eta * eta / 2) / sqrt(2 * M_PI * a) * c0;
  return above ? erfc(eta * sqrt(a / 2)) / 2 + rest : erfc(-eta * sqrt(a / 2)) / 2 - rest;
}

static const double LARGE_SHAPE = 1e5;

/* Chances that a Poisson variable is x or more (x > 0), and x - 1 or less. */
static double gamma_P(double x, double mean) {
  return x < LARGE_SHAPE ? gsl_cdf_gamma_P(mean, x, 1) : gamma_uniform(x, mean, false);
}

static double gamma_Q(double x, double mean) {
  return x < LARGE_SHAPE ? gsl_cdf_gamma_Q(mean, x, 1) : gamma_uniform(x, mean, true);
}

double hc_poisson_at_least(double x, double mean) { return x > 0 ? gamma_P(x, mean) : 1; }

double hc_poisson_at_most(double x, double mean) { return gamma_Q(x + 1, mean); }

static double gamma_below(double mean, void *context) {
  const struct tail *t = context;
  return gamma_P(t->a, mean) - t->probability;
}

static double gamma_above(double mean, void *context) {
  const struct tail *t = context;
  return gamma_Q(t->a, mean) - t->probability;
}

static double solve(hc_function f, struct tail t, double a, double b) {
  double root = NAN;
  return hc_root_brent(f, &t, a, b, PRECISE, &root) ? root : NAN;
}

static double two_sided_z(double level) { return hc_normal_quantile((1 + level) / 2); }

static void wilson(double x, double n, double z, double *lower, double *upper) {
  double p = x / n, z2 = z * z, centre = p + z2 / (2 * n), half = z * sqrt((p * (1 - p) + z2 / (4 * n)) / n);
  *lower = (centre - half) / (1 + z2 / n);
  *upper = (centre + half) / (1 + z2 / n);
}

void hc_binomial_limits(hc_binomial_kind kind, double x, double n, double level, double *lower, double *upper) {
  double z = two_sided_z(level), error = (1 - level) / 2, p = x / n, half = z * sqrt(p * (1 - p) / n);
  switch (kind) {
    case HC_BINOMIAL_EXACT:
      *lower = x > 0 ? solve(beta_below, (struct tail){x, n - x + 1, error}, 0, 1) : 0;
      *upper = x < n ? solve(beta_above, (struct tail){x + 1, n - x, error}, 0, 1) : 1;
      break;
    case HC_BINOMIAL_WILSON:
      wilson(x, n, z, lower, upper);
      break;
    case HC_BINOMIAL_ASYMPTOTIC:
      *lower = p - half;
      *upper = p + half;
  }
}

static double byar(double x, double z) {
  double middle = x + 0.5, root = 1 - 1 / (9 * middle) + z / (3 * sqrt(middle));
  return middle * root * root * root;
}

void hc_poisson_limits(hc_poisson_kind kind, double x, double level, double *lower, double *upper) {
  double z = two_sided_z(level), error = (1 - level) / 2;
  double far = x + 40 + 40 * sqrt(x + 1); /* beyond any limit at a level that a double can tell from 1 */
  switch (kind) {
    case HC_POISSON_EXACT:
      *lower = x > 0 ? solve(gamma_below, (struct tail){x, 0, error}, 0, far) : 0;
      *upper = solve(gamma_above, (struct tail){x + 1, 0, error}, 0, far);
      break;
    case HC_POISSON_BYAR:
      *lower = byar(x, -z);
      *upper = byar(x, z);
      break;
    case HC_POISSON_ASYMPTOTIC:
      *lower = x - z * sqrt(x);
      *upper = x + z * sqrt(x);
  }
}

struct two_samples_of_people {
  unsigned marked, n, m;
};

static double m_or_fewer(const struct two_samples_of_people *s, double N) {
  return gsl_cdf_hypergeometric_P(s->m, s->marked, (unsigned)N - s->marked, s->n);
}

static double m_or_more(const struct two_samples_of_people *s, double N) {
  return s->m ? gsl_cdf_hypergeometric_Q(s->m - 1, s->marked, (unsigned)N - s->marked, s->n) : 1;
}

/* The first whole N in (below, above] where the tail's being above `error` is `wanted`; it changes once. */
static double first_where(double (*tail)(const struct two_samples_of_people *, double),
                          const struct two_samples_of_people *s, double error, bool wanted, double below, double above) {
  while (above - below > 1) {
    double middle = floor(below + (above - below) / 2);
    if ((tail(s, middle) > error) == wanted)
      above = middle;
    else
      below = middle;
  }
  return above;
}

bool hc_hypergeometric_limits(double marked, double n, double m, double level, double *lower, double *upper) {
  bool whole = marked == floor(marked) && n == floor(n) && m == floor(m);
  double least = marked + n - m, error = (1 - level) / 2;
  if (!whole || m < 0 || m > marked || m > n || n < 1 || marked < 1 || least > LARGEST) return false;
  struct two_samples_of_people s = {(unsigned)marked, (unsigned)n, (unsigned)m};
  /* As N grows, m or fewer becomes certain, and m or more impossible (unless m = 0). */
  *lower = m_or_fewer(&s, least) > error ? least : first_where(m_or_fewer, &s, error, true, least, LARGEST);
  *upper = m_or_more(&s, LARGEST) > error ? INFINITY : first_where(m_or_more, &s, error, false, least, LARGEST) - 1;
  return true;
}

struct drawn {
  unsigned population, sample, x;
  double p;
};

/* x or more, which grows with the number K of cases; and x or fewer, which falls. */
static double cases_or_more(const struct drawn *d, double K) {
  return d->x ? gsl_cdf_hypergeometric_Q(d->x - 1, (unsigned)K, d->population - (unsigned)K, d->sample) : 1;
}

static double cases_or_fewer(const struct drawn *d, double K) {
  return gsl_cdf_hypergeometric_P(d->x, (unsigned)K, d->population - (unsigned)K, d->sample);
}

static double met_or_more(const struct drawn *d, double K) {
  return d->x ? gsl_cdf_binomial_Q(d->x - 1, d->p, (unsigned)K) : 1;
}

static double met_or_fewer(const struct drawn *d, double K) { return gsl_cdf_binomial_P(d->x, d->p, (unsigned)K); }

/* The first whole K in [least, most] where more(K) > error, and the last where fewer(K) > error; INFINITY past most. */
static void whole_limits(const struct drawn *d, double (*more)(const struct drawn *, double),
                         double (*fewer)(const struct drawn *, double), double error, double least, double most, double *lower,
                         double *upper) {
  double below = least - 1, above = most, low, high;
  while (above - below > 1) {
    double middle = floor(below + (above - below) / 2);
    if (more(d, middle) > error) above = middle;
    else below = middle;
  }
  low = above;
  below = low, above = most + 1;
  while (above - below > 1) {
    double middle = floor(below + (above - below) / 2);
    if (fewer(d, middle) > error) below = middle;
    else above = middle;
  }
  high = below;
  *lower = low, *upper = high;
}

bool hc_cases_limits(double population, double sample, double cases, double level, double *lower, double *upper) {
  bool whole = population == floor(population) && sample == floor(sample) && cases == floor(cases);
  if (!whole || cases < 0 || cases > sample || sample > population || sample < 1 || population > LARGEST) return false;
  struct drawn d = {(unsigned)population, (unsigned)sample, (unsigned)cases, 0};
  whole_limits(&d, cases_or_more, cases_or_fewer, (1 - level) / 2, cases, population - (sample - cases), lower, upper);
  return true;
}

bool hc_thinned_limits(double x, double p, double level, double *lower, double *upper) {
  if (x != floor(x) || x < 0 || x > LARGEST || !(p > 0) || !(p <= 1)) return false;
  struct drawn d = {0, 0, (unsigned)x, p};
  whole_limits(&d, met_or_more, met_or_fewer, (1 - level) / 2, x, LARGEST, lower, upper);
  if (*upper == LARGEST) *upper = INFINITY;
  return true;
}

static const struct {
  const char *name;
  bool binomial;
  int kind;
} methods[] = {
    {"binomial-wilson", true, HC_BINOMIAL_WILSON},
    {"binomial-exact", true, HC_BINOMIAL_EXACT},
    {"binomial-asymptotic", true, HC_BINOMIAL_ASYMPTOTIC},
    {"poisson-exact", false, HC_POISSON_EXACT},
    {"poisson-byar", false, HC_POISSON_BYAR},
    {"poisson-asymptotic", false, HC_POISSON_ASYMPTOTIC},
};

bool hc_two_samples_limits(const hc_two_samples *s, const char *method, double level, double *lower, double *upper) {
  for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
    if (strcmp(methods[i].name, method) != 0) continue;
    double low, high, whole = methods[i].binomial ? s->marked : s->marked * s->n;
    if (methods[i].binomial) {
      hc_binomial_limits((hc_binomial_kind)methods[i].kind, s->m, s->n, level, &low, &high);
    } else {
      hc_poisson_limits((hc_poisson_kind)methods[i].kind, s->m - s->added, level, &low, &high);
      low += s->added, high += s->added;
    }
    *lower = whole / high + s->shift;
    *upper = low <= 0 ? INFINITY : whole / low + s->shift; /* NaN stays NaN */
    return true;
  }
  return false;
}
