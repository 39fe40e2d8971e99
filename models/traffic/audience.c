/* People from the monthly audience of platforms.
 *
 *   N = A/m sum_i V_i c_i a_i
 *
 * V_i: unique visitors of platform i in a month; c_i: share of them in the country; a_i: share of them who work
 * there; A: share of the people who are active; m: platforms per person. Le Ludec, Tubaro and Casilli (2019)
 * arXiv:1901.03889 (66,468/1.27: present at least monthly); Beresewicz, Nikulin, Szymkowiak and Wilak (2021)
 * arXiv:2106.12827 (audience of apps). Which m: models/traffic/people.c (Sirken 1970, JASA 65:257).
 *
 * Assumes: a visitor is a worker, or a_i says how many are. Breaks: clients and the curious visit too, one
 * person on two devices is two visitors, and audience panels are small where people are poor. */
#include "traffic/people.h"

static const hc_option options[] = {HC_PEOPLE_OPTIONS, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return hc_plan_use_platform_total(plan, data, o, "visitors", err);
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  (void)scratch, (void)err;
  hc_estimate_note(e, "visitors", "monthly visitors, not workers: clients visit too, and one person on two devices is two visitors");
  return hc_platform_total_fit(plan, observed, e);
}

const hc_estimator hc_estimator_audience = {
    .id = "audience",
    .title = "Monthly audience over multi-homing",
    .cite = "Le Ludec, Tubaro and Casilli (2019) arXiv:1901.03889; Beresewicz, Nikulin, Szymkowiak and Wilak (2021) "
            "arXiv:2106.12827; Sirken (1970) JASA 65:257-266",
    .formula = "N = A/m sum V_i c_i a_i (V: visitors, c: country share, a and A: active share, m: platforms per person)",
    .assumes = "visitors are workers, up to the active share, and each visits m platforms a month",
    .needs = "a table of platforms with a column `visitors`",
    .accepts = HC_SHAPE_PLATFORMS,
    .options = options,
    .prepare = prepare,
    .fit = fit,
};
