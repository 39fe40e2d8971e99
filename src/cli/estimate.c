/* headcount estimate: which estimators, with which options, on which data; and what becomes of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { MAX_MODELS = 128, MAX_SETTINGS = 64, MAX_NAMES = 512 };
enum format { TEXT, JSON, CSV };

const struct argp_option cli_estimate_options[] = {
  CLI_OPTIONS_READING,
  {NULL, 0, NULL, 0, "Estimating:", 3},
  {"model", CLI_KEY_MODEL, "ID[,ID...]", 0, "estimators, or `all` that accept the data (default: one that suits them)", 3},
  {"set", CLI_KEY_SET, "NAME=VALUE", 0, "an option of the estimators that have it; ID.NAME=VALUE for one of them", 3},
  {"sensitivity", CLI_KEY_SENSITIVITY, "NAME=A,B,...", 0, "repeat the analysis for each value of an option, as a table", 3},
  {"by-refused", CLI_KEY_BY_REFUSED, "leave-out", 0, "with --by: a total without the strata that are refused", 3},
  {"terms", CLI_KEY_TERMS, "TERMS", 0, "terms of a log-linear model, as 'A*B + C'; the same as --set terms=TERMS", 3},
  {"interval", CLI_KEY_INTERVAL, "METHOD[,...]", 0,
   "wald, lognormal, profile, percentile, basic, bca, studentized or all (default: the one that suits the estimator, and percentile)",
   3},
  {"level", CLI_KEY_LEVEL, "LEVEL", 0, "level of the intervals (default 0.95)", 3},
  {NULL, 0, NULL, 0, "Bootstrap:", 4},
  {"bootstrap", CLI_KEY_BOOTSTRAP, "B", 0, "replicates (default 1000; 0 for none)", 4},
  {"resample", CLI_KEY_RESAMPLE, "KIND", 0,
   "nonparametric (the people observed), semiparametric (the unseen too), parametric (from the fitted model) or block "
   "(whole dates); default: what suits the estimator", 4},
  CLI_OPTIONS_RUN,
  {NULL, 0, NULL, 0, "Output:", 5},
  {"format", CLI_KEY_FORMAT, "FORMAT", 0, "text, json or csv", 5},
  CLI_OPTION_OUTPUT,
  CLI_OPTION_HELP,
  {0},
};

const char cli_estimate_details[] =
  "Estimates how many people there are from a file that says who was met, or how often. `-` reads standard input."
  "\vHow the file was understood is said on standard error. An estimator that the data do not identify is refused, with "
  "the reason. The exit code is 0 when every estimator that was named gave an estimate (with `--model all`: when any "
  "did), 1 when one was refused. The same data, options and seed give the same digits, on any number of threads.\n\n"
  "Examples:\n"
  "  headcount estimate met.csv\n"
  "  headcount estimate met.csv --model chao --set form=bias-corrected\n"
  "  headcount estimate lists.csv --model loglinear --terms 'A*B + C'\n"
  "  headcount estimate lists.csv --model all --format json --output lists.json";

typedef struct setting { /* [ID.]NAME=VALUE, as given */
  const char *text, *value;
  const hc_estimator *only; /* the one that ID names, or NULL */
  char name[HC_CODE_SIZE];
} setting;

typedef struct request {
  int exit_code;
  const char *file, *output, *models;
  enum format format;
  hc_read_settings reading;
  hc_settings settings;
  size_t n_settings;
  setting set[MAX_SETTINGS];
  const char *sensitivity;         /* NAME=A,B,... or NULL */
  bool all;                /* --model all */
  size_t n_models;
  const hc_estimator *model[MAX_MODELS];
  hc_options *options[MAX_MODELS];
  size_t n_analyses, n_refusals;
  hc_analysis *analysis[MAX_MODELS];
  hc_refusal refusal[MAX_MODELS];
  bool leave_out; /* --by-refused leave-out */
  size_t n_strata;
  hc_strata *strata[MAX_MODELS];
} request;

/* Arguments ---------------------------------------------------------------------------------------- */

