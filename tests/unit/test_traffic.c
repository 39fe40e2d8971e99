/* Tables that are wrong, each with its error or note; published arithmetic; inputs; multi-homing by hand. */
#include <time.h>

#include "support.h"

enum { MOST = 8, ROWS = 12 };

struct table {
  size_t rows, n;
  hc_column columns[MOST];
};

static void numbers(struct table *t, const char *name, double *x) {
  t->columns[t->n++] = (hc_column){.name = (char *)name, .number = x};
}
static void texts(struct table *t, const char *name, char **x) {
  t->columns[t->n++] = (hc_column){.name = (char *)name, .text = x};
}

static hc_error err;

/* Runs one estimator without bootstrap; options: "a=b;c=d". */
static hc_status run(hc_analysis **a, const struct table *t, hc_shape shape, const char *id, const char *options,
                     uint64_t replicates) {
  const hc_estimator *e = hc_estimator_find(id);
  hc_data *data = NULL;
  hc_options *o = NULL;
  hc_settings settings;
  char text[200], *save = text;
  hc_settings_init(&settings);
  settings.replicates = replicates;
  err = (hc_error){0};
  *a = NULL;
  assert_ok(hc_data_from_table(&data, shape, t->rows, t->n, t->columns, NULL));
  assert_ok(hc_options_new(&o, e, NULL));
  snprintf(text, sizeof text, "%s", options);
  for (char *one; (one = strsep(&save, ";"));) {
    char *value = strchr(one, '=');
    if (!value) continue;
    *value++ = 0;
    assert_ok(hc_options_set(o, one, value, NULL));
  }
  hc_status status = hc_analysis_new(a, data, e, o, &settings, &err);
  hc_options_free(o);
  hc_data_free(data);
  return status;
}

static bool has_note(const hc_analysis *a, const char *code) {
  for (size_t i = 0; i < a->estimate->n_notes; i++)
    if (strcmp(a->estimate->notes[i].code, code) == 0) return true;
  return false;
}

static char *names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};

static struct table platforms(double *registered, double *visitors) {
  struct table t = {.rows = ROWS};
  for (int i = 0; i < ROWS; i++) {
    visitors[i] = exp(6 + 0.5 * i);
    registered[i] = i < 9 ? exp(1 + 0.5 * i + 0.3 * sin(9.0 * i)) : NAN;
  }
  texts(&t, "platform", names);
  numbers(&t, "registered", registered);
  numbers(&t, "visitors", visitors);
  return t;
}

static void bad_platforms(void **state) {
  (void)state;
  double R[ROWS], V[ROWS], share[ROWS];
  hc_analysis *a;
  struct table t = platforms(R, V);
  V[3] = -5;
  assert_int_equal(run(&a, &t, HC_SHAPE_PLATFORMS, "traffic-loglog", "", 0), HC_EDATA);
  assert_non_null(strstr(err.message, "d: visitors is negative"));
  assert_int_equal(run(&a, &t, HC_SHAPE_PLATFORMS, "audience", "", 0), HC_EDATA);
  t = platforms(R, V);
  for (int i = 0; i < ROWS; i++) share[i] = 0.5;
  share[2] = 1.2;
  numbers(&t, "country_share", share);
  assert_int_equal(run(&a, &t, HC_SHAPE_PLATFORMS, "registration", "", 0), HC_EDATA);
  assert_non_null(strstr(err.message, "above 1"));
  share[2] = NAN;
  assert_int_equal(run(&a, &t, HC_SHAPE_PLATFORMS, "registration", "", 0), HC_EDATA);
  t = platforms(R, V);
  char *twice[ROWS];
  memcpy(twice, names, sizeof twice);
  twice[7] = names[1];
  t.columns[0].text = twice;
  assert_int_equal(run(&a, &t, HC_SHAPE_PLATFORMS, "traffic-loglog", "", 0), HC_EDATA);
  assert_non_null(strstr(err.message, "duplicate"));
}

