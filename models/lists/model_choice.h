/* What estimators that choose among log-linear models share: which models, by which criterion, searched how. */
#ifndef HC_MODEL_CHOICE_H
#define HC_MODEL_CHOICE_H

#include "lists/list_table.h"
#include "numeric/model_search.h"

/* Models are scored in pieces of this many; up to MOST_SCANNED are all scored for the point estimate, for what is to be
 * said of the others. */
enum { MODEL_PIECE = HC_CANDIDATE_PIECE, MOST_SCANNED = 100000 };

enum model_search { SEARCH_ALL, SEARCH_STEPWISE, SEARCH_DOWNHILL };

struct model_choice {
  struct list_table table; /* the first member: see list_table.h */
  hc_model_problem problem;
  hc_hierarchy hierarchy;  /* lists: 0 where the models cannot be walked through */
  enum model_search search;
  uint64_t models;         /* how many there are; 0 where they cannot be walked through */
  uint64_t *mark;          /* where each piece of the walk begins */
  size_t n_among;          /* the models that a search is restricted to, best first; 0: no restriction */
  uint64_t *among;
};

/* Options: criterion, max-order, boundary; the first macro argument of an option array. */
#define MODEL_CHOICE_OPTIONS                                                                                           \
  {"criterion", HC_OPTION_CHOICE, "bic", 0, 0, "bic|aic|aicc", "what is to be smallest; n in it: the people observed"}, \
      {"max-order", HC_OPTION_INTEGER, "", 1, HC_MODEL_MAX_LISTS - 1, NULL,                                            \
       "the most lists in one interaction; not stated: all but one of up to four lists, two beyond"},                  \
      {"boundary", HC_OPTION_CHOICE, "finite", 0, 0, "finite|margins|none",                                           \
       "models whose maximum is on the boundary: finite takes all whose N is finite, margins those of them whose runaway "    \
       "coefficients are of lists that nobody is on together (as SparseMSE), none leaves all out"}

/* Table, problem, walk and scratch; plan->n_scratch is set for
 * any search, and for the scores and weights of all models where these are at most MOST_SCANNED. */
hc_status hc_model_choice_begin(hc_plan *plan, const hc_data *data, const hc_options *options, enum model_search search,
                                const char *who, hc_error *err);
/* "BIC". */
const char *hc_model_choice_criterion(const struct model_choice *s);
/* The terms as --terms takes them: "A:B + C*D*E", "" for independence; cut with an ellipsis where it does not fit. */
void hc_model_choice_print(const struct model_choice *s, const uint32_t *mask, size_t terms, char *text, size_t size);
/* Scores all models in the order of the walk: score[models]. */
void hc_model_choice_scan(const struct model_choice *s, const double *observed, double *scratch, hc_model_score *score);
/* Terms whose lists nobody is on together: said in a note, because their coefficients are minus infinity. */
void hc_model_choice_note_face(const struct model_choice *s, const hc_model_score *score, hc_estimate *e);

/* candidates, score and name_candidate of the descriptor. */
uint64_t hc_model_choice_candidates(const hc_plan *plan, uint64_t *pieces);
void hc_model_choice_score(const hc_plan *plan, const double *observed, uint64_t piece, double *scratch,
                           hc_candidate *candidate, size_t *n);
void hc_model_choice_name(const hc_plan *plan, uint64_t id, char *text, size_t size);

#endif
