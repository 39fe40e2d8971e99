/* JSON documents, schema version 1: what each of them holds.
 *
 * Doubles are written with 17 significant digits, so that they read back to the same bits. JSON has no
 * NaN and no infinity: null stands for both, and a note says what is missing. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/data.h"
#include "engine/report.h"
#include "headcount/codes.h"
#include "headcount/dependence.h"
#include "headcount/documents.h"
#include "headcount/overview.h"
#include "io/json.h"

/* Input ------------------------------------------------------------------------------------------- */

static json_t *input(hc_json *b, const hc_data *data) {
  const hc_source *s = &data->source;
  json_t *o = json_object(), *lists = json_array(), *remarks = json_array();
  hc_json_put(b, o, "file", hc_json_text(s->file));
  hc_json_put(b, o, "sha256", s->sha256[0]  ? hc_json_text(s->sha256) : json_null());
  hc_json_put(b, o, "shape", hc_json_text(hc_shape_name(data->shape)));
  hc_json_put(b, o, "observed", hc_json_count(data->observed));
  hc_json_put(b, o, "cells", hc_json_count(data->shape == HC_SHAPE_PAIRS ? data->n_pairs : data->n_cells));
  hc_json_put(b, o, "read_as", hc_json_text(hc_shape_name(s->read_as)));
  hc_json_put(b, o, "shape_forced", json_boolean(s->shape_forced));
  hc_json_put(b, o, "roles", s->roles[0]  ? hc_json_text(s->roles) : json_null());
  hc_json_put(b, o, "delimiter", hc_json_character(s->delimiter));
  hc_json_put(b, o, "decimal", hc_json_character(s->decimal));
  hc_json_put(b, o, "encoding", s->encoding[0]  ? hc_json_text(s->encoding) : json_null());
  hc_json_put(b, o, "byte_order_mark", json_boolean(s->byte_order_mark));
  hc_json_put(b, o, "bytes", hc_json_count(s->bytes));
  hc_json_put(b, o, "rows", hc_json_count(s->rows));
  for (size_t i = 0; i < data->n_lists && data->list_names; i++) hc_json_append(b, lists, hc_json_text(data->list_names[i]));
  hc_json_put(b, o, "lists", lists);
  for (size_t i = 0; i < s->n_remarks; i++) hc_json_append(b, remarks, hc_json_text(s->remarks[i]));
  hc_json_put(b, o, "remarks", remarks);
  return o;
}

/* Estimates ------------------------------------------------------------------------------------------ */

static json_t *option_value(const hc_option *option, const char *value) {
  if (!value[0]) return json_null();
  switch (option->type) {
    case HC_OPTION_REAL: return hc_json_real(strtod(value, NULL));
    case HC_OPTION_INTEGER: return json_integer((json_int_t)strtod(value, NULL));
    case HC_OPTION_CHOICE:
    case HC_OPTION_TEXT:
    case HC_OPTION_FORMULA:
    case HC_OPTION_COVERAGE: break;
  }
  return hc_json_text(value);
}

static json_t *options_object(hc_json *b, const hc_analysis *a) {
  json_t *o = json_object();
  const hc_option *option;
  const char *value = NULL;
  for (size_t i = 0; (option = hc_analysis_option(a, i, &value)); i++)
    hc_json_put(b, o, option->name, option_value(option, value));
  return o;
}

static json_t *interval_object(hc_json *b, const hc_interval *interval) {
  json_t *o = json_object();
  hc_json_put(b, o, "method", hc_json_text(interval->method));
  hc_json_put(b, o, "level", hc_json_real(interval->level));
  hc_json_put(b, o, "lower", hc_json_real(interval->lower));
  hc_json_put(b, o, "upper", hc_json_real(interval->upper));
  return o;
}

static json_t *quantities(hc_json *b, const hc_analysis *a) {
  json_t *all = json_array();
  const hc_quantity *quantity;
  for (size_t q = 0; (quantity = hc_analysis_quantity(a, q)); q++) {
    json_t *o = json_object(), *intervals = json_array();
    hc_json_put(b, o, "name", hc_json_text(quantity->name));
    hc_json_put(b, o, "meaning", hc_json_text(_(quantity->meaning)));
    hc_json_put(b, o, "value", hc_json_real(hc_analysis_value(a, q)));
    hc_json_put(b, o, "se", hc_json_real(hc_analysis_se(a, q)));
    if (quantity->coefficient) {
      hc_json_put(b, o, "z", hc_json_real(hc_analysis_z(a, q)));
      hc_json_put(b, o, "p", hc_json_real(hc_analysis_p(a, q)));
    }
    const hc_interval *k;
    for (size_t i = 0; (k = hc_analysis_interval(a, i)); i++)
      if (k->quantity == q) hc_json_append(b, intervals, interval_object(b, k));
    hc_json_put(b, o, "intervals", intervals);
    hc_json_append(b, all, o);
  }
  return all;
}

static json_t *bootstrap_object(hc_json *b, const hc_bootstrap *bootstrap) {
  if (!bootstrap) return json_null();
  json_t *o = json_object();
  hc_json_put(b, o, "kind", hc_json_text(hc_resample_name(hc_bootstrap_kind(bootstrap))));
  hc_json_put(b, o, "replicates", hc_json_count(hc_bootstrap_requested(bootstrap)));
  hc_json_put(b, o, "done", hc_json_count(hc_bootstrap_done(bootstrap)));
  hc_json_put(b, o, "succeeded", hc_json_count(hc_bootstrap_succeeded(bootstrap)));
  return o;
}

