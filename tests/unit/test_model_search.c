/* Fits on a face against their definition, and searches against published choices and against all models one by one. */
#include "support.h"

#include "numeric/exact.h"
#include "numeric/model_search.h"

enum { MOST_CELLS = 256, MODELS_OF_4 = 113, MODELS_OF_5 = 6893 };

struct table {
  size_t lists;
  double y[MOST_CELLS];
};

static struct table read_table(const char *file) {
  struct table t = {0};
  hc_data *data = NULL;
  assert_ok(hc_data_read(&data, file, NULL, NULL));
  t.lists = data->n_lists;
  assert_true(t.lists <= 8);
  for (size_t i = 0; i < data->n_cells; i++) t.y[data->history[i]] += (double)data->count[i];
  hc_data_free(data);
  return t;
}

/* Victims of trafficking in the Netherlands, five lists: Ned_5 of SparseMSE 2.0.1. */
static const struct table netherlands = {5, {0,   756, 1299, 1, 4466, 81, 44, 0, 650, 5, 0, 0, 82, 2, 0, 0,
                                             632, 73,  4,    0, 125,  11, 0,  0, 2,   0, 0, 0, 1,  0, 0, 0}};
static const struct table korea = {3, {0, 5, 5, 54, 41, 6, 0, 12}};

/* Scratch that holds NaN. */
static double *make_scratch(const hc_model_problem *p) {
  size_t size = hc_model_search_scratch(p);
  double *scratch = malloc(size * sizeof *scratch);
  assert_non_null(scratch);
  for (size_t i = 0; i < size; i++) scratch[i] = NAN;
  return scratch;
}

typedef void (*search)(const hc_model_problem *, const double *, double *, hc_model_choice *);

static hc_model_choice run(search f, const hc_model_problem *p, const double *y) {
  hc_model_choice choice;
  double *scratch = make_scratch(p);
  f(p, y, scratch, &choice);
  free(scratch);
  return choice;
}

static double choose(search f, const struct table *t, size_t max_order) {
  hc_model_problem p = hc_model_problem_default(t->lists, max_order);
  hc_model_choice choice = run(f, &p, t->y);
  assert_true(choice.score.candidate);
  assert_int_equal(choice.terms, choice.score.terms);
  return choice.score.N;
}

static bool has_pairs(const hc_model_choice *choice, const uint32_t *pair, size_t pairs) {
  size_t interactions = 0, found = 0;
  for (size_t i = 0; i < choice->terms; i++) {
    interactions += __builtin_popcount(choice->mask[i]) > 1;
    for (size_t j = 0; j < pairs; j++) found += choice->mask[i] == pair[j];
  }
  return interactions == pairs && found == pairs;
}

/* Silverman, Chan and Vincent (2024), Table 6: BIC among all models, by order; printed to the person. */
static void published_choices_among_all(void **state) {
  struct table uk = read_table("tests/data/mse_uk2013_5lists.csv");
  struct table kosovo = read_table("tests/data/mse_kosovo1999_4lists.csv");
  struct table orleans = read_table("tests/data/mse_neworleans_5lists_n186.csv");
  static const uint32_t pairs[] = {3, 5, 6, 12, 18}; /* 12, 13, 23, 34, 25 */
  (void)state;
  assert_close(choose(hc_model_search_all, &uk, 2), 22991, 0.5 / 22991);
  assert_close(choose(hc_model_search_all, &uk, 4), 25311, 0.5 / 25311);
  assert_close(choose(hc_model_search_all, &kosovo, 3), 10357, 0.5 / 10357);
  assert_close(choose(hc_model_search_all, &kosovo, 2), 14342, 0.5 / 14342);
  assert_close(choose(hc_model_search_all, &orleans, 4), 981, 0.5 / 981);
  assert_close(choose(hc_model_search_all, &korea, 2), 157.166666667, 1e-9);
  hc_model_problem p = hc_model_problem_default(5, 2);
  hc_model_choice choice = run(hc_model_search_all, &p, uk.y);
  assert_true(has_pairs(&choice, pairs, 5));
}

