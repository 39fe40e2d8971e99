/* Hash tables of what is distinct: people per key, and the lists of a person. */
#include "io/tally.h"

#include <stdlib.h>
#include <string.h>

/* uthash would end the process when memory runs out: it marks the element that found no place instead. */
#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(element) ((element)->lost = true)
#include <uthash.h>

enum { DENSE_BITS = 16, BLOCK = 1 << 16 };

/* ---- memory that is given back all at once ------------------------------------------------------------ */

struct block {
  struct block *before;
  size_t used, size;
  max_align_t bytes[];
};

static void *take(struct block **top, size_t n) {
  n = (n + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
  if (!*top || (*top)->size - (*top)->used < n) {
    size_t size = n > BLOCK ? n : BLOCK;
    struct block *fresh = malloc(sizeof *fresh + size);
    if (!fresh) return NULL;
    *fresh = (struct block){.before = *top, .size = size};
    *top = fresh;
  }
  void *bytes = (char *)(*top)->bytes + (*top)->used;
  (*top)->used += n;
  return bytes;
}

static void give_back(struct block *top) {
  while (top) {
    struct block *before = top->before;
    free(top);
    top = before;
  }
}

/* ---- people per key ----------------------------------------------------------------------------------- */

struct entry {
  uint64_t key, count;
  bool lost;
  UT_hash_handle hh;
};

struct hc_tally {
  uint64_t *dense; /* [dense_size] counts, or NULL */
  bool *seen;      /* [dense_size] the key came, perhaps with no people */
  size_t dense_size;
  struct entry *table, *latest;
  struct block *memory;
  bool overflowed;
};

hc_status hc_tally_new(hc_tally **tally, unsigned key_bits, hc_error *err) {
  hc_tally *t = calloc(1, sizeof *t);
  if (!t) return hc_fail(err, HC_ENOMEM, "out of memory");
  if (key_bits <= DENSE_BITS) {
    t->dense_size = (size_t)1 << key_bits;
    t->dense = calloc(t->dense_size, sizeof *t->dense);
    t->seen = calloc(t->dense_size, sizeof *t->seen);
    if (!t->dense || !t->seen) {
      hc_tally_free(t);
      return hc_fail(err, HC_ENOMEM, "out of memory");
    }
  }
  *tally = t;
  return HC_OK;
}

void hc_tally_free(hc_tally *tally) {
  if (!tally) return;
  HASH_CLEAR(hh, tally->table);
  give_back(tally->memory);
  free(tally->dense);
  free(tally->seen);
  free(tally);
}

static struct entry *find_or_make(hc_tally *t, uint64_t key) {
  struct entry *e = t->latest;
  if (e && e->key == key) return e;
  HASH_FIND(hh, t->table, &key, sizeof key, e);
  if (e) return t->latest = e;
  e = take(&t->memory, sizeof *e);
  if (!e) return NULL;
  *e = (struct entry){.key = key};
  HASH_ADD(hh, t->table, key, sizeof e->key, e);
  return e->lost ? NULL : (t->latest = e);
}

bool hc_tally_add(hc_tally *tally, uint64_t key, uint64_t count) {
  uint64_t *sum;
  if (key < tally->dense_size) {
    sum = &tally->dense[key];
    tally->seen[key] = true;
  } else {
    struct entry *e = find_or_make(tally, key);
    if (!e) return false;
    sum = &e->count;
  }
  tally->overflowed = *sum + count < *sum;
  *sum += count;
  return !tally->overflowed;
}

bool hc_tally_overflowed(const hc_tally *tally) { return tally->overflowed; }

hc_status hc_tally_arrays(const hc_tally *tally, uint64_t **key, uint64_t **count, size_t *n, hc_error *err) {
  size_t most = HASH_COUNT(tally->table);
  for (size_t i = 0; i < tally->dense_size; i++) most += tally->seen[i];
  *n = 0;
  *key = malloc((most + 1) * sizeof **key);
  *count = malloc((most + 1) * sizeof **count);
  if (!*key || !*count) {
    free(*key), free(*count);
    *key = *count = NULL;
    return hc_fail(err, HC_ENOMEM, "no memory for %zu cells", most);
  }
  for (size_t i = 0; i < tally->dense_size; i++)
    if (tally->seen[i]) (*key)[*n] = i, (*count)[(*n)++] = tally->dense[i];
  for (const struct entry *e = tally->table; e; e = e->hh.next) (*key)[*n] = e->key, (*count)[(*n)++] = e->count;
  return HC_OK;
}

/* ---- lists per person --------------------------------------------------------------------------------- */

struct person {
  uint64_t lists;
  uint64_t *more; /* how many words follow, and those of the lists from 64 on; NULL: none */
  char *id;
  bool lost;
  UT_hash_handle hh;
};

struct hc_members {
  struct person *table;
  struct block *memory;
};

hc_status hc_members_new(hc_members **members, hc_error *err) {
  *members = calloc(1, sizeof **members);
  return *members ? HC_OK : hc_fail(err, HC_ENOMEM, "out of memory");
}

void hc_members_free(hc_members *members) {
  if (!members) return;
  HASH_CLEAR(hh, members->table);
  give_back(members->memory);
  free(members);
}

/* The word that list is in; NULL: no memory. */
static uint64_t *word_of(hc_members *members, struct person *p, unsigned list) {
  if (list < 64) return &p->lists;
  size_t words = list / 64, had = p->more ? p->more[0] : 0;
  if (words > had) {
    uint64_t *grown = take(&members->memory, (words + 1) * sizeof *grown);
    if (!grown) return NULL;
    for (size_t i = 1; i <= words; i++) grown[i] = i <= had ? p->more[i] : 0;
    grown[0] = words;
    p->more = grown;
  }
  return &p->more[words];
}

bool hc_members_add(hc_members *members, const char *id, size_t length, unsigned list, bool *again) {
  struct person *p;
  HASH_FIND(hh, members->table, id, length, p);
  if (!p) {
    p = take(&members->memory, sizeof *p);
    char *copy = take(&members->memory, length + 1);
    if (!p || !copy) return false;
    memcpy(copy, id, length);
    *p = (struct person){.id = copy};
    HASH_ADD_KEYPTR(hh, members->table, p->id, length, p);
    if (p->lost) return false;
  }
  uint64_t *word = word_of(members, p, list), bit = UINT64_C(1) << list % 64;
  if (!word) return false;
  *again = *word & bit;
  *word |= bit;
  return true;
}

void hc_members_each(const hc_members *members, hc_members_use *use, void *context) {
  for (const struct person *p = members->table; p; p = p->hh.next)
    use(context, p->lists, p->more ? p->more + 1 : NULL, p->more ? p->more[0] : 0);
}
