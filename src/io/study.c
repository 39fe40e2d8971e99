/* Studies: reads study.ini, recomputes its figures, compares. */
#include "engine/strata.h"
#include "headcount/read.h"
#include "headcount/study.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* inih reads lines of at most 200 bytes with their end; longer ones would be cut without a word. */
enum { PATH_SIZE = 1024, LONGEST_LINE = 196, TEXT_SIZE = 200, NAME_SIZE = 60 };

/* A figure as study.ini words it, before anything is recomputed. */
struct plan_of_figure {
  hc_figure figure;
  unsigned line;
  char value[NAME_SIZE], basis[NAME_SIZE], data[NAME_SIZE], shape[NAME_SIZE], estimator[NAME_SIZE];
  char options[TEXT_SIZE], tolerance[NAME_SIZE], bootstrap[NAME_SIZE];
  char interval[NAME_SIZE], resample[NAME_SIZE], by[NAME_SIZE];
};

/* What figures of one study share: the same file is read once, the same bootstrap run once. */
struct loaded {
  char file[NAME_SIZE], shape[NAME_SIZE], by[NAME_SIZE];
  hc_data *data;
};

struct analysed {
  const struct plan_of_figure *first; /* the figure that it was made for */
  hc_analysis *analysis;              /* NULL: refused, or by strata     */
  hc_strata *strata;                  /* by strata: their total counts   */
  hc_error why;
};

struct work {
  char folder[PATH_SIZE], path[PATH_SIZE];
  FILE *stream;
  unsigned line;
  bool continued; /* the line at hand goes on with the value of the one before */
  hc_study study;
  struct plan_of_figure *figures;
  size_t n_figures;
  struct loaded *loaded;
  size_t n_loaded;
  struct analysed *analysed;
  size_t n_analysed;
  hc_status status;
  hc_error err;
};

struct key {
  const char *name;
  size_t offset, size;
};

#define STUDY_KEY(field) {#field, offsetof(hc_study, field), sizeof(((hc_study *)0)->field)}
#define FIGURE_KEY(name, member) \
  {name, offsetof(struct plan_of_figure, member), sizeof(((struct plan_of_figure *)0)->member)}

static const struct key study_keys[] = {STUDY_KEY(id), STUDY_KEY(title), STUDY_KEY(unit), STUDY_KEY(source),
                                        STUDY_KEY(criticism), STUDY_KEY(verdict), STUDY_KEY(headline), {NULL, 0, 0}};

static const struct key figure_keys[] = {
    FIGURE_KEY("title", figure.title),       FIGURE_KEY("unit", figure.unit),
    FIGURE_KEY("note", figure.note),         FIGURE_KEY("published", figure.published_as),
    FIGURE_KEY("refuses", figure.refusal),   FIGURE_KEY("value", value),
    FIGURE_KEY("basis", basis),              FIGURE_KEY("data", data),
    FIGURE_KEY("shape", shape),              FIGURE_KEY("estimator", estimator),
    FIGURE_KEY("options", options),          FIGURE_KEY("quantity", figure.quantity),
    FIGURE_KEY("tolerance", tolerance),      FIGURE_KEY("bootstrap", bootstrap),
    FIGURE_KEY("interval", interval),        FIGURE_KEY("resample", resample),
    FIGURE_KEY("by", by),                    {NULL, 0, 0}};

static const char *const basis_names[] = {"", "data", "inputs", "back-solved", "stated", "own"};
static const char *const basis_words[] = {"", "from data", "from inputs", "back-solved", "only quoted", "our own"};

static bool is_basis(hc_basis basis) { return basis >= HC_BASIS_DATA && basis <= HC_BASIS_OWN; }

const char *hc_basis_name(hc_basis basis) { return is_basis(basis) ? basis_names[basis] : ""; }

const char *hc_basis_words(hc_basis basis) { return is_basis(basis) ? basis_words[basis] : ""; }

