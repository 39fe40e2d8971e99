/* hc_data_read: opens, detects, looks at a sample, hands over to the reader of the shape. */
#include "io/read.h"

#include "io/by.h"
#include "io/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SHOWN = 40 };

void hc_read_settings_init(hc_read_settings *settings) {
  *settings = (hc_read_settings){.shape = HC_SHAPE_AUTO};
}

static hc_status no_memory(hc_error *err) { return hc_fail(err, HC_ENOMEM, "out of memory while reading"); }

/* ---- for the readers of the shapes -------------------------------------------------------------------- */

void hc_reader_remark(hc_reader *reader, const char *format, ...) {
  hc_source *source = &reader->source;
  char *text = NULL, **more = NULL;
  va_list args;
  va_start(args, format);
  if (vasprintf(&text, format, args) < 0) text = NULL;
  va_end(args);
  for (size_t i = 0; text && i < source->n_remarks; i++) {
    if (strcmp(source->remarks[i], text) != 0) continue;
    free(text);
    return;
  }
  if (text) more = realloc(source->remarks, (source->n_remarks + 1) * sizeof *more);
  if (!more) {
    free(text);
    reader->remarks_lost = true;
    return;
  }
  source->remarks = more;
  more[source->n_remarks++] = text;
}

void hc_reader_names(const hc_reader *reader, const bool *which, char *text, size_t size) {
  size_t n = 0;
  text[0] = 0;
  for (size_t j = 0; j < reader->n_columns; j++) {
    if (!which[j]) continue;
    const char *name = reader->look[j].name[0] ? reader->look[j].name : "(no name)";
    if (n + strlen(name) + 8 > size) {
      snprintf(text + n, size - n, "%s", ", ...");
      return;
    }
    n += (size_t)snprintf(text + n, size - n, "%s%s", n ? ", " : "", name);
  }
}

void hc_reader_all_names(const hc_reader *r, char *text, size_t size) {
  bool *all = malloc((r->n_columns + 1) * sizeof *all);
  for (size_t j = 0; all && j < r->n_columns; j++) all[j] = true;
  text[0] = 0;
  if (all) hc_reader_names(r, all, text, size);
  free(all);
}

hc_status hc_reader_row(hc_reader *reader, bool *more, hc_error *err) {
  hc_status status = hc_csv_next(&reader->csv, err);
  *more = reader->csv.n_fields > 0;
  if (status != HC_OK) return status;
  reader->source.rows += *more;
  if (!*more && reader->source.rows == 0)
    return hc_fail_at(err, HC_EDATA, reader->file, reader->csv.next_line, 1,
                      "expected at least one row after the header, found the end of the file");
  return HC_OK;
}

/* What the user is shown of a field. */
static void show(const hc_field *field, char text[SHOWN + 8]) {
  size_t n = field->length < SHOWN ? field->length : SHOWN;
  while (n > 0 && n < field->length && ((unsigned char)field->text[n] & 0xC0) == 0x80) n--;
  for (size_t i = 0; i < n; i++) text[i] = (unsigned char)field->text[i] < ' ' ? ' ' : field->text[i];
  snprintf(text + n, 8, "%s", n < field->length ? "..." : "");
}

hc_status hc_reader_bad(const hc_reader *reader, size_t j, const char *expected, hc_number what, hc_error *err) {
  const hc_csv *csv = &reader->csv;
  char found[SHOWN + 8];
  show(&csv->fields[j], found);
  switch (what) {
    case HC_NUMBER_BLANK: return hc_csv_fail(csv, j, err, "expected %s, found an empty field", expected);
    case HC_NUMBER_MISSING: return hc_csv_fail(csv, j, err, "expected %s, found the missing value '%s'", expected, found);
    case HC_NUMBER_NEGATIVE: return hc_csv_fail(csv, j, err, "expected %s, found the negative number '%s'", expected, found);
    case HC_NUMBER_FRACTION:
      return hc_csv_fail(csv, j, err, "expected %s, found the fraction '%s'%s", expected, found,
                         found[0] == '0' ? ": a share is no count of people" : "");
    case HC_NUMBER_TOO_LARGE:
      return hc_csv_fail(csv, j, err, "expected %s below 2^53 (9,007,199,254,740,992), found '%s'", expected, found);
    case HC_NUMBER_AMBIGUOUS:
      return hc_csv_fail(csv, j, err,
                         "expected %s, found '%s', which can be a number with a decimal mark or with grouped thousands: "
                         "say which with --decimal . or --decimal ,", expected, found);
    case HC_NUMBER_OK:
    case HC_NUMBER_TEXT: break;
  }
  size_t n = strlen(found);
  if (n > 1 && found[n - 1] == '%' && found[0] >= '0' && found[0] <= '9')
    return hc_csv_fail(csv, j, err, "expected %s, found the share '%s'", expected, found);
  if (n > 1 && (found[n - 1] == '+' || strncmp(found, ">=", 2) == 0))
    return hc_csv_fail(csv, j, err, "expected %s, found the open class '%s': only estimators that leave out who was met more often "
                       "(--set top=) can do without knowing how often; write the number for them", expected, found);
  return hc_csv_fail(csv, j, err, "expected %s, found '%s'", expected, found);
}

