/* Estimates for people: each estimator in a few lines, a table where there are several, words to quote. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

void cli_print_remarks(const hc_data *data) {
  const hc_source *s = &data->source;
  const char *file = strcmp(s->file, "-") == 0 ? "standard input" : s->file;
  for (size_t i = 0; i < s->n_remarks; i++) fprintf(stderr, "%s: %s\n", file, s->remarks[i]);
}

const hc_interval *cli_first_interval(const hc_analysis *a, size_t quantity) {
  for (size_t i = 0; i < a->n_intervals; i++) {
    if (a->intervals[i].quantity == quantity) return &a->intervals[i];
  }
  return NULL;
}

/* The intervals ------------------------------------------------------------------------------------- */

static bool has_se(const hc_analysis *a, size_t q) { return isfinite(a->estimate->se[q]); }

static void print_quantity(FILE *out, const hc_analysis *a, size_t q) {
  const hc_quantity *quantity = &a->plan->quantities[q];
  bool people = cli_is_people(quantity);
  char value[CLI_NUMBER_SIZE], se[CLI_NUMBER_SIZE], level[CLI_NUMBER_SIZE], range[2 * CLI_NUMBER_SIZE + 8];
  fprintf(out, "  %s = %s%s%s", quantity->name, cli_value(value, a->estimate->value[q], people), people ? " " : "",
          cli_unit(quantity));
  if (has_se(a, q)) fprintf(out, "   (standard error %s)", cli_error_size(se, a->estimate->se[q], people));
  fputc('\n', out);
  for (size_t i = 0; i < a->n_intervals; i++) {
    const hc_interval *k = &a->intervals[i];
    if (k->quantity != q) continue;
    cli_range(range, sizeof range, k, people);
    fprintf(out, "      %s interval  %s  (%s)\n", cli_percent(level, k->level), range, cli_method_name(k->method));
  }
  fputc('\n', out);
}

/* A quantity and its intervals, one row each; the quantity is named on the first of them. */
static void add_quantity(cli_table *table, const hc_analysis *a, size_t q) {
  const hc_quantity *quantity = &a->plan->quantities[q];
  bool people = cli_is_people(quantity);
  char value[CLI_NUMBER_SIZE], se[CLI_NUMBER_SIZE] = "", range[2 * CLI_NUMBER_SIZE + 8];
  cli_value(value, a->estimate->value[q], people);
  if (has_se(a, q)) cli_error_size(se, a->estimate->se[q], people);
  size_t rows = 0;
  for (size_t i = 0; i < a->n_intervals; i++) {
    const hc_interval *k = &a->intervals[i];
    if (k->quantity != q) continue;
    cli_range(range, sizeof range, k, people);
    bool first = rows++ == 0;
    const char *cells[] = {first ? quantity->name : "", first ? value : "", first ? se : "", range,
                           cli_method_name(k->method)};
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
  for (size_t q = 0; q < a->plan->n_quantities; q++) add_quantity(table, a, q);
  cli_table_print(out, table);
  fputc('\n', out);
}

/* Several quantities with the same meaning (one per occasion) are explained once. */
static void explain_quantities(FILE *out, const hc_plan *plan) {
  for (size_t q = 0; q < plan->n_quantities; q++) {
    const char *meaning = plan->quantities[q].meaning;
    bool repeated = meaning == NULL || meaning[0] == '\0';
    for (size_t k = 0; k < q && !repeated; k++) {
      repeated = plan->quantities[k].meaning != NULL && strcmp(plan->quantities[k].meaning, meaning) == 0;
    }
    if (!repeated) cli_field(out, plan->quantities[q].name, meaning);
  }
}

/* Where it comes from ----------------------------------------------------------------------------------- */

static void print_options(FILE *out, const hc_analysis *a) {
  char list[1024] = "";
  size_t used = 0;
  for (size_t i = 0; a->options != NULL && i < hc_options_count(a->options); i++) {
    const char *value = NULL;
    const hc_option *option = hc_options_at(a->options, i, &value);
    if (value == NULL || value[0] == '\0' || used >= sizeof list) continue;
    if (strcmp(value, option->fallback) == 0) continue; /* the JSON document has them all */
    int n = snprintf(list + used, sizeof list - used, "%s%s=%s", used > 0 ? ", " : "", option->name, value);
    used += n > 0 ? (size_t)n : 0;
  }
  cli_field(out, "Options", list);
}

static void print_fit(FILE *out, const hc_fit *fit) {
  char text[256] = "";
  const struct {
    const char *name;
    double value;
    const char *format;
  } parts[] = {{"log-likelihood", fit->loglik, "%s%s %.2f"}, {"parameters", fit->parameters, "%s%s %.0f"},
               {"deviance", fit->deviance, "%s%s %.2f"},     {"df", fit->df, "%s%s %.0f"},
               {"AIC", fit->aic, "%s%s %.2f"},               {"BIC", fit->bic, "%s%s %.2f"}};
  size_t used = 0;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (!isfinite(parts[i].value) || used >= sizeof text) continue;
    int n = snprintf(text + used, sizeof text - used, parts[i].format, used > 0 ? ", " : "", parts[i].name,
                     parts[i].value);
    used += n > 0 ? (size_t)n : 0;
  }
  cli_field(out, "Fit", text);
}

