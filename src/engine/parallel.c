/* The only file with OpenMP. */
#include "engine/parallel.h"

#include <omp.h>
#include <pthread.h>
#include <stdlib.h>

enum { CACHE_LINE = 64, MOST_PER_CHUNK = 64, CHUNKS_PER_THREAD = 16 };

/* libgomp's threads do not survive a fork, and its locks may be held for ever: a child process maps on
 * its own thread. This flag and its guard are the library's only mutable globals. */
static bool forked;
static pthread_once_t fork_guard = PTHREAD_ONCE_INIT;

static void note_fork(void) { forked = true; }
static void watch_forks(void) { pthread_atfork(NULL, NULL, note_fork); }

unsigned hc_parallel_threads(unsigned asked) {
  pthread_once(&fork_guard, watch_forks);
  if (forked || omp_in_parallel()) return 1;
  return asked ? asked : (unsigned)omp_get_max_threads();
}

static void *wait_for_release(void *lock) {
  pthread_mutex_lock(lock);
  pthread_mutex_unlock(lock);
  return NULL;
}

/* How many of the threads can run at once, this one included. libgomp ends the process when it cannot start one, so that
 * is tried beforehand; fewer threads change no digit. */
static unsigned startable(unsigned threads) {
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_t *probe = malloc(threads * sizeof *probe);
  unsigned started = 0;
  if (!probe) return 1;
  pthread_mutex_lock(&lock);
  while (started + 1 < threads && pthread_create(&probe[started], NULL, wait_for_release, &lock) == 0) started++;
  pthread_mutex_unlock(&lock);
  for (unsigned i = 0; i < started; i++) pthread_join(probe[i], NULL);
  free(probe);
  return started + 1;
}

struct map {
  uint64_t n, chunk, next; /* next: first index not yet handed out */
  int stop;
  hc_task task;
  void *context;
  const hc_pulse *pulse;
};

static uint64_t take_chunk(struct map *map) {
  uint64_t first;
#pragma omp atomic capture
  {
    first = map->next;
    map->next += map->chunk;
  }
  return first;
}

bool hc_pulse_beat(const hc_pulse *pulse, uint64_t done, uint64_t total) {
  return !pulse || !pulse->progress || pulse->progress(pulse->context, pulse->what, done, total);
}

static void ask_progress(struct map *map, uint64_t done) {
  if (hc_pulse_beat(map->pulse, done < map->n ? done : map->n, map->n)) return;
#pragma omp atomic write
  map->stop = 1;
}

static void work(struct map *map, void *scratch, bool reports) {
  for (;;) {
    int stop;
#pragma omp atomic read
    stop = map->stop;
    if (stop) return;
    uint64_t first = take_chunk(map);
    if (first >= map->n) return;
    uint64_t last = first + map->chunk < map->n ? first + map->chunk : map->n;
    for (uint64_t i = first; i < last; i++) map->task(map->context, i, scratch);
    if (reports) ask_progress(map, last);
  }
}

static uint64_t chunk_size(uint64_t n, unsigned threads) {
  uint64_t chunk = n / ((uint64_t)threads * CHUNKS_PER_THREAD);
  if (chunk < 1) return 1;
  return chunk < MOST_PER_CHUNK ? chunk : MOST_PER_CHUNK;
}

hc_status hc_parallel_map(uint64_t n, unsigned threads, size_t scratch_size, hc_task task, void *context,
                          const hc_pulse *pulse, uint64_t *done, hc_error *err) {
  threads = hc_parallel_threads(threads);
  if (n < threads) threads = n ? (unsigned)n : 1;
  size_t stride = (scratch_size + 2 * CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
  char *scratch = aligned_alloc(CACHE_LINE, stride * threads);
  if (!scratch) return hc_fail(err, HC_ENOMEM, "no memory for the scratch of %u threads", threads);
  if (threads > 1) threads = startable(threads);
  struct map map = {n, chunk_size(n, threads), 0, 0, task, context, pulse};
  if (threads == 1) {
    work(&map, scratch, true);
  } else {
#pragma omp parallel num_threads(threads)
    work(&map, scratch + stride * (size_t)omp_get_thread_num(), omp_get_thread_num() == 0);
  }
  free(scratch);
  *done = map.next < n ? map.next : n;
  if (!map.stop) hc_pulse_beat(pulse, n, n);
  return HC_OK;
}
