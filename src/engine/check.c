/* Every list plays the truth: a run for each list, on the people who are on it, without it. A wrapper over any
 * estimator, as strata are. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/report.h"
#include "headcount/check.h"
#include "numeric/rng.h"

/* One list that is hidden. */
struct hidden {
  uint64_t truth, seen;
  uint64_t *stratum_truth; /* [n_strata] of the data */
  hc_data *others;         /* its people on the other lists; NULL where they are too few */
  hc_report *report;
  hc_status status;
  hc_error why; /* where there is no report */
};

struct hc_checks {
  const hc_data *data;
  hc_settings settings;
  size_t n_lists;
  struct hidden *hidden; /* [n_lists] */
  hc_report *whole;      /* all lists and people; NULL where that was refused */
  size_t n_checks, n_summaries;
  hc_check *checks;
  hc_check_summary *summaries;
};

struct work {
  hc_checks *checks;
  const hc_request *request;
  hc_settings settings;
  uint64_t least;
};

static hc_status no_memory(hc_error *err) {
  return hc_fail(err, HC_ENOMEM, "no memory for the check");
}

/* ---- the people of a list, without it
 * ---------------------------------------------------------------------------------- */

static uint64_t without_bit(uint64_t history, size_t list) {
  uint64_t low = history & ((UINT64_C(1) << list) - 1);
  return low | (list + 1 < 64 ? history >> (list + 1) << list : 0);
}

/* Rows of key, count and level, of which there are as many as profiles, or as cells. */
struct rows {
  size_t n;
  uint64_t *key, *count;
  const char **level;
};

static void end_rows(struct rows *r) {
  free(r->key);
  free(r->count);
  free(r->level);
}

static void add_row(struct rows *r, const hc_data *data, size_t cell, uint64_t count, size_t list,
                    const size_t *levels) {
  if (!(data->history[cell] >> list & 1)) return;
  r->key[r->n] = without_bit(data->history[cell], list);
  r->count[r->n] = count;
  for (size_t j = 0; levels && j < data->n_attributes; j++)
    r->level[r->n * data->n_attributes + j] = data->attributes[j].levels[levels[j]];
  r->n++;
}

static hc_status take_rows(struct rows *r, struct hidden *h, const hc_data *data, size_t list, hc_error *err) {
  size_t most = (data->n_profiles ? data->n_profiles : data->n_cells) + 1;
  *r = (struct rows){.key = calloc(most, sizeof *r->key),
                     .count = calloc(most, sizeof *r->count),
                     .level = calloc(most * (data->n_attributes + 1), sizeof *r->level)};
  if (!r->key || !r->count || !r->level) return no_memory(err);
  for (size_t i = 0; i < data->n_profiles; i++) {
    const hc_profile *p = &data->profiles[i];
    add_row(r, data, p->cell, p->count, list, data->stratum_level + p->stratum * data->n_attributes);
    if (data->history[p->cell] >> list & 1) h->stratum_truth[p->stratum] += p->count;
  }
  for (size_t i = 0; !data->n_profiles && i < data->n_cells; i++) add_row(r, data, i, data->count[i], list, NULL);
  for (size_t i = 0; i < r->n; i++) {
    h->truth += r->count[i];
    h->seen += r->key[i] ? r->count[i] : 0;
  }
  return HC_OK;
}

static hc_status build(struct hidden *h, const struct rows *r, const hc_data *data, size_t list, hc_error *err) {
  const char *names[HC_MAX_LISTS], *attributes[HC_MAX_LISTS];
  size_t n = 0;
  for (size_t i = 0; i < data->n_lists; i++)
    if (i != list) names[n++] = data->list_names[i];
  hc_status status = hc_data_from_histories(&h->others, data->shape, n, names, r->key, r->count, r->n, err);
  for (size_t j = 0; j < data->n_attributes && j < HC_MAX_LISTS; j++) attributes[j] = data->attributes[j].name;
  if (status == HC_OK && data->n_profiles && data->n_attributes <= HC_MAX_LISTS)
    status = hc_data_set_attributes(h->others, data->n_attributes, attributes, r->n, r->key, r->level, r->count, err);
  return status;
}

static hc_status hide(struct work *w, size_t list, hc_error *err) {
  const hc_data *data = w->checks->data;
  struct hidden *h = &w->checks->hidden[list];
  struct rows rows = {0};
  h->stratum_truth = calloc(data->n_strata + 1, sizeof *h->stratum_truth);
  if (!h->stratum_truth) return no_memory(err);
  hc_status status = take_rows(&rows, h, data, list, err);
  if (status == HC_OK && (h->seen < w->least || h->seen == 0))
    h->status = hc_refuse(&h->why, "too-few-seen",
                          "%llu of the %llu people on %s are on another list: at least %llu are asked for",
                          (unsigned long long)h->seen, (unsigned long long)h->truth, data->list_names[list],
                          (unsigned long long)w->least);
  else if (status == HC_OK)
    status = build(h, &rows, data, list, err);
  end_rows(&rows);
  return status;
}

