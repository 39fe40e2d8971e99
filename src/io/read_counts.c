/* Times met and how many people: a table of both, or one row per person. */
#include <stdlib.h>

#include "io/by.h"

enum { PLAIN_BITS = 16 };

static hc_status announce(hc_reader *r, hc_error *err) {
  const hc_layout *layout = &r->layout;
  char names[160];
  bool per_person = layout->count == HC_NO_COLUMN;
  bool *left = calloc(r->n_columns, sizeof *left), some = false;
  if (!left) return hc_fail(err, HC_ENOMEM, "out of memory");
  for (size_t j = 0; j < r->n_columns; j++) {
    left[j] = j != layout->times && j != layout->count;
    for (size_t i = 0; i < layout->n_by; i++) left[j] = left[j] && j != layout->by[i];
    some = some || left[j];
  }
  hc_reader_names(r, left, names, sizeof names);
  if (some) hc_reader_names(r, left, r->source.unused, sizeof r->source.unused);
  free(left);
  const char *times = r->look[layout->times].name;
  if (per_person) hc_reader_remark(r, "one row per person, times met in column '%s'", times);
  else hc_reader_remark(r, "times met in column '%s', people in column '%s'", times, r->look[layout->count].name);
  if (some && per_person) hc_reader_remark(r, "columns left out: %s", names);
  else if (some) hc_reader_remark(r, "people are summed over the other columns: %s", names);
  return HC_OK;
}

/* A class of a table, the first time that it comes. */
static hc_status note_class(hc_reader *r, hc_members *classes, uint64_t times, hc_error *err) {
  bool again = false;
  if (!classes) return HC_OK;
  if (!hc_members_add(classes, (const char *)&times, sizeof times, 0, &again))
    return hc_fail(err, HC_ENOMEM, "out of memory");
  if (again && r->n_columns == 2)
    hc_reader_remark(r, "the table states a number of times more than once: its people are summed");
  return HC_OK;
}

static hc_status read_row(hc_reader *r, hc_tally *tally, hc_members *classes, hc_ids *ids, uint64_t *never,
                          hc_error *err) {
  const hc_layout *layout = &r->layout;
  uint64_t times, people = 1;
  bool total;
  hc_status status = hc_reader_total(r, &total, err);
  if (status != HC_OK || total) return status;
  status = hc_reader_count(r, layout->times, false, &times, err);
  if (status == HC_OK && layout->count != HC_NO_COLUMN) status = hc_reader_count(r, layout->count, true, &people, err);
  if (status == HC_OK) status = note_class(r, classes, times, err);
  if (status == HC_OK && ids->members) status = hc_ids_add(ids, r, 0, err);
  if (status != HC_OK) return status;
  if (times == 0) {
    if (layout->count != HC_NO_COLUMN && people > 0)
      return hc_csv_fail(&r->csv, layout->times, err,
                         "expected people who were met at least once, found %llu met 0 times: those never met are what "
                         "is estimated; leave the row out", (unsigned long long)people);
    *never += layout->count == HC_NO_COLUMN;
    return HC_OK;
  }
  status = hc_by_add(r, times, people, err);
  if (status != HC_OK) return status;
  return hc_tally_add(tally, times, people) ? HC_OK : hc_reader_tally_failed(r, tally, layout->times, err);
}

static hc_status build(hc_data **data, const hc_tally *tally, hc_error *err) {
  uint64_t *times = NULL, *people = NULL;
  size_t n;
  hc_status status = hc_tally_arrays(tally, &times, &people, &n, err);
  if (status != HC_OK) return status;
  status = hc_data_from_counts(data, times, people, n, err);
  free(times);
  free(people);
  return status;
}

hc_status hc_read_counts(hc_reader *reader, hc_data **data, hc_error *err) {
  hc_tally *tally = NULL;
  hc_members *classes = NULL;
  hc_ids ids = {.repeated = 0};
  uint64_t never = 0;
  bool more = true;
  hc_status status = announce(reader, err);
  if (status == HC_OK) status = hc_tally_new(&tally, PLAIN_BITS, err);
  if (status == HC_OK && reader->layout.count != HC_NO_COLUMN) status = hc_members_new(&classes, err);
  if (status == HC_OK && reader->layout.id != HC_NO_COLUMN) status = hc_members_new(&ids.members, err);
  while (status == HC_OK && more) {
    status = hc_reader_row(reader, &more, err);
    if (status == HC_OK && more) status = read_row(reader, tally, classes, &ids, &never, err);
  }
  if (never > 0)
    hc_reader_remark(reader, "%llu %s met 0 times %s left out: only those met at least once can be used",
                     (unsigned long long)never, hc_noun(never, "person", "people"), hc_noun(never, "was", "were"));
  if (status == HC_OK) status = hc_ids_check(&ids, reader, err);
  if (status == HC_OK) status = build(data, tally, err);
  hc_members_free(classes);
  hc_members_free(ids.members);
  hc_tally_free(tally);
  return status;
}
