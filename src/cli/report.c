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

/* Of a quantity and its limits: by its standard error, or by the width of its interval. */
static int decimals_of(const hc_analysis *a, size_t q) {
  const hc_interval *k = hc_analysis_headline(a, q);
  double error = hc_analysis_se(a, q);
  if (!isfinite(error) && k && isfinite(k->upper)) error = (k->upper - k->lower) / 4;
  return cli_decimals(hc_analysis_value(a, q), error, cli_is_people(hc_analysis_quantity(a, q)));
}

static bool has_se(const hc_analysis *a, size_t q) { return isfinite(hc_analysis_se(a, q)); }

static void print_quantity(FILE *out, const hc_analysis *a, size_t q) {
  const hc_quantity *quantity = hc_analysis_quantity(a, q);
  bool people = cli_is_people(quantity);
  int decimals = decimals_of(a, q);
  char value[CLI_NUMBER_SIZE], se[CLI_NUMBER_SIZE], level[CLI_NUMBER_SIZE], range[2 * CLI_NUMBER_SIZE + 8];
  fprintf(out, "  %s = %s%s%s", quantity->name, cli_number(value, hc_analysis_value(a, q), decimals), people ? " " : "",
          cli_unit(quantity));
  if (has_se(a, q)) fprintf(out, "   (standard error %s)", cli_error_size(se, hc_analysis_se(a, q), people));
  fputc('\n', out);
  const hc_interval *k;
  for (size_t i = 0; (k = hc_analysis_interval(a, i)); i++) {
    if (k->quantity != q) continue;
    cli_range(range, sizeof range, k, decimals);
    fprintf(out, "      %s interval  %s  (%s)\n", cli_percent(level, k->level), range, hc_interval_title(k->method));
  }
  fputc('\n', out);
}

/* A quantity and its intervals, one row each; the quantity is named on the first of them. */
static void add_quantity(cli_table *table, const hc_analysis *a, size_t q) {
  const hc_quantity *quantity = hc_analysis_quantity(a, q);
  bool people = cli_is_people(quantity);
  int decimals = decimals_of(a, q);
  char value[CLI_NUMBER_SIZE], se[CLI_NUMBER_SIZE] = "", range[2 * CLI_NUMBER_SIZE + 8];
  cli_number(value, hc_analysis_value(a, q), decimals);
  if (has_se(a, q)) cli_error_size(se, hc_analysis_se(a, q), people);
  size_t rows = 0;
  const hc_interval *k;
  for (size_t i = 0; (k = hc_analysis_interval(a, i)); i++) {
    if (k->quantity != q) continue;
    cli_range(range, sizeof range, k, decimals);
    bool first = rows++ == 0;
    const char *cells[] = {first ? quantity->name : "", first ? value : "", first ? se : "", range,
                           hc_interval_title(k->method)};
    cli_table_row(table, 5, cells);
  }
  if (rows == 0) {
    const char *cells[] = {quantity->name, value, se, "", ""};
    cli_table_row(table, 5, cells);
  }
}

static void print_quantities(FILE *out, const hc_analysis *a, double level) {
  cli_table *table = cli_table_new();
  char heading[CLI_NUMBER_SIZE + 16], percent[CLI_NUMBER_SIZE];
  snprintf(heading, sizeof heading, "%s interval", cli_percent(percent, level));
  cli_table_column(table, "quantity", 0);
  cli_table_column(table, "estimate", CLI_RIGHT);
  cli_table_column(table, "se", CLI_RIGHT);
  cli_table_column(table, heading, CLI_RIGHT);
  cli_table_column(table, "method", 0);
  for (size_t q = 0; q < hc_analysis_count(a); q++) add_quantity(table, a, q);
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
    if (!repeated) cli_field(out, quantity->name, quantity->meaning);
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
  cli_field(out, "Options", list);
}

