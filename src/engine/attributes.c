/* What is known of people beside their cell: attributes, the strata that they make, and each stratum as data of its own. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/data.h"

static hc_status no_memory(hc_error *err) { return hc_fail(err, HC_ENOMEM, "no memory for the attributes"); }

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* The different levels of attribute j, sorted. */
static hc_status set_levels(hc_attribute *attribute, size_t j, size_t n_attributes, size_t n, const char *const *level,
                            hc_error *err) {
  const char **all = malloc((n + 1) * sizeof *all);
  if (!all) return no_memory(err);
  for (size_t i = 0; i < n; i++) all[i] = level[i * n_attributes + j];
  qsort(all, n, sizeof *all, by_text);
  attribute->levels = calloc(n + 1, sizeof *attribute->levels);
  hc_status status = attribute->levels ? HC_OK : no_memory(err);
  for (size_t i = 0; i < n && status == HC_OK; i++) {
    if (i && strcmp(all[i], all[i - 1]) == 0) continue;
    attribute->levels[attribute->n_levels] = strdup(all[i]);
    if (!attribute->levels[attribute->n_levels++]) status = no_memory(err);
  }
  free(all);
  return status;
}

/* Finite, and nothing else in the text: "inf", "0x1p3" and the like are words. */
static bool is_number(const char *text, double *value) {
  char *end;
  if (!text[0] || text[strspn(text, "0123456789+-.eE")]) return false;
  *value = strtod(text, &end);
  return !*end && end != text && isfinite(*value);
}

static hc_status set_numbers(hc_attribute *a, hc_error *err) {
  a->number = malloc((a->n_levels + 1) * sizeof *a->number);
  if (!a->number) return no_memory(err);
  for (size_t i = 0; i < a->n_levels; i++) {
    if (is_number(a->levels[i], &a->number[i])) continue;
    free(a->number);
    a->number = NULL;
    return HC_OK;
  }
  return HC_OK;
}

static size_t level_of(const hc_attribute *attribute, const char *text) {
  char *const *found = bsearch(&text, attribute->levels, attribute->n_levels, sizeof *attribute->levels, by_text);
  return (size_t)(found - attribute->levels);
}

