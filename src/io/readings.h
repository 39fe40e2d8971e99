/* All readings that a file of people allows, each judged by the values; one is taken only when it is the only one. */
#ifndef HC_IO_READINGS_H
#define HC_IO_READINGS_H

#include "io/reader.h"

/* Sets the reader's layout to the one reading that headings and values leave. HC_EDATA where there are several, or none:
 * the error's advice has each with what it would count, for which the rest of the file is read. */
hc_status hc_readings_choose(hc_reader *reader, hc_error *err);

#endif
