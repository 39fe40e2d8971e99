/* Maxima of exponential families against closed forms, with and without bounds. */
#include "support.h"

#include "numeric/natural.h"

enum { CLASSES = 5, N = 3 };

/* Classes 0..4 weigh exp(x_0 k + x_1 [k >= 3] + x_2 [k = 4]). */
static double statistic(size_t i, int k) { return i == 0 ? k : i == 1 ? k >= 3 : k == 4; }

static double moments(const double *x, const size_t *free, size_t n_free, double *mean, double *covariance,
                      void *context) {
  double w[CLASSES], total = 0;
  (void)context;
  for (int k = 0; k < CLASSES; k++) {
    double sum = 0;
    for (size_t i = 0; i < N; i++) sum += x[i] * statistic(i, k);
    total += w[k] = exp(sum);
  }
  for (size_t i = 0; i < N; i++) {
    mean[i] = 0;
    for (int k = 0; k < CLASSES; k++) mean[i] += w[k] / total * statistic(i, k);
  }
  for (size_t a = 0; a < n_free; a++)
    for (size_t b = 0; b < n_free; b++) {
      covariance[a * n_free + b] = 0;
      for (int k = 0; k < CLASSES; k++)
        covariance[a * n_free + b] +=
            w[k] / total * (statistic(free[a], k) - mean[free[a]]) * (statistic(free[b], k) - mean[free[b]]);
    }
  return log(total);
}

static void target_of(const double *f, double *target) {
  double n = 0;
  for (int k = 0; k < CLASSES; k++) n += f[k];
  for (size_t i = 0; i < N; i++) {
    target[i] = 0;
    for (int k = 0; k < CLASSES; k++) target[i] += f[k] / n * statistic(i, k);
  }
}

static bool solve(const double *f, size_t first_bounded, double *x, hc_natural_maximum *m, double *scratch) {
  static double target[N];
  hc_natural family = {N, first_bounded, target, moments, NULL};
  assert_true(hc_natural_scratch(N) <= 60);
  target_of(f, target);
  return hc_natural_maximise(&family, x, scratch, m);
}

/* Geometric, then with jumps: the unbounded maximum is exact where the classes say so. */
static void free_parameters_reach_the_means(void **state) {
  double f[] = {16, 8, 4, 6, 1.5}, x[N] = {0}, scratch[60];
  hc_natural_maximum m;
  (void)state;
  assert_true(solve(f, N, x, &m, scratch));
  assert_int_equal((int)m.n_free, N);
  assert_close(x[0], log(0.5), 1e-12);
  assert_close(x[1], log(6 / 2.0), 1e-12);
  assert_close(x[2], log(1.5 / 3), 1e-12);
  assert_close(m.A, log(35.5 / 16), 1e-12);
}

/* The same with x_2 held at 0: classes 3 and 4 stay in proportion to the geometric. */
static void a_negative_parameter_is_held_at_zero(void **state) {
  double f[] = {16, 8, 4, 6, 1.5}, x[N] = {0, 0, 5}, scratch[60], target[N];
  hc_natural_maximum m;
  (void)state;
  assert_true(solve(f, 1, x, &m, scratch));
  assert_true(x[2] == 0 && x[1] > 0);
  assert_int_equal((int)m.n_free, 2);
  target_of(f, target);
  assert_close(m.mean[0], target[0], 1e-11);
  assert_close(m.mean[1], target[1], 1e-11);
  assert_true(m.mean[2] > target[2]); /* it would go further down */
}

static void without_a_finite_maximum_there_is_none(void **state) {
  double none[] = {16, 8, 4, 0, 0}, x[N] = {0}, scratch[60];
  hc_natural_maximum m;
  (void)state;
  assert_false(solve(none, N, x, &m, scratch)); /* x_1 to minus infinity */
  x[0] = x[1] = x[2] = 0;
  assert_true(solve(none, 1, x, &m, scratch)); /* held at 0 */
  assert_true(x[1] == 0 && x[2] == 0);
}

static void quadratic_is_of_the_inverse(void **state) {
  double f[] = {16, 8, 4, 6, 1.5}, x[N] = {0}, scratch[60], work[N], v[N] = {1, 0, 0};
  hc_natural_maximum m;
  (void)state;
  assert_true(solve(f, N, x, &m, scratch));
  /* given k < 3, x_0 is the natural parameter of a family of its own, with 28 of the 35.5 people */
  double p[] = {16 / 28.0, 8 / 28.0, 4 / 28.0}, mean = p[1] + 2 * p[2], square = p[1] + 4 * p[2];
  assert_close(hc_natural_quadratic(&m, v, work), 1 / (28 / 35.5 * (square - mean * mean)), 1e-10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(free_parameters_reach_the_means),
      cmocka_unit_test(a_negative_parameter_is_held_at_zero),
      cmocka_unit_test(without_a_finite_maximum_there_is_none),
      cmocka_unit_test(quadratic_is_of_the_inverse),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
