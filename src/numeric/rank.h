/* Sorting things by a number. */
#ifndef HC_NUMERIC_RANK_H
#define HC_NUMERIC_RANK_H

#include <stddef.h>
#include <stdint.h>

typedef struct hc_ranked {
  uint64_t id;
  double value;
} hc_ranked;

/* Smallest value first, of equal ones the smallest id. */
void hc_rank(hc_ranked *things, size_t n);

#endif
