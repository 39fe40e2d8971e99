/* What the columns of a file mean, from their names and from the sample. Where two readings are possible
 * the file is refused with the option that settles it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/read.h"

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *const *const count_words =
    WORDS("count", "counts", "freq", "frequency", "fréquence", "frequence", "n", "individuals", "individus", "nombre",
          "effectif", "effectifs", "people", "persons", "personnes", "workers", "no_ind");
static const char *const *const counted_words = /* beside a number of times, also these mean people */
    WORDS("observed", "n_j", "n_k", "f_k", "f_j", "fk", "nk", "cnt_workers", "var2");
static const char *const *const times_words =
    WORDS("times", "times_captured", "times_seen", "times_met", "times_caught", "capture", "captures", "capture_class",
          "captured", "nbcap", "ncap", "n_captures", "nb_captures", "k", "j", "cnt_tasks", "index", "fois",
          "sightings", "visits", "visites");
static const char *const *const id_words =
    WORDS("", "id", "ids", "pid", "uid", "person", "person_id", "personne", "individu", "worker", "worker_id", "user",
          "user_id", "identifiant", "row", "rowid", "row_names", "no", "nr", "nom", "name", "code");
static const char *const *const list_words =
    WORDS("list", "lists", "liste", "source", "register", "registre", "platform", "plateforme", "site", "occasion");
static const char *const *const history_words =
    WORDS("ch", "history", "histories", "hist", "capture_history", "encounter_history", "histoire", "historique");

static bool is_word(const char *key, const char *const *words) {
  for (; *words; words++)
    if (strcmp(key, *words) == 0) return true;
  return false;
}

static size_t find_word(const hc_reader *r, const char *const *words) {
  for (; *words; words++)
    for (size_t j = 0; j < r->n_columns; j++)
      if (r->look[j].key[0] && strcmp(r->look[j].key, *words) == 0) return j;
  return HC_NO_COLUMN;
}

/* By the name as written: `m` is not `M`. */
static size_t find_name(const hc_reader *r, const char *name) {
  for (size_t j = 0; j < r->n_columns; j++)
    if (strcmp(r->look[j].name, name) == 0) return j;
  return HC_NO_COLUMN;
}

static size_t fields_of(const hc_look *look) { return look->blank + look->whole + look->real + look->text; }

/* Half 0 and 1 or more: then anything else in the column is an error worth pointing at. */
static bool is_zero_one(const hc_look *look) { return look->zero_one > 0 && 2 * look->zero_one >= fields_of(look); }
static bool is_whole(const hc_look *look) { return !is_zero_one(look) && 2 * look->whole > fields_of(look); }
static bool is_text(const hc_look *look) { return 2 * look->text > fields_of(look); }

static hc_layout blank_layout(hc_shape shape) {
  hc_layout layout = {.shape = shape};
  layout.count = layout.history = layout.times = layout.id = layout.membership = HC_NO_COLUMN;
  layout.n1 = layout.n2 = layout.m = layout.lag = layout.date_before = layout.date = HC_NO_COLUMN;
  layout.caught = layout.recaptured = layout.released = layout.label = HC_NO_COLUMN;
  return layout;
}

/* ---- names of columns that come in a series ----------------------------------------------------------- */

/* The text before the number at the end of a name; SIZE_MAX when it does not end with a number. */
static size_t stem_length(const char *key) {
  size_t n = strlen(key), k = n;
  while (k > 0 && key[k - 1] >= '0' && key[k - 1] <= '9') k--;
  return k < n ? k : SIZE_MAX;
}

static bool same_stem(const char *a, const char *b) {
  size_t n = stem_length(a);
  return n != SIZE_MAX && n == stem_length(b) && strncmp(a, b, n) == 0;
}

/* The stem that most 0/1 columns share (at least two), as the index of a column that has it. */
static size_t find_series(const hc_reader *r) {
  size_t best = HC_NO_COLUMN, most = 1;
  for (size_t j = 0; j < r->n_columns; j++) {
    size_t n = 0;
    for (size_t i = 0; i < r->n_columns; i++)
      n += is_zero_one(&r->look[i]) && same_stem(r->look[i].key, r->look[j].key);
    if (n > most) most = n, best = j;
  }
  return best;
}

