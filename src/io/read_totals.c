/* Tables of totals that have to add up: first and last captures by occasion, and catches by removal pass. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/table.h"

static size_t find(const hc_reader *r, const char *const *words) {
  for (size_t j = 0; j < r->n_columns; j++)
    if (hc_heading_have(words, r->look[j].key)) return j;
  return HC_NO_COLUMN;
}

static hc_status fail_field(const hc_reader *r, const hc_data *d, size_t row, size_t column, hc_error *err, const char *what) {
  const uint64_t *place = &d->place[2 * (row * d->n_columns + column)];
  return hc_fail_at(err, HC_EDATA, r->file, place[0], place[1], "expected %s", what);
}

/* Whole numbers from 0 on in every row, and a sum that a double holds to the last person. */
static hc_status check_counts(const hc_reader *r, const hc_data *d, size_t column, hc_error *err) {
  double sum = 0;
  for (size_t i = 0; i < d->n_rows; i++) {
    double x = d->columns[column].number ? d->columns[column].number[i] : NAN;
    if (!(x >= 0) || x != floor(x)) return fail_field(r, d, i, column, err, _("a count (0, 1, 2, ...)"));
    sum += x;
    if (!(sum < (double)HC_COUNT_MAX)) return fail_field(r, d, i, column, err, _("fewer than 2^53 people in all"));
  }
  return HC_OK;
}

static hc_status need(const hc_reader *r, size_t column, const char *names, hc_error *err) {
  char found[200];
  if (column != HC_NO_COLUMN) return HC_OK;
  hc_reader_all_names(r, found, sizeof found);
  return hc_csv_fail(&r->csv, 0, err, "expected columns %s, found %s: --column NAME=THEIRS says which is which", names, found);
}

/* Estimators find the columns by these names. */
static hc_status rename_column(hc_data *d, size_t column, const char *name, hc_error *err) {
  char *copy = strdup(name);
  if (!copy) return hc_fail(err, HC_ENOMEM, "out of memory while reading");
  free(d->columns[column].name);
  d->columns[column].name = copy;
  return HC_OK;
}

/* Everybody is captured for a first and for a last time; nobody more often on an occasion than were captured on it. */
static hc_status check_first_last(const hc_reader *r, const hc_data *d, size_t u, size_t v, size_t n, hc_error *err) {
  double first = 0, last = 0;
  for (size_t i = 0; i < d->n_rows; i++) {
    first += d->columns[u].number[i];
    last += d->columns[v].number[i];
    if (d->columns[u].number[i] > d->columns[n].number[i])
      return fail_field(r, d, i, u, err, _("at most as many first captures as there were captures on the occasion"));
    if (d->columns[v].number[i] > d->columns[n].number[i])
      return fail_field(r, d, i, v, err, _("at most as many last captures as there were captures on the occasion"));
    if (last > first) return fail_field(r, d, i, v, err, _("at most as many people captured for the last time as for the first so far"));
  }
  return first == last ? HC_OK : fail_field(r, d, d->n_rows - 1, v, err, _("as many last captures in all as first captures"));
}

hc_status hc_read_first_last(hc_reader *reader, hc_data **data, hc_error *err) {
  static const char *const us[] = {"u", "u_i", NULL}, *const vs[] = {"v", "v_i", NULL}, *const ns[] = {"n", "n_i", NULL};
  size_t column[] = {find(reader, us), find(reader, vs), find(reader, ns)};
  hc_status status = HC_OK;
  for (int k = 0; k < 3 && status == HC_OK; k++) status = need(reader, column[k], "u, v and n", err);
  if (status == HC_OK) status = hc_table_read(reader, data, err);
  for (int k = 0; k < 3 && status == HC_OK; k++) status = check_counts(reader, *data, column[k], err);
  if (status == HC_OK) status = check_first_last(reader, *data, column[0], column[1], column[2], err);
  static const char *const names[] = {"u", "v", "n"};
  for (int k = 0; k < 3 && status == HC_OK; k++) status = rename_column(*data, column[k], names[k], err);
  for (size_t i = 0; status == HC_OK && i < (*data)->n_rows; i++)
    (*data)->observed += (uint64_t)(*data)->columns[column[0]].number[i];
  return status;
}

hc_status hc_read_removal(hc_reader *reader, hc_data **data, hc_error *err) {
  static const char *const passes[] = {"pass", "passage", NULL}, *const catches[] = {"catch", "caught", "removed", NULL};
  size_t pass = find(reader, passes), caught = find(reader, catches);
  hc_status status = need(reader, pass, "pass and catch", err);
  if (status == HC_OK) status = need(reader, caught, "pass and catch", err);
  if (status == HC_OK) status = hc_table_read(reader, data, err);
  if (status == HC_OK) status = check_counts(reader, *data, caught, err);
  for (size_t i = 0; status == HC_OK && i < (*data)->n_rows; i++) {
    const hc_column *p = &(*data)->columns[pass];
    if (!p->number || p->number[i] != (double)(i + 1)) status = fail_field(reader, *data, i, pass, err, _("passes 1, 2, 3, ... in this order"));
    (*data)->observed += (uint64_t)(*data)->columns[caught].number[i];
  }
  if (status == HC_OK) status = rename_column(*data, pass, "pass", err);
  if (status == HC_OK) status = rename_column(*data, caught, "catch", err);
  return status;
}
