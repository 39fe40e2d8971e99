/* Results as documents: JSON (schema 1) and tidy CSV. */
#ifndef HEADCOUNT_DOCUMENTS_H
#define HEADCOUNT_DOCUMENTS_H

#include "headcount/check.h"
#include "headcount/diagnosis.h"
#include "headcount/outlook.h"
#include "headcount/run.h"
#include "headcount/select.h"
#include "headcount/simulate.h"
#include "headcount/study.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Documents as text in memory, ended by a line feed; the caller ends *text with hc_text_free. HC_ENOMEM alone, with *text NULL.
 * Cost: that of the text. From any thread. */
hc_status hc_report_json(char **text, const hc_report *report, hc_error *err);
hc_status hc_report_csv(char **text, const hc_report *report, hc_error *err);

/* What became of one of several files. */
typedef struct hc_outcome {
  const char *file;
  const hc_report *report; /* NULL where there is none */
  const hc_error *error;   /* then: why                */
} hc_outcome;

/* An array of documents, those without a report with a member `error`; and one table of them all, without those. */
hc_status hc_outcomes_json(char **text, const hc_outcome *outcomes, size_t n, hc_error *err);
hc_status hc_outcomes_csv(char **text, const hc_outcome *outcomes, size_t n, hc_error *err);
/* Every replicate of every quantity, of strata and of their total: model, stratum, quantity, replicate (from 1), value (empty
 * where it could not be estimated); then the file where there are several, and the option that is varied. */
hc_status hc_draws_csv(char **text, const hc_outcome *outcomes, size_t n, hc_error *err);

/* A row for each case, and in JSON a summary for each estimator. */
hc_status hc_checks_json(char **text, const hc_checks *checks, hc_error *err);
hc_status hc_checks_csv(char **text, const hc_checks *checks, hc_error *err);
hc_status hc_selection_json(char **text, const hc_selection *selection, const hc_data *data, hc_error *err);
hc_status hc_selection_csv(char **text, const hc_selection *selection, hc_error *err);
hc_status hc_diagnosis_json(char **text, const hc_diagnosis *diagnosis, const hc_data *data, hc_error *err);
/* Rows `frequency` (times, people, expected), then rows `person`, one for each distinct one. */
hc_status hc_diagnosis_csv(char **text, const hc_diagnosis *diagnosis, hc_error *err);
hc_status hc_outlook_json(char **text, const hc_outlook *outlook, hc_error *err);
hc_status hc_outlook_csv(char **text, const hc_outlook *outlook, hc_error *err); /* a row for each guess */
hc_status hc_data_json(char **text, const hc_data *data, hc_error *err);
hc_status hc_studies_json(char **text, hc_study *const *studies, size_t n, hc_error *err);
hc_status hc_studies_csv(char **text, hc_study *const *studies, size_t n, hc_error *err); /* a row for each figure */
/* A row for each kind of population, method, quantity and interval. */
hc_status hc_simulation_json(char **text, const hc_simulation *simulation, hc_error *err);
hc_status hc_simulation_csv(char **text, const hc_simulation *simulation, hc_error *err);
/* One estimator, or all of them where it is NULL. */
hc_status hc_models_json(char **text, const hc_estimator *one, hc_error *err);
hc_status hc_models_csv(char **text, const hc_estimator *one, hc_error *err);
void hc_text_free(char *text);

#ifdef __cplusplus
}
#endif
#endif
