/* What holds for every estimator of the registry, on sample data of every shape it accepts. */
#include "support.h"

#include "engine/author.h"

#include <ctype.h>

enum { SIMULATIONS = 200, REPLICATES = 200, NAME_SIZE = 120 };

struct sample {
  const char *name;
  hc_data *data;
};

static struct sample samples[32];
static size_t n_samples;

static void add_sample(const char *name, hc_data *data) { samples[n_samples++] = (struct sample){name, data}; }

/* Expected counts of a population of 20,000 under capture probabilities p, rounded: histories or counts. */
static hc_data *histories(hc_shape shape, size_t k, const double *p, bool reversed) {
  enum { PEOPLE = 20000 };
  uint64_t history[256], count[256];
  size_t cells = (size_t)1 << k, n = 0;
  hc_data *data = NULL;
  for (size_t i = 1; i < cells; i++) {
    uint64_t h = reversed ? cells - i : i;
    double chance = 1;
    for (size_t j = 0; j < k; j++) chance *= h >> j & 1 ? p[j] : 1 - p[j];
    history[n] = h;
    count[n++] = (uint64_t)nearbyint(PEOPLE * chance);
  }
  assert_ok(hc_data_from_histories(&data, shape, k, NULL, history, count, n, NULL));
  return data;
}

/* The same of two classes of people, one seen far more than the other. */
static hc_data *two_classes(bool reversed) {
  const double p[2][4] = {{0.1, 0.15, 0.08, 0.2}, {0.6, 0.45, 0.7, 0.5}}, people[2] = {30000, 10000};
  uint64_t history[15], count[15];
  hc_data *data = NULL;
  for (uint64_t i = 0; i < 15; i++) {
    double mean = 0;
    history[i] = reversed ? 15 - i : i + 1;
    for (int j = 0; j < 2; j++) {
      double chance = people[j];
      for (int l = 0; l < 4; l++) chance *= history[i] >> l & 1 ? p[j][l] : 1 - p[j][l];
      mean += chance;
    }
    count[i] = (uint64_t)nearbyint(mean);
  }
  assert_ok(hc_data_from_histories(&data, HC_SHAPE_LISTS, 4, NULL, history, count, 15, NULL));
  return data;
}

/* Three lists, every third of each history in the south. */
static hc_data *by_region(bool reversed) {
  static const char *const region[] = {"region"};
  hc_data *data = histories(HC_SHAPE_LISTS, 3, (const double[]){0.3, 0.2, 0.35}, reversed);
  uint64_t key[14], count[14];
  const char *level[14];
  size_t n = 0;
  for (size_t i = 0; i < data->n_cells; i++)
    for (int south = 0; south < 2; south++) {
      size_t j = reversed ? data->n_cells - 1 - i : i;
      key[n] = data->history[j];
      count[n] = south ? data->count[j] / 3 : data->count[j] - data->count[j] / 3;
      level[n++] = south ? "south" : "north";
    }
  assert_ok(hc_data_set_covariates(data, 1, region, n, key, level, count, NULL));
  return data;
}

static hc_data *counts(bool reversed) {
  const uint64_t f[] = {7300, 4100, 2300, 1150, 520, 190, 65, 20, 4};
  uint64_t times[9], count[9];
  hc_data *data = NULL;
  for (size_t i = 0; i < 9; i++) {
    size_t k = reversed ? 8 - i : i;
    times[i] = k + 1;
    count[i] = f[k];
  }
  assert_ok(hc_data_from_counts(&data, times, count, 9, NULL));
  return data;
}

/* Geometric with mean 3 but for 120 more who were met once. */
static hc_data *ones_in_excess(bool reversed) {
  const uint64_t f[] = {195, 56, 42, 32, 24, 18, 13, 10, 8, 6, 4, 3};
  uint64_t times[12], count[12];
  hc_data *data = NULL;
  for (size_t i = 0; i < 12; i++) {
    size_t k = reversed ? 11 - i : i;
    times[i] = k + 1;
    count[i] = f[k];
  }
  assert_ok(hc_data_from_counts(&data, times, count, 12, NULL));
  return data;
}

static hc_data *pairs(bool reversed) {
  enum { DATES = 40, LAGS = 6 };
  hc_pair pair[DATES * LAGS];
  hc_data *data = NULL;
  for (int i = 0; i < DATES * LAGS; i++) {
    int j = reversed ? DATES * LAGS - 1 - i : i, date = j / LAGS;
    double lag = 60 + 37 * (j % LAGS) + date % 7, N = 12000 + 30 * (date % 11);
    pair[i] = (hc_pair){2800, 2900, nearbyint(2800.0 * 2900 / (N * exp(0.0017 * lag))), lag, 17000 + 10 * date};
  }
  assert_ok(hc_data_from_pairs(&data, pair, DATES * LAGS, NULL));
  return data;
}

