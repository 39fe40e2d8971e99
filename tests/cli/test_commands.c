/* describe, models, codes, reproduce, completion, manual. */
#include <jansson.h>

#include "cli/program.h"
#include "headcount.h"

static const char *const kosovo = "datasets/kosovo-1999/four-lists.csv";

static void test_describe(void **state) {
  (void)state;
  run r = RUN("describe", kosovo);
  assert_code(r, 0);
  assert_string_equal(r.err, "");
  assert_has(r.out, "4,400 people");
  assert_has(r.out, "          1   3,218  73.1%\n");
  assert_has(r.out, "  EXH    1,910  43.4%      1,131\n");
  assert_has(r.out, "  EXH        403   478  193\n");
  assert_has_not(r.out, "Warnings");
  run_end(&r);
}

static void test_describe_warnings(void **state) {
  (void)state;
  run r = RUN("describe", file_of("sparse.csv", "A,B,C,n\n1,0,0,50\n0,1,0,40\n0,0,1,9\n1,0,1,3\n"));
  assert_code(r, 0);
  assert_has(r.out, "[never-overlap]");
  assert_has(r.out, "A and B, B and C");
  assert_has(r.out, "[sparse-overlap]");
  r = (run_end(&r), RUN("describe", file_of("inside.csv", "A,B,n\n1,0,50\n1,1,40\n"), "--lists", "A,B", "--count", "n"));
  assert_has(r.out, "everybody on B is also on A");
  r = (run_end(&r), RUN("describe", file_of("once.csv", "A,B,n\n1,0,50\n0,1,40\n")));
  assert_has(r.out, "[nobody-twice]");
  run_end(&r);
}

/* Every estimator that the guide begins with is there, and every kind of data has advice. */
static void test_guide(void **state) {
  (void)state;
  run r = RUN("guide");
  assert_code(r, 0);
  size_t kinds = 0, begun = 0;
  for (size_t i = 0; hc_shape_at(i) != HC_SHAPE_AUTO; i++) {
    char heading[64];
    snprintf(heading, sizeof heading, "  [%s]\n", hc_shape_name(hc_shape_at(i)));
    kinds += strstr(r.out, heading) != NULL;
  }
  assert_true(kinds >= 15);
  for (const char *at = r.out; (at = strstr(at, "Begin with")); at++, begun++) {
    char id[64];
    assert_int_equal(sscanf(at, "Begin with %63[a-z0-9-]:", id), 1);
    if (!hc_estimator_find(id)) fail_msg("the guide begins with '%s'", id);
  }
  assert_true(begun >= 12);
  r = (run_end(&r), RUN("guide", kosovo));
  assert_code(r, 0);
  assert_has(r.out, "Begin with  loglinear-best: ");
  assert_has(r.out, "4,400 people");
  r = (run_end(&r), RUN("guide", "tests/data/open/dipper.csv", "--shape", "occasions"));
  assert_has(r.out, "Begin with  jolly-seber: ");
  assert_has(r.out, "[not-closed]");
  r = (run_end(&r), RUN("guide", "/no/such/file.csv"));
  assert_code(r, 4);
  run_end(&r);
}

static void test_describe_json(void **state) {
  (void)state;
  run r = RUN("describe", kosovo, "--format", "json");
  assert_code(r, 0);
  json_t *d = json_loads(r.out, 0, NULL);
  assert_non_null(d);
  assert_int_equal(json_integer_value(json_object_get(json_object_get(d, "input"), "observed")), 4400);
  json_t *f = json_array_get(json_object_get(d, "frequencies"), 0);
  assert_int_equal(json_integer_value(json_object_get(f, "people")), 3218);
  json_t *shared = json_object_get(json_array_get(json_object_get(d, "lists"), 0), "also_on");
  assert_int_equal(json_integer_value(json_array_get(shared, 1)), 403);
  json_decref(d);
  run_end(&r);
}

