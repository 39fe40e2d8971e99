/* What every test program includes: cmocka with its prerequisites, and a comparison of doubles. */
#ifndef HC_TESTS_SUPPORT_H
#define HC_TESTS_SUPPORT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "headcount.h"

#include "engine/analysis.h"
#include "engine/author.h"
#include "engine/interval.h"
#include "engine/strata.h"

/* cmocka's assert_float_equal casts to float. True when equal to `relative` of the expected value (of 1
 * where that is zero), and for equal infinities. */
static inline int is_close(double actual, double expected, double relative) {
  if (actual == expected) return 1;
  return fabs(actual - expected) <= relative * (expected == 0 ? 1 : fabs(expected));
}

#define assert_close(actual, expected, relative)                                                              \
  do {                                                                                                        \
    double actual_ = (actual), expected_ = (expected);                                                        \
    if (!is_close(actual_, expected_, (relative)))                                                            \
      fail_msg("%s is %.17g, expected %.17g within %g", #actual, actual_, expected_, (double)(relative));     \
  } while (0)

#define assert_ok(call)                                                                                       \
  do {                                                                                                        \
    hc_status status_ = (call);                                                                               \
    if (status_ != HC_OK) fail_msg("%s: status %d", #call, (int)status_);                                     \
  } while (0)

/* One interval of one plan's estimate, with nothing kept between calls. */
static inline hc_status interval_of(hc_interval *interval, const hc_plan *plan, const hc_estimate *estimate,
                                    const hc_bootstrap *bootstrap, const char *method, size_t quantity, double level,
                                    hc_error *err) {
  hc_interval_basis basis = {.plan = plan, .estimate = estimate, .bootstrap = bootstrap, .level = level};
  hc_status status = hc_interval_compute(interval, &basis, method, quantity, err);
  hc_jackknife_free(basis.jackknife);
  return status;
}

#endif
