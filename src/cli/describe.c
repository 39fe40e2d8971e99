/* headcount describe: what was read, how it was understood, and what will be difficult. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"

enum { MOST_ROWS = 30, NAME_SIZE = 32 };

const struct argp_option cli_describe_options[] = {
  CLI_OPTIONS_READING,
  {NULL, 0, NULL, 0, N_("Output:"), 5},
  {"format", CLI_KEY_FORMAT, "FORMAT", 0, N_("text or json"), 5},
  CLI_OPTION_OUTPUT,
  CLI_OPTION_HELP,
  {0},
};

const char cli_describe_details[] =
  N_("Says what was read from a file and how it was understood: how many people were met how often, how the lists overlap, "
  "and what will make an estimate difficult. `-` reads standard input.")
  "\v"
  N_("Nothing is estimated. `--format json` gives all of it to a program.");

typedef struct request {
  int exit_code, json;
  const char *file, *output;
  hc_read_settings reading;
} request;

static error_t parse(int key, char *value, struct argp_state *state) {
  static const cli_choice formats[] = {{"text", 0}, {"json", 1}, {NULL, 0}};
  request *r = state->input;
  switch (key) {
  case CLI_KEY_FORMAT:
    if (!cli_parse_choice("format", value, formats, &r->json)) r->exit_code = CLI_EXIT_USAGE;
    break;
  case CLI_KEY_OUTPUT: r->output = value; break;
  default:
    if (cli_parse_file(key, value, &r->file, &r->exit_code)) break;
    if (!cli_parse_reading(key, value, &r->reading, &r->exit_code)) return ARGP_ERR_UNKNOWN;
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

/* Tables --------------------------------------------------------------------------------------------- */

static void add_count(cli_table *table, uint64_t n) {
  char text[HC_WORD_SIZE];
  cli_table_cell(table, hc_word_count(text, n));
}

/* A share of all: "12.3%". */
static void add_share(cli_table *table, uint64_t n, uint64_t all) {
  char text[HC_WORD_SIZE];
  hc_format(text, sizeof text, "%.1f%%", all > 0 ? 100.0 * (double)n / (double)all : 0.0);
  cli_table_cell(table, text);
}

static void add_times(cli_table *table, const char *label, uint64_t people, uint64_t all) {
  cli_table_cell(table, label);
  add_count(table, people);
  add_share(table, people, all);
}

static void print_times(FILE *out, const hc_overview *view, uint64_t all) {
  if (view->n_times == 0) return;
  cli_table *table = cli_table_new();
  cli_table_column(table, _("times met"), CLI_RIGHT);
  cli_table_column(table, _("people"), CLI_RIGHT);
  cli_table_column(table, _("share"), CLI_RIGHT);
  char label[HC_WORD_SIZE + 16];
  size_t shown = view->n_times > MOST_ROWS ? MOST_ROWS - 1 : view->n_times;
  for (size_t i = 0; i < shown; i++) add_times(table, hc_word_count(label, view->times[i]), view->people[i], all);
  if (shown < view->n_times) {
    uint64_t rest = 0;
    for (size_t i = shown; i < view->n_times; i++) rest += view->people[i];
    char first[HC_WORD_SIZE];
    hc_format(label, sizeof label, "%s and more", hc_word_count(first, view->times[shown]));
    add_times(table, label, rest, all);
  }
  fputs(_("\nHow often people were met\n\n"), out);
  cli_table_print(out, table);
}

static void print_lists(FILE *out, const hc_data *data, const hc_overview *view) {
  if (view->n_lists == 0) return;
  cli_table *table = cli_table_new();
  bool occasions = hc_data_shape(data) == HC_SHAPE_OCCASIONS;
  cli_table_column(table, occasions ? _("occasion") : _("list"), CLI_CUT);
  cli_table_column(table, _("people"), CLI_RIGHT);
  cli_table_column(table, _("share"), CLI_RIGHT);
  cli_table_column(table, _("only here"), CLI_RIGHT);
  for (size_t i = 0; i < view->n_lists; i++) {
    cli_table_cell(table, view->names[i]);
    add_count(table, view->total[i]);
    add_share(table, view->total[i], hc_data_observed(data));
    add_count(table, view->alone[i]);
  }
  fprintf(out, "\n%s\n\n", occasions ? _("Occasions") : _("Lists"));
  cli_table_print(out, table);
}

/* Columns that the square table of overlaps wants. */
static size_t matrix_width(const hc_overview *view) {
  size_t longest = 0, sum = 0;
  for (size_t i = 0; i < view->n_names; i++) {
    size_t n = strlen(view->names[i]);
    if (n > longest) longest = n;
    sum += (n < 7 ? 7 : n) + 2;
  }
  return longest + sum + 2;
}

static void print_matrix(FILE *out, const hc_overview *view) {
  cli_table *table = cli_table_new();
  size_t n = view->n_lists;
  cli_table_column(table, "", 0);
  for (size_t i = 0; i < n; i++) cli_table_column(table, view->names[i], CLI_RIGHT);
  for (size_t i = 0; i < n; i++) {
    cli_table_cell(table, view->names[i]);
    for (size_t j = 0; j < n; j++) {
      if (j == i) cli_table_cell(table, "");
      else add_count(table, view->together[i * n + j]);
    }
  }
  cli_table_print(out, table);
}

