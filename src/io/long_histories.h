/* Histories of more occasions than a key has bits, kept as what models need whose chances depend on the occasion alone: first
 * captures u, last captures v and all captures n by occasion (Schwarz and Arnason 1996 Biometrics 52:860, section 3). */
#ifndef HC_IO_LONG_HISTORIES_H
#define HC_IO_LONG_HISTORIES_H

#include "io/reader.h"

enum { HC_MOST_OCCASIONS = 4096 };

typedef struct hc_long_histories {
  size_t k;
  double *u, *v, *n; /* [k] each, of one allocation; NULL: not begun */
  uint64_t unmet;    /* people with a history of nothing but 0 */
} hc_long_histories;

hc_status hc_long_begin(hc_long_histories *histories, size_t k, hc_error *err);
/* Adds people with one history: where it has a 1, met(context, i) is true. */
void hc_long_add(hc_long_histories *histories, bool (*met)(const void *context, size_t i), const void *context,
                 uint64_t people);
/* Data of the shape first-last, with a remark; names as in hc_reader_histories. HC_EDATA: somebody wants strata. */
hc_status hc_long_data(const hc_long_histories *histories, hc_reader *reader, const char *const *names, hc_data **data,
                       hc_error *err);
void hc_long_end(hc_long_histories *histories);

#endif
