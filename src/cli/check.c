/* headcount check: how far off a method is on lists like these, every list playing the truth. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "words/check.h"

enum { USUAL_LEAST = 30, FEW_CASES = 5 };

const struct argp_option cli_check_options[] = {
  CLI_OPTIONS_READING,
  CLI_OPTIONS_ESTIMATING,
  {"least", CLI_KEY_LEAST, "K", 0, N_("leave out lists of whose people fewer than K are on another list (default 30)"), 3},
  {"format", CLI_KEY_FORMAT, "FORMAT", 0, N_("text, json or csv"), 5},
  CLI_OPTION_OUTPUT,
  CLI_OPTION_QUIET,
  CLI_OPTION_HELP,
  {0},
};

const char cli_check_details[] =
  N_("Tells how far off a method is on lists like yours: the people on a list are a known number; that list is hidden, and the "
  "other lists estimate it. `-` reads standard input.")
  "\v"
  N_("A list whose people the others hardly know is left out (--least), and what cannot be estimated is refused with its reason; both "
  "are listed. People on a list are not like people on none, so a good score is necessary and not sufficient. The exit code is 0 when any "
  "list was estimated.\n\n"
  "Examples:\n"
  "  headcount check lists.csv\n"
  "  headcount check lists.csv --model loglinear-best,sample-coverage --format csv\n"
  "  headcount check lists.csv --by sex --bootstrap 0");

typedef struct request {
  int exit_code;
  const char *file, *output;
  cli_written format;
  bool quiet;
  uint64_t least;
  cli_asked of; /* the file */
} request;

/* Arguments ---------------------------------------------------------------------------------------- */

static int parse_value(int key, const char *value, request *r) {
  bool good = true;
  switch (key) {
  case CLI_KEY_OUTPUT: r->output = value; break;
  case CLI_KEY_LEAST: good = cli_parse_number("least", value, 1, INT64_MAX, &r->least); break;
  case CLI_KEY_FORMAT: good = cli_parse_format(value, &r->format); break;
  }
  return good ? CLI_CONTINUE : CLI_EXIT_USAGE;
}

