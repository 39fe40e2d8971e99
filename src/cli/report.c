/* Estimates for people: each estimator in a few lines, a table where there are several, words to quote. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

void cli_print_remarks(const hc_data *data) {
  const hc_source *s = hc_data_source(data);
  for (size_t i = 0; i < s->n_remarks; i++) fprintf(stderr, "%s: %s\n", cli_file_name(s->file), s->remarks[i]);
}

/* The intervals ------------------------------------------------------------------------------------- */

static bool has_se(const hc_analysis *a, size_t q) { return isfinite(hc_analysis_se(a, q)); }

static void print_quantity(FILE *out, const hc_analysis *a, size_t q) {
  const hc_quantity *quantity = hc_analysis_quantity(a, q);
  bool people = hc_word_is_people(quantity);
  int decimals = hc_word_decimals_of(a, q);
  char value[HC_WORD_SIZE], se[HC_WORD_SIZE], level[HC_WORD_SIZE], range[HC_WORD_RANGE_SIZE];
  fprintf(out, "  %s = %s%s%s", quantity->name, hc_word_number(value, hc_analysis_value(a, q), decimals), people ? " " : "",
          hc_word_unit(quantity));
  if (has_se(a, q)) fprintf(out, _("   (standard error %s)"), hc_word_error_size(se, hc_analysis_se(a, q), people));
  fputc('\n', out);
  const hc_interval *k;
  for (size_t i = 0; (k = hc_analysis_interval(a, i)); i++) {
    if (k->quantity != q) continue;
    hc_word_range(range, k, decimals);
    fprintf(out, _("      %s interval  %s  (%s)\n"), hc_word_percent(level, k->level), range, hc_word_method(k->method));
  }
  fputc('\n', out);
}

/* A quantity and its intervals, one row each; the quantity is named on the first of them. */
static void add_quantity(cli_table *table, const hc_analysis *a, size_t q) {
  const hc_quantity *quantity = hc_analysis_quantity(a, q);
  bool people = hc_word_is_people(quantity);
  int decimals = hc_word_decimals_of(a, q);
  char value[HC_WORD_SIZE], se[HC_WORD_SIZE] = "", range[HC_WORD_RANGE_SIZE];
  hc_word_number(value, hc_analysis_value(a, q), decimals);
  if (has_se(a, q)) hc_word_error_size(se, hc_analysis_se(a, q), people);
  size_t rows = 0;
  const hc_interval *k;
  for (size_t i = 0; (k = hc_analysis_interval(a, i)); i++) {
    if (k->quantity != q) continue;
    hc_word_range(range, k, decimals);
    bool first = rows++ == 0;
    const char *cells[] = {first ? quantity->name : "", first ? value : "", first ? se : "", range,
                           hc_word_method(k->method)};
    cli_table_row(table, 5, cells);
  }
  if (rows == 0) {
    const char *cells[] = {quantity->name, value, se, "", ""};
    cli_table_row(table, 5, cells);
  }
}

static void print_quantities(FILE *out, const hc_analysis *a, double level) {
  cli_table *table = cli_table_new();
  char heading[HC_WORD_SIZE + 16], percent[HC_WORD_SIZE];
  hc_format(heading, sizeof heading, "%s interval", hc_word_percent(percent, level));
  cli_table_column(table, _("quantity"), 0);
  cli_table_column(table, _("estimate"), CLI_RIGHT);
  cli_table_column(table, _("se"), CLI_RIGHT);
  cli_table_column(table, heading, CLI_RIGHT);
  cli_table_column(table, _("method"), 0);
  for (size_t q = 0; q < hc_analysis_count(a); q++)
    if (!hc_analysis_quantity(a, q)->coefficient) add_quantity(table, a, q);
  cli_table_print(out, table);
  fputc('\n', out);
}

/* The interval that a regression table has room for: the last, which is the bootstrap's where there is one. */
static const hc_interval *last_interval(const hc_analysis *a, size_t q) {
  const hc_interval *last = NULL, *k;
  for (size_t i = 0; (k = hc_analysis_interval(a, i)); i++)
    if (k->quantity == q) last = k;
  return last;
}

