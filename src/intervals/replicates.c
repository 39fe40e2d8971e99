/* Replicates of one quantity in order, and their quantiles. */
#include "intervals/replicates.h"

#include <math.h>
#include <stdlib.h>

#include "numeric/fail.h"
#include "numeric/special.h"

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

hc_status hc_replicates_sort(const hc_interval_subject *s, hc_replicates_as as, double **sorted, size_t *n, hc_error *err) {
  const hc_bootstrap *b = s->bootstrap;
  if (!b) return hc_refuse(err, "no-bootstrap", "this interval needs bootstrap replicates");
  *sorted = malloc((b->done + 1) * sizeof **sorted);
  if (!*sorted) return hc_fail(err, HC_ENOMEM, "no memory to sort the replicates");
  *n = 0;
  for (uint64_t i = 0; i < b->done; i++) {
    size_t at = i * b->n_quantities + s->column;
    double x = b->value[at];
    if (as == HC_REPLICATES_STUDENTIZED) x = (x - s->value) / b->se[at];
    if (as == HC_REPLICATES_STUDENTIZED ? !isnan(x) : isfinite(x)) (*sorted)[(*n)++] = x; /* a standard error of 0 is an infinite t */
  }
  double wanted = ceil(2 / (1 - s->level)) - 1;
  if ((double)*n < wanted || *n < 2) {
    free(*sorted);
    return hc_refuse(err, "too-few-replicates", "%zu %s succeeded, and an interval of level %g needs at least %.0f", *n,
                     hc_noun(*n, "replicate", "replicates"), s->level, fmax(2, wanted));
  }
  if ((double)*n < 0.5 * (double)b->done) {
    free(*sorted);
    return hc_refuse(err, "bootstrap-failed", "only %zu of %llu replicates could be estimated", *n,
                     (unsigned long long)b->done);
  }
  qsort(*sorted, *n, sizeof **sorted, by_value);
  return HC_OK;
}

double hc_replicates_quantile(const double *sorted, size_t n, double p) {
  double rank = ((double)n + 1) * p, k = floor(rank);
  if (k < 1) return sorted[0];
  if (k >= (double)n) return sorted[n - 1];
  size_t i = (size_t)k;
  if (rank == k || !isfinite(sorted[i - 1])) return sorted[i - 1];
  if (!isfinite(sorted[i])) return sorted[i];
  double z = hc_normal_quantile(p), z0 = hc_normal_quantile(k / ((double)n + 1));
  double z1 = hc_normal_quantile((k + 1) / ((double)n + 1));
  return sorted[i - 1] + (z - z0) / (z1 - z0) * (sorted[i] - sorted[i - 1]);
}

hc_status hc_replicates_middle(const hc_interval_subject *s, double *low, double *high, hc_error *err) {
  double *sorted = NULL, tail = (1 - s->level) / 2;
  size_t n = 0;
  hc_status status = hc_replicates_sort(s, HC_REPLICATES_AS_IS, &sorted, &n, err);
  if (status != HC_OK) return status;
  *low = hc_replicates_quantile(sorted, n, tail);
  *high = hc_replicates_quantile(sorted, n, 1 - tail);
  free(sorted);
  return HC_OK;
}

hc_status hc_replicates_bias(const hc_interval_subject *s, const double *sorted, size_t n, const char *method, double *z0,
                             hc_error *err) {
  size_t below = 0;
  while (below < n && sorted[below] < s->value) below++;
  if (below == 0 || below == n)
    return hc_refuse(err, "bootstrap-failed", "all replicates lie on one side of the estimate: no %s interval", method);
  *z0 = hc_normal_quantile((double)below / (double)n);
  return HC_OK;
}
