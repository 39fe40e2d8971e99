/* Every number with its intervals; what was refused; of a study, every figure. */
#include <math.h>
#include <stdio.h>

#include "words/language.h"
#include "report/sections.h"

typedef struct heading {
  const char *text;
  bool number;
} heading;

static void open_table(hc_html *html, const char *label, const heading *headings, size_t n) {
  hc_html_open(html, "div");
  hc_html_attribute(html, "class", "wide");
  hc_html_attribute(html, "tabindex", "0");
  hc_html_attribute(html, "role", "region");
  hc_html_attribute(html, "aria-label", label);
  hc_html_open(html, "table");
  hc_html_open(html, "thead");
  hc_html_open(html, "tr");
  for (size_t i = 0; i < n; i++) {
    hc_html_open(html, "th");
    hc_html_attribute(html, "scope", "col");
    if (headings[i].number) hc_html_attribute(html, "class", "n");
    hc_html_text(html, headings[i].text);
    hc_html_close(html);
  }
  hc_html_close(html);
  hc_html_close(html);
  hc_html_open(html, "tbody");
}

static void close_table(hc_html *html) {
  for (int i = 0; i < 3; i++) hc_html_close(html);
}

static void cell(hc_html *html, const char *text, bool number) {
  hc_html_open(html, "td");
  if (number) hc_html_attribute(html, "class", "n");
  if (number)
    hc_html_text(html, text);
  else
    hc_html_name(html, text);
  hc_html_close(html);
}

/* ---- estimates ----------------------------------------------------------------------------------------------------- */

/* What a row stands for: an estimator, or one of its strata. */
static void quantity_rows(hc_html *html, const hc_analysis *a, const char *of) {
  const hc_quantity *quantity;
  const hc_interval *k;
  char value[HC_WORD_SIZE], se[HC_WORD_SIZE], range[HC_WORD_RANGE_SIZE];
  for (size_t q = 0; (quantity = hc_analysis_quantity(a, q)); q++) {
    int decimals = hc_word_decimals_of(a, q);
    bool any = false;
    for (size_t i = 0;; i++) {
      k = hc_analysis_interval(a, i);
      if (k && k->quantity != q) continue;
      if (!k && any) break;
      hc_html_open(html, "tr");
      cell(html, of, false);
      cell(html, quantity->name, false);
      cell(html, quantity->meaning ? _(quantity->meaning) : "", false);
      cell(html, hc_word_number(value, hc_analysis_value(a, q), decimals), true);
      cell(html,
           isfinite(hc_analysis_se(a, q)) ? hc_word_error_size(se, hc_analysis_se(a, q), hc_word_is_people(quantity))
                                          : "",
           true);
      cell(html, k ? hc_word_range(range, k, decimals) : "", true);
      cell(html, k ? _(hc_interval_title(k->method)) : "", false);
      hc_html_close(html);
      any = true;
      if (!k) break;
    }
  }
}

static void strata_rows(hc_html *html, const hc_strata *strata) {
  const hc_stratum *stratum;
  const hc_total *total;
  char value[HC_WORD_SIZE], se[HC_WORD_SIZE], range[HC_WORD_RANGE_SIZE];
  for (size_t i = 0; (stratum = hc_strata_at(strata, i)); i++)
    if (stratum->analysis) quantity_rows(html, stratum->analysis, stratum->name);
  for (size_t t = 0; (total = hc_strata_total(strata, t)); t++) {
    bool people = total->unit && total->unit[0];
    int decimals = hc_word_decimals(total->value, total->se, people);
    hc_html_open(html, "tr");
    cell(html, _("total"), false);
    cell(html, total->name, false);
    cell(html, total->meaning ? _(total->meaning) : "", false);
    cell(html, hc_word_number(value, total->value, decimals), true);
    cell(html, isfinite(total->se) ? hc_word_error_size(se, total->se, people) : "", true);
    cell(html, total->n_intervals ? hc_word_range(range, total->intervals, decimals) : "", true);
    cell(html, total->n_intervals ? _(hc_interval_title(total->intervals->method)) : "", false);
    hc_html_close(html);
  }
}

