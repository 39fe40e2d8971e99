/* The golden matrix: every estimator on every sample file that it accepts, each number at 17 digits. What moves a digit
 * shows here first, and under *Numbers* in CHANGELOG.md. `golden --write` makes tests/golden/estimates.csv anew; without
 * an argument each estimator is compared with it, byte for byte. */
#include "support.h"

enum { REPLICATES = 100, TEXT_SIZE = 1 << 24, NAME = 200 };

static const char *const file = "tests/golden/estimates.csv";

static const struct sample {
  const char *path;
  hc_shape shape;
} samples[] = {
    {"datasets/bangkok-opiates-1991/two-lists.csv", HC_SHAPE_AUTO},
    {"datasets/edinburgh-taxis/times-seen.csv", HC_SHAPE_AUTO},
    {"datasets/france-2019/platforms.csv", HC_SHAPE_AUTO},
    {"datasets/kosovo-1999/four-lists.csv", HC_SHAPE_AUTO},
    {"datasets/mturk-2018/capture-frequencies.csv", HC_SHAPE_AUTO},
    {"datasets/mturk-2018/window-pairs.csv", HC_SHAPE_AUTO},
    {"datasets/mturk-tracker-2026/times-seen.csv", HC_SHAPE_AUTO},
    {"datasets/neworleans-2016/5lists-n185.csv", HC_SHAPE_AUTO},
    {"datasets/oxford-2021/worked.csv", HC_SHAPE_PLATFORMS},
    {"datasets/oxford-2021/shares.csv", HC_SHAPE_REGIONS},
    {"datasets/platforms-synthetic/platforms.csv", HC_SHAPE_AUTO},
    {"datasets/poland-2020/warsaw.csv", HC_SHAPE_REGIONS},
    {"datasets/research-ict-africa-2017/mozambique.csv", HC_SHAPE_AUTO},
    {"datasets/stewart-2015/all-labs.csv", HC_SHAPE_AUTO},
    {"datasets/stewart-2015/perlab.csv", HC_SHAPE_AUTO},
    {"datasets/worldbank-2023/africa.csv", HC_SHAPE_REGIONS},
    {"datasets/worldbank-2023/survey.csv", HC_SHAPE_REGIONS},
    {"tests/data/Rcapture_HIV.csv", HC_SHAPE_OCCASIONS},
    {"tests/data/Rcapture_hare.csv", HC_SHAPE_OCCASIONS},
    {"tests/data/SparseMSE_Artificial_3.csv", HC_SHAPE_AUTO},
    {"tests/data/White1982_freq.csv", HC_SHAPE_AUTO},
    {"tests/data/doubt/multiplier_one.csv", HC_SHAPE_AUTO},
    {"tests/data/doubt/multiplier_tree_large.csv", HC_SHAPE_AUTO},
    {"tests/data/doubt/overlaps_uncertain.csv", HC_SHAPE_AUTO},
    {"tests/data/doubt/money_two.csv", HC_SHAPE_AUTO},
    {"tests/data/doubt/scaleup_simulated.csv", HC_SHAPE_KNOWN},
    {"tests/data/doubt/plants.csv", HC_SHAPE_AUTO},
    {"tests/data/doubt/linked.csv", HC_SHAPE_AUTO},
    {"tests/data/doubt/linkages.csv", HC_SHAPE_AUTO},
    {"tests/data/doubt/accounts.csv", HC_SHAPE_AUTO},
    {"tests/data/doubt/anchor_stream_500.csv", HC_SHAPE_AUTO},
    {"tests/data/doubt/anchor_stream_tests_1000.csv", HC_SHAPE_AUTO},
    {"tests/data/estimates_q1_2013.csv", HC_SHAPE_AUTO},
    {"tests/data/freq_h5n1.csv", HC_SHAPE_AUTO},
    {"tests/data/freq_illegal_immigrants_nl1995.csv", HC_SHAPE_AUTO},
    {"tests/data/frequencies/butterfly.csv", HC_SHAPE_AUTO},
    {"tests/data/frequencies/cottontail.csv", HC_SHAPE_AUTO},
    {"tests/data/mse_uk2013_5lists.csv", HC_SHAPE_AUTO},
    {"tests/data/open/Jolly1965.csv", HC_SHAPE_AUTO},
    {"tests/data/removal/catch_77_50_37_24.csv", HC_SHAPE_AUTO},
    {"tests/data/strata/sockeye.csv", HC_SHAPE_AUTO},
    {"tests/data/strata/vacancies_2018q1.csv", HC_SHAPE_AUTO},
    {"tests/data/traffic_animals.csv", HC_SHAPE_AUTO},
    {"tests/data/traffic_mammals.csv", HC_SHAPE_AUTO},
    {"tests/data/traffic_trees.csv", HC_SHAPE_AUTO},
    {"tests/data/two/CARE1_HAV.csv", HC_SHAPE_AUTO},
    {"tests/data/two/PikeNY.csv", HC_SHAPE_OCCASIONS},
    {"tests/data/two/SunfishIN.csv", HC_SHAPE_OCCASIONS},
    {"tests/data/two/n200_150_30.csv", HC_SHAPE_AUTO},
    {"tests/data/two/n16_17_15.csv", HC_SHAPE_AUTO},
    {"tests/data/wiqid_KanhaTigers.csv", HC_SHAPE_OCCASIONS},
};
enum { N_SAMPLES = sizeof samples / sizeof *samples };

