/* Bytes of a file or of standard input, hashed as they are read and turned into UTF-8. */
#ifndef HC_IO_STREAM_H
#define HC_IO_STREAM_H

#include "engine/data.h"

enum { HC_STREAM_PEEK = 65536 };

typedef struct hc_stream hc_stream;

/* A file that is no text (convert.h) is delivered as CSV, and hashed as it is; sheet: of a workbook, NULL for the first.
 * "-" is standard input, which is not closed. HC_EIO with the system's words. */
hc_status hc_stream_open(hc_stream **stream, const char *file, const char *sheet, hc_error *err);
void hc_stream_close(hc_stream *stream);

/* The first bytes as they are in the file: HC_STREAM_PEEK of them, or all there are (*whole). Borrowed
 * until the first hc_stream_read. */
hc_status hc_stream_peek(hc_stream *stream, const unsigned char **bytes, size_t *n, bool *whole, hc_error *err);

/* How the bytes are to be read from now on; the first `skip` bytes (a byte order mark) are left out.
 * HC_EUSAGE for an encoding that the system does not know. */
hc_status hc_stream_decode(hc_stream *stream, const char *encoding, size_t skip, hc_error *err);

/* Up to `capacity` (at least 16) bytes of text; *n is 0 at the end of the file only. Text that was
 * declared UTF-8 is passed through unchecked. A byte that the encoding does not have ends the text
 * and sets *broken; the text before it is delivered first. */
hc_status hc_stream_read(hc_stream *stream, char *text, size_t capacity, size_t *n, bool *broken, hc_error *err);

/* Bytes read so far and their SHA-256 in hexadecimal. Ends the hashing. */
void hc_stream_digest(hc_stream *stream, uint64_t *bytes, char sha256[HC_SHA256_HEX_SIZE]);

#endif
