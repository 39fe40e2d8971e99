/* Counter-based random streams: a stream is a pure function of (seed, purpose, replicate).
 *
 * Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, SC'11, "Parallel random numbers: as easy as
 * 1, 2, 3"), as Random123 ships it. The seed is the key; purpose and replicate are the upper words
 * of the counter, so streams never overlap and no state is shared between threads. */
#ifndef HC_RNG_H
#define HC_RNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct hc_rng {
  uint64_t seed, replicate, block; /* key; upper counter words; blocks drawn so far */
  uint32_t purpose;
  uint32_t word[8]; /* the current two blocks */
  uint32_t used;    /* words of it already handed out */
} hc_rng;

/* What a stream is drawn for. A new use gets a new number: numbers are never reused. */
enum { HC_PURPOSE_BOOTSTRAP = 1, HC_PURPOSE_SIMULATION = 2, HC_PURPOSE_STARTS = 3, HC_PURPOSE_CONTRIBUTION = 8, HC_PURPOSE_KEY = 16 };

/* The key of a named part of the work (a stratum, a chain): Philox over the bytes of the text, 8 at a time, each block's
 * output the next one's key, the length last. The streams of different names are independent of each other, and what one
 * draws does not depend on which others there are. Below 2^63, as seeds are. */
uint64_t hc_rng_key(uint64_t seed, const char *text);
/* The same of any bytes; of numbers, only on machines that store them alike. */
uint64_t hc_rng_key_bytes(uint64_t seed, const void *bytes, size_t n);

void hc_rng_init(hc_rng *rng, uint64_t seed, uint32_t purpose, uint64_t replicate);

uint32_t hc_rng_word(hc_rng *rng);  /* 32 uniform bits */
double hc_rng_uniform(hc_rng *rng); /* on the open interval (0,1), 53 bits */
double hc_rng_normal(hc_rng *rng);  /* standard normal */
double hc_rng_gamma(hc_rng *rng, double shape, double scale);

/* Counts come back as double because that is what estimators read. mean below 2^31, n below 2^32. */
double hc_rng_poisson(hc_rng *rng, double mean);
double hc_rng_binomial(hc_rng *rng, double p, double n);
/* Marked among t drawn without replacement from marked + unmarked. */
double hc_rng_hypergeometric(hc_rng *rng, double marked, double unmarked, double t);

/* Largest total that the samplers take (GSL's samplers use unsigned int). */
#define HC_RNG_MAX_COUNT 4294967295.0

/* n people over k cells with the given weights (non-negative; they need not add to one), written to
 * count[0..k-1]. Cells of weight zero stay zero. n must be at most HC_RNG_MAX_COUNT. */
void hc_rng_multinomial(hc_rng *rng, double n, size_t k, const double *weight, double *count);

#endif
