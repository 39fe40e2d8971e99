/* A child process for each file that is no text, so that what a crafted file does to its reader ends there. */
#include "io/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "engine/data.h"
#include "headcount/read.h"
#include "io/statfile.h"

/* Ours: a survey of ten million people fits, and a file that makes a reader allocate or loop for ever ends soon. */
#if defined(__has_feature) /* clang's way to say what gcc says by macros */
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HC_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(HC_SANITIZED)
static const rlim_t most_memory = RLIM_INFINITY; /* their shadow is larger than any limit */
#else
static const rlim_t most_memory = (rlim_t)4 << 30;
#endif
enum { MOST_SECONDS = 600, EXIT_BROKEN = 3, EXIT_NO_MEMORY = 4 };

static const struct {
  hc_container kind;
  const char *name, *ending, *start;
  size_t n;
} known[] = {
    {HC_CONTAINER_GZIP, "a gzip file", ".gz", "\x1f\x8b", 2},
    {HC_CONTAINER_SPSS, "an SPSS file", ".sav", "$FL", 3},
    {HC_CONTAINER_STATA, "a Stata file", ".dta", "<stata_dta>", 11},
    {HC_CONTAINER_SAS, "a SAS file", ".sas7bdat", "\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60", 16},
    {HC_CONTAINER_XPORT, "a SAS transport file", ".xpt", "HEADER RECORD*******LIB", 23},
    {HC_CONTAINER_POR, "an SPSS portable file", ".por", "", 0},
    {HC_CONTAINER_STATA, "a Stata file", ".dta", "", 0},
    {HC_CONTAINER_XLSX, "an .xlsx workbook", ".xlsx", "", 0},
};
enum { N_KNOWN = sizeof known / sizeof *known };

static const char *name_of(hc_container kind) {
  size_t i = 0;
  while (i + 1 < N_KNOWN && known[i].kind != kind) i++;
  return known[i].name;
}

static bool ends_with(const char *s, const char *end) {
  size_t n = strlen(s), k = strlen(end);
  return n >= k && strcasecmp(s + n - k, end) == 0;
}

hc_container hc_container_of(const char *file, const unsigned char *bytes, size_t n) {
  for (size_t i = 0; i < N_KNOWN; i++) {
    if (known[i].n && n >= known[i].n && memcmp(bytes, known[i].start, known[i].n) == 0) return known[i].kind;
    bool zip = n > 4 && memcmp(bytes, "PK\3\4", 4) == 0;
    if (!known[i].n && ends_with(file, known[i].ending) && (known[i].kind != HC_CONTAINER_XLSX || zip)) return known[i].kind;
  }
  return HC_CONTAINER_TEXT;
}

const char *hc_readable_files(void) {
#ifdef HC_WITH_READSTAT
  return "SPSS, Stata and SAS files (ReadStat), gzip, .xlsx where xlsx2csv is installed";
#else
  return "gzip, .xlsx where xlsx2csv is installed; built without ReadStat (SPSS, Stata, SAS)";
#endif
}

/* ---- in the child ------------------------------------------------------------------------------------------ */

