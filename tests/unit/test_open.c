/* People who come and go: tests of closure, tables against histories, time between occasions, survivals at most 1. */
#include "support.h"

#include "engine/closure.h"
#include "open/fit_tests.h"

static hc_data *read_data(const char *file, hc_shape shape) {
  hc_data *data = NULL;
  hc_read_settings how;
  hc_read_settings_init(&how);
  how.shape = shape;
  assert_ok(hc_data_read(&data, file, &how, NULL));
  return data;
}

/* secr 4.6.4 has Otis's z of the hares and the deer mice; all else is counted in R, row by row. */
static void closure_of_three_files(void **state) {
  static const struct {
    const char *file;
    double z, overall, df, arrivals, departures;
    bool closed;
  } known[] = {
      {"tests/data/Rcapture_hare.csv", -0.31105863699259473, 3.1461146073455, 8, 1.4206556678294, 1.1986170536830,
       true},
      {"tests/data/open/dipper.csv", -12.82912408027, 353.32305437441, 10, 235.11455601180, 273.93340539767, false},
      {"tests/data/VGAM_deermice_histories.csv", 0.76491789068565086, NAN, NAN, NAN, NAN, true},
  };
  (void)state;
  for (size_t i = 0; i < 3; i++) {
    char text[HC_NOTE_SIZE];
    hc_closure c;
    hc_data *data = read_data(known[i].file, HC_SHAPE_OCCASIONS);
    assert_ok(hc_closure_test(&c, data, NULL));
    assert_close(c.z, known[i].z, 1e-9);
    if (!isnan(known[i].overall)) {
      assert_close(c.overall.value, known[i].overall, 1e-6);
      assert_close(c.arrivals.value, known[i].arrivals, 1e-9);
      assert_close(c.departures.value, known[i].departures, 1e-9);
      assert_true(c.overall.df == known[i].df);
    }
    assert_int_equal(!hc_closure_contradicted(&c, text), known[i].closed);
    hc_data_free(data);
  }
}

static hc_analysis *analyse(const hc_data *data, const char *id, const char *option, const char *value) {
  hc_analysis *a = NULL;
  hc_options *options = NULL;
  hc_settings settings;
  hc_settings_init(&settings);
  settings.replicates = 0;
  assert_ok(hc_options_new(&options, hc_estimator_find(id), NULL));
  if (option) assert_ok(hc_options_set(options, option, value, NULL));
  assert_ok(hc_analysis_new(&a, data, hc_estimator_find(id), options, &settings, NULL));
  hc_options_free(options);
  return a;
}

static double value_of(const hc_analysis *a, const char *name) {
  size_t q = 0;
  while (q < a->plan->n_quantities && strcmp(a->plan->quantities[q].name, name) != 0) q++;
  if (q == a->plan->n_quantities) fail_msg("no quantity '%s'", name);
  return a->estimate->value[q];
}

static void a_table_says_what_its_histories_say(void **state) {
  static const char *const ids[] = {"jolly-seber", "cormack-jolly-seber", "popan", "pradel"};
  double column[3][7] = {{0}};
  (void)state;
  hc_data *people = read_data("tests/data/open/dipper.csv", HC_SHAPE_OCCASIONS), *table = NULL;
  for (size_t i = 0; i < people->n_cells; i++)
    for (size_t j = 0, first = 1; j < 7; j++) {
      if (!(people->history[i] >> j & 1)) continue;
      double count = (double)people->count[i];
      column[0][j] += first ? count : 0, first = 0;
      column[1][j] += people->history[i] >> (j + 1) ? 0 : count;
      column[2][j] += count;
    }
  hc_column columns[] = {
      {(char[]){"u"}, column[0], NULL}, {(char[]){"v"}, column[1], NULL}, {(char[]){"n"}, column[2], NULL}};
  assert_ok(hc_data_from_table(&table, HC_SHAPE_FIRST_LAST, 7, 3, columns, NULL));
  for (size_t e = 0; e < 4; e++) {
    hc_analysis *a = analyse(people, ids[e], NULL, NULL), *b = analyse(table, ids[e], NULL, NULL);
    assert_int_equal(a->plan->n_quantities, b->plan->n_quantities);
    for (size_t q = 0; q < a->plan->n_quantities; q++)
      assert_close(b->estimate->value[q], a->estimate->value[q], 1e-14);
    hc_analysis_free(a);
    hc_analysis_free(b);
  }
  hc_data_free(people);
  hc_data_free(table);
}

