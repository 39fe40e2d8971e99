/* A choice among hierarchical log-linear models: all of them, a stepwise search, a downhill search.
 *
 * Each search is a function of a problem and a table alone, so a bootstrap replicate makes the choice anew by
 * calling it on its own counts.
 *
 * all        the smallest criterion among all models of up to six lists. Where the largest model of a subtree of the
 *            walk, fitted, says that none in it can win, none is fitted: of 7,785,061 models 1,100 were, for the UK.
 * among      the same among models that are given, such as the best K of the table itself.
 * stepwise   from independence: the term whose margin is least probable comes in, as long as its one-sided Poisson
 *            p-value is below the threshold and the model with it is a candidate (Chan, Silverman and Vincent 2021
 *            J. Am. Statist. Assoc. 116:1297; SparseMSE with max_order 2). Ties: the first in the order of lists.
 * downhill   from independence: the neighbour one term away with the smallest criterion, as long as it falls
 *            (Silverman, Chan and Vincent 2024 Statistics and Computing 34:44, section 5.2). It can end where `all`
 *            would not.
 *
 * Cost: see bench/README.md, rows models/. No allocation. Threads: any number, each with its own scratch. */
#ifndef HC_NUMERIC_MODEL_SEARCH_H
#define HC_NUMERIC_MODEL_SEARCH_H

#include "numeric/hierarchy.h"
#include "numeric/model_fit.h"

typedef struct hc_model_choice {
  hc_model_score score; /* no candidate: none of the models had an N */
  size_t terms;
  uint32_t mask[HC_MODEL_MAX_TERMS]; /* [terms] in the order of hc_terms_parse */
  size_t fits;                       /* models that were looked at */
} hc_model_choice;

/* Doubles of scratch that any function below wants. */
size_t hc_model_search_scratch(const hc_model_problem *problem);

/* Scores of `models` models in the order of the walk (hierarchy.h), the first one being `from`: a piece of a map
 * over all of them. A model starts from its parent's coefficients; the parents of `from` are fitted for that, so
 * each model has the same bits whatever the pieces. score: [models]. */
void hc_model_scan(const hc_model_problem *problem, const hc_hierarchy *hierarchy, const double *counts, uint64_t from,
                   size_t models, double *scratch, hc_model_score *score);

/* problem->lists at most HC_HIERARCHY_MAX_LISTS. The choice has the bits that hc_model_scan gives it. */
void hc_model_search_all(const hc_model_problem *problem, const double *counts, double *scratch,
                         hc_model_choice *choice);
/* model[0..models-1] as in hierarchy.h; of equal ones the first is taken. */
void hc_model_search_among(const hc_model_problem *problem, const double *counts, const uint64_t *model, size_t models,
                           double *scratch, hc_model_choice *choice);
/* N averaged over all models, weights exp(-value/2), as hc_model_average averages a scan, to 1e-12: models whose
 * weights do not matter are not fitted. NaN where no model is a candidate. problem->lists as for all. */
double hc_model_search_average(const hc_model_problem *problem, const double *counts, double *scratch);
void hc_model_search_stepwise(const hc_model_problem *problem, const double *counts, double *scratch,
                              hc_model_choice *choice);
void hc_model_search_downhill(const hc_model_problem *problem, const double *counts, double *scratch,
                              hc_model_choice *choice);

#endif
