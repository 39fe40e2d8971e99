/* Coverage of the interval that each closed-population estimator gives without being asked, and its bias, on six simulated
 * designs with a known truth: `build/bench/coverage_closed [POPULATIONS [ESTIMATOR]]`. Prints CSV. Fixed seeds: the same
 * digits on every run. Counts and occasions: eight occasions; lists: four, each twice as thorough; for estimators of two
 * lists the first two of them. An estimator without a standard error gets its percentile interval. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "headcount.h"

#include "engine/analysis.h"
#include "engine/author.h"

enum { PEOPLE = 500, REPLICATES = 400, SEED = 20261101 };

/* A person's chances of being met: the history so far decides where one occasion depends on another. */
struct design {
  const char *name;
  double chance;     /* of being met, on average, by one of four lists                                   */
  double unequal;    /* lists differ: logits from -unequal to +unequal around that                       */
  double spread;     /* people differ: standard deviation of their logit                                 */
  double pair;       /* ln odds ratio of lists 1 and 2, 3 and 4, ...: the second given the first         */
  double across;     /* the same of 2 and 3, 4 and 5, ...                                                */
  double trap;       /* change of the logit once met                                                     */
};

static const struct design designs[] = {
    {.name = "independent", .chance = 0.3, .unequal = 0.4},
    {.name = "dependent", .chance = 0.3, .unequal = 0.4, .pair = 1.1},
    {.name = "heterogeneous", .chance = 0.3, .unequal = 0.4, .spread = 1},
    {.name = "trap response", .chance = 0.3, .trap = 0.8},
    {.name = "sparse", .chance = 0.08, .unequal = 0.4},
    {.name = "selection", .chance = 0.3, .unequal = 0.4, .pair = 0.9, .across = -0.7},
};

enum { TWO_LISTS = 2, LISTS = 4, OCCASIONS = 8 };

static uint64_t meet(const struct design *d, size_t occasions, hc_rng *rng) {
  double chance = d->chance * 4 / (double)occasions, own = d->spread ? d->spread * hc_rng_normal(rng) : 0;
  uint64_t history = 0;
  for (size_t t = 0; t < occasions; t++) {
    double logit = log(chance / (1 - chance)) + own;
    logit += d->unequal * (2 * (double)t / (double)(occasions - 1) - 1) * (t % 2 ? 1 : -1);
    if (t && history >> (t - 1) & 1) logit += t % 2 ? d->pair : d->across;
    if (history) logit += d->trap;
    if (hc_rng_uniform(rng) < 1 / (1 + exp(-logit))) history |= (uint64_t)1 << t;
  }
  return history;
}

static hc_data *draw(const struct design *d, hc_shape shape, size_t lists, uint64_t population) {
  uint64_t key[PEOPLE], one[PEOPLE];
  size_t occasions = shape == HC_SHAPE_LISTS ? LISTS : OCCASIONS;
  hc_rng rng;
  hc_data *data = NULL;
  hc_rng_init(&rng, SEED + (uint64_t)(d - designs), HC_PURPOSE_SIMULATION, population);
  for (size_t i = 0; i < PEOPLE; i++) {
    uint64_t history = meet(d, occasions, &rng);
    if (lists == TWO_LISTS) history &= 3;
    key[i] = shape == HC_SHAPE_COUNTS ? (uint64_t)__builtin_popcountll(history) : history;
    one[i] = 1;
  }
  hc_status status = shape == HC_SHAPE_COUNTS ? hc_data_from_counts(&data, key, one, PEOPLE, NULL)
                                              : hc_data_from_histories(&data, shape, lists, NULL, key, one, PEOPLE, NULL);
  if (status != HC_OK) exit(5);
  return data;
}

struct tally {
  double answers, refused, without, below, above, error, width;
  const char *method;
};

static void add(struct tally *t, const hc_analysis *a) {
  const hc_interval *interval = hc_analysis_headline(a, 0);
  t->answers++;
  t->error += hc_analysis_value(a, 0) / PEOPLE - 1;
  if (!interval || !isfinite(interval->lower)) {
    t->without++;
    return;
  }
  t->method = interval->method;
  t->below += PEOPLE < interval->lower;
  t->above += PEOPLE > interval->upper;
  t->width += log(interval->upper / interval->lower);
}

/* Does its interval come from replicates? */
static bool draws(const hc_estimator *e) {
  return strcmp(e->id, "npmle") == 0 || strcmp(e->id, "binomial-mixture") == 0 ||
         (e->default_interval && (strcmp(e->default_interval, "bca") == 0 || strcmp(e->default_interval, "percentile") == 0));
}

static bool is_of_two_lists(const hc_estimator *e) {
  static const char *const ids[] = {"lincoln-petersen", "chapman", "bailey", "nour"};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
    if (strcmp(e->id, ids[i]) == 0) return true;
  return false;
}

static void study(const hc_estimator *e, hc_shape shape, const struct design *d, uint64_t populations) {
  struct tally t = {.method = ""};
  size_t lists = shape == HC_SHAPE_OCCASIONS ? OCCASIONS : is_of_two_lists(e) ? TWO_LISTS : LISTS;
  for (uint64_t i = 0; i < populations; i++) {
    hc_data *data = draw(d, shape, lists, i);
    hc_options *options = NULL;
    hc_analysis *a = NULL;
    hc_settings settings;
    hc_settings_init(&settings);
    settings.replicates = draws(e) ? REPLICATES : 0;
    settings.seed = SEED + i;
    if (hc_options_new(&options, e, NULL) != HC_OK) exit(5);
    if (shape == HC_SHAPE_COUNTS) hc_options_set(options, "occasions", "8", NULL); /* where it has the option */
    if (hc_analysis_new(&a, data, e, options, &settings, NULL) == HC_OK) add(&t, a);
    else t.refused++;
    hc_analysis_free(a);
    hc_options_free(options);
    hc_data_free(data);
  }
  double held = t.answers - t.without;
  printf("%s,%s,%s,%.0f,%.0f,%.0f,%s,%.3f,%.3f,%.3f,%.3f,%.3f\n", e->id, hc_shape_name(shape), d->name, t.answers, t.refused,
         t.without, t.method, 1 - (t.below + t.above) / held, t.below / held, t.above / held, t.error / t.answers,
         exp(t.width / held));
  fflush(stdout);
}

int main(int argc, char **argv) {
  static const hc_shape shapes[] = {HC_SHAPE_COUNTS, HC_SHAPE_LISTS, HC_SHAPE_OCCASIONS};
  uint64_t populations = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000;
  puts("estimator,shape,design,answers,refused,without,interval,coverage,truth_below,truth_above,bias,upper_over_lower");
  for (size_t i = 0; i < hc_estimator_count(); i++) {
    const hc_estimator *e = hc_estimator_at(i);
    if (e->open || strcmp(e->id, "multi-homing") == 0 || (argc > 2 && strcmp(argv[2], e->id) != 0)) continue;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
      if (!(e->accepts & (unsigned)shapes[s])) continue;
      for (size_t d = 0; d < sizeof designs / sizeof *designs; d++) study(e, shapes[s], &designs[d], populations);
      break;
    }
  }
  return 0;
}