/* The same table, downhill from independence; Korea's to the digits of the package's vignette. */
static void published_choices_downhill(void **state) {
  struct table uk5 = read_table("tests/data/mse_uk2013_5lists.csv"),
               uk6 = read_table("tests/data/mse_uk2013_6lists.csv");
  struct table kosovo = read_table("tests/data/mse_kosovo1999_4lists.csv");
  struct table orleans5 = read_table("tests/data/mse_neworleans_5lists_n186.csv");
  struct table orleans8 = read_table("tests/data/mse_neworleans_8lists_n186.csv");
  (void)state;
  for (size_t order = 2; order < 5; order += 2) {
    assert_close(choose(hc_model_search_downhill, &uk5, order), 12262, 0.5 / 12262);
    assert_close(choose(hc_model_search_downhill, &uk6, order), 12350, 0.5 / 12350);
    assert_close(choose(hc_model_search_downhill, &orleans5, order), 981, 0.5 / 981);
    assert_close(choose(hc_model_search_downhill, &orleans8, order), 1110, 0.5 / 1110);
  }
  assert_close(choose(hc_model_search_downhill, &kosovo, 3), 10357, 0.5 / 10357);
  assert_close(choose(hc_model_search_downhill, &kosovo, 2), 14342, 0.5 / 14342);
  assert_close(choose(hc_model_search_downhill, &korea, 2), 157.166666667, 1e-9);
}

/* SparseMSE 2.0.1, estimatepopulation.0(method = "stepwise", pthresh = 0.02): point estimate, AIC, deviance. */
static void choices_of_sparsemse(void **state) {
  static const struct {
    const char *file;
    double N, aic, deviance;
  } row[] = {{"tests/data/mse_uk2013_6lists.csv", 11417.991091504631, 162.65905497633241, 22.993915374221139},
             {"tests/data/mse_uk2013_5lists.csv", 11312.990289435265, 127.59863057681399, 16.35138340345139},
             {"tests/data/mse_neworleans_8lists_n185.csv", 1183.6922745534487, 113.06918928871525, 34.007064431741277},
             {"tests/data/mse_neworleans_5lists_n185.csv", 1034.1510652310487, 77.529389255678836, 19.283454561375251},
             {"tests/data/SparseMSE_Artificial_3.csv", 539.09392942860404, 36.147423954408637, 8.8725402834468827}};
  (void)state;
  for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
    struct table t = read_table(row[i].file);
    hc_model_problem p = hc_model_problem_default(t.lists, 2);
    p.criterion = HC_CRITERION_AIC;
    hc_model_choice choice = run(hc_model_search_stepwise, &p, t.y);
    double scratch[4096];
    assert_true(hc_model_scratch(&p) <= 4096 || t.lists > 5);
    assert_close(choice.score.N, row[i].N, 1e-7);
    assert_close(choice.score.value, row[i].aic, 1e-9);
    if (t.lists > 5) continue;
    hc_model_room room = hc_model_begin(&p, t.y, scratch);
    assert_close(2 * (room.saturated - choice.score.loglik), row[i].deviance, 1e-8);
  }
}

static void fit(const hc_model_problem *p, const struct table *t, const uint32_t *mask, size_t terms,
                hc_model_score *score) {
  double *scratch = make_scratch(p);
  hc_model_room room = hc_model_begin(p, t->y, scratch);
  hc_model_fit(&room, mask, terms, NULL, score);
  free(scratch);
}

