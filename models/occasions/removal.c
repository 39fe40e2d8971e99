/* Removal: people are caught and kept, pass after pass, and how fast the catches fall tells how many there were.
 *
 * c_i: caught on pass i = 1..k (first captures, where those caught are known and went back); T = sum c_i, q = 1 - p,
 * X = sum (k - i) c_i. `method`:
 *   carle-strub    the smallest whole N >= T with (N+1)/(N-T+1) prod over i of (kN-X-T+b+k-i)/(kN-X+a+b+k-i) < 1: the
 *                  mode of N under a Beta(a, b) prior of p (a=1, b=1; options prior-a, prior-b); Carle and Strub (1978)
 *                  Biometrics 34:621, eq. 7
 *   zippin         the smallest whole N >= T with (N+1/2)/(N-T+1/2) ((kN-X-T)/(kN-X))^k < 1: the maximum of the
 *                  likelihood, between whole numbers (Zippin 1956 Biometrics 12:163; Carle and Strub 1978, eq. 3)
 *   moran          that maximum with N real (Moran 1951 Biometrika 38:307)
 *   burnham        the whole N whose likelihood is highest (Van Deventer and Platts 1983)
 *   schnute        as moran, the first pass with a chance of its own (Schnute 1983 Can. J. Fish. Aquat. Sci. 40:2153)
 *   seber3, seber2 closed forms for three and two passes: with k = 3,
 *                  N = (6X^2 - 3XT - T^2 + T r)/(18 (X-T)), p = (3X - T - r)/(2X), r = sqrt(T^2 + 6XT - 3X^2), Seber
 *                  (1982) eq. 7.24; with k = 2, N = c_1^2/(c_1-c_2), p = 1 - c_2/c_1
 *   robson-regier  N = (c_1^2 - c_2)/(c_1-c_2), p = 1 - c_2/(c_1+1); Robson and Regier (1968)
 * p = T/(kN - X) but in the last three. Standard errors: Zippin's (first_captures.c); with k = 2, seber2 and
 * robson-regier, c_1 c_2 sqrt(c_1+c_2)/(c_1-c_2)^2 and sqrt(c_2 (c_1+c_2)/c_1^3), Seber (1982) eq. 7.30, 7.31.
 *
 * Assumes: a closed population, the same chance for everybody on every pass. Breaks: where chances differ the catches
 * fall too fast and N is too small. Catches that do not fall are refused, with carle-strub too: what it prints there is
 * its prior. */
#include "occasions/first_captures.h"

#include <string.h>

enum method { CARLE_STRUB, ZIPPIN, MORAN, BURNHAM, SCHNUTE, SEBER3, SEBER2, ROBSON_REGIER, N_METHODS };

static const struct {
  const char *name, *form, *variant;
} methods[N_METHODS] = {
    {"carle-strub", N_("Carle and Strub (1978)"), N_(", whole N")}, {"zippin", N_("Zippin's maximum likelihood"), N_(", whole N")},
    {"moran", N_("maximum likelihood, N real"), ""},            {"burnham", N_("maximum likelihood, whole N"), ""},
    {"schnute", N_("Schnute (1983)"), N_(", maximum likelihood with the first pass apart, N real")},
    {"seber3", N_("Seber's closed form for three passes"), ""}, {"seber2", N_("Seber's closed form for two passes"), ""},
    {"robson-regier", N_("Robson and Regier (1968)"), ""},
};

struct state {
  size_t k;
  enum method method;
  double a, b; /* of carle-strub's prior */
};

static const hc_option options[] = {
    {"method", HC_OPTION_CHOICE, "carle-strub", 0, 0,
     "carle-strub|zippin|moran|burnham|schnute|seber3|seber2|robson-regier", "which estimator of N"},
    {"prior-a", HC_OPTION_REAL, "1", 1e-6, 1e6, NULL, "method=carle-strub: first parameter of the beta prior of p"},
    {"prior-b", HC_OPTION_REAL, "1", 1e-6, 1e6, NULL, "method=carle-strub: its second parameter"},
    {0},
};

/* --- prepare ------------------------------------------------------------------------------------------------ */

/* Where people are known: everybody counts on the first occasion that met them. */
static void first_captures(const hc_data *data, double *catches) {
  for (size_t i = 0; i < data->n_cells; i++)
    catches[(size_t)__builtin_ctzll(data->history[i])] += (double)data->count[i];
}

