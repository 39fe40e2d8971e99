/* A forest: a point for each number, a line for its interval. */
#include "report/intervals.h"

#include <math.h>

void hc_intervals_columns(hc_drawing *d, const char *what, const char *number) {
  hc_draw_column(d, "name", what, HC_COLUMN_NAME);
  hc_draw_column(d, "value", number, HC_COLUMN_NUMBER);
  hc_draw_column(d, "lower", _("lower limit"), HC_COLUMN_NUMBER);
  hc_draw_column(d, "upper", _("upper limit"), HC_COLUMN_NUMBER);
  hc_draw_column(d, "group", _("remark"), HC_COLUMN_NAME);
}

void hc_intervals_row(hc_drawing *d, const char *name, double value, const hc_interval *k, const char *group) {
  hc_draw_row(d);
  hc_draw_text(d, "name", name);
  hc_draw_number(d, "value", value);
  hc_draw_number(d, "lower", k ? k->lower : NAN);
  hc_draw_number(d, "upper", k ? k->upper : NAN);
  hc_draw_text(d, "group", group);
}

static void widen(double *least, double *most, const json_t *value) {
  if (!json_is_number(value)) return;
  *least = fmin(*least, json_number_value(value));
  *most = fmax(*most, json_number_value(value));
}

static json_t *names_in_order(hc_drawing *d) {
  json_t *names = json_array(), *row;
  size_t i;
  json_array_foreach(d->rows, i, row) hc_json_append(&d->b, names, json_incref(json_object_get(row, "name")));
  return names;
}

static json_t *across(double mark) {
  return json_pack("{s:{s:[{s:o}]},s:{s:s,s:[oo],s:o},s:{s:{s:s,s:s},s:n,s:n}}", "data", "values", "x", json_real(mark),
                   "mark", "type", "rule", "strokeDash", json_integer(4), json_integer(4), "opacity", json_real(0.7),
                   "encoding", "x", "field", "x", "type", "quantitative", "y", "color");
}

/* One group needs no legend. */
static json_t *colour_of(const char *const groups[2], const char *const colours[2]) {
  if (!groups[1]) return json_pack("{s:s}", "value", colours[0]);
  return json_pack("{s:s,s:s,s:{s:[ss],s:[ss]},s:{s:n,s:s}}", "field", "group", "type", "nominal", "scale", "domain",
                   groups[0], groups[1], "range", colours[0], colours[1], "legend", "title", "orient", "bottom");
}

void hc_intervals_spec(hc_drawing *d, const char *title, double mark, const char *const groups[2],
                       const char *const colours[2]) {
  double least = INFINITY, most = -INFINITY;
  json_t *row;
  size_t i;
  json_array_foreach(d->rows, i, row) {
    widen(&least, &most, json_object_get(row, "value"));
    widen(&least, &most, json_object_get(row, "lower"));
    widen(&least, &most, json_object_get(row, "upper"));
  }
  json_t *y = hc_draw_names("name", ""), *x = hc_draw_near("value", title, hc_draw_scale(least, most));
  hc_json_put(&d->b, y, "scale", json_pack("{s:o}", "domain", names_in_order(d)));
  hc_json_put(&d->b, y, "axis", json_pack("{s:o}", "labelLimit", json_integer(170)));
  json_t *colour = colour_of(groups, colours);
  json_t *lines =
      json_pack("{s:{s:s,s:o},s:{s:{s:s,s:s},s:{s:s}}}", "mark", "type", "rule", "strokeWidth", json_integer(2),
                "encoding", "x", "field", "lower", "type", "quantitative", "x2", "field", "upper");
  json_t *points = json_pack("{s:{s:s,s:b,s:o,s:b}}", "mark", "type", "point", "filled", true, "size", json_integer(70),
                             "tooltip", true);
  hc_json_put(&d->b, points, "encoding", json_pack("{s:O}", "x", x));
  hc_json_put(&d->b, json_object_get(lines, "encoding"), "x",
              json_pack("{s:s,s:s,s:O,s:s}", "field", "lower", "type", "quantitative", "scale",
                        json_object_get(x, "scale"), "title", title));
  json_t *layers = json_pack("[o,o]", lines, points);
  if (isfinite(mark)) hc_json_append(&d->b, layers, across(mark));
  hc_draw_spec(d, json_pack("{s:{s:o},s:{s:o,s:o},s:o}", "height", "step", json_integer(26), "encoding", "y", y,
                            "color", colour, "layer", layers));
  json_decref(x);
}
