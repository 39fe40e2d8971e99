/* Tables: their columns by name, what is wrong with a field, rows in an order of their own. */
#ifndef HC_ENGINE_TABLE_H
#define HC_ENGINE_TABLE_H

#include "engine/data.h"

/* The column of a table with this name, or NULL. */
const hc_column *hc_data_column(const hc_data *data, const char *name);
/* The number in a row of a column: NaN where the column is NULL, blank or a text. */
double hc_column_number(const hc_column *column, size_t row);
/* The text in a row of a column: "" where the column is NULL, blank or a number. */
const char *hc_column_text(const hc_column *column, size_t row);
/* How messages name a row: "Kenya", else "row 3". Writes to buffer only when it is needed. */
enum { HC_ROW_NAME_SIZE = 80 };
const char *hc_row_name(const hc_data *data, size_t row, char buffer[HC_ROW_NAME_SIZE]);

/* How many bytes of a UTF-8 text fit into `most` without cutting a character. */
size_t hc_text_fit(const char *text, size_t most);

/* HC_EDATA, naming the row, unless every number in the column (which may be absent unless it is required)
 * lies in [minimum, maximum] and is finite. */
hc_status hc_table_check(const hc_data *data, const char *name, bool required, double minimum, double maximum,
                         hc_error *err);
/* HC_EDATA at the field's line and column where the table was read from a file. */
hc_status hc_table_fail(const hc_data *data, const char *column, size_t row, hc_error *err, const char *format, ...)
    HC_PRINTF(5, 6);
/* HC_EDATA when two rows have the same text in both columns (second may be NULL). */
hc_status hc_table_check_unique(const hc_data *data, const char *first, const char *second, hc_error *err);
/* Rows in the order of their names, so that the order in the file changes nothing: order[n_rows]. */
void hc_table_order(const hc_data *data, size_t *order);

#endif
