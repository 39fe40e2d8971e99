/* Replicates of one quantity in order, and their quantiles. */
#ifndef HC_INTERVALS_REPLICATES_H
#define HC_INTERVALS_REPLICATES_H

#include "intervals/method.h"

typedef enum hc_replicates_as { HC_REPLICATES_AS_IS, HC_REPLICATES_STUDENTIZED } hc_replicates_as;

/* Sorted replicates of the quantity that succeeded, (value - estimate)/se where they are studentized; the caller frees *sorted.
 * Refuses "no-bootstrap", "too-few-replicates", "bootstrap-failed". */
hc_status hc_replicates_sort(const hc_interval_subject *s, hc_replicates_as as, double **sorted, size_t *n, hc_error *err);

/* The p-quantile as the (n+1)p-th order statistic, interpolated on the normal scale (Davison and Hinkley 1997, eq. 5.8). */
double hc_replicates_quantile(const double *sorted, size_t n, double p);

/* The quantiles that leave (1 - level)/2 on either side. */
hc_status hc_replicates_middle(const hc_interval_subject *s, double *low, double *high, hc_error *err);

/* Efron's z0: the normal quantile of the part that lies below the estimate. Refuses where that is none or all, for the
 * interval `method`. */
hc_status hc_replicates_bias(const hc_interval_subject *s, const double *sorted, size_t n, const char *method, double *z0,
                             hc_error *err);

#endif
