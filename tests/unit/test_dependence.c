/* Ranges of odds ratios: the interior-point method against a root in one variable where one pair binds, and against an
 * augmented Lagrangian in the logarithms of the means where several do; published and computed numbers. */
#include "support.h"

#include "numeric/dependence.h"
#include "numeric/dependent.h"
#include "numeric/optimise.h"
#include "numeric/rng.h"
#include "numeric/root.h"

static const double FALL = 3.841458820694124;
static const double polish[4] = {0, 39488, 1445, 374};
static const double brussels[8] = {0, 89, 103, 24, 21, 29, 13, 27};
static const double kosovo[16] = {0, 1131, 845, 177, 936, 228, 217, 181, 306, 106, 31, 18, 123, 42, 32, 27};

static size_t every_pair(size_t lists, double from, double to, hc_odds_range *range) {
  size_t n = 0;
  for (uint32_t i = 0; i < lists; i++)
    for (uint32_t j = i + 1; j < lists; j++)
      range[n++] = (hc_odds_range){UINT32_C(1) << i | UINT32_C(1) << j, from, to};
  return n;
}

static hc_dependence_interval solve(const hc_dependence_problem *p) {
  hc_dependence_interval found;
  double *scratch = malloc(hc_dependence_scratch(p) * sizeof *scratch);
  assert_non_null(scratch);
  assert_true(hc_dependence_solve(p, FALL, false, scratch, &found));
  free(scratch);
  return found;
}

/* ---- numbers ------------------------------------------------------------------------------------------------------
 * */

static void ends_are(const hc_dependence_problem *p, double lower, double upper, double tolerance) {
  hc_dependence_interval found = solve(p);
  assert_close(found.lower.M, lower, tolerance);
  assert_close(found.upper.M, upper, tolerance);
}

static void set_is(const hc_dependence_problem *p, double lower, double upper) {
  double from, to;
  hc_dependence_identified(p, &from, &to);
  assert_close(from, lower, 2e-9); /* as many digits as are printed */
  assert_close(to, upper, 2e-9);
}

static void two_lists(void **state) {
  hc_odds_range range = {3, 1, 1};
  hc_dependence_problem p = {.lists = 2, .count = polish, .n = 1, .range = &range};
  (void)state;
  ends_are(&p, 177545.2414, 212578.5481, 1e-9);
  range = (hc_odds_range){3, 0.5, 2};
  set_is(&p, 117590.636364, 346441.545455);
  ends_are(&p, 109401.229, 383811.288, 2e-9);
}

static void three_lists(void **state) {
  hc_odds_range range[3];
  hc_dependence_problem p = {.lists = 3, .count = brussels, .n = every_pair(3, 1, 5, range), .range = range};
  (void)state;
  set_is(&p, 553.392157, 546.035714);
  ends_are(&p, 453.947283, 755.688845, 2e-9);
  assert_close(solve(&p).misfit, 0.00649026, 1e-6);
  double scratch[6000];
  hc_dependence_interval against;
  assert_true(hc_dependence_scratch(&p) <= 6000);
  assert_true(hc_dependence_solve(&p, FALL, true, scratch, &against)); /* against the saturated fit */
  assert_close(against.lower.M, 454.019597, 2e-9);
  assert_close(against.upper.M, 755.472875, 2e-9);
  every_pair(3, 0.5, 5, range);
  set_is(&p, 419.196078, 546.035714);
  ends_are(&p, 358.026729, 755.472875, 2e-9);
  every_pair(3, 1, 10, range);
  set_is(&p, 553.392157, 889.071429);
  ends_are(&p, 454.019597, 1297.297102, 2e-9);
}

