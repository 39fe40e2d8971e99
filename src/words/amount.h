/* Numbers as people read them, in the language of hc_translate_with. Nothing is allocated; printf's own decimal point has to be
 * a point, as it is in a program that leaves LC_NUMERIC alone. */
#ifndef HC_WORDS_AMOUNT_H
#define HC_WORDS_AMOUNT_H

#include "headcount/analysis.h"

/* Room for one number, and for two with words between. */
enum { HC_WORD_SIZE = 64, HC_WORD_RANGE_SIZE = 2 * HC_WORD_SIZE + 8 };

/* "people", "accounts", ...: what is counted; "" where nothing is. */
const char *hc_word_unit(const hc_quantity *quantity);
bool hc_word_is_people(const hc_quantity *quantity); /* has such a unit: whole numbers */

/* How many decimals a value, its limits and what is compared with them have: people are whole where they are many; digits go on
 * until the value and its error (NaN: none) show. The same of a quantity. */
enum { HC_WORD_SIGNIFICANT = -1 /* 4 significant digits */ };
int hc_word_decimals(double value, double error, bool people);
int hc_word_decimals_of(const hc_analysis *analysis, size_t quantity);

/* Each writes into text (HC_WORD_SIZE) and returns it. */
const char *hc_word_group(char *text, const char *digits);          /* commas in "-1234567.89", or the marks of the language */
const char *hc_word_count(char *text, uint64_t x);                  /* 1,234,567 */
const char *hc_word_number(char *text, double x, int decimals);
const char *hc_word_value(char *text, double x, bool people);       /* people: whole; else 4 significant digits */
const char *hc_word_error_size(char *text, double se, bool people); /* people: whole from 100 on; 3 significant digits */
const char *hc_word_percent(char *text, double level);              /* 95% */
/* What the analysis calls a method of intervals, and a kind of resampling. */
const char *hc_word_method(const char *interval_method);
const char *hc_word_resampling(hc_resample kind);

/* "94,123 to 101,235", "94,123 or more"; text: HC_WORD_RANGE_SIZE. */
const char *hc_word_range(char *text, const hc_interval *interval, int decimals);

#endif
