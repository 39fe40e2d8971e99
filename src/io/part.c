/* The lines of a part: written with 17 digits, read back to the same bits. */
#include "io/part.h"

#include <errno.h>
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

/* What is read was written above, in this order and spelling, and its seal is good: no general reader is needed, and jansson's
 * does not say when memory runs out within a string. */
struct cursor {
  const char *at; /* ends with a zero byte */
  bool good, out_of_memory;
};

static bool literal(struct cursor *c, const char *text) {
  size_t n = strlen(text);
  c->good = c->good && strncmp(c->at, text, n) == 0;
  if (c->good) c->at += n;
  return c->good;
}

static uint64_t whole_number(struct cursor *c, const char *before) {
  uint64_t x = 0;
  if (!literal(c, before)) return 0;
  c->good = *c->at >= '0' && *c->at <= '9';
  for (; *c->at >= '0' && *c->at <= '9'; c->at++) x = 10 * x + (uint64_t)(*c->at - '0');
  return x;
}

static char unescaped(struct cursor *c) {
  static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  const char *found = *c->at ? strchr(letters, *c->at) : NULL;
  if (found) return c->at++, meant[found - letters];
  char digits[5] = "";
  if (*c->at == 'u') memccpy(digits, c->at + 1, 0, 4);
  c->good = strlen(digits) == 4 && strtoul(digits, NULL, 16) < 128;
  if (c->good) c->at += 5;
  return (char)strtoul(digits, NULL, 16);
}

/* A text in quotes; NULL where there is none, or no memory for it. */
static char *text_of(struct cursor *c, const char *before) {
  if (!literal(c, before) || !literal(c, "\"")) return NULL;
  char *text = malloc(strcspn(c->at, "\n") + 1);
  size_t n = 0;
  c->out_of_memory = !text;
  while (text && c->good && *c->at && *c->at != '"') {
    if (*c->at != '\\') text[n++] = *c->at++;
    else c->at++, text[n++] = unescaped(c);
  }
  if (text) text[n] = 0;
  if (text && literal(c, "\"")) return text;
  free(text);
  c->good = false;
  return NULL;
}

static size_t texts_of(hc_part_file *part, struct cursor *c, const char *before) {
  size_t first = part->n_texts;
  literal(c, before);
  literal(c, "[");
  while (c->good && *c->at != ']') {
    char *text = text_of(c, part->n_texts > first ? "," : ""), **more = NULL;
    if (text && !(more = realloc(part->texts, (part->n_texts + 1) * sizeof *more))) c->good = false, c->out_of_memory = true, free(text);
    if (more) part->texts = more, more[part->n_texts++] = text;
  }
  literal(c, "]");
  return part->n_texts - first;
}

static void read_head(hc_part_file *part, struct cursor *c) {
  hc_part_head *head = &part->head;
  part->version = text_of(c, ",\"version\":");
  head->shard = whole_number(c, ",\"shard\":");
  head->shards = whole_number(c, ",\"shards\":");
  head->seed = whole_number(c, ",\"seed\":");
  head->replicates = whole_number(c, ",\"replicates\":");
  head->n_options = texts_of(part, c, ",\"options\":");
  head->n_files = texts_of(part, c, ",\"files\":");
  size_t n = texts_of(part, c, ",\"sha256\":");
  c->good = c->good && n == head->n_files && head->shard >= 1 && head->shard <= head->shards;
  head->options = (const char *const *)part->texts;
  head->files = head->options + head->n_options;
  head->sha256 = head->files + head->n_files;
  if (c->good) return;
  free(part->version); /* a head that is not whole is none */
  part->version = NULL;
}

static double number_of(struct cursor *c) {
  char *end;
  if (strncmp(c->at, "null", 4) == 0) return c->at += 4, NAN;
  if (strncmp(c->at, "\"-", 2) == 0) return literal(c, "\"-Infinity\""), -INFINITY;
  if (*c->at == '"') return literal(c, "\"Infinity\""), INFINITY;
  double x = strtod(c->at, &end);
  c->good = end != c->at;
  c->at = end;
  return x;
}

static void read_record(hc_part_file *part, struct cursor *c, bool numbers) {
  hc_record r = {0};
  free(text_of(c, "{\"of\":"));
  literal(c, ",\"key\":\"");
  if (!c->good) return;
  char *end;
  r.key = strtoull(c->at, &end, 16);
  c->at = end;
  r.first = whole_number(c, "\",\"first\":");
  r.n = whole_number(c, ",\"n\":");
  r.width = (size_t)whole_number(c, ",\"width\":");
  literal(c, ",\"numbers\":[");
  c->good = c->good && r.width && r.n < strlen(c->at) && r.width < strlen(c->at); /* a number takes a byte */
  if (!c->good) return;
  if (part->n == part->room) {
    size_t room = 2 * part->room + 16;
    hc_record *more = realloc(part->records, room * sizeof *more);
    if (more) part->records = more, part->room = room;
    c->out_of_memory = !more;
  }
  if (numbers && !c->out_of_memory) c->out_of_memory = !(r.numbers = malloc((r.n * r.width + 1) * sizeof *r.numbers));
  if (c->out_of_memory) return (void)(c->good = false);
  part->records[part->n++] = r;
  for (size_t i = 0; i < r.n * r.width && c->good; i++) {
    if (i) literal(c, ",");
    double x = c->good ? number_of(c) : NAN;
    if (numbers) r.numbers[i] = x;
  }
  if (literal(c, "]")) return;
  free(r.numbers);
  part->n--;
}

/* A line whose seal is good, ended by a zero byte where the seal began. */
static hc_status read_line(hc_part_file *part, const char *line, const char *name, uint64_t place, bool numbers, hc_error *err) {
  struct cursor c = {.at = line, .good = true};
  if (place == 1 && whole_number(&c, "{\"headcount_part\":") == FORMAT && c.good) read_head(part, &c);
  else if (place == 1) c.good = false;
  else if (strncmp(line, "{\"end\"", 6) == 0) part->whole = true;
  else read_record(part, &c, numbers);
  if (c.good) return HC_OK;
  if (c.out_of_memory) return hc_fail_at(err, HC_ENOMEM, name, place, 0, "no memory for what the line says");
  return hc_fail_at(err, HC_EDATA, name, place, 0, "a part in a form that this version does not know");
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
    errno = 0;
    ssize_t n = getline(&line, &room, in);
    if (n <= 0) {
      if (errno == ENOMEM) status = hc_fail(err, HC_ENOMEM, "no memory for a line of %.200s", name);
      else if (ferror(in)) status = hc_fail_at(err, HC_EIO, name, 0, 0, "cannot be read");
      else if (!part->whole) status = hc_fail_at(err, HC_EDATA, name, 0, 0, "not whole: it ends before its last line");
      break;
    }
    size_t length = part->whole ? 0 : sealed_length(line, (size_t)n, part->digest);
    if (part->whole) status = hc_fail_at(err, HC_EDATA, name, place, 0, "something follows the last line of the part");
    else if (!length) status = bad_line(name, place, line, n, err);
    else line[length] = 0, status = read_line(part, line, name, place, numbers, err);
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
