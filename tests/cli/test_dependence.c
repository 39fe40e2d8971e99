/* headcount estimate --dependence: text, JSON and CSV; what is wrong with a request; what the data cannot answer. */
#include <jansson.h>

#include "cli/program.h"

static const char *const polish = "tests/data/two/n39862_1819_374.csv";
static const char *const brussels = "tests/data/doubt/pwid_brussels_3lists.csv";

static void test_text(void **state) {
  (void)state;
  run r = RUN("estimate", polish, "--dependence", "first:second=0.5..2", "--threshold", "300000", "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(r.out, "Lincoln and Petersen's estimator");
  assert_has(r.out, "odds ratio of first and second (1:");
  assert_has(r.out, "           2  346,442  17,778\n");
  assert_has(r.out, "117,591 to 346,442 people if the odds ratio of first and second");
  assert_has(r.out, "109,401 to 383,811 people (95%)");
  assert_has(r.out, "the count would exceed 300,000 only if being on first multiplied");
  assert_has(r.out, "by more than 1.7\n");
  assert_has(r.out, "[range-decides]");
  run_end(&r);
}

static void test_several_pairs(void **state) {
  (void)state;
  run r = RUN("estimate", brussels, "--model", "loglinear", "--dependence", "fieldwork:crisis=1..5", "--dependence",
              "low_threshold:crisis=1..3", "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(r.out, "fieldwork:crisis down, low_threshold:crisis across");
  assert_has(r.out, "fieldwork:crisis  low_threshold:crisis    N");
  assert_has(r.out, "in this model the count would exceed ");
  r = (run_end(&r), RUN("estimate", brussels, "--dependence", "all=1", "--bootstrap", "0"));
  assert_code(r, 0);
  assert_has(r.out, "[ranges-contradict]");
  assert_has(r.out, "439  23.4");
  r = (run_end(&r), RUN("estimate", brussels, "--dependence", "highest=0.5..2", "--bootstrap", "0"));
  assert_code(r, 0);
  assert_has(r.out, "404 to 3,472 people (95%)");
  assert_has(r.out, "the interaction of all lists");
  run_end(&r);
}

static double number(const json_t *o, const char *name) { return json_number_value(json_object_get(o, name)); }

static void test_json(void **state) {
  (void)state;
  run r = RUN("estimate", brussels, "--model", "loglinear", "--dependence", "all=1..5", "--threshold", "700", "--bootstrap", "0",
              "--format", "json");
  assert_code(r, 0);
  json_t *document = json_loads(r.out, 0, NULL);
  const json_t *d = json_object_get(json_array_get(json_object_get(document, "estimates"), 0), "dependence");
  assert_int_equal(json_array_size(json_object_get(d, "pairs")), 3);
  const json_t *values = json_object_get(d, "values"), *interval = json_object_get(d, "interval");
  assert_close(number(json_array_get(values, 0), "odds_ratio"), 1, 1e-15);
  assert_close(number(json_array_get(values, 0), "N"), 438.971574, 1e-9);
  assert_close(number(json_array_get(values, 0), "se"), 23.376251, 1e-7);
  assert_true(json_is_null(json_object_get(d, "identified"))); /* 553 is above 546 */
  assert_close(number(interval, "lower"), 453.947283, 1e-8);
  assert_close(number(interval, "upper"), 755.688845, 1e-8);
  assert_close(number(interval, "level"), 0.95, 1e-15);
  assert_close(number(json_object_get(d, "break_even"), "threshold"), 700, 1e-15);
  assert_true(number(json_object_get(d, "break_even"), "odds_ratio") > 2);
  assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(d, "binding"), 0), "end")), "lower");
  json_decref(document);
  run_end(&r);
}

static void test_csv(void **state) {
  (void)state;
  run r = RUN("estimate", polish, "--dependence", "first:second=0.5..2", "--bootstrap", "0", "--format", "csv");
  assert_code(r, 0);
  assert_has(r.out, ",refused,reason,dependence,pairs,odds_ratio\n");
  assert_has(r.out, ",value,first:second,0.5\n");
  assert_has(r.out, ",identified,first:second,\n");
  assert_has(r.out, ",interval,first:second,\n");
  assert_has(r.out, ",break-even,first:second,2.27");
  r = (run_end(&r), RUN("estimate", polish, "--bootstrap", "0", "--format", "csv"));
  assert_has_not(r.out, "dependence");
  run_end(&r);
}

