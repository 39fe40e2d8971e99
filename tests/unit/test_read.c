/* Reading: every file of tests/io/bad and tests/io/good against the table beside it, and what tables cannot say. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "headcount/data.h"
#include "headcount/overview.h"
#include "io/reader.h"

enum { MAX_CASES = 200, MAX_FIELDS = 10, LINE = 512 };

struct table_row {
  char line[LINE];
  char *field[MAX_FIELDS];
  char path[LINE];
};

/* Cuts a line at tabs, in place. */
static void cut(struct table_row *row, const char *folder) {
  char *s = row->line;
  s[strcspn(s, "\n")] = 0;
  for (size_t i = 0; i < MAX_FIELDS && s; i++) {
    row->field[i] = s;
    s = strchr(s, '\t');
    if (s) *s++ = 0;
  }
  snprintf(row->path, sizeof row->path, "%s/%.200s", folder, row->field[0]);
}

static size_t load(const char *folder, struct table_row *rows) {
  char path[LINE];
  snprintf(path, sizeof path, "%s/expected.tsv", folder);
  FILE *file = fopen(path, "r");
  size_t n = 0;
  if (!file) return 0;
  while (n < MAX_CASES && fgets(rows[n].line, LINE, file))
    if (rows[n].line[0] != '#') cut(&rows[n], folder), n++;
  fclose(file);
  return n;
}

/* "shape=lists", "decimal=.", "lists=A,B&count=n" and the like; "-": none. Texts stay in the static buffer. */
static void apply(const char *options, hc_read_settings *settings) {
  static char text[LINE];
  snprintf(text, sizeof text, "%s", options);
  char *rest = text;
  for (char *option; (option = strsep(&rest, "&"));) {
    char *value = strchr(option, '=');
    if (!value) continue;
    *value++ = 0;
    if (strcmp(option, "shape") == 0) settings->shape = hc_shape_from_name(value);
    if (strcmp(option, "decimal") == 0) settings->decimal = *value;
    if (strcmp(option, "delimiter") == 0) settings->delimiter = *value;
    if (strcmp(option, "encoding") == 0) settings->encoding = value;
    if (strcmp(option, "lists") == 0) settings->roles.lists = value;
    if (strcmp(option, "count") == 0) settings->roles.count = value;
    if (strcmp(option, "id") == 0) settings->roles.id = value;
    if (strcmp(option, "times") == 0) settings->roles.times = value;
    if (strcmp(option, "missing-as") == 0) settings->roles.missing_is_no = strcmp(value, "no") == 0;
  }
}

static hc_status read_with(const char *path, const char *option, hc_data **data, hc_error *err) {
  hc_read_settings settings;
  hc_read_settings_init(&settings);
  apply(option, &settings);
  *data = NULL;
  memset(err, 0, sizeof *err);
  return hc_data_read(data, path, &settings, err);
}

static void refuses(void **state) {
  const struct table_row *row = *state;
  hc_error err;
  hc_data *data;
  assert_int_equal(read_with(row->path, row->field[5], &data, &err), HC_EDATA);
  assert_null(data);
  assert_string_equal(err.file, row->path);
  assert_int_equal(err.line, strtoull(row->field[1], NULL, 10));
  assert_int_equal(err.column, strtoull(row->field[2], NULL, 10));
  assert_non_null(strstr(err.message, row->field[3]));
  assert_non_null(strstr(err.message, row->field[4]));
  hc_read_settings settings;
  hc_read_settings_init(&settings);
  apply(row->field[5], &settings);
  assert_int_equal(hc_data_read(&data, row->path, &settings, NULL), HC_EDATA);
}

static char delimiter_named(const char *name) {
  if (strcmp(name, "tab") == 0) return '\t';
  if (strcmp(name, "space") == 0) return ' ';
  return strcmp(name, "none") == 0 ? 0 : *name;
}

static void understands(void **state) {
  const struct table_row *row = *state;
  hc_error err;
  hc_data *data;
  hc_status status = read_with(row->path, row->field[9], &data, &err);
  if (status != HC_OK) fail_msg("%s:%d:%d: %s", row->path, (int)err.line, (int)err.column, err.message);
  assert_string_equal(hc_shape_name(data->shape), row->field[1]);
  assert_int_equal(data->observed, strtoull(row->field[2], NULL, 10));
  assert_int_equal(data->n_cells, strtoull(row->field[3], NULL, 10));
  assert_int_equal(data->n_lists, strtoull(row->field[4], NULL, 10));
  assert_int_equal(data->source.delimiter, delimiter_named(row->field[5]));
  assert_int_equal(data->source.decimal, *row->field[6]);
  assert_string_equal(data->source.encoding, row->field[7]);
  assert_int_equal(data->source.byte_order_mark, *row->field[8] == '1');
  assert_int_equal(strlen(data->source.sha256), 64);
  assert_true(data->source.n_remarks > 0);
  hc_data_free(data);
}

/* ---- what the tables cannot say ------------------------------------------------------------------------ */

