/* Running a study: one run for each distinct analysis, and its numbers held against what was published. */
#include "engine/study.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/fail.h"

static const char *const basis_names[] = {"", "data", "inputs", "back-solved", "stated", "own"};
static const char *const basis_words[] = {"", "from data", "from inputs", "back-solved", "only quoted", "our own"};

static bool is_basis(hc_basis basis) { return basis >= HC_BASIS_DATA && basis <= HC_BASIS_OWN; }

const char *hc_basis_name(hc_basis basis) { return is_basis(basis) ? basis_names[basis] : ""; }

const char *hc_basis_words(hc_basis basis) { return is_basis(basis) ? basis_words[basis] : ""; }

bool hc_figure_has_verdict(const hc_figure *figure) {
  return figure->basis != HC_BASIS_STATED && figure->basis != HC_BASIS_OWN;
}

bool hc_study_agrees(const hc_study *study) {
  for (size_t i = 0; i < study->n_figures; i++)
    if (hc_figure_has_verdict(&study->figures[i]) && !study->figures[i].agrees) return false;
  return true;
}

void hc_study_free(hc_study *study) {
  if (!study) return;
  free(study->figures);
  free(study);
}

hc_status hc_question_settings(const hc_question *asked, char *text, hc_setting settings[HC_QUESTION_SETTINGS], size_t *n,
                            hc_error *err) {
  snprintf(text, HC_QUESTION_TEXT_SIZE, "%s", asked->options);
  *n = 0;
  for (char *rest = text; *rest && *n < HC_QUESTION_SETTINGS;) {
    while (isspace((unsigned char)*rest)) rest++;
    char *name = rest;
    size_t length = strcspn(rest, ";");
    rest += length + (rest[length] == ';');
    name[length] = 0;
    char *value = strchr(name, '=');
    if (!value) return hc_fail(err, HC_EDATA, "figure %s: options are name=value; name=value", asked->id);
    *value++ = 0;
    settings[(*n)++] = (hc_setting){NULL, name, value};
  }
  return HC_OK;
}

/* ---- one run for each distinct analysis ---- */

struct analysed {
  const hc_question *first; /* the figure that it was made for */
  hc_report *report;
};

struct work {
  const hc_study_task *task;
  const hc_settings *settings;
  struct analysed *analysed; /* [n_analysed], room for as many as there are figures */
  size_t n_analysed;
  hc_error *err;
};

static bool same_analysis(const hc_question *a, const hc_question *b) {
  return strcmp(a->data, b->data) == 0 && strcmp(a->shape, b->shape) == 0 && strcmp(a->estimator, b->estimator) == 0 &&
         strcmp(a->options, b->options) == 0 && a->replicates == b->replicates && strcmp(a->interval, b->interval) == 0 &&
         strcmp(a->resample, b->resample) == 0 && strcmp(a->by, b->by) == 0;
}

static hc_status was_stopped(const hc_answer *answer, hc_error *err) {
  const hc_bootstrap *b = answer->analysis ? hc_analysis_bootstrap(answer->analysis) : NULL;
  bool refused = answer->code && strcmp(answer->code, "interrupted") == 0;
  if (refused || (b && hc_bootstrap_done(b) < hc_bootstrap_requested(b))) return hc_fail(err, HC_ECANCELLED, "stopped");
  return HC_OK;
}

static hc_status analyse(struct work *w, const hc_question *f, hc_report **report) {
  char text[HC_QUESTION_TEXT_SIZE];
  hc_setting set[HC_QUESTION_SETTINGS];
  hc_request request;
  hc_settings settings = *w->settings;
  const hc_data *data = NULL;
  hc_request_init(&request);
  request.models = f->estimator;
  request.settings = set;
  settings.replicates = f->replicates;
  settings.resample = f->resample[0] ? hc_resample_from_name(f->resample) : HC_RESAMPLE_DEFAULT;
  settings.intervals = f->interval[0] ? f->interval : NULL;
  hc_status status = hc_question_settings(f, text, set, &request.n_settings, w->err);
  if (status == HC_OK) status = w->task->load(w->task->context, &data, f, w->err);
  if (status == HC_OK) status = hc_run(report, data, &request, &settings, w->err);
  return status == HC_OK ? was_stopped(hc_report_at(*report, 0), w->err) : status;
}

static hc_status answer_of(struct work *w, const hc_question *f, const hc_answer **answer) {
  for (size_t i = 0; i < w->n_analysed; i++)
    if (same_analysis(w->analysed[i].first, f)) return *answer = hc_report_at(w->analysed[i].report, 0), HC_OK;
  struct analysed *a = &w->analysed[w->n_analysed++];
  a->first = f;
  hc_status status = analyse(w, f, &a->report);
  if (status == HC_OK) *answer = hc_report_at(a->report, 0);
  return status;
}

/* ---- what came out ---- */

