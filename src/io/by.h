/* Attributes of the rows (--by), gathered beside the tally of the cells. */
#ifndef HC_IO_BY_H
#define HC_IO_BY_H

#include "io/reader.h"

/* The row's people with their key (history or times met) and the levels in the columns of --by. Nothing without --by. */
hc_status hc_by_add(hc_reader *reader, uint64_t key, uint64_t count, hc_error *err);
/* The same with levels that are not fields of the row: n_by of them. */
hc_status hc_by_add_levels(hc_reader *reader, uint64_t key, uint64_t count, const hc_field *levels, hc_error *err);
/* Adds what was gathered to the data. */
hc_status hc_by_finish(hc_reader *reader, hc_data *data, hc_error *err);
void hc_by_free(hc_reader *reader);

#endif
