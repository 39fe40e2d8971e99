/* Tidy CSV: one row per model, quantity and interval, and one per refusal; RFC 4180 quoting, a header row always. Columns are
 * only ever added at the end. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/report.h"
#include "headcount/dependence.h"
#include "headcount/documents.h"
#include "headcount/version.h"
#include "io/buffer.h"
#include "numeric/fail.h"

static void put_word(hc_buffer *out, const char *text) { hc_buffer_put(out, text, strlen(text)); }

static void put_text(hc_buffer *out, const char *text) {
  if (!text) return;
  if (!strpbrk(text, ",\"\r\n")) {
    put_word(out, text);
    return;
  }
  put_word(out, "\"");
  for (const char *c = text; *c; c++) {
    if (*c == '"') put_word(out, "\"");
    hc_buffer_put(out, c, 1);
  }
  put_word(out, "\"");
}

/* 17 digits read back to the same bits; a number that does not exist is an empty field. */
static void put_number(hc_buffer *out, double x) {
  if (isfinite(x)) hc_buffer_print(out, "%.17g", x);
}

static void put_field(hc_buffer *out, double x) {
  put_word(out, ",");
  put_number(out, x);
}

/* The rows of all reports stand in the same columns. */
struct table {
  hc_buffer out;
  const hc_report *report;  /* of the rows that are being written       */
  const hc_strata *columns; /* whose attributes are columns; NULL: none */
  const char *varied;       /* the option that is a column, or NULL     */
  bool dependence;          /* has the columns of --dependence          */
};

/* What a row says of dependence between lists: which kind of number it is, at which odds ratios of which pairs. */
struct dependent {
  const char *kind; /* NULL: none of this */
  const hc_dependence *of;
  const double *odds_ratios; /* [n_pairs] or NULL */
};

/* What a row says of one number. */
struct row {
  const hc_strata *strata;   /* NULL: without strata, or refused by itself */
  const hc_stratum *stratum; /* NULL: the total */
  const char *model, *variant, *quantity;
  double value, se;
  const hc_interval *interval; /* or NULL */
  const hc_bootstrap *bootstrap;
  double observed, aic;
  const hc_analysis *analysis;  /* whose notes it has; NULL: those of the strata's total */
  const char *refused, *reason; /* or NULL */
  const char *varied;           /* value of the option that is varied, or NULL */
  struct dependent dependent;
};

/* Where the row belongs: nothing without strata, else the stratum's name and its levels, or the total. */
static void put_stratum(struct table *t, const struct row *row) {
  hc_buffer *out = &t->out;
  if (!t->columns) return;
  put_word(out, ",");
  if (row->strata) put_text(out, row->stratum ? row->stratum->name : "total");
  for (size_t j = 0; hc_strata_attribute(t->columns, j); j++) {
    put_word(out, ",");
    if (row->stratum && hc_strata_attribute(row->strata, j)) put_text(out, row->stratum->levels[j]);
  }
}

static const hc_note *note_at(const struct row *row, size_t i) {
  if (row->refused) return NULL;
  if (row->analysis) return hc_analysis_note(row->analysis, i);
  return row->strata ? hc_strata_note(row->strata, i) : NULL;
}

/* "A:B;A:C", "*" for the interaction of all lists, and "0.5;2", one for each pair; one number where it holds for all. */
static void put_dependent(hc_buffer *out, const struct dependent *row) {
  const hc_dependence *d = row->of;
  hc_buffer pairs = {0};
  put_word(out, ",");
  if (row->kind) put_word(out, row->kind);
  put_word(out, ",");
  for (size_t p = 0; row->kind && p < d->n_pairs; p++) {
    const hc_dependence_pair *pair = &d->pairs[p];
    if (pair->first) hc_buffer_print(&pairs, "%s%s:%s", p ? ";" : "", pair->first, pair->second);
    else hc_buffer_put(&pairs, "*", 1);
  }
  char *text = row->kind ? hc_buffer_finish(&pairs) : NULL;
  if (text) put_text(out, text);
  else out->failed = out->failed || row->kind;
  free(text);
  put_word(out, ",");
  bool same = true;
  for (size_t p = 1; row->odds_ratios && p < d->n_pairs; p++) same = same && row->odds_ratios[p] == row->odds_ratios[0];
  for (size_t p = 0; row->odds_ratios && p < (same ? 1 : d->n_pairs); p++)
    hc_buffer_print(out, "%s%.17g", p ? ";" : "", row->odds_ratios[p]);
}

