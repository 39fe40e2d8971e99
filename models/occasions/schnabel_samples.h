/* What schnabel and schumacher-eschmeyer share: samples in sequence, marked on first capture. */
#ifndef HC_SCHNABEL_SAMPLES_H
#define HC_SCHNABEL_SAMPLES_H

#include "model.h"

typedef struct hc_schnabel_samples {
  size_t k;
  const double *n, *m, *R;
} hc_schnabel_samples;

typedef struct hc_schnabel_state {
  size_t k;
  uint64_t *history; /* [n_cells] of the plan; NULL where there is one row per occasion */
  bool plain;        /* schnabel without Chapman's + 1 */
} hc_schnabel_state;

/* In the header, because a fit takes ten nanoseconds. */
static inline hc_schnabel_samples hc_schnabel_samples_of(const hc_plan *plan, const double *observed) {
  size_t k = ((const hc_schnabel_state *)plan->state)->k;
  return (hc_schnabel_samples){k, observed, observed + k, observed + 2 * k};
}
/* A whole prepare, but for the form. */
hc_status hc_schnabel_prepare(hc_plan *plan, const hc_data *data, hc_error *err);
void hc_schnabel_simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate);
/* Refuses samples without recaptures, and an N below the people met. */
hc_status hc_schnabel_check(const hc_plan *plan, const hc_schnabel_samples *s, double N, hc_error *err);
/* Limits from those of 1/N, which is close to normal where N is not: Student's t on df degrees of freedom. */
void hc_schnabel_inverse_limits(double N, double se, double df, double level, double *lower, double *upper);

#endif