static json_t *fit_object(hc_json *b, const hc_analysis *a) {
  json_t *o = json_object();
  for (hc_fit_field i = 0; i < HC_FIT_FIELDS; i++) {
    double value = hc_analysis_fit(a, i);
    bool is_count = i == HC_FIT_DF || i == HC_FIT_PARAMETERS;
    hc_json_put(b, o, hc_fit_field_name(i), is_count ? hc_json_number(value) : hc_json_real(value));
  }
  hc_json_put(b, o, "iterations", json_integer((json_int_t)hc_analysis_iterations(a)));
  return o;
}

/* A code, and what the table of codes says of it. */
static void put_code(hc_json *b, json_t *o, const char *code, const char *member, const char *words) {
  const hc_code *known = hc_code_find(code);
  hc_json_put(b, o, "code", hc_json_text(code));
  hc_json_put(b, o, member, hc_json_text(words));
  hc_json_put(b, o, "meaning", known ? hc_json_text(_(known->meaning)) : json_null());
  hc_json_put(b, o, "remedy", known ? hc_json_text(_(known->remedy)) : json_null());
}

static json_t *note_object(hc_json *b, const char *code, const char *words) {
  json_t *o = json_object();
  put_code(b, o, code, "text", words);
  return o;
}

/* Adds ", name" to a list that may be cut when it is very long. */
static void enumerate(char *list, size_t size, const char *name) {
  size_t used = strlen(list);
  if (used + 3 < size) snprintf(list + used, size - used, "%s%s", used > 0 ? ", " : "", name);
}

/* The note that a null owes its reader. */
static void note_nulls(hc_json *b, json_t *notes, const hc_analysis *a) {
  char missing[HC_NOTE_SIZE] = "", words[HC_NOTE_SIZE + 80];
  const hc_quantity *quantity;
  const hc_interval *k;
  for (size_t q = 0; (quantity = hc_analysis_quantity(a, q)); q++) {
    char name[HC_CODE_SIZE + HC_NOTE_SIZE / 4];
    snprintf(name, sizeof name, "se(%s)", quantity->name);
    if (!isfinite(hc_analysis_se(a, q))) enumerate(missing, sizeof missing, name);
  }
  for (hc_fit_field i = 0; i < HC_FIT_FIELDS; i++)
    if (!isfinite(hc_analysis_fit(a, i))) enumerate(missing, sizeof missing, hc_fit_field_name(i));
  if (missing[0]) {
    hc_format(words, sizeof words, "null because this estimate has no such number: %s", missing);
    hc_json_append(b, notes, note_object(b, "not-defined", words));
  }
  for (size_t i = 0; (k = hc_analysis_interval(a, i)); i++) {
    if (isfinite(k->lower) && isfinite(k->upper)) continue;
    hc_format(words, sizeof words, "the %s interval of %s has no finite %s limit: null", k->method,
             hc_analysis_quantity(a, k->quantity)->name, isfinite(k->lower) ? _("upper") : _("lower"));
    hc_json_append(b, notes, note_object(b, "unbounded", words));
  }
}

static json_t *notes_array(hc_json *b, const hc_analysis *a) {
  json_t *notes = json_array();
  const hc_note *note;
  for (size_t i = 0; (note = hc_analysis_note(a, i)); i++) hc_json_append(b, notes, note_object(b, note->code, note->text));
  note_nulls(b, notes, a);
  return notes;
}

static json_t *contributions(hc_json *b, const hc_analysis *a) {
  json_t *list = json_array();
  const hc_contribution *c;
  for (size_t i = 0; (c = hc_analysis_contribution(a, i)); i++) {
    json_t *o = json_object();
    hc_json_put(b, o, "input", hc_json_text(c->input));
    hc_json_put(b, o, "variance_of_log", hc_json_real(c->variance));
    hc_json_put(b, o, "share", hc_json_real(c->share));
    hc_json_append(b, list, o);
  }
  return list;
}

/* Dependence between lists --------------------------------------------------------------------------- */

/* The pair's names; all of the model's where it is their interaction that is meant. */
static json_t *pair_lists(hc_json *b, const hc_dependence *d, const hc_dependence_pair *pair) {
  json_t *lists = json_array();
  for (size_t i = 0; !pair->first && i < d->n_lists; i++) hc_json_append(b, lists, hc_json_text(d->lists[i]));
  if (pair->first) hc_json_append(b, lists, hc_json_text(pair->first));
  if (pair->first) hc_json_append(b, lists, hc_json_text(pair->second));
  return lists;
}

static json_t *reals(hc_json *b, const double *x, size_t n) {
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++) hc_json_append(b, list, hc_json_real(x[i]));
  return list;
}

static json_t *dependence_pairs(hc_json *b, const hc_dependence *d) {
  json_t *list = json_array();
  for (size_t p = 0; p < d->n_pairs; p++) {
    const hc_dependence_pair *pair = &d->pairs[p];
    json_t *o = json_object();
    hc_json_put(b, o, "lists", pair_lists(b, d, pair));
    hc_json_put(b, o, "from", pair->from > 0 ? hc_json_real(pair->from) : json_null());
    hc_json_put(b, o, "to", hc_json_real(pair->to));
    hc_json_append(b, list, o);
  }
  return list;
}

static json_t *dependence_values(hc_json *b, const hc_dependence *d) {
  json_t *list = json_array();
  for (size_t i = 0; i < d->n_values; i++) {
    const hc_dependence_value *v = &d->values[i];
    json_t *o = json_object();
    hc_json_put(b, o, "odds_ratio", hc_json_real(v->odds_ratio));
    if (isnan(v->odds_ratio)) hc_json_put(b, o, "odds_ratios", reals(b, v->odds_ratios, d->n_pairs));
    hc_json_put(b, o, "N", hc_json_real(v->N));
    hc_json_put(b, o, "se", hc_json_real(v->se));
    hc_json_append(b, list, o);
  }
  return list;
}

