/* Plans and estimates: made, filled with an estimator's help, fitted, freed. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/author.h"

struct chunk {
  struct chunk *next;
  max_align_t data[];
};

void *hc_plan_alloc(hc_plan *plan, size_t count, size_t size) {
  bool fits = !size || count <= (SIZE_MAX - sizeof(struct chunk)) / size;
  struct chunk *chunk = fits ? calloc(1, sizeof *chunk + count * size) : NULL;
  plan->out_of_memory |= !chunk;
  if (!chunk) return NULL;
  chunk->next = plan->memory;
  plan->memory = chunk;
  return chunk->data;
}

void hc_plan_free(hc_plan *plan) {
  if (!plan) return;
  for (struct chunk *chunk = plan->memory, *next; chunk; chunk = next) {
    next = chunk->next;
    free(chunk);
  }
  free(plan);
}

void hc_plan_set_quantities(hc_plan *plan, size_t n) {
  plan->quantities = hc_plan_alloc(plan, n, sizeof *plan->quantities);
  if (plan->quantities) plan->n_quantities = n;
}

#define COUNTED(word) {.unit = word, .floor = 0, .scale = HC_SCALE_LOG, .additive = true}
const hc_quantity hc_quantity_people = COUNTED("people");
const hc_quantity hc_quantity_accounts = COUNTED("accounts");
const hc_quantity hc_quantity_counted = COUNTED("");
const hc_quantity hc_quantity_chance = {.unit = "", .floor = 0, .scale = HC_SCALE_LOGIT};
const hc_quantity hc_quantity_positive = {.unit = "", .floor = 0, .scale = HC_SCALE_LOG};
const hc_quantity hc_quantity_real = {.unit = "", .floor = NAN, .scale = HC_SCALE_IDENTITY};

void hc_plan_quantity(hc_plan *plan, size_t i, const hc_quantity *as, const char *meaning, const char *name_format,
                      ...) {
  if (i >= plan->n_quantities) return;
  va_list arguments, again;
  va_start(arguments, name_format);
  va_copy(again, arguments);
  size_t size = (size_t)vsnprintf(NULL, 0, name_format, arguments) + 1;
  char *name = hc_plan_alloc(plan, size, 1);
  if (name) vsnprintf(name, size, name_format, again);
  va_end(again);
  va_end(arguments);
  plan->quantities[i] = *as;
  plan->quantities[i].name = name;
  plan->quantities[i].meaning = meaning;
}

void hc_plan_population(hc_plan *plan, const char *meaning) {
  hc_quantity people = hc_quantity_people;
  people.floor = plan->n_units;
  hc_plan_quantity(plan, 0, &people, meaning, "N");
}

double hc_stated_occasions(const hc_data *data, const hc_options *options) {
  if (hc_options_is_stated(options, "occasions")) return (double)hc_options_integer(options, "occasions");
  return (double)data->n_lists;
}

hc_status hc_need_occasions(const hc_data *data, double occasions, const char *who, hc_error *err) {
  if (occasions < 2) return hc_fail(err, HC_EUSAGE, "%s the number of occasions: --set occasions=T", who);
  if ((double)hc_data_max_times(data) > occasions)
    return hc_refuse(err, "count-too-large", "somebody was met more often than there are occasions (%.0f)", occasions);
  return HC_OK;
}

void hc_fit_criteria(hc_fit *fit, double loglik, double parameters, double n) {
  fit->loglik = loglik;
  fit->parameters = parameters;
  fit->aic = 2 * parameters - 2 * loglik;
  fit->bic = parameters * log(n) - 2 * loglik;
}

void hc_plan_set_form(hc_plan *plan, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(plan->form, sizeof plan->form, format, arguments);
  va_end(arguments);
  memcpy(plan->variant, plan->form, sizeof plan->variant);
}

void hc_plan_add_variant(hc_plan *plan, const char *format, ...) {
  size_t used = strlen(plan->variant);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(plan->variant + used, sizeof plan->variant - used, format, arguments);
  va_end(arguments);
}

void hc_plan_bootstrap_people(hc_plan *plan, double n_units) {
  plan->n_units = n_units;
  plan->resample = HC_RESAMPLE_NONPARAMETRIC | HC_RESAMPLE_SEMIPARAMETRIC;
  if (plan->estimator->simulate) plan->resample |= HC_RESAMPLE_PARAMETRIC;
  plan->default_resample = HC_RESAMPLE_SEMIPARAMETRIC;
}

/* One row per occasion tells how many were caught, not who was caught how often. */
static hc_status need_cells(const hc_plan *plan, const hc_data *data, hc_error *err) {
  if (data->n_cells) return HC_OK;
  return hc_refuse(err, "bad-shape", "%s needs to know who was met how often, which one row per occasion does not tell",
                   plan->estimator->id);
}