/* ---- reading study.ini ---- */

#define FAIL_LINE(w, number, ...) ((w)->status = hc_fail_at(&(w)->err, HC_EDATA, (w)->path, number, 0, __VA_ARGS__))

/* Hands lines to inih and counts them, because inih does not tell its handler where it is. */
static char *next_line(char *text, int size, void *context) {
  struct work *w = context;
  if (w->status != HC_OK || !fgets(text, size, w->stream)) return NULL;
  w->line++;
  w->continued = text[0] == ' ' || text[0] == '\t';
  size_t length = strcspn(text, "\r\n");
  if (length > LONGEST_LINE || (!text[length] && !feof(w->stream))) {
    FAIL_LINE(w, w->line, "the line is longer than %d bytes: go on in an indented line", LONGEST_LINE);
    return NULL;
  }
  if (text[0] != '#' && text[0] != ';' && strstr(text, " ;")) {
    FAIL_LINE(w, w->line, "';' after a blank would begin a comment");
    return NULL;
  }
  return text;
}

static bool has_figure(const struct work *w, const char *id) {
  for (size_t i = 0; i < w->n_figures; i++)
    if (strcmp(w->figures[i].figure.id, id) == 0) return true;
  return false;
}

static struct plan_of_figure *figure_named(struct work *w, const char *id) {
  for (size_t i = 0; i < w->n_figures; i++)
    if (strcmp(w->figures[i].figure.id, id) == 0) return &w->figures[i];
  struct plan_of_figure *more = realloc(w->figures, (w->n_figures + 1) * sizeof *more);
  if (!more) {
    w->status = hc_fail(&w->err, HC_ENOMEM, "no memory for a study");
    return NULL;
  }
  w->figures = more;
  struct plan_of_figure *figure = &more[w->n_figures];
  memset(figure, 0, sizeof *figure);
  if (strlen(id) >= sizeof figure->figure.id) {
    FAIL_LINE(w, w->line, "the name '%s' is too long", id);
    return NULL;
  }
  snprintf(figure->figure.id, sizeof figure->figure.id, "%s", id);
  figure->line = w->line;
  w->n_figures++;
  return figure;
}

/* Sets the field, or adds an indented line to it. */
static void set_field(struct work *w, const struct key *keys, void *object, const char *name, const char *value) {
  while (keys->name && strcmp(keys->name, name) != 0) keys++;
  if (!keys->name) {
    FAIL_LINE(w, w->line, "unknown name '%s'", name);
    return;
  }
  char *field = (char *)object + keys->offset;
  size_t used = strlen(field);
  if (used && !w->continued) {
    FAIL_LINE(w, w->line, "'%s' is given twice", name);
  } else if (used + strlen(value) + 2 > keys->size) {
    FAIL_LINE(w, w->line, "'%s' is longer than %zu bytes", name, keys->size - 1);
  } else {
    snprintf(field + used, keys->size - used, "%s%s", used ? " " : "", value);
  }
}

static int on_pair(void *context, const char *section, const char *name, const char *value) {
  struct work *w = context;
  if (w->status != HC_OK) return 0;
  if (strcmp(section, "study") == 0) {
    set_field(w, study_keys, &w->study, name, value);
  } else if (strncmp(section, "figure ", 7) == 0 && section[7]) {
    struct plan_of_figure *figure = figure_named(w, section + 7);
    if (figure) set_field(w, figure_keys, figure, name, value);
  } else {
    FAIL_LINE(w, w->line, "unknown section '%s': expected [study] or [figure NAME]", section);
  }
  return w->status == HC_OK;
}

static hc_status fail_system(const char *file, hc_error *err) {
  return hc_fail_at(err, errno == ENOMEM ? HC_ENOMEM : HC_EIO, file, 0, 0, "%s", strerror(errno));
}