static void four_lists(void **state) {
  hc_odds_range range[6];
  hc_dependence_problem p = {.lists = 4, .count = kosovo, .n = every_pair(4, 0.5, 2, range), .range = range};
  (void)state;
  set_is(&p, 5898.240741, 8676.303571);
  ends_are(&p, 5162.18795, 9613.437992, 2e-9);
  hc_dependence_interval found = solve(&p);
  for (size_t r = 0; r < 6; r++) /* ABA:OSCE and OSCE:HRW */
    assert_int_equal(found.upper.to[r] > 1e-3, range[r].pair == 6 || range[r].pair == 12);
  every_pair(4, 1, 5, range);
  set_is(&p, 9691.481481, 18320.258929);
  ends_are(&p, 8246.964926, 20073.695789, 2e-9);
}

static void highest_order(void **state) {
  hc_odds_range range = {0, 1, 1};
  hc_dependence_problem p = {.lists = 4, .count = kosovo, .n = 1, .range = &range};
  (void)state;
  ends_are(&p, 9316.3737, 35988.5163, 3e-9);
  range = (hc_odds_range){0, 2.0 / 3, 1.5};
  set_is(&p, 12761.253617, 23212.820638);
  ends_are(&p, 7674.7213, 51780.4471, 1e-8);
  p = (hc_dependence_problem){.lists = 3, .count = brussels, .n = 1, .range = &range};
  range = (hc_odds_range){0, 1, 1};
  set_is(&p, 880.457228, 880.457228);
  ends_are(&p, 513.44175, 1891.23197, 1e-8);
  range = (hc_odds_range){0, 0.5, 2};
  ends_are(&p, 404.13452, 3472.19956, 1e-8);
}

static void models_with_fixed_odds_ratios(void **state) {
  static const double theta[5][3] = {{1, 1, 1}, {2, 1, 1}, {1, 2, 1}, {1, 1, 2}, {2, 2, 2}};
  static const double expected[5][2] = {{438.971574, 23.376251},
                                        {506.804164, 33.521351},
                                        {473.282490, 28.595804},
                                        {472.899930, 28.537241},
                                        {629.082226, 50.641724}};
  static const double xi[5] = {0.5, 2.0 / 3, 1, 1.5, 2};
  static const double whole[5][2] = {{29483.760850, 11874.104636},
                                     {23212.820638, 8905.842532},
                                     {16941.880425, 5937.580413},
                                     {12761.253617, 3958.738975},
                                     {10670.940213, 2969.318232}};
  const uint32_t mask[] = {1, 2, 4, 3, 0}, plain[] = {1, 2, 4, 0}, pair[] = {3, 5, 6};
  double scratch[400], N, se;
  (void)state;
  for (size_t i = 0; i < 5; i++) { /* a term that is fixed is not free, so that both models are the same */
    const hc_dependent_model m = {3, brussels, i % 2 ? 5 : 4, i % 2 ? mask : plain};
    assert_true(hc_dependent_scratch(&m) <= 400);
    assert_true(hc_dependent_fit(&m, 3, pair, theta[i], scratch, &N, &se));
    assert_close(N, expected[i][0], 2e-9);
    assert_close(se, expected[i][1], 2e-8);
    hc_highest_order(4, kosovo, xi[i], &N, &se);
    assert_close(N, whole[i][0], 1e-10);
    assert_close(se, whole[i][1], 1e-9);
  }
}

/* A model of three lists with a pair fixed at 1 is the model without it; closed formula and the fit agree for two
 * lists. */
static void models_agree_with_others(void **state) {
  const uint32_t full[] = {1, 2, 4, 3, 5, 6, 0}, part[] = {1, 2, 4, 5, 6, 0}, pair[] = {3}, two[] = {1, 2, 0};
  const double one[] = {1}, twice[] = {2};
  double scratch[400], N, se, other, other_se;
  (void)state;
  const hc_dependent_model a = {3, brussels, 7, full}, b = {3, brussels, 6, part}, c = {2, polish, 3, two};
  assert_true(hc_dependent_fit(&a, 1, pair, one, scratch, &N, &se));
  assert_true(hc_dependent_fit(&b, 0, NULL, NULL, scratch, &other, &other_se));
  assert_close(N, other, 1e-12);
  assert_close(se, other_se, 1e-12);
  assert_true(hc_dependent_fit(&c, 1, pair, twice, scratch, &N, &se));
  assert_close(N, 346441.545455, 1e-11);
  assert_close(se, 17777.694058, 1e-10);
}

