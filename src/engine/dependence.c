/* What --dependence asks, answered for one analysis: the model's N over the stated odds ratios, the N that the ranges
 * allow, their interval, and how much dependence it would take for the count to pass a threshold. */
#include "engine/dependence.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/analysis.h"
#include "numeric/dependence.h"
#include "numeric/dependent.h"
#include "numeric/root.h"
#include "numeric/special.h"
#include "numeric/terms.h"
#include "numeric/token.h"

enum { MOST_PAIRS = HC_DEPENDENCE_MAX_RANGES, MOST_VALUES = 24, MODEL_SIZE = 512 };

/* ---- reading ------------------------------------------------------------------------------------------------------
 * */

enum kind { PAIR, ALL, HIGHEST };

struct stated {
  enum kind kind;
  hc_token name[2];
  double from, to;
};

static hc_status wrong(hc_error *err, const char *text, const char *what) {
  return hc_fail(err, HC_EUSAGE, "--dependence takes A:B=0.5..2, all=0.5..2 or highest=0.5..2, %s in '%s'", what, text);
}

/* "1.5" or "2/3", the whole of the n bytes. */
static bool read_number(const char *text, size_t n, double *x) {
  char copy[64], *end;
  while (n > 0 && isspace((unsigned char)*text)) text++, n--;
  while (n > 0 && isspace((unsigned char)text[n - 1])) n--;
  if (!n || n >= sizeof copy || !isdigit((unsigned char)(*text == '.' || *text == '-' ? text[1] : *text))) return false;
  memcpy(copy, text, n);
  copy[n] = 0;
  *x = strtod(copy, &end);
  if (*end == '/' && isdigit((unsigned char)end[1])) *x /= strtod(end + 1, &end);
  return !*end && isfinite(*x);
}

/* A number, or two with .. between, of which one may be left out. */
static hc_status read_range(const char *text, size_t n, struct stated *s, hc_error *err) {
  char shown[64];
  snprintf(shown, sizeof shown, "%.*s", (int)(n < 60 ? n : 60), text);
  const char *dots = memmem(text, n, "..", 2);
  bool good = dots || read_number(text, n, &s->from);
  s->to = s->from;
  if (dots) {
    size_t before = (size_t)(dots - text), after = n - before - 2;
    bool low = strspn(text, " ") < before, high = strspn(dots + 2, " ") < after;
    s->from = 0, s->to = INFINITY;
    good = (low || high) && (!low || read_number(text, before, &s->from)) &&
           (!high || read_number(dots + 2, after, &s->to));
    if (good && ((low && !(s->from > 0)) || (high && !(s->to > 0)))) good = false, s->from = s->to = 0;
  }
  if (good && s->from > 0 && s->to < s->from)
    return hc_fail(err, HC_EUSAGE, "--dependence: the range %s is upside down", shown);
  if (good && (s->from > 0 || (dots && s->to > 0))) return HC_OK;
  if (good || (dots && s->to == 0) || (read_number(text, n, &s->from) && !(s->from > 0)))
    return hc_fail(err, HC_EUSAGE, "--dependence: an odds ratio is above 0, found '%s'", shown);
  return hc_fail(err, HC_EUSAGE, "--dependence takes an odds ratio or a range such as 0.5..2, found '%s'", shown);
}

static hc_status read_one(const char **at, struct stated *s, const char *text, hc_error *err) {
  *s = (struct stated){.kind = PAIR};
  hc_token_skip(at);
  bool quoted = **at == '`';
  if (!hc_token_name(at, ":=,;", &s->name[0])) return wrong(err, text, "a backquote is not closed");
  hc_token_skip(at);
  if (**at == ':') {
    ++*at;
    if (!hc_token_name(at, ":=,;", &s->name[1])) return wrong(err, text, "a backquote is not closed");
  } else if (!quoted && hc_token_is(s->name[0], "all"))
    s->kind = ALL;
  else if (!quoted && hc_token_is(s->name[0], "highest"))
    s->kind = HIGHEST;
  else
    return wrong(err, text, "two lists with a colon between them are missing");
  hc_token_skip(at);
  if (**at != '=' || (s->kind == PAIR && (!s->name[0].length || !s->name[1].length)))
    return wrong(err, text, **at == ':' ? "a pair has two lists" : "a list or an equals sign is missing");
  ++*at;
  size_t n = strcspn(*at, ",;");
  hc_status status = read_range(*at, n, s, err);
  *at += n;
  if (**at) ++*at;
  return status;
}

