/* The one parallel construct: a pure function mapped over an index range. */
#ifndef HC_ENGINE_PARALLEL_H
#define HC_ENGINE_PARALLEL_H

#include "headcount/settings.h"
#include "numeric/fail.h"

/* What long work tells and asks: passed on by everything that takes long. */
typedef struct hc_pulse {
  hc_progress progress; /* NULL: nobody listens */
  void *context;
  const char *what;
} hc_pulse;
/* False: stop. pulse may be NULL. */
bool hc_pulse_beat(const hc_pulse *pulse, uint64_t done, uint64_t total);

/* Called once per index; writes only to the slot of that index. scratch is the worker's own. */
typedef void (*hc_task)(void *context, uint64_t index, void *scratch);

/* As many threads as a map will use when `asked` (0: what the machine offers) are asked for. */
unsigned hc_parallel_threads(unsigned asked);

/* Runs task for 0 .. n-1. Indices are handed out in order and every one that was handed out is
 * finished, so that after the pulse asked to stop the finished ones are 0 .. *done-1 without a gap.
 * The pulse beats in the calling thread only; it may be NULL. */
hc_status hc_parallel_map(uint64_t n, unsigned threads, size_t scratch_size, hc_task task, void *context,
                          const hc_pulse *pulse, uint64_t *done, hc_error *err);

#endif
