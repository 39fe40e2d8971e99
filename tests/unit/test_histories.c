/* Sums over capture histories against the histories written down. */
#include "support.h"

#include "numeric/histories.h"

enum { T = 6, CELLS = 1 << T };

static const double theta[T] = {0.3, 1.7, 0.02, 4, 0.9, 11}, weight[T + 1] = {0.5, 1, 0, 2.5, 0.1, 7, 0.3};

static void moments_are_those_of_all_histories(void **state) {
  double times[T + 1] = {0}, met[T] = {0}, met_times[T * (T + 1)] = {0}, pairs[T * T] = {0}, total = 0;
  double a[T + 1], b[T], c[T * (T + 1)], d[T * T], scratch[200];
  hc_histories h = {T, theta, weight};
  (void)state;
  for (unsigned cell = 0; cell < CELLS; cell++) {
    int k = __builtin_popcount(cell);
    double w = weight[k];
    for (int j = 0; j < T; j++) w *= cell >> j & 1 ? theta[j] : 1;
    total += w, times[k] += w;
    for (int i = 0; i < T; i++) {
      if (!(cell >> i & 1)) continue;
      met[i] += w, met_times[i * (T + 1) + k] += w;
      for (int j = 0; j < T; j++) pairs[i * T + j] += cell >> j & 1 ? w : 0;
    }
  }
  assert_true(hc_histories_scratch(T) <= 200);
  assert_close(hc_histories_moments(&h, a, b, c, d, scratch), total, 1e-14);
  for (int k = 0; k <= T; k++) assert_close(a[k], times[k] / total, 1e-14);
  for (int i = 0; i < T; i++) assert_close(b[i], met[i] / total, 1e-14);
  for (int i = 0; i < T * (T + 1); i++) assert_close(c[i], met_times[i] / total, 1e-14);
  for (int i = 0; i < T * T; i++) assert_close(d[i], pairs[i] / total, 1e-14);
  assert_close(hc_histories_moments(&h, a, b, NULL, NULL, scratch), total, 1e-14);
}

/* All alike: binomial coefficients, at as many occasions as there may be. */
static void sixty_four_occasions_keep_their_digits(void **state) {
  enum { MANY = 64 };
  static double one[MANY], w[MANY + 1], times[MANY + 1], met[MANY], pairs[MANY * MANY], scratch[8000];
  hc_histories h = {MANY, one, w};
  (void)state;
  for (int i = 0; i < MANY; i++) one[i] = 1;
  for (int k = 0; k <= MANY; k++) w[k] = 1;
  assert_true(hc_histories_scratch(MANY) <= 8000);
  assert_close(hc_histories_moments(&h, times, met, NULL, pairs, scratch), exp2(64), 1e-14);
  assert_close(times[32], 1832624140942590534.0 / exp2(64), 1e-14);
  for (int i = 0; i < MANY; i++) assert_close(met[i], 0.5, 1e-14);
  assert_close(pairs[63], 0.25, 1e-14);
}

/* The chance of a first meeting is that among those not met before. */
static void first_meetings_are_among_those_not_met_before(void **state) {
  double after[(T + 1) * (T + 2)], unmet[T + 1] = {0};
  hc_histories h = {T, theta, weight};
  (void)state;
  assert_true(hc_histories_total(&h, after) > 0);
  for (unsigned cell = 0; cell < CELLS; cell++) {
    double w = weight[__builtin_popcount(cell)];
    for (int j = 0; j < T; j++) w *= cell >> j & 1 ? theta[j] : 1;
    for (int j = 0; j <= T; j++) unmet[j] += cell & ((1u << j) - 1) ? 0 : w; /* before occasion j + 1 */
  }
  for (int j = 0; j < T; j++)
    assert_close(theta[j] * after[(j + 1) * (T + 2) + 1] / after[j * (T + 2)], 1 - unmet[j + 1] / unmet[j], 1e-13);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(moments_are_those_of_all_histories),
      cmocka_unit_test(sixty_four_occasions_keep_their_digits),
      cmocka_unit_test(first_meetings_are_among_those_not_met_before),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
