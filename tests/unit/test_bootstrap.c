/* Replicates are the same bits for any number of threads, any cut of the range, and after a fork. */
#include "support.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/parallel.h"

enum { REPLICATES = 1003 };

struct fixture {
  hc_data *data;
  hc_plan *plan;
  hc_estimate *estimate;
};

static int set_up(void **state) {
  static struct fixture f;
  const uint64_t times[] = {1, 2, 3, 4, 5}, count[] = {142, 81, 49, 7, 3};
  assert_ok(hc_data_from_counts(&f.data, times, count, 5, NULL));
  assert_ok(hc_plan_prepare(&f.plan, hc_estimator_find("chao"), f.data, NULL, NULL));
  assert_ok(hc_estimate_new(&f.estimate, f.plan, NULL));
  assert_ok(hc_plan_fit(f.plan, f.plan->observed, NULL, f.estimate, NULL));
  *state = &f;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *f = *state;
  hc_estimate_free(f->estimate);
  hc_plan_free(f->plan);
  hc_data_free(f->data);
  return 0;
}

static hc_bootstrap *run(const struct fixture *f, hc_resample kind, uint64_t first, uint64_t n, unsigned threads) {
  hc_bootstrap *b = NULL;
  assert_ok(hc_bootstrap_new(&b, f->plan, f->estimate, kind, 42, first, n, 0, threads, NULL, NULL));
  return b;
}

static void threads_change_no_bit(void **state) {
  const hc_resample kinds[] = {HC_RESAMPLE_NONPARAMETRIC, HC_RESAMPLE_SEMIPARAMETRIC};
  const unsigned threads[] = {2, 3, 8};
  for (size_t k = 0; k < 2; k++) {
    hc_bootstrap *one = run(*state, kinds[k], 0, REPLICATES, 1);
    for (size_t t = 0; t < 3; t++) {
      hc_bootstrap *many = run(*state, kinds[k], 0, REPLICATES, threads[t]);
      assert_memory_equal(one->value, many->value, REPLICATES * sizeof(double));
      assert_memory_equal(one->se, many->se, REPLICATES * sizeof(double));
      hc_bootstrap_free(many);
    }
    hc_bootstrap_free(one);
  }
}

/* Room for a few stacks and not for 64: the run goes on with those, where libgomp alone would end the process. Address
 * space cannot be limited under the sanitizers, which reserve terabytes of it. */
static void threads_that_cannot_start_are_done_without(void **state) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
  unsigned long pages = 0;
  struct rlimit before, tight;
  hc_bootstrap *one = run(*state, HC_RESAMPLE_SEMIPARAMETRIC, 0, REPLICATES, 1);
  FILE *statm = fopen("/proc/self/statm", "r");
  if (statm) {
    assert_int_equal(fscanf(statm, "%lu", &pages), 1);
    fclose(statm);
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    tight = before;
    tight.rlim_cur = pages * (rlim_t)sysconf(_SC_PAGESIZE) + ((rlim_t)64 << 20);
    assert_int_equal(setrlimit(RLIMIT_AS, &tight), 0);
    hc_bootstrap *many = run(*state, HC_RESAMPLE_SEMIPARAMETRIC, 0, REPLICATES, 64);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_memory_equal(one->value, many->value, REPLICATES * sizeof(double));
    hc_bootstrap_free(many);
  }
  hc_bootstrap_free(one);
#else
  (void)state;
#endif
}

static void shards_are_slices_of_the_same_range(void **state) {
  hc_bootstrap *whole = run(*state, HC_RESAMPLE_SEMIPARAMETRIC, 0, REPLICATES, 2);
  hc_bootstrap *late = run(*state, HC_RESAMPLE_SEMIPARAMETRIC, 700, REPLICATES - 700, 3);
  hc_bootstrap *early = run(*state, HC_RESAMPLE_SEMIPARAMETRIC, 0, 700, 1);
  assert_memory_equal(whole->value, early->value, 700 * sizeof(double));
  assert_memory_equal(whole->value + 700, late->value, (REPLICATES - 700) * sizeof(double));
  hc_bootstrap_free(whole);
  hc_bootstrap_free(late);
  hc_bootstrap_free(early);
}

