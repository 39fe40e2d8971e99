/* Who knows how many: a row a respondent, and the sizes of known groups, which become the first row. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

hc_status hc_read_known(hc_reader *reader, hc_data **data, hc_error *err) {
  hc_status status = hc_table_read(reader, data, err);
  if (status != HC_OK || !reader->settings->sizes) return status;
  hc_read_settings plain;
  hc_read_settings_init(&plain);
  plain.shape = HC_SHAPE_KNOWN;
  hc_data *sizes = NULL;
  status = hc_data_read(&sizes, reader->settings->sizes, &plain, err);
  if (status == HC_OK) status = add_first_row(*data, err);
  if (status == HC_OK) status = put_sizes(reader, *data, sizes, err);
  if (status == HC_OK) hc_reader_remark(reader, "sizes of known groups from %s", reader->settings->sizes);
  hc_data_free(sizes);
  return status;
}
