/* How long things take: one fit of each estimator, the bootstrap by kind, intervals, choices among models, reading CSV. Prints CSV:
 * name,reps,min,median,unit,ratio,speedup,efficiency. A row's min and median are over BATCHES batches of reps calls; ratio is the
 * median against something measured in the same run on the same machine: a call of exp() for times, read(2) of
 * the same bytes for rates; speedup: the least time on one thread against this one's. Run from the top of the tree. Never a test:
 * nothing fails by being slow. `bench --only NAME` measures one row; `bench --only NAME --count N` makes N calls of it and times
 * nothing, for tools/bench-instructions. */
#include <fcntl.h>
#include "headcount.h"

#include "engine/analysis.h"
#include "engine/author.h"
#include "engine/strata.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/interval.h"
#include "engine/parallel.h"
#include "numeric/model_search.h"

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
static const char *only;        /* the one row that is wanted; NULL: all */
static size_t calls;            /* calls of it; 0: measure */
static bool counted;

static bool is_wanted(const char *name) { return !only || strcmp(only, name) == 0; }

/* One row, per unit of work: microseconds, or nothing where calls are only counted. single: the least time on one thread, which
 * a row of one thread sets; NULL: threads do not matter. */
static void row(const char *name, work f, void *context, double units, unsigned threads, double *single) {
  double sorted[BATCHES];
  if (!is_wanted(name)) return;
  if (calls) f(context, calls), counted = true;
  if (calls) return;
  size_t reps = measure(f, context, sorted);
  for (int i = 0; i < BATCHES; i++) sorted[i] /= units;
  printf("%s,%zu,%.4g,%.4g,us,%.4g", name, reps * (size_t)units, sorted[0], sorted[BATCHES / 2], sorted[BATCHES / 2] / exp_microseconds);
  if (single && threads == 1) *single = sorted[0];
  if (single && *single > 0) printf(",%.3g,%.3g\n", *single / sorted[0], *single / sorted[0] / threads);
  else puts(",,");
  fflush(stdout);
}

/* 1, 2, 4, ... and all. */
static unsigned more_threads(unsigned threads) {
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  unsigned all = processors > 1 ? (unsigned)processors : 1;
  if (threads >= all) return 0;
  return 2 * threads < all ? 2 * threads : all;
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
    {"tests/data/doubt/anchor_stream_500.csv", HC_SHAPE_RANDOM_LIST},
    {"tests/data/doubt/multiplier_one.csv", HC_SHAPE_MULTIPLIER},
    {"tests/data/doubt/overlaps_three.csv", HC_SHAPE_OVERLAPS},
    {"tests/data/doubt/money_one.csv", HC_SHAPE_PLATFORMS},
};
enum { N_SAMPLES = sizeof samples / sizeof samples[0] };

struct prepared {
  hc_plan *plan;
  hc_estimate *estimate;
  double *scratch;
  unsigned threads;
  uint64_t replicates;
  hc_resample kind;
  hc_bootstrap *bootstrap;
  const char *method; /* of an interval */
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
    char name[80];
    snprintf(name, sizeof name, "fit/%s", id);
    if (!is_wanted(name)) continue;
    for (size_t s = 0; s < N_SAMPLES && !found; s++) {
      found = prepare(&p, samples[s].file, samples[s].shape, id, NULL, &err);
    }
    if (!found) {
      fprintf(stderr, "bench: no sample for %s: %s\n", id, err.message);
      continue;
    }
    row(name, many_fits, &p, 1, 1, NULL);
    end(&p);
  }
}

static void many_bootstraps(void *context, size_t reps) {
  struct prepared *p = context;
  for (size_t i = 0; i < reps; i++) {
    hc_bootstrap *b = NULL;
    if (hc_bootstrap_new(&b, p->plan, p->estimate, p->kind, 1 + i, 0, p->replicates, 0, p->threads,
                         NULL, NULL) != HC_OK)
      fprintf(stderr, "bench: the bootstrap failed\n");
    hc_bootstrap_free(b);
  }
}