static hc_status read_all(const char *text, struct stated *stated, size_t *n, hc_error *err) {
  const char *at = text;
  *n = 0;
  do {
    if (*n == MOST_PAIRS) return hc_fail(err, HC_EUSAGE, "--dependence: more than %d pairs", MOST_PAIRS);
    hc_status status = read_one(&at, &stated[*n], text, err);
    if (status != HC_OK) return status;
    ++*n;
  } while (*at);
  for (size_t i = 0; *n > 1 && i < *n; i++)
    if (stated[i].kind != PAIR)
      return hc_fail(err, HC_EUSAGE, "--dependence: '%s' stands alone, without other pairs",
                     stated[i].kind == ALL ? "all" : "highest");
  return HC_OK;
}

/* Place of a list among those of the data; n_lists where it is none of them. */
static size_t find_list(const hc_data *data, hc_token name) {
  size_t i = 0;
  while (i < data->n_lists && !hc_token_is(name, data->list_names[i])) i++;
  return i;
}

static hc_status unknown_list(const hc_data *data, hc_token name, hc_error *err) {
  char known[200] = "", shown[80];
  snprintf(shown, sizeof shown, "%.*s", (int)(name.length < 60 ? name.length : 60), name.begin);
  for (size_t i = 0; i < data->n_lists; i++)
    hc_terms_append(known, sizeof known, "%s%s", i ? ", " : "", data->list_names[i]);
  return hc_fail(err, HC_EUSAGE, "--dependence: there is no list '%s'; the lists are %s", shown, known);
}

/* The two lists of each statement: [n][2]. */
static hc_status find_lists(const struct stated *stated, size_t n, const hc_data *data, size_t (*list)[2],
                            hc_error *err) {
  if (!data->history)
    return hc_fail(err, HC_EUSAGE, "--dependence is about lists, and the data say nothing of who is on which");
  for (size_t i = 0; i < n && stated[i].kind == PAIR; i++) {
    for (size_t k = 0; k < 2; k++) {
      list[i][k] = find_list(data, stated[i].name[k]);
      if (list[i][k] == data->n_lists) return unknown_list(data, stated[i].name[k], err);
    }
    const char *first = data->list_names[list[i][0]], *second = data->list_names[list[i][1]];
    if (list[i][0] == list[i][1]) return hc_fail(err, HC_EUSAGE, "--dependence: %s with itself is no pair", first);
    for (size_t j = 0; j < i; j++)
      if ((list[j][0] == list[i][0] && list[j][1] == list[i][1]) ||
          (list[j][0] == list[i][1] && list[j][1] == list[i][0]))
        return hc_fail(err, HC_EUSAGE, "--dependence: the pair %s and %s comes twice", first, second);
  }
  return HC_OK;
}

hc_status hc_dependence_check(const char *text, const hc_data *data, hc_error *err) {
  struct stated stated[MOST_PAIRS];
  size_t list[MOST_PAIRS][2], n;
  hc_status status = read_all(text, stated, &n, err);
  return status == HC_OK && data ? find_lists(stated, n, data, list, err) : status;
}

/* ---- the work -------------------------------------------------------------------------------------------------------
 * */

/* What is handed out, and all that it points to. */
struct room {
  hc_dependence d;
  hc_dependence_pair pair[MOST_PAIRS];
  hc_dependence_value value[MOST_VALUES];
  double odds_ratio[MOST_VALUES][MOST_PAIRS], first[MOST_VALUES], second[MOST_VALUES],
      contour[MOST_VALUES * MOST_VALUES];
  hc_dependence_binding binding[4 * MOST_PAIRS];
  char model[MODEL_SIZE];
  const char *list[HC_LOG_LINEAR_LISTS];
};

