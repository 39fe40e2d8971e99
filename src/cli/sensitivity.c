/* headcount estimate --sensitivity: the same analyses for several values of one option. */
#include <string.h>

#include "cli.h"

enum { N_COLUMNS = 5 };

static bool has_option(const hc_estimator *e, const char *name) {
  for (const hc_option *o = e->options; o != NULL && o->name != NULL; o++) {
    if (hc_option_is(o, name)) return true;
  }
  return false;
}

/* The interval that the reader is shown: the last of N, which is the bootstrap's where there is one. */
static const hc_interval *interval_of_N(const hc_analysis *a) {
  const hc_interval *last = NULL;
  for (size_t i = 0; i < a->n_intervals; i++) {
    if (a->intervals[i].quantity == 0) last = &a->intervals[i];
  }
  return last;
}

static const char *warning(const hc_analysis *a) {
  for (size_t i = 0; i < a->estimate->n_notes; i++) {
    if (strcmp(a->estimate->notes[i].code, "no-predictive-power") == 0) return " NO PREDICTIVE POWER";
  }
  return "";
}

static void add_analysis(cli_table *table, const hc_analysis *a, const char *value) {
  const hc_quantity *quantity = &a->plan->quantities[0];
  const hc_interval *k = interval_of_N(a);
  bool people = cli_is_people(quantity);
  char number[CLI_NUMBER_SIZE], N[2 * CLI_NUMBER_SIZE], range[2 * CLI_NUMBER_SIZE + 8] = "", method[96] = "";
  snprintf(N, sizeof N, "%s %s", cli_value(number, a->estimate->value[0], people), cli_unit(quantity));
  if (k != NULL) cli_range(range, sizeof range, k, people);
  snprintf(method, sizeof method, "%s%s", k != NULL ? cli_method_name(k->method) : "", warning(a));
  const char *cells[] = {a->plan->estimator->id, value, N, range, method};
  cli_table_row(table, N_COLUMNS, cells);
}

/* One model at one value. */
static int add(cli_table *table, const cli_sensitivity *s, size_t model, const char *name, const char *value) {
  hc_options *options = NULL;
  hc_analysis *a = NULL;
  hc_error err = {0};
  hc_settings settings = *s->settings;
  settings.progress = NULL;
  if (hc_options_copy(&options, s->options[model], &err) != HC_OK) return cli_fail(&err);
  hc_status status = hc_options_set(options, name, value, &err);
  if (status == HC_OK) status = hc_analysis_new(&a, s->data, s->models[model], options, &settings, &err);
  hc_options_free(options);
  const char *refused[] = {s->models[model]->id, value, "refused", "", err.code};
  if (status == HC_OK) add_analysis(table, a, value);
  if (status == HC_EREFUSED) cli_table_row(table, N_COLUMNS, refused);
  hc_analysis_free(a);
  if (status == HC_EUSAGE) return cli_usage("--sensitivity: %s", err.message);
  if (status != HC_OK && status != HC_EREFUSED) return cli_fail(&err);
  return CLI_CONTINUE;
}

static int fill(cli_table *table, const cli_sensitivity *s, const char *name) {
  int code = CLI_CONTINUE;
  char value[HC_CODE_SIZE];
  for (const char *at = strchr(s->asked, '=') + 1; code == CLI_CONTINUE && *at != '\0';) {
    size_t n = strcspn(at, ",");
    snprintf(value, sizeof value, "%.*s", (int)n, at);
    for (size_t i = 0; i < s->n_models && code == CLI_CONTINUE; i++) {
      if (has_option(s->models[i], name)) code = add(table, s, i, name, value);
    }
    at += n + (at[n] == ',');
  }
  return code;
}

int cli_print_sensitivity(FILE *out, const cli_sensitivity *s) {
  char name[HC_CODE_SIZE], heading[CLI_NUMBER_SIZE + 16], percent[CLI_NUMBER_SIZE];
  snprintf(name, sizeof name, "%.*s", (int)strcspn(s->asked, "="), s->asked);
  size_t users = 0;
  for (size_t i = 0; i < s->n_models; i++) users += has_option(s->models[i], name);
  if (users == 0) return cli_usage("--sensitivity: no chosen estimator has an option '%s'", name);
  cli_table *table = cli_table_new();
  snprintf(heading, sizeof heading, "%s interval", cli_percent(percent, s->settings->level));
  cli_table_column(table, "estimator", 0);
  cli_table_column(table, name, CLI_RIGHT);
  cli_table_column(table, "estimate", CLI_RIGHT);
  cli_table_column(table, heading, CLI_RIGHT);
  cli_table_column(table, "method", 0);
  int code = fill(table, s, name);
  fprintf(out, "Sensitivity to %s\n\n", name);
  cli_table_print(out, table);
  return code;
}
