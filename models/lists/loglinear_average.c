/* N averaged over many log-linear models of overlapping lists.
 *
 * The models, criteria and N are those of loglinear-best. Weights are proportional to exp(-criterion/2): Akaike weights
 * (Burnham and Anderson 2002, sec. 2.9), or with BIC approximate posterior probabilities under equal priors (Raftery 1995
 * Sociol. Methodol. 25:111). The standard error is not conditional on a model,
 *     sum of w sqrt(se^2 + (N_i - N)^2)                             Buckland, Burnham and Augustin (1997) Biometrics 53:603
 * Replicates average anew over all models.
 *
 * Assumes: as loglinear-best, and that averaging numbers that answer different assumptions makes sense. Breaks: where few
 * people are on two lists the weights of models with enormous N decide. */
#include "lists/model_choice.h"

#include <string.h>

static const hc_option options[] = {MODEL_CHOICE_OPTIONS, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct model_choice *s = plan->state;
  if (data->n_lists > HC_HIERARCHY_MAX_LISTS)
    return hc_refuse(err, "too-many-lists", "all models of %zu lists are too many: at most %d lists", data->n_lists,
                     HC_HIERARCHY_MAX_LISTS);
  hc_status status = hc_model_choice_begin(plan, data, o, SEARCH_ALL, "loglinear-average", err);
  if (status != HC_OK) return status;
  plan->default_resample = HC_RESAMPLE_NONPARAMETRIC;
  plan->resample &= ~(unsigned)HC_RESAMPLE_PARAMETRIC; /* an average is no model to draw from */
  plan->n_parameters = 0;
  hc_plan_set_form(plan, "average over %llu log-linear models by %s", (unsigned long long)s->models, hc_model_choice_criterion(s));
  hc_plan_add_variant(plan, " weights, interactions of up to %zu lists; averaged anew in every replicate; se: not conditional on "
                      "a model (Buckland, Burnham and Augustin 1997)", s->problem.max_order);
  return HC_OK;
}

static void note_weights(const hc_model_score *score, const double *weight, size_t models, hc_estimate *e) {
  double largest = 0, squares = 0;
  size_t candidates = 0;
  for (size_t i = 0; i < models; i++) {
    candidates += score[i].candidate;
    largest = fmax(largest, weight[i]);
    squares += weight[i] * weight[i];
  }
  hc_estimate_note(e, "model-weights", "%zu of %zu models have an N; the largest weight is %.3g, as if %.1f models were averaged "
                   "equally", candidates, models, largest, 1 / squares);
}

/* Scores of all, then their weights and what the scan wants. */
static void average_all(const struct model_choice *s, const double *observed, double *scratch, hc_estimate *e) {
  size_t models = (size_t)s->models, room = models * sizeof(hc_model_score) / sizeof(double) + 1;
  hc_model_score *score = (hc_model_score *)scratch;
  double *weight = scratch + room, N;
  hc_model_choice_scan(s, observed, scratch + room, score);
  hc_model_average(score, models, weight, &N, &e->se[0]);
  if (e->asked.notes) note_weights(score, weight, models, e);
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const struct model_choice *s = plan->state;
  e->value[0] = hc_model_search_average(&s->problem, observed, scratch);
  if (!isfinite(e->value[0]))
    return hc_refuse(err, "mle-infinite", "none of the models has a maximum with a finite N on these counts");
  if (e->asked.criteria && s->models <= MOST_SCANNED) average_all(s, observed, scratch, e);
  if (e->asked.notes) hc_list_table_note_overlaps(&s->table, observed, scratch, e);
  return HC_OK;
}

const hc_estimator hc_estimator_loglinear_average = {
    .id = "loglinear-average",
    .title = "Log-linear models of overlapping lists, averaged",
    .cite = "Buckland, Burnham and Augustin (1997) Biometrics 53:603-618; Burnham and Anderson (2002) Model Selection and "
            "Multimodel Inference, sec. 2.9 and 4.3",
    .formula = "N = sum of w N, w = exp(-criterion/2) / its sum over hierarchical models",
    .assumes = "one of the models is right enough; never an interaction of all lists at once, which no data can show",
    .needs = "who is on which list, three to six lists that overlap",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .default_interval = "bca",
    .state_size = sizeof(struct model_choice),
    .prepare = prepare,
    .fit = fit,
    .candidates = hc_model_choice_candidates,
    .score = hc_model_choice_score,
    .name_candidate = hc_model_choice_name,
};
