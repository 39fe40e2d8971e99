/* Forward differentiation of second order (Griewank and Walther 2008, Evaluating Derivatives, chapter 13): products by
 * Leibniz's rule, functions by the chain rule. */
#include "numeric/jet.h"

#include <math.h>

#include "numeric/special.h"

/* The two variables of second[k]. */
static const unsigned char row[HC_JET_SECOND] = {0, 1, 1, 2, 2, 2}, column[HC_JET_SECOND] = {0, 0, 1, 0, 1, 2};

hc_jet hc_jet_constant(double value) {
  return (hc_jet){.value = value};
}

hc_jet hc_jet_variable(double value, unsigned variable) {
  hc_jet a = {.value = value};
  a.first[variable] = 1;
  return a;
}

hc_jet hc_jet_add(hc_jet a, hc_jet b) {
  a.value += b.value;
  for (int i = 0; i < HC_JET_VARIABLES; i++) a.first[i] += b.first[i];
  for (int k = 0; k < HC_JET_SECOND; k++) a.second[k] += b.second[k];
  return a;
}

hc_jet hc_jet_linear(hc_jet a, double factor, double shift) {
  a.value = factor * a.value + shift;
  for (int i = 0; i < HC_JET_VARIABLES; i++) a.first[i] *= factor;
  for (int k = 0; k < HC_JET_SECOND; k++) a.second[k] *= factor;
  return a;
}

hc_jet hc_jet_multiply(hc_jet a, hc_jet b) {
  hc_jet c = {.value = a.value * b.value};
  for (int i = 0; i < HC_JET_VARIABLES; i++) c.first[i] = a.first[i] * b.value + a.value * b.first[i];
  for (int k = 0; k < HC_JET_SECOND; k++)
    c.second[k] = a.second[k] * b.value + a.value * b.second[k] + a.first[row[k]] * b.first[column[k]] +
                  a.first[column[k]] * b.first[row[k]];
  return c;
}

hc_jet hc_jet_apply(hc_jet a, double f, double f1, double f2) {
  hc_jet c = {.value = f};
  for (int i = 0; i < HC_JET_VARIABLES; i++) c.first[i] = f1 * a.first[i];
  for (int k = 0; k < HC_JET_SECOND; k++) c.second[k] = f1 * a.second[k] + f2 * a.first[row[k]] * a.first[column[k]];
  return c;
}

hc_jet hc_jet_exp(hc_jet a) {
  double f = exp(a.value);
  return hc_jet_apply(a, f, f, f);
}

hc_jet hc_jet_log(hc_jet a) {
  return hc_jet_apply(a, log(a.value), 1 / a.value, -1 / (a.value * a.value));
}

hc_jet hc_jet_log1p(hc_jet a) {
  double slope = 1 / (1 + a.value);
  return hc_jet_apply(a, log1p(a.value), slope, -slope * slope);
}

hc_jet hc_jet_log1mexp(hc_jet a) {
  double odds = 1 / expm1(a.value); /* exp(-a)/(1 - exp(-a)) */
  return hc_jet_apply(a, hc_log1mexp(a.value), odds, -odds * (1 + odds));
}

hc_jet hc_jet_softplus(hc_jet a) {
  double p = 1 / (1 + exp(-a.value));
  return hc_jet_apply(a, a.value > 0 ? a.value + log1p(exp(-a.value)) : log1p(exp(a.value)), p, p * (1 - p));
}

hc_jet hc_jet_logaddexp(hc_jet a, hc_jet b) {
  return hc_jet_add(b, hc_jet_softplus(hc_jet_add(a, hc_jet_linear(b, -1, 0))));
}
