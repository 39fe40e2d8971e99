/* The hash, numbers as people write them, and records with their places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/csv.h"
#include "io/number.h"
#include "io/sha256.h"
#include "io/tally.h"

/* ---- the hash ------------------------------------------------------------------------------------------ */

static void hash_of(const char *text, size_t n, size_t step, char hex[65]) {
  hc_sha256 hash;
  hc_sha256_init(&hash);
  for (size_t i = 0; i < n; i += step) hc_sha256_update(&hash, text + i, i + step < n ? step : n - i);
  hc_sha256_hex(&hash, hex);
}

/* FIPS 180-4 example vectors, as in the NIST file SHA256.pdf. */
static void hash_known_answers(void **state) {
  (void)state;
  char hex[65];
  hash_of("abc", 3, 3, hex);
  assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  hash_of("", 0, 1, hex);
  assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* However the bytes arrive, the hash is that of all of them at once. */
static void hash_in_pieces(void **state) {
  (void)state;
  char text[1000], hex[65], whole[65];
  for (size_t i = 0; i < sizeof text; i++) text[i] = (char)(i * 37 + i / 7);
  for (size_t n = 0; n <= sizeof text; n += 37) {
    hash_of(text, n, n + 1, whole);
    for (size_t step = 1; step < 300; step += 13) {
      hash_of(text, n, step, hex);
      assert_string_equal(hex, whole);
    }
  }
}

/* ---- numbers ------------------------------------------------------------------------------------------- */

static void check_count(const char *text, char decimal, bool presumed, hc_number expected, uint64_t value) {
  hc_number_format format;
  uint64_t count = 0;
  assert_true(hc_number_format_init(&format, decimal, presumed));
  hc_number got = hc_number_count(text, strlen(text), &format, &count);
  if (got != expected || count != value) print_message("%s with '%c'\n", text, decimal ? decimal : '?');
  assert_int_equal(got, expected);
  assert_int_equal(count, value);
  hc_number_format_clear(&format);
}

static void counts_as_written(void **state) {
  (void)state;
  check_count("0", 0, false, HC_NUMBER_OK, 0);
  check_count("1234", 0, false, HC_NUMBER_OK, 1234);
  check_count("12.0", 0, false, HC_NUMBER_OK, 12);
  check_count("12,0", 0, false, HC_NUMBER_OK, 12);
  check_count("1e5", 0, false, HC_NUMBER_OK, 100000);
  check_count("1.234e3", 0, false, HC_NUMBER_OK, 1234);
  check_count("1,234,567", 0, false, HC_NUMBER_OK, 1234567);
  check_count("1.234.567", 0, false, HC_NUMBER_OK, 1234567);
  check_count("1.234,0", 0, false, HC_NUMBER_OK, 1234);
  check_count("1 234", 0, false, HC_NUMBER_OK, 1234);
  check_count("12\xC2\xA0" "345", 0, false, HC_NUMBER_OK, 12345);
  check_count("1\xE2\x80\xAF" "234", 0, false, HC_NUMBER_OK, 1234);
  check_count("9007199254740991", 0, false, HC_NUMBER_OK, 9007199254740991u);
  check_count("-0", 0, false, HC_NUMBER_OK, 0);
}

static void counts_that_can_be_two_things(void **state) {
  (void)state;
  check_count("1,234", 0, false, HC_NUMBER_AMBIGUOUS, 0);
  check_count("1.234", 0, false, HC_NUMBER_AMBIGUOUS, 0);
  check_count("1,234", '.', true, HC_NUMBER_AMBIGUOUS, 0); /* between commas: still not known */
  check_count("1,234", '.', false, HC_NUMBER_OK, 1234);
  check_count("1,234", ',', false, HC_NUMBER_FRACTION, 0);
  check_count("1.234", ',', false, HC_NUMBER_OK, 1234);
  check_count("0,234", 0, false, HC_NUMBER_FRACTION, 0); /* no thousands begin with 0 */
  check_count("1234,567", 0, false, HC_NUMBER_FRACTION, 0);
}

static void counts_refused(void **state) {
  (void)state;
  check_count("", 0, false, HC_NUMBER_BLANK, 0);
  check_count("NA", 0, false, HC_NUMBER_MISSING, 0);
  check_count("x16", 0, false, HC_NUMBER_TEXT, 0);
  check_count("1.5", '.', false, HC_NUMBER_FRACTION, 0);
  check_count("-3", 0, false, HC_NUMBER_NEGATIVE, 0);
  check_count("9007199254740992", 0, false, HC_NUMBER_TOO_LARGE, 0);
  check_count("1e400", 0, false, HC_NUMBER_TOO_LARGE, 0);
  check_count("12 34", 0, false, HC_NUMBER_TEXT, 0);
  check_count("1,23,456", 0, false, HC_NUMBER_TEXT, 0);
  check_count("1e", 0, false, HC_NUMBER_TEXT, 0);
  check_count("--1", 0, false, HC_NUMBER_TEXT, 0);
  check_count("0x10", 0, false, HC_NUMBER_TEXT, 0);
  check_count("1e0.5", 0, false, HC_NUMBER_TEXT, 0);
}

/* ---- records ------------------------------------------------------------------------------------------- */

struct text {
  char path[64];
  hc_stream *stream;
  hc_csv csv;
};

static void open_text(struct text *t, const char *content, size_t n) {
  const unsigned char *bytes;
  bool whole;
  snprintf(t->path, sizeof t->path, "/tmp/headcount-csv-XXXXXX");
  int fd = mkstemp(t->path);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, content, n), (ssize_t)n);
  close(fd);
  assert_int_equal(hc_stream_open(&t->stream, t->path, NULL, NULL), HC_OK);
  assert_int_equal(hc_stream_peek(t->stream, &bytes, &n, &whole, NULL), HC_OK);
  assert_int_equal(hc_stream_decode(t->stream, "UTF-8", 0, NULL), HC_OK);
  assert_int_equal(hc_csv_open(&t->csv, t->stream, t->path, NULL), HC_OK);
  t->csv.delimiter = ',';
}

