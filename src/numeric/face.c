/* The face on which a log-linear likelihood has its maximum, by elimination in whole numbers. */
#include "numeric/face.h"

#include <stdbool.h>
#include <string.h>

/* What is known of a variable, -(X d)(c) of a cell c. */
enum kind {
  FIXED,  /* 0: people were seen there                                          */
  SIGNED, /* >= 0: nobody was                                                   */
  FREE    /* anything: not observed, or taken from the face already             */
};

enum { OBJECTIVE = 1 << HC_FACE_MAX_LISTS }; /* in place of a cell */

/* Each row's variable is the sum of entry/scale times the columns' variables. */
struct tableau {
  size_t rows, columns, stride;
  int64_t *entry, scale; /* scale > 0 */
  uint16_t *row_cell, *column_cell;
  unsigned char *row_kind, *column_kind;
  bool overflow;
};

/* Scratch by cell, and the tableau. */
struct room {
  struct tableau t;
  int16_t *sums;
  unsigned char *term, *lost; /* live terms; cells that contain a term with margin 0 */
};

size_t hc_face_scratch(size_t lists) {
  size_t cells = (size_t)1 << lists, bytes = 2 * cells * (2 * sizeof(uint16_t) + 2) + cells * (sizeof(int16_t) + 2);
  return (cells * cells / 4 + cells) * sizeof(int64_t) + bytes;
}

static struct room divide(size_t cells, void *scratch) {
  struct room r = {.t = {.entry = scratch, .scale = 1}};
  r.t.row_cell = (uint16_t *)(r.t.entry + cells * cells / 4 + cells);
  r.t.column_cell = r.t.row_cell + 2 * cells;
  r.sums = (int16_t *)(r.t.column_cell + 2 * cells);
  r.t.row_kind = (unsigned char *)(r.sums + cells);
  r.t.column_kind = r.t.row_kind + 2 * cells;
  r.term = r.t.column_kind + 2 * cells;
  r.lost = r.term + cells;
  return r;
}

/* --- the tableau ----------------------------------------------------------------------------------- */

static int64_t *row(const struct tableau *t, size_t r) {
  return t->entry + r * t->stride;
}

static void drop_row(struct tableau *t, size_t r) {
  size_t last = --t->rows;
  memmove(row(t, r), row(t, last), t->columns * sizeof *t->entry);
  t->row_cell[r] = t->row_cell[last];
  t->row_kind[r] = t->row_kind[last];
}

static void drop_column(struct tableau *t, size_t c) {
  size_t last = --t->columns;
  for (size_t r = 0; r < t->rows; r++) row(t, r)[c] = row(t, r)[last];
  t->column_cell[c] = t->column_cell[last];
  t->column_kind[c] = t->column_kind[last];
}

/* (a p - b q) / scale, which is whole; the sign of p is taken out. */
static int64_t combine(struct tableau *t, int64_t a, int64_t p, int64_t b, int64_t q) {
  __int128 value = (__int128)a * p - (__int128)b * q;
  if (t->scale != 1) value /= t->scale;
  if (value != (int64_t)value) t->overflow = true;
  return (int64_t)value;
}

/* Exchanges the variables of row r and column c. */
static void pivot(struct tableau *t, size_t r, size_t c) {
  int64_t *own = row(t, r), p = own[c], sign = p < 0 ? -1 : 1;
  for (size_t i = 0; i < t->rows; i++) {
    int64_t *other = row(t, i), b = other[c];
    if (i == r || (b == 0 && sign * p == t->scale)) continue;
    for (size_t j = 0; j < t->columns; j++)
      if (j != c) other[j] = sign * combine(t, other[j], p, b, own[j]);
    other[c] = sign * b;
  }
  for (size_t j = 0; j < t->columns; j++) own[j] *= -sign;
  own[c] = sign * t->scale;
  t->scale = sign * p;
  uint16_t cell = t->row_cell[r];
  unsigned char kind = t->row_kind[r];
  t->row_cell[r] = t->column_cell[c], t->row_kind[r] = t->column_kind[c];
  t->column_cell[c] = cell, t->column_kind[c] = kind;
}

