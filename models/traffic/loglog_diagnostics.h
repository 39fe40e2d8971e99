/* Does traffic-loglog's line predict anything? Every stated platform left out once, and what is to be said of it. */
#ifndef HC_TRAFFIC_LOGLOG_DIAGNOSTICS_H
#define HC_TRAFFIC_LOGLOG_DIAGNOSTICS_H

#include "traffic/loglog_table.h"

/* Fills s->checks. Refuses a line that predicts no better than the mean ("no-predictive-power", unless accepted) or cannot be
 * fitted. memory: hc_loglog_scratch_size(n, p) + 2 n doubles. */
hc_status hc_loglog_check_fit(hc_plan *plan, double *memory, hc_error *err);
/* The range of visitors that was fitted, and who lies outside. */
void hc_loglog_find_range(hc_loglog *s, const double *x);

/* Numbers of the estimate that the notes quote. */
typedef struct hc_loglog_numbers {
  double accounts, predicted_share, slope, r2, residual_sd;
} hc_loglog_numbers;
void hc_loglog_note(const hc_loglog *s, const double *x, const hc_loglog_numbers *n, hc_estimate *e);

#endif
