/* A list that is what it is, and a random sample of a frame that holds it: the anchor stream.
 *
 * Frame of F people, L listed, U = F - L not; s of F drawn at random, of whom a listed and m not; psi the sampling
 * fraction. x_a, x_m cases among those drawn, x_l cases among the listed who were not drawn. Who is listed is known
 * to be a case or not.
 *   sample    N = F p, p = (x_a + x_m)/s,  se^2 = F^2 p(1-p)/s f,  f = s(F-s)/(F(s-1)), at most 1
 *   fraction  N = x_a + x_l + x_m/psi,     se = sqrt(x_m (1-psi))/psi
 *   frame     N = x_a + x_l + U q, q = x_m/m,  se^2 = U^2 (1 - m/U) q(1-q)/(m-1)
 * Lyles, Zhang, Ge and Waller, "A design and analytic strategy for monitoring disease positivity and case
 * characteristics in accessible closed populations" (worked figures of their program seen); variances derived: simple
 * random sampling without replacement (Cochran 1977, Sampling Techniques, ch. 3), and x_m binomial. Theirs for
 * `frame` is larger: see the reference rows.
 *
 * Checks that err (Ge and others, arXiv 2307.00214, eqs. 1 to 8): a share pi* of positive checks is pi = (pi* + Sp -
 * 1)/J, J = Se + Sp - 1, and  N = F (phi psi pi_11 + phi (1-psi) pi_10 + (1-phi) pi_01), phi = L/F; listed and drawn
 * (the sample's check), listed only (the list's), drawn only (the sample's). With m of M people checked
 *   var(pi) = f pi*(1-pi*)/(m J^2) + (pi Se(1-Se) + (1-pi) Sp(1-Sp))/(M J^2)
 * M = L, L and U; psi and phi fixed. Chances estimated in a validation add (weight pi/J)^2 var(Se) + (weight
 * (1-pi)/J)^2 var(Sp).
 *
 * Intervals: exact, the numbers of cases among those not listed that the hypergeometric (or binomial) draw does not
 * reject; jeffreys for sample, Beta(x+1/2, s-x+1/2), pulled to p by sqrt(f); log, N exp(-+ z se/N). design: the first
 * that is defined.
 *
 * Assumes: the draw is random in the frame and all who were drawn are checked; the list may be as selective as it
 * likes. Breaks: a sample of another frame, people drawn and not reached, and chances of error that are wrong. */
#include "model.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

#include "numeric/exact.h"

/* observed: the chances of the two checks, then people and positives: listed and drawn, listed only, drawn only,
 * neither. */
enum { SE1, SP1, SE2, SP2, M11, X11, M10, X10, M01, X01, M00, N_OBSERVED };
enum use { SAMPLE, FRACTION, FRAME };

struct state {
  enum use use;
  double fraction;  /* NaN: not stated and not known */
  double unreached; /* drawn and not checked */
  bool perfect, framed, fraction_stated;
  size_t sample_at, fraction_at, frame_at; /* quantities; 0 where there is none */
};

static const hc_option options[] = {
    {"use", HC_OPTION_CHOICE, "frame", 0, 0, "frame|fraction|sample",
     "which one is N: both lists with the frame known, both with the sampling fraction alone, or the sample alone"},
    {"fraction", HC_OPTION_REAL, "", 1e-9, 1, NULL, "sampling fraction of the design"},
    {"frame", HC_OPTION_REAL, "", 1, 4e9, NULL,
     "people in the frame, where the table does not hold those neither listed nor drawn"},
    {"se1", HC_OPTION_REAL, "1", 0, 1, NULL, "chance that the list's check finds a case"},
    {"sp1", HC_OPTION_REAL, "1", 0, 1, NULL, "chance that the list's check clears one who is no case"},
    {"se2", HC_OPTION_REAL, "1", 0, 1, NULL, "the same for the sample's check"},
    {"sp2", HC_OPTION_REAL, "1", 0, 1, NULL, "the same for the sample's check"},
    {"validation1", HC_OPTION_TEXT, "", 0, 0, NULL,
     "se1 and sp1 from a study of the list's check, with its error: true positives, false positives, false negatives, "
     "true negatives, "
     "as 65:1:38:552"},
    {"validation2", HC_OPTION_TEXT, "", 0, 0, NULL, "the same for the sample's check"},
    {0},
};

/* --- the table ------------------------------------------------------------------------------------------- */

static double cell(const hc_data *data, const char *name, size_t row) {
  return hc_column_number(hc_data_column(data, name), row);
}

