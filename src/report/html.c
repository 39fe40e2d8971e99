/* The escaping writer. Every byte of a page that is not from this folder's own files goes through put_character. */
#include "report/html.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(hc_html *html, const char *text) {
  hc_buffer_put(&html->out, text, strlen(text));
}

static void end_tag(hc_html *html) {
  if (html->in_tag) put(html, ">");
  html->in_tag = false;
}

/* The bytes of the character at *text, 0 where they are none. RFC 3629: shortest form, no surrogates, up to U+10FFFF. */
static size_t character(const unsigned char *c, uint32_t *code) {
  size_t n = c[0] < 0x80 ? 1 : c[0] >= 0xF0 && c[0] <= 0xF4 ? 4 : c[0] >= 0xE0 ? 3 : c[0] >= 0xC2 ? 2 : 0;
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (n == 0 || c[0] > 0xF4) return 0;
  *code = n == 1 ? c[0] : c[0] & (0xFFu >> (n + 1));
  for (size_t i = 1; i < n; i++) {
    if ((c[i] & 0xC0) != 0x80) return 0;
    *code = *code << 6 | (c[i] & 0x3Fu);
  }
  bool surrogate = *code >= 0xD800 && *code <= 0xDFFF;
  return *code < least[n] || surrogate || *code > 0x10FFFF ? 0 : n;
}

/* Control characters but tab and line feed, DEL to U+009F, and what is no character. */
static bool has_a_place(uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n';
  return !(code >= 0x7F && code <= 0x9F) && (code & 0xFFFE) != 0xFFFE && !(code >= 0xFDD0 && code <= 0xFDEF);
}

static void put_escaped(hc_html *html, const char *text) {
  for (const unsigned char *c = (const unsigned char *)text; *c;) {
    uint32_t code = 0;
    size_t n = character(c, &code);
    switch (n && has_a_place(code) ? code : 0) {
    case 0:
      put(html, "\xEF\xBF\xBD");
      break;
    case '<':
      put(html, "&lt;");
      break;
    case '>':
      put(html, "&gt;");
      break;
    case '&':
      put(html, "&amp;");
      break;
    case '"':
      put(html, "&quot;");
      break;
    case '\'':
      put(html, "&#39;");
      break;
    default:
      hc_buffer_put(&html->out, (const char *)c, n);
    }
    c += n ? n : 1;
  }
}

static void put_formatted(hc_html *html, const char *format, va_list arguments) {
  char *text = NULL;
  if (vasprintf(&text, format, arguments) < 0) {
    html->out.failed = true;
    return;
  }
  put_escaped(html, text);
  free(text);
}

void hc_html_open(hc_html *html, const char *element) {
  end_tag(html);
  put(html, "<");
  put(html, element);
  html->in_tag = true;
  if (html->depth < HC_HTML_DEPTH)
    html->open[html->depth] = element;
  else
    html->out.failed = true;
  html->depth++;
}

void hc_html_attribute(hc_html *html, const char *name, const char *value) {
  put(html, " ");
  put(html, name);
  put(html, "=\"");
  put_escaped(html, value);
  put(html, "\"");
}

void hc_html_attributef(hc_html *html, const char *name, const char *format, ...) {
  va_list arguments;
  put(html, " ");
  put(html, name);
  put(html, "=\"");
  va_start(arguments, format);
  put_formatted(html, format, arguments);
  va_end(arguments);
  put(html, "\"");
}

/* Blocks end their line, so that the file can be read and compared. */
static bool is_block(const char *element) {
  static const char *const inline_elements[] = {"a",     "abbr", "bdi",    "code", "dfn", "em",
                                                "small", "span", "strong", "td",   "th"};
  for (size_t i = 0; i < sizeof inline_elements / sizeof inline_elements[0]; i++)
    if (strcmp(element, inline_elements[i]) == 0) return false;
  return true;
}

void hc_html_close(hc_html *html) {
  end_tag(html);
  html->depth--;
  const char *element = html->depth < HC_HTML_DEPTH ? html->open[html->depth] : "";
  put(html, "</");
  put(html, element);
  put(html, is_block(element) ? ">\n" : ">");
}

void hc_html_text(hc_html *html, const char *text) {
  end_tag(html);
  put_escaped(html, text);
}

void hc_html_print(hc_html *html, const char *format, ...) {
  va_list arguments;
  end_tag(html);
  va_start(arguments, format);
  put_formatted(html, format, arguments);
  va_end(arguments);
}

void hc_html_name(hc_html *html, const char *text) {
  hc_html_element(html, "bdi", NULL, text);
}

void hc_html_element(hc_html *html, const char *element, const char *class, const char *text) {
  hc_html_open(html, element);
  if (class) hc_html_attribute(html, "class", class);
  hc_html_text(html, text);
  hc_html_close(html);
}

/* < and > and & are letters of strings in JSON, and may be written by number. */
void hc_html_json(hc_html *html, const char *json) {
  end_tag(html);
  for (const char *at = json; *at;) {
    size_t n = strcspn(at, "<>&");
    hc_buffer_put(&html->out, at, n);
    at += n;
    if (*at) hc_buffer_print(&html->out, "\\u%04x", (unsigned)(unsigned char)*at++);
  }
}

/* "</script" and "<!--" of a program stand in strings, in which a backslash before / and ! changes nothing. */
void hc_html_script(hc_html *html, const char *program) {
  end_tag(html);
  for (const char *at = program; *at;) {
    const char *next = strchr(at, '<');
    size_t n = next ? (size_t)(next - at) + 1 : strlen(at);
    hc_buffer_put(&html->out, at, n);
    at += n;
    if (next && (strncasecmp(at, "/script", 7) == 0 || strncmp(at, "!--", 3) == 0)) put(html, "\\");
  }
}

void hc_html_own(hc_html *html, const char *bytes, size_t n) {
  end_tag(html);
  hc_buffer_put(&html->out, bytes, n);
}