struct work {
  struct room *r;
  hc_analysis *a;
  const hc_data *data;
  const hc_settings *settings;
  const hc_pulse *pulse;
  hc_log_linear form;
  hc_dependent_model model;
  uint32_t mask[MOST_PAIRS]; /* of each pair among the model's lists; 0: all lists */
  double *scratch;           /* of a fit */
  double n;                  /* people on the model's lists */
  bool highest, stopped;
};

static const char *name_of(const struct work *w, size_t i) {
  return w->data->list_names[w->form.list[i]];
}

static void add_pair(struct work *w, size_t i, size_t j, const struct stated *s) {
  hc_dependence *d = &w->r->d;
  w->mask[d->n_pairs] = UINT32_C(1) << i | UINT32_C(1) << j;
  w->r->pair[d->n_pairs++] = (hc_dependence_pair){name_of(w, i), name_of(w, j), s->from, s->to, false};
}

/* The place among the model's lists of one of the data's. */
static size_t place_of(const struct work *w, size_t list) {
  size_t i = 0;
  while (i < w->form.lists && w->form.list[i] != list) i++;
  return i;
}

static hc_status take_pairs(struct work *w, hc_error *err) {
  struct stated stated[MOST_PAIRS];
  size_t list[MOST_PAIRS][2], n = 0, k = w->form.lists;
  hc_status status = read_all(w->settings->dependence, stated, &n, err);
  if (status == HC_OK) status = find_lists(stated, n, w->data, list, err);
  if (status != HC_OK) return status;
  w->highest = stated[0].kind == HIGHEST;
  if (stated[0].kind != PAIR && k > HC_DEPENDENCE_MAX_LISTS)
    return hc_refuse(err, "too-many-lists", "dependence between all of %zu lists: at most %d can be held together", k,
                     HC_DEPENDENCE_MAX_LISTS);
  if (w->highest) w->r->pair[w->r->d.n_pairs++] = (hc_dependence_pair){NULL, NULL, stated->from, stated->to, false};
  for (size_t i = 0; stated[0].kind == ALL && i < k; i++)
    for (size_t j = i + 1; j < k; j++) add_pair(w, i, j, stated);
  for (size_t p = 0; stated[0].kind == PAIR && p < n; p++) {
    size_t i = place_of(w, list[p][0]), j = place_of(w, list[p][1]);
    if (i == k || j == k)
      return hc_fail(err, HC_EUSAGE, "--dependence: %s stands on %s and %s alone here", w->a->plan->estimator->id,
                     name_of(w, 0), name_of(w, 1));
    add_pair(w, i, j, &stated[p]);
  }
  return HC_OK;
}

/* People on both lists of a pair, on the first alone and on the second alone. */
static void cross(const struct work *w, uint32_t mask, double sum[3]) {
  uint32_t low = mask & -mask;
  sum[0] = sum[1] = sum[2] = 0;
  for (uint32_t c = 1; c < UINT32_C(1) << w->form.lists; c++) {
    uint32_t bits = c & mask;
    if (bits) sum[bits == mask ? 0 : bits == low ? 1 : 2] += w->form.count[c];
  }
}

static hc_status check_pairs(struct work *w, hc_error *err) {
  for (uint32_t c = 1; c < UINT32_C(1) << w->form.lists; c++) {
    w->n += w->form.count[c];
    if (w->highest && !(w->form.count[c] > 0))
      return hc_refuse(err, "empty-cell",
                       "nobody has one of the %u capture histories, and the interaction of all lists is a ratio "
                       "of all of them",
                       (1U << w->form.lists) - 1);
  }
  for (size_t p = 0; p < w->r->d.n_pairs && !w->highest; p++) {
    hc_dependence_pair *pair = &w->r->pair[p];
    double sum[3];
    cross(w, w->mask[p], sum);
    if (!(sum[0] > 0))
      return hc_refuse(err, "no-overlap", "nobody is on both %s and %s, so no odds ratio tells how many are on neither",
                       pair->first, pair->second);
    pair->nested = !(sum[1] > 0) || !(sum[2] > 0);
    if (pair->nested)
      hc_estimate_note(w->a->estimate, "list-inside-list",
                       "everybody on one of %s and %s is on the other too: their odds ratio cannot "
                       "move the count",
                       pair->first, pair->second);
  }
  return HC_OK;
}

