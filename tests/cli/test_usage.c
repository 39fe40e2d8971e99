/* Wrong command lines, bad files, failed writes: exit code, words, and nothing on standard output. */
#include <dirent.h>

#include <sys/resource.h>

#include "cli/program.h"

static const char *const taxis = "tests/data/freq_taxicab_edinburgh.csv";

static void test_help(void **state) {
  (void)state;
  static const char *const commands[] = {"estimate", "describe", "models", "codes", "reproduce", "completion"};
  run all = RUN("--help");
  assert_code(all, 0);
  assert_string_equal(all.err, "");
  for (size_t i = 0; i < 6; i++) {
    assert_has(all.out, commands[i]);
    run one = RUN(commands[i], "--help"), same = RUN("help", commands[i]);
    assert_code(one, 0);
    assert_has(one.out, "Usage: headcount");
    assert_has(one.out, commands[i]);
    assert_string_equal(one.out, same.out);
    run_end(&one);
    run_end(&same);
  }
  run_end(&all);
  run estimate = RUN("estimate", "--help");
  static const char *const options[] = {"--shape", "--delimiter", "--decimal", "--encoding", "--model", "--set",
                                        "--terms", "--bootstrap", "--resample", "--interval", "--level", "--seed",
                                        "--threads", "--format", "--output"};
  for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) assert_has(estimate.out, options[i]);
  run_end(&estimate);
}

static void test_version(void **state) {
  (void)state;
  run r = RUN("--version");
  assert_code(r, 0);
  assert_has(r.out, "headcount " HC_VERSION "\n");
  assert_has(r.out, "ReadStat"); /* with it, or without */
  run_end(&r);
}

