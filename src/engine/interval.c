/* Confidence intervals. N: the first quantity; n: people observed; z: the normal quantile.
 *
 *   lognormal    Chao (1987) Biometrics 43:783, eq. 15: f0 = N - n, [n + f0/C, n + f0 C],
 *                C = exp(z sqrt(ln(1 + se^2/f0^2)))
 *   profile      Cormack (1992) Biometrics 48:567; Venzon and Moolgavkar (1988) Appl. Statist. 37:87
 *   percentile, basic, studentized, bca: Davison and Hinkley (1997), sec. 5.2-5.3; quantiles are the
 *                (B+1)p-th order statistics, interpolated on the normal scale (their eq. 5.8);
 *                bca: Efron (1987) JASA 82:171, acceleration by the jackknife collapsed over equal cells */
#include "engine/interval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/root.h"
#include "numeric/special.h"

/* One number, and what is known of it. A total over strata has no plan: then nothing that needs a fit is defined. */
struct request {
  const char *who, *name; /* of the estimator, of the quantity; for messages */
  double value, se;
  double floor;           /* NaN where there is none */
  const hc_bootstrap *bootstrap;
  size_t column;          /* of the quantity in the bootstrap */
  double level;
  const hc_plan *plan;
  const hc_estimate *estimate;
  hc_interval_basis *basis; /* NULL with the plan */
  size_t quantity;
};

typedef hc_status (*method_function)(const struct request *, double *lower, double *upper, hc_error *);

static double normal_limit(double level) { return hc_normal_quantile(0.5 + level / 2); }

static hc_status need_se(const struct request *r, hc_error *err) {
  if (isfinite(r->se)) return HC_OK;
  return hc_refuse(err, "no-se", "%s has no standard error for %s", r->who, r->name);
}

static hc_status wald(const struct request *r, double *lower, double *upper, hc_error *err) {
  hc_status status = need_se(r, err);
  double half = normal_limit(r->level) * r->se;
  *lower = r->value - half;
  *upper = r->value + half;
  return status;
}

static hc_status lognormal(const struct request *r, double *lower, double *upper, hc_error *err) {
  hc_status status = need_se(r, err);
  if (status != HC_OK) return status;
  double n = r->floor, f0 = r->value - n, ratio = r->se / f0;
  if (!(n > 0)) return hc_refuse(err, "not-a-population", "the log-normal interval is for N, not for %s", r->name);
  if (!(f0 > 0)) return hc_refuse(err, "no-unseen", "nobody is estimated to be unseen: no log-normal interval");
  double C = exp(normal_limit(r->level) * sqrt(log1p(ratio * ratio)));
  *lower = n + f0 / C;
  *upper = n + f0 * C;
  return HC_OK;
}

struct profile {
  const struct request *request;
  double *scratch;
  double target; /* log-likelihood at the limit */
};

static double profile_at(double N, void *context) {
  struct profile *p = context;
  const hc_plan *plan = p->request->plan;
  double loglik;
  hc_status status = plan->estimator->profile(plan, plan->observed, N, p->request->estimate, p->scratch, &loglik);
  return status == HC_OK ? loglik - p->target : NAN;
}

/* Golden section on ln(N - n + 1), in which a profile is close to a parabola. */
static double highest(struct profile *p, double n, double low, double high) {
  const double ratio = 0.61803398874989485;
  double a = log1p(low - n), b = log1p(high - n);
  double x1 = b - ratio * (b - a), x2 = a + ratio * (b - a);
  double f1 = profile_at(n + expm1(x1), p), f2 = profile_at(n + expm1(x2), p);
  for (int i = 0; i < 80 && b - a > 1e-9; i++) {
    if (f1 > f2 || isnan(f2)) {
      b = x2, x2 = x1, f2 = f1;
      x1 = b - ratio * (b - a);
      f1 = profile_at(n + expm1(x1), p);
    } else {
      a = x1, x1 = x2, f1 = f2;
      x2 = a + ratio * (b - a);
      f2 = profile_at(n + expm1(x2), p);
    }
  }
  return n + expm1(0.5 * (a + b));
}

