/* The multiplier: M people known to a service, and the share P of a survey's respondents who were there.
 *
 *   N = M/P,  var(ln N) = var(M)/M^2 + (1-P) d/(s P),  se(N) = N sqrt(var(ln N))   s respondents, design effect d
 *   tree: N_i = M_i / prod p_b along the branches b from the whole to the counted group i,
 *         cov(l_i, l_j) = sum over shared branches of (1-p) d/(s p), and -d/s for two answers of one question; l = ln N
 *   several: l = sum w l_i, w = C^-1 1/(1'C^-1 1), var(l) = 1/(1'C^-1 1), Q = (l_i - l)'C^-1(l_i - l) on n - 1 degrees
 * The delta method throughout, derived here: var(P) = d P(1-P)/s (Kish 1965, Survey Sampling, sec. 8.2), ln P = ln x
 * - ln s for x of s, and the covariance of two shares of one multinomial sample is -p q/s. The setting is that of
 * Fearon, Chabata, Thompson, Cowan and Hargreaves (2017) JMIR Public Health Surveill. 3:e59, and of Flynn and
 * Gustafson, arXiv 2506.21020 (trees; they sample from a posterior): abstracts seen, no equation used.
 *
 * Intervals: log, N exp(-+ z se/N); normal, N -+ z se; inverse, M/(P +- z se(P)); wilson and exact (Clopper and
 * Pearson), M over the limits of P with s/d respondents. The last three know the survey's error alone.
 *
 * Assumes: M and P speak of the same people, place and period, M holds nobody twice, P was answered honestly. Breaks:
 * when P = 0, and when people of the survey were drawn at the service. */
#include "model.h"

#include <string.h>

#include "numeric/exact.h"

enum { N, ARITHMETIC, Q, Q_P, PATHS };
enum { MOST_ROWS = 200, FEW_HITS = 5 };
static const size_t NONE = SIZE_MAX;

/* A row: the share `place` (in observed) of those above, or NONE where it is not stated. */
struct branch {
  size_t place, up, row; /* up: the branch above, NONE at the top */
  size_t question;       /* the first branch of the question that it answers */
  double respondents;    /* over the design effect */
  double sample, hits;
  bool used; /* on the way to a count */
};

struct path {
  size_t count, branch; /* place in observed; the last branch */
};

struct state {
  size_t n_branches, n_paths;
  struct branch *branch;
  struct path *path;
  bool tree, several_answers;
};

static const hc_option options[] = {
    {"count", HC_OPTION_CHOICE, "fixed", 0, 0, "fixed|poisson",
     "is the count exact (unless count_se or limits are stated), or Poisson with variance M"},
    {"small-deff", HC_OPTION_CHOICE, "refuse", 0, 0, "refuse|accept", "design effects below 1"},
    {0},
};

/* --- the table ------------------------------------------------------------------------------------------- */

static double cell(const hc_data *data, const char *name, size_t row) {
  return hc_column_number(hc_data_column(data, name), row);
}

static hc_status check_row(const hc_data *data, size_t row, bool tree, const hc_options *o, hc_error *err) {
  char buffer[HC_ROW_NAME_SIZE];
  const char *who = hc_row_name(data, row, buffer);
  double hits = cell(data, "hits", row), sample = cell(data, "sample", row), count = cell(data, "count", row);
  double deff = cell(data, "deff", row);
  bool share = !isnan(hits) || !isnan(sample);
  if (isnan(hits) != isnan(sample) || (!share && (!tree || !isnan(count))))
    return hc_table_fail(data, "hits", row, err, "%s: hits and sample are both needed", who);
  if (!tree && isnan(count)) return hc_table_fail(data, "count", row, err, "%s: there is no count", who);
  if (!isnan(count) && !(count > 0))
    return hc_table_fail(data, "count", row, err, "%s: the count has to be above zero", who);
  if (!share) return HC_OK;
  if (!(sample > 0)) return hc_table_fail(data, "sample", row, err, "%s: the sample has to be above zero", who);
  if (hits > sample)
    return hc_table_fail(data, "hits", row, err, "%s: %.15g hits are more than the sample of %.15g", who, hits, sample);
  if (deff < 1 && !hc_options_choice_is(o, "small-deff", "accept"))
    return hc_refuse(err, "small-design-effect",
                     "%s: a design effect of %.6g says that the survey knows more than a simple random sample of "
                     "its size",
                     who, deff);
  return HC_OK;
}

