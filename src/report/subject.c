/* Which number the page is about, what speaks against it, and what others say. */
#include "report/subject.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numeric/fail.h"
#include "words/language.h"
#include "words/quote.h"

const hc_page *hc_page_take(hc_page *own, const hc_page *given) {
  if (!given || given->size < sizeof given->size || given->size > 16 * sizeof *given) return NULL;
  memset(own, 0, sizeof *own);
  memcpy(own, given, given->size < sizeof *own ? given->size : sizeof *own);
  own->size = sizeof *own;
  return own;
}

static const hc_answer *first_answer(const hc_report *report) {
  const hc_answer *answer;
  for (size_t i = 0; report && (answer = hc_report_at(report, i)); i++)
    if (answer->analysis || (answer->strata && hc_strata_total(answer->strata, 0))) return answer;
  return NULL;
}

hc_status hc_subject_begin(hc_subject *s, const hc_page *page, hc_error *err) {
  *s = (hc_subject){.page = page};
  if (!page) return hc_fail(err, HC_EUSAGE, "hc_page_init was not called on this page");
  if (page->study) return HC_OK;
  s->report = page->report;
  s->answer = first_answer(page->report);
  if (!s->answer) return hc_fail(err, HC_EUSAGE, "a page is about an estimate or a study, and there is none");
  s->data = hc_report_data(s->report);
  s->main = s->answer->analysis;
  s->strata = s->answer->strata;
  return hc_overview_new(&s->view, s->data, err);
}

void hc_subject_end(hc_subject *s) {
  hc_overview_free(s->view);
}

static bool is_in(const hc_report *report, const hc_estimator *estimator) {
  const hc_answer *answer;
  for (size_t i = 0; (answer = hc_report_at(report, i)); i++)
    if (answer->analysis && answer->estimator == estimator) return true;
  return false;
}

const hc_analysis *hc_subject_analysis(const hc_subject *s, size_t i, const char **varied) {
  const hc_answer *answer;
  const char *unused;
  if (!varied) varied = &unused;
  for (size_t k = 0; s->report && (answer = hc_report_at(s->report, k)); k++) {
    *varied = answer->value;
    if (answer->analysis && i-- == 0) return answer->analysis;
  }
  *varied = NULL;
  for (size_t k = 0; s->page->others && (answer = hc_report_at(s->page->others, k)); k++)
    if (answer->analysis && !is_in(s->report, answer->estimator) && i-- == 0) return answer->analysis;
  return NULL;
}

bool hc_same_thing(const hc_analysis *a, const hc_analysis *b) {
  const hc_quantity *x = hc_analysis_quantity(a, 0), *y = hc_analysis_quantity(b, 0);
  return strcmp(x->name, y->name) == 0 && hc_word_is_people(x) && strcmp(x->unit, y->unit) == 0 &&
         hc_analysis_estimator(a)->open == hc_analysis_estimator(b)->open;
}

/* ---- the number ------------------------------------------------------------------------------------------------ */

static hc_headline of_total(const hc_subject *s) {
  const hc_total *total = hc_strata_total(s->strata, 0);
  const hc_stratum *stratum;
  hc_headline h = {.estimator = s->answer->estimator,
                   .name = total->name,
                   .meaning = total->meaning,
                   .unit = total->unit,
                   .value = total->value,
                   .se = total->se,
                   .interval = total->n_intervals ? total->intervals : NULL};
  h.decimals = hc_word_decimals(h.value, h.se, h.unit && h.unit[0]);
  for (size_t i = 0; (stratum = hc_strata_at(s->strata, i)); i++)
    h.at_least = h.at_least || (stratum->analysis && hc_analysis_has_note(stratum->analysis, "lower-bound"));
  return h;
}

hc_headline hc_subject_headline(const hc_subject *s, char *quote) {
  quote[0] = 0;
  if (s->page->study) return (hc_headline){.value = NAN, .se = NAN};
  if (!s->main) return of_total(s);
  const hc_quantity *quantity = hc_analysis_quantity(s->main, 0);
  hc_headline h = {.estimator = hc_analysis_estimator(s->main),
                   .name = quantity->name,
                   .meaning = quantity->meaning,
                   .unit = quantity->unit,
                   .value = hc_analysis_value(s->main, 0),
                   .se = hc_analysis_se(s->main, 0),
                   .interval = hc_analysis_headline(s->main, 0),
                   .decimals = hc_word_decimals_of(s->main, 0),
                   .at_least = hc_analysis_has_note(s->main, "lower-bound")};
  hc_word_quote(quote, s->main, (double)hc_data_observed(s->data));
  h.nothing = hc_word_taken_back(s->main);
  return h;
}

