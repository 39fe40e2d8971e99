/* Roles that the user states, and how a reading is stated. */
#include "io/roles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 512 };

bool hc_roles_stated(const hc_roles *r) {
  return r->lists || r->count || r->id || r->times || r->history || r->list_column;
}

/* ---- names of columns ---------------------------------------------------------------------------------- */

/* The next name of a list such as `A,"B, or so",#3`; false at the end. */
static bool next_name(const char **at, char name[NAME_SIZE]) {
  const char *s = *at;
  size_t n = 0;
  bool quoted = *s == '"';
  if (!*s) return false;
  for (s += quoted; *s; s++) {
    if (quoted && *s == '"' && s[1] != '"') break;
    if (!quoted && *s == ',') break;
    if (quoted && *s == '"') s++;
    if (n + 1 < NAME_SIZE) name[n++] = *s;
  }
  name[n] = 0;
  if (quoted && *s == '"') s++;
  *at = *s == ',' ? s + 1 : s;
  return true;
}

static size_t place_of(const char *name) {
  char *end;
  if (name[0] != '#' || name[1] < '1' || name[1] > '9') return 0;
  unsigned long place = strtoul(name + 1, &end, 10);
  return *end ? 0 : place;
}

static hc_status find(const hc_reader *r, const char *option, const char *name, size_t *column, hc_error *err) {
  char names[300];
  for (*column = 0; *column < r->n_columns; (*column)++)
    if (strcmp(r->look[*column].name, name) == 0) return HC_OK;
  size_t place = place_of(name);
  if (place > 0 && place <= r->n_columns) return *column = place - 1, HC_OK;
  hc_reader_all_names(r, names, sizeof names);
  return hc_fail(err, HC_EUSAGE, "--%s: there is no column '%s'; the columns are %s", option, name, names);
}

/* One column; HC_NO_COLUMN stays where the role is not stated. */
static hc_status take(const hc_reader *r, const char *option, const char *stated, size_t *column, hc_error *err) {
  char name[NAME_SIZE];
  if (!stated) return HC_OK;
  if (!next_name(&stated, name) || *stated)
    return hc_fail(err, HC_EUSAGE, "--%s takes the name of one column (in quotes where it holds a comma)", option);
  return find(r, option, name, column, err);
}

static hc_status take_lists(const hc_reader *r, const char *stated, hc_layout *layout, hc_error *err) {
  char name[NAME_SIZE];
  while (stated && next_name(&stated, name)) {
    size_t column;
    hc_status status = find(r, "lists", name, &column, err);
    if (status != HC_OK) return status;
    for (size_t i = 0; i < layout->n_lists; i++)
      if (layout->list[i] == column) return hc_fail(err, HC_EUSAGE, "--lists: column '%s' is named twice", name);
    if (layout->n_lists == HC_MAX_LISTS) return hc_fail(err, HC_EUSAGE, "--lists: more than %d columns", HC_MAX_LISTS);
    layout->list[layout->n_lists++] = column;
  }
  return HC_OK;
}

/* ---- from roles to a layout ----------------------------------------------------------------------------- */

static hc_status no_such_role(const hc_reader *r, const char *role, hc_error *err) {
  return hc_fail(err, HC_EUSAGE, "a file of the shape '%s' has no role --%s", hc_shape_name(r->settings->shape), role);
}

/* What one row is: the role that says so, and no two of them. */
static hc_status choose_shape(const hc_reader *r, hc_layout *layout, hc_error *err) {
  const hc_roles *s = &r->settings->roles;
  int kinds = !!s->lists + !!s->times + !!s->history + !!s->list_column;
  if (kinds > 1)
    return hc_fail(err, HC_EUSAGE, "a file has --lists, or --times, or --history, or --id with --list-column, not two of "
                   "them");
  if (kinds == 0)
    return hc_fail(err, HC_EUSAGE, "%s alone does not say how people were met: state --lists, --times, --history, or --id "
                   "with --list-column as well", s->count ? "--count" : "--id");
  if (s->list_column && s->id && s->count)
    return hc_fail(err, HC_EUSAGE, "a file with one row per person and list has no --count");
  if (s->list_column && !s->id) { /* several lists in one field */
    layout->names = layout->membership;
    layout->membership = HC_NO_COLUMN;
    layout->shape = HC_SHAPE_LISTS;
    return HC_OK;
  }
  layout->shape = s->times ? HC_SHAPE_COUNTS : s->list_column ? HC_SHAPE_MEMBERSHIP
                  : s->history                                ? HC_SHAPE_OCCASIONS
                                                              : hc_layout_shape_of_lists(r, layout);
  return HC_OK;
}