/* What was added after the first version: who counted, how it fitted, what is to be said of it, why there is none. */
static void put_words(struct table *t, const struct row *row) {
  hc_buffer *out = &t->out;
  const hc_note *note;
  put_field(out, row->observed > 0 ? row->observed : NAN);
  put_field(out, row->aic);
  put_word(out, ",");
  for (size_t i = 0; (note = note_at(row, i)); i++) hc_buffer_print(out, "%s%s", i > 0 ? ";" : "", note->code);
  put_word(out, ",");
  put_text(out, row->refused);
  put_word(out, ",");
  put_text(out, row->reason);
  if (t->varied) put_word(out, ",");
  if (t->varied) put_text(out, row->varied);
  if (t->dependence) put_dependent(out, &row->dependent);
  put_word(out, "\n");
}

static void put_row(struct table *t, const struct row *row) {
  hc_buffer *out = &t->out;
  const hc_source *source = hc_data_source(hc_report_data(t->report));
  const hc_interval *k = row->interval;
  const hc_bootstrap *b = row->bootstrap;
  put_text(out, source->file);
  hc_buffer_print(out, ",%s", source->sha256);
  put_stratum(t, row);
  hc_buffer_print(out, ",%s,", row->model);
  put_text(out, row->variant);
  put_word(out, ",");
  put_text(out, row->quantity);
  put_field(out, row->value);
  put_field(out, row->se);
  put_word(out, ",");
  if (k) put_text(out, k->method);
  put_field(out, k ? k->level : NAN);
  put_field(out, k ? k->lower : NAN);
  put_field(out, k ? k->upper : NAN);
  hc_buffer_print(out, ",%llu,%llu,%llu,%s,", (unsigned long long)hc_report_settings(t->report)->seed,
          (unsigned long long)(b ? hc_bootstrap_requested(b) : 0), (unsigned long long)(b ? hc_bootstrap_succeeded(b) : 0),
          b ? hc_resample_name(hc_bootstrap_kind(b)) : "");
  put_word(out, hc_version());
  put_words(t, row);
}

/* The people that an estimate stands on; where it does not say, those of its data. */
static double observed(const struct table *t, const hc_analysis *a, const hc_stratum *stratum) {
  double people = a ? hc_analysis_observed(a) : 0;
  if (people > 0) return people;
  return stratum ? (double)stratum->observed : (double)hc_data_observed(hc_report_data(t->report));
}

/* N over the odds ratios, what the ranges allow, their interval, and the odds ratio at which N passes the threshold. */
static void put_dependence(struct table *t, const struct row *like, const hc_dependence *d) {
  struct row row = *like;
  hc_interval limits = {.method = "", .level = NAN, .lower = d->identified_lower, .upper = d->identified_upper};
  row.interval = NULL;
  for (size_t i = 0; i < d->n_values; i++) {
    row.value = d->values[i].N, row.se = d->values[i].se;
    row.dependent = (struct dependent){"value", d, d->values[i].odds_ratios};
    put_row(t, &row);
  }
  row.se = NAN;
  for (size_t i = 0; i < d->n_first; i++)
    for (size_t j = 0; j < d->n_second; j++) {
      const double odds_ratios[] = {d->first[i], d->second[j]};
      row.value = d->contour[i * d->n_second + j];
      row.dependent = (struct dependent){"contour", d, odds_ratios};
      put_row(t, &row);
    }
  row.value = NAN, row.interval = &limits;
  row.dependent = (struct dependent){"identified", d, NULL};
  if (limits.lower <= limits.upper) put_row(t, &row);
  limits = (hc_interval){.method = "dependence", .level = d->level, .lower = d->lower, .upper = d->upper};
  row.dependent = (struct dependent){"interval", d, NULL};
  put_row(t, &row);
  limits = (hc_interval){.method = "dependence", .level = d->level, .lower = d->all_lower, .upper = d->all_upper};
  row.dependent = (struct dependent){"simultaneous", d, NULL};
  put_row(t, &row);
  double even[HC_MAX_LISTS];
  for (size_t p = 0; p < d->n_pairs && p < HC_MAX_LISTS; p++) even[p] = d->break_even;
  row.interval = NULL, row.value = d->threshold;
  row.dependent = (struct dependent){"break-even", d, isnan(d->break_even) ? NULL : even};
  put_row(t, &row);
}

