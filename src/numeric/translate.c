/* Words in another language, and formats filled in it.
 *
 * The one place beside src/engine/parallel.c that keeps something between calls: a language is the program's, as a locale is,
 * and messages are made where no settings are at hand (reading a file, parsing an option, inside a fit). */
#include "numeric/translate.h"

#include <stdio.h>
#include <string.h>

static struct {
  hc_translation translation;
  void *context;
} language;

void hc_translate_with(hc_translation translation, void *context) {
  language.translation = translation;
  language.context = context;
}

static const char *without_context(const char *text) {
  const char *end = strchr(text, '\004');
  return end ? end + 1 : text;
}

const char *hc_translate(const char *text) {
  if (!text || !text[0]) return text; /* the catalogue's own header stands under "" */
  const char *other = language.translation ? language.translation(language.context, text, NULL, 0) : text;
  return without_context(other ? other : text);
}

const char *hc_translate_count(const char *one, const char *many, uint64_t n) {
  const char *english = n == 1 ? one : many, *other = NULL;
  if (language.translation) other = language.translation(language.context, one, many, n > 1000000 ? n % 1000000 + 1000000 : n);
  return without_context(other ? other : english);
}

/* Formats ------------------------------------------------------------------------------------------------- */

/* What an argument is passed as. */
enum kind { INT, LONG, LONG_LONG, SIZE, REAL, TEXT, BAD };
enum { MOST_ARGUMENTS = 24, PIECE_SIZE = 512, SPEC_SIZE = 24 };

typedef struct piece { /* "%-*.3f" in its parts */
  size_t length;       /* of all of it, % included                      */
  size_t place;        /* 1, 2, ... of "%2$s"; 0 where none is stated   */
  size_t flags;        /* bytes of "-*.3", behind the %, and the place  */
  const char *at;      /* where they are                                */
  int stars;
  enum kind kind;
  char size[3], letter; /* "ll", 'u' */
} piece;

/* Of a format at its '%', which is not "%%". */
static piece piece_of(const char *format) {
  piece p = {.kind = BAD};
  const char *c = format + 1;
  size_t n = strspn(c, "0123456789");
  if (n > 0 && n < 3 && c[n] == '$') {
    p.place = (size_t)(n == 1 ? c[0] - '0' : 10 * (c[0] - '0') + (c[1] - '0'));
    c += n + 1;
  }
  p.at = c;
  p.flags = strspn(c, "-+ #0123456789.*");
  for (size_t i = 0; i < p.flags; i++) p.stars += c[i] == '*';
  c += p.flags;
  for (size_t i = 0; i < 2 && strchr("lzhjt", *c) && *c; i++) p.size[i] = *c++;
  p.letter = *c;
  p.length = (size_t)(c - format) + (*c != '\0');
  if (strchr("fFgGeE", *c) && *c) p.kind = p.size[0] ? BAD : REAL;
  if (*c == 's') p.kind = p.size[0] ? BAD : TEXT;
  if (strchr("diucxX", *c) && *c)
    p.kind = !p.size[0] ? INT : strcmp(p.size, "l") == 0 ? LONG : strcmp(p.size, "ll") == 0 ? LONG_LONG :
             strcmp(p.size, "z") == 0 ? SIZE : BAD;
  return p;
}

typedef struct argument {
  enum kind kind;
  int star[2];
  union {
    int i;
    long l;
    long long ll;
    size_t z;
    double real;
    const char *text;
  } as;
} argument;

/* The English format says what the arguments are. False where one is of a kind that is not known here. */
static bool take(argument *arguments, size_t *n, const char *format, va_list list) {
  *n = 0;
  for (const char *c = strchr(format, '%'); c; c = strchr(c, '%')) {
    if (c[1] == '%') {
      c += 2;
      continue;
    }
    piece p = piece_of(c);
    if (p.kind == BAD || p.stars > 2 || p.place || *n == MOST_ARGUMENTS) return false;
    argument *a = &arguments[(*n)++];
    a->kind = p.kind;
    for (int i = 0; i < p.stars; i++) a->star[i] = va_arg(list, int);
    switch (p.kind) {
    case INT: a->as.i = va_arg(list, int); break;
    case LONG: a->as.l = va_arg(list, long); break;
    case LONG_LONG: a->as.ll = va_arg(list, long long); break;
    case SIZE: a->as.z = va_arg(list, size_t); break;
    case REAL: a->as.real = va_arg(list, double); break;
    default: a->as.text = va_arg(list, const char *); break;
    }
    c += p.length;
  }
  return true;
}

/* Text that grows up to its room, and counts on. */
typedef struct writer {
  char *text;
  size_t size, used;
} writer;

static void put(writer *w, const char *bytes, size_t n) {
  size_t left = w->used < w->size ? w->size - w->used : 0;
  if (left > 0) {
    size_t fits = n < left ? n : left - 1;
    memcpy(w->text + w->used, bytes, fits);
    w->text[w->used + fits] = '\0';
  }
  w->used += n;
}

/* A number of people or the like by %.0f, "-39461": in groups of three from five digits on, so that a year is left alone. What is
 * passed as a whole number may be a seed or a line, and %g an option's value. */