static bool is_bit(double x) {
  return x == 0 || x == 1;
}

static hc_status take_row(struct state *s, const hc_data *data, size_t row, bool one_check, double *x, hc_error *err) {
  double listed = cell(data, "listed", row), sampled = cell(data, "sampled", row), n = cell(data, "n", row);
  double by_list = cell(data, one_check ? "case" : "list_test", row),
         by_sample = cell(data, one_check ? "case" : "sample_test", row);
  if (!is_bit(listed) || !is_bit(sampled))
    return hc_table_fail(data, "listed", row, err, "listed and sampled are 0 or 1");
  if (isnan(n) || n != floor(n)) return hc_table_fail(data, "n", row, err, "n is a number of people");
  double found = sampled == 1 ? by_sample : by_list;
  const char *column = one_check ? "case" : sampled == 1 ? "sample_test" : "list_test";
  if (!isnan(found) && !is_bit(found))
    return hc_table_fail(data, column, row, err, "what a check found is 0, 1 or blank");
  if (listed == 0 && sampled == 0) {
    if (!isnan(found))
      return hc_table_fail(data, column, row, err, "people neither listed nor drawn were not checked: leave it blank");
    s->framed = true, x[M00] += n;
  } else if (isnan(found) && listed == 0) {
    s->unreached += n, x[M00] += n; /* not listed, and in the end not in the sample */
  } else if (isnan(found)) {
    return hc_table_fail(data, column, row, err, "people on the list have to have a result");
  } else {
    size_t place = listed == 1 ? (sampled == 1 ? M11 : M10) : M01;
    x[place] += n, x[place + 1] += n * found;
  }
  return HC_OK;
}

static hc_status read_table(struct state *s, const hc_data *data, const hc_options *o, double *x, hc_error *err) {
  bool one_check = hc_data_column(data, "case");
  hc_status status = hc_table_check(data, "listed", true, 0, 1, err);
  if (status == HC_OK) status = hc_table_check(data, "sampled", true, 0, 1, err);
  if (status == HC_OK) status = hc_table_check(data, "n", true, 0, 4e9, err);
  if (status == HC_OK && !one_check) status = hc_table_check(data, "list_test", true, 0, 1, err);
  if (status == HC_OK && !one_check) status = hc_table_check(data, "sample_test", true, 0, 1, err);
  for (size_t i = 0; status == HC_OK && i < data->n_rows; i++) status = take_row(s, data, i, one_check, x, err);
  if (status != HC_OK || !hc_options_is_stated(o, "frame")) return status;
  double known = x[M11] + x[M10] + x[M01], frame = hc_options_real(o, "frame");
  if (s->framed && frame != known + x[M00])
    return hc_fail(err, HC_EUSAGE, "random-list: frame=%.15g, and the table has %.15g people", frame, known + x[M00]);
  if (frame < known + x[M00])
    return hc_fail(err, HC_EUSAGE, "random-list: frame=%.15g is less than the %.15g people of the table", frame,
                   known + x[M00]);
  x[M00] = frame - known, s->framed = true;
  return HC_OK;
}

/* Four counts with colons between them; strtod reads no such thing, and a name may stand here in error. */
static hc_status read_validation(const char *name, const char *text, double *count, hc_error *err) {
  const char *at = text;
  for (size_t i = 0; i < 4; i++) {
    double v = 0;
    size_t digits = 0;
    for (; *at >= '0' && *at <= '9' && digits < 10; at++, digits++) v = 10 * v + (*at - '0');
    if (!digits || *at != (i < 3 ? ':' : '\0'))
      return hc_fail(err, HC_EUSAGE, "random-list: %s takes four counts as 65:1:38:552, not '%s'", name, text);
    count[i] = v, at++;
  }
  if (count[0] + count[2] > 0 && count[1] + count[3] > 0) return HC_OK;
  return hc_fail(err, HC_EUSAGE, "random-list: %s needs people who are cases and people who are none", name);
}