/* The acceleration of BCa: a choice made anew on each table that lacks one person. */
static double acceleration(search f, const struct table *t, size_t max_order) {
  hc_model_problem p = hc_model_problem_default(t->lists, max_order);
  double N[MOST_CELLS], n = 0, mean = 0, squares = 0, cubes = 0;
  size_t cells = (size_t)1 << t->lists;
  for (size_t c = 1; c < cells; c++) {
    struct table less = *t;
    if (!(t->y[c] > 0)) continue;
    less.y[c] -= 1;
    hc_model_choice choice = run(f, &p, less.y);
    assert_true(choice.score.candidate);
    N[c] = choice.score.N;
    n += t->y[c], mean += t->y[c] * N[c];
  }
  for (size_t c = 1; c < cells; c++) {
    double residual = t->y[c] > 0 ? mean / n - N[c] : 0;
    squares += t->y[c] * residual * residual, cubes += t->y[c] * residual * residual * residual;
  }
  return cubes / (6 * pow(squares, 1.5));
}

/* SparseMSE 2.0.1, estimatepopulation, ahat; Korea: downhill_jackknifecal, vignette of MultipleSystemsEstimation. */
static void published_accelerations(void **state) {
  struct table uk = read_table("tests/data/mse_uk2013_5lists.csv");
  struct table orleans = read_table("tests/data/mse_neworleans_5lists_n185.csv");
  struct table artificial = read_table("tests/data/SparseMSE_Artificial_3.csv");
  (void)state;
  assert_close(acceleration(hc_model_search_stepwise, &uk, 2), -0.012181081373769932, 1e-6);
  assert_close(acceleration(hc_model_search_stepwise, &orleans, 2), -0.055161472514574206, 1e-6);
  assert_close(acceleration(hc_model_search_stepwise, &artificial, 2), -0.061031041332848389, 1e-6);
  assert_close(acceleration(hc_model_search_downhill, &korea, 2), -0.008783628, 1e-6);
}

/* Terms that nobody has among them: R 4.2.2, glm on the cells without them, epsilon 1e-14; the criterion counts all. */
static void a_face_as_glm_fits_it(void **state) {
  static const uint32_t pairs[] = {1, 2, 4, 8, 16, 3, 6, 10, 17, 18, 20, 24, 0};
  static const uint32_t with_135[] = {1, 2, 4, 8, 16, 3, 5, 10, 12, 17, 20, 21, 0};
  hc_model_score score;
  (void)state;
  hc_model_problem p = hc_model_problem_default(5, 3);
  fit(&p, &netherlands, pairs, 13, &score); /* 12 23 24 15 25 35 45 */
  assert_int_equal(score.face, HC_FACE_MARGINS);
  assert_close(score.N, 48012.726292, 1e-10);
  assert_close(score.se, 3263.8939, 1e-7);
  assert_close(score.loglik, -52.422778, 1e-8);
  assert_close(score.value, 222.053910, 1e-8);
  fit(&p, &netherlands, with_135, 13, &score); /* 12 13 24 34 15 35 135 */
  assert_int_equal(score.face, HC_FACE_MARGINS);
  assert_close(score.N, 148788.758991, 1e-10);
  assert_close(score.value, 219.170729, 1e-8);
}

/* The same as the fit without these cells and this term, but for a term more in the criterion. */
static void cells_of_a_margin_of_zero_are_left_out(void **state) {
  static const uint32_t mask[] = {1, 2, 4, 8, 16, 3, 6, 10, 9, 17, 18, 20, 24, 0};
  const size_t terms = sizeof mask / sizeof *mask;
  hc_model_score score, without;
  struct table t = {5, {0}};
  unsigned char observable[32];
  uint32_t fewer[16];
  size_t kept = 0;
  double n = 0;
  (void)state;
  for (size_t c = 0; c < 32; c++) observable[c] = (c & 6) != 6;
  for (size_t c = 1; c < 32; c++) n += t.y[c] = (double)((c * 7919) % 23 + 1) * observable[c];
  for (size_t i = 0; i < terms; i++)
    if (mask[i] != 6) fewer[kept++] = mask[i];
  hc_model_problem p = hc_model_problem_default(5, 2), q = p;
  q.observable = observable;
  fit(&p, &t, mask, terms, &score);
  fit(&q, &t, fewer, kept, &without);
  assert_true(score.candidate && score.face == HC_FACE_MARGINS && score.terms == terms);
  assert_true(without.candidate && without.face == HC_FACE_INTERIOR);
  assert_close(score.N, without.N, 1e-12);
  assert_close(score.loglik, without.loglik, 1e-12);
  assert_close(score.value - without.value, log(n), 1e-9);
}

