/* Runs build/headcount as its users do, and holds what came back. */
#ifndef HC_TESTS_PROGRAM_H
#define HC_TESTS_PROGRAM_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support.h"

enum { MOST_ARGUMENTS = 40, MOST_VARIABLES = 16 };

typedef struct run {
  char *out, *err; /* what was printed, both ended by a zero byte */
  size_t n_out, n_err;
  int code;   /* exit code; -1 when ended by a signal */
  int signal; /* that signal; 0 otherwise */
} run;

typedef struct setup {     /* what differs from the usual */
  const char *in;          /* file for standard input; NULL: /dev/null     */
  const char *out;         /* file for standard output; NULL: it is kept   */
  bool closed;             /* standard output does not exist               */
  const char *const *environment; /* NAME=value, ended by NULL; beside LC_ALL=C.UTF-8 */
  bool terminal;           /* standard error is a terminal                 */
  double interrupt_after;  /* seconds until Ctrl-C; 0: never               */
} setup;

/* The program beside this test: build/tests/cli/test_x -> build/headcount. */
static inline const char *program(void) {
  static char path[4096];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path - 32);
  assert_true(n > 0);
  path[n] = '\0';
  for (int i = 0; i < 3; i++) *strrchr(path, '/') = '\0';
  strncat(path, "/headcount", 31);
  return path;
}

/* The environment of this process (sanitizers take options from it) with a known locale and screen. */
static inline char **environment_of(const char *const *more) {
  static char *variables[512];
  static char locale[] = "LC_ALL=C.UTF-8";
  size_t n = 0;
  for (char **v = environ; *v != NULL && n < 480; v++) {
    bool ours = strncmp(*v, "LC_ALL=", 7) == 0 || strncmp(*v, "COLUMNS=", 8) == 0 || strncmp(*v, "HEADCOUNT_", 10) == 0;
    if (!ours) variables[n++] = *v;
  }
  bool located = false;
  for (size_t i = 0; more != NULL && more[i] != NULL; i++) {
    variables[n++] = (char *)more[i];
    located = located || strncmp(more[i], "LC_ALL=", 7) == 0;
  }
  if (!located) variables[n++] = locale;
  variables[n] = NULL;
  return variables;
}

static inline void grow(char **text, size_t *n, const char *more, size_t length) {
  *text = realloc(*text, *n + length + 1);
  assert_non_null(*text);
  memcpy(*text + *n, more, length);
  *n += length;
  (*text)[*n] = '\0';
}