/* ---- doubt ------------------------------------------------------------------------------------------------------ */

hc_spread hc_subject_spread(const hc_subject *s) {
  hc_spread spread = {0};
  const hc_analysis *a;
  for (size_t i = 0; s->main && (a = hc_subject_analysis(s, i, NULL)); i++) {
    if (a == s->main || !hc_same_thing(a, s->main) || hc_word_taken_back(a)) continue;
    double value = hc_analysis_value(a, 0);
    if (!spread.n++) spread.lowest = spread.highest = a;
    if (value < hc_analysis_value(spread.lowest, 0)) spread.lowest = a;
    if (value > hc_analysis_value(spread.highest, 0)) spread.highest = a;
  }
  return spread;
}

static bool doubt_of_spread(char *text, const hc_subject *s, const hc_headline *h) {
  hc_spread spread = hc_subject_spread(s);
  if (!spread.n || !h->interval) return false;
  double low = hc_analysis_value(spread.lowest, 0), high = hc_analysis_value(spread.highest, 0);
  if (low >= h->interval->lower && high <= h->interval->upper) return false;
  char from[HC_WORD_SIZE], to[HC_WORD_SIZE];
  snprintf(text, HC_DOUBT_SIZE,
           _("Other methods, which these data do not contradict, give from %s (%s) to %s (%s): more than the range "
             "above tells."),
           hc_word_number(from, low, h->decimals), hc_analysis_estimator(spread.lowest)->id,
           hc_word_number(to, high, h->decimals), hc_analysis_estimator(spread.highest)->id);
  return true;
}

static bool doubt_of_models(char *text, const hc_subject *s, const hc_headline *h) {
  const hc_selection *models = s->page->selection;
  if (!models || models->near < 2 || !h->interval) return false;
  if (models->lowest >= h->interval->lower && models->highest <= h->interval->upper) return false;
  char low[HC_WORD_SIZE], high[HC_WORD_SIZE];
  snprintf(text, HC_DOUBT_SIZE,
           _("Models that fit these data equally well give from %s to %s, and the data do not tell which is right."),
           hc_word_number(low, models->lowest, h->decimals), hc_word_number(high, models->highest, h->decimals));
  return true;
}

static const hc_note *note_at(const hc_subject *s, size_t i) {
  return s->main ? hc_analysis_note(s->main, i) : hc_strata_note(s->strata, i);
}

static bool is_one_of(const char *code, const char *const *codes, size_t n) {
  size_t i = 0;
  while (i < n && strcmp(code, codes[i]) != 0) i++;
  return i < n;
}

/* The note that says most against the number: one that says what is counted, else any but those that only describe a fit. */
static const hc_note *weighty_note(const hc_subject *s) {
  static const char *const counted[] = {"accounts-not-people", "registrations", "visitors",
                                        "platforms-left-out",  "fees-counted",  "donor"};
  static const char *const described[] = {"diagnostics", "leave-one-out", "influence", "model-chosen", "model-weights"};
  enum { N_COUNTED = sizeof counted / sizeof counted[0], N_DESCRIBED = sizeof described / sizeof described[0] };
  const hc_note *note, *found = NULL;
  for (size_t i = 0; (note = note_at(s, i)); i++) {
    if (is_one_of(note->code, counted, N_COUNTED)) return note;
    if (!found && !is_one_of(note->code, described, N_DESCRIBED)) found = note;
  }
  return found;
}

void hc_subject_doubt(char *text, const hc_subject *s, const hc_headline *h) {
  const hc_note *note = weighty_note(s);
  text[0] = 0;
  if (h->nothing)
    snprintf(text, HC_DOUBT_SIZE, _("This is not a number to print: %s."), _(h->nothing));
  else if (h->at_least)
    snprintf(text, HC_DOUBT_SIZE,
             _("The true number is probably larger: some people are met more easily than others, and this "
               "counts those who are never met as if they were like those who were met once or twice."));
  else if (doubt_of_models(text, s, h) || doubt_of_spread(text, s, h))
    return;
  else if (note)
    snprintf(text, HC_DOUBT_SIZE, _("To be known of this number: %s."), note->text);
  else
    snprintf(text, HC_DOUBT_SIZE, _("It holds only if this is true, which the data cannot show: %s."),
             _(h->estimator->assumes));
}
