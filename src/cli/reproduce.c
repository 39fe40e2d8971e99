/* headcount reproduce: published figures beside what comes out today. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { MOST_STUDIES = 128, N_BASES = HC_BASIS_OWN + 1 };

const struct argp_option cli_reproduce_options[] = {
  {"datasets", CLI_KEY_DATASETS, "FOLDER", 0,
   N_("where the studies are (default: $HEADCOUNT_DATASETS, or beside the program)"), 1},
  CLI_OPTIONS_RUN,
  {NULL, 0, NULL, 0, N_("Output:"), 5},
  {"format", CLI_KEY_FORMAT, "FORMAT", 0, N_("text, json or csv"), 5},
  CLI_OPTION_OUTPUT,
  CLI_OPTION_QUIET,
  CLI_OPTION_HELP,
  {0},
};

const char cli_reproduce_details[] =
  N_("Recomputes published figures, all of them or those of the studies named, and compares. Every figure says on what "
  "basis it could be recomputed: from data, the raw counts that the authors published; from inputs, by the stated rule "
  "from stated numbers; back-solved, with an input derived from the published answer, which makes it a check of "
  "consistency and not a reproduction; only quoted; our own, which follows from published numbers, but which nobody "
  "published, so that there is nothing to agree with.")
  "\v"
  N_("The exit code is 1 when a figure that is recomputed does not agree.\n\n"
  "Examples:\n"
  "  headcount reproduce\n"
  "  headcount reproduce mturk-2018 --format json");

typedef struct request {
  int exit_code;
  cli_written format;
  bool quiet;
  const char *output, *datasets;
  hc_settings settings;
  size_t n_ids, n_studies;
  const char *ids[MOST_STUDIES];
  hc_study *studies[MOST_STUDIES];
} request;

static error_t parse(int key, char *value, struct argp_state *state) {
  request *r = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    if (r->n_ids == MOST_STUDIES) r->exit_code = cli_usage("more than %d studies", MOST_STUDIES);
    else r->ids[r->n_ids++] = value;
    break;
  case CLI_KEY_OUTPUT: r->output = value; break;
  case CLI_KEY_QUIET: r->quiet = true; break;
  case CLI_KEY_DATASETS: r->datasets = value; break;
  case CLI_KEY_FORMAT:
    if (!cli_parse_format(value, &r->format)) r->exit_code = CLI_EXIT_USAGE;
    break;
  default:
    if (!value || !cli_parse_run(key, value, &r->settings, &r->exit_code)) return ARGP_ERR_UNKNOWN;
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

static int run_study(request *r, const char *datasets, const char *id) {
  char folder[PATH_MAX];
  hc_error err = {0};
  cli_progress progress;
  int n = snprintf(folder, sizeof folder, "%s/%s", datasets, id);
  if (n < 0 || (size_t)n >= sizeof folder) return cli_usage("the name of the study '%s' is too long", id);
  cli_progress_start(&progress, r->quiet);
  r->settings.progress = cli_progress_show;
  r->settings.progress_context = &progress;
  hc_status status = hc_study_run(&r->studies[r->n_studies], folder, &r->settings, &err);
  cli_progress_end(&progress);
  if (status != HC_OK) return cli_fail(&err);
  r->n_studies++;
  return CLI_CONTINUE;
}

static bool is_known(char *const *known, size_t n, const char *id) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(known[i], id) == 0) return true;
  }
  return false;
}

static int run_studies(request *r, const char *datasets) {
  hc_error err = {0};
  char **known = NULL;
  size_t n = 0;
  int code = CLI_CONTINUE;
  if (hc_study_ids(&known, &n, datasets, &err) != HC_OK) return cli_fail(&err);
  for (size_t i = 0; i < r->n_ids && code == CLI_CONTINUE; i++) {
    if (!is_known(known, n, r->ids[i])) code = cli_unknown("study", r->ids[i], (const char *const *)known, n);
  }
  cli_catch_interrupt();
  size_t wanted = r->n_ids > 0 ? r->n_ids : n;
  for (size_t i = 0; i < wanted && i < MOST_STUDIES && code == CLI_CONTINUE && !cli_interrupted(); i++) {
    code = run_study(r, datasets, r->n_ids > 0 ? r->ids[i] : known[i]);
  }
  if (cli_interrupted()) fprintf(stderr, _("headcount: stopped by Ctrl-C in study %zu of %zu\n"), r->n_studies, wanted);
  hc_study_ids_free(known, n);
  return code;
}

/* For people ----------------------------------------------------------------------------------------- */