/* ---- N over odds ratios
 * ------------------------------------------------------------------------------------------------ */

static bool value_at(const struct work *w, const double *theta, double *N, double *se) {
  *N = *se = NAN;
  if (w->highest)
    hc_highest_order(w->form.lists, w->form.count, theta[0], N, se);
  else if (!hc_dependent_fit(&w->model, w->r->d.n_pairs, w->mask, theta, w->scratch, N, se))
    *N = *se = NAN;
  return isfinite(*N);
}

/* Odds ratios that people know, within a range: its ends, and those between. */
static size_t series(double from, double to, double *x) {
  static const double known[] = {0.01, 0.02, 0.05, 0.1, 0.2, 1.0 / 3, 0.5, 2.0 / 3, 1, 1.5, 2, 3, 5, 10, 20, 50, 100};
  const double apart = 1.02;
  size_t n = 0;
  if (!(from > 0)) from = fmin(to, 1) / 10;
  if (!isfinite(to)) to = fmax(from, 1) * 10;
  x[n++] = from;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i] > from * apart && known[i] < to / apart) x[n++] = known[i];
  if (to > from) x[n++] = to;
  return n;
}

/* One odds ratio for all where their ranges are the same; else all move from their low ends to their high ones
 * together. */
static size_t plan_values(struct work *w) {
  enum { STEPS = 5 };
  struct room *r = w->r;
  double x[MOST_VALUES];
  bool same = true, fixed = r->pair[0].from == r->pair[0].to;
  for (size_t p = 1; p < r->d.n_pairs; p++) {
    fixed = fixed && r->pair[p].from == r->pair[p].to;
    same = same && r->pair[p].from == r->pair[0].from && r->pair[p].to == r->pair[0].to;
  }
  size_t n = same ? series(r->pair[0].from, r->pair[0].to, x) : fixed ? 1 : STEPS;
  for (size_t p = 0; p < r->d.n_pairs; p++) {
    double ends[MOST_VALUES];
    size_t last = series(r->pair[p].from, r->pair[p].to, ends) - 1;
    for (size_t i = 0; i < n; i++)
      r->odds_ratio[i][p] = same ? x[i] : ends[0] * pow(ends[last] / ends[0], (double)i / (STEPS - 1));
  }
  for (size_t i = 0; i < n; i++)
    r->value[i] = (hc_dependence_value){.odds_ratio = same ? x[i] : NAN, .odds_ratios = r->odds_ratio[i]};
  return n;
}

static void add_values(struct work *w) {
  struct room *r = w->r;
  r->d.n_values = plan_values(w);
  for (size_t i = 0; i < r->d.n_values && !w->stopped; i++) {
    value_at(w, r->odds_ratio[i], &r->value[i].N, &r->value[i].se);
    w->stopped = !hc_pulse_beat(w->pulse, i, r->d.n_values);
  }
}

static void add_contour(struct work *w) {
  struct room *r = w->r;
  double theta[2], se;
  if (r->d.n_pairs != 2 || w->highest) return;
  r->d.n_first = series(r->pair[0].from, r->pair[0].to, r->first);
  r->d.n_second = series(r->pair[1].from, r->pair[1].to, r->second);
  for (size_t i = 0; i < r->d.n_first && !w->stopped; i++) {
    for (size_t j = 0; j < r->d.n_second; j++) {
      theta[0] = r->first[i], theta[1] = r->second[j];
      value_at(w, theta, &r->contour[i * r->d.n_second + j], &se);
    }
    w->stopped = !hc_pulse_beat(w->pulse, i, r->d.n_first);
  }
}

/* ---- how much dependence it takes
 * --------------------------------------------------------------------------------------- */

