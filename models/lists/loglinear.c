/* Log-linear models of overlapping lists.
 *
 * y(c): people with capture history c, c a non-empty set of the k lists; n = sum of y(c). The y(c) are independent
 * Poisson with
 *     ln mu(c) = beta(0) + sum of beta(m) over the terms m contained in c,
 * zero cells included. The unseen cell has mean exp(beta(0)), so
 *     N = n + exp(beta(0))                                        Fienberg (1972) Biometrika 59:591
 *     se(N)^2 = exp(beta(0)) + exp(2 beta(0)) var(beta(0))          Rivest and Levesque (2001) Can. J. Statist. 29:555
 * (Cormack 1989 Biometrics 45:395). Deviance and its 2^k - 1 - p degrees of freedom, AIC = -2 l + 2 p and
 * BIC = -2 l + p ln n are those of the Poisson likelihood with its factorials, p coefficients (as Rcapture prints).
 *
 * likelihood=full maximises the multinomial likelihood with N unknown instead (Cormack 1992 Biometrics 48:567): at
 * N, the profile
 *     l(N) = ln Gamma(N+1) - ln Gamma(N-n+1) + max over beta of sum y(c) ln pi(c) + (N-n) ln pi(0),
 * N real; l'(N) = psi(N+1) - psi(N-n+1) + ln pi(0). The profile interval is that of l(N) for both.
 *
 * When sufficient statistics lie on the boundary of the marginal cone, coefficients run to infinity (Fienberg and Rinaldo
 * 2012 Ann. Statist. 40:996). Where N stays finite all the same, it is that of the extended maximum: on the face where the
 * likelihood has its supremum (numeric/face.h), cells off it having mean 0, as Chan, Silverman and Vincent (2021 J. Am.
 * Statist. Assoc. 116:1297) do for lists that never overlap; a note says so. p counts all terms that were asked for, the
 * degrees of freedom are those of the face. Where N goes with them: refused. (Models that are not hierarchical, of more
 * than HC_FACE_MAX_LISTS lists or HC_MODEL_MAX_TERMS terms: refused on any boundary.)
 *
 * Assumes: no interaction among all k lists at once, and none that is left out of `terms`; the population is closed,
 * people are matched without error. */
#include "lists/list_table.h"

#include <string.h>

#include "numeric/existence.h"
#include "numeric/model_fit.h"
#include "numeric/terms.h"

enum { PROBLEM_SIZE = 300 };

struct state {
  struct list_table table;
  size_t terms;             /* the model that was asked for       */
  const uint32_t *mask;     /* [terms]                            */
  hc_model_problem problem; /* lists: 0 where no face is found    */
  hc_face face;             /* of the data                        */
  hc_lattice lattice;       /* the model, or what is left of it there */
  hc_lattice_start start;   /* at the plan's own estimate         */
  bool full, coefficients;
};

static const hc_option options[] = {
    {"terms", HC_OPTION_TEXT, "", 0, 0, NULL,
     "interactions by list name, 'A*B + C:D' (* all interactions of these lists, : this one only), or hierarchical "
     "generators by list number, '[123,14,34]' ('[1:10,2:3]' from list 10 on); main effects of all lists are always "
     "included; empty: independence"},
    {"likelihood", HC_OPTION_CHOICE, "conditional", 0, 0, "conditional|full",
     "conditional: Poisson cells, N = n + exp(intercept); full: multinomial likelihood with N unknown, N real"},
    {"coefficients", HC_OPTION_CHOICE, "no", 0, 0, "no|yes",
     "yes: report the coefficients too (conditional only), beta[12] being the interaction of lists 1 and 2"},
    {0},
};

/* Scratch of one fit, in order. */
struct room {
  double *sufficient, *beta, *from, *factor, *inverse, *lattice, *model;
};

/* Of what is fitted, which is never more than what was asked for. */
static size_t lattice_scratch(const struct state *s) {
  hc_lattice whole = {.lists = s->table.lists, .cells = s->table.cells, .terms = s->terms};
  return hc_lattice_scratch(&whole);
}