/* As many digits as the source prints, so that the two columns can be compared by eye. */
static void write_recomputed(char *text, size_t size, const hc_figure *f) {
  const char *point = strchr(f->published_as, '.');
  size_t decimals = point ? strspn(point + 1, "0123456789") : 0;
  if (f->expects_refusal || isnan(f->recomputed)) {
    snprintf(text, size, "%s", f->refusal[0] ? _("refused") : "");
  } else if (fabs(f->recomputed) >= 1000 && decimals == 0) {
    char number[HC_WORD_SIZE];
    snprintf(text, size, "%s", hc_word_value(number, f->recomputed, true));
  } else {
    char digits[HC_WORD_SIZE];
    size_t shown = decimals > 0 ? decimals : fabs(f->recomputed) < 10 ? 3 : 1;
    snprintf(digits, sizeof digits, "%.*f", (int)shown, f->recomputed);
    hc_word_group(text, digits);
  }
}

static const char *verdict(const hc_figure *f) {
  if (!hc_figure_has_verdict(f)) return "";
  if (!f->agrees) return _("DIFFERS");
  return f->basis == HC_BASIS_BACK_SOLVED ? _("consistent") : _("agrees");
}

/* The interval stands under its figure, so that a row fits a screen of 80 columns. */
static void add_figure(cli_table *table, const hc_figure *f) {
  char number[HC_WORD_SIZE], range[HC_WORD_RANGE_SIZE] = "", recomputed[3 * HC_WORD_SIZE + 16];
  write_recomputed(number, sizeof number, f);
  bool people = fabs(f->recomputed) >= 100; /* whole numbers suffice */
  if (f->has_interval) hc_word_range(range, &f->interval, people ? 0 : HC_WORD_SIGNIFICANT);
  snprintf(recomputed, sizeof recomputed, "%s%s%s", number, range[0] ? "\n" : "", range);
  const char *cells[] = {f->id, f->published_as, recomputed, _(hc_basis_words(f->basis)), verdict(f)};
  cli_table_row(table, sizeof cells / sizeof cells[0], cells);
}

static void print_figures(FILE *out, const hc_study *s) {
  cli_table *table = cli_table_new();
  cli_table_column(table, _("figure"), 0);
  cli_table_column(table, _("published"), CLI_RIGHT);
  cli_table_column(table, _("recomputed"), CLI_RIGHT);
  cli_table_column(table, _("basis"), 0);
  cli_table_column(table, "", 0);
  bool intervals = false;
  for (size_t i = 0; i < s->n_figures; i++) {
    add_figure(table, &s->figures[i]);
    intervals = intervals || s->figures[i].has_interval;
  }
  cli_table_print(out, table);
  /* xgettext:no-c-format */
  if (intervals) fputs(_("  Under a recomputed figure: its 95% interval.\n"), out);
}

/* Everything that has to be said of single figures, under one label. */
static void print_remarks(FILE *out, const hc_study *s) {
  const char *label = _("Figures");
  for (size_t i = 0; i < s->n_figures; i++) {
    const hc_figure *f = &s->figures[i];
    if (f->note[0]) {
      cli_fieldf(out, label, "%s: %s", f->id, f->note);
      label = NULL;
    }
    if (f->refusal[0]) {
      cli_fieldf(out, label, "%s: refused, %s [%s]", f->id, f->reason, f->refusal);
      label = NULL;
    }
    if (!f->agrees && hc_figure_has_verdict(f) && !isnan(f->recomputed)) {
      cli_fieldf(out, label, "%s: published %.12g, recomputed %.12g, tolerance %g", f->id, f->published,
                 f->recomputed, f->tolerance);
      label = NULL;
    }
  }
}

static const hc_figure *figure_with(const hc_study *s, const char *id) {
  size_t i = 0;
  while (i < s->n_figures && strcmp(s->figures[i].id, id) != 0) i++;
  return i < s->n_figures ? &s->figures[i] : NULL;
}

/* Whole, however long, so that they can be copied; once for neighbours that the same command gives. */
static void print_commands(FILE *out, const hc_study *s) {
  const char *last = "";
  for (size_t i = 0; i < s->n_figures; i++) {
    const hc_figure *f = &s->figures[i];
    if (!f->how[0]) continue;
    if (!last[0]) fprintf(out, _("\n  Commands, to be run in the folder %s:\n"), s->id);
    if (strcmp(last, f->how) != 0) fprintf(out, "    %s\n", f->how);
    fprintf(out, "        %s: %s\n", f->id, f->quantity);
    last = f->how;
  }
}

