/* Rows of numbers that are drawn in one process or in several: what stands behind headcount/replicates.h. */
#ifndef HC_ENGINE_REPLICATES_H
#define HC_ENGINE_REPLICATES_H

#include "engine/parallel.h"
#include "headcount/replicates.h"

/* Fills n rows from `first` on; *done: fewer after a stop. */
typedef hc_status (*hc_draw_rows)(void *context, uint64_t first, uint64_t n, double *rows, const hc_pulse *pulse, uint64_t *done,
                                  hc_error *err);

struct hc_replicates {
  uint64_t key, wanted;
  const char *name;
  size_t width;
  double *rows;           /* [wanted][width] */
  hc_draw_rows draw;
  void *context;
  const hc_pulse *pulse;
  uint64_t drawn, planned; /* for the pulse: rows that this process has drawn, and will have */
  bool left;
};

/* Rows for `wanted`, filled by the settings' share, or all of them here where there is none. The caller frees r->rows, also on
 * failure; r's first members (up to width, draw, context, pulse) are set. */
hc_status hc_replicates_fill(hc_replicates *r, const hc_settings *settings, uint64_t *done, hc_error *err);

#endif