static size_t scratch_size(const struct state *s) {
  return 3 * s->terms + s->terms * s->terms * (s->coefficients ? 2 : 1) + lattice_scratch(s) +
         (s->problem.lists ? hc_model_scratch(&s->problem) : 0);
}

static struct room divide(const struct state *s, double *scratch) {
  size_t terms = s->terms;
  struct room r = {.sufficient = scratch, .beta = scratch + terms, .from = scratch + 2 * terms};
  r.factor = scratch + 3 * terms;
  r.inverse = r.factor + terms * terms;
  r.lattice = s->coefficients ? r.inverse + terms * terms : r.inverse;
  r.model = r.lattice + lattice_scratch(s);
  return r;
}

/* --- what cannot be estimated -------------------------------------------------------------------- */

/* A term that nobody has: its coefficient is minus infinity. */
static hc_status refuse_empty_term(const struct state *s, uint32_t mask, hc_error *err) {
  char term[120];
  hc_terms_print(mask, s->lattice.lists, s->table.names, term, sizeof term);
  if ((mask & (mask - 1)) == 0)
    return hc_refuse(err, "mle-infinite", "nobody is on list %s: the estimate of %s is minus infinity; leave it out",
                     term, term);
  if (__builtin_popcount(mask) == 2)
    return hc_refuse(err, "mle-infinite", "lists %s and %s never overlap: the estimate of %s is minus infinity",
                     s->table.names[__builtin_ctz(mask)], s->table.names[31 - __builtin_clz(mask)], term);
  return hc_refuse(err, "mle-infinite", "nobody is on all the lists of %s together: its estimate is minus infinity",
                   term);
}

static hc_status refuse_direction(const struct state *s, const double *direction, hc_error *err) {
  char text[220] = "";
  size_t named = 0, last = s->lattice.terms - 1, moving = direction[last] != 0; /* the intercept is told apart */
  for (size_t i = 0; i < last; i++) {
    if (direction[i] == 0) continue;
    if (moving++ && named == 4) continue;
    char term[60];
    hc_terms_print(s->lattice.mask[i], s->lattice.lists, s->table.names, term, sizeof term);
    named += hc_terms_append(text, sizeof text, "%s%s (%s infinity)", named ? ", " : "", term,
                             direction[i] < 0 ? _("minus") : _("plus"));
  }
  return hc_refuse(
      err, "mle-infinite",
      "the likelihood rises without end, because empty cells send %zu of the %zu coefficients to infinity: %s%s; %s",
      moving, last + 1, text, moving - (direction[last] != 0) > named ? ", ..." : "",
      direction[last] == 0  ? _("N itself would stay finite")
      : direction[last] > 0 ? _("N rises without end")
                            : _("the unseen fall to none"));
}

/* On the boundary. Where the whole model is estimated there is no other reason to refuse it. */
static hc_status refuse_boundary(const struct state *s, const hc_plan *plan, double *scratch, hc_error *err) {
  const hc_lattice *lattice = &s->lattice;
  struct room r = divide(s, scratch);
  hc_lattice_sufficient(lattice, plan->observed, r.lattice, r.sufficient);
  for (size_t i = 0; i < lattice->terms; i++)
    if (!(r.sufficient[i] > 0)) return refuse_empty_term(s, lattice->mask[i], err);
  switch (hc_existence_check(lattice, plan->observed, r.beta)) {
  case HC_EXISTENCE_EXISTS:
    return HC_OK;
  case HC_EXISTENCE_INFINITE:
    return refuse_direction(s, r.beta, err);
  case HC_EXISTENCE_NO_MEMORY:
    return HC_ENOMEM;
  default:
    return hc_fail(err, HC_EINTERNAL, "loglinear: the linear program of the existence check was not solved");
  }
}