static void write_estimates(hc_html *html, const hc_subject *s) {
  const hc_analysis *a;
  const char *varied;
  char name[HC_NOTE_SIZE];
  const heading headings[] = {{s->strata ? _("stratum") : _("estimator"), false},
                              {_("quantity"), false},
                              {_("meaning"), false},
                              {_("estimate"), true},
                              {_("standard error"), true},
                              {_("interval"), true},
                              {_("method"), false}};
  open_table(html, _("All numbers"), headings, sizeof headings / sizeof headings[0]);
  for (size_t i = 0; !s->strata && (a = hc_subject_analysis(s, i, &varied)); i++) {
    snprintf(name, sizeof name, varied ? "%s, %s" : "%s", hc_analysis_estimator(a)->id, varied);
    quantity_rows(html, a, name);
  }
  if (s->strata) strata_rows(html, s->strata);
  close_table(html);
}

static size_t refused_by(hc_html *html, const hc_report *report, bool write) {
  const hc_answer *answer;
  size_t n = 0;
  for (size_t i = 0; report && (answer = hc_report_at(report, i)); i++) {
    if (!answer->code) continue;
    n++;
    if (write) hc_term(html, answer->estimator->id, answer->reason);
  }
  return n;
}

static void write_refused(hc_html *html, const hc_subject *s) {
  size_t n = refused_by(html, s->page->others ? s->page->others : s->report, false);
  if (!n) return;
  hc_html_open(html, "details");
  hc_html_open(html, "summary");
  hc_html_print(html, _("%zu estimators could not be used on these data, and why"), n);
  hc_html_close(html);
  hc_html_open(html, "dl");
  refused_by(html, s->page->others ? s->page->others : s->report, true);
  hc_html_close(html);
  hc_html_close(html);
}

/* ---- figures of a study ---------------------------------------------------------------------------------------------- */

static const char *verdict(const hc_figure *f) {
  if (!hc_figure_has_verdict(f)) return "";
  if (!f->agrees) return _("differs");
  return f->basis == HC_BASIS_BACK_SOLVED ? _("consistent") : _("agrees");
}

static void write_figures(hc_html *html, const hc_study *study) {
  const heading headings[] = {{_("figure"), false},  {_("published"), true},  {_("recomputed"), true},
                              {_("interval"), true}, {_("stands on"), false}, {_("verdict"), false},
                              {_("remark"), false}};
  char value[HC_WORD_SIZE], range[HC_WORD_RANGE_SIZE];
  open_table(html, _("All figures"), headings, sizeof headings / sizeof headings[0]);
  for (size_t i = 0; i < study->n_figures; i++) {
    const hc_figure *f = &study->figures[i];
    int decimals = fabs(f->recomputed) >= 100 ? 0 : HC_WORD_SIGNIFICANT;
    hc_html_open(html, "tr");
    cell(html, f->title[0] ? f->title : f->id, false);
    cell(html, f->published_as, true);
    cell(html,
         isfinite(f->recomputed) ? hc_word_number(value, f->recomputed, decimals)
         : f->refusal[0]         ? _("refused")
                                 : "",
         true);
    cell(html, f->has_interval ? hc_word_range(range, &f->interval, decimals) : "", true);
    cell(html, _(hc_basis_words(f->basis)), false);
    cell(html, verdict(f), false);
    cell(html, f->note[0] ? f->note : f->refusal[0] ? f->reason : "", false);
    hc_html_close(html);
  }
  close_table(html);
}

static void write_commands(hc_html *html, const hc_study *study) {
  hc_html_open(html, "details");
  hc_html_element(html, "summary", NULL, _("The command behind each figure, to be run in the study's folder"));
  hc_html_open(html, "dl");
  for (size_t i = 0; i < study->n_figures; i++) hc_term(html, study->figures[i].id, study->figures[i].how);
  hc_html_close(html);
  hc_html_close(html);
}

void hc_section_numbers(hc_html *html, const hc_subject *s) {
  hc_section_open(html, "numbers", _("All numbers"));
  if (s->page->study) {
    write_figures(html, s->page->study);
    write_commands(html, s->page->study);
  } else {
    write_estimates(html, s);
    write_refused(html, s);
  }
  hc_html_close(html);
}
