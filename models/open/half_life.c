/* Half-life from published survivals: how long until half of those there have left.
 *
 *   phi = mean of phi_i,  half-life = -t ln 2/ln phi,  t: the time that each survival is over
 * as Stewart and others (2015) Judgm. Decis. Mak. 10:479 have it: ln(.5)/ln(.7372)/4 x 12 months from survivals over
 * quarters. jolly-seber, cormack-jolly-seber, popan and pradel give it from their own survivals.
 *
 * Standard error: delta method, the survivals taken as independent, which errs to the wide side: errors of neighbours
 * go against one another. Assumes a steady rate of leaving. Breaks where the mean is 1 or more: then nobody leaves. */
#include "model.h"

enum { HALF_LIFE, PHI, N_QUANTITIES };

static const hc_option options[] = {
    {"period", HC_OPTION_REAL, "1", 1e-6, 1e6, NULL,
     "the time that each survival is over, in the unit in which the half-life is wanted"},
    {0},
};

struct state {
  double period;
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  s->period = hc_options_real(o, "period");
  hc_status status = hc_table_check(data, "estimate", true, 0, 1, err);
  if (status != HC_OK)
    return hc_refuse(err, "no-survivals", "half-life needs survivals, shares between 0 and 1, in the column estimate");
  size_t *order = hc_plan_alloc(plan, data->n_rows, sizeof *order), at;
  if (!order) return HC_ENOMEM;
  hc_table_order(data, order);
  status = hc_plan_reserve_inputs(plan, data->n_rows);
  for (size_t i = 0; i < data->n_rows && status == HC_OK; i++)
    if (!isnan(hc_column_number(hc_data_column(data, "estimate"), order[i])))
      status = hc_plan_add_column(plan, data, "estimate", order[i], 1, NAN, &at, err);
  if (status == HC_OK && !plan->n_inputs)
    status = hc_refuse(err, "too-few-estimates", "there is no survival in the column estimate");
  if (status == HC_OK) status = hc_plan_use_inputs(plan, 0);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, N_QUANTITIES);
  hc_plan_quantity(plan, HALF_LIFE, &hc_quantity_positive, "time until half of them have left", "half_life");
  hc_plan_quantity(plan, PHI, &hc_quantity_chance, "survival, mean", "phi_mean");
  hc_plan_set_form(plan, "mean of %zu survivals", plan->n_inputs);
  hc_plan_add_variant(plan, ", each over %.6g units of time", s->period);
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double sum = 0, variance = 0, n = (double)plan->n_inputs;
  (void)scratch;
  for (size_t i = 0; i < plan->n_inputs; i++) {
    double se = hc_input_se(&plan->inputs[i]);
    sum += x[i], variance += se * se;
  }
  double phi = sum / n, se = sqrt(variance) / n;
  if (!(phi < 1) || !(phi > 0))
    return hc_refuse(err, "no-decline", "the mean survival is %.6g: there is no half-life", phi);
  e->value[HALF_LIFE] = -s->period * M_LN2 / log(phi);
  e->value[PHI] = phi;
  if (!(variance > 0)) return HC_OK;
  e->se[HALF_LIFE] = s->period * M_LN2 / (phi * log(phi) * log(phi)) * se;
  e->se[PHI] = se;
  return HC_OK;
}

const hc_estimator hc_estimator_half_life = {
    .id = "half-life",
    .title = "Half-life from survivals",
    .cite = "Stewart and others (2015) Judgment and Decision Making 10:479-491",
    .formula = "half-life = -t ln 2/ln(mean survival over t)",
    .assumes = "a steady rate of leaving",
    .needs = "survivals, as shares, each over the same time",
    .accepts = HC_SHAPE_ESTIMATES,
    .options = options,
    .open = true,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
