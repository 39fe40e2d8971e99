/* Capture histories: one column of 0 and 1 per list, or one column of strings such as 0101. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/read.h"

/* Says which columns were left out: those that are not used. Turns `used` into its opposite. */
static void say_left_out(hc_reader *r, bool *used) {
  const hc_layout *layout = &r->layout;
  char names[160];
  bool some = false;
  if (layout->count != HC_NO_COLUMN) used[layout->count] = true;
  for (size_t j = 0; j < r->n_columns; j++) {
    used[j] = !used[j];
    some = some || used[j];
  }
  hc_reader_names(r, used, names, sizeof names);
  if (some && layout->count != HC_NO_COLUMN) hc_reader_remark(r, "people are summed over the other columns: %s", names);
  else if (some) hc_reader_remark(r, "columns left out: %s", names);
}

static hc_status announce(hc_reader *r, hc_error *err) {
  const hc_layout *layout = &r->layout;
  char names[120];
  bool *used = calloc(r->n_columns, sizeof *used);
  if (!used) return hc_fail(err, HC_ENOMEM, "out of memory");
  for (size_t i = 0; i < layout->n_lists; i++) used[layout->list[i]] = true;
  if (layout->history != HC_NO_COLUMN) used[layout->history] = true;
  hc_reader_names(r, used, names, sizeof names);
  const char *kind = hc_shape_name(layout->shape);
  if (layout->history != HC_NO_COLUMN)
    hc_reader_remark(r, "one history per row in column '%s', read as %s in this order", names, kind);
  else
    hc_reader_remark(r, "%zu %.*s: %s", layout->n_lists, (int)strlen(kind) - (layout->n_lists == 1), kind, names);
  if (layout->count != HC_NO_COLUMN)
    hc_reader_remark(r, "one row per history, people in column '%s'", r->look[layout->count].name);
  else
    hc_reader_remark(r, "one row per person");
  say_left_out(r, used);
  free(used);
  return HC_OK;
}

static hc_status fail_list(const hc_reader *r, size_t j, hc_error *err) {
  char expected[120];
  const hc_field *f = &r->csv.fields[j];
  int n = snprintf(expected, sizeof expected - 1, "0 or 1 in column '%.60s'", r->look[j].name);
  if (n < 0) expected[0] = 0;
  hc_number what = f->length == 0 ? HC_NUMBER_BLANK
                   : hc_number_is_missing(f->text, f->length) ? HC_NUMBER_MISSING : HC_NUMBER_TEXT;
  return hc_reader_bad(r, j, expected, what, err);
}

static hc_status add_row(hc_reader *r, hc_tally *tally, uint64_t key, hc_error *err) {
  uint64_t count = 1;
  size_t j = r->layout.count;
  hc_status status = HC_OK;
  if (j != HC_NO_COLUMN) status = hc_reader_count(r, j, true, &count, err);
  if (status != HC_OK) return status;
  return hc_tally_add(tally, key, count) ? HC_OK : hc_reader_tally_failed(r, tally, j == HC_NO_COLUMN ? 0 : j, err);
}

static hc_status tally_lists(hc_reader *r, hc_tally *tally, hc_error *err) {
  const hc_layout *layout = &r->layout;
  hc_status status;
  bool more;
  while ((status = hc_reader_row(r, &more, err)) == HC_OK && more) {
    uint64_t key = 0;
    for (size_t i = 0; i < layout->n_lists; i++) {
      const hc_field *f = &r->csv.fields[layout->list[i]];
      unsigned bit = f->length == 1 ? (unsigned)(*f->text - '0') : 2;
      if (bit > 1) return fail_list(r, layout->list[i], err);
      key |= (uint64_t)bit << i;
    }
    status = add_row(r, tally, key, err);
    if (status != HC_OK) return status;
  }
  return status;
}

hc_status hc_read_lists(hc_reader *reader, hc_data **data, hc_error *err) {
  const hc_layout *layout = &reader->layout;
  const char *names[HC_MAX_LISTS];
  hc_tally *tally = NULL;
  for (size_t i = 0; i < layout->n_lists; i++) names[i] = reader->look[layout->list[i]].name;
  hc_status status = announce(reader, err);
  if (status == HC_OK) status = hc_tally_new(&tally, (unsigned)layout->n_lists, err);
  if (status == HC_OK) status = tally_lists(reader, tally, err);
  if (status == HC_OK) status = hc_reader_histories(reader, data, tally, layout->n_lists, names, err);
  hc_tally_free(tally);
  return status;
}

/* ---- strings of 0 and 1 ------------------------------------------------------------------------------- */

static hc_status read_string(hc_reader *r, size_t *length, uint64_t *key, hc_error *err) {
  size_t j = r->layout.history;
  const hc_field *f = &r->csv.fields[j];
  *key = 0;
  for (size_t i = 0; i < f->length && i < HC_MAX_LISTS; i++) {
    unsigned bit = (unsigned)(f->text[i] - '0');
    if (bit > 1) return hc_reader_bad(r, j, "a history of 0 and 1", HC_NUMBER_TEXT, err);
    *key |= (uint64_t)bit << i;
  }
  if (f->length == 0) return hc_reader_bad(r, j, "a history of 0 and 1", HC_NUMBER_BLANK, err);
  if (f->length > HC_MAX_LISTS)
    return hc_csv_fail(&r->csv, j, err, "expected a history of at most %d occasions, found %zu", HC_MAX_LISTS, f->length);
  if (*length == 0) *length = f->length;
  if (f->length != *length)
    return hc_csv_fail(&r->csv, j, err,
                       "expected a history of %zu digits as in the first row, found %zu: did a spreadsheet drop "
                       "leading zeros?", *length, f->length);
  return HC_OK;
}

static hc_status tally_strings(hc_reader *r, hc_tally *tally, size_t *length, hc_error *err) {
  hc_status status;
  bool more;
  while ((status = hc_reader_row(r, &more, err)) == HC_OK && more) {
    uint64_t key;
    status = read_string(r, length, &key, err);
    if (status == HC_OK) status = add_row(r, tally, key, err);
    if (status != HC_OK) return status;
  }
  return status;
}

hc_status hc_read_histories(hc_reader *reader, hc_data **data, hc_error *err) {
  hc_tally *tally = NULL;
  size_t length = 0;
  hc_status status = announce(reader, err);
  if (status == HC_OK) status = hc_tally_new(&tally, HC_MAX_LISTS, err);
  if (status == HC_OK) status = tally_strings(reader, tally, &length, err);
  if (status == HC_OK) status = hc_reader_histories(reader, data, tally, length, NULL, err);
  hc_tally_free(tally);
  return status;
}