static void refusals_and_notes_of_loglog(void **state) {
  (void)state;
  double R[ROWS], V[ROWS];
  hc_analysis *a;
  struct table t = platforms(R, V);
  V[0] = NAN;
  assert_ok(run(&a, &t, HC_SHAPE_PLATFORMS, "traffic-loglog", "", 0));
  assert_true(has_note(a, "registered-without-visitors") && has_note(a, "accounts-not-people") &&
              has_note(a, "leave-one-out") && has_note(a, "influence") && has_note(a, "extrapolation"));
  hc_analysis_free(a);
  for (int i = 4; i < ROWS; i++) R[i] = NAN;
  assert_int_equal(run(&a, &t, HC_SHAPE_PLATFORMS, "traffic-loglog", "", 0), HC_EREFUSED);
  assert_string_equal(err.code, "too-few-pairs");
  t = platforms(R, V);
  for (int i = 0; i < 9; i++) R[i] = exp(5 + (i % 2 ? 1.0 : -1.0) * (i % 3)); /* no relation to traffic */
  assert_int_equal(run(&a, &t, HC_SHAPE_PLATFORMS, "traffic-loglog", "", 0), HC_EREFUSED);
  assert_string_equal(err.code, "no-predictive-power");
  assert_non_null(strstr(err.message, "no predictive power"));
  assert_ok(run(&a, &t, HC_SHAPE_PLATFORMS, "traffic-loglog", "weak-fit=accept", 0));
  assert_true(has_note(a, "no-predictive-power"));
  assert_non_null(strstr(a->plan->variant, "NO PREDICTIVE POWER")); /* what CSV and the words to quote carry */
  hc_analysis_free(a);
}

/* Every estimator of platforms uses the shares that the family documents, or refuses them: none goes on as if they were not
 * there. Halving the share of every platform halves N. */
static void shares_are_used_or_refused(void **state) {
  (void)state;
  static const char *const shares[] = {"country_share", "active_share"};
  for (size_t i = 0; i < hc_estimator_count(); i++) {
    const hc_estimator *e = hc_estimator_at(i);
    if (!(e->accepts & HC_SHAPE_PLATFORMS)) continue;
    for (int column = 0; column < 2; column++) {
      double R[ROWS], V[ROWS], value[ROWS], rate[ROWS], share[ROWS], N[2] = {0, 0};
      struct table t = platforms(R, V);
      for (int k = 0; k < ROWS; k++) value[k] = 1e6 * (k + 1), rate[k] = 20;
      numbers(&t, "value", value);
      numbers(&t, "rate", rate);
      numbers(&t, shares[column], share);
      for (int half = 0; half < 2; half++) {
        hc_analysis *a;
        for (int k = 0; k < ROWS; k++) share[k] = (0.2 + 0.05 * k) / (half + 1);
        hc_status status = run(&a, &t, HC_SHAPE_PLATFORMS, e->id, "", 0);
        if (status == HC_EREFUSED && strcmp(err.code, "column-not-used") == 0) break;
        if (status != HC_OK) fail_msg("%s with %s: %s", e->id, shares[column], err.message);
        N[half] = a->estimate->value[0];
        hc_analysis_free(a);
      }
      if (N[0] > 0) assert_close(N[1], N[0] / 2, 1e-12);
    }
  }
}

/* Two known platforms of 100 and 300 registered, 1,000 and 2,000 visitors: 400/3,000 a visitor; volumes times shares
 * 1,000 x 0.5 x 0.2 + 2,000 x 0.25 x 0.4 + 4,000 x 1 x 0.5 = 2,300. */
