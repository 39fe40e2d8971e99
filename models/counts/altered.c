/* One likelihood for a Poisson, geometric or negative binomial count, whatever happens to those met once.
 *
 * q_k is the chance of being met k times: lambda its mean, alpha the squared coefficient of variation of the rates
 * (geometric: 1; Poisson: 0). omega is a share of people with a reason of their own to be met once:
 *   as they are       P(k) = q_k/(1 - q_0)                                         P(0) = q_0
 *   left out (zot)    P(k) = q_k/(1 - q_0 - q_1), k >= 2; those met once are added as they are
 *   ztoi              P(1) = omega + (1 - omega) q_1/(1 - q_0), P(k) = (1 - omega) q_k/(1 - q_0)       P(0) = q_0
 *   oizt              before the zeros are lost: P(1) = omega + (1 - omega) q_1, P(k) = (1 - omega) q_k, also k = 0
 *   zt-hurdle         P(1) = omega, P(k) = (1 - omega) q_k/(1 - q_0 - q_1), k >= 2               P(0) = q_0/(1 - q_1)
 *   hurdle-zt         before the zeros are lost: P(1) = omega, P(k) = (1 - omega) q_k/(1 - q_1), also k = 0
 * N is the sum of 1/(1 - P(0)), its spread that of P(0)/(1 - P(0))^2, as in regression.c. For zot each person met at
 * least twice stands for (1 - q_1)/(1 - q_0 - q_1), with the spread (1 - q_1)^2 (q_0 + q_1)/(1 - q_0 - q_1)^2.
 *
 * Inflation: Godwin and Boehning (2017) J. R. Statist. Soc. C 66:425 (oizt, Poisson); Boehning and van der Heijden
 * (2019) Ann. Appl. Statist. 13:1198 (zero-one truncation and zero-truncated one-inflation agree in N). The hurdles
 * are of the R package singleRcapture (Chlebicki and Beresewicz), which calls them experimental and described nowhere
 * else; what follows from each P is derived here. Derivatives: numeric/jet.h.
 *
 * Assumes: the base distribution from k = 2 on. Breaks where hardly anybody was met three times. */
#include "counts/altered.h"

#include "numeric/jet.h"

/* Logarithms of what the likelihoods are made of. */
struct parts {
  hc_jet none, once, met, more; /* q_0, q_1, 1 - q_0, 1 - q_0 - q_1 */
  hc_jet many;                  /* q_k */
};

static hc_jet negate(hc_jet a) {
  return hc_jet_linear(a, -1, 0);
}
static hc_jet subtract(hc_jet a, hc_jet b) {
  return hc_jet_add(a, negate(b));
}

/* ln(1 - exp(-x) (1 + x)), without cancellation. */
static hc_jet poisson_more(hc_jet x) {
  double v = x.value, none = exp(-v), more = -expm1(-v) - v * none;
  if (v < 1e-2) more = v * v * (0.5 - v * (1.0 / 3 - v * (0.125 - v * (1.0 / 30 - v * (1.0 / 144 - v / 840)))));
  double slope = v * none / more;
  return hc_jet_apply(x, log(more), slope, (1 - v) * none / more - slope * slope);
}

static struct parts poisson(double k, hc_jet eta, bool more) {
  hc_jet lambda = hc_jet_exp(eta);
  return (struct parts){.none = negate(lambda),
                        .once = subtract(eta, lambda),
                        .met = hc_jet_log1mexp(lambda),
                        .more = more ? poisson_more(lambda) : hc_jet_constant(0),
                        .many = subtract(hc_jet_linear(eta, k, 0), lambda)};
}

static struct parts geometric(double k, hc_jet eta) {
  hc_jet longer = hc_jet_softplus(eta), share = subtract(eta, longer); /* ln(1 + lambda), ln(lambda/(1 + lambda)) */
  return (struct parts){.none = negate(longer),
                        .once = subtract(share, longer),
                        .met = share,
                        .more = hc_jet_linear(share, 2, 0),
                        .many = subtract(hc_jet_linear(share, k, 0), longer)};
}