static hc_status agree_with_shape(const hc_reader *r, hc_layout *layout, hc_error *err) {
  const hc_roles *s = &r->settings->roles;
  hc_shape asked = r->settings->shape, ordered = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS;
  if (asked == HC_SHAPE_AUTO || asked == layout->shape) return HC_OK;
  if ((asked & ordered) && layout->shape == HC_SHAPE_MEMBERSHIP) return HC_OK; /* what it becomes */
  if ((asked & ordered) && (layout->shape & ordered)) return layout->shape = asked, HC_OK;
  return no_such_role(r, s->lists ? "lists" : s->times ? "times" : s->history ? "history" : "list-column", err);
}

hc_status hc_roles_lay_out(hc_reader *r, hc_error *err) {
  const hc_roles *s = &r->settings->roles;
  hc_layout *layout = &r->layout;
  *layout = hc_layout_blank(HC_SHAPE_AUTO);
  layout->stated = true;
  layout->union_of_ids = s->union_of_ids;
  hc_status status = take_lists(r, s->lists, layout, err);
  if (status == HC_OK) status = take(r, "count", s->count, &layout->count, err);
  if (status == HC_OK) status = take(r, "id", s->id, &layout->id, err);
  if (status == HC_OK) status = take(r, "times", s->times, &layout->times, err);
  if (status == HC_OK) status = take(r, "history", s->history, &layout->history, err);
  if (status == HC_OK) status = take(r, "list-column", s->list_column, &layout->membership, err);
  if (status == HC_OK) status = choose_shape(r, layout, err);
  if (status == HC_OK) status = agree_with_shape(r, layout, err);
  if (status != HC_OK) return status;
  if (layout->union_of_ids && (layout->id == HC_NO_COLUMN || !layout->n_lists))
    return hc_fail(err, HC_EUSAGE, "--repeated-ids union needs --id and --lists");
  if (layout->count != HC_NO_COLUMN && layout->id != HC_NO_COLUMN)
    return hc_fail(err, HC_EUSAGE, "a row is one person (--id) or stands for several (--count), not both");
  const size_t roles[] = {layout->count, layout->id, layout->times, layout->history, layout->membership, layout->names};
  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
    for (size_t k = 0; k < layout->n_lists; k++)
      if (roles[i] == layout->list[k])
        return hc_fail(err, HC_EUSAGE, "column '%s' has two roles", r->look[roles[i]].name);
    for (size_t k = 0; k < i; k++)
      if (roles[i] != HC_NO_COLUMN && roles[i] == roles[k])
        return hc_fail(err, HC_EUSAGE, "column '%s' has two roles", r->look[roles[i]].name);
  }
  return HC_OK;
}

/* Whose columns are attributes of people: --by, or else a formula. */
static const char *attributes_of(const hc_reader *r, const char **option) {
  const hc_roles *roles = &r->settings->roles;
  *option = roles->by ? "by" : "formula";
  return roles->by ? roles->by : r->settings->covariates;
}

hc_status hc_roles_take_by(const hc_reader *r, hc_layout *layout, hc_error *err) {
  char name[NAME_SIZE];
  const char *option, *stated = attributes_of(r, &option);
  if (r->settings->roles.by && r->settings->covariates)
    return hc_fail(err, HC_EUSAGE, "--by and a formula do not go together: name the columns of --by in the formula, which "
                   "gives people by level as well");
  while (stated && next_name(&stated, name)) {
    size_t column;
    hc_status status = find(r, option, name, &column, err);
    if (status != HC_OK) return status;
    bool taken = column == layout->count || column == layout->times || column == layout->history || column == layout->id;
    for (size_t i = 0; i < layout->n_lists; i++) taken = taken || layout->list[i] == column;
    for (size_t i = 0; i < layout->n_by; i++) taken = taken || layout->by[i] == column;
    if (taken) return hc_fail(err, HC_EUSAGE, "--%s: column '%s' has two roles", option, name);
    if (layout->n_by == HC_MAX_BY) return hc_fail(err, HC_EUSAGE, "--%s: more than %d columns", option, HC_MAX_BY);
    layout->by[layout->n_by++] = column;
  }
  bool cells = (layout->shape & (HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS | HC_SHAPE_COUNTS)) && !layout->per_occasion &&
               !layout->union_of_ids;
  if (layout->n_by && !cells && layout->shape != HC_SHAPE_KNOWN)
    return hc_fail(err, HC_EUSAGE, "--%s is for files with a row for each person, pattern or class, and this one is read as %s",
                   option, layout->union_of_ids ? _("people put together by id") : layout->per_occasion ? _("totals by occasion")
                                                                                             : hc_shape_name(layout->shape));
  return HC_OK;
}

