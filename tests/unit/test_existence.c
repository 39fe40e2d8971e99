/* Existence of the maximum: cases decided by hand, and agreement of the linear program with the rank shortcut. */
#include "support.h"

#include <glpk.h>

#include "numeric/existence.h"

static hc_existence check(const uint32_t *mask, size_t terms, size_t lists, const double *count, double *direction) {
  uint32_t join[36];
  hc_lattice lattice = {.lists = lists, .cells = (size_t)1 << lists, .terms = terms, .mask = mask, .join = join};
  assert_true(hc_lattice_join_size(terms) <= sizeof join / sizeof *join);
  hc_lattice_join(join, mask, terms);
  return hc_existence_check(&lattice, count, direction);
}

static const uint32_t pairs[] = {1, 2, 4, 3, 5, 6, 0}, independence[] = {1, 2, 4, 0};

static void full_tables_have_a_maximum(void **state) {
  const double y[] = {0, 4, 5, 6, 7, 8, 9, 10};
  double d[7];
  (void)state;
  assert_int_equal(check(pairs, 7, 3, y, d), HC_EXISTENCE_EXISTS);
  for (int i = 0; i < 7; i++) assert_true(d[i] == 0);
}

static void lists_that_never_overlap_send_their_interaction_down(void **state) {
  const double y[] = {0, 4, 5, 0, 7, 8, 9, 0};
  double d[7];
  (void)state;
  assert_int_equal(check(pairs, 7, 3, y, d), HC_EXISTENCE_INFINITE);
  assert_true(d[3] < 0); /* the interaction of lists 1 and 2 */
}

/* All margins positive, no maximum: with the all-pairs model on three lists and the unseen cell left out, every
 * cell is fitted exactly, so the empty one needs a mean of zero. */
static void positive_margins_are_not_enough(void **state) {
  const double y[] = {0, 4, 5, 6, 7, 8, 9, 0};
  double d[7];
  (void)state;
  assert_int_equal(check(pairs, 7, 3, y, d), HC_EXISTENCE_INFINITE);
  double at_empty = 0;
  for (int i = 0; i < 7; i++) at_empty += d[i];
  assert_true(at_empty < 0);
}

/* Everybody is on list 1: three cells with people, four terms, so the linear program decides. Along d = (1, 0, 0, -1)
 * every cell without list 1 falls. */
static void a_list_with_everybody_has_no_maximum(void **state) {
  const double y[] = {0, 5, 0, 6, 0, 7, 0, 0};
  double d[4];
  (void)state;
  assert_int_equal(check(independence, 4, 3, y, d), HC_EXISTENCE_INFINITE);
  assert_true(d[0] > 0 && d[1] == 0 && d[2] == 0 && d[3] < 0);
}

/* Rank deficient too, but along the only direction, d = (1, 1, 1, -2), the cells of one list fall and the cell of
 * all three rises: no direction serves, the maximum exists. */
static void the_linear_program_can_say_yes(void **state) {
  const double y[] = {0, 0, 0, 6, 0, 8, 9, 0};
  double d[4];
  (void)state;
  assert_int_equal(check(independence, 4, 3, y, d), HC_EXISTENCE_EXISTS);
}

static void repeated_calls_agree(void **state) {
  const double y[] = {0, 4, 5, 0, 7, 8, 9, 0};
  double d[7], again[7];
  (void)state;
  check(pairs, 7, 3, y, d);
  check(pairs, 7, 3, y, again);
  assert_memory_equal(d, again, sizeof d);
}

/* Ten lists in a ring, all pairs: 1,023 rows, which the memory of one megabyte does not hold. GLPK would print and
 * abort; the limit lies in an environment that the caller made, which must be there afterwards and serve again. */
static void a_program_that_does_not_fit_is_an_answer(void **state) {
  enum { LISTS = 10, TERMS = 1 + LISTS + LISTS * (LISTS - 1) / 2 };
  static uint32_t mask[TERMS], join[TERMS * (TERMS + 1) / 2];
  static double count[1 << LISTS], d[TERMS];
  size_t terms = 0;
  (void)state;
  for (unsigned i = 0; i < LISTS; i++) mask[terms++] = 1u << i;
  for (unsigned i = 0; i < LISTS; i++)
    for (unsigned j = 0; j < i; j++) mask[terms++] = 1u << i | 1u << j;
  mask[terms++] = 0;
  for (unsigned i = 0; i < LISTS; i++) count[1u << i | 1u << (i + 1) % LISTS] = i + 1;
  hc_lattice lattice = {.lists = LISTS, .cells = 1 << LISTS, .terms = terms, .mask = mask, .join = join};
  hc_lattice_join(join, mask, terms);
  hc_existence enough = hc_existence_check(&lattice, count, d);
  assert_int_equal(enough, HC_EXISTENCE_INFINITE);
  assert_int_equal(glp_init_env(), 0); /* the check left none behind */
  glp_mem_limit(1);
  assert_int_equal(hc_existence_check(&lattice, count, d), HC_EXISTENCE_NO_MEMORY);
  assert_int_equal(glp_init_env(), 1); /* ours is still there */
  glp_free_env();
  assert_int_equal(hc_existence_check(&lattice, count, d), enough);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(full_tables_have_a_maximum),
      cmocka_unit_test(lists_that_never_overlap_send_their_interaction_down),
      cmocka_unit_test(positive_margins_are_not_enough),
      cmocka_unit_test(a_list_with_everybody_has_no_maximum),
      cmocka_unit_test(the_linear_program_can_say_yes),
      cmocka_unit_test(repeated_calls_agree),
      cmocka_unit_test(a_program_that_does_not_fit_is_an_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
