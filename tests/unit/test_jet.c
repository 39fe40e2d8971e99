/* Derivatives that are carried along, against differences. */
#include "support.h"

#include "numeric/jet.h"

/* Every function once, of three variables. */
static hc_jet mixture(const double *x) {
  hc_jet a = hc_jet_variable(x[0], 0), b = hc_jet_variable(x[1], 1), c = hc_jet_variable(x[2], 2);
  hc_jet rate = hc_jet_multiply(hc_jet_softplus(hc_jet_add(a, b)), hc_jet_exp(hc_jet_linear(b, -1, 0)));
  hc_jet inflated = hc_jet_logaddexp(c, hc_jet_log1mexp(rate));
  return hc_jet_add(inflated, hc_jet_multiply(hc_jet_log(hc_jet_linear(a, 2, 5)), hc_jet_log1p(hc_jet_exp(c))));
}

static double value_at(const double *x, size_t i, double di, size_t j, double dj) {
  double y[3] = {x[0], x[1], x[2]};
  y[i] += di;
  y[j] += dj;
  return mixture(y).value;
}

static void derivatives(void **state) {
  static const double points[][3] = {{0.3, -0.7, 0.2}, {-1.5, 0.4, -2}, {1, 1, 1}};
  const double h = 1e-4;
  (void)state;
  for (size_t p = 0; p < 3; p++) {
    const double *x = points[p];
    hc_jet f = mixture(x);
    for (size_t i = 0, at = 0; i < 3; i++) {
      assert_close(f.first[i], (value_at(x, i, h, i, 0) - value_at(x, i, -h, i, 0)) / (2 * h), 1e-6);
      for (size_t j = 0; j <= i; j++, at++) {
        double second = (value_at(x, i, h, j, h) - value_at(x, i, h, j, -h) - value_at(x, i, -h, j, h) +
                         value_at(x, i, -h, j, -h)) /
                        (4 * h * h);
        assert_close(1 + f.second[at], 1 + second, 1e-5);
      }
    }
  }
}

static void far_away(void **state) {
  (void)state;
  assert_close(hc_jet_softplus(hc_jet_constant(800)).value, 800, 1e-15);
  assert_close(hc_jet_softplus(hc_jet_constant(-40)).value, exp(-40), 1e-15);
  assert_close(hc_jet_log1mexp(hc_jet_constant(1e-20)).value, log(1e-20), 1e-15);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(derivatives), cmocka_unit_test(far_away)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