static hc_data *occasion_table(void) {
  const double caught[] = {120, 140, 110, 150, 130}, recaptured[] = {0, 16, 25, 52, 58};
  hc_data *data = NULL;
  assert_ok(hc_data_from_occasions(&data, caught, recaptured, caught, 5, NULL));
  return data;
}

/* Tables of the traffic family: forty platforms of which twenty-five state a number, three regions, a survey, studies. */
static hc_data *table(hc_shape shape, size_t n_rows, hc_column *columns, size_t n_columns) {
  hc_data *data = NULL;
  assert_ok(hc_data_from_table(&data, shape, n_rows, n_columns, columns, NULL));
  return data;
}

static hc_data *platforms(void) {
  enum { PLATFORMS = 40, STATED = 25 };
  double registered[PLATFORMS], visitors[PLATFORMS], se[PLATFORMS], value[PLATFORMS], rate[PLATFORMS], hours[PLATFORMS];
  for (int i = 0; i < PLATFORMS; i++) {
    double off = 0.15 * sin(7.0 * i);
    visitors[i] = exp(8 + 0.15 * ((i * 17) % PLATFORMS));
    se[i] = 0.03 * visitors[i];
    value[i] = 1000 * visitors[i], rate[i] = 20 + i % 7, hours[i] = 1800;
    registered[i] = i < STATED ? exp(1 + 1.1 * log(visitors[i]) + off) : NAN;
  }
  hc_column columns[] = {{(char[]){"registered"}, registered, NULL}, {(char[]){"visitors"}, visitors, NULL},
                         {(char[]){"visitors_se"}, se, NULL}, {(char[]){"value"}, value, NULL},
                         {(char[]){"rate"}, rate, NULL}, {(char[]){"hours"}, hours, NULL}};
  return table(HC_SHAPE_PLATFORMS, PLATFORMS, columns, 6);
}

static hc_data *regions(void) {
  char *country[] = {"a", "b", "c", "d"}, *region[] = {"north", "north", "south", "south"};
  double prevalence[] = {0.05, 0.03, 0.08, 0.02}, respondents[] = {2000, 1500, 900, 1200}, users[] = {1e6, 3e6, 2e6, 5e5};
  double share[] = {0.3, 0.4, 0.6, 0.1};
  hc_column columns[] = {{(char[]){"country"}, NULL, country}, {(char[]){"region"}, NULL, region},
                         {(char[]){"prevalence"}, prevalence, NULL}, {(char[]){"respondents"}, respondents, NULL},
                         {(char[]){"internet_users"}, users, NULL}, {(char[]){"traffic_share"}, share, NULL}};
  return table(HC_SHAPE_REGIONS, 4, columns, 6);
}

static hc_data *degrees(void) {
  double platforms[] = {1, 2, 3, 4}, respondents[] = {600, 250, 100, 50};
  hc_column columns[] = {{(char[]){"platforms"}, platforms, NULL}, {(char[]){"respondents"}, respondents, NULL}};
  return table(HC_SHAPE_DEGREE, 4, columns, 2);
}

static hc_data *removal_passes(void) {
  double pass[] = {1, 2, 3, 4}, caught[] = {810, 420, 260, 118};
  hc_column columns[] = {{(char[]){"pass"}, pass, NULL}, {(char[]){"catch"}, caught, NULL}};
  return table(HC_SHAPE_REMOVAL, 4, columns, 2);
}

static hc_data *studies(void) {
  double estimate[] = {1000, 1250, 900, 1600, 1100}, se[] = {100, 150, 120, 180, 90};
  hc_column columns[] = {{(char[]){"estimate"}, estimate, NULL}, {(char[]){"estimate_se"}, se, NULL}};
  return table(HC_SHAPE_ESTIMATES, 5, columns, 2);
}

static hc_data *first_last(void) {
  double u[] = {900, 700, 500, 520, 430, 480}, v[] = {380, 390, 420, 530, 510, 1300}, n[] = {900, 1050, 900, 1080, 980, 1300};
  hc_column columns[] = {{(char[]){"u"}, u, NULL}, {(char[]){"v"}, v, NULL}, {(char[]){"n"}, n, NULL}};
  return table(HC_SHAPE_FIRST_LAST, 6, columns, 3);
}

