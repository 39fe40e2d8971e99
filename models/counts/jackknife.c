/* The generalised jackknife of Burnham and Overton: people differ in their chance of being met, in any way.
 *
 * f_i: people met exactly i times; S = sum f_i; t: occasions. The estimator of order k is linear,
 *   N_k = sum_i a_ik f_i,  a_ik = 1 + c_ik for i <= k, 1 beyond;  var N_k = sum_i a_ik^2 f_i - N_k
 *   large t:  c_ik = (-1)^(i+1) (k choose i)                              Burnham and Overton (1979), p. 935
 *   finite t: c_1k = (t-1)/t for k = 1, ...; polynomials in t             Burnham and Overton (1979), table 1
 * Which order (1979, p. 929): N_{k+1} - N_k = sum b_i f_i is tested against 0 with
 *   T_k = (N_{k+1} - N_k)^2 / v,  v = S/(S-1) (sum b_i^2 f_i - (N_{k+1} - N_k)^2 / S),
 * for k = 1, 2, ...; the first k with T_k < 3.84 is chosen.
 *   interpolated: w N_k + (1-w) N_{k-1},  w = (T_{k-1} - 3.84) / (T_{k-1} - T_k); for k = 1, between N_1 and S with
 *     T_0 = N_1 f_1 / (N_1 - f_1) where that exceeds 3.84 (Rexstad and Burnham 1991, program CAPTURE).
 *   selected: N_k.
 * Standard error. conditional: that of the linear combination used. unconditional: the choice of the order is
 * part of the variance (Rexstad and Burnham 1991): pi_k is the estimated chance that order k is chosen, with
 * the power of each test at its own T - 1, and var = sum pi_k (var N_k + (N_k - sum pi_j N_j)^2).
 *   In a test with T <= 1 CAPTURE takes the power to be 1/2 ("unconditional"); with the noncentrality 0
 *   the formula itself gives 0.05 ("unconditional-formula", what secr computes).
 *
 * Assumes nothing about the chances; N is not identified without it, so orders are a compromise of bias and
 * variance. Breaks when few are met more than once; grows with the order where chances near 0 are common. */
#include "model.h"

enum { HIGHEST = 10, FINITE_HIGHEST = 5, N_CELLS = HIGHEST + 1 };
enum error { CONDITIONAL, UNCONDITIONAL, FORMULA };

static const double critical = 3.84;      /* of the tests, as in Burnham and Overton */
static const double critical_root = 1.96; /* its root, for the power                 */

struct state {
  size_t order, highest; /* 0: by the tests among 1 .. highest */
  bool interpolated;
  enum error error;
  double a[HIGHEST + 1][N_CELLS]; /* row k: coefficients of N_k; row 0: of S */
};

static const hc_option options[] = {
    {"order", HC_OPTION_INTEGER, "0", 0, HIGHEST, NULL, "order of the jackknife; 0: chosen by sequential tests"},
    HC_OPTION_OCCASIONS(1e9, "", "; not stated: the form for large t"),
    {"form", HC_OPTION_CHOICE, "auto", 0, 0, "auto|finite|large",
     "coefficients for t occasions or for many; auto: finite where t is known"},
    {"highest-order", HC_OPTION_INTEGER, "5", 1, HIGHEST, NULL,
     "highest order that the tests consider; above 5: large t only"},
    {"choice", HC_OPTION_CHOICE, "interpolated", 0, 0, "interpolated|selected",
     "with order=0: between the chosen order and the one below, or the chosen order itself"},
    {"variance", HC_OPTION_CHOICE, "auto", 0, 0, "auto|conditional|unconditional|unconditional-formula",
     "standard error given the order, or over the choice of it; auto: the latter for interpolated"},
    {0},
};

static void large_coefficients(double a[HIGHEST + 1][N_CELLS]) {
  for (size_t k = 1; k <= HIGHEST; k++) {
    double choose = 1, sign = 1;
    for (size_t i = 1; i <= k; i++, sign = -sign) {
      choose *= (double)(k - i + 1) / (double)i;
      a[k][i - 1] = 1 + sign * choose;
    }
  }
}

