/* The models of a procedure that chooses: scored on the parallel map, the best ones kept, in memory that does not grow with
 * their number. */
#include "headcount/select.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/report.h"

struct ranked {
  hc_candidate candidate;
  uint64_t order; /* in the walk: of equal ones the first is the best */
};

/* What one piece of the walk leaves. */
struct piece {
  size_t kept;
  uint64_t estimable;
  double best, weights; /* sum of exp(-(value - best)/2) */
};

struct run {
  const hc_plan *plan;
  size_t keep;
  uint64_t pieces, models;
  struct piece *piece;   /* [pieces] */
  struct ranked *ranked; /* [pieces][keep] */
};

static int by_value(const void *a, const void *b) {
  const struct ranked *x = a, *y = b;
  if (x->candidate.value != y->candidate.value) return x->candidate.value < y->candidate.value ? -1 : 1;
  return (x->order > y->order) - (x->order < y->order);
}

/* A worker's scratch: candidates, the same ranked, what a score needs. */
static size_t scratch_size(const hc_plan *plan) {
  return HC_CANDIDATE_PIECE * (sizeof(hc_candidate) + sizeof(struct ranked)) + (plan->n_scratch + 1) * sizeof(double);
}

static void score_piece(void *context, uint64_t index, void *scratch) {
  struct run *run = context;
  struct piece *piece = &run->piece[index];
  hc_candidate *candidate = scratch;
  struct ranked *ranked = (struct ranked *)(candidate + HC_CANDIDATE_PIECE);
  size_t n = 0, estimable = 0;
  run->plan->estimator->score(run->plan, run->plan->observed, index, (double *)(ranked + HC_CANDIDATE_PIECE), candidate, &n);
  for (size_t i = 0; i < n; i++)
    if (candidate[i].estimable)
      ranked[estimable++] = (struct ranked){candidate[i], index * HC_CANDIDATE_PIECE + i};
  qsort(ranked, estimable, sizeof *ranked, by_value);
  *piece = (struct piece){.kept = estimable < run->keep ? estimable : run->keep, .estimable = estimable, .best = INFINITY};
  if (estimable) piece->best = ranked[0].candidate.value;
  for (size_t i = 0; i < estimable; i++) piece->weights += exp((piece->best - ranked[i].candidate.value) / 2);
  memcpy(run->ranked + index * run->keep, ranked, piece->kept * sizeof *ranked);
}

/* What hc_selection shows, and what it stands in. */
struct owned {
  hc_selection shown; /* the first member */
  hc_plan *plan;
  hc_options *options;
  hc_estimate *estimate;
  hc_model_row *rows;
  char (*names)[HC_NOTE_SIZE];
  hc_cell_fit *cells;
};

static hc_status no_memory(hc_error *err) { return hc_fail(err, HC_ENOMEM, "no memory for the models"); }

/* The pieces' best together, in order. */
static void gather(struct run *run, struct owned *o) {
  size_t n = 0;
  double best = INFINITY, weights = 0;
  for (uint64_t p = 0; p < run->pieces; p++) {
    o->shown.estimable += run->piece[p].estimable;
    best = fmin(best, run->piece[p].best);
    memmove(run->ranked + n, run->ranked + p * run->keep, run->piece[p].kept * sizeof *run->ranked);
    n += run->piece[p].kept;
  }
  for (uint64_t p = 0; p < run->pieces; p++)
    if (run->piece[p].estimable) weights += run->piece[p].weights * exp((best - run->piece[p].best) / 2);
  qsort(run->ranked, n, sizeof *run->ranked, by_value);
  o->shown.lowest = INFINITY;
  for (size_t i = 0; i < n && run->ranked[i].candidate.value <= best + HC_CANDIDATE_NEAR; i++) {
    o->shown.near++;
    o->shown.lowest = fmin(o->shown.lowest, run->ranked[i].candidate.N);
    o->shown.highest = fmax(o->shown.highest, run->ranked[i].candidate.N);
  }
  for (size_t i = 0; i < n && i < o->shown.n_rows; i++) {
    const hc_candidate *c = &run->ranked[i].candidate;
    run->plan->estimator->name_candidate(run->plan, c->id, o->names[i], sizeof o->names[i]);
    o->rows[i] = (hc_model_row){o->names[i], c->parameters, c->loglik, c->value, exp((best - c->value) / 2) / weights, c->N, c->se};
  }
  o->shown.n_rows = n < o->shown.n_rows ? n : o->shown.n_rows;
}

