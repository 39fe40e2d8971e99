/* What the readers of the shapes share: an open file, what its columns look like, which one means what. */
#ifndef HC_IO_READ_H
#define HC_IO_READ_H

#include "headcount/data.h"
#include "io/csv.h"
#include "io/detect.h"
#include "io/number.h"
#include "io/tally.h"

#define HC_NO_COLUMN SIZE_MAX

enum { HC_DISTINCT_MAX = HC_MAX_LISTS + 1 };

/* A column as the sample shows it. */
typedef struct hc_look {
  char *name; /* as in the header */
  char *key;  /* lower case, '.', '-' and blanks as '_' */
  size_t blank, zero_one, whole, real, text; /* fields of each kind; whole includes 0 and 1 */
  bool rising;                               /* whole numbers, each larger than the one before */
  double latest;
  size_t history_length;        /* of fields of 0 and 1 only, all of the same length; 0: no such column */
  bool leading_zero;            /* some begin with 0 and go on */
  uint64_t distinct[HC_DISTINCT_MAX];
  size_t n_distinct;            /* up to HC_DISTINCT_MAX */
} hc_look;

/* Which column is what; HC_NO_COLUMN where there is none. */
typedef struct hc_layout {
  hc_shape shape;
  size_t n_lists, list[HC_MAX_LISTS];
  size_t count, history, times, id, membership;
  size_t n1, n2, m, lag, date_before, date;
  size_t caught, recaptured, released, label;
  bool per_occasion, two_lists;
} hc_layout;

typedef struct hc_reader {
  const char *file;
  const hc_read_settings *settings;
  hc_source source;
  hc_input *input;
  hc_csv csv;
  hc_number_format number;
  size_t text_begin; /* where the header begins, and its line */
  uint64_t first_line;
  size_t n_columns;
  hc_look *look;
  size_t sample_rows;
  hc_layout layout;
  uint64_t people; /* sum of the counts so far */
} hc_reader;

/* Finds out what the columns mean. The current record is the header. */
hc_status hc_layout_find(hc_reader *reader, hc_error *err);

/* One per shape: read the rows after the header, build the data. */
hc_status hc_read_lists(hc_reader *reader, hc_data **data, hc_error *err); /* and occasions */
hc_status hc_read_histories(hc_reader *reader, hc_data **data, hc_error *err);
hc_status hc_read_inp(hc_reader *reader, hc_data **data, hc_error *err);
hc_status hc_read_occasion_rows(hc_reader *reader, hc_data **data, hc_error *err);
hc_status hc_read_membership(hc_reader *reader, hc_data **data, hc_error *err);
hc_status hc_read_counts(hc_reader *reader, hc_data **data, hc_error *err);
hc_status hc_read_pairs(hc_reader *reader, hc_data **data, hc_error *err);

/* Adds a sentence for the user; repeated and surplus ones are dropped. */
void hc_reader_remark(hc_reader *reader, const char *format, ...) HC_PRINTF(2, 3);

/* Names of columns as "a, b, c", shortened to fit. which[j]: column j is named. */
void hc_reader_names(const hc_reader *reader, const bool *which, char *text, size_t size);

/* The next row. *more is false at the end; an end without any row is HC_EDATA. */
hc_status hc_reader_row(hc_reader *reader, bool *more, hc_error *err);

/* Field j of the row as a count, a real number (HC_EDATA where it is none). hc_reader_count also adds to
 * reader->people when `people`, and refuses sums past 2^53. */
hc_status hc_reader_count(hc_reader *reader, size_t j, bool people, uint64_t *count, hc_error *err);
hc_status hc_reader_real(hc_reader *reader, size_t j, const char *expected, double *value, hc_error *err);
/* HC_EDATA: "expected ..., found ..." about field j, which `what` (from hc_number_...) is wrong with. */
hc_status hc_reader_bad(const hc_reader *reader, size_t j, const char *expected, hc_number what, hc_error *err);
/* HC_ENOMEM or, at field j, HC_EDATA, after hc_tally_add failed. */
hc_status hc_reader_tally_failed(const hc_reader *reader, const hc_tally *tally, size_t j, hc_error *err);

/* Data from a tally of histories, all-zero ones left out with a remark. names may be NULL. */
hc_status hc_reader_histories(hc_reader *reader, hc_data **data, const hc_tally *tally, size_t n_lists,
                              const char *const *names, hc_error *err);

#endif
