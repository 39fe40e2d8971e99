/* A program of the day on which include/ was frozen beside it, linked to today's library: it must go on working without being
 * compiled anew. Settings stand between guards that the library must not touch. Argument: a folder to write in. */
#include <headcount.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static unsigned passed, failed;

static void check(bool good, const char *what) {
  if (good) passed++;
  else failed++, printf("frozen: %s\n", what);
}

enum { GUARD = 64, FILL = 0xA5 };

static bool is_untouched(const unsigned char guard[GUARD]) {
  for (size_t i = 0; i < GUARD; i++)
    if (guard[i] != FILL) return false;
  return true;
}

static struct {
  unsigned char before[GUARD];
  hc_settings settings;
  unsigned char between[GUARD];
  hc_request request;
  unsigned char after[GUARD];
  hc_read_settings reading;
  unsigned char end[GUARD];
} own;

static unsigned beats;
static bool beat(void *context, const char *what, uint64_t done, uint64_t total) {
  beats += context == &own && what && (!total || done <= total);
  return true;
}

static void begin(void) {
  memset(&own, FILL, sizeof own);
  hc_settings_init(&own.settings);
  hc_request_init(&own.request);
  hc_read_settings_init(&own.reading);
  check(is_untouched(own.before) && is_untouched(own.between) && is_untouched(own.after) && is_untouched(own.end),
        "settings are begun within their bounds");
  check(own.settings.size == sizeof own.settings && own.request.size == sizeof own.request &&
            own.reading.size == sizeof own.reading,
        "settings know their size");
  check(own.settings.replicates == 1000 && own.settings.level == 0.95 && own.settings.seed == 1 && !own.settings.progress,
        "settings begin with what the header says");
  own.settings.replicates = 200;
  own.settings.intervals = "lognormal,percentile";
  own.settings.level = 0.9;
  own.settings.seed = 7;
  own.settings.threads = 2;
  own.settings.progress = beat;
  own.settings.progress_context = &own;
}

/* Chao (1987), his bias-corrected form: n + f1 (f1 - 1) / (2 (f2 + 1)). */
static const double CHAO = 57 + 40.0 * 39 / (2 * 13);

static void look_at(const hc_analysis *a, const char *interval) {
  check(strcmp(hc_analysis_estimator(a)->id, "chao") == 0 && hc_analysis_estimator(a)->cite, "descriptor");
  check(hc_analysis_count(a) >= 1 && hc_analysis_find(a, "N") == 0, "quantities");
  check(strcmp(hc_analysis_quantity(a, 0)->name, "N") == 0 && strcmp(hc_analysis_quantity(a, 0)->unit, "people") == 0 &&
            hc_analysis_quantity(a, 0)->floor == 57 && hc_analysis_quantity(a, 0)->additive,
        "what a quantity is");
  check(fabs(hc_analysis_value(a, 0) - CHAO) < 1e-9 && hc_analysis_se(a, 0) > 0, "the estimate");
  check(hc_analysis_observed(a) == 57, "people observed");
  const hc_interval *k = hc_analysis_headline(a, 0);
  check(k && k == hc_analysis_interval(a, 0) && strcmp(k->method, interval) == 0 && k->level == 0.9 && k->lower < CHAO &&
            k->upper > CHAO && k->quantity == 0,
        "the interval");
  check(hc_analysis_form(a) && hc_analysis_variant(a)[0] && hc_analysis_has_note(a, "lower-bound") &&
            hc_analysis_note(a, 0)->text[0],
        "words and notes");
  check(strcmp(hc_fit_field_name(HC_FIT_LOGLIK), "loglik") == 0 && !hc_analysis_contribution(a, 0), "fields and parts");
  const char *value = NULL;
  const hc_option *option = hc_analysis_option(a, 0, &value);
  check(option && option->name && option->help && value, "options");
}

static void look_at_bootstrap(const hc_bootstrap *b) {
  check(b && hc_bootstrap_requested(b) == 200 && hc_bootstrap_done(b) == 200 && hc_bootstrap_succeeded(b) <= 200,
        "replicates");
  if (!b) return;
  check(hc_resample_name(hc_bootstrap_kind(b)) && hc_resample_from_name("parametric") == HC_RESAMPLE_PARAMETRIC,
        "resampling");
  size_t good = 0;
  for (uint64_t i = 0; i < hc_bootstrap_done(b); i++) good += hc_bootstrap_value(b, i, 0) > 0;
  check(good == hc_bootstrap_succeeded(b), "values of replicates");
}