static void put_whole(writer *w, const char *number, size_t bytes) {
  enum { LEAST = 5 };
  size_t sign = number[0] == '-', digits = strspn(number + sign, "0123456789");
  const char *mark = P_("number", ",");
  bool grouped = sign + digits == bytes && digits >= LEAST;
  for (size_t i = 0; i < bytes; i++) {
    put(w, number + i, 1);
    if (grouped && i >= sign && i + 1 < bytes && (bytes - i - 1) % 3 == 0) put(w, mark, strlen(mark));
  }
}

/* One number, with the decimal mark of the language. */
static void put_number(writer *w, const char *spec, const argument *a) {
  char number[PIECE_SIZE];
  int n;
  switch (a->kind) {
  case INT: n = snprintf(number, sizeof number, spec, a->as.i); break;
  case LONG: n = snprintf(number, sizeof number, spec, a->as.l); break;
  case LONG_LONG: n = snprintf(number, sizeof number, spec, a->as.ll); break;
  case SIZE: n = snprintf(number, sizeof number, spec, a->as.z); break;
  default: n = snprintf(number, sizeof number, spec, a->as.real);
  }
  size_t bytes = n < 0 ? 0 : (size_t)n < sizeof number ? (size_t)n : sizeof number - 1;
  const char *point = a->kind == REAL ? memchr(number, '.', bytes) : NULL, *mark = P_("number", ".");
  if (!point) return a->kind == REAL && spec[strlen(spec) - 1] == 'f' ? put_whole(w, number, bytes) : put(w, number, bytes);
  put(w, number, (size_t)(point - number));
  put(w, mark, strlen(mark));
  put(w, point + 1, bytes - (size_t)(point - number) - 1);
}

/* A text, as long as its precision allows; in columns that count characters and not bytes. */
static void put_text(writer *w, const char *flags, const char *text) {
  bool left = strchr(flags, '-');
  const char *dot = strchr(flags, '.'), *c = flags + strspn(flags, "-+ #0");
  size_t width = 0, most = SIZE_MAX, n = 0, characters = 0;
  for (; *c >= '0' && *c <= '9'; c++) width = 10 * width + (size_t)(*c - '0');
  for (c = dot ? dot + 1 : ""; *c >= '0' && *c <= '9'; c++) most = 10 * (most == SIZE_MAX ? 0 : most) + (size_t)(*c - '0');
  if (dot && most == SIZE_MAX) most = 0;
  for (; n < most && text[n]; n++) characters += ((unsigned char)text[n] & 0xC0) != 0x80;
  for (size_t i = characters; !left && i < width; i++) put(w, " ", 1);
  put(w, text, n);
  for (size_t i = characters; left && i < width; i++) put(w, " ", 1);
}

/* Flags with their stars filled in; false where they are too many. */
static bool fill_stars(char *flags, const piece *p, const argument *a) {
  size_t used = 0;
  int star = 0;
  for (size_t i = 0; i < p->flags; i++) {
    if (used + 12 >= SPEC_SIZE) return false;
    if (p->at[i] == '*') used += (size_t)snprintf(flags + used, SPEC_SIZE - used, "%d", a->star[star++]);
    else flags[used++] = p->at[i];
  }
  flags[used] = '\0';
  return true;
}

/* False where the format asks for what is not among the arguments: it is a wrong translation. */
static bool fill(writer *w, const char *format, const argument *arguments, size_t n) {
  size_t next = 0;
  for (const char *c = format; *c;) {
    size_t plain = strcspn(c, "%");
    put(w, c, plain);
    c += plain;
    if (!*c) break;
    if (c[1] == '%') {
      put(w, "%", 1);
      c += 2;
      continue;
    }
    piece p = piece_of(c);
    size_t which = p.place ? p.place - 1 : next++;
    char flags[SPEC_SIZE], spec[SPEC_SIZE + 8];
    if (p.kind == BAD || which >= n || arguments[which].kind != p.kind) return false;
    if (!fill_stars(flags, &p, &arguments[which])) return false;
    snprintf(spec, sizeof spec, "%%%s%s%c", flags, p.size, p.letter);
    if (p.kind == TEXT) put_text(w, flags, arguments[which].as.text ? arguments[which].as.text : "(null)");
    else put_number(w, spec, &arguments[which]);
    c += p.length;
  }
  return true;
}

int hc_format_list(char *text, size_t size, const char *format, va_list list) {
  if (!language.translation) return vsnprintf(text, size, without_context(format), list);
  argument arguments[MOST_ARGUMENTS];
  size_t n = 0;
  const char *english = without_context(format), *other = hc_translate(format);
  va_list again;
  va_copy(again, list);
  bool good = take(arguments, &n, english, again);
  va_end(again);
  if (!good) return vsnprintf(text, size, english, list);
  if (size > 0) text[0] = '\0';
  writer w = {text, size, 0};
  if (!fill(&w, other, arguments, n)) {
    w = (writer){text, size, 0};
    if (!fill(&w, english, arguments, n)) return vsnprintf(text, size, english, list);
  }
  return (int)w.used;
}

int hc_format(char *text, size_t size, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int n = hc_format_list(text, size, format, arguments);
  va_end(arguments);
  return n;
}
