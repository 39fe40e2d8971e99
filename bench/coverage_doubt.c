/* How often the intervals of random-list, linkage and multiplier hold the truth: `build/bench/coverage_doubt [SETS]`. Data sets are
 * drawn person by person from their design, not by the estimators' own simulate. Prints CSV; fixed seeds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "headcount.h"

#include "engine/analysis.h"
#include "engine/author.h"

enum { SEED = 20261125, MOST_METHODS = 12 };

struct tally {
  const char *method;
  double sets, below, above, width; /* truth below, above; width: of ln N */
};

struct trial {
  const char *design, *estimator, *intervals;
  double truth;
  size_t n_settings;
  const char *settings[4][2];
  hc_data *(*draw)(hc_rng *rng);
};

static void fail(const hc_error *err) {
  fprintf(stderr, "%s\n", err->message);
  exit(5);
}

static hc_data *table(hc_shape shape, size_t rows, size_t n, char *const *names, double *const *numbers) {
  hc_column columns[8];
  hc_data *data = NULL;
  hc_error err;
  for (size_t i = 0; i < n; i++) columns[i] = (hc_column){names[i], numbers[i], NULL};
  if (hc_data_from_table(&data, shape, rows, n, columns, &err) != HC_OK) fail(&err);
  return data;
}

/* A frame of F, L cases on the list, U cases off it; a random sample of s, everybody in it checked. */
static hc_data *random_list(hc_rng *rng, double F, double L, double U, double s) {
  double of_list = hc_rng_hypergeometric(rng, L, F - L, s);
  double found = hc_rng_hypergeometric(rng, U, F - L - U, s - of_list);
  double listed[] = {1, 1, 0, 0, 0}, sampled[] = {1, 0, 1, 1, 0}, is_case[] = {1, 1, 0, 1, NAN};
  double n[] = {of_list, L - of_list, s - of_list - found, found, F - L - (s - of_list)};
  char *names[] = {(char[]){"listed"}, (char[]){"sampled"}, (char[]){"case"}, (char[]){"n"}};
  return table(HC_SHAPE_RANDOM_LIST, 5, 4, names, (double *[]){listed, sampled, is_case, n});
}

static hc_data *frame_of_1000(hc_rng *rng) { return random_list(rng, 1000, 120, 80, 200); }
static hc_data *small_sample(hc_rng *rng) { return random_list(rng, 500, 106, 60, 50); }
static hc_data *frame_of_20000(hc_rng *rng) { return random_list(rng, 20000, 1500, 900, 1000); }

/* N people, each on either list by chance; true pairs linked with chance a, others of the first list with chance b. */
static hc_data *linked(hc_rng *rng, double N, double p1, double p2, double a, double b) {
  static const uint64_t history[] = {1, 2, 3};
  const double weight[] = {p1 * (1 - p2), (1 - p1) * p2, p1 * p2, (1 - p1) * (1 - p2)};
  double cell[4];
  hc_data *data = NULL;
  hc_error err;
  hc_rng_multinomial(rng, N, 4, weight, cell);
  double links = hc_rng_binomial(rng, a, cell[2]) + hc_rng_binomial(rng, b, cell[0]);
  const uint64_t count[] = {(uint64_t)(cell[0] + cell[2] - links), (uint64_t)(cell[1] + cell[2] - links), (uint64_t)links};
  if (hc_data_from_histories(&data, HC_SHAPE_LISTS, 2, NULL, history, count, 3, &err) != HC_OK) fail(&err);
  return data;
}

static hc_data *linked_1000(hc_rng *rng) { return linked(rng, 1000, 0.6, 0.5, 0.95, 0.01); }
static hc_data *linked_10000(hc_rng *rng) { return linked(rng, 10000, 0.15, 0.1, 0.9, 0.005); }

/* A survey of s people in clusters that answer alike as much as a design effect of d says. */
static hc_data *multiplier(hc_rng *rng, double M, double P, double s, double d) {
  double count[] = {M}, hits[] = {d * hc_rng_binomial(rng, P, s / d)}, sample[] = {s}, deff[] = {d};
  char *names[] = {(char[]){"count"}, (char[]){"hits"}, (char[]){"sample"}, (char[]){"deff"}};
  return table(HC_SHAPE_MULTIPLIER, 1, 4, names, (double *[]){count, hits, sample, deff});
}

