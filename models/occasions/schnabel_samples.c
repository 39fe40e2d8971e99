/* What schnabel and schumacher-eschmeyer share: samples in sequence, marked on first capture.
 *
 * n_t caught on occasion t, m_t of them marked before, R_t released with a mark; M_t marked and at large just before
 * t: M_1 = 0, M_{t+1} = M_t + R_t - m_t. Data with one row per person release everybody: R_t = n_t.
 * observed holds n_1..n_k, m_1..m_k, R_1..R_k. */
#include "occasions/schnabel_samples.h"

/* Caught, and caught again, from a draw of histories. */
static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const hc_schnabel_state *s = plan->state;
  for (size_t t = 0; t < 3 * s->k; t++) observed[t] = 0;
  for (size_t i = 0; i < plan->n_cells; i++) {
    uint64_t history = s->history[i];
    for (size_t t = 0; t < s->k; t++) {
      if (!(history >> t & 1)) continue;
      observed[t] += cells[i];
      if (history & ((UINT64_C(1) << t) - 1)) observed[s->k + t] += cells[i];
    }
  }
  for (size_t t = 0; t < s->k; t++) observed[2 * s->k + t] = observed[t];
}

static hc_status use_table(hc_plan *plan, const hc_data *data) {
  size_t k = data->n_lists;
  plan->observed = hc_plan_alloc(plan, 3 * k, sizeof(double));
  if (!plan->observed) return HC_ENOMEM;
  plan->n_observed = 3 * k;
  for (size_t t = 0; t < k; t++) {
    plan->observed[t] = data->caught[t];
    plan->observed[k + t] = data->recaptured[t];
    plan->observed[2 * k + t] = data->released[t];
  }
  plan->n_units = (double)data->observed;
  plan->resample = HC_RESAMPLE_PARAMETRIC;
  plan->default_resample = HC_RESAMPLE_PARAMETRIC;
  return HC_OK;
}

static hc_status use_data(hc_plan *plan, const hc_data *data, hc_error *err) {
  hc_schnabel_state *s = plan->state;
  s->k = data->n_lists;
  if (s->k < 2) return hc_refuse(err, "one-list", "one occasion says nothing about those who were not met");
  if (data->caught) return use_table(plan, data);
  s->history = hc_plan_alloc(plan, data->n_cells, sizeof *s->history);
  if (!s->history) return HC_ENOMEM;
  for (size_t i = 0; i < data->n_cells; i++) s->history[i] = data->history[i];
  plan->n_cells = data->n_cells; /* collapse reads both */
  return hc_plan_use_histories(plan, data, 3 * s->k, collapse, err);
}

hc_status hc_schnabel_prepare(hc_plan *plan, const hc_data *data, hc_error *err) {
  hc_status status = use_data(plan, data, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 1);
  hc_plan_population(plan, "people, met or not");
  return HC_OK;
}

/* N-hat people of whom n_t are caught on occasion t, all with the same chance: m_t is hypergeometric. Those that were
 * not released keep their number. */
void hc_schnabel_simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  hc_schnabel_samples s = hc_schnabel_samples_of(plan, plan->observed);
  double N = fmax(nearbyint(e->value[0]), plan->n_units), M = 0;
  for (size_t t = 0; t < s.k; t++) {
    double m = hc_rng_hypergeometric(rng, fmin(M, N), N - fmin(M, N), fmin(s.n[t], N));
    replicate[t] = s.n[t];
    replicate[s.k + t] = m;
    replicate[2 * s.k + t] = s.R[t];
    M += s.R[t] - m;
  }
}

hc_status hc_schnabel_check(const hc_plan *plan, const hc_schnabel_samples *s, double N, hc_error *err) {
  double people = 0, again = 0;
  for (size_t t = 0; t < s->k; t++) people += s->n[t] - s->m[t], again += s->m[t];
  (void)plan;
  if (again == 0) return hc_refuse(err, "no-recaptures", "nobody was met again, so nothing tells how many there are");
  if (N < people)
    return hc_refuse(err, "below-observed", "N would be %.1f, fewer than the %.0f people who were met", N, people);
  return HC_OK;
}

void hc_schnabel_inverse_limits(double N, double se, double df, double level, double *lower, double *upper) {
  double half = hc_student_quantile((1 + level) / 2, df) * se / (N * N); /* se(1/N) = se(N)/N^2 */
  *lower = 1 / (1 / N + half);
  *upper = half < 1 / N ? 1 / (1 / N - half) : INFINITY;
}
