/* headcount select: the models that a procedure chooses among, side by side. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { MOST_RESIDUALS = 8 };
const struct argp_option cli_select_options[] = {
  CLI_OPTIONS_READING,
  {NULL, 0, NULL, 0, N_("Choosing:"), 3},
  {"model", CLI_KEY_MODEL, "ID", 0, N_("a procedure that chooses: loglinear-best, loglinear-average, or of counts family-best"), 3},
  {"set", CLI_KEY_SET, "NAME=VALUE", 0, N_("an option of it, as --set criterion=aic"), 3},
  {"formula", CLI_KEY_FORMULA, "FORMULA", 0, N_("of counts: what the rate depends on, as '~ sex + age'"), 3},
  {"top", CLI_KEY_TOP, "K", 0, N_("how many models to list (default 10)"), 3},
  {"threads", CLI_KEY_THREADS, "T", 0, N_("threads to use (default: all); never changes a digit of the output"), 4},
  {"format", CLI_KEY_FORMAT, "FORMAT", 0, N_("text, json or csv"), 5},
  CLI_OPTION_OUTPUT,
  CLI_OPTION_HELP,
  {0},
};

const char cli_select_details[] =
  N_("Lists the models that `headcount estimate` chooses among: of overlapping lists the log-linear ones, and how the best of them "
  "fits cell by cell; of counts the families. Their criterion, their weight and the N of each. `-` reads standard input.")
  "\v"
  N_("Models within 2 of the smallest criterion are as good as the best. Where their N differ, the data do not tell which is "
  "right. --terms of `headcount estimate --model loglinear` takes the terms of any row.\n\n"
  "Examples:\n"
  "  headcount select lists.csv\n"
  "  headcount select met.csv --formula '~ sex + age' --set criterion=aic\n"
  "  headcount select lists.csv --set criterion=aic --set max-order=3 --top 25 --format csv");

typedef struct request {
  int exit_code;
  const char *file, *output;
  cli_written format;
  uint64_t top;
  hc_read_settings reading;
  hc_settings settings;
  cli_settings set;
  hc_request asked;
  char covariates[2048]; /* the columns of formulas */
} request;

static int parse_value(int key, const char *value, request *r) {
  switch (key) {
  case CLI_KEY_SET: return cli_add_setting(&r->set, value);
  case CLI_KEY_FORMULA: return cli_add_shorthand(&r->set, "formula", value);
  case CLI_KEY_MODEL: r->asked.models = value; break;
  case CLI_KEY_OUTPUT: r->output = value; break;
  case CLI_KEY_TOP:
    if (!cli_parse_number("top", value, 1, 100000, &r->top)) return CLI_EXIT_USAGE;
    break;
  case CLI_KEY_FORMAT:
    if (!cli_parse_format(value, &r->format)) return CLI_EXIT_USAGE;
    break;
  }
  return CLI_CONTINUE;
}