static hc_data *share_of_300(hc_rng *rng) { return multiplier(rng, 600, 0.12, 300, 1); }
static hc_data *clusters_of_300(hc_rng *rng) { return multiplier(rng, 600, 0.12, 300, 2); }
static hc_data *share_of_1000(hc_rng *rng) { return multiplier(rng, 600, 0.12, 1000, 1.5625); }

static struct tally *of_method(struct tally *all, const char *method) {
  while (all->method && strcmp(all->method, method) != 0) all++;
  all->method = method;
  return all;
}

static bool analyse(hc_analysis **a, const struct trial *trial, hc_rng *rng) {
  const hc_estimator *estimator = hc_estimator_find(trial->estimator);
  hc_settings settings;
  hc_options *options = NULL;
  hc_error err;
  hc_data *data = trial->draw(rng);
  hc_settings_init(&settings);
  settings.replicates = 0;
  settings.intervals = trial->intervals;
  hc_status status = hc_options_new(&options, estimator, &err);
  for (size_t i = 0; i < trial->n_settings && status == HC_OK; i++)
    status = hc_options_set(options, trial->settings[i][0], trial->settings[i][1], &err);
  if (status == HC_OK) status = hc_analysis_new(a, data, estimator, options, &settings, &err);
  if (status != HC_OK && status != HC_EREFUSED) fail(&err);
  hc_options_free(options);
  hc_data_free(data);
  return status == HC_OK;
}

static void run(const struct trial *trial, uint64_t sets) {
  struct tally all[MOST_METHODS + 1] = {0};
  double refused = 0;
  for (uint64_t b = 0; b < sets; b++) {
    hc_analysis *a = NULL;
    hc_rng rng;
    hc_rng_init(&rng, SEED, HC_PURPOSE_SIMULATION, b);
    if (!analyse(&a, trial, &rng)) {
      refused++;
      continue;
    }
    for (size_t i = 0; i < a->n_intervals; i++) {
      const hc_interval *in = &a->intervals[i];
      if (in->quantity != 0) continue;
      struct tally *t = of_method(all, in->method);
      t->sets++;
      t->below += trial->truth < in->lower;
      t->above += trial->truth > in->upper;
      t->width += log(in->upper / in->lower);
    }
    hc_analysis_free(a);
  }
  for (struct tally *t = all; t->method; t++)
    printf("%s,%s,%s,%.0f,%.0f,%.4f,%.4f,%.4f,%.3f\n", trial->design, trial->estimator, t->method, t->sets, refused,
           1 - (t->below + t->above) / t->sets, t->below / t->sets, t->above / t->sets, t->width / t->sets);
}

int main(int argc, char **argv) {
  static const struct trial trials[] = {
      {"frame of 1000: 200 drawn", "random-list", "design,exact,log", 200, 0, {{0}}, frame_of_1000},
      {"frame of 500: 50 drawn", "random-list", "design,exact,log", 166, 0, {{0}}, small_sample},
      {"frame of 20000: 1000 drawn", "random-list", "design,exact,log", 2400, 0, {{0}}, frame_of_20000},
      {"1000 people: 95 % of pairs linked and 1 % of others", "linkage", "log", 1000, 2,
       {{"sensitivity", "0.95"}, {"false", "0.01"}}, linked_1000},
      {"10000 people: 90 % of pairs linked and 0.5 % of others", "linkage", "log", 10000, 2,
       {{"sensitivity", "0.9"}, {"false", "0.005"}}, linked_10000},
      {"1000 people: the same, not corrected", "linkage", "log", 1000, 0, {{0}}, linked_1000},
      {"10000 people: the same, not corrected", "linkage", "log", 10000, 0, {{0}}, linked_10000},
      {"300 respondents", "multiplier", "log,normal,inverse,wilson,exact", 5000, 0, {{0}}, share_of_300},
      {"300 respondents in clusters", "multiplier", "log,normal,inverse,wilson,exact", 5000, 0, {{0}}, clusters_of_300},
      {"1000 respondents in clusters", "multiplier", "log,normal,inverse,wilson,exact", 5000, 0, {{0}}, share_of_1000},
  };
  uint64_t sets = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000;
  puts("design,estimator,interval,sets,refused,coverage,truth_below,truth_above,width_of_ln");
  for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) run(&trials[i], sets);
  return 0;
}
