/* The only file that knows ReadStat. */
#include "io/statfile.h"

#ifndef HC_WITH_READSTAT

bool hc_statfile_write(hc_container kind, const char *file, FILE *out, FILE *complaints) {
  (void)kind, (void)file, (void)out;
  fputs("this headcount was built without ReadStat (Debian: libreadstat-dev); or save it as CSV", complaints);
  return false;
}

#else

#include <math.h>
#include <readstat.h>
#include <stdlib.h>
#include <string.h>

/* Labels of values, in the order of the file: "set" names a set that variables share. */
struct label {
  char *set, *text;
  double number;
  char *string; /* NULL: the label is of a number */
  struct label *next;
};

struct variable {
  char *name, *set;
  enum { NO_DATE, SECONDS_SINCE_1582, DAYS_SINCE_1960, SECONDS_SINCE_1960, MILLISECONDS_SINCE_1960 } date;
};

struct work {
  FILE *out;
  hc_container kind;
  struct variable *variable;
  int n_variables, columns; /* columns of the row so far */
  struct label *labels, **last;
  bool failed;
};

static char *copy(const char *text, struct work *w) {
  char *s = text ? strdup(text) : NULL;
  if (text && !s) w->failed = true;
  return s;
}

static int note_metadata(readstat_metadata_t *metadata, void *context) {
  struct work *w = context;
  int n = readstat_get_var_count(metadata);
  if (n < 1 || w->variable) return READSTAT_HANDLER_OK;
  w->variable = calloc((size_t)n, sizeof *w->variable);
  w->n_variables = n;
  return w->variable ? READSTAT_HANDLER_OK : READSTAT_HANDLER_ABORT;
}

static bool begins(const char *text, const char *const *words) {
  for (; *words; words++)
    if (strncmp(text, *words, strlen(*words)) == 0) return true;
  return false;
}

/* What a number means where its format is a date's. */
static int date_of(hc_container kind, const char *format) {
  static const char *const spss[] = {"DATE", "ADATE", "EDATE", "SDATE", "JDATE", NULL};
  static const char *const sas_days[] = {"DATE9", "DATE.", "DATE7", "YYMMDD", "DDMMYY", "MMDDYY", NULL}, *const sas_time[] = {"DATETIME", NULL};
  if (!format) return NO_DATE;
  if (kind == HC_CONTAINER_STATA)
    return strncmp(format, "%td", 3) == 0 ? DAYS_SINCE_1960 : strncmp(format, "%tc", 3) == 0 ? MILLISECONDS_SINCE_1960 : NO_DATE;
  if (kind == HC_CONTAINER_SPSS || kind == HC_CONTAINER_POR) return begins(format, spss) ? SECONDS_SINCE_1582 : NO_DATE;
  if (begins(format, sas_time)) return SECONDS_SINCE_1960;
  return begins(format, sas_days) || strcmp(format, "DATE") == 0 ? DAYS_SINCE_1960 : NO_DATE;
}

static int note_variable(int index, readstat_variable_t *variable, const char *set, void *context) {
  struct work *w = context;
  if (index >= w->n_variables) { /* formats that do not say how many there are */
    struct variable *more = realloc(w->variable, (size_t)(index + 1) * sizeof *more);
    if (!more) return READSTAT_HANDLER_ABORT;
    memset(more + w->n_variables, 0, (size_t)(index + 1 - w->n_variables) * sizeof *more);
    w->variable = more;
    w->n_variables = index + 1;
  }
  struct variable *v = &w->variable[index];
  if (v->name) return READSTAT_HANDLER_OK; /* the second time through */
  v->name = copy(readstat_variable_get_name(variable), w);
  v->set = copy(set, w);
  v->date = date_of(w->kind, readstat_variable_get_format(variable));
  return w->failed ? READSTAT_HANDLER_ABORT : READSTAT_HANDLER_OK;
}

static int note_label(const char *set, readstat_value_t value, const char *text, void *context) {
  struct work *w = context;
  struct label *l = calloc(1, sizeof *l);
  if (!l) return READSTAT_HANDLER_ABORT;
  l->set = copy(set, w);
  l->text = copy(text, w);
  if (readstat_value_type(value) == READSTAT_TYPE_STRING) l->string = copy(readstat_string_value(value), w);
  else l->number = readstat_double_value(value);
  *w->last = l;
  w->last = &l->next;
  return w->failed ? READSTAT_HANDLER_ABORT : READSTAT_HANDLER_OK;
}

static void put_text(struct work *w, const char *text) {
  bool quote = text[strcspn(text, ",\"\r\n")] || text[0] == ' ';
  if (quote) fputc('"', w->out);
  for (; *text; text++) {
    if (*text == '"') fputc('"', w->out);
    fputc(*text, w->out);
  }
  if (quote) fputc('"', w->out);
}

