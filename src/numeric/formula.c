/* The language of formulas is that of Wilkinson and Rogers (1973, Applied Statistics 22:392) as R writes it, without brackets
 * around sums, `^` between terms, and `.`: what a table in a paper needs. */
#include "numeric/formula.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/token.h"
#include "numeric/translate.h"

static const char stops[] = "+-*:(),^~";

struct parser {
  const char *at;
  hc_formula *formula;
  char *problem;
  size_t size;
};

static bool complain(struct parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool complain(struct parser *p, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  hc_format_list(p->problem, p->size, format, arguments);
  va_end(arguments);
  return false;
}

static bool expect(struct parser *p, char c) {
  hc_token_skip(&p->at);
  if (*p->at != c) return complain(p, "formula: expected '%c' near '%.20s'", c, p->at);
  p->at++;
  return true;
}

static bool find_variable(struct parser *p, hc_token name, size_t *variable) {
  hc_formula *f = p->formula;
  if (!name.length) return complain(p, "formula: a column is missing near '%.20s'", name.begin);
  if (name.length >= HC_FORMULA_NAME) return complain(p, "formula: the name '%.20s...' is too long", name.begin);
  for (*variable = 0; *variable < f->n_variables; ++*variable)
    if (hc_token_is(name, f->variable[*variable])) return true;
  if (f->n_variables == HC_FORMULA_VARIABLES) return complain(p, "formula: more than %d columns", HC_FORMULA_VARIABLES);
  memcpy(f->variable[f->n_variables], name.begin, name.length);
  f->variable[f->n_variables++][name.length] = '\0';
  return true;
}

static bool read_degree(struct parser *p, unsigned *degree) {
  hc_token_skip(&p->at);
  if (!isdigit((unsigned char)p->at[0]) || isdigit((unsigned char)p->at[1]) || *p->at < '1' ||
      *p->at > '0' + HC_FORMULA_POLY)
    return complain(p, "formula: a degree is a number from 1 to %d, near '%.20s'", HC_FORMULA_POLY, p->at);
  *degree = (unsigned)(*p->at++ - '0');
  return true;
}

/* After `name(`: its column, what goes with it, and the closing bracket. */
static bool read_call(struct parser *p, hc_token name, hc_atom *atom) {
  static const struct {
    const char *name;
    hc_atom_kind kind;
    char separator; /* before a degree; 0: none */
  } calls[] = {
      {"factor", HC_ATOM_FACTOR, 0}, {"log", HC_ATOM_LOG, 0}, {"I", HC_ATOM_POWER, '^'}, {"poly", HC_ATOM_POLY, ','}};
  hc_token column;
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    if (!hc_token_is(name, calls[i].name)) continue;
    atom->kind = calls[i].kind;
    if (!hc_token_name(&p->at, stops, &column)) return complain(p, "formula: a backquote is not closed");
    if (!find_variable(p, column, &atom->variable)) return false;
    if (calls[i].separator && !(expect(p, calls[i].separator) && read_degree(p, &atom->degree))) return false;
    return expect(p, ')');
  }
  return complain(p, "formula: there is no '%.*s()': factor(x), log(x), I(x^2) and poly(x, 2) are known",
                  (int)(name.length < 40 ? name.length : 40), name.begin);
}

static bool same_atom(const hc_atom *a, const hc_atom *b) {
  return a->kind == b->kind && a->variable == b->variable && a->degree == b->degree;
}

/* The atom that begins here, as a bit. */
static bool read_atom(struct parser *p, uint32_t *bit) {
  hc_formula *f = p->formula;
  hc_atom atom = {.kind = HC_ATOM_COLUMN};
  hc_token name;
  size_t i = 0;
  hc_token_skip(&p->at);
  if (*p->at == '(') return complain(p, "formula: brackets around terms are not read; write the terms one by one");
  if (!hc_token_name(&p->at, stops, &name)) return complain(p, "formula: a backquote is not closed");
  hc_token_skip(&p->at);
  bool good =
      *p->at == '(' && name.length ? (p->at++, read_call(p, name, &atom)) : find_variable(p, name, &atom.variable);
  if (!good) return false;
  while (i < f->n_atoms && !same_atom(&f->atom[i], &atom)) i++;
  if (i == HC_FORMULA_ATOMS) return complain(p, "formula: more than %d different parts of terms", HC_FORMULA_ATOMS);
  if (i == f->n_atoms) f->atom[f->n_atoms++] = atom;
  *bit = UINT32_C(1) << i;
  return true;
}

