/* What a row is, and what its columns mean, where nobody says so.
 *
 * Headings settle a reading by themselves only where they are the few that docs/files.md lists. Everything else has to be
 * proven by the values:
 *   count   the rows are distinct in all other columns, so that none stands for the people of another
 *   id      no value repeats
 *   lists   everybody is on some column, and every column has somebody alone: a sex or a yes/no answer has not, because
 *           whoever has it is on a list as well; or the names are one series (a1, a2, ...; dates; in_*)
 * A column of whole numbers without a role can be a count, an id or a number of times as well as an age: it is never
 * dropped while rows are counted as people. */
#include "io/readings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "io/roles.h"
#include "io/advice.h"
#include "io/headings.h"


enum kind { EMPTY, ROW_NUMBER, BINARY, WHOLE, NUMBER, TEXT, TOTAL, ATTRIBUTE };

struct judge {
  hc_reader *r;
  enum kind *kind;   /* [n_columns] */
  bool *mark, *kept; /* [n_columns] scratch for sets of columns */
  bool *lists;       /* [n_columns] the columns that can be lists */
  size_t history;    /* the column of histories, or HC_NO_COLUMN */
  size_t n_lists;
  bool series;       /* their names are one series, or begin with in_ */
  hc_codes codes;
  hc_layout by;      /* what --by names, and nothing else */
  size_t n;
  hc_layout reading[HC_MOST_READINGS];
  size_t place;      /* column that the error points at */
  char why[HC_MESSAGE_SIZE];
};

static size_t columns_of(const struct judge *j) { return j->r->n_columns; }

static const hc_look *look_at(const struct judge *j, size_t column) { return &j->r->look[column]; }

/* ---- kinds of columns ------------------------------------------------------------------------------------ */

static enum kind kind_of(const struct judge *j, size_t column) {
  const hc_look *look = look_at(j, column);
  size_t fields = look->blank + look->whole + look->real + look->text;
  bool coded = j->codes.yes[0] && hc_look_fits_codes(look, &j->codes);
  if (coded) return BINARY;
  if (look->blank == fields) return EMPTY;
  if (!look->key[0] && hc_sample_numbers_rows(&j->r->sample, column)) return ROW_NUMBER;
  /* words and blanks among them are mistakes worth pointing at; other numbers make it another kind */
  bool bits = look->zero_one > 0 && look->whole == look->zero_one && !look->real && 2 * look->zero_one >= fields;
  if (bits && !j->codes.yes[0]) return BINARY;
  if (2 * look->whole > fields) return WHOLE;
  if (2 * (look->whole + look->real) > fields) return NUMBER;
  return TEXT;
}

/* Words that mean yes and no, when at least two columns use the same and hold nothing else. */
static void find_codes(struct judge *j) {
  size_t best = 1;
  if (j->r->settings->roles.yes || j->r->settings->roles.no) {
    j->codes = hc_codes_stated(&j->r->settings->roles);
    hc_reader_code_bits(j->r, &j->codes);
    return;
  }
  for (const hc_codes *c = hc_heading_codes; c->yes[0]; c++) {
    size_t users = 0;
    bool yes = false;
    for (size_t k = 0; k < columns_of(j); k++) {
      users += hc_look_fits_codes(look_at(j, k), c);
      yes = yes || hc_look_holds_codes(look_at(j, k), c);
    }
    if (yes && users > best) best = users, j->codes = *c;
  }
  if (j->codes.yes[0]) hc_reader_code_bits(j->r, &j->codes);
}

static void find_kinds(struct judge *j) {
  find_codes(j);
  for (size_t k = 0; k < columns_of(j); k++) j->kind[k] = kind_of(j, k);
  for (size_t i = 0; i < j->by.n_by; i++) j->kind[j->by.by[i]] = ATTRIBUTE;
}

static bool is_named(const struct judge *j, size_t column, const char *const *words) {
  return look_at(j, column)->key[0] && hc_heading_have(words, look_at(j, column)->key);
}

