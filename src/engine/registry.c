/* The estimators of models.def: by number, by id, and the one that suits the data best. */
#include <string.h>

#include "engine/data.h"
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
  hc_shape shape;
  if (estimator->simulate) return true;
  for (size_t i = 0; (shape = hc_shape_at(i)); i++)
    if ((estimator->accepts & (unsigned)shape) && hc_shape_is(shape, HC_KIND_INPUTS)) return true;
  return false;
}

const hc_estimator *hc_estimator_default(const hc_data *data) {
  const hc_estimator *best = NULL;
  unsigned highest = 0;
  for (size_t i = 0; i < hc_estimator_count(); i++) {
    const hc_estimator *e = estimators[i];
    if (!(e->accepts & (unsigned)data->shape)) continue;
    unsigned rank = e->suits ? e->suits(data) : 0;
    if (best && rank <= highest) continue;
    best = e, highest = rank;
  }
  return best;
}
