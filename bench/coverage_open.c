/* People who come and go, with known truth: how often Wald's intervals of numbers and survivals hold it, and how far
 * off the answers are when an assumption fails. Eight occasions, 1,000 people at first, a survival of 0.8, 200
 * arrivals each time, chances of 0.25 to 0.45. Prints CSV:
 * violation,estimator,populations,bias_N,coverage_N,bias_phi,coverage_phi; N is that of occasions 2 to 7, of the
 * people of that very population. Argument: populations (default 1000). */
#include "headcount.h"

#include "engine/analysis.h"
#include "engine/author.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OCCASIONS = 8, AT_FIRST = 1000, ARRIVALS = 200 };

static const double survival = 0.8, chance[OCCASIONS] = {0.3, 0.4, 0.25, 0.35, 0.3, 0.45, 0.35, 0.3};

typedef enum violation { NOTHING, TRANSIENTS, HETEROGENEITY, TRAP, ABSENCE, VIOLATIONS } violation;

static const char *const violations[] = {"none", "30 % of arrivals stay for one occasion",
                                         "half with 0.5, half with 1.5 times the chance", "half the chance once met",
                                         "a fifth goes away, of those away 40 % come back"};

static const struct {
  const char *name, *id, *options;
} fits[] = {{"jolly-seber", "jolly-seber", ""},
            {"cormack-jolly-seber phi=.", "cormack-jolly-seber", "phi=."},
            {"popan phi=.", "popan", "phi=."},
            {"pradel phi=.", "pradel", "phi=."}};
enum { FITS = sizeof fits / sizeof *fits };

/* One person from the first occasion on, as a history; adds to who is there. */
static uint64_t live(hc_rng *rng, violation v, size_t from, double *there) {
  double times = v == HETEROGENEITY ? (hc_rng_uniform(rng) < 0.5 ? 0.5 : 1.5) : 1;
  bool transient = v == TRANSIENTS && from > 0 && hc_rng_uniform(rng) < 0.3, away = false;
  uint64_t history = 0;
  for (size_t i = from; i < OCCASIONS; i++) {
    there[i] += 1;
    double p = chance[i] * times * (v == TRAP && history ? 0.5 : 1);
    if (!away && hc_rng_uniform(rng) < p) history |= (uint64_t)1 << i;
    if (transient || hc_rng_uniform(rng) > survival) break;
    if (v == ABSENCE) away = away ? hc_rng_uniform(rng) > 0.4 : hc_rng_uniform(rng) < 0.2;
  }
  return history;
}

static hc_data *draw(hc_rng *rng, violation v, double *there) {
  enum { HISTORIES = 1 << OCCASIONS };
  uint64_t key[HISTORIES], count[HISTORIES] = {0};
  hc_data *data = NULL;
  for (size_t h = 0; h < HISTORIES; h++) key[h] = h;
  for (size_t i = 0; i < OCCASIONS; i++) there[i] = 0;
  for (size_t i = 0; i < OCCASIONS; i++)
    for (int person = 0; person < (i ? ARRIVALS : AT_FIRST); person++) count[live(rng, v, i, there)]++;
  if (hc_data_from_histories(&data, HC_SHAPE_OCCASIONS, OCCASIONS, NULL, key + 1, count + 1, HISTORIES - 1, NULL) !=
      HC_OK)
    exit(5);
  return data;
}

struct tally {
  double off, held, n;
};

static void score(struct tally *t, const hc_analysis *a, size_t i, double truth) {
  const hc_interval *interval = &a->intervals[i];
  double value = a->estimate->value[interval->quantity];
  t->off += value / truth - 1;
  t->held += interval->lower <= truth && truth <= interval->upper;
  t->n += 1;
}

/* N[2] to N[7], and phi or phi[1] to phi[6]. */
static void score_all(struct tally *N, struct tally *phi, const hc_analysis *a, const double *there) {
  for (size_t i = 0; i < a->n_intervals; i++) {
    const char *name = a->plan->quantities[a->intervals[i].quantity].name;
    size_t occasion = name[1] == '[' ? (size_t)strtol(name + 2, NULL, 10) : 0;
    if (name[0] == 'N' && occasion > 1 && occasion < OCCASIONS) score(N, a, i, there[occasion - 1]);
    if (strcmp(name, "phi") == 0 || strncmp(name, "phi[", 4) == 0) score(phi, a, i, survival);
  }
}

static void run(violation v, size_t fit, int populations) {
  struct tally N = {0}, phi = {0};
  hc_options *options = NULL;
  hc_settings settings;
  hc_settings_init(&settings);
  settings.replicates = 0;
  settings.intervals = "wald";
  if (hc_options_new(&options, hc_estimator_find(fits[fit].id), NULL) != HC_OK) exit(5);
  if (fits[fit].options[0] && hc_options_set(options, "phi", ".", NULL) != HC_OK) exit(5);
  for (int i = 0; i < populations; i++) {
    double there[OCCASIONS];
    hc_rng rng;
    hc_analysis *a = NULL;
    hc_rng_init(&rng, 20261125 + (uint64_t)v, HC_PURPOSE_SIMULATION, (uint64_t)i);
    hc_data *data = draw(&rng, v, there);
    if (hc_analysis_new(&a, data, hc_estimator_find(fits[fit].id), options, &settings, NULL) == HC_OK)
      score_all(&N, &phi, a, there);
    hc_analysis_free(a);
    hc_data_free(data);
  }
  printf("%s,%s,%d,%.4f,%.4f,%.4f,%.4f\n", violations[v], fits[fit].name, populations, N.off / N.n, N.held / N.n,
         phi.off / phi.n, phi.held / phi.n);
  hc_options_free(options);
}

int main(int argc, char **argv) {
  int populations = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 1000;
  puts("violation,estimator,populations,bias_N,coverage_N,bias_phi,coverage_phi");
  for (int v = 0; v < VIOLATIONS; v++)
    for (size_t fit = 0; fit < FITS; fit++) run((violation)v, fit, populations);
  return 0;
}
