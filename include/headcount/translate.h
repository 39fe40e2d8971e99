/* Another language than English, for everything that people read. */
#ifndef HEADCOUNT_TRANSLATE_H
#define HEADCOUNT_TRANSLATE_H

#include <stdarg.h>

#include "headcount/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One for the whole program, as for a catalogue of gettext: the text in another language, or `one` itself where there is
 * none; static storage. `many`: the English plural, for n of something; NULL for a text without a number, and then n is 0.
 * A text may begin with the context that tells it from others alike, and the byte 4 ("\004"), as gettext writes them.
 *
 * What it answers for "number\004." and "number\004," are the decimal mark and what separates thousands. Of a text with
 * conversions of printf it may change the order (%2$s), not the kinds: a text that does is not used. */
typedef const char *(*hc_translation)(void *context, const char *one, const char *many, unsigned long n);

#if defined(__GNUC__)
#define HC_FORMAT_ARGUMENT(a) __attribute__((format_arg(a)))
#else
#define HC_FORMAT_ARGUMENT(a)
#endif

/* From now on; NULL: English again, as it is in the beginning. The library itself knows no language, no file and no locale.
 * For before the work begins: not while another thread is in the library. Words that were made before stay as they are. */
void hc_translate_with(hc_translation translation, void *context);

/* A text, or what is counted, in that language; without its context. What was given, where there is no other. */
const char *hc_translate(const char *text) HC_FORMAT_ARGUMENT(1);
const char *hc_translate_count(const char *one, const char *many, uint64_t n);

/* As snprintf, of the format in that language: fractions get its decimal mark, %.0f its groups from five digits
 * on. Words in the arguments are the caller's to translate. */
int hc_format(char *text, size_t size, const char *format, ...) HC_PRINTF(3, 4);
int hc_format_list(char *text, size_t size, const char *format, va_list arguments);

#ifdef __cplusplus
}
#endif
#endif
