/* What a file is written in: encoding by its bytes, delimiter by which one cuts the lines alike. */
#include "io/detect.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char delimiters[] = {',', ';', '\t', '|', ' '};
enum { N_DELIMITERS = sizeof delimiters };

const char *hc_delimiter_name(char delimiter) {
  switch (delimiter) {
    case ',': return "',' (comma)";
    case ';': return "';' (semicolon)";
    case '\t': return "tab";
    case '|': return "'|' (bar)";
    case ' ': return "space";
    default: return "none";
  }
}

/* ---- encoding ---------------------------------------------------------------------------------------- */

static const struct {
  const char *name, *bytes;
  size_t n;
} marks[] = {
    {"UTF-8", "\xEF\xBB\xBF", 3},        {"UTF-32LE", "\xFF\xFE\0\0", 4}, {"UTF-32BE", "\0\0\xFE\xFF", 4},
    {"UTF-16LE", "\xFF\xFE", 2},         {"UTF-16BE", "\xFE\xFF", 2},
};

static bool find_mark(hc_encoding *e, const unsigned char *bytes, size_t n) {
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
    if (n < marks[i].n || memcmp(bytes, marks[i].bytes, marks[i].n) != 0) continue;
    snprintf(e->name, sizeof e->name, "%s", marks[i].name);
    e->mark = marks[i].n;
    return true;
  }
  return false;
}

/* UTF-16 without a mark: zero bytes in every other place only, and in most of those. */
static bool looks_like_utf16(hc_encoding *e, const unsigned char *bytes, size_t n) {
  size_t zero[2] = {0, 0};
  for (size_t i = 0; i < n; i++) zero[i % 2] += bytes[i] == 0;
  bool little = zero[0] == 0 && zero[1] > n / 4, big = zero[1] == 0 && zero[0] > n / 4;
  if (!little && !big) return false;
  snprintf(e->name, sizeof e->name, little ? "UTF-16LE" : "UTF-16BE");
  e->guessed = true;
  return true;
}