/* The one column with such a heading; HC_NO_COLUMN for none, *several for more. */
static size_t named(const struct judge *j, const char *const *words, bool *several) {
  size_t found = HC_NO_COLUMN;
  *several = false;
  for (size_t k = 0; k < columns_of(j); k++) {
    if (!is_named(j, k, words) || j->kind[k] == ROW_NUMBER || j->kind[k] == ATTRIBUTE) continue;
    *several = *several || found != HC_NO_COLUMN;
    if (found == HC_NO_COLUMN) found = k;
  }
  return found;
}

static bool is_unique(const struct judge *j, size_t column) {
  return look_at(j, column)->blank == 0 && hc_sample_distinct(&j->r->sample, column) == j->r->sample.n_rows;
}

/* What tells the rows of a table of counts apart: lists, histories or numbers of times, and columns of a few words (sex,
 * month). Neither whole numbers nor what names single rows. */
static bool tells_rows_apart(const struct judge *j, size_t column, size_t but) {
  if (column == but) return false;
  if (j->kind[column] == BINARY || j->kind[column] == ATTRIBUTE || column == j->history) return true;
  return j->kind[column] == TEXT && 2 * hc_sample_distinct(&j->r->sample, column) <= j->r->sample.n_rows;
}

/* Whether the rows differ without this column; times: a column that counts among those that tell them apart. */
static bool differ_without(struct judge *j, size_t but, size_t times) {
  for (size_t k = 0; k < columns_of(j); k++) j->mark[k] = k == times || tells_rows_apart(j, k, but);
  return hc_sample_rows_differ(&j->r->sample, j->mark);
}

/* ---- readings -------------------------------------------------------------------------------------------- */

static hc_layout *add(struct judge *j, hc_shape shape) {
  hc_shape asked = j->r->settings->shape, ordered = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS;
  bool possible = asked == HC_SHAPE_AUTO || asked == shape || ((asked & ordered) && (shape & ordered));
  if (j->n == HC_MOST_READINGS || !possible) return NULL;
  j->reading[j->n] = hc_layout_blank(shape);
  return &j->reading[j->n++];
}

static void add_lists(struct judge *j, const bool *lists, size_t count, size_t id) {
  hc_layout *layout = add(j, HC_SHAPE_LISTS);
  if (!layout) return;
  layout->codes = j->codes;
  for (size_t k = 0; k < columns_of(j); k++)
    if (lists[k] && layout->n_lists < HC_MAX_LISTS) layout->list[layout->n_lists++] = k;
  layout->count = count;
  layout->id = count == HC_NO_COLUMN ? id : HC_NO_COLUMN;
  layout->shape = hc_layout_shape_of_lists(j->r, layout);
  if ((j->r->settings->shape & (HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS)) != 0) layout->shape = j->r->settings->shape;
}

static void add_times(struct judge *j, size_t times, size_t count, size_t id) {
  hc_layout *layout = add(j, HC_SHAPE_COUNTS);
  if (!layout) return;
  layout->times = times;
  layout->count = count;
  layout->id = count == HC_NO_COLUMN ? id : HC_NO_COLUMN;
}

static void add_history(struct judge *j, size_t history, size_t count, size_t id) {
  hc_layout *layout = add(j, HC_SHAPE_OCCASIONS);
  if (!layout) return;
  if (j->r->settings->shape == HC_SHAPE_LISTS) layout->shape = HC_SHAPE_LISTS;
  layout->history = history;
  layout->count = count;
  layout->id = count == HC_NO_COLUMN ? id : HC_NO_COLUMN;
}

static void add_membership(struct judge *j, size_t id, size_t list) {
  hc_layout *layout = add(j, HC_SHAPE_MEMBERSHIP);
  if (!layout) return;
  layout->id = id;
  layout->membership = list;
}

HC_PRINTF(3, 4) static void because(struct judge *j, size_t column, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  j->place = column;
  hc_format_list(j->why, sizeof j->why, format, arguments);
  va_end(arguments);
}

/* Each column of whole numbers without a role as what it can be, then left out. add_one adds a reading of the rows with
 * this count and this id. */
