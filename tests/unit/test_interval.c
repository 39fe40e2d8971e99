/* Intervals against hand computation on replicates that are known. */
#include "support.h"

enum { B = 999 };

struct fixture {
  hc_data *data;
  hc_plan *plan;
  hc_estimate *estimate;
  hc_bootstrap bootstrap;
  double value[B], se[B];
};

static int set_up(void **state) {
  static struct fixture f;
  const uint64_t times[] = {1, 2, 3, 4, 5}, count[] = {142, 81, 49, 7, 3};
  assert_ok(hc_data_from_counts(&f.data, times, count, 5, NULL));
  assert_ok(hc_plan_prepare(&f.plan, hc_estimator_find("chao"), f.data, NULL, NULL));
  assert_ok(hc_estimate_new(&f.estimate, f.plan, NULL));
  assert_ok(hc_plan_fit(f.plan, f.plan->observed, NULL, f.estimate, NULL));
  for (int i = 0; i < B; i++) { /* 300.5 .. 500, in scrambled order */
    int j = (i * 7 + 3) % B;
    f.value[i] = 300.5 + 0.2 * j;
    f.se[i] = 10 + 0.01 * j;
  }
  f.bootstrap = (hc_bootstrap){.kind = HC_RESAMPLE_SEMIPARAMETRIC, .requested = B, .done = B, .succeeded = B,
                               .n_quantities = 1, .value = f.value, .se = f.se};
  *state = &f;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *f = *state;
  hc_estimate_free(f->estimate);
  hc_plan_free(f->plan);
  hc_data_free(f->data);
  return 0;
}

static hc_status compute(const struct fixture *f, const char *method, double level, hc_interval *interval) {
  return interval_of(interval, f->plan, f->estimate, &f->bootstrap, method, 0, level, NULL);
}

/* Edinburgh's taxis: N = 282 + 142^2/162, variance f2 (r^2/2 + r^3 + r^4/4). */
static void closed_forms(void **state) {
  const struct fixture *f = *state;
  hc_interval i;
  double r = 142.0 / 81, f0 = 81 * r * r / 2, se = sqrt(81 * (r * r / 2 + r * r * r + r * r * r * r / 4));
  double z = 1.9599639845400545, C = exp(z * sqrt(log(1 + se * se / (f0 * f0))));
  assert_close(f->estimate->value[0], 282 + f0, 1e-14);
  assert_ok(compute(f, "wald", 0.95, &i));
  assert_close(i.lower, 282 + f0 - z * se, 1e-12);
  assert_close(i.upper, 282 + f0 + z * se, 1e-12);
  assert_ok(compute(f, "lognormal", 0.95, &i));
  assert_close(i.lower, 282 + f0 / C, 1e-12);
  assert_close(i.upper, 282 + f0 * C, 1e-12);
}

/* With 999 replicates the 2.5 % point is the 25th from below, and no interpolation is needed. */
static void order_statistics(void **state) {
  const struct fixture *f = *state;
  hc_interval i;
  double N = f->estimate->value[0], low = 300.5 + 0.2 * 24, high = 300.5 + 0.2 * 974;
  assert_ok(compute(f, "percentile", 0.95, &i));
  assert_close(i.lower, low, 1e-14);
  assert_close(i.upper, high, 1e-14);
  assert_ok(compute(f, "basic", 0.95, &i));
  assert_close(i.lower, 2 * N - high, 1e-14);
  assert_close(i.upper, 2 * N - low, 1e-14);
}

static void studentized_turns_the_tails_round(void **state) {
  const struct fixture *f = *state;
  hc_interval i;
  double N = f->estimate->value[0], se = f->estimate->se[0];
  /* (value - N)/se rises with the index here, so the order statistics are those of the index */
  double low = (300.5 + 0.2 * 24 - N) / (10 + 0.01 * 24), high = (300.5 + 0.2 * 974 - N) / (10 + 0.01 * 974);
  assert_ok(compute(f, "studentized", 0.95, &i));
  assert_close(i.lower, fmax(282, N - se * high), 1e-12);
  assert_close(i.upper, N - se * low, 1e-12);
}