hc_status hc_reader_tally_failed(const hc_reader *reader, const hc_tally *tally, size_t j, hc_error *err) {
  if (!hc_tally_overflowed(tally)) return no_memory(err);
  return hc_csv_fail(&reader->csv, j, err, "expected counts that add up to less than 2^64, found more");
}

static hc_status add_people(hc_reader *reader, size_t j, uint64_t count, hc_error *err) {
  reader->people += count;
  if (reader->people < HC_COUNT_MAX) return HC_OK;
  return hc_csv_fail(&reader->csv, j, err,
                     "expected fewer than 2^53 (9,007,199,254,740,992) people in all, found more up to here");
}

hc_status hc_reader_count(hc_reader *reader, size_t j, bool people, uint64_t *count, hc_error *err) {
  const hc_field *field = &reader->csv.fields[j];
  uint64_t value = 0;
  size_t i = 0;
  if (field->length <= 15)
    for (; i < field->length && (unsigned char)(field->text[i] - '0') <= 9; i++)
      value = 10 * value + (uint64_t)(field->text[i] - '0');
  if (i == 0 || i < field->length) {
    hc_number what = hc_number_count(field->text, field->length, &reader->number, &value);
    if (what != HC_NUMBER_OK) return hc_reader_bad(reader, j, "a count (0, 1, 2, ...)", what, err);
  }
  *count = value;
  return people ? add_people(reader, j, value, err) : HC_OK;
}

hc_status hc_reader_total(hc_reader *r, bool *total, hc_error *err) {
  size_t count = r->layout.count;
  uint64_t people;
  *total = false;
  if (count == HC_NO_COLUMN) return HC_OK;
  for (size_t j = 0; j < r->n_columns && !*total; j++)
    *total = j != count && hc_heading_is_total(r->csv.fields[j].text, r->csv.fields[j].length);
  if (!*total) return HC_OK;
  hc_status status = hc_reader_count(r, count, false, &people, err);
  if (status != HC_OK) return status;
  if (people != r->people)
    return hc_csv_fail(&r->csv, count, err, "expected the total of the rows above, %llu, found %llu",
                       (unsigned long long)r->people, (unsigned long long)people);
  hc_reader_remark(r, "the row of totals, %llu people, adds up and was left out", (unsigned long long)people);
  return HC_OK;
}

hc_status hc_reader_real(hc_reader *reader, size_t j, const char *expected, double *value, hc_error *err) {
  const hc_field *field = &reader->csv.fields[j];
  hc_number what = hc_number_real(field->text, field->length, &reader->number, value);
  return what == HC_NUMBER_OK ? HC_OK : hc_reader_bad(reader, j, expected, what, err);
}

hc_status hc_reader_histories(hc_reader *reader, hc_data **data, const hc_tally *tally, size_t n_lists,
                              const char *const *names, hc_error *err) {
  uint64_t *key = NULL, *count = NULL;
  size_t n;
  hc_status status = hc_tally_arrays(tally, &key, &count, &n, err);
  if (status != HC_OK) return status;
  for (size_t i = 0; i < n; i++)
    if (key[i] == 0 && count[i] > 0)
      hc_reader_remark(reader, "%llu people who are on no list were left out: only those met at least once can be used",
                       (unsigned long long)count[i]);
  hc_shape shape = reader->layout.shape == HC_SHAPE_OCCASIONS ? HC_SHAPE_OCCASIONS : HC_SHAPE_LISTS;
  status = hc_data_from_histories(data, shape, n_lists, names, key, count, n, err);
  free(key);
  free(count);
  return status;
}

/* ---- opening ------------------------------------------------------------------------------------------ */

static const char *encoding_words(const char *name) {
  if (strcmp(name, "CP1252") == 0) return "CP1252 (Windows, Western European)";
  return name;
}

