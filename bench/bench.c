/* How long things take: one fit of each estimator, the bootstrap, reading CSV. Prints CSV:
 * name,reps,min,median,unit,ratio. A row's min and median are over BATCHES batches of reps calls; ratio is the
 * median against something measured in the same run on the same machine: a call of exp() for times, read(2) of
 * the same bytes for rates. Run from the top of the tree. Never a test: nothing fails by being slow. */
#include <fcntl.h>
#include <headcount.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { BATCHES = 9 };
static const double BATCH_SECONDS = 0.02;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

typedef void (*work)(void *context, size_t reps);

/* Microseconds per call in each batch, sorted; returns the calls in a batch. */
static size_t measure(work f, void *context, double sorted[BATCHES]) {
  size_t reps = 1;
  for (double took = 0; took < BATCH_SECONDS && reps < 1u << 30; reps *= took < BATCH_SECONDS ? 2 : 1) {
    double start = now();
    f(context, reps);
    took = now() - start;
  }
  for (int i = 0; i < BATCHES; i++) {
    double start = now();
    f(context, reps);
    sorted[i] = 1e6 * (now() - start) / (double)reps;
  }
  qsort(sorted, BATCHES, sizeof *sorted, by_value);
  return reps;
}

static double exp_microseconds; /* one call of exp(), the yardstick of times */

static void print_time(const char *name, size_t reps, const double sorted[BATCHES]) {
  printf("%s,%zu,%.4g,%.4g,us,%.4g\n", name, reps, sorted[0], sorted[BATCHES / 2],
         sorted[BATCHES / 2] / exp_microseconds);
  fflush(stdout);
}

static void many_exp(void *context, size_t reps) {
  volatile double *x = context;
  for (size_t i = 0; i < reps; i++) *x = exp(-fabs(*x));
}

/* Where to look for data that an estimator fits; the first file that it does not refuse is taken. */
static const struct sample {
  const char *file;
  hc_shape shape;
} samples[] = {
    {"datasets/mturk-2018/capture-frequencies.csv", HC_SHAPE_AUTO},
    {"datasets/mturk-tracker-2026/times-seen.csv", HC_SHAPE_AUTO},
    {"datasets/edinburgh-taxis/times-seen.csv", HC_SHAPE_AUTO},
    {"datasets/bangkok-opiates-1991/two-lists.csv", HC_SHAPE_AUTO},
    {"datasets/kosovo-1999/four-lists.csv", HC_SHAPE_AUTO},
    {"tests/data/Rcapture_hare.csv", HC_SHAPE_OCCASIONS},
    {"datasets/mturk-2018/window-pairs.csv", HC_SHAPE_AUTO},
    {"datasets/france-2019/platforms.csv", HC_SHAPE_AUTO},
    {"datasets/platforms-synthetic/platforms.csv", HC_SHAPE_AUTO},
    {"datasets/research-ict-africa-2017/mozambique.csv", HC_SHAPE_AUTO},
    {"datasets/worldbank-2023/africa.csv", HC_SHAPE_REGIONS},
    {"datasets/stewart-2015/perlab.csv", HC_SHAPE_AUTO},
};
enum { N_SAMPLES = sizeof samples / sizeof samples[0] };

struct prepared {
  hc_plan *plan;
  hc_estimate *estimate;
  double *scratch;
  unsigned threads;
  uint64_t replicates;
};

static void end(struct prepared *p) {
  hc_estimate_free(p->estimate);
  hc_plan_free(p->plan);
  free(p->scratch);
}

/* False where the estimator refuses these data, with nothing left to free. */
static bool prepare(struct prepared *p, const char *file, hc_shape shape, const char *id, const char *terms,
                    hc_error *err) {
  const hc_estimator *estimator = hc_estimator_find(id);
  hc_data *data = NULL;
  hc_options *options = NULL;
  hc_read_settings how;
  *p = (struct prepared){0};
  hc_read_settings_init(&how);
  how.shape = shape;
  hc_status status = hc_data_read(&data, file, &how, err);
  if (status == HC_OK) status = hc_options_new(&options, estimator, err);
  if (status == HC_OK && terms) status = hc_options_set(options, "terms", terms, err);
  if (status == HC_OK) status = hc_plan_prepare(&p->plan, estimator, data, options, err);
  if (status == HC_OK) status = hc_estimate_new(&p->estimate, p->plan, err);
  if (status == HC_OK) {
    p->scratch = malloc((p->plan->n_scratch + 1) * sizeof(double));
    status = p->scratch ? hc_plan_fit(p->plan, p->plan->observed, p->scratch, p->estimate, err) : HC_ENOMEM;
  }
  hc_options_free(options);
  hc_data_free(data);
  if (status == HC_OK) return true;
  end(p);
  return false;
}

static void many_fits(void *context, size_t reps) {
  struct prepared *p = context;
  p->estimate->asked = (hc_asked){false, false};
  for (size_t i = 0; i < reps; i++) hc_plan_fit(p->plan, p->plan->observed, p->scratch, p->estimate, NULL);
}