/* As often as the quantity has intervals, and once where it has none. */
static void put_analysis(struct table *t, const hc_answer *answer, const hc_analysis *a,
                         const hc_stratum *stratum) {
  const hc_quantity *quantity;
  for (size_t q = 0; (quantity = hc_analysis_quantity(a, q)); q++) {
    size_t rows = 0;
    struct row row = {.strata = answer->strata, .stratum = stratum, .model = answer->estimator->id,
                      .variant = hc_analysis_variant(a), .quantity = quantity->name, .value = hc_analysis_value(a, q),
                      .se = hc_analysis_se(a, q), .bootstrap = hc_analysis_bootstrap(a), .analysis = a,
                      .observed = observed(t, a, stratum), .aic = hc_analysis_fit(a, HC_FIT_AIC), .varied = answer->value};
    for (size_t i = 0; (row.interval = hc_analysis_interval(a, i)); i++) {
      if (row.interval->quantity != q) continue;
      put_row(t, &row);
      rows++;
    }
    if (!rows) put_row(t, &row);
    if (q == 0 && hc_analysis_dependence(a)) put_dependence(t, &row, hc_analysis_dependence(a));
  }
}

static void put_refusal(struct table *t, const hc_answer *answer, const hc_stratum *stratum) {
  struct row row = {.strata = answer->strata, .stratum = stratum, .model = answer->estimator->id, .varied = answer->value,
                    .value = NAN, .se = NAN, .aic = NAN, .observed = observed(t, NULL, stratum),
                    .refused = stratum ? stratum->refusal.code : answer->code,
                    .reason = stratum ? stratum->refusal.message : answer->reason};
  put_row(t, &row);
}

static void put_strata(struct table *t, const hc_answer *answer) {
  const hc_strata *s = answer->strata;
  const hc_stratum *stratum;
  const hc_total *total;
  for (size_t i = 0; (stratum = hc_strata_at(s, i)); i++)
    if (stratum->analysis) put_analysis(t, answer, stratum->analysis, stratum);
    else put_refusal(t, answer, stratum);
  for (size_t k = 0; (total = hc_strata_total(s, k)); k++) {
    struct row row = {.strata = s, .model = answer->estimator->id, .variant = "sum over strata", .quantity = total->name,
                      .value = total->value, .se = total->se, .bootstrap = hc_strata_bootstrap(s), .aic = NAN,
                      .observed = (double)hc_strata_observed(s), .varied = answer->value};
    for (size_t i = 0; i < total->n_intervals; i++) {
      row.interval = &total->intervals[i];
      put_row(t, &row);
    }
    if (!total->n_intervals) put_row(t, &row);
  }
}

