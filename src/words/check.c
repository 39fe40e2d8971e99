/* What a check says of a method, in a sentence. */
#include "words/check.h"

#include <math.h>
#include <stdio.h>

#include "words/amount.h"
#include "words/language.h"

const char *hc_word_error_of(char *text, double mean) {
  const double none = 0.005;
  double percent = 100 * fabs(expm1(mean));
  char size[HC_WORD_SIZE];
  hc_word_number(size, percent, 0);
  if (fabs(mean) < none)
    snprintf(text, HC_WORD_VERDICT_SIZE, "%s", _("right on average"));
  else if (mean < 0)
    hc_format(text, HC_WORD_VERDICT_SIZE, "low by %s %%", size);
  else
    hc_format(text, HC_WORD_VERDICT_SIZE, "high by %s %%", size);
  return text;
}

const char *hc_word_verdict(char *text, const hc_check_summary *s) {
  char error[HC_WORD_VERDICT_SIZE], factor[HC_WORD_SIZE], plain[32];
  if (!s->estimated) {
    snprintf(text, HC_WORD_VERDICT_SIZE, "%s", _("this method could count the people of no list"));
    return text;
  }
  hc_format(plain, sizeof plain, "%.3g", exp(s->rmse));
  hc_format(factor, sizeof factor, "%s", plain);
  hc_word_error_of(error, s->mean);
  if (s->estimated == 1)
    hc_format(text, HC_WORD_VERDICT_SIZE, "on the one list that it could count this method was %s", error);
  else
    hc_format(text, HC_WORD_VERDICT_SIZE, "on these lists this method was %s, and typically off by a factor of %s",
              error, factor);
  return text;
}