/* ---- the runs
 * ---------------------------------------------------------------------------------------------------------- */

static void run_list(void *context, uint64_t list, void *scratch) {
  struct work *w = context;
  struct hidden *h = &w->checks->hidden[list];
  hc_settings own = w->settings;
  (void)scratch;
  if (!h->others) return;
  own.seed = hc_rng_key(own.seed, w->checks->data->list_names[list]);
  h->status = hc_run(&h->report, h->others, w->request, &own, &h->why);
}

/* Few lists: one after the other, the replicates of each on all threads. Many: the lists on all threads. */
static hc_status run_all(struct work *w, hc_error *err) {
  hc_checks *c = w->checks;
  uint64_t done = 0;
  hc_status status = HC_OK;
  if (c->n_lists < 2 * (size_t)hc_parallel_threads(w->settings.threads)) {
    for (uint64_t i = 0; i < c->n_lists; i++) run_list(w, i, NULL);
    return HC_OK;
  }
  const hc_pulse whole = {w->settings.progress, w->settings.progress_context, "check"};
  w->settings.progress = NULL; /* it is the whole that goes forward */
  status = hc_parallel_map(c->n_lists, w->settings.threads, 1, run_list, w, &whole, &done, err);
  for (size_t i = (size_t)done; status == HC_OK && i < c->n_lists; i++)
    if (c->hidden[i].others)
      c->hidden[i].status = hc_refuse(&c->hidden[i].why, "interrupted", "stopped by the user before it began");
  return status;
}

/* What is wrong with the request is wrong for every list; what only some cannot do (terms that name the hidden list) is
 * their refusal. */
static hc_status settle(struct work *w, hc_error *err) {
  hc_checks *c = w->checks;
  const struct hidden *answered = NULL, *wrong = NULL, *few = NULL;
  for (size_t i = 0; i < c->n_lists; i++) {
    struct hidden *h = &c->hidden[i];
    if (h->status == HC_ENOMEM || h->status == HC_EINTERNAL) return err ? (*err = h->why, h->status) : h->status;
    if (h->report)
      answered = h;
    else if (h->status == HC_EUSAGE || h->status == HC_EDATA)
      wrong = h;
    else
      few = h;
  }
  if (answered) return HC_OK;
  if (!wrong) return hc_refuse(err, few->why.code, "no list can play the truth: %s", few->why.message);
  return err ? (*err = wrong->why, wrong->status) : wrong->status;
}

/* The same estimators on everybody, without replicates: what the check is about. */
static hc_status run_whole(struct work *w, hc_error *err) {
  hc_checks *c = w->checks;
  hc_request own = *w->request;
  hc_settings plain = w->settings;
  char models[4096] = "";
  const hc_answer *answer;
  const hc_report *any = NULL;
  for (size_t i = 0; i < c->n_lists && !any; i++) any = c->hidden[i].report;
  for (size_t i = 0; (answer = hc_report_at(any, i)); i++) {
    size_t used = strlen(models);
    if (used + strlen(answer->estimator->id) + 2 < sizeof models && !answer->value)
      snprintf(models + used, sizeof models - used, "%s%s", used ? "," : "", answer->estimator->id);
  }
  own.models = models;
  plain.replicates = 0;
  plain.progress = NULL;
  if (!plain.intervals) plain.intervals = "lognormal"; /* the default may need replicates */
  hc_status status = models[0] ? hc_run(&c->whole, c->data, &own, &plain, err) : HC_OK;
  return status == HC_ENOMEM || status == HC_EINTERNAL ? status : HC_OK; /* else there is none to show */
}

/* ---- cases
 * ------------------------------------------------------------------------------------------------------------- */

static void judge(hc_check *k, double N, double se, const hc_interval *interval) {
  k->N = N, k->se = se, k->interval = interval;
  k->log_error = log(N / (double)k->truth);
  k->covered = interval && interval->lower <= (double)k->truth && (double)k->truth <= interval->upper;
}

static hc_check *add(hc_checks *c, const hc_estimator *e, size_t list) {
  const struct hidden *h = &c->hidden[list];
  hc_check *k = &c->checks[c->n_checks++];
  *k = (hc_check){.estimator = e,
                  .list = c->data->list_names[list],
                  .truth = h->truth,
                  .seen = h->seen,
                  .N = NAN,
                  .se = NAN,
                  .log_error = NAN};
  return k;
}

