/* People from the numbers of registrations that platforms publish.
 *
 *   N = A/m sum_i R_i c_i a_i
 *
 * R_i: registered on platform i; c_i: share of them in the country; a_i: share of them active; A: share of the
 * people who are active; m: platforms per person. Kaessi, Lehdonvirta and Stephany (2021) Open Research Europe
 * 1:53, "people = profiles / multi-homing"; Le Ludec, Tubaro and Casilli (2019) arXiv:1901.03889, 337,980/1.27.
 * Which m: models/traffic/people.c (Sirken 1970, JASA 65:257).
 *
 * Assumes: every registration is of a person who exists, and platforms count alike. Breaks: accounts that were
 * never used, or that are never deleted, count for ever (Barraud de Lagerie, Gros and Sigalo Santos 2019), and
 * platforms that publish nothing count as nothing. */
#include "traffic/people.h"

static const hc_option options[] = {HC_PEOPLE_OPTIONS, {0}};

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return hc_plan_use_platform_total(plan, data, o, "registered", err);
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  (void)scratch, (void)err;
  hc_estimate_note(e, "registrations", "registrations, not work done: accounts are opened and never used, and rarely closed");
  return hc_platform_total_fit(plan, observed, e);
}

const hc_estimator hc_estimator_registration = {
    .id = "registration",
    .title = "Registrations over multi-homing",
    .cite = "Kaessi, Lehdonvirta and Stephany (2021) Open Research Europe 1:53; Le Ludec, Tubaro and Casilli (2019) "
            "arXiv:1901.03889; Sirken (1970) JASA 65:257-266",
    .formula = "N = A/m sum R_i c_i a_i (R: registered, c: country share, a and A: active share, m: platforms per person)",
    .assumes = "registrations are of people who exist, and each person has m of them",
    .needs = "a table of platforms with a column `registered`",
    .accepts = HC_SHAPE_PLATFORMS,
    .options = options,
    .prepare = prepare,
    .fit = fit,
};
