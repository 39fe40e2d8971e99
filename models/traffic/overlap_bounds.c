/* People on several platforms of which only totals and pairwise overlaps are known: what they allow, and no more.
 *
 * t_i people on platform i, o_ij on both i and j; S1 = sum t_i, S2 = sum of all o_ij; N on at least one:
 *   N >= 2 S1/(k+1) - 2 S2/(k (k+1)), k = 1 + floor(2 S2/S1)      Dawson and Sankoff (1967)
 *   N <= S1 - sum of o_ij over a spanning tree, the largest       Hunter (1976), Worsley (1982)
 *   sharp: the least and the largest sum of x_A >= 0 over the non-empty sets A of platforms with
 *   sum_{A has i} x_A = t_i, sum_{A has i, j} x_A = o_ij          Hailperin (1965)
 * These papers were not seen; the first two bounds hold for any population, derived: every person on r >= 1 platforms
 * adds 2r/(k+1) - r(r-1)/(k(k+1)) <= 1 to the lower one, with equality at r = k and k + 1; and a tree has at most r -
 * 1 edges between r platforms. Both are closed forms, the linear program is never wider. A pair that is not in the
 * table is not known, and limits nothing.
 *
 * Standard errors: the delta method, a bound's derivatives by the table's numbers are the dual solution of its
 * program. Interval imbens-manski, lower - c se, upper + c se with Phi(c + width/max se) - Phi(-c) = level: it covers
 * N wherever it lies between the bounds; Imbens and Manski (2004) Econometrica 72:1845, of which the draft of May
 * 2003 was seen. With exact numbers it is the bounds.
 *
 * Assumes: the totals and overlaps speak of the same people at the same time. No independence. Breaks: accounts in
 * place of people, and people on no platform, who are not in it. */
#include "model.h"

#include <string.h>

#include "numeric/simplex.h"

enum { N, UPPER, HUNTER_WORSLEY, DAWSON_SANKOFF };
enum { MOST_PLATFORMS = 10 }; /* 2^10 sets of platforms: 5 ms a fit */
static const size_t NONE = SIZE_MAX;

struct state {
  size_t k, m, n;                              /* platforms; equations; sets */
  size_t pair[MOST_PLATFORMS][MOST_PLATFORMS]; /* place in observed, of totals on the diagonal */
  size_t row[MOST_PLATFORMS],
      place[MOST_PLATFORMS * MOST_PLATFORMS]; /* of totals in the table; of the equations in observed */
  double *a, *one, *minus;                    /* [m][n]; two objectives */
  const hc_data *data;                        /* read in prepare alone */
  bool complete;                              /* all pairs are known */
};

static const char *name_of(const struct state *s, const char *column, size_t row) {
  return hc_column_text(hc_data_column(s->data, column), row);
}

static size_t platform(const struct state *s, const char *name) {
  for (size_t i = 0; i < s->k; i++)
    if (strcmp(name_of(s, "a", s->row[i]), name) == 0) return i;
  return NONE;
}

/* --- the table ------------------------------------------------------------------------------------------------ */

static hc_status check(const hc_data *data, hc_error *err) {
  hc_status status = hc_table_check(data, "people", true, 0, 1e15, err);
  if (status == HC_OK && !data->n_rows) return hc_refuse(err, "all-zero", "the table has no rows");
  for (size_t i = 0; i < data->n_rows && status == HC_OK; i++) {
    if (!hc_column_text(hc_data_column(data, "a"), i)[0] || !hc_column_text(hc_data_column(data, "b"), i)[0])
      return hc_table_fail(data, "a", i, err, "row %zu: a and b name two platforms, or one twice for its total", i + 1);
    if (isnan(hc_column_number(hc_data_column(data, "people"), i)))
      return hc_table_fail(data, "people", i, err, "row %zu: a pair that is not known has no row", i + 1);
  }
  return status;
}

