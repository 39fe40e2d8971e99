/* The robust design: a closed model inside each primary period, an open one between periods.
 *
 * A period of several occasions close together tells the chance p_i of being met in it at all, from who was met how
 * often on which of its occasions (within.c); met or not met in a period is then the capture of popan, with these
 * p_i. Likelihood: that of popan given how many were met, times that inside the periods given who was met in them.
 * Pollock (1982) J. Wildl. Manage. 46:752; Kendall, Pollock and Brownie (1995) Biometrics 51:293; Rivest and Daigle
 * (2004) Biometrics 60:100, whose robustd in Rcapture fits the same.
 *   within=m0, mt, mb           closed models without differences between people
 *   within=mh-chao, mh-poisson, mh-darroch, mh-gamma   with differences, anew in each period
 * All numbers are told, those of the first and last period too. Standard errors as in popan; births-se=poisson is
 * Rcapture's.
 *
 * Assumes: nobody comes or goes inside a period, everybody in the population can be met in each period, and survival
 * and arrivals are those of popan. Breaks where people are away for whole periods: the chance told by the period is
 * then too high for the time between. */
#include "open/survival.h"

struct state {
  hc_survival survival; /* first */
  hc_within within;
  const uint64_t *full; /* [n_cells] histories of occasions; those of periods are in survival.captures.history */
};

static const hc_option options[] = {
    {"periods", HC_OPTION_TEXT, "", 0, 0, NULL, "how many occasions each primary period has, as 5,4,5"},
    {"within", HC_OPTION_CHOICE, "m0", 0, 0, "m0|mt|mb|mh-chao|mh-poisson|mh-darroch|mh-gamma",
     "the closed model inside periods"},
    HC_OPTION_PHI,
    HC_OPTION_BIRTHS_SE,
    HC_OPTION_INTERVAL,
    {0},
};

static hc_within_form form_of(const hc_options *o) {
  hc_within_form form = HC_WITHIN_M0;
  while (form < HC_WITHIN_GAMMA && !hc_options_choice_is(o, "within", hc_within_name(form))) form++;
  return form;
}

/* Splits the occasions: t[0] + ... + t[k-1] of them. */
static hc_status read_periods(const char *text, size_t occasions, size_t *t, size_t *k, hc_error *err) {
  size_t sum = 0;
  *k = 0;
  if (!*text)
    return hc_refuse(err, "no-periods", "robust-design needs the number of occasions of each period: periods=5,4,5");
  for (const char *s = text; *s; s += *s == ',') {
    size_t n = 0;
    for (; *s >= '0' && *s <= '9' && n < 1000; s++) n = 10 * n + (size_t)(*s - '0');
    if (n < 1 || (*s && *s != ',') || *k == HC_MAX_LISTS)
      return hc_fail(err, HC_EUSAGE, "periods=%.60s: expected numbers of occasions with commas between them", text);
    t[(*k)++] = n;
    sum += n;
  }
  if (sum != occasions)
    return hc_fail(err, HC_EUSAGE, "periods=%.60s: these are %zu occasions, and the data have %zu", text, sum,
                   occasions);
  if (*k < 3)
    return hc_refuse(err, "too-few-occasions", "robust-design needs 3 or more periods, and there are %zu", *k);
  return HC_OK;
}

static void collapse(const hc_plan *plan, const double *cells, double *x) {
  const struct state *s = plan->state;
  size_t k = s->within.k;
  hc_captures_collapse(plan, cells, x);
  double *counts = x + HC_CAPTURES_PER_OCCASION * k;
  for (size_t i = 0; i < s->within.at[k]; i++) counts[i] = 0;
  for (size_t c = 0; c < plan->n_cells; c++) {
    uint64_t h = s->full[c];
    for (size_t i = 0; i < k; i++) {
      size_t t = s->within.t[i];
      uint64_t inside = t < 64 ? h & (((uint64_t)1 << t) - 1) : h;
      double *f = counts + s->within.at[i];
      h = t < 64 ? h >> t : 0;
      if (!inside) continue;
      f[__builtin_popcountll(inside) - 1] += cells[c];
      f[2 * t + (size_t)__builtin_ctzll(inside)] += cells[c];
      for (; inside; inside &= inside - 1) f[t + (size_t)__builtin_ctzll(inside)] += cells[c];
    }
  }
}

