/* The headings that settle a reading by themselves, and words that mean yes and no. docs/files.md lists them. */
#ifndef HC_IO_HEADINGS_H
#define HC_IO_HEADINGS_H

#include <stdbool.h>
#include <stddef.h>

enum { HC_CODE_SIZE_IN_FILE = 24 };

/* How "on the list" and "not on it" are written; both empty: 1 and 0. */
typedef struct hc_codes {
  char yes[HC_CODE_SIZE_IN_FILE], no[HC_CODE_SIZE_IN_FILE];
  bool stated; /* by the user: then no is any other word where it is empty */
} hc_codes;

/* Pairs of words, ended by an empty yes. A no of "" is a blank field. */
extern const hc_codes hc_heading_codes[];

/* Lists of keys (lower case, '.', '-' and blanks as '_'), ended by NULL. */
extern const char *const hc_heading_count[], *const hc_heading_beside_times[], *const hc_heading_times[],
    *const hc_heading_times_of_people[], /* beside a number of people, also these mean a number of times */
    *const hc_heading_id[], *const hc_heading_list[], *const hc_heading_history[];

/* A name as such a key; the caller frees it. NULL: no memory. */
char *hc_heading_key(const char *name);
bool hc_heading_have(const char *const *words, const char *key);
/* Total, Ensemble, Total général, Pooled, ...: what the row of totals is called. */
bool hc_heading_is_total(const char *text, size_t length);
/* in_police, in_health, ...: lists by convention. */
bool hc_heading_is_in(const char *key);
/* A name that says when: a date, an ordinal, week3, t1. */
bool hc_heading_say_when(const char *key);
/* The same, or a word for it: date, week, event. */
bool hc_heading_is_when(const char *key);
/* The order of two keys that say when. */
int hc_heading_compare_when(const char *a, const char *b);
/* Names of one series: a1 and a2; two dates; first and second. */
bool hc_heading_in_series(const char *a, const char *b);

#endif
