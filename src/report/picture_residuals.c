/* Where the best model fits worst: residuals of the cells of lists. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/picture.h"

enum { MOST_BARS = 24 };

static bool suits(const hc_subject *s) {
  return s->page->selection && s->page->selection->n_cells > 1;
}

static int by_size(const void *x, const void *y) {
  const hc_cell_fit *a = *(const hc_cell_fit *const *)x, *b = *(const hc_cell_fit *const *)y;
  double p = fabs(a->pearson), q = fabs(b->pearson);
  if (p != q) return p > q ? -1 : 1;
  return a->history < b->history ? -1 : a->history > b->history;
}

static void name_of(char *text, size_t size, const hc_selection *models, uint64_t history) {
  size_t used = 0;
  text[0] = 0;
  for (size_t i = 0; i < models->n_lists && used < size; i++) {
    if (!(history >> i & 1)) continue;
    int n = snprintf(text + used, size - used, "%s%s", used > 0 ? " + " : "", models->lists[i]);
    used += n > 0 ? (size_t)n : 0;
  }
  hc_text_whole(text);
}

static void add_row(hc_drawing *d, const hc_selection *models, const hc_cell_fit *cell) {
  char text[HC_NOTE_SIZE];
  name_of(text, sizeof text, models, cell->history);
  hc_draw_row(d);
  hc_draw_text(d, "lists", text);
  hc_draw_number(d, "observed", cell->observed);
  hc_draw_number(d, "expected", cell->expected);
  hc_draw_number(d, "residual", cell->pearson);
}

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_selection *models = s->page->selection;
  const hc_cell_fit **cells = calloc(models->n_cells, sizeof *cells);
  size_t far = 0;
  if (!cells) d->b.failed = true;
  for (size_t i = 0; cells && i < models->n_cells; i++)
    cells[i] = &models->cells[i], far += fabs(cells[i]->pearson) > 2;
  if (cells) qsort(cells, models->n_cells, sizeof *cells, by_size);
  hc_draw_column(d, "lists", _("on these lists only"), HC_COLUMN_NAME);
  hc_draw_column(d, "observed", _("observed people"), HC_COLUMN_COUNT);
  hc_draw_column(d, "expected", _("expected people"), HC_COLUMN_REAL);
  hc_draw_column(d, "residual", _("Pearson residual"), HC_COLUMN_REAL);
  for (size_t i = 0; cells && i < models->n_cells && i < MOST_BARS; i++) add_row(d, models, cells[i]);
  free(cells);
  hc_draw_say(d, _("Where the best model fits worst"),
              _("Observed minus expected people of each combination of lists, in standard errors, the farthest first. "
                "%zu of %zu lie beyond "
                "the dashed lines at 2; among twenty one may by chance."),
              far, models->n_cells);
  json_t *y = hc_draw_names("lists", ""), *x = hc_draw_numbers("residual", _("Pearson residual"), "linear");
  hc_json_put(&d->b, y, "axis", json_pack("{s:o}", "labelLimit", json_integer(170)));
  json_t *bars =
      json_pack("{s:{s:s,s:b},s:{s:o,s:o}}", "mark", "type", "bar", "tooltip", true, "encoding", "x", x, "y", y);
  json_t *lines = json_pack("{s:{s:[{s:o},{s:o}]},s:{s:s,s:[oo]},s:{s:{s:s,s:s}}}", "data", "values", "x",
                            json_integer(-2), "x", json_integer(2), "mark", "type", "rule", "strokeDash",
                            json_integer(4), json_integer(4), "encoding", "x", "field", "x", "type", "quantitative");
  hc_draw_spec(d, json_pack("{s:{s:o},s:[o,o]}", "height", "step", json_integer(22), "layer", bars, lines));
}

const hc_picture hc_picture_residuals = {.id = "residuals", .suits = suits, .draw = draw};