static void search_scaling_with_shares_by_hand(void **state) {
  (void)state;
  double R[] = {100, 300, NAN}, V[] = {1000, 2000, 4000}, c[] = {0.5, 0.25, 1}, a_[] = {0.2, 0.4, 0.5};
  struct table t = {.rows = 3};
  hc_analysis *a;
  texts(&t, "platform", names);
  numbers(&t, "registered", R);
  numbers(&t, "visitors", V);
  numbers(&t, "country_share", c);
  numbers(&t, "active_share", a_);
  assert_ok(run(&a, &t, HC_SHAPE_PLATFORMS, "search-scaling", "multihoming=2", 50));
  assert_close(a->estimate->value[0], 400.0 / 3000 * 2300 / 2, 1e-14);
  assert_close(a->estimate->value[1], 400.0 / 3000, 1e-14);
  assert_close(a->estimate->value[2], 300.0 / 2300, 1e-14);
  hc_analysis_free(a);
  c[2] = NAN;
  assert_int_equal(run(&a, &t, HC_SHAPE_PLATFORMS, "search-scaling", "", 0), HC_EDATA);
  assert_non_null(strstr(err.message, "country_share is blank"));
}

static void prevalence_is_the_default_of_its_table(void **state) {
  (void)state;
  double p[] = {0.1, 0.2, 0.3}, U[] = {1e6, 2e6, 3e6};
  struct table t = {.rows = 3};
  texts(&t, "country", names);
  numbers(&t, "prevalence", p);
  numbers(&t, "internet_users", U);
  for (int i = 0; i < 2; i++) {
    hc_data *data = NULL;
    if (i == 1) numbers(&t, "traffic_share", p);
    assert_ok(hc_data_from_table(&data, HC_SHAPE_REGIONS, t.rows, t.n, t.columns, NULL));
    assert_string_equal(hc_estimator_default(data)->id, i == 0 ? "prevalence" : "traffic-share");
    hc_data_free(data);
  }
}

static void bad_regions(void **state) {
  (void)state;
  char *region[] = {"north", "north", "south"};
  double p[] = {0.1, 0.2, NAN}, U[] = {1e6, 2e6, 3e6}, s[] = {0.5, 0.6, 0.2}, n[] = {500, 500, NAN};
  hc_analysis *a;
  struct table t = {.rows = 3};
  texts(&t, "country", names);
  texts(&t, "region", region);
  numbers(&t, "prevalence", p);
  numbers(&t, "internet_users", U);
  numbers(&t, "traffic_share", s);
  numbers(&t, "respondents", n);
  assert_int_equal(run(&a, &t, HC_SHAPE_REGIONS, "traffic-share", "", 0), HC_EDATA);
  assert_non_null(strstr(err.message, "north") && strstr(err.message, "more than 1") ? "" : NULL);
  s[1] = 0.3;
  assert_int_equal(run(&a, &t, HC_SHAPE_REGIONS, "traffic-share", "", 0), HC_EREFUSED);
  assert_string_equal(err.code, "region-without-survey");
  assert_non_null(strstr(err.message, "south"));
  assert_ok(run(&a, &t, HC_SHAPE_REGIONS, "traffic-share", "donor=south=north", 200));
  assert_true(has_note(a, "donor"));
  assert_close(a->estimate->value[hc_analysis_find(a, "N[north]")], 0.5e6 / 0.8, 1e-14);
  assert_close(a->estimate->value[hc_analysis_find(a, "N[south]")], 0.5e6 / 3e6 * 3e6, 1e-14);
  assert_int_equal(a->n_contributions, 2);
  assert_close(a->contributions[0].share + a->contributions[1].share, 1, 1e-14);
  hc_analysis_free(a);
  p[0] = 0;
  t.rows = 2;
  assert_ok(run(&a, &t, HC_SHAPE_REGIONS, "prevalence", "", 0));
  assert_true(has_note(a, "zero-prevalence"));
  hc_analysis_free(a);
  p[0] = 1.1;
  assert_int_equal(run(&a, &t, HC_SHAPE_REGIONS, "prevalence", "", 0), HC_EDATA);
}

