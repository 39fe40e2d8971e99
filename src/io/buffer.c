/* Text that grows by doubling. */
#include "io/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for n more bytes and the zero byte. */
static bool make_room(hc_buffer *buffer, size_t n) {
  if (buffer->failed) return false;
  if (buffer->room - buffer->used > n) return true;
  size_t room = 2 * buffer->room + n + 512;
  char *larger = realloc(buffer->text, room);
  buffer->failed = !larger;
  if (!larger) return false;
  buffer->text = larger;
  buffer->room = room;
  return true;
}

void hc_buffer_put(hc_buffer *buffer, const char *bytes, size_t n) {
  if (!make_room(buffer, n)) return;
  memcpy(buffer->text + buffer->used, bytes, n);
  buffer->used += n;
  buffer->text[buffer->used] = 0;
}

void hc_buffer_print(hc_buffer *buffer, const char *format, ...) {
  for (size_t need = 64; make_room(buffer, need);) {
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(buffer->text + buffer->used, buffer->room - buffer->used, format, arguments);
    va_end(arguments);
    if (n < 0) buffer->failed = true;
    if (n < 0) return;
    need = (size_t)n;
    if (need >= buffer->room - buffer->used) continue;
    buffer->used += need;
    return;
  }
}

char *hc_buffer_finish(hc_buffer *buffer) {
  if (make_room(buffer, 0)) return buffer->text[buffer->used] = 0, buffer->text;
  free(buffer->text);
  buffer->text = NULL;
  return NULL;
}