static bool is_date(const char *s) {
  static const char *const forms[] = {"9999-99-99", "9999_99_99", "x9999_99_99", "9999-99", "9999_99", "9999", "x9999",
                                      "9999q9", "9999_q9"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    size_t k = 0;
    while (forms[i][k] && s[k] && (forms[i][k] == '9' ? s[k] >= '0' && s[k] <= '9' : s[k] == forms[i][k])) k++;
    if (!forms[i][k] && !s[k]) return true;
  }
  return false;
}

/* A name that says when. */
static bool says_when(const char *key) {
  const char *const *const ordinals =
      WORDS("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth");
  const char *const *const stems =
      WORDS("occ", "occasion", "t", "time", "day", "s", "sample", "q", "quarter", "w", "week", "month", "year", "period",
            "session", "visit", "wave", "vague", "jour", "semaine", "mois", "trimestre", "annee", "passage");
  if (is_word(key, ordinals) || is_date(key)) return true;
  char stem[16];
  size_t n = stem_length(key);
  if (n == SIZE_MAX || n == 0 || n >= sizeof stem) return false;
  memcpy(stem, key, n);
  stem[n - (key[n - 1] == '_')] = 0;
  return is_word(stem, stems);
}

/* ---- lists and occasions ------------------------------------------------------------------------------ */

static bool is_id_name(const hc_look *look) { return is_word(look->key, id_words); }

static size_t find_count(const hc_reader *r) { return find_word(r, count_words); }

static void choose_prefixed(const hc_reader *r, bool *chosen, size_t *n) {
  for (size_t j = 0; j < r->n_columns; j++) *n += chosen[j] = strncmp(r->look[j].key, "in_", 3) == 0;
}

/* in_* columns; else a numbered series; else all that are 0/1. */
static size_t choose_lists(const hc_reader *r, size_t count, bool *chosen, bool *special) {
  size_t n = 0, series = find_series(r);
  choose_prefixed(r, chosen, &n);
  *special = n >= 1;
  if (*special) return n;
  size_t in_series = 0;
  for (size_t j = 0; j < r->n_columns; j++) {
    bool possible = j != count && !is_id_name(&r->look[j]);
    chosen[j] = possible && series != HC_NO_COLUMN && same_stem(r->look[j].key, r->look[series].key);
    in_series += chosen[j];
  }
  *special = in_series > 0;
  if (*special) return in_series;
  for (size_t j = 0; j < r->n_columns; j++)
    n += chosen[j] = j != count && !is_id_name(&r->look[j]) && is_zero_one(&r->look[j]);
  return n;
}

static hc_status fail_two_readings(const hc_reader *r, size_t j, hc_error *err) {
  return hc_csv_fail(&r->csv, j, err,
                     "expected to know what the numbers in column '%s' are, found no name that tells: name it 'count' "
                     "if they count people, leave it out if they do not", r->look[j].name);
}

/* The one column of whole numbers that has no other meaning counts the people, if all others are lists.
 * Beside other columns it may as well be an age: refused, unless the lists' names set them apart. */
static hc_status find_unnamed_count(const hc_reader *r, hc_layout *layout, const bool *chosen, bool special,
                                    hc_error *err) {
  size_t whole = HC_NO_COLUMN, n_whole = 0, others = 0;
  for (size_t j = 0; j < r->n_columns; j++) {
    if (chosen[j] || is_id_name(&r->look[j])) continue;
    if (is_whole(&r->look[j])) whole = j, n_whole++;
    else others++;
  }
  if (n_whole == 1 && others == 0) layout->count = whole;
  else if (n_whole > 0 && !special) return fail_two_readings(r, whole, err);
  return HC_OK;
}

static hc_status fail_too_many(const hc_reader *r, size_t n, hc_error *err) {
  return hc_csv_fail(&r->csv, 0, err, "expected at most %d columns of 0 and 1, found %zu", HC_MAX_LISTS, n);
}

