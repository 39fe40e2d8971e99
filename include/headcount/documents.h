/* Results as documents: JSON (schema 1) and tidy CSV. */
#ifndef HEADCOUNT_DOCUMENTS_H
#define HEADCOUNT_DOCUMENTS_H

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