static int add_setting(request *r, const char *text) {
  if (r->n_settings == MAX_SETTINGS) return cli_usage("more than %d options are set", MAX_SETTINGS);
  const char *equals = strchr(text, '=');
  setting *s = &r->set[r->n_settings];
  if (equals == NULL || equals == text) return cli_usage("--set takes NAME=VALUE, found '%s'", text);
  *s = (setting){.text = text, .value = equals + 1};
  const char *name = text, *dot = memchr(text, '.', (size_t)(equals - text));
  if (dot != NULL) {
    char id[HC_CODE_SIZE];
    snprintf(id, sizeof id, "%.*s", (int)(dot - text), text);
    s->only = hc_estimator_find(id);
    if (s->only == NULL) return cli_usage("--set %s: there is no estimator '%s'", text, id);
    name = dot + 1;
  }
  snprintf(s->name, sizeof s->name, "%.*s", (int)(equals - name), name);
  r->n_settings++;
  return CLI_CONTINUE;
}

static int parse_level(const char *value, double *level) {
  char *end = NULL;
  double x = strtod(value, &end);
  if (end == value || *end != '\0' || !(x > 0.0 && x < 1.0)) {
    return cli_usage("--level is a share between 0 and 1 such as 0.95, found '%s'", value);
  }
  *level = x;
  return CLI_CONTINUE;
}

static int parse_resample(const char *value, hc_resample *resample) {
  static const char *const names[] = {"nonparametric", "semiparametric", "parametric", "block", "default"};
  *resample = hc_resample_from_name(value);
  if (*resample != HC_RESAMPLE_DEFAULT || strcmp(value, "default") == 0) return CLI_CONTINUE;
  return cli_unknown("kind of resampling", value, names, sizeof names / sizeof names[0]);
}

static int parse_value(int key, const char *value, request *r) {
  static const cli_choice refused[] = {{"leave-out", 1}, {NULL, 0}};
  static const cli_choice formats[] = {{"text", TEXT}, {"json", JSON}, {"csv", CSV}, {NULL, 0}};
  int chosen = 0;
  switch (key) {
  case CLI_KEY_SET: return add_setting(r, value);
  case CLI_KEY_SENSITIVITY:
    if (strchr(value, '=') == NULL) return cli_usage("--sensitivity takes NAME=A,B,..., found '%s'", value);
    r->sensitivity = value;
    break;
  case CLI_KEY_BY_REFUSED:
    if (!cli_parse_choice("by-refused", value, refused, &chosen)) return CLI_EXIT_USAGE;
    r->leave_out = true;
    break;
  case CLI_KEY_LEVEL: return parse_level(value, &r->settings.level);
  case CLI_KEY_RESAMPLE: return parse_resample(value, &r->settings.resample);
  case CLI_KEY_MODEL: r->models = value; break;
  case CLI_KEY_OUTPUT: r->output = value; break;
  case CLI_KEY_INTERVAL: r->settings.intervals = value; break;
  case CLI_KEY_TERMS:
    if (r->n_settings == MAX_SETTINGS) return cli_usage("more than %d options are set", MAX_SETTINGS);
    r->set[r->n_settings] = (setting){.text = "--terms", .value = value};
    snprintf(r->set[r->n_settings++].name, HC_CODE_SIZE, "terms");
    break;
  case CLI_KEY_BOOTSTRAP:
    if (!cli_parse_number("bootstrap", value, 0, 1000000000, &r->settings.replicates)) return CLI_EXIT_USAGE;
    break;
  case CLI_KEY_FORMAT:
    if (!cli_parse_choice("format", value, formats, &chosen)) return CLI_EXIT_USAGE;
    r->format = (enum format)chosen;
    break;
  }
  return CLI_CONTINUE;
}

static error_t parse(int key, char *value, struct argp_state *state) {
  request *r = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    if (r->file != NULL) r->exit_code = cli_usage("one file at a time: '%s' and '%s'", r->file, value);
    r->file = value;
    break;
  case ARGP_KEY_END:
    if (r->file == NULL) r->exit_code = cli_usage("a file is missing; '-' reads standard input");
    break;
  default:
    if (cli_parse_reading(key, value, &r->reading, &r->exit_code)) break;
    if (value == NULL) return ARGP_ERR_UNKNOWN;
    if (!cli_parse_run(key, value, &r->settings, &r->exit_code)) {
      r->exit_code = parse_value(key, value, r);
    }
  }
  return r->exit_code == CLI_CONTINUE ? 0 : EINVAL;
}

/* Which estimators ------------------------------------------------------------------------------------ */

