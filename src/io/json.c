/* JSON documents, schema version 1. The only file that knows jansson.
 *
 * Doubles are written with 17 significant digits, so that they read back to the same bits. JSON has no
 * NaN and no infinity: null stands for both, and a note says what is missing. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "headcount/report.h"
#include "headcount/version.h"

enum { SCHEMA = 1, DIGITS = 17 };

/* Failures add up here, so that a document reads as what it contains; they are asked for once, at the end. */
typedef struct builder {
  bool failed;
} builder;

static void put(builder *b, json_t *object, const char *key, json_t *value) {
  if (json_object_set_new(object, key, value) != 0) b->failed = true;
}

static void append(builder *b, json_t *array, json_t *value) {
  if (json_array_append_new(array, value) != 0) b->failed = true;
}

static json_t *real(double x) { return isfinite(x) ? json_real(x) : json_null(); }

/* Whole numbers as such, so that a count does not read 17.0. */
static json_t *whole_or_real(double x) {
  return isfinite(x) && x == floor(x) && fabs(x) < 9007199254740992.0 ? json_integer((json_int_t)x) : real(x);
}

static json_t *count(uint64_t n) { return json_integer((json_int_t)n); }

/* A file may be named by any bytes; JSON takes UTF-8 only: each byte that is none becomes U+FFFD. */
static json_t *text(const char *bytes) {
  if (bytes == NULL) return json_null();
  json_t *good = json_string(bytes);
  if (good != NULL) return good;
  size_t n = strlen(bytes), used = 0;
  char *clean = malloc(3 * n + 1);
  if (clean == NULL) return NULL;
  for (size_t i = 0; i < n;) {
    size_t length = 4 < n - i ? 4 : n - i;
    json_t *probe = NULL;
    while (length > 0 && (probe = json_stringn(bytes + i, length)) == NULL) length--;
    json_decref(probe);
    if (length > 0) {
      memcpy(clean + used, bytes + i, length);
      used += length;
      i += length;
    } else {
      memcpy(clean + used, "\xEF\xBF\xBD", 3);
      used += 3;
      i++;
    }
  }
  good = json_stringn(clean, used);
  free(clean);
  return good;
}

static json_t *character(char c) {
  if (c == '\0') return json_null();
  char one[2] = {c, '\0'};
  return json_string(one);
}

static hc_status finish(char **out, builder *b, json_t *document, hc_error *err) {
  char *dumped = b->failed ? NULL : json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS));
  json_decref(document);
  if (dumped == NULL) return hc_fail(err, HC_ENOMEM, "no memory for the JSON document");
  size_t n = strlen(dumped);
  char *ended = realloc(dumped, n + 2);
  if (ended == NULL) {
    free(dumped);
    return hc_fail(err, HC_ENOMEM, "no memory for the JSON document");
  }
  memcpy(ended + n, "\n", 2);
  *out = ended;
  return HC_OK;
}

static json_t *start(builder *b) {
  json_t *document = json_object(), *tool = json_object();
  put(b, document, "schema", json_integer(SCHEMA));
  put(b, tool, "name", json_string("headcount"));
  put(b, tool, "version", json_string(hc_version()));
  put(b, document, "tool", tool);
  return document;
}

/* Input ------------------------------------------------------------------------------------------- */

static json_t *input(builder *b, const hc_data *data) {
  const hc_source *s = &data->source;
  json_t *o = json_object(), *lists = json_array(), *remarks = json_array();
  put(b, o, "file", text(s->file));
  put(b, o, "sha256", s->sha256[0] != '\0' ? text(s->sha256) : json_null());
  put(b, o, "shape", text(hc_shape_name(data->shape)));
  put(b, o, "observed", count(data->observed));
  put(b, o, "cells", count(data->shape == HC_SHAPE_PAIRS ? data->n_pairs : data->n_cells));
  put(b, o, "read_as", text(hc_shape_name(s->read_as)));
  put(b, o, "shape_forced", json_boolean(s->shape_forced));
  put(b, o, "roles", s->roles[0] != '\0' ? text(s->roles) : json_null());
  put(b, o, "delimiter", character(s->delimiter));
  put(b, o, "decimal", character(s->decimal));
  put(b, o, "encoding", s->encoding[0] != '\0' ? text(s->encoding) : json_null());
  put(b, o, "byte_order_mark", json_boolean(s->byte_order_mark));
  put(b, o, "bytes", count(s->bytes));
  put(b, o, "rows", count(s->rows));
  for (size_t i = 0; i < data->n_lists && data->list_names != NULL; i++) append(b, lists, text(data->list_names[i]));
  put(b, o, "lists", lists);
  for (size_t i = 0; i < s->n_remarks; i++) append(b, remarks, text(s->remarks[i]));
  put(b, o, "remarks", remarks);
  return o;
}

