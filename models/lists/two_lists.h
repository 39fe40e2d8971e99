/* What lincoln-petersen, chapman and bailey share: two lists, n1 and n2 people on each, m on both. */
#ifndef HC_TWO_LISTS_H
#define HC_TWO_LISTS_H

#include "model.h"

#define TWO_LISTS_METHODS \
  "binomial-wilson", "binomial-exact", "binomial-asymptotic", "poisson-exact", \
  "poisson-byar", "poisson-asymptotic", "hypergeometric"

#define TWO_LISTS_OPTION_PAIR                                                                             \
  {"pair", HC_OPTION_TEXT, "", 0, 0, NULL, "where there are more than two lists, the two to use: pair=NAME,NAME"}

typedef struct hc_two_lists {
  double n1, n2, m;
} hc_two_lists;

/* What an estimator adds before it divides: N = (n1 + .)(n2 + .)/(m + .) + shift. m: 0 or 1. */
typedef struct hc_two_lists_row {
  double n1, n2, m, shift;
} hc_two_lists_row;

typedef struct hc_two_lists_state {
  hc_two_lists_row row;
  bool binomial; /* lincoln-petersen: the second list drawn with replacement */
  size_t list[2]; /* which two of the data's */
} hc_two_lists_state;

/* A whole prepare, but for the form: two lists, of which there may be more: then option pair names the two ("A,B").
 * Refuses one list, more than two when pair is "", and lists that do not overlap. */
hc_status hc_two_lists_prepare(hc_plan *plan, const hc_data *data, const hc_options *o, const hc_two_lists_row *row,
                               hc_error *err);
/* In the header, because a fit takes five nanoseconds. */
enum { HC_ON_FIRST_ONLY, HC_ON_SECOND_ONLY, HC_ON_BOTH, HC_TWO_LISTS_CELLS };
static inline hc_two_lists hc_two_lists_of(const double *cells) {
  double both = cells[HC_ON_BOTH];
  return (hc_two_lists){cells[HC_ON_FIRST_ONLY] + both, cells[HC_ON_SECOND_ONLY] + both, both};
}
/* Refuses lists without overlap; a note where it is sparse. */
hc_status hc_two_lists_few(const hc_two_lists *s, hc_estimate *e, hc_error *err);
static inline hc_status hc_two_lists_overlap(const hc_two_lists *s, hc_estimate *e, hc_error *err) {
  const double few = 7; /* Chapman's relative bias is about exp(-expected m) (Robson and Regier 1964) */
  return s->m < few ? hc_two_lists_few(s, e, err) : HC_OK;
}
/* What the descriptors point to. */
void hc_two_lists_simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate);
hc_status hc_two_lists_profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                               double *scratch, double *loglik);
hc_status hc_two_lists_interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level,
                                double *lower, double *upper, hc_error *err);

#endif
