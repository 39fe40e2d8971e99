/* Log-linear models in which people differ.
 *
 * y(h): people with capture history h, which meets them k = |h| times on t occasions; independent Poisson with
 *     ln mu(h) = gamma + sum of beta_j over the occasions j of h + eta(k), all beta_j alike in mh,
 *     chao      eta(k) = sum over j = 3..t of eta_j max(k - j + 1, 0)
 *     poisson   eta(k) = tau (a^k - 1)
 *     darroch   eta(k) = tau k^2/2
 *     gamma     eta(k) = -tau ln(1 + k/a)                    Rivest and Baillargeon (2007) Biometrics 63:999
 *     N = n + e^gamma, se^2 = e^gamma + e^(2 gamma) var(gamma)   Rivest and Levesque (2001) Can. J. Statist. 29:555
 * Any distribution of chances makes eta convex in k: negative eta_j are held at zero, at the maximum over eta_j >= 0,
 * unless neg=keep, where every class of three times and more is fitted as it is and N rests on those met once and
 * twice.
 *   likelihood=full     l(N) = ln Gamma(N+1) - ln Gamma(N-n+1) + max over the rest of
 *                       sum y(h) ln pi(h) + (N-n) ln pi(0), N real (Cormack 1992 Biometrics 48:567)
 *   bias-corrected=yes  frequencies modified (Rivest and Levesque 2001; rules below)
 * Nothing is summed over 2^t histories: f_1..f_t, the totals of the occasions, and elementary symmetric polynomials
 * suffice (numeric/histories.h). Given that somebody is met the y(h) are a natural exponential family with A, the mean
 * m and the covariance C of its statistics: e^gamma = n e^-A, var(gamma) = (1 + m'C^-1 m)/n. */
#include "occasions/heterogeneity.h"

#include <string.h>

#include "numeric/histories.h"
#include "numeric/natural.h"

struct room {
  double *natural, *x, *total, *target, *work, *column, *lw, *f, *occasions;
  double *weight, *theta, *times, *met, *met_times, *pairs, *histories;
};

struct context {
  const hc_het *s;
  struct room r;
  size_t low;       /* the first class: 1, or 0 with the unseen in it   */
  size_t n_columns; /* heterogeneity parameters of this fit; r.column[c] is the class that column c begins with */
  double n, all;    /* people in the fit, and everybody                 */
};

static size_t parameters(const hc_het *s) { return s->n_beta + s->n_het; }

static size_t scratch_size(const hc_het *s) {
  size_t n = parameters(s), t = s->classes;
  return hc_natural_scratch(n) + 5 * n + 2 * (t + 1) + s->n_beta +
         (s->by_occasion ? 2 * (t + 1) + 2 * t + t * (t + 1) + t * t + hc_histories_scratch(t) : 0);
}

static double *take(double **scratch, size_t n) {
  double *start = *scratch;
  *scratch += n;
  return start;
}

static struct room divide(const hc_het *s, double *scratch) {
  size_t n = parameters(s), t = s->classes;
  struct room r = {.natural = take(&scratch, hc_natural_scratch(n))};
  r.x = take(&scratch, n);
  r.total = take(&scratch, n);
  r.target = take(&scratch, n);
  r.work = take(&scratch, n);
  r.column = take(&scratch, n);
  r.lw = take(&scratch, t + 1);
  r.f = take(&scratch, t + 1);
  r.occasions = take(&scratch, s->n_beta);
  if (!s->by_occasion) return r;
  r.weight = take(&scratch, t + 1);
  r.times = take(&scratch, t + 1);
  r.theta = take(&scratch, t);
  r.met = take(&scratch, t);
  r.met_times = take(&scratch, t * (t + 1));
  r.pairs = take(&scratch, t * t);
  r.histories = scratch;
  return r;
}

/* --- the family ------------------------------------------------------------------------------------------------ */

/* Statistic of column c for people met k times. */
static double column(const struct context *c, size_t column, size_t k) {
  if (c->s->curve) return c->s->curve[k];
  double x = (double)k, first = c->r.column[column];
  if (c->s->keep) return x == first;
  return x < first ? 0 : x - first + 1;
}

/* Chao's eta, column j beginning with class j + 3: running sums instead of columns times classes. */
static void add_bends(const struct context *c, const double *eta) {
  double slope = 0, sum = 0;
  for (size_t k = 3; k <= c->s->classes; k++) {
    if (k - 3 < c->n_columns) slope += eta[k - 3];
    c->r.lw[k] += sum += slope;
  }
}

static void mean_bends(const struct context *c, const double *chance, double *mean) {
  double tail = 0, sum = 0;
  for (size_t k = c->s->classes; k >= 3; k--) {
    sum += tail += chance[k];
    if (k - 3 < c->n_columns) mean[k - 3] = sum;
  }
}

