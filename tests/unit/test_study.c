/* Studies: what study.ini may say, what is told of its mistakes, and when a figure counts as reproduced. */
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

#define HEAD "[study]\nid = s\ntitle = A study\nunit = people\nsource = Nobody (1900)\n"
#define FIGURE "[figure f]\ntitle = A figure\n"
/* f1 = 20, f2 = 10: 30 observed, and 30 + 20^2 / (2 x 10) = 50 by Chao's formula. */
#define COUNTS "times,people\n1,20\n2,10\n"
#define CHAO "basis = data\ndata = data.csv\nestimator = chao\noptions = form=classic\n"

enum { PATH = 256 };

struct place {
  char folder[PATH], ini[PATH], data[PATH];
};

static void write_file(const char *path, const char *text) {
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  assert_true(fputs(text, f) >= 0);
  assert_int_equal(fclose(f), 0);
}

static int make_place(void **state) {
  static struct place place;
  snprintf(place.folder, sizeof place.folder, "%s", "/var/tmp/headcount-study-XXXXXX");
  if (!mkdtemp(place.folder)) return -1;
  snprintf(place.ini, sizeof place.ini, "%.200s/study.ini", place.folder);
  snprintf(place.data, sizeof place.data, "%.200s/data.csv", place.folder);
  *state = &place;
  return 0;
}

static int remove_place(void **state) {
  struct place *place = *state;
  unlink(place->ini);
  unlink(place->data);
  return rmdir(place->folder);
}

static hc_status run(struct place *place, const char *ini, const char *data, hc_study **study, hc_error *err) {
  memset(err, 0, sizeof *err);
  *study = NULL;
  write_file(place->ini, ini);
  write_file(place->data, data);
  return hc_study_run(study, place->folder, NULL, err);
}

/* The study, which has to be readable. */
static hc_study *study_of(void **state, const char *ini, const char *data) {
  hc_study *study;
  hc_error err;
  hc_status status = run(*state, ini, data, &study, &err);
  if (status != HC_OK) fail_msg("%s:%d: %s", err.file, (int)err.line, err.message);
  return study;
}

/* ---- mistakes ---- */

struct mistake {
  const char *ini;
  unsigned line; /* 0: of the whole file */
  const char *words;
};

#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define CHAO_OWN "basis = own\ndata = data.csv\nestimator = chao\n"
#define GOOD "published = 50\ntolerance = 1e-9\n"

