/* headcount estimate: which estimators, with which options, on which data; and what becomes of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

const struct argp_option cli_estimate_options[] = {
  CLI_OPTIONS_READING,
  CLI_OPTIONS_ESTIMATING,
  {"dependence", CLI_KEY_DEPENDENCE, "A:B=0.5..2[,...]", 0,
   "how far the count moves if being on list A multiplies the odds of being on B by 0.5 to 2; all=0.5..2 for every pair, highest=1..2 "
   "for the interaction of all lists", 3},
  {"threshold", CLI_KEY_THRESHOLD, "N", 0, N_("with --dependence: how much of it the count would need to exceed N (default: twice itself)"), 3},
  CLI_OPTION_SHARD,
  {NULL, 0, NULL, 0, N_("Output:"), 5},
  {"format", CLI_KEY_FORMAT, "FORMAT", 0, N_("text, json or csv"), 5},
  CLI_OPTION_OUTPUT,
  {"draws", CLI_KEY_DRAWS, "FILE.csv", 0, N_("write the bootstrap's replicates there: model, stratum, quantity, replicate, value"), 5},
  CLI_OPTION_QUIET,
  CLI_OPTION_HELP,
  {0},
};

const char cli_estimate_details[] =
  N_("Estimates how many people there are from a file that says who was met, or how often. `-` reads standard input.")
  "\v"
  N_("How the file was understood is said on standard error. An estimator that the data do not identify is refused, with "
  "the reason. The exit code is 0 when every estimator that was named gave an estimate (with `--model all`: when any "
  "did), 1 when one was refused. The same data, options and seed give the same digits, on any number of threads. Of several files each is answered, "
  "one after the other, and the exit code is the worst of theirs.\n\n"
  "Examples:\n"
  "  headcount estimate met.csv\n"
  "  headcount estimate met.csv --model chao --set form=bias-corrected\n"
  "  headcount estimate lists.csv --model loglinear --terms 'A*B + C'\n"
  "  headcount estimate met.csv --model zt-poisson --formula '~ sex + age'\n"
  "  headcount estimate lists.csv --model all --format json --output lists.json\n"
  "  headcount estimate north.csv south.csv --format csv --draws draws.csv");

/* One of the files, and what became of it. */
typedef struct work {
  const char *file;
  hc_data *data;
  hc_report *report; /* NULL: see the error, or not begun */
  hc_error err;
} work;

typedef struct request {
  int exit_code;
  size_t n_files;
  work *files;
  const char *output, *draws;
  bool quiet;
  cli_written format;
  cli_asked of; /* the files */
  cli_kept kept;
  hc_part_head part; /* shards is 0 where the whole is asked for */
  hc_parts *parts;   /* drawn before; or NULL */
} request;

/* Arguments ---------------------------------------------------------------------------------------- */

static int parse_value(int key, const char *value, request *r) {
  switch (key) {
  case CLI_KEY_SHARD: return cli_parse_shard(value, &r->part);
  case CLI_KEY_OUTPUT: r->output = value; break;
  case CLI_KEY_DRAWS: r->draws = value; break;
  case CLI_KEY_FORMAT:
    if (!cli_parse_format(value, &r->format)) return CLI_EXIT_USAGE;
    break;
  }
  return CLI_CONTINUE;
}

static void add_file(request *r, const char *file) {
  for (size_t i = 0; i < r->n_files; i++)
    if (strcmp(r->files[i].file, "-") == 0 && strcmp(file, "-") == 0) r->exit_code = cli_usage("standard input is named twice");
  r->files[r->n_files++].file = file;
}

