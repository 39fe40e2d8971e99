/* Files that are no text: compressed ones, and those of statistics packages and spreadsheets, as a stream of CSV. */
#ifndef HC_IO_CONVERT_H
#define HC_IO_CONVERT_H

#include <sys/types.h>

#include "numeric/fail.h"
#include "io/container.h"

typedef struct hc_converter {
  int text, complaints; /* pipes: what the child makes of the file, and why it cannot */
  pid_t child;          /* 0: none */
  hc_container kind;
} hc_converter;

/* By the first bytes, and by the name where those do not tell. */
hc_container hc_container_of(const char *file, const unsigned char *bytes, size_t n);

/* Starts a child process, limited in memory and time because crafted files make such readers read out of bounds, that
 * writes the file as CSV (gzip: as it is) to converter->text. sheet: of a workbook, a name or a number; NULL: the first.
 * HC_EDATA where this program was built without the reader; HC_EIO where there is no process to be had. */
hc_status hc_converter_start(hc_converter *converter, hc_container kind, const char *file, const char *sheet, hc_error *err);

/* After the end of its text: HC_EDATA where the child found the file broken, or died of it. Ends the child in any case. */
hc_status hc_converter_end(hc_converter *converter, const char *file, hc_error *err);

#endif
