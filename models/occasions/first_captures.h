/* What mb, mbh and removal share: numbers caught for the first time, which fall from pass to pass as fewer are left. */
#ifndef HC_FIRST_CAPTURES_H
#define HC_FIRST_CAPTURES_H

#include "model.h"

/* First captures u_1..u_k of a constant chance p; with the first pass apart, those of u_2..u_k, and u_1 beside. */
typedef struct hc_catches {
  double passes, n, X; /* of the constant chance: how many passes, people, sum of (i - 1) u_i, i = 1, 2, ...  */
  double people;       /* all of them, u_1 included                                                           */
  double first;        /* u_1 where the first pass is apart, else 0                                           */
  bool apart;
} hc_catches;

/* A constant chance and the N that goes with it. */
typedef struct hc_depletion {
  double N, log_q; /* q = 1 - p */
} hc_depletion;

hc_catches hc_catches_of(const double *u, size_t k, bool first_apart);
/* Seber's criterion: do the catches fall from pass to pass? */
bool hc_catches_fall(const hc_catches *c);
hc_status hc_catches_refuse(hc_error *err);

/* Both want catches that fall. Conditional on being caught at all: N = first + n/(1 - q^k). Full: N real, the highest
 * of the likelihood of N and p, q as at that N. */
bool hc_catches_conditional(const hc_catches *c, hc_depletion *d);
bool hc_catches_full(const hc_catches *c, hc_depletion *d);

/* ln q of the highest likelihood at N; that likelihood, without the ln n!; and its slope in N. */
double hc_catches_log_q(const hc_catches *c, double N);
double hc_catches_loglik(const hc_catches *c, double N);

/* Standard errors of N and of p for k passes and M people before the first of them (Zippin 1956 Biometrics 12:163). */
double hc_depletion_se_N(double M, double log_q, double k);
double hc_depletion_se_p(double M, double log_q, double k);

#endif