static hc_data *read_good(const char *name, const char *options) {
  char path[LINE];
  hc_error err;
  hc_data *data;
  snprintf(path, sizeof path, "tests/io/good/%s", name);
  if (read_with(path, options, &data, &err) != HC_OK) fail_msg("%s: %s", path, err.message);
  return data;
}

static void names_are_utf8(void **state) {
  (void)state;
  hc_data *data = read_good("french-cp1252.csv", "-");
  assert_string_equal(data->list_names[0], "R\xC3\xA9seau");
  assert_int_equal(data->history[0], 1);
  assert_int_equal(data->count[0], 1234);
  hc_data_free(data);
  data = read_good("quoted-headers.csv", "lists=A,\"B, or so\",\"said \"\"C\"\"\"&count=count");
  assert_string_equal(data->list_names[1], "B, or so");
  assert_string_equal(data->list_names[2], "said \"C\"");
  hc_data_free(data);
}

static void hash_is_of_the_bytes(void **state) {
  (void)state;
  hc_data *data = read_good("per-person.csv", "lists=A,B");
  /* sha256sum tests/io/good/per-person.csv */
  assert_string_equal(data->source.sha256, "8afa88ac0ff0f7b4e24a594d5ef04cf809cc6ca4be7964fdd145762291a0c32e");
  assert_int_equal(data->source.bytes, 20);
  hc_data_free(data);
}

static void first_digit_is_first_occasion(void **state) {
  (void)state;
  hc_data *data = read_good("histories.csv", "-"); /* 001: 63, 010: 55, 111: 28 */
  assert_int_equal(data->history[0], 2);
  assert_int_equal(data->count[0], 55);
  assert_int_equal(data->history[1], 4);
  assert_int_equal(data->count[1], 63);
  hc_data_free(data);
  data = read_good("mark.inp", "-"); /* groups are summed */
  assert_int_equal(data->history[0], 5);
  assert_int_equal(data->count[0], 7);
  hc_data_free(data);
}

static void dates_are_days(void **state) {
  (void)state;
  hc_data *data = read_good("pairs.csv", "-");
  assert_int_equal(data->pairs[0].date, 16881); /* date -u -d 2016-03-21 +%s, divided by 86400 */
  assert_int_equal(data->pairs[0].lag, 266);
  assert_int_equal(data->pairs[1].m, 581);
  hc_data_free(data);
  data = read_good("pairs-two-dates.csv", "-");
  assert_int_equal(data->pairs[0].lag, 266);
  hc_data_free(data);
}

static void occasions_keep_their_labels(void **state) {
  (void)state;
  hc_data *data = read_good("occasion-rows.csv", "-");
  assert_string_equal(data->list_names[1], "29-Mar");
  assert_int_equal(data->caught[1], 7);
  assert_int_equal(data->recaptured[1], 2);
  assert_int_equal(data->released[1], 7);
  hc_data_free(data);
}

static void tables_have_columns(void **state) {
  (void)state;
  hc_data *data = read_good("platforms.csv", "-");
  assert_int_equal(data->n_rows, 2);
  assert_int_equal(data->n_columns, 3);
  assert_string_equal(data->columns[0].text[1], "B");
  assert_null(data->columns[0].number);
  assert_int_equal(data->columns[1].number[0], 1000);
  assert_true(isnan(data->columns[1].number[1]));
  assert_true(fabs(data->columns[2].number[0] - 12.5) < 1e-15);
  assert_true(isnan(data->columns[2].number[1]));
  hc_data_free(data);
}

static bool has_remark(const hc_data *data, const char *words) {
  for (size_t i = 0; i < data->source.n_remarks; i++)
    if (strstr(data->source.remarks[i], words)) return true;
  return false;
}

static void what_is_left_out_is_said(void **state) {
  (void)state;
  hc_data *data = read_good("in-columns.csv", "lists=in_police,in_health");
  assert_true(has_remark(data, "columns left out: person, age"));
  hc_data_free(data);
  data = read_good("membership.csv", "-");
  assert_true(has_remark(data, "1 row repeats"));
  assert_string_equal(data->list_names[0], "health"); /* lists in alphabetical order */
  hc_data_free(data);
  data = read_good("counts-per-person.csv", "-");
  assert_true(has_remark(data, "1 person met 0 times"));
  hc_data_free(data);
  data = read_good("french-cp1252.csv", "-");
  assert_true(has_remark(data, "--encoding"));
  hc_data_free(data);
}

static void missing_files_are_io_errors(void **state) {
  (void)state;
  hc_data *data;
  hc_error err;
  assert_int_equal(read_with("tests/io/good/no-such-file.csv", "-", &data, &err), HC_EIO);
  assert_non_null(strstr(err.message, "No such file"));
  assert_int_equal(read_with("tests/io/good", "-", &data, &err), HC_EIO);
  assert_non_null(strstr(err.message, "directory"));
  assert_int_equal(read_with("tests/io/good/crlf.csv", "encoding=KLINGON", &data, &err), HC_EUSAGE);
}

static void excerpt_shows_the_line(void **state) {
  (void)state;
  hc_data *data;
  hc_error err;
  read_with("tests/io/bad/word-in-count.csv", "-", &data, &err);
  assert_string_equal(err.excerpt, "1,1,x16");
}

