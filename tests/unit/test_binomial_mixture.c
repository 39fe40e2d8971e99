/* The derivatives of the truncated binomial mixture against differences. */
#include "support.h"

#include "numeric/binomial_mixture.h"
#include "numeric/optimise.h"
#include "numeric/special.h"

enum { T = 9, CLASSES = 3, N = 2 * CLASSES - 1 };

static const double people[T] = {500, 210, 130, 80, 44, 30, 12, 9, 3};
static double ln_choose[T + 1];
static const hc_mixture mixture = {.classes = CLASSES, .t = T, .ln_choose = ln_choose};
static const double points[2][N] = {{0.7, -0.4, -2.2, -0.8, 1.1}, {-1.5, 2.0, -6.5, 0.3, 4.0}};

static void setup(void) {
  for (int k = 0; k <= T; k++) ln_choose[k] = hc_ln_choose(T, k);
}

static double loglik(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  hc_mixture_class group[CLASSES];
  double r[CLASSES], value = 0;
  (void)context;
  hc_mixture_set(&mixture, x, group);
  for (size_t i = 0; gradient && i < n; i++) gradient[i] = 0;
  for (size_t i = 0; hessian && i < n * n; i++) hessian[i] = 0;
  for (size_t k = 1; k <= T; k++) {
    value -= people[k - 1] * hc_mixture_posterior(&mixture, group, k, r);
    hc_mixture_add(&mixture, group, r, (double)k, people[k - 1], n, gradient, hessian);
  }
  return value;
}

static double expansion(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  hc_mixture_class group[CLASSES];
  (void)context;
  hc_mixture_set(&mixture, x, group);
  for (size_t i = 0; hessian && i < n * n; i++) hessian[i] = 0;
  return hc_mixture_expansion(&mixture, group, n, gradient, hessian);
}

static void check(hc_objective f, const double *x) {
  double gradient[N], hessian[N * N], numeric[N], second[N * N], scratch[8 * N], size = 0;
  double value = f(x, N, gradient, hessian, NULL);
  assert_true(isfinite(value));
  hc_gradient_numeric(f, NULL, N, x, numeric, scratch);
  hc_hessian_numeric(f, NULL, N, x, second, scratch);
  for (int i = 0; i < N; i++) size = fmax(size, fabs(numeric[i]));
  for (int i = 0; i < N; i++)
    if (fabs(gradient[i] - numeric[i]) > 1e-8 * size) fail_msg("gradient %d: %g, %g", i, gradient[i], numeric[i]);
  size = 0;
  for (int i = 0; i < N * N; i++) size = fmax(size, fabs(second[i]));
  for (int i = 0; i < N; i++)
    for (int j = 0; j <= i; j++)
      if (fabs(hessian[i * N + j] - second[i * N + j]) > 1e-7 * size)
        fail_msg("Hessian %d, %d: %g, %g", i, j, hessian[i * N + j], second[i * N + j]);
}

static void derivatives_of_the_likelihood(void **state) {
  (void)state;
  setup();
  for (int i = 0; i < 2; i++) check(loglik, points[i]);
}

static void derivatives_of_the_expansion(void **state) {
  (void)state;
  setup();
  for (int i = 0; i < 2; i++) check(expansion, points[i]);
}

/* The chances of the cells add to one, and the shares of the classes in a cell too. */
static void chances_add_to_one(void **state) {
  hc_mixture_class group[CLASSES];
  double r[CLASSES], sum = 0;
  (void)state;
  setup();
  hc_mixture_set(&mixture, points[1], group);
  for (size_t k = 1; k <= T; k++) {
    sum += exp(hc_mixture_posterior(&mixture, group, k, r));
    assert_close(r[0] + r[1] + r[2], 1, 1e-14);
  }
  assert_close(sum, 1, 1e-13);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(derivatives_of_the_likelihood),
                                     cmocka_unit_test(derivatives_of_the_expansion),
                                     cmocka_unit_test(chances_add_to_one)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