/* The models behind an estimate, as a table, as CSV and as JSON. */
static void test_select(void **state) {
  (void)state;
  run r = RUN("select", kosovo, "--top", "3");
  assert_code(r, 0);
  assert_has(r.out, "113 models, 113 of them with a finite N, by BIC");
  assert_has(r.out, "10,357");
  assert_has(r.out, "model 1     EXH*HRW + OSCE*HRW + EXH*ABA*OSCE");
  assert_has(r.out, "differ in N by half of it or more");
  for (const char *line = r.out; *line != '\0'; line += strcspn(line, "\n") + 1) assert_true(strcspn(line, "\n") <= 80);
  r = (run_end(&r), RUN("select", kosovo, "--set", "criterion=aicc", "--format", "csv", "--top", "2"));
  assert_has(r.out, "rank,terms,parameters,loglik,criterion,value,weight,N,se\n1,");
  assert_has(r.out, ",aicc,126.512178351");
  r = (run_end(&r), RUN("select", kosovo, "--format", "json"));
  json_t *d = json_loads(r.out, 0, NULL);
  assert_non_null(d);
  assert_int_equal(json_array_size(json_object_get(d, "rows")), 10);
  assert_int_equal(json_array_size(json_object_get(d, "cells")), 15);
  json_decref(d);
  r = (run_end(&r), RUN("select", file_of("two.csv", "A,B,n\n1,0,50\n0,1,40\n1,1,9\n")));
  assert_code(r, 1);
  assert_has(r.err, "[two-lists]");
  r = (run_end(&r), RUN("select", kosovo, "--model", "chao"));
  assert_code(r, 2);
  assert_has(r.err, "chao does not choose among models");
  run_end(&r);
}

/* Every estimator of the registry is listed, explained with all its options, and in the manual. */
static void test_models(void **state) {
  (void)state;
  run all = RUN("models"), manual = RUN("manual"), completion = RUN("completion", "bash");
  assert_code(all, 0);
  assert_code(manual, 0);
  assert_code(completion, 0);
  for (const char *line = all.out; *line != '\0'; line += strcspn(line, "\n") + 1) {
    assert_true(strcspn(line, "\n") <= 80);
  }
  assert_int_equal(strncmp(manual.out, ".TH HEADCOUNT 1", 15), 0);
  for (size_t i = 0; i < hc_estimator_count(); i++) {
    const hc_estimator *e = hc_estimator_at(i);
    char tag[80], word[80];
    assert_has(all.out, e->id);
    assert_has(completion.out, e->id);
    snprintf(tag, sizeof tag, ".TP\n\\fB%s\\fR\n", e->id);
    assert_has(manual.out, tag);
    run one = RUN("models", e->id);
    assert_code(one, 0);
    snprintf(tag, sizeof tag, "[%s]", e->id);
    assert_has(one.out, tag);
    for (const hc_option *o = e->options; o != NULL && o->name != NULL; o++) {
      snprintf(word, sizeof word, "    %s=", o->name);
      assert_has(one.out, word);
    }
    run_end(&one);
  }
  run_end(&all);
  run_end(&manual);
  run_end(&completion);
}

static void test_codes(void **state) {
  (void)state;
  run all = RUN("codes"), one = RUN("codes", "no-overlap"), none = RUN("codes", "no-overlp");
  run two = RUN("codes", "no-se", "no-spread"), full = RUN("codes", "-o", "x");
  assert_code(all, 0);
  assert_code(one, 0);
  assert_has(one.out, "Meaning     Nobody was found twice");
  assert_has(one.out, "Remedy      Check that people");
  for (size_t i = 0; hc_code_at(i); i++) {
    const hc_code *c = hc_code_at(i);
    assert_ptr_equal(hc_code_find(c->id), c);
    assert_has(all.out, c->id);
    assert_true(c->kinds > 0 && c->kinds < 8);
    assert_int_equal(c->meaning[strlen(c->meaning) - 1], '.');
    assert_int_equal(c->remedy[strlen(c->remedy) - 1], '.');
  }
  assert_null(hc_code_find("no-overlp"));
  assert_code(none, 2);
  assert_has(none.err, "did you mean 'no-overlap'?");
  assert_code(two, 2);
  assert_code(full, 2);
  run_end(&all), run_end(&one), run_end(&none), run_end(&two), run_end(&full);
}

