/* Choosing among models: the table of them, on any number of threads, and what the estimators that choose say. */
#include "support.h"

static const char *const names[] = {"EXH", "ABA", "OSCE", "HRW"};
static const uint64_t kosovo[15] = {1131, 845, 177, 936, 228, 217, 181, 306, 106, 31, 18, 123, 42, 32, 27}; /* by history 1 .. 15 */

static hc_data *four_lists(void) {
  uint64_t key[15];
  hc_data *data = NULL;
  for (uint64_t i = 0; i < 15; i++) key[i] = i + 1;
  assert_ok(hc_data_from_histories(&data, HC_SHAPE_LISTS, 4, names, key, kosovo, 15, NULL));
  return data;
}

static hc_selection *chosen(const hc_data *data, unsigned threads, size_t keep) {
  hc_selection *s = NULL;
  hc_settings settings;
  hc_error err;
  hc_settings_init(&settings);
  settings.threads = threads;
  if (hc_select(&s, data, NULL, &settings, keep, &err) != HC_OK) fail_msg("%s", err.message);
  return s;
}

static void the_table_is_complete(void **state) {
  (void)state;
  hc_data *data = four_lists();
  hc_selection *s = chosen(data, 1, 1000);
  double weights = 0, observed = 0, expected = 0;
  assert_int_equal(s->models, 113);
  assert_int_equal(s->n_rows, s->estimable);
  for (size_t i = 0; i < s->n_rows; i++) {
    weights += s->rows[i].weight;
    if (i) assert_true(s->rows[i - 1].value <= s->rows[i].value);
  }
  assert_close(weights, 1, 1e-12);
  assert_int_equal(s->n_cells, 15);
  for (size_t i = 0; i < s->n_cells; i++) {
    observed += s->cells[i].observed;
    expected += s->cells[i].expected;
    assert_close(s->cells[i].pearson * sqrt(s->cells[i].expected) + s->cells[i].expected, s->cells[i].observed, 1e-9);
  }
  assert_close(expected, observed, 1e-9); /* the intercept's own equation */
  hc_selection_free(s);
  hc_data_free(data);
}

/* Each row's terms, given to loglinear, give the row's numbers. */
static void each_name_is_its_model(void **state) {
  (void)state;
  hc_data *data = four_lists();
  hc_selection *s = chosen(data, 1, 113);
  for (size_t i = 0; i < s->n_rows; i += 7) {
    hc_report *report = NULL;
    hc_setting terms = {NULL, "terms", strcmp(s->rows[i].name, "(independence)") ? s->rows[i].name : ""};
    hc_request request;
    hc_settings settings;
    hc_request_init(&request);
    hc_settings_init(&settings);
    settings.replicates = 0;
    request.models = "loglinear";
    request.settings = &terms;
    request.n_settings = 1;
    assert_ok(hc_run(&report, data, &request, &settings, NULL));
    const hc_answer *answer = hc_report_at(report, 0);
    if (answer->analysis) {
      assert_close(hc_analysis_value(answer->analysis, 0), s->rows[i].N, 1e-9);
      assert_close(hc_analysis_se(answer->analysis, 0), s->rows[i].se, 1e-7);
      assert_close(hc_analysis_fit(answer->analysis, HC_FIT_BIC), s->rows[i].value, 1e-10);
    }
    hc_report_free(report);
  }
  hc_selection_free(s);
  hc_data_free(data);
}

static void threads_change_no_bit(void **state) {
  (void)state;
  hc_data *data = four_lists();
  hc_selection *one = chosen(data, 1, 20);
  for (unsigned threads = 2; threads <= 8; threads += 3) {
    hc_selection *many = chosen(data, threads, 20);
    assert_int_equal(many->n_rows, one->n_rows);
    for (size_t i = 0; i < one->n_rows; i++) {
      assert_string_equal(many->rows[i].name, one->rows[i].name);
      assert_memory_equal(&many->rows[i].parameters, &one->rows[i].parameters, 6 * sizeof(double));
    }
    hc_selection_free(many);
  }
  hc_selection_free(one);
  hc_data_free(data);
}

static bool stop(void *context, const char *what, uint64_t done, uint64_t total) {
  (void)context, (void)what, (void)done, (void)total;
  return false;
}

static void what_cannot_be_listed(void **state) {
  (void)state;
  hc_data *data = four_lists();
  hc_selection *s = NULL;
  hc_settings settings;
  hc_request request;
  hc_error err;
  hc_settings_init(&settings);
  hc_request_init(&request);
  settings.progress = stop;
  assert_int_equal(hc_select(&s, data, &request, &settings, 5, &err), HC_OK); /* one piece is done before it asks */
  hc_selection_free(s);
  settings.progress = NULL;
  request.models = "chao";
  assert_int_equal(hc_select(&s, data, &request, &settings, 5, &err), HC_EUSAGE);
  request.models = "loglinear-best,loglinear-average";
  assert_int_equal(hc_select(&s, data, &request, &settings, 5, &err), HC_EUSAGE);
  request.models = NULL;
  hc_setting stepwise = {NULL, "search", "stepwise"};
  request.settings = &stepwise;
  request.n_settings = 1;
  assert_int_equal(hc_select(&s, data, &request, &settings, 5, &err), HC_EREFUSED);
  assert_string_equal(err.code, "not-listed");
  assert_null(s);
  hc_data_free(data);
}