/* sum over j < k of ln(1 + j alpha): ln of Gamma(k + r)/Gamma(r) r^-k, r = 1/alpha. */
static hc_jet rising(double k, hc_jet alpha) {
  double f = 0, f1 = 0, f2 = 0;
  for (double j = 1; j < k; j++) {
    double each = 1 / (1 + j * alpha.value);
    f += log1p(j * alpha.value), f1 += j * each, f2 -= j * j * each * each;
  }
  return hc_jet_apply(alpha, f, f1, f2);
}

static struct parts negbin(double k, hc_jet eta, hc_jet eta_alpha, bool more) {
  hc_jet longer = hc_jet_softplus(hc_jet_add(eta, eta_alpha)); /* ln(1 + alpha lambda) */
  hc_jet a = hc_jet_multiply(longer, hc_jet_exp(negate(eta_alpha)));
  struct parts p = {.none = negate(a), .met = hc_jet_log1mexp(a)};
  p.once = subtract(subtract(eta, a), longer);
  if (more) p.more = hc_jet_add(p.met, hc_jet_log1mexp(subtract(p.met, p.once))); /* (1 - q_0)(1 - q_1/(1 - q_0)) */
  p.many = subtract(hc_jet_add(rising(k, hc_jet_exp(eta_alpha)), hc_jet_linear(subtract(eta, longer), k, 0)), a);
  return p;
}

static size_t own_predictors(hc_count_base base) {
  return base == HC_BASE_NEGBIN ? 2 : 1;
}

static struct parts parts_of(const hc_count_family *f, double k, const double *eta) {
  hc_jet rate = hc_jet_variable(eta[0], 0);
  bool more = f->ones == HC_ONES_LEFT_OUT || f->ones == HC_ONES_HURDLE_AFTER; /* who else asks for 1 - q_0 - q_1? nobody */
  if (f->base == HC_BASE_POISSON) return poisson(k, rate, more);
  if (f->base == HC_BASE_GEOMETRIC) return geometric(k, rate);
  return negbin(k, rate, hc_jet_variable(eta[1], 1), more);
}

/* ln omega and ln(1 - omega). */
static void inflation(const hc_count_family *f, const double *eta, hc_jet *own, hc_jet *other) {
  size_t q = own_predictors((hc_count_base)f->base);
  hc_jet logit = hc_jet_variable(q < f->predictors ? eta[q] : 0, q < f->predictors ? (unsigned)q : 0);
  *other = negate(hc_jet_softplus(logit));
  *own = hc_jet_add(logit, *other);
}

/* ln P(0) of the untruncated distribution. */
static hc_jet nobody(const hc_count_family *f, const struct parts *p, hc_jet other) {
  switch ((hc_count_ones)f->ones) {
  case HC_ONES_INFLATED_BEFORE:
    return hc_jet_add(other, p->none);
  case HC_ONES_HURDLE_BEFORE:
    return hc_jet_add(other, subtract(p->none, hc_jet_log1mexp(negate(p->once))));
  case HC_ONES_LEFT_OUT:
  case HC_ONES_HURDLE_AFTER:
    return subtract(p->none, hc_jet_log1mexp(negate(p->once)));
  default:
    return p->none;
  }
}

/* ln(1 - P(0)). */
static hc_jet someone(const hc_count_family *f, const struct parts *p, hc_jet other) {
  return hc_jet_log1mexp(negate(nobody(f, p, other)));
}

