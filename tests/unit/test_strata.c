/* Strata: totals are sums, streams are the stratum's own, and no estimator sees that cells have attributes. */
#include "support.h"

enum { LISTS = 3, CELLS = 7, REPLICATES = 200 };

static const char *const names[] = {"A", "B", "C"};
static const uint64_t keys[CELLS] = {1, 2, 3, 4, 5, 6, 7};
static const uint64_t women[CELLS] = {120, 90, 35, 60, 22, 18, 9}, men[CELLS] = {300, 80, 20, 150, 31, 11, 4},
                      others[CELLS] = {30, 22, 9, 14, 6, 5, 2};

static hc_data *with_strata(size_t n, const char *const *levels, const uint64_t *const *counts) {
  uint64_t key[3 * CELLS], count[3 * CELLS], sum[CELLS] = {0};
  const char *level[3 * CELLS], *by[] = {"sex"};
  hc_data *data = NULL;
  for (size_t i = 0; i < n * CELLS; i++) {
    key[i] = keys[i % CELLS];
    count[i] = counts[i / CELLS][i % CELLS];
    level[i] = levels[i / CELLS];
    sum[i % CELLS] += count[i];
  }
  assert_ok(hc_data_from_histories(&data, HC_SHAPE_LISTS, LISTS, names, keys, sum, CELLS, NULL));
  assert_ok(hc_data_set_attributes(data, 1, by, n * CELLS, key, level, count, NULL));
  return data;
}

static hc_strata *run(const hc_data *data, const char *id, unsigned threads, bool leave_out) {
  hc_settings settings;
  hc_strata *s = NULL;
  hc_options *options = NULL;
  hc_error err = {0};
  hc_settings_init(&settings);
  settings.replicates = REPLICATES;
  settings.threads = threads;
  assert_ok(hc_options_new(&options, hc_estimator_find(id), NULL));
  if (hc_strata_new(&s, data, hc_estimator_find(id), options, &settings, leave_out, NULL, &err) != HC_OK) fail_msg("%s", err.message);
  hc_options_free(options);
  return s;
}

static void a_total_is_the_sum(void **state) {
  (void)state;
  const char *const levels[] = {"f", "m"};
  const uint64_t *const counts[] = {women, men};
  hc_data *data = with_strata(2, levels, counts);
  hc_strata *s = run(data, "loglinear", 2, false);
  const hc_analysis *f = s->strata[0].analysis, *m = s->strata[1].analysis;
  assert_string_equal(s->strata[0].name, "sex=f");
  assert_int_equal(s->n_totals, 1);
  assert_true(s->totals[0].value == f->estimate->value[0] + m->estimate->value[0]);
  assert_close(s->totals[0].se, hypot(f->estimate->se[0], m->estimate->se[0]), 1e-15);
  assert_int_equal(s->totals[0].floor, data->observed);
  assert_int_equal(s->bootstrap->done, REPLICATES);
  for (size_t b = 0; b < REPLICATES; b++) {
    double sum = f->bootstrap->value[b * f->bootstrap->n_quantities] + m->bootstrap->value[b * m->bootstrap->n_quantities];
    assert_true(s->bootstrap->value[b] == sum || (isnan(sum) && isnan(s->bootstrap->value[b])));
  }
  assert_int_equal(s->totals[0].n_intervals, 2);
  for (size_t i = 0; i < 2; i++) {
    assert_true(s->totals[0].intervals[i].lower < s->totals[0].value);
    assert_true(s->totals[0].value < s->totals[0].intervals[i].upper);
  }
  hc_strata_free(s);
  hc_data_free(data);
}

static void streams_are_the_stratums_own(void **state) {
  (void)state;
  const char *const two[] = {"f", "m"}, *const three[] = {"d", "f", "m"};
  const uint64_t *const of_two[] = {women, men}, *const of_three[] = {others, women, men};
  hc_data *fewer = with_strata(2, two, of_two), *more = with_strata(3, three, of_three);
  hc_strata *a = run(fewer, "chao", 1, false), *b = run(more, "chao", 3, false);
  for (size_t i = 0; i < 2; i++) {
    const hc_bootstrap *x = a->strata[i].analysis->bootstrap, *y = b->strata[i + 1].analysis->bootstrap;
    assert_memory_equal(x->value, y->value, REPLICATES * sizeof(double));
  }
  const hc_bootstrap *f = a->strata[0].analysis->bootstrap, *m = a->strata[1].analysis->bootstrap;
  assert_true(f->seed != m->seed);
  hc_strata_free(a);
  hc_strata_free(b);
  hc_data_free(fewer);
  hc_data_free(more);
}

/* With attributes or without: every estimator gives the same bits. */
static void cells_do_not_see_attributes(void **state) {
  (void)state;
  const char *const levels[] = {"f", "m"};
  const uint64_t *const counts[] = {women, men};
  hc_data *data = with_strata(2, levels, counts), *plain = NULL;
  assert_ok(hc_data_from_histories(&plain, HC_SHAPE_LISTS, LISTS, names, data->history, data->count, data->n_cells, NULL));
  hc_settings settings;
  hc_settings_init(&settings);
  settings.replicates = 50;
  size_t compared = 0;
  for (size_t i = 0; i < hc_estimator_count(); i++) {
    const hc_estimator *e = hc_estimator_at(i);
    hc_analysis *a = NULL, *b = NULL;
    if (!(e->accepts & HC_SHAPE_LISTS) || strcmp(e->id, "loglinear-strata") == 0) continue; /* which is about strata */
    hc_status status = hc_analysis_new(&a, data, e, NULL, &settings, NULL);
    assert_int_equal(hc_analysis_new(&b, plain, e, NULL, &settings, NULL), status);
    if (status != HC_OK) continue;
    size_t n = a->plan->n_quantities;
    assert_memory_equal(a->estimate->value, b->estimate->value, n * sizeof(double));
    if (a->bootstrap) assert_memory_equal(a->bootstrap->value, b->bootstrap->value, 50 * n * sizeof(double));
    hc_analysis_free(a);
    hc_analysis_free(b);
    compared++;
  }
  assert_true(compared > 8);
  hc_data_free(data);
  hc_data_free(plain);
}