static hc_status read_ini(struct work *w) {
  w->stream = fopen(w->path, "r");
  if (!w->stream) return w->status = fail_system(w->path, &w->err);
  int line = ini_parse_stream(next_line, w, on_pair, w);
  if (w->status == HC_OK && ferror(w->stream)) w->status = hc_fail_at(&w->err, HC_EIO, w->path, 0, 0, "cannot be read");
  if (w->status == HC_OK && line == -2) w->status = hc_fail(&w->err, HC_ENOMEM, "no memory for a study"); /* inih's code for it */
  if (w->status == HC_OK && line != 0) FAIL_LINE(w, line < 0 ? 0 : (unsigned)line, "expected [section] or name = value");
  fclose(w->stream);
  w->stream = NULL;
  return w->status;
}

/* ---- what the words mean ---- */

/* A number as printed in a paper: thousands may be grouped with commas or blanks. */
static bool number_of(const char *text, double *value) {
  char plain[NAME_SIZE];
  size_t n = 0;
  for (; *text && n + 1 < sizeof plain; text++)
    if (*text != ',' && *text != ' ') plain[n++] = *text;
  plain[n] = 0;
  char *end;
  *value = strtod(plain, &end);
  return n > 0 && !*text && !*end && isfinite(*value);
}

static hc_status settle_numbers(struct work *w, struct plan_of_figure *p) {
  hc_figure *f = &p->figure;
  f->recomputed = f->tolerance = f->expected = f->published = NAN;
  f->expects_refusal = f->refusal[0] != 0;
  if (f->basis == HC_BASIS_OWN) {
    if (f->published_as[0] || f->expects_refusal)
      return FAIL_LINE(w, p->line, "figure %s: what is our own is published by nobody: value, not published", f->id);
    if (!number_of(p->value, &f->expected)) return FAIL_LINE(w, p->line, "figure %s: value has to be a number", f->id);
  } else if (!number_of(p->value[0] ? p->value : f->published_as, &f->published)) {
    if (!f->expects_refusal || p->value[0])
      return FAIL_LINE(w, p->line, "figure %s: value, or else published, has to be a number", f->id);
    f->published = NAN;
  }
  if (f->basis == HC_BASIS_STATED || f->expects_refusal) return HC_OK;
  if (!number_of(p->tolerance, &f->tolerance) || f->tolerance < 0)
    return FAIL_LINE(w, p->line, "figure %s: tolerance has to be a number, relative to the value", f->id);
  return HC_OK;
}

static hc_status settle(struct work *w, struct plan_of_figure *p) {
  hc_figure *f = &p->figure;
  for (int b = HC_BASIS_DATA; b <= HC_BASIS_OWN; b++)
    if (strcmp(p->basis, basis_names[b]) == 0) f->basis = (hc_basis)b;
  if (!f->basis) return FAIL_LINE(w, p->line, "figure %s: basis is data, inputs, back-solved, stated or own", f->id);
  if (!f->title[0] || (!f->published_as[0] && f->basis != HC_BASIS_OWN))
    return FAIL_LINE(w, p->line, "figure %s: title and published are needed", f->id);
  if (!f->unit[0]) snprintf(f->unit, sizeof f->unit, "%s", w->study.unit);
  if (!f->quantity[0]) snprintf(f->quantity, sizeof f->quantity, "N");
  if ((f->basis == HC_BASIS_STATED) != !p->estimator[0] || !p->estimator[0] != !p->data[0])
    return FAIL_LINE(w, p->line, "figure %s: data and estimator belong to every basis but 'stated'", f->id);
  if (strchr(p->data, '/')) return FAIL_LINE(w, p->line, "figure %s: data is a file beside study.ini", f->id);
  if (p->estimator[0] && !hc_estimator_find(p->estimator))
    return FAIL_LINE(w, p->line, "figure %s: there is no estimator '%s'", f->id, p->estimator);
  if (p->shape[0] && !hc_shape_from_name(p->shape))
    return FAIL_LINE(w, p->line, "figure %s: there is no shape '%s'", f->id, p->shape);
  if (p->interval[0] && !hc_interval_help(p->interval))
    return FAIL_LINE(w, p->line, "figure %s: there is no interval method '%s'", f->id, p->interval);
  if (p->resample[0] && !hc_resample_from_name(p->resample))
    return FAIL_LINE(w, p->line, "figure %s: there is no resampling kind '%s'", f->id, p->resample);
  return settle_numbers(w, p);
}