static hc_jet loglik_of(const hc_count_family *f, double k, const double *eta) {
  struct parts p = parts_of(f, k, eta);
  hc_jet own, other;
  inflation(f, eta, &own, &other);
  switch ((hc_count_ones)f->ones) {
  case HC_ONES_LEFT_OUT:
    return subtract(p.many, p.more);
  case HC_ONES_INFLATED_AFTER:
    return k == 1 ? hc_jet_logaddexp(own, hc_jet_add(other, subtract(p.once, p.met)))
                  : hc_jet_add(other, subtract(p.many, p.met));
  case HC_ONES_INFLATED_BEFORE:
    return subtract(k == 1 ? hc_jet_logaddexp(own, hc_jet_add(other, p.once)) : hc_jet_add(other, p.many),
                    someone(f, &p, other));
  case HC_ONES_HURDLE_AFTER:
    return k == 1 ? own : hc_jet_add(other, subtract(p.many, p.more));
  case HC_ONES_HURDLE_BEFORE:
    return subtract(k == 1 ? own : hc_jet_add(other, subtract(p.many, hc_jet_log1mexp(negate(p.once)))),
                    someone(f, &p, other));
  default:
    return subtract(p.many, p.met);
  }
}

static double loglik(const hc_count_family *f, double k, const double *eta, double *gradient, double *information) {
  hc_jet l = loglik_of(f, k, eta);
  size_t Q = f->predictors;
  for (size_t a = 0, at = 0; gradient && a < Q; a++) {
    gradient[a] = l.first[a];
    for (size_t b = 0; b <= a; b++, at++) information[a * Q + b] = information[b * Q + a] = -l.second[at];
  }
  return l.value;
}

static double constant(const hc_count_family *f, double k) {
  return f->base == HC_BASE_GEOMETRIC ? 0 : -hc_ln_factorial(k);
}

static void stands_for(const hc_count_family *f, double k, const double *eta, hc_stands_for *s) {
  struct parts p = parts_of(f, 1, eta);
  hc_jet own, other;
  bool left_out = f->ones == HC_ONES_LEFT_OUT;
  s->people = 1;
  if (left_out && k < 2) return;
  inflation(f, eta, &own, &other);
  hc_jet none = nobody(f, &p, other), people = hc_jet_exp(negate(hc_jet_log1mexp(negate(none))));
  s->people = people.value;
  for (size_t q = 0; q < f->predictors; q++) s->slope[q] = people.first[q];
  s->variance = left_out ? people.value * people.value * (exp(p.none.value) + exp(p.once.value))
                         : people.value * people.value * exp(none.value);
}

/* Not at a share of 0, from which omega could not move. */
static void start(const hc_count_family *f, double n, double S, double *eta) {
  double mean = S / n - (f->ones == HC_ONES_LEFT_OUT ? 1 : 0);
  size_t q = own_predictors((hc_count_base)f->base);
  eta[0] = mean > 1 ? log(fmin(2 * (mean - 1), mean)) : -1;
  if (f->base == HC_BASE_NEGBIN) eta[1] = 0;
  if (q < f->predictors) eta[q] = f->ones == HC_ONES_HURDLE_AFTER || f->ones == HC_ONES_HURDLE_BEFORE ? 1 : -1;
}

/* ---- the families ------------------------------------------------------------------------------------------------ */

#define COMMON       .bound = 25, .loglik = loglik, .constant = constant, .stands_for = stands_for, .start = start
#define LEAST(ones_) ((ones_) == HC_ONES_LEFT_OUT ? 2 : 0)
#define ONE(base_, ones_, words_)                                                                                      \
  {                                                                                                                    \
    COMMON, .base = base_, .ones = ones_, .words = words_, .predictors = 1, .prefix = {"beta"}, .option = {"formula"}, \
            .least = LEAST(ones_)                                                                                      \
  }
#define ONE_OMEGA(base_, ones_, words_)                                                                                \
  {                                                                                                                    \
    COMMON, .base = base_, .ones = ones_, .words = words_, .predictors = 2, .prefix = {"beta", "omega"}, .option = {   \
      "formula",                                                                                                       \
      "formula-omega"                                                                                                  \
    }                                                                                                                  \
  }
