/* The page: the template of page.html, with a writer for each of its places. */
#include "headcount/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "headcount/version.h"
#include "report/embedded.h"
#include "report/picture.h"
#include "report/sections.h"

void hc_page_begin(hc_page *page, size_t size) {
  memset(page, 0, size);
  page->size = size;
}

const char *hc_page_file(const hc_subject *s) {
  const char *file = s->data ? hc_data_source(s->data)->file : "", *slash = strrchr(file, '/');
  if (strcmp(file, "-") == 0) return _("standard input");
  return slash ? slash + 1 : file;
}

void hc_page_title(char *text, size_t size, const hc_subject *s) {
  char quote[2048];
  if (s->page->study) {
    snprintf(text, size, "%s", s->page->study->title);
  } else {
    hc_headline h = hc_subject_headline(s, quote);
    snprintf(text, size, _("How many %s: %s"), h.unit && h.unit[0] ? _(h.unit) : h.name, hc_page_file(s));
  }
  hc_text_whole(text);
}

/* ---- places of the template ---------------------------------------------------------------------------------------- */

static void language(hc_html *html, const hc_subject *s) {
  (void)s;
  hc_html_text(html, _("en"));
}

static void title(hc_html *html, const hc_subject *s) {
  char text[HC_NOTE_SIZE];
  hc_page_title(text, sizeof text, s);
  hc_html_element(html, "title", NULL, text);
}

static void style(hc_html *html, const hc_subject *s) {
  (void)s;
  hc_html_own(html, hc_embedded_page_css, strlen(hc_embedded_page_css));
}

static void skip(hc_html *html, const hc_subject *s) {
  (void)s;
  hc_html_open(html, "a");
  hc_html_attribute(html, "class", "skip");
  hc_html_attribute(html, "href", "#content");
  hc_html_text(html, _("To the content"));
  hc_html_close(html);
}

static void footer(hc_html *html, const hc_subject *s) {
  const hc_source *source = s->data ? hc_data_source(s->data) : NULL;
  hc_html_open(html, "footer");
  hc_html_open(html, "p");
  hc_html_print(html, _("Made by headcount %s."), hc_version());
  if (source && source->sha256[0]) {
    hc_html_print(html, _(" The data are the file with the SHA-256 %s."), source->sha256);
  }
  hc_html_text(html, _(" The same file, options and version give the same page, to the byte."));
  hc_html_close(html);
  hc_html_close(html);
}

static void script(hc_html *html, const char *program) {
  hc_html_open(html, "script");
  hc_html_script(html, program);
  hc_html_close(html);
}

/* The marks of numbers for axes, where they are not English (d3-format's locale). */
static void number_marks(hc_html *html) {
  const char *decimal = hc_translate(HC_DECIMAL_MARK), *thousands = hc_translate(HC_THOUSANDS_MARK);
  if (strcmp(decimal, ".") == 0 && strcmp(thousands, ",") == 0) return;
  hc_html_open(html, "script");
  hc_html_own(html, "window.headcountNumbers = ", strlen("window.headcountNumbers = "));
  hc_json b = {false};
  char *text = NULL;
  json_t *grouping = json_pack("[o]", json_integer(3));
  hc_json_finish(&text, &b,
                 json_pack("{s:s,s:s,s:o,s:[s,s]}", "decimal", decimal, "thousands", thousands, "grouping", grouping,
                           "currency", "", ""),
                 NULL);
  if (!text)
    html->out.failed = true;
  else
    hc_html_json(html, text);
  free(text);
  hc_html_close(html);
}

static void scripts(hc_html *html, const hc_subject *s) {
  if (!s->page->runtime) return;
  number_marks(html);
  script(html, s->page->runtime);
  script(html, hc_embedded_page_js);
}

static const struct {
  const char *name;
  void (*write)(hc_html *html, const hc_subject *s);
} places[] = {
    {"language", language},
    {"title", title},
    {"style", style},
    {"skip", skip},
    {"first", hc_section_first},
    {"pictures", hc_section_pictures},
    {"numbers", hc_section_numbers},
    {"change", hc_section_change},
    {"methods", hc_section_methods},
    {"gather", hc_section_gather},
    {"sources", hc_section_sources},
    {"footer", footer},
    {"scripts", scripts},
};

static void fill(hc_html *html, const hc_subject *s, const char *name, size_t n) {
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
    if (strlen(places[i].name) == n && memcmp(places[i].name, name, n) == 0) places[i].write(html, s);
}

static void write_template(hc_html *html, const hc_subject *s) {
  const char *at = hc_embedded_page_html, *open;
  while ((open = strstr(at, "{{"))) {
    const char *name = open + 2, *end = strstr(name, "}}");
    hc_html_own(html, at, (size_t)(open - at));
    if (!end) return;
    fill(html, s, name, (size_t)(end - name));
    at = end + 2;
  }
  hc_html_own(html, at, strlen(at));
}

/* ---- what the header declares ---------------------------------------------------------------------------------------- */

hc_status hc_page_html(char **text, const hc_page *given, hc_error *err) {
  hc_page page;
  hc_subject subject;
  hc_html html = {0};
  *text = NULL;
  hc_status status = hc_subject_begin(&subject, hc_page_take(&page, given), err);
  if (status == HC_OK) {
    write_template(&html, &subject);
    *text = hc_buffer_finish(&html.out);
    if (!*text) status = hc_fail(err, HC_ENOMEM, "no memory for the page");
  }
  hc_subject_end(&subject);
  return status;
}

/* Picture i among those that suit. */
static const hc_picture *suiting(const hc_subject *s, size_t i) {
  const hc_picture *picture;
  for (size_t k = 0; (picture = hc_picture_at(k)); k++)
    if (picture->suits(s) && i-- == 0) return picture;
  return NULL;
}

hc_status hc_page_figure(char **text, const char **name, const hc_page *given, size_t i, hc_error *err) {
  hc_page page;
  hc_subject subject;
  *text = NULL;
  *name = NULL;
  hc_status status = hc_subject_begin(&subject, hc_page_take(&page, given), err);
  const hc_picture *picture = status == HC_OK ? suiting(&subject, i) : NULL;
  if (picture) {
    hc_drawing drawing;
    hc_drawing_begin(&drawing, picture, &subject);
    *text = hc_drawing_spec(&drawing);
    *name = picture->id;
    hc_drawing_end(&drawing);
    if (!*text) status = hc_fail(err, HC_ENOMEM, "no memory for the picture %s", picture->id);
  }
  hc_subject_end(&subject);
  return status;
}

void hc_section_pictures(hc_html *html, const hc_subject *s) {
  const hc_picture *picture;
  if (!suiting(s, 0)) return;
  hc_section_open(html, "pictures", _("Pictures"));
  if (!s->page->runtime) {
    hc_html_open(html, "p");
    hc_html_text(html, _("The pictures are not drawn, because the program that draws them (Vega) was not found when "
                         "this page was made. "
                         "In the folder of headcount's source, this adds it: "));
    hc_html_element(html, "code", NULL, "make deps-report && make install");
    hc_html_text(html, _(". Their data stand below each title all the same."));
    hc_html_close(html);
  }
  for (size_t i = 0; (picture = suiting(s, i)); i++) {
    hc_drawing drawing;
    hc_drawing_begin(&drawing, picture, s);
    hc_drawing_write(html, &drawing, picture->id);
    hc_drawing_end(&drawing);
  }
  hc_html_close(html);
}
