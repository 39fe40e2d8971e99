/* Improved lower bounds iChao1 and iChao2: what those met three and four times add to Chao's bound.
 *
 * f_k: people met exactly k times, n = sum f_k people met. form=ichao1, each meeting a draw: s = S = sum k f_k
 * meetings; form=ichao2, on how many of T occasions each was met: s = T. With A = (s-1)/s:
 *   N = n + U + (s-3)/(4 s) f3/f4 max(f1 - (s-3)/(2 (s-1)) f2 f3/f4, 0)
 *                                                       Chiu, Wang, Walther and Chao (2014) Biometrics 70:671-682
 *   U = A f1 (f1-1)/(2 (f2+1)) bias-corrected; A f1^2/(2 f2) classic, and with f2 = 0 the bias-corrected one
 * f4 = 0 counts as 1. For iChao1, factors=limit takes (S-3)/S and (S-3)/(S-1) as 1, their limit; factors=finite keeps
 * them. SpadeR computes bound=classic with factors=limit for iChao1, and with those of T for iChao2. Below four
 * occasions nobody can have been met four times, and nothing is added.
 *
 * Standard error: delta method on multinomial frequencies given s, d_k = dN/df_k,
 *   var = sum d_k^2 f_k - (sum d_k f_k)^2/N
 *
 * Assumes: a rate for each person that does not change; where rates differ, N is a lower bound, no lower than Chao's.
 * Breaks when being met once changes the chance of being met again. With few people met four times f3/f4 is noise. */
#include "model.h"

enum { F1, F2, F3, F4, MORE, MEETINGS, N_CELLS };
enum { MOST_COUNTED = 4 };

struct state {
  bool classic, finite;
  double T; /* occasions of iChao2; 0: iChao1 */
  const uint64_t *times; /* [n_cells] of the data */
};

/* A part of N beyond n, and its derivatives by f1..f4. */
struct part {
  double value, d[MOST_COUNTED];
};

static const hc_option options[] = {
    {"form", HC_OPTION_CHOICE, "ichao1", 0, 0, "ichao1|ichao2",
     "ichao1: meetings are counted (abundances); ichao2: on how many of T occasions each was met (incidences)"},
    HC_OPTION_OCCASIONS(1e9, ", for form=ichao2", ""),
    {"bound", HC_OPTION_CHOICE, "bias-corrected", 0, 0, "bias-corrected|classic", "which of Chao's bounds it adds to"},
    {"factors", HC_OPTION_CHOICE, "limit", 0, 0, "limit|finite",
     "finite keeps the factors (S-3)/S and (S-3)/(S-1) of S meetings, which limit takes as 1; ichao2 keeps those of T"},
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
  bool incidence = hc_options_choice_is(o, "form", "ichao2");
  s->classic = hc_options_choice_is(o, "bound", "classic");
  s->finite = incidence || hc_options_choice_is(o, "factors", "finite");
  s->T = incidence ? hc_stated_occasions(data, o) : 0;
  hc_status status = incidence ? hc_need_occasions(data, s->T, N_("ichao: form=ichao2 needs"), err) : HC_OK;
  if (status != HC_OK) return status;
  s->times = hc_plan_times(plan, data);
  if (!s->times) return HC_ENOMEM;
  status = hc_plan_use_histories(plan, data, N_CELLS, collapse, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 1);
  hc_plan_population(plan, "people, lower bound where chances differ");
  hc_plan_set_form(plan, "%s on Chao's %s bound", incidence ? _("iChao2") : _("iChao1"),
                   s->classic ? _("classic") : _("bias-corrected"));
  if (incidence) hc_plan_add_variant(plan, ", T = %.0f", s->T);
  hc_plan_add_variant(plan, ", with f3/(4 f4) max(f1 - f2 f3/(2 f4), 0)%s; se: delta method on multinomial frequencies",
                      incidence ? _(", factors of T") : s->finite ? _(", factors of finite S") : "");
  return HC_OK;
}

/* What the factors are made of. */
static double draws(const struct state *s, const double *f) {
  return s->T > 0 ? s->T : f[MEETINGS];
}

static struct part chao(const struct state *s, const double *f) {
  double A = (draws(s, f) - 1) / draws(s, f), f1 = f[F1], r = f1 / f[F2], b = f[F2] + 1;
  if (s->classic && f[F2] > 0) return (struct part){A * f1 * r / 2, {A * r, -A * r * r / 2, 0, 0}};
  double unseen = A * f1 * (f1 - 1) / (2 * b);
  return (struct part){unseen, {A * (2 * f1 - 1) / (2 * b), -unseen / b, 0, 0}};
}

static struct part improvement(const struct state *s, const double *f) {
  double S = draws(s, f), f4 = fmax(f[F4], 1), r = f[F3] / f4, met = f[F4] > 0;
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

const hc_estimator hc_estimator_ichao = {
    .id = "ichao",
    .title = "Improved lower bounds iChao1 and iChao2",
    .cite = "Chiu, Wang, Walther and Chao (2014) Biometrics 70:671-682",
    .formula = "N = n + U + f3/(4 f4) max(f1 - f2 f3/(2 f4), 0), U = (s-1)/s f1 (f1-1)/(2 (f2+1)), s meetings or "
               "occasions",
    .assumes = "people met one to four times tell how many were never met; differences between people make the answer "
               "a lower bound",
    .needs = "how many people were met once, twice, three and four times; for form=ichao2 the number of occasions",
    .accepts = HC_SHAPE_COUNTS | HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
