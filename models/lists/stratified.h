/* What estimators of a population sampled twice by stratum share: the table marked_in, found_in, people. */
#ifndef HC_STRATIFIED_H
#define HC_STRATIFIED_H

#include "model.h"

#define HC_IN_NEITHER SIZE_MAX

/* Strata of the two samples, in the order of their names; where the people of each cell were. The plan's. */
typedef struct hc_stratified {
  size_t n_marked, n_found;
  const char **marked, **found;        /* names                                                      */
  const size_t *marked_in, *found_in;  /* [n_cells] HC_IN_NEITHER: not in that sample (never in both) */
} hc_stratified;

/* observed = cells = the table's rows, in the order of their strata. Refuses a table without people, and as bad data a
 * row that is in neither sample, rows that repeat, and numbers that are no counts. */
hc_status hc_stratified_read(hc_plan *plan, const hc_data *data, hc_stratified *s, hc_error *err);
/* Sums over cells: m (n_marked x n_found) people marked in i and found in j; a[i] people marked in i; u[j] people
 * found in j who had not been marked. */
void hc_stratified_sums(const hc_stratified *s, const hc_plan *plan, const double *cells, double *m, double *a,
                        double *u);

#endif
