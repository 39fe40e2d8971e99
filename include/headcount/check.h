/* How far off is a method on lists like these? Every list plays the truth. */
#ifndef HEADCOUNT_CHECK_H
#define HEADCOUNT_CHECK_H

#include "headcount/run.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The people on a list are a population of known size. The list is hidden, and an estimator is given the other lists,
 * with those of these people who are on one of them: its N against the known number (Binette and Steorts 2021, arXiv
 * 2112.01594). People on a list are not like people on none, so that a good score is necessary and not sufficient. */
typedef struct hc_check {
  const hc_estimator *estimator;
  const char *list;            /* which is hidden                                                    */
  const char *stratum;         /* its name, or "total" of an estimate by strata; NULL without strata */
  uint64_t truth, seen;        /* people on the list, and those of them on another list              */
  double N, se;                /* NaN where it is refused                                            */
  double log_error;            /* ln(N/truth)                                                        */
  const hc_interval *interval; /* the one to show; NULL: none                                        */
  bool covered;                /* does it hold the truth?                                            */
  const char *code, *reason;   /* why it was refused; NULL where it was not                          */
} hc_check;

/* Over the lists that could be estimated; without strata's own cases where there is a total. NaN where there are too
 * few. */
typedef struct hc_check_summary {
  const hc_estimator *estimator;
  size_t cases, estimated;       /* lists, and those with an N                                          */
  double mean, sd, rmse, median; /* of log_error; sd with n - 1                                         */
  size_t intervals, covered;     /* of those that have an interval, how many hold the truth             */
  size_t below;                  /* N below the truth                                                   */
  double N, se;                  /* of all lists and people together, without replicates; NaN: none     */
  const hc_interval *interval;   /* of that N; NULL: none                                               */
} hc_check_summary;

/* Read-only; the data must outlive it. */
typedef struct hc_checks hc_checks;

/* `least`: lists of whose people fewer are on another list are refused ("too-few-seen"). request, settings: as of
 * hc_run; each list has random streams of its own, keyed by its name. With attributes each stratum is a case too, and
 * the total over strata. Cases that are refused are there, with their reason. HC_EREFUSED where the data have fewer
 * than three lists, or every list has too few. After a stop the cases that had not begun are refused ("interrupted").
 * Cost: that of hc_run for each list. */
hc_status hc_checks_new(hc_checks **checks, const hc_data *data, const hc_request *request, const hc_settings *settings,
                        uint64_t least, hc_error *err);
void hc_checks_free(hc_checks *checks);

/* By estimator, then in the order of the lists; NULL past the last. */
const hc_check *hc_checks_at(const hc_checks *checks, size_t i);
const hc_check_summary *hc_checks_summary(const hc_checks *checks, size_t i); /* one for each estimator */
const hc_data *hc_checks_data(const hc_checks *checks);
const hc_settings *hc_checks_settings(const hc_checks *checks); /* as used */

#ifdef __cplusplus
}
#endif
#endif
