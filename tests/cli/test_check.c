/* headcount check: text, JSON and CSV, refusals, stopping. */
#include <jansson.h>

#include "cli/program.h"

static const char *const uk = "tests/data/mse_uk2013_5lists.csv";

static void test_text(void **state) {
  (void)state;
  run r = RUN("check", uk, "--model", "loglinear", "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(r.out, "Every list plays the truth");
  assert_has(r.out, "  LA              94    40      140   +49%");
  assert_has(r.out, "  GP             336    20  refused");
  assert_has(r.out, "mean -0.042, root mean square 0.374");
  assert_has(r.out, "of 4 of 5 lists");
  assert_has(r.out, "4 of 4 hold the truth");
  assert_has(r.out, "low by 4 %");
  assert_has(r.out, "a good score is");
  assert_has(r.out, "[too-few-seen]");
  r = (run_end(&r), RUN("check", uk, "--model", "loglinear", "--bootstrap", "0", "--least", "20", "--quiet"));
  assert_code(r, 0);
  assert_has(r.out, "[no-overlap]");
  assert_string_equal(r.err, "");
  run_end(&r);
}

static void test_json(void **state) {
  (void)state;
  run r = RUN("check", uk, "--bootstrap", "100", "--format", "json");
  assert_code(r, 0);
  json_t *document = json_loads(r.out, 0, NULL);
  assert_int_equal(json_integer_value(json_object_get(document, "schema")), 1);
  const json_t *checks = json_object_get(document, "checks"), *first = json_array_get(checks, 0);
  const json_t *summary = json_array_get(json_object_get(document, "summary"), 0);
  assert_int_equal(json_array_size(checks), 5);
  assert_string_equal(json_string_value(json_object_get(first, "model")), "loglinear-best");
  assert_string_equal(json_string_value(json_object_get(first, "list")), "LA");
  assert_int_equal(json_integer_value(json_object_get(first, "truth")), 94);
  assert_int_equal(json_integer_value(json_object_get(first, "seen")), 40);
  assert_true(json_is_null(json_object_get(first, "refused")));
  assert_true(json_is_boolean(json_object_get(first, "covered")));
  assert_string_equal(json_string_value(json_object_get(json_array_get(checks, 4), "refused")), "too-few-seen");
  assert_int_equal(json_integer_value(json_object_get(summary, "estimated")), 4);
  assert_true(json_is_real(json_object_get(summary, "rmse")));
  json_decref(document);
  r = (run_end(&r), RUN("check", uk, "--model", "loglinear,mt", "--bootstrap", "0", "--format", "csv"));
  assert_code(r, 0);
  assert_has(r.out, "model,list,stratum,truth,seen,N,se,log_error,");
  assert_has(r.out, "\nloglinear,LA,,94,40,139.87190");
  assert_has(r.out, "\nmt,GP,,336,20,,,,");
  run_end(&r);
}

static void test_strata(void **state) {
  (void)state;
  const char *file = file_of("by.csv", "A,B,C,sex,n\n1,0,0,f,90\n0,1,0,f,80\n1,1,0,f,70\n0,0,1,f,60\n1,0,1,f,50\n0,1,1,f,40\n1,1,1,f,30\n"
                                       "1,0,0,m,90\n0,1,0,m,80\n1,1,0,m,70\n0,0,1,m,60\n1,0,1,m,50\n0,1,1,m,40\n1,1,1,m,30\n");
  run r = RUN("check", file, "--by", "sex", "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(r.out, "sex=f");
  assert_has(r.out, "total");
  r = (run_end(&r), RUN("check", file, "--by", "sex", "--bootstrap", "0", "--format", "json"));
  assert_code(r, 0);
  assert_has(r.out, "\"stratum\": \"sex=m\"");
  run_end(&r);
}

static void test_wrong(void **state) {
  (void)state;
  run r = RUN("check", file_of("two.csv", "A,B,n\n1,0,50\n0,1,40\n1,1,9\n"));
  assert_code(r, 1);
  assert_has(r.err, "a check needs three");
  r = (run_end(&r), RUN("check", "tests/data/freq_taxicab_edinburgh.csv"));
  assert_code(r, 1);
  r = (run_end(&r), RUN("check", uk, "--least", "5000"));
  assert_code(r, 1);
  assert_has(r.err, "no list can play the truth");
  r = (run_end(&r), RUN("check", uk, "--least", "0"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("check", uk, "--model", "nothing"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("check"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("check", uk, "--level", "95"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("check", "no-such-file.csv"));
  assert_code(r, 4);
  run_end(&r);
}

/* Ctrl-C: what was done stays, the rest is refused as interrupted. */
static void test_interrupt(void **state) {
  (void)state;
  setup s = {.interrupt_after = 1.0};
  run r = RUN_WITH(s, "check", uk, "--bootstrap", "3000000", "--threads", "1", "--quiet");
  assert_code(r, 130);
  run_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_text),  cmocka_unit_test(test_json),      cmocka_unit_test(test_strata),
    cmocka_unit_test(test_wrong), cmocka_unit_test(test_interrupt),
  };
  return cmocka_run_group_tests(tests, NULL, remove_folder);
}
