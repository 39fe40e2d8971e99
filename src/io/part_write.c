/* A part on its way: what was written before is kept, what is missing is drawn, and the name comes last. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "headcount/version.h"
#include "io/part.h"
#include "numeric/fail.h"

/* A kill loses at most one record's replicates; a record costs a write. Ours. */
enum { RECORDS = 32, FEWEST = 64, MOST = 4096, TRIES = 3 };

struct hc_part {
  hc_part_head head;       /* borrowed texts */
  char *file, *unfinished;
  int descriptor;          /* -1: nothing is open */
  bool special;            /* a device or a pipe, which cannot be replaced */
  hc_part_file found;      /* what is in it, by place */
  char digest[65];
  uint64_t kept, written;
};

static hc_status cannot_write(const char *file, int reason, hc_error *err) {
  return hc_fail_at(err, HC_EIO, file, 0, 0, "cannot write: %s", strerror(reason));
}

/* All of it, or nothing: what a full disk left of a line is taken back. */
static hc_status write_line(hc_part *part, hc_buffer *line, hc_error *err) {
  size_t n = line->used;
  char *text = hc_buffer_finish(line), *at = text;
  if (!text) return hc_fail(err, HC_ENOMEM, "no memory for a record of replicates");
  off_t start = part->special ? 0 : lseek(part->descriptor, 0, SEEK_CUR);
  int reason = 0;
  while (n > 0 && !reason) {
    ssize_t written = write(part->descriptor, at, n);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) reason = errno;
    else at += written, n -= (size_t)written;
  }
  free(text);
  if (!reason) return HC_OK;
  if (!part->special && ftruncate(part->descriptor, start) == 0) lseek(part->descriptor, start, SEEK_SET);
  return cannot_write(part->special ? part->file : part->unfinished, reason, err);
}

static hc_status write_head(hc_part *part, hc_error *err) {
  hc_buffer line = {0};
  part->digest[0] = 0;
  hc_part_put_head(&line, &part->head, part->digest);
  return write_line(part, &line, err);
}

static bool is_of_this_shard(const hc_part *part, char *difference, size_t size) {
  const hc_part_file *found = &part->found;
  if (strcmp(found->version, hc_version()) != 0) {
    snprintf(difference, size, "headcount %.40s wrote it, and this is %s", found->version, hc_version());
    return false;
  }
  if (found->head.shard != part->head.shard) {
    snprintf(difference, size, "it is shard %llu", (unsigned long long)found->head.shard);
    return false;
  }
  return hc_part_same_run(&found->head, &part->head, "the one asked for", difference, size);
}

/* A whole part of this run under its own name: nothing to do. */
static hc_status look_for_whole(hc_part *part, bool *whole, hc_error *err) {
  char difference[HC_MESSAGE_SIZE];
  FILE *in = fopen(part->file, "re");
  *whole = false;
  if (!in) return HC_OK; /* not there; where it cannot be read it cannot be replaced either, and that is said then */
  hc_status status = hc_part_file_read(&part->found, in, part->file, false, err);
  fclose(in);
  *whole = status == HC_OK && is_of_this_shard(part, difference, sizeof difference);
  if (!*whole) hc_part_file_clear(&part->found);
  return status == HC_ENOMEM ? status : HC_OK;
}