/* 17.5 M workers with 80.65 % of the traffic are 21.7 M; 17.5 x 1.1935 = 20.9 is the wrong rule. */
static void share_is_divided_not_added(void **state) {
  (void)state;
  double workers[] = {17.5e6}, s[] = {0.8065};
  struct table t = {.rows = 1};
  hc_analysis *a;
  texts(&t, "country", names);
  numbers(&t, "workers", workers);
  numbers(&t, "traffic_share", s);
  assert_ok(run(&a, &t, HC_SHAPE_REGIONS, "traffic-share", "", 0));
  assert_close(a->estimate->value[0], 21698698.07811531, 1e-12);
  assert_false(is_close(a->estimate->value[0], 17.5e6 * 1.1935, 0.03));
  hc_analysis_free(a);
}

static void multi_homing_by_hand(void **state) {
  (void)state;
  double k[] = {1, 2, 4}, n[] = {60, 30, 10};
  struct table t = {.rows = 3};
  hc_analysis *a;
  numbers(&t, "platforms", k);
  numbers(&t, "respondents", n);
  assert_ok(run(&a, &t, HC_SHAPE_DEGREE, "multi-homing", "", 0));
  assert_close(a->estimate->value[0], 100 / (60 + 15 + 2.5), 1e-14);
  assert_close(a->estimate->value[hc_analysis_find(a, "arithmetic")], 1.6, 1e-14);
  hc_analysis_free(a);
  assert_ok(run(&a, &t, HC_SHAPE_DEGREE, "multi-homing", "respondents=people", 0));
  assert_close(a->estimate->value[0], 1.6, 1e-14);
  hc_analysis_free(a);
  k[0] = 0;
  assert_int_equal(run(&a, &t, HC_SHAPE_DEGREE, "multi-homing", "", 0), HC_EDATA);
}

/* Wilson (1927): 10 of 100, 95 %: 0.0552291 to 0.1743657. */
static void wilson_limits(void **state) {
  (void)state;
  double p[] = {0.1}, n[] = {200}, deff[] = {2}, U[] = {1};
  struct table t = {.rows = 1};
  hc_analysis *a;
  hc_interval i;
  numbers(&t, "prevalence", p);
  numbers(&t, "respondents", n);
  numbers(&t, "design_effect", deff);
  numbers(&t, "internet_users", U);
  assert_ok(run(&a, &t, HC_SHAPE_REGIONS, "prevalence", "", 0));
  assert_ok(interval_of(&i, a->plan, a->estimate, NULL, "wilson", 0, 0.95, NULL));
  assert_close(i.lower, 0.0552291, 1e-5);
  assert_close(i.upper, 0.1743657, 1e-5);
  hc_analysis_free(a);
}

static void scaling_and_confidence(void **state) {
  (void)state;
  double R[] = {160000, NAN}, V[] = {80, 20}, est[] = {100, 200, 900}, se[] = {10, 20, 9}, sure[] = {100, 100, 0};
  struct table t = {.rows = 2}, u = {.rows = 3};
  hc_analysis *a;
  numbers(&t, "registered", R);
  numbers(&t, "visitors", V);
  assert_ok(run(&a, &t, HC_SHAPE_PLATFORMS, "search-scaling", "", 0));
  assert_close(a->estimate->value[0], 200000, 1e-14);
  assert_true(has_note(a, "one-reference"));
  hc_analysis_free(a);
  numbers(&u, "estimate", est);
  numbers(&u, "estimate_se", se);
  numbers(&u, "confidence", sure);
  assert_ok(run(&a, &u, HC_SHAPE_ESTIMATES, "triangulate", "", 0));
  assert_close(a->estimate->value[0], sqrt(100.0 * 200.0), 1e-12); /* equal variances on the log scale */
  assert_true(has_note(a, "no-confidence"));
  hc_analysis_free(a);
}

