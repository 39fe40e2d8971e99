/* Log-linear models over lists and strata: the kernel against the lattice and against its own likelihood, coverage of
 * lists. */
#include "support.h"

#include "engine/coverage.h"
#include "numeric/blocks.h"
#include "numeric/lattice.h"

enum { LISTS = 3, CELLS = 8, TERMS = 6, BLOCKS = 2 };

/* A, B, C, A:B, A:C */
static const uint32_t mask[TERMS] = {1, 2, 4, 3, 5, 0};

/* Shared but for the intercept, or each block's own. */
static size_t number(uint16_t *parameter, size_t blocks, bool own) {
  size_t next = 0;
  for (size_t i = 0; i < TERMS; i++)
    for (size_t b = 0; b < blocks; b++) {
      bool anew = b == 0 || own || mask[i] == 0;
      parameter[b * TERMS + i] = anew ? (uint16_t)next++ : parameter[i];
    }
  return next;
}

struct fitted {
  double theta[BLOCKS * TERMS], mean[BLOCKS * CELLS], se[BLOCKS];
  hc_blocks_fit fit;
  bool found;
};

static struct fitted maximise(const double *y, size_t blocks, bool own, const uint32_t *absent) {
  static double scratch[4096];
  uint16_t parameter[BLOCKS * TERMS];
  struct fitted f;
  hc_blocks model = {
      .blocks = blocks, .lists = LISTS, .terms = TERMS, .mask = mask, .parameter = parameter, .absent = absent};
  model.parameters = number(parameter, blocks, own);
  assert_true(hc_blocks_scratch(&model) <= sizeof scratch / sizeof *scratch);
  for (size_t i = 0; i < sizeof scratch / sizeof *scratch; i++) scratch[i] = NAN;
  f.found = hc_blocks_maximise(&model, y, f.theta, f.mean, f.se, scratch, &f.fit);
  return f;
}

static const uint32_t everywhere[BLOCKS] = {0, 0};
static const double north[CELLS] = {0, 60, 48, 22, 41, 16, 11, 9};
static const double both[BLOCKS * CELLS] = {0, 60, 48, 22, 41, 16, 11, 9, 0, 40, 37, 19, 12, 7, 8, 5};

static double unseen_of_the_lattice(const double *y, double *se) {
  uint32_t join[TERMS * (TERMS + 1) / 2];
  hc_lattice lattice = {.lists = LISTS, .cells = CELLS, .terms = TERMS, .mask = mask, .join = join};
  double sufficient[TERMS], start[TERMS], beta[TERMS], factor[TERMS * TERMS], scratch[64];
  hc_lattice_maximum at;
  hc_lattice_join(join, mask, TERMS);
  hc_lattice_sufficient(&lattice, y, scratch, sufficient);
  hc_lattice_independence(&lattice, sufficient, start);
  hc_lattice_start from = {.beta = start};
  assert_true(hc_lattice_maximise(&lattice, sufficient, false, &from, beta, factor, scratch, &at));
  *se = sqrt(at.unseen + at.unseen * at.unseen * at.var_intercept);
  return at.unseen;
}

static void one_block_is_a_log_linear_model(void **state) {
  double se;
  (void)state;
  struct fitted f = maximise(north, 1, false, everywhere);
  assert_true(f.found);
  assert_close(f.fit.unseen, unseen_of_the_lattice(north, &se), 1e-10);
  assert_close(f.fit.se, se, 1e-9);
  assert_close(f.se[0], se, 1e-9);
  assert_true(f.fit.cells == 7 && f.fit.rank == TERMS);
}

static void blocks_that_share_nothing_are_fits_by_themselves(void **state) {
  double one, other;
  (void)state;
  struct fitted f = maximise(both, 2, true, everywhere);
  double sum = unseen_of_the_lattice(both, &one) + unseen_of_the_lattice(both + CELLS, &other);
  assert_close(f.fit.unseen, sum, 1e-10);
  assert_close(f.fit.se, hypot(one, other), 1e-9);
}

/* In the second block only list A operated: one cell, which its own intercept fits whatever the others are. */
static void a_block_without_information_changes_nothing(void **state) {
  static const uint32_t absent[BLOCKS] = {0, 6};
  double y[BLOCKS * CELLS] = {0}, se;
  (void)state;
  memcpy(y, north, sizeof north);
  y[CELLS + 1] = 75;
  struct fitted f = maximise(y, 2, false, absent);
  assert_true(f.found);
  assert_close(hc_blocks_observable(&(hc_blocks){.lists = LISTS, .absent = absent}, f.mean, 0, 0),
               unseen_of_the_lattice(north, &se), 1e-9);
  assert_close(f.se[0], se, 1e-8);
  double on = 0, off = 0; /* and there N = 75 over the chance of being on A */
  for (size_t c = 0; c < CELLS; c++) *(c & 1 ? &on : &off) += f.mean[c];
  assert_close(f.mean[CELLS] / f.mean[CELLS + 1], f.mean[0] / f.mean[1], 1e-12);
  double unseen = f.fit.unseen - f.mean[0];
  assert_close(unseen, 75 * off / on, 1e-9);
}

