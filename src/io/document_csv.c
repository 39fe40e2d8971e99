/* Tidy CSV: one row per model, quantity and interval; RFC 4180 quoting, a header row always. */
#include <math.h>
#include <string.h>

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

/* What a row says of one number. */
struct row {
  const hc_strata *strata;   /* NULL: without strata */
  const hc_stratum *stratum; /* NULL: the total */
  const char *model, *variant, *quantity;
  double value, se;
  const hc_interval *interval; /* or NULL */
  const hc_bootstrap *bootstrap;
};

/* Where the row belongs: nothing without strata, else the stratum's name and its levels, or the total. */
static void put_stratum(hc_buffer *out, const struct row *row) {
  if (!row->strata) return;
  put_word(out, ",");
  put_text(out, row->stratum ? row->stratum->name : "total");
  for (size_t j = 0; hc_strata_attribute(row->strata, j); j++) {
    put_word(out, ",");
    if (row->stratum) put_text(out, row->stratum->levels[j]);
  }
}

static void put_row(hc_buffer *out, const hc_report *report, const struct row *row) {
  const hc_source *source = hc_data_source(hc_report_data(report));
  const hc_interval *k = row->interval;
  const hc_bootstrap *b = row->bootstrap;
  put_text(out, source->file);
  hc_buffer_print(out, ",%s", source->sha256);
  put_stratum(out, row);
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
  hc_buffer_print(out, ",%llu,%llu,%llu,%s,", (unsigned long long)hc_report_settings(report)->seed,
          (unsigned long long)(b ? hc_bootstrap_requested(b) : 0), (unsigned long long)(b ? hc_bootstrap_succeeded(b) : 0),
          b ? hc_resample_name(hc_bootstrap_kind(b)) : "");
  hc_buffer_print(out, "%s\n", hc_version());
}

static void put_analysis(hc_buffer *out, const hc_report *report, const hc_analysis *a, const hc_strata *strata,
                         const hc_stratum *stratum) {
  const hc_quantity *quantity;
  for (size_t q = 0; (quantity = hc_analysis_quantity(a, q)); q++) {
    size_t rows = 0;
    struct row row = {.strata = strata, .stratum = stratum, .model = hc_analysis_estimator(a)->id,
                      .variant = hc_analysis_variant(a), .quantity = quantity->name, .value = hc_analysis_value(a, q),
                      .se = hc_analysis_se(a, q), .bootstrap = hc_analysis_bootstrap(a)};
    for (size_t i = 0; (row.interval = hc_analysis_interval(a, i)); i++) {
      if (row.interval->quantity != q) continue;
      put_row(out, report, &row);
      rows++;
    }
    if (!rows) put_row(out, report, &row);
  }
}

static void put_strata(hc_buffer *out, const hc_report *report, const hc_strata *s) {
  const hc_stratum *stratum;
  const hc_total *total;
  for (size_t i = 0; (stratum = hc_strata_at(s, i)); i++)
    if (stratum->analysis) put_analysis(out, report, stratum->analysis, s, stratum);
  for (size_t t = 0; (total = hc_strata_total(s, t)); t++) {
    struct row row = {.strata = s, .model = hc_strata_estimator(s)->id, .variant = "sum over strata", .quantity = total->name,
                      .value = total->value, .se = total->se, .bootstrap = hc_strata_bootstrap(s)};
    for (size_t i = 0; i < total->n_intervals; i++) {
      row.interval = &total->intervals[i];
      put_row(out, report, &row);
    }
    if (!total->n_intervals) put_row(out, report, &row);
  }
}

static const hc_strata *first_strata(const hc_report *report) {
  const hc_answer *answer;
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++)
    if (answer->strata) return answer->strata;
  return NULL;
}

static void put_header(hc_buffer *out, const hc_report *report) {
  const hc_strata *s = first_strata(report);
  put_word(out, "file,sha256,");
  if (s) put_word(out, "stratum,");
  for (size_t j = 0; s && hc_strata_attribute(s, j); j++) {
    put_text(out, hc_strata_attribute(s, j));
    put_word(out, ",");
  }
  put_word(out, "model,variant,quantity,value,se,method,level,lower,upper,seed,replicates,succeeded,kind,version\n");
}

hc_status hc_report_csv(char **text, const hc_report *report, hc_error *err) {
  const hc_answer *answer;
  hc_buffer out = {0};
  put_header(&out, report);
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++)
    if (answer->analysis) put_analysis(&out, report, answer->analysis, NULL, NULL);
    else if (answer->strata) put_strata(&out, report, answer->strata);
  *text = hc_buffer_finish(&out);
  return *text ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for the CSV document");
}
