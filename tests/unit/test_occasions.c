/* m0 and mt where a double runs out of digits: two occasions have closed forms to compare with. */
#include "support.h"

struct fitted {
  hc_status status;
  double N, se;
};

static struct fitted fit_histories(const char *id, size_t t, size_t n, const uint64_t *history, const uint64_t *count) {
  struct fitted out = {0};
  double scratch[64];
  hc_data *data = NULL;
  hc_plan *plan = NULL;
  hc_estimate *estimate = NULL;
  assert_ok(hc_data_from_histories(&data, HC_SHAPE_OCCASIONS, t, NULL, history, count, n, NULL));
  assert_ok(hc_plan_prepare(&plan, hc_estimator_find(id), data, NULL, NULL));
  assert_true(plan->n_scratch <= 64);
  assert_ok(hc_estimate_new(&estimate, plan, NULL));
  out.status = hc_plan_fit(plan, plan->observed, scratch, estimate, NULL);
  out.N = estimate->value[0], out.se = estimate->se[0];
  hc_estimate_free(estimate);
  hc_plan_free(plan);
  hc_data_free(data);
  return out;
}

static const uint64_t either[] = {1, 2, 3};

/* N = n1 n2/m, and its variance n1 n2 (n1-m)(n2-m)/m^3. */
static void mt_with_very_few_met_twice(void **state) {
  (void)state;
  const uint64_t count[] = {4000000000, 100000, 5};
  double n1 = 4000000005, n2 = 100005, m = 5;
  struct fitted f = fit_histories("mt", 2, 3, either, count);
  assert_ok(f.status);
  assert_close(f.N, n1 * n2 / m, 1e-12);
  assert_close(f.se, sqrt(n1 * n2 * (n1 - m) * (n2 - m) / (m * m * m)), 1e-12);
}

static void mt_with_next_to_nobody_unseen(void **state) {
  (void)state;
  const uint64_t count[] = {1, 2, 4000000000};
  struct fitted f = fit_histories("mt", 2, 3, either, count);
  assert_ok(f.status);
  assert_close(f.N, 4000000003, 1e-15);
  assert_close(f.se, sqrt(2 / 4e9), 1e-8); /* x1 x2 under the root, x = 4e9/2 and 4e9/1 */
  const uint64_t history[] = {1, 2, 3, 4, 5, 6, 7}, some[] = {1, 1, 4000000000, 1, 1, 1, 1};
  assert_ok(fit_histories("mt", 3, 7, history, some).status);
}

/* N = n + f1^2/(4 f2). */
static void m0_with_very_few_met_twice(void **state) {
  (void)state;
  const uint64_t count[] = {4000000000, 100000, 5};
  double f1 = 4000100000, f2 = 5, unseen = f1 * f1 / (4 * f2);
  struct fitted f = fit_histories("m0", 2, 3, either, count);
  assert_ok(f.status);
  assert_close(f.N, f1 + f2 + unseen, 1e-12);
  assert_close(f.se / f.N, sqrt(1 / f2), 1e-6);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(mt_with_very_few_met_twice),
                                     cmocka_unit_test(mt_with_next_to_nobody_unseen),
                                     cmocka_unit_test(m0_with_very_few_met_twice)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
