/* Chao's form=one-inflated: false singletons (typing errors, duplicates, passers-by) are not trusted.
 *
 * f_k: people met exactly k times, n = sum f_k; c = 2/9 for Poisson counts, 1 for geometric ones:
 *   plain           f0 = c f2^3/f3^2
 *   bias-corrected  f0 = c f2 (f2-1) (f2-2) / ((f3+1) (f3+2))
 *   var(f0) = f0^2 (1 + (2 f2 + 3 f3)^2/((f2+1) (f3+1))) / (f2 + f3)
 *                Boehning, Kaskasamkul and van der Heijden (2019) Metrika 82:361, eqs. 11, 16, 20, as quoted by the
 *                authors of a
 *                package; the paper itself was not seen. Without the two + 1 it is f0^2 (9/f2 + 4/f3), the Poisson
 *                delta
 *                of ln f0 = 3 ln f2 - 2 ln f3 + const, which variance=multinomial gives.
 * Derivation of f0: under Poisson f2^3/f3^2 = n0 (l^6/8)/(l^6/36) = 9/2 n0 where n0 are the unseen; under the
 * geometric law f2^3/f3^2 = n0. In the same way f1 would be (2/3) f2^2/f3, or f2^2/f3: what is above that is the
 * apparent excess.
 *   ones=keep      N = n + f0
 *   ones=expected  N = n - f1 + min(f1, expected f1) + f0
 * Standard error of N: the delta method on multinomial frequencies, sum d_k^2 f_k - (sum d_k f_k)^2/N, d_k = dN/df_k;
 * for the plain form sum d_k f_k = N.
 *
 * Assumes: errors are among the ones alone, and the counts two and three follow the family. Where people differ, f1
 * is honestly large and this is far too low: Chao's own bound stands beside it. Breaks when f2 = 0, and the plain
 * form when f3 = 0. */
#include "counts/one_inflated.h"

enum { F1, F2, F3, REST };
enum { FEW = 5 };

/* A number and its derivatives by f2 and f3. */
struct part {
  double value, d2, d3;
};

static struct part unseen(const hc_one_inflated *s, const double *f) {
  double c = s->geometric ? 1 : 2.0 / 9, f2 = f[F2], f3 = f[F3];
  if (!s->corrected) {
    double value = c * f2 * f2 * f2 / (f3 * f3);
    return (struct part){value, 3 * value / f2, -2 * value / f3};
  }
  double a = f2 * (f2 - 1) * (f2 - 2), b = (f3 + 1) * (f3 + 2);
  if (a <= 0) return (struct part){0};
  return (struct part){c * a / b, c * (3 * f2 * f2 - 6 * f2 + 2) / b, -c * a * (2 * f3 + 3) / (b * b)};
}

/* How many would have been met once; infinite where f3 = 0, which only the bias-corrected form survives. */
static struct part once(const hc_one_inflated *s, const double *f) {
  double c = s->geometric ? 1 : 2.0 / 3, value = c * f[F2] * f[F2] / f[F3];
  return (struct part){value, 2 * value / f[F2], -value / f[F3]};
}

hc_status hc_one_inflated_options(hc_one_inflated *s, const hc_options *o, bool chosen, hc_error *err) {
  s->geometric = hc_options_choice_is(o, "family", "geometric");
  s->corrected = hc_options_choice_is(o, "bias-correction", "yes");
  s->expected = hc_options_choice_is(o, "ones", "expected");
  s->delta = hc_options_choice_is(o, "variance", "multinomial");
  if (chosen || !(s->geometric || s->corrected || s->expected)) return HC_OK;
  return hc_fail(err, HC_EUSAGE, "chao: family, bias-correction and ones are for form=one-inflated");
}

static hc_status check(const hc_one_inflated *s, const hc_data *data, const double *f, hc_error *err) {
  if (hc_data_max_times(data) < 3)
    return hc_refuse(err, "too-few-classes",
                     "nobody was met three times or more, and this form rests on those met twice and "
                     "three times");
  if (f[F2] == 0)
    return hc_refuse(err, "no-doubletons", "nobody was met exactly twice (f2 = 0), and this form rests on them");
  if (f[F3] == 0 && !s->corrected)
    return hc_refuse(err, "no-tripletons",
                     "nobody was met exactly three times (f3 = 0), and this form divides by f3; "
                     "bias-correction=yes does not");
  if (f[F3] == 0 && s->expected)
    return hc_refuse(err, "no-tripletons",
                     "nobody was met exactly three times (f3 = 0), so how many should have been met once "
                     "cannot be told: ones=keep does not ask");
  return HC_OK;
}