/* A quantity by name, se(name), or a number of the fit. An interval, where there is one, is that of quantity *q. */
static hc_status value_of(struct work *w, const hc_question *f, const hc_analysis *a, size_t *q, double *value) {
  char name[sizeof f->quantity];
  size_t length = strlen(f->quantity);
  bool se = strncmp(f->quantity, "se(", 3) == 0 && f->quantity[length - 1] == ')';
  snprintf(name, sizeof name, "%.*s", (int)(se ? length - 4 : length), f->quantity + (se ? 3 : 0));
  *q = hc_analysis_find(a, name);
  if (*q < hc_analysis_count(a)) {
    *value = se ? hc_analysis_se(a, *q) : hc_analysis_value(a, *q);
    if (se) *q = hc_analysis_count(a); /* an interval would be that of the quantity itself */
    return HC_OK;
  }
  for (hc_fit_field i = 0; i < HC_FIT_FIELDS; i++)
    if (strcmp(hc_fit_field_name(i), f->quantity) == 0) return *value = hc_analysis_fit(a, i), HC_OK;
  return hc_fail_at(w->err, HC_EDATA, w->task->file, f->line, 0, "figure %s: %s has no quantity '%s'", f->id, f->estimator,
                    f->quantity);
}

/* The interval asked for; without a wish, the last, which is the bootstrap's where there is one. */
static void take_interval(hc_figure *out, const hc_question *f, const hc_interval *k, size_t q) {
  if (k->quantity != q || (f->interval[0] && strcmp(k->method, f->interval) != 0)) return;
  out->interval = *k;
  out->has_interval = true;
}

static void compare(hc_figure *out) {
  bool claimed = out->basis != HC_BASIS_OWN && !out->expects_refusal;
  out->agrees = claimed && fabs(out->recomputed - out->published) <= out->tolerance * fabs(out->published);
}

static void take_refusal(hc_figure *out, const char *code, const char *reason) {
  snprintf(out->refusal, sizeof out->refusal, "%s", code);
  snprintf(out->reason, sizeof out->reason, "%s", reason);
}

/* The total over strata, or why there is none. */
static hc_status take_total(struct work *w, const hc_question *f, const hc_strata *s, hc_figure *out) {
  const hc_total *total;
  const hc_note *note = hc_strata_note(s, 0);
  size_t t = 0;
  if (!hc_strata_total(s, 0)) {
    take_refusal(out, note ? note->code : "no-total", note ? note->text : _("nothing adds up over these strata"));
    return HC_OK;
  }
  while ((total = hc_strata_total(s, t)) && strcmp(total->name, f->quantity) != 0) t++;
  if (!total)
    return hc_fail_at(w->err, HC_EDATA, w->task->file, f->line, 0, "figure %s: there is no total of '%s'", f->id, f->quantity);
  out->recomputed = total->value;
  compare(out);
  for (size_t i = 0; i < total->n_intervals; i++) take_interval(out, f, &total->intervals[i], t);
  return HC_OK;
}

static hc_status take_analysis(struct work *w, const hc_question *f, const hc_analysis *a, hc_figure *out) {
  const hc_interval *k;
  size_t q;
  hc_status status = value_of(w, f, a, &q, &out->recomputed);
  if (status != HC_OK) return status;
  compare(out);
  for (size_t i = 0; (k = hc_analysis_interval(a, i)); i++) take_interval(out, f, k, q);
  return HC_OK;
}

static hc_figure begin_figure(const hc_question *f) {
  hc_figure out = {.basis = f->basis, .published = f->published, .expected = f->expected, .tolerance = f->tolerance,
                   .expects_refusal = f->refusal[0] != 0, .recomputed = NAN};
  snprintf(out.id, sizeof out.id, "%s", f->id);
  snprintf(out.title, sizeof out.title, "%s", f->title);
  snprintf(out.unit, sizeof out.unit, "%s", f->unit);
  snprintf(out.published_as, sizeof out.published_as, "%s", f->published_as);
  snprintf(out.refusal, sizeof out.refusal, "%s", f->refusal);
  snprintf(out.how, sizeof out.how, "%s", f->how);
  snprintf(out.quantity, sizeof out.quantity, "%s", f->quantity);
  snprintf(out.note, sizeof out.note, "%s", f->note);
  return out;
}

static hc_status recompute(struct work *w, const hc_question *f, hc_figure *out) {
  const hc_answer *answer = NULL;
  *out = begin_figure(f);
  if (f->basis == HC_BASIS_STATED) return HC_OK;
  hc_status status = answer_of(w, f, &answer);
  if (status != HC_OK) return status;
  if (answer->strata) return take_total(w, f, answer->strata, out);
  if (answer->analysis) return take_analysis(w, f, answer->analysis, out);
  take_refusal(out, answer->code, answer->reason);
  out->agrees = out->expects_refusal && strcmp(f->refusal, answer->code) == 0;
  return HC_OK;
}

hc_status hc_study_recompute(hc_figure *figures, const hc_study_task *task, const hc_settings *settings, hc_error *err) {
  struct work w = {.task = task, .settings = settings, .err = err};
  hc_status status = HC_OK;
  w.analysed = calloc(task->n_figures + 1, sizeof *w.analysed);
  if (!w.analysed) return hc_fail(err, HC_ENOMEM, "no memory for a study");
  for (size_t i = 0; i < task->n_figures && status == HC_OK; i++) status = recompute(&w, &task->figures[i], &figures[i]);
  for (size_t i = 0; i < w.n_analysed; i++) hc_report_free(w.analysed[i].report);
  free(w.analysed);
  return status;
}