static json_t *dependence_contour(hc_json *b, const hc_dependence *d) {
  json_t *o = json_object(), *rows = json_array();
  hc_json_put(b, o, "first", reals(b, d->first, d->n_first));
  hc_json_put(b, o, "second", reals(b, d->second, d->n_second));
  for (size_t i = 0; i < d->n_first; i++) hc_json_append(b, rows, reals(b, d->contour + i * d->n_second, d->n_second));
  hc_json_put(b, o, "N", rows);
  return o;
}

static json_t *dependence_binding(hc_json *b, const hc_dependence *d) {
  json_t *list = json_array();
  for (size_t i = 0; i < d->n_bindings; i++) {
    const hc_dependence_binding *k = &d->bindings[i];
    json_t *o = json_object();
    hc_json_put(b, o, "end", hc_json_text(k->upper ? "upper" : "lower"));
    hc_json_put(b, o, "lists", pair_lists(b, d, &d->pairs[k->pair]));
    hc_json_put(b, o, "odds_ratio", hc_json_real(k->odds_ratio));
    hc_json_put(b, o, "pull", hc_json_real(k->pull));
    hc_json_append(b, list, o);
  }
  return list;
}

static json_t *dependence_object(hc_json *b, const hc_dependence *d) {
  json_t *o = json_object(), *interval = json_object(), *all = json_object(), *even = json_object();
  const double set[] = {d->identified_lower, d->identified_upper};
  hc_json_put(b, o, "pairs", dependence_pairs(b, d));
  hc_json_put(b, o, "terms", hc_json_text(d->model));
  hc_json_put(b, o, "values", dependence_values(b, d));
  if (d->n_first) hc_json_put(b, o, "contour", dependence_contour(b, d));
  hc_json_put(b, o, "identified", set[0] <= set[1] ? reals(b, set, 2) : json_null());
  hc_json_put(b, o, "misfit", hc_json_real(d->misfit));
  hc_json_put(b, interval, "level", hc_json_real(d->level));
  hc_json_put(b, interval, "lower", hc_json_real(d->lower));
  hc_json_put(b, interval, "upper", hc_json_real(d->upper));
  hc_json_put(b, o, "interval", interval);
  hc_json_put(b, all, "level", hc_json_real(d->level));
  hc_json_put(b, all, "lower", hc_json_real(d->all_lower));
  hc_json_put(b, all, "upper", hc_json_real(d->all_upper));
  hc_json_put(b, o, "simultaneous", all);
  hc_json_put(b, o, "range_share", hc_json_real(d->range_share));
  hc_json_put(b, even, "threshold", hc_json_real(d->threshold));
  hc_json_put(b, even, "odds_ratio", hc_json_real(d->break_even));
  hc_json_put(b, o, "break_even", even);
  hc_json_put(b, o, "binding", dependence_binding(b, d));
  return o;
}

static json_t *refused_object(hc_json *b, const hc_estimator *estimator, const char *code, const char *reason) {
  json_t *o = json_object();
  hc_json_put(b, o, "model", hc_json_text(estimator->id));
  put_code(b, o, code, "reason", reason);
  return o;
}

static json_t *estimate_object(hc_json *b, const hc_analysis *a) {
  const hc_estimator *e = hc_analysis_estimator(a);
  json_t *o = json_object();
  hc_json_put(b, o, "model", hc_json_text(e->id));
  hc_json_put(b, o, "title", hc_json_text(_(e->title)));
  hc_json_put(b, o, "variant", hc_json_text(hc_analysis_variant(a)));
  hc_json_put(b, o, "cite", hc_json_text(e->cite));
  hc_json_put(b, o, "assumes", hc_json_text(_(e->assumes)));
  hc_json_put(b, o, "options", options_object(b, a));
  hc_json_put(b, o, "quantities", quantities(b, a));
  hc_json_put(b, o, "fit", fit_object(b, a));
  hc_json_put(b, o, "bootstrap", bootstrap_object(b, hc_analysis_bootstrap(a)));
  if (hc_analysis_contribution(a, 0)) hc_json_put(b, o, "contributions", contributions(b, a));
  if (hc_analysis_dependence(a)) hc_json_put(b, o, "dependence", dependence_object(b, hc_analysis_dependence(a)));
  hc_json_put(b, o, "notes", notes_array(b, a));
  return o;
}

/* By stratum: the estimates and refusals of all estimators, stratum after stratum. */
static json_t *by_object(hc_json *b, const hc_strata *s, const hc_stratum *stratum) {
  json_t *o = json_object();
  for (size_t j = 0; hc_strata_attribute(s, j); j++)
    hc_json_put(b, o, hc_strata_attribute(s, j), hc_json_text(stratum->levels[j]));
  return o;
}

/* With the value of the option that is varied, where one is. */
static void put_answer(hc_json *b, json_t *list, json_t *o, const hc_answer *answer) {
  if (answer->value) hc_json_put(b, o, "option_value", hc_json_text(answer->value));
  hc_json_append(b, list, o);
}

static json_t *strata_array(hc_json *b, const hc_report *report) {
  json_t *all = json_array();
  const hc_strata *first = hc_report_strata(report);
  for (size_t i = 0; hc_strata_at(first, i); i++) {
    const hc_answer *answer;
    json_t *o = json_object(), *estimates = json_array(), *refused = json_array();
    hc_json_put(b, o, "by", by_object(b, first, hc_strata_at(first, i)));
    hc_json_put(b, o, "observed", hc_json_count(hc_strata_at(first, i)->observed));
    for (size_t k = 0; (answer = hc_report_at(report, k)); k++) {
      const hc_stratum *stratum = answer->strata ? hc_strata_at(answer->strata, i) : NULL;
      if (stratum && stratum->analysis) put_answer(b, estimates, estimate_object(b, stratum->analysis), answer);
      else if (stratum)
        put_answer(b, refused, refused_object(b, answer->estimator, stratum->refusal.code, stratum->refusal.message), answer);
    }
    hc_json_put(b, o, "estimates", estimates);
    hc_json_put(b, o, "refused", refused);
    hc_json_append(b, all, o);
  }
  return all;
}

