/* Pictures: each is a Vega-Lite specification and its data, from which the table beside it is made too. */
#ifndef HC_REPORT_PICTURE_H
#define HC_REPORT_PICTURE_H

#include "io/json.h"
#include "report/html.h"
#include "words/language.h"
#include "report/subject.h"

enum { HC_PICTURE_COLUMNS = 12, HC_PICTURE_TITLE = 200, HC_PICTURE_WORDS = 1000 };

typedef enum hc_column_kind {
  HC_COLUMN_NAME,   /* the user's words            */
  HC_COLUMN_COUNT,  /* whole numbers               */
  HC_COLUMN_NUMBER, /* with the decimals of d      */
  HC_COLUMN_REAL,   /* 4 significant digits        */
  HC_COLUMN_HIDDEN  /* for drawing alone           */
} hc_column_kind;

typedef struct hc_drawing {
  hc_json b;
  char title[HC_PICTURE_TITLE], words[HC_PICTURE_WORDS]; /* words: what is to be seen, for those who do not see it */
  int decimals;                                          /* of numbers in the table */
  size_t n_columns;
  struct {
    const char *key, *heading;
    hc_column_kind kind;
  } columns[HC_PICTURE_COLUMNS];
  json_t *rows, *row; /* all, and the one that is being filled */
  json_t *spec;       /* what Vega-Lite needs beside the rows   */
} hc_drawing;

typedef struct hc_picture {
  const char *id;
  bool (*suits)(const hc_subject *subject);
  void (*draw)(hc_drawing *drawing, const hc_subject *subject);
} hc_picture;

/* The pictures in the order of the page; NULL past the last. */
const hc_picture *hc_picture_at(size_t i);

/* For those who draw: columns first, then rows, and the specification. */
void hc_draw_column(hc_drawing *drawing, const char *key, const char *heading, hc_column_kind kind);
void hc_draw_row(hc_drawing *drawing);
void hc_draw_text(hc_drawing *drawing, const char *key, const char *value);
void hc_draw_number(hc_drawing *drawing, const char *key, double value); /* what is not finite is null */
void hc_draw_say(hc_drawing *drawing, const char *title, const char *format, ...) HC_PRINTF(3, 4);
/* Of jansson's json_pack, whose failure is remembered. Numbers are o, json_integer() or json_real(): where there is no memory for
 * one, i and f leave it out and say nothing. */
void hc_draw_spec(hc_drawing *drawing, json_t *spec);
/* An axis: of numbers, or of names in the order of the rows. title: "" for none. */
json_t *hc_draw_numbers(const char *field, const char *title, const char *scale);
json_t *hc_draw_near(const char *field, const char *title, const char *scale); /* the same, not from zero on */
json_t *hc_draw_names(const char *field, const char *title);
/* "log" where numbers from `least` to `most` would crowd on a line, else "linear". */
const char *hc_draw_scale(double least, double most);

/* A drawing of the picture; ends with hc_drawing_end. */
void hc_drawing_begin(hc_drawing *drawing, const hc_picture *picture, const hc_subject *subject);
void hc_drawing_end(hc_drawing *drawing);
/* The whole specification, ended by a line feed, which the caller frees; NULL where memory ran out. */
char *hc_drawing_spec(hc_drawing *drawing);
/* As a figure of the page: title, words, the place to draw in, the data as a table and as a link. */
void hc_drawing_write(hc_html *html, hc_drawing *drawing, const char *id);

#endif