/* Sets each name=value of "a=1; b=2", and writes them the way a command line would. */
static hc_status set_options(struct work *w, const struct plan_of_figure *p, hc_options *options, char *how, size_t size) {
  const char *rest = p->options;
  while (rest && *rest) {
    char name[TEXT_SIZE];
    size_t length = strcspn(rest, ";");
    while (isspace((unsigned char)*rest)) rest++, length--;
    snprintf(name, sizeof name, "%.*s", (int)length, rest);
    rest += length + (rest[length] == ';');
    char *value = strchr(name, '=');
    hc_error why;
    if (!value) return FAIL_LINE(w, p->line, "figure %s: options are name=value; name=value", p->figure.id);
    *value++ = 0;
    if (options && hc_options_set(options, name, value, &why) != HC_OK)
      return FAIL_LINE(w, p->line, "figure %s: %s", p->figure.id, why.message);
    size_t used = strlen(how);
    const char *quote = strpbrk(value, " *[]") ? "'" : "";
    snprintf(how + used, size - used, " --set %s%s=%s%s", quote, name, value, quote);
  }
  return HC_OK;
}

/* ---- recomputing ---- */

static const hc_data *data_of(struct work *w, const struct plan_of_figure *p) {
  for (size_t i = 0; i < w->n_loaded; i++)
    if (strcmp(w->loaded[i].file, p->data) == 0 && strcmp(w->loaded[i].shape, p->shape) == 0 &&
        strcmp(w->loaded[i].by, p->by) == 0)
      return w->loaded[i].data;
  struct loaded *more = realloc(w->loaded, (w->n_loaded + 1) * sizeof *more);
  if (!more) {
    w->status = hc_fail(&w->err, HC_ENOMEM, "no memory for a study");
    return NULL;
  }
  w->loaded = more;
  struct loaded *l = &more[w->n_loaded];
  char path[PATH_SIZE + NAME_SIZE + 1];
  hc_read_settings settings;
  hc_read_settings_init(&settings);
  if (p->shape[0]) settings.shape = hc_shape_from_name(p->shape);
  if (p->by[0]) settings.roles.by = p->by;
  snprintf(path, sizeof path, "%s/%s", w->folder, p->data);
  memset(l, 0, sizeof *l);
  w->status = hc_data_read(&l->data, path, &settings, &w->err);
  if (w->status != HC_OK) return NULL;
  snprintf(l->file, sizeof l->file, "%s", p->data);
  snprintf(l->shape, sizeof l->shape, "%s", p->shape);
  snprintf(l->by, sizeof l->by, "%s", p->by);
  w->n_loaded++;
  return l->data;
}

static bool same_analysis(const struct plan_of_figure *a, const struct plan_of_figure *b) {
  return strcmp(a->data, b->data) == 0 && strcmp(a->shape, b->shape) == 0 && strcmp(a->estimator, b->estimator) == 0 &&
         strcmp(a->options, b->options) == 0 && strcmp(a->bootstrap, b->bootstrap) == 0 &&
         strcmp(a->interval, b->interval) == 0 && strcmp(a->resample, b->resample) == 0 && strcmp(a->by, b->by) == 0;
}

