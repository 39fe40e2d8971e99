#include <string.h>

#include "headcount/estimator.h"

#define HC_MODEL(folder, name) extern const hc_estimator hc_estimator_##name;
#include "models.def"
#undef HC_MODEL

static const hc_estimator *const estimators[] = {
#define HC_MODEL(folder, name) &hc_estimator_##name,
#include "models.def"
#undef HC_MODEL
};

size_t hc_estimator_count(void) { return sizeof estimators / sizeof estimators[0]; }

const hc_estimator *hc_estimator_at(size_t i) { return i < hc_estimator_count() ? estimators[i] : NULL; }

const hc_estimator *hc_estimator_find(const char *id) {
  for (size_t i = 0; i < hc_estimator_count(); i++)
    if (strcmp(estimators[i]->id, id) == 0) return estimators[i];
  return NULL;
}

bool hc_estimator_simulates(const hc_estimator *estimator) {
  const unsigned tables_of_inputs = HC_SHAPE_PLATFORMS | HC_SHAPE_REGIONS | HC_SHAPE_ESTIMATES;
  return estimator->simulate || (estimator->accepts & tables_of_inputs);
}

/* mt is independence too, and does not need the table of all 2^k histories. */
static const char *for_lists(size_t n_lists) {
  enum { MOST_FOR_A_TABLE = 16 };
  if (n_lists == 2) return "chapman";
  return n_lists <= MOST_FOR_A_TABLE ? "loglinear" : "mt";
}

const hc_estimator *hc_estimator_default(const hc_data *data) {
  switch (data->shape) {
    case HC_SHAPE_COUNTS: return hc_estimator_find("chao");
    case HC_SHAPE_LISTS: return hc_estimator_find(for_lists(data->n_lists));
    case HC_SHAPE_OCCASIONS: return hc_estimator_find(data->history ? "mt" : "schnabel");
    case HC_SHAPE_PAIRS: return hc_estimator_find("turnover");
    default: break;
  }
  for (size_t i = 0; i < hc_estimator_count(); i++)
    if (estimators[i]->accepts & (unsigned)data->shape) return estimators[i];
  return NULL;
}
