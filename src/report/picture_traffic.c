/* Platforms that state how many are registered, against their traffic, with the band in which others are predicted. */
#include "report/picture.h"

#include <math.h>
#include <string.h>

enum { STEPS = 40 };

static const hc_column *column(const hc_overview *view, const char *name) {
  for (size_t i = 0; view && i < view->n_columns; i++)
    if (strcmp(view->columns[i].name, name) == 0) return &view->columns[i];
  return NULL;
}

static bool suits(const hc_subject *s) {
  if (!s->main || strcmp(hc_analysis_estimator(s->main)->id, "traffic-loglog") != 0) return false;
  const hc_column *visitors = column(s->view, "visitors"), *registered = column(s->view, "registered");
  return visitors && registered && visitors->number && registered->number;
}

/* ---- the regression ----------------------------------------------------------------------------------------------- */

typedef struct line {
  double a, b, sd, mean_x, sum_xx, n, least, most; /* of ln visitors */
  double t;                                        /* quantile of the level; NaN: no band */
} line;

/* The normal quantile by bisection, and from it Student's by Cornish and Fisher's expansion (Abramowitz and Stegun 1964,
 * 26.7.5): 3 digits from 3 degrees of freedom on. */
static double student(double level, double df) {
  double low = 0, high = 40;
  for (int i = 0; i < 100; i++) {
    double z = (low + high) / 2;
    if (erf(z / sqrt(2)) < level)
      low = z;
    else
      high = z;
  }
  double z = low, y = z * z;
  double g1 = z * (y + 1) / 4, g2 = z * ((5 * y + 16) * y + 3) / 96, g3 = z * (((3 * y + 19) * y + 17) * y - 15) / 384;
  double g4 = z * ((((79 * y + 776) * y + 1482) * y - 1920) * y - 945) / 92160;
  return z + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df;
}

static bool is_chosen(const hc_analysis *a, const char *name, const char *usual) {
  const hc_option *option;
  const char *value = NULL;
  for (size_t i = 0; (option = hc_analysis_option(a, i, &value)); i++)
    if (strcmp(option->name, name) == 0) return strcmp(value, usual) != 0;
  return false;
}

static bool is_stated(const hc_column *visitors, const hc_column *registered, size_t i) {
  return visitors->number[i] > 0 && registered->number[i] > 0;
}

/* The line is the estimator's own; its band needs least squares with one regressor. */
static bool fit(line *l, const hc_subject *s, const hc_column *visitors, const hc_column *registered) {
  const hc_analysis *a = s->main;
  size_t slope = hc_analysis_find(a, "slope"), intercept = hc_analysis_find(a, "intercept"),
         sd = hc_analysis_find(a, "residual_sd");
  *l = (line){.least = INFINITY, .most = -INFINITY, .t = NAN};
  for (size_t i = 0; i < s->view->n_rows; i++) {
    if (!is_stated(visitors, registered, i)) continue;
    l->n++;
    l->mean_x += log(visitors->number[i]);
    l->least = fmin(l->least, log(visitors->number[i]));
    l->most = fmax(l->most, log(visitors->number[i]));
  }
  l->mean_x /= l->n;
  for (size_t i = 0; i < s->view->n_rows; i++)
    if (is_stated(visitors, registered, i)) l->sum_xx += pow(log(visitors->number[i]) - l->mean_x, 2);
  if (slope == hc_analysis_count(a) || intercept == hc_analysis_count(a) || sd == hc_analysis_count(a)) return false;
  if (is_chosen(a, "cluster", "none") || is_chosen(a, "second", "") || l->n < 3) return false;
  l->a = hc_analysis_value(a, intercept), l->b = hc_analysis_value(a, slope), l->sd = hc_analysis_value(a, sd);
  if (!is_chosen(a, "fit", "ols")) l->t = student(hc_report_settings(s->report)->level, l->n - 2);
  return true;
}

/* The band of one more platform: its own scatter, and what is not known of the line. */
static json_t *band(hc_drawing *d, const line *l) {
  json_t *rows = json_array();
  for (int i = 0; i <= STEPS; i++) {
    double x = l->least + (l->most - l->least) * i / STEPS, y = l->a + l->b * x;
    double half = l->t * l->sd * sqrt(1 + 1 / l->n + pow(x - l->mean_x, 2) / l->sum_xx);
    hc_json_append(&d->b, rows,
                   json_pack("{s:o,s:o,s:o,s:o}", "visitors", json_real(exp(x)), "registered", json_real(exp(y)),
                             "lower", hc_json_real(exp(y - half)), "upper", hc_json_real(exp(y + half))));
  }
  return rows;
}

static json_t *layers(hc_drawing *d, const line *l, bool drawn) {
  json_t *all = json_array();
  json_t *rows = drawn ? band(d, l) : NULL;
  if (drawn && isfinite(l->t))
    hc_json_append(&d->b, all,
                   json_pack("{s:{s:O},s:{s:s,s:o},s:{s:{s:s,s:s},s:{s:s}}}", "data", "values", rows, "mark", "type",
                             "area", "opacity", json_real(0.2), "encoding", "y", "field", "lower", "type",
                             "quantitative", "y2", "field", "upper"));
  if (drawn)
    hc_json_append(&d->b, all,
                   json_pack("{s:{s:O},s:{s:s},s:{s:{s:s,s:s}}}", "data", "values", rows, "mark", "type", "line",
                             "encoding", "y", "field", "registered", "type", "quantitative"));
  json_t *y = hc_draw_numbers("registered", _("registered accounts"), "log");
  hc_json_append(&d->b, all,
                 json_pack("{s:{s:s,s:b,s:o,s:b},s:{s:o}}", "mark", "type", "point", "filled", true, "size",
                           json_integer(60), "tooltip", true, "encoding", "y", y));
  json_decref(rows);
  return all;
}

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_column *visitors = column(s->view, "visitors"), *registered = column(s->view, "registered"),
                  *name = column(s->view, "platform");
  line l;
  bool drawn = fit(&l, s, visitors, registered);
  size_t n = 0;
  hc_draw_column(d, "platform", _("platform"), HC_COLUMN_NAME);
  hc_draw_column(d, "visitors", _("monthly visitors"), HC_COLUMN_COUNT);
  hc_draw_column(d, "registered", _("registered accounts"), HC_COLUMN_COUNT);
  for (size_t i = 0; i < s->view->n_rows; i++) {
    if (!is_stated(visitors, registered, i)) continue;
    hc_draw_row(d);
    hc_draw_text(d, "platform", name && name->text ? name->text[i] : "");
    hc_draw_number(d, "visitors", visitors->number[i]);
    hc_draw_number(d, "registered", registered->number[i]);
    n++;
  }
  hc_draw_say(d, _("Traffic and registrations"),
              _("%zu platforms that state their registered accounts, against their monthly visitors, both on "
                "logarithmic scales. The "
                "line predicts the others; in the band lies a single further platform, if it is like these."),
              n);
  hc_draw_spec(d, json_pack("{s:o,s:{s:o},s:o}", "height", json_integer(300), "encoding", "x",
                            hc_draw_numbers("visitors", _("monthly visitors"), "log"), "layer", layers(d, &l, drawn)));
}

const hc_picture hc_picture_traffic = {.id = "traffic", .suits = suits, .draw = draw};
