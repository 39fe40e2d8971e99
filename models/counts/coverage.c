/* What ace and chao-lee share: coverage, heterogeneity and N by the opening comment of ace.c, in its letters, and
 * their standard errors. */
#include "counts/coverage.h"

hc_status hc_coverage_prepare(hc_plan *plan, const hc_data *data, const hc_coverage *chosen, hc_error *err) {
  hc_status status = hc_plan_use_frequencies(plan, data, chosen->rare + 1, true, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 3);
  hc_plan_population(plan, "people");
  hc_plan_quantity(plan, 1, &hc_quantity_chance, "estimated coverage among those rarely met", "coverage");
  hc_plan_quantity(plan, 2, &hc_quantity_positive,
                   "estimated coefficient of variation of the chances of those rarely met", "cv");
  *(hc_coverage *)plan->state = *chosen;
  return HC_OK;
}

struct sums { /* over the rare */
  double f1, f2, D, m, s;
};

static struct sums sums_of(const hc_coverage *s, const double *f) {
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

static struct coverage coverage_of(const hc_coverage *s, const struct sums *x) {
  double A = 0, A1 = 0, A2 = 0; /* A and its derivatives by f1 and f2 */
  if (s->form == HC_ICE || s->form == HC_ICE1) {
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

static struct spread spread_of(const hc_coverage *s, const struct sums *x, double C, bool floored) {
  double b = s->form == HC_ICE1994 ? x->m * x->m : x->m * (x->m - 1), r = b > 0 ? s->c * x->s / b : 0;
  double g = x->D / C * r - 1, h = 1 + x->f1 / C * r;
  bool none = floored && !(g > 0);
  return (struct spread){.b = b, .r = r, .g = none ? 0 : g, .h = h, .none = none};
}

/* g or g1 */
static double variation_of(const hc_coverage *s, const struct spread *v) {
  return s->form == HC_ACE1 || s->form == HC_ICE1 ? v->g * v->h : v->g;
}

/* d_k of the part of N that is not complete. */
static double derivative(const hc_coverage *s, const struct sums *x, const struct coverage *c, const struct spread *v,
                         double k) {
  double one = k == 1, C = c->C, b = v->b, r = v->r, variation = variation_of(s, v);
  double db = s->form == HC_ICE1994 ? 2 * x->m * k : k * (2 * x->m - 1);
  double dC = c->slope * k + c->at1 * one + c->at2 * (k == 2);
  double dr = b > 0 ? s->c * (k * (k - 1) / b - x->s * db / (b * b)) : 0;
  double dg = v->none ? 0 : r / C + x->D * (dr / C - r * dC / (C * C));
  double dh = one * r / C + x->f1 * (dr / C - r * dC / (C * C));
  double dv = s->form == HC_ACE1 || s->form == HC_ICE1 ? dg * v->h + v->g * dh : dg;
  return 1 / C - x->D * dC / (C * C) + one * variation / C + x->f1 * (dv / C - variation * dC / (C * C));
}

static double standard_error(const hc_coverage *s, const double *f, const struct sums *x, const struct coverage *c,
                             double part) {
  bool vegan = s->error == HC_COVERAGE_VEGAN;
  double squares = 0, sum = 0, complete = f[s->rare];
  struct coverage own = vegan ? coverage_of_vegan(x) : *c;
  struct spread v = spread_of(s, x, own.C, !vegan);
  for (size_t i = 0; i < s->rare; i++) {
    if (f[i] == 0) continue;
    double d = derivative(s, x, &own, &v, (double)(i + 1));
    squares += d * d * f[i], sum += d * f[i];
  }
  double N = s->error == HC_COVERAGE_RARE ? part : part + complete;
  if (s->error == HC_COVERAGE_DELTA) squares += complete, sum += complete;
  return sqrt(fmax(0, squares - sum * sum / N));
}

hc_status hc_coverage_fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  const hc_coverage *s = plan->state;
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
  hc_note_coverage(e, s->held_equal, s->held_differ);
  return HC_OK;
}