/* Sixteen regions give a note each, and what the engine has to say still comes. */
static void no_note_is_lost(void **state) {
  (void)state;
  enum { REGIONS = 16 };
  char text[REGIONS][8], *region[REGIONS];
  double prevalence[REGIONS], users[REGIONS], share[REGIONS];
  struct table t = {.rows = REGIONS};
  hc_analysis *a;
  for (int i = 0; i < REGIONS; i++) {
    snprintf(text[i], sizeof text[i], "r%d", i);
    region[i] = text[i];
    prevalence[i] = 0.02;
    users[i] = 1e6;
    share[i] = 0.3;
  }
  texts(&t, "country", region), texts(&t, "region", region);
  numbers(&t, "prevalence", prevalence), numbers(&t, "internet_users", users), numbers(&t, "traffic_share", share);
  assert_ok(run(&a, &t, HC_SHAPE_REGIONS, "traffic-share", "", 0));
  size_t own = a->estimate->n_notes;
  assert_true(own > 12);
  hc_estimate_note(a->estimate, "one-more", "%d", 1);
  assert_true(has_note(a, "one-more"));
  hc_analysis_free(a);
}

/* Groups that differ past any fixed size are two, and each is named in full. */
static void long_names_are_not_cut(void **state) {
  char *group[] = {"crowd workers of the first quarter of 2015", "crowd workers of the first quarter of 2015",
                   "crowd workers of the first quarter of 2016", "crowd workers of the first quarter of 2016"};
  double estimate[] = {100, 120, 400, 500}, se[] = {10, 10, 40, 40};
  struct table t = {.rows = 4};
  hc_analysis *a = NULL;
  (void)state;
  texts(&t, "study", names);
  texts(&t, "group", group);
  numbers(&t, "estimate", estimate);
  numbers(&t, "estimate_se", se);
  assert_ok(run(&a, &t, HC_SHAPE_ESTIMATES, "triangulate", "", 0));
  size_t n = a->plan->n_quantities;
  assert_string_equal(a->plan->quantities[n - 2].name, "N[crowd workers of the first quarter of 2015]");
  assert_string_equal(a->plan->quantities[n - 1].name, "N[crowd workers of the first quarter of 2016]");
  assert_string_equal(a->plan->form, "REML on the log scale");
  assert_true(a->plan->quantities[0].additive && a->plan->quantities[0].scale == HC_SCALE_LOG);
  hc_analysis_free(a);
}

/* Cluster effects by another route: the slope within clusters, of deviations from their means (Frisch and Waugh). */
static double total_within_clusters(const double *R, const double *V, double *slope) {
  double n[2] = {0}, x[2] = {0}, y[2] = {0}, xx = 0, xy = 0, smear = 0, total = 0;
  for (int i = 0; i < 9; i++) n[i % 2]++, x[i % 2] += log(V[i]), y[i % 2] += log(R[i]);
  for (int c = 0; c < 2; c++) x[c] /= n[c], y[c] /= n[c];
  for (int i = 0; i < 9; i++) {
    double dx = log(V[i]) - x[i % 2];
    xx += dx * dx;
    xy += dx * (log(R[i]) - y[i % 2]);
  }
  *slope = xy / xx;
  for (int i = 0; i < 9; i++) {
    smear += exp(log(R[i]) - y[i % 2] - *slope * (log(V[i]) - x[i % 2])) / 9;
    total += R[i];
  }
  for (int i = 9; i < ROWS; i++) total += smear * exp(y[i % 2] + *slope * (log(V[i]) - x[i % 2]));
  return total;
}

