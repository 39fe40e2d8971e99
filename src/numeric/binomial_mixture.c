/* With a_j = ln w_j + ln of the truncated binomial of class j and r_j its share of exp(a_j), the derivatives of
 * ln sum exp(a_j) are sum r_j da_j and sum r_j (da_j da_j' + dda_j) - (sum r_j da_j)(sum r_j da_j)'; by logit p,
 * da_j is k less the truncated mean, and dda_j is minus the truncated variance (an exponential family). */
#include "numeric/binomial_mixture.h"

#include <math.h>

#include "numeric/special.h"

void hc_mixture_set(const hc_mixture *m, const double *x, hc_mixture_class *group) {
  size_t c = m->classes;
  double t = (double)m->t, top = 0, sum = 0;
  for (size_t j = 0; j + 1 < c; j++) top = fmax(top, x[j]);
  for (size_t j = 0; j < c; j++) sum += exp((j + 1 < c ? x[j] : 0) - top);
  for (size_t j = 0; j < c; j++) {
    hc_mixture_class *a = &group[j];
    a->ln_w = (j + 1 < c ? x[j] : 0) - top - log(sum);
    a->w = exp(a->ln_w);
    a->eta = x[c - 1 + j];
    a->p = 1 / (1 + exp(-a->eta));
    double ln_q = -t * log1p(exp(a->eta)), q = exp(ln_q);
    a->ln_norm = ln_q - hc_log1mexp(-ln_q);
    a->g = -1 / expm1(ln_q);
    a->mean = t * a->p * a->g;
    a->variance = a->mean * (1 - a->p - a->mean * q);
    a->g1 = -t * a->p * q * a->g * a->g;
    a->g2 = a->g1 * (1 - a->p - t * a->p - 2 * t * a->p * q * a->g);
  }
}

double hc_mixture_posterior(const hc_mixture *m, const hc_mixture_class *group, size_t k, double *r) {
  double top = -INFINITY, sum = 0;
  for (size_t j = 0; j < m->classes; j++) {
    r[j] = group[j].ln_w + (double)k * group[j].eta + group[j].ln_norm;
    top = fmax(top, r[j]);
  }
  for (size_t j = 0; j < m->classes; j++) sum += r[j] = exp(r[j] - top);
  for (size_t j = 0; j < m->classes; j++) r[j] /= sum;
  return m->ln_choose[k] + top + log(sum);
}

void hc_mixture_add(const hc_mixture *m, const hc_mixture_class *group, const double *r, double k, double f, size_t n,
                    double *gradient, double *hessian) {
  size_t c = m->classes;
  for (size_t j = 0; j < c; j++) {
    double y = r[j] * (k - group[j].mean);
    if (gradient) {
      if (j + 1 < c) gradient[j] -= f * (r[j] - group[j].w);
      gradient[c - 1 + j] -= f * y;
    }
    if (!hessian) continue;
    double *eta_row = hessian + (c - 1 + j) * n;
    for (size_t l = 0; l + 1 < c; l++) {
      double same = l == j;
      if (l <= j && j + 1 < c) hessian[j * n + l] -= f * (r[j] * same - r[j] * r[l] - group[j].w * (same - group[l].w));
      eta_row[l] -= f * y * (same - r[l]);
    }
    for (size_t i = 0; i <= j; i++) eta_row[c - 1 + i] += f * y * r[i] * (k - group[i].mean);
    eta_row[c - 1 + j] -= f * (y * (k - group[j].mean) - r[j] * group[j].variance);
  }
}

double hc_mixture_expansion(const hc_mixture *m, const hc_mixture_class *group, size_t n, double *dG, double *ddG) {
  size_t c = m->classes;
  double G = 0;
  for (size_t j = 0; j < c; j++) G += group[j].w * group[j].g;
  if (dG)
    for (size_t j = 0; j < c; j++) {
      if (j + 1 < c) dG[j] = group[j].w * (group[j].g - G);
      dG[c - 1 + j] = group[j].w * group[j].g1;
    }
  if (!ddG) return G;
  for (size_t j = 0; j < c; j++) {
    for (size_t l = 0; l + 1 < c; l++) {
      double same = l == j, wj = group[j].w, wl = group[l].w;
      if (l <= j && j + 1 < c)
        ddG[j * n + l] = same * wj * (group[j].g - G) - wj * wl * (group[j].g + group[l].g - 2 * G);
      ddG[(c - 1 + j) * n + l] = wj * group[j].g1 * (same - wl);
    }
    for (size_t i = 0; i <= j; i++) ddG[(c - 1 + j) * n + c - 1 + i] = i == j ? group[j].w * group[j].g2 : 0;
  }
  return G;
}