static hc_status take_totals(struct state *s, const size_t *order, hc_error *err) {
  for (size_t i = 0; i < s->data->n_rows; i++) {
    size_t row = order[i];
    if (strcmp(name_of(s, "a", row), name_of(s, "b", row)) != 0) continue;
    if (platform(s, name_of(s, "a", row)) != NONE)
      return hc_table_fail(s->data, "a", row, err, "%s has two totals", name_of(s, "a", row));
    if (s->k == MOST_PLATFORMS)
      return hc_table_fail(s->data, "a", row, err, "at most %d platforms can be bounded together", MOST_PLATFORMS);
    s->row[s->k++] = row;
  }
  return s->k ? HC_OK
              : hc_table_fail(s->data, "a", 0, err, "there is no total: a row NAME,NAME,people for each platform");
}

static hc_status add_pair(hc_plan *plan, size_t row, hc_error *err) {
  struct state *s = plan->state;
  const char *a = name_of(s, "a", row), *b = name_of(s, "b", row);
  size_t i = platform(s, a), j = platform(s, b);
  if (i == NONE || j == NONE)
    return hc_table_fail(s->data, "a", row, err, "there is no total of %s: a row %s,%s,people", i == NONE ? a : b,
                         i == NONE ? a : b, i == NONE ? a : b);
  if (s->pair[i][j] != NONE) return hc_table_fail(s->data, "a", row, err, "%s and %s stand in two rows", a, b);
  hc_status status = hc_plan_add_column(plan, s->data, "people", row, INFINITY, NAN, &s->pair[i][j], err);
  if (status != HC_OK) return status;
  s->pair[j][i] = s->pair[i][j];
  hc_input *input = &plan->inputs[s->pair[i][j]];
  size_t la = hc_text_fit(a, 40), lb = hc_text_fit(b, 40);
  memcpy(input->name, a, la);
  if (i == j)
    input->name[la] = '\0';
  else
    input->name[la] = '&', memcpy(input->name + la + 1, b, lb), input->name[la + 1 + lb] = '\0';
  return HC_OK;
}

/* The equations: who of the sets 1 .. 2^k - 1 is on platform i, or on both i and j. */
static hc_status make_program(hc_plan *plan) {
  struct state *s = plan->state;
  s->n = ((size_t)1 << s->k) - 1;
  s->complete = true;
  for (size_t i = 0; i < s->k; i++)
    for (size_t j = i; j < s->k; j++) {
      if (s->pair[i][j] != NONE)
        s->m++;
      else
        s->complete = false;
    }
  s->a = hc_plan_alloc(plan, s->m * s->n, sizeof(double));
  s->one = hc_plan_alloc(plan, s->n, sizeof(double));
  s->minus = hc_plan_alloc(plan, s->n, sizeof(double));
  if (!s->a || !s->one || !s->minus) return HC_ENOMEM;
  for (size_t x = 0; x < s->n; x++) s->one[x] = 1, s->minus[x] = -1;
  size_t row = 0;
  for (size_t i = 0; i < s->k; i++)
    for (size_t j = i; j < s->k; j++) {
      if (s->pair[i][j] == NONE) continue;
      for (size_t set = 1; set <= s->n; set++) s->a[row * s->n + set - 1] = (set >> i & 1) && (set >> j & 1);
      s->place[row++] = s->pair[i][j];
    }
  plan->n_scratch = hc_simplex_size(s->m, s->n) + 2 * s->m;
  return HC_OK;
}

/* --- can it be? --------------------------------------------------------------------------------------------------- */

static bool solvable(const hc_plan *plan, double *scratch, double *a, size_t without) {
  const struct state *s = plan->state;
  double b[MOST_PLATFORMS * MOST_PLATFORMS];
  size_t m = 0;
  for (size_t row = 0; row < s->m; row++) {
    if (row == without) continue;
    memcpy(a + m * s->n, s->a + row * s->n, s->n * sizeof *a);
    b[m++] = plan->observed[s->place[row]];
  }
  return hc_simplex_start(scratch, m, s->n, a, b);
}

