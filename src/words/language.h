/* Marks of texts that people read, for xgettext and for readers: one that is translated here, and one that is translated where it
 * is shown. */
#ifndef HC_WORDS_LANGUAGE_H
#define HC_WORDS_LANGUAGE_H

#include "headcount/translate.h"

#define _(text) hc_translate(text)
#define N_(text) text
/* A text that has other meanings elsewhere: of a number, of a delimiter. */
#define P_(context, text) hc_translate(context "\004" text)

/* The marks of numbers, which a catalogue has like any other word (headcount/translate.h). */
#define HC_DECIMAL_MARK P_("number", ".")
#define HC_THOUSANDS_MARK P_("number", ",")

#endif