static bool is_utf8(const unsigned char *s, size_t n, bool whole) {
  for (size_t i = 0; i < n;) {
    size_t length = s[i] < 0x80 ? 1 : s[i] < 0xC2 ? 0 : s[i] < 0xE0 ? 2 : s[i] < 0xF0 ? 3 : s[i] < 0xF5 ? 4 : 0;
    if (length == 0) return false;
    for (size_t k = 1; k < length; k++) {
      if (i + k == n) return !whole;
      if ((s[i + k] & 0xC0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

/* Line and column (in bytes) of a byte. */
static void locate(const unsigned char *bytes, size_t at, uint64_t *line, uint64_t *column) {
  *line = *column = 1;
  for (size_t i = 0; i < at; i++) {
    (*column)++;
    if (bytes[i] == '\n') (*line)++, *column = 1;
  }
}

static hc_status fail_binary(const unsigned char *bytes, size_t n, const char *file, hc_error *err) {
  uint64_t line, column;
  const unsigned char *zero = memchr(bytes, 0, n);
  locate(bytes, (size_t)(zero - bytes), &line, &column);
  return hc_fail_at(err, HC_EDATA, file, line, column, "expected text, found a zero byte: this is a binary file");
}

/* What is sometimes taken for data, and what to do with it. */
static const struct {
  const char *start;
  size_t n;
  const char *what;
} others[] = {
    {"PK\3\4", 4, "a ZIP archive or an .ods workbook: save the sheet as CSV or .xlsx"},
    {"\xD0\xCF\x11\xE0", 4, "an .xls workbook or another old Office file: save the sheet as CSV or .xlsx"},
    {"%PDF", 4, "a PDF file: take the table out of it first"},
    {"RDX", 3, "an R data file: save the data frame with write.csv"},
    {"BZh", 3, "a bzip2 file: decompress it first"},
    {"\xFD" "7zXZ", 5, "an xz file: decompress it first"},
};

/* Bytes that CP1252 does not have. */
static bool in_cp1252(unsigned char c) { return c != 0x81 && c != 0x8D && c != 0x8F && c != 0x90 && c != 0x9D; }

hc_status hc_detect_encoding(hc_encoding *encoding, const unsigned char *bytes, size_t n, bool whole,
                             const char *forced, const char *file, hc_error *err) {
  *encoding = (hc_encoding){.mark = 0};
  bool marked = find_mark(encoding, bytes, n);
  if (forced) {
    if (marked && strcasecmp(forced, encoding->name) != 0) encoding->mark = 0;
    snprintf(encoding->name, sizeof encoding->name, "%s", forced);
    return HC_OK;
  }
  if (marked) return HC_OK;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (n > others[i].n && memcmp(bytes, others[i].start, others[i].n) == 0)
      return hc_fail_at(err, HC_EDATA, file, 1, 1, "expected text, found %s", others[i].what);
  if (memchr(bytes, 0, n)) return looks_like_utf16(encoding, bytes, n) ? HC_OK : fail_binary(bytes, n, file, err);
  if (is_utf8(bytes, n, whole)) {
    snprintf(encoding->name, sizeof encoding->name, "UTF-8");
    return HC_OK;
  }
  for (size_t i = 0; i < n; i++) {
    if (in_cp1252(bytes[i])) continue;
    uint64_t line, column;
    locate(bytes, i, &line, &column);
    return hc_fail_at(err, HC_EDATA, file, line, column,
                      "expected UTF-8 or CP1252 text, found byte 0x%02X, which neither has here: name the encoding "
                      "with --encoding", bytes[i]);
  }
  snprintf(encoding->name, sizeof encoding->name, "CP1252");
  encoding->guessed = true;
  return HC_OK;
}

/* ---- delimiter --------------------------------------------------------------------------------------- */

struct cutting {
  size_t header, lines, same; /* fields of the first line; lines; lines with as many fields */
  size_t more;                /* lines with one field more: R's write.table names rows, not their column */
};

/* Goes through the records and counts their fields; quotes hide delimiters and line ends. */
static struct cutting cut(const char *text, size_t n, char delimiter) {
  struct cutting c = {.lines = 0};
  size_t fields = 1, characters = 0;
  bool quoted = false;
  for (size_t i = 0; i <= n; i++) {
    char s = i < n ? text[i] : '\n';
    if (s == '"') quoted = !quoted;
    if (i == n || (s == '\n' && !quoted)) {
      if (characters == 0) continue;
      if (c.lines == 0) c.header = fields;
      c.lines++;
      c.same += fields == c.header;
      c.more += fields == c.header + 1;
      fields = 1, characters = 0;
    } else {
      characters += s != '\r';
      fields += s == delimiter && !quoted;
    }
  }
  return c;
}

hc_status hc_detect_delimiter(char *delimiter, const char *text, size_t n, const char *file, hc_error *err) {
  char sure = 0, best = 0;
  double best_share = 0;
  for (size_t i = 0; i < N_DELIMITERS; i++) {
    struct cutting c = cut(text, n, delimiters[i]);
    if (c.header < 2) continue;
    if (c.lines > 1 && c.more == c.lines - 1) c.same = c.lines;
    double share = (double)c.same / (double)c.lines;
    bool all = c.same == c.lines;
    if (all && sure && delimiters[i] != ' ') /* a blank separates words in anything */
      return hc_fail_at(err, HC_EDATA, file, 1, 1,
                        "expected one delimiter, found that %s and %s cut every line alike: choose with --delimiter",
                        hc_delimiter_name(sure), hc_delimiter_name(delimiters[i]));
    if (all && !sure) sure = delimiters[i];
    if (share > best_share) best_share = share, best = delimiters[i];
  }
  /* No delimiter cuts all lines alike: the best one is taken, so that the error is about the line that differs. */
  *delimiter = sure ? sure : best_share > 0.5 || best != ' ' ? best : 0;
  return HC_OK;
}
