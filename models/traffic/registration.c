/* People from the numbers of registrations that platforms publish.
 *
 *   N = A/m sum_i R_i c_i a_i
 *
 * R_i: registered on platform i; c_i: share of them in the country; a_i: share of them active; A: share of the
 * people who are active; m: platforms per person. Kaessi, Lehdonvirta and Stephany (2021) Open Research Europe
 * 1:53, "people = profiles / multi-homing"; Le Ludec, Tubaro and Casilli (2019) arXiv:1901.03889, 337,980/1.27.
 * Which m: src/engine/people.c (Sirken 1970, JASA 65:257).
 *
 * Assumes: every registration is of a person who exists, and platforms count alike. Breaks: accounts that were
 * never used, or that are never deleted, count for ever (Barraud de Lagerie, Gros and Sigalo Santos 2019), and
 * platforms that publish nothing count as nothing. */
#include "model.h"

static const hc_option options[] = {HC_PEOPLE_OPTIONS, {0}};

static hc_status prepare(const hc_data *data, const hc_options *o, hc_plan **out, hc_error *err) {
  hc_plan *plan = NULL;
  hc_status status = hc_plan_new(&plan, &hc_estimator_registration, err);
  if (status != HC_OK) return status;
  status = hc_plan_use_platform_total(plan, data, o, "registered", err);
  if (status == HC_OK) *out = plan;
  else hc_plan_free(plan);
  return status;
}

static hc_status fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err) {
  (void)scratch, (void)err;
  hc_estimate_note(e, "registrations", "registrations, not work done: accounts are opened and never used, and rarely closed");
  return hc_platform_total_fit(plan, observed, e);
}

static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  (void)e;
  hc_plan_draw_inputs(plan, rng, HC_ALL_INPUTS, replicate);
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
    .simulate = simulate,
};
