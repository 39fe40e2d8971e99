/* headcount slurm: a run in parts for Slurm: an array of shards, and the merge once all of them are whole. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

const struct argp_option cli_slurm_options[] = {
  {"shards", CLI_KEY_SHARDS, "N", 0, N_("tasks of the array, each with one slice (default 16)"), 3},
  {"folder", CLI_KEY_FOLDER, "FOLDER", 0, N_("where the parts and what the jobs say are kept (default headcount-parts)"), 3},
  {"cpus", CLI_KEY_CPUS, "C", 0, N_("processors, and so threads, of each task (default 1)"), 3},
  {"sbatch", CLI_KEY_SBATCH, "OPTION", 0, N_("a further option of sbatch, as --sbatch=--time=02:00:00; any number of times"), 3},
  CLI_OPTION_OUTPUT,
  CLI_OPTION_HELP,
  {0},
};

const char cli_slurm_details[] =
  N_("Writes a script that hands `headcount estimate` or `headcount simulate`, with the arguments after `--`, to Slurm: an array with one shard "
  "a task, and a job that merges them when all are done.")
  "\v"
  N_("Run the script with sh where `sbatch` is. It is the same run, to the byte, as without Slurm. --output, --draws and --format after the `--` are what the "
  "merge is told. A task that is lost or requeued goes on from what it has written; the script may be run again, and draws only what "
  "is missing. Name input and output as they are seen from the folder in which the script is run.\n\n"
  "Examples:\n"
  "  headcount slurm --shards 64 --cpus 4 --sbatch=--time=01:00:00 -- estimate met.csv --bootstrap 1000000 --output met.txt > run.sh\n"
  "  sh run.sh");

enum { MOST_EXTRA = 32 };

typedef struct request {
  int exit_code, n_words;
  const char *output, *folder;
  uint64_t shards, cpus;
  size_t n_extra;
  const char *extra[MOST_EXTRA];
  char **words; /* the command, by itself */
} request;

static error_t parse(int key, char *value, struct argp_state *state) {
  request *r = state->input;
  bool good = true;
  switch (key) {
  case ARGP_KEY_ARG: r->words[r->n_words++] = value; break;
  case CLI_KEY_SHARDS: good = cli_parse_number("shards", value, 1, 10000, &r->shards); break;
  case CLI_KEY_CPUS: good = cli_parse_number("cpus", value, 1, 4096, &r->cpus); break;
  case CLI_KEY_FOLDER: r->folder = value; break;
  case CLI_KEY_OUTPUT: r->output = value; break;
  case CLI_KEY_SBATCH:
    if (r->n_extra == MOST_EXTRA || value[0] != '-' || strpbrk(value, "\r\n")) r->exit_code = cli_usage("--sbatch takes an option of sbatch, as --sbatch=--time=02:00:00");
    else r->extra[r->n_extra++] = value;
    break;
  default: return value ? ARGP_ERR_UNKNOWN : 0;
  }
  if (!good) r->exit_code = CLI_EXIT_USAGE;
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

static void put_text(FILE *out, const char *before, const char *word) {
  size_t n = hc_shell_word(NULL, 0, word) + 1;
  char *quoted = malloc(n);
  if (!quoted) return cli_memory_ran_out();
  hc_shell_word(quoted, n, word);
  fprintf(out, "%s%s", before, quoted);
  free(quoted);
}

static void put_word(FILE *out, const char *word) { put_text(out, " ", word); }

/* Whether the word is an option that the merge is told, not the shards; *takes: its value is the next word. */
static bool is_for_merge(const char *word, bool *takes) {
  static const char *const names[] = {"--output", "--draws", "--format"};
  *takes = false;
  if (strncmp(word, "-o", 2) == 0) return *takes = !word[2], true;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    size_t n = strlen(names[i]);
    if (strncmp(word, names[i], n) == 0 && (!word[n] || word[n] == '=')) return *takes = !word[n], true;
  }
  return false;
}

