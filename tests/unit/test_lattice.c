/* Transforms of the lattice against their definitions, and the maximum against closed forms. */
#include "support.h"

#include "numeric/lattice.h"

enum { LISTS = 6, CELLS = 1 << LISTS };

static void fill(double *v) {
  for (int c = 0; c < CELLS; c++) v[c] = 0.5 + (c * 37 % 11) / 7.0;
}

static void superset_sums_are_sums_over_supersets(void **state) {
  double v[CELLS], w[CELLS];
  (void)state;
  for (size_t lists = 1; lists <= LISTS; lists++) {
    size_t cells = (size_t)1 << lists;
    fill(v), fill(w);
    hc_lattice_superset_sums(v, lists);
    for (size_t m = 0; m < cells; m++) {
      double sum = 0;
      for (size_t c = 0; c < cells; c++)
        if ((c & m) == m) sum += w[c];
      assert_close(v[m], sum, 1e-14);
    }
  }
}

static void subset_products_are_products_over_subsets(void **state) {
  double v[CELLS], w[CELLS];
  (void)state;
  fill(v), fill(w);
  hc_lattice_subset_products(v, LISTS);
  for (int m = 0; m < CELLS; m++) {
    double product = 1;
    for (int c = 0; c < CELLS; c++)
      if ((c & m) == c) product *= w[c];
    assert_close(v[m], product, 1e-13);
  }
}

struct model {
  hc_lattice lattice;
  uint32_t join[66];
  double sufficient[11], beta[11], cold[11], factor[121], scratch[2 * CELLS + 22];
  hc_lattice_maximum maximum;
};

static bool maximise(struct model *m, const uint32_t *mask, size_t terms, size_t lists, const double *y) {
  m->lattice = (hc_lattice){.lists = lists, .cells = (size_t)1 << lists, .terms = terms, .mask = mask, .join = m->join};
  hc_lattice_join(m->join, mask, terms);
  hc_lattice_sufficient(&m->lattice, y, m->scratch, m->sufficient);
  hc_lattice_independence(&m->lattice, m->sufficient, m->cold);
  hc_lattice_start start = {.beta = m->cold};
  return hc_lattice_maximise(&m->lattice, m->sufficient, false, &start, m->beta, m->factor, m->scratch, &m->maximum);
}

/* Two lists, independence: the unseen are n10 n01 / n11 and var(intercept) = 1/n10 + 1/n01 + 1/n11. */
static void two_lists_give_lincoln_and_petersen(void **state) {
  static const uint32_t mask[] = {1, 2, 0};
  const double y[] = {0, 30, 50, 12};
  struct model m;
  (void)state;
  assert_true(maximise(&m, mask, 3, 2, y));
  assert_close(m.maximum.unseen, 30.0 * 50 / 12, 1e-13);
  assert_close(m.maximum.var_intercept, 1 / 30.0 + 1 / 50.0 + 1 / 12.0, 1e-8);
}

/* Four lists, independence: N solves Darroch's equation, and his variance is that of the intercept. */
static void independence_gives_darroch(void **state) {
  static const uint32_t mask[] = {1, 2, 4, 8, 0};
  const double y[] = {0, 403, 545, 33, 621, 20, 35, 3, 205, 6, 10, 1, 11, 0, 3, 0};
  struct model m;
  (void)state;
  assert_true(maximise(&m, mask, 5, 4, y));
  double n = m.sufficient[4], N = n + m.maximum.unseen, missed = 1, bracket = 3;
  for (int j = 0; j < 4; j++) {
    missed *= 1 - m.sufficient[j] / N;
    bracket -= 1 / (1 - m.sufficient[j] / N);
  }
  double unseen = m.maximum.unseen;
  assert_close(missed, 1 - n / N, 1e-13);
  assert_close(unseen + unseen * unseen * m.maximum.var_intercept, N / (bracket + 1 / missed), 1e-8);
}

/* At the maximum, fitted and observed sufficient statistics agree. */
static void the_score_vanishes(void **state) {
  static const uint32_t mask[] = {1, 2, 4, 8, 16, 3, 12, 17, 6, 0};
  double y[32], fitted[10];
  struct model m;
  (void)state;
  for (int c = 0; c < 32; c++) y[c] = c ? 3 + (c * 29 % 17) * (c % 3 + 1) : 0;
  assert_true(maximise(&m, mask, 10, 5, y));
  hc_lattice_fitted(&m.lattice, m.beta, m.scratch, fitted);
  for (int i = 0; i < 10; i++) assert_close(fitted[i], m.sufficient[i], 1e-12);
}

static void a_warm_start_changes_nothing(void **state) {
  static const uint32_t mask[] = {1, 2, 4, 3, 0};
  const double first[] = {0, 40, 50, 20, 60, 10, 15, 8}, second[] = {0, 33, 61, 17, 52, 14, 11, 9};
  double kept[5], fitted[5], factor[25];
  struct model m;
  (void)state;
  assert_true(maximise(&m, mask, 5, 3, first));
  memcpy(kept, m.beta, sizeof kept);
  memcpy(factor, m.factor, sizeof factor);
  hc_lattice_fitted(&m.lattice, kept, m.scratch, fitted);
  assert_true(maximise(&m, mask, 5, 3, second));
  double cold = m.maximum.unseen;
  hc_lattice_start start = {.beta = kept, .factor = factor, .score0 = fitted};
  for (int i = 0; i < 2 * 8 + 10; i++) m.scratch[i] = NAN;
  assert_true(hc_lattice_maximise(&m.lattice, m.sufficient, false, &start, m.beta, m.factor, m.scratch, &m.maximum));
  assert_close(m.maximum.unseen, cold, 1e-12);
}

/* With the unseen cell counted, independence is the product of the margins. */
static void a_complete_table_has_product_margins(void **state) {
  static const uint32_t mask[] = {1, 2, 0};
  const double y[] = {0, 30, 50, 12};
  struct model m;
  (void)state;
  assert_true(maximise(&m, mask, 3, 2, y));
  m.sufficient[2] += 100;
  hc_lattice_start start = {.beta = m.cold};
  assert_true(hc_lattice_maximise(&m.lattice, m.sufficient, true, &start, m.beta, m.factor, m.scratch, &m.maximum));
  assert_close(m.maximum.unseen, (192.0 - 42) * (192 - 62) / 192, 1e-12);
}

static void a_maximum_at_infinity_is_not_reached(void **state) {
  static const uint32_t mask[] = {1, 2, 4, 3, 5, 6, 0};
  const double y[] = {0, 40, 50, 0, 60, 10, 15, 0}; /* lists 1 and 2 never overlap */
  struct model m;
  (void)state;
  assert_false(maximise(&m, mask, 7, 3, y));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(superset_sums_are_sums_over_supersets),
      cmocka_unit_test(subset_products_are_products_over_subsets),
      cmocka_unit_test(two_lists_give_lincoln_and_petersen),
      cmocka_unit_test(independence_gives_darroch),
      cmocka_unit_test(the_score_vanishes),
      cmocka_unit_test(a_warm_start_changes_nothing),
      cmocka_unit_test(a_complete_table_has_product_margins),
      cmocka_unit_test(a_maximum_at_infinity_is_not_reached),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
