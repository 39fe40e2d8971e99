/* Running a study: what was asked of each figure goes in, what came out is written beside it. */
#ifndef HC_ENGINE_STUDY_H
#define HC_ENGINE_STUDY_H

#include "headcount/data.h"
#include "headcount/run.h"
#include "headcount/study.h"

enum { HC_QUESTION_TEXT_SIZE = 200, HC_QUESTION_NAME_SIZE = 60, HC_QUESTION_SETTINGS = HC_QUESTION_TEXT_SIZE / 2 };

/* A figure as it is asked for: what was published, and what would give it. Nothing here changes when it is recomputed. */
typedef struct hc_question {
  char id[HC_CODE_SIZE], title[HC_NOTE_SIZE], unit[HC_CODE_SIZE], note[HC_NOTE_SIZE];
  hc_basis basis;
  char published_as[HC_CODE_SIZE * 2], refusal[HC_CODE_SIZE]; /* the code of the refusal that is expected; "" */
  double published, expected, tolerance;                      /* NaN: none                                     */
  char quantity[HC_CODE_SIZE * 2];                            /* "N", "se(N)", "aic", ...                      */
  char data[HC_QUESTION_NAME_SIZE], shape[HC_QUESTION_NAME_SIZE], by[HC_QUESTION_NAME_SIZE]; /* the file; "": detected, no strata */
  char estimator[HC_QUESTION_NAME_SIZE]; /* "": only quoted */
  char options[HC_QUESTION_TEXT_SIZE];   /* "a=1; b=2"      */
  uint64_t replicates;
  char interval[HC_QUESTION_NAME_SIZE], resample[HC_QUESTION_NAME_SIZE]; /* "": what suits the estimator */
  char how[HC_NOTE_SIZE];             /* the command that gives the number */
  unsigned line;                      /* of the file it stands in          */
} hc_question;

/* Cuts the options into settings that point into text (HC_QUESTION_TEXT_SIZE). HC_EDATA where one is no name=value. */
hc_status hc_question_settings(const hc_question *asked, char *text, hc_setting settings[HC_QUESTION_SETTINGS], size_t *n,
                            hc_error *err);

typedef struct hc_study_task {
  const char *file; /* where the figures stand, for messages */
  const hc_question *figures;
  size_t n_figures;
  /* Gives the data that the figure is asked of; they stay the giver's, and last as long as the task. */
  hc_status (*load)(void *context, const hc_data **data, const hc_question *figure, hc_error *err);
  void *context;
} hc_study_task;

/* Fills figures[n_figures]. Figures that ask for the same analysis share one run, replicates included. HC_EDATA names file and
 * line of a figure that cannot be computed as it is worded; HC_ECANCELLED after a stop. */
hc_status hc_study_recompute(hc_figure *figures, const hc_study_task *task, const hc_settings *settings, hc_error *err);

#endif