static void print_fit(FILE *out, const hc_analysis *a) {
  char text[256] = "";
  static const struct {
    const char *name;
    hc_fit_field field;
    int decimals;
  } parts[] = {{"log-likelihood", HC_FIT_LOGLIK, 2}, {"parameters", HC_FIT_PARAMETERS, 0}, {"deviance", HC_FIT_DEVIANCE, 2},
               {"df", HC_FIT_DF, 0}, {"AIC", HC_FIT_AIC, 2}, {"BIC", HC_FIT_BIC, 2}};
  size_t used = 0;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    double value = hc_analysis_fit(a, parts[i].field);
    if (!isfinite(value) || used >= sizeof text) continue;
    int n = snprintf(text + used, sizeof text - used, "%s%s %.*f", used > 0 ? ", " : "", parts[i].name, parts[i].decimals, value);
    used += n > 0 ? (size_t)n : 0;
  }
  cli_field(out, "Fit", text);
}

static void print_bootstrap(FILE *out, const hc_analysis *a, const hc_settings *settings) {
  const hc_bootstrap *b = hc_analysis_bootstrap(a);
  if (!b) {
    if (settings->replicates > 0) cli_field(out, "Bootstrap", "none is defined for this estimator on these data");
    return;
  }
  char requested[CLI_NUMBER_SIZE], done[CLI_NUMBER_SIZE], succeeded[CLI_NUMBER_SIZE];
  cli_count(requested, hc_bootstrap_requested(b));
  cli_count(done, hc_bootstrap_done(b));
  cli_count(succeeded, hc_bootstrap_succeeded(b));
  if (hc_bootstrap_done(b) < hc_bootstrap_requested(b)) {
    cli_fieldf(out, "Bootstrap", "%s; stopped by Ctrl-C after %s of %s replicates, %s of them succeeded; seed %llu",
               hc_resample_name(hc_bootstrap_kind(b)), done, requested, succeeded, (unsigned long long)settings->seed);
  } else {
    cli_fieldf(out, "Bootstrap", "%s, %s of %s replicates succeeded, seed %llu", hc_resample_name(hc_bootstrap_kind(b)),
               succeeded, requested, (unsigned long long)settings->seed);
  }
}

static void print_notes(FILE *out, const hc_analysis *a) {
  const hc_note *note;
  for (size_t i = 0; (note = hc_analysis_note(a, i)); i++)
    cli_fieldf(out, i == 0 ? "Notes" : NULL, "%s [%s]", note->text, note->code);
}

/* Which number should be measured better: the largest few. */
static void print_contributions(FILE *out, const hc_analysis *a) {
  enum { MOST = 5 };
  const hc_contribution *c;
  size_t n = 0;
  for (; (c = hc_analysis_contribution(a, n)); n++)
    if (n < MOST) cli_fieldf(out, n == 0 ? "Variance" : NULL, "%5.1f %% from %s", 100 * c->share, c->input);
  if (n > MOST) cli_fieldf(out, NULL, "and %zu more inputs", n - MOST);
}

/* Words to quote --------------------------------------------------------------------------------------- */

/* "Chao (1987)" of "Chao (1987) Biometrics 43:783-791, eq. 10": up to the first year. */
static int citation_length(const char *cite) {
  const char *end = strchr(cite, ')');
  return end != NULL ? (int)(end - cite) + 1 : (int)strcspn(cite, ",;");
}