/* Per replicate, resampling included. */
static void bench_bootstrap(const char *name, const char *file, const char *id, const char *terms, hc_resample kind) {
  struct prepared p;
  hc_error err = {0};
  double single = 0;
  if (only && strncmp(only, "bootstrap/", 10) != 0) return;
  if (!prepare(&p, file, HC_SHAPE_AUTO, id, terms, &err)) {
    fprintf(stderr, "bench: %s: %s\n", name, err.message);
    return;
  }
  p.kind = kind;
  p.replicates = calls ? 500 : 20000;
  for (p.threads = 1; p.threads; p.threads = more_threads(p.threads)) {
    char label[120];
    snprintf(label, sizeof label, "bootstrap/%s/threads=%u", name, p.threads);
    row(label, many_bootstraps, &p, (double)p.replicates, p.threads, &single);
  }
  end(&p);
}

static void many_intervals(void *context, size_t reps) {
  struct prepared *p = context;
  for (size_t i = 0; i < reps; i++) {
    hc_interval interval;
    hc_interval_basis basis = {.plan = p->plan, .estimate = p->estimate, .bootstrap = p->bootstrap, .level = 0.95, .threads = 1};
    hc_interval_compute(&interval, &basis, p->method, 0, NULL);
    hc_jackknife_free(basis.jackknife);
  }
}

/* Each method on Chao's bound with 1,000 replicates: the jackknife of `bca` is in it, the replicates are not. */
static void bench_intervals(void) {
  struct prepared p;
  if (only && strncmp(only, "interval/", 9) != 0) return;
  if (!prepare(&p, "datasets/mturk-2018/capture-frequencies.csv", HC_SHAPE_AUTO, "chao", NULL, NULL)) return;
  if (hc_bootstrap_new(&p.bootstrap, p.plan, p.estimate, HC_RESAMPLE_DEFAULT, 1, 0, 1000, 0, 1, NULL, NULL) == HC_OK)
    for (size_t i = 0; (p.method = hc_interval_method_at(i)); i++) {
      char name[80];
      snprintf(name, sizeof name, "interval/chao-%s", p.method);
      row(name, many_intervals, &p, 1, 1, NULL);
    }
  hc_bootstrap_free(p.bootstrap);
  end(&p);
}

/* A whole answer with --dependence: fits over the odds ratios, break-even, the exact interval of all pairs. */
struct dependent {
  hc_data *data;
  hc_settings settings;
};

static void many_dependences(void *context, size_t reps) {
  struct dependent *d = context;
  hc_error err = {0};
  for (size_t i = 0; i < reps; i++) {
    hc_analysis *analysis = NULL;
    if (hc_analysis_new(&analysis, d->data, hc_estimator_find("loglinear"), NULL, &d->settings, &err) != HC_OK)
      fprintf(stderr, "bench: %s\n", err.message);
    hc_analysis_free(analysis);
  }
}

static void bench_dependence(const char *name, const char *file, const char *pairs) {
  struct dependent d = {0};
  hc_error err = {0};
  if (!is_wanted(name)) return;
  hc_settings_init(&d.settings);
  d.settings.replicates = 0;
  d.settings.dependence = pairs;
  if (hc_data_read(&d.data, file, NULL, &err) != HC_OK) {
    fprintf(stderr, "bench: %s: %s\n", name, err.message);
    return;
  }
  row(name, many_dependences, &d, 1, 1, NULL);
  hc_data_free(d.data);
}

/* Every list plays the truth, with replicates that choose among models anew. */
static void many_checks(void *context, size_t reps) {
  struct dependent *d = context;
  hc_error err = {0};
  for (size_t i = 0; i < reps; i++) {
    hc_checks *checks = NULL;
    if (hc_checks_new(&checks, d->data, NULL, &d->settings, 30, &err) != HC_OK) fprintf(stderr, "bench: %s\n", err.message);
    hc_checks_free(checks);
  }
}

static void bench_check(const char *name, const char *file) {
  struct dependent d = {0};
  hc_error err = {0};
  if (!is_wanted(name)) return;
  hc_settings_init(&d.settings);
  if (hc_data_read(&d.data, file, NULL, &err) != HC_OK) {
    fprintf(stderr, "bench: %s: %s\n", name, err.message);
    return;
  }
  row(name, many_checks, &d, 1, 1, NULL);
  hc_data_free(d.data);
}