/* Which pair is at fault: the first without which a population could be. */
static hc_status blame(const hc_plan *plan, double *scratch, double *a, hc_error *err) {
  const struct state *s = plan->state;
  for (size_t row = 0; row < s->m; row++) {
    const hc_input *input = &plan->inputs[s->place[row]];
    if (strchr(input->name, '&') && solvable(plan, scratch, a, row))
      return hc_refuse(err, "impossible-overlap",
                       "no population has these totals and overlaps: %s with %.15g cannot stand beside the others",
                       input->name, input->value);
  }
  return hc_refuse(err, "impossible-overlap",
                   "no population has these totals and overlaps, and more than one of them would have to move");
}

static hc_status check_possible(hc_plan *plan, hc_error *err) {
  const struct state *s = plan->state;
  for (size_t i = 0; i < s->k; i++)
    for (size_t j = 0; j < s->k; j++) {
      if (i == j || s->pair[i][j] == NONE) continue;
      double both = plan->observed[s->pair[i][j]], total = plan->observed[s->pair[i][i]];
      if (both > total)
        return hc_refuse(err, "impossible-overlap", "%s: %.15g people are more than the %.15g on one of the two",
                         plan->inputs[s->pair[i][j]].name, both, total);
    }
  double *scratch = hc_plan_alloc(plan, plan->n_scratch, sizeof *scratch),
         *a = hc_plan_alloc(plan, s->m * s->n, sizeof *a);
  if (!scratch || !a) return HC_ENOMEM;
  return solvable(plan, scratch, a, NONE) ? HC_OK : blame(plan, scratch, a, err);
}

static void describe(hc_plan *plan) {
  const struct state *s = plan->state;
  hc_plan_set_quantities(plan, s->complete ? 4 : 3);
  hc_plan_quantity(plan, N, &hc_quantity_people, "people on any platform, at least", "N");
  hc_plan_quantity(plan, UPPER, &hc_quantity_people, "people on any platform, at most", "upper");
  hc_plan_quantity(plan, HUNTER_WORSLEY, &hc_quantity_people, "at most, by the tree of largest overlaps",
                   "hunter_worsley");
  if (s->complete)
    hc_plan_quantity(plan, DAWSON_SANKOFF, &hc_quantity_people, "at least, by totals and overlaps in sum",
                     "dawson_sankoff");
  hc_plan_set_form(plan, "sharp bounds by linear programming, %zu platforms, %zu overlaps", s->k, s->m - s->k);
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  (void)o;
  s->data = data;
  for (size_t i = 0; i < MOST_PLATFORMS; i++)
    for (size_t j = 0; j < MOST_PLATFORMS; j++) s->pair[i][j] = NONE;
  size_t *order = hc_plan_alloc(plan, data->n_rows, sizeof *order);
  if (!order) return HC_ENOMEM;
  hc_status status = check(data, err);
  if (status != HC_OK) return status;
  hc_table_order(data, order);
  status = take_totals(s, order, err);
  if (status == HC_OK) status = hc_plan_reserve_inputs(plan, data->n_rows);
  for (size_t i = 0; i < data->n_rows && status == HC_OK; i++) status = add_pair(plan, order[i], err);
  if (status == HC_OK) status = hc_plan_use_inputs(plan, 0);
  if (status == HC_OK) status = make_program(plan);
  if (status == HC_OK) status = check_possible(plan, err);
  s->data = NULL;
  if (status == HC_OK) describe(plan);
  return status;
}

/* --- fit ---------------------------------------------------------------------------------------------------------- */

/* Prim (1957) on the overlaps: the heaviest spanning forest. */
static double heaviest_forest(const struct state *s, const double *x) {
  bool in[MOST_PLATFORMS] = {false};
  double near[MOST_PLATFORMS] = {0}, sum = 0;
  for (size_t step = 0; step < s->k; step++) {
    size_t best = NONE;
    for (size_t i = 0; i < s->k; i++)
      if (!in[i] && (best == NONE || near[i] > near[best])) best = i;
    in[best] = true, sum += near[best];
    for (size_t i = 0; i < s->k; i++)
      if (!in[i] && s->pair[best][i] != NONE) near[i] = fmax(near[i], x[s->pair[best][i]]);
  }
  return sum;
}