static json_t *total_object(hc_json *b, const hc_strata *s) {
  json_t *o = json_object(), *totals = json_array(), *notes = json_array();
  const hc_total *total;
  const hc_note *note;
  for (size_t t = 0; (total = hc_strata_total(s, t)); t++) {
    json_t *q = json_object(), *intervals = json_array();
    hc_json_put(b, q, "name", hc_json_text(total->name));
    hc_json_put(b, q, "meaning", hc_json_text(_(total->meaning)));
    hc_json_put(b, q, "value", hc_json_real(total->value));
    hc_json_put(b, q, "se", hc_json_real(total->se));
    for (size_t i = 0; i < total->n_intervals; i++) hc_json_append(b, intervals, interval_object(b, &total->intervals[i]));
    hc_json_put(b, q, "intervals", intervals);
    hc_json_append(b, totals, q);
  }
  for (size_t i = 0; (note = hc_strata_note(s, i)); i++) hc_json_append(b, notes, note_object(b, note->code, note->text));
  hc_json_put(b, o, "model", hc_json_text(hc_strata_estimator(s)->id));
  hc_json_put(b, o, "observed", hc_json_count(hc_strata_observed(s)));
  hc_json_put(b, o, "quantities", totals);
  hc_json_put(b, o, "bootstrap", bootstrap_object(b, hc_strata_bootstrap(s)));
  hc_json_put(b, o, "notes", notes);
  return o;
}

/* What all estimates share; null where they differ, since each estimate states its own. */
static json_t *run_bootstrap(hc_json *b, const hc_report *report) {
  const hc_bootstrap *first = NULL;
  const hc_answer *answer;
  bool any = false, same_kind = false, same_number = false;
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++) {
    const hc_bootstrap *other = answer->analysis ? hc_analysis_bootstrap(answer->analysis) : NULL;
    if (!answer->analysis) continue;
    if (!any) first = other, same_kind = same_number = other;
    any = true;
    same_kind = same_kind && other && hc_bootstrap_kind(other) == hc_bootstrap_kind(first);
    same_number = same_number && other && hc_bootstrap_succeeded(other) == hc_bootstrap_succeeded(first);
  }
  json_t *o = json_object();
  hc_json_put(b, o, "kind", same_kind ? hc_json_text(hc_resample_name(hc_bootstrap_kind(first))) : json_null());
  hc_json_put(b, o, "replicates", hc_json_count(hc_report_settings(report)->replicates));
  hc_json_put(b, o, "succeeded", same_number ? hc_json_count(hc_bootstrap_succeeded(first)) : json_null());
  return o;
}

static json_t *run(hc_json *b, const hc_report *report) {
  const hc_settings *settings = hc_report_settings(report);
  json_t *o = json_object();
  hc_json_put(b, o, "seed", hc_json_count(settings->seed));
  hc_json_put(b, o, "threads", json_integer((json_int_t)settings->threads));
  hc_json_put(b, o, "level", hc_json_real(settings->level));
  hc_json_put(b, o, "bootstrap", run_bootstrap(b, report));
  return o;
}

/* The values that an option was given; each estimate and refusal has its own beside them. */
static json_t *sensitivity(hc_json *b, const hc_report *report) {
  const hc_answer *answer;
  json_t *o = json_object(), *values = json_array();
  const char *last = NULL;
  hc_json_put(b, o, "option", hc_json_text(hc_report_varied(report)));
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++) {
    if (answer->value != last) hc_json_append(b, values, hc_json_text(answer->value));
    last = answer->value;
  }
  hc_json_put(b, o, "values", values);
  return o;
}

static json_t *report_document(hc_json *b, const hc_report *report) {
  const hc_answer *answer;
  json_t *document = hc_json_start(b), *estimates = json_array(), *refused = json_array(), *total = NULL;
  hc_json_put(b, document, "input", input(b, hc_report_data(report)));
  hc_json_put(b, document, "run", run(b, report));
  if (hc_report_varied(report)) hc_json_put(b, document, "sensitivity", sensitivity(b, report));
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++) {
    if (answer->analysis) put_answer(b, estimates, estimate_object(b, answer->analysis), answer);
    if (answer->code) put_answer(b, refused, refused_object(b, answer->estimator, answer->code, answer->reason), answer);
  }
  hc_json_put(b, document, "estimates", estimates);
  hc_json_put(b, document, "refused", refused);
  if (!hc_report_strata(report)) return document;
  hc_json_put(b, document, "strata", strata_array(b, report));
  total = json_array();
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++)
    if (answer->strata) put_answer(b, total, total_object(b, answer->strata), answer);
  hc_json_put(b, document, "total", total);
  return document;
}

hc_status hc_report_json(char **out, const hc_report *report, hc_error *err) {
  hc_json b = {false};
  json_t *document = report_document(&b, report);
  return hc_json_finish(out, &b, document, err);
}

