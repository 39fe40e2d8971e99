/* The sample of a file as a matrix: what the values of its columns prove, and what they leave open. */
#ifndef HC_IO_SAMPLE_H
#define HC_IO_SAMPLE_H

#include "engine/data.h"
#include "io/csv.h"
#include "io/number.h"

typedef struct hc_cell {
  uint64_t hash, folded; /* of the text, and in lower case */
  double value;   /* NaN where it is no number */
  bool unknown;   /* blank, NA, ?, -, x */
  int8_t bit;     /* 0 or 1, as the lists are coded; -1 for anything else */
} hc_cell;

typedef struct hc_sample {
  size_t n_rows, n_columns, room;
  hc_cell *cell;  /* [n_rows][n_columns] */
  uint64_t *work; /* [n_rows], for what is told from hashes: a proof never fails for want of memory */
} hc_sample;

/* Adds the current record, which has at least n_columns fields; others are left out. */
hc_status hc_sample_add(hc_sample *sample, const hc_csv *csv, size_t n_columns, const hc_number_format *format,
                        hc_error *err);
void hc_sample_clear(hc_sample *sample);

const hc_cell *hc_sample_at(const hc_sample *sample, size_t row, size_t column);

/* How many different texts the column has. */
size_t hc_sample_distinct(const hc_sample *sample, size_t column);
/* Whether no two rows are alike in the columns that are marked. */
bool hc_sample_rows_differ(const hc_sample *sample, const bool *marked);
/* Whether the column is 1, 2, ..., n in this order. */
bool hc_sample_numbers_rows(const hc_sample *sample, size_t column);
/* Whether the column holds, in every row, how many of the marked columns are 1. */
bool hc_sample_sums(const hc_sample *sample, size_t column, const bool *marked);
/* Who is on the marked columns, taken for lists. */
typedef struct hc_presence {
  bool alone[HC_MAX_LISTS];         /* list i of the marked ones has a row of its own                */
  bool somebody, nobody, everybody; /* rows that can be judged; one that is on no list; one on all */
} hc_presence;

/* Rows that a count column (SIZE_MAX: none) gives no people, or that hold something else than the codes, do not count, nor
 * does the cell of the unseen. At most HC_MAX_LISTS columns are marked. */
void hc_sample_presence(const hc_sample *sample, const bool *marked, size_t count, hc_presence *presence);
/* Hash of a text, as in hc_cell. */
uint64_t hc_sample_hash(const char *text, size_t length);

#endif
