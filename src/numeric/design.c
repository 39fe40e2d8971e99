/* Columns are products of parts of atoms, so that no table of the data is needed to name or to fill them. */
#include "numeric/design.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "numeric/terms.h"
#include "numeric/translate.h"

/* A column shorter than this by itself, once those before it are taken out, is one of them: rounding leaves some 1e-15. */
static const double dependent = 1e-10;

static bool complain(char *problem, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

static bool complain(char *problem, size_t size, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  hc_format_list(problem, size, format, arguments);
  va_end(arguments);
  return false;
}

/* ---- atoms ------------------------------------------------------------------------------------------------------ */

static bool check_atom(hc_design *d, size_t i, char *problem, size_t size) {
  const hc_atom *atom = &d->formula->atom[i];
  const hc_design_variable *v = &d->variable[atom->variable];
  const char *name = d->formula->variable[atom->variable];
  d->is_factor[i] = atom->kind == HC_ATOM_FACTOR || (atom->kind == HC_ATOM_COLUMN && !v->number);
  if (v->n_levels < 2)
    return complain(problem, size, "formula: everybody has the same %s, which cannot explain anything", name);
  if (d->is_factor[i]) return true;
  if (!v->number) {
    char text[HC_FORMULA_NAME + 24];
    hc_formula_atom_text(d->formula, i, text, sizeof text);
    return complain(problem, size, "formula: %s needs numbers, and column '%s' has texts such as '%.40s'", text, name,
                    v->level[0]);
  }
  for (size_t l = 0; atom->kind == HC_ATOM_LOG && l < v->n_levels; l++)
    if (!(v->number[l] > 0))
      return complain(problem, size, "formula: log(%s) of %g does not exist", name, v->number[l]);
  if (atom->kind == HC_ATOM_POLY && atom->degree >= v->n_levels)
    return complain(problem, size, "formula: poly(%s, %u) needs more than %u different values, found %zu", name,
                    atom->degree, atom->degree, v->n_levels);
  return true;
}

static bool find_reference(hc_design *d, size_t variable, char *problem, size_t size) {
  const hc_design_variable *v = &d->variable[variable];
  for (size_t l = 1; v->number && l < v->n_levels; l++) /* texts come in order, numbers as texts do not */
    if (v->number[l] < v->number[d->reference[variable]]) d->reference[variable] = l;
  if (!v->reference) return true;
  for (size_t l = 0; l < v->n_levels; l++)
    if (strcmp(v->level[l], v->reference) == 0) return d->reference[variable] = l, true;
  char known[200] = "";
  for (size_t l = 0; l < v->n_levels; l++) hc_terms_append(known, sizeof known, "%s%s", l ? ", " : "", v->level[l]);
  return complain(problem, size, "reference: column '%s' has no level '%.60s'; it has %s",
                  d->formula->variable[variable], v->reference, known);
}

/* Degree by degree: P_0 = 1, P_1 = x - c_1, P_(k+1) = (x - c_(k+1)) P_k - n_k/n_(k-1) P_(k-1) (Forsythe 1957, J. SIAM 5:74). */
static double polynomial(const hc_design *d, size_t atom, size_t degree, double x) {
  double before = 0, now = 1;
  for (size_t k = 0; k < degree; k++) {
    double next = (x - d->centre[atom][k]) * now - (k ? d->norm[atom][k] / d->norm[atom][k - 1] * before : 0);
    before = now, now = next;
  }
  return now;
}

static void find_polynomials(hc_design *d, size_t atom, const double *weight) {
  const hc_design_variable *v = &d->variable[d->formula->atom[atom].variable];
  for (size_t k = 0; k <= d->formula->atom[atom].degree; k++) {
    double norm = 0, sum = 0;
    for (size_t l = 0; l < v->n_levels; l++) {
      double value = polynomial(d, atom, k, v->number[l]), square = weight[l] * value * value;
      norm += square;
      sum += square * v->number[l];
    }
    d->norm[atom][k] = norm;
    d->centre[atom][k] = sum / norm;
  }
}

/* ---- terms ------------------------------------------------------------------------------------------------------ */

/* Without an intercept the first factor by itself takes its place, with all its levels. */
static bool is_first_factor(const hc_design *d, uint32_t term) {
  for (size_t t = 0; t < d->formula->n_terms; t++)
    for (size_t i = 0; i < d->formula->n_atoms; i++)
      if (d->is_factor[i] && d->formula->term[t] == UINT32_C(1) << i) return d->formula->term[t] == term;
  return false;
}

static bool has_term(const hc_formula *f, uint32_t term) {
  for (size_t i = 0; i < f->n_terms; i++)
    if (f->term[i] == term) return true;
  return false;
}

/* How many parts atom i has in this term, and which is number `part` of them. */
static size_t parts(const hc_design *d, uint32_t term, size_t i) {
  const hc_atom *atom = &d->formula->atom[i];
  size_t levels = d->variable[atom->variable].n_levels;
  if (d->is_factor[i]) {
    uint32_t margin = term & ~(UINT32_C(1) << i);
    bool present = margin ? has_term(d->formula, margin) : d->formula->intercept || !is_first_factor(d, term);
    return present ? levels - 1 : levels;
  }
  return atom->kind == HC_ATOM_POLY ? atom->degree : 1;
}

static size_t part_at(const hc_design *d, uint32_t term, size_t i, size_t k) {
  const hc_atom *atom = &d->formula->atom[i];
  if (!d->is_factor[i]) return k + 1;
  bool contrasts = parts(d, term, i) < d->variable[atom->variable].n_levels;
  return contrasts && k >= d->reference[atom->variable] ? k + 1 : k;
}

/* The first atom of a term runs fastest, as in R. */
static bool add_term(hc_design *d, uint32_t term, char *problem, size_t size) {
  size_t atoms[HC_DESIGN_FACTORS], n = 0, total = 1;
  for (size_t i = 0; i < d->formula->n_atoms; i++) {
    if (!(term >> i & 1)) continue;
    if (n == HC_DESIGN_FACTORS)
      return complain(problem, size, "formula: more than %d factors in one term", HC_DESIGN_FACTORS);
    atoms[n++] = i;
    total *= parts(d, term, i);
    if (total > HC_DESIGN_COLUMNS) break;
  }
  if (d->p + total > HC_DESIGN_COLUMNS)
    return complain(problem, size,
                    "formula: more than %d coefficients; is a column with many texts meant to be a number?",
                    HC_DESIGN_COLUMNS);
  for (size_t c = 0; c < total; c++) {
    hc_design_column *column = &d->column[d->p++];
    size_t rest = c;
    column->n = n;
    for (size_t k = 0; k < n; k++) {
      size_t width = parts(d, term, atoms[k]);
      column->factor[k].atom = atoms[k];
      column->factor[k].part = part_at(d, term, atoms[k], rest % width);
      rest /= width;
    }
  }
  return true;
}

bool hc_design_make(hc_design *design, const hc_formula *formula, const hc_design_variable *variable,
                    const double *const *weight, char *problem, size_t size) {
  *design = (hc_design){.formula = formula};
  problem[0] = '\0';
  memcpy(design->variable, variable, formula->n_variables * sizeof *variable);
  for (size_t i = 0; i < formula->n_atoms; i++)
    if (!check_atom(design, i, problem, size)) return false;
  for (size_t v = 0; v < formula->n_variables; v++)
    if (!find_reference(design, v, problem, size)) return false;
  for (size_t i = 0; i < formula->n_atoms; i++)
    if (formula->atom[i].kind == HC_ATOM_POLY) find_polynomials(design, i, weight[formula->atom[i].variable]);
  if (formula->intercept) design->column[design->p++].n = 0;
  for (size_t i = 0; i < formula->n_terms; i++)
    if (!add_term(design, formula->term[i], problem, size)) return false;
  return true;
}

static double value_of(const hc_design *d, size_t atom, size_t part, size_t level) {
  const hc_atom *a = &d->formula->atom[atom];
  if (d->is_factor[atom]) return level == part;
  double x = d->variable[a->variable].number[level], power = 1;
  switch (a->kind) {
  case HC_ATOM_LOG:
    return log(x);
  case HC_ATOM_POLY:
    return polynomial(d, atom, part, x) / sqrt(d->norm[atom][part]);
  case HC_ATOM_POWER:
    for (unsigned k = 0; k < a->degree; k++) power *= x;
    return power;
  default:
    return x;
  }
}

void hc_design_row(const hc_design *design, const size_t *level, double *x) {
  for (size_t j = 0; j < design->p; j++) {
    const hc_design_column *column = &design->column[j];
    x[j] = 1;
    for (size_t k = 0; k < column->n && x[j] != 0; k++) {
      size_t atom = column->factor[k].atom;
      x[j] *= value_of(design, atom, column->factor[k].part, level[design->formula->atom[atom].variable]);
    }
  }
}

void hc_design_name(const hc_design *design, size_t column, char *text, size_t size) {
  const hc_design_column *c = &design->column[column];
  text[0] = '\0';
  if (!c->n) hc_terms_append(text, size, "(intercept)");
  for (size_t k = 0; k < c->n; k++) {
    size_t atom = c->factor[k].atom;
    const hc_atom *a = &design->formula->atom[atom];
    char part[HC_FORMULA_NAME + 24];
    hc_formula_atom_text(design->formula, atom, part, sizeof part);
    if (k) hc_terms_append(text, size, ":");
    hc_terms_append(text, size, "%s", part);
    if (design->is_factor[atom])
      hc_terms_append(text, size, "=%s", design->variable[a->variable].level[c->factor[k].part]);
    if (a->kind == HC_ATOM_POLY) hc_terms_append(text, size, ".%zu", c->factor[k].part);
  }
}

size_t hc_design_dependent(const double *x, size_t n, size_t p, double *room) {
  for (size_t j = 0; j < p; j++) {
    double *own = room + j * n, whole = 0, left = 0;
    for (size_t i = 0; i < n; i++) own[i] = x[i * p + j], whole += own[i] * own[i];
    for (int twice = 0; twice < 2; twice++) /* once is not enough in rounded numbers (Kahan's and Parlett's remark) */
      for (size_t k = 0; k < j; k++) {
        double dot = 0;
        for (size_t i = 0; i < n; i++) dot += own[i] * room[k * n + i];
        for (size_t i = 0; i < n; i++) own[i] -= dot * room[k * n + i];
      }
    for (size_t i = 0; i < n; i++) left += own[i] * own[i];
    if (!(left > dependent * dependent * whole)) return j;
    for (size_t i = 0; i < n; i++) own[i] /= sqrt(left);
  }
  return p;
}