static hc_status take(hc_plan *plan, struct state *s, const hc_data *data, hc_error *err) {
  const hc_column *column = hc_data_column(data, "catch");
  bool table = data->shape == HC_SHAPE_REMOVAL;
  s->k = table ? data->n_rows : data->n_lists;
  if (!table && !data->history)
    return hc_refuse(err, "bad-shape", "removal needs catches by pass or capture histories, not totals by occasion");
  plan->cells = hc_plan_alloc(plan, s->k + 1, sizeof(double));
  if (!plan->cells) return HC_ENOMEM;
  for (size_t i = 0; table && i < s->k; i++) plan->cells[i] = hc_column_number(column, i);
  if (!table) first_captures(data, plan->cells);
  plan->observed = plan->cells;
  plan->n_cells = plan->n_observed = s->k;
  double caught = 0;
  for (size_t i = 0; i < s->k; i++) caught += plan->cells[i];
  if (!(caught > 0)) return hc_refuse(err, "all-zero", "nobody was caught on any pass");
  hc_plan_bootstrap_people(plan, caught);
  return HC_OK;
}

static hc_status check_passes(const struct state *s, hc_error *err) {
  const char *name = methods[s->method].name;
  if (s->k < 2) return hc_refuse(err, "one-list", "one pass says nothing about the people not caught");
  if (s->method == SEBER3 && s->k != 3) return hc_fail(err, HC_EUSAGE, "removal: method=%s is for three passes", name);
  if (s->method == SCHNUTE && s->k < 3)
    return hc_refuse(err, "not-identified", "with the first pass apart three passes or more are needed, there are 2");
  if ((s->method == SEBER2 || s->method == ROBSON_REGIER) && s->k != 2)
    return hc_fail(err, HC_EUSAGE, "removal: method=%s is for two passes", name);
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  for (s->method = 0; !hc_options_choice_is(o, "method", methods[s->method].name);) s->method++;
  s->a = hc_options_real(o, "prior-a");
  s->b = hc_options_real(o, "prior-b");
  hc_status status = take(plan, s, data, err);
  if (status == HC_OK) status = check_passes(s, err);
  if (status != HC_OK) return status;
  bool apart = s->method == SCHNUTE;
  hc_plan_set_quantities(plan, apart ? 3 : 2);
  hc_plan_population(plan, "people before the first pass");
  hc_plan_quantity(plan, 1, &hc_quantity_chance,
                   apart ? N_("chance of being caught on a later pass") : N_("chance of being caught on a pass"), "p");
  if (apart) hc_plan_quantity(plan, 2, &hc_quantity_chance, "chance of being caught on the first pass", "p[1]");
  plan->n_parameters = 2; /* chances: first pass, later ones */
  hc_plan_set_form(plan, "%s", _(methods[s->method].form));
  if (s->method == CARLE_STRUB) hc_plan_add_variant(plan, ", prior Beta(%g, %g)", s->a, s->b);
  hc_plan_add_variant(plan, "%s, %zu passes; se: %s", _(methods[s->method].variant), s->k,
                      s->method == SEBER2 || s->method == ROBSON_REGIER ? _("Seber (1982)") : _("Zippin (1956)"));
  return HC_OK;
}

/* --- fit ------------------------------------------------------------------------------------------------------ */

struct context {
  const struct state *s;
  double k, T, X;
};

/* ln of what the whole N of carle-strub and zippin brings below 1. */
static double criterion(const struct context *c, double N) {
  double k = c->k, A = k * N - c->X, sum = 0;
  if (c->s->method == ZIPPIN) return log1p(c->T / (N - c->T + 0.5)) + k * log1p(-c->T / A);
  for (double i = 1; i <= k; i++) sum += log1p(-(c->T + c->s->a) / (A + c->s->a + c->s->b + k - i));
  return sum + log1p(c->T / (N - c->T + 1));
}

/* The smallest whole N from T on with the criterion below 0: doubling, then halving. */
static bool smallest_whole(const struct context *c, double *N) {
  double low = -1, high = 0;
  while (criterion(c, c->T + high) >= 0)
    if (low = high, !((high = 2 * high + 1) < 1e15)) return false;
  while (high - low > 1) {
    double middle = floor((low + high) / 2);
    if (criterion(c, c->T + middle) < 0) high = middle;
    else low = middle;
  }
  *N = c->T + high;
  return true;
}

static bool highest_whole(const hc_catches *c, double *N) {
  hc_depletion d;
  if (!hc_catches_full(c, &d)) return false;
  *N = floor(d.N);
  if (hc_catches_loglik(c, *N + 1) > hc_catches_loglik(c, *N)) *N += 1;
  return true;
}

static bool two_passes(const struct state *s, const double *c, hc_estimate *e) {
  double fall = c[0] - c[1], both = c[0] + c[1];
  bool robson = s->method == ROBSON_REGIER;
  if (!(fall > 0)) return false;
  e->value[0] = (c[0] * c[0] - (robson ? c[1] : 0)) / fall;
  e->value[1] = 1 - c[1] / (c[0] + (robson ? 1 : 0));
  e->se[0] = c[0] * c[1] * sqrt(both) / (fall * fall);
  e->se[1] = sqrt(c[1] * both / (c[0] * c[0] * c[0]));
  return true;
}

