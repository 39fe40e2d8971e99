/* The family of counts with the smallest AIC or BIC, among those that are fitted to the same people.
 *
 *   AIC = 2k - 2l, BIC = k ln n - 2l, AICc = AIC + 2k(k+1)/(n - k - 1), k coefficients, n people met, l the log-likelihood of the
 *   counts of those met; N, and N of each level, are those of the smallest. A difference of 2 tells little (Burnham and
 *   Anderson 2002, Model Selection and Multimodel Inference, sec. 2.6).
 * Fifteen families: Poisson, geometric and negative binomial counts as they are, with ones inflated after or before the zeros
 * are lost, and with a hurdle at one after or before (altered.c). Those that leave people out of the likelihood (zot-*,
 * zelterman, chao) have another one, which cannot stand beside these. A family without a maximum is not a candidate.
 *
 * The bootstrap chooses again in every replicate.
 *
 * Assumes: one of the families is right. Inflation after and before, and both hurdles, often have the same likelihood and not
 * the same N (Boehning 2022, Biometrical J., doi 10.1002/bimj.202100343): then no criterion can tell, the first is taken, and a
 * note gives the range. */
#include "counts/altered.h"

#include <string.h>

enum { BASES = 3, ONES = 5, FAMILIES = BASES * ONES };

static const hc_count_ones kinds[ONES] = {HC_ONES_AS_THEY_ARE, HC_ONES_INFLATED_AFTER, HC_ONES_INFLATED_BEFORE,
                                          HC_ONES_HURDLE_AFTER, HC_ONES_HURDLE_BEFORE};
static const char *const names[FAMILIES] = {
    "zt-poisson",   "zt-geometric",   "zt-negbin",          "ztoi-poisson",      "ztoi-geometric",
    "ztoi-negbin",  "oizt-poisson",   "oizt-geometric",     "oizt-negbin",       "zt-hurdle-poisson",
    "zt-hurdle-geometric", "zt-hurdle-negbin", "hurdle-zt-poisson", "hurdle-zt-geometric", "hurdle-zt-negbin"};

static const hc_option options[] = {
    {"criterion", HC_OPTION_CHOICE, "bic", 0, 0, "bic|aic|aicc", "what is smallest in the family that is chosen"},
    REGRESSION_OPTIONS,
    REGRESSION_OPTION_ALPHA,
    ALTERED_OPTION_OMEGA,
    {0}};

enum criterion { BIC, AIC, AICC };

struct state {
  hc_regression_plan *part[FAMILIES]; /* NULL: cannot be begun on these data */
  enum criterion criterion;
  size_t widest; /* scratch of the part that wants most */
};

static hc_status take_parts(hc_plan *plan, const hc_data *data, const hc_options *o, struct state *s, hc_error *err) {
  size_t n = 0;
  for (size_t i = 0; i < FAMILIES; i++) {
    hc_status status = hc_regression_part(plan, data, o, hc_altered_family((hc_count_base)(i % BASES), kinds[i / BASES]),
                                          &s->part[i], err);
    if (status == HC_EREFUSED && i + 1 < FAMILIES) s->part[i] = NULL;
    else if (status != HC_OK) return status;
    if (!s->part[i]) continue;
    size_t want = hc_regression_part_scratch(s->part[i]);
    if (want > s->widest) s->widest = want;
    n++;
  }
  return n ? HC_OK : HC_EREFUSED;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  static const char *const words[] = {"BIC", "AIC", "AICc"};
  s->criterion = hc_options_choice_is(o, "criterion", "bic") ? BIC : hc_options_choice_is(o, "criterion", "aic") ? AIC : AICC;
  if (hc_options_is_stated(o, "weight"))
    return hc_fail(err, HC_EUSAGE, "family-best: a weighted likelihood has no AIC or BIC to choose by");
  if (hc_data_max_times(data) > 1000000)
    return hc_refuse(err, "count-too-large", "somebody was met more than a million times");
  hc_status status = take_parts(plan, data, o, s, err);
  if (status != HC_OK) return status;
  size_t first = 0;
  while (!s->part[first]) first++;
  hc_plan_bootstrap_people(plan, (double)data->observed);
  status = hc_regression_part_quantities(plan, data, s->part[first]);
  plan->n_scratch = s->widest + 2 * plan->n_quantities;
  hc_plan_set_form(plan, "best of %d count families by %s", FAMILIES, words[s->criterion]);
  if (hc_options_is_stated(o, "formula")) hc_plan_add_variant(plan, ", formula: %s", hc_options_text(o, "formula"));
  hc_plan_add_variant(plan, "; N and se: those of the family that is chosen, which is taken as known");
  return status;
}