/* A platform keeps its cluster however long its name is, and a name is quoted in full. */
static void long_names_keep_their_clusters(void **state) {
  double R[ROWS], V[ROWS], slope;
  char text[ROWS][80], *longer[ROWS];
  char *cluster[] = {"a", "b", "a", "b", "a", "b", "a", "b", "a", "b", "a", "b"};
  hc_analysis *a = NULL;
  struct table t = platforms(R, V);
  (void)state;
  for (int i = 0; i < 9; i++) R[i] *= i % 2 ? 8 : 1;
  texts(&t, "cluster", cluster);
  double expected = total_within_clusters(R, V, &slope);
  for (int first = ROWS; first >= 0; first -= 6) { /* none is long; those from the seventh on; all */
    for (int i = 0; i < ROWS; i++) {
      snprintf(text[i], sizeof text[i], "%02d-%s", i, i < first ? "p" : "the platform of the workers of the whole région, 2018");
      longer[i] = text[i];
    }
    t.columns[0].text = longer;
    assert_ok(run(&a, &t, HC_SHAPE_PLATFORMS, "traffic-loglog", "cluster=fixed;weak-fit=accept", 0));
    assert_close(a->estimate->value[0], expected, 1e-10);
    assert_close(a->estimate->value[hc_analysis_find(a, "slope")], slope, 1e-10);
    const char *influence = NULL;
    for (size_t i = 0; i < a->estimate->n_notes; i++)
      if (strcmp(a->estimate->notes[i].code, "influence") == 0) influence = a->estimate->notes[i].text;
    assert_non_null(influence);
    if (first == 0) assert_non_null(strstr(influence, "région, 2018 (Cook's"));
    hc_analysis_free(a);
  }
}

/* Log-likelihood of the two differences from the first of three estimates, which is what REML maximises. */
static double loglik_of_differences(const double *y, const double *v, double tau2) {
  double a = v[0] + v[1] + 2 * tau2, b = v[0] + v[2] + 2 * tau2, c = v[0] + tau2, d = y[1] - y[0], e = y[2] - y[0];
  double determinant = a * b - c * c;
  return -0.5 * (log(determinant) + (b * d * d - 2 * c * d * e + a * e * e) / determinant);
}

/* Two maxima: the lower one lies above DerSimonian and Laird's value. By a scan of tau2, 1e-4 apart in its logarithm. */
static void reml_takes_the_highest_maximum(void **state) {
  double x[] = {28241.821509963116, 1855.549128814843, 2303.1036248881833};
  double se[] = {28241.821509963116, 92.77745644074216, 23.031036248881833};
  double y[3], v[3], tau2 = 0, highest = -INFINITY, sum = 0, weights = 0;
  struct table t = {.rows = 3};
  hc_analysis *a = NULL;
  (void)state;
  for (int i = 0; i < 3; i++) y[i] = log(x[i]), v[i] = se[i] * se[i] / (x[i] * x[i]);
  for (double at = -12; at < 5; at += 1e-4) {
    double loglik = loglik_of_differences(y, v, exp(at));
    if (loglik > highest) highest = loglik, tau2 = exp(at);
  }
  for (int i = 0; i < 3; i++) sum += y[i] / (v[i] + tau2), weights += 1 / (v[i] + tau2);
  texts(&t, "study", names);
  numbers(&t, "estimate", x);
  numbers(&t, "estimate_se", se);
  assert_ok(run(&a, &t, HC_SHAPE_ESTIMATES, "triangulate", "", 0));
  assert_close(a->estimate->value[hc_analysis_find(a, "tau2")], tau2, 1e-4);
  assert_close(a->estimate->value[0], exp(sum / weights), 1e-4);
  assert_close(a->estimate->value[0], 3564.4, 1e-4);
  hc_analysis_free(a);
}

/* The first repetition is named among many; 60,000 rows cost no seconds of the processor, as pairs of rows did. */
static void repeated_rows_are_found_fast(void **state) {
  enum { MANY = 60000, SIZE = 12 };
  char *text = malloc((size_t)MANY * SIZE), **name = malloc(MANY * sizeof *name);
  double *registered = malloc(MANY * sizeof *registered);
  struct table t = {.rows = MANY};
  hc_analysis *a = NULL;
  (void)state;
  assert_true(text && name && registered);
  for (size_t i = 0; i < MANY; i++) {
    name[i] = text + i * SIZE;
    snprintf(name[i], SIZE, "p%zu", i);
    registered[i] = (double)i + 1;
  }
  texts(&t, "platform", name);
  numbers(&t, "registered", registered);
  clock_t start = clock();
  assert_ok(run(&a, &t, HC_SHAPE_PLATFORMS, "registration", "", 0));
  assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 2);
  assert_close(a->estimate->value[0], 0.5 * MANY * (MANY + 1.0), 1e-14);
  hc_analysis_free(a);
  name[59999] = name[7], name[400] = name[300], name[401] = name[300], name[500] = name[2];
  assert_int_equal(run(&a, &t, HC_SHAPE_PLATFORMS, "registration", "", 0), HC_EDATA);
  assert_non_null(strstr(err.message, "rows 301 and 401 are both 'p300'"));
  free(text), free(name), free(registered);
}

