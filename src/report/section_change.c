/* What would change the number: what it assumes, what others say, what the notes mean and what helps. */
#include <math.h>
#include <stdio.h>

#include "words/language.h"
#include "report/sections.h"

static void write_spread(hc_html *html, const hc_subject *s, const hc_headline *h) {
  hc_spread spread = hc_subject_spread(s);
  char low[HC_WORD_SIZE], high[HC_WORD_SIZE], text[HC_NOTE_SIZE];
  if (!spread.n) return;
  snprintf(text, sizeof text, _("%zu other methods that these data do not contradict give from %s (%s) to %s (%s)."),
           spread.n, hc_word_number(low, hc_analysis_value(spread.lowest, 0), h->decimals),
           hc_analysis_estimator(spread.lowest)->id,
           hc_word_number(high, hc_analysis_value(spread.highest, 0), h->decimals),
           hc_analysis_estimator(spread.highest)->id);
  hc_term(html, _("Another method"), text);
}

static void write_models(hc_html *html, const hc_subject *s) {
  const hc_selection *models = s->page->selection;
  char low[HC_WORD_SIZE], high[HC_WORD_SIZE], text[HC_NOTE_SIZE];
  if (!models || models->near < 2) return;
  snprintf(text, sizeof text, _("%llu models fit as well as the best one; their numbers go from %s to %s."),
           (unsigned long long)models->near, hc_word_number(low, models->lowest, 0),
           hc_word_number(high, models->highest, 0));
  hc_term(html, _("Another model"), text);
}

static void write_inputs(hc_html *html, const hc_subject *s) {
  const hc_contribution *c = s->main ? hc_analysis_contribution(s->main, 0) : NULL;
  char text[HC_NOTE_SIZE];
  if (!c) return;
  snprintf(text, sizeof text, _("%.0f per cent of the uncertainty come from %s: measuring that better helps most."),
           100 * c->share, c->input);
  hc_term(html, _("A better input"), text);
}

static void write_note(hc_html *html, const hc_note *note) {
  const hc_code *code = hc_code_find(note->code);
  hc_html_open(html, "dt");
  hc_html_element(html, "code", NULL, note->code);
  hc_html_close(html);
  hc_html_open(html, "dd");
  hc_html_text(html, note->text);
  hc_html_text(html, ".");
  if (code && code->meaning) {
    hc_html_text(html, " ");
    hc_html_text(html, _(code->meaning));
  }
  if (code && code->remedy) {
    hc_html_text(html, " ");
    hc_html_open(html, "em");
    hc_html_print(html, _("What helps: %s"), _(code->remedy));
    hc_html_close(html);
  }
  hc_html_close(html);
}

static void write_notes(hc_html *html, const hc_subject *s) {
  const hc_note *note = s->main ? hc_analysis_note(s->main, 0) : s->strata ? hc_strata_note(s->strata, 0) : NULL;
  if (!note && !s->view->n_warnings) return;
  hc_html_element(html, "h3", NULL, _("Notes of the program"));
  hc_html_open(html, "dl");
  for (size_t i = 0; i < s->view->n_warnings; i++) write_note(html, &s->view->warnings[i]);
  for (size_t i = 0; note; i++, note = s->main ? hc_analysis_note(s->main, i) : hc_strata_note(s->strata, i))
    write_note(html, note);
  hc_html_close(html);
}

void hc_section_change(hc_html *html, const hc_subject *s) {
  char quote[2048], text[HC_NOTE_SIZE];
  if (s->page->study) return;
  hc_headline h = hc_subject_headline(s, quote);
  hc_section_open(html, "change", _("What would change it"));
  hc_html_open(html, "dl");
  snprintf(text, sizeof text, _("The number holds if this is true: %s."), _(h.estimator->assumes));
  hc_term(html, _("What is assumed"), text);
  write_spread(html, s, &h);
  write_models(html, s);
  write_inputs(html, s);
  hc_html_close(html);
  write_notes(html, s);
  hc_html_close(html);
}
