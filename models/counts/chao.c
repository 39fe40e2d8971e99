/* Chao's estimators of N from the people met once, twice and three times.
 *
 * f_k: people met exactly k times; n = sum of f_k; t: occasions.
 *   classic         N = n + f1^2 / (2 f2)                                   Chao (1987), eq. 12 with t large
 *   finite          N = n + (t-1)/t f1^2 / (2 f2)                           Chao (1984; 1987)
 *   bias-corrected  N = n + A f1 (f1-1) / (2 (f2+1)),  A = (t-1)/t or 1     Chao (2005)
 *   eq10            N = n + f1^2/(2 f2) (1 - m1/t) / (1 - m2/(t m1)),
 *                   m1 = 2 f2/f1, m2 = 6 f3/f1                              Chao (1987), eq. 10
 *
 * Standard errors: the delta method on multinomial frequencies. For the forms that are homogeneous of
 * degree one in f (classic, finite in the limit, eq10), var = sum_k f_k (dN/df_k)^2 - N, which for
 * `classic` is f2 (r^2/2 + r^3 + r^4/4), r = f1/f2 (Chao 1987, eq. 13). `finite` and `bias-corrected`
 * carry the factor A as in Chao, Chazdon, Colwell and Shen (2005) Ecology Letters 8:148, appendix.
 * Option variance=
 *   chao         as above (Rcapture, SPECIES, SpadeR, iNEXT, wiqid, breakaway)
 *   multinomial  sum_k f_k d_k^2 - (sum_k f_k d_k)^2/N, d_k = dN/df_k: the delta method without any shortening (vegan).
 *                For classic and eq10 the same, since there sum_k f_k d_k = N
 *   binomial     classic form only: f2 given f1 + f2 is binomial with odds lambda/2, lambda = 2 f2/f1, and each of the
 *                f1 + f2 people stands for 1 + 1/(lambda + lambda^2/2) (singleRcapture; Boehning, Vidal-Diez, Lerdsuwansri,
 *                Viwatwongkasem and Arnold 2013, Biometrics 69:1033):
 *                (f1+f2)(1-g)(1 + exp(-lambda)/g)^2 + (f1+f2)^2 h^2 (1/f1 + 1/f2), g = exp(-lambda)(lambda + lambda^2/2),
 *                h = lambda (lambda+1)/(lambda + lambda^2/2)^2
 *
 * Assumes: everybody has the same chance at every occasion, up to differences between people; with such
 * differences N is a lower bound. Breaks when f2 = 0 (except bias-corrected), and when being met once
 * changes the chance of being met again.
 * eq10 is for many occasions: with equal chances on six of them it is 7 % too large. */
#include "model.h"

enum { F1, F2, F3, REST, N_CELLS };
enum form { CLASSIC, FINITE, BIAS_CORRECTED, EQ10 };
enum variance { CHAO, MULTINOMIAL, BINOMIAL };

struct state {
  enum form form;
  enum variance variance;
  double t; /* occasions; 0: not stated */
};

static const hc_option options[] = {
    {"form", HC_OPTION_CHOICE, "classic", 0, 0, "classic|finite|bias-corrected|eq10",
     "which of Chao's formulas; finite and eq10 need occasions"},
    HC_OPTION_OCCASIONS(1e9, "", ""),
    {"variance", HC_OPTION_CHOICE, "chao", 0, 0, "chao|multinomial|binomial",
     "the standard error's formula; binomial is for form=classic"},
    {0},
};

static enum form chosen_form(const hc_options *o) {
  if (hc_options_choice_is(o, "form", "finite")) return FINITE;
  if (hc_options_choice_is(o, "form", "bias-corrected")) return BIAS_CORRECTED;
  if (hc_options_choice_is(o, "form", "eq10")) return EQ10;
  return CLASSIC;
}

static enum variance chosen_variance(const hc_options *o) {
  if (hc_options_choice_is(o, "variance", "multinomial")) return MULTINOMIAL;
  if (hc_options_choice_is(o, "variance", "binomial")) return BINOMIAL;
  return CHAO;
}

static void describe(hc_plan *plan, const struct state *s) {
  static const char *const forms[] = {"classic form", "finite form", "bias-corrected form", "equation 10 of Chao (1987)"};
  static const char *const formulas[] = {", n + f1^2/(2 f2)", ", n + A f1^2/(2 f2), A = (t-1)/t",
                                         ", n + A f1 (f1-1)/(2 (f2+1))", ""};
  static const char *const errors[] = {"f2 (r^2/2 + r^3 + r^4/4), r = f1/f2 (Chao 1987)",
                                       "f2 (A r^2/2 + A^2 r^3 + A^2 r^4/4), r = f1/f2", "Chao et al. (2005)",
                                       "delta method on multinomial frequencies"};
  bool own = s->variance == CHAO; /* the standard error is the form's own */
  hc_plan_set_form(plan, "%s", forms[s->form]);
  hc_plan_add_variant(plan, "%s", formulas[s->form]);
  if (own && s->form == BIAS_CORRECTED)
    hc_plan_add_variant(plan, ", A = %.6g", s->t > 0 ? (s->t - 1) / s->t : 1);
  else if (s->form != CLASSIC && s->t > 0)
    hc_plan_add_variant(plan, ", t = %.0f", s->t);
  hc_plan_add_variant(plan, "; se: %s", own                     ? errors[s->form]
                                        : s->variance == BINOMIAL ? "f2 binomial in f1 + f2 (Boehning et al. 2013)"
                                                                  : errors[EQ10]);
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  s->form = chosen_form(o);
  s->variance = chosen_variance(o);
  s->t = hc_stated_occasions(data, o);
  if ((s->form == FINITE || s->form == EQ10) && s->t < 2)
    return hc_fail(err, HC_EUSAGE, "chao: this form needs the number of occasions: --set occasions=T");
  if (s->variance == BINOMIAL && s->form != CLASSIC)
    return hc_fail(err, HC_EUSAGE, "chao: variance=binomial is for form=classic");
  hc_status status = hc_plan_use_frequencies(plan, data, N_CELLS, true, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 1);
  hc_plan_population(plan, "people, lower bound where chances differ");
  describe(plan, s);
  return HC_OK;
}

