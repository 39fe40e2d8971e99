/* One estimator on one data set: estimate, bootstrap, intervals, notes. */
#ifndef HEADCOUNT_ANALYSIS_H
#define HEADCOUNT_ANALYSIS_H

#include "headcount/bootstrap.h"
#include "headcount/interval.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hc_settings {
  uint64_t replicates;          /* bootstrap replicates; 0: none                                  */
  hc_resample resample;         /* HC_RESAMPLE_DEFAULT: the estimator's own default               */
  const char *intervals;        /* methods separated by ','; NULL: lognormal or wald (profile
                                   where se is 0 at N = observed), and
                                   percentile when there are replicates; "all": all that apply    */
  double level;                 /* 0 < level < 1 */
  uint64_t seed;                /* below 2^63, so that JSON readers keep it */
  unsigned threads;             /* 0: as many as the machine offers */
  hc_progress progress;         /* may be NULL */
  void *progress_context;
} hc_settings;

/* 1,000 replicates, level 0.95, seed 1, default resampling and intervals, all threads. */
void hc_settings_init(hc_settings *settings);

/* What one uncertain input does to the answer: the variance of ln N when it alone is drawn, and its part in the
 * sum over inputs (what they do together beyond that is not in it). */
typedef struct hc_contribution {
  size_t input; /* index in plan->inputs */
  double variance, share;
} hc_contribution;

typedef struct hc_analysis {
  hc_plan *plan;             /* quantities, variant, estimator */
  hc_options *options;       /* as used */
  hc_estimate *estimate;
  hc_bootstrap *bootstrap;   /* NULL where none was asked for or none is defined */
  size_t n_intervals;
  hc_interval *intervals;
  size_t n_contributions; /* of plans with inputs, after a parametric bootstrap; largest first */
  hc_contribution *contributions;
} hc_analysis;

/* The contributions of a plan's uncertain inputs, largest first; the caller frees *list with hc_contributions_free.
 * *n is 0 where the plan has none. */
hc_status hc_contributions_new(hc_contribution **list, size_t *n, const hc_plan *plan, const hc_estimate *estimate,
                               uint64_t seed, unsigned threads, hc_error *err);
void hc_contributions_free(hc_contribution *list);

/* The caller owns *analysis. data must outlive nothing: the plan holds its own copy. */
hc_status hc_analysis_new(hc_analysis **analysis, const hc_data *data, const hc_estimator *estimator,
                          const hc_options *options, const hc_settings *settings, hc_error *err);
void hc_analysis_free(hc_analysis *analysis);

/* Index of a quantity by name; n_quantities if there is none. */
size_t hc_analysis_quantity(const hc_analysis *analysis, const char *name);

#ifdef __cplusplus
}
#endif
#endif
