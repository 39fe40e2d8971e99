/* A list of columns as the roles of a reading state it: "sex,age". */
#ifndef HC_ENGINE_COLUMNS_H
#define HC_ENGINE_COLUMNS_H

#include "numeric/fail.h"

/* Adds a column by its name, in quotes as CSV has them where it holds a comma or a quote, unless it is there. HC_EUSAGE
 * where the list is too short. */
hc_status hc_columns_add(char *columns, size_t size, const char *name, hc_error *err);

#endif