static const struct mistake mistakes[] = {
    {HEAD "colour = red\n", 6, "unknown name 'colour'"},
    {HEAD FIGURE CHAO GOOD "tolerence = 1\n", 14, "unknown name 'tolerence'"},
    {HEAD "[figures]\na = 1\n", 7, "unknown section 'figures'"},
    {HEAD "[figure ]\na = 1\n", 7, "unknown section"},
    {"id = s\n" HEAD, 1, "unknown section ''"},
    {HEAD "title = Again\n", 6, "'title' is given twice"},
    {HEAD "nonsense\n", 6, "expected [section] or name = value"},
    {HEAD "[study\n", 6, "expected [section] or name = value"},
    {HEAD "criticism = " X50 X50 X50 X50 "\n", 6, "longer than 196 bytes"},
    {HEAD "criticism = none ; really\n", 6, "would begin a comment"},
    {HEAD FIGURE "refuses = " X50 "\n", 8, "'refuses' is longer than"},
    {HEAD "[figure " X50 "]\ntitle = A\n", 7, NULL},
    {"[study]\nid = s\ntitle = A study\nunit = people\n", 0, "[study] needs id, title, unit and source"},
    {HEAD FIGURE "published = 50\n", 7, "basis is data, inputs, back-solved, stated or own"},
    {HEAD FIGURE CHAO_OWN "value = 50\npublished = 50\ntolerance = 1\n", 7, "published by nobody"},
    {HEAD FIGURE CHAO_OWN "tolerance = 1\n", 7, "value has to be a number"},
    {HEAD FIGURE "value = 50\nbasis = own\n", 7, "data and estimator belong"},
    {HEAD "headline = g\n" FIGURE CHAO GOOD, 0, "there is no figure 'g'"},
    {HEAD FIGURE "published = 50\nbasis = rumour\n", 7, "basis is data"},
    {HEAD FIGURE "basis = stated\n", 7, "title and published are needed"},
    {HEAD FIGURE "published = many\nbasis = stated\n", 7, "has to be a number"},
    {HEAD FIGURE CHAO "published = 50\n", 7, "tolerance has to be a number"},
    {HEAD FIGURE CHAO "published = 50\ntolerance = -1\n", 7, "tolerance has to be a number"},
    {HEAD FIGURE CHAO "published = 50\nvalue = 5o\ntolerance = 1\n", 7, "has to be a number"},
    {HEAD FIGURE "basis = data\n" GOOD, 7, "data and estimator belong to every basis but 'stated'"},
    {HEAD FIGURE "basis = stated\ndata = data.csv\nestimator = chao\n" GOOD, 7, "but 'stated'"},
    {HEAD FIGURE "basis = data\ndata = data.csv\n" GOOD, 7, "data and estimator"},
    {HEAD FIGURE "basis = data\ndata = ../data.csv\nestimator = chao\n" GOOD, 7, "a file beside study.ini"},
    {HEAD FIGURE "basis = data\ndata = data.csv\nestimator = choa\n" GOOD, 7, "there is no estimator 'choa'"},
    {HEAD FIGURE CHAO GOOD "shape = round\n", 7, "there is no shape 'round'"},
    {HEAD FIGURE CHAO GOOD "interval = wide\n", 7, "there is no interval method 'wide'"},
    {HEAD FIGURE CHAO GOOD "resample = twice\n", 7, "there is no resampling kind 'twice'"},
    {HEAD FIGURE CHAO GOOD "bootstrap = many\n", 7, "bootstrap is a number of replicates"},
    {HEAD FIGURE CHAO GOOD "quantity = M\n", 7, "chao has no quantity 'M'"},
    {HEAD FIGURE "basis = data\ndata = data.csv\nestimator = chao\noptions = form\n" GOOD, 7, "options are name=value"},
    {HEAD FIGURE "basis = data\ndata = data.csv\nestimator = chao\noptions = form=cubic\n" GOOD, 7, "form"},
};

static void test_mistakes_name_file_and_line(void **state) {
  struct place *place = *state;
  for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
    const struct mistake *m = &mistakes[i];
    hc_study *study;
    hc_error err;
    hc_status status = run(place, m->ini, COUNTS, &study, &err);
    if (status != HC_EDATA) fail_msg("mistake %zu: status %d", i, (int)status);
    assert_null(study);
    assert_string_equal(err.file, place->ini);
    if (err.line != m->line) fail_msg("mistake %zu: line %d, expected %u: %s", i, (int)err.line, m->line, err.message);
    if (m->words && !strstr(err.message, m->words)) fail_msg("mistake %zu: %s", i, err.message);
  }
}

static void test_missing_and_unreadable_files(void **state) {
  struct place *place = *state;
  hc_study *study = NULL;
  hc_error err;
  unlink(place->ini);
  assert_int_equal(hc_study_run(&study, place->folder, NULL, &err), HC_EIO);
  assert_string_equal(err.file, place->ini);
  assert_int_equal(run(place, HEAD FIGURE "basis = data\ndata = nowhere.csv\nestimator = chao\n" GOOD, COUNTS, &study, &err),
                   HC_EIO);
  assert_non_null(strstr(err.file, "nowhere.csv"));
  assert_int_equal(run(place, HEAD FIGURE CHAO GOOD, "times,people\n1,many\n", &study, &err), HC_EDATA);
  assert_string_equal(err.file, place->data);
  assert_int_equal(err.line, 2);
  assert_null(study);
}

