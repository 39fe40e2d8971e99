/* What authors call to fill a plan: quantities, words, layouts of people. */
#include "engine/author.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void hc_plan_set_quantities(hc_plan *plan, size_t n) {
  plan->quantities = hc_plan_alloc(plan, n, sizeof *plan->quantities);
  plan->n_quantities = plan->quantities ? n : 0; /* there may have been others before */
}

#define COUNTED(word) {.unit = word, .floor = 0, .scale = HC_SCALE_LOG, .additive = true}
const hc_quantity hc_quantity_people = COUNTED("people");
const hc_quantity hc_quantity_accounts = COUNTED("accounts");
const hc_quantity hc_quantity_counted = COUNTED("");
const hc_quantity hc_quantity_chance = {.unit = "", .floor = 0, .scale = HC_SCALE_LOGIT};
const hc_quantity hc_quantity_positive = {.unit = "", .floor = 0, .scale = HC_SCALE_LOG};
const hc_quantity hc_quantity_real = {.unit = "", .floor = NAN, .scale = HC_SCALE_IDENTITY};
const hc_quantity hc_quantity_coefficient = {.unit = "", .floor = NAN, .scale = HC_SCALE_IDENTITY, .coefficient = true};

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

void hc_note_coverage(hc_estimate *e, unsigned equal, unsigned differ) {
  hc_estimate_note(e, "poor-coverage",
                   "intervals of this estimator that promised 95 %% held the truth in %u %% of simulated populations whose people "
                   "have equal chances, and in %u %% of those whose people differ",
                   equal, differ);
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
  if (occasions < 2) return hc_fail(err, HC_EUSAGE, "%s the number of occasions: --set occasions=T", _(who));
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
  hc_format_list(plan->form, sizeof plan->form, format, arguments);
  hc_text_whole(plan->form);
  va_end(arguments);
  memcpy(plan->variant, plan->form, sizeof plan->variant);
}

void hc_plan_add_variant(hc_plan *plan, const char *format, ...) {
  size_t used = strlen(plan->variant);
  va_list arguments;
  va_start(arguments, format);
  hc_format_list(plan->variant + used, sizeof plan->variant - used, format, arguments);
  hc_text_whole(plan->variant);
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

void hc_plan_simulate(const hc_plan *plan, const hc_estimate *estimate, hc_rng *rng, double *replicate) {
  if (plan->estimator->simulate) plan->estimator->simulate(plan, estimate, rng, replicate);
  else hc_plan_draw_inputs(plan, rng, HC_ALL_INPUTS, replicate);
}