static double value_of(const struct state *s, const hc_fit *fit, double n) {
  double k = fit->parameters;
  if (s->criterion == BIC) return fit->bic;
  return s->criterion == AIC ? fit->aic : fit->aic + 2 * k * (k + 1) / (n - k - 1);
}

static double people_of(const hc_plan *plan, const double *observed) {
  double n = 0;
  for (size_t i = 0; i < plan->n_observed; i++) n += observed[i];
  return n;
}

/* One family: value and se have room for the plan's quantities. */
static hc_candidate try_family(const hc_plan *plan, size_t i, const double *observed, double *scratch, double *value,
                               double *se, hc_fit *fit) {
  const struct state *s = plan->state;
  hc_error why;
  hc_candidate c = {.id = i, .parameters = NAN, .N = NAN, .se = NAN, .loglik = NAN, .value = NAN};
  if (!s->part[i] || hc_regression_part_fit(s->part[i], observed, scratch, value, se, fit, &why) != HC_OK) return c;
  c.parameters = fit->parameters, c.N = value[0], c.se = se[0], c.loglik = fit->loglik;
  c.value = round(1e6 * value_of(s, fit, people_of(plan, observed))) / 1e6; /* equal likelihoods differ by rounding */
  c.estimable = isfinite(c.value);
  return c;
}

static uint64_t candidates(const hc_plan *plan, uint64_t *pieces) {
  (void)plan;
  *pieces = 1;
  return FAMILIES;
}

static void score(const hc_plan *plan, const double *observed, uint64_t piece, double *scratch, hc_candidate *candidate,
                  size_t *n) {
  const struct state *s = plan->state;
  double *value = scratch + s->widest, *se = value + plan->n_quantities;
  hc_fit fit;
  (void)piece;
  for (size_t i = 0; i < FAMILIES; i++) candidate[i] = try_family(plan, i, observed, scratch, value, se, &fit);
  *n = FAMILIES;
}

static void name_candidate(const hc_plan *plan, uint64_t id, char *text, size_t size) {
  (void)plan;
  size_t n = strlen(names[id]) < size ? strlen(names[id]) : size - 1;
  memcpy(text, names[id], n);
  text[n] = '\0';
}

static void note_choice(const hc_candidate *all, size_t best, hc_estimate *e) {
  double lowest = all[best].N, highest = all[best].N;
  size_t near = 0;
  for (size_t i = 0; i < FAMILIES; i++) {
    if (!all[i].estimable || all[i].value > all[best].value + HC_CANDIDATE_NEAR) continue;
    near++;
    lowest = fmin(lowest, all[i].N), highest = fmax(highest, all[i].N);
  }
  hc_estimate_note(e, "model-chosen", "%s has the smallest criterion, %.2f", names[best], all[best].value);
  if (near > 1 && highest - lowest >= 0.5 * all[best].N)
    hc_estimate_note(e, "rivals-differ", "%zu families are within %g of it; their N run from %.0f to %.0f: these counts do not tell "
                     "which is right ('headcount select' lists them)", near, HC_CANDIDATE_NEAR, lowest, highest);
  else if (near > 1)
    hc_estimate_note(e, "rivals", "%zu families are within %g of it; their N run from %.0f to %.0f", near, HC_CANDIDATE_NEAR,
                     lowest, highest);
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double *value = scratch + s->widest, *se = value + plan->n_quantities;
  hc_candidate all[FAMILIES];
  size_t best = FAMILIES;
  for (size_t i = 0; i < FAMILIES; i++) {
    hc_fit own;
    all[i] = try_family(plan, i, observed, scratch, value, se, &own);
    if (!all[i].estimable || (best < FAMILIES && all[i].value >= all[best].value)) continue;
    best = i;
    e->fit = own;
    memcpy(e->value, value, plan->n_quantities * sizeof *value);
    memcpy(e->se, se, plan->n_quantities * sizeof *se);
  }
  if (best == FAMILIES) return hc_refuse(err, "mle-infinite", "none of the %d families has a maximum on these counts", FAMILIES);
  if (e->asked.notes) note_choice(all, best, e);
  return HC_OK;
}

const hc_estimator hc_estimator_family_best = {
    .id = "family-best",
    .title = "Family of counts, chosen among fifteen",
    .cite = "Burnham and Anderson (2002) Model Selection and Multimodel Inference, sec. 2.6; each family has its own source",
    .formula = "N of the family with the smallest AIC or BIC among Poisson, geometric and negative binomial, ones as they are, "
               "inflated or behind a hurdle",
    .assumes = "one of the families is right; those with the same likelihood and another N cannot be told apart by any data",
    .needs = "how many people were met once, twice, three times, ...",
    .accepts = HC_SHAPE_COUNTS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .candidates = candidates,
    .score = score,
    .name_candidate = name_candidate,
};
