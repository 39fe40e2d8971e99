/* Reading the command line: argp does the parsing; unknown options get a suggestion first. */
#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { MAX_OPTIONS = 64, MAX_NAME = 32 };

/* The option that a word such as `--form`, `--format=json` or `-o` means; NULL when there is none or two. */
static const struct argp_option *option_of(const struct argp_option *options, const char *word) {
  bool is_long = word[1] == '-';
  size_t length = is_long ? strcspn(word + 2, "=") : 1;
  const struct argp_option *found = NULL;
  for (const struct argp_option *o = options; o->name || o->doc; o++) {
    if (!o->name) continue;
    if (!is_long) {
      if (o->key == (unsigned char)word[1]) return o;
      continue;
    }
    if (strncmp(o->name, word + 2, length) != 0) continue;
    if (strlen(o->name) == length) return o;
    if (found) return NULL;
    found = o;
  }
  return found;
}

static int unknown_option(const struct argp_option *options, const char *word) {
  static char names[MAX_OPTIONS][MAX_NAME];
  const char *candidates[MAX_OPTIONS];
  size_t n = 0;
  for (const struct argp_option *o = options; (o->name || o->doc) && n < MAX_OPTIONS; o++) {
    if (!o->name) continue;
    snprintf(names[n], MAX_NAME, "--%s", o->name);
    candidates[n] = names[n];
    n++;
  }
  char given[64];
  snprintf(given, sizeof given, "%.*s", (int)strcspn(word, "="), word);
  return cli_unknown(N_("option"), given, candidates, n);
}

/* argp would refuse too, but without saying what was meant. */
static int check_options(const struct argp_option *options, int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    const char *word = argv[i];
    if (strcmp(word, "--") == 0) break;
    if (word[0] != '-' || !word[1]) continue;
    const struct argp_option *o = option_of(options, word);
    if (!o) return unknown_option(options, word);
    bool has_value = word[1] == '-' ? !!strchr(word, '=') : !!word[2];
    if (!o->arg && has_value) return cli_usage("option '--%s' takes no value", o->name);
    if (!o->arg || has_value) continue;
    if (i + 1 >= argc) return cli_usage("option '--%s' needs a value: --%s %s", o->name, o->name, o->arg);
    i++;
  }
  return CLI_CONTINUE;
}

static bool asks_for_help(const struct argp_option *options, int argc, char **argv) {
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
    if (argv[i][0] != '-' || !argv[i][1]) continue;
    const struct argp_option *o = option_of(options, argv[i]);
    if (!o) continue;
    bool has_value = argv[i][1] == '-' ? !!strchr(argv[i], '=') : !!argv[i][2];
    if (o->key == CLI_KEY_HELP && !has_value) return true;
    if (o->arg && !has_value) i++;
  }
  return false;
}

static char *with_names(int key, const char *text, void *input) {
  (void)input;
  const char *words = text && text[0] ? _(text) : text;
  char *more = cli_option_help(key, words);
  if (!more && words != text) more = strdup(words); /* argp frees what it did not give */
  return more ? more : (char *)text;
}

int cli_parse(const cli_command *self, int argc, char **argv, argp_parser_t parse, void *input) {
  struct argp argp = {.options = self->options, .parser = parse, .args_doc = self->arguments, .doc = self->details,
                      .help_filter = with_names};
  char name[64];
  snprintf(name, sizeof name, "headcount %s", self->name);
  if (asks_for_help(self->options, argc, argv)) {
    argp_help(&argp, stdout, ARGP_HELP_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC, name);
    return CLI_EXIT_DONE;
  }
  int code = check_options(self->options, argc, argv);
  if (code != CLI_CONTINUE) return code;
  error_t error = argp_parse(&argp, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP | ARGP_NO_EXIT, NULL, input);
  if (error == 0) return CLI_CONTINUE;
  return error == ENOMEM ? cli_out_of_memory() : CLI_EXIT_USAGE;
}

struct one_name {
  int exit_code;
  const char *what, *name;
};

