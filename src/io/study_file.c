/* Studies as files: study.ini becomes what is asked (engine/study.h runs it); its data stand beside it. */
#include "engine/study.h"
#include "engine/analysis.h"
#include "engine/options.h"
#include "headcount/read.h"
#include "numeric/fail.h"

#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* inih reads lines of at most 200 bytes with their end; longer ones would be cut without a word. */
enum { PATH_SIZE = 1024, LONGEST_LINE = 196 };

/* A figure as study.ini words it, and what the words of numbers and kinds are until they are settled. */
struct entry {
  hc_question asked;
  char value[HC_QUESTION_NAME_SIZE], basis[HC_QUESTION_NAME_SIZE], tolerance[HC_QUESTION_NAME_SIZE], bootstrap[HC_QUESTION_NAME_SIZE];
};

/* The same file is read once. */
struct loaded {
  const hc_question *first; /* the figure that it was read for */
  char covariates[HC_QUESTION_TEXT_SIZE];
  hc_data *data;
};

struct work {
  char folder[PATH_SIZE], path[PATH_SIZE];
  FILE *stream;
  unsigned line;
  bool continued; /* the line at hand goes on with the value of the one before */
  hc_study study;
  struct entry *entries;
  size_t n_entries;
  hc_question *asked;       /* [n_entries] of the entries, settled */
  struct loaded *loaded; /* [n_loaded], room for n_entries */
  size_t n_loaded;
  hc_status status;
  hc_error err;
};

struct key {
  const char *name;
  size_t offset, size;
};

#define STUDY_KEY(field) {#field, offsetof(hc_study, field), sizeof(((hc_study *)0)->field)}
#define FIGURE_KEY(name, member) {name, offsetof(struct entry, member), sizeof(((struct entry *)0)->member)}

static const struct key study_keys[] = {STUDY_KEY(id), STUDY_KEY(title), STUDY_KEY(unit), STUDY_KEY(source),
                                        STUDY_KEY(criticism), STUDY_KEY(verdict), STUDY_KEY(headline), {NULL, 0, 0}};

static const struct key figure_keys[] = {
    FIGURE_KEY("title", asked.title),         FIGURE_KEY("unit", asked.unit),
    FIGURE_KEY("note", asked.note),           FIGURE_KEY("published", asked.published_as),
    FIGURE_KEY("refuses", asked.refusal),     FIGURE_KEY("value", value),
    FIGURE_KEY("basis", basis),               FIGURE_KEY("data", asked.data),
    FIGURE_KEY("shape", asked.shape),         FIGURE_KEY("estimator", asked.estimator),
    FIGURE_KEY("options", asked.options),     FIGURE_KEY("quantity", asked.quantity),
    FIGURE_KEY("tolerance", tolerance),       FIGURE_KEY("bootstrap", bootstrap),
    FIGURE_KEY("interval", asked.interval),   FIGURE_KEY("resample", asked.resample),
    FIGURE_KEY("by", asked.by),               {NULL, 0, 0}};

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

static struct entry *find(const struct work *w, const char *id) {
  for (size_t i = 0; i < w->n_entries; i++)
    if (strcmp(w->entries[i].asked.id, id) == 0) return &w->entries[i];
  return NULL;
}

static struct entry *entry_named(struct work *w, const char *id) {
  struct entry *known = find(w, id);
  if (known) return known;
  struct entry *more = realloc(w->entries, (w->n_entries + 1) * sizeof *more);
  if (!more) {
    w->status = hc_fail(&w->err, HC_ENOMEM, "no memory for a study");
    return NULL;
  }
  w->entries = more;
  struct entry *entry = &more[w->n_entries];
  memset(entry, 0, sizeof *entry);
  if (strlen(id) >= sizeof entry->asked.id) {
    FAIL_LINE(w, w->line, "the name '%s' is too long", id);
    return NULL;
  }
  snprintf(entry->asked.id, sizeof entry->asked.id, "%s", id);
  entry->asked.line = w->line;
  w->n_entries++;
  return entry;
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
    struct entry *entry = entry_named(w, section + 7);
    if (entry) set_field(w, figure_keys, entry, name, value);
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
  char plain[HC_QUESTION_NAME_SIZE];
  size_t n = 0;
  for (; *text && n + 1 < sizeof plain; text++)
    if (*text != ',' && *text != ' ') plain[n++] = *text;
  plain[n] = 0;
  char *end;
  *value = strtod(plain, &end);
  return n > 0 && !*text && !*end && isfinite(*value);
}

