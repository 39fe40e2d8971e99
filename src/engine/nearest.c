/* "Did you mean": the name most like a word. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "numeric/fail.h"

/* Insertions, deletions, substitutions and swaps of neighbours that turn a into b: the restricted
 * distance of Damerau (1964) Communications of the ACM 7:171-176. Long words are cut: they are no typing slips. */
static size_t distance(const char *a, const char *b) {
  enum { LONGEST = 40 };
  size_t row[3][LONGEST + 1];
  size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);
  size_t *before = row[0], *last = row[1], *now = row[2];
  for (size_t j = 0; j <= m; j++) last[j] = before[j] = j;
  for (size_t i = 1; i <= n; i++) {
    now[0] = i;
    for (size_t j = 1; j <= m; j++) {
      size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
      if (last[j] + 1 < best) best = last[j] + 1;
      if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped && before[j - 2] + 1 < best) best = before[j - 2] + 1;
      now[j] = best;
    }
    size_t *free_row = before;
    before = last;
    last = now;
    now = free_row;
  }
  return last[m];
}

static bool begins(const char *name, const char *word) {
  while (*word && tolower((unsigned char)*word) == tolower((unsigned char)*name)) word++, name++;
  return !*word;
}

const char *hc_nearest(const char *word, const char *const *candidates, size_t n) {
  const char *best = NULL;
  size_t length = strlen(word), least = length / 3 + 2;
  for (size_t i = 0; i < n; i++) {
    size_t d = distance(word, candidates[i]);
    /* what was begun, and what differs in case, is closer than any slip of the finger */
    if (length >= 2 && begins(candidates[i], word)) d = 0;
    if (d < least && d < strlen(candidates[i])) {
      least = d;
      best = candidates[i];
    }
  }
  return best;
}

hc_status hc_unknown(hc_error *err, const char *kind, const char *word, const char *const *candidates, size_t n) {
  const char *nearest = hc_nearest(word, candidates, n);
  if (nearest) return hc_fail(err, HC_EUSAGE, "unknown %s '%.100s'; did you mean '%s'?", _(kind), word, nearest);
  char names[HC_MESSAGE_SIZE - 180] = "";
  size_t used = 0, i = 0;
  for (; i < n && used + strlen(candidates[i]) + 8 < sizeof names; i++)
    used += (size_t)snprintf(names + used, sizeof names - used, "%s %s", i ? "," : "", candidates[i]);
  return hc_fail(err, HC_EUSAGE, "unknown %s '%.100s'; there %s%s%s", _(kind), word, hc_noun(n, "is", "are"), names,
                 i < n ? ", ..." : "");
}
