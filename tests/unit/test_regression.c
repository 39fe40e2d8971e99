/* Covariates, from a file or from memory to coefficients: what is read, refused and noted. */
#include "support.h"

#include <unistd.h>

static const char header[] = "times,people,sex,age,days\n";
static const char rows[] =
    "1,40,f,20,10\n2,9,f,20,10\n1,30,m,20,20\n2,12,m,20,20\n3,5,m,20,20\n1,25,f,50,10\n2,4,f,50,10\n"
    "1,18,m,50,20\n2,7,m,50,20\n4,1,m,50,20\n1,12,m,35,10\n2,3,m,35,20\n";

static hc_error err;

static hc_status read_text(hc_data **data, const char *text, const char *covariates) {
  char path[] = "/tmp/hc-regression-XXXXXX";
  int fd = mkstemp(path);
  hc_read_settings how;
  assert_true(fd >= 0);
  assert_int_equal(write(fd, header, strlen(header)), (ssize_t)strlen(header));
  assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
  close(fd);
  hc_read_settings_init(&how);
  how.roles.times = "times", how.roles.count = "people", how.covariates = covariates;
  hc_status status = hc_data_read(data, path, &how, &err);
  unlink(path);
  return status;
}

struct options {
  const char *formula, *reference, *offset;
};

static hc_status analyse(hc_analysis **a, const hc_data *data, const char *id, struct options o, unsigned threads) {
  const hc_estimator *e = hc_estimator_find(id);
  hc_options *options = NULL;
  hc_settings settings;
  hc_settings_init(&settings);
  settings.replicates = threads ? 60 : 0, settings.threads = threads;
  *a = NULL;
  assert_ok(hc_options_new(&options, e, &err));
  hc_status status = hc_options_set(options, "formula", o.formula, &err);
  if (status == HC_OK && o.reference) status = hc_options_set(options, "reference", o.reference, &err);
  if (status == HC_OK && o.offset) status = hc_options_set(options, "offset", o.offset, &err);
  if (status == HC_OK) status = hc_analysis_new(a, data, e, options, &settings, &err);
  hc_options_free(options);
  return status;
}

static double number(const hc_analysis *a, const char *name) {
  size_t q = hc_analysis_find(a, name);
  if (q == a->plan->n_quantities) fail_msg("no quantity %s", name);
  return a->estimate->value[q];
}

static void columns_of_formulas(void **state) {
  char columns[60] = "age";
  (void)state;
  assert_ok(hc_formula_columns(columns, sizeof columns, "~ log(age) + sex*`a, b` + factor(sex)", &err));
  assert_string_equal(columns, "age,sex,\"a, b\"");
  assert_int_equal(hc_formula_columns(columns, sizeof columns, "~ (", &err), HC_EUSAGE);
  assert_int_equal(
      hc_formula_columns(columns, sizeof columns, "~ a_very_long_name_of_a_column_that_does_not_fit_any_more", &err),
      HC_EUSAGE);
}

/* Attributes of the formula make profiles beside the cells, which stay as they are. */
static void cells_stay(void **state) {
  hc_data *with, *without;
  (void)state;
  assert_ok(read_text(&with, rows, "sex,age"));
  assert_ok(read_text(&without, rows, NULL));
  assert_int_equal(with->n_cells, without->n_cells);
  for (size_t i = 0; i < with->n_cells; i++) assert_int_equal(with->count[i], without->count[i]);
  assert_int_equal(with->n_strata, 5);
  assert_null(with->attributes[0].number);
  assert_true(with->attributes[1].number[0] == 20 && with->attributes[1].number[2] == 50);
  hc_data_free(with);
  hc_data_free(without);
}

