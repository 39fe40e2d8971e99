/* Loaded before libc (LD_PRELOAD): the k-th allocation of the program fails, once or from then on.
 *   FAIL_AT=k      which one; 0 or unset: none
 *   FAIL_FROM=1    that one and every later one
 *   FAIL_COUNT=f   at the end, how many there were is written to the file f
 *   FAIL_TRACE=1   where the failed one was asked for, on standard error: for people who look for a fault
 *   FAIL_FSYNC=s   fsync fails with EIO; s = kill: the program is killed there
 * Not counted: what the OpenMP runtime and the dynamic loader ask for, which end the program by themselves. libc's own
 * requests (buffers of streams, strdup, open_memstream, vasprintf, qsort) come through here and are counted. */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's own, under the names that nothing replaces. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t n);
void *__libc_memalign(size_t alignment, size_t n);

static atomic_ulong asked;
static unsigned long fail_at;
static bool from_then_on, traced;

__attribute__((constructor)) static void start(void) {
  const char *at = getenv("FAIL_AT");
  fail_at = at ? strtoul(at, NULL, 10) : 0;
  from_then_on = getenv("FAIL_FROM") != NULL;
  traced = getenv("FAIL_TRACE") != NULL;
  void *frame;
  if (traced) backtrace(&frame, 1); /* loads what it needs before anything fails */
  atomic_store(&asked, 0);
}

__attribute__((destructor)) static void end(void) {
  const char *name = getenv("FAIL_COUNT");
  int file = name ? open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
  if (file < 0) return;
  char text[32];
  int n = snprintf(text, sizeof text, "%lu\n", atomic_load(&asked));
  if (write(file, text, (size_t)n) != n) _exit(99);
  close(file);
}

static bool is_outside(const void *caller) {
  Dl_info where;
  if (!dladdr(caller, &where) || !where.dli_fname) return false;
  return strstr(where.dli_fname, "libgomp") || strstr(where.dli_fname, "libomp") || strstr(where.dli_fname, "/ld-linux");
}

static bool fails(const void *caller) {
  static _Thread_local bool busy;
  if (busy || is_outside(caller)) return false;
  unsigned long k = atomic_fetch_add(&asked, 1) + 1;
  if (fail_at == 0 || k < fail_at || (k > fail_at && !from_then_on)) return false;
  if (traced && k == fail_at) {
    void *frames[24];
    busy = true;
    backtrace_symbols_fd(frames, backtrace(frames, 24), STDERR_FILENO);
    busy = false;
  }
  errno = ENOMEM;
  return true;
}

#define FAILS fails(__builtin_return_address(0))

void *malloc(size_t n) { return FAILS ? NULL : __libc_malloc(n); }

void *calloc(size_t count, size_t size) { return FAILS ? NULL : __libc_calloc(count, size); }

void *realloc(void *old, size_t n) { return FAILS ? NULL : __libc_realloc(old, n); }

void *reallocarray(void *old, size_t count, size_t size) {
  size_t n;
  if (__builtin_mul_overflow(count, size, &n)) {
    errno = ENOMEM;
    return NULL;
  }
  return FAILS ? NULL : __libc_realloc(old, n);
}

void *memalign(size_t alignment, size_t n) { return FAILS ? NULL : __libc_memalign(alignment, n); }

void *aligned_alloc(size_t alignment, size_t n) { return FAILS ? NULL : __libc_memalign(alignment, n); }

int posix_memalign(void **out, size_t alignment, size_t n) {
  void *memory = FAILS ? NULL : __libc_memalign(alignment, n);
  if (!memory) return ENOMEM;
  *out = memory;
  return 0;
}

int fsync(int file) {
  const char *how = getenv("FAIL_FSYNC");
  if (!how) return fdatasync(file);
  if (strcmp(how, "kill") == 0) raise(SIGKILL);
  errno = EIO;
  return -1;
}
