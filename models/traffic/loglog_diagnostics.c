/* Does traffic-loglog's line predict anything? */
#include "traffic/loglog_diagnostics.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

#include "traffic/loglog_regression.h"

struct whole { /* what leaving one out is compared with: the fit of all stated platforms, and their plain mean */
  hc_regression fit;
  double *leverage; /* [n] */
  double mean;
};

struct misses { /* of the platforms left out, summed */
  double square, square_mean;
  size_t covered;
};

static void add_left_out(hc_loglog *s, const double *x, size_t i, const struct whole *whole, hc_loglog_work *w,
                         struct misses *misses) {
  hc_regression r;
  const hc_regression *all = &whole->fit;
  hc_loglog_checks *c = &s->checks;
  double y = log(x[s->stated[i].registered]), h = whole->leverage[i], eta = 0, df = (double)s->n - (double)s->p - 1;
  double D = all->residual[i] * all->residual[i] * h / ((double)s->p * all->scale * all->scale * (1 - h) * (1 - h));
  if (!(h < 1 - 1e-9) || !hc_loglog_fit(s, x, i, w, &r)) return; /* its cluster has no other: nothing predicts it */
  hc_loglog_row(s, &s->stated[i], x, w->row);
  for (size_t j = 0; j < s->p; j++) eta += w->row[j] * r.beta[j];
  double error = y - eta, from_mean = (y - whole->mean) * (double)s->n / (double)(s->n - 1);
  misses->square += error * error;
  misses->square_mean += from_mean * from_mean;
  c->evaluated++;
  if (df >= 1) misses->covered += fabs(error) <= gsl_cdf_tdist_Pinv(0.975, df) * r.scale / sqrt(1 - h);
  if (D > c->cook) {
    c->cook = D;
    c->influential = i;
    c->total_without = hc_loglog_sum_stated(s, x) + hc_loglog_sum_predicted(s, x, &r, hc_loglog_back_factor(s, &r, 1, false), w->row);
  }
}

hc_status hc_loglog_check_fit(hc_plan *plan, double *memory, hc_error *err) {
  hc_loglog *s = plan->state;
  hc_loglog_checks *c = &s->checks;
  const double *x = plan->observed;
  hc_loglog_work w = hc_loglog_cut_scratch(memory, s->n, s->p);
  struct whole whole = {.leverage = memory + hc_loglog_scratch_size(s->n, s->p)};
  struct misses misses = {.covered = 0};
  double *residual = whole.leverage + s->n;
  if (!hc_loglog_fit(s, x, SIZE_MAX, &w, &whole.fit))
    return hc_refuse(err, "not-identified", "the regressors are collinear over the %zu stated platforms, or the robust fit "
                     "does not settle", s->n);
  if (!(whole.fit.scale > 1e-12)) return hc_refuse(err, "not-identified", "the stated platforms lie on one line without scatter, which no "
                                             "real table does: the error of the prediction cannot be told");
  hc_regression plain = whole.fit;
  hc_regress_least_squares(&plain, NULL, w.scratch); /* for leverages: R of all rows, unweighted */
  for (size_t i = 0; i < s->n; i++) {
    whole.leverage[i] = hc_regress_leverage(w.scratch, s->p, w.X + i * s->p, w.row);
    whole.mean += w.y[i] / (double)s->n;
  }
  hc_loglog_fit(s, x, SIZE_MAX, &w, &whole.fit);
  memcpy(residual, whole.fit.residual, s->n * sizeof *residual);
  whole.fit.residual = residual;
  for (size_t i = 0; i < s->n; i++) add_left_out(s, x, i, &whole, &w, &misses);
  if (!c->evaluated) return hc_refuse(err, "not-identified", "no stated platform can be predicted from the others");
  c->loo_error = sqrt(misses.square / (double)c->evaluated);
  c->loo_error_mean = sqrt(misses.square_mean / (double)c->evaluated);
  c->loo_coverage = (double)misses.covered / (double)c->evaluated;
  s->weak = !(c->loo_error < c->loo_error_mean);
  if (s->weak && !s->accept_weak)
    return hc_refuse(err, "no-predictive-power", "no predictive power: predicting each of the %zu stated platforms from the "
                     "others is off by %.3g on the log scale, and their plain mean by %.3g; a total would do harm "
                     "(weak-fit=accept prints it, with this note)", c->evaluated, c->loo_error, c->loo_error_mean);
  return HC_OK;
}

void hc_loglog_find_range(hc_loglog *s, const double *x) {
  hc_loglog_checks *c = &s->checks;
  c->low = INFINITY;
  for (size_t i = 0; i < s->n; i++) {
    c->low = fmin(c->low, x[s->stated[i].visitors]);
    c->high = fmax(c->high, x[s->stated[i].visitors]);
  }
  for (size_t j = 0; j < s->others; j++)
    c->outside += x[s->unknown[j].visitors] < c->low || x[s->unknown[j].visitors] > c->high;
}

static void note_platforms(const hc_loglog *s, hc_estimate *e) {
  const hc_loglog_checks *c = &s->checks;
  if (c->outside)
    hc_estimate_note(e, "extrapolation", "%zu of %zu predicted platforms have traffic outside of the fitted range, %.4g to %.4g "
                     "visitors", c->outside, s->others, c->low, c->high);
  if (s->unpaired)
    hc_estimate_note(e, "registered-without-visitors", "%zu platforms state a number and have no traffic (or state zero: %zu): "
                     "they count in the total and not in the fit", s->unpaired, s->zero_registered);
  if (s->left_out)
    hc_estimate_note(e, "platforms-left-out", "%zu %s neither a number nor traffic and %s as nothing", s->left_out,
                     hc_noun(s->left_out, "platform has", "platforms have"), hc_noun(s->left_out, "counts", "count"));
  if (!s->others) hc_estimate_note(e, "nothing-predicted", "every platform states a number: nothing is predicted");
}

void hc_loglog_note(const hc_loglog *s, const double *x, const hc_loglog_numbers *n, hc_estimate *e) {
  const hc_loglog_checks *c = &s->checks;
  if (s->weak)
    hc_estimate_note(e, "no-predictive-power", "no predictive power, accepted on request: leaving one out predicts no better (%.3g "
                     "on the log scale) than the plain mean (%.3g); do not quote this number", c->loo_error, c->loo_error_mean);
  hc_estimate_note(e, "diagnostics", "%zu platforms in the fit, %zu predicted; %.1f %% of the accounts are predicted; slope %.4g, "
                   "R2 %.3f, residual sd %.3g on the log scale (a factor of %.3g)", s->n, s->others,
                   100 * n->predicted_share, n->slope, n->r2, n->residual_sd, exp(n->residual_sd));
  hc_estimate_note(e, "leave-one-out", "predicting each of %zu stated platforms from the others is off by %.3g (root mean square, log "
                   "scale; their plain mean: %.3g); the 95 %% prediction interval holds %.0f %% of them", c->evaluated, c->loo_error,
                   c->loo_error_mean, 100 * c->loo_coverage);
  hc_estimate_note(e, "influence", "the platform that moves the fit most is %s (Cook's distance %.3g): without it in the fit there "
                   "would be %.0f accounts", s->stated[c->influential].name, c->cook, c->total_without);
  note_platforms(s, e);
  if (s->retransform == HC_RETRANSFORM_MEDIAN && s->others)
    hc_estimate_note(e, "median-below-mean", "a sum of medians is below the expected total; the interval is for the total");
  hc_people_note(&s->people, x, n->accounts, e);
}
