/* Two ways through a record. A record without quotes is cut in place, in one pass over its bytes: that
 * is nearly every record of every large file, and it runs several times faster than libcsv alone does.
 * A record with quotes goes through libcsv in strict mode, one whole record at a time: so a broken one
 * never yields a partial row, and the byte where it broke is known. Positions are not tracked: they are
 * found again in the record's text when something is wrong with it. */
#include "io/csv.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD_MAX = 1 << 20, BUFFER_START = 1 << 18, EXCERPT_BEFORE = 20, EXCERPT_AFTER = 24 };

struct hc_csv_quotes {
  struct csv_parser parser;
  char *text; /* the fields' contents, one after another */
  size_t n, room;
  size_t *ends; /* where each field ends in text */
  size_t n_fields, fields_room, rows;
  bool no_memory;
};

static hc_status no_memory(hc_error *err) { return hc_fail(err, HC_ENOMEM, "out of memory while reading"); }

/* ---- places ------------------------------------------------------------------------------------------ */

static bool is_continuation(char c) { return ((unsigned char)c & 0xC0) == 0x80; }

static size_t characters(const char *s, size_t n) {
  size_t k = 0;
  for (size_t i = 0; i < n; i++) k += !is_continuation(s[i]);
  return k;
}

/* Copies s[from, to) behind the excerpt's first `at` bytes, cut at whole characters, control characters as
 * blanks. The line ends at `length`. */
static void copy_excerpt(char *excerpt, size_t at, const char *s, size_t from, size_t to, size_t length) {
  while (from < to && is_continuation(s[from])) from++;
  for (; from < to && at < HC_EXCERPT_SIZE - 1; from++)
    excerpt[at++] = (unsigned char)s[from] < ' ' ? ' ' : s[from];
  if (from < length && is_continuation(s[from])) {
    while (at > 0 && is_continuation(excerpt[at - 1])) at--;
    if (at > 0) at--; /* the byte that began the character */
  }
  excerpt[at] = 0;
}

/* The line as far as it fits. When the place is beyond that, a short piece around it instead, which has
 * fewer characters than `column`: so whoever prints a caret can tell that it would not fit. */
static void set_excerpt(hc_error *err, const char *line, size_t length, size_t byte) {
  if (!err) return;
  if (byte + EXCERPT_AFTER < HC_EXCERPT_SIZE || length < HC_EXCERPT_SIZE) {
    copy_excerpt(err->excerpt, 0, line, 0, length, length);
    return;
  }
  size_t to = byte + EXCERPT_AFTER < length ? byte + EXCERPT_AFTER : length;
  memcpy(err->excerpt, "...", 3);
  copy_excerpt(err->excerpt, 3, line, byte - EXCERPT_BEFORE, to, length);
}

static hc_status fail_at_byte(const hc_csv *csv, size_t byte, hc_error *err, const char *format, va_list args) {
  char message[HC_MESSAGE_SIZE];
  hc_format_list(message, sizeof message, format, args);
  const char *text = csv->buffer + csv->record, *limit = csv->buffer + csv->end;
  const char *at = text + byte, *line = text;
  uint64_t number = csv->line;
  for (const char *s = text; s < at; s++)
    if (*s == '\n') line = s + 1, number++;
  const char *stop = memchr(at, '\n', (size_t)(limit - at));
  if (!stop) stop = limit;
  if (stop > at && stop[-1] == '\r') stop--;
  hc_fail_at(err, HC_EDATA, csv->file, number, characters(line, (size_t)(at - line)) + 1, "%s", message);
  set_excerpt(err, line, (size_t)(stop - line), (size_t)(at - line));
  return HC_EDATA;
}

hc_status hc_csv_fail_byte(const hc_csv *csv, size_t byte, hc_error *err, const char *format, ...) {
  va_list args;
  va_start(args, format);
  hc_status status = fail_at_byte(csv, byte, err, format, args);
  va_end(args);
  return status;
}

static bool is_blank(char c, char delimiter) { return (c == ' ' || c == '\t') && c != delimiter; }

/* Byte of the record where field i begins: found again by walking through the quotes. */
static size_t field_byte(const hc_csv *csv, size_t i) {
  const char *s = csv->buffer + csv->record;
  size_t n = csv->record_end - csv->record, at = 0;
  if (i >= csv->n_fields) return n;
  bool quoted = false;
  for (size_t k = 0; k < n && i > 0; k++) {
    if (s[k] == '"') quoted = !quoted;
    else if (s[k] == csv->delimiter && !quoted) i--, at = k + 1;
  }
  while (at < n && is_blank(s[at], csv->delimiter)) at++;
  return at;
}