/* The lattice on the face, in the plan's memory. */
static hc_status keep_face(hc_plan *plan, struct state *s, const hc_lattice *face) {
  uint32_t *mask = hc_plan_alloc(plan, face->terms + hc_lattice_join_size(face->terms), sizeof *mask);
  double *live = hc_plan_alloc(plan, face->cells, sizeof *live);
  if (!mask || !live) return HC_ENOMEM;
  memcpy(mask, face->mask, face->terms * sizeof *mask);
  memcpy(mask + face->terms, face->join, hc_lattice_join_size(face->terms) * sizeof *mask);
  memcpy(live, face->live, face->cells * sizeof *live);
  s->lattice = *face;
  s->lattice.mask = mask, s->lattice.join = mask + face->terms, s->lattice.live = live;
  return HC_OK;
}

static hc_status check_existence(hc_plan *plan, struct state *s, double *scratch, hc_error *err) {
  hc_lattice face;
  if (s->terms == s->table.cells)
    return hc_refuse(err, "not-identified",
                     "with the interaction of all %zu lists the unseen cell is not identified: "
                     "%zu coefficients, %zu cells",
                     s->table.lists, s->terms, s->table.cells - 1);
  if (!s->problem.lists) return refuse_boundary(s, plan, scratch, err);
  hc_model_room model = hc_model_begin(&s->problem, plan->observed, divide(s, scratch).model);
  s->face = hc_model_lattice(&model, s->mask, s->terms, &face);
  if (s->face == HC_FACE_INTERIOR) return HC_OK;
  if (s->face >= HC_FACE_UNIDENTIFIED || s->coefficients) return refuse_boundary(s, plan, scratch, err);
  return keep_face(plan, s, &face);
}

/* --- prepare ------------------------------------------------------------------------------------- */

/* Is every part of a term a term too? */
static bool is_hierarchical(const uint32_t *mask, size_t terms) {
  for (size_t i = 0; i < terms; i++)
    for (uint32_t left = mask[i]; left; left &= left - 1) {
      size_t j = 0;
      while (j < terms && mask[j] != (mask[i] & ~(left & -left))) j++;
      if (j == terms) return false;
    }
  return true;
}

/* Terms of lists that did not operate here are left out, and the other lists moved together. */
static size_t drop_absent(const hc_data *data, uint32_t *mask, size_t terms) {
  size_t kept = 0;
  for (size_t i = 0; i < terms; i++) {
    if (mask[i] & data->absent) continue;
    uint32_t moved = 0;
    for (size_t list = 0, place = 0; list < data->n_all; list++)
      if (!(data->absent >> list & 1)) moved |= (mask[i] >> list & 1) << place++;
    mask[kept++] = moved;
  }
  return kept;
}

static hc_status read_terms(hc_plan *plan, struct state *s, const hc_data *data, const hc_options *o, hc_error *err) {
  char problem[PROBLEM_SIZE];
  hc_lattice *lattice = &s->lattice;
  lattice->lists = s->table.lists;
  lattice->cells = s->table.cells;
  uint32_t *mask = hc_plan_alloc(plan, HC_LATTICE_MAX_TERMS, sizeof *mask);
  if (!mask) return HC_ENOMEM;
  size_t lists = data->n_all ? data->n_all : lattice->lists;
  const char *const *names = data->n_all ? (const char *const *)data->all_names : s->table.names;
  if (lists > HC_LATTICE_MAX_LISTS)
    return hc_refuse(err, "too-many-lists", "%zu lists; at most %d are possible", lists, HC_LATTICE_MAX_LISTS);
  if (!hc_terms_parse(hc_options_text(o, "terms"), lists, names, mask, HC_LATTICE_MAX_TERMS, &lattice->terms, problem,
                      sizeof problem))
    return problem[0] ? hc_fail(err, HC_EUSAGE, "loglinear: %s", problem) : HC_ENOMEM;
  if (data->n_all) lattice->terms = drop_absent(data, mask, lattice->terms);
  uint32_t *join = hc_plan_alloc(plan, hc_lattice_join_size(lattice->terms), sizeof *join);
  if (!join) return HC_ENOMEM;
  hc_lattice_join(join, mask, lattice->terms);
  lattice->mask = s->mask = mask;
  lattice->join = join;
  s->terms = lattice->terms;
  if (s->table.lists <= HC_MODEL_MAX_LISTS && s->terms <= HC_MODEL_MAX_TERMS && is_hierarchical(mask, s->terms))
    s->problem = hc_model_problem_default(s->table.lists, s->table.lists - 1);
  return HC_OK;
}

