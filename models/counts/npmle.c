/* Nonparametric maximum likelihood of N: people's rates of being met may have any distribution.
 *
 * f_k: people met exactly k times, n of them at most `rare` times; those met more often count as complete (a). Counts
 * are Poisson, the rates a mixture with shares w_j (of the people met) at lambda_j, as many as it takes. With theta =
 * sum w_j/(e^lambda_j - 1), the odds of being unseen, what is maximised is
 *   sum f_k ln sum w_j lambda_j^k/(k! (e^lambda_j - 1)) - pen(theta),
 * since without pen rates near 0 cost nothing and theta has no upper end.
 *   method=penalised      pen = (theta - c)^2/(2c) above c = f1^2/(2 f2 n), Chao's bound as odds;
 *                         N = a + n (1 + max(theta, c)): Wang and Lindsay (2005) J. Am. Stat. Assoc. 100:942
 *   method=approximate    pen = ln(theta/(1+theta))/2, which they put in the place of the likelihood of N (Stirling's
 *                         formula); N = a + n (1 + theta)
 *   method=unconditional  the likelihood of N, N real, is maximised with the mixture:
 *                         Norris and Pollock (1998) Environ. Ecol. Statist. 5:391;
 *                         pen = - ln (N!/(N-n)!/n!) - n ln(1/(1+theta)) - (N-n) ln(theta/(1+theta)) at the best N
 * Of the paper of 2005 only the abstract was seen; the penalties are those of its authors' package SPECIES. The first
 * is convex, and its maximum the only one. That no rate is missing is checked for each fit by directional derivatives
 * (numeric/poisson_mixture.h).
 *
 * No standard error: the bootstrap gives intervals. Assumes: each person has a rate that does not change. Breaks:
 * unconditional and approximate where few were met twice: rates run to 0 and N without end, which is refused. */
#include "model.h"

#include "numeric/poisson_mixture.h"

enum method { PENALISED, APPROXIMATE, UNCONDITIONAL };
enum { MOST_RARE = 200 };
enum { MOST_UNSEEN = 100 }; /* for each person met; a threshold of ours, beyond which the likelihood is flat */
enum { N_PEOPLE, THETA, CLASSES, N_QUANTITIES };

struct state {
  enum method method;
  size_t rare;
  double *ln_factorial; /* [rare] */
};

static const hc_option options[] = {
    {"method", HC_OPTION_CHOICE, "penalised", 0, 0, "penalised|unconditional|approximate",
     "what keeps rates from 0: Wang and Lindsay's quadratic penalty, the likelihood of N, or their formula for that"},
    {"rare", HC_OPTION_INTEGER, "15", 2, MOST_RARE, NULL, "people met more often than this are taken as complete"},
    {0},
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  static const char *const words[] = {N_("penalised (Wang and Lindsay 2005)"),
                                      N_("unconditional by an approximate likelihood of N"),
                                      N_("unconditional (Norris and Pollock 1998)")};
  struct state *s = plan->state;
  s->rare = (size_t)hc_options_integer(o, "rare");
  if (hc_options_choice_is(o, "method", "unconditional")) s->method = UNCONDITIONAL;
  if (hc_options_choice_is(o, "method", "approximate")) s->method = APPROXIMATE;
  s->ln_factorial = hc_plan_alloc(plan, s->rare, sizeof *s->ln_factorial);
  if (!s->ln_factorial) return HC_ENOMEM;
  for (size_t k = 1; k <= s->rare; k++) s->ln_factorial[k - 1] = hc_ln_factorial((double)k);
  hc_status status = hc_plan_use_frequencies(plan, data, s->rare + 1, true, err);
  if (status != HC_OK) return status;
  plan->n_scratch = hc_counts_mixture_scratch(s->rare);
  hc_plan_set_quantities(plan, N_QUANTITIES);
  hc_plan_population(plan, "people");
  hc_plan_quantity(plan, THETA, &hc_quantity_positive, "odds of being unseen, of those who are not complete", "theta");
  hc_plan_quantity(plan, CLASSES, &hc_quantity_positive, "rates that the fitted mixture has", "classes");
  hc_plan_set_form(plan, "%s", _(words[s->method]));
  hc_plan_add_variant(plan, ", rare: met at most %zu times", s->rare);
  return HC_OK;
}

/* --- penalties --------------------------------------------------------------------------------------------------- */

