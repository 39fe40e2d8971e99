/* One log-linear model over overlapping lists and strata, some of whose lists did not operate everywhere.
 *
 * y_b(c): people of stratum b seen on the set c of its lists. With means of sets d of all lists,
 *     ln mu_b(d) = alpha_b + sum of beta(m) over the terms m contained in d,
 * and m_b(c) = sum of mu_b over the sets whose part among the lists that operated in b is c (numeric/blocks.h),
 *     N = sum over b of n_b + m_b(none).
 * Terms are one for all strata (share=all: strata differ in size alone), or main effects are each stratum's own and
 * interactions shared (share=dependence). Where a list did not operate its cells are missing, not empty: people seen
 * without it may have been on it, had it been there (Zwane, van der Pal-de Bruin and van der Heijden 2004 Statist. Med.
 * 23:2267, who say when that may be ignored, and use EM). With share=dependence such a list has no main effect of its
 * own there, so its terms are left out of that stratum.
 *
 * choose=bic, aic or aicc: the hierarchical model with interactions of up to max-order lists that is reached from
 * independence by the best step, one term more or less, as long as the criterion falls; again in every replicate. The
 * parameters in a criterion are those of all strata, minus infinity included. The standard error is sqrt(u + g'Vg) of u
 * people not seen, g their slopes, V the inverse of the expected information (Rivest and Levesque 2001, of one
 * stratum), and does not answer for the choice. Degrees of freedom: cells that may hold people less finite parameters.
 *
 * Assumes: people of different strata have the same dependence between lists, and with share=all the same chances.
 * Breaks: where they do not; the deviance tells, and estimates stratum by stratum (--by) assume none of it. */
#include "model.h"

#include <string.h>

#include "numeric/blocks.h"
#include "numeric/hierarchy.h"
#include "numeric/model_fit.h"
#include "numeric/terms.h"

enum { MOST_LISTS = 8, MOST_TERMS = 256, MOST_STRATA = 200 };

struct state {
  hc_blocks model; /* of the terms that were asked for; parameters numbered anew for each choice */
  uint32_t *absent;
  char **names;
  size_t *place; /* [n_cells] of the plan: where in observed */
  bool own_effects, chooses;
  hc_criterion criterion;
  size_t max_order;
};

static const hc_option options[] = {
    {"strata", HC_OPTION_FORMULA, "", 0, 0, NULL, "columns whose levels make the strata, as ~ region + sex"},
    {"not-covered", HC_OPTION_COVERAGE, "", 0, 0, NULL,
     "lists that did not operate everywhere: C:region=south; D:year=2019; their columns make strata too"},
    {"share", HC_OPTION_CHOICE, "all", 0, 0, "all|dependence",
     "all: strata differ in size alone; dependence: each stratum has its own main effects, interactions are shared"},
    {"terms", HC_OPTION_TEXT, "", 0, 0, NULL, "interactions, as loglinear takes them; empty: independence"},
    {"choose", HC_OPTION_CHOICE, "no", 0, 0, "no|bic|aic|aicc",
     "look for the best interactions instead, anew in every replicate"},
    {"max-order", HC_OPTION_INTEGER, "2", 1, HC_HIERARCHY_MAX_LISTS - 1, NULL,
     "with choose: the most lists in one interaction"},
    {0},
};

/* --- the model -------------------------------------------------------------------------------------- */

/* Does the stratum share the term's parameter with others? The intercept never. */
static bool is_shared(const struct state *s, uint32_t mask) {
  return mask && !(s->own_effects && !(mask & (mask - 1)));
}

/* Numbers the parameters of these terms. */
static void number(const struct state *s, hc_blocks *model, uint16_t *parameter) {
  size_t next = 0;
  for (size_t i = 0; i < model->terms; i++) {
    uint32_t mask = model->mask[i];
    bool shared = is_shared(s, mask), used = false;
    for (size_t b = 0; b < model->blocks; b++) {
      bool none = s->own_effects && mask & model->absent[b];
      parameter[b * model->terms + i] = none ? HC_BLOCKS_NO_TERM : (uint16_t)next;
      used |= !none;
      next += !none && !shared;
    }
    next += shared && used;
  }
  model->parameters = next;
  model->parameter = parameter;
}

