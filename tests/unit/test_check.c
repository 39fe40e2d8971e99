/* Every list plays the truth: known cases, strata, refusals, and the same bits on any number of threads. */
#include "support.h"

struct expected {
  const char *list;
  uint64_t truth, seen;
  double N; /* NaN: refused */
};

static hc_data *read(const char *file, const char *by) {
  hc_read_settings how;
  hc_data *data = NULL;
  hc_error err = {0};
  hc_read_settings_init(&how);
  how.roles.by = by;
  if (hc_data_read(&data, file, &how, &err) != HC_OK) fail_msg("%s", err.message);
  return data;
}

static hc_checks *run(const hc_data *data, const char *models, uint64_t replicates, unsigned threads) {
  hc_request request;
  hc_settings settings;
  hc_checks *checks = NULL;
  hc_error err = {0};
  hc_request_init(&request);
  hc_settings_init(&settings);
  request.models = models;
  settings.replicates = replicates;
  settings.threads = threads;
  if (hc_checks_new(&checks, data, &request, &settings, 30, &err) != HC_OK) fail_msg("%s", err.message);
  return checks;
}

static void cases_are(const char *file, const struct expected *expected, size_t n, double *error, size_t *n_errors) {
  hc_data *data = read(file, NULL);
  hc_checks *checks = run(data, "loglinear", 0, 1);
  for (size_t i = 0; i < n; i++) {
    const hc_check *k = hc_checks_at(checks, i);
    assert_non_null(k);
    assert_string_equal(k->list, expected[i].list);
    assert_int_equal(k->truth, expected[i].truth);
    assert_int_equal(k->seen, expected[i].seen);
    assert_int_equal(!k->code, !isnan(expected[i].N));
    if (k->code) continue;
    assert_close(k->N, expected[i].N, 4e-9);
    assert_close(k->log_error, log(expected[i].N / (double)expected[i].truth), 1e-7);
    error[(*n_errors)++] = k->log_error;
  }
  assert_null(hc_checks_at(checks, n));
  hc_checks_free(checks);
  hc_data_free(data);
}

/* N - n = N prod(1 - n_j/N) for main effects: computed by a root, outside of this program. */
static void known_cases(void **state) {
  static const struct expected uk[] = {{"LA", 94, 40, 139.871909},
                                       {"NG", 567, 104, 425.669472},
                                       {"PFNCA", 1169, 174, 1480.757881},
                                       {"GO", 807, 112, 482.864001},
                                       {"GP", 336, 20, NAN}};
  static const struct expected nl[] = {{"IO", 929, 173, 710.496069},
                                       {"K", 1348, 49, NAN}, /* its lists never overlap */
                                       {"P", 4812, 346, 3260.503451},
                                       {"R", 742, 92, 288.269291},
                                       {"Z", 848, 216, 1082.521069}};
  static const struct expected australia[] = {
      {"A", 50, 16, NAN}, {"B", 77, 64, 74.421544}, {"C", 260, 62, 69.338246}, {"D", 120, 20, NAN}};
  double error[12], mean = 0, squares = 0, apart = 0;
  size_t n = 0;
  (void)state;
  cases_are("tests/data/mse_uk2013_5lists.csv", uk, 5, error, &n);
  cases_are("tests/data/doubt/mse_netherlands_5lists.csv", nl, 5, error, &n);
  cases_are("tests/data/doubt/mse_australia_4lists.csv", australia, 4, error, &n);
  assert_int_equal(n, 10);
  for (size_t i = 0; i < n; i++) mean += error[i] / 10, squares += error[i] * error[i] / 10;
  for (size_t i = 0; i < n; i++) apart += (error[i] - mean) * (error[i] - mean) / 9;
  assert_close(mean, -0.288086, 2e-6);
  assert_close(sqrt(apart), 0.543118, 1e-6);
  assert_close(sqrt(squares), 0.590315, 1e-6);
}

static void summaries(void **state) {
  hc_data *data = read("tests/data/mse_uk2013_5lists.csv", NULL);
  hc_checks *checks = run(data, "loglinear,sample-coverage", 0, 2);
  const hc_check_summary *s = hc_checks_summary(checks, 0);
  (void)state;
  assert_string_equal(s->estimator->id, "loglinear");
  assert_close(s->mean, (0.39743228775 - 0.28669614485 + 0.23640535566 - 0.5135886255) / 4, 1e-9);
  assert_close(s->median, (0.23640535566 - 0.28669614485) / 2, 1e-8);
  assert_int_equal(s->cases, 5);
  assert_int_equal(s->estimated, 4);
  assert_int_equal(s->below, 2);
  assert_int_equal(s->intervals, 4);
  assert_true(s->N > 2744 && s->interval);
  assert_string_equal(hc_checks_at(checks, 4)->code, "too-few-seen");
  assert_string_equal(hc_checks_at(checks, 5)->estimator->id, "sample-coverage");
  assert_non_null(hc_checks_summary(checks, 1));
  assert_null(hc_checks_summary(checks, 2));
  assert_null(hc_checks_at(checks, 10));
  hc_checks_free(checks);
  hc_data_free(data);
}