static hc_status open_text(hc_reader *r, hc_error *err) {
  const unsigned char *bytes;
  size_t n;
  bool whole;
  hc_encoding encoding;
  hc_status status = hc_stream_open(&r->stream, r->file, r->settings->sheet, err);
  if (status == HC_OK) status = hc_stream_peek(r->stream, &bytes, &n, &whole, err);
  if (status != HC_OK) return status;
  if (n == 0)
    return hc_fail_at(err, HC_EDATA, r->file, 1, 1, "expected a header and rows, found an empty file");
  status = hc_detect_encoding(&encoding, bytes, n, whole, r->settings->encoding, r->file, err);
  if (status != HC_OK) return status;
  memcpy(r->source.encoding, encoding.name, sizeof encoding.name);
  r->source.byte_order_mark = encoding.mark > 0;
  if (encoding.guessed)
    hc_reader_remark(r, "the text is taken to be %s: --encoding changes that", encoding_words(encoding.name));
  status = hc_stream_decode(r->stream, encoding.name, encoding.mark, err);
  return status == HC_OK ? hc_csv_open(&r->csv, r->stream, r->file, err) : status;
}

static bool ends_with(const char *s, const char *end) {
  size_t n = strlen(s), k = strlen(end);
  return n >= k && strcasecmp(s + n - k, end) == 0;
}

/* A MARK encounter history file: named so, or opening with its kind of comment. */
static bool is_inp(const hc_reader *r) {
  size_t at = 0;
  while (at < r->csv.end && strchr(" \t\r\n", r->csv.buffer[at])) at++;
  return ends_with(r->file, ".inp") || (at + 2 <= r->csv.end && memcmp(r->csv.buffer + at, "/*", 2) == 0);
}

/* Excel's own first line, "sep=;", names the delimiter and is no header. */
static void skip_separator_line(hc_reader *r) {
  const char *s = r->csv.buffer;
  if (r->csv.end < 6 || strncasecmp(s, "sep=", 4) != 0 || (s[5] != '\n' && s[5] != '\r')) return;
  const char *line = memchr(s, '\n', r->csv.end);
  if (!line) return;
  r->text_begin = (size_t)(line - s) + 1;
  r->first_line = 2;
  r->source.delimiter = s[4];
}

/* Whole lines of the sample, of which the delimiter is told. */
static hc_status find_delimiter(hc_reader *r, hc_error *err) {
  const char *text = r->csv.buffer + r->text_begin;
  size_t n = r->csv.end - r->text_begin;
  if (!r->csv.ended)
    while (n > 0 && text[n - 1] != '\n') n--;
  char chosen = r->settings->delimiter ? r->settings->delimiter : r->source.delimiter;
  hc_status status = chosen ? HC_OK : hc_detect_delimiter(&chosen, text, n, r->file, err);
  r->source.delimiter = r->csv.delimiter = chosen;
  return status;
}

/* ---- the sample --------------------------------------------------------------------------------------- */

static char *copy_text(const char *text, size_t n) {
  char *copy = malloc(n + 1);
  if (!copy) return NULL;
  memcpy(copy, text, n);
  copy[n] = 0;
  return copy;
}

static char *key_of(const char *name) {
  char *key = copy_text(name, strlen(name));
  for (char *s = key; s && *s; s++) {
    if (*s >= 'A' && *s <= 'Z') *s = (char)(*s - 'A' + 'a');
    if (*s == '.' || *s == ' ' || *s == '-') *s = '_';
  }
  return key;
}

static bool is_number(const hc_field *f, hc_number_format *format, double *value) {
  hc_number what = hc_number_real(f->text, f->length, format, value);
  return what == HC_NUMBER_OK || what == HC_NUMBER_AMBIGUOUS;
}

/* A first line of numbers is a row; but years can name occasions. */
static bool is_row_of_numbers(const hc_reader *r) {
  bool years = true;
  for (size_t j = 0; j < r->csv.n_fields; j++) {
    hc_number_format any = r->number;
    double value = 0;
    if (!is_number(&r->csv.fields[j], &any, &value)) return false;
    years = years && value >= 1800 && value < 2200 && value == (int)value;
  }
  return !years || r->csv.n_fields < 2;
}

