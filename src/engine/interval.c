/* Confidence intervals: the table of methods (src/intervals), an estimator's own, and what no interval may fall below. */
#include "engine/interval.h"

#include <math.h>
#include <string.h>

#include "engine/plan.h"
#include "intervals/method.h"
#include "numeric/fail.h"

static const hc_interval_method *const methods[] = {
#define HC_INTERVAL(name) &hc_interval_##name,
#include "intervals/methods.def"
#undef HC_INTERVAL
};
enum { N_METHODS = sizeof methods / sizeof methods[0] };

static const hc_interval_method *find(const char *name) {
  for (size_t i = 0; i < N_METHODS; i++)
    if (strcmp(methods[i]->name, name) == 0) return methods[i];
  return NULL;
}

const char *hc_interval_method_at(size_t i) { return i < N_METHODS ? methods[i]->name : NULL; }

const char *hc_interval_title(const char *method) {
  const hc_interval_method *m = find(method);
  return m ? m->title : method;
}

const char *hc_interval_help(const char *method) {
  const hc_interval_method *m = find(method);
  return m ? m->help : NULL;
}

bool hc_interval_needs_bootstrap(const char *method) {
  const hc_interval_method *m = find(method);
  return m && m->bootstrap;
}

/* The estimator's own name for it, in static storage; NULL where it has no such interval. */
static const char *own_method(const hc_estimator *estimator, const char *name) {
  const char *const *own = estimator->interval_methods;
  while (own && *own && strcmp(*own, name) != 0) own++;
  return own ? *own : NULL;
}

/* No interval reaches below what was observed, and one that lies there as a whole is none. */
static hc_status keep_above_floor(hc_interval *interval, double floor, hc_error *err) {
  if (interval->upper < floor)
    return hc_refuse(err, "below-observed", "the whole %s interval, up to %.1f, lies below the %.0f people who were met",
                     interval->method, interval->upper, floor);
  if (interval->lower < floor) {
    interval->lower = floor;
    interval->at_floor = true;
  }
  return HC_OK;
}

static hc_status check_level(double level, hc_error *err) {
  return level > 0 && level < 1 ? HC_OK : hc_fail(err, HC_EUSAGE, "the level is between 0 and 1, not %g", level);
}

/* N has the people met; so do people of a part of them, where somebody was. */
static double floor_of(const hc_plan *plan, size_t quantity) {
  if (quantity == 0) return plan->n_units;
  return plan->quantities[quantity].floor > 0 ? plan->quantities[quantity].floor : NAN;
}

hc_status hc_interval_compute(hc_interval *interval, hc_interval_basis *basis, const char *method, size_t quantity,
                              hc_error *err) {
  const hc_plan *plan = basis->plan;
  const hc_estimate *estimate = basis->estimate;
  const char *own = own_method(plan->estimator, method);
  /* an estimator knows its own N best */
  const hc_interval_method *generic = own && quantity == 0 ? NULL : find(method);
  const char *name = generic ? generic->name : own;
  hc_status status = check_level(basis->level, err);
  if (status != HC_OK) return status;
  if (!name) return hc_fail(err, HC_EUSAGE, "%s has no interval '%s'", plan->estimator->id, method);
  *interval = (hc_interval){.quantity = quantity, .method = name, .level = basis->level};
  if (generic) {
    const hc_interval_subject s = {.who = plan->estimator->id, .name = plan->quantities[quantity].name,
                        .value = estimate->value[quantity], .se = estimate->se[quantity],
                        .floor = floor_of(plan, quantity), .bootstrap = basis->bootstrap, .column = quantity,
                        .level = basis->level, .plan = plan, .estimate = estimate, .basis = basis, .quantity = quantity};
    status = generic->limits(&s, &interval->lower, &interval->upper, err);
  } else if (quantity != 0 && plan->estimator->interval_of) {
    status = plan->estimator->interval_of(plan, estimate, quantity, method, basis->level, &interval->lower,
                                          &interval->upper, err);
  } else if (quantity != 0) {
    return hc_refuse(err, "not-a-population", "the %s interval is for %s", method, plan->quantities[0].name);
  } else {
    status = plan->estimator->interval(plan, estimate, method, basis->level, &interval->lower, &interval->upper, err);
  }
  return status == HC_OK ? keep_above_floor(interval, floor_of(plan, quantity), err) : status;
}

hc_status hc_interval_of_total(hc_interval *interval, const char *who, const char *name, double value, double se,
                               double floor, const hc_bootstrap *bootstrap, size_t column, const char *method,
                               double level, hc_error *err) {
  const hc_interval_method *generic = find(method);
  hc_status status = check_level(level, err);
  if (status != HC_OK) return status;
  if (!generic) return hc_refuse(err, "no-such-total", "a total over strata has no %s interval", method);
  const hc_interval_subject s = {.who = who, .name = name, .value = value, .se = se, .floor = floor, .bootstrap = bootstrap,
                      .column = column, .level = level, .quantity = column};
  *interval = (hc_interval){.quantity = column, .method = generic->name, .level = level};
  status = generic->limits(&s, &interval->lower, &interval->upper, err);
  return status == HC_OK ? keep_above_floor(interval, floor, err) : status;
}
