/* headcount merge: the parts of a run become what one run would have said. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

const struct argp_option cli_merge_options[] = {
  {NULL, 0, NULL, 0, N_("Output:"), 5},
  {"format", CLI_KEY_FORMAT, "FORMAT", 0, N_("text, json or csv (default: what the parts were asked for)"), 5},
  CLI_OPTION_OUTPUT,
  {"draws", CLI_KEY_DRAWS, "FILE.csv", 0, N_("write all replicates there"), 5},
  {"threads", CLI_KEY_THREADS, "T", 0, N_("threads to use (default: all); never changes a digit of the output"), 5},
  CLI_OPTION_QUIET,
  CLI_OPTION_HELP,
  {0},
};

const char cli_merge_details[] =
  N_("Puts a run together whose replicates were drawn in parts, by `headcount estimate ... --shard I/N --output PART`, and prints what one "
  "run prints, to the byte.")
  "\v"
  N_("The input is read again, from where it was named, and must have the same bytes. Parts that are damaged, not whole, missing, there "
  "twice, or of another input, seed, version or set of options are refused by name (exit code 3). One replicate of each part is drawn "
  "again here and must be the same.\n\n"
  "Examples:\n"
  "  headcount estimate met.csv --bootstrap 1000000 --shard 1/2 --output part-1.ndjson\n"
  "  headcount estimate met.csv --bootstrap 1000000 --shard 2/2 --output part-2.ndjson\n"
  "  headcount merge part-1.ndjson part-2.ndjson --format json");

enum { MOST_OPTIONS = 32 };

typedef struct request {
  int exit_code;
  size_t n_parts, n_more;
  const char **parts;
  char *more[MOST_OPTIONS]; /* options of ours, as estimate takes them */
} request;

static error_t parse(int key, char *value, struct argp_state *state) {
  request *r = state->input;
  const struct argp_option *o = cli_merge_options;
  if (key == ARGP_KEY_ARG) return r->parts[r->n_parts++] = value, 0;
  while ((o->name || o->doc) && (!o->name || o->key != key)) o++;
  if (!o->name) return ARGP_ERR_UNKNOWN;
  if (r->n_more == MOST_OPTIONS) return r->exit_code = cli_usage("an option is given too often"), EINVAL;
  if (asprintf(&r->more[r->n_more], value ? "--%s=%s" : "--%s", o->name, value) < 0) return r->exit_code = cli_out_of_memory(), EINVAL;
  r->n_more++;
  return 0;
}

static int merge(request *r) {
  hc_error err = {0};
  hc_parts *parts = NULL;
  if (!r->n_parts) return cli_usage("the parts are missing; `headcount estimate ... --shard 1/2 --output PART` writes them");
  if (hc_parts_read(&parts, r->parts, r->n_parts, &err) != HC_OK) return cli_fail(&err);
  const hc_part_head *head = hc_parts_head(parts);
  size_t n = 0;
  char end[] = "--";
  char **argv = calloc(head->n_options + r->n_more + head->n_files + 2, sizeof *argv);
  if (argv) {
    for (size_t i = 0; i < head->n_options; i++) argv[n++] = (char *)head->options[i];
    for (size_t i = 0; i < r->n_more; i++) argv[n++] = r->more[i];
    argv[n++] = end;
    for (size_t i = 0; i < head->n_files; i++) argv[n++] = (char *)head->files[i];
  }
  bool study = head->n_options && strcmp(head->options[0], "simulate") == 0;
  int code = !argv ? cli_out_of_memory() : study ? cli_simulate_parts((int)n, argv, parts) : cli_estimate_parts((int)n, argv, parts);
  free(argv);
  hc_parts_free(parts);
  return code;
}

int cli_merge(const cli_command *self, int argc, char **argv) {
  request r = {.exit_code = CLI_CONTINUE};
  r.parts = calloc((size_t)argc, sizeof *r.parts);
  if (!r.parts) return cli_out_of_memory();
  int code = cli_parse(self, argc, argv, parse, &r);
  if (code == CLI_CONTINUE) code = merge(&r);
  if (r.exit_code != CLI_CONTINUE) code = r.exit_code;
  for (size_t i = 0; i < r.n_more; i++) free(r.more[i]);
  free(r.parts);
  return code;
}
