/* Runs in parts: merged they are the run, to the byte; a part that was killed goes on; what is damaged is named. */
#include "cli/program.h"

enum { MOST_SHARDS = 5 };

static const char strata[] = "sex,A,B,n\nf,1,0,40\nf,0,1,30\nf,1,1,12\nm,1,0,50\nm,0,1,25\nm,1,1,10\n";
static const char three[] = "A,B,C,n\n1,0,0,120\n0,1,0,90\n0,0,1,70\n1,1,0,30\n1,0,1,22\n0,1,1,18\n1,1,1,9\n";
static const char counts[] = "k,n\n1,50\n2,20\n3,5\n";

static const char *path_of_part(size_t i) {
  static char paths[MOST_SHARDS + 1][256];
  snprintf(paths[i], sizeof paths[i], "%s/part-%zu.ndjson", folder(), i);
  return paths[i];
}

/* Runs `estimate` with arguments (ended by NULL) and two more options. */
static run estimate_with(const char *const *arguments, const char *a, const char *b, const char *c) {
  const char *all[MOST_ARGUMENTS] = {"estimate"};
  size_t n = 1;
  while (*arguments) all[n++] = *arguments++;
  if (a) all[n++] = a;
  if (b) all[n++] = b;
  if (c) all[n++] = c;
  return run_program(&(setup){0}, all);
}

static void draw_part(const char *const *arguments, size_t shard, size_t shards) {
  char which[32], output[300];
  snprintf(which, sizeof which, "--shard=%zu/%zu", shard, shards);
  snprintf(output, sizeof output, "--output=%s", path_of_part(shard));
  run r = estimate_with(arguments, which, output, "--quiet");
  assert_code(r, 0);
  assert_string_equal(r.out, "");
  run_end(&r);
}

/* In an order that is not that of the shards. */
static run merge(size_t shards, const char *format) {
  const char *all[MOST_ARGUMENTS] = {"merge"};
  size_t n = 1;
  for (size_t i = shards; i > 0; i--) all[n++] = path_of_part(i);
  if (format) all[n++] = format;
  return run_program(&(setup){0}, all);
}

static void forget_parts(void) {
  for (size_t i = 1; i <= MOST_SHARDS; i++) unlink(path_of_part(i));
}

static void check_same(const char *const *arguments, size_t shards) {
  static const char *const formats[] = {"--format=text", "--format=json", "--format=csv"};
  for (size_t i = 1; i <= shards; i++) draw_part(arguments, i, shards);
  for (size_t f = 0; f < 3; f++) {
    run whole = estimate_with(arguments, formats[f], NULL, NULL), merged = merge(shards, formats[f]);
    assert_int_equal(merged.code, whole.code);
    assert_string_equal(merged.out, whole.out);
    assert_string_equal(merged.err, whole.err);
    run_end(&whole);
    run_end(&merged);
  }
  forget_parts();
}

#define CHECK_SAME(shards, ...) check_same((const char *const[]){__VA_ARGS__, NULL}, shards)

static void test_merged_parts_are_the_run(void **state) {
  (void)state;
  const char *file = file_of("counts.csv", counts), *by = file_of("strata.csv", strata), *lists = file_of("three.csv", three);
  CHECK_SAME(1, file, "--bootstrap", "101");
  CHECK_SAME(2, file, "--bootstrap", "101", "--model", "all");
  CHECK_SAME(5, file, "--bootstrap", "3"); /* some have nothing to do */
  CHECK_SAME(3, file, "--bootstrap", "60", "--sensitivity", "form=classic,bias-corrected");
  CHECK_SAME(3, by, "--by", "sex", "--bootstrap", "70");
  CHECK_SAME(5, lists, "--model", "loglinear-best", "--bootstrap", "40", "--interval", "all");
  CHECK_SAME(2, file, by, "--bootstrap", "20", "--set", "chao.form=classic", "--model", "chao,chapman");
}

static void test_draws_of_parts(void **state) {
  (void)state;
  const char *file = file_of("counts.csv", counts), *one = file_of("one.csv", NULL), *other = file_of("other.csv", NULL);
  const char *const arguments[] = {file, "--bootstrap", "50", NULL};
  for (size_t i = 1; i <= 2; i++) draw_part(arguments, i, 2);
  run r = RUN("estimate", file, "--bootstrap", "50", "--draws", one);
  run m = RUN("merge", path_of_part(1), path_of_part(2), "--draws", other);
  char *a = content_of(one), *b = content_of(other);
  assert_string_equal(a, b);
  free(a), free(b), run_end(&r), run_end(&m);
  forget_parts();
}

