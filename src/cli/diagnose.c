/* Saying what is wrong: where, what, and what was probably meant. */
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "cli.h"

const char *cli_running;

/* Spaces as wide as the first `column - 1` characters of the excerpt; tabs stay tabs. False when the excerpt ends
 * before that. */
static bool print_caret(const char *excerpt, uint64_t column) {
  char pad[2 * HC_EXCERPT_SIZE];
  size_t n = 0;
  mbstate_t state = {0};
  const char *at = excerpt, *end = excerpt + strlen(excerpt);
  for (uint64_t i = 1; i < column; i++) {
    if (at >= end) return false;
    wchar_t c;
    size_t bytes = mbrtowc(&c, at, (size_t)(end - at), &state);
    int width = 1;
    if (bytes == 0 || bytes >= (size_t)-2) {
      bytes = 1;
      memset(&state, 0, sizeof state);
    } else {
      width = wcwidth(c);
    }
    if (*at == '\t') {
      pad[n++] = '\t';
    } else {
      for (int w = 0; w < width && n + 2 < sizeof pad; w++) pad[n++] = ' ';
    }
    at += bytes;
  }
  fprintf(stderr, "%.*s^\n", (int)n, pad);
  return true;
}

static int n_given;
static char **given;

void cli_remember_arguments(int argc, char **argv) {
  n_given = argc;
  given = argv;
}

static void print_word(FILE *out, const char *word) {
  size_t size = hc_shell_word(NULL, 0, word) + 1;
  char *text = malloc(size);
  if (text) hc_shell_word(text, size, word);
  fprintf(out, " %s", text ? text : word);
  free(text);
}

void cli_print_command(FILE *out, const char *more, size_t n) {
  fputs(_("headcount"), out);
  for (int i = 1; i < n_given; i++) print_word(out, given[i]);
  fprintf(out, "%s%.*s\n", n > 0 ? " " : "", (int)n, more);
}

static const struct argp_option *option_of(const struct argp_option *options, const char *word) {
  size_t n = strcspn(word, "=");
  for (const struct argp_option *o = options; o->name || o->doc; o++) {
    if (!o->name) continue;
    if (word[1] == '-' && n > 2 && strncmp(o->name, word + 2, n - 2) == 0) return o;
    if (word[1] != '-' && o->key == (unsigned char)word[1]) return o;
  }
  return NULL;
}

void cli_print_command_without(FILE *out, const struct argp_option *options, const int *keys, const char *file) {
  fputs(_("headcount"), out);
  for (int i = 1; i < n_given; i++) {
    const struct argp_option *o = given[i][0] == '-' && given[i][1] ? option_of(options, given[i]) : NULL;
    bool has_value = o && (given[i][1] == '-' ? !!strchr(given[i], '=') : !!given[i][2]), follows = o && o->arg && !has_value;
    const int *key = keys;
    while (o && *key && *key != o->key) key++;
    bool left_out = o && *key;
    const char *slash = given[i] == file ? strrchr(file, '/') : NULL;
    if (!left_out) print_word(out, slash ? slash + 1 : given[i]);
    if (!follows || i + 1 >= n_given) continue;
    i++;
    if (!left_out) print_word(out, given[i]);
  }
}

/* One whole command line for each reading, ready to copy. */
static void print_advice(const char *advice) {
  if (advice[0]) fputs(_("Say which it is:\n"), stderr);
  for (const char *line = advice; *line;) {
    size_t n = strcspn(line, "\n"), said = strcspn(line, "\t\n");
    fprintf(stderr, "  %.*s:\n    ", (int)said, line);
    cli_print_command(stderr, line + said + 1, n - said - 1);
    line += n + (line[n] == '\n');
  }
}

static int hint(void) {
  if (cli_running) {
    fprintf(stderr, _("Try 'headcount %s --help'.\n"), cli_running);
  } else {
    fputs(_("Try 'headcount --help'.\n"), stderr);
  }
  return CLI_EXIT_USAGE;
}

const char *cli_file_name(const char *file) { return strcmp(file, "-") == 0 ? _("standard input") : file; }

int cli_fail(const hc_error *err) {
  if (err->file[0]) {
    fputs(cli_file_name(err->file), stderr);
    if (err->line > 0) fprintf(stderr, ":%llu", (unsigned long long)err->line);
    if (err->line > 0 && err->column > 0) fprintf(stderr, ":%llu", (unsigned long long)err->column);
    fputs(": ", stderr);
  } else {
    fputs(_("headcount: "), stderr);
  }
  fprintf(stderr, _("error: %s\n"), err->message);
  if (err->excerpt[0]) {
    fprintf(stderr, "%s\n", err->excerpt);
    if (err->column > 0) print_caret(err->excerpt, err->column);
  }
  print_advice(err->advice);
  if (err->status == HC_EUSAGE && !err->file[0]) return hint();
  return hc_status_exit_code(err->status);
}

int cli_usage(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *message = cli_format(format, arguments);
  va_end(arguments);
  if (!message) return cli_out_of_memory();
  cli_print(stderr, "headcount: error: %s\n", message);
  free(message);
  return hint();
}

int cli_out_of_memory(void) {
  fputs(_("headcount: error: memory ran out\n"), stderr);
  return CLI_EXIT_INTERNAL;
}

int cli_unknown(const char *kind, const char *word, const char *const *candidates, size_t n) {
  hc_error err;
  hc_unknown(&err, kind, word, candidates, n);
  return cli_fail(&err);
}