static void add_each_whole(struct judge *j, size_t known, void (*add_one)(struct judge *, size_t count, size_t id)) {
  for (size_t k = 0; k < columns_of(j); k++)
    if (j->kind[k] == WHOLE && k != known && differ_without(j, k, HC_NO_COLUMN)) add_one(j, k, HC_NO_COLUMN);
  bool some_id = false;
  for (size_t k = 0; k < columns_of(j); k++) {
    bool can_be = (j->kind[k] == WHOLE || is_named(j, k, hc_heading_id)) && k != known && is_unique(j, k);
    if (can_be && !some_id) add_one(j, HC_NO_COLUMN, k), some_id = true;
  }
  if (!some_id) add_one(j, HC_NO_COLUMN, HC_NO_COLUMN);
}

/* ---- ids -------------------------------------------------------------------------------------------------- */

/* The id by its heading, where its values are distinct. */
static size_t proven_id(const struct judge *j) {
  bool several;
  size_t id = named(j, hc_heading_id, &several);
  return id != HC_NO_COLUMN && is_unique(j, id) ? id : HC_NO_COLUMN;
}

/* A column that looks like an id and repeats: the same people several times, or only a name of something else. */
static size_t repeated_id(const struct judge *j, size_t but) {
  for (size_t k = 0; k < columns_of(j); k++) {
    size_t different = hc_sample_distinct(&j->r->sample, k), rows = j->r->sample.n_rows;
    bool nearly = j->kind[k] == TEXT && 2 * different > rows;
    if (k != but && different < rows && (nearly || is_named(j, k, hc_heading_id)) && j->kind[k] != BINARY &&
        look_at(j, k)->blank == 0)
      return k;
  }
  return HC_NO_COLUMN;
}

/* ---- lists ------------------------------------------------------------------------------------------------ */

/* The columns that can be lists, all of them; those named in_* alone where there are any. True where their names are one
 * series. */
static bool find_lists(struct judge *j, size_t count) {
  bool prefixed = false, series = true;
  size_t binary = 0;
  for (size_t k = 0; k < columns_of(j); k++) binary += j->kind[k] == BINARY && k != count;
  for (size_t k = 0; k < columns_of(j); k++) {
    j->lists[k] = j->kind[k] == BINARY && k != count && !is_named(j, k, hc_heading_id) &&
                  (binary > 1 || !is_named(j, k, hc_heading_times_of_people));
    prefixed = prefixed || (j->lists[k] && hc_heading_is_in(look_at(j, k)->key));
  }
  j->n_lists = 0;
  size_t first = HC_NO_COLUMN;
  for (size_t k = 0; k < columns_of(j); k++) {
    if (prefixed) j->lists[k] = j->lists[k] && hc_heading_is_in(look_at(j, k)->key);
    if (!j->lists[k]) continue;
    if (first == HC_NO_COLUMN) first = k;
    else series = series && hc_heading_in_series(look_at(j, first)->key, look_at(j, k)->key);
    j->n_lists++;
  }
  return (prefixed || series) && j->n_lists > 0;
}

/* The columns that nobody has alone are not lists: a further reading without them. */
static void add_without_the_doubtful(struct judge *j, const hc_presence *p, size_t count, size_t id) {
  size_t place = 0, left = 0;
  for (size_t k = 0; k < columns_of(j); k++) {
    j->kept[k] = j->lists[k] && p->alone[place++];
    left += j->kept[k];
  }
  if (left >= 2) add_lists(j, j->kept, count, id);
}

static void add_series_alone(struct judge *j, size_t count, size_t id) {
  size_t n = 0;
  for (size_t k = 0; k < columns_of(j); k++) {
    size_t fellows = 0;
    for (size_t i = 0; i < columns_of(j); i++)
      fellows += j->lists[k] && j->lists[i] && i != k && hc_heading_in_series(look_at(j, k)->key, look_at(j, i)->key);
    j->kept[k] = fellows > 0;
    n += j->kept[k];
  }
  if (n >= 2 && n < j->n_lists) add_lists(j, j->kept, count, id);
}

/* The one reading that there is so far, as the codes are usually written and turned round. */
static void add_both_codings(struct judge *j) {
  if (j->n != 1) return;
  hc_codes usual = j->codes;
  if (!usual.yes[0]) usual = (hc_codes){.yes = "1", .no = "0"};
  hc_codes turned = usual;
  memcpy(turned.yes, usual.no, sizeof turned.yes);
  memcpy(turned.no, usual.yes, sizeof turned.no);
  j->reading[1] = j->reading[0];
  j->reading[0].codes = usual;
  j->reading[1].codes = turned;
  j->n = 2;
}

