/* Improved lower bound iChao1: what those met three and four times add to Chao's bound.
 *
 * f_k: people met exactly k times, n = sum f_k people met, S = sum k f_k meetings, A = (S-1)/S:
 *   N = n + U + f3/(4 f4) max(f1 - f2 f3/(2 f4), 0)       Chiu, Wang, Walther and Chao (2014) Biometrics 70:671-682
 *   U = A f1 (f1-1)/(2 (f2+1)) bias-corrected; A f1^2/(2 f2) classic, and with f2 = 0 the bias-corrected one
 * f4 = 0 counts as 1. factors=finite: f3/f4 before the bracket is multiplied by (S-3)/S, and inside it by (S-3)/(S-1),
 * which tend to 1. SpadeR computes form=classic, factors=limit.
 *
 * Standard error: delta method on multinomial frequencies given S, d_k = dN/df_k,
 *   var = sum d_k^2 f_k - (sum d_k f_k)^2/N
 *
 * Assumes: a rate for each person that does not change; where rates differ, N is a lower bound, no lower than Chao's.
 * Breaks when being met once changes the chance of being met again. With few people met four times f3/f4 is noise. */
#include "model.h"

enum { F1, F2, F3, F4, MORE, MEETINGS, N_CELLS };
enum { MOST_COUNTED = 4 };

struct state {
  bool classic, finite;
  const uint64_t *times; /* [n_cells] of the data */
};

/* A part of N beyond n, and its derivatives by f1..f4. */
struct part {
  double value, d[MOST_COUNTED];
};

static const hc_option options[] = {
    {"form", HC_OPTION_CHOICE, "bias-corrected", 0, 0, "bias-corrected|classic", "which of Chao's bounds it adds to"},
    {"factors", HC_OPTION_CHOICE, "limit", 0, 0, "limit|finite",
     "finite keeps the factors (S-3)/S and (S-3)/(S-1) of S meetings, which limit takes as 1"},
    {0},
};

static void collapse(const hc_plan *plan, const double *cells, double *observed) {
  const struct state *s = plan->state;
  for (size_t j = 0; j < N_CELLS; j++) observed[j] = 0;
  for (size_t i = 0; i < plan->n_cells; i++) {
    observed[s->times[i] <= MOST_COUNTED ? s->times[i] - 1 : MORE] += cells[i];
    observed[MEETINGS] += (double)s->times[i] * cells[i];
  }
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  s->classic = hc_options_choice_is(o, "form", "classic");
  s->finite = hc_options_choice_is(o, "factors", "finite");
  s->times = hc_plan_times(plan, data);
  if (!s->times) return HC_ENOMEM;
  hc_status status = hc_plan_use_histories(plan, data, N_CELLS, collapse, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 1);
  hc_plan_population(plan, "people, lower bound where chances differ");
  hc_plan_set_form(plan, s->classic ? "classic form" : "bias-corrected form");
  hc_plan_add_variant(plan, ", with f3/(4 f4) max(f1 - f2 f3/(2 f4), 0)%s; se: delta method on multinomial frequencies",
                      s->finite ? ", factors of finite S" : "");
  return HC_OK;
}

static struct part chao(const struct state *s, const double *f) {
  double A = (f[MEETINGS] - 1) / f[MEETINGS], f1 = f[F1], r = f1 / f[F2], b = f[F2] + 1;
  if (s->classic && f[F2] > 0) return (struct part){A * f1 * r / 2, {A * r, -A * r * r / 2, 0, 0}};
  double unseen = A * f1 * (f1 - 1) / (2 * b);
  return (struct part){unseen, {A * (2 * f1 - 1) / (2 * b), -unseen / b, 0, 0}};
}

static struct part improvement(const struct state *s, const double *f) {
  double S = f[MEETINGS], f4 = fmax(f[F4], 1), r = f[F3] / f4, met = f[F4] > 0;
  double before = (s->finite ? (S - 3) / S : 1) / 4, within = (s->finite ? (S - 3) / (S - 1) : 1) / 2;
  double bracket = f[F1] - within * f[F2] * r;
  if (!(bracket > 0) || !(before > 0)) return (struct part){0};
  double slope = before * (bracket - within * f[F2] * r) / f4; /* by f3; by f4: -r times it */
  return (struct part){before * r * bracket, {before * r, -before * within * r * r, slope, -met * r * slope}};
}

static hc_status fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  struct part U = {0}, more = {0};
  double n = f[F1] + f[F2] + f[F3] + f[F4] + f[MORE], squares = f[MORE], sum = f[MORE];
  (void)scratch, (void)err;
  if (f[F1] > 0) U = chao(s, f), more = improvement(s, f);
  else hc_estimate_note(e, "no-singletons", "nobody was met exactly once, so nobody is estimated to be unseen");
  for (size_t k = 0; k < MOST_COUNTED; k++) {
    double d = 1 + U.d[k] + more.d[k];
    squares += d * d * f[k], sum += d * f[k];
  }
  e->value[0] = n + U.value + more.value;
  e->se[0] = sqrt(fmax(0, squares - sum * sum / e->value[0]));
  hc_estimate_note(e, "lower-bound", "where people differ in their chance of being met, this is a lower bound of N");
  return HC_OK;
}

const hc_estimator hc_estimator_ichao1 = {
    .id = "ichao1",
    .title = "Improved lower bound iChao1",
    .cite = "Chiu, Wang, Walther and Chao (2014) Biometrics 70:671-682",
    .formula = "N = n + U + f3/(4 f4) max(f1 - f2 f3/(2 f4), 0), U = (S-1)/S f1 (f1-1)/(2 (f2+1)), S meetings",
    .assumes = "people met one to four times tell how many were never met; differences between people make the answer "
               "a lower bound",
    .needs = "how many people were met once, twice, three and four times",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
