/* SHA-256 by libmd, its block function replaced by the processor's own where there is one. */
#ifndef HC_IO_SHA256_H
#define HC_IO_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <sha2.h>

typedef struct hc_sha256 {
  SHA2_CTX context;
} hc_sha256;

void hc_sha256_init(hc_sha256 *hash);
void hc_sha256_update(hc_sha256 *hash, const void *bytes, size_t n);
/* 64 lower-case digits and a 0; ends the hash. */
void hc_sha256_hex(hc_sha256 *hash, char hex[65]);

#endif
