/* Memory runs out: at the k-th request of the program, for every k, once or from then on. It says so in one message and
 * ends with 5, with nothing on standard output; or nobody can see a difference, because the request was one that libc can
 * do without (the buffer of a stream, the room for a sort). And a disk that fails. tests/failing/failing.c says what is not counted. */
#include "program.h"

enum { MOST_FAILURES = 5 /* shown of one command */ };

/* build/tests/failing.so, beside the folder of this program. */
static const char *library(void) {
  static char path[4096];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path - 32);
  assert_true(n > 0);
  path[n] = '\0';
  for (int i = 0; i < 2; i++) *strrchr(path, '/') = '\0';
  strncat(path, "/failing.so", 31);
  return path;
}

/* k = 0: nothing fails. from: every later one fails too. */
static run run_failing(const char *const *arguments, unsigned long k, bool from, const char *count) {
  static char preload[4200], at[64], file[512];
  const char *environment[] = {preload, at, file, from ? "FAIL_FROM=1" : NULL, NULL};
  setup s = {.environment = environment};
  snprintf(preload, sizeof preload, "LD_PRELOAD=%s", library());
  snprintf(at, sizeof at, "FAIL_AT=%lu", k);
  snprintf(file, sizeof file, "FAIL_COUNT=%s", count);
  return run_program(&s, arguments);
}

/* One line with "error: ", which ends what is said. */
static bool says_one_error(const run *r) {
  const char *error = strstr(r->err, "error: ");
  return error && !strstr(error + 1, "error: ") && strchr(error, '\n') == r->err + r->n_err - 1;
}

static bool is_good(const run *r, const run *whole) {
  if (r->code == 5 && r->n_out == 0) return says_one_error(r);
  return r->code == whole->code && strcmp(r->out, whole->out) == 0 && strcmp(r->err, whole->err) == 0;
}

static size_t try_all(const char *const *arguments, bool from) {
  const char *count = file_of("requests", NULL);
  run whole = run_failing(arguments, 0, false, count);
  char *text = content_of(count);
  unsigned long n = strtoul(text, NULL, 10);
  size_t bad = 0, said = 0;
  assert_code(whole, 0);
  assert_true(n > 10);
  for (unsigned long k = 1; k <= n && bad < MOST_FAILURES; k++) {
    run r = run_failing(arguments, k, from, "/dev/null");
    said += r.code == 5;
    if (!is_good(&r, &whole)) {
      print_error("%s, request %lu of %lu%s: code %d, signal %d, %zu bytes on standard output, on standard error:\n%s\n",
                  arguments[0], k, n, from ? " and all later ones" : "", r.code, r.signal, r.n_out, r.err);
      bad++;
    }
    run_end(&r);
  }
  assert_true(said > 0);
  run_end(&whole);
  free(text);
  return bad;
}

static void try_both(const char *const *arguments) {
  assert_int_equal(try_all(arguments, false) + try_all(arguments, true), 0);
}

#define TRY(name, ...)                                                                                                 \
  static void name(void **state) {                                                                                     \
    (void)state;                                                                                                       \
    try_both((const char *const[]){__VA_ARGS__, NULL});                                                                \
  }
#define QUICK "--bootstrap", "20", "--threads", "1"

TRY(chao, "estimate", "tests/data/freq_h5n1.csv", "--model", "chao", QUICK)
TRY(chao_json, "estimate", "tests/data/freq_h5n1.csv", "--model", "chao", "--format", "json", QUICK)
TRY(chao_csv, "estimate", "tests/data/freq_h5n1.csv", "--model", "chao", "--format", "csv", QUICK)
TRY(chao_sensitivity, "estimate", "tests/data/freq_h5n1.csv", "--model", "chao", "--sensitivity", "form=classic,bias-corrected", QUICK)
TRY(chao_draws, "estimate", "tests/data/freq_h5n1.csv", "--draws", "/dev/null", "--model", "chao", QUICK)
TRY(several, "estimate", "tests/data/freq_h5n1.csv", "tests/data/freq_h5n1.csv", "--model", "chao", "--format", "json", QUICK)
TRY(loglinear, "estimate", "tests/data/mse_kosovo1999_4lists.csv", "--model", "loglinear", QUICK)
TRY(loglinear_terms, "estimate", "tests/data/mse_kosovo1999_4lists.csv", "--terms", "EXH*ABA + OSCE*HRW", QUICK)
TRY(loglog, "estimate", "tests/data/traffic_trees.csv", "--model", "traffic-loglog", QUICK)
TRY(describe, "describe", "tests/data/mse_kosovo1999_4lists.csv")
TRY(describe_json, "describe", "tests/data/mse_kosovo1999_4lists.csv", "--format", "json")
TRY(describe_many, "describe", "tests/data/mse_neworleans_8lists_n185.csv")
TRY(describe_table, "describe", "tests/data/traffic_trees.csv")
TRY(reproduce, "reproduce", "kosovo-1999", "--threads", "1")
TRY(reproduce_json, "reproduce", "kosovo-1999", "--threads", "1", "--format", "json")
TRY(plan, "plan", "two-lists", "--set", "N=1000", "--set", "n1=600", "--set", "cv=0.1", "--simulate", QUICK)
TRY(plan_json, "plan", "occasions", "--set", "N=1000", "--set", "p=0.05", "--set", "t=4", "--format", "json")
TRY(linkage, "estimate", "tests/data/doubt/linked.csv", "--linkage", "reviewed_true=190:200,reviewed_false=3:300", QUICK)
TRY(sizes_by, "estimate", "tests/data/doubt/scaleup_by_sex.csv", "--sizes", "tests/data/doubt/scaleup_simulated_groups.csv", "--by",
    "sex", "--set", "population=1e6", QUICK)
