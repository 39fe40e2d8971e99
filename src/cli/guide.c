/* headcount guide: from what one has to what to use, and what it cannot tell. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

const struct argp_option cli_guide_options[] = {
  CLI_OPTIONS_READING,
  {NULL, 0, NULL, 0, N_("Output:"), 5},
  CLI_OPTION_OUTPUT,
  CLI_OPTION_HELP,
  {0},
};

const char cli_guide_details[] =
  N_("Says which estimator to begin with, why, what to hold it against, and what data of that kind cannot tell: for a file, or for "
  "everything that can be read where no file is named. `-` reads standard input.")
  "\v"
  N_("Examples:\n"
  "  headcount guide\n"
  "  headcount guide lists.csv");

/* One kind of data. */
typedef struct advice {
  hc_shape shape;
  const char *have, *estimator, *because, *against, *cannot; /* "": nothing to say */
} advice;

static const advice table[] = {
#define HC_GUIDE(shape, have, estimator, because, against, cannot) {shape, have, estimator, because, against, cannot},
#include "guide.def"
#undef HC_GUIDE
};
enum { N_KINDS = sizeof table / sizeof table[0] };

typedef struct request {
  int exit_code;
  const char *file, *output;
  hc_read_settings reading;
} request;

static error_t parse(int key, char *value, struct argp_state *state) {
  request *r = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    if (r->file) r->exit_code = cli_usage("one file at a time: '%s' and '%s'", r->file, value);
    r->file = value;
    break;
  case CLI_KEY_OUTPUT: r->output = value; break;
  default:
    if (!cli_parse_reading(key, value, &r->reading, &r->exit_code)) return ARGP_ERR_UNKNOWN;
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

static void print_advice(FILE *out, const advice *a, const hc_estimator *e) {
  if (e) cli_fieldf(out, _("Begin with"), "%s: %s", e->id, _(e->title));
  cli_field(out, _("Because"), _(a->because));
  if (e) cli_field(out, _("It assumes"), _(e->assumes));
  cli_field(out, _("Compare"), _(a->against));
  cli_field(out, _("Cannot tell"), _(a->cannot));
}

/* Everything that can be read. */
static void print_all(FILE *out) {
  for (size_t i = 0; i < N_KINDS; i++) {
    cli_print(out, "%s%s  [%s]\n", i > 0 ? "\n" : "", _(table[i].have), hc_shape_name(table[i].shape));
    print_advice(out, &table[i], table[i].estimator[0] ? hc_estimator_find(table[i].estimator) : NULL);
  }
}

static bool warns(const hc_overview *view, const char *code) {
  for (size_t i = 0; i < view->n_warnings; i++)
    if (strcmp(view->warnings[i].code, code) == 0) return true;
  return false;
}

/* The table's, else the one that suits the file; and where the file says that people came or left, none that is closed. */
static const hc_estimator *begin_with(const advice *a, const hc_data *data, const hc_overview *view) {
  if (hc_data_shape(data) == HC_SHAPE_OCCASIONS && warns(view, "not-closed")) return hc_estimator_find("jolly-seber");
  return a->estimator[0] ? hc_estimator_find(a->estimator) : hc_estimator_default(data);
}

/* What the file itself answers of the questions: what was read, and what will be difficult. */
static int print_file(FILE *out, const request *r, const hc_data *data) {
  hc_error err = {0};
  hc_overview *view = NULL;
  const advice *a = NULL;
  char met[HC_WORD_SIZE];
  if (hc_overview_new(&view, data, &err) != HC_OK) return cli_fail(&err);
  for (size_t i = 0; i < N_KINDS && !a; i++)
    if (table[i].shape == hc_data_shape(data)) a = &table[i];
  if (hc_data_observed(data) > 0)
    cli_fieldf(out, _("You have"), "%s: %s, %s people", cli_file_name(r->file), a ? _(a->have) : hc_shape_name(hc_data_shape(data)),
               hc_word_count(met, hc_data_observed(data)));
  else cli_fieldf(out, _("You have"), "%s: %s", cli_file_name(r->file), a ? _(a->have) : hc_shape_name(hc_data_shape(data)));
  if (a) print_advice(out, a, begin_with(a, data, view));
  for (size_t i = 0; i < view->n_warnings; i++)
    cli_fieldf(out, i == 0 ? _("File says") : NULL, "%s [%s]", view->warnings[i].text, view->warnings[i].code);
  if (!view->n_warnings) cli_field(out, _("File says"), _("nothing that speaks against this from the start"));
  hc_overview_free(view);
  return CLI_CONTINUE;
}

static int guide(const request *r) {
  hc_error err = {0};
  hc_data *data = NULL;
  cli_text made;
  if (r->file && hc_data_read(&data, r->file, &r->reading, &err) != HC_OK) return cli_fail(&err);
  cli_text_open(&made);
  int code = CLI_CONTINUE;
  if (made.out && data) code = print_file(made.out, r, data);
  else if (made.out) print_all(made.out);
  hc_data_free(data);
  if (code == CLI_CONTINUE) return cli_text_emit(&made, r->output, true);
  free(cli_text_close(&made));
  return code;
}

int cli_guide(const cli_command *self, int argc, char **argv) {
  request r = {.exit_code = CLI_CONTINUE};
  hc_read_settings_init(&r.reading);
  int code = cli_parse(self, argc, argv, parse, &r);
  return code == CLI_CONTINUE ? guide(&r) : code;
}
