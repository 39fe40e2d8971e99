/* Coverage estimators of N that allow for heterogeneity: ACE, ACE-1, ICE, ICE-1 (Chao and Lee 1992).
 *
 * f_k: people met exactly k times. People met more than `rare` times count as complete (their number is a).
 * Among the others: D = sum f_k, m = sum k f_k, s = sum k(k-1) f_k, C the coverage, and g the squared
 * coefficient of variation of the chances:
 *   g = max(D/C s/(m(m-1)) c - 1, 0)                  c = 1; t/(t-1) for ice, ice1
 *   N = a + D/C + f1/C g                                                               eq. 2.14  (ace, ice)
 *   N = a + D/C + f1/C g1,  g1 = g (1 + f1/C s/(m(m-1)) c)                             eq. 2.15  (ace1, ice1)
 * Coverage: ace, ace1: C = 1 - f1/m. ice, ice1: C = 1 - (f1/m)(1 - A), A = 2 f2/((t-1) f1 + 2 f2) and with f2 = 0,
 * A = 2/((t-1)(f1-1) + 2) (Lee and Chao 1994, Biometrics 50:88, with the coverage of Chao and Jost 2012).
 * ice1994: C = 1 - f1/m and m^2 in place of m(m-1) in g (as EstimateS and wiqid have it).
 *
 * Standard errors, var = sum d_k^2 f_k - (sum d_k f_k)^2 / N, d_k = dN/df_k:
 *   delta   over all people (d_k = 1 for the complete ones), N the estimate; what SpadeR computes
 *   rare    over those met at most `rare` times, N their part of the estimate: eq. 2.17; what SPECIES computes
 *   vegan   over the same people, but N the whole estimate, and C + f1/(m-1) where C stands inside the derivative:
 *           what vegan's estimateR computes. It has the sign of m - 1 reversed and is too small with many unseen;
 *           here for comparison only. ace alone has it.
 *
 * Breaks when everybody rare was met once (C = 0). */
#include "model.h"

enum form { ACE, ACE1, ICE, ICE1, ICE1994 };
enum error { SE_DELTA, SE_RARE, SE_VEGAN };
enum { MOST_RARE = 1000 };

struct state {
  enum form form;
  enum error error;
  size_t rare;
  double t, c; /* occasions; t/(t-1) or 1 */
};

static const hc_option options[] = {
    {"form", HC_OPTION_CHOICE, "ace", 0, 0, "ace|ace1|ice|ice1|ice1994",
     "ace1 and ice1 correct the heterogeneity once more; the ice forms are for incidences over occasions"},
    {"rare", HC_OPTION_INTEGER, "10", 1, MOST_RARE, NULL, "people met more often than this are taken as complete"},
    {"variance", HC_OPTION_CHOICE, "delta", 0, 0, "delta|rare|vegan", "which of the published standard errors"},
    HC_OPTION_OCCASIONS(1e9, ", for the ice forms", ""),
    {0},
};

static enum form chosen_form(const hc_options *o) {
  static const char *const names[] = {"ace", "ace1", "ice", "ice1", "ice1994"};
  for (int form = ACE; form < ICE1994; form++)
    if (hc_options_choice_is(o, "form", names[form])) return (enum form)form;
  return ICE1994;
}

static enum error chosen_error(const hc_options *o) {
  if (hc_options_choice_is(o, "variance", "rare")) return SE_RARE;
  return hc_options_choice_is(o, "variance", "vegan") ? SE_VEGAN : SE_DELTA;
}

static bool of_incidences(enum form form) {
  return form >= ICE;
}

