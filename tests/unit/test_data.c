/* Builders, frequencies and options. */
#include "support.h"

static void counts_are_summed_and_sorted(void **state) {
  (void)state;
  const uint64_t times[] = {3, 1, 3, 0, 2}, count[] = {2, 10, 5, 99, 0};
  hc_data *d = NULL;
  double f[3];
  assert_ok(hc_data_from_counts(&d, times, count, 5, NULL));
  assert_int_equal(d->n_cells, 2);
  assert_int_equal(d->observed, 17);
  assert_int_equal(d->times[0], 1);
  assert_int_equal(d->count[1], 7);
  assert_int_equal(hc_data_max_times(d), 3);
  hc_data_frequencies(d, 3, false, f);
  assert_true(f[0] == 10 && f[1] == 0 && f[2] == 7);
  hc_data_frequencies(d, 2, true, f);
  assert_true(f[0] == 10 && f[1] == 7);
  hc_data_frequencies(d, 2, false, f);
  assert_true(f[1] == 0);
  hc_data_free(d);
}

static void histories_give_frequencies(void **state) {
  (void)state;
  const uint64_t history[] = {5, 1, 7, 5, UINT64_C(1) << 63}, count[] = {1, 2, 3, 4, 6};
  const char *const names[] = {"police", "clinic", "street"};
  hc_data *d = NULL;
  double f[3];
  assert_ok(hc_data_from_histories(&d, HC_SHAPE_LISTS, 3, names, history, count, 4, NULL));
  hc_data_frequencies(d, 3, false, f);
  assert_true(f[0] == 2 && f[1] == 5 && f[2] == 3);
  assert_string_equal(d->list_names[2], "street");
  hc_data_free(d);
  assert_ok(hc_data_from_histories(&d, HC_SHAPE_OCCASIONS, 64, NULL, history, count, 5, NULL));
  assert_int_equal(d->observed, 16);
  assert_string_equal(d->list_names[63], "occasion64");
  hc_data_free(d);
}

static void nonsense_is_refused(void **state) {
  (void)state;
  const uint64_t history[] = {8}, huge[] = {UINT64_MAX};
  const double caught[] = {5}, recaptured[] = {6};
  hc_data *d = NULL;
  hc_error err;
  assert_int_equal(hc_data_from_histories(&d, HC_SHAPE_LISTS, 3, NULL, history, history, 1, &err), HC_EDATA);
  assert_int_equal(hc_data_from_histories(&d, HC_SHAPE_LISTS, 65, NULL, history, history, 1, &err), HC_EDATA);
  assert_int_equal(hc_data_from_histories(&d, HC_SHAPE_COUNTS, 3, NULL, history, history, 1, &err), HC_EUSAGE);
  assert_int_equal(hc_data_from_counts(&d, history, huge, 1, &err), HC_EDATA);
  assert_int_equal(hc_data_from_occasions(&d, caught, recaptured, caught, 1, &err), HC_EDATA);
}

static void shapes_have_names(void **state) {
  (void)state;
  for (size_t i = 0; hc_shape_at(i); i++) assert_int_equal(hc_shape_from_name(hc_shape_name(hc_shape_at(i))), hc_shape_at(i));
  assert_int_equal(hc_shape_from_name("list"), HC_SHAPE_AUTO);
}

static void options_are_checked(void **state) {
  (void)state;
  hc_options *o = NULL;
  hc_error err;
  assert_ok(hc_options_new(&o, hc_estimator_find("chao"), NULL));
  assert_true(hc_options_choice_is(o, "form", "classic"));
  assert_false(hc_options_is_stated(o, "occasions"));
  assert_ok(hc_options_set(o, "occasions", "28", &err));
  assert_int_equal(hc_options_integer(o, "occasions"), 28);
  const char *bad[][2] = {{"form", "eq1"}, {"form", ""}, {"occasions", "1"}, {"occasions", "2.5"}, {"occasions", "x"},
                          {"occasions", "nan"}, {"ocasions", "2"}};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(hc_options_set(o, bad[i][0], bad[i][1], &err), HC_EUSAGE);
  assert_int_equal(hc_options_integer(o, "occasions"), 28);
  hc_options_free(o);
  assert_ok(hc_options_new(&o, hc_estimator_find("m0"), NULL));
  assert_ok(hc_options_set(o, "bias_corrected", "yes", NULL)); /* older names had _ */
  assert_true(hc_options_choice_is(o, "bias-corrected", "yes"));
  hc_options_free(o);
}

/* Whatever stood in the caller's pointer, a builder that fails leaves NULL there. */
static void failure_leaves_null(void **state) {
  (void)state;
  const uint64_t key[] = {1}, much[] = {UINT64_MAX};
  const hc_pair pair = {.n1 = 1};
  const double caught[] = {1}, again[] = {2};
  hc_data *data = (hc_data *)&pair;
  assert_int_equal(hc_data_from_counts(&data, key, much, 1, NULL), HC_EDATA);
  assert_null(data);
  data = (hc_data *)&pair;
  assert_int_equal(hc_data_from_histories(&data, HC_SHAPE_COUNTS, 1, NULL, key, key, 1, NULL), HC_EUSAGE);
  assert_null(data);
  data = (hc_data *)&pair;
  assert_int_equal(hc_data_from_occasions(&data, caught, again, caught, 1, NULL), HC_EDATA);
  assert_null(data);
  data = (hc_data *)&pair;
  assert_int_equal(hc_data_from_table(&data, HC_SHAPE_PAIRS, 0, 0, NULL, NULL), HC_EUSAGE);
  assert_null(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(failure_leaves_null),
      cmocka_unit_test(counts_are_summed_and_sorted), cmocka_unit_test(histories_give_frequencies),
      cmocka_unit_test(nonsense_is_refused),          cmocka_unit_test(shapes_have_names),
      cmocka_unit_test(options_are_checked),
  };
  return cmocka_run_group_tests_name("data and options", tests, NULL, NULL);
}