static int check_shard(const request *r) {
  void *context;
  if (cli_team_share(&context)) return cli_usage("--shard is for processes by themselves: those of headcount-mpi share the work already");
  if (!r->output) return cli_usage("--shard needs a file to write its part to: --output part-%llu.ndjson",
                                   (unsigned long long)r->part.shard);
  if (!r->of.settings.replicates) return cli_usage("--shard shares out the bootstrap's replicates: not with --bootstrap 0");
  if (r->draws) return cli_usage("--draws goes with `merge`, which has all replicates");
  for (size_t i = 0; i < r->n_files; i++)
    if (strcmp(r->files[i].file, "-") == 0) return cli_usage("--shard needs a file that `merge` can read again, not standard input");
  return CLI_CONTINUE;
}

/* What options say together. */
static int check(const request *r) {
  void *context;
  for (size_t i = 0; cli_team_share(&context) && i < r->n_files; i++)
    if (strcmp(r->files[i].file, "-") == 0) return cli_usage("many processes cannot read one standard input: name a file");
  if (!r->n_files) return cli_usage("a file is missing; '-' reads standard input");
  if (r->draws && !r->of.settings.replicates) return cli_usage("--draws writes the bootstrap's replicates: not with --bootstrap 0");
  if (r->draws && r->output && strcmp(r->draws, r->output) == 0) return cli_usage("--draws and --output name the same file");
  return r->part.shards ? check_shard(r) : CLI_CONTINUE;
}