/* beta[12] for lists 1 and 2; beta[1:12] where a number has two digits. */
static void name_coefficient(hc_plan *plan, size_t i, uint32_t mask, size_t lists) {
  char text[3 * HC_MAX_LISTS] = "";
  for (size_t list = 0; list < lists; list++) {
    if (mask >> list & 1) hc_terms_append(text, sizeof text, "%s%zu", text[0] && lists > 9 ? ":" : "", list + 1);
  }
  hc_plan_quantity(plan, i, &hc_quantity_real, mask ? N_("coefficient, logarithmic") : N_("intercept: ln of the unseen"),
                   "beta[%s]", mask ? text : "0");
}

static void name_quantities(hc_plan *plan, const struct state *s) {
  size_t terms = s->terms;
  hc_plan_set_quantities(plan, s->coefficients ? 1 + terms : 1);
  hc_plan_population(plan, "people, on a list or not");
  for (size_t i = 0; s->coefficients && i < terms; i++)
    name_coefficient(plan, 1 + i, s->mask[i], s->table.lists);
}

static void describe(hc_plan *plan, const struct state *s) {
  char text[HC_NOTE_SIZE / 2] = "";
  size_t lists = s->table.lists, interactions = s->terms - 1 - lists;
  for (size_t i = lists; i + 1 < s->terms; i++) {
    char term[80];
    hc_terms_print(s->mask[i], lists, s->table.names, term, sizeof term);
    if (hc_terms_append(text, sizeof text - 8, " + %s", term)) continue;
    hc_terms_append(text, sizeof text, " + ...");
    break;
  }
  hc_plan_set_form(plan, "main effects of %zu lists%s", lists, text);
  hc_plan_add_variant(plan, "%s; %s", interactions ? "" : _(", independence"),
                      s->full
                          ? _("full multinomial likelihood, N real (Cormack 1992); se as the conditional one, at this N")
                          : _("Poisson likelihood, N = n + exp(intercept); se (Rivest and Levesque 2001)"));
}

/* The plan's own fit from a cold start: where the replicates start. */
static hc_status warm_up(hc_plan *plan, struct state *s, double *scratch, hc_error *err) {
  const hc_lattice *lattice = &s->lattice;
  size_t terms = lattice->terms;
  struct room r = divide(s, scratch);
  double *kept = hc_plan_alloc(plan, 3 * terms + terms * terms, sizeof *kept);
  if (!kept) return HC_ENOMEM;
  double *cold = kept + terms, *fitted = kept + 2 * terms, *factor = kept + 3 * terms;
  hc_lattice_maximum maximum;
  hc_lattice_sufficient(lattice, plan->observed, r.lattice, r.sufficient);
  hc_lattice_independence(lattice, r.sufficient, cold);
  s->start = (hc_lattice_start){.beta = cold};
  if (!hc_lattice_maximise(lattice, r.sufficient, false, &s->start, kept, factor, r.lattice, &maximum))
    return hc_refuse(err, "not-converged", "the likelihood has a maximum, but counts this far apart leave too few digits "
                     "for Newton's method to reach it");
  hc_lattice_fitted(lattice, kept, r.lattice, fitted);
  s->start = (hc_lattice_start){.beta = kept, .factor = factor, .score0 = fitted};
  return HC_OK;
}