static bool bends(const hc_het *s) { return !s->curve && !s->keep; }

static void class_weights(const struct context *c, const double *x) {
  const hc_het *s = c->s;
  double *lw = c->r.lw;
  for (size_t k = c->low; k <= s->classes; k++) {
    lw[k] = s->log_cells ? s->log_cells[k] + (double)k * x[0] : 0;
    for (size_t j = 0; !bends(s) && j < c->n_columns; j++) lw[k] += x[s->n_beta + j] * column(c, j, k);
    if (s->keep && k > 2 && c->r.f[k] == 0) lw[k] = -INFINITY; /* a class of its own, without people */
  }
  if (bends(s)) add_bends(c, x + s->n_beta);
}

/* Means of the columns, from the chances of the classes. */
static void mean_columns(const struct context *c, const double *chance, double *mean) {
  if (bends(c->s)) {
    mean_bends(c, chance, mean);
    return;
  }
  for (size_t j = 0; j < c->n_columns; j++) {
    mean[j] = 0;
    for (size_t k = c->low; k <= c->s->classes; k++) mean[j] += chance[k] * column(c, j, k);
  }
}

static double largest(const double *v, size_t from, size_t to) {
  double most = v[from];
  for (size_t k = from + 1; k <= to; k++) most = fmax(most, v[k]);
  return most;
}

static double statistic(const struct context *c, size_t i, size_t k) { return i ? column(c, i - 1, k) : (double)k; }

static double moments_alike(const double *x, const size_t *free, size_t n_free, double *mean, double *covariance,
                            void *context) {
  const struct context *c = context;
  size_t low = c->low, top = c->s->classes;
  double *lw = c->r.lw, *off = c->r.work, total = 0;
  class_weights(c, x);
  double most = largest(lw, low, top);
  for (size_t k = low; k <= top; k++) total += lw[k] = exp(lw[k] - most);
  mean[0] = 0;
  memset(covariance, 0, n_free * n_free * sizeof *covariance);
  for (size_t k = low; k <= top; k++) mean[0] += (double)k * (lw[k] /= total);
  mean_columns(c, lw, mean + 1);
  for (size_t k = low; k <= top; k++) {
    for (size_t a = 0; a < n_free; a++) off[a] = statistic(c, free[a], k) - mean[free[a]];
    for (size_t a = 0; a < n_free; a++) {
      double *row = covariance + a * n_free, weighted = lw[k] * off[a];
      for (size_t b = 0; b <= a; b++) row[b] += weighted * off[b];
    }
  }
  return most + log(total);
}

/* theta around 1, and weights of classes such that the largest is 1; returns what that takes from A. */
static double prepare_histories(const struct context *c, const double *x) {
  const hc_het *s = c->s;
  double middle = 0, *lw = c->r.lw;
  class_weights(c, x);
  for (size_t j = 0; j < s->n_beta; j++) middle += x[j] / (double)s->n_beta;
  for (size_t j = 0; j < s->n_beta; j++) c->r.theta[j] = exp(x[j] - middle);
  for (size_t k = c->low; k <= s->classes; k++) lw[k] += (double)k * middle;
  double most = largest(lw, c->low, s->classes);
  for (size_t k = 0; k <= s->classes; k++) c->r.weight[k] = k < c->low ? 0 : exp(lw[k] - most);
  return most;
}

static double moments_by_occasion(const double *x, const size_t *free, size_t n_free, double *mean, double *covariance,
                                  void *context) {
  const struct context *c = context;
  const struct room *r = &c->r;
  size_t t = c->s->n_beta;
  hc_histories h = {t, r->theta, r->weight};
  double most = prepare_histories(c, x);
  double total = hc_histories_moments(&h, r->times, r->met, r->met_times, r->pairs, r->histories);
  memcpy(mean, r->met, t * sizeof *mean);
  mean_columns(c, r->times, mean + t);
  for (size_t a = 0; a < n_free; a++)
    for (size_t b = 0; b <= a; b++) {
      size_t i = free[a], j = free[b];
      if (i < j) i = free[b], j = free[a];
      double sum = i < t ? r->pairs[i * t + j] : 0;
      for (size_t k = c->low; i >= t && k <= t; k++)
        sum += column(c, i - t, k) * (j < t ? r->met_times[j * (t + 1) + k] : r->times[k] * column(c, j - t, k));
      covariance[a * n_free + b] = sum - mean[i] * mean[j];
    }
  return most + log(total);
}