static void print_bootstrap(FILE *out, const hc_analysis *a, const hc_settings *settings) {
  const hc_bootstrap *b = a->bootstrap;
  if (b == NULL) {
    if (settings->replicates > 0) cli_field(out, "Bootstrap", "none is defined for this estimator on these data");
    return;
  }
  char requested[CLI_NUMBER_SIZE], done[CLI_NUMBER_SIZE], succeeded[CLI_NUMBER_SIZE];
  cli_count(requested, b->requested);
  cli_count(done, b->done);
  cli_count(succeeded, b->succeeded);
  if (b->done < b->requested) {
    cli_fieldf(out, "Bootstrap", "%s; stopped by Ctrl-C after %s of %s replicates, %s of them succeeded; seed %llu",
               hc_resample_name(b->kind), done, requested, succeeded, (unsigned long long)b->seed);
  } else {
    cli_fieldf(out, "Bootstrap", "%s, %s of %s replicates succeeded, seed %llu", hc_resample_name(b->kind), succeeded,
               requested, (unsigned long long)b->seed);
  }
}

static void print_notes(FILE *out, const hc_estimate *estimate) {
  for (size_t i = 0; i < estimate->n_notes; i++) {
    cli_fieldf(out, i == 0 ? "Notes" : NULL, "%s [%s]", estimate->notes[i].text, estimate->notes[i].code);
  }
}

/* Which number should be measured better: the largest few. */
static void print_contributions(FILE *out, const hc_analysis *a) {
  enum { MOST = 5 };
  for (size_t i = 0; i < a->n_contributions && i < MOST; i++) {
    const hc_contribution *c = &a->contributions[i];
    cli_fieldf(out, i == 0 ? "Variance" : NULL, "%5.1f %% from %s", 100 * c->share, a->plan->inputs[c->input].name);
  }
  if (a->n_contributions > MOST) cli_fieldf(out, NULL, "and %zu more inputs", a->n_contributions - MOST);
}

/* Words to quote --------------------------------------------------------------------------------------- */

/* "Chao (1987)" of "Chao (1987) Biometrics 43:783-791, eq. 10": up to the first year. */
static int citation_length(const char *cite) {
  const char *end = strchr(cite, ')');
  return end != NULL ? (int)(end - cite) + 1 : (int)strcspn(cite, ",;");
}

static bool has_note(const hc_analysis *a, const char *code) {
  for (size_t i = 0; i < a->estimate->n_notes; i++) {
    if (strcmp(a->estimate->notes[i].code, code) == 0) return true;
  }
  return false;
}

/* Words for a paper; none where the notes take the number back. */
static void print_quote(FILE *out, const hc_analysis *a, const hc_data *data) {
  const hc_quantity *quantity = &a->plan->quantities[0];
  const hc_interval *k = cli_first_interval(a, 0);
  const hc_estimator *e = a->plan->estimator;
  if (has_note(a, "poor-fit")) {
    cli_field(out, "To quote", "nothing: the data contradict this model, and its interval does not answer for that");
    return;
  }
  if (has_note(a, "no-spread")) {
    cli_field(out, "To quote", "nothing: an interval of one point is no measure of certainty");
    return;
  }
  bool people = cli_is_people(quantity);
  char value[CLI_NUMBER_SIZE], level[CLI_NUMBER_SIZE], range[2 * CLI_NUMBER_SIZE + 8], n[CLI_NUMBER_SIZE];
  char interval[4 * CLI_NUMBER_SIZE] = "", observed[CLI_NUMBER_SIZE + 16] = "", form[HC_NOTE_SIZE + 4] = "";
  cli_value(value, a->estimate->value[0], people);
  if (k != NULL) {
    cli_range(range, sizeof range, k, people);
    snprintf(interval, sizeof interval, " (%s CI %s, %s)", cli_percent(level, k->level), range,
             cli_method_name(k->method));
  }
  /* the people that the estimate stands on: of two lists among several, not those of the file */
  double people_met = a->plan->n_units > 0 ? a->plan->n_units : (double)data->observed;
  if (people_met > 0) snprintf(observed, sizeof observed, ", n = %s", cli_count(n, (uint64_t)people_met));
  if (a->plan->form[0] != '\0') snprintf(form, sizeof form, ", %s", a->plan->form);
  char cite[HC_NOTE_SIZE];
  snprintf(cite, sizeof cite, ", %.*s", citation_length(e->cite), e->cite);
  if (strstr(form, cite + 2) != NULL) cite[0] = '\0'; /* "equation 10 of Chao (1987)" names the paper already */
  cli_fieldf(out, "To quote", "%s = %s%s%s%s%s%s%s", quantity->name, value, people ? " " : "", cli_unit(quantity), interval,
             cite, form, observed);
}

