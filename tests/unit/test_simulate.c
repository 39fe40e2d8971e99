/* Studies by simulation against what can be computed without: every outcome of a small population, each with its chance. */
#include <unistd.h>

#include "support.h"

#include "engine/simulate.h"

static hc_simulation *study(const char *text) {
  char path[] = "/tmp/headcount-study-XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
  close(file);
  hc_simulation *s = NULL;
  hc_error err = {0};
  hc_status status = hc_simulation_read(&s, path, &err);
  unlink(path);
  if (status != HC_OK) fail_msg("%s", err.message);
  return s;
}

static void run(hc_simulation *s, unsigned threads) {
  hc_settings settings;
  hc_settings_init(&settings);
  settings.threads = threads;
  assert_ok(hc_simulation_run(s, &settings, NULL));
}

static double choose(int n, int k) {
  double ways = 1;
  for (int i = 1; i <= k; i++) ways = ways * (n - k + i) / i;
  return ways;
}

static const hc_simulation_row *row_of(const hc_simulation *s, const char *population, const char *interval) {
  const hc_simulation_row *row;
  for (size_t i = 0; (row = hc_simulation_at(s, i)); i++)
    if (strcmp(row->population, population) == 0 && (!interval || strcmp(row->interval, interval) == 0)) return row;
  fail_msg("no row");
  return NULL;
}

/* Chapman on 40 people, chances 0.5 and 0.4: n1, n2 and m over all they can be. m given n1, n2 is hypergeometric. */
static void test_chapman_by_enumeration(void **state) {
  (void)state;
  enum { N = 40 };
  const double p = 0.5, q = 0.4;
  double total = 0, mean = 0, bias = 0, covered = 0, limits = 0, square = 0;
  for (int n1 = 0; n1 <= N; n1++)
    for (int n2 = 0; n2 <= N; n2++)
      for (int m = 0; m <= n1 && m <= n2; m++) {
        if (n1 + n2 - m > N || !m) continue;
        double chance = choose(N, n1) * pow(p, n1) * pow(1 - p, N - n1) * choose(N, n2) * pow(q, n2) * pow(1 - q, N - n2) *
                        choose(n1, m) * choose(N - n1, n2 - m) / choose(N, n2);
        double estimate = (n1 + 1.0) * (n2 + 1.0) / (m + 1.0) - 1;
        double se = sqrt((n1 + 1.0) * (n2 + 1.0) * (n1 - m) * (n2 - m) / ((m + 1.0) * (m + 1.0) * (m + 2.0)));
        total += chance;
        mean += chance * estimate;
        bias += chance * (estimate / N - 1);
        square += chance * (estimate / N - 1) * (estimate / N - 1);
        covered += chance * (fmax(n1 + n2 - m, estimate - 1.959963984540054 * se) <= N && N <= estimate + 1.959963984540054 * se);
        limits += chance;
      }
  hc_simulation *s = study("[study]\npopulations = 40000\nseed = 5\n[population small]\nkind = lists\npeople = 40\nchances = 0.5, 0.4\n"
                           "[method chapman]\nestimator = chapman\nintervals = wald\n");
  run(s, 2);
  const hc_simulation_row *r = row_of(s, "small", "wald");
  double answered = (double)r->answered;
  assert_true(answered > 39950 && total > 0.999);
  assert_true(fabs(r->bias - bias / total) < 4 * r->bias_se);
  assert_true(fabs(r->mean - mean / total) < 4 * r->sd / sqrt(answered));
  assert_close(r->bias_se, sqrt((square / total - bias * bias / total / total) / answered), 0.03);
  assert_close(r->rmse, sqrt(square / total), 0.03);
  assert_true(fabs(r->coverage - covered / limits) < 4 * r->coverage_se);
  assert_close(r->coverage + r->below + r->above, 1, 1e-12);
  hc_simulation_free(s);
}

/* People met k times, rates a gamma with shape 2: negative binomial. Chao's bound n + f1^2 / (2 f2) tends to
 * N (1 - p0 + p1^2 / (2 p2)). */