static hc_status add_check(hc_plan *plan, const hc_options *o, const char *validation, const char *se, const char *sp,
                           hc_error *err) {
  hc_input in[2] = {{.kind = HC_INPUT_EXACT, .value = hc_options_real(o, se), .ceiling = 1},
                    {.kind = HC_INPUT_EXACT, .value = hc_options_real(o, sp), .ceiling = 1}};
  memcpy(in[0].name, se, strlen(se));
  memcpy(in[1].name, sp, strlen(sp));
  if (hc_options_is_stated(o, validation)) {
    double c[4];
    hc_status status = read_validation(validation, hc_options_text(o, validation), c, err);
    if (status != HC_OK) return status;
    in[0].kind = in[1].kind = HC_INPUT_BINOMIAL;
    in[0].value = c[0] / (c[0] + c[2]), in[0].spread = c[0] + c[2];
    in[1].value = c[3] / (c[1] + c[3]), in[1].spread = c[1] + c[3];
  }
  if (!(in[0].value + in[1].value > 1))
    return hc_refuse(
        err, "useless-check",
        "a check with chances %.6g and %.6g tells cases from others no better than a coin: they have to sum "
        "to more than 1",
        in[0].value, in[1].value);
  hc_plan_add_input(plan, &in[0]);
  hc_plan_add_input(plan, &in[1]);
  return HC_OK;
}

/* --- prepare
 * ---------------------------------------------------------------------------------------------------------- */

/* Is the number of listed people in the sample one that a random draw brings? Two-sided chance, doubled tail. */
static double chance_of_overlap(const double *x) {
  double L = x[M11] + x[M10], U = x[M01] + x[M00], s = x[M11] + x[M01];
  if (L + U > 4e9) return 1;
  double fewer = gsl_cdf_hypergeometric_P((unsigned)x[M11], (unsigned)L, (unsigned)U, (unsigned)s);
  double more = x[M11] > 0 ? gsl_cdf_hypergeometric_Q((unsigned)x[M11] - 1, (unsigned)L, (unsigned)U, (unsigned)s) : 1;
  return fmin(1, 2 * fmin(fewer, more));
}

static hc_status check(const struct state *s, const double *x, hc_error *err) {
  const double impossible = 1e-6; /* a draw so unlike its frame is not one of it */
  if (!(x[M11] + x[M01] > 1))
    return hc_refuse(err, "no-random-sample", "fewer than two people of the table were drawn and checked");
  if (s->use == FRAME && !s->framed)
    return hc_refuse(err, "no-frame",
                     "use=frame needs the people neither listed nor drawn: a row 0,0 or --set frame=F");
  if (s->use == FRACTION && !s->fraction_stated)
    return hc_refuse(err, "no-frame", "use=fraction needs the sampling fraction of the design: --set fraction=PSI");
  if (s->use == SAMPLE && !s->framed)
    return hc_refuse(err, "no-frame", "use=sample needs the frame: a row 0,0 or --set frame=F");
  if (s->use == FRACTION && !s->perfect)
    return hc_refuse(err, "no-frame", "use=fraction knows nothing of checks that err: use=frame does");
  if (s->use == FRAME && x[M01] < 2)
    return hc_refuse(err, "no-random-sample",
                     "%.0f of those drawn are not on the list, and they tell how many cases are missed", x[M01]);
  if (s->framed && chance_of_overlap(x) < impossible)
    return hc_refuse(
        err, "not-this-frame",
        "%.0f of %.0f listed people among %.0f drawn of %.0f: the sample was not drawn at random from the frame "
        "of the list",
        x[M11], x[M11] + x[M10], x[M11] + x[M01], x[M11] + x[M10] + x[M01] + x[M00]);
  return HC_OK;
}