/* The periods' places, and histories of periods. */
static hc_status lay_out(hc_plan *plan, struct state *s, const hc_data *data, const size_t *length, size_t k) {
  size_t *t = hc_plan_alloc(plan, 3 * k + 2, sizeof *t), *at = t ? t + k : NULL, *theta_at = t ? at + k + 1 : NULL;
  uint64_t *full = hc_plan_alloc(plan, 2 * data->n_cells + 1, sizeof *full);
  if (!t || !full) return HC_ENOMEM;
  for (size_t i = 0; i < k; i++) {
    t[i] = length[i];
    at[i + 1] = at[i] + 3 * t[i];
    theta_at[i + 1] = theta_at[i] + hc_within_parameters(s->within.form, t[i]);
  }
  uint64_t *periods = full + data->n_cells;
  for (size_t c = 0; c < data->n_cells; c++) {
    uint64_t h = full[c] = data->history[c];
    for (size_t i = 0; i < k; h = t[i] < 64 ? h >> t[i] : 0, i++)
      if (t[i] < 64 ? h & (((uint64_t)1 << t[i]) - 1) : h) periods[c] |= (uint64_t)1 << i;
  }
  s->within.t = t, s->within.at = at, s->within.theta_at = theta_at, s->within.k = k;
  s->full = full;
  s->survival.captures.k = k;
  s->survival.captures.history = periods;
  s->survival.within = &s->within;
  s->survival.kind = HC_SURVIVAL_ENTRIES;
  return HC_OK;
}

static hc_status check_periods(const struct state *s, const double *counts, hc_error *err) {
  for (size_t i = 0; i < s->within.k; i++) {
    const double *f = counts + s->within.at[i];
    size_t t = s->within.t[i];
    double again = 0, later = 0;
    for (size_t x = 2; x <= t; x++) again += f[x - 1], later += f[2 * t + x - 1];
    if (t > 1 && !(again > 0)) return hc_refuse(err, "no-recaptures", "nobody was met twice in period %zu", i + 1);
    if (t > 1 && s->within.form == HC_WITHIN_MB && !(later > 0))
      return hc_refuse(err, "mle-infinite", "nobody was met for the first time after the first occasion of period %zu",
                       i + 1);
    for (size_t j = 0; j < t && s->within.form == HC_WITHIN_MT; j++)
      if (!(f[t + j] > 0))
        return hc_refuse(err, "mle-infinite", "nobody was met on occasion %zu of period %zu", j + 1, i + 1);
  }
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  size_t length[HC_MAX_LISTS], k = 0;
  if (!data->history) return hc_refuse(err, "bad-shape", "robust-design needs capture histories");
  hc_status status = read_periods(hc_options_text(o, "periods"), data->n_lists, length, &k, err);
  s->within.form = form_of(o);
  if (status == HC_OK) status = lay_out(plan, s, data, length, k);
  if (status != HC_OK) return status;
  status = hc_plan_use_histories(plan, data, HC_CAPTURES_PER_OCCASION * k + s->within.at[k], collapse, err);
  if (status == HC_OK) status = check_periods(s, plan->observed + HC_CAPTURES_PER_OCCASION * k, err);
  if (status == HC_OK) status = hc_captures_set_lengths(plan, &s->survival.captures, data, o, err);
  return status == HC_OK ? hc_survival_complete(plan, o, (double)data->observed, err) : status;
}

const hc_estimator hc_estimator_robust_design = {
    .id = "robust-design",
    .title = "Robust design: closed inside periods, open between them",
    .cite = "Pollock (1982) J. Wildl. Manage. 46:752-757; Kendall, Pollock and Brownie (1995) Biometrics 51:293-308; "
            "Rivest and Daigle (2004) "
            "Biometrics 60:100-107",
    .formula = "p_i = 1 - 1/Z_i, Z_i the sum of exp(eta) over the histories of a period; met or not met in a period as "
               "in popan",
    .assumes = "nobody comes or goes inside a period; everybody there has the same chance of staying until the next, "
               "and can be met in it",
    .needs = "capture histories, and which of their occasions make a period: three or more periods, somebody met twice "
             "in each",
    .accepts = HC_SHAPE_OCCASIONS,
    .ordered = true,
    .options = options,
    .open = true,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = hc_survival_fit,
};
