/* SHA-256 by nettle, which uses the processor's own instructions where it has them. */
#ifndef HC_IO_SHA256_H
#define HC_IO_SHA256_H

#include <stddef.h>

#include <nettle/sha2.h>

typedef struct hc_sha256 {
  struct sha256_ctx context;
} hc_sha256;

void hc_sha256_init(hc_sha256 *hash);
void hc_sha256_update(hc_sha256 *hash, const void *bytes, size_t n);
/* 64 lower-case digits and a 0; ends the hash. */
void hc_sha256_hex(hc_sha256 *hash, char hex[65]);

#endif