typedef struct pair {
  size_t i, j;
  uint64_t together;
} pair;

static int by_overlap(const void *a, const void *b) {
  const pair *p = a, *q = b;
  if (p->together != q->together) return p->together < q->together ? -1 : 1;
  if (p->i != q->i) return p->i < q->i ? -1 : 1;
  return p->j < q->j ? -1 : p->j > q->j;
}

/* Too many lists for a square: the pairs that share fewest people, which are the ones to worry about. */
static void print_pairs(FILE *out, const hc_overview *view) {
  size_t n = view->n_lists, k = 0;
  pair *pairs = calloc(n * (n - 1) / 2, sizeof *pairs);
  if (!pairs) return cli_memory_ran_out();
  cli_table *table = cli_table_new();
  cli_table_column(table, _("list"), CLI_CUT);
  cli_table_column(table, _("and list"), CLI_CUT);
  cli_table_column(table, _("people on both"), CLI_RIGHT);
  for (size_t i = 0; i < n; i++) {
    for (size_t j = i + 1; j < n; j++) pairs[k++] = (pair){i, j, view->together[i * n + j]};
  }
  qsort(pairs, k, sizeof *pairs, by_overlap);
  for (size_t p = 0; p < k && p < MOST_ROWS; p++) {
    cli_table_cell(table, view->names[pairs[p].i]);
    cli_table_cell(table, view->names[pairs[p].j]);
    add_count(table, pairs[p].together);
  }
  free(pairs);
  cli_table_print(out, table);
  if (k > MOST_ROWS) fprintf(out, _("\n  The %d smallest of %zu; --format json has them all.\n"), MOST_ROWS, k);
}

static void print_overlaps(FILE *out, const hc_overview *view) {
  if (view->n_lists < 2) return;
  fputs(_("\nPeople on two lists at once\n\n"), out);
  if (matrix_width(view) < cli_width()) print_matrix(out, view);
  else print_pairs(out, view);
}

/* Occasions given as one row each. */
static void print_caught(FILE *out, const hc_overview *view) {
  if (!view->caught) return;
  cli_table *table = cli_table_new();
  static const char *const names[] = {N_("caught"), N_("recaptured"), N_("released")};
  const double *columns[] = {view->caught, view->recaptured, view->released};
  cli_table_column(table, _("occasion"), 0);
  for (size_t k = 0; k < 3; k++) cli_table_column(table, _(names[k]), CLI_RIGHT);
  for (size_t i = 0; i < view->n_names; i++) {
    cli_table_cell(table, view->names[i]);
    for (size_t k = 0; k < 3; k++) {
      char text[HC_WORD_SIZE];
      cli_table_cell(table, columns[k] ? hc_word_value(text, columns[k][i], true) : "");
    }
  }
  fputs(_("\nOccasions\n\n"), out);
  cli_table_print(out, table);
}

/* Words ------------------------------------------------------------------------------------------------- */

static void date_text(char *text, size_t size, int64_t days) {
  time_t seconds = (time_t)(days * 86400);
  struct tm date;
  if (!gmtime_r(&seconds, &date) || strftime(text, size, "%Y-%m-%d", &date) == 0) {
    hc_format(text, size, "day %lld", (long long)days);
  }
}

static void print_windows(FILE *out, const hc_overview *view) {
  if (view->n_pairs == 0) return;
  double shortest = INFINITY, longest = 0.0;
  size_t dates = 0;
  for (size_t i = 0; i < view->n_pairs; i++) {
    if (view->pairs[i].lag < shortest) shortest = view->pairs[i].lag;
    if (view->pairs[i].lag > longest) longest = view->pairs[i].lag;
    dates += i == 0 || view->pairs[i].date != view->pairs[i - 1].date;
  }
  char n[HC_WORD_SIZE], a[HC_WORD_SIZE], b[HC_WORD_SIZE], k[HC_WORD_SIZE], from[NAME_SIZE], to[NAME_SIZE];
  date_text(from, sizeof from, view->pairs[0].date);
  date_text(to, sizeof to, view->pairs[view->n_pairs - 1].date);
  cli_fieldf(out, _("Pairs"), "%s pairs of windows, %s to %s days apart, recaptured on %s dates from %s to %s",
             hc_word_count(n, view->n_pairs), hc_word_value(a, shortest, false), hc_word_value(b, longest, false),
             hc_word_count(k, dates), from, to);
}

/* A table of the traffic family. */
static void print_columns(FILE *out, const hc_overview *view) {
  char rows[HC_WORD_SIZE];
  cli_text list;
  if (view->n_columns == 0) return;
  cli_text_open(&list);
  for (size_t i = 0; list.out && i < view->n_columns; i++) {
    const hc_column *c = &view->columns[i];
    fprintf(list.out, "%s%s%s", i > 0 ? ", " : "", c->name, c->text ? _(" (text)") : "");
  }
  char *text = cli_text_close(&list);
  if (!text) return;
  cli_fieldf(out, _("Table"), "%s rows; columns: %s", hc_word_count(rows, view->n_rows), text);
  free(text);
}