static error_t parse(int key, char *value, struct argp_state *state) {
  request *r = state->input;
  if (!cli_keep_option(&r->kept, cli_estimate_options, key, value)) return ENOMEM;
  switch (key) {
  case ARGP_KEY_ARG: add_file(r, value); break;
  case ARGP_KEY_END: r->exit_code = check(r); break;
  case CLI_KEY_QUIET: r->quiet = true; break;
  default:
    if (cli_parse_asked(key, value, &r->of, &r->exit_code)) break;
    if (!value) return ARGP_ERR_UNKNOWN;
    r->exit_code = parse_value(key, value, r);
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

/* Writing ------------------------------------------------------------------------------------------- */

typedef struct tally {
  size_t analyses, strata, totals, refusals;
} tally;

/* Where nothing adds up over strata, all of them are the answer. */
static bool is_answered(const hc_strata *strata) {
  const hc_stratum *stratum;
  if (hc_strata_total(strata, 0)) return true;
  for (size_t i = 0; (stratum = hc_strata_at(strata, i)); i++)
    if (!stratum->analysis || hc_analysis_quantity(stratum->analysis, 0)->additive) return false;
  return true;
}

static tally count(const hc_report *report) {
  tally n = {0};
  const hc_answer *answer;
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++) {
    n.analyses += !!answer->analysis;
    n.strata += !!answer->strata;
    n.totals += answer->strata && is_answered(answer->strata);
    n.refusals += !!answer->code;
  }
  return n;
}

static bool is_all(const request *r) { return r->of.request.models && strcmp(r->of.request.models, "all") == 0; }

static void print_file(FILE *out, const request *r, const work *w, bool first) {
  tally n = count(w->report);
  bool varied = hc_report_varied(w->report);
  if (n.analyses + n.strata == 0 && !varied) return;
  if (r->n_files > 1) fprintf(out, "%s==> %s <==\n\n", first ? "" : "\n", cli_file_name(w->file));
  if (varied) cli_print_sensitivity(out, w->report);
  else if (n.strata > 0) cli_print_strata(out, w->report);
  else cli_print_report(out, w->report);
}

/* NULL when memory ran out. */
static char *text_report(const request *r) {
  cli_text made;
  cli_text_open(&made);
  bool first = true;
  for (size_t i = 0; i < r->n_files && made.out; i++) {
    if (!r->files[i].report) continue;
    print_file(made.out, r, &r->files[i], first);
    first = false;
  }
  return cli_text_close(&made);
}

/* Those that were named and refused are an error, those of `all` a part of the answer. */
static void say_refusals(const request *r, const work *w) {
  const hc_answer *answer;
  if (hc_report_varied(w->report) || (r->format == CLI_TEXT && count(w->report).analyses > 0 && is_all(r))) return;
  for (size_t i = 0; (answer = hc_report_at(w->report, i)); i++)
    if (answer->code)
      fprintf(stderr, _("%s: %s: not estimable: %s [%s]\n"), r->n_files > 1 ? cli_file_name(w->file) : "headcount",
              answer->estimator->id, answer->reason, answer->code);
}

static int write_draws(const request *r, const hc_outcome *outcomes, size_t n) {
  hc_error err = {0};
  char *text = NULL;
  int code = hc_draws_csv(&text, outcomes, n, &err) == HC_OK ? cli_emit(text, r->draws, false) : cli_fail(&err);
  hc_text_free(text);
  return code;
}

static int write_report(const request *r, const hc_outcome *outcomes, size_t n) {
  hc_error err = {0};
  char *text = NULL;
  int code = CLI_CONTINUE;
  bool several = r->n_files > 1;
  hc_status status = HC_OK;
  if (r->format == CLI_TEXT && !(text = text_report(r))) code = cli_out_of_memory();
  if (r->format == CLI_JSON && several) status = hc_outcomes_json(&text, outcomes, n, &err);
  if (r->format == CLI_JSON && !several) status = hc_report_json(&text, outcomes[0].report, &err);
  if (r->format == CLI_CSV) status = hc_outcomes_csv(&text, outcomes, n, &err);
  if (status != HC_OK) code = cli_fail(&err);
  if (code == CLI_CONTINUE) code = r->draws ? write_draws(r, outcomes, n) : CLI_EXIT_DONE;
  /* nothing was estimated: a file of another answer is left as it is */
  if (code == CLI_EXIT_DONE && (r->format != CLI_TEXT || text[0])) code = cli_emit(text, r->output, r->format == CLI_TEXT);
  hc_text_free(text);
  return code;
}

static int outcome(const request *r, const hc_report *report) {
  tally n = count(report);
  if (cli_interrupted()) return CLI_EXIT_INTERRUPTED;
  if (hc_report_varied(report)) return CLI_EXIT_DONE;
  if (n.analyses + n.totals == 0) return CLI_EXIT_REFUSED;
  if (is_all(r)) return CLI_EXIT_DONE;
  return n.refusals > 0 || n.totals < n.strata ? CLI_EXIT_REFUSED : CLI_EXIT_DONE;
}

/* The whole ------------------------------------------------------------------------------------------ */

static int read_file(const request *r, work *w) {
  if (hc_data_read(&w->data, w->file, &r->of.reading, &w->err) != HC_OK) return cli_fail(&w->err);
  if (!r->quiet) cli_print_remarks(w->data);
  return CLI_EXIT_DONE;
}

static int answer(request *r, work *w) {
  cli_progress progress;
  cli_progress_start(&progress, r->quiet);
  r->of.settings.progress = cli_progress_show;
  r->of.settings.progress_context = &progress;
  cli_catch_interrupt();
  hc_status status = hc_run(&w->report, w->data, &r->of.request, &r->of.settings, &w->err);
  cli_progress_end(&progress);
  return status == HC_OK ? CLI_EXIT_DONE : cli_fail(&w->err);
}

static int run(request *r, work *w) {
  int code = read_file(r, w);
  if (code == CLI_EXIT_DONE && r->parts &&
      hc_parts_check_input(r->parts, (size_t)(w - r->files), hc_data_source(w->data)->sha256, &w->err) != HC_OK)
    return cli_fail(&w->err);
  if (code == CLI_EXIT_DONE) code = answer(r, w);
  if (code != CLI_EXIT_DONE) return code;
  say_refusals(r, w);
  return outcome(r, w->report);
}

/* A slice of all files' replicates. An estimator that refuses is told by `merge`, once. */
static int run_part(void *context, hc_share share, void *share_context) {
  request *r = context;
  int code = CLI_EXIT_DONE;
  r->of.settings.share = share;
  r->of.settings.share_context = share_context;
  for (size_t i = 0; i < r->n_files && code == CLI_EXIT_DONE; i++) code = answer(r, &r->files[i]);
  return cli_interrupted() ? CLI_EXIT_INTERRUPTED : code;
}

static int draw_part(request *r) {
  const char **texts = calloc(2 * r->n_files, sizeof *texts);
  int code = texts ? CLI_EXIT_DONE : cli_out_of_memory();
  for (size_t i = 0; i < r->n_files && code == CLI_EXIT_DONE; i++) {
    code = read_file(r, &r->files[i]);
    if (code != CLI_EXIT_DONE) break;
    texts[i] = r->files[i].file;
    texts[r->n_files + i] = hc_data_source(r->files[i].data)->sha256;
  }
  r->part.seed = r->of.settings.seed;
  r->part.replicates = r->of.settings.replicates;
  r->part.n_options = r->kept.n;
  r->part.options = (const char *const *)r->kept.option;
  r->part.n_files = r->n_files;
  r->part.files = texts;
  r->part.sha256 = texts + r->n_files;
  if (code == CLI_EXIT_DONE) code = cli_draw_part(&r->part, r->output, r->quiet, run_part, r);
  free(texts);
  return code;
}

/* What was not begun, after Ctrl-C, has no place in the documents. */
static int write_outcomes(const request *r, size_t n) {
  hc_outcome *outcomes = calloc(n, sizeof *outcomes);
  if (!outcomes) return cli_out_of_memory();
  for (size_t i = 0; i < n; i++)
    outcomes[i] = (hc_outcome){.file = r->files[i].file, .report = r->files[i].report, .error = &r->files[i].err};
  int code = write_report(r, outcomes, n);
  free(outcomes);
  return code;
}

/* Names are checked before anything is read. A bad file does not end the others; memory that ran out does. */
static int estimate(request *r) {
  int worst = CLI_EXIT_DONE;
  size_t done = 0, answered = 0;
  int checked = cli_check_asked(&r->of);
  if (checked != CLI_CONTINUE) return checked;
  if (r->part.shards) return draw_part(r);
  while (done < r->n_files && worst < CLI_EXIT_INTERNAL) {
    int code = run(r, &r->files[done]);
    if (code > worst) worst = code;
    answered += !!r->files[done++].report;
  }
  if (r->draws && r->n_files > 1 && !r->quiet)
    fputs(_("headcount: files of one call share the random numbers of one seed, so their replicates go together: for ratios between "
            "files, run each with a --seed of its own\n"), stderr);
  if (worst == CLI_EXIT_INTERNAL || (r->n_files == 1 && !answered)) return worst;
  int code = write_outcomes(r, done);
  return code > worst ? code : worst;
}

static void forget(request *r) {
  for (size_t i = 0; r->files && i < r->n_files; i++) {
    hc_report_free(r->files[i].report);
    hc_data_free(r->files[i].data);
  }
  cli_kept_free(&r->kept);
  free(r->files);
  free(r);
}

static int estimate_with(const cli_command *self, int argc, char **argv, hc_parts *parts) {
  request *r = calloc(1, sizeof *r);
  if (r) r->files = calloc((size_t)argc, sizeof *r->files);
  if (!r || !r->files || !cli_keep_command(&r->kept, "estimate")) {
    if (r) free(r->files);
    free(r);
    return cli_out_of_memory();
  }
  r->exit_code = CLI_CONTINUE;
  cli_asked_init(&r->of);
  r->parts = parts;
  if (parts) r->of.settings.share = hc_parts_share, r->of.settings.share_context = parts;
  int code = cli_parse(self, argc, argv, parse, r);
  if (code == CLI_CONTINUE) code = estimate(r);
  forget(r);
  return code;
}

int cli_estimate(const cli_command *self, int argc, char **argv) { return estimate_with(self, argc, argv, NULL); }

int cli_estimate_parts(int argc, char **argv, hc_parts *parts) {
  return estimate_with(cli_command_find("estimate"), argc, argv, parts);
}
