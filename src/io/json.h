/* Building JSON documents with jansson: numbers, texts and failures alike in all of them. */
#ifndef HC_IO_JSON_H
#define HC_IO_JSON_H

#include <jansson.h>

#include "numeric/fail.h"

/* Failures add up here, so that a document reads as what it contains; they are asked for once, at the end. */
typedef struct hc_json {
  bool failed;
} hc_json;

/* Both take ownership of value; NULL counts as a failure. */
void hc_json_put(hc_json *b, json_t *object, const char *key, json_t *value);
void hc_json_append(hc_json *b, json_t *array, json_t *value);

/* null stands for what is not finite. */
json_t *hc_json_real(double x);
/* Whole numbers as such, so that a count does not read 17.0. */
json_t *hc_json_number(double x);
json_t *hc_json_count(uint64_t n);
/* A file may be named by any bytes; JSON takes UTF-8 only: each byte that is none becomes U+FFFD. NULL: null. */
json_t *hc_json_text(const char *bytes);
json_t *hc_json_character(char c); /* '\0': null */

/* A document that says its schema and who wrote it; the end of it as text, ended by a line feed, which the caller frees.
 * HC_ENOMEM where anything failed on the way. */
json_t *hc_json_start(hc_json *b);
hc_status hc_json_finish(char **out, hc_json *b, json_t *document, hc_error *err); /* an array of documents is one too */

#endif