/* Whether the values prove that the marked columns are the lists, all of them and nothing else. */
static bool lists_are_proven(struct judge *j, size_t count, size_t id) {
  hc_presence p;
  size_t place = 0, doubtful = HC_NO_COLUMN;
  hc_sample_presence(&j->r->sample, j->lists, count, &p);
  if (p.nobody && !p.everybody && !j->codes.stated) {
    add_both_codings(j);
    because(j, 0, "people are recorded on no list and nobody is on all of them: what do the codes mean? --yes and --no say "
            "it (--yes 0 --no 1 where 0 means found)");
    return false;
  }
  if (j->series || !p.somebody) return true;
  for (size_t k = 0; k < columns_of(j); k++)
    if (j->lists[k] && !p.alone[place++] && doubtful == HC_NO_COLUMN) doubtful = k;
  bool unmet = p.nobody && count == HC_NO_COLUMN;
  if (doubtful == HC_NO_COLUMN && !unmet) return true;
  if (unmet)
    because(j, 0, "some people are on no list, so nothing proves which columns of 0 and 1 are lists");
  else
    because(j, doubtful, "nobody has '%s' alone, so nothing proves that it is a list and not a trait of people",
            look_at(j, doubtful)->name);
  add_without_the_doubtful(j, &p, count, id);
  add_series_alone(j, count, id);
  return false;
}

static void add_lists_with(struct judge *j, size_t count, size_t id) { add_lists(j, j->lists, count, id); }

/* A column that tells in every row on how many lists the person is. */
static void find_totals(struct judge *j) {
  for (size_t k = 0; k < columns_of(j); k++) {
    if (j->kind[k] != WHOLE || !hc_sample_sums(&j->r->sample, k, j->lists)) continue;
    j->kind[k] = TOTAL;
    hc_reader_remark(j->r, "column '%s' is the number of lists in every row, and left out", look_at(j, k)->name);
  }
}

static size_t count_kind(const struct judge *j, enum kind kind, size_t but, size_t and_but) {
  size_t n = 0;
  for (size_t k = 0; k < columns_of(j); k++) n += j->kind[k] == kind && k != but && k != and_but;
  return n;
}

static size_t first_of(const struct judge *j, enum kind kind, size_t but, size_t and_but) {
  for (size_t k = 0; k < columns_of(j); k++)
    if (j->kind[k] == kind && k != but && k != and_but) return k;
  return 0;
}

/* Two columns or more that hold the same two numbers, and those are not 0 and 1: codes that nobody explained. */
static bool judge_unknown_codes(struct judge *j) {
  size_t like = 0, first = HC_NO_COLUMN;
  if (j->codes.stated) return false;
  for (size_t k = 0; k < columns_of(j); k++) {
    const hc_look *look = look_at(j, k);
    if (j->kind[k] != WHOLE || look->n_words != 2 || hc_sample_distinct(&j->r->sample, k) != 2) continue;
    if (first == HC_NO_COLUMN) first = k;
    const hc_look *one = look_at(j, first);
    bool same = (strcmp(one->word[0], look->word[0]) == 0 && strcmp(one->word[1], look->word[1]) == 0) ||
                (strcmp(one->word[0], look->word[1]) == 0 && strcmp(one->word[1], look->word[0]) == 0);
    like += same;
  }
  if (like < 2) return false;
  const hc_look *one = look_at(j, first);
  because(j, first, "column '%s' and others hold only %s and %s: which means on the list? --yes and --no say it (--yes %s --no %s, or "
          "--yes %s --no %s)", one->name, one->word[0], one->word[1], one->word[0], one->word[1], one->word[1], one->word[0]);
  return true;
}