static hc_status lay_out_lists(const hc_reader *r, hc_layout *layout, bool *found, hc_error *err) {
  bool special, *chosen = calloc(r->n_columns, sizeof *chosen);
  if (!chosen) return hc_fail(err, HC_ENOMEM, "out of memory");
  hc_status status = HC_OK;
  *layout = blank_layout(HC_SHAPE_LISTS);
  layout->count = find_count(r);
  size_t n = choose_lists(r, layout->count, chosen, &special), dated = 0;
  /* One such column and nothing to count: likelier a number of times met, or anything. */
  *found = n > 1 || (n == 1 && (layout->count != HC_NO_COLUMN || r->settings->shape != HC_SHAPE_AUTO));
  if (!*found) n = 0;
  if (n > HC_MAX_LISTS) status = fail_too_many(r, n, err);
  else if (n > 0 && layout->count == HC_NO_COLUMN) status = find_unnamed_count(r, layout, chosen, special, err);
  for (size_t j = 0; status == HC_OK && j < r->n_columns; j++) {
    if (!chosen[j]) continue;
    layout->list[layout->n_lists++] = j;
    dated += says_when(r->look[j].key);
  }
  /* A whole-number column with some 0 and 1 that is neither list nor count may be a list with errors in it. */
  for (size_t j = 0; status == HC_OK && n > 0 && !special && j < r->n_columns; j++)
    if (!chosen[j] && j != layout->count && !is_id_name(&r->look[j]) && is_whole(&r->look[j]) &&
        r->look[j].zero_one > 0)
      layout->list[layout->n_lists < HC_MAX_LISTS ? layout->n_lists++ : 0] = j;
  if (n > 0 && dated == n) layout->shape = HC_SHAPE_OCCASIONS;
  free(chosen);
  return status;
}

/* One column of strings such as 0101. Digits alone look like numbers: a name or a leading 0 tells. */
static size_t find_history(const hc_reader *r) {
  size_t named = find_word(r, history_words);
  if (named != HC_NO_COLUMN) return named;
  for (size_t j = 0; j < r->n_columns; j++)
    if (r->look[j].history_length > 1 && r->look[j].leading_zero) return j;
  return HC_NO_COLUMN;
}

static bool lay_out_history(const hc_reader *r, hc_layout *layout) {
  *layout = blank_layout(HC_SHAPE_OCCASIONS);
  layout->history = find_history(r);
  layout->count = find_count(r);
  if (layout->history == HC_NO_COLUMN) return false;
  if (layout->count == HC_NO_COLUMN && r->n_columns == 2 && is_whole(&r->look[1 - layout->history]))
    layout->count = 1 - layout->history;
  return true;
}

/* ---- the other shapes --------------------------------------------------------------------------------- */

static bool lay_out_occasion_rows(const hc_reader *r, hc_layout *layout) {
  *layout = blank_layout(HC_SHAPE_OCCASIONS);
  layout->per_occasion = true;
  layout->caught = find_word(r, WORDS("caught", "catch"));
  layout->recaptured = find_word(r, WORDS("recaps", "recaptures", "recaptured"));
  layout->released = find_word(r, WORDS("retmarks", "released", "returned"));
  if (layout->caught == HC_NO_COLUMN && layout->recaptured == HC_NO_COLUMN) {
    layout->caught = find_name(r, "n");
    layout->recaptured = find_name(r, "m");
    layout->released = find_name(r, "R");
    if (layout->released == HC_NO_COLUMN && r->settings->shape != HC_SHAPE_OCCASIONS) return false;
  }
  layout->label = find_word(r, WORDS("date", "t", "occasion", "time", "day", "sample", "period"));
  return layout->caught != HC_NO_COLUMN && layout->recaptured != HC_NO_COLUMN;
}

static size_t find_start(const hc_reader *r, const char *start) {
  size_t n = strlen(start), found = HC_NO_COLUMN;
  for (size_t j = 0; j < r->n_columns; j++) {
    const char *key = r->look[j].key;
    if (strncmp(key, start, n) != 0 || (key[n] && key[n] != '_')) continue;
    if (found != HC_NO_COLUMN) return HC_NO_COLUMN;
    found = j;
  }
  return found;
}

