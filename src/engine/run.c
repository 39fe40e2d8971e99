/* A run: which estimators, with which options, on which data; and what becomes of each of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dependence.h"
#include "engine/options.h"
#include "engine/report.h"
#include "headcount/interval.h"

void hc_request_begin(hc_request *request, size_t size) {
  memset(request, 0, size);
  request->size = size;
}

/* The estimators that were chosen, each with its options. */
struct chosen {
  size_t n;
  const hc_estimator **estimator; /* [n] room for all there are, and twice that for names of options */
  hc_options **options;           /* [n]                */
  bool all, named;
};

struct work {
  const hc_request *request; /* the library's own copy */
  const hc_settings *settings;
  const hc_data *data;
  struct chosen chosen;
  hc_report *report;
};

/* ---- which estimators ---------------------------------------------------------------------------------------- */

static hc_status no_memory(hc_error *err) { return hc_fail(err, HC_ENOMEM, "no memory for the run"); }

static hc_status unknown_model(const char *id, hc_error *err) {
  size_t n = hc_estimator_count();
  const char **ids = malloc(n * sizeof *ids);
  if (!ids) return no_memory(err);
  for (size_t i = 0; i < n; i++) ids[i] = hc_estimator_at(i)->id;
  const char *nearest = hc_nearest(id, ids, n);
  if (nearest) hc_fail(err, HC_EUSAGE, "unknown estimator '%s'; did you mean '%s'?", id, nearest);
  else hc_fail(err, HC_EUSAGE, "unknown estimator '%s'; 'headcount models' lists them", id);
  free(ids);
  return HC_EUSAGE;
}

static hc_status add_model(struct chosen *c, const char *id, hc_error *err) {
  const hc_estimator *e = hc_estimator_find(id);
  if (!e && strcmp(id, "all") == 0) return hc_fail(err, HC_EUSAGE, "'all' stands alone: it has every estimator in it");
  if (!e) return unknown_model(id, err);
  for (size_t i = 0; i < c->n; i++)
    if (c->estimator[i] == e) return hc_fail(err, HC_EUSAGE, "estimator '%s' is named twice", id);
  c->estimator[c->n++] = e;
  return HC_OK;
}

static hc_status named_models(struct chosen *c, const char *models, hc_error *err) {
  c->all = models && strcmp(models, "all") == 0;
  c->named = models && !c->all;
  for (const char *at = c->named ? models : NULL; at;) {
    char id[HC_CODE_SIZE];
    size_t n = strcspn(at, ",");
    snprintf(id, sizeof id, "%.*s", (int)n, at);
    hc_status status = add_model(c, id, err);
    if (status != HC_OK) return status;
    at = at[n] ? at + n + 1 : NULL;
  }
  return HC_OK;
}

static const hc_option *option_of(const hc_estimator *e, const char *name, size_t length) {
  char text[HC_CODE_SIZE];
  snprintf(text, sizeof text, "%.*s", (int)length, name);
  for (const hc_option *o = e->options; o && o->name; o++)
    if (hc_option_is(o, text)) return o;
  return NULL;
}

static size_t vary_length(const hc_request *r) { return r->vary ? strcspn(r->vary, "=") : 0; }

static bool is_meant(const hc_setting *s, const hc_estimator *e) {
  return !s->estimator || strcmp(s->estimator, e->id) == 0;
}

static bool knows_all(const hc_request *r, const hc_estimator *e) {
  for (size_t k = 0; k < r->n_settings; k++) {
    const hc_setting *s = &r->settings[k];
    if (!is_meant(s, e) || !option_of(e, s->name, strlen(s->name))) return false;
  }
  return !r->vary || option_of(e, r->vary, vary_length(r));
}

/* When none is named: the usual one for these data; the first that knows the options where that one does not. */
static bool can_do_all(const struct work *w, const hc_estimator *e) {
  return knows_all(w->request, e) && (!w->settings->dependence || hc_estimator_takes_dependence(e));
}

static const hc_estimator *suitable(const struct work *w) {
  const hc_data *data = w->data;
  const hc_estimator *usual = hc_estimator_default(data);
  if (usual && can_do_all(w, usual)) return usual;
  for (size_t i = 0; i < hc_estimator_count(); i++) {
    const hc_estimator *e = hc_estimator_at(i);
    if ((e->accepts & (unsigned)hc_data_shape(data)) && can_do_all(w, e)) return e;
  }
  return usual;
}

