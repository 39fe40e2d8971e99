/* Tables, whatever their columns: a column is numbers where every field is one, else texts. */
#include "io/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows are kept as text until the last one is in, because a single word makes a column textual. */
struct cells {
  char **text; /* [rows][columns] */
  uint64_t *place; /* [rows][columns][2] */
  size_t n, room;
};

/* 50%, 18M, 830k, 1.2 million: a number that a person reads. */
static bool is_number_with_a_unit(const hc_field *f) {
  static const char *const units[] = {"%", "k", "K", "M", "m", "bn", "million", "millions", "thousand", "mio", "Mio"};
  size_t n = 0;
  while (n < f->length && strchr("0123456789.,", f->text[n])) n++;
  size_t digits = n;
  while (n < f->length && f->text[n] == ' ') n++;
  for (size_t i = 0; digits > 0 && i < sizeof units / sizeof *units; i++)
    if (strlen(units[i]) == f->length - n && memcmp(units[i], f->text + n, f->length - n) == 0) return true;
  return false;
}

/* Columns of names, which may look like anything. */
static bool names_rows(const hc_look *look) {
  static const char *const words[] = {"platform", "country", "region", "study", "group", "cluster", "name", "stratum", NULL};
  return hc_heading_have(words, look->key);
}

static hc_status keep_row(hc_reader *r, struct cells *cells, hc_error *err) {
  if (cells->n + r->n_columns > cells->room) {
    size_t room = 2 * cells->room + 64 * r->n_columns;
    char **larger = realloc(cells->text, room * sizeof *larger);
    if (!larger) return hc_fail(err, HC_ENOMEM, "no memory for a table of %zu cells", room);
    cells->text = larger;
    uint64_t *places = realloc(cells->place, 2 * room * sizeof *places);
    if (!places) return hc_fail(err, HC_ENOMEM, "no memory for a table of %zu cells", room);
    cells->place = places;
    cells->room = room;
  }
  for (size_t j = 0; j < r->n_columns; j++) {
    const hc_field *f = &r->csv.fields[j];
    double value;
    /* A number that can be read two ways is refused here, where its place is still known. */
    if (hc_number_real(f->text, f->length, &r->number, &value) == HC_NUMBER_AMBIGUOUS)
      return hc_reader_bad(r, j, _("a number"), HC_NUMBER_AMBIGUOUS, err);
    if (is_number_with_a_unit(f) && !names_rows(&r->look[j]))
      return hc_csv_fail(&r->csv, j, err, "expected a number, found '%.*s': write it out, as a number alone", (int)f->length, f->text);
    hc_csv_place(&r->csv, j, &cells->place[2 * cells->n], &cells->place[2 * cells->n + 1]);
    char *copy = strndup(f->text, f->length);
    if (!copy) return hc_fail(err, HC_ENOMEM, "no memory for the table");
    cells->text[cells->n++] = copy;
  }
  return HC_OK;
}

static bool is_numeric(hc_reader *r, const struct cells *cells, size_t j) {
  bool some = false;
  for (size_t i = j; i < cells->n; i += r->n_columns) {
    double value;
    size_t n = strlen(cells->text[i]);
    if (hc_number_is_missing(cells->text[i], n)) continue;
    if (hc_number_real(cells->text[i], n, &r->number, &value) != HC_NUMBER_OK) return false;
    some = true;
  }
  return some;
}

static hc_status fill_column(hc_reader *r, const struct cells *cells, size_t j, hc_data *d, hc_error *err) {
  hc_column *column = &d->columns[j];
  bool numeric = is_numeric(r, cells, j);
  column->name = strdup(r->look[j].name);
  if (numeric) column->number = malloc((d->n_rows + 1) * sizeof *column->number);
  else column->text = calloc(d->n_rows + 1, sizeof *column->text);
  if (!column->name || (numeric ? !column->number : !column->text))
    return hc_fail(err, HC_ENOMEM, "no memory for the table");
  for (size_t i = 0; i < d->n_rows; i++) {
    char **cell = &cells->text[i * r->n_columns + j];
    if (numeric) {
      column->number[i] = NAN;
      hc_number_real(*cell, strlen(*cell), &r->number, &column->number[i]);
    } else {
      if (hc_number_is_missing(*cell, strlen(*cell))) (*cell)[0] = 0;
      column->text[i] = *cell;
      *cell = NULL;
    }
  }
  return HC_OK;
}

static hc_status build(hc_reader *r, struct cells *cells, hc_data **data, hc_error *err) {
  hc_data *d = calloc(1, sizeof *d);
  if (d) d->columns = calloc(r->n_columns, sizeof *d->columns);
  if (!d || !d->columns) {
    free(d);
    return hc_fail(err, HC_ENOMEM, "no memory for the table");
  }
  d->place = cells->place;
  cells->place = NULL;
  d->shape = d->source.read_as = r->layout.shape;
  d->n_rows = cells->n / r->n_columns;
  d->n_columns = r->n_columns;
  hc_status status = HC_OK;
  for (size_t j = 0; status == HC_OK && j < r->n_columns; j++) status = fill_column(r, cells, j, d, err);
  if (status == HC_OK) *data = d;
  else hc_data_free(d);
  return status;
}

hc_status hc_table_read(hc_reader *reader, hc_data **data, hc_error *err) {
  struct cells cells = {.n = 0};
  bool more = true;
  hc_status status = HC_OK;
  while (status == HC_OK && more) {
    status = hc_reader_row(reader, &more, err);
    if (status == HC_OK && more) status = keep_row(reader, &cells, err);
  }
  if (status == HC_OK) {
    hc_reader_remark(reader, "a table of %s: %zu columns", hc_shape_name(reader->layout.shape), reader->n_columns);
    status = build(reader, &cells, data, err);
  }
  for (size_t i = 0; i < cells.n; i++) free(cells.text[i]);
  free(cells.text);
  free(cells.place);
  return status;
}
