/* Plants: own accounts in a crowd, and how many of them a crawl met.
 *
 * R plants, r of them met, n others met, N others:
 *   plain         N = n R/r          less-biased   N = n (R+1)/(r+1)
 *   se^2 = N^2 (1-p)/p (1/N + 1/R),  p = r/R
 * Derived: a crawl that meets everybody with chance p meets n of N and r of R; var(n/N) and var(r/R) by the binomial, delta
 * method. The design is Laska and Meisner's (1993) Biometrics 49:209 and Goudie, Jupp and Ashbridge's (2007) Biometrika 94:243;
 * neither was read, and nothing of theirs is used but the idea.
 * Interval exact: given that n + r were met, r is hypergeometric (N + R people, R plants, n + r met); every whole N with both
 * tails above (1 - level)/2.
 *
 * Assumes: plants are met exactly as others are (age, activity, language of the accounts), and nobody is taken for a plant or
 * a plant for another. Breaks: when no plant was met, and when plants are newer or quieter than the crowd. */
#include "model.h"

#include <string.h>

#include "numeric/exact.h"

enum { MET, PLANTS, PLANTS_MET, N_OBSERVED };
enum { FEW_PLANTS = 20 };

struct state {
  bool corrected, newer;
};

static const hc_option options[] = {
    {"form", HC_OPTION_CHOICE, "plain", 0, 0, "plain|less-biased", "n R/r, or n (R+1)/(r+1)"},
    {"plants-are", HC_OPTION_CHOICE, "like-others", 0, 0, "like-others|newer",
     "are the plants as old as the crowd's accounts"},
    {0},
};

static hc_status read_row(const hc_data *data, double *x, hc_error *err) {
  static const char *const names[] = {"met", "plants", "plants_met"};
  hc_status status = HC_OK;
  for (size_t i = 0; i < N_OBSERVED && status == HC_OK; i++) status = hc_table_check(data, names[i], true, 0, 4e9, err);
  if (status != HC_OK) return status;
  if (data->n_rows != 1)
    return hc_fail(err, HC_EDATA, "expected one row, met,plants,plants_met, found %zu", data->n_rows);
  for (size_t i = 0; i < N_OBSERVED; i++) {
    x[i] = hc_column_number(hc_data_column(data, names[i]), 0);
    if (isnan(x[i]) || x[i] != floor(x[i]))
      return hc_table_fail(data, names[i], 0, err, "%s is a whole number", names[i]);
  }
  if (x[PLANTS_MET] > x[PLANTS])
    return hc_table_fail(data, "plants_met", 0, err, "%.0f plants were met, and there are only %.0f", x[PLANTS_MET],
                         x[PLANTS]);
  return HC_OK;
}

static bool limits(const double *x, double level, double *lower, double *upper) {
  double R = x[PLANTS], n = x[MET], r = x[PLANTS_MET];
  if (!hc_hypergeometric_limits(R, n + r, r, level, lower, upper)) return false;
  *lower -= R, *upper -= R;
  return true;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  double *x = hc_plan_alloc(plan, N_OBSERVED, sizeof *x), lower, upper;
  if (!x) return HC_ENOMEM;
  hc_status status = read_row(data, x, err);
  if (status != HC_OK) return status;
  if (!(x[PLANTS] > 0)) return hc_refuse(err, "all-zero", "there are no plants");
  if (x[MET] == 0) return hc_refuse(err, "all-zero", "nobody but plants was met");
  if (x[PLANTS_MET] == 0 && limits(x, 0.95, &lower, &upper))
    return hc_refuse(err, "no-plant-met",
                     "no plant was met, so there is a lower limit alone: the exact 95 %% interval begins at %.0f",
                     lower);
  if (x[PLANTS_MET] == 0) return hc_refuse(err, "no-plant-met", "no plant was met");
  s->corrected = hc_options_choice_is(o, "form", "less-biased");
  s->newer = hc_options_choice_is(o, "plants-are", "newer");
  plan->observed = x;
  plan->n_observed = N_OBSERVED;
  plan->n_units = x[MET];
  plan->resample = plan->default_resample = HC_RESAMPLE_PARAMETRIC;
  hc_plan_set_quantities(plan, 2);
  hc_plan_population(plan, "others in the crowd, met or not");
  hc_plan_quantity(plan, 1, &hc_quantity_chance, "chance of being met", "p");
  hc_plan_set_form(plan, s->corrected ? "N = n (R+1)/(r+1)" : "N = n R/r");
  hc_plan_add_variant(plan, "; se: delta method, everybody met with one chance");
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double n = x[MET], R = x[PLANTS], r = x[PLANTS_MET], p = r / R;
  (void)scratch;
  if (r == 0) return hc_refuse(err, "no-plant-met", "no plant was met");
  double N = n * R / r;
  e->value[0] = s->corrected ? n * (R + 1) / (r + 1) : N;
  e->value[1] = p;
  e->se[0] = n > 0 ? N * sqrt((1 - p) / p * (1 / N + 1 / R)) : 0;
  e->se[1] = sqrt(p * (1 - p) / R);
  if (R < FEW_PLANTS) hc_estimate_note(e, "few-plants", "%.0f plants tell the chance of being met only roughly", R);
  if (s->newer)
    hc_estimate_note(
        e, "newer-plants",
        "plants newer than the crowd are met less often than it, or more; the number is off by the same factor");
  return HC_OK;
}

static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  double p = e->value[1], R = plan->observed[PLANTS];
  replicate[MET] = hc_rng_binomial(rng, p, nearbyint(plan->observed[MET] / p));
  replicate[PLANTS] = R;
  replicate[PLANTS_MET] = hc_rng_binomial(rng, p, R);
}

static hc_status interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level, double *lower,
                          double *upper, hc_error *err) {
  (void)e, (void)method;
  if (limits(plan->observed, level, lower, upper)) return HC_OK;
  return hc_refuse(err, "count-too-large", "exact limits need counts below 4e9");
}

const hc_estimator hc_estimator_plants = {
    .id = "plants",
    .title = "Plants: own accounts in a crowd",
    .cite = "Laska and Meisner (1993); Goudie and others (2007)",
    .formula = "N = n R/r (R plants, r of them met, n others met); less biased n (R+1)/(r+1)",
    .assumes = "plants are met exactly as others are, and none is taken for another",
    .needs = "a table of one row, met,plants,plants_met",
    .accepts = HC_SHAPE_PLANTS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .interval_methods = (const char *const[]){"exact", NULL},
    .default_interval = "exact",
    .interval = interval,
};
