/* Which form a file has: tables and totals by their headings, files of people by what is stated or proven. */
#include <stdio.h>
#include <string.h>

#include "io/reader.h"
#include "io/readings.h"
#include "io/roles.h"

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

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

hc_layout hc_layout_blank(hc_shape shape) {
  hc_layout layout = {.shape = shape};
  layout.count = layout.history = layout.times = layout.id = layout.membership = layout.names = HC_NO_COLUMN;
  layout.n1 = layout.n2 = layout.m = layout.lag = layout.date_before = layout.date = HC_NO_COLUMN;
  layout.caught = layout.recaptured = layout.released = layout.at_large = layout.label = HC_NO_COLUMN;
  return layout;
}

hc_shape hc_layout_shape_of_lists(const hc_reader *r, const hc_layout *layout) {
  for (size_t i = 0; i < layout->n_lists; i++)
    if (!hc_heading_say_when(r->look[layout->list[i]].key)) return HC_SHAPE_LISTS;
  return layout->n_lists ? HC_SHAPE_OCCASIONS : HC_SHAPE_LISTS;
}

/* ---- the other shapes --------------------------------------------------------------------------------- */

static bool lay_out_occasion_rows(const hc_reader *r, hc_layout *layout) {
  *layout = hc_layout_blank(HC_SHAPE_OCCASIONS);
  layout->per_occasion = true;
  layout->caught = find_word(r, WORDS("caught", "catch"));
  layout->recaptured = find_word(r, WORDS("recaps", "recaptures", "recaptured"));
  layout->released = find_word(r, WORDS("retmarks", "released", "returned"));
  layout->at_large = find_word(r, WORDS("marked", "at_large", "marked_at_large"));
  if (layout->caught == HC_NO_COLUMN && layout->recaptured == HC_NO_COLUMN) {
    layout->caught = find_name(r, "n");
    layout->recaptured = find_name(r, "m");
    layout->released = find_name(r, "R");
    layout->at_large = find_name(r, "M");
    bool told = layout->released != HC_NO_COLUMN || layout->at_large != HC_NO_COLUMN;
    if (!told && r->settings->shape != HC_SHAPE_OCCASIONS) return false;
  }
  layout->label = find_word(r, WORDS("date", "t", "occasion", "time", "day", "sample", "period"));
  return layout->recaptured != HC_NO_COLUMN;
}

static hc_status check_occasion_rows(const hc_reader *r, const hc_layout *layout, hc_error *err) {
  char names[200];
  if (layout->caught != HC_NO_COLUMN) return HC_OK;
  hc_reader_all_names(r, names, sizeof names);
  return hc_csv_fail(&r->csv, layout->recaptured, err, "expected beside '%s' a column 'caught', all who were caught on the "
                     "occasion, found %s: --column caught=THEIRS says which it is (and recaptured, released, marked)",
                     r->look[layout->recaptured].name, names);
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
  *layout = hc_layout_blank(HC_SHAPE_PAIRS);
  layout->n1 = find_start(r, "n1");
  size_t marked = find_name(r, "M");
  if (layout->n1 == HC_NO_COLUMN && marked != HC_NO_COLUMN && r->n_columns == 3 && r->sample.n_rows == 1) { /* M marked, n in the second sample, m of them marked */
    layout->n1 = marked;
    layout->n2 = find_name(r, "n");
    layout->m = find_name(r, "m");
    return layout->n2 != HC_NO_COLUMN && layout->m != HC_NO_COLUMN;
  }
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
  bool attributes = r->settings->roles.by || r->settings->covariates;
  if (layout->lag == HC_NO_COLUMN && layout->date == HC_NO_COLUMN && (r->sample.n_rows == 1 || attributes)) {
    layout->shape = HC_SHAPE_LISTS;
    layout->two_lists = true;
    return HC_OK;
  }
  if (layout->lag == HC_NO_COLUMN && layout->date == HC_NO_COLUMN && layout->date_before == HC_NO_COLUMN)
    return hc_csv_fail(&r->csv, 0, err, "expected one row with n1, n2 and m, found %zu: strata, each of which is a study of its "
                       "own (--by COLUMN names them), or pairs of windows without their dates (columns lag_days and date)",
                       r->sample.n_rows);
  return hc_csv_fail(&r->csv, 0, err,
                     "expected beside n1, n2 and m the days between the windows (column lag_days) and the date of the "
                     "second one (column date), found no column '%s'",
                     layout->date == HC_NO_COLUMN ? "date" : "lag_days");
}