static hc_status analyse(struct work *w, const struct plan_of_figure *p, const hc_settings *given, struct analysed *out) {
  const hc_data *data = data_of(w, p);
  if (!data) return w->status;
  const hc_estimator *estimator = hc_estimator_find(p->estimator);
  hc_settings settings = *given;
  hc_options *options = NULL;
  double replicates = 0;
  if (p->bootstrap[0] && (!number_of(p->bootstrap, &replicates) || replicates < 0))
    return FAIL_LINE(w, p->line, "figure %s: bootstrap is a number of replicates", p->figure.id);
  settings.replicates = (uint64_t)replicates;
  settings.resample = p->resample[0] ? hc_resample_from_name(p->resample) : HC_RESAMPLE_DEFAULT;
  settings.intervals = p->interval[0] ? p->interval : NULL;
  char how[TEXT_SIZE * 2] = "";
  w->status = hc_options_new(&options, estimator, &w->err);
  if (w->status == HC_OK) w->status = set_options(w, p, options, how, sizeof how);
  if (w->status == HC_OK) {
    hc_status status = p->by[0] ? hc_strata_new(&out->strata, data, estimator, options, &settings, false, &out->why)
                                : hc_analysis_new(&out->analysis, data, estimator, options, &settings, &out->why);
    if (status != HC_OK && status != HC_EREFUSED) w->status = status, w->err = out->why;
  }
  hc_options_free(options);
  const hc_bootstrap *b = out->analysis ? out->analysis->bootstrap : NULL;
  if (w->status == HC_OK && b && b->done < b->requested) w->status = hc_fail(&w->err, HC_ECANCELLED, "stopped");
  return w->status;
}

static const struct analysed *analysed_of(struct work *w, const struct plan_of_figure *p, const hc_settings *settings) {
  for (size_t i = 0; i < w->n_analysed; i++)
    if (same_analysis(w->analysed[i].first, p)) return &w->analysed[i];
  struct analysed *more = realloc(w->analysed, (w->n_analysed + 1) * sizeof *more);
  if (!more) {
    w->status = hc_fail(&w->err, HC_ENOMEM, "no memory for a study");
    return NULL;
  }
  w->analysed = more;
  struct analysed *a = &more[w->n_analysed++];
  memset(a, 0, sizeof *a);
  a->first = p;
  return analyse(w, p, settings, a) == HC_OK ? a : NULL;
}

/* A quantity by name, se(name), or a number of the fit. */
static hc_status value_of(struct work *w, const struct plan_of_figure *p, const hc_analysis *a, size_t *q, double *value) {
  const hc_fit *fit = &a->estimate->fit;
  const struct {
    const char *name;
    double value;
  } numbers[] = {{"loglik", fit->loglik}, {"df", fit->df},   {"deviance", fit->deviance},
                 {"aic", fit->aic},       {"bic", fit->bic}, {"parameters", fit->parameters}};
  char name[NAME_SIZE];
  size_t length = strlen(p->figure.quantity);
  bool se = strncmp(p->figure.quantity, "se(", 3) == 0 && p->figure.quantity[length - 1] == ')';
  snprintf(name, sizeof name, "%.*s", (int)(se ? length - 4 : length), p->figure.quantity + (se ? 3 : 0));
  *q = hc_analysis_find(a, name);
  if (*q < a->plan->n_quantities) {
    *value = se ? a->estimate->se[*q] : a->estimate->value[*q];
    if (se) *q = a->plan->n_quantities; /* an interval would be that of the quantity itself */
    return HC_OK;
  }
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (strcmp(numbers[i].name, p->figure.quantity) == 0) return *value = numbers[i].value, HC_OK;
  return FAIL_LINE(w, p->line, "figure %s: %s has no quantity '%s'", p->figure.id, p->estimator, p->figure.quantity);
}

