/* What the models of occasions share: Poisson likelihoods of cells, and the terms of them that no fit changes. */
#ifndef HC_OCCASIONS_LIKELIHOOD_H
#define HC_OCCASIONS_LIKELIHOOD_H

#include "model.h"

#define HC_OPTION_OCCASIONS_LIKELIHOOD                                               \
  {"likelihood", HC_OPTION_CHOICE, "conditional", 0, 0, "conditional|full",         \
   "conditional on being met (log-linear, Huggins), or full with N unknown (Darroch, Otis)"}

/* Over cells with y people: the sums of y ln y and of ln y!. */
typedef struct hc_saturated {
  double log_y, log_factorial;
} hc_saturated;

/* count * ln chance, of which nothing is left where the count is 0, whatever the chance. */
static inline double hc_times_log(double count, double log_chance) { return count > 0 ? count * log_chance : 0; }

void hc_saturated_add(hc_saturated *saturated, double y);

/* The numbers of a Poisson fit to so many cells. kernel: sum of y ln mean - mean; people: sum of y = sum of the means;
 * n: what BIC takes the logarithm of. */
void hc_poisson_criteria(hc_fit *fit, double kernel, const hc_saturated *saturated, double people, double cells,
                         double parameters, double n);

#endif
