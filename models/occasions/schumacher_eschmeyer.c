/* Schumacher and Eschmeyer: N = sum n_t M_t^2 / sum m_t M_t, the regression of m_t/n_t on M_t through the origin.
 *
 * n_t caught on occasion t, m_t of them marked before, M_t marked and at large before t. Schumacher and Eschmeyer (1943)
 * J. Tennessee Acad. Sci. 18:228; Ricker (1975), eq. 3.12-3.14:
 *   se(1/N)^2 = [sum m_t^2/n_t - (sum m_t M_t)^2 / sum n_t M_t^2] / (k' - 1) / sum n_t M_t^2,
 * k' occasions with people caught and marked people at large; se(N) = N^2 se(1/N). Interval inverse-normal:
 * Student's t with k' - 1 degrees of freedom on 1/N.
 *
 * The log-normal and Wald intervals take the scatter of a few occasions for a known variance and cover too little (87 % of
 * 300 simulated sets of six occasions, against 94 %).
 *
 * Assumes what schnabel does, except that the scatter of m_t/n_t about its line is measured, not taken from
 * a Poisson. Breaks without recaptures, and with fewer than two such occasions there is no standard error. */
#include "occasions/schnabel_samples.h"

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  (void)o;
  hc_status status = hc_schnabel_prepare(plan, data, err);
  hc_plan_set_form(plan, "N = sum n M^2 / sum m M");
  hc_plan_add_variant(plan, "; se: of 1/N, from the scatter (Ricker 1975)");
  return status;
}

struct moments {
  double nMM, mM, mm, occasions;
};

static struct moments moments_of(const hc_schnabel_samples *s) {
  struct moments x = {0, 0, 0, 0};
  double M = 0;
  for (size_t t = 0; t < s->k; t++) {
    if (s->n[t] > 0 && M > 0) {
      x.nMM += s->n[t] * M * M;
      x.mM += s->m[t] * M;
      x.mm += s->m[t] * s->m[t] / s->n[t];
      x.occasions++;
    }
    M += s->R[t] - s->m[t];
  }
  return x;
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  hc_schnabel_samples s = hc_schnabel_samples_of(plan, observed);
  struct moments x = moments_of(&s);
  (void)scratch;
  double N = x.nMM / x.mM;
  hc_status status = hc_schnabel_check(plan, &s, N, err);
  if (status != HC_OK) return status;
  double scatter = fmax(0, x.mm - x.mM * x.mM / x.nMM);
  e->value[0] = N;
  if (x.occasions >= 2) e->se[0] = N * N * sqrt(scatter / ((x.occasions - 1) * x.nMM));
  return HC_OK;
}

static hc_status interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level, double *lower,
                          double *upper, hc_error *err) {
  hc_schnabel_samples s = hc_schnabel_samples_of(plan, plan->observed);
  struct moments x = moments_of(&s);
  if (x.occasions < 2) return hc_refuse(err, "no-se", "one occasion with marks at large has no %s interval", method);
  hc_schnabel_inverse_limits(e->value[0], e->se[0], x.occasions - 1, level, lower, upper);
  return HC_OK;
}

const hc_estimator hc_estimator_schumacher_eschmeyer = {
    .id = "schumacher-eschmeyer",
    .title = "Schumacher and Eschmeyer's estimator",
    .cite = "Schumacher and Eschmeyer (1943) J. Tennessee Acad. Sci. 18:228-249; Ricker (1975) Bull. Fish. Res. Board "
            "Can. 191, eq. 3.12-3.14",
    .formula = "N = sum n_t M_t^2 / sum m_t M_t",
    .assumes = "a closed population in which all have the same chance on an occasion, and marks are kept and seen",
    .needs = "two or more ordered occasions with people met again",
    .accepts = HC_SHAPE_OCCASIONS,
    .ordered = true,
    .state_size = sizeof(hc_schnabel_state),
    .prepare = prepare,
    .fit = fit,
    .simulate = hc_schnabel_simulate,
    .interval_methods = (const char *const[]){"inverse-normal", NULL},
    .default_interval = "inverse-normal",
    .interval = interval,
};