/* Sums of the statistics over the people in the fit. */
static void set_totals(struct context *c) {
  const hc_het *s = c->s;
  double *total = c->r.total;
  memcpy(total, c->r.occasions, s->n_beta * sizeof *total);
  if (!s->by_occasion) total[0] = 0;
  for (size_t k = 1; k <= s->classes && !s->by_occasion; k++) total[0] += (double)k * c->r.f[k];
  for (size_t j = 0; j < c->n_columns; j++) {
    total[s->n_beta + j] = 0;
    for (size_t k = 1; k <= s->classes; k++) total[s->n_beta + j] += c->r.f[k] * column(c, j, k);
  }
}

static hc_natural family_of(struct context *c, double people) {
  const hc_het *s = c->s;
  hc_natural family = {.n = s->n_beta + c->n_columns, .target = c->r.target, .context = c};
  family.first_bounded = s->curve || s->keep ? family.n : s->n_beta;
  family.moments = s->by_occasion ? moments_by_occasion : moments_alike;
  for (size_t i = 0; i < family.n; i++) c->r.target[i] = c->r.total[i] / people;
  return family;
}

/* From r.x, for so many people: those seen, or with low = 0 the unseen among them. */
static bool maximise(struct context *c, double people, hc_natural_maximum *maximum) {
  hc_natural family = family_of(c, people);
  return hc_natural_maximise(&family, c->r.x, c->r.natural, maximum);
}

/* --- what goes into a fit ----------------------------------------------------------------------------------------- */

static double choose(double t, double k) { return exp(hc_ln_choose(t, k)); }

/* What is added to f_1, f_2, f_3 (alike), or to each history of one, two, three meetings (by occasion). */
static void corrections(const hc_het *s, double add[4]) {
  double t = s->t, pair = 1 / (t * (t - 1));
  const double *h = s->curve;
  add[1] = add[2] = add[3] = 0;
  if (!s->by_occasion) {
    double c = (h[2] - 2 * h[1]) / (h[3] - 2 * h[2] + h[1]);
    add[1] = -(1 + c) / 2, add[2] = 1 + c, add[3] = (1 - c) / 2;
  } else if (s->form == HC_HET_CHAO) {
    add[1] = (t - 2) / (2 * t), add[2] = 2 * pair;
  } else if (s->form == HC_HET_POISSON) {
    add[1] = (2 * t - 5) / (4 * t), add[2] = 3 * pair, add[3] = 1.5 * pair / (t - 2);
  } else {
    add[1] = (t - 3) / (2 * t), add[2] = 4 * pair;
  }
}

static void correct(struct context *c) {
  const hc_het *s = c->s;
  double add[4];
  corrections(s, add);
  for (size_t k = 1; k <= 3; k++) {
    double histories = s->by_occasion ? choose(s->t, (double)k) : 1;
    c->r.f[k] = fmax(0, c->r.f[k] + add[k] * histories);
    for (size_t j = 0; s->by_occasion && j < s->n_beta; j++)
      c->r.occasions[j] += add[k] * choose(s->t - 1, (double)k - 1);
  }
}

/* r.x as parameters of the plan: minus infinity for a class without people, which has no column. */
static void keep_parameters(const struct context *c, double *parameters) {
  const hc_het *s = c->s;
  parameters[0] = c->all - c->n;
  memcpy(parameters + 1, c->r.x, s->n_beta * sizeof *parameters);
  parameters += 1 + s->n_beta;
  for (size_t j = 0; j < s->n_het; j++) parameters[j] = s->keep ? -INFINITY : 0;
  for (size_t j = 0; j < c->n_columns; j++)
    parameters[s->curve ? 0 : (size_t)c->r.column[j] - 3] = c->r.x[s->n_beta + j];
}

/* Back again: where a search starts. */
static void take_parameters(struct context *c, const double *parameters) {
  const hc_het *s = c->s;
  memcpy(c->r.x, parameters + 1, s->n_beta * sizeof *parameters);
  for (size_t j = 0; j < c->n_columns; j++) {
    double x = parameters[1 + s->n_beta + (s->curve ? 0 : (size_t)c->r.column[j] - 3)];
    c->r.x[s->n_beta + j] = isfinite(x) ? x : 0;
  }
}

static void start(struct context *c) {
  const hc_het *s = c->s;
  if (s->warm) {
    take_parameters(c, s->warm);
    return;
  }
  double seen = 0.8 / c->n / (s->by_occasion || isinf(s->t) ? 1 : s->t);
  for (size_t j = 0; j < s->n_beta; j++) {
    double p = seen * c->r.total[j];
    c->r.x[j] = isfinite(s->t) ? log(p / (1 - fmin(p, 0.99))) : log(p);
  }
  for (size_t j = 0; j < c->n_columns; j++) c->r.x[s->n_beta + j] = 0;
}

