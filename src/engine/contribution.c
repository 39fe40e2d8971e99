/* Which input should be measured better? One at a time: each uncertain input is drawn while the others stay as
 * observed, and the variance of ln N is compared (first-order sensitivity; Saltelli and others 2008, Global Sensitivity
 * Analysis, sec. 1.2). Replicate b of input i is a function of (plan, estimate, seed, i, b) alone. */
#include <math.h>
#include <stdlib.h>

#include "engine/parallel.h"
#include "headcount/analysis.h"
#include "engine/author.h"

struct run {
  const hc_plan *plan;
  const hc_estimate *estimate;
  hc_contribution *list;
  uint64_t seed, draws;
};

struct worker {
  hc_estimate estimate;
  double data[];
};

static void measure(void *context, uint64_t index, void *scratch) {
  const struct run *run = context;
  const hc_plan *plan = run->plan;
  struct worker *worker = scratch;
  hc_contribution *c = &run->list[index];
  double *observed = worker->data + 2 * plan->n_quantities + plan->n_parameters, mean = 0, square = 0, n = 0;
  hc_estimate *e = &worker->estimate;
  *e = (hc_estimate){.n_quantities = plan->n_quantities, .n_parameters = plan->n_parameters, .value = worker->data,
                     .se = worker->data + plan->n_quantities, .parameters = worker->data + 2 * plan->n_quantities};
  for (uint64_t b = 0; b < run->draws; b++) {
    hc_rng rng;
    hc_rng_init(&rng, run->seed, HC_PURPOSE_CONTRIBUTION, (uint64_t)c->input * run->draws + b);
    if (plan->estimator->simulate_input) plan->estimator->simulate_input(plan, run->estimate, &rng, c->input, observed);
    else hc_plan_draw_inputs(plan, &rng, c->input, observed);
    if (hc_plan_fit(plan, observed, observed + plan->n_observed, e, NULL) != HC_OK || !(e->value[0] > 0)) continue;
    double d = log(e->value[0]) - mean; /* Welford (1962) */
    mean += d / ++n;
    square += d * (log(e->value[0]) - mean);
  }
  c->variance = n > 1 ? square / (n - 1) : 0;
}

static int by_variance(const void *a, const void *b) {
  const hc_contribution *x = a, *y = b;
  if (x->variance != y->variance) return x->variance < y->variance ? 1 : -1;
  return (x->input > y->input) - (x->input < y->input);
}

hc_status hc_contributions_new(hc_contribution **list, size_t *n, const hc_plan *plan, const hc_estimate *estimate,
                               uint64_t seed, unsigned threads, hc_error *err) {
  struct run run = {.plan = plan, .estimate = estimate, .seed = seed};
  uint64_t done;
  double sum = 0;
  *n = 0;
  *list = run.list = calloc(plan->n_inputs + 1, sizeof *run.list);
  if (!run.list) return hc_fail(err, HC_ENOMEM, "no memory for %zu contributions", plan->n_inputs);
  for (size_t i = 0; i < plan->n_inputs; i++)
    if (hc_input_is_uncertain(&plan->inputs[i])) run.list[(*n)++].input = i;
  run.draws = *n < 50 ? 400 : *n < 200 ? 20000 / *n : 100;
  size_t doubles = 2 * plan->n_quantities + plan->n_parameters + plan->n_observed + plan->n_scratch;
  hc_status status = hc_parallel_map(*n, threads, sizeof(struct worker) + doubles * sizeof(double), measure, &run, NULL, NULL,
                                     &done, err);
  for (size_t i = 0; i < *n; i++) sum += run.list[i].variance;
  for (size_t i = 0; i < *n; i++) run.list[i].share = sum > 0 ? run.list[i].variance / sum : 0;
  qsort(run.list, *n, sizeof *run.list, by_variance);
  if (status == HC_OK) return HC_OK;
  free(run.list);
  *list = NULL;
  return status;
}

void hc_contributions_free(hc_contribution *list) { free(list); }
