/* The file of a part, line by line: a head, records of replicates, an end. Each line ends with the SHA-256 of itself and of
 * the digest before it, so that a line cannot change, vanish or move unnoticed. */
#ifndef HC_IO_PART_H
#define HC_IO_PART_H

#include <stdio.h>

#include "headcount/part.h"
#include "io/buffer.h"

typedef struct hc_record {
  uint64_t key, first, n;
  size_t width;
  double *numbers; /* [n][width]; NULL where only their place was asked for */
} hc_record;

typedef struct hc_part_file {
  hc_part_head head;    /* its texts are below */
  char *version;
  char **texts;         /* options, files, digests */
  size_t n_texts;
  char digest[65];      /* of the last good line */
  long good;            /* bytes up to there */
  bool whole;           /* the end was found */
  size_t n, room;
  hc_record *records;
} hc_part_file;

/* Reads as far as the lines are good; HC_EDATA says what is wrong with the first that is not, *part then holds what is before
 * it. HC_ENOMEM. name: for messages. numbers: keep them. End with hc_part_file_clear. */
hc_status hc_part_file_read(hc_part_file *part, FILE *in, const char *name, bool numbers, hc_error *err);
void hc_part_file_clear(hc_part_file *part);

/* Lines, sealed: digest is that of the line before ("" of none) and becomes this one's. */
void hc_part_put_head(hc_buffer *out, const hc_part_head *head, char digest[65]);
void hc_part_put_record(hc_buffer *out, const hc_record *record, const char *name, char digest[65]);
void hc_part_put_end(hc_buffer *out, uint64_t records, char digest[65]);

/* True where both are of one run; else says in `difference` how a differs from b (named so). Shards are not compared. */
bool hc_part_same_run(const hc_part_head *a, const hc_part_head *b, const char *name, char *difference, size_t size);

/* The slice of a shard: replicates *first .. *last - 1. */
void hc_part_slice(const hc_part_head *head, uint64_t wanted, uint64_t *first, uint64_t *last);

#endif
