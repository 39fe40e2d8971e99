/* Tables: their columns by name, what is wrong with a field, rows in an order of their own. */
#include "engine/table.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const hc_column *hc_data_column(const hc_data *data, const char *name) {
  for (size_t j = 0; j < data->n_columns; j++)
    if (strcmp(data->columns[j].name, name) == 0) return &data->columns[j];
  return NULL;
}

double hc_column_number(const hc_column *column, size_t row) {
  return column && column->number ? column->number[row] : NAN;
}

const char *hc_column_text(const hc_column *column, size_t row) {
  return column && column->text ? column->text[row] : "";
}

const char *hc_row_name(const hc_data *data, size_t row, char buffer[HC_ROW_NAME_SIZE]) {
  const char *at = hc_shape_naming(data->shape);
  for (size_t n; at && *at; at += n + (at[n] == ',')) {
    n = strcspn(at, ",");
    for (size_t j = 0; j < data->n_columns; j++) {
      const char *name = data->columns[j].name, *text = hc_column_text(&data->columns[j], row);
      if (strncmp(name, at, n) == 0 && !name[n] && text[0]) return text;
    }
  }
  hc_format(buffer, HC_ROW_NAME_SIZE, "row %zu", row + 1);
  return buffer;
}

hc_status hc_table_fail(const hc_data *data, const char *column, size_t row, hc_error *err, const char *format, ...) {
  char message[HC_MESSAGE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  hc_format_list(message, sizeof message, format, arguments);
  va_end(arguments);
  size_t j = 0;
  while (j < data->n_columns && strcmp(data->columns[j].name, column) != 0) j++;
  if (!data->place) return hc_fail(err, HC_EDATA, "%s", message);
  if (j == data->n_columns) j = 0; /* the row is what is known then */
  const uint64_t *place = &data->place[2 * (row * data->n_columns + j)];
  return hc_fail_at(err, HC_EDATA, data->source.file, place[0], place[1], "%s", message);
}

static bool is_blank(const hc_column *column, size_t n_rows) {
  for (size_t i = 0; column->text && i < n_rows; i++)
    if (column->text[i][0]) return false;
  return column->text;
}

/* "a, b, c", shortened to fit. */
static void list_columns(const hc_data *data, char *text, size_t size) {
  size_t used = 0;
  text[0] = '\0';
  for (size_t j = 0; j < data->n_columns && used + 6 < size; j++) {
    int n = snprintf(text + used, size - used, "%s%s", j ? ", " : "", data->columns[j].name);
    used += n > 0 ? (size_t)n : 0;
  }
}

hc_status hc_table_check(const hc_data *data, const char *name, bool required, double minimum, double maximum,
                         hc_error *err) {
  const hc_column *column = hc_data_column(data, name);
  char buffer[HC_ROW_NAME_SIZE];
  if (!column && required) {
    char names[240];
    list_columns(data, names, sizeof names);
    return hc_fail(err, HC_EDATA, "there is no column '%s' (--column %s=THEIRS says which it is); the columns are %s", name, name,
                   names);
  }
  if (!column) return HC_OK;
  if (column->text && !is_blank(column, data->n_rows))
    for (size_t i = 0; i < data->n_rows; i++) {
      char *end;
      if (column->text[i][0] && (strtod(column->text[i], &end), *end))
        return hc_table_fail(data, name, i, err, "%s: %s is not a number: '%s'", hc_row_name(data, i, buffer), name, column->text[i]);
    }
  for (size_t i = 0; column->number && i < data->n_rows; i++) {
    double x = column->number[i];
    if (isnan(x)) continue;
    if (!isfinite(x)) return hc_table_fail(data, name, i, err, "%s: %s is not finite", hc_row_name(data, i, buffer), name);
    if (x < minimum && minimum == 0)
      return hc_table_fail(data, name, i, err, "%s: %s is negative: %.15g", hc_row_name(data, i, buffer), name, x);
    if (x < minimum)
      return hc_table_fail(data, name, i, err, "%s: %s is %.15g, below %.15g", hc_row_name(data, i, buffer), name, x, minimum);
    if (x > maximum)
      return hc_table_fail(data, name, i, err, "%s: %s is %.15g, above %.15g", hc_row_name(data, i, buffer), name, x, maximum);
  }
  return HC_OK;
}

size_t hc_text_fit(const char *text, size_t most) {
  size_t n = strnlen(text, most + 1);
  if (n <= most) return n;
  for (n = most; n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80;) n--;
  return n;
}

struct key { /* of a row: what must not repeat */
  const char *first, *second;
  double number;
  size_t row;
};

static int compare_keys(const struct key *a, const struct key *b) {
  int order = strcmp(a->first, b->first);
  if (!order) order = strcmp(a->second, b->second);
  return order ? order : (a->number > b->number) - (a->number < b->number);
}

static int compare_keys_and_rows(const void *a, const void *b) {
  const struct key *x = a, *y = b;
  int order = compare_keys(x, y);
  return order ? order : (x->row > y->row) - (x->row < y->row);
}

hc_status hc_table_check_unique(const hc_data *data, const char *first, const char *second, hc_error *err) {
  const hc_column *a = hc_data_column(data, first), *b = second ? hc_data_column(data, second) : NULL;
  struct key *keys = a && data->n_rows ? calloc(data->n_rows, sizeof *keys) : NULL;
  size_t n = 0, earlier = 0, later = SIZE_MAX;
  if (!a || !data->n_rows) return HC_OK;
  if (!keys) return hc_fail(err, HC_ENOMEM, "no memory to compare %zu rows", data->n_rows);
  for (size_t i = 0; i < data->n_rows; i++) {
    double number = b && b->number ? b->number[i] : 0;
    if (!hc_column_text(a, i)[0] || isnan(number)) continue; /* a blank is the same as nothing */
    keys[n++] = (struct key){hc_column_text(a, i), hc_column_text(b, i), number, i};
  }
  qsort(keys, n, sizeof *keys, compare_keys_and_rows);
  for (size_t k = 1; k < n; k++)
    if (keys[k].row < later && compare_keys(&keys[k - 1], &keys[k]) == 0) earlier = keys[k - 1].row, later = keys[k].row;
  free(keys);
  if (later == SIZE_MAX) return HC_OK;
  return hc_table_fail(data, first, later, err, "rows %zu and %zu are both '%s': a duplicate would be counted twice", earlier + 1,
                       later + 1, hc_column_text(a, later));
}

static int compare_rows(const hc_data *data, size_t a, size_t b) {
  for (size_t j = 0; j < data->n_columns; j++) {
    const hc_column *c = &data->columns[j];
    if (c->text) {
      int order = strcmp(c->text[a], c->text[b]);
      if (order) return order;
    } else if (c->number[a] < c->number[b] || (isnan(c->number[a]) && !isnan(c->number[b]))) {
      return -1;
    } else if (c->number[a] > c->number[b] || (!isnan(c->number[a]) && isnan(c->number[b]))) {
      return 1;
    }
  }
  return 0;
}

/* Insertion sort by halving: tables have hundreds of rows, and qsort has no context argument in C17. */
void hc_table_order(const hc_data *data, size_t *order) {
  for (size_t i = 0; i < data->n_rows; i++) {
    size_t low = 0, high = i;
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      if (compare_rows(data, order[middle], i) <= 0) low = middle + 1;
      else high = middle;
    }
    memmove(order + low + 1, order + low, (i - low) * sizeof *order);
    order[low] = i;
  }
}