static hc_status models_for(struct work *w, hc_error *err) {
  struct chosen *c = &w->chosen;
  if (c->named) return HC_OK;
  for (size_t i = 0; c->all && i < hc_estimator_count(); i++)
    if (hc_estimator_at(i)->accepts & (unsigned)hc_data_shape(w->data)) c->estimator[c->n++] = hc_estimator_at(i);
  const hc_estimator *e = c->all ? NULL : suitable(w);
  if (e) c->estimator[c->n++] = e;
  if (c->n) return HC_OK;
  return hc_refuse(err, "bad-shape", "no estimator accepts data of the shape '%s'", hc_shape_name(hc_data_shape(w->data)));
}

/* ---- their options --------------------------------------------------------------------------------------------- */

static bool is_among(const char *const *names, size_t n, const char *name) {
  for (size_t k = 0; k < n; k++)
    if (strcmp(names[k], name) == 0) return true;
  return false;
}

static hc_status unknown_setting(const struct chosen *c, const hc_setting *s, hc_error *err) {
  char kind[128];
  const char **names = NULL, *who = c->n == 1 ? c->estimator[0]->id : _("the chosen estimators");
  size_t n = 0;
  if (s->estimator && !hc_estimator_find(s->estimator))
    return hc_fail(err, HC_EUSAGE, "--set %s.%s=%s: there is no estimator '%s'", s->estimator, s->name, s->value, s->estimator);
  if (s->estimator) who = s->estimator;
  for (size_t i = 0; i < c->n; i++)
    for (const hc_option *o = c->estimator[i]->options; o && o->name; o++) {
      if (!is_meant(s, c->estimator[i]) || is_among(names, n, o->name)) continue;
      const char **more = realloc(names, (n + 1) * sizeof *more);
      if (more) names = more, names[n++] = o->name;
    }
  hc_format(kind, sizeof kind, "option of %s:", who);
  if (n) hc_unknown(err, kind, s->name, names, n);
  else
    hc_fail(err, HC_EUSAGE, "%s%s%s=%s: no such option, %s has none", s->estimator ? s->estimator : "",
            s->estimator ? "." : "", s->name, s->value, who);
  free(names);
  return HC_EUSAGE;
}

static hc_status apply_settings(struct chosen *c, const hc_request *r, hc_error *err) {
  hc_status status = HC_OK;
  for (size_t i = 0; i < c->n && status == HC_OK; i++) status = hc_options_new(&c->options[i], c->estimator[i], err);
  for (size_t k = 0; k < r->n_settings && status == HC_OK; k++) {
    const hc_setting *s = &r->settings[k];
    size_t users = 0;
    for (size_t i = 0; i < c->n && status == HC_OK; i++) {
      hc_error why;
      if (!is_meant(s, c->estimator[i]) || !option_of(c->estimator[i], s->name, strlen(s->name))) continue;
      status = hc_options_set(c->options[i], s->name, s->value, &why);
      if (status != HC_OK) hc_fail(err, status, "%s: %s", c->estimator[i]->id, why.message);
      users++;
    }
    if (status == HC_OK && !users) status = unknown_setting(c, s, err);
  }
  return status;
}

static bool named_in(const char *const *names, const char *name, size_t length) {
  for (; names && *names; names++)
    if (strlen(*names) == length && strncmp(*names, name, length) == 0) return true;
  return false;
}

static bool is_method(const char *name, size_t length) {
  const char *known;
  if (length == 3 && strncmp(name, "all", 3) == 0) return true;
  for (size_t i = 0; (known = hc_interval_method_at(i)); i++)
    if (strlen(known) == length && strncmp(known, name, length) == 0) return true;
  for (size_t i = 0; i < hc_estimator_count(); i++)
    if (named_in(hc_estimator_at(i)->interval_methods, name, length)) return true;
  return false;
}

/* A method that no estimator has is a slip; one that these estimators do not have is for them to refuse. */
static hc_status check_intervals(const char *methods, hc_error *err) {
  for (const char *at = methods; at;) {
    char name[HC_CODE_SIZE];
    size_t length = strcspn(at, ",");
    snprintf(name, sizeof name, "%.*s", (int)length, at);
    if (!is_method(at, length)) {
      const char *known[32] = {"all"};
      size_t n = 1;
      while (n < 32 && (known[n] = hc_interval_method_at(n - 1))) n++;
      return hc_unknown(err, "interval", name, known, n);
    }
    at = at[length] == ',' ? at + length + 1 : NULL;
  }
  return HC_OK;
}