/* Without a covariate it is the estimator without a formula; with one, levels add up to the whole. */
static void agrees_with_no_formula(void **state) {
  static const char *const ids[] = {"zt-poisson", "zt-geometric", "zelterman", "chao"};
  hc_data *data;
  hc_analysis *plain, *one, *two;
  (void)state;
  assert_ok(read_text(&data, rows, "sex,age"));
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    assert_ok(hc_analysis_new(&plain, data, hc_estimator_find(ids[i]), NULL, NULL, &err));
    assert_ok(analyse(&one, data, ids[i], (struct options){"~ 1", NULL, NULL}, 0));
    assert_ok(analyse(&two, data, ids[i], (struct options){"~ sex + age", NULL, NULL}, 0));
    assert_close(number(one, "N"), number(plain, "N"), 1e-9);
    if (i < 3) assert_close(one->estimate->se[0], plain->estimate->se[0], 1e-8); /* chao: its binomial variance */
    if (i < 3) assert_close(one->estimate->fit.loglik, plain->estimate->fit.loglik, 1e-12);
    assert_close(number(two, "N[sex=f]") + number(two, "N[sex=m]"), number(two, "N"), 1e-12);
    assert_true(hc_analysis_find(two, "N[age=20]") == two->plan->n_quantities); /* a number has no levels */
    hc_analysis_free(plain);
    hc_analysis_free(one);
    hc_analysis_free(two);
  }
  hc_data_free(data);
}

/* Another reference level is another writing of the same model. */
static void references(void **state) {
  hc_data *data;
  hc_analysis *first, *other;
  (void)state;
  assert_ok(read_text(&data, rows, "sex,age"));
  assert_ok(analyse(&first, data, "zt-poisson", (struct options){"~ sex + factor(age)", NULL, NULL}, 0));
  assert_ok(analyse(&other, data, "zt-poisson", (struct options){"~ sex + factor(age)", "sex:m, age:50", NULL}, 0));
  assert_close(number(other, "N"), number(first, "N"), 1e-9);
  assert_close(number(other, "beta[sex=f]"), -number(first, "beta[sex=m]"), 1e-8);
  assert_close(number(other, "beta[age=20]"), -number(first, "beta[age=50]"), 1e-8);
  hc_analysis_free(first);
  hc_analysis_free(other);
  static const char *const wrong[][2] = {
      {"sex:x", "has no level 'x'"}, {"sax:f", "no formula has a column 'sax'"}, {"sex", "COLUMN:LEVEL"}};
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(analyse(&first, data, "zt-poisson", (struct options){"~ sex", wrong[i][0], NULL}, 0), HC_EUSAGE);
    assert_non_null(strstr(err.message, wrong[i][1]));
  }
  hc_data_free(data);
}

/* Twice the days, twice the rate: the intercept is that of one day. */
static void offsets(void **state) {
  hc_data *data;
  hc_analysis *a;
  (void)state;
  assert_ok(read_text(&data, "1,50,f,20,10\n2,20,f,20,10\n3,5,f,20,10\n1,50,m,20,20\n2,20,m,20,20\n3,5,m,20,20\n",
                      "sex,days"));
  assert_ok(analyse(&a, data, "zt-poisson", (struct options){"~ sex", NULL, "~ log(days)"}, 0));
  assert_close(number(a, "beta[sex=m]"), -log(2), 1e-9);
  hc_analysis_free(a);
  assert_int_equal(analyse(&a, data, "zt-poisson", (struct options){"~ sex", NULL, "sex"}, 0), HC_EUSAGE);
  assert_non_null(strstr(err.message, "offset: it needs numbers"));
  hc_data_free(data);
}

/* What each person of the file stands for has to be a number, and the people of the file have to stand for themselves. */
static void weights(void **state) {
  hc_data *data;
  hc_analysis *a;
  hc_options *o;
  static const char *const wrong[][2] = {{"sex", "needs positive numbers"}, {"log(age)", "name of one column"},
                                         {"half", "add up to"}};
  (void)state;
  char text[] = "1,50,f,0.5,10\n2,20,f,0.5,20\n1,50,m,0.5,10\n2,20,m,0.5,20\n";
  assert_ok(read_text(&data, text, "sex,age"));
  free(data->attributes[1].name);
  data->attributes[1].name = strdup("half");
  assert_ok(hc_options_new(&o, hc_estimator_find("zt-poisson"), &err));
  assert_ok(hc_options_set(o, "formula", "~ sex", &err));
  for (size_t i = 0; i < 3; i++) {
    assert_ok(hc_options_set(o, "weight", wrong[i][0], &err));
    hc_settings settings;
    hc_settings_init(&settings);
    assert_int_equal(hc_analysis_new(&a, data, hc_estimator_find("zt-poisson"), o, &settings, &err), HC_EUSAGE);
    assert_non_null(strstr(err.message, wrong[i][1]));
  }
  hc_options_free(o);
  hc_data_free(data);
}

