/* Which input the uncertainty comes from: a tornado of the parts of the variance. */
#include "report/picture.h"

enum { MOST_BARS = 12 };

static bool suits(const hc_subject *s) {
  return s->main && hc_analysis_contribution(s->main, 1);
}

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_contribution *c;
  size_t n = 0;
  d->decimals = HC_WORD_SIGNIFICANT;
  hc_draw_column(d, "input", _("input"), HC_COLUMN_NAME);
  hc_draw_column(d, "share", _("per cent of the variance"), HC_COLUMN_REAL);
  for (; (c = hc_analysis_contribution(s->main, n)); n++) {
    if (n >= MOST_BARS) continue;
    hc_draw_row(d);
    hc_draw_text(d, "input", c->input);
    hc_draw_number(d, "share", 100 * c->share);
  }
  c = hc_analysis_contribution(s->main, 0);
  hc_draw_say(d, _("Where the uncertainty comes from"),
              _("The variance of the logarithm of the number, divided among %zu uncertain inputs; the largest stand "
                "here. %.0f per cent come "
                "from %s: measuring that better helps most."),
              n, 100 * c->share, c->input);
  json_t *y = hc_draw_names("input", ""), *x = hc_draw_numbers("share", _("per cent of the variance"), "linear");
  hc_json_put(&d->b, y, "axis", json_pack("{s:o}", "labelLimit", json_integer(200)));
  hc_draw_spec(d, json_pack("{s:{s:o},s:{s:s,s:b},s:{s:o,s:o}}", "height", "step", json_integer(24), "mark", "type",
                            "bar", "tooltip", true, "encoding", "x", x, "y", y));
}

const hc_picture hc_picture_inputs = {.id = "inputs", .suits = suits, .draw = draw};