static hc_status score_all(struct owned *o, size_t keep, const hc_settings *settings, hc_error *err) {
  enum { AT_LEAST = 64 }; /* kept of each piece, so that near ties beyond the rows shown are counted */
  const hc_plan *plan = o->plan;
  const hc_pulse pulse = {settings->progress, settings->progress_context, plan->estimator->id};
  struct run run = {.plan = plan, .keep = keep > AT_LEAST ? keep : AT_LEAST};
  uint64_t done = 0;
  run.models = plan->estimator->candidates(plan, &run.pieces);
  o->shown.models = run.models;
  o->shown.n_rows = keep;
  o->rows = calloc(keep, sizeof *o->rows);
  o->names = calloc(keep, sizeof *o->names);
  run.piece = calloc(run.pieces, sizeof *run.piece);
  run.ranked = calloc(run.pieces * run.keep, sizeof *run.ranked);
  hc_status status = o->rows && o->names && run.piece && run.ranked ? HC_OK : no_memory(err);
  if (status == HC_OK) status = hc_parallel_map(run.pieces, settings->threads, scratch_size(plan), score_piece, &run, &pulse, &done, err);
  if (status == HC_OK && done < run.pieces)
    status = hc_fail(err, HC_ECANCELLED, "stopped after %llu of %llu models", (unsigned long long)(done * HC_CANDIDATE_PIECE),
                     (unsigned long long)run.models);
  if (status == HC_OK) gather(&run, o);
  free(run.piece);
  free(run.ranked);
  if (status == HC_OK && !o->shown.n_rows)
    return hc_refuse(err, "mle-infinite", "none of the %llu models has a maximum with a finite N on these counts",
                     (unsigned long long)run.models);
  o->shown.rows = o->rows;
  return status;
}

/* Observed and expected by cell, for the model that the procedure chooses. */
static hc_status compare_cells(struct owned *o, hc_error *err) {
  const hc_plan *plan = o->plan;
  hc_room *room = NULL;
  if (!plan->estimator->expected) return HC_OK;
  hc_status status = hc_estimate_new(&o->estimate, plan, err);
  if (status == HC_OK) status = hc_room_new(&room, plan, err);
  if (status == HC_OK) status = hc_plan_fit(plan, plan->observed, room->scratch, o->estimate, err);
  if (status == HC_OK) {
    o->cells = calloc(plan->n_observed, sizeof *o->cells);
    if (!o->cells) status = no_memory(err);
  }
  if (status == HC_OK) {
    plan->estimator->expected(plan, o->estimate, room->observed);
    for (size_t c = 1; c < plan->n_observed; c++) {
      double y = plan->observed[c], mean = room->observed[c];
      o->cells[o->shown.n_cells++] = (hc_cell_fit){c, y, mean, mean > 0 ? (y - mean) / sqrt(mean) : NAN,
                                                   sqrt(y) + sqrt(y + 1) - sqrt(4 * mean + 1)};
    }
    o->shown.cells = o->cells;
  }
  free(room);
  return status;
}

hc_status hc_select(hc_selection **selection, const hc_data *data, const hc_request *request, const hc_settings *settings,
                    size_t keep, hc_error *err) {
  hc_settings own;
  uint64_t pieces = 0;
  *selection = NULL;
  struct owned *o = calloc(1, sizeof *o);
  if (!o) return no_memory(err);
  hc_status status = hc_settings_take(&own, settings, err);
  const char *usual = data->shape == HC_SHAPE_COUNTS ? "family-best" : "loglinear-best";
  if (status == HC_OK) status = hc_request_one(&o->shown.estimator, &o->options, request, usual, &own, err);
  if (status == HC_OK && !o->shown.estimator->candidates)
    status = hc_fail(err, HC_EUSAGE, "%s does not choose among models: loglinear-best, loglinear-average and family-best do",
                     o->shown.estimator->id);
  if (status == HC_OK) status = hc_plan_prepare(&o->plan, o->shown.estimator, data, o->options, err);
  if (status == HC_OK && !o->shown.estimator->candidates(o->plan, &pieces))
    status = hc_refuse(err, "not-listed", "this search goes from model to model and has no list of all of them: search=all of at "
                       "most six lists has");
  if (status == HC_OK) status = score_all(o, keep ? keep : 1, &own, err);
  if (status == HC_OK) status = compare_cells(o, err);
  if (status != HC_OK) {
    hc_selection_free(&o->shown);
    return status;
  }
  o->shown.form = o->plan->form;
  o->shown.criterion = hc_options_text(o->options, "criterion");
  o->shown.n_lists = data->n_lists;
  o->shown.lists = data->list_names;
  *selection = &o->shown;
  return HC_OK;
}

void hc_selection_free(hc_selection *selection) {
  struct owned *o = (struct owned *)selection;
  if (!o) return;
  hc_estimate_free(o->estimate);
  hc_plan_free(o->plan);
  hc_options_free(o->options);
  free(o->rows);
  free(o->names);
  free(o->cells);
  free(o);
}
