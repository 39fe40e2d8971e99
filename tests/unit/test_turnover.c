/* Turnover: the within-date regression against least squares with a column per date, its blocks and refusals. */
#include "support.h"

#include "numeric/linalg.h"

enum { DATES = 24, LAGS = 5, PAIRS = DATES * LAGS, DAYS_BETWEEN = 9, COLUMNS = DATES + 1 };

/* Pairs with N and lambda of our choice. m is not rounded; noise is a fixed pattern of about that relative size. */
static void make(hc_pair *pair, double lambda, double noise) {
  for (int i = 0; i < PAIRS; i++) {
    int date = i / LAGS;
    double lag = 61 + 40 * (i % LAGS) + 3 * (date % 5), N = 12000 + 100 * date, bump = noise * sin(12.9898 * i + 1);
    pair[i] = (hc_pair){2800 + date, 2900, (2800.0 + date) * 2900 / (N * exp(lambda * lag + bump)), lag,
                        17000 + DAYS_BETWEEN * date};
  }
}

static hc_status analyse(hc_analysis **analysis, const hc_pair *pair, size_t n, const char *block, uint64_t replicates,
                         hc_error *err) {
  const hc_estimator *turnover = hc_estimator_find("turnover");
  hc_data *data = NULL;
  hc_options *options = NULL;
  hc_settings settings;
  hc_settings_init(&settings);
  settings.replicates = replicates;
  assert_ok(hc_options_new(&options, turnover, NULL));
  if (block) assert_ok(hc_options_set(options, "block", block, NULL));
  hc_status status = hc_data_from_pairs(&data, pair, n, err);
  if (status == HC_OK) status = hc_analysis_new(analysis, data, turnover, options, &settings, err);
  hc_data_free(data);
  hc_options_free(options);
  return status;
}

static double value(const hc_analysis *a, const char *name) {
  size_t q = hc_analysis_find(a, name);
  assert_true(q < a->plan->n_quantities);
  return a->estimate->value[q];
}

/* Least squares by normal equations, one column per date and one for the lag. */
static void dummy_regression(const hc_pair *pair, double *beta) {
  static double a[COLUMNS * COLUMNS];
  memset(a, 0, sizeof a);
  memset(beta, 0, COLUMNS * sizeof *beta);
  for (int i = 0; i < PAIRS; i++) {
    double row[COLUMNS] = {0}, y = log(pair[i].n1 * pair[i].n2 / pair[i].m);
    row[i / LAGS] = 1;
    row[DATES] = pair[i].lag;
    for (int r = 0; r < COLUMNS; r++) {
      beta[r] += row[r] * y;
      for (int c = 0; c < COLUMNS; c++) a[r * COLUMNS + c] += row[r] * row[c];
    }
  }
  assert_true(hc_cholesky(a, COLUMNS, 1e-12));
  hc_cholesky_solve(a, COLUMNS, beta);
}

static void test_least_squares(void **state) {
  (void)state;
  hc_pair pair[PAIRS];
  double beta[COLUMNS];
  hc_analysis *a = NULL;
  make(pair, 0.0017, 0.05);
  dummy_regression(pair, beta);
  assert_ok(analyse(&a, pair, PAIRS, NULL, 0, NULL));
  assert_close(value(a, "lambda"), beta[DATES], 1e-9);
  assert_close(value(a, "half_life"), log(2) / beta[DATES], 1e-9);
  assert_close(value(a, "N"), exp(beta[0]), 1e-9);
  size_t below = 0;
  for (int d = 0; d < DATES; d++) below += exp(beta[d]) < value(a, "N_median");
  assert_int_equal(below, DATES / 2);
  for (size_t q = 0; q < a->plan->n_quantities; q++) assert_true(isnan(a->estimate->se[q]));
  hc_analysis_free(a);
}

/* Pairs without error: every replicate finds the same rate, and the same people at the first date. */
static void test_no_error_no_spread(void **state) {
  (void)state;
  hc_pair pair[PAIRS];
  hc_analysis *a = NULL;
  make(pair, 0.002, 0);
  assert_ok(analyse(&a, pair, PAIRS, NULL, 100, NULL));
  assert_close(value(a, "lambda"), 0.002, 1e-10);
  assert_close(value(a, "N"), 12000, 1e-10);
  assert_close(value(a, "N_median"), exp((log(13100) + log(13200)) / 2), 1e-10);
  assert_int_equal(a->bootstrap->kind, HC_RESAMPLE_BLOCK);
  assert_int_equal(a->bootstrap->succeeded, 100);
  size_t k = a->plan->n_quantities, median = hc_analysis_find(a, "N_median");
  bool moved = false;
  for (size_t b = 0; b < 100; b++) {
    assert_close(a->bootstrap->value[b * k], 12000, 1e-10);
    assert_close(a->bootstrap->value[b * k + 1], 0.002, 1e-10);
    moved |= fabs(a->bootstrap->value[b * k + median] - value(a, "N_median")) > 1;
  }
  assert_true(moved); /* the dates differ, and are redrawn */
  hc_analysis_free(a);
}

/* Dates 9 days apart: 30 days hold 3 or 4 of them; a block of one day holds one. */
static void test_blocks(void **state) {
  (void)state;
  hc_pair pair[PAIRS];
  const struct {
    const char *days;
    size_t blocks;
  } cases[] = {{NULL, ((DATES - 1) * DAYS_BETWEEN) / 30 + 1}, {"1", DATES}, {"9", DATES}, {"18", DATES / 2}};
  make(pair, 0.0017, 0.05);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    hc_analysis *a = NULL;
    assert_ok(analyse(&a, pair, PAIRS, cases[i].days, 0, NULL));
    assert_int_equal(a->plan->n_cells, cases[i].blocks);
    hc_analysis_free(a);
  }
}

/* One block cannot be redrawn: an estimate, and no bootstrap that would claim to have no error. */
static void test_one_block(void **state) {
  (void)state;
  hc_pair pair[PAIRS];
  hc_analysis *a = NULL;
  make(pair, 0.0017, 0.05);
  assert_ok(analyse(&a, pair, PAIRS, "3650", 0, NULL));
  assert_int_equal(a->plan->n_cells, 1);
  assert_int_equal(a->plan->resample, 0);
  hc_analysis_free(a);
}

static void expect_refusal(const hc_pair *pair, size_t n, const char *code) {
  hc_analysis *a = NULL;
  hc_error err = {0};
  assert_int_equal(analyse(&a, pair, n, NULL, 0, &err), HC_EREFUSED);
  assert_string_equal(err.code, code);
  assert_null(a);
}

static void test_refusals(void **state) {
  (void)state;
  hc_pair pair[PAIRS];
  make(pair, -0.001, 0); /* overlap grows with the lag */
  expect_refusal(pair, PAIRS, "no-decline");
  make(pair, 0, 0.01);
  pair[7].m = 0;
  expect_refusal(pair, PAIRS, "no-overlap");
  make(pair, 0.0017, 0);
  expect_refusal(pair, 1, "not-identified"); /* one pair */
  for (int i = 0; i < PAIRS; i++) pair[i].lag = 100;
  expect_refusal(pair, PAIRS, "not-identified");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_least_squares), cmocka_unit_test(test_no_error_no_spread), cmocka_unit_test(test_blocks),
      cmocka_unit_test(test_one_block),     cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
