/* A method of intervals is one const descriptor, as an estimator is: one file of this folder and one line of methods.def. */
#ifndef HC_INTERVALS_METHOD_H
#define HC_INTERVALS_METHOD_H

#include "engine/bootstrap.h"
#include "headcount/interval.h"

struct hc_interval_basis; /* engine/interval.h */

/* One number, and what is known of it. A total over strata has no plan: then nothing that needs a fit is defined. */
typedef struct hc_interval_subject {
  const char *who, *name; /* of the estimator, of the quantity; for messages */
  double value, se;
  double floor;           /* NaN where there is none */
  const hc_bootstrap *bootstrap;
  size_t column;          /* of the quantity in the bootstrap */
  double level;
  const hc_plan *plan;
  const hc_estimate *estimate;
  struct hc_interval_basis *basis; /* NULL with the plan */
  size_t quantity;
} hc_interval_subject;

typedef struct hc_interval_method {
  const char *name;  /* [a-z]+, stable: command line and JSON */
  const char *title; /* in a sentence: "log-normal"           */
  const char *help;  /* what it is, with its citation         */
  bool bootstrap;    /* does it need replicates?              */
  /* Fills both limits, or refuses. The engine raises what lies below the floor. */
  hc_status (*limits)(const hc_interval_subject *s, double *lower, double *upper, hc_error *err);
} hc_interval_method;

/* The normal quantile that leaves half of 1 - level above it. */
double hc_interval_z(double level);
/* HC_EREFUSED "no-se" where there is no standard error. */
hc_status hc_interval_need_se(const hc_interval_subject *s, hc_error *err);

#define HC_INTERVAL(name) extern const hc_interval_method hc_interval_##name;
#include "intervals/methods.def"
#undef HC_INTERVAL

#endif
