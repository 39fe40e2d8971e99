/* Strata, each with its interval, and their total. */
#include "report/intervals.h"

#include <math.h>

static bool suits(const hc_subject *s) {
  return s->strata;
}

static const char *const colours[] = {"#0072b2", "#d55e00"};

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_total *total = hc_strata_total(s->strata, 0);
  const hc_stratum *stratum;
  const char *usual = _("stratum"), *together = _("all strata together");
  size_t n = 0, refused = 0;
  d->decimals = hc_word_decimals(total->value, total->se, total->unit && total->unit[0]);
  hc_intervals_columns(d, _("stratum"), total->unit ? _(total->unit) : "");
  for (size_t i = 0; (stratum = hc_strata_at(s->strata, i)); i++) {
    refused += !stratum->analysis;
    if (!stratum->analysis) continue;
    hc_intervals_row(d, stratum->name, hc_analysis_value(stratum->analysis, 0),
                     hc_analysis_headline(stratum->analysis, 0), usual);
    n++;
  }
  hc_intervals_row(d, _("total"), total->value, total->n_intervals ? total->intervals : NULL, together);
  hc_draw_say(d, _("Strata and their total"),
              _("The estimate for each of %zu strata with its interval, and last the total over them. %zu strata have "
                "no estimate."),
              n, refused);
  hc_intervals_spec(d, total->unit ? _(total->unit) : "", NAN, (const char *[]){usual, together}, colours);
}

const hc_picture hc_picture_strata = {.id = "strata", .suits = suits, .draw = draw};
