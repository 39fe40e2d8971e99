/* Who knows how many: a row a respondent, and the sizes of known groups, which become the first row. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/table.h"
#include "io/table.h"

static const hc_column *column_named(const hc_data *d, const char *name) {
  for (size_t j = 0; j < d->n_columns; j++)
    if (strcmp(d->columns[j].name, name) == 0) return &d->columns[j];
  return NULL;
}

/* A row before the first: no number, no text. Its place is the header's. */
static hc_status add_first_row(hc_data *d, hc_error *err) {
  size_t n = d->n_rows, k = d->n_columns;
  uint64_t *place = realloc(d->place, 2 * (n + 1) * k * sizeof *place);
  if (!place) return hc_fail(err, HC_ENOMEM, "no memory for the table");
  d->place = place;
  memmove(place + 2 * k, place, 2 * n * k * sizeof *place);
  for (size_t j = 0; j < k; j++) {
    hc_column *c = &d->columns[j];
    place[2 * j] = 1, place[2 * j + 1] = j + 1;
    if (c->number) { /* there is room: columns have one place more than rows */
      memmove(c->number + 1, c->number, n * sizeof *c->number);
      c->number[0] = NAN;
    } else {
      char *blank = strdup("");
      if (!blank) return hc_fail(err, HC_ENOMEM, "no memory for the table");
      memmove(c->text + 1, c->text, n * sizeof *c->text);
      c->text[0] = blank;
    }
  }
  d->n_rows++;
  return HC_OK;
}

/* group,size and, where there is a third column `role`, those of them that are known. */
static hc_status put_sizes(const hc_reader *r, hc_data *d, const hc_data *sizes, hc_error *err) {
  const hc_column *group = column_named(sizes, "group"), *size = column_named(sizes, "size"),
                  *role = column_named(sizes, "role");
  const char *file = r->settings->sizes;
  if (!group || !group->text || !size || !size->number)
    return hc_fail_at(err, HC_EDATA, file, 1, 1, "expected columns group (names) and size (numbers)");
  for (size_t i = 0; i < sizes->n_rows; i++) {
    if (role && role->text && strcmp(role->text[i], "known") != 0) continue;
    const hc_column *c = column_named(d, group->text[i]);
    const uint64_t *place = &sizes->place[2 * i * sizes->n_columns];
    if (!c)
      return hc_fail_at(err, HC_EDATA, file, place[0], place[1], "there is no column '%s' in %s", group->text[i],
                        r->file);
    if (!c->number)
      return hc_fail_at(err, HC_EDATA, file, place[0], place[1], "column '%s' of %s has texts", group->text[i],
                        r->file);
    if (!isnan(c->number[0]))
      return hc_fail_at(err, HC_EDATA, file, place[0], place[1], "'%s' has two sizes", group->text[i]);
    c->number[0] = size->number[i];
  }
  return HC_OK;
}

/* ---- strata of respondents ----------------------------------------------------------------------------- */

static hc_status no_memory(hc_error *err) { return hc_fail(err, HC_ENOMEM, "no memory for the strata of a table"); }

/* The column is no longer one of the table's. */
static void drop_column(hc_data *d, size_t j) {
  hc_column *c = &d->columns[j];
  for (size_t i = 0; c->text && i < d->n_rows; i++) free(c->text[i]);
  free(c->text);
  free(c->number);
  free(c->name);
  size_t k = d->n_columns--;
  memmove(c, c + 1, (k - j - 1) * sizeof *c);
  for (size_t i = 0, to = 0; i < d->n_rows * k; i++) {
    if (i % k == j) continue;
    d->place[2 * to] = d->place[2 * i], d->place[2 * to + 1] = d->place[2 * i + 1];
    to++;
  }
}

/* level[i * n + a]: the level of respondent i (row i + 1) in attribute a, for the caller to free each of. */
static hc_status take_levels(const hc_data *d, const hc_column *c, size_t a, size_t n, char **level, hc_error *err) {
  char word[40];
  for (size_t i = 1; i < d->n_rows; i++) {
    const char *text = c->text ? c->text[i] : word;
    if (!c->text) snprintf(word, sizeof word, "%.15g", c->number[i]);
    if (c->text ? !text[0] : isnan(c->number[i])) return hc_table_fail(d, c->name, i, err, "%s: a stratum has no level", c->name);
    if (!(level[(i - 1) * n + a] = strdup(text))) return no_memory(err);
  }
  return HC_OK;
}

/* The columns of --by become attributes of the rows after the first. */
static hc_status take_strata(const hc_reader *r, hc_data *d, hc_error *err) {
  size_t n = r->layout.n_by, rows = d->n_rows - 1;
  const char *names[HC_MAX_BY];
  char **level = calloc(rows * n + 1, sizeof *level);
  uint64_t *key = malloc(2 * (rows + 1) * sizeof *key), *count = key ? key + rows + 1 : NULL;
  hc_status status = level && key ? HC_OK : no_memory(err);
  for (size_t i = 0; i < rows && status == HC_OK; i++) key[i] = i + 2, count[i] = 1; /* keys are rows from 1 */
  for (size_t a = 0; a < n && status == HC_OK; a++) {
    names[a] = r->look[r->layout.by[a]].name;
    status = take_levels(d, column_named(d, names[a]), a, n, level, err);
  }
  if (status == HC_OK)
    status = hc_data_set_attributes(d, n, names, rows, key, (const char *const *)level, count, err);
  for (size_t i = 0; level && i < rows * n; i++) free(level[i]);
  free(level);
  free(key);
  for (size_t a = 0; a < n && status == HC_OK; a++) drop_column(d, (size_t)(column_named(d, names[a]) - d->columns));
  return status;
}

static hc_status add_sizes(hc_reader *reader, hc_data *data, hc_error *err) {
  hc_read_settings plain;
  hc_read_settings_init(&plain);
  plain.shape = HC_SHAPE_KNOWN;
  hc_data *sizes = NULL;
  hc_status status = hc_data_read(&sizes, reader->settings->sizes, &plain, err);
  if (status == HC_OK) status = add_first_row(data, err);
  if (status == HC_OK) status = put_sizes(reader, data, sizes, err);
  if (status == HC_OK) hc_reader_remark(reader, "sizes of known groups from %s", reader->settings->sizes);
  hc_data_free(sizes);
  return status;
}

hc_status hc_read_known(hc_reader *reader, hc_data **data, hc_error *err) {
  hc_status status = hc_table_read(reader, data, err);
  if (status == HC_OK && reader->settings->sizes) status = add_sizes(reader, *data, err);
  if (status == HC_OK && reader->layout.n_by && (*data)->n_rows > 1) status = take_strata(reader, *data, err);
  return status;
}