/* What notes say of the number: nothing is offered where they take it back, and the rest stands in the line. */
static const struct {
  const char *code, *nothing;
} taken_back[] = {
  {"poor-fit", "the data contradict this model, and its interval does not answer for that"},
  {"no-spread", "an interval of one point is no measure of certainty"},
  {"few-recaptured", "the number hangs on single persons"},
  {"below-lower-bound", "the lower bound of another estimator contradicts this number"},
  {"no-predictive-power", "traffic does not predict the numbers that platforms state"},
  {"unstable", "the standard error is larger than the estimate"},
  {"disagreement", "the estimates differ so much that their mean may describe none of them"},
  {"bounds", "the data allow a whole range of numbers: report both ends"},
  {"upper-limit-only", "the data tell an upper limit alone"},
}, said[] = {
  {"registrations", ", registered and not necessarily at work"},
  {"visitors", ", monthly visitors and not necessarily workers"},
  {"platforms-left-out", ", too low by the platforms left out"},
  {"no-survey-error", ", interval too short"},
  {"one-reference", ", interval too short"},
  {"zero-prevalence", ", interval too short"},
  {"level-of-one-date", ", interval too short"},
};
enum { N_TAKEN_BACK = sizeof taken_back / sizeof taken_back[0], N_SAID = sizeof said / sizeof said[0] };

/* What is to be said of the number; the same words once. */
static void append_said(char *text, size_t size, const hc_analysis *a) {
  for (size_t i = 0; i < N_SAID; i++) {
    size_t used = strlen(text);
    if (hc_analysis_has_note(a, said[i].code) && !strstr(text, said[i].nothing))
      snprintf(text + used, size - used, "%s", said[i].nothing);
  }
}

/* "N = at least 97,579 people (95% CI 95,450 to 99,790, log-normal)" */
static void print_number(char *text, size_t size, const hc_analysis *a) {
  const hc_quantity *quantity = hc_analysis_quantity(a, 0);
  const hc_interval *k = hc_analysis_headline(a, 0);
  int decimals = decimals_of(a, 0);
  bool bound = hc_analysis_has_note(a, "lower-bound");
  char value[CLI_NUMBER_SIZE], level[CLI_NUMBER_SIZE], range[2 * CLI_NUMBER_SIZE + 8], interval[4 * CLI_NUMBER_SIZE] = "";
  cli_number(value, hc_analysis_value(a, 0), decimals);
  if (k != NULL) {
    cli_range(range, sizeof range, k, decimals);
    snprintf(interval, sizeof interval, " (%s CI %s, %s)", cli_percent(level, k->level), range, hc_interval_title(k->method));
  }
  snprintf(text, size, "%s = %s%s%s%s%s", quantity->name, bound ? "at least " : "", value,
           cli_is_people(quantity) ? " " : "", cli_unit(quantity), interval);
}

/* Words for a paper; none where the notes take the number back. */
static void print_quote(FILE *out, const hc_analysis *a, const hc_data *data) {
  const hc_estimator *e = hc_analysis_estimator(a);
  for (size_t i = 0; i < N_TAKEN_BACK; i++)
    if (hc_analysis_has_note(a, taken_back[i].code)) return cli_fieldf(out, "To quote", "nothing: %s", taken_back[i].nothing);
  char number[8 * CLI_NUMBER_SIZE + HC_NOTE_SIZE], of_it[HC_NOTE_SIZE] = "", n[CLI_NUMBER_SIZE];
  char observed[CLI_NUMBER_SIZE + 16] = "", form[HC_NOTE_SIZE + 4] = "", cite[HC_NOTE_SIZE];
  print_number(number, sizeof number, a);
  append_said(of_it, sizeof of_it, a);
  /* the people that the estimate stands on: of two lists among several, not those of the file */
  double people_met = hc_analysis_observed(a) > 0 ? hc_analysis_observed(a) : (double)hc_data_observed(data);
  if (people_met > 0) snprintf(observed, sizeof observed, ", n = %s", cli_count(n, (uint64_t)people_met));
  if (hc_analysis_form(a)[0]) snprintf(form, sizeof form, ", %s", hc_analysis_form(a));
  snprintf(cite, sizeof cite, ", %.*s", citation_length(e->cite), e->cite);
  if (strstr(form, cite + 2) != NULL) cite[0] = '\0'; /* "equation 10 of Chao (1987)" names the paper already */
  cli_fieldf(out, "To quote", "%s%s%s%s%s", number, of_it, cite, form, observed);
}