static void add_coefficient(cli_table *table, const hc_analysis *a, size_t q) {
  const hc_interval *k = last_interval(a, q);
  /* coefficients are compared with each other: the same decimals, unless the error asks for more */
  int decimals = hc_analysis_se(a, q) >= 0.01 ? 3 : hc_word_decimals_of(a, q);
  char value[HC_WORD_SIZE], se[HC_WORD_SIZE] = "", z[HC_WORD_SIZE] = "", p[HC_WORD_SIZE] = "";
  char range[HC_WORD_RANGE_SIZE] = "";
  hc_word_number(value, hc_analysis_value(a, q), decimals);
  if (has_se(a, q)) hc_word_error_size(se, hc_analysis_se(a, q), false);
  if (isfinite(hc_analysis_z(a, q))) {
    hc_format(z, sizeof z, "%.2f", hc_analysis_z(a, q));
    if (hc_analysis_p(a, q) < 0.001) snprintf(p, sizeof p, "%s", _("<0.001"));
    else hc_format(p, sizeof p, "%.3f", hc_analysis_p(a, q));
  }
  if (k) hc_word_range(range, k, decimals);
  const char *cells[] = {hc_analysis_quantity(a, q)->name, value, se, z, p, range};
  cli_table_row(table, 6, cells);
}

/* As a regression is read: what each coefficient is, how well it is known, and whether it may be 0. */
static void print_coefficients(FILE *out, const hc_analysis *a, double level) {
  char heading[2 * HC_WORD_SIZE + 16], percent[HC_WORD_SIZE];
  size_t first = 0;
  while (first < hc_analysis_count(a) && !hc_analysis_quantity(a, first)->coefficient) first++;
  if (first == hc_analysis_count(a)) return;
  const hc_interval *k = last_interval(a, first);
  snprintf(heading, sizeof heading, "%s %s", hc_word_percent(percent, level), k ? hc_interval_title(k->method) : "interval");
  cli_table *table = cli_table_new();
  cli_table_column(table, _("coefficient"), CLI_CUT);
  cli_table_column(table, _("estimate"), CLI_RIGHT);
  cli_table_column(table, _("se"), CLI_RIGHT);
  cli_table_column(table, _("z"), CLI_RIGHT);
  cli_table_column(table, _("p"), CLI_RIGHT);
  cli_table_column(table, heading, CLI_RIGHT);
  for (size_t q = first; q < hc_analysis_count(a); q++)
    if (hc_analysis_quantity(a, q)->coefficient) add_coefficient(table, a, q);
  cli_table_print(out, table);
  fputc('\n', out);
}

/* Several quantities with the same meaning (one per occasion) are explained once. */
static void explain_quantities(FILE *out, const hc_analysis *a) {
  for (size_t q = 0; q < hc_analysis_count(a); q++) {
    const hc_quantity *quantity = hc_analysis_quantity(a, q);
    bool repeated = !quantity->meaning || !quantity->meaning[0];
    for (size_t k = 0; k < q && !repeated; k++) {
      const char *other = hc_analysis_quantity(a, k)->meaning;
      repeated = other && strcmp(other, quantity->meaning) == 0;
    }
    if (!repeated) cli_field(out, quantity->name, _(quantity->meaning));
  }
}

/* Where it comes from ----------------------------------------------------------------------------------- */

static void print_options(FILE *out, const hc_analysis *a) {
  char list[1024] = "";
  size_t used = 0;
  const hc_option *option;
  const char *value = NULL;
  for (size_t i = 0; (option = hc_analysis_option(a, i, &value)); i++) {
    if (!value[0] || used >= sizeof list) continue;
    if (strcmp(value, option->fallback) == 0) continue; /* the JSON document has them all */
    int n = snprintf(list + used, sizeof list - used, "%s%s=%s", used > 0 ? ", " : "", option->name, value);
    used += n > 0 ? (size_t)n : 0;
  }
  cli_field(out, _("Options"), list);
}