/* The whole ------------------------------------------------------------------------------------------- */

static void print_analysis(FILE *out, const hc_report *report, const hc_analysis *a) {
  const hc_estimator *e = a->plan->estimator;
  cli_title(out, e->title, e->id);
  if (a->plan->n_quantities == 1) {
    print_quantity(out, a, 0);
  } else {
    print_quantities(out, a, report->settings->level);
  }
  explain_quantities(out, a->plan);
  cli_field(out, "Form", a->plan->variant);
  print_options(out, a);
  cli_field(out, "Assumes", e->assumes);
  cli_field(out, "Source", e->cite);
  print_fit(out, &a->estimate->fit);
  print_bootstrap(out, a, report->settings);
  print_contributions(out, a);
  print_notes(out, a->estimate);
  fputc('\n', out);
  print_quote(out, a, report->data);
}

/* Not AIC: likelihoods of different data (frequencies, histories, f1 and f2 alone) would stand side by side. */
static const char *fit_word(const hc_estimate *estimate) {
  for (size_t i = 0; i < estimate->n_notes; i++) {
    if (strcmp(estimate->notes[i].code, "poor-fit") == 0) return "poor";
  }
  return isfinite(estimate->fit.deviance) && estimate->fit.df >= 1 ? "good" : "";
}

static void add_model_row(cli_table *table, const hc_analysis *a) {
  const hc_interval *k = cli_first_interval(a, 0);
  bool people = cli_is_people(&a->plan->quantities[0]);
  char value[CLI_NUMBER_SIZE], se[CLI_NUMBER_SIZE] = "";
  char range[2 * CLI_NUMBER_SIZE + 8] = "";
  cli_value(value, a->estimate->value[0], people);
  if (has_se(a, 0)) cli_error_size(se, a->estimate->se[0], people);
  if (k != NULL) cli_range(range, sizeof range, k, people);
  const char *cells[] = {a->plan->estimator->id, value, se, range, k != NULL ? cli_method_name(k->method) : "",
                         fit_word(a->estimate)};
  cli_table_row(table, 6, cells);
}

static void print_comparison(FILE *out, const hc_report *report) {
  cli_table *table = cli_table_new();
  const hc_quantity *first = &report->analyses[0]->plan->quantities[0];
  char heading[CLI_NUMBER_SIZE + 16], percent[CLI_NUMBER_SIZE];
  snprintf(heading, sizeof heading, "%s interval", cli_percent(percent, report->settings->level));
  cli_table_column(table, "estimator", 0);
  cli_table_column(table, first->name, CLI_RIGHT);
  cli_table_column(table, "se", CLI_RIGHT);
  cli_table_column(table, heading, CLI_RIGHT);
  cli_table_column(table, "method", 0);
  cli_table_column(table, "fit", 0);
  for (size_t i = 0; i < report->n_analyses; i++) {
    const hc_analysis *a = report->analyses[i];
    /* an estimator of something else (how many platforms people use) has no place in a column of N */
    if (cli_is_people(&a->plan->quantities[0]) == cli_is_people(first)) add_model_row(table, a);
  }
  fputs("All estimators side by side\n\n", out);
  cli_table_print(out, table);
  cli_paragraph(out, 2, "fit: poor where the data contradict the model (deviance, p < 0.001); blank where that cannot be "
                        "told.");
}

static void print_refusals(FILE *out, const hc_report *report) {
  if (report->n_refusals == 0) return;
  fputs("\nNot estimable from these data\n\n", out);
  for (size_t i = 0; i < report->n_refusals; i++) {
    const hc_refusal *f = &report->refusals[i];
    cli_fieldf(out, f->estimator->id, "%s [%s]", f->reason, f->code);
  }
}

void cli_print_report(FILE *out, const hc_report *report) {
  for (size_t i = 0; i < report->n_analyses; i++) {
    if (i > 0) fputc('\n', out);
    print_analysis(out, report, report->analyses[i]);
  }
  if (report->n_analyses > 1) {
    fputc('\n', out);
    print_comparison(out, report);
  }
  print_refusals(out, report);
}
