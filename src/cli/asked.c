/* What an estimate is asked for: estimators, their options, intervals and replicates. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { MAX_NAMES = 16 };

/* People: above 0, 300000 or 3e5. */
static int parse_threshold(const char *value, double *threshold) {
  char *end = NULL;
  double x = strtod(value, &end);
  if (end == value || *end || !(x > 0 && x < 1e15)) return cli_usage("--threshold is a number of people above 0, found '%s'", value);
  *threshold = x;
  return CLI_CONTINUE;
}

/* Several times is one after the other. */
static int add_dependence(cli_asked *asked, const char *value) {
  size_t used = strlen(asked->dependence), room = sizeof asked->dependence - used;
  int n = snprintf(asked->dependence + used, room, "%s%s", used ? "," : "", value);
  asked->settings.dependence = asked->dependence;
  if (n < 0 || (size_t)n >= room) return cli_usage("--dependence is longer than %zu bytes", sizeof asked->dependence);
  return CLI_CONTINUE;
}

static int parse_resample(const char *value, hc_resample *resample) {
  const char *names[MAX_NAMES] = {"default"};
  size_t n = 1;
  for (size_t i = 0; hc_resample_at(i) != HC_RESAMPLE_DEFAULT && n < MAX_NAMES; i++) names[n++] = hc_resample_name(hc_resample_at(i));
  *resample = hc_resample_from_name(value);
  if (*resample != HC_RESAMPLE_DEFAULT || strcmp(value, "default") == 0) return CLI_CONTINUE;
  return cli_unknown("kind of resampling", value, names, n);
}

/* sensitivity=A,false=B: each an option of the estimator linkage, for which it is short. */
static int parse_linkage(const char *value, cli_asked *asked) {
  size_t n = strlen(value);
  if (n >= sizeof asked->linkage) return cli_usage("--linkage takes NAME=X,..., found '%.40s...'", value);
  memcpy(asked->linkage, value, n + 1);
  for (char *at = asked->linkage; at;) {
    char *end = strchr(at, ',');
    if (end) *end = '\0';
    int code = strchr(at, '=') ? cli_add_setting(&asked->set, at) : cli_usage("--linkage takes NAME=X,..., found '%s'", at);
    if (code != CLI_CONTINUE) return code;
    at = end ? end + 1 : NULL;
  }
  return CLI_CONTINUE;
}

static int add_not_covered(cli_asked *r, const char *value) {
  size_t used = strlen(r->not_covered), size = sizeof r->not_covered - used;
  int n = snprintf(r->not_covered + used, size, "%s%s", used ? "; " : "", value);
  return n >= 0 && (size_t)n < size ? CLI_CONTINUE : cli_usage("--not-covered: too many lists that did not operate somewhere");
}

static int parse_value(int key, const char *value, cli_asked *asked) {
  static const cli_choice shares[] = {{"all", 1}, {"dependence", 1}, {"none", 0}, {NULL, 0}};
  static const cli_choice refused[] = {{"leave-out", 1}, {NULL, 0}};
  int chosen = 0;
  switch (key) {
  case CLI_KEY_SET: return cli_add_setting(&asked->set, value);
  case CLI_KEY_SENSITIVITY:
    if (!strchr(value, '=')) return cli_usage("--sensitivity takes NAME=A,B,..., found '%s'", value);
    asked->request.vary = value;
    break;
  case CLI_KEY_BY_REFUSED:
    if (!cli_parse_choice("by-refused", value, refused, &chosen)) return CLI_EXIT_USAGE;
    asked->request.leave_out = true;
    break;
  case CLI_KEY_DEPENDENCE: return add_dependence(asked, value);
  case CLI_KEY_THRESHOLD: return parse_threshold(value, &asked->settings.threshold);
  case CLI_KEY_LEVEL: return cli_parse_level(value, &asked->settings.level);
  case CLI_KEY_RESAMPLE: return parse_resample(value, &asked->settings.resample);
  case CLI_KEY_MODEL: asked->request.models = value; break;
  case CLI_KEY_INTERVAL: asked->settings.intervals = value; break;
  case CLI_KEY_TERMS: return cli_add_shorthand(&asked->set, "terms", value);
  case CLI_KEY_FORMULA: return cli_add_shorthand(&asked->set, "formula", value);
  case CLI_KEY_REFERENCE: return cli_add_shorthand(&asked->set, "reference", value);
  case CLI_KEY_OFFSET: return cli_add_shorthand(&asked->set, "offset", value);
  case CLI_KEY_WEIGHT: return cli_add_shorthand(&asked->set, "weight", value);
  case CLI_KEY_NOT_COVERED: return add_not_covered(asked, value);
  case CLI_KEY_SHARE:
    if (!cli_parse_choice("share", value, shares, &chosen)) return CLI_EXIT_USAGE;
    asked->share = chosen ? value : NULL;
    break;
  case CLI_KEY_BOOTSTRAP:
    if (!cli_parse_number("bootstrap", value, 0, 1000000000, &asked->settings.replicates)) return CLI_EXIT_USAGE;
    break;
  }
  return CLI_CONTINUE;
}

