/* Pairs of capture windows, one per row; or one pair without dates, which is two lists. */
#include <stdlib.h>
#include <string.h>

#include "io/by.h"

struct pairs {
  hc_pair *pair;
  size_t n, room;
};

static bool digits(const char *s, size_t n, int *value) {
  *value = 0;
  for (size_t i = 0; i < n; i++) {
    if (s[i] < '0' || s[i] > '9') return false;
    *value = 10 * *value + (s[i] - '0');
  }
  return true;
}

/* Days since 1970-01-01 in the Gregorian calendar. Years are counted from March, so that the leap day is
 * the last one; then month number i of 0..11 begins on day (153 i + 2) / 5 (31 30 31 30 31, twice, and on),
 * 400 years have 146,097 days, and 1970-01-01 is day 719,468 from 0000-03-01. The tests go through all days
 * of 1600 to 2400 with the rules of the calendar. */
static int64_t days_since_1970(int year, int month, int day) {
  int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

/* YYYY-MM-DD, perhaps with a time of day behind it. */
static bool parse_date(const hc_field *f, int64_t *days) {
  static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int year, month, day;
  const char *s = f->text;
  if (f->length < 10 || s[4] != '-' || s[7] != '-' || (f->length > 10 && s[10] != ' ' && s[10] != 'T')) return false;
  if (!digits(s, 4, &year) || !digits(s + 5, 2, &month) || !digits(s + 8, 2, &day)) return false;
  if (month < 1 || month > 12 || day < 1 || day > length[month - 1] + (month == 2 && is_leap(year))) return false;
  *days = days_since_1970(year, month, day);
  return true;
}

static hc_status read_date(hc_reader *r, size_t j, int64_t *days, hc_error *err) {
  const hc_field *f = &r->csv.fields[j];
  if (parse_date(f, days)) return HC_OK;
  return hc_reader_bad(r, j, _("a date such as 2017-10-31"), f->length ? HC_NUMBER_TEXT : HC_NUMBER_BLANK, err);
}

static hc_status read_numbers(hc_reader *r, hc_pair *pair, hc_error *err) {
  const hc_layout *layout = &r->layout;
  uint64_t n1 = 0, n2 = 0, m = 0;
  hc_status status = hc_reader_count(r, layout->n1, false, &n1, err);
  if (status == HC_OK) status = hc_reader_count(r, layout->n2, false, &n2, err);
  if (status == HC_OK) status = hc_reader_count(r, layout->m, false, &m, err);
  if (status != HC_OK) return status;
  if (m > n1 || m > n2)
    return hc_csv_fail(&r->csv, layout->m, err,
                       "expected at most %llu people in both, the smaller of n1 and n2, found %llu",
                       (unsigned long long)(n1 < n2 ? n1 : n2), (unsigned long long)m);
  pair->n1 = (double)n1, pair->n2 = (double)n2, pair->m = (double)m;
  return HC_OK;
}

static hc_status read_times(hc_reader *r, hc_pair *pair, hc_error *err) {
  const hc_layout *layout = &r->layout;
  int64_t before = 0;
  hc_status status = read_date(r, layout->date, &pair->date, err);
  if (status != HC_OK) return status;
  if (layout->lag == HC_NO_COLUMN) {
    status = read_date(r, layout->date_before, &before, err);
    pair->lag = (double)(pair->date - before);
    return status == HC_OK && pair->lag < 0
               ? hc_csv_fail(&r->csv, layout->date_before, err, "expected a date before that of the recapture, found a later one")
               : status;
  }
  status = hc_reader_real(r, layout->lag, _("a number of days"), &pair->lag, err);
  if (status == HC_OK && pair->lag < 0) return hc_reader_bad(r, layout->lag, _("a number of days"), HC_NUMBER_NEGATIVE, err);
  return status;
}

static hc_status keep(struct pairs *pairs, const hc_pair *pair, hc_error *err) {
  if (pairs->n == pairs->room) {
    size_t room = 2 * pairs->room + 1024;
    hc_pair *larger = realloc(pairs->pair, room * sizeof *larger);
    if (!larger) return hc_fail(err, HC_ENOMEM, "no memory for %zu pairs", room);
    pairs->pair = larger;
    pairs->room = room;
  }
  pairs->pair[pairs->n++] = *pair;
  return HC_OK;
}

/* The three cells of a study of two samples. */
static void cells_of(const hc_pair *p, uint64_t count[3]) {
  count[0] = (uint64_t)(p->n1 - p->m), count[1] = (uint64_t)(p->n2 - p->m), count[2] = (uint64_t)p->m;
}

/* The row's people as members of its stratum. */
static hc_status add_stratum(hc_reader *r, const hc_pair *pair, hc_error *err) {
  uint64_t count[3];
  hc_status status = HC_OK;
  cells_of(pair, count);
  for (uint64_t k = 0; k < 3 && status == HC_OK; k++) status = hc_by_add(r, k + 1, count[k], err);
  return status;
}

static hc_status read_all(hc_reader *r, struct pairs *pairs, hc_error *err) {
  hc_status status;
  bool more;
  while ((status = hc_reader_row(r, &more, err)) == HC_OK && more) {
    hc_pair pair = {.lag = 0};
    status = read_numbers(r, &pair, err);
    if (status == HC_OK && !r->layout.two_lists) status = read_times(r, &pair, err);
    if (status == HC_OK) status = keep(pairs, &pair, err);
    if (status == HC_OK && r->layout.two_lists) status = add_stratum(r, &pair, err);
    if (status != HC_OK) return status;
  }
  return status;
}

/* n1_police is the list "police". */
static const char *list_name(const hc_reader *r, size_t j, const char *otherwise) {
  const char *name = r->look[j].name;
  return strlen(name) > 3 ? name + 3 : otherwise;
}

/* One row is one study; with --by each row is a stratum. */
static hc_status build_lists(hc_reader *r, hc_data **data, const struct pairs *pairs, hc_error *err) {
  const char *names[] = {list_name(r, r->layout.n1, "list1"), list_name(r, r->layout.n2, "list2")};
  const uint64_t history[] = {1, 2, 3};
  uint64_t count[3] = {0, 0, 0};
  if (pairs->n > 1 && !r->layout.n_by)
    return hc_fail_at(err, HC_EDATA, r->file, r->csv.line, 1, "expected one row with n1, n2 and m, found %zu", pairs->n);
  for (size_t i = 0; i < pairs->n; i++) {
    uint64_t one[3];
    cells_of(&pairs->pair[i], one);
    for (int k = 0; k < 3; k++) count[k] += one[k];
  }
  hc_reader_remark(r, "%llu people on the list %s, %llu on %s, %llu on both: read as two lists",
                   (unsigned long long)(count[0] + count[2]), names[0], (unsigned long long)(count[1] + count[2]), names[1],
                   (unsigned long long)count[2]);
  return hc_data_from_histories(data, HC_SHAPE_LISTS, 2, names, history, count, 3, err);
}

static void announce(hc_reader *r) {
  const hc_layout *layout = &r->layout;
  if (layout->two_lists) return;
  if (layout->lag != HC_NO_COLUMN)
    hc_reader_remark(r, "one pair of windows per row: days between them in column '%s', date of the second in '%s'",
                     r->look[layout->lag].name, r->look[layout->date].name);
  else
    hc_reader_remark(r, "one pair of windows per row: from the date in column '%s' to that in '%s'",
                     r->look[layout->date_before].name, r->look[layout->date].name);
}

hc_status hc_read_pairs(hc_reader *reader, hc_data **data, hc_error *err) {
  struct pairs pairs = {.n = 0};
  announce(reader);
  hc_status status = read_all(reader, &pairs, err);
  if (status == HC_OK)
    status = reader->layout.two_lists ? build_lists(reader, data, &pairs, err)
                                      : hc_data_from_pairs(data, pairs.pair, pairs.n, err);
  free(pairs.pair);
  return status;
}