/* Estimates ------------------------------------------------------------------------------------------ */

static json_t *option_value(const hc_options *options, const hc_option *option, const char *value) {
  if (value == NULL || value[0] == '\0') return json_null();
  switch (option->type) {
    case HC_OPTION_REAL: return real(hc_options_real(options, option->name));
    case HC_OPTION_INTEGER: return json_integer((json_int_t)hc_options_integer(options, option->name));
    case HC_OPTION_CHOICE:
    case HC_OPTION_TEXT: break;
  }
  return text(value);
}

static json_t *options_object(builder *b, const hc_options *options) {
  json_t *o = json_object();
  for (size_t i = 0; options != NULL && i < hc_options_count(options); i++) {
    const char *value = NULL;
    const hc_option *option = hc_options_at(options, i, &value);
    put(b, o, option->name, option_value(options, option, value));
  }
  return o;
}

static json_t *interval_object(builder *b, const hc_interval *interval) {
  json_t *o = json_object();
  put(b, o, "method", text(interval->method));
  put(b, o, "level", real(interval->level));
  put(b, o, "lower", real(interval->lower));
  put(b, o, "upper", real(interval->upper));
  return o;
}

static json_t *quantities(builder *b, const hc_analysis *a) {
  json_t *all = json_array();
  for (size_t q = 0; q < a->plan->n_quantities; q++) {
    json_t *o = json_object(), *intervals = json_array();
    put(b, o, "name", text(a->plan->quantities[q].name));
    put(b, o, "meaning", text(a->plan->quantities[q].meaning));
    put(b, o, "value", real(a->estimate->value[q]));
    put(b, o, "se", real(a->estimate->se[q]));
    for (size_t i = 0; i < a->n_intervals; i++) {
      if (a->intervals[i].quantity == q) append(b, intervals, interval_object(b, &a->intervals[i]));
    }
    put(b, o, "intervals", intervals);
    append(b, all, o);
  }
  return all;
}

static json_t *bootstrap_object(builder *b, const hc_bootstrap *bootstrap) {
  if (bootstrap == NULL) return json_null();
  json_t *o = json_object();
  put(b, o, "kind", text(hc_resample_name(bootstrap->kind)));
  put(b, o, "replicates", count(bootstrap->requested));
  put(b, o, "done", count(bootstrap->done));
  put(b, o, "succeeded", count(bootstrap->succeeded));
  return o;
}

static const struct fit_field {
  const char *name;
  size_t offset;
} fit_fields[] = {{"loglik", offsetof(hc_fit, loglik)},   {"df", offsetof(hc_fit, df)},
                  {"deviance", offsetof(hc_fit, deviance)}, {"aic", offsetof(hc_fit, aic)},
                  {"bic", offsetof(hc_fit, bic)},           {"parameters", offsetof(hc_fit, parameters)}};

static double fit_value(const hc_fit *fit, size_t i) {
  return *(const double *)(const void *)((const char *)fit + fit_fields[i].offset);
}

enum { N_FIT_FIELDS = sizeof fit_fields / sizeof fit_fields[0] };

static json_t *fit_object(builder *b, const hc_fit *fit) {
  json_t *o = json_object();
  for (size_t i = 0; i < N_FIT_FIELDS; i++) {
    bool is_count = strcmp(fit_fields[i].name, "df") == 0 || strcmp(fit_fields[i].name, "parameters") == 0;
    put(b, o, fit_fields[i].name, is_count ? whole_or_real(fit_value(fit, i)) : real(fit_value(fit, i)));
  }
  put(b, o, "iterations", json_integer((json_int_t)fit->iterations));
  return o;
}

static json_t *note_object(builder *b, const char *code, const char *words) {
  json_t *o = json_object();
  put(b, o, "code", text(code));
  put(b, o, "text", text(words));
  return o;
}

/* Adds ", name" to a list that may be cut when it is very long. */
static void enumerate(char *list, size_t size, const char *name) {
  size_t used = strlen(list);
  if (used + 3 < size) snprintf(list + used, size - used, "%s%s", used > 0 ? ", " : "", name);
}