/* Opened by us alone, and still under its name. */
static hc_status open_unfinished(hc_part *part, hc_error *err) {
  for (int i = 0; i < TRIES; i++) {
    struct stat ours, named;
    part->descriptor = open(part->unfinished, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (part->descriptor < 0) return cannot_write(part->unfinished, errno, err);
    if (flock(part->descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) break;
    if (fstat(part->descriptor, &ours) == 0 && stat(part->unfinished, &named) == 0 && ours.st_ino == named.st_ino &&
        ours.st_dev == named.st_dev)
      return HC_OK;
    close(part->descriptor);
    part->descriptor = -1;
  }
  return hc_fail_at(err, HC_EIO, part->unfinished, 0, 0, "another process is writing this part");
}

/* What is good of an unfinished part stays; the rest goes. */
static hc_status take_unfinished(hc_part *part, hc_error *err) {
  char difference[HC_MESSAGE_SIZE];
  hc_error why;
  int copy = dup(part->descriptor);
  FILE *in = copy < 0 ? NULL : fdopen(copy, "r");
  if (!in) {
    if (copy >= 0) close(copy);
    return cannot_write(part->unfinished, errno, err);
  }
  hc_status status = hc_part_file_read(&part->found, in, part->unfinished, false, &why);
  fclose(in);
  if (status == HC_ENOMEM || status == HC_EIO) return err ? (*err = why, status) : status;
  if (!part->found.n && !part->found.whole) hc_part_file_clear(&part->found); /* a head alone is nobody's loss */
  if (part->found.version && !is_of_this_shard(part, difference, sizeof difference))
    return hc_fail_at(err, HC_EDATA, part->unfinished, 0, 0, "what a stopped process left here is of another run (%.300s): delete "
                      "it, or write elsewhere", difference);
  if (ftruncate(part->descriptor, part->found.good) != 0 || lseek(part->descriptor, part->found.good, SEEK_SET) < 0)
    return cannot_write(part->unfinished, errno, err);
  if (!part->found.version) return write_head(part, err);
  memcpy(part->digest, part->found.digest, sizeof part->digest);
  return HC_OK;
}

static hc_status open_special(hc_part *part, hc_error *err) {
  part->special = true;
  part->descriptor = open(part->file, O_WRONLY | O_CLOEXEC);
  return part->descriptor < 0 ? cannot_write(part->file, errno, err) : write_head(part, err);
}

static hc_status begin(hc_part *part, hc_error *err) {
  struct stat there;
  bool whole = false;
  if (stat(part->file, &there) == 0 && !S_ISREG(there.st_mode)) return open_special(part, err);
  hc_status status = look_for_whole(part, &whole, err);
  if (status != HC_OK || whole) return status;
  status = open_unfinished(part, err);
  return status == HC_OK ? take_unfinished(part, err) : status;
}

hc_status hc_part_open(hc_part **part, const char *file, const hc_part_head *head, hc_error *err) {
  hc_part *p = *part = calloc(1, sizeof *p);
  size_t n = strlen(file);
  if (p) {
    p->head = *head;
    p->descriptor = -1;
    p->file = strdup(file);
    p->unfinished = malloc(n + sizeof ".unfinished");
  }
  if (!p || !p->file || !p->unfinished) {
    hc_part_free(p);
    *part = NULL;
    return hc_fail(err, HC_ENOMEM, "no memory for a part");
  }
  memcpy(p->unfinished, file, n);
  memcpy(p->unfinished + n, ".unfinished", sizeof ".unfinished");
  hc_status status = begin(p, err);
  for (size_t i = 0; i < p->found.n; i++) p->kept += p->found.records[i].n;
  if (status == HC_OK) return HC_OK;
  hc_part_free(p);
  *part = NULL;
  return status;
}

bool hc_part_is_whole(const hc_part *part) { return part->descriptor < 0; }
uint64_t hc_part_kept(const hc_part *part) { return part->kept; }
uint64_t hc_part_written(const hc_part *part) { return part->written; }

/* How far what is there goes on from `at`; and where the next of it begins after `at`, at most `last`. */
static uint64_t covered(const hc_part *part, uint64_t key, uint64_t at, uint64_t last, uint64_t *next) {
  *next = last;
  for (size_t i = 0; i < part->found.n; i++) {
    const hc_record *r = &part->found.records[i];
    if (r->key != key) continue;
    if (r->first <= at && at < r->first + r->n) return r->first + r->n;
    if (r->first > at && r->first < *next) *next = r->first;
  }
  return at;
}

static hc_status keep(hc_part *part, hc_record record, const char *name, hc_error *err) {
  hc_buffer line = {0};
  hc_part_file *found = &part->found;
  char digest[65];
  memcpy(digest, part->digest, sizeof digest);
  hc_part_put_record(&line, &record, name, digest);
  if (found->n == found->room) {
    size_t room = 2 * found->room + 16;
    hc_record *more = realloc(found->records, room * sizeof *more);
    if (!more) line.failed = true;
    else found->records = more, found->room = room;
  }
  hc_status status = write_line(part, &line, err);
  if (status != HC_OK) return status;
  memcpy(part->digest, digest, sizeof digest);
  record.numbers = NULL;
  found->records[found->n++] = record;
  part->written += record.n;
  return HC_OK;
}

hc_status hc_part_share(void *context, hc_replicates *replicates, uint64_t *done, hc_error *err) {
  hc_part *part = context;
  uint64_t first, last, next;
  hc_record r = {.key = hc_replicates_key(replicates), .width = hc_replicates_width(replicates)};
  hc_replicates_leave(replicates);
  *done = 0;
  hc_part_slice(&part->head, hc_replicates_wanted(replicates), &first, &last);
  uint64_t piece = (last - first) / RECORDS;
  piece = piece < FEWEST ? FEWEST : piece > MOST ? MOST : piece;
  for (uint64_t at = first, drawn = 0; at < last && !hc_part_is_whole(part); at += drawn) {
    drawn = covered(part, r.key, at, last, &next) - at;
    if (drawn) continue;
    uint64_t n = next - at < piece ? next - at : piece;
    hc_status status = hc_replicates_draw(replicates, at, n, &drawn, err);
    r.first = at;
    r.n = drawn;
    r.numbers = hc_replicates_row(replicates, at);
    if (status == HC_OK && drawn) status = keep(part, r, hc_replicates_name(replicates), err);
    if (status != HC_OK || drawn < n) return status;
  }
  return HC_OK;
}

hc_status hc_part_finish(hc_part *part, hc_error *err) {
  hc_buffer line = {0};
  hc_status status = HC_OK;
  if (hc_part_is_whole(part)) return HC_OK;
  if (!part->found.whole) {
    hc_part_put_end(&line, part->found.n, part->digest);
    status = write_line(part, &line, err);
  }
  if (status == HC_OK && !part->special && (fsync(part->descriptor) != 0 || rename(part->unfinished, part->file) != 0))
    status = cannot_write(part->file, errno, err);
  if (close(part->descriptor) != 0 && status == HC_OK) status = cannot_write(part->file, errno, err);
  part->descriptor = -1;
  return status;
}

void hc_part_free(hc_part *part) {
  if (!part) return;
  if (part->descriptor >= 0 && !part->special && !part->found.n) unlink(part->unfinished); /* there is nothing in it to keep */
  if (part->descriptor >= 0) close(part->descriptor);
  hc_part_file_clear(&part->found);
  free(part->file);
  free(part->unfinished);
  free(part);
}
