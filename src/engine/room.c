/* The place for one fit, laid out in one block: what bootstrap, contributions, jackknife, tests and benchmarks fit in. */
#include <stdlib.h>

#include "engine/plan.h"

static size_t doubles(const hc_plan *plan) {
  return 2 * plan->n_quantities + plan->n_parameters + plan->n_cells + 1 + plan->n_observed + plan->n_scratch;
}

size_t hc_room_size(const hc_plan *plan) { return sizeof(hc_room) + doubles(plan) * sizeof(double); }

hc_room *hc_room_in(void *memory, const hc_plan *plan) {
  hc_room *room = memory;
  double *at = (double *)(room + 1);
  room->estimate = (hc_estimate){.n_quantities = plan->n_quantities, .n_parameters = plan->n_parameters, .value = at,
                                 .se = at + plan->n_quantities, .parameters = at + 2 * plan->n_quantities};
  room->draw = room->estimate.parameters + plan->n_parameters;
  room->observed = room->draw + plan->n_cells + 1;
  room->scratch = room->observed + plan->n_observed;
  return room;
}

hc_status hc_room_new(hc_room **room, const hc_plan *plan, hc_error *err) {
  void *memory = malloc(hc_room_size(plan));
  *room = memory ? hc_room_in(memory, plan) : NULL;
  return memory ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for a fit of %s", plan->estimator->id);
}
