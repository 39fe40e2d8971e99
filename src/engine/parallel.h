/* The one parallel construct: a pure function mapped over an index range. */
#ifndef HC_ENGINE_PARALLEL_H
#define HC_ENGINE_PARALLEL_H

#include "headcount/bootstrap.h"

/* Called once per index; writes only to the slot of that index. scratch is the worker's own. */
typedef void (*hc_task)(void *context, uint64_t index, void *scratch);

/* As many threads as a map will use when `asked` (0: what the machine offers) are asked for. */
unsigned hc_parallel_threads(unsigned asked);

/* Runs task for 0 .. n-1. Indices are handed out in order and every one that was handed out is
 * finished, so that after progress asked to stop the finished ones are 0 .. *done-1 without a gap.
 * progress is called from the calling thread only. */
hc_status hc_parallel_map(uint64_t n, unsigned threads, size_t scratch_size, hc_task task, void *context,
                          hc_progress progress, void *progress_context, uint64_t *done, hc_error *err);

#endif
