/* First, last and all captures by occasion, from histories too long to keep. */
#include "io/long_histories.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

hc_status hc_long_begin(hc_long_histories *h, size_t k, hc_error *err) {
  *h = (hc_long_histories){.k = k, .u = calloc(3 * k, sizeof *h->u)};
  if (!h->u) return hc_fail(err, HC_ENOMEM, "no memory for %zu occasions", k);
  h->v = h->u + k, h->n = h->v + k;
  return HC_OK;
}

void hc_long_end(hc_long_histories *h) {
  free(h->u);
  *h = (hc_long_histories){.k = 0};
}

void hc_long_add(hc_long_histories *h, bool (*met)(const void *context, size_t i), const void *context,
                 uint64_t people) {
  size_t last = h->k;
  for (size_t i = 0; i < h->k; i++) {
    if (!met(context, i)) continue;
    if (last == h->k) h->u[i] += (double)people;
    h->n[i] += (double)people;
    last = i;
  }
  if (last < h->k) h->v[last] += (double)people;
  else h->unmet += people;
}

static void free_names(char **names, size_t k) {
  for (size_t i = 0; names && i < k; i++) free(names[i]);
  free(names);
}

/* The occasions' names, or 1, 2, ...; NULL: no memory. */
static char **copy_names(const char *const *names, size_t k) {
  char **copy = calloc(k, sizeof *copy), number[24];
  for (size_t i = 0; copy && i < k; i++) {
    snprintf(number, sizeof number, "%zu", i + 1);
    copy[i] = strdup(names ? names[i] : number);
    if (!copy[i]) return free_names(copy, k), NULL;
  }
  return copy;
}

hc_status hc_long_data(const hc_long_histories *h, hc_reader *r, const char *const *names, hc_data **data,
                       hc_error *err) {
  if (r->layout.n_by)
    return hc_fail_at(err, HC_EDATA, r->file, 1, 0, "%zu occasions: with --by at most %d can be kept", h->k, HC_MAX_LISTS);
  char **occasion = copy_names(names, h->k);
  if (!occasion) return hc_fail(err, HC_ENOMEM, "no memory for %zu occasions", h->k);
  const hc_column columns[] = {
      {.name = (char *)"occasion", .text = occasion},
      {.name = (char *)"u", .number = h->u},
      {.name = (char *)"v", .number = h->v},
      {.name = (char *)"n", .number = h->n},
  };
  hc_reader_say_unmet(r, h->unmet);
  hc_reader_remark(r, "%zu occasions, more than the %d of which histories are kept: first, last and all captures by "
                   "occasion are, which the estimators of people who come and go use", h->k, HC_MAX_LISTS);
  hc_status status = hc_data_from_table(data, HC_SHAPE_FIRST_LAST, h->k, sizeof columns / sizeof *columns, columns, err);
  for (size_t i = 0; status == HC_OK && i < h->k; i++) (*data)->observed += (uint64_t)h->u[i];
  free_names(occasion, h->k);
  return status;
}
