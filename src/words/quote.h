/* The sentence to quote. */
#ifndef HC_WORDS_QUOTE_H
#define HC_WORDS_QUOTE_H

#include "headcount/analysis.h"

enum { HC_WORD_QUOTE_SIZE = 2048 };

/* "N = 95,989 people (95% CI ...), Chao (1987), classic form, n = 39,461" of quantity 0, for a paper; "nothing: ..." where the
 * notes take the number back. observed: the people of the file, for an estimate that stands on no others; 0: none.
 * Writes into text (HC_WORD_QUOTE_SIZE), and returns it. */
const char *hc_word_quote(char *text, const hc_analysis *analysis, double observed);

/* What takes the number back, where notes do: it is not to be printed. NULL where they do not. Static. */
const char *hc_word_taken_back(const hc_analysis *analysis);

#endif