static double beyond(double log_theta, void *context) {
  struct work *w = context;
  double theta[MOST_PAIRS], N, se;
  for (size_t p = 0; p < w->r->d.n_pairs; p++) theta[p] = exp(log_theta);
  return value_at(w, theta, &N, &se) ? N - w->r->d.threshold : NAN;
}

/* The odds ratio at which N is the threshold. Closed where the unseen are proportional to it; else a root, looked for
 * from 1 in both directions as far as a millionfold. */
static double crossing(struct work *w, double N) {
  double X = w->r->d.threshold, farthest = log(1e6), root;
  if (!(X > w->n)) return NAN;
  if (w->highest) return (N - w->n) / (X - w->n);
  if (w->form.lists == 2) return (X - w->n) / (N - w->n);
  bool up = N < X;
  double near = 0;
  for (double far = up ? 0.5 : -0.5; fabs(far) < farthest && !w->stopped; far *= 2) {
    double there = beyond(far, w);
    w->stopped = !hc_pulse_beat(w->pulse, 0, 0);
    if (isnan(there)) return NAN;
    if ((there >= 0) == up)
      return hc_root_brent(beyond, w, fmin(near, far), fmax(near, far), 1e-12, &root) ? exp(root) : NAN;
    near = far;
  }
  return NAN;
}

static void add_break_even(struct work *w) {
  const double easily = 2;
  hc_dependence *d = &w->r->d;
  double one[MOST_PAIRS], N, se;
  for (size_t p = 0; p < d->n_pairs; p++) one[p] = 1;
  d->threshold = d->break_even = NAN;
  if (!value_at(w, one, &N, &se)) return;
  d->threshold = 2 * N;
  double twice = crossing(w, N);
  if (w->highest) twice = 1 / twice;
  d->doubling = !(w->settings->threshold > 0);
  d->threshold = d->doubling ? 2 * N : w->settings->threshold;
  d->break_even = crossing(w, N);
  if (twice < easily)
    hc_estimate_note(w->a->estimate, "easily-doubled",
                     "odds ratios of %.3g between the lists, which are no more than lists of "
                     "related people often have, would double the count",
                     twice);
}

/* ---- the interval
 * -------------------------------------------------------------------------------------------------------- */

/* Only the lists that are spoken of; people on none of them are one cell more. */
struct compressed {
  hc_odds_range range[MOST_PAIRS];
  size_t pair[MOST_PAIRS]; /* which pair a range is of */
  double count[1 << HC_DEPENDENCE_MAX_LISTS];
  hc_dependence_problem p;
};

static uint32_t squeeze(uint32_t bits, uint32_t kept) {
  uint32_t out = 0, at = 0;
  for (uint32_t i = 0; i < 32; i++)
    if (kept >> i & 1) out |= (bits >> i & 1) << at++;
  return out;
}

static bool go_on(void *context) {
  struct work *w = context;
  w->stopped = w->stopped || !hc_pulse_beat(w->pulse, 0, 0);
  return !w->stopped;
}

/* False where no pair can move the interval. */
static bool compress(struct work *w, struct compressed *c, hc_error *err, hc_status *status) {
  const hc_dependence *d = &w->r->d;
  uint32_t kept = w->highest ? (UINT32_C(1) << w->form.lists) - 1 : 0;
  size_t n = 0;
  for (size_t p = 0; p < d->n_pairs; p++) kept |= d->pairs[p].nested ? 0 : w->mask[p];
  size_t lists = (size_t)__builtin_popcount(kept);
  if (!lists) return false;
  if (lists > HC_DEPENDENCE_MAX_LISTS) {
    *status = hc_refuse(err, "too-many-lists", "ranges between %zu lists: at most %d can be held together", lists,
                        HC_DEPENDENCE_MAX_LISTS);
    return false;
  }
  for (size_t p = 0; p < d->n_pairs; p++) {
    if (d->pairs[p].nested) continue;
    c->pair[n] = p;
    c->range[n++] = (hc_odds_range){squeeze(w->mask[p], kept), d->pairs[p].from, d->pairs[p].to};
  }
  memset(c->count, 0, sizeof c->count);
  for (uint32_t h = 1; h < UINT32_C(1) << w->form.lists; h++) c->count[squeeze(h, kept)] += w->form.count[h];
  c->p = (hc_dependence_problem){.lists = lists,
                                 .count = c->count,
                                 .rest = c->count[0],
                                 .n = n,
                                 .range = c->range,
                                 .proceed = go_on,
                                 .context = w};
  return true;
}

