/* Refusing a file that can be read in several ways, with a command line for each. */
#ifndef HC_IO_ADVICE_H
#define HC_IO_ADVICE_H

#include "io/reader.h"

enum { HC_MOST_READINGS = 8 };

/* HC_EDATA at a column of the header, which is the current record, saying why; the error's advice has each of n readings (at
 * most HC_MOST_READINGS) with what it would count, for which the rest of the file is read. */
hc_status hc_advice_refuse(hc_reader *reader, const hc_layout *readings, size_t n, size_t column, const char *why,
                           hc_error *err);

#endif