static hc_status finish(hc_plan *plan, struct state *s, hc_error *err) {
  plan->n_parameters = s->terms;
  plan->n_scratch = scratch_size(s);
  double *scratch = hc_plan_alloc(plan, plan->n_scratch, sizeof *scratch);
  if (!scratch) return HC_ENOMEM;
  hc_status status = check_existence(plan, s, scratch, err);
  if (status == HC_OK) status = warm_up(plan, s, scratch, err);
  name_quantities(plan, s);
  describe(plan, s);
  return status;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = hc_list_table_check(data, HC_LATTICE_MAX_LISTS, "loglinear", err);
  struct state *s = plan->state;
  if (status == HC_OK) status = hc_list_table_begin(plan, &s->table, data, err);
  if (status == HC_OK) status = read_terms(plan, s, data, o, err);
  if (status != HC_OK) return status;
  s->full = hc_options_choice_is(o, "likelihood", "full");
  s->coefficients = hc_options_choice_is(o, "coefficients", "yes");
  if (s->full && s->coefficients)
    return hc_fail(err, HC_EUSAGE, "loglinear: coefficients=yes goes with likelihood=conditional only");
  return finish(plan, s, err);
}

/* --- the multinomial likelihood with N unknown ----------------------------------------------------- */

struct profile {
  const hc_lattice *lattice;
  struct room r;
  double n;
  hc_lattice_start start;
  hc_lattice_maximum maximum;
  double slope;
};

/* Fits all cells with N - n people in the unseen one; false where there is no finite fit. */
static bool fit_at(struct profile *p, double N) {
  p->r.sufficient[p->lattice->terms - 1] = N;
  return hc_lattice_maximise(p->lattice, p->r.sufficient, true, &p->start, p->r.beta, p->r.factor, p->r.lattice,
                             &p->maximum);
}

static double profile_slope(double N, void *context) {
  struct profile *p = context;
  if (!fit_at(p, N)) return NAN;
  return hc_ln_falling_slope(N, p->n) + log(p->maximum.unseen / N);
}

static double profile_value(const struct profile *p, double N) {
  return hc_ln_factorial(N) - hc_ln_factorial(N - p->n) + p->maximum.kernel + N - N * log(N);
}

static hc_status profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                         double *scratch, double *loglik) {
  const struct state *s = plan->state;
  struct profile p = {.lattice = &s->lattice, .r = divide(s, scratch), .start = {.beta = start->parameters}};
  hc_lattice_sufficient(&s->lattice, observed, p.r.lattice, p.r.sufficient);
  p.n = p.r.sufficient[s->lattice.terms - 1];
  if (!(N >= p.n) || !fit_at(&p, N)) return HC_EREFUSED;
  *loglik = profile_value(&p, N);
  return HC_OK;
}

/* --- fit -------------------------------------------------------------------------------------------- */

static void criteria(const struct state *s, const hc_lattice *lattice, hc_estimate *e, double loglik, double n) {
  double cells = (double)lattice->cells - 1;
  hc_fit_criteria(&e->fit, loglik, (double)s->terms, n);
  for (size_t c = 1; lattice->live && c < lattice->cells; c++) cells -= !(lattice->live[c] > 0);
  e->fit.df = cells - (double)lattice->terms;
}

static double deviance(const struct state *s, const double *y, const double *mean) {
  double sum = 0;
  for (size_t c = 1; c < s->table.cells; c++) sum += (y[c] > 0 ? y[c] * log(y[c] / mean[c]) : 0) - (y[c] - mean[c]);
  return 2 * sum;
}

static void report_coefficients(const struct state *s, struct room *r, hc_estimate *e) {
  size_t terms = s->terms;
  hc_cholesky_invert(r->factor, terms, r->inverse);
  for (size_t i = 0; i < terms; i++) {
    e->value[1 + i] = r->beta[i];
    e->se[1 + i] = sqrt(r->inverse[i * terms + i]);
  }
}

static hc_status no_maximum(hc_error *err) {
  return hc_refuse(err, "mle-infinite", "the likelihood of these counts has no finite maximum");
}

/* N that maximises the multinomial profile, between n and the Poisson estimate (its slope is negative there), whose
 * coefficients are in r->from. */
