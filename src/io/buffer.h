/* Text that grows, and remembers when memory ran out: libc's open_memstream and jansson's json_dumps do not say it. */
#ifndef HC_IO_BUFFER_H
#define HC_IO_BUFFER_H

#include <stddef.h>
#include <stdbool.h>

#include "headcount/error.h"

typedef struct hc_buffer { /* begins as {0} */
  char *text;
  size_t used, room;
  bool failed;
} hc_buffer;

void hc_buffer_put(hc_buffer *buffer, const char *bytes, size_t n);
void hc_buffer_print(hc_buffer *buffer, const char *format, ...) HC_PRINTF(2, 3);
/* The text, ended by a zero byte, which the caller frees; NULL where anything of it could not be kept. */
char *hc_buffer_finish(hc_buffer *buffer);

#endif
