/* Random123's Philox behind hc_rng, and GSL's samplers behind hc_rng.
 *
 * Random123 ships a GSL adapter; it is not used because it carries the counter wrongly and cuts seeds to
 * 32 bits. Counter words: block (32 bits), purpose, replicate (two words); key: the 64-bit seed. */
#include "headcount/rng.h"

#include <Random123/philox.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

void hc_rng_init(hc_rng *rng, uint64_t seed, uint32_t purpose, uint64_t replicate) {
  *rng = (hc_rng){.seed = seed, .purpose = purpose, .replicate = replicate, .used = 4};
}

/* Blocks past 2^32 spill into the upper half of the purpose word, where no purpose lives. */
static void refill(hc_rng *rng) {
  philox4x32_ctr_t counter = {{(uint32_t)rng->block, rng->purpose ^ (uint32_t)(rng->block >> 32) << 16,
                               (uint32_t)rng->replicate, (uint32_t)(rng->replicate >> 32)}};
  philox4x32_key_t key = {{(uint32_t)rng->seed, (uint32_t)(rng->seed >> 32)}};
  philox4x32_ctr_t out = philox4x32(counter, key);
  for (int i = 0; i < 4; i++) rng->word[i] = out.v[i];
  rng->block++;
  rng->used = 0;
}

uint32_t hc_rng_word(hc_rng *rng) {
  if (rng->used == 4) refill(rng);
  return rng->word[rng->used++];
}

/* (k + 1/2) / 2^53 for a 53-bit k would round to 1 at the top; 52 bits keep both ends out. */
double hc_rng_uniform(hc_rng *rng) {
  uint64_t high = hc_rng_word(rng), low = hc_rng_word(rng);
  uint64_t bits = (high << 32 | low) >> 12;
  return ((double)bits + 0.5) * 0x1p-52;
}

static unsigned long get(void *state) { return hc_rng_word(state); }
static double get_double(void *state) { return hc_rng_uniform(state); }
static void set(void *state, unsigned long seed) { hc_rng_init(state, seed, 0, 0); }

static const gsl_rng_type philox = {"philox4x32-10", 0xffffffffUL, 0, sizeof(hc_rng), set, get, get_double};

static gsl_rng through_gsl(hc_rng *rng) { return (gsl_rng){.type = &philox, .state = rng}; }

double hc_rng_normal(hc_rng *rng) {
  gsl_rng r = through_gsl(rng);
  return gsl_ran_gaussian_ziggurat(&r, 1.0);
}

double hc_rng_gamma(hc_rng *rng, double shape, double scale) {
  gsl_rng r = through_gsl(rng);
  return gsl_ran_gamma(&r, shape, scale);
}

double hc_rng_poisson(hc_rng *rng, double mean) {
  gsl_rng r = through_gsl(rng);
  return mean > 0 ? gsl_ran_poisson(&r, mean) : 0;
}

/* Number of successes by inversion: the walk up the distribution function, for small n p. */
static double binomial_by_inversion(hc_rng *rng, double p, double n) {
  double odds = p / (1 - p), f = exp(n * log1p(-p)), u = hc_rng_uniform(rng), k = 0;
  while (u > f && k < n) {
    u -= f;
    k++;
    f *= odds * (n - k + 1) / k;
  }
  return k;
}

double hc_rng_binomial(hc_rng *rng, double p, double n) {
  if (!(p > 0) || n <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - hc_rng_binomial(rng, 1 - p, n);
  if (n * p < 14) return binomial_by_inversion(rng, p, n);
  gsl_rng r = through_gsl(rng);
  return gsl_ran_binomial(&r, p, (unsigned)n);
}

double hc_rng_hypergeometric(hc_rng *rng, double marked, double unmarked, double t) {
  gsl_rng r = through_gsl(rng);
  return gsl_ran_hypergeometric(&r, (unsigned)marked, (unsigned)unmarked, (unsigned)t);
}

/* Conditional binomials (Davis 1993, Comput. Stat. Data Anal. 16:205), as gsl_ran_multinomial does. */
void hc_rng_multinomial(hc_rng *rng, double n, size_t k, const double *weight, double *count) {
  double left = n, mass = 0;
  size_t last = 0;
  for (size_t i = 0; i < k; i++) {
    mass += weight[i];
    if (weight[i] > 0) last = i;
  }
  for (size_t i = 0; i < k; i++) {
    if (!(weight[i] > 0) || left <= 0) {
      count[i] = 0;
      continue;
    }
    count[i] = i == last ? left : hc_rng_binomial(rng, fmin(1, weight[i] / mass), left);
    left -= count[i];
    mass -= weight[i];
  }
}
