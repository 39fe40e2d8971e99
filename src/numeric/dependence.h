/* How far a count moves when lists depend on each other within stated limits.
 *
 * Lists i, j split everybody, the unseen included, into four: on both (a), on i alone (b), on j alone (c), on neither
 * (d), summed over all other lists. Their odds ratio is theta = a d/(b c). With M people in all, d = M - a - b - c, so
 * that
 *     M = a + b + c + theta b c/a.
 * The observed cells h are Poisson with means m_h. Given that theta lies in [from, to] for each stated pair,
 *     l(M) = max of sum n_h ln m_h - m_h over m >= 0, sum m <= M, from b c <= a d <= to b c for each pair,
 * and the interval is all M with 2(l* - l(M)) <= fall, l* the largest of all l(M) (after Sun, Van Baelen, Plettinckx
 * and Crawford, arXiv 2008.00127). It holds the sampling error and whatever the odds ratios are; l* and not the
 * saturated likelihood, so that it is never empty. In place of pairs, one statement may be about the interaction of all
 * lists, xi = product of the means of odd cells / product of the even ones, the unseen among these (Aleshin-Guendel,
 * Sadinle and Wakefield, arXiv 2101.09304): with one pair alone xi = 1/theta.
 *
 * Not convex where several pairs bind; solved by an interior-point method on the means themselves from several starts.
 * Cost: some 30 steps of (2^k)^3/6 for each end and start, k the lists that are spoken of. No allocation. Threads: any
 * number, each with its own scratch. */
#ifndef HC_NUMERIC_DEPENDENCE_H
#define HC_NUMERIC_DEPENDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HC_DEPENDENCE_MAX_LISTS = 8, HC_DEPENDENCE_MAX_RANGES = 28 };

typedef struct hc_odds_range {
  uint32_t pair;   /* two bits; 0: the interaction of all lists, xi */
  double from, to; /* 0 <= from <= to; 0: no lower, infinity: no upper */
} hc_odds_range;

typedef struct hc_dependence_problem {
  size_t lists;        /* 2 .. HC_DEPENDENCE_MAX_LISTS                         */
  const double *count; /* [2^lists], cell 0 ignored; of a pair a, b and c are above 0, with all lists every cell */
  double rest;         /* people on none of these lists, but on others          */
  size_t n;            /* 1 .. HC_DEPENDENCE_MAX_RANGES                        */
  const hc_odds_range *range;
  bool (*proceed)(void *context); /* asked before each step, which false ends; may be NULL */
  void *context;
} hc_dependence_problem;

/* An end, and how much it moves with each limit: d ln M / d ln(limit), 0 where the limit does not bind. */
typedef struct hc_dependence_end {
  double M;
  double from[HC_DEPENDENCE_MAX_RANGES], to[HC_DEPENDENCE_MAX_RANGES];
} hc_dependence_end;

typedef struct hc_dependence_interval {
  double misfit; /* 2 (saturated - l*): 0 where some M fits the data within all ranges */
  hc_dependence_end lower, upper;
} hc_dependence_interval;

/* M at the observed counts if the odds ratio of range r is theta; NaN where it is not defined. */
double hc_dependence_point(const hc_dependence_problem *problem, size_t r, double theta);
/* The M at the observed counts that all ranges allow: lower > upper where none is. Never below the people seen. */
void hc_dependence_identified(const hc_dependence_problem *problem, double *lower, double *upper);

size_t hc_dependence_scratch(const hc_dependence_problem *problem);
/* Deviance from l*, or with `saturated` from the saturated likelihood: the first is the interval of one number M, the
 * second, with a quantile of as many degrees of freedom as there are ranges, holds whichever of their limits the truth
 * lies at. False where it did not converge. An end that no limit holds is the people seen, or infinity. Where misfit
 * exceeds `fall` the ranges contradict the data, which is the caller's to say, and there are no ends. */
bool hc_dependence_solve(const hc_dependence_problem *problem, double fall, bool saturated, double *scratch,
                         hc_dependence_interval *interval);

#endif