/* ---- where one statement binds: a root in one variable
 * ---------------------------------------------------------------- */

/* Odd and even cells of the statement; for a pair the four sums are a table of two lists. */
struct one {
  size_t lists;
  const double *n;
  double M, log_xi, seen;
};

static double sign(size_t cell) {
  return __builtin_popcountll(cell) % 2 ? 1 : -1;
}

static double balance(double m0, void *context) {
  const struct one *o = context;
  double lambda = m0 * (o->M - m0 - o->seen) / o->M, left = -log(m0) - o->log_xi;
  for (size_t h = 1; h < (size_t)1 << o->lists; h++) {
    double mean = (o->n[h] + lambda * sign(h)) / (1 - lambda / m0);
    if (!(mean > 0)) return sign(h) > 0 ? -1e3 : 1e3; /* towards where all are positive */
    left += sign(h) * log(mean);
  }
  return left;
}

static double fall_at(double M, void *context) {
  struct one *o = context;
  double m0, sum = 0;
  o->M = M;
  double low = 1e-9 * M, high = M * (1 - 1e-9);
  assert_true(hc_root_brent(balance, o, low, high, 1e-14, &m0));
  double lambda = m0 * (M - m0 - o->seen) / M;
  for (size_t h = 1; h < (size_t)1 << o->lists; h++) {
    double mean = (o->n[h] + lambda * sign(h)) / (1 - lambda / m0);
    sum += o->n[h] * log(o->n[h] / mean) + mean - o->n[h];
  }
  return 2 * sum - FALL;
}

static double end_by_root(size_t lists, const double *n, double xi, bool upper) {
  struct one o = {.lists = lists, .n = n, .log_xi = log(xi)};
  double best = exp(-o.log_xi), M;
  for (size_t h = 1; h < (size_t)1 << lists; h++) o.seen += n[h], best *= pow(n[h], sign(h));
  best += o.seen;
  double far = upper ? best * 8 : fmax(o.seen * 1.0001, best / 8);
  assert_true(hc_root_brent(fall_at, &o, fmin(best, far), fmax(best, far), 1e-13, &M));
  return M;
}

static void one_statement_is_a_root(void **state) {
  hc_odds_range range = {0, 0.8, 1.3};
  hc_dependence_problem p = {.lists = 3, .count = brussels, .n = 1, .range = &range};
  (void)state;
  ends_are(&p, end_by_root(3, brussels, 1.3, false), end_by_root(3, brussels, 0.8, true), 1e-9);
  p.lists = 4, p.count = kosovo;
  ends_are(&p, end_by_root(4, kosovo, 1.3, false), end_by_root(4, kosovo, 0.8, true), 1e-9);
  range = (hc_odds_range){3, 0.8, 1.3};
  p = (hc_dependence_problem){.lists = 2, .count = polish, .n = 1, .range = &range};
  ends_are(&p, end_by_root(2, polish, 1 / 0.8, false), end_by_root(2, polish, 1 / 1.3, true), 1e-9);
}

/* ---- where several do: an augmented Lagrangian
 * ------------------------------------------------------------------------ */

enum { MOST_CELLS = 17, MOST_ROWS = 13 };

/* x: ln of the means of cells 1 .., then ln of those unseen. Rows: the likelihood's, then two for each pair. */
struct lagrangian {
  const hc_dependence_problem *p;
  double direction, floor, price, multiplier[MOST_ROWS];
  double c[MOST_ROWS];
};

