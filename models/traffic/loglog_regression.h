/* traffic-loglog's regression: the line through the stated platforms, and the sums that it gives. */
#ifndef HC_TRAFFIC_LOGLOG_REGRESSION_H
#define HC_TRAFFIC_LOGLOG_REGRESSION_H

#include "traffic/loglog_table.h"

/* What a fit works in, cut from hc_loglog_scratch_size doubles. */
typedef struct hc_loglog_work {
  double *X, *y, *beta, *residual, *row, *scratch;
} hc_loglog_work;
size_t hc_loglog_scratch_size(size_t n, size_t p);
hc_loglog_work hc_loglog_cut_scratch(double *scratch, size_t n, size_t p);

/* Regressors of a platform: row[p]. */
void hc_loglog_row(const hc_loglog *s, const hc_loglog_platform *at, const double *x, double *row);
/* Fits the stated platforms, without number `skip` (SIZE_MAX: all). */
bool hc_loglog_fit(const hc_loglog *s, const double *x, size_t skip, hc_loglog_work *w, hc_regression *r);
/* Turns refitted coefficients and scale round the estimate, so that the pivot keeps its distribution. */
bool hc_loglog_turn(const hc_loglog *s, const double *x, hc_regression *r, double *ratio);
/* From exp(x b) to the mean, as the option retransform says; 1 where errors are drawn. */
double hc_loglog_back_factor(const hc_loglog *s, const hc_regression *r, double ratio, bool drawn);
/* Accounts of the others, times country share; k: the factor back. Accounts of those that state a number. */
double hc_loglog_sum_predicted(const hc_loglog *s, const double *x, const hc_regression *r, double k, double *row);
double hc_loglog_sum_stated(const hc_loglog *s, const double *x);

#endif
