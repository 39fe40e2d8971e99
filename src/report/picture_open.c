/* People who come and go: how many were there on each occasion, with the band of its interval. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/picture.h"

/* The occasion of "N[3]", from 1; 0 for other quantities. */
static size_t occasion_of(const char *name) {
  return strncmp(name, "N[", 2) == 0 ? (size_t)strtoul(name + 2, NULL, 10) : 0;
}

static bool suits(const hc_subject *s) {
  const hc_quantity *quantity;
  size_t n = 0;
  for (size_t q = 0; s->main && (quantity = hc_analysis_quantity(s->main, q)); q++)
    n += occasion_of(quantity->name) > 0;
  return n > 1;
}

static json_t *band(const char *lower, const char *upper) {
  return json_pack("{s:{s:s,s:o},s:{s:{s:s,s:s},s:{s:s}}}", "mark", "type", "area", "opacity", json_real(0.2),
                   "encoding", "y", "field", lower, "type", "quantitative", "y2", "field", upper);
}

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_quantity *quantity;
  char place[HC_WORD_SIZE];
  size_t n = 0;
  hc_draw_column(d, "occasion", _("occasion"), HC_COLUMN_NAME);
  hc_draw_column(d, "people", _("people there"), HC_COLUMN_COUNT);
  hc_draw_column(d, "lower", _("lower limit"), HC_COLUMN_COUNT);
  hc_draw_column(d, "upper", _("upper limit"), HC_COLUMN_COUNT);
  for (size_t q = 0; (quantity = hc_analysis_quantity(s->main, q)); q++) {
    size_t i = occasion_of(quantity->name);
    const hc_interval *k = hc_analysis_headline(s->main, q);
    if (!i) continue;
    snprintf(place, sizeof place, "%zu", i);
    hc_draw_row(d);
    hc_draw_text(d, "occasion", i <= s->view->n_names && s->view->names ? s->view->names[i - 1] : place);
    hc_draw_number(d, "people", hc_analysis_value(s->main, q));
    hc_draw_number(d, "lower", k ? k->lower : NAN);
    hc_draw_number(d, "upper", k ? k->upper : NAN);
    n++;
  }
  hc_draw_say(d, _("How many were there, and when"),
              _("The people who were there on each of %zu occasions, met or not, and the interval of each as a band. "
                "On the first and the last "
                "occasions these data may tell no number."),
              n);
  json_t *x = hc_draw_names("occasion", _("occasion"));
  hc_json_put(&d->b, x, "axis", json_pack("{s:o,s:b}", "labelAngle", json_integer(0), "labelOverlap", true));
  json_t *points =
      json_pack("{s:{s:s,s:b,s:o,s:b},s:{s:o}}", "mark", "type", "point", "filled", true, "size", json_integer(70),
                "tooltip", true, "encoding", "y", hc_draw_numbers("people", _("people there"), "linear"));
  json_t *line = json_pack("{s:{s:s},s:{s:{s:s,s:s}}}", "mark", "type", "line", "encoding", "y", "field", "people",
                           "type", "quantitative");
  hc_draw_spec(d, json_pack("{s:o,s:{s:o},s:[o,o,o]}", "height", json_integer(260), "encoding", "x", x, "layer",
                            band("lower", "upper"), line, points));
}

const hc_picture hc_picture_open = {.id = "open", .suits = suits, .draw = draw};