/* Frequencies, columns and their sums. observed: f_1, f_2, ...; by occasion also the totals of the occasions. */
static void set_up(const hc_plan *plan, struct context *c, const double *observed) {
  const hc_het *s = c->s;
  size_t n_f = plan->n_observed - (s->by_occasion ? s->n_beta : 0);
  c->low = 1;
  c->n = c->all = 0;
  c->r.f[0] = 0;
  memcpy(c->r.f + 1, observed, s->classes * sizeof *observed);
  if (s->by_occasion) memcpy(c->r.occasions, observed + n_f, s->n_beta * sizeof *observed);
  for (size_t k = 1; k <= n_f; k++) c->all += observed[k - 1];
  if (s->corrected && (s->curve || s->by_occasion)) correct(c); /* else there is a closed form */
  for (size_t k = 1; k <= s->classes; k++) c->n += c->r.f[k];
  c->n_columns = s->curve ? 1 : 0;
  for (size_t k = 3; !s->curve && k <= s->top; k++)
    if (!s->keep || c->r.f[k] > 0) c->r.column[c->n_columns++] = (double)k;
  set_totals(c);
}

/* --- what has no answer ----------------------------------------------------------------------------------------------
 * */

static hc_status no_maximum(hc_error *err) {
  return hc_refuse(err, "mle-infinite", "the likelihood of these counts has no finite maximum");
}

/* A shape with three parameters through the classes that have people: it bends through two of them at will unless empty
 * classes lie both between them and outside. */
static hc_status check(const struct context *c, hc_error *err) {
  const hc_het *s = c->s;
  size_t used = 0, first = 0, last = 0;
  for (size_t k = 1; k <= s->classes; k++) {
    if (!(c->r.f[k] > 0)) continue;
    if (!used++) first = k;
    last = k;
  }
  if (used == 0 || last < 2)
    return hc_refuse(err, "no-recaptures", "nobody was met twice: the likelihood rises to N = infinity");
  if (s->keep && !(c->r.f[2] > 0))
    return hc_refuse(err, "no-doubletons", "nobody was met exactly twice: the bound is infinite");
  if (s->keep && !(c->r.f[1] > 0))
    return hc_refuse(err, "no-singletons", "nobody was met exactly once: the bound has no maximum inside");
  if (used == 1 && last == s->classes)
    return hc_refuse(err, "mle-infinite", "everybody was met every time: the logit of p rises to infinity");
  if (!s->curve || s->by_occasion) return HC_OK;
  bool between = last - first > 1, outside = first > 1 || last < s->classes;
  if (used == 1 || (used == 2 && !(between && outside)))
    return hc_refuse(err, "mle-infinite",
                     "with people met %zu and %zu times only, the shape that fits best is infinite", first, last);
  return HC_OK;
}

/* --- prepare ---------------------------------------------------------------------------------------------------------
 * */

static const char *const shapes[] = {"chao", "poisson", "darroch", "gamma"};

hc_status hc_het_options(hc_plan *plan, hc_het *s, const hc_options *o, hc_error *err) {
  const char *who = plan->estimator->id;
  for (s->form = 0; !hc_options_choice_is(o, "h", shapes[s->form]);) s->form++;
  s->a = hc_options_is_stated(o, "a") ? hc_options_real(o, "a") : s->form == HC_HET_POISSON ? 2 : 3.5;
  s->keep = s->form == HC_HET_CHAO && hc_options_choice_is(o, "neg", "keep");
  s->full = hc_options_choice_is(o, "likelihood", "full");
  s->corrected = hc_options_choice_is(o, "bias-corrected", "yes");
  s->coefficients = hc_options_choice_is(o, "coefficients", "yes");
  bool has_a = s->form == HC_HET_POISSON || s->form == HC_HET_GAMMA;
  if (hc_options_is_stated(o, "a") && !has_a)
    return hc_fail(err, HC_EUSAGE, "%s: `a` belongs to h=poisson and h=gamma", who);
  if (s->form == HC_HET_POISSON && s->a == 1)
    return hc_fail(err, HC_EUSAGE, "%s: h=poisson with a=1 is no heterogeneity at all", who);
  if (s->full && (s->corrected || s->coefficients))
    return hc_fail(err, HC_EUSAGE, "%s: %s of the conditional likelihood", who,
                   s->corrected ? _("the bias correction is") : _("the coefficients are those"));
  if (s->corrected && s->by_occasion && (s->form == HC_HET_GAMMA || (s->form == HC_HET_POISSON && s->a != 2)))
    return hc_fail(err, HC_EUSAGE, "%s: there is a bias correction for h=chao, h=darroch, and h=poisson with a=2", who);
  size_t least = s->corrected || s->form != HC_HET_CHAO ? 3 : 2;
  if (s->classes < least)
    return hc_refuse(err, "not-identified", "%s%s needs people met up to %zu times, there are %zu classes", who,
                     s->corrected ? _(" with the bias correction") : _(" of this shape"), least, s->classes);
  return HC_OK;
}

