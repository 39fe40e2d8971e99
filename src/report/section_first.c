/* The first page: what a journalist reads. */
#include <math.h>
#include <stdio.h>

#include "words/language.h"
#include "report/sections.h"
#include "words/quote.h"

void hc_section_open(hc_html *html, const char *id, const char *heading) {
  hc_html_open(html, "section");
  hc_html_attributef(html, "aria-labelledby", "%s", id);
  hc_html_open(html, "h2");
  hc_html_attribute(html, "id", id);
  hc_html_text(html, heading);
  hc_html_close(html);
}

void hc_term(hc_html *html, const char *term, const char *text) {
  if (!text || !text[0]) return;
  hc_html_element(html, "dt", NULL, term);
  hc_html_open(html, "dd");
  hc_html_name(html, text);
  hc_html_close(html);
}

static void write_number(hc_html *html, const hc_headline *h) {
  char value[HC_WORD_SIZE], level[HC_WORD_SIZE], range[HC_WORD_RANGE_SIZE];
  hc_html_open(html, "p");
  hc_html_attribute(html, "class", "number");
  hc_html_print(html, h->at_least ? _("at least %s") : "%s", hc_word_number(value, h->value, h->decimals));
  if (h->unit && h->unit[0]) {
    hc_html_text(html, " ");
    hc_html_element(html, "span", "unit", _(h->unit));
  }
  hc_html_close(html);
  hc_html_open(html, "p");
  hc_html_attribute(html, "class", "range");
  if (h->interval)
    hc_html_print(html, _("Range: %s (%s interval, %s)"), hc_word_range(range, h->interval, h->decimals),
                  hc_word_percent(level, h->interval->level), _(hc_interval_title(h->interval->method)));
  else
    hc_html_text(html, _("No range can be given with these data and this method."));
  hc_html_close(html);
}

static void write_doubt(hc_html *html, const char *text) {
  hc_html_open(html, "div");
  hc_html_attribute(html, "class", "doubt");
  hc_html_open(html, "p");
  hc_html_element(html, "strong", NULL, _("The one reason to doubt it. "));
  hc_html_text(html, text);
  hc_html_close(html);
  hc_html_close(html);
}

static void write_command(hc_html *html, const hc_subject *s) {
  if (!s->page->command) return;
  hc_html_element(html, "p", "soft", _("The command that made this page:"));
  hc_html_element(html, "code", "command", s->page->command);
}

static void write_study(hc_html *html, const hc_subject *s) {
  const hc_study *study = s->page->study;
  size_t checked = 0, agree = 0;
  for (size_t i = 0; i < study->n_figures; i++) {
    checked += hc_figure_has_verdict(&study->figures[i]);
    agree += hc_figure_has_verdict(&study->figures[i]) && study->figures[i].agrees;
  }
  hc_html_open(html, "p");
  hc_html_attribute(html, "class", "number");
  hc_html_print(html, _("%zu of %zu"), agree, checked);
  hc_html_text(html, " ");
  hc_html_element(html, "span", "unit", _("published figures agree with what was recomputed"));
  hc_html_close(html);
  hc_html_element(html, "p", "range", study->verdict);
  if (study->criticism[0]) write_doubt(html, study->criticism);
  hc_html_open(html, "dl");
  hc_term(html, _("What is counted"), study->unit);
  hc_term(html, _("Source"), study->source);
  hc_html_close(html);
}

static void write_estimate(hc_html *html, const hc_subject *s) {
  char quote[HC_WORD_QUOTE_SIZE], doubt[HC_DOUBT_SIZE], met[HC_WORD_SIZE];
  hc_headline h = hc_subject_headline(s, quote);
  write_number(html, &h);
  hc_subject_doubt(doubt, s, &h);
  write_doubt(html, doubt);
  hc_html_open(html, "dl");
  hc_term(html, _("What is counted"), _(h.meaning));
  if (hc_data_observed(s->data) > 0) hc_term(html, _("People observed"), hc_word_count(met, hc_data_observed(s->data)));
  hc_term(html, _("Method"), _(h.estimator->title));
  if (h.nothing)
    hc_term(html, _("May I print it?"), _("No: not before the reason above is answered."));
  else if (quote[0])
    hc_term(html, _("May I print it?"), _("Yes, with its range and the reason to doubt it, in these words:"));
  if (!h.nothing && quote[0]) hc_term(html, _("To quote"), quote);
  hc_html_close(html);
}

void hc_section_first(hc_html *html, const hc_subject *s) {
  char title[HC_NOTE_SIZE];
  hc_page_title(title, sizeof title, s);
  hc_html_open(html, "header");
  hc_html_open(html, "h1");
  hc_html_name(html, title);
  hc_html_close(html);
  if (s->page->study)
    write_study(html, s);
  else
    write_estimate(html, s);
  write_command(html, s);
  hc_html_close(html);
}