static uint64_t random_bits(uint64_t *x) { /* xorshift64 (Marsaglia 2003) */
  *x ^= *x << 13, *x ^= *x >> 7, *x ^= *x << 17;
  return *x;
}

static struct table random_table(size_t lists, uint64_t *x) {
  struct table t = {lists, {0}};
  int full = (int)(random_bits(x) >> 9 & 7) + 4;
  for (size_t c = 1; c < (size_t)1 << lists; c++)
    if ((int)(random_bits(x) >> 13 & 7) + 2 * __builtin_popcountll(c) <= full)
      t.y[c] = 1 + (double)(random_bits(x) >> 11 & 63);
  t.y[1] += 1;
  return t;
}

/* At the maximum the margins of the model's terms are those of the table, means are 0 off the face and above 0 on it;
 * on sparse tables, faces beyond empty margins included. */
static void fitted_margins_are_those_of_the_table(void **state) {
  uint64_t x = 7;
  size_t met[4] = {0};
  (void)state;
  for (int i = 0; i < 150; i++) {
    struct table t = random_table(3 + (size_t)i % 2, &x);
    hc_hierarchy h;
    hc_model_problem p = hc_model_problem_default(t.lists, t.lists - 1);
    p.worst = HC_FACE_COEFFICIENTS;
    double *scratch = make_scratch(&p), fitted[16];
    hc_model_room room = hc_model_begin(&p, t.y, scratch);
    assert_true(hc_hierarchy_init(&h, t.lists, t.lists - 1));
    for (uint64_t model = h.always; model; model = hc_hierarchy_next(&h, model)) {
      uint32_t mask[HC_HIERARCHY_MAX_TERMS];
      hc_model_score score;
      size_t terms = hc_hierarchy_terms(&h, model, mask);
      hc_model_fit(&room, mask, terms, NULL, &score);
      met[score.face]++;
      assert_int_equal(score.candidate, score.face <= HC_FACE_COEFFICIENTS);
      if (!score.candidate) continue;
      hc_model_means(&room, fitted);
      assert_close(room.n + fitted[0], score.N, 1e-12);
      for (size_t c = 1; c < room.cells; c++) assert_true(room.live[c] == 1 ? fitted[c] > 0 : fitted[c] == 0);
      hc_model_margins(&room, fitted);
      for (size_t j = 0; j < terms; j++)
        assert_true(fabs(fitted[mask[j]] - room.margin[mask[j]]) < 1e-7 * (1 + room.n));
      assert_true(score.N >= room.n && isfinite(score.N) && score.loglik <= room.saturated + 1e-9);
      for (size_t c = 1; c < room.cells; c++) assert_true(room.live[c] == 1 || t.y[c] == 0);
    }
    free(scratch);
  }
  for (size_t i = 0; i < 4; i++) assert_true(met[i] > 20);
}

/* N on a face is where N goes when every cell gets a little: there the maximum is inside. */
static void a_face_is_a_limit(void **state) {
  uint64_t x = 2012;
  size_t compared = 0;
  (void)state;
  for (int i = 0; i < 60; i++) {
    struct table t = random_table(3 + (size_t)i % 2, &x), more = t;
    for (size_t c = 1; c < (size_t)1 << t.lists; c++) more.y[c] += 1e-7;
    hc_hierarchy h;
    hc_model_problem p = hc_model_problem_default(t.lists, t.lists - 1);
    p.worst = HC_FACE_COEFFICIENTS;
    double *scratch = make_scratch(&p), *other = make_scratch(&p);
    hc_model_room room = hc_model_begin(&p, t.y, scratch), near = hc_model_begin(&p, more.y, other);
    assert_true(hc_hierarchy_init(&h, t.lists, t.lists - 1));
    for (uint64_t model = h.always; model; model = hc_hierarchy_next(&h, model)) {
      uint32_t mask[HC_HIERARCHY_MAX_TERMS];
      hc_model_score score, limit;
      size_t terms = hc_hierarchy_terms(&h, model, mask);
      hc_model_fit(&room, mask, terms, NULL, &score);
      if (!score.candidate || score.face == HC_FACE_INTERIOR) continue;
      hc_model_fit(&near, mask, terms, NULL, &limit);
      if (!limit.candidate) continue; /* too close to the boundary for Newton's method */
      assert_close(limit.N, score.N, 1e-3);
      compared++;
    }
    free(scratch), free(other);
  }
  assert_true(compared > 100);
}