static bool make_curve(hc_plan *plan, hc_het *s) {
  double *curve = hc_plan_alloc(plan, s->classes + 1, sizeof *curve);
  if (!curve) return false;
  for (size_t k = 0; k <= s->classes; k++) {
    double x = (double)k;
    curve[k] = s->form == HC_HET_POISSON ? pow(s->a, x) - 1 : s->form == HC_HET_DARROCH ? x * x / 2 : -log1p(x / s->a);
    s->scale = fmax(s->scale, fabs(curve[k]));
  }
  for (size_t k = 0; k <= s->classes; k++) curve[k] /= s->scale;
  s->curve = curve;
  return isfinite(s->scale);
}

static void name_coefficients(hc_plan *plan, const hc_het *s, size_t q) {
  hc_plan_quantity(plan, q++, &hc_quantity_real, "intercept: ln of the unseen", "gamma");
  for (size_t j = 1; j <= s->n_beta; j++)
    if (s->by_occasion) hc_plan_quantity(plan, q++, &hc_quantity_real, "coefficient of an occasion", "beta[%zu]", j);
    else hc_plan_quantity(plan, q++, &hc_quantity_real, "coefficient of the times met", "beta");
  if (s->curve) hc_plan_quantity(plan, q++, &hc_quantity_real, "coefficient of the shape", "tau");
  for (size_t j = 0; !s->curve && j < s->n_het; j++)
    hc_plan_quantity(plan, q++, &hc_quantity_real, "bend at so many times met", "eta[%zu]", j + 3);
  for (size_t j = 1; s->by_occasion && j <= s->n_beta; j++)
    hc_plan_quantity(plan, q++, &hc_quantity_chance, "chance that somebody not met before is met on this occasion",
                     "first[%zu]", j);
}

static void name_quantities(hc_plan *plan, const hc_het *s) {
  size_t n = 1 + s->n_beta, more = 1 + parameters(s) + (s->by_occasion ? s->n_beta : 0);
  hc_plan_set_quantities(plan, s->coefficients ? n + more : n);
  hc_plan_population(plan, s->form == HC_HET_CHAO ? N_("people, met or not: a lower bound") : N_("people, met or not"));
  if (s->by_occasion)
    for (size_t j = 1; j <= s->n_beta; j++)
      hc_plan_quantity(plan, j, &hc_quantity_chance, "share of the people met on this occasion", "p[%zu]", j);
  else if (isfinite(s->t))
    hc_plan_quantity(plan, 1, &hc_quantity_chance, "chance of being met on one occasion, on average", "p");
  else
    hc_plan_quantity(plan, 1, &hc_quantity_positive, "times that a person is met, on average", "lambda");
  if (s->coefficients) name_coefficients(plan, s, n);
}

static void describe(hc_plan *plan, const hc_het *s) {
  static const char *const words[] = {N_("Chao's lower bound"), N_("Poisson heterogeneity"), N_("Darroch's heterogeneity"),
                                      N_("gamma heterogeneity")};
  hc_plan_set_form(plan, "%s, %s", _(words[s->form]), s->full ? _("full likelihood") : _("conditional (log-linear) likelihood"));
  if (s->form == HC_HET_POISSON || s->form == HC_HET_GAMMA) hc_plan_add_variant(plan, ", a = %g", s->a);
  if (s->form == HC_HET_CHAO)
    hc_plan_add_variant(plan, s->keep ? N_(", negative eta kept") : N_(", negative eta held at zero"));
  if (s->full) hc_plan_add_variant(plan, ", N real");
  if (s->corrected) hc_plan_add_variant(plan, ", bias-corrected");
  if (isfinite(s->t)) hc_plan_add_variant(plan, ", %.0f occasions", s->t);
  else hc_plan_add_variant(plan, ", counts without a largest");
  if (!s->by_occasion) hc_plan_add_variant(plan, ", fitted to f_1..f_%zu", s->classes);
  if (!s->full) hc_plan_add_variant(plan, "; deviance on %s", s->on_histories ? _("histories") : _("frequencies"));
  hc_plan_add_variant(plan, "; se: Rivest and Levesque (2001)");
}