TRY(models, "models")
TRY(model, "models", "loglinear")
TRY(models_json, "models", "loglinear", "--format", "json")
TRY(models_csv, "models", "--format", "csv")
TRY(reproduce_csv, "reproduce", "kosovo-1999", "--threads", "1", "--format", "csv")
TRY(report, "report", "tests/data/freq_h5n1.csv", "--model", "zt-poisson", "--bootstrap", "60", "--threads", "1")
TRY(dependence, "estimate", "tests/data/doubt/pwid_brussels_3lists.csv", "--model", "loglinear", "--dependence",
    "fieldwork:crisis=1..5,low_threshold:crisis=1..3", "--bootstrap", "0", "--threads", "1")
TRY(dependence_json, "estimate", "tests/data/doubt/pwid_brussels_3lists.csv", "--model", "loglinear", "--dependence", "all=1..5",
    "--bootstrap", "0", "--threads", "1", "--format", "json")
TRY(check, "check", "tests/data/mse_uk2013_5lists.csv", "--model", "loglinear", "--bootstrap", "0", "--threads", "1")
TRY(check_json, "check", "tests/data/mse_uk2013_5lists.csv", "--model", "loglinear", "--bootstrap", "0", "--threads", "1", "--format", "json")
TRY(codes, "codes", "no-overlap")
TRY(manual, "manual")

TRY(shard, "estimate", "tests/data/freq_h5n1.csv", "--shard", "1/2", "--output", "/dev/null", QUICK)
TRY(slurm, "slurm", "--shards", "3", "--", "estimate", "a b.csv", "--output", "c")

static void merge(void **state) {
  (void)state;
  const char *one = file_of("one.part", NULL), *two = file_of("two.part", NULL);
  run r = RUN("estimate", "tests/data/freq_h5n1.csv", QUICK, "--shard", "1/2", "--output", one);
  assert_code(r, 0);
  r = (run_end(&r), RUN("estimate", "tests/data/freq_h5n1.csv", QUICK, "--shard", "2/2", "--output", two));
  assert_code(r, 0);
  run_end(&r);
  try_both((const char *const[]){"merge", one, two, "--format", "json", NULL});
}

static void simulate(void **state) {
  (void)state;
  const char *study = file_of("study.ini", "[study]\npopulations = 2\n[population a]\nkind = lists\npeople = 60\nchances = 0.4, 0.3\n"
                              "[population b]\nkind = strata\nstrata = a\n[method chapman]\nestimator = chapman\nintervals = wald\n");
  try_both((const char *const[]){"simulate", study, "--threads", "1", NULL});
  try_both((const char *const[]){"simulate", study, "--threads", "1", "--format", "json", NULL});
}

/* What --output replaces stays whole until all of the new one is on the disk. */
static void output_is_on_the_disk_first(void **state) {
  (void)state;
  static const char *const ways[] = {"FAIL_FSYNC=error", "FAIL_FSYNC=kill", NULL};
  char preload[4200];
  snprintf(preload, sizeof preload, "LD_PRELOAD=%s", library());
  for (int i = 0; i < 3; i++) {
    const char *file = file_of("kept.txt", "old\n"), *environment[] = {preload, ways[i], NULL};
    setup s = {.environment = environment};
    run r = RUN_WITH(s, "describe", "tests/data/freq_h5n1.csv", "--output", file);
    if (i == 0) assert_has(r.err, "kept.txt: error: cannot write: ");
    if (i == 0) assert_code(r, 4);
    if (i == 1) assert_int_equal(r.signal, SIGKILL);
    if (i == 2) assert_code(r, 0);
    char *text = content_of(file);
    assert_int_equal(strcmp(text, "old\n") == 0, i < 2);
    free(text);
    run_end(&r);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(shard),         cmocka_unit_test(slurm),          cmocka_unit_test(merge),
    cmocka_unit_test(simulate),
    cmocka_unit_test(chao),          cmocka_unit_test(chao_json),      cmocka_unit_test(chao_csv),
    cmocka_unit_test(chao_sensitivity), cmocka_unit_test(loglinear),   cmocka_unit_test(loglinear_terms),
    cmocka_unit_test(loglog),        cmocka_unit_test(describe),       cmocka_unit_test(describe_json),
    cmocka_unit_test(describe_many), cmocka_unit_test(describe_table), cmocka_unit_test(reproduce),
    cmocka_unit_test(reproduce_json), cmocka_unit_test(models),        cmocka_unit_test(model),
    cmocka_unit_test(codes),         cmocka_unit_test(manual),         cmocka_unit_test(chao_draws),
    cmocka_unit_test(several),       cmocka_unit_test(models_json),    cmocka_unit_test(models_csv),
    cmocka_unit_test(reproduce_csv), cmocka_unit_test(report),
    cmocka_unit_test(plan),          cmocka_unit_test(plan_json),      cmocka_unit_test(linkage),
    cmocka_unit_test(sizes_by),
    cmocka_unit_test(dependence), cmocka_unit_test(dependence_json), cmocka_unit_test(check), cmocka_unit_test(check_json),
    cmocka_unit_test(output_is_on_the_disk_first),
  };
  return cmocka_run_group_tests(tests, NULL, remove_folder);
}