static void test_usage_errors(void **state) {
  (void)state;
  static const struct {
    const char *arguments[8], *says;
  } rows[] = {
    {{"estimat", "x.csv"}, "unknown command 'estimat'; did you mean 'estimate'?"},
    {{"--hlep"}, "did you mean '--help'?"},
    {{"estimate"}, "a file is missing"},
    {{"estimate", "-", "-"}, "standard input is named twice"},
    {{"estimate", "x.csv", "--draws", "d.csv", "--bootstrap", "0"}, "not with --bootstrap 0"},
    {{"estimate", "x.csv", "--draws", "d.csv", "--output", "d.csv"}, "name the same file"},
    {{"estimate", "x.csv", "--quiet=yes"}, "takes no value"},
    {{"estimate", "x.csv", "--modle", "chao"}, "unknown option '--modle'; did you mean '--model'?"},
    {{"estimate", "x.csv", "-x"}, "unknown option '-x'"},
    {{"estimate", "x.csv", "--model"}, "'--model' needs a value"},
    {{"estimate", "x.csv", "--help=yes"}, "takes no value"},
    {{"estimate", "x.csv", "--model", "cao"}, "unknown estimator 'cao'; did you mean 'chao'?"},
    {{"estimate", "x.csv", "--model", "chao,chao"}, "named twice"},
    {{"estimate", "x.csv", "--model", "chao,"}, "unknown estimator ''"},
    {{"estimate", "x.csv", "--model", "chao", "--set", "from=finite"}, "did you mean 'form'?"},
    {{"estimate", "x.csv", "--model", "chao", "--set", "form"}, "--set takes NAME=VALUE"},
    {{"estimate", "x.csv", "--model", "chao", "--set", "form=round"}, "not 'round'"},
    {{"estimate", "x.csv", "--model", "chao", "--set", "ace.form=finite"}, "ace.form=finite"},
    {{"estimate", "x.csv", "--model", "chao", "--set", "nix.form=finite"}, "there is no estimator 'nix'"},
    {{"estimate", "x.csv", "--level", "95"}, "share between 0 and 1"},
    {{"estimate", "x.csv", "--level", "nan"}, "share between 0 and 1"},
    {{"estimate", "x.csv", "--bootstrap", "-1"}, "takes a whole number"},
    {{"estimate", "x.csv", "--bootstrap", "1e3"}, "takes a whole number"},
    {{"estimate", "x.csv", "--seed", "9223372036854775808"}, "must be between"},
    {{"estimate", "x.csv", "--seed", "99999999999999999999999"}, "must be between"},
    {{"estimate", "x.csv", "--threads", "0"}, "must be between 1"},
    {{"estimate", "x.csv", "--format", "jason"}, "did you mean 'json'?"},
    {{"estimate", "x.csv", "--shape", "list"}, "did you mean 'lists'?"},
    {{"estimate", "x.csv", "--delimiter", "x"}, "unknown value of --delimiter"},
    {{"estimate", "x.csv", "--decimal", "dot"}, "unknown value of --decimal"},
    {{"estimate", "x.csv", "--interval", "wald,percentle"}, "did you mean 'percentile'?"},
    {{"estimate", "x.csv", "--resample", "nonparametrc"}, "did you mean 'nonparametric'?"},
    {{"describe"}, "a file is missing"},
    {{"describe", "x.csv", "--format", "csv"}, "unknown value of --format"},
    {{"models", "caho"}, "unknown estimator 'caho'; did you mean 'chao'?"},
    {{"reproduce", "edinburg-taxis"}, "did you mean 'edinburgh-taxis'?"},
    {{"completion"}, "bash"},
    {{"completion", "fish"}, "unknown shell 'fish'"},
    {{"manual", "x"}, "takes no argument"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    run r = run_program(&(setup){0}, rows[i].arguments);
    assert_code(r, 2);
    assert_string_equal(r.out, "");
    assert_has(r.err, "headcount: error: ");
    assert_has(r.err, rows[i].says);
    run_end(&r);
  }
  run r = run_program(&(setup){0}, (const char *const[]){NULL});
  assert_code(r, 2);
  assert_string_equal(r.out, "");
  run_end(&r);
}

/* Settings can only be checked against the shape once the file is read; still a usage error. */
static void test_unknown_setting_after_reading(void **state) {
  (void)state;
  run r = RUN("estimate", taxis, "--set", "clases=3");
  assert_code(r, 2);
  assert_string_equal(r.out, "");
  r = (run_end(&r), RUN("estimate", taxis, "--model", "all", "--set", "clases=3"));
  assert_code(r, 2);
  assert_has(r.err, "did you mean 'classes'?");
  run_end(&r);
}

static void test_bad_file(void **state) {
  (void)state;
  const char *file = file_of("bad.csv", "A,B,count\n1,0,5\n0,1,x16\n");
  char expected[512];
  snprintf(expected, sizeof expected, "%s:3:5: error: expected a count (0, 1, 2, ...), found 'x16'\n0,1,x16\n    ^\n", file);
  run r = RUN("estimate", file);
  assert_code(r, 3);
  assert_string_equal(r.out, "");
  assert_string_equal(r.err, expected);
  run_end(&r);
}

/* The caret stands under the character, not under its bytes. */
static void test_caret(void **state) {
  (void)state;
  run r = RUN("describe", file_of("caret.csv", "id,list\néé,A\nüöä,\n"));
  assert_code(r, 3);
  assert_has(r.err, "\nüöä,\n    ^\n");
  run_end(&r);
}

/* Every malformed file of tests/io/bad ends the program with 3, a place, and no output. */
static void test_all_bad_files(void **state) {
  (void)state;
  FILE *list = fopen("tests/io/bad/expected.tsv", "r");
  assert_non_null(list);
  char row[1024];
  size_t n = 0;
  while (fgets(row, sizeof row, list) != NULL) {
    char name[128], place[512], path[256], option[128] = "-";
    unsigned long line, column;
    if (row[0] == '#' || sscanf(row, "%127[^\t]\t%lu\t%lu\t%*[^\t]\t%*[^\t]\t%127s", name, &line, &column, option) < 3) {
      continue;
    }
    if (strcmp(option, "-") != 0) continue; /* those are for the reader's own tests */
    snprintf(path, sizeof path, "tests/io/bad/%s", name);
    if (column > 0) snprintf(place, sizeof place, "%s:%lu:%lu: error: ", path, line, column);
    else snprintf(place, sizeof place, "%s:%lu: error: ", path, line);
    run r = RUN("estimate", path, "--format", "json");
    assert_code(r, 3);
    assert_string_equal(r.out, "");
    assert_has(r.err, place);
    run_end(&r);
    n++;
  }
  fclose(list);
  assert_true(n >= 40);
}

static void test_input_output(void **state) {
  (void)state;
  run r = RUN("estimate", "no-such-file.csv");
  assert_code(r, 4);
  assert_string_equal(r.out, "");
  assert_has(r.err, "no-such-file.csv");
  r = (run_end(&r), RUN_WITH(((setup){.out = "/dev/full"}), "estimate", taxis, "--bootstrap", "0"));
  assert_code(r, 4);
  assert_has(r.err, "cannot write standard output: No space left on device");
  r = (run_end(&r), RUN_WITH(((setup){.out = "/dev/full"}), "--help"));
  assert_code(r, 4);
  r = (run_end(&r), RUN("estimate", taxis, "--bootstrap", "0", "--output", "/no/such/folder/x.json"));
  assert_code(r, 4);
  assert_has(r.err, "/no/such/folder/x.json: error: cannot write");
  r = (run_end(&r), RUN("estimate", taxis, "--bootstrap", "0", "--output", "/dev/full"));
  assert_code(r, 4);
  run_end(&r);
}

/* Started with standard output closed: harmless while nothing is to be written there. */
static void test_closed_output(void **state) {
  (void)state;
  setup s = {.closed = true};
  run r = RUN_WITH(s, "estimate", taxis, "--bootstrap", "0");
  assert_code(r, 4);
  assert_has(r.err, "cannot write standard output");
  r = (run_end(&r), RUN_WITH(s, "estimate", taxis, "--bootstrap", "0", "--output", file_of("closed.txt", NULL)));
  assert_code(r, 0);
  run_end(&r);
}

/* A reader that goes away, as `head` does: a failed write, not a death by signal, and not a word. */
static void test_reader_gone(void **state) {
  (void)state;
  const char *pipe_file = file_of("pipe", NULL);
  assert_int_equal(mkfifo(pipe_file, 0600), 0);
  int reader = open(pipe_file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  int writer = open(pipe_file, O_WRONLY | O_CLOEXEC);
  assert_true(reader >= 0 && writer >= 0);
  /* the program opens the pipe while there is a reader, and writes when there is none */
  int in[2];
  assert_int_equal(pipe2(in, O_CLOEXEC), 0);
  pid_t child;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, writer, 1);
  const char *said = file_of("said", "");
  posix_spawn_file_actions_addopen(&actions, 2, said, O_WRONLY, 0);
  char *argv[] = {(char *)"headcount", (char *)"estimate", (char *)"-", (char *)"--quiet", NULL};
  assert_int_equal(posix_spawn(&child, program(), &actions, NULL, argv, environment_of(NULL)), 0);
  posix_spawn_file_actions_destroy(&actions);
  close(reader);
  close(writer);
  close(in[0]);
  static const char data[] = "k,n\n1,50\n2,20\n3,5\n";
  assert_int_equal(write(in[1], data, sizeof data - 1), (ssize_t)sizeof data - 1);
  close(in[1]);
  int status = 0;
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 4);
  struct stat words;
  assert_int_equal(stat(said, &words), 0);
  assert_int_equal(words.st_size, 0);
}

