/* Options of an estimator: typed, bounded, documented in its descriptor. */
#ifndef HEADCOUNT_OPTIONS_H
#define HEADCOUNT_OPTIONS_H

#include "headcount/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum hc_option_type { HC_OPTION_REAL = 1, HC_OPTION_INTEGER, HC_OPTION_CHOICE, HC_OPTION_TEXT } hc_option_type;

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

typedef struct hc_options hc_options;
typedef struct hc_estimator hc_estimator;

/* Options at their defaults. The caller owns *options and ends it with hc_options_free. */
hc_status hc_options_new(hc_options **options, const hc_estimator *estimator, hc_error *err);
hc_status hc_options_copy(hc_options **copy, const hc_options *options, hc_error *err);
void hc_options_free(hc_options *options);

/* Sets one option from its text. HC_EUSAGE names the option, the bound or the choices. */
hc_status hc_options_set(hc_options *options, const char *name, const char *value, hc_error *err);

/* Is this the option's name? A - in it may be written as _, which older names had. */
bool hc_option_is(const hc_option *option, const char *name);

/* Values, by a name that the descriptor has (else NaN, 0 or ""). A choice and a text are borrowed. */
double hc_options_real(const hc_options *options, const char *name);
int64_t hc_options_integer(const hc_options *options, const char *name);
const char *hc_options_text(const hc_options *options, const char *name);
bool hc_options_choice_is(const hc_options *options, const char *name, const char *choice);
bool hc_options_is_stated(const hc_options *options, const char *name); /* has a value, set or default */

/* The descriptor's options, for printing: count, and number i with its current text. */
size_t hc_options_count(const hc_options *options);
const hc_option *hc_options_at(const hc_options *options, size_t i, const char **value);

#ifdef __cplusplus
}
#endif
#endif