/* A variable without a sign says nothing, but that of cell 0 tells whether the people not seen are determined. */
static bool says_nothing(const struct tableau *t, size_t r) {
  return t->row_kind[r] == FREE && t->row_cell[r] != 0;
}

/* The column to pivot on in a row: one that is free if there is, and one that keeps the numbers small. */
static size_t choose_column(const struct tableau *t, size_t r) {
  size_t best = t->columns;
  int merit = 0;
  for (size_t c = 0; c < t->columns; c++) {
    int64_t p = row(t, r)[c];
    int now = p == 0 ? 0 : 1 + (p == t->scale || p == -t->scale) + 2 * (t->column_kind[c] == FREE);
    if (now > merit) merit = now, best = c;
  }
  return best;
}

/* Rows of cells with people are equations: each one takes a column away. */
static void use_seen(struct tableau *t) {
  for (size_t r = 0; r < t->rows && !t->overflow;) {
    if (t->row_kind[r] != FIXED) {
      r++;
      continue;
    }
    size_t c = choose_column(t, r);
    if (c == t->columns) {
      drop_row(t, r);
      continue;
    }
    pivot(t, r, c);
    drop_column(t, c);
    if (says_nothing(t, r)) drop_row(t, r);
  }
}

/* Free columns change places with rows that have a sign; those that cannot touch no cell of the face. */
static void use_free(struct tableau *t) {
  for (size_t c = 0; c < t->columns; c++) {
    if (t->column_kind[c] != FREE) continue;
    size_t r = 0;
    while (r < t->rows && (t->row_kind[r] != SIGNED || row(t, r)[c] == 0)) r++;
    if (r == t->rows) continue;
    pivot(t, r, c);
    if (says_nothing(t, r)) drop_row(t, r);
  }
}

static size_t entering(const struct tableau *t, size_t objective) {
  size_t best = t->columns;
  for (size_t c = 0; c < t->columns; c++)
    if (t->column_kind[c] == SIGNED && row(t, objective)[c] > 0 &&
        (best == t->columns || t->column_cell[c] < t->column_cell[best]))
      best = c;
  return best;
}

static size_t leaving(const struct tableau *t, size_t c) {
  size_t best = t->rows;
  for (size_t r = 0; r < t->rows; r++)
    if (t->row_kind[r] == SIGNED && row(t, r)[c] < 0 && (best == t->rows || t->row_cell[r] < t->row_cell[best]))
      best = r;
  return best;
}

/* A column along which everything with a sign stays at or above 0, or t->columns where only 0 does so: the sum of the
 * columns' variables is maximised, all of them starting at 0 and staying there until one may rise without end. */
static size_t find_ray(struct tableau *t) {
  size_t objective = t->rows++;
  t->row_cell[objective] = OBJECTIVE, t->row_kind[objective] = FREE;
  for (size_t c = 0; c < t->columns; c++) row(t, objective)[c] = t->column_kind[c] == SIGNED ? t->scale : 0;
  size_t c, r;
  while ((c = entering(t, objective)) < t->columns && (r = leaving(t, c)) < t->rows && !t->overflow) pivot(t, r, c);
  t->rows--;
  return c;
}

/* Along column c the people not seen change, with no cell of the face changing. */
static bool moves_unseen(const struct tableau *t, size_t c) {
  if (t->column_cell[c] == 0) return true;
  for (size_t r = 0; r < t->rows; r++)
    if (t->row_cell[r] == 0) return row(t, r)[c] != 0;
  return false;
}

/* Takes from the face what falls along the ray. */
static void take(struct tableau *t, size_t c, unsigned char *live) {
  live[t->column_cell[c]] = 0;
  t->column_kind[c] = FREE;
  for (size_t r = 0; r < t->rows;) {
    if (t->row_kind[r] != SIGNED || row(t, r)[c] == 0) {
      r++;
      continue;
    }
    live[t->row_cell[r]] = 0;
    drop_row(t, r);
  }
}