hc_status hc_csv_fail(const hc_csv *csv, size_t i, hc_error *err, const char *format, ...) {
  va_list args;
  va_start(args, format);
  hc_status status = fail_at_byte(csv, field_byte(csv, i), err, format, args);
  va_end(args);
  return status;
}

void hc_csv_place(const hc_csv *csv, size_t i, uint64_t *line, uint64_t *column) {
  const char *text = csv->buffer + csv->record, *at = text + field_byte(csv, i), *begin = text;
  *line = csv->line;
  for (const char *s = text; s < at; s++)
    if (*s == '\n') begin = s + 1, (*line)++;
  *column = characters(begin, (size_t)(at - begin)) + 1;
}

/* ---- the buffer -------------------------------------------------------------------------------------- */

/* Bytes of the character at s, 0 if it is not UTF-8, SIZE_MAX if it is cut off at the end. */
static size_t utf8_length(const unsigned char *s, size_t left) {
  if (s[0] < 0x80) return 1;
  size_t n = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
  if (s[0] < 0xC2 || s[0] > 0xF4) return 0;
  for (size_t i = 1; i < n; i++) {
    if (i == left) return SIZE_MAX;
    if ((s[i] & 0xC0) != 0x80) return 0;
  }
  bool long_form = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
  bool surrogate = s[0] == 0xED && s[1] >= 0xA0, beyond = s[0] == 0xF4 && s[1] >= 0x90;
  return long_form || surrogate || beyond ? 0 : n;
}

/* True when eight bytes are all ASCII and none is zero: most of most files. */
static bool is_plain_word(const char *s) {
  uint64_t word;
  memcpy(&word, s, sizeof word);
  return (((word - UINT64_C(0x0101010101010101)) | word) & UINT64_C(0x8080808080808080)) == 0;
}

/* Looks at the text that has not been looked at; *bad is the first byte that must not be there. */
static bool check_text(hc_csv *csv, size_t *bad) {
  size_t i = csv->checked;
  while (i < csv->end) {
    if (i + 8 <= csv->end && is_plain_word(csv->buffer + i)) {
      i += 8;
      continue;
    }
    size_t n = csv->buffer[i] ? utf8_length((const unsigned char *)csv->buffer + i, csv->end - i) : 0;
    if (n == SIZE_MAX && !csv->ended) break;
    if (n == 0 || n == SIZE_MAX) return csv->checked = i, *bad = i, false;
    i += n;
  }
  csv->checked = i;
  return true;
}

static hc_status fail_text(hc_csv *csv, size_t bad, hc_error *err) {
  unsigned byte = (unsigned char)csv->buffer[bad];
  csv->record = csv->begin;
  csv->line = csv->next_line;
  size_t at = bad - csv->begin;
  csv->end = bad; /* the excerpt must stay UTF-8: it ends before the byte */
  if (byte == 0) return hc_csv_fail_byte(csv, at, err, "expected text, found a zero byte: this is not a text file");
  return hc_csv_fail_byte(csv, at, err,
                          "expected UTF-8 text as in the lines before, found byte 0x%02X: name the encoding with "
                          "--encoding, for example --encoding CP1252", byte);
}

static hc_status fail_broken(hc_csv *csv, hc_error *err) {
  csv->record = csv->begin;
  csv->line = csv->next_line;
  return hc_csv_fail_byte(csv, csv->end - csv->begin, err,
                          "expected a character of the file's encoding, found bytes that it does not have: name the "
                          "encoding with --encoding");
}

/* Moves what is waiting to the front and makes room behind it. */
static hc_status make_room(hc_csv *csv, hc_error *err) {
  memmove(csv->buffer, csv->buffer + csv->begin, csv->end - csv->begin);
  csv->end -= csv->begin;
  csv->checked -= csv->begin;
  csv->begin = 0;
  if (csv->end < csv->capacity / 2) return HC_OK;
  char *larger = realloc(csv->buffer, 2 * csv->capacity + 1);
  if (!larger) return no_memory(err);
  csv->buffer = larger;
  csv->capacity *= 2;
  return HC_OK;
}

