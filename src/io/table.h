/* Any delimited table, by columns. */
#ifndef HC_IO_TABLE_H
#define HC_IO_TABLE_H

#include "io/reader.h"

/* Reads all rows after the header into data->columns: a column is numeric when every field of it that is
 * not missing is a number, else text. Blank and NA are NaN among numbers and "" among texts. */
hc_status hc_table_read(hc_reader *reader, hc_data **data, hc_error *err);

#endif