#define TWO(ones_, words_)                                                                                             \
  {                                                                                                                    \
    COMMON, .base = HC_BASE_NEGBIN, .ones = ones_, .words = words_, .predictors = 2, .prefix = {"beta", "alpha"},      \
            .option = {"formula", "formula-alpha"}, .least = LEAST(ones_)                                              \
  }
#define TWO_OMEGA(ones_, words_)                                                                                       \
  {                                                                                                                    \
    COMMON, .base = HC_BASE_NEGBIN, .ones = ones_, .words = words_, .predictors = 3,                                   \
            .prefix = {"beta", "alpha", "omega"}, .option = {                                                          \
              "formula",                                                                                               \
              "formula-alpha",                                                                                         \
              "formula-omega"                                                                                          \
            }                                                                                                          \
  }

static const hc_count_family families[][6] = {
    [HC_BASE_POISSON] = {ONE(HC_BASE_POISSON, HC_ONES_AS_THEY_ARE, N_("Poisson regression")),
                         ONE(HC_BASE_POISSON, HC_ONES_LEFT_OUT, N_("Poisson, ones left out")),
                         ONE_OMEGA(HC_BASE_POISSON, HC_ONES_INFLATED_AFTER, N_("Poisson, ones inflated among people met")),
                         ONE_OMEGA(HC_BASE_POISSON, HC_ONES_INFLATED_BEFORE,
                                   N_("Poisson, ones inflated in the population")),
                         ONE_OMEGA(HC_BASE_POISSON, HC_ONES_HURDLE_AFTER, N_("Poisson, hurdle among people met")),
                         ONE_OMEGA(HC_BASE_POISSON, HC_ONES_HURDLE_BEFORE, N_("Poisson, hurdle in the population"))},
    [HC_BASE_GEOMETRIC] = {ONE(HC_BASE_GEOMETRIC, HC_ONES_AS_THEY_ARE, N_("geometric regression")),
                           ONE(HC_BASE_GEOMETRIC, HC_ONES_LEFT_OUT, N_("geometric, ones left out")),
                           ONE_OMEGA(HC_BASE_GEOMETRIC, HC_ONES_INFLATED_AFTER,
                                     N_("geometric, ones inflated among people met")),
                           ONE_OMEGA(HC_BASE_GEOMETRIC, HC_ONES_INFLATED_BEFORE,
                                     N_("geometric, ones inflated in the population")),
                           ONE_OMEGA(HC_BASE_GEOMETRIC, HC_ONES_HURDLE_AFTER, N_("geometric, hurdle among people met")),
                           ONE_OMEGA(HC_BASE_GEOMETRIC, HC_ONES_HURDLE_BEFORE, N_("geometric, hurdle in the population"))},
    [HC_BASE_NEGBIN] = {TWO(HC_ONES_AS_THEY_ARE, N_("negative binomial regression")),
                        TWO(HC_ONES_LEFT_OUT, N_("negative binomial, ones left out")),
                        TWO_OMEGA(HC_ONES_INFLATED_AFTER, N_("negative binomial, ones inflated among people met")),
                        TWO_OMEGA(HC_ONES_INFLATED_BEFORE, N_("negative binomial, ones inflated in the population")),
                        TWO_OMEGA(HC_ONES_HURDLE_AFTER, N_("negative binomial, hurdle among people met")),
                        TWO_OMEGA(HC_ONES_HURDLE_BEFORE, N_("negative binomial, hurdle in the population"))}};

const hc_count_family *hc_altered_family(hc_count_base base, hc_count_ones ones) {
  return &families[base][ones];
}

hc_status hc_altered_prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_count_base base,
                             hc_count_ones ones, hc_error *err) {
  hc_altered_state *s = plan->state;
  if (hc_data_max_times(data) > 1000000)
    return hc_refuse(err, "count-too-large", "somebody was met more than a million times");
  return hc_regression_prepare(plan, data, o, hc_altered_family(base, ones), &s->regression, err);
}