static inline double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Reads both streams until both are closed. A terminal says EIO when its last user is gone. */
static inline void listen_to(run *r, int out, int err, pid_t pid, double interrupt_at) {
  struct pollfd from[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
  bool open[2] = {out >= 0, true};
  while (open[0] || open[1]) {
    int wait = interrupt_at > 0 ? (int)(1000 * (interrupt_at - seconds())) : -1;
    int ready = poll(from, 2, interrupt_at > 0 && wait < 0 ? 0 : wait);
    if (interrupt_at > 0 && seconds() >= interrupt_at) {
      kill(pid, SIGINT);
      interrupt_at = 0;
    }
    for (int i = 0; i < 2 && ready > 0; i++) {
      if (!open[i] || from[i].revents == 0) continue;
      char buffer[65536];
      ssize_t n = read(from[i].fd, buffer, sizeof buffer);
      if (n > 0 && i == 0) grow(&r->out, &r->n_out, buffer, (size_t)n);
      if (n > 0 && i == 1) grow(&r->err, &r->n_err, buffer, (size_t)n);
      if (n <= 0) {
        open[i] = false;
        from[i].fd = -1;
      }
    }
  }
}

static inline int open_terminal(const char **name) {
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  assert_true(master >= 0);
  assert_int_equal(grantpt(master), 0);
  assert_int_equal(unlockpt(master), 0);
  *name = ptsname(master);
  assert_non_null(*name);
  fcntl(master, F_SETFD, FD_CLOEXEC);
  return master;
}

/* Every JSON document that a test makes stays in build/documents, once, for tools/check-schema. */
static inline void keep_document(const run *r) {
  char path[4200];
  uint64_t hash = UINT64_C(14695981039346656037);
  if (r->out[0] != '{' && r->out[0] != '[') return;
  for (size_t i = 0; i < r->n_out; i++) hash = (hash ^ (unsigned char)r->out[i]) * UINT64_C(1099511628211); /* FNV-1a */
  snprintf(path, sizeof path, "%s", program());
  snprintf(strrchr(path, '/'), 32, "/documents");
  mkdir(path, 0777);
  snprintf(path + strlen(path), 32, "/%016llx.json", (unsigned long long)hash);
  FILE *f = fopen(path, "w");
  if (!f) return;
  fwrite(r->out, 1, r->n_out, f);
  fclose(f);
}

static inline run run_program(const setup *s, const char *const *arguments) {
  run r = {0};
  char *argv[MOST_ARGUMENTS + 2] = {(char *)"headcount"};
  for (size_t i = 0; arguments[i] != NULL; i++) argv[i + 1] = (char *)arguments[i];
  int out[2] = {-1, -1}, err[2] = {-1, -1};
  const char *terminal = NULL;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, s->in != NULL ? s->in : "/dev/null", O_RDONLY, 0);
  if (s->closed) {
    posix_spawn_file_actions_addclose(&actions, 1);
  } else if (s->out != NULL) {
    posix_spawn_file_actions_addopen(&actions, 1, s->out, O_WRONLY, 0);
  } else {
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  }
  if (s->terminal) {
    err[0] = open_terminal(&terminal);
    posix_spawn_file_actions_addopen(&actions, 2, terminal, O_RDWR | O_NOCTTY, 0);
  } else {
    assert_int_equal(pipe2(err, O_CLOEXEC), 0);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  }
  pid_t pid;
  int status = 0, failed = posix_spawn(&pid, program(), &actions, NULL, argv, environment_of(s->environment));
  posix_spawn_file_actions_destroy(&actions);
  if (out[1] >= 0) close(out[1]);
  /* held open until the program has its own, a terminal would otherwise seem closed at once */
  int slave = terminal != NULL ? open(terminal, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
  if (err[1] >= 0) close(err[1]);
  if (failed != 0) fail_msg("%s: %s", program(), strerror(failed));
  grow(&r.out, &r.n_out, "", 0);
  grow(&r.err, &r.n_err, "", 0);
  if (slave >= 0) {
    /* the terminal stays open while this process holds it: what is in it is read when the program is gone */
    double until = s->interrupt_after > 0 ? seconds() + s->interrupt_after : 0;
    int none[2];
    assert_int_equal(pipe2(none, O_CLOEXEC), 0);
    close(none[1]);
    listen_to(&r, out[0], none[0], pid, until);
    close(none[0]);
    waitpid(pid, &status, 0);
    close(slave);
    char buffer[65536];
    for (ssize_t n; (n = read(err[0], buffer, sizeof buffer)) > 0;) grow(&r.err, &r.n_err, buffer, (size_t)n);
  } else {
    listen_to(&r, out[0], err[0], pid, s->interrupt_after > 0 ? seconds() + s->interrupt_after : 0);
    waitpid(pid, &status, 0);
  }
  if (out[0] >= 0) close(out[0]);
  close(err[0]);
  r.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  r.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (!s->interrupt_after) keep_document(&r);
  return r;
}

#define RUN(...) run_program(&(setup){0}, (const char *const[]){__VA_ARGS__, NULL})
#define RUN_WITH(s, ...) run_program(&(s), (const char *const[]){__VA_ARGS__, NULL})

static inline void run_end(run *r) {
  free(r->out);
  free(r->err);
  *r = (run){0};
}

#define assert_code(r, expected)                                                                              \
  do {                                                                                                        \
    if ((r).code != (expected))                                                                               \
      fail_msg("exit code %d (signal %d), expected %d; stderr: %s", (r).code, (r).signal, (expected), (r).err); \
  } while (0)

#define assert_has(text, part)                                                                                \
  do {                                                                                                        \
    if (strstr((text), (part)) == NULL) fail_msg("'%s' is not in:\n%s", (part), (text));                      \
  } while (0)

#define assert_has_not(text, part)                                                                            \
  do {                                                                                                        \
    if (strstr((text), (part)) != NULL) fail_msg("'%s' is in:\n%s", (part), (text));                          \
  } while (0)

/* Files that a test needs, in a folder of its own --------------------------------------------------- */

static inline const char *folder(void) {
  static char path[64];
  if (path[0] == '\0') {
    snprintf(path, sizeof path, "/tmp/headcount-test-XXXXXX");
    assert_non_null(mkdtemp(path));
  }
  return path;
}

/* The path of a file in that folder; content NULL: not written. The path stays until the next six calls. */
static inline const char *file_of(const char *name, const char *content) {
  static char paths[6][256];
  static size_t next;
  char *path = paths[next++ % 6];
  snprintf(path, sizeof paths[0], "%s/%s", folder(), name);
  if (content == NULL) return path;
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  assert_true(fputs(content, f) >= 0);
  assert_int_equal(fclose(f), 0);
  return path;
}

static inline int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where) {
  (void)status, (void)kind, (void)where;
  return remove(path);
}

/* The group's teardown. */
static inline int remove_folder(void **state) {
  (void)state;
  return nftw(folder(), remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static inline char *content_of(const char *path) {
  FILE *f = fopen(path, "r");
  if (f == NULL) fail_msg("%s: %s", path, strerror(errno));
  char *text = NULL, buffer[4096];
  size_t size = 0;
  grow(&text, &size, "", 0);
  for (size_t n; (n = fread(buffer, 1, sizeof buffer, f)) > 0;) grow(&text, &size, buffer, n);
  fclose(f);
  return text;
}

#endif