/* The note that a null owes its reader. */
static void note_nulls(builder *b, json_t *notes, const hc_analysis *a) {
  char missing[HC_NOTE_SIZE] = "", words[HC_NOTE_SIZE + 80];
  for (size_t q = 0; q < a->plan->n_quantities; q++) {
    char name[HC_CODE_SIZE + HC_NOTE_SIZE / 4];
    snprintf(name, sizeof name, "se(%s)", a->plan->quantities[q].name);
    if (!isfinite(a->estimate->se[q])) enumerate(missing, sizeof missing, name);
  }
  for (size_t i = 0; i < N_FIT_FIELDS; i++) {
    if (!isfinite(fit_value(&a->estimate->fit, i))) enumerate(missing, sizeof missing, fit_fields[i].name);
  }
  if (missing[0] != '\0') {
    snprintf(words, sizeof words, "null because this estimate has no such number: %s", missing);
    append(b, notes, note_object(b, "not-defined", words));
  }
  for (size_t i = 0; i < a->n_intervals; i++) {
    const hc_interval *k = &a->intervals[i];
    if (isfinite(k->lower) && isfinite(k->upper)) continue;
    snprintf(words, sizeof words, "the %s interval of %s has no finite %s limit: null", k->method,
             a->plan->quantities[k->quantity].name, isfinite(k->lower) ? "upper" : "lower");
    append(b, notes, note_object(b, "unbounded", words));
  }
}

static json_t *notes_array(builder *b, const hc_analysis *a) {
  json_t *notes = json_array();
  for (size_t i = 0; i < a->estimate->n_notes; i++) {
    append(b, notes, note_object(b, a->estimate->notes[i].code, a->estimate->notes[i].text));
  }
  note_nulls(b, notes, a);
  return notes;
}

static json_t *contributions(builder *b, const hc_analysis *a) {
  json_t *list = json_array();
  for (size_t i = 0; i < a->n_contributions; i++) {
    const hc_contribution *c = &a->contributions[i];
    json_t *o = json_object();
    put(b, o, "input", text(a->plan->inputs[c->input].name));
    put(b, o, "variance_of_log", real(c->variance));
    put(b, o, "share", real(c->share));
    append(b, list, o);
  }
  return list;
}

static json_t *refused_object(builder *b, const hc_estimator *estimator, const char *code, const char *reason) {
  json_t *o = json_object();
  put(b, o, "model", text(estimator->id));
  put(b, o, "code", text(code));
  put(b, o, "reason", text(reason));
  return o;
}

static json_t *estimate_object(builder *b, const hc_analysis *a) {
  const hc_estimator *e = a->plan->estimator;
  json_t *o = json_object();
  put(b, o, "model", text(e->id));
  put(b, o, "title", text(e->title));
  put(b, o, "variant", text(a->plan->variant));
  put(b, o, "cite", text(e->cite));
  put(b, o, "assumes", text(e->assumes));
  put(b, o, "options", options_object(b, a->options));
  put(b, o, "quantities", quantities(b, a));
  put(b, o, "fit", fit_object(b, &a->estimate->fit));
  put(b, o, "bootstrap", bootstrap_object(b, a->bootstrap));
  if (a->n_contributions > 0) put(b, o, "contributions", contributions(b, a));
  put(b, o, "notes", notes_array(b, a));
  return o;
}

/* By stratum: the estimates and refusals of all estimators, stratum after stratum. */
static json_t *by_object(builder *b, const hc_data *data, size_t i) {
  json_t *o = json_object();
  for (size_t j = 0; j < data->n_attributes; j++) {
    const hc_attribute *a = &data->attributes[j];
    put(b, o, a->name, text(a->levels[data->stratum_level[i * data->n_attributes + j]]));
  }
  return o;
}

static json_t *strata_array(builder *b, const hc_report *report) {
  json_t *all = json_array();
  for (size_t i = 0; i < report->data->n_strata; i++) {
    json_t *o = json_object(), *estimates = json_array(), *refused = json_array();
    put(b, o, "by", by_object(b, report->data, i));
    put(b, o, "observed", count(report->strata[0]->strata[i].observed));
    for (size_t k = 0; k < report->n_strata; k++) {
      const hc_stratum *stratum = &report->strata[k]->strata[i];
      if (stratum->analysis != NULL) append(b, estimates, estimate_object(b, stratum->analysis));
      else append(b, refused, refused_object(b, report->strata[k]->estimator, stratum->refusal.code, stratum->refusal.message));
    }
    put(b, o, "estimates", estimates);
    put(b, o, "refused", refused);
    append(b, all, o);
  }
  return all;
}

