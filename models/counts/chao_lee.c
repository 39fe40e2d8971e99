/* Chao and Lee's coverage estimators of N, as their paper has them: eq. 2.15, with eq. 2.14 beside it.
 *
 * With ace's letters (ace.c): a people met more than `rare` times, D others, C = 1 - f1/m their coverage,
 * s = sum k(k-1) f_k, m = sum k f_k and g = max(D/C s/(m(m-1)) - 1, 0) the squared coefficient of variation,
 *   form=corrected  N = a + D/C + f1/C g (1 + f1/C s/(m(m-1)))       eq. 2.15 (the estimate that is called ACE-1)
 *   form=first      N = a + D/C + f1/C g                             eq. 2.14 (ACE)
 *   var N = sum d_k^2 f_k - (sum d_k f_k)^2/(N-a), d_k = dN/df_k, over the rare                       eq. 2.17
 * Chao and Lee (1992) J. Am. Stat. Assoc. 87:210. `rare` is not theirs: the paper uses all frequencies, which
 * rare=1000 does; SPECIES and SpadeR stop at 10. ace has the same estimates, the first by default, with SpadeR's
 * standard error.
 *
 * Assumes: the coefficient of variation of the chances says all about how people differ. eq. 2.15 is for large
 * differences, and is much more variable. Breaks when everybody rare was met once (C = 0). */
#include "counts/coverage.h"

static const hc_option options[] = {
    {"form", HC_OPTION_CHOICE, "corrected", 0, 0, "corrected|first",
     "eq. 2.15, which corrects the coefficient of variation once more, or eq. 2.14"},
    COVERAGE_OPTION_RARE,
    {0},
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  bool corrected = hc_options_choice_is(o, "form", "corrected");
  hc_coverage chosen = {.form = corrected ? HC_ACE1 : HC_ACE,
                        .error = HC_COVERAGE_RARE,
                        .rare = (size_t)hc_options_integer(o, "rare"),
                        .c = 1,
                        .held_equal = 55,
                        .held_differ = 70};
  hc_status status = hc_coverage_prepare(plan, data, &chosen, err);
  hc_plan_set_form(plan, corrected ? N_("corrected form, eq. 2.15") : N_("first form, eq. 2.14"));
  hc_plan_add_variant(plan, ", rare: met at most %zu times; se: eq. 2.17", chosen.rare);
  return status;
}

const hc_estimator hc_estimator_chao_lee = {
    .id = "chao-lee",
    .title = "Chao and Lee's coverage estimators",
    .cite = "Chao and Lee (1992) J. Am. Stat. Assoc. 87:210-217, eq. 2.14-2.17",
    .formula = "N = a + D/C + f1/C g (1 + f1/C s/(m(m-1))); C coverage, g squared coefficient of variation, "
               "s = sum k(k-1) f_k and m = sum k f_k, all from those met at most `rare` times",
    .assumes = "people differ in their chance of being met, and the coefficient of variation of the chances "
               "says all about it",
    .needs = "how often people were met; somebody rare met at least twice",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(hc_coverage),
    .prepare = prepare,
    .fit = hc_coverage_fit,
};