/* Two services, a survey each. */
static hc_data *multipliers(void) {
  double count[] = {600, 450}, hits[] = {72, 50}, sample[] = {600, 500};
  hc_column columns[] = {{(char[]){"count"}, count, NULL}, {(char[]){"hits"}, hits, NULL}, {(char[]){"sample"}, sample, NULL}};
  return table(HC_SHAPE_MULTIPLIER, 2, columns, 3);
}

static hc_data *overlaps(void) {
  char *a[] = {"x", "y", "z", "x", "x", "y"}, *b[] = {"x", "y", "z", "y", "z", "z"};
  double people[] = {1000, 800, 600, 300, 200, 100}, se[] = {20, 20, 15, 10, 10, 5};
  hc_column columns[] = {{(char[]){"a"}, NULL, a}, {(char[]){"b"}, NULL, b}, {(char[]){"people"}, people, NULL},
                         {(char[]){"people_se"}, se, NULL}};
  return table(HC_SHAPE_OVERLAPS, 6, columns, 4);
}

static hc_data *random_list(void) {
  double listed[] = {1, 1, 1, 1, 0, 0, 0}, sampled[] = {1, 1, 0, 0, 1, 1, 0}, found[] = {0, 1, 0, 1, 0, 1, NAN};
  double n[] = {60, 50, 900, 460, 330, 60, 3040};
  hc_column columns[] = {{(char[]){"listed"}, listed, NULL}, {(char[]){"sampled"}, sampled, NULL}, {(char[]){"case"}, found, NULL},
                         {(char[]){"n"}, n, NULL}};
  return table(HC_SHAPE_RANDOM_LIST, 7, columns, 4);
}

static hc_data *survivals(void) {
  double estimate[] = {0.8, 0.74, 0.69, 0.81}, se[] = {0.03, 0.02, 0.04, 0.03};
  hc_column columns[] = {{(char[]){"estimate"}, estimate, NULL}, {(char[]){"estimate_se"}, se, NULL}};
  return table(HC_SHAPE_ESTIMATES, 4, columns, 2);
}

/* Two strata, each with its own chances. */
static hc_data *two_strata(void) {
  char *marked[] = {"large", "large", "", "small", "small", ""}, *found[] = {"large", "", "large", "small", "", "small"};
  double people[] = {536, 2582, 3785, 101, 8899, 3647};
  hc_column columns[] = {{(char[]){"marked_in"}, NULL, marked}, {(char[]){"found_in"}, NULL, found},
                         {(char[]){"people"}, people, NULL}};
  return table(HC_SHAPE_STRATA, 6, columns, 3);
}

static hc_data *known(void) {
  enum { ROWS = 61 };
  double a[ROWS] = {5000}, b[ROWS] = {20000}, hidden[ROWS] = {NAN};
  for (int i = 1; i < ROWS; i++) a[i] = i * 7 % 5, b[i] = i * 5 % 13, hidden[i] = i * 3 % 4;
  hc_column columns[] = {{(char[]){"a"}, a, NULL}, {(char[]){"b"}, b, NULL}, {(char[]){"hidden"}, hidden, NULL}};
  return table(HC_SHAPE_KNOWN, ROWS, columns, 3);
}

static hc_data *plants(void) {
  double met[] = {600}, own[] = {40}, own_met[] = {30};
  hc_column columns[] = {{(char[]){"met"}, met, NULL}, {(char[]){"plants"}, own, NULL}, {(char[]){"plants_met"}, own_met, NULL}};
  return table(HC_SHAPE_PLANTS, 1, columns, 3);
}

static hc_data *linkages(void) {
  double n1[] = {600, 600, 600}, n2[] = {500, 500, 500}, links[] = {288, 300, 310};
  hc_column columns[] = {{(char[]){"n1"}, n1, NULL}, {(char[]){"n2"}, n2, NULL}, {(char[]){"n11"}, links, NULL}};
  return table(HC_SHAPE_LINKAGES, 3, columns, 3);
}

static const double capture[] = {0.3, 0.2, 0.35, 0.25, 0.15, 0.3};
static const double permuted[] = {0.25, 0.35, 0.15, 0.3, 0.2};

