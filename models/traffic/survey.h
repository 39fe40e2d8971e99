/* What estimators of a survey share: a share of its respondents as an input. */
#ifndef HC_TRAFFIC_SURVEY_H
#define HC_TRAFFIC_SURVEY_H

#include "model.h"

/* Adds column[row], a share, to the plan's inputs: with the uncertainty that column_se or its limits state, else binomial on
 * the row's `respondents` over its `design_effect` (blank: 1), else exact. *place: in plan->inputs and observed. */
hc_status hc_plan_add_share(hc_plan *plan, const hc_data *data, const char *column, size_t row, size_t *place, hc_error *err);

#endif
