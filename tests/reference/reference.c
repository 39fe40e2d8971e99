/* Known answers as data: one test per row of tests/reference/ *.csv.
 *
 * Columns: dataset,shape,estimator,options,quantity,value,tolerance,status,source,comment. Lines that
 * start with # are comments. quantity: a quantity's name, se(NAME), loglik, df, parameters, deviance,
 * aic, bic, NAME.lower@METHOD@LEVEL, NAME.upper@METHOD@LEVEL, share(INPUT) of an input in the variance of ln N, or
 * refused (comment: the code, which a colon and an argument may follow). options: the estimator's; bootstrap=B and
 * resample=KIND, dependence=PAIRS and threshold=N are the analysis's; dependence.N#i and dependence.se#i are of row i of what
 * --dependence tells, then there are dependence.set-lower, set-upper, lower, upper, misfit and break-even. status: agree, or differs (the peer's value, which we must not agree with; the
 * comment says why). */
#include "support.h"

#include <dirent.h>

enum { DATASET, SHAPE, ESTIMATOR, OPTIONS, QUANTITY, VALUE, TOLERANCE, STATUS, SOURCE, COMMENT, N_FIELDS };
enum { LINE_SIZE = 4096, NAME_SIZE = 200 };

struct row {
  char *field[N_FIELDS];
  char text[LINE_SIZE];
  char name[NAME_SIZE];
};

static struct row **rows;
static size_t n_rows;

/* The last analysis, because neighbouring rows ask for the same one. */
static struct {
  char key[LINE_SIZE];
  hc_data *data;
  hc_analysis *analysis;
  hc_status status;
  hc_error err;
} last;

/* Splits one line of RFC 4180 in place. Returns the number of fields. */
static size_t split(char *line, char **field, size_t most) {
  size_t n = 0;
  for (char *p = line;; n++) {
    bool quoted = *p == '"';
    char *to = p += quoted, *start = p;
    while (*p && (quoted || *p != ',')) {
      if (quoted && *p == '"' && *++p != '"') break;
      *to++ = *p++;
    }
    bool more = *p == ',';
    *to = '\0';
    if (n < most) field[n] = start;
    if (!more) return n + 1;
    p++;
  }
}

static void add_row(const char *file, size_t line, const char *text) {
  rows = realloc(rows, (n_rows + 1) * sizeof *rows);
  struct row *row = malloc(sizeof *row);
  if (!rows || !row) exit(5);
  rows[n_rows++] = row;
  snprintf(row->text, sizeof row->text, "%s", text);
  row->text[strcspn(row->text, "\r\n")] = '\0';
  size_t n = split(row->text, row->field, N_FIELDS);
  if (n != N_FIELDS) {
    fprintf(stderr, "%s:%zu: error: expected %d fields, found %zu\n", file, line, N_FIELDS, n);
    exit(3);
  }
  const char *base = strrchr(row->field[DATASET], '/');
  snprintf(row->name, sizeof row->name, "%.60s:%zu %.40s %.60s", strrchr(file, '/') + 1, line, row->field[ESTIMATOR],
           base ? base + 1 : row->field[DATASET]);
}

static void read_rows(const char *file) {
  FILE *in = fopen(file, "r");
  char line[LINE_SIZE];
  size_t number = 0;
  bool header = true;
  if (!in) {
    perror(file);
    exit(4);
  }
  while (fgets(line, sizeof line, in)) {
    number++;
    if (line[0] == '#' || line[0] == '\n') continue;
    if (!header) add_row(file, number, line);
    header = false;
  }
  fclose(in);
}

