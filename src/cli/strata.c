/* Estimates by stratum as a table: strata as rows, their total last. */
#include <string.h>

#include "cli.h"

enum { MOST_COLUMNS = 24 };

static size_t attributes_of(const hc_strata *s) {
  size_t n = 0;
  while (hc_strata_attribute(s, n)) n++;
  return n;
}

static void add_stratum(cli_table *table, size_t n_attributes, const hc_stratum *stratum) {
  char observed[HC_WORD_SIZE], value[HC_WORD_SIZE], se[HC_WORD_SIZE] = "", range[HC_WORD_RANGE_SIZE] = "";
  const char *cells[MOST_COLUMNS], *method = "";
  size_t n = 0;
  for (; n < n_attributes; n++) cells[n] = stratum->levels[n];
  cells[n++] = stratum->observed > 0 ? hc_word_count(observed, stratum->observed) : "";
  if (stratum->analysis) {
    const hc_analysis *a = stratum->analysis;
    const hc_interval *k = hc_analysis_headline(a, 0);
    bool people = hc_word_is_people(hc_analysis_quantity(a, 0));
    int decimals = hc_word_decimals(hc_analysis_value(a, 0), hc_analysis_se(a, 0), people);
    hc_word_number(value, hc_analysis_value(a, 0), decimals);
    if (hc_analysis_se(a, 0) >= 0) hc_word_error_size(se, hc_analysis_se(a, 0), people);
    if (k) hc_word_range(range, k, decimals), method = hc_word_method(k->method);
  } else {
    snprintf(value, sizeof value, "%s", _("refused"));
    method = stratum->refusal.code;
  }
  cells[n++] = value;
  cells[n++] = se;
  cells[n++] = range;
  cells[n++] = method;
  cli_table_row(table, n, cells);
}

static void add_total(cli_table *table, size_t n_attributes, const hc_strata *s) {
  const hc_total *t = hc_strata_total(s, 0);
  char observed[HC_WORD_SIZE], value[HC_WORD_SIZE], se[HC_WORD_SIZE] = "", range[HC_WORD_RANGE_SIZE];
  bool people = t->unit && t->unit[0];
  int decimals = hc_word_decimals(t->value, t->se, people);
  if (t->se >= 0) hc_word_error_size(se, t->se, people);
  for (size_t i = 0; i < (t->n_intervals > 0 ? t->n_intervals : 1); i++) {
    const char *cells[MOST_COLUMNS];
    const hc_interval *k = i < t->n_intervals ? &t->intervals[i] : NULL;
    size_t n = 0;
    for (; n < n_attributes; n++) cells[n] = n == 0 && i == 0 ? _("total") : "";
    range[0] = '\0';
    if (k) hc_word_range(range, k, decimals);
    cells[n++] = i == 0 ? hc_word_count(observed, hc_strata_observed(s)) : "";
    cells[n++] = i == 0 ? hc_word_number(value, t->value, decimals) : "";
    cells[n++] = i == 0 ? se : "";
    cells[n++] = range;
    cells[n++] = k ? hc_word_method(k->method) : "";
    cli_table_row(table, n, cells);
  }
}

static void print_table(FILE *out, const hc_report *report, const hc_strata *s) {
  const hc_stratum *stratum;
  size_t n_attributes = attributes_of(s);
  cli_table *table = cli_table_new();
  char heading[HC_WORD_SIZE + 16], percent[HC_WORD_SIZE];
  hc_format(heading, sizeof heading, "%s interval", hc_word_percent(percent, hc_report_settings(report)->level));
  for (size_t j = 0; j < n_attributes; j++) cli_table_column(table, hc_strata_attribute(s, j), 0);
  cli_table_column(table, _("observed"), CLI_RIGHT);
  cli_table_column(table, hc_strata_total(s, 0) ? hc_strata_total(s, 0)->name : "N", CLI_RIGHT);
  cli_table_column(table, _("se"), CLI_RIGHT);
  cli_table_column(table, heading, CLI_RIGHT);
  cli_table_column(table, _("method"), 0);
  for (size_t i = 0; (stratum = hc_strata_at(s, i)); i++) add_stratum(table, n_attributes, stratum);
  if (hc_strata_total(s, 0)) add_total(table, n_attributes, s);
  cli_table_print(out, table);
}

static const hc_analysis *first_answer(const hc_strata *s) {
  const hc_stratum *stratum;
  for (size_t i = 0; (stratum = hc_strata_at(s, i)); i++)
    if (stratum->analysis) return stratum->analysis;
  return NULL;
}

/* A line for each stratum: odds ratios say nothing of the total. */
static void print_dependence(FILE *out, const hc_strata *s) {
  const hc_stratum *stratum;
  bool first = true;
  for (size_t i = 0; (stratum = hc_strata_at(s, i)); i++) {
    const hc_dependence *d = stratum->analysis ? hc_analysis_dependence(stratum->analysis) : NULL;
    if (!d || !(d->lower >= 0)) continue;
    char range[HC_WORD_RANGE_SIZE];
    hc_word_range(range, &(hc_interval){.lower = d->lower, .upper = d->upper}, 0);
    cli_fieldf(out, first ? _("Dependence") : NULL, "%s: %s people, sampling error and dependence together", stratum->name, range);
    first = false;
  }
}

static void print_words(FILE *out, const hc_report *report, const hc_strata *s) {
  const hc_analysis *a = first_answer(s);
  const hc_bootstrap *b = hc_strata_bootstrap(s);
  const hc_stratum *stratum;
  const hc_note *note;
  char succeeded[HC_WORD_SIZE], requested[HC_WORD_SIZE];
  fputc('\n', out);
  if (a) {
    cli_field(out, _("Form"), hc_analysis_variant(a));
    cli_field(out, _("Assumes"), _(hc_strata_estimator(s)->assumes));
    cli_field(out, _("Source"), hc_strata_estimator(s)->cite);
  }
  if (b)
    cli_fieldf(out, _("Bootstrap"), "%s by stratum, %s of %s sums of replicates succeeded, seed %llu",
               hc_word_resampling(hc_bootstrap_kind(b)), hc_word_count(succeeded, hc_bootstrap_succeeded(b)),
               hc_word_count(requested, hc_bootstrap_requested(b)), (unsigned long long)hc_report_settings(report)->seed);
  for (size_t i = 0; (note = hc_strata_note(s, i)); i++)
    cli_fieldf(out, i == 0 ? _("Total") : NULL, "%s [%s]", note->text, note->code);
  print_dependence(out, s);
  bool first = true;
  for (size_t i = 0; (stratum = hc_strata_at(s, i)); i++) {
    if (stratum->analysis) continue;
    cli_fieldf(out, first ? _("Refused") : NULL, "%s: %s [%s]", stratum->name, stratum->refusal.message, stratum->refusal.code);
    first = false;
  }
}

void cli_print_strata(FILE *out, const hc_report *report) {
  const hc_answer *answer;
  bool first = true;
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++) {
    if (!answer->strata) continue;
    if (!first) fputc('\n', out);
    first = false;
    cli_title(out, _(answer->estimator->title), answer->estimator->id);
    print_table(out, report, answer->strata);
    print_words(out, report, answer->strata);
  }
}
