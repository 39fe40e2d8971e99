/* Data in memory: made from cells, pairs, totals or tables, checked, counted, freed. */
#include "engine/data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct shape {
  hc_shape shape;
  const char *name;
  hc_shape_kind kind;
  const char *naming, *heading;
} shapes[] = {
#define HC_SHAPE(NAME, name, bit, kind, reader, naming, heading) {HC_SHAPE_##NAME, name, HC_KIND_##kind, naming, heading},
#include "engine/shapes.def"
#undef HC_SHAPE
};
enum { N_SHAPES = sizeof shapes / sizeof shapes[0] };

#define HC_SHAPE(NAME, name, bit, kind, reader, naming, heading) \
  _Static_assert((unsigned)HC_SHAPE_##NAME == (bit), "shapes.def and data.h");
#include "engine/shapes.def"
#undef HC_SHAPE

hc_shape hc_shape_at(size_t i) { return i < N_SHAPES ? shapes[i].shape : HC_SHAPE_AUTO; }

static const struct shape *shape_of(hc_shape shape) {
  for (size_t i = 0; i < N_SHAPES; i++)
    if (shapes[i].shape == shape) return &shapes[i];
  return NULL;
}

const char *hc_shape_heading(hc_shape shape) {
  const struct shape *s = shape_of(shape);
  return s ? s->heading : NULL;
}

bool hc_shape_is(hc_shape shape, unsigned kinds) {
  const struct shape *s = shape_of(shape);
  return s && (s->kind & kinds);
}

const char *hc_shape_naming(hc_shape shape) {
  const struct shape *s = shape_of(shape);
  return s ? s->naming : NULL;
}

#define MOST_PEOPLE (UINT64_C(1) << 53) /* beyond it a double no longer counts one by one */

const char *hc_shape_name(hc_shape shape) {
  const struct shape *s = shape_of(shape);
  return s ? s->name : "auto";
}

hc_shape hc_shape_from_name(const char *name) {
  for (size_t i = 0; i < N_SHAPES; i++)
    if (strcmp(shapes[i].name, name) == 0) return shapes[i].shape;
  return HC_SHAPE_AUTO;
}

static void free_texts(char **texts, size_t n) {
  for (size_t i = 0; texts && i < n; i++) free(texts[i]);
  free(texts);
}

void hc_data_free(hc_data *data) {
  if (!data) return;
  free(data->count);
  free(data->times);
  free(data->history);
  free_texts(data->list_names, data->n_lists);
  free_texts(data->all_names, data->n_all);
  hc_data_drop_attributes(data);
  free(data->caught);
  free(data->recaptured);
  free(data->released);
  free(data->pairs);
  for (size_t j = 0; data->columns && j < data->n_columns; j++) {
    free(data->columns[j].name);
    free(data->columns[j].number);
    free_texts(data->columns[j].text, data->n_rows);
  }
  free(data->columns);
  free(data->place);
  free_texts(data->source.remarks, data->source.n_remarks);
  free(data);
}

struct cell {
  uint64_t key, count;
};

static int by_key(const void *a, const void *b) {
  uint64_t x = ((const struct cell *)a)->key, y = ((const struct cell *)b)->key;
  return (x > y) - (x < y);
}

/* Sorted, distinct, without empty cells; key 0 (never met) is left out. The caller frees *cells. */
static hc_status collapse(struct cell **cells, size_t *n_cells, uint64_t *total, const uint64_t *key,
                          const uint64_t *count, size_t n, hc_error *err) {
  struct cell *c = malloc((n + 1) * sizeof *c);
  size_t kept = 0, distinct = 0;
  if (!c) return hc_fail(err, HC_ENOMEM, "no memory for %zu rows", n);
  for (size_t i = 0; i < n; i++)
    if (key[i] && count[i]) c[kept++] = (struct cell){key[i], count[i]};
  qsort(c, kept, sizeof *c, by_key);
  *total = 0;
  for (size_t i = 0; i < kept; i++) {
    if (c[i].count > MOST_PEOPLE || *total + c[i].count > MOST_PEOPLE) {
      free(c);
      return hc_fail(err, HC_EDATA, "the counts add up to more than 2^53 people");
    }
    *total += c[i].count;
    if (distinct && c[distinct - 1].key == c[i].key)
      c[distinct - 1].count += c[i].count;
    else
      c[distinct++] = c[i];
  }
  *cells = c;
  *n_cells = distinct;
  return HC_OK;
}

static hc_status from_cells(hc_data **data, hc_shape shape, const uint64_t *key, const uint64_t *count, size_t n,
                            hc_error *err) {
  *data = NULL;
  struct cell *cells = NULL;
  hc_data *d = calloc(1, sizeof *d);
  if (!d) return hc_fail(err, HC_ENOMEM, "no memory for the data");
  d->shape = d->source.read_as = shape;
  hc_status status = collapse(&cells, &d->n_cells, &d->observed, key, count, n, err);
  if (status != HC_OK) goto done;
  uint64_t **keys = shape == HC_SHAPE_COUNTS ? &d->times : &d->history;
  *keys = calloc(d->n_cells + 1, sizeof **keys);
  d->count = calloc(d->n_cells + 1, sizeof *d->count);
  if (!*keys || !d->count) {
    status = hc_fail(err, HC_ENOMEM, "no memory for %zu cells", d->n_cells);
    goto done;
  }
  for (size_t i = 0; i < d->n_cells; i++) (*keys)[i] = cells[i].key, d->count[i] = cells[i].count;
  *data = d;
  d = NULL;
done:
  free(cells);
  hc_data_free(d);
  return status;
}

hc_status hc_data_from_counts(hc_data **data, const uint64_t *times, const uint64_t *count, size_t n, hc_error *err) {
  return from_cells(data, HC_SHAPE_COUNTS, times, count, n, err);
}

static hc_status name_lists(hc_data *d, size_t n_lists, const char *const *names, hc_error *err) {
  d->list_names = calloc(n_lists + 1, sizeof *d->list_names);
  if (!d->list_names) return hc_fail(err, HC_ENOMEM, "no memory for the names of %zu lists", n_lists);
  d->n_lists = n_lists;
  const char *kind = d->shape == HC_SHAPE_LISTS ? "list" : "occasion";
  for (size_t i = 0; i < n_lists; i++) {
    char numbered[32];
    snprintf(numbered, sizeof numbered, "%s%zu", kind, i + 1);
    d->list_names[i] = strdup(names ? names[i] : numbered);
    if (!d->list_names[i]) return hc_fail(err, HC_ENOMEM, "no memory for the names of %zu lists", n_lists);
  }
  return HC_OK;
}

hc_status hc_data_from_histories(hc_data **data, hc_shape shape, size_t n_lists, const char *const *names,
                                 const uint64_t *history, const uint64_t *count, size_t n, hc_error *err) {
  *data = NULL;
  if (shape != HC_SHAPE_LISTS && shape != HC_SHAPE_OCCASIONS)
    return hc_fail(err, HC_EUSAGE, "capture histories are lists or occasions, not %s", hc_shape_name(shape));
  if (n_lists < 1 || n_lists > HC_MAX_LISTS)
    return hc_fail(err, HC_EDATA, "%zu %s: 1 to %d are supported", n_lists, hc_shape_name(shape), HC_MAX_LISTS);
  for (size_t i = 0; i < n; i++)
    if (n_lists < 64 && history[i] >> n_lists)
      return hc_fail(err, HC_EDATA, "history %zu names a list beyond the %zu that there are", i + 1, n_lists);
  hc_status status = from_cells(data, shape, history, count, n, err);
  if (status == HC_OK && (status = name_lists(*data, n_lists, names, err)) != HC_OK) {
    hc_data_free(*data);
    *data = NULL;
  }
  return status;
}

static int by_date(const void *a, const void *b) {
  const hc_pair *x = a, *y = b;
  if (x->date != y->date) return (x->date > y->date) - (x->date < y->date);
  if (x->lag != y->lag) return (x->lag > y->lag) - (x->lag < y->lag);
  if (x->n1 != y->n1) return (x->n1 > y->n1) - (x->n1 < y->n1);
  if (x->n2 != y->n2) return (x->n2 > y->n2) - (x->n2 < y->n2);
  return (x->m > y->m) - (x->m < y->m);
}

hc_status hc_data_from_pairs(hc_data **data, const hc_pair *pairs, size_t n, hc_error *err) {
  *data = NULL;
  hc_data *d = calloc(1, sizeof *d);
  if (d) d->pairs = malloc((n + 1) * sizeof *d->pairs);
  if (!d || !d->pairs) {
    free(d);
    return hc_fail(err, HC_ENOMEM, "no memory for %zu pairs", n);
  }
  d->shape = d->source.read_as = HC_SHAPE_PAIRS;
  d->n_pairs = n;
  if (n) memcpy(d->pairs, pairs, n * sizeof *pairs);
  qsort(d->pairs, n, sizeof *d->pairs, by_date);
  *data = d;
  return HC_OK;
}

static double *copy_numbers(const double *from, size_t n) {
  double *to = malloc((n + 1) * sizeof *to);
  if (to && n) memcpy(to, from, n * sizeof *to);
  return to;
}

static hc_status check_occasion(size_t i, double caught, double recaptured, double released, hc_error *err) {
  if (!(caught >= 0) || !(recaptured >= 0) || !(released >= 0))
    return hc_fail(err, HC_EDATA, "occasion %zu has a negative or missing number", i + 1);
  if (recaptured > caught)
    return hc_fail(err, HC_EDATA, "occasion %zu: %.15g recaptured of %.15g caught", i + 1, recaptured, caught);
  return HC_OK;
}

hc_status hc_data_from_occasions(hc_data **data, const double *caught, const double *recaptured,
                                 const double *released, size_t n, hc_error *err) {
  *data = NULL;
  hc_status status = HC_OK;
  double people = 0;
  for (size_t i = 0; i < n && status == HC_OK; i++) {
    status = check_occasion(i, caught[i], recaptured[i], released[i], err);
    people += caught[i] - recaptured[i];
  }
  if (status == HC_OK && !(people < 0x1p53)) status = hc_fail(err, HC_EDATA, "expected fewer than 2^53 people in all");
  if (status != HC_OK) return status;
  hc_data *d = calloc(1, sizeof *d);
  if (!d) return hc_fail(err, HC_ENOMEM, "no memory for the data");
  d->shape = d->source.read_as = HC_SHAPE_OCCASIONS;
  d->observed = (uint64_t)people;
  status = name_lists(d, n, NULL, err);
  d->caught = copy_numbers(caught, n);
  d->recaptured = copy_numbers(recaptured, n);
  d->released = copy_numbers(released, n);
  if (status == HC_OK && !(d->caught && d->recaptured && d->released))
    status = hc_fail(err, HC_ENOMEM, "no memory for %zu occasions", n);
  if (status == HC_OK)
    *data = d;
  else
    hc_data_free(d);
  return status;
}

static hc_status copy_column(hc_column *to, const hc_column *from, size_t n_rows) {
  to->name = strdup(from->name);
  if (!from->text) {
    to->number = copy_numbers(from->number, n_rows);
    return to->name && to->number ? HC_OK : HC_ENOMEM;
  }
  to->text = calloc(n_rows + 1, sizeof *to->text);
  for (size_t i = 0; to->text && i < n_rows; i++)
    if (!(to->text[i] = strdup(from->text[i] ? from->text[i] : ""))) return HC_ENOMEM;
  return to->name && to->text ? HC_OK : HC_ENOMEM;
}

hc_status hc_data_from_table(hc_data **data, hc_shape shape, size_t n_rows, size_t n_columns, const hc_column *columns,
                             hc_error *err) {
  *data = NULL;
  if (!hc_shape_is(shape, HC_KIND_TABLE | HC_KIND_INPUTS)) return hc_fail(err, HC_EUSAGE, "a table is not of shape %s", hc_shape_name(shape));
  hc_data *d = calloc(1, sizeof *d);
  hc_status status = d ? HC_OK : HC_ENOMEM;
  if (d) d->columns = calloc(n_columns + 1, sizeof *d->columns);
  if (!d || !d->columns) status = HC_ENOMEM;
  if (d) d->shape = d->source.read_as = shape, d->n_rows = n_rows;
  for (size_t j = 0; status == HC_OK && j < n_columns; j++) {
    d->n_columns = j + 1;
    status = copy_column(&d->columns[j], &columns[j], n_rows);
  }
  if (status == HC_OK) {
    *data = d;
    return HC_OK;
  }
  hc_data_free(d);
  return hc_fail(err, HC_ENOMEM, "no memory for a table of %zu rows", n_rows);
}

static uint64_t times_met(const hc_data *data, size_t cell) {
  return data->times ? data->times[cell] : (uint64_t)__builtin_popcountll(data->history[cell]);
}

void hc_data_frequencies(const hc_data *data, size_t top, bool lump, double *f) {
  for (size_t k = 0; k < top; k++) f[k] = 0;
  for (size_t i = 0; top && i < data->n_cells; i++) {
    uint64_t k = times_met(data, i);
    if (k <= top)
      f[k - 1] += (double)data->count[i];
    else if (lump)
      f[top - 1] += (double)data->count[i];
  }
}

uint64_t hc_data_max_times(const hc_data *data) {
  uint64_t most = 0;
  for (size_t i = 0; i < data->n_cells; i++)
    if (times_met(data, i) > most) most = times_met(data, i);
  return most;
}

hc_shape hc_data_shape(const hc_data *data) { return data->shape; }
uint64_t hc_data_observed(const hc_data *data) { return data->observed; }
const hc_source *hc_data_source(const hc_data *data) { return &data->source; }
