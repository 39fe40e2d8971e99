/* Mixture of independent lists: classes of people who are on at least one of K lists, each list by its own chance.
 *
 * Parameters x: ln(w_j/w_c) for j < c, then logit p_jl by class and list, c (K + 1) - 1 in all; w_j the shares among the
 * people met. Cost of a history: c K per value, (c K)^2 per Hessian. Threads: any number; nothing is kept or allocated. */
#ifndef HC_NUMERIC_LATENT_H
#define HC_NUMERIC_LATENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HC_LATENT_CLASSES = 6, HC_LATENT_LISTS = 16, HC_LATENT_VARIABLES = HC_LATENT_CLASSES * (HC_LATENT_LISTS + 1) };

typedef struct hc_latent {
  size_t classes, lists;
} hc_latent;

/* A class at the current point; the means of being on a list, given that one is on some. */
typedef struct hc_latent_class {
  double w, ln_norm;      /* ln_norm = ln w - ln(seen) + sum of ln(1-p) */
  double seen, g, spread; /* 1-q, q = product of 1-p; 1/(1-q); g^2 - g  */
  double eta[HC_LATENT_LISTS], p[HC_LATENT_LISTS], mean[HC_LATENT_LISTS];
} hc_latent_class;

void hc_latent_set(const hc_latent *latent, const double *x, hc_latent_class *group);

/* Shares r of the classes among those with this history (not 0); returns ln P(history | on some list). */
double hc_latent_posterior(const hc_latent *latent, const hc_latent_class *group, uint32_t history, double *r);

/* Subtracts `people` times the derivatives of ln P(history | on some list) from the gradient and the lower triangle of the
 * Hessian (rows of length n >= c (K + 1) - 1), where they are not NULL. r: from hc_latent_posterior. What the histories
 * have in common is left to hc_latent_finish, with the people of each class, sum of people * r. */
void hc_latent_add(const hc_latent *latent, const hc_latent_class *group, const double *r, uint32_t history,
                   double people, size_t n, double *gradient, double *hessian);
void hc_latent_finish(const hc_latent *latent, const hc_latent_class *group, const double *people, size_t n,
                      double *hessian);

/* G = sum w_j/(1-q_j) = 1/(1-P(0)), with its gradient and the lower triangle of its Hessian where they are not NULL. */
double hc_latent_expansion(const hc_latent *latent, const hc_latent_class *group, size_t n, double *dG, double *ddG);

/* The shares and chances at which a class has these means of being on its lists, given that one is on some: p_l = A m_l,
 * A the root of 1 - A = product of 1 - m_l A. Writes logit p_l, kept within `edge`. Returns A, 0 where the means add up to
 * 1: nobody of the class is on two lists, and A has no positive root. */
double hc_latent_chances(size_t lists, const double *mean, double edge, double *eta);

#endif
