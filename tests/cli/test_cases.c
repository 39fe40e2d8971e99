/* Files as people have them: each of tests/cases gives its one right answer, or the refusal that says what is missing; and
 * every command line that a refusal offers runs, and counts what it said. */
#include "program.h"

#include <jansson.h>

enum { FILE_NAME, ESTIMATOR, OPTIONS, RIGHT, WORDS, COUNTS, N_FIELDS };
enum { MOST_CASES = 80, LINE = 1024 };

struct one {
  char line[LINE];
  char *field[N_FIELDS];
};

static struct one cases[MOST_CASES];

static size_t load(void) {
  FILE *in = fopen("tests/cases/expected.tsv", "r");
  size_t n = 0;
  assert_non_null(in);
  while (n < MOST_CASES && fgets(cases[n].line, LINE, in)) {
    if (cases[n].line[0] == '#') continue;
    char *s = cases[n].line;
    s[strcspn(s, "\n")] = '\0';
    for (size_t i = 0; i < N_FIELDS; i++) {
      cases[n].field[i] = s;
      s += strcspn(s, "\t");
      if (*s) *s++ = '\0';
    }
    n++;
  }
  fclose(in);
  return n;
}

/* By a shell, as a person would. */
static run by_shell(const char *command) {
  char path[4096], *folder;
  snprintf(path, sizeof path, "PATH=%s", program());
  folder = strrchr(path, '/');
  *folder = '\0';
  strncat(path, ":/usr/bin:/bin", sizeof path - strlen(path) - 1);
  char file[] = "/tmp/headcount-command-XXXXXX";
  int fd = mkstemp(file);
  assert_true(fd >= 0);
  char whole[8192];
  snprintf(whole, sizeof whole, "%s; export PATH; %s >%s 2>&1 </dev/null", path, command, file);
  run r = {.code = WEXITSTATUS(system(whole))};
  FILE *in = fdopen(fd, "r");
  char buffer[65536];
  for (size_t n; (n = fread(buffer, 1, sizeof buffer, in)) > 0;) grow(&r.out, &r.n_out, buffer, n);
  if (!r.out) grow(&r.out, &r.n_out, "", 0);
  fclose(in);
  unlink(file);
  return r;
}

static double first_value(const char *document) {
  json_t *d = json_loads(document, 0, NULL);
  json_t *value = json_object_get(
      json_array_get(json_object_get(json_array_get(json_object_get(d, "estimates"), 0), "quantities"), 0), "value");
  double N = d && value ? json_number_value(value) : NAN;
  json_decref(d);
  return N;
}

static bool is_right(double N, const char *right) {
  for (const char *at = right; *at; at += strcspn(at, "|"), at += *at == '|')
    if (is_close(N, strtod(at, NULL), 1e-5)) return true;
  return false;
}

/* Each command line of the refusal, with the number of people before it. */
static void check_advice(const char *said, const char *counts, const char *words) {
  size_t n = 0;
  for (const char *line = said; (line = strstr(line, "\n    headcount ")) != NULL; n++) {
    const char *before = line;
    while (before > said && before[-1] != '\n') before--;
    uint64_t people = strtoull(before, NULL, 10), expected = strtoull(counts, NULL, 10);
    if (people != expected) fail_msg("%s: offers %d people, expected %d", words, (int)people, (int)expected);
    counts += strcspn(counts, "|");
    counts += *counts == '|';
    line += 5;
    char command[4096], observed[64];
    snprintf(command, sizeof command, "%.*s", (int)strcspn(line, "\n"), line);
    run r = by_shell(command);
    snprintf(observed, sizeof observed, "\"observed\": %llu", (unsigned long long)people);
    if (r.code > 1) fail_msg("%s\nends with %d: %s", command, r.code, r.out);
    if (r.code == 0) assert_has(r.out, observed);
    free(r.out);
  }
  if (*counts) fail_msg("%s: %d command lines, expected more: %s", words, (int)n, counts);
}

static void holds(void **state) {
  const struct one *c = *state;
  char command[4096];
  snprintf(command, sizeof command, "headcount estimate tests/cases/%s --model %s --bootstrap 0 --format json %s",
           c->field[FILE_NAME], c->field[ESTIMATOR], c->field[OPTIONS]);
  run r = by_shell(command);
  if (strcmp(c->field[WORDS], "-") == 0) {
    /* the document begins where the remarks end */
    const char *document = strstr(r.out, "\n{");
    double N = first_value(document ? document : r.out);
    if (r.code || !is_right(N, c->field[RIGHT])) fail_msg("%s\n%d, N = %.10g\n%s", command, r.code, N, r.out);
  } else {
    if (r.code != 3) fail_msg("%s\nends with %d: %.300s", command, r.code, r.out);
    assert_has(r.out, c->field[WORDS]);
    check_advice(r.out, c->field[COUNTS], command);
  }
  free(r.out);
}

int main(void) {
  static struct CMUnitTest tests[MOST_CASES];
  static char names[MOST_CASES][200];
  size_t n = load();
  for (size_t i = 0; i < n; i++) {
    snprintf(names[i], sizeof names[i], "%.80s %.60s", cases[i].field[FILE_NAME], cases[i].field[OPTIONS]);
    tests[i] = (struct CMUnitTest){names[i], holds, NULL, NULL, &cases[i]};
  }
  return _cmocka_run_group_tests("cases", tests, n, NULL, NULL);
}
