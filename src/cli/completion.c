/* headcount completion: a completion script from the table of commands and the registry. */
#include <errno.h>
#include <string.h>

#include "cli.h"

const struct argp_option cli_completion_options[] = {
  CLI_OPTION_HELP,
  {0},
};

const char cli_completion_details[] =
  N_("Prints a script that completes commands, options and estimators in bash.")
  "\v"
  N_("To use it in this shell:\n"
  "  source <(headcount completion bash)");

static error_t parse(int key, char *value, struct argp_state *state) {
  const char **shell = state->input;
  if (key == ARGP_KEY_ARG && !*shell) {
    *shell = value;
    return 0;
  }
  if (key == ARGP_KEY_ARG) {
    cli_usage("one shell at a time: '%s' and '%s'", *shell, value);
    return EINVAL;
  }
  return value ? ARGP_ERR_UNKNOWN : 0;
}

static void print_options(const cli_command *c) {
  printf("    %s) options=\"", c->name);
  for (const struct argp_option *o = c->options; o->name || o->doc; o++) {
    if (o->name) printf("--%s ", o->name);
  }
  printf("\" ;;\n");
}

static void print_bash(void) {
  printf("# bash completion for headcount\n_headcount() {\n");
  printf("  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options=\n  local commands=\"");
  for (const cli_command *c = cli_commands; c->name; c++) {
    if (c->listed) printf("%s ", c->name);
  }
  printf("--help --version\"\n  local models=\"");
  for (size_t i = 0; i < hc_estimator_count(); i++) printf("%s ", hc_estimator_at(i)->id);
  printf("\"\n  if [ \"$COMP_CWORD\" = 1 ]; then COMPREPLY=($(compgen -W \"$commands\" -- \"$word\")); return; fi\n");
  printf("  case $before in\n");
  printf("    --model) COMPREPLY=($(compgen -W \"all $models\" -- \"$word\")); return ;;\n");
  printf("    --format) COMPREPLY=($(compgen -W \"text json csv\" -- \"$word\")); return ;;\n");
  printf("    --shape) COMPREPLY=($(compgen -W \"");
  for (size_t i = 0; hc_shape_at(i) != HC_SHAPE_AUTO; i++) printf("%s ", hc_shape_name(hc_shape_at(i)));
  printf("\" -- \"$word\")); return ;;\n    --interval) COMPREPLY=($(compgen -W \"all ");
  for (size_t i = 0; hc_interval_method_at(i); i++) printf("%s ", hc_interval_method_at(i));
  printf("\" -- \"$word\")); return ;;\n    --resample) COMPREPLY=($(compgen -W \"");
  for (size_t i = 0; hc_resample_at(i) != HC_RESAMPLE_DEFAULT; i++) printf("%s ", hc_resample_name(hc_resample_at(i)));
  printf("\" -- \"$word\")); return ;;\n  esac\n  case ${COMP_WORDS[1]} in\n");
  for (const cli_command *c = cli_commands; c->name; c++) print_options(c);
  printf("  esac\n  if [ \"${COMP_WORDS[1]}\" = models ]; then options=\"$options $models\"; fi\n");
  printf("  if [[ $word == -* || ${COMP_WORDS[1]} == models ]]; then\n");
  printf("    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n");
  printf("  else\n    COMPREPLY=($(compgen -f -- \"$word\"))\n  fi\n}\n");
  printf("complete -o filenames -F _headcount headcount\n");
}

int cli_completion(const cli_command *self, int argc, char **argv) {
  static const char *const shells[] = {"bash"};
  const char *shell = NULL;
  int code = cli_parse(self, argc, argv, parse, &shell);
  if (code != CLI_CONTINUE) return code;
  if (!shell) return cli_usage("which shell? `headcount completion bash`");
  if (strcmp(shell, "bash") != 0) return cli_unknown("shell", shell, shells, 1);
  print_bash();
  return CLI_EXIT_DONE;
}
