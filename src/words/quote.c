/* The sentence to quote. */
#include "words/quote.h"

#include <stdio.h>
#include <string.h>

#include "words/amount.h"
#include "words/language.h"

/* "Chao (1987)" of "Chao (1987) Biometrics 43:783-791, eq. 10": up to the first year. */
static int citation_length(const char *cite) {
  const char *end = strchr(cite, ')');
  return end ? (int)(end - cite) + 1 : (int)strcspn(cite, ",;");
}

/* What notes say of the number: nothing is offered where they take it back, and the rest stands in the line. */
static const struct {
  const char *code, *nothing;
} taken_back[] = {
  {"poor-fit", N_("the data contradict this model, and its interval does not answer for that")},
  {"no-spread", N_("an interval of one point is no measure of certainty")},
  {"few-recaptured", N_("the number hangs on single persons")},
  {"below-lower-bound", N_("the lower bound of another estimator contradicts this number")},
  {"not-closed", N_("people come and go, and this counts them as if all were there throughout")},
  {"not-this-frame", N_("the sample was not drawn from the frame that holds the list")},
  {"no-predictive-power", N_("traffic does not predict the numbers that platforms state")},
  {"unstable", N_("the standard error is larger than the estimate")},
  {"disagreement", N_("the estimates differ so much that their mean may describe none of them")},
  {"bounds", N_("the data allow a whole range of numbers: report both ends")},
  {"upper-limit-only", N_("the data tell an upper limit alone")},
}, said[] = {
  {"registrations", N_(", registered and not necessarily at work")},
  {"visitors", N_(", monthly visitors and not necessarily workers")},
  {"platforms-left-out", N_(", too low by the platforms left out")},
  {"fees-counted", N_(", too high by the share of fees")},
  {"donor", N_(", with a prevalence borrowed for regions without a survey")},
  {"no-survey-error", N_(", interval too short")},
  {"one-reference", N_(", interval too short")},
  {"zero-prevalence", N_(", interval too short")},
  {"level-of-one-date", N_(", interval too short")},
};
enum { N_TAKEN_BACK = sizeof taken_back / sizeof taken_back[0], N_SAID = sizeof said / sizeof said[0] };

/* What is to be said of the number; the same words once. */
static void append_said(char *text, size_t size, const hc_analysis *a) {
  for (size_t i = 0; i < N_SAID; i++) {
    size_t used = strlen(text);
    const char *words = _(said[i].nothing);
    if (hc_analysis_has_note(a, said[i].code) && !strstr(text, words)) snprintf(text + used, size - used, "%s", words);
  }
}

/* "N = at least 97,579 people (95% CI 95,450 to 99,790, log-normal)" */
static void write_number(char *text, size_t size, const hc_analysis *a) {
  const hc_quantity *quantity = hc_analysis_quantity(a, 0);
  const hc_interval *k = hc_analysis_headline(a, 0);
  int decimals = hc_word_decimals_of(a, 0);
  bool bound = hc_analysis_has_note(a, "lower-bound");
  char value[HC_WORD_SIZE], level[HC_WORD_SIZE], range[HC_WORD_RANGE_SIZE], interval[4 * HC_WORD_SIZE] = "";
  hc_word_number(value, hc_analysis_value(a, 0), decimals);
  if (k) {
    hc_word_range(range, k, decimals);
    hc_format(interval, sizeof interval, " (%s CI %s, %s)", hc_word_percent(level, k->level), range, hc_word_method(k->method));
  }
  snprintf(text, size, "%s = %s%s%s%s%s", quantity->name, bound ? _("at least ") : "", value,
           hc_word_is_people(quantity) ? " " : "", hc_word_unit(quantity), interval);
}

const char *hc_word_taken_back(const hc_analysis *a) {
  for (size_t i = 0; i < N_TAKEN_BACK; i++)
    if (hc_analysis_has_note(a, taken_back[i].code)) return taken_back[i].nothing;
  return NULL;
}

const char *hc_word_quote(char *text, const hc_analysis *a, double people_met) {
  const char *source = hc_analysis_estimator(a)->cite;
  char number[8 * HC_WORD_SIZE + HC_NOTE_SIZE], of_it[HC_NOTE_SIZE] = "", n[HC_WORD_SIZE];
  char observed[HC_WORD_SIZE + 16] = "", form[HC_NOTE_SIZE + 4] = "", cite[HC_NOTE_SIZE];
  const char *nothing = hc_word_taken_back(a);
  if (nothing) {
    hc_format(text, HC_WORD_QUOTE_SIZE, "nothing: %s", _(nothing));
    return text;
  }
  write_number(number, sizeof number, a);
  append_said(of_it, sizeof of_it, a);
  /* the people that the estimate stands on: of two lists among several, not those of the file */
  if (hc_analysis_observed(a) > 0) people_met = hc_analysis_observed(a);
  if (people_met > 0) snprintf(observed, sizeof observed, ", n = %s", hc_word_count(n, (uint64_t)people_met));
  if (hc_analysis_form(a)[0]) snprintf(form, sizeof form, ", %s", hc_analysis_form(a));
  snprintf(cite, sizeof cite, ", %.*s", citation_length(source), source);
  if (strstr(form, cite + 2)) cite[0] = 0; /* "equation 10 of Chao (1987)" names the paper already */
  snprintf(text, HC_WORD_QUOTE_SIZE, "%s%s%s%s%s", number, of_it, cite, form, observed);
  return text;
}