static int unknown_model(const char *id) {
  const char *ids[MAX_NAMES];
  size_t n = 0;
  for (; n < hc_estimator_count() && n < MAX_NAMES; n++) ids[n] = hc_estimator_at(n)->id;
  const char *nearest = cli_nearest(id, ids, n);
  if (nearest != NULL) return cli_usage("unknown estimator '%s'; did you mean '%s'?", id, nearest);
  return cli_usage("unknown estimator '%s'; 'headcount models' lists them", id);
}

static int add_model(request *r, const char *id) {
  const hc_estimator *e = hc_estimator_find(id);
  if (e == NULL) return unknown_model(id);
  for (size_t i = 0; i < r->n_models; i++) {
    if (r->model[i] == e) return cli_usage("estimator '%s' is named twice", id);
  }
  if (r->n_models == MAX_MODELS) return cli_usage("more than %d estimators", MAX_MODELS);
  r->model[r->n_models++] = e;
  return CLI_CONTINUE;
}

/* Names are checked before anything is read. */
static int named_models(request *r) {
  if (r->models == NULL) return CLI_CONTINUE;
  r->all = strcmp(r->models, "all") == 0;
  if (r->all) return CLI_CONTINUE;
  const char *at = r->models;
  for (;;) {
    char id[HC_CODE_SIZE];
    size_t n = strcspn(at, ",");
    snprintf(id, sizeof id, "%.*s", (int)n, at);
    int code = add_model(r, id);
    if (code != CLI_CONTINUE) return code;
    if (at[n] == '\0') return CLI_CONTINUE;
    at += n + 1;
  }
}

static const hc_option *option_of(const hc_estimator *e, const char *name) {
  for (const hc_option *o = e->options; o != NULL && o->name != NULL; o++) {
    if (hc_option_is(o, name)) return o;
  }
  return NULL;
}

/* Without --model: the usual one for these data; the first that knows the options where that one does not. */
static const hc_estimator *suitable(const request *r, const hc_data *data) {
  const hc_estimator *usual = hc_estimator_default(data);
  for (size_t i = 0; i <= hc_estimator_count(); i++) {
    const hc_estimator *e = i == 0 ? usual : hc_estimator_at(i - 1);
    if (e == NULL || !(e->accepts & (unsigned)data->shape)) continue;
    bool knows_all = true;
    for (size_t k = 0; k < r->n_settings; k++) {
      const setting *s = &r->set[k];
      knows_all = knows_all && option_of(e, s->name) != NULL && (s->only == NULL || s->only == e);
    }
    if (knows_all) return e;
  }
  return usual;
}

static int models_for(request *r, const hc_data *data) {
  if (r->n_models > 0) return CLI_CONTINUE;
  for (size_t i = 0; r->all && i < hc_estimator_count() && r->n_models < MAX_MODELS; i++) {
    const hc_estimator *e = hc_estimator_at(i);
    if (e->accepts & (unsigned)data->shape) r->model[r->n_models++] = e;
  }
  const hc_estimator *e = r->all ? NULL : suitable(r, data);
  if (e != NULL) r->model[r->n_models++] = e;
  if (r->n_models > 0) return CLI_CONTINUE;
  fprintf(stderr, "headcount: error: no estimator accepts data of the shape '%s'\n", hc_shape_name(data->shape));
  return CLI_EXIT_REFUSED;
}

/* Their options ---------------------------------------------------------------------------------------- */

static int unknown_setting(const request *r, const setting *s) {
  const char *names[MAX_NAMES];
  size_t n = 0;
  for (size_t i = 0; i < r->n_models; i++) {
    if (s->only != NULL && s->only != r->model[i]) continue;
    for (const hc_option *o = r->model[i]->options; o != NULL && o->name != NULL && n < MAX_NAMES; o++) {
      bool known = false;
      for (size_t k = 0; k < n; k++) known = known || strcmp(names[k], o->name) == 0;
      if (!known) names[n++] = o->name;
    }
  }
  const char *who = s->only != NULL ? s->only->id : r->n_models == 1 ? r->model[0]->id : "the chosen estimators";
  if (n == 0) return cli_usage("%s: no such option, %s has none", s->text, who);
  char kind[128];
  snprintf(kind, sizeof kind, "option of %s:", who);
  return cli_unknown(kind, s->name, names, n);
}

