/* Linear regression in caller scratch: least squares by Householder's QR, M-estimates by reweighting.
 *
 * Cost: n p^2 per least squares, of which an M-estimate takes one per reweighting, beside a median of n. Threads: any
 * number, each with its own scratch. */
#ifndef HC_NUMERIC_REGRESS_H
#define HC_NUMERIC_REGRESS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum hc_loss { HC_LOSS_SQUARE, HC_LOSS_HUBER, HC_LOSS_BISQUARE } hc_loss;

typedef struct hc_regression {
  size_t n, p;       /* rows, columns                                                      */
  const double *x;   /* [n][p]                                                             */
  const double *y;   /* [n]                                                                */
  double *beta;      /* [p] written                                                        */
  double *residual;  /* [n] written: y - x beta                                            */
  double scale;      /* root of residual sum of squares / (n - p), or for a robust loss
                        median |residual| / 0.6745                                         */
  unsigned iterations;
} hc_regression;

/* Doubles of scratch that the functions below want. */
size_t hc_regress_scratch(size_t n, size_t p);

/* Golub (1965) Numer. Math. 7:206. weight: [n] or NULL. False when a column depends on the others to working
 * precision, or n < p. scale is NaN for n = p. On return scratch holds the p x p upper triangle R, row-major. */
bool hc_regress_least_squares(hc_regression *r, const double *weight, double *scratch);
/* Square: the above. Huber, k = 1.345, and Tukey's bisquare, c = 4.685, both 95 % efficient for normal errors: from
 * least squares, weights psi(u)/u of residuals over the scale re-estimated at each step, until the residuals move by
 * less than 1e-11 of their norm (Huber 1981, Robust Statistics, sec. 7.8; Venables and Ripley 2002, sec. 6.5). */
bool hc_regress_fit(hc_regression *r, hc_loss loss, double *scratch);
/* x'(X'X)^-1 x from the R of the least squares. work: [p]. */
double hc_regress_leverage(const double *R, size_t p, const double *x, double *work);

#endif