static error_t parse(int key, char *value, struct argp_state *state) {
  request *r = state->input;
  switch (key) {
  default:
    if (cli_parse_file(key, value, &r->file, &r->exit_code)) break;
    if (cli_parse_reading(key, value, &r->reading, &r->exit_code)) break;
    if (!value) return ARGP_ERR_UNKNOWN;
    if (!cli_parse_run(key, value, &r->settings, &r->exit_code)) r->exit_code = parse_value(key, value, r);
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

/* The table -------------------------------------------------------------------------------------------- */

static void upper(char *text, size_t size, const char *word) {
  size_t i = 0;
  for (; word[i] && i + 1 < size; i++) text[i] = (char)toupper((unsigned char)word[i]);
  text[i] = '\0';
  if (strcmp(text, "AICC") == 0) text[3] = 'c';
}

static void print_models(FILE *out, const hc_selection *s, const char *criterion) {
  cli_table *table = cli_table_new();
  bool named = s->n_lists == 0; /* of counts: names are short */
  cli_table_column(table, _("model"), named ? 0 : CLI_RIGHT);
  cli_table_column(table, _("parameters"), CLI_RIGHT);
  cli_table_column(table, criterion, CLI_RIGHT);
  cli_table_column(table, _("difference"), CLI_RIGHT);
  cli_table_column(table, _("weight"), CLI_RIGHT);
  cli_table_column(table, _("N"), CLI_RIGHT);
  cli_table_column(table, _("se"), CLI_RIGHT);
  for (size_t i = 0; i < s->n_rows; i++) {
    const hc_model_row *row = &s->rows[i];
    char rank[HC_WORD_SIZE], parameters[HC_WORD_SIZE], value[HC_WORD_SIZE], difference[HC_WORD_SIZE], weight[HC_WORD_SIZE];
    char N[HC_WORD_SIZE], se[HC_WORD_SIZE];
    snprintf(rank, sizeof rank, "%zu", i + 1);
    snprintf(parameters, sizeof parameters, "%.0f", row->parameters);
    hc_format(value, sizeof value, "%.2f", row->value);
    hc_format(difference, sizeof difference, "%.2f", row->value - s->rows[0].value);
    hc_format(weight, sizeof weight, "%.3f", row->weight);
    const char *cells[] = {named ? row->name : rank, parameters, value, difference, weight, hc_word_value(N, row->N, true),
                           hc_word_error_size(se, row->se, true)};
    cli_table_row(table, 7, cells);
  }
  cli_table_print(out, table);
  if (named) return;
  fputs(_("\nTheir terms, and what these contain\n\n"), out);
  for (size_t i = 0; i < s->n_rows; i++) {
    char rank[HC_WORD_SIZE];
    hc_format(rank, sizeof rank, "model %zu", i + 1);
    cli_field(out, rank, s->rows[i].name);
  }
}

static int by_residual(const void *a, const void *b) {
  const hc_cell_fit *x = a, *y = b;
  double p = fabs(x->pearson), q = fabs(y->pearson);
  if (p != q) return p > q ? -1 : 1;
  return x->history < y->history ? -1 : x->history > y->history;
}

static void name_history(char *text, size_t size, const hc_selection *s, uint64_t history) {
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < s->n_lists && used < size; i++) {
    if (!(history >> i & 1)) continue;
    int n = snprintf(text + used, size - used, "%s%s", used > 0 ? " + " : "", s->lists[i]);
    used += n > 0 ? (size_t)n : 0;
  }
}

/* Where the best model fits worst. */
static void print_residuals(FILE *out, const hc_selection *s) {
  hc_cell_fit *cells = s->n_cells > 0 ? malloc(s->n_cells * sizeof *cells) : NULL;
  if (s->n_cells == 0) return;
  if (!cells) {
    cli_memory_ran_out();
    return;
  }
  memcpy(cells, s->cells, s->n_cells * sizeof *cells);
  qsort(cells, s->n_cells, sizeof *cells, by_residual);
  fputs(_("\nWhere the first of them fits worst\n\n"), out);
  cli_table *table = cli_table_new();
  cli_table_column(table, _("on these lists only"), CLI_CUT);
  cli_table_column(table, _("people"), CLI_RIGHT);
  cli_table_column(table, _("expected"), CLI_RIGHT);
  cli_table_column(table, _("Pearson residual"), CLI_RIGHT);
  for (size_t i = 0; i < s->n_cells && i < MOST_RESIDUALS; i++) {
    char lists[512], people[HC_WORD_SIZE], expected[HC_WORD_SIZE], residual[HC_WORD_SIZE];
    name_history(lists, sizeof lists, s, cells[i].history);
    hc_format(expected, sizeof expected, "%.1f", cells[i].expected);
    hc_format(residual, sizeof residual, "%+.2f", cells[i].pearson);
    const char *row[] = {lists, hc_word_value(people, cells[i].observed, true), expected, residual};
    cli_table_row(table, 4, row);
  }
  cli_table_print(out, table);
  free(cells);
}

static void print_words(FILE *out, const hc_selection *s, const char *criterion) {
  char near[HC_WORD_SIZE], lowest[HC_WORD_SIZE], highest[HC_WORD_SIZE];
  fputc('\n', out);
  if (s->near > 1)
    cli_fieldf(out, _("As good"), "%s models are within 2 of the smallest %s; their N run from %s to %s", hc_word_count(near, s->near),
               criterion, hc_word_value(lowest, s->lowest, true), hc_word_value(highest, s->highest, true));
  else cli_fieldf(out, _("As good"), "none: no other model is within 2 of the smallest %s", criterion);
  if (s->highest - s->lowest >= 0.5 * s->rows[0].N)
    cli_field(out, _("Warning"), _("models that fit equally well differ in N by half of it or more: these data do not tell which is "
                              "right"));
  cli_field(out, _("Assumes"), _(s->estimator->assumes));
}

static char *as_text(const hc_selection *s) {
  cli_text made;
  char criterion[HC_WORD_SIZE], models[HC_WORD_SIZE], estimable[HC_WORD_SIZE];
  cli_text_open(&made);
  if (!made.out) return cli_text_close(&made);
  upper(criterion, sizeof criterion, s->criterion);
  fprintf(made.out, _("%s models, %s of them with a finite N, by %s\n\n"), hc_word_count(models, s->models),
          hc_word_count(estimable, s->estimable), criterion);
  print_models(made.out, s, criterion);
  print_residuals(made.out, s);
  print_words(made.out, s, criterion);
  return cli_text_close(&made);
}

/* The whole -------------------------------------------------------------------------------------------- */

static int write_selection(const request *r, const hc_selection *s, const hc_data *data) {
  hc_error err = {0};
  char *text = NULL;
  int code = CLI_CONTINUE;
  if (r->format == CLI_TEXT && !(text = as_text(s))) code = cli_out_of_memory();
  if (r->format == CLI_JSON && hc_selection_json(&text, s, data, &err) != HC_OK) code = cli_fail(&err);
  if (r->format == CLI_CSV && hc_selection_csv(&text, s, &err) != HC_OK) code = cli_fail(&err);
  if (code == CLI_CONTINUE) code = cli_emit(text, r->output, r->format == CLI_TEXT);
  hc_text_free(text);
  return code;
}

static int choose(request *r, const hc_data *data) {
  hc_error err = {0};
  hc_selection *s = NULL;
  cli_progress progress;
  cli_progress_start(&progress, false);
  r->settings.progress = cli_progress_show;
  r->settings.progress_context = &progress;
  cli_catch_interrupt();
  hc_status status = hc_select(&s, data, &r->asked, &r->settings, (size_t)r->top, &err);
  cli_progress_end(&progress);
  if (status == HC_EREFUSED) {
    fprintf(stderr, _("headcount: not estimable: %s [%s]\n"), err.message, err.code);
    return CLI_EXIT_REFUSED;
  }
  if (status != HC_OK) return cli_fail(&err);
  int code = write_selection(r, s, data);
  hc_selection_free(s);
  return code;
}

int cli_select(const cli_command *self, int argc, char **argv) {
  hc_error err = {0};
  hc_data *data = NULL;
  request *r = calloc(1, sizeof *r);
  if (!r) return cli_out_of_memory();
  r->exit_code = CLI_CONTINUE;
  r->top = 10;
  hc_read_settings_init(&r->reading);
  hc_settings_init(&r->settings);
  hc_request_init(&r->asked);
  r->settings.threads = cli_processors();
  int code = cli_parse(self, argc, argv, parse, r);
  r->asked.settings = r->set.list;
  r->asked.n_settings = r->set.n;
  if (code == CLI_CONTINUE && r->reading.roles.by) code = cli_usage("--by: models are chosen for all people at once");
  if (code == CLI_CONTINUE && hc_request_columns(&r->asked, r->covariates, sizeof r->covariates, &err) != HC_OK) code = cli_fail(&err);
  if (r->covariates[0] != '\0') r->reading.covariates = r->covariates;
  if (code == CLI_CONTINUE && hc_data_read(&data, r->file, &r->reading, &err) != HC_OK) code = cli_fail(&err);
  if (code == CLI_CONTINUE) {
    cli_print_remarks(data);
    code = choose(r, data);
  }
  hc_data_free(data);
  free(r);
  return code;
}