static void closed_forms(const struct state *s, const double *x, hc_estimate *e) {
  double S1 = 0, S2 = 0;
  for (size_t i = 0; i < s->k; i++)
    for (size_t j = 0; j <= i; j++) {
      if (i == j)
        S1 += x[s->pair[i][i]];
      else if (s->pair[i][j] != NONE)
        S2 += x[s->pair[i][j]];
    }
  double k = S1 > 0 ? 1 + floor(2 * S2 / S1) : 1;
  e->value[HUNTER_WORSLEY] = S1 - heaviest_forest(s, x);
  if (s->complete) e->value[DAWSON_SANKOFF] = 2 * S1 / (k + 1) - 2 * S2 / (k * (k + 1));
}

static double delta(const hc_plan *plan, const double *y) {
  const struct state *s = plan->state;
  double variance = 0;
  for (size_t row = 0; row < s->m; row++) variance += pow(y[row] * hc_input_se(&plan->inputs[s->place[row]]), 2);
  return variance > 0 ? sqrt(variance) : NAN;
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double *b = scratch + hc_simplex_size(s->m, s->n), *y = b + s->m, largest = 0;
  for (size_t row = 0; row < s->m; row++) b[row] = x[s->place[row]];
  if (!hc_simplex_start(scratch, s->m, s->n, s->a, b))
    return hc_refuse(err, "impossible-overlap", "no population has these totals and overlaps");
  if (!hc_simplex_minimise(scratch, s->m, s->n, s->one, &e->value[N], y))
    return hc_refuse(err, "not-converged", "the linear program was not solved");
  e->se[N] = delta(plan, y);
  if (!hc_simplex_minimise(scratch, s->m, s->n, s->minus, &largest, y))
    return hc_refuse(err, "not-converged", "the linear program was not solved");
  e->value[UPPER] = -largest;
  e->se[UPPER] = delta(plan, y);
  closed_forms(s, x, e);
  hc_estimate_note(e, "bounds", "any number from %.6g to %.6g agrees with the table; nothing in it says which%s",
                   e->value[N], e->value[UPPER], s->complete ? "" : _("; overlaps that are not stated limit nothing"));
  return HC_OK;
}

/* --- the interval
 * --------------------------------------------------------------------------------------------------- */

struct cover {
  double width, level; /* of the bounds, in standard errors */
};

static double covered(double c, void *context) {
  const struct cover *cover = context;
  return hc_normal_cdf(c + cover->width) - hc_normal_cdf(-c) - cover->level;
}

static hc_status interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level, double *lower,
                          double *upper, hc_error *err) {
  double low = isnan(e->se[N]) ? 0 : e->se[N], high = isnan(e->se[UPPER]) ? 0 : e->se[UPPER], most = fmax(low, high),
         c = 0;
  (void)plan, (void)method;
  struct cover cover = {most > 0 ? (e->value[UPPER] - e->value[N]) / most : 0, level};
  if (most > 0 && !hc_root_brent(covered, &cover, 0, hc_normal_quantile(0.5 + level / 2) + 1, 1e-12, &c))
    return hc_refuse(err, "not-converged", "no interval covers with this level");
  *lower = fmax(0, e->value[N] - c * low);
  *upper = e->value[UPPER] + c * high;
  return HC_OK;
}

const hc_estimator hc_estimator_overlap_bounds = {
    .id = "overlap-bounds",
    .title = "Bounds from totals and pairwise overlaps",
    .cite = "Dawson and Sankoff (1967); Hunter (1976); Worsley (1982); Imbens and Manski (2004) Econometrica 72:1845",
    .formula =
        "the least and the largest sum of x_A >= 0 over sets A of platforms that give the totals and the overlaps",
    .assumes = "totals and overlaps speak of the same people at the same time; nothing else",
    .needs = "a table a,b,people with a row a,a for each total",
    .accepts = HC_SHAPE_OVERLAPS,
    .options = NULL,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .interval_methods = (const char *const[]){"imbens-manski", NULL},
    .default_interval = "imbens-manski",
    .interval = interval,
};