/* A column named after the option that is varied; option_NAME where the name is another column's ("method"). */
static void put_option(hc_buffer *out, const char *option, const char *others) {
  size_t n = option ? strlen(option) : 0;
  bool taken = false;
  for (const char *at = n ? others : ""; *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
    taken = taken || (strcspn(at, ",") == n && strncmp(at, option, n) == 0);
  if (n) put_word(out, taken ? ",option_" : ",");
  put_text(out, option);
}

static const char columns[] = "model,variant,quantity,value,se,method,level,lower,upper,seed,replicates,succeeded,kind,version,"
                              "observed,aic,notes,refused,reason";

static void put_header(struct table *t) {
  hc_buffer *out = &t->out;
  put_word(out, "file,sha256,");
  if (t->columns) put_word(out, "stratum,");
  for (size_t j = 0; t->columns && hc_strata_attribute(t->columns, j); j++) {
    put_text(out, hc_strata_attribute(t->columns, j));
    put_word(out, ",");
  }
  put_word(out, columns);
  put_option(out, t->varied, columns);
  if (t->dependence) put_word(out, ",dependence,pairs,odds_ratio");
  put_word(out, "\n");
}

static hc_status finish(char **text, hc_buffer *out, hc_error *err) {
  *text = hc_buffer_finish(out);
  return *text ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for the CSV document");
}

static const char *varied_by(const hc_outcome *outcomes, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (outcomes[i].report && hc_report_varied(outcomes[i].report)) return hc_report_varied(outcomes[i].report);
  return NULL;
}

hc_status hc_outcomes_csv(char **text, const hc_outcome *outcomes, size_t n, hc_error *err) {
  struct table t = {.varied = varied_by(outcomes, n)};
  const hc_answer *answer;
  for (size_t k = 0; k < n && !t.columns; k++)
    if (outcomes[k].report) t.columns = hc_report_strata(outcomes[k].report);
  for (size_t k = 0; k < n; k++)
    t.dependence = t.dependence || (outcomes[k].report && hc_report_settings(outcomes[k].report)->dependence);
  put_header(&t);
  for (size_t k = 0; k < n; k++) {
    t.report = outcomes[k].report;
    for (size_t i = 0; t.report && (answer = hc_report_at(t.report, i)); i++)
      if (answer->analysis) put_analysis(&t, answer, answer->analysis, NULL);
      else if (answer->strata) put_strata(&t, answer);
      else put_refusal(&t, answer, NULL);
  }
  return finish(text, &t.out, err);
}

hc_status hc_report_csv(char **text, const hc_report *report, hc_error *err) {
  return hc_outcomes_csv(text, &(hc_outcome){.report = report}, 1, err);
}

/* ---- replicates -------------------------------------------------------------------------------------------------- */

/* Whose replicates they are: the same for all rows of one answer. */
struct draws {
  hc_buffer out;
  const char *file, *option; /* NULL: no such column */
  const hc_answer *answer;
};

static void put_draws(struct draws *d, const hc_bootstrap *b, const char *stratum, const char *quantity, size_t q) {
  hc_buffer *out = &d->out;
  for (uint64_t i = 0; b && i < hc_bootstrap_done(b); i++) {
    hc_buffer_print(out, "%s,", d->answer->estimator->id);
    put_text(out, stratum);
    put_word(out, ",");
    put_text(out, quantity);
    hc_buffer_print(out, ",%llu,", (unsigned long long)i + 1);
    put_number(out, hc_bootstrap_value(b, i, q));
    if (d->file) put_word(out, ",");
    put_text(out, d->file);
    if (d->option) put_word(out, ",");
    if (d->option) put_text(out, d->answer->value);
    put_word(out, "\n");
  }
}

static void put_draws_of(struct draws *d, const hc_analysis *a, const char *stratum) {
  const hc_quantity *quantity;
  for (size_t q = 0; (quantity = hc_analysis_quantity(a, q)); q++)
    put_draws(d, hc_analysis_bootstrap(a), stratum, quantity->name, q);
}

static void put_draws_by_stratum(struct draws *d, const hc_strata *s) {
  const hc_stratum *stratum;
  const hc_total *total;
  for (size_t i = 0; (stratum = hc_strata_at(s, i)); i++)
    if (stratum->analysis) put_draws_of(d, stratum->analysis, stratum->name);
  for (size_t k = 0; (total = hc_strata_total(s, k)); k++) put_draws(d, hc_strata_bootstrap(s), "total", total->name, k);
}

hc_status hc_draws_csv(char **text, const hc_outcome *outcomes, size_t n, hc_error *err) {
  struct draws d = {.option = varied_by(outcomes, n)};
  const char *names = n > 1 ? "model,stratum,quantity,replicate,value,file" : "model,stratum,quantity,replicate,value";
  put_word(&d.out, names);
  put_option(&d.out, d.option, names);
  put_word(&d.out, "\n");
  for (size_t k = 0; k < n; k++) {
    d.file = n > 1 ? outcomes[k].file : NULL;
    for (size_t i = 0; outcomes[k].report && (d.answer = hc_report_at(outcomes[k].report, i)); i++) {
      if (d.answer->analysis) put_draws_of(&d, d.answer->analysis, "");
      else if (d.answer->strata) put_draws_by_stratum(&d, d.answer->strata);
    }
  }
  return finish(text, &d.out, err);
}

/* ---- studies ----------------------------------------------------------------------------------------------------- */

static void put_figure(hc_buffer *out, const hc_study *s, const hc_figure *f) {
  bool published = f->published_as[0] && strcmp(f->published_as, "none") != 0;
  const hc_interval *k = f->has_interval ? &f->interval : NULL;
  const char *texts[] = {s->id, f->id, f->title, f->unit, hc_basis_name(f->basis), published ? f->published_as : NULL};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    if (i > 0) put_word(out, ",");
    put_text(out, texts[i]);
  }
  put_field(out, published ? f->published : NAN);
  put_field(out, f->recomputed);
  put_field(out, f->tolerance);
  hc_buffer_print(out, ",%s,", !hc_figure_has_verdict(f) ? "" : f->agrees ? "yes" : "no");
  if (k) put_text(out, k->method);
  put_field(out, k ? k->level : NAN);
  put_field(out, k ? k->lower : NAN);
  put_field(out, k ? k->upper : NAN);
  const char *more[] = {f->refusal, f->reason, f->quantity, f->how, f->note, hc_version()};
  for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
    put_word(out, ",");
    put_text(out, more[i]);
  }
  put_word(out, "\n");
}

