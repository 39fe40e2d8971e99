/* How often the interval of --dependence holds the true number, when the true odds ratios lie anywhere within the stated ranges:
 * at their lower ends, their upper ends, in the middle, or exactly as stated. Two to four lists, made from a log-linear model
 * with interactions of pairs; N people, of whom the lists see some. Prints CSV, a row for each design and place of the truth;
 * naive is the interval that takes the lists for independent (every odds ratio 1). make coverage runs it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "headcount.h"

#include "engine/parallel.h"
#include "numeric/dependence.h"
#include "numeric/rng.h"
#include "numeric/special.h"

enum { MOST_CELLS = 16, MOST_PAIRS = 6 };

struct design {
  const char *name;
  size_t lists;
  double N, chance[4];         /* of each list, among people on none of the others */
  double odds[MOST_PAIRS];     /* of each pair, given the others: 12, 13, 14, 23, 24, 34; of three lists 12, 13, 23 */
};

static const struct design designs[] = {
  {"two lists, independent", 2, 2000, {0.25, 0.3}, {1}},
  {"two lists, odds ratio 2", 2, 2000, {0.25, 0.3}, {2}},
  {"two lists, odds ratio 1/2", 2, 2000, {0.25, 0.3}, {0.5}},
  {"two small lists", 2, 300, {0.2, 0.2}, {1.5}},
  {"three lists, independent", 3, 1500, {0.2, 0.25, 0.3}, {1, 1, 1}},
  {"three lists, dependent", 3, 1500, {0.15, 0.2, 0.25}, {2, 0.7, 1.5}},
  {"four lists, dependent", 4, 4000, {0.12, 0.15, 0.1, 0.12}, {2, 1, 0.7, 1.5, 1, 2}},
};
enum { N_DESIGNS = sizeof designs / sizeof designs[0] };

static const struct {
  const char *name;
  double below, above; /* the range is truth * below .. truth * above */
} places[] = {{"exact", 1, 1}, {"at the lower end", 1, 4}, {"at the upper end", 0.25, 1}, {"in the middle", 0.5, 2}};
enum { N_PLACES = sizeof places / sizeof places[0], NAIVE = 2 * N_PLACES, KINDS }; /* each place twice: interval, simultaneous */

/* Shares of all cells, and the odds ratio of each pair among all people. */
static void make(const struct design *d, double *share, hc_odds_range *truth, size_t *pairs) {
  size_t cells = (size_t)1 << d->lists;
  double sum = 0;
  *pairs = 0;
  for (size_t c = 0; c < cells; c++) {
    size_t p = 0;
    share[c] = 1;
    for (size_t i = 0; i < d->lists; i++) share[c] *= c >> i & 1 ? d->chance[i] / (1 - d->chance[i]) : 1;
    for (size_t i = 0; i < d->lists; i++)
      for (size_t j = i + 1; j < d->lists; j++, p++) share[c] *= c >> i & c >> j & 1 ? d->odds[p] : 1;
    sum += share[c];
  }
  for (size_t c = 0; c < cells; c++) share[c] /= sum;
  for (uint32_t i = 0; i < d->lists; i++)
    for (uint32_t j = i + 1; j < d->lists; j++) {
      double four[4] = {0};
      for (size_t c = 0; c < cells; c++) four[(c >> i & 1) + 2 * (c >> j & 1)] += share[c];
      double odds = four[0] * four[3] / (four[1] * four[2]);
      truth[(*pairs)++] = (hc_odds_range){UINT32_C(1) << i | UINT32_C(1) << j, odds, odds};
    }
}

struct run {
  const struct design *design;
  double share[MOST_CELLS];
  hc_odds_range truth[MOST_PAIRS];
  size_t pairs;
  signed char (*verdict)[KINDS]; /* -1 below, 0 holds, 1 above, 2 no interval */
  double (*width)[KINDS];
};

/* One population, all places. */
static void replicate(void *context, uint64_t b, void *scratch) {
  struct run *r = context;
  hc_rng rng;
  double count[MOST_CELLS];
  hc_odds_range range[MOST_PAIRS];
  size_t cells = (size_t)1 << r->design->lists;
  hc_rng_init(&rng, hc_rng_key(1, r->design->name), HC_PURPOSE_SIMULATION, b);
  hc_rng_multinomial(&rng, r->design->N, cells, r->share, count);
  count[0] = 0;
  for (size_t k = 0; k < KINDS; k++) {
    for (size_t p = 0; p < r->pairs; p++) {
      range[p] = r->truth[p];
      if (k == NAIVE) range[p].from = range[p].to = 1;
      else range[p].from *= places[k / 2].below, range[p].to *= places[k / 2].above;
    }
    const hc_dependence_problem problem = {.lists = r->design->lists, .count = count, .n = r->pairs, .range = range};
    hc_dependence_interval found;
    bool all = k % 2; /* the interval for whichever limits the truth lies at */
    double fall = hc_chisq_quantile(0.95, all ? (double)r->pairs : 1);
    bool solved = hc_dependence_solve(&problem, fall, all, scratch, &found) && found.misfit < fall;
    double N = r->design->N;
    r->verdict[b][k] = !solved ? 2 : N < found.lower.M ? 1 : N > found.upper.M ? -1 : 0;
    r->width[b][k] = solved ? log(found.upper.M / found.lower.M) : NAN;
  }
}

static void print(const struct run *r, uint64_t n) {
  for (size_t k = 0; k < KINDS; k++) {
    uint64_t held = 0, low = 0, high = 0, none = 0;
    double width = 0;
    for (uint64_t b = 0; b < n; b++) {
      held += r->verdict[b][k] == 0, low += r->verdict[b][k] == -1, high += r->verdict[b][k] == 1, none += r->verdict[b][k] == 2;
      width += r->verdict[b][k] == 2 ? 0 : r->width[b][k];
    }
    printf("\"%s\",%.0f,%s,%s,%llu,%.4f,%llu,%llu,%llu,%.3f\n", r->design->name, r->design->N, k == NAIVE ? "naive" : places[k / 2].name,
           k % 2 ? "simultaneous" : "interval",
           (unsigned long long)n, (double)held / (double)(n - none), (unsigned long long)low, (unsigned long long)high,
           (unsigned long long)none, exp(width / (double)(n - none)));
  }
  fflush(stdout);
}

int main(int argc, char **argv) {
  uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 2000, done;
  const hc_dependence_problem largest = {.lists = 4};
  puts("design,N,truth,kind,replicates,coverage,below,above,no_interval,mean_ratio_of_ends");
  for (size_t i = 0; i < N_DESIGNS; i++) {
    struct run r = {.design = &designs[i]};
    make(r.design, r.share, r.truth, &r.pairs);
    r.verdict = calloc(n, sizeof *r.verdict);
    r.width = calloc(n, sizeof *r.width);
    if (!r.verdict || !r.width) return EXIT_FAILURE;
    if (hc_parallel_map(n, 0, hc_dependence_scratch(&largest) * sizeof(double), replicate, &r, NULL, &done, NULL) != HC_OK)
      return EXIT_FAILURE;
    print(&r, n);
    free(r.verdict);
    free(r.width);
  }
  return EXIT_SUCCESS;
}