static bool lay_out_pairs(const hc_reader *r, hc_layout *layout) {
  *layout = blank_layout(HC_SHAPE_PAIRS);
  layout->n1 = find_start(r, "n1");
  layout->n2 = find_start(r, "n2");
  layout->m = find_start(r, "m");
  if (layout->m == HC_NO_COLUMN) layout->m = find_word(r, WORDS("m", "m_both", "both", "m2"));
  layout->lag = find_word(r, WORDS("lag_days", "lag", "days", "gap_days"));
  layout->date = find_word(r, WORDS("groupb_start", "date", "date2", "recapture_date", "recaptured_on"));
  layout->date_before = find_word(r, WORDS("groupa_start", "date1", "capture_date"));
  return layout->n1 != HC_NO_COLUMN && layout->n2 != HC_NO_COLUMN && layout->m != HC_NO_COLUMN;
}

static hc_status check_pairs(const hc_reader *r, hc_layout *layout, hc_error *err) {
  bool timed = layout->date != HC_NO_COLUMN &&
               (layout->lag != HC_NO_COLUMN || layout->date_before != HC_NO_COLUMN);
  if (timed) return HC_OK;
  if (layout->lag == HC_NO_COLUMN && layout->date == HC_NO_COLUMN && r->sample_rows == 1) {
    layout->shape = HC_SHAPE_LISTS;
    layout->two_lists = true;
    return HC_OK;
  }
  return hc_csv_fail(&r->csv, 0, err,
                     "expected beside n1, n2 and m the days between the windows (column lag_days) and the date of the "
                     "second one (column date), found no column '%s'",
                     layout->date == HC_NO_COLUMN ? "date" : "lag_days");
}

static bool lay_out_counts(const hc_reader *r, hc_layout *layout) {
  bool forced = r->settings->shape == HC_SHAPE_COUNTS;
  *layout = blank_layout(HC_SHAPE_COUNTS);
  layout->times = find_word(r, times_words);
  layout->count = find_count(r);
  if (layout->count == HC_NO_COLUMN) layout->count = find_word(r, counted_words);
  if (layout->times != HC_NO_COLUMN && is_zero_one(&r->look[layout->times]) && !forced) {
    size_t zero_one = 0; /* a list that happens to be called k or index, among lists */
    for (size_t j = 0; j < r->n_columns; j++) zero_one += j != layout->count && is_zero_one(&r->look[j]);
    if (zero_one > 1) return false;
  }
  if (layout->times != HC_NO_COLUMN) return true;
  if (r->n_columns == 2 && is_whole(&r->look[0]) && r->look[0].rising && r->look[0].blank == 0 &&
      (is_whole(&r->look[1]) || is_zero_one(&r->look[1]) || layout->count == 1)) {
    layout->times = 0;
    layout->count = 1;
    return true;
  }
  if (!forced) return false;
  size_t whole = 0;
  for (size_t j = 0; j < r->n_columns; j++)
    if ((is_whole(&r->look[j]) || is_zero_one(&r->look[j])) && !is_id_name(&r->look[j])) layout->times = j, whole++;
  if (whole == 1) layout->count = HC_NO_COLUMN;
  return whole == 1;
}

/* Two columns of text or ids: the list is the one whose name says so, or the one with few different values. */
static bool lay_out_membership(const hc_reader *r, hc_layout *layout) {
  *layout = blank_layout(HC_SHAPE_MEMBERSHIP);
  if (r->n_columns != 2) return false;
  layout->membership = find_word(r, list_words);
  layout->id = layout->membership == HC_NO_COLUMN ? HC_NO_COLUMN : 1 - layout->membership;
  bool id_named = false;
  for (size_t j = 0; j < 2; j++) id_named = id_named || (r->look[j].key[0] && is_id_name(&r->look[j]));
  if (layout->membership != HC_NO_COLUMN)
    return id_named || is_text(&r->look[layout->membership]) || r->settings->shape == HC_SHAPE_MEMBERSHIP;
  size_t fewer = r->look[0].n_distinct < r->look[1].n_distinct ? 0 : 1;
  const hc_look *list = &r->look[fewer];
  layout->membership = fewer;
  layout->id = 1 - fewer;
  bool few = list->n_distinct < r->look[1 - fewer].n_distinct && 2 * list->n_distinct <= r->sample_rows;
  return r->settings->shape == HC_SHAPE_MEMBERSHIP || (is_text(list) && few && list->n_distinct < HC_DISTINCT_MAX);
}

