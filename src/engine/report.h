/* What a run gives: answers, in the order in which they were asked for. */
#ifndef HC_ENGINE_REPORT_H
#define HC_ENGINE_REPORT_H

#include "engine/strata.h"
#include "headcount/run.h"

struct hc_report {
  const hc_data *data;
  hc_settings settings; /* its texts are copies */
  char *varied;         /* the option's name, then each of its values: one block of texts, each ended by a zero byte */
  size_t n_answers, room;
  hc_answer *answers;
  hc_error **refusals;  /* [n_answers] what code and reason of an answer stand in, or NULL */
};

/* A note at every answer whose interval lies below another's lower bound. */
hc_status hc_report_note_bounds(hc_report *report, hc_error *err);

/* The one estimator of a request, and its options, which the caller frees; `usual` where none is named. HC_EUSAGE where
 * several are. */
hc_status hc_request_one(const hc_estimator **estimator, hc_options **options, const hc_request *request,
                         const char *usual, const hc_settings *settings, hc_error *err);

/* The first answer by strata; NULL where none is. All have the same attributes. */
const hc_strata *hc_report_strata(const hc_report *report);

#endif