/* A coefficient is tested against 0; N is not. */
static void tests_of_coefficients(void **state) {
  hc_data *data;
  hc_analysis *a;
  (void)state;
  assert_ok(read_text(&data, rows, "sex,age"));
  assert_ok(analyse(&a, data, "zt-poisson", (struct options){"~ sex", NULL, NULL}, 0));
  size_t q = hc_analysis_find(a, "beta[sex=m]");
  assert_true(hc_analysis_quantity(a, q)->coefficient);
  assert_close(hc_analysis_z(a, q), hc_analysis_value(a, q) / hc_analysis_se(a, q), 1e-12);
  assert_close(hc_analysis_p(a, q), erfc(fabs(hc_analysis_z(a, q)) / sqrt(2)), 1e-9);
  assert_true(isnan(hc_analysis_z(a, 0)) && isnan(hc_analysis_p(a, 0)));
  assert_string_equal(hc_analysis_headline(a, q)->method, "wald");
  assert_non_null(strstr(hc_analysis_variant(a), "compared with sex: f"));
  hc_analysis_free(a);
  hc_data_free(data);
}

/* Data drawn from the fit have its N to one person, and replicates spread as the analytic variance says. */
static void drawn_from_the_fit(void **state) {
  static const char *const ids[] = {"zt-poisson", "zt-geometric"};
  enum { B = 2000 };
  hc_data *data;
  (void)state;
  assert_ok(read_text(&data, "1,500,f,20,10\n2,250,f,20,10\n3,90,f,20,10\n4,20,f,20,10\n1,600,m,20,10\n2,150,m,20,10\n3,40,m,20,10\n", "sex"));
  for (size_t i = 0; i < 2; i++) {
    hc_analysis *a;
    hc_options *o;
    hc_settings settings;
    hc_settings_init(&settings);
    settings.replicates = B;
    settings.resample = HC_RESAMPLE_PARAMETRIC;
    assert_ok(hc_options_new(&o, hc_estimator_find(ids[i]), &err));
    assert_ok(hc_options_set(o, "formula", "~ sex", &err));
    assert_ok(hc_analysis_new(&a, data, hc_estimator_find(ids[i]), o, &settings, &err));
    assert_int_equal(a->bootstrap->succeeded, B);
    for (size_t q = 0; q < a->plan->n_quantities; q++) {
      double sum = 0, square = 0, d;
      for (size_t b = 0; b < B; b++) {
        d = a->bootstrap->value[b * a->plan->n_quantities + q] - a->estimate->value[q];
        sum += d, square += d * d;
      }
      double se = a->estimate->se[q], spread = sqrt(square / B - sum * sum / B / B);
      assert_true(fabs(sum / B) < 0.25 * se); /* the bias of a convex function, and 0.02 se of the draw */
      assert_true(fabs(spread / se - 1) < 0.15);
    }
    hc_analysis_free(a);
    hc_options_free(o);
  }
  hc_data_free(data);
}

