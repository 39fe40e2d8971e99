/* People by id against a plain search: ids of all lengths, with zero bytes, that differ in one byte, and many of them. */
#include "support.h"

#include "io/tally.h"

enum { PEOPLE = 200000 };

struct seen {
  uint64_t n, lists[70], first;
};

static void look(void *context, uint64_t lists, const uint64_t *more, size_t n_more) {
  struct seen *seen = context;
  if (!seen->n++) seen->first = lists;
  for (unsigned i = 0; i < 70; i++) seen->lists[i] += i < 64 ? lists >> i & 1 : n_more ? more[0] >> (i - 64) & 1 : 0;
}

static hc_members *members_new(void) {
  hc_members *m = NULL;
  assert_ok(hc_members_new(&m, NULL));
  return m;
}

static void test_many(void **state) {
  (void)state;
  hc_members *m = members_new();
  struct seen seen = {0};
  char id[32];
  bool again;
  for (int pass = 0; pass < 3; pass++)
    for (unsigned i = 0; i < PEOPLE; i++) {
      unsigned k = pass == 1 ? PEOPLE - 1 - i : i;
      int length = snprintf(id, sizeof id, k % 3 ? "%u" : "person-number-%u", k);
      assert_true(hc_members_add(m, id, (size_t)length, pass == 2 ? 0 : (k + (unsigned)pass) % 70, &again));
      assert_int_equal(again, pass == 2 && (k % 70 == 0 || (k + 1) % 70 == 0));
    }
  hc_members_each(m, look, &seen);
  assert_int_equal(seen.n, PEOPLE);
  assert_int_equal(seen.first, 3); /* the first that came: lists 0 and 1 */
  assert_int_equal(seen.lists[0], PEOPLE);
  for (unsigned i = 1; i < 70; i++) {
    uint64_t expected = 0;
    for (unsigned k = i; k < PEOPLE; k += 70) expected++;
    for (unsigned k = i - 1; k < PEOPLE; k += 70) expected++;
    assert_int_equal(seen.lists[i], expected);
  }
  hc_members_free(m);
}

/* Every pair of ids of up to 40 bytes that differ in their length, or in one byte, is two people. */
static void test_ids_that_are_nearly_alike(void **state) {
  (void)state;
  hc_members *m = members_new();
  struct seen seen = {0};
  char id[40] = {0};
  uint64_t expected = 0;
  bool again;
  for (size_t length = 1; length <= sizeof id; length++) {
    assert_true(hc_members_add(m, id, length, 1, &again)), expected++;
    assert_false(again);
    for (size_t i = 0; i < length; i++)
      for (int bit = 0; bit < 8; bit++) {
        id[i] = (char)(1 << bit);
        assert_true(hc_members_add(m, id, length, 1, &again)), expected++;
        assert_false(again);
        assert_true(hc_members_add(m, id, length, 1, &again));
        assert_true(again);
        id[i] = 0;
      }
  }
  hc_members_each(m, look, &seen);
  assert_int_equal(seen.n, expected);
  hc_members_free(m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_many),
      cmocka_unit_test(test_ids_that_are_nearly_alike),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
