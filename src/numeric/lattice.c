/* Log-linear models over all subsets of the lists, fitted by sums over the lattice of subsets. */
#include "numeric/lattice.h"

#include <math.h>
#include <string.h>

#include "numeric/linalg.h"

/* The squared Newton decrement (twice the expected gain) at which a step is the last: convergence is
 * quadratic, so what remains after the step is of the order of its square. */
static const double LAST_DECREMENT = 1e-17;
/* A pivot of the information below this share of its diagonal: the maximum is at infinity. The diagonal is
 * the fitted margin of a term, at least 1 for counts, and the pivot dies with the fitted cells that vanish. */
static const double SINGULAR = 1e-11;
/* No finite maximum of a table of counts has a coefficient beyond this. */
static const double LARGEST_COEFFICIENT = 40;

enum { MAX_ITERATIONS = 60, MAX_HALVINGS = 40 };

size_t hc_lattice_join_size(size_t terms) {
  return terms * (terms + 1) / 2;
}

void hc_lattice_join(uint32_t *join, const uint32_t *mask, size_t terms) {
  for (size_t i = 0; i < terms; i++)
    for (size_t j = 0; j <= i; j++) *join++ = mask[i] | mask[j];
}

/* The first two bits together: one pass over blocks of four, which the general loop would do badly. */
static void first_sums(double *v, size_t size) {
  for (size_t c = 0; c < size; c += 4) {
    double high = v[c + 3], one = v[c + 1] + high;
    v[c + 2] += high;
    v[c] += v[c + 2] - high + one;
    v[c + 1] = one;
  }
}

void hc_lattice_superset_sums(double *v, size_t lists) {
  size_t size = (size_t)1 << lists;
  size_t first = 1;
  if (size >= 4) first_sums(v, size), first = 4;
  for (size_t bit = first; bit < size; bit <<= 1)
    for (size_t block = 0; block < size; block += 2 * bit)
      for (size_t c = block; c < block + bit; c++) v[c] += v[c + bit];
}

static void first_products(double *v, size_t size) {
  for (size_t c = 0; c < size; c += 4) {
    double none = v[c], one = v[c + 1] * none, two = v[c + 2];
    v[c + 3] *= two * one;
    v[c + 2] = two * none;
    v[c + 1] = one;
  }
}

void hc_lattice_subset_products(double *v, size_t lists) {
  size_t size = (size_t)1 << lists;
  size_t first = 1;
  if (size >= 4) first_products(v, size), first = 4;
  for (size_t bit = first; bit < size; bit <<= 1)
    for (size_t block = 0; block < size; block += 2 * bit)
      for (size_t c = block; c < block + bit; c++) v[c + bit] *= v[c];
}

void hc_lattice_sufficient(const hc_lattice *lattice, const double *y, double *work, double *sufficient) {
  memcpy(work, y, lattice->cells * sizeof *work);
  hc_lattice_superset_sums(work, lattice->lists);
  for (size_t i = 0; i < lattice->terms; i++) sufficient[i] = work[lattice->mask[i]];
}

void hc_lattice_means(const hc_lattice *lattice, const double *beta, double *mean) {
  for (size_t c = 0; c < lattice->cells; c++) mean[c] = 1;
  for (size_t i = 0; i < lattice->terms; i++) mean[lattice->mask[i]] = exp(beta[i]);
  hc_lattice_subset_products(mean, lattice->lists);
  for (size_t c = 1; lattice->live && c < lattice->cells; c++) mean[c] *= lattice->live[c];
}

void hc_lattice_fitted(const hc_lattice *lattice, const double *beta, double *work, double *fitted) {
  hc_lattice_means(lattice, beta, work);
  work[0] = 0;
  hc_lattice_superset_sums(work, lattice->lists);
  for (size_t i = 0; i < lattice->terms; i++) fitted[i] = work[lattice->mask[i]];
}

void hc_lattice_independence(const hc_lattice *lattice, const double *sufficient, double *beta) {
  size_t last = lattice->terms - 1;
  double people = 2 * sufficient[last];
  beta[last] = log(people);
  for (size_t i = 0; i < last; i++) {
    uint32_t mask = lattice->mask[i];
    beta[i] = 0;
    if ((mask & (mask - 1)) != 0) continue; /* an interaction */
    double p = sufficient[i] / people;
    beta[i] = log(p) - log1p(-p);
    beta[last] += log1p(-p);
  }
}

size_t hc_lattice_scratch(const hc_lattice *lattice) {
  return 2 * lattice->cells + 2 * lattice->terms;
}

/* Pieces of scratch. */
struct work {
  double *mean, *sums, *step, *trial;
};