hc_status hc_plan_use_frequencies(hc_plan *plan, const hc_data *data, size_t top, bool lump, hc_error *err) {
  hc_status status = need_cells(plan, data, err);
  if (status != HC_OK) return status;
  plan->cells = hc_plan_alloc(plan, top, sizeof(double));
  if (!plan->cells) return HC_ENOMEM;
  hc_data_frequencies(data, top, lump, plan->cells);
  plan->observed = plan->cells;
  plan->n_cells = plan->n_observed = top;
  hc_plan_bootstrap_people(plan, (double)data->observed);
  return HC_OK;
}

uint64_t *hc_plan_times(hc_plan *plan, const hc_data *data) {
  uint64_t *times = hc_plan_alloc(plan, data->n_cells, sizeof *times);
  for (size_t i = 0; times && i < data->n_cells; i++)
    times[i] = data->times ? data->times[i] : (uint64_t)__builtin_popcountll(data->history[i]);
  return times;
}

hc_status hc_plan_use_histories(hc_plan *plan, const hc_data *data, size_t n_observed,
                                void (*collapse)(const hc_plan *, const double *, double *), hc_error *err) {
  hc_status status = need_cells(plan, data, err);
  if (status != HC_OK) return status;
  plan->n_cells = data->n_cells;
  plan->n_observed = collapse ? n_observed : data->n_cells;
  plan->collapse = collapse;
  plan->cells = hc_plan_alloc(plan, plan->n_cells, sizeof(double));
  plan->observed = collapse ? hc_plan_alloc(plan, n_observed, sizeof(double)) : plan->cells;
  if (!plan->cells || !plan->observed) return HC_ENOMEM;
  for (size_t i = 0; i < data->n_cells; i++) plan->cells[i] = (double)data->count[i];
  if (collapse) collapse(plan, plan->cells, plan->observed);
  hc_plan_bootstrap_people(plan, (double)data->observed);
  return HC_OK;
}

static hc_status check_data(const hc_estimator *estimator, const hc_data *data, hc_error *err) {
  if (!(estimator->accepts & (unsigned)data->shape))
    return hc_refuse(err, "bad-shape", "%s does not work on data of shape %s", estimator->id,
                     hc_shape_name(data->shape));
  bool counts_people = data->shape & (HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS | HC_SHAPE_COUNTS);
  if (counts_people && !data->observed)
    return hc_refuse(err, "all-zero", "nobody was observed: all counts are zero");
  if (counts_people && data->observed < 2)
    return hc_refuse(err, "too-few-people", "one person was observed: nothing can be said about the others");
  if (data->shape == HC_SHAPE_PAIRS && !data->n_pairs)
    return hc_refuse(err, "all-zero", "there are no pairs of windows");
  return HC_OK;
}

static hc_status fill(hc_plan *plan, const hc_data *data, const hc_options *options, hc_error *err) {
  const hc_estimator *estimator = plan->estimator;
  plan->state = hc_plan_alloc(plan, 1, estimator->state_size);
  hc_status status = plan->state ? estimator->prepare(plan, data, options, err) : HC_ENOMEM;
  if (status == HC_ENOMEM || plan->out_of_memory)
    return hc_fail(err, HC_ENOMEM, "no memory for the plan of %s", estimator->id);
  if (status == HC_OK && (plan->n_quantities < 1 || !plan->observed))
    return hc_fail(err, HC_EINTERNAL, "estimator %s made an incomplete plan", estimator->id);
  return status;
}

