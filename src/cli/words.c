/* Text folded to the width of the screen, and what the screen can show. */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"

enum { NARROWEST = 40, WIDEST = 132, USUAL = 80 };

size_t cli_width(void) {
  long width = 0;
  const char *columns = getenv("COLUMNS");
  struct winsize window;
  if (columns) {
    width = strtol(columns, NULL, 10);
  } else if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0) {
    width = window.ws_col;
  }
  if (width <= 0) width = USUAL;
  if (width < NARROWEST) width = NARROWEST;
  return width > WIDEST ? WIDEST : (size_t)width;
}

bool cli_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

/* Folded text -------------------------------------------------------------------------------------- */

/* Columns that the first n bytes of UTF-8 text take: one per character is good enough for prose. */
static size_t columns_of(const char *text, size_t n) {
  size_t columns = 0;
  for (size_t i = 0; i < n; i++) columns += ((unsigned char)text[i] & 0xC0) != 0x80;
  return columns;
}

/* Writes the words of text, the first at column `at`, every further line indented. */
static void fold(FILE *out, size_t at, size_t indent, const char *text) {
  size_t width = cli_width() - 1;
  bool first = true;
  for (const char *word = text; *word;) {
    if (*word == '\n') {
      fprintf(out, "\n%*s", (int)indent, "");
      at = indent;
      first = true;
      word++;
      continue;
    }
    if (*word == ' ') {
      word++;
      continue;
    }
    size_t bytes = strcspn(word, " \n"), columns = columns_of(word, bytes);
    if (!first && at + 1 + columns > width) {
      fprintf(out, "\n%*s", (int)indent, "");
      at = indent;
      first = true;
    }
    if (!first) {
      fputc(' ', out);
      at++;
    }
    fprintf(out, "%.*s", (int)bytes, word);
    at += columns;
    first = false;
    word += bytes;
  }
  fputc('\n', out);
}

void cli_entry(FILE *out, size_t indent, const char *label, const char *text) {
  if (!label) label = "";
  size_t taken = columns_of(label, strlen(label));
  fprintf(out, "  %s%*s", label, taken + 2 < indent ? (int)(indent - 2 - taken) : 0, "");
  /* a label that fills its column stands on a line of its own */
  if (taken + 2 >= indent) fprintf(out, "\n%*s", (int)indent, "");
  fold(out, indent, indent, text);
}

void cli_field(FILE *out, const char *label, const char *text) {
  if (text && text[0]) cli_entry(out, CLI_LABEL_WIDTH, label, text);
}

char *cli_format(const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  int n = hc_format_list(NULL, 0, format, again);
  va_end(again);
  char *text = n < 0 ? NULL : malloc((size_t)n + 1);
  if (text) hc_format_list(text, (size_t)n + 1, format, arguments);
  return text;
}

void cli_print(FILE *out, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = cli_format(format, arguments);
  va_end(arguments);
  if (!text) return cli_memory_ran_out();
  fputs(text, out);
  free(text);
}

void cli_fieldf(FILE *out, const char *label, const char *format, ...) {
  char *text = NULL;
  va_list arguments;
  va_start(arguments, format);
  text = cli_format(format, arguments);
  va_end(arguments);
  if (!text) return cli_memory_ran_out();
  cli_field(out, label, text);
  free(text);
}

void cli_title(FILE *out, const char *title, const char *id) {
  char text[HC_NOTE_SIZE + HC_CODE_SIZE];
  bool one_line = columns_of(title, strlen(title)) + strlen(id) + 4 < cli_width();
  snprintf(text, sizeof text, "%s%s[%s]", title, one_line ? "  " : " ", id);
  if (one_line) fprintf(out, "%s\n", text);
  else cli_paragraph(out, 0, text);
  fputc('\n', out);
}

void cli_paragraph(FILE *out, size_t indent, const char *text) {
  fprintf(out, "%*s", (int)indent, "");
  fold(out, indent, indent, text);
}
