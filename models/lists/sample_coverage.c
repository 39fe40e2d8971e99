/* The sample coverage approach to three or more lists: N, and how much every two lists depend on each other.
 *
 * t lists; n_j people on list j, m_jk on both j and k, s_j on j alone, b_jk on j and k and no other, M on any. Without
 * one list, the others name D people on average, and the coverage is C:
 *   D = M - sum s_j/t,   C = 1 - sum s_j/n_j / t         Chao and Tsay (1998) J. Am. Stat. Assoc. 93:283, eq. 14
 * With r_jk = N m_jk/(n_j n_k) - 1, the coefficient of covariation (CCV) of j and k, and A_jk = s_j + s_k + 2 b_jk,
 *   N = D/C + sum_{j<k} A_jk r_jk / (t C)
 *   form=independent  all r_jk = 0: N0 = D/C
 *   form=high         solved for N: N = (D - A)/(C - W), A = sum A_jk/t, W = sum A_jk m_jk/(n_j n_k)/t   eq. 20
 *   form=one-step     N = N0 + (N' W - A)/C, N' = N0 + (N0 W - A)/C
 *                     Chao, Tsay, Shau and Chao (1996), eq. 2.21 by the package CARE1; the paper was not seen
 *   form=auto         high where C is at least 0.55, else one-step; the threshold is ours
 * CARE1 prints the three as Indep, HSC and LSC.
 *
 * Standard error: delta method on multinomial histories. N is homogeneous of degree one, so with d_c = dN/dz_c for the
 * people z_c of history c, var N = sum d_c^2 z_c - N. CARE1 draws replicates.
 *
 * Assumes: what three and more lists have in common beyond their pairs says nothing of the unseen; pairs may depend in
 * either direction. Breaks at low coverage, where C - W is near 0. One step then goes part of the way from N0 to N,
 * and is a lower bound where lists depend positively. */
#include "model.h"

#include <string.h>

#define COVERAGE_ENOUGH 0.55

enum form { INDEPENDENT, HIGH, ONE_STEP };
enum quantity { N_PEOPLE, COVERAGE, AVERAGE, FIRST_LIST };

struct state {
  enum form form;
  size_t lists;
  const uint64_t *history; /* [n_cells] */
};

static const hc_option options[] = {
    {"form", HC_OPTION_CHOICE, "auto", 0, 0, "auto|high|one-step|independent",
     "high: enough coverage to solve for N; one-step: for low coverage; auto: high where the coverage is 0.55 or more"},
    {0},
};

/* Scratch of one fit. */
struct room {
  double *n, *s, *pull, *alone; /* [t] pull: sum over k of A_jk q_jk/n_j; alone: sum over k of q_jk */
  double *m, *b;                /* [t x t], j < k                                                   */
};

static size_t room_size(size_t t) {
  return 4 * t + 2 * t * t;
}

static struct room divide(size_t t, double *scratch) {
  struct room r = {.n = scratch, .s = scratch + t, .pull = scratch + 2 * t, .alone = scratch + 3 * t};
  r.m = scratch + 4 * t, r.b = r.m + t * t;
  return r;
}

/* Everything that N is made of. */
struct sums {
  double M, D, C, A, W;
};

static void count(const struct state *s, size_t n_cells, const double *z, const struct room *r, struct sums *x) {
  size_t t = s->lists;
  memset(r->n, 0, room_size(t) * sizeof *r->n);
  for (size_t i = 0; i < n_cells; i++) {
    uint64_t c = s->history[i];
    int size = __builtin_popcountll(c);
    x->M += z[i];
    for (uint64_t left = c; left; left &= left - 1) {
      size_t j = (size_t)__builtin_ctzll(left);
      r->n[j] += z[i];
      if (size == 1) r->s[j] += z[i];
      for (uint64_t rest = left & (left - 1); rest; rest &= rest - 1) {
        size_t k = (size_t)__builtin_ctzll(rest);
        r->m[j * t + k] += z[i];
        if (size == 2) r->b[j * t + k] += z[i];
      }
    }
  }
}

