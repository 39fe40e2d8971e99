/* headcount report: an estimate or a study as one HTML file, its pictures and its sources. */
#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"

/* Comparisons beside what was asked for are left out where they take longer than the estimate. */
enum { MOST_LISTS = 5, MODELS_SHOWN = 200 };

const struct argp_option cli_report_options[] = {
    CLI_OPTIONS_READING,
    CLI_OPTIONS_ESTIMATING,
    {NULL, 0, NULL, 0, N_("Report:"), 5},
    {"reproduce", CLI_KEY_REPRODUCE, "STUDY", 0, N_("instead of a file: published figures, and what was recomputed"), 5},
    {"datasets", CLI_KEY_DATASETS, "FOLDER", 0,
     N_("where the studies are (default: $HEADCOUNT_DATASETS, or beside the program)"), 5},
    CLI_OPTION_OUTPUT,
    {"figures", CLI_KEY_FIGURES, "FOLDER", 0,
     N_("write each picture there too, as a Vega-Lite specification (.vl.json), and as .svg where "
     "the command vl2svg is there"),
     5},
    {"bibliography", CLI_KEY_BIBLIOGRAPHY, "FILE.bib", 0, N_("write what the report cites there, as BibTeX"), 5},
    CLI_OPTION_QUIET,
    CLI_OPTION_HELP,
    {0},
};

const char cli_report_details[] =
    N_("Writes a report to look at: one HTML file that needs no network, with the number, its range and the one reason to "
    "doubt it first, "
    "then pictures, all numbers, a methods paragraph and the sources. `-` reads standard input.")
  "\v"
  N_("The first estimator of --model is the one that the report is about. Without --model, others that accept the "
    "data are set beside it. "
    "Pictures are drawn by Vega, which `make deps-report` fetches; without it the report has their data as tables. The "
    "same file, "
    "options and version give the same page, to the byte.\n\n"
    "Examples:\n"
    "  headcount report lists.csv --output lists.html\n"
    "  headcount report met.csv --model chao --figures figures --bibliography met.bib --output met.html\n"
    "  headcount report --reproduce kosovo-1999 --output kosovo.html");

typedef struct request {
  int exit_code;
  const char *file, *study_id, *datasets, *output, *figures, *bibliography;
  bool quiet;
  cli_asked of; /* the file */
  cli_progress progress;
  hc_data *data;
  hc_report *report, *others; /* others: NULL where there are none */
  hc_selection *selection;    /* the same */
  hc_study *study;
  char *runtime;
  cli_text command;
} request;

