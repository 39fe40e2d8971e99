/* Shares of a survey's respondents. Design effect: Kish (1965) Survey Sampling, sec. 8.2. */
#include "traffic/survey.h"

hc_status hc_plan_add_share(hc_plan *plan, const hc_data *data, const char *column, size_t row, size_t *place, hc_error *err) {
  double n = hc_column_number(hc_data_column(data, "respondents"), row);
  double deff = hc_column_number(hc_data_column(data, "design_effect"), row);
  hc_status status = hc_plan_add_column(plan, data, column, row, 1, NAN, place, err);
  if (status != HC_OK) return status;
  hc_input *input = &plan->inputs[*place];
  if (input->kind != HC_INPUT_EXACT || !(n > 0)) return HC_OK;
  input->kind = HC_INPUT_BINOMIAL;
  input->spread = fmax(1, nearbyint(deff > 0 ? n / deff : n));
  return HC_OK;
}