bool cli_parse_asked(int key, const char *value, cli_asked *asked, int *exit_code) {
  static const int keys[] = {CLI_KEY_SET, CLI_KEY_SENSITIVITY, CLI_KEY_BY_REFUSED, CLI_KEY_LEVEL, CLI_KEY_RESAMPLE, CLI_KEY_MODEL,
                             CLI_KEY_INTERVAL, CLI_KEY_TERMS, CLI_KEY_FORMULA, CLI_KEY_REFERENCE, CLI_KEY_OFFSET,
                             CLI_KEY_WEIGHT, CLI_KEY_BOOTSTRAP, CLI_KEY_DEPENDENCE, CLI_KEY_THRESHOLD,
                             CLI_KEY_SHARE, CLI_KEY_NOT_COVERED};
  if (cli_parse_reading(key, value, &asked->reading, exit_code)) return true;
  if (key == CLI_KEY_LINKAGE) return *exit_code = parse_linkage(value, asked), true;
  if (value && cli_parse_run(key, value, &asked->settings, exit_code)) return true;
  for (size_t i = 0; value && i < sizeof keys / sizeof keys[0]; i++) {
    if (keys[i] != key) continue;
    *exit_code = parse_value(key, value, asked);
    return true;
  }
  return false;
}

void cli_asked_init(cli_asked *asked) {
  hc_read_settings_init(&asked->reading);
  hc_settings_init(&asked->settings);
  hc_request_init(&asked->request);
  asked->settings.threads = cli_processors();
  asked->settings.share = cli_team_share(&asked->settings.share_context);
}

/* The columns of --by as a formula, whose strata are one model's. */
static int take_by(cli_asked *r) {
  size_t used = 0;
  for (const char *at = r->reading.roles.by; *at;) {
    int length = (int)strcspn(at, ",");
    if (memchr(at, '"', (size_t)length) || memchr(at, '`', (size_t)length) || *at == '#')
      return cli_usage("--share takes columns of --by by plain names, found '%.*s'", length, at);
    int n = snprintf(r->strata + used, sizeof r->strata - used, "%s`%.*s`", used ? " + " : "~ ", length, at);
    used += n > 0 ? (size_t)n : 0;
    if (used >= sizeof r->strata) return cli_usage("--by names too many columns");
    at += length + (at[length] == ',');
  }
  r->reading.roles.by = NULL;
  return cli_add_shorthand(&r->set, "strata", r->strata);
}

/* Strata of one model are an option of the estimator; strata by themselves are the engine's. */
static int take_strata(cli_asked *r) {
  int code = CLI_CONTINUE;
  bool alone = r->reading.roles.by && !r->share;
  if (r->share && !r->reading.roles.by && !r->not_covered[0]) return cli_usage("--share needs --by: the strata that share a model");
  if (r->share && r->reading.roles.by) code = take_by(r);
  if (code == CLI_CONTINUE && r->share) code = cli_add_shorthand(&r->set, "share", r->share);
  if (!r->not_covered[0] || code != CLI_CONTINUE) return code;
  if (!alone && r->request.models && strcmp(r->request.models, "loglinear-strata") != 0)
    return cli_usage("--not-covered of '%s' needs --by: each stratum is then estimated without that list; over all strata together "
                     "loglinear-strata can", r->request.models);
  if (!alone) return cli_add_shorthand(&r->set, "not-covered", r->not_covered);
  r->request.not_covered = r->not_covered;
  return CLI_CONTINUE;
}

int cli_check_asked(cli_asked *asked) {
  hc_error err = {0};
  int code = take_strata(asked);
  if (code != CLI_CONTINUE) return code;
  asked->request.settings = asked->set.list;
  asked->request.n_settings = asked->set.n;
  if (asked->linkage[0] && !asked->request.models) asked->request.models = "linkage";
  if (asked->settings.threshold > 0 && !asked->settings.dependence)
    return cli_usage("--threshold needs odds ratios that could pass it: --dependence all=0.5..2");
  if (hc_request_check(&asked->request, &asked->settings, &err) != HC_OK) return cli_fail(&err);
  if (hc_request_columns(&asked->request, asked->covariates, sizeof asked->covariates, &err) != HC_OK) return cli_fail(&err);
  if (asked->covariates[0]) asked->reading.covariates = asked->covariates;
  return CLI_CONTINUE;
}