static hc_status read_more(hc_csv *csv, hc_error *err) {
  size_t n;
  hc_status status =
      hc_stream_read(csv->stream, csv->buffer + csv->end, csv->capacity - csv->end, &n, &csv->broken, err);
  if (status != HC_OK) return status;
  if (csv->carriage_returns)
    for (size_t i = csv->end; i < csv->end + n; i++)
      if (csv->buffer[i] == '\r') csv->buffer[i] = '\n';
  csv->end += n;
  csv->ended = n == 0;
  csv->buffer[csv->end] = '\n';
  if (csv->broken) return fail_broken(csv, err);
  return HC_OK;
}

static hc_status refill(hc_csv *csv, hc_error *err) {
  size_t bad;
  hc_status status = make_room(csv, err);
  if (status == HC_OK) status = read_more(csv, err);
  csv->buffer[csv->end] = '\n';
  if (status == HC_OK && !check_text(csv, &bad)) status = fail_text(csv, bad, err);
  return status;
}

/* Old Macintosh files end lines with CR. They have CR and no LF at all. */
static void look_for_carriage_returns(hc_csv *csv) {
  if (memchr(csv->buffer, '\n', csv->end)) return;
  csv->carriage_returns = memchr(csv->buffer, '\r', csv->end);
  if (!csv->carriage_returns) return;
  for (size_t i = 0; i < csv->end; i++)
    if (csv->buffer[i] == '\r') csv->buffer[i] = '\n';
}

hc_status hc_csv_open(hc_csv *csv, hc_stream *stream, const char *file, hc_error *err) {
  *csv = (hc_csv){.stream = stream, .file = file, .capacity = BUFFER_START, .room = 64, .line = 1, .next_line = 1};
  csv->buffer = malloc(csv->capacity + 1);
  csv->fields = malloc(csv->room * sizeof *csv->fields);
  csv->quotes = calloc(1, sizeof *csv->quotes);
  if (!csv->buffer || !csv->fields || !csv->quotes) return no_memory(err);
  if (csv_init(&csv->quotes->parser, CSV_STRICT | CSV_STRICT_FINI) != 0) return no_memory(err);
  hc_status status = HC_OK;
  size_t bad;
  while (status == HC_OK && csv->end < HC_STREAM_PEEK && !csv->ended) status = read_more(csv, err);
  if (status != HC_OK) return status;
  look_for_carriage_returns(csv);
  if (!check_text(csv, &bad)) return fail_text(csv, bad, err);
  csv->buffer[csv->end] = '\n';
  return HC_OK;
}

void hc_csv_close(hc_csv *csv) {
  if (csv->quotes) {
    csv_free(&csv->quotes->parser);
    free(csv->quotes->text);
    free(csv->quotes->ends);
    free(csv->quotes);
  }
  free(csv->fields);
  free(csv->buffer);
  *csv = (hc_csv){.stream = NULL};
}

void hc_csv_sample(hc_csv *csv, bool begin, size_t offset, uint64_t line) {
  csv->sampling = begin;
  csv->begin = offset;
  csv->line = csv->next_line = line;
  csv->rows_blank = 0;
}

/* ---- records ----------------------------------------------------------------------------------------- */

static hc_status more_fields(hc_csv *csv, hc_error *err) {
  hc_field *larger = realloc(csv->fields, 2 * csv->room * sizeof *larger);
  if (!larger) return no_memory(err);
  csv->fields = larger;
  csv->room *= 2;
  return HC_OK;
}

static hc_field trimmed(const char *from, const char *to, char delimiter) {
  while (from < to && is_blank(*from, delimiter)) from++;
  while (to > from && (is_blank(to[-1], delimiter) || to[-1] == '\r')) to--;
  return (hc_field){from, (size_t)(to - from)};
}

enum outcome { CUT, QUOTED, INCOMPLETE, NO_MEMORY };

/* Cuts the record at csv->begin if it has no quotes. Its end is at *stop. The fields' array is kept in locals, because the
 * compiler cannot know that storing a field leaves the csv alone. */