hc_status hc_studies_csv(char **text, hc_study *const *studies, size_t n, hc_error *err) {
  hc_buffer out = {0};
  put_word(&out, "study,figure,title,unit,basis,published_as,published,recomputed,tolerance,agrees,method,level,lower,upper,"
                 "refused,reason,quantity,how,note,version\n");
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < studies[i]->n_figures; k++) put_figure(&out, studies[i], &studies[i]->figures[k]);
  return finish(text, &out, err);
}

/* ---- estimators -------------------------------------------------------------------------------------------------- */

static void put_model(hc_buffer *out, const hc_estimator *e) {
  const char *texts[] = {e->id, e->title, e->formula, e->assumes, e->needs, e->cite};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    put_text(out, texts[i]);
    put_word(out, ",");
  }
  size_t n = 0;
  for (size_t i = 0; hc_shape_at(i) != HC_SHAPE_AUTO; i++)
    if (e->accepts & (unsigned)hc_shape_at(i)) hc_buffer_print(out, "%s%s", n++ ? ";" : "", hc_shape_name(hc_shape_at(i)));
  hc_buffer_print(out, ",%s,", hc_estimator_simulates(e) ? "yes" : "no");
  n = 0;
  for (const hc_option *o = e->options; o && o->name; o++) hc_buffer_print(out, "%s%s", n++ ? ";" : "", o->name);
  hc_buffer_print(out, ",%s\n", hc_version());
}

hc_status hc_models_csv(char **text, const hc_estimator *one, hc_error *err) {
  hc_buffer out = {0};
  put_word(&out, "id,title,formula,assumes,needs,cite,accepts,simulates,options,version\n");
  for (size_t i = 0; i < hc_estimator_count(); i++)
    if (!one || one == hc_estimator_at(i)) put_model(&out, hc_estimator_at(i));
  return finish(text, &out, err);
}

/* ---- every list plays the truth ---------------------------------------------------------------------------------- */

