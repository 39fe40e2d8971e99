/* Newton's method with halved steps (Nocedal and Wright 2006, Numerical Optimization, algorithm 3.2), and a growing multiple
 * of the diagonal where the likelihood is not concave (their section 3.4). With one predictor in its natural parameter this is
 * iteratively reweighted least squares (Green 1984, JRSS B 46:149). */
#include "numeric/glm.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/linalg.h"

enum { MOST_STEPS = 200, MOST_HALVINGS = 40 };
static const double tolerance = 1e-9; /* of the last step, relative: the next would be its square */
static const double singular = 1e-12; /* of a pivot to its diagonal entry */
static const double ridge_first = 1e-4;

size_t hc_glm_columns(const hc_glm *glm) {
  size_t p = 0;
  for (size_t q = 0; q < glm->predictors; q++) p += glm->p[q];
  return p;
}

size_t hc_glm_scratch(const hc_glm *glm) {
  size_t p = hc_glm_columns(glm);
  return 2 * p * p + 3 * p;
}

void hc_glm_predict(const hc_glm *glm, const double *beta, size_t i, double *eta) {
  size_t r = glm->design_row ? glm->design_row[i] : i;
  for (size_t q = 0; q < glm->predictors; q++) {
    const double *x = glm->x[q] + r * glm->p[q];
    double sum = glm->offset[q] ? glm->offset[q][r] : 0;
    for (size_t j = 0; j < glm->p[q]; j++) sum += x[j] * beta[j];
    eta[q] = sum;
    beta += glm->p[q];
  }
}

/* information += w x_a I_ab x_b', lower triangle; gradient += w g_a x_a. */
static void add_row(const hc_glm *glm, size_t r, double w, const double *g, const double *I, size_t p, double *gradient,
                    double *information) {
  size_t Q = glm->predictors;
  for (size_t a = 0, from = 0; a < Q; from += glm->p[a++]) {
    const double *xa = glm->x[a] + r * glm->p[a];
    for (size_t j = 0; j < glm->p[a]; j++) {
      if (xa[j] == 0) continue;
      gradient[from + j] += w * g[a] * xa[j];
      double *row = information + (from + j) * p;
      for (size_t b = 0, at = 0; b <= a; at += glm->p[b++]) {
        const double *xb = glm->x[b] + r * glm->p[b];
        double factor = w * I[a * Q + b] * xa[j];
        for (size_t k = 0; k < (b < a ? glm->p[b] : j + 1); k++) row[at + k] += factor * xb[k];
      }
    }
  }
}

/* The log-likelihood; gradient and information where gradient is not NULL. *largest: |eta|. */
static double evaluate(const hc_glm *glm, const double *beta, double *gradient, double *information, double *largest) {
  size_t p = hc_glm_columns(glm);
  double sum = 0, eta[HC_GLM_PREDICTORS], g[HC_GLM_PREDICTORS], I[HC_GLM_PREDICTORS * HC_GLM_PREDICTORS];
  *largest = 0;
  if (gradient) {
    memset(gradient, 0, p * sizeof *gradient);
    memset(information, 0, p * p * sizeof *information);
  }
  for (size_t i = 0; i < glm->n; i++) {
    double w = glm->weight[i];
    if (!(w > 0)) continue;
    hc_glm_predict(glm, beta, i, eta);
    sum += w * glm->row(glm->context, i, eta, gradient ? g : NULL, I);
    for (size_t q = 0; q < glm->predictors; q++) *largest = fmax(*largest, fabs(eta[q]));
    if (gradient) add_row(glm, glm->design_row ? glm->design_row[i] : i, w, g, I, p, gradient, information);
  }
  return sum;
}

