/* What dependence between lists means for a count, in sentences. */
#include "words/dependence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "words/amount.h"
#include "words/language.h"

static void add(char *text, const char *more) {
  size_t used = strlen(text);
  snprintf(text + used, HC_WORD_SENTENCE_SIZE - used, "%s", more);
}

static bool is_whole(const hc_dependence *d) { return !d->pairs[0].first; }

/* Every pair of the model's lists, three or more. */
static bool is_every_pair(const hc_dependence *d) {
  return !is_whole(d) && d->n_lists > 2 && d->n_pairs == d->n_lists * (d->n_lists - 1) / 2;
}

static bool same_range(const hc_dependence *d) {
  for (size_t p = 1; p < d->n_pairs; p++)
    if (d->pairs[p].from != d->pairs[0].from || d->pairs[p].to != d->pairs[0].to) return false;
  return true;
}

const char *hc_word_pairs(char *text, const hc_dependence *d) {
  enum { MOST = 6 };
  text[0] = '\0';
  if (is_whole(d) || is_every_pair(d)) {
    add(text, is_whole(d) ? _("the interaction of all lists") : _("every pair of the lists"));
    return text;
  }
  for (size_t p = 0; p < d->n_pairs && p < MOST; p++) {
    char one[HC_WORD_SENTENCE_SIZE / 4];
    hc_format(one, sizeof one, "%s and %s", d->pairs[p].first, d->pairs[p].second);
    if (p > 0) add(text, ", ");
    add(text, one);
  }
  if (d->n_pairs > MOST) add(text, ", ...");
  return text;
}

const char *hc_word_odds(char *text, const hc_dependence *d) {
  double from = d->pairs[0].from, to = d->pairs[0].to;
  char low[HC_WORD_SIZE], high[HC_WORD_SIZE];
  hc_word_value(low, from, false), hc_word_value(high, to, false);
  text[0] = '\0';
  if (!same_range(d)) add(text, _("within its range"));
  else if (from == to) add(text, low);
  else if (!isfinite(to)) hc_format(text, HC_WORD_SENTENCE_SIZE, "%s or more", low);
  else if (!(from > 0)) hc_format(text, HC_WORD_SENTENCE_SIZE, "%s or less", high);
  else hc_format(text, HC_WORD_SENTENCE_SIZE, "between %s and %s", low, high);
  return text;
}

const char *hc_word_break_even(char *text, const hc_dependence *d) {
  char limit[HC_WORD_SIZE], odds[HC_WORD_SIZE], shown[16];
  hc_word_value(limit, d->threshold, true);
  hc_format(shown, sizeof shown, "%.3g", d->break_even);
  hc_format(odds, sizeof odds, "%s", shown);
  bool pair = d->n_pairs == 1 && !is_whole(d);
  size_t size = HC_WORD_SENTENCE_SIZE;
  if (isnan(d->threshold)) hc_format(text, size, "the model has no finite count at an odds ratio of 1");
  else if (isnan(d->break_even))
    hc_format(text, size, "no odds ratio takes the count to %s, up or down: see the table for where it does go", limit);
  else if (is_whole(d))
    hc_format(text, size, "the count would exceed %s only if the interaction of all lists were below %s (1: none)", limit, odds);
  else if (pair && d->n_lists == 2)
    hc_format(text, size, "the count would exceed %s only if being on %s multiplied the odds of being on %s by more than %s", limit,
              d->pairs[0].first, d->pairs[0].second, odds);
  else if (pair)
    hc_format(text, size,
              "in this model the count would exceed %s only if, among people alike on the other lists, being on %s multiplied the "
              "odds of being on %s by more than %s",
              limit, d->pairs[0].first, d->pairs[0].second, odds);
  else
    hc_format(text, size,
              "in this model the count would exceed %s only if, in all of these pairs at once and among people alike on the other "
              "lists, being on one list multiplied the odds of being on the other by more than %s",
              limit, odds);
  return text;
}
