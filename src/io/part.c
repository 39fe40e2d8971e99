/* The lines of a part: written with 17 digits, read back to the same bits. */
#include "io/part.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "headcount/version.h"
#include "io/json.h"
#include "io/sha256.h"

enum { FORMAT = 1, HEX = 64 };
static const char seal_begins[] = ",\"digest\":\"";

/* ---- writing --------------------------------------------------------------------------------------------------- */

static void hash_line(char digest[65], const char *line, size_t n) {
  hc_sha256 hash;
  hc_sha256_init(&hash);
  hc_sha256_update(&hash, digest, strlen(digest));
  hc_sha256_update(&hash, line, n);
  hc_sha256_hex(&hash, digest);
}

/* Ends the line that begins at `start`. */
static void seal(hc_buffer *out, size_t start, char digest[65]) {
  if (out->failed) return;
  hash_line(digest, out->text + start, out->used - start);
  hc_buffer_print(out, "%s%s\"}\n", seal_begins, digest);
}

static int append(const char *bytes, size_t n, void *buffer) {
  hc_buffer_put(buffer, bytes, n);
  return 0;
}

static void put_texts(hc_json *b, json_t *object, const char *key, const char *const *text, size_t n) {
  json_t *array = json_array();
  for (size_t i = 0; i < n; i++) hc_json_append(b, array, hc_json_text(text[i]));
  hc_json_put(b, object, key, array);
}

/* A compact object without its closing brace. */
static void put_object(hc_buffer *out, hc_json *b, json_t *object) {
  if (b->failed || json_dump_callback(object, append, out, JSON_COMPACT) != 0) out->failed = true;
  json_decref(object);
  if (!out->failed) out->used--;
}

void hc_part_put_head(hc_buffer *out, const hc_part_head *head, char digest[65]) {
  size_t start = out->used;
  hc_json b = {0};
  json_t *object = json_object();
  hc_json_put(&b, object, "headcount_part", json_integer(FORMAT));
  hc_json_put(&b, object, "version", json_string(hc_version()));
  hc_json_put(&b, object, "shard", hc_json_count(head->shard));
  hc_json_put(&b, object, "shards", hc_json_count(head->shards));
  hc_json_put(&b, object, "seed", hc_json_count(head->seed));
  hc_json_put(&b, object, "replicates", hc_json_count(head->replicates));
  put_texts(&b, object, "options", head->options, head->n_options);
  put_texts(&b, object, "files", head->files, head->n_files);
  put_texts(&b, object, "sha256", head->sha256, head->n_files);
  put_object(out, &b, object);
  seal(out, start, digest);
}

/* What JSON has no number for is a word. */
static void put_number(hc_buffer *out, double x) {
  if (isnan(x)) hc_buffer_put(out, "null", 4);
  else if (isinf(x)) hc_buffer_print(out, "\"%s\"", x > 0 ? "Infinity" : "-Infinity");
  else if (x == 0 && signbit(x)) hc_buffer_put(out, "-0.0", 4);
  else hc_buffer_print(out, "%.17g", x);
}

void hc_part_put_record(hc_buffer *out, const hc_record *record, const char *name, char digest[65]) {
  size_t start = out->used;
  hc_buffer_print(out, "{\"of\":\"%s\",\"key\":\"%016llx\",\"first\":%llu,\"n\":%llu,\"width\":%zu,\"numbers\":[", name,
                  (unsigned long long)record->key, (unsigned long long)record->first, (unsigned long long)record->n,
                  record->width);
  for (uint64_t i = 0; i < record->n * record->width; i++) {
    if (i) hc_buffer_put(out, ",", 1);
    put_number(out, record->numbers[i]);
  }
  hc_buffer_put(out, "]", 1);
  seal(out, start, digest);
}

void hc_part_put_end(hc_buffer *out, uint64_t records, char digest[65]) {
  size_t start = out->used;
  hc_buffer_print(out, "{\"end\":true,\"records\":%llu", (unsigned long long)records);
  seal(out, start, digest);
}

/* ---- reading --------------------------------------------------------------------------------------------------- */

/* Where the digest of a line begins; 0 where it is not the right one. */
static size_t sealed_length(const char *line, size_t n, char digest[65]) {
  size_t tail = sizeof seal_begins - 1 + HEX + 3; /* "} and the line feed */
  char should[65];
  if (n <= tail || line[n - 1] != '\n') return 0;
  size_t length = n - tail;
  if (memcmp(line + length, seal_begins, sizeof seal_begins - 1) != 0) return 0;
  memcpy(should, digest, sizeof should);
  hash_line(should, line, length);
  if (memcmp(line + length + sizeof seal_begins - 1, should, HEX) != 0) return 0;
  memcpy(digest, should, sizeof should);
  return length;
}