static void describe(hc_plan *plan) {
  static const char *const forms[] = {N_("the random sample alone"), N_("both lists, sampling fraction known"),
                                      N_("both lists, frame known")};
  struct state *s = plan->state;
  size_t n = 1;
  if (s->framed) s->sample_at = n++;
  if (s->perfect && s->fraction_stated) s->fraction_at = n++;
  if (s->framed) s->frame_at = n++;
  hc_plan_set_quantities(plan, n);
  hc_plan_population(plan, "cases in the frame");
  if (s->sample_at) hc_plan_quantity(plan, s->sample_at, &hc_quantity_people, "by the random sample alone", "sample");
  if (s->fraction_at)
    hc_plan_quantity(plan, s->fraction_at, &hc_quantity_people, "by both lists, the sampling fraction known",
                     "fraction");
  if (s->frame_at) hc_plan_quantity(plan, s->frame_at, &hc_quantity_people, "by both lists, the frame known", "frame");
  hc_plan_set_form(plan, "%s%s", _(forms[s->use]), s->perfect ? "" : _(", checks that err"));
  hc_plan_add_variant(plan, "; se: of the design%s", s->perfect ? "" : _(" and the checks (Ge and others)"));
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  double x[N_OBSERVED] = {0};
  s->use = hc_options_choice_is(o, "use", "frame")    ? FRAME
           : hc_options_choice_is(o, "use", "sample") ? SAMPLE
                                                      : FRACTION;
  hc_status status = read_table(s, data, o, x, err);
  if (status == HC_OK) status = hc_plan_reserve_inputs(plan, M11);
  if (status == HC_OK) status = add_check(plan, o, "validation1", "se1", "sp1", err);
  if (status == HC_OK) status = add_check(plan, o, "validation2", "se2", "sp2", err);
  if (status == HC_OK) status = hc_plan_use_inputs(plan, N_OBSERVED - M11);
  if (status != HC_OK) return status;
  memcpy(plan->observed + M11, x + M11, (N_OBSERVED - M11) * sizeof *x);
  s->perfect = true;
  for (size_t i = SE1; i <= SP2; i++)
    s->perfect &= plan->inputs[i].value == 1 && !hc_input_is_uncertain(&plan->inputs[i]);
  s->fraction_stated = hc_options_is_stated(o, "fraction");
  s->fraction =
      s->fraction_stated ? hc_options_real(o, "fraction") : (x[M11] + x[M01]) / (x[M11] + x[M10] + x[M01] + x[M00]);
  status = check(s, x, err);
  if (status != HC_OK) return status;
  plan->resample = plan->default_resample = HC_RESAMPLE_PARAMETRIC;
  if (s->perfect && s->use != SAMPLE) plan->n_units = x[X11] + x[X10] + x[X01];
  describe(plan);
  return HC_OK;
}

/* --- fit
 * ---------------------------------------------------------------------------------------------------------------- */

struct answer {
  double value, variance;
  bool raised; /* a share fell below 0 and is 0 */
};

/* The share of cases behind x positives of m checked among M people, and its variance but for the chances' own
 * errors. */
static struct answer share(double x, double m, double M, double se, double sp, bool *raised) {
  double seen = x / m, J = se + sp - 1, p = fmin(1, (seen + sp - 1) / J),
         f = m > 1 ? fmin(1, m * (M - m) / (M * (m - 1))) : 1;
  if (p < 0) p = 0, *raised = true;
  return (struct answer){
      p, f * seen * (1 - seen) / (m * J * J) + (p * se * (1 - se) + (1 - p) * sp * (1 - sp)) / (M * J * J), false};
}

static struct answer by_sample(const double *x) {
  struct answer a = {0};
  double F = x[M11] + x[M10] + x[M01] + x[M00], s = x[M11] + x[M01];
  struct answer p = share(x[X11] + x[X01], s, F, x[SE2], x[SP2], &a.raised);
  a.value = F * p.value, a.variance = F * F * p.variance;
  return a;
}

static struct answer by_fraction(const struct state *s, const double *x) {
  double psi = s->fraction;
  return (struct answer){x[X11] + x[X10] + x[X01] / psi, x[X01] * (1 - psi) / (psi * psi), false};
}

static struct answer by_frame(const double *x) {
  double m = x[M01], U = m + x[M00], q = x[X01] / m;
  return (struct answer){x[X11] + x[X10] + U * q, m > 1 ? U * U * (1 - m / U) * q * (1 - q) / (m - 1) : NAN, false};
}

/* What the errors of Se and Sp of one check add, weight: people behind it, pi their share. */
static double of_validation(const hc_input *in, double weight, double pi, double se, double sp) {
  double J = se + sp - 1, a = weight * pi / J * hc_input_se(&in[0]), b = weight * (1 - pi) / J * hc_input_se(&in[1]);
  return a * a + b * b;
}

static struct answer by_frame_with_errors(const hc_plan *plan, const double *x) {
  const struct state *s = plan->state;
  double L = x[M11] + x[M10], U = x[M01] + x[M00], psi = s->fraction;
  struct answer a = {0}, p11 = {0}, p10 = {0}, p01 = share(x[X01], x[M01], U, x[SE2], x[SP2], &a.raised);
  if (x[M11] > 0) p11 = share(x[X11], x[M11], L, x[SE2], x[SP2], &a.raised);
  if (x[M10] > 0) p10 = share(x[X10], x[M10], L, x[SE1], x[SP1], &a.raised);
  double w11 = L * psi, w10 = L * (1 - psi);
  if (x[M11] == 0) w10 = L, w11 = 0;
  if (x[M10] == 0) w11 = L, w10 = 0;
  double second = (w11 * p11.value + U * p01.value) / fmax(1, w11 + U); /* the sample's check stands behind both */
  a.value = w11 * p11.value + w10 * p10.value + U * p01.value;
  a.variance = w11 * w11 * p11.variance + w10 * w10 * p10.variance + U * U * p01.variance +
               of_validation(plan->inputs + SE1, w10, p10.value, x[SE1], x[SP1]) +
               of_validation(plan->inputs + SE2, w11 + U, second, x[SE2], x[SP2]);
  return a;
}

