/* One row per occasion: how many were caught, how many of them had been caught before, how many went back marked. */
#include <stdlib.h>
#include <string.h>

#include "io/reader.h"

struct occasions {
  double *number[3]; /* caught, recaptured, released */
  char **label;
  size_t n, room;
  double at_large; /* marked and at large before the occasion */
};

static bool grow(struct occasions *o) {
  size_t room = 2 * o->room + 64;
  for (int k = 0; k < 3; k++) {
    double *larger = realloc(o->number[k], room * sizeof *larger);
    if (!larger) return false;
    o->number[k] = larger;
  }
  char **labels = realloc(o->label, room * sizeof *labels);
  if (!labels) return false;
  o->label = labels;
  o->room = room;
  return true;
}

/* M_1 = 0 and M_{t+1} = M_t + R_t - m_t: what the columns say of the marked has to agree. */
static hc_status check_marks(hc_reader *r, struct occasions *o, uint64_t caught, uint64_t recaptured, uint64_t released,
                             hc_error *err) {
  const hc_layout *layout = &r->layout;
  uint64_t at_large;
  if ((double)recaptured > o->at_large)
    return hc_csv_fail(&r->csv, layout->recaptured, err, "expected at most %.0f recaptured, as many as are marked and at large, "
                       "found %llu", o->at_large, (unsigned long long)recaptured);
  if (released > caught)
    return hc_csv_fail(&r->csv, layout->released, err, "expected at most %llu released, as many as were caught, found %llu",
                       (unsigned long long)caught, (unsigned long long)released);
  if (layout->at_large != HC_NO_COLUMN) {
    hc_status status = hc_reader_count(r, layout->at_large, false, &at_large, err);
    if (status != HC_OK) return status;
    if ((double)at_large != o->at_large)
      return hc_csv_fail(&r->csv, layout->at_large, err, "expected %.0f marked and at large, as the rows before add up to, "
                         "found %llu", o->at_large, (unsigned long long)at_large);
  }
  o->at_large += (double)released - (double)recaptured;
  if (o->at_large < 0)
    return hc_csv_fail(&r->csv, layout->released == HC_NO_COLUMN ? layout->recaptured : layout->released, err,
                       "expected some marked people left at large, found %.0f", o->at_large);
  return HC_OK;
}

static hc_status read_row(hc_reader *r, struct occasions *o, hc_error *err) {
  const hc_layout *layout = &r->layout;
  uint64_t caught = 0, recaptured = 0, released = 0;
  hc_status status = hc_reader_count(r, layout->caught, false, &caught, err);
  if (status == HC_OK) status = hc_reader_count(r, layout->recaptured, false, &recaptured, err);
  released = caught; /* without a column for it, everyone goes back with a mark */
  if (status == HC_OK && layout->released != HC_NO_COLUMN)
    status = hc_reader_count(r, layout->released, false, &released, err);
  if (status != HC_OK) return status;
  if (recaptured > caught)
    return hc_csv_fail(&r->csv, layout->recaptured, err, "expected at most %llu recaptured, as many as were caught, found %llu",
                       (unsigned long long)caught, (unsigned long long)recaptured);
  status = check_marks(r, o, caught, recaptured, released, err);
  if (status != HC_OK) return status;
  if (o->n == o->room && !grow(o)) return hc_fail(err, HC_ENOMEM, "no memory for %zu occasions", o->n + 1);
  o->number[0][o->n] = (double)caught;
  o->number[1][o->n] = (double)recaptured;
  o->number[2][o->n] = (double)released;
  const hc_field *label = layout->label == HC_NO_COLUMN ? NULL : &r->csv.fields[layout->label];
  o->label[o->n] = label ? strndup(label->text, label->length) : NULL;
  o->n++;
  return label && !o->label[o->n - 1] ? hc_fail(err, HC_ENOMEM, "out of memory") : HC_OK;
}

/* The labels take the place of "occasion1", ... */
static void name_occasions(hc_data *data, struct occasions *o) {
  for (size_t i = 0; i < o->n; i++) {
    if (!o->label[i]) continue;
    free(data->list_names[i]);
    data->list_names[i] = o->label[i];
    o->label[i] = NULL;
  }
}

static void announce(hc_reader *r) {
  const hc_layout *layout = &r->layout;
  hc_reader_remark(r, "one row per occasion: caught in column '%s', of which recaptured in '%s'",
                   r->look[layout->caught].name, r->look[layout->recaptured].name);
  if (layout->released != HC_NO_COLUMN)
    hc_reader_remark(r, "released with a mark in column '%s'", r->look[layout->released].name);
  else
    hc_reader_remark(r, "no column 'released': all who were caught are taken to go back with a mark");
}

hc_status hc_read_occasion_rows(hc_reader *reader, hc_data **data, hc_error *err) {
  struct occasions o = {.n = 0};
  bool more = true;
  hc_status status = HC_OK;
  announce(reader);
  while (status == HC_OK && more) {
    status = hc_reader_row(reader, &more, err);
    if (status == HC_OK && more) status = read_row(reader, &o, err);
  }
  if (status == HC_OK) status = hc_data_from_occasions(data, o.number[0], o.number[1], o.number[2], o.n, err);
  if (status == HC_OK) name_occasions(*data, &o);
  for (size_t i = 0; i < o.n; i++) free(o.label[i]);
  for (int k = 0; k < 3; k++) free(o.number[k]);
  free(o.label);
  return status;
}
