/* headcount estimate: text, JSON and CSV; refusals; reproducibility; stopping. */
#include <ctype.h>
#include <jansson.h>

#include "cli/program.h"

static const char *const taxis = "tests/data/freq_taxicab_edinburgh.csv";
static const char *const kosovo = "datasets/kosovo-1999/four-lists.csv";

static void test_text(void **state) {
  (void)state;
  run r = RUN("estimate", taxis);
  assert_code(r, 0);
  assert_has(r.err, "freq_taxicab_edinburgh.csv: ");
  assert_has(r.out, "Chao's lower bound  [chao]");
  assert_has(r.out, "  N = 407 people   (standard error 27.4)\n");
  assert_has(r.out, "95% interval  364 to 474  (log-normal)");
  assert_has(r.out, "1,000 of 1,000 replicates succeeded, seed 1");
  assert_has(r.out, "To quote    N = at least 407 people (95% CI 364 to 474, log-normal), Chao");
  assert_has(r.out, "n = 283");
  assert_has_not(r.err, "\r");
  run_end(&r);
}

static void test_separators(void **state) {
  (void)state;
  run r = RUN("estimate", "tests/data/mturk_capture_freq_2017-08.csv", "--set", "form=eq10", "--set", "occasions=29", "--set", "beyond=accept",
              "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(r.out, "N = 97,579 people");
  assert_has(r.out, "n = 39,461");
  run_end(&r);
}

/* No word for what is not a number is ever shown, and 80 columns are enough. */
static void check_screen(const char *text, size_t width) {
  size_t column = 0;
  for (const char *c = text; *c != '\0'; c++) {
    bool word = c == text || !isalpha((unsigned char)c[-1]);
    bool bad = strncasecmp(c, "nan", 3) == 0 || strncasecmp(c, "inf", 3) == 0;
    if (word && bad && !isalpha((unsigned char)c[3])) fail_msg("not a number on the screen: %.60s", c);
    column = *c == '\n' ? 0 : column + (((unsigned char)*c & 0xC0) != 0x80);
    bool to_copy = column > width && memmem(c - column + 1, column, "The same as", 11); /* a command is not folded */
    if (column > width && !to_copy) fail_msg("a line is wider than %zu: %.20s", width, c - 60);
  }
}

static void test_screen(void **state) {
  (void)state;
  static const char *const files[] = {"tests/data/freq_taxicab_edinburgh.csv", "datasets/kosovo-1999/four-lists.csv"};
  static const char *const narrow[] = {"COLUMNS=60", NULL};
  for (size_t i = 0; i < 2; i++) {
    run r = RUN("estimate", files[i], "--model", "all", "--bootstrap", "50");
    assert_code(r, 0);
    check_screen(r.out, 80);
    r = (run_end(&r), RUN_WITH(((setup){.environment = narrow}), "estimate", files[i], "--bootstrap", "50"));
    check_screen(r.out, 60);
    r = (run_end(&r), RUN("describe", files[i]));
    check_screen(r.out, 80);
    run_end(&r);
  }
}

/* A screen without UTF-8 gets ASCII; the documents stay UTF-8. */
static void test_alphabet(void **state) {
  (void)state;
  static const char *const plain[] = {"LC_ALL=C", NULL};
  const char *file = file_of("utf8.csv", "préfecture,ville,n\n1,0,50\n0,1,40\n1,1,20\n");
  setup c = {.environment = plain};
  run r = RUN_WITH(c, "describe", file), u = RUN("describe", file);
  assert_code(r, 0);
  for (const char *p = r.out; *p != '\0'; p++) assert_true((unsigned char)*p < 0x80);
  assert_has(u.out, "préfecture");
  r = (run_end(&r), RUN_WITH(c, "describe", file, "--format", "json"));
  assert_has(r.out, "préfecture");
  run_end(&r);
  run_end(&u);
}

/* JSON ----------------------------------------------------------------------------------------------- */

static json_t *parsed(const run *r) {
  json_error_t error;
  json_t *document = json_loads(r->out, 0, &error);
  if (document == NULL) fail_msg("not JSON, line %d: %s", error.line, error.text);
  return document;
}

static json_t *at(json_t *object, const char *key) {
  json_t *value = json_object_get(object, key);
  if (value == NULL) fail_msg("there is no '%s'", key);
  return value;
}

static void test_json(void **state) {
  (void)state;
  run r = RUN("estimate", taxis, "--format", "json", "--model", "chao,zt-poisson", "--bootstrap", "200", "--seed", "7");
  assert_code(r, 0);
  json_t *document = parsed(&r), *input = at(document, "input"), *one = json_array_get(at(document, "estimates"), 0);
  assert_int_equal(json_integer_value(at(document, "schema")), 1);
  assert_string_equal(json_string_value(at(at(document, "tool"), "name")), "headcount");
  assert_string_equal(json_string_value(at(at(document, "tool"), "version")), HC_VERSION);
  assert_string_equal(json_string_value(at(input, "file")), taxis);
  assert_int_equal(strlen(json_string_value(at(input, "sha256"))), 64);
  assert_string_equal(json_string_value(at(input, "shape")), "counts");
  assert_int_equal(json_integer_value(at(input, "observed")), 283);
  assert_true(json_is_integer(at(input, "cells")));
  json_t *boot = at(at(document, "run"), "bootstrap");
  assert_int_equal(json_integer_value(at(at(document, "run"), "seed")), 7);
  assert_string_equal(json_string_value(at(boot, "kind")), "semiparametric");
  assert_int_equal(json_integer_value(at(boot, "replicates")), 200);
  assert_int_equal(json_integer_value(at(boot, "succeeded")), 200);
  assert_int_equal(json_array_size(at(document, "estimates")), 2);
  static const char *const texts[] = {"model", "title", "cite", "assumes"};
  for (size_t i = 0; i < 4; i++) assert_true(json_is_string(at(one, texts[i])));
  json_t *N = json_array_get(at(one, "quantities"), 0), *interval = json_array_get(at(N, "intervals"), 0);
  assert_string_equal(json_string_value(at(N, "name")), "N");
  assert_close(json_real_value(at(N, "value")), 283 + 142.0 * 142.0 / (2 * 81.0), 1e-14);
  assert_true(json_is_real(at(N, "se")));
  assert_string_equal(json_string_value(at(interval, "method")), "lognormal");
  assert_close(json_real_value(at(interval, "level")), 0.95, 0);
  assert_true(json_real_value(at(interval, "lower")) < json_real_value(at(interval, "upper")));
  static const char *const fit[] = {"loglik", "df", "deviance", "aic", "bic", "iterations"};
  for (size_t i = 0; i < 6; i++) at(at(one, "fit"), fit[i]);
  assert_int_equal(json_array_size(at(document, "refused")), 0);
  json_decref(document);
  run_end(&r);
}

/* Numbers are numbers; what has no value is null, and a note says which. */
static void test_json_options_and_nulls(void **state) {
  (void)state;
  run r = RUN("estimate", taxis, "--format", "json", "--bootstrap", "0", "--set", "occasions=10", "--set",
              "form=finite");
  assert_code(r, 0);
  json_t *document = parsed(&r), *one = json_array_get(at(document, "estimates"), 0);
  assert_int_equal(json_integer_value(at(at(one, "options"), "occasions")), 10);
  assert_string_equal(json_string_value(at(at(one, "options"), "form")), "finite");
  assert_true(json_is_null(at(at(one, "fit"), "loglik")));
  assert_true(json_is_null(at(one, "bootstrap")));
  bool said = false;
  size_t i;
  json_t *note;
  json_array_foreach(at(one, "notes"), i, note) {
    said = said || (strcmp(json_string_value(at(note, "code")), "not-defined") == 0 &&
                    strstr(json_string_value(at(note, "text")), "loglik") != NULL);
  }
  assert_true(said);
  json_decref(document);
  run_end(&r);
}

/* The file's name is any bytes; the document stays UTF-8. */
static void test_json_file_name(void **state) {
  (void)state;
  const char *file = file_of("odd \xFF \"name\".csv", "k,n\n1,50\n2,20\n3,5\n");
  run r = RUN("estimate", file, "--format", "json", "--bootstrap", "0");
  assert_code(r, 0);
  json_t *document = parsed(&r);
  assert_has(json_string_value(at(at(document, "input"), "file")), "odd \xEF\xBF\xBD \"name\".csv");
  json_decref(document);
  run_end(&r);
}

/* The line that says how many threads there were, cut out. */
static void drop_threads(char *text) {
  char *line = strstr(text, "\"threads\"");
  assert_non_null(line);
  char *end = strchr(line, '\n');
  memmove(line, end, strlen(end) + 1);
}

static void test_threads(void **state) {
  (void)state;
  static const char *const threads[] = {"1", "2", "3", "8"};
  char *first = NULL;
  for (size_t i = 0; i < 4; i++) {
    run r = RUN("estimate", kosovo, "--model", "chao,loglinear", "--interval", "all", "--bootstrap", "300", "--format",
                "json", "--threads", threads[i]);
    assert_code(r, 0);
    drop_threads(r.out);
    if (first == NULL) {
      first = strdup(r.out);
    } else {
      assert_string_equal(r.out, first);
    }
    run_end(&r);
  }
  free(first);
}

/* CSV -------------------------------------------------------------------------------------------------- */

static void test_csv(void **state) {
  (void)state;
  static const char header[] =
    "file,sha256,model,variant,quantity,value,se,method,level,lower,upper,seed,replicates,succeeded,kind,version,"
    "observed,aic,notes,refused,reason\n";
  const char *file = file_of("a,\"b\".csv", "k,n\n1,50\n2,20\n3,5\n");
  run r = RUN("estimate", file, "--format", "csv", "--bootstrap", "100");
  assert_code(r, 0);
  assert_int_equal(strncmp(r.out, header, sizeof header - 1), 0);
  assert_has(r.out, "a,\"\"b\"\".csv\",");
  assert_has(r.out, ",N,137.5,");
  assert_has(r.out, ",lognormal,0.94999999999999996,");
  assert_has(r.out, ",percentile,0.94999999999999996,");
  assert_has(r.out, ",1,100,100,semiparametric," HC_VERSION ",75,,lower-bound,,\n");
  size_t rows = 0;
  for (const char *c = r.out; *c != '\0'; c++) rows += *c == '\n';
  assert_int_equal(rows, 3);
  run_end(&r);
}

/* Refusals --------------------------------------------------------------------------------------------- */

static void test_refused(void **state) {
  (void)state;
  const char *file = file_of("apart.csv", "A,B,n\n1,0,50\n0,1,40\n");
  run r = RUN("estimate", file);
  assert_code(r, 1);
  assert_string_equal(r.out, "");
  assert_has(r.err, "headcount: chapman: not estimable: ");
  assert_has(r.err, "[no-overlap]");
  r = (run_end(&r), RUN("estimate", file, "--format", "csv"));
  assert_code(r, 1);
  assert_has(r.out, "file,sha256,model");
  r = (run_end(&r), RUN("estimate", file, "--format", "json"));
  assert_code(r, 1);
  json_t *document = parsed(&r), *refused = json_array_get(at(document, "refused"), 0);
  assert_int_equal(json_array_size(at(document, "estimates")), 0);
  assert_string_equal(json_string_value(at(refused, "model")), "chapman");
  assert_string_equal(json_string_value(at(refused, "code")), "no-overlap");
  assert_true(json_is_string(at(refused, "reason")));
  json_decref(document);
  run_end(&r);
}

/* A model that was named and refused is a failure; one of `all` is a part of the answer. */
static void test_some_refused(void **state) {
  (void)state;
  const char *file = file_of("no-f2.csv", "k,n\n1,50\n3,5\n");
  run r = RUN("estimate", file, "--model", "zt-poisson,chao", "--bootstrap", "20");
  assert_code(r, 1);
  assert_has(r.out, "Zero-truncated Poisson");
  assert_has(r.out, "Not estimable from these data");
  assert_has(r.err, "chao: not estimable");
  assert_has(r.err, "[no-doubletons]");
  r = (run_end(&r), RUN("estimate", file, "--model", "all", "--bootstrap", "20"));
  assert_code(r, 0);
  assert_has(r.out, "[no-doubletons]");
  assert_has_not(r.err, "not estimable");
  run_end(&r);
}

/* All cells filled, so that the maximum is finite; whether it can be reached in doubles is another question. */
static void test_maximum_out_of_reach(void **state) {
  (void)state;
  run r = RUN("estimate", file_of("far-apart.csv", "A,B,n\n1,0,1\n0,1,1000000000000\n1,1,1000000000000\n"), "--model",
              "loglinear", "--bootstrap", "0");
  assert_code(r, 1);
  assert_has(r.err, "[not-converged]");
  run_end(&r);
}

static void test_wrong_shape(void **state) {
  (void)state;
  run r = RUN("estimate", taxis, "--model", "chapman", "--format", "json");
  assert_code(r, 1);
  assert_has(r.out, "\"bad-shape\"");
  run_end(&r);
}

/* Options ------------------------------------------------------------------------------------------------ */

static void test_addressed_option(void **state) {
  (void)state;
  run r = RUN("estimate", kosovo, "--model", "chao,mt", "--set", "chao.form=bias-corrected", "--bootstrap", "0", "--format",
              "json");
  assert_code(r, 0);
  assert_has(r.out, "\"form\": \"bias-corrected\"");
  run_end(&r);
}

static void test_terms(void **state) {
  (void)state;
  run a = RUN("estimate", kosovo, "--terms", "EXH*ABA*OSCE + EXH*HRW + OSCE*HRW", "--bootstrap", "0");
  assert_code(a, 0);
  assert_has(a.out, "[loglinear]");
  assert_has(a.out, "N = 10,357 people");
  /* the default for these data has no option `order`: the first estimator that has it is taken */
  run b = RUN("estimate", taxis, "--set", "order=2", "--bootstrap", "0");
  assert_has(b.out, "[jackknife]");
  run_end(&a);
  run_end(&b);
}

static void test_standard_input(void **state) {
  (void)state;
  setup s = {.in = taxis};
  run r = RUN_WITH(s, "estimate", "-", "--bootstrap", "0", "--format", "json");
  assert_code(r, 0);
  assert_has(r.out, "\"file\": \"-\"");
  assert_has(r.err, "standard input: ");
  run_end(&r);
}

/* Stopping --------------------------------------------------------------------------------------------- */

/* Ctrl-C after a while: what was done is printed, and how much that was; the progress is wiped off. */
static void test_interrupt(void **state) {
  (void)state;
  setup s = {.terminal = true, .interrupt_after = 2.0};
  run r = RUN_WITH(s, "estimate", kosovo, "--model", "loglinear,chao", "--bootstrap", "8000000", "--threads", "1");
  assert_code(r, 130);
  assert_has(r.out, "stopped by Ctrl-C after ");
  assert_has(r.out, " of 8,000,000");
  assert_has(r.out, "(percentile)");
  assert_has(r.out, "[interrupted]");
  assert_has(r.err, " of 8,000,000, ");
  assert_has(r.err, " left");
  assert_has(r.err, "\r\033[K");
  run_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_text),          cmocka_unit_test(test_separators),
    cmocka_unit_test(test_screen),        cmocka_unit_test(test_alphabet),
    cmocka_unit_test(test_json),          cmocka_unit_test(test_json_options_and_nulls),
    cmocka_unit_test(test_json_file_name), cmocka_unit_test(test_threads),
    cmocka_unit_test(test_csv),           cmocka_unit_test(test_refused),
    cmocka_unit_test(test_some_refused),  cmocka_unit_test(test_wrong_shape),
    cmocka_unit_test(test_maximum_out_of_reach),
    cmocka_unit_test(test_addressed_option), cmocka_unit_test(test_terms),
    cmocka_unit_test(test_standard_input), cmocka_unit_test(test_interrupt),
  };
  return cmocka_run_group_tests(tests, NULL, remove_folder);
}