static void print_study(FILE *out, const hc_study *s) {
  cli_title(out, s->title, s->id);
  print_figures(out, s);
  fputc('\n', out);
  cli_field(out, _("Counts"), s->unit[0] ? _(s->unit) : s->unit);
  cli_field(out, _("Source"), s->source);
  cli_field(out, _("Criticism"), s->criticism);
  print_remarks(out, s);
  const hc_figure *headline = figure_with(s, s->headline);
  if (headline) cli_fieldf(out, _("Headline"), "%s, the number of the title: %s", headline->id, _(hc_basis_words(headline->basis)));
  cli_field(out, _("Verdict"), s->verdict);
  print_commands(out, s);
  fputc('\n', out);
}

static void print_summary(FILE *out, const request *r) {
  size_t by_basis[N_BASES] = {0}, differ = 0, all = 0;
  for (size_t i = 0; i < r->n_studies; i++) {
    for (size_t k = 0; k < r->studies[i]->n_figures; k++) {
      const hc_figure *f = &r->studies[i]->figures[k];
      by_basis[f->basis]++;
      differ += hc_figure_has_verdict(f) && !f->agrees;
      all++;
    }
  }
  char text[256];
  int used = snprintf(text, sizeof text, _("%zu figures of %zu %s:"), all, r->n_studies,
                      hc_translate_count("study", "studies", r->n_studies));
  for (int b = HC_BASIS_DATA; b < N_BASES; b++) {
    used += snprintf(text + used, sizeof text - (size_t)used, "%s %zu %s", b > HC_BASIS_DATA ? "," : "", by_basis[b],
                     _(hc_basis_words((hc_basis)b)));
  }
  snprintf(text + used, sizeof text - (size_t)used, ".");
  cli_paragraph(out, 0, text);
  if (differ == 0) {
    fputs(_("Everything that is recomputed agrees.\n"), out);
    if (by_basis[HC_BASIS_BACK_SOLVED] > 0) {
      cli_paragraph(out, 0, _("What is back-solved is consistent with the published figure, which is no reproduction of it."));
    }
  } else {
    fprintf(out, _("%zu that are recomputed DIFFER.\n"), differ);
  }
}

/* NULL when memory ran out. */
static char *as_text(const request *r) {
  cli_text made;
  cli_text_open(&made);
  for (size_t i = 0; i < r->n_studies && made.out; i++) print_study(made.out, r->studies[i]);
  if (made.out) print_summary(made.out, r);
  return cli_text_close(&made);
}

static int write_studies(const request *r) {
  hc_error err = {0};
  char *text = NULL;
  int code = CLI_CONTINUE;
  if (r->format == CLI_TEXT && !(text = as_text(r))) code = cli_out_of_memory();
  if (r->format == CLI_JSON && hc_studies_json(&text, r->studies, r->n_studies, &err) != HC_OK) code = cli_fail(&err);
  if (r->format == CLI_CSV && hc_studies_csv(&text, r->studies, r->n_studies, &err) != HC_OK) code = cli_fail(&err);
  if (code == CLI_CONTINUE) code = cli_emit(text, r->output, r->format == CLI_TEXT);
  hc_text_free(text);
  if (code == CLI_EXIT_DONE && cli_interrupted()) return CLI_EXIT_INTERRUPTED;
  for (size_t i = 0; i < r->n_studies && code == CLI_EXIT_DONE; i++) {
    if (!hc_study_agrees(r->studies[i])) code = CLI_EXIT_REFUSED;
  }
  return code;
}

int cli_reproduce(const cli_command *self, int argc, char **argv) {
  char datasets[PATH_MAX];
  request *r = calloc(1, sizeof *r);
  if (!r) return cli_out_of_memory();
  r->exit_code = CLI_CONTINUE;
  hc_settings_init(&r->settings);
  r->settings.threads = cli_processors();
  int code = cli_parse(self, argc, argv, parse, r);
  if (code == CLI_CONTINUE && !cli_find_folder(CLI_DATASETS, r->datasets, datasets, sizeof datasets)) {
    code = cli_usage("the studies were not found: --datasets FOLDER names where they are");
  }
  if (code == CLI_CONTINUE) code = run_studies(r, datasets);
  if (code == CLI_CONTINUE) code = write_studies(r);
  for (size_t i = 0; i < r->n_studies; i++) hc_study_free(r->studies[i]);
  free(r);
  return code;
}