static void compare_with_scan(const struct table *t, hc_criterion criterion, size_t order) {
  static hc_model_score score[MODELS_OF_5];
  hc_hierarchy h;
  hc_model_problem p = hc_model_problem_default(t->lists, order);
  p.criterion = criterion;
  double *scratch = make_scratch(&p);
  assert_true(hc_hierarchy_init(&h, t->lists, order));
  size_t models = hc_hierarchy_count(&h, 1, NULL, 0), best = 0;
  hc_model_scan(&p, &h, t->y, h.always, models, scratch, score);
  for (size_t i = 1; i < models; i++)
    if (score[i].value < score[best].value) best = i;
  hc_model_choice choice = run(hc_model_search_all, &p, t->y), downhill = run(hc_model_search_downhill, &p, t->y);
  assert_int_equal(choice.score.candidate, score[best].candidate);
  if (choice.score.candidate) {
    assert_memory_equal(&choice.score.N, &score[best].N, sizeof(double));
    assert_memory_equal(&choice.score.value, &score[best].value, sizeof(double));
    assert_true(downhill.score.value >= choice.score.value - 1e-9 * fabs(choice.score.value));
  }
  free(scratch);
}

/* The bounds leave out no model that wins, and the choice has the scan's bits. */
static void the_best_of_all_is_the_best_of_a_scan(void **state) {
  uint64_t x = 34;
  (void)state;
  for (int i = 0; i < 400; i++) {
    struct table t = random_table(2 + (size_t)i % 3, &x);
    for (size_t order = 1; order < t.lists; order++) compare_with_scan(&t, (hc_criterion)(i % 3), order);
  }
  for (int i = 0; i < 6; i++) {
    struct table t = random_table(5, &x);
    compare_with_scan(&t, (hc_criterion)(i % 3), 4);
    compare_with_scan(&t, (hc_criterion)(i % 3), 2);
  }
}

static void pieces_of_a_scan_have_the_bits_of_the_whole(void **state) {
  static hc_model_score whole[MODELS_OF_5], piece[1000];
  struct table t = read_table("tests/data/mse_neworleans_5lists_n186.csv");
  uint64_t mark[7];
  hc_hierarchy h;
  (void)state;
  hc_model_problem p = hc_model_problem_default(5, 4);
  double *scratch = make_scratch(&p);
  assert_true(hc_hierarchy_init(&h, 5, 4));
  assert_int_equal(hc_hierarchy_count(&h, 1000, mark, 7), MODELS_OF_5);
  hc_model_scan(&p, &h, t.y, h.always, MODELS_OF_5, scratch, whole);
  for (size_t j = 7; j-- > 0;) {
    size_t models = j == 6 ? MODELS_OF_5 - 6000 : 1000;
    hc_model_scan(&p, &h, t.y, mark[j], 1000, scratch, piece);
    for (size_t i = 0; i < models; i++) {
      assert_memory_equal(&piece[i].value, &whole[1000 * j + i].value, sizeof(double));
      assert_true(piece[i].candidate ? piece[i].N == whole[1000 * j + i].N : isnan(piece[i].N));
    }
  }
  free(scratch);
}

