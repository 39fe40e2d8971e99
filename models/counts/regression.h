/* What the regressions on counts share: everything but the distribution of one person's count. */
#ifndef HC_COUNTS_REGRESSION_H
#define HC_COUNTS_REGRESSION_H

#include "model.h"
#include "numeric/glm.h"

/* Options of every regression: the array's first entries. */
#define REGRESSION_OPTIONS HC_FORMULA_OPTIONS
#define REGRESSION_OPTION_ALPHA                                                                                        \
  {                                                                                                                    \
    "formula-alpha", HC_OPTION_FORMULA, "", 0, 0, NULL,                                                                \
        "with a formula: that of ln alpha, the squared coefficient of variation of the rates; default ~ 1"             \
  }

/* What somebody who was met stands for in the sum that is N. */
typedef struct hc_stands_for {
  double people;                   /* 1/(1 - P(0)), or what takes its place    */
  double slope[HC_GLM_PREDICTORS]; /* its derivatives in the linear predictors */
  double variance;                 /* P(0)/(1 - P(0))^2, or what takes its place */
} hc_stands_for;

/* A distribution of the counts of people who were met, by its linear predictors eta. */
typedef struct hc_count_family hc_count_family;
struct hc_count_family {
  int base, ones;    /* which one, for functions that several families share */
  const char *words; /* how the form names it: "Poisson regression"                                       */
  size_t predictors; /* the first is ln of the rate                                                       */
  const char *prefix[HC_GLM_PREDICTORS]; /* of the coefficients' names: "beta", "alpha", "omega"             */
  const char *option[HC_GLM_PREDICTORS]; /* the formula's option; of the first it is "formula"               */
  bool linear;  /* ln P(k) is linear in k but for `constant`: people and meetings of a stratum suffice */
  double most;  /* people met more often take no part in the fit; 0: all do                          */
  double least; /* and those met less often                                                          */
  double bound; /* a predictor past this is on its way to infinity                                   */
  /* ln P(k) given that k is one of those that take part, but for the constant; k may be a mean where linear. Derivatives as
   * hc_glm_row's, where gradient is not NULL. */
  double (*loglik)(const hc_count_family *family, double k, const double *eta, double *gradient, double *information);
  double (*constant)(const hc_count_family *family, double k);
  void (*stands_for)(const hc_count_family *family, double k, const double *eta, hc_stands_for *s);
  /* The chance of being met k >= 0 times, where the family is linear: what data are drawn from. */
  double (*chance)(double k, const double *eta);
  /* eta at which all of these people could be: n people with S meetings take part */
  void (*start)(const hc_count_family *family, double n, double S, double *eta);
};

/* Of those met once or twice, twice with odds exp(eta): what Chao's and Zelterman's regressions fit. */
double hc_once_or_twice(const hc_count_family *family, double k, const double *eta, double *gradient,
                        double *information);
void hc_once_or_twice_start(const hc_count_family *family, double n, double S, double *eta);
/* What such families share in their descriptions. */
#define HC_ONCE_OR_TWICE                                                                          \
  .predictors = 1, .prefix = {"beta"}, .option = {"formula"}, .least = 1, .most = 2, .bound = 30, \
  .loglik = hc_once_or_twice, .constant = hc_no_constant, .start = hc_once_or_twice_start
double hc_no_constant(const hc_count_family *family, double k);

typedef struct hc_regression hc_regression_plan;

/* A whole prepare, where the option `formula` is stated: plan->state's first member has to be a hc_regression_plan
 * pointer, which is set. Quantities: N, the coefficients, N by level of every factor. */
hc_status hc_regression_prepare(hc_plan *plan, const hc_data *data, const hc_options *options,
                                const hc_count_family *family, hc_regression_plan **regression, hc_error *err);
/* One of several regressions on the same profiles, for a procedure that chooses among them: its part of the plan, whose cells
 * and observed are the profiles; the quantities N and N by level of every factor; doubles of scratch; and one fit, which
 * writes value and se of those quantities. */
hc_status hc_regression_part(hc_plan *plan, const hc_data *data, const hc_options *options, const hc_count_family *family,
                             hc_regression_plan **regression, hc_error *err);
hc_status hc_regression_part_quantities(hc_plan *plan, const hc_data *data, const hc_regression_plan *r);
size_t hc_regression_part_scratch(const hc_regression_plan *r);
hc_status hc_regression_part_fit(const hc_regression_plan *r, const double *observed, double *scratch, double *value,
                                 double *se, hc_fit *fit, hc_error *err);
/* Residuals, leverages and frequencies of everybody, for the descriptor. */
hc_status hc_regression_diagnose(const hc_plan *plan, const hc_estimate *e, double *scratch, hc_diagnosed *d, hc_error *err);
/* Draws for a linear family without sampling weights, whose plans alone allow it. */
void hc_regression_simulate(const hc_plan *plan, const hc_estimate *estimate, hc_rng *rng, double *replicate);
hc_status hc_regression_fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e,
                            hc_error *err);

#endif
