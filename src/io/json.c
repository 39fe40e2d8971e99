/* The builder of JSON documents, shared by those who write them. */
#include "io/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "headcount/version.h"
#include "io/buffer.h"

enum { SCHEMA = 1, DIGITS = 17 };

void hc_json_put(hc_json *b, json_t *object, const char *key, json_t *value) {
  if (json_object_set_new(object, key, value) != 0) b->failed = true;
}

void hc_json_append(hc_json *b, json_t *array, json_t *value) {
  if (json_array_append_new(array, value) != 0) b->failed = true;
}

json_t *hc_json_real(double x) { return isfinite(x) ? json_real(x) : json_null(); }

json_t *hc_json_number(double x) {
  return isfinite(x) && x == floor(x) && fabs(x) < 9007199254740992.0 ? json_integer((json_int_t)x) : hc_json_real(x);
}

json_t *hc_json_count(uint64_t n) { return json_integer((json_int_t)n); }

json_t *hc_json_text(const char *bytes) {
  if (!bytes) return json_null();
  json_t *good = json_string(bytes);
  if (good) return good;
  size_t n = strlen(bytes), used = 0;
  char *clean = malloc(3 * n + 1);
  if (!clean) return NULL;
  for (size_t i = 0; i < n;) {
    size_t length = 4 < n - i ? 4 : n - i;
    json_t *probe = NULL;
    while (length > 0 && !(probe = json_stringn(bytes + i, length))) length--;
    json_decref(probe);
    if (length > 0) {
      memcpy(clean + used, bytes + i, length);
      used += length;
      i += length;
    } else {
      memcpy(clean + used, "\xEF\xBF\xBD", 3);
      used += 3;
      i++;
    }
  }
  good = json_stringn(clean, used);
  free(clean);
  return good;
}

json_t *hc_json_character(char c) {
  if (!c) return json_null();
  char one[2] = {c, '\0'};
  return json_string(one);
}

/* json_dumps does not look whether its own buffer could grow. */
static int append(const char *bytes, size_t n, void *buffer) {
  hc_buffer_put(buffer, bytes, n);
  return 0;
}

hc_status hc_json_finish(char **out, hc_json *b, json_t *document, hc_error *err) {
  hc_buffer text = {.failed = b->failed};
  if (!text.failed && json_dump_callback(document, append, &text, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS)) != 0)
    text.failed = true;
  json_decref(document);
  hc_buffer_put(&text, "\n", 1);
  *out = hc_buffer_finish(&text);
  return *out ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for the JSON document");
}

json_t *hc_json_start(hc_json *b) {
  json_t *document = json_object(), *tool = json_object();
  hc_json_put(b, document, "schema", json_integer(SCHEMA));
  hc_json_put(b, tool, "name", json_string("headcount"));
  hc_json_put(b, tool, "version", json_string(hc_version()));
  hc_json_put(b, document, "tool", tool);
  return document;
}
