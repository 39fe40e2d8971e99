/* The parts of a run, put together: all there, each once, all of the same run, and such as this machine makes them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "headcount/version.h"
#include "io/part.h"
#include "numeric/fail.h"

struct hc_parts {
  size_t n;
  char **name;
  hc_part_file *part;     /* [n] */
  size_t n_records;
  const hc_record **record; /* [n_records] by key and first replicate */
};

static hc_status no_memory(hc_error *err) { return hc_fail(err, HC_ENOMEM, "no memory for the parts"); }

static hc_status read_one(hc_parts *parts, size_t i, const char *file, hc_error *err) {
  parts->name[i] = strdup(file);
  if (!parts->name[i]) return no_memory(err);
  FILE *in = fopen(file, "re");
  if (!in) return hc_fail_at(err, errno == ENOMEM ? HC_ENOMEM : HC_EIO, file, 0, 0, "cannot open: %s", strerror(errno));
  hc_status status = hc_part_file_read(&parts->part[i], in, file, true, err);
  fclose(in);
  if (status == HC_EDATA && parts->part[i].version && err) {
    size_t n = strlen(err->message);
    snprintf(err->message + n, sizeof err->message - n, ": run shard %llu/%llu again, which goes on from what is good",
             (unsigned long long)parts->part[i].head.shard, (unsigned long long)parts->part[i].head.shards);
  }
  if (status != HC_OK) return status;
  if (strcmp(parts->part[i].version, hc_version()) != 0)
    return hc_fail_at(err, HC_EDATA, file, 0, 0, "headcount %.40s wrote this part, and this is %s", parts->part[i].version,
                      hc_version());
  return HC_OK;
}

static bool is_there(const hc_parts *parts, uint64_t shard) {
  for (size_t i = 0; i < parts->n; i++)
    if (parts->part[i].head.shard == shard) return true;
  return false;
}

/* Names the first few that are missing. */
static hc_status check_all_there(const hc_parts *parts, hc_error *err) {
  uint64_t shards = parts->part[0].head.shards, missing = shards - parts->n, named = 0;
  char list[200] = "";
  size_t used = 0;
  for (uint64_t k = 1; k <= shards && named < missing && used + 24 < sizeof list; k++) {
    if (is_there(parts, k)) continue;
    int n = snprintf(list + used, sizeof list - used, "%s%llu", named++ ? ", " : "", (unsigned long long)k);
    used += n > 0 ? (size_t)n : 0;
  }
  if (!missing) return HC_OK;
  return hc_fail(err, HC_EDATA, "%s %s%s of %llu %s missing", hc_noun(missing, "shard", "shards"), list,
                 named < missing ? ", ..." : "", (unsigned long long)shards, hc_noun(missing, "is", "are"));
}

static hc_status check_together(const hc_parts *parts, hc_error *err) {
  char difference[HC_MESSAGE_SIZE];
  for (size_t i = 1; i < parts->n; i++)
    if (!hc_part_same_run(&parts->part[i].head, &parts->part[0].head, parts->name[0], difference, sizeof difference))
      return hc_fail_at(err, HC_EDATA, parts->name[i], 0, 0, "a part of another run: %.400s", difference);
  for (size_t i = 1; i < parts->n; i++)
    for (size_t j = 0; j < i; j++)
      if (parts->part[i].head.shard == parts->part[j].head.shard)
        return hc_fail_at(err, HC_EDATA, parts->name[i], 0, 0, "shard %llu of %llu, which is in %.200s too",
                          (unsigned long long)parts->part[i].head.shard, (unsigned long long)parts->part[i].head.shards,
                          parts->name[j]);
  return check_all_there(parts, err);
}

static int by_place(const void *a, const void *b) {
  const hc_record *x = *(const hc_record *const *)a, *y = *(const hc_record *const *)b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  return (x->first > y->first) - (x->first < y->first);
}

static hc_status sort_records(hc_parts *parts, hc_error *err) {
  size_t n = 0;
  for (size_t i = 0; i < parts->n; i++) n += parts->part[i].n;
  parts->record = malloc((n + 1) * sizeof *parts->record);
  if (!parts->record) return no_memory(err);
  for (size_t i = 0; i < parts->n; i++)
    for (size_t k = 0; k < parts->part[i].n; k++) parts->record[parts->n_records++] = &parts->part[i].records[k];
  qsort(parts->record, n, sizeof *parts->record, by_place);
  return HC_OK;
}