static json_t *error_document(hc_json *b, const hc_outcome *outcome) {
  json_t *document = hc_json_start(b), *in = json_object(), *o = json_object();
  const hc_error *e = outcome->error;
  hc_json_put(b, in, "file", hc_json_text(outcome->file));
  hc_json_put(b, document, "input", in);
  hc_json_put(b, o, "exit_code", json_integer(hc_status_exit_code(e->status)));
  hc_json_put(b, o, "code", e->code[0] ? hc_json_text(e->code) : json_null());
  hc_json_put(b, o, "line", e->line ? hc_json_count(e->line) : json_null());
  hc_json_put(b, o, "column", e->column ? hc_json_count(e->column) : json_null());
  hc_json_put(b, o, "message", hc_json_text(e->message));
  hc_json_put(b, document, "error", o);
  return document;
}

hc_status hc_outcomes_json(char **out, const hc_outcome *outcomes, size_t n, hc_error *err) {
  hc_json b = {false};
  json_t *all = json_array();
  for (size_t i = 0; i < n; i++)
    hc_json_append(&b, all, outcomes[i].report ? report_document(&b, outcomes[i].report) : error_document(&b, &outcomes[i]));
  return hc_json_finish(out, &b, all, err);
}

/* Every list plays the truth ----------------------------------------------------------------------------- */

static json_t *maybe_interval(hc_json *b, const hc_interval *interval) {
  return interval ? interval_object(b, interval) : json_null();
}

static json_t *check_object(hc_json *b, const hc_check *k) {
  json_t *o = json_object();
  hc_json_put(b, o, "model", hc_json_text(k->estimator->id));
  hc_json_put(b, o, "list", hc_json_text(k->list));
  if (k->stratum) hc_json_put(b, o, "stratum", hc_json_text(k->stratum));
  hc_json_put(b, o, "truth", hc_json_count(k->truth));
  hc_json_put(b, o, "seen", hc_json_count(k->seen));
  hc_json_put(b, o, "N", hc_json_real(k->N));
  hc_json_put(b, o, "se", hc_json_real(k->se));
  hc_json_put(b, o, "log_error", hc_json_real(k->log_error));
  hc_json_put(b, o, "interval", maybe_interval(b, k->interval));
  hc_json_put(b, o, "covered", k->interval ? json_boolean(k->covered) : json_null());
  hc_json_put(b, o, "refused", hc_json_text(k->code));
  hc_json_put(b, o, "reason", hc_json_text(k->reason));
  return o;
}

static json_t *summary_object(hc_json *b, const hc_check_summary *s) {
  json_t *o = json_object();
  hc_json_put(b, o, "model", hc_json_text(s->estimator->id));
  hc_json_put(b, o, "cases", hc_json_count(s->cases));
  hc_json_put(b, o, "estimated", hc_json_count(s->estimated));
  hc_json_put(b, o, "mean", hc_json_real(s->mean));
  hc_json_put(b, o, "sd", hc_json_real(s->sd));
  hc_json_put(b, o, "rmse", hc_json_real(s->rmse));
  hc_json_put(b, o, "median", hc_json_real(s->median));
  hc_json_put(b, o, "below", hc_json_count(s->below));
  hc_json_put(b, o, "intervals", hc_json_count(s->intervals));
  hc_json_put(b, o, "covered", hc_json_count(s->covered));
  hc_json_put(b, o, "coverage", s->intervals ? hc_json_real((double)s->covered / (double)s->intervals) : json_null());
  hc_json_put(b, o, "N", hc_json_real(s->N));
  hc_json_put(b, o, "se", hc_json_real(s->se));
  hc_json_put(b, o, "interval", maybe_interval(b, s->interval));
  return o;
}

hc_status hc_checks_json(char **out, const hc_checks *checks, hc_error *err) {
  hc_json b = {false};
  const hc_settings *settings = hc_checks_settings(checks);
  const hc_check *k;
  const hc_check_summary *s;
  json_t *document = hc_json_start(&b), *how = json_object(), *cases = json_array(), *summary = json_array();
  hc_json_put(&b, document, "input", input(&b, hc_checks_data(checks)));
  hc_json_put(&b, how, "seed", hc_json_count(settings->seed));
  hc_json_put(&b, how, "level", hc_json_real(settings->level));
  hc_json_put(&b, how, "replicates", hc_json_count(settings->replicates));
  hc_json_put(&b, document, "run", how);
  for (size_t i = 0; (k = hc_checks_at(checks, i)); i++) hc_json_append(&b, cases, check_object(&b, k));
  for (size_t i = 0; (s = hc_checks_summary(checks, i)); i++) hc_json_append(&b, summary, summary_object(&b, s));
  hc_json_put(&b, document, "checks", cases);
  hc_json_put(&b, document, "summary", summary);
  return hc_json_finish(out, &b, document, err);
}

/* Models to choose among ---------------------------------------------------------------------------------- */

static json_t *history_array(hc_json *b, const hc_selection *s, uint64_t history) {
  json_t *lists = json_array();
  for (size_t i = 0; i < s->n_lists; i++)
    if (history >> i & 1) hc_json_append(b, lists, hc_json_text(s->lists[i]));
  return lists;
}

static json_t *rows_array(hc_json *b, const hc_selection *s) {
  json_t *all = json_array();
  for (size_t i = 0; i < s->n_rows; i++) {
    const hc_model_row *row = &s->rows[i];
    json_t *o = json_object();
    hc_json_put(b, o, "terms", hc_json_text(row->name));
    hc_json_put(b, o, "parameters", hc_json_number(row->parameters));
    hc_json_put(b, o, "loglik", hc_json_real(row->loglik));
    hc_json_put(b, o, "criterion", hc_json_real(row->value));
    hc_json_put(b, o, "weight", hc_json_real(row->weight));
    hc_json_put(b, o, "N", hc_json_real(row->N));
    hc_json_put(b, o, "se", hc_json_real(row->se));
    hc_json_append(b, all, o);
  }
  return all;
}

