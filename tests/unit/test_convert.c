/* Files that are no text: gzip, workbooks, and what ReadStat writes as SPSS, Stata and SAS files and reads again. */
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HC_WITH_READSTAT
#include <fcntl.h>
#include <readstat.h>
#endif

static char folder[] = P_tmpdir "/headcount-convert-XXXXXX";

static const char *in_folder(const char *name) {
  static char path[4][200];
  static unsigned next;
  char *p = path[next++ % 4];
  snprintf(p, sizeof path[0], "%s/%s", folder, name);
  return p;
}

static hc_status read_file(const char *path, const char *sheet, hc_data **data, hc_error *err) {
  hc_read_settings settings;
  hc_read_settings_init(&settings);
  settings.sheet = sheet;
  memset(err, 0, sizeof *err);
  return hc_data_read(data, path, &settings, err);
}

static void gzip_is_read(void **state) {
  (void)state;
  const char *path = in_folder("met.csv.gz");
  hc_data *data = NULL;
  hc_error err;
  gzFile out = gzopen(path, "wb");
  assert_non_null(out);
  gzputs(out, "times,people\n1,40\n2,12\n");
  assert_int_equal(gzclose(out), Z_OK);
  if (read_file(path, NULL, &data, &err) != HC_OK) fail_msg("%s", err.message);
  struct stat of;
  assert_int_equal(stat(path, &of), 0);
  assert_int_equal(data->observed, 52);
  assert_int_equal(data->source.bytes, of.st_size); /* hashed as it is, not as it is read */
  hc_data_free(data);
  assert_int_equal(truncate(path, of.st_size - 6), 0);
  assert_int_equal(read_file(path, NULL, &data, &err), HC_EDATA);
  assert_non_null(strstr(err.message, "too early"));
  assert_int_equal(read_file(path, "1", &data, &err), HC_EDATA);
  unlink(path);
}

static void workbook_is_read(void **state) {
  (void)state;
  hc_data *data = NULL;
  hc_error err;
  if (system("command -v xlsx2csv >/dev/null 2>&1") != 0) { /* then the message names the package */
    assert_int_equal(read_file("tests/io/containers/lists.xlsx", NULL, &data, &err), HC_EDATA);
    assert_non_null(strstr(err.message, "apt-get install xlsx2csv"));
    return;
  }
  if (read_file("tests/io/containers/lists.xlsx", NULL, &data, &err) != HC_OK) fail_msg("%s", err.message);
  assert_int_equal(data->observed, 82);
  assert_string_equal(data->list_names[1], "in_hospital");
  hc_data_free(data);
  if (read_file("tests/io/containers/lists.xlsx", "times", &data, &err) != HC_OK) fail_msg("%s", err.message);
  assert_int_equal(data->observed, 52);
  hc_data_free(data);
  assert_int_equal(read_file("tests/io/containers/lists.xlsx", "nowhere", &data, &err), HC_EDATA);
  assert_non_null(strstr(err.message, "nowhere"));
  assert_int_equal(read_file("tests/io/good/crlf.csv", "1", &data, &err), HC_EUSAGE);
}

static void others_are_named(void **state) {
  (void)state;
  static const struct {
    const char *bytes, *word;
  } files[] = {{"%PDF-1.4 and more", "PDF"}, {"\xD0\xCF\x11\xE0 and more", ".xls"}, {"RDX3 and more", "write.csv"}};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    const char *path = in_folder("other");
    hc_data *data = NULL;
    hc_error err;
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(files[i].bytes, out);
    fclose(out);
    assert_int_equal(read_file(path, NULL, &data, &err), HC_EDATA);
    assert_non_null(strstr(err.message, files[i].word));
    unlink(path);
  }
}

#ifdef HC_WITH_READSTAT

static ssize_t write_bytes(const void *bytes, size_t n, void *fd) { return write(*(int *)fd, bytes, n); }

typedef readstat_error_t (*begin)(readstat_writer_t *, void *, long);

