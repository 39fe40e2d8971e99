/* What estimators of overlapping lists share: the table of all 2^k histories, made from the distinct ones, the lists' names,
 * and what is to be said of overlaps. */
#ifndef HC_LIST_TABLE_H
#define HC_LIST_TABLE_H

#include "model.h"

/* The first member of an estimator's state, because hc_list_table_collapse finds it there. */
struct list_table {
  size_t lists, cells;      /* cells: 2^lists, cell 0 (nobody's list) included */
  const uint32_t *history;  /* [n_cells] of the plan's distinct histories      */
  const char *const *names; /* [lists] the plan's                              */
};

/* Refuses what no model of lists can answer: one list, more than `most`, totals without histories, no overlap at all. */
hc_status hc_list_table_check(const hc_data *data, size_t most, const char *who, hc_error *err);
/* Fills the table and the plan's cells and observed: [cells] people by history, cell 0 being 0. */
hc_status hc_list_table_begin(hc_plan *plan, struct list_table *table, const hc_data *data, hc_error *err);
/* Lists that share nobody, pairs that share few. sums: [cells] scratch. */
void hc_list_table_note_overlaps(const struct list_table *table, const double *y, double *sums, hc_estimate *e);
/* Sum of ln y! over the cells. */
double hc_list_table_factorials(const struct list_table *table, const double *y);
/* A model of these lists in the engine's words: all of them in the data's order. */
void hc_list_table_form(const struct list_table *table, const double *y, const uint32_t *mask, size_t terms,
                        hc_log_linear *form);
/* round(N) people over all cells, the unseen one included, by their means: conditional binomials, in place in
 * replicate, which holds the means; cell 0 comes out as 0. With Poisson cells N itself would vary, which se(N) leaves
 * out. */
void hc_list_table_draw(const struct list_table *table, double N, hc_rng *rng, double *replicate);

#endif