/* ---- one answer ------------------------------------------------------------------------------------------------ */

static hc_status add_answer(hc_report *report, const hc_answer *answer, const hc_error *refusal, hc_error *err) {
  hc_error *kept = refusal ? malloc(sizeof *kept) : NULL;
  if (refusal && !kept) return no_memory(err);
  if (kept) *kept = *refusal;
  if (report->n_answers == report->room) {
    size_t room = 2 * report->room + 8;
    hc_answer *answers = realloc(report->answers, room * sizeof *answers);
    if (answers) report->answers = answers;
    hc_error **refusals = realloc(report->refusals, room * sizeof *refusals);
    if (refusals) report->refusals = refusals;
    if (!answers || !refusals) {
      free(kept);
      return no_memory(err);
    }
    report->room = room;
  }
  report->answers[report->n_answers] = *answer;
  report->refusals[report->n_answers] = kept;
  if (kept) {
    report->answers[report->n_answers].code = kept->code;
    report->answers[report->n_answers].reason = kept->message;
  }
  report->n_answers++;
  return HC_OK;
}

/* Turns a failure that is an estimator's answer into a refusal: what does not suit one of `all` does not end the others. */
static hc_status as_refusal(const struct work *w, hc_status status, hc_error *why) {
  hc_error was = *why;
  if (status == HC_ECANCELLED) return hc_refuse(why, "interrupted", "stopped by the user before it was done");
  if (w->chosen.all && status == HC_EUSAGE) return hc_refuse(why, "needs-option", "%s", was.message);
  if (w->chosen.all && status == HC_EDATA) {
    if (!was.line) return hc_refuse(why, "bad-data", "%s", was.message);
    return hc_refuse(why, "bad-data", "line %llu: %s", (unsigned long long)was.line, was.message);
  }
  return status;
}

static hc_status answer_by(struct work *w, size_t i, const hc_options *options, const char *value, hc_error *err) {
  const hc_pulse pulse = {w->settings->progress, w->settings->progress_context, w->chosen.estimator[i]->id};
  hc_answer answer = {.estimator = w->chosen.estimator[i], .value = value};
  hc_analysis *analysis = NULL;
  hc_strata *strata = NULL;
  hc_error why;
  hc_status status;
  if (!hc_pulse_beat(&pulse, 0, 0)) status = hc_refuse(&why, "interrupted", "stopped by the user before it began");
  else if (w->data->n_strata && !w->data->covariates)
    status = hc_strata_new(&strata, w->data, answer.estimator, options, w->settings, w->request->leave_out,
                           w->request->not_covered, &why);
  else status = hc_analysis_new(&analysis, w->data, answer.estimator, options, w->settings, &why);
  if (status != HC_OK) status = as_refusal(w, status, &why);
  answer.analysis = analysis;
  answer.strata = strata;
  if (status == HC_OK || status == HC_EREFUSED) {
    hc_status added = add_answer(w->report, &answer, status == HC_EREFUSED ? &why : NULL, err);
    if (added != HC_OK) hc_analysis_free(analysis), hc_strata_free(strata);
    return added;
  }
  if (err) *err = why;
  return status;
}

/* ---- the whole -------------------------------------------------------------------------------------------------- */

/* At one value of an option, whose text ends with the report. */
static hc_status answer_at(struct work *w, const char *value, hc_error *err) {
  struct chosen *c = &w->chosen;
  const char *name = w->report->varied;
  hc_status status = HC_OK;
  for (size_t i = 0; i < c->n && status == HC_OK; i++) {
    hc_options *options = NULL;
    hc_error why;
    if (!option_of(c->estimator[i], name, strlen(name))) continue;
    status = hc_options_copy(&options, c->options[i], err);
    if (status == HC_OK && hc_options_set(options, name, value, &why) != HC_OK)
      status = hc_fail(err, HC_EUSAGE, "--sensitivity: %s", why.message);
    if (status == HC_OK) status = answer_by(w, i, options, value, err);
    hc_options_free(options);
  }
  return status;
}