static void bad_covariates(void **state) {
  hc_data *data;
  hc_analysis *a;
  (void)state;
  assert_int_equal(read_text(&data, "1,3,f,NA,10\n2,2,m,20,10\n", "age"), HC_EDATA);
  assert_non_null(strstr(err.message, "a value of the covariate"));
  assert_int_equal(err.line, 2);
  assert_int_equal(read_text(&data, rows, "sex,shoe"), HC_EUSAGE);
  assert_non_null(strstr(err.message, "there is no column 'shoe'"));
  assert_ok(read_text(&data, rows, "sex,age"));
  assert_int_equal(analyse(&a, data, "zt-poisson", (struct options){"~ days", NULL, NULL}, 0), HC_EUSAGE);
  assert_int_equal(analyse(&a, data, "zt-poisson", (struct options){"~ age + log(age) + factor(age)", NULL, NULL}, 0),
                   HC_EREFUSED);
  assert_string_equal(err.code, "collinear");
  hc_data_free(data);
}

/* Everybody of one sex met once: that sex has no rate. */
static void separation(void **state) {
  static const char *const ids[] = {"zt-poisson", "zt-geometric", "zelterman", "chao"};
  hc_data *data;
  hc_analysis *a;
  (void)state;
  assert_ok(read_text(&data, "1,50,f,20,10\n1,50,m,20,20\n2,20,m,20,20\n3,5,m,20,20\n", "sex"));
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    assert_int_equal(analyse(&a, data, ids[i], (struct options){"~ sex", "sex:m", NULL}, 0), HC_EREFUSED);
    assert_string_equal(err.code, "mle-infinite");
    assert_non_null(strstr(err.message, "beta[sex=f]"));
  }
  hc_data_free(data);
}

static void thin_level(void **state) {
  hc_data *data;
  hc_analysis *a;
  (void)state;
  assert_ok(read_text(&data, "1,50,f,20,10\n2,20,f,20,20\n2,1,m,20,20\n", "sex"));
  assert_ok(analyse(&a, data, "zt-poisson", (struct options){"~ sex", NULL, NULL}, 0));
  assert_string_equal(a->estimate->notes[0].code, "thin-level");
  assert_non_null(strstr(a->estimate->notes[0].text, "N[sex=m]"));
  hc_analysis_free(a);
  hc_data_free(data);
}

/* Rows in another order, other numbers of threads: the same bits, replicates included. */
static void same_bits(void **state) {
  char turned[sizeof rows] = "";
  hc_data *data, *other;
  hc_analysis *a, *b;
  (void)state;
  for (const char *end = rows + strlen(rows); end > rows;) {
    const char *begin = end - 1;
    while (begin > rows && begin[-1] != '\n') begin--;
    snprintf(turned + strlen(turned), sizeof turned - strlen(turned), "%.*s", (int)(end - begin), begin);
    end = begin;
  }
  assert_ok(read_text(&data, rows, "sex,age"));
  assert_ok(read_text(&other, turned, "sex,age"));
  assert_ok(analyse(&a, data, "zt-poisson", (struct options){"~ sex*age", NULL, NULL}, 1));
  assert_ok(analyse(&b, other, "zt-poisson", (struct options){"~ sex*age", NULL, NULL}, 3));
  assert_memory_equal(a->estimate->value, b->estimate->value, a->plan->n_quantities * sizeof(double));
  assert_memory_equal(a->bootstrap->value, b->bootstrap->value, 60 * a->plan->n_quantities * sizeof(double));
  hc_analysis_free(a);
  hc_analysis_free(b);
  hc_data_free(data);
  hc_data_free(other);
}

static void by_and_formula(void **state) {
  char path[] = "/tmp/hc-regression-XXXXXX";
  int fd = mkstemp(path);
  hc_read_settings how;
  hc_data *data;
  (void)state;
  assert_int_equal(write(fd, header, strlen(header)), (ssize_t)strlen(header));
  assert_int_equal(write(fd, rows, strlen(rows)), (ssize_t)strlen(rows));
  close(fd);
  hc_read_settings_init(&how);
  how.roles.times = "times", how.roles.count = "people", how.covariates = "age", how.roles.by = "sex";
  assert_int_equal(hc_data_read(&data, path, &how, &err), HC_EUSAGE);
  assert_non_null(strstr(err.message, "do not go together"));
  unlink(path);
}

/* What singleRcapture 0.2.3 expects of netherlands-1995 (marginalFreq); leverages add up to the coefficients, as closely as
 * expected and observed information agree; without the person whom most hangs on, the coefficients go as far as Cook says. */