static void describe(hc_plan *plan, const struct state *s) {
  static const char *const forms[] = {"ACE", "ACE-1", "ICE", "ICE-1", "ICE of 1994"};
  static const char *const equations[] = {", eq. 2.14", ", eq. 2.15", "", "", ""};
  static const char *const errors[] = {"delta method over all people", "delta method over the rare (eq. 2.17)",
                                       "vegan's, for comparison only"};
  hc_plan_set_form(plan, "%s", forms[s->form]);
  hc_plan_add_variant(plan, "%s, rare: met at most %zu times; se: %s", equations[s->form], s->rare, errors[s->error]);
}

static hc_status check(const hc_data *data, const struct state *s, hc_error *err) {
  hc_status status = of_incidences(s->form) ? hc_need_occasions(data, s->t, "ace: the ice forms need", err) : HC_OK;
  if (status != HC_OK) return status;
  if (s->error == SE_VEGAN && s->form != ACE)
    return hc_fail(err, HC_EUSAGE, "ace: variance=vegan exists for form=ace only");
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state chosen = {.form = chosen_form(o),
                         .error = chosen_error(o),
                         .t = hc_stated_occasions(data, o),
                         .rare = (size_t)hc_options_integer(o, "rare"),
                         .c = 1};
  hc_status status = check(data, &chosen, err);
  if (status != HC_OK) return status;
  if (of_incidences(chosen.form)) chosen.c = chosen.t / (chosen.t - 1);
  status = hc_plan_use_frequencies(plan, data, chosen.rare + 1, true, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 3);
  hc_plan_population(plan, "people");
  hc_plan_quantity(plan, 1, &hc_quantity_chance, "estimated coverage among those rarely met", "coverage");
  hc_plan_quantity(plan, 2, &hc_quantity_positive,
                   "estimated coefficient of variation of the chances of those rarely met", "cv");
  *(struct state *)plan->state = chosen;
  describe(plan, &chosen);
  return HC_OK;
}

struct sums { /* over the rare */
  double f1, f2, D, m, s;
};

static struct sums sums_of(const struct state *s, const double *f) {
  struct sums x = {.f1 = f[0], .f2 = s->rare > 1 ? f[1] : 0};
  for (size_t i = 0; i < s->rare; i++) {
    double k = (double)(i + 1);
    x.D += f[i], x.m += k * f[i], x.s += k * (k - 1) * f[i];
  }
  return x;
}

/* dC/df_k = slope k + (at1 for k = 1) + (at2 for k = 2) */
struct coverage {
  double C, slope, at1, at2;
};

static struct coverage coverage_of(const struct state *s, const struct sums *x) {
  double A = 0, A1 = 0, A2 = 0; /* A and its derivatives by f1 and f2 */
  if (s->form == ICE || s->form == ICE1) {
    double b = x->f2 > 0 ? (s->t - 1) * x->f1 + 2 * x->f2 : (s->t - 1) * (x->f1 - 1) + 2;
    if (x->f1 == 0)
      A = 1;
    else
      A = 2 * (x->f2 > 0 ? x->f2 : 1) / b;
    if (x->f1 > 0) A1 = -A * (s->t - 1) / b;
    if (x->f1 > 0 && x->f2 > 0) A2 = 2 * (s->t - 1) * x->f1 / (b * b);
  }
  double share = x->f1 / x->m;
  return (struct coverage){.C = 1 - share * (1 - A),
                           .slope = share * (1 - A) / x->m,
                           .at1 = -(1 - A) / x->m + share * A1,
                           .at2 = share * A2};
}

/* vegan's: m - 1 with the wrong sign in place of m */
static struct coverage coverage_of_vegan(const struct sums *x) {
  double b = x->m - 1;
  return (struct coverage){.C = 1 + x->f1 / b, .slope = -x->f1 / (b * b), .at1 = 1 / b, .at2 = 0};
}

/* What the heterogeneity is made of: g = D/C r - 1, g1 = g h. */
struct spread {
  double b, r, g, h;
  bool none; /* g is set to 0 */
};

