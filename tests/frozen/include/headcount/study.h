/* Published figures and what comes out when they are recomputed. */
#ifndef HEADCOUNT_STUDY_H
#define HEADCOUNT_STUDY_H

#include "headcount/codes.h"
#include "headcount/interval.h"
#include "headcount/settings.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How honestly a figure can be recomputed, strongest first. */
typedef enum hc_basis {
  HC_BASIS_DATA = 1,    /* from the raw counts that the authors published                               */
  HC_BASIS_INPUTS,      /* by the stated rule from stated intermediate numbers                          */
  HC_BASIS_BACK_SOLVED, /* an input was derived from the published answer: a consistency check          */
  HC_BASIS_STATED,      /* quoted for comparison; nothing is recomputed                                 */
  HC_BASIS_OWN          /* follows from published numbers, and nobody published it: no verdict           */
} hc_basis;

const char *hc_basis_name(hc_basis basis);  /* "data", "inputs", "back-solved", "stated", "own"             */
const char *hc_basis_words(hc_basis basis); /* "from data", "from inputs", "back-solved", "only quoted", "our own" */

typedef struct hc_figure {
  char id[HC_CODE_SIZE];
  char title[HC_NOTE_SIZE];
  char unit[HC_CODE_SIZE];     /* people, profiles, active people, days, ...                  */
  hc_basis basis;
  double published;            /* NaN for a refusal and for what is our own                     */
  char published_as[HC_CODE_SIZE * 2]; /* as printed in the source, e.g. "97,579"; "" for what is our own */
  double expected;             /* of our own: what came out when the study was written, for tests; else NaN */
  bool expects_refusal;        /* the honest recomputation is a refusal                         */
  char refusal[HC_CODE_SIZE];  /* its code, when expected or met                                */
  char reason[HC_MESSAGE_SIZE];
  double tolerance;            /* relative                                                      */
  double recomputed;           /* NaN where nothing was                                         */
  bool agrees;                 /* always false for `stated` and `own`, which have no verdict    */
  bool has_interval;
  hc_interval interval;
  char how[HC_NOTE_SIZE];      /* the command that gives the number, to be run in the study's folder */
  char quantity[HC_CODE_SIZE * 2]; /* which of its numbers: "N", "se(N)", "aic", ...               */
  char note[HC_NOTE_SIZE];
} hc_figure;

typedef struct hc_study {
  char id[HC_CODE_SIZE];
  char title[HC_NOTE_SIZE];
  char unit[HC_CODE_SIZE];
  char source[HC_NOTE_SIZE * 2];
  char criticism[HC_NOTE_SIZE * 2];
  char verdict[HC_NOTE_SIZE * 2]; /* one sentence for everybody                                     */
  char headline[HC_CODE_SIZE];    /* the figure that carries the number of the title; "" for none   */
  size_t n_figures;
  hc_figure *figures;
} hc_study;

/* Reads folder/study.ini and recomputes every figure from the data files beside it. settings gives seed,
 * threads and progress; replicates are the study's own. The caller owns *study. A figure that does not
 * agree is not an error of this function: see hc_study_agrees. HC_EDATA names the line of study.ini, or the place in a data
 * file; HC_EIO: no study.ini; HC_ECANCELLED: the progress asked to stop. Cost: one run for each distinct analysis. From any thread. */
hc_status hc_study_run(hc_study **study, const char *folder, const hc_settings *settings, hc_error *err);
void hc_study_free(hc_study *study);

/* True where a published figure is held against what came out: not for what is only quoted or our own. */
bool hc_figure_has_verdict(const hc_figure *figure);

/* True when every figure that claims to be recomputed agrees. */
bool hc_study_agrees(const hc_study *study);

/* Ids of the studies in a folder of studies, sorted; the caller ends the list with hc_study_ids_free. */
hc_status hc_study_ids(char ***ids, size_t *n, const char *datasets_folder, hc_error *err);
void hc_study_ids_free(char **ids, size_t n);

#ifdef __cplusplus
}
#endif
#endif
