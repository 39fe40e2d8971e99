/* GATHER's checklist: what this page answers, what a study's file answers, what is the author's to write. */
#include "words/language.h"
#include "report/sections.h"

enum by { REPORT, STUDY, AUTHOR };

static const struct item {
  int number;
  const char *asks;
  enum by by;
  const char *where;
} items[] = {
#define HC_GATHER(number, asks, by, where) {number, asks, by, where},
#include "report/gather.def"
#undef HC_GATHER
};

static const char *status(const struct item *item, bool study) {
  if (item->by == REPORT) return _("filled by headcount");
  if (item->by == STUDY && study) return _("filled from the study's file");
  return _("missing: the author's to write");
}

void hc_section_gather(hc_html *html, const hc_subject *s) {
  hc_section_open(html, "gather", _("What a report has to state (GATHER)"));
  hc_html_element(
      html, "p", NULL,
      _("The 18 items of the GATHER statement (Stevens et al. 2016, Lancet 388:e19-e23), and who fills them."));
  hc_html_open(html, "table");
  hc_html_open(html, "thead");
  hc_html_open(html, "tr");
  const char *const headings[] = {"#", _("item"), _("status"), _("where")};
  for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++) {
    hc_html_open(html, "th");
    hc_html_attribute(html, "scope", "col");
    hc_html_text(html, headings[i]);
    hc_html_close(html);
  }
  hc_html_close(html);
  hc_html_close(html);
  hc_html_open(html, "tbody");
  for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
    hc_html_open(html, "tr");
    hc_html_open(html, "td");
    hc_html_print(html, "%d", items[i].number);
    hc_html_close(html);
    hc_html_element(html, "td", NULL, _(items[i].asks));
    hc_html_element(html, "td", NULL, status(&items[i], s->page->study));
    hc_html_element(html, "td", NULL, items[i].where[0] ? _(items[i].where) : "");
    hc_html_close(html);
  }
  hc_html_close(html);
  hc_html_close(html);
  hc_html_close(html);
}
