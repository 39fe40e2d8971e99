/* headcount models: the estimators, from their descriptors. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { MOST_IDS = 256, ID_WIDTH = 25 };

const struct argp_option cli_models_options[] = {
  {NULL, 0, NULL, 0, N_("Output:"), 5},
  {"format", CLI_KEY_FORMAT, "FORMAT", 0, N_("text, json or csv"), 5},
  CLI_OPTION_OUTPUT,
  CLI_OPTION_HELP,
  {0},
};

const char cli_models_details[] =
  N_("Lists the estimators by the shape of data that they accept; or explains one: its formula, what it assumes, what it "
  "needs, its options, its source, and the intervals and kinds of resampling there are.")
  "\v"
  N_("Examples:\n"
  "  headcount models\n"
  "  headcount models chao\n"
  "  headcount models --format json");

/* The list ------------------------------------------------------------------------------------------- */

/* Each estimator stands under one of its shapes, so that none stands twice: counts first, then in the order of the help. */
static hc_shape group_at(size_t g) {
  if (g == 0) return HC_SHAPE_COUNTS;
  hc_shape shape = hc_shape_at(g - 1);
  return shape == HC_SHAPE_COUNTS ? HC_SHAPE_MEMBERSHIP : shape; /* which no estimator accepts */
}

static hc_shape group_of(const hc_estimator *e) {
  for (size_t g = 0; group_at(g) != HC_SHAPE_AUTO; g++) {
    if (e->accepts & (unsigned)group_at(g)) return group_at(g);
  }
  return HC_SHAPE_AUTO;
}

static void list_all(FILE *out) {
  for (size_t g = 0; group_at(g) != HC_SHAPE_AUTO; g++) {
    bool headed = false;
    for (size_t i = 0; i < hc_estimator_count(); i++) {
      const hc_estimator *e = hc_estimator_at(i);
      if (group_of(e) != group_at(g)) continue;
      if (!headed) fprintf(out, "%s%s\n", g == 0 ? "" : "\n", _(hc_shape_heading(group_at(g))));
      headed = true;
      cli_entry(out, ID_WIDTH, e->id, _(e->title));
    }
  }
  fputs(_("\n`headcount models ID` explains one.\n"), out);
}

/* One ------------------------------------------------------------------------------------------------- */

static void explain_option(FILE *out, const hc_option *o) {
  char heading[512];
  int n = snprintf(heading, sizeof heading, "%s=", o->name);
  size_t used = n > 0 ? (size_t)n : 0;
  switch (o->type) {
  case HC_OPTION_CHOICE: n = snprintf(heading + used, sizeof heading - used, "%s", o->choices); break;
  case HC_OPTION_FORMULA: n = snprintf(heading + used, sizeof heading - used, "FORMULA"); break;
  case HC_OPTION_TEXT: n = snprintf(heading + used, sizeof heading - used, "%s", _("TEXT")); break;
  case HC_OPTION_COVERAGE: n = snprintf(heading + used, sizeof heading - used, "LIST:COLUMN=LEVEL[;...]"); break;
  default:
    n = hc_format(heading + used, sizeof heading - used, "%s, %.10g to %.10g",
                  o->type == HC_OPTION_INTEGER ? _("WHOLE NUMBER") : _("NUMBER"), o->minimum, o->maximum);
  }
  used += n > 0 ? (size_t)n : 0;
  if (o->fallback[0] && used < sizeof heading) {
    hc_format(heading + used, sizeof heading - used, " (default %s)", o->fallback);
  }
  cli_paragraph(out, 4, heading);
  cli_paragraph(out, 8, _(o->help));
}

static void explain_intervals(FILE *out, const hc_estimator *e) {
  char list[512] = "";
  size_t used = 0;
  const char *method;
  for (size_t i = 0; (method = hc_interval_method_at(i)); i++) {
    if (strcmp(method, "profile") == 0 && !e->profile) continue;
    int n = snprintf(list + used, sizeof list - used, "%s%s", used > 0 ? ", " : "", method);
    used += n > 0 ? (size_t)n : 0;
  }
  for (const char *const *own = e->interval_methods; own && *own && used < sizeof list; own++) {
    int n = snprintf(list + used, sizeof list - used, ", %s", *own);
    used += n > 0 ? (size_t)n : 0;
  }
  cli_field(out, _("Intervals"), list);
}

static void explain_shapes(FILE *out, const hc_estimator *e) {
  char list[256] = "";
  size_t used = 0;
  for (size_t i = 0; hc_shape_at(i) != HC_SHAPE_AUTO; i++) {
    hc_shape shape = hc_shape_at(i);
    if (!(e->accepts & (unsigned)shape)) continue;
    int n = snprintf(list + used, sizeof list - used, "%s%s", used > 0 ? ", " : "", hc_shape_name(shape));
    used += n > 0 ? (size_t)n : 0;
  }
  cli_field(out, _("Accepts"), list);
}

static void explain(FILE *out, const hc_estimator *e) {
  cli_title(out, _(e->title), e->id);
  cli_field(out, _("Formula"), e->formula);
  cli_field(out, _("Assumes"), _(e->assumes));
  cli_field(out, _("Needs"), _(e->needs));
  cli_field(out, _("Source"), e->cite);
  explain_shapes(out, e);
  explain_intervals(out, e);
  cli_field(out, _("Simulates"), hc_estimator_simulates(e) ? _("yes: the parametric bootstrap is available") : _("no"));
  if (!e->options || !e->options[0].name) return;
  fputs(_("\n  Options, for --set NAME=VALUE:\n"), out);
  for (const hc_option *o = e->options; o->name; o++) explain_option(out, o);
}

static int unknown(const char *id) {
  const char *ids[MOST_IDS];
  size_t n = 0;
  for (; n < hc_estimator_count() && n < MOST_IDS; n++) ids[n] = hc_estimator_at(n)->id;
  return cli_unknown(N_("estimator"), id, ids, n);
}

typedef struct request {
  int exit_code;
  cli_written format;
  const char *id, *output;
} request;

static error_t parse(int key, char *value, struct argp_state *state) {
  request *r = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    if (r->id) r->exit_code = cli_usage("one estimator at a time: '%s' and '%s'", r->id, value);
    r->id = value;
    break;
  case CLI_KEY_OUTPUT: r->output = value; break;
  case CLI_KEY_FORMAT:
    if (!cli_parse_format(value, &r->format)) r->exit_code = CLI_EXIT_USAGE;
    break;
  default:
    if (value) return ARGP_ERR_UNKNOWN;
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

static int write_text(const request *r, const hc_estimator *e) {
  cli_text text;
  cli_text_open(&text);
  if (text.out && e) explain(text.out, e);
  else if (text.out) list_all(text.out);
  return cli_text_emit(&text, r->output, true);
}

static int write_models(const request *r, const hc_estimator *e) {
  hc_error err = {0};
  char *text = NULL;
  if (r->format == CLI_TEXT) return write_text(r, e);
  hc_status status = r->format == CLI_JSON ? hc_models_json(&text, e, &err) : hc_models_csv(&text, e, &err);
  int code = status == HC_OK ? cli_emit(text, r->output, false) : cli_fail(&err);
  hc_text_free(text);
  return code;
}

int cli_models(const cli_command *self, int argc, char **argv) {
  request r = {.exit_code = CLI_CONTINUE};
  int code = cli_parse(self, argc, argv, parse, &r);
  if (code != CLI_CONTINUE) return code;
  const hc_estimator *e = r.id ? hc_estimator_find(r.id) : NULL;
  return r.id && !e ? unknown(r.id) : write_models(&r, e);
}