/* A model that inherits its parent's fit, because it only adds what nobody has, says what its own fit says. */
static void inherited_fits_are_fits(void **state) {
  static hc_model_score score[MODELS_OF_5];
  struct table t = read_table("tests/data/mse_neworleans_5lists_n186.csv");
  hc_hierarchy h;
  size_t i = 0;
  (void)state;
  hc_model_problem p = hc_model_problem_default(5, 4);
  double *scratch = make_scratch(&p);
  assert_true(hc_hierarchy_init(&h, 5, 4));
  hc_model_scan(&p, &h, t.y, h.always, MODELS_OF_5, scratch, score);
  hc_model_room room = hc_model_begin(&p, t.y, scratch);
  for (uint64_t model = h.always; model; model = hc_hierarchy_next(&h, model), i++) {
    uint32_t mask[HC_HIERARCHY_MAX_TERMS];
    hc_model_score own;
    hc_model_fit(&room, mask, hc_hierarchy_terms(&h, model, mask), NULL, &own);
    assert_int_equal(own.face, score[i].face);
    assert_int_equal(own.candidate, score[i].candidate);
    assert_int_equal(own.terms, score[i].terms);
    if (own.candidate) assert_close(score[i].N, own.N, 1e-9);
    if (own.candidate) assert_close(score[i].value, own.value, 1e-12);
  }
  free(scratch);
}

/* Two models 2 ln 3 apart, a third that does not count: weights 3/4 and 1/4. */
static void an_average_by_hand(void **state) {
  const hc_model_score score[] = {{.candidate = true, .N = 100, .se = 3, .value = 10},
                                  {.candidate = false, .N = NAN, .se = NAN, .value = INFINITY},
                                  {.candidate = true, .N = 120, .se = 8, .value = 10 + 2 * log(3)}};
  double weight[3], N, se;
  (void)state;
  hc_model_average(score, 3, weight, &N, &se);
  assert_close(N, 105, 1e-14);
  assert_close(weight[0], 0.75, 1e-14);
  assert_true(weight[1] == 0);
  assert_close(se, 0.75 * sqrt(9 + 25) + 0.25 * sqrt(64 + 225), 1e-14);
  hc_model_average(score + 1, 1, weight, &N, &se);
  assert_true(isnan(N) && isnan(se) && weight[0] == 0);
}

static void an_average_without_the_hopeless_is_that_of_a_scan(void **state) {
  static hc_model_score score[MODELS_OF_5];
  uint64_t x = 605;
  (void)state;
  for (int i = 0; i < 60; i++) {
    struct table t = i ? random_table(2 + (size_t)i % 4, &x) : read_table("tests/data/mse_uk2013_5lists.csv");
    hc_hierarchy h;
    hc_model_problem p = hc_model_problem_default(t.lists, t.lists - 1);
    p.criterion = (hc_criterion)(i % 3);
    double *scratch = make_scratch(&p), N, se;
    assert_true(hc_hierarchy_init(&h, t.lists, p.max_order));
    size_t models = hc_hierarchy_count(&h, 1, NULL, 0);
    hc_model_scan(&p, &h, t.y, h.always, models, scratch, score);
    hc_model_average(score, models, NULL, &N, &se);
    double found = hc_model_search_average(&p, t.y, scratch);
    if (isnan(N))
      assert_true(isnan(found));
    else
      assert_close(found, N, 1e-10);
    free(scratch);
  }
}

static void among_given_models_the_best_is_taken(void **state) {
  struct table t = read_table("tests/data/mse_kosovo1999_4lists.csv");
  uint64_t models[MODELS_OF_4];
  size_t n = 0;
  hc_hierarchy h;
  (void)state;
  hc_model_problem p = hc_model_problem_default(4, 3);
  hc_model_choice choice, best = run(hc_model_search_all, &p, t.y);
  double *scratch = make_scratch(&p);
  assert_true(hc_hierarchy_init(&h, 4, 3));
  for (uint64_t model = h.always; model; model = hc_hierarchy_next(&h, model)) models[n++] = model;
  hc_model_search_among(&p, t.y, models, n, scratch, &choice);
  assert_close(choice.score.N, best.score.N, 1e-10);
  assert_int_equal(choice.terms, best.terms);
  assert_memory_equal(choice.mask, best.mask, best.terms * sizeof *best.mask);
  assert_true(choice.fits < n);
  hc_model_search_among(&p, t.y, models, 1, scratch, &choice);
  assert_int_equal(choice.terms, 5);
  hc_model_search_among(&p, t.y, models, 0, scratch, &choice);
  assert_false(choice.score.candidate);
  free(scratch);
}

