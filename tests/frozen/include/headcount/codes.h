/* Notes, and what the codes of refusals, notes and warnings mean, and what helps. All static: any thread may ask. */
#ifndef HEADCOUNT_CODES_H
#define HEADCOUNT_CODES_H

#include "headcount/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A code may be of several kinds. */
enum {
  HC_CODE_REFUSAL = 1, /* no answer; of an interval or a bootstrap, told as a note beside the estimate */
  HC_CODE_NOTE = 2,    /* a fact about a valid answer                                                    */
  HC_CODE_WARNING = 4  /* a fact about what was read                                                     */
};

typedef struct hc_code {
  const char *id;      /* "no-overlap": stable */
  unsigned kinds;      /* HC_CODE_... together */
  const char *meaning; /* one sentence         */
  const char *remedy;  /* one sentence         */
} hc_code;

enum { HC_NOTE_SIZE = 400 };

/* A fact about a valid answer, or about what was read. */
typedef struct hc_note {
  char code[HC_CODE_SIZE];
  char text[HC_NOTE_SIZE];
} hc_note;

/* The code with this id, static; NULL where there is none. */
const hc_code *hc_code_find(const char *id);

/* The codes by id, from 0; NULL after the last. */
const hc_code *hc_code_at(size_t i);

#ifdef __cplusplus
}
#endif
#endif
