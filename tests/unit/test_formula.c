/* Formulas, the columns that they ask for, and regressions on them; expected numbers: R 4.2.2, model.matrix, poly and glm. */
#include "support.h"

#include "numeric/design.h"
#include "numeric/glm.h"
#include "numeric/linalg.h"
#include "numeric/special.h"

static const char *const a_levels[] = {"p", "q", "r"}, *const b_levels[] = {"u", "v"};
static const char *const z_levels[] = {"1", "2", "3", "4", "5", "7"};
static const double z_numbers[] = {1, 2, 3, 4, 5, 7}, ones[] = {1, 1, 1, 1, 1, 1};

static hc_formula formula;
static hc_design design;
static char problem[300];

/* For the columns a, b and z of six people, one for each pair of levels. */
static bool make(const char *text, const char *reference) {
  hc_design_variable v[HC_FORMULA_VARIABLES];
  const double *weight[HC_FORMULA_VARIABLES];
  if (!hc_formula_parse(&formula, text, problem, sizeof problem)) return false;
  for (size_t i = 0; i < formula.n_variables; i++) {
    char name = formula.variable[i][0];
    v[i] = name == 'a'   ? (hc_design_variable){3, a_levels, NULL, reference}
           : name == 'b' ? (hc_design_variable){2, b_levels, NULL, NULL}
                         : (hc_design_variable){6, z_levels, z_numbers, NULL};
    weight[i] = ones;
  }
  return hc_design_make(&design, &formula, v, weight, problem, sizeof problem);
}

static void row(size_t person, double *x) {
  size_t level[HC_FORMULA_VARIABLES];
  for (size_t i = 0; i < formula.n_variables; i++) {
    char name = formula.variable[i][0];
    level[i] = name == 'a' ? person % 3 : name == 'b' ? person / 3 : person;
  }
  hc_design_row(&design, level, x);
}

static void expect(const char *text, const char *names) {
  char found[1000] = "", name[HC_DESIGN_NAME];
  if (!make(text, NULL)) fail_msg("%s: %s", text, problem);
  for (size_t j = 0; j < design.p; j++) {
    hc_design_name(&design, j, name, sizeof name);
    snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", j ? " " : "", name);
  }
  assert_string_equal(found, names);
}

static void columns(void **state) {
  (void)state;
  expect("~ 1", "(intercept)");
  expect("~ a + z", "(intercept) a=q a=r z");
  expect("a*b", "(intercept) a=q a=r b=v a=q:b=v a=r:b=v");
  expect("~ b + a:b", "(intercept) b=v b=u:a=q b=v:a=q b=u:a=r b=v:a=r");
  expect("~ 0 + a + a:z", "a=p a=q a=r a=p:z a=q:z a=r:z");
  expect("~ a + b - 1", "a=p a=q a=r b=v");
  expect("~ a:b - 1", "a=p:b=u a=q:b=u a=r:b=u a=p:b=v a=q:b=v a=r:b=v");
  expect("~ log(z) + I(z^2) + `z`", "(intercept) log(z) I(z^2) z");
  expect("~ poly(z, 2) + factor(b)", "(intercept) poly(z,2).1 poly(z,2).2 b=v");
  expect("~ factor(z)", "(intercept) z=2 z=3 z=4 z=5 z=7");
  expect("~ z:b + a + a", "(intercept) a=q a=r z:b=u z:b=v");
}

static void references(void **state) {
  (void)state;
  char name[HC_DESIGN_NAME];
  double x[3];
  assert_true(make("~ a", "q"));
  hc_design_name(&design, 1, name, sizeof name);
  assert_string_equal(name, "a=p");
  row(1, x);
  assert_true(x[0] == 1 && x[1] == 0 && x[2] == 0);
  row(2, x);
  assert_true(x[0] == 1 && x[1] == 0 && x[2] == 1);
  assert_false(make("~ a", "Q"));
  assert_string_equal(problem, "reference: column 'a' has no level 'Q'; it has p, q, r");
}

static void nonsense(void **state) {
  static const char *const wrong[][2] = {{"", "it is empty"},
                                         {"~", "it is empty"},
                                         {"y ~ a", "begin with it"},
                                         {"~ a +", "a column is missing"},
                                         {"~ a + + b", "a column is missing"},
                                         {"~ (a + b):z", "brackets"},
                                         {"~ a - b", "only -1 can be taken away"},
                                         {"~ 0", "neither an intercept nor a term"},
                                         {"~ sqrt(z)", "there is no 'sqrt()'"},
                                         {"~ log(a)", "needs numbers"},
                                         {"~ I(z^9)", "a degree is a number from 1 to 8"},
                                         {"~ I(z)", "expected '^'"},
                                         {"~ poly(z, 6)", "needs more than 6 different values"},
                                         {"~ `a", "a backquote is not closed"},
                                         {"~ a b", ""}};
  (void)state;
  for (size_t i = 0; i + 1 < sizeof wrong / sizeof *wrong; i++) {
    if (make(wrong[i][0], NULL)) fail_msg("'%s' was read", wrong[i][0]);
    if (!strstr(problem, wrong[i][1])) fail_msg("'%s': %s", wrong[i][0], problem);
  }
}

