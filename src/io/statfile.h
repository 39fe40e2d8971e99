/* Files of SPSS, Stata and SAS as CSV. Runs in a child process: see convert.h. */
#ifndef HC_IO_STATFILE_H
#define HC_IO_STATFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "io/container.h"

/* Writes the file as CSV, UTF-8: a header of names, one row a case. A value with a label is written as that label, except 0
 * and 1; a value that the file declares missing is blank; a date is YYYY-MM-DD. False where the file is broken or this
 * build has no ReadStat, having said why. */
bool hc_statfile_write(hc_container kind, const char *file, FILE *out, FILE *complaints);

#endif