/* ---- killed ---------------------------------------------------------------------------------------------------- */

static void kill_after(const char *const *arguments, double delay) {
  char *argv[MOST_ARGUMENTS] = {(char *)"headcount", (char *)"estimate"};
  size_t n = 2;
  while (*arguments) argv[n++] = (char *)*arguments++;
  pid_t pid;
  int status;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  assert_int_equal(posix_spawn(&pid, program(), &actions, NULL, argv, environment_of(NULL)), 0);
  posix_spawn_file_actions_destroy(&actions);
  struct timespec wait = {0, (long)(1e9 * delay)};
  nanosleep(&wait, NULL);
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
}

/* Twenty kills at moments of no pattern; after each the command is given again, and in the end the part is the same. */
static void test_killed_parts_go_on(void **state) {
  (void)state;
  const char *file = file_of("three.csv", three), *part = path_of_part(1);
  const char *const arguments[] = {file, "--model", "loglinear-best", "--bootstrap", "6000", "--shard=1/2", "--output", part, "--quiet", NULL};
  char unfinished[300];
  unsigned random = 12345, found = 0;
  snprintf(unfinished, sizeof unfinished, "%s.unfinished", part);
  run r = estimate_with(arguments, NULL, NULL, NULL);
  assert_code(r, 0);
  run_end(&r);
  char *whole = content_of(part);
  unlink(part);
  for (int i = 0; i < 20; i++) {
    random = random * 1103515245u + 12345u;
    kill_after(arguments, 0.004 + 0.05 * (random >> 16 & 1023) / 1023);
    found += access(unfinished, F_OK) == 0;
    if (access(part, F_OK) == 0) unlink(part);
  }
  assert_true(found > 0);
  r = estimate_with(arguments, NULL, NULL, NULL);
  assert_code(r, 0);
  run_end(&r);
  assert_int_equal(access(unfinished, F_OK), -1);
  char *resumed = content_of(part);
  assert_string_equal(resumed, whole);
  free(whole), free(resumed);
  forget_parts();
}

static char *cut(const char *text, size_t n) {
  char *less = strndup(text, n);
  assert_non_null(less);
  return less;
}

static void write_text(const char *path, const char *text) {
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  assert_true(fputs(text, f) >= 0);
  assert_int_equal(fclose(f), 0);
}

/* An unfinished part that ends anywhere is finished to the same bytes; what was good of it is not drawn again. */
static void test_unfinished_parts_are_kept(void **state) {
  (void)state;
  const char *file = file_of("counts.csv", counts), *part = path_of_part(1);
  char unfinished[300];
  snprintf(unfinished, sizeof unfinished, "%s.unfinished", part);
  const char *const arguments[] = {file, "--bootstrap", "500", "--shard=1/1", "--output", part, NULL};
  run r = estimate_with(arguments, "--quiet", NULL, NULL);
  assert_code(r, 0);
  run_end(&r);
  char *whole = content_of(part);
  size_t n = strlen(whole);
  for (size_t k = 0; k <= n; k += 1 + n / 23) {
    char *begun = cut(whole, k);
    unlink(part);
    write_text(unfinished, begun);
    r = estimate_with(arguments, NULL, NULL, NULL);
    assert_code(r, 0);
    if (k > n / 2) assert_has(r.err, "kept of an earlier run");
    char *now = content_of(part);
    assert_string_equal(now, whole);
    free(begun), free(now), run_end(&r);
  }
  r = estimate_with(arguments, NULL, NULL, NULL); /* there is nothing left to do */
  assert_code(r, 0);
  assert_has(r.err, "0 replicates drawn, 500 kept of an earlier run");
  run_end(&r);
  unlink(part);
  write_text(unfinished, whole);
  r = RUN("estimate", file, "--bootstrap", "500", "--seed", "2", "--shard=1/1", "--output", part);
  assert_code(r, 3);
  assert_has(r.err, "its seed is 1");
  assert_int_equal(access(part, F_OK), -1);
  run_end(&r);
  unlink(unfinished);
  /* what could not begin leaves nothing behind, and a head alone does not stand in the way */
  r = (run_end(&r), RUN("estimate", file, "--model", "chao", "--set", "form=none", "--shard=1/1", "--output", part));
  assert_code(r, 2);
  assert_int_equal(access(unfinished, F_OK), -1);
  char *top = cut(whole, (size_t)(strchr(whole, '\n') + 1 - whole));
  write_text(unfinished, top);
  r = (run_end(&r), RUN("estimate", file, "--bootstrap", "500", "--seed", "2", "--shard=1/1", "--output", part));
  assert_code(r, 0);
  run_end(&r);
  unlink(part);
  free(top), free(whole);
}