/* The best K of the data hold the best of all, and a choice among them is at most as good in a replicate. */
static void reselecting_among_the_best(void **state) {
  (void)state;
  hc_data *data = four_lists();
  const char *const values[] = {"all", "top:20", "top:1"};
  double N[3];
  for (size_t i = 0; i < 3; i++) {
    hc_analysis *a = NULL;
    hc_options *options = NULL;
    hc_settings settings;
    hc_settings_init(&settings);
    settings.replicates = 0;
    assert_ok(hc_options_new(&options, hc_estimator_find("loglinear-best"), NULL));
    assert_ok(hc_options_set(options, "reselect", values[i], NULL));
    assert_ok(hc_analysis_new(&a, data, hc_estimator_find("loglinear-best"), options, &settings, NULL));
    N[i] = hc_analysis_value(a, 0);
    hc_analysis_free(a);
    hc_options_free(options);
  }
  assert_close(N[1], N[0], 1e-12);
  assert_close(N[2], N[0], 1e-12);
  hc_options *options = NULL;
  hc_plan *plan = NULL;
  hc_error err;
  assert_ok(hc_options_new(&options, hc_estimator_find("loglinear-best"), NULL));
  assert_ok(hc_options_set(options, "reselect", "top:many", NULL));
  assert_int_equal(hc_plan_prepare(&plan, hc_estimator_find("loglinear-best"), data, options, &err), HC_EUSAGE);
  hc_options_free(options);
  hc_data_free(data);
}

/* Two of four lists never overlap, and one person is on A and D: a third of the replicates have nobody there. */
static void a_pair_that_never_overlaps(void **state) {
  static const char *const lists[] = {"A", "B", "C", "D"};
  const uint64_t key[] = {1, 2, 4, 5, 6, 8, 9, 10, 12, 13}, count[] = {40, 31, 25, 9, 8, 20, 1, 9, 7, 6};
  hc_data *data = NULL;
  hc_analysis *analysis = NULL;
  hc_options *options = NULL;
  hc_settings settings;
  (void)state;
  assert_ok(hc_data_from_histories(&data, HC_SHAPE_LISTS, 4, lists, key, count, 10, NULL));
  const hc_estimator *estimator = hc_estimator_find("loglinear");
  assert_ok(hc_options_new(&options, estimator, NULL));
  assert_ok(hc_options_set(options, "terms", "[12,13,14,23,24,34]", NULL));
  hc_settings_init(&settings);
  settings.replicates = 300;
  assert_ok(hc_analysis_new(&analysis, data, estimator, options, &settings, NULL));
  assert_true(hc_analysis_has_note(analysis, "boundary"));
  const hc_bootstrap *b = hc_analysis_bootstrap(analysis);
  assert_int_equal(hc_bootstrap_done(b), 300);
  assert_true(hc_bootstrap_succeeded(b) >= 297); /* in the others N itself is not determined */
  hc_analysis_free(analysis);
  hc_options_free(options);
  hc_data_free(data);
}

/* Each family's row is the estimator of that name, asked for by itself; two threads give the same. */
static void families_of_counts(void **state) {
  const uint64_t times[] = {1, 2, 3, 4, 5, 6}, count[] = {600, 180, 70, 25, 8, 3};
  hc_data *data = NULL;
  size_t compared = 0;
  (void)state;
  assert_ok(hc_data_from_counts(&data, times, count, 6, NULL));
  hc_selection *s = chosen(data, 1, 15), *again = chosen(data, 2, 15);
  assert_string_equal(s->estimator->id, "family-best");
  assert_int_equal(s->models, 15);
  assert_int_equal(again->n_rows, s->n_rows);
  for (size_t i = 0; i < s->n_rows; i++) {
    hc_analysis *a = NULL;
    hc_options *options = NULL;
    hc_settings settings;
    const hc_estimator *e = hc_estimator_find(s->rows[i].name);
    assert_non_null(e);
    assert_memory_equal(&again->rows[i].N, &s->rows[i].N, sizeof(double));
    hc_settings_init(&settings);
    settings.replicates = 0;
    assert_ok(hc_options_new(&options, e, NULL));
    assert_ok(hc_options_set(options, "formula", "~ 1", NULL));
    assert_ok(hc_analysis_new(&a, data, e, options, &settings, NULL));
    assert_close(hc_analysis_value(a, 0), s->rows[i].N, 1e-6);
    assert_close(hc_analysis_fit(a, HC_FIT_LOGLIK), s->rows[i].loglik, 1e-9);
    assert_close(hc_analysis_fit(a, HC_FIT_BIC), s->rows[i].value, 1e-8);
    compared++;
    hc_analysis_free(a);
    hc_options_free(options);
  }
  assert_true(compared >= 8);
  hc_selection_free(s);
  hc_selection_free(again);
  hc_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_table_is_complete),  cmocka_unit_test(each_name_is_its_model),
      cmocka_unit_test(threads_change_no_bit),  cmocka_unit_test(what_cannot_be_listed),
      cmocka_unit_test(reselecting_among_the_best),
      cmocka_unit_test(a_pair_that_never_overlaps), cmocka_unit_test(families_of_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