static json_t *cells_array(hc_json *b, const hc_selection *s) {
  json_t *all = json_array();
  for (size_t i = 0; i < s->n_cells; i++) {
    const hc_cell_fit *c = &s->cells[i];
    json_t *o = json_object();
    hc_json_put(b, o, "lists", history_array(b, s, c->history));
    hc_json_put(b, o, "observed", hc_json_real(c->observed));
    hc_json_put(b, o, "expected", hc_json_real(c->expected));
    hc_json_put(b, o, "pearson", hc_json_real(c->pearson));
    hc_json_put(b, o, "freeman_tukey", hc_json_real(c->freeman_tukey));
    hc_json_append(b, all, o);
  }
  return all;
}

static json_t *people_array(hc_json *b, const hc_diagnosis *d) {
  json_t *all = json_array();
  for (size_t i = 0; i < d->n_rows; i++) {
    const hc_person_fit *row = &d->rows[i];
    json_t *o = json_object();
    hc_json_put(b, o, "who", hc_json_text(row->who));
    hc_json_put(b, o, "times", hc_json_number(row->times));
    hc_json_put(b, o, "people", hc_json_number(row->people));
    hc_json_put(b, o, "expected", hc_json_real(row->expected));
    hc_json_put(b, o, "residual", hc_json_real(row->residual));
    hc_json_put(b, o, "leverage", hc_json_real(row->leverage));
    hc_json_put(b, o, "cook", hc_json_real(row->cook));
    hc_json_append(b, all, o);
  }
  return all;
}

hc_status hc_diagnosis_json(char **out, const hc_diagnosis *d, const hc_data *data, hc_error *err) {
  hc_json b = {false};
  json_t *document = hc_json_start(&b), *times = json_array(), *test = json_object();
  hc_json_put(&b, document, "input", input(&b, data));
  hc_json_put(&b, document, "model", hc_json_text(d->estimator->id));
  hc_json_put(&b, document, "form", hc_json_text(d->form));
  hc_json_put(&b, document, "coefficients", hc_json_number(d->coefficients));
  for (size_t k = 0; k < d->n_frequencies; k++) {
    json_t *o = json_object();
    hc_json_put(&b, o, "times", hc_json_number(d->frequencies[k].times));
    hc_json_put(&b, o, "observed", hc_json_real(d->frequencies[k].observed));
    hc_json_put(&b, o, "expected", hc_json_real(d->frequencies[k].expected));
    hc_json_append(&b, times, o);
  }
  hc_json_put(&b, document, "times_met", times);
  hc_json_put(&b, test, "classes", hc_json_count(d->classes));
  hc_json_put(&b, test, "df", hc_json_number(d->df));
  hc_json_put(&b, test, "chi_squared", hc_json_real(d->chi_squared));
  hc_json_put(&b, test, "p_chi_squared", hc_json_real(d->p_chi_squared));
  hc_json_put(&b, test, "G", hc_json_real(d->G));
  hc_json_put(&b, test, "p_G", hc_json_real(d->p_G));
  hc_json_put(&b, document, "test", test);
  hc_json_put(&b, document, "people", people_array(&b, d));
  return hc_json_finish(out, &b, document, err);
}

hc_status hc_selection_json(char **out, const hc_selection *s, const hc_data *data, hc_error *err) {
  hc_json b = {false};
  json_t *document = hc_json_start(&b), *near = json_object();
  hc_json_put(&b, document, "input", input(&b, data));
  hc_json_put(&b, document, "model", hc_json_text(s->estimator->id));
  hc_json_put(&b, document, "form", hc_json_text(s->form));
  hc_json_put(&b, document, "criterion", hc_json_text(s->criterion));
  hc_json_put(&b, document, "models", hc_json_count(s->models));
  hc_json_put(&b, document, "estimable", hc_json_count(s->estimable));
  hc_json_put(&b, near, "models", hc_json_count(s->near));
  hc_json_put(&b, near, "lowest", hc_json_real(s->lowest));
  hc_json_put(&b, near, "highest", hc_json_real(s->highest));
  hc_json_put(&b, document, "near", near);
  hc_json_put(&b, document, "rows", rows_array(&b, s));
  hc_json_put(&b, document, "cells", cells_array(&b, s));
  return hc_json_finish(out, &b, document, err);
}

/* Plans ------------------------------------------------------------------------------------------------ */

static json_t *guesses_array(hc_json *b, const hc_outlook *o) {
  json_t *all = json_array();
  for (size_t i = 0; i < o->n_rows; i++) {
    const hc_outlook_row *row = &o->rows[i];
    json_t *one = json_object();
    hc_json_put(b, one, "guess", hc_json_real(row->guess));
    hc_json_put(b, one, "size", hc_json_real(row->size));
    hc_json_put(b, one, "whole", hc_json_real(row->whole));
    hc_json_put(b, one, "expected", hc_json_real(row->expected));
    hc_json_put(b, one, "cv", hc_json_real(row->cv));
    hc_json_put(b, one, "lower", hc_json_real(row->lower));
    hc_json_put(b, one, "upper", hc_json_real(row->upper));
    hc_json_put(b, one, "simulated_cv", hc_json_real(row->simulated_cv));
    hc_json_put(b, one, "coverage", hc_json_real(row->coverage));
    hc_json_put(b, one, "failed", hc_json_real(row->failed));
    hc_json_append(b, all, one);
  }
  return all;
}

