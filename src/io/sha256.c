/* SHA-256: nettle does it. */
#include "io/sha256.h"

void hc_sha256_init(hc_sha256 *hash) { sha256_init(&hash->context); }

void hc_sha256_update(hc_sha256 *hash, const void *bytes, size_t n) { sha256_update(&hash->context, n, bytes); }

void hc_sha256_hex(hc_sha256 *hash, char hex[65]) {
  static const char digit[] = "0123456789abcdef";
  unsigned char byte[SHA256_DIGEST_SIZE];
  sha256_digest(&hash->context, sizeof byte, byte);
  for (size_t i = 0; i < sizeof byte; i++) {
    hex[2 * i] = digit[byte[i] >> 4];
    hex[2 * i + 1] = digit[byte[i] & 15];
  }
  hex[64] = 0;
}
