/* Who was met how often: people by the number of times that they were met. */
#include "report/picture.h"

#include <stdio.h>

enum { MOST_BARS = 40 };

static bool suits(const hc_subject *s) {
  return s->view && s->view->n_times > 1;
}

static void say(hc_drawing *d, const hc_overview *view) {
  char all[HC_WORD_SIZE], once[HC_WORD_SIZE], most[HC_WORD_SIZE];
  uint64_t people = 0, first = view->times[0] == 1 ? view->people[0] : 0;
  for (size_t i = 0; i < view->n_times; i++) people += view->people[i];
  hc_draw_say(d, _("Who was met how often"),
              _("Of %s people who were met, %s were met once; nobody was met more than %s times. The people who were "
                "never met are "
                "what is estimated: the steeper the bars fall, the more of them there are."),
              hc_word_count(all, people), hc_word_count(once, first),
              hc_word_count(most, view->times[view->n_times - 1]));
}

static void add_row(hc_drawing *d, const char *label, uint64_t people) {
  hc_draw_row(d);
  hc_draw_text(d, "times", label);
  hc_draw_number(d, "people", (double)people);
}

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_overview *view = s->view;
  char label[HC_WORD_SIZE];
  size_t alone = view->n_times <= MOST_BARS ? view->n_times : MOST_BARS - 1;
  say(d, view);
  hc_draw_column(d, "times", _("times met"), HC_COLUMN_NAME);
  hc_draw_column(d, "people", _("people"), HC_COLUMN_COUNT);
  for (size_t i = 0; i < alone; i++) {
    snprintf(label, sizeof label, "%llu", (unsigned long long)view->times[i]);
    add_row(d, label, view->people[i]);
  }
  uint64_t rest = 0;
  for (size_t i = alone; i < view->n_times; i++) rest += view->people[i];
  if (rest > 0) {
    snprintf(label, sizeof label, _("%llu or more"), (unsigned long long)view->times[alone]);
    add_row(d, label, rest);
  }
  json_t *x = hc_draw_names("times", _("times met"));
  hc_json_put(&d->b, x, "axis", json_pack("{s:o,s:b}", "labelAngle", json_integer(0), "labelOverlap", true));
  hc_draw_spec(d, json_pack("{s:o,s:{s:s,s:b},s:{s:o,s:o,s:[{s:s,s:s,s:s},{s:s,s:s,s:s,s:s}]}}", "height",
                            json_integer(240), "mark", "type", "bar", "tooltip", true, "encoding", "x", x, "y",
                            hc_draw_numbers("people", _("people"), "linear"), "tooltip", "field", "times", "type",
                            "nominal", "title", _("times met"), "field", "people", "type", "quantitative", "title",
                            _("people"), "format", ","));
}

const hc_picture hc_picture_counts = {.id = "counts", .suits = suits, .draw = draw};