/* Burnham and Overton (1979), table 1. A column i > t is never met and stays at 1. */
static void finite_coefficients(double t, double a[HIGHEST + 1][N_CELLS]) {
  double u = t - 4, v = t - 5, t2 = t * t, t3 = t2 * t;
  double fifth = -(5 * u * u * u * u - 10 * u * u * u + 10 * u * u - 5 * u + 1); /* -(u^5 - v^5) */
  const double c[FINITE_HIGHEST][FINITE_HIGHEST] = {
      {t - 1},
      {2 * t - 3, -(t - 2) * (t - 2)},
      {3 * t - 6, -(3 * t2 - 15 * t + 19), (t - 3) * (t - 3) * (t - 3)},
      {4 * t - 10, -(6 * t2 - 36 * t + 55), 4 * t3 - 42 * t2 + 148 * t - 175, -u * u * u * u},
      {5 * t - 15, -(10 * t2 - 70 * t + 125), 10 * t3 - 120 * t2 + 485 * t - 660, fifth, v * v * v * v * v}};
  for (size_t k = 1; k <= FINITE_HIGHEST; k++) {
    double falling = 1;
    for (size_t i = 1; i <= k && (double)i <= t; i++) {
      falling *= t - (double)i + 1;
      a[k][i - 1] = 1 + c[k - 1][i - 1] / falling;
    }
  }
}

static enum error chosen_error(const hc_options *o, bool tested_and_interpolated) {
  if (hc_options_choice_is(o, "variance", "conditional")) return CONDITIONAL;
  if (hc_options_choice_is(o, "variance", "unconditional")) return UNCONDITIONAL;
  if (hc_options_choice_is(o, "variance", "unconditional-formula")) return FORMULA;
  return tested_and_interpolated ? UNCONDITIONAL : CONDITIONAL;
}

static hc_status choose(struct state *s, const hc_data *data, const hc_options *o, double *t, hc_error *err) {
  *t = hc_options_choice_is(o, "form", "large") ? 0 : hc_stated_occasions(data, o);
  if (*t == 0 && hc_options_choice_is(o, "form", "finite"))
    return hc_fail(err, HC_EUSAGE, "jackknife: form=finite needs the number of occasions: --set occasions=T");
  if (*t > 0 && (double)hc_data_max_times(data) > *t)
    return hc_refuse(err, "count-too-large", "somebody was met more often than there are occasions (%.0f)", *t);
  s->order = (size_t)hc_options_integer(o, "order");
  s->highest = (size_t)hc_options_integer(o, "highest-order");
  if (*t > 0 && (s->order > FINITE_HIGHEST || s->highest > FINITE_HIGHEST))
    return hc_fail(err, HC_EUSAGE, "jackknife: orders above %d exist with form=large only", FINITE_HIGHEST);
  if (*t > 0 && (double)s->order > *t)
    return hc_fail(err, HC_EUSAGE, "jackknife: order %zu needs at least %zu occasions", s->order, s->order);
  if (*t > 0 && (double)s->highest > *t) s->highest = (size_t)*t;
  s->interpolated = s->order == 0 && hc_options_choice_is(o, "choice", "interpolated");
  s->error = chosen_error(o, s->interpolated);
  if (s->order && s->error != CONDITIONAL)
    return hc_fail(err, HC_EUSAGE, "jackknife: a fixed order has the conditional standard error only");
  for (size_t k = 0; k <= HIGHEST; k++)
    for (size_t i = 0; i < N_CELLS; i++) s->a[k][i] = 1;
  if (*t > 0)
    finite_coefficients(*t, s->a);
  else
    large_coefficients(s->a);
  return HC_OK;
}

static void describe(hc_plan *plan, const struct state *s, double t) {
  static const char *const errors[] = {N_("conditional on the order"), N_("over the choice of the order (CAPTURE)"),
                                       N_("over the choice of the order (formula)")};
  if (s->order)
    hc_plan_set_form(plan, "fixed order (at most %zu)", s->order);
  else
    hc_plan_set_form(plan, "order by sequential tests");
  if (!s->order)
    hc_plan_add_variant(plan, ", %s (at most %zu)", s->interpolated ? _("interpolated") : _("not interpolated"), s->highest);
  if (t > 0)
    hc_plan_add_variant(plan, ", t = %.0f", t);
  else
    hc_plan_add_variant(plan, ", many occasions");
  hc_plan_add_variant(plan, "; se: %s", _(errors[s->error]));
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state chosen = {0};
  double t;
  hc_status status = choose(&chosen, data, o, &t, err);
  if (status != HC_OK) return status;
  status = hc_plan_use_frequencies(plan, data, N_CELLS, true, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 2);
  hc_plan_population(plan, "people");
  hc_plan_quantity(plan, 1, &hc_quantity_real, "order of the jackknife, as fixed or chosen", "order");
  *(struct state *)plan->state = chosen;
  describe(plan, &chosen, t);
  return HC_OK;
}