static error_t take_name(int key, char *value, struct argp_state *state) {
  struct one_name *one = state->input;
  if (key == ARGP_KEY_ARG) {
    if (one->name) one->exit_code = cli_usage("one %s at a time: '%s' and '%s'", _(one->what), one->name, value);
    one->name = value;
  } else if (value) {
    return ARGP_ERR_UNKNOWN;
  }
  return one->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

int cli_parse_name(const cli_command *self, int argc, char **argv, const char *what, const char **name) {
  struct one_name one = {.exit_code = CLI_CONTINUE, .what = what};
  int code = cli_parse(self, argc, argv, take_name, &one);
  *name = one.name;
  return code;
}

bool cli_parse_number(const char *option, const char *value, uint64_t minimum, uint64_t maximum, uint64_t *number) {
  char *end = NULL;
  errno = 0;
  unsigned long long x = isdigit((unsigned char)value[0]) ? strtoull(value, &end, 10) : 0;
  if (!end || *end) {
    cli_usage("--%s takes a whole number, found '%s'", option, value);
    return false;
  }
  if (errno == ERANGE || x < minimum || x > maximum) {
    cli_usage("--%s must be between %llu and %llu, found '%s'", option, (unsigned long long)minimum,
              (unsigned long long)maximum, value);
    return false;
  }
  *number = x;
  return true;
}

bool cli_parse_choice(const char *option, const char *value, const cli_choice *choices, int *chosen) {
  const char *names[MAX_OPTIONS];
  size_t n = 0;
  for (const cli_choice *c = choices; c->name && n < MAX_OPTIONS; c++) {
    if (strcmp(c->name, value) == 0) {
      *chosen = c->value;
      return true;
    }
    names[n++] = c->name;
  }
  char kind[64];
  hc_format(kind, sizeof kind, "value of --%s:", option);
  cli_unknown(kind, value, names, n);
  return false;
}

bool cli_parse_format(const char *value, cli_written *format) {
  static const cli_choice formats[] = {{"text", CLI_TEXT}, {"json", CLI_JSON}, {"csv", CLI_CSV}, {NULL, 0}};
  int chosen = 0;
  if (!cli_parse_choice("format", value, formats, &chosen)) return false;
  *format = (cli_written)chosen;
  return true;
}

bool cli_parse_file(int key, const char *value, const char **file, int *exit_code) {
  if (key == ARGP_KEY_ARG) {
    if (*file) *exit_code = cli_usage("one file at a time: '%s' and '%s'", *file, value);
    *file = value;
  } else if (key == ARGP_KEY_END) {
    if (!*file) *exit_code = cli_usage("a file is missing; '-' reads standard input");
  }
  return key == ARGP_KEY_ARG || key == ARGP_KEY_END;
}

static bool parse_character(const char *option, const char *value, const cli_choice *choices, char *character) {
  int c = 0;
  bool single = value[0] && !value[1];
  for (const cli_choice *k = choices; single && k->name; k++) {
    if (k->value == value[0]) {
      *character = value[0];
      return true;
    }
  }
  if (strcmp(value, "\\t") == 0) value = "tab";
  if (!cli_parse_choice(option, value, choices, &c)) return false;
  *character = (char)c;
  return true;
}

static bool parse_shape(const char *value, hc_shape *shape) {
  cli_choice shapes[34] = {{"auto", HC_SHAPE_AUTO}}; /* bits of an unsigned, auto, and the end */
  int chosen = HC_SHAPE_AUTO;
  size_t n = 1;
  for (size_t i = 0; hc_shape_at(i) != HC_SHAPE_AUTO; i++) {
    shapes[n++] = (cli_choice){hc_shape_name(hc_shape_at(i)), (int)hc_shape_at(i)};
  }
  if (!cli_parse_choice("shape", value, shapes, &chosen)) return false;
  *shape = (hc_shape)chosen;
  return true;
}

/* Kept for as long as the program runs: the settings borrow it. */
static bool add_column(const char *value, hc_roles *roles) {
  enum { MOST_COLUMNS = 64 };
  static const char *columns[MOST_COLUMNS];
  if (!strchr(value, '=') || value[0] == '=') return cli_usage("--column takes NAME=THEIRS, found '%s'", value), false;
  if (roles->n_columns == MOST_COLUMNS) return cli_usage("more than %d columns are renamed", MOST_COLUMNS), false;
  columns[roles->n_columns++] = value;
  roles->columns = columns;
  return true;
}

static bool parse_role(int key, const char *value, hc_roles *roles, int *exit_code) {
  static const cli_choice missing[] = {{"no", 0}, {"drop", 1}, {NULL, 0}}, repeated[] = {{"union", 1}, {NULL, 0}};
  int chosen = 0;
  bool good = true;
  switch (key) {
  case CLI_KEY_LISTS: roles->lists = value; break;
  case CLI_KEY_COUNT: roles->count = value; break;
  case CLI_KEY_ID: roles->id = value; break;
  case CLI_KEY_TIMES: roles->times = value; break;
  case CLI_KEY_HISTORY: roles->history = value; break;
  case CLI_KEY_LIST_COLUMN: roles->list_column = value; break;
  case CLI_KEY_BY: roles->by = value; break;
  case CLI_KEY_COLUMN: good = add_column(value, roles); break;
  case CLI_KEY_YES: roles->yes = value; break;
  case CLI_KEY_NO: roles->no = value; break;
  case CLI_KEY_MISSING: roles->missing = value; break;
  case CLI_KEY_NO_HEADER: roles->no_header = true; break;
  case CLI_KEY_MISSING_AS:
    good = cli_parse_choice("missing-as", value, missing, &chosen);
    roles->missing_is_no = good && !chosen;
    roles->missing_drops_row = good && chosen;
    break;
  case CLI_KEY_REPEATED_IDS: good = roles->union_of_ids = cli_parse_choice("repeated-ids", value, repeated, &chosen); break;
  default: return false;
  }
  if (!good) *exit_code = CLI_EXIT_USAGE;
  return true;
}

bool cli_parse_reading(int key, const char *value, hc_read_settings *settings, int *exit_code) {
  static const cli_choice delimiters[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},
                                          {"pipe", '|'},  {"space", ' '},     {NULL, 0}};
  static const cli_choice decimals[] = {{"point", '.'}, {"comma", ','}, {NULL, 0}};
  bool good = true;
  switch (key) {
  case CLI_KEY_SHAPE:
    good = parse_shape(value, &settings->shape);
    break;
  case CLI_KEY_DELIMITER:
    good = parse_character("delimiter", value, delimiters, &settings->delimiter);
    break;
  case CLI_KEY_DECIMAL:
    good = parse_character("decimal", value, decimals, &settings->decimal);
    break;
  case CLI_KEY_SHEET:
    settings->sheet = value;
    break;
  case CLI_KEY_SIZES:
    settings->sizes = value;
    break;
  case CLI_KEY_ENCODING:
    settings->encoding = value;
    break;
  default:
    return parse_role(key, value, &settings->roles, exit_code);
  }
  if (!good) *exit_code = CLI_EXIT_USAGE;
  return true;
}

