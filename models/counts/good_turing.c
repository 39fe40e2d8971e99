/* Good and Turing's coverage estimator of N: everybody has the same chance of being met.
 *
 * f_k: people met exactly k times; n = sum f_k; S = sum k f_k meetings. The coverage, the share of all
 * meetings to come that will be with people met already, is C = 1 - f1/S (Good 1953), and with equal
 * chances N = n/C (Darroch and Ratcliff 1980, Biometrics 36:149-153; Chao and Lee 1992).
 *   rare = K > 0: people met more than K times are taken as complete,
 *     N = n_{>K} + n_{<=K} / C with C from those met at most K times (Chao et al. 2000, "homogeneous model").
 *   coverage = incidence: for t occasions, C = 1 - (f1/S) (1 - A), A = 2 f2 / ((t-1) f1 + 2 f2), and with
 *     f2 = 0, A = 2 / ((t-1)(f1 - 1) + 2) (Chao and Jost 2012, Ecology 93:2533).
 *
 * Standard error: delta method on multinomial frequencies, var = sum_k f_k d_k^2 - (sum_k f_k d_k)^2 / N,
 * d_k = dN/df_k (Chao and Lee 1992, eq. 2.17 without heterogeneity).
 *
 * Assumes equal chances; where people differ, N is too small. Breaks when everybody was met once (C = 0). */
#include "model.h"

/* Sufficient for N and its variance, whatever the largest count. RARE..: people met at most `rare` times. */
enum { F1, F2, RARE, MEETINGS, SQUARES, ABUNDANT, N_CELLS };

struct state {
  uint64_t cutoff;       /* 0: none */
  double t;              /* occasions where the coverage is that of incidences; 0 otherwise */
  const uint64_t *times; /* [n_cells] */
};

static const hc_option options[] = {
    {"rare", HC_OPTION_INTEGER, "0", 0, 1e9, NULL, "people met more often than this are taken as complete; 0: nobody"},
    {"coverage", HC_OPTION_CHOICE, "turing", 0, 0, "turing|incidence",
     "how the coverage is estimated; incidence needs occasions"},
    HC_OPTION_OCCASIONS(1e9, "", ""),
    {0},
};

static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const struct state *s = plan->state;
  for (size_t j = 0; j < N_CELLS; j++) observed[j] = 0;
  for (size_t i = 0; i < plan->n_cells; i++) {
    double k = (double)s->times[i], f = cells[i];
    if (s->times[i] == 1) observed[F1] += f;
    if (s->times[i] == 2) observed[F2] += f;
    if (s->cutoff && s->times[i] > s->cutoff) {
      observed[ABUNDANT] += f;
    } else {
      observed[RARE] += f;
      observed[MEETINGS] += k * f;
      observed[SQUARES] += k * k * f;
    }
  }
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  bool incidence = hc_options_choice_is(o, "coverage", "incidence");
  double t = hc_stated_occasions(data, o);
  hc_status status = incidence ? hc_need_occasions(data, t, N_("good-turing: coverage=incidence needs"), err) : HC_OK;
  if (status != HC_OK) return status;
  struct state *s = plan->state;
  s->cutoff = (uint64_t)hc_options_integer(o, "rare");
  s->t = incidence ? t : 0;
  s->times = hc_plan_times(plan, data);
  if (!s->times) return HC_ENOMEM;
  status = hc_plan_use_histories(plan, data, N_CELLS, collapse, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 1);
  hc_plan_population(plan, "people, if all have the same chance of being met");
  hc_plan_set_form(plan, "N = n/C");
  hc_plan_add_variant(plan, ", %s%s; se: delta method on multinomial frequencies",
                      incidence ? _("coverage of incidences (Chao and Jost 2012)") : "C = 1 - f1/S",
                      s->cutoff ? _(", those met more often than the cut-off taken as complete") : "");
  return HC_OK;
}

/* The coverage and its derivatives: dC/df_k = slope k + (at1 for k = 1) + (at2 for k = 2). */
struct coverage {
  double C, slope, at1, at2;
};

static struct coverage coverage_of(double f1, double f2, double meetings, double t) {
  double A = 0, A1 = 0, A2 = 0; /* A and its derivatives by f1 and f2 */
  if (t > 0 && f1 > 0 && f2 > 0) {
    double b = (t - 1) * f1 + 2 * f2;
    A = 2 * f2 / b, A1 = -2 * f2 * (t - 1) / (b * b), A2 = 2 * (t - 1) * f1 / (b * b);
  } else if (t > 0 && f1 > 0) {
    double b = (t - 1) * (f1 - 1) + 2;
    A = 2 / b, A1 = -2 * (t - 1) / (b * b);
  }
  double share = f1 / meetings;
  return (struct coverage){.C = 1 - share * (1 - A),
                           .slope = share * (1 - A) / meetings,
                           .at1 = -(1 - A) / meetings + share * A1,
                           .at2 = share * A2};
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  (void)scratch;
  if (x[RARE] == 0) return hc_refuse(err, "too-few-cells", "nobody was met as rarely as the cut-off");
  struct coverage c = coverage_of(x[F1], x[F2], x[MEETINGS], s->t);
  if (!(c.C > 0)) return hc_refuse(err, "no-recaptures", "everybody was met exactly once: the estimated coverage is 0");
  double N = x[ABUNDANT] + x[RARE] / c.C;
  double a = 1 / c.C, b = -x[RARE] * c.slope * a * a; /* d_k = a + b k, corrected for k = 1 and 2 */
  double d1 = a + b - x[RARE] * c.at1 * a * a, d2 = a + 2 * b - x[RARE] * c.at2 * a * a;
  double others = x[RARE] - x[F1] - x[F2];
  double k1 = x[MEETINGS] - x[F1] - 2 * x[F2], k2 = x[SQUARES] - x[F1] - 4 * x[F2];
  double squares = x[F1] * d1 * d1 + x[F2] * d2 * d2 + a * a * others + 2 * a * b * k1 + b * b * k2 + x[ABUNDANT];
  double sum = x[F1] * d1 + x[F2] * d2 + a * others + b * k1 + x[ABUNDANT];
  e->value[0] = N;
  e->se[0] = sqrt(fmax(0, squares - sum * sum / N));
  hc_estimate_note(e, "lower-bound", "where people differ in their chance of being met, this is too small");
  hc_note_coverage(e, 54, 0);
  return HC_OK;
}

const hc_estimator hc_estimator_good_turing = {
    .id = "good-turing",
    .title = "Good and Turing's coverage estimator",
    .cite = "Good (1953) Biometrika 40:237-264; Darroch and Ratcliff (1980) Biometrics 36:149-153",
    .formula = "N = n / (1 - f1/S), S the number of meetings",
    .assumes = "everybody has the same chance of being met; where people differ, the answer is too small",
    .needs = "how often people were met; somebody met at least twice",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
