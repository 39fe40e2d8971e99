/* The best of many log-linear models of overlapping lists.
 *
 * Among the hierarchical models whose interactions have at most max-order lists, the one with the smallest criterion is
 * chosen (numeric/model_fit.h: likelihood, criteria, N and its standard error), and N is that model's. The choice is part
 * of the estimator: a bootstrap replicate and each left-out person choose anew, so that percentile and bca intervals
 * answer for the choice (Silverman, Chan and Vincent 2024 Statistics and Computing 34:44). The standard error is the
 * chosen model's own and does not.
 *
 *   all        every such model of up to six lists: 8, 113, 6,893 and 7,785,061 of three to six lists without limit, 8, 64,
 *              1,024 and 32,768 with max-order 2
 *   stepwise   term by term from independence, by the p-value of a margin (Chan, Silverman and Vincent 2021 J. Am.
 *              Statist. Assoc. 116:1297)
 *   downhill   from independence to the best neighbour, as long as the criterion falls (Silverman and others 2024)
 *   auto       all up to six lists, downhill beyond
 *
 * reselect=top:K restricts the choice to the K best models of the data themselves (Silverman and others 2024, section 5).
 *
 * Assumes: one of the models is true enough; never an interaction of all lists at once. Breaks: where models that fit alike
 * differ in N, which a note says. */
#include "lists/model_choice.h"

#include <string.h>

#include "numeric/rank.h"

static const hc_option options[] = {
    MODEL_CHOICE_OPTIONS,
    {"search", HC_OPTION_CHOICE, "auto", 0, 0, "auto|all|stepwise|downhill",
     "auto: all models of up to six lists, downhill beyond; stepwise does not look at the criterion"},
    {"threshold", HC_OPTION_REAL, "0.02", 0, 1, NULL, "stepwise: a term comes in at a p-value below"},
    {"reselect", HC_OPTION_TEXT, "all", 0, 0, NULL,
     "all: replicates choose among all models; top:K: among the K best of the data"},
    {0},
};

static bool is_stepwise(const hc_options *o) { return hc_options_choice_is(o, "search", "stepwise"); }

static hc_status read_search(const hc_data *data, const hc_options *o, enum model_search *search, hc_error *err) {
  bool few = data->n_lists <= HC_HIERARCHY_MAX_LISTS;
  if (hc_options_choice_is(o, "search", "all") && !few)
    return hc_refuse(err, "too-many-lists", "all models of %zu lists are too many: at most %d lists, or search=downhill",
                     data->n_lists, HC_HIERARCHY_MAX_LISTS);
  *search = is_stepwise(o) ? SEARCH_STEPWISE
            : hc_options_choice_is(o, "search", "downhill") || !few ? SEARCH_DOWNHILL : SEARCH_ALL;
  return HC_OK;
}

/* The K best models of the data. */
static hc_status restrict_to_best(hc_plan *plan, struct model_choice *s, size_t k) {
  size_t kept = 0, n = 0;
  hc_ranked *best = hc_plan_alloc(plan, k + MODEL_PIECE, sizeof *best);
  hc_candidate *candidate = hc_plan_alloc(plan, MODEL_PIECE, sizeof *candidate);
  double *scratch = hc_plan_alloc(plan, plan->n_scratch, sizeof *scratch);
  s->among = hc_plan_alloc(plan, k, sizeof *s->among);
  if (!best || !candidate || !scratch || !s->among) return HC_ENOMEM;
  for (uint64_t piece = 0; piece * MODEL_PIECE < s->models; piece++) {
    hc_model_choice_score(plan, plan->observed, piece, scratch, candidate, &n);
    for (size_t i = 0; i < n; i++)
      if (candidate[i].estimable) best[kept++] = (hc_ranked){candidate[i].id, candidate[i].value};
    hc_rank(best, kept);
    if (kept > k) kept = k;
  }
  for (size_t i = 0; i < kept; i++) s->among[i] = best[i].id;
  s->n_among = kept;
  return HC_OK;
}

