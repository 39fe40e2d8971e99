/* Records of a delimited text, one after another, each field with its place in the file. */
#ifndef HC_IO_CSV_H
#define HC_IO_CSV_H

#include "numeric/fail.h"
#include "io/stream.h"

typedef struct hc_field {
  const char *text; /* without blanks around it and without quotes; not 0-terminated */
  size_t length;
} hc_field;

struct hc_csv_quotes; /* libcsv's state */

typedef struct hc_csv {
  hc_stream *stream; /* borrowed */
  const char *file;
  char *buffer;
  size_t capacity, begin, end; /* text that is waiting: [begin, end); buffer[end] is a '\n' */
  size_t checked;              /* text before this is known to be UTF-8 without zero bytes     */
  bool ended, broken;          /* the stream is; by a byte that its encoding does not have      */
  bool carriage_returns;       /* lines end with CR alone                                      */
  bool sampling;         /* looking at the sample: its end is the end                    */
  char delimiter;              /* 0: every line is one field                                   */
  uint64_t line;               /* of the record's first character                              */
  uint64_t next_line;
  uint64_t rows_blank;         /* lines of delimiters only, which were passed over             */
  size_t record, record_end;   /* the record's text, line end excluded                         */
  hc_field *fields;
  size_t n_fields, room;
  size_t expected; /* fields that every record must have; 0: any number */
  struct hc_csv_quotes *quotes;
} hc_csv;

/* Reads the first HC_STREAM_PEEK bytes of text, or all there is. stream must be decoding. */
hc_status hc_csv_open(hc_csv *csv, hc_stream *stream, const char *file, hc_error *err);
void hc_csv_close(hc_csv *csv);

/* The next record; csv->n_fields is 0 at the end. Fields stay valid until the next call. Blank lines are
 * passed over. HC_EDATA for a broken quote, a ragged record, a zero byte, a byte outside the encoding. */
hc_status hc_csv_next(hc_csv *csv, hc_error *err);

/* The next physical line as one field, whatever its delimiters and quotes. */
hc_status hc_csv_next_line(hc_csv *csv, hc_error *err);

/* Starts or ends looking at the sample only: then the end of the sample is the end. Ending goes back to
 * the text's beginning. */
void hc_csv_sample(hc_csv *csv, bool begin, size_t offset, uint64_t line);

/* HC_EDATA at field i of the current record (i may be n_fields: its end), with the line as excerpt. */
hc_status hc_csv_fail(const hc_csv *csv, size_t i, hc_error *err, const char *format, ...) HC_PRINTF(4, 5);
/* Where field i of the current record begins: line, and column in characters. */
void hc_csv_place(const hc_csv *csv, size_t i, uint64_t *line, uint64_t *column);
/* The same at a byte of the record's text, counted from its beginning. */
hc_status hc_csv_fail_byte(const hc_csv *csv, size_t byte, hc_error *err, const char *format, ...) HC_PRINTF(4, 5);

#endif
