/* From accounts to people: the number against how many platforms one person uses, which the data do not state. N = accounts / m. */
#include <math.h>

#include "report/picture.h"

enum { STEPS = 16 };
static const double most = 5; /* platforms per person: beyond what surveys of several platforms' workers report */

static bool suits(const hc_subject *s) {
  return s->main && hc_analysis_has_note(s->main, "accounts-not-people");
}

static void draw(hc_drawing *d, const hc_subject *s) {
  const hc_interval *k = hc_analysis_headline(s->main, 0);
  double accounts = hc_analysis_value(s->main, 0);
  char all[HC_WORD_SIZE], two[HC_WORD_SIZE];
  hc_draw_column(d, "platforms", _("platforms per person"), HC_COLUMN_REAL);
  hc_draw_column(d, "people", _("people"), HC_COLUMN_COUNT);
  hc_draw_column(d, "lower", _("lower limit"), HC_COLUMN_COUNT);
  hc_draw_column(d, "upper", _("upper limit"), HC_COLUMN_COUNT);
  for (int i = 0; i <= STEPS; i++) {
    double m = 1 + (most - 1) * i / STEPS;
    hc_draw_row(d);
    hc_draw_number(d, "platforms", m);
    hc_draw_number(d, "people", accounts / m);
    hc_draw_number(d, "lower", k ? k->lower / m : NAN);
    hc_draw_number(d, "upper", k ? k->upper / m : NAN);
  }
  hc_draw_say(d, _("From accounts to people"),
              _("These are %s accounts. How many people that is depends on how many platforms one person uses, which "
                "the data do not state: "
                "with two each, %s people. The band is the interval."),
              hc_word_number(all, accounts, 0), hc_word_number(two, accounts / 2, 0));
  json_t *area = json_pack("{s:{s:s,s:o},s:{s:{s:s,s:s},s:{s:s}}}", "mark", "type", "area", "opacity", json_real(0.2),
                           "encoding", "y", "field", "lower", "type", "quantitative", "y2", "field", "upper");
  json_t *points = json_pack("{s:{s:s,s:b,s:b},s:{s:o}}", "mark", "type", "point", "filled", true, "tooltip", true,
                             "encoding", "y", hc_draw_numbers("people", _("people"), "linear"));
  hc_draw_spec(d, json_pack("{s:o,s:{s:o},s:[o,o]}", "height", json_integer(240), "encoding", "x",
                            hc_draw_near("platforms", _("platforms per person"), "linear"), "layer", area, points));
}

const hc_picture hc_picture_multihoming = {.id = "multihoming", .suits = suits, .draw = draw};