static void test_counts_tend_to_their_limits(void **state) {
  (void)state;
  const double a = 2, mu = 1.5, t = mu / (mu + a), p0 = pow(1 - t, a), p1 = p0 * a * t, p2 = p1 * (a + 1) * t / 2;
  hc_simulation *s = study("[study]\npopulations = 200\n[population gamma]\nkind = counts\npeople = 100000\nrate = 1.5\nshape = 2\n"
                           "[population poisson]\nkind = counts\npeople = 100000\nrate = 1.5\n"
                           "[population once]\nkind = counts\npeople = 100000\nrate = 1.5\nonce = 0.3\n"
                           "[method chao]\nestimator = chao\nintervals = lognormal\n");
  run(s, 2);
  const hc_simulation_row *r = row_of(s, "gamma", NULL);
  assert_true(fabs(r->bias - (p1 * p1 / (2 * p2) - p0)) < 5 * r->bias_se + 1e-4);
  r = row_of(s, "poisson", NULL);
  assert_true(fabs(r->bias) < 5 * r->bias_se + 1e-4);
  double q1 = 1.5 * exp(-1.5), q2 = 1.5 / 2 * q1, seen = 1 - exp(-1.5), f1 = 0.7 * q1 + 0.3 * seen, f2 = 0.7 * q2;
  r = row_of(s, "once", NULL);
  assert_true(fabs(r->bias - (f1 * f1 / (2 * f2) - exp(-1.5))) < 5 * r->bias_se + 1e-4);
  hc_simulation_free(s);
}

/* A list whose members are on the next one with three times the odds: the odds ratio of the two is 3, and Lincoln's n1 n2 / m
 * tends to N p (p q1 + (1 - p) q) / (p q1). */
static void test_dependence(void **state) {
  (void)state;
  const double p = 0.3, q = 0.2, odds = 3 * q / (1 - q), q1 = odds / (1 + odds);
  hc_simulation *s = study("[study]\npopulations = 200\n[population two]\nkind = lists\npeople = 50000\nchances = 0.3, 0.2\nfollows = 3\n"
                           "[method chapman]\nestimator = chapman\nintervals = wald\nnull = 50000\n");
  run(s, 2);
  const hc_simulation_row *r = row_of(s, "two", NULL);
  assert_true(fabs(r->bias - ((p * q1 + (1 - p) * q) / q1 - 1)) < 5 * r->bias_se + 1e-4);
  assert_close(r->rejects, r->below + r->above, 1e-12);
  hc_simulation_free(s);
}

static void test_threads_do_not_matter(void **state) {
  (void)state;
  static const char text[] = "[study]\npopulations = 60\n[population a]\nkind = lists\npeople = 200\nchances = 0.4, 0.5\nheterogeneity = 1\n"
                             "[population b]\nkind = lists\npeople = 300\nchances = 0.3, 0.2\nclasses = 0.5:0.5, 0.5:1.5\n"
                             "[population both]\nkind = strata\nstrata = a, b\n"
                             "[population met]\nkind = occasions\npeople = 100\nchances = 0.3, 0.3, 0.3, 0.3\ntrap = 0.5\n"
                             "[method chapman]\nestimator = chapman\nbootstrap = 50\nintervals = percentile, wald\n"
                             "[method m0]\nestimator = m0\nintervals = wald\n";
  char *one, *other;
  hc_simulation *s = study(text);
  run(s, 1);
  assert_ok(hc_simulation_csv(&one, s, NULL));
  run(s, 3);
  assert_ok(hc_simulation_csv(&other, s, NULL));
  assert_string_equal(one, other);
  assert_non_null(strstr(one, "both,chapman"));
  assert_non_null(strstr(one, "met,m0"));
  assert_null(strstr(one, "\na,chapman")); /* a stratum of another is not studied by itself */
  hc_text_free(one);
  hc_text_free(other);
  hc_simulation_free(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_chapman_by_enumeration),
      cmocka_unit_test(test_counts_tend_to_their_limits),
      cmocka_unit_test(test_dependence),
      cmocka_unit_test(test_threads_do_not_matter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