static double linear(const double *a, const double *f) {
  double sum = 0;
  for (size_t i = 0; i < N_CELLS; i++) sum += a[i] * f[i];
  return sum;
}

static double variance(const double *a, const double *f) {
  double squares = 0;
  for (size_t i = 0; i < N_CELLS; i++) squares += a[i] * a[i] * f[i];
  return squares - linear(a, f);
}

/* T_k; 0 where the two orders do not differ on these data. */
static double test(const struct state *s, const double *f, size_t k, double S) {
  double difference = 0, squares = 0;
  for (size_t i = 0; i < N_CELLS; i++) {
    double b = s->a[k + 1][i] - s->a[k][i];
    difference += b * f[i], squares += b * b * f[i];
  }
  double v = S / (S - 1) * (squares - difference * difference / S);
  return v > 0 ? difference * difference / v : 0;
}

/* Chance that a chi-squared variable with one degree of freedom and this noncentrality exceeds 3.84. */
static double power_at(double noncentrality) {
  double d = sqrt(noncentrality);
  return hc_normal_cdf(d - critical_root) + hc_normal_cdf(-d - critical_root);
}

static double unconditional_variance(const struct state *s, const double *f, const double *T) {
  double pi[HIGHEST + 1], reached = 1, mean = 0, sum = 0;
  for (size_t k = 1; k <= s->highest; k++) {
    double power = k == s->highest ? 0 : s->error == UNCONDITIONAL && T[k] <= 1 ? 0.5 : power_at(fmax(0, T[k] - 1));
    pi[k] = reached * (1 - power);
    reached *= power;
    mean += pi[k] * linear(s->a[k], f);
  }
  for (size_t k = 1; k <= s->highest; k++) {
    double d = linear(s->a[k], f) - mean;
    sum += pi[k] * (variance(s->a[k], f) + d * d);
  }
  return sum;
}

/* The coefficients used, between order k and k - 1. */
static void interpolate(const struct state *s, const double *f, size_t k, const double *T, double *a) {
  double before = T[k - 1], w = 1;
  if (k == 1) {
    double N1 = linear(s->a[1], f);
    before = N1 > f[0] ? N1 * f[0] / (N1 - f[0]) : 0;
  }
  if (before > critical) w = (before - critical) / (before - T[k]);
  for (size_t i = 0; i < N_CELLS; i++) a[i] = w * s->a[k][i] + (1 - w) * s->a[k - 1][i];
}

static hc_status fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double S = 0, T[HIGHEST + 1] = {0}, a[N_CELLS];
  size_t k = s->order;
  (void)scratch;
  for (size_t i = 0; i < N_CELLS; i++) S += f[i];
  if (!(S > 1)) return hc_refuse(err, "too-few-cells", "the jackknife needs at least two people");
  if (S == f[0]) return hc_refuse(err, "no-recaptures", "everybody was met exactly once");
  for (size_t j = 1; j < s->highest; j++) T[j] = test(s, f, j, S);
  for (k = s->order ? s->order : 1; !s->order && k < s->highest && T[k] >= critical;) k++;
  if (s->interpolated)
    interpolate(s, f, k, T, a);
  else
    for (size_t i = 0; i < N_CELLS; i++) a[i] = s->a[k][i];
  double N = linear(a, f), v = s->error == CONDITIONAL ? variance(a, f) : unconditional_variance(s, f, T);
  if (N < S) return hc_refuse(err, "not-identified", "order %zu gives fewer people than were met (%.6g)", k, N);
  e->value[0] = N;
  e->se[0] = v >= 0 ? sqrt(v) : NAN;
  e->value[1] = (double)k;
  if (!s->order && k == s->highest && k > 1)
    hc_estimate_note(e, "boundary", "the tests ask for order %zu or more: people differ much, and N is likely larger",
                     k);
  hc_note_coverage(e, 13, 89);
  return HC_OK;
}

const hc_estimator hc_estimator_jackknife = {
    .id = "jackknife",
    .title = "Generalised jackknife",
    .cite = "Burnham and Overton (1978) Biometrika 65:625-633; (1979) Ecology 60:927-936, table 1, p. 928-935; "
            "Rexstad and Burnham (1991) User's guide for interactive program CAPTURE",
    .formula = "N_k = sum_i a_ik f_i, linear in the numbers of people met i times; the order k by sequential tests",
    .assumes = "people differ in their chance of being met, in any way, but few chances are close to 0",
    .needs = "how often people were met; occasions for the finite form",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
