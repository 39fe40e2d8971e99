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

#endif