/* Quarters have 91, 91, 92, 92, 90, ... days, so that a survival per day is the root of that number. */
static void survival_per_day(void **state) {
  (void)state;
  hc_data *data = read_data("datasets/stewart-2015/all-labs.csv", HC_SHAPE_AUTO);
  hc_analysis *quarter = analyse(data, "jolly-seber", NULL, NULL),
              *day = analyse(data, "jolly-seber", "interval", "days");
  assert_close(pow(value_of(day, "phi[1]"), 91), value_of(quarter, "phi[1]"), 1e-12);
  assert_close(pow(value_of(day, "phi[4]"), 92), value_of(quarter, "phi[4]"), 1e-12);
  assert_close(value_of(day, "N[5]"), value_of(quarter, "N[5]"), 1e-15);
  hc_analysis *fit = analyse(data, "cormack-jolly-seber", "interval", "days");
  hc_analysis *plain = analyse(data, "cormack-jolly-seber", NULL, NULL);
  assert_close(pow(value_of(fit, "phi[4]"), 92), value_of(plain, "phi[4]"), 1e-9);
  hc_analysis_free(plain);
  hc_analysis_free(quarter);
  hc_analysis_free(day);
  hc_analysis_free(fit);
  hc_data_free(data);
}

/* In both tables of Stewart and others one survival is above 1; the highest likelihood with none above 1 is where the
 * words of constraint=one, "fix what is above 1", lead. */
static void at_most_one_is_the_maximum(void **state) {
  (void)state;
  hc_data *data = read_data("datasets/stewart-2015/all-labs.csv", HC_SHAPE_AUTO);
  hc_analysis *fixed = analyse(data, "jolly-seber", "constraint", "one"),
              *best = analyse(data, "cormack-jolly-seber", NULL, NULL);
  assert_close(best->estimate->fit.loglik, fixed->estimate->fit.loglik, 1e-14);
  assert_close(value_of(best, "phi[2]"), value_of(fixed, "phi[2]"), 1e-12);
  assert_true(value_of(fixed, "phi[3]") == 1);
  hc_analysis_free(fixed);
  hc_analysis_free(best);
  hc_data_free(data);
}

/* Counted in R, row by row; the same count of 3.SR gives 4.985 for the female and 6.777 for the male dippers, five
 * tables each. */
static void recaptures_of_dippers_fit(void **state) {
  double df;
  (void)state;
  hc_data *data = read_data("tests/data/open/dipper.csv", HC_SHAPE_OCCASIONS);
  hc_fit_tests t = hc_fit_tests_of(7, data->n_cells, data->history, data->count);
  assert_close(t.sr, 1.77192872443, 1e-10);
  assert_close(hc_fit_tests_sum(&t, &df), 1.77192872443, 1e-10);
  assert_true(df == 5);
  hc_data_free(data);
  data = read_data("tests/data/Rcapture_hare.csv", HC_SHAPE_OCCASIONS);
  t = hc_fit_tests_of(6, data->n_cells, data->history, data->count);
  assert_close(t.sr, 5.78228486879006, 1e-10);
  assert_close(t.sm, 1.63549783549784, 1e-10);
  assert_close(t.ct, 1.08444336412251, 1e-10);
  assert_close(t.cl, 1.25244897959184, 1e-10);
  hc_data_free(data);
}

/* With both by occasion the variance of n/p is Seber's, which jolly-seber computes from other letters. */
static void numbers_have_seber_s_errors(void **state) {
  (void)state;
  hc_data *data = read_data("tests/data/open/dipper.csv", HC_SHAPE_OCCASIONS);
  hc_analysis *a = analyse(data, "jolly-seber", NULL, NULL), *b = analyse(data, "cormack-jolly-seber", NULL, NULL);
  for (size_t q = 0; q < a->plan->n_quantities; q++)
    for (size_t r = 0; r < b->plan->n_quantities; r++)
      if (a->plan->quantities[q].name[0] == 'N' &&
          strcmp(a->plan->quantities[q].name, b->plan->quantities[r].name) == 0)
        assert_close(b->estimate->se[r], a->estimate->se[q], 1e-5); /* numeric second derivatives */
  hc_analysis_free(a);
  hc_analysis_free(b);
  hc_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(closure_of_three_files),
      cmocka_unit_test(a_table_says_what_its_histories_say),
      cmocka_unit_test(survival_per_day),
      cmocka_unit_test(at_most_one_is_the_maximum),
      cmocka_unit_test(numbers_have_seber_s_errors),
      cmocka_unit_test(recaptures_of_dippers_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
