/* Formulas of regression, ~ sex + age*region + log(income): which columns they name, and which terms they ask for. */
#ifndef HC_NUMERIC_FORMULA_H
#define HC_NUMERIC_FORMULA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than any table in a paper has; a term is a set of atoms, so those fit in one word. */
enum {
  HC_FORMULA_VARIABLES = 16,
  HC_FORMULA_ATOMS = 32,
  HC_FORMULA_TERMS = 64,
  HC_FORMULA_NAME = 128,
  HC_FORMULA_POLY = 8
};

typedef enum hc_atom_kind {
  HC_ATOM_COLUMN, /* x: a factor, or a number where every value is one */
  HC_ATOM_FACTOR, /* factor(x): a factor even then                     */
  HC_ATOM_LOG,    /* log(x)                                            */
  HC_ATOM_POWER,  /* I(x^degree)                                       */
  HC_ATOM_POLY    /* poly(x, degree): orthogonal polynomials           */
} hc_atom_kind;

typedef struct hc_atom {
  hc_atom_kind kind;
  unsigned degree;
  size_t variable; /* index of its column */
} hc_atom;

typedef struct hc_formula {
  bool intercept;
  size_t n_variables, n_atoms, n_terms;
  char variable[HC_FORMULA_VARIABLES][HC_FORMULA_NAME];
  hc_atom atom[HC_FORMULA_ATOMS];
  uint32_t term[HC_FORMULA_TERMS]; /* bit i: atom i is in it; fewer atoms first, then as they were written */
} hc_formula;

/* Reads
 *   ~ a + b      main effects; the ~ may be left out
 *   a:b          the interaction alone
 *   a*b          a + b + a:b; the colon binds first, as in R
 *   1, 0, -1     the intercept, and none
 * where a is a column, factor(x), log(x), I(x^2) or poly(x, 2). Names may stand between backquotes. False with one sentence
 * in problem[0..size-1] when it does not parse. Nothing is allocated. */
bool hc_formula_parse(hc_formula *formula, const char *text, char *problem, size_t size);

/* "sex", "log(age)", "I(age^2)" as it would be written, without the backquotes. */
void hc_formula_atom_text(const hc_formula *formula, size_t atom, char *text, size_t size);

#endif
