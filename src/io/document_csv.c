/* Tidy CSV: one row per model, quantity and interval; RFC 4180 quoting, a header row always. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "headcount/documents.h"
#include "headcount/version.h"

static void put_text(FILE *out, const char *text) {
  if (!text) return;
  if (!strpbrk(text, ",\"\r\n")) {
    fputs(text, out);
    return;
  }
  fputc('"', out);
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '"') fputc('"', out);
    fputc(*c, out);
  }
  fputc('"', out);
}

/* 17 digits read back to the same bits; a number that does not exist is an empty field. */
static void put_number(FILE *out, double x) {
  if (isfinite(x)) fprintf(out, "%.17g", x);
}

static void put_field(FILE *out, double x) {
  fputc(',', out);
  put_number(out, x);
}

/* Where the row belongs: nothing without strata, else the stratum's name and its levels; i is n_strata for the total. */
static void put_stratum(FILE *out, const hc_report *report, size_t i) {
  const hc_data *data = report->data;
  if (report->n_strata == 0) return;
  fputc(',', out);
  put_text(out, i < data->n_strata ? report->strata[0]->strata[i].name : "total");
  for (size_t j = 0; j < data->n_attributes; j++) {
    fputc(',', out);
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

static void put_row(FILE *out, const hc_report *report, const struct row *row) {
  const hc_source *source = &report->data->source;
  const hc_interval *k = row->interval;
  put_text(out, source->file);
  fprintf(out, ",%s", source->sha256);
  put_stratum(out, report, row->stratum);
  fprintf(out, ",%s,", row->model);
  put_text(out, row->variant);
  fputc(',', out);
  put_text(out, row->quantity);
  put_field(out, row->value);
  put_field(out, row->se);
  fputc(',', out);
  if (k) put_text(out, k->method);
  put_field(out, k ? k->level : NAN);
  put_field(out, k ? k->lower : NAN);
  put_field(out, k ? k->upper : NAN);
  fprintf(out, ",%llu,", (unsigned long long)row->seed);
  if (row->bootstrap) {
    fprintf(out, "%llu,%llu,%s,", (unsigned long long)row->bootstrap->requested, (unsigned long long)row->bootstrap->succeeded,
            hc_resample_name(row->bootstrap->kind));
  } else {
    fputs("0,0,,", out);
  }
  fprintf(out, "%s\n", hc_version());
}

static void put_analysis(FILE *out, const hc_report *report, const hc_analysis *a, size_t stratum) {
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

static void put_strata(FILE *out, const hc_report *report, const hc_strata *s) {
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

static void put_header(FILE *out, const hc_report *report) {
  fputs("file,sha256,", out);
  if (report->n_strata > 0) fputs("stratum,", out);
  for (size_t j = 0; report->n_strata > 0 && j < report->data->n_attributes; j++) {
    put_text(out, report->data->attributes[j].name);
    fputc(',', out);
  }
  fputs("model,variant,quantity,value,se,method,level,lower,upper,seed,replicates,succeeded,kind,version\n", out);
}

hc_status hc_report_csv(char **text, const hc_report *report, hc_error *err) {
  char *document = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&document, &size);
  if (!out) return hc_fail(err, HC_ENOMEM, "no memory for the CSV document");
  put_header(out, report);
  for (size_t i = 0; i < report->n_analyses; i++) put_analysis(out, report, report->analyses[i], 0);
  for (size_t i = 0; i < report->n_strata; i++) put_strata(out, report, report->strata[i]);
  bool failed = ferror(out) != 0;
  if (fclose(out) != 0 || failed) {
    free(document);
    return hc_fail(err, HC_ENOMEM, "no memory for the CSV document");
  }
  *text = document;
  return HC_OK;
}
