/* headcount estimate: replicates, several files, tables and documents of everything that it says. */
#include <jansson.h>

#include "cli/program.h"

static const char counts[] = "k,n\n1,50\n2,20\n3,5\n", no_pairs[] = "k,n\n1,50\n3,5\n";
static const char strata[] = "sex,A,B,n\nf,1,0,40\nf,0,1,30\nf,1,1,12\nm,1,0,50\nm,0,1,25\nm,1,1,10\n";

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

static size_t lines(const char *text) {
  size_t n = 0;
  for (; *text; text++) n += *text == '\n';
  return n;
}

/* Replicates ------------------------------------------------------------------------------------------- */

static void test_draws(void **state) {
  (void)state;
  const char *draws = file_of("draws.csv", NULL), *file = file_of("counts.csv", counts);
  run r = RUN("estimate", file, "--model", "chao,zelterman", "--bootstrap", "100", "--draws", draws);
  assert_code(r, 0);
  char *text = content_of(draws);
  assert_int_equal(strncmp(text, "model,stratum,quantity,replicate,value\nchao,,N,1,", 49), 0);
  assert_int_equal(lines(text), 1 + 100 + 200); /* chao has N, zelterman lambda too */
  assert_has(text, "\nzelterman,,lambda,100,");
  free(text);
  run_end(&r);
}

/* The percentile interval is that of the replicates in the file: the second smallest and second largest of 79 bound 95 %. */
static void test_draws_are_those_of_the_interval(void **state) {
  (void)state;
  const char *draws = file_of("draws.csv", NULL), *file = file_of("counts.csv", counts);
  run r = RUN("estimate", file, "--bootstrap", "79", "--interval", "percentile", "--format", "json", "--draws", draws);
  json_t *document = parsed(&r), *N = json_array_get(at(json_array_get(at(document, "estimates"), 0), "quantities"), 0);
  double lower = json_real_value(at(json_array_get(at(N, "intervals"), 0), "lower"));
  char *text = content_of(draws);
  size_t at_least = 0, below = 0;
  for (char *line = strchr(text, '\n'); line && line[1]; line = strchr(line + 1, '\n')) {
    const char *value = line;
    for (int comma = 0; comma < 4; comma++) value = strchr(value, ',') + 1;
    at_least += strtod(value, NULL) == lower;
    below += strtod(value, NULL) < lower;
  }
  assert_true(at_least >= 1 && below <= 2);
  json_decref(document);
  free(text);
  run_end(&r);
}

static void test_draws_of_strata(void **state) {
  (void)state;
  const char *draws = file_of("draws.csv", NULL), *file = file_of("strata.csv", strata);
  run r = RUN("estimate", file, "--by", "sex", "--bootstrap", "50", "--draws", draws);
  assert_code(r, 0);
  char *text = content_of(draws);
  double f = 0, m = 0, total = 0;
  sscanf(strstr(text, "chapman,sex=f,N,7,"), "chapman,sex=f,N,7,%lf", &f);
  sscanf(strstr(text, "chapman,sex=m,N,7,"), "chapman,sex=m,N,7,%lf", &m);
  sscanf(strstr(text, "chapman,total,N,7,"), "chapman,total,N,7,%lf", &total);
  assert_close(f + m, total, 1e-12);
  free(text);
  r = (run_end(&r), RUN("estimate", file, "--bootstrap", "9", "--draws", "/no/such/folder/draws.csv"));
  assert_code(r, 4);
  run_end(&r);
}

/* Quiet ------------------------------------------------------------------------------------------------- */

static void test_quiet(void **state) {
  (void)state;
  run r = RUN("estimate", file_of("counts.csv", counts), "--quiet", "--bootstrap", "0");
  assert_code(r, 0);
  assert_string_equal(r.err, "");
  r = (run_end(&r), RUN("estimate", file_of("no-pairs.csv", no_pairs), "--quiet"));
  assert_code(r, 1);
  assert_int_equal(strncmp(r.err, "headcount: chao: not estimable: ", 32), 0);
  r = (run_end(&r), RUN("estimate", file_of("bad.csv", "k,n\n1,x\n"), "--quiet"));
  assert_code(r, 3);
  assert_has(r.err, "bad.csv:2:3: error: ");
  r = (run_end(&r), RUN("reproduce", "edinburgh-taxis", "--quiet"));
  assert_code(r, 0);
  assert_string_equal(r.err, "");
  run_end(&r);
}

