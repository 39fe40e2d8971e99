/* What --dependence asks, as text: read, and checked against the data. Its answer: engine/analysis.h. */
#ifndef HC_ENGINE_DEPENDENCE_H
#define HC_ENGINE_DEPENDENCE_H

#include "engine/data.h"

/* "A:B=0.5..2, A:C=1..3", "all=0.5..2" or "highest=1..2", a number or fraction in place of a range, either side of
 * which may be left out. HC_EUSAGE where it does not parse, an odds ratio is not above 0, a range is upside down or a
 * pair comes twice; with data, also where a list is not there. data may be NULL. */
hc_status hc_dependence_check(const char *text, const hc_data *data, hc_error *err);

#endif