static hc_status read_reselect(hc_plan *plan, struct model_choice *s, const hc_options *o, hc_error *err) {
  const char *text = hc_options_text(o, "reselect");
  size_t k = 0, i = 4;
  if (strcmp(text, "all") == 0) return HC_OK;
  for (; strncmp(text, "top:", 4) == 0 && text[i] >= '0' && text[i] <= '9' && k <= 100000; i++)
    k = 10 * k + (size_t)(text[i] - '0');
  if (k < 1 || k > 100000 || text[i])
    return hc_fail(err, HC_EUSAGE, "loglinear-best: reselect is all or top:K, K from 1 to 100000, not '%s'", text);
  if (s->search != SEARCH_ALL) return hc_fail(err, HC_EUSAGE, "loglinear-best: reselect=top:K goes with search=all");
  return restrict_to_best(plan, s, k);
}

static void describe(hc_plan *plan, const struct model_choice *s) {
  static const char *const how[] = {[SEARCH_STEPWISE] = N_("stepwise"), [SEARCH_DOWNHILL] = N_("downhill search by")};
  if (s->search == SEARCH_ALL)
    hc_plan_set_form(plan, "best of %llu log-linear models by %s", (unsigned long long)s->models, hc_model_choice_criterion(s));
  else if (s->search == SEARCH_STEPWISE) hc_plan_set_form(plan, "log-linear model chosen stepwise, p < %g", s->problem.threshold);
  else hc_plan_set_form(plan, "log-linear model chosen by %s %s", _(how[s->search]), hc_model_choice_criterion(s));
  hc_plan_add_variant(plan, ", interactions of up to %zu lists; chosen anew in every replicate%s; se: of the chosen model alone",
                      s->problem.max_order, s->n_among ? _(" among the best of the data") : "");
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct model_choice *s = plan->state;
  enum model_search search = SEARCH_ALL;
  hc_status status = read_search(data, o, &search, err);
  if (status == HC_OK) status = hc_model_choice_begin(plan, data, o, search, "loglinear-best", err);
  if (status != HC_OK) return status;
  s->problem.threshold = hc_options_real(o, "threshold");
  plan->default_resample = HC_RESAMPLE_NONPARAMETRIC;
  status = read_reselect(plan, s, o, err);
  if (status == HC_OK) describe(plan, s);
  return status;
}

static void choose(const struct model_choice *s, const double *observed, double *scratch, hc_model_choice *choice) {
  if (s->n_among) hc_model_search_among(&s->problem, observed, s->among, s->n_among, scratch, choice);
  else if (s->search == SEARCH_STEPWISE) hc_model_search_stepwise(&s->problem, observed, scratch, choice);
  else if (s->search == SEARCH_DOWNHILL) hc_model_search_downhill(&s->problem, observed, scratch, choice);
  else hc_model_search_all(&s->problem, observed, scratch, choice);
}

/* --- what is to be said ------------------------------------------------------------------------------------------- */

static void note_choice(const struct model_choice *s, const hc_model_choice *choice, hc_estimate *e) {
  char terms[HC_NOTE_SIZE / 2];
  hc_model_choice_print(s, choice->mask, choice->terms, terms, sizeof terms);
  hc_estimate_note(e, "model-chosen", "chosen: %s%s, %s %.2f", terms[0] ? terms : _("independence"),
                   terms[0] ? _(" and what they contain") : "", hc_model_choice_criterion(s), choice->score.value);
  hc_model_choice_note_face(s, &choice->score, e);
}

