/* What makes an estimate doubtful though nothing in it is wrong: it hangs on one person, or another estimator's lower bound
 * contradicts it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/analysis.h"
#include "engine/report.h"

/* ---- one person ------------------------------------------------------------------------------------------------ */

enum { FEW = 3, MOST_CELLS = 32 };

/* Cells of at most FEW people; more than MOST_CELLS of them, and no single one can matter so much. */
static size_t small_cells(const hc_plan *plan, size_t cells[MOST_CELLS]) {
  size_t n = 0;
  for (size_t i = 0; i < plan->n_cells; i++) {
    if (!(plan->cells[i] >= 1 && plan->cells[i] <= FEW)) continue;
    if (n == MOST_CELLS) return 0;
    cells[n++] = i;
  }
  return n;
}

/* N without one person of a cell; NaN where there is none then. */
static double without_one(const hc_plan *plan, size_t cell, hc_room *room) {
  memcpy(room->draw, plan->cells, plan->n_cells * sizeof *room->draw);
  room->draw[cell] -= 1;
  if (plan->collapse) plan->collapse(plan, room->draw, room->observed);
  else memcpy(room->observed, room->draw, plan->n_observed * sizeof *room->observed);
  hc_status status = hc_plan_fit(plan, room->observed, room->scratch, &room->estimate, NULL);
  return status == HC_OK ? room->estimate.value[0] : NAN;
}

/* One person of n who is left out takes one from N, or N/n; half of N is another matter. So is no answer at all. */
hc_status hc_analysis_note_one_person(hc_analysis *a, hc_error *err) {
  const hc_plan *plan = a->plan;
  size_t cells[MOST_CELLS], n = plan->n_units > FEW ? small_cells(plan, cells) : 0;
  double N = a->estimate->value[0], farthest = N;
  bool none = false;
  hc_room *room = NULL;
  if (!n || !(plan->resample & HC_RESAMPLE_NONPARAMETRIC)) return HC_OK;
  hc_status status = hc_room_new(&room, plan, err);
  for (size_t i = 0; i < n && status == HC_OK; i++) {
    double other = without_one(plan, cells[i], room);
    none = none || isnan(other);
    if (fabs(other - N) > fabs(farthest - N)) farthest = other;
  }
  free(room);
  if (none)
    hc_estimate_note(a->estimate, "few-recaptured", "without one of the people observed there would be no estimate: the number "
                     "hangs on single persons");
  else if (fabs(farthest - N) >= N / 2)
    hc_estimate_note(a->estimate, "few-recaptured", "without one of the people observed the estimate would be %.4g and not %.4g: "
                     "the number hangs on single persons", farthest, N);
  return status;
}

/* ---- a list inside another --------------------------------------------------------------------------------------- */

static bool is_inside(const hc_data *data, size_t i, size_t j) {
  uint64_t people = 0;
  for (size_t c = 0; c < data->n_cells; c++) {
    if (!(data->history[c] >> i & 1)) continue;
    if (!(data->history[c] >> j & 1)) return false;
    people += data->count[c];
  }
  return people > 0;
}

/* Being on one list then means being on the other: the odds ratio of the two is infinite, and what the lists say of people on
 * neither is an assumption. Estimators of how often people were met look at no pair. */
void hc_analysis_note_inside(hc_analysis *a, const hc_data *data) {
  if (data->shape != HC_SHAPE_LISTS || !data->history || (a->plan->estimator->accepts & HC_SHAPE_COUNTS)) return;
  for (size_t i = 0; i < data->n_lists; i++)
    for (size_t j = 0; j < data->n_lists; j++) {
      if (i == j || !is_inside(data, i, j)) continue;
      hc_estimate_note(a->estimate, "list-inside-list",
                       "everybody on %.40s is also on %.40s: the two are not independent, and together they say nothing of who is "
                       "on neither", data->list_names[i], data->list_names[j]);
      return;
    }
}

/* ---- a lower bound --------------------------------------------------------------------------------------------- */

/* Not where people come and go: a closed model may then be far too high. */
static bool is_bound(const hc_analysis *a) {
  return hc_analysis_has_note(a, "lower-bound") && !hc_analysis_has_note(a, "not-closed");
}

/* Do both count the same people? */
static bool same_number(const hc_analysis *a, const hc_analysis *b) {
  const hc_quantity *x = hc_analysis_quantity(a, 0), *y = hc_analysis_quantity(b, 0);
  if (hc_analysis_estimator(a)->open || hc_analysis_estimator(b)->open) return false;
  bool unit = x->unit && y->unit && strcmp(x->unit, y->unit) == 0;
  return unit && strcmp(x->name, y->name) == 0 && hc_analysis_observed(a) == hc_analysis_observed(b);
}

static const hc_analysis *highest_bound(const hc_report *report, const hc_analysis *than) {
  const hc_analysis *highest = NULL;
  for (size_t i = 0; i < report->n_answers; i++) {
    const hc_analysis *b = report->answers[i].analysis;
    if (!b || !is_bound(b) || !hc_analysis_headline(b, 0) || !same_number(than, b)) continue;
    if (!highest || hc_analysis_headline(b, 0)->lower > hc_analysis_headline(highest, 0)->lower) highest = b;
  }
  return highest;
}

hc_status hc_report_note_bounds(hc_report *report, hc_error *err) {
  for (size_t i = 0; i < report->n_answers; i++) {
    const hc_analysis *a = report->answers[i].analysis, *b = NULL;
    if (a && !hc_analysis_has_note(a, "lower-bound")) b = highest_bound(report, a);
    const hc_interval *k = b ? hc_analysis_headline(a, 0) : NULL;
    if (!k || !(k->upper < hc_analysis_headline(b, 0)->lower)) continue;
    hc_estimate *own = ((hc_analysis *)a)->estimate; /* the report's */
    hc_estimate_note(own, "below-lower-bound", "the whole interval lies below %.0f, the lower limit of %s, which is a lower bound "
                     "where people differ: the two contradict each other", hc_analysis_headline(b, 0)->lower,
                     hc_analysis_estimator(b)->id);
    if (own->notes_lost) return hc_fail(err, HC_ENOMEM, "no memory for the notes of %s", hc_analysis_estimator(a)->id);
  }
  return HC_OK;
}
