/* Confidence limits against their definitions, summed term by term, and against FSA 0.10.0. */
#include "support.h"

#include "numeric/exact.h"
#include "numeric/special.h"

static double binomial_tail(double from, double to, double n, double p) {
  double sum = 0;
  for (double k = from; k <= to; k++) sum += exp(hc_ln_choose(n, k) + k * log(p) + (n - k) * log1p(-p));
  return sum;
}

static double poisson_tail(double from, double to, double mean) {
  double sum = 0;
  for (double k = from; k <= to; k++) sum += exp(k * log(mean) - mean - hc_ln_factorial(k));
  return sum;
}

static double hypergeometric_tail(double from, double to, double marked, double N, double n) {
  double sum = 0;
  for (double k = fmax(from, n - (N - marked)); k <= fmin(to, fmin(n, marked)); k++)
    sum += exp(hc_ln_choose(marked, k) + hc_ln_choose(N - marked, n - k) - hc_ln_choose(N, n));
  return sum;
}

/* Clopper and Pearson: each limit is the chance under which what was seen, or more extreme, has half of the error. */
static void test_binomial_exact(void **state) {
  (void)state;
  const double x[] = {1, 3, 20, 49, 183, 400}, n[] = {20, 40, 22, 184, 184, 5000}, level[] = {0.5, 0.9, 0.95, 0.999};
  for (int i = 0; i < 6; i++) {
    for (int j = 0; j < 4; j++) {
      double lower, upper, error = (1 - level[j]) / 2;
      hc_binomial_limits(HC_BINOMIAL_EXACT, x[i], n[i], level[j], &lower, &upper);
      assert_close(binomial_tail(x[i], n[i], n[i], lower), error, 1e-9);
      assert_close(binomial_tail(0, x[i], n[i], upper), error, 1e-9);
    }
  }
}

static void test_binomial_at_the_ends(void **state) {
  (void)state;
  double lower, upper;
  hc_binomial_limits(HC_BINOMIAL_EXACT, 0, 12, 0.95, &lower, &upper);
  assert_close(lower, 0, 1e-300);
  assert_close(upper, 1 - pow(0.025, 1.0 / 12), 1e-12);
  hc_binomial_limits(HC_BINOMIAL_EXACT, 12, 12, 0.95, &lower, &upper);
  assert_close(lower, pow(0.025, 1.0 / 12), 1e-12);
  assert_close(upper, 1, 1e-300);
}

/* Wilson: the two roots of (x/n - p)^2 = z^2 p (1-p)/n. */
static void test_wilson(void **state) {
  (void)state;
  double limit[2], z = hc_normal_quantile(0.975);
  hc_binomial_limits(HC_BINOMIAL_WILSON, 49, 184, 0.95, &limit[0], &limit[1]);
  for (int i = 0; i < 2; i++) {
    double d = 49.0 / 184 - limit[i];
    assert_close(d * d, z * z * limit[i] * (1 - limit[i]) / 184, 1e-10);
  }
  assert_true(limit[0] < 49.0 / 184 && limit[1] > 49.0 / 184);
}

static void test_poisson_exact(void **state) {
  (void)state;
  const double x[] = {1, 3, 49, 600}, level[] = {0.5, 0.95, 0.999};
  double lower, upper;
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < 3; j++) {
      hc_poisson_limits(HC_POISSON_EXACT, x[i], level[j], &lower, &upper);
      assert_close(1 - poisson_tail(0, x[i] - 1, lower), (1 - level[j]) / 2, 1e-9);
      assert_close(poisson_tail(0, x[i], upper), (1 - level[j]) / 2, 1e-9);
    }
  }
  hc_poisson_limits(HC_POISSON_EXACT, 0, 0.95, &lower, &upper);
  assert_close(lower, 0, 1e-300);
  assert_close(upper, -log(0.025), 1e-12);
}

/* The limits are not rejected, and the whole numbers next to them are. */
static void test_hypergeometric(void **state) {
  (void)state;
  const double marked[] = {346, 20, 50, 196, 1000, 16}, n[] = {184, 20, 40, 90, 900, 17}, m[] = {49, 1, 3, 9, 600, 15};
  for (int i = 0; i < 6; i++) {
    double lower, upper, least = marked[i] + n[i] - m[i];
    assert_true(hc_hypergeometric_limits(marked[i], n[i], m[i], 0.95, &lower, &upper));
    assert_true(lower >= least && lower < upper);
    assert_true(hypergeometric_tail(0, m[i], marked[i], lower, n[i]) > 0.025);
    assert_true(lower == least || hypergeometric_tail(0, m[i], marked[i], lower - 1, n[i]) <= 0.025);
    assert_true(hypergeometric_tail(m[i], n[i], marked[i], upper, n[i]) > 0.025);
    assert_true(hypergeometric_tail(m[i], n[i], marked[i], upper + 1, n[i]) <= 0.025);
  }
}

