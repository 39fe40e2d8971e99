/* Two lists of a data set that may have more. */
#include <stdio.h>
#include <string.h>

#include "engine/author.h"

static size_t list_named(const hc_data *data, const char *name, size_t length) {
  size_t i = 0;
  while (i < data->n_lists && (strlen(data->list_names[i]) != length || strncmp(data->list_names[i], name, length) != 0))
    i++;
  return i;
}

static hc_status named_pair(const hc_data *data, const char *pair, size_t *a, size_t *b, hc_error *err) {
  const char *comma = strchr(pair, ',');
  if (!comma) return hc_fail(err, HC_EUSAGE, "pair takes two names with a comma between them, not '%s'", pair);
  *a = list_named(data, pair, (size_t)(comma - pair));
  *b = list_named(data, comma + 1, strlen(comma + 1));
  if (*a == data->n_lists)
    return hc_fail(err, HC_EUSAGE, "pair: there is no list '%.*s'", (int)(comma - pair), pair);
  if (*b == data->n_lists) return hc_fail(err, HC_EUSAGE, "pair: there is no list '%s'", comma + 1);
  if (*a == *b) return hc_fail(err, HC_EUSAGE, "pair: '%s' names the same list twice", pair);
  return HC_OK;
}

/* The two named, or the only two there are: *a = 0 and *b = 1 as they come. */
static hc_status choose(const hc_data *data, const char *pair, size_t *a, size_t *b, hc_error *err) {
  if (!data->history) return hc_refuse(err, "bad-shape", "two lists need to know who was on which: capture histories");
  if (data->n_lists < 2) return hc_refuse(err, "one-list", "one list says nothing about who is on none: needs two lists");
  if (pair[0]) return named_pair(data, pair, a, b, err);
  if (data->n_lists > 2)
    return hc_refuse(err, "more-than-two-lists", "works on two lists, and there are %zu: choose two, as in pair=%s,%s",
                     data->n_lists, data->list_names[0], data->list_names[1]);
  return HC_OK;
}

hc_status hc_plan_use_two_lists(hc_plan *plan, const hc_data *data, const char *pair, hc_error *err) {
  size_t a = 0, b = 1;
  hc_status status = choose(data, pair, &a, &b, err);
  if (status != HC_OK) return status;
  double *cells = hc_plan_alloc(plan, HC_TWO_LISTS_CELLS, sizeof *cells);
  if (!cells) return HC_ENOMEM;
  for (size_t i = 0; i < data->n_cells; i++) {
    bool first = data->history[i] >> a & 1, second = data->history[i] >> b & 1;
    size_t cell = first && second ? HC_ON_BOTH : first ? HC_ON_FIRST_ONLY : HC_ON_SECOND_ONLY;
    if (first || second) cells[cell] += (double)data->count[i];
  }
  if (cells[HC_ON_BOTH] == 0)
    return hc_refuse(err, "no-overlap", "nobody is on both %s and %s, so how many are on neither cannot be told",
                     data->list_names[a], data->list_names[b]);
  plan->observed = plan->cells = cells;
  plan->n_observed = plan->n_cells = HC_TWO_LISTS_CELLS;
  plan->n_units = cells[HC_ON_FIRST_ONLY] + cells[HC_ON_SECOND_ONLY] + cells[HC_ON_BOTH];
  plan->resample = HC_RESAMPLE_NONPARAMETRIC | HC_RESAMPLE_SEMIPARAMETRIC;
  if (plan->estimator->simulate) plan->resample |= HC_RESAMPLE_PARAMETRIC;
  plan->default_resample = HC_RESAMPLE_SEMIPARAMETRIC;
  return HC_OK;
}
