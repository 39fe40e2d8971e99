/* Errors: a code, a place and one sentence, in the caller's memory. */
#include "numeric/fail.h"

#include <stdio.h>
#include <string.h>

#include "headcount/version.h"
#include "numeric/translate.h"

const char *hc_version(void) { return HC_VERSION; }

void hc_text_whole(char *text) {
  char *to = text;
  for (const unsigned char *c = (const unsigned char *)text; *c;) {
    size_t n = c[0] >= 0xF0 ? 4 : c[0] >= 0xE0 ? 3 : c[0] >= 0xC0 ? 2 : 1, i = 1;
    while (i < n && (c[i] & 0xC0) == 0x80) i++;
    for (size_t k = 0; i == n && k < n; k++) *to++ = (char)c[k];
    c += i;
  }
  *to = 0;
}

static hc_status fill(hc_error *err, hc_status status, const char *code, const char *format, va_list arguments) {
  if (err) {
    memset(err, 0, sizeof *err);
    err->status = status;
    snprintf(err->code, sizeof err->code, "%s", code);
    hc_format_list(err->message, sizeof err->message, format, arguments);
    hc_text_whole(err->message);
  }
  return status;
}

hc_status hc_fail(hc_error *err, hc_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(err, status, "", format, arguments);
  va_end(arguments);
  return status;
}

hc_status hc_refuse(hc_error *err, const char *code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(err, HC_EREFUSED, code, format, arguments);
  va_end(arguments);
  return HC_EREFUSED;
}

hc_status hc_fail_at(hc_error *err, hc_status status, const char *file, uint64_t line, uint64_t column,
                     const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(err, status, "", format, arguments);
  va_end(arguments);
  if (err) {
    snprintf(err->file, sizeof err->file, "%s", file);
    err->line = line;
    err->column = column;
  }
  return status;
}

int hc_status_exit_code(hc_status status) {
  switch (status) {
    case HC_OK: return 0;
    case HC_EREFUSED: return 1;
    case HC_EUSAGE: return 2;
    case HC_EDATA: return 3;
    case HC_EIO: return 4;
    case HC_ECANCELLED: return 130;
    case HC_EINTERNAL:
    case HC_ENOMEM: break;
  }
  return 5;
}
