/* Replicates of a plan on the parallel map: replicate b depends on the plan, its estimate, the kind, the seed and b alone. */
#include "engine/bootstrap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/author.h"

static const struct {
  hc_resample kind;
  const char *name, *draws, *help;
} kinds[] = {
    {HC_RESAMPLE_NONPARAMETRIC, "nonparametric", "the people observed",
     "draws n people with replacement from the n observed: a multinomial on the observed cells. n is held fixed, so "
     "the interval is too short for N (Efron and Tibshirani 1993; Buckland and Garthwaite 1991, Biometrics 47:255)"},
    {HC_RESAMPLE_SEMIPARAMETRIC, "semiparametric", "the unseen too",
     "draws N-hat people from the observed cells and the unseen one (weight N-hat - n), and keeps those that were "
     "seen: n varies as it did in the field (Buckland and Garthwaite 1991, Biometrics 47:255; Norris and Pollock "
     "1996, Biometrics 52:639)"},
    {HC_RESAMPLE_PARAMETRIC, "parametric", "from the fitted model",
     "draws a whole data set from the fitted model, unseen people included (Buckland and Garthwaite 1991, Biometrics "
     "47:255; Davison and Hinkley 1997, ch. 2)"},
    {HC_RESAMPLE_BLOCK, "block", "whole dates",
     "draws whole blocks of dates with replacement, because windows that overlap are not independent (Davison and "
     "Hinkley 1997, sec. 8.2; Kuensch 1989, Ann. Statist. 17:1217)"},
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

hc_resample hc_resample_at(size_t i) { return i < N_KINDS ? kinds[i].kind : HC_RESAMPLE_DEFAULT; }

const char *hc_resample_name(hc_resample kind) {
  for (size_t i = 0; i < N_KINDS; i++)
    if (kinds[i].kind == kind) return kinds[i].name;
  return "default";
}

hc_resample hc_resample_from_name(const char *name) {
  for (size_t i = 0; i < N_KINDS; i++)
    if (strcmp(kinds[i].name, name) == 0) return kinds[i].kind;
  return HC_RESAMPLE_DEFAULT;
}

const char *hc_resample_help(hc_resample kind) {
  for (size_t i = 0; i < N_KINDS; i++)
    if (kinds[i].kind == kind) return kinds[i].help;
  return NULL;
}

const char *hc_resample_draws(hc_resample kind) {
  for (size_t i = 0; i < N_KINDS; i++)
    if (kinds[i].kind == kind) return kinds[i].draws;
  return NULL;
}

struct run {
  const hc_plan *plan;
  const hc_estimate *estimate;
  hc_bootstrap *bootstrap;
  double people;         /* to draw: n, or N-hat rounded to a whole number */
  const double *weights; /* [n_weights] cells, and the unseen one last when it is drawn too */
  size_t n_weights;
};

static void draw_replicate(const struct run *run, hc_rng *rng, double *draw, double *observed) {
  const hc_plan *plan = run->plan;
  if (run->bootstrap->kind == HC_RESAMPLE_PARAMETRIC) {
    hc_plan_simulate(plan, run->estimate, rng, observed);
    return;
  }
  hc_rng_multinomial(rng, run->people, run->n_weights, run->weights, draw);
  if (plan->collapse)
    plan->collapse(plan, draw, observed);
  else
    memcpy(observed, draw, plan->n_observed * sizeof *observed);
}

static void replicate(void *context, uint64_t index, void *scratch) {
  const struct run *run = context;
  const hc_plan *plan = run->plan;
  hc_room *room = hc_room_in(scratch, plan);
  hc_estimate *e = &room->estimate;
  hc_rng rng;
  hc_rng_init(&rng, run->bootstrap->seed, HC_PURPOSE_BOOTSTRAP, run->bootstrap->first + index);
  draw_replicate(run, &rng, room->draw, room->observed);
  hc_status status = hc_plan_fit(plan, room->observed, room->scratch, e, NULL);
  double *value = run->bootstrap->value + index * plan->n_quantities;
  double *se = run->bootstrap->se + index * plan->n_quantities;
  for (size_t q = 0; q < plan->n_quantities; q++) {
    value[q] = status == HC_OK ? e->value[q] : NAN;
    se[q] = status == HC_OK ? e->se[q] : NAN;
  }
}

static hc_status refuse_kind(const hc_plan *plan, hc_resample kind, hc_error *err) {
  char list[120] = "";
  size_t used = 0;
  for (size_t i = 0; hc_resample_at(i) != HC_RESAMPLE_DEFAULT && used < sizeof list; i++) {
    if (!(plan->resample & (unsigned)hc_resample_at(i))) continue;
    int n = snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", hc_resample_name(hc_resample_at(i)));
    used += n > 0 ? (size_t)n : 0;
  }
  return hc_refuse(err, "no-bootstrap", "%s has no %s bootstrap for these data%s%s", plan->estimator->id,
                   hc_resample_name(kind), list[0] ? _("; it has: ") : _(", nor any other"), list);
}

static hc_status check_kind(const hc_plan *plan, const hc_estimate *estimate, hc_resample kind, hc_error *err) {
  if (!(plan->resample & (unsigned)kind))
    return refuse_kind(plan, kind, err);
  if (plan->n_units > 0 && estimate->value[0] > HC_RNG_MAX_COUNT)
    return hc_refuse(err, "count-too-large",
                     "N is %.6g, and replicates of more than 4,294,967,295 people cannot be drawn: use --bootstrap 0",
                     estimate->value[0]);
  return HC_OK;
}

/* Fills run->people and run->weights (which the caller frees). */
static hc_status prepare_weights(struct run *run, double **weights, hc_error *err) {
  const hc_plan *plan = run->plan;
  hc_resample kind = run->bootstrap->kind;
  double total = 0;
  if (kind == HC_RESAMPLE_PARAMETRIC) return HC_OK;
  *weights = malloc((plan->n_cells + 1) * sizeof **weights);
  if (!*weights) return hc_fail(err, HC_ENOMEM, "no memory for the weights of %zu cells", plan->n_cells);
  for (size_t i = 0; i < plan->n_cells; i++) total += (*weights)[i] = plan->cells[i];
  run->weights = *weights;
  run->n_weights = plan->n_cells;
  run->people = total;
  if (kind == HC_RESAMPLE_SEMIPARAMETRIC) {
    run->people = fmax(total, nearbyint(run->estimate->value[0]));
    (*weights)[run->n_weights++] = run->people - total;
  }
  if (total > HC_RNG_MAX_COUNT)
    return hc_refuse(err, "count-too-large", "replicates of more than 4,294,967,295 people cannot be drawn");
  return HC_OK;
}

hc_status hc_bootstrap_allocate(hc_bootstrap **bootstrap, size_t n_quantities, uint64_t n, hc_error *err) {
  hc_bootstrap *b = calloc(1, sizeof *b);
  size_t most = SIZE_MAX / 2 / sizeof(double) / (n_quantities + 1);
  if (b && n < most) {
    b->value = malloc((n * n_quantities + 1) * sizeof *b->value);
    b->se = malloc((n * n_quantities + 1) * sizeof *b->se);
  }
  *bootstrap = b;
  if (b && b->value && b->se) {
    b->n_quantities = n_quantities;
    b->requested = n;
    return HC_OK;
  }
  hc_bootstrap_free(b);
  *bootstrap = NULL;
  return hc_fail(err, HC_ENOMEM, "no memory for %llu replicates", (unsigned long long)n);
}

void hc_bootstrap_count(hc_bootstrap *b) {
  b->succeeded = 0;
  for (uint64_t i = 0; i < b->done; i++) b->succeeded += !isnan(b->value[i * b->n_quantities]);
}

hc_status hc_bootstrap_new(hc_bootstrap **bootstrap, const hc_plan *plan, const hc_estimate *estimate, hc_resample kind,
                           uint64_t seed, uint64_t first, uint64_t n, uint64_t key, unsigned threads,
                           const hc_pulse *pulse, hc_error *err) {
  hc_bootstrap *b = NULL;
  double *weights = NULL;
  *bootstrap = NULL;
  if (kind == HC_RESAMPLE_DEFAULT) kind = plan->default_resample;
  hc_status status = check_kind(plan, estimate, kind, err);
  if (status == HC_OK) status = hc_bootstrap_allocate(&b, plan->n_quantities, n, err);
  if (status != HC_OK) return status;
  b->kind = kind;
  b->seed = seed;
  b->first = first;
  b->key = key;
  struct run run = {.plan = plan, .estimate = estimate, .bootstrap = b};
  status = prepare_weights(&run, &weights, err);
  if (status == HC_OK) status = hc_parallel_map(n, threads, hc_room_size(plan), replicate, &run, pulse, &b->done, err);
  free(weights);
  if (status != HC_OK) {
    hc_bootstrap_free(b);
    return status;
  }
  hc_bootstrap_count(b);
  *bootstrap = b;
  return HC_OK;
}

void hc_bootstrap_free(hc_bootstrap *bootstrap) {
  if (!bootstrap) return;
  free(bootstrap->value);
  free(bootstrap->se);
  free(bootstrap);
}

hc_resample hc_bootstrap_kind(const hc_bootstrap *b) { return b->kind; }
uint64_t hc_bootstrap_requested(const hc_bootstrap *b) { return b->requested; }
uint64_t hc_bootstrap_done(const hc_bootstrap *b) { return b->done; }
uint64_t hc_bootstrap_succeeded(const hc_bootstrap *b) { return b->succeeded; }
double hc_bootstrap_value(const hc_bootstrap *b, uint64_t i, size_t q) { return b->value[i * b->n_quantities + q]; }
double hc_bootstrap_se(const hc_bootstrap *b, uint64_t i, size_t q) { return b->se[i * b->n_quantities + q]; }
