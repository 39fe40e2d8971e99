/* Studies by simulation: populations whose size is known, estimators, and how often the intervals hold the truth. */
#ifndef HEADCOUNT_SIMULATE_H
#define HEADCOUNT_SIMULATE_H

#include "headcount/settings.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hc_simulation hc_simulation;

/* Reads a study (docs/simulate.md): [study], [population NAME] and [method NAME]. HC_EDATA names file and line, also of an estimator, an
 * option or an interval that is not there; HC_EIO; HC_ENOMEM. The caller owns *simulation. */
hc_status hc_simulation_read(hc_simulation **simulation, const char *file, hc_error *err);
void hc_simulation_free(hc_simulation *simulation);

const char *hc_simulation_file(const hc_simulation *simulation);
const char *hc_simulation_sha256(const hc_simulation *simulation); /* of the file's bytes */
const char *hc_simulation_title(const hc_simulation *simulation);
/* How many populations are drawn of each kind, and the seed: what the file says until they are set. */
uint64_t hc_simulation_populations(const hc_simulation *simulation);
uint64_t hc_simulation_seed(const hc_simulation *simulation);
void hc_simulation_set_populations(hc_simulation *simulation, uint64_t n);
void hc_simulation_set_seed(hc_simulation *simulation, uint64_t seed);

/* Draws all populations and gives each to each method, over the threads: threads, progress and share are taken from the
 * settings (NULL: all threads), everything else from the study. Population b of a kind depends on the seed, the kind's name and
 * b alone. HC_ECANCELLED after a stop; HC_ENOMEM. */
hc_status hc_simulation_run(hc_simulation *simulation, const hc_settings *settings, hc_error *err);

/* One quantity by one method in one kind of population, with one of its intervals. */
typedef struct hc_simulation_row {
  const char *population, *method, *estimator, *quantity;
  const char *interval;         /* NULL where the method has none */
  uint64_t populations, answered; /* answered: those with this quantity; numbers below are of them, NaN where there are none */
  double truth, mean, median;   /* truth: the mean of the populations'; NaN where nothing is known of it */
  double bias, bias_se;         /* mean of estimate/truth - 1, and its Monte Carlo standard error */
  double rmse;                  /* relative to the truth */
  double sd, mean_se;           /* of the estimates; mean of the standard errors that they state */
  uint64_t with_interval;
  double coverage, coverage_se; /* share of intervals that hold the truth; Monte Carlo standard error, by Wilson's score at its own centre */
  double below, above;          /* share of intervals that lie wholly above the truth (the truth is below), and below it */
  double width;                 /* mean, relative to the truth */
  double rejects;               /* power: share of intervals without the method's `null`; NaN where none is stated */
  char code[HC_CODE_SIZE], reason[HC_MESSAGE_SIZE]; /* why the first of those without an answer has none; "" where all have one */
} hc_simulation_row;

/* By kind of population, method, quantity, interval; NULL past the last, and before the run. */
const hc_simulation_row *hc_simulation_at(const hc_simulation *simulation, size_t i);

#ifdef __cplusplus
}
#endif
#endif