/* Cuts "NAME=A,B" into texts, and answers at each. */
static hc_status answer_over(struct work *w, hc_error *err) {
  const char *asked = w->request->vary;
  struct chosen *c = &w->chosen;
  size_t n = strlen(asked), users = 0, length = vary_length(w->request);
  if (!length || !asked[length] || !asked[length + 1])
    return hc_fail(err, HC_EUSAGE, "--sensitivity takes NAME=A,B,..., found '%s'", asked);
  for (size_t i = 0; i < c->n; i++) users += !!option_of(c->estimator[i], asked, length);
  char *texts = w->report->varied = malloc(n + 1);
  if (!texts) return no_memory(err);
  memcpy(texts, asked, n + 1);
  texts[length] = 0;
  if (!users) return hc_fail(err, HC_EUSAGE, "--sensitivity: no chosen estimator has an option '%s'", texts);
  for (char *at = texts + length + 1; at < texts + n;) {
    size_t size = strcspn(at, ",");
    at[size] = 0;
    hc_status status = answer_at(w, at, err);
    if (status != HC_OK) return status;
    at += size + 1;
  }
  return HC_OK;
}

/* Bad data are a refusal of one of `all`; where they are everybody's, they are the error. */
static hc_status all_bad(const hc_report *report, hc_error *err) {
  for (size_t i = 0; i < report->n_answers; i++)
    if (!report->answers[i].code || strcmp(report->answers[i].code, "bad-data") != 0) return HC_OK;
  if (!report->n_answers) return HC_OK;
  return hc_fail(err, HC_EDATA, "%s", report->answers[0].reason);
}

static hc_status refuse_dependence(const hc_estimator *e, hc_error *err) {
  char able[200] = "";
  for (size_t i = 0; i < hc_estimator_count(); i++) {
    size_t used = strlen(able);
    if (hc_estimator_takes_dependence(hc_estimator_at(i)))
      snprintf(able + used, sizeof able - used, "%s%s", used ? ", " : "", hc_estimator_at(i)->id);
  }
  return hc_fail(err, HC_EUSAGE, "--dependence: %s is no log-linear model of lists; these are: %s", e->id, able);
}

/* Before data are read, as far as that can be told. Of `all` estimators those that can answer do. */
static hc_status check_dependence(const struct chosen *c, const hc_settings *settings, const hc_data *data, hc_error *err) {
  if (!settings->dependence) return HC_OK;
  hc_status status = hc_dependence_check(settings->dependence, data, err);
  for (size_t i = 0; i < c->n && status == HC_OK && !c->all; i++)
    if (!hc_estimator_takes_dependence(c->estimator[i])) status = refuse_dependence(c->estimator[i], err);
  return status;
}

static hc_status run(struct work *w, hc_error *err) {
  struct chosen *c = &w->chosen;
  hc_status status = models_for(w, err);
  if (status == HC_OK) status = check_dependence(c, w->settings, w->data, err);
  if (status == HC_OK) status = apply_settings(c, w->request, err);
  if (status == HC_OK && w->request->vary) return answer_over(w, err);
  for (size_t i = 0; i < c->n && status == HC_OK; i++) status = answer_by(w, i, c->options[i], NULL, err);
  if (status == HC_OK) status = all_bad(w->report, err);
  return status == HC_OK ? hc_report_note_bounds(w->report, err) : status;
}

static hc_status begin_choice(struct chosen *c, const hc_request *r, const hc_settings *settings, hc_error *err) {
  size_t most = hc_estimator_count();
  c->estimator = calloc(most, sizeof *c->estimator);
  c->options = calloc(most, sizeof *c->options);
  if (!c->estimator || !c->options) return no_memory(err);
  hc_status status = named_models(c, r->models, err);
  if (status == HC_OK) status = check_intervals(settings->intervals, err);
  return status == HC_OK ? check_dependence(c, settings, NULL, err) : status;
}

static void end_choice(struct chosen *c) {
  for (size_t i = 0; i < c->n; i++) hc_options_free(c->options[i]);
  free(c->estimator);
  free(c->options);
}

static hc_status take_request(hc_request *own, const hc_request *given, hc_error *err) {
  hc_request_init(own);
  if (!given) return HC_OK;
  if (given->size < sizeof given->size) return hc_fail(err, HC_EUSAGE, "a request begins with hc_request_init");
  memcpy(own, given, given->size < sizeof *own ? given->size : sizeof *own);
  return HC_OK;
}

hc_status hc_request_check(const hc_request *request, const hc_settings *settings, hc_error *err) {
  struct chosen c = {0};
  hc_request own;
  hc_settings how;
  hc_status status = take_request(&own, request, err);
  if (status == HC_OK) status = hc_settings_take(&how, settings, err);
  if (status == HC_OK) status = begin_choice(&c, &own, &how, err);
  for (size_t k = 0; status == HC_OK && k < own.n_settings; k++)
    if (own.settings[k].estimator && !hc_estimator_find(own.settings[k].estimator))
      status = unknown_setting(&c, &own.settings[k], err);
  if (status == HC_OK && c.named) status = apply_settings(&c, &own, err);
  end_choice(&c);
  return status;
}

