/* The number for each value of an assumption that --sensitivity varies. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/intervals.h"

static const hc_estimator *first(const hc_subject *s) {
  return s->answer->estimator;
}

static bool suits(const hc_subject *s) {
  const hc_answer *answer;
  size_t n = 0;
  if (!s->main || !hc_report_varied(s->report)) return false;
  for (size_t i = 0; (answer = hc_report_at(s->report, i)); i++) n += answer->analysis && answer->estimator == first(s);
  return n > 1;
}

static const char *const colours[] = {"#0072b2", "#8c8c8c"};

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_answer *answer;
  const char *usual = _("estimate");
  double least = INFINITY, most = -INFINITY;
  char low[HC_WORD_SIZE], high[HC_WORD_SIZE];
  const hc_quantity *quantity = hc_analysis_quantity(s->main, 0);
  d->decimals = hc_word_decimals_of(s->main, 0);
  hc_intervals_columns(d, hc_report_varied(s->report), quantity->unit[0] ? _(quantity->unit) : quantity->name);
  for (size_t i = 0; (answer = hc_report_at(s->report, i)); i++) {
    if (!answer->analysis || answer->estimator != first(s)) continue;
    hc_intervals_row(d, answer->value, hc_analysis_value(answer->analysis, 0),
                     hc_analysis_headline(answer->analysis, 0), usual);
    least = fmin(least, hc_analysis_value(answer->analysis, 0));
    most = fmax(most, hc_analysis_value(answer->analysis, 0));
  }
  hc_draw_say(d, _("The number against what is assumed"),
              _("The estimate for each value of %s, everything else alike: from %s to %s. The data do not tell which "
                "value is right."),
              hc_report_varied(s->report), hc_word_number(low, least, d->decimals),
              hc_word_number(high, most, d->decimals));
  hc_intervals_spec(d, quantity->unit[0] ? _(quantity->unit) : quantity->name, NAN, (const char *[]){usual, NULL},
                    colours);
}

const hc_picture hc_picture_sensitivity = {.id = "sensitivity", .suits = suits, .draw = draw};