static hc_status settle_numbers(struct work *w, const struct entry *e, hc_question *f) {
  double replicates = 0;
  bool refusal = f->refusal[0];
  f->tolerance = f->expected = f->published = NAN;
  if (f->basis == HC_BASIS_OWN) {
    if (f->published_as[0] || refusal)
      return FAIL_LINE(w, f->line, "figure %s: what is our own is published by nobody: value, not published", f->id);
    if (!number_of(e->value, &f->expected)) return FAIL_LINE(w, f->line, "figure %s: value has to be a number", f->id);
  } else if (!number_of(e->value[0] ? e->value : f->published_as, &f->published)) {
    if (!refusal || e->value[0])
      return FAIL_LINE(w, f->line, "figure %s: value, or else published, has to be a number", f->id);
    f->published = NAN;
  }
  if (e->bootstrap[0] && (!number_of(e->bootstrap, &replicates) || replicates < 0))
    return FAIL_LINE(w, f->line, "figure %s: bootstrap is a number of replicates", f->id);
  f->replicates = (uint64_t)replicates;
  if (f->basis == HC_BASIS_STATED || refusal) return HC_OK;
  if (!number_of(e->tolerance, &f->tolerance) || f->tolerance < 0)
    return FAIL_LINE(w, f->line, "figure %s: tolerance has to be a number, relative to the value", f->id);
  return HC_OK;
}

/* Options that the estimator has, and the command line that states them. */
static hc_status settle_options(struct work *w, hc_question *f) {
  char text[HC_QUESTION_TEXT_SIZE];
  hc_setting set[HC_QUESTION_SETTINGS];
  hc_options *options = NULL;
  hc_error why;
  size_t n = 0;
  if (!f->estimator[0]) return HC_OK;
  if (hc_question_settings(f, text, set, &n, &why) != HC_OK) return FAIL_LINE(w, f->line, "%s", why.message);
  w->status = hc_options_new(&options, hc_estimator_find(f->estimator), &w->err);
  if (w->status != HC_OK) return w->status;
  size_t used = (size_t)snprintf(f->how, sizeof f->how, "headcount estimate %s%s%s%s%s --model %s", f->data,
                                 f->shape[0] ? " --shape " : "", f->shape, f->by[0] ? " --by " : "", f->by, f->estimator);
  for (size_t i = 0; i < n && w->status == HC_OK; i++) {
    const char *quote = strpbrk(set[i].value, " *[]()~`") ? "'" : "";
    if (hc_options_set(options, set[i].name, set[i].value, &why) != HC_OK)
      FAIL_LINE(w, f->line, "figure %s: %s", f->id, why.message);
    if (used < sizeof f->how)
      used += (size_t)snprintf(f->how + used, sizeof f->how - used, " --set %s%s=%s%s", quote, set[i].name, set[i].value, quote);
  }
  hc_options_free(options);
  if (w->status == HC_OK && used >= sizeof f->how) FAIL_LINE(w, f->line, "figure %s: the options are too long", f->id);
  return w->status;
}

static bool has_interval(const hc_estimator *estimator, const char *method) {
  const char *const *own = estimator ? estimator->interval_methods : NULL;
  while (own && *own && strcmp(*own, method) != 0) own++;
  return hc_interval_help(method) || (own && *own);
}

static hc_status settle_names(struct work *w, const hc_question *f) {
  if ((f->basis == HC_BASIS_STATED) != !f->estimator[0] || !f->estimator[0] != !f->data[0])
    return FAIL_LINE(w, f->line, "figure %s: data and estimator belong to every basis but 'stated'", f->id);
  if (strchr(f->data, '/')) return FAIL_LINE(w, f->line, "figure %s: data is a file beside study.ini", f->id);
  if (f->estimator[0] && !hc_estimator_find(f->estimator))
    return FAIL_LINE(w, f->line, "figure %s: there is no estimator '%s'", f->id, f->estimator);
  if (f->shape[0] && !hc_shape_from_name(f->shape))
    return FAIL_LINE(w, f->line, "figure %s: there is no shape '%s'", f->id, f->shape);
  if (f->interval[0] && !has_interval(hc_estimator_find(f->estimator), f->interval))
    return FAIL_LINE(w, f->line, "figure %s: there is no interval method '%s'", f->id, f->interval);
  if (f->resample[0] && !hc_resample_from_name(f->resample))
    return FAIL_LINE(w, f->line, "figure %s: there is no resampling kind '%s'", f->id, f->resample);
  return HC_OK;
}

static hc_status settle(struct work *w, const struct entry *e, hc_question *f) {
  *f = e->asked;
  for (int b = HC_BASIS_DATA; b <= HC_BASIS_OWN; b++)
    if (strcmp(e->basis, hc_basis_name((hc_basis)b)) == 0) f->basis = (hc_basis)b;
  if (!f->basis) return FAIL_LINE(w, f->line, "figure %s: basis is data, inputs, back-solved, stated or own", f->id);
  if (!f->title[0] || (!f->published_as[0] && f->basis != HC_BASIS_OWN))
    return FAIL_LINE(w, f->line, "figure %s: title and published are needed", f->id);
  if (!f->unit[0]) snprintf(f->unit, sizeof f->unit, "%s", w->study.unit);
  if (!f->quantity[0]) snprintf(f->quantity, sizeof f->quantity, "N");
  hc_status status = settle_names(w, f);
  if (status == HC_OK) status = settle_numbers(w, e, f);
  return status == HC_OK ? settle_options(w, f) : status;
}

