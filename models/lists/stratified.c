/* What estimators of a population sampled twice by stratum share: the table marked_in, found_in, people. */
#include "lists/stratified.h"

#include <string.h>

/* A matrix of 64 strata is inverted in 0.1 ms; a table without repeated rows has at most MOST_ROWS. */
enum { NAME_SIZE = 20, MOST_STRATA = 64, MOST_ROWS = (MOST_STRATA + 1) * (MOST_STRATA + 1) };

/* A stratum as it is written, or the number that stands for it (whole: hc_stratified_read checks); "" where the row is
 * not in that sample. */
static const char *name_of(const hc_data *data, const char *column, size_t row, char buffer[NAME_SIZE]) {
  const hc_column *c = hc_data_column(data, column);
  double number = hc_column_number(c, row);
  if (!c || c->text || isnan(number)) return hc_column_text(c, row);
  char *at = buffer + NAME_SIZE - 1;
  *at = '\0';
  for (uint64_t left = (uint64_t)number; left || !*at; left /= 10) *--at = (char)('0' + left % 10);
  return at;
}

static char *copy(hc_plan *plan, const char *text) {
  char *own = hc_plan_alloc(plan, strlen(text) + 1, 1);
  if (own) memcpy(own, text, strlen(text) + 1);
  return own;
}

static void sort_names(const char **names, size_t n) {
  for (size_t i = 1; i < n; i++) {
    const char *name = names[i];
    size_t k = i;
    for (; k > 0 && strcmp(names[k - 1], name) > 0; k--) names[k] = names[k - 1];
    names[k] = name;
  }
}

/* The names in a column, each once and sorted; where each row is among them. */
static hc_status take_strata(hc_plan *plan, const hc_data *data, const char *column, const char ***names, size_t *n,
                             size_t *in, hc_error *err) {
  char buffer[NAME_SIZE];
  const char **all = hc_plan_alloc(plan, MOST_STRATA, sizeof *all);
  if (!all) return HC_ENOMEM;
  for (size_t row = 0; row < data->n_rows; row++) {
    const char *name = name_of(data, column, row, buffer);
    size_t k = 0;
    while (k < *n && strcmp(all[k], name) != 0) k++;
    if (!name[0] || k < *n) continue;
    if (*n == MOST_STRATA) return hc_table_fail(data, column, row, err, "at most %d strata, found more", MOST_STRATA);
    all[*n] = copy(plan, name);
    if (!all[(*n)++]) return HC_ENOMEM;
  }
  sort_names(all, *n);
  for (size_t row = 0; row < data->n_rows; row++) {
    const char *name = name_of(data, column, row, buffer);
    in[row] = HC_IN_NEITHER;
    for (size_t k = 0; k < *n; k++)
      if (strcmp(all[k], name) == 0) in[row] = k;
  }
  *names = all;
  return HC_OK;
}

struct row {
  size_t marked_in, found_in, row;
};

static bool comes_after(const struct row *x, const struct row *y) {
  return x->marked_in != y->marked_in ? x->marked_in > y->marked_in : x->found_in > y->found_in;
}

