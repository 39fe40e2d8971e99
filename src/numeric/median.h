/* The median of weighted values. */
#ifndef HC_NUMERIC_MEDIAN_H
#define HC_NUMERIC_MEDIAN_H

#include <stddef.h>

/* pairs holds n values, each followed by its weight (>= 0); it is sorted by value in place. The mean of the two middle
 * values where half of the weight lies on either side; NaN when all weights are zero. */
double hc_weighted_median(double *pairs, size_t n);

#endif
