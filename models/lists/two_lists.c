/* What lincoln-petersen, chapman and bailey share: two lists, n1 and n2 people on each, m on both.
 *
 * Estimators differ in N and its variance alone. A simulated data set has round(N) people, each on the lists
 * independently with the chances n1/N and n2/N. The profile likelihood is that of independent lists,
 *   l(N) = ln N!/(N-r)! + sum_j [n_j ln(n_j/N) + (N-n_j) ln(1-n_j/N)],  r = n1 + n2 - m
 * (Darroch 1958 Biometrika 45:343, section 2). Exact limits are those of a proportion m/n2, of a Poisson mean m, or of
 * the hypergeometric m, with the estimator's own additions (numeric/exact.h; Seber 1982, section 3.1.4). */
#include "lists/two_lists.h"

#include <string.h>

#include "numeric/exact.h"

static size_t list_named(const hc_data *data, const char *name, size_t length) {
  size_t i = 0;
  while (i < data->n_lists && (strlen(data->list_names[i]) != length || strncmp(data->list_names[i], name, length) != 0))
    i++;
  return i;
}

static hc_status named_pair(const hc_data *data, const char *pair, size_t *a, size_t *b, hc_error *err) {
  const char *comma = strchr(pair, ',');
  if (!comma) return hc_fail(err, HC_EUSAGE, "pair takes two names with a comma between them, not '%s'", pair);
  *a = list_named(data, pair, (size_t)(comma - pair));
  *b = list_named(data, comma + 1, strlen(comma + 1));
  if (*a == data->n_lists)
    return hc_fail(err, HC_EUSAGE, "pair: there is no list '%.*s'", (int)(comma - pair), pair);
  if (*b == data->n_lists) return hc_fail(err, HC_EUSAGE, "pair: there is no list '%s'", comma + 1);
  if (*a == *b) return hc_fail(err, HC_EUSAGE, "pair: '%s' names the same list twice", pair);
  return HC_OK;
}

/* The two named, or the only two there are: *a = 0 and *b = 1 as they come. */
static hc_status choose(const hc_data *data, const char *pair, size_t *a, size_t *b, hc_error *err) {
  if (!data->history) return hc_refuse(err, "bad-shape", "two lists need to know who was on which: capture histories");
  if (data->n_lists < 2) return hc_refuse(err, "one-list", "one list says nothing about who is on none: needs two lists");
  if (pair[0]) return named_pair(data, pair, a, b, err);
  if (data->n_lists > 2)
    return hc_refuse(err, "more-than-two-lists", "works on two lists, and there are %zu: choose two, as in pair=%s,%s",
                     data->n_lists, data->list_names[0], data->list_names[1]);
  return HC_OK;
}

/* observed = cells = people on the first only, on the second only, on both; bootstraps as for frequencies. */
static hc_status use_two_lists(hc_plan *plan, const hc_data *data, const char *pair, hc_error *err) {
  hc_two_lists_state *s = plan->state;
  size_t a = 0, b = 1;
  hc_status status = choose(data, pair, &a, &b, err);
  if (status != HC_OK) return status;
  s->list[0] = a, s->list[1] = b;
  double *cells = hc_plan_alloc(plan, HC_TWO_LISTS_CELLS, sizeof *cells);
  if (!cells) return HC_ENOMEM;
  for (size_t i = 0; i < data->n_cells; i++) {
    bool first = data->history[i] >> a & 1, second = data->history[i] >> b & 1;
    size_t cell = first && second ? HC_ON_BOTH : first ? HC_ON_FIRST_ONLY : HC_ON_SECOND_ONLY;
    if (first || second) cells[cell] += (double)data->count[i];
  }
  if (cells[HC_ON_BOTH] == 0)
    return hc_refuse(err, "no-overlap", "nobody is on both %s and %s, so how many are on neither cannot be told",
                     data->list_names[a], data->list_names[b]);
  plan->observed = plan->cells = cells;
  plan->n_observed = plan->n_cells = HC_TWO_LISTS_CELLS;
  hc_plan_bootstrap_people(plan, cells[HC_ON_FIRST_ONLY] + cells[HC_ON_SECOND_ONLY] + cells[HC_ON_BOTH]);
  return HC_OK;
}

hc_status hc_two_lists_prepare(hc_plan *plan, const hc_data *data, const hc_options *o, const hc_two_lists_row *row,
                               hc_error *err) {
  ((hc_two_lists_state *)plan->state)->row = *row;
  hc_status status = use_two_lists(plan, data, hc_options_text(o, "pair"), err);
  hc_plan_set_quantities(plan, 1);
  hc_plan_population(plan, "people, on a list or not");
  return status;
}

hc_status hc_two_lists_few(const hc_two_lists *s, hc_estimate *e, hc_error *err) {
  if (s->m == 0) return hc_refuse(err, "no-overlap", "nobody is on both lists");
  hc_estimate_note(e, "sparse-overlap", "only %.0f %s on both lists: the estimate is biased and shaky", s->m,
                   s->m == 1 ? _("person is") : _("people are"));
  return HC_OK;
}

void hc_two_lists_simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  hc_two_lists s = hc_two_lists_of(plan->observed);
  double N = fmax(nearbyint(e->value[0]), plan->n_units), p1 = fmin(1, s.n1 / N), p2 = fmin(1, s.n2 / N);
  const double chance[] = {p1 * (1 - p2), (1 - p1) * p2, p1 * p2, (1 - p1) * (1 - p2)};
  double cells[4];
  hc_rng_multinomial(rng, N, 4, chance, cells);
  memcpy(replicate, cells, HC_TWO_LISTS_CELLS * sizeof *cells);
}

hc_status hc_two_lists_profile(const hc_plan *plan, const double *observed, double N,
                                            const hc_estimate *start, double *scratch, double *loglik) {
  hc_two_lists s = hc_two_lists_of(observed);
  const double n[] = {s.n1, s.n2};
  double r = s.n1 + s.n2 - s.m;
  (void)plan, (void)start, (void)scratch;
  *loglik = hc_ln_falling(N, r);
  for (int j = 0; j < 2; j++) *loglik += n[j] * log(n[j] / N) + (N > n[j] ? (N - n[j]) * log1p(-n[j] / N) : 0);
  return HC_OK;
}

/* The hypergeometric limits need the counts themselves, all others have the estimator's additions. */
hc_status hc_two_lists_interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level,
                                double *lower, double *upper, hc_error *err) {
  const hc_two_lists_row *row = &((const hc_two_lists_state *)plan->state)->row;
  hc_two_lists s = hc_two_lists_of(plan->observed);
  hc_two_samples own = {s.n1 + row->n1, s.n2 + row->n2, s.m + row->m, .added = row->m, .shift = row->shift};
  (void)e;
  if (strcmp(method, "hypergeometric") == 0) {
    if (hc_hypergeometric_limits(s.n1, s.n2, s.m, level, lower, upper)) return HC_OK;
    return hc_refuse(err, "count-too-large", "hypergeometric limits need counts below 4e9");
  }
  if (!hc_two_samples_limits(&own, method, level, lower, upper))
    return hc_fail(err, HC_EUSAGE, "%s has no interval '%s'", plan->estimator->id, method);
  if (!isnan(*lower) && !isnan(*upper)) return HC_OK;
  return hc_refuse(err, "count-too-large", "the %s limits of %.15g in %.15g cannot be computed", method, own.m, own.n);
}
