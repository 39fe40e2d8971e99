/* Does anybody come or go while the occasions last? Two tests of closure, for notes and for describe. */
#ifndef HC_ENGINE_CLOSURE_H
#define HC_ENGINE_CLOSURE_H

#include <stddef.h>

#include "engine/data.h"
#include "headcount/codes.h"

typedef struct hc_chi_squared {
  double value, df, p; /* NaN where the data allow no test */
} hc_chi_squared;

typedef struct hc_closure {
  double z, p; /* Otis and others: low where first and last captures are too near to one another; NaN for a table */
  hc_chi_squared overall;   /* Stanley and Burnham: Mt against Jolly and Seber                */
  hc_chi_squared arrivals;  /* its part: nobody arrives, against Jolly and Seber              */
  hc_chi_squared departures;/* nobody leaves, against Jolly and Seber; not a part of the sum  */
} hc_closure;

/* Of capture histories of ordered occasions, or of first, last and all captures by occasion. HC_EREFUSED, without a
 * message, where the data are neither or have fewer than three occasions. */
hc_status hc_closure_test(hc_closure *closure, const hc_data *data, hc_error *err);
/* Do both tests (the second where there is one) contradict closure? Then a sentence is written to text. */
bool hc_closure_contradicted(const hc_closure *closure, char text[HC_NOTE_SIZE]);

#endif
