/* Medians, plain and of weighted values. Cost: a sort, n ln n. The plain one allocates nothing; the weighted one calls
 * qsort, which may. Threads: any number, each with its own values. */
#ifndef HC_NUMERIC_MEDIAN_H
#define HC_NUMERIC_MEDIAN_H

#include <stddef.h>

/* The middle value, or the mean of the two middle ones, of n > 0; sorts x. */
double hc_median_in_place(double *x, size_t n);
/* pairs holds n values, each followed by its weight (>= 0); it is sorted by value in place. The mean of the two middle
 * values where half of the weight lies on either side; NaN when all weights are zero. */
double hc_weighted_median(double *pairs, size_t n);

#endif
