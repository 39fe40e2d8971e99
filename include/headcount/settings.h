/* How an analysis is run: what every call that estimates is given. */
#ifndef HEADCOUNT_SETTINGS_H
#define HEADCOUNT_SETTINGS_H

#include "headcount/estimator.h"
#include "headcount/replicates.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Called now and then from the calling thread: what is being done ("chao"), how far it is, and of how much (0: not known).
 * Returning false stops the work within a moment; what is done so far is kept where that makes sense, and said. */
typedef bool (*hc_progress)(void *context, const char *what, uint64_t done, uint64_t total);

typedef struct hc_settings {
  size_t size;                  /* of this struct, as its caller knows it: hc_settings_init sets it */
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
  hc_share share;               /* NULL: all replicates are drawn in this process */
  void *share_context;
  const char *dependence;       /* ranges of odds ratios between lists, "A:B=0.5..2", "all=...", "highest=...": see
                                   headcount/dependence.h; NULL: not asked. For estimators that are log-linear models of
                                   lists (hc_estimator_takes_dependence)                           */
  double threshold;             /* how much dependence would the count take to exceed this? 0: twice itself */
} hc_settings;

/* 1,000 replicates, level 0.95, seed 1, default resampling and intervals, all threads. A program that was compiled with an
 * older, shorter struct goes on working: no byte beyond its own is written or read. */
#define hc_settings_init(settings) hc_settings_begin((settings), sizeof(hc_settings))
/* Writes `size` bytes at most; cannot fail. */
void hc_settings_begin(hc_settings *settings, size_t size);

#ifdef __cplusplus
}
#endif
#endif
