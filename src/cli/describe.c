/* headcount describe: what was read, how it was understood, and what will be difficult. */
#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"

enum { MOST_ROWS = 30, NAME_SIZE = 32 };

const struct argp_option cli_describe_options[] = {
  CLI_OPTIONS_READING,
  {NULL, 0, NULL, 0, "Output:", 5},
  {"format", CLI_KEY_FORMAT, "FORMAT", 0, "text or json", 5},
  CLI_OPTION_OUTPUT,
  CLI_OPTION_HELP,
  {0},
};

const char cli_describe_details[] =
  "Says what was read from a file and how it was understood: how many people were met how often, how the lists overlap, "
  "and what will make an estimate difficult. `-` reads standard input."
  "\vNothing is estimated. `--format json` gives all of it to a program.";

typedef struct request {
  int exit_code, json;
  const char *file, *output;
  hc_read_settings reading;
} request;

static error_t parse(int key, char *value, struct argp_state *state) {
  static const cli_choice formats[] = {{"text", 0}, {"json", 1}, {NULL, 0}};
  request *r = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    if (r->file != NULL) r->exit_code = cli_usage("one file at a time: '%s' and '%s'", r->file, value);
    r->file = value;
    break;
  case ARGP_KEY_END:
    if (r->file == NULL) r->exit_code = cli_usage("a file is missing; '-' reads standard input");
    break;
  case CLI_KEY_FORMAT:
    if (!cli_parse_choice("format", value, formats, &r->json)) r->exit_code = CLI_EXIT_USAGE;
    break;
  case CLI_KEY_OUTPUT: r->output = value; break;
  default:
    if (!cli_parse_reading(key, value, &r->reading, &r->exit_code)) return ARGP_ERR_UNKNOWN;
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

/* Tables --------------------------------------------------------------------------------------------- */

static bool set_count(struct libscols_line *line, size_t column, uint64_t n) {
  char text[CLI_NUMBER_SIZE];
  return scols_line_set_data(line, column, cli_count(text, n)) == 0;
}

/* A share of all: "12.3%". */
static bool set_share(struct libscols_line *line, size_t column, uint64_t n, uint64_t all) {
  char text[CLI_NUMBER_SIZE];
  snprintf(text, sizeof text, "%.1f%%", all > 0 ? 100.0 * (double)n / (double)all : 0.0);
  return scols_line_set_data(line, column, text) == 0;
}

static bool add_times(struct libscols_table *table, const char *label, uint64_t people, uint64_t all) {
  struct libscols_line *line = scols_table_new_line(table, NULL);
  return line != NULL && scols_line_set_data(line, 0, label) == 0 && set_count(line, 1, people) &&
         set_share(line, 2, people, all);
}

static bool print_times(FILE *out, const hc_overview *view, uint64_t all) {
  if (view->n_times == 0) return true;
  struct libscols_table *table = cli_table_new();
  if (table == NULL) return false;
  bool good = scols_table_new_column(table, "times met", 0, SCOLS_FL_RIGHT) &&
              scols_table_new_column(table, "people", 0, SCOLS_FL_RIGHT) &&
              scols_table_new_column(table, "share", 0, SCOLS_FL_RIGHT);
  char label[CLI_NUMBER_SIZE + 16];
  size_t shown = view->n_times > MOST_ROWS ? MOST_ROWS - 1 : view->n_times;
  for (size_t i = 0; i < shown && good; i++) {
    good = add_times(table, cli_count(label, view->times[i]), view->people[i], all);
  }
  if (shown < view->n_times) {
    uint64_t rest = 0;
    for (size_t i = shown; i < view->n_times; i++) rest += view->people[i];
    char first[CLI_NUMBER_SIZE];
    snprintf(label, sizeof label, "%s and more", cli_count(first, view->times[shown]));
    good = good && add_times(table, label, rest, all);
  }
  fputs("\nHow often people were met\n\n", out);
  return cli_table_print(out, table) && good;
}

static bool print_lists(FILE *out, const hc_data *data, const hc_overview *view) {
  if (view->n_lists == 0) return true;
  struct libscols_table *table = cli_table_new();
  if (table == NULL) return false;
  bool occasions = data->shape == HC_SHAPE_OCCASIONS;
  bool good = scols_table_new_column(table, occasions ? "occasion" : "list", 0.4, SCOLS_FL_TRUNC) &&
              scols_table_new_column(table, "people", 0, SCOLS_FL_RIGHT) &&
              scols_table_new_column(table, "share", 0, SCOLS_FL_RIGHT) &&
              scols_table_new_column(table, "only here", 0, SCOLS_FL_RIGHT);
  for (size_t i = 0; i < view->n_lists && good; i++) {
    struct libscols_line *line = scols_table_new_line(table, NULL);
    good = line != NULL && scols_line_set_data(line, 0, data->list_names[i]) == 0 &&
           set_count(line, 1, view->total[i]) && set_share(line, 2, view->total[i], data->observed) &&
           set_count(line, 3, view->alone[i]);
  }
  fprintf(out, "\n%s\n\n", occasions ? "Occasions" : "Lists");
  return cli_table_print(out, table) && good;
}

/* Columns that the square table of overlaps wants. */
static size_t matrix_width(const hc_data *data) {
  size_t longest = 0, sum = 0;
  for (size_t i = 0; i < data->n_lists; i++) {
    size_t n = strlen(data->list_names[i]);
    if (n > longest) longest = n;
    sum += (n < 7 ? 7 : n) + 2;
  }
  return longest + sum + 2;
}

static bool print_matrix(FILE *out, const hc_data *data, const hc_overview *view) {
  struct libscols_table *table = cli_table_new();
  if (table == NULL) return false;
  size_t n = view->n_lists;
  bool good = scols_table_new_column(table, "", 0, 0) != NULL;
  for (size_t i = 0; i < n && good; i++) {
    good = scols_table_new_column(table, data->list_names[i], 0, SCOLS_FL_RIGHT) != NULL;
  }
  for (size_t i = 0; i < n && good; i++) {
    struct libscols_line *line = scols_table_new_line(table, NULL);
    good = line != NULL && scols_line_set_data(line, 0, data->list_names[i]) == 0;
    for (size_t j = 0; j < n && good; j++) good = j == i || set_count(line, j + 1, view->together[i * n + j]);
  }
  return cli_table_print(out, table) && good;
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
static bool print_pairs(FILE *out, const hc_data *data, const hc_overview *view) {
  size_t n = view->n_lists, k = 0;
  pair *pairs = calloc(n * (n - 1) / 2, sizeof *pairs);
  struct libscols_table *table = cli_table_new();
  bool good = pairs != NULL && table != NULL && scols_table_new_column(table, "list", 0.35, SCOLS_FL_TRUNC) &&
              scols_table_new_column(table, "and list", 0.35, SCOLS_FL_TRUNC) &&
              scols_table_new_column(table, "people on both", 0, SCOLS_FL_RIGHT);
  for (size_t i = 0; good && i < n; i++) {
    for (size_t j = i + 1; j < n; j++) pairs[k++] = (pair){i, j, view->together[i * n + j]};
  }
  if (good) qsort(pairs, k, sizeof *pairs, by_overlap);
  for (size_t p = 0; good && p < k && p < MOST_ROWS; p++) {
    struct libscols_line *line = scols_table_new_line(table, NULL);
    good = line != NULL && scols_line_set_data(line, 0, data->list_names[pairs[p].i]) == 0 &&
           scols_line_set_data(line, 1, data->list_names[pairs[p].j]) == 0 && set_count(line, 2, pairs[p].together);
  }
  free(pairs);
  if (table != NULL) good = cli_table_print(out, table) && good;
  if (k > MOST_ROWS) fprintf(out, "\n  The %d smallest of %zu; --format json has them all.\n", MOST_ROWS, k);
  return good;
}

static bool print_overlaps(FILE *out, const hc_data *data, const hc_overview *view) {
  if (view->n_lists < 2) return true;
  fputs("\nPeople on two lists at once\n\n", out);
  return matrix_width(data) < cli_width() ? print_matrix(out, data, view) : print_pairs(out, data, view);
}

/* Occasions given as one row each. */
static bool print_caught(FILE *out, const hc_data *data) {
  if (data->caught == NULL) return true;
  struct libscols_table *table = cli_table_new();
  if (table == NULL) return false;
  static const char *const names[] = {"caught", "recaptured", "released"};
  const double *columns[] = {data->caught, data->recaptured, data->released};
  bool good = scols_table_new_column(table, "occasion", 0, 0) != NULL;
  for (size_t k = 0; k < 3 && good; k++) good = scols_table_new_column(table, names[k], 0, SCOLS_FL_RIGHT) != NULL;
  for (size_t i = 0; i < data->n_lists && good; i++) {
    struct libscols_line *line = scols_table_new_line(table, NULL);
    good = line != NULL && scols_line_set_data(line, 0, data->list_names[i]) == 0;
    for (size_t k = 0; k < 3 && good; k++) {
      char text[CLI_NUMBER_SIZE];
      if (columns[k] != NULL) good = scols_line_set_data(line, k + 1, cli_value(text, columns[k][i], true)) == 0;
    }
  }
  fputs("\nOccasions\n\n", out);
  return cli_table_print(out, table) && good;
}

/* Words ------------------------------------------------------------------------------------------------- */

static void date_text(char *text, size_t size, int64_t days) {
  time_t seconds = (time_t)(days * 86400);
  struct tm date;
  if (gmtime_r(&seconds, &date) == NULL || strftime(text, size, "%Y-%m-%d", &date) == 0) {
    snprintf(text, size, "day %lld", (long long)days);
  }
}

static void print_windows(FILE *out, const hc_data *data) {
  if (data->n_pairs == 0) return;
  double shortest = INFINITY, longest = 0.0;
  size_t dates = 0;
  for (size_t i = 0; i < data->n_pairs; i++) {
    if (data->pairs[i].lag < shortest) shortest = data->pairs[i].lag;
    if (data->pairs[i].lag > longest) longest = data->pairs[i].lag;
    dates += i == 0 || data->pairs[i].date != data->pairs[i - 1].date;
  }
  char n[CLI_NUMBER_SIZE], a[CLI_NUMBER_SIZE], b[CLI_NUMBER_SIZE], k[CLI_NUMBER_SIZE], from[NAME_SIZE], to[NAME_SIZE];
  date_text(from, sizeof from, data->pairs[0].date);
  date_text(to, sizeof to, data->pairs[data->n_pairs - 1].date);
  cli_fieldf(out, "Pairs", "%s pairs of windows, %s to %s days apart, recaptured on %s dates from %s to %s",
             cli_count(n, data->n_pairs), cli_value(a, shortest, false), cli_value(b, longest, false),
             cli_count(k, dates), from, to);
}

/* A table of the traffic family. */
static void print_columns(FILE *out, const hc_data *data) {
  char *text = NULL, rows[CLI_NUMBER_SIZE];
  size_t size = 0;
  FILE *list = data->n_columns > 0 ? open_memstream(&text, &size) : NULL;
  if (list == NULL) return;
  for (size_t i = 0; i < data->n_columns; i++) {
    const hc_column *c = &data->columns[i];
    fprintf(list, "%s%s%s", i > 0 ? ", " : "", c->name, c->text != NULL ? " (text)" : "");
  }
  fclose(list);
  cli_fieldf(out, "Table", "%s rows; columns: %s", cli_count(rows, data->n_rows), text);
  free(text);
}

static const char *delimiter_name(char delimiter) {
  switch (delimiter) {
    case ',': return "comma";
    case ';': return "semicolon";
    case '\t': return "tab";
    case '|': return "pipe";
    case ' ': return "space";
    default: return "none";
  }
}

static void print_source(FILE *out, const hc_data *data) {
  const hc_source *s = &data->source;
  char rows[CLI_NUMBER_SIZE], bytes[CLI_NUMBER_SIZE], n[CLI_NUMBER_SIZE], cells[CLI_NUMBER_SIZE];
  cli_fieldf(out, "File", "%s: %s bytes, %s rows of data", strcmp(s->file, "-") == 0 ? "standard input" : s->file,
             cli_count(bytes, s->bytes), cli_count(rows, s->rows));
  cli_field(out, "SHA-256", s->sha256);
  cli_fieldf(out, "Read as", "%s (%s)", hc_shape_name(s->read_as), s->shape_forced ? "as asked" : "detected");
  if (s->roles[0] != '\0') {
    fputs("  The same as ", out);
    cli_print_command(out, s->roles_added, strlen(s->roles_added));
  }
  cli_fieldf(out, "Written in", "%s%s, delimiter: %s, decimal mark: %s", s->encoding,
             s->byte_order_mark ? " with a byte order mark" : "", delimiter_name(s->delimiter),
             s->decimal == ',' ? "comma" : "point");
  for (size_t i = 0; i < s->n_remarks; i++) cli_field(out, i == 0 ? "Remarks" : NULL, s->remarks[i]);
  if (data->observed > 0 && data->n_cells > 0) {
    cli_fieldf(out, "Observed", "%s people, %s different %s", cli_count(n, data->observed),
               cli_count(cells, data->n_cells), data->times != NULL ? "numbers of times met" : "histories");
  } else if (data->observed > 0) {
    cli_fieldf(out, "Observed", "%s people", cli_count(n, data->observed));
  }
  print_windows(out, data);
  print_columns(out, data);
}

static void print_estimators(FILE *out, const hc_data *data) {
  const hc_estimator *usual = hc_estimator_default(data);
  char *text = NULL;
  size_t size = 0, n = 0;
  FILE *list = open_memstream(&text, &size);
  if (list == NULL) return;
  for (size_t i = 0; i < hc_estimator_count(); i++) {
    const hc_estimator *e = hc_estimator_at(i);
    if (e->accepts & (unsigned)data->shape) fprintf(list, "%s%s%s", n++ > 0 ? ", " : "", e->id, e == usual ? " (default)" : "");
  }
  fclose(list);
  fputc('\n', out);
  cli_field(out, "Estimators", n > 0 ? text : "none accepts this shape");
  free(text);
}

static bool print_description(FILE *out, const hc_data *data, const hc_overview *view) {
  print_source(out, data);
  bool good = print_times(out, view, data->observed) && print_lists(out, data, view) &&
              print_overlaps(out, data, view) && print_caught(out, data);
  if (view->n_warnings > 0) fputc('\n', out);
  for (size_t i = 0; i < view->n_warnings; i++) {
    cli_fieldf(out, i == 0 ? "Warnings" : NULL, "%s [%s]", view->warnings[i].text, view->warnings[i].code);
  }
  print_estimators(out, data);
  return good;
}

static hc_status text_of(char **text, const hc_data *data, hc_error *err) {
  hc_overview *view = NULL;
  hc_status status = hc_overview_new(&view, data, err);
  if (status != HC_OK) return status;
  size_t size = 0;
  FILE *out = open_memstream(text, &size);
  bool good = out != NULL && print_description(out, data, view);
  if (out != NULL && fclose(out) != 0) good = false;
  hc_overview_free(view);
  return good ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for the description");
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
  hc_status status = r.json ? hc_data_json(&text, data, &err) : text_of(&text, data, &err);
  code = status == HC_OK ? cli_emit(text, r.output, !r.json) : cli_fail(&err);
  hc_text_free(text);
  hc_data_free(data);
  return code;
}