static json_t *total_object(builder *b, const hc_strata *s) {
  json_t *o = json_object(), *totals = json_array(), *notes = json_array();
  for (size_t t = 0; t < s->n_totals; t++) {
    json_t *q = json_object(), *intervals = json_array();
    put(b, q, "name", text(s->totals[t].name));
    put(b, q, "meaning", text(s->totals[t].meaning));
    put(b, q, "value", real(s->totals[t].value));
    put(b, q, "se", real(s->totals[t].se));
    for (size_t i = 0; i < s->totals[t].n_intervals; i++) append(b, intervals, interval_object(b, &s->totals[t].intervals[i]));
    put(b, q, "intervals", intervals);
    append(b, totals, q);
  }
  for (size_t i = 0; i < s->n_notes; i++) append(b, notes, note_object(b, s->notes[i].code, s->notes[i].text));
  put(b, o, "model", text(s->estimator->id));
  put(b, o, "quantities", totals);
  put(b, o, "bootstrap", bootstrap_object(b, s->bootstrap));
  put(b, o, "notes", notes);
  return o;
}

/* What all estimates share; null where they differ, since each estimate states its own. */
static json_t *run_bootstrap(builder *b, const hc_report *report) {
  const hc_bootstrap *first = report->n_analyses > 0 ? report->analyses[0]->bootstrap : NULL;
  bool same_kind = first != NULL, same_number = first != NULL;
  for (size_t i = 1; i < report->n_analyses && first != NULL; i++) {
    const hc_bootstrap *other = report->analyses[i]->bootstrap;
    same_kind = same_kind && other != NULL && other->kind == first->kind;
    same_number = same_number && other != NULL && other->succeeded == first->succeeded;
  }
  json_t *o = json_object();
  put(b, o, "kind", same_kind ? text(hc_resample_name(first->kind)) : json_null());
  put(b, o, "replicates", count(report->settings->replicates));
  put(b, o, "succeeded", same_number ? count(first->succeeded) : json_null());
  return o;
}

static json_t *run(builder *b, const hc_report *report) {
  json_t *o = json_object();
  put(b, o, "seed", count(report->settings->seed));
  put(b, o, "threads", json_integer((json_int_t)report->threads));
  put(b, o, "level", real(report->settings->level));
  put(b, o, "bootstrap", run_bootstrap(b, report));
  return o;
}

hc_status hc_report_json(char **out, const hc_report *report, hc_error *err) {
  builder b = {false};
  json_t *document = start(&b), *estimates = json_array(), *refused = json_array();
  put(&b, document, "input", input(&b, report->data));
  put(&b, document, "run", run(&b, report));
  for (size_t i = 0; i < report->n_analyses; i++) append(&b, estimates, estimate_object(&b, report->analyses[i]));
  put(&b, document, "estimates", estimates);
  for (size_t i = 0; i < report->n_refusals; i++) {
    const hc_refusal *f = &report->refusals[i];
    append(&b, refused, refused_object(&b, f->estimator, f->code, f->reason));
  }
  put(&b, document, "refused", refused);
  if (report->n_strata > 0) {
    json_t *total = json_array();
    put(&b, document, "strata", strata_array(&b, report));
    for (size_t k = 0; k < report->n_strata; k++) append(&b, total, total_object(&b, report->strata[k]));
    put(&b, document, "total", total);
  }
  return finish(out, &b, document, err);
}

/* Data ------------------------------------------------------------------------------------------------- */

static json_t *lists_array(builder *b, const hc_data *data, const hc_overview *view) {
  json_t *all = json_array();
  for (size_t i = 0; i < view->n_lists; i++) {
    json_t *o = json_object(), *shared = json_array();
    put(b, o, "name", text(data->list_names[i]));
    put(b, o, "people", count(view->total[i]));
    put(b, o, "only_here", count(view->alone[i]));
    for (size_t j = 0; j < view->n_lists; j++) append(b, shared, count(view->together[i * view->n_lists + j]));
    put(b, o, "also_on", shared);
    append(b, all, o);
  }
  return all;
}

