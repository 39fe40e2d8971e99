/* headcount simulate: populations whose size is known, and what estimators make of them. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

const struct argp_option cli_simulate_options[] = {
  {"populations", CLI_KEY_POPULATIONS, "M", 0, N_("populations of each kind, instead of the number in SPEC"), 4},
  CLI_OPTIONS_RUN,
  CLI_OPTION_SHARD,
  {NULL, 0, NULL, 0, N_("Output:"), 5},
  {"format", CLI_KEY_FORMAT, "FORMAT", 0, N_("text, json or csv"), 5},
  CLI_OPTION_OUTPUT,
  CLI_OPTION_QUIET,
  CLI_OPTION_HELP,
  {0},
};

const char cli_simulate_details[] =
  N_("Draws populations of known size as SPEC says, gives each to each method, and tells how far off the estimates are and how often the "
  "intervals hold the truth.")
  "\v"
  N_("SPEC has a [study], and any number of [population NAME] and [method NAME]; docs/simulate.md says what may stand in them. The same file "
  "and seed give the same digits, on any number of threads, shards and machines.\n\n"
  "Examples:\n"
  "  headcount simulate bench/coverage-strata.ini\n"
  "  headcount simulate bench/coverage-open.ini --populations 100 --format csv\n"
  "  headcount simulate my-study.ini --shard 3/64 --output part-3.ndjson");

typedef struct request {
  int exit_code;
  const char *file, *output;
  cli_written format;
  bool quiet, seeded;
  uint64_t populations;
  hc_settings settings;
  hc_simulation *study;
  cli_kept kept;
  hc_part_head part;
  hc_parts *parts;
} request;

static int parse_value(int key, const char *value, request *r) {
  switch (key) {
  case CLI_KEY_SHARD: return cli_parse_shard(value, &r->part);
  case CLI_KEY_OUTPUT: r->output = value; break;
  case CLI_KEY_POPULATIONS:
    if (!cli_parse_number("populations", value, 1, 1000000000, &r->populations)) return CLI_EXIT_USAGE;
    break;
  case CLI_KEY_FORMAT:
    if (!cli_parse_format(value, &r->format)) return CLI_EXIT_USAGE;
    break;
  }
  return CLI_CONTINUE;
}

static int check(const request *r) {
  void *context;
  if (!r->file) return cli_usage("a study is missing");
  if (r->part.shards && cli_team_share(&context))
    return cli_usage("--shard is for processes by themselves: those of headcount-mpi share the work already");
  if (r->part.shards && !r->output)
    return cli_usage("--shard needs a file to write its part to: --output part-%llu.ndjson", (unsigned long long)r->part.shard);
  return CLI_CONTINUE;
}

static error_t parse(int key, char *value, struct argp_state *state) {
  request *r = state->input;
  if (!cli_keep_option(&r->kept, cli_simulate_options, key, value)) return ENOMEM;
  switch (key) {
  case ARGP_KEY_ARG:
    if (r->file) r->exit_code = cli_usage("one study at a time: '%s' and '%s'", r->file, value);
    r->file = value;
    break;
  case ARGP_KEY_END: r->exit_code = r->exit_code == CLI_CONTINUE ? check(r) : r->exit_code; break;
  case CLI_KEY_QUIET: r->quiet = true; break;
  default:
    if (!value) return ARGP_ERR_UNKNOWN;
    r->seeded = r->seeded || key == CLI_KEY_SEED;
    if (!cli_parse_run(key, value, &r->settings, &r->exit_code)) r->exit_code = parse_value(key, value, r);
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

/* The table -------------------------------------------------------------------------------------------- */

static void share(char *text, size_t size, double x, const char *format) {
  if (isfinite(x)) hc_format(text, size, format, 100 * x);
  else snprintf(text, size, "-");
}

static void print_rows(FILE *out, const hc_simulation *s, const char *population) {
  static const char *const names[] = {N_("method"), N_("quantity"), N_("answered"), N_("bias %"), "+-", N_("rmse %"), N_("interval"), N_("coverage %"),
                                      "+-", N_("too high %"), N_("too low %"), N_("power %")};
  enum { COLUMNS = sizeof names / sizeof names[0] };
  cli_table *table = cli_table_new();
  const hc_simulation_row *row, *before = NULL;
  for (size_t i = 0; i < COLUMNS; i++) cli_table_column(table, _(names[i]), i < 2 || i == 6 ? 0 : CLI_RIGHT);
  for (size_t i = 0; (row = hc_simulation_at(s, i)); i++) {
    char answered[40], text[8][40];
    if (strcmp(row->population, population) != 0) continue;
    bool again = before && before->method == row->method && before->quantity == row->quantity;
    before = row;
    hc_format(answered, sizeof answered, "%.1f%%", 100 * (double)row->answered / (double)row->populations);
    share(text[0], sizeof text[0], row->bias, "%+.1f");
    share(text[1], sizeof text[1], row->bias_se, "%.1f");
    share(text[2], sizeof text[2], row->rmse, "%.1f");
    share(text[3], sizeof text[3], row->coverage, "%.1f");
    share(text[4], sizeof text[4], row->coverage_se, "%.1f");
    share(text[5], sizeof text[5], row->below, "%.1f");
    share(text[6], sizeof text[6], row->above, "%.1f");
    share(text[7], sizeof text[7], row->rejects, "%.1f");
    const char *cells[] = {again ? "" : row->method, again ? "" : row->quantity, again ? "" : answered, again ? "" : text[0], again ? "" : text[1],
                           again ? "" : text[2], row->interval ? row->interval : "-", text[3], text[4], text[5], text[6], text[7]};
    cli_table_row(table, isfinite(row->rejects) ? COLUMNS : COLUMNS - 1, cells);
  }
  cli_table_print(out, table);
  for (size_t i = 0; (row = hc_simulation_at(s, i)); i++) {
    if (strcmp(row->population, population) != 0 || !row->code[0] || (i && hc_simulation_at(s, i - 1)->quantity == row->quantity)) continue;
    char text[HC_MESSAGE_SIZE + 200];
    hc_format(text, sizeof text, "%s, %s: %llu without an answer; the first: %s [%s]", row->method, row->quantity,
             (unsigned long long)(row->populations - row->answered), row->reason, row->code);
    fputc('\n', out);
    cli_paragraph(out, 2, text);
  }
}

