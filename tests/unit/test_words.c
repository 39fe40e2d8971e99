/* Numbers and sentences as people read them. */
#include "support.h"
#include "words/amount.h"
#include "words/quote.h"

static void numbers(void **state) {
  (void)state;
  char text[HC_WORD_SIZE];
  assert_string_equal(hc_word_group(text, "1234567.8901"), "1,234,567.8901");
  assert_string_equal(hc_word_group(text, "-123"), "-123");
  assert_string_equal(hc_word_group(text, "-1234"), "-1,234");
  assert_string_equal(hc_word_count(text, 0), "0");
  assert_string_equal(hc_word_count(text, UINT64_MAX), "18,446,744,073,709,551,615");
  assert_string_equal(hc_word_percent(text, 0.95), "95%");
  assert_string_equal(hc_word_percent(text, 0.999), "99.9%");
}

static void values(void **state) {
  (void)state;
  char text[HC_WORD_SIZE];
  assert_string_equal(hc_word_value(text, 97578.6, true), "97,579");
  assert_string_equal(hc_word_value(text, 0.123456, false), "0.1235");
  assert_string_equal(hc_word_value(text, 12345.6, false), "12,346");
  assert_string_equal(hc_word_value(text, -0.2, true), "0");
  assert_string_equal(hc_word_value(text, 1e21, true), "1e+21");
  assert_string_equal(hc_word_value(text, NAN, true), "none");
  assert_string_equal(hc_word_value(text, INFINITY, false), "no limit");
  assert_string_equal(hc_word_error_size(text, 123.4, true), "123");
  assert_string_equal(hc_word_error_size(text, 12.345, true), "12.3");
  assert_string_equal(hc_word_error_size(text, 0.012345, false), "0.0123");
  assert_string_equal(hc_word_error_size(text, NAN, true), "none");
}

static void decimals(void **state) {
  (void)state;
  assert_int_equal(hc_word_decimals(97579, 1000, true), 0);
  assert_int_equal(hc_word_decimals(97579, NAN, true), 0);
  assert_int_equal(hc_word_decimals(4.25, NAN, true), 2);
  assert_int_equal(hc_word_decimals(97579.2, 0.01, true), 2);
  assert_int_equal(hc_word_decimals(0.5, 0.1, false), HC_WORD_SIGNIFICANT);
}

static void ranges_and_units(void **state) {
  (void)state;
  char text[HC_WORD_RANGE_SIZE];
  hc_interval k = {.lower = 94122.7, .upper = 101235.2};
  hc_quantity people = {.unit = "people"}, share = {.unit = ""}, none = {.unit = NULL};
  assert_string_equal(hc_word_range(text, &k, 0), "94,123 to 101,235");
  k.upper = INFINITY;
  assert_string_equal(hc_word_range(text, &k, 0), "94,123 or more");
  k = (hc_interval){.lower = 0.25, .upper = 0.5};
  assert_string_equal(hc_word_range(text, &k, HC_WORD_SIGNIFICANT), "0.25 to 0.5");
  assert_true(hc_word_is_people(&people) && !hc_word_is_people(&share) && !hc_word_is_people(&none));
  assert_string_equal(hc_word_unit(&none), "");
}

static hc_analysis *analysis_of(hc_data **data, const char *id, const uint64_t *times, const uint64_t *people, size_t n) {
  hc_analysis *a = NULL;
  hc_settings settings;
  hc_settings_init(&settings);
  settings.replicates = 0;
  settings.intervals = "wald";
  assert_ok(hc_data_from_counts(data, times, people, n, NULL));
  assert_ok(hc_analysis_new(&a, *data, hc_estimator_find(id), NULL, &settings, NULL));
  return a;
}

static void what_to_quote(void **state) {
  (void)state;
  const uint64_t times[] = {1, 2, 3, 10}, people[] = {100, 50, 10, 40};
  /* se: sqrt(f2 (r^2/2 + r^3 + r^4/4)) = sqrt(700), r = 2 */
  char text[HC_WORD_QUOTE_SIZE];
  hc_data *data = NULL;
  hc_analysis *a = analysis_of(&data, "chao", times, people, 3);
  assert_string_equal(hc_word_quote(text, a, 160), "N = at least 260 people (95% CI 208 to 312, Wald), Chao (1987), classic form, n = 160");
  hc_analysis_free(a), hc_data_free(data);
  a = analysis_of(&data, "zt-poisson", times, people, 4);
  assert_true(strncmp(hc_word_quote(text, a, 200), "nothing: the data contradict this model", 39) == 0);
  hc_analysis_free(a), hc_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers),
      cmocka_unit_test(values),
      cmocka_unit_test(decimals),
      cmocka_unit_test(ranges_and_units),
      cmocka_unit_test(what_to_quote),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