hc_status hc_outlook_json(char **out, const hc_outlook *o, hc_error *err) {
  hc_json b = {false};
  json_t *document = hc_json_start(&b), *notes = json_array();
  hc_json_put(&b, document, "design", hc_json_text(o->design->id));
  hc_json_put(&b, document, "level", hc_json_real(o->level));
  hc_json_put(&b, document, "replicates", hc_json_count(o->replicates));
  hc_json_put(&b, document, "seed", hc_json_count(o->seed));
  hc_json_put(&b, document, "varies", hc_json_text(o->design->guess));
  hc_json_put(&b, document, "collect", hc_json_text(o->design->size));
  hc_json_put(&b, document, "find", hc_json_text(o->design->expected));
  hc_json_put(&b, document, "guesses", guesses_array(&b, o));
  for (size_t i = 0; i < o->n_notes; i++) hc_json_append(&b, notes, hc_json_text(o->notes[i]));
  hc_json_put(&b, document, "notes", notes);
  return hc_json_finish(out, &b, document, err);
}

/* Data ------------------------------------------------------------------------------------------------- */

static json_t *lists_array(hc_json *b, const hc_data *data, const hc_overview *view) {
  json_t *all = json_array();
  for (size_t i = 0; i < view->n_lists; i++) {
    json_t *o = json_object(), *shared = json_array();
    hc_json_put(b, o, "name", hc_json_text(data->list_names[i]));
    hc_json_put(b, o, "people", hc_json_count(view->total[i]));
    hc_json_put(b, o, "only_here", hc_json_count(view->alone[i]));
    for (size_t j = 0; j < view->n_lists; j++) hc_json_append(b, shared, hc_json_count(view->together[i * view->n_lists + j]));
    hc_json_put(b, o, "also_on", shared);
    hc_json_append(b, all, o);
  }
  return all;
}

static json_t *pairs_array(hc_json *b, const hc_data *data) {
  json_t *all = json_array();
  for (size_t i = 0; i < data->n_pairs; i++) {
    const hc_pair *p = &data->pairs[i];
    json_t *o = json_object();
    hc_json_put(b, o, "n1", hc_json_number(p->n1));
    hc_json_put(b, o, "n2", hc_json_number(p->n2));
    hc_json_put(b, o, "m", hc_json_number(p->m));
    hc_json_put(b, o, "lag", hc_json_number(p->lag));
    hc_json_put(b, o, "date", json_integer((json_int_t)p->date));
    hc_json_append(b, all, o);
  }
  return all;
}

static json_t *occasions_array(hc_json *b, const hc_data *data) {
  json_t *all = json_array();
  for (size_t i = 0; i < data->n_lists; i++) {
    json_t *o = json_object();
    hc_json_put(b, o, "name", hc_json_text(data->list_names[i]));
    hc_json_put(b, o, "caught", hc_json_number(data->caught[i]));
    hc_json_put(b, o, "recaptured", data->recaptured ? hc_json_number(data->recaptured[i]) : json_null());
    hc_json_put(b, o, "released", data->released ? hc_json_number(data->released[i]) : json_null());
    hc_json_append(b, all, o);
  }
  return all;
}

hc_status hc_data_json(char **out, const hc_data *data, hc_error *err) {
  hc_overview *view = NULL;
  hc_status status = hc_overview_new(&view, data, err);
  if (status != HC_OK) return status;
  hc_json b = {false};
  json_t *document = hc_json_start(&b), *frequencies = json_array(), *warnings = json_array();
  hc_json_put(&b, document, "input", input(&b, data));
  for (size_t i = 0; i < view->n_times; i++) {
    json_t *o = json_object();
    hc_json_put(&b, o, "times", hc_json_count(view->times[i]));
    hc_json_put(&b, o, "people", hc_json_count(view->people[i]));
    hc_json_append(&b, frequencies, o);
  }
  hc_json_put(&b, document, "frequencies", frequencies);
  hc_json_put(&b, document, "lists", lists_array(&b, data, view));
  if (data->n_pairs > 0) hc_json_put(&b, document, "pairs", pairs_array(&b, data));
  if (data->caught) hc_json_put(&b, document, "occasions", occasions_array(&b, data));
  for (size_t i = 0; i < view->n_warnings; i++) {
    hc_json_append(&b, warnings, note_object(&b, view->warnings[i].code, view->warnings[i].text));
  }
  hc_json_put(&b, document, "warnings", warnings);
  hc_overview_free(view);
  return hc_json_finish(out, &b, document, err);
}

/* Studies ---------------------------------------------------------------------------------------------- */

static json_t *figure_object(hc_json *b, const hc_figure *f) {
  json_t *o = json_object();
  bool refused = f->refusal[0] ;
  hc_json_put(b, o, "id", hc_json_text(f->id));
  hc_json_put(b, o, "title", hc_json_text(f->title));
  hc_json_put(b, o, "unit", hc_json_text(f->unit));
  hc_json_put(b, o, "basis", hc_json_text(hc_basis_name(f->basis)));
  hc_json_put(b, o, "basis_words", hc_json_text(_(hc_basis_words(f->basis))));
  bool somebody_published = f->published_as[0]  && strcmp(f->published_as, "none") != 0;
  hc_json_put(b, o, "published", somebody_published ? hc_json_real(f->published) : json_null());
  hc_json_put(b, o, "published_as", somebody_published ? hc_json_text(f->published_as) : json_null());
  hc_json_put(b, o, "recomputed", hc_json_real(f->recomputed));
  hc_json_put(b, o, "tolerance", hc_json_real(f->tolerance));
  hc_json_put(b, o, "agrees", hc_figure_has_verdict(f) ? json_boolean(f->agrees) : json_null());
  hc_json_put(b, o, "expects_refusal", json_boolean(f->expects_refusal));
  hc_json_put(b, o, "refusal", refused ? hc_json_text(f->refusal) : json_null());
  hc_json_put(b, o, "reason", refused ? hc_json_text(f->reason) : json_null());
  hc_json_put(b, o, "interval", f->has_interval ? interval_object(b, &f->interval) : json_null());
  hc_json_put(b, o, "how", hc_json_text(f->how));
  hc_json_put(b, o, "quantity", hc_json_text(f->quantity));
  hc_json_put(b, o, "note", hc_json_text(f->note));
  return o;
}