static void put_check(hc_buffer *out, const hc_check *k, const hc_settings *settings) {
  const hc_interval *i = k->interval;
  const char *names[] = {k->estimator->id, k->list, k->stratum};
  for (size_t n = 0; n < 3; n++) {
    put_text(out, names[n]);
    put_word(out, ",");
  }
  hc_buffer_print(out, "%llu,%llu", (unsigned long long)k->truth, (unsigned long long)k->seen);
  put_field(out, k->N);
  put_field(out, k->se);
  put_field(out, k->log_error);
  put_word(out, ",");
  if (i) put_text(out, i->method);
  put_field(out, i ? i->level : NAN);
  put_field(out, i ? i->lower : NAN);
  put_field(out, i ? i->upper : NAN);
  hc_buffer_print(out, ",%s,", !i ? "" : k->covered ? "yes" : "no");
  put_text(out, k->code);
  put_word(out, ",");
  put_text(out, k->reason);
  hc_buffer_print(out, ",%llu,%llu,%s\n", (unsigned long long)settings->seed, (unsigned long long)settings->replicates,
                  hc_version());
}

hc_status hc_checks_csv(char **text, const hc_checks *checks, hc_error *err) {
  hc_buffer out = {0};
  const hc_check *k;
  put_word(&out, "model,list,stratum,truth,seen,N,se,log_error,method,level,lower,upper,covered,refused,reason,seed,replicates,"
                 "version\n");
  for (size_t i = 0; (k = hc_checks_at(checks, i)); i++) put_check(&out, k, hc_checks_settings(checks));
  return finish(text, &out, err);
}

/* ---- models to choose among --------------------------------------------------------------------------------------- */

hc_status hc_diagnosis_csv(char **text, const hc_diagnosis *d, hc_error *err) {
  hc_buffer out = {0};
  put_word(&out, "row,who,times,people,expected,residual,leverage,cook\n");
  for (size_t k = 0; k < d->n_frequencies; k++) {
    put_word(&out, "frequency,");
    put_field(&out, d->frequencies[k].times);
    put_field(&out, d->frequencies[k].observed);
    put_field(&out, d->frequencies[k].expected);
    put_word(&out, ",,,\n");
  }
  for (size_t i = 0; i < d->n_rows; i++) {
    const hc_person_fit *row = &d->rows[i];
    const double fields[] = {row->times, row->people, row->expected, row->residual, row->leverage, row->cook};
    put_word(&out, "person,");
    put_text(&out, row->who);
    for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++) put_field(&out, fields[f]);
    put_word(&out, "\n");
  }
  *text = hc_buffer_finish(&out);
  return *text ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for the CSV document");
}

hc_status hc_selection_csv(char **text, const hc_selection *s, hc_error *err) {
  hc_buffer out = {0};
  put_word(&out, "rank,terms,parameters,loglik,criterion,value,weight,N,se\n");
  for (size_t i = 0; i < s->n_rows; i++) {
    const hc_model_row *row = &s->rows[i];
    hc_buffer_print(&out, "%zu,", i + 1);
    put_text(&out, row->name);
    put_field(&out, row->parameters);
    put_field(&out, row->loglik);
    hc_buffer_print(&out, ",%s", s->criterion);
    put_field(&out, row->value);
    put_field(&out, row->weight);
    put_field(&out, row->N);
    put_field(&out, row->se);
    put_word(&out, "\n");
  }
  *text = hc_buffer_finish(&out);
  return *text ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for the CSV document");
}

hc_status hc_outlook_csv(char **text, const hc_outlook *o, hc_error *err) {
  hc_buffer out = {0};
  put_word(&out, "design,guess,size,whole,expected,cv,lower,upper,simulated_cv,coverage,failed\n");
  for (size_t i = 0; i < o->n_rows; i++) {
    const hc_outlook_row *row = &o->rows[i];
    const double fields[] = {row->guess, row->size, row->whole, row->expected, row->cv, row->lower, row->upper,
                             row->simulated_cv, row->coverage, row->failed};
    put_text(&out, o->design->id);
    for (size_t j = 0; j < sizeof fields / sizeof *fields; j++) put_field(&out, fields[j]);
    put_word(&out, "\n");
  }
  *text = hc_buffer_finish(&out);
  return *text ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for the CSV document");
}
