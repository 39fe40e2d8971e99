/* The table of pictures, what those who draw share, and a picture as a figure of the page. */
#include "report/picture.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HC_PICTURE(name) extern const hc_picture hc_picture_##name;
#include "report/pictures.def"
#undef HC_PICTURE

static const hc_picture *const pictures[] = {
#define HC_PICTURE(name) &hc_picture_##name,
#include "report/pictures.def"
#undef HC_PICTURE
};

const hc_picture *hc_picture_at(size_t i) {
  return i < sizeof pictures / sizeof pictures[0] ? pictures[i] : NULL;
}

/* ---- for those who draw ------------------------------------------------------------------------------------------ */

void hc_draw_column(hc_drawing *d, const char *key, const char *heading, hc_column_kind kind) {
  if (d->n_columns == HC_PICTURE_COLUMNS) {
    d->b.failed = true;
    return;
  }
  d->columns[d->n_columns].key = key;
  d->columns[d->n_columns].heading = heading;
  d->columns[d->n_columns++].kind = kind;
}

void hc_draw_row(hc_drawing *d) {
  d->row = json_object();
  hc_json_append(&d->b, d->rows, d->row);
}

void hc_draw_text(hc_drawing *d, const char *key, const char *value) {
  hc_json_put(&d->b, d->row, key, hc_json_text(value));
}
void hc_draw_number(hc_drawing *d, const char *key, double value) {
  hc_json_put(&d->b, d->row, key, hc_json_number(value));
}

void hc_draw_say(hc_drawing *d, const char *title, const char *format, ...) {
  va_list arguments;
  snprintf(d->title, sizeof d->title, "%s", title);
  va_start(arguments, format);
  vsnprintf(d->words, sizeof d->words, format, arguments);
  va_end(arguments);
  hc_text_whole(d->words);
}

void hc_draw_spec(hc_drawing *d, json_t *spec) {
  if (!spec) d->b.failed = true;
  json_decref(d->spec);
  d->spec = spec;
}

/* A logarithmic scale has no zero. json_true and json_false need no memory. */
static json_t *axis(const char *field, const char *title, const char *scale, json_t *zero) {
  return json_pack("{s:s,s:s,s:s,s:{s:s,s:o*}}", "field", field, "type", "quantitative", "title", title, "scale",
                   "type", scale, "zero", strcmp(scale, "linear") == 0 ? zero : NULL);
}

json_t *hc_draw_numbers(const char *field, const char *title, const char *scale) {
  return axis(field, title, scale, json_true());
}
json_t *hc_draw_near(const char *field, const char *title, const char *scale) {
  return axis(field, title, scale, json_false());
}

json_t *hc_draw_names(const char *field, const char *title) {
  return json_pack("{s:s,s:s,s:s,s:n}", "field", field, "type", "nominal", "title", title, "sort");
}

const char *hc_draw_scale(double least, double most) {
  return least > 0 && most > 20 * least ? "log" : "linear";
}

/* ---- a drawing --------------------------------------------------------------------------------------------------- */

void hc_drawing_begin(hc_drawing *d, const hc_picture *picture, const hc_subject *subject) {
  *d = (hc_drawing){.rows = json_array()};
  picture->draw(d, subject);
  if (!d->rows || !d->spec) d->b.failed = true;
}

void hc_drawing_end(hc_drawing *d) {
  json_decref(d->rows);
  json_decref(d->spec);
}

/* The width of a figure in a paper; a page has its own. */
static void set_width(hc_drawing *d, json_t *spec) {
  enum { USUAL = 560 };
  json_t *views = json_object_get(spec, "vconcat"), *view;
  size_t i;
  if (!views) hc_json_put(&d->b, spec, "width", json_integer(USUAL));
  json_array_foreach(views, i, view) hc_json_put(&d->b, view, "width", json_integer(USUAL));
}

static json_t *whole(hc_drawing *d) {
  json_t *spec = json_incref(d->spec); /* json_copy leaves out what it has no memory for, and says nothing */
  hc_json_put(&d->b, spec, "$schema", json_string("https://vega.github.io/schema/vega-lite/v6.json"));
  hc_json_put(&d->b, spec, "title", hc_json_text(d->title));
  hc_json_put(&d->b, spec, "description", hc_json_text(d->words));
  hc_json_put(&d->b, spec, "data", json_pack("{s:s,s:O}", "name", "rows", "values", d->rows));
  set_width(d, spec);
  return spec;
}

char *hc_drawing_spec(hc_drawing *d) {
  char *text = NULL;
  hc_json_finish(&text, &d->b, d->b.failed ? NULL : whole(d), NULL);
  return text;
}

/* ---- as a figure ------------------------------------------------------------------------------------------------- */

static void write_cell(hc_html *html, const hc_drawing *d, const json_t *value, hc_column_kind kind) {
  char text[HC_WORD_SIZE];
  double x = json_number_value(value);
  hc_html_open(html, "td");
  if (json_is_string(value)) {
    hc_html_name(html, json_string_value(value));
  } else if (json_is_number(value)) {
    hc_html_attribute(html, "class", "n");
    int decimals = kind == HC_COLUMN_COUNT ? 0 : kind == HC_COLUMN_REAL ? HC_WORD_SIGNIFICANT : d->decimals;
    hc_html_text(html, hc_word_number(text, x, decimals));
  }
  hc_html_close(html);
}

