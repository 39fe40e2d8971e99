/* The N at which the log-likelihood, maximised over everything else, lies half a chi-square quantile below its maximum.
 * Cormack (1992) Biometrics 48:567; Venzon and Moolgavkar (1988) Appl. Statist. 37:87. */
#include "intervals/method.h"

#include <math.h>
#include <stdlib.h>

#include "engine/plan.h"
#include "numeric/fail.h"
#include "numeric/root.h"
#include "numeric/special.h"

struct profile {
  const hc_interval_subject *subject;
  double *scratch;
  double target; /* log-likelihood at the limit */
};

static double profile_at(double N, void *context) {
  struct profile *p = context;
  const hc_plan *plan = p->subject->plan;
  double loglik;
  hc_status status = plan->estimator->profile(plan, plan->observed, N, p->subject->estimate, p->scratch, &loglik);
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

/* Of a quantity that is not N: the estimator's own search. */
static hc_status limits_of_another(const hc_interval_subject *s, double *lower, double *upper, hc_error *err) {
  const hc_plan *plan = s->plan;
  double *scratch = malloc((plan->n_scratch + 1) * sizeof *scratch);
  if (!scratch) return hc_fail(err, HC_ENOMEM, "no memory for the profile likelihood");
  hc_status status = plan->estimator->profile_of(plan, s->estimate, s->quantity, hc_chisq1_quantile(s->level) / 2, scratch, lower, upper);
  free(scratch);
  return status == HC_OK ? status : hc_refuse(err, "no-likelihood", "%s has no profile likelihood for %s", s->who, s->name);
}

static hc_status limits(const hc_interval_subject *s, double *lower, double *upper, hc_error *err) {
  const hc_plan *plan = s->plan;
  if (plan && plan->estimator->profile_of && s->quantity != 0) return limits_of_another(s, lower, upper, err);
  if (!plan || !plan->estimator->profile || s->quantity != 0)
    return hc_refuse(err, "no-likelihood", "%s has no profile likelihood for %s", s->who, s->name);
  struct profile p = {.subject = s, .scratch = malloc((plan->n_scratch + 1) * sizeof(double))};
  if (!p.scratch) return hc_fail(err, HC_ENOMEM, "no memory for the profile likelihood");
  double n = s->floor, N = s->value;
  double far = N + 3 * (N - n) + 1;
  /* N need not be the maximum of this likelihood: look further while it still rises */
  for (int i = 0; i < 40 && profile_at(far, &p) > profile_at(n + (far - n) / 2, &p); i++) far += far - n;
  double top = highest(&p, n, n, far), best = profile_at(top, &p);
  hc_status status = HC_OK;
  if (!isfinite(best)) {
    status = hc_refuse(err, "profile-failed", "the profile likelihood failed at N = %.6g", top);
  } else {
    p.target = best - hc_chisq1_quantile(s->level) / 2;
    status = profile_limits(&p, n, top, lower, upper, err);
  }
  free(p.scratch);
  return status;
}

const hc_interval_method hc_interval_profile = {
  .name = "profile",
  .title = "profile likelihood",
  .help = "for N: the values that the likelihood does not reject; often lopsided, as it should be (Cormack "
          "1992, Biometrics 48:567)",
  .limits = limits,
};
