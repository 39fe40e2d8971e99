/* What lincoln-petersen, chapman and bailey share: two lists, n1 and n2 people on each, m on both.
 *
 * Estimators differ in N and its variance alone. A simulated data set has round(N) people, each on the lists
 * independently with the chances n1/N and n2/N. The profile likelihood is that of independent lists,
 *   l(N) = ln N!/(N-r)! + sum_j [n_j ln(n_j/N) + (N-n_j) ln(1-n_j/N)],  r = n1 + n2 - m
 * (Darroch 1958 Biometrika 45:343, section 2). Exact limits are those of a proportion m/n2, of a Poisson mean m, or of
 * the hypergeometric m, with the estimator's own additions (numeric/exact.h; Seber 1982, section 3.1.4). */
#ifndef HC_TWO_SAMPLES_H
#define HC_TWO_SAMPLES_H

#include <string.h>

#include "model.h"
#include "numeric/exact.h"

#define TWO_SAMPLES_METHODS \
  "binomial-wilson|binomial-exact|binomial-asymptotic|poisson-exact|poisson-byar|poisson-asymptotic|hypergeometric"

#define TWO_SAMPLES_OPTION_PAIR                                                                             \
  {"pair", HC_OPTION_TEXT, "", 0, 0, NULL, "where there are more than two lists, the two to use: pair=NAME,NAME"}

struct two_samples {
  double n1, n2, m;
};

static inline struct two_samples two_samples_of(const double *cells) {
  double both = cells[HC_ON_BOTH];
  return (struct two_samples){cells[HC_ON_FIRST_ONLY] + both, cells[HC_ON_SECOND_ONLY] + both, both};
}

static inline hc_status two_samples_prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = hc_plan_use_two_lists(plan, data, hc_options_text(o, "pair"), err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 1);
  hc_plan_population(plan, "people, on a list or not");
  return HC_OK;
}

static inline hc_status two_samples_overlap(const struct two_samples *s, hc_estimate *e, hc_error *err) {
  const double few = 7; /* Chapman's relative bias is about exp(-expected m) (Robson and Regier 1964) */
  if (s->m == 0) return hc_refuse(err, "no-overlap", "nobody is on both lists");
  if (s->m < few)
    hc_estimate_note(e, "sparse-overlap", "only %.0f people are on both lists: the estimate is biased and shaky", s->m);
  return HC_OK;
}

static inline void two_samples_simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  struct two_samples s = two_samples_of(plan->observed);
  double N = fmax(nearbyint(e->value[0]), plan->n_units), p1 = fmin(1, s.n1 / N), p2 = fmin(1, s.n2 / N);
  const double chance[] = {p1 * (1 - p2), (1 - p1) * p2, p1 * p2, (1 - p1) * (1 - p2)};
  double cells[4];
  hc_rng_multinomial(rng, N, 4, chance, cells);
  memcpy(replicate, cells, HC_TWO_LISTS_CELLS * sizeof *cells);
}

static inline hc_status two_samples_profile(const hc_plan *plan, const double *observed, double N,
                                            const hc_estimate *start, double *scratch, double *loglik) {
  struct two_samples s = two_samples_of(observed);
  const double n[] = {s.n1, s.n2};
  double r = s.n1 + s.n2 - s.m;
  (void)plan, (void)start, (void)scratch;
  *loglik = hc_ln_falling(N, r);
  for (int j = 0; j < 2; j++) *loglik += n[j] * log(n[j] / N) + (N > n[j] ? (N - n[j]) * log1p(-n[j] / N) : 0);
  return HC_OK;
}

/* Limits by the estimator's own marked, n, m and shift; the hypergeometric ones need the counts themselves. */
static inline hc_status two_samples_interval(const hc_plan *plan, const hc_two_samples *own, const char *method,
                                             double level, double *lower, double *upper, hc_error *err) {
  struct two_samples s = two_samples_of(plan->observed);
  if (strcmp(method, "hypergeometric") == 0) {
    if (hc_hypergeometric_limits(s.n1, s.n2, s.m, level, lower, upper)) return HC_OK;
    return hc_refuse(err, "count-too-large", "hypergeometric limits need counts below 4e9");
  }
  if (hc_two_samples_limits(own, method, level, lower, upper)) {
    if (!isnan(*lower) && !isnan(*upper)) return HC_OK;
    return hc_refuse(err, "count-too-large", "the %s limits of %.15g in %.15g cannot be computed", method, own->m, own->n);
  }
  return hc_fail(err, HC_EUSAGE, "%s has no interval '%s'", plan->estimator->id, method);
}

#endif
