/* Any number of lists, with an assumed interaction of all of them.
 *
 * n_h people with history h, n of them; k lists; xi: the interaction of highest order, unseen people included:
 *   n0 = prod_{h on an odd number} n_h / (xi prod_{h on an even number} n_h),   N = n + n0
 *   se^2 = n0 + n0^2 sum_h 1/n_h                                   Rivest and Levesque (2001) eq. 5
 * Aleshin-Guendel, Sadinle and Wakefield, arXiv 2101.09304: nothing in the data tells xi; xi = 1 is the saturated log-linear
 * model. For two lists xi = 1/theta, theta the odds ratio: N = n + theta n10 n01/n11. Citations as given in the sources;
 * the variance is the Poisson delta method, derived.
 * Profile: cells Poisson with means m_h, total M, m0 unseen: l(M) = max sum (n_h ln m_h - m_h) with the interaction fixed.
 * Lagrange: m_h = (n_h + u s_h)/(1 - u/m0), s_h = 1 (odd) or -1 (even), u = m0 (M - m0 - n)/M: one root in m0. The interval
 * `range` holds for xi_low <= xi <= xi_high: the lower limit of the profile at xi_high and the upper one at xi_low, because n0
 * falls with xi and only the nearer end of the range binds on each side.
 *
 * Assumes: the interaction, nothing else about the lists; a closed population, right matching. Breaks: an empty history, and
 * many lists, where n0 rests on the rarest of them. */
#include "model.h"

enum { MOST_LISTS = 12 };

struct state {
  size_t cells; /* 2^k - 1 */
  double xi, low, high;
};

static const hc_option options[] = {
    {"xi", HC_OPTION_REAL, "1", 1e-9, 1e9, NULL, "the interaction of all lists; 1: none. For two lists 1/odds ratio"},
    {"xi_low", HC_OPTION_REAL, "", 1e-9, 1e9, NULL,
     "for the interval `range`: the lowest that is thought possible; default: xi"},
    {"xi_high", HC_OPTION_REAL, "", 1e-9, 1e9, NULL, "the highest"},
    {0},
};

static bool is_odd(size_t history) {
  return __builtin_popcountll(history) & 1;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  if (!data->history) return hc_refuse(err, "bad-shape", "needs to know who was on which list: capture histories");
  if (data->n_lists < 2) return hc_refuse(err, "one-list", "one list says nothing about who is on none");
  if (data->n_lists > MOST_LISTS)
    return hc_refuse(err, "too-many-lists", "at most %d lists, and there are %zu", MOST_LISTS, data->n_lists);
  s->cells = ((size_t)1 << data->n_lists) - 1;
  s->xi = hc_options_real(o, "xi");
  s->low = hc_options_is_stated(o, "xi_low") ? hc_options_real(o, "xi_low") : s->xi;
  s->high = hc_options_is_stated(o, "xi_high") ? hc_options_real(o, "xi_high") : s->xi;
  if (s->low > s->high)
    return hc_fail(err, HC_EUSAGE, "highest-order: xi_low=%.6g is above xi_high=%.6g", s->low, s->high);
  plan->cells = hc_plan_alloc(plan, s->cells, sizeof *plan->cells);
  if (!plan->cells) return HC_ENOMEM;
  for (size_t i = 0; i < data->n_cells; i++) plan->cells[data->history[i] - 1] = (double)data->count[i];
  for (size_t h = 0; h < s->cells; h++)
    if (plan->cells[h] == 0)
      return hc_refuse(err, "empty-cell",
                       "nobody has one of the %zu histories, and the formula multiplies or divides by all", s->cells);
  plan->observed = plan->cells;
  plan->n_observed = plan->n_cells = s->cells;
  hc_plan_bootstrap_people(plan, (double)data->observed);
  hc_plan_set_quantities(plan, 2);
  hc_plan_population(plan, "people, on a list or not");
  hc_plan_quantity(plan, 1, &hc_quantity_people, "people on no list", "unseen");
  hc_plan_set_form(plan, "highest-order interaction %.6g, %zu lists", s->xi, data->n_lists);
  hc_plan_add_variant(plan, "; se: Poisson delta method");
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *n, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double log_unseen = -log(s->xi), inverse = 0, sum = 0;
  (void)scratch;
  for (size_t h = 0; h < s->cells; h++) {
    if (n[h] == 0) return hc_refuse(err, "empty-cell", "nobody has one of the histories");
    log_unseen += is_odd(h + 1) ? log(n[h]) : -log(n[h]);
    inverse += 1 / n[h], sum += n[h];
  }
  double n0 = exp(log_unseen);
  e->value[0] = sum + n0, e->value[1] = n0;
  e->se[0] = sqrt(n0 + n0 * n0 * inverse), e->se[1] = n0 * sqrt(inverse);
  return HC_OK;
}

/* --- the profile -------------------------------------------------------------------------------------------------- */

