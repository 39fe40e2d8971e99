/* Results as documents: JSON (schema 1) and tidy CSV. */
#ifndef HEADCOUNT_DOCUMENTS_H
#define HEADCOUNT_DOCUMENTS_H

#include "headcount/run.h"
#include "headcount/study.h"

#ifdef __cplusplus
extern "C" {
#endif

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
