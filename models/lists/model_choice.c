/* Log-linear models to choose among: which there are, their scores, their names. */
#include "lists/model_choice.h"

#include <string.h>

#include "numeric/terms.h"

static hc_criterion criterion_of(const hc_options *o) {
  if (hc_options_choice_is(o, "criterion", "aic")) return HC_CRITERION_AIC;
  return hc_options_choice_is(o, "criterion", "aicc") ? HC_CRITERION_AICC : HC_CRITERION_BIC;
}

static hc_face worst_of(const hc_options *o) {
  if (hc_options_choice_is(o, "boundary", "finite")) return HC_FACE_COEFFICIENTS;
  return hc_options_choice_is(o, "boundary", "none") ? HC_FACE_INTERIOR : HC_FACE_MARGINS;
}

/* What is not stated is what the field does: every model of few lists, interactions of two lists beyond. */
static hc_status read_order(const struct model_choice *s, const hc_options *o, const char *who, size_t *order, hc_error *err) {
  size_t lists = s->table.lists;
  *order = hc_options_is_stated(o, "max-order") ? (size_t)hc_options_integer(o, "max-order") : lists <= 4 ? lists - 1 : 2;
  if (*order >= lists)
    return hc_fail(err, HC_EUSAGE, "%s: max-order is at most %zu for %zu lists: with the interaction of all lists the "
                   "unseen are not identified", who, lists - 1, lists);
  return HC_OK;
}

static hc_status walk(hc_plan *plan, struct model_choice *s) {
  if (!hc_hierarchy_init(&s->hierarchy, s->table.lists, s->problem.max_order)) return HC_OK;
  s->models = hc_hierarchy_count(&s->hierarchy, MODEL_PIECE, NULL, 0);
  size_t pieces = (size_t)((s->models + MODEL_PIECE - 1) / MODEL_PIECE);
  s->mark = hc_plan_alloc(plan, pieces, sizeof *s->mark);
  if (!s->mark) return HC_ENOMEM;
  hc_hierarchy_count(&s->hierarchy, MODEL_PIECE, s->mark, pieces);
  return HC_OK;
}

hc_status hc_model_choice_begin(hc_plan *plan, const hc_data *data, const hc_options *options, enum model_search search,
                                const char *who, hc_error *err) {
  struct model_choice *s = plan->state;
  size_t order = 0;
  hc_status status = hc_list_table_check(data, HC_MODEL_MAX_LISTS, who, err);
  if (status == HC_OK && data->n_lists < 3 && !data->n_all) /* where a list did not operate, independence is what is left */
    status = hc_refuse(err, "two-lists", "two lists have one model that can be estimated, independence: use lincoln-petersen or "
                       "chapman");
  if (status == HC_OK) status = hc_list_table_begin(plan, &s->table, data, err);
  if (status == HC_OK) status = read_order(s, options, who, &order, err);
  if (status != HC_OK) return status;
  s->search = search;
  s->problem = hc_model_problem_default(s->table.lists, order);
  s->problem.criterion = criterion_of(options);
  s->problem.worst = worst_of(options);
  if (search == SEARCH_ALL) status = walk(plan, s);
  if (status != HC_OK) return status;
  size_t scores = s->models <= MOST_SCANNED ? (size_t)s->models * (1 + sizeof(hc_model_score) / sizeof(double)) + 1 : 0;
  plan->n_scratch = hc_model_search_scratch(&s->problem) + scores + s->table.cells;
  plan->n_parameters = s->table.cells;
  hc_plan_set_quantities(plan, 1);
  hc_plan_population(plan, "people, on a list or not");
  return HC_OK;
}

const char *hc_model_choice_criterion(const struct model_choice *s) {
  static const char *const names[] = {[HC_CRITERION_BIC] = "BIC", [HC_CRITERION_AIC] = "AIC", [HC_CRITERION_AICC] = "AICc"};
  return names[s->problem.criterion];
}

