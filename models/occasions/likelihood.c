/* Poisson likelihoods of cells: see the header. */
#include "occasions/likelihood.h"

void hc_saturated_add(hc_saturated *saturated, double y) {
  saturated->log_y += y * log(y);
  saturated->log_factorial += hc_ln_factorial(y);
}

void hc_poisson_criteria(hc_fit *fit, double kernel, const hc_saturated *saturated, double people, double cells,
                         double parameters, double n) {
  hc_fit_criteria(fit, kernel - saturated->log_factorial, parameters, n);
  fit->deviance = 2 * (saturated->log_y - people - kernel);
  fit->df = cells - parameters;
}