typedef void (*search)(const hc_model_problem *, const double *, double *, hc_model_choice *);

/* A table, and a choice among models that each replicate makes anew; or, without a search, a scan of all models. */
struct models {
  hc_model_problem problem;
  hc_hierarchy hierarchy;
  double counts[64], n;
  uint64_t replicates, pieces, mark[2];
  search search;
  unsigned threads;
  double *N;
  hc_model_score *score;
};

enum { PIECE = 4096 };

static void choose_again(void *context, uint64_t index, void *scratch) {
  struct models *m = context;
  hc_model_choice choice;
  hc_rng rng;
  double counts[64];
  hc_rng_init(&rng, 1, HC_PURPOSE_BOOTSTRAP, index);
  hc_rng_multinomial(&rng, m->n, (size_t)1 << m->problem.lists, m->counts, counts);
  m->search(&m->problem, counts, scratch, &choice);
  m->N[index] = choice.score.N;
}

static void scan_piece(void *context, uint64_t index, void *scratch) {
  struct models *m = context;
  hc_model_scan(&m->problem, &m->hierarchy, m->counts, m->mark[index], PIECE, scratch, m->score + PIECE * index);
}

static void many_choices(void *context, size_t reps) {
  struct models *m = context;
  size_t scratch = hc_model_search_scratch(&m->problem) * sizeof(double);
  uint64_t done;
  for (size_t i = 0; i < reps; i++)
    if (hc_parallel_map(m->search ? m->replicates : m->pieces, m->threads, scratch, m->search ? choose_again : scan_piece,
                        m, NULL, &done, NULL) != HC_OK)
      fprintf(stderr, "bench: a choice among models failed\n");
}

static bool read_models(struct models *m, const char *file) {
  hc_data *data = NULL;
  if (hc_data_read(&data, file, NULL, NULL) != HC_OK) return false;
  *m = (struct models){.problem = {.lists = data->n_lists}};
  for (size_t i = 0; i < data->n_cells; i++) {
    m->counts[data->history[i]] += (double)data->count[i];
    m->n += (double)data->count[i];
  }
  hc_data_free(data);
  return true;
}

/* Per model of a scan, or per replicate of a choice, its drawing included. */
static void bench_models(const char *name, const char *file, size_t max_order, search f, uint64_t replicates) {
  struct models m;
  if (only && strncmp(only, "models/", 7) != 0) return;
  if (!read_models(&m, file) || !hc_hierarchy_init(&m.hierarchy, m.problem.lists, max_order)) return;
  m.problem = hc_model_problem_default(m.problem.lists, max_order);
  m.search = f, m.replicates = replicates;
  uint64_t models = f ? 0 : hc_hierarchy_count(&m.hierarchy, PIECE, m.mark, 2);
  m.pieces = (models + PIECE - 1) / PIECE;
  m.N = malloc((replicates + 1) * sizeof *m.N);
  m.score = malloc((m.pieces + 1) * PIECE * sizeof *m.score);
  double single = 0;
  for (m.threads = 1; m.threads && m.N && m.score; m.threads = more_threads(m.threads)) {
    char label[120];
    snprintf(label, sizeof label, "models/%s/threads=%u", name, m.threads);
    row(label, many_choices, &m, (double)(f ? replicates : models), m.threads, &single);
  }
  free(m.N);
  free(m.score);
}