static void print_fit(FILE *out, const hc_analysis *a) {
  char text[256] = "";
  static const struct {
    const char *name;
    hc_fit_field field;
    int decimals;
  } parts[] = {{N_("log-likelihood"), HC_FIT_LOGLIK, 2}, {N_("parameters"), HC_FIT_PARAMETERS, 0}, {N_("deviance"), HC_FIT_DEVIANCE, 2},
               {N_("df"), HC_FIT_DF, 0}, {N_("AIC"), HC_FIT_AIC, 2}, {N_("BIC"), HC_FIT_BIC, 2}};
  size_t used = 0;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    double value = hc_analysis_fit(a, parts[i].field);
    if (!isfinite(value) || used >= sizeof text) continue;
    int n = hc_format(text + used, sizeof text - used, "%s%s %.*f", used > 0 ? ", " : "", _(parts[i].name), parts[i].decimals, value);
    used += n > 0 ? (size_t)n : 0;
  }
  cli_field(out, _("Fit"), text);
}

static void print_bootstrap(FILE *out, const hc_analysis *a, const hc_settings *settings) {
  const hc_bootstrap *b = hc_analysis_bootstrap(a);
  if (!b) {
    if (settings->replicates > 0) cli_field(out, _("Bootstrap"), _("none is defined for this estimator on these data"));
    return;
  }
  char requested[HC_WORD_SIZE], done[HC_WORD_SIZE], succeeded[HC_WORD_SIZE];
  hc_word_count(requested, hc_bootstrap_requested(b));
  hc_word_count(done, hc_bootstrap_done(b));
  hc_word_count(succeeded, hc_bootstrap_succeeded(b));
  if (hc_bootstrap_done(b) < hc_bootstrap_requested(b)) {
    cli_fieldf(out, _("Bootstrap"), "%s; stopped by Ctrl-C after %s of %s replicates, %s of them succeeded; seed %llu",
               hc_word_resampling(hc_bootstrap_kind(b)), done, requested, succeeded, (unsigned long long)settings->seed);
  } else {
    cli_fieldf(out, _("Bootstrap"), "%s, %s of %s replicates succeeded, seed %llu", hc_word_resampling(hc_bootstrap_kind(b)),
               succeeded, requested, (unsigned long long)settings->seed);
  }
}

static void print_notes(FILE *out, const hc_analysis *a) {
  const hc_note *note;
  for (size_t i = 0; (note = hc_analysis_note(a, i)); i++)
    cli_fieldf(out, i == 0 ? _("Notes") : NULL, "%s [%s]", note->text, note->code);
}

/* Which number should be measured better: the largest few. */
static void print_contributions(FILE *out, const hc_analysis *a) {
  enum { MOST = 5 };
  const hc_contribution *c;
  size_t n = 0;
  for (; (c = hc_analysis_contribution(a, n)); n++)
    if (n < MOST) cli_fieldf(out, n == 0 ? _("Variance") : NULL, "%5.1f %% from %s", 100 * c->share, _(c->input));
  if (n > MOST) cli_fieldf(out, NULL, "and %zu more inputs", n - MOST);
}

static void print_quote(FILE *out, const hc_analysis *a, const hc_data *data) {
  char text[HC_WORD_QUOTE_SIZE];
  cli_field(out, _("To quote"), hc_word_quote(text, a, (double)hc_data_observed(data)));
}

/* The whole ------------------------------------------------------------------------------------------- */

static void print_analysis(FILE *out, const hc_report *report, const hc_analysis *a) {
  const hc_estimator *e = hc_analysis_estimator(a);
  const hc_settings *settings = hc_report_settings(report);
  cli_title(out, _(e->title), e->id);
  if (hc_analysis_count(a) == 1) print_quantity(out, a, 0);
  else {
    print_quantities(out, a, settings->level);
    print_coefficients(out, a, settings->level);
  }
  explain_quantities(out, a);
  cli_field(out, _("Form"), hc_analysis_variant(a));
  print_options(out, a);
  cli_field(out, _("Assumes"), _(e->assumes));
  cli_field(out, _("Source"), e->cite);
  print_fit(out, a);
  print_bootstrap(out, a, settings);
  print_contributions(out, a);
  print_notes(out, a);
  if (hc_analysis_dependence(a)) cli_print_dependence(out, hc_analysis_dependence(a));
  fputc('\n', out);
  print_quote(out, a, hc_report_data(report));
}