/* True when lists are what the file has: then the readings are in j, exactly one where it is proven. */
static bool judge_lists(struct judge *j) {
  bool several;
  size_t count = named(j, hc_heading_count, &several), id = proven_id(j);
  j->series = find_lists(j, count);
  if (j->n_lists < 2 && !(j->n_lists == 1 && count != HC_NO_COLUMN)) return false;
  if (j->n_lists > HC_MAX_LISTS) {
    because(j, 0, "expected at most %d columns of 0 and 1, found %zu", HC_MAX_LISTS, j->n_lists);
    return true;
  }
  find_totals(j);
  size_t loose = count_kind(j, WHOLE, count, id);
  if (several || loose > 0) {
    size_t place = several ? count : first_of(j, WHOLE, count, id);
    because(j, place, "nothing proves what '%s' is: how many people a row stands for, an id, or a trait of people",
            look_at(j, place)->name);
    add_each_whole(j, HC_NO_COLUMN, add_lists_with);
    return true;
  }
  size_t again = count == HC_NO_COLUMN ? repeated_id(j, HC_NO_COLUMN) : HC_NO_COLUMN;
  if (again != HC_NO_COLUMN) {
    because(j, again, "values of '%s' repeat: are rows with the same one about the same person?", look_at(j, again)->name);
    add_lists(j, j->lists, HC_NO_COLUMN, again);
    if (j->n) j->reading[j->n - 1].union_of_ids = true;
    add_lists(j, j->lists, HC_NO_COLUMN, HC_NO_COLUMN);
    return true;
  }
  add_lists(j, j->lists, count, id);
  if (!lists_are_proven(j, count, id)) return true;
  if (count != HC_NO_COLUMN && !differ_without(j, count, HC_NO_COLUMN)) {
    because(j, count, "rows repeat with different numbers in '%s': does it count people, or describe the person of the row?",
            look_at(j, count)->name);
    add_lists(j, j->lists, HC_NO_COLUMN, HC_NO_COLUMN);
  }
  return true;
}

/* The two columns that are not empty and do not number the rows; false for another number of them. */
static bool two_columns(const struct judge *j, size_t two[2]) {
  size_t n = 0;
  for (size_t k = 0; k < columns_of(j); k++) {
    if (j->kind[k] == EMPTY || j->kind[k] == ROW_NUMBER) continue;
    if (n < 2) two[n] = k;
    n++;
  }
  return n == 2;
}

/* ---- numbers of times ------------------------------------------------------------------------------------- */

/* Its heading says that a column is a number of times met: beside a number of people, or by itself. */
static size_t named_times(const struct judge *j, bool *several) {
  bool counts;
  if (named(j, hc_heading_count, &counts) != HC_NO_COLUMN || named(j, hc_heading_beside_times, &counts) != HC_NO_COLUMN)
    return named(j, hc_heading_times_of_people, several);
  return named(j, hc_heading_times, several);
}

/* An id that repeats: its rows are meetings, and another column says where or when. */
static bool add_repeated_id(struct judge *j) {
  bool several;
  size_t id = named(j, hc_heading_id, &several);
  if (id == HC_NO_COLUMN || is_unique(j, id)) return false;
  because(j, id, "'%s' repeats, so a row is a meeting and not a person: nothing proves which column says where or when",
          look_at(j, id)->name);
  for (size_t k = 0; k < columns_of(j); k++)
    if (k != id && (j->kind[k] == WHOLE || j->kind[k] == TEXT)) add_membership(j, id, k);
  return true;
}

static bool judge_times(struct judge *j) {
  bool several_times, several_counts;
  size_t times = named_times(j, &several_times), count = named(j, hc_heading_count, &several_counts);
  if (count == HC_NO_COLUMN) count = named(j, hc_heading_beside_times, &several_counts);
  size_t id = proven_id(j), whole = count_kind(j, WHOLE, HC_NO_COLUMN, HC_NO_COLUMN);
  if (times == HC_NO_COLUMN && !whole) return false;
  if (times != HC_NO_COLUMN && count == times) count = HC_NO_COLUMN;
  size_t loose = count_kind(j, WHOLE, times, count) - (id != HC_NO_COLUMN && j->kind[id] == WHOLE && id != times);
  if (times != HC_NO_COLUMN && !several_times && !several_counts && loose == 0) {
    add_times(j, times, count, count == HC_NO_COLUMN ? id : HC_NO_COLUMN);
    return true;
  }
  size_t two[2];
  because(j, times != HC_NO_COLUMN ? times : first_of(j, WHOLE, HC_NO_COLUMN, HC_NO_COLUMN),
          "nothing proves what the whole numbers are: how often somebody was met, how many people, an id, or something else");
  if (times == HC_NO_COLUMN && add_repeated_id(j)) return true;
  if (times == HC_NO_COLUMN && two_columns(j, two) && whole == 2 && !is_unique(j, two[0]) && !is_unique(j, two[1])) {
    add_membership(j, two[0], two[1]);
    add_membership(j, two[1], two[0]);
    return true;
  }
  for (size_t t = 0; t < columns_of(j); t++) {
    if (j->kind[t] != WHOLE || (times != HC_NO_COLUMN && !several_times && t != times)) continue;
    for (size_t c = 0; c < columns_of(j); c++)
      if (c != t && j->kind[c] == WHOLE && (count == HC_NO_COLUMN || several_counts || c == count) &&
          differ_without(j, c, t))
        add_times(j, t, c, HC_NO_COLUMN);
    size_t who = HC_NO_COLUMN;
    for (size_t c = 0; c < columns_of(j) && who == HC_NO_COLUMN; c++)
      if (c != t && (j->kind[c] == WHOLE || is_named(j, c, hc_heading_id)) && is_unique(j, c)) who = c;
    if (count == HC_NO_COLUMN) add_times(j, t, HC_NO_COLUMN, who);
  }
  return true;
}