static void make_samples(void) {
  add_sample("counts", counts(false));
  add_sample("two lists", histories(HC_SHAPE_LISTS, 2, capture, false));
  add_sample("five lists", histories(HC_SHAPE_LISTS, 5, capture, false));
  add_sample("five occasions", histories(HC_SHAPE_OCCASIONS, 5, capture, false));
  add_sample("a table of occasions", occasion_table());
  add_sample("pairs", pairs(false));
  add_sample("platforms", platforms());
  add_sample("regions", regions());
  add_sample("degrees", degrees());
  add_sample("studies", studies());
  add_sample("removal passes", removal_passes());
  add_sample("first and last captures", first_last());
  add_sample("survivals", survivals());
  add_sample("two classes", two_classes(false));
  add_sample("six occasions", histories(HC_SHAPE_OCCASIONS, 6, capture, false));
  add_sample("multipliers", multipliers());
  add_sample("overlaps", overlaps());
  add_sample("a random list", random_list());
  add_sample("strata", two_strata());
  add_sample("who knows how many", known());
  add_sample("plants", plants());
  add_sample("ones in excess", ones_in_excess(false));
  add_sample("linkages", linkages());
  add_sample("three lists by region", by_region(false));
}

static void set_if_there(hc_options *options, const hc_estimator *estimator, const char *name, const char *value) {
  for (const hc_option *o = estimator->options; o && o->name; o++)
    if (strcmp(o->name, name) == 0) assert_ok(hc_options_set(options, name, value, NULL));
}

static hc_status prepare(hc_plan **plan, const hc_estimator *estimator, const hc_data *data, hc_error *err) {
  hc_options *options = NULL;
  assert_ok(hc_options_new(&options, estimator, NULL));
  if (data->shape == HC_SHAPE_COUNTS) set_if_there(options, estimator, "occasions", "20");
  if (data->n_lists == 6) set_if_there(options, estimator, "periods", "2,2,2");
  if (data->n_lists == 6) set_if_there(options, estimator, "max-order", "1"); /* not 32,768 models: five lists have 1,024 */
  if (data->shape == HC_SHAPE_KNOWN) set_if_there(options, estimator, "population", "1000000");
  hc_status status = hc_plan_prepare(plan, estimator, data, options, err);
  hc_options_free(options);
  return status;
}

struct fitted {
  hc_plan *plan;
  hc_estimate *estimate;
  double *scratch;
};

static hc_status fit(struct fitted *f, const hc_estimator *estimator, const hc_data *data, double fill) {
  *f = (struct fitted){0};
  hc_status status = prepare(&f->plan, estimator, data, NULL);
  if (status != HC_OK) return status;
  assert_ok(hc_estimate_new(&f->estimate, f->plan, NULL));
  f->scratch = malloc((f->plan->n_scratch + 1) * sizeof(double));
  assert_non_null(f->scratch);
  for (size_t i = 0; i < f->plan->n_scratch; i++) f->scratch[i] = fill;
  return hc_plan_fit(f->plan, f->plan->observed, f->scratch, f->estimate, NULL);
}

static void drop(struct fitted *f) {
  hc_estimate_free(f->estimate);
  hc_plan_free(f->plan);
  free(f->scratch);
  *f = (struct fitted){0};
}

static bool same_bits(const hc_estimate *a, const hc_estimate *b) {
  size_t n = 2 * a->n_quantities + a->n_parameters;
  return a->n_quantities == b->n_quantities && a->n_parameters == b->n_parameters &&
         memcmp(a->value, b->value, n * sizeof(double)) == 0;
}

static void each(const hc_estimator *estimator, void (*check)(const hc_estimator *, const struct sample *)) {
  for (size_t i = 0; i < n_samples; i++)
    if (estimator->accepts & (unsigned)samples[i].data->shape) check(estimator, &samples[i]);
}

/* -- the checks ------------------------------------------------------------------------------------ */

static void descriptor_is_complete(void **state) {
  const hc_estimator *e = *state;
  assert_true(e->id && e->title && e->cite && e->formula && e->assumes && e->needs && e->accepts && e->prepare && e->fit);
  for (const char *p = e->id; *p; p++) assert_true(islower(*p) || isdigit(*p) || *p == '-');
  assert_ptr_equal(hc_estimator_find(e->id), e);
  assert_true(!e->interval_methods == !e->interval);
  for (const hc_option *o = e->options; o && o->name; o++) {
    assert_true(o->type && o->fallback && o->help);
    assert_true((o->type == HC_OPTION_CHOICE) == (o->choices != NULL));
    hc_options *options = NULL;
    assert_ok(hc_options_new(&options, e, NULL));
    if (o->fallback[0]) assert_ok(hc_options_set(options, o->name, o->fallback, NULL));
    hc_options_free(options);
  }
}

