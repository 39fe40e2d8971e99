/* Words and numbers for people. */
#include <langinfo.h>
#include <math.h>
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
  if (columns != NULL) {
    width = strtol(columns, NULL, 10);
  } else if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0) {
    width = window.ws_col;
  }
  if (width <= 0) width = USUAL;
  if (width < NARROWEST) width = NARROWEST;
  return width > WIDEST ? WIDEST : (size_t)width;
}

bool cli_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

/* Numbers ---------------------------------------------------------------------------------------- */

const char *cli_unit(const hc_quantity *quantity) { return quantity->unit ? quantity->unit : ""; }

bool cli_is_people(const hc_quantity *quantity) { return cli_unit(quantity)[0] != '\0'; }

const char *cli_group(char *text, const char *digits) {
  size_t n = 0;
  if (*digits == '-') text[n++] = *digits++;
  for (size_t left = strspn(digits, "0123456789"); left > 0 && n + 2 < CLI_NUMBER_SIZE; left--) {
    text[n++] = *digits++;
    if (left % 3 == 1 && left > 1) text[n++] = ',';
  }
  snprintf(text + n, CLI_NUMBER_SIZE - n, "%s", digits);
  return text;
}

const char *cli_count(char *text, uint64_t x) {
  char digits[CLI_NUMBER_SIZE];
  snprintf(digits, sizeof digits, "%llu", (unsigned long long)x);
  return cli_group(text, digits);
}

static const char *fixed(char *text, double x, int decimals) {
  char digits[CLI_NUMBER_SIZE];
  if (fabs(x) >= 1e21) {
    snprintf(text, CLI_NUMBER_SIZE, "%.4g", x);
    return text;
  }
  int n = snprintf(digits, sizeof digits, "%.*f", decimals, x);
  bool zero = n > 0 && strspn(digits, "-0.") == (size_t)n;
  return cli_group(text, zero && digits[0] == '-' ? digits + 1 : digits);
}

static const char *whole(char *text, double x) { return fixed(text, round(x), 0); }

static const char *significant(char *text, double x, int digits) {
  if (fabs(x) >= 1000.0) return whole(text, x);
  snprintf(text, CLI_NUMBER_SIZE, "%.*g", digits, x);
  return text;
}

int cli_decimals(double value, double error, bool people) {
  enum { MOST = 9 };
  double size = fabs(value);
  int decimals = people ? 0 : CLI_SIGNIFICANT;
  if (people && size > 0 && size < 10 && value != round(value)) decimals = 2 - (int)floor(log10(size));
  /* where the last digit shown is larger than the error, as many as show one digit of the error */
  double last = people ? 1 : size >= 1000 ? 1 : pow(10, floor(log10(size)) - 3);
  if (error > 0 && error < last / 2 && error > 1e-9 * size) {
    int needed = (int)ceil(-log10(error));
    if (needed > decimals) decimals = needed;
  }
  return decimals < MOST ? decimals : MOST;
}

const char *cli_value(char *text, double x, bool people) { return cli_number(text, x, people ? 0 : CLI_SIGNIFICANT); }

const char *cli_number(char *text, double x, int decimals) {
  if (isnan(x)) {
    snprintf(text, CLI_NUMBER_SIZE, "none");
    return text;
  }
  if (isinf(x)) {
    snprintf(text, CLI_NUMBER_SIZE, "no limit");
    return text;
  }
  return decimals >= 0 ? fixed(text, x, decimals) : significant(text, x, 4);
}

const char *cli_error_size(char *text, double se, bool people) {
  if (!isfinite(se)) return cli_value(text, se, people);
  if (people && fabs(se) >= 100.0) return whole(text, se);
  return significant(text, se, 3);
}

const char *cli_percent(char *text, double level) {
  for (int digits = 10; digits <= 17; digits++) { /* 100 % is no level */
    snprintf(text, CLI_NUMBER_SIZE, "%.*g%%", digits, 100.0 * level);
    if (strcmp(text, "100%") != 0) break;
  }
  return text;
}

void cli_range(char *text, size_t size, const hc_interval *interval, int decimals) {
  char lower[CLI_NUMBER_SIZE], upper[CLI_NUMBER_SIZE];
  cli_number(lower, interval->lower, decimals);
  cli_number(upper, interval->upper, decimals);
  if (isfinite(interval->upper)) {
    snprintf(text, size, "%s to %s", lower, upper);
  } else {
    snprintf(text, size, "%s or more", lower);
  }
}

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
  for (const char *word = text; *word != '\0';) {
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
  if (label == NULL) label = "";
  fprintf(out, "  %-*s", (int)indent - 2, label);
  /* a label that fills its column stands on a line of its own */
  if (columns_of(label, strlen(label)) + 2 >= indent) fprintf(out, "\n%*s", (int)indent, "");
  fold(out, indent, indent, text);
}

void cli_field(FILE *out, const char *label, const char *text) {
  if (text != NULL && text[0] != '\0') cli_entry(out, CLI_LABEL_WIDTH, label, text);
}

void cli_fieldf(FILE *out, const char *label, const char *format, ...) {
  char *text = NULL;
  va_list arguments;
  va_start(arguments, format);
  int n = vasprintf(&text, format, arguments);
  va_end(arguments);
  if (n < 0) return cli_memory_ran_out();
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