static hc_status read_header(hc_reader *r, hc_error *err) {
  hc_status status = hc_csv_next(&r->csv, err);
  if (status != HC_OK) return status;
  r->n_columns = r->csv.n_fields;
  if (r->n_columns == 0)
    return hc_fail_at(err, HC_EDATA, r->file, 1, 1, "expected a header and rows, found %s",
                      r->csv.ended ? "only blank lines" : "a first line of more than 65,536 characters");
  if (!r->settings->roles.no_header && is_row_of_numbers(r))
    return hc_csv_fail(&r->csv, 0, err, "expected a header with the names of the columns, found a row of numbers: --no-header calls them 1, 2, ...");
  r->look = calloc(r->n_columns + 1, sizeof *r->look);
  if (!r->look) return no_memory(err);
  for (size_t j = 0; j < r->n_columns; j++) {
    char place[24];
    size_t n = (size_t)snprintf(place, sizeof place, "%zu", j + 1);
    r->look[j].name = r->settings->roles.no_header ? copy_text(place, n)
                                                    : copy_text(r->csv.fields[j].text, r->csv.fields[j].length);
    r->look[j].key = r->look[j].name ? key_of(r->look[j].name) : NULL;
    if (!r->look[j].key) return no_memory(err);
    for (size_t i = 0; i < j; i++)
      if (r->look[j].name[0] && strcmp(r->look[i].name, r->look[j].name) == 0)
        return hc_csv_fail(&r->csv, j, err, "expected a name of its own for every column, found '%s' twice",
                           r->look[j].name);
  }
  return HC_OK;
}

/* The first row has one field more than the header: R's write.table puts the names of the rows there, under no name. */
static hc_status add_row_names(hc_reader *r, hc_error *err) {
  memmove(r->look + 1, r->look, r->n_columns * sizeof *r->look);
  r->look[0] = (hc_look){.name = copy_text("", 0), .key = copy_text("", 0)};
  r->n_columns++;
  r->row_names = true;
  return r->look[0].name && r->look[0].key ? HC_OK : no_memory(err);
}

/* The user's names for columns take the place of the file's. */
static hc_status rename_columns(hc_reader *r, hc_error *err) {
  const hc_roles *roles = &r->settings->roles;
  for (size_t i = 0; i < roles->n_columns; i++) {
    const char *theirs = strchr(roles->columns[i], '=');
    size_t found = HC_NO_COLUMN, n = theirs ? (size_t)(theirs - roles->columns[i]) : 0;
    for (size_t j = 0; theirs && j < r->n_columns; j++) {
      if (strcmp(r->look[j].name, theirs + 1) == 0) found = j;
      else if (strlen(r->look[j].name) == n && strncmp(r->look[j].name, roles->columns[i], n) == 0)
        return hc_fail(err, HC_EUSAGE, "--column %s: there is a column '%.*s' already", roles->columns[i], (int)n,
                       roles->columns[i]);
    }
    if (found == HC_NO_COLUMN) {
      char names[300];
      hc_reader_all_names(r, names, sizeof names);
      return hc_fail(err, HC_EUSAGE, "--column %s: there is no column '%s'; the columns are %s", roles->columns[i],
                     theirs ? theirs + 1 : roles->columns[i], names);
    }
    free(r->look[found].name);
    free(r->look[found].key);
    r->look[found].name = copy_text(roles->columns[i], n);
    r->look[found].key = r->look[found].name ? key_of(r->look[found].name) : NULL;
    if (!r->look[found].key) return no_memory(err);
  }
  return HC_OK;
}

static void look_at_history(hc_look *look, const hc_field *f, bool first) {
  size_t n = 0;
  while (n < f->length && (f->text[n] == '0' || f->text[n] == '1')) n++;
  bool history = f->length >= 2 && n == f->length && (first || look->history_length == n);
  look->history_length = history ? n : 0;
  look->leading_zero = look->leading_zero || (history && f->text[0] == '0');
}

/* The first few different texts, in lower case. */
static void look_at_words(hc_look *look, const hc_field *f) {
  char word[HC_CODE_SIZE_IN_FILE];
  size_t n = f->length < sizeof word - 1 ? f->length : sizeof word - 1;
  for (size_t i = 0; i < n; i++) word[i] = (char)(f->text[i] >= 'A' && f->text[i] <= 'Z' ? f->text[i] - 'A' + 'a' : f->text[i]);
  word[n] = 0;
  for (size_t i = 0; i < look->n_words; i++)
    if (strcmp(look->word[i], word) == 0) return;
  if (look->n_words < HC_LOOK_WORDS) memcpy(look->word[look->n_words++], word, n + 1);
}