/* Beside its defaults, the forms that an estimator has. */
static const struct form {
  const char *estimator, *options; /* NAME=VALUE;NAME=VALUE */
} forms[] = {
    {"chao", "form=bias-corrected"},
    {"chao", "form=bias-corrected;occasions=40"},
    {"chao", "form=finite;occasions=40"},
    {"chao", "form=eq10;occasions=40"},
    {"chao", "variance=multinomial"},
    {"chao", "variance=binomial"},
    {"chao", "form=one-inflated"},
    {"chao", "form=one-inflated;ones=expected;family=geometric"},
    {"ichao", "form=ichao2;occasions=100"},
    {"npmle", "method=unconditional"},
    {"zt-poisson", "likelihood=full"},
    {"zt-poisson", "top=3"},
    {"zt-poisson", "formula=~ 1"},
    {"zt-binomial", "occasions=100"},
    {"zt-geometric", "likelihood=full"},
    {"jackknife", "occasions=100"},
    {"beta-binomial", "occasions=100"},
    {"binomial-mixture", "occasions=100"},
    {"loglinear", "terms=[12,3]"},
    {"loglinear", "terms=[12,13]"},
    {"sample-coverage", "form=one-step"},
    {"m0", "likelihood=full"},
    {"mt", "likelihood=full"},
    {"m0", "occasions=100"},
    {"mh", "h=poisson"},
    {"mh", "h=darroch;likelihood=full"},
    {"mh", "h=gamma;occasions=100"},
    {"mh", "neg=keep"},
    {"mh", "bias-corrected=yes"},
    {"mth", "h=poisson"},
    {"mth", "h=darroch"},
    {"mth", "h=gamma;likelihood=full"},
    {"mth", "neg=keep"},
    {"mb", "likelihood=full"},
    {"mb", "bias-corrected=yes"},
    {"mbh", "likelihood=full"},
    {"mtb", "likelihood=full"},
    {"removal", "method=zippin"},
    {"removal", "method=moran"},
    {"removal", "method=schnute"},
    {"traffic-loglog", "fit=huber;weak-fit=accept"},
    {"traffic-loglog", "weak-fit=accept"},
    {"registration", "multihoming=1.83"},
    {"audience", "multihoming=1.83;reading=multiplicity"},
    {"cormack-jolly-seber", "phi=."},
    {"cormack-jolly-seber", "p=."},
    {"cormack-jolly-seber", "phi=.;p=."},
    {"popan", "phi=.;p=."},
    {"popan", "p=.;likelihood=full"},
    {"pradel", "phi=.;p=.;f=."},
    {"robust-design", "periods=2,2,2"},
    {"robust-design", "periods=2,2,2;within=mt"},
    {"jolly-seber", "form=bias-corrected"},
    {"jolly-seber", "constraint=one"},
    {"full-time-equivalents", "hours=1607"},
    {"scale-up", "population=1e6"},
    {"scale-up", "population=1e6;form=pimle"},
    {"plants", "form=less-biased"},
    {"linkage", "sensitivity=0.95;false=0.01"},
    {"highest-order", "xi=0.5"},
    {"multi-homing", "accounts=1000;reading=accounts"},
    {"random-list", "use=sample;se1=0.8;sp1=0.99;se2=0.9"},
    {"random-list", "fraction=0.1;use=fraction"},
    {"triangulate", "method=dl"},
    {"triangulate", "scale=identity"},
};
enum { N_FORMS = sizeof forms / sizeof *forms };