static void write_table(hc_html *html, const hc_drawing *d) {
  size_t k;
  json_t *row;
  hc_html_open(html, "div");
  hc_html_attribute(html, "class", "wide");
  hc_html_attribute(html, "tabindex", "0");
  hc_html_attribute(html, "role", "region");
  hc_html_attributef(html, "aria-label", _("Data of the picture: %s"), d->title);
  hc_html_open(html, "table");
  hc_html_open(html, "thead");
  hc_html_open(html, "tr");
  for (size_t i = 0; i < d->n_columns; i++) {
    if (d->columns[i].kind == HC_COLUMN_HIDDEN) continue;
    hc_html_open(html, "th");
    hc_html_attribute(html, "scope", "col");
    if (d->columns[i].kind != HC_COLUMN_NAME) hc_html_attribute(html, "class", "n");
    hc_html_text(html, d->columns[i].heading);
    hc_html_close(html);
  }
  hc_html_close(html);
  hc_html_close(html);
  hc_html_open(html, "tbody");
  json_array_foreach(d->rows, k, row) {
    hc_html_open(html, "tr");
    for (size_t i = 0; i < d->n_columns; i++)
      if (d->columns[i].kind != HC_COLUMN_HIDDEN)
        write_cell(html, d, json_object_get(row, d->columns[i].key), d->columns[i].kind);
    hc_html_close(html);
  }
  for (int i = 0; i < 3; i++) hc_html_close(html);
}

/* CSV as RFC 4180 has it; in a spreadsheet a name that begins with = + - or @ would be a formula: an apostrophe precedes it. */
static void put_csv(hc_buffer *csv, const json_t *value) {
  if (json_is_number(value)) hc_buffer_print(csv, "%.15g", json_number_value(value));
  if (!json_is_string(value)) return;
  const char *text = json_string_value(value);
  hc_buffer_put(csv, "\"", 1);
  if (text[0] && strchr("=+-@", text[0])) hc_buffer_put(csv, "'", 1);
  for (; *text; text++) {
    if (*text == '"') hc_buffer_put(csv, "\"", 1);
    hc_buffer_put(csv, text, 1);
  }
  hc_buffer_put(csv, "\"", 1);
}

static char *csv_of(const hc_drawing *d) {
  hc_buffer csv = {0};
  size_t k;
  json_t *row;
  for (size_t i = 0; i < d->n_columns; i++) hc_buffer_print(&csv, "%s%s", i > 0 ? "," : "", d->columns[i].key);
  json_array_foreach(d->rows, k, row) {
    hc_buffer_put(&csv, "\r\n", 2);
    for (size_t i = 0; i < d->n_columns; i++) {
      if (i > 0) hc_buffer_put(&csv, ",", 1);
      put_csv(&csv, json_object_get(row, d->columns[i].key));
    }
  }
  hc_buffer_put(&csv, "\r\n", 2);
  return hc_buffer_finish(&csv);
}

/* A data: address needs no script; what is not a letter, a digit or one of -_. is written by number. */
static void write_link(hc_html *html, const hc_drawing *d, const char *id) {
  char *csv = csv_of(d);
  hc_buffer address = {.failed = !csv};
  hc_buffer_print(&address, "data:text/csv;charset=utf-8,");
  for (const char *c = csv ? csv : ""; *c; c++) {
    bool plain = (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || strchr("-_.", *c);
    hc_buffer_print(&address, plain ? "%c" : "%%%02X", (unsigned char)*c);
  }
  free(csv);
  char *text = hc_buffer_finish(&address);
  if (!text) html->out.failed = true;
  hc_html_open(html, "a");
  hc_html_attribute(html, "href", text ? text : "");
  hc_html_attributef(html, "download", "%s.csv", id);
  hc_html_text(html, _("these data as CSV"));
  hc_html_close(html);
  free(text);
}

void hc_drawing_write(hc_html *html, hc_drawing *d, const char *id) {
  char *spec = hc_drawing_spec(d);
  if (!spec) html->out.failed = true;
  hc_html_open(html, "figure");
  hc_html_attributef(html, "id", "picture-%s", id);
  hc_html_open(html, "figcaption");
  hc_html_element(html, "h3", NULL, d->title);
  hc_html_element(html, "p", NULL, d->words);
  hc_html_close(html);
  hc_html_open(html, "div");
  hc_html_attribute(html, "class", "plot");
  hc_html_attributef(html, "data-rows", "%zu", json_array_size(d->rows));
  hc_html_close(html);
  hc_html_open(html, "script");
  hc_html_attribute(html, "type", "application/json");
  hc_html_json(html, spec ? spec : "");
  hc_html_close(html);
  hc_html_open(html, "details");
  hc_html_open(html, "summary");
  hc_html_print(html, _("The data of this picture, %zu rows"), json_array_size(d->rows));
  hc_html_close(html);
  write_table(html, d);
  hc_html_open(html, "p");
  write_link(html, d, id);
  hc_html_close(html);
  hc_html_close(html);
  hc_html_close(html);
  free(spec);
}
