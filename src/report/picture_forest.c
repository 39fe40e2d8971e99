/* Estimators side by side, each with its interval; those that the data contradict are grey. */
#include "report/intervals.h"

#include <math.h>
#include <stdio.h>

#include "words/quote.h"

static bool suits(const hc_subject *s) {
  size_t n = 0;
  const hc_analysis *a;
  for (size_t i = 0; s->main && !hc_report_varied(s->report) && (a = hc_subject_analysis(s, i, NULL)); i++)
    n += hc_same_thing(a, s->main);
  return n > 1;
}

static const char *label(char *text, size_t size, const hc_analysis *a, const char *varied) {
  snprintf(text, size, varied ? "%s, %s" : "%s", hc_analysis_estimator(a)->id, varied);
  return text;
}

static const char *const colours[] = {"#0072b2", "#8c8c8c"};

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_quantity *quantity = hc_analysis_quantity(s->main, 0);
  const char *varied, *usual = _("not contradicted"), *grey = _("not to be printed");
  const hc_analysis *a;
  char text[HC_NOTE_SIZE];
  size_t n = 0, doubtful = 0;
  d->decimals = hc_word_decimals_of(s->main, 0);
  hc_intervals_columns(d, _("estimator"), _(quantity->unit));
  for (size_t i = 0; (a = hc_subject_analysis(s, i, &varied)); i++) {
    if (!hc_same_thing(a, s->main)) continue;
    bool bad = hc_word_taken_back(a);
    hc_intervals_row(d, label(text, sizeof text, a, varied), hc_analysis_value(a, 0), hc_analysis_headline(a, 0),
                     bad ? grey : usual);
    n++;
    doubtful += bad;
  }
  hc_draw_say(d, _("Estimators side by side"),
              _("%zu estimators of the same number, each with its interval; the first is the one of this page, and the "
                "dashed line is "
                "its number. %zu of them are grey: the data contradict what they assume, or something else takes the "
                "number back."),
              n, doubtful);
  hc_intervals_spec(d, _(quantity->unit), hc_analysis_value(s->main, 0), (const char *[]){usual, grey}, colours);
}

const hc_picture hc_picture_forest = {.id = "forest", .suits = suits, .draw = draw};