static bool whole_number(const json_t *object, const char *key, uint64_t *value) {
  const json_t *found = json_object_get(object, key);
  if (!json_is_integer(found) || json_integer_value(found) < 0) return false;
  *value = (uint64_t)json_integer_value(found);
  return true;
}

static bool take_text(hc_part_file *part, const json_t *value) {
  const char *text = json_string_value(value);
  return text && (part->texts[part->n_texts] = strdup(text)) && ++part->n_texts;
}

static bool read_head(hc_part_file *part, const json_t *line) {
  hc_part_head *head = &part->head;
  static const char *const keys[] = {"options", "files", "sha256"};
  uint64_t format = 0;
  size_t n = 0;
  if (!whole_number(line, "headcount_part", &format) || format != FORMAT) return false;
  const char *version = json_string_value(json_object_get(line, "version"));
  part->version = version ? strdup(version) : NULL;
  if (!part->version || !whole_number(line, "shard", &head->shard) || !whole_number(line, "shards", &head->shards) ||
      !whole_number(line, "seed", &head->seed) || !whole_number(line, "replicates", &head->replicates) || head->shard < 1 ||
      head->shard > head->shards)
    return false;
  for (size_t k = 0; k < 3; k++) n += json_array_size(json_object_get(line, keys[k]));
  part->texts = calloc(n + 1, sizeof *part->texts);
  for (size_t k = 0; k < 3 && part->texts; k++) {
    const json_t *array = json_object_get(line, keys[k]);
    for (size_t i = 0; i < json_array_size(array); i++)
      if (!take_text(part, json_array_get(array, i))) return false;
  }
  if (!part->texts) return false;
  head->n_options = json_array_size(json_object_get(line, keys[0]));
  head->n_files = json_array_size(json_object_get(line, keys[1]));
  head->options = (const char *const *)part->texts;
  head->files = head->options + head->n_options;
  head->sha256 = head->files + head->n_files;
  return n == head->n_options + 2 * head->n_files;
}

static double number_of(const json_t *value) {
  const char *word = json_string_value(value);
  if (word) return word[0] == '-' ? -INFINITY : INFINITY;
  return json_is_number(value) ? json_number_value(value) : NAN;
}

static bool read_record(hc_part_file *part, const json_t *line, bool numbers) {
  const char *key = json_string_value(json_object_get(line, "key"));
  const json_t *array = json_object_get(line, "numbers");
  uint64_t width = 0;
  hc_record r = {0};
  if (!key || !whole_number(line, "first", &r.first) || !whole_number(line, "n", &r.n) || !whole_number(line, "width", &width) ||
      !width || r.n > SIZE_MAX / width || json_array_size(array) != r.n * width)
    return false;
  r.key = strtoull(key, NULL, 16);
  r.width = width;
  if (part->n == part->room) {
    size_t room = 2 * part->room + 16;
    hc_record *more = realloc(part->records, room * sizeof *more);
    if (!more) return false;
    part->records = more;
    part->room = room;
  }
  if (numbers && !(r.numbers = malloc((r.n * width + 1) * sizeof *r.numbers))) return false;
  for (size_t i = 0; numbers && i < r.n * width; i++) r.numbers[i] = number_of(json_array_get(array, i));
  part->records[part->n++] = r;
  return true;
}

/* A line whose seal is good. What it says is ours, so that where it cannot be taken memory has run out, or it is of
 * another format. */
static hc_status read_line(hc_part_file *part, const char *line, size_t length, const char *name, uint64_t place, bool numbers,
                           hc_error *err) {
  json_error_t why;
  char *closed = malloc(length + 2);
  if (!closed) return hc_fail(err, HC_ENOMEM, "no memory for a line of %s", name);
  memcpy(closed, line, length);
  memcpy(closed + length, "}", 2);
  json_t *object = json_loadb(closed, length + 1, 0, &why);
  free(closed);
  bool good = false;
  if (object && place == 1) good = read_head(part, object);
  else if (object && json_object_get(object, "end")) good = part->whole = true;
  else if (object) good = read_record(part, object, numbers);
  json_decref(object);
  if (good) return HC_OK;
  if (place == 1) return hc_fail_at(err, HC_EDATA, name, 1, 0, "a part in a form that this version does not know");
  return hc_fail_at(err, HC_ENOMEM, name, place, 0, "no memory for a record of replicates");
}