static hc_status fit_full(const struct state *s, const hc_lattice *lattice, const double *observed, struct room *r,
                          double conditional, hc_estimate *e, hc_error *err) {
  struct profile p = {.lattice = lattice, .r = *r, .n = r->sufficient[lattice->terms - 1], .start = {.beta = r->from}};
  double N = p.n, lowest = profile_slope(p.n, &p);
  if (!isfinite(lowest)) return no_maximum(err);
  if (lowest <= 0)
    hc_estimate_note(e, "boundary", "the likelihood falls from N = n on: nobody is estimated to be unseen");
  else if (!hc_root_brent(profile_slope, &p, p.n, conditional, 1e-13, &N))
    return no_maximum(err);
  if (!fit_at(&p, N)) return no_maximum(err);
  memcpy(e->parameters, r->beta, lattice->terms * sizeof *r->beta);
  e->value[0] = N;
  /* information of the seen cells at these means: take the unseen one out of the intercept's corner */
  double variance = p.maximum.var_intercept, unseen = p.maximum.unseen;
  variance /= 1 - unseen * variance;
  e->se[0] = sqrt(unseen + unseen * unseen * variance);
  if (e->asked.criteria)
    criteria(s, lattice, e, profile_value(&p, N) - hc_list_table_factorials(&s->table, observed), p.n);
  return HC_OK;
}

/* Nobody is in a cell that the plan's own data have taken off the face; replicates drawn from them never are. */
static bool is_on(const hc_lattice *lattice, const double *observed) {
  for (size_t c = 1; lattice->live && c < lattice->cells; c++)
    if (observed[c] > 0 && !(lattice->live[c] > 0)) return false;
  return true;
}

/* The maximum on the plan's lattice. False where there is none: a term with a margin of zero, or an information matrix that
 * becomes singular on the way. */
static bool maximise_here(const struct state *s, const double *observed, struct room *r, hc_lattice_maximum *maximum) {
  const hc_lattice *lattice = &s->lattice;
  if (!is_on(lattice, observed)) return false;
  hc_lattice_sufficient(lattice, observed, r->lattice, r->sufficient);
  for (size_t i = 0; i < lattice->terms; i++)
    if (!(r->sufficient[i] > 0)) return false;
  return hc_lattice_maximise(lattice, r->sufficient, false, &s->start, r->beta, r->factor, r->lattice, maximum);
}

/* The same on the face of these counts, whose lattice is written to *face. */
static bool maximise_there(const struct state *s, const double *observed, struct room *r, hc_lattice *face,
                           hc_lattice_maximum *maximum) {
  if (!s->problem.lists || s->coefficients) return false;
  hc_model_room model = hc_model_begin(&s->problem, observed, r->model);
  if (hc_model_lattice(&model, s->mask, s->terms, face) >= HC_FACE_UNIDENTIFIED) return false;
  for (size_t i = 0; i < face->terms; i++) r->sufficient[i] = model.margin[face->mask[i]];
  hc_lattice_independence(face, r->sufficient, r->from);
  hc_lattice_start start = {.beta = r->from};
  return hc_lattice_maximise(face, r->sufficient, false, &start, r->beta, r->factor, r->lattice, maximum);
}