static void diagnosed(void **state) {
  const double expected[] = {10810.353652567715, 1612.5888698526558, 233.71928663310163, 30.134728624218848,
                             3.2425426192006577, 0.29087584035377756, 0.022147733036004928};
  static const char *const others[] = {"zt-geometric", "zelterman", "chao", "oizt-poisson", "ztoi-geometric", "hurdle-zt-poisson"};
  hc_data *data;
  hc_diagnosis *d;
  hc_read_settings how;
  hc_request request;
  hc_setting set[] = {{NULL, "formula", "~ gender + age + nation"}};
  (void)state;
  hc_read_settings_init(&how);
  how.covariates = "gender,age,nation";
  assert_ok(hc_data_read(&data, "datasets/netherlands-1995/people.csv", &how, &err));
  hc_request_init(&request);
  request.settings = set, request.n_settings = 1;
  assert_ok(hc_diagnose(&d, data, &request, NULL, &err));
  assert_int_equal(d->n_frequencies, 7);
  for (size_t k = 0; k < 7; k++) assert_close(d->frequencies[k].expected, expected[k], 1e-6);
  double leverage = 0;
  for (size_t i = 0; i < d->n_rows; i++) leverage += d->rows[i].people * d->rows[i].leverage;
  assert_close(leverage, 8, 1e-8);
  assert_int_equal(d->classes, 3);
  assert_true(d->rows[0].cook >= d->rows[1].cook && d->p_chi_squared < 1e-4);
  hc_diagnosis_free(d);
  for (size_t m = 0; m < sizeof others / sizeof *others; m++) {
    request.models = others[m];
    if (hc_diagnose(&d, data, &request, NULL, &err) != HC_OK) fail_msg("%s: %s", others[m], err.message);
    double people = 0, sum = 0;
    leverage = 0;
    for (size_t k = 1; k < d->n_frequencies; k++) people += d->frequencies[k].observed, sum += d->frequencies[k].expected;
    for (size_t i = 0; i < d->n_rows; i++)
      if (!isnan(d->rows[i].leverage)) leverage += d->rows[i].people * d->rows[i].leverage;
    assert_close(people, 1880, 1e-12);
    assert_true(sum <= 1880.0001 && sum > 1870); /* some are expected beyond six times */
    assert_true(fabs(leverage / d->coefficients - 1) < 0.25);
    hc_diagnosis_free(d);
  }
  request.models = "ichao", request.n_settings = 0;
  assert_int_equal(hc_diagnose(&d, data, &request, NULL, &err), HC_EUSAGE);
  hc_data_free(data);
}

/* A negative binomial without a maximum is refused by name, where other programs print N. */
static void alpha_without_end(void **state) {
  hc_data *data;
  hc_analysis *a;
  hc_read_settings how;
  (void)state;
  hc_read_settings_init(&how);
  how.covariates = "gender,age,nation";
  assert_ok(hc_data_read(&data, "datasets/netherlands-1995/people.csv", &how, &err));
  assert_int_equal(analyse(&a, data, "zt-negbin", (struct options){"~ gender + age + nation", NULL, NULL}, 0), HC_EREFUSED);
  assert_string_equal(err.code, "mle-infinite");
  assert_non_null(strstr(err.message, "alpha"));
  hc_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(columns_of_formulas), cmocka_unit_test(cells_stay), cmocka_unit_test(agrees_with_no_formula),
      cmocka_unit_test(references),          cmocka_unit_test(offsets),    cmocka_unit_test(bad_covariates),
      cmocka_unit_test(separation),          cmocka_unit_test(thin_level), cmocka_unit_test(same_bits),
      cmocka_unit_test(by_and_formula),
      cmocka_unit_test(weights),             cmocka_unit_test(tests_of_coefficients), cmocka_unit_test(drawn_from_the_fit),
      cmocka_unit_test(diagnosed),           cmocka_unit_test(alpha_without_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
