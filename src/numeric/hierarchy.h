/* All hierarchical log-linear models over a few lists: what they are, one after another, and each one's neighbours.
 *
 * A model is a set of terms, and a term a set of lists. With lists 0..k-1 a term is a number m in 0..2^k-1 (bit i: list
 * i) and a model a number too: bit m of its 64 says that term m is in it. The intercept (term 0) and all main effects
 * are always in; an interaction only where all its parts are; the interaction of all lists never, because with it the
 * unseen are not identified. Such models over 2, 3, 4, 5 and 6 lists: 1, 8, 113, 6,893 and 7,785,061, one less than
 * there are antichains that cover as many points (OEIS A006126); the one is the interaction of all lists.
 *
 * Order: terms stand in order of their size, then of their number. The models form a tree, each one's parent being the
 * model without its last term, and the order is that of a walk which visits a model, then its children by the term that
 * is new. So a parent comes before its children, the first model is independence, and a model alone tells the next one:
 * a walk can be cut anywhere, and its pieces walked in parallel.
 *
 * Cost: some ten operations on 64-bit numbers a model, no memory. Threads: any number. */
#ifndef HC_NUMERIC_HIERARCHY_H
#define HC_NUMERIC_HIERARCHY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HC_HIERARCHY_MAX_LISTS = 6, HC_HIERARCHY_MAX_TERMS = 63 };

typedef struct hc_hierarchy {
  size_t lists, max_order; /* max_order: the most lists in one term                */
  uint64_t always;         /* intercept and main effects: also the first model      */
  uint64_t interactions;   /* that a model may have                                 */
} hc_hierarchy;

/* Models over `lists` lists (2 to HC_HIERARCHY_MAX_LISTS) with terms of at most max_order lists: 2 gives the
 * 2^(k(k-1)/2) models of interactions between two lists. max_order below 1 counts as 1, above lists - 1 as that. False
 * for another number of lists. */
bool hc_hierarchy_init(hc_hierarchy *hierarchy, size_t lists, size_t max_order);

/* The model that follows, or 0 after the last one. */
uint64_t hc_hierarchy_next(const hc_hierarchy *hierarchy, uint64_t model);
/* The same, with all that descend from this one left out. */
uint64_t hc_hierarchy_skip(const hc_hierarchy *hierarchy, uint64_t model);
/* Its parent in the tree, which came before it; 0 for the first model. */
uint64_t hc_hierarchy_parent(const hc_hierarchy *hierarchy, uint64_t model);

/* The largest model of its subtree, which contains all others there. */
uint64_t hc_hierarchy_reach(const hc_hierarchy *hierarchy, uint64_t model);

/* How many models there are; and where mark is not NULL, those with the indices 0, every, 2 every, ... into
 * mark[0..room-1], so that piece j of a walk begins at mark[j] and has `every` models, the last one maybe fewer. Walks
 * through all of them: 0.1 s for six lists. */
uint64_t hc_hierarchy_count(const hc_hierarchy *hierarchy, uint64_t every, uint64_t *mark, size_t room);

/* Terms that can be added to a model, and taken from it, one at a time, with a hierarchical model left. */
uint64_t hc_hierarchy_addable(const hc_hierarchy *hierarchy, uint64_t model);
uint64_t hc_hierarchy_removable(const hc_hierarchy *hierarchy, uint64_t model);

/* The model's terms as masks in the order of hc_terms_parse (by size, then number, the intercept last): as hc_lattice
 * wants them. Returns how many. mask: room for HC_HIERARCHY_MAX_TERMS. */
size_t hc_hierarchy_terms(const hc_hierarchy *hierarchy, uint64_t model, uint32_t *mask);

#endif