static int apply_settings(request *r) {
  hc_error err = {0};
  for (size_t i = 0; i < r->n_models; i++) {
    if (r->options[i] == NULL && hc_options_new(&r->options[i], r->model[i], &err) != HC_OK) return cli_fail(&err);
  }
  for (size_t k = 0; k < r->n_settings; k++) {
    const setting *s = &r->set[k];
    size_t users = 0;
    for (size_t i = 0; i < r->n_models; i++) {
      if ((s->only != NULL && s->only != r->model[i]) || option_of(r->model[i], s->name) == NULL) continue;
      if (hc_options_set(r->options[i], s->name, s->value, &err) != HC_OK) {
        return cli_usage("%s: %s", r->model[i]->id, err.message);
      }
      users++;
    }
    if (users == 0) return unknown_setting(r, s);
  }
  return CLI_CONTINUE;
}

static bool named_in(const char *const *names, const char *name, size_t length) {
  for (; names != NULL && *names != NULL; names++) {
    if (strlen(*names) == length && strncmp(*names, name, length) == 0) return true;
  }
  return false;
}

/* A method that no estimator has is a slip; one that these estimators do not have is for them to refuse. */
static int check_intervals(const char *methods) {
  const char *known[MAX_NAMES] = {"all"};
  size_t n = 1;
  for (size_t i = 0; hc_interval_method_at(i) != NULL && n < MAX_NAMES; i++) known[n++] = hc_interval_method_at(i);
  for (const char *at = methods; at != NULL;) {
    char name[HC_CODE_SIZE];
    size_t length = strcspn(at, ",");
    snprintf(name, sizeof name, "%.*s", (int)length, at);
    bool found = false;
    for (size_t i = 0; i < n; i++) found = found || strcmp(known[i], name) == 0;
    for (size_t i = 0; i < hc_estimator_count() && !found; i++) {
      found = named_in(hc_estimator_at(i)->interval_methods, at, length);
    }
    if (!found) return cli_unknown("interval", name, known, n);
    at = at[length] == ',' ? at + length + 1 : NULL;
  }
  return CLI_CONTINUE;
}

/* Running -------------------------------------------------------------------------------------------- */

static void refuse(request *r, const hc_estimator *e, const char *code, const char *reason) {
  hc_refusal *refusal = &r->refusal[r->n_refusals++];
  refusal->estimator = e;
  snprintf(refusal->code, sizeof refusal->code, "%s", code);
  snprintf(refusal->reason, sizeof refusal->reason, "%s", reason);
}

/* True when the failure is the answer of this estimator, not the end of the program. */
static bool is_refusal(const request *r, hc_status status) {
  return status == HC_EREFUSED || (r->all && status == HC_EUSAGE);
}

/* By stratum, where the data have attributes; whole, where they have none. */
static hc_status run_model(request *r, const hc_data *data, size_t i, hc_error *err) {
  hc_status status;
  if (data->n_strata > 0) {
    status = hc_strata_new(&r->strata[r->n_strata], data, r->model[i], r->options[i], &r->settings, r->leave_out, err);
    r->n_strata += status == HC_OK;
  } else {
    status = hc_analysis_new(&r->analysis[r->n_analyses], data, r->model[i], r->options[i], &r->settings, err);
    r->n_analyses += status == HC_OK;
  }
  return status;
}

static int run_models(request *r, const hc_data *data) {
  cli_catch_interrupt();
  for (size_t i = 0; i < r->n_models; i++) {
    if (cli_interrupted()) {
      refuse(r, r->model[i], "interrupted", "stopped by the user before it began");
      continue;
    }
    hc_error err = {0};
    cli_progress progress;
    cli_progress_start(&progress, r->model[i]->id);
    r->settings.progress = cli_progress_show;
    r->settings.progress_context = &progress;
    hc_status status = run_model(r, data, i, &err);
    cli_progress_end(&progress);
    if (status == HC_OK) continue;
    if (is_refusal(r, status)) {
      refuse(r, r->model[i], err.code[0] != '\0' ? err.code : "needs-option", err.message);
    } else if (status == HC_ECANCELLED) {
      refuse(r, r->model[i], "interrupted", "stopped by the user before it was done");
    } else {
      return cli_fail(&err);
    }
  }
  return CLI_CONTINUE;
}

static int sensitivity(const request *r, const hc_data *data) {
  cli_text text;
  if (r->format != TEXT) return cli_usage("--sensitivity prints a table: not with --format json or csv");
  cli_text_open(&text);
  if (text.out == NULL) return cli_out_of_memory();
  const cli_sensitivity asked = {r->sensitivity, r->n_models, r->model, r->options, &r->settings, data};
  int code = cli_print_sensitivity(text.out, &asked);
  if (code == CLI_CONTINUE) return cli_text_emit(&text, r->output, true);
  free(cli_text_close(&text));
  return code;
}