static void look_at_field(hc_reader *r, hc_look *look, const hc_field *f) {
  double value;
  look_at_history(look, f, r->sample.n_rows == 0);
  look_at_words(look, f);
  look->plus = look->plus || (f->length > 2 && memchr(f->text + 1, '+', f->length - 2));
  if (hc_number_is_missing(f->text, f->length)) {
    look->blank++;
  } else if (!is_number(f, &r->number, &value)) {
    look->text++;
  } else if (hc_number_real(f->text, f->length, &r->number, &value) == HC_NUMBER_OK && value >= 0 &&
             value < (double)HC_COUNT_MAX && value == (double)(uint64_t)value) {
    look->whole++;
    look->zero_one += f->length == 1 && value < 2;
  } else {
    look->real++;
  }
}

int hc_codes_bit(const hc_codes *codes, const hc_field *f) {
  if (!codes->yes[0] && !codes->no[0]) {
    unsigned bit = f->length == 1 ? (unsigned)(*f->text - '0') : 2;
    return bit < 2 ? (int)bit : -1;
  }
  if (strlen(codes->yes) == f->length && strncasecmp(codes->yes, f->text, f->length) == 0) return 1;
  return strlen(codes->no) == f->length && strncasecmp(codes->no, f->text, f->length) == 0 ? 0 : -1;
}

hc_codes hc_codes_stated(const hc_roles *roles) {
  hc_codes codes = {.stated = true};
  snprintf(codes.yes, sizeof codes.yes, "%s", roles->yes ? roles->yes : "1");
  snprintf(codes.no, sizeof codes.no, "%s", roles->no ? roles->no : "0");
  return codes;
}

bool hc_look_holds_codes(const hc_look *look, const hc_codes *codes) {
  bool yes = false;
  for (size_t i = 0; i < look->n_words; i++) {
    const hc_field word = {look->word[i], strlen(look->word[i])};
    int bit = hc_codes_bit(codes, &word);
    if (bit < 0) return false;
    yes = yes || bit == 1;
  }
  return yes;
}

void hc_reader_code_bits(hc_reader *r, const hc_codes *codes) {
  for (size_t j = 0; j < r->n_columns; j++) {
    if (!hc_look_holds_codes(&r->look[j], codes)) continue;
    for (size_t i = 0; i < r->sample.n_rows; i++) {
      hc_cell *cell = &r->sample.cell[i * r->sample.n_columns + j];
      cell->bit = -1;
      for (size_t k = 0; k < r->look[j].n_words; k++) {
        const hc_field word = {r->look[j].word[k], strlen(r->look[j].word[k])};
        if (cell->folded == hc_sample_hash(word.text, word.length)) cell->bit = (int8_t)hc_codes_bit(codes, &word);
      }
    }
  }
}

/* Looks at the rows of the sample. Ragged ones are left for the reading proper, which refuses them. */
static hc_status look_at_sample(hc_reader *r, hc_error *err) {
  hc_csv_sample(&r->csv, true, r->text_begin, r->first_line);
  hc_status status = read_header(r, err);
  if (status == HC_OK) status = rename_columns(r, err);
  if (status == HC_OK && r->settings->roles.no_header) hc_csv_sample(&r->csv, true, r->text_begin, r->first_line);
  while (status == HC_OK && (status = hc_csv_next(&r->csv, err)) == HC_OK && r->csv.n_fields > 0) {
    bool first = r->sample.n_rows == 0, named = !r->settings->roles.no_header;
    if (first && named && r->csv.n_fields == r->n_columns + 1 && !r->row_names) status = add_row_names(r, err);
    if (status != HC_OK) return status;
    for (size_t j = 0; j < r->n_columns && j < r->csv.n_fields; j++)
      look_at_field(r, &r->look[j], &r->csv.fields[j]);
    status = hc_sample_add(&r->sample, &r->csv, r->n_columns, &r->number, err);
  }
  return status;
}

/* Back to the header, as the current record. */
static hc_status go_back(hc_reader *r, hc_error *err) {
  if (r->sample.n_rows == 0)
    return hc_fail_at(err, HC_EDATA, r->file, r->csv.next_line, 1,
                      "expected at least one row after the header, found %s",
                      r->csv.ended ? "the end of the file" : "a line of more than 65,536 bytes");
  hc_csv_sample(&r->csv, false, r->text_begin, r->first_line);
  hc_status status = HC_OK;
  if (!r->settings->roles.no_header) {
    r->csv.expected = r->row_names ? r->n_columns - 1 : r->n_columns;
    status = hc_csv_next(&r->csv, err);
  }
  r->csv.expected = r->n_columns;
  return status;
}

