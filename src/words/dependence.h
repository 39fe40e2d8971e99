/* What dependence between lists means for a count, in sentences. */
#ifndef HC_WORDS_DEPENDENCE_H
#define HC_WORDS_DEPENDENCE_H

#include "headcount/dependence.h"

enum { HC_WORD_SENTENCE_SIZE = 1024 };

/* Each writes into text (HC_WORD_SENTENCE_SIZE) and returns it. */

/* "GBA and HKS", "every pair of EXH, ABA and OSCE", "GBA and HKS, GBA and LA". */
const char *hc_word_pairs(char *text, const hc_dependence *dependence);
/* "between 0.5 and 2", "2", "2 or more"; "within their ranges" where pairs have different ones. */
const char *hc_word_odds(char *text, const hc_dependence *dependence);
/* "the count would exceed 300,000 only if being on GBA multiplied the odds of being on HKS by more than 1.8". */
const char *hc_word_break_even(char *text, const hc_dependence *dependence);

#endif