/* Several files ------------------------------------------------------------------------------------------ */

static void test_several(void **state) {
  (void)state;
  const char *good = file_of("counts.csv", counts), *refused = file_of("no-pairs.csv", no_pairs),
             *bad = file_of("bad.csv", "k,n\n1,x\n");
  run alone = RUN("estimate", good, "--bootstrap", "0");
  run r = RUN("estimate", good, bad, good, refused, "--bootstrap", "0");
  assert_code(r, 3);
  assert_has(r.out, "==> ");
  assert_has(r.out, alone.out);
  assert_has(strstr(r.out, alone.out) + 1, alone.out);
  assert_has_not(r.out, "no-pairs.csv");
  assert_has(r.err, "bad.csv:2:3: error: ");
  assert_has(r.err, "no-pairs.csv: chao: not estimable: ");
  r = (run_end(&r), RUN("estimate", good, refused, "--bootstrap", "0"));
  assert_code(r, 1);
  r = (run_end(&r), RUN("estimate", good, "/no/such/file.csv", bad, "--bootstrap", "0"));
  assert_code(r, 4);
  run_end(&r);
  run_end(&alone);
}

static void test_several_json(void **state) {
  (void)state;
  const char *good = file_of("counts.csv", counts), *bad = file_of("bad.csv", "k,n\n1,x\n");
  run r = RUN("estimate", good, bad, "--bootstrap", "0", "--format", "json");
  assert_code(r, 3);
  json_t *all = parsed(&r), *error = at(json_array_get(all, 1), "error");
  assert_int_equal(json_array_size(all), 2);
  assert_int_equal(json_array_size(at(json_array_get(all, 0), "estimates")), 1);
  assert_string_equal(json_string_value(at(at(json_array_get(all, 1), "input"), "file")), bad);
  assert_int_equal(json_integer_value(at(error, "exit_code")), 3);
  assert_int_equal(json_integer_value(at(error, "line")), 2);
  assert_has(json_string_value(at(error, "message")), "expected a count");
  json_decref(all);
  run_end(&r);
}

static void test_several_csv(void **state) {
  (void)state;
  const char *good = file_of("counts.csv", counts), *refused = file_of("no-pairs.csv", no_pairs),
             *bad = file_of("bad.csv", "k,n\n1,x\n"), *draws = file_of("draws.csv", NULL);
  run r = RUN("estimate", good, bad, refused, "--bootstrap", "50", "--format", "csv", "--draws", draws);
  assert_code(r, 3);
  assert_int_equal(lines(r.out), 1 + 2 + 1);
  assert_has(strchr(r.out + 1, '\n'), ",chao,,,,,,,,,1,0,0,," HC_VERSION ",55,,,no-doubletons,\"nobody was met");
  char *text = content_of(draws);
  assert_int_equal(strncmp(text, "model,stratum,quantity,replicate,value,file\n", 44), 0);
  assert_has(text, "counts.csv\n");
  assert_has(r.err, "for ratios between files, run each with a --seed of its own");
  free(text);
  run_end(&r);
}

/* Tables of everything ------------------------------------------------------------------------------------ */

/* Every row has as many fields as the header; quotes hold commas. */
static void check_rectangular(const char *text) {
  size_t expected = 0, fields = 1;
  bool quoted = false;
  for (const char *c = text; *c; c++) {
    if (*c == '"') quoted = !quoted;
    if (*c == ',' && !quoted) fields++;
    if (*c != '\n' || quoted) continue;
    if (expected == 0) expected = fields;
    if (fields != expected) fail_msg("a row of %zu fields, not %zu: %.200s", fields, expected, c - 80);
    fields = 1;
  }
  assert_false(quoted);
}

