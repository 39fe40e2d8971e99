/* A study by simulation, as it was read: kinds of populations, methods, and what came out. */
#ifndef HC_ENGINE_SIMULATE_H
#define HC_ENGINE_SIMULATE_H

#include "engine/population.h"
#include "headcount/interval.h"
#include "headcount/simulate.h"

enum { HC_MOST_INTERVALS = 12, HC_MOST_QUANTITIES = 24 };

typedef struct hc_method {
  char name[HC_CODE_SIZE];
  const hc_estimator *estimator;
  hc_options *options;
  char only[HC_POPULATION_TEXT];      /* names of populations, ',' between them; "": all that it accepts */
  char quantities[HC_POPULATION_TEXT], intervals[HC_POPULATION_TEXT];
  size_t n_quantities, n_intervals;
  const char *quantity[HC_MOST_QUANTITIES], *interval[HC_MOST_INTERVALS]; /* into the texts above, cut at their commas */
  hc_resample resample;
  uint64_t replicates;
  double level, null, truth;          /* null, truth: NaN where not stated */
} hc_method;

struct hc_simulation {
  char file[HC_FILE_SIZE], sha256[HC_SHA256_HEX_SIZE], title[HC_POPULATION_TEXT];
  uint64_t populations, seed;
  size_t n_kinds, n_methods;
  hc_population *kind;  /* [n_kinds] */
  hc_method **method;   /* [n_methods] */
  bool *is_part;        /* [n_kinds] a stratum of another: not studied by itself */
  size_t n_rows;
  hc_simulation_row *row;
};

/* Whether the method is asked about this kind of population. */
bool hc_method_suits(const hc_simulation *simulation, const hc_method *method, size_t kind);

#endif