/* Models that are as good by the criterion: where their N differ much, the choice decides the answer. */
static void note_rivals(const struct model_choice *s, const double *observed, double best, double N, double *scratch,
                        hc_estimate *e) {
  const double much = 0.5;
  hc_model_score *score = (hc_model_score *)scratch;
  size_t near = 0, models = (size_t)s->models;
  double lowest = N, highest = N;
  hc_model_choice_scan(s, observed, scratch + models * sizeof *score / sizeof(double) + 1, score);
  for (size_t i = 0; i < models; i++) {
    if (!score[i].candidate || score[i].value > best + HC_CANDIDATE_NEAR) continue;
    near++;
    lowest = fmin(lowest, score[i].N);
    highest = fmax(highest, score[i].N);
  }
  if (near < 2) return;
  bool apart = highest - lowest >= much * N;
  if (apart)
    hc_estimate_note(e, "rivals-differ", "%zu models are within %g of the smallest %s, and their N run from %.0f to %.0f: these data "
                     "do not tell which is right ('headcount select' lists them)", near, HC_CANDIDATE_NEAR, hc_model_choice_criterion(s), lowest,
                     highest);
  else
    hc_estimate_note(e, "rivals", "%zu models are within %g of the smallest %s; their N run from %.0f to %.0f", near, HC_CANDIDATE_NEAR,
                     hc_model_choice_criterion(s), lowest, highest);
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const struct model_choice *s = plan->state;
  hc_model_choice choice;
  hc_model_score again;
  choose(s, observed, scratch, &choice);
  if (!choice.score.candidate)
    return hc_refuse(err, "mle-infinite", "none of the models has a maximum with a finite N on these counts");
  e->value[0] = choice.score.N;
  e->se[0] = choice.score.se;
  e->fit.iterations = (unsigned)choice.fits;
  if (e->asked.notes) {
    note_choice(s, &choice, e);
    hc_list_table_note_overlaps(&s->table, observed, scratch, e);
    if (s->models && s->models <= MOST_SCANNED) note_rivals(s, observed, choice.score.value, choice.score.N, scratch, e);
  }
  if (!e->asked.criteria) return HC_OK;
  /* the chosen model's means, from which simulate draws */
  hc_model_room room = hc_model_begin(&s->problem, observed, scratch);
  hc_model_fit(&room, choice.mask, choice.terms, NULL, &again);
  hc_model_means(&room, e->parameters);
  hc_fit_criteria(&e->fit, choice.score.loglik, (double)choice.terms, room.n);
  e->fit.df = hc_model_df(&room);
  e->fit.deviance = fmax(0, 2 * (room.saturated - choice.score.loglik));
  return HC_OK;
}

static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  const struct model_choice *s = plan->state;
  memcpy(replicate, e->parameters, s->table.cells * sizeof *replicate);
  hc_list_table_draw(&s->table, e->value[0], rng, replicate);
}

static void expected(const hc_plan *plan, const hc_estimate *e, double *mean) {
  const struct model_choice *s = plan->state;
  memcpy(mean, e->parameters, s->table.cells * sizeof *mean);
  mean[0] = 0;
}

static hc_status log_linear(const hc_plan *plan, double *scratch, hc_log_linear *form, hc_error *err) {
  const struct model_choice *s = plan->state;
  hc_model_choice choice;
  choose(s, plan->observed, scratch, &choice);
  if (!choice.score.candidate) return hc_refuse(err, "mle-infinite", "none of the models has a maximum with a finite N");
  hc_list_table_form(&s->table, plan->observed, choice.mask, choice.terms, form);
  return HC_OK;
}

static unsigned suits(const hc_data *data) {
  return data->shape == HC_SHAPE_LISTS && data->n_lists >= 3 && data->n_lists <= HC_MODEL_MAX_LISTS ? 3 : 0;
}

const hc_estimator hc_estimator_loglinear_best = {
    .id = "loglinear-best",
    .title = "Log-linear model of overlapping lists, chosen among many",
    .cite = "Silverman, Chan and Vincent (2024) Statistics and Computing 34:44; Chan, Silverman and Vincent (2021) J. Am. "
            "Statist. Assoc. 116:1297-1306; Fienberg (1972) Biometrika 59:591-603",
    .formula = "the model with the smallest criterion among hierarchical ones; N = n + exp(b(0)) of that model",
    .assumes = "one of the models is right enough; never an interaction of all lists at once, which no data can show",
    .needs = "who is on which list, three or more lists that overlap",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .default_interval = "bca",
    .suits = suits,
    .state_size = sizeof(struct model_choice),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .candidates = hc_model_choice_candidates,
    .score = hc_model_choice_score,
    .name_candidate = hc_model_choice_name,
    .expected = expected,
    .log_linear = log_linear,
};