static void test_hypergeometric_out_of_reach(void **state) {
  (void)state;
  double lower, upper;
  assert_true(hc_hypergeometric_limits(20, 20, 0, 0.95, &lower, &upper));
  assert_true(isinf(upper) && lower > 40); /* nobody in both: a population of 40 is ruled out */
  assert_false(hc_hypergeometric_limits(20, 20, 21, 0.95, &lower, &upper));
  assert_false(hc_hypergeometric_limits(20.5, 20, 2, 0.95, &lower, &upper));
  assert_false(hc_hypergeometric_limits(0, 20, 0, 0.95, &lower, &upper));
  assert_false(hc_hypergeometric_limits(3e9, 3e9, 1, 0.95, &lower, &upper));
  assert_false(hc_hypergeometric_limits(NAN, 20, 2, 0.95, &lower, &upper));
}

/* FSA 0.10.0, mrClosed(346, 184, 49), Petersen; poisson-exact is what FSA calls daly. */
static void test_two_samples(void **state) {
  (void)state;
  const struct {
    const char *method;
    double lower, upper;
  } fsa[] = {
      {"binomial-wilson", 1034.4540448443, 1665.9352239439},  {"binomial-exact", 1028.7240117861, 1696.3730398226},
      {"binomial-asymptotic", 1047.9361626388, 1709.1829050059}, {"poisson-exact", 982.7633795122, 1756.2255176585},
      {"poisson-byar", 991.4596917182, 1735.7705392489},      {"poisson-asymptotic", 1015.055100506, 1804.5222524123},
  };
  const hc_two_samples s = {.marked = 346, .n = 184, .m = 49};
  double lower, upper;
  for (int i = 0; i < 6; i++) {
    assert_true(hc_two_samples_limits(&s, fsa[i].method, 0.95, &lower, &upper));
    assert_close(lower, fsa[i].lower, 1e-11);
    assert_close(upper, fsa[i].upper, 1e-11);
  }
  assert_false(hc_two_samples_limits(&s, "binomial", 0.95, &lower, &upper));
}

/* A proportion or a mean that may be zero does not bound N: infinity, where FSA prints a negative number. */
static void test_no_upper_limit(void **state) {
  (void)state;
  const hc_two_samples s = {.marked = 20, .n = 20, .m = 1};
  const char *const methods[] = {"binomial-asymptotic", "poisson-asymptotic"};
  double lower, upper;
  for (int i = 0; i < 2; i++) {
    assert_true(hc_two_samples_limits(&s, methods[i], 0.95, &lower, &upper));
    assert_true(isinf(upper) && upper > 0 && lower > 0);
  }
}

/* Lists of millions: the exact limits are there, and near the normal ones. */
static void test_large_counts(void **state) {
  (void)state;
  const double m[] = {1e4, 1e6, 1e7, 1e9};
  const char *const methods[] = {"poisson-exact", "binomial-exact"};
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < (m[i] > 1e6 ? 1 : 2); j++) {
      const hc_two_samples s = {.marked = 4 * m[i], .n = 3 * m[i], .m = m[i]};
      double lower, upper, N = s.marked * s.n / s.m, half = hc_normal_quantile(0.975) * N / sqrt(m[i]);
      if (j) half *= sqrt(2.0 / 3);
      assert_true(hc_two_samples_limits(&s, methods[j], 0.95, &lower, &upper));
      assert_close((upper - lower) / (2 * half), 1, 1 / sqrt(m[i])); /* continuity: about 1/(2 z sqrt m) */
    }
  }
}

/* From 1e5 the incomplete gamma function is Temme's expansion: Wilson and Hilferty's cube, independent of it, agrees. */
static void test_poisson_large(void **state) {
  (void)state;
  const double x[] = {99998, 99999, 1e5, 2e5, 3e6}, z = hc_normal_quantile(0.975);
  for (int i = 0; i < 5; i++) {
    double lower, upper, a = x[i], b = x[i] + 1;
    hc_poisson_limits(HC_POISSON_EXACT, x[i], 0.95, &lower, &upper);
    assert_close(lower, a * pow(1 - 1 / (9 * a) - z / (3 * sqrt(a)), 3), 1e-8);
    assert_close(upper, b * pow(1 - 1 / (9 * b) + z / (3 * sqrt(b)), 3), 1e-8);
  }
  double before, after, unused; /* no step where the method changes: two neighbours differ by 1 +- z/(2 sqrt x) */
  hc_poisson_limits(HC_POISSON_EXACT, 99998, 0.95, &unused, &before);
  hc_poisson_limits(HC_POISSON_EXACT, 99999, 0.95, &unused, &after);
  assert_close(after - before, 1 + z / (2 * sqrt(1e5)), 1e-5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_binomial_exact), cmocka_unit_test(test_binomial_at_the_ends),
      cmocka_unit_test(test_wilson),         cmocka_unit_test(test_poisson_exact),
      cmocka_unit_test(test_hypergeometric), cmocka_unit_test(test_hypergeometric_out_of_reach),
      cmocka_unit_test(test_two_samples),    cmocka_unit_test(test_no_upper_limit),
      cmocka_unit_test(test_large_counts),   cmocka_unit_test(test_poisson_large),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