static int no_room(void) { return cli_usage("more than %d options are set", CLI_MOST_SETTINGS); }

int cli_add_setting(cli_settings *settings, const char *text) {
  size_t i = settings->n;
  if (i == CLI_MOST_SETTINGS) return no_room();
  const char *equals = strchr(text, '=');
  if (!equals || equals == text) return cli_usage("--set takes NAME=VALUE, found '%s'", text);
  const char *name = text, *dot = memchr(text, '.', (size_t)(equals - text));
  if (dot) {
    snprintf(settings->name[i][1], HC_CODE_SIZE, "%.*s", (int)(dot - text), text);
    name = dot + 1;
  }
  snprintf(settings->name[i][0], HC_CODE_SIZE, "%.*s", (int)(equals - name), name);
  settings->list[i] = (hc_setting){dot ? settings->name[i][1] : NULL, settings->name[i][0], equals + 1};
  settings->n++;
  return CLI_CONTINUE;
}

int cli_add_shorthand(cli_settings *settings, const char *option, const char *value) {
  if (settings->n == CLI_MOST_SETTINGS) return no_room();
  settings->list[settings->n++] = (hc_setting){NULL, option, value};
  return CLI_CONTINUE;
}

int cli_parse_level(const char *value, double *level) {
  char *end = NULL;
  double x = strtod(value, &end);
  if (end == value || *end || !(x > 0.0 && x < 1.0)) {
    return cli_usage("--level is a share between 0 and 1 such as 0.95, found '%s'", value);
  }
  *level = x;
  return CLI_CONTINUE;
}

bool cli_parse_run(int key, const char *value, hc_settings *settings, int *exit_code) {
  uint64_t threads = 0;
  bool good = true;
  switch (key) {
  case CLI_KEY_SEED:
    good = cli_parse_number("seed", value, 0, INT64_MAX, &settings->seed);
    break;
  case CLI_KEY_THREADS:
    good = cli_parse_number("threads", value, 1, 4096, &threads);
    if (good) settings->threads = (unsigned)threads;
    break;
  default:
    return false;
  }
  if (!good) *exit_code = CLI_EXIT_USAGE;
  return true;
}

unsigned cli_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  int n = CPU_COUNT(&set);
  return n < 1 ? 1 : (unsigned)n;
}
