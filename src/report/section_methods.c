/* A methods paragraph for a paper, in whole sentences. */
#include <stdio.h>
#include <string.h>

#include "headcount/version.h"
#include "words/language.h"
#include "report/sections.h"

static void data_sentence(hc_html *html, const hc_subject *s) {
  char met[HC_WORD_SIZE];
  const hc_source *source = hc_data_source(s->data);
  hc_html_print(html, _("The data are %s (%s), "), hc_page_file(s), hc_shape_name(source->read_as));
  if (hc_data_observed(s->data) > 0)
    hc_html_print(html, _("with %s people observed. "), hc_word_count(met, hc_data_observed(s->data)));
  else
    hc_html_print(html, _("with %llu rows. "), (unsigned long long)source->rows);
}

static void estimator_sentences(hc_html *html, const hc_subject *s, const hc_headline *h) {
  const hc_estimator *e = h->estimator;
  hc_html_print(html, _("The number was estimated by %s (%s; %s)"), _(e->title), e->id, e->cite);
  if (s->main && hc_analysis_variant(s->main)[0])
    hc_html_print(html, _(", in this form: %s"), hc_analysis_variant(s->main));
  hc_html_text(html, ". ");
  hc_html_print(html, _("It is identified by the assumption that %s. "), _(e->assumes));
}

static void interval_sentences(hc_html *html, const hc_subject *s, const hc_headline *h) {
  char level[HC_WORD_SIZE], n[HC_WORD_SIZE], all[HC_WORD_SIZE];
  const hc_bootstrap *b = s->main ? hc_analysis_bootstrap(s->main) : hc_strata_bootstrap(s->strata);
  if (h->interval) {
    const char *help = hc_interval_help(h->interval->method);
    hc_html_print(html, _("The range is a %s confidence interval, %s"), hc_word_percent(level, h->interval->level),
                  _(hc_interval_title(h->interval->method)));
    if (help) hc_html_print(html, " (%s)", _(help));
    hc_html_text(html, ". ");
  }
  if (b)
    hc_html_print(html, _("The bootstrap was %s (%s): %s of %s replicates could be estimated, with seed %llu. "),
                  _(hc_resample_name(hc_bootstrap_kind(b))), _(hc_resample_help(hc_bootstrap_kind(b))),
                  hc_word_count(n, hc_bootstrap_succeeded(b)), hc_word_count(all, hc_bootstrap_requested(b)),
                  (unsigned long long)hc_report_settings(s->report)->seed);
}

static void options_sentence(hc_html *html, const hc_subject *s) {
  const hc_option *option;
  const char *value = NULL;
  bool any = false;
  for (size_t i = 0; s->main && (option = hc_analysis_option(s->main, i, &value)); i++) {
    if (!value[0] || strcmp(value, option->fallback) == 0) continue;
    hc_html_text(html, any ? ", " : _("Options other than the usual ones: "));
    hc_html_print(html, "%s = %s", option->name, value);
    any = true;
  }
  if (any) hc_html_text(html, ". ");
}

void hc_section_methods(hc_html *html, const hc_subject *s) {
  char quote[2048];
  hc_section_open(html, "methods", _("Methods, for a paper"));
  hc_html_open(html, "p");
  if (s->page->study) {
    hc_html_print(
        html,
        _("The published figures are those of %s. Each was recomputed with headcount %s by the command that stands "
          "beside "
          "it, from data, or from inputs that the source states, as far as it can be; what is only quoted was not."),
        s->page->study->source, hc_version());
  } else {
    hc_headline h = hc_subject_headline(s, quote);
    data_sentence(html, s);
    estimator_sentences(html, s, &h);
    options_sentence(html, s);
    interval_sentences(html, s, &h);
    hc_html_print(html, _("Computations were made with headcount %s."), hc_version());
  }
  hc_html_close(html);
  hc_html_close(html);
}
