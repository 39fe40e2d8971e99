/* The table of commands, and the help that comes from it. */
#include <string.h>

#include "cli.h"

const cli_command cli_commands[] = {
#define HC_COMMAND(name, listed, arguments, summary)                                                                   \
  {#name, listed, arguments, summary, cli_##name##_details, cli_##name##_options, cli_##name},
#include "commands.def"
#undef HC_COMMAND
  {NULL, false, NULL, NULL, NULL, NULL, NULL},
};

const cli_exit_code cli_exit_codes[] = {
  {CLI_EXIT_DONE, N_("done")},
  {CLI_EXIT_REFUSED, N_("not estimable from these data, or a published figure that does not agree")},
  {CLI_EXIT_USAGE, N_("the command line is wrong")},
  {CLI_EXIT_DATA, N_("the input cannot be understood")},
  {CLI_EXIT_IO, N_("reading or writing failed")},
  {CLI_EXIT_INTERNAL, N_("a defect of the program, or memory ran out")},
  {CLI_EXIT_INTERRUPTED, N_("stopped by Ctrl-C; what was done is printed")},
  {0, NULL},
};

const cli_command *cli_command_find(const char *name) {
  for (const cli_command *c = cli_commands; c->name; c++) {
    if (strcmp(c->name, name) == 0) return c;
  }
  return NULL;
}

void cli_print_help(FILE *out) {
  fputs(_("headcount: how many people are in a population that nobody can list\n\n"), out);
  fputs(_("Usage: headcount COMMAND [ARGUMENT...] [OPTION...]\n\nCommands:\n"), out);
  for (const cli_command *c = cli_commands; c->name; c++) {
    if (c->listed) fprintf(out, "  %-10s %-12s %s\n", c->name, c->arguments, _(c->summary));
  }
  fputs(_("\n`headcount COMMAND --help` explains one; `--version` prints the version.\n"), out);
  fputs(_("\nExit codes:\n"), out);
  for (const cli_exit_code *e = cli_exit_codes; e->meaning; e++) {
    fprintf(out, "  %3d  %s\n", e->code, _(e->meaning));
  }
}
