/* Plans of designs: known answers, the simulation beside them, and what is refused. */
#include "support.h"

#include <math.h>

static const hc_outlook_row *row_of(hc_outlook **o, const char *design, const hc_setting *set, size_t n, bool simulate) {
  hc_settings settings;
  hc_error err = {0};
  hc_settings_init(&settings);
  if (hc_outlook_new(o, design, set, n, simulate, &settings, &err) != HC_OK) fail_msg("%s", err.message);
  return &(*o)->rows[(*o)->middle];
}

#define SET(name, value) {NULL, name, value}
#define COUNT(list) (sizeof list / sizeof *list)

static void check(const char *design, const hc_setting *set, size_t n, double size, double cv, double expected) {
  hc_outlook *o = NULL;
  const hc_outlook_row *row = row_of(&o, design, set, n, false);
  assert_close(row->size, size, 1e-9);
  if (!isnan(cv)) assert_close(row->cv, cv, 1e-9);
  if (!isnan(expected)) assert_close(row->expected, expected, 1e-9);
  assert_true(isnan(row->simulated_cv));
  hc_outlook_free(o);
}

/* Closed forms computed apart. */
static void known_answers(void **state) {
  (void)state;
  const hc_setting two[] = {SET("N", "10000"), SET("n1", "500"), SET("cv", "0.1")};
  const hc_setting longer[] = {SET("N", "10000"), SET("n1", "2000"), SET("cv", "0.1")};
  const hc_setting finer[] = {SET("N", "10000"), SET("n1", "500"), SET("cv", "0.05")};
  const hc_setting five[] = {SET("N", "100"), SET("p", "0.2"), SET("t", "5")};
  const hc_setting ten[] = {SET("N", "100"), SET("p", "0.2"), SET("t", "10")};
  const hc_setting four[] = {SET("N", "1000"), SET("p", "0.05"), SET("t", "4")};
  const hc_setting eight[] = {SET("N", "1000"), SET("p", "0.05"), SET("t", "8")};
  const hc_setting least[] = {SET("N", "1000"), SET("p", "0.05"), SET("cv", "0.1")};
  const hc_setting share[] = {SET("N", "5000"), SET("count", "600"), SET("deff", "2"), SET("cv", "0.1")};
  const hc_setting se10[] = {SET("unlisted", "60"), SET("se", "10")}, se20[] = {SET("unlisted", "60"), SET("se", "20")};
  check("two-lists", two, COUNT(two), 1596.63865546, NAN, 79.831932773);
  check("two-lists", longer, COUNT(longer), 384.615384615, NAN, NAN);
  check("two-lists", finer, COUNT(finer), 4318.18181818, NAN, NAN);
  check("occasions", five, COUNT(five), 5, 0.11168077004, NAN);
  check("occasions", ten, COUNT(ten), 10, 0.04147547857, NAN);
  check("occasions", four, COUNT(four), 4, 0.241041912839, NAN);
  check("occasions", eight, COUNT(eight), 8, 0.1076532060, NAN);
  check("occasions", least, COUNT(least), 9, 0.0940765697, NAN);
  check("multiplier", share, COUNT(share), 1466.66666667, NAN, 176);
  check("random-list", se10, COUNT(se10), 0.375, 10.0 / 60, NAN);
  check("random-list", se20, COUNT(se20), 0.130434782609, 20.0 / 60, NAN);
}

/* 75 reports at a design effect of 3 are 25 independent ones; sixty platforms by hand. */
static void reports_and_platforms(void **state) {
  (void)state;
  const hc_setting known[] = {SET("N", "5000"), SET("population", "1e7"), SET("degree", "200"), SET("deff", "3"), SET("cv", "0.2")};
  const hc_setting fit[] = {SET("platforms", "60"), SET("sigma", "0.7"), SET("stated", "20")};
  check("scale-up", known, COUNT(known), 750, 0.2, 75);
  check("log-log", fit, COUNT(fit), 20, 2.0 / 3 * sqrt(0.49 / 20 + expm1(0.49) / 40), 40);
}