/* A total over strata is a figure like any other. */
static void test_strata(void **state) {
  hc_study *s = NULL;
  hc_error e = {0};
  assert_int_equal(run(*state, HEAD FIGURE "basis = data\ndata = data.csv\nestimator = chapman\nby = stratum\npublished = 10,080\n"
                       "tolerance = 1e-9\n", "stratum,n1,n2,m2\nsmall,100,100,10\nlarge,200,500,10\n", &s, &e), HC_OK);
  assert_true(s->figures[0].agrees);
  assert_true(s->figures[0].has_interval);
  assert_string_equal(s->figures[0].how, "headcount estimate data.csv --by stratum --model chapman");
  hc_study_free(s);
}

/* An interval of the estimator's own keeps its name when the analysis is gone. */
static void test_own_interval_has_a_name(void **state) {
  hc_study *s = NULL;
  hc_error e = {0};
  char *text = NULL;
  assert_int_equal(run(*state, HEAD FIGURE "basis = data\ndata = data.csv\nestimator = schumacher-eschmeyer\n" "published = 100\ntolerance = 9\n",
                       "date,n,m,R\na,10,0,10\nb,9,2,9\nc,12,5,12\n", &s, &e), HC_OK);
  assert_true(s->figures[0].has_interval);
  assert_string_equal(s->figures[0].interval.method, "inverse-normal");
  assert_ok(hc_studies_json(&text, &s, 1, NULL));
  assert_non_null(strstr(text, "\"inverse-normal\""));
  hc_text_free(text);
  hc_study_free(s);
}

/* ---- what counts as reproduced ---- */

static void test_agreement_and_mismatch(void **state) {
  hc_study *s = study_of(state, HEAD FIGURE CHAO GOOD "[figure g]\ntitle = G\npublished = 51\ntolerance = 0.01\n" CHAO
                         "[figure h]\ntitle = H\npublished = about 51\nvalue = 51\ntolerance = 0.02\n" CHAO, COUNTS);
  assert_int_equal(s->n_figures, 3);
  assert_close(s->figures[0].recomputed, 50, 1e-14);
  assert_true(s->figures[0].agrees);
  assert_false(s->figures[1].agrees); /* 50 is 1.96 % below 51 */
  assert_true(s->figures[2].agrees);
  assert_string_equal(s->figures[2].published_as, "about 51");
  assert_close(s->figures[2].published, 51, 0);
  assert_string_equal(s->figures[0].unit, "people");
  assert_string_equal(s->figures[0].how, "headcount estimate data.csv --model chao --set form=classic");
  assert_false(hc_study_agrees(s));
  hc_study_free(s);
}

static void test_numbers_as_printed(void **state) {
  hc_study *s = study_of(state, HEAD FIGURE "published = 97,579.5\nbasis = stated\n"
                         "[figure g]\ntitle = G\npublished = 1 234\nbasis = stated\nunit = days\n", COUNTS);
  assert_close(s->figures[0].published, 97579.5, 0);
  assert_close(s->figures[1].published, 1234, 0);
  assert_string_equal(s->figures[1].unit, "days");
  hc_study_free(s);
}

static void test_stated_never_counts(void **state) {
  hc_study *s = study_of(state, HEAD FIGURE "published = 50\nbasis = stated\n", COUNTS);
  assert_int_equal(s->figures[0].basis, HC_BASIS_STATED);
  assert_false(s->figures[0].agrees);
  assert_true(isnan(s->figures[0].recomputed));
  assert_false(s->figures[0].has_interval);
  assert_true(hc_study_agrees(s)); /* nothing was claimed */
  hc_study_free(s);
}

