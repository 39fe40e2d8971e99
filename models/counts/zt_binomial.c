/* Zero-truncated binomial: t occasions, everybody is met with the same probability p at each.
 *
 *   t p/(1 - (1-p)^t) = S/n,   N = n / (1 - (1-p)^t)
 * n people met S times in all: model M0 conditional on the people met (Rider 1955, J. Amer. Statist. Assoc.
 * 50:877; Sanathanan 1972, Ann. Math. Statist. 43:142). Variance, the full likelihood (M0 itself: Otis, Burnham,
 * White and Anderson 1978, Wildl. Monogr. 62) and `top` are explained in zero_truncated.c.
 *
 * Assumes: one p for all people and occasions. Where chances differ between people N is too small. */
#include "counts/zero_truncated.h"

static const hc_option options[] = {
    HC_OPTION_OCCASIONS(1e9, "", ""),
    ZT_OPTION_LIKELIHOOD,
    ZT_OPTION_TOP,
    {0},
};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  double t = hc_stated_occasions(data, o);
  if (t < 2) return hc_fail(err, HC_EUSAGE, "zt-binomial needs the number of occasions: --set occasions=T");
  if ((double)hc_data_max_times(data) > t)
    return hc_refuse(err, "count-too-large", "somebody was met %.0f times, more than the %.0f occasions",
                     (double)hc_data_max_times(data), t);
  hc_power_series series = {.kind = HC_POWER_BINOMIAL, .size = t};
  return hc_zt_prepare(plan, data, o, series, t, &hc_quantity_chance, "p",
                                N_("probability that one person is met at one occasion"));
}

const hc_estimator hc_estimator_zt_binomial = {
    .id = "zt-binomial",
    .title = "Zero-truncated binomial",
    .cite = "Sanathanan (1972) Ann. Math. Statist. 43:142-152; van der Heijden et al. (2003) Statistical Modelling "
            "3:305-322",
    .formula = "N = n / (1 - (1-p)^t), t p/(1 - (1-p)^t) = S/n",
    .assumes = "everybody is met with the same probability at each of t occasions",
    .needs = "how many people were met once, twice, ... of t occasions; somebody met at least twice",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(hc_zt_state),
    .prepare = prepare,
    .fit = hc_zt_fit,
    .simulate = hc_zt_simulate,
    .profile = hc_zt_profile,
};
