/* The random streams against Random123's published vectors, and the samplers against their moments. */
#include "support.h"

static void draw_block(hc_rng *rng, uint32_t word[4]) {
  for (int i = 0; i < 4; i++) word[i] = hc_rng_word(rng);
}

/* Salmon et al. (2011): the known-answer vectors of philox4x32-10 that Random123 distributes. */
static void philox_known_answers(void **state) {
  (void)state;
  const uint32_t zeros[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  const uint32_t pi[4] = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
  uint32_t word[4];
  hc_rng rng;
  hc_rng_init(&rng, 0, 0, 0);
  draw_block(&rng, word);
  assert_memory_equal(word, zeros, sizeof word);
  hc_rng_init(&rng, UINT64_C(0x299f31d0a4093822), 0x85a308d3, UINT64_C(0x0370734413198a2e));
  rng.block = 0x243f6a88;
  draw_block(&rng, word);
  assert_memory_equal(word, pi, sizeof word);
}

static void the_whole_seed_and_replicate_count(void **state) {
  (void)state;
  hc_rng a, b;
  for (int bit = 0; bit < 64; bit++) {
    hc_rng_init(&a, 0, 1, 0);
    hc_rng_init(&b, UINT64_C(1) << bit, 1, 0);
    assert_int_not_equal(hc_rng_word(&a), hc_rng_word(&b));
    hc_rng_init(&a, 0, 1, 0);
    hc_rng_init(&b, 0, 1, UINT64_C(1) << bit);
    assert_int_not_equal(hc_rng_word(&a), hc_rng_word(&b));
  }
}

static void uniform_stays_inside(void **state) {
  (void)state;
  hc_rng rng;
  hc_rng_init(&rng, 1, 1, 0);
  rng.used = 0;
  memset(rng.word, 0xff, sizeof rng.word);
  assert_true(hc_rng_uniform(&rng) < 1);
  rng.used = 0;
  memset(rng.word, 0, sizeof rng.word);
  assert_true(hc_rng_uniform(&rng) > 0);
}

enum { DRAWS = 40000 };

/* The mean of DRAWS draws, in standard errors from what it should be. */
static double binomial_z(double p, double n) {
  hc_rng rng;
  hc_rng_init(&rng, 7, 9, (uint64_t)n);
  double sum = 0;
  for (int i = 0; i < DRAWS; i++) sum += hc_rng_binomial(&rng, p, n);
  return (sum / DRAWS - n * p) / sqrt(n * p * (1 - p) / DRAWS);
}

static void binomial_has_its_mean(void **state) {
  (void)state;
  const double p[] = {0.001, 0.1, 0.4, 0.6, 0.97}, n[] = {1, 13, 100, 25000, 4e9};
  for (size_t i = 0; i < 5; i++)
    for (size_t j = 0; j < 5; j++) assert_true(fabs(binomial_z(p[i], n[j])) < 4.5);
}

static void multinomial_adds_up_and_has_its_means(void **state) {
  (void)state;
  const double weight[] = {0, 5, 1, 0, 400, 94, 0};
  double mean[7] = {0}, count[7];
  hc_rng rng;
  hc_rng_init(&rng, 3, 9, 0);
  for (int i = 0; i < DRAWS; i++) {
    double total = 0;
    hc_rng_multinomial(&rng, 1000, 7, weight, count);
    for (int j = 0; j < 7; j++) total += count[j], mean[j] += count[j] / DRAWS;
    assert_true(total == 1000);
  }
  for (int j = 0; j < 7; j++) {
    double p = weight[j] / 500;
    assert_true(fabs(mean[j] - 1000 * p) <= 4.5 * sqrt(1000 * p * (1 - p) / DRAWS));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(philox_known_answers),   cmocka_unit_test(the_whole_seed_and_replicate_count),
      cmocka_unit_test(uniform_stays_inside),   cmocka_unit_test(binomial_has_its_mean),
      cmocka_unit_test(multinomial_adds_up_and_has_its_means),
  };
  return cmocka_run_group_tests_name("random streams", tests, NULL, NULL);
}
