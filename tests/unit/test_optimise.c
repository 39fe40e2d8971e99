/* The optimiser on functions whose maximum is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numeric/optimise.h"

static void close_to(double found, double expected, double relative) {
  if (!(fabs(found - expected) <= relative * (1 + fabs(expected))))
    fail_msg("found %.17g, expected %.17g", found, expected);
}

/* Rosenbrock's valley: minimum 0 at (1, 1), an indefinite Hessian on the way from (-1.2, 1). */
static double rosenbrock(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  (void)n, (void)context;
  double a = 1 - x[0], b = x[1] - x[0] * x[0];
  if (gradient) gradient[0] = -2 * a - 400 * x[0] * b, gradient[1] = 200 * b;
  if (hessian) {
    hessian[0] = 2 - 400 * (b - 2 * x[0] * x[0]);
    hessian[1] = hessian[2] = -400 * x[0];
    hessian[3] = 200;
  }
  return a * a + 100 * b * b;
}

/* Poisson log-likelihood of counts 0..4, in ln(mean): the minimum is the logarithm of the mean. */
static double poisson(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  (void)n, (void)context;
  double people = 1e7, total = 2.5e7;
  if (gradient) gradient[0] = people * exp(x[0]) - total;
  if (hessian) hessian[0] = people * exp(x[0]);
  return people * exp(x[0]) - total * x[0];
}

/* exp(-x): no minimum. */
static double falling(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  (void)n, (void)context;
  if (gradient) gradient[0] = -exp(-x[0]);
  if (hessian) hessian[0] = exp(-x[0]);
  return exp(-x[0]);
}

/* x - ln x, outside of the domain for x <= 0. */
static double barrier(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  (void)n, (void)context;
  if (!(x[0] > 0)) return NAN;
  if (gradient) gradient[0] = 1 - 1 / x[0];
  if (hessian) hessian[0] = 1 / (x[0] * x[0]);
  return x[0] - log(x[0]);
}

/* Five coupled variables, minimum at (1, 2, 3, 4, 5). */
static double five(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  (void)hessian, (void)context;
  double value = 0, sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i] - (double)(i + 1);
  for (size_t i = 0; i < n; i++) {
    double d = x[i] - (double)(i + 1);
    value += cosh(d) * (double)(i + 1);
    if (gradient) gradient[i] = sinh(d) * (double)(i + 1) + 2 * sum;
  }
  return value + sum * sum;
}

static void nan_fill(double *scratch, size_t n) {
  for (size_t i = 0; i < n; i++) scratch[i] = NAN;
}

static void test_newton(void **state) {
  (void)state;
  double scratch[32], x[2] = {-1.2, 1};
  nan_fill(scratch, 32);
  hc_minimum at = hc_minimise_newton(rosenbrock, NULL, 2, x, hc_search_default(), scratch);
  assert_int_equal(at.end, HC_SEARCH_CONVERGED);
  close_to(x[0], 1, 1e-12), close_to(x[1], 1, 1e-12);
  x[0] = 8;
  at = hc_minimise_newton(poisson, NULL, 1, x, hc_search_default(), scratch);
  assert_int_equal(at.end, HC_SEARCH_CONVERGED);
  close_to(x[0], log(2.5), 1e-14);
  x[0] = 30;
  at = hc_minimise_newton(barrier, NULL, 1, x, hc_search_default(), scratch);
  assert_int_equal(at.end, HC_SEARCH_CONVERGED);
  close_to(x[0], 1, 1e-12);
}