static error_t parse(int key, char *value, struct argp_state *state) {
  request *r = state->input;
  switch (key) {
  case CLI_KEY_QUIET: r->quiet = true; break;
  default:
    if (cli_parse_file(key, value, &r->file, &r->exit_code)) break;
    if (cli_parse_asked(key, value, &r->of, &r->exit_code)) break;
    if (!value) return ARGP_ERR_UNKNOWN;
    r->exit_code = parse_value(key, value, r);
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

/* The text ------------------------------------------------------------------------------------------ */

static void add_case(cli_table *table, const hc_check *k, bool strata) {
  char truth[HC_WORD_SIZE], seen[HC_WORD_SIZE], N[HC_WORD_SIZE], error[HC_WORD_SIZE] = "", range[HC_WORD_RANGE_SIZE] = "";
  if (!k->code) hc_word_value(N, k->N, true);
  else snprintf(N, sizeof N, "%s", _("refused"));
  if (!k->code) hc_format(error, sizeof error, "%+.0f%%", 100 * expm1(k->log_error));
  if (k->interval) hc_word_range(range, k->interval, 0);
  else if (k->code) snprintf(range, sizeof range, "%s", k->code);
  cli_table_cell(table, k->list);
  if (strata) cli_table_cell(table, k->stratum ? k->stratum : "");
  cli_table_cell(table, hc_word_count(truth, k->truth));
  cli_table_cell(table, hc_word_count(seen, k->seen));
  cli_table_cell(table, N);
  cli_table_cell(table, error);
  cli_table_cell(table, range);
  cli_table_cell(table, !k->interval ? "" : k->covered ? _("yes") : _("no"));
}

static void print_cases(FILE *out, const hc_checks *checks, const hc_check_summary *s) {
  const hc_check *k;
  bool strata = false;
  char heading[2 * HC_WORD_SIZE], percent[HC_WORD_SIZE];
  for (size_t i = 0; (k = hc_checks_at(checks, i)); i++) strata = strata || k->stratum;
  cli_table *table = cli_table_new();
  hc_format(heading, sizeof heading, "%s interval", hc_word_percent(percent, hc_checks_settings(checks)->level));
  cli_table_column(table, _("hidden list"), CLI_CUT);
  if (strata) cli_table_column(table, _("stratum"), CLI_CUT);
  cli_table_column(table, _("truth"), CLI_RIGHT);
  cli_table_column(table, _("seen"), CLI_RIGHT);
  cli_table_column(table, _("N"), CLI_RIGHT);
  cli_table_column(table, _("error"), CLI_RIGHT);
  cli_table_column(table, heading, CLI_RIGHT);
  cli_table_column(table, _("holds it"), 0);
  for (size_t i = 0; (k = hc_checks_at(checks, i)); i++)
    if (k->estimator == s->estimator) add_case(table, k, strata);
  cli_table_print(out, table);
}

static void print_refusals(FILE *out, const hc_checks *checks, const hc_check_summary *s) {
  const hc_check *k;
  bool first = true;
  for (size_t i = 0; (k = hc_checks_at(checks, i)); i++) {
    if (k->estimator != s->estimator || !k->code) continue;
    cli_fieldf(out, first ? _("Refused") : NULL, "%s%s%s: %s [%s]", k->list, k->stratum ? ", " : "", k->stratum ? k->stratum : "",
               k->reason, k->code);
    first = false;
  }
}

static void print_estimate(FILE *out, const hc_check_summary *s) {
  char verdict[HC_WORD_VERDICT_SIZE], N[HC_WORD_SIZE], range[HC_WORD_RANGE_SIZE], level[HC_WORD_SIZE];
  hc_word_verdict(verdict, s);
  if (isnan(s->N)) {
    cli_field(out, _("Verdict"), verdict);
    return;
  }
  hc_word_value(N, s->N, true);
  if (!s->interval) cli_fieldf(out, _("Estimate"), "N = %s people of all lists together; %s", N, verdict);
  else
    cli_fieldf(out, _("Estimate"), "N = %s people of all lists together (%s interval %s); %s", N,
               hc_word_percent(level, s->interval->level), (hc_word_range(range, s->interval, 0), range), verdict);
}

static void print_summary(FILE *out, const hc_check_summary *s) {
  char plain[64], number[HC_WORD_SIZE], spread[HC_WORD_SIZE], median[HC_WORD_SIZE];
  fputc('\n', out);
  if (s->estimated) {
    hc_format(plain, sizeof plain, "%.3f", s->mean), hc_format(number, sizeof number, "%s", plain);
    hc_format(plain, sizeof plain, "%.3f", s->rmse), hc_format(spread, sizeof spread, "%s", plain);
    hc_format(plain, sizeof plain, "%.3f", s->median), hc_format(median, sizeof median, "%s", plain);
    cli_fieldf(out, _("Logarithms"), "of N over the truth: mean %s, root mean square %s, median %s, of %zu of %zu lists; %zu below it",
               number, spread, median, s->estimated, s->cases, s->below);
  }
  if (s->intervals) cli_fieldf(out, _("Intervals"), "%zu of %zu hold the truth", s->covered, s->intervals);
  print_estimate(out, s);
  if (s->estimated && s->estimated < FEW_CASES)
    cli_fieldf(out, _("Mind"), "%zu lists are few: the next one may be quite different", s->estimated);
  cli_field(out, s->estimated && s->estimated < FEW_CASES ? NULL : _("Mind"),
            _("people on a list are not like people on none: a good score is necessary and not sufficient"));
}

static char *as_text(const hc_checks *checks) {
  const hc_check_summary *s;
  cli_text made;
  cli_text_open(&made);
  if (!made.out) return cli_text_close(&made);
  cli_paragraph(made.out, 0, _("Every list plays the truth: the people on it are a known number, it is hidden, and the other lists "
                               "estimate it."));
  for (size_t i = 0; (s = hc_checks_summary(checks, i)); i++) {
    fputc('\n', made.out);
    cli_title(made.out, _(s->estimator->title), s->estimator->id);
    print_cases(made.out, checks, s);
    print_summary(made.out, s);
    print_refusals(made.out, checks, s);
  }
  return cli_text_close(&made);
}

/* The whole ------------------------------------------------------------------------------------------ */

static int write_checks(const request *r, const hc_checks *checks) {
  hc_error err = {0};
  char *text = NULL;
  int code = CLI_CONTINUE;
  if (r->format == CLI_TEXT && !(text = as_text(checks))) code = cli_out_of_memory();
  if (r->format == CLI_JSON && hc_checks_json(&text, checks, &err) != HC_OK) code = cli_fail(&err);
  if (r->format == CLI_CSV && hc_checks_csv(&text, checks, &err) != HC_OK) code = cli_fail(&err);
  if (code == CLI_CONTINUE) code = cli_emit(text, r->output, r->format == CLI_TEXT);
  hc_text_free(text);
  return code;
}

static int outcome(const hc_checks *checks) {
  const hc_check_summary *s;
  size_t estimated = 0;
  for (size_t i = 0; (s = hc_checks_summary(checks, i)); i++) estimated += s->estimated;
  return cli_interrupted() ? CLI_EXIT_INTERRUPTED : estimated ? CLI_EXIT_DONE : CLI_EXIT_REFUSED;
}

static int check(request *r, const hc_data *data) {
  hc_error err = {0};
  hc_checks *checks = NULL;
  cli_progress progress;
  cli_progress_start(&progress, r->quiet);
  r->of.settings.progress = cli_progress_show;
  r->of.settings.progress_context = &progress;
  cli_catch_interrupt();
  hc_status status = hc_checks_new(&checks, data, &r->of.request, &r->of.settings, r->least, &err);
  cli_progress_end(&progress);
  if (status == HC_EREFUSED) {
    cli_print(stderr, "headcount: not estimable: %s [%s]\n", err.message, err.code);
    return CLI_EXIT_REFUSED;
  }
  if (status != HC_OK) return cli_fail(&err);
  int code = write_checks(r, checks), done = outcome(checks);
  hc_checks_free(checks);
  return code > done ? code : done;
}

int cli_check(const cli_command *self, int argc, char **argv) {
  hc_error err = {0};
  hc_data *data = NULL;
  request *r = calloc(1, sizeof *r);
  if (!r) return cli_out_of_memory();
  r->exit_code = CLI_CONTINUE;
  r->least = USUAL_LEAST;
  cli_asked_init(&r->of);
  int code = cli_parse(self, argc, argv, parse, r);
  if (code == CLI_CONTINUE) code = cli_check_asked(&r->of);
  if (code == CLI_CONTINUE && hc_data_read(&data, r->file, &r->of.reading, &err) != HC_OK) code = cli_fail(&err);
  if (code == CLI_CONTINUE) {
    if (!r->quiet) cli_print_remarks(data);
    code = check(r, data);
  }
  hc_data_free(data);
  free(r);
  return code;
}