/* ---- several lists in one field ---------------------------------------------------------------------------- */

/* A heading that says list, + in some fields, and people counted beside it. */
static bool judge_names(struct judge *j) {
  bool several_lists, several_counts;
  size_t names = named(j, hc_heading_list, &several_lists), count = named(j, hc_heading_count, &several_counts);
  if (names == HC_NO_COLUMN || several_lists || !look_at(j, names)->plus || count == HC_NO_COLUMN || several_counts) return false;
  if (count_kind(j, WHOLE, count, names) > 0) return false;
  hc_layout *layout = add(j, HC_SHAPE_LISTS);
  if (!layout) return false;
  layout->names = names;
  layout->count = count;
  j->history = names; /* what tells the rows apart */
  return true;
}

/* ---- membership ------------------------------------------------------------------------------------------- */

static bool judge_membership(struct judge *j) {
  size_t two[2];
  bool several_ids, several_lists;
  size_t id_named = named(j, hc_heading_id, &several_ids), list_named = named(j, hc_heading_list, &several_lists);
  if (id_named != HC_NO_COLUMN && list_named != HC_NO_COLUMN && !several_ids && !several_lists &&
      count_kind(j, WHOLE, id_named, list_named) == 0) {
    add_membership(j, id_named, list_named);
    return true;
  }
  if (!two_columns(j, two)) return false;
  size_t rows = j->r->sample.n_rows;
  for (size_t i = 0; i < 2; i++) {
    size_t id = two[1 - i], list = two[i];
    if (!is_named(j, list, hc_heading_list) || is_named(j, id, hc_heading_list)) continue;
    add_membership(j, id, list);
    return true;
  }
  if (j->kind[two[0]] != TEXT && j->kind[two[1]] != TEXT) return false;
  if (is_unique(j, two[0]) && is_unique(j, two[1])) return false; /* nobody would be on two lists */
  for (size_t i = 0; i < 2; i++) {
    size_t id = two[1 - i], list = two[i];
    bool named_id = is_named(j, id, hc_heading_id) && !is_named(j, list, hc_heading_id);
    size_t lists = hc_sample_distinct(&j->r->sample, list), ids = hc_sample_distinct(&j->r->sample, id);
    /* numbers that fewer names share are things, and the names are who found them; unless the numbers say when */
    bool numbered = j->kind[list] == TEXT && j->kind[id] == WHOLE && !hc_heading_is_when(look_at(j, id)->key);
    if ((named_id && j->kind[list] == TEXT && lists < ids) || (numbered && 2 * lists <= rows && lists < ids)) {
      add_membership(j, id, list);
      return true;
    }
  }
  because(j, two[0], "nothing proves which of '%s' and '%s' is the person, and which the list", look_at(j, two[0])->name,
          look_at(j, two[1])->name);
  add_membership(j, two[0], two[1]);
  add_membership(j, two[1], two[0]);
  return true;
}

/* ---- histories -------------------------------------------------------------------------------------------- */

