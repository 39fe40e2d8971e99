/* headcount manual: the manual page headcount(1), from the tables that also drive the program. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

const struct argp_option cli_manual_options[] = {
  CLI_OPTION_OUTPUT,
  CLI_OPTION_HELP,
  {0},
};

const char cli_manual_details[] = N_("Prints the manual page headcount(1), in roff.")
  "\v";

static error_t parse(int key, char *value, struct argp_state *state) {
  const char **output = state->input;
  switch (key) {
  case CLI_KEY_OUTPUT:
    *output = value;
    return 0;
  case ARGP_KEY_ARG:
    cli_usage("the manual takes no argument, found '%s'", value);
    return EINVAL;
  default: return ARGP_ERR_UNKNOWN;
  }
}

/* Text as roff: no line begins a request, hyphens and backslashes are what they look like. */
static void put(FILE *out, const char *text) {
  bool at_start = true;
  for (const char *c = text; c && *c; c++) {
    if (at_start && (*c == '.' || *c == '\'')) fputs("\\&", out);
    at_start = *c == '\n';
    switch (*c) {
      case '\\': fputs("\\e", out); break;
      case '-': fputs("\\-", out); break;
      case '\'': fputs("\\(aq", out); break;
      case '`': fputs("\\(ga", out); break;
      case '^': fputs("\\(ha", out); break;
      case '~': fputs("\\(ti", out); break;
      default: fputc(*c, out);
    }
  }
  fputc('\n', out);
}

/* Paragraphs; lines that begin with a blank keep their form. */
static void put_paragraphs(FILE *out, const char *text) {
  char *copy = strdup(text);
  if (!copy) return cli_memory_ran_out();
  bool verbatim = false;
  for (char *line = copy; line;) {
    char *end = strchr(line, '\n');
    if (end) *end = '\0';
    bool indented = line[0] == ' ';
    if (indented && !verbatim) fputs(".nf\n", out);
    if (!indented && verbatim) fputs(".fi\n", out);
    verbatim = indented;
    if (!indented) fputs(".PP\n", out);
    if (line[0]) put(out, line);
    line = end ? end + 1 : NULL;
  }
  if (verbatim) fputs(".fi\n", out);
  free(copy);
}

/* What precedes and what follows the options. */
static void put_details(FILE *out, const char *details) {
  size_t n = strcspn(details, "\v");
  char *first = strndup(details, n);
  if (!first) return cli_memory_ran_out();
  put_paragraphs(out, _(first));
  if (details[n]) put_paragraphs(out, details[n + 1] ? _(details + n + 1) : "");
  free(first);
}

static void put_options(FILE *out, const struct argp_option *options) {
  for (const struct argp_option *o = options; o->name || o->doc; o++) {
    if (!o->name) {
      fputs(".PP\n", out);
      put(out, _(o->doc));
      continue;
    }
    fputs(".TP\n", out);
    if (o->key > ' ' && o->key < 0x7F) fprintf(out, "\\fB\\-%c\\fR, ", o->key);
    fprintf(out, "\\fB\\-\\-%s\\fR", o->name);
    if (o->arg) fprintf(out, "=\\fI%s\\fR", o->arg);
    fputc('\n', out);
    char *help = cli_option_help(o->key, _(o->doc));
    put(out, help ? help : _(o->doc));
    free(help);
  }
}

static void put_commands(FILE *out) {
  fputs(".SH COMMANDS\n", out);
  for (const cli_command *c = cli_commands; c->name; c++) {
    if (!c->listed) continue;
    fprintf(out, ".SS headcount %s %s\n", c->name, c->arguments);
    put_details(out, c->details);
    put_options(out, c->options);
  }
}

static void put_model_options(FILE *out, const hc_estimator *e) {
  for (const hc_option *o = e->options; o && o->name; o++) {
    bool stated = o->fallback && o->fallback[0];
    fprintf(out, ".br\n\\fB%s\\fR", o->name);
    if (stated) fprintf(out, " (%s)", o->fallback);
    fputs(": ", out);
    if (o->type == HC_OPTION_CHOICE) fprintf(out, "%s; ", o->choices);
    put(out, _(o->help));
  }
}

static void put_models(FILE *out) {
  fputs(".SH ESTIMATORS\nOptions are set by \\fB\\-\\-set\\fR; defaults are in parentheses.\n", out);
  for (size_t i = 0; i < hc_estimator_count(); i++) {
    const hc_estimator *e = hc_estimator_at(i);
    fprintf(out, ".TP\n\\fB%s\\fR\n", e->id);
    put(out, _(e->title));
    fputs(".br\n", out);
    put(out, e->formula);
    fputs(".br\nAssumes: ", out);
    put(out, _(e->assumes));
    fputs(".br\nNeeds: ", out);
    put(out, _(e->needs));
    fputs(".br\nSource: ", out);
    put(out, e->cite);
    put_model_options(out, e);
  }
}

static void put_methods(FILE *out) {
  fputs(".SH INTERVALS\n", out);
  for (size_t i = 0; hc_interval_method_at(i); i++) {
    fprintf(out, ".TP\n\\fB%s\\fR\n", hc_interval_method_at(i));
    put(out, hc_interval_help(hc_interval_method_at(i)));
  }
  fputs(".SH RESAMPLING\n", out);
  for (size_t i = 0; hc_resample_at(i) != HC_RESAMPLE_DEFAULT; i++) {
    fprintf(out, ".TP\n\\fB%s\\fR\n", hc_resample_name(hc_resample_at(i)));
    put(out, hc_resample_help(hc_resample_at(i)));
  }
}

static void print_page(FILE *out) {
  fprintf(out, ".TH HEADCOUNT 1 \"\" \"headcount %s\" \"User Commands\"\n", hc_version());
  fputs(".SH NAME\nheadcount \\- how many people are in a population that nobody can list\n"
        ".SH SYNOPSIS\n", out);
  for (const cli_command *c = cli_commands; c->name; c++) {
    if (c->listed) fprintf(out, "\\fBheadcount %s\\fR %s [\\fIOPTION\\fR...]\n.br\n", c->name, c->arguments);
  }
  put_commands(out);
  put_models(out);
  put_methods(out);
  fputs(".SH EXIT STATUS\n", out);
  for (const cli_exit_code *e = cli_exit_codes; e->meaning; e++) {
    fprintf(out, ".TP\n%d\n", e->code);
    put(out, e->meaning);
  }
  fputs(".SH ENVIRONMENT\n.TP\n\\fBCOLUMNS\\fR\nwidth of the screen.\n.TP\n\\fBHEADCOUNT_DATASETS\\fR\n"
        "folder of studies, unless \\fB\\-\\-datasets\\fR names one.\n", out);
}

int cli_manual(const cli_command *self, int argc, char **argv) {
  const char *output = NULL;
  int code = cli_parse(self, argc, argv, parse, &output);
  if (code != CLI_CONTINUE) return code;
  cli_text text;
  cli_text_open(&text);
  if (!text.out) return cli_out_of_memory();
  print_page(text.out);
  return cli_text_emit(&text, output, false);
}
