/* Where the output goes: all of it or nothing. */
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

static int cannot_write(const char *file) {
  if (errno == ENOMEM) return cli_out_of_memory();
  fprintf(stderr, _("%s: error: cannot write: %s\n"), file, strerror(errno));
  return CLI_EXIT_IO;
}

/* Letters with an accent become bare ones, and blanks of every width become blanks, in place: libc's own tables for that belong
 * to a locale, and the locale "C" has none. */
static void bare(char *text) {
  static const char letters[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"; /* U+00C0 to U+00FF */
  unsigned char *to = (unsigned char *)text;
  for (const unsigned char *c = to; *c;) {
    if (c[0] == 0xC3 && c[1] >= 0x80 && c[1] <= 0xBF) *to++ = (unsigned char)letters[c[1] - 0x80], c += 2;
    else if (c[0] == 0xC2 && c[1] == 0xA0) *to++ = ' ', c += 2;
    else if (c[0] == 0xE2 && c[1] == 0x80 && c[2] == 0xAF) *to++ = ' ', c += 3;
    else *to++ = *c++;
  }
  *to = '\0';
}

/* What a screen without UTF-8 can show: other characters become their nearest ASCII or `?`. */
static char *reduced(char *text) {
  bare(text);
  size_t n = strlen(text), room = 4 * n + 1;
  char *plain = malloc(room);
  iconv_t converter = iconv_open("ASCII//TRANSLIT", "UTF-8");
  if (!plain || converter == (iconv_t)-1) {
    if (converter != (iconv_t)-1) iconv_close(converter);
    free(plain);
    return NULL;
  }
  char *in = (char *)text, *out = plain;
  while (n > 0 && room > 1) {
    room--;
    size_t done = iconv(converter, &in, &n, &out, &room);
    room++;
    if (done != (size_t)-1) break;
    if (errno != EILSEQ && errno != EINVAL) break;
    *out++ = '?';
    room--;
    in++;
    n--;
  }
  *out = '\0';
  iconv_close(converter);
  return plain;
}

static bool memory_ran_out;

void cli_memory_ran_out(void) { memory_ran_out = true; }

/* A cookie's write function, which says 0 when it fails: the text keeps its closing zero byte. */
static ssize_t keep(void *cookie, const char *bytes, size_t n) {
  cli_text *text = cookie;
  if (text->room - text->used <= n) {
    size_t room = 2 * text->room + n + 1024;
    char *more = realloc(text->bytes, room);
    if (!more) return cli_memory_ran_out(), 0;
    text->bytes = more;
    text->room = room;
  }
  memcpy(text->bytes + text->used, bytes, n);
  text->used += n;
  text->bytes[text->used] = '\0';
  return (ssize_t)n;
}

void cli_text_open(cli_text *text) {
  *text = (cli_text){0};
  keep(text, "", 0); /* text that stays empty is text */
  if (text->bytes) text->out = fopencookie(text, "w", (cookie_io_functions_t){.write = keep});
  if (text->out) return;
  cli_memory_ran_out();
  free(text->bytes);
  text->bytes = NULL;
}

char *cli_text_close(cli_text *text) {
  if (text->out && fclose(text->out) != 0) cli_memory_ran_out();
  text->out = NULL;
  if (!memory_ran_out) return text->bytes;
  free(text->bytes);
  text->bytes = NULL;
  return NULL;
}

int cli_text_emit(cli_text *text, const char *file, bool plain) {
  char *bytes = cli_text_close(text);
  int code = bytes ? cli_emit(bytes, file, plain) : cli_out_of_memory();
  free(bytes);
  return code;
}

static bool write_all(int descriptor, const char *text, size_t n) {
  while (n > 0) {
    ssize_t written = write(descriptor, text, n);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text += written;
    n -= (size_t)written;
  }
  return true;
}

/* The mode that open(2) would have given, or the one that the file already has. */
static mode_t wanted_mode(const char *file) {
  struct stat status;
  if (stat(file, &status) == 0) return status.st_mode & 0777;
  mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

/* A device or a pipe cannot be replaced: it is written to. */
static bool is_special(const char *file) {
  struct stat status;
  return stat(file, &status) == 0 && !S_ISREG(status.st_mode);
}

static int write_special(const char *text, const char *file) {
  FILE *out = fopen(file, "w");
  if (!out) return cannot_write(file);
  bool good = fputs(text, out) >= 0;
  good = fclose(out) == 0 && good;
  return good ? CLI_EXIT_DONE : cannot_write(file);
}

static int write_file(const char *text, const char *file) {
  if (is_special(file)) return write_special(text, file);
  char *name = NULL;
  if (asprintf(&name, "%s.tmp-XXXXXX", file) < 0) return cli_out_of_memory();
  int descriptor = mkstemp(name);
  if (descriptor < 0) {
    free(name);
    return cannot_write(file);
  }
  /* on the disk before it takes the old one's name: a loss of power leaves one of them whole */
  bool good = write_all(descriptor, text, strlen(text)) && fchmod(descriptor, wanted_mode(file)) == 0 && fsync(descriptor) == 0;
  int reason = errno;
  if (close(descriptor) != 0 && good) {
    good = false;
    reason = errno;
  }
  if (good && rename(name, file) != 0) {
    good = false;
    reason = errno;
  }
  if (!good) unlink(name);
  free(name);
  errno = reason;
  return good ? CLI_EXIT_DONE : cannot_write(file);
}

int cli_emit(const char *text, const char *file, bool plain) {
  if (cli_is_silent()) return CLI_EXIT_DONE;
  if (file) return write_file(text, file);
  char *copy = plain && !cli_utf8() ? strdup(text) : NULL, *ascii = copy ? reduced(copy) : NULL;
  /* a write that failed is found, and said, by cli_close_output */
  fputs(ascii ? ascii : text, stdout);
  free(ascii);
  free(copy);
  return CLI_EXIT_DONE;
}

int cli_close_output(int exit_code) {
  bool failed = fflush(stdout) != 0 || ferror(stdout) != 0;
  int reason = errno;
  /* EBADF with nothing left to write: standard output was closed from the start, which harms nobody */
  if (fclose(stdout) != 0 && errno != EBADF && !failed) {
    failed = true;
    reason = errno;
  }
  if (!failed) return exit_code;
  /* a reader that has seen enough, as `head` has, knows why */
  if (reason != EPIPE) fprintf(stderr, _("headcount: error: cannot write standard output: %s\n"), strerror(reason));
  return CLI_EXIT_IO;
}
