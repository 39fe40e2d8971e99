/* Who the rows are about, and whether rows past the sample keep to what the sample proved. */
#include <stdio.h>
#include <string.h>

#include "io/reader.h"

static hc_status no_memory(const hc_reader *r, hc_error *err) {
  return hc_fail(err, HC_ENOMEM, "no memory for %llu rows", (unsigned long long)r->source.rows);
}

static void name_id(hc_ids *ids, const hc_field *f) {
  size_t used = strlen(ids->names);
  if (used + f->length + 4 < sizeof ids->names)
    snprintf(ids->names + used, sizeof ids->names - used, "%s%.*s", used ? ", " : "", (int)f->length, f->text);
}

hc_status hc_ids_add(hc_ids *ids, hc_reader *r, uint64_t lists, hc_error *err) {
  const hc_field *f = &r->csv.fields[r->layout.id];
  bool again = false, on = false;
  if (hc_number_is_missing(f->text, f->length))
    return hc_reader_bad(r, r->layout.id, _("an id"), f->length ? HC_NUMBER_MISSING : HC_NUMBER_BLANK, err);
  bool good = hc_members_add(ids->members, f->text, f->length, HC_MAX_LISTS - 1, &again);
  if (r->layout.union_of_ids)
    for (unsigned i = 0; i < r->layout.n_lists && good; i++)
      if (lists >> i & 1) good = hc_members_add(ids->members, f->text, f->length, i, &on);
  if (!good) return no_memory(r, err);
  if (again) name_id(ids, f);
  ids->repeated += again;
  return HC_OK;
}

hc_status hc_ids_check(const hc_ids *ids, const hc_reader *r, hc_error *err) {
  if (!ids->repeated) return HC_OK;
  return hc_fail_at(err, HC_EDATA, r->file, 1, 0, "expected one row for each '%s', found %llu rows that repeat one (%s): "
                    "with --lists, --repeated-ids union makes one person of them", r->look[r->layout.id].name,
                    (unsigned long long)ids->repeated, ids->names);
}

/* What distinguishes the row: two of 64 bits are the same by chance once in 2^64 pairs. */
static uint64_t fingerprint(const hc_reader *r) {
  uint64_t hash = 0;
  for (size_t j = 0; j < r->n_columns; j++) {
    if (!r->look[j].tells_apart) continue;
    const hc_field *f = &r->csv.fields[j];
    hash = (hash ^ hc_sample_hash(f->text, f->length)) * UINT64_C(0x9E3779B97F4A7C15) + j;
  }
  return hash;
}

hc_status hc_reader_still_proven(hc_reader *r, uint64_t key, hc_error *err) {
  bool again = false;
  if (r->layout.all_on_some && !key)
    return hc_csv_fail(&r->csv, r->layout.list[0], err, "the first rows are all on some list and this one is on none, so "
                       "nothing proves which columns are the lists: --lists says it");
  if (!r->layout.distinct) return HC_OK;
  uint64_t hash = fingerprint(r);
  hc_status status = r->rows ? HC_OK : hc_members_new(&r->rows, err);
  if (status != HC_OK) return status;
  if (!hc_members_add(r->rows, (const char *)&hash, sizeof hash, 0, &again)) return no_memory(r, err);
  if (!again) return HC_OK;
  return hc_csv_fail(&r->csv, r->layout.count, err, "this row repeats an earlier one, so nothing proves that '%s' counts people: "
                     "--count says it", r->look[r->layout.count].name);
}
