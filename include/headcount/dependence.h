/* How far a count moves when lists depend on each other: what hc_settings.dependence asks for. */
#ifndef HEADCOUNT_DEPENDENCE_H
#define HEADCOUNT_DEPENDENCE_H

#include "headcount/analysis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Part of an analysis, read-only, with the names of lists of its data.
 *
 * The odds ratio of two lists says by how much being on one multiplies the odds of being on the other: 1 for lists that
 * are independent, above 1 for lists that have the same people, below 1 for lists that avoid each other. It means two
 * things here. In `values` it is that among people who are alike on all other lists, in the model of the estimate,
 * which then does not estimate it (Gerritse, van der Heijden and Bakker 2015, J. Off. Stat. 31:357). In `identified`
 * and the interval it is that of all people, and nothing else is assumed of the lists (Sun, Van Baelen, Plettinckx and
 * Crawford 2020, arXiv 2008.00127). For two lists both are the same. */
typedef struct hc_dependence_pair {
  const char *first,
      *second;     /* names; NULL: the interaction of all lists (Aleshin-Guendel, Sadinle and Wakefield 2021) */
  double from, to; /* as stated; 0: no lower, infinity: no upper limit                                        */
  bool nested;     /* one of the lists is inside of the other: the pair cannot move the interval              */
} hc_dependence_pair;

typedef struct hc_dependence_value {
  double odds_ratio;         /* of every pair; NaN where they differ */
  const double *odds_ratios; /* [n_pairs]                            */
  double N, se;              /* NaN where it cannot be estimated     */
} hc_dependence_value;

/* A limit that holds an end of the interval. */
typedef struct hc_dependence_binding {
  size_t pair;       /* place in pairs                                                                          */
  bool upper;        /* of the upper end                                                                        */
  double odds_ratio; /* the limit                                                                               */
  double pull;       /* d ln(end)/d ln(limit): by how many per cent the end moves when the limit moves by one */
} hc_dependence_binding;

typedef struct hc_dependence {
  size_t n_lists;
  const char *const *lists; /* [n_lists] of the model */
  size_t n_pairs;
  const hc_dependence_pair *pairs;
  const char *model; /* the terms of the model behind the values, as --terms takes them; "": independence */
  size_t n_values;
  const hc_dependence_value *values;
  size_t n_first, n_second; /* with two pairs: N at each odds ratio of the first and of the second; else 0 */
  const double *first, *second, *contour; /* contour[i * n_second + j] */
  double identified_lower,
      identified_upper;       /* the N that the ranges allow if counts had no sampling error; lower > upper:
                                                none, the ranges contradict each other by the misfit                       */
  double misfit;              /* deviance of the best N within all ranges                                     */
  double level, lower, upper; /* sampling error and dependence together; NaN where there is none              */
  double all_lower, all_upper; /* the same even if every pair's odds ratio lies at an end of its range, where `lower` and `upper`
                                  of several pairs hold the truth too seldom; NaN where there is none */
  double range_share;         /* of the interval's width (of ln N) that the ranges alone make; NaN: not told */
  size_t n_bindings;
  const hc_dependence_binding *bindings;
  double threshold, break_even; /* N exceeds threshold only if the odds ratio of the pairs exceeds break_even (for the
                                   interaction of all lists: falls below); NaN where none does that           */
  bool doubling;                /* threshold is twice the N at odds ratio 1, because none was stated           */
} hc_dependence;

/* NULL where it was not asked for, or the estimator is no log-linear model of lists. */
const hc_dependence *hc_analysis_dependence(const hc_analysis *analysis);
/* Is the estimator one? */
bool hc_estimator_takes_dependence(const hc_estimator *estimator);

#ifdef __cplusplus
}
#endif
#endif
