/* Every estimate without one unit of a cell, on the parallel map: cell i's depends on the plan alone. All quantities come out of
 * the same fit, so that a second quantity or interval costs nothing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/interval.h"

struct hc_jackknife {
  const hc_plan *plan;
  double value[]; /* [n_quantities][n_cells] */
};

static void leave_one_out(void *context, uint64_t cell, void *scratch) {
  hc_jackknife *j = context;
  const hc_plan *plan = j->plan;
  hc_room *room = hc_room_in(scratch, plan);
  hc_status status = HC_EREFUSED;
  if (plan->cells[cell] >= 1) {
    memcpy(room->draw, plan->cells, plan->n_cells * sizeof *room->draw);
    room->draw[cell] -= 1;
    if (plan->collapse) plan->collapse(plan, room->draw, room->observed);
    else memcpy(room->observed, room->draw, plan->n_observed * sizeof *room->observed);
    status = hc_plan_fit(plan, room->observed, room->scratch, &room->estimate, NULL);
  }
  for (size_t q = 0; q < plan->n_quantities; q++)
    j->value[q * plan->n_cells + cell] = status == HC_OK ? room->estimate.value[q] : NAN;
}

hc_status hc_jackknife_make(hc_jackknife **jackknife, const hc_interval_basis *basis, hc_error *err) {
  const hc_plan *plan = basis->plan;
  const hc_pulse leaving = {basis->pulse ? basis->pulse->progress : NULL, basis->pulse ? basis->pulse->context : NULL,
                            "jackknife"};
  uint64_t done = 0;
  if (*jackknife) return HC_OK;
  hc_jackknife *j = NULL;
  if (plan->n_cells < SIZE_MAX / 16 / sizeof(double) / plan->n_quantities)
    j = malloc(sizeof *j + plan->n_cells * plan->n_quantities * sizeof(double));
  if (!j) return hc_fail(err, HC_ENOMEM, "no memory for the jackknife of %zu cells", plan->n_cells);
  j->plan = plan;
  hc_status status = hc_parallel_map(plan->n_cells, basis->threads, hc_room_size(plan), leave_one_out, j, &leaving, &done, err);
  if (status == HC_OK && done < plan->n_cells)
    status = hc_fail(err, HC_ECANCELLED, "stopped after %llu of %zu cells of the jackknife", (unsigned long long)done,
                     plan->n_cells);
  if (status == HC_OK) *jackknife = j;
  else free(j);
  return status;
}

const double *hc_jackknife_values(const hc_jackknife *j, size_t quantity) {
  return j->value + quantity * j->plan->n_cells;
}

void hc_jackknife_free(hc_jackknife *jackknife) { free(jackknife); }