/* ---- the whole --------------------------------------------------------------------------------------- */

static hc_status read_shape(hc_reader *r, hc_data **data, hc_error *err) {
  const hc_layout *layout = &r->layout;
  switch (layout->shape) {
    case HC_SHAPE_COUNTS: return hc_read_counts(r, data, err);
    case HC_SHAPE_MEMBERSHIP: return hc_read_membership(r, data, err);
    case HC_SHAPE_PAIRS: return hc_read_pairs(r, data, err);
    case HC_SHAPE_FIRST_LAST: return hc_read_first_last(r, data, err);
    case HC_SHAPE_REMOVAL: return hc_read_removal(r, data, err);
    case HC_SHAPE_LISTS:
    case HC_SHAPE_OCCASIONS:
      if (layout->per_occasion) return hc_read_occasion_rows(r, data, err);
      if (layout->two_lists) return hc_read_pairs(r, data, err);
      if (layout->names != HC_NO_COLUMN) return hc_read_names(r, data, err);
      return layout->history != HC_NO_COLUMN ? hc_read_histories(r, data, err) : hc_read_lists(r, data, err);
    default: return hc_table_read(r, data, err);
  }
}

static hc_status read_delimited(hc_reader *r, hc_data **data, hc_error *err) {
  skip_separator_line(r);
  hc_status status = find_delimiter(r, err);
  if (status != HC_OK) return status;
  /* Between commas the mark is a point, unless quoted numbers show otherwise. */
  bool presumed = !r->settings->decimal && r->source.delimiter == ',';
  if (!hc_number_format_init(&r->number, presumed ? '.' : r->settings->decimal, presumed)) return no_memory(err);
  status = look_at_sample(r, err);
  if (status == HC_OK) status = go_back(r, err);
  if (status == HC_OK) status = hc_layout_find(r, err);
  if (status == HC_OK) status = read_shape(r, data, err);
  if (status == HC_OK) status = hc_by_finish(r, *data, err);
  if (status == HC_OK && r->csv.rows_blank > 0)
    hc_reader_remark(r, "%llu empty rows were passed over", (unsigned long long)r->csv.rows_blank);
  r->source.decimal = r->number.decimal ? r->number.decimal : '.';
  return status;
}

static hc_status read_histories_of_mark(hc_reader *r, hc_data **data, hc_error *err) {
  hc_status status = hc_read_inp(r, data, err);
  return status == HC_OK ? hc_by_finish(r, *data, err) : status;
}

static void finish(hc_reader *r, hc_data *data) {
  hc_shape read_as = data->source.read_as;
  hc_stream_digest(r->stream, &r->source.bytes, r->source.sha256);
  snprintf(r->source.file, sizeof r->source.file, "%s", r->file);
  r->source.shape_forced = r->settings->shape != HC_SHAPE_AUTO;
  r->source.read_as = r->layout.shape ? r->layout.shape : read_as;
  data->source = r->source;
  r->source.remarks = NULL; /* the data own them now */
  r->source.n_remarks = 0;
}

static void close_reader(hc_reader *r) {
  for (size_t j = 0; r->look && j < r->n_columns; j++) {
    free(r->look[j].name);
    free(r->look[j].key);
  }
  free(r->look);
  for (size_t i = 0; i < r->source.n_remarks; i++) free(r->source.remarks[i]);
  free(r->source.remarks);
  hc_sample_clear(&r->sample);
  hc_members_free(r->rows);
  hc_by_free(r);
  hc_number_format_clear(&r->number);
  hc_csv_close(&r->csv);
  hc_stream_close(r->stream);
  free(r);
}

hc_status hc_data_read(hc_data **data, const char *file, const hc_read_settings *settings, hc_error *err) {
  hc_read_settings detect;
  hc_read_settings_init(&detect);
  *data = NULL;
  hc_reader *r = calloc(1, sizeof *r);
  if (!r) return no_memory(err);
  r->file = file;
  r->settings = settings ? settings : &detect;
  r->first_line = 1;
  hc_status status = open_text(r, err);
  if (status == HC_OK) status = is_inp(r) ? read_histories_of_mark(r, data, err) : read_delimited(r, data, err);
  if (status == HC_OK && r->remarks_lost) status = no_memory(err);
  if (status == HC_OK) finish(r, *data);
  else if (*data) hc_data_free(*data), *data = NULL;
  if (status == HC_EDATA && err && !err->file[0]) snprintf(err->file, sizeof err->file, "%s", file);
  close_reader(r);
  return status;
}