/* The words of the command that go to the merge, or the others. */
static void put_words(FILE *out, const request *r, bool merge) {
  for (int i = merge ? 1 : 0; i < r->n_words; i++) {
    bool takes, theirs = is_for_merge(r->words[i], &takes);
    if (theirs == merge) put_word(out, r->words[i]);
    if (takes && i + 1 < r->n_words) {
      i++;
      if (merge) put_word(out, r->words[i]);
    }
  }
}

static void put_script(FILE *out, const request *r) {
  fprintf(out, "#!/bin/sh\n# Written by `headcount slurm` (headcount %s): %llu shards, then their merge. Run it with sh, again where tasks were lost.\nset -eu\n",
          hc_version(), (unsigned long long)r->shards);
  put_text(out, "folder=", r->folder);
  fputs("\nheadcount=${HEADCOUNT:-headcount}\nmkdir -p \"$folder\"\nexport folder headcount\n\n", out);
  fprintf(out, "array=$(sbatch --parsable --export=ALL --job-name=headcount --array=1-%llu --cpus-per-task=%llu \\\n  --requeue --output=\"$folder/shard-%%a.log\" --open-mode=append",
          (unsigned long long)r->shards, (unsigned long long)r->cpus);
  for (size_t i = 0; i < r->n_extra; i++) put_word(out, r->extra[i]);
  fputs(" <<'END'\n#!/bin/sh\nexec \"$headcount\"", out);
  put_words(out, r, false);
  fprintf(out, " \\\n  --shard \"$SLURM_ARRAY_TASK_ID/%llu\" --output \"$folder/part-$SLURM_ARRAY_TASK_ID.ndjson\" --threads \"${SLURM_CPUS_PER_TASK:-1}\"\nEND\n)\n",
          (unsigned long long)r->shards);
  fputs("array=${array%%;*}\n\nmerge=$(sbatch --parsable --export=ALL --job-name=headcount-merge --dependency=\"afterok:$array\" \\\n  --output=\"$folder/merge.log\"", out);
  for (size_t i = 0; i < r->n_extra; i++) put_word(out, r->extra[i]);
  fprintf(out, " <<'END'\n#!/bin/sh\ni=1\nset --\nwhile [ \"$i\" -le %llu ]; do set -- \"$@\" \"$folder/part-$i.ndjson\"; i=$((i + 1)); done\nexec \"$headcount\" merge \"$@\"",
          (unsigned long long)r->shards);
  put_words(out, r, true);
  fputs("\nEND\n)\necho \"headcount: array job $array, merged by job ${merge%%;*}\"\n", out);
}

static int check(const request *r) {
  if (!r->n_words) return cli_usage("the command to run is missing: headcount slurm --shards 64 -- estimate FILE ...");
  if (strcmp(r->words[0], "estimate") != 0 && strcmp(r->words[0], "simulate") != 0)
    return cli_usage("`estimate` and `simulate` run in parts, '%s' does not; options of slurm come before the --", r->words[0]);
  for (int i = 1; i < r->n_words; i++) {
    if (strpbrk(r->words[i], "\r\n")) return cli_usage("a word of the command has a line feed in it");
    if (strncmp(r->words[i], "--shard", 7) == 0) return cli_usage("--shard is for the script to say");
    if (strcmp(r->words[i], "-") == 0) return cli_usage("jobs have no standard input: name a file");
  }
  return CLI_CONTINUE;
}

int cli_slurm(const cli_command *self, int argc, char **argv) {
  request r = {.exit_code = CLI_CONTINUE, .folder = "headcount-parts", .shards = 16, .cpus = 1};
  r.words = calloc((size_t)argc, sizeof *r.words);
  if (!r.words) return cli_out_of_memory();
  int code = cli_parse(self, argc, argv, parse, &r);
  if (code == CLI_CONTINUE) code = check(&r);
  if (code == CLI_CONTINUE) {
    cli_text made;
    cli_text_open(&made);
    if (made.out) put_script(made.out, &r);
    code = cli_text_emit(&made, r.output, false);
  }
  free(r.words);
  return code;
}