struct profile {
  const double *n;
  size_t cells;
  double M, seen, log_xi;
  bool few; /* fewer than half of M - n are unseen: the other branch of m0(u) */
};

/* u = m0 (M - m0 - n)/M has two solutions; in u, because the cells need its digits and m0 does not. */
static double unseen_at(const struct profile *p, double u) {
  double half = (p->M - p->seen) / 2, root = sqrt(fmax(0, half * half - p->M * u));
  if (!p->few) return half >= 0 ? half + root : p->M * -u / (root - half);
  return p->M * u / (half + root);
}

/* The wanted interaction over that of the cells at this u, in logarithms. */
static double excess(double u, void *context) {
  const struct profile *p = context;
  double m0 = unseen_at(p, u), sum = -log((m0 + p->seen) / p->M) - log(m0) - p->log_xi;
  for (size_t h = 0; h < p->cells; h++) sum += is_odd(h + 1) ? log(p->n[h] + u) : -log(p->n[h] - u);
  return sum;
}

/* The likelihood of the cells at M, NAN where no m0 is found. */
static double loglik_at(const double *n, size_t cells, double xi, double M) {
  const double inside = 1 - 1e-14;
  struct profile p = {.n = n, .cells = cells, .M = M, .log_xi = log(xi)};
  double odd = INFINITY, even = INFINITY, u, sum = 0;
  for (size_t h = 0; h < cells; h++) {
    p.seen += n[h];
    if (is_odd(h + 1))
      odd = fmin(odd, n[h]);
    else
      even = fmin(even, n[h]);
  }
  double half = (M - p.seen) / 2, top = half * half / M, high = fmin(even * inside, top);
  if (half <= 0) high = fmin(high, 0) - 1e-300;
  p.few = half > 0 && high == top && excess(top, &p) < 0;
  double low = p.few ? 1e-14 * top : -odd * inside;
  if (!hc_root_brent(excess, &p, low, high, 1e-15, &u)) return NAN;
  double by = (unseen_at(&p, u) + p.seen) / M;
  for (size_t h = 0; h < cells; h++) {
    double m = (n[h] + (is_odd(h + 1) ? u : -u)) / by;
    sum += n[h] * log(m) - m;
  }
  return sum;
}

static hc_status profile(const hc_plan *plan, const double *observed, double size, const hc_estimate *start,
                         double *scratch, double *loglik) {
  const struct state *s = plan->state;
  (void)start, (void)scratch;
  *loglik = loglik_at(observed, s->cells, s->xi, size);
  return isnan(*loglik) ? HC_EREFUSED : HC_OK;
}

/* --- the range ------------------------------------------------------------------------------------------------------ */

struct end {
  const hc_plan *plan;
  double xi, target;
};

static double above_target(double M, void *context) {
  const struct end *end = context;
  const struct state *s = end->plan->state;
  return loglik_at(end->plan->observed, s->cells, end->xi, M) - end->target;
}

/* Where the likelihood at xi falls by half of chi squared, on one side of its maximum, which is where every m_h = n_h. */
static bool limit(const hc_plan *plan, double xi, double level, double unseen, bool upper, double *out) {
  double seen = 0, best = 0;
  for (size_t h = 0; h < plan->n_observed; h++)
    seen += plan->observed[h], best += plan->observed[h] * log(plan->observed[h]) - plan->observed[h];
  struct end end = {plan, xi, best - hc_chisq1_quantile(level) / 2};
  double top = seen + unseen, far = upper ? top + unseen + 1 : seen * 0.5;
  for (int i = 0; upper && i < 60 && above_target(far, &end) > 0; i++) far += far - seen;
  for (int i = 0; !upper && i < 20 && above_target(far, &end) > 0; i++) far /= 2;
  return hc_root_brent(above_target, &end, upper ? top : far, upper ? far : top, 1e-13, out);
}

static hc_status interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level, double *lower,
                          double *upper, hc_error *err) {
  const struct state *s = plan->state;
  (void)method;
  double n0 = e->value[1] * s->xi;
  if (limit(plan, s->high, level, n0 / s->high, false, lower) && limit(plan, s->low, level, n0 / s->low, true, upper))
    return HC_OK;
  return hc_refuse(err, "profile-failed", "the profile likelihood could not be followed as far as its limits");
}

const hc_estimator hc_estimator_highest_order = {
    .id = "highest-order",
    .title = "Lists with an assumed interaction of all of them",
    .cite =
        "Aleshin-Guendel, Sadinle and Wakefield, arXiv 2101.09304; Rivest and Levesque (2001) Biometrics 57:555, eq. 5",
    .formula = "N = n + prod odd n_h/(xi prod even n_h)",
    .assumes = "the stated interaction of all lists, and nothing else about them",
    .needs = "two to twelve lists on which every history was seen",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .profile = profile,
    .interval_methods = (const char *const[]){"range", NULL},
    .interval = interval,
};
