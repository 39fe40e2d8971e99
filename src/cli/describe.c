/* headcount describe: what was read, how it was understood, and what will be difficult. */
#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum format { TEXT, JSON };
enum { MOST_OVERLAPS = 28 }; /* pairs of eight lists; more are for the JSON document */

const struct argp_option cli_describe_options[] = {
  CLI_OPTIONS_READING,
  {NULL, 0, NULL, 0, "Output:", 4},
  {"format", CLI_KEY_FORMAT, "FORMAT", 0, "text or json", 4},
  CLI_OPTION_OUTPUT,
  CLI_OPTION_HELP,
  {0},
};

const char cli_describe_details[] =
  "Says what was read from a file and how it was understood: who was met how often, how the lists overlap, and what "
  "will make an estimate difficult. `-` reads standard input."
  "\vExamples:\n"
  "  headcount describe met.csv\n"
  "  headcount describe export.csv --delimiter semicolon --decimal comma --format json";

typedef struct request {
  int exit_code;
  const char *file, *output;
  int format;
  hc_read_settings reading;
} request;

static error_t parse(int key, char *value, struct argp_state *state) {
  static const cli_choice formats[] = {{"text", TEXT}, {"json", JSON}, {NULL, 0}};
  request *r = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    if (r->file != NULL) r->exit_code = cli_usage("one file at a time: '%s' and '%s'", r->file, value);
    r->file = value;
    break;
  case ARGP_KEY_END:
    if (r->file == NULL) r->exit_code = cli_usage("a file is missing; '-' reads standard input");
    break;
  case CLI_KEY_OUTPUT: r->output = value; break;
  case CLI_KEY_FORMAT:
    if (!cli_parse_choice("format", value, formats, &r->format)) r->exit_code = CLI_EXIT_USAGE;
    break;
  default:
    if (value == NULL || !cli_parse_reading(key, value, &r->reading, &r->exit_code)) return ARGP_ERR_UNKNOWN;
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

/* The file ------------------------------------------------------------------------------------------- */

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
  char bytes[CLI_NUMBER_SIZE], rows[CLI_NUMBER_SIZE];
  cli_field(out, "File", strcmp(s->file, "-") == 0 ? "standard input" : s->file);
  cli_fieldf(out, "Size", "%s bytes, %s rows", cli_count(bytes, s->bytes), cli_count(rows, s->rows));
  cli_field(out, "SHA-256", s->sha256);
  cli_fieldf(out, "Written in", "%s%s, fields separated by %s, decimal %s", s->encoding,
             s->byte_order_mark ? " with a byte order mark" : "", delimiter_name(s->delimiter),
             s->decimal == ',' ? "comma" : "point");
  cli_fieldf(out, "Shape", "%s (%s)", hc_shape_name(s->read_as), s->shape_forced ? "as asked" : "detected");
  for (size_t i = 0; i < s->n_remarks; i++) cli_field(out, i == 0 ? "Read as" : NULL, s->remarks[i]);
}

/* The tables ----------------------------------------------------------------------------------------- */

static bool add_line(struct libscols_table *table, size_t n, const char *const *cells) {
  struct libscols_line *line = scols_table_new_line(table, NULL);
  bool good = line != NULL;
  for (size_t i = 0; i < n && good; i++) good = scols_line_set_data(line, i, cells[i]) == 0;
  return good;
}

static bool print_frequencies(FILE *out, const hc_overview *view) {
  struct libscols_table *table = cli_table_new();
  if (table == NULL) return false;
  bool good = scols_table_new_column(table, "times met", 0, SCOLS_FL_RIGHT) &&
              scols_table_new_column(table, "people", 0, SCOLS_FL_RIGHT);
  for (size_t i = 0; i < view->n_times && good; i++) {
    char times[CLI_NUMBER_SIZE], people[CLI_NUMBER_SIZE];
    const char *cells[] = {cli_count(times, view->times[i]), cli_count(people, view->people[i])};
    good = add_line(table, 2, cells);
  }
  fputc('\n', out);
  return cli_table_print(out, table) && good;
}

