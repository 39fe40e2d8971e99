/* The likelihood models of people who come and go: survival and chances constant or by occasion; with nothing,
 * entries into a super-population, or recruitment beside them. One fit for all three. */
#ifndef HC_OPEN_SURVIVAL_H
#define HC_OPEN_SURVIVAL_H

#include "open/likelihood.h"
#include "open/within.h"

#define HC_OPTION_PHI {"phi", HC_OPTION_CHOICE, "t", 0, 0, "t|.", "survival by occasion (t) or the same for all (.)"}
#define HC_OPTION_P \
  {"p", HC_OPTION_CHOICE, "t", 0, 0, "t|.", "chances of being met by occasion (t) or the same for all (.)"}
#define HC_OPTION_ENDS                                                                                       \
  {"ends", HC_OPTION_CHOICE, "one", 0, 0, "one|equal",                                                       \
   "with p=t, what nothing tells, the chances on the first occasion and, with phi=t, on the last: 1, as if " \
   "everybody there had been met, or equal to that of the occasion next to it"}
#define HC_OPTION_BIRTHS_SE                                             \
  {"births-se", HC_OPTION_CHOICE, "realised", 0, 0, "realised|poisson", \
   "standard errors of arrivals as a number of these people, or as a draw of a Poisson number"}
#define HC_OPTION_NUMBERS_SE                                        \
  {"numbers-se", HC_OPTION_CHOICE, "joint", 0, 0, "joint|separate", \
   "standard errors of N = n/p with the errors of n and p as they go together, or taken as independent"}
#define HC_OPTION_INFLATE                                                                                             \
  {"inflate", HC_OPTION_CHOICE, "no", 0, 0, "no|yes",                                                                 \
   "standard errors times the root of c-hat, chi squared over degrees of freedom of tests 2 and 3, where it exceeds 1"}

typedef enum hc_survival_kind { HC_SURVIVAL_ALONE, HC_SURVIVAL_ENTRIES, HC_SURVIVAL_RECRUITMENT } hc_survival_kind;

/* Where a kind of quantities begins, how many there are, and the number (from 0) of the first one's occasion. */
typedef struct hc_survival_block {
  size_t at, n, first;
} hc_survival_block;

/* The state of these estimators. Parameters: an angle per survival and chance, x = sin(angle)^2; a root per arrival.
 * within: the robust design: what p of a period comes from, and then p has its parameters; NULL: an angle each.
 * reference: of entries, the occasion whose entries are the unit of the others. chi, df: tests 2 and 3 of the
 * recaptures, df 0 for a table; inflation: what standard errors are multiplied by. separate: of N = n/p, are the errors
 * of n and p taken as independent? full: is the N of entries a parameter? poisson: are arrivals Poisson numbers? */
typedef struct hc_survival {
  hc_captures captures; /* first */
  hc_survival_kind kind;
  const hc_within *within;
  bool phi_t, p_t, f_t, ends_equal, half_life;
  bool separate, full, poisson;
  double chi, df, inflation;
  size_t n_phi, n_p, n_in, n_theta, reference;
  size_t at_mean, at_half;
  hc_survival_block N, phi, p, B, f, lambda;
} hc_survival;

hc_status hc_survival_prepare(hc_plan *plan, hc_survival_kind kind, const hc_data *data, const hc_options *options,
                              hc_error *err);
/* The second half of it, once the captures and what is within periods have been set. */
hc_status hc_survival_complete(hc_plan *plan, const hc_options *options, double people, hc_error *err);
hc_status hc_survival_fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *estimate,
                          hc_error *err);
/* Profile limits of survivals and chances of being met that are parameters. */
hc_status hc_survival_profile_of(const hc_plan *plan, const hc_estimate *estimate, size_t quantity, double fall,
                                 double *scratch, double *lower, double *upper);
/* Of entries: the full likelihood at this N, whichever likelihood the estimate is of. */
hc_status hc_survival_profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                              double *scratch, double *loglik);
void hc_survival_simulate(const hc_plan *plan, const hc_estimate *estimate, hc_rng *rng, double *replicate);

#endif
