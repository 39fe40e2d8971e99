/* Tests of closure.
 *
 * Otis, Burnham, White and Anderson (1978) Wildlife Monographs 62, p. 120: among f_k people met k times on t
 * occasions, 2 <= k < t, every set of k occasions is as likely as another if each person's chance stays the same. The
 * time from first to last capture then has mean (k-1)(t+1)/(k+1) and variance 2(t-k)(k-1)(t+1)/((k+2)(k+1)^2); z sums
 * what the means over people fall short. Holds whatever the differences between people; a drift of the chances looks
 * like turnover.
 *
 * Stanley and Burnham (1999) Environ. Ecol. Statist. 6:197: Mt against Jolly and Seber's model, as a sum of chi
 * squared. With captures.c's letters, u*_i first captures on i and later, Q_i people marked before i, T*_i = T_i +
 * u*_i (T_1 = 0):
 *   nobody arrives, against all:  2 x 2 tables (m_i, z_i; u_i, u*_i - u_i), i = 2..k-1
 *   Mt, against nobody arrives:   r_i of R_i with lambda_i = 1 - prod over j > i of q_j; n_i of T*_i with
 *                                 tau_i = p_i/(1 - prod over j >= i of q_j); p_i = n_i/N of Mt, i = 1..k-1, less one
 *                                 degree of freedom
 *   nobody leaves, against all:   2 x 2 tables (z_i, Q_i - m_i - z_i; r_i, R_i - r_i)
 * A table that expects fewer than 2 in a cell is left out, as in the authors' program. Holds whatever the differences
 * between occasions; differences between people look like turnover. So closure counts as contradicted where both
 * tests say so. */
#include "engine/closure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/author.h"
#include "numeric/root.h"
#include "numeric/special.h"

static const double least_expected = 2, unlikely = 0.01, unusual = 0.05;

static void otis(hc_closure *c, const hc_data *data) {
  double people[HC_MAX_LISTS + 1] = {0}, span[HC_MAX_LISTS + 1] = {0}, t = (double)data->n_lists, short_of = 0,
                               variance = 0;
  for (size_t i = 0; i < data->n_cells; i++) {
    uint64_t h = data->history[i];
    size_t k = (size_t)__builtin_popcountll(h), apart = 63 - (size_t)__builtin_clzll(h) - (size_t)__builtin_ctzll(h);
    people[k] += (double)data->count[i];
    span[k] += (double)data->count[i] * (double)apart;
  }
  for (size_t j = 2; j < data->n_lists; j++) {
    double k = (double)j, f = people[j];
    if (!(f > 0)) continue;
    short_of += span[j] / f - (k - 1) * (t + 1) / (k + 1);
    variance += 2 * (t - k) * (k - 1) * (t + 1) / ((k + 2) * (k + 1) * (k + 1) * f);
  }
  if (!(variance > 0)) return;
  c->z = short_of / sqrt(variance);
  c->p = hc_normal_cdf(c->z);
}

/* Captures by occasion: u, v, n, released, [k] each. */
struct captures {
  size_t k;
  double *u, *v, *n, *R;
};

static void add_histories(struct captures *c, const hc_data *data) {
  for (size_t i = 0; i < data->n_cells; i++) {
    double count = (double)data->count[i];
    c->u[__builtin_ctzll(data->history[i])] += count;
    c->v[63 - __builtin_clzll(data->history[i])] += count;
    for (uint64_t h = data->history[i]; h; h &= h - 1) c->n[__builtin_ctzll(h)] += count;
  }
  memcpy(c->R, c->n, c->k * sizeof *c->R);
}

static void copy_table(struct captures *c, const hc_data *data) {
  const hc_column *released = hc_data_column(data, "released");
  for (size_t i = 0; i < c->k; i++) {
    c->u[i] = hc_column_number(hc_data_column(data, "u"), i);
    c->v[i] = hc_column_number(hc_data_column(data, "v"), i);
    c->n[i] = hc_column_number(hc_data_column(data, "n"), i);
    c->R[i] = released ? hc_column_number(released, i) : c->n[i];
  }
}

/* (observed - expected)^2 (1/expected + 1/rest) of so many trials; NaN where a cell expects too few. */
static double of_trials(double seen, double trials, double chance) {
  double expected = trials * chance, rest = trials - expected;
  if (!(expected > 0) || !(rest > 0)) return NAN;
  return (seen - expected) * (seen - expected) * (1 / expected + 1 / rest);
}

static double of_table(double a, double b, double c, double d) {
  double all = a + b + c + d, rows[] = {a + b, c + d}, columns[] = {a + c, b + d};
  double least = fmin(rows[0], rows[1]) * fmin(columns[0], columns[1]) / all;
  if (!(least >= least_expected)) return NAN;
  return all * (a * d - b * c) * (a * d - b * c) / (rows[0] * rows[1] * columns[0] * columns[1]);
}

