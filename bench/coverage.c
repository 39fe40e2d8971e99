/* Coverage of traffic-loglog's interval and bias of the multi-homing readings, on simulated populations with a known
 * truth: `build/bench/coverage [TABLES]`. Prints CSV. Fixed seeds: the same digits on every run. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "headcount.h"

#include "engine/analysis.h"
#include "engine/author.h"
#include "engine/strata.h"

enum { PLATFORMS = 60, STATED = 20, REPLICATES = 999 };
enum { SEED = 20260101 };

/* ln R = 2 + 0.9 ln V + 0.7 e, ln V ~ N(10, 1.5^2); twenty of sixty platforms state R. Returns the true total. */
static double invent(uint64_t table, double *registered, double *visitors) {
  hc_rng rng;
  double total = 0;
  hc_rng_init(&rng, SEED, HC_PURPOSE_SIMULATION, table);
  for (int i = 0; i < PLATFORMS; i++) {
    visitors[i] = exp(10 + 1.5 * hc_rng_normal(&rng));
    registered[i] = exp(2 + 0.9 * log(visitors[i]) + 0.7 * hc_rng_normal(&rng));
    total += registered[i];
    if (i >= STATED) registered[i] = NAN;
  }
  return total;
}

struct tally {
  double tables, below, above, error, refused;
};

static void try_table(uint64_t table, const char *retransform, struct tally *t) {
  double registered[PLATFORMS], visitors[PLATFORMS], truth = invent(table, registered, visitors);
  hc_column columns[] = {{(char[]){"registered"}, registered, NULL}, {(char[]){"visitors"}, visitors, NULL}};
  const hc_estimator *estimator = hc_estimator_find("traffic-loglog");
  hc_data *data = NULL;
  hc_options *options = NULL;
  hc_analysis *a = NULL;
  hc_settings settings;
  hc_settings_init(&settings);
  settings.replicates = REPLICATES;
  settings.seed = SEED + table;
  settings.intervals = "percentile";
  if (hc_data_from_table(&data, HC_SHAPE_PLATFORMS, PLATFORMS, 2, columns, NULL) != HC_OK ||
      hc_options_new(&options, estimator, NULL) != HC_OK ||
      hc_options_set(options, "retransform", retransform, NULL) != HC_OK)
    exit(5);
  hc_status status = hc_analysis_new(&a, data, estimator, options, &settings, NULL);
  if (status == HC_OK) {
    t->tables++;
    t->below += truth < a->intervals[0].lower;
    t->above += truth > a->intervals[0].upper;
    t->error += log(a->estimate->value[0] / truth);
  } else {
    t->refused++;
  }
  hc_analysis_free(a);
  hc_options_free(options);
  hc_data_free(data);
}

/* People with 1 + Poisson(0.5) platforms; 1,000 respondents met through accounts. Both readings of N / truth. */
static void try_survey(uint64_t survey, double *arithmetic, double *multiplicity) {
  enum { MOST = 12, RESPONDENTS = 1000 };
  hc_rng rng;
  double people[MOST], weight[MOST], met[MOST], accounts = 0, N = 0, sum = 0, inverse = 0, chance = exp(-0.5);
  for (int k = 1; k <= MOST; k++) {
    people[k - 1] = 1e6 * chance;
    N += people[k - 1];
    accounts += weight[k - 1] = k * people[k - 1];
    chance *= 0.5 / k;
  }
  hc_rng_init(&rng, SEED, HC_PURPOSE_SIMULATION, 1000000 + survey);
  hc_rng_multinomial(&rng, RESPONDENTS, MOST, weight, met);
  for (int k = 1; k <= MOST; k++) sum += k * met[k - 1], inverse += met[k - 1] / k;
  *arithmetic += accounts / (sum / RESPONDENTS) / N;
  *multiplicity += accounts * (inverse / RESPONDENTS) / N;
}

int main(int argc, char **argv) {
  static const char *const forms[] = {"median", "mean", "smearing"};
  enum { SURVEYS = 2000 };
  uint64_t tables = argc > 1 ? strtoull(argv[1], NULL, 10) : 400;
  double arithmetic = 0, multiplicity = 0;
  puts("what,tables,refused,coverage,truth_below,truth_above,mean_log_error");
  for (int f = 0; f < 3; f++) {
    struct tally t = {0};
    for (uint64_t i = 0; i < tables; i++) try_table(i, forms[f], &t);
    printf("traffic-loglog %s,%.0f,%.0f,%.4f,%.4f,%.4f,%.4f\n", forms[f], t.tables, t.refused,
           1 - (t.below + t.above) / t.tables, t.below / t.tables, t.above / t.tables, t.error / t.tables);
  }
  for (uint64_t i = 0; i < SURVEYS; i++) try_survey(i, &arithmetic, &multiplicity);
  printf("multi-homing arithmetic: N over truth,%d,,,,,%.4f\n", SURVEYS, arithmetic / SURVEYS);
  printf("multi-homing multiplicity: N over truth,%d,,,,,%.4f\n", SURVEYS, multiplicity / SURVEYS);
  return 0;
}