static error_t parse(int key, char *value, struct argp_state *state) {
  request *r = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    if (r->file) r->exit_code = cli_usage("one file at a time: '%s' and '%s'", r->file, value);
    r->file = value;
    break;
  case ARGP_KEY_END:
    if (!r->file && !r->study_id)
      r->exit_code = cli_usage("a file is missing; '-' reads standard input, --reproduce names a study");
    if (r->file && r->study_id)
      r->exit_code = cli_usage("a report is about a file or a study: '%s' and --reproduce", r->file);
    break;
  case CLI_KEY_REPRODUCE:
    r->study_id = value;
    break;
  case CLI_KEY_DATASETS:
    r->datasets = value;
    break;
  case CLI_KEY_OUTPUT:
    r->output = value;
    break;
  case CLI_KEY_FIGURES:
    r->figures = value;
    break;
  case CLI_KEY_BIBLIOGRAPHY:
    r->bibliography = value;
    break;
  case CLI_KEY_QUIET:
    r->quiet = true;
    break;
  default:
    if (!cli_parse_asked(key, value, &r->of, &r->exit_code)) return ARGP_ERR_UNKNOWN;
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

/* The estimate --------------------------------------------------------------------------------------- */

static int outcome(const request *r) {
  const hc_answer *answer;
  bool any = false;
  for (size_t i = 0; (answer = hc_report_at(r->report, i)); i++) {
    any = any || answer->analysis || (answer->strata && hc_strata_total(answer->strata, 0));
    if (answer->code)
      fprintf(stderr, _("headcount: %s: not estimable: %s [%s]\n"), answer->estimator->id, answer->reason, answer->code);
  }
  if (cli_interrupted()) return CLI_EXIT_INTERRUPTED;
  return any ? CLI_CONTINUE : CLI_EXIT_REFUSED;
}

static size_t n_lists(const hc_data *data, hc_error *err) {
  hc_overview *view = NULL;
  size_t n = hc_overview_new(&view, data, err) == HC_OK ? view->n_names : SIZE_MAX;
  hc_overview_free(view);
  return n;
}

/* Others that accept the data, without replicates: their intervals need none. What they refuse is no failure. */
static int compare(request *r) {
  hc_error err = {0};
  hc_request everything = r->of.request;
  hc_settings settings = r->of.settings;
  if (everything.models || everything.vary || r->of.reading.roles.by) return CLI_CONTINUE;
  everything.models = "all";
  settings.replicates = 0;
  settings.intervals = NULL;
  settings.resample = HC_RESAMPLE_DEFAULT;
  hc_status status = hc_run(&r->others, r->data, &everything, &settings, &err);
  return status == HC_ENOMEM ? cli_fail(&err) : CLI_CONTINUE;
}

/* The models of the procedure that was asked for, else of the usual one. */
static int choose(request *r) {
  hc_error err = {0};
  hc_request asked;
  hc_request_init(&asked);
  const hc_answer *first = hc_report_at(r->report, 0);
  if (first && first->estimator->candidates) {
    asked = r->of.request;
    asked.models = first->estimator->id;
    asked.vary = NULL;
  }
  hc_status status = hc_select(&r->selection, r->data, &asked, &r->of.settings, MODELS_SHOWN, &err);
  return status == HC_ENOMEM ? cli_fail(&err) : CLI_CONTINUE;
}

static int estimate(request *r) {
  hc_error err = {0};
  int code = cli_check_asked(&r->of);
  if (code != CLI_CONTINUE) return code;
  if (hc_data_read(&r->data, r->file, &r->of.reading, &err) != HC_OK) return cli_fail(&err);
  if (!r->quiet) cli_print_remarks(r->data);
  hc_status status = hc_run(&r->report, r->data, &r->of.request, &r->of.settings, &err);
  cli_progress_end(&r->progress);
  if (status != HC_OK) return cli_fail(&err);
  code = outcome(r);
  if (code != CLI_CONTINUE) return code;
  bool lists = hc_data_shape(r->data) == HC_SHAPE_LISTS;
  size_t n = n_lists(r->data, &err);
  if (n == SIZE_MAX) return cli_fail(&err);
  if (!lists || n <= MOST_LISTS) code = compare(r);
  if (code == CLI_CONTINUE && lists && n <= MOST_LISTS && !r->of.reading.roles.by) code = choose(r);
  return code;
}

/* The study ------------------------------------------------------------------------------------------- */

static int recompute(request *r) {
  hc_error err = {0};
  char datasets[PATH_MAX / 2], folder[PATH_MAX];
  if (!cli_find_folder(CLI_DATASETS, r->datasets, datasets, sizeof datasets))
    return cli_usage("the studies were not found: --datasets FOLDER names where they are");
  char **known = NULL;
  size_t n = 0, i = 0;
  if (hc_study_ids(&known, &n, datasets, &err) != HC_OK) return cli_fail(&err);
  while (i < n && strcmp(known[i], r->study_id) != 0) i++;
  int code = i < n ? CLI_CONTINUE : cli_unknown("study", r->study_id, (const char *const *)known, n);
  hc_study_ids_free(known, n);
  if (code != CLI_CONTINUE) return code;
  snprintf(folder, sizeof folder, "%s/%s", datasets, r->study_id);
  hc_status status = hc_study_run(&r->study, folder, &r->of.settings, &err);
  cli_progress_end(&r->progress);
  return status == HC_OK ? CLI_CONTINUE : cli_fail(&err);
}

/* Writing ---------------------------------------------------------------------------------------------- */

/* What draws: one file, which the page holds. Without it the page says how to add it. */
static int read_runtime(request *r) {
  char folder[PATH_MAX / 2], path[PATH_MAX];
  if (!cli_find_folder(CLI_RUNTIME, NULL, folder, sizeof folder)) return CLI_CONTINUE;
  snprintf(path, sizeof path, "%s/vega.js", folder);
  FILE *in = fopen(path, "r");
  struct stat status;
  if (!in) return errno == ENOMEM ? cli_out_of_memory() : CLI_CONTINUE;
  size_t size = fstat(fileno(in), &status) == 0 && status.st_size > 0 ? (size_t)status.st_size : 0;
  r->runtime = calloc(size + 1, 1);
  bool whole = r->runtime && fread(r->runtime, 1, size, in) == size;
  fclose(in);
  if (!r->runtime) return cli_out_of_memory();
  if (whole && size > 0) return CLI_CONTINUE;
  free(r->runtime);
  r->runtime = NULL;
  return CLI_CONTINUE;
}

/* Vega-Lite's own program, where it is there; where it fails, it has said why. */
static void draw_svg(const char *specification, const char *picture) {
  extern char **environ;
  pid_t child;
  int status;
  char *arguments[] = {(char *)"vl2svg", (char *)specification, (char *)picture, NULL};
  if (posix_spawnp(&child, arguments[0], NULL, NULL, arguments, environ) == 0) waitpid(child, &status, 0);
}

static int write_figures(const request *r, const hc_page *page) {
  hc_error err = {0};
  if (mkdir(r->figures, 0777) != 0 && errno != EEXIST) {
    fprintf(stderr, _("%s: error: cannot make this folder: %s\n"), r->figures, strerror(errno));
    return CLI_EXIT_IO;
  }
  for (size_t i = 0;; i++) {
    char *text = NULL, specification[PATH_MAX], picture[PATH_MAX];
    const char *name = NULL;
    if (hc_page_figure(&text, &name, page, i, &err) != HC_OK) return cli_fail(&err);
    if (!text) return CLI_EXIT_DONE;
    snprintf(specification, sizeof specification, "%s/%s.vl.json", r->figures, name);
    snprintf(picture, sizeof picture, "%s/%s.svg", r->figures, name);
    int code = cli_emit(text, specification, false);
    hc_text_free(text);
    if (code != CLI_EXIT_DONE) return code;
    draw_svg(specification, picture);
  }
}

static int write_bibliography(const request *r, const hc_page *page) {
  hc_error err = {0};
  char *text = NULL;
  if (hc_page_bibliography(&text, page, &err) != HC_OK) return cli_fail(&err);
  int code = cli_emit(text, r->bibliography, false);
  hc_text_free(text);
  return code;
}

static int write_page(request *r, const hc_page *page) {
  hc_error err = {0};
  char *text = NULL;
  if (hc_page_html(&text, page, &err) != HC_OK) return cli_fail(&err);
  int code = cli_emit(text, r->output, false);
  hc_text_free(text);
  if (!r->runtime && !r->quiet)
    fputs(_("headcount: the pictures are not drawn: Vega was not found; `make deps-report` in headcount's source fetches "
          "it\n"), stderr);
  return code;
}

/* Where it goes, and how many threads made it, are not of the report. */
static int remember_command(request *r) {
  static const int left_out[] = {
      CLI_KEY_OUTPUT, CLI_KEY_FIGURES, CLI_KEY_BIBLIOGRAPHY, CLI_KEY_THREADS, CLI_KEY_QUIET, CLI_KEY_DATASETS, 0};
  cli_text_open(&r->command);
  if (r->command.out) cli_print_command_without(r->command.out, cli_report_options, left_out, r->file);
  return cli_text_close(&r->command) ? CLI_CONTINUE : cli_out_of_memory();
}

static int write_all(request *r) {
  hc_page page;
  int code = read_runtime(r);
  if (code == CLI_CONTINUE) code = remember_command(r);
  if (code != CLI_CONTINUE) return code;
  hc_page_init(&page);
  page.report = r->report;
  page.others = r->others;
  page.selection = r->selection;
  page.study = r->study;
  page.command = r->command.bytes;
  page.runtime = r->runtime;
  code = r->figures ? write_figures(r, &page) : CLI_EXIT_DONE;
  if (code == CLI_EXIT_DONE && r->bibliography) code = write_bibliography(r, &page);
  return code == CLI_EXIT_DONE ? write_page(r, &page) : code;
}

static void forget(request *r) {
  hc_selection_free(r->selection);
  hc_report_free(r->others);
  hc_report_free(r->report);
  hc_data_free(r->data);
  hc_study_free(r->study);
  free(r->runtime);
  free(r->command.bytes);
  free(r);
}

int cli_report(const cli_command *self, int argc, char **argv) {
  request *r = calloc(1, sizeof *r);
  if (!r) return cli_out_of_memory();
  r->exit_code = CLI_CONTINUE;
  cli_asked_init(&r->of);
  int code = cli_parse(self, argc, argv, parse, r);
  if (code == CLI_CONTINUE) {
    cli_progress_start(&r->progress, r->quiet);
    r->of.settings.progress = cli_progress_show;
    r->of.settings.progress_context = &r->progress;
    cli_catch_interrupt();
    code = r->study_id ? recompute(r) : estimate(r);
    cli_progress_end(&r->progress);
  }
  if (code == CLI_CONTINUE) code = write_all(r);
  forget(r);
  return code;
}
