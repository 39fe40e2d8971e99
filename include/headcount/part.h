/* A run in parts: each process draws a slice of all replicates and leaves it in a file; the files together are the run. */
#ifndef HEADCOUNT_PART_H
#define HEADCOUNT_PART_H

#include "headcount/settings.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a part belongs to: parts with different heads (but for `shard`) do not go together. */
typedef struct hc_part_head {
  uint64_t shard, shards;   /* 1 .. shards */
  uint64_t seed, replicates;
  size_t n_options;
  const char *const *options; /* [n_options] of the request, as "--model=chao", in a fixed order */
  size_t n_files;
  const char *const *files;   /* [n_files] that the request is about */
  const char *const *sha256;  /* [n_files] of their bytes            */
} hc_part_head;

/* A part that is being written. */
typedef struct hc_part hc_part;

/* Begins `file`, or goes on with what a process that was stopped has left of it ("FILE.unfinished", whose records are checked one
 * by one; from the first bad one on they are drawn again). `file` itself appears only when the part is whole. HC_EDATA: what was left
 * is of another run; HC_EIO, also while another process writes the same part; HC_ENOMEM. head is borrowed. The caller owns *part. */
hc_status hc_part_open(hc_part **part, const char *file, const hc_part_head *head, hc_error *err);
bool hc_part_is_whole(const hc_part *part);      /* nothing is left to do */
uint64_t hc_part_kept(const hc_part *part);      /* replicates that were found in the file */
uint64_t hc_part_written(const hc_part *part);   /* those that came to it */

/* An hc_share whose context is an hc_part: draws its slice, piece by piece, and keeps each; the analyses are left. */
hc_status hc_part_share(void *part, hc_replicates *replicates, uint64_t *done, hc_error *err);

/* Seals the part and gives it its name. Not after a stop. */
hc_status hc_part_finish(hc_part *part, hc_error *err);
void hc_part_free(hc_part *part); /* what is not finished stays for the next hc_part_open */

/* All parts of a run. */
typedef struct hc_parts hc_parts;

/* Reads and checks them, in any order. HC_EDATA names the file that is damaged, is not whole, or is of another run, and shards that
 * are missing or there twice; HC_EIO; HC_ENOMEM. Memory: all replicates. The caller owns *parts. */
hc_status hc_parts_read(hc_parts **parts, const char *const *files, size_t n, hc_error *err);
const hc_part_head *hc_parts_head(const hc_parts *parts); /* of the first part */
/* HC_EDATA where the file number i of the request now has other bytes. */
hc_status hc_parts_check_input(const hc_parts *parts, size_t i, const char *sha256, hc_error *err);

/* An hc_share whose context is an hc_parts: nothing is drawn but one replicate of each part, which must come out the same here,
 * to the bit (HC_EDATA). Changes nothing in *parts. */
hc_status hc_parts_share(void *parts, hc_replicates *replicates, uint64_t *done, hc_error *err);
void hc_parts_free(hc_parts *parts);

#ifdef __cplusplus
}
#endif
#endif