/* By stratum each has its own; with --model all those answer that can. */
static void test_others(void **state) {
  (void)state;
  run r = RUN("estimate", polish, "--dependence", "all=1..2", "--bootstrap", "0", "--model", "all", "--format", "json");
  assert_code(r, 0);
  assert_has(r.out, "\"break_even\"");
  assert_has(r.out, "\"chapman\"");
  r = (run_end(&r), RUN("estimate", "tests/data/mse_uk2013_5lists.csv", "--dependence", "all=1..2", "--bootstrap", "0"));
  assert_code(r, 1);
  assert_has(r.err, "nobody is on both LA and GP");
  run_end(&r);
}

static void test_wrong(void **state) {
  static const struct {
    const char *request, *says;
  } wrong[] = {
    {"first:second=0", "an odds ratio is above 0, found '0'"},
    {"first:second=-1..2", "an odds ratio is above 0, found '-1..2'"},
    {"first:second=0..2", "an odds ratio is above 0, found '0..2'"},
    {"first:second=1..0", "an odds ratio is above 0, found '1..0'"},
    {"first:second=2..1", "the range 2..1 is upside down"},
    {"first:third=1..2", "there is no list 'third'; the lists are first, second"},
    {"first:second=1,second:first=2", "the pair second and first comes twice"},
    {"first:first=1..2", "first with itself is no pair"},
    {"all=1..2,first:second=1", "'all' stands alone"},
    {"first=1..2", "two lists with a colon between them are missing"},
    {"first:second", "an equals sign is missing"},
    {"first:second=..", "an odds ratio or a range"},
    {"first:second=abc", "an odds ratio or a range"},
    {"first:second=1..2..3", "an odds ratio or a range"},
    {"first:second=inf", "an odds ratio or a range"},
    {"`first:second=1", "a backquote is not closed"},
    {"", "two lists with a colon between them are missing"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    run r = RUN("estimate", polish, "--dependence", wrong[i].request);
    assert_code(r, 2);
    assert_has(r.err, wrong[i].says);
    assert_string_equal(r.out, "");
    run_end(&r);
  }
  run r = RUN("estimate", polish, "--threshold", "300000");
  assert_code(r, 2);
  r = (run_end(&r), RUN("estimate", polish, "--dependence", "all=1..2", "--threshold", "-3"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("estimate", polish, "--dependence", "all=1..2", "--model", "chao"));
  assert_code(r, 2);
  assert_has(r.err, "chao is no log-linear model of lists; these are: lincoln-petersen");
  r = (run_end(&r), RUN("estimate", "tests/data/freq_taxicab_edinburgh.csv", "--dependence", "all=1..2"));
  assert_code(r, 2);
  run_end(&r);
}

/* The library alone, and a program that was compiled before there was dependence. */
static void test_library(void **state) {
  const uint64_t history[] = {1, 2, 3}, count[] = {300, 200, 50};
  hc_data *data = NULL;
  hc_report *report = NULL;
  hc_settings settings;
  (void)state;
  hc_settings_init(&settings);
  settings.replicates = 0;
  settings.dependence = "list1:list2=1..2";
  settings.threshold = 5000;
  assert_int_equal(hc_data_from_histories(&data, HC_SHAPE_LISTS, 2, NULL, history, count, 3, NULL), HC_OK);
  assert_int_equal(hc_run(&report, data, NULL, &settings, NULL), HC_OK);
  const hc_dependence *d = hc_analysis_dependence(hc_report_at(report, 0)->analysis);
  assert_non_null(d);
  assert_close(d->values[0].N, 1750, 1e-12);
  assert_close(d->identified_upper, 2950, 1e-12);
  assert_close(d->break_even, (5000 - 550) / 1200.0, 1e-12);
  hc_report_free(report);
  settings.size = offsetof(hc_settings, dependence);
  assert_int_equal(hc_run(&report, data, NULL, &settings, NULL), HC_OK);
  assert_null(hc_analysis_dependence(hc_report_at(report, 0)->analysis));
  hc_report_free(report);
  hc_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_text),   cmocka_unit_test(test_several_pairs), cmocka_unit_test(test_json), cmocka_unit_test(test_csv),
    cmocka_unit_test(test_others), cmocka_unit_test(test_wrong),         cmocka_unit_test(test_library),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