/* Nobody published it: no published value, no verdict, and nothing that it could spoil. */
static void test_own_has_no_verdict(void **state) {
  hc_study *s = study_of(state, HEAD "headline = f\nverdict = Nobody knows.\n" FIGURE "value = 51\nbasis = own\ndata = data.csv\n"
                         "estimator = chao\ntolerance = 1e-9\n", COUNTS);
  const hc_figure *f = &s->figures[0];
  assert_true(isnan(f->published));
  assert_string_equal(f->published_as, "");
  assert_close(f->expected, 51, 0);
  assert_close(f->recomputed, 50, 1e-12);
  assert_false(f->agrees);
  assert_false(hc_figure_has_verdict(f));
  assert_true(hc_study_agrees(s));
  assert_string_equal(s->verdict, "Nobody knows.");
  char *text = NULL;
  assert_ok(hc_studies_json(&text, &s, 1, NULL));
  assert_non_null(strstr(text, "\"published\": null"));
  assert_non_null(strstr(text, "\"agrees\": null"));
  assert_non_null(strstr(text, "\"basis_words\": \"our own\""));
  assert_non_null(strstr(text, "\"headline\": \"f\""));
  hc_text_free(text);
  hc_study_free(s);
}

static void test_basis_names(void **state) {
  (void)state;
  assert_string_equal(hc_basis_name(HC_BASIS_DATA), "data");
  assert_string_equal(hc_basis_name(HC_BASIS_INPUTS), "inputs");
  assert_string_equal(hc_basis_name(HC_BASIS_BACK_SOLVED), "back-solved");
  assert_string_equal(hc_basis_name(HC_BASIS_STATED), "stated");
  assert_string_equal(hc_basis_name(HC_BASIS_OWN), "own");
  assert_string_equal(hc_basis_words(HC_BASIS_DATA), "from data");
  assert_string_equal(hc_basis_words(HC_BASIS_OWN), "our own");
  assert_string_equal(hc_basis_name((hc_basis)9), "");
  assert_string_equal(hc_basis_words((hc_basis)0), "");
}

static void test_refusals(void **state) {
  const char *singletons = "times,people\n1,20\n3,10\n";
  hc_study *s = study_of(state, HEAD FIGURE CHAO "published = none\nrefuses = no-doubletons\n"
                         "[figure g]\ntitle = G\npublished = none\nrefuses = mle-infinite\n" CHAO
                         "[figure h]\ntitle = H\npublished = 50\ntolerance = 1\n" CHAO, singletons);
  assert_true(s->figures[0].agrees);
  assert_true(isnan(s->figures[0].published));
  assert_false(s->figures[1].agrees); /* refused, for another reason */
  assert_string_equal(s->figures[1].refusal, "no-doubletons");
  assert_false(s->figures[2].agrees); /* refused, and a number was expected */
  assert_true(isnan(s->figures[2].recomputed));
  assert_true(s->figures[2].reason[0]);
  hc_study_free(s);

  s = study_of(state, HEAD FIGURE CHAO "published = none\nrefuses = no-doubletons\n", COUNTS);
  assert_false(s->figures[0].agrees); /* a number where a refusal was expected */
  assert_false(hc_study_agrees(s));
  hc_study_free(s);
}

/* ---- intervals, quantities, text ---- */

static void test_intervals(void **state) {
  hc_study *s = study_of(state, HEAD FIGURE CHAO GOOD "bootstrap = 200\ninterval = basic\n"
                         "[figure g]\ntitle = G\n" CHAO GOOD "bootstrap = 200\n"
                         "[figure h]\ntitle = H\npublished = 1\ntolerance = 9e9\nquantity = se(N)\n" CHAO, COUNTS);
  assert_true(s->figures[0].has_interval);
  assert_string_equal(s->figures[0].interval.method, "basic");
  assert_string_equal(s->figures[1].interval.method, "percentile");
  assert_true(s->figures[1].interval.lower < 50 && s->figures[1].interval.upper > 50);
  assert_true(s->figures[2].recomputed > 0);
  assert_false(s->figures[2].has_interval);
  hc_study_free(s);
}

static void test_intervals_that_only_the_estimator_has(void **state) {
  hc_study *s = study_of(state, HEAD FIGURE "basis = data\ndata = data.csv\nshape = occasions\n"
                         "estimator = schumacher-eschmeyer\npublished = 50\ntolerance = 9\ninterval = inverse-normal\n",
                         "first,second,third,count\n1,0,0,9\n0,1,0,8\n0,0,1,7\n1,1,0,4\n0,1,1,3\n1,0,1,5\n1,1,1,2\n");
  assert_true(s->figures[0].has_interval);
  assert_string_equal(s->figures[0].interval.method, "inverse-normal");
  hc_study_free(s);
}

