/* Small linear programs: against GLPK on overlaps of random populations, strong duality, no solution, no end. */
#include "support.h"

#include <glpk.h>

#include "numeric/simplex.h"

enum { MOST = 6, SETS = (1 << MOST) - 1, EQUATIONS = MOST * (MOST + 1) / 2 };

struct program {
  size_t k, m, n;
  double a[EQUATIONS * SETS], b[EQUATIONS];
};

/* Totals and most pairwise overlaps of a random population on k platforms. */
static void draw(struct program *p, hc_rng *rng) {
  double people[SETS];
  p->k = 2 + hc_rng_word(rng) % (MOST - 1);
  p->n = ((size_t)1 << p->k) - 1, p->m = 0;
  for (size_t x = 0; x < p->n; x++) people[x] = hc_rng_word(rng) % 3 ? hc_rng_word(rng) % 50 : 0;
  for (size_t i = 0; i < p->k; i++)
    for (size_t j = i; j < p->k; j++) {
      if (i != j && hc_rng_word(rng) % 5 == 0) continue; /* a pair that is not known */
      p->b[p->m] = 0;
      for (size_t set = 1; set <= p->n; set++) {
        bool in = (set >> i & 1) && (set >> j & 1);
        p->a[p->m * p->n + set - 1] = in;
        p->b[p->m] += in ? people[set - 1] : 0;
      }
      p->m++;
    }
}

static double by_glpk(const struct program *p, int direction, bool *feasible) {
  glp_prob *lp = glp_create_prob();
  glp_smcp how;
  int index[SETS + 1];
  double value[SETS + 1];
  glp_init_smcp(&how);
  how.msg_lev = GLP_MSG_OFF;
  glp_set_obj_dir(lp, direction);
  glp_add_rows(lp, (int)p->m);
  glp_add_cols(lp, (int)p->n);
  for (size_t x = 0; x < p->n; x++) {
    glp_set_col_bnds(lp, (int)x + 1, GLP_LO, 0, 0);
    glp_set_obj_coef(lp, (int)x + 1, 1);
  }
  for (size_t i = 0; i < p->m; i++) {
    for (size_t x = 0; x < p->n; x++) index[x + 1] = (int)x + 1, value[x + 1] = p->a[i * p->n + x];
    glp_set_mat_row(lp, (int)i + 1, (int)p->n, index, value);
    glp_set_row_bnds(lp, (int)i + 1, GLP_FX, p->b[i], p->b[i]);
  }
  assert_int_equal(glp_simplex(lp, &how), 0);
  *feasible = glp_get_status(lp) == GLP_OPT;
  double objective = glp_get_obj_val(lp);
  glp_delete_prob(lp);
  return objective;
}

static void agrees(const struct program *p, double *work) {
  double one[SETS], minus[SETS], y[EQUATIONS], value, dual;
  bool feasible;
  double least = by_glpk(p, GLP_MIN, &feasible);
  assert_int_equal(hc_simplex_start(work, p->m, p->n, p->a, p->b), feasible);
  if (!feasible) return;
  for (size_t x = 0; x < p->n; x++) one[x] = 1, minus[x] = -1;
  for (int side = 0; side < 2; side++) {
    assert_true(hc_simplex_minimise(work, p->m, p->n, side ? minus : one, &value, y));
    double theirs = side ? -by_glpk(p, GLP_MAX, &feasible) : least;
    if (fabs(value - theirs) > 1e-7 * (1 + fabs(theirs))) fail_msg("ours %.12g, GLPK's %.12g", value, theirs);
    dual = 0;
    for (size_t i = 0; i < p->m; i++) dual += y[i] * p->b[i];
    if (fabs(value - dual) > 1e-7 * (1 + fabs(value))) fail_msg("primal %.12g, dual %.12g", value, dual);
  }
}

static void agrees_with_glpk(void **state) {
  static struct program p;
  double *work = malloc(hc_simplex_size(EQUATIONS, SETS) * sizeof *work);
  size_t spoiled = 0;
  (void)state;
  assert_non_null(work);
  for (uint64_t seed = 0; seed < 300; seed++) {
    hc_rng rng;
    hc_rng_init(&rng, seed, HC_PURPOSE_SIMULATION, 0);
    draw(&p, &rng);
    if (seed % 3 == 2) p.b[hc_rng_word(&rng) % p.m] *= 1.7, spoiled++; /* often no population */
    agrees(&p, work);
  }
  assert_true(spoiled > 50);
  free(work);
}

/* x - y = 1, minimise -x: no end. 2 equations that contradict. */
static void no_end_and_no_solution(void **state) {
  const double a[] = {1, -1}, b[] = {1}, c[] = {-1, 0}, twice[] = {1, 1, 1, 1}, other[] = {1, 2};
  double work[40], value;
  (void)state;
  assert_true(hc_simplex_size(2, 2) <= 40);
  assert_true(hc_simplex_start(work, 1, 2, a, b));
  assert_false(hc_simplex_minimise(work, 1, 2, c, &value, NULL));
  assert_false(hc_simplex_start(work, 2, 2, twice, other));
  const double same[] = {1, 1};
  assert_true(hc_simplex_start(work, 2, 2, twice, same)); /* an equation twice */
  assert_true(hc_simplex_minimise(work, 2, 2, c, &value, NULL));
  assert_close(value, -1, 1e-12);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_glpk), cmocka_unit_test(no_end_and_no_solution)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
