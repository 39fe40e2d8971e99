/* numeric/poisson_mixture: a single rate is the zero-truncated Poisson; two rates far apart are found; a rate is missing nowhere. */
#include "support.h"

#include "numeric/poisson_mixture.h"
#include "numeric/special.h"

enum { TOP = 30 };

static double none(double theta, double *slope, const void *context) {
  (void)theta, (void)context;
  *slope = 0;
  return 0;
}

static double steep(double theta, double *slope, const void *context) {
  (void)context;
  *slope = theta;
  return theta * theta / 2;
}

static hc_counts_mixture fit(const double *f, double (*penalty)(double, double *, const void *)) {
  static double scratch[4000], ln_factorial[TOP];
  hc_counts_problem problem = {TOP, f, ln_factorial, 0, penalty, NULL};
  hc_counts_mixture mixture = {0};
  for (size_t k = 0; k < TOP; k++) ln_factorial[k] = hc_ln_factorial((double)(k + 1)), problem.n += f[k], scratch[k] = NAN;
  assert_true(hc_counts_mixture_scratch(TOP) <= 4000);
  assert_true(hc_counts_mixture_fit(&problem, scratch, &mixture));
  return mixture;
}

/* People that a mixture expects. */
static void expect(double *f, double n, double share, double low, double high) {
  for (size_t k = 0; k < TOP; k++) {
    double a = exp((double)(k + 1) * log(low) - hc_ln_factorial((double)(k + 1))) / expm1(low);
    double b = exp((double)(k + 1) * log(high) - hc_ln_factorial((double)(k + 1))) / expm1(high);
    f[k] = n * (share * a + (1 - share) * b);
  }
}

static void test_one_rate(void **state) {
  double f[TOP];
  (void)state;
  expect(f, 1000, 1, 2, 2);
  hc_counts_mixture m = fit(f, none);
  assert_int_equal(m.classes, 1);
  assert_close(m.rate[0], 2, 1e-6);
  assert_close(m.theta, 1 / expm1(2), 1e-6);
}

static void test_two_rates(void **state) {
  double f[TOP];
  (void)state;
  expect(f, 1000, 0.3, 0.5, 6);
  hc_counts_mixture m = fit(f, none);
  assert_true(m.classes >= 2);
  assert_close(m.theta, 0.3 / expm1(0.5) + 0.7 / expm1(6), 1e-4);
  assert_true(m.slack < 1e-6);
}

static void test_penalty_lowers_the_unseen(void **state) {
  double f[TOP];
  (void)state;
  expect(f, 50, 0.6, 0.2, 3);
  hc_counts_mixture free = fit(f, none), held = fit(f, steep);
  assert_true(held.theta < free.theta);
  assert_true(held.loglik <= free.loglik + 1e-9);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_one_rate),
      cmocka_unit_test(test_two_rates),
      cmocka_unit_test(test_penalty_lowers_the_unseen),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
