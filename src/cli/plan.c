/* headcount plan: how large, how many, how long, before there are data. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

const struct argp_option cli_plan_options[] = {
  {NULL, 0, NULL, 0, N_("Planning:"), 3},
  {"set", CLI_KEY_SET, "NAME=VALUE", 0, N_("what is known, guessed and wanted; 'headcount plan DESIGN' lists them"), 3},
  {"level", CLI_KEY_LEVEL, "LEVEL", 0, N_("level of the intervals (default 0.95)"), 3},
  {"simulate", CLI_KEY_SIMULATE, NULL, 0, N_("draw data sets of each row and estimate them"), 3},
  {"bootstrap", CLI_KEY_BOOTSTRAP, "B", 0, N_("with --simulate: how many of them (default 1000)"), 4},
  CLI_OPTIONS_RUN,
  {NULL, 0, NULL, 0, N_("Output:"), 5},
  {"format", CLI_KEY_FORMAT, "FORMAT", 0, N_("text, json or csv"), 5},
  CLI_OPTION_OUTPUT,
  CLI_OPTION_HELP,
  {0},
};

const char cli_plan_details[] =
  N_("Says how large a second list, a survey or a sample has to be, how many occasions or how many platforms, for a number that is "
  "as precise as wanted. Without DESIGN it lists the designs; without --set what a design needs.")
  "\v"
  N_("The guess of the number is halved and doubled, because a plan rests on what it is to find. A formula holds for large "
  "samples; --simulate shows what small ones do.\n\n"
  "Examples:\n"
  "  headcount plan\n"
  "  headcount plan two-lists --set N=10000 --set n1=500 --set within=0.2\n"
  "  headcount plan occasions --set N=1000 --set p=0.05 --set t=4 --simulate\n"
  "  headcount plan multiplier --set N=5000 --set count=600 --set deff=2 --set cv=0.1 --format csv");

typedef struct request {
  int exit_code;
  const char *design, *output;
  cli_written format;
  bool simulate;
  hc_settings settings;
  cli_settings set;
} request;

static int parse_value(int key, const char *value, request *r) {
  switch (key) {
  case CLI_KEY_SET: return cli_add_setting(&r->set, value);
  case CLI_KEY_LEVEL: return cli_parse_level(value, &r->settings.level);
  case CLI_KEY_OUTPUT: r->output = value; break;
  case CLI_KEY_BOOTSTRAP:
    if (!cli_parse_number("bootstrap", value, 2, 1000000000, &r->settings.replicates)) return CLI_EXIT_USAGE;
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
  case ARGP_KEY_ARG:
    if (r->design) r->exit_code = cli_usage("one design at a time: '%s' and '%s'", r->design, value);
    r->design = value;
    break;
  case CLI_KEY_SIMULATE: r->simulate = true; break;
  default:
    if (!value) return ARGP_ERR_UNKNOWN;
    if (!cli_parse_run(key, value, &r->settings, &r->exit_code)) r->exit_code = parse_value(key, value, r);
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

/* What there is to plan ---------------------------------------------------------------------------------- */

static char *list_designs(void) {
  cli_text made;
  cli_text_open(&made);
  const hc_scheme *design;
  if (made.out) fputs(_("Designs\n\n"), made.out);
  for (size_t i = 0; made.out && (design = hc_scheme_at(i)); i++) cli_field(made.out, design->id, _(design->title));
  return cli_text_close(&made);
}

static char *explain(const hc_scheme *design) {
  cli_text made;
  cli_text_open(&made);
  if (!made.out) return cli_text_close(&made);
  cli_title(made.out, _(design->title), design->id);
  cli_field(made.out, _("Formula"), design->formula);
  cli_field(made.out, _("Source"), design->source);
  cli_field(made.out, _("Assumes"), _(design->assumes));
  fputs(_("\nFor --set NAME=VALUE:\n"), made.out);
  for (const hc_option *option = design->options; option->name; option++) cli_entry(made.out, 14, option->name, _(option->help));
  return cli_text_close(&made);
}

/* The plan ------------------------------------------------------------------------------------------------ */

static const char *amount(char word[HC_WORD_SIZE], double x) {
  if (isnan(x)) return "";
  if (x >= 1) return hc_word_value(word, x, x == floor(x));
  hc_format(word, HC_WORD_SIZE, "%.4g", x);
  return word;
}

static const char *share(char word[HC_WORD_SIZE], double x) {
  if (isnan(x)) return "";
  hc_format(word, HC_WORD_SIZE, "%.1f %%", 100 * x);
  return word;
}

/* What is to be collected, as a whole number where it is one. */
static double collected(const hc_outlook_row *row) { return isnan(row->whole) ? row->size : row->whole; }

static void print_rows(FILE *out, const hc_outlook *o) {
  cli_table *table = cli_table_new();
  cli_table_column(table, o->design->guess, CLI_RIGHT);
  cli_table_column(table, _("needed"), CLI_RIGHT);
  cli_table_column(table, _("expected"), CLI_RIGHT);
  cli_table_column(table, _("se/number"), CLI_RIGHT);
  cli_table_column(table, _("interval, of it"), 0);
  if (o->replicates) cli_table_column(table, _("simulated"), CLI_RIGHT);
  if (o->replicates) cli_table_column(table, _("coverage"), CLI_RIGHT);
  if (o->replicates) cli_table_column(table, _("no number"), CLI_RIGHT);
  for (size_t i = 0; i < o->n_rows; i++) {
    const hc_outlook_row *row = &o->rows[i];
    char guess[HC_WORD_SIZE], size[HC_WORD_SIZE], expected[HC_WORD_SIZE], cv[HC_WORD_SIZE], range[2 * HC_WORD_SIZE] = "";
    char simulated[HC_WORD_SIZE], coverage[HC_WORD_SIZE], failed[HC_WORD_SIZE];
    if (!isnan(row->lower)) hc_format(range, sizeof range, "%.0f to %.0f %%", 100 * row->lower, 100 * row->upper);
    const char *cells[] = {amount(guess, row->guess), amount(size, collected(row)), amount(expected, nearbyint(row->expected)),
                           share(cv, row->cv), range, share(simulated, row->simulated_cv), share(coverage, row->coverage),
                           share(failed, row->failed)};
    cli_table_row(table, o->replicates ? 8 : 5, cells);
  }
  cli_table_print(out, table);
}

