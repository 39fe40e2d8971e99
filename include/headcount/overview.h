/* A first look at data, before any estimate. */
#ifndef HEADCOUNT_OVERVIEW_H
#define HEADCOUNT_OVERVIEW_H

#include "headcount/data.h"
#include "headcount/codes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What can be said of data before any estimate. */
typedef struct hc_overview {
  size_t n_times; /* distinct numbers of times that people were met; 0 where the shape has none */
  uint64_t *times, *people; /* [n_times] ascending, and how many people */
  size_t n_lists;
  uint64_t *total;    /* [n_lists] people on the list                                    */
  uint64_t *alone;    /* [n_lists] of them on no other list                              */
  uint64_t *together; /* [n_lists * n_lists] people on both; the diagonal equals total   */
  /* borrowed from the data */
  size_t n_cells;          /* distinct numbers of times met, or histories                         */
  bool by_times;           /* the former                                                          */
  size_t n_names;          /* lists, occasions: also those of which only totals are known         */
  char *const *names;      /* [n_names]                                                           */
  const double *caught, *recaptured, *released; /* [n_names] each, or NULL: totals of occasions   */
  size_t n_pairs;
  const hc_pair *pairs;    /* [n_pairs] sorted by date                                            */
  size_t n_rows, n_columns; /* of a table */
  const hc_column *columns; /* [n_columns] */
  size_t n_warnings;
  hc_note *warnings;  /* "never-overlap", "sparse-overlap", "nobody-twice", ...          */
  bool warnings_lost;  /* memory ran out; never in what hc_overview_new hands out        */
  const uint64_t *histories; /* [n_cells] bit i: met on list i; NULL where the shape has none  */
  const uint64_t *in_cell;   /* [n_cells] people of each cell; NULL where there are no cells    */
} hc_overview;

/* The caller owns *overview, which borrows from the data and ends before them. HC_ENOMEM alone. Cost: cells times pairs of lists.
 * From any thread. */
hc_status hc_overview_new(hc_overview **overview, const hc_data *data, hc_error *err);
void hc_overview_free(hc_overview *overview);

#ifdef __cplusplus
}
#endif
#endif
