/* headcount report: the page, its figures, its sources. tools/check-report looks at pages in a browser. */
#include <jansson.h>

#include "cli/program.h"

static const char *const kosovo = "datasets/kosovo-1999/four-lists.csv";
static const char *const bare[] = {"HEADCOUNT_REPORT=/no/such/folder", NULL};

#define REPORT(...) RUN_WITH(((setup){.environment = bare}), "report", __VA_ARGS__, "--quiet")

static size_t count(const char *text, const char *part) {
  size_t n = 0;
  for (const char *at = text; (at = strstr(at, part)); at++) n++;
  return n;
}

/* Every element that is opened is closed. */
static void check_balance(const char *text) {
  static const char *const elements[] = {"section", "div", "table", "tbody",  "tr",  "td", "th",
                                         "dl",      "dt",  "dd",    "figure", "bdi", "p",  "code"};
  char open[32], close[32];
  for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++) {
    snprintf(open, sizeof open, "<%s>", elements[i]);
    snprintf(close, sizeof close, "</%s>", elements[i]);
    size_t n = count(text, open);
    snprintf(open, sizeof open, "<%s ", elements[i]);
    if (n + count(text, open) != count(text, close))
      fail_msg("%s: %zu opened, %zu closed", elements[i], n + count(text, open), count(text, close));
  }
}

static void test_page(void **state) {
  (void)state;
  run r = REPORT(kosovo, "--bootstrap", "200");
  assert_code(r, 0);
  assert_string_equal(r.err, "");
  check_balance(r.out);
  assert_has(r.out, "10,357");
  assert_has(r.out, "Range: ");
  assert_has(r.out, "The one reason to doubt it.");
  assert_has(r.out, "Models that fit these data equally well give from 10,357 to 18,393");
  assert_has(r.out, "headcount report --bootstrap 200 four-lists.csv</code>");
  assert_has(r.out, "make deps-report");
  assert_has_not(r.out, "kosovo-1999"); /* no folder */
  assert_has_not(r.out, "{{");
  assert_has(r.out, "missing: the author&#39;s to write");
  assert_has(r.out, "id=\"picture-overlaps\"");
  assert_int_equal(count(r.out, "<figure "), 7);
  run_end(&r);
}

/* Without a network: nothing is loaded, and the page forbids it. */
static void test_no_network(void **state) {
  (void)state;
  run r = REPORT(kosovo, "--bootstrap", "0");
  assert_has(r.out, "default-src 'none'");
  assert_has_not(r.out, "<link");
  assert_has_not(r.out, "src=\"");
  assert_has_not(r.out, "href=\"http");
  run_end(&r);
}

static void test_same_bytes(void **state) {
  (void)state;
  const char *a = file_of("a.html", NULL), *b = file_of("b.html", NULL);
  run r = REPORT(kosovo, "--bootstrap", "100", "--threads", "1", "--output", a);
  assert_code(r, 0);
  r = (run_end(&r), REPORT(kosovo, "--bootstrap", "100", "--threads", "3", "--output", b));
  assert_code(r, 0);
  char *first = content_of(a), *second = content_of(b);
  assert_string_equal(first, second);
  free(first);
  free(second);
  run_end(&r);
}

/* Names of columns, of strata, and what draws. */
static void test_escaping(void **state) {
  (void)state;
  char table[2000], longest[201], draws[512];
  memset(longest, 'w', 200);
  longest[200] = 0;
  snprintf(
      table, sizeof table,
      "\"<script>alert(1)</script>\",\"a\"\"b'&amp;\",\"\xD7\xA9\xD7\x9C\xE2\x80\xAE\",%s,n\n1,0,0,0,50\n0,1,0,0,40\n"
      "1,1,0,0,9\n0,0,1,0,12\n0,0,1,1,5\n1,0,0,1,4\n0,1,1,0,6\n0,0,0,1,7\n1,1,1,1,3\n",
      longest);
  snprintf(draws, sizeof draws, "HEADCOUNT_REPORT=%s", folder());
  const char *const environment[] = {draws, NULL};
  file_of("vega.js", "var vega = '</script><script>alert(2)</script>';\n");
  run r =
      RUN_WITH(((setup){.environment = environment}), "report", file_of("<script>x.csv", table), "--bootstrap", "50");
  assert_code(r, 0);
  check_balance(r.out);
  assert_has_not(r.out, "<script>alert(1");
  assert_has(r.out, "&lt;script&gt;alert(1)&lt;/script&gt;");
  assert_has(r.out, "a&quot;b&#39;&amp;amp;");
  assert_has(r.out, "\\u003cscript\\u003ealert(1)");
  assert_has(r.out, "'<\\/script><script>alert(2)<\\/script>'");
  assert_has(r.out, longest);
  assert_int_equal(count(r.out, "</script>"), count(r.out, "<script type=\"application/json\">") + 2);
  r = (run_end(&r), RUN_WITH(((setup){.environment = environment}), "report",
                             file_of("by.csv", "A,B,\"se\"\"x\",n\n1,0,<b>f,50\n0,1,<b>f,40\n"
                                               "1,1,<b>f,9\n1,0,m,30\n0,1,m,20\n1,1,m,8\n"),
                             "--by", "#3", "--bootstrap", "50"));
  assert_code(r, 0);
  assert_has_not(r.out, "<b>");
  assert_has(r.out, "&lt;b&gt;f");
  assert_has(r.out, "id=\"picture-strata\"");
  run_end(&r);
}

