/* Do people differ? ln(f_k / C(t, k)) against k of t lists or occasions, ln(k! f_k) where there is no t: a straight line where all have
 * the same chance, since f_k is in proportion to C(t, k) (p/(1-p))^k, or to lambda^k/k!; bent upwards where they differ. The graph is
 * that of Rcapture (Baillargeon and Rivest 2007, J. Stat. Softw. 19(5)). */
#include <math.h>
#include <stdio.h>

#include "report/picture.h"

enum { MOST_TIMES = 60 };

static bool suits(const hc_subject *s) {
  size_t n = 0;
  for (size_t i = 0; s->view && i < s->view->n_times; i++)
    n += s->view->people[i] > 0 && s->view->times[i] <= MOST_TIMES;
  return n > 2;
}

/* ln C(t, k), or -ln k! where t is 0; by adding, for which 60 terms are few. */
static double ln_ways(uint64_t t, uint64_t k) {
  double sum = 0;
  for (uint64_t i = 1; i <= k; i++) sum += (t > 0 ? log((double)(t - k + i)) : 0) - log((double)i);
  return sum;
}

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_overview *view = s->view;
  uint64_t t = view->histories ? view->n_names : 0;
  hc_draw_column(d, "times", _("times met"), HC_COLUMN_COUNT);
  hc_draw_column(d, "people", _("people"), HC_COLUMN_COUNT);
  hc_draw_column(d, "height", t ? "ln(f / C(t, k))" : "ln(k! f)", HC_COLUMN_REAL);
  for (size_t i = 0; i < view->n_times; i++) {
    if (!view->people[i] || view->times[i] > MOST_TIMES) continue;
    hc_draw_row(d);
    hc_draw_number(d, "times", (double)view->times[i]);
    hc_draw_number(d, "people", (double)view->people[i]);
    hc_draw_number(d, "height", log((double)view->people[i]) - ln_ways(t, view->times[i]));
  }
  hc_draw_say(d, _("Do people differ in their chance of being met?"),
              _("The people met k times, divided by the number of ways to be met k times, on a logarithmic scale. A "
                "straight line speaks for "
                "people who are alike, a line that bends upwards for people who differ; where it bends downwards, "
                "being met made people "
                "rarer."));
  json_t *x = hc_draw_near("times", _("times met"), "linear"),
         *y = hc_draw_near("height", t ? "ln(f / C(t, k))" : "ln(k! f)", "linear");
  hc_json_put(&d->b, x, "axis", json_pack("{s:s,s:o}", "format", "d", "tickMinStep", json_integer(1)));
  json_t *line = json_pack("{s:{s:s,s:o}}", "mark", "type", "line", "strokeWidth", json_real(1.5));
  json_t *points = json_pack("{s:{s:s,s:b,s:o,s:b}}", "mark", "type", "point", "filled", true, "size", json_integer(70),
                             "tooltip", true);
  hc_draw_spec(d, json_pack("{s:o,s:{s:o,s:o},s:[o,o]}", "height", json_integer(240), "encoding", "x", x, "y", y,
                            "layer", line, points));
}

const hc_picture hc_picture_heterogeneity = {.id = "heterogeneity", .suits = suits, .draw = draw};
