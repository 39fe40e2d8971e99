/* Tidy CSV: one row per model, quantity and interval; RFC 4180 quoting, a header row always. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "headcount/report.h"
#include "headcount/version.h"

static void put_text(FILE *out, const char *text) {
  if (text == NULL) return;
  if (strpbrk(text, ",\"\r\n") == NULL) {
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

static void put_row(FILE *out, const hc_report *report, const hc_analysis *a, size_t q, const hc_interval *interval) {
  const hc_source *source = &report->data->source;
  const hc_bootstrap *boot = a->bootstrap;
  put_text(out, source->file);
  fprintf(out, ",%s,%s,", source->sha256, a->plan->estimator->id);
  put_text(out, a->plan->variant);
  fputc(',', out);
  put_text(out, a->plan->quantities[q].name);
  fputc(',', out);
  put_number(out, a->estimate->value[q]);
  fputc(',', out);
  put_number(out, a->estimate->se[q]);
  fputc(',', out);
  if (interval != NULL) put_text(out, interval->method);
  fputc(',', out);
  if (interval != NULL) put_number(out, interval->level);
  fputc(',', out);
  if (interval != NULL) put_number(out, interval->lower);
  fputc(',', out);
  if (interval != NULL) put_number(out, interval->upper);
  fprintf(out, ",%llu,", (unsigned long long)report->settings->seed);
  if (boot != NULL) {
    fprintf(out, "%llu,%llu,%s,", (unsigned long long)boot->requested, (unsigned long long)boot->succeeded,
            hc_resample_name(boot->kind));
  } else {
    fputs("0,0,,", out);
  }
  fprintf(out, "%s\n", hc_version());
}

static void put_analysis(FILE *out, const hc_report *report, const hc_analysis *a) {
  for (size_t q = 0; q < a->plan->n_quantities; q++) {
    size_t rows = 0;
    for (size_t i = 0; i < a->n_intervals; i++) {
      if (a->intervals[i].quantity != q) continue;
      put_row(out, report, a, q, &a->intervals[i]);
      rows++;
    }
    if (rows == 0) put_row(out, report, a, q, NULL);
  }
}

hc_status hc_report_csv(char **text, const hc_report *report, hc_error *err) {
  char *document = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&document, &size);
  if (out == NULL) return hc_fail(err, HC_ENOMEM, "no memory for the CSV document");
  fputs("file,sha256,model,variant,quantity,value,se,method,level,lower,upper,seed,replicates,succeeded,kind,version\n",
        out);
  for (size_t i = 0; i < report->n_analyses; i++) put_analysis(out, report, report->analyses[i]);
  bool failed = ferror(out) != 0;
  if (fclose(out) != 0 || failed) {
    free(document);
    return hc_fail(err, HC_ENOMEM, "no memory for the CSV document");
  }
  *text = document;
  return HC_OK;
}