/* ---- one run as rows -------------------------------------------------------------------------------------- */

struct text {
  char *at, *end;
};

HC_PRINTF(2, 3) static void put(struct text *t, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(t->at, (size_t)(t->end - t->at), format, arguments);
  va_end(arguments);
  if (n < 0 || n >= t->end - t->at) fail_msg("the matrix is larger than %d bytes", TEXT_SIZE);
  t->at += n;
}

static void put_number(struct text *t, const char *run, const char *quantity, const char *what, double value) {
  put(t, "%s,%s,%s,%.17g\n", run, quantity, what, isnan(value) ? NAN : value);
}

static void put_analysis(struct text *t, const char *run, const hc_analysis *a) {
  const hc_estimate *e = a->estimate;
  const double fit[] = {e->fit.loglik, e->fit.parameters, e->fit.df, e->fit.deviance, e->fit.aic, e->fit.bic};
  static const char *const names[] = {"loglik", "parameters", "df", "deviance", "aic", "bic"};
  for (size_t q = 0; q < a->plan->n_quantities; q++) {
    put_number(t, run, a->plan->quantities[q].name, "value", e->value[q]);
    put_number(t, run, a->plan->quantities[q].name, "se", e->se[q]);
  }
  for (size_t i = 0; i < 6; i++)
    if (!isnan(fit[i])) put_number(t, run, "", names[i], fit[i]);
  if (e->fit.iterations) put_number(t, run, "", "iterations", e->fit.iterations);
  for (size_t i = 0; i < a->n_intervals; i++) {
    char what[80];
    const char *quantity = a->plan->quantities[a->intervals[i].quantity].name;
    snprintf(what, sizeof what, "lower@%s", a->intervals[i].method);
    put_number(t, run, quantity, what, a->intervals[i].lower);
    snprintf(what, sizeof what, "upper@%s", a->intervals[i].method);
    put_number(t, run, quantity, what, a->intervals[i].upper);
  }
  if (a->bootstrap) put_number(t, run, "", "replicates", (double)a->bootstrap->succeeded);
  for (size_t i = 0; i < a->n_contributions && i < 3; i++) {
    char what[40];
    size_t input = 0;
    while (a->plan->inputs[input].name != a->contributions[i].input) input++;
    snprintf(what, sizeof what, "contribution@%zu", input);
    put_number(t, run, "", what, a->contributions[i].share);
  }
  for (size_t i = 0; i < e->n_notes; i++) put(t, "%s,,note,%s\n", run, e->notes[i].code);
}

static hc_status set_options(hc_options *options, const char *text) {
  char name[40], value[80];
  for (int n; sscanf(text, "%39[^=]=%79[^;]%n", name, value, &n) == 2; text += n + (text[n] == ';')) {
    if (hc_options_set(options, name, value, NULL) != HC_OK) return HC_EUSAGE;
    if (!text[n]) break;
  }
  return HC_OK;
}

static void put_run(struct text *t, const struct sample *s, const hc_data *data, const hc_estimator *e,
                    const char *form) {
  hc_settings settings;
  hc_options *options = NULL;
  hc_analysis *a = NULL;
  hc_error err = {0};
  char run[2 * NAME];
  hc_settings_init(&settings);
  /* an average over the 32,768 models of six lists takes a tenth of a second: its replicates are those of five */
  settings.replicates = e->candidates && !e->expected && data->n_lists == 6 ? 0 : REPLICATES;
  settings.intervals = "all";
  settings.threads = 2;
  snprintf(run, sizeof run, "%s,%s,%s", s->path, e->id, form);
  assert_ok(hc_options_new(&options, e, NULL));
  hc_status status = set_options(options, form);
  if (status == HC_OK) status = hc_analysis_new(&a, data, e, options, &settings, &err);
  if (status == HC_OK) put_analysis(t, run, a);
  else put(t, "%s,,refused,%s\n", run, err.code[0] ? err.code : "usage");
  hc_analysis_free(a);
  hc_options_free(options);
}