/* At a thousand people the formula is right to a tenth, and the intervals hold their level. */
static void a_simulation_agrees(void **state) {
  (void)state;
  const hc_setting two[] = {SET("N", "10000"), SET("n1", "500"), SET("cv", "0.1")};
  const hc_setting four[] = {SET("N", "1000"), SET("p", "0.1"), SET("t", "6")};
  const hc_setting share[] = {SET("N", "5000"), SET("count", "600"), SET("cv", "0.1")};
  const hc_setting list[] = {SET("unlisted", "200"), SET("listed", "300"), SET("frame", "3000"), SET("cv", "0.1")};
  const struct {
    const char *design;
    const hc_setting *set;
    size_t n;
  } all[] = {{"two-lists", two, 3}, {"occasions", four, 3}, {"multiplier", share, 3}, {"random-list", list, 4}};
  for (size_t i = 0; i < COUNT(all); i++) {
    hc_outlook *o = NULL;
    const hc_outlook_row *row = row_of(&o, all[i].design, all[i].set, all[i].n, true);
    assert_true(fabs(row->simulated_cv / row->cv - 1) < 0.1);
    assert_true(row->coverage > 0.92 && row->coverage < 0.98);
    assert_true(row->failed < 0.01);
    assert_int_equal(o->replicates, 1000);
    hc_outlook_free(o);
  }
}

static void expect(hc_status status, const char *code, const char *design, const hc_setting *set, size_t n, bool simulate) {
  hc_outlook *o = (hc_outlook *)&o;
  hc_error err = {0};
  assert_int_equal(hc_outlook_new(&o, design, set, n, simulate, NULL, &err), status);
  assert_null(o);
  assert_true(err.message[0] != '\0');
  if (code) assert_string_equal(err.code, code);
}

static void what_cannot_be_is_said(void **state) {
  (void)state;
  const hc_setting nothing[] = {SET("N", "100"), SET("n1", "20")}, both[] = {SET("N", "100"), SET("n1", "20"), SET("cv", ".1"), SET("n2", "9")};
  const hc_setting larger[] = {SET("N", "100"), SET("n1", "200"), SET("cv", "0.1")};
  const hc_setting sure[] = {SET("N", "100"), SET("p", "1"), SET("t", "3")}, none[] = {SET("N", "100"), SET("p", "0"), SET("t", "3")};
  const hc_setting below[] = {SET("N", "100"), SET("n1", "20"), SET("cv", "0")};
  const hc_setting fine[] = {SET("N", "500"), SET("count", "50"), SET("deff", "2"), SET("cv", "0.01")};
  const hc_setting known[] = {SET("N", "5000"), SET("population", "1e7"), SET("degree", "200"), SET("cv", "0.2")};
  const hc_setting wrong[] = {SET("foo", "1")};
  expect(HC_EUSAGE, NULL, "two-lists", nothing, 2, false);
  expect(HC_EUSAGE, NULL, "two-lists", both, 4, false);
  expect(HC_EREFUSED, "not-reachable", "two-lists", larger, 3, false);
  expect(HC_EUSAGE, NULL, "occasions", sure, 3, false);
  expect(HC_EUSAGE, NULL, "occasions", none, 3, false);
  expect(HC_EUSAGE, NULL, "two-lists", below, 3, false);
  expect(HC_EREFUSED, "not-reachable", "multiplier", fine, 4, false);
  expect(HC_EREFUSED, "no-simulation", "scale-up", known, 4, true);
  expect(HC_EUSAGE, NULL, "two-lists", wrong, 1, false);
  expect(HC_EUSAGE, NULL, "two", wrong, 1, false);
}

/* A guess that the first list exceeds leaves its row empty, with a note; the others stand. */
static void a_guess_that_cannot_be_is_left_out(void **state) {
  (void)state;
  const hc_setting two[] = {SET("N", "1000"), SET("n1", "600"), SET("cv", "0.1")};
  hc_outlook *o = NULL;
  const hc_outlook_row *row = row_of(&o, "two-lists", two, 3, true);
  assert_true(isfinite(row->cv) && isnan(o->rows[0].cv) && isfinite(o->rows[2].cv));
  assert_true(o->n_notes >= 1);
  hc_outlook_free(o);
}

static void bits_do_not_depend_on_threads(void **state) {
  (void)state;
  const hc_setting two[] = {SET("N", "2000"), SET("n1", "300"), SET("cv", "0.1")};
  char *text[2];
  for (unsigned i = 0; i < 2; i++) {
    hc_settings settings;
    hc_outlook *o = NULL;
    hc_settings_init(&settings);
    settings.threads = 1 + 2 * i, settings.replicates = 200;
    assert_ok(hc_outlook_new(&o, "two-lists", two, 3, true, &settings, NULL));
    assert_ok(hc_outlook_json(&text[i], o, NULL));
    hc_outlook_free(o);
  }
  assert_string_equal(text[0], text[1]);
  hc_text_free(text[0]);
  hc_text_free(text[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_answers),       cmocka_unit_test(reports_and_platforms),
      cmocka_unit_test(a_simulation_agrees), cmocka_unit_test(what_cannot_be_is_said),
      cmocka_unit_test(a_guess_that_cannot_be_is_left_out), cmocka_unit_test(bits_do_not_depend_on_threads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
