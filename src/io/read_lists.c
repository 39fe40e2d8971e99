/* Capture histories: one column of 0 and 1 per list, or one column of strings such as 0101. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/by.h"
#include "io/long_histories.h"

/* Says which columns were left out: those that are not used. Turns `used` into its opposite. */
static void say_left_out(hc_reader *r, bool *used) {
  const hc_layout *layout = &r->layout;
  char names[160];
  bool some = false;
  if (layout->count != HC_NO_COLUMN) used[layout->count] = true;
  for (size_t i = 0; i < layout->n_by; i++) used[layout->by[i]] = true;
  for (size_t j = 0; j < r->n_columns; j++) {
    used[j] = !used[j] && r->look[j].name[0];
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
    hc_reader_remark(r, "%zu %s: %s", layout->n_lists,
                     layout->shape == HC_SHAPE_LISTS ? hc_noun(layout->n_lists, "list", "lists") : hc_noun(layout->n_lists, "occasion", "occasions"),
                     names);
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
  const hc_codes *c = &r->layout.codes;
  bool words = c->yes[0] || c->no[0];
  int n = hc_format(expected, sizeof expected, "%s or %s in column '%.50s'", words ? c->no[0] ? c->no : _("a blank") : "0",
                   words ? c->yes : "1", r->look[j].name);
  if (n < 0) expected[0] = 0;
  hc_number what = f->length == 0 ? HC_NUMBER_BLANK
                   : hc_number_is_missing(f->text, f->length) ? HC_NUMBER_MISSING : HC_NUMBER_TEXT;
  return hc_reader_bad(r, j, expected, what, err);
}

static hc_status add_row(hc_reader *r, hc_tally *tally, uint64_t key, hc_error *err) {
  uint64_t count = 1;
  size_t j = r->layout.count;
  hc_status status = HC_OK;
  const hc_field *f = j != HC_NO_COLUMN ? &r->csv.fields[j] : NULL;
  /* papers print the cell of those on no list as ?, - or leave it blank */
  if (f && key == 0 && hc_number_is_unknown(f->text, f->length)) {
    hc_reader_remark(r, "the row of those on no list has no number, which is what is estimated, and was left out");
    return HC_OK;
  }
  if (j != HC_NO_COLUMN) status = hc_reader_count(r, j, true, &count, err);
  if (status == HC_OK && r->layout.n_by) status = hc_by_add(r, key, count, err);
  if (status != HC_OK) return status;
  return hc_tally_add(tally, key, count) ? HC_OK : hc_reader_tally_failed(r, tally, j == HC_NO_COLUMN ? 0 : j, err);
}

/* Whether the field is written as the user says that missing values are. */
static bool is_missing(const hc_reader *r, const hc_field *f) {
  const hc_roles *roles = &r->settings->roles;
  if (!roles->missing_is_no && !roles->missing_drops_row) return false;
  if (!roles->missing) return hc_number_is_missing(f->text, f->length);
  for (const char *at = roles->missing;; at++) {
    size_t n = strcspn(at, ",");
    if (n == f->length && strncmp(at, f->text, n) == 0) return true;
    at += n;
    if (!*at) return false;
  }
}

/* The row's history where lists are written as 0 and 1, as in nearly all files: false at anything else. */
static inline bool read_plain_bits(const hc_reader *r, uint64_t *key) {
  const size_t *list = r->layout.list;
  const hc_field *fields = r->csv.fields;
  size_t n = r->layout.n_lists;
  uint64_t bits = 0;
  for (size_t i = 0; i < n; i++) {
    const hc_field *f = &fields[list[i]];
    unsigned bit = f->length == 1 ? (unsigned)(*f->text - '0') : 2;
    if (bit > 1) return false;
    bits |= (uint64_t)bit << i;
  }
  *key = bits;
  return true;
}

/* The row's history; *drop where it holds a missing value and such rows are left out. */
static hc_status read_bits(hc_reader *r, uint64_t *key, bool *drop, hc_error *err) {
  const hc_layout *layout = &r->layout;
  *key = 0;
  *drop = false;
  for (size_t i = 0; i < layout->n_lists; i++) {
    const hc_field *f = &r->csv.fields[layout->list[i]];
    int bit = hc_codes_bit(&layout->codes, f);
    if (bit < 0 && is_missing(r, f)) {
      bit = 0;
      *drop = *drop || r->settings->roles.missing_drops_row;
    }
    if (bit < 0) return fail_list(r, layout->list[i], err);
    *key |= (uint64_t)bit << i;
  }
  return HC_OK;
}

static hc_status tally_lists(hc_reader *r, hc_tally *tally, hc_ids *ids, uint64_t *dropped, hc_error *err) {
  hc_status status;
  const hc_layout *layout = &r->layout;
  const bool counted = layout->count != HC_NO_COLUMN, plain = !layout->codes.yes[0] && !layout->codes.no[0];
  const bool distinct = layout->distinct, all_on_some = layout->all_on_some, ids_wanted = ids->members, put_together = layout->union_of_ids;
  bool more, drop = false, total = false;
  while ((status = hc_reader_row(r, &more, err)) == HC_OK && more) {
    uint64_t key;
    if (counted) status = hc_reader_total(r, &total, err);
    if (status == HC_OK && total) continue;
    if (status == HC_OK && !(plain && read_plain_bits(r, &key))) status = read_bits(r, &key, &drop, err);
    if (status != HC_OK) return status;
    *dropped += drop;
    if (drop) {
      drop = false;
      continue;
    }
    if (distinct || (all_on_some && !key)) status = hc_reader_still_proven(r, key, err);
    if (status == HC_OK && ids_wanted) status = hc_ids_add(ids, r, key, err);
    if (status == HC_OK && !put_together) status = add_row(r, tally, key, err);
    if (status != HC_OK) return status;
  }
  return status;
}

struct union_of_ids {
  hc_tally *tally;
  bool failed;
};

static void add_person(void *context, uint64_t lists, const uint64_t *more, size_t n_more) {
  struct union_of_ids *u = context;
  (void)more, (void)n_more; /* --lists has at most 64 */
  u->failed = !hc_tally_add(u->tally, lists & ~(UINT64_C(1) << (HC_MAX_LISTS - 1)), 1) || u->failed;
}

/* Rows put together by id, where that is asked for. */
static hc_status settle_ids(hc_reader *r, hc_tally *tally, const hc_ids *ids, hc_error *err) {
  struct union_of_ids u = {tally, false};
  if (!r->layout.union_of_ids) return hc_ids_check(ids, r, err);
  hc_members_each(ids->members, add_person, &u);
  if (ids->repeated)
    hc_reader_remark(r, "%llu %s an id and %s put together with the first of it",
                     (unsigned long long)ids->repeated, hc_noun(ids->repeated, "row repeats", "rows repeat"),
                     hc_noun(ids->repeated, "was", "were"));
  return u.failed ? hc_fail(err, HC_ENOMEM, "out of memory") : HC_OK;
}

static hc_status find_codes(hc_reader *r, hc_error *err) {
  hc_layout *layout = &r->layout;
  const hc_roles *roles = &r->settings->roles;
  if (roles->yes || roles->no) layout->codes = hc_codes_stated(roles);
  for (const hc_codes *c = hc_heading_codes; layout->stated && !layout->codes.yes[0] && c->yes[0]; c++) {
    bool all = true, some = false;
    for (size_t i = 0; i < layout->n_lists; i++) {
      all = all && hc_look_fits_codes(&r->look[layout->list[i]], c);
      some = some || hc_look_holds_codes(&r->look[layout->list[i]], c);
    }
    if (all && some) layout->codes = *c;
  }
  if (layout->union_of_ids && layout->n_lists >= HC_MAX_LISTS)
    return hc_fail(err, HC_EUSAGE, "--repeated-ids union: at most %d lists", HC_MAX_LISTS - 1);
  if (layout->codes.yes[0])
    hc_reader_remark(r, "'%s' is read as on the list, %s%s%s as not on it", layout->codes.yes,
                     layout->codes.no[0] ? "'" : "", layout->codes.no[0] ? layout->codes.no : _("a blank"),
                     layout->codes.no[0] ? "'" : "");
  return HC_OK;
}

hc_status hc_read_lists(hc_reader *reader, hc_data **data, hc_error *err) {
  const hc_layout *layout = &reader->layout;
  const char *names[HC_MAX_LISTS];
  hc_tally *tally = NULL;
  hc_ids ids = {.repeated = 0};
  uint64_t dropped = 0;
  for (size_t i = 0; i < layout->n_lists; i++) names[i] = reader->look[layout->list[i]].name;
  hc_status status = announce(reader, err);
  if (status == HC_OK) status = find_codes(reader, err);
  if (status == HC_OK) status = hc_tally_new(&tally, (unsigned)layout->n_lists, err);
  if (status == HC_OK && layout->id != HC_NO_COLUMN) status = hc_members_new(&ids.members, err);
  if (status == HC_OK) status = tally_lists(reader, tally, &ids, &dropped, err);
  if (status == HC_OK) status = settle_ids(reader, tally, &ids, err);
  if (dropped)
    hc_reader_remark(reader, "%llu %s with a missing value in a list %s left out", (unsigned long long)dropped,
                     hc_noun(dropped, "row", "rows"), hc_noun(dropped, "was", "were"));
  if (status == HC_OK) status = hc_reader_histories(reader, data, tally, layout->shape, layout->n_lists, names, err);
  hc_members_free(ids.members);
  hc_tally_free(tally);
  return status;
}

/* ---- strings of 0 and 1 ------------------------------------------------------------------------------- */

struct strings {
  hc_tally *tally;        /* of up to 64 occasions */
  hc_long_histories many; /* of more */
  hc_ids ids;
  size_t length; /* of the first row's; 0: no row yet */
};

static bool is_one(const void *text, size_t i) { return ((const char *)text)[i] == '1'; }

/* The row's history; of more than 64 occasions, 1 where there is a 1 among them. */
static hc_status read_string(hc_reader *r, struct strings *s, uint64_t *key, hc_error *err) {
  size_t j = r->layout.history, most = r->layout.shape == HC_SHAPE_LISTS ? HC_MAX_LISTS : HC_MOST_OCCASIONS;
  const hc_field *f = &r->csv.fields[j];
  if (f->length == 0) return hc_reader_bad(r, j, _("a history of 0 and 1"), HC_NUMBER_BLANK, err);
  for (size_t i = 0; i < f->length; i++)
    if (f->text[i] != '0' && f->text[i] != '1') return hc_reader_bad(r, j, _("a history of 0 and 1"), HC_NUMBER_TEXT, err);
  if (f->length > most)
    return hc_csv_fail(&r->csv, j, err, "expected a history of at most %zu %s, found %zu", most,
                       hc_shape_name(r->layout.shape), f->length);
  if (s->length == 0) s->length = f->length;
  if (f->length != s->length)
    return hc_csv_fail(&r->csv, j, err,
                       "expected a history of %zu digits as in the first row, found %zu: did a spreadsheet drop "
                       "leading zeros?", s->length, f->length);
  *key = s->length > HC_MAX_LISTS && memchr(f->text, '1', f->length);
  for (size_t i = 0; i < f->length && s->length <= HC_MAX_LISTS; i++) *key |= (uint64_t)is_one(f->text, i) << i;
  return HC_OK;
}

/* People with a history of more than 64 occasions. */
static hc_status add_long(hc_reader *r, struct strings *s, hc_error *err) {
  uint64_t count = 1;
  hc_status status = s->many.k ? HC_OK : hc_long_begin(&s->many, s->length, err);
  if (status == HC_OK && r->layout.count != HC_NO_COLUMN) status = hc_reader_count(r, r->layout.count, true, &count, err);
  if (status == HC_OK) hc_long_add(&s->many, is_one, r->csv.fields[r->layout.history].text, count);
  return status;
}

static hc_status read_strings(hc_reader *r, struct strings *s, hc_error *err) {
  hc_status status;
  bool more, total;
  while ((status = hc_reader_row(r, &more, err)) == HC_OK && more) {
    uint64_t key = 0;
    status = hc_reader_total(r, &total, err);
    if (status == HC_OK && total) continue;
    if (status == HC_OK) status = read_string(r, s, &key, err);
    if (status == HC_OK) status = hc_reader_still_proven(r, key, err);
    if (status == HC_OK && s->ids.members) status = hc_ids_add(&s->ids, r, key, err);
    if (status == HC_OK) status = s->length > HC_MAX_LISTS ? add_long(r, s, err) : add_row(r, s->tally, key, err);
    if (status != HC_OK) return status;
  }
  return status;
}

hc_status hc_read_histories(hc_reader *reader, hc_data **data, hc_error *err) {
  struct strings s = {.length = 0};
  hc_status status = announce(reader, err);
  if (status == HC_OK) status = hc_tally_new(&s.tally, HC_MAX_LISTS, err);
  if (status == HC_OK && reader->layout.id != HC_NO_COLUMN) status = hc_members_new(&s.ids.members, err);
  if (status == HC_OK) status = read_strings(reader, &s, err);
  if (status == HC_OK) status = hc_ids_check(&s.ids, reader, err);
  if (status == HC_OK)
    status = s.many.k ? hc_long_data(&s.many, reader, NULL, data, err)
                      : hc_reader_histories(reader, data, s.tally, reader->layout.shape, s.length, NULL, err);
  hc_members_free(s.ids.members);
  hc_tally_free(s.tally);
  hc_long_end(&s.many);
  return status;
}