/* The whole ------------------------------------------------------------------------------------------- */

static void print_analysis(FILE *out, const hc_report *report, const hc_analysis *a) {
  const hc_estimator *e = hc_analysis_estimator(a);
  const hc_settings *settings = hc_report_settings(report);
  cli_title(out, e->title, e->id);
  if (hc_analysis_count(a) == 1) print_quantity(out, a, 0);
  else print_quantities(out, a, settings->level);
  explain_quantities(out, a);
  cli_field(out, "Form", hc_analysis_variant(a));
  print_options(out, a);
  cli_field(out, "Assumes", e->assumes);
  cli_field(out, "Source", e->cite);
  print_fit(out, a);
  print_bootstrap(out, a, settings);
  print_contributions(out, a);
  print_notes(out, a);
  fputc('\n', out);
  print_quote(out, a, hc_report_data(report));
}

/* Not AIC: likelihoods of different data (frequencies, histories, f1 and f2 alone) would stand side by side. */
static const char *fit_word(const hc_analysis *a) {
  if (hc_analysis_has_note(a, "poor-fit")) return "poor";
  return isfinite(hc_analysis_fit(a, HC_FIT_DEVIANCE)) && hc_analysis_fit(a, HC_FIT_DF) >= 1 ? "good" : "";
}

static void add_model_row(cli_table *table, const hc_analysis *a) {
  const hc_interval *k = hc_analysis_headline(a, 0);
  bool people = cli_is_people(hc_analysis_quantity(a, 0));
  int decimals = decimals_of(a, 0);
  char value[CLI_NUMBER_SIZE], se[CLI_NUMBER_SIZE] = "";
  char range[2 * CLI_NUMBER_SIZE + 8] = "";
  cli_number(value, hc_analysis_value(a, 0), decimals);
  if (has_se(a, 0)) cli_error_size(se, hc_analysis_se(a, 0), people);
  if (k) cli_range(range, sizeof range, k, decimals);
  const char *cells[] = {hc_analysis_estimator(a)->id, value, se, range, k ? hc_interval_title(k->method) : "", fit_word(a)};
  cli_table_row(table, 6, cells);
}

static const hc_analysis *first_analysis(const hc_report *report, size_t *n) {
  const hc_analysis *first = NULL;
  const hc_answer *answer;
  *n = 0;
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++) {
    if (answer->analysis && !first) first = answer->analysis;
    *n += answer->analysis != NULL;
  }
  return first;
}

static void print_comparison(FILE *out, const hc_report *report, const hc_quantity *first) {
  const hc_answer *answer;
  cli_table *table = cli_table_new();
  char heading[CLI_NUMBER_SIZE + 16], percent[CLI_NUMBER_SIZE];
  snprintf(heading, sizeof heading, "%s interval", cli_percent(percent, hc_report_settings(report)->level));
  cli_table_column(table, "estimator", 0);
  cli_table_column(table, first->name, CLI_RIGHT);
  cli_table_column(table, "se", CLI_RIGHT);
  cli_table_column(table, heading, CLI_RIGHT);
  cli_table_column(table, "method", 0);
  cli_table_column(table, "fit", 0);
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++) {
    /* an estimator of something else (how many platforms people use) has no place in a column of N */
    if (answer->analysis && cli_is_people(hc_analysis_quantity(answer->analysis, 0)) == cli_is_people(first))
      add_model_row(table, answer->analysis);
  }
  fputs("All estimators side by side\n\n", out);
  cli_table_print(out, table);
  cli_paragraph(out, 2, "fit: poor where the data contradict the model (deviance, p < 0.001); blank where that cannot be "
                        "told.");
}

static void print_refusals(FILE *out, const hc_report *report) {
  const hc_answer *answer;
  bool first = true;
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++) {
    if (!answer->code) continue;
    if (first) fputs("\nNot estimable from these data\n\n", out);
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
