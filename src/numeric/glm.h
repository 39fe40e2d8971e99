/* Regressions with one or more linear predictors, by Newton's method on the whole likelihood, in the caller's scratch.
 *
 * Row i has predictors eta_q = offset_q + x_q beta_q, q = 0..Q-1, a weight, and a log-likelihood l(eta) of its own. Cost: an
 * iteration takes n p^2/2 multiplications and one Cholesky factor. Threads: any number, each with its own scratch. */
#ifndef HC_NUMERIC_GLM_H
#define HC_NUMERIC_GLM_H

#include <stdbool.h>
#include <stddef.h>

enum { HC_GLM_PREDICTORS = 3 };

/* The log-likelihood of row i at eta, -infinity or NaN outside of the domain. gradient[Q] and information[Q][Q] (minus the second
 * derivatives, all of it) are written where gradient is not NULL. */
typedef double (*hc_glm_row)(const void *context, size_t row, const double *eta, double *gradient, double *information);

typedef struct hc_glm {
  size_t n, predictors;
  size_t p[HC_GLM_PREDICTORS];             /* columns of each predictor                                           */
  const double *x[HC_GLM_PREDICTORS];      /* [.][p]                                                              */
  const double *offset[HC_GLM_PREDICTORS]; /* [.] or NULL                                                         */
  const size_t *design_row;                /* [n] which row of x and offset is row i's; NULL: row i               */
  const double *weight;                    /* [n]; rows of weight 0 are left out                                  */
  hc_glm_row row;
  const void *context;
  double bound;                            /* a predictor that goes past this is on its way to infinity           */
} hc_glm;

typedef enum hc_glm_end {
  HC_GLM_CONVERGED,
  HC_GLM_ESCAPED, /* a predictor of some row went past the bound: there is no maximum inside */
  HC_GLM_FLAT,    /* the information is singular: the data do not tell the coefficients apart */
  HC_GLM_STALLED  /* no ascent, or too many iterations                                       */
} hc_glm_end;

typedef struct hc_glm_fit {
  hc_glm_end end;
  double loglik; /* sum of weight times l */
  unsigned iterations;
  size_t culprit; /* the coefficient that moved furthest in the last step: where ESCAPED or FLAT */
} hc_glm_fit;

size_t hc_glm_columns(const hc_glm *glm);
/* Doubles of scratch. */
size_t hc_glm_scratch(const hc_glm *glm);

/* From beta, all predictors' coefficients one after the other, which becomes the maximum. At the end scratch begins with the
 * Cholesky factor (row-major, lower) of the observed information there, where it has one. */
hc_glm_fit hc_glm_maximise(const hc_glm *glm, double *beta, double *scratch);

/* beta whose predictors are closest to constant[q], by least squares over rows with a weight: where to start. */
bool hc_glm_start(const hc_glm *glm, const double *constant, double *beta, double *scratch);

/* The predictors of row i: eta[Q]. */
void hc_glm_predict(const hc_glm *glm, const double *beta, size_t i, double *eta);

#endif
