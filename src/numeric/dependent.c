/* Models with fixed odds ratios: the lattice's own fit, in which a cell may have a factor. */
#include "numeric/dependent.h"

#include <math.h>
#include <string.h>

/* Pieces of scratch. */
struct space {
  double *factor_of, *margin, *sufficient, *start, *beta, *cholesky, *lattice;
  uint32_t *mask, *join;
};

static size_t doubles(size_t words) {
  return (words * sizeof(uint32_t) + sizeof(double) - 1) / sizeof(double);
}

static struct space divide(const hc_dependent_model *m, double *scratch) {
  size_t cells = (size_t)1 << m->lists, terms = m->terms;
  struct space r = {.factor_of = scratch, .margin = scratch + cells};
  r.sufficient = r.margin + cells;
  r.start = r.sufficient + terms;
  r.beta = r.start + terms;
  r.cholesky = r.beta + terms;
  r.mask = (uint32_t *)(r.cholesky + terms * terms);
  r.join = (uint32_t *)((double *)r.mask + doubles(terms));
  r.lattice = (double *)r.join + doubles(hc_lattice_join_size(terms));
  return r;
}

size_t hc_dependent_scratch(const hc_dependent_model *m) {
  size_t cells = (size_t)1 << m->lists, terms = m->terms;
  const hc_lattice largest = {.lists = m->lists, .cells = cells, .terms = terms};
  return 2 * cells + 3 * terms + terms * terms + doubles(terms) + doubles(hc_lattice_join_size(terms)) +
         hc_lattice_scratch(&largest);
}

static bool contains(uint32_t mask, uint32_t part) {
  return (mask & part) == part;
}

static bool contains_any(uint32_t mask, size_t n, const uint32_t *part) {
  for (size_t i = 0; i < n; i++)
    if (contains(mask, part[i])) return true;
  return false;
}

/* The terms that stay, and the factors of all cells. */
static size_t keep_terms(const hc_dependent_model *m, size_t n, const uint32_t *pair, const double *theta,
                         struct space *r) {
  size_t cells = (size_t)1 << m->lists, kept = 0;
  memcpy(r->margin, m->count, cells * sizeof *r->margin);
  r->margin[0] = 0;
  hc_lattice_superset_sums(r->margin, m->lists);
  for (size_t c = 0; c < cells; c++) {
    r->factor_of[c] = 1;
    for (size_t i = 0; i < n; i++)
      if (contains((uint32_t)c, pair[i])) r->factor_of[c] *= theta[i];
  }
  for (size_t i = 0; i < m->terms; i++) {
    uint32_t mask = m->mask[i];
    if (contains_any(mask, n, pair)) continue;
    if (r->margin[mask] > 0) r->mask[kept++] = mask;
    for (size_t c = 0; c < cells && !(r->margin[mask] > 0); c++)
      if (contains((uint32_t)c, mask)) r->factor_of[c] = 0;
  }
  return kept;
}

bool hc_dependent_fit(const hc_dependent_model *m, size_t n, const uint32_t *pair, const double *theta, double *scratch,
                      double *N, double *se) {
  struct space r = divide(m, scratch);
  hc_lattice_maximum maximum;
  if (m->lists == 2 && n == 1) { /* closed */
    hc_highest_order(2, m->count, 1 / *theta, N, se);
    return isfinite(*N) && isfinite(*se);
  }
  hc_lattice lattice = {
      .lists = m->lists, .cells = (size_t)1 << m->lists, .mask = r.mask, .join = r.join, .live = r.factor_of};
  lattice.terms = keep_terms(m, n, pair, theta, &r);
  if (!lattice.terms || r.mask[lattice.terms - 1]) return false;
  hc_lattice_join(r.join, r.mask, lattice.terms);
  for (size_t i = 0; i < lattice.terms; i++) r.sufficient[i] = r.margin[r.mask[i]];
  hc_lattice_independence(&lattice, r.sufficient, r.start);
  const hc_lattice_start start = {.beta = r.start};
  if (!hc_lattice_maximise(&lattice, r.sufficient, false, &start, r.beta, r.cholesky, r.lattice, &maximum))
    return false;
  *N = r.sufficient[lattice.terms - 1] + maximum.unseen;
  *se = sqrt(maximum.unseen + maximum.unseen * maximum.unseen * maximum.var_intercept);
  return isfinite(*N) && isfinite(*se);
}

void hc_highest_order(size_t lists, const double *count, double xi, double *N, double *se) {
  double seen = 0, log_unseen = -log(xi), inverse = 0;
  for (size_t c = 1; c < (size_t)1 << lists; c++) {
    seen += count[c];
    inverse += 1 / count[c];
    log_unseen += (__builtin_popcountll(c) % 2 ? 1 : -1) * log(count[c]);
  }
  double unseen = exp(log_unseen);
  *N = seen + unseen;
  *se = sqrt(unseen + unseen * unseen * inverse);
}
