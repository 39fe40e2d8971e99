/* A first look at data, before any estimate. */
#ifndef HEADCOUNT_OVERVIEW_H
#define HEADCOUNT_OVERVIEW_H

#include "headcount/data.h"
#include "headcount/estimate.h"

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
  size_t n_warnings;
  hc_note *warnings;  /* "never-overlap", "sparse-overlap", "nobody-twice", ...          */
  bool warnings_lost;  /* memory ran out; never in what hc_overview_new hands out        */
} hc_overview;

hc_status hc_overview_new(hc_overview **overview, const hc_data *data, hc_error *err);
void hc_overview_free(hc_overview *overview);

#ifdef __cplusplus
}
#endif
#endif
