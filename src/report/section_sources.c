/* What the page cites: as a list, and as BibTeX. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "headcount/version.h"
#include "numeric/fail.h"
#include "words/language.h"
#include "report/sections.h"

/* ---- which ones ---------------------------------------------------------------------------------------------------- */

static void add(hc_sources *sources, const char *text, size_t n) {
  while (n > 0 && *text == ' ') text++, n--;
  if (n == 0 || n >= HC_SOURCE_SIZE || sources->n == HC_MOST_SOURCES) return;
  for (size_t i = 0; i < sources->n; i++)
    if (strlen(sources->text[i]) == n && memcmp(sources->text[i], text, n) == 0) return;
  snprintf(sources->text[sources->n++], HC_SOURCE_SIZE, "%.*s", (int)n, text);
}

/* "A (1987) ...; B (1990) ...": one at a semicolon. */
static void add_all(hc_sources *sources, const char *cite) {
  while (*cite) {
    size_t n = strcspn(cite, ";");
    add(sources, cite, n);
    cite += n + (cite[n] == ';');
  }
}

void hc_sources_collect(hc_sources *sources, const hc_subject *s) {
  const hc_analysis *a;
  char program[HC_SOURCE_SIZE];
  sources->n = 0;
  if (s->page->study) add(sources, s->page->study->source, strlen(s->page->study->source));
  if (s->answer) add_all(sources, s->answer->estimator->cite);
  for (size_t i = 0; s->report && (a = hc_subject_analysis(s, i, NULL)); i++)
    add_all(sources, hc_analysis_estimator(a)->cite);
  add_all(sources, "Stevens et al. (2016) Guidelines for Accurate and Transparent Health Estimates Reporting: the "
                   "GATHER statement. Lancet "
                   "388:e19-e23");
  int n = snprintf(program, sizeof program, "headcount %s (software)", hc_version());
  add(sources, program, n > 0 ? (size_t)n : 0);
}

void hc_section_sources(hc_html *html, const hc_subject *s) {
  hc_sources *sources = malloc(sizeof *sources);
  if (!sources) {
    html->out.failed = true;
    return;
  }
  hc_sources_collect(sources, s);
  hc_section_open(html, "sources", _("Sources"));
  hc_html_open(html, "ul");
  for (size_t i = 0; i < sources->n; i++) hc_html_element(html, "li", NULL, sources->text[i]);
  hc_html_close(html);
  hc_html_open(html, "p");
  hc_html_attribute(html, "class", "soft");
  hc_html_text(html, _("The same as BibTeX: "));
  hc_html_element(html, "code", NULL, "headcount report --bibliography FILE.bib");
  hc_html_close(html);
  hc_html_close(html);
  free(sources);
}

/* ---- BibTeX -------------------------------------------------------------------------------------------------------- */

/* Characters that TeX takes for itself. */
static void put_tex(hc_buffer *out, const char *text, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (strchr("&%$#_{}", text[i])) hc_buffer_put(out, "\\", 1);
    if (text[i] == '~' || text[i] == '^' || text[i] == '\\')
      hc_buffer_put(out, " ", 1);
    else
      hc_buffer_put(out, text + i, 1);
  }
}

/* "Difallah, Filatova and Ipeirotis": authors are separated by " and " in BibTeX. */
static void put_authors(hc_buffer *out, const char *text, size_t n) {
  for (size_t i = 0; i < n;) {
    if (i + 7 <= n && strncmp(text + i, " et al.", 7) == 0) {
      hc_buffer_print(out, " and others");
      i += 7;
    } else if (text[i] == ',' && i + 1 < n && text[i + 1] == ' ') {
      bool serial = i + 6 <= n && strncmp(text + i, ", and ", 6) == 0;
      hc_buffer_print(out, " and ");
      i += serial ? 6 : 2;
    } else {
      put_tex(out, text + i++, 1);
    }
  }
}

/* Letters of the first author and the year; a number where it was used before. */
static void put_key(hc_buffer *out, const char *text, const char *year, size_t i) {
  for (size_t k = 0; text[k] && isalpha((unsigned char)text[k]); k++)
    hc_buffer_print(out, "%c", tolower((unsigned char)text[k]));
  hc_buffer_print(out, "%.*s-%zu", year ? 4 : 0, year ? year : "", i + 1);
}

static void put_entry(hc_buffer *out, const char *text, size_t i) {
  const char *open = strchr(text, '('), *year = open && strspn(open + 1, "0123456789") == 4 ? open + 1 : NULL;
  hc_buffer_print(out, "@misc{");
  put_key(out, text, year, i);
  if (!year) {
    hc_buffer_print(out, ",\n  title = {");
    put_tex(out, text, strlen(text));
    hc_buffer_print(out, "}\n}\n");
    return;
  }
  size_t authors = (size_t)(open - text);
  while (authors > 0 && text[authors - 1] == ' ') authors--;
  const char *rest = strchr(year, ')') ? strchr(year, ')') + 1 : year + 4;
  while (*rest == ' ') rest++;
  hc_buffer_print(out, ",\n  author = {");
  put_authors(out, text, authors);
  hc_buffer_print(out, "},\n  year = {%.4s},\n  howpublished = {", year);
  put_tex(out, rest, strlen(rest));
  hc_buffer_print(out, "}\n}\n");
}

hc_status hc_page_bibliography(char **text, const hc_page *given, hc_error *err) {
  hc_subject subject;
  hc_buffer out = {0};
  hc_sources *sources = malloc(sizeof *sources);
  *text = NULL;
  if (!sources) return hc_fail(err, HC_ENOMEM, "no memory for a bibliography");
  hc_page page;
  hc_status status = hc_subject_begin(&subject, hc_page_take(&page, given), err);
  if (status == HC_OK) {
    hc_sources_collect(sources, &subject);
    for (size_t i = 0; i < sources->n; i++) put_entry(&out, sources->text[i], i);
    *text = hc_buffer_finish(&out);
    if (!*text) status = hc_fail(err, HC_ENOMEM, "no memory for a bibliography");
  }
  hc_subject_end(&subject);
  free(sources);
  return status;
}