static void add(hc_chi_squared *x, double value) {
  if (!isnan(value)) x->value += value, x->df += 1;
}

static void conclude(hc_chi_squared *x) {
  if (x->df > 0) x->p = hc_chisq_exceeds(x->value, x->df);
  else x->value = NAN;
}

struct mt {
  const struct captures *c;
  double people;
};

/* The slope of Mt's likelihood in N. */
static double slope(double N, void *context) {
  const struct mt *m = context;
  double sum = hc_ln_falling_slope(N, m->people);
  for (size_t i = 0; i < m->c->k; i++) sum += log1p(-m->c->n[i] / N);
  return sum;
}

static double N_of_mt(const struct captures *c) {
  struct mt m = {c, 0};
  for (size_t i = 0; i < c->k; i++) m.people += c->u[i];
  double low = m.people, high = 2 * m.people + 1, N = NAN;
  for (size_t i = 0; i < c->k; i++)
    if (!(c->n[i] > 0) || !(c->n[i] < m.people)) return NAN;
  if (!(slope(low, &m) > 0)) return low;
  while (slope(high, &m) > 0)
    if (!((high *= 2) < 1e15)) return NAN;
  return hc_root_brent(slope, &m, low, high, 1e-12, &N) ? N : NAN;
}

static void stanley_burnham(hc_closure *t, const struct captures *c) {
  size_t k = c->k;
  double N = N_of_mt(c), T = 0, Q = 0, later = 0, missed_all = 1, last = 1;
  for (size_t i = 0; i < k; i++) later += c->u[i];
  for (size_t i = 0; i < k; i++) missed_all *= 1 - c->n[i] / N;
  for (size_t i = 0; i + 1 < k; i++) {
    double u = c->u[i], n = c->n[i], R = c->R[i], m = n - u, r = n - c->v[i], z = T - m, p = n / N;
    if (i > 0) {
      double arrived = of_table(m, z, u, later - u);
      add(&t->arrivals, arrived), add(&t->overall, arrived);
      add(&t->departures, of_table(z, Q - m - z, r, R - r));
    }
    double missed_after = missed_all / (1 - p),
           pair = of_trials(r, R, 1 - missed_after) + of_trials(n, T + later, p / (1 - missed_all));
    add(&t->overall, pair);
    if (!isnan(pair) && last > 0) t->overall.df -= 1, last = 0; /* for N */
    missed_all = missed_after;
    T += u - c->v[i], Q += R - m, later -= u;
  }
  conclude(&t->overall), conclude(&t->arrivals), conclude(&t->departures);
}

hc_status hc_closure_test(hc_closure *closure, const hc_data *data, hc_error *err) {
  const hc_chi_squared none = {0, 0, NAN};
  bool table = data->shape == HC_SHAPE_FIRST_LAST, histories = data->shape == HC_SHAPE_OCCASIONS && data->history;
  *closure = (hc_closure){NAN, NAN, none, none, none};
  struct captures c = {.k = table ? data->n_rows : data->n_lists};
  if ((!table && !histories) || c.k < 3) return HC_EREFUSED;
  c.u = calloc(4 * c.k, sizeof *c.u);
  if (!c.u) return hc_fail(err, HC_ENOMEM, "no memory for a test of closure");
  c.v = c.u + c.k, c.n = c.v + c.k, c.R = c.n + c.k;
  if (table) copy_table(&c, data);
  else add_histories(&c, data), otis(closure, data);
  stanley_burnham(closure, &c);
  free(c.u);
  return HC_OK;
}

/* "p = 0.0031", "p below 0.000001". */
static void word_p(char text[24], double p) {
  if (p < 1e-6) hc_format(text, 24, "p below 0.000001");
  else hc_format(text, 24, "p = %.2g", p);
}

bool hc_closure_contradicted(const hc_closure *c, char text[HC_NOTE_SIZE]) {
  if (!(c->overall.p < unlikely) || c->p >= unusual) return false;
  bool arrive = c->arrivals.p < unlikely, leave = c->departures.p < unlikely;
  char shorter[100] = "", p[24];
  word_p(p, c->p);
  if (!isnan(c->p)) hc_format(shorter, sizeof shorter, "; Otis and others 1978: z = %.2f, %s", c->z, p);
  word_p(p, c->overall.p);
  hc_format(text, HC_NOTE_SIZE,
           "%s between the occasions: first and last captures contradict a closed population (Stanley and Burnham "
           "1999: chi squared %.1f on %.0f degrees of freedom, %s%s)",
           arrive && leave ? _("people come and go")
           : arrive        ? _("people arrive")
           : leave         ? _("people leave")
                           : _("people come or go"),
           c->overall.value, c->overall.df, p, shorter);
  return true;
}
