/* Two lists that avoid each other, told by two strata that differ on the second list alone.
 *
 * A share alpha of people is on the second list exactly when not on the first; the others are on it independently,
 * with the chance p_s of their stratum s. The chance p of the first list and alpha are the same in both strata. m_s
 * people on both lists, b_s on the first only, c_s on the second only, n_s = m_s + b_s, N_s all:
 *   E m_s = N_s p (1-alpha) p_s,  E b_s = N_s p (alpha + (1-alpha)(1-p_s)),  E c_s = N_s (1-p)(alpha + (1-alpha) p_s)
 * The model that Beresewicz, Cherniaiev and Pater (2021, arXiv 2106.03263) make for negative dependence after
 * Chatterjee and Bhuyan (2020). Six numbers, six unknowns: the maximum of the likelihood fits them exactly; they
 * search for it, and here it is solved (derivation ours): E c_s / E n_s gives (c_s/n_s) o = alpha + m_s/n_s for both
 * strata, so that
 *   o = (m_1/n_1 - m_2/n_2)/(c_1/n_1 - c_2/n_2),  p = o/(1+o),  alpha = o c_s/n_s - m_s/n_s
 *   N_s = n_s/p,  p_s = (m_s/n_s)/(1-alpha)
 * Standard error: delta method on multinomial cells; N is homogeneous of degree one, var N = sum z (dN/dz)^2 - N.
 *
 * Assumes: the sentence above; nothing in the data tests it. Breaks: where both strata have the same share m_s/n_s,
 * which says nothing; where alpha would be negative (the lists attract), or a chance is not within 0 and 1: refused.
 * */
#include "lists/stratified.h"

#include <string.h>

struct state {
  hc_stratified strata;
};

enum { N_ALL, N_STRATUM, ALPHA = 3, P_FIRST, P_SECOND, N_QUANTITIES = 7 };

static const hc_option options[] = {{0}};

static hc_status check_strata(const hc_stratified *s, size_t n_cells, hc_error *err) {
  if (s->n_marked != 2 || s->n_found != 2)
    return hc_refuse(err, "not-identified", "needs two strata, found %zu on the first list and %zu on the second",
                     s->n_marked, s->n_found);
  for (size_t i = 0; i < 2; i++)
    if (strcmp(s->marked[i], s->found[i]) != 0)
      return hc_refuse(err, "not-identified", "the strata of the two lists differ: %s and %s", s->marked[i],
                       s->found[i]);
  for (size_t c = 0; c < n_cells; c++)
    if (s->marked_in[c] != HC_IN_NEITHER && s->found_in[c] != HC_IN_NEITHER && s->marked_in[c] != s->found_in[c])
      return hc_refuse(err, "not-identified",
                       "people are in %s on one list and in %s on the other: a stratum has to be the "
                       "same on both",
                       s->marked[s->marked_in[c]], s->found[s->found_in[c]]);
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  hc_status status = hc_stratified_read(plan, data, &s->strata, err);
  (void)o;
  if (status == HC_OK) status = check_strata(&s->strata, plan->n_cells, err);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, N_QUANTITIES);
  hc_plan_population(plan, "people, on a list or not");
  hc_plan_quantity(plan, ALPHA, &hc_quantity_chance, "share who are on exactly one of the lists", "alpha");
  hc_plan_quantity(plan, P_FIRST, &hc_quantity_chance, "chance of being on the first list", "p1");
  for (size_t i = 0; i < 2; i++) {
    hc_plan_quantity(plan, N_STRATUM + i, &hc_quantity_people, "people in this stratum", "N[%s]", s->strata.marked[i]);
    hc_plan_quantity(plan, P_SECOND + i, &hc_quantity_chance, "of the others, chance of being on the second list",
                     "p2[%s]", s->strata.marked[i]);
  }
  hc_plan_set_form(plan, "two strata");
  hc_plan_add_variant(plan, ", maximum likelihood; se: delta method on multinomial cells");
  return HC_OK;
}

/* The variance of a sum of n_s (1 + 1/o) over the strata with weight 1, without the term - N. */
static double squares(const double x[2], const double y[2], const double m[4], const double n[2], const double c[2],
                      double o, const double weight[2]) {
  double total = 0, people = weight[0] * n[0] + weight[1] * n[1], per = 1 + 1 / o, apart = y[0] - y[1];
  for (size_t s = 0; s < 2; s++) {
    double pull = (s == 0 ? 1 : -1) * people / (o * o * apart * n[s]); /* -dN/do do/dx_s / n_s */
    double dm = weight[s] * per - pull * (1 - x[s] + o * y[s]), db = weight[s] * per - pull * (o * y[s] - x[s]);
    double dc = pull * o, both = m[3 * s];
    total += both * dm * dm + (n[s] - both) * db * db + c[s] * dc * dc;
  }
  return total;
}

static hc_status fit(const hc_plan *plan, const double *cells, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double m[4], n[2], c[2], x[2], y[2];
  (void)scratch;
  hc_stratified_sums(&s->strata, plan, cells, m, n, c);
  if (n[0] == 0 || n[1] == 0) return hc_refuse(err, "not-identified", "nobody of a stratum is on the first list");
  for (size_t i = 0; i < 2; i++) x[i] = m[3 * i] / n[i], y[i] = c[i] / n[i];
  double o = (x[0] - x[1]) / (y[0] - y[1]), alpha = (x[0] * y[1] - x[1] * y[0]) / (y[0] - y[1]);
  if (!(o > 0) || !isfinite(o))
    return hc_refuse(err, "not-identified",
                     "the strata do not tell the lists' dependence: shares on both lists %.3g and %.3g, "
                     "second over first list %.3g and %.3g",
                     x[0], x[1], y[0], y[1]);
  if (!(alpha >= 0) || !(alpha + fmax(x[0], x[1]) <= 1))
    return hc_refuse(err, "not-identified", "the strata give alpha = %.3g: these lists do not avoid each other", alpha);
  const double weights[3][2] = {{1, 1}, {1, 0}, {0, 1}};
  for (size_t i = 0; i < 3; i++) {
    double N = (weights[i][0] * n[0] + weights[i][1] * n[1]) * (1 + 1 / o);
    e->value[i] = N;
    e->se[i] = sqrt(fmax(0, squares(x, y, m, n, c, o, weights[i]) - N));
  }
  e->value[ALPHA] = alpha, e->value[P_FIRST] = o / (1 + o);
  for (size_t i = 0; i < 2; i++) e->value[P_SECOND + i] = x[i] / (1 - alpha);
  return HC_OK;
}

const hc_estimator hc_estimator_negatively_dependent = {
    .id = "negatively-dependent",
    .title = "Two lists that avoid each other, by two strata",
    .cite = "Beresewicz, Cherniaiev and Pater (2021) arXiv:2106.03263, after Chatterjee and Bhuyan (2020)",
    .formula =
        "N = sum of n_s/p, p/(1-p) = (m_1/n_1 - m_2/n_2)/(c_1/n_1 - c_2/n_2); m_s on both lists, c_s on the second "
        "only, n_s on the first",
    .assumes =
        "a share of people is on exactly one of the lists; this share and the chance of the first list are the same "
        "in both strata",
    .needs = "a table marked_in,found_in,people: first and second list, two strata, the same on both lists",
    .accepts = HC_SHAPE_STRATA,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
