/* People drawn one by one, so that any violation of an assumption is a line. */
#include "engine/population.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double odds_times(double p, double times) { return p * times / (1 - p + p * times); }

/* What distinguishes a person: a class, and a place among all. */
struct person {
  double times, odds;
};

static struct person somebody(const hc_population *p, hc_rng *rng) {
  struct person one = {1, 1};
  if (p->n_classes) {
    double u = hc_rng_uniform(rng), total = 0;
    size_t k = 0;
    for (size_t i = 0; i < p->n_classes; i++) total += p->share[i];
    for (u *= total; k + 1 < p->n_classes && u > p->share[k]; k++) u -= p->share[k];
    one.times = p->times[k];
  }
  if (p->heterogeneity > 0) one.odds = exp(p->heterogeneity * hc_rng_normal(rng));
  return one;
}

static double chance_of(const hc_population *p, const struct person *one, size_t i, uint64_t history) {
  double c = p->chance[i] * one->times * (history ? p->trap : 1), odds = one->odds;
  if (i > 0 && history >> (i - 1) & 1) odds *= p->follows;
  if (c >= 1) return 1;
  return odds == 1 ? c : odds_times(c, odds);
}

static uint64_t meet(const hc_population *p, const struct person *one, hc_rng *rng) {
  uint64_t history = 0;
  for (size_t i = 0; i < p->n_chances; i++)
    if (hc_rng_uniform(rng) < chance_of(p, one, i, history)) history |= (uint64_t)1 << i;
  return history;
}

/* From an occasion on: adds to who is there. */
static uint64_t live(const hc_population *p, size_t from, hc_rng *rng, hc_truth *truth) {
  struct person one = somebody(p, rng);
  bool transient = p->transients > 0 && from > 0 && hc_rng_uniform(rng) < p->transients, away = false;
  uint64_t history = 0;
  for (size_t i = from; i < p->n_chances; i++) {
    truth->there[i] += 1;
    if (!away && hc_rng_uniform(rng) < chance_of(p, &one, i, history)) history |= (uint64_t)1 << i;
    if (transient || hc_rng_uniform(rng) > p->survival) break;
    if (p->leave > 0) away = away ? hc_rng_uniform(rng) > p->back : hc_rng_uniform(rng) < p->leave;
  }
  return history;
}

static size_t times_met(const hc_population *p, hc_rng *rng) {
  struct person one = somebody(p, rng);
  double rate = p->rate * one.times * one.odds;
  if (p->shape > 0) rate *= hc_rng_gamma(rng, p->shape, 1 / p->shape);
  double k = hc_rng_poisson(rng, fmin(rate, 1e6));
  if (k > 0 && p->once > 0 && hc_rng_uniform(rng) < p->once) k = 1;
  return k < HC_MOST_TIMES ? (size_t)k : HC_MOST_TIMES;
}

size_t hc_population_cells(const hc_population *p) {
  size_t histories = (size_t)1 << p->n_chances;
  return p->kind == HC_POPULATION_COUNTS ? HC_MOST_TIMES + 1 : histories;
}

void hc_population_draw(const hc_population *p, hc_rng *rng, uint64_t *count, hc_truth *truth) {
  size_t people = (size_t)p->people;
  memset(count, 0, hc_population_cells(p) * sizeof *count);
  *truth = (hc_truth){.N = p->people, .ever = p->people};
  if (p->kind == HC_POPULATION_OPEN) {
    for (size_t i = 0; i < p->n_chances; i++)
      for (size_t k = 0; k < (i ? (size_t)p->arrivals : people); k++) count[live(p, i, rng, truth)]++;
    truth->ever = p->people + p->arrivals * ((double)p->n_chances - 1);
    return;
  }
  for (size_t k = 0; k < people; k++) {
    if (p->kind == HC_POPULATION_COUNTS) {
      count[times_met(p, rng)]++;
    } else {
      struct person one = somebody(p, rng);
      count[meet(p, &one, rng)]++;
    }
  }
}

double hc_population_truth(const hc_population *p, const hc_truth *truth, const char *quantity) {
  bool open = p->kind == HC_POPULATION_OPEN;
  const char *bracket = strchr(quantity, '[');
  size_t place = bracket ? (size_t)strtoul(bracket + 1, NULL, 10) : 0;
  if (strcmp(quantity, "N") == 0) return open ? NAN : truth->N;
  if (strcmp(quantity, "N_super") == 0) return open ? truth->ever : NAN;
  if (strncmp(quantity, "N[", 2) == 0) return open && place >= 1 && place <= p->n_chances ? truth->there[place - 1] : NAN;
  if (strcmp(quantity, "phi") == 0 || strncmp(quantity, "phi[", 4) == 0) return open ? p->survival : NAN;
  return NAN;
}
