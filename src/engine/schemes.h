/* The designs that can be planned: how a guess becomes a row, and the data that it leads one to expect. */
#ifndef HC_ENGINE_SCHEMES_H
#define HC_ENGINE_SCHEMES_H

#include "engine/data.h"
#include "engine/options.h"
#include "headcount/outlook.h"

/* What is wanted: a coefficient of variation, or (cv NaN) what a size gives. */
typedef struct hc_wanted {
  const hc_options *options;
  double cv, size;
} hc_wanted;

typedef struct hc_scheme_part {
  hc_scheme design;
  const char *size_option; /* that states the size instead of a precision */
  /* Fills guess, size, whole, expected and cv of a row; times: of the guess that was stated. */
  hc_status (*row)(const hc_wanted *wanted, double times, hc_outlook_row *row, hc_error *err);
  /* The data that the row leads one to expect, in whole people, and options of the estimator; NULL: it is not simulated. */
  hc_status (*expect)(const hc_wanted *wanted, const hc_outlook_row *row, hc_data **data, hc_options *options,
                      hc_error *err);
  /* Where the row would mislead: a sentence, else text stays empty. NULL: never. */
  void (*caution)(const hc_wanted *wanted, const hc_outlook_row *row, char *text, size_t size);
} hc_scheme_part;

extern const hc_scheme_part hc_scheme_parts[];
extern const size_t hc_scheme_parts_count;

#endif