static hc_status check(const hc_data *data, bool tree, const hc_options *o, hc_error *err) {
  hc_status status = hc_table_check(data, "count", true, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check(data, "hits", true, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check(data, "sample", true, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check(data, "deff", false, 1e-6, 1e6, err);
  if (status == HC_OK && !data->n_rows) status = hc_refuse(err, "all-zero", "the table has no rows");
  if (status == HC_OK && data->n_rows > MOST_ROWS)
    status = hc_fail(err, HC_EDATA, "at most %d rows can be combined, found %zu", MOST_ROWS, data->n_rows);
  for (size_t i = 0; status == HC_OK && i < data->n_rows; i++) status = check_row(data, i, tree, o, err);
  return status;
}

static const char *end_of(const hc_data *data, const char *column, size_t row, char *buffer, size_t size) {
  const hc_column *c = hc_data_column(data, column);
  if (c && c->text) return c->text[row];
  double x = hc_column_number(c, row);
  buffer[0] = '\0';
  for (size_t digits = 0, v = isnan(x) || x < 0 ? 0 : (size_t)x; !isnan(x) && digits + 1 < size;
       digits++) { /* a number as a name */
    memmove(buffer + 1, buffer, digits + 1);
    buffer[0] = (char)('0' + v % 10);
    if (!(v /= 10)) break;
  }
  return buffer;
}

static bool same_end(const hc_data *data, const char *one, size_t i, const char *other, size_t j) {
  char a[24], b[24];
  return strcmp(end_of(data, one, i, a, sizeof a), end_of(data, other, j, b, sizeof b)) == 0;
}

/* Branches in the order of `order`: who stands above whom, and which rows answer one question. */
static hc_status link_branches(struct state *s, const hc_data *data, hc_error *err) {
  size_t n = s->n_branches, root = NONE;
  for (size_t i = 0; i < n; i++) {
    struct branch *b = &s->branch[i];
    for (size_t j = 0; j < n; j++) {
      if (j < i && same_end(data, "to", b->row, "to", s->branch[j].row))
        return hc_table_fail(data, "to", b->row, err, "two rows lead to the same group: a tree has one way to each");
      if (same_end(data, "to", s->branch[j].row, "from", b->row)) b->up = j;
    }
    if (b->up == NONE && root != NONE && !same_end(data, "from", root, "from", b->row))
      return hc_table_fail(data, "from", b->row, err,
                           "two groups stand at the top, and the whole can be only one of them");
    if (b->up == NONE) root = b->row;
  }
  for (size_t i = 0; i < n; i++) {
    size_t steps = 0;
    for (size_t k = s->branch[i].up; k != NONE; k = s->branch[k].up)
      if (++steps > n) return hc_table_fail(data, "from", s->branch[i].row, err, "the rows go round in a circle");
  }
  return HC_OK;
}

/* The first branch of the question that branch i answers: rows of one parent with the same respondents. */
static size_t question_of(const struct state *s, size_t i) {
  const struct branch *b = &s->branch[i];
  for (size_t j = 0; j < i && s->tree; j++) {
    const struct branch *other = &s->branch[j];
    bool both = other->place != NONE && b->place != NONE && other->up == b->up;
    if (both && other->sample == b->sample && other->respondents == b->respondents) return j;
  }
  return i;
}

/* Where more hits than respondents show that people gave several answers, the rows are questions of their own. */
static void find_questions(struct state *s) {
  for (size_t i = 0; i < s->n_branches; i++) s->branch[i].question = question_of(s, i);
  for (size_t i = 0; i < s->n_branches; i++) {
    double hits = 0;
    for (size_t j = i; j < s->n_branches; j++)
      if (s->branch[j].question == i && s->branch[j].place != NONE) hits += s->branch[j].hits;
    if (!(hits > s->branch[i].sample)) continue;
    s->several_answers = true;
    for (size_t j = i; j < s->n_branches; j++)
      if (s->branch[j].question == i) s->branch[j].question = j;
  }
}

/* --- prepare --------------------------------------------------------------------------------------------- */

static hc_status add_share(hc_plan *plan, const hc_data *data, struct branch *b, hc_error *err) {
  char buffer[HC_ROW_NAME_SIZE];
  double deff = cell(data, "deff", b->row);
  b->hits = cell(data, "hits", b->row), b->sample = cell(data, "sample", b->row);
  b->place = NONE;
  if (isnan(b->hits)) return HC_OK;
  b->respondents = b->sample / (deff > 0 ? deff : 1);
  hc_input input = {.kind = HC_INPUT_BINOMIAL,
                    .value = b->hits / b->sample,
                    .spread = fmax(1, nearbyint(b->respondents)),
                    .floor = 0,
                    .ceiling = 1};
  const char *who = hc_row_name(data, b->row, buffer);
  if (hc_data_column(data, "to")) who = end_of(data, "to", b->row, buffer, 24);
  if (!(b->hits > 0))
    return hc_refuse(err, "zero-share",
                     "%s: nobody in the sample of %.15g was there, so the share is not told from zero", who, b->sample);
  memcpy(input.name, "share[", 6);
  size_t n = hc_text_fit(who, sizeof input.name - 8);
  memcpy(input.name + 6, who, n);
  input.name[6 + n] = ']';
  b->place = hc_plan_add_input(plan, &input);
  return HC_OK;
}

static hc_status add_count(hc_plan *plan, const hc_data *data, const hc_options *o, size_t branch, hc_error *err) {
  struct state *s = plan->state;
  struct path *path = &s->path[s->n_paths];
  size_t row = s->branch[branch].row;
  if (isnan(cell(data, "count", row))) return HC_OK;
  for (size_t k = branch; k != NONE; k = s->branch[k].up)
    if (s->branch[k].place == NONE)
      return hc_table_fail(data, "hits", s->branch[k].row, err,
                           "a share is missing on the way to a group that is counted");
  hc_status status = hc_plan_add_column(plan, data, "count", row, INFINITY, NAN, &path->count, err);
  if (status != HC_OK) return status;
  for (size_t k = branch; k != NONE; k = s->branch[k].up) s->branch[k].used = true;
  path->branch = branch;
  hc_input *input = &plan->inputs[path->count];
  if (input->kind == HC_INPUT_EXACT && hc_options_choice_is(o, "count", "poisson"))
    input->kind = HC_INPUT_LOGNORMAL, input->spread = sqrt(input->value);
  s->n_paths++;
  return HC_OK;
}

static void name_quantities(hc_plan *plan, const hc_data *data) {
  const struct state *s = plan->state;
  hc_plan_set_quantities(plan, s->n_paths > 1 ? PATHS + 2 * s->n_paths : 1);
  hc_plan_quantity(plan, N, &hc_quantity_people, "people", "N");
  if (s->n_paths == 1) return;
  hc_plan_quantity(plan, ARITHMETIC, &hc_quantity_people, "the arithmetic mean with the same weights", "arithmetic");
  hc_plan_quantity(plan, Q, &hc_quantity_positive, "disagreement of the counts, chi squared", "Q");
  hc_plan_quantity(plan, Q_P, &hc_quantity_chance, "chance of so much disagreement if all count the same", "Q_p");
  for (size_t i = 0; i < s->n_paths; i++) {
    char buffer[HC_ROW_NAME_SIZE];
    size_t row = s->branch[s->path[i].branch].row;
    const char *who = s->tree ? end_of(data, "to", row, buffer, 24) : hc_row_name(data, row, buffer);
    hc_plan_quantity(plan, PATHS + i, &hc_quantity_people, "people, by this count alone", "N[%s]", who);
    hc_plan_quantity(plan, PATHS + s->n_paths + i, &hc_quantity_real, "its weight", "weight[%s]", who);
  }
}

static hc_status fill(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  size_t n = data->n_rows;
  size_t *order = hc_plan_alloc(plan, n, sizeof *order);
  s->branch = hc_plan_alloc(plan, n, sizeof *s->branch);
  s->path = hc_plan_alloc(plan, n, sizeof *s->path);
  if (!order || !s->branch || !s->path) return HC_ENOMEM;
  hc_table_order(data, order);
  hc_status status = hc_plan_reserve_inputs(plan, 2 * n);
  for (size_t i = 0; i < n && status == HC_OK; i++) {
    s->branch[i] = (struct branch){.row = order[i], .up = NONE};
    status = add_share(plan, data, &s->branch[i], err);
  }
  s->n_branches = n;
  if (status == HC_OK && s->tree) status = link_branches(s, data, err);
  if (status == HC_OK) find_questions(s);
  for (size_t i = 0; i < n && status == HC_OK; i++) status = add_count(plan, data, o, i, err);
  if (status == HC_OK && !s->n_paths) status = hc_refuse(err, "all-zero", "no group of the tree is counted");
  return status == HC_OK ? hc_plan_use_inputs(plan, 0) : status;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  s->tree = hc_data_column(data, "from") && hc_data_column(data, "to");
  hc_status status = check(data, s->tree, o, err);
  if (status == HC_OK) status = fill(plan, data, o, err);
  if (status != HC_OK) return status;
  name_quantities(plan, data);
  plan->n_scratch = s->n_paths * (s->n_paths + 3);
  if (s->n_paths == 1)
    hc_plan_set_form(plan, "N = M/P");
  else
    hc_plan_set_form(plan, "%zu %s, combined by generalised least squares on the log scale", s->n_paths,
                     s->tree ? _("ways through the tree") : _("multipliers"));
  hc_plan_add_variant(plan, "; se: delta method, survey over its design effect, %s",
                      hc_options_choice_is(o, "count", "poisson") ? _("counts Poisson") : _("counts as stated"));
  return HC_OK;
}

/* --- fit ------------------------------------------------------------------------------------------------- */

static double covariance(const struct state *s, const double *x, size_t i, size_t j) {
  double sum = 0;
  for (size_t a = s->path[i].branch; a != NONE; a = s->branch[a].up)
    for (size_t b = s->path[j].branch; b != NONE; b = s->branch[b].up) {
      if (a == b)
        sum += (1 - x[s->branch[a].place]) / (s->branch[a].respondents * x[s->branch[a].place]);
      else if (s->branch[a].question == s->branch[b].question)
        sum -= 1 / s->branch[a].respondents;
    }
  return sum;
}

static double log_of_path(const struct state *s, const double *x, size_t i) {
  double l = log(x[s->path[i].count]);
  for (size_t b = s->path[i].branch; b != NONE; b = s->branch[b].up) l -= log(x[s->branch[b].place]);
  return l;
}

static double variance_of_path(const hc_plan *plan, const double *x, size_t i) {
  const struct state *s = plan->state;
  double M = x[s->path[i].count], se = hc_input_se(&plan->inputs[s->path[i].count]);
  return covariance(s, x, i, i) + se * se / (M * M);
}

/* C in the lower triangle, then l, then C^-1 1, then C^-1 (l - mean). */
static hc_status combine(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  size_t n = s->n_paths;
  double *C = scratch, *l = scratch + n * n, *w = l + n, *d = w + n, sum = 0, mean = 0, q = 0;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < i; j++) C[i * n + j] = C[j * n + i] = covariance(s, x, i, j);
    C[i * n + i] = variance_of_path(plan, x, i);
    l[i] = log_of_path(s, x, i), w[i] = 1;
    e->value[PATHS + i] = exp(l[i]), e->se[PATHS + i] = exp(l[i]) * sqrt(C[i * n + i]);
  }
  if (!hc_cholesky(C, n, 1e-12))
    return hc_refuse(err, "not-identified",
                     "the counts are not of different information: together they hold a whole question's answers, "
                     "or one of them has no error at all");
  hc_cholesky_solve(C, n, w);
  for (size_t i = 0; i < n; i++) sum += w[i], mean += w[i] * l[i];
  mean /= sum;
  for (size_t i = 0; i < n; i++) d[i] = l[i] - mean;
  hc_cholesky_solve(C, n, d);
  e->value[ARITHMETIC] = 0;
  for (size_t i = 0; i < n; i++) {
    q += d[i] * (l[i] - mean);
    e->value[PATHS + n + i] = w[i] / sum;
    e->value[ARITHMETIC] += w[i] / sum * exp(l[i]);
  }
  e->value[N] = exp(mean), e->se[N] = exp(mean) / sqrt(sum);
  e->value[Q] = fmax(0, q), e->value[Q_P] = hc_chisq_exceeds(fmax(0, q), (double)n - 1);
  return HC_OK;
}

static void note(const struct state *s, hc_estimate *e) {
  size_t few = 0, used = 0;
  for (size_t i = 0; i < s->n_branches; i++)
    used += s->branch[i].used, few += s->branch[i].used && s->branch[i].hits < FEW_HITS;
  if (few)
    hc_estimate_note(
        e, "few-hits",
        "%zu of %zu shares rest on fewer than five people: log and normal intervals are rough there, and exact "
        "is not",
        few, used);
  if (s->several_answers)
    hc_estimate_note(e, "several-answers",
                     "rows of one parent with the same sample have more hits than respondents, so people gave several "
                     "answers: these shares count as independent");
  if (s->n_paths > 1 && e->value[Q_P] < 0.05)
    hc_estimate_note(
        e, "disagreement",
        "the counts disagree more than their errors allow (Q = %.3g, p = %.2g): they do not count the same "
        "people, and one number for all hides that",
        e->value[Q], e->value[Q_P]);
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  for (size_t i = 0; i < s->n_branches; i++)
    if (s->branch[i].used && !(x[s->branch[i].place] > 0)) return hc_refuse(err, "zero-share", "a share is zero");
  hc_status status = HC_OK;
  if (s->n_paths > 1)
    status = combine(plan, x, scratch, e, err);
  else
    e->value[N] = exp(log_of_path(s, x, 0)), e->se[N] = e->value[N] * sqrt(variance_of_path(plan, x, 0));
  if (status == HC_OK && e->asked.notes) note(s, e);
  return status;
}

/* Answers of one question together, one by one given those before. */
static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  const struct state *s = plan->state;
  (void)e;
  hc_plan_draw_inputs(plan, rng, HC_ALL_INPUTS, replicate);
  for (size_t i = 0; i < s->n_branches; i++) {
    double left = plan->inputs[s->branch[i].place == NONE ? 0 : s->branch[i].place].spread, chance = 1, size = left;
    if (s->branch[i].place == NONE || s->branch[i].question != i) continue;
    for (size_t j = i; j < s->n_branches; j++) {
      if (s->branch[j].question != i || s->branch[j].place == NONE) continue;
      double p = plan->observed[s->branch[j].place];
      double hits = left > 0 ? hc_rng_binomial(rng, chance > 0 ? fmin(1, p / chance) : 1, left) : 0;
      replicate[s->branch[j].place] = hits / size;
      left -= hits, chance -= p;
    }
  }
}