static struct sums sums_of(const struct state *s, size_t n_cells, const double *z, const struct room *r) {
  struct sums x = {0};
  size_t t = s->lists;
  double T = (double)t, alone = 0, share = 0;
  count(s, n_cells, z, r, &x);
  for (size_t j = 0; j < t; j++) alone += r->s[j], share += r->n[j] > 0 ? r->s[j] / r->n[j] : 1;
  x.D = x.M - alone / T, x.C = 1 - share / T;
  for (size_t j = 0; j < t; j++) {
    for (size_t k = j + 1; k < t; k++) {
      double A = r->s[j] + r->s[k] + 2 * r->b[j * t + k], q = r->m[j * t + k] / (r->n[j] * r->n[k]);
      x.A += A / T, x.W += A * q / T;
      r->pull[j] += A * q / r->n[j], r->pull[k] += A * q / r->n[k];
      r->alone[j] += q, r->alone[k] += q;
    }
  }
  return x;
}

/* N and its derivatives by D, C, A and W. */
struct slopes {
  double N, D, C, A, W;
};

static struct slopes slopes_of(enum form form, const struct sums *x) {
  double C = x->C, w = x->W / C, d = x->D / C, a = x->A / C;
  if (form == INDEPENDENT) return (struct slopes){d, 1 / C, -d / C, 0, 0};
  if (form == HIGH) {
    double b = C - x->W, N = (x->D - x->A) / b;
    return (struct slopes){N, 1 / b, -N / b, -1 / b, N / b};
  }
  double N = d * (1 + w + w * w) - a * (1 + w), by_w = d * (1 + 2 * w) - a;
  return (struct slopes){N, (1 + w + w * w) / C, -(N + w * by_w) / C, -(1 + w) / C, by_w / C};
}

/* dN/dz of a history. */
static double derivative(const struct state *s, uint64_t c, const struct room *r, const struct slopes *f) {
  size_t t = s->lists;
  int size = __builtin_popcountll(c);
  double dC = 0, dW = 0, T = (double)t, one = size == 1, two = size == 2;
  for (uint64_t left = c; left; left &= left - 1) {
    size_t j = (size_t)__builtin_ctzll(left);
    dC += r->s[j] / (r->n[j] * r->n[j]) - one / r->n[j];
    dW += one * r->alone[j] - r->pull[j];
    for (uint64_t rest = left & (left - 1); rest; rest &= rest - 1) {
      size_t k = (size_t)__builtin_ctzll(rest), at = j * t + k;
      dW += (r->s[j] + r->s[k] + 2 * r->b[at] + 2 * two * r->m[at]) / (r->n[j] * r->n[k]);
    }
  }
  return f->D * (1 - one / T) + (f->C * dC + f->A * ((T - 1) * one + 2 * two) + f->W * dW) / T;
}

static hc_status take_lists(hc_plan *plan, const hc_data *data, hc_error *err) {
  struct state *s = plan->state;
  if (!data->history)
    return hc_refuse(err, "bad-shape", "sample-coverage needs capture histories, not totals by occasion");
  if (data->n_lists < 2) return hc_refuse(err, "one-list", "one list says nothing about the people who are on no list");
  if (data->n_lists == 2)
    return hc_refuse(err, "not-identified", "two lists do not tell how much they depend on each other: needs three");
  uint64_t *history = hc_plan_alloc(plan, data->n_cells, sizeof *history);
  if (!history) return HC_ENOMEM;
  memcpy(history, data->history, data->n_cells * sizeof *history);
  s->history = history, s->lists = data->n_lists;
  plan->n_scratch = room_size(s->lists);
  return hc_plan_use_histories(plan, data, 0, NULL, err);
}

static void name_quantities(hc_plan *plan, const hc_data *data) {
  size_t t = data->n_lists, at = FIRST_LIST + t;
  hc_plan_set_quantities(plan, at + t * (t - 1) / 2);
  hc_plan_population(plan, "people, on a list or not");
  hc_plan_quantity(plan, COVERAGE, &hc_quantity_chance, "estimated sample coverage", "coverage");
  hc_plan_quantity(plan, AVERAGE, &hc_quantity_positive, "people on the lists without one of them, on average", "D");
  for (size_t j = 0; j < t; j++)
    hc_plan_quantity(plan, FIRST_LIST + j, &hc_quantity_chance, "mean chance of being on this list", "p[%s]",
                     data->list_names[j]);
  for (size_t j = 0; j < t; j++)
    for (size_t k = j + 1; k < t; k++)
      hc_plan_quantity(plan, at++, &hc_quantity_real, "coefficient of covariation: 0 where the two are independent",
                       "ccv[%s:%s]", data->list_names[j], data->list_names[k]);
}