static void refuse(hc_check *k, const char *code, const char *reason) {
  k->code = code, k->reason = reason;
}

/* Which of the data's strata has the name; n_strata where none has. */
static size_t stratum_named(const hc_data *data, const hc_stratum *stratum) {
  for (size_t i = 0; i < data->n_strata; i++) {
    bool same = true;
    for (size_t j = 0; j < data->n_attributes; j++)
      same = same && strcmp(stratum->levels[j],
                            data->attributes[j].levels[data->stratum_level[i * data->n_attributes + j]]) == 0;
    if (same) return i;
  }
  return data->n_strata;
}

static void add_strata(hc_checks *c, const hc_answer *answer, size_t list) {
  const hc_strata *s = answer->strata;
  const hc_stratum *stratum;
  for (size_t i = 0; (stratum = hc_strata_at(s, i)); i++) {
    size_t which = stratum_named(c->data, stratum);
    hc_check *k = add(c, answer->estimator, list);
    k->stratum = stratum->name;
    k->truth = which < c->data->n_strata ? c->hidden[list].stratum_truth[which] : 0;
    k->seen = stratum->observed;
    const hc_analysis *a = stratum->analysis;
    if (a)
      judge(k, hc_analysis_value(a, 0), hc_analysis_se(a, 0), hc_analysis_headline(a, 0));
    else
      refuse(k, stratum->refusal.code, stratum->refusal.message);
  }
  const hc_total *total = hc_strata_total(s, 0);
  const hc_note *note = hc_strata_note(s, 0);
  hc_check *k = add(c, answer->estimator, list);
  k->stratum = "total";
  if (total)
    judge(k, total->value, total->se, total->n_intervals ? total->intervals : NULL);
  else
    refuse(k, note ? note->code : "no-total", note ? note->text : "");
}

static void add_case(hc_checks *c, const hc_estimator *e, const hc_answer *answer, size_t list) {
  const struct hidden *h = &c->hidden[list];
  if (answer && answer->strata) {
    add_strata(c, answer, list);
    return;
  }
  hc_check *k = add(c, e, list);
  if (c->data->n_strata) k->stratum = "total";
  if (!answer)
    refuse(k, h->why.code[0] ? h->why.code : "needs-option", h->why.message);
  else if (!answer->analysis)
    refuse(k, answer->code, answer->reason);
  else
    judge(k, hc_analysis_value(answer->analysis, 0), hc_analysis_se(answer->analysis, 0),
          hc_analysis_headline(answer->analysis, 0));
}

/* ---- summaries
 * --------------------------------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void sum_up(hc_check_summary *s, double *error, size_t n) {
  double sum = 0, squares = 0, apart = 0;
  for (size_t i = 0; i < n; i++) sum += error[i], squares += error[i] * error[i];
  s->estimated = n;
  s->mean = n ? sum / (double)n : NAN;
  s->rmse = n ? sqrt(squares / (double)n) : NAN;
  for (size_t i = 0; i < n; i++) apart += (error[i] - s->mean) * (error[i] - s->mean);
  s->sd = n > 1 ? sqrt(apart / (double)(n - 1)) : NAN;
  qsort(error, n, sizeof *error, by_value);
  s->median = n ? (error[n / 2] + error[(n - 1) / 2]) / 2 : NAN;
}

static const hc_answer *answer_of(const hc_report *report, const hc_estimator *e) {
  const hc_answer *answer;
  for (size_t i = 0; report && (answer = hc_report_at(report, i)); i++)
    if (answer->estimator == e) return answer;
  return NULL;
}

static void add_estimate(hc_check_summary *s, const hc_report *whole) {
  const hc_answer *answer = answer_of(whole, s->estimator);
  const hc_total *total = answer && answer->strata ? hc_strata_total(answer->strata, 0) : NULL;
  s->N = s->se = NAN;
  if (total) s->N = total->value, s->se = total->se, s->interval = total->n_intervals ? total->intervals : NULL;
  if (!answer || !answer->analysis) return;
  s->N = hc_analysis_value(answer->analysis, 0), s->se = hc_analysis_se(answer->analysis, 0);
  s->interval = hc_analysis_headline(answer->analysis, 0);
}

static void summarise(hc_checks *c, const hc_estimator *e, size_t first, double *error) {
  hc_check_summary *s = &c->summaries[c->n_summaries++];
  size_t n = 0;
  *s = (hc_check_summary){.estimator = e};
  for (size_t i = first; i < c->n_checks; i++) {
    const hc_check *k = &c->checks[i];
    if (k->stratum && strcmp(k->stratum, "total") != 0) continue;
    s->cases++;
    if (k->code) continue;
    error[n++] = k->log_error;
    s->intervals += !!k->interval;
    s->covered += k->covered;
    s->below += k->log_error < 0;
  }
  sum_up(s, error, n);
  add_estimate(s, c->whole);
}

/* ---- the whole
 * --------------------------------------------------------------------------------------------------------- */

