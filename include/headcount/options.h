/* Options of an estimator: typed, bounded, documented in its descriptor. */
#ifndef HEADCOUNT_OPTIONS_H
#define HEADCOUNT_OPTIONS_H

#include "headcount/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum hc_option_type {
  HC_OPTION_REAL = 1,
  HC_OPTION_INTEGER,
  HC_OPTION_CHOICE,
  HC_OPTION_TEXT,
  HC_OPTION_FORMULA, /* ~ sex + age: terms over columns of the file, which have to be read with it */
  HC_OPTION_COVERAGE /* C:region=south; D:year=2019: lists that did not operate there; the columns have to be read too */
} hc_option_type;

/* An array of these, ended by {0}, is part of the estimator's descriptor. */
typedef struct hc_option {
  const char *name;        /* [a-z0-9-]+, stable                                    */
  hc_option_type type;
  const char *fallback;    /* value used when not set, written as the user would;
                              "" means "not stated": see hc_options_is_stated       */
  double minimum, maximum; /* bounds, inclusive, of a real or an integer            */
  const char *choices;     /* "a|b|c" for a choice                                  */
  const char *help;        /* one line                                              */
} hc_option;

/* Is this the option's name? A - in it may be written as _, which older names had. */
bool hc_option_is(const hc_option *option, const char *name);

#ifdef __cplusplus
}
#endif
#endif