static json_t *pairs_array(builder *b, const hc_data *data) {
  json_t *all = json_array();
  for (size_t i = 0; i < data->n_pairs; i++) {
    const hc_pair *p = &data->pairs[i];
    json_t *o = json_object();
    put(b, o, "n1", whole_or_real(p->n1));
    put(b, o, "n2", whole_or_real(p->n2));
    put(b, o, "m", whole_or_real(p->m));
    put(b, o, "lag", whole_or_real(p->lag));
    put(b, o, "date", json_integer((json_int_t)p->date));
    append(b, all, o);
  }
  return all;
}

static json_t *occasions_array(builder *b, const hc_data *data) {
  json_t *all = json_array();
  for (size_t i = 0; i < data->n_lists; i++) {
    json_t *o = json_object();
    put(b, o, "name", text(data->list_names[i]));
    put(b, o, "caught", whole_or_real(data->caught[i]));
    put(b, o, "recaptured", data->recaptured != NULL ? whole_or_real(data->recaptured[i]) : json_null());
    put(b, o, "released", data->released != NULL ? whole_or_real(data->released[i]) : json_null());
    append(b, all, o);
  }
  return all;
}

hc_status hc_data_json(char **out, const hc_data *data, hc_error *err) {
  hc_overview *view = NULL;
  hc_status status = hc_overview_new(&view, data, err);
  if (status != HC_OK) return status;
  builder b = {false};
  json_t *document = start(&b), *frequencies = json_array(), *warnings = json_array();
  put(&b, document, "input", input(&b, data));
  for (size_t i = 0; i < view->n_times; i++) {
    json_t *o = json_object();
    put(&b, o, "times", count(view->times[i]));
    put(&b, o, "people", count(view->people[i]));
    append(&b, frequencies, o);
  }
  put(&b, document, "frequencies", frequencies);
  put(&b, document, "lists", lists_array(&b, data, view));
  if (data->n_pairs > 0) put(&b, document, "pairs", pairs_array(&b, data));
  if (data->caught != NULL) put(&b, document, "occasions", occasions_array(&b, data));
  for (size_t i = 0; i < view->n_warnings; i++) {
    append(&b, warnings, note_object(&b, view->warnings[i].code, view->warnings[i].text));
  }
  put(&b, document, "warnings", warnings);
  hc_overview_free(view);
  return finish(out, &b, document, err);
}

/* Studies ---------------------------------------------------------------------------------------------- */

static json_t *figure_object(builder *b, const hc_figure *f) {
  json_t *o = json_object();
  bool refused = f->refusal[0] != '\0';
  put(b, o, "id", text(f->id));
  put(b, o, "title", text(f->title));
  put(b, o, "unit", text(f->unit));
  put(b, o, "basis", text(hc_basis_name(f->basis)));
  bool somebody_published = strcmp(f->published_as, "none") != 0;
  put(b, o, "published", somebody_published ? real(f->published) : json_null());
  put(b, o, "published_as", somebody_published ? text(f->published_as) : json_null());
  put(b, o, "recomputed", real(f->recomputed));
  put(b, o, "tolerance", real(f->tolerance));
  put(b, o, "agrees", f->basis == HC_BASIS_STATED ? json_null() : json_boolean(f->agrees));
  put(b, o, "expects_refusal", json_boolean(f->expects_refusal));
  put(b, o, "refusal", refused ? text(f->refusal) : json_null());
  put(b, o, "reason", refused ? text(f->reason) : json_null());
  put(b, o, "interval", f->has_interval ? interval_object(b, &f->interval) : json_null());
  put(b, o, "how", text(f->how));
  put(b, o, "note", text(f->note));
  return o;
}

hc_status hc_studies_json(char **out, hc_study *const *studies, size_t n, hc_error *err) {
  builder b = {false};
  json_t *document = start(&b), *all = json_array();
  bool agree = true;
  for (size_t i = 0; i < n; i++) {
    const hc_study *s = studies[i];
    json_t *o = json_object(), *figures = json_array();
    put(&b, o, "id", text(s->id));
    put(&b, o, "title", text(s->title));
    put(&b, o, "unit", text(s->unit));
    put(&b, o, "source", text(s->source));
    put(&b, o, "criticism", text(s->criticism));
    put(&b, o, "agrees", json_boolean(hc_study_agrees(s)));
    for (size_t k = 0; k < s->n_figures; k++) append(&b, figures, figure_object(&b, &s->figures[k]));
    put(&b, o, "figures", figures);
    append(&b, all, o);
    agree = agree && hc_study_agrees(s);
  }
  put(&b, document, "agrees", json_boolean(agree));
  put(&b, document, "studies", all);
  return finish(out, &b, document, err);
}

void hc_text_free(char *document) { free(document); }