static void close_text(struct text *t) {
  hc_csv_close(&t->csv);
  hc_stream_close(t->stream);
  remove(t->path);
}

static void expect_field(const struct text *t, size_t i, const char *expected) {
  assert_true(i < t->csv.n_fields);
  assert_int_equal(t->csv.fields[i].length, strlen(expected));
  assert_memory_equal(t->csv.fields[i].text, expected, strlen(expected));
}

static void records_and_lines(void **state) {
  (void)state;
  struct text t;
  const char content[] = "a, b ,c\r\n\n1,\"x \"\"y\"\"\nz\",3\n,,\n4,,6";
  open_text(&t, content, sizeof content - 1);
  assert_int_equal(hc_csv_next(&t.csv, NULL), HC_OK);
  expect_field(&t, 1, "b");
  expect_field(&t, 2, "c");
  assert_int_equal(hc_csv_next(&t.csv, NULL), HC_OK);
  assert_int_equal(t.csv.line, 3);
  expect_field(&t, 1, "x \"y\"\nz");
  assert_int_equal(hc_csv_next(&t.csv, NULL), HC_OK); /* the line of commas is passed over */
  assert_int_equal(t.csv.line, 6);
  assert_int_equal(t.csv.rows_blank, 1);
  expect_field(&t, 1, "");
  expect_field(&t, 2, "6");
  assert_int_equal(hc_csv_next(&t.csv, NULL), HC_OK);
  assert_int_equal(t.csv.n_fields, 0);
  close_text(&t);
}

static void places_of_fields(void **state) {
  (void)state;
  struct text t;
  hc_error err;
  const char content[] = "\"two\nlines\",\"\xC3\xA9,\xC3\xA9\",  third\n";
  open_text(&t, content, sizeof content - 1);
  assert_int_equal(hc_csv_next(&t.csv, &err), HC_OK);
  hc_csv_fail(&t.csv, 1, &err, "x");
  assert_int_equal(err.line, 2);
  assert_int_equal(err.column, 8);
  assert_string_equal(err.excerpt, "lines\",\"\xC3\xA9,\xC3\xA9\",  third");
  hc_csv_fail(&t.csv, 2, &err, "x");
  assert_int_equal(err.column, 16);
  close_text(&t);
}

/* A caret under a place that the excerpt does not show must be seen not to fit. */
static void excerpts_of_long_lines(void **state) {
  (void)state;
  struct text t;
  hc_error err;
  char content[1200];
  size_t n = 0;
  while (n < 1000) n += (size_t)snprintf(content + n, sizeof content - n, "\xC3\xA9\xC3\xA9\xC3\xA9,");
  content[n++] = '\n';
  open_text(&t, content, n);
  assert_int_equal(hc_csv_next(&t.csv, &err), HC_OK);
  for (size_t i = 0; i < t.csv.n_fields; i++) {
    hc_csv_fail(&t.csv, i, &err, "x");
    assert_int_equal(err.column, 4 * i + 1);
    size_t shown = 0;
    for (const char *s = err.excerpt; *s; s++) shown += ((unsigned char)*s & 0xC0) != 0x80;
    assert_true(strncmp(err.excerpt, "...", 3) != 0 || shown < err.column);
    size_t length = strlen(err.excerpt);
    assert_true(length == 0 || (unsigned char)err.excerpt[length - 1] != 0xC3); /* whole characters */
  }
  close_text(&t);
}

/* ---- tallies ------------------------------------------------------------------------------------------- */

static void check_tally(unsigned bits, uint64_t scale) {
  hc_tally *tally;
  uint64_t *key, *count, sum = 0;
  size_t n;
  assert_int_equal(hc_tally_new(&tally, bits, NULL), HC_OK);
  for (uint64_t i = 0; i < 5000; i++) assert_true(hc_tally_add(tally, i % 100 * scale, i));
  assert_int_equal(hc_tally_arrays(tally, &key, &count, &n, NULL), HC_OK);
  assert_int_equal(n, 100);
  for (size_t i = 0; i < n; i++) {
    uint64_t k = key[i] / scale;
    assert_int_equal(count[i], 50 * k + 100 * (49 * 50 / 2));
    sum += count[i];
  }
  assert_int_equal(sum, 4999 * 5000 / 2);
  assert_false(hc_tally_add(tally, scale, UINT64_MAX));
  assert_true(hc_tally_overflowed(tally));
  free(key);
  free(count);
  hc_tally_free(tally);
}

static void tallies(void **state) {
  (void)state;
  check_tally(7, 1);
  check_tally(64, UINT64_C(1) << 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hash_known_answers), cmocka_unit_test(hash_in_pieces),
      cmocka_unit_test(counts_as_written),  cmocka_unit_test(counts_that_can_be_two_things),
      cmocka_unit_test(counts_refused),     cmocka_unit_test(records_and_lines),
      cmocka_unit_test(places_of_fields),   cmocka_unit_test(excerpts_of_long_lines),
      cmocka_unit_test(tallies),
  };
  return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
