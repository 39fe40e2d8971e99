/* An estimate: a plain value, filled by an estimator's fit. */
#ifndef HEADCOUNT_ESTIMATE_H
#define HEADCOUNT_ESTIMATE_H

#include "headcount/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { HC_NOTE_SIZE = 400 };

/* A fact about a valid answer. Codes are stable: "lower-bound", "boundary", "sparse-overlap", ... */
typedef struct hc_note {
  char code[HC_CODE_SIZE];
  char text[HC_NOTE_SIZE];
} hc_note;

typedef struct hc_fit {  /* NaN where the method has no such number */
  double loglik;
  double parameters; /* free parameters of the fit, N included where it is one  */
  double df;         /* residual degrees of freedom, of the deviance            */
  double deviance, aic, bic;
  unsigned iterations;
} hc_fit;

/* What a fit need not write. hc_estimate_new asks for everything. */
typedef struct hc_asked {
  bool notes;
  bool criteria; /* those numbers of hc_fit that cost as much as the fit itself, or that need the histories: of
                    plan->observed only, other data have none */
} hc_asked;

/* The arrays belong to the estimate; sizes come from the plan that it was made for. */
typedef struct hc_estimate {
  size_t n_quantities;
  double *value;      /* [n_quantities] in the order of the plan; "N" first                */
  double *se;         /* [n_quantities] standard errors, NaN where there is none           */
  size_t n_parameters;
  double *parameters; /* [n_parameters] what simulate and profile need, in fit's own order */
  hc_fit fit;
  hc_asked asked;     /* nothing in a bootstrap replicate                                  */
  size_t n_notes, notes_room;
  hc_note *notes;     /* [n_notes] */
  bool notes_lost;    /* memory ran out for one */
} hc_estimate;

/* Adds a note, if notes are wanted; only then memory is allocated. */
void hc_estimate_note(hc_estimate *estimate, const char *code, const char *format, ...) HC_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif
#endif
