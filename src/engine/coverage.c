/* Which lists operated in which stratum: read from text, checked against the people, taken out of the data. */
#include "engine/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "engine/columns.h"

enum { MOST_ITEMS = 64, ITEM_SIZE = 300 };

/* LIST:COLUMN=LEVEL */
struct item {
  char text[ITEM_SIZE];
  char *list, *column, *level;
};

static char *trim(char *text) {
  text += strspn(text, " ");
  size_t n = strlen(text);
  while (n && text[n - 1] == ' ') text[--n] = '\0';
  return text;
}

static hc_status bad_item(const char *text, hc_error *err) {
  return hc_fail(err, HC_EUSAGE,
                 "a list that did not operate somewhere is LIST:COLUMN=LEVEL, several parted by ';', not '%.80s'",
                 text);
}

/* Cuts at the last ':' before the '=', because names of lists may hold one sooner than names of columns. */
static hc_status cut(struct item *item, hc_error *err) {
  char whole[ITEM_SIZE];
  memcpy(whole, item->text, sizeof whole);
  char *equals = strchr(item->text, '='), *colon = NULL;
  for (char *at = item->text; equals && at < equals; at++)
    if (*at == ':') colon = at;
  if (!colon) return bad_item(whole, err);
  *equals = *colon = '\0';
  item->list = trim(item->text), item->column = trim(colon + 1), item->level = trim(equals + 1);
  return *item->list && *item->column && *item->level ? HC_OK : bad_item(whole, err);
}

static hc_status split(struct item *item, size_t *n, const char *text, hc_error *err) {
  *n = 0;
  for (const char *at = text; *at;) {
    size_t length = strcspn(at, ";");
    if (*n == MOST_ITEMS || length >= ITEM_SIZE)
      return hc_fail(err, HC_EUSAGE, "too many lists that did not operate somewhere");
    memcpy(item[*n].text, at, length);
    item[*n].text[length] = '\0';
    hc_status status = cut(&item[(*n)++], err);
    if (status != HC_OK) return status;
    at += length + (at[length] == ';');
  }
  return *n ? HC_OK : bad_item(text, err);
}

hc_status hc_coverage_columns(char *columns, size_t size, const char *text, hc_error *err) {
  struct item *item = malloc(MOST_ITEMS * sizeof *item);
  size_t n = 0;
  hc_status status = item ? split(item, &n, text, err) : hc_fail(err, HC_ENOMEM, "no memory for what did not operate");
  for (size_t i = 0; i < n && status == HC_OK; i++) status = hc_columns_add(columns, size, item[i].column, err);
  free(item);
  return status;
}

static size_t find(char *const *names, size_t n, const char *name) {
  size_t i = 0;
  while (i < n && strcmp(names[i], name) != 0) i++;
  return i;
}

static hc_status apply(const hc_data *data, const struct item *item, uint64_t *absent, hc_error *err) {
  size_t list = find(data->list_names, data->n_lists, item->list), column = 0;
  if (list == data->n_lists) return hc_fail(err, HC_EUSAGE, "'%s' is not a list", item->list);
  while (column < data->n_attributes && strcmp(data->attributes[column].name, item->column) != 0) column++;
  if (column == data->n_attributes)
    return hc_fail(err, HC_EUSAGE, "'%s' is not among the columns that make the strata", item->column);
  const hc_attribute *a = &data->attributes[column];
  size_t level = find(a->levels, a->n_levels, item->level);
  if (level == a->n_levels) return hc_fail(err, HC_EUSAGE, "nobody has %s '%s'", item->column, item->level);
  for (size_t i = 0; i < data->n_strata; i++)
    if (data->stratum_level[i * data->n_attributes + column] == level) absent[i] |= (uint64_t)1 << list;
  return HC_OK;
}

/* Nobody can be on a list that did not operate. */
static hc_status check(const hc_data *data, const uint64_t *absent, hc_error *err) {
  for (size_t p = 0; p < data->n_profiles; p++) {
    uint64_t both = data->history[data->profiles[p].cell] & absent[data->profiles[p].stratum];
    if (!both) continue;
    char name[120];
    hc_data_stratum_name(data, data->profiles[p].stratum, name, sizeof name);
    return hc_fail(err, HC_EDATA, "list %s is said not to have operated in %s, where somebody is on it",
                   data->list_names[__builtin_ctzll(both)], name);
  }
  return HC_OK;
}

hc_status hc_coverage_read(const hc_data *data, const char *text, uint64_t *absent, size_t *lacking, hc_error *err) {
  struct item *item = malloc(MOST_ITEMS * sizeof *item);
  size_t n = 0;
  memset(absent, 0, data->n_strata * sizeof *absent);
  hc_status status = item ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for what did not operate");
  if (status == HC_OK && !data->history) status = hc_fail(err, HC_EUSAGE, "only lists can fail to operate somewhere");
  if (status == HC_OK && text[0]) status = split(item, &n, text, err);
  for (size_t i = 0; i < n && status == HC_OK; i++) status = apply(data, &item[i], absent, err);
  if (status == HC_OK) status = check(data, absent, err);
  free(item);
  if (lacking) *lacking = 0;
  for (size_t i = 0; lacking && i < data->n_strata; i++) *lacking += absent[i] != 0;
  return status;
}

/* The bits of those lists taken out, the others moved together. */
static uint64_t without(uint64_t history, uint64_t absent, size_t lists) {
  uint64_t kept = 0;
  for (size_t list = 0, place = 0; list < lists; list++)
    if (!(absent >> list & 1)) kept |= (history >> list & 1) << place++;
  return kept;
}

hc_status hc_coverage_stratum(hc_data **stratum, const hc_data *data, size_t i, uint64_t absent, hc_error *err) {
  hc_status status = hc_data_stratum(stratum, data, i, err);
  if (status != HC_OK || !absent) return status;
  hc_data *d = *stratum;
  size_t kept = 0;
  for (size_t c = 0; c < d->n_cells; c++) d->history[c] = without(d->history[c], absent, d->n_lists); /* still sorted */
  d->all_names = d->list_names, d->n_all = d->n_lists, d->absent = absent;
  d->n_lists = 0;
  d->list_names = calloc(d->n_all + 1, sizeof *d->list_names);
  for (size_t list = 0; d->list_names && list < d->n_all; list++) {
    if (absent >> list & 1) continue;
    if (!(d->list_names[kept++] = strdup(d->all_names[list]))) break;
    d->n_lists = kept;
  }
  if (d->list_names && d->n_lists + (size_t)__builtin_popcountll(absent) == d->n_all) return HC_OK;
  hc_data_free(d);
  *stratum = NULL;
  return hc_fail(err, HC_ENOMEM, "no memory for the lists of a stratum");
}