hc_status hc_parts_read(hc_parts **parts, const char *const *files, size_t n, hc_error *err) {
  hc_parts *p = *parts = calloc(1, sizeof *p);
  hc_status status = HC_OK;
  if (!p) return no_memory(err);
  p->name = calloc(n + 1, sizeof *p->name);
  p->part = calloc(n + 1, sizeof *p->part);
  if (!p->name || !p->part) status = no_memory(err);
  else if (!n) status = hc_fail(err, HC_EUSAGE, "there are no parts");
  for (size_t i = 0; i < n && status == HC_OK; i++) p->n = i + 1, status = read_one(p, i, files[i], err);
  if (status == HC_OK) status = check_together(p, err);
  if (status == HC_OK) status = sort_records(p, err);
  if (status == HC_OK) return HC_OK;
  hc_parts_free(p);
  *parts = NULL;
  return status;
}

const hc_part_head *hc_parts_head(const hc_parts *parts) { return &parts->part[0].head; }

hc_status hc_parts_check_input(const hc_parts *parts, size_t i, const char *sha256, hc_error *err) {
  const hc_part_head *head = hc_parts_head(parts);
  if (i < head->n_files && strcmp(head->sha256[i], sha256) == 0) return HC_OK;
  return hc_fail_at(err, HC_EDATA, i < head->n_files ? head->files[i] : "", 0, 0,
                    "other bytes than those that the parts were drawn from (SHA-256 %.12s..., then %.12s...)", sha256,
                    i < head->n_files ? head->sha256[i] : "none");
}

/* The first replicate of a record, drawn here, must be the one in the part: else the parts come from a machine whose
 * mathematics are others, or belong to something else. */
static hc_status check_first(hc_replicates *replicates, const hc_record *r, hc_error *err) {
  double *row = hc_replicates_row(replicates, r->first);
  uint64_t done = 0;
  hc_status status = hc_replicates_draw(replicates, r->first, 1, &done, err);
  if (status != HC_OK || !done) return status;
  for (size_t j = 0; j < r->width; j++)
    if (row[j] != r->numbers[j] && (row[j] == row[j] || r->numbers[j] == r->numbers[j]))
      return hc_fail(err, HC_EDATA, "replicate %llu of %s is %.17g here and %.17g in its part: the part comes from another build or "
                     "machine", (unsigned long long)r->first + 1, hc_replicates_name(replicates), row[j], r->numbers[j]);
  return HC_OK;
}

static size_t first_record(const hc_parts *parts, uint64_t key) {
  size_t low = 0, high = parts->n_records;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (parts->record[middle]->key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

hc_status hc_parts_share(void *context, hc_replicates *replicates, uint64_t *done, hc_error *err) {
  const hc_parts *parts = context;
  uint64_t key = hc_replicates_key(replicates), wanted = hc_replicates_wanted(replicates), at = 0, last_checked = UINT64_MAX;
  *done = 0;
  for (size_t i = first_record(parts, key); at < wanted; i++) {
    const hc_record *r = i < parts->n_records && parts->record[i]->key == key ? parts->record[i] : NULL;
    if (!r || r->first != at || r->n > wanted - at || r->width != hc_replicates_width(replicates))
      return hc_fail(err, HC_EDATA, "no part has replicate %llu of %s as it is here: the parts do not belong to this run",
                     (unsigned long long)at + 1, hc_replicates_name(replicates));
    uint64_t shard = at * hc_parts_head(parts)->shards / wanted; /* one of each shard is drawn again */
    hc_status status = shard == last_checked ? HC_OK : check_first(replicates, r, err);
    if (status != HC_OK) return status;
    last_checked = shard;
    memcpy(hc_replicates_row(replicates, at), r->numbers, r->n * r->width * sizeof *r->numbers);
    at += r->n;
  }
  *done = wanted;
  return HC_OK;
}

void hc_parts_free(hc_parts *parts) {
  if (!parts) return;
  for (size_t i = 0; i < parts->n; i++) {
    free(parts->name[i]);
    if (parts->part) hc_part_file_clear(&parts->part[i]);
  }
  free(parts->name);
  free(parts->part);
  free(parts->record);
  free(parts);
}