hc_status hc_plan_prepare(hc_plan **plan, const hc_estimator *estimator, const hc_data *data,
                          const hc_options *options, hc_error *err) {
  hc_options *defaults = NULL;
  *plan = NULL;
  hc_status status = check_data(estimator, data, err);
  if (status == HC_OK && !options) status = hc_options_new(&defaults, estimator, err);
  hc_plan *p = status == HC_OK ? calloc(1, sizeof *p) : NULL;
  if (p) {
    p->estimator = estimator;
    status = fill(p, data, options ? options : defaults, err);
  } else if (status == HC_OK) {
    status = hc_fail(err, HC_ENOMEM, "no memory for the plan of %s", estimator->id);
  }
  hc_options_free(defaults);
  if (status == HC_OK) *plan = p;
  else hc_plan_free(p);
  return status;
}

void hc_plan_simulate(const hc_plan *plan, const hc_estimate *estimate, hc_rng *rng, double *replicate) {
  if (plan->estimator->simulate) plan->estimator->simulate(plan, estimate, rng, replicate);
  else hc_plan_draw_inputs(plan, rng, HC_ALL_INPUTS, replicate);
}

hc_status hc_estimate_new(hc_estimate **estimate, const hc_plan *plan, hc_error *err) {
  hc_estimate *e = calloc(1, sizeof *e);
  if (e) e->value = calloc(2 * plan->n_quantities + plan->n_parameters + 1, sizeof(double));
  if (!e || !e->value) {
    free(e);
    return hc_fail(err, HC_ENOMEM, "no memory for an estimate of %zu quantities", plan->n_quantities);
  }
  e->n_quantities = plan->n_quantities;
  e->n_parameters = plan->n_parameters;
  e->se = e->value + e->n_quantities;
  e->parameters = e->se + e->n_quantities;
  e->asked = (hc_asked){.notes = true, .criteria = true};
  *estimate = e;
  return HC_OK;
}

void hc_estimate_free(hc_estimate *estimate) {
  if (!estimate) return;
  free(estimate->value);
  free(estimate->notes);
  free(estimate);
}

static void add_note(hc_estimate *estimate, const char *code, const char *format, va_list arguments) {
  if (estimate->n_notes == estimate->notes_room) {
    size_t room = 2 * estimate->notes_room + 4;
    hc_note *more = realloc(estimate->notes, room * sizeof *more);
    if (!more) {
      estimate->notes_lost = true;
      return;
    }
    estimate->notes = more;
    estimate->notes_room = room;
  }
  hc_note *note = &estimate->notes[estimate->n_notes++];
  snprintf(note->code, sizeof note->code, "%s", code);
  vsnprintf(note->text, sizeof note->text, format, arguments);
}

/* Apart from add_note, so that a replicate, which wants none, has little to do. */
void hc_estimate_note(hc_estimate *estimate, const char *code, const char *format, ...) {
  if (!estimate->asked.notes) return;
  va_list arguments;
  va_start(arguments, format);
  add_note(estimate, code, format, arguments);
  va_end(arguments);
}

hc_status hc_plan_fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *estimate,
                      hc_error *err) {
  for (size_t i = 0; i < estimate->n_quantities; i++) estimate->value[i] = estimate->se[i] = NAN;
  for (size_t i = 0; i < estimate->n_parameters; i++) estimate->parameters[i] = NAN;
  estimate->fit = (hc_fit){.loglik = NAN, .parameters = NAN, .df = NAN, .deviance = NAN, .aic = NAN, .bic = NAN};
  estimate->n_notes = 0;
  /* the histories behind other data are not known */
  const bool criteria = estimate->asked.criteria;
  if (observed != plan->observed) estimate->asked.criteria = false;
  hc_status status = plan->estimator->fit(plan, observed, scratch, estimate, err);
  estimate->asked.criteria = criteria;
  if (status != HC_OK) return status;
  for (size_t i = 0; i < estimate->n_quantities; i++)
    if (!isfinite(estimate->value[i]))
      return hc_refuse(err, "not-finite", "the estimate of %s is not a finite number", plan->quantities[i].name);
  return HC_OK;
}