static void has_note(const hc_strata *s, const char *code, bool expected) {
  bool found = false;
  for (size_t i = 0; i < s->n_notes; i++) found = found || strcmp(s->notes[i].code, code) == 0;
  if (found != expected) fail_msg("note %s: %d", code, found);
}

static void a_refused_stratum_leaves_no_total(void **state) {
  (void)state;
  static const uint64_t apart[CELLS] = {5, 7, 0, 2, 0, 0, 0}; /* nobody on two lists */
  const char *const levels[] = {"f", "x"};
  const uint64_t *const counts[] = {women, apart};
  hc_data *data = with_strata(2, levels, counts);
  hc_strata *s = run(data, "loglinear", 1, false);
  assert_null(s->strata[1].analysis);
  assert_true(s->strata[1].refusal.code[0] != 0);
  assert_int_equal(s->n_totals, 0);
  has_note(s, "no-total", true);
  hc_strata_free(s);
  s = run(data, "loglinear", 1, true);
  assert_true(s->totals[0].value == s->strata[0].analysis->estimate->value[0]);
  has_note(s, "strata-left-out", true);
  assert_int_equal(s->observed, s->strata[0].observed); /* not those of the stratum that is left out */
  hc_strata_free(s);
  hc_data_free(data);
}

/* Chapman by stratum 926.36 and 9,153.64; pooled 8,613.33, which a simulation of either would reject only for larger data. */
static void strata_that_contradict_the_pooled(void **state) {
  (void)state;
  const uint64_t key[] = {1, 2, 3, 1, 2, 3}, count[] = {9000, 1000, 1000, 1000, 9000, 1000}, sum[] = {10000, 10000, 2000};
  const char *const level[] = {"a", "a", "a", "b", "b", "b"}, *by[] = {"stratum"};
  hc_data *data = NULL;
  hc_error err;
  assert_ok(hc_data_from_histories(&data, HC_SHAPE_LISTS, 2, NULL, key, sum, 3, NULL));
  assert_ok(hc_data_set_attributes(data, 1, by, 6, key, level, count, NULL));
  hc_strata *s = run(data, "chapman", 1, false);
  has_note(s, "strata-contradict-pooled", true);
  hc_strata_free(s);
  hc_data_free(data);
  assert_ok(hc_data_from_histories(&data, HC_SHAPE_LISTS, 2, NULL, key, sum, 3, NULL));
  const uint64_t wrong[] = {9000, 1000, 1000, 1000, 9000, 999};
  assert_int_equal(hc_data_set_attributes(data, 1, by, 6, key, level, wrong, &err), HC_EDATA);
  assert_int_equal(hc_strata_new(&s, data, hc_estimator_find("zt-binomial"), NULL, NULL, false, NULL, &err), HC_EUSAGE);
  hc_data_free(data);
}

/* Two strata of two attributes that would read alike: they are named apart, and draw apart. */
static void no_two_strata_share_a_name(void **state) {
  (void)state;
  const uint64_t key[] = {1, 2, 3, 1, 2, 3}, count[] = {90, 90, 10, 90, 90, 10}, sum[] = {180, 180, 20};
  const char *const by[] = {"a", "b"};
  const char *const level[] = {"x, b=y", "z", "x, b=y", "z", "x, b=y", "z", "x", "y, b=z", "x", "y, b=z", "x", "y, b=z"};
  hc_data *data = NULL;
  assert_ok(hc_data_from_histories(&data, HC_SHAPE_LISTS, 2, NULL, key, sum, 3, NULL));
  assert_ok(hc_data_set_attributes(data, 2, by, 6, key, level, count, NULL));
  hc_strata *s = run(data, "chapman", 1, false);
  assert_string_equal(s->strata[0].name, "a=x, b=\"y, b=z\"");
  assert_string_equal(s->strata[1].name, "a=\"x, b=y\", b=z");
  assert_true(s->strata[0].analysis->bootstrap->seed != s->strata[1].analysis->bootstrap->seed);
  hc_strata_free(s);
  hc_data_free(data);
}

/* Many strata go over the threads, few over their replicates: the same bits. */
static void threads_change_no_bit(void **state) {
  (void)state;
  const char *const levels[] = {"d", "f", "m"};
  const uint64_t *const counts[] = {others, women, men};
  hc_data *data = with_strata(3, levels, counts);
  hc_strata *one = run(data, "chao", 1, false);
  for (unsigned threads = 2; threads <= 8; threads++) {
    hc_strata *many = run(data, "chao", threads, false);
    assert_memory_equal(one->bootstrap->value, many->bootstrap->value, REPLICATES * sizeof(double));
    assert_memory_equal(&one->totals[0].intervals[1].lower, &many->totals[0].intervals[1].lower, sizeof(double));
    hc_strata_free(many);
  }
  hc_strata_free(one);
  hc_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_total_is_the_sum),
      cmocka_unit_test(streams_are_the_stratums_own),
      cmocka_unit_test(threads_change_no_bit),
      cmocka_unit_test(no_two_strata_share_a_name),
      cmocka_unit_test(cells_do_not_see_attributes),
      cmocka_unit_test(a_refused_stratum_leaves_no_total),
      cmocka_unit_test(strata_that_contradict_the_pooled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