static bool print_lists(FILE *out, const hc_data *data, const hc_overview *view) {
  struct libscols_table *table = cli_table_new();
  if (table == NULL) return false;
  const char *kind = data->shape == HC_SHAPE_LISTS ? "list" : "occasion";
  bool good = scols_table_new_column(table, kind, 0, 0) &&
              scols_table_new_column(table, "people", 0, SCOLS_FL_RIGHT) &&
              scols_table_new_column(table, "nowhere else", 0, SCOLS_FL_RIGHT);
  for (size_t i = 0; i < view->n_lists && good; i++) {
    char total[CLI_NUMBER_SIZE], alone[CLI_NUMBER_SIZE];
    const char *cells[] = {data->list_names[i], cli_count(total, view->total[i]), cli_count(alone, view->alone[i])};
    good = add_line(table, 3, cells);
  }
  fputc('\n', out);
  return cli_table_print(out, table) && good;
}

static bool print_overlaps(FILE *out, const hc_data *data, const hc_overview *view) {
  size_t n = view->n_lists;
  if (n * (n - 1) / 2 > MOST_OVERLAPS) return true;
  struct libscols_table *table = cli_table_new();
  if (table == NULL) return false;
  bool good = scols_table_new_column(table, "on both", 0, 0) && scols_table_new_column(table, "and", 0, 0) &&
              scols_table_new_column(table, "people", 0, SCOLS_FL_RIGHT);
  for (size_t i = 0; i < n; i++) {
    for (size_t j = i + 1; j < n && good; j++) {
      char people[CLI_NUMBER_SIZE];
      const char *cells[] = {data->list_names[i], data->list_names[j],
                             cli_count(people, view->together[i * n + j])};
      good = add_line(table, 3, cells);
    }
  }
  fputc('\n', out);
  return cli_table_print(out, table) && good;
}

static void print_warnings(FILE *out, const hc_overview *view) {
  if (view->n_warnings > 0) fputc('\n', out);
  for (size_t i = 0; i < view->n_warnings; i++) {
    cli_fieldf(out, i == 0 ? "Beware" : NULL, "%s [%s]", view->warnings[i].text, view->warnings[i].code);
  }
}

static bool print_description(FILE *out, const hc_data *data, const hc_overview *view) {
  const hc_estimator *usual = hc_estimator_default(data);
  char people[CLI_NUMBER_SIZE];
  bool good = true;
  print_source(out, data);
  if (data->observed > 0) cli_fieldf(out, "Observed", "%s people", cli_count(people, data->observed));
  if (data->n_pairs > 0) cli_fieldf(out, "Observed", "%s pairs of windows", cli_count(people, data->n_pairs));
  if (usual != NULL) cli_fieldf(out, "Estimator", "%s, unless another is named (--model)", usual->id);
  if (view->n_times > 0) good = print_frequencies(out, view);
  if (view->n_lists > 0) good = good && print_lists(out, data, view) && print_overlaps(out, data, view);
  print_warnings(out, view);
  return good;
}

static hc_status describe_as_text(char **text, const hc_data *data, hc_error *err) {
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
  hc_error err = {0};
  hc_data *data = NULL;
  char *text = NULL;
  hc_read_settings_init(&r.reading);
  int code = cli_parse(self, argc, argv, parse, &r);
  if (code != CLI_CONTINUE) return code;
  hc_status status = hc_data_read(&data, r.file, &r.reading, &err);
  if (status == HC_OK) {
    status = r.format == JSON ? hc_data_json(&text, data, &err) : describe_as_text(&text, data, &err);
  }
  code = status == HC_OK ? cli_emit(text, r.output, r.format == TEXT) : cli_fail(&err);
  hc_text_free(text);
  hc_data_free(data);
  return code;
}
