/* Tests 2 and 3 of Burnham, Anderson, White, Brownie and Pollock (1987) Amer. Fish. Soc. Monogr. 5, sec. 3.2, as 2 x
 * 2 tables:
 *   3.SR  met on i: met before or not x met again or not                               (people who pass through)
 *   3.SM  met on i and again: met before or not x next on i+1 or later
 *   2.CT  met before and after i: met on i or not x next on i+1 or later               (shy or fond of being met)
 *   2.CL  the same, next after i+1: met on i or not x next on i+2 or later
 * Burnham and others split "later" further where there are enough people; here it is one column, which costs power
 * and no validity. A table that expects fewer than 2 in a cell is left out. */
#include "open/fit_tests.h"

static const double least_expected = 2;

struct table {
  double cell[2][2];
};

/* The first occasion after i on which the history has a capture; k where there is none. */
static size_t next_after(uint64_t history, size_t i, size_t k) {
  uint64_t later = i + 1 < 64 ? history >> (i + 1) : 0;
  return later ? i + 1 + (size_t)__builtin_ctzll(later) : k;
}

static void add(const struct table *t, double *value, double *df) {
  double a = t->cell[0][0], b = t->cell[0][1], c = t->cell[1][0], d = t->cell[1][1], all = a + b + c + d;
  double least = fmin(a + b, c + d) * fmin(a + c, b + d) / all;
  if (!(least >= least_expected)) return;
  *value += all * (a * d - b * c) * (a * d - b * c) / ((a + b) * (c + d) * (a + c) * (b + d));
  *df += 1;
}

hc_fit_tests hc_fit_tests_of(size_t k, size_t n, const uint64_t *history, const uint64_t *count) {
  hc_fit_tests sum = {0};
  for (size_t i = 1; i + 1 < k; i++) {
    struct table sr = {0}, sm = {0}, ct = {0}, cl = {0};
    for (size_t c = 0; c < n; c++) {
      uint64_t h = history[c];
      bool before = h & (((uint64_t)1 << i) - 1), met = h >> i & 1;
      size_t next = next_after(h, i, k);
      double people = (double)count[c];
      if (met) sr.cell[before][next < k] += people;
      if (met && next < k) sm.cell[before][next > i + 1] += people;
      /* who is known to be there between i and a later capture: met before i, or on i */
      if ((before || met) && next < k) ct.cell[met][next > i + 1] += people;
      if ((before || met) && next < k && next > i + 1) cl.cell[met][next > i + 2] += people;
    }
    add(&sr, &sum.sr, &sum.df_sr);
    if (i + 2 < k) add(&sm, &sum.sm, &sum.df_sm), add(&ct, &sum.ct, &sum.df_ct);
    if (i + 3 < k) add(&cl, &sum.cl, &sum.df_cl);
  }
  return sum;
}

double hc_fit_tests_sum(const hc_fit_tests *t, double *df) {
  *df = t->df_sr + t->df_sm + t->df_ct + t->df_cl;
  return t->sr + t->sm + t->ct + t->cl;
}
