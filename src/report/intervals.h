/* Numbers with their intervals, one a row: what the forests of estimators and of strata share. */
#ifndef HC_REPORT_INTERVALS_H
#define HC_REPORT_INTERVALS_H

#include "report/picture.h"

/* The columns name, value, lower, upper, and group: one of two. */
void hc_intervals_columns(hc_drawing *drawing, const char *what, const char *number);
/* k: NULL where there is none; an upper limit that is infinite is left open. */
void hc_intervals_row(hc_drawing *drawing, const char *name, double value, const hc_interval *k, const char *group);
/* After the rows: points on lines, in the order of the rows, against an axis `title`; `mark` is a number to be seen across
 * (NaN: none). groups[1]: NULL where there is one. */
void hc_intervals_spec(hc_drawing *drawing, const char *title, double mark, const char *const groups[2],
                       const char *const colours[2]);

#endif