/* Estimator after estimator, as the first report that there is has them. */
static hc_status collect(hc_checks *c, hc_error *err) {
  const hc_report *any = NULL;
  size_t models = 0;
  for (size_t i = 0; i < c->n_lists && !any; i++) any = c->hidden[i].report;
  while (hc_report_at(any, models)) models++;
  c->checks = calloc(models * c->n_lists * (c->data->n_strata + 1) + 1, sizeof *c->checks);
  c->summaries = calloc(models + 1, sizeof *c->summaries);
  double *error = calloc(c->n_lists + 1, sizeof *error);
  if (!c->checks || !c->summaries || !error) {
    free(error);
    return no_memory(err);
  }
  for (size_t m = 0; m < models; m++) {
    const hc_estimator *e = hc_report_at(any, m)->estimator;
    size_t first = c->n_checks;
    for (size_t i = 0; i < c->n_lists; i++) add_case(c, e, answer_of(c->hidden[i].report, e), i);
    summarise(c, e, first, error);
  }
  free(error);
  return HC_OK;
}

static hc_status can_be_asked(const hc_data *data, const hc_request *request, hc_error *err) {
  if (!data->history || data->shape != HC_SHAPE_LISTS)
    return hc_refuse(err, "bad-shape", "a check hides a list, and these data do not say who is on which list");
  if (data->n_lists < 3)
    return hc_refuse(err, "one-list", "with one of %zu lists hidden there are no two left: a check needs three",
                     data->n_lists);
  if (request && request->size > offsetof(hc_request, vary) && request->vary)
    return hc_fail(err, HC_EUSAGE, "a check is of one value of each option: without --sensitivity");
  return HC_OK;
}

static hc_status work_through(struct work *w, hc_error *err) {
  hc_status status = HC_OK;
  for (size_t i = 0; i < w->checks->n_lists && status == HC_OK; i++) status = hide(w, i, err);
  if (status == HC_OK) status = run_all(w, err);
  if (status == HC_OK) status = settle(w, err);
  if (status == HC_OK) status = run_whole(w, err);
  return status == HC_OK ? collect(w->checks, err) : status;
}

hc_status hc_checks_new(hc_checks **checks, const hc_data *data, const hc_request *request, const hc_settings *settings,
                        uint64_t least, hc_error *err) {
  hc_request asked;
  struct work w = {.request = &asked, .least = least};
  *checks = NULL;
  hc_request_init(&asked);
  if (request && request->size <= sizeof asked) memcpy(&asked, request, request->size);
  asked.size = sizeof asked;
  hc_status status = hc_settings_take(&w.settings, settings, err);
  if (status == HC_OK) status = can_be_asked(data, request, err);
  if (status != HC_OK) return status;
  hc_checks *c = calloc(1, sizeof *c);
  if (c) c->hidden = calloc(data->n_lists, sizeof *c->hidden);
  if (!c || !c->hidden) {
    free(c);
    return no_memory(err);
  }
  c->data = data;
  c->n_lists = data->n_lists;
  w.settings.dependence = NULL, w.settings.threshold = 0;
  c->settings = w.settings;
  c->settings.intervals = NULL, c->settings.progress = NULL;
  w.checks = c;
  status = work_through(&w, err);
  if (status == HC_OK)
    *checks = c;
  else
    hc_checks_free(c);
  return status;
}

void hc_checks_free(hc_checks *c) {
  if (!c) return;
  for (size_t i = 0; i < c->n_lists; i++) {
    hc_report_free(c->hidden[i].report);
    hc_data_free(c->hidden[i].others);
    free(c->hidden[i].stratum_truth);
  }
  hc_report_free(c->whole);
  free(c->hidden);
  free(c->checks);
  free(c->summaries);
  free(c);
}

const hc_check *hc_checks_at(const hc_checks *c, size_t i) {
  return i < c->n_checks ? &c->checks[i] : NULL;
}
const hc_check_summary *hc_checks_summary(const hc_checks *c, size_t i) {
  return i < c->n_summaries ? &c->summaries[i] : NULL;
}
const hc_data *hc_checks_data(const hc_checks *c) {
  return c->data;
}
const hc_settings *hc_checks_settings(const hc_checks *c) {
  return &c->settings;
}