/* The interval asked for; without a wish, the last in the analysis, which is the bootstrap's where there is one. */
static void take_interval(hc_figure *f, const struct plan_of_figure *p, const hc_analysis *a, size_t q) {
  for (size_t i = 0; i < a->n_intervals; i++) {
    if (a->intervals[i].quantity != q || (p->interval[0] && strcmp(a->intervals[i].method, p->interval) != 0)) continue;
    f->interval = a->intervals[i];
    f->has_interval = true;
  }
}

static void compare(hc_figure *f) {
  bool claimed = f->basis != HC_BASIS_OWN && !f->expects_refusal;
  f->agrees = claimed && fabs(f->recomputed - f->published) <= f->tolerance * fabs(f->published);
}

/* The total over strata, or why there is none. */
static hc_status take_total(struct work *w, const struct plan_of_figure *p, const hc_strata *s, hc_figure *f) {
  if (!s->n_totals) {
    snprintf(f->refusal, sizeof f->refusal, "%s", s->n_notes ? s->notes[0].code : "no-total");
    snprintf(f->reason, sizeof f->reason, "%s", s->n_notes ? s->notes[0].text : "nothing adds up over these strata");
    return HC_OK;
  }
  size_t t = 0;
  while (t < s->n_totals && strcmp(s->totals[t].name, p->figure.quantity) != 0) t++;
  if (t == s->n_totals) return FAIL_LINE(w, p->line, "figure %s: there is no total of '%s'", p->figure.id, p->figure.quantity);
  f->recomputed = s->totals[t].value;
  compare(f);
  for (size_t i = 0; i < s->totals[t].n_intervals; i++) {
    if (p->interval[0] && strcmp(s->totals[t].intervals[i].method, p->interval) != 0) continue;
    f->interval = s->totals[t].intervals[i];
    f->has_interval = true;
  }
  return HC_OK;
}

static hc_status recompute(struct work *w, struct plan_of_figure *p, const hc_settings *settings) {
  hc_figure *f = &p->figure;
  char options[TEXT_SIZE * 2] = "", expected[HC_CODE_SIZE];
  size_t q;
  if (f->basis == HC_BASIS_STATED) return HC_OK;
  const struct analysed *a = analysed_of(w, p, settings);
  if (!a || set_options(w, p, NULL, options, sizeof options) != HC_OK) return w->status;
  int length = snprintf(f->how, sizeof f->how, "headcount estimate %s%s%s%s%s --model %s%s", p->data, p->shape[0] ? " --shape " : "",
                        p->shape, p->by[0] ? " --by " : "", p->by, p->estimator, options);
  if (length < 0 || (size_t)length >= sizeof f->how)
    return FAIL_LINE(w, p->line, "figure %s: the options are too long", f->id);
  if (a->strata) return take_total(w, p, a->strata, f);
  if (!a->analysis) {
    snprintf(expected, sizeof expected, "%s", f->refusal);
    snprintf(f->refusal, sizeof f->refusal, "%s", a->why.code);
    snprintf(f->reason, sizeof f->reason, "%s", a->why.message);
    f->agrees = f->expects_refusal && strcmp(expected, a->why.code) == 0;
    return HC_OK;
  }
  if (value_of(w, p, a->analysis, &q, &f->recomputed) != HC_OK) return w->status;
  compare(f);
  take_interval(f, p, a->analysis, q);
  return HC_OK;
}

/* ---- the public functions ---- */

static hc_status finish(struct work *w, hc_study **study, hc_error *err) {
  hc_study *s = calloc(1, sizeof *s);
  hc_figure *figures = calloc(w->n_figures + 1, sizeof *figures);
  if (!s || !figures) {
    free(s), free(figures);
    return hc_fail(err, HC_ENOMEM, "no memory for a study");
  }
  *s = w->study;
  s->n_figures = w->n_figures;
  s->figures = figures;
  for (size_t i = 0; i < w->n_figures; i++) figures[i] = w->figures[i].figure;
  *study = s;
  return HC_OK;
}