static void put_estimator(struct text *t, const hc_estimator *e) {
  for (size_t i = 0; i < N_SAMPLES; i++) {
    hc_data *data = NULL;
    hc_read_settings how;
    hc_read_settings_init(&how);
    how.shape = samples[i].shape;
    assert_ok(hc_data_read(&data, samples[i].path, &how, NULL));
    if (e->accepts & (unsigned)data->shape) {
      put_run(t, &samples[i], data, e, "");
      for (size_t f = 0; f < N_FORMS; f++)
        if (strcmp(forms[f].estimator, e->id) == 0) put_run(t, &samples[i], data, e, forms[f].options);
    }
    hc_data_free(data);
  }
}

/* ---- comparing ---------------------------------------------------------------------------------------------- */

static char *recorded; /* the whole file */

/* The next line of the file that is about the estimator; NULL after the last. */
static const char *next_line(const char *line, const char *id) {
  char field[NAME];
  snprintf(field, sizeof field, ",%s,", id);
  for (; *line; line += strcspn(line, "\n") + 1) {
    const char *comma = strchr(line, ',');
    if (comma && strncmp(comma, field, strlen(field)) == 0) return line;
  }
  return NULL;
}

static void matches(void **state) {
  const hc_estimator *e = *state;
  char *text = malloc(TEXT_SIZE);
  assert_non_null(text);
  struct text t = {text, text + TEXT_SIZE};
  put_estimator(&t, e);
  const char *was = next_line(recorded, e->id);
  assert_non_null(was); /* `make golden` adds a new estimator */
  for (const char *now = text; *now; now += strcspn(now, "\n") + 1) {
    size_t n = strcspn(now, "\n"), m = was ? strcspn(was, "\n") : 0;
    if (!was || n != m || strncmp(now, was, n) != 0)
      fail_msg("now %.*s\nwas %.*s", (int)n, now, (int)m, was ? was : "");
    was = next_line(was + m + 1, e->id);
  }
  if (was) fail_msg("missing: %.*s", (int)strcspn(was, "\n"), was);
  free(text);
}

static char *read_file(void) {
  FILE *in = fopen(file, "r");
  char *text = calloc(1, TEXT_SIZE + 2);
  if (!in || !text || fread(text, 1, TEXT_SIZE, in) == 0) {
    fprintf(stderr, "%s cannot be read: run from the top of the tree\n", file);
    exit(4);
  }
  if (fgetc(in) != EOF) {
    fprintf(stderr, "%s is longer than %d bytes: raise TEXT_SIZE\n", file, TEXT_SIZE);
    exit(4);
  }
  fclose(in);
  return text;
}

static int write_file(void) {
  FILE *out = fopen(file, "w");
  char *text = malloc(TEXT_SIZE);
  if (!out || !text) return 4;
  fputs("sample,estimator,options,quantity,what,value\n", out);
  for (size_t i = 0; i < hc_estimator_count(); i++) {
    struct text t = {text, text + TEXT_SIZE};
    *text = '\0';
    put_estimator(&t, hc_estimator_at(i));
    fputs(text, out);
  }
  free(text);
  return fclose(out) ? 4 : 0;
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--write") == 0) return write_file();
  size_t n = hc_estimator_count();
  struct CMUnitTest *tests = calloc(n, sizeof *tests);
  if (!tests) return 5;
  recorded = read_file();
  for (size_t i = 0; i < n; i++) {
    tests[i] = (struct CMUnitTest)cmocka_unit_test(matches);
    tests[i].name = hc_estimator_at(i)->id;
    tests[i].initial_state = (void *)(uintptr_t)hc_estimator_at(i);
  }
  int failed = _cmocka_run_group_tests("golden", tests, n, NULL, NULL);
  free(recorded);
  free(tests);
  return failed != 0;
}