static void bench_fits(void) {
  for (size_t i = 0; i < hc_estimator_count(); i++) {
    const char *id = hc_estimator_at(i)->id;
    struct prepared p;
    hc_error err = {0};
    bool found = false;
    for (size_t s = 0; s < N_SAMPLES && !found; s++) {
      found = prepare(&p, samples[s].file, samples[s].shape, id, NULL, &err);
    }
    if (!found) {
      fprintf(stderr, "bench: no sample for %s: %s\n", id, err.message);
      continue;
    }
    double sorted[BATCHES];
    char name[80];
    snprintf(name, sizeof name, "fit/%s", id);
    print_time(name, measure(many_fits, &p, sorted), sorted);
    end(&p);
  }
}

static void many_bootstraps(void *context, size_t reps) {
  struct prepared *p = context;
  for (size_t i = 0; i < reps; i++) {
    hc_bootstrap *b = NULL;
    if (hc_bootstrap_new(&b, p->plan, p->estimate, HC_RESAMPLE_DEFAULT, 1 + i, 0, p->replicates, p->threads, NULL, NULL,
                         NULL) != HC_OK)
      fprintf(stderr, "bench: the bootstrap failed\n");
    hc_bootstrap_free(b);
  }
}

/* Per replicate, resampling included. */
static void bench_bootstrap(const char *name, const char *file, const char *id, const char *terms) {
  struct prepared p;
  hc_error err = {0};
  if (!prepare(&p, file, HC_SHAPE_AUTO, id, terms, &err)) {
    fprintf(stderr, "bench: %s: %s\n", name, err.message);
    return;
  }
  p.replicates = 20000;
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  for (p.threads = 1;; p.threads = (unsigned)processors) {
    double sorted[BATCHES];
    char label[120];
    size_t reps = measure(many_bootstraps, &p, sorted);
    for (int i = 0; i < BATCHES; i++) sorted[i] /= (double)p.replicates;
    snprintf(label, sizeof label, "bootstrap/%s/threads=%u", name, p.threads);
    print_time(label, reps * p.replicates, sorted);
    if (p.threads >= processors) break;
  }
  end(&p);
}

/* A lists file of about `bytes` bytes, one row per person, the same on every run. */
static bool write_lists(const char *file, size_t bytes) {
  FILE *out = fopen(file, "w");
  if (!out) return false;
  uint32_t x = 1;
  fputs("police,hospital,shelter,survey,registry\n", out);
  for (size_t written = 40; written < bytes; written += 10) {
    x = x * 1664525u + 1013904223u;
    unsigned on = x >> 24, history = on & 31u ? on & 31u : 1;
    fprintf(out, "%u,%u,%u,%u,%u\n", history & 1, history >> 1 & 1, history >> 2 & 1, history >> 3 & 1, history >> 4 & 1);
  }
  return fclose(out) == 0;
}

static void many_reads(void *context, size_t reps) {
  hc_error err = {0};
  for (size_t i = 0; i < reps; i++) {
    hc_data *data = NULL;
    if (hc_data_read(&data, context, NULL, &err) != HC_OK) fprintf(stderr, "bench: %s\n", err.message);
    hc_data_free(data);
  }
}

static void many_raw_reads(void *context, size_t reps) {
  static char buffer[1 << 16];
  for (size_t i = 0; i < reps; i++) {
    int file = open(context, O_RDONLY);
    while (file >= 0 && read(file, buffer, sizeof buffer) > 0) continue;
    if (file >= 0) close(file);
  }
}

/* MB/s (a million bytes): min is the slowest batch. */
static void print_rate(const char *name, size_t reps, double bytes, const double sorted[BATCHES], double against) {
  double median = bytes / sorted[BATCHES / 2];
  printf("%s,%zu,%.4g,%.4g,MB/s,%.4g\n", name, reps, bytes / sorted[BATCHES - 1], median, median / against);
}

static bool bench_reading(void) {
  const size_t bytes = 100 * 1000 * 1000;
  char folder[] = P_tmpdir "/headcount-bench-XXXXXX", file[sizeof folder + 16];
  if (!mkdtemp(folder)) return false;
  snprintf(file, sizeof file, "%s/lists.csv", folder);
  bool written = write_lists(file, bytes);
  if (written) {
    double raw[BATCHES], read[BATCHES];
    size_t raw_reps = measure(many_raw_reads, file, raw), reps = measure(many_reads, file, read);
    double against = (double)bytes / raw[BATCHES / 2];
    print_rate("read/read(2)", raw_reps, (double)bytes, raw, against);
    print_rate("read/lists-csv", reps, (double)bytes, read, against);
  }
  unlink(file);
  rmdir(folder);
  return written;
}

int main(void) {
  double sorted[BATCHES], x = 0.5;
  puts("name,reps,min,median,unit,ratio");
  size_t reps = measure(many_exp, &x, sorted);
  exp_microseconds = sorted[BATCHES / 2];
  print_time("exp", reps, sorted);
  bench_fits();
  bench_bootstrap("chao", "datasets/mturk-2018/capture-frequencies.csv", "chao", NULL);
  bench_bootstrap("loglinear-31-cells-10-parameters", "tests/data/mse_uk2013_5lists.csv", "loglinear",
                  "LA:NG + LA:PFNCA + NG:GO + GO:GP");
  if (!bench_reading()) {
    fprintf(stderr, "bench: cannot write 100 MB to the temporary folder\n");
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