static bool add_term(struct parser *p, uint32_t term) {
  hc_formula *f = p->formula;
  for (size_t i = 0; i < f->n_terms; i++)
    if (f->term[i] == term) return true;
  if (f->n_terms == HC_FORMULA_TERMS) return complain(p, "formula: more than %d terms", HC_FORMULA_TERMS);
  f->term[f->n_terms++] = term;
  return true;
}

/* atom { ('*' | ':') atom }: all subsets of the factors between stars. */
static bool read_product(struct parser *p) {
  enum { MOST = 6 };
  uint32_t factor[MOST], bit = 0;
  size_t n = 0;
  char joined = '*';
  do {
    if (!read_atom(p, &bit)) return false;
    if (joined == '*') {
      if (n == MOST) return complain(p, "formula: more than %d factors in one product", MOST);
      factor[n++] = 0;
    }
    factor[n - 1] |= bit;
    hc_token_skip(&p->at);
    joined = *p->at;
    if (joined == '*' || joined == ':') p->at++;
  } while (joined == '*' || joined == ':');
  for (unsigned subset = 1; subset < 1u << n; subset++) {
    uint32_t term = 0;
    for (size_t i = 0; i < n; i++)
      if (subset >> i & 1) term |= factor[i];
    if (!add_term(p, term)) return false;
  }
  return true;
}

/* 0 or 1 by itself. */
static bool read_intercept(struct parser *p, bool minus, bool *done) {
  const char *at = p->at, *after = p->at + 1;
  *done = false;
  if (*at != '0' && *at != '1')
    return minus ? complain(p, "formula: only -1 can be taken away, near '%.20s'", at) : true;
  hc_token_skip(&after);
  if (*after && *after != '+' && *after != '-') return true;
  if (minus && *at == '0') return complain(p, "formula: only -1 can be taken away, near '%.20s'", at);
  p->formula->intercept = !minus && *at == '1';
  p->at = after;
  return *done = true;
}

static bool read_sum(struct parser *p) {
  bool minus = false, done;
  for (;;) {
    hc_token_skip(&p->at);
    if (!read_intercept(p, minus, &done) || (!done && !read_product(p))) return false;
    hc_token_skip(&p->at);
    if (!*p->at) return true;
    if (*p->at != '+' && *p->at != '-') return complain(p, "formula: expected '+', '*' or ':' near '%.20s'", p->at);
    minus = *p->at++ == '-';
  }
}

/* Fewer atoms first; stable, so that terms of one size stay as they were written. */
static void sort_terms(hc_formula *f) {
  for (size_t i = 1; i < f->n_terms; i++) {
    uint32_t term = f->term[i];
    size_t j = i;
    for (; j > 0 && __builtin_popcount(f->term[j - 1]) > __builtin_popcount(term); j--) f->term[j] = f->term[j - 1];
    f->term[j] = term;
  }
}

bool hc_formula_parse(hc_formula *formula, const char *text, char *problem, size_t size) {
  struct parser p = {.at = text, .formula = formula, .problem = problem, .size = size};
  *formula = (hc_formula){.intercept = true};
  problem[0] = '\0';
  hc_token_skip(&p.at);
  if (*p.at == '~')
    p.at++;
  else if (strchr(p.at, '~'))
    return complain(&p, "formula: what stands before the ~ is known: begin with it");
  hc_token_skip(&p.at);
  if (!*p.at) return complain(&p, "formula: it is empty; ~ 1 asks for no column");
  if (!read_sum(&p)) return false;
  if (!formula->intercept && !formula->n_terms) return complain(&p, "formula: neither an intercept nor a term is left");
  sort_terms(formula);
  return true;
}

void hc_formula_atom_text(const hc_formula *formula, size_t atom, char *text, size_t size) {
  const hc_atom *a = &formula->atom[atom];
  const char *name = formula->variable[a->variable];
  switch (a->kind) {
  case HC_ATOM_LOG:
    snprintf(text, size, "log(%s)", name);
    break;
  case HC_ATOM_POWER:
    snprintf(text, size, "I(%s^%u)", name, a->degree);
    break;
  case HC_ATOM_POLY:
    snprintf(text, size, "poly(%s,%u)", name, a->degree);
    break;
  default:
    snprintf(text, size, "%s", name);
  }
}