static void works_on_a_sample(void **state) {
  size_t worked = 0;
  const hc_estimator *e = *state;
  for (size_t i = 0; i < n_samples; i++) {
    if (!(e->accepts & (unsigned)samples[i].data->shape)) continue;
    struct fitted f;
    worked += fit(&f, e, samples[i].data, 0) == HC_OK;
    drop(&f);
  }
  assert_true(worked > 0);
}

static void two_fits_agree(const hc_estimator *e, const struct sample *s) {
  struct fitted a, b;
  hc_status status = fit(&a, e, s->data, 0);
  assert_int_equal(fit(&b, e, s->data, NAN), status);
  if (status == HC_OK) assert_true(same_bits(a.estimate, b.estimate));
  if (status == HC_OK) { /* and a third one, in used scratch */
    assert_ok(hc_plan_fit(b.plan, b.plan->observed, b.scratch, b.estimate, NULL));
    assert_true(same_bits(a.estimate, b.estimate));
  }
  drop(&a);
  drop(&b);
}

static void scratch_and_repetition_change_nothing(void **state) { each(*state, two_fits_agree); }

static void floor_holds(const hc_estimator *e, const struct sample *s) {
  struct fitted f;
  if (fit(&f, e, s->data, 0) == HC_OK) {
    assert_true(f.estimate->value[0] >= f.plan->n_units);
    /* a number of people, and what is no such number has another name */
    bool counts = strcmp(e->id, "multi-homing") != 0 && strcmp(e->id, "full-time-equivalents") != 0 &&
                  strcmp(e->id, "half-life") != 0;
    const char *name = f.plan->quantities[0].name; /* of people who come and go, a mean over the occasions */
    assert_int_equal(strcmp(name, "N") == 0 || strcmp(name, "N_mean") == 0 || strcmp(name, "N_super") == 0, counts);
    for (size_t q = 0; q < f.plan->n_quantities; q++) {
      const hc_quantity *quantity = &f.plan->quantities[q];
      assert_true(quantity->name && quantity->name[0] && quantity->meaning && quantity->unit);
      assert_false(f.estimate->value[q] < quantity->floor);
    }
    assert_true(f.plan->quantities[0].floor == f.plan->n_units);
    assert_true(f.plan->form[0] && strncmp(f.plan->variant, f.plan->form, strlen(f.plan->form)) == 0);
  }
  drop(&f);
}

static void N_is_at_least_the_observed(void **state) { each(*state, floor_holds); }

static void compare(const hc_estimator *e, const hc_data *first, hc_data *second, double tolerance) {
  struct fitted a, b;
  hc_status status = fit(&a, e, first, 0);
  assert_int_equal(fit(&b, e, second, 0), status);
  if (status == HC_OK && tolerance == 0) assert_true(same_bits(a.estimate, b.estimate));
  if (status == HC_OK && tolerance > 0) {
    assert_close(b.estimate->value[0], a.estimate->value[0], tolerance);
    if (isfinite(a.estimate->se[0])) assert_close(b.estimate->se[0], a.estimate->se[0], 100 * tolerance);
  }
  drop(&a);
  drop(&b);
  hc_data_free(second);
}

static void row_order_changes_nothing(void **state) {
  const hc_estimator *e = *state;
  for (size_t i = 0; i < n_samples; i++) {
    const hc_data *data = samples[i].data;
    if (!(e->accepts & (unsigned)data->shape)) continue;
    if (data->shape == HC_SHAPE_COUNTS) compare(e, data, i ? ones_in_excess(true) : counts(true), 0);
    if (data->shape == HC_SHAPE_PAIRS) compare(e, data, pairs(true), 0);
    bool classes = strcmp(samples[i].name, "two classes") == 0;
    if (data->n_strata) compare(e, data, by_region(true), 0);
    else if (data->history)
      compare(e, data, classes ? two_classes(true) : histories(data->shape, data->n_lists, capture, true), 0);
  }
}

static void list_order_changes_nothing(void **state) {
  const hc_estimator *e = *state;
  for (size_t k = 2; k <= 5; k += 3) {
    const struct sample *s = &samples[k == 2 ? 1 : 2];
    if (!(e->accepts & HC_SHAPE_LISTS) || e->ordered) continue;
    const double two[] = {capture[1], capture[0]};
    compare(e, s->data, histories(HC_SHAPE_LISTS, k, k == 2 ? two : permuted, false), 1e-7);
  }
}

