/* What zt-poisson, zt-binomial and zt-geometric share: a whole estimator but for its power series. */
#ifndef HC_ZERO_TRUNCATED_H
#define HC_ZERO_TRUNCATED_H

#include "counts/regression.h"
#include "model.h"
#include "numeric/power_series.h"

#define ZT_OPTION_TOP                                                                                    \
  {"top", HC_OPTION_INTEGER, "", 2, 1e6, NULL,                                                           \
   "fit the counts 1..top alone, as truncated above; people met more often are added as they are"}
#define ZT_OPTION_LIKELIHOOD                                                                             \
  {"likelihood", HC_OPTION_CHOICE, "conditional", 0, 0, "conditional|full",                              \
   "condition on being met (Horvitz-Thompson), or maximise over N as well"}

typedef struct hc_zt_state {
  hc_regression_plan *regression; /* where a formula is stated, and nothing else */
  hc_power_series series;
  bool full;
  double classes;     /* K of the deviance */
  double *times;      /* [n_cells] k       */
  double *log_weight; /* [n_cells] ln w_k  */
} hc_zt_state;

/* A whole prepare. natural: the largest count that is possible, 0 where there is none; parameter: name of the second
 * quantity. */
hc_status hc_zt_prepare(hc_plan *plan, const hc_data *data, const hc_options *options, hc_power_series series,
                        double natural, const hc_quantity *kind, const char *parameter, const char *parameter_meaning);
/* The regression's part: HC_EUSAGE where options are stated that do not go with a formula. */
hc_status hc_zt_prepare_formula(hc_plan *plan, const hc_data *data, const hc_options *options, const hc_count_family *family,
                                hc_error *err);
hc_status hc_zt_fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err);
hc_status hc_zt_profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *start, double *scratch,
                        double *loglik);
void hc_zt_simulate(const hc_plan *plan, const hc_estimate *estimate, hc_rng *rng, double *replicate);

#endif
