/* Words in another language: the hook, formats whose arguments change places, the marks of numbers, counts. */
#include <stdio.h>
#include <string.h>

#include "numeric/fail.h"
#include "support.h"
#include "words/amount.h"

/* A catalogue as gettext would answer, with plurals as in French: 0 and 1 are one. */
static const char *catalogue(void *context, const char *one, const char *many, unsigned long n) {
  static const char *const words[][2] = {
    {"number\004.", ","},
    {"number\004,", "\u202f"},
    {"number\004none", "aucun"},
    {"%s to %s", "%s à %s"},
    {"%s%%", "%s\u00a0%%"},
    {"%s of %zu lists, %.2f", "%2$zu listes, %3$.2f, dont %1$s"},
    {"row", "ligne"},
    {"rows", "lignes"},
    {"%d people", "%s personnes"},   /* another kind of argument   */
    {"%d places", "%2$d endroits"},  /* an argument that is not there */
    {"%-8s|%5.1f|%*d", "%-8s|%5.1f|%*d."},
    {"people", "personnes"},
  };
  const char *text = many && n > 1 ? many : one;
  ++*(int *)context;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (strcmp(words[i][0], text) == 0) return words[i][1];
  return many && n != 1 ? many : one;
}

static int asked;

static void speak_english(void) { hc_translate_with(NULL, NULL); }
static void speak_another(void) { hc_translate_with(catalogue, &asked); }

static void english(void **state) {
  (void)state;
  char text[100];
  speak_english();
  assert_string_equal(hc_translate("number\004none"), "none");
  assert_string_equal(hc_translate("people"), "people");
  assert_string_equal(hc_translate(""), "");
  assert_null(hc_translate(NULL));
  assert_string_equal(hc_translate_count("row", "rows", 0), "rows");
  assert_string_equal(hc_translate_count("row", "rows", 1), "row");
  assert_int_equal(hc_format(text, sizeof text, "%s of %zu lists, %.2f", "two", (size_t)3, 1.5), 20);
  assert_string_equal(text, "two of 3 lists, 1.50");
}

static void another(void **state) {
  (void)state;
  char text[100];
  speak_another();
  asked = 0;
  assert_string_equal(hc_translate("people"), "personnes");
  assert_int_equal(asked, 1);
  assert_string_equal(hc_translate("nobody knows this"), "nobody knows this");
  assert_string_equal(hc_translate("ctx\004nor this"), "nor this");
  assert_string_equal(hc_translate_count("row", "rows", 0), "ligne");
  assert_string_equal(hc_translate_count("row", "rows", 2), "lignes");
  hc_format(text, sizeof text, "%s of %zu lists, %.2f", "deux", (size_t)3, 1.5);
  assert_string_equal(text, "3 listes, 1,50, dont deux");
  hc_format(text, sizeof text, "%-8s|%5.1f|%*d", "été", 2.25, 4, 7); /* columns count characters */
  assert_string_equal(text, "été     |  2,2|   7.");
  hc_format(text, sizeof text, "no such format: %.4g, %5.1f%%", 0.25, 12.5);
  assert_string_equal(text, "no such format: 0,25,  12,5%");
  hc_format(text, sizeof text, "%.0f, %.0f, %.0f, %d, %.8g", 1987.0, 39461.0, -1234567.0, 1234567, 12345.0);
  assert_string_equal(text, "1987, 39\u202f461, -1\u202f234\u202f567, 1234567, 12345"); /* a year; a seed; what an option says */
  speak_english();
}

/* A translation that asks for what is not there would read beyond the arguments. */
static void wrong_translations(void **state) {
  (void)state;
  char text[100];
  speak_another();
  hc_format(text, sizeof text, "%d people", 5);
  assert_string_equal(text, "5 people");
  hc_format(text, sizeof text, "%d places", 5);
  assert_string_equal(text, "5 places");
  speak_english();
}

static void cut(void **state) {
  (void)state;
  char text[8] = "";
  speak_another();
  assert_int_equal(hc_format(text, sizeof text, "%s and %d", "a long word", 12), 18);
  assert_string_equal(text, "a long ");
  assert_int_equal(hc_format(NULL, 0, "%s%%", "95"), 5);
  speak_english();
}

static void messages(void **state) {
  (void)state;
  hc_error err;
  speak_another();
  assert_int_equal(hc_refuse(&err, "no-overlap", "%s of %zu lists, %.2f", "deux", (size_t)3, 1.5), HC_EREFUSED);
  assert_string_equal(err.message, "3 listes, 1,50, dont deux");
  assert_string_equal(err.code, "no-overlap");
  speak_english();
}

static void numbers(void **state) {
  (void)state;
  char text[HC_WORD_SIZE], range[HC_WORD_RANGE_SIZE];
  hc_interval k = {.lower = 94122.7, .upper = 101235.2};
  hc_quantity people = {.unit = "people"};
  speak_another();
  assert_string_equal(hc_word_group(text, "-1234567.8901"), "-1\u202f234\u202f567,8901");
  assert_string_equal(hc_word_count(text, UINT64_MAX), "18\u202f446\u202f744\u202f073\u202f709\u202f551\u202f615");
  assert_string_equal(hc_word_value(text, 0.123456, false), "0,1235");
  assert_string_equal(hc_word_value(text, NAN, true), "aucun");
  assert_string_equal(hc_word_percent(text, 0.999), "99,9\u00a0%");
  assert_string_equal(hc_word_range(range, &k, 0), "94\u202f123 à 101\u202f235");
  assert_string_equal(hc_word_unit(&people), "personnes");
  speak_english();
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(english), cmocka_unit_test(another), cmocka_unit_test(wrong_translations),
    cmocka_unit_test(cut),     cmocka_unit_test(messages), cmocka_unit_test(numbers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