static void test_completion(void **state) {
  (void)state;
  run r = RUN("completion", "bash");
  static const char *const commands[] = {"estimate", "describe", "models", "codes", "reproduce", "completion"};
  for (size_t i = 0; i < 6; i++) assert_has(r.out, commands[i]);
  assert_has(r.out, "--bootstrap");
  assert_has(r.out, "complete ");
  char *argv[] = {(char *)"bash", (char *)"-n", (char *)file_of("completion.bash", r.out), NULL};
  pid_t child;
  int status = 0;
  assert_int_equal(posix_spawnp(&child, "bash", NULL, NULL, argv, environ), 0);
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  run_end(&r);
}

/* reproduce ----------------------------------------------------------------------------------------------- */

static void test_reproduce(void **state) {
  (void)state;
  run r = RUN("reproduce", "edinburgh-taxis");
  assert_code(r, 0);
  assert_has(r.out, "[edinburgh-taxis]");
  assert_has(r.out, "407.5");
  assert_has(r.out, "only quoted");
  assert_has(r.out, "Verdict     Of 420 taxis");
  assert_has_not(r.out, "Headline");
  assert_has(r.out, "    headcount estimate times-seen.csv --model chao\n        chao: N\n");
  assert_has(r.out, "Criticism");
  assert_has(r.out, "3 figures of 1 study: 2 from data, 0 from inputs, 0 back-solved, 1 only quoted,\n0 our own.");
  assert_has(r.out, "Everything that is recomputed agrees.");
  r = (run_end(&r), RUN("reproduce", "oxford-2021"));
  assert_has(r.out, "Headline    profiles, the number of the title: only quoted");
  r = (run_end(&r), RUN("reproduce", "edinburgh-taxis", "--format", "json"));
  assert_code(r, 0);
  json_t *d = json_loads(r.out, 0, NULL);
  assert_non_null(d);
  assert_true(json_is_true(json_object_get(d, "agrees")));
  json_t *figures = json_object_get(json_array_get(json_object_get(d, "studies"), 0), "figures");
  assert_int_equal(json_array_size(figures), 3);
  assert_string_equal(json_string_value(json_object_get(json_array_get(figures, 1), "basis")), "data");
  assert_true(json_is_null(json_object_get(json_array_get(figures, 0), "agrees")));
  json_decref(d);
  run_end(&r);
}

/* The number that a command of `reproduce` gives: of a quantity, its standard error or the fit. */
static json_t *number_in(json_t *estimate, const char *quantity) {
  json_t *q, *fit = json_object_get(json_object_get(estimate, "fit"), quantity);
  size_t i;
  json_array_foreach(json_object_get(estimate, "quantities"), i, q) {
    char se[128];
    const char *name = json_string_value(json_object_get(q, "name"));
    snprintf(se, sizeof se, "se(%.100s)", name);
    if (strcmp(name, quantity) == 0) return json_object_get(q, "value");
    if (strcmp(se, quantity) == 0) return json_object_get(q, "se");
  }
  return fit;
}

static json_t *document_of(const char *folder, const char *how) {
  char line[4096];
  assert_memory_equal(how, "headcount ", 10);
  snprintf(line, sizeof line, "cd datasets/%s && '%s' %s --bootstrap 0 --format json 2>/dev/null", folder, program(), how + 10);
  FILE *pipe = popen(line, "r");
  assert_non_null(pipe);
  json_t *document = json_loadf(pipe, 0, NULL);
  pclose(pipe);
  if (!document) fail_msg("no document: %s", line);
  return document;
}

static void check_command(const char *study, json_t *figure) {
  const char *how = json_string_value(json_object_get(figure, "how"));
  const char *refusal = json_string_value(json_object_get(figure, "refusal"));
  json_t *document = document_of(study, how);
  if (refusal) {
    json_t *refused = json_array_get(json_object_get(document, "refused"), 0);
    assert_string_equal(json_string_value(json_object_get(refused, "code")), refusal);
  } else {
    json_t *estimate = json_array_get(json_object_get(document, "estimates"), 0);
    json_t *number = number_in(estimate, json_string_value(json_object_get(figure, "quantity")));
    if (!json_is_number(number) || json_number_value(number) != json_number_value(json_object_get(figure, "recomputed")))
      fail_msg("%s: another number from: %s", study, how);
  }
  json_decref(document);
}

