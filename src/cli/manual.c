/* headcount manual: the manual page, in roff, from the same tables as everything else. */
#include <errno.h>
#include <string.h>

#include "cli.h"

const struct argp_option cli_manual_options[] = {
  CLI_OPTION_HELP,
  {0},
};

const char cli_manual_details[] = "Prints the manual page in roff: `headcount manual | man -l -`.";

static error_t parse(int key, char *value, struct argp_state *state) {
  (void)state;
  if (key == ARGP_KEY_ARG) {
    cli_usage("the manual takes no argument, found '%s'", value);
    return EINVAL;
  }
  return value != NULL ? ARGP_ERR_UNKNOWN : 0;
}

/* Text with roff's own characters escaped; a line never begins with a control character. */
static void roff(const char *text) {
  bool start = true;
  for (; *text != '\0'; text++) {
    if (start && (*text == '.' || *text == '\'')) fputs("\\&", stdout);
    if (*text == '\\') fputs("\\e", stdout);
    else if (*text == '-') fputs("\\-", stdout);
    else if (*text == '\v') fputs("\n.PP\n", stdout);
    else putchar(*text);
    start = *text == '\n' || *text == '\v';
  }
}

static void tagged(const char *tag, const char *text) {
  fputs(".TP\n.B ", stdout);
  roff(tag);
  putchar('\n');
  roff(text);
  putchar('\n');
}

static void print_option(const struct argp_option *o) {
  char tag[160];
  if (o->name == NULL) return;
  bool short_too = o->key > ' ' && o->key < 127;
  snprintf(tag, sizeof tag, "%s%c%s--%s%s%s", short_too ? "-" : "", short_too ? o->key : ' ', short_too ? ", " : "",
           o->name, o->arg != NULL ? " " : "", o->arg != NULL ? o->arg : "");
  tagged(short_too ? tag : tag + 1, o->doc);
}

/* Details end with examples whose line breaks matter. */
static void print_details(const char *details) {
  const char *examples = strstr(details, "Examples:\n");
  size_t length = examples != NULL ? (size_t)(examples - details) : strlen(details);
  for (size_t i = 0; i < length; i++) {
    char one[2] = {details[i], '\0'};
    roff(one);
  }
  putchar('\n');
  if (examples == NULL) return;
  fputs(".PP\nExamples:\n.PP\n.nf\n.RS\n", stdout);
  roff(examples + strlen("Examples:\n"));
  fputs("\n.RE\n.fi\n", stdout);
}

static void print_commands(void) {
  puts(".SH COMMANDS");
  for (const cli_command *c = cli_commands; c->name != NULL; c++) {
    if (!c->listed) continue;
    printf(".SS headcount %s %s\n", c->name, c->arguments);
    print_details(c->details);
    for (const struct argp_option *o = c->options; o->name != NULL || o->doc != NULL; o++) print_option(o);
  }
}

static void print_estimators(void) {
  puts(".SH ESTIMATORS");
  for (size_t i = 0; i < hc_estimator_count(); i++) {
    const hc_estimator *e = hc_estimator_at(i);
    char text[2048];
    snprintf(text, sizeof text, "%s. %s. Assumes: %s. %s.", e->title, e->formula, e->assumes, e->cite);
    tagged(e->id, text);
  }
}

static void print_methods(void) {
  puts(".SH INTERVALS");
  for (size_t i = 0; hc_interval_method_at(i) != NULL; i++) {
    tagged(hc_interval_method_at(i), hc_interval_help(hc_interval_method_at(i)));
  }
  puts(".SH RESAMPLING");
  for (unsigned kind = HC_RESAMPLE_NONPARAMETRIC; kind <= HC_RESAMPLE_BLOCK; kind *= 2) {
    tagged(hc_resample_name((hc_resample)kind), hc_resample_help((hc_resample)kind));
  }
}

int cli_manual(const cli_command *self, int argc, char **argv) {
  int code = cli_parse(self, argc, argv, parse, NULL);
  if (code != CLI_CONTINUE) return code;
  printf(".TH HEADCOUNT 1 \"\" \"headcount %s\" \"User Commands\"\n", hc_version());
  puts(".SH NAME\nheadcount \\- how many people are in a population that nobody can list");
  puts(".SH SYNOPSIS");
  for (const cli_command *c = cli_commands; c->name != NULL; c++) {
    if (c->listed) printf(".B headcount %s\n%s [OPTION...]\n.br\n", c->name, c->arguments);
  }
  print_commands();
  print_estimators();
  print_methods();
  puts(".SH EXIT STATUS");
  for (const cli_exit_code *e = cli_exit_codes; e->meaning != NULL; e++) {
    char text[16];
    snprintf(text, sizeof text, "%d", e->code);
    tagged(text, e->meaning);
  }
  puts(".SH ENVIRONMENT");
  tagged("HEADCOUNT_DATASETS", "the folder of the published studies, for headcount reproduce");
  tagged("COLUMNS", "the width of the screen");
  return CLI_EXIT_DONE;
}
