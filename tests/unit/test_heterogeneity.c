/* Jackknife, coverage estimators, beta-binomial and binomial mixtures against independent computations. */
#include "support.h"

struct made {
  hc_data *data;
  hc_options *options;
  hc_plan *plan;
  hc_estimate *estimate;
  double *scratch;
  hc_error err;
};

/* settings: "name=value;..."; f: people met 1, 2, ... times. Returns the status of the first step that fails. */
static hc_status make(struct made *m, const char *id, const char *settings, const double *f, size_t top) {
  uint64_t times[64], count[64];
  char text[200], *rest = text;
  *m = (struct made){0};
  for (size_t k = 0; k < top; k++) times[k] = k + 1, count[k] = (uint64_t)f[k];
  assert_ok(hc_data_from_counts(&m->data, times, count, top, &m->err));
  assert_ok(hc_options_new(&m->options, hc_estimator_find(id), &m->err));
  snprintf(text, sizeof text, "%s", settings);
  for (char *word; (word = strsep(&rest, ";")) && *word;) {
    char *value = strchr(word, '=');
    *value++ = 0;
    assert_ok(hc_options_set(m->options, word, value, &m->err));
  }
  hc_status status = hc_plan_prepare(&m->plan, hc_estimator_find(id), m->data, m->options, &m->err);
  if (status != HC_OK) return status;
  assert_ok(hc_estimate_new(&m->estimate, m->plan, &m->err));
  m->scratch = malloc((m->plan->n_scratch + 1) * sizeof *m->scratch);
  for (size_t i = 0; i < m->plan->n_scratch; i++) m->scratch[i] = NAN;
  return hc_plan_fit(m->plan, m->plan->observed, m->scratch, m->estimate, &m->err);
}

static void drop(struct made *m) {
  hc_data_free(m->data);
  hc_options_free(m->options);
  hc_estimate_free(m->estimate);
  hc_plan_free(m->plan);
  free(m->scratch);
}

static void refused(const char *id, const char *settings, const double *f, size_t top, const char *code) {
  struct made m;
  assert_int_equal(make(&m, id, settings, f, top), HC_EREFUSED);
  assert_string_equal(m.err.code, code);
  drop(&m);
}

static double choose(double n, double k) {
  double product = 1;
  for (double i = 1; i <= k; i++) product *= (n - k + i) / i;
  return product;
}

/* The jackknife from its definition: N_k = 1/k! sum_i (-1)^i C(k,i) (t-i)^k S_(t-i), S_(t-i) the mean number of
 * people met when i of the t occasions are left out. */
static double jackknife_by_definition(const double *f, size_t top, double t, int k) {
  double N = 0, factorial = 1;
  for (int i = 1; i <= k; i++) factorial *= i;
  for (int i = 0; i <= k; i++) {
    double met = 0;
    for (size_t r = 1; r <= top; r++)
      met += f[r - 1] * (1 - ((double)r <= i ? choose(t - (double)r, i - (double)r) / choose(t, i) : 0));
    N += (i % 2 ? -1 : 1) * choose(k, i) * pow(t - i, k) * met / factorial;
  }
  return N;
}

static void jackknife_is_its_definition(void **state) {
  (void)state;
  const double f[] = {43, 16, 8, 6, 0, 2, 1};
  for (int t = 7; t <= 40; t += 11)
    for (int k = 1; k <= 5; k++) {
      struct made m;
      char settings[60];
      snprintf(settings, sizeof settings, "order=%d;occasions=%d", k, t);
      assert_ok(make(&m, "jackknife", settings, f, 7));
      assert_close(m.estimate->value[0], jackknife_by_definition(f, 7, t, k), 1e-8); /* the definition cancels */
      drop(&m);
    }
}

/* The delta method with derivatives by differences of the fit itself. */
static double delta_by_differences(struct made *m) {
  double value = m->estimate->value[0], squares = 0, sum = 0, *x = m->plan->observed;
  hc_estimate *other;
  assert_ok(hc_estimate_new(&other, m->plan, NULL));
  for (size_t i = 0; i < m->plan->n_observed; i++) {
    double f = x[i], h = 1e-4 * (1 + f), up;
    if (f == 0) continue;
    x[i] = f + h;
    assert_ok(hc_plan_fit(m->plan, x, m->scratch, other, NULL));
    up = other->value[0];
    x[i] = f - h;
    assert_ok(hc_plan_fit(m->plan, x, m->scratch, other, NULL));
    double d = (up - other->value[0]) / (2 * h);
    x[i] = f;
    squares += d * d * f, sum += d * f;
  }
  hc_estimate_free(other);
  return sqrt(squares - sum * sum / value);
}

static void ace_errors_are_the_delta_method(void **state) {
  (void)state;
  const double f[] = {60, 35, 18, 12, 15, 4, 8, 4, 5, 5, 1, 2, 1, 2, 3}, without_pairs[] = {20, 0, 9, 4, 3};
  const char *const settings[] = {"",
                                  "form=ace1",
                                  "rare=5",
                                  "form=ice;occasions=20",
                                  "form=ice1;occasions=20",
                                  "form=ice1994;occasions=20",
                                  "form=ice1;occasions=20;rare=4"};
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    struct made m;
    assert_ok(make(&m, "ace", settings[i], f, 15));
    assert_close(m.estimate->se[0], delta_by_differences(&m), 1e-6);
    drop(&m);
    if (strstr(settings[i], "ice")) continue; /* the coverage changes its formula at f2 = 0 */
    assert_ok(make(&m, "ace", settings[i], without_pairs, 5));
    assert_close(m.estimate->se[0], delta_by_differences(&m), 1e-6);
    drop(&m);
  }
}

