/* Which input should be measured better? One at a time: each uncertain input is drawn while the others stay as
 * observed, and the variance of ln N is compared (first-order sensitivity; Saltelli and others 2008, Global Sensitivity
 * Analysis, sec. 1.2). Replicate b of input i is a function of (plan, estimate, seed, i, b) alone. */
#include <math.h>
#include <stdlib.h>

#include "engine/analysis.h"
#include "engine/author.h"

struct part {
  size_t input; /* of plan->inputs */
  double variance;
};

struct run {
  const hc_plan *plan;
  const hc_estimate *estimate;
  struct part *list;
  uint64_t seed, draws;
};

static void measure(void *context, uint64_t index, void *scratch) {
  const struct run *run = context;
  const hc_plan *plan = run->plan;
  struct part *c = &run->list[index];
  hc_room *room = hc_room_in(scratch, plan);
  hc_estimate *e = &room->estimate;
  double *observed = room->observed, mean = 0, square = 0, n = 0;
  for (uint64_t b = 0; b < run->draws; b++) {
    hc_rng rng;
    hc_rng_init(&rng, run->seed, HC_PURPOSE_CONTRIBUTION, (uint64_t)c->input * run->draws + b);
    if (plan->estimator->simulate_input) plan->estimator->simulate_input(plan, run->estimate, &rng, c->input, observed);
    else hc_plan_draw_inputs(plan, &rng, c->input, observed);
    if (hc_plan_fit(plan, observed, room->scratch, e, NULL) != HC_OK || !(e->value[0] > 0)) continue;
    double d = log(e->value[0]) - mean; /* Welford (1962) */
    mean += d / ++n;
    square += d * (log(e->value[0]) - mean);
  }
  c->variance = n > 1 ? square / (n - 1) : 0;
}

static int by_variance(const void *a, const void *b) {
  const struct part *x = a, *y = b;
  if (x->variance != y->variance) return x->variance < y->variance ? 1 : -1;
  return (x->input > y->input) - (x->input < y->input);
}

/* Largest first, each with its part in the sum, in the order of inputs so that the sum has the same bits always. */
static void hand_out(const struct run *run, size_t n, hc_contribution *out) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += run->list[i].variance;
  qsort(run->list, n, sizeof *run->list, by_variance);
  for (size_t i = 0; i < n; i++) {
    const struct part *part = &run->list[i];
    out[i] = (hc_contribution){run->plan->inputs[part->input].name, part->variance, sum > 0 ? part->variance / sum : 0};
  }
}

hc_status hc_contributions_new(hc_contribution **list, size_t *n, const hc_plan *plan, const hc_estimate *estimate,
                               uint64_t seed, unsigned threads, const hc_pulse *pulse, hc_error *err) {
  struct run run = {.plan = plan, .estimate = estimate, .seed = seed};
  size_t most = plan->n_inputs + 1, uncertain = 0;
  uint64_t done = 0;
  *n = 0;
  *list = calloc(most, sizeof **list);
  run.list = calloc(most, sizeof *run.list);
  hc_status status = *list && run.list ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for %zu contributions", plan->n_inputs);
  if (status != HC_OK) goto done;
  for (size_t i = 0; i < plan->n_inputs; i++)
    if (hc_input_is_uncertain(&plan->inputs[i])) run.list[uncertain++].input = i;
  run.draws = uncertain < 50 ? 400 : uncertain < 200 ? 20000 / uncertain : 100;
  status = hc_parallel_map(uncertain, threads, hc_room_size(plan), measure, &run, pulse, &done, err);
  if (status == HC_OK && done < uncertain)
    status = hc_fail(err, HC_ECANCELLED, "stopped after %llu of %zu inputs", (unsigned long long)done, uncertain);
  if (status == HC_OK) hand_out(&run, *n = uncertain, *list);
done:
  free(run.list);
  if (status != HC_OK) free(*list), *list = NULL;
  return status;
}

void hc_contributions_free(hc_contribution *list) { free(list); }