static size_t find_history(const struct judge *j) {
  bool several;
  size_t history = named(j, hc_heading_history, &several);
  for (size_t k = 0; history == HC_NO_COLUMN && k < columns_of(j); k++)
    if (look_at(j, k)->history_length > 1 && look_at(j, k)->leading_zero) history = k;
  return history;
}

static void add_history_with(struct judge *j, size_t count, size_t id) { add_history(j, j->history, count, id); }

static bool judge_history(struct judge *j) {
  bool several;
  size_t history = find_history(j), count = named(j, hc_heading_count, &several), id = proven_id(j);
  if (history == HC_NO_COLUMN) return false;
  j->kind[history] = TEXT;
  j->history = history;
  if (several || count_kind(j, WHOLE, count, id) > 0) {
    size_t place = several ? count : first_of(j, WHOLE, count, id);
    because(j, place, "nothing proves what '%s' is: how many people a row stands for, an id, or a trait of people",
            look_at(j, place)->name);
    add_each_whole(j, history, add_history_with);
  } else {
    add_history(j, history, count, id);
    if (count != HC_NO_COLUMN && !differ_without(j, count, HC_NO_COLUMN)) {
      because(j, count, "rows repeat with different numbers in '%s': does it count people, or describe the person of the "
              "row?", look_at(j, count)->name);
      add_history(j, history, HC_NO_COLUMN, HC_NO_COLUMN);
    }
  }
  return true;
}

/* ---- the verdict ------------------------------------------------------------------------------------------- */

static hc_status fail_unknown(struct judge *j, hc_error *err) {
  char names[200];
  hc_reader_all_names(j->r, names, sizeof names);
  return hc_csv_fail(&j->r->csv, 0, err, "expected columns of 0 and 1 (lists), a number of times met, or id and list, found %s "
                     "%s: --lists, --times, --history, or --id with --list-column say what is what",
                     columns_of(j) == 1 ? _("only the column") : _("the columns"), names);
}

static hc_status decide(struct judge *j, hc_error *err) {
  hc_shape asked = j->r->settings->shape, all = HC_SHAPE_AUTO;
  bool ordered = asked == all || (asked & (HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS));
  bool found = ordered && (judge_names(j) || judge_history(j) || judge_unknown_codes(j) || judge_lists(j)), several;
  bool times = named_times(j, &several) != HC_NO_COLUMN;
  found = found || (times && (asked == all || asked == HC_SHAPE_COUNTS) && judge_times(j));
  found = found || ((asked == all || asked == HC_SHAPE_MEMBERSHIP) && judge_membership(j));
  found = found || ((asked == all || asked == HC_SHAPE_COUNTS) && judge_times(j));
  if (!found || (j->n == 0 && !j->why[0])) return fail_unknown(j, err);
  if (j->why[0]) return hc_advice_refuse(j->r, j->reading, j->n, j->place, j->why, err);
  hc_layout *layout = &j->r->layout;
  *layout = j->reading[0];
  for (size_t k = 0; k < columns_of(j); k++) j->r->look[k].tells_apart = tells_rows_apart(j, k, layout->count);
  layout->distinct = layout->count != HC_NO_COLUMN && layout->shape != HC_SHAPE_COUNTS;
  layout->all_on_some = layout->n_lists > 0 && layout->count == HC_NO_COLUMN && !j->series;
  return HC_OK;
}

hc_status hc_readings_choose(hc_reader *reader, hc_error *err) {
  struct judge j = {.r = reader, .history = HC_NO_COLUMN};
  j.kind = calloc(reader->n_columns, sizeof *j.kind);
  j.mark = calloc(reader->n_columns, sizeof *j.mark);
  j.lists = calloc(reader->n_columns, sizeof *j.lists);
  j.kept = calloc(reader->n_columns, sizeof *j.kept);
  hc_status status = j.kind && j.mark && j.lists && j.kept ? HC_OK : hc_fail(err, HC_ENOMEM, "out of memory while reading");
  j.by = hc_layout_blank(HC_SHAPE_LISTS);
  if (status == HC_OK) status = hc_roles_take_by(reader, &j.by, err);
  if (status == HC_OK) {
    find_kinds(&j);
    status = decide(&j, err);
  }
  free(j.kind);
  free(j.mark);
  free(j.lists);
  free(j.kept);
  return status;
}
