/* libmd does the hash; where an x86 processor has SHA instructions, whole blocks go through those, about ten
 * times as fast, and libmd pads and ends the hash. The rounds are those of FIPS 180-4, section 6.2.2. */
#include "io/sha256.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_X86 1
#include <cpuid.h>
#include <immintrin.h>
#endif

#ifdef HAVE_X86

/* FIPS 180-4, section 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* SHA: leaf 7, EBX bit 29. SSE4.1: leaf 1, ECX bit 19. */
static bool has_sha_instructions(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 19 & 1)) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1);
}

/* Four rounds with the message words w. The instruction keeps the eight letters as ABEF and CDGH. */
__attribute__((target("sha,sse4.1"))) static inline void four_rounds(__m128i *abef, __m128i *cdgh, __m128i w, int i) {
  __m128i wk = _mm_add_epi32(w, _mm_loadu_si128((const __m128i *)(constants + 4 * i)));
  *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, wk);
  *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(wk, 0x0E));
}

/* The next four words of the message schedule, from the last sixteen. */
__attribute__((target("sha,sse4.1"))) static inline __m128i schedule(__m128i w0, __m128i w1, __m128i w2, __m128i w3) {
  __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4));
  return _mm_sha256msg2_epu32(sum, w3);
}

__attribute__((target("sha,sse4.1"))) static void hash_blocks(uint32_t state[8], const unsigned char *bytes, size_t n) {
  const __m128i swap = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
  __m128i abef = _mm_set_epi32((int)state[0], (int)state[1], (int)state[4], (int)state[5]);
  __m128i cdgh = _mm_set_epi32((int)state[2], (int)state[3], (int)state[6], (int)state[7]);
  for (; n > 0; n--, bytes += SHA256_BLOCK_LENGTH) {
    __m128i w[4], abef_before = abef, cdgh_before = cdgh;
    for (int i = 0; i < 4; i++) {
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * i)), swap);
      four_rounds(&abef, &cdgh, w[i], i);
    }
    for (int i = 4; i < 16; i += 4) {
      for (int k = 0; k < 4; k++) {
        w[k] = schedule(w[k], w[(k + 1) % 4], w[(k + 2) % 4], w[(k + 3) % 4]);
        four_rounds(&abef, &cdgh, w[k], i + k);
      }
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  uint32_t first[4], second[4];
  _mm_storeu_si128((__m128i *)first, abef);
  _mm_storeu_si128((__m128i *)second, cdgh);
  state[0] = first[3], state[1] = first[2], state[4] = first[1], state[5] = first[0];
  state[2] = second[3], state[3] = second[2], state[6] = second[1], state[7] = second[0];
}

/* Whole blocks, once libmd holds no part of one; returns the bytes that were hashed. */
static size_t hash_fast(SHA2_CTX *context, const unsigned char *bytes, size_t n) {
  size_t blocks = n / SHA256_BLOCK_LENGTH;
  if (blocks == 0 || context->bitcount[0] / 8 % SHA256_BLOCK_LENGTH != 0 || !has_sha_instructions()) return 0;
  hash_blocks(context->state.st32, bytes, blocks);
  context->bitcount[0] += (uint64_t)blocks * SHA256_BLOCK_LENGTH * 8;
  return blocks * SHA256_BLOCK_LENGTH;
}

#else
static size_t hash_fast(SHA2_CTX *context, const unsigned char *bytes, size_t n) {
  (void)context, (void)bytes, (void)n;
  return 0;
}
#endif

void hc_sha256_init(hc_sha256 *hash) { SHA256Init(&hash->context); }

void hc_sha256_update(hc_sha256 *hash, const void *bytes, size_t n) {
  const unsigned char *s = bytes;
  size_t held = hash->context.bitcount[0] / 8 % SHA256_BLOCK_LENGTH;
  size_t head = held ? SHA256_BLOCK_LENGTH - held : 0;
  if (head > n) head = n;
  if (head > 0) SHA256Update(&hash->context, s, head); /* fills the block that was begun */
  size_t done = head + hash_fast(&hash->context, s + head, n - head);
  if (done < n) SHA256Update(&hash->context, s + done, n - done);
}

void hc_sha256_hex(hc_sha256 *hash, char hex[65]) {
  static const char digit[] = "0123456789abcdef";
  unsigned char byte[SHA256_DIGEST_LENGTH];
  SHA256Final(byte, &hash->context);
  for (size_t i = 0; i < sizeof byte; i++) {
    hex[2 * i] = digit[byte[i] >> 4];
    hex[2 * i + 1] = digit[byte[i] & 15];
  }
  hex[64] = 0;
}
