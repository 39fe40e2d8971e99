/* Residuals, leverages and frequencies of one regression: the estimator fills them in, here they get names, order and tests. */
#include "headcount/diagnosis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/report.h"
#include "numeric/special.h"

struct owned {
  hc_diagnosis shown; /* the first member */
  hc_plan *plan;
  hc_options *options;
  hc_estimate *estimate;
  hc_person_fit *rows;
  hc_frequency_fit *frequencies;
  char (*names)[HC_NOTE_SIZE]; /* of strata */
};

static hc_status no_memory(hc_error *err) { return hc_fail(err, HC_ENOMEM, "no memory for the diagnosis"); }

static int by_cook(const void *a, const void *b) {
  const hc_person_fit *x = a, *y = b;
  bool p = isnan(x->cook), q = isnan(y->cook);
  if (p || q) return (int)p - (int)q;
  if (x->cook != y->cook) return x->cook > y->cook ? -1 : 1;
  if (x->times != y->times) return x->times > y->times ? -1 : 1;
  return strcmp(x->who, y->who);
}

static hc_status name_rows(struct owned *o, const hc_data *data, const hc_diagnosed *d, hc_error *err) {
  size_t n_strata = data->n_profiles ? data->n_strata : 1;
  o->names = calloc(n_strata, sizeof *o->names);
  if (!o->names) return no_memory(err);
  for (size_t s = 0; s < n_strata && data->n_profiles; s++) hc_data_stratum_name(data, s, o->names[s], sizeof o->names[s]);
  for (size_t i = 0; i < d->n; i++) o->rows[i].who = o->names[d->stratum[i]];
  return HC_OK;
}

/* Classes from once on; the last ones together, until what is expected of them is large enough for chi-squared. */
static void test_frequencies(hc_diagnosis *d) {
  const double least = 5;
  const hc_frequency_fit *f = d->frequencies;
  size_t last = d->n_frequencies - 1;
  double observed = 0, expected = 0;
  for (; last > 1; last--) {
    observed += f[last].observed, expected += f[last].expected;
    if (expected >= least) break;
  }
  if (last <= 1) observed += f[1].observed, expected += f[1].expected;
  d->classes = last < 1 ? 1 : last;
  for (size_t k = 1; k <= d->classes; k++) {
    double O = k < d->classes ? f[k].observed : observed, E = k < d->classes ? f[k].expected : expected;
    d->chi_squared += (O - E) * (O - E) / E;
    d->G += O > 0 ? 2 * O * log(O / E) : 0;
  }
  d->df = (double)d->classes - 1;
  d->p_chi_squared = d->df > 0 ? hc_chisq_exceeds(d->chi_squared, d->df) : NAN;
  d->p_G = d->df > 0 ? hc_chisq_exceeds(fmax(0, d->G), d->df) : NAN;
}

static hc_status fill(struct owned *o, const hc_data *data, double *scratch, hc_error *err) {
  const hc_plan *plan = o->plan;
  size_t top = (size_t)hc_data_max_times(data);
  hc_diagnosed d = {.n = plan->n_cells, .top = top};
  o->rows = calloc(d.n + 1, sizeof *o->rows);
  o->frequencies = calloc(top + 1, sizeof *o->frequencies);
  d.stratum = calloc(d.n + 1, sizeof *d.stratum);
  hc_status status = o->rows && o->frequencies && d.stratum ? HC_OK : no_memory(err);
  d.row = o->rows;
  d.frequency = o->frequencies;
  for (size_t k = 0; status == HC_OK && k <= top; k++) o->frequencies[k] = (hc_frequency_fit){(double)k, k ? 0 : NAN, 0};
  if (status == HC_OK) status = plan->estimator->diagnose(plan, o->estimate, scratch, &d, err);
  if (status == HC_OK) status = name_rows(o, data, &d, err);
  free(d.stratum);
  if (status != HC_OK) return status;
  qsort(o->rows, d.n, sizeof *o->rows, by_cook);
  o->shown.form = plan->form;
  o->shown.coefficients = d.coefficients;
  o->shown.n_rows = d.n, o->shown.rows = o->rows;
  o->shown.n_frequencies = top + 1, o->shown.frequencies = o->frequencies;
  if (top >= 1) test_frequencies(&o->shown);
  return HC_OK;
}

static hc_status begin(struct owned *o, const hc_data *data, const hc_request *request, const hc_settings *settings, hc_error *err) {
  hc_status status = hc_request_one(&o->shown.estimator, &o->options, request, "zt-poisson", settings, err);
  if (status != HC_OK) return status;
  if (!o->shown.estimator->diagnose)
    return hc_fail(err, HC_EUSAGE, "%s is no regression on counts: zt-poisson and the others that take a formula are",
                   o->shown.estimator->id);
  if (!hc_options_is_stated(o->options, "formula")) status = hc_options_set(o->options, "formula", "~ 1", err);
  if (status == HC_OK) status = hc_plan_prepare(&o->plan, o->shown.estimator, data, o->options, err);
  return status == HC_OK ? hc_estimate_new(&o->estimate, o->plan, err) : status;
}

hc_status hc_diagnose(hc_diagnosis **diagnosis, const hc_data *data, const hc_request *request, const hc_settings *settings,
                      hc_error *err) {
  hc_settings own;
  double *scratch = NULL;
  *diagnosis = NULL;
  struct owned *o = calloc(1, sizeof *o);
  if (!o) return no_memory(err);
  hc_status status = hc_settings_take(&own, settings, err);
  if (status == HC_OK) status = begin(o, data, request, &own, err);
  if (status == HC_OK && !(scratch = malloc((o->plan->n_scratch + 1) * sizeof *scratch))) status = no_memory(err);
  if (status == HC_OK) status = hc_plan_fit(o->plan, o->plan->observed, scratch, o->estimate, err);
  if (status == HC_OK) status = fill(o, data, scratch, err);
  free(scratch);
  if (status == HC_OK) *diagnosis = &o->shown;
  else hc_diagnosis_free(&o->shown);
  return status;
}

void hc_diagnosis_free(hc_diagnosis *diagnosis) {
  struct owned *o = (struct owned *)diagnosis;
  if (!o) return;
  hc_estimate_free(o->estimate);
  hc_plan_free(o->plan);
  hc_options_free(o->options);
  free(o->rows);
  free(o->frequencies);
  free(o->names);
  free(o);
}