/* Tables of the traffic family are known by their columns' names. */
static hc_shape table_shape(const hc_reader *r) {
  bool prevalence = find_word(r, WORDS("prevalence")) != HC_NO_COLUMN;
  if (prevalence && find_word(r, WORDS("country", "region")) != HC_NO_COLUMN) return HC_SHAPE_REGIONS;
  if (find_word(r, WORDS("platforms")) != HC_NO_COLUMN && find_word(r, WORDS("respondents")) != HC_NO_COLUMN)
    return HC_SHAPE_DEGREE;
  if (find_word(r, WORDS("estimate")) != HC_NO_COLUMN) return HC_SHAPE_ESTIMATES;
  if (find_word(r, WORDS("platform")) != HC_NO_COLUMN && r->n_columns > 2) return HC_SHAPE_PLATFORMS;
  return HC_SHAPE_AUTO;
}

/* ---- choosing ---------------------------------------------------------------------------------------- */

static hc_status fail_unknown(const hc_reader *r, const char *expected, hc_error *err) {
  char names[200];
  bool *all = malloc(r->n_columns * sizeof *all);
  if (!all) return hc_fail(err, HC_ENOMEM, "out of memory");
  for (size_t j = 0; j < r->n_columns; j++) all[j] = true;
  hc_reader_names(r, all, names, sizeof names);
  free(all);
  return hc_csv_fail(&r->csv, 0, err, "expected %s, found %s %s", expected,
                     r->n_columns == 1 ? "only the column" : "the columns", names);
}

static hc_status find_forced(hc_reader *r, hc_error *err) {
  hc_layout *layout = &r->layout;
  hc_shape shape = r->settings->shape;
  bool found = true;
  hc_status status = HC_OK;
  switch (shape) {
    case HC_SHAPE_COUNTS:
      return lay_out_counts(r, layout) ? HC_OK : fail_unknown(r, "a column with the times met (for example 'times') and "
                                                                 "one with the people (for example 'count')", err);
    case HC_SHAPE_MEMBERSHIP:
      return lay_out_membership(r, layout) ? HC_OK : fail_unknown(r, "two columns, id and list", err);
    case HC_SHAPE_PAIRS:
      return lay_out_pairs(r, layout) ? check_pairs(r, layout, err) : fail_unknown(r, "columns n1, n2, m, lag_days and date", err);
    case HC_SHAPE_LISTS:
    case HC_SHAPE_OCCASIONS:
      if (shape == HC_SHAPE_OCCASIONS && lay_out_occasion_rows(r, layout)) return HC_OK;
      if (shape == HC_SHAPE_LISTS && lay_out_pairs(r, layout)) return check_pairs(r, layout, err);
      if (!lay_out_history(r, layout)) status = lay_out_lists(r, layout, &found, err);
      layout->shape = shape;
      return status != HC_OK || found ? status : fail_unknown(r, "columns of 0 and 1", err);
    default: *layout = blank_layout(shape); return HC_OK;
  }
}

hc_status hc_layout_find(hc_reader *r, hc_error *err) {
  hc_layout *layout = &r->layout;
  bool found = false;
  if (r->settings->shape != HC_SHAPE_AUTO) return find_forced(r, err);
  *layout = blank_layout(table_shape(r));
  if (layout->shape != HC_SHAPE_AUTO) return HC_OK;
  if (lay_out_pairs(r, layout)) return check_pairs(r, layout, err);
  if (lay_out_occasion_rows(r, layout) || lay_out_history(r, layout) || lay_out_counts(r, layout)) return HC_OK;
  hc_status status = lay_out_lists(r, layout, &found, err);
  if (status != HC_OK || found || lay_out_membership(r, layout)) return status;
  return fail_unknown(r, "columns of 0 and 1, a column of times met beside one of people, or id and list (--shape "
                         "forces one)", err);
}
