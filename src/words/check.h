/* What a check says of a method, in a sentence. */
#ifndef HC_WORDS_CHECK_H
#define HC_WORDS_CHECK_H

#include "headcount/check.h"

enum { HC_WORD_VERDICT_SIZE = 512 };

/* "low by 25%", "high by 40%", "right on average" of a mean logarithm of N/truth; into text (HC_WORD_VERDICT_SIZE),
 * returned. */
const char *hc_word_error_of(char *text, double mean_log_error);
/* "on these lists this method was low by 25% on average, and typically off by a factor of 1.8". */
const char *hc_word_verdict(char *text, const hc_check_summary *summary);

#endif