/* A term whose lists never operated together in a stratum. */
static bool is_seen(const struct state *s, uint32_t mask) {
  for (size_t b = 0; b < s->model.blocks; b++)
    if (!(mask & s->absent[b])) return true;
  return false;
}

/* Scratch of one fit. */
struct room {
  hc_blocks model;
  uint16_t *parameter;
  uint32_t *mask;
  double *theta, *mean, *se, *kernel;
};

static size_t most_terms(const struct state *s) {
  return s->chooses ? (size_t)1 << s->model.lists : s->model.terms;
}
static size_t most_parameters(const struct state *s) {
  size_t effects = s->own_effects ? s->model.lists + 1 : 1;
  return s->model.blocks * effects + most_terms(s);
}

static size_t scratch_size(const struct state *s) {
  size_t cells = (size_t)1 << s->model.lists, blocks = s->model.blocks;
  hc_blocks largest = {.blocks = blocks, .lists = s->model.lists, .parameters = most_parameters(s)};
  return blocks * most_terms(s) / 4 + 1 + most_terms(s) / 2 + 1 + most_parameters(s) + blocks * cells + blocks +
         hc_blocks_scratch(&largest);
}

static struct room divide(const struct state *s, double *scratch) {
  size_t cells = (size_t)1 << s->model.lists, blocks = s->model.blocks;
  struct room r = {.model = s->model, .theta = scratch};
  r.mean = r.theta + most_parameters(s);
  r.se = r.mean + blocks * cells;
  r.mask = (uint32_t *)(r.se + blocks);
  r.parameter = (uint16_t *)(r.se + blocks + most_terms(s) / 2 + 1);
  r.kernel = r.se + blocks + most_terms(s) / 2 + 1 + blocks * most_terms(s) / 4 + 1;
  return r;
}

/* Fits these terms to the counts. */
static bool maximise(const struct state *s, struct room *r, const uint32_t *mask, size_t terms, const double *observed,
                     hc_blocks_fit *fit) {
  r->model.mask = mask;
  r->model.terms = terms;
  number(s, &r->model, r->parameter);
  return hc_blocks_maximise(&r->model, observed, r->theta, r->mean, r->se, r->kernel, fit);
}

/* --- the choice ------------------------------------------------------------------------------------- */

static double criterion_of(const struct state *s, const struct room *r, const hc_blocks_fit *fit, double n) {
  return hc_criterion_value(s->criterion, fit->loglik, (double)r->model.parameters, n);
}

/* The best model one term away, if it is better than *best: 0 where none is. */
static uint64_t best_step(const struct state *s, struct room *r, const hc_hierarchy *h, uint64_t model,
                          const double *observed, double n, double *best) {
  uint64_t found = 0, steps = hc_hierarchy_addable(h, model) | hc_hierarchy_removable(h, model);
  for (uint64_t left = steps; left; left &= left - 1) {
    uint64_t other = model ^ (left & -left);
    hc_blocks_fit fit;
    if (!is_seen(s, (uint32_t)__builtin_ctzll(left))) continue;
    size_t terms = hc_hierarchy_terms(h, other, r->mask);
    if (!maximise(s, r, r->mask, terms, observed, &fit)) continue;
    double value = criterion_of(s, r, &fit, n);
    if (value < *best) *best = value, found = other;
  }
  return found;
}

/* Leaves the chosen terms in r->mask; how many, or 0 where independence has no maximum either. */
static size_t choose(const struct state *s, struct room *r, const double *observed, double n) {
  hc_hierarchy h;
  hc_blocks_fit fit;
  hc_hierarchy_init(&h, s->model.lists, s->max_order);
  uint64_t model = h.always, next;
  bool fits = maximise(s, r, r->mask, hc_hierarchy_terms(&h, model, r->mask), observed, &fit);
  double best = fits ? criterion_of(s, r, &fit, n) : INFINITY;
  while ((next = best_step(s, r, &h, model, observed, n, &best))) model = next;
  return best < INFINITY ? hc_hierarchy_terms(&h, model, r->mask) : 0;
}

/* --- prepare ------------------------------------------------------------------------------------------ */

