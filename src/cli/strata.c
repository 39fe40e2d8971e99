/* Estimates by stratum as a table: strata as rows, their total last. */
#include <string.h>

#include "cli.h"

enum { MOST_COLUMNS = 16 };

static void add_stratum(cli_table *table, const hc_data *data, size_t i, const hc_stratum *stratum) {
  char observed[CLI_NUMBER_SIZE], value[CLI_NUMBER_SIZE], se[CLI_NUMBER_SIZE] = "", range[2 * CLI_NUMBER_SIZE + 8] = "";
  const char *cells[MOST_COLUMNS], *method = "";
  size_t n = 0;
  for (size_t j = 0; j < data->n_attributes; j++) {
    cells[n++] = data->attributes[j].levels[data->stratum_level[i * data->n_attributes + j]];
  }
  cells[n++] = cli_count(observed, stratum->observed);
  if (stratum->analysis != NULL) {
    const hc_analysis *a = stratum->analysis;
    const hc_interval *k = cli_first_interval(a, 0);
    bool people = cli_is_people(&a->plan->quantities[0]);
    cli_value(value, a->estimate->value[0], people);
    if (a->estimate->se[0] >= 0) cli_error_size(se, a->estimate->se[0], people);
    if (k != NULL) cli_range(range, sizeof range, k, people), method = cli_method_name(k->method);
  } else {
    snprintf(value, sizeof value, "refused");
    method = stratum->refusal.code;
  }
  cells[n++] = value;
  cells[n++] = se;
  cells[n++] = range;
  cells[n++] = method;
  cli_table_row(table, n, cells);
}

static void add_total(cli_table *table, const hc_data *data, const hc_strata *s) {
  const hc_total *t = &s->totals[0];
  char observed[CLI_NUMBER_SIZE], value[CLI_NUMBER_SIZE], se[CLI_NUMBER_SIZE] = "", range[2 * CLI_NUMBER_SIZE + 8];
  bool people = t->unit != NULL && t->unit[0] != '\0';
  if (t->se >= 0) cli_error_size(se, t->se, people);
  for (size_t i = 0; i < (t->n_intervals > 0 ? t->n_intervals : 1); i++) {
    const char *cells[MOST_COLUMNS];
    const hc_interval *k = i < t->n_intervals ? &t->intervals[i] : NULL;
    size_t n = 0;
    for (size_t j = 0; j < data->n_attributes; j++) cells[n++] = j == 0 && i == 0 ? "total" : "";
    range[0] = '\0';
    if (k != NULL) cli_range(range, sizeof range, k, people);
    cells[n++] = i == 0 ? cli_count(observed, s->observed) : "";
    cells[n++] = i == 0 ? cli_value(value, t->value, people) : "";
    cells[n++] = i == 0 ? se : "";
    cells[n++] = range;
    cells[n++] = k != NULL ? cli_method_name(k->method) : "";
    cli_table_row(table, n, cells);
  }
}

static void print_table(FILE *out, const hc_report *report, const hc_strata *s) {
  cli_table *table = cli_table_new();
  char heading[CLI_NUMBER_SIZE + 16], percent[CLI_NUMBER_SIZE];
  snprintf(heading, sizeof heading, "%s interval", cli_percent(percent, report->settings->level));
  for (size_t j = 0; j < report->data->n_attributes; j++) cli_table_column(table, report->data->attributes[j].name, 0);
  cli_table_column(table, "observed", CLI_RIGHT);
  cli_table_column(table, s->n_totals > 0 ? s->totals[0].name : "N", CLI_RIGHT);
  cli_table_column(table, "se", CLI_RIGHT);
  cli_table_column(table, heading, CLI_RIGHT);
  cli_table_column(table, "method", 0);
  for (size_t i = 0; i < s->n_strata; i++) add_stratum(table, report->data, i, &s->strata[i]);
  if (s->n_totals > 0) add_total(table, report->data, s);
  cli_table_print(out, table);
}

static const hc_analysis *first_answer(const hc_strata *s) {
  for (size_t i = 0; i < s->n_strata; i++) {
    if (s->strata[i].analysis != NULL) return s->strata[i].analysis;
  }
  return NULL;
}

static void print_words(FILE *out, const hc_report *report, const hc_strata *s) {
  const hc_analysis *a = first_answer(s);
  char n[CLI_NUMBER_SIZE];
  fputc('\n', out);
  if (a != NULL) {
    cli_field(out, "Form", a->plan->variant);
    cli_field(out, "Assumes", s->estimator->assumes);
    cli_field(out, "Source", s->estimator->cite);
  }
  if (s->bootstrap != NULL) {
    cli_fieldf(out, "Bootstrap", "%s by stratum, %s of %s sums of replicates succeeded, seed %llu",
               hc_resample_name(s->bootstrap->kind), cli_count(n, s->bootstrap->succeeded),
               cli_count((char[CLI_NUMBER_SIZE]){""}, s->bootstrap->requested), (unsigned long long)report->settings->seed);
  }
  for (size_t i = 0; i < s->n_notes; i++) {
    cli_fieldf(out, i == 0 ? "Total" : NULL, "%s [%s]", s->notes[i].text, s->notes[i].code);
  }
  bool first = true;
  for (size_t i = 0; i < s->n_strata; i++) {
    if (s->strata[i].analysis != NULL) continue;
    cli_fieldf(out, first ? "Refused" : NULL, "%s: %s [%s]", s->strata[i].name, s->strata[i].refusal.message,
               s->strata[i].refusal.code);
    first = false;
  }
}

void cli_print_strata(FILE *out, const hc_report *report) {
  for (size_t i = 0; i < report->n_strata; i++) {
    const hc_strata *s = report->strata[i];
    if (i > 0) fputc('\n', out);
    cli_title(out, s->estimator->title, s->estimator->id);
    print_table(out, report, s);
    print_words(out, report, s);
  }
}
