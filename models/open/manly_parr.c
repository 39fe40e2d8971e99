/* Manly and Parr: numbers from those known to be there, with no word on survival.
 *
 * Who was met before occasion i and after it was there on i: C_i of them were met on i, z_i were not. N people, n_i
 * met on i:
 *   p_i = C_i/(C_i + z_i),  N_i = n_i/p_i,  phi_i = r_{i,i+1}/(R_i p_{i+1}),  B_i = N_{i+1} - phi_i N_i
 * r_{i,i+1}: met on i and on i+1, R_i = n_i. Manly and Parr (1968) Trans. Soc. Brit. Ent. 18:81; Seber (1982) sec. 5.3.
 *
 * Standard errors: given the K_i = C_i + z_i, C_i and n_i - C_i are binomial and independent, so that N = K + (n - C)
 * K/C has
 *   var N_i = N_i (N_i - K_i)(1 - p_i)/C_i,  var p_i = p_i (1 - p_i)/K_i    (delta method, derived here);
 * those of phi and B come from the bootstrap.
 *
 * Assumes: on an occasion everybody there has the same chance of being met, known to be there or not. Survival may
 * differ by age and person, which Jolly and Seber's does not allow. Breaks where few are met three times. */
#include "model.h"

struct state {
  size_t k;
  const uint64_t *history; /* [n_cells] */
};

/* observed, [k] each: met; of them known to be there; not met, known to be there; met, and met on the next occasion. */
enum { MET, KNOWN, MISSED, AGAIN, KINDS };

static void collapse(const hc_plan *plan, const double *cells, double *x) {
  const struct state *s = plan->state;
  size_t k = s->k;
  for (size_t i = 0; i < KINDS * k; i++) x[i] = 0;
  for (size_t c = 0; c < plan->n_cells; c++) {
    uint64_t h = s->history[c];
    size_t first = (size_t)__builtin_ctzll(h), last = 63 - (size_t)__builtin_clzll(h);
    for (size_t i = first; i <= last; i++) {
      bool met = h >> i & 1, inside = i > first && i < last;
      if (met) x[MET * k + i] += cells[c];
      if (inside) x[(met ? KNOWN : MISSED) * k + i] += cells[c];
      if (met && i < last && (h >> (i + 1) & 1)) x[AGAIN * k + i] += cells[c];
    }
  }
}

/* Where the quantities of a kind begin: N and p of occasions 2..k-1, phi of 1..k-2, B of 2..k-2. */
static size_t at_N(void) { return 1; }
static size_t at_phi(size_t k) { return at_N() + k - 2; }
static size_t at_p(size_t k) { return at_phi(k) + k - 2; }
static size_t at_B(size_t k) { return at_p(k) + k - 2; }

static void name_quantities(hc_plan *plan, size_t k) {
  hc_quantity arrivals = hc_quantity_real;
  arrivals.unit = "people";
  hc_plan_set_quantities(plan, at_B(k) + k - 3);
  hc_plan_quantity(plan, 0, &hc_quantity_people, "people present, mean over the occasions", "N_mean");
  for (size_t i = 0; i + 2 < k; i++) {
    hc_plan_quantity(plan, at_N() + i, &hc_quantity_people, "people present on this occasion", "N[%zu]", i + 2);
    hc_plan_quantity(plan, at_phi(k) + i, &hc_quantity_positive, "share that stays from this occasion to the next",
                     "phi[%zu]", i + 1);
    hc_plan_quantity(plan, at_p(k) + i, &hc_quantity_chance, "chance of being met on this occasion", "p[%zu]", i + 2);
  }
  for (size_t i = 0; i + 3 < k; i++)
    hc_plan_quantity(plan, at_B(k) + i, &arrivals, "arrived after this occasion and there on the next", "B[%zu]",
                     i + 2);
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  (void)o;
  s->k = data->n_lists;
  if (!data->history) return hc_refuse(err, "bad-shape", "manly-parr needs capture histories, not totals by occasion");
  if (s->k < 3)
    return hc_refuse(err, "too-few-occasions", "manly-parr needs 3 or more occasions, and there are %zu", s->k);
  uint64_t *history = hc_plan_alloc(plan, data->n_cells, sizeof *history);
  if (!history) return HC_ENOMEM;
  for (size_t i = 0; i < data->n_cells; i++) history[i] = data->history[i];
  s->history = history;
  hc_status status = hc_plan_use_histories(plan, data, KINDS * s->k, collapse, err);
  if (status != HC_OK) return status;
  plan->n_units = 0; /* all who were ever met need not be there at once */
  plan->resample = plan->default_resample = HC_RESAMPLE_NONPARAMETRIC;
  name_quantities(plan, s->k);
  hc_plan_set_form(plan, "from those known to be there");
  hc_plan_add_variant(plan, "; se: delta method on binomials");
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  size_t k = s->k;
  double sum = 0, squares = 0;
  (void)scratch;
  for (size_t i = 1; i + 1 < k; i++) {
    double n = x[MET * k + i], C = x[KNOWN * k + i], K = C + x[MISSED * k + i], p = C / K, N = n / p;
    if (!(C > 0)) return hc_refuse(err, "no-overlap", "nobody met on occasion %zu was met before and after it", i + 1);
    size_t j = i - 1;
    double variance = N * (N - K) * (1 - p) / C;
    e->value[at_N() + j] = N, e->se[at_N() + j] = sqrt(fmax(0, variance));
    e->value[at_p(k) + j] = p, e->se[at_p(k) + j] = sqrt(p * (1 - p) / K);
    e->value[at_phi(k) + j] = x[AGAIN * k + i - 1] / (x[MET * k + i - 1] * p);
    sum += N, squares += fmax(0, variance);
  }
  e->value[0] = sum / (double)(k - 2);
  e->se[0] = sqrt(squares) / (double)(k - 2);
  size_t above = 0;
  for (size_t i = 0; i + 2 < k; i++) above += e->value[at_phi(k) + i] > 1;
  for (size_t i = 0; i + 3 < k; i++)
    e->value[at_B(k) + i] = e->value[at_N() + i + 1] - e->value[at_phi(k) + i + 1] * e->value[at_N() + i];
  if (above) hc_estimate_note(e, "boundary", "%zu of %zu survivals are above 1, which is sampling error", above, k - 2);
  return HC_OK;
}

const hc_estimator hc_estimator_manly_parr = {
    .id = "manly-parr",
    .title = "Manly and Parr: numbers from those known to be there",
    .cite = "Manly and Parr (1968) Transactions of the Society for British Entomology 18:81-89; Seber (1982) sec. 5.3",
    .formula = "N_i = n_i (C_i + z_i)/C_i, C_i and z_i met before and after, on occasion i met and not; phi_i = "
               "r_{i,i+1}/(n_i p_{i+1})",
    .assumes = "on an occasion everybody there has the same chance of being met; survival may differ between people",
    .needs = "capture histories of three or more ordered occasions, with people met three times",
    .accepts = HC_SHAPE_OCCASIONS,
    .ordered = true,
    .open = true,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