static hc_status check(const hc_data *data, hc_error *err) {
  if (!data->n_strata)
    return hc_refuse(err, "needs-option", "there are no strata: --by COLUMN with --share, or --set strata='~ COLUMN'");
  if (data->n_lists < 2) return hc_refuse(err, "one-list", "one list says nothing about the people who are on no list");
  if (data->n_lists > MOST_LISTS)
    return hc_refuse(err, "too-many-lists", "%zu lists; with strata at most %d are possible", data->n_lists,
                     MOST_LISTS);
  if (data->n_strata > MOST_STRATA)
    return hc_refuse(err, "too-many-strata", "%zu strata; one model over all of them takes at most %d", data->n_strata,
                     MOST_STRATA);
  if (!data->history)
    return hc_refuse(err, "bad-shape", "loglinear-strata needs capture histories, not totals by occasion");
  return HC_OK;
}

static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const struct state *s = plan->state;
  memset(observed, 0, plan->n_observed * sizeof *observed);
  for (size_t i = 0; i < plan->n_cells; i++) observed[s->place[i]] = cells[i];
}

/* One cell for each profile: people of a stratum with a history. */
static hc_status lay_out(hc_plan *plan, struct state *s, const hc_data *data) {
  size_t cells = (size_t)1 << data->n_lists;
  plan->n_cells = data->n_profiles;
  plan->n_observed = data->n_strata * cells;
  plan->cells = hc_plan_alloc(plan, plan->n_cells, sizeof *plan->cells);
  plan->observed = hc_plan_alloc(plan, plan->n_observed, sizeof *plan->observed);
  s->place = hc_plan_alloc(plan, plan->n_cells, sizeof *s->place);
  if (!plan->cells || !plan->observed || !s->place) return HC_ENOMEM;
  for (size_t i = 0; i < plan->n_cells; i++) {
    const hc_profile *p = &data->profiles[i];
    s->place[i] = p->stratum * cells + (size_t)data->history[p->cell];
    plan->cells[i] = (double)p->count;
  }
  plan->collapse = collapse;
  collapse(plan, plan->cells, plan->observed);
  hc_plan_bootstrap_people(plan, (double)data->observed);
  plan->default_resample = HC_RESAMPLE_PARAMETRIC;
  return HC_OK;
}

static hc_status read_coverage(hc_plan *plan, struct state *s, const hc_data *data, const hc_options *o,
                               hc_error *err) {
  uint64_t *absent = hc_plan_alloc(plan, data->n_strata, sizeof *absent);
  s->absent = hc_plan_alloc(plan, data->n_strata, sizeof *s->absent);
  if (!absent || !s->absent) return HC_ENOMEM;
  hc_status status = hc_coverage_read(data, hc_options_text(o, "not-covered"), absent, NULL, err);
  uint64_t nowhere = ~(uint64_t)0;
  for (size_t b = 0; b < data->n_strata; b++) {
    s->absent[b] = (uint32_t)absent[b];
    nowhere &= absent[b];
  }
  if (status == HC_OK && nowhere)
    status = hc_refuse(err, "not-covered", "list %s did not operate in any stratum: leave it out with --lists",
                       data->list_names[__builtin_ctzll(nowhere)]);
  return status;
}

static hc_status read_terms(hc_plan *plan, struct state *s, const hc_data *data, const hc_options *o, hc_error *err) {
  char problem[300], term[120];
  uint32_t *mask = hc_plan_alloc(plan, MOST_TERMS, sizeof *mask);
  if (!mask) return HC_ENOMEM;
  s->model = (hc_blocks){.blocks = data->n_strata, .lists = data->n_lists, .mask = mask, .absent = s->absent};
  const char *const *names = (const char *const *)data->list_names;
  if (!hc_terms_parse(hc_options_text(o, "terms"), data->n_lists, names, mask, MOST_TERMS, &s->model.terms, problem,
                      sizeof problem))
    return problem[0] ? hc_fail(err, HC_EUSAGE, "loglinear-strata: %s", problem) : HC_ENOMEM;
  for (size_t i = 0; i < s->model.terms; i++) {
    if (is_seen(s, mask[i])) continue;
    hc_terms_print(mask[i], data->n_lists, names, term, sizeof term);
    return hc_refuse(err, "not-covered", "the lists of %s never operated together in a stratum", term);
  }
  if (s->model.terms == (size_t)1 << data->n_lists)
    return hc_refuse(err, "not-identified", "with the interaction of all %zu lists the unseen are not identified",
                     data->n_lists);
  return HC_OK;
}