/* The n-fold jackknife, person by person, must give the acceleration that the collapsed one gives. */
static double acceleration_person_by_person(void) {
  const double frequency[] = {142, 81, 49, 7, 3};
  double sum = 0, square = 0, cube = 0;
  for (int pass = 0; pass < 2; pass++) {
    for (int k = 0; k < 5; k++) {
      for (int person = 0; person < (int)frequency[k]; person++) {
        double f1 = 142 - (k == 0), f2 = 81 - (k == 1), N = 281 + f1 * f1 / (2 * f2);
        double d = sum / 282 - N;
        if (pass == 0) sum += N;
        if (pass == 1) square += d * d, cube += d * d * d;
      }
    }
  }
  return cube / (6 * pow(square, 1.5));
}

static void bca_by_hand(void **state) {
  const struct fixture *f = *state;
  hc_interval i;
  double N = f->estimate->value[0], a = acceleration_person_by_person(), z = 1.6448536269514722;
  int below = (int)ceil((N - 300.5) / 0.2);
  /* the standard normal distribution function from erfc, independent of the one used inside */
  double z0 = 0, step = 4;
  while (step > 1e-14) {
    double p = 0.5 * erfc(-z0 / sqrt(2));
    z0 += p < (double)below / B ? step : -step;
    step *= 0.6;
  }
  double low = 0.5 * erfc(-(z0 + (z0 - z) / (1 - a * (z0 - z))) / sqrt(2));
  double high = 0.5 * erfc(-(z0 + (z0 + z) / (1 - a * (z0 + z))) / sqrt(2));
  assert_ok(compute(f, "bca", 0.90, &i));
  /* between neighbouring order statistics, 0.2 apart */
  assert_true(fabs(i.lower - (300.5 + 0.2 * (1000 * low - 1))) < 0.2);
  assert_true(fabs(i.upper - (300.5 + 0.2 * (1000 * high - 1))) < 0.2);
}

/* With 999 replicates, of which one half lies below the estimate, bc is percentile; with z0 = Phi^-1(0.4) it is not. */
static void bc_by_hand(void **state) {
  struct fixture *f = *state;
  hc_interval i, percentile;
  double keep = f->estimate->value[0];
  f->estimate->value[0] = 300.5 + 0.2 * 499.5; /* 500 of 999 below */
  assert_ok(compute(f, "bc", 0.90, &i));
  assert_ok(compute(f, "percentile", 0.90, &percentile));
  assert_true(fabs(i.lower - percentile.lower) < 0.6 && fabs(i.upper - percentile.upper) < 0.6);
  f->estimate->value[0] = 300.5 + 0.2 * 399.5; /* 400 of 999 below */
  assert_ok(compute(f, "bc", 0.90, &i));
  /* R: z0 <- qnorm(400/999); 300.5 + 0.2 * (1000 * pnorm(2 * z0 + c(-1, 1) * qnorm(0.95)) - 1) */
  assert_true(fabs(i.lower - 303.459674) < 0.005);
  assert_true(fabs(i.upper - 474.881031) < 0.005);
  f->estimate->value[0] = 300;
  hc_error err;
  assert_int_equal(interval_of(&i, f->plan, f->estimate, &f->bootstrap, "bc", 0, 0.9, &err), HC_EREFUSED);
  assert_string_equal(err.code, "bootstrap-failed");
  f->estimate->value[0] = keep;
}

static void limits_below_the_observed_are_raised(void **state) {
  struct fixture *f = *state;
  hc_interval i;
  double keep = f->estimate->se[0];
  f->estimate->se[0] = 1000;
  assert_ok(compute(f, "wald", 0.95, &i));
  assert_true(i.lower == 282 && i.at_floor);
  f->estimate->se[0] = keep;
}

static void an_interval_below_the_observed_is_refused(void **state) {
  struct fixture *f = *state;
  hc_interval i;
  hc_error err;
  for (int j = 0; j < B; j++) f->value[j] -= 250;
  assert_int_equal(interval_of(&i, f->plan, f->estimate, &f->bootstrap, "percentile", 0, 0.95, &err), HC_EREFUSED);
  assert_string_equal(err.code, "below-observed");
  for (int j = 0; j < B; j++) f->value[j] += 250;
}

