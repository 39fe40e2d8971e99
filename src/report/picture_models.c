/* The models that a procedure chose among: how well each fits against the N that it gives. */
#include "report/picture.h"

#include <ctype.h>
#include <math.h>

enum { FARTHEST = 20 /* differences of the criterion beyond which a model has no support to speak of */ };

static bool suits(const hc_subject *s) {
  return s->page->selection && s->page->selection->n_rows > 1;
}

/* "BIC" of "bic". */
static const char *upper(char text[HC_CODE_SIZE], const char *word) {
  size_t n = 0;
  for (; word[n] && n + 1 < HC_CODE_SIZE; n++) text[n] = (char)toupper((unsigned char)word[n]);
  text[n] = 0;
  return text;
}

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_selection *models = s->page->selection;
  char criterion[HC_CODE_SIZE], low[HC_WORD_SIZE], high[HC_WORD_SIZE], all[HC_WORD_SIZE];
  double least = INFINITY, most = 0;
  hc_draw_column(d, "terms", _("terms of the model"), HC_COLUMN_NAME);
  hc_draw_column(d, "N", "N", HC_COLUMN_NUMBER);
  hc_draw_column(d, "difference", _("difference of the criterion"), HC_COLUMN_REAL);
  hc_draw_column(d, "weight", _("weight"), HC_COLUMN_REAL);
  for (size_t i = 0; i < models->n_rows; i++) {
    const hc_model_row *row = &models->rows[i];
    if (!(row->value - models->rows[0].value <= FARTHEST) || !isfinite(row->N)) continue;
    hc_draw_row(d);
    hc_draw_text(d, "terms", row->name);
    hc_draw_number(d, "N", row->N);
    hc_draw_number(d, "difference", row->value - models->rows[0].value);
    hc_draw_number(d, "weight", row->weight);
    least = fmin(least, row->N);
    most = fmax(most, row->N);
  }
  hc_draw_say(d, _("Models and their answers"),
              _("Each point is one of %s log-linear models: how much worse than the best it fits (%s, upwards), and "
                "the N that it gives. "
                "The %llu models within 2 of the best are as good; their N go from %s to %s."),
              hc_word_count(all, models->estimable), upper(criterion, models->criterion),
              (unsigned long long)models->near, hc_word_number(low, models->lowest, 0),
              hc_word_number(high, models->highest, 0));
  json_t *x = hc_draw_near("N", "N", hc_draw_scale(least, most));
  json_t *size = json_pack("{s:s,s:s,s:{s:[oo]},s:n}", "field", "weight", "type", "quantitative", "scale", "range",
                           json_integer(20), json_integer(200), "legend");
  hc_draw_spec(d, json_pack("{s:o,s:{s:s,s:b,s:o,s:b},s:{s:o,s:o,s:o}}", "height", json_integer(260), "mark", "type",
                            "point", "filled", true, "opacity", json_real(0.7), "tooltip", true, "encoding", "x", x,
                            "y", hc_draw_numbers("difference", _("difference of the criterion to the best"), "linear"),
                            "size", size));
}

const hc_picture hc_picture_models = {.id = "models", .suits = suits, .draw = draw};
