/* Long work: how far it is, and how to stop it. */
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number) {
  (void)number;
  interrupted = 1;
}

void cli_catch_interrupt(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_interrupt;
  /* The second Ctrl-C is impatience: it ends the program. */
  action.sa_flags = SA_RESTART | (int)SA_RESETHAND;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
}

bool cli_interrupted(void) { return interrupted != 0; }

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void cli_progress_start(cli_progress *progress, bool quiet) {
  *progress = (cli_progress){.terminal = !quiet && isatty(STDERR_FILENO) == 1, .started = now()};
}

static void time_left(char *text, size_t size, double seconds) {
  unsigned long s = (unsigned long)(seconds + 0.5);
  if (s >= 3600) {
    snprintf(text, size, "%lu h %02lu min", s / 3600, s / 60 % 60);
  } else if (s >= 60) {
    snprintf(text, size, "%lu min %02lu s", s / 60, s % 60);
  } else {
    snprintf(text, size, "%lu s", s);
  }
}

bool cli_progress_show(void *context, const char *what, uint64_t done, uint64_t total) {
  cli_progress *progress = context;
  if (progress->what != what) progress->what = what, progress->started = now();
  if (!progress->terminal || total == 0) return !cli_interrupted();
  double t = now(), elapsed = t - progress->started;
  if (elapsed < 1.0 || t - progress->last < 0.2 || done == 0) return !cli_interrupted();
  char a[HC_WORD_SIZE], b[HC_WORD_SIZE], left[64];
  time_left(left, sizeof left, elapsed * (double)(total - done) / (double)done);
  fprintf(stderr, "\r\033[K");
  fprintf(stderr, _("%s: %.0f%%, %s of %s, %s left"), progress->what,
          100.0 * (double)done / (double)total, hc_word_count(a, done), hc_word_count(b, total), left);
  fflush(stderr);
  progress->last = t;
  progress->shown = true;
  return !cli_interrupted();
}

void cli_progress_end(cli_progress *progress) {
  if (progress->shown) fputs("\r\033[K", stderr);
  progress->shown = false;
}
