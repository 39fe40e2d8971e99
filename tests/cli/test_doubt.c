/* What says how wrong a count can be, on the command line: plans, errors of matching, known groups, lists inside lists. */
#include <jansson.h>

#include "cli/program.h"

static void test_plan(void **state) {
  (void)state;
  run r = RUN("plan");
  assert_code(r, 0);
  assert_has(r.out, "two-lists");
  r = (run_end(&r), RUN("plan", "occasions"));
  assert_code(r, 0);
  assert_has(r.out, "instead of cv: occasions");
  r = (run_end(&r), RUN("plan", "occasions", "--set", "N=1000", "--set", "p=0.05", "--set", "cv=0.1", "--format", "csv"));
  assert_code(r, 0);
  assert_has(r.out, "\noccasions,1000,9,9,");
  r = (run_end(&r), RUN("plan", "two-lists", "--set", "N=1000", "--set", "n1=600", "--set", "within=0.2", "--simulate", "--bootstrap",
                        "200"));
  assert_code(r, 0);
  assert_has(r.out, "200 data sets a row, drawn and estimated by chapman");
  assert_has(r.out, "if it is 500: the first list, 600 people, is no part of 500");
  run_end(&r);
}

static void test_plan_json(void **state) {
  (void)state;
  run r = RUN("plan", "multiplier", "--set", "N=5000", "--set", "count=600", "--set", "deff=2", "--set", "cv=0.1", "--format", "json");
  assert_code(r, 0);
  json_t *document = json_loads(r.out, 0, NULL);
  json_t *row = json_array_get(json_object_get(document, "guesses"), 1);
  assert_int_equal(json_real_value(json_object_get(row, "whole")), 1467);
  assert_true(json_is_null(json_object_get(row, "coverage")));
  json_decref(document);
  run_end(&r);
}

static void test_plan_refused(void **state) {
  (void)state;
  run r = RUN("plan", "two-list", "--set", "N=10");
  assert_code(r, 2);
  assert_has(r.err, "did you mean 'two-lists'?");
  r = (run_end(&r), RUN("plan", "two-lists", "--set", "N=100", "--set", "n1=200", "--set", "cv=0.1"));
  assert_code(r, 1);
  assert_has(r.err, "[not-reachable]");
  r = (run_end(&r), RUN("plan", "occasions", "--set", "N=100", "--set", "p=0", "--set", "t=3"));
  assert_code(r, 2);
  assert_has(r.err, "option p is 0");
  run_end(&r);
}

static void test_linkage(void **state) {
  (void)state;
  const char *file = "tests/data/doubt/linked.csv";
  run r = RUN("estimate", file, "--linkage", "sensitivity=0.95,false=0.01", "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(r.out, "  N            1,000  29.7  943 to 1,060  log\n");
  r = (run_end(&r), RUN("estimate", file, "--linkage", "sensitivity"));
  assert_code(r, 2);
  assert_has(r.err, "--linkage takes NAME=X,..., found 'sensitivity'");
  r = (run_end(&r), RUN("estimate", file, "--linkage", "sensitivity=1.2"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("estimate", file, "--linkage", "sensitivity=0.4"));
  assert_code(r, 1);
  assert_has(r.err, "[below-observed]");
  run_end(&r);
}

static void test_sizes(void **state) {
  (void)state;
  run r = RUN("estimate", "tests/data/doubt/scaleup_simulated_reports.csv", "--sizes", "tests/data/doubt/scaleup_simulated_groups.csv",
              "--set", "population=1e6", "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(r.out, "  N                34,977   2,433");
  assert_has(r.out, "expect no better of the hidden group");
  r = (run_end(&r), RUN("estimate", "tests/data/doubt/scaleup_two.csv", "--shape", "known", "--set", "population=50"));
  assert_code(r, 3);
  assert_has(r.err, "a group of 100 is larger than the population of 50");
  run_end(&r);
}

/* Each stratum is what its respondents alone say; no total, because all of them speak of the same hidden people. */
static void test_strata_of_respondents(void **state) {
  (void)state;
  const char *sizes = "tests/data/doubt/scaleup_simulated_groups.csv";
  run r = RUN("estimate", "tests/data/doubt/scaleup_by_sex.csv", "--sizes", sizes, "--set", "population=1e6", "--by", "sex",
              "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(r.out, "  f              36,210  3,018  30,752 to 42,637  log\n");
  assert_has(r.out, "  m              33,066  3,886  26,262 to 41,631  log\n");
  assert_has_not(r.out, "total");
  r = (run_end(&r), RUN("estimate", "tests/data/doubt/scaleup_women.csv", "--sizes", sizes, "--set", "population=1e6",
                        "--bootstrap", "0"));
  assert_has(r.out, "  N                36,210   3,018");
  r = (run_end(&r), RUN("estimate", file_of("level.csv", "sex,known,hidden\n,100,\nf,2,3\n,0,5\n"), "--shape", "known", "--by", "sex",
                        "--set", "population=1000"));
  assert_code(r, 3);
  assert_has(r.err, "level.csv:4:1: error: sex: a stratum has no level");
  run_end(&r);
}

static void test_a_list_inside_another(void **state) {
  (void)state;
  run r = RUN("estimate", file_of("inside.csv", "A,B,n\n0,1,40\n1,1,20\n"), "--lists", "A,B", "--count", "n", "--model", "chapman,chao",
              "--bootstrap", "0");
  assert_code(r, 0);
  const char *note = strstr(r.out, "everybody on A is also on B");
  assert_non_null(note);
  assert_null(strstr(note + 1, "everybody on A is also on B")); /* chao looks at no pair */
  run_end(&r);
}

static void test_too_many_ones(void **state) {
  (void)state;
  run r = RUN("estimate", "tests/data/freq_illegal_immigrants_nl1995.csv", "--model", "zelterman", "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(r.out, "[too-many-ones]");
  r = (run_end(&r), RUN("estimate", "tests/data/freq_taxicab_edinburgh.csv", "--bootstrap", "0"));
  assert_has_not(r.out, "[too-many-ones]");
  run_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plan),    cmocka_unit_test(test_plan_json), cmocka_unit_test(test_plan_refused),
      cmocka_unit_test(test_linkage), cmocka_unit_test(test_sizes),     cmocka_unit_test(test_a_list_inside_another),
      cmocka_unit_test(test_too_many_ones), cmocka_unit_test(test_strata_of_respondents),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
