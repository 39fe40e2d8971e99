/* The table of codes: what a refusal, a note or a warning means and what helps. */
#include "headcount/codes.h"

#include <string.h>

enum { REFUSAL = HC_CODE_REFUSAL, NOTE = HC_CODE_NOTE, WARNING = HC_CODE_WARNING };

static const hc_code codes[] = {
#define HC_CODE(id, kinds, meaning, remedy) {id, kinds, meaning, remedy},
#include "engine/codes.def"
#undef HC_CODE
};

enum { N_CODES = sizeof codes / sizeof codes[0] };

const hc_code *hc_code_at(size_t i) { return i < N_CODES ? &codes[i] : NULL; }

const hc_code *hc_code_find(const char *id) {
  for (size_t i = 0; i < N_CODES; i++) {
    if (strcmp(codes[i].id, id) == 0) return &codes[i];
  }
  return NULL;
}