static int print_text(const hc_simulation *s, const char *file) {
  cli_text made;
  const hc_simulation_row *row;
  const char *population = "";
  cli_text_open(&made);
  if (made.out) {
    fprintf(made.out, "%s\n\n", hc_simulation_title(s)[0] ? hc_simulation_title(s) : hc_simulation_file(s));
    char line[200];
    hc_format(line, sizeof line, "%llu populations of each kind, seed %llu; bias, rmse and +- (Monte Carlo standard errors) in per cent of the "
             "truth", (unsigned long long)hc_simulation_populations(s), (unsigned long long)hc_simulation_seed(s));
    cli_paragraph(made.out, 0, line);
    for (size_t i = 0; (row = hc_simulation_at(s, i)); i++) {
      if (strcmp(population, row->population) == 0) continue;
      population = row->population;
      fprintf(made.out, "\n%s\n\n", population);
      print_rows(made.out, s, population);
    }
  }
  return cli_text_emit(&made, file, true);
}

static int print_document(const request *r) {
  hc_error err = {0};
  char *text = NULL;
  if (r->format == CLI_TEXT) return print_text(r->study, r->output);
  hc_status status = r->format == CLI_JSON ? hc_simulation_json(&text, r->study, &err) : hc_simulation_csv(&text, r->study, &err);
  int code = status == HC_OK ? cli_emit(text, r->output, false) : cli_fail(&err);
  hc_text_free(text);
  return code;
}

/* The whole ------------------------------------------------------------------------------------------ */

static int run(request *r) {
  hc_error err = {0};
  cli_progress progress;
  cli_progress_start(&progress, r->quiet);
  r->settings.progress = cli_progress_show;
  r->settings.progress_context = &progress;
  cli_catch_interrupt();
  hc_status status = hc_simulation_run(r->study, &r->settings, &err);
  cli_progress_end(&progress);
  if (status == HC_OK) return CLI_EXIT_DONE;
  return cli_fail(&err);
}

static int run_part(void *context, hc_share share_with, void *share_context) {
  request *r = context;
  r->settings.share = share_with;
  r->settings.share_context = share_context;
  int code = run(r);
  return cli_interrupted() ? CLI_EXIT_INTERRUPTED : code;
}

static int draw_part(request *r) {
  const char *sha256 = hc_simulation_sha256(r->study);
  r->part.seed = hc_simulation_seed(r->study);
  r->part.replicates = hc_simulation_populations(r->study);
  r->part.n_options = r->kept.n;
  r->part.options = (const char *const *)r->kept.option;
  r->part.n_files = 1;
  r->part.files = &r->file;
  r->part.sha256 = &sha256;
  return cli_draw_part(&r->part, r->output, r->quiet, run_part, r);
}

static int simulate(request *r) {
  hc_error err = {0};
  if (hc_simulation_read(&r->study, r->file, &err) != HC_OK) return cli_fail(&err);
  if (r->parts && hc_parts_check_input(r->parts, 0, hc_simulation_sha256(r->study), &err) != HC_OK) return cli_fail(&err);
  if (r->populations) hc_simulation_set_populations(r->study, r->populations);
  if (r->seeded) hc_simulation_set_seed(r->study, r->settings.seed);
  if (r->part.shards) return draw_part(r);
  int code = run(r);
  return code == CLI_EXIT_DONE ? print_document(r) : code;
}

static int simulate_with(const cli_command *self, int argc, char **argv, hc_parts *parts) {
  request *r = calloc(1, sizeof *r);
  if (!r || !cli_keep_command(&r->kept, "simulate")) {
    free(r);
    return cli_out_of_memory();
  }
  r->exit_code = CLI_CONTINUE;
  hc_settings_init(&r->settings);
  r->settings.threads = cli_processors();
  r->parts = parts;
  r->settings.share = cli_team_share(&r->settings.share_context);
  if (parts) r->settings.share = hc_parts_share, r->settings.share_context = parts;
  int code = cli_parse(self, argc, argv, parse, r);
  if (code == CLI_CONTINUE) code = simulate(r);
  hc_simulation_free(r->study);
  cli_kept_free(&r->kept);
  free(r);
  return code;
}

int cli_simulate(const cli_command *self, int argc, char **argv) { return simulate_with(self, argc, argv, NULL); }

int cli_simulate_parts(int argc, char **argv, hc_parts *parts) {
  return simulate_with(cli_command_find("simulate"), argc, argv, parts);
}