static double row_value(const struct lagrangian *l, size_t row, const double *x, double *gradient) {
  size_t cells = (size_t)1 << l->p->lists;
  double sum = 0, four[4] = {0};
  if (row == 0) {
    for (size_t h = 1; h < cells; h++) {
      double n = l->p->count[h], m = exp(x[h - 1]);
      sum += n > 0 ? n * (x[h - 1] - log(n)) - (m - n) : -m;
      gradient[h - 1] = n - m;
    }
    gradient[cells - 1] = 0;
    return sum - l->floor;
  }
  const hc_odds_range *range = &l->p->range[(row - 1) / 2];
  double side = row % 2 ? 1 : -1, bound = log(row % 2 ? range->from : range->to);
  for (size_t h = 0; h < cells; h++) {
    uint32_t bits = (uint32_t)h & range->pair;
    size_t q = !bits ? 0 : bits == range->pair ? 3 : bits & (range->pair & -range->pair) ? 1 : 2;
    four[q] += exp(x[h ? h - 1 : cells - 1]);
  }
  for (size_t h = 0; h < cells; h++) {
    uint32_t bits = (uint32_t)h & range->pair;
    size_t q = !bits                                 ? 0
               : bits == range->pair                 ? 3
               : bits & (range->pair & -range->pair) ? 1
                                                     : 2,
           at = h ? h - 1 : cells - 1;
    gradient[at] = side * (q == 0 || q == 3 ? 1 : -1) * exp(x[at]) / four[q];
  }
  return side * (log(four[0] * four[3] / (four[1] * four[2])) - bound);
}

static double penalised(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  struct lagrangian *l = context;
  double sum = 0, one[MOST_CELLS];
  (void)hessian;
  for (size_t i = 0; i < n; i++) sum += exp(x[i]);
  for (size_t i = 0; gradient && i < n; i++) gradient[i] = -l->direction * exp(x[i]) / sum;
  double value = -l->direction * log(sum);
  for (size_t row = 0; row < 1 + 2 * l->p->n; row++) {
    double c = l->c[row] = row_value(l, row, x, one), open = l->multiplier[row] / l->price - c;
    if (!(open > 0)) continue;
    value += l->price / 2 * open * open;
    for (size_t i = 0; gradient && i < n; i++) gradient[i] -= l->price * open * one[i];
  }
  return value;
}

static double end_by_lagrangian(const hc_dependence_problem *p, double best, double direction) {
  struct lagrangian l = {.p = p, .direction = direction, .floor = best - FALL / 2, .price = 10};
  size_t n = (size_t)1 << p->lists;
  double x[MOST_CELLS], scratch[2000], from, to, M = 0, seen = 0;
  assert_true(hc_minimise_scratch(n) <= 2000);
  hc_dependence_identified(p, &from, &to);
  for (size_t h = 1; h < n; h++) x[h - 1] = log(fmax(p->count[h], 1e-3)), seen += p->count[h];
  x[n - 1] = log(fmax((direction > 0 ? fmin(to, 1e9) : from) - seen, seen / 100));
  hc_search search = hc_search_default();
  search.iterations = 4000, search.tolerance = 1e-13, search.longest_step = 0.5;
  for (int k = 0; k < 60; k++) {
    hc_minimise_bfgs(penalised, &l, n, x, search, scratch);
    penalised(x, n, NULL, NULL, &l);
    for (size_t row = 0; row < 1 + 2 * p->n; row++) l.multiplier[row] = fmax(0, l.multiplier[row] - l.price * l.c[row]);
    if (k % 3 == 2 && l.price < 3000) l.price *= 2;
  }
  for (size_t i = 0; i < n; i++) M += exp(x[i]);
  return M;
}