static void run(const hc_data *data) {
  hc_report *report = NULL;
  hc_error err;
  const hc_setting setting = {NULL, "form", "bias-corrected"};
  own.request.models = "chao";
  own.request.settings = &setting;
  own.request.n_settings = 1;
  check(hc_request_check(&own.request, &own.settings, &err) == HC_OK, "the request is understood");
  check(hc_run(&report, data, &own.request, &own.settings, &err) == HC_OK, "a run");
  if (!report) return;
  const hc_settings *used = hc_report_settings(report);
  check(used->replicates == 200 && used->seed == 7 && used->threads == 2 && strcmp(used->intervals, own.settings.intervals) == 0,
        "settings arrive");
  check(beats > 0, "progress is told");
  check(hc_report_data(report) == data && !hc_report_varied(report) && !hc_report_at(report, 1), "the report");
  const hc_answer *answer = hc_report_at(report, 0);
  check(answer && answer->analysis && !answer->code && !answer->strata && answer->estimator == hc_estimator_find("chao"),
        "the answer");
  if (answer && answer->analysis) {
    look_at(answer->analysis, "lognormal");
    look_at_bootstrap(hc_analysis_bootstrap(answer->analysis));
  }
  char *text = NULL;
  check(hc_report_json(&text, report, &err) == HC_OK && strstr(text, "\"chao\""), "a document");
  hc_text_free(text);
  hc_report_free(report);
}

static void refuse(const hc_data *data) {
  hc_report *report = NULL;
  hc_error err;
  hc_request request;
  hc_request_init(&request);
  request.models = "chapmann";
  check(hc_run(&report, data, &request, NULL, &err) == HC_EUSAGE && !report && strstr(err.message, "chapman") &&
            hc_status_exit_code(err.status) == 2,
        "a slip is an error with a proposal");
  check(hc_code_find("no-overlap") && hc_code_at(0)->meaning[0], "codes");
}

static void build(void) {
  const uint64_t history[] = {1, 2, 3}, people[] = {20, 30, 10};
  const hc_pair pair = {.n1 = 100, .n2 = 120, .m = 30, .lag = 2, .date = 20000};
  const double caught[] = {10, 12, 9}, again[] = {0, 3, 5}, released[] = {10, 12, 9};
  hc_data *lists = NULL, *pairs = NULL, *occasions = NULL;
  hc_overview *overview = NULL;
  hc_error err;
  check(hc_data_from_histories(&lists, HC_SHAPE_LISTS, 2, NULL, history, people, 3, &err) == HC_OK &&
            hc_data_observed(lists) == 60 && hc_data_shape(lists) == HC_SHAPE_LISTS && hc_data_max_times(lists) == 2,
        "histories");
  check(hc_data_from_pairs(&pairs, &pair, 1, &err) == HC_OK && hc_data_shape(pairs) == HC_SHAPE_PAIRS, "pairs");
  check(hc_data_from_occasions(&occasions, caught, again, released, 3, &err) == HC_OK, "occasions");
  check(hc_overview_new(&overview, lists, &err) == HC_OK && overview->n_lists == 2 && overview->together[1] == 10 &&
            overview->total[0] == 30,
        "an overview");
  hc_overview_free(overview);
  hc_data_free(lists), hc_data_free(pairs), hc_data_free(occasions);
}

static void read_back(const char *folder) {
  char name[4096];
  snprintf(name, sizeof name, "%s/semicolons.csv", folder);
  FILE *file = fopen(name, "w");
  if (!file) return check(false, "the folder can be written in");
  fputs("met;people\n1;40\n2;12\n3;5\n", file);
  fclose(file);
  hc_data *data = NULL;
  hc_error err;
  own.reading.delimiter = ';';
  own.reading.shape = HC_SHAPE_COUNTS;
  own.reading.roles.times = "met";
  own.reading.roles.count = "people";
  check(hc_data_read(&data, name, &own.reading, &err) == HC_OK, "a file is read as its columns are stated");
  if (!data) return;
  check(hc_data_observed(data) == 57 && hc_data_source(data)->delimiter == ';' && hc_data_source(data)->rows == 3 &&
            strcmp(hc_data_source(data)->file, name) == 0 && strlen(hc_data_source(data)->sha256) == 64,
        "where it comes from");
  hc_data_free(data);
  own.reading.roles.times = "nowhere";
  check(hc_data_read(&data, name, &own.reading, &err) != HC_OK && !data && err.message[0], "a column that is not there");
}

int main(int argc, char **argv) {
  const uint64_t times[] = {1, 2, 3}, people[] = {40, 12, 5};
  hc_data *data = NULL;
  hc_error err;
  begin();
  check(hc_data_from_counts(&data, times, people, 3, &err) == HC_OK, "counts");
  if (data) run(data), refuse(data);
  hc_data_free(data);
  build();
  if (argc > 1) read_back(argv[1]);
  check(is_untouched(own.before) && is_untouched(own.between) && is_untouched(own.after) && is_untouched(own.end),
        "nothing is written beyond the settings");
  printf("%u passed, %u failed\n", passed, failed);
  return failed != 0;
}