/* Every command that is printed, run in the study's folder, gives the number to the last bit. */
static void test_reproduce_commands(void **state) {
  (void)state;
  run r = RUN("reproduce", "--format", "json");
  assert_code(r, 0);
  json_t *d = json_loads(r.out, 0, NULL), *study, *figure;
  size_t i, k, checked = 0;
  json_array_foreach(json_object_get(d, "studies"), i, study) {
    json_array_foreach(json_object_get(study, "figures"), k, figure) {
      if (json_string_value(json_object_get(figure, "how"))[0] == '\0') {
        assert_string_equal(json_string_value(json_object_get(figure, "basis")), "stated");
        continue;
      }
      check_command(json_string_value(json_object_get(study, "id")), figure);
      checked++;
    }
  }
  assert_true(checked >= 50);
  json_decref(d);
  run_end(&r);
}

/* A published figure that is not what comes out ends with 1, and says by how much. */
static void test_reproduce_mismatch(void **state) {
  (void)state;
  char studies[256], name[64] = "planted";
  snprintf(studies, sizeof studies, "%s", file_of("studies", NULL));
  assert_int_equal(mkdir(studies, 0700), 0);
  assert_int_equal(mkdir(file_of("studies/planted", NULL), 0700), 0);
  file_of("studies/planted/data.csv", "k,n\n1,50\n2,20\n3,5\n");
  file_of("studies/planted/study.ini", "[study]\nid = planted\ntitle = A planted error\nunit = people\nsource = nobody\n"
          "criticism = it is wrong\n\n[figure wrong]\ntitle = chao\npublished = 140\nbasis = data\ndata = data.csv\n"
          "estimator = chao\ntolerance = 1e-6\n");
  run r = RUN("reproduce", name, "--datasets", studies);
  assert_code(r, 1);
  assert_has(r.out, "DIFFERS");
  assert_has(r.out, "1 that are recomputed DIFFER.");
  assert_has(r.out, "137.5");
  char variable[300];
  snprintf(variable, sizeof variable, "HEADCOUNT_DATASETS=%s", studies);
  const char *const environment[] = {variable, NULL};
  r = (run_end(&r), RUN_WITH(((setup){.environment = environment}), "reproduce", "--format", "json"));
  assert_code(r, 1);
  assert_has(r.out, "\"agrees\": false");
  r = (run_end(&r), RUN("reproduce", "--datasets", "/no/such/folder"));
  assert_code(r, 4);
  run_end(&r);
}

/* What a fixed width leaves of a character is no character: JSON would have to put U+FFFD there. */
static void test_no_character_is_cut(void **state) {
  (void)state;
  const char *lists = file_of("cut.csv", "aaaaaaaaaaaaaaaaaaaé,bbbbbbbbbbbbbbbbbbb€,ccccccccccccccccccccccccccccccccccccccc😀,n\n1,0,0,4\n"
                                         "0,1,0,5\n1,0,1,3\n");
  run r = RUN("describe", lists, "--lists", "#1,#2,#3", "--count", "n", "--format", "json");
  assert_code(r, 0);
  assert_has(r.out, "aaaaaaaaaaaaaaaaaaa and bbbbbbbbbbbbbbbbbbb");
  assert_has(r.out, "everybody on ccccccccccccccccccccccccccccccccccccccc is also on");
  assert_has_not(r.out, "\uFFFD");
  run_end(&r);
  r = RUN("estimate", lists, "--lists", "#1,#2,#3", "--count", "n", "--model", "loglinear", "--terms", "A*€€€€€€€€€€€€€€€€");
  assert_code(r, 2);
  for (const char *c = r.err; (c = strstr(c, "\xE2\x82")); c++) assert_int_equal((unsigned char)c[2], 0xAC);
  run_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_describe),   cmocka_unit_test(test_describe_warnings),
    cmocka_unit_test(test_describe_json), cmocka_unit_test(test_models), cmocka_unit_test(test_select),
    cmocka_unit_test(test_codes),
    cmocka_unit_test(test_completion), cmocka_unit_test(test_reproduce), cmocka_unit_test(test_guide),
    cmocka_unit_test(test_reproduce_commands), cmocka_unit_test(test_reproduce_mismatch),
    cmocka_unit_test(test_no_character_is_cut),
  };
  return cmocka_run_group_tests(tests, NULL, remove_folder);
}
