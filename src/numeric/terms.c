/* The terms of a log-linear model: a small recursive parser, and back to text. */
#include "numeric/terms.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/token.h"
#include "numeric/translate.h"

struct parser {
  const char *at;
  size_t lists;
  const char *const *names;
  unsigned char *chosen; /* [2^lists] */
  char *problem;
  size_t size;
};

static bool complain(struct parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool complain(struct parser *p, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  hc_format_list(p->problem, p->size, format, arguments);
  va_end(arguments);
  return false;
}

bool hc_terms_append(char *text, size_t size, const char *format, ...) {
  size_t used = strlen(text);
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text + used, size - used, format, arguments);
  va_end(arguments);
  bool fits = length >= 0 && (size_t)length < size - used;
  if (!fits) text[used] = '\0';
  return fits;
}

static bool unknown(struct parser *p, const char *name, size_t length) {
  char known[200] = "";
  for (size_t i = 0; i < p->lists; i++) {
    if (i) hc_terms_append(known, sizeof known, ", ");
    hc_terms_append(known, sizeof known, "%s", p->names[i]);
  }
  return complain(p, "terms: there is no list '%.*s'; the lists are %s", (int)(length < 60 ? length : 60), name, known);
}

static void skip_blanks(struct parser *p) { hc_token_skip(&p->at); }

/* The list that begins here, by its whole name; moves past it. */
static bool read_name(struct parser *p, size_t *list) {
  hc_token name;
  skip_blanks(p);
  const char *begin = p->at;
  if (!hc_token_name(&p->at, "+*:[],", &name)) return complain(p, "terms: a backquote is not closed");
  if (!name.length) return complain(p, "terms: a list name is missing near '%.20s'", begin);
  for (*list = 0; *list < p->lists; ++*list)
    if (hc_token_is(name, p->names[*list])) return true;
  return unknown(p, name.begin, name.length);
}

static void choose_all_below(struct parser *p, uint32_t mask) {
  for (uint32_t part = mask; part; part = (part - 1) & mask) p->chosen[part] = 1;
}

/* name { ('*' | ':') name }; in A:B*C the colon binds first, as in R: A:B, C and A:B:C. */
static bool read_product(struct parser *p) {
  uint32_t factor[32];
  size_t factors = 0, list = 0;
  char joined = '*';
  do {
    if (!read_name(p, &list)) return false;
    if (joined == '*') {
      if (factors == sizeof factor / sizeof *factor) return complain(p, "terms: too many lists in one term");
      factor[factors++] = 0;
    }
    factor[factors - 1] |= UINT32_C(1) << list;
    skip_blanks(p);
    joined = *p->at;
    if (joined == '*' || joined == ':') p->at++;
  } while (joined == '*' || joined == ':');
  if (factors > p->lists) return complain(p, "terms: a list is repeated in one term");
  for (uint32_t subset = 1; subset < UINT32_C(1) << factors; subset++) {
    uint32_t mask = 0;
    for (size_t i = 0; i < factors; i++)
      if (subset >> i & 1) mask |= factor[i];
    p->chosen[mask] = 1;
  }
  return true;
}

static bool read_sum(struct parser *p) {
  for (;;) {
    if (!read_product(p)) return false;
    skip_blanks(p);
    if (!*p->at) return true;
    if (*p->at != '+') return complain(p, "terms: expected '+', '*' or ':' near '%.20s'", p->at);
    p->at++;
  }
}

/* A list inside brackets: its number, or its name. */
static bool list_by_number_or_name(struct parser *p, const char *begin, size_t length, size_t *list) {
  for (*list = 0; *list < p->lists; ++*list)
    if (strlen(p->names[*list]) == length && memcmp(p->names[*list], begin, length) == 0) return true;
  size_t number = 0;
  for (size_t i = 0; i < length; i++) {
    if (!isdigit((unsigned char)begin[i]) || number > 1000) return unknown(p, begin, length);
    number = 10 * number + (size_t)(begin[i] - '0');
  }
  if (number < 1 || number > p->lists) return unknown(p, begin, length);
  *list = number - 1;
  return true;
}

/* 123 or 1:10, up to the next comma or the closing bracket. */
static bool read_generator(struct parser *p) {
  skip_blanks(p);
  size_t length = strcspn(p->at, ",]"), list;
  const char *begin = p->at, *end = begin + length;
  while (end > begin && isspace((unsigned char)end[-1])) end--;
  if (end == begin) return complain(p, "terms: an empty generator between brackets");
  bool spelled = memchr(begin, ':', (size_t)(end - begin));
  uint32_t mask = 0;
  while (begin < end) {
    size_t part = 1;
    if (spelled)
      for (part = 0; begin + part < end && begin[part] != ':';) part++;
    if (!list_by_number_or_name(p, begin, part, &list)) return false;
    mask |= UINT32_C(1) << list;
    begin += part;
    if (spelled && begin < end) begin++;
  }
  choose_all_below(p, mask);
  p->at += length;
  return true;
}

static bool read_brackets(struct parser *p) {
  do {
    p->at++; /* the bracket, then the commas */
    if (!read_generator(p)) return false;
  } while (*p->at == ',');
  if (*p->at != ']') return complain(p, "terms: a bracket is not closed");
  p->at++;
  skip_blanks(p);
  return *p->at ? complain(p, "terms: unexpected '%.20s' after the brackets", p->at) : true;
}

static bool collect(struct parser *p, uint32_t *mask, size_t room, size_t *terms) {
  *terms = 0;
  for (unsigned size = 1; size <= p->lists; size++)
    for (uint32_t m = 1; m < UINT32_C(1) << p->lists; m++) {
      if (!p->chosen[m] || (unsigned)__builtin_popcount(m) != size) continue;
      if (*terms + 1 >= room) return complain(p, "terms: more than %zu terms", room - 1);
      mask[(*terms)++] = m;
    }
  mask[(*terms)++] = 0;
  return true;
}

bool hc_terms_parse(const char *text, size_t lists, const char *const *names, uint32_t *mask, size_t room,
                    size_t *terms, char *problem, size_t size) {
  struct parser p = {.at = text, .lists = lists, .names = names, .problem = problem, .size = size};
  p.chosen = calloc((size_t)1 << lists, 1);
  problem[0] = '\0';
  if (!p.chosen) return false;
  for (size_t i = 0; i < lists; i++) p.chosen[(size_t)1 << i] = 1;
  skip_blanks(&p);
  bool good = !*p.at || (*p.at == '[' ? read_brackets(&p) : read_sum(&p));
  good = good && collect(&p, mask, room, terms);
  free(p.chosen);
  return good;
}

void hc_terms_print(uint32_t mask, size_t lists, const char *const *names, char *text, size_t size) {
  text[0] = '\0';
  if (!mask) hc_terms_append(text, size, "(intercept)");
  for (size_t i = 0, any = 0; i < lists; i++) {
    if (!(mask >> i & 1)) continue;
    if (any++) hc_terms_append(text, size, ":");
    hc_terms_append(text, size, "%s", names[i]);
  }
}