static int unzip(const char *file, FILE *out, FILE *complaints) {
  char buffer[1 << 16];
  int n = 0, code = Z_OK;
  gzFile in = gzopen(file, "rb");
  while (in && (n = gzread(in, buffer, sizeof buffer)) > 0)
    if (fwrite(buffer, 1, (size_t)n, out) != (size_t)n) return EXIT_FAILURE;
  if (in && n == 0 && gzclose(in) == Z_OK) return fflush(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  if (in && n == 0) return fputs("it ends too early", complaints), EXIT_BROKEN;
  if (in ? gzerror(in, &code) && code == Z_MEM_ERROR : errno == ENOMEM) return EXIT_NO_MEMORY;
  fputs(in ? gzerror(in, &code) : strerror(errno), complaints);
  return EXIT_BROKEN;
}

/* Takes the place of the child; comes back only where there is no such program. */
static int run_xlsx2csv(const char *file, const char *sheet, FILE *complaints) {
  bool number = sheet && !sheet[strspn(sheet, "0123456789")];
  if (dup2(fileno(complaints), STDERR_FILENO) < 0) return EXIT_FAILURE;
  if (sheet) execlp("xlsx2csv", "xlsx2csv", number ? "-s" : "-n", sheet, "--", file, (char *)NULL);
  else execlp("xlsx2csv", "xlsx2csv", "--", file, (char *)NULL);
  fputs("the program xlsx2csv is not installed (Debian: apt-get install xlsx2csv); or save the sheet as CSV", complaints);
  return EXIT_BROKEN;
}

static int convert(hc_container kind, const char *file, const char *sheet, int text, int complaints) {
  const struct rlimit memory = {most_memory, most_memory}, seconds = {MOST_SECONDS, MOST_SECONDS};
  FILE *out = fdopen(text, "w"), *why = fdopen(complaints, "w");
  if (!out || !why) return errno == ENOMEM ? EXIT_NO_MEMORY : EXIT_FAILURE;
  signal(SIGPIPE, SIG_DFL); /* a parent that has seen enough ends the child */
  signal(SIGINT, SIG_DFL);
  if (setrlimit(RLIMIT_AS, &memory) || setrlimit(RLIMIT_CPU, &seconds)) return EXIT_FAILURE;
  int code = EXIT_FAILURE;
  if (kind == HC_CONTAINER_GZIP) code = unzip(file, out, why);
  else if (kind == HC_CONTAINER_XLSX && dup2(text, STDOUT_FILENO) >= 0) code = run_xlsx2csv(file, sheet, why);
  else code = hc_statfile_write(kind, file, out, why) ? EXIT_SUCCESS : EXIT_BROKEN;
  if (fclose(out) != 0) code = EXIT_FAILURE;
  fclose(why);
  return code;
}

/* ---- in the parent ------------------------------------------------------------------------------------------ */

static hc_status fail_system(const char *file, hc_error *err) {
  return hc_fail_at(err, HC_EIO, file, 0, 0, "no process to read it: %s", strerror(errno));
}

hc_status hc_converter_start(hc_converter *c, hc_container kind, const char *file, const char *sheet, hc_error *err) {
  int text[2], complaints[2];
  *c = (hc_converter){.kind = kind, .text = -1, .complaints = -1};
  if (pipe2(text, O_CLOEXEC)) return fail_system(file, err);
  if (pipe2(complaints, O_CLOEXEC)) {
    close(text[0]), close(text[1]);
    return fail_system(file, err);
  }
  fflush(NULL); /* what is buffered must not be written twice */
  c->child = fork();
  if (c->child == 0) {
    close(text[0]), close(complaints[0]);
    _exit(convert(kind, file, sheet, text[1], complaints[1]));
  }
  close(text[1]), close(complaints[1]);
  c->text = text[0];
  c->complaints = complaints[0];
  if (c->child > 0) return HC_OK;
  hc_status status = fail_system(file, err);
  close(c->text), close(c->complaints);
  c->text = c->complaints = -1;
  c->child = 0;
  return status;
}

/* One line of what the child wrote, without its end. */
static void read_complaint(int fd, char *why, size_t size) {
  size_t n = 0;
  for (ssize_t got; n + 1 < size && (got = read(fd, why + n, size - 1 - n)) != 0;) {
    if (got < 0 && errno != EINTR) break;
    if (got > 0) n += (size_t)got;
  }
  why[n] = '\0';
  char *last = why; /* a program's last line says what happened */
  for (char *s = why; *s; s++)
    if (*s == '\n' && s[1]) last = s + 1;
  memmove(why, last, strlen(last) + 1);
  why[strcspn(why, "\n")] = '\0';
}

hc_status hc_converter_end(hc_converter *c, const char *file, hc_error *err) {
  char why[300] = "";
  int status = 0;
  if (!c->child) return HC_OK;
  close(c->text); /* a child that still writes ends now */
  read_complaint(c->complaints, why, sizeof why);
  close(c->complaints);
  while (waitpid(c->child, &status, 0) < 0 && errno == EINTR) continue;
  c->child = 0;
  if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) return HC_OK;
  if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_MEMORY)
    return hc_fail_at(err, HC_ENOMEM, file, 0, 0, "no memory to read %s", name_of(c->kind));
  if (why[0]) return hc_fail_at(err, HC_EDATA, file, 0, 0, "cannot be read as %s: %s", name_of(c->kind), why);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
    return hc_fail_at(err, HC_EDATA, file, 0, 0, "cannot be read as %s within %d seconds", name_of(c->kind), MOST_SECONDS);
  return hc_fail_at(err, HC_EDATA, file, 0, 0, "cannot be read as %s: the file is broken, and its reader ended (%s %d)",
                    name_of(c->kind), WIFSIGNALED(status) ? _("signal") : _("code"),
                    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}