static void print_words(FILE *out, const hc_outlook *o) {
  const hc_outlook_row *row = &o->rows[o->middle], *low = &o->rows[0], *high = &o->rows[o->n_rows - 1];
  char guess[HC_WORD_SIZE], size[HC_WORD_SIZE], expected[HC_WORD_SIZE], less[HC_WORD_SIZE], more[HC_WORD_SIZE];
  char half[HC_WORD_SIZE], twice[HC_WORD_SIZE];
  fputc('\n', out);
  cli_fieldf(out, _("Needed"), "%s", _(o->design->size));
  cli_fieldf(out, _("Expected"), "%s", _(o->design->expected));
  cli_fieldf(out, _("Formula"), "%s: %s", o->design->formula, o->design->source);
  cli_fieldf(out, _("Assumes"), "%s", _(o->design->assumes));
  if (o->replicates)
    cli_fieldf(out, _("Simulated"), "%llu data sets a row, drawn and estimated by %s; coverage: how many of their intervals held the "
               "number", (unsigned long long)o->replicates, o->design->estimator);
  for (size_t i = 0; i < o->n_notes; i++) cli_field(out, i ? "" : _("Notes"), o->notes[i]);
  fputc('\n', out);
  cli_fieldf(out, _("To quote"), "with %s = %s, %s %s give an interval from %.0f to %.0f %% of the number at level %.4g; %s %s are "
             "expected", o->design->guess, amount(guess, row->guess), amount(size, collected(row)), _(o->design->size),
             100 * row->lower, 100 * row->upper, o->level, amount(expected, nearbyint(row->expected)), _(o->design->expected));
  if (!isnan(low->cv) && !isnan(high->cv))
    cli_fieldf(out, "", "(with %s: %s, and %.0f to %.0f %%; with %s: %s, and %.0f to %.0f %%)", amount(half, low->guess),
               amount(less, collected(low)), 100 * low->lower, 100 * low->upper, amount(twice, high->guess),
               amount(more, collected(high)), 100 * high->lower, 100 * high->upper);
}

static char *as_text(const hc_outlook *o) {
  cli_text made;
  cli_text_open(&made);
  if (!made.out) return cli_text_close(&made);
  cli_title(made.out, _(o->design->title), o->design->id);
  print_rows(made.out, o);
  print_words(made.out, o);
  return cli_text_close(&made);
}

/* The whole -------------------------------------------------------------------------------------------- */

static int write_outlook(const request *r, const hc_outlook *o) {
  hc_error err = {0};
  char *text = NULL;
  int code = CLI_CONTINUE;
  if (r->format == CLI_TEXT && !(text = as_text(o))) code = cli_out_of_memory();
  if (r->format == CLI_JSON && hc_outlook_json(&text, o, &err) != HC_OK) code = cli_fail(&err);
  if (r->format == CLI_CSV && hc_outlook_csv(&text, o, &err) != HC_OK) code = cli_fail(&err);
  if (code == CLI_CONTINUE) code = cli_emit(text, r->output, r->format == CLI_TEXT);
  hc_text_free(text);
  return code;
}

static int show(const request *r, char *text) {
  int code = text ? cli_emit(text, r->output, true) : cli_out_of_memory();
  hc_text_free(text);
  return code;
}

static int unknown(const char *word) {
  const char *names[32];
  size_t n = 0;
  for (; n < 32 && hc_scheme_at(n); n++) names[n] = hc_scheme_at(n)->id;
  return cli_unknown(N_("design"), word, names, n);
}

static int plan(request *r) {
  hc_error err = {0};
  hc_outlook *o = NULL;
  cli_progress progress;
  if (!r->design) return r->set.n ? cli_usage("a design is missing: 'headcount plan' lists them") : show(r, list_designs());
  const hc_scheme *design = hc_scheme_find(r->design);
  if (!design) return unknown(r->design);
  if (!r->set.n) return show(r, explain(design));
  cli_progress_start(&progress, false);
  r->settings.progress = cli_progress_show;
  r->settings.progress_context = &progress;
  cli_catch_interrupt();
  hc_status status = hc_outlook_new(&o, r->design, r->set.list, r->set.n, r->simulate, &r->settings, &err);
  cli_progress_end(&progress);
  if (status == HC_EREFUSED) {
    fprintf(stderr, _("headcount: not to be had: %s [%s]\n"), err.message, err.code);
    return CLI_EXIT_REFUSED;
  }
  if (status != HC_OK) return cli_fail(&err);
  int code = write_outlook(r, o);
  hc_outlook_free(o);
  return code;
}

int cli_plan(const cli_command *self, int argc, char **argv) {
  request *r = calloc(1, sizeof *r);
  if (!r) return cli_out_of_memory();
  r->exit_code = CLI_CONTINUE;
  hc_settings_init(&r->settings);
  r->settings.threads = cli_processors();
  int code = cli_parse(self, argc, argv, parse, r);
  if (code == CLI_CONTINUE) code = plan(r);
  free(r);
  return code;
}
