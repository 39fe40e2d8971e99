/* Random123's Philox behind hc_rng, GSL's samplers over it, and a binomial sampler of our own.
 *
 * Random123 ships a GSL adapter; it is not used because it carries the counter wrongly and cuts seeds to
 * 32 bits. Counter words: block (32 bits), purpose, replicate (two words); key: the 64-bit seed. */
#include "numeric/rng.h"

#include <Random123/philox.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

enum { WORDS = sizeof ((hc_rng *)0)->word / sizeof(uint32_t) };

void hc_rng_init(hc_rng *rng, uint64_t seed, uint32_t purpose, uint64_t replicate) {
  *rng = (hc_rng){.seed = seed, .purpose = purpose, .replicate = replicate, .used = WORDS};
}

static uint64_t absorb(uint64_t key, uint64_t bytes, uint32_t place) {
  philox4x32_ctr_t counter = {{(uint32_t)bytes, (uint32_t)(bytes >> 32), place, HC_PURPOSE_KEY}};
  philox4x32_key_t k = {{(uint32_t)key, (uint32_t)(key >> 32)}};
  philox4x32_ctr_t out = philox4x32(counter, k);
  return (uint64_t)out.v[1] << 32 | out.v[0];
}

uint64_t hc_rng_key_bytes(uint64_t seed, const void *bytes, size_t n) {
  const unsigned char *byte = bytes;
  uint64_t key = seed, eight = 0;
  for (size_t i = 0; i < n; i++) { /* little end first, whatever the machine */
    eight |= (uint64_t)byte[i] << 8 * (i % 8);
    if (i % 8 == 7) key = absorb(key, eight, (uint32_t)(i / 8)), eight = 0;
  }
  return absorb(absorb(key, eight, (uint32_t)(n / 8)), n, UINT32_MAX) >> 1;
}

uint64_t hc_rng_key(uint64_t seed, const char *text) { return hc_rng_key_bytes(seed, text, strlen(text)); }

/* Blocks past 2^32 spill into the upper half of the purpose word, where no purpose lives. */
static philox4x32_ctr_t block_at(const hc_rng *rng, uint64_t block) {
  philox4x32_ctr_t counter = {{(uint32_t)block, rng->purpose ^ (uint32_t)(block >> 32) << 16, (uint32_t)rng->replicate,
                               (uint32_t)(rng->replicate >> 32)}};
  philox4x32_key_t key = {{(uint32_t)rng->seed, (uint32_t)(rng->seed >> 32)}};
  return philox4x32(counter, key);
}

/* Two blocks at a time: one waits for its own multiplications, two fill each other's gaps. */
static void refill(hc_rng *rng) {
  philox4x32_ctr_t first = block_at(rng, rng->block), second = block_at(rng, rng->block + 1);
  for (int i = 0; i < 4; i++) rng->word[i] = first.v[i], rng->word[i + 4] = second.v[i];
  rng->block += 2;
  rng->used = 0;
}

uint32_t hc_rng_word(hc_rng *rng) {
  if (rng->used == WORDS) refill(rng);
  return rng->word[rng->used++];
}

/* (k + 1/2) / 2^53 for a 53-bit k would round to 1 at the top; 52 bits keep both ends out. The two words come
 * from one refill, so that no branch is taken between them. */
double hc_rng_uniform(hc_rng *rng) {
  if (rng->used > WORDS - 2) refill(rng);
  uint64_t high = rng->word[rng->used], low = rng->word[rng->used + 1];
  rng->used += 2;
  return ((double)((high << 32 | low) >> 12) + 0.5) * 0x1p-52;
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

/* ln x! - ((x + 1/2) ln(x + 1) - (x + 1) + ln(2 pi)/2): exact below 10, then three terms of Stirling's series. */
static double stirling_rest(double x) {
  static const double exact[] = {0.08106146679532726, 0.04134069595540929, 0.02767792568499834, 0.02079067210376509,
                                 0.01664469118982119, 0.01387612882307075, 0.01189670994589177, 0.01041126526197209,
                                 0.009255462182712733, 0.008330563433362871};
  if (x < 10) return exact[(int)x];
  double y = 1 / (x + 1), y2 = y * y;
  return y * (1.0 / 12 - y2 * (1.0 / 360 - y2 / 1260));
}

/* ln of m! (n-m)! / (k! (n-k)!), the ratio of the probabilities of k and of the mode m but for the odds. */
static double log_ratio_of_coefficients(double n, double m, double k) {
  return (m + 0.5) * log((m + 1) / (n - m + 1)) + (n + 1) * log((n - m + 1) / (n - k + 1)) +
         (k + 0.5) * log((n - k + 1) / (k + 1)) + stirling_rest(m) + stirling_rest(n - m) - stirling_rest(k) -
         stirling_rest(n - k);
}

/* Transformed rejection with squeeze, algorithm BTRS of Hoermann (1993) J. Statist. Comput. Simul. 46:101, for n p at
 * least 10, p at most 1/2. GSL's binomial sets up tables on every call, which costs three times as much where, as in a
 * multinomial, no two calls have the same n and p. */
static double binomial_by_rejection(hc_rng *rng, double p, double n) {
  double spread = sqrt(n * p * (1 - p)), r = p / (1 - p), b = 1.15 + 2.53 * spread;
  double a = -0.0873 + 0.0248 * b + 0.01 * p, centre = n * p + 0.5, squeeze = 0.92 - 4.2 / b;
  for (;;) {
    double u = hc_rng_uniform(rng) - 0.5, v = hc_rng_uniform(rng), us = 0.5 - fabs(u);
    double k = floor((2 * a / us + b) * u + centre);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || k > n) continue;
    double alpha = (2.83 + 5.1 / b) * spread, m = floor((n + 1) * p);
    v *= alpha / (a / (us * us) + b);
    if (log(v) <= log_ratio_of_coefficients(n, m, k) + (k - m) * log(r)) return k;
  }
}

double hc_rng_binomial(hc_rng *rng, double p, double n) {
  if (!(p > 0) || n <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - hc_rng_binomial(rng, 1 - p, n);
  return n * p < 10 ? binomial_by_inversion(rng, p, n) : binomial_by_rejection(rng, p, n);
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