static size_t files_in(const char *path) {
  size_t n = 0;
  DIR *d = opendir(path);
  assert_non_null(d);
  for (struct dirent *e; (e = readdir(d)) != NULL;) n += e->d_name[0] != '.';
  closedir(d);
  return n;
}

static void test_output_file(void **state) {
  (void)state;
  const char *place = file_of("out", NULL);
  assert_int_equal(mkdir(place, 0700), 0);
  char file[256];
  snprintf(file, sizeof file, "%s/x.csv", place);
  run to_file = RUN("estimate", taxis, "--bootstrap", "0", "--format", "csv", "--output", file);
  run to_screen = RUN("estimate", taxis, "--bootstrap", "0", "--format", "csv");
  assert_code(to_file, 0);
  assert_string_equal(to_file.out, "");
  char *text = content_of(file);
  assert_string_equal(text, to_screen.out);
  assert_int_equal(files_in(place), 1);
  run_end(&to_file);
  run_end(&to_screen);
  /* what fails leaves the old file as it was */
  run failed = RUN("estimate", file_of("bad2.csv", "A,B\n1,2\n"), "--output", file);
  assert_code(failed, 3);
  char *after = content_of(file);
  assert_string_equal(after, text);
  assert_int_equal(files_in(place), 1);
  run_end(&failed);
  free(text);
  free(after);
}

#ifndef __SANITIZE_ADDRESS__ /* whose shadow memory alone is more than the limit */
/* A limit on memory, as a batch system sets one: said, and its own exit code. */
static void test_no_memory(void **state) {
  (void)state;
  struct rlimit before, small;
  assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
  small = before;
  small.rlim_cur = (rlim_t)512 << 20;
  assert_int_equal(setrlimit(RLIMIT_AS, &small), 0);
  run r = RUN("estimate", "datasets/edinburgh-taxis/times-seen.csv", "--bootstrap", "100000000", "--threads", "1");
  assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
  assert_code(r, 5);
  assert_string_equal(r.out, "");
  assert_has(r.err, "no memory for 100000000 replicates");
  run_end(&r);
}
#endif

int main(void) {
  const struct CMUnitTest tests[] = {
#ifndef __SANITIZE_ADDRESS__
    cmocka_unit_test(test_no_memory),
#endif
    cmocka_unit_test(test_help),           cmocka_unit_test(test_version),
    cmocka_unit_test(test_usage_errors),   cmocka_unit_test(test_unknown_setting_after_reading),
    cmocka_unit_test(test_bad_file),       cmocka_unit_test(test_caret),
    cmocka_unit_test(test_all_bad_files),  cmocka_unit_test(test_input_output),
    cmocka_unit_test(test_closed_output),  cmocka_unit_test(test_reader_gone),
    cmocka_unit_test(test_output_file),
  };
  return cmocka_run_group_tests(tests, NULL, remove_folder);
}