static hc_status text_report(char **text, const hc_report *report, hc_error *err) {
  cli_text made;
  cli_text_open(&made);
  if (made.out != NULL && report->n_strata > 0) cli_print_strata(made.out, report);
  else if (made.out != NULL) cli_print_report(made.out, report);
  *text = cli_text_close(&made);
  return *text != NULL ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for the report");
}

/* Those that were named and refused are an error, those of `all` a part of the answer. */
static void say_refusals(const request *r) {
  for (size_t i = 0; i < r->n_refusals; i++) {
    const hc_refusal *f = &r->refusal[i];
    bool in_text = r->format == TEXT && r->n_analyses > 0;
    if (in_text && r->all) continue;
    fprintf(stderr, "headcount: %s: not estimable: %s [%s]\n", f->estimator->id, f->reason, f->code);
  }
}

static int write_report(const request *r, const hc_data *data) {
  hc_report report = {.data = data, .settings = &r->settings, .threads = r->settings.threads,
                      .n_analyses = r->n_analyses, .analyses = r->analysis,
                      .n_refusals = r->n_refusals, .refusals = r->refusal,
                      .n_strata = r->n_strata, .strata = r->strata};
  say_refusals(r);
  if (r->format == TEXT && r->n_analyses == 0 && r->n_strata == 0) return CLI_EXIT_DONE;
  hc_error err = {0};
  char *text = NULL;
  hc_status status = r->format == JSON  ? hc_report_json(&text, &report, &err)
                     : r->format == CSV ? hc_report_csv(&text, &report, &err)
                                        : text_report(&text, &report, &err);
  int code = status == HC_OK ? cli_emit(text, r->output, r->format == TEXT) : cli_fail(&err);
  hc_text_free(text);
  return code;
}

static int outcome(const request *r) {
  if (cli_interrupted()) return CLI_EXIT_INTERRUPTED;
  bool total = false; /* of some estimator */
  for (size_t i = 0; i < r->n_strata; i++) total = total || r->strata[i]->n_totals > 0;
  if (r->n_analyses == 0 && !total) return CLI_EXIT_REFUSED;
  for (size_t i = 0; i < r->n_strata; i++) {
    if (r->strata[i]->n_totals == 0 && !r->all) return CLI_EXIT_REFUSED;
  }
  return r->n_refusals > 0 && !r->all ? CLI_EXIT_REFUSED : CLI_EXIT_DONE;
}

static int estimate(request *r, hc_data **data) {
  hc_error err = {0};
  int code = named_models(r);
  if (code == CLI_CONTINUE) code = check_intervals(r->settings.intervals);
  if (code == CLI_CONTINUE && r->n_models > 0) code = apply_settings(r);
  if (code != CLI_CONTINUE) return code;
  if (hc_data_read(data, r->file, &r->reading, &err) != HC_OK) return cli_fail(&err);
  cli_print_remarks(*data);
  code = models_for(r, *data);
  if (code == CLI_CONTINUE) code = apply_settings(r);
  if (code == CLI_CONTINUE && r->sensitivity != NULL) return sensitivity(r, *data);
  if (code == CLI_CONTINUE) code = run_models(r, *data);
  if (code != CLI_CONTINUE) return code;
  code = write_report(r, *data);
  return code == CLI_EXIT_DONE ? outcome(r) : code;
}

int cli_estimate(const cli_command *self, int argc, char **argv) {
  request *r = calloc(1, sizeof *r);
  if (r == NULL) return cli_out_of_memory();
  hc_data *data = NULL;
  r->exit_code = CLI_CONTINUE;
  hc_read_settings_init(&r->reading);
  hc_settings_init(&r->settings);
  r->settings.threads = cli_processors();
  int code = cli_parse(self, argc, argv, parse, r);
  if (code == CLI_CONTINUE) code = estimate(r, &data);
  for (size_t i = 0; i < r->n_analyses; i++) hc_analysis_free(r->analysis[i]);
  for (size_t i = 0; i < r->n_strata; i++) hc_strata_free(r->strata[i]);
  for (size_t i = 0; i < r->n_models; i++) hc_options_free(r->options[i]);
  hc_data_free(data);
  free(r);
  return code;
}
