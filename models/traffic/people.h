/* What estimators of a platform total share: from accounts to people, and the sum over platforms. */
#ifndef HC_TRAFFIC_PEOPLE_H
#define HC_TRAFFIC_PEOPLE_H

#include "model.h"

/* The options that every estimator of a platform total has; the first macro argument of its array. */
#define HC_PEOPLE_OPTIONS                                                                                           \
  {"multihoming", HC_OPTION_REAL, "", 1, 1e3, NULL,                                                                 \
   "platforms per person, the divisor that turns accounts into people; not stated: the answer is in accounts"},     \
      {"multihoming_se", HC_OPTION_REAL, "", 0, 1e3, NULL, "its standard error"},                                   \
      {"multihoming_respondents", HC_OPTION_REAL, "", 2, 1e9, NULL, "how many respondents it was estimated from"},  \
      {"multihoming_sd", HC_OPTION_REAL, "", 0, 1e3, NULL,                                                          \
       "standard deviation of platforms per respondent; default: sqrt(multihoming - 1), a Poisson number of "       \
       "further platforms"},                                                                                        \
      {"reading", HC_OPTION_CHOICE, "arithmetic", 0, 0, "arithmetic|multiplicity",                                  \
       "what `multihoming` is: a mean over people, or over users met through a platform, who are met in "           \
       "proportion to their platforms (Sirken 1970)"},                                                              \
      {"active_share", HC_OPTION_REAL, "", 0, 1, NULL, "share of the people who are active"},                       \
      {"active_share_se", HC_OPTION_REAL, "", 0, 1, NULL, "its standard error"},                                    \
      {"active_respondents", HC_OPTION_REAL, "", 1, 1e9, NULL, "how many respondents the active share comes from"}

typedef struct hc_people {
  size_t multihoming, active; /* places in observed                                                     */
  bool deduplicated, has_active, multiplicity;
} hc_people;

enum { HC_PEOPLE_INPUTS = 2 };

/* Adds the two inputs to the plan. */
hc_status hc_plan_add_people(hc_plan *plan, const hc_options *options, hc_people *people, hc_error *err);
/* The divisor: the stated mean, or under the multiplicity reading the mean over people u of a population with
 * a Poisson number of further platforms, whose platform-met mean is the stated m: u + (u - 1)/u = m. */
double hc_people_divisor(const hc_people *people, const double *observed);
/* Accounts to people, active ones where a share is stated. relative_variance: of the accounts; becomes that of
 * the people. */
double hc_people_from_accounts(const hc_plan *plan, const hc_people *people, const double *observed, double accounts,
                               double *relative_variance);
/* Quantity 0 of a sum of accounts: N, people or accounts, active ones or all. */
void hc_plan_people(hc_plan *plan, const hc_people *people, bool active);
/* Notes on the unit of the answer and on the reading of multi-homing. */
void hc_people_note(const hc_people *people, const double *observed, double accounts, hc_estimate *estimate);

/* The whole plan of "sum of a column over platforms, times country share, to people"; and its fit, simulate.
 * Quantities: N, accounts, multihoming. */
hc_status hc_plan_use_platform_total(hc_plan *plan, const hc_data *data, const hc_options *options, const char *column,
                                     hc_error *err);
hc_status hc_platform_total_fit(const hc_plan *plan, const double *observed, hc_estimate *estimate);

#endif