static void add_bindings(struct work *w, const struct compressed *c, const hc_dependence_interval *found) {
  const double felt = 1e-4; /* of a per cent, for one */
  hc_dependence *d = &w->r->d;
  for (size_t end = 0; end < 2; end++) {
    const hc_dependence_end *e = end ? &found->upper : &found->lower;
    for (size_t r = 0; r < c->p.n; r++) {
      const hc_dependence_pair *pair = &d->pairs[c->pair[r]];
      bool fixed = pair->from == pair->to;
      if (fabs(e->from[r]) > felt && !fixed)
        w->r->binding[d->n_bindings++] = (hc_dependence_binding){c->pair[r], end == 1, pair->from, e->from[r]};
      if (fabs(e->to[r]) > felt)
        w->r->binding[d->n_bindings++] = (hc_dependence_binding){c->pair[r], end == 1, pair->to, e->to[r]};
    }
  }
}

/* How much of the width is there without sampling error. */
static void weigh_range(struct work *w) {
  const double most = 0.5;
  hc_dependence *d = &w->r->d;
  double all = log(d->upper / d->lower), range = log(d->identified_upper / d->identified_lower);
  d->range_share = isfinite(all) && all > 0 && range >= 0 ? fmin(1, range / all) : NAN;
  if (d->range_share >= most)
    hc_estimate_note(w->a->estimate, "range-decides",
                     "%.0f %% of the width of the interval from %.0f to %.0f comes from the range of "
                     "odds ratios that was stated and not from the data",
                     100 * d->range_share, d->lower, d->upper);
}

/* Deviance from the data themselves, by a quantile of as many degrees of freedom as there are ranges that could bind. */
static void solve_for_all(struct work *w, const struct compressed *c, double *scratch) {
  hc_dependence *d = &w->r->d;
  hc_dependence_interval all;
  double fall = hc_chisq_quantile(d->level, (double)c->p.n);
  if (!hc_dependence_solve(&c->p, fall, true, scratch, &all) || !(all.misfit < fall)) return;
  d->all_lower = all.lower.M, d->all_upper = all.upper.M;
}

static hc_status solve(struct work *w, struct compressed *c, hc_error *err) {
  hc_dependence *d = &w->r->d;
  hc_dependence_interval found;
  double fall = hc_chisq1_quantile(d->level), *scratch = malloc(hc_dependence_scratch(&c->p) * sizeof *scratch);
  if (!scratch) return hc_fail(err, HC_ENOMEM, "no memory for the interval of dependence");
  bool solved = hc_dependence_solve(&c->p, fall, false, scratch, &found);
  if (solved) solve_for_all(w, c, scratch);
  free(scratch);
  if (w->stopped) return HC_OK;
  if (!solved) return hc_refuse(err, "not-converged", "the interval over the ranges of odds ratios was not found");
  d->misfit = found.misfit;
  if (!(found.misfit < fall))
    return hc_refuse(err, "ranges-contradict",
                     "the data contradict these odds ratios: no count fits all of the ranges (deviance %.1f, "
                     "where %.1f is the limit)",
                     found.misfit, fall);
  d->lower = found.lower.M, d->upper = found.upper.M;
  add_bindings(w, c, &found);
  weigh_range(w);
  return HC_OK;
}

