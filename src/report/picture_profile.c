/* How well each N fits: the log-likelihood, maximised over everything else, below its maximum. */
#include <math.h>

#include "report/picture.h"

enum { STEPS = 60 };

static bool suits(const hc_subject *s) {
  double unused;
  const hc_interval *k = s->main ? hc_analysis_headline(s->main, 0) : NULL;
  return k && isfinite(k->upper) && hc_analysis_profile(s->main, hc_analysis_value(s->main, 0), &unused) != HC_EREFUSED;
}

static void add_rows(hc_drawing *d, const hc_subject *s, double from, double to) {
  double value[STEPS + 1], highest = -INFINITY;
  for (int i = 0; i <= STEPS; i++) {
    hc_status status = hc_analysis_profile(s->main, from + (to - from) * i / STEPS, &value[i]);
    if (status == HC_ENOMEM) d->b.failed = true;
    if (status != HC_OK) value[i] = NAN;
    highest = fmax(highest, value[i]);
  }
  for (int i = 0; i <= STEPS; i++) {
    if (!isfinite(value[i])) continue;
    hc_draw_row(d);
    hc_draw_number(d, "N", from + (to - from) * i / STEPS);
    hc_draw_number(d, "fall", value[i] - highest);
  }
}

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_interval *k = hc_analysis_headline(s->main, 0);
  const hc_quantity *quantity = hc_analysis_quantity(s->main, 0);
  double width = k->upper - k->lower,
         from = fmax(isfinite(quantity->floor) ? quantity->floor : 0, k->lower - width / 3);
  d->decimals = hc_word_decimals_of(s->main, 0);
  hc_draw_column(d, "N", quantity->name, HC_COLUMN_NUMBER);
  hc_draw_column(d, "fall", _("log-likelihood below its maximum"), HC_COLUMN_REAL);
  add_rows(d, s, from, k->upper + width / 2);
  hc_draw_say(d, _("How well each number fits"),
              _("How far the log-likelihood lies below its maximum at each N, everything else fitted anew. Above the "
                "dashed line, at -1.92, are "
                "the numbers that the data do not contradict at the level of 95 per cent. A curve that stays flat to "
                "the right means that "
                "the data set hardly any upper limit."));
  json_t *x = hc_draw_near("N", quantity->unit[0] ? _(quantity->unit) : quantity->name, "linear");
  json_t *line = json_pack("{s:{s:s,s:{s:s,s:o}},s:{s:o,s:o}}", "mark", "type", "line", "point", "shape", "circle",
                           "size", json_integer(12), "encoding", "x", x, "y",
                           hc_draw_near("fall", _("log-likelihood below its maximum"), "linear"));
  json_t *level = json_pack("{s:{s:[{s:o}]},s:{s:s,s:[oo]},s:{s:{s:s,s:s}}}", "data", "values", "y",
                            json_real(-1.920729), "mark", "type", "rule", "strokeDash", json_integer(4),
                            json_integer(4), "encoding", "y", "field", "y", "type", "quantitative");
  hc_draw_spec(d, json_pack("{s:o,s:[o,o]}", "height", json_integer(240), "layer", line, level));
}

const hc_picture hc_picture_profile = {.id = "profile", .suits = suits, .draw = draw};