/* The civil date of a day, days counted from 1970-01-01: the inverse of the count in read_pairs.c, by eras of 400 years that begin
 * in March. */
static void put_date(struct work *w, int64_t days) {
  int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
  int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
  int64_t day = of_year - (153 * month + 2) / 5 + 1;
  month += month < 10 ? 3 : -9;
  fprintf(w->out, "%04lld-%02lld-%02lld", (long long)(year + era * 400 + (month <= 2)), (long long)month, (long long)day);
}

static const char *label_of(const struct work *w, const char *set, readstat_value_t value) {
  bool string = readstat_value_type(value) == READSTAT_TYPE_STRING;
  double x = string ? 0 : readstat_double_value(value);
  if (!set || !set[0] || (!string && (x == 0 || x == 1))) return NULL;
  for (const struct label *l = w->labels; l; l = l->next) {
    if (!l->set || strcmp(l->set, set) != 0) continue;
    if (string ? l->string && readstat_string_value(value) && strcmp(l->string, readstat_string_value(value)) == 0
               : !l->string && l->number == x)
      return l->text;
  }
  return NULL;
}

static void put_value(struct work *w, const struct variable *v, readstat_variable_t *variable, readstat_value_t value) {
  if (readstat_value_is_missing(value, variable)) return;
  const char *label = label_of(w, v->set, value);
  if (label) {
    put_text(w, label);
  } else if (readstat_value_type(value) == READSTAT_TYPE_STRING) {
    put_text(w, readstat_string_value(value) ? readstat_string_value(value) : "");
  } else {
    double x = readstat_double_value(value);
    if (isnan(x)) return;
    switch (v->date) {
      case SECONDS_SINCE_1582: put_date(w, (int64_t)floor(x / 86400) - 141428); break; /* 1582-10-14 */
      case DAYS_SINCE_1960: put_date(w, (int64_t)floor(x) - 3653); break;
      case SECONDS_SINCE_1960: put_date(w, (int64_t)floor(x / 86400) - 3653); break;
      case MILLISECONDS_SINCE_1960: put_date(w, (int64_t)floor(x / 86400000) - 3653); break;
      case NO_DATE: fprintf(w->out, "%.17g", x);
    }
  }
}

static int write_value(int row, readstat_variable_t *variable, readstat_value_t value, void *context) {
  struct work *w = context;
  int index = readstat_variable_get_index(variable);
  (void)row;
  if (index >= w->n_variables) return READSTAT_HANDLER_ABORT;
  if (w->columns++) fputc(',', w->out);
  put_value(w, &w->variable[index], variable, value);
  if (w->columns == w->n_variables) fputc('\n', w->out), w->columns = 0;
  return ferror(w->out) ? READSTAT_HANDLER_ABORT : READSTAT_HANDLER_OK;
}

static readstat_error_t parse(readstat_parser_t *parser, struct work *w, const char *file) {
  switch (w->kind) {
    case HC_CONTAINER_SPSS: return readstat_parse_sav(parser, file, w);
    case HC_CONTAINER_POR: return readstat_parse_por(parser, file, w);
    case HC_CONTAINER_STATA: return readstat_parse_dta(parser, file, w);
    case HC_CONTAINER_SAS: return readstat_parse_sas7bdat(parser, file, w);
    default: return readstat_parse_xport(parser, file, w);
  }
}

/* Twice through the file: labels may come after the values. */
static readstat_error_t read_twice(struct work *w, const char *file) {
  readstat_error_t error = READSTAT_ERROR_MALLOC;
  for (int pass = 0; pass < 2; pass++) {
    readstat_parser_t *parser = readstat_parser_init();
    if (!parser) return READSTAT_ERROR_MALLOC;
    readstat_set_metadata_handler(parser, note_metadata);
    readstat_set_variable_handler(parser, note_variable);
    if (pass == 0) readstat_set_value_label_handler(parser, note_label);
    if (pass == 1) readstat_set_value_handler(parser, write_value);
    error = parse(parser, w, file);
    readstat_parser_free(parser);
    if (error != READSTAT_OK) return error;
    for (int i = 0; pass == 0 && i < w->n_variables; i++) {
      if (i) fputc(',', w->out);
      put_text(w, w->variable[i].name ? w->variable[i].name : "");
    }
    if (pass == 0) fputc('\n', w->out);
  }
  return error;
}

bool hc_statfile_write(hc_container kind, const char *file, FILE *out, FILE *complaints) {
  struct work w = {.out = out, .kind = kind};
  w.last = &w.labels;
  readstat_error_t error = read_twice(&w, file); /* the process ends next: nothing is freed */
  if (error != READSTAT_OK) fputs(readstat_error_message(error), complaints);
  return error == READSTAT_OK && fflush(out) == 0;
}

#endif
