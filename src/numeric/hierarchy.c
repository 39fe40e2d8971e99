/* All hierarchical models over a few lists: a walk through them, and each one's neighbours, by operations on bits. */
#include "numeric/hierarchy.h"

/* Bit m of HAS[i]: term m holds list i. Bit m of OF_SIZE[s]: term m has s lists. */
static const uint64_t HAS[HC_HIERARCHY_MAX_LISTS] = {
    0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc, 0xf0f0f0f0f0f0f0f0,
    0xff00ff00ff00ff00, 0xffff0000ffff0000, 0xffffffff00000000,
};
static const uint64_t OF_SIZE[HC_HIERARCHY_MAX_LISTS + 1] = {
    0x0000000000000001, 0x0000000100010116, 0x0001011601161668, 0x0116166816686880,
    0x1668688068808000, 0x6880800080000000, 0x8000000000000000,
};

static uint64_t bit(unsigned m) {
  return UINT64_C(1) << m;
}

static unsigned lowest(uint64_t terms) {
  return (unsigned)__builtin_ctzll(terms);
}

static unsigned highest(uint64_t terms) {
  return 63 - (unsigned)__builtin_clzll(terms);
}

bool hc_hierarchy_init(hc_hierarchy *h, size_t lists, size_t max_order) {
  if (lists < 2 || lists > HC_HIERARCHY_MAX_LISTS) return false;
  if (max_order < 1) max_order = 1;
  if (max_order > lists - 1) max_order = lists - 1;
  uint64_t terms = lists == 6 ? ~UINT64_C(0) : bit(1u << lists) - 1;
  *h = (hc_hierarchy){.lists = lists, .max_order = max_order, .always = (OF_SIZE[0] | OF_SIZE[1]) & terms};
  for (size_t size = 2; size <= max_order; size++) h->interactions |= OF_SIZE[size] & terms;
  return true;
}

uint64_t hc_hierarchy_addable(const hc_hierarchy *h, uint64_t model) {
  uint64_t terms = h->interactions & ~model;
  for (size_t i = 0; i < h->lists; i++) terms &= model << bit((unsigned)i) | ~HAS[i]; /* without list i it is in */
  return terms;
}

uint64_t hc_hierarchy_removable(const hc_hierarchy *h, uint64_t model) {
  uint64_t terms = model & h->interactions;
  for (size_t i = 0; i < h->lists; i++) terms &= ~(model >> bit((unsigned)i) & ~HAS[i]); /* with list i it is not */
  return terms;
}

/* The last interaction of a model that has one. */
static unsigned last(const hc_hierarchy *h, uint64_t model) {
  size_t size = h->max_order;
  while (!(model & OF_SIZE[size])) size--;
  return highest(model & OF_SIZE[size]);
}

/* The first of `terms` that comes after m; 0 where there is none. */
static uint64_t first_after(const hc_hierarchy *h, uint64_t terms, unsigned m) {
  size_t size = (size_t)__builtin_popcount(m);
  uint64_t now = terms & OF_SIZE[size] & ~(2 * bit(m) - 1);
  while (!now && ++size <= h->max_order) now = terms & OF_SIZE[size];
  return now ? bit(lowest(now)) : 0;
}

uint64_t hc_hierarchy_skip(const hc_hierarchy *h, uint64_t model) {
  while (model != h->always) {
    unsigned m = last(h, model);
    model &= ~bit(m);
    uint64_t next = first_after(h, hc_hierarchy_addable(h, model), m);
    if (next) return model | next;
  }
  return 0;
}

uint64_t hc_hierarchy_next(const hc_hierarchy *h, uint64_t model) {
  uint64_t terms = hc_hierarchy_addable(h, model), next = terms & -terms; /* of a new model: a pair comes first */
  if (model != h->always) next = first_after(h, terms, last(h, model));
  return next ? model | next : hc_hierarchy_skip(h, model);
}

uint64_t hc_hierarchy_parent(const hc_hierarchy *h, uint64_t model) {
  return model == h->always ? 0 : model & ~bit(last(h, model));
}

uint64_t hc_hierarchy_reach(const hc_hierarchy *h, uint64_t model) {
  uint64_t left = h->interactions, reach = model;
  if (model != h->always) {
    unsigned m = last(h, model);
    left = h->interactions & OF_SIZE[__builtin_popcount(m)] & ~(2 * bit(m) - 1);
    for (size_t size = (size_t)__builtin_popcount(m) + 1; size <= h->max_order; size++)
      left |= h->interactions & OF_SIZE[size];
  }
  for (size_t size = 2; size <= h->max_order; size++) {
    uint64_t terms = left & OF_SIZE[size];
    for (size_t i = 0; i < h->lists; i++) terms &= reach << bit((unsigned)i) | ~HAS[i];
    reach |= terms;
  }
  return reach;
}

uint64_t hc_hierarchy_count(const hc_hierarchy *h, uint64_t every, uint64_t *mark, size_t room) {
  uint64_t count = 0, left = 0;
  size_t marked = 0;
  for (uint64_t model = h->always; model; model = hc_hierarchy_next(h, model), count++) {
    if (!mark || left--) continue;
    if (marked < room) mark[marked++] = model;
    left = every - 1;
  }
  return count;
}

size_t hc_hierarchy_terms(const hc_hierarchy *h, uint64_t model, uint32_t *mask) {
  size_t terms = 0;
  for (size_t size = 1; size <= h->max_order; size++)
    for (uint64_t left = model & OF_SIZE[size]; left; left &= left - 1) mask[terms++] = lowest(left);
  mask[terms++] = 0;
  return terms;
}
