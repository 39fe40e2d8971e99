/* Log-likelihoods of people who come and go, and their slopes, in chances by occasion. */
#ifndef HC_OPEN_LIKELIHOOD_H
#define HC_OPEN_LIKELIHOOD_H

#include "open/captures.h"

/* Chances by occasion and what the likelihood's slope in each of them is; all [k], written by whoever asks.
 * phi[i]: survival from i to i + 1 (i < k - 1); p[i]; arrive[i]: people who are there on i and were not on i - 1, i =
 * 0: who are there at first, in any unit. d_*: slopes. */
typedef struct hc_chances {
  double *phi, *p, *arrive;
  double *d_phi, *d_p, *d_arrive;
  double *lambda, *tau, *fresh; /* work: captures.h; people there who have never been met, in the unit of arrive */
} hc_chances;

enum { HC_CHANCES_ARRAYS = 9 };

/* Given the first captures (Cormack 1964 Biometrika 51:429): sets d_phi and d_p. */
double hc_likelihood_recaptures(size_t k, const hc_occasion *o, const hc_chances *c);
/* First captures among those met, sum of u_i ln(fresh_i p_i/met), met = sum of fresh_i p_i; adds to d_phi and d_p,
 * sets d_arrive. */
double hc_likelihood_first(size_t k, const hc_occasion *o, const hc_chances *c);
/* The same for N people in all, of whom sum of arrive = 1 arrive: ln N!/(N-n)! + sum of u ln(fresh p) - ln u! + (N-n)
 * ln(1 - met). d_N: its slope in N. */
double hc_likelihood_entries(size_t k, const hc_occasion *o, const hc_chances *c, double N, double *d_N);

#endif
