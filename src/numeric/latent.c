/* Derivation: a class is a product of Bernoulli variables given that not all are 0, an exponential family in logit p_l with
 * means m_l = p_l/A, A = 1 - q, and covariances p_l p_k/A - m_l m_k (m_l - m_l^2 on the diagonal). The derivatives of the
 * logarithm of a mixture are moments over the classes of v_j = (unit vector j, x - m_j), weighted by r_j. */
#include "numeric/latent.h"

#include <math.h>

#include "numeric/special.h"

static void set_class(size_t lists, const double *eta, double ln_w, hc_latent_class *a) {
  double none = 0;
  for (size_t l = 0; l < lists; l++) {
    a->eta[l] = eta[l];
    a->p[l] = 1 / (1 + exp(-eta[l]));
    none -= hc_logaddexp(0, eta[l]);
  }
  a->w = exp(ln_w);
  a->seen = -expm1(none);
  a->ln_norm = ln_w + none - log(a->seen);
  a->g = 1 / a->seen;
  a->spread = exp(none) * a->g * a->g;
  for (size_t l = 0; l < lists; l++) a->mean[l] = fmin(1, a->p[l] * a->g);
}

void hc_latent_set(const hc_latent *s, const double *x, hc_latent_class *group) {
  size_t c = s->classes;
  double ln_sum = 0;
  for (size_t j = 0; j + 1 < c; j++) ln_sum = hc_logaddexp(ln_sum, x[j]);
  for (size_t j = 0; j < c; j++)
    set_class(s->lists, x + c - 1 + j * s->lists, (j + 1 < c ? x[j] : 0) - ln_sum, &group[j]);
}

double hc_latent_posterior(const hc_latent *s, const hc_latent_class *group, uint32_t history, double *r) {
  double ln[HC_LATENT_CLASSES], largest = -INFINITY, sum = 0;
  for (size_t j = 0; j < s->classes; j++) {
    ln[j] = group[j].ln_norm;
    for (uint32_t left = history; left; left &= left - 1) ln[j] += group[j].eta[__builtin_ctz(left)];
    largest = fmax(largest, ln[j]);
  }
  for (size_t j = 0; j < s->classes; j++) sum += r[j] = exp(ln[j] - largest);
  for (size_t j = 0; j < s->classes; j++) r[j] /= sum;
  return largest + log(sum);
}

void hc_latent_add(const hc_latent *s, const hc_latent_class *group, const double *r, uint32_t history, double people,
                   size_t n, double *gradient, double *hessian) {
  size_t c = s->classes, lists = s->lists, first = c - 1;
  double d[HC_LATENT_VARIABLES], v[HC_LATENT_VARIABLES]; /* x - m, and r times that */
  for (size_t j = 0, i = 0; j < c; j++)
    for (size_t l = 0; l < lists; l++, i++) d[i] = (double)(history >> l & 1) - group[j].mean[l], v[i] = r[j] * d[i];
  if (gradient) {
    for (size_t j = 0; j < first; j++) gradient[j] -= people * (r[j] - group[j].w);
    for (size_t i = 0; i < c * lists; i++) gradient[first + i] -= people * v[i];
  }
  if (!hessian) return;
  for (size_t j = 0; j < first; j++)
    for (size_t k = 0; k <= j; k++) hessian[j * n + k] -= people * ((j == k ? r[j] : 0) - r[j] * r[k]);
  for (size_t i = 0; i < c * lists; i++) {
    double *row = hessian + (first + i) * n, a = people * v[i];
    size_t j = i / lists;
    for (size_t k = 0; k < first; k++) row[k] -= a * ((k == j) - r[k]);
    row += first;
    for (size_t m = 0; m <= i; m++) row[m] += a * v[m];
    for (size_t m = j * lists; m <= i; m++) row[m] -= a * d[m];
  }
}

void hc_latent_finish(const hc_latent *s, const hc_latent_class *group, const double *people, size_t n,
                      double *hessian) {
  size_t c = s->classes, first = c - 1;
  double all = 0;
  for (size_t j = 0; j < c; j++) all += people[j];
  for (size_t j = 0; j < first; j++)
    for (size_t k = 0; k <= j; k++) hessian[j * n + k] += all * ((j == k) - group[k].w) * group[j].w;
  for (size_t j = 0; j < c; j++) {
    const hc_latent_class *a = &group[j];
    size_t at = first + j * s->lists;
    for (size_t l = 0; l < s->lists; l++) {
      double *row = hessian + (at + l) * n + at;
      for (size_t m = 0; m < l; m++) row[m] += people[j] * (a->p[l] - a->mean[l]) * a->mean[m];
      row[l] += people[j] * (a->mean[l] - a->mean[l] * a->mean[l]);
    }
  }
}

double hc_latent_expansion(const hc_latent *s, const hc_latent_class *group, size_t n, double *dG, double *ddG) {
  size_t c = s->classes, lists = s->lists, first = c - 1;
  double G = 0;
  for (size_t j = 0; j < c; j++) G += group[j].w * group[j].g;
  for (size_t j = 0; dG && j < first; j++) dG[j] = group[j].w * (group[j].g - G);
  for (size_t i = 0; dG && i < c * lists; i++) {
    const hc_latent_class *a = &group[i / lists];
    dG[first + i] = -a->w * a->spread * a->p[i % lists];
  }
  if (!ddG) return G;
  for (size_t j = 0; j < first; j++)
    for (size_t k = 0; k <= j; k++)
      ddG[j * n + k] = group[j].w * (((j == k) - group[k].w) * (group[j].g - G) - group[k].w * (group[k].g - G));
  for (size_t i = 0; i < c * lists; i++) {
    size_t j = i / lists, l = i % lists;
    const hc_latent_class *a = &group[j];
    double *row = ddG + (first + i) * n, slope = a->spread * a->p[l];
    for (size_t k = 0; k < first; k++) row[k] = -a->w * ((j == k) - group[k].w) * slope;
    for (size_t m = 0; m < j * lists; m++) row[first + m] = 0;
    for (size_t m = 0; m <= l; m++)
      row[first + j * lists + m] = a->w * slope * ((2 * a->g - 1) * a->p[m] - (m == l ? 1 - a->p[l] : 0));
  }
  return G;
}

/* ln of the product of 1 - m_l A, less ln(1 - A): falls through 0 at the root, A > 0. */
static double root_side(size_t lists, const double *mean, double A) {
  double sum = -log1p(-A);
  for (size_t l = 0; l < lists; l++) sum += log1p(-fmin(1, mean[l]) * A);
  return sum;
}

double hc_latent_chances(size_t lists, const double *mean, double edge, double *eta) {
  double low = 0, high = 1, total = 0, A;
  for (size_t l = 0; l < lists; l++) total += mean[l];
  bool twice = total > 1 + 1e-9;
  for (int i = 0; twice && i < 60; i++) { /* the function is convex below the root, and negative there */
    double middle = 0.5 * (low + high);
    if (root_side(lists, mean, middle) < 0)
      low = middle;
    else
      high = middle;
  }
  A = twice ? 0.5 * (low + high) : exp(-edge);
  for (size_t l = 0; l < lists; l++) {
    double p = mean[l] * A;
    eta[l] = fmax(-edge, fmin(edge, log(p) - log1p(-fmin(1, p))));
  }
  return twice ? A : 0;
}