hc_status hc_studies_json(char **out, hc_study *const *studies, size_t n, hc_error *err) {
  hc_json b = {false};
  json_t *document = hc_json_start(&b), *all = json_array();
  bool agree = true;
  for (size_t i = 0; i < n; i++) {
    const hc_study *s = studies[i];
    json_t *o = json_object(), *figures = json_array();
    hc_json_put(&b, o, "id", hc_json_text(s->id));
    hc_json_put(&b, o, "title", hc_json_text(s->title));
    hc_json_put(&b, o, "unit", hc_json_text(s->unit));
    hc_json_put(&b, o, "source", hc_json_text(s->source));
    hc_json_put(&b, o, "criticism", hc_json_text(s->criticism));
    hc_json_put(&b, o, "verdict", s->verdict[0]  ? hc_json_text(s->verdict) : json_null());
    hc_json_put(&b, o, "headline", s->headline[0]  ? hc_json_text(s->headline) : json_null());
    hc_json_put(&b, o, "agrees", json_boolean(hc_study_agrees(s)));
    for (size_t k = 0; k < s->n_figures; k++) hc_json_append(&b, figures, figure_object(&b, &s->figures[k]));
    hc_json_put(&b, o, "figures", figures);
    hc_json_append(&b, all, o);
    agree = agree && hc_study_agrees(s);
  }
  hc_json_put(&b, document, "agrees", json_boolean(agree));
  hc_json_put(&b, document, "studies", all);
  return hc_json_finish(out, &b, document, err);
}

void hc_text_free(char *document) { free(document); }

/* Estimators ------------------------------------------------------------------------------------------- */

static json_t *choices_array(hc_json *b, const char *choices) {
  json_t *all = json_array();
  for (const char *at = choices; at;) {
    char one[HC_CODE_SIZE];
    size_t length = strcspn(at, "|");
    snprintf(one, sizeof one, "%.*s", (int)length, at);
    hc_json_append(b, all, hc_json_text(one));
    at = at[length] ? at + length + 1 : NULL;
  }
  return all;
}

static json_t *option_object(hc_json *b, const hc_option *option) {
  static const char *const types[] = {[HC_OPTION_REAL] = "real", [HC_OPTION_INTEGER] = "integer",
                                      [HC_OPTION_CHOICE] = "choice", [HC_OPTION_TEXT] = "text",
                                      [HC_OPTION_FORMULA] = "formula", [HC_OPTION_COVERAGE] = "coverage"};
  bool number = option->type == HC_OPTION_REAL || option->type == HC_OPTION_INTEGER;
  json_t *o = json_object();
  hc_json_put(b, o, "name", hc_json_text(option->name));
  hc_json_put(b, o, "type", hc_json_text(types[option->type]));
  hc_json_put(b, o, "default", option_value(option, option->fallback));
  hc_json_put(b, o, "minimum", number ? hc_json_number(option->minimum) : json_null());
  hc_json_put(b, o, "maximum", number ? hc_json_number(option->maximum) : json_null());
  hc_json_put(b, o, "choices", option->type == HC_OPTION_CHOICE ? choices_array(b, option->choices) : json_null());
  hc_json_put(b, o, "help", hc_json_text(_(option->help)));
  return o;
}

static json_t *model_object(hc_json *b, const hc_estimator *e) {
  json_t *o = json_object(), *accepts = json_array(), *intervals = json_array(), *options = json_array();
  const char *method;
  for (size_t i = 0; hc_shape_at(i) != HC_SHAPE_AUTO; i++)
    if (e->accepts & (unsigned)hc_shape_at(i)) hc_json_append(b, accepts, hc_json_text(hc_shape_name(hc_shape_at(i))));
  for (size_t i = 0; (method = hc_interval_method_at(i)); i++)
    if (strcmp(method, "profile") != 0 || e->profile) hc_json_append(b, intervals, hc_json_text(method));
  for (const char *const *own = e->interval_methods; own && *own; own++) hc_json_append(b, intervals, hc_json_text(*own));
  for (const hc_option *option = e->options; option && option->name; option++)
    hc_json_append(b, options, option_object(b, option));
  hc_json_put(b, o, "id", hc_json_text(e->id));
  hc_json_put(b, o, "title", hc_json_text(_(e->title)));
  hc_json_put(b, o, "formula", hc_json_text(e->formula));
  hc_json_put(b, o, "assumes", hc_json_text(_(e->assumes)));
  hc_json_put(b, o, "needs", hc_json_text(_(e->needs)));
  hc_json_put(b, o, "cite", hc_json_text(e->cite));
  hc_json_put(b, o, "accepts", accepts);
  hc_json_put(b, o, "intervals", intervals);
  hc_json_put(b, o, "simulates", json_boolean(hc_estimator_simulates(e)));
  hc_json_put(b, o, "options", options);
  return o;
}

hc_status hc_models_json(char **out, const hc_estimator *one, hc_error *err) {
  hc_json b = {false};
  json_t *document = hc_json_start(&b), *models = json_array();
  for (size_t i = 0; i < hc_estimator_count(); i++)
    if (!one || one == hc_estimator_at(i)) hc_json_append(&b, models, model_object(&b, hc_estimator_at(i)));
  hc_json_put(&b, document, "models", models);
  return hc_json_finish(out, &b, document, err);
}