static void report(const struct context *c, double N, double p, hc_estimate *e) {
  e->value[0] = N;
  e->value[1] = p;
  e->se[0] = hc_depletion_se_N(N, log1p(-p), c->k);
  e->se[1] = hc_depletion_se_p(N, log1p(-p), c->k);
}

static bool three_passes(const struct context *c, hc_estimate *e) {
  double X = c->X, T = c->T, r = sqrt(T * T + 6 * X * T - 3 * X * X);
  if (!(X > T)) return false; /* c_1 > c_3 */
  report(c, (6 * X * X - 3 * X * T - T * T + T * r) / (18 * (X - T)), (3 * X - T - r) / (2 * X), e);
  return true;
}

static bool schnute(const hc_catches *apart, hc_estimate *e) {
  hc_depletion d;
  if (!hc_catches_full(apart, &d)) return false;
  double left = d.N - apart->first, p1 = apart->first / d.N;
  e->value[0] = d.N;
  e->se[0] = hc_depletion_se_N(left, d.log_q, apart->passes);
  e->value[1] = -expm1(d.log_q);
  e->se[1] = hc_depletion_se_p(left, d.log_q, apart->passes);
  e->value[2] = p1;
  e->se[2] = sqrt(p1 * (1 - p1) / d.N + p1 * p1 * e->se[0] * e->se[0] / (d.N * d.N));
  return true;
}

static bool whole_or_real(const struct context *c, const hc_catches *catches, hc_estimate *e) {
  enum method method = c->s->method;
  hc_depletion d;
  double N = NAN;
  if (!hc_catches_fall(catches)) return false;
  if (method == MORAN) {
    if (!hc_catches_full(catches, &d)) return false;
    N = d.N;
  } else if (!(method == BURNHAM ? highest_whole(catches, &N) : smallest_whole(c, &N))) {
    return false;
  }
  report(c, N, c->T / (c->k * N - c->X), e);
  return true;
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  hc_catches catches = hc_catches_of(observed, s->k, s->method == SCHNUTE);
  struct context c = {.s = s, .k = (double)s->k, .T = catches.people};
  bool done = false;
  (void)scratch;
  c.X = (c.k - 1) * catches.n - catches.X; /* not read with the first pass apart */
  if (!(c.T > 0)) return hc_refuse(err, "all-zero", "nobody was caught on any pass");
  if (s->method == SCHNUTE) done = schnute(&catches, e);
  else if (s->method == SEBER3) done = three_passes(&c, e);
  else if (s->method == SEBER2 || s->method == ROBSON_REGIER) done = two_passes(s, observed, e);
  else done = whole_or_real(&c, &catches, e);
  if (!done) return hc_catches_refuse(err);
  if (e->value[0] <= c.T)
    hc_estimate_note(e, "boundary", "as many were there as were caught: nobody is estimated to be left");
  e->parameters[0] = s->method == SCHNUTE ? e->value[2] : e->value[1];
  e->parameters[1] = e->value[1];
  return HC_OK;
}

static hc_status profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                         double *scratch, double *loglik) {
  const struct state *s = plan->state;
  hc_catches c = hc_catches_of(observed, s->k, s->method == SCHNUTE);
  (void)start, (void)scratch;
  if (!(N >= c.people)) return HC_EREFUSED;
  *loglik = hc_catches_loglik(&c, N);
  return HC_OK;
}

static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *catches) {
  const struct state *s = plan->state;
  double left = floor(e->value[0] + 0.5);
  for (size_t i = 0; i < s->k; i++) {
    catches[i] = hc_rng_binomial(rng, e->parameters[i > 0], left);
    left -= catches[i];
  }
}

static unsigned suits(const hc_data *data) { return data->shape == HC_SHAPE_REMOVAL ? 1 : 0; }

const hc_estimator hc_estimator_removal = {
    .id = "removal",
    .title = "Removal: how fast catches fall",
    .cite =
        "Carle and Strub (1978) Biometrics 34:621-630; Zippin (1956) Biometrics 12:163-189; Moran (1951) Biometrika "
        "38:307-311; Schnute (1983) Can. J. Fish. Aquat. Sci. 40:2153-2169; Seber (1982) ch. 7",
    .formula = "c_i of the N - c_1 - ... - c_(i-1) who are left are caught on pass i, each with the chance p",
    .assumes =
        "a closed population in which everybody has the same chance on every pass, and who is caught is not there "
        "on the next one",
    .needs = "how many were caught on each of two or more passes, fewer on later ones",
    .accepts = HC_SHAPE_REMOVAL | HC_SHAPE_OCCASIONS,
    .ordered = true,
    .options = options,
    .suits = suits,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .profile = profile,
};
