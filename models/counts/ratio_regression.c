/* Regression of ratios of neighbouring frequencies, carried on to the people never met.
 *
 * f_k: people met exactly k times, n in all; c: the largest number such that nobody is missing among f_1..f_c. For a
 * Poisson r_k = (k+1) f_{k+1}/f_k is flat in k, for a negative binomial a straight line; r_0 = f_1/f_0 is where it
 * starts.
 *   form=log     ln r_k = b0 + b1 k, weights 1/(1/f_k + 1/f_{k+1}):       f0 = f1 exp(-b0)
 *   form=linear  r_k = b0 + b1 k, weights 1/((k+1)^2 f_{k+1}/f_k^2 (f_{k+1}/f_k + 1)):   f0 = f1/b0
 * N = n + f0                                      Rocchetti, Bunge and Boehning (2011) Ann. Appl. Stat. 5:1512
 * Standard errors, s the regression's own of b0 (residual variance estimated):
 *   log     var f0 = exp(-2 b0) f1 (1 + f1 s^2);     linear  var f0 = f1 (1 - f1/n)/b0^2 + f1^2 s^2/b0^4
 *   var N = var f0 + n f0/(n + f0)        what breakaway computes (wlrm_transformed, wlrm_untransformed)
 * Neighbouring ratios are correlated (they share a frequency), which these errors leave out; the bootstrap does not.
 *
 * Assumes: the ratios lie on a line down to k = 0. Breaks: with fewer than four frequencies in a row; form=linear
 * where the line starts at or below 0. */
#include "model.h"

enum { LEAST = 4, MOST = 10000 };

struct state {
  bool linear;
  size_t top;
};

static const hc_option options[] = {
    {"form", HC_OPTION_CHOICE, "log", 0, 0, "log|linear", "the scale on which the ratios are taken to lie on a line"},
    {"top", HC_OPTION_INTEGER, "", LEAST, MOST, NULL,
     "use f_1..f_top only; default: up to the first frequency of nobody"},
    {0},
};

static size_t first_run(const hc_data *data, const uint64_t *times) {
  size_t run = 0;
  for (bool more = true; more && run < MOST;) {
    more = false;
    for (size_t i = 0; i < data->n_cells; i++) more = more || (times[i] == run + 1 && data->count[i] > 0);
    run += more;
  }
  return run;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  const uint64_t *times = hc_plan_times(plan, data);
  if (!times) return HC_ENOMEM;
  s->linear = hc_options_choice_is(o, "form", "linear");
  s->top = first_run(data, times);
  if (hc_options_is_stated(o, "top") && (size_t)hc_options_integer(o, "top") < s->top)
    s->top = (size_t)hc_options_integer(o, "top");
  if (s->top < LEAST)
    return hc_refuse(err, "too-few-classes", "needs people met 1, 2, 3 and 4 times, and nobody was met %zu times",
                     s->top + 1);
  hc_status status = hc_plan_use_frequencies(plan, data, s->top + 1, true, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 2);
  hc_plan_population(plan, "people");
  hc_plan_quantity(plan, 1, &hc_quantity_real, "slope of the ratios in k: 0 for a Poisson", "slope");
  hc_plan_set_form(plan, s->linear ? N_("linear ratios") : N_("logarithms of ratios"));
  hc_plan_add_variant(plan, " (k+1) f_{k+1}/f_k, k below %zu; se: that of the regression", s->top);
  return HC_OK;
}

struct line {
  double b0, b1, se0, se1;
};

/* Weighted least squares with an estimated residual variance, on k = 1..ratios. */
static struct line regress(const struct state *s, const double *f, size_t ratios) {
  double w = 0, x = 0, y = 0, xx = 0, xy = 0, rest = 0;
  for (int pass = 0; pass < 3; pass++) {
    double mean_x = x / w, mean_y = y / w, b1 = xy / xx;
    for (size_t i = 0; i < ratios; i++) {
      double k = (double)(i + 1), q = f[i + 1] / f[i], r = (k + 1) * q;
      double weight = s->linear ? 1 / ((k + 1) * (k + 1) * q / f[i] * (q + 1)) : 1 / (1 / f[i] + 1 / f[i + 1]);
      double value = s->linear ? r : log(r);
      if (pass == 0) w += weight, x += weight * k, y += weight * value;
      if (pass == 1) xx += weight * (k - mean_x) * (k - mean_x), xy += weight * (k - mean_x) * (value - mean_y);
      double e = value - mean_y - b1 * (k - mean_x);
      if (pass == 2) rest += weight * e * e;
    }
  }
  double mean = x / w, b1 = xy / xx, variance = rest / (double)(ratios - 2);
  return (struct line){y / w - b1 * mean, b1, sqrt(variance * (1 / w + mean * mean / xx)), sqrt(variance / xx)};
}

static hc_status fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double n = f[s->top], f1 = f[0];
  size_t run = 0;
  (void)scratch;
  for (size_t i = 0; i < s->top; i++) n += f[i];
  while (run < s->top && f[run] > 0) run++; /* of a replicate it may be shorter */
  if (run < LEAST) return hc_refuse(err, "too-few-classes", "nobody was met %zu times", run + 1);
  struct line line = regress(s, f, run - 1);
  if (s->linear && !(line.b0 > 0))
    return hc_refuse(err, "not-identified", "the line starts at %.3g for k = 0, where it has to be above 0", line.b0);
  double start = s->linear ? 1 / line.b0 : exp(-line.b0), f0 = f1 * start, spread = f1 * start * line.se0;
  double variance = s->linear ? f1 * (1 - f1 / n) * start * start + spread * spread * start * start
                              : f1 * start * start + spread * spread;
  e->value[0] = n + f0;
  e->se[0] = sqrt(variance + n * f0 / (n + f0));
  e->value[1] = line.b1;
  e->se[1] = line.se1;
  if (e->se[0] > e->value[0])
    hc_estimate_note(e, "unstable", "the line starts close to 0: the standard error is larger than N");
  return HC_OK;
}

const hc_estimator hc_estimator_ratio_regression = {
    .id = "ratio-regression",
    .title = "Regression of ratios of frequencies",
    .cite = "Rocchetti, Bunge and Boehning (2011) Ann. Appl. Stat. 5:1512-1533",
    .formula = "N = n + f1/r_0, r_k = (k+1) f_{k+1}/f_k on a straight line in k, or ln r_k",
    .assumes = "the ratios of neighbouring frequencies lie on a line down to those met never",
    .needs = "people met once, twice, three times and four times at least, none missing in between",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
