/* The test of too many people met once: known values, and its size. */
#include "support.h"

#include <math.h>

#include "engine/author.h"
#include "engine/ones.h"

static hc_data *counts(const uint64_t *count, size_t n) {
  uint64_t times[40];
  hc_data *data = NULL;
  for (size_t i = 0; i < n; i++) times[i] = i + 1;
  assert_ok(hc_data_from_counts(&data, times, count, n, NULL));
  return data;
}

/* Computed apart, with the root by bisection. */
static void known_values(void **state) {
  (void)state;
  const uint64_t immigrants[] = {1645, 183, 37, 13, 1, 1}, once[] = {10};
  hc_ones ones;
  hc_data *data = counts(immigrants, 6);
  assert_ok(hc_ones_sum(data, &ones));
  assert_close(hc_ones_z_poisson(&ones), 8.383775487664316, 1e-9);
  assert_close(hc_ones_z_geometric(&ones), 4.885129430479774, 1e-9);
  hc_data_free(data);
  data = counts(once, 1);
  assert_int_equal(hc_ones_sum(data, &ones), HC_EREFUSED);
  hc_data_free(data);
}

/* How often z is above 1.645 in data without an excess: rates 1.2 alike, or exponential. */
static double size(bool geometric) {
  enum { SETS = 4000, PEOPLE = 500 };
  double above = 0;
  for (uint64_t b = 0; b < SETS; b++) {
    uint64_t f[40] = {0};
    hc_ones ones;
    hc_rng rng;
    hc_rng_init(&rng, 7, HC_PURPOSE_SIMULATION, b);
    for (int i = 0; i < PEOPLE; i++) {
      double rate = geometric ? -1.2 * log(hc_rng_uniform(&rng)) : 1.2, left = exp(-rate), p = hc_rng_uniform(&rng);
      size_t k = 0;
      for (; p > left && k < 40; k++) p *= hc_rng_uniform(&rng);
      if (k > 0) f[k - 1]++;
    }
    hc_data *data = counts(f, 40);
    assert_ok(hc_ones_sum(data, &ones));
    above += (geometric ? hc_ones_z_geometric(&ones) : hc_ones_z_poisson(&ones)) > 1.6448536269514722;
    hc_data_free(data);
  }
  return above / SETS;
}

/* 0.05, to three standard errors of 4,000 sets. */
static void its_size_is_what_it_says(void **state) {
  (void)state;
  assert_true(fabs(size(false) - 0.05) < 0.0105);
  assert_true(fabs(size(true) - 0.05) < 0.0105);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(known_values), cmocka_unit_test(its_size_is_what_it_says)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