static double likelihood(const double *y, const uint32_t *absent, const double *theta, const uint16_t *parameter) {
  double sum = 0;
  for (size_t b = 0; b < BLOCKS; b++)
    for (uint32_t c = 1; c < CELLS; c++) {
      double m = 0;
      if (c & absent[b]) continue;
      for (uint32_t d = 0; d < CELLS; d++) {
        double eta = 0;
        if ((d & ~absent[b]) != c) continue;
        for (size_t i = 0; i < TERMS; i++) eta += (d & mask[i]) == mask[i] ? theta[parameter[b * TERMS + i]] : 0;
        m += exp(eta);
      }
      sum += y[b * CELLS + c] * log(m) - m;
    }
  return sum;
}

/* No step in any direction goes higher, from tables at random. */
static void nothing_is_higher_than_the_maximum(void **state) {
  static const uint32_t absent[BLOCKS] = {0, 4};
  uint16_t parameter[BLOCKS * TERMS];
  uint64_t x = 77;
  size_t parameters = number(parameter, BLOCKS, false);
  (void)state;
  for (int t = 0; t < 40; t++) {
    double y[BLOCKS * CELLS] = {0}, moved[BLOCKS * TERMS];
    for (size_t i = 0; i < BLOCKS * CELLS; i++) {
      x ^= x << 13, x ^= x >> 7, x ^= x << 17;
      if (i % CELLS && !(i % CELLS & absent[i / CELLS])) y[i] = 5 + (double)(x >> 20 & 63);
    }
    struct fitted f = maximise(y, BLOCKS, false, absent);
    assert_true(f.found);
    double most = likelihood(y, absent, f.theta, parameter);
    assert_close(most, f.fit.loglik, 1e-10);
    for (int k = 0; k < 100; k++) {
      for (size_t i = 0; i < parameters; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        moved[i] = f.theta[i] + ((double)(x >> 12 & 1023) / 511.5 - 1) * pow(10, -k % 4 - 1);
      }
      assert_true(likelihood(y, absent, moved, parameter) <= most + 1e-9);
    }
  }
}

static void a_term_that_nobody_has_is_minus_infinity(void **state) {
  double y[BLOCKS * CELLS];
  (void)state;
  memcpy(y, both, sizeof y);
  y[5] = y[7] = y[13] = y[15] = 0; /* nobody on A and C */
  struct fitted f = maximise(y, 2, false, everywhere);
  assert_true(f.found && isfinite(f.fit.unseen));
  assert_true(f.fit.cells == 10 && f.fit.rank == 6);
  assert_true(f.mean[5] == 0 && f.mean[15] == 0);
}

/* ---- which lists operated where ------------------------------------------------------------------- */

static hc_data *regions(void) {
  static const char *const lists[] = {"A", "B", "C"}, *const names[] = {"region"};
  static const char *const level[] = {"north", "north", "north", "south", "south"};
  static const uint64_t key[] = {1, 3, 6, 1, 3}, count[] = {10, 4, 3, 7, 2}, cell[] = {1, 3, 6}, all[] = {17, 6, 3};
  hc_data *data = NULL;
  assert_ok(hc_data_from_histories(&data, HC_SHAPE_LISTS, 3, lists, cell, all, 3, NULL));
  assert_ok(hc_data_set_attributes(data, 1, names, 5, key, level, count, NULL));
  return data;
}

static void coverage_is_read_and_checked(void **state) {
  uint64_t absent[2];
  size_t lacking;
  char columns[20] = "";
  hc_error err;
  (void)state;
  hc_data *data = regions();
  assert_ok(hc_coverage_read(data, " C:region = south ", absent, &lacking, NULL));
  assert_true(absent[0] == 0 && absent[1] == 4 && lacking == 1);
  assert_int_equal(hc_coverage_read(data, "C:region=north", absent, &lacking, &err), HC_EDATA);
  assert_int_equal(hc_coverage_read(data, "D:region=south", absent, &lacking, &err), HC_EUSAGE);
  assert_int_equal(hc_coverage_read(data, "C:sex=south", absent, &lacking, &err), HC_EUSAGE);
  assert_int_equal(hc_coverage_read(data, "C:region=east", absent, &lacking, &err), HC_EUSAGE);
  assert_int_equal(hc_coverage_read(data, "C=south", absent, &lacking, &err), HC_EUSAGE);
  assert_ok(hc_coverage_columns(columns, sizeof columns, "C:region=south; A:region=north;B:year=2019", NULL));
  assert_string_equal(columns, "region,year");
  assert_int_equal(hc_coverage_columns(columns, 12, "A:a long name=1", &err), HC_EUSAGE);
  hc_data_free(data);
}

static void a_stratum_goes_without_the_list(void **state) {
  hc_data *data = regions(), *south = NULL;
  (void)state;
  assert_ok(hc_coverage_stratum(&south, data, 1, 2, NULL)); /* B, between the others */
  assert_int_equal(south->n_lists, 2);
  assert_string_equal(south->list_names[1], "C");
  assert_int_equal(south->n_all, 3);
  assert_int_equal(south->history[0], 1);
  hc_data_free(south);
  hc_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_block_is_a_log_linear_model),
      cmocka_unit_test(blocks_that_share_nothing_are_fits_by_themselves),
      cmocka_unit_test(a_block_without_information_changes_nothing),
      cmocka_unit_test(nothing_is_higher_than_the_maximum),
      cmocka_unit_test(a_term_that_nobody_has_is_minus_infinity),
      cmocka_unit_test(coverage_is_read_and_checked),
      cmocka_unit_test(a_stratum_goes_without_the_list),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
