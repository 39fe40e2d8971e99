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

/* The whole distribution: chi squared of the frequencies against the exact probabilities, both samplers. */
static double binomial_chi_squared(double p, double n, double *df) {
  enum { MOST = 400, MANY = 400000 };
  double expected[MOST + 1], observed[MOST + 1] = {0}, chi2 = 0, e = 0, o = 0;
  hc_rng rng;
  hc_rng_init(&rng, 5, 9, (uint64_t)(1000 * n * p));
  for (int i = 0; i < MANY; i++) observed[(int)fmin(MOST, hc_rng_binomial(&rng, p, n))]++;
  *df = -1;
  for (int k = 0; k <= MOST; k++) {
    double ln = lgamma_r(n + 1, &(int){0}) - lgamma_r(k + 1.0, &(int){0}) - lgamma_r(n - k + 1, &(int){0});
    expected[k] = k > n ? 0 : MANY * exp(ln + k * log(p) + (n - k) * log1p(-p));
    e += expected[k], o += observed[k];
    if (e < 20) continue; /* cells of at least 20 */
    chi2 += (o - e) * (o - e) / e;
    e = o = 0;
    *df += 1;
  }
  return chi2;
}

static void binomial_has_its_distribution(void **state) {
  (void)state;
  const double cases[][2] = {{0.002, 1700}, {0.0058, 1700}, {0.0059, 1700}, {0.01, 1700}, {0.05, 1700}, {0.5, 20},
                             {0.5, 21},     {0.4, 30},      {0.3, 300},     {0.45, 300}, {1e-7, 1.5e8}, {0.7, 100}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    double df, chi2 = binomial_chi_squared(cases[i][0], cases[i][1], &df);
    double z = (cbrt(chi2 / df) - (1 - 2 / (9 * df))) / sqrt(2 / (9 * df)); /* Wilson and Hilferty (1931) */
    if (!(z < 4)) fail_msg("p = %g, n = %g: chi squared %.1f on %.0f df", cases[i][0], cases[i][1], chi2, df);
  }
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

/* Values of a second implementation, of Philox4x32-10 in whole numbers, checked with Random123's known answers. */
static void keys_of_names(void **state) {
  (void)state;
  assert_true(hc_rng_key(1, "") == UINT64_C(8853527578753609245));
  assert_true(hc_rng_key(1, "sex=f") == UINT64_C(7298075718235335365));
  assert_true(hc_rng_key(1, "sex=m") == UINT64_C(1196397541565477938));
  assert_true(hc_rng_key(INT64_MAX, "region=\xC3\x8Ele-de-France") == UINT64_C(4978341495527656626));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keys_of_names),
      cmocka_unit_test(philox_known_answers),   cmocka_unit_test(the_whole_seed_and_replicate_count),
      cmocka_unit_test(uniform_stays_inside),   cmocka_unit_test(binomial_has_its_mean),
      cmocka_unit_test(binomial_has_its_distribution), cmocka_unit_test(multinomial_adds_up_and_has_its_means),
  };
  return cmocka_run_group_tests_name("random streams", tests, NULL, NULL);
}
