/* The walk through all hierarchical models against all subsets of terms tried one by one. */
#include "support.h"

#include "numeric/hierarchy.h"
#include "numeric/terms.h"

static bool holds(uint64_t model, unsigned term) {
  return model >> term & 1;
}

/* By the definition: every part of a term is a term. */
static bool is_hierarchical(uint64_t model, size_t lists) {
  for (unsigned m = 0; m < 1u << lists; m++)
    for (unsigned part = 0; holds(model, m) && part < m; part++)
      if ((part & m) == part && !holds(model, part)) return false;
  return true;
}

static size_t size_of_largest(uint64_t model) {
  int largest = 0;
  for (unsigned m = 0; m < 64; m++)
    if (holds(model, m) && __builtin_popcount(m) > largest) largest = __builtin_popcount(m);
  return (size_t)largest;
}

static uint64_t count(size_t lists, size_t max_order) {
  hc_hierarchy h;
  assert_true(hc_hierarchy_init(&h, lists, max_order));
  return hc_hierarchy_count(&h, 1, NULL, 0);
}

static void there_are_as_many_as_published(void **state) {
  (void)state;
  assert_int_equal(count(2, 9), 1);
  assert_int_equal(count(3, 9), 8);
  assert_int_equal(count(4, 9), 113);
  assert_int_equal(count(5, 9), 6893);
  assert_int_equal(count(6, 9), 7785061);
  for (size_t lists = 2; lists <= 6; lists++) {
    assert_int_equal(count(lists, 0), 1);
    assert_int_equal(count(lists, 1), 1);
    if (lists > 2) assert_int_equal(count(lists, 2), UINT64_C(1) << lists * (lists - 1) / 2);
  }
  hc_hierarchy h;
  assert_false(hc_hierarchy_init(&h, 1, 1));
  assert_false(hc_hierarchy_init(&h, 7, 2));
}

/* All subsets of the interactions of up to four lists (2^10): those that are models are walked once, and no others. */
static void the_walk_visits_each_model_once(void **state) {
  (void)state;
  for (size_t lists = 2; lists <= 4; lists++)
    for (size_t order = 1; order < lists; order++) {
      hc_hierarchy h;
      size_t expected = 0, found = 0;
      assert_true(hc_hierarchy_init(&h, lists, order));
      for (uint64_t model = 0; model < UINT64_C(1) << ((1u << lists) - 1); model++)
        expected += (model & h.always) == h.always && is_hierarchical(model, lists) && size_of_largest(model) <= order;
      static uint64_t seen[113];
      for (uint64_t model = h.always; model; model = hc_hierarchy_next(&h, model)) {
        assert_true(found < 113 && is_hierarchical(model, lists) && (model & h.always) == h.always);
        assert_true(size_of_largest(model) <= order && model >> ((1u << lists) - 1) == 0);
        for (size_t i = 0; i < found; i++) assert_true(seen[i] != model);
        seen[found++] = model;
      }
      assert_int_equal(found, expected);
    }
}

static void a_parent_comes_first_and_lacks_one_term(void **state) {
  hc_hierarchy h;
  static uint64_t seen[6893];
  size_t found = 0;
  (void)state;
  assert_true(hc_hierarchy_init(&h, 5, 4));
  for (uint64_t model = h.always; model; model = hc_hierarchy_next(&h, model)) {
    uint64_t parent = hc_hierarchy_parent(&h, model);
    bool came = model == h.always;
    for (size_t i = found; i-- > 0 && !came;) came = seen[i] == parent;
    assert_true(came);
    if (found) assert_true((parent & ~model) == 0 && __builtin_popcountll(model & ~parent) == 1);
    seen[found++] = model;
  }
  assert_int_equal(hc_hierarchy_parent(&h, h.always), 0);
}

/* Without the descendants: the next model that does not hold all of this one. All descendants together are one too. */
static void a_subtree_can_be_skipped_and_has_a_largest_model(void **state) {
  hc_hierarchy h;
  (void)state;
  assert_true(hc_hierarchy_init(&h, 4, 3));
  for (uint64_t model = h.always; model; model = hc_hierarchy_next(&h, model)) {
    uint64_t after = hc_hierarchy_next(&h, model);
    uint64_t all = model;
    for (; after && (after & model) == model; after = hc_hierarchy_next(&h, after)) all |= after;
    assert_true(hc_hierarchy_skip(&h, model) == after);
    assert_true(hc_hierarchy_reach(&h, model) == all);
  }
}

static void marks_cut_the_walk_into_pieces(void **state) {
  hc_hierarchy h;
  uint64_t mark[70], index = 0;
  (void)state;
  assert_true(hc_hierarchy_init(&h, 5, 4));
  assert_int_equal(hc_hierarchy_count(&h, 100, mark, 70), 6893);
  for (uint64_t model = h.always; model; model = hc_hierarchy_next(&h, model), index++)
    if (index % 100 == 0) assert_true(mark[index / 100] == model);
}

static void neighbours_are_the_models_one_term_away(void **state) {
  (void)state;
  for (size_t order = 1; order <= 3; order++) {
    hc_hierarchy h;
    assert_true(hc_hierarchy_init(&h, 4, order));
    for (uint64_t model = h.always; model; model = hc_hierarchy_next(&h, model)) {
      uint64_t add = hc_hierarchy_addable(&h, model), take = hc_hierarchy_removable(&h, model);
      for (unsigned m = 0; m < 64; m++) {
        uint64_t bit = UINT64_C(1) << m;
        bool interaction = m < 15 && __builtin_popcount(m) >= 2 && (size_t)__builtin_popcount(m) <= order;
        assert_int_equal(holds(add, m), interaction && !holds(model, m) && is_hierarchical(model | bit, 4));
        assert_int_equal(holds(take, m), interaction && holds(model, m) && is_hierarchical(model & ~bit, 4));
      }
    }
  }
}

static void terms_stand_as_the_parser_writes_them(void **state) {
  const char *names[] = {"A", "B", "C", "D"};
  uint32_t expected[16], mask[HC_HIERARCHY_MAX_TERMS];
  size_t terms;
  char problem[100];
  hc_hierarchy h;
  (void)state;
  assert_true(hc_terms_parse("[123,14,34]", 4, names, expected, 16, &terms, problem, sizeof problem));
  assert_true(hc_hierarchy_init(&h, 4, 3));
  uint64_t model = 0;
  for (size_t i = 0; i < terms; i++) model |= UINT64_C(1) << expected[i];
  assert_int_equal(hc_hierarchy_terms(&h, model, mask), terms);
  assert_memory_equal(mask, expected, terms * sizeof *mask);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(there_are_as_many_as_published),
      cmocka_unit_test(the_walk_visits_each_model_once),
      cmocka_unit_test(a_parent_comes_first_and_lacks_one_term),
      cmocka_unit_test(a_subtree_can_be_skipped_and_has_a_largest_model),
      cmocka_unit_test(marks_cut_the_walk_into_pieces),
      cmocka_unit_test(neighbours_are_the_models_one_term_away),
      cmocka_unit_test(terms_stand_as_the_parser_writes_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