static hc_status analyse(const struct row *row) {
  hc_read_settings how;
  hc_read_settings_init(&how);
  how.shape = hc_shape_from_name(row->field[SHAPE]);
  const hc_estimator *estimator = hc_estimator_find(row->field[ESTIMATOR]);
  if (!estimator) return hc_fail(&last.err, HC_EUSAGE, "no estimator '%s'", row->field[ESTIMATOR]);
  hc_options *options = NULL;
  hc_settings settings;
  hc_settings_init(&settings);
  settings.replicates = 0;
  hc_status status = hc_options_new(&options, estimator, &last.err);
  char text[LINE_SIZE], *save = text, columns[LINE_SIZE] = "";
  snprintf(text, sizeof text, "%s", row->field[OPTIONS]);
  for (char *option; status == HC_OK && (option = strsep(&save, ";"));) {
    char *value = strchr(option, '=');
    if (!value) continue;
    *value++ = '\0';
    if (strcmp(option, "bootstrap") == 0) settings.replicates = strtoull(value, NULL, 10);
    else if (strcmp(option, "dependence") == 0) settings.dependence = value;
    else if (strcmp(option, "threshold") == 0) settings.threshold = strtod(value, NULL);
    else if (strcmp(option, "resample") == 0) settings.resample = hc_resample_from_name(value);
    else status = hc_options_set(options, option, value, &last.err);
  }
  if (status == HC_OK) status = hc_options_columns(columns, sizeof columns, options, &last.err);
  if (columns[0]) how.covariates = columns;
  if (status == HC_OK) status = hc_data_read(&last.data, row->field[DATASET], &how, &last.err);
  if (status == HC_OK) status = hc_analysis_new(&last.analysis, last.data, estimator, options, &settings, &last.err);
  hc_options_free(options);
  return status;
}

static void forget(void) {
  hc_analysis_free(last.analysis);
  hc_data_free(last.data);
  last.analysis = NULL;
  last.data = NULL;
}

static void recall(const struct row *row) {
  char key[LINE_SIZE];
  snprintf(key, sizeof key, "%s\n%s\n%s\n%s", row->field[DATASET], row->field[SHAPE], row->field[ESTIMATOR],
           row->field[OPTIONS]);
  if (strcmp(key, last.key) == 0) return;
  forget();
  last.err = (hc_error){0};
  last.status = analyse(row);
  snprintf(last.key, sizeof last.key, "%s", key);
}

static double interval_limit(const char *quantity, char *limit) {
  char *method = strchr(limit, '@'), *level = method ? strchr(method + 1, '@') : NULL;
  if (!level) fail_msg("'%s' lacks @METHOD@LEVEL", limit);
  *method++ = '\0', *level++ = '\0';
  size_t q = hc_analysis_find(last.analysis, quantity);
  hc_interval interval;
  hc_error err;
  if (q == last.analysis->plan->n_quantities) fail_msg("no quantity '%s'", quantity);
  if (interval_of(&interval, last.analysis->plan, last.analysis->estimate, last.analysis->bootstrap, method, q,
                          strtod(level, NULL), &err) != HC_OK)
    fail_msg("%s interval: %s", method, err.message);
  return strcmp(limit, "lower") == 0 ? interval.lower : interval.upper;
}

/* Of an input in the variance of ln N. */
static double share_of(const char *input) {
  const hc_contribution *c;
  for (size_t i = 0; (c = hc_analysis_contribution(last.analysis, i)); i++)
    if (strncmp(c->input, input, strlen(input) - 1) == 0) return c->share;
  fail_msg("no uncertain input '%s'", input);
  return NAN;
}

static double of_dependence(const char *name) {
  const hc_dependence *d = hc_analysis_dependence(last.analysis);
  assert_non_null(d);
  const struct {
    const char *name;
    double value;
  } numbers[] = {{"set-lower", d->identified_lower}, {"set-upper", d->identified_upper}, {"lower", d->lower}, {"upper", d->upper},
                 {"misfit", d->misfit}, {"break-even", d->break_even}};
  const char *row = strchr(name, '#');
  if (row) {
    size_t i = strtoul(row + 1, NULL, 10);
    assert_true(i < d->n_values);
    return strncmp(name, "se", 2) == 0 ? d->values[i].se : d->values[i].N;
  }
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
    if (strcmp(numbers[i].name, name) == 0) return numbers[i].value;
  fail_msg("no number of dependence '%s'", name);
  return NAN;
}

static double look_up(const char *name) {
  if (strncmp(name, "dependence.", 11) == 0) return of_dependence(name + 11);
  const hc_fit *fit = &last.analysis->estimate->fit;
  const struct {
    const char *name;
    double value;
  } numbers[] = {{"loglik", fit->loglik}, {"df", fit->df},   {"parameters", fit->parameters},
                 {"deviance", fit->deviance}, {"aic", fit->aic}, {"bic", fit->bic}};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
    if (strcmp(numbers[i].name, name) == 0) return numbers[i].value;
  char copy[NAME_SIZE];
  snprintf(copy, sizeof copy, "%s", name);
  char *at = strchr(copy, '@'), *dot = NULL;
  for (char *p = copy; at && p < at; p++)
    if (*p == '.') dot = p;
  if (dot) {
    *dot = '\0';
    return interval_limit(copy, dot + 1);
  }
  if (strncmp(name, "share(", 6) == 0) return share_of(name + 6);
  bool se = strncmp(copy, "se(", 3) == 0;
  char *quantity = se ? copy + 3 : copy;
  if (se) quantity[strlen(quantity) - 1] = '\0';
  size_t q = hc_analysis_find(last.analysis, quantity);
  if (q == last.analysis->plan->n_quantities) fail_msg("no quantity '%s'", quantity);
  return se ? last.analysis->estimate->se[q] : last.analysis->estimate->value[q];
}