static size_t cell_of(const hc_data *data, uint64_t key) {
  if (data->n_rows) return key <= data->n_rows ? key - 1 : data->n_cells; /* of a table: the row */
  const uint64_t *keys = data->times ? data->times : data->history;
  size_t low = 0, high = data->n_cells;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (keys[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low < data->n_cells && keys[low] == key ? low : data->n_cells;
}

/* A row as numbers: its levels, then its cell; sorted so, rows of one stratum stand together. */
struct row {
  size_t *level; /* [n_attributes] */
  size_t n, cell;
  uint64_t count;
};

static int by_stratum(const void *a, const void *b) {
  const struct row *x = a, *y = b;
  for (size_t j = 0; j < x->n; j++)
    if (x->level[j] != y->level[j]) return x->level[j] < y->level[j] ? -1 : 1;
  return (x->cell > y->cell) - (x->cell < y->cell);
}

static bool same_stratum(const struct row *x, const struct row *y) {
  return memcmp(x->level, y->level, x->n * sizeof *x->level) == 0;
}

/* Sorted rows become strata and profiles. */
static void fill(hc_data *data, const struct row *row, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (i == 0 || !same_stratum(&row[i], &row[i - 1]))
      memcpy(&data->stratum_level[data->n_strata++ * data->n_attributes], row[i].level, row[i].n * sizeof *row[i].level);
    hc_profile *last = data->n_profiles ? &data->profiles[data->n_profiles - 1] : NULL;
    if (last && last->stratum == data->n_strata - 1 && last->cell == row[i].cell)
      last->count += row[i].count;
    else
      data->profiles[data->n_profiles++] = (hc_profile){row[i].cell, data->n_strata - 1, row[i].count};
  }
}

static hc_status check_sums(const hc_data *data, hc_error *err) {
  uint64_t *sum = calloc(data->n_cells + 1, sizeof *sum);
  if (!sum) return no_memory(err);
  bool equal = true;
  for (size_t i = 0; i < data->n_profiles; i++) sum[data->profiles[i].cell] += data->profiles[i].count;
  for (size_t i = 0; i < data->n_cells; i++) equal = equal && sum[i] == data->count[i];
  free(sum);
  return equal ? HC_OK : hc_fail(err, HC_EDATA, "the people with these attributes do not add up to the cells");
}

static hc_status name_attributes(hc_data *data, const char *const *names, size_t n, const char *const *level,
                                 hc_error *err) {
  data->attributes = calloc(data->n_attributes + 1, sizeof *data->attributes);
  if (!data->attributes) return no_memory(err);
  for (size_t j = 0; j < data->n_attributes; j++) {
    data->attributes[j].name = strdup(names[j]);
    if (!data->attributes[j].name) return no_memory(err);
    hc_status status = set_levels(&data->attributes[j], j, data->n_attributes, n, level, err);
    if (status == HC_OK) status = set_numbers(&data->attributes[j], err);
    if (status != HC_OK) return status;
  }
  return HC_OK;
}

void hc_data_drop_attributes(hc_data *data) {
  for (size_t j = 0; data->attributes && j < data->n_attributes; j++) {
    hc_attribute *a = &data->attributes[j];
    for (size_t i = 0; a->levels && i < a->n_levels; i++) free(a->levels[i]);
    free(a->levels);
    free(a->number);
    free(a->name);
  }
  free(data->attributes);
  free(data->stratum_level);
  free(data->profiles);
  data->attributes = NULL;
  data->stratum_level = NULL;
  data->profiles = NULL;
  data->n_attributes = data->n_strata = data->n_profiles = 0;
}

hc_status hc_data_set_attributes(hc_data *data, size_t n_attributes, const char *const *names, size_t n,
                                 const uint64_t *key, const char *const *level, const uint64_t *count, hc_error *err) {
  if (data->n_attributes || !(data->times || data->history || data->n_rows))
    return hc_fail(err, HC_EUSAGE, "these data have no cells of people that attributes could be added to");
  data->n_attributes = n_attributes;
  hc_status status = name_attributes(data, names, n, level, err);
  struct row *row = malloc((n + 1) * sizeof *row);
  size_t *numbers = malloc((n * n_attributes + 1) * sizeof *numbers), kept = 0;
  data->stratum_level = malloc((n * n_attributes + 1) * sizeof *data->stratum_level);
  data->profiles = malloc((n + 1) * sizeof *data->profiles);
  if (status == HC_OK && (!row || !numbers || !data->stratum_level || !data->profiles)) status = no_memory(err);
  for (size_t i = 0; i < n && status == HC_OK; i++) {
    size_t cell = cell_of(data, key[i]);
    if (!key[i] || !count[i] || cell == data->n_cells) continue;
    row[kept] = (struct row){&numbers[i * n_attributes], n_attributes, cell, count[i]};
    for (size_t j = 0; j < n_attributes; j++)
      row[kept].level[j] = level_of(&data->attributes[j], level[i * n_attributes + j]);
    kept++;
  }
  if (status == HC_OK) {
    qsort(row, kept, sizeof *row, by_stratum);
    fill(data, row, kept);
    if (!data->n_rows) status = check_sums(data, err);
  }
  free(row);
  free(numbers);
  if (status != HC_OK) hc_data_drop_attributes(data);
  return status;
}

hc_status hc_data_set_covariates(hc_data *data, size_t n_attributes, const char *const *names, size_t n,
                                 const uint64_t *key, const char *const *level, const uint64_t *count, hc_error *err) {
  hc_status status = hc_data_set_attributes(data, n_attributes, names, n, key, level, count, err);
  if (status == HC_OK) data->covariates = true;
  return status;
}

static hc_status copy_source(hc_source *to, const hc_source *from, hc_error *err) {
  *to = *from;
  to->n_remarks = 0;
  to->remarks = calloc(from->n_remarks + 1, sizeof *to->remarks);
  if (!to->remarks) return no_memory(err);
  for (size_t i = 0; i < from->n_remarks; i++) {
    if (!(to->remarks[i] = strdup(from->remarks[i]))) return no_memory(err);
    to->n_remarks++;
  }
  return HC_OK;
}

/* The first row, which belongs to all, and those of the stratum: the columns as borrowed texts and numbers. */
static hc_status table_stratum(hc_data **stratum, const hc_data *data, size_t i, hc_error *err) {
  size_t n = 0, k = data->n_columns, *row = malloc((data->n_profiles + 1) * sizeof *row);
  hc_column *columns = calloc(k + 1, sizeof *columns);
  hc_status status = row && columns ? HC_OK : no_memory(err);
  if (row) row[n++] = 0;
  for (size_t p = 0; row && p < data->n_profiles; p++)
    if (data->profiles[p].stratum == i) row[n++] = data->profiles[p].cell;
  for (size_t j = 0; j < k && status == HC_OK; j++) {
    const hc_column *from = &data->columns[j];
    columns[j].name = from->name;
    if (from->text) columns[j].text = malloc(n * sizeof *columns[j].text);
    else columns[j].number = malloc(n * sizeof *columns[j].number);
    if (!columns[j].text && !columns[j].number) status = no_memory(err);
    for (size_t r = 0; r < n && columns[j].text; r++) columns[j].text[r] = from->text[row[r]];
    for (size_t r = 0; r < n && columns[j].number; r++) columns[j].number[r] = from->number[row[r]];
  }
  if (status == HC_OK) status = hc_data_from_table(stratum, data->shape, n, k, columns, err);
  for (size_t j = 0; columns && j < k; j++) free(columns[j].text), free(columns[j].number);
  free(columns);
  free(row);
  return status;
}

static hc_status people_stratum(hc_data **stratum, const hc_data *data, size_t i, hc_error *err) {
  uint64_t *key = malloc((data->n_cells + 1) * sizeof *key), *count = malloc((data->n_cells + 1) * sizeof *count);
  const uint64_t *keys = data->times ? data->times : data->history;
  size_t n = 0;
  hc_status status = key && count ? HC_OK : no_memory(err);
  for (size_t p = 0; p < data->n_profiles && status == HC_OK; p++) {
    if (data->profiles[p].stratum != i) continue;
    key[n] = keys[data->profiles[p].cell];
    count[n++] = data->profiles[p].count;
  }
  if (status == HC_OK && data->times) status = hc_data_from_counts(stratum, key, count, n, err);
  else if (status == HC_OK)
    status = hc_data_from_histories(stratum, data->shape, data->n_lists, (const char *const *)data->list_names, key, count,
                                    n, err);
  free(key);
  free(count);
  return status;
}

hc_status hc_data_stratum(hc_data **stratum, const hc_data *data, size_t i, hc_error *err) {
  *stratum = NULL;
  hc_status status = data->n_rows ? table_stratum(stratum, data, i, err) : people_stratum(stratum, data, i, err);
  if (status == HC_OK) status = copy_source(&(*stratum)->source, &data->source, err);
  if (status != HC_OK) {
    hc_data_free(*stratum);
    *stratum = NULL;
  }
  return status;
}

/* A level as it stands in a name: in quotes, those inside doubled, where it has signs that the name itself uses. */
static void append_level(char *name, size_t size, size_t *used, const char *level) {
  bool quote = strpbrk(level, ",=\"");
  if (quote && *used + 1 < size) name[(*used)++] = '"';
  for (; *level && *used + 2 < size; level++) {
    if (*level == '"') name[(*used)++] = '"';
    name[(*used)++] = *level;
  }
  if (quote && *used + 1 < size) name[(*used)++] = '"';
  if (*used < size) name[*used] = 0;
}

void hc_data_stratum_name(const hc_data *data, size_t i, char *name, size_t size) {
  size_t used = 0;
  name[0] = 0;
  for (size_t j = 0; j < data->n_attributes && used < size; j++) {
    const hc_attribute *a = &data->attributes[j];
    int n = snprintf(name + used, size - used, "%s%s=", j ? ", " : "", a->name);
    used += n > 0 ? (size_t)n : 0;
    if (used < size) append_level(name, size, &used, a->levels[data->stratum_level[i * data->n_attributes + j]]);
  }
}