/* ---- refused ----------------------------------------------------------------------------------------------------- */

static void check_refused(const char *const *files, const char *first, const char *second) {
  const char *all[MOST_ARGUMENTS] = {"merge"};
  for (size_t n = 1; *files; n++) all[n] = *files++;
  run r = run_program(&(setup){0}, all);
  assert_code(r, 3);
  assert_string_equal(r.out, "");
  assert_has(r.err, first);
  assert_has(r.err, second);
  run_end(&r);
}

#define CHECK_REFUSED(first, second, ...) check_refused((const char *const[]){__VA_ARGS__, NULL}, first, second)

/* A part of another run, in place of the second of three. */
static void check_other(const char *const *other, const char *why) {
  draw_part(other, 2, 3);
  CHECK_REFUSED("part-2.ndjson: error: a part of another run", why, path_of_part(1), path_of_part(2), path_of_part(3));
}

static void test_parts_that_do_not_go_together(void **state) {
  (void)state;
  const char *file = file_of("counts.csv", counts);
  const char *const usual[] = {file, "--bootstrap=90", NULL};
  for (size_t i = 1; i <= 3; i++) draw_part(usual, i, 3);
  CHECK_REFUSED("shard 2 of 3 is missing", "", path_of_part(3), path_of_part(1));
  CHECK_REFUSED("shards 1, 3 of 3 are missing", "", path_of_part(2));
  CHECK_REFUSED("part-1.ndjson: error: shard 1 of 3, which is in", "part-1.ndjson too", path_of_part(1), path_of_part(2), path_of_part(1));
  CHECK_REFUSED("not a part of a run", "counts.csv", path_of_part(1), file, path_of_part(3));
  check_other((const char *const[]){file, "--bootstrap=90", "--seed=2", NULL}, "its seed is 2, that of");
  check_other((const char *const[]){file, "--bootstrap=90", "--model=zelterman", NULL}, "--model=zelterman");
  check_other((const char *const[]){file, "--bootstrap=91", NULL}, "--bootstrap=91");
  check_other((const char *const[]){file_of("more.csv", "k,n\n1,51\n2,20\n"), "--bootstrap=90", NULL}, "its input is");
  draw_part(usual, 2, 3);
  file_of("counts.csv", "k,n\n1,50\n2,20\n3,6\n");
  CHECK_REFUSED("counts.csv: error: other bytes than those that the parts were drawn from", "SHA-256", path_of_part(1), path_of_part(2),
                path_of_part(3));
  draw_part(usual, 2, 3);
  CHECK_REFUSED("counts.csv had other bytes than", "another run", path_of_part(1), path_of_part(2), path_of_part(3));
  forget_parts();
}

static void test_damaged_parts(void **state) {
  (void)state;
  const char *file = file_of("counts.csv", counts);
  const char *const usual[] = {file, "--bootstrap=300", NULL};
  for (size_t i = 1; i <= 2; i++) draw_part(usual, i, 2);
  char *whole = content_of(path_of_part(2));
  size_t n = strlen(whole);
  for (size_t k = 20; k < n; k += 1 + n / 17) { /* cut off */
    char *less = cut(whole, k);
    write_text(path_of_part(2), less);
    CHECK_REFUSED("part-2.ndjson", k > 400 ? "run shard 2/2 again" : "", path_of_part(1), path_of_part(2));
    free(less);
  }
  for (size_t k = 1; k + 1 < n; k += 1 + n / 17) { /* one character is another */
    char *other = cut(whole, n);
    other[k] = other[k] == '1' ? '2' : '1';
    write_text(path_of_part(2), other);
    CHECK_REFUSED("part-2.ndjson", "", path_of_part(1), path_of_part(2));
    free(other);
  }
  char *lost = cut(whole, n), *second = strchr(lost, '\n') + 1, *third = strchr(second, '\n') + 1; /* a line vanishes */
  memmove(second, third, strlen(third) + 1);
  write_text(path_of_part(2), lost);
  CHECK_REFUSED("part-2.ndjson:2: error: damaged", "", path_of_part(1), path_of_part(2));
  free(lost), free(whole);
  forget_parts();
}

/* ---- where nothing can be written -------------------------------------------------------------------------------- */