static void check_row(void **state) {
  const struct row *row = *state;
  recall(row);
  if (strcmp(row->field[QUANTITY], "refused") == 0) {
    assert_int_equal(last.status, HC_EREFUSED);
    size_t length = strcspn(row->field[COMMENT], ":");
    char code[HC_CODE_SIZE];
    snprintf(code, sizeof code, "%.*s", (int)length, row->field[COMMENT]);
    assert_string_equal(last.err.code, code);
    return;
  }
  if (last.status != HC_OK) fail_msg("%s", last.err.message);
  double ours = look_up(row->field[QUANTITY]), theirs = strtod(row->field[VALUE], NULL);
  double tolerance = strtod(row->field[TOLERANCE], NULL);
  bool agrees = is_close(ours, theirs, tolerance);
  bool differs = strcmp(row->field[STATUS], "differs") == 0;
  if (!differs) assert_string_equal(row->field[STATUS], "agree");
  if (differs && !row->field[COMMENT][0]) fail_msg("a documented difference needs its argument");
  if (!(tolerance > 0)) fail_msg("tolerance '%s'", row->field[TOLERANCE]);
  if (tolerance > 1e-6 && !differs && !row->field[COMMENT][0])
    fail_msg("a tolerance above 1e-6 needs a comment that says why");
  if (agrees == differs)
    fail_msg("%s %s: ours %.17g, %s %.17g (relative %.3g, tolerance %g, status %s)", row->field[OPTIONS],
             row->field[QUANTITY], ours, row->field[SOURCE], theirs, fabs(ours / theirs - 1), tolerance,
             row->field[STATUS]);
}

static int is_csv(const struct dirent *entry) {
  const char *dot = strrchr(entry->d_name, '.');
  return dot && strcmp(dot, ".csv") == 0;
}

/* The same question with the same answer counts once, whichever table it was printed in. */
static int by_question(const void *a, const void *b) {
  static const int fields[] = {DATASET, SHAPE, ESTIMATOR, OPTIONS, QUANTITY, VALUE, STATUS};
  const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    int order = strcmp(x->field[fields[i]], y->field[fields[i]]);
    if (order) return order;
  }
  return 0;
}

static void no_row_repeats_another(void **state) {
  (void)state;
  struct row **sorted = malloc((n_rows + 1) * sizeof *sorted);
  assert_non_null(sorted);
  memcpy(sorted, rows, n_rows * sizeof *sorted);
  qsort(sorted, n_rows, sizeof *sorted, by_question);
  for (size_t i = 1; i < n_rows; i++)
    if (by_question(&sorted[i - 1], &sorted[i]) == 0) fail_msg("%s repeats %s", sorted[i]->name, sorted[i - 1]->name);
  free(sorted);
}

int main(int argc, char **argv) {
  const char *folder = "tests/reference";
  struct dirent **entries = NULL;
  int n_files = argc > 1 ? 0 : scandir(folder, &entries, is_csv, alphasort);
  for (int i = 1; i < argc; i++) read_rows(argv[i]);
  for (int i = 0; i < n_files; i++) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
    read_rows(path);
    free(entries[i]);
  }
  free(entries);
  struct CMUnitTest *tests = calloc(n_rows + 1, sizeof *tests);
  if (!tests) return 5;
  for (size_t i = 0; i < n_rows; i++)
    tests[i] = (struct CMUnitTest){.name = rows[i]->name, .test_func = check_row, .initial_state = rows[i]};
  tests[n_rows] = (struct CMUnitTest)cmocka_unit_test(no_row_repeats_another);
  int failed = _cmocka_run_group_tests("reference", tests, n_rows + 1, NULL, NULL);
  forget();
  free(tests);
  for (size_t i = 0; i < n_rows; i++) free(rows[i]);
  free(rows);
  return failed != 0;
}