struct penalty {
  double n, chao;
};

static double quadratic(double theta, double *slope, const void *context) {
  const struct penalty *p = context;
  double above = fmax(0, theta - p->chao);
  *slope = above / p->chao;
  return above * above / (2 * p->chao);
}

static double stirling(double theta, double *slope, const void *context) {
  (void)context;
  *slope = 0.5 / (theta * (1 + theta));
  return log(theta / (1 + theta)) / 2;
}

/* The real N >= n at which the likelihood of N is highest, n people seen with odds 1 to theta. */
static double best_people(double n, double theta) {
  double target = log1p(1 / theta), N = fmax(n, n * (1 + theta) - 0.5);
  if (hc_ln_falling_slope(n, n) <= target) return n;
  for (int i = 0; i < 50; i++) {
    double slope = hc_trigamma(N + 1) - hc_trigamma(N - n + 1), step = (hc_ln_falling_slope(N, n) - target) / slope;
    double next = fmax(n + (N - n) / 4, N - step);
    if (fabs(next - N) <= 1e-13 * N) return next;
    N = next;
  }
  return N;
}

static double of_people(double theta, double *slope, const void *context) {
  double n = ((const struct penalty *)context)->n, N = best_people(n, theta), unseen = N - n;
  *slope = n / (1 + theta) - unseen / (theta * (1 + theta));
  return hc_ln_factorial(n) - hc_ln_falling(N, n) + n * log1p(theta) + unseen * log1p(1 / theta);
}

/* --- fit
 * --------------------------------------------------------------------------------------------------------------- */

static hc_status check(const struct state *s, const double *f, hc_error *err) {
  double again = 0;
  for (size_t k = 1; k < s->rare; k++) again += f[k];
  if (again == 0) return hc_refuse(err, "no-recaptures", "nobody was met 2 to %zu times", s->rare);
  if (f[0] == 0) return hc_refuse(err, "no-singletons", "nobody was met exactly once: rates near 0 are ruled out");
  if (s->method == PENALISED && f[1] == 0)
    return hc_refuse(err, "no-doubletons", "nobody was met exactly twice, and the penalty is made of Chao's bound");
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  static double (*const penalties[])(double, double *, const void *) = {quadratic, stirling, of_people};
  const struct state *s = plan->state;
  hc_status status = check(s, f, err);
  struct penalty penalty = {0};
  hc_counts_mixture mixture;
  if (status != HC_OK) return status;
  for (size_t k = 0; k < s->rare; k++) penalty.n += f[k];
  penalty.chao = f[0] * f[0] / (2 * fmax(f[1], 1) * penalty.n);
  hc_counts_problem problem = {s->rare, f, s->ln_factorial, penalty.n, penalties[s->method], &penalty};
  if (!hc_counts_mixture_fit(&problem, scratch, &mixture) || mixture.theta > MOST_UNSEEN)
    return hc_refuse(err, "mle-infinite",
                     "the likelihood rises as rates go to 0, past %d unseen for each person met; method=penalised ends",
                     MOST_UNSEEN);
  double theta = s->method == PENALISED ? fmax(mixture.theta, penalty.chao) : mixture.theta, n = penalty.n;
  e->value[N_PEOPLE] = f[s->rare] + (s->method == UNCONDITIONAL ? best_people(n, theta) : n * (1 + theta));
  e->value[THETA] = theta;
  e->value[CLASSES] = (double)mixture.classes;
  e->fit.loglik = mixture.loglik;
  e->fit.iterations = mixture.iterations;
  if (theta > mixture.theta)
    hc_estimate_note(e, "boundary", "the mixture alone would give less than Chao's bound, which stands in its place");
  return HC_OK;
}

const hc_estimator hc_estimator_npmle = {
    .id = "npmle",
    .title = "Nonparametric maximum likelihood, any distribution of rates",
    .cite =
        "Wang and Lindsay (2005) J. Am. Stat. Assoc. 100:942-959; Norris and Pollock (1998) Environ. Ecol. Statist. "
        "5:391-402",
    .formula = "N = a + n (1 + theta), theta = sum w_j/(e^lambda_j - 1), from the mixture of rates that maximises the "
               "penalised likelihood",
    .assumes = "each person has a rate of being met that does not change; how rates are distributed is left open",
    .needs = "how often people were met, some of them once and some twice",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
