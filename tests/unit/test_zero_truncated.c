/* What the zero-truncated estimators say at the edges, and what their numbers must satisfy. */
#include "support.h"

struct fitted {
  hc_status status;
  hc_error error;
  double N, se, deviance, loglik;
  char note[HC_CODE_SIZE];
};

/* f_1, f_2, ... as given; options "name=value" or NULL. */
static struct fitted fit_counts(const char *id, const char *name, const char *value, size_t n, const uint64_t *f) {
  struct fitted out = {.status = HC_OK};
  uint64_t times[32];
  hc_data *data = NULL;
  hc_options *options = NULL;
  hc_plan *plan = NULL;
  hc_estimate *estimate = NULL;
  double scratch[64];
  const hc_estimator *estimator = hc_estimator_find(id);
  assert_non_null(estimator);
  for (size_t k = 0; k < n; k++) times[k] = k + 1;
  assert_int_equal(hc_data_from_counts(&data, times, f, n, &out.error), HC_OK);
  assert_int_equal(hc_options_new(&options, estimator, &out.error), HC_OK);
  if (name) assert_int_equal(hc_options_set(options, name, value, &out.error), HC_OK);
  out.status = hc_plan_prepare(&plan, estimator, data, options, &out.error);
  if (out.status == HC_OK) {
    assert_true(plan->n_scratch <= 64);
    assert_int_equal(hc_estimate_new(&estimate, plan, &out.error), HC_OK);
    out.status = hc_plan_fit(plan, plan->observed, scratch, estimate, &out.error);
    out.N = estimate->value[0], out.se = estimate->se[0];
    out.deviance = estimate->fit.deviance, out.loglik = estimate->fit.loglik;
    if (estimate->n_notes) memcpy(out.note, estimate->notes[0].code, sizeof out.note);
  }
  hc_estimate_free(estimate);
  hc_plan_free(plan);
  hc_options_free(options);
  hc_data_free(data);
  return out;
}

static void refused(const char *id, const char *name, const char *value, const char *code, size_t n, const uint64_t *f) {
  struct fitted out = fit_counts(id, name, value, n, f);
  assert_int_equal(out.status, HC_EREFUSED);
  assert_string_equal(out.error.code, code);
}

static void test_refusals(void **state) {
  (void)state;
  const uint64_t once[] = {20}, twice[] = {20, 5}, long_tail[] = {3114, 163, 23, 20, 9, 3, 3, 3, 4, 3}, gap[] = {0, 7, 2};
  refused("zt-poisson", NULL, NULL, "mle-infinite", 1, once);
  refused("zt-geometric", NULL, NULL, "mle-infinite", 1, once);
  refused("zt-binomial", "occasions", "5", "mle-infinite", 1, once);
  refused("zt-negbin", NULL, NULL, "mle-infinite", 1, once);
  refused("zt-negbin", NULL, NULL, "not-identified", 2, twice);
  refused("zt-negbin", NULL, NULL, "mle-infinite", 10, long_tail);
  refused("zelterman", NULL, NULL, "no-doubletons", 1, once);
  refused("zelterman", NULL, NULL, "no-singletons", 3, gap);
  refused("zt-binomial", "occasions", "5", "count-too-large", 10, long_tail);
  refused("zt-poisson", "top", "2", "not-identified", 2, gap);
  assert_int_equal(fit_counts("zt-binomial", NULL, NULL, 2, twice).status, HC_EUSAGE);
  /* counts that rise: q > 1; that are level: q = 1 */
  const uint64_t rise[] = {1, 3, 0, 3}, level[] = {1, 1, 1}, fall[] = {5, 4, 3};
  refused("zt-geometric", "top", "2", "mle-infinite", 4, rise);
  refused("zt-geometric", "top", "2", "mle-infinite", 2, level);
  refused("zt-geometric", "top", "3", "mle-infinite", 3, level);
  assert_int_equal(fit_counts("zt-geometric", "top", "3", 3, fall).status, HC_OK);
}

static void test_boundaries(void **state) {
  (void)state;
  const uint64_t always[] = {0, 0, 0, 12}, alike[] = {142, 81, 49, 7, 3, 1};
  struct fitted out = fit_counts("zt-binomial", "occasions", "4", 4, always);
  assert_int_equal(out.status, HC_OK);
  assert_true(out.N == 12);
  assert_string_equal(out.note, "boundary");
  out = fit_counts("zt-negbin", NULL, NULL, 6, alike);
  struct fitted poisson = fit_counts("zt-poisson", NULL, NULL, 6, alike);
  assert_string_equal(out.note, "boundary");
  assert_true(out.N == poisson.N && out.se == poisson.se);
}

/* N = n S/(S - n) = n/q; by hand: the information on q is n/(q (1-q)^2), dN/dq = -n/q^2. */
static void test_geometric_closed_form(void **state) {
  (void)state;
  const uint64_t f[] = {1645, 183, 37, 13, 1, 1};
  double n = 1880, S = 2185, q = (S - n) / S, unmet = n * (1 - q) / q;
  struct fitted out = fit_counts("zt-geometric", NULL, NULL, 6, f);
  assert_close(out.N, n * S / (S - n), 1e-12);
  assert_close(out.se * out.se, unmet + unmet * unmet / n + n * (1 - q) * (1 - q) / (q * q * q), 1e-9);
}

/* A top past the data hardly matters, the occasions' number as top not at all; the full estimate is close by. */
static void test_options(void **state) {
  (void)state;
  const uint64_t f[] = {142, 81, 49, 7, 3, 1};
  struct fitted all = fit_counts("zt-poisson", NULL, NULL, 6, f), cut = fit_counts("zt-poisson", "top", "40", 6, f);
  struct fitted full = fit_counts("zt-poisson", "likelihood", "full", 6, f);
  assert_close(cut.N, all.N, 1e-10);
  assert_close(cut.se, all.se, 1e-9);
  assert_close(cut.loglik, all.loglik, 1e-12);
  assert_true(full.N < all.N && full.N > 0.98 * all.N);
  assert_close(full.se, all.se, 0.02);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_refusals), cmocka_unit_test(test_boundaries),
                                     cmocka_unit_test(test_geometric_closed_form), cmocka_unit_test(test_options)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
