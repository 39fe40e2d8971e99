/* Zelterman's estimator: the Poisson rate from the people met once and twice alone.
 *
 *   lambda = 2 f2/f1,   N = n / (1 - exp(-lambda))          Zelterman (1988) J. Statist. Plann. Inf. 18:225
 *
 * Of the f1 + f2 people met once or twice, f2 is binomial with probability p = (lambda/2)/(1 + lambda/2) (Boehning and
 * Del Rio Vilas 2008, JABES 13:1): that is the log-likelihood here, ln(lambda/2) its parameter, with
 * information f1 f2/(f1+f2). Variance (Boehning 2008, Statist. Methodology 5:410; the components of van
 * der Heijden et al. 2003): the spread of n for given N, plus what the estimated rate adds,
 *   var N = n P0/(1-P0)^2 + (n P0 lambda/(1-P0)^2)^2 (1/f1 + 1/f2),   P0 = exp(-lambda).
 *
 * With a formula: ln(lambda_i/2) = x_i' beta by logistic regression of k = 2 against k = 1, and N the sum of
 * 1/(1 - exp(-lambda_i)) over all who were met (Boehning and Del Rio Vilas 2008, section 3).
 *
 * Assumes: a Poisson rate near which most people lie who are met once or twice; the larger counts may come
 * from anywhere. Not a lower bound: it can exceed N where many people are met only once by
 * their own choice (one-inflation), and it breaks when f1 = 0 or f2 = 0. */
#include "counts/regression.h"

enum { F1, F2, REST, N_CELLS };

struct state {
  hc_regression_plan *regression; /* where a formula is stated */
};

static const hc_option options[] = {REGRESSION_OPTIONS, {0}};

/* --- regression: eta = ln(lambda/2), logistic in being met twice rather than once --------------------------- */

static void stands_for(const hc_count_family *f, double k, const double *eta, hc_stands_for *s) {
  (void)f;
  double lambda = 2 * exp(eta[0]), none = exp(-lambda), met = -expm1(-lambda);
  (void)k;
  s->people = 1 / met;
  s->slope[0] = -lambda * none / (met * met);
  s->variance = none / (met * met);
}

static const hc_count_family family = {
    .words = N_("regression of Zelterman's rate"),
    HC_ONCE_OR_TWICE,
    .stands_for = stands_for,
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  if (hc_options_is_stated(o, "formula")) return hc_regression_prepare(plan, data, o, &family, &s->regression, err);
  hc_status status = hc_plan_use_frequencies(plan, data, N_CELLS, true, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 2);
  hc_plan_population(plan, "people");
  hc_plan_quantity(plan, 1, &hc_quantity_positive,
                   "how often one person is met, on average, people never met included", "lambda");
  hc_plan_set_form(plan, "N = n/(1 - exp(-2 f2/f1))");
  hc_plan_add_variant(plan, "; se: Boehning (2008), binomial information of f2 in f1 + f2");
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  if (s->regression) return hc_regression_fit(plan, f, scratch, e, err);
  double n = f[F1] + f[F2] + f[REST], both = f[F1] + f[F2];
  if (!(f[F2] > 0)) return hc_refuse(err, "no-doubletons", "nobody was met exactly twice (f2 = 0): the rate is zero");
  if (!(f[F1] > 0)) return hc_refuse(err, "no-singletons", "nobody was met exactly once (f1 = 0): the rate is infinite");
  double lambda = 2 * f[F2] / f[F1], none = exp(-lambda), met = -expm1(-lambda);
  double spread = n * none / (met * met), slope = spread * lambda;
  e->value[0] = n / met;
  e->se[0] = sqrt(spread + slope * slope * (1 / f[F1] + 1 / f[F2]));
  e->value[1] = lambda;
  e->se[1] = lambda * sqrt(1 / f[F1] + 1 / f[F2]);
  hc_fit_criteria(&e->fit, f[F1] * log(f[F1] / both) + f[F2] * log(f[F2] / both), 1, n);
  return HC_OK;
}

const hc_estimator hc_estimator_zelterman = {
    .id = "zelterman",
    .title = "Zelterman's robust estimator",
    .cite = "Zelterman (1988) J. Statist. Planning Inference 18:225-237; Boehning (2008) Statist. Methodology "
            "5:410-423",
    .formula = "N = n / (1 - exp(-2 f2/f1))",
    .assumes = "people met once or twice are met at one Poisson rate, which also holds for the people never met",
    .needs = "how many people were met once and twice, both more than zero",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .diagnose = hc_regression_diagnose,
};