static bool is_maximal(const uint32_t *mask, size_t terms, size_t i) {
  for (size_t j = 0; j < terms; j++)
    if (j != i && (mask[i] & mask[j]) == mask[i]) return false;
  return true;
}

/* "A*B*C" */
static bool print_generator(const struct model_choice *s, uint32_t mask, const char *before, char *text, size_t size) {
  char one[HC_NOTE_SIZE] = "";
  for (size_t i = 0; i < s->table.lists; i++) {
    char name[HC_NOTE_SIZE / 2];
    if (!(mask >> i & 1)) continue;
    hc_terms_print((uint32_t)1 << i, s->table.lists, s->table.names, name, sizeof name);
    hc_terms_append(one, sizeof one, "%s%s", one[0] ? "*" : "", name);
  }
  return hc_terms_append(text, size, "%s%s", before, one);
}

void hc_model_choice_print(const struct model_choice *s, const uint32_t *mask, size_t terms, char *text, size_t size) {
  text[0] = 0;
  for (size_t i = 0; i < terms; i++) {
    if (__builtin_popcount(mask[i]) < 2 || !is_maximal(mask, terms, i)) continue;
    if (print_generator(s, mask[i], text[0] ? " + " : "", text, size - 6)) continue;
    hc_terms_append(text, size, " + ...");
    return;
  }
}

void hc_model_choice_scan(const struct model_choice *s, const double *observed, double *scratch, hc_model_score *score) {
  for (uint64_t first = 0; first < s->models; first += MODEL_PIECE) {
    size_t n = (size_t)(s->models - first < MODEL_PIECE ? s->models - first : MODEL_PIECE);
    hc_model_scan(&s->problem, &s->hierarchy, observed, s->mark[first / MODEL_PIECE], n, scratch, score + first);
  }
}

void hc_model_choice_note_face(const struct model_choice *s, const hc_model_score *score, hc_estimate *e) {
  (void)s;
  if (score->face == HC_FACE_MARGINS)
    hc_estimate_note(e, "boundary", "nobody is on all the lists of some of its interactions: their estimates are minus "
                     "infinity, N is finite (Chan, Silverman and Vincent 2021)");
  if (score->face == HC_FACE_COEFFICIENTS)
    hc_estimate_note(e, "boundary", "empty cells send some of its coefficients to infinity; N is finite all the same (Fienberg "
                     "and Rinaldo 2012)");
}

uint64_t hc_model_choice_candidates(const hc_plan *plan, uint64_t *pieces) {
  const struct model_choice *s = plan->state;
  *pieces = (s->models + MODEL_PIECE - 1) / MODEL_PIECE;
  return s->models;
}

void hc_model_choice_score(const hc_plan *plan, const double *observed, uint64_t piece, double *scratch,
                           hc_candidate *candidate, size_t *n) {
  const struct model_choice *s = plan->state;
  uint64_t first = piece * MODEL_PIECE, model = s->mark[piece];
  hc_model_score score[64];
  *n = (size_t)(s->models - first < MODEL_PIECE ? s->models - first : MODEL_PIECE);
  for (size_t i = 0; i < *n; i += 64) {
    size_t some = *n - i < 64 ? *n - i : 64;
    hc_model_scan(&s->problem, &s->hierarchy, observed, model, some, scratch, score);
    for (size_t k = 0; k < some; k++, model = hc_hierarchy_next(&s->hierarchy, model))
      candidate[i + k] = (hc_candidate){.id = model, .estimable = score[k].candidate, .parameters = (double)score[k].terms,
                                        .N = score[k].N, .se = score[k].se, .loglik = score[k].loglik,
                                        .value = score[k].value};
  }
}

void hc_model_choice_name(const hc_plan *plan, uint64_t id, char *text, size_t size) {
  const struct model_choice *s = plan->state;
  uint32_t mask[HC_HIERARCHY_MAX_TERMS];
  hc_model_choice_print(s, mask, hc_hierarchy_terms(&s->hierarchy, id, mask), text, size);
  if (!text[0]) hc_terms_append(text, size, "(independence)");
}
