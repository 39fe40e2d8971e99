/* Numbers as people write them: each text is a number, is none, or can be read two ways. */
#include "io/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_NUMBER = 64, GROUP = 3 };

/* A number taken apart: its digits without group marks, a point for the decimal mark. */
struct parts {
  char plain[MAX_NUMBER];
  size_t n;
  bool negative, fraction, exponent;
};

bool hc_number_format_init(hc_number_format *format, char decimal, bool presumed) {
  format->decimal = decimal;
  format->presumed = presumed;
  format->plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  return format->plain != (locale_t)0;
}

void hc_number_format_clear(hc_number_format *format) {
  if (format->plain != (locale_t)0) freelocale(format->plain);
  format->plain = (locale_t)0;
}

bool hc_number_is_missing(const char *text, size_t length) {
  static const char *const words[] = {"NA", "N/A", "NaN", "NULL", "nd", "n.d.", "#N/A", "#NA", "."};
  if (length == 0) return true;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strlen(words[i]) == length && strncasecmp(words[i], text, length) == 0) return true;
  return false;
}

bool hc_number_is_unknown(const char *text, size_t length) {
  return (length == 1 && strchr("?-xX*", text[0])) || hc_number_is_missing(text, length);
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Length of a blank or an apostrophe that groups digits: a space, no-break spaces (U+00A0, U+202F),
 * a thin space (U+2009), ' and U+2019. 0 if there is none. */
static size_t group_mark(const char *s, size_t left) {
  if (*s == ' ' || *s == '\'') return 1;
  if (left >= 2 && memcmp(s, "\xC2\xA0", 2) == 0) return 2;
  if (left < 3) return 0;
  return memcmp(s, "\xE2\x80\xAF", 3) == 0 || memcmp(s, "\xE2\x80\x89", 3) == 0 || memcmp(s, "\xE2\x80\x99", 3) == 0
             ? 3
             : 0;
}

/* Replaces every group mark by one space, so that one character is one mark. False if too long. */
static bool simplify(const char *text, size_t length, char *out, size_t *n) {
  *n = 0;
  for (size_t i = 0; i < length;) {
    size_t mark = group_mark(text + i, length - i);
    if (*n == MAX_NUMBER - 1) return false;
    out[(*n)++] = mark ? ' ' : text[i];
    i += mark ? mark : 1;
  }
  out[*n] = 0;
  return true;
}

/* Where the exponent begins, or n; n + 1 when what follows an 'e' is not one. */
static size_t find_exponent(const char *s, size_t n) {
  size_t at = strcspn(s, "eE");
  if (at == n) return n;
  size_t i = at + 1;
  if (i < n && (s[i] == '+' || s[i] == '-')) i++;
  if (i == n || n - i > 4) return n + 1;
  for (; i < n; i++)
    if (!is_digit(s[i])) return n + 1;
  return at;
}

struct marks {
  size_t commas, points, blanks;
  size_t last;  /* position of the last comma or point */
  bool grouped; /* marks and blanks but the last one cut groups of three, led by one to three digits */
};

/* Groups of three from the first mark to `end`; the first group has one to three digits. */
static bool well_grouped(const char *s, size_t end) {
  size_t run = 0;
  bool first = true;
  for (size_t i = 0; i <= end; i++) {
    if (i < end && is_digit(s[i])) {
      run++;
      continue;
    }
    bool whole_number = first && i == end;
    if (!whole_number && (first ? run == 0 || run > GROUP : run != GROUP)) return false;
    run = 0;
    first = false;
  }
  return true;
}

static bool look_for_marks(const char *s, size_t n, struct marks *m) {
  *m = (struct marks){.last = n};
  size_t digits = 0;
  for (size_t i = 0; i < n; i++) {
    if (is_digit(s[i])) digits++;
    else if (s[i] == ',') m->commas++, m->last = i;
    else if (s[i] == '.') m->points++, m->last = i;
    else if (s[i] == ' ') m->blanks++;
    else return false;
  }
  return digits > 0;
}

/* The decimal mark of s as far as s itself tells: '.' or ',', 0 if it has no mark, '?' if either may
 * be meant, 'x' if it is not a number. */
static char decimal_of(const char *s, size_t n, const struct marks *m) {
  size_t marks = m->commas + m->points;
  if (marks == 0) return well_grouped(s, n) ? 0 : 'x';
  char last = s[m->last], other = last == ',' ? '.' : ',';
  size_t same = last == ',' ? m->commas : m->points;
  if (same > 1) return same == marks && m->blanks == 0 && well_grouped(s, n) ? other : 'x';
  if (marks > 1 || m->blanks > 0) return well_grouped(s, m->last) && !memchr(s + m->last, ' ', n - m->last) ? last : 'x';
  bool can_group = n - m->last - 1 == GROUP && m->last >= 1 && m->last <= GROUP && s[0] != '0';
  return can_group ? '?' : last;
}

/* Splits s (n characters, no sign, no exponent) given its decimal mark. */
static void write_plain(const char *s, size_t n, char decimal, struct parts *p) {
  for (size_t i = 0; i < n; i++) {
    if (is_digit(s[i])) {
      p->plain[p->n++] = s[i];
    } else if (decimal && s[i] == decimal) {
      p->plain[p->n++] = '.';
      p->fraction = strspn(s + i + 1, "0") < n - i - 1;
    }
  }
}

/* Whether it is known what a mark between one to three and three digits means. A presumption is enough
 * for the mark that is presumed to be decimal, and not for the other one. */
static bool is_settled(const hc_number_format *format, char mark) {
  return format->decimal && (!format->presumed || format->decimal == mark);
}

static hc_number take_apart(const char *text, size_t length, hc_number_format *format, struct parts *p) {
  char s[MAX_NUMBER];
  size_t n;
  *p = (struct parts){.n = 0};
  if (length == 0) return HC_NUMBER_BLANK;
  if (hc_number_is_missing(text, length)) return HC_NUMBER_MISSING;
  if (length > 3 && memcmp(text, "\xE2\x88\x92", 3) == 0) { /* U+2212, the typographic minus */
    p->negative = true;
    text += 3, length -= 3;
  } else if (*text == '-' || *text == '+') {
    p->negative = *text == '-';
    text++, length--;
  }
  struct marks marks;
  if (!simplify(text, length, s, &n)) return HC_NUMBER_TEXT;
  size_t mantissa = find_exponent(s, n);
  if (mantissa > n || !look_for_marks(s, mantissa, &marks)) return HC_NUMBER_TEXT;
  p->exponent = mantissa < n;
  char decimal = decimal_of(s, mantissa, &marks);
  if (decimal == 'x') return HC_NUMBER_TEXT;
  if (decimal == '?' && p->exponent) decimal = s[marks.last]; /* nobody groups before an exponent */
  if (decimal == '?' && !is_settled(format, s[marks.last])) return HC_NUMBER_AMBIGUOUS;
  if (decimal && decimal != '?') {
    if (format->decimal && !format->presumed && format->decimal != decimal) return HC_NUMBER_TEXT;
    format->decimal = decimal;
    format->presumed = false;
  }
  write_plain(s, mantissa, format->decimal, p);
  memcpy(p->plain + p->n, s + mantissa, n - mantissa);
  p->n += n - mantissa;
  p->plain[p->n] = 0;
  return HC_NUMBER_OK;
}

hc_number hc_number_real(const char *text, size_t length, hc_number_format *format, double *value) {
  struct parts p;
  hc_number status = take_apart(text, length, format, &p);
  if (status != HC_NUMBER_OK) return status;
  double x = strtod_l(p.plain, NULL, format->plain);
  if (!isfinite(x)) return HC_NUMBER_TOO_LARGE;
  *value = p.negative ? -x : x;
  return HC_NUMBER_OK;
}

hc_number hc_number_count(const char *text, size_t length, hc_number_format *format, uint64_t *value) {
  struct parts p;
  hc_number status = take_apart(text, length, format, &p);
  if (status != HC_NUMBER_OK) return status;
  double x = strtod_l(p.plain, NULL, format->plain);
  if (p.negative && x != 0) return HC_NUMBER_NEGATIVE;
  if (p.exponent ? x != floor(x) : p.fraction) return HC_NUMBER_FRACTION;
  /* 2^53 + 1 rounds to 2^53, hence "not below"; the largest count taken is 2^53 - 1. */
  if (!(x < (double)HC_COUNT_MAX)) return HC_NUMBER_TOO_LARGE;
  *value = (uint64_t)x;
  return HC_NUMBER_OK;
}