static bool stop_after_200(void *context, const char *what, uint64_t done, uint64_t total) {
  (void)context, (void)what, (void)total;
  return done < 200;
}

static void stopping_leaves_a_gapless_run(void **state) {
  const struct fixture *f = *state;
  hc_bootstrap *whole = run(f, HC_RESAMPLE_SEMIPARAMETRIC, 0, REPLICATES, 1);
  for (unsigned threads = 1; threads <= 3; threads++) {
    hc_bootstrap *part = NULL;
    assert_ok(hc_bootstrap_new(&part, f->plan, f->estimate, HC_RESAMPLE_DEFAULT, 42, 0, REPLICATES, 0, threads,
                               &(hc_pulse){stop_after_200, NULL, "chao"}, NULL));
    assert_true(part->done >= 200);
    if (threads == 1) assert_true(part->done < REPLICATES); /* with more, the others may have finished */
    assert_int_equal(part->requested, REPLICATES);
    assert_int_equal(part->succeeded, part->done);
    assert_memory_equal(whole->value, part->value, part->done * sizeof(double));
    hc_bootstrap_free(part);
  }
  hc_bootstrap_free(whole);
}

static void a_forked_child_works_and_agrees(void **state) {
  hc_bootstrap *parent = run(*state, HC_RESAMPLE_SEMIPARAMETRIC, 0, REPLICATES, 2);
  pid_t child = fork();
  assert_int_not_equal(child, -1);
  if (child == 0) {
    hc_bootstrap *b = NULL;
    const struct fixture *f = *state;
    alarm(20);
    int differs = hc_parallel_threads(8) != 1 ||
                  hc_bootstrap_new(&b, f->plan, f->estimate, HC_RESAMPLE_SEMIPARAMETRIC, 42, 0, REPLICATES, 0, 8,
                                   NULL, NULL) != HC_OK ||
                  memcmp(b->value, parent->value, REPLICATES * sizeof(double)) != 0;
    _exit(differs);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  hc_bootstrap_free(parent);
}

/* A semiparametric draw has the N-hat and the observed as its expectations. */
static void semiparametric_draws_are_centred(void **state) {
  const struct fixture *f = *state;
  hc_bootstrap *b = run(f, HC_RESAMPLE_SEMIPARAMETRIC, 0, 20000, 0);
  double mean = 0;
  for (size_t i = 0; i < b->done; i++) mean += b->value[i] / (double)b->done;
  assert_int_equal(b->succeeded, b->done);
  assert_true(fabs(mean - f->estimate->value[0]) < f->estimate->se[0] / 4);
  hc_bootstrap_free(b);
}

static void a_kind_the_estimator_lacks_is_refused(void **state) {
  const struct fixture *f = *state;
  hc_bootstrap *b = NULL;
  hc_error err;
  assert_int_equal(hc_bootstrap_new(&b, f->plan, f->estimate, HC_RESAMPLE_BLOCK, 1, 0, 10, 0, 1, NULL, &err),
                   HC_EREFUSED);
  assert_string_equal(err.code, "no-bootstrap");
}

static void counts_beyond_the_samplers_are_refused(void **state) {
  const struct fixture *f = *state;
  hc_bootstrap *b = NULL;
  hc_error err;
  double keep = f->estimate->value[0];
  f->estimate->value[0] = 5e9;
  assert_int_equal(hc_bootstrap_new(&b, f->plan, f->estimate, HC_RESAMPLE_DEFAULT, 1, 0, 10, 0, 1, NULL, &err),
                   HC_EREFUSED);
  assert_string_equal(err.code, "count-too-large");
  f->estimate->value[0] = keep;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(threads_change_no_bit),
      cmocka_unit_test(threads_that_cannot_start_are_done_without),
      cmocka_unit_test(shards_are_slices_of_the_same_range),
      cmocka_unit_test(stopping_leaves_a_gapless_run),
      cmocka_unit_test(a_forked_child_works_and_agrees),
      cmocka_unit_test(semiparametric_draws_are_centred),
      cmocka_unit_test(a_kind_the_estimator_lacks_is_refused),
      cmocka_unit_test(counts_beyond_the_samplers_are_refused),
  };
  return cmocka_run_group_tests_name("bootstrap", tests, set_up, tear_down);
}
