/* Published figures beside what was recomputed, by what the recomputation stands on. */
#include "report/picture.h"

#include <math.h>

static bool has_both(const hc_figure *f) {
  return hc_figure_has_verdict(f) && isfinite(f->published) && isfinite(f->recomputed) && f->published != 0;
}

static bool suits(const hc_subject *s) {
  const hc_study *study = s->page->study;
  for (size_t i = 0; study && i < study->n_figures; i++)
    if (has_both(&study->figures[i])) return true;
  return false;
}

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_study *study = s->page->study;
  size_t n = 0;
  double farthest = 0;
  char percent[HC_WORD_SIZE];
  d->decimals = HC_WORD_SIGNIFICANT;
  hc_draw_column(d, "figure", _("figure"), HC_COLUMN_NAME);
  hc_draw_column(d, "published", _("published"), HC_COLUMN_REAL);
  hc_draw_column(d, "recomputed", _("recomputed"), HC_COLUMN_REAL);
  hc_draw_column(d, "difference", _("difference, in per cent of the published"), HC_COLUMN_REAL);
  hc_draw_column(d, "basis", _("stands on"), HC_COLUMN_NAME);
  for (size_t i = 0; i < study->n_figures; i++) {
    const hc_figure *f = &study->figures[i];
    if (!has_both(f)) continue;
    double difference = 100 * (f->recomputed - f->published) / fabs(f->published);
    hc_draw_row(d);
    hc_draw_text(d, "figure", f->id);
    hc_draw_number(d, "published", f->published);
    hc_draw_number(d, "recomputed", f->recomputed);
    hc_draw_number(d, "difference", difference);
    hc_draw_text(d, "basis", _(hc_basis_words(f->basis)));
    farthest = fmax(farthest, fabs(difference));
    n++;
  }
  hc_draw_say(d, _("Published and recomputed"),
              _("%zu published figures, and by how many per cent what was recomputed differs; the farthest is %s per "
                "cent away. What is "
                "back-solved is only consistent with the published figure, which is no reproduction of it."),
              n, hc_word_number(percent, farthest, HC_WORD_SIGNIFICANT));
  json_t *y = hc_draw_names("figure", "");
  hc_json_put(&d->b, y, "axis", json_pack("{s:o}", "labelLimit", json_integer(170)));
  json_t *colour =
      json_pack("{s:s,s:s,s:{s:n,s:s}}", "field", "basis", "type", "nominal", "legend", "title", "orient", "bottom");
  json_t *x = hc_draw_numbers("difference", _("difference, in per cent of the published"), "linear");
  if (farthest < 0.01)
    hc_json_put(&d->b, json_object_get(x, "scale"), "domain", json_pack("[o,o]", json_real(-1.0), json_real(1.0)));
  hc_draw_spec(d, json_pack("{s:{s:o},s:{s:s,s:b,s:o,s:b},s:{s:o,s:o,s:o}}", "height", "step", json_integer(26), "mark",
                            "type", "point", "filled", true, "size", json_integer(80), "tooltip", true, "encoding", "x",
                            x, "y", y, "color", colour));
}

const hc_picture hc_picture_published = {.id = "published", .suits = suits, .draw = draw};