static hc_status choose_form(hc_plan *plan, const hc_options *o) {
  static const char *const words[] = {N_("independent lists"), N_("high sample coverage"), N_("one step, for low sample coverage")};
  struct state *s = plan->state;
  double *scratch = hc_plan_alloc(plan, plan->n_scratch, sizeof *scratch);
  if (!scratch) return HC_ENOMEM;
  struct room r = divide(s->lists, scratch);
  struct sums x = sums_of(s, plan->n_cells, plan->observed, &r);
  bool enough = x.C >= COVERAGE_ENOUGH, automatic = hc_options_choice_is(o, "form", "auto");
  s->form = ONE_STEP;
  if (hc_options_choice_is(o, "form", "high") || (automatic && enough)) s->form = HIGH;
  if (hc_options_choice_is(o, "form", "independent")) s->form = INDEPENDENT;
  hc_plan_set_form(plan, "%s", _(words[s->form]));
  if (automatic) hc_plan_add_variant(plan, ", as the coverage is %s", enough ? _("0.55 or more") : _("below 0.55"));
  hc_plan_add_variant(plan, "; se: delta method on multinomial histories");
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = take_lists(plan, data, err);
  if (status != HC_OK) return status;
  name_quantities(plan, data);
  return choose_form(plan, o);
}

static void fill(const struct state *s, const struct room *r, const struct sums *x, double N, hc_estimate *e) {
  size_t t = s->lists, at = FIRST_LIST + t;
  e->value[N_PEOPLE] = N, e->value[COVERAGE] = x->C, e->value[AVERAGE] = x->D;
  for (size_t j = 0; j < t; j++) e->value[FIRST_LIST + j] = r->n[j] / N;
  for (size_t j = 0; j < t; j++)
    for (size_t k = j + 1; k < t; k++) e->value[at++] = N * r->m[j * t + k] / (r->n[j] * r->n[k]) - 1;
}

static hc_status fit(const hc_plan *plan, const double *z, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  struct room r = divide(s->lists, scratch);
  struct sums x = sums_of(s, plan->n_cells, z, &r);
  double squares = 0;
  for (size_t j = 0; j < s->lists; j++)
    if (r.n[j] == 0) return hc_refuse(err, "no-overlap", "nobody is on list %zu, so it overlaps with no other", j + 1);
  if (!(x.C > 0)) return hc_refuse(err, "no-overlap", "nobody is on two lists: the estimated coverage is 0");
  if (s->form == HIGH && !(x.C - x.W > 0))
    return hc_refuse(err, "not-identified",
                     "the lists share too few people to solve for N (C - W = %.3g): form=one-step is for low coverage",
                     x.C - x.W);
  struct slopes f = slopes_of(s->form, &x);
  for (size_t i = 0; i < plan->n_cells; i++) {
    double d = z[i] > 0 ? derivative(s, s->history[i], &r, &f) : 0;
    squares += d * d * z[i];
  }
  fill(s, &r, &x, f.N, e);
  e->se[N_PEOPLE] = sqrt(fmax(0, squares - f.N));
  if (s->form == ONE_STEP && f.N > x.D / x.C)
    hc_estimate_note(e, "lower-bound", "lists depend positively on balance, and one step goes part of the way");
  if (e->se[N_PEOPLE] > f.N)
    hc_estimate_note(e, "unstable", "the standard error is larger than N: form=one-step is for data like these");
  return HC_OK;
}

const hc_estimator hc_estimator_sample_coverage = {
    .id = "sample-coverage",
    .title = "Sample coverage of several lists",
    .cite = "Chao and Tsay (1998) J. Am. Stat. Assoc. 93:283-293, eq. 14 and 20",
    .formula = "N = D/C + sum of A_jk r_jk / (t C), r_jk = N m_jk/(n_j n_k) - 1, A_jk = s_j + s_k + 2 b_jk",
    .assumes = "lists may depend on each other two by two, and what three and more have in common says nothing further "
               "about the people on none",
    .needs = "who is on which list, three or more lists that overlap",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
