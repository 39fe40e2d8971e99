/* Mth: people differ in their chance of being met, and so do occasions.
 *
 * A person with capture history h, met k times on t occasions:
 *     E y(h) = exp(gamma + sum of beta_j over the occasions j of h + eta(k)),
 * with Chao's, Poisson, Darroch's or gamma heterogeneity (heterogeneity.c); f_1..f_t and the totals n_j of the
 * occasions suffice. bias-corrected=yes adds to every history met once, twice, three times: Chao (t-2)/(2t),
 * 2/(t(t-1)), 0; Poisson, a = 2, (2t-5)/(4t), 3/(t(t-1)), 3/(2t(t-1)(t-2)); Darroch (t-3)/(2t), 4/(t(t-1)), 0 (Rivest
 * and Levesque 2001).
 *
 * Assumes: a closed population; on the scale of the logit (of the logarithm, where chances are small) people and
 * occasions add. Breaks: nobody met on an occasion, or everybody (refused: leave it out); for the shapes see mh. */
#include "occasions/heterogeneity.h"

static const hc_option options[] = {HC_HET_OPTIONS, {0}};

/* observed: f_1 .. f_t, n_1 .. n_t */
static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const hc_het *s = plan->state;
  for (size_t j = 0; j < 2 * s->n_beta; j++) observed[j] = 0;
  for (size_t i = 0; i < plan->n_cells; i++) {
    observed[__builtin_popcountll(s->history[i]) - 1] += cells[i];
    for (uint64_t left = s->history[i]; left; left &= left - 1)
      observed[s->n_beta + (size_t)__builtin_ctzll(left)] += cells[i];
  }
}

static hc_status check(const hc_data *data, hc_error *err) {
  if (data->n_lists < 2) return hc_refuse(err, "one-list", "one occasion says nothing about the people not met");
  if (!data->history) return hc_refuse(err, "bad-shape", "mth needs capture histories, not totals by occasion");
  if (hc_data_max_times(data) < 2)
    return hc_refuse(err, "no-recaptures", "nobody was met twice: the likelihood rises to N = infinity");
  uint64_t some = 0, all = UINT64_MAX;
  for (size_t i = 0; i < data->n_cells; i++) some |= data->history[i], all &= data->history[i];
  for (size_t j = 0; j < data->n_lists; j++)
    if (!(some >> j & 1) || (all >> j & 1))
      return hc_refuse(err, "mle-infinite", "%s was met on occasion %s: its coefficient is infinite; leave it out",
                       some >> j & 1 ? _("everybody") : _("nobody"), data->list_names[j]);
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_het *s = plan->state;
  hc_status status = check(data, err);
  s->by_occasion = s->on_histories = true;
  s->n_beta = s->classes = data->n_lists;
  s->t = (double)data->n_lists;
  if (status == HC_OK) status = hc_het_options(plan, s, o, err);
  if (status != HC_OK) return status;
  uint64_t *history = hc_plan_alloc(plan, data->n_cells, sizeof *history);
  if (!history) return HC_ENOMEM;
  for (size_t i = 0; i < data->n_cells; i++) history[i] = data->history[i];
  s->history = history;
  status = hc_plan_use_histories(plan, data, 2 * s->n_beta, collapse, err);
  return status == HC_OK ? hc_het_finish(plan, s, data) : status;
}

const hc_estimator hc_estimator_mth = {
    .id = "mth",
    .title = "Mth: people and occasions differ",
    .cite =
        "Rivest and Baillargeon (2007) Biometrics 63:999-1006; Rivest and Levesque (2001) Can. J. Statist. 29:555-572; "
        "Darroch et al. (1993) JASA 88:1137-1148",
    .formula = "E y(h) = exp(gamma + sum of beta_j over the occasions of h + eta(k)), N = n + exp(gamma)",
    .assumes =
        "a closed population in which people and occasions add on the logit scale; chao: nothing else, and the answer "
        "is a lower bound; the others: people who differ in the way of their shape",
    .needs = "capture histories, two or more occasions (three or more unless h=chao), somebody met twice",
    .accepts = HC_SHAPE_OCCASIONS | HC_SHAPE_LISTS,
    .options = options,
    .state_size = sizeof(hc_het),
    .prepare = prepare,
    .fit = hc_het_fit,
    .simulate = hc_het_simulate,
    .profile = hc_het_profile,
};
