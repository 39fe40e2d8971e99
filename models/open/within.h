/* Inside a primary period of the robust design: closed models of who was met on which of its occasions, given that
 * they were met. */
#ifndef HC_OPEN_WITHIN_H
#define HC_OPEN_WITHIN_H

#include "model.h"

typedef enum hc_within_form {
  HC_WITHIN_M0,
  HC_WITHIN_MT,
  HC_WITHIN_MB,
  HC_WITHIN_CHAO,
  HC_WITHIN_POISSON,
  HC_WITHIN_DARROCH,
  HC_WITHIN_GAMMA
} hc_within_form;

/* Periods of t[i] occasions, 0 <= i < k. Counts of a period, three for each of its occasions: people met on j
 * occasions of it; people met on occasion j; people met on occasion j for the first time in the period. at[i]: where
 * those of period i begin. */
typedef struct hc_within {
  hc_within_form form;
  size_t k;
  const size_t *t, *at, *theta_at; /* theta_at[i]: where the parameters of period i begin; [k + 1] */
} hc_within;

/* As the option within has it. */
const char *hc_within_name(hc_within_form form);
/* How many parameters a period of t occasions has. */
size_t hc_within_parameters(hc_within_form form, size_t t);
/* A place to begin from. */
void hc_within_begin(const hc_within *w, size_t i, const double *counts, double *theta);
/* The log-likelihood of the period's histories given that their people were met in it, and p, the chance of that.
 * slope and d_p, their slopes in theta, are written where they are not NULL. */
double hc_within_loglik(const hc_within *w, size_t i, const double *counts, const double *theta, double *p,
                        double *slope, double *d_p);

#endif
