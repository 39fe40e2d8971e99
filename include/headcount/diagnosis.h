/* How a regression on counts fits: person by person, and the counts of all. */
#ifndef HEADCOUNT_DIAGNOSIS_H
#define HEADCOUNT_DIAGNOSIS_H

#include "headcount/run.h"

#ifdef __cplusplus
extern "C" {
#endif

/* People with the same columns who were met equally often. The numbers are those of one of them. */
typedef struct hc_person_fit {
  const char *who;  /* "sex=f, age=40"; "" without columns                                                        */
  double times, people;
  double expected;  /* mean of how often somebody like that is met, given that the likelihood has that person      */
  double residual;  /* Pearson's: (times - expected)/sd                                                            */
  double leverage;  /* trace of W x J^-1 x': all add up to the number of coefficients                              */
  double cook;      /* Cook's distance of one step: u' J^-1 u / (p (1 - leverage)^2), u the score (Cook 1977)      */
} hc_person_fit;    /* the last four NaN for those who are not in the likelihood                                   */

typedef struct hc_frequency_fit {
  double times, observed, expected; /* observed: NaN of times 0 */
} hc_frequency_fit;

/* Read-only; ends with hc_diagnosis_free. */
typedef struct hc_diagnosis {
  const hc_estimator *estimator;
  const char *form;
  double coefficients;
  size_t n_rows;
  const hc_person_fit *rows;             /* [n_rows] the largest Cook's distance first                            */
  size_t n_frequencies;
  const hc_frequency_fit *frequencies;   /* [n_frequencies] times 0, 1, ...                                       */
  size_t classes;                        /* of the tests: times 1, 2, ..., the last ones together until 5 are expected */
  double chi_squared, G, df;             /* df: classes - 1                                                       */
  double p_chi_squared, p_G;             /* NaN where df is 0; too large, if anything: coefficients were estimated   */
} hc_diagnosis;

/* One regression on counts (request->models, else zt-poisson); without a formula among its settings, ~ 1. HC_EREFUSED where it
 * has no fit, HC_EUSAGE where the estimator is no regression. The caller owns *diagnosis. Cost: that of a fit, and for each
 * person distinct in columns a sum over the counts that can be. */
hc_status hc_diagnose(hc_diagnosis **diagnosis, const hc_data *data, const hc_request *request, const hc_settings *settings,
                      hc_error *err);
void hc_diagnosis_free(hc_diagnosis *diagnosis);

#ifdef __cplusplus
}
#endif
#endif