static void bench_selection(void) {
  static const char kosovo[] = "tests/data/mse_kosovo1999_4lists.csv", uk5[] = "tests/data/mse_uk2013_5lists.csv",
                    uk6[] = "tests/data/mse_uk2013_6lists.csv";
  bench_models("scan-of-6893", uk5, 4, NULL, 0);
  bench_models("best-of-113", kosovo, 3, hc_model_search_all, 1000);
  bench_models("best-of-1024", uk5, 2, hc_model_search_all, 100);
  bench_models("best-of-6893", uk5, 4, hc_model_search_all, 100);
  bench_models("best-of-32768", uk6, 2, hc_model_search_all, 20);
  bench_models("best-of-7785061", uk6, 5, hc_model_search_all, 20);
  bench_models("stepwise-5-lists", uk5, 2, hc_model_search_stepwise, 1000);
  bench_models("downhill-5-lists", uk5, 4, hc_model_search_downhill, 1000);
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
  printf("%s,%zu,%.4g,%.4g,MB/s,%.4g,,\n", name, reps, bytes / sorted[BATCHES - 1], median, median / against);
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

/* A regression on counts, everything after reading, or the reading as well. */
struct regression {
  const char *id, *formula, *file; /* file: read anew each time */
  hc_data *data;
  uint64_t replicates;
};

static void many_regressions(void *context, size_t reps) {
  const struct regression *r = context;
  for (size_t i = 0; i < reps; i++) {
    hc_data *data = r->data;
    hc_options *options = NULL;
    hc_analysis *a = NULL;
    hc_settings settings;
    hc_error err = {0};
    hc_settings_init(&settings);
    settings.replicates = r->replicates;
    settings.resample = r->replicates ? HC_RESAMPLE_NONPARAMETRIC : HC_RESAMPLE_DEFAULT;
    hc_read_settings how;
    hc_read_settings_init(&how);
    how.roles.times = "times";
    how.covariates = "a,b,sex,region";
    hc_status status = data ? HC_OK : hc_data_read(&data, r->file, &how, &err);
    if (status == HC_OK) status = hc_options_new(&options, hc_estimator_find(r->id), &err);
    if (status == HC_OK) status = hc_options_set(options, "formula", r->formula, &err);
    if (status == HC_OK) status = hc_analysis_new(&a, data, hc_estimator_find(r->id), options, &settings, &err);
    if (status != HC_OK) fprintf(stderr, "bench: %s %s: %s\n", r->id, r->formula, err.message);
    hc_analysis_free(a);
    hc_options_free(options);
    if (!r->data) hc_data_free(data);
  }
}

static void bench_regression(const char *name, struct regression *r) {
  char label[120];
  snprintf(label, sizeof label, "regression/%s", name);
  row(label, many_regressions, r, 1, 1, NULL);
}

/* As many people as singleRcapture's largest data set, each with a number of one's own and a sex. */
static hc_data *people_with_numbers(void) {
  enum { PEOPLE = 12036, TEXT = 24 };
  static const char *const names[] = {"size", "sex"};
  static uint64_t times[PEOPLE], count[PEOPLE];
  static char number[PEOPLE][TEXT];
  static const char *level[PEOPLE][2];
  hc_data *data = NULL;
  hc_rng rng;
  hc_rng_init(&rng, 1, HC_PURPOSE_SIMULATION, 0);
  for (size_t i = 0; i < PEOPLE;) {
    double size = 4 + hc_rng_normal(&rng);
    bool male = hc_rng_uniform(&rng) < 0.5;
    times[i] = (uint64_t)hc_rng_poisson(&rng, exp(-2 + 0.4 * size + 0.3 * male));
    if (times[i] && hc_rng_uniform(&rng) < 0.1) times[i] = 1; /* ones in excess */
    if (!times[i]) continue;
    snprintf(number[i], TEXT, "%.12f", size);
    level[i][0] = number[i], level[i][1] = male ? "m" : "f";
    count[i++] = 1;
  }
  if (hc_data_from_counts(&data, times, count, PEOPLE, NULL) != HC_OK ||
      hc_data_set_covariates(data, 2, names, PEOPLE, times, level[0], count, NULL) != HC_OK)
    exit(5);
  return data;
}

static bool write_million(const char *path) {
  FILE *out = fopen(path, "w");
  hc_rng rng;
  hc_rng_init(&rng, 2, HC_PURPOSE_SIMULATION, 0);
  if (!out) return false;
  fputs("id,times,a,b,sex,region\n", out);
  for (int i = 0; i < 1000000;) {
    int a = (int)(3 * hc_rng_uniform(&rng)), b = (int)(5 * hc_rng_uniform(&rng)), c = (int)(2 * hc_rng_uniform(&rng));
    int d = (int)(10 * hc_rng_uniform(&rng));
    double k = hc_rng_poisson(&rng, exp(-0.5 + 0.3 * a - 0.1 * b + 0.4 * c - 0.05 * d));
    if (k > 0) fprintf(out, "%d,%.0f,a%d,b%d,%c,r%d\n", ++i, k, a, b, c ? 'm' : 'f', d);
  }
  return fclose(out) == 0;
}

static void bench_regressions(void) {
  if (only && strncmp(only, "regression/", 11) != 0) return;
  struct regression few = {.id = "zt-poisson", .formula = "~ gender + age + nation", .replicates = 500};
  hc_read_settings how;
  hc_read_settings_init(&how);
  how.covariates = "gender,age,nation";
  if (hc_data_read(&few.data, "datasets/netherlands-1995/people.csv", &how, NULL) == HC_OK)
    bench_regression("1880-people-3-factors/500-replicates", &few);
  hc_data_free(few.data);
  hc_data *data = people_with_numbers();
  bench_regression("12036-numbers/zt-poisson", &(struct regression){.id = "zt-poisson", .formula = "~ size + sex", .data = data});
  bench_regression("12036-numbers/ztoi-poisson", &(struct regression){.id = "ztoi-poisson", .formula = "~ size + sex", .data = data});
  hc_data_free(data);
  char path[] = "/tmp/headcount-bench-XXXXXX";
  int fd = mkstemp(path);
  if (fd >= 0 && write_million(path))
    bench_regression("million-rows-4-factors/from-the-file", &(struct regression){.id = "zt-poisson", .formula = "~ a + b + sex + region",
                                                                                  .file = path});
  if (fd >= 0) close(fd), unlink(path);
}

static void warn_busy(const char *when) {
  double load[1];
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  if (getloadavg(load, 1) != 1) return;
  printf("# load %s: %.2f on %ld processors\n", when, load[0], processors);
  if (load[0] > 0.5 + (when[0] == 'a' ? (double)processors : 0))
    fprintf(stderr, "bench: the machine is busy %s (load %.1f): take ratios and the least times, and threads not at all\n", when, load[0]);
}

int main(int argc, char **argv) {
  double x = 0.5, sorted[BATCHES];
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "--only") == 0) only = argv[i + 1];
    if (strcmp(argv[i], "--count") == 0) calls = strtoull(argv[i + 1], NULL, 10);
  }
  if (!calls) {
    warn_busy("before");
    puts("name,reps,min,median,unit,ratio,speedup,efficiency");
    measure(many_exp, &x, sorted);
    exp_microseconds = sorted[BATCHES / 2];
  }
  row("exp", many_exp, &x, 1, 1, NULL);
  bench_fits();
  static const char frequencies[] = "datasets/mturk-2018/capture-frequencies.csv";
  bench_bootstrap("chao", frequencies, "chao", NULL, HC_RESAMPLE_DEFAULT);
  bench_bootstrap("chao-nonparametric", frequencies, "chao", NULL, HC_RESAMPLE_NONPARAMETRIC);
  bench_bootstrap("zt-poisson-parametric", frequencies, "zt-poisson", NULL, HC_RESAMPLE_PARAMETRIC);
  bench_bootstrap("loglinear-31-cells-10-parameters", "tests/data/mse_uk2013_5lists.csv", "loglinear",
                  "LA:NG + LA:PFNCA + NG:GO + GO:GP", HC_RESAMPLE_DEFAULT);
  bench_intervals();
  bench_dependence("dependence/3-lists", "tests/data/doubt/pwid_brussels_3lists.csv", "all=1..5");
  bench_dependence("dependence/4-lists", "tests/data/mse_kosovo1999_4lists.csv", "all=0.5..2");
  bench_check("check/5-lists-1000-replicates", "tests/data/mse_uk2013_5lists.csv");
  bench_regressions();
  bench_selection();
  if (!only && !bench_reading()) {
    fprintf(stderr, "bench: cannot write 100 MB to the temporary folder\n");
    return EXIT_FAILURE;
  }
  if (!calls) warn_busy("after");
  if (calls && !counted) fprintf(stderr, "bench: there is no row '%s'\n", only ? only : "");
  return calls && !counted ? EXIT_FAILURE : EXIT_SUCCESS;
}