static void test_indented_lines_go_on(void **state) {
  hc_study *s = study_of(state, HEAD "criticism = one\n  two\n\tthree\n# a comment\n", COUNTS);
  assert_string_equal(s->criticism, "one two three");
  assert_int_equal(s->n_figures, 0);
  hc_study_free(s);
}

static bool stop(void *context, const char *what, uint64_t done, uint64_t total) {
  (void)context, (void)what, (void)done, (void)total;
  return false;
}

static void test_stopping(void **state) {
  struct place *place = *state;
  hc_settings settings;
  hc_settings_init(&settings);
  settings.progress = stop;
  write_file(place->ini, HEAD FIGURE CHAO GOOD "bootstrap = 100000\n");
  write_file(place->data, COUNTS);
  hc_study *study = NULL;
  hc_error err;
  assert_int_equal(hc_study_run(&study, place->folder, &settings, &err), HC_ECANCELLED);
  assert_null(study);
}

static void test_ids(void **state) {
  (void)state;
  char **ids;
  size_t n;
  hc_error err;
  assert_ok(hc_study_ids(&ids, &n, "datasets", &err));
  assert_true(n >= 6);
  for (size_t i = 1; i < n; i++) assert_true(strcmp(ids[i - 1], ids[i]) < 0);
  hc_study_ids_free(ids, n);
  assert_int_equal(hc_study_ids(&ids, &n, "no-such-folder", &err), HC_EIO);
  assert_ok(hc_study_ids(&ids, &n, "src", &err)); /* folders, but no studies */
  assert_int_equal(n, 0);
  hc_study_ids_free(ids, n);
}

/* Every study of the tree: its id is its folder's, it has a criticism, and its figures agree. */
static void test_published_studies(void **state) {
  (void)state;
  char **ids;
  size_t n;
  hc_error err;
  assert_ok(hc_study_ids(&ids, &n, "datasets", &err));
  for (size_t i = 0; i < n; i++) {
    char folder[PATH];
    hc_study *s;
    snprintf(folder, sizeof folder, "datasets/%.200s", ids[i]);
    if (hc_study_run(&s, folder, NULL, &err) != HC_OK) fail_msg("%s:%d: %s", err.file, (int)err.line, err.message);
    assert_string_equal(s->id, ids[i]);
    assert_true(s->criticism[0]);
    assert_int_equal(s->verdict[strlen(s->verdict) - 1], '.');
    for (size_t j = 0; j < s->n_figures; j++) {
      const hc_figure *f = &s->figures[j];
      if (f->basis == HC_BASIS_OWN) assert_close(f->recomputed, f->expected, f->tolerance);
      if (hc_figure_has_verdict(f) && !f->agrees)
        fail_msg("%s, %s: published %.17g, recomputed %.17g %s", s->id, f->id, f->published, f->recomputed, f->reason);
    }
    assert_true(hc_study_agrees(s));
    hc_study_free(s);
  }
  hc_study_ids_free(ids, n);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_mistakes_name_file_and_line), cmocka_unit_test(test_missing_and_unreadable_files),
      cmocka_unit_test(test_agreement_and_mismatch),      cmocka_unit_test(test_numbers_as_printed),
      cmocka_unit_test(test_stated_never_counts),         cmocka_unit_test(test_basis_names),
      cmocka_unit_test(test_refusals),                    cmocka_unit_test(test_intervals),
      cmocka_unit_test(test_intervals_that_only_the_estimator_has),
      cmocka_unit_test(test_indented_lines_go_on),        cmocka_unit_test(test_stopping),
      cmocka_unit_test(test_own_has_no_verdict),          cmocka_unit_test(test_own_interval_has_a_name), cmocka_unit_test(test_strata),
      cmocka_unit_test(test_ids),                         cmocka_unit_test(test_published_studies),
  };
  return cmocka_run_group_tests(tests, make_place, remove_place);
}
