/* headcount diagnose: how a regression on counts fits. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { MOST_TIMES = 12 };
const struct argp_option cli_diagnose_options[] = {
  CLI_OPTIONS_READING,
  {NULL, 0, NULL, 0, N_("Fitting:"), 3},
  {"model", CLI_KEY_MODEL, "ID", 0, N_("a regression on counts (default zt-poisson)"), 3},
  {"formula", CLI_KEY_FORMULA, "FORMULA", 0, N_("what the rate depends on, as '~ sex + log(age)*region' (default ~ 1)"), 3},
  {"reference", CLI_KEY_REFERENCE, "COL:LEVEL[,...]", 0, N_("the levels that others are compared with (default: the first)"), 3},
  {"offset", CLI_KEY_OFFSET, "TERM", 0, N_("a term whose coefficient is 1, as 'log(days)' for unequal time at risk"), 3},
  {"set", CLI_KEY_SET, "NAME=VALUE", 0, N_("another option of the estimator, as --set formula-omega='~ sex'"), 3},
  {"top", CLI_KEY_TOP, "K", 0, N_("how many people to list (default 10)"), 5},
  {"format", CLI_KEY_FORMAT, "FORMAT", 0, N_("text, json or csv: these have everybody"), 5},
  CLI_OPTION_OUTPUT,
  CLI_OPTION_HELP,
  {0},
};

const char cli_diagnose_details[] =
  N_("How a regression on counts fits: how many people were met once, twice, ... and how many the model expects, with a chi-squared "
  "test; and whom the coefficients hang on. `-` reads standard input.")
  "\v"
  N_("A residual is (times met - expected)/sd. The leverages of all people add up to the number of coefficients; Cook's distance "
  "says how far the coefficients go without that person. The p-values are too large, if anything, because the coefficients were "
  "estimated from the same people.\n\n"
  "Examples:\n"
  "  headcount diagnose met.csv --formula '~ sex + age'\n"
  "  headcount diagnose met.csv --model zt-geometric --formula '~ sex + age' --format csv --output residuals.csv");

typedef struct request {
  int exit_code;
  const char *file, *output;
  cli_written format;
  uint64_t top;
  cli_asked asked;
} request;

static int parse_value(int key, const char *value, request *r) {
  switch (key) {
  case CLI_KEY_OUTPUT: r->output = value; break;
  case CLI_KEY_TOP:
    if (!cli_parse_number("top", value, 1, 100000, &r->top)) return CLI_EXIT_USAGE;
    break;
  case CLI_KEY_FORMAT:
    if (!cli_parse_format(value, &r->format)) return CLI_EXIT_USAGE;
    break;
  }
  return CLI_CONTINUE;
}

static error_t parse(int key, char *value, struct argp_state *state) {
  request *r = state->input;
  switch (key) {
  default:
    if (cli_parse_file(key, value, &r->file, &r->exit_code)) break;
    if (cli_parse_asked(key, value, &r->asked, &r->exit_code)) break;
    if (!value) return ARGP_ERR_UNKNOWN;
    r->exit_code = parse_value(key, value, r);
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

/* The tables --------------------------------------------------------------------------------------------- */

static void print_frequencies(FILE *out, const hc_diagnosis *d) {
  cli_table *table = cli_table_new();
  size_t shown = d->n_frequencies < MOST_TIMES ? d->n_frequencies : MOST_TIMES;
  cli_table_column(table, _("times met"), CLI_RIGHT);
  cli_table_column(table, _("people"), CLI_RIGHT);
  cli_table_column(table, _("expected"), CLI_RIGHT);
  for (size_t k = 0; k < shown; k++) {
    char times[HC_WORD_SIZE], observed[HC_WORD_SIZE] = "?", expected[HC_WORD_SIZE];
    snprintf(times, sizeof times, "%zu", k);
    if (k > 0) hc_word_value(observed, d->frequencies[k].observed, true);
    hc_word_number(expected, d->frequencies[k].expected, 1);
    const char *cells[] = {times, observed, expected};
    cli_table_row(table, 3, cells);
  }
  fputs(_("How many were met so often, and how many the model expects\n\n"), out);
  cli_table_print(out, table);
  if (shown < d->n_frequencies) fprintf(out, _("  and so on up to %zu; --format csv has all\n"), d->n_frequencies - 1);
  fputc('\n', out);
}

static const char *chance(char *text, double p) {
  if (p < 0.001) hc_format(text, HC_WORD_SIZE, _("p below 0.001"));
  else hc_format(text, HC_WORD_SIZE, _("p %.3f"), p);
  return text;
}

static void print_tests(FILE *out, const hc_diagnosis *d) {
  char p[HC_WORD_SIZE], q[HC_WORD_SIZE];
  if (!(d->df > 0)) {
    cli_field(out, _("Test"), _("none: people were met too rarely for two classes of counts"));
    return;
  }
  cli_fieldf(out, _("Test"), "chi-squared %.2f (%s), G %.2f (%s), on %zu classes of times met", d->chi_squared,
             chance(p, d->p_chi_squared), d->G, chance(q, d->p_G), d->classes);
  cli_field(out, NULL, d->p_chi_squared < 0.001 ? _("the counts contradict this model")
                                                       : _("the counts do not contradict this model"));
}