static void test_bfgs(void **state) {
  (void)state;
  double scratch[80], x[5] = {-1.2, 1};
  nan_fill(scratch, 80);
  assert_true(hc_minimise_scratch(5) <= 80);
  hc_minimum at = hc_minimise_bfgs(rosenbrock, NULL, 2, x, hc_search_default(), scratch);
  assert_int_equal(at.end, HC_SEARCH_CONVERGED);
  close_to(x[0], 1, 1e-8), close_to(x[1], 1, 1e-8);
  x[0] = 4;
  at = hc_minimise_bfgs(poisson, NULL, 1, x, hc_search_default(), scratch);
  assert_int_equal(at.end, HC_SEARCH_CONVERGED);
  close_to(x[0], log(2.5), 1e-9);
  x[0] = 30;
  at = hc_minimise_bfgs(barrier, NULL, 1, x, hc_search_default(), scratch);
  assert_int_equal(at.end, HC_SEARCH_CONVERGED);
  close_to(x[0], 1, 1e-9);
  for (int i = 0; i < 5; i++) x[i] = 0;
  at = hc_minimise_bfgs(five, NULL, 5, x, hc_search_default(), scratch);
  assert_int_equal(at.end, HC_SEARCH_CONVERGED);
  for (int i = 0; i < 5; i++) close_to(x[i], i + 1, 1e-9);
}

/* A chain of Rosenbrock's valleys: minimum 0 where all are 1. */
static double valleys(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  (void)hessian, (void)context;
  double value = 0;
  for (size_t i = 0; gradient && i < n; i++) gradient[i] = 0;
  for (size_t i = 0; i + 1 < n; i++) {
    double a = 1 - x[i], b = x[i + 1] - x[i] * x[i];
    value += a * a + 100 * b * b;
    if (gradient) gradient[i] += -2 * a - 400 * x[i] * b, gradient[i + 1] += 200 * b;
  }
  return value;
}

static void test_lbfgs(void **state) {
  enum { VARIABLES = 300 };
  static double x[VARIABLES], scratch[2 * VARIABLES * VARIABLES + 5 * VARIABLES];
  (void)state;
  for (size_t i = 0; i < VARIABLES; i++) x[i] = 0.5;
  hc_search search = hc_search_default();
  search.iterations = 5000;
  hc_minimum at = hc_minimise_lbfgs(valleys, NULL, VARIABLES, x, search, scratch);
  assert_int_equal(at.end, HC_SEARCH_CONVERGED);
  for (size_t i = 0; i < VARIABLES; i++) close_to(x[i], 1, 1e-7);
}

static void test_escape(void **state) {
  (void)state;
  double scratch[8], x[1] = {0};
  hc_search search = hc_search_default();
  search.bound = 20;
  assert_int_equal(hc_minimise_newton(falling, NULL, 1, x, search, scratch).end, HC_SEARCH_ESCAPED);
  x[0] = 0, search.bound = 5;
  assert_int_equal(hc_minimise_bfgs(falling, NULL, 1, x, search, scratch).end, HC_SEARCH_ESCAPED);
  x[0] = -1;
  assert_int_equal(hc_minimise_newton(barrier, NULL, 1, x, search, scratch).end, HC_SEARCH_STALLED);
  x[0] = 0, search.bound = 1e6, search.iterations = 3;
  assert_int_equal(hc_minimise_newton(falling, NULL, 1, x, search, scratch).end, HC_SEARCH_EXHAUSTED);
}

static void test_derivatives(void **state) {
  (void)state;
  double scratch[32], x[2] = {-0.7, 1.3}, gradient[2], hessian[4], exact[2], second[4];
  rosenbrock(x, 2, exact, second, NULL);
  hc_gradient_numeric(rosenbrock, NULL, 2, x, gradient, scratch);
  hc_hessian_numeric(rosenbrock, NULL, 2, x, hessian, scratch);
  for (int i = 0; i < 2; i++) close_to(gradient[i], exact[i], 1e-9);
  for (int i = 0; i < 4; i++) close_to(hessian[i], second[i], 1e-8);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_newton), cmocka_unit_test(test_bfgs),
                                     cmocka_unit_test(test_lbfgs),
                                     cmocka_unit_test(test_escape), cmocka_unit_test(test_derivatives)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
