/* Inputs: the uncertain numbers of tables and options, and draws of them. */
#include "engine/author.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numeric/special.h"

hc_status hc_plan_reserve_inputs(hc_plan *plan, size_t most) {
  plan->inputs = hc_plan_alloc(plan, most, sizeof *plan->inputs);
  return plan->inputs ? HC_OK : HC_ENOMEM;
}

size_t hc_plan_add_input(hc_plan *plan, const hc_input *input) {
  plan->inputs[plan->n_inputs] = *input;
  return plan->n_inputs++;
}

hc_status hc_plan_use_inputs(hc_plan *plan, size_t extra) {
  bool uncertain = false;
  plan->n_observed = plan->n_inputs + extra;
  plan->observed = hc_plan_alloc(plan, plan->n_observed, sizeof(double));
  if (!plan->observed) return HC_ENOMEM;
  for (size_t i = 0; i < plan->n_inputs; i++) {
    plan->observed[i] = plan->inputs[i].value;
    uncertain |= hc_input_is_uncertain(&plan->inputs[i]);
  }
  if (uncertain) plan->resample |= HC_RESAMPLE_PARAMETRIC, plan->default_resample = HC_RESAMPLE_PARAMETRIC;
  return HC_OK;
}

static hc_status set_limits(hc_input *input, const hc_data *data, const char *column, size_t row, double low, double high,
                            hc_error *err) {
  char buffer[HC_ROW_NAME_SIZE];
  const char *who = hc_row_name(data, row, buffer);
  double z = hc_normal_quantile(0.975);
  if (!(low <= input->value && input->value <= high))
    return hc_table_fail(data, column, row, err, "%s: %.15g lies outside of its limits, %.15g to %.15g", who, input->value, low, high);
  if (!(low > 0)) return hc_table_fail(data, column, row, err, "%s: the lower limit has to be above zero, not %.15g", who, low);
  input->kind = HC_INPUT_LIMITS;
  input->spread = log(input->value / low) / z;
  input->spread_above = log(high / input->value) / z;
  return HC_OK;
}

hc_status hc_plan_add_column(hc_plan *plan, const hc_data *data, const char *column, size_t row, double ceiling,
                             double blank, size_t *index, hc_error *err) {
  char name[HC_INPUT_SIZE], buffer[HC_ROW_NAME_SIZE];
  hc_input input = {.value = hc_column_number(hc_data_column(data, column), row), .floor = 0, .ceiling = ceiling};
  const char *who = hc_row_name(data, row, buffer);
  snprintf(input.name, sizeof input.name, "%s[%.*s]", column, (int)hc_text_fit(who, 60), who);
  snprintf(name, sizeof name, "%s_se", column);
  double se = hc_column_number(hc_data_column(data, name), row);
  snprintf(name, sizeof name, "%s_low", column);
  double low = hc_column_number(hc_data_column(data, name), row);
  snprintf(name, sizeof name, "%s_high", column);
  double high = hc_column_number(hc_data_column(data, name), row);
  hc_status status = HC_OK;
  if (isnan(input.value)) {
    input.value = blank;
  } else if (se < 0) {
    status = hc_table_fail(data, column, row, err, "%s: %s_se is negative: %.15g", who, column, se);
  } else if (se > 0 && !(input.value > 0)) {
    status = hc_table_fail(data, column, row, err, "%s: %s is zero and has a standard error, which a log-normal cannot have", who, column);
  } else if (se > 0) {
    input.kind = HC_INPUT_LOGNORMAL;
    input.spread = se;
  } else if (isnan(low) != isnan(high)) {
    status = hc_table_fail(data, column, row, err, "%s: %s_low and %s_high come together", who, column, column);
  } else if (!isnan(low)) {
    status = set_limits(&input, data, column, row, low, high, err);
  }
  *index = hc_plan_add_input(plan, &input);
  return status;
}

bool hc_input_is_uncertain(const hc_input *input) {
  if (input->kind == HC_INPUT_EXACT) return false;
  if (input->kind == HC_INPUT_MODEL) return true;
  if (input->kind == HC_INPUT_BINOMIAL) return input->value > 0 && input->value < 1;
  return input->spread > 0 || input->spread_above > 0;
}

double hc_input_draw(const hc_input *input, hc_rng *rng) {
  double x = input->value, v, z;
  switch (input->kind) {
    case HC_INPUT_LOGNORMAL:
      v = log1p(input->spread * input->spread / (x * x));
      x *= exp(sqrt(v) * hc_rng_normal(rng) - v / 2);
      break;
    case HC_INPUT_LIMITS:
      z = hc_rng_normal(rng);
      x *= exp(z * (z < 0 ? input->spread : input->spread_above));
      break;
    case HC_INPUT_BINOMIAL:
      x = hc_rng_binomial(rng, x, input->spread) / input->spread;
      break;
    case HC_INPUT_NORMAL:
      x += input->spread * hc_rng_normal(rng);
      break;
    case HC_INPUT_EXACT:
    case HC_INPUT_MODEL:
      return x;
  }
  return fmin(fmax(x, input->floor), input->ceiling);
}

double hc_input_se(const hc_input *input) {
  switch (input->kind) {
    case HC_INPUT_LOGNORMAL:
    case HC_INPUT_NORMAL:
      return input->spread;
    case HC_INPUT_LIMITS:
      return input->value * 0.5 * (input->spread + input->spread_above);
    case HC_INPUT_BINOMIAL:
      return sqrt(input->value * (1 - input->value) / input->spread);
    case HC_INPUT_EXACT:
    case HC_INPUT_MODEL:
      break;
  }
  return 0;
}

void hc_plan_draw_inputs(const hc_plan *plan, hc_rng *rng, size_t only, double *replicate) {
  memcpy(replicate, plan->observed, plan->n_observed * sizeof *replicate);
  if (only != HC_ALL_INPUTS) {
    replicate[only] = hc_input_draw(&plan->inputs[only], rng);
    return;
  }
  for (size_t i = 0; i < plan->n_inputs; i++) replicate[i] = hc_input_draw(&plan->inputs[i], rng);
}
