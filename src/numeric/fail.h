/* Saying what went wrong: an error, a refusal, a place in a file. */
#ifndef HC_FAIL_H
#define HC_FAIL_H

#include "numeric/translate.h"

/* Fills err (if not NULL) and returns status, so that `return hc_fail(err, ...)` reads well. */
hc_status hc_fail(hc_error *err, hc_status status, const char *format, ...) HC_PRINTF(3, 4);

/* The same for HC_EREFUSED, with the stable reason code that the JSON document prints. */
hc_status hc_refuse(hc_error *err, const char *code, const char *format, ...) HC_PRINTF(3, 4);

/* The same for a place in a file. line and column are 1-based, 0 where unknown. */
hc_status hc_fail_at(hc_error *err, hc_status status, const char *file, uint64_t line, uint64_t column,
                     const char *format, ...) HC_PRINTF(6, 7);

/* The word that goes with a number: "1 row", "2 rows". */
static inline const char *hc_noun(uint64_t n, const char *one, const char *many) { return hc_translate_count(one, many, n); }

/* Takes out what is left of characters of a UTF-8 text that were cut, at its end or by a %.20s within. Called for every
 * message and note, so that who writes one need not think of it. */
void hc_text_whole(char *text);

#endif
