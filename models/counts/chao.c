/* Chao's estimators of N from the people met once, twice and three times.
 *
 * f_k: people met exactly k times; n = sum of f_k; t: occasions.
 *   classic         N = n + f1^2 / (2 f2)                                   Chao (1987), eq. 12 with t large
 *   finite          N = n + (t-1)/t f1^2 / (2 f2)                           Chao (1984; 1987)
 *   bias-corrected  N = n + A f1 (f1-1) / (2 (f2+1)),  A = (t-1)/t or 1     Chao (2005)
 *   eq10            N = n + f1^2/(2 f2) (1 - m1/t) / (1 - m2/(t m1)),
 *                   m1 = 2 f2/f1, m2 = 6 f3/f1                              Chao (1987), eq. 10
 *   one-inflated    from f2 and f3 alone, because the ones hold errors: models/counts/one_inflated.c
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
 * With a formula: ln(lambda_i/2) = x_i' beta by logistic regression of k = 2 against k = 1; each of these stands for
 * 1 + 1/(lambda_i + lambda_i^2/2) people, those met more often for themselves (Boehning et al. 2013, section 3).
 *
 * Assumes: everybody has the same chance at every occasion, up to differences between people; with such
 * differences N is a lower bound. Breaks when f2 = 0 (except bias-corrected), and when being met once
 * changes the chance of being met again.
 * eq10 is for many occasions: with equal chances on six of them it is 7 % too large. */
#include "model.h"

#include "counts/one_inflated.h"
#include "counts/regression.h"

enum { F1, F2, F3, REST, N_CELLS };
enum variance { CHAO, MULTINOMIAL, BINOMIAL };

struct counts {
  double f1, f2, f3, rest, n;
  double A, t; /* as in the state */
};

struct answer {
  double unseen, variance;
};

static const hc_option options[] = {
    {"form", HC_OPTION_CHOICE, "classic", 0, 0, "classic|finite|bias-corrected|eq10|one-inflated",
     "which of Chao's formulas; finite and eq10 need occasions, one-inflated distrusts those met once"},
    HC_OPTION_OCCASIONS(1e9, "", ""),
    {"variance", HC_OPTION_CHOICE, "chao", 0, 0, "chao|multinomial|binomial",
     "the standard error's formula; binomial is for form=classic"},
    ONE_INFLATED_OPTIONS,
    {"beyond", HC_OPTION_CHOICE, "refuse", 0, 0, "refuse|accept",
     "finite and eq10: what to do when somebody was met more often than there are occasions, which is a slip somewhere"},
    REGRESSION_OPTIONS,
    {0},
};

/* --- the forms ------------------------------------------------------------------------------------------ */

static hc_status no_doubletons(hc_error *err) {
  return hc_refuse(err, "no-doubletons", "nobody was met exactly twice (f2 = 0), and this form divides by f2; "
                   "form=bias-corrected does not");
}

static hc_status ratio(const struct counts *c, struct answer *answer, hc_error *err) {
  if (c->f2 == 0) return no_doubletons(err);
  double r = c->f1 / c->f2, r2 = r * r, A = c->A;
  answer->unseen = A * c->f1 * r / 2;
  answer->variance = c->f2 * (A * r2 / 2 + A * A * r2 * r + A * A * r2 * r2 / 4);
  return HC_OK;
}

static hc_status bias_corrected(const struct counts *c, struct answer *answer, hc_error *err) {
  double f1 = c->f1, a = f1 * (f1 - 1), b = c->f2 + 1, A = c->A;
  (void)err;
  answer->unseen = A * a / (2 * b);
  answer->variance = answer->unseen + A * A * f1 * (2 * f1 - 1) * (2 * f1 - 1) / (4 * b * b) +
                     A * A * a * a * c->f2 / (4 * b * b * b * b);
  return HC_OK;
}

/* unseen = a/b with a = f1^2 - 2 f1 f2/t, b = 2 f2 - 6 f3/t. */
static hc_status equation_10(const struct counts *c, struct answer *answer, hc_error *err) {
  if (c->f2 == 0) return no_doubletons(err);
  double a = c->f1 * c->f1 - 2 * c->f1 * c->f2 / c->t, b = 2 * c->f2 - 6 * c->f3 / c->t;
  if (!(b > 0) || !(a >= 0))
    return hc_refuse(err, "not-identified", "equation 10 has no positive answer here: f3 is too large for f2 and t");
  double d1 = 1 + (2 * c->f1 - 2 * c->f2 / c->t) / b;
  double d2 = 1 - 2 * c->f1 / (c->t * b) - 2 * a / (b * b);
  double d3 = 1 + 6 * a / (c->t * b * b);
  answer->unseen = a / b;
  answer->variance = c->f1 * d1 * d1 + c->f2 * d2 * d2 + c->f3 * d3 * d3 + c->rest - (c->n + answer->unseen);
  return HC_OK;
}