static void work_free(struct work *w) {
  for (size_t i = 0; i < w->n_analysed; i++) hc_analysis_free(w->analysed[i].analysis), hc_strata_free(w->analysed[i].strata);
  for (size_t i = 0; i < w->n_loaded; i++) hc_data_free(w->loaded[i].data);
  free(w->analysed);
  free(w->loaded);
  free(w->figures);
  free(w);
}

hc_status hc_study_run(hc_study **study, const char *folder, const hc_settings *settings, hc_error *err) {
  hc_settings own;
  hc_status status = hc_settings_take(&own, settings, err);
  *study = NULL;
  if (status != HC_OK) return status;
  struct work *w = calloc(1, sizeof *w);
  if (!w) return hc_fail(err, HC_ENOMEM, "no memory for a study");
  if (strlen(folder) + sizeof "/study.ini" > PATH_SIZE) {
    work_free(w);
    return hc_fail(err, HC_EUSAGE, "the folder's name is longer than %d bytes", PATH_SIZE);
  }
  snprintf(w->folder, sizeof w->folder, "%s", folder);
  snprintf(w->path, sizeof w->path, "%.*s/study.ini", PATH_SIZE - 11, folder);
  read_ini(w);
  if (w->status == HC_OK && (!w->study.id[0] || !w->study.title[0] || !w->study.unit[0] || !w->study.source[0]))
    FAIL_LINE(w, 0, "[study] needs id, title, unit and source");
  if (w->status == HC_OK && w->study.headline[0] && !has_figure(w, w->study.headline))
    FAIL_LINE(w, 0, "headline: there is no figure '%s'", w->study.headline);
  for (size_t i = 0; w->status == HC_OK && i < w->n_figures; i++) w->status = settle(w, &w->figures[i]);
  for (size_t i = 0; w->status == HC_OK && i < w->n_figures; i++)
    w->status = recompute(w, &w->figures[i], &own);
  status = w->status;
  if (status == HC_OK)
    status = finish(w, study, err);
  else if (err)
    *err = w->err;
  work_free(w);
  return status;
}

void hc_study_free(hc_study *study) {
  if (!study) return;
  free(study->figures);
  free(study);
}

bool hc_figure_has_verdict(const hc_figure *figure) {
  return figure->basis != HC_BASIS_STATED && figure->basis != HC_BASIS_OWN;
}

bool hc_study_agrees(const hc_study *study) {
  for (size_t i = 0; i < study->n_figures; i++)
    if (hc_figure_has_verdict(&study->figures[i]) && !study->figures[i].agrees) return false;
  return true;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static bool holds_study(const char *folder, const char *name) {
  char path[2 * PATH_SIZE];
  if (name[0] == '.' || snprintf(path, sizeof path, "%s/%s/study.ini", folder, name) >= (int)sizeof path) return false;
  return access(path, R_OK) == 0;
}

hc_status hc_study_ids(char ***ids, size_t *n, const char *datasets_folder, hc_error *err) {
  DIR *folder = opendir(datasets_folder);
  if (!folder) return fail_system(datasets_folder, err);
  char **list = NULL;
  size_t count = 0;
  bool enough = true;
  for (const struct dirent *entry; enough && (entry = readdir(folder));) {
    if (!holds_study(datasets_folder, entry->d_name)) continue;
    char **more = realloc(list, (count + 1) * sizeof *more);
    char *name = strdup(entry->d_name);
    if (more) list = more;
    enough = more && name;
    if (enough) list[count++] = name;
    else free(name);
  }
  closedir(folder);
  if (!enough) {
    hc_study_ids_free(list, count);
    return hc_fail(err, HC_ENOMEM, "no memory for the names of the studies");
  }
  if (count) qsort(list, count, sizeof *list, by_name);
  *ids = list;
  *n = count;
  return HC_OK;
}

void hc_study_ids_free(char **ids, size_t n) {
  for (size_t i = 0; i < n; i++) free(ids[i]);
  free(ids);
}