/* Five people on three lists, their sex with labels and an age of which 99 is declared missing. */
static void write_survey(const char *path, begin begin_writing, bool labels, bool upper) {
  static const double rows[5][5] = {{1, 0, 0, 1, 33.5}, {0, 1, 0, 2, 41.5}, {0, 0, 1, 1, 99}, {1, 1, 0, 2, 28.5}, {1, 0, 1, 1, 52.5}};
  static const char *const names[2][5] = {{"in_a", "in_b", "in_c", "sex", "years"}, {"IN_A", "IN_B", "IN_C", "SEX", "YEARS"}};
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  assert_true(fd >= 0);
  readstat_writer_t *w = readstat_writer_init();
  readstat_variable_t *v[5];
  readstat_set_data_writer(w, write_bytes);
  readstat_label_set_t *set = labels ? readstat_add_label_set(w, READSTAT_TYPE_DOUBLE, "sexes") : NULL;
  if (set) readstat_label_double_value(set, 1, "woman"), readstat_label_double_value(set, 2, "man, or other");
  for (int j = 0; j < 5; j++) v[j] = readstat_add_variable(w, names[upper][j], READSTAT_TYPE_DOUBLE, 8);
  if (set) readstat_variable_set_label_set(v[3], set);
  if (labels) readstat_variable_add_missing_double_value(v[4], 99);
  assert_int_equal(begin_writing(w, &fd, 5), READSTAT_OK);
  for (int i = 0; i < 5; i++) {
    assert_int_equal(readstat_begin_row(w), READSTAT_OK);
    for (int j = 0; j < 5; j++) assert_int_equal(readstat_insert_double_value(w, v[j], rows[i][j]), READSTAT_OK);
    assert_int_equal(readstat_end_row(w), READSTAT_OK);
  }
  assert_int_equal(readstat_end_writing(w), READSTAT_OK);
  readstat_writer_free(w);
  close(fd);
}

/* sex is text where it has labels, and left out with the years, which have decimals; without labels it is a whole number
 * and has to be told apart. */
static void survey_is_read(const char *name, begin begin_writing, bool labels) {
  const char *path = in_folder(name);
  hc_data *data = NULL;
  hc_error err;
  hc_read_settings settings;
  hc_read_settings_init(&settings);
  settings.roles.lists = strstr(name, "por") ? "IN_A,IN_B,IN_C" : "in_a,in_b,in_c";
  write_survey(path, begin_writing, labels, strstr(name, "por") != NULL);
  hc_status status = hc_data_read(&data, path, labels && !strstr(name, "por") ? NULL : &settings, &err);
  if (status != HC_OK) fail_msg("%s: %s", name, err.message);
  assert_int_equal(data->observed, 5);
  assert_int_equal(data->n_lists, 3);
  assert_int_equal(data->n_cells, 5);
  assert_int_equal(strlen(data->source.sha256), 64);
  hc_data_free(data);
  assert_int_equal(truncate(path, 200), 0);
  status = hc_data_read(&data, path, &settings, &err);
  assert_int_equal(status, HC_EDATA);
  assert_non_null(strstr(err.message, "cannot be read as"));
  unlink(path);
}

static void surveys_are_read(void **state) {
  (void)state;
  survey_is_read("survey.sav", readstat_begin_writing_sav, true);
  survey_is_read("survey.dta", readstat_begin_writing_dta, false);
  survey_is_read("survey.xpt", readstat_begin_writing_xport, false);
  survey_is_read("survey.sas7bdat", readstat_begin_writing_sas7bdat, false);
  survey_is_read("survey.por", readstat_begin_writing_por, false);
}

#else

static void surveys_are_read(void **state) {
  (void)state;
  const char *path = in_folder("survey.dta");
  hc_data *data = NULL;
  hc_error err;
  FILE *out = fopen(path, "w");
  assert_non_null(out);
  fputs("<stata_dta>", out);
  fclose(out);
  assert_int_equal(read_file(path, NULL, &data, &err), HC_EDATA);
  assert_non_null(strstr(err.message, "without ReadStat"));
  unlink(path);
}

#endif

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(gzip_is_read), cmocka_unit_test(workbook_is_read),
                                     cmocka_unit_test(others_are_named), cmocka_unit_test(surveys_are_read)};
  if (!mkdtemp(folder)) return 4;
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  rmdir(folder);
  return failed;
}