static enum outcome cut_plain(hc_csv *csv, const char **stop, hc_error *err) {
  const char *s = csv->buffer + csv->begin, *from = s, *limit = csv->buffer + csv->end;
  const unsigned char delimiter = csv->delimiter ? (unsigned char)csv->delimiter : '\n';
  hc_field *fields = csv->fields;
  size_t n = 0, room = csv->room;
  for (;; s++) {
    unsigned char c = (unsigned char)*s;
    if (c > '"' && c != delimiter) {
      c = (unsigned char)*++s; /* most fields have one character: the end is often next; a line end stands at limit */
      if (c > '"' && c != delimiter) continue;
    }
    if (c == '"') return QUOTED;
    if (c != '\n' && c != delimiter) continue;
    if (c == '\n' && s == limit && !csv->ended) return INCOMPLETE;
    if (n == room) {
      if (more_fields(csv, err) != HC_OK) return NO_MEMORY;
      fields = csv->fields, room = csv->room;
    }
    bool tight = s > from && (unsigned char)*from > ' ' && (unsigned char)s[-1] > ' ';
    fields[n++] = tight ? (hc_field){from, (size_t)(s - from)} : trimmed(from, s, csv->delimiter);
    if (c == '\n') break;
    from = s + 1;
  }
  csv->n_fields = n;
  *stop = s;
  return CUT;
}

/* The end of a record that has quotes: a line end outside of them. *open is the last quote opened. */
static const char *find_end(const hc_csv *csv, const char **open) {
  const char *s = csv->buffer + csv->begin, *limit = csv->buffer + csv->end;
  bool fresh = true; /* nothing but blanks in this field so far: a quote opens */
  *open = NULL;
  for (; s < limit; s++) {
    if (*open) {
      if (*s == '"') *open = NULL;
    } else if (*s == '"') {
      if (fresh || (s > csv->buffer + csv->begin && s[-1] == '"')) *open = s; /* or a doubled quote goes on */
      fresh = false;
    } else if (*s == '\n') {
      return s;
    } else {
      fresh = *s == csv->delimiter || (fresh && is_blank(*s, csv->delimiter));
    }
  }
  return csv->ended && !*open ? limit : NULL;
}

static void take_field(void *text, size_t n, void *context) {
  struct hc_csv_quotes *q = context;
  if (q->n + n > q->room || !q->text) {
    size_t room = 2 * (q->n + n) + 256;
    char *larger = realloc(q->text, room);
    if (!larger) return (void)(q->no_memory = true);
    q->text = larger;
    q->room = room;
  }
  if (q->n_fields == q->fields_room) {
    size_t room = 2 * q->fields_room + 64;
    size_t *larger = realloc(q->ends, room * sizeof *larger);
    if (!larger) return (void)(q->no_memory = true);
    q->ends = larger;
    q->fields_room = room;
  }
  if (n > 0) memcpy(q->text + q->n, text, n);
  q->n += n;
  q->ends[q->n_fields++] = q->n;
}

static void take_row(int terminator, void *context) {
  (void)terminator;
  ((struct hc_csv_quotes *)context)->rows++;
}

static hc_status fail_quote(hc_csv *csv, size_t byte, hc_error *err) {
  const char *at = csv->buffer + csv->record + byte;
  if (byte >= csv->record_end - csv->record)
    return hc_csv_fail_byte(csv, byte, err, "expected a closing quote, found the end of the line");
  if (*at == '"')
    return hc_csv_fail_byte(csv, byte, err,
                            "expected a field that is quoted from its beginning, found a quote in its middle: quote "
                            "the field and double the quotes inside");
  return hc_csv_fail_byte(csv, byte, err, "expected a delimiter or the end of the line after a closing quote, found '%.*s'",
                          (int)utf8_length((const unsigned char *)at, 4), at);
}

/* One whole record through libcsv. */
static hc_status cut_quoted(hc_csv *csv, const char *stop, hc_error *err) {
  struct hc_csv_quotes *q = csv->quotes;
  const char *text = csv->buffer + csv->record;
  size_t n = (size_t)(stop - text);
  if (n > 0 && text[n - 1] == '\r') n--;
  q->n = q->n_fields = q->rows = 0;
  csv->record_end = csv->record + n;
  csv_set_delim(&q->parser, csv->delimiter ? (unsigned char)csv->delimiter : '\x1F');
  size_t done = csv_parse(&q->parser, text, n, take_field, take_row, q);
  bool good = done == n && csv_fini(&q->parser, take_field, take_row, q) == 0;
  if (!good) {
    csv_free(&q->parser); /* drops the partial record, which must not leak into the next one */
    csv_init(&q->parser, CSV_STRICT | CSV_STRICT_FINI);
    return fail_quote(csv, done, err);
  }
  if (q->no_memory) return no_memory(err);
  if (q->rows > 1) {
    const char *stray = memchr(text, '\r', n);
    return hc_csv_fail_byte(csv, stray ? (size_t)(stray - text) : 0, err,
                            "expected one line, found a carriage return in its middle");
  }
  while (csv->room < q->n_fields)
    if (more_fields(csv, err) != HC_OK) return HC_ENOMEM;
  csv->n_fields = q->n_fields;
  for (size_t i = 0; i < q->n_fields; i++)
    csv->fields[i] = trimmed(q->text + (i ? q->ends[i - 1] : 0), q->text + q->ends[i], '\0');
  return HC_OK;
}