static const char *delimiter_name(char delimiter) {
  switch (delimiter) {
    case ',': return _("comma");
    case ';': return _("semicolon");
    case '\t': return _("tab");
    case '|': return _("pipe");
    case ' ': return _("space");
    default: return P_("delimiter", "none");
  }
}

static void print_source(FILE *out, const hc_data *data, const hc_overview *view) {
  const hc_source *s = hc_data_source(data);
  char rows[HC_WORD_SIZE], bytes[HC_WORD_SIZE], n[HC_WORD_SIZE], cells[HC_WORD_SIZE];
  cli_fieldf(out, _("File"), "%s: %s bytes, %s rows of data", cli_file_name(s->file),
             hc_word_count(bytes, s->bytes), hc_word_count(rows, s->rows));
  cli_field(out, _("SHA-256"), s->sha256);
  cli_fieldf(out, _("Read as"), "%s (%s)", hc_shape_name(s->read_as), s->shape_forced ? _("as asked") : _("detected"));
  if (s->roles[0]) {
    fputs(_("  The same as "), out);
    cli_print_command(out, s->roles_added, strlen(s->roles_added));
  }
  cli_fieldf(out, _("Written in"), "%s%s, delimiter: %s, decimal mark: %s", s->encoding,
             s->byte_order_mark ? _(" with a byte order mark") : "", delimiter_name(s->delimiter),
             s->decimal == ',' ? _("comma") : _("point"));
  for (size_t i = 0; i < s->n_remarks; i++) cli_field(out, i == 0 ? _("Remarks") : NULL, s->remarks[i]);
  if (s->unused[0])
    cli_fieldf(out, _("Covariates"), "%s: say what people differ in, if they do; a --formula of them lets the rate differ, --by makes strata",
               s->unused);
  if (hc_data_observed(data) > 0 && view->n_cells > 0) {
    cli_fieldf(out, _("Observed"), "%s people, %s different %s", hc_word_count(n, hc_data_observed(data)),
               hc_word_count(cells, view->n_cells), view->by_times ? _("numbers of times met") : _("histories"));
  } else if (hc_data_observed(data) > 0) {
    cli_fieldf(out, _("Observed"), "%s people", hc_word_count(n, hc_data_observed(data)));
  }
  print_windows(out, view);
  print_columns(out, view);
}

static void print_estimators(FILE *out, const hc_data *data) {
  const hc_estimator *usual = hc_estimator_default(data);
  size_t n = 0;
  cli_text list;
  cli_text_open(&list);
  for (size_t i = 0; list.out && i < hc_estimator_count(); i++) {
    const hc_estimator *e = hc_estimator_at(i);
    if (!(e->accepts & (unsigned)hc_data_shape(data))) continue;
    fprintf(list.out, "%s%s%s", n++ > 0 ? ", " : "", e->id, e == usual ? _(" (default)") : "");
  }
  char *text = cli_text_close(&list);
  fputc('\n', out);
  cli_field(out, _("Estimators"), n > 0 ? text : _("none accepts this shape"));
  free(text);
}

static void print_description(FILE *out, const hc_data *data, const hc_overview *view) {
  print_source(out, data, view);
  print_times(out, view, hc_data_observed(data));
  print_lists(out, data, view);
  print_overlaps(out, view);
  print_caught(out, view);
  if (view->n_warnings > 0) fputc('\n', out);
  for (size_t i = 0; i < view->n_warnings; i++) {
    cli_fieldf(out, i == 0 ? _("Warnings") : NULL, "%s [%s]", view->warnings[i].text, view->warnings[i].code);
  }
  print_estimators(out, data);
}

/* CLI_CONTINUE, or the exit code of what went wrong, which is said. */
static int text_of(char **text, const hc_data *data) {
  hc_overview *view = NULL;
  hc_error err;
  if (hc_overview_new(&view, data, &err) != HC_OK) return cli_fail(&err);
  cli_text made;
  cli_text_open(&made);
  if (made.out) print_description(made.out, data, view);
  hc_overview_free(view);
  *text = cli_text_close(&made);
  return *text ? CLI_CONTINUE : cli_out_of_memory();
}

int cli_describe(const cli_command *self, int argc, char **argv) {
  request r = {.exit_code = CLI_CONTINUE};
  hc_read_settings_init(&r.reading);
  int code = cli_parse(self, argc, argv, parse, &r);
  if (code != CLI_CONTINUE) return code;
  hc_error err = {0};
  hc_data *data = NULL;
  if (hc_data_read(&data, r.file, &r.reading, &err) != HC_OK) return cli_fail(&err);
  char *text = NULL;
  if (!r.json) code = text_of(&text, data);
  else if (hc_data_json(&text, data, &err) != HC_OK) code = cli_fail(&err);
  if (code == CLI_CONTINUE) code = cli_emit(text, r.output, !r.json);
  hc_text_free(text);
  hc_data_free(data);
  return code;
}
