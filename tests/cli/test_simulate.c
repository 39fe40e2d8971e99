/* headcount simulate: what a study may say, what comes out, and the same in parts. */
#include "cli/program.h"

static const char head[] = "[study]\npopulations = 30\nseed = 7\n";
static const char lists[] = "[population two lists]\nkind = lists\npeople = 200\nchances = 0.4, 0.3\n";
static const char method[] = "[method chapman]\nestimator = chapman\nbootstrap = 40\nintervals = wald, percentile\n";

static const char *study(const char *a, const char *b, const char *c) {
  char text[4000];
  snprintf(text, sizeof text, "%s%s%s", a, b, c);
  return file_of("study.ini", text);
}

static void test_formats(void **state) {
  (void)state;
  const char *file = study(head, lists, method);
  run r = RUN("simulate", file);
  assert_code(r, 0);
  assert_has(r.out, "30 populations of each kind, seed 7");
  assert_has(r.out, "percentile");
  r = (run_end(&r), RUN("simulate", file, "--format", "json", "--populations", "20", "--seed", "8"));
  assert_code(r, 0);
  assert_has(r.out, "\"simulated\": [");
  assert_has(r.out, "\"populations\": 20");
  assert_has(r.out, "\"seed\": 8");
  r = (run_end(&r), RUN("simulate", file, "--format", "csv"));
  assert_code(r, 0);
  assert_int_equal(strncmp(r.out, "population,method,estimator,quantity,interval,", 46), 0);
  assert_has(r.out, "\ntwo lists,chapman,chapman,N,wald,30,30,30,200,");
  run_end(&r);
}

static void test_parts(void **state) {
  (void)state;
  static const char *const formats[] = {"text", "json", "csv"};
  const char *file = study(head, lists, method), *one = file_of("one", NULL), *two = file_of("two", NULL);
  run r = RUN("simulate", file, "--shard", "1/2", "--output", one);
  assert_code(r, 0);
  r = (run_end(&r), RUN("simulate", file, "--shard", "2/2", "--output", two, "--threads", "2"));
  assert_code(r, 0);
  for (int i = 0; i < 3; i++) {
    r = (run_end(&r), RUN("merge", two, one, "--format", formats[i]));
    run whole = RUN("simulate", file, "--format", formats[i]);
    assert_code(r, 0);
    assert_string_equal(r.out, whole.out);
    run_end(&whole);
  }
  study(head, lists, "[method lp]\nestimator = lincoln-petersen\n");
  r = (run_end(&r), RUN("merge", one, two));
  assert_code(r, 3);
  assert_has(r.err, "other bytes");
  run_end(&r);
}

static void check_bad(const char *text, const char *line, const char *why) {
  run r = RUN("simulate", file_of("bad.ini", text));
  assert_code(r, 3);
  assert_has(r.err, line);
  assert_has(r.err, why);
  run_end(&r);
}

static void test_bad_studies(void **state) {
  (void)state;
  check_bad("", "bad.ini: error", "a [population NAME] and a [method NAME]");
  check_bad("[study]\npopulations = 0\n", "bad.ini:2:", "a whole number from 1");
  check_bad("[study]\nnoise = 3\n", "bad.ini:2:", "a study has no 'noise'");
  check_bad("[thing]\na = 1\n", "bad.ini:2:", "unknown section");
  check_bad("nonsense\n", "bad.ini:1:", "expected [section] or name = value");
  check_bad("[population a]\nkind = lists\nchances = 0.3, 1.2\n", "bad.ini:3:", "a chance is above 0");
  check_bad("[population a]\nkind = lists\nchances = 0.3, x\n", "bad.ini:3:", "numbers with ','");
  check_bad("[population a]\nkind = lists\nchances = 0.3, 0.2\n[method c]\nestimator = chao\n", "bad.ini", "how many people");
  check_bad("[population a]\nkind = herd\n", "bad.ini:2:", "not 'herd'");
  check_bad("[population a,b]\nkind = lists\n", "bad.ini:2:", "a name has no ','");
  check_bad("[population 0123456789 0123456789 0123456789 0123456789]\nkind = lists\n", "bad.ini:1:", "longer than 49 bytes");
  check_bad("[population a]\nkind = strata\nstrata = b\n[method c]\nestimator = chapman\n", "bad.ini", "'b' is no closed population above it");
  check_bad("[method c]\nestimator = chapmann\n", "bad.ini:2:", "no estimator 'chapmann'");
  check_bad("[method c]\nestimator = chao\noptions = form=none\n", "bad.ini", "form");
  check_bad("[method c]\nestimator = chao\nintervals = walt\n", "bad.ini", "walt");
  check_bad("[method c]\nestimator = chao\nintervals = all\n", "bad.ini", "one by one");
  check_bad("[population a]\nkind = lists\npeople = 50\nchances = 0.3, 0.2\n[method c]\nestimator = manly-parr\n", "bad.ini", "no method accepts");
  check_bad("[population a]\nkind = lists\npeople = 50\nchances = 0.3, 0.2, 0.4\n[method c]\nestimator = loglinear\noptions = terms=A + Z\n",
            "method c", "no list 'Z'");
  run r = RUN("simulate", "/no/such/study.ini");
  assert_code(r, 4);
  r = (run_end(&r), RUN("simulate"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("simulate", "a", "b"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("simulate", "a", "--shard", "1/2"));
  assert_code(r, 2);
  run_end(&r);
}

/* A method without an answer says why. */
static void test_refused(void **state) {
  (void)state;
  run r = RUN("simulate", study(head, "[population few]\nkind = lists\npeople = 4\nchances = 0.05, 0.05\n", method));
  assert_code(r, 0);
  assert_has(r.out, "without an answer; the first:");
  run_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_formats),
      cmocka_unit_test(test_parts),
      cmocka_unit_test(test_bad_studies),
      cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, NULL, remove_folder);
}