static void full_likelihood_agrees_with_its_profile(void **state) {
  (void)state;
  const double hare[] = {25, 22, 13, 5, 1, 2}, white[] = {50, 46, 35, 24, 14, 5};
  const char *const ids[] = {"beta-binomial", "binomial-mixture"};
  for (size_t i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++) {
      struct made m;
      const char *settings = j ? "likelihood=full;occasions=7" : "likelihood=full;occasions=6";
      assert_ok(make(&m, ids[i], settings, j ? white : hare, 6));
      double N = m.estimate->value[0], h = 0.01 * (N - m.plan->n_units), at[3];
      for (int k = 0; k < 3; k++)
        assert_ok(m.plan->estimator->profile(m.plan, m.plan->observed, N + (k - 1) * h, m.estimate, m.scratch, &at[k]));
      assert_close(at[1], m.estimate->fit.loglik, 1e-12);
      assert_true(at[0] < at[1] && at[2] < at[1]);
      /* The curvature of the profile in ln(N-n) is the inverse of the variance. */
      double u = N - m.plan->n_units, step = log1p(h / u), down;
      assert_ok(m.plan->estimator->profile(m.plan, m.plan->observed, m.plan->n_units + u * exp(-step), m.estimate,
                                           m.scratch, &down));
      assert_close(m.estimate->se[0], u * step / sqrt(2 * at[1] - at[2] - down), 1e-4);
      drop(&m);
    }
}

/* The mixture that made the data comes back, with the shares and chances in order. */
static void mixture_comes_back(void **state) {
  (void)state;
  const double pi[] = {0.7, 0.25, 0.05}, p[] = {0.05, 0.25, 0.7}, t = 12, N = 1e7;
  double f[12];
  for (int k = 1; k <= 12; k++) {
    f[k - 1] = 0;
    for (int j = 0; j < 3; j++) f[k - 1] += N * pi[j] * choose(t, k) * pow(p[j], k) * pow(1 - p[j], t - k);
    f[k - 1] = nearbyint(f[k - 1]);
  }
  struct made m;
  assert_ok(make(&m, "binomial-mixture", "classes=3;occasions=12", f, 12));
  assert_close(m.estimate->value[0], N, 1e-5);
  for (int j = 0; j < 3; j++) {
    assert_close(m.estimate->value[1 + j], p[j], 1e-5);
    assert_close(m.estimate->value[4 + j], pi[j], 1e-5);
    assert_true(m.estimate->se[1 + j] > 0 && m.estimate->se[4 + j] > 0);
  }
  assert_true(m.estimate->fit.deviance < 1e-3);
  drop(&m);
}

static void beta_binomial_comes_back(void **state) {
  (void)state;
  const double a = 0.8, b = 6, t = 10, N = 1e9;
  double f[10], P = 1;
  for (int i = 0; i < 10; i++) P *= (b + i) / (a + b + i);
  for (int k = 0; k < 10; k++) P *= (t - k) / (k + 1) * (a + k) / (b + t - k - 1), f[k] = nearbyint(N * P);
  const char *const settings[] = {"occasions=10", "likelihood=full;occasions=10",
                                  "method=moments;equations=truncated;occasions=10"};
  for (int i = 0; i < 3; i++) {
    struct made m;
    assert_ok(make(&m, "beta-binomial", settings[i], f, 10));
    assert_close(m.estimate->value[0], N, 1e-5);
    assert_close(m.estimate->value[1], a, 1e-5);
    assert_close(m.estimate->value[2], b, 1e-5);
    drop(&m);
  }
}

static void what_does_not_identify_n_is_refused(void **state) {
  (void)state;
  const double once[] = {50}, logarithmic[] = {10000, 1000, 700, 520, 410, 330, 270};
  const double alike[] = {7263, 6263, 2623, 533, 42};
  const double often[] = {5, 4, 3, 2};
  refused("beta-binomial", "occasions=10", once, 1, "no-recaptures");
  refused("beta-binomial", "occasions=10", logarithmic, 7, "mle-infinite");
  refused("beta-binomial", "occasions=5", alike, 5, "not-identified");
  refused("binomial-mixture", "occasions=10", once, 1, "no-recaptures");
  refused("binomial-mixture", "occasions=5", alike, 5, "not-identified");
  refused("binomial-mixture", "occasions=5;classes=3", alike, 5, "not-identified");
  refused("binomial-mixture", "occasions=3", often, 4, "count-too-large");
  refused("jackknife", "", once, 1, "no-recaptures");
  refused("ace", "", once, 1, "no-recaptures");
  refused("good-turing", "", once, 1, "no-recaptures");
}

/* An excess of people met once, on top of one class: the second class goes to p = 0 and takes N along. */
static void a_class_met_only_once_is_infinity(void **state) {
  (void)state;
  double f[8];
  for (int k = 1; k <= 8; k++) f[k - 1] = nearbyint(1e5 * choose(8, k) * pow(0.5, 8));
  f[0] += 20000, f[1] -= 300;
  refused("binomial-mixture", "occasions=8", f, 8, "mle-infinite");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(jackknife_is_its_definition),
                                     cmocka_unit_test(ace_errors_are_the_delta_method),
                                     cmocka_unit_test(full_likelihood_agrees_with_its_profile),
                                     cmocka_unit_test(mixture_comes_back),
                                     cmocka_unit_test(beta_binomial_comes_back),
                                     cmocka_unit_test(what_does_not_identify_n_is_refused),
                                     cmocka_unit_test(a_class_met_only_once_is_infinity)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
