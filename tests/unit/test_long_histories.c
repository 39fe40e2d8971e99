/* People by date are occasions, in their order, and more than 64 of them are kept as first, last and all captures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "headcount/read.h"
#include "support.h"

enum { T = 150, PEOPLE = 200 };

static bool met[PEOPLE][T];

/* A file of what write prints, read with these settings. */
static hc_status read_back(void (*write)(FILE *), const hc_roles *roles, hc_shape shape, hc_data **data, hc_error *err) {
  char path[] = "/tmp/headcount-long-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  FILE *file = fdopen(fd, "w");
  write(file);
  fclose(file);
  hc_read_settings how;
  hc_read_settings_init(&how);
  how.shape = shape;
  if (roles) how.roles = *roles;
  hc_status status = hc_data_read(data, path, &how, err);
  remove(path);
  return status;
}

static void make_people(void) {
  uint64_t x = 12345;
  memset(met, 0, sizeof met);
  for (size_t i = 0; i + 1 < PEOPLE; i++) /* the last one was never met */
    for (size_t t = 0; t < T; t++) {
      x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
      met[i][t] = x >> 58 == 0 || t == (7 * i) % T;
    }
}

static void write_digits(FILE *file, size_t i) {
  for (size_t t = 0; t < T; t++) fputc(met[i][t] ? '1' : '0', file);
}

static void write_histories(FILE *file) {
  fputs("ch,people\n", file);
  for (size_t i = 0; i < PEOPLE; i++) write_digits(file, i), fprintf(file, ",%zu\n", i % 3 + 1);
}

static void write_mark(FILE *file) {
  fputs("/* 150 occasions */\n", file);
  for (size_t i = 0; i < PEOPLE; i++) write_digits(file, i), fprintf(file, " %zu;\n", i % 3 + 1);
}

/* Each of i % 3 + 1 people alone; the last occasion first, and once more. */
static void write_membership(FILE *file) {
  fputs("worker,month\n", file);
  for (size_t i = 0; i < PEOPLE; i++)
    for (size_t one = 0; one <= i % 3; one++)
      for (size_t t = T; t-- > 0;)
        for (int twice = 0; twice < 1 + (t == 3) && met[i][t]; twice++)
          fprintf(file, "w%zu_%zu,%zu-%02zu\n", i, one, 2005 + t / 12, t % 12 + 1);
}

static void check(const hc_data *data, const char *last) {
  uint64_t observed = 0;
  double u[T] = {0}, v[T] = {0}, n[T] = {0};
  for (size_t i = 0; i + 1 < PEOPLE; i++) {
    size_t first = T, final = 0;
    for (size_t t = 0; t < T; t++) {
      if (!met[i][t]) continue;
      n[t] += (double)(i % 3 + 1);
      if (first == T) first = t;
      final = t;
    }
    u[first] += (double)(i % 3 + 1), v[final] += (double)(i % 3 + 1);
    observed += i % 3 + 1;
  }
  assert_int_equal(data->shape, HC_SHAPE_FIRST_LAST);
  assert_int_equal(data->n_rows, T);
  assert_int_equal(data->observed, observed);
  for (size_t t = 0; t < T; t++) {
    assert_true(hc_data_column(data, "u")->number[t] == u[t]);
    assert_true(hc_data_column(data, "v")->number[t] == v[t]);
    assert_true(hc_data_column(data, "n")->number[t] == n[t]);
  }
  assert_string_equal(hc_data_column(data, "occasion")->text[T - 1], last);
}

static void three_ways_to_write_the_same(void **state) {
  (void)state;
  hc_data *data;
  hc_error err;
  make_people();
  const hc_roles histories = {.history = "ch", .count = "people"};
  assert_int_equal(read_back(write_histories, &histories, HC_SHAPE_AUTO, &data, &err), HC_OK);
  check(data, "150");
  hc_data_free(data);
  assert_int_equal(read_back(write_mark, NULL, HC_SHAPE_AUTO, &data, &err), HC_OK);
  check(data, "150");
  hc_data_free(data);
  const hc_roles roles = {.id = "worker", .list_column = "month"};
  assert_int_equal(read_back(write_membership, &roles, HC_SHAPE_AUTO, &data, &err), HC_OK);
  check(data, "2017-06");
  hc_data_free(data);
}

static void not_as_lists_and_not_by_stratum(void **state) {
  (void)state;
  hc_data *data;
  hc_error err;
  make_people();
  const hc_roles histories = {.history = "ch", .count = "people"};
  assert_int_equal(read_back(write_histories, &histories, HC_SHAPE_LISTS, &data, &err), HC_EDATA);
  assert_non_null(strstr(err.message, "at most 64 lists, found 150"));
  assert_int_equal(read_back(write_mark, NULL, HC_SHAPE_LISTS, &data, &err), HC_EDATA);
  const hc_roles roles = {.by = "group"};
  assert_int_equal(read_back(write_mark, &roles, HC_SHAPE_AUTO, &data, &err), HC_EDATA);
  assert_non_null(strstr(err.message, "--by"));
  const hc_roles ids = {.id = "worker", .list_column = "month"};
  assert_int_equal(read_back(write_membership, &ids, HC_SHAPE_LISTS, &data, &err), HC_EDATA);
  assert_non_null(strstr(err.message, "at most 64 lists"));
}

static const char *const *names_of_lists;

static void write_names(FILE *file) {
  fputs("worker,list\n", file);
  for (size_t i = 0; names_of_lists[i]; i++) fprintf(file, "a,%s\nb%zu,%s\n", names_of_lists[i], i, names_of_lists[i]);
}

static void names_that_say_when_are_occasions(void **state) {
  (void)state;
  static const char *const weeks[] = {"week10", "week9", "week2", NULL}, *const ordinals[] = {"third", "first", "second", NULL},
                           *const names[] = {"2020-01", "2020-02", "police", NULL};
  hc_data *data;
  names_of_lists = weeks;
  assert_int_equal(read_back(write_names, NULL, HC_SHAPE_AUTO, &data, NULL), HC_OK);
  assert_int_equal(data->shape, HC_SHAPE_OCCASIONS);
  assert_string_equal(data->list_names[0], "week2");
  assert_string_equal(data->list_names[2], "week10");
  hc_data_free(data);
  names_of_lists = ordinals;
  assert_int_equal(read_back(write_names, NULL, HC_SHAPE_AUTO, &data, NULL), HC_OK);
  assert_int_equal(data->shape, HC_SHAPE_OCCASIONS);
  assert_string_equal(data->list_names[0], "first");
  assert_string_equal(data->list_names[2], "third");
  hc_data_free(data);
  names_of_lists = names;
  const hc_roles roles = {.id = "worker", .list_column = "list"};
  assert_int_equal(read_back(write_names, NULL, HC_SHAPE_AUTO, &data, NULL), HC_OK);
  assert_int_equal(data->shape, HC_SHAPE_LISTS);
  hc_data_free(data);
  assert_int_equal(read_back(write_names, &roles, HC_SHAPE_OCCASIONS, &data, NULL), HC_OK);
  assert_int_equal(data->shape, HC_SHAPE_OCCASIONS);
  hc_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(three_ways_to_write_the_same),
                                     cmocka_unit_test(not_as_lists_and_not_by_stratum),
                                     cmocka_unit_test(names_that_say_when_are_occasions)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