/* --- intervals
 * ------------------------------------------------------------------------------------------------------ */

static hc_status inverse(double M, double P, double half, const double *exact, double *lower, double *upper,
                         hc_error *err) {
  if (!(P > half))
    return hc_refuse(err, "no-upper-limit",
                     "no upper limit at this level: the share is not told from zero; exact limits are %.6g to %.6g",
                     M / exact[1], M / exact[0]);
  *lower = M / (P + half), *upper = M / (P - half);
  return HC_OK;
}

static hc_status of_one_share(const hc_plan *plan, const char *method, double level, double *lower, double *upper,
                              hc_error *err) {
  const struct state *s = plan->state;
  const struct branch *b = &s->branch[s->path[0].branch];
  double P = plan->observed[b->place], M = plan->observed[s->path[0].count], z = hc_normal_quantile(0.5 + level / 2),
         limit[2];
  if (s->n_paths > 1 || b->up != NONE)
    return hc_refuse(err, "several-shares", "%s is for one count and one share: use log or normal", method);
  if (hc_input_is_uncertain(&plan->inputs[s->path[0].count]))
    return hc_refuse(err, "uncertain-base", "%s knows only survey error, and the count is uncertain too", method);
  bool wilson = strcmp(method, "wilson") == 0;
  hc_binomial_limits(wilson ? HC_BINOMIAL_WILSON : HC_BINOMIAL_EXACT, P * b->respondents, b->respondents, level,
                     &limit[0], &limit[1]);
  if (strcmp(method, "inverse") == 0)
    return inverse(M, P, z * sqrt(P * (1 - P) / b->respondents), limit, lower, upper, err);
  *lower = M / limit[1], *upper = M / limit[0];
  if (isnan(*lower) || isnan(*upper))
    return hc_refuse(err, "count-too-large", "the %s limits of %.15g respondents cannot be computed", method,
                     b->respondents);
  return HC_OK;
}

