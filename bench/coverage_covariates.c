/* How often intervals of regressions on counts hold the truth, for all people and for those of one region: under the right
 * model, where a covariate is missed, where rates differ beyond what is known, and from a sample with weights.
 * `build/bench/coverage_covariates [POPULATIONS]`. Prints CSV. Fixed seeds: the same digits on every run. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "headcount.h"

#include "engine/analysis.h"
#include "engine/author.h"

enum { SEED = 20261125, AGES = 5, REGIONS = 3, GROUPS = 2 * REGIONS * AGES, EACH = 100, MOST_TIMES = 60 };
enum { PEOPLE = EACH * GROUPS, ROWS = GROUPS * MOST_TIMES };

static const char *const sexes[] = {"f", "m"}, *const regions[] = {"east", "north", "south"};
static const char *const ages[] = {"20", "30", "40", "50", "60"};
static const char *const weights[] = {"1", "2", "4"}; /* by region: one in so many of those met is in the file */

/* Sex, region and age of one of the groups, each of EACH people. */
static void levels_of(size_t group, size_t level[3]) {
  level[0] = group % 2, level[1] = group / 2 % REGIONS, level[2] = group / (2 * REGIONS);
}

static double rate_of(const size_t level[3]) {
  return exp(-0.9 + 0.5 * (double)level[0] + 0.6 * (double)level[1] - 0.15 * (double)level[2]);
}

static const struct world {
  const char *name;
  double shape; /* of gamma rates around the group's; 0: all alike */
  bool sampled;
} worlds[] = {{"alike in what is known", 0, false}, {"rates differ by half beyond that", 4, false},
              {"a sample with weights", 0, true}};

static const struct method {
  const char *name, *estimator, *formula, *weight;
  const char *quantity;
  double truth;
} methods[] = {
    {"all three columns", "zt-poisson", "~ sex + region + age", NULL, "N", PEOPLE},
    {"all three columns", "zt-poisson", "~ sex + region + age", NULL, "N[region=north]", PEOPLE / REGIONS},
    {"age is missed", "zt-poisson", "~ sex + region", NULL, "N", PEOPLE},
    {"region is missed", "zt-poisson", "~ sex + age", NULL, "N", PEOPLE},
    {"no column", "zt-poisson", "~ 1", NULL, "N", PEOPLE},
    {"all three columns", "zelterman", "~ sex + region + age", NULL, "N", PEOPLE},
    {"all three columns", "chao", "~ sex + region + age", NULL, "N", PEOPLE},
    {"all three columns", "zt-geometric", "~ sex + region + age", NULL, "N", PEOPLE},
    {"all three columns and weights", "zt-poisson", "~ sex + region + age", "w", "N", PEOPLE},
    {"all three columns and weights", "zt-poisson", "~ sex + region + age", "w", "N[region=north]", PEOPLE / REGIONS},
};
enum { METHODS = sizeof methods / sizeof *methods, WORLDS = sizeof worlds / sizeof *worlds };

struct tally {
  double done, below, above, error, square, stated, refused;
};

/* Who is met, how often, and is in the file. */
static void meet(const struct world *world, hc_rng *rng, uint64_t count[GROUPS][MOST_TIMES]) {
  memset(count, 0, GROUPS * sizeof *count);
  for (size_t g = 0; g < GROUPS; g++) {
    size_t level[3];
    levels_of(g, level);
    double w = strtod(weights[level[1]], NULL);
    for (size_t i = 0; i < EACH; i++) {
      double rate = rate_of(level) * (world->shape > 0 ? hc_rng_gamma(rng, world->shape, 1 / world->shape) : 1);
      double k = hc_rng_poisson(rng, rate);
      if (k >= 1 && k < MOST_TIMES && !(world->sampled && hc_rng_uniform(rng) * w > 1)) count[g][(size_t)k]++;
    }
  }
}

static hc_data *as_data(uint64_t count[GROUPS][MOST_TIMES]) {
  static const char *const names[] = {"sex", "region", "age", "w"};
  static uint64_t times[ROWS], people[ROWS];
  static const char *level[ROWS][4];
  hc_data *data = NULL;
  size_t n = 0;
  for (size_t g = 0; g < GROUPS; g++)
    for (size_t k = 1; k < MOST_TIMES; k++, n++) {
      size_t l[3];
      levels_of(g, l);
      times[n] = k, people[n] = count[g][k];
      level[n][0] = sexes[l[0]], level[n][1] = regions[l[1]], level[n][2] = ages[l[2]], level[n][3] = weights[l[1]];
    }
  if (hc_data_from_counts(&data, times, people, n, NULL) != HC_OK ||
      hc_data_set_covariates(data, 4, names, n, times, level[0], people, NULL) != HC_OK)
    exit(5);
  return data;
}

static void try_method(const hc_data *data, const struct method *m, struct tally *t) {
  const hc_estimator *estimator = hc_estimator_find(m->estimator);
  hc_options *options = NULL;
  hc_analysis *a = NULL;
  hc_settings settings;
  hc_settings_init(&settings);
  settings.replicates = 0;
  settings.intervals = "lognormal";
  if (hc_options_new(&options, estimator, NULL) != HC_OK || hc_options_set(options, "formula", m->formula, NULL) != HC_OK ||
      (m->weight && hc_options_set(options, "weight", m->weight, NULL) != HC_OK))
    exit(5);
  if (hc_analysis_new(&a, data, estimator, options, &settings, NULL) == HC_OK) {
    size_t q = hc_analysis_find(a, m->quantity);
    const hc_interval *k = hc_analysis_headline(a, q);
    double error = hc_analysis_value(a, q) / m->truth - 1;
    t->done++;
    t->below += m->truth < k->lower;
    t->above += m->truth > k->upper;
    t->error += error, t->square += error * error;
    t->stated += hc_analysis_se(a, q) / m->truth;
  } else {
    t->refused++;
  }
  hc_analysis_free(a);
  hc_options_free(options);
}

int main(int argc, char **argv) {
  static uint64_t count[GROUPS][MOST_TIMES];
  unsigned long populations = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000;
  puts("population,estimator,columns,quantity,truth,populations,refused,bias,sd,stated_se,coverage,truth_below,truth_above");
  for (size_t w = 0; w < WORLDS; w++) {
    struct tally tally[METHODS] = {{0}};
    for (unsigned long b = 0; b < populations; b++) {
      hc_rng rng;
      hc_rng_init(&rng, SEED + w, HC_PURPOSE_SIMULATION, b);
      meet(&worlds[w], &rng, count);
      hc_data *data = as_data(count);
      for (size_t m = 0; m < METHODS; m++)
        if (worlds[w].sampled == (methods[m].weight != NULL)) try_method(data, &methods[m], &tally[m]);
      hc_data_free(data);
    }
    for (size_t m = 0; m < METHODS; m++) {
      const struct tally *t = &tally[m];
      if (!(t->done > 0)) continue;
      double bias = t->error / t->done;
      printf("%s,%s,%s,%s,%.0f,%.0f,%.0f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f\n", worlds[w].name, methods[m].estimator, methods[m].name,
             methods[m].quantity, methods[m].truth, t->done, t->refused, bias, sqrt(t->square / t->done - bias * bias),
             t->stated / t->done, 1 - (t->below + t->above) / t->done, t->below / t->done, t->above / t->done);
    }
  }
  return 0;
}
