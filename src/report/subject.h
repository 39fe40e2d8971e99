/* What a page is about, found once. */
#ifndef HC_REPORT_SUBJECT_H
#define HC_REPORT_SUBJECT_H

#include "headcount/overview.h"
#include "headcount/page.h"
#include "words/amount.h"

typedef struct hc_subject {
  const hc_page *page;
  const hc_report *report; /* NULL of a study */
  const hc_data *data;
  hc_overview *view;       /* NULL of a study */
  const hc_answer *answer; /* the first estimate, of the report */
  const hc_analysis *main; /* NULL by strata, and of a study */
  const hc_strata *strata; /* NULL without strata */
} hc_subject;

/* The page as this library knows it, in *own; NULL where the caller's was not begun. A shorter one is an older program's. */
const hc_page *hc_page_take(hc_page *own, const hc_page *given);
/* HC_EUSAGE where there is nothing to say. Ends with hc_subject_end, also on failure. */
hc_status hc_subject_begin(hc_subject *subject, const hc_page *page, hc_error *err);
void hc_subject_end(hc_subject *subject);

/* Estimates of the report, then the others of the same data, but for those that the report has; NULL past the last. */
const hc_analysis *hc_subject_analysis(const hc_subject *subject, size_t i, const char **value_varied);
/* Do both count the same thing? */
bool hc_same_thing(const hc_analysis *a, const hc_analysis *b);

/* The number that the page is about. */
typedef struct hc_headline {
  const hc_estimator *estimator;
  const char *name, *meaning, *unit;
  double value, se;
  int decimals;
  const hc_interval *interval; /* NULL: none */
  bool at_least;               /* a lower bound */
  const char *nothing;         /* why it is not to be printed; NULL: it may be */
} hc_headline;
/* quote: HC_WORD_QUOTE_SIZE, the words to print; "" where there are none. */
hc_headline hc_subject_headline(const hc_subject *subject, char *quote);

/* The one reason to doubt the number. Writes into text (HC_DOUBT_SIZE). */
enum { HC_DOUBT_SIZE = 1024 };
void hc_subject_doubt(char *text, const hc_subject *subject, const hc_headline *headline);

/* The lowest and highest of other estimates of the same thing that the data do not contradict. */
typedef struct hc_spread {
  size_t n;
  const hc_analysis *lowest, *highest;
} hc_spread;
hc_spread hc_subject_spread(const hc_subject *subject);

#endif