/* By hand: N = sum U p, so that each input's part in the variance of ln N is U^2 p (1 - p)/n over their sum. */
static void shares_of_surveys_by_hand(void **state) {
  (void)state;
  char *region[] = {"north", "south", "west"};
  double p[] = {0.1, 0.2, 0.05}, U[] = {3e6, 2e6, 9e6}, n[] = {4000, 900, 20000}, part[3], sum = 0;
  hc_analysis *a;
  const hc_contribution *c;
  struct table t = {.rows = 3};
  texts(&t, "country", region);
  numbers(&t, "prevalence", p);
  numbers(&t, "internet_users", U);
  numbers(&t, "respondents", n);
  for (int i = 0; i < 3; i++) part[i] = U[i] * U[i] * p[i] * (1 - p[i]) / n[i], sum += part[i];
  assert_ok(run(&a, &t, HC_SHAPE_REGIONS, "prevalence", "", 200));
  for (int i = 0; i < 3; i++) {
    size_t k = 0;
    while ((c = hc_analysis_contribution(a, k)) && !strstr(c->input, region[i])) k++;
    if (!c) fail_msg("%s has no share", region[i]);
    /* 400 draws: a variance is known to sqrt(2/399), and its share to that of the others too */
    assert_close(c->share, part[i] / sum, 5 * sqrt(4 / 399.0) * (1 - part[i] / sum));
  }
  hc_analysis_free(a);
}

/* The name of an input ends before a character that does not fit. */
static void names_are_not_cut_inside_a_character(void **state) {
  char name[100] = "", *longer[ROWS];
  hc_analysis *a = NULL;
  struct table t = {.rows = 2};
  (void)state;
  memset(name, 'x', 94);
  strncat(name, "é", 3);
  memcpy(longer, names, sizeof longer);
  longer[0] = name;
  double estimate[] = {100, 120}, se[] = {10, 10};
  texts(&t, "study", longer);
  numbers(&t, "estimate", estimate);
  numbers(&t, "estimate_se", se);
  assert_ok(run(&a, &t, HC_SHAPE_ESTIMATES, "triangulate", "", 0));
  for (size_t i = 0; i < a->plan->n_inputs; i++) assert_null(strchr(a->plan->inputs[i].name, '\xc3'));
  hc_analysis_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bad_platforms),      cmocka_unit_test(refusals_and_notes_of_loglog),
      cmocka_unit_test(bad_regions),        cmocka_unit_test(share_is_divided_not_added),
      cmocka_unit_test(multi_homing_by_hand), cmocka_unit_test(wilson_limits),
      cmocka_unit_test(scaling_and_confidence), cmocka_unit_test(no_note_is_lost),
      cmocka_unit_test(long_names_are_not_cut), cmocka_unit_test(long_names_keep_their_clusters),
      cmocka_unit_test(reml_takes_the_highest_maximum), cmocka_unit_test(repeated_rows_are_found_fast),
      cmocka_unit_test(names_are_not_cut_inside_a_character), cmocka_unit_test(shares_are_used_or_refused),
      cmocka_unit_test(search_scaling_with_shares_by_hand), cmocka_unit_test(prevalence_is_the_default_of_its_table),
      cmocka_unit_test(shares_of_surveys_by_hand)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