/* The plan's own conditional maximum; a replicate is not far from it. */
static hc_status warm_up(hc_plan *plan, hc_het *s) {
  double *scratch = hc_plan_alloc(plan, plan->n_scratch, sizeof *scratch);
  double *parameters = hc_plan_alloc(plan, plan->n_parameters, sizeof *parameters);
  if (!scratch || !parameters) return HC_ENOMEM;
  struct context c = {.s = s, .r = divide(s, scratch)};
  hc_natural_maximum m;
  set_up(plan, &c, plan->observed);
  if (check(&c, NULL) != HC_OK) return HC_OK; /* the fit says why */
  start(&c);
  if (!maximise(&c, c.n, &m)) return HC_OK;
  keep_parameters(&c, parameters);
  s->warm = parameters;
  return HC_OK;
}

hc_status hc_het_finish(hc_plan *plan, hc_het *s, const hc_data *data) {
  uint64_t most = hc_data_max_times(data);
  s->top = most < s->classes ? (size_t)most : s->classes;
  s->n_het = s->form != HC_HET_CHAO ? 1 : s->top > 2 ? s->top - 2 : 0;
  if (s->form != HC_HET_CHAO && !make_curve(plan, s)) return HC_ENOMEM;
  for (size_t i = 0; s->on_histories && i < data->n_cells; i++) hc_saturated_add(&s->saturated, (double)data->count[i]);
  plan->n_parameters = 1 + parameters(s); /* people outside of the fit, beta, heterogeneity */
  plan->n_scratch = scratch_size(s);
  name_quantities(plan, s);
  describe(plan, s);
  return warm_up(plan, s);
}

/* --- fit
 * --------------------------------------------------------------------------------------------------------------- */

struct answer {
  double N, se, unseen, var_gamma;
  double n; /* people in the fit */
  double A; /* of the seen       */
};

/* The answer from the seen alone, at their maximum, or at r.x. */
static bool conclude(struct context *c, double seen, const hc_natural_maximum *m, struct answer *a) {
  *a = (struct answer){.A = m->A, .n = seen, .unseen = seen * exp(-m->A)};
  a->var_gamma = (1 + hc_natural_quadratic(m, m->mean, c->r.work)) / seen;
  a->N = c->all + a->unseen;
  a->se = sqrt(a->unseen + a->unseen * a->unseen * a->var_gamma);
  return isfinite(a->se);
}

/* Deviance and criteria of the Poisson cells. */
static void conditional_criteria(const struct context *c, const struct answer *a, size_t n_free, hc_estimate *e) {
  const hc_het *s = c->s;
  hc_saturated frequencies = {0};
  double kernel = a->n * (log(a->n) - a->A) - a->n, coefficients = 1 + (double)n_free;
  for (size_t j = 0; j < s->n_beta + c->n_columns; j++) kernel += c->r.x[j] * c->r.total[j];
  for (size_t k = 1; k <= s->classes; k++) {
    if (s->keep && k > 2 && c->r.f[k] == 0) coefficients++; /* minus infinity */
    if (s->on_histories || c->r.f[k] == 0) continue;
    kernel += c->r.f[k] * s->log_cells[k];
    hc_saturated_add(&frequencies, c->r.f[k]);
  }
  double cells = s->on_histories ? exp2(s->t) - 1 : (double)s->classes;
  hc_poisson_criteria(&e->fit, kernel, s->on_histories ? &s->saturated : &frequencies, a->n, cells, coefficients,
                      c->all);
}

static double profile_slope(double N, void *context) {
  struct context *c = context;
  hc_natural_maximum m;
  double people = c->n + (N - c->all);
  return maximise(c, people, &m) ? hc_ln_falling_slope(people, c->n) - m.A : NAN;
}

static double profile_value(const struct context *c, double people, double A) {
  double sum = hc_ln_falling(people, c->n) - people * A;
  for (size_t j = 0; j < c->s->n_beta + c->n_columns; j++) sum += c->r.x[j] * c->r.total[j];
  return sum;
}

/* The full estimate lies between n and the conditional one, where the slope is negative. Its standard error is that of
 * the conditional estimate at this N. */
static bool fit_full(struct context *c, struct answer *a, hc_natural_maximum *m, hc_estimate *e) {
  double N = c->all, people;
  c->low = 0;
  double lowest = profile_slope(N, c);
  if (!isfinite(lowest)) return false;
  if (lowest <= 0)
    hc_estimate_note(e, "boundary", "the likelihood falls from N = n on: nobody is estimated to be unseen");
  else if (!hc_root_brent(profile_slope, c, N, a->N, 1e-14, &N))
    return false;
  people = c->n + (N - c->all);
  if (!maximise(c, people, m)) return false;
  hc_fit_criteria(&e->fit, profile_value(c, people, m->A) - hc_ln_factorial(c->n), 1 + (double)m->n_free, c->all);
  double seen = people * -expm1(-m->A);
  c->low = 1;
  hc_natural family = family_of(c, seen);
  if (!hc_natural_at(&family, c->r.x, c->r.natural, m) || !conclude(c, seen, m, a)) return false;
  a->N = N;
  return true;
}

