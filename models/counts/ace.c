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
#include "counts/coverage.h"

static const hc_option options[] = {
    {"form", HC_OPTION_CHOICE, "ace", 0, 0, "ace|ace1|ice|ice1|ice1994",
     "ace1 and ice1 correct the heterogeneity once more; the ice forms are for incidences over occasions"},
    COVERAGE_OPTION_RARE,
    {"variance", HC_OPTION_CHOICE, "delta", 0, 0, "delta|rare|vegan", "which of the published standard errors"},
    HC_OPTION_OCCASIONS(1e9, ", for the ice forms", ""),
    {0},
};

static hc_coverage_form chosen_form(const hc_options *o) {
  static const char *const names[] = {"ace", "ace1", "ice", "ice1", "ice1994"};
  for (int form = HC_ACE; form < HC_ICE1994; form++)
    if (hc_options_choice_is(o, "form", names[form])) return (hc_coverage_form)form;
  return HC_ICE1994;
}

static hc_coverage_error chosen_error(const hc_options *o) {
  if (hc_options_choice_is(o, "variance", "rare")) return HC_COVERAGE_RARE;
  return hc_options_choice_is(o, "variance", "vegan") ? HC_COVERAGE_VEGAN : HC_COVERAGE_DELTA;
}

static bool of_incidences(hc_coverage_form form) {
  return form >= HC_ICE;
}

static void describe(hc_plan *plan, const hc_coverage *s) {
  static const char *const forms[] = {"ACE", "ACE-1", "ICE", "ICE-1", N_("ICE of 1994")};
  static const char *const equations[] = {", eq. 2.14", ", eq. 2.15", "", "", ""};
  static const char *const errors[] = {N_("delta method over all people"), N_("delta method over the rare (eq. 2.17)"),
                                       N_("vegan's, for comparison only")};
  hc_plan_set_form(plan, "%s", _(forms[s->form]));
  hc_plan_add_variant(plan, "%s, rare: met at most %zu times; se: %s", equations[s->form], s->rare, _(errors[s->error]));
}

static hc_status check(const hc_data *data, const hc_coverage *s, hc_error *err) {
  hc_status status = of_incidences(s->form) ? hc_need_occasions(data, s->t, N_("ace: the ice forms need"), err) : HC_OK;
  if (status != HC_OK) return status;
  if (s->error == HC_COVERAGE_VEGAN && s->form != HC_ACE)
    return hc_fail(err, HC_EUSAGE, "ace: variance=vegan exists for form=ace only");
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_coverage chosen = {.form = chosen_form(o),
                        .error = chosen_error(o),
                        .t = hc_stated_occasions(data, o),
                        .rare = (size_t)hc_options_integer(o, "rare"),
                        .c = 1,
                        .held_equal = 55,
                        .held_differ = 41};
  hc_status status = check(data, &chosen, err);
  if (status != HC_OK) return status;
  if (of_incidences(chosen.form)) chosen.c = chosen.t / (chosen.t - 1);
  status = hc_coverage_prepare(plan, data, &chosen, err);
  if (status == HC_OK) describe(plan, &chosen);
  return status;
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
    .state_size = sizeof(hc_coverage),
    .prepare = prepare,
    .fit = hc_coverage_fit,
};
