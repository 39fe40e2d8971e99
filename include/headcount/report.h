/* Results as documents: JSON (schema 1) and tidy CSV; and a first look at data. */
#ifndef HEADCOUNT_REPORT_H
#define HEADCOUNT_REPORT_H

#include "headcount/analysis.h"
#include "headcount/data.h"
#include "headcount/strata.h"
#include "headcount/study.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hc_refusal {
  const hc_estimator *estimator;
  char code[HC_CODE_SIZE];
  char reason[HC_MESSAGE_SIZE];
} hc_refusal;

typedef struct hc_report { /* borrows everything */
  const hc_data *data;
  const hc_settings *settings;
  unsigned threads; /* as used */
  size_t n_analyses;
  hc_analysis *const *analyses;
  size_t n_refusals;
  const hc_refusal *refusals;
  size_t n_strata; /* by stratum instead of analyses: one for each estimator */
  hc_strata *const *strata;
} hc_report;

/* What can be said of data before any estimate. */
typedef struct hc_overview {
  size_t n_times; /* distinct numbers of times that people were met; 0 where the shape has none */
  uint64_t *times, *people; /* [n_times] ascending, and how many people */
  size_t n_lists;
  uint64_t *total;    /* [n_lists] people on the list                                    */
  uint64_t *alone;    /* [n_lists] of them on no other list                              */
  uint64_t *together; /* [n_lists * n_lists] people on both; the diagonal equals total   */
  size_t n_warnings;
  hc_note *warnings;  /* "never-overlap", "sparse-overlap", "nobody-twice", ...          */
} hc_overview;

hc_status hc_overview_new(hc_overview **overview, const hc_data *data, hc_error *err);
void hc_overview_free(hc_overview *overview);

/* Documents as text in memory, ended by a line feed; the caller ends *text with hc_text_free. */
hc_status hc_report_json(char **text, const hc_report *report, hc_error *err);
hc_status hc_report_csv(char **text, const hc_report *report, hc_error *err);
hc_status hc_data_json(char **text, const hc_data *data, hc_error *err);
hc_status hc_studies_json(char **text, hc_study *const *studies, size_t n, hc_error *err);
void hc_text_free(char *text);

#ifdef __cplusplus
}
#endif
#endif