/* Long names in several lines, broken where the next column begins. */
static void fold(char *text, size_t size, const char *who) {
  const size_t enough = 18;
  size_t line = 0, used = 0;
  for (; *who && used + 1 < size; who++, line++) {
    bool after = used > 1 && text[used - 1] == ' ' && text[used - 2] == ',';
    if (after && line > enough) text[used - 1] = '\n', line = 0;
    text[used++] = *who;
  }
  text[used] = '\0';
}

static void print_people(FILE *out, const hc_diagnosis *d, size_t top) {
  cli_table *table = cli_table_new();
  cli_table_column(table, _("person"), CLI_CUT);
  cli_table_column(table, _("times"), CLI_RIGHT);
  cli_table_column(table, _("people"), CLI_RIGHT);
  cli_table_column(table, _("expected"), CLI_RIGHT);
  cli_table_column(table, _("residual"), CLI_RIGHT);
  cli_table_column(table, _("leverage"), CLI_RIGHT);
  cli_table_column(table, _("Cook"), CLI_RIGHT);
  for (size_t i = 0; i < d->n_rows && i < top && isfinite(d->rows[i].cook); i++) {
    const hc_person_fit *row = &d->rows[i];
    char times[HC_WORD_SIZE], people[HC_WORD_SIZE], expected[HC_WORD_SIZE], residual[HC_WORD_SIZE], leverage[HC_WORD_SIZE];
    char cook[HC_WORD_SIZE], who[HC_NOTE_SIZE];
    hc_word_value(times, row->times, true);
    hc_word_value(people, row->people, true);
    hc_format(expected, sizeof expected, "%.3f", row->expected);
    hc_format(residual, sizeof residual, "%+.2f", row->residual);
    hc_format(leverage, sizeof leverage, "%.3f", row->leverage);
    hc_format(cook, sizeof cook, "%.3f", row->cook);
    fold(who, sizeof who, row->who[0] ? row->who : _("anybody"));
    const char *cells[] = {who, times, people, expected, residual, leverage, cook};
    cli_table_row(table, 7, cells);
  }
  fputs(_("\nWhom the coefficients hang on: the largest Cook's distances, of one person each\n\n"), out);
  cli_table_print(out, table);
}

static char *as_text(const hc_diagnosis *d, size_t top) {
  cli_text made;
  cli_text_open(&made);
  if (!made.out) return cli_text_close(&made);
  cli_title(made.out, d->estimator->title, d->estimator->id);
  print_frequencies(made.out, d);
  print_tests(made.out, d);
  print_people(made.out, d, top);
  return cli_text_close(&made);
}

/* The whole -------------------------------------------------------------------------------------------- */

static int diagnose(const request *r, const hc_data *data) {
  hc_error err = {0};
  hc_diagnosis *d = NULL;
  char *text = NULL;
  int code = CLI_CONTINUE;
  hc_status status = hc_diagnose(&d, data, &r->asked.request, &r->asked.settings, &err);
  if (status == HC_EREFUSED) {
    fprintf(stderr, "headcount: not estimable: %s [%s]\n", err.message, err.code);
    return CLI_EXIT_REFUSED;
  }
  if (status != HC_OK) return cli_fail(&err);
  if (r->format == CLI_TEXT && !(text = as_text(d, (size_t)r->top))) code = cli_out_of_memory();
  if (r->format == CLI_JSON && hc_diagnosis_json(&text, d, data, &err) != HC_OK) code = cli_fail(&err);
  if (r->format == CLI_CSV && hc_diagnosis_csv(&text, d, &err) != HC_OK) code = cli_fail(&err);
  if (code == CLI_CONTINUE) code = cli_emit(text, r->output, r->format == CLI_TEXT);
  hc_text_free(text);
  hc_diagnosis_free(d);
  return code;
}

int cli_diagnose(const cli_command *self, int argc, char **argv) {
  hc_error err = {0};
  hc_data *data = NULL;
  request *r = calloc(1, sizeof *r);
  if (!r) return cli_out_of_memory();
  r->exit_code = CLI_CONTINUE;
  r->top = 10;
  cli_asked_init(&r->asked);
  int code = cli_parse(self, argc, argv, parse, r);
  if (code == CLI_CONTINUE && r->asked.reading.roles.by) code = cli_usage("--by: one regression at a time; name the columns in the formula");
  if (code == CLI_CONTINUE) code = cli_check_asked(&r->asked);
  if (code == CLI_CONTINUE && hc_data_read(&data, r->file, &r->asked.reading, &err) != HC_OK) code = cli_fail(&err);
  if (code == CLI_CONTINUE) {
    cli_print_remarks(data);
    code = diagnose(r, data);
  }
  hc_data_free(data);
  free(r);
  return code;
}
