/* The table of overlapping lists: all histories, names, overlaps. */
#include "lists/list_table.h"

#include <string.h>

#include "numeric/lattice.h"

/* Fewer shared people than this in a pair of lists is said in a note; the threshold is ours. */
enum { SPARSE_OVERLAP = 5 };

hc_status hc_list_table_check(const hc_data *data, size_t most, const char *who, hc_error *err) {
  if (data->n_lists < 2) return hc_refuse(err, "one-list", "one list says nothing about the people who are on no list");
  if (data->n_lists > most)
    return hc_refuse(err, "too-many-lists", "%zu lists have 2^%zu capture histories; at most %zu lists are possible",
                     data->n_lists, data->n_lists, most);
  if (!data->history) return hc_refuse(err, "bad-shape", "%s needs capture histories, not totals by occasion", who);
  for (size_t i = 0; i < data->n_cells; i++)
    if (data->history[i] & (data->history[i] - 1)) return HC_OK;
  return hc_refuse(err, "no-overlap", "nobody is on two lists: the data do not tell how many people are on none");
}

static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const struct list_table *table = plan->state;
  memset(observed, 0, table->cells * sizeof *observed);
  for (size_t i = 0; i < plan->n_cells; i++) observed[table->history[i]] = cells[i];
}

/* Data need not outlive the plan. */
static const char *const *keep_names(hc_plan *plan, const hc_data *data) {
  char **names = hc_plan_alloc(plan, data->n_lists, sizeof *names);
  for (size_t i = 0; names && i < data->n_lists; i++) {
    size_t size = strlen(data->list_names[i]) + 1;
    names[i] = hc_plan_alloc(plan, size, 1);
    if (!names[i]) return NULL;
    memcpy(names[i], data->list_names[i], size);
  }
  return (const char *const *)names;
}

hc_status hc_list_table_begin(hc_plan *plan, struct list_table *table, const hc_data *data, hc_error *err) {
  uint32_t *history = hc_plan_alloc(plan, data->n_cells, sizeof *history);
  if (!history) return HC_ENOMEM;
  for (size_t i = 0; i < data->n_cells; i++) history[i] = (uint32_t)data->history[i];
  table->lists = data->n_lists;
  table->cells = (size_t)1 << data->n_lists;
  table->history = history;
  table->names = keep_names(plan, data);
  if (!table->names) return HC_ENOMEM;
  return hc_plan_use_histories(plan, data, table->cells, collapse, err);
}

double hc_list_table_factorials(const struct list_table *s, const double *y) {
  double sum = 0;
  for (size_t c = 1; c < s->cells; c++) sum += y[c] > 1 ? hc_ln_factorial(y[c]) : 0;
  return sum;
}

void hc_list_table_note_overlaps(const struct list_table *s, const double *y, double *sums, hc_estimate *e) {
  size_t lists = s->lists, sparse = 0, first = 0, second = 0;
  memcpy(sums, y, s->cells * sizeof *sums);
  hc_lattice_superset_sums(sums, lists);
  for (size_t i = 0; i < lists; i++) {
    double shared = 0;
    for (size_t j = 0; j < lists; j++) {
      double both = i == j ? 0 : sums[((size_t)1 << i) | ((size_t)1 << j)];
      shared += both;
      if (j > i && both < SPARSE_OVERLAP && !sparse++) first = i, second = j;
    }
    if (shared == 0)
      hc_estimate_note(e, "isolated-list",
                       "list %s overlaps with no other list: it pushes the estimate up, and tells "
                       "nothing about dependence",
                       s->names[i]);
  }
  if (sparse)
    hc_estimate_note(e, "sparse-overlap",
                     "%zu pair%s of lists share%s fewer than %d people (%s and %s: %.0f): the estimate "
                     "hangs on them",
                     sparse, sparse == 1 ? "" : "s", sparse == 1 ? "s" : "", SPARSE_OVERLAP, s->names[first],
                     s->names[second], sums[((size_t)1 << first) | ((size_t)1 << second)]);
}

void hc_list_table_form(const struct list_table *table, const double *y, const uint32_t *mask, size_t terms,
                        hc_log_linear *form) {
  form->lists = table->lists;
  form->terms = terms;
  form->count = y;
  for (size_t i = 0; i < table->lists; i++) form->list[i] = i;
  memcpy(form->mask, mask, terms * sizeof *mask);
}

void hc_list_table_draw(const struct list_table *table, double N, hc_rng *rng, double *replicate) {
  double left = floor(N + 0.5), mass = 0;
  for (size_t c = table->cells; c-- > 0;) mass += replicate[c];
  for (size_t c = table->cells; c-- > 1;) {
    double mean = replicate[c];
    replicate[c] = mass > 0 ? hc_rng_binomial(rng, fmin(1, mean / mass), left) : 0;
    left -= replicate[c];
    mass -= mean;
  }
  replicate[0] = 0;
}
