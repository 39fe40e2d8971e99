/* What the readers of the shapes share: remarks, names, the next row and its fields, codes of yes and no. Knows no shape. */
#include "io/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SHOWN = 40 };

static hc_status no_memory(hc_error *err) { return hc_fail(err, HC_ENOMEM, "out of memory while reading"); }

void hc_reader_remark(hc_reader *reader, const char *format, ...) {
  hc_source *source = &reader->source;
  char *text = NULL, **more = NULL;
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int n = hc_format_list(NULL, 0, format, args);
  if (n >= 0) text = malloc((size_t)n + 1);
  if (text) hc_format_list(text, (size_t)n + 1, format, again);
  if (text) hc_text_whole(text);
  va_end(again);
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
    if (which && !which[j]) continue;
    const char *name = reader->look[j].name[0] ? reader->look[j].name : _("(no name)");
    if (n + strlen(name) + 8 > size) {
      snprintf(text + n, size - n, "%s", ", ...");
      return;
    }
    n += (size_t)snprintf(text + n, size - n, "%s%s", n ? ", " : "", name);
  }
}

void hc_reader_all_names(const hc_reader *r, char *text, size_t size) {
  hc_reader_names(r, NULL, text, size);
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
                         found[0] == '0' ? _(": a share is no count of people") : "");
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
    if (what != HC_NUMBER_OK) return hc_reader_bad(reader, j, _("a count (0, 1, 2, ...)"), what, err);
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

void hc_reader_say_unmet(hc_reader *reader, uint64_t people) {
  if (people)
    hc_reader_remark(reader, "%llu %s on no list %s left out: only those met at least once can be used",
                     (unsigned long long)people, hc_noun(people, "person who is", "people who are"),
                     hc_noun(people, "was", "were"));
}

hc_status hc_reader_histories(hc_reader *reader, hc_data **data, const hc_tally *tally, hc_shape shape, size_t n_lists,
                              const char *const *names, hc_error *err) {
  uint64_t *key = NULL, *count = NULL;
  size_t n;
  hc_status status = hc_tally_arrays(tally, &key, &count, &n, err);
  if (status != HC_OK) return status;
  for (size_t i = 0; i < n; i++)
    if (key[i] == 0) hc_reader_say_unmet(reader, count[i]);
  status = hc_data_from_histories(data, shape, n_lists, names, key, count, n, err);
  free(key);
  free(count);
  return status;
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

/* Whether the column holds nothing but the codes; *yes: the one for "on the list" is among them. */
static bool fits_codes(const hc_look *look, const hc_codes *codes, bool *yes) {
  *yes = false;
  for (size_t i = 0; i < look->n_words; i++) {
    const hc_field word = {look->word[i], strlen(look->word[i])};
    int bit = hc_codes_bit(codes, &word);
    if (bit < 0) return false;
    *yes = *yes || bit == 1;
  }
  return true;
}

bool hc_look_fits_codes(const hc_look *look, const hc_codes *codes) {
  bool yes;
  return fits_codes(look, codes, &yes);
}

bool hc_look_holds_codes(const hc_look *look, const hc_codes *codes) {
  bool yes;
  return fits_codes(look, codes, &yes) && yes;
}

void hc_reader_code_bits(hc_reader *r, const hc_codes *codes) {
  for (size_t j = 0; j < r->n_columns; j++) {
    if (!hc_look_fits_codes(&r->look[j], codes)) continue;
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