/* poly() of 1, 2, 4, 7 for 3, 1, 2 and 5 people. */
static void polynomials(void **state) {
  static const char *const level[] = {"1", "2", "4", "7"};
  static const double number[] = {1, 2, 4, 7}, people[] = {3, 1, 2, 5};
  static const double expected[][2] = {{-0.38958161650696166, 0.25184556346924343},
                                       {-0.27376005484272986, -0.20071902050932186},
                                       {-0.042116931514266133, -0.58827083998329543},
                                       {0.30534775347842941, 0.12434480201363644}};
  (void)state;
  const double *const weight[] = {people};
  hc_design_variable v = {4, level, number, NULL};
  assert_true(hc_formula_parse(&formula, "~ poly(x, 2)", problem, sizeof problem));
  assert_true(hc_design_make(&design, &formula, &v, weight, problem, sizeof problem));
  for (size_t l = 0; l < 4; l++) {
    double x[3];
    hc_design_row(&design, &l, x);
    assert_close(x[1], expected[l][0], 1e-12);
    assert_close(x[2], expected[l][1], 1e-12);
  }
}

static void dependence(void **state) {
  double x[6 * 8], room[6 * 8];
  (void)state;
  assert_true(make("~ a + b + z + I(z^2)", NULL));
  for (size_t i = 0; i < 6; i++) row(i, x + i * design.p);
  assert_int_equal(hc_design_dependent(x, 6, design.p, room), design.p);
  assert_true(make("~ a + b + z + a:z + b:z", NULL)); /* eight columns of six people */
  for (size_t i = 0; i < 6; i++) row(i, x + i * design.p);
  assert_true(hc_design_dependent(x, 6, design.p, room) < design.p);
}

struct trials {
  double yes[6], of[6];
};

static double logistic(const void *context, size_t i, const double *eta, double *g, double *I) {
  const struct trials *t = context;
  double p = 1 / (1 + exp(-eta[0]));
  if (g) g[0] = t->yes[i] - t->of[i] * p, I[0] = t->of[i] * p * (1 - p);
  return t->yes[i] * eta[0] - t->of[i] * (eta[0] > 0 ? eta[0] + log1p(exp(-eta[0])) : log1p(exp(eta[0])));
}

static hc_glm_fit fit_logistic(const struct trials *t, double *beta, double *scratch) {
  static double x[6 * 8];
  for (size_t i = 0; i < 6; i++) row(i, x + i * design.p);
  hc_glm glm = {
      .n = 6, .predictors = 1, .p = {design.p}, .x = {x}, .weight = ones, .row = logistic, .context = t, .bound = 30};
  assert_true(hc_glm_start(&glm, (const double[]){0}, beta, scratch));
  return hc_glm_maximise(&glm, beta, scratch);
}

static void logistic_regression(void **state) {
  static const struct trials trials = {{1, 0, 3, 2, 4, 1}, {5, 4, 6, 6, 5, 3}};
  static const double expected[] = {-1.8035040073183526, 0.48609220435152384, 0.29439301776944665, 0.29504638545670048};
  static const double se[] = {1.0028892957561209, 0.99358499326543825, 1.0404132172435991, 0.24754789716142719};
  double beta[4], scratch[100], inverse[16], constant = 0;
  (void)state;
  assert_true(make("~ a + z", NULL));
  hc_glm_fit fit = fit_logistic(&trials, beta, scratch);
  assert_int_equal(fit.end, HC_GLM_CONVERGED);
  hc_cholesky_invert(scratch, 4, inverse);
  for (size_t j = 0; j < 4; j++) {
    assert_close(beta[j], expected[j], 1e-9);
    assert_close(sqrt(inverse[j * 5]), se[j], 1e-8);
  }
  for (size_t i = 0; i < 6; i++) constant += hc_ln_choose(trials.of[i], trials.yes[i]);
  assert_close(fit.loglik + constant, -8.0486668890380173, 1e-12);
}

/* Everybody with b = v says yes: its coefficient has no end. */
static void separation(void **state) {
  static const struct trials trials = {{1, 2, 3, 6, 5, 3}, {5, 4, 6, 6, 5, 3}};
  double beta[2], scratch[100];
  (void)state;
  assert_true(make("~ b", NULL));
  hc_glm_fit fit = fit_logistic(&trials, beta, scratch);
  assert_true(fit.end == HC_GLM_ESCAPED || fit.end == HC_GLM_FLAT);
  assert_int_equal(fit.culprit, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(columns),     cmocka_unit_test(references), cmocka_unit_test(nonsense),
      cmocka_unit_test(polynomials), cmocka_unit_test(dependence), cmocka_unit_test(logistic_regression),
      cmocka_unit_test(separation),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
