/* Do recaptures fit Cormack, Jolly and Seber's model: tests 2 and 3 of Burnham and others (1987). */
#ifndef HC_OPEN_FIT_TESTS_H
#define HC_OPEN_FIT_TESTS_H

#include "model.h"

typedef struct hc_fit_tests {
  double sr, sm, ct, cl;             /* chi squared of each component          */
  double df_sr, df_sm, df_ct, df_cl; /* and its degrees of freedom, 0 where no table was large enough */
} hc_fit_tests;

/* Of n histories over k occasions, each of count people. */
hc_fit_tests hc_fit_tests_of(size_t k, size_t n, const uint64_t *history, const uint64_t *count);
/* Their sum, and its degrees of freedom. */
double hc_fit_tests_sum(const hc_fit_tests *tests, double *df);

#endif
