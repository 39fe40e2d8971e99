/* From a formula and the values of its columns to the rows of a regression. */
#ifndef HC_NUMERIC_DESIGN_H
#define HC_NUMERIC_DESIGN_H

#include "numeric/formula.h"

enum { HC_DESIGN_COLUMNS = 256, HC_DESIGN_FACTORS = 6, HC_DESIGN_NAME = 400 };

/* What is known of one column of the data. Everything is borrowed. */
typedef struct hc_design_variable {
  size_t n_levels;
  const char *const *level; /* [n_levels] in order                                                 */
  const double *number;     /* [n_levels] where every level is a number; NULL where one is not     */
  const char *reference;    /* the level that the others are compared with; NULL: the first        */
} hc_design_variable;

/* A column of the design: the product of one part of each atom of its term. */
typedef struct hc_design_column {
  size_t n;
  struct {
    size_t atom, part; /* part: the level of a factor, the degree of a polynomial */
  } factor[HC_DESIGN_FACTORS];
} hc_design_column;

typedef struct hc_design {
  const hc_formula *formula;
  hc_design_variable variable[HC_FORMULA_VARIABLES];
  bool is_factor[HC_FORMULA_ATOMS];
  size_t reference[HC_FORMULA_VARIABLES];
  size_t p; /* columns */
  hc_design_column column[HC_DESIGN_COLUMNS];
  /* of poly(): centre and squared norm of each degree */
  double centre[HC_FORMULA_ATOMS][HC_FORMULA_POLY + 1], norm[HC_FORMULA_ATOMS][HC_FORMULA_POLY + 1];
} hc_design;

/* Columns for the formula, whose variable v is variable[v]. Factors have treatment contrasts, the reference level left out;
 * where the marginal term is absent all levels stand, by the rule of Chambers and Hastie (1992, Statistical Models in S,
 * section 2.4.2). weight[v][l]: how many people have level l of variable v, for poly() alone, whose columns are orthonormal
 * over people. False with one sentence in problem. Everything is borrowed. */
bool hc_design_make(hc_design *design, const hc_formula *formula, const hc_design_variable *variable,
                    const double *const *weight, char *problem, size_t size);

/* The row of somebody with these levels of the formula's variables: x[p]. */
void hc_design_row(const hc_design *design, const size_t *level, double *x);

/* "(intercept)", "sex=male", "sex=male:log(age)". */
void hc_design_name(const hc_design *design, size_t column, char *text, size_t size);

/* The first column that follows from those before it, over rows x[n][p]; p where there is none. room: [n * p] doubles. */
size_t hc_design_dependent(const double *x, size_t n, size_t p, double *room);

#endif
