/* traffic-loglog's regression. */
#include "traffic/loglog_regression.h"

static double log_of(const hc_loglog *s, const double *x, size_t place) {
  return s->logarithm && x[place] == s->given[place] ? s->logarithm[place] : log(x[place]);
}

void hc_loglog_row(const hc_loglog *s, const hc_loglog_platform *at, const double *x, double *row) {
  for (size_t j = 0; j < s->p; j++) row[j] = 0;
  row[0] = 1;
  row[1] = log_of(s, x, at->visitors);
  if (s->two) row[2] = log_of(s, x, at->second);
  if (at->cluster) row[1 + s->two + at->cluster] = 1;
}

size_t hc_loglog_scratch_size(size_t n, size_t p) { return n * p + 2 * n + 2 * p + hc_regress_scratch(n, p); }

hc_loglog_work hc_loglog_cut_scratch(double *scratch, size_t n, size_t p) {
  hc_loglog_work w = {.X = scratch};
  w.y = w.X + n * p;
  w.residual = w.y + n;
  w.beta = w.residual + n;
  w.row = w.beta + p;
  w.scratch = w.row + p;
  return w;
}

bool hc_loglog_fit(const hc_loglog *s, const double *x, size_t skip, hc_loglog_work *w, hc_regression *r) {
  size_t n = 0;
  bool drawn = x[s->coefficients] > 0;
  for (size_t i = 0; i < s->n; i++) {
    if (i == skip) continue;
    hc_loglog_row(s, &s->stated[i], x, w->X + n * s->p);
    w->y[n++] = drawn ? x[s->y + i] : log(x[s->stated[i].registered]);
  }
  *r = (hc_regression){.n = n, .p = s->p, .x = w->X, .y = w->y, .beta = w->beta, .residual = w->residual};
  return hc_regress_fit(r, s->loss, w->scratch);
}

static double smear(const hc_regression *r, double factor) {
  double sum = 0;
  for (size_t i = 0; i < r->n; i++) sum += exp(factor * r->residual[i]);
  return sum / (double)r->n;
}

double hc_loglog_back_factor(const hc_loglog *s, const hc_regression *r, double ratio, bool drawn) {
  if (s->retransform == HC_RETRANSFORM_MEDIAN || drawn) return 1; /* drawn ones need no way back from the mean logarithm */
  return s->retransform == HC_RETRANSFORM_MEAN ? exp(r->scale * r->scale / 2) : smear(r, ratio);
}

/* The part of a platform's accounts that counts; place 0 holds a country share and is nobody's active share. */
static double part(const hc_loglog_platform *p, const double *x) {
  return p->active ? x[p->share] * x[p->active] : x[p->share];
}

double hc_loglog_sum_predicted(const hc_loglog *s, const double *x, const hc_regression *r, double k, double *row) {
  double sum = 0;
  bool drawn = x[s->noise] > 0;
  for (size_t j = 0; j < s->others; j++) {
    double eta = 0;
    hc_loglog_row(s, &s->unknown[j], x, row);
    for (size_t i = 0; i < s->p; i++) eta += row[i] * r->beta[i];
    sum += part(&s->unknown[j], x) * (drawn ? exp(eta + r->scale * x[s->e + j]) : k * exp(eta));
  }
  return sum;
}

double hc_loglog_sum_stated(const hc_loglog *s, const double *x) {
  double sum = 0;
  for (size_t i = 0; i < s->n; i++) sum += x[s->stated[i].registered] * part(&s->stated[i], x);
  for (size_t i = 0; i < s->unpaired; i++) sum += x[s->alone[i].registered] * part(&s->alone[i], x);
  return sum;
}

bool hc_loglog_turn(const hc_loglog *s, const double *x, hc_regression *r, double *ratio) {
  const double *centre = x + s->centre;
  *ratio = centre[s->p] / r->scale;
  if (!(r->scale > 0) || !isfinite(*ratio)) return false;
  for (size_t j = 0; j < s->p; j++) r->beta[j] = centre[j] - (r->beta[j] - centre[j]) * *ratio;
  r->scale = centre[s->p] * *ratio;
  return true;
}
