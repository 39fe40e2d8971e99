/* What the readers of the shapes share: an open file, what its columns look like, which one means what. */
#ifndef HC_IO_READER_H
#define HC_IO_READER_H

#include "engine/data.h"
#include "headcount/read.h"
#include "io/csv.h"
#include "io/detect.h"
#include "io/headings.h"
#include "io/number.h"
#include "io/sample.h"
#include "io/tally.h"

#define HC_NO_COLUMN SIZE_MAX

enum { HC_MAX_BY = 16 };

struct hc_by; /* by.h */

enum { HC_LOOK_WORDS = 3, HC_SHAPES_OF_PEOPLE = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS | HC_SHAPE_COUNTS | HC_SHAPE_MEMBERSHIP };

/* A column as the sample shows it. */
typedef struct hc_look {
  char *name; /* as in the header */
  char *key;  /* lower case, '.', '-' and blanks as '_' */
  size_t blank, zero_one, whole, real, text; /* fields of each kind; whole includes 0 and 1 */
  size_t history_length;        /* of fields of 0 and 1 only, all of the same length; 0: no such column */
  bool plus;                    /* some have a + inside, between other characters */
  bool leading_zero;            /* some begin with 0 and go on */
  bool tells_apart;             /* among those that distinguish the rows of a table of counts */
  size_t n_words;               /* different texts, up to HC_LOOK_WORDS */
  char word[HC_LOOK_WORDS][HC_CODE_SIZE_IN_FILE]; /* lower case; longer ones cut */
} hc_look;

/* Which column is what; HC_NO_COLUMN where there is none. */
typedef struct hc_layout {
  hc_shape shape;
  size_t n_lists, list[HC_MAX_LISTS];
  size_t count, history, times, id, membership;
  size_t names; /* of lists, several in one field: news+academic */
  size_t n1, n2, m, lag, date_before, date;
  size_t caught, recaptured, released, at_large, label;
  size_t n_by, by[HC_MAX_BY]; /* attributes of people */
  bool per_occasion, two_lists;
  hc_codes codes;     /* of the lists */
  bool stated;        /* by the user: nothing has to be proven */
  bool distinct;      /* rows have to differ in what is not the count: what the sample showed */
  bool all_on_some;   /* everybody has to be on some list: the same */
  bool union_of_ids;  /* rows with the same id are one person  */
} hc_layout;

typedef struct hc_reader {
  const char *file;
  const hc_read_settings *settings;
  hc_source source;
  hc_stream *stream;
  hc_csv csv;
  hc_number_format number;
  size_t text_begin; /* where the header begins, and its line */
  uint64_t first_line;
  size_t n_columns;
  bool row_names; /* R's write.table: the rows have one field more than the header, first */
  hc_look *look;
  hc_sample sample;
  struct hc_by *by;
  hc_members *rows; /* what distinguishes the rows so far, where the layout says that they are distinct */
  uint64_t repeated_rows;
  hc_layout layout;
  uint64_t people; /* sum of the counts so far */
  bool remarks_lost; /* memory ran out: reading fails in the end */
} hc_reader;

hc_layout hc_layout_blank(hc_shape shape);
/* Occasions where all names of the lists say when, else lists. */
hc_shape hc_layout_shape_of_lists(const hc_reader *reader, const hc_layout *layout);

/* 1 on the list, 0 not, -1 for anything else. */
int hc_codes_bit(const hc_codes *codes, const hc_field *field);
hc_codes hc_codes_stated(const hc_roles *roles);
/* Whether all texts of the column are one of the codes; and "yes" among them: nobody may be on a list. */
bool hc_look_fits_codes(const hc_look *look, const hc_codes *codes);
bool hc_look_holds_codes(const hc_look *look, const hc_codes *codes);
/* Sets the bits of the sample's columns that hold the codes. */
void hc_reader_code_bits(hc_reader *reader, const hc_codes *codes);

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
hc_status hc_read_names(hc_reader *reader, hc_data **data, hc_error *err); /* several lists in one field */
hc_status hc_read_first_last(hc_reader *reader, hc_data **data, hc_error *err);
hc_status hc_read_removal(hc_reader *reader, hc_data **data, hc_error *err);
hc_status hc_read_known(hc_reader *reader, hc_data **data, hc_error *err);

/* Adds a sentence for the user, unless it is there already. */
void hc_reader_remark(hc_reader *reader, const char *format, ...) HC_PRINTF(2, 3);

/* Names of columns as "a, b, c", shortened to fit. which[j]: column j is named. */
void hc_reader_names(const hc_reader *reader, const bool *which, char *text, size_t size);

/* The same of all columns. */
void hc_reader_all_names(const hc_reader *reader, char *text, size_t size);

/* The next row. *more is false at the end; an end without any row is HC_EDATA. */
hc_status hc_reader_row(hc_reader *reader, bool *more, hc_error *err);

/* HC_EDATA where the row contradicts what the sample proved. key: the row's history; 0 for none. */
hc_status hc_reader_still_proven(hc_reader *reader, uint64_t key, hc_error *err);

/* Whether the row is one of totals: checked against the people so far, and left out with a remark. HC_EDATA where it does not
 * add up. */
hc_status hc_reader_total(hc_reader *reader, bool *total, hc_error *err);

/* Who the rows are about, where the layout has an id: one row for each. */
typedef struct hc_ids {
  hc_members *members;
  uint64_t repeated;
  char names[120]; /* of the first that repeat */
} hc_ids;

/* Notes the row's id; lists, where rows with the same id are put together, is what the person is on. */
hc_status hc_ids_add(hc_ids *ids, hc_reader *reader, uint64_t lists, hc_error *err);
/* HC_EDATA with the ids that repeat, unless they are put together. */
hc_status hc_ids_check(const hc_ids *ids, const hc_reader *reader, hc_error *err);

/* Field j of the row as a count, a real number (HC_EDATA where it is none). hc_reader_count also adds to
 * reader->people when `people`, and refuses sums past 2^53. */
hc_status hc_reader_count(hc_reader *reader, size_t j, bool people, uint64_t *count, hc_error *err);
hc_status hc_reader_real(hc_reader *reader, size_t j, const char *expected, double *value, hc_error *err);
/* HC_EDATA: "expected ..., found ..." about field j, which `what` (from hc_number_...) is wrong with. */
hc_status hc_reader_bad(const hc_reader *reader, size_t j, const char *expected, hc_number what, hc_error *err);
/* HC_ENOMEM or, at field j, HC_EDATA, after hc_tally_add failed. */
hc_status hc_reader_tally_failed(const hc_reader *reader, const hc_tally *tally, size_t j, hc_error *err);

/* The remark that people who are on no list were left out, where there are any. */
void hc_reader_say_unmet(hc_reader *reader, uint64_t people);

/* Data of lists or occasions from a tally of histories, all-zero ones left out with a remark. names may be NULL. */
hc_status hc_reader_histories(hc_reader *reader, hc_data **data, const hc_tally *tally, hc_shape shape, size_t n_lists,
                              const char *const *names, hc_error *err);

#endif