static void test_full_disk(void **state) {
  (void)state;
  const char *file = file_of("counts.csv", counts), *part = path_of_part(1);
  char command[2000], *whole, *now;
  run r = RUN("estimate", file, "--shard=1/2", "--output", "/dev/full");
  assert_code(r, 4);
  assert_has(r.err, "/dev/full: error: cannot write: No space left on device");
  run_end(&r);
  const char *const usual[] = {file, "--bootstrap=4000", NULL};
  draw_part(usual, 1, 2);
  whole = content_of(part);
  unlink(part);
  /* no file may grow past 16 KiB, which is what a full disk looks like */
  snprintf(command, sizeof command, "trap '' XFSZ; ulimit -f 16; %s estimate %s --bootstrap=4000 --shard=1/2 --output %s 2>%s/said",
           program(), file, part, folder());
  char *const argv[] = {(char *)"bash", (char *)"-c", command, NULL};
  pid_t pid;
  int status;
  assert_int_equal(posix_spawn(&pid, "/bin/bash", NULL, NULL, argv, environment_of(NULL)), 0);
  waitpid(pid, &status, 0);
  assert_int_equal(WEXITSTATUS(status), 4);
  assert_int_equal(access(part, F_OK), -1);
  char *said = content_of(file_of("said", NULL));
  assert_has(said, "cannot write");
  draw_part(usual, 1, 2);
  now = content_of(part);
  assert_string_equal(now, whole);
  free(said), free(whole), free(now);
  forget_parts();
}

static void test_folders_that_are_not_for_writing(void **state) {
  (void)state;
  const char *file = file_of("counts.csv", counts);
  run r = RUN("estimate", file, "--shard=1/2", "--output", "/proc/part.ndjson");
  assert_code(r, 4);
  assert_has(r.err, "/proc/part.ndjson.unfinished: error: cannot write");
  r = (run_end(&r), RUN("merge", "/no/such/part.ndjson"));
  assert_code(r, 4);
  run_end(&r);
}

static void test_command_lines(void **state) {
  (void)state;
  const char *file = file_of("counts.csv", counts);
  static const char *const shards[] = {"0/4", "5/4", "1", "a/b", "1/2/3", "-1/4", ""};
  for (size_t i = 0; i < sizeof shards / sizeof shards[0]; i++) {
    run r = RUN("estimate", file, "--output", "/dev/null", "--shard", shards[i]);
    assert_code(r, 2);
    assert_has(r.err, "--shard takes I/N");
    run_end(&r);
  }
  run r = RUN("estimate", file, "--shard", "1/2");
  assert_code(r, 2);
  r = (run_end(&r), RUN("estimate", "-", "--shard", "1/2", "--output", "x"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("estimate", file, "--shard", "1/2", "--output", "x", "--bootstrap", "0"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("estimate", file, "--shard", "1/2", "--output", "x", "--draws", "y"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("merge"));
  assert_code(r, 2);
  run_end(&r);
}

static void test_slurm(void **state) {
  (void)state;
  run r = RUN("slurm", "--shards", "8", "--cpus=2", "--folder", "my parts", "--sbatch=--time=10", "--", "estimate", "it's.csv", "--output", "a b.txt",
              "--bootstrap", "99", "-oc", "--format=json");
  assert_code(r, 0);
  assert_has(r.out, "--array=1-8 --cpus-per-task=2");
  assert_has(r.out, "folder='my parts'");
  assert_has(r.out, " --time=10 <<'END'");
  assert_has(r.out, "exec \"$headcount\" estimate 'it'\\''s.csv' --bootstrap 99 \\\n  --shard \"$SLURM_ARRAY_TASK_ID/8\"");
  assert_has(r.out, "exec \"$headcount\" merge \"$@\" --output 'a b.txt' -oc --format=json\n");
  static const char *const bad[][3] = {{"models", "x", NULL}, {"estimate", "-", NULL}, {"estimate", "--shard=1/2", NULL}, {"estimate", "a\nb", NULL}};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    r = (run_end(&r), RUN("slurm", "--", bad[i][0], bad[i][1]));
    assert_code(r, 2);
    assert_string_equal(r.out, "");
  }
  r = (run_end(&r), RUN("slurm"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("slurm", "--shards", "0", "--", "estimate", "x"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("slurm", "--sbatch", "time", "--", "estimate", "x"));
  assert_code(r, 2);
  run_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_merged_parts_are_the_run),
      cmocka_unit_test(test_draws_of_parts),
      cmocka_unit_test(test_killed_parts_go_on),
      cmocka_unit_test(test_unfinished_parts_are_kept),
      cmocka_unit_test(test_parts_that_do_not_go_together),
      cmocka_unit_test(test_damaged_parts),
      cmocka_unit_test(test_full_disk),
      cmocka_unit_test(test_folders_that_are_not_for_writing),
      cmocka_unit_test(test_command_lines),
      cmocka_unit_test(test_slurm),
  };
  return cmocka_run_group_tests(tests, NULL, remove_folder);
}
