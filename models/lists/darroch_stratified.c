/* Darroch's estimate of a population that is sampled twice by stratum, between which people move.
 *
 * a_i people marked in stratum i of the first sample, m_ij of them found in stratum j of the second, u_j found there
 * who had not been marked; as many strata in the second sample as in the first. The chance p_j = 1/rho_j of being
 * found depends on the stratum alone, so that M rho = a:
 *   rho = M^-1 a,   U_j = u_j rho_j,   N = sum a_i + sum U_j           Darroch (1961) Biometrika 48:241
 *   N2_j = (u_j + m_.j) rho_j      people in stratum j when the second sample was taken
 *   N1_i = a_i (M'^-1 (u + m_.))_i people in stratum i when the first one was; both add up to N
 * Standard errors, the delta method: the m_i. of stratum i are multinomial among its a_i; u_j is binomial (U_j; p_j)
 * for N, U and N2. For N1 the unmarked U1_k of the first sample's strata are given, and u is the sum of their
 * multinomials:
 *   cov(u_j, u_l) = [j = l] u_j - sum_k U1_k f_kj f_kl,  f_kj = m_kj/a_k
 * For the total both are the same: in Darroch's letters D_U T^-1 D_mu D_a^-1 T'^-1 D_U + D_U (D_rho - 1), which the
 * package recapr computes. With one stratum N is Lincoln and Petersen's.
 *
 * Assumes: marked and unmarked people of a stratum move alike and are found alike; nobody leaves. Breaks: a singular M
 * (strata whose people spread alike: pool them), or chances outside 0 to 1. */
#include "lists/stratified.h"

struct state {
  hc_stratified strata;
};

/* Scratch of one fit, k strata. */
struct room {
  double *m, *inverse, *work; /* [k x k] */
  double *a, *u, *rho, *q;    /* [k]     */
};

static struct room divide(size_t k, double *scratch) {
  struct room r = {.m = scratch, .inverse = scratch + k * k, .work = scratch + 2 * k * k};
  r.a = scratch + 3 * k * k, r.u = r.a + k, r.rho = r.u + k, r.q = r.rho + k;
  return r;
}

static const hc_option options[] = {{0}};

/* --- prepare ------------------------------------------------------------------------------------------------ */

static void name_quantities(hc_plan *plan, const hc_stratified *s) {
  size_t k = s->n_found, at = 1;
  hc_plan_set_quantities(plan, 1 + 4 * k);
  hc_plan_population(plan, "people, in a sample or not");
  for (size_t i = 0; i < k; i++)
    hc_plan_quantity(plan, at++, &hc_quantity_people, "people in this stratum at the first sample", "N1[%s]",
                     s->marked[i]);
  for (size_t j = 0; j < k; j++)
    hc_plan_quantity(plan, at++, &hc_quantity_people, "people in this stratum at the second sample", "N2[%s]",
                     s->found[j]);
  for (size_t j = 0; j < k; j++)
    hc_plan_quantity(plan, at++, &hc_quantity_people, "of these, not in the first sample", "U[%s]", s->found[j]);
  for (size_t j = 0; j < k; j++)
    hc_plan_quantity(plan, at++, &hc_quantity_chance, "chance of being found in this stratum", "p[%s]", s->found[j]);
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  hc_status status = hc_stratified_read(plan, data, &s->strata, err);
  size_t k = s->strata.n_found;
  (void)o;
  if (status != HC_OK) return status;
  if (k != s->strata.n_marked)
    return hc_refuse(err, "not-identified",
                     "people were marked in %zu strata and found in %zu: needs as many in the second "
                     "sample as in the first; pool some",
                     s->strata.n_marked, k);
  plan->n_scratch = 3 * k * k + 4 * k;
  name_quantities(plan, &s->strata);
  hc_plan_set_form(plan, "%zu strata", k);
  hc_plan_add_variant(plan, ", U = D_u M^-1 a; se: delta method on multinomial recaptures");
  return HC_OK;
}

/* --- fit ----------------------------------------------------------------------------------------------------------
 * */

/* Gauss and Jordan with row pivots. False where m is singular to working precision. */
static bool invert(size_t k, const double *m, double *work, double *inverse) {
  double largest = 0;
  for (size_t i = 0; i < k * k; i++) work[i] = m[i], inverse[i] = i % (k + 1) == 0, largest = fmax(largest, m[i]);
  for (size_t c = 0; c < k; c++) {
    size_t pivot = c;
    for (size_t i = c + 1; i < k; i++)
      if (fabs(work[i * k + c]) > fabs(work[pivot * k + c])) pivot = i;
    if (!(fabs(work[pivot * k + c]) > 1e-12 * largest)) return false;
    for (size_t j = 0; j < k; j++) {
      double w = work[c * k + j], v = inverse[c * k + j];
      work[c * k + j] = work[pivot * k + j], work[pivot * k + j] = w;
      inverse[c * k + j] = inverse[pivot * k + j], inverse[pivot * k + j] = v;
    }
    double over = 1 / work[c * k + c];
    for (size_t j = 0; j < k; j++) work[c * k + j] *= over, inverse[c * k + j] *= over;
    for (size_t i = 0; i < k; i++) {
      double by = work[i * k + c];
      for (size_t j = 0; j < k && i != c; j++)
        work[i * k + j] -= by * work[c * k + j], inverse[i * k + j] -= by * inverse[c * k + j];
    }
  }
  return true;
}

