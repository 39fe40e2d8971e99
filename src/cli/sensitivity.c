/* headcount estimate --sensitivity: the same analyses for several values of one option. */

#include "cli.h"

enum { N_COLUMNS = 5 };

static const char *warning(const hc_analysis *a) {
  return hc_analysis_has_note(a, "no-predictive-power") ? _(" NO PREDICTIVE POWER") : "";
}

static void add_analysis(cli_table *table, const hc_analysis *a, const char *value) {
  const hc_quantity *quantity = hc_analysis_quantity(a, 0);
  const hc_interval *k = hc_analysis_headline(a, 0);
  int decimals = hc_word_decimals(hc_analysis_value(a, 0), hc_analysis_se(a, 0), hc_word_is_people(quantity));
  char number[HC_WORD_SIZE], N[2 * HC_WORD_SIZE], range[HC_WORD_RANGE_SIZE] = "", method[96] = "";
  snprintf(N, sizeof N, "%s %s", hc_word_number(number, hc_analysis_value(a, 0), decimals), hc_word_unit(quantity));
  if (k) hc_word_range(range, k, decimals);
  snprintf(method, sizeof method, "%s%s", k ? hc_word_method(k->method) : "", warning(a));
  const char *cells[] = {hc_analysis_estimator(a)->id, value, N, range, method};
  cli_table_row(table, N_COLUMNS, cells);
}

void cli_print_sensitivity(FILE *out, const hc_report *report) {
  const hc_answer *answer;
  const char *name = hc_report_varied(report);
  char heading[HC_WORD_SIZE + 16], percent[HC_WORD_SIZE];
  cli_table *table = cli_table_new();
  hc_format(heading, sizeof heading, "%s interval", hc_word_percent(percent, hc_report_settings(report)->level));
  cli_table_column(table, _("estimator"), 0);
  cli_table_column(table, name, CLI_RIGHT);
  cli_table_column(table, _("estimate"), CLI_RIGHT);
  cli_table_column(table, heading, CLI_RIGHT);
  cli_table_column(table, _("method"), 0);
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++) {
    const char *refused[] = {answer->estimator->id, answer->value, _("refused"), "", answer->code};
    if (answer->analysis) add_analysis(table, answer->analysis, answer->value);
    else cli_table_row(table, N_COLUMNS, refused);
  }
  fprintf(out, _("Sensitivity to %s\n\n"), name);
  cli_table_print(out, table);
}
