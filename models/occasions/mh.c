/* Mh: people differ in their chance of being met, occasions do not.
 *
 * f_k: people met exactly k times, which is all that counts:
 *     E f_k = C(t,k) exp(gamma + k beta + eta(k)), and t = infinity, counts without a largest: exp(...)/k!
 * with Chao's, Poisson, Darroch's or gamma heterogeneity (heterogeneity.c). Chao's, with every eta_j free, is his lower
 * bound N = n + (t-1)/t f_1^2/(2 f_2) (Chao 1987 Biometrics 43:783). t0 < t (option `highest`): only f_1..f_t0 are
 * fitted; the people met more often are added. bias-corrected=yes, Chao: (t-1)/t f_1 (f_1-1)/(2 (f_2+1)); else f_1,
 * f_2, f_3 become f_1 - (1+c)/2, f_2 + 1 + c, f_3 + (1-c)/2, c = (h_2 - 2 h_1)/(h_3 - 2 h_2 + h_1) of the shape h
 * (Rivest and Levesque 2001).
 *
 * Assumes: a closed population; every person's chance is the same on all occasions. Breaks: the shapes but Chao's rest
 * on what those met seldom do to tell those never met, which no data can check: they fit alike and give different N. */
#include "occasions/heterogeneity.h"

static const hc_option options[] = {
    HC_HET_OPTIONS,
    {"occasions", HC_OPTION_INTEGER, "", 2, 100000, NULL,
     "number of occasions t; taken from the data where it has occasions; counts without it have no largest"},
    {"highest", HC_OPTION_INTEGER, "", 2, 100000, NULL,
     "fit only people met up to this many times; the others are added"},
    {"cells", HC_OPTION_CHOICE, "auto", 0, 0, "auto|histories|frequencies",
     "what deviance, df, AIC and BIC are computed on; auto: histories where the data have them"},
    {0},
};

static hc_status read_occasions(hc_het *s, const hc_data *data, const hc_options *o, hc_error *err) {
  double most = (double)hc_data_max_times(data);
  s->t = hc_stated_occasions(data, o);
  if (s->t == 0) s->t = INFINITY;
  if (s->t < 2) return hc_refuse(err, "one-list", "one occasion says nothing about the people not met");
  if (s->t < most) return hc_fail(err, HC_EUSAGE, "mh: somebody was met %.0f times, on %.0f occasions", most, s->t);
  s->classes = (size_t)(isfinite(s->t) ? s->t : most);
  if (hc_options_is_stated(o, "highest")) s->classes = (size_t)hc_options_integer(o, "highest");
  if ((double)s->classes > s->t) return hc_fail(err, HC_EUSAGE, "mh: highest is more than the occasions, %.0f", s->t);
  bool whole = (double)s->classes == s->t && data->history && (double)data->n_lists == s->t;
  s->on_histories =
      hc_options_choice_is(o, "cells", "histories") || (hc_options_choice_is(o, "cells", "auto") && whole);
  if (s->on_histories && !whole)
    return hc_fail(err, HC_EUSAGE, "mh: cells=histories needs capture histories on all occasions, and no `highest`");
  return HC_OK;
}

static bool make_cells(hc_plan *plan, hc_het *s) {
  double *log_cells = hc_plan_alloc(plan, s->classes + 1, sizeof *log_cells);
  if (!log_cells) return false;
  for (size_t k = 0; k <= s->classes; k++)
    log_cells[k] = isfinite(s->t) ? hc_ln_choose(s->t, (double)k) : -hc_ln_factorial((double)k);
  s->log_cells = log_cells;
  return true;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_het *s = plan->state;
  size_t most = (size_t)hc_data_max_times(data);
  s->n_beta = 1;
  hc_status status = HC_OK;
  if (most < 2) status = hc_refuse(err, "no-recaptures", "nobody was met twice: the likelihood rises to N = infinity");
  if (status == HC_OK) status = read_occasions(s, data, o, err);
  if (status == HC_OK) status = hc_het_options(plan, s, o, err);
  size_t top = most > s->classes ? most : s->classes;
  if (status == HC_OK) status = hc_plan_use_frequencies(plan, data, isfinite(s->t) ? (size_t)s->t : top, false, err);
  if (status != HC_OK) return status;
  return make_cells(plan, s) ? hc_het_finish(plan, s, data) : HC_ENOMEM;
}

const hc_estimator hc_estimator_mh = {
    .id = "mh",
    .title = "Mh: people differ in their chance of being met",
    .cite =
        "Chao (1987) Biometrics 43:783-791; Rivest and Baillargeon (2007) Biometrics 63:999-1006; Rivest and Levesque "
        "(2001) Can. J. Statist. 29:555-572",
    .formula = "E f_k = C(t,k) exp(gamma + k beta + eta(k)), N = n + exp(gamma)",
    .assumes =
        "a closed population in which every person's chance is the same on all occasions; chao: nothing else, and the "
        "answer is a lower bound; the others: chances that differ in the way of their shape",
    .needs = "how many people were met k times; somebody met twice, and three times unless h=chao",
    .accepts = HC_SHAPE_OCCASIONS | HC_SHAPE_LISTS | HC_SHAPE_COUNTS,
    .options = options,
    .state_size = sizeof(hc_het),
    .prepare = prepare,
    .fit = hc_het_fit,
    .simulate = hc_het_simulate,
    .profile = hc_het_profile,
};
