/* Encoding, byte order mark and delimiter, from the beginning of a file. */
#ifndef HC_IO_DETECT_H
#define HC_IO_DETECT_H

#include "engine/data.h"

typedef struct hc_encoding {
  char name[16];
  size_t mark;          /* bytes of the byte order mark */
  bool guessed;         /* from the bytes themselves: worth saying */
} hc_encoding;

/* From the first n bytes of a file, all of it when whole. forced may be NULL. HC_EDATA when the file is
 * binary or the encoding cannot be told. */
hc_status hc_detect_encoding(hc_encoding *encoding, const unsigned char *bytes, size_t n, bool whole,
                             const char *forced, const char *file, hc_error *err);

/* The delimiter of n bytes of text, which are whole lines; 0 when every line is one field. HC_EDATA, at
 * line 1, when two delimiters cut all lines alike. */
hc_status hc_detect_delimiter(char *delimiter, const char *text, size_t n, const char *file, hc_error *err);

/* "',' (comma)", for messages. */
const char *hc_delimiter_name(char delimiter);

#endif