static hc_status bad_line(const char *name, uint64_t place, const char *line, ssize_t n, hc_error *err) {
  static const char begins[] = "{\"headcount_part\"";
  if (place == 1 && (n < (ssize_t)sizeof begins || memcmp(line, begins, sizeof begins - 1) != 0))
    return hc_fail_at(err, HC_EDATA, name, 0, 0, "not a part of a run, as --shard writes them");
  if (line[n - 1] != '\n') return hc_fail_at(err, HC_EDATA, name, place, 0, "cut off in the middle of a line");
  return hc_fail_at(err, HC_EDATA, name, place, 0, "damaged: the line and its digest disagree");
}

hc_status hc_part_file_read(hc_part_file *part, FILE *in, const char *name, bool numbers, hc_error *err) {
  char *line = NULL;
  size_t room = 0;
  hc_status status = HC_OK;
  *part = (hc_part_file){0};
  for (uint64_t place = 1; status == HC_OK; place++) {
    ssize_t n = getline(&line, &room, in);
    if (n <= 0) {
      if (ferror(in)) status = hc_fail_at(err, HC_EIO, name, 0, 0, "cannot be read");
      else if (!part->whole) status = hc_fail_at(err, HC_EDATA, name, 0, 0, "not whole: it ends before its last line");
      break;
    }
    size_t length = part->whole ? 0 : sealed_length(line, (size_t)n, part->digest);
    if (part->whole) status = hc_fail_at(err, HC_EDATA, name, place, 0, "something follows the last line of the part");
    else if (!length) status = bad_line(name, place, line, n, err);
    else status = read_line(part, line, length, name, place, numbers, err);
    if (status == HC_OK) part->good += n;
  }
  free(line);
  return status;
}

void hc_part_file_clear(hc_part_file *part) {
  for (size_t i = 0; i < part->n_texts; i++) free(part->texts[i]);
  for (size_t i = 0; i < part->n; i++) free(part->records[i].numbers);
  free(part->texts);
  free(part->records);
  free(part->version);
  *part = (hc_part_file){0};
}

/* ---- what parts have in common ------------------------------------------------------------------------------------ */

bool hc_part_same_run(const hc_part_head *a, const hc_part_head *b, const char *name, char *difference, size_t size) {
  if (a->shards != b->shards) {
    snprintf(difference, size, "one of %llu shards, %s one of %llu", (unsigned long long)a->shards, name,
             (unsigned long long)b->shards);
    return false;
  }
  if (a->seed != b->seed) {
    snprintf(difference, size, "its seed is %llu, that of %s %llu", (unsigned long long)a->seed, name, (unsigned long long)b->seed);
    return false;
  }
  if (a->n_files != b->n_files) {
    snprintf(difference, size, "it is of %zu inputs, %s of %zu", a->n_files, name, b->n_files);
    return false;
  }
  for (size_t i = 0; i < a->n_files; i++) {
    const char *one = a->files[i], *other = b->files[i];
    if (strcmp(one, other) == 0 && strcmp(a->sha256[i], b->sha256[i]) == 0) continue;
    snprintf(difference, size, strcmp(one, other) == 0 ? "its input %.80s had other bytes than that of %.80s" :
             "its input is %.80s, that of %.80s is %.80s", one, name, other);
    return false;
  }
  for (size_t i = 0; i < a->n_options || i < b->n_options; i++) {
    const char *one = i < a->n_options ? a->options[i] : "no further option", *other = i < b->n_options ? b->options[i] : "no further option";
    if (strcmp(one, other) == 0) continue;
    snprintf(difference, size, "its options have %.100s where those of %.80s have %.100s", one, name, other);
    return false;
  }
  if (a->replicates == b->replicates) return true;
  snprintf(difference, size, "it is of %llu replicates, %s of %llu", (unsigned long long)a->replicates, name,
           (unsigned long long)b->replicates);
  return false;
}

void hc_part_slice(const hc_part_head *head, uint64_t wanted, uint64_t *first, uint64_t *last) {
  uint64_t whole = wanted / head->shards, rest = wanted % head->shards; /* no product overflows: rest and shards are small */
  *first = whole * (head->shard - 1) + rest * (head->shard - 1) / head->shards;
  *last = whole * head->shard + rest * head->shard / head->shards;
}
