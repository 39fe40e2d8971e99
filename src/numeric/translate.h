/* Marks of texts that people read, as gettext has them: xgettext finds them, and so does a reader. */
#ifndef HC_NUMERIC_TRANSLATE_H
#define HC_NUMERIC_TRANSLATE_H

#include "headcount/translate.h"

/* In another language from here on; and one that is translated elsewhere, where it is shown. */
#define _(text) hc_translate(text)
#define N_(text) text
/* A text that has other meanings elsewhere. */
#define P_(context, text) hc_translate(context "\004" text)

#endif