static void nothing_comes_in_at_threshold_zero(void **state) {
  struct table t = read_table("tests/data/mse_uk2013_5lists.csv");
  hc_model_problem p = hc_model_problem_default(5, 2);
  (void)state;
  p.threshold = 0;
  hc_model_choice choice = run(hc_model_search_stepwise, &p, t.y);
  assert_close(choice.score.N, 13444.131209013924, 1e-9); /* SparseMSE 2.0.1, main effects */
  assert_int_equal(choice.terms, 6);
}

/* Three lists without overlap: nothing tells of the unseen, whatever the model. */
static void a_table_without_an_answer_has_none(void **state) {
  static const search searches[] = {hc_model_search_all, hc_model_search_stepwise, hc_model_search_downhill};
  const struct table t = {3, {0, 10, 20, 0, 30, 0, 0, 0}};
  (void)state;
  for (size_t i = 0; i < 3; i++) {
    hc_model_problem p = hc_model_problem_default(3, 2);
    p.worst = HC_FACE_COEFFICIENTS;
    hc_model_choice choice = run(searches[i], &p, t.y);
    assert_false(choice.score.candidate);
    assert_true(isnan(choice.score.N));
  }
}

static void criteria_are_what_they_say(void **state) {
  (void)state;
  assert_close(hc_criterion_value(HC_CRITERION_AIC, -10, 3, 50), 26, 1e-15);
  assert_close(hc_criterion_value(HC_CRITERION_AICC, -10, 3, 50), 26 + 24.0 / 46, 1e-15);
  assert_close(hc_criterion_value(HC_CRITERION_BIC, -10, 3, 50), 20 + 3 * log(50), 1e-15);
  assert_true(hc_criterion_value(HC_CRITERION_AICC, -10, 3, 4) == INFINITY);
}

/* The sum of the probabilities. */
static void poisson_tails_are_sums(void **state) {
  const double means[] = {0.01, 0.7, 3, 41.5, 300};
  (void)state;
  for (size_t i = 0; i < 5; i++) {
    double sum = 0, term = exp(-means[i]);
    for (int k = 0; k < 60; term *= means[i] / ++k) {
      assert_close(hc_poisson_at_least(k, means[i]) + sum, 1, 1e-12);
      sum += term;
      assert_close(hc_poisson_at_most(k, means[i]), sum, 1e-11);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(published_choices_among_all),
      cmocka_unit_test(published_choices_downhill),
      cmocka_unit_test(choices_of_sparsemse),
      cmocka_unit_test(published_accelerations),
      cmocka_unit_test(a_face_as_glm_fits_it),
      cmocka_unit_test(cells_of_a_margin_of_zero_are_left_out),
      cmocka_unit_test(fitted_margins_are_those_of_the_table),
      cmocka_unit_test(a_face_is_a_limit),
      cmocka_unit_test(the_best_of_all_is_the_best_of_a_scan),
      cmocka_unit_test(pieces_of_a_scan_have_the_bits_of_the_whole),
      cmocka_unit_test(inherited_fits_are_fits),
      cmocka_unit_test(an_average_by_hand),
      cmocka_unit_test(an_average_without_the_hopeless_is_that_of_a_scan),
      cmocka_unit_test(among_given_models_the_best_is_taken),
      cmocka_unit_test(nothing_comes_in_at_threshold_zero),
      cmocka_unit_test(a_table_without_an_answer_has_none),
      cmocka_unit_test(criteria_are_what_they_say),
      cmocka_unit_test(poisson_tails_are_sums),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