static hc_status fail_unfinished(hc_csv *csv, const char *open, hc_error *err) {
  csv->record = csv->begin;
  csv->line = csv->next_line;
  if (!open)
    return hc_csv_fail_byte(csv, 0, err, "expected lines of at most %d bytes, found a longer one", RECORD_MAX);
  return hc_csv_fail_byte(csv, (size_t)(open - csv->buffer) - csv->begin, err,
                          "expected a closing quote for the one that opens here, found %s",
                          csv->ended ? _("the end of the file") : _("none within 1 MiB"));
}

static uint64_t count_lines(const char *s, const char *stop) {
  uint64_t n = 0;
  while ((s = memchr(s, '\n', (size_t)(stop - s)))) n++, s++;
  return n;
}

/* The next record, whole, between csv->begin and *stop, which is NULL at the end of the text. */
static hc_status find_record(hc_csv *csv, const char **stop, bool *quoted, hc_error *err) {
  for (;;) {
    const char *open = NULL;
    *stop = NULL;
    *quoted = false;
    csv->n_fields = 0;
    if (csv->begin == csv->end && csv->ended) return HC_OK;
    enum outcome outcome = csv->begin < csv->end ? cut_plain(csv, stop, err) : INCOMPLETE;
    if (outcome == CUT) return HC_OK;
    if (outcome == NO_MEMORY) return HC_ENOMEM;
    *quoted = outcome == QUOTED;
    if (*quoted && (*stop = find_end(csv, &open))) return HC_OK;
    if (csv->sampling && !csv->ended) return HC_OK;
    if (csv->ended || csv->end - csv->begin > RECORD_MAX) return fail_unfinished(csv, open, err);
    hc_status status = refill(csv, err);
    if (status != HC_OK) return status;
  }
}

/* The record that find_record found becomes the current one. */
static void step(hc_csv *csv, const char *stop) {
  csv->record = csv->begin;
  csv->line = csv->next_line;
  csv->record_end = (size_t)(stop - csv->buffer);
  csv->begin = csv->record_end < csv->end ? csv->record_end + 1 : csv->end;
}

static bool all_blank(const hc_csv *csv) {
  for (size_t i = 0; i < csv->n_fields; i++)
    if (csv->fields[i].length > 0) return false;
  return true;
}

static hc_status fail_ragged(const hc_csv *csv, hc_error *err) {
  size_t at = csv->n_fields < csv->expected ? csv->n_fields : csv->expected;
  return hc_csv_fail(csv, at, err, "expected %zu fields as in the header, found %zu", csv->expected, csv->n_fields);
}

hc_status hc_csv_next(hc_csv *csv, hc_error *err) {
  for (;;) {
    const char *stop;
    bool quoted;
    hc_status status = find_record(csv, &stop, &quoted, err);
    if (status != HC_OK || !stop) return status;
    step(csv, stop);
    csv->next_line++;
    if (quoted) {
      csv->next_line += count_lines(csv->buffer + csv->record, stop);
      status = cut_quoted(csv, stop, err);
      if (status != HC_OK) return status;
    }
    if (all_blank(csv)) {
      csv->rows_blank += csv->n_fields > 1;
      continue;
    }
    if (csv->expected && csv->n_fields != csv->expected) return fail_ragged(csv, err);
    return HC_OK;
  }
}

hc_status hc_csv_next_line(hc_csv *csv, hc_error *err) {
  csv->n_fields = 0;
  const char *stop;
  while (!(stop = memchr(csv->buffer + csv->begin, '\n', csv->end - csv->begin))) {
    if (csv->ended && csv->begin == csv->end) return HC_OK;
    if (csv->ended) {
      stop = csv->buffer + csv->end;
      break;
    }
    if (csv->end - csv->begin > RECORD_MAX) return fail_unfinished(csv, NULL, err);
    hc_status status = refill(csv, err);
    if (status != HC_OK) return status;
  }
  step(csv, stop);
  csv->next_line++;
  csv->fields[0] = (hc_field){csv->buffer + csv->record, csv->record_end - csv->record};
  csv->n_fields = 1;
  return HC_OK;
}