static hc_status add_interval(struct work *w, hc_error *err) {
  hc_dependence *d = &w->r->d;
  hc_status status = HC_OK;
  hc_error why;
  d->level = w->settings->level;
  d->lower = d->upper = d->misfit = d->range_share = d->all_lower = d->all_upper = NAN;
  d->identified_lower = w->n, d->identified_upper = INFINITY;
  struct compressed *c = malloc(sizeof *c);
  if (!c) return hc_fail(err, HC_ENOMEM, "no memory for the interval of dependence");
  if (compress(w, c, &why, &status)) {
    hc_dependence_identified(&c->p, &d->identified_lower, &d->identified_upper);
    status = solve(w, c, &why);
  }
  free(c);
  if (status == HC_EREFUSED) { /* of the interval; the model's N is another matter */
    hc_estimate_note(w->a->estimate, why.code, "no interval of dependence: %s", why.message);
    return HC_OK;
  }
  if (status != HC_OK && err) *err = why;
  return status;
}

/* ---- the whole
 * --------------------------------------------------------------------------------------------------------- */

/* The terms that stay beside the fixed pairs. */
static void tell_model(struct work *w) {
  const char **names = w->r->list;
  char *text = w->r->model;
  for (size_t i = 0; i < w->form.lists; i++) names[i] = name_of(w, i);
  w->r->d.lists = names, w->r->d.n_lists = w->form.lists;
  for (size_t i = 0; i < w->form.terms && !w->highest; i++) {
    uint32_t mask = w->form.mask[i];
    bool fixed = !mask || !(mask & (mask - 1));
    for (size_t p = 0; p < w->r->d.n_pairs; p++) fixed = fixed || (mask & w->mask[p]) == w->mask[p];
    char term[120];
    if (fixed) continue;
    hc_terms_print(mask, w->form.lists, names, term, sizeof term);
    hc_terms_append(text, MODEL_SIZE, "%s%s", text[0] ? " + " : "", term);
  }
}

static hc_status ask_form(struct work *w, hc_error *err) {
  const hc_plan *plan = w->a->plan;
  double *scratch = malloc((plan->n_scratch + 1) * sizeof *scratch);
  hc_status status = scratch ? plan->estimator->log_linear(plan, scratch, &w->form, err) : HC_ENOMEM;
  free(scratch);
  if (status == HC_ENOMEM) return hc_fail(err, HC_ENOMEM, "no memory for the dependence of lists");
  w->model = (hc_dependent_model){w->form.lists, w->form.count, w->form.terms, w->form.mask};
  return status;
}

static hc_status answer(struct work *w, hc_error *err) {
  struct room *r = w->r;
  r->d.pairs = r->pair, r->d.values = r->value, r->d.bindings = r->binding, r->d.model = r->model;
  r->d.first = r->first, r->d.second = r->second, r->d.contour = r->contour;
  hc_status status = ask_form(w, err);
  if (status == HC_OK) status = take_pairs(w, err);
  if (status == HC_OK) status = check_pairs(w, err);
  if (status != HC_OK) return status;
  w->scratch = malloc(hc_dependent_scratch(&w->model) * sizeof *w->scratch);
  if (!w->scratch) return hc_fail(err, HC_ENOMEM, "no memory for the dependence of lists");
  tell_model(w);
  add_values(w);
  add_contour(w);
  add_break_even(w);
  return add_interval(w, err);
}

hc_status hc_analysis_add_dependence(hc_analysis *a, const hc_data *data, const hc_settings *settings,
                                     const hc_pulse *pulse, hc_error *err) {
  if (!settings->dependence || !a->plan->estimator->log_linear) return HC_OK;
  struct work *w = calloc(1, sizeof *w);
  struct room *r = calloc(1, sizeof *r);
  hc_status status = w && r ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for the dependence of lists");
  if (status == HC_OK) {
    *w = (struct work){.r = r, .a = a, .data = data, .settings = settings, .pulse = pulse};
    status = answer(w, err);
    if (status == HC_OK && w->stopped)
      status = hc_fail(err, HC_ECANCELLED, "stopped before the dependence of lists was told");
    free(w->scratch);
  }
  free(w);
  if (status == HC_OK)
    a->dependence = &r->d;
  else
    free(r);
  return status;
}

void hc_dependence_free(hc_dependence *dependence) {
  free(dependence);
}

const hc_dependence *hc_analysis_dependence(const hc_analysis *a) {
  return a->dependence;
}

bool hc_estimator_takes_dependence(const hc_estimator *estimator) {
  return estimator->log_linear;
}
