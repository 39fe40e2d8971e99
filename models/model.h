/* What a model file includes: the interface for authors of estimators, and the numeric kernels. */
#ifndef HC_MODEL_H
#define HC_MODEL_H

#include <math.h>

#include "engine/author.h"

#include "numeric/linalg.h"
#include "numeric/root.h"
#include "numeric/special.h"

/* Every descriptor of models.def, so that a definition is checked against its declaration. */
#define HC_MODEL(folder, name) extern const hc_estimator hc_estimator_##name;
#include "models.def"
#undef HC_MODEL

#endif
