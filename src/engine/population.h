/* Populations whose truth is known, person by person. */
#ifndef HC_ENGINE_POPULATION_H
#define HC_ENGINE_POPULATION_H

#include "engine/data.h"
#include "numeric/rng.h"

enum { HC_POPULATION_TEXT = 400, HC_MOST_OCCASIONS = 32, HC_MOST_CLASSES = 8, HC_MOST_PARTS = 16 };

typedef enum hc_population_kind {
  HC_POPULATION_LISTS,     /* people on lists                                */
  HC_POPULATION_OCCASIONS, /* people met on occasions, nobody comes or goes  */
  HC_POPULATION_COUNTS,    /* how often each is met                          */
  HC_POPULATION_OPEN,      /* people come and go between occasions           */
  HC_POPULATION_STRATA     /* other kinds, each a stratum                    */
} hc_population_kind;

/* What is not stated is 0 (shape, transients, ...) or what changes nothing (trap, follows: 1). */
typedef struct hc_population {
  char name[HC_CODE_SIZE];
  hc_population_kind kind;
  double people;                        /* open: at first */
  size_t n_chances;
  double chance[HC_MOST_OCCASIONS];     /* of being on each list, or met on each occasion */
  size_t n_classes;
  double share[HC_MOST_CLASSES], times[HC_MOST_CLASSES]; /* of people, whose chance (or rate) is so many times as large */
  double heterogeneity;                 /* standard deviation of a person's log-odds (of counts: of the log rate) */
  double trap;                          /* chance once met, as a multiple */
  double follows;                       /* odds of a list for those on the one before it, as a multiple */
  double rate, shape, once;             /* counts: mean times met; of a gamma of rates (0: all alike); share who are never met again */
  double arrivals, survival, transients, leave, back; /* open */
  size_t n_parts;
  size_t part[HC_MOST_PARTS];           /* strata: places in the study's populations */
} hc_population;

/* What is true of one population. */
typedef struct hc_truth {
  double N, there[HC_MOST_OCCASIONS], ever; /* there: on each occasion, of an open one */
} hc_truth;

/* Histories (or times met) and how many people have them: cells of one population, by key. Room for 2^chances histories, at least
 * HC_MOST_TIMES + 1. */
enum { HC_MOST_TIMES = 4095 };
size_t hc_population_cells(const hc_population *population);
void hc_population_draw(const hc_population *population, hc_rng *rng, uint64_t *count, hc_truth *truth);

/* What is true of a quantity by its name: N, N[i], N_super, phi, phi[i]; NaN where nothing is known. */
double hc_population_truth(const hc_population *population, const hc_truth *truth, const char *quantity);

#endif
