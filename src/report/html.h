/* HTML by one writer that escapes: what comes from files and options is text, in every place. */
#ifndef HC_REPORT_HTML_H
#define HC_REPORT_HTML_H

#include "io/buffer.h"

enum { HC_HTML_DEPTH = 32 };

typedef struct hc_html { /* begins as {0} */
  hc_buffer out;
  bool in_tag; /* attributes may follow                       */
  size_t depth;
  const char *open[HC_HTML_DEPTH]; /* names of the elements that are open; static */
} hc_html;

/* Names of elements and attributes are the program's own. An element that is open is closed by its writer. */
void hc_html_open(hc_html *html, const char *element);
void hc_html_attribute(hc_html *html, const char *name, const char *value); /* straight after open */
void hc_html_attributef(hc_html *html, const char *name, const char *format, ...) HC_PRINTF(3, 4);
void hc_html_close(hc_html *html);

/* Text: bytes that are no UTF-8, and characters that HTML has no place for, become U+FFFD. */
void hc_html_text(hc_html *html, const char *text);
void hc_html_print(hc_html *html, const char *format, ...) HC_PRINTF(2, 3);
/* The user's own words (names of columns, titles), whatever the direction that they are written in. */
void hc_html_name(hc_html *html, const char *text);
/* A whole element; class may be NULL. */
void hc_html_element(hc_html *html, const char *element, const char *class, const char *text);

/* In a script element: JSON in which nothing ends the element; and a program of which the same has to be true. */
void hc_html_json(hc_html *html, const char *json);
void hc_html_script(hc_html *html, const char *program);
/* What is embedded from the files of this folder, as it is. */
void hc_html_own(hc_html *html, const char *bytes, size_t n);

#endif