static void test_csv_of_refusals(void **state) {
  (void)state;
  const char *file = file_of("strata.csv", "sex,A,B,n\nf,1,0,40\nf,0,1,30\nf,1,1,12\nm,1,0,50\nm,0,1,25\n");
  run r = RUN("estimate", file, "--by", "sex", "--model", "all", "--bootstrap", "0", "--format", "csv");
  check_rectangular(r.out);
  assert_has(r.out, ",sex=m,m,chapman,,,,,,,,,1,0,0,," HC_VERSION ",75,,,no-overlap,");
  r = (run_end(&r), RUN("estimate", "datasets/kosovo-1999/four-lists.csv", "--model", "all", "--bootstrap", "0", "--format", "csv"));
  check_rectangular(r.out);
  assert_has(r.out, "poor-fit");
  run_end(&r);
}

static void test_sensitivity(void **state) {
  (void)state;
  const char *file = file_of("no-pairs.csv", no_pairs);
  run r = RUN("estimate", file, "--model", "chao", "--sensitivity", "form=classic,bias-corrected", "--bootstrap", "0",
              "--format", "json");
  assert_code(r, 0);
  json_t *document = parsed(&r), *varied = at(document, "sensitivity"), *one = json_array_get(at(document, "estimates"), 0);
  assert_string_equal(json_string_value(at(varied, "option")), "form");
  assert_int_equal(json_array_size(at(varied, "values")), 2);
  assert_string_equal(json_string_value(at(one, "option_value")), "bias-corrected");
  assert_string_equal(json_string_value(at(json_array_get(at(document, "refused"), 0), "option_value")), "classic");
  json_decref(document);
  r = (run_end(&r), RUN("estimate", file, "--model", "chao", "--sensitivity", "form=classic,bias-corrected", "--bootstrap", "0",
                        "--format", "csv"));
  check_rectangular(r.out);
  assert_has(r.out, ",refused,reason,form\n");
  assert_has(r.out, ",bias-corrected\n");
  r = (run_end(&r), RUN("estimate", file_of("passes.csv", "pass,catch\n1,40\n2,22\n3,11\n"), "--model", "removal",
                        "--sensitivity", "method=zippin,carle-strub", "--bootstrap", "0", "--format", "csv"));
  assert_code(r, 0);
  assert_has(r.out, ",reason,option_method\n"); /* there is a column "method" */
  run_end(&r);
}

static void test_models(void **state) {
  (void)state;
  run r = RUN("models", "--format", "json");
  assert_code(r, 0);
  json_t *document = parsed(&r), *chao = json_array_get(at(document, "models"), 0), *form = json_array_get(at(chao, "options"), 0);
  assert_int_equal(json_array_size(at(document, "models")), hc_estimator_count());
  assert_string_equal(json_string_value(at(chao, "id")), "chao");
  assert_string_equal(json_string_value(at(form, "default")), "classic");
  assert_int_equal(json_array_size(at(form, "choices")), 5);
  json_decref(document);
  r = (run_end(&r), RUN("models", "--format", "csv"));
  assert_int_equal(lines(r.out), 1 + hc_estimator_count());
  check_rectangular(r.out);
  r = (run_end(&r), RUN("models", "loglinear", "--format", "json"));
  document = parsed(&r);
  assert_int_equal(json_array_size(at(document, "models")), 1);
  json_decref(document);
  r = (run_end(&r), RUN("models", "chao", "zelterman"));
  assert_code(r, 2);
  run_end(&r);
}

static void test_reproduce_csv(void **state) {
  (void)state;
  run r = RUN("reproduce", "edinburgh-taxis", "kosovo-1999", "--format", "csv");
  assert_code(r, 0);
  check_rectangular(r.out);
  assert_has(r.out, "\nedinburgh-taxis,true-N,licensed taxicabs,taxicabs,stated,420,420,,,,");
  assert_has(r.out, ",yes,percentile,0.9499");
  run_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_draws),           cmocka_unit_test(test_draws_are_those_of_the_interval),
    cmocka_unit_test(test_draws_of_strata), cmocka_unit_test(test_quiet),
    cmocka_unit_test(test_several),         cmocka_unit_test(test_several_json),
    cmocka_unit_test(test_several_csv),     cmocka_unit_test(test_csv_of_refusals),
    cmocka_unit_test(test_sensitivity),     cmocka_unit_test(test_models),
    cmocka_unit_test(test_reproduce_csv),
  };
  return cmocka_run_group_tests(tests, NULL, remove_folder);
}