static hc_status read_choice(struct state *s, const hc_data *data, const hc_options *o, hc_error *err) {
  s->own_effects = hc_options_choice_is(o, "share", "dependence");
  s->chooses = !hc_options_choice_is(o, "choose", "no");
  s->criterion = hc_options_choice_is(o, "choose", "aic")    ? HC_CRITERION_AIC
                 : hc_options_choice_is(o, "choose", "aicc") ? HC_CRITERION_AICC
                                                             : HC_CRITERION_BIC;
  s->max_order = (size_t)hc_options_integer(o, "max-order");
  if (!s->chooses) return HC_OK;
  if (data->n_lists < 3 || data->n_lists > HC_HIERARCHY_MAX_LISTS)
    return hc_refuse(err, "too-many-lists", "a choice is made among models of 3 to %d lists, not %zu",
                     HC_HIERARCHY_MAX_LISTS, data->n_lists);
  if (hc_options_text(o, "terms")[0])
    return hc_fail(err, HC_EUSAGE, "loglinear-strata: either terms or choose, not both");
  if (s->max_order >= data->n_lists) s->max_order = data->n_lists - 1;
  return HC_OK;
}

static hc_status describe(hc_plan *plan, const struct state *s, const hc_data *data) {
  size_t lacking = 0;
  for (size_t b = 0; b < data->n_strata; b++) lacking += s->absent[b] != 0;
  hc_plan_set_quantities(plan, 1 + data->n_strata);
  hc_plan_population(plan, "people, on a list or not");
  for (size_t b = 0; b < data->n_strata; b++) {
    char *name = hc_plan_alloc(plan, 300, 1);
    if (!name) return HC_ENOMEM;
    hc_data_stratum_name(data, b, name, 300);
    hc_plan_quantity(plan, 1 + b, &hc_quantity_people, "people of the stratum", "N[%s]", name);
    plan->quantities[1 + b].additive = false;
  }
  hc_plan_set_form(plan, "log-linear model of %zu lists over %zu strata, %s", data->n_lists, data->n_strata,
                   s->own_effects ? "interactions shared" : "all but their size shared");
  hc_plan_add_variant(plan, "%s%s; Poisson likelihood; se: expected information",
                      s->chooses ? ", interactions chosen anew in every replicate" : "",
                      lacking ? "; cells of lists that did not operate are missing" : "");
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  hc_status status = check(data, err);
  if (status == HC_OK) status = read_coverage(plan, s, data, o, err);
  if (status == HC_OK) status = read_terms(plan, s, data, o, err);
  if (status == HC_OK) status = read_choice(s, data, o, err);
  if (status == HC_OK && most_parameters(s) > HC_BLOCKS_MAX_PARAMETERS)
    status = hc_refuse(err, "too-many-strata", "%zu strata and these terms have more than %d parameters",
                       data->n_strata, HC_BLOCKS_MAX_PARAMETERS);
  if (status == HC_OK) status = lay_out(plan, s, data);
  if (status != HC_OK) return status;
  plan->n_parameters = plan->n_observed;
  plan->n_scratch = scratch_size(s);
  return describe(plan, s, data);
}

/* --- fit -------------------------------------------------------------------------------------------- */

static void note_terms(const struct room *r, size_t lists, hc_estimate *e) {
  char text[HC_NOTE_SIZE / 2] = "";
  for (size_t i = 0; i < r->model.terms; i++) {
    uint32_t mask = r->model.mask[i];
    if (!(mask & (mask - 1))) continue;
    hc_terms_append(text, sizeof text, "%s[", text[0] ? " " : "");
    for (size_t list = 0; list < lists; list++)
      if (mask >> list & 1) hc_terms_append(text, sizeof text, "%zu", list + 1);
    hc_terms_append(text, sizeof text, "]");
  }
  hc_estimate_note(e, "model-chosen", "chosen: %s%s", text[0] ? "interactions of lists " : "independence", text);
}