/* Chao's bound with f_1 (f_1 - 1)/(f_2 + 1) (Rivest and Levesque 2001), and its variance. */
static void correct_chao(const struct context *c, struct answer *a) {
  double A = isfinite(c->s->t) ? (c->s->t - 1) / c->s->t : 1, f1 = c->r.f[1], f2 = c->r.f[2], b = f2 + 1;
  a->unseen = A * f1 * (f1 - 1) / (2 * b);
  a->N = c->all + a->unseen;
  double square = A * A * f1 * (f1 - 1) * (f1 * f1 + 4 * f1 * f2 + 3 * f1 - 6 * f2 - 6) / (4 * b * b * (f2 + 2));
  a->se = sqrt(fmax(0, a->unseen + square));
}

/* The entry of the inverse of the covariance for free parameter i; r.target is no longer wanted. */
static double inverse_entry(const struct context *c, const hc_natural_maximum *m, size_t i) {
  memset(c->r.target, 0, (c->s->n_beta + c->n_columns) * sizeof(double));
  c->r.target[m->free[i]] = 1;
  return hc_natural_quadratic(m, c->r.target, c->r.work);
}

/* Chances of a first meeting on each occasion. */
static void report_first(struct context *c, double *value) {
  size_t t = c->s->n_beta, row = t + 2;
  c->low = 0;
  prepare_histories(c, c->r.x);
  hc_histories h = {t, c->r.theta, c->r.weight};
  hc_histories_total(&h, c->r.histories);
  for (size_t j = 0; j < t; j++) value[j] = c->r.theta[j] * c->r.histories[(j + 1) * row + 1] / c->r.histories[j * row];
}

static hc_status report_coefficients(struct context *c, const hc_natural_maximum *m, const struct answer *a,
                                     hc_estimate *e, hc_error *err) {
  const hc_het *s = c->s;
  size_t q = 1 + s->n_beta, n = s->n_beta + s->n_het;
  double *value = e->value + q + 1, *se = e->se + q + 1, *eta = value + s->n_beta;
  if (s->keep && c->n_columns < s->n_het)
    return hc_refuse(err, "mle-infinite", "some classes have no people: their coefficients are infinite");
  e->value[q] = log(a->unseen);
  e->se[q] = sqrt(a->var_gamma);
  memcpy(value, c->r.x, n * sizeof *value);
  for (size_t i = 0; i < m->n_free; i++) se[m->free[i]] = sqrt(inverse_entry(c, m, i) / a->n);
  if (s->curve) eta[0] /= s->scale, se[s->n_beta] /= s->scale;
  for (size_t j = s->n_het; s->keep && j-- > 0;) { /* of logarithms of classes the second differences */
    eta[j] += (j > 1 ? eta[j - 2] : 0) - 2 * (j > 0 ? eta[j - 1] : 0);
    se[s->n_beta + j] = NAN;
  }
  if (s->by_occasion) report_first(c, value + n);
  return HC_OK;
}

/* N-hat has variance se^2, and given N the meetings have that of their distribution. */
static void report(const hc_plan *plan, const double *observed, const hc_het *s, const struct answer *a,
                   hc_estimate *e) {
  double N = a->N, S = 0, squares = 0, relative = a->se * a->se / (N * N);
  size_t n_f = plan->n_observed - (s->by_occasion ? s->n_beta : 0);
  e->value[0] = N;
  e->se[0] = a->se;
  for (size_t j = 1; s->by_occasion && j <= s->n_beta; j++) {
    double p = e->value[j] = observed[n_f + j - 1] / N;
    e->se[j] = sqrt(p * (1 - p) / N + p * p * relative);
  }
  if (s->by_occasion) return;
  for (size_t k = 1; k <= n_f; k++) S += (double)k * observed[k - 1], squares += (double)(k * k) * observed[k - 1];
  double occasions = isfinite(s->t) ? s->t : 1, mean = S / N;
  e->value[1] = mean / occasions;
  e->se[1] = sqrt((squares / N - mean * mean) / N + mean * mean * relative) / occasions;
}

hc_status hc_het_fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const hc_het *s = plan->state;
  struct context c = {.s = s, .r = divide(s, scratch)};
  struct answer a;
  hc_natural_maximum m;
  set_up(plan, &c, observed);
  hc_status status = check(&c, err);
  if (status != HC_OK) return status;
  start(&c);
  if (!maximise(&c, c.n, &m) || !conclude(&c, c.n, &m, &a)) return no_maximum(err);
  e->fit.iterations = m.iterations;
  if (s->full && !fit_full(&c, &a, &m, e)) return no_maximum(err);
  if (s->corrected && !s->curve && !s->by_occasion) correct_chao(&c, &a);
  keep_parameters(&c, e->parameters);
  report(plan, observed, s, &a, e);
  if (e->asked.criteria && !s->corrected && !s->full) conditional_criteria(&c, &a, m.n_free, e);
  if (s->form == HC_HET_CHAO)
    hc_estimate_note(e, "lower-bound", "where people differ in their chance of being met, this is a lower bound of N");
  return s->coefficients ? report_coefficients(&c, &m, &a, e, err) : HC_OK;
}

