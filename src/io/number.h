/* Numbers as people write them: decimal comma or point, grouped thousands, never guessed. */
#ifndef HC_IO_NUMBER_H
#define HC_IO_NUMBER_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum hc_number {
  HC_NUMBER_OK,
  HC_NUMBER_BLANK,     /* nothing */
  HC_NUMBER_MISSING,   /* NA, NaN, NULL, ... */
  HC_NUMBER_TEXT,      /* not a number */
  HC_NUMBER_AMBIGUOUS, /* 1,234: one thousand or one and a bit */
  HC_NUMBER_NEGATIVE,  /* of a count, from here on */
  HC_NUMBER_FRACTION,
  HC_NUMBER_TOO_LARGE
} hc_number;

/* Counts stay below 2^53, where doubles are still exact. */
#define HC_COUNT_MAX ((uint64_t)1 << 53)

typedef struct hc_number_format {
  char decimal;    /* '.' or ','; 0 while nothing has settled it */
  bool presumed;   /* decimal is likely, but numbers may show otherwise */
  locale_t plain;  /* the C locale, for strtod_l */
} hc_number_format;

bool hc_number_format_init(hc_number_format *format, char decimal, bool presumed);
void hc_number_format_clear(hc_number_format *format);

/* A real number. A number that can only be read one way settles format->decimal. */
hc_number hc_number_real(const char *text, size_t length, hc_number_format *format, double *value);
/* A whole number, below 2^53; 12.0 and 1e5 are whole. */
hc_number hc_number_count(const char *text, size_t length, hc_number_format *format, uint64_t *value);
/* True for what papers print where a number is not known: blank, NA, ?, -, x. */
bool hc_number_is_unknown(const char *text, size_t length);
/* True for blank, NA and the like. */
bool hc_number_is_missing(const char *text, size_t length);

#endif
