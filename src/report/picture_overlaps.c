/* Overlaps of lists: the people of each combination, over a matrix of which lists it is (Lex et al. 2014, IEEE TVCG 20:1983). */
#include "report/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BARS = 24, MOST_LISTS = 20, LABEL_ROOM = 110 };

static bool suits(const hc_subject *s) {
  const hc_overview *view = s->view;
  return view && view->histories && view->n_names > 1 && view->n_names <= MOST_LISTS &&
         hc_data_shape(s->data) == HC_SHAPE_LISTS;
}

typedef struct cell {
  uint64_t history, people;
} cell;

static int by_people(const void *x, const void *y) {
  const cell *a = x, *b = y;
  if (a->people != b->people) return a->people > b->people ? -1 : 1;
  return a->history < b->history ? -1 : a->history > b->history;
}

/* "EXH and HRW", as long as there is room. */
static void name_of(char *text, size_t size, const hc_overview *view, uint64_t history) {
  size_t used = 0;
  text[0] = 0;
  for (size_t i = 0; i < view->n_names && used < size; i++) {
    if (!(history >> i & 1)) continue;
    int n = snprintf(text + used, size - used, "%s%s", used > 0 ? " + " : "", view->names[i]);
    used += n > 0 ? (size_t)n : 0;
  }
  hc_text_whole(text);
}

/* The largest combinations, and how many people the rest hold. */
static cell *sorted(hc_drawing *d, const hc_overview *view, size_t *n, uint64_t *rest) {
  cell *cells = calloc(view->n_cells + 1, sizeof *cells);
  if (!cells) d->b.failed = true;
  for (size_t i = 0; cells && i < view->n_cells; i++) cells[i] = (cell){view->histories[i], view->in_cell[i]};
  if (cells) qsort(cells, view->n_cells, sizeof *cells, by_people);
  *n = !cells ? 0 : view->n_cells < MOST_BARS ? view->n_cells : MOST_BARS;
  *rest = 0;
  for (size_t i = *n; cells && i < view->n_cells; i++) *rest += cells[i].people;
  return cells;
}

static void say(hc_drawing *d, const hc_overview *view, size_t shown, uint64_t rest) {
  char more[HC_WORD_SIZE], left[HC_PICTURE_WORDS / 4] = "";
  if (rest > 0)
    snprintf(left, sizeof left, _(" The %zu largest are shown; the others hold %s people."), shown,
             hc_word_count(more, rest));
  hc_draw_say(d, _("Who is on which lists"),
              _("%zu lists, and people on %zu of their combinations. Each bar is one combination, whose lists are the "
                "filled dots "
                "below it. Small overlaps of large lists speak for many people on none.%s"),
              view->n_names, view->n_cells, left);
}

/* The dots of all lists under each bar are data of their own. */
static json_t *matrix(hc_drawing *d, const hc_overview *view, const cell *cells, size_t n, json_t *order) {
  json_t *dots = json_array(), *names = json_array();
  for (size_t i = 0; i < view->n_names; i++) {
    hc_json_append(&d->b, names, hc_json_text(view->names[i]));
    for (size_t k = 0; k < n; k++)
      hc_json_append(&d->b, dots,
                     json_pack("{s:o,s:o,s:b}", "place", json_integer(k), "list", hc_json_text(view->names[i]), "on",
                               (int)(cells[k].history >> i & 1)));
  }
  json_t *y =
      json_pack("{s:s,s:s,s:n,s:o,s:{s:o,s:o,s:o,s:b,s:b}}", "field", "list", "type", "nominal", "title", "sort", names,
                "axis", "minExtent", json_integer(LABEL_ROOM), "maxExtent", json_integer(LABEL_ROOM), "labelLimit",
                json_integer(LABEL_ROOM - 10), "domain", false, "ticks", false);
  return json_pack("{s:{s:o},s:{s:o},s:{s:s,s:b,s:o},s:{s:{s:s,s:s,s:n,s:O},s:o,s:{s:{s:b,s:s},s:o}}}", "data",
                   "values", dots, "height", "step", json_integer(22), "mark", "type", "circle", "filled", true, "size",
                   json_integer(90), "encoding", "x", "field", "place", "type", "ordinal", "axis", "scale", order, "y",
                   y, "opacity", "condition", "value", true, "test", "datum.on", "value", json_real(0.12));
}

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_overview *view = s->view;
  size_t n = 0;
  uint64_t rest = 0;
  cell *cells = sorted(d, view, &n, &rest);
  char text[HC_NOTE_SIZE];
  json_t *places = json_array();
  say(d, view, n, rest);
  hc_draw_column(d, "place", "", HC_COLUMN_HIDDEN);
  hc_draw_column(d, "lists", _("on these lists only"), HC_COLUMN_NAME);
  hc_draw_column(d, "people", _("people"), HC_COLUMN_COUNT);
  for (size_t i = 0; i < n; i++) {
    hc_draw_row(d);
    hc_draw_number(d, "place", (double)i);
    name_of(text, sizeof text, view, cells[i].history);
    hc_draw_text(d, "lists", text);
    hc_draw_number(d, "people", (double)cells[i].people);
    hc_json_append(&d->b, places, json_integer((json_int_t)i));
  }
  json_t *order = json_pack("{s:o}", "domain", places); /* layered names need their order */
  json_t *y = hc_draw_numbers("people", _("people"), "linear");
  hc_json_put(&d->b, y, "axis",
              json_pack("{s:o,s:o}", "minExtent", json_integer(LABEL_ROOM), "maxExtent", json_integer(LABEL_ROOM)));
  json_t *below = matrix(d, view, cells, n, order);
  json_t *bars = json_pack("{s:o,s:{s:s},s:{s:{s:s,s:s,s:n,s:O},s:o,s:[{s:s,s:s,s:s},{s:s,s:s,s:s,s:s}]}}", "height",
                           json_integer(200), "mark", "type", "bar", "encoding", "x", "field", "place", "type",
                           "ordinal", "axis", "scale", order, "y", y, "tooltip", "field", "lists", "type", "nominal",
                           "title", _("on these lists only"), "field", "people", "type", "quantitative", "title",
                           _("people"), "format", ",");
  json_decref(order);
  hc_draw_spec(d,
               json_pack("{s:o,s:s,s:[o,o]}", "spacing", json_integer(4), "bounds", "flush", "vconcat", bars, below));
  free(cells);
}

const hc_picture hc_picture_overlaps = {.id = "overlaps", .suits = suits, .draw = draw};
