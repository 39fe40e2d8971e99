/* A survival and a chance for each occasion. The likelihood is a product of binomials (Burnham 1991, in Lebreton and
 * North, eds., Marked Individuals in the Study of Bird Population; captures.h), and without constraints lambda_i =
 * r_i/R_i, tau_i = m_i/T_i.
 *
 * A run of survivals fixed at 1 from occasion i to e touches no other occasion. There chi_j, the chance not to be met
 * after j, is chi_e times the q_l = 1 - p_l in between, and the run adds to the log-likelihood
 *   -z_i ln(1 - chi_i) + sum over l = i+1..e of [m_l ln p_l + (z_l + W_l) ln q_l] + W ln chi_e + T_{e+1} ln(1 - chi_e),
 * W_l the sum of w_j over j = i..l-1, W the same up to e. With x = z_i chi_i/(1 - chi_i) all its derivatives vanish at
 *   p_l = m_l/(m_l + z_l + W_l + x),  chi_e = (W + x)/(W + x + T_{e+1}):
 * one equation in x. Derived here. */
#include "open/saturated.h"

/* --- one run ---------------------------------------------------------------------------------------------- */

struct run {
  const hc_occasion *o;
  size_t start, end;
};

/* chi at the start for this x; q of the run and chi_e are written where they are asked for. */
static double unseen_after(const struct run *r, double x, double *q, double *chi_e) {
  double W = 0, chi = 1, T = r->o[r->end].T - r->o[r->end].m + r->o[r->end].r;
  for (size_t l = r->start; l <= r->end; l++) {
    const hc_occasion *o = &r->o[l];
    if (l > r->start) {
      double missed = o->z + W + x, share = missed / (o->m + missed);
      if (q) q[l] = share;
      chi *= share;
    }
    W += o->w;
  }
  double last = W + x > 0 ? (W + x) / (W + x + T) : 0;
  if (chi_e) *chi_e = last;
  return chi * last;
}

static double gap(double x, void *context) {
  const struct run *r = context;
  double chi = unseen_after(r, x, NULL, NULL);
  return x * (1 - chi) - r->o[r->start].z * chi;
}

static bool solve_run(const hc_saturated_fit *f, const hc_occasion *o, size_t start, size_t end) {
  struct run r = {o, start, end};
  double x = 0, far = 1, chi = 0;
  if (o[start].z > 0) {
    while (gap(far, &r) < 0)
      if (!((far *= 4) < 1e15)) return false;
    if (gap(0, &r) < 0 && !hc_root_brent(gap, &r, 0, far, 1e-14, &x)) return false;
  }
  unseen_after(&r, x, f->p, &chi); /* p holds q for a moment */
  f->lambda[end] = 1 - chi;
  for (size_t l = end; l > start; l--) {
    chi *= f->p[l];
    f->lambda[l - 1] = 1 - chi;
    f->p[l] = 1 - f->p[l];
    f->tau[l] = f->p[l] / f->lambda[l - 1];
  }
  for (size_t l = start; l <= end; l++) f->touched[l] = 1;
  return f->lambda[end] > 0;
}

/* --- all of them ------------------------------------------------------------------------------------------- */

static void set_binomials(size_t k, const hc_occasion *o, const hc_saturated_fit *f) {
  for (size_t i = 0; i < k; i++) {
    f->lambda[i] = i + 1 < k && o[i].R > 0 ? o[i].r / o[i].R : 0;
    f->tau[i] = i > 0 && i + 1 < k ? o[i].m / o[i].T : 1;
    f->touched[i] = 0;
  }
}

/* p from tau and lambda where no run says it, then the survivals. */
static void set_survivals(size_t k, const hc_saturated_fit *f) {
  for (size_t i = 1; i + 1 < k; i++)
    if (!f->fixed[i - 1]) f->p[i] = f->tau[i] * f->lambda[i] / (1 - f->tau[i] * (1 - f->lambda[i]));
  for (size_t i = 0; i + 2 < k; i++)
    f->phi[i] = f->fixed[i] ? 1 : f->lambda[i] / (1 - (1 - f->p[i + 1]) * (1 - f->lambda[i + 1]));
}

static hc_status solve_runs(size_t k, const hc_occasion *o, const hc_saturated_fit *f, hc_error *err) {
  set_binomials(k, o, f);
  for (size_t i = 0; i + 2 < k; i++) {
    size_t end = i;
    while (end + 2 < k && f->fixed[end]) end++;
    if (end > i && !solve_run(f, o, i, end))
      return hc_refuse(err, "mle-infinite",
                       "with survivals fixed at 1 the likelihood has no maximum from occasion %zu to %zu", i + 1,
                       end + 1);
    i = end;
  }
  set_survivals(k, f);
  return HC_OK;
}

hc_status hc_saturated_open(size_t k, const hc_occasion *o, const hc_saturated_fit *f, hc_error *err) {
  for (size_t i = 0; i + 1 < k; i++) {
    if (!(o[i].r > 0)) return hc_refuse(err, "no-recaptures", "nobody released on occasion %zu was met again", i + 1);
    if (i > 0 && !(o[i].m > 0))
      return hc_refuse(err, "no-overlap", "nobody met on occasion %zu had been met before", i + 1);
  }
  for (size_t i = 0; i < k; i++) f->fixed[i] = 0;
  set_binomials(k, o, f);
  set_survivals(k, f);
  return HC_OK;
}

static bool fix_more(size_t k, const hc_saturated_fit *f) {
  bool more = false;
  for (size_t i = 0; i + 2 < k; i++)
    if (!f->fixed[i] && f->phi[i] > 1 + 1e-12) f->fixed[i] = 1, more = true;
  return more;
}

/* The slope of the log-likelihood in phi_i at this point, the sum over what phi_i moves: lambda of i and of all
 * before. */
static double slope(const hc_occasion *o, const hc_saturated_fit *f, size_t i) {
  double moved = f->p[i + 1] + (1 - f->p[i + 1]) * f->lambda[i + 1], sum = 0;
  for (size_t j = i + 1; j-- > 0;) {
    double lambda = f->lambda[j], q = 1 - f->p[j];
    sum += moved * ((o[j].r + o[j].z) / lambda - (o[j].w > 0 ? o[j].w / (1 - lambda) : 0));
    if (j == 0) break;
    sum -= moved * q * o[j].T / (1 - q * (1 - lambda));
    moved *= q * f->phi[j - 1];
  }
  return sum;
}

/* Lets go the fixed survival whose likelihood rises most below 1. */
static bool let_go(size_t k, const hc_occasion *o, const hc_saturated_fit *f) {
  double steepest = -1e-9;
  size_t which = k;
  for (size_t i = 0; i + 2 < k; i++) {
    double d = f->fixed[i] ? slope(o, f, i) : 0;
    if (d < steepest) steepest = d, which = i;
  }
  if (which < k) f->fixed[which] = 0;
  return which < k;
}

hc_status hc_saturated_at_most_one(size_t k, const hc_occasion *o, bool release, const hc_saturated_fit *f,
                                   hc_error *err) {
  hc_status status = hc_saturated_open(k, o, f, err);
  size_t rounds = 3 * k;
  while (status == HC_OK && rounds-- > 0 && (fix_more(k, f) || (release && let_go(k, o, f))))
    status = solve_runs(k, o, f, err);
  return status;
}
