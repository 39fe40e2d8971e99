/* How often the intervals of a total over strata hold the truth: four strata of 300 to 2,400 people, two lists, chances
 * that differ between strata. Prints CSV: populations,method,coverage,standard_error. Argument: populations (default 2000). */
#include "headcount.h"

#include "engine/analysis.h"
#include "engine/author.h"
#include "engine/strata.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STRATA = 4, REPLICATES = 499, MOST = 16 };

static const double people[STRATA] = {300, 600, 1200, 2400}, first[STRATA] = {0.5, 0.35, 0.25, 0.2},
                    second[STRATA] = {0.4, 0.3, 0.3, 0.15};

static hc_data *draw(hc_rng *rng) {
  uint64_t key[3 * STRATA], count[3 * STRATA], sum[3] = {0};
  const char *level[3 * STRATA];
  static const char *const names[STRATA] = {"a", "b", "c", "d"}, *const by[] = {"stratum"};
  hc_data *data = NULL;
  for (size_t s = 0; s < STRATA; s++) {
    double p = first[s], q = second[s], cells[4];
    const double chance[] = {p * (1 - q), (1 - p) * q, p * q, (1 - p) * (1 - q)};
    hc_rng_multinomial(rng, people[s], 4, chance, cells);
    for (size_t k = 0; k < 3; k++) {
      key[3 * s + k] = k + 1;
      count[3 * s + k] = (uint64_t)cells[k];
      level[3 * s + k] = names[s];
      sum[k] += (uint64_t)cells[k];
    }
  }
  if (hc_data_from_histories(&data, HC_SHAPE_LISTS, 2, NULL, key, sum, 3, NULL) != HC_OK ||
      hc_data_set_attributes(data, 1, by, 3 * STRATA, key, level, count, NULL) != HC_OK)
    exit(5);
  return data;
}

int main(int argc, char **argv) {
  int populations = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 2000, answered = 0;
  int held[MOST] = {0};
  const hc_estimator *chapman = hc_estimator_find("chapman");
  hc_settings settings;
  hc_settings_init(&settings);
  settings.replicates = REPLICATES;
  settings.intervals = "lognormal,wald,percentile,basic";
  double truth = 0;
  for (size_t s = 0; s < STRATA; s++) truth += people[s];
  const char *names[MOST] = {0};
  for (int i = 0; i < populations; i++) {
    hc_rng rng;
    hc_strata *s = NULL;
    hc_rng_init(&rng, 20260301, HC_PURPOSE_SIMULATION, (uint64_t)i);
    settings.seed = 1 + (uint64_t)i;
    hc_data *data = draw(&rng);
    if (hc_strata_new(&s, data, chapman, NULL, &settings, false, NULL) == HC_OK && s->n_totals) {
      answered++;
      for (size_t k = 0; k < s->totals[0].n_intervals && k < MOST; k++) {
        const hc_interval *interval = &s->totals[0].intervals[k];
        names[k] = interval->method;
        held[k] += interval->lower <= truth && truth <= interval->upper;
      }
    }
    hc_strata_free(s);
    hc_data_free(data);
  }
  puts("populations,method,coverage,standard_error");
  for (size_t k = 0; k < MOST && names[k]; k++) {
    double share = (double)held[k] / answered;
    printf("%d,%s,%.4f,%.4f\n", answered, names[k], share, sqrt(share * (1 - share) / answered));
  }
  return 0;
}