static struct work split(const hc_lattice *lattice, double *scratch) {
  struct work w = {.mean = scratch, .sums = scratch + lattice->cells};
  w.step = w.sums + lattice->cells;
  w.trial = w.step + lattice->terms;
  return w;
}

/* Means and their superset sums at beta, and the likelihood's kernel there. */
static double evaluate(const hc_lattice *lattice, const double *sufficient, bool with_unseen, const double *beta,
                       struct work *w) {
  hc_lattice_means(lattice, beta, w->mean);
  memcpy(w->sums, w->mean, lattice->cells * sizeof *w->sums);
  if (!with_unseen) w->sums[0] = 0;
  hc_lattice_superset_sums(w->sums, lattice->lists);
  double kernel = -w->sums[0];
  for (size_t i = 0; i < lattice->terms; i++) kernel += sufficient[i] * beta[i];
  return kernel;
}

/* The Cholesky factor of the information from the superset sums. */
static bool factorise(const hc_lattice *lattice, const double *sums, double *factor) {
  const uint32_t *join = lattice->join;
  for (size_t i = 0; i < lattice->terms; i++)
    for (size_t j = 0; j <= i; j++) factor[i * lattice->terms + j] = sums[*join++];
  return hc_cholesky(factor, lattice->terms, SINGULAR);
}

/* step = information^-1 score; returns the squared decrement. */
static double newton_step(size_t terms, const double *sufficient, const double *fitted, const uint32_t *mask,
                          const double *factor, struct work *w) {
  for (size_t i = 0; i < terms; i++) w->step[i] = w->trial[i] = sufficient[i] - (mask ? fitted[mask[i]] : fitted[i]);
  hc_cholesky_solve(factor, terms, w->step);
  double decrement = 0;
  for (size_t i = 0; i < terms; i++) decrement += w->step[i] * w->trial[i];
  return decrement;
}

/* Moves along the step, halving it until the likelihood does not fall; updates beta, means, sums, kernel. */
static bool climb(const hc_lattice *lattice, const double *sufficient, bool with_unseen, double *beta, double *kernel,
                  struct work *w) {
  double share = 1, slack = 1e-12 * (1 + fabs(*kernel));
  for (int i = 0; i < MAX_HALVINGS; i++, share /= 2) {
    for (size_t j = 0; j < lattice->terms; j++) w->trial[j] = beta[j] + share * w->step[j];
    double reached = evaluate(lattice, sufficient, with_unseen, w->trial, w);
    if (isfinite(reached) && reached >= *kernel - slack) {
      memcpy(beta, w->trial, lattice->terms * sizeof *beta);
      *kernel = reached;
      return true;
    }
  }
  return false;
}

/* The last step needs no evaluation: its gain is half the squared decrement. */
static double take_last(double *beta, const struct work *w, size_t terms, double decrement) {
  for (size_t i = 0; i < terms; i++) beta[i] += w->step[i];
  return decrement / 2;
}

static bool plausible(const double *beta, size_t terms) {
  for (size_t i = 0; i + 1 < terms; i++)
    if (!(fabs(beta[i]) <= LARGEST_COEFFICIENT)) return false;
  return isfinite(beta[terms - 1]);
}

bool hc_lattice_maximise(const hc_lattice *lattice, const double *sufficient, bool with_unseen,
                         const hc_lattice_start *start, double *beta, double *factor, double *scratch,
                         hc_lattice_maximum *maximum) {
  size_t terms = lattice->terms;
  struct work w = split(lattice, scratch);
  memcpy(beta, start->beta, terms * sizeof *beta);
  double kernel = -INFINITY;
  maximum->iterations = 0;
  bool warm = start->factor && start->score0;
  if (warm)
    newton_step(terms, sufficient, start->score0, NULL, start->factor, &w);
  else
    kernel = evaluate(lattice, sufficient, with_unseen, beta, &w);
  if (warm) {
    maximum->iterations = 1;
    if (!climb(lattice, sufficient, with_unseen, beta, &kernel, &w)) return false;
  }
  for (bool last = false; !last;) {
    if (maximum->iterations++ == MAX_ITERATIONS || !factorise(lattice, w.sums, factor)) return false;
    double decrement = newton_step(terms, sufficient, w.sums, lattice->mask, factor, &w);
    if (!isfinite(decrement)) return false;
    last = decrement <= LAST_DECREMENT * (1 + sufficient[terms - 1]);
    if (!last && !climb(lattice, sufficient, with_unseen, beta, &kernel, &w)) return false;
    if (last) kernel += take_last(beta, &w, terms, decrement);
  }
  double pivot = factor[terms * terms - 1]; /* the intercept comes last, so its variance is 1 / pivot^2 */
  maximum->kernel = kernel;
  maximum->var_intercept = 1 / (pivot * pivot);
  maximum->unseen = exp(beta[terms - 1]);
  return plausible(beta, terms);
}
