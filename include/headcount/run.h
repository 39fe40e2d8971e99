/* A run: data, estimators and their options in, a report out. Program, page and bindings stand on it. */
#ifndef HEADCOUNT_RUN_H
#define HEADCOUNT_RUN_H

#include "headcount/analysis.h"
#include "headcount/settings.h"
#include "headcount/strata.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hc_setting {
  const char *estimator; /* the only one that is meant, or NULL: every one that has the option */
  const char *name, *value;
} hc_setting;

/* What is asked; everything is borrowed. */
typedef struct hc_request {
  size_t size;               /* of this struct, as its caller knows it: hc_request_init sets it           */
  const char *models;        /* ids separated by ',', or "all" that accept the data; NULL: one that suits them */
  size_t n_settings;
  const hc_setting *settings;
  const char *vary;          /* "NAME=A,B,...": all of it once for each value of an option; NULL            */
  bool leave_out;            /* by strata: a total without the strata that are refused                      */
  const char *not_covered;   /* by strata: "C:region=south; ...", lists that did not operate there; NULL    */
} hc_request;

#define hc_request_init(request) hc_request_begin((request), sizeof(hc_request))
void hc_request_begin(hc_request *request, size_t size);

/* What can be told before data are read: HC_EUSAGE where an estimator, an interval, or an option of a named estimator is not
 * there, or a value is not one that the option takes. */
hc_status hc_request_check(const hc_request *request, const hc_settings *settings, hc_error *err);

/* The columns that formulas and coverages among the request's settings name, for `covariates` of a reading: "sex,age", "" where
 * there is none. HC_EUSAGE where a formula does not parse or `columns` is too short. */
hc_status hc_request_columns(const hc_request *request, char *columns, size_t size, hc_error *err);

/* One estimator, at one value of what is varied. */
typedef struct hc_answer {
  const hc_estimator *estimator;
  const char *value;           /* NULL where nothing is varied                        */
  const hc_analysis *analysis; /* NULL where it is refused, and by strata             */
  const hc_strata *strata;     /* of data with attributes; NULL where it is refused   */
  const char *code, *reason;   /* why it was refused; NULL where it was not           */
} hc_answer;

typedef struct hc_report hc_report;

/* By strata where the data have attributes that were not read for formulas. Estimators that are refused are answers too; so
 * are, with "all", those that an option or the data do not suit, and, after a stop, those that had not begun ("interrupted"). HC_EUSAGE as above; HC_EDATA where
 * a named estimator finds the data wrong. settings may be NULL. Cost: that of the fits, times the replicates, over the threads. The report
 * borrows the data, which must outlive it; the caller owns *report. Not to be called from two threads on the same data while
 * attributes are set; otherwise from any thread. */
hc_status hc_run(hc_report **report, const hc_data *data, const hc_request *request, const hc_settings *settings,
                 hc_error *err);
void hc_report_free(hc_report *report);

const hc_answer *hc_report_at(const hc_report *report, size_t i); /* NULL past the last */
const hc_data *hc_report_data(const hc_report *report);
const hc_settings *hc_report_settings(const hc_report *report); /* as used */
const char *hc_report_varied(const hc_report *report);          /* the option that is varied, or NULL */

#ifdef __cplusplus
}
#endif
#endif