/* One row a form: the option's choice, its words, what the variant says further, its own standard error. */
static const struct form {
  const char *choice, *words, *formula, *error;
  hc_status (*unseen)(const struct counts *c, struct answer *answer, hc_error *err);
  bool needs_occasions, scaled; /* scaled: by A */
} forms[] = {
    {"classic", N_("classic form"), ", n + f1^2/(2 f2)", "f2 (r^2/2 + r^3 + r^4/4), r = f1/f2 (Chao 1987)", ratio,
     .needs_occasions = false, .scaled = false},
    {"finite", N_("finite form"), ", n + A f1^2/(2 f2), A = (t-1)/t", "f2 (A r^2/2 + A^2 r^3 + A^2 r^4/4), r = f1/f2", ratio,
     .needs_occasions = true, .scaled = true},
    {"bias-corrected", N_("bias-corrected form"), ", n + A f1 (f1-1)/(2 (f2+1))", "Chao et al. (2005)", bias_corrected,
     .needs_occasions = false, .scaled = true},
    {"eq10", N_("equation 10 of Chao (1987)"), "", N_("delta method on multinomial frequencies"), equation_10,
     .needs_occasions = true, .scaled = false},
    {"one-inflated", "", "", "", NULL, .needs_occasions = false, .scaled = false}, /* all its own */
};

struct state {
  hc_regression_plan *regression; /* where a formula is stated, and nothing else but variance */
  const struct form *form;
  enum variance variance;
  double A, t; /* (t-1)/t where the form has it and t is stated, else 1; occasions, 0: not stated */
  uint64_t most; /* times that somebody was met, where that is more than t and accepted; else 0 */
  hc_one_inflated ones;
};

/* --- regression: eta = ln(lambda/2), logistic in being met twice rather than once --------------------------- */

static void stands_for(const hc_count_family *f, double k, const double *eta, hc_stands_for *s) {
  (void)f;
  double lambda = 2 * exp(eta[0]), sum = lambda + lambda * lambda / 2, g = exp(-lambda) * sum;
  s->people = 1;
  if (k > 2) return;
  s->people = 1 + 1 / sum;
  s->slope[0] = -lambda * (lambda + 1) / (sum * sum);
  s->variance = (1 - g) * s->people * s->people;
}

static const hc_count_family family = {
    .words = N_("regression of Chao's rate"),
    HC_ONCE_OR_TWICE,
    .stands_for = stands_for,
};

/* --- prepare ---------------------------------------------------------------------------------------------- */

static const struct form *chosen_form(const hc_options *o) {
  const struct form *form = forms;
  while (!hc_options_choice_is(o, "form", form->choice)) form++;
  return form;
}

static enum variance chosen_variance(const hc_options *o) {
  if (hc_options_choice_is(o, "variance", "multinomial")) return MULTINOMIAL;
  if (hc_options_choice_is(o, "variance", "binomial")) return BINOMIAL;
  return CHAO;
}

static void describe(hc_plan *plan, const struct state *s) {
  static const char *const errors[] = {NULL, N_("delta method on multinomial frequencies"),
                                       N_("f2 binomial in f1 + f2 (Boehning et al. 2013)")};
  hc_plan_set_form(plan, "%s", _(s->form->words));
  hc_plan_add_variant(plan, "%s", s->form->formula);
  if (s->variance == CHAO && s->form->unseen == bias_corrected)
    hc_plan_add_variant(plan, ", A = %.6g", s->A);
  else if (s->t > 0 && (s->form->scaled || s->form->needs_occasions))
    hc_plan_add_variant(plan, ", t = %.0f", s->t);
  hc_plan_add_variant(plan, "; se: %s", s->variance == CHAO ? _(s->form->error) : _(errors[s->variance]));
}

/* The forms read f1, f2 and f3 alone: one slip among many people hardly moves them. */
static hc_status check_occasions(struct state *s, const hc_data *data, const hc_options *o, hc_error *err) {
  bool beyond = s->t >= 2 && (double)hc_data_max_times(data) > s->t;
  if (!beyond || !hc_options_choice_is(o, "beyond", "accept")) return hc_need_occasions(data, s->t, N_("chao: this form needs"), err);
  s->most = hc_data_max_times(data);
  return HC_OK;
}

