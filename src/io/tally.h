/* Rows collapsed as they are read: people per key, and lists per person. Memory grows with what is distinct. */
#ifndef HC_IO_TALLY_H
#define HC_IO_TALLY_H

#include "numeric/fail.h"

typedef struct hc_tally hc_tally;

/* Keys that need at most 16 bits are counted in a plain array, others in a hash table. */
hc_status hc_tally_new(hc_tally **tally, unsigned key_bits, hc_error *err);
void hc_tally_free(hc_tally *tally);

/* Adds people to a key. False when memory ran out or a sum left the 64 bits: hc_tally_overflowed tells. */
bool hc_tally_add(hc_tally *tally, uint64_t key, uint64_t count);
bool hc_tally_overflowed(const hc_tally *tally);

/* Distinct keys with their counts, in no particular order; the caller frees both arrays. */
hc_status hc_tally_arrays(const hc_tally *tally, uint64_t **key, uint64_t **count, size_t *n, hc_error *err);

typedef struct hc_members hc_members;

hc_status hc_members_new(hc_members **members, hc_error *err);
void hc_members_free(hc_members *members);

/* Puts a person (bytes of any kind) on a list, 0 or more. *again: was on it already. False: no memory. */
bool hc_members_add(hc_members *members, const char *id, size_t length, unsigned list, bool *again);
/* Calls use for every person with the set of lists, in order of arrival: lists has the first 64, bit i of more[j] is list
 * 64 (j + 1) + i. */
typedef void hc_members_use(void *context, uint64_t lists, const uint64_t *more, size_t n_more);
void hc_members_each(const hc_members *members, hc_members_use *use, void *context);

#endif
