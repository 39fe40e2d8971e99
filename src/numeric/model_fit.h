/* One table of overlapping lists, many hierarchical log-linear models: fit, face and criterion of each.
 *
 * A model's likelihood is that of models/lists/loglinear.c (independent Poisson cells, the cell of nobody's list
 * left out), taken to the face on which its maximum lies (face.h): cells off the face have mean 0, terms with margin
 * 0 have minus infinity for a coefficient, and both count: p is the number of terms of the model, as SparseMSE
 * counts them (Chan, Silverman and Vincent 2021 J. Am. Statist. Assoc. 116:1297; Silverman, Chan and Vincent 2024
 * Statistics and Computing 34:44). With l the logarithm of the likelihood, factorials included, and n the people
 * seen,
 *     AIC = -2 l + 2 p,   AICc = AIC + 2 p (p+1)/(n-p-1),   BIC = -2 l + p ln n,
 * AICc after Hurvich and Tsai (1989) Biometrika 76:297, infinite where n <= p + 1. N = n + exp(intercept), se(N)
 * that of loglinear, where the intercept is determined.
 *
 * Cost: some 2 microseconds a model of four or five lists, 5 of six. No allocation. Threads: any number, each with its
 * own room. */
#ifndef HC_NUMERIC_MODEL_FIT_H
#define HC_NUMERIC_MODEL_FIT_H

#include "numeric/face.h"
#include "numeric/lattice.h"

enum { HC_MODEL_MAX_LISTS = HC_FACE_MAX_LISTS, HC_MODEL_MAX_TERMS = 128 };

typedef enum hc_criterion { HC_CRITERION_BIC, HC_CRITERION_AIC, HC_CRITERION_AICC } hc_criterion;

/* What is asked; the same for a table and its replicates. */
typedef struct hc_model_problem {
  size_t lists;                    /* 2 to HC_MODEL_MAX_LISTS */
  size_t max_order;                /* the most lists in one term: 1 to lists - 1 */
  const unsigned char *observable; /* [2^lists] 0 for cells where nobody could be seen; cell 0 ignored; NULL: none */
  hc_criterion criterion;
  hc_face worst;    /* models with a face no worse than this are candidates: HC_FACE_MARGINS (what SparseMSE lets pass)
                       or HC_FACE_COEFFICIENTS (all whose N is determined) */
  double threshold; /* of the stepwise search: a term comes in at a p-value below */
} hc_model_problem;

typedef struct hc_model_score {
  hc_face face;
  bool candidate; /* the face is allowed and the maximum was reached; if not, `value` is infinite, the rest below NaN */
  size_t terms;   /* of the model, the intercept and those with minus infinity included */
  double N, se;   /* of the population, seen and unseen */
  double loglik;
  double value; /* of the criterion: smaller is better */
} hc_model_score;

/* A table made ready, and the scratch of one fit; in the caller's memory. */
typedef struct hc_model_room {
  const hc_model_problem *problem;
  size_t cells;
  double n;                     /* people seen */
  double saturated, factorials; /* the most that any l can be; sum of ln y!, which l contains */
  double *count, *margin;       /* [cells] y and its sums over supersets */
  double *beta;                 /* [cells] coefficients of the last model by term: 0 where it has no such term, minus
                                   infinity where its margin is 0 */
  double *live;                 /* [cells] 1 on the face of the last model, 0 off it */
  double *sufficient, *start, *compact, *factor, *lattice; /* of the fit */
  uint32_t *mask, *join;
  size_t kept; /* terms in mask that are fitted */
  unsigned char *face;
  void *face_scratch;
} hc_model_room;

/* Two-list interactions or all of them (max_order), BIC, HC_FACE_MARGINS, threshold 0.02. */
hc_model_problem hc_model_problem_default(size_t lists, size_t max_order);

/* Doubles that a room takes for any model of the problem. */
size_t hc_model_scratch(const hc_model_problem *problem);

/* Makes a room for a table. counts: [2^lists], cell 0 ignored; whole numbers or not, not negative, one above 0; 0 where
 * cells are not observable. problem and scratch must outlive the room; counts need not. */
hc_model_room hc_model_begin(const hc_model_problem *problem, const double *counts, double *scratch);

/* A hierarchical model where it can be fitted: the face of its maximum, and as a lattice the terms and cells that are left
 * there, in the room's own memory until its next model; *lattice is written unless the face is UNIDENTIFIED or OVERFLOW. */
hc_face hc_model_lattice(hc_model_room *room, const uint32_t *mask, size_t terms, hc_lattice *lattice);

/* Fits a hierarchical model: mask[0..terms-1] as hc_terms_parse orders them, at most HC_MODEL_MAX_TERMS. start:
 * [2^lists] coefficients by term to start from, such as those of a model with one term less, or NULL; the maximum
 * does not depend on it, its last bits may. Writes *score, and room->beta and room->live where score->candidate. */
void hc_model_fit(hc_model_room *room, const uint32_t *mask, size_t terms, const double *start, hc_model_score *score);

/* Means of all cells under the last model, which was a candidate: [2^lists]; 0 off the face, cell 0 that of the
 * people not seen. */
void hc_model_means(const hc_model_room *room, double *mean);
/* Degrees of freedom of the deviance of the last model, which was a candidate: cells on its face less coefficients
 * there (Fienberg and Rinaldo 2012). */
double hc_model_df(const hc_model_room *room);
/* Fitted margins of all subsets of the lists under the last model, which was a candidate: [2^lists], cell 0 left
 * out. */
void hc_model_margins(const hc_model_room *room, double *margin);

/* The criterion at a logarithm of the likelihood with p terms and n people. */
double hc_criterion_value(hc_criterion criterion, double loglik, double p, double n);

/* N averaged over the candidates among these models, with weights w proportional to exp(-value/2), and its standard
 * error not conditional on a model, sum of w sqrt(se^2 + (N_i - N)^2) (Buckland, Burnham and Augustin 1997
 * Biometrics 53:603). weight: [models] written unless NULL, 0 for others than candidates. NaN where there is none. */
void hc_model_average(const hc_model_score *score, size_t models, double *weight, double *N, double *se);

#endif
