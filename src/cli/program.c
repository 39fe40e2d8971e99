/* The program: the locale, the signals, and the command that was asked for. */
#include <argp.h>
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "cli.h"

static int unknown_command(const char *word) {
  const char *names[32];
  size_t n = 0;
  for (const cli_command *c = cli_commands; c->name && n < 32; c++) names[n++] = c->name;
  if (word[0] == '-') {
    static const char *const general[] = {"--help", "--version"};
    return cli_unknown(N_("option"), word, general, 2);
  }
  return cli_unknown(N_("command"), word, names, n);
}

/* `headcount help estimate` and `headcount --help estimate` are what people type. */
static int help(const char *name) {
  if (!name) {
    cli_print_help(stdout);
    return CLI_EXIT_DONE;
  }
  const cli_command *command = cli_command_find(name);
  if (!command) return unknown_command(name);
  char option[] = "--help";
  char *arguments[] = {(char *)command->name, option, NULL};
  cli_running = command->name;
  return command->run(command, 2, arguments);
}

static int dispatch(int argc, char **argv) {
  if (argc < 2) return cli_usage("a command is missing");
  const char *word = argv[1];
  if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
    return help(argc > 2 ? argv[2] : NULL);
  }
  if (strcmp(word, "--version") == 0 || strcmp(word, "version") == 0) {
    printf(_("headcount %s\nreads text, and %s\n"), hc_version(), hc_readable_files());
    return CLI_EXIT_DONE;
  }
  const cli_command *command = cli_command_find(word);
  if (!command) return unknown_command(word);
  cli_running = command->name;
  return command->run(command, argc - 1, argv + 1);
}

static const cli_team *team;

hc_share cli_team_share(void **context) {
  *context = team ? team->context : NULL;
  return team ? team->share : NULL;
}

bool cli_is_silent(void) { return team && team->silent; }

int cli_main(int argc, char **argv, const cli_team *with) {
  team = with;
  /* Only the alphabet: numbers are written the same way everywhere. */
  errno = 0;
  if (!setlocale(LC_CTYPE, "") && errno == ENOMEM) return cli_out_of_memory();
  gsl_set_error_handler_off();
  /* A reader that went away is a failed write (exit code 4), not a silent death. */
  signal(SIGPIPE, SIG_IGN);
  cli_remember_arguments(argc, argv);
  int code = cli_take_language(&argc, &argv);
  return cli_close_output(code == CLI_CONTINUE ? dispatch(argc, argv) : code);
}
