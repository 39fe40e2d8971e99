/* Power series: their moments against differences, a top far in the tail. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numeric/power_series.h"
#include "numeric/special.h"

static void close_to(double found, double expected, double relative) {
  if (!(fabs(found - expected) <= relative * (1e-300 + fabs(expected))))
    fail_msg("found %.17g, expected %.17g", found, expected);
}

static const hc_power_series kinds[] = {
    {HC_POWER_POISSON, 0, 0},    {HC_POWER_POISSON, 0, 7},   {HC_POWER_BINOMIAL, 12, 0}, {HC_POWER_BINOMIAL, 12, 5},
    {HC_POWER_BINOMIAL, 12, 40}, {HC_POWER_NEGBIN, 1, 0},    {HC_POWER_NEGBIN, 1, 9},    {HC_POWER_NEGBIN, 0.3, 0},
    {HC_POWER_NEGBIN, 40, 0},    {HC_POWER_NEGBIN, 2.5, 60},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

/* B' and B'' are derivatives of B. */
static void test_moments(void **state) {
  (void)state;
  for (int i = 0; i < N_KINDS; i++)
    for (double theta = -5; theta < -0.2; theta += 0.7) {
      double h = 1e-4;
      hc_power_moments at, below, above;
      hc_power_moments_at(&kinds[i], theta, &at);
      hc_power_moments_at(&kinds[i], theta - h, &below);
      hc_power_moments_at(&kinds[i], theta + h, &above);
      close_to(at.mean, (above.log_sum - below.log_sum) / (2 * h), 1e-6);
      close_to(at.variance, (above.mean - below.mean) / (2 * h), 1e-6);
    }
}

/* A top far in the tail changes nothing. */
static void test_top_in_the_tail(void **state) {
  (void)state;
  for (int i = 0; i < N_KINDS; i++) {
    hc_power_series natural = kinds[i], cut = kinds[i];
    hc_power_moments a, b;
    natural.top = 0, cut.top = 4000;
    hc_power_moments_at(&natural, -0.4, &a);
    hc_power_moments_at(&cut, -0.4, &b);
    close_to(a.log_sum, b.log_sum, 1e-12);
    close_to(a.mean, b.mean, 1e-12);
    close_to(a.variance, b.variance, 1e-10);
  }
}

static void test_solve(void **state) {
  (void)state;
  const double means[] = {1.000001, 1.01, 1.3, 2, 3.5, 4.9, 40};
  for (int i = 0; i < N_KINDS; i++)
    for (int j = 0; j < 7; j++) {
      double theta, most = kinds[i].kind == HC_POWER_BINOMIAL ? 12 : INFINITY;
      if (kinds[i].top > 0) most = fmin(most, kinds[i].top);
      unsigned iterations;
      hc_power_moments m;
      bool found = hc_power_solve(&kinds[i], means[j], &theta, &m, &iterations);
      assert_int_equal(found, means[j] < most);
      if (found) close_to(m.mean, means[j], 1e-12);
    }
  double theta;
  unsigned iterations;
  hc_power_moments m;
  assert_false(hc_power_solve(&kinds[0], 1, &theta, &m, &iterations));
}

/* The full estimate is where the profile is largest, and its variance the profile's curvature. */
static void test_full(void **state) {
  (void)state;
  for (int i = 0; i < N_KINDS; i++) {
    double n = 283, total = 500, theta, N, variance, h = 0.5, value[3];
    unsigned iterations;
    hc_power_moments m;
    assert_true(hc_power_solve(&kinds[i], total / n, &theta, &m, &iterations));
    N = n + n * exp(-m.log_sum);
    assert_true(hc_power_full(&kinds[i], n, total, &N, &theta, &variance));
    assert_true(N > n);
    for (int j = 0; j < 3; j++) {
      double at = N + (j - 1) * h;
      value[j] = hc_ln_falling(at, n) + hc_power_profile(&kinds[i], total, at, theta);
    }
    assert_true(value[1] > value[0] && value[1] > value[2]);
    close_to(variance, -h * h / (value[0] - 2 * value[1] + value[2]), 1e-3);
  }
}

static void test_draw(void **state) {
  (void)state;
  for (int i = 0; i < N_KINDS; i++) {
    hc_rng rng;
    hc_power_sums sums;
    hc_power_moments m;
    double count[30], people = 0, N = 1e6, theta = -0.8;
    hc_rng_init(&rng, 7, HC_PURPOSE_SIMULATION, (uint64_t)i);
    hc_power_draw(&kinds[i], theta, N, &rng, &sums, count, 30);
    hc_power_moments_at(&kinds[i], theta, &m);
    for (int k = 0; k < 30; k++) people += count[k];
    assert_true(people == sums.people);
    close_to(sums.people, N / (1 + exp(-m.log_sum)), 0.01);
    close_to(sums.total / sums.people, m.mean, 0.01);
  }
}

/* Where P(0) is too small for a double: the sums still have the mean and the spread of the distribution, and are
 * drawn in about as many steps as there are likely counts. */
static void test_draw_far_from_zero(void **state) {
  (void)state;
  const struct {
    hc_power_series series;
    double theta, mean, variance;
  } far[] = {{{HC_POWER_POISSON, 0, 0}, log(2083), 2083, 2083},
             {{HC_POWER_POISSON, 0, 0}, log(4e9), 4e9, 4e9},
             {{HC_POWER_BINOMIAL, 1e6, 0}, 0, 5e5, 2.5e5},
             {{HC_POWER_NEGBIN, 4000, 0}, log(0.5), 4000, 8000}};
  for (int i = 0; i < 4; i++) {
    hc_rng rng;
    hc_power_sums sums;
    double N = 10000;
    hc_rng_init(&rng, 7, HC_PURPOSE_SIMULATION, (uint64_t)i);
    hc_power_draw(&far[i].series, far[i].theta, N, &rng, &sums, NULL, 0);
    assert_true(sums.people == N);
    double off = (sums.total / N - far[i].mean) / sqrt(far[i].variance / N);
    if (fabs(off) > 5) fail_msg("series %d: the mean is %g standard errors off", i, off);
  }
}

static void test_ln_falling(void **state) {
  (void)state;
  close_to(hc_ln_falling(10, 3), log(720), 1e-14);
  close_to(hc_ln_falling(1e6, 2), log(1e6) + log(999999), 1e-14);
  close_to(hc_ln_falling(1e12, 3), 3 * log(1e12), 1e-11);
  close_to(hc_ln_falling(100100.5, 50), hc_ln_gamma(100101.5) - hc_ln_gamma(100051.5), 1e-9);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_moments), cmocka_unit_test(test_top_in_the_tail),
                                     cmocka_unit_test(test_solve),   cmocka_unit_test(test_full),
                                     cmocka_unit_test(test_draw),    cmocka_unit_test(test_draw_far_from_zero),
                                     cmocka_unit_test(test_ln_falling)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
