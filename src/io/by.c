/* Levels are kept once each; the rows of one key and one combination of levels are summed as they come. */
#include "io/by.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(element) ((element)->lost = true)
#include <uthash.h>

struct entry {
  UT_hash_handle hh;
  uint64_t count, key;
  bool lost;
  size_t length;
  char bytes[]; /* the key's bytes, then the levels, each ended by a zero byte */
};

struct hc_by {
  struct entry *table;
  size_t n;
  char *buffer;
  size_t room;
};

static hc_status no_memory(hc_error *err) { return hc_fail(err, HC_ENOMEM, "out of memory while reading"); }

/* The bytes that tell this row's people apart. */
static hc_status write_bytes(hc_reader *r, uint64_t key, const hc_field *levels, size_t *length, hc_error *err) {
  struct hc_by *by = r->by;
  size_t need = sizeof key;
  for (size_t j = 0; j < r->layout.n_by; j++) need += levels[j].length + 1;
  if (need > by->room) {
    char *larger = realloc(by->buffer, 2 * need);
    if (!larger) return no_memory(err);
    by->buffer = larger;
    by->room = 2 * need;
  }
  char *at = by->buffer;
  memcpy(at, &key, sizeof key);
  at += sizeof key;
  for (size_t j = 0; j < r->layout.n_by; j++) {
    memcpy(at, levels[j].text, levels[j].length);
    at[levels[j].length] = 0;
    at += levels[j].length + 1;
  }
  *length = need;
  return HC_OK;
}

hc_status hc_by_add(hc_reader *r, uint64_t key, uint64_t count, hc_error *err) {
  hc_field levels[HC_MAX_BY];
  if (!r->layout.n_by || !key || !count) return HC_OK;
  for (size_t j = 0; j < r->layout.n_by; j++) {
    levels[j] = r->csv.fields[r->layout.by[j]];
    if (hc_number_is_missing(levels[j].text, levels[j].length))
      return hc_reader_bad(r, r->layout.by[j], r->settings->roles.by ? _("a level of the stratum") : _("a value of the covariate"),
                           levels[j].length ? HC_NUMBER_MISSING : HC_NUMBER_BLANK, err);
  }
  return hc_by_add_levels(r, key, count, levels, err);
}

hc_status hc_by_add_levels(hc_reader *r, uint64_t key, uint64_t count, const hc_field *levels, hc_error *err) {
  size_t length;
  struct entry *e;
  if (!r->layout.n_by || !key || !count) return HC_OK;
  if (!r->by && !(r->by = calloc(1, sizeof *r->by))) return no_memory(err);
  hc_status status = write_bytes(r, key, levels, &length, err);
  if (status != HC_OK) return status;
  HASH_FIND(hh, r->by->table, r->by->buffer, length, e);
  if (!e) {
    e = calloc(1, sizeof *e + length);
    if (!e) return no_memory(err);
    memcpy(e->bytes, r->by->buffer, length);
    e->length = length;
    e->key = key;
    HASH_ADD_KEYPTR(hh, r->by->table, e->bytes, length, e);
    if (e->lost) return free(e), no_memory(err);
    r->by->n++;
  }
  e->count += count;
  return HC_OK;
}

/* A covariate's number as every reader knows it: 1,5 becomes 1.5 where the file has decimal commas. */
static void plain_number(char *text) {
  char *comma = strchr(text, ',');
  if (comma && !comma[1 + strspn(comma + 1, "0123456789")] && strspn(text, "+-0123456789") == (size_t)(comma - text)) *comma = '.';
}

hc_status hc_by_finish(hc_reader *r, hc_data *data, hc_error *err) {
  size_t n = r->by ? r->by->n : 0, k = r->layout.n_by, i = 0;
  const char *names[HC_MAX_BY];
  if (!k || data->n_rows) return HC_OK; /* a table has its own */
  uint64_t *key = malloc((n + 1) * sizeof *key), *count = malloc((n + 1) * sizeof *count);
  const char **level = malloc((n * k + 1) * sizeof *level);
  hc_status status = key && count && level ? HC_OK : no_memory(err);
  for (size_t j = 0; j < k; j++) names[j] = r->look ? r->look[r->layout.by[j]].name : "group";
  bool commas = r->settings->covariates && r->number.decimal == ',';
  for (struct entry *e = r->by ? r->by->table : NULL; e && status == HC_OK; e = e->hh.next, i++) {
    char *at = e->bytes + sizeof e->key;
    key[i] = e->key;
    count[i] = e->count;
    for (size_t j = 0; j < k; j++) {
      if (commas) plain_number(at);
      level[i * k + j] = at;
      at += strlen(at) + 1;
    }
  }
  if (status == HC_OK)
    status = (r->settings->roles.by ? hc_data_set_attributes : hc_data_set_covariates)(data, k, names, n, key, level, count, err);
  free(key);
  free(count);
  free(level);
  return status;
}

void hc_by_free(hc_reader *r) {
  struct entry *e, *next;
  if (!r->by) return;
  HASH_ITER(hh, r->by->table, e, next) {
    HASH_DEL(r->by->table, e);
    free(e);
  }
  free(r->by->buffer);
  free(r->by);
}