/* A pipe cannot be read twice, and gives less than what is asked for. */
static void standard_input(void **state) {
  (void)state;
  int ends[2], kept = dup(STDIN_FILENO);
  hc_data *data;
  hc_error err;
  static const char text[] = "A,B,n\n1,0,4\n0,1,1\n1,1,2\n";
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], text, sizeof text - 1), (ssize_t)(sizeof text - 1));
  close(ends[1]);
  dup2(ends[0], STDIN_FILENO);
  close(ends[0]);
  assert_int_equal(read_with("-", "-", &data, &err), HC_OK);
  assert_int_equal(data->observed, 7);
  assert_string_equal(data->source.file, "-");
  hc_data_free(data);
  dup2(kept, STDIN_FILENO);
  close(kept);
}

/* Far past the sample and every buffer: rows that straddle blocks, quotes among them. */
static void long_files(void **state) {
  (void)state;
  char path[] = "/tmp/headcount-read-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  FILE *file = fdopen(fd, "w");
  fputs("A,B,count\r\n", file);
  for (int i = 0; i < 200000; i++) fputs(i % 7 ? "1,0,3\r\n" : "\"1\",1,\"2\"\r\n", file);
  fclose(file);
  hc_data *data;
  hc_error err;
  assert_int_equal(read_with(path, "lists=A,B&count=count", &data, &err), HC_OK);
  assert_int_equal(data->source.rows, 200000);
  assert_int_equal(data->n_cells, 2);
  assert_int_equal(data->count[1], 2 * 28572);
  assert_int_equal(data->observed, 2 * 28572 + 3 * (200000 - 28572));
  hc_data_free(data);
  remove(path);
}

/* Remarks are neither dropped nor taken for one another, however many and long they are. */
static void test_remarks_are_all_kept(void **state) {
  (void)state;
  enum { N = 100, LONG = 400 };
  hc_reader reader;
  memset(&reader, 0, sizeof reader);
  for (int twice = 0; twice < 2; twice++)
    for (int i = 0; i < N; i++) hc_reader_remark(&reader, "%0*d %d", LONG, 0, i);
  assert_false(reader.remarks_lost);
  assert_int_equal(reader.source.n_remarks, N);
  for (size_t i = 0; i < N; i++) {
    assert_int_equal(strtoul(reader.source.remarks[i] + LONG, NULL, 10), i);
    free(reader.source.remarks[i]);
  }
  free(reader.source.remarks);
}

/* Nobody on 19 of 20 lists is 19 warnings, and what comes after them is said too. */
static void test_warnings_are_all_kept(void **state) {
  (void)state;
  const uint64_t history = 1, count = 5;
  hc_data *data;
  hc_overview *view;
  size_t empty = 0;
  assert_int_equal(hc_data_from_histories(&data, HC_SHAPE_LISTS, 20, NULL, &history, &count, 1, NULL), HC_OK);
  assert_int_equal(hc_overview_new(&view, data, NULL), HC_OK);
  for (size_t i = 0; i < view->n_warnings; i++) empty += strcmp(view->warnings[i].code, "empty-list") == 0;
  assert_int_equal(empty, 19);
  hc_overview_free(view);
  hc_data_free(data);
}

int main(void) {
  static struct table_row bad[MAX_CASES], good[MAX_CASES];
  static struct CMUnitTest tests[2 * MAX_CASES + 20];
  const struct CMUnitTest single[] = {
      cmocka_unit_test(names_are_utf8),        cmocka_unit_test(hash_is_of_the_bytes),
      cmocka_unit_test(dates_are_days),        cmocka_unit_test(first_digit_is_first_occasion),
      cmocka_unit_test(tables_have_columns),   cmocka_unit_test(occasions_keep_their_labels),
      cmocka_unit_test(standard_input),        cmocka_unit_test(what_is_left_out_is_said),
      cmocka_unit_test(excerpt_shows_the_line), cmocka_unit_test(missing_files_are_io_errors),
      cmocka_unit_test(test_remarks_are_all_kept), cmocka_unit_test(test_warnings_are_all_kept),
      cmocka_unit_test(long_files),
  };
  size_t n = 0, n_bad = load("tests/io/bad", bad), n_good = load("tests/io/good", good);
  if (n_bad < 45 || n_good < 20) {
    fprintf(stderr, "tests/io: %zu malformed and %zu good files: run from the top of the tree\n", n_bad, n_good);
    return 1;
  }
  for (size_t i = 0; i < n_bad; i++)
    tests[n++] = (struct CMUnitTest){bad[i].field[0], refuses, NULL, NULL, &bad[i]};
  for (size_t i = 0; i < n_good; i++)
    tests[n++] = (struct CMUnitTest){good[i].field[0], understands, NULL, NULL, &good[i]};
  for (size_t i = 0; i < sizeof single / sizeof *single; i++) tests[n++] = single[i];
  return _cmocka_run_group_tests("read", tests, n, NULL, NULL);
}