/* ---- from a layout to roles ----------------------------------------------------------------------------- */

struct text {
  char *at;
  size_t left;
  bool cut;    /* something did not fit */
  bool places; /* columns by place, #j, which is short */
};

static void put(struct text *t, const char *bytes, size_t n) {
  if (n >= t->left) t->cut = true;
  if (!t->left) return;
  if (n >= t->left) n = t->left - 1;
  memcpy(t->at, bytes, n);
  t->at += n;
  t->left -= n;
  *t->at = 0;
}

/* A column's name as CSV quotes it; #j where it has no name of its own kind. */
static void put_name(const hc_reader *r, size_t column, struct text *t) {
  const char *name = r->look[column].name;
  char place[24];
  if (t->places || !name[0] || strpbrk(name, "\n\r") || strlen(name) >= NAME_SIZE) {
    put(t, place, (size_t)snprintf(place, sizeof place, "#%zu", column + 1));
    return;
  }
  if (!strpbrk(name, ",\"") && !place_of(name)) {
    put(t, name, strlen(name));
    return;
  }
  put(t, "\"", 1);
  for (; *name; name++) put(t, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1);
  put(t, "\"", 1);
}

size_t hc_shell_word(char *text, size_t size, const char *word) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:/@%+=-";
  bool quoted = !word[0] || word[strspn(word, plain)];
  struct text t = {.at = text, .left = size};
  size_t n = quoted ? 2 : 0;
  if (quoted) put(&t, "'", 1);
  for (; *word; word++) {
    size_t length = *word == '\'' ? 4 : 1;
    put(&t, *word == '\'' ? "'\\''" : word, length);
    n += length;
  }
  if (quoted) put(&t, "'", 1);
  return n;
}

static void put_option(struct text *t, bool *first, const char *option, const char *value) {
  put(t, *first ? "--" : " --", *first ? 2 : 3);
  put(t, option, strlen(option));
  put(t, " ", 1);
  size_t n = hc_shell_word(t->at, t->left, value);
  t->cut = t->cut || n >= t->left;
  n = n < t->left ? n : t->left - (t->left > 0);
  t->at += n;
  t->left -= n;
  *first = false;
}

static void put_columns(const hc_reader *r, struct text *t, bool *first, const char *option, const size_t *columns, size_t n) {
  char names[HC_ROLES_SIZE];
  struct text value = {.at = names, .left = sizeof names, .places = t->places};
  if (n == 0) return;
  for (size_t i = 0; i < n; i++) {
    if (i) put(&value, ",", 1);
    put_name(r, columns[i], &value);
  }
  put_option(t, first, option, names);
  t->cut = t->cut || value.cut;
}

static void put_column(const hc_reader *r, struct text *t, bool *first, const char *option, size_t column) {
  put_columns(r, t, first, option, &column, column != HC_NO_COLUMN);
}

/* False where it does not fit. */
static bool write_roles(const hc_reader *r, const hc_layout *layout, bool places, char *text, size_t size) {
  struct text t = {.at = text, .left = size, .places = places};
  bool first = true, list_like = layout->n_lists || layout->history != HC_NO_COLUMN;
  text[0] = 0;
  put_columns(r, &t, &first, "lists", layout->list, layout->n_lists);
  put_column(r, &t, &first, "history", layout->history);
  put_column(r, &t, &first, "id", layout->id);
  put_column(r, &t, &first, "list-column", layout->names != HC_NO_COLUMN ? layout->names : layout->membership);
  put_column(r, &t, &first, "times", layout->times);
  put_column(r, &t, &first, "count", layout->count);
  if (r->settings->roles.by) put_columns(r, &t, &first, "by", layout->by, layout->n_by);
  if (layout->union_of_ids) put_option(&t, &first, "repeated-ids", "union");
  if (layout->codes.yes[0]) put_option(&t, &first, "yes", layout->codes.yes);
  if (layout->codes.yes[0]) put_option(&t, &first, "no", layout->codes.no);
  if (list_like && layout->shape != (layout->n_lists ? hc_layout_shape_of_lists(r, layout) : HC_SHAPE_OCCASIONS))
    put_option(&t, &first, "shape", hc_shape_name(layout->shape));
  return !t.cut;
}

void hc_roles_text(const hc_reader *r, const hc_layout *layout, char *text, size_t size) {
  text[0] = 0;
  if (layout->per_occasion || (layout->two_lists && !layout->n_by) || !(layout->shape & HC_SHAPES_OF_PEOPLE)) return;
  if (!write_roles(r, layout, false, text, size) && !write_roles(r, layout, true, text, size)) text[0] = 0;
}