hc_status hc_one_inflated_prepare(hc_plan *plan, const hc_one_inflated *s, const hc_data *data, hc_error *err) {
  hc_status status = check(s, data, plan->observed, err);
  if (status != HC_OK) return status;
  if (s->expected) {
    const double *f = plan->observed;
    plan->n_units = f[F2] + f[F3] + f[REST] + fmin(f[F1], once(s, f).value);
    /* the unseen would be drawn beside all who were met, the false ones included, and N counts from fewer */
    plan->resample = plan->default_resample = HC_RESAMPLE_NONPARAMETRIC;
  }
  hc_plan_set_quantities(plan, ONE_INFLATED_QUANTITIES);
  hc_plan_population(plan, "people, lower bound where chances differ");
  hc_plan_quantity(plan, ONE_INFLATED_UNSEEN, &hc_quantity_people, "people never met", "unseen");
  hc_quantity signed_number = hc_quantity_people;
  signed_number.floor = NAN, signed_number.scale = HC_SCALE_IDENTITY;
  hc_plan_quantity(plan, ONE_INFLATED_EXCESS, &signed_number, "met once beyond what the family expects", "excess");
  hc_plan_quantity(plan, ONE_INFLATED_CHAO, &hc_quantity_people, "Chao's bound, which believes all who were met once",
                   "chao");
  hc_plan_set_form(plan, "one-inflated form, %s counts%s%s", s->geometric ? _("geometric") : _("Poisson"),
                   s->corrected ? _(", bias-corrected") : "", s->expected ? _(", expected ones") : "");
  hc_plan_add_variant(plan, ", unseen %s%s; se: delta method on multinomial frequencies, of the unseen %s",
                      s->geometric ? "" : "2/9 ", s->corrected ? "f2 (f2-1) (f2-2)/((f3+1) (f3+2))" : "f2^3/f3^2",
                      s->delta ? _("by the Poisson delta method") : _("Boehning et al. (2019)"));
  return HC_OK;
}

static double variance_of_unseen(const hc_one_inflated *s, const double *f, double value) {
  if (s->delta && f[F3] > 0) return value * value * (9 / f[F2] + 4 / f[F3]);
  double sum = 2 * f[F2] + 3 * f[F3];
  return value * value * (1 + sum * sum / ((f[F2] + 1) * (f[F3] + 1))) / (f[F2] + f[F3]);
}

static void note(const hc_one_inflated *s, const double *f, double excess, double chao, hc_estimate *e) {
  hc_estimate_note(e, "lower-bound", "where people differ in their chance of being met, this is a lower bound of N");
  if (f[F3] < FEW)
    hc_estimate_note(e, "few-tripletons", "only %.0f people were met three times, and the unseen hang on them", f[F3]);
  if (excess > 0)
    hc_estimate_note(e, "excess-ones",
                     "%.0f of %.0f met once are more than %s counts expect; if they are errors this number holds, "
                     "if people differ it is far too low and Chao's bound, %.0f, is nearer",
                     excess, f[F1], s->geometric ? _("geometric") : _("Poisson"), chao);
  else if (f[F3] > 0)
    hc_estimate_note(e, "no-excess-ones",
                     "fewer were met once (%.0f) than %s counts expect (%.0f): there is no excess of ones, and "
                     "Chao's bound, %.0f, is the one to use",
                     f[F1], s->geometric ? _("geometric") : _("Poisson"), f[F1] - excess, chao);
}

hc_status hc_one_inflated_fit(const hc_one_inflated *s, const double *f, hc_estimate *e, hc_error *err) {
  if (f[F2] == 0) return hc_refuse(err, "no-doubletons", "nobody was met exactly twice");
  if (f[F3] == 0 && (!s->corrected || s->expected))
    return hc_refuse(err, "no-tripletons", "nobody was met exactly three times");
  struct part zero = unseen(s, f), one = once(s, f);
  bool cut = s->expected && one.value < f[F1];
  double ones = cut ? one.value : f[F1], N = ones + f[F2] + f[F3] + f[REST] + zero.value;
  double d2 = 1 + zero.d2 + (cut ? one.d2 : 0), d3 = 1 + zero.d3 + (cut ? one.d3 : 0),
         rest = f[REST] + (cut ? 0 : f[F1]);
  double sum = d2 * f[F2] + d3 * f[F3] + rest;
  double met = f[F1] + f[F2] + f[F3] + f[REST], r = f[F1] / f[F2], chao = met + f[F1] * r / 2;
  e->value[ONE_INFLATED_N] = N;
  e->se[ONE_INFLATED_N] = sqrt(fmax(0, d2 * d2 * f[F2] + d3 * d3 * f[F3] + rest - sum * sum / N));
  e->value[ONE_INFLATED_UNSEEN] = zero.value;
  e->se[ONE_INFLATED_UNSEEN] = sqrt(variance_of_unseen(s, f, zero.value));
  /* with nobody met three times any number met once would be expected */
  double excess = f[F3] > 0 ? f[F1] - one.value : 0;
  e->value[ONE_INFLATED_EXCESS] = excess;
  if (f[F3] > 0) e->se[ONE_INFLATED_EXCESS] = sqrt(f[F1] + one.d2 * one.d2 * f[F2] + one.d3 * one.d3 * f[F3]);
  e->value[ONE_INFLATED_CHAO] = chao;
  e->se[ONE_INFLATED_CHAO] = sqrt(f[F2] * (r * r / 2 + r * r * r + r * r * r * r / 4));
  if (e->asked.notes) note(s, f, excess, chao, e);
  return HC_OK;
}