static hc_status order_rows(hc_plan *plan, const hc_data *data, size_t *marked_in, size_t *found_in, hc_error *err) {
  struct row *rows = hc_plan_alloc(plan, data->n_rows, sizeof *rows);
  double *cells = hc_plan_alloc(plan, data->n_rows, sizeof *cells);
  if (!rows || !cells) return HC_ENOMEM;
  for (size_t i = 0; i < data->n_rows; i++) {
    struct row row = {marked_in[i], found_in[i], i};
    size_t k = i;
    for (; k > 0 && comes_after(&rows[k - 1], &row); k--) rows[k] = rows[k - 1];
    rows[k] = row;
  }
  for (size_t i = 0; i < data->n_rows; i++) {
    double people = hc_column_number(hc_data_column(data, "people"), rows[i].row);
    if (rows[i].marked_in == HC_IN_NEITHER && rows[i].found_in == HC_IN_NEITHER)
      return hc_table_fail(data, "people", rows[i].row, err,
                           "expected a stratum in marked_in or found_in, found neither");
    if (i > 0 && rows[i].marked_in == rows[i - 1].marked_in && rows[i].found_in == rows[i - 1].found_in)
      return hc_table_fail(data, "people", rows[i].row, err,
                           "row %zu has the strata of row %zu: one of them is too many", rows[i].row + 1,
                           rows[i - 1].row + 1);
    if (isnan(people) || people != floor(people))
      return hc_table_fail(data, "people", rows[i].row, err, "expected a whole number of people");
    cells[i] = people, marked_in[i] = rows[i].marked_in, found_in[i] = rows[i].found_in;
  }
  plan->observed = plan->cells = cells;
  plan->n_observed = plan->n_cells = data->n_rows;
  return HC_OK;
}

/* Numbers stand for strata when they are whole. */
static hc_status check_strata(const hc_data *data, const char *column, hc_error *err) {
  const hc_column *c = hc_data_column(data, column);
  hc_status status = c && c->text ? HC_OK : hc_table_check(data, column, true, 0, 1e15, err);
  for (size_t row = 0; row < data->n_rows && status == HC_OK && !c->text; row++)
    if (c->number[row] != floor(c->number[row]) && !isnan(c->number[row]))
      status = hc_table_fail(data, column, row, err, "expected a stratum: a word or a whole number");
  return status;
}

hc_status hc_stratified_read(hc_plan *plan, const hc_data *data, hc_stratified *s, hc_error *err) {
  hc_status status = hc_table_check(data, "people", true, 0, 1e15, err);
  if (status != HC_OK) return status;
  for (int sample = 0; sample < 2 && status == HC_OK; sample++)
    status = check_strata(data, sample == 0 ? "marked_in" : "found_in", err);
  if (status != HC_OK) return status;
  if (!data->n_rows) return hc_refuse(err, "all-zero", "the table has no rows");
  if (data->n_rows > MOST_ROWS)
    return hc_table_fail(data, "people", MOST_ROWS, err, "at most %d strata, or rows repeat: %zu rows", MOST_STRATA,
                         data->n_rows);
  size_t *marked_in = hc_plan_alloc(plan, data->n_rows, sizeof *marked_in);
  size_t *found_in = hc_plan_alloc(plan, data->n_rows, sizeof *found_in);
  if (!marked_in || !found_in) return HC_ENOMEM;
  status = take_strata(plan, data, "marked_in", &s->marked, &s->n_marked, marked_in, err);
  if (status == HC_OK) status = take_strata(plan, data, "found_in", &s->found, &s->n_found, found_in, err);
  if (status == HC_OK) status = order_rows(plan, data, marked_in, found_in, err);
  if (status != HC_OK) return status;
  double people = 0;
  for (size_t i = 0; i < plan->n_cells; i++) people += plan->cells[i];
  if (!(people > 1)) return hc_refuse(err, "all-zero", "the table has %.0f people", people);
  s->marked_in = marked_in, s->found_in = found_in;
  hc_plan_bootstrap_people(plan, people);
  return HC_OK;
}

void hc_stratified_sums(const hc_stratified *s, const hc_plan *plan, const double *cells, double *m, double *a,
                        double *u) {
  memset(m, 0, s->n_marked * s->n_found * sizeof *m);
  memset(a, 0, s->n_marked * sizeof *a);
  memset(u, 0, s->n_found * sizeof *u);
  for (size_t c = 0; c < plan->n_cells; c++) {
    size_t i = s->marked_in[c], j = s->found_in[c];
    if (i == HC_IN_NEITHER) u[j] += cells[c];
    else a[i] += cells[c];
    if (i != HC_IN_NEITHER && j != HC_IN_NEITHER) m[i * s->n_found + j] += cells[c];
  }
}