static void note(const struct state *s, const double *x, bool raised, hc_estimate *e) {
  if (raised)
    hc_estimate_note(e, "share-raised",
                     "fewer checks were positive than errors alone would make them: a share below zero counts as zero");
  if (s->unreached > 0)
    hc_estimate_note(
        e, "not-reached",
        "%.0f people were drawn and not reached (%.3g %%): they count as not drawn, which holds only if they are "
        "like those reached",
        s->unreached, 100 * s->unreached / (s->unreached + x[M11] + x[M01]));
  if (x[X01] == 0)
    hc_estimate_note(e, "upper-limit-only",
                     "none of the %.0f drawn off the list is a case, so the standard error is no measure: the upper "
                     "limit of the exact interval is the answer",
                     x[M01]);
  double chance = s->framed ? chance_of_overlap(x) : 1;
  if (chance < 0.01)
    hc_estimate_note(e, "not-this-frame",
                     "%.0f of those drawn are listed, which a random draw from the frame brings with chance %.2g",
                     x[M11], chance);
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  struct answer all[3] = {{0}};
  (void)scratch;
  for (size_t i = SE1; i <= SP2; i += 2)
    if (!(x[i] + x[i + 1] > 1))
      return hc_refuse(err, "useless-check", "a check tells cases from others no better than a coin");
  if (x[M01] == 0 && s->use == FRAME) return hc_refuse(err, "no-random-sample", "nobody was drawn off the list");
  if (s->framed) {
    all[SAMPLE] = by_sample(x);
    all[FRAME] = x[M01] == 0 ? all[SAMPLE] : s->perfect ? by_frame(x) : by_frame_with_errors(plan, x);
    if (!s->perfect) {
      double F = x[M11] + x[M10] + x[M01] + x[M00];
      all[SAMPLE].variance += of_validation(plan->inputs + SE2, F, all[SAMPLE].value / F, x[SE2], x[SP2]);
    }
  }
  if (s->fraction_stated) all[FRACTION] = by_fraction(s, x);
  const size_t at[] = {s->sample_at, s->fraction_at, s->frame_at};
  for (size_t use = SAMPLE; use <= FRAME; use++)
    if (at[use]) e->value[at[use]] = all[use].value, e->se[at[use]] = sqrt(all[use].variance);
  e->value[0] = all[s->use].value, e->se[0] = sqrt(all[s->use].variance);
  if (e->asked.notes) note(s, x, all[s->use].raised, e);
  return HC_OK;
}

/* --- the design again
 * ------------------------------------------------------------------------------------------------------ */

/* `positive` of `drawn` people among whom `cases` are cases, by a check. */
static double checked(hc_rng *rng, double cases, double drawn, double se, double sp) {
  return hc_rng_binomial(rng, se, cases) + hc_rng_binomial(rng, 1 - sp, drawn - cases);
}

static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *r) {
  const struct state *s = plan->state;
  const double *x = plan->observed;
  double L = x[M11] + x[M10], U = x[M01] + x[M00], drawn = x[M11] + x[M01];
  bool raised = false;
  hc_plan_draw_inputs(plan, rng, HC_ALL_INPUTS, r);
  double of_list = x[M11] > 0 ? x[M11] * share(x[X11], x[M11], L, x[SE2], x[SP2], &raised).value : 0;
  if (x[M10] > 0) of_list += x[M10] * share(x[X10], x[M10], L, x[SE1], x[SP1], &raised).value;
  double listed = fmin(L, nearbyint(of_list)), others = fmin(U, fmax(nearbyint(e->value[0] - of_list), 0));
  if (s->framed) {
    r[M11] = hc_rng_hypergeometric(rng, L, U, drawn);
    r[M01] = drawn - r[M11], r[M00] = U - r[M01];
  } else { /* the unlisted who are no case are not known, and nothing asks for them */
    others = nearbyint(x[X01] / s->fraction);
    r[M11] = hc_rng_binomial(rng, s->fraction, L);
    U = x[M01] / s->fraction, r[M01] = hc_rng_binomial(rng, s->fraction, nearbyint(U)), r[M00] = 0;
  }
  r[M10] = L - r[M11];
  double cases_drawn = hc_rng_hypergeometric(rng, listed, L - listed, r[M11]);
  double others_drawn = s->framed ? hc_rng_hypergeometric(rng, others, U - others, r[M01])
                                  : hc_rng_hypergeometric(rng, fmin(others, nearbyint(U)),
                                                          nearbyint(U) - fmin(others, nearbyint(U)), r[M01]);
  r[X11] = checked(rng, cases_drawn, r[M11], x[SE2], x[SP2]);
  r[X10] = checked(rng, listed - cases_drawn, r[M10], x[SE1], x[SP1]);
  r[X01] = checked(rng, others_drawn, r[M01], x[SE2], x[SP2]);
}