static hc_status prepare_formula(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  if (!hc_options_choice_is(o, "form", "classic") || hc_options_choice_is(o, "variance", "multinomial"))
    return hc_fail(err, HC_EUSAGE, "chao: a formula goes with form=classic and its binomial variance alone");
  return hc_regression_prepare(plan, data, o, &family, &s->regression, err);
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  if (hc_options_is_stated(o, "formula")) return prepare_formula(plan, data, o, err);
  *s = (struct state){.form = chosen_form(o), .variance = chosen_variance(o), .t = hc_stated_occasions(data, o)};
  s->A = s->form->scaled && s->t > 0 ? (s->t - 1) / s->t : 1;
  hc_status status = s->form->needs_occasions ? check_occasions(s, data, o, err) : HC_OK;
  if (status != HC_OK) return status;
  if (s->variance == BINOMIAL && s->form != forms)
    return hc_fail(err, HC_EUSAGE, "chao: variance=binomial is for form=classic");
  status = hc_one_inflated_options(&s->ones, o, !s->form->unseen, err);
  if (status == HC_OK) status = hc_plan_use_frequencies(plan, data, N_CELLS, true, err);
  if (status != HC_OK) return status;
  if (!s->form->unseen) return hc_one_inflated_prepare(plan, &s->ones, data, err);
  hc_plan_set_quantities(plan, 1);
  hc_plan_population(plan, "people, lower bound where chances differ");
  describe(plan, s);
  return HC_OK;
}

/* --- fit -------------------------------------------------------------------------------------------------- */

/* f1 d1^2 + f2 d2^2 + rest - (f1 d1 + f2 d2 + rest)^2/N for the ratio and the bias-corrected forms. */
static double multinomial(const struct counts *c, bool corrected, double unseen) {
  double b = corrected ? c->f2 + 1 : c->f2, rest = c->n - c->f1 - c->f2;
  double d1 = 1 + c->A * (corrected ? 2 * c->f1 - 1 : 2 * c->f1) / (2 * b), d2 = 1 - unseen / b;
  double sum = c->f1 * d1 + c->f2 * d2 + rest;
  return c->f1 * d1 * d1 + c->f2 * d2 * d2 + rest - sum * sum / (c->n + unseen);
}

static double binomial(double f1, double f2) {
  double lambda = 2 * f2 / f1, s = lambda + lambda * lambda / 2, g = exp(-lambda) * s, both = f1 + f2;
  double h = both * lambda * (lambda + 1) / (s * s), each = 1 + 1 / s;
  return both * (1 - g) * each * each + h * h * (1 / f1 + 1 / f2);
}

static void note_lower_bound(hc_estimate *e) {
  hc_estimate_note(e, "lower-bound", "where people differ in their chance of being met, this is a lower bound of N");
}

static hc_status fit_formula(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  hc_status status = hc_regression_fit(plan, f, scratch, e, err);
  if (status == HC_OK) note_lower_bound(e);
  return status;
}

static hc_status fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  if (s->regression) return fit_formula(plan, f, scratch, e, err);
  struct counts c = {f[F1], f[F2], f[F3], f[REST], .n = f[F1] + f[F2] + f[F3] + f[REST], .A = s->A, .t = s->t};
  struct answer answer = {0};
  if (!s->form->unseen) return hc_one_inflated_fit(&s->ones, f, e, err);
  if (c.f1 > 0) {
    hc_status status = s->form->unseen(&c, &answer, err);
    if (status != HC_OK) return status;
    if (s->variance == MULTINOMIAL && s->form->unseen != equation_10)
      answer.variance = multinomial(&c, s->form->unseen == bias_corrected, answer.unseen);
    if (s->variance == BINOMIAL) answer.variance = binomial(c.f1, c.f2);
  } else {
    hc_estimate_note(e, "no-singletons", "nobody was met exactly once, so nobody is estimated to be unseen");
  }
  e->value[0] = c.n + answer.unseen;
  e->se[0] = sqrt(answer.variance);
  if (s->most)
    hc_estimate_note(e, "count-too-large", "somebody was met %llu times on %.0f occasions: the data or the number of occasions "
                     "are wrong, and were taken all the same", (unsigned long long)s->most, s->t);
  note_lower_bound(e);
  return HC_OK;
}

const hc_estimator hc_estimator_chao = {
    .id = "chao",
    .title = "Chao's lower bound",
    .cite = "Chao (1987) Biometrics 43:783-791, eq. 10 and 12-13; Chao (1984) Scand. J. Statist. 11:265-270; "
            "Boehning, Kaskasamkul and van der Heijden (2019) Metrika 82:361 (one-inflated)",
    .formula = "N = n + f1^2 / (2 f2); other forms: finite, bias-corrected, eq10, one-inflated",
    .assumes = "people met once, twice and three times tell how many were never met; differences between people "
               "make the answer a lower bound",
    .needs = "how many people were met once and twice; f2 > 0 except for form=bias-corrected",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .diagnose = hc_regression_diagnose,
};