/* Tables that a few columns together tell from any other; `text`: the first two hold words, where lists hold 0 and 1. */
static const struct table {
  hc_shape shape;
  bool text;
  const char *columns[6];
} tables[] = {
    {HC_SHAPE_MULTIPLIER, false, {"hits", "sample", "count"}},
    {HC_SHAPE_PLATFORMS, false, {"value", "rate"}},
    {HC_SHAPE_RANDOM_LIST, false, {"listed", "sampled", "case", "n"}},
    {HC_SHAPE_RANDOM_LIST, false, {"listed", "sampled", "list_test", "sample_test", "n"}},
    {HC_SHAPE_PLANTS, false, {"met", "plants", "plants_met"}},
    {HC_SHAPE_LINKAGES, false, {"linkage", "n1", "n2", "n11"}},
    {HC_SHAPE_OVERLAPS, true, {"a", "b", "people"}},
    {HC_SHAPE_STRATA, false, {"marked_in", "found_in", "people"}},
};

static bool is_table(const hc_reader *r, const struct table *table) {
  for (size_t i = 0; table->columns[i]; i++) {
    size_t j = find_word(r, WORDS(table->columns[i]));
    if (j == HC_NO_COLUMN || (table->text && i < 2 && !r->look[j].text)) return false;
  }
  return true;
}

/* Tables of the traffic family are known by their columns' names. */
static hc_shape table_shape(const hc_reader *r) {
  bool prevalence = find_word(r, WORDS("prevalence")) != HC_NO_COLUMN;
  if (prevalence && find_word(r, WORDS("country", "region")) != HC_NO_COLUMN) return HC_SHAPE_REGIONS;
  if (find_word(r, WORDS("platforms", "accounts_per_person")) != HC_NO_COLUMN &&
      find_word(r, WORDS("respondents")) != HC_NO_COLUMN)
    return HC_SHAPE_DEGREE;
  if (find_word(r, WORDS("estimate")) != HC_NO_COLUMN) return HC_SHAPE_ESTIMATES;
  if (find_word(r, WORDS("pass", "passage")) != HC_NO_COLUMN && find_word(r, WORDS("catch", "caught", "removed")) != HC_NO_COLUMN &&
      r->n_columns == 2)
    return HC_SHAPE_REMOVAL;
  if (find_word(r, WORDS("u", "u_i")) != HC_NO_COLUMN && find_word(r, WORDS("v", "v_i")) != HC_NO_COLUMN &&
      find_word(r, WORDS("n", "n_i")) != HC_NO_COLUMN)
    return HC_SHAPE_FIRST_LAST;
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    if (is_table(r, &tables[i])) return tables[i].shape;
  bool number = find_word(r, WORDS("registered", "visitors", "visits")) != HC_NO_COLUMN;
  if (find_word(r, WORDS("platform")) != HC_NO_COLUMN && (number || r->n_columns > 2)) return HC_SHAPE_PLATFORMS;
  return HC_SHAPE_AUTO;
}

/* ---- choosing ---------------------------------------------------------------------------------------- */

static hc_status fail_unknown(const hc_reader *r, const char *expected, hc_error *err) {
  char names[200];
  hc_reader_all_names(r, names, sizeof names);
  return hc_csv_fail(&r->csv, 0, err, "expected %s, found %s %s", expected,
                     r->n_columns == 1 ? _("only the column") : _("the columns"), names);
}

static hc_status find_layout(hc_reader *r, hc_error *err) {
  hc_layout *layout = &r->layout;
  hc_shape shape = r->settings->shape;
  bool any = shape == HC_SHAPE_AUTO;
  if (hc_roles_stated(&r->settings->roles)) return hc_roles_lay_out(r, err);
  *layout = hc_layout_blank(any && r->settings->sizes ? HC_SHAPE_KNOWN : any ? table_shape(r) : shape);
  if (layout->shape != HC_SHAPE_AUTO && !(layout->shape & (HC_SHAPES_OF_PEOPLE | HC_SHAPE_PAIRS))) return HC_OK;
  if ((any || shape == HC_SHAPE_PAIRS || shape == HC_SHAPE_LISTS) && lay_out_pairs(r, layout))
    return check_pairs(r, layout, err);
  if (shape == HC_SHAPE_PAIRS) return fail_unknown(r, "columns n1, n2, m, lag_days and date", err);
  if ((any || shape == HC_SHAPE_OCCASIONS) && lay_out_occasion_rows(r, layout)) return check_occasion_rows(r, layout, err);
  return hc_readings_choose(r, err);
}

hc_status hc_layout_find(hc_reader *r, hc_error *err) {
  hc_status status = find_layout(r, err);
  if (status == HC_OK && !r->layout.n_by) status = hc_roles_take_by(r, &r->layout, err);
  if (status != HC_OK) return status;
  hc_roles_text(r, &r->layout, r->source.roles, sizeof r->source.roles);
  hc_layout rest = r->layout;
  rest.n_by = 0; /* only ever stated */
  if (!r->layout.stated) hc_roles_text(r, &rest, r->source.roles_added, sizeof r->source.roles_added);
  return status;
}
