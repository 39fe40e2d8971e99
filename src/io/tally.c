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
  struct person *next; /* in the order in which they came */
  uint64_t lists;
  uint64_t *more; /* how many words follow, and those of the lists from 64 on; NULL: none */
  size_t length;
  char id[];
};

/* A place of the table, which is searched from a person's hash on (Knuth 1998, vol. 3, sec. 6.4, algorithm L): most rows touch one
 * line of the cache here, and one of the person. Chains of people, as uthash has them, take three and twice the memory. */
struct slot {
  uint64_t hash;
  struct person *person; /* NULL: free */
};

enum { FIRST_SLOTS = 1024 };

struct hc_members {
  struct slot *slot; /* [n_slots], a power of two, at most two thirds in use */
  size_t n_slots, n;
  struct person *first, *last;
  struct block *memory;
};

hc_status hc_members_new(hc_members **members, hc_error *err) {
  hc_members *m = *members = calloc(1, sizeof *m);
  if (m) m->slot = calloc(FIRST_SLOTS, sizeof *m->slot);
  if (m && m->slot) return m->n_slots = FIRST_SLOTS, HC_OK;
  free(m);
  *members = NULL;
  return hc_fail(err, HC_ENOMEM, "out of memory");
}

void hc_members_free(hc_members *members) {
  if (!members) return;
  free(members->slot);
  give_back(members->memory);
  free(members);
}

/* Eight bytes at a time; the product's high half comes down, so that all bits of all bytes reach the place. */
static uint64_t hash_of(const char *id, size_t length) {
  uint64_t hash = length * UINT64_C(0x9E3779B97F4A7C15), word;
  for (; length; id += sizeof word, length -= length < sizeof word ? length : sizeof word) {
    word = 0;
    memcpy(&word, id, length < sizeof word ? length : sizeof word);
    hash = (hash ^ word) * UINT64_C(0xD6E8FEB86659FD93);
    hash ^= hash >> 32;
    if (length <= sizeof word) break;
  }
  hash *= UINT64_C(0xD6E8FEB86659FD93);
  return hash ^ hash >> 29;
}

static bool grow(hc_members *m) {
  size_t n = 2 * m->n_slots;
  struct slot *slot = calloc(n, sizeof *slot);
  if (!slot) return false;
  for (size_t i = 0; i < m->n_slots; i++) {
    if (!m->slot[i].person) continue;
    size_t at = m->slot[i].hash & (n - 1);
    while (slot[at].person) at = (at + 1) & (n - 1);
    slot[at] = m->slot[i];
  }
  free(m->slot);
  m->slot = slot;
  m->n_slots = n;
  return true;
}

/* The place of the id: taken by that person, or free. */
static struct slot *find(const hc_members *m, uint64_t hash, const char *id, size_t length) {
  size_t at = hash & (m->n_slots - 1);
  for (;; at = (at + 1) & (m->n_slots - 1)) {
    struct slot *s = &m->slot[at];
    if (!s->person || (s->hash == hash && s->person->length == length && memcmp(s->person->id, id, length) == 0)) return s;
  }
}

static struct person *add_member(hc_members *m, struct slot *slot, uint64_t hash, const char *id, size_t length) {
  struct person *p = take(&m->memory, sizeof *p + length);
  if (!p) return NULL;
  *p = (struct person){.length = length};
  memcpy(p->id, id, length);
  *slot = (struct slot){hash, p};
  if (m->last) m->last->next = p;
  else m->first = p;
  m->last = p;
  m->n++;
  return p;
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
  uint64_t hash = hash_of(id, length);
  if (3 * (members->n + 1) > 2 * members->n_slots && !grow(members)) return false;
  struct slot *slot = find(members, hash, id, length);
  struct person *p = slot->person ? slot->person : add_member(members, slot, hash, id, length);
  uint64_t *word = p ? word_of(members, p, list) : NULL, bit = UINT64_C(1) << list % 64;
  if (!word) return false;
  *again = *word & bit;
  *word |= bit;
  return true;
}

void hc_members_each(const hc_members *members, hc_members_use *use, void *context) {
  for (const struct person *p = members->first; p; p = p->next)
    use(context, p->lists, p->more ? p->more + 1 : NULL, p->more ? p->more[0] : 0);
}