/* Replicates, choices among models and intervals, on one thread, two (list after list) and eight. */
static void threads_change_no_bit(void **state) {
  hc_data *data = read("tests/data/mse_uk2013_5lists.csv", NULL);
  char *text[3] = {NULL};
  const unsigned threads[3] = {1, 2, 8};
  (void)state;
  for (size_t i = 0; i < 3; i++) {
    hc_checks *checks = run(data, "loglinear-best", 100, threads[i]);
    assert_int_equal(hc_checks_csv(&text[i], checks, NULL), HC_OK);
    hc_checks_free(checks);
  }
  assert_string_equal(text[0], text[1]);
  assert_string_equal(text[0], text[2]);
  for (size_t i = 0; i < 3; i++) hc_text_free(text[i]);
  hc_data_free(data);
}

/* Two strata, one twice the other: each is a case, and their total. */
static void strata(void **state) {
  const uint64_t history[] = {1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7};
  const uint64_t count[] = {90, 80, 70, 60, 50, 40, 30, 180, 160, 140, 120, 100, 80, 60};
  const char *level[14], *name = "sex";
  hc_data *data = NULL;
  (void)state;
  for (size_t i = 0; i < 14; i++) level[i] = i < 7 ? "f" : "m";
  assert_int_equal(hc_data_from_histories(&data, HC_SHAPE_LISTS, 3, NULL, history, count, 14, NULL), HC_OK);
  assert_int_equal(hc_data_set_attributes(data, 1, &name, 14, history, level, count, NULL), HC_OK);
  hc_checks *checks = run(data, "lincoln-petersen", 50, 2);
  for (size_t list = 0; list < 3; list++) {
    const hc_check *f = hc_checks_at(checks, 3 * list), *m = f + 1, *total = f + 2;
    assert_string_equal(f->stratum, "sex=f");
    assert_string_equal(total->stratum, "total");
    assert_int_equal(m->truth, 2 * f->truth);
    assert_int_equal(total->truth, 3 * f->truth);
    assert_close(m->N, 2 * f->N, 1e-12);
    assert_close(total->N, 3 * f->N, 1e-12);
    assert_close(total->log_error, f->log_error, 1e-12);
  }
  assert_close(hc_checks_at(checks, 0)->N, (70 + 30) * (50 + 30) / 30.0, 1e-12); /* list 1 hidden: 70, 50 and 30 of its people */
  assert_int_equal(hc_checks_summary(checks, 0)->cases, 3);
  assert_int_equal(hc_checks_summary(checks, 0)->estimated, 3);
  hc_checks_free(checks);
  hc_data_free(data);
}

static void what_cannot_be_checked(void **state) {
  const uint64_t history[] = {1, 2, 3}, count[] = {300, 200, 50}, times[] = {1, 2};
  hc_data *two = NULL, *counts = NULL, *uk = read("tests/data/mse_uk2013_5lists.csv", NULL);
  const hc_setting setting = {NULL, "terms", "LA*NG"};
  hc_request request;
  hc_checks *checks = NULL;
  hc_error err = {0};
  (void)state;
  assert_int_equal(hc_data_from_histories(&two, HC_SHAPE_LISTS, 2, NULL, history, count, 3, NULL), HC_OK);
  assert_int_equal(hc_data_from_counts(&counts, times, count, 2, NULL), HC_OK);
  assert_int_equal(hc_checks_new(&checks, two, NULL, NULL, 30, &err), HC_EREFUSED);
  assert_string_equal(err.code, "one-list");
  assert_int_equal(hc_checks_new(&checks, counts, NULL, NULL, 30, &err), HC_EREFUSED);
  assert_string_equal(err.code, "bad-shape");
  assert_int_equal(hc_checks_new(&checks, uk, NULL, NULL, 5000, &err), HC_EREFUSED);
  assert_string_equal(err.code, "too-few-seen");
  hc_request_init(&request);
  request.models = "loglinear", request.settings = &setting, request.n_settings = 1;
  hc_settings settings;
  hc_settings_init(&settings);
  settings.replicates = 0;
  assert_int_equal(hc_checks_new(&checks, uk, &request, &settings, 30, &err), HC_OK);
  assert_string_equal(hc_checks_at(checks, 0)->code, "needs-option"); /* the terms name the list that is hidden */
  assert_null(hc_checks_at(checks, 2)->code);
  hc_checks_free(checks);
  request.vary = "terms=A,B";
  assert_int_equal(hc_checks_new(&checks, uk, &request, &settings, 30, &err), HC_EUSAGE);
  request.vary = NULL, request.models = "no-such-model";
  assert_int_equal(hc_checks_new(&checks, uk, &request, &settings, 30, &err), HC_EUSAGE);
  assert_null(checks);
  hc_data_free(two);
  hc_data_free(counts);
  hc_data_free(uk);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_cases), cmocka_unit_test(summaries),
      cmocka_unit_test(threads_change_no_bit), cmocka_unit_test(strata),
      cmocka_unit_test(what_cannot_be_checked),
  };
  return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
