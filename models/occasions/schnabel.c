/* Schnabel: N = sum n_t M_t / (sum m_t + 1).
 *
 * n_t caught on occasion t, m_t of them marked before, M_t marked and at large before t. Schnabel (1938) Amer. Math.
 * Monthly 45:348; the + 1 is Chapman's (1952) Biometrics 8:286, eq. 3.16 in Ricker (1975): option chapman=no leaves it out.
 *   se(1/N) = sqrt(sum m_t + c) / sum n_t M_t, c = 1 or 0 with it (Ricker 1975, eq. 3.17); se(N) = N^2 se(1/N).
 * Intervals: inverse-normal, Student's t with k - 1 degrees of freedom on 1/N, k occasions; poisson-exact, Garwood's limits
 * of the Poisson mean in the place of sum m_t. Wald's is offered but 1/N is closer to normal.
 *
 * Assumes a closed population in which all have the same chance on an occasion, small shares marked (m_t nearly
 * Poisson), and marks that are kept and seen. Breaks without recaptures; too small when chances differ. Where a large
 * share is marked, recaptures vary less than Poisson and the standard error is too large (intervals cover 99 %). */
#include "occasions/schnabel_samples.h"

#include <string.h>

#include "numeric/exact.h"

static const hc_option options[] = {
    {"chapman", HC_OPTION_CHOICE, "yes", 0, 0, "yes|no", "add one to the recaptures, which takes most of the bias away"},
    {0},
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = hc_schnabel_prepare(plan, data, err);
  if (status != HC_OK) return status;
  hc_schnabel_state *s = plan->state;
  s->plain = hc_options_choice_is(o, "chapman", "no");
  hc_plan_set_form(plan, s->plain ? N_("N = sum n M / sum m") : N_("N = sum n M / (sum m + 1)"));
  hc_plan_add_variant(plan, s->plain ? N_("; se: of 1/N, Poisson recaptures (Ricker 1975)")
                                     : N_(", Chapman (1952); se: of 1/N (Ricker 1975)"));
  return HC_OK;
}

/* sum n_t M_t and sum m_t. */
static void sums(const hc_schnabel_samples *s, double *exposure, double *recaptures) {
  double M = 0;
  *exposure = *recaptures = 0;
  for (size_t t = 0; t < s->k; t++) {
    *exposure += s->n[t] * M;
    *recaptures += s->m[t];
    M += s->R[t] - s->m[t];
  }
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const hc_schnabel_state *state = plan->state;
  hc_schnabel_samples s = hc_schnabel_samples_of(plan, observed);
  double exposure, recaptures, added = state->plain ? 0 : 1;
  sums(&s, &exposure, &recaptures);
  (void)scratch;
  double N = exposure / (recaptures + added);
  hc_status status = hc_schnabel_check(plan, &s, N, err);
  if (status != HC_OK) return status;
  e->value[0] = N;
  e->se[0] = N * N * sqrt(recaptures + added) / exposure;
  return HC_OK;
}

static hc_status interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level, double *lower,
                          double *upper, hc_error *err) {
  const hc_schnabel_state *state = plan->state;
  hc_schnabel_samples s = hc_schnabel_samples_of(plan, plan->observed);
  double exposure, recaptures;
  sums(&s, &exposure, &recaptures);
  if (strcmp(method, "inverse-normal") == 0) {
    hc_schnabel_inverse_limits(e->value[0], e->se[0], (double)s.k - 1, level, lower, upper);
    return HC_OK;
  }
  if (strcmp(method, "poisson-exact") != 0) return hc_fail(err, HC_EUSAGE, "schnabel has no interval '%s'", method);
  double few, many, added = state->plain ? 0 : 1;
  hc_poisson_limits(HC_POISSON_EXACT, recaptures, level, &few, &many);
  *lower = exposure / (many + added);
  *upper = exposure / (few + added); /* few > 0, because there are recaptures */
  return HC_OK;
}

static unsigned suits(const hc_data *data) { return data->shape == HC_SHAPE_OCCASIONS && !data->history ? 1 : 0; }

const hc_estimator hc_estimator_schnabel = {
    .id = "schnabel",
    .title = "Schnabel's estimator",
    .cite = "Schnabel (1938) Amer. Math. Monthly 45:348-352; Chapman (1952) Biometrics 8:286-306; Ricker (1975) Bull. "
            "Fish. Res. Board Can. 191, eq. 3.15-3.17",
    .formula = "N = sum n_t M_t / (sum m_t + 1)",
    .assumes = "a closed population in which all have the same chance on an occasion, and marks are kept and seen",
    .needs = "two or more ordered occasions with people met again",
    .accepts = HC_SHAPE_OCCASIONS,
    .ordered = true,
    .options = options,
    .suits = suits,
    .state_size = sizeof(hc_schnabel_state),
    .prepare = prepare,
    .fit = fit,
    .simulate = hc_schnabel_simulate,
    .interval_methods = (const char *const[]){"inverse-normal", "poisson-exact", NULL},
    .interval = interval,
};