static void several_pairs_are_a_lagrangian(void **state) {
  hc_odds_range range[6];
  hc_dependence_problem p = {.lists = 4, .count = kosovo, .range = range};
  (void)state;
  p.n = every_pair(4, 0.5, 2, range);
  ends_are(&p, end_by_lagrangian(&p, 0, -1), end_by_lagrangian(&p, 0, 1), 1e-6);
  p.n = every_pair(4, 1, 5, range);
  ends_are(&p, end_by_lagrangian(&p, 0, -1), end_by_lagrangian(&p, 0, 1), 1e-6);
  p = (hc_dependence_problem){.lists = 3, .count = brussels, .range = range};
  p.n = every_pair(3, 1, 5, range);
  double best = -solve(&p).misfit / 2;
  ends_are(&p, end_by_lagrangian(&p, best, -1), end_by_lagrangian(&p, best, 1), 1e-6);
}

static void random_tables_by_both_methods(void **state) {
  (void)state;
  for (uint64_t b = 0; b < 24; b++) {
    hc_rng rng;
    hc_odds_range range[6];
    size_t lists = 3 + b % 2;
    double count[16] = {0}, seen = 0;
    hc_rng_init(&rng, 7, HC_PURPOSE_SIMULATION, b);
    for (size_t h = 1; h < (size_t)1 << lists; h++) seen += count[h] = 1 + floor(400 * pow(hc_rng_uniform(&rng), 3));
    hc_dependence_problem p = {.lists = lists, .count = count, .range = range};
    p.n = every_pair(lists, 0.3 + 0.5 * hc_rng_uniform(&rng), 1.5 + 3 * hc_rng_uniform(&rng), range);
    hc_dependence_interval found = solve(&p);
    if (found.misfit > 0) continue;
    assert_close(fmax(seen, end_by_lagrangian(&p, 0, -1)), found.lower.M, 1e-6);
    assert_close(end_by_lagrangian(&p, 0, 1), found.upper.M, 1e-6);
  }
}

/* ---- edges
 * ------------------------------------------------------------------------------------------------------------ */

/* A wider range gives a wider interval; no upper limit, no upper end; those on other lists only are more people, not
 * more unseen. */
static void edges(void **state) {
  hc_odds_range range = {3, 1, INFINITY};
  hc_dependence_problem p = {.lists = 2, .count = polish, .n = 1, .range = &range};
  (void)state;
  assert_true(isinf(solve(&p).upper.M));
  assert_close(solve(&p).lower.M, 177545.2414, 1e-9);
  range.from = 0, range.to = 1;
  assert_close(solve(&p).lower.M, 41307, 1e-6);
  assert_close(solve(&p).upper.M, 212578.5481, 1e-9);
  p.rest = 500;
  assert_close(solve(&p).upper.M, 212578.5481, 1e-9); /* they are among those on neither list */
  p.rest = 0;
  double before = 0;
  for (double wide = 1.01; wide < 20; wide *= 1.7) {
    range = (hc_odds_range){3, 1 / wide, wide};
    hc_dependence_interval found = solve(&p);
    assert_true(found.upper.M - found.lower.M > before);
    before = found.upper.M - found.lower.M;
  }
}

/* A cell of nobody may have a mean above 0 at an end. */
static void empty_cells(void **state) {
  static const double holes[8] = {0, 50, 40, 0, 60, 12, 9, 3};
  hc_odds_range range[3];
  hc_dependence_problem p = {.lists = 3, .count = holes, .n = every_pair(3, 0.5, 2, range), .range = range};
  (void)state;
  hc_dependence_interval found = solve(&p);
  assert_close(end_by_lagrangian(&p, -found.misfit / 2, 1), found.upper.M, 1e-6);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_lists),
      cmocka_unit_test(three_lists),
      cmocka_unit_test(four_lists),
      cmocka_unit_test(highest_order),
      cmocka_unit_test(models_with_fixed_odds_ratios),
      cmocka_unit_test(models_agree_with_others),
      cmocka_unit_test(one_statement_is_a_root),
      cmocka_unit_test(several_pairs_are_a_lagrangian),
      cmocka_unit_test(random_tables_by_both_methods),
      cmocka_unit_test(edges),
      cmocka_unit_test(empty_cells),
  };
  return cmocka_run_group_tests_name("dependence", tests, NULL, NULL);
}