static hc_status interval(const hc_plan *plan, const hc_estimate *e, const char *method, double level, double *lower,
                          double *upper, hc_error *err) {
  double z = hc_normal_quantile(0.5 + level / 2), value = e->value[N], se = e->se[N];
  if (strcmp(method, "normal") != 0) return of_one_share(plan, method, level, lower, upper, err);
  *lower = value - z * se, *upper = value + z * se;
  return HC_OK;
}

/* Before triangulate, which takes these tables too. */
static unsigned suits(const hc_data *data) {
  (void)data;
  return 1;
}

const hc_estimator hc_estimator_multiplier = {
    .id = "multiplier",
    .title = "Multiplier: a count over the share of a survey that it holds",
    .cite = "Fearon, Chabata, Thompson, Cowan and Hargreaves (2017) JMIR Public Health Surveill. 3:e59; Flynn and "
            "Gustafson, "
            "arXiv 2506.21020 (trees)",
    .formula = "N = M/P, or M over the product of the shares along a tree; several combined by generalised least "
               "squares on the log scale",
    .assumes = "the count and the share speak of the same people, place and period; nobody is counted twice",
    .needs = "a table count,hits,sample[,deff], or a tree from,to,hits,sample,count",
    .accepts = HC_SHAPE_MULTIPLIER,
    .options = options,
    .suits = suits,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .interval_methods = (const char *const[]){"normal", "inverse", "wilson", "exact", NULL},
    .default_interval = "log",
    .interval = interval,
};
