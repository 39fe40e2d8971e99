/* Numbers as people read them. */
#include "words/amount.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "words/language.h"

const char *hc_word_unit(const hc_quantity *quantity) { return quantity->unit && quantity->unit[0] ? _(quantity->unit) : ""; }

bool hc_word_is_people(const hc_quantity *quantity) { return hc_word_unit(quantity)[0]; }

/* Another decimal mark in the place of the point; one that does not fit leaves the text as it is. */
static const char *mark_decimals(char *text) {
  const char *mark = HC_DECIMAL_MARK;
  char *point = strchr(text, '.');
  size_t n = strlen(mark);
  if (!point || strlen(text) + n > HC_WORD_SIZE) return text;
  memmove(point + n, point + 1, strlen(point + 1) + 1);
  memcpy(point, mark, n);
  return text;
}

const char *hc_word_group(char *text, const char *digits) {
  const char *mark = HC_THOUSANDS_MARK;
  size_t n = 0, size = strlen(mark);
  if (*digits == '-') text[n++] = *digits++;
  for (size_t left = strspn(digits, "0123456789"); left > 0 && n + size + 1 < HC_WORD_SIZE; left--) {
    text[n++] = *digits++;
    if (left % 3 != 1 || left == 1) continue;
    memcpy(text + n, mark, size);
    n += size;
  }
  snprintf(text + n, HC_WORD_SIZE - n, "%s", digits);
  return strchr(digits, '.') ? mark_decimals(text) : text;
}

const char *hc_word_count(char *text, uint64_t x) {
  char digits[HC_WORD_SIZE];
  snprintf(digits, sizeof digits, "%llu", (unsigned long long)x);
  return hc_word_group(text, digits);
}

static const char *fixed(char *text, double x, int decimals) {
  char digits[HC_WORD_SIZE];
  if (fabs(x) >= 1e21) {
    snprintf(text, HC_WORD_SIZE, "%.4g", x);
    return mark_decimals(text);
  }
  int n = snprintf(digits, sizeof digits, "%.*f", decimals, x);
  bool zero = n > 0 && strspn(digits, "-0.") == (size_t)n;
  return hc_word_group(text, zero && digits[0] == '-' ? digits + 1 : digits);
}

static const char *whole(char *text, double x) { return fixed(text, round(x), 0); }

static const char *significant(char *text, double x, int digits) {
  if (fabs(x) >= 1000.0) return whole(text, x);
  snprintf(text, HC_WORD_SIZE, "%.*g", digits, x);
  return mark_decimals(text);
}

int hc_word_decimals(double value, double error, bool people) {
  enum { MOST = 9 };
  double size = fabs(value);
  int decimals = people ? 0 : HC_WORD_SIGNIFICANT;
  if (people && size > 0 && size < 10 && value != round(value)) decimals = 2 - (int)floor(log10(size));
  /* where the last digit shown is larger than the error, as many as show one digit of the error */
  double last = people ? 1 : size >= 1000 ? 1 : pow(10, floor(log10(size)) - 3);
  if (error > 0 && error < last / 2 && error > 1e-9 * size) {
    int needed = (int)ceil(-log10(error));
    if (needed > decimals) decimals = needed;
  }
  return decimals < MOST ? decimals : MOST;
}

/* Without a standard error, by the width of the interval. */
int hc_word_decimals_of(const hc_analysis *a, size_t q) {
  const hc_interval *k = hc_analysis_headline(a, q);
  double error = hc_analysis_se(a, q);
  if (!isfinite(error) && k && isfinite(k->upper)) error = (k->upper - k->lower) / 4;
  return hc_word_decimals(hc_analysis_value(a, q), error, hc_word_is_people(hc_analysis_quantity(a, q)));
}

const char *hc_word_value(char *text, double x, bool people) { return hc_word_number(text, x, people ? 0 : HC_WORD_SIGNIFICANT); }

const char *hc_word_number(char *text, double x, int decimals) {
  if (isnan(x)) {
    snprintf(text, HC_WORD_SIZE, "%s", P_("number", "none"));
    return text;
  }
  if (isinf(x)) {
    snprintf(text, HC_WORD_SIZE, "%s", _("no limit"));
    return text;
  }
  return decimals >= 0 ? fixed(text, x, decimals) : significant(text, x, 4);
}

const char *hc_word_error_size(char *text, double se, bool people) {
  if (!isfinite(se)) return hc_word_value(text, se, people);
  if (people && fabs(se) >= 100.0) return whole(text, se);
  return significant(text, se, 3);
}

const char *hc_word_percent(char *text, double level) {
  char number[HC_WORD_SIZE] = "";
  for (int digits = 10; digits <= 17; digits++) { /* 100 % is no level */
    snprintf(number, sizeof number, "%.*g", digits, 100.0 * level);
    if (strcmp(number, "100") != 0) break;
  }
  hc_format(text, HC_WORD_SIZE, "%s%%", mark_decimals(number));
  return text;
}

const char *hc_word_method(const char *interval_method) { return _(hc_interval_title(interval_method)); }
const char *hc_word_resampling(hc_resample kind) { return _(hc_resample_name(kind)); }

const char *hc_word_range(char *text, const hc_interval *interval, int decimals) {
  char lower[HC_WORD_SIZE], upper[HC_WORD_SIZE];
  hc_word_number(lower, interval->lower, decimals);
  if (isfinite(interval->upper))
    hc_format(text, HC_WORD_RANGE_SIZE, "%s to %s", lower, hc_word_number(upper, interval->upper, decimals));
  else hc_format(text, HC_WORD_RANGE_SIZE, "%s or more", lower);
  return text;
}
