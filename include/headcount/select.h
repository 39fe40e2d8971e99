/* The models that a procedure chooses among, side by side. */
#ifndef HEADCOUNT_SELECT_H
#define HEADCOUNT_SELECT_H

#include "headcount/run.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hc_model_row {
  const char *name;     /* its terms, as --terms of loglinear takes them; of counts the estimator's id */
  double parameters, loglik;
  double value, weight; /* of the criterion; weight: exp(-value/2) as a part of all    */
  double N, se;         /* se: of the model alone                                      */
} hc_model_row;

/* A cell of the data beside what the best model expects there. Residuals: Pearson's (O - E)/sqrt(E), and Freeman and Tukey's
 * sqrt(O) + sqrt(O + 1) - sqrt(4 E + 1) (1950 Ann. Math. Statist. 21:607). */
typedef struct hc_cell_fit {
  uint64_t history; /* bit i: on list i */
  double observed, expected, pearson, freeman_tukey;
} hc_cell_fit;

/* Read-only; ends with hc_selection_free. */
typedef struct hc_selection {
  const hc_estimator *estimator;
  const char *form;              /* "best of 1024 log-linear models by BIC"          */
  const char *criterion;         /* "bic"                                            */
  uint64_t models, estimable;    /* how many there are, and how many of them have an N */
  size_t n_rows;
  const hc_model_row *rows;      /* [n_rows] the best ones, best first               */
  uint64_t near;                 /* models within 2 of the smallest criterion, the best one included */
  double lowest, highest;        /* their N                                           */
  size_t n_lists;
  char *const *lists;            /* [n_lists] names, borrowed from the data           */
  size_t n_cells;
  const hc_cell_fit *cells;      /* [n_cells] of the best model, by history; 0 where the procedure tells no fit */
} hc_selection;

/* The models of one procedure (request->models, else loglinear-best, of counts family-best), scored over the threads: bits do not depend on how
 * many. keep: how many rows. HC_EREFUSED where the models cannot be listed or none has an N; HC_ECANCELLED after a stop. The
 * data must outlive *selection, which the caller owns. */
hc_status hc_select(hc_selection **selection, const hc_data *data, const hc_request *request, const hc_settings *settings,
                    size_t keep, hc_error *err);
void hc_selection_free(hc_selection *selection);

#ifdef __cplusplus
}
#endif
#endif