/* --- intervals
 * -------------------------------------------------------------------------------------------------------------- */

static hc_status exact(const struct state *s, const double *x, double level, double *lower, double *upper,
                       hc_error *err) {
  double drawn = x[M11] + x[M01], U = x[M01] + x[M00], found = s->use == SAMPLE ? x[X11] + x[X01] : x[X01];
  bool known;
  if (!s->perfect)
    return hc_refuse(err, "no-exact-limits",
                     "checks that err have no exact limits here: log or the bootstrap has some");
  if (s->use == FRACTION)
    known = hc_thinned_limits(found, s->fraction, level, lower, upper);
  else if (s->use == SAMPLE)
    known = hc_cases_limits(drawn + x[M10] + x[M00], drawn, found, level, lower, upper);
  else
    known = hc_cases_limits(U, x[M01], found, level, lower, upper);
  if (!known) return hc_refuse(err, "count-too-large", "exact limits need counts below 4e9");
  if (s->use != SAMPLE) *lower += x[X11] + x[X10], *upper += x[X11] + x[X10];
  return HC_OK;
}

static hc_status jeffreys(const struct state *s, const double *x, double level, double *lower, double *upper,
                          hc_error *err) {
  double drawn = x[M11] + x[M01], F = drawn + x[M10] + x[M00], found = x[X11] + x[X01], p = found / drawn,
         tail = (1 - level) / 2;
  if (!s->perfect || s->use != SAMPLE)
    return hc_refuse(err, "no-exact-limits", "jeffreys is for use=sample and checks that do not err");
  double pull = sqrt(fmin(1, drawn * (F - drawn) / (F * (drawn - 1))));
  double low = found > 0 ? gsl_cdf_beta_Pinv(tail, found + 0.5, drawn - found + 0.5) : 0;
  double high = found < drawn ? gsl_cdf_beta_Qinv(tail, found + 0.5, drawn - found + 0.5) : 1;
  *lower = F * (p - pull * (p - low)), *upper = F * (p + pull * (high - p));
  return HC_OK;
}

static hc_status interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level, double *lower,
                          double *upper, hc_error *err) {
  const struct state *s = plan->state;
  const double *x = plan->observed;
  if (strcmp(method, "exact") == 0 || (s->perfect && strcmp(method, "design") == 0))
    return exact(s, x, level, lower, upper, err);
  if (strcmp(method, "jeffreys") == 0) return jeffreys(s, x, level, lower, upper, err);
  if (!(e->value[0] > 0)) return hc_refuse(err, "no-se", "nobody is estimated, and the log interval divides by that");
  double half = hc_normal_quantile(0.5 + level / 2) * e->se[0] / e->value[0];
  *lower = e->value[0] * exp(-half), *upper = e->value[0] * exp(half);
  return HC_OK;
}

const hc_estimator hc_estimator_random_list = {
    .id = "random-list",
    .title = "A list, and a random sample of the frame that holds it",
    .cite = "Lyles, Zhang, Ge and Waller (anchor stream design); Ge and others, arXiv 2307.00214, eqs. 1 to 8 (checks "
            "that err)",
    .formula = "N = cases listed + U x/m (x cases among m drawn of the U people not listed)",
    .assumes = "the sample is a random draw from the frame and all who were drawn are checked; the list may be as "
               "selective as it likes",
    .needs = "a table listed,sampled,case,n or listed,sampled,list_test,sample_test,n, with a row of those neither "
             "listed nor drawn",
    .accepts = HC_SHAPE_RANDOM_LIST,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .interval_methods = (const char *const[]){"design", "exact", "jeffreys", "log", NULL},
    .default_interval = "design",
    .interval = interval,
};