static void empty_one_and_zero_are_refused(void **state) {
  const hc_estimator *e = *state;
  const uint64_t one = 1, none = 0;
  const hc_pair no_pair = {0};
  hc_data *bad[8];
  size_t n = 0;
  assert_ok(hc_data_from_counts(&bad[n++], &one, &one, 0, NULL));
  assert_ok(hc_data_from_counts(&bad[n++], &one, &none, 1, NULL));
  assert_ok(hc_data_from_counts(&bad[n++], &one, &one, 1, NULL));
  assert_ok(hc_data_from_histories(&bad[n++], HC_SHAPE_LISTS, 3, NULL, &one, &none, 1, NULL));
  assert_ok(hc_data_from_histories(&bad[n++], HC_SHAPE_LISTS, 2, NULL, &one, &one, 1, NULL));
  assert_ok(hc_data_from_histories(&bad[n++], HC_SHAPE_OCCASIONS, 3, NULL, &one, &one, 1, NULL));
  assert_ok(hc_data_from_pairs(&bad[n++], &no_pair, 0, NULL));
  for (size_t i = 0; i < n; i++) {
    hc_plan *plan = NULL;
    hc_error err = {0};
    assert_int_equal(prepare(&plan, e, bad[i], &err), HC_EREFUSED);
    assert_null(plan);
    assert_true(err.code[0] && err.message[0]);
    hc_data_free(bad[i]);
  }
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Of people who come and go: where nobody leaves or nobody arrives, the edge of what is possible, every refit errs to one side. */
static bool is_at_the_edge(const hc_plan *plan, const hc_estimate *e) {
  bool edge = false;
  for (size_t i = 0; i < e->n_notes; i++) edge = edge || strcmp(e->notes[i].code, "boundary") == 0;
  return edge && strcmp(plan->quantities[0].name, "N") != 0;
}

/* The median of the refits is the estimate itself, up to the bias of one fit and the noise of 200. */
static void recovers(const hc_estimator *e, const struct sample *s) {
  struct fitted f;
  if (fit(&f, e, s->data, 0) != HC_OK || is_at_the_edge(f.plan, f.estimate)) {
    drop(&f);
    return;
  }
  double *replicate = malloc((f.plan->n_observed + 1) * sizeof *replicate), N[SIMULATIONS];
  hc_estimate *refit = NULL;
  size_t n = 0;
  assert_ok(hc_estimate_new(&refit, f.plan, NULL));
  for (uint64_t i = 0; i < SIMULATIONS; i++) {
    hc_rng rng;
    hc_rng_init(&rng, 11, HC_PURPOSE_SIMULATION, i);
    hc_plan_simulate(f.plan, f.estimate, &rng, replicate);
    if (hc_plan_fit(f.plan, replicate, f.scratch, refit, NULL) == HC_OK) N[n++] = refit->value[0];
  }
  assert_true(n >= 0.9 * SIMULATIONS);
  qsort(N, n, sizeof N[0], by_value);
  double spread = N[(size_t)(0.84 * (double)n)] - N[(size_t)(0.16 * (double)n)]; /* about two standard errors */
  if (fabs(N[n / 2] - f.estimate->value[0]) > 0.25 * spread + 1e-9 * f.estimate->value[0])
    fail_msg("%s on %s: median of refits %.6g, estimate %.6g, spread %.3g", e->id, s->name, N[n / 2],
             f.estimate->value[0], spread);
  /* a standard error that comes from a likelihood is that of its model; others may be cautious or from scatter */
  if (e->profile && isfinite(f.estimate->se[0]) && f.estimate->se[0] > 0 &&
      (spread / 2 > 1.5 * f.estimate->se[0] || spread / 2 < f.estimate->se[0] / 1.5))
    fail_msg("%s on %s: spread of refits %.4g, standard error %.4g", e->id, s->name, spread / 2, f.estimate->se[0]);
  hc_estimate_free(refit);
  free(replicate);
  drop(&f);
}

static void a_fit_to_its_own_simulation_recovers_it(void **state) {
  const hc_estimator *e = *state;
  if (hc_estimator_simulates(e)) each(e, recovers);
}

static void threads_change_no_bit_on(const hc_estimator *e, const struct sample *s) {
  struct fitted f;
  const unsigned threads[] = {2, 3, 8};
  hc_status status = fit(&f, e, s->data, 0);
  for (unsigned kind = 1; status == HC_OK && kind <= HC_RESAMPLE_BLOCK; kind *= 2) {
    hc_bootstrap *one = NULL, *many = NULL;
    if (!(f.plan->resample & kind)) continue;
    assert_ok(hc_bootstrap_new(&one, f.plan, f.estimate, kind, 5, 0, REPLICATES, 0, 1, NULL, NULL));
    if (one->succeeded < 0.8 * REPLICATES)
      fail_msg("%s on %s: %d of %d %s replicates", e->id, s->name, (int)one->succeeded, REPLICATES,
               hc_resample_name(kind));
    for (size_t t = 0; t < 3; t++) {
      assert_ok(hc_bootstrap_new(&many, f.plan, f.estimate, kind, 5, 0, REPLICATES, 0, threads[t], NULL, NULL));
      assert_memory_equal(one->value, many->value, REPLICATES * f.plan->n_quantities * sizeof(double));
      assert_memory_equal(one->se, many->se, REPLICATES * f.plan->n_quantities * sizeof(double));
      hc_bootstrap_free(many);
    }
    hc_bootstrap_free(one);
  }
  drop(&f);
}

static void threads_change_no_bit(void **state) { each(*state, threads_change_no_bit_on); }

/* Every interval method either answers with lower <= upper, or refuses with a code. */
static void intervals_are_ordered_on(const hc_estimator *e, const struct sample *s) {
  hc_options *options = NULL;
  hc_analysis *a = NULL;
  hc_settings settings;
  hc_settings_init(&settings);
  settings.replicates = REPLICATES;
  settings.intervals = "all";
  assert_ok(hc_options_new(&options, e, NULL));
  if (s->data->shape == HC_SHAPE_COUNTS) set_if_there(options, e, "occasions", "20");
  if (s->data->n_lists == 6) set_if_there(options, e, "periods", "2,2,2");
  if (s->data->shape == HC_SHAPE_KNOWN) set_if_there(options, e, "population", "1000000");
  hc_status status = hc_analysis_new(&a, s->data, e, options, &settings, NULL);
  if (status != HC_OK) assert_int_equal(status, HC_EREFUSED);
  for (size_t i = 0; status == HC_OK && i < a->n_intervals; i++) {
    const hc_interval *interval = &a->intervals[i];
    if (!(interval->lower <= interval->upper) ||
        (interval->quantity == 0 && a->plan->n_units > 0 && interval->lower < a->plan->n_units))
      fail_msg("%s on %s: %s %s [%g, %g]", e->id, s->name, a->plan->quantities[interval->quantity].name,
               interval->method, interval->lower, interval->upper);
  }
  hc_analysis_free(a);
  hc_options_free(options);
}

static void intervals_are_ordered(void **state) { each(*state, intervals_are_ordered_on); }

/* Small sparse tables drawn at random, on which much is refused: counts, two to five lists, occasions. split: every cell comes
 * in two rows. */
static hc_data *random_table(uint64_t seed, bool split) {
  static const hc_shape shapes[] = {HC_SHAPE_COUNTS, HC_SHAPE_LISTS, HC_SHAPE_LISTS, HC_SHAPE_OCCASIONS};
  uint64_t key[64], count[64];
  hc_rng rng;
  hc_data *data = NULL;
  hc_rng_init(&rng, seed, HC_PURPOSE_SIMULATION, 0);
  hc_shape shape = shapes[hc_rng_word(&rng) % 4];
  size_t lists = 2 + hc_rng_word(&rng) % 4, cells = shape == HC_SHAPE_COUNTS ? 2 + hc_rng_word(&rng) % 6 : ((size_t)1 << lists) - 1, n = 0;
  for (size_t i = 1; i <= cells; i++) {
    double mean = shape == HC_SHAPE_COUNTS ? 40.0 / (double)(i * i) : 30.0 / (double)__builtin_popcountll(i) / (double)lists;
    uint64_t people = (uint64_t)hc_rng_poisson(&rng, mean), first = split ? people / 2 : people;
    key[n] = i, count[n++] = first;
    if (split) key[n] = i, count[n++] = people - first;
  }
  hc_status status = shape == HC_SHAPE_COUNTS ? hc_data_from_counts(&data, key, count, n, NULL)
                                              : hc_data_from_histories(&data, shape, lists, NULL, key, count, n, NULL);
  assert_ok(status);
  return data;
}

static hc_status analyse(hc_analysis **a, const hc_estimator *e, const hc_data *data, unsigned threads) {
  hc_options *options = NULL;
  hc_settings settings;
  hc_settings_init(&settings);
  settings.replicates = 40;
  settings.intervals = "all";
  settings.threads = threads;
  *a = NULL;
  assert_ok(hc_options_new(&options, e, NULL));
  if (data->shape == HC_SHAPE_COUNTS) set_if_there(options, e, "occasions", "20");
  if (data->shape == HC_SHAPE_KNOWN) set_if_there(options, e, "population", "1000000");
  hc_status status = hc_analysis_new(a, data, e, options, &settings, NULL);
  hc_options_free(options);
  return status;
}

static void same_analysis(const hc_analysis *a, const hc_analysis *b) {
  size_t n = a->plan->n_quantities;
  assert_memory_equal(a->estimate->value, b->estimate->value, n * sizeof(double));
  assert_int_equal(a->n_intervals, b->n_intervals);
  for (size_t i = 0; i < a->n_intervals; i++) {
    assert_memory_equal(&a->intervals[i].lower, &b->intervals[i].lower, sizeof(double));
    assert_memory_equal(&a->intervals[i].upper, &b->intervals[i].upper, sizeof(double));
  }
  if (a->bootstrap) assert_memory_equal(a->bootstrap->value, b->bootstrap->value, 40 * n * sizeof(double));
}

/* On each: threads and split cells change no bit, N is at least n, limits are ordered; or it is refused, whichever way. */
static void random_tables_hold(void **state) {
  enum { TABLES = 60 };
  const hc_estimator *e = *state;
  for (uint64_t seed = 1; seed <= TABLES; seed++) {
    hc_data *data = random_table(seed, false), *halves = random_table(seed, true);
    hc_analysis *one = NULL, *many = NULL, *split = NULL;
    if (e->accepts & (unsigned)data->shape) {
      hc_status status = analyse(&one, e, data, 1);
      assert_int_equal(analyse(&many, e, data, 3), status);
      assert_int_equal(analyse(&split, e, halves, 1), status);
      if (status != HC_OK) assert_int_equal(status, HC_EREFUSED);
      for (size_t i = 0; status == HC_OK && i < one->n_intervals; i++)
        if (!(one->intervals[i].lower <= one->intervals[i].upper))
          fail_msg("%s, seed %d: %s [%g, %g]", e->id, (int)seed, one->intervals[i].method, one->intervals[i].lower,
                   one->intervals[i].upper);
      if (status == HC_OK) {
        assert_true(one->estimate->value[0] >= one->plan->n_units);
        same_analysis(one, many);
        same_analysis(one, split);
      }
    }
    hc_analysis_free(one);
    hc_analysis_free(many);
    hc_analysis_free(split);
    hc_data_free(data);
    hc_data_free(halves);
  }
}

/* -- one test per estimator and check --------------------------------------------------------------- */

static const struct CMUnitTest checks[] = {
    cmocka_unit_test(descriptor_is_complete),
    cmocka_unit_test(works_on_a_sample),
    cmocka_unit_test(scratch_and_repetition_change_nothing),
    cmocka_unit_test(N_is_at_least_the_observed),
    cmocka_unit_test(row_order_changes_nothing),
    cmocka_unit_test(list_order_changes_nothing),
    cmocka_unit_test(empty_one_and_zero_are_refused),
    cmocka_unit_test(a_fit_to_its_own_simulation_recovers_it),
    cmocka_unit_test(threads_change_no_bit),
    cmocka_unit_test(intervals_are_ordered),
    cmocka_unit_test(random_tables_hold),
};
enum { N_CHECKS = sizeof checks / sizeof checks[0] };

int main(int argc, char **argv) {
  size_t n = hc_estimator_count(), kept = 0;
  struct CMUnitTest *tests = calloc(n * N_CHECKS, sizeof *tests);
  char(*names)[NAME_SIZE] = calloc(n * N_CHECKS, sizeof *names);
  if (!tests || !names) return 5;
  make_samples();
  for (size_t i = 0; i < n; i++) {
    const hc_estimator *e = hc_estimator_at(i);
    if (argc > 1 && strcmp(argv[1], e->id) != 0) continue; /* one estimator, by name */
    for (size_t k = 0; k < N_CHECKS; k++) {
      snprintf(names[kept], NAME_SIZE, "%s: %s", e->id, checks[k].name);
      tests[kept] = checks[k];
      tests[kept].name = names[kept];
      tests[kept++].initial_state = (void *)(uintptr_t)e;
    }
  }
  const char *only = getenv("CONTRACT"); /* a pattern of names: make check-threads asks for those about threads */
  if (only) cmocka_set_test_filter(only);
  int failed = _cmocka_run_group_tests("contract", tests, kept, NULL, NULL);
  for (size_t i = 0; i < n_samples; i++) hc_data_free(samples[i].data);
  free(tests);
  free(names);
  return failed != 0;
}