/* One list inside the other: N = n and se = 0, which Wald would turn into [12, 12]. The profile knows better. */
static void no_spread_is_said(void **state) {
  (void)state;
  const uint64_t history[] = {1, 3}, count[] = {5, 7};
  hc_data *data;
  hc_analysis *a;
  hc_settings settings;
  bool said = false;
  hc_settings_init(&settings);
  settings.replicates = 0;
  assert_ok(hc_data_from_histories(&data, HC_SHAPE_LISTS, 2, NULL, history, count, 2, NULL));
  assert_ok(hc_analysis_new(&a, data, hc_estimator_find("chapman"), NULL, &settings, NULL));
  assert_true(a->estimate->value[0] == 12 && a->estimate->se[0] == 0);
  for (size_t i = 0; i < a->estimate->n_notes; i++) said |= strcmp(a->estimate->notes[i].code, "no-spread") == 0;
  assert_true(said);
  assert_int_equal(a->n_intervals, 1);
  assert_string_equal(a->intervals[0].method, "profile");
  assert_true(a->intervals[0].lower == 12 && a->intervals[0].upper > 13);
  hc_analysis_free(a);
  hc_data_free(data);
}

static void too_few_replicates_are_refused(void **state) {
  struct fixture *f = *state;
  hc_interval i;
  hc_error err;
  f->bootstrap.done = 38;
  assert_int_equal(interval_of(&i, f->plan, f->estimate, &f->bootstrap, "percentile", 0, 0.95, &err), HC_EREFUSED);
  assert_string_equal(err.code, "too-few-replicates");
  f->bootstrap.done = 39;
  assert_ok(compute(f, "percentile", 0.95, &i));
  f->bootstrap.done = B;
}

static void nonsense_is_a_usage_error(void **state) {
  hc_interval i;
  assert_int_equal(compute(*state, "percentil", 0.95, &i), HC_EUSAGE);
  assert_int_equal(compute(*state, "wald", 95, &i), HC_EUSAGE);
}

/* Two lists by counts on A only, B only and both. */
static hc_analysis *two_lists(const char *id, const uint64_t counts[3], const char *method) {
  const uint64_t history[] = {1, 2, 3};
  hc_data *data = NULL;
  hc_analysis *a = NULL;
  hc_settings settings;
  hc_settings_init(&settings);
  settings.intervals = method;
  assert_ok(hc_data_from_histories(&data, HC_SHAPE_LISTS, 2, NULL, history, counts, 3, NULL));
  assert_ok(hc_analysis_new(&a, data, hc_estimator_find(id), NULL, &settings, NULL));
  hc_data_free(data);
  return a;
}

/* Bailey's N is 139, and the likelihood is highest far from it: limits by bisection of the definition, 139 and 628. */
static void profile_finds_a_far_maximum(void **state) {
  (void)state;
  const uint64_t counts[] = {1, 136, 2};
  hc_analysis *bailey = two_lists("bailey", counts, "profile"), *petersen = two_lists("lincoln-petersen", counts, "profile");
  assert_int_equal(bailey->n_intervals, 1);
  assert_close(bailey->intervals[0].lower, petersen->intervals[0].lower, 1e-6);
  assert_close(bailey->intervals[0].upper, petersen->intervals[0].upper, 1e-6);
  assert_close(bailey->intervals[0].upper, 628, 2e-3);
  hc_analysis_free(bailey);
  hc_analysis_free(petersen);
}

/* One replicate in eight has a standard error of 0, and its t is infinite: so is the limit that it decides. */
static void infinite_t_takes_part(void **state) {
  (void)state;
  const uint64_t counts[] = {2, 100, 50};
  hc_analysis *a = two_lists("lincoln-petersen", counts, "studentized");
  assert_int_equal(a->n_intervals, 1);
  assert_true(isinf(a->intervals[0].upper));
  assert_true(isfinite(a->intervals[0].lower));
  hc_analysis_free(a);
}

/* What a table prints of a method is there. */
static void every_method_has_its_words(void **state) {
  const char *name;
  (void)state;
  for (size_t i = 0; (name = hc_interval_method_at(i)); i++) {
    assert_non_null(hc_interval_title(name));
    assert_non_null(hc_interval_help(name));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(profile_finds_a_far_maximum), cmocka_unit_test(infinite_t_takes_part),
      cmocka_unit_test(closed_forms), cmocka_unit_test(every_method_has_its_words),
      cmocka_unit_test(order_statistics),
      cmocka_unit_test(studentized_turns_the_tails_round),
      cmocka_unit_test(bca_by_hand),
      cmocka_unit_test(bc_by_hand),
      cmocka_unit_test(limits_below_the_observed_are_raised),
      cmocka_unit_test(an_interval_below_the_observed_is_refused),
      cmocka_unit_test(no_spread_is_said),
      cmocka_unit_test(too_few_replicates_are_refused),
      cmocka_unit_test(nonsense_is_a_usage_error),
  };
  return cmocka_run_group_tests_name("intervals", tests, set_up, tear_down);
}
