/* Bootstrap replicates as a histogram, with the estimate and the limits of its interval. */
#include "report/picture.h"

#include <math.h>
#include <stdlib.h>

enum { BINS = 40, LEAST_REPLICATES = 50 };

static const hc_bootstrap *replicates(const hc_subject *s) {
  return s->main ? hc_analysis_bootstrap(s->main) : s->strata ? hc_strata_bootstrap(s->strata) : NULL;
}

static bool suits(const hc_subject *s) {
  const hc_bootstrap *b = replicates(s);
  return b && hc_bootstrap_succeeded(b) >= LEAST_REPLICATES;
}

static int ascending(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return (a > b) - (a < b);
}

static double *sorted(hc_drawing *d, const hc_bootstrap *b, size_t *n) {
  double *x = calloc((size_t)hc_bootstrap_done(b) + 1, sizeof *x);
  *n = 0;
  if (!x) d->b.failed = true;
  for (uint64_t i = 0; x && i < hc_bootstrap_done(b); i++)
    if (isfinite(hc_bootstrap_value(b, i, 0))) x[(*n)++] = hc_bootstrap_value(b, i, 0);
  if (x) qsort(x, *n, sizeof *x, ascending);
  return x;
}

/* A step of 1, 2 or 5 times a power of ten, so that the borders of bins are numbers that people read. */
static double step_for(double range) {
  double raw = range / BINS, power = pow(10, floor(log10(raw))), unit = raw / power;
  return power * (unit <= 1 ? 1 : unit <= 2 ? 2 : unit <= 5 ? 5 : 10);
}

/* The farthest hundredth on either side is one bin, where it would draw the others together. */
static size_t add_bins(hc_drawing *d, const double *x, size_t n) {
  double low = x[n / 200], high = x[n - 1 - n / 200], step = step_for(fmax(high - low, 1e-9 * (1 + fabs(high))));
  size_t outside = 0, i = 0;
  double from = floor(low / step) * step;
  for (; i < n && x[i] < from; i++) outside++;
  for (; i < n && from <= high; from += step) {
    size_t k = 0;
    for (; i < n && x[i] < from + step; i++) k++;
    hc_draw_row(d);
    hc_draw_number(d, "from", from);
    hc_draw_number(d, "to", from + step);
    hc_draw_number(d, "replicates", (double)k);
  }
  return outside + n - i;
}

/* A line at each limit and at the estimate. */
static json_t *marks(hc_drawing *d, const hc_headline *h) {
  json_t *rows = json_array();
  hc_json_append(&d->b, rows, json_pack("{s:o,s:s}", "x", json_real(h->value), "what", _("estimate")));
  if (h->interval)
    hc_json_append(&d->b, rows, json_pack("{s:o,s:s}", "x", json_real(h->interval->lower), "what", _("limit")));
  if (h->interval && isfinite(h->interval->upper))
    hc_json_append(&d->b, rows, json_pack("{s:o,s:s}", "x", json_real(h->interval->upper), "what", _("limit")));
  return json_pack("{s:{s:o},s:{s:s,s:s,s:o},s:{s:{s:s,s:s},s:{s:s,s:s,s:{s:[ss],s:[[oo],[oo]]},s:{s:n,s:s}}}}", "data",
                   "values", rows, "mark", "type", "rule", "color", "#d55e00", "strokeWidth", json_integer(2),
                   "encoding", "x", "field", "x", "type", "quantitative", "strokeDash", "field", "what", "type",
                   "nominal", "scale", "domain", _("estimate"), _("limit"), "range", json_integer(1), json_integer(0),
                   json_integer(5), json_integer(4), "legend", "title", "orient", "bottom");
}

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_bootstrap *b = replicates(s);
  char quote[2048], done[HC_WORD_SIZE], outside[HC_WORD_SIZE];
  hc_headline h = hc_subject_headline(s, quote);
  size_t n = 0, out = 0;
  double *x = sorted(d, b, &n);
  d->decimals = h.decimals;
  hc_draw_column(d, "from", _("from"), HC_COLUMN_NUMBER);
  hc_draw_column(d, "to", _("below"), HC_COLUMN_NUMBER);
  hc_draw_column(d, "replicates", _("replicates"), HC_COLUMN_COUNT);
  if (x) out = add_bins(d, x, n);
  free(x);
  hc_draw_say(d, _("What chance would do to the number"),
              _("%s data sets were drawn anew (%s), and each was estimated again. The solid line is the estimate, the "
                "dashed ones are the "
                "limits of its interval. %s replicates lie outside of the picture."),
              hc_word_count(done, n), _(hc_resample_draws(hc_bootstrap_kind(b))), hc_word_count(outside, out));
  json_t *x_axis = hc_draw_near("from", h.unit && h.unit[0] ? _(h.unit) : h.name, "linear");
  hc_json_put(&d->b, x_axis, "bin", json_pack("{s:b}", "binned", true));
  hc_json_put(&d->b, x_axis, "axis",
              json_pack("{s:s,s:b,s:o}", "format", h.decimals == 0 ? ",d" : ",.4~g", "labelOverlap", true, "tickCount",
                        json_integer(8))); /* of bins: no range of two numbers */
  json_t *bars = json_pack("{s:{s:s,s:b},s:{s:o,s:{s:s},s:o}}", "mark", "type", "bar", "tooltip", true, "encoding", "x",
                           x_axis, "x2", "field", "to", "y", hc_draw_numbers("replicates", _("replicates"), "linear"));
  hc_draw_spec(d, json_pack("{s:o,s:[o,o]}", "height", json_integer(240), "layer", bars, marks(d, &h)));
}

const hc_picture hc_picture_bootstrap = {.id = "bootstrap", .suits = suits, .draw = draw};
