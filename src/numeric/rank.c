/* Sorting things by a number. */
#include "numeric/rank.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b) {
  const hc_ranked *x = a, *y = b;
  if (x->value != y->value) return x->value < y->value ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

void hc_rank(hc_ranked *things, size_t n) { qsort(things, n, sizeof *things, by_value); }