hc_status hc_het_profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *estimate,
                         double *scratch, double *loglik) {
  const hc_het *s = plan->state;
  struct context c = {.s = s, .r = divide(s, scratch)};
  hc_natural_maximum m;
  set_up(plan, &c, observed);
  if (!(N >= c.all)) return HC_EREFUSED;
  take_parameters(&c, estimate->parameters);
  c.low = 0;
  double people = c.n + (N - c.all);
  if (!maximise(&c, people, &m)) return HC_EREFUSED;
  *loglik = profile_value(&c, people, m.A);
  return HC_OK;
}

/* --- simulation
 * -------------------------------------------------------------------------------------------------------- */

/* ln of the weight of a class, of each of its histories by occasion. */
static double log_weight(const hc_het *s, const double *parameters, size_t k) {
  const double *het = parameters + 1 + s->n_beta;
  double sum = s->by_occasion ? 0 : s->log_cells[k] + (double)k * parameters[1];
  if (k == 0) return 0;
  if (s->curve) return sum + het[0] * s->curve[k];
  if (s->keep) return k < 3 ? sum : k - 3 < s->n_het ? sum + het[k - 3] : -INFINITY;
  for (size_t j = 0; j < s->n_het && j + 3 <= k; j++) sum += het[j] * (double)(k - j - 2);
  return sum;
}

static void draw_alike(const hc_plan *plan, const hc_het *s, const double *parameters, double people, hc_rng *rng,
                       double *f) {
  double most = 0, rest = 0;
  for (size_t k = 1; k <= s->classes; k++) most = fmax(most, log_weight(s, parameters, k));
  for (size_t k = s->classes + 1; k-- > 0;) rest += exp(log_weight(s, parameters, k) - most);
  for (size_t k = 0; k <= s->classes; k++) {
    double weight = exp(log_weight(s, parameters, k) - most);
    double met = rest > 0 ? hc_rng_binomial(rng, fmin(1, weight / rest), people) : 0;
    if (k > 0) f[k - 1] = met;
    people -= met;
    rest -= weight;
  }
  for (size_t k = s->classes; k < plan->n_observed; k++) f[k] = plan->observed[k]; /* outside of the fit */
}

/* Occasion by occasion, people by how often they were met so far: t^2 binomials whatever their number. */
static void draw_by_occasion(const hc_het *s, const double *parameters, double people, hc_rng *rng, double *observed) {
  double theta[HC_MAX_LISTS], weight[HC_MAX_LISTS + 1], so_far[HC_MAX_LISTS + 1] = {people}, middle = 0,
                                                                              most = -INFINITY;
  double after[(HC_MAX_LISTS + 1) * (HC_MAX_LISTS + 2)];
  size_t t = s->n_beta;
  for (size_t j = 0; j < t; j++) middle += parameters[1 + j] / (double)t;
  for (size_t j = 0; j < t; j++) theta[j] = exp(parameters[1 + j] - middle);
  for (size_t k = 0; k <= t; k++) most = fmax(most, weight[k] = log_weight(s, parameters, k) + (double)k * middle);
  for (size_t k = 0; k <= t; k++) weight[k] = exp(weight[k] - most);
  hc_histories h = {t, theta, weight};
  hc_histories_total(&h, after);
  for (size_t j = 0; j < t; j++) {
    const double *before = after + j * (t + 2), *then = before + t + 2;
    observed[t + j] = 0;
    for (size_t k = j + 1; k-- > 0;) {
      double chance = before[k] > 0 ? fmin(1, theta[j] * then[k + 1] / before[k]) : 0;
      double met = hc_rng_binomial(rng, chance, so_far[k]);
      so_far[k] -= met;
      so_far[k + 1] += met;
      observed[t + j] += met;
    }
  }
  for (size_t k = 1; k <= t; k++) observed[k - 1] = so_far[k];
}

/* round(N) people, the unseen included. */
void hc_het_simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *observed) {
  const hc_het *s = plan->state;
  double people = floor(e->value[0] - e->parameters[0] + 0.5);
  if (s->by_occasion) draw_by_occasion(s, e->parameters, people, rng, observed);
  else draw_alike(plan, s, e->parameters, people, rng, observed);
}