/* --- from the model to the tableau ------------------------------------------------------------------ */

/* Terms with margin 0, and the cells that contain one. Returns how many such terms. */
static size_t sort_terms(const uint32_t *mask, size_t terms, size_t cells, const double *margin, struct room *r) {
  size_t dead = 0;
  memset(r->term, 0, 2 * cells);
  for (size_t i = 0; i < terms; i++) {
    if (margin[mask[i]] > 0)
      r->term[mask[i]] = 1;
    else
      r->lost[mask[i]] = 1, dead++;
  }
  for (size_t bit = 1; dead && bit < cells; bit <<= 1)
    for (size_t block = 0; block < cells; block += 2 * bit)
      for (size_t c = block; c < block + bit; c++) r->lost[c + bit] |= r->lost[c];
  return dead;
}

/* (X d)(c) of all cells c where it is 1 at the cell of term u and 0 at those of all other terms. */
static void spread(size_t cells, size_t u, const unsigned char *term, int16_t *sums) {
  int even = __builtin_parity((unsigned)u);
  memset(sums, 0, cells * sizeof *sums);
  size_t above = (cells - 1) & ~u; /* all that contain u: u and a part of this */
  for (size_t part = above;; part = (part - 1) & above) {
    if (term[u | part]) sums[u | part] = __builtin_parity((unsigned)(u | part)) == even ? 1 : -1;
    if (!part) break;
  }
  for (size_t bit = 1; bit < cells; bit <<= 1)
    for (size_t block = 0; block < cells; block += 2 * bit)
      for (size_t c = block; c < block + bit; c++) sums[c + bit] = (int16_t)(sums[c + bit] + sums[c]);
}

static void fill(struct room *r, size_t cells, const double *count, const unsigned char *observable,
                 const unsigned char *live) {
  struct tableau *t = &r->t;
  for (size_t c = 0; c < cells; c++) {
    if (r->term[c] && (c == 0 || !(count[c] > 0))) {
      t->column_kind[t->columns] = c == 0 || (observable && !observable[c]) ? FREE : SIGNED;
      t->column_cell[t->columns++] = (uint16_t)c;
    } else if (!r->term[c] && live[c]) {
      t->row_kind[t->rows] = count[c] > 0 ? FIXED : SIGNED;
      t->row_cell[t->rows++] = (uint16_t)c;
    }
  }
  t->stride = t->columns;
  for (size_t j = 0; j < t->columns; j++) {
    spread(cells, t->column_cell[j], r->term, r->sums);
    for (size_t i = 0; i < t->rows; i++) row(t, i)[j] = r->sums[t->row_cell[i]];
  }
}

hc_face hc_face_find(size_t lists, const uint32_t *mask, size_t terms, const double *count, const double *margin,
                     const unsigned char *observable, unsigned char *live, void *scratch) {
  size_t cells = (size_t)1 << lists;
  struct room r = divide(cells, scratch);
  struct tableau *t = &r.t;
  size_t dead = sort_terms(mask, terms, cells, margin, &r), ray;
  bool further = false;
  live[0] = 0;
  for (size_t c = 1; c < cells; c++) live[c] = !r.lost[c] && (!observable || observable[c]);
  fill(&r, cells, count, observable, live);
  use_seen(t);
  use_free(t);
  while (!t->overflow && (ray = find_ray(t)) < t->columns && !t->overflow) {
    further = true;
    if (moves_unseen(t, ray)) return HC_FACE_UNIDENTIFIED;
    take(t, ray, live);
  }
  if (t->overflow) return HC_FACE_OVERFLOW;
  for (size_t c = 0; c < t->columns; c++) {
    if (t->column_kind[c] != FREE) continue;
    further = true;
    if (moves_unseen(t, c)) return HC_FACE_UNIDENTIFIED;
  }
  return further ? HC_FACE_COEFFICIENTS : dead ? HC_FACE_MARGINS : HC_FACE_INTERIOR;
}
