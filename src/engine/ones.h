/* A test of too many people met once. */
#ifndef HC_ENGINE_ONES_H
#define HC_ENGINE_ONES_H

#include "engine/data.h"

typedef struct hc_ones {
  double n, sum, once; /* people, times met in all, people met once */
} hc_ones;

/* Of data with times met. HC_EREFUSED, without a message, where nobody was met twice. */
hc_status hc_ones_sum(const hc_data *data, hc_ones *ones);
/* Standard normal where nothing is in excess; large where ones are. */
double hc_ones_z_poisson(const hc_ones *ones);
double hc_ones_z_geometric(const hc_ones *ones);

#endif