/* The unseen and the variance, for the forms with a ratio to f2: A = 1 or (t-1)/t. */
static void ratio_form(double f1, double f2, double A, double *unseen, double *variance) {
  double r = f1 / f2, r2 = r * r;
  *unseen = A * f1 * r / 2;
  *variance = f2 * (A * r2 / 2 + A * A * r2 * r + A * A * r2 * r2 / 4);
}

static void bias_corrected(double f1, double f2, double A, double *unseen, double *variance) {
  double a = f1 * (f1 - 1), b = f2 + 1;
  *unseen = A * a / (2 * b);
  *variance = *unseen + A * A * f1 * (2 * f1 - 1) * (2 * f1 - 1) / (4 * b * b) +
              A * A * a * a * f2 / (4 * b * b * b * b);
}

/* unseen = a/b with a = f1^2 - 2 f1 f2/t, b = 2 f2 - 6 f3/t. False when the equation has no positive answer. */
static bool equation_10(const double *f, double n, double t, double *unseen, double *variance) {
  double a = f[F1] * f[F1] - 2 * f[F1] * f[F2] / t, b = 2 * f[F2] - 6 * f[F3] / t;
  if (!(b > 0) || !(a >= 0)) return false;
  double d1 = 1 + (2 * f[F1] - 2 * f[F2] / t) / b;
  double d2 = 1 - 2 * f[F1] / (t * b) - 2 * a / (b * b);
  double d3 = 1 + 6 * a / (t * b * b);
  *unseen = a / b;
  *variance = f[F1] * d1 * d1 + f[F2] * d2 * d2 + f[F3] * d3 * d3 + f[REST] - (n + *unseen);
  return true;
}

/* f1 d1^2 + f2 d2^2 + rest - (f1 d1 + f2 d2 + rest)^2/N for the ratio and the bias-corrected forms. */
static double multinomial(const double *f, double n, double A, bool corrected, double unseen) {
  double b = corrected ? f[F2] + 1 : f[F2], rest = n - f[F1] - f[F2];
  double d1 = 1 + A * (corrected ? 2 * f[F1] - 1 : 2 * f[F1]) / (2 * b), d2 = 1 - unseen / b;
  double sum = f[F1] * d1 + f[F2] * d2 + rest;
  return f[F1] * d1 * d1 + f[F2] * d2 * d2 + rest - sum * sum / (n + unseen);
}

static double binomial(double f1, double f2) {
  double lambda = 2 * f2 / f1, s = lambda + lambda * lambda / 2, g = exp(-lambda) * s, both = f1 + f2;
  double h = both * lambda * (lambda + 1) / (s * s), each = 1 + 1 / s;
  return both * (1 - g) * each * each + h * h * (1 / f1 + 1 / f2);
}

static hc_status fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double n = f[F1] + f[F2] + f[F3] + f[REST], unseen = 0, variance = 0;
  double A = s->t > 0 && s->form != CLASSIC ? (s->t - 1) / s->t : 1;
  (void)scratch;
  if (f[F1] == 0) {
    hc_estimate_note(e, "no-singletons", "nobody was met exactly once, so nobody is estimated to be unseen");
  } else if (s->form == BIAS_CORRECTED) {
    bias_corrected(f[F1], f[F2], A, &unseen, &variance);
  } else if (f[F2] == 0) {
    return hc_refuse(err, "no-doubletons", "nobody was met exactly twice (f2 = 0), and this form divides by f2; "
                     "form=bias-corrected does not");
  } else if (s->form == EQ10) {
    if (!equation_10(f, n, s->t, &unseen, &variance))
      return hc_refuse(err, "not-identified", "equation 10 has no positive answer here: f3 is too large for f2 and t");
  } else {
    ratio_form(f[F1], f[F2], A, &unseen, &variance);
  }
  if (s->variance == MULTINOMIAL && s->form != EQ10 && f[F1] > 0)
    variance = multinomial(f, n, A, s->form == BIAS_CORRECTED, unseen);
  if (s->variance == BINOMIAL && f[F1] > 0) variance = binomial(f[F1], f[F2]);
  e->value[0] = n + unseen;
  e->se[0] = sqrt(variance);
  hc_estimate_note(e, "lower-bound", "where people differ in their chance of being met, this is a lower bound of N");
  return HC_OK;
}

const hc_estimator hc_estimator_chao = {
    .id = "chao",
    .title = "Chao's lower bound",
    .cite = "Chao (1987) Biometrics 43:783-791, eq. 10 and 12-13; Chao (1984) Scand. J. Statist. 11:265-270",
    .formula = "N = n + f1^2 / (2 f2); other forms: finite, bias-corrected, eq10",
    .assumes = "people met once, twice and three times tell how many were never met; differences between people "
               "make the answer a lower bound",
    .needs = "how many people were met once and twice; f2 > 0 except for form=bias-corrected",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
