/* Lists named in one field, as news+academic+bishop: one row per pattern, with people, or one row per person. */
#include <stdlib.h>
#include <string.h>

#include "io/by.h"

struct lists {
  char *name[HC_MAX_LISTS];
  size_t n;
};

static hc_status place_of(hc_reader *r, struct lists *lists, const char *text, size_t length, size_t *index, hc_error *err) {
  size_t j = r->layout.names;
  for (*index = 0; *index < lists->n; (*index)++)
    if (strlen(lists->name[*index]) == length && memcmp(lists->name[*index], text, length) == 0) return HC_OK;
  if (lists->n == HC_MAX_LISTS)
    return hc_csv_fail(&r->csv, j, err, "expected at most %d different lists in column '%s', found more", HC_MAX_LISTS,
                       r->look[j].name);
  lists->name[lists->n] = strndup(text, length);
  return lists->name[lists->n++] ? HC_OK : hc_fail(err, HC_ENOMEM, "out of memory while reading");
}

/* The names between plus signs, blanks around them left out. */
static hc_status read_field(hc_reader *r, struct lists *lists, uint64_t *key, hc_error *err) {
  const hc_field *f = &r->csv.fields[r->layout.names];
  *key = 0;
  for (size_t at = 0; at <= f->length;) {
    size_t end = at, index;
    while (end < f->length && f->text[end] != '+') end++;
    size_t first = at, last = end;
    while (first < last && f->text[first] == ' ') first++;
    while (last > first && f->text[last - 1] == ' ') last--;
    if (first == last) return hc_reader_bad(r, r->layout.names, _("names of lists with + between them"), HC_NUMBER_TEXT, err);
    hc_status status = place_of(r, lists, f->text + first, last - first, &index, err);
    if (status != HC_OK) return status;
    *key |= UINT64_C(1) << index;
    at = end + 1;
  }
  return HC_OK;
}

static hc_status read_rows(hc_reader *r, struct lists *lists, hc_tally *tally, hc_error *err) {
  hc_status status;
  bool more, total;
  while ((status = hc_reader_row(r, &more, err)) == HC_OK && more) {
    uint64_t key, count = 1;
    status = hc_reader_total(r, &total, err);
    if (status == HC_OK && total) continue;
    if (status == HC_OK) status = read_field(r, lists, &key, err);
    if (status == HC_OK) status = hc_reader_still_proven(r, key, err);
    if (status == HC_OK && r->layout.count != HC_NO_COLUMN) status = hc_reader_count(r, r->layout.count, true, &count, err);
    if (status == HC_OK) status = hc_by_add(r, key, count, err);
    if (status != HC_OK) return status;
    if (!hc_tally_add(tally, key, count)) return hc_reader_tally_failed(r, tally, r->layout.names, err);
  }
  return status;
}

hc_status hc_read_names(hc_reader *reader, hc_data **data, hc_error *err) {
  struct lists lists = {.n = 0};
  hc_tally *tally = NULL;
  hc_reader_remark(reader, "lists are named in column '%s', + between them%s%s", reader->look[reader->layout.names].name,
                   reader->layout.count == HC_NO_COLUMN ? _("; one row per person") : _("; people in column "),
                   reader->layout.count == HC_NO_COLUMN ? "" : reader->look[reader->layout.count].name);
  hc_status status = hc_tally_new(&tally, HC_MAX_LISTS, err);
  if (status == HC_OK) status = read_rows(reader, &lists, tally, err);
  if (status == HC_OK)
    status = hc_reader_histories(reader, data, tally, HC_SHAPE_LISTS, lists.n, (const char *const *)lists.name, err);
  for (size_t i = 0; i < lists.n; i++) free(lists.name[i]);
  hc_tally_free(tally);
  return status;
}
