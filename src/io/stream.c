/* Where bytes come from: a file, standard input or a converter. Hashing and decoding happen on the way. */
#include "io/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io/convert.h"
#include "io/sha256.h"

struct hc_stream {
  const char *file;
  int fd;
  iconv_t decoder; /* used when decoding */
  bool decoding, ended;
  size_t first, last; /* raw bytes that were read but not delivered: [first, last) */
  uint64_t bytes;
  hc_sha256 hash;
  hc_converter converter; /* where the file is no text; then fd is its pipe */
  unsigned char raw[HC_STREAM_PEEK];
};

static hc_status fail_system(const hc_stream *stream, hc_error *err) {
  return hc_fail_at(err, HC_EIO, stream->file, 0, 0, "cannot read: %s", strerror(errno));
}

static hc_status read_bytes(hc_stream *in, void *to, size_t capacity, size_t *n, hc_error *err);
static hc_status fill(hc_stream *in, hc_error *err);

/* The whole file is hashed, and a child process delivers its text from here on. */
static hc_status convert(hc_stream *in, hc_container kind, const char *sheet, hc_error *err) {
  unsigned char buffer[1 << 14];
  size_t n = 1;
  hc_status status = HC_OK;
  if (strcmp(in->file, "-") == 0)
    return hc_fail_at(err, HC_EDATA, in->file, 0, 0, "a file that is no text is read by its name, not from standard input");
  while (status == HC_OK && n) status = read_bytes(in, buffer, sizeof buffer, &n, err);
  if (status == HC_OK) status = hc_converter_start(&in->converter, kind, in->file, sheet, err);
  if (status != HC_OK) return status;
  close(in->fd);
  in->fd = in->converter.text;
  in->first = in->last = 0;
  in->ended = false;
  return HC_OK;
}

static hc_status open_container(hc_stream *in, const char *sheet, hc_error *err) {
  hc_status status = fill(in, err);
  if (status != HC_OK) return status;
  hc_container kind = hc_container_of(in->file, in->raw, in->last);
  if (kind != HC_CONTAINER_TEXT) return convert(in, kind, sheet, err);
  if (sheet) return hc_fail(err, HC_EUSAGE, "--sheet: '%s' is no workbook", in->file);
  return HC_OK;
}

hc_status hc_stream_open(hc_stream **stream, const char *file, const char *sheet, hc_error *err) {
  hc_stream *in = calloc(1, sizeof *in);
  if (!in) return hc_fail(err, HC_ENOMEM, "out of memory");
  in->file = file;
  bool standard = strcmp(file, "-") == 0;
  in->fd = standard ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
  if (in->fd < 0) {
    hc_status status = hc_fail_at(err, HC_EIO, file, 0, 0, "cannot open: %s", strerror(errno));
    free(in);
    return status;
  }
  hc_sha256_init(&in->hash);
  *stream = in;
  return open_container(in, sheet, err);
}

void hc_stream_close(hc_stream *stream) {
  if (!stream) return;
  if (stream->decoding) iconv_close(stream->decoder);
  if (stream->converter.child) hc_converter_end(&stream->converter, stream->file, NULL);
  else if (stream->fd != STDIN_FILENO) close(stream->fd);
  free(stream);
}

/* One read from the system; *n is 0 at the end of the file. */
static hc_status read_bytes(hc_stream *in, void *to, size_t capacity, size_t *n, hc_error *err) {
  *n = 0;
  if (in->ended) return HC_OK;
  ssize_t got;
  do got = read(in->fd, to, capacity);
  while (got < 0 && errno == EINTR);
  if (got < 0) return fail_system(in, err);
  in->ended = got == 0;
  *n = (size_t)got;
  if (in->converter.child && in->ended) {
    in->fd = STDIN_FILENO; /* the pipe ends with the child */
    return hc_converter_end(&in->converter, in->file, err);
  }
  if (in->converter.child) return HC_OK;
  in->bytes += (uint64_t)got;
  hc_sha256_update(&in->hash, to, (size_t)got);
  return HC_OK;
}

/* Fills the raw buffer, keeping what has not been delivered. */
static hc_status fill(hc_stream *in, hc_error *err) {
  memmove(in->raw, in->raw + in->first, in->last - in->first);
  in->last -= in->first;
  in->first = 0;
  while (in->last < sizeof in->raw && !in->ended) {
    size_t n;
    hc_status status = read_bytes(in, in->raw + in->last, sizeof in->raw - in->last, &n, err);
    if (status != HC_OK) return status;
    in->last += n;
  }
  return HC_OK;
}

hc_status hc_stream_peek(hc_stream *stream, const unsigned char **bytes, size_t *n, bool *whole, hc_error *err) {
  hc_status status = fill(stream, err);
  *bytes = stream->raw;
  *n = stream->last;
  *whole = stream->ended;
  return status;
}

/* glibc says EINVAL, as of an encoding that it does not know, for want of memory too. */
static bool is_unknown(const char *encoding) {
  enum { SOME = 1 << 16 };
  void *memory = errno == ENOMEM ? NULL : malloc(SOME);
  bool enough = memory;
  free(memory);
  iconv_t again = enough ? iconv_open("UTF-8", encoding) : (iconv_t)-1;
  if (again == (iconv_t)-1) return enough;
  iconv_close(again);
  return false;
}

hc_status hc_stream_decode(hc_stream *stream, const char *encoding, size_t skip, hc_error *err) {
  stream->first += skip;
  if (strcasecmp(encoding, "UTF-8") == 0 || strcasecmp(encoding, "UTF8") == 0) return HC_OK;
  stream->decoder = iconv_open("UTF-8", encoding);
  bool failed = stream->decoder == (iconv_t)-1;
  if (failed && !is_unknown(encoding)) return hc_fail(err, HC_ENOMEM, "out of memory while reading");
  if (failed)
    return hc_fail(err, HC_EUSAGE, "the encoding '%s' is not known to this system (iconv --list names those that are)",
                   encoding);
  stream->decoding = true;
  return HC_OK;
}

/* UTF-8 needs no conversion: what was peeked comes first, then the file goes straight to the caller. */
static hc_status pass(hc_stream *in, char *text, size_t capacity, size_t *n, hc_error *err) {
  size_t held = in->last - in->first;
  if (held == 0) return read_bytes(in, text, capacity, n, err);
  *n = held < capacity ? held : capacity;
  memcpy(text, in->raw + in->first, *n);
  in->first += *n;
  return HC_OK;
}

hc_status hc_stream_read(hc_stream *stream, char *text, size_t capacity, size_t *n, bool *broken, hc_error *err) {
  *broken = false;
  if (!stream->decoding) return pass(stream, text, capacity, n, err);
  hc_status status = fill(stream, err);
  *n = 0;
  if (status != HC_OK || stream->first == stream->last) return status;
  char *from = (char *)stream->raw, *to = text;
  size_t left = stream->last, room = capacity;
  if (iconv(stream->decoder, &from, &left, &to, &room) == (size_t)-1 && errno != E2BIG)
    *broken = errno == EILSEQ || stream->ended; /* EINVAL: an incomplete character, of which more may come */
  *n = capacity - room;
  stream->first = stream->last - left;
  return HC_OK;
}

void hc_stream_digest(hc_stream *stream, uint64_t *bytes, char sha256[HC_SHA256_HEX_SIZE]) {
  *bytes = stream->bytes;
  hc_sha256_hex(&stream->hash, sha256);
}