static void test_figures(void **state) {
  (void)state;
  char path[300];
  const char *figures = file_of("figures", NULL);
  run r = REPORT(kosovo, "--bootstrap", "100", "--figures", figures, "--output", "/dev/null");
  assert_code(r, 0);
  static const char *const names[] = {"counts", "heterogeneity", "overlaps", "forest",
                                      "models", "residuals",     "bootstrap"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    snprintf(path, sizeof path, "%s/%s.vl.json", figures, names[i]);
    json_t *picture = json_load_file(path, 0, NULL);
    if (!picture) fail_msg("%s: no JSON", path);
    assert_has(json_string_value(json_object_get(picture, "$schema")), "vega-lite");
    assert_true(json_array_size(json_object_get(json_object_get(picture, "data"), "values")) > 1);
    assert_true(strlen(json_string_value(json_object_get(picture, "description"))) > 40);
    json_decref(picture);
  }
  run_end(&r);
}

/* What each kind of data is drawn as. */
static void check_pictures(const char *const *arguments, const char *const *ids) {
  run r = run_program(&(setup){.environment = bare}, arguments);
  assert_code(r, 0);
  for (; *ids; ids++) {
    char id[64];
    snprintf(id, sizeof id, "id=\"picture-%s\"", *ids);
    assert_has(r.out, id);
  }
  run_end(&r);
}

#define ARGUMENTS(...)                                                                                                 \
  (const char *const[]) {                                                                                              \
    "report", __VA_ARGS__, "--quiet", NULL                                                                             \
  }
#define IDS(...)                                                                                                       \
  (const char *const[]) {                                                                                              \
    __VA_ARGS__, NULL                                                                                                  \
  }

static void test_pictures(void **state) {
  (void)state;
  check_pictures(
      ARGUMENTS("datasets/platforms-synthetic/platforms.csv", "--model", "traffic-loglog", "--bootstrap", "100"),
      IDS("traffic", "multihoming", "bootstrap", "inputs"));
  check_pictures(
      ARGUMENTS("tests/data/open/dipper.csv", "--shape", "occasions", "--model", "jolly-seber", "--bootstrap", "0"),
      IDS("counts", "open"));
  check_pictures(ARGUMENTS("tests/data/freq_taxicab_edinburgh.csv", "--model", "zt-poisson", "--bootstrap", "0"),
                 IDS("counts", "heterogeneity", "profile"));
  check_pictures(
      ARGUMENTS(kosovo, "--model", "chao", "--sensitivity", "form=classic,bias-corrected", "--bootstrap", "0"),
      IDS("sensitivity"));
}

static void test_bibliography(void **state) {
  (void)state;
  const char *bib = file_of("x.bib", NULL);
  run r = REPORT("datasets/mturk-2018/capture-frequencies.csv", "--model", "chao", "--bootstrap", "0", "--bibliography",
                 bib, "--output", "/dev/null");
  assert_code(r, 0);
  char *text = content_of(bib);
  assert_has(text, "@misc{chao1987-1,\n  author = {Chao},\n  year = {1987},\n  howpublished = {Biometrics 43:783-791, "
                   "eq. 10 and 12-13}\n}");
  assert_has(text, "author = {Boehning and Kaskasamkul and van der Heijden}");
  assert_int_equal(count(text, "{"), count(text, "}"));
  free(text);
  run_end(&r);
}

static void test_study(void **state) {
  (void)state;
  run r = REPORT("--reproduce", "kosovo-1999");
  assert_code(r, 0);
  check_balance(r.out);
  assert_has(r.out, "published figures agree");
  assert_has(r.out, "id=\"picture-published\"");
  assert_has(r.out, "filled from the study&#39;s file");
  r = (run_end(&r), REPORT("--reproduce", "kosovo-199"));
  assert_code(r, 2);
  assert_has(r.err, "did you mean 'kosovo-1999'?");
  run_end(&r);
}

/* Nothing is written where there is no number, or no place for it. */
static void test_failures(void **state) {
  (void)state;
  const char *old = file_of("old.html", "old"), *none = file_of("none.csv", "A,B,n\n1,0,50\n0,1,40\n");
  run r = REPORT(none, "--model", "chapman", "--output", old);
  if (r.code == 0) r = (run_end(&r), REPORT(none, "--model", "lincoln-petersen", "--output", old));
  assert_code(r, 1);
  char *text = content_of(old);
  assert_string_equal(text, "old");
  free(text);
  r = (run_end(&r), REPORT(kosovo, "--bootstrap", "0", "--output", "/no/such/folder/x.html"));
  assert_code(r, 4);
  r = (run_end(&r), REPORT(kosovo, "--bootstrap", "0", "--output", "/dev/full"));
  assert_code(r, 4);
  r = (run_end(&r), REPORT(kosovo, kosovo));
  assert_code(r, 2);
  r = (run_end(&r), REPORT(kosovo, "--reproduce", "kosovo-1999"));
  assert_code(r, 2);
  r = (run_end(&r), REPORT("--output", old));
  assert_code(r, 2);
  run_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_page),         cmocka_unit_test(test_no_network), cmocka_unit_test(test_same_bytes),
      cmocka_unit_test(test_escaping),     cmocka_unit_test(test_figures),    cmocka_unit_test(test_pictures),
      cmocka_unit_test(test_bibliography), cmocka_unit_test(test_study),      cmocka_unit_test(test_failures),
  };
  return cmocka_run_group_tests(tests, NULL, remove_folder);
}
