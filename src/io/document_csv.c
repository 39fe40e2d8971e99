/* Tidy CSV: one row per model, quantity and interval; RFC 4180 quoting, a header row always. */
#include <math.h>
#include <string.h>

#include "headcount/documents.h"
#include "headcount/version.h"
#include "io/buffer.h"

static void put_word(hc_buffer *out, const char *text) { hc_buffer_put(out, text, strlen(text)); }

static void put_text(hc_buffer *out, const char *text) {
  if (!text) return;
  if (!strpbrk(text, ",\"\r\n")) {
    put_word(out, text);
    return;
  }
  put_word(out, "\"");
  for (const char *c = text; *c != '\0'; c++) {
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

/* Where the row belongs: nothing without strata, else the stratum's name and its levels; i is n_strata for the total. */
static void put_stratum(hc_buffer *out, const hc_report *report, size_t i) {
  const hc_data *data = report->data;
  if (report->n_strata == 0) return;
  put_word(out, ",");
  put_text(out, i < data->n_strata ? report->strata[0]->strata[i].name : "total");
  for (size_t j = 0; j < data->n_attributes; j++) {
    put_word(out, ",");
    if (i < data->n_strata) put_text(out, data->attributes[j].levels[data->stratum_level[i * data->n_attributes + j]]);
  }
}

/* What a row says of one number. */
struct row {
  size_t stratum;
  const char *model, *variant, *quantity;
  double value, se;
  const hc_interval *interval; /* or NULL */
  uint64_t seed;
  const hc_bootstrap *bootstrap;
};

static void put_row(hc_buffer *out, const hc_report *report, const struct row *row) {
  const hc_source *source = &report->data->source;
  const hc_interval *k = row->interval;
  put_text(out, source->file);
  hc_buffer_print(out, ",%s", source->sha256);
  put_stratum(out, report, row->stratum);
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
  hc_buffer_print(out, ",%llu,", (unsigned long long)row->seed);
  if (row->bootstrap) {
    hc_buffer_print(out, "%llu,%llu,%s,", (unsigned long long)row->bootstrap->requested, (unsigned long long)row->bootstrap->succeeded,
            hc_resample_name(row->bootstrap->kind));
  } else {
    put_word(out, "0,0,,");
  }
  hc_buffer_print(out, "%s\n", hc_version());
}

static void put_analysis(hc_buffer *out, const hc_report *report, const hc_analysis *a, size_t stratum) {
  for (size_t q = 0; q < a->plan->n_quantities; q++) {
    size_t rows = 0;
    struct row row = {.stratum = stratum, .model = a->plan->estimator->id, .variant = a->plan->variant,
                      .quantity = a->plan->quantities[q].name, .value = a->estimate->value[q], .se = a->estimate->se[q],
                      .seed = report->settings->seed, .bootstrap = a->bootstrap};
    for (size_t i = 0; i < a->n_intervals; i++) {
      if (a->intervals[i].quantity != q) continue;
      row.interval = &a->intervals[i];
      put_row(out, report, &row);
      rows++;
    }
    if (rows == 0) put_row(out, report, &row);
  }
}

static void put_strata(hc_buffer *out, const hc_report *report, const hc_strata *s) {
  for (size_t i = 0; i < s->n_strata; i++)
    if (s->strata[i].analysis) put_analysis(out, report, s->strata[i].analysis, i);
  for (size_t t = 0; t < s->n_totals; t++) {
    struct row row = {.stratum = s->n_strata, .model = s->estimator->id, .variant = "sum over strata", .quantity = s->totals[t].name,
                      .value = s->totals[t].value, .se = s->totals[t].se, .seed = report->settings->seed,
                      .bootstrap = s->bootstrap};
    for (size_t i = 0; i < s->totals[t].n_intervals; i++) {
      row.interval = &s->totals[t].intervals[i];
      put_row(out, report, &row);
    }
    if (s->totals[t].n_intervals == 0) put_row(out, report, &row);
  }
}

static void put_header(hc_buffer *out, const hc_report *report) {
  put_word(out, "file,sha256,");
  if (report->n_strata > 0) put_word(out, "stratum,");
  for (size_t j = 0; report->n_strata > 0 && j < report->data->n_attributes; j++) {
    put_text(out, report->data->attributes[j].name);
    put_word(out, ",");
  }
  put_word(out, "model,variant,quantity,value,se,method,level,lower,upper,seed,replicates,succeeded,kind,version\n");
}

hc_status hc_report_csv(char **text, const hc_report *report, hc_error *err) {
  hc_buffer out = {.failed = false};
  put_header(&out, report);
  for (size_t i = 0; i < report->n_analyses; i++) put_analysis(&out, report, report->analyses[i], 0);
  for (size_t i = 0; i < report->n_strata; i++) put_strata(&out, report, report->strata[i]);
  *text = hc_buffer_finish(&out);
  return *text ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for the CSV document");
}
