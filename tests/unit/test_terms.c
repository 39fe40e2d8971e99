/* The language of terms. */
#include "support.h"

#include "numeric/terms.h"

static const char *const names[] = {"A", "B", "C", "police", "N G O"};

static size_t parse(const char *text, uint32_t *mask, char *problem) {
  size_t terms = 0;
  problem[0] = '\0';
  return hc_terms_parse(text, 5, names, mask, 64, &terms, problem, 200) ? terms : 0;
}

/* Interactions only: main effects and the intercept are always there, in front and at the end. */
static void expect(const char *text, size_t n, const uint32_t *interactions) {
  uint32_t mask[64];
  char problem[200];
  size_t terms = parse(text, mask, problem);
  if (terms != n + 6) fail_msg("'%s': %zu terms, expected %zu; %s", text, terms, n + 6, problem);
  for (size_t i = 0; i < 5; i++) assert_int_equal(mask[i], 1 << i);
  for (size_t i = 0; i < n; i++) assert_int_equal(mask[5 + i], interactions[i]);
  assert_int_equal(mask[terms - 1], 0);
}

static void formulas(void **state) {
  (void)state;
  expect("", 0, NULL);
  expect("  A + B ", 0, NULL);
  expect("A:B", 1, (const uint32_t[]){3});
  expect("A*B", 1, (const uint32_t[]){3});
  expect("A*B*C", 4, (const uint32_t[]){3, 5, 6, 7});
  expect("A:B:C", 1, (const uint32_t[]){7});
  expect("A*B:C", 2, (const uint32_t[]){6, 7}); /* the colon binds first */
  expect("A:B + B:C+A : B", 2, (const uint32_t[]){3, 6});
  expect("police:`N G O`", 1, (const uint32_t[]){24});
  expect("police : N G O", 1, (const uint32_t[]){24});
}

static void generators(void **state) {
  (void)state;
  expect("[12,34]", 2, (const uint32_t[]){3, 12});
  expect("[123, 14, 5]", 5, (const uint32_t[]){3, 5, 6, 9, 7});
  expect("[AB,BC]", 2, (const uint32_t[]){3, 6});
  expect("[1:2,police:5]", 2, (const uint32_t[]){3, 24});
  expect("[1,2,3,4,5]", 0, NULL);
}

static void nonsense(void **state) {
  static const char *const wrong[] = {"A*",
                                      "*A",
                                      "A B",
                                      "A + ",
                                      "D",
                                      "A:D",
                                      "[12",
                                      "[]",
                                      "[12]x",
                                      "[16]",
                                      "[1:9]",
                                      "[12,]",
                                      "`A",
                                      "A++B",
                                      "(A+B)^2",
                                      "[0]",
                                      "[1:99999999999999999999]",
                                      "A:B)"};
  uint32_t mask[64];
  char problem[200];
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    if (parse(wrong[i], mask, problem)) fail_msg("'%s' was taken", wrong[i]);
    assert_true(problem[0] != '\0');
  }
}

static void an_unknown_list_names_the_known_ones(void **state) {
  uint32_t mask[64];
  char problem[200];
  (void)state;
  assert_int_equal(parse("A:Polizei", mask, problem), 0);
  assert_non_null(strstr(problem, "Polizei"));
  assert_non_null(strstr(problem, "A, B, C, police, N G O"));
}

static void too_many_terms_are_refused(void **state) {
  uint32_t mask[64];
  char problem[200];
  size_t terms;
  (void)state;
  assert_false(hc_terms_parse("A*B*C", 5, names, mask, 9, &terms, problem, sizeof problem));
  assert_true(hc_terms_parse("A*B*C", 5, names, mask, 10, &terms, problem, sizeof problem));
}

static void printing(void **state) {
  char text[12];
  (void)state;
  hc_terms_print(0, 5, names, text, sizeof text);
  assert_string_equal(text, "(intercept)");
  hc_terms_print(9, 5, names, text, sizeof text);
  assert_string_equal(text, "A:police");
  hc_terms_print(31, 5, names, text, sizeof text); /* only whole pieces */
  assert_true(strlen(text) < sizeof text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(formulas),
      cmocka_unit_test(generators),
      cmocka_unit_test(nonsense),
      cmocka_unit_test(an_unknown_list_names_the_known_ones),
      cmocka_unit_test(too_many_terms_are_refused),
      cmocka_unit_test(printing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
