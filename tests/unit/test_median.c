/* Weighted medians against hand computation. */
#include "support.h"

#include "numeric/median.h"

static void medians(void **state) {
  (void)state;
  double odd[] = {3, 1, 1, 1, 2, 1}, even[] = {4, 1, 1, 1, 3, 1, 2, 1}, heavy[] = {1, 1, 9, 5, 2, 1};
  double gap[] = {1, 2, 2, 0, 3, 2}, none[] = {1, 0, 2, 0};
  assert_close(hc_weighted_median(odd, 3), 2, 0);
  assert_close(hc_weighted_median(even, 4), 2.5, 0);
  assert_close(hc_weighted_median(heavy, 3), 9, 0);
  assert_close(hc_weighted_median(gap, 3), 2, 0);
  assert_true(isnan(hc_weighted_median(none, 2)));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(medians)};
  return cmocka_run_group_tests_name("median", tests, NULL, NULL);
}