static hc_status profile_limits(struct profile *p, double n, double top, double *lower, double *upper, hc_error *err) {
  enum { DOUBLINGS = 60 };
  double far = top + (top - n) + 1;
  *lower = n;
  if (profile_at(n, p) < 0 && !hc_root_brent(profile_at, p, n, top, 1e-10, lower))
    return hc_refuse(err, "profile-failed", "the lower profile limit was not found");
  for (int i = 0; i < DOUBLINGS; i++) {
    double value = profile_at(far, p);
    if (isnan(value)) return hc_refuse(err, "profile-failed", "the profile likelihood failed at N = %.6g", far);
    if (value < 0) {
      if (hc_root_brent(profile_at, p, top, far, 1e-10, upper)) return HC_OK;
      return hc_refuse(err, "profile-failed", "the upper profile limit was not found");
    }
    far += far - n;
    if (far > 1e15) break;
  }
  *upper = INFINITY;
  return HC_OK;
}

static hc_status profile(const struct request *r, double *lower, double *upper, hc_error *err) {
  const hc_plan *plan = r->plan;
  if (!plan || !plan->estimator->profile || r->quantity != 0)
    return hc_refuse(err, "no-likelihood", "%s has no profile likelihood for %s", r->who, r->name);
  struct profile p = {.request = r, .scratch = malloc((plan->n_scratch + 1) * sizeof(double))};
  if (!p.scratch) return hc_fail(err, HC_ENOMEM, "no memory for the profile likelihood");
  double n = r->floor, N = r->value;
  double far = N + 3 * (N - n) + 1;
  /* N need not be the maximum of this likelihood: look further while it still rises */
  for (int i = 0; i < 40 && profile_at(far, &p) > profile_at(n + (far - n) / 2, &p); i++) far += far - n;
  double top = highest(&p, n, n, far), best = profile_at(top, &p);
  hc_status status = HC_OK;
  if (!isfinite(best)) {
    status = hc_refuse(err, "profile-failed", "the profile likelihood failed at N = %.6g", top);
  } else {
    p.target = best - hc_chisq1_quantile(r->level) / 2;
    status = profile_limits(&p, n, top, lower, upper, err);
  }
  free(p.scratch);
  return status;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

enum transform { AS_IS, STUDENTIZED };

/* Sorted replicates of the quantity that succeeded; the caller frees *sorted. */
static hc_status collect(const struct request *r, enum transform transform, double **sorted, size_t *n, hc_error *err) {
  const hc_bootstrap *b = r->bootstrap;
  if (!b) return hc_refuse(err, "no-bootstrap", "this interval needs bootstrap replicates");
  *sorted = malloc((b->done + 1) * sizeof **sorted);
  if (!*sorted) return hc_fail(err, HC_ENOMEM, "no memory to sort the replicates");
  *n = 0;
  for (uint64_t i = 0; i < b->done; i++) {
    size_t at = i * b->n_quantities + r->column;
    double x = b->value[at];
    if (transform == STUDENTIZED) x = (x - r->value) / b->se[at];
    if (transform == STUDENTIZED ? !isnan(x) : isfinite(x)) (*sorted)[(*n)++] = x; /* a standard error of 0 is an infinite t */
  }
  double wanted = ceil(2 / (1 - r->level)) - 1;
  if ((double)*n < wanted || *n < 2) {
    free(*sorted);
    return hc_refuse(err, "too-few-replicates", "%zu replicates succeeded, and a %g interval needs at least %.0f", *n,
                     r->level, fmax(2, wanted));
  }
  if ((double)*n < 0.5 * (double)b->done) {
    free(*sorted);
    return hc_refuse(err, "bootstrap-failed", "only %zu of %llu replicates could be estimated", *n,
                     (unsigned long long)b->done);
  }
  qsort(*sorted, *n, sizeof **sorted, by_value);
  return HC_OK;
}

/* The p-quantile as the (n+1)p-th order statistic, interpolated on the normal scale. */
static double quantile(const double *sorted, size_t n, double p) {
  double rank = ((double)n + 1) * p, k = floor(rank);
  if (k < 1) return sorted[0];
  if (k >= (double)n) return sorted[n - 1];
  size_t i = (size_t)k;
  if (rank == k || !isfinite(sorted[i - 1])) return sorted[i - 1];
  if (!isfinite(sorted[i])) return sorted[i];
  double z = hc_normal_quantile(p), z0 = hc_normal_quantile(k / ((double)n + 1));
  double z1 = hc_normal_quantile((k + 1) / ((double)n + 1));
  return sorted[i - 1] + (z - z0) / (z1 - z0) * (sorted[i] - sorted[i - 1]);
}

static hc_status percentile(const struct request *r, double *lower, double *upper, hc_error *err) {
  double *sorted = NULL, tail = (1 - r->level) / 2;
  size_t n = 0;
  hc_status status = collect(r, AS_IS, &sorted, &n, err);
  if (status != HC_OK) return status;
  *lower = quantile(sorted, n, tail);
  *upper = quantile(sorted, n, 1 - tail);
  free(sorted);
  return HC_OK;
}

static hc_status basic(const struct request *r, double *lower, double *upper, hc_error *err) {
  double low, high;
  hc_status status = percentile(r, &low, &high, err);
  if (status != HC_OK) return status;
  *lower = 2 * r->value - high;
  *upper = 2 * r->value - low;
  return HC_OK;
}

static hc_status studentized(const struct request *r, double *lower, double *upper, hc_error *err) {
  double *sorted = NULL, tail = (1 - r->level) / 2;
  size_t n = 0;
  hc_status status = need_se(r, err);
  if (status == HC_OK) status = collect(r, STUDENTIZED, &sorted, &n, err);
  if (status != HC_OK) return status;
  *lower = r->value - r->se * quantile(sorted, n, 1 - tail);
  *upper = r->value - r->se * quantile(sorted, n, tail);
  free(sorted);
  return HC_OK;
}

/* Efron's acceleration: sum w d^3 / (6 (sum w d^2)^(3/2)), d = mean - leave-one-out, w units in the cell. */
static hc_status acceleration(const struct request *r, double *a, hc_error *err) {
  const hc_plan *plan = r->plan;
  const double *left_out = NULL;
  double sum = 0, weight = 0, square = 0, cube = 0;
  hc_status status = hc_jackknife_make(&r->basis->jackknife, r->basis, err);
  if (status != HC_OK) return status;
  left_out = hc_jackknife_values(r->basis->jackknife, r->quantity);
  for (size_t i = 0; i < plan->n_cells; i++) {
    if (!(plan->cells[i] >= 1)) continue;
    if (isnan(left_out[i]))
      return hc_refuse(err, "jackknife-failed", "without one unit of cell %zu there is no estimate, so no bca interval", i + 1);
    sum += plan->cells[i] * left_out[i];
    weight += plan->cells[i];
  }
  for (size_t i = 0; i < plan->n_cells; i++) {
    if (!(plan->cells[i] >= 1)) continue;
    double d = sum / weight - left_out[i];
    square += plan->cells[i] * d * d;
    cube += plan->cells[i] * d * d * d;
  }
  *a = square > 0 ? cube / (6 * square * sqrt(square)) : 0;
  return HC_OK;
}

static hc_status bca(const struct request *r, double *lower, double *upper, hc_error *err) {
  double *sorted = NULL, a = 0;
  size_t n = 0, below = 0;
  if (!r->plan || !r->plan->n_cells)
    return hc_refuse(err, "no-cells", "%s has no cells to leave out, so no bca interval", r->who);
  hc_status status = collect(r, AS_IS, &sorted, &n, err);
  if (status != HC_OK) return status;
  status = acceleration(r, &a, err);
  while (below < n && sorted[below] < r->value) below++;
  if (status == HC_OK && (below == 0 || below == n))
    status = hc_refuse(err, "bootstrap-failed", "all replicates lie on one side of the estimate: no bca interval");
  if (status == HC_OK) {
    double z0 = hc_normal_quantile((double)below / (double)n), z = normal_limit(r->level);
    double low = 1 - a * (z0 - z), high = 1 - a * (z0 + z); /* where they reach zero, the limit is the furthest replicate */
    *lower = quantile(sorted, n, low > 0 ? hc_normal_cdf(z0 + (z0 - z) / low) : 0);
    *upper = quantile(sorted, n, high > 0 ? hc_normal_cdf(z0 + (z0 + z) / high) : 1);
  }
  free(sorted);
  return status;
}

static const struct method {
  const char *name;
  method_function function;
  bool bootstrap;
  const char *help;
} methods[] = {
    {"lognormal", lognormal, false,
     "for N: log-normal in the number unseen, never below the number observed (Chao 1987, Biometrics 43:783)"},
    {"wald", wald, false, "estimate plus and minus z standard errors"},
    {"profile", profile, false,
     "for N: the values that the likelihood does not reject; often lopsided, as it should be (Cormack 1992, Biometrics "
     "48:567)"},
    {"percentile", percentile, true,
     "the middle of the bootstrap replicates (Davison and Hinkley 1997, sec. 5.3.1)"},
    {"basic", basic, true, "2 x estimate minus the replicates' quantiles (Davison and Hinkley 1997, sec. 5.2)"},
    {"bca", bca, true,
     "percentile corrected for bias and acceleration, second-order accurate (Efron 1987, JASA 82:171)"},
    {"studentized", studentized, true,
     "bootstrap of (estimate - truth)/se, second-order accurate where the se is good (Davison and Hinkley 1997, "
     "sec. 5.2.1)"},
};
enum { N_METHODS = sizeof methods / sizeof methods[0] };

static const struct method *find(const char *name) {
  for (size_t i = 0; i < N_METHODS; i++)
    if (strcmp(methods[i].name, name) == 0) return &methods[i];
  return NULL;
}

const char *hc_interval_method_at(size_t i) { return i < N_METHODS ? methods[i].name : NULL; }

const char *hc_interval_help(const char *method) {
  const struct method *m = find(method);
  return m ? m->help : NULL;
}

bool hc_interval_needs_bootstrap(const char *method) {
  const struct method *m = find(method);
  return m && m->bootstrap;
}

/* The estimator's own name for it, in static storage; NULL where it has no such interval. */
static const char *own_method(const hc_estimator *estimator, const char *name) {
  const char *const *own = estimator->interval_methods;
  while (own && *own && strcmp(*own, name) != 0) own++;
  return own ? *own : NULL;
}

/* No interval reaches below what was observed, and one that lies there as a whole is none. */
static hc_status keep_above_floor(hc_interval *interval, double floor, hc_error *err) {
  if (interval->upper < floor)
    return hc_refuse(err, "below-observed", "the whole %s interval, up to %.1f, lies below the %.0f people who were met",
                     interval->method, interval->upper, floor);
  if (interval->lower < floor) {
    interval->lower = floor;
    interval->at_floor = true;
  }
  return HC_OK;
}

static hc_status check_level(double level, hc_error *err) {
  return level > 0 && level < 1 ? HC_OK : hc_fail(err, HC_EUSAGE, "the level is between 0 and 1, not %g", level);
}

hc_status hc_interval_compute(hc_interval *interval, hc_interval_basis *basis, const char *method, size_t quantity,
                              hc_error *err) {
  const hc_plan *plan = basis->plan;
  const hc_estimate *estimate = basis->estimate;
  const struct method *generic = find(method);
  const char *name = generic ? generic->name : own_method(plan->estimator, method);
  hc_status status = check_level(basis->level, err);
  if (status != HC_OK) return status;
  if (!name) return hc_fail(err, HC_EUSAGE, "%s has no interval '%s'", plan->estimator->id, method);
  *interval = (hc_interval){.quantity = quantity, .method = name, .level = basis->level};
  if (generic) {
    struct request r = {.who = plan->estimator->id, .name = plan->quantities[quantity].name,
                        .value = estimate->value[quantity], .se = estimate->se[quantity],
                        .floor = quantity == 0 ? plan->n_units : NAN, .bootstrap = basis->bootstrap, .column = quantity,
                        .level = basis->level, .plan = plan, .estimate = estimate, .basis = basis, .quantity = quantity};
    status = generic->function(&r, &interval->lower, &interval->upper, err);
  } else if (quantity != 0) {
    return hc_refuse(err, "not-a-population", "the %s interval is for %s", method, plan->quantities[0].name);
  } else {
    status = plan->estimator->interval(plan, estimate, method, basis->level, &interval->lower, &interval->upper, err);
  }
  return status == HC_OK ? keep_above_floor(interval, quantity == 0 ? plan->n_units : NAN, err) : status;
}

hc_status hc_interval_of_total(hc_interval *interval, const char *who, const char *name, double value, double se,
                               double floor, const hc_bootstrap *bootstrap, size_t column, const char *method,
                               double level, hc_error *err) {
  const struct method *generic = find(method);
  hc_status status = check_level(level, err);
  if (status != HC_OK) return status;
  if (!generic) return hc_refuse(err, "no-such-total", "a total over strata has no %s interval", method);
  struct request r = {.who = who, .name = name, .value = value, .se = se, .floor = floor, .bootstrap = bootstrap,
                      .column = column, .level = level, .quantity = column};
  *interval = (hc_interval){.quantity = column, .method = generic->name, .level = level};
  status = generic->function(&r, &interval->lower, &interval->upper, err);
  return status == HC_OK ? keep_above_floor(interval, floor, err) : status;
}