/* ---- its data ---- */

static bool same_data(const hc_question *a, const hc_question *b) {
  return strcmp(a->data, b->data) == 0 && strcmp(a->shape, b->shape) == 0 && strcmp(a->by, b->by) == 0;
}

/* The columns that the figure's formulas name. */
static hc_status columns_of(const hc_question *f, char columns[HC_QUESTION_TEXT_SIZE], hc_error *err) {
  char text[HC_QUESTION_TEXT_SIZE];
  hc_setting set[HC_QUESTION_SETTINGS];
  hc_request request;
  hc_request_init(&request);
  request.settings = set;
  hc_status status = hc_question_settings(f, text, set, &request.n_settings, err);
  return status == HC_OK ? hc_request_columns(&request, columns, HC_QUESTION_TEXT_SIZE, err) : status;
}

static hc_status load(void *context, const hc_data **data, const hc_question *f, hc_error *err) {
  struct work *w = context;
  char path[PATH_SIZE + HC_QUESTION_NAME_SIZE + 1];
  char columns[HC_QUESTION_TEXT_SIZE];
  hc_read_settings settings;
  hc_status status = columns_of(f, columns, err);
  if (status != HC_OK) return status;
  for (size_t i = 0; i < w->n_loaded; i++)
    if (same_data(w->loaded[i].first, f) && strcmp(w->loaded[i].covariates, columns) == 0)
      return *data = w->loaded[i].data, HC_OK;
  hc_read_settings_init(&settings);
  if (f->shape[0]) settings.shape = hc_shape_from_name(f->shape);
  if (f->by[0]) settings.roles.by = f->by;
  if (columns[0]) settings.covariates = columns;
  snprintf(path, sizeof path, "%s/%s", w->folder, f->data);
  struct loaded *l = &w->loaded[w->n_loaded];
  status = hc_data_read(&l->data, path, &settings, err);
  if (status != HC_OK) return status;
  l->first = f;
  snprintf(l->covariates, sizeof l->covariates, "%s", columns);
  w->n_loaded++;
  *data = l->data;
  return HC_OK;
}

/* ---- the public functions ---- */

/* Words that are settled become figures. */
static void settle_all(struct work *w) {
  if (w->status == HC_OK && (!w->study.id[0] || !w->study.title[0] || !w->study.unit[0] || !w->study.source[0]))
    FAIL_LINE(w, 0, "[study] needs id, title, unit and source");
  if (w->status == HC_OK && w->study.headline[0] && !find(w, w->study.headline))
    FAIL_LINE(w, 0, "headline: there is no figure '%s'", w->study.headline);
  if (w->status != HC_OK) return;
  w->asked = calloc(w->n_entries + 1, sizeof *w->asked);
  w->loaded = calloc(w->n_entries + 1, sizeof *w->loaded);
  if (!w->asked || !w->loaded) w->status = hc_fail(&w->err, HC_ENOMEM, "no memory for a study");
  for (size_t i = 0; w->status == HC_OK && i < w->n_entries; i++) w->status = settle(w, &w->entries[i], &w->asked[i]);
}

static hc_status recompute(struct work *w, hc_study **study, const hc_settings *settings) {
  const hc_study_task task = {.file = w->path, .figures = w->asked, .n_figures = w->n_entries, .load = load, .context = w};
  hc_study *s = malloc(sizeof *s);
  if (!s) return hc_fail(&w->err, HC_ENOMEM, "no memory for a study");
  *s = w->study;
  s->n_figures = w->n_entries;
  s->figures = calloc(w->n_entries + 1, sizeof *s->figures);
  hc_status status = s->figures ? hc_study_recompute(s->figures, &task, settings, &w->err)
                                : hc_fail(&w->err, HC_ENOMEM, "no memory for a study");
  if (status == HC_OK) *study = s;
  else hc_study_free(s);
  return status;
}

static void work_free(struct work *w) {
  for (size_t i = 0; i < w->n_loaded; i++) hc_data_free(w->loaded[i].data);
  free(w->loaded);
  free(w->asked);
  free(w->entries);
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
  settle_all(w);
  if (w->status == HC_OK) w->status = recompute(w, study, &own);
  status = w->status;
  if (status != HC_OK && err) *err = w->err;
  work_free(w);
  return status;
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