static void note_face(const struct state *s, hc_estimate *e) {
  char text[200] = "", term[80];
  size_t dead = 0, named = 0;
  for (size_t i = 0; s->face == HC_FACE_MARGINS && i < s->terms; i++) {
    size_t j = 0;
    while (j < s->lattice.terms && s->lattice.mask[j] != s->mask[i]) j++;
    if (j < s->lattice.terms) continue;
    dead++;
    hc_terms_print(s->mask[i], s->table.lists, s->table.names, term, sizeof term);
    if (named == dead - 1 && named < 4) named += hc_terms_append(text, sizeof text, "%s%s", named ? ", " : "", term);
  }
  if (dead)
    hc_estimate_note(e, "boundary", "nobody is on all the lists of %s%s: %s minus infinity, N is finite all the same (Chan, "
                     "Silverman and Vincent 2021)", text, named < dead ? ", ..." : "",
                     dead == 1 ? _("its coefficient is") : _("their coefficients are"));
  if (s->face == HC_FACE_COEFFICIENTS)
    hc_estimate_note(e, "boundary", "empty cells send some of the coefficients to infinity; N is finite all the same (Fienberg "
                     "and Rinaldo 2012)");
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  const hc_lattice *lattice = &s->lattice;
  hc_lattice face;
  struct room r = divide(s, scratch);
  hc_lattice_maximum maximum;
  if (!maximise_here(s, observed, &r, &maximum)) {
    if (!maximise_there(s, observed, &r, &face, &maximum)) return no_maximum(err);
    lattice = &face;
  }
  double n = r.sufficient[lattice->terms - 1], unseen = maximum.unseen;
  for (size_t i = 0; i < plan->n_parameters; i++) e->parameters[i] = i < lattice->terms ? r.beta[i] : 0;
  e->fit.iterations = maximum.iterations;
  if (e->asked.notes) {
    note_face(s, e);
    hc_list_table_note_overlaps(&s->table, observed, r.lattice, e);
  }
  memcpy(r.from, r.beta, lattice->terms * sizeof *r.beta);
  if (s->full) return fit_full(s, lattice, observed, &r, n + unseen, e, err);
  e->value[0] = n + unseen;
  e->se[0] = sqrt(unseen + unseen * unseen * maximum.var_intercept);
  if (s->coefficients) report_coefficients(s, &r, e);
  if (e->asked.criteria) {
    criteria(s, lattice, e, maximum.kernel - hc_list_table_factorials(&s->table, observed), n);
    hc_lattice_means(lattice, r.beta, r.lattice);
    e->fit.deviance = deviance(s, observed, r.lattice);
  }
  return HC_OK;
}

/* --- simulation and the interval of the intercept ----------------------------------------------------- */

static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  const struct state *s = plan->state;
  hc_lattice_means(&s->lattice, e->parameters, replicate);
  hc_list_table_draw(&s->table, e->value[0], rng, replicate);
}

/* n + exp(beta(0) -+ z se(beta(0))): Wald on the scale of the intercept, as SparseMSE prints (Chan, Silverman
 * and Vincent 2021 J. Am. Statist. Assoc. 116:1297). */
static hc_status interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level, double *lower,
                          double *upper, hc_error *err) {
  double unseen = e->value[0] - plan->n_units, z = hc_normal_quantile(0.5 + level / 2);
  double variance = (e->se[0] * e->se[0] - unseen) / (unseen * unseen);
  (void)method;
  if (!(unseen > 0) || !(variance >= 0)) return hc_refuse(err, "no-se", "the intercept has no standard error here");
  *lower = plan->n_units + unseen * exp(-z * sqrt(variance));
  *upper = plan->n_units + unseen * exp(z * sqrt(variance));
  return HC_OK;
}

static hc_status log_linear(const hc_plan *plan, double *scratch, hc_log_linear *form, hc_error *err) {
  const struct state *s = plan->state;
  (void)scratch, (void)err;
  hc_list_table_form(&s->table, plan->observed, s->mask, s->terms, form);
  return HC_OK;
}

static unsigned suits(const hc_data *data) {
  enum { MOST_FOR_A_TABLE = 16 }; /* beyond, mt: independence too, without a table of all 2^k histories */
  return data->shape == HC_SHAPE_LISTS && data->n_lists <= MOST_FOR_A_TABLE ? 2 : 0;
}

const hc_estimator hc_estimator_loglinear = {
    .id = "loglinear",
    .title = "Log-linear model of overlapping lists",
    .cite = "Fienberg (1972) Biometrika 59:591-603; Cormack (1989) Biometrics 45:395-413; Rivest and Levesque (2001) "
            "Can. J. Statist. 29:555-572",
    .formula = "ln mu(c) = b(0) + sum of b(m) over the terms m within the set c of lists; N = n + exp(b(0))",
    .assumes =
        "lists are independent except for the interactions in `terms`; never an interaction of all lists at once",
    .needs = "who is on which list, two or more lists that overlap",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .suits = suits,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .profile = profile,
    .interval_methods = (const char *const[]){"intercept", NULL},
    .interval = interval,
    .log_linear = log_linear,
};
