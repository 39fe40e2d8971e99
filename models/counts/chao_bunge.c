/* Chao and Bunge's estimator of N: the share of duplicates under gamma-mixed Poisson counts.
 *
 * f_k: people met exactly k times. Those met more than `rare` times count as complete (their number is a). Of others
 *   theta = 1 - f1 sum k^2 f_k / (sum k f_k)^2
 *   N = a + sum_{k=2}^{rare} f_k / theta                Chao and Bunge (2002) Biometrics 58:531
 * theta estimates the share met at least twice of all who are not complete, the unseen included. Why: for a negative
 * binomial X with shape r and mean mu, P(0) = P(1) (r+mu)/(r mu), so that P(0) + P(1) = P(1) (1 + 1/mu + 1/r), which
 * is P(1) E X^2/(E X)^2. Standard error: delta method on multinomial frequencies. N - a is homogeneous of degree one,
 * so with d_k = dN/df_k
 *   var N = sum_{k<=rare} d_k^2 f_k - (N - a)                                    (what SPECIES computes)
 *
 * Assumes: gamma distributed rates, and counts of the rare that nothing cuts off. N >= n by Cauchy's inequality.
 * Breaks when theta <= 0, when counts vary more than any negative binomial's: refused, where SPECIES prints a negative
 * N. Near theta = 0 it is absurdly large. */
#include "model.h"

enum { MOST_RARE = 1000 };

struct state {
  size_t rare;
};

static const hc_option options[] = {
    {"rare", HC_OPTION_INTEGER, "10", 2, MOST_RARE, NULL, "people met more often than this are taken as complete"},
    {0},
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  s->rare = (size_t)hc_options_integer(o, "rare");
  hc_status status = hc_plan_use_frequencies(plan, data, s->rare + 1, true, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 2);
  hc_plan_population(plan, "people");
  hc_plan_quantity(plan, 1, &hc_quantity_chance, "share met twice or more, of all rarely met or unseen", "theta");
  hc_plan_set_form(plan, "rare: met at most %zu times", s->rare);
  hc_plan_add_variant(plan, "; se: delta method on multinomial frequencies");
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double again = 0, m = 0, squares = 0, variance = 0, share = 0;
  (void)scratch;
  for (size_t i = 0; i < s->rare; i++) {
    double k = (double)(i + 1);
    m += k * f[i], squares += k * k * f[i], again += i > 0 ? f[i] : 0;
  }
  if (again == 0)
    return hc_refuse(err, "no-recaptures", "nobody was met 2 to %zu times, which the estimate rests on", s->rare);
  double theta = 1 - f[0] / m * (squares / m);
  if (!(theta > 0))
    return hc_refuse(err, "not-identified",
                     "theta = %.3g: the counts vary more than gamma distributed rates allow, and N would be negative "
                     "or infinite; a smaller --set rare=K may help", theta);
  for (size_t i = 0; i < s->rare; i++) {
    double k = (double)(i + 1);
    double t = -(f[0] / m * k * (k - 2 * squares / m) + (i == 0) * squares / m) / m; /* dtheta/df_k */
    double d = ((i > 0) - again / theta * t) / theta;
    variance += d * d * f[i], share += t * t * f[i];
  }
  e->value[0] = f[s->rare] + again / theta;
  e->se[0] = sqrt(fmax(0, variance - again / theta));
  e->value[1] = theta;
  e->se[1] = sqrt(share); /* theta is homogeneous of degree zero: sum f_k dtheta/df_k = 0 */
  if (e->se[0] > e->value[0])
    hc_estimate_note(e, "unstable", "theta = %.2g is close to 0, and the standard error of N is larger than N", theta);
  return HC_OK;
}

const hc_estimator hc_estimator_chao_bunge = {
    .id = "chao-bunge",
    .title = "Chao and Bunge's duplication estimator",
    .cite = "Chao and Bunge (2002) Biometrics 58:531-539",
    .formula = "N = a + sum of f_k over 2..rare / theta, theta = 1 - f1 sum k^2 f_k / (sum k f_k)^2",
    .assumes = "people's rates of being met are gamma distributed, those met more than `rare` times apart",
    .needs = "how often people were met; somebody met at least twice",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