/* Not AIC: likelihoods of different data (frequencies, histories, f1 and f2 alone) would stand side by side. */
static const char *fit_word(const hc_analysis *a) {
  if (hc_analysis_has_note(a, "poor-fit")) return _("poor");
  return isfinite(hc_analysis_fit(a, HC_FIT_DEVIANCE)) && hc_analysis_fit(a, HC_FIT_DF) >= 1 ? _("good") : "";
}

static void add_model_row(cli_table *table, const hc_analysis *a) {
  const hc_interval *k = hc_analysis_headline(a, 0);
  bool people = hc_word_is_people(hc_analysis_quantity(a, 0));
  int decimals = hc_word_decimals_of(a, 0);
  char value[HC_WORD_SIZE], se[HC_WORD_SIZE] = "";
  char range[HC_WORD_RANGE_SIZE] = "";
  hc_word_number(value, hc_analysis_value(a, 0), decimals);
  if (has_se(a, 0)) hc_word_error_size(se, hc_analysis_se(a, 0), people);
  if (k) hc_word_range(range, k, decimals);
  const char *cells[] = {hc_analysis_estimator(a)->id, value, se, range, k ? hc_word_method(k->method) : "", fit_word(a)};
  cli_table_row(table, 6, cells);
}

static const hc_analysis *first_analysis(const hc_report *report, size_t *n) {
  const hc_analysis *first = NULL;
  const hc_answer *answer;
  *n = 0;
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++) {
    if (answer->analysis && !first) first = answer->analysis;
    *n += !!answer->analysis;
  }
  return first;
}

static void print_comparison(FILE *out, const hc_report *report, const hc_quantity *first) {
  const hc_answer *answer;
  cli_table *table = cli_table_new();
  char heading[HC_WORD_SIZE + 16], percent[HC_WORD_SIZE];
  hc_format(heading, sizeof heading, "%s interval", hc_word_percent(percent, hc_report_settings(report)->level));
  cli_table_column(table, _("estimator"), 0);
  cli_table_column(table, first->name, CLI_RIGHT);
  cli_table_column(table, _("se"), CLI_RIGHT);
  cli_table_column(table, heading, CLI_RIGHT);
  cli_table_column(table, _("method"), 0);
  cli_table_column(table, _("fit"), 0);
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++) {
    /* an estimator of something else (how many platforms people use) has no place in a column of N */
    if (answer->analysis && hc_word_is_people(hc_analysis_quantity(answer->analysis, 0)) == hc_word_is_people(first))
      add_model_row(table, answer->analysis);
  }
  fputs(_("All estimators side by side\n\n"), out);
  cli_table_print(out, table);
  cli_paragraph(out, 2, _("fit: poor where the data contradict the model (deviance, p < 0.001); blank where that cannot be "
                          "told."));
}

static void print_refusals(FILE *out, const hc_report *report) {
  const hc_answer *answer;
  bool first = true;
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++) {
    if (!answer->code) continue;
    if (first) fputs(_("\nNot estimable from these data\n\n"), out);
    first = false;
    cli_fieldf(out, answer->estimator->id, "%s [%s]", answer->reason, answer->code);
  }
}

void cli_print_report(FILE *out, const hc_report *report) {
  const hc_answer *answer;
  size_t n, printed = 0;
  const hc_analysis *first = first_analysis(report, &n);
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++) {
    if (!answer->analysis) continue;
    if (printed++ > 0) fputc('\n', out);
    print_analysis(out, report, answer->analysis);
  }
  if (n > 1) {
    fputc('\n', out);
    print_comparison(out, report, hc_analysis_quantity(first, 0));
  }
  print_refusals(out, report);
}