static double found_marked(const struct room *r, size_t k, size_t j) {
  double sum = 0;
  for (size_t i = 0; i < k; i++) sum += r->m[i * k + j];
  return sum;
}

/* Of U_only, or of sum U_j where only = k; with the marked of that stratum, of N2_only. By the derivatives by m and u.
 * */
static double variance(const struct room *r, size_t k, size_t only, bool with_marked) {
  double total = 0;
  for (size_t i = 0; i < k; i++) {
    double pull = 0, square = 0, sum = 0;
    for (size_t j = 0; j < k; j++) {
      double people = r->u[j] + (with_marked ? found_marked(r, k, j) : 0);
      pull += only == k || only == j ? people * r->inverse[j * k + i] : 0;
    }
    for (size_t l = 0; l < k; l++) {
      double d = (with_marked && only == l ? r->rho[l] : 0) - pull * r->rho[l];
      square += d * d * r->m[i * k + l], sum += d * r->m[i * k + l];
    }
    total += square - sum * sum / r->a[i];
  }
  for (size_t j = 0; j < k; j++)
    if (only == k || only == j) total += r->rho[j] * (r->rho[j] - 1) * r->u[j];
  return total;
}

/* Of N1_i. */
static double variance_before(const struct room *r, size_t k, size_t i) {
  double own = r->q[i] - 1, total = 0;
  for (size_t j = 0; j < k; j++) {
    double h = r->a[i] * r->inverse[j * k + i], spread = r->u[j];
    for (size_t l = 0; l < k; l++) spread += r->m[l * k + j] * (1 - r->q[l]) * (1 - r->q[l]);
    total += h * h * spread;
  }
  return total - r->a[i] * own * own - r->a[i] * own;
}

static hc_status solve(const struct state *s, const struct room *r, size_t k, hc_error *err) {
  for (size_t i = 0; i < k; i++)
    if (r->a[i] == 0) return hc_refuse(err, "not-identified", "nobody was marked in %s", s->strata.marked[i]);
  if (!invert(k, r->m, r->work, r->inverse))
    return hc_refuse(err, "not-identified",
                     "the people marked in some strata were found in the same proportions, or not "
                     "at all, so chances by stratum cannot be told: pool such strata");
  for (size_t j = 0; j < k; j++) {
    r->rho[j] = r->q[j] = 0;
    for (size_t i = 0; i < k; i++) r->rho[j] += r->inverse[j * k + i] * r->a[i];
    if (!(r->rho[j] >= 1 - 1e-9))
      return hc_refuse(err, "not-identified",
                       "the chance of being found in %s would be %.3g: pool it with another stratum",
                       s->strata.found[j], 1 / r->rho[j]);
  }
  for (size_t i = 0; i < k; i++) {
    for (size_t j = 0; j < k; j++) r->q[i] += r->inverse[j * k + i] * (r->u[j] + found_marked(r, k, j));
    if (!(r->q[i] > 0))
      return hc_refuse(err, "not-identified", "%s would have had fewer than no people: pool it with another stratum",
                       s->strata.marked[i]);
  }
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *cells, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  size_t k = s->strata.n_found;
  struct room r = divide(k, scratch);
  double N = 0;
  hc_stratified_sums(&s->strata, plan, cells, r.m, r.a, r.u);
  hc_status status = solve(s, &r, k, err);
  if (status != HC_OK) return status;
  for (size_t j = 0; j < k; j++) {
    double U = r.u[j] * r.rho[j], marked = found_marked(&r, k, j) * r.rho[j];
    N += r.a[j] + U;
    e->value[1 + j] = r.a[j] * r.q[j], e->se[1 + j] = sqrt(fmax(0, variance_before(&r, k, j)));
    e->value[1 + k + j] = U + marked, e->se[1 + k + j] = sqrt(fmax(0, variance(&r, k, j, true)));
    e->value[1 + 2 * k + j] = U, e->se[1 + 2 * k + j] = sqrt(fmax(0, variance(&r, k, j, false)));
    e->value[1 + 3 * k + j] = 1 / r.rho[j];
    if (r.q[j] < 1)
      hc_estimate_note(e, "boundary", "fewer people than were marked are estimated to have been in %s: pool it with "
                       "another stratum", s->strata.marked[j]);
  }
  e->value[0] = N, e->se[0] = sqrt(fmax(0, variance(&r, k, k, false)));
  return HC_OK;
}

const hc_estimator hc_estimator_darroch_stratified = {
    .id = "darroch-stratified",
    .title = "Darroch's estimate by stratum, with movement",
    .cite = "Darroch (1961) Biometrika 48:241-260",
    .formula = "N = sum a + sum of u_j rho_j, rho = M^-1 a; M recaptures by stratum, a marked, u unmarked in the "
               "second sample",
    .assumes = "the chance of being found depends on the stratum of the second sample alone, and those marked move as "
               "the others",
    .needs = "a table marked_in,found_in,people: who was marked where, and found where; as many strata in both samples",
    .accepts = HC_SHAPE_STRATA,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
