/* Plans and estimates: made, filled with an estimator's help, fitted, freed. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/data.h"
#include "engine/plan.h"

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

/* ", word" to a list that may be cut. */
static void enumerate(char *list, size_t size, const char *word) {
  size_t used = strlen(list);
  if (used + 3 < size) snprintf(list + used, size - used, "%s%s", used ? ", " : "", word);
}

/* What it works on, and who works on these data. */
static hc_status refuse_shape(const hc_estimator *estimator, const hc_data *data, hc_error *err) {
  enum { SHOWN = 6 };
  char accepted[160] = "", others[240] = "";
  size_t n = 0;
  for (size_t i = 0; hc_shape_at(i) != HC_SHAPE_AUTO; i++)
    if (estimator->accepts & (unsigned)hc_shape_at(i)) enumerate(accepted, sizeof accepted, hc_shape_name(hc_shape_at(i)));
  for (size_t i = 0; i < hc_estimator_count(); i++)
    if (hc_estimator_at(i)->accepts & (unsigned)data->shape && n++ < SHOWN) enumerate(others, sizeof others, hc_estimator_at(i)->id);
  if (n > SHOWN) enumerate(others, sizeof others, "...");
  return hc_refuse(err, "bad-shape", "%s works on %s, and these data are %s, for which there %s %s", estimator->id, accepted,
                   hc_shape_name(data->shape), hc_noun(n, "is", "are"), n ? others : _("no estimators"));
}

static hc_status check_data(const hc_estimator *estimator, const hc_data *data, hc_error *err) {
  if (!(estimator->accepts & (unsigned)data->shape))
    return refuse_shape(estimator, data, err);
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
  hc_format_list(note->text, sizeof note->text, format, arguments);
  hc_text_whole(note->text);
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
