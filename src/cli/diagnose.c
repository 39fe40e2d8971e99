/* Saying what is wrong: where, what, and what was probably meant. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
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
  fputs("headcount", out);
  for (int i = 1; i < n_given; i++) print_word(out, given[i]);
  fprintf(out, "%s%.*s\n", n > 0 ? " " : "", (int)n, more);
}

/* One whole command line for each reading, ready to copy. */
static void print_advice(const char *advice) {
  if (advice[0]) fputs("Say which it is:\n", stderr);
  for (const char *line = advice; *line;) {
    size_t n = strcspn(line, "\n"), said = strcspn(line, "\t\n");
    fprintf(stderr, "  %.*s:\n    ", (int)said, line);
    cli_print_command(stderr, line + said + 1, n - said - 1);
    line += n + (line[n] == '\n');
  }
}

int cli_fail(const hc_error *err) {
  if (err->file[0] != '\0') {
    fputs(strcmp(err->file, "-") == 0 ? "standard input" : err->file, stderr);
    if (err->line > 0) fprintf(stderr, ":%llu", (unsigned long long)err->line);
    if (err->line > 0 && err->column > 0) fprintf(stderr, ":%llu", (unsigned long long)err->column);
    fputs(": ", stderr);
  } else {
    fputs("headcount: ", stderr);
  }
  fprintf(stderr, "error: %s\n", err->message);
  if (err->excerpt[0] != '\0') {
    fprintf(stderr, "%s\n", err->excerpt);
    if (err->column > 0) print_caret(err->excerpt, err->column);
  }
  print_advice(err->advice);
  return hc_status_exit_code(err->status);
}

static int hint(void) {
  if (cli_running != NULL) {
    fprintf(stderr, "Try 'headcount %s --help'.\n", cli_running);
  } else {
    fputs("Try 'headcount --help'.\n", stderr);
  }
  return CLI_EXIT_USAGE;
}

int cli_usage(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("headcount: error: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return hint();
}

int cli_out_of_memory(void) {
  fputs("headcount: error: memory ran out\n", stderr);
  return CLI_EXIT_INTERNAL;
}

/* Insertions, deletions, substitutions and swaps of neighbours that turn a into b: the restricted
 * distance of Damerau (1964) Communications of the ACM 7:171-176. Long words are cut: they are no typing slips. */
static size_t distance(const char *a, const char *b) {
  enum { LONGEST = 40 };
  size_t row[3][LONGEST + 1];
  size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);
  size_t *before = row[0], *last = row[1], *now = row[2];
  for (size_t j = 0; j <= m; j++) last[j] = before[j] = j;
  for (size_t i = 1; i <= n; i++) {
    now[0] = i;
    for (size_t j = 1; j <= m; j++) {
      size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
      if (last[j] + 1 < best) best = last[j] + 1;
      if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped && before[j - 2] + 1 < best) best = before[j - 2] + 1;
      now[j] = best;
    }
    size_t *free_row = before;
    before = last;
    last = now;
    now = free_row;
  }
  return last[m];
}

const char *cli_nearest(const char *word, const char *const *candidates, size_t n) {
  const char *best = NULL;
  size_t length = strlen(word), least = length / 3 + 2;
  for (size_t i = 0; i < n; i++) {
    size_t d = distance(word, candidates[i]);
    /* what was begun, and what differs in case, is closer than any slip of the finger */
    if (length >= 2 && strncasecmp(word, candidates[i], length) == 0) d = 0;
    if (d < least && d < strlen(candidates[i])) {
      least = d;
      best = candidates[i];
    }
  }
  return best;
}

int cli_unknown(const char *kind, const char *word, const char *const *candidates, size_t n) {
  const char *nearest = cli_nearest(word, candidates, n);
  if (nearest != NULL) return cli_usage("unknown %s '%s'; did you mean '%s'?", kind, word, nearest);
  fprintf(stderr, "headcount: error: unknown %s '%s'; there %s", kind, word, n == 1 ? "is" : "are");
  for (size_t i = 0; i < n; i++) fprintf(stderr, "%s %s", i == 0 ? "" : ",", candidates[i]);
  fputc('\n', stderr);
  return hint();
}