/* Terms that nobody has, in the strata where their lists operated. */
static void note_empty(const struct room *r, hc_estimate *e) {
  for (size_t k = 0; k < r->model.parameters; k++) {
    if (isfinite(r->theta[k])) continue;
    hc_estimate_note(e, "boundary",
                     "nobody is on all the lists of some of its terms: their coefficients are minus infinity, N is "
                     "finite (Chan, Silverman and Vincent 2021)");
    return;
  }
}

/* Logarithm of the saturated likelihood and of y!, over the cells. */
static void saturated(const double *y, size_t n, double *most, double *factorials) {
  *most = *factorials = 0;
  for (size_t i = 0; i < n; i++) {
    if (!(y[i] > 0)) continue;
    *most += y[i] * log(y[i]) - y[i];
    *factorials += y[i] > 1 ? hc_ln_factorial(y[i]) : 0;
  }
}

static void criteria(const hc_plan *plan, const struct room *r, const double *observed, const hc_blocks_fit *fit,
                     double n, hc_estimate *e) {
  double most, factorials;
  saturated(observed, plan->n_observed, &most, &factorials);
  hc_fit_criteria(&e->fit, fit->loglik - factorials, (double)r->model.parameters, n);
  e->fit.deviance = fmax(0, 2 * (most - fit->loglik));
  e->fit.df = fit->cells - (double)fit->rank;
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  size_t cells = (size_t)1 << s->model.lists;
  struct room r = divide(s, scratch);
  hc_blocks_fit at;
  double n = 0;
  for (size_t i = 0; i < plan->n_observed; i++) n += observed[i];
  size_t terms = s->chooses ? choose(s, &r, observed, n) : s->model.terms;
  if (!terms || !maximise(s, &r, s->chooses ? r.mask : s->model.mask, terms, observed, &at))
    return hc_refuse(err, "mle-infinite",
                     "the likelihood of these counts has no finite maximum, or does not determine the "
                     "people not seen");
  e->value[0] = n + at.unseen;
  e->se[0] = at.se;
  for (size_t b = 0; b < s->model.blocks; b++) {
    double seen = 0;
    for (size_t c = 1; c < cells; c++) seen += observed[b * cells + c];
    e->value[1 + b] = seen + hc_blocks_observable(&r.model, r.mean, b, 0);
    e->se[1 + b] = r.se[b];
  }
  memcpy(e->parameters, r.mean, plan->n_parameters * sizeof *r.mean);
  e->fit.iterations = at.iterations;
  if (e->asked.notes && s->chooses) note_terms(&r, s->model.lists, e);
  if (e->asked.notes) note_empty(&r, e);
  if (e->asked.criteria) criteria(plan, &r, observed, &at, n, e);
  return HC_OK;
}

/* round(N) people over all strata and sets; what lists that did not operate would have shown is not seen. */
static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  const struct state *s = plan->state;
  size_t cells = (size_t)1 << s->model.lists;
  double left = floor(e->value[0] + 0.5), mass = 0;
  for (size_t i = 0; i < plan->n_observed; i++) mass += e->parameters[i];
  memset(replicate, 0, plan->n_observed * sizeof *replicate);
  for (size_t i = plan->n_observed; i-- > 0;) {
    double drawn = mass > 0 ? hc_rng_binomial(rng, fmin(1, e->parameters[i] / mass), left) : 0;
    size_t seen = (i % cells) & ~(size_t)s->absent[i / cells];
    left -= drawn;
    mass -= e->parameters[i];
    if (seen) replicate[i / cells * cells + seen] += drawn;
  }
}

const hc_estimator hc_estimator_loglinear_strata = {
    .id = "loglinear-strata",
    .title = "Log-linear model over lists and strata",
    .cite =
        "Zwane, van der Pal-de Bruin and van der Heijden (2004) Statist. Med. 23:2267-2281; Cormack (1989) Biometrics "
        "45:395-413",
    .formula = "ln mu(b, d) = a(b) + sum of b(m) over the terms m within the set d of lists; seen: d without the lists "
               "that did not "
               "operate in stratum b; N = sum of n(b) + the unseen of b",
    .assumes = "strata share the interactions between lists, and with share=all their chances; never an interaction of "
               "all lists",
    .needs = "who is on which list and in which stratum",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
};