/* step = (information + ridge)^-1 gradient, the smallest ridge of a growing sequence for which it is positive definite. */
static bool newton_step(size_t p, const double *gradient, const double *information, double *factor, double *step, double *ridge) {
  for (*ridge = 0; *ridge < 1e12; *ridge = *ridge > 0 ? 4 * *ridge : ridge_first) {
    memcpy(factor, information, p * p * sizeof *factor);
    for (size_t j = 0; j < p; j++) factor[j * p + j] += *ridge * (fabs(information[j * p + j]) + DBL_MIN);
    bool positive = true;
    for (size_t j = 0; j < p; j++) positive = positive && factor[j * p + j] > 0;
    if (!positive || !hc_cholesky(factor, p, singular)) continue;
    memcpy(step, gradient, p * sizeof *step);
    hc_cholesky_solve(factor, p, step);
    return true;
  }
  return false;
}

static size_t furthest(size_t p, const double *step) {
  size_t most = 0;
  for (size_t j = 1; j < p; j++)
    if (fabs(step[j]) > fabs(step[most])) most = j;
  return most;
}

static double relative(size_t p, const double *step, const double *beta) {
  double size = 0;
  for (size_t j = 0; j < p; j++) size = fmax(size, fabs(step[j]) / (1 + fabs(beta[j])));
  return size;
}

/* The longest of the steps 1, 1/2, 1/4, ... that does not go down by more than rounding. Derivatives come with the value,
 * because the first step is nearly always the one. */
static bool ascend(const hc_glm *glm, size_t p, const double *beta, double *step, double *trial, double *gradient,
                   double *information, double *largest, double *loglik) {
  double noise = 16 * DBL_EPSILON * (1 + fabs(*loglik));
  for (int k = 0; k < MOST_HALVINGS; k++) {
    for (size_t j = 0; j < p; j++) trial[j] = beta[j] + step[j];
    double value = evaluate(glm, trial, gradient, information, largest);
    if (isfinite(value) && value >= *loglik - noise) return *loglik = value, true;
    for (size_t j = 0; j < p; j++) step[j] /= 2;
  }
  return false;
}

hc_glm_fit hc_glm_maximise(const hc_glm *glm, double *beta, double *scratch) {
  size_t p = hc_glm_columns(glm);
  double *factor = scratch, *information = factor + p * p, *gradient = information + p * p;
  double *step = gradient + p, *trial = step + p, largest, ridge;
  hc_glm_fit fit = {.end = HC_GLM_STALLED};
  fit.loglik = evaluate(glm, beta, gradient, information, &largest);
  for (; fit.iterations < MOST_STEPS; fit.iterations++) {
    if (!isfinite(fit.loglik)) return fit;
    if (largest > glm->bound) return fit.end = HC_GLM_ESCAPED, fit;
    if (!newton_step(p, gradient, information, factor, step, &ridge)) return fit.end = HC_GLM_FLAT, fit;
    fit.culprit = furthest(p, step);
    if (relative(p, step, beta) <= tolerance) return fit.end = ridge > 0 ? HC_GLM_FLAT : HC_GLM_CONVERGED, fit;
    if (!ascend(glm, p, beta, step, trial, gradient, information, &largest, &fit.loglik)) return fit;
    memcpy(beta, trial, p * sizeof *beta);
  }
  return fit;
}

bool hc_glm_start(const hc_glm *glm, const double *constant, double *beta, double *scratch) {
  size_t p = hc_glm_columns(glm), Q = glm->predictors;
  double *square = scratch, *right = square + p * p;
  double identity[HC_GLM_PREDICTORS * HC_GLM_PREDICTORS] = {0}, g[HC_GLM_PREDICTORS];
  for (size_t q = 0; q < Q; q++) identity[q * Q + q] = 1;
  memset(square, 0, p * p * sizeof *square);
  memset(right, 0, p * sizeof *right);
  for (size_t i = 0; i < glm->n; i++) {
    size_t r = glm->design_row ? glm->design_row[i] : i;
    if (!(glm->weight[i] > 0)) continue;
    for (size_t q = 0; q < Q; q++) g[q] = constant[q] - (glm->offset[q] ? glm->offset[q][r] : 0);
    add_row(glm, r, glm->weight[i], g, identity, p, right, square);
  }
  if (!hc_cholesky(square, p, singular)) return false;
  memcpy(beta, right, p * sizeof *beta);
  hc_cholesky_solve(square, p, beta);
  return true;
}
