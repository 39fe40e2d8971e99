/* hc_data_read: opens, detects, looks at a sample, hands over to the reader of the shape. */
#include "io/reader.h"

#include "io/by.h"
#include "io/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stddef.h>
#include <strings.h>

void hc_read_settings_begin(hc_read_settings *settings, size_t size) {
  memset(settings, 0, size);
  settings->size = size;
}

static hc_status no_memory(hc_error *err) { return hc_fail(err, HC_ENOMEM, "out of memory while reading"); }

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
                      r->csv.ended ? _("only blank lines") : _("a first line of more than 65,536 characters"));
  if (!r->settings->roles.no_header && is_row_of_numbers(r))
    return hc_csv_fail(&r->csv, 0, err, "expected a header with the names of the columns, found a row of numbers: --no-header calls them 1, 2, ...");
  r->look = calloc(r->n_columns + 1, sizeof *r->look);
  if (!r->look) return no_memory(err);
  for (size_t j = 0; j < r->n_columns; j++) {
    char place[24];
    size_t n = (size_t)snprintf(place, sizeof place, "%zu", j + 1);
    r->look[j].name = r->settings->roles.no_header ? copy_text(place, n)
                                                    : copy_text(r->csv.fields[j].text, r->csv.fields[j].length);
    r->look[j].key = r->look[j].name ? hc_heading_key(r->look[j].name) : NULL;
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
    r->look[found].key = r->look[found].name ? hc_heading_key(r->look[found].name) : NULL;
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
                      r->csv.ended ? _("the end of the file") : _("a line of more than 65,536 bytes"));
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

/* Lists and occasions: by how they are laid out. */
static hc_status hc_read_cells(hc_reader *r, hc_data **data, hc_error *err) {
  const hc_layout *layout = &r->layout;
  if (layout->per_occasion) return hc_read_occasion_rows(r, data, err);
  if (layout->two_lists) return hc_read_pairs(r, data, err);
  if (layout->names != HC_NO_COLUMN) return hc_read_names(r, data, err);
  return layout->history != HC_NO_COLUMN ? hc_read_histories(r, data, err) : hc_read_lists(r, data, err);
}

static const struct {
  hc_shape shape;
  hc_status (*read)(hc_reader *reader, hc_data **data, hc_error *err);
} readers[] = {
#define HC_SHAPE(NAME, name, bit, kind, reader, naming, heading) {HC_SHAPE_##NAME, reader},
#include "engine/shapes.def"
#undef HC_SHAPE
};

static hc_status read_shape(hc_reader *r, hc_data **data, hc_error *err) {
  for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
    if (readers[i].shape == r->layout.shape) return readers[i].read(r, data, err);
  return hc_table_read(r, data, err);
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
  hc_read_settings own;
  hc_read_settings_init(&own);
  *data = NULL;
  if (settings && settings->size < offsetof(hc_read_settings, roles))
    return hc_fail(err, HC_EUSAGE, "settings begin with hc_read_settings_init");
  if (settings) memcpy(&own, settings, settings->size < sizeof own ? settings->size : sizeof own);
  hc_reader *r = calloc(1, sizeof *r);
  if (!r) return no_memory(err);
  r->file = file;
  r->settings = &own;
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
