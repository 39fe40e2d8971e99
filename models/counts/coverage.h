/* What ace and chao-lee share: coverage estimators that allow for heterogeneity. The formulas are in ace.c. */
#ifndef HC_COVERAGE_H
#define HC_COVERAGE_H

#include "model.h"

typedef enum hc_coverage_form { HC_ACE, HC_ACE1, HC_ICE, HC_ICE1, HC_ICE1994 } hc_coverage_form;
typedef enum hc_coverage_error { HC_COVERAGE_DELTA, HC_COVERAGE_RARE, HC_COVERAGE_VEGAN } hc_coverage_error;
enum { HC_COVERAGE_MOST_RARE = 1000 };

#define COVERAGE_OPTION_RARE                                       \
  {"rare", HC_OPTION_INTEGER, "10", 1, HC_COVERAGE_MOST_RARE, NULL, \
   "people met more often than this are taken as complete"}

/* The plan's state. */
typedef struct hc_coverage {
  hc_coverage_form form;
  hc_coverage_error error;
  size_t rare;
  double t, c; /* occasions; t/(t-1) or 1 */
  unsigned held_equal, held_differ; /* hc_note_coverage */
} hc_coverage;

/* A whole prepare, but for the form: frequencies up to rare, those above lumped; quantities N, coverage, cv. */
hc_status hc_coverage_prepare(hc_plan *plan, const hc_data *data, const hc_coverage *chosen, hc_error *err);
hc_status hc_coverage_fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err);

#endif