static struct spread spread_of(const struct state *s, const struct sums *x, double C, bool floored) {
  double b = s->form == ICE1994 ? x->m * x->m : x->m * (x->m - 1), r = b > 0 ? s->c * x->s / b : 0;
  double g = x->D / C * r - 1, h = 1 + x->f1 / C * r;
  bool none = floored && !(g > 0);
  return (struct spread){.b = b, .r = r, .g = none ? 0 : g, .h = h, .none = none};
}

/* g or g1 */
static double variation_of(const struct state *s, const struct spread *v) {
  return s->form == ACE1 || s->form == ICE1 ? v->g * v->h : v->g;
}

/* d_k of the part of N that is not complete. */
static double derivative(const struct state *s, const struct sums *x, const struct coverage *c, const struct spread *v,
                         double k) {
  double one = k == 1, C = c->C, b = v->b, r = v->r, variation = variation_of(s, v);
  double db = s->form == ICE1994 ? 2 * x->m * k : k * (2 * x->m - 1);
  double dC = c->slope * k + c->at1 * one + c->at2 * (k == 2);
  double dr = b > 0 ? s->c * (k * (k - 1) / b - x->s * db / (b * b)) : 0;
  double dg = v->none ? 0 : r / C + x->D * (dr / C - r * dC / (C * C));
  double dh = one * r / C + x->f1 * (dr / C - r * dC / (C * C));
  double dv = s->form == ACE1 || s->form == ICE1 ? dg * v->h + v->g * dh : dg;
  return 1 / C - x->D * dC / (C * C) + one * variation / C + x->f1 * (dv / C - variation * dC / (C * C));
}

static double standard_error(const struct state *s, const double *f, const struct sums *x, const struct coverage *c,
                             double part) {
  bool vegan = s->error == SE_VEGAN;
  double squares = 0, sum = 0, complete = f[s->rare];
  struct coverage own = vegan ? coverage_of_vegan(x) : *c;
  struct spread v = spread_of(s, x, own.C, !vegan);
  for (size_t i = 0; i < s->rare; i++) {
    if (f[i] == 0) continue;
    double d = derivative(s, x, &own, &v, (double)(i + 1));
    squares += d * d * f[i], sum += d * f[i];
  }
  double N = s->error == SE_RARE ? part : part + complete;
  if (s->error == SE_DELTA) squares += complete, sum += complete;
  return sqrt(fmax(0, squares - sum * sum / N));
}

static hc_status fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  struct sums x = sums_of(s, f);
  (void)scratch;
  if (x.D == 0)
    return hc_refuse(err, "too-few-cells", "nobody was met as rarely as %zu times: a larger --set rare=K may help",
                     s->rare);
  struct coverage c = coverage_of(s, &x);
  if (!(c.C > 0))
    return hc_refuse(err, "no-recaptures", "everybody rare was met exactly once: the estimated coverage is 0");
  struct spread v = spread_of(s, &x, c.C, true);
  double variation = variation_of(s, &v), part = x.D / c.C + x.f1 / c.C * variation;
  e->value[0] = f[s->rare] + part;
  e->se[0] = standard_error(s, f, &x, &c, part);
  e->value[1] = c.C;
  e->value[2] = sqrt(variation);
  if (variation == 0)
    hc_estimate_note(e, "boundary", "no heterogeneity was found: the coefficient of variation is set to 0");
  return HC_OK;
}

const hc_estimator hc_estimator_ace = {
    .id = "ace",
    .title = "Coverage estimators ACE and ICE",
    .cite = "Chao and Lee (1992) J. Am. Stat. Assoc. 87:210-217, eq. 2.14-2.17; "
            "Lee and Chao (1994) Biometrics 50:88-97",
    .formula = "N = a + D/C + f1/C g; C coverage, g squared coefficient of variation, "
               "both from those met at most `rare` times",
    .assumes = "people differ in their chance of being met, and the coefficient of variation of the chances "
               "says all about it",
    .needs = "how often people were met; somebody rare met at least twice; occasions for the ice forms",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