hc_status hc_request_one(const hc_estimator **estimator, hc_options **options, const hc_request *request,
                         const char *usual, const hc_settings *settings, hc_error *err) {
  struct chosen c = {0};
  hc_request own;
  *options = NULL;
  hc_status status = take_request(&own, request, err);
  if (status == HC_OK && !own.models) own.models = usual;
  if (status == HC_OK) status = begin_choice(&c, &own, settings, err);
  if (status == HC_OK && c.n != 1) status = hc_fail(err, HC_EUSAGE, "one estimator at a time, not '%s'", own.models);
  if (status == HC_OK) status = apply_settings(&c, &own, err);
  if (status == HC_OK) *estimator = c.estimator[0], *options = c.options[0], c.options[0] = NULL;
  end_choice(&c);
  return status;
}

/* The option, where it names columns. Which estimator has it does not matter here, nor whether it is the one that will run. */
static const hc_option *option_with_columns(const hc_setting *s) {
  for (size_t i = 0; i < hc_estimator_count(); i++) {
    const hc_option *o = is_meant(s, hc_estimator_at(i)) ? option_of(hc_estimator_at(i), s->name, strlen(s->name)) : NULL;
    if (o && (o->type == HC_OPTION_FORMULA || o->type == HC_OPTION_COVERAGE)) return o;
  }
  return NULL;
}

hc_status hc_request_columns(const hc_request *request, char *columns, size_t size, hc_error *err) {
  hc_request own;
  hc_status status = take_request(&own, request, err);
  columns[0] = '\0';
  for (size_t k = 0; status == HC_OK && k < own.n_settings; k++) {
    const hc_option *o = own.settings[k].value[0] ? option_with_columns(&own.settings[k]) : NULL;
    if (o) status = hc_option_columns(columns, size, o, own.settings[k].value, err);
  }
  return status;
}

/* The report keeps what it needs of the settings. */
static hc_status new_report(hc_report **report, const hc_data *data, const hc_settings *settings, hc_error *err) {
  hc_report *r = *report = calloc(1, sizeof *r);
  if (!r) return no_memory(err);
  r->data = data;
  r->settings = *settings;
  r->settings.intervals = settings->intervals ? strdup(settings->intervals) : NULL;
  r->settings.dependence = settings->dependence ? strdup(settings->dependence) : NULL;
  bool kept = (!settings->intervals || r->settings.intervals) && (!settings->dependence || r->settings.dependence);
  return kept ? HC_OK : no_memory(err);
}

hc_status hc_run(hc_report **report, const hc_data *data, const hc_request *request, const hc_settings *settings,
                 hc_error *err) {
  hc_request own;
  hc_settings how;
  struct work w = {.request = &own, .settings = &how, .data = data};
  *report = NULL;
  hc_status status = take_request(&own, request, err);
  if (status == HC_OK) status = hc_settings_take(&how, settings, err);
  if (status == HC_OK) status = new_report(&w.report, data, &how, err);
  if (status == HC_OK) status = begin_choice(&w.chosen, &own, &how, err);
  if (status == HC_OK) status = run(&w, err);
  end_choice(&w.chosen);
  if (status == HC_OK) *report = w.report;
  else hc_report_free(w.report);
  return status;
}

void hc_report_free(hc_report *report) {
  if (!report) return;
  for (size_t i = 0; i < report->n_answers; i++) {
    hc_analysis_free((hc_analysis *)report->answers[i].analysis);
    hc_strata_free((hc_strata *)report->answers[i].strata);
    free(report->refusals[i]);
  }
  free(report->answers);
  free(report->refusals);
  free(report->varied);
  free((char *)report->settings.intervals);
  free((char *)report->settings.dependence);
  free(report);
}

const hc_answer *hc_report_at(const hc_report *report, size_t i) {
  return i < report->n_answers ? &report->answers[i] : NULL;
}
const hc_data *hc_report_data(const hc_report *report) { return report->data; }
const hc_settings *hc_report_settings(const hc_report *report) { return &report->settings; }
const char *hc_report_varied(const hc_report *report) { return report->varied; }

const hc_strata *hc_report_strata(const hc_report *report) {
  for (size_t i = 0; i < report->n_answers; i++)
    if (report->answers[i].strata) return report->answers[i].strata;
  return NULL;
}
