/* Registered accounts of all platforms from web traffic: some platforms state a number, the others are predicted.
 *
 *   ln R_i = a + b ln V_i [+ c ln W_i] [+ effect of the platform's cluster] + s e_i        over the stated platforms
 *   N = A/m ( sum_stated R_i c_i a_i + sum_others c_j a_j B_j ),   B_j = exp(x_j b) k
 *   k = 1 (median), exp(s^2/2) (mean of a log-normal), or the mean of exp(residual) (smearing, Duan 1983 JASA 78:605)
 *
 * R: registered, V: monthly visitors, W: a second regressor, c: country share, a and A: active share (of the
 * platform, of all), m: platforms per person. Kaessi, Lehdonvirta and Stephany (2021) Open Research Europe 1:53. fit=ols: s^2 = residual sum of
 * squares/(n-p); fit=huber, bisquare: M-estimates with s = median |residual|/0.6745 (see numeric/regress.h).
 *
 * Interval: a prediction interval of the total, since the numbers of the others exist and are unknown. A replicate
 * refits y* = x b + s e* to give b*, s*, and turns them round the estimate, b' = b - (b* - b) s/s*, s' = s s/s*, so
 * that (b* - b)/s*, a pivot, keeps its distribution (Stine 1985 JASA 80:1026; Davison and Hinkley 1997, sec. 6.3.3 and
 * 7.2.4); for least squares and normal errors this is the exact predictive distribution. Then every other platform is
 * drawn, exp(x_j b' + s' e_j), not retransformed: the interval is the same for each retransform. Rejected: resampled
 * residuals (twenty of them have no tail, and the total is made of tails) and no e_j (which covers the regression line,
 * not the total).
 *
 * Assumes: platforms that state a number are like those that do not, visits for visits. Breaks: platforms state
 * numbers when they are large and proud of them; traffic of clients; visitors outside the fitted range. */
#include "traffic/people.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

#include "numeric/regress.h"

enum retransform { MEDIAN, MEAN, SMEARING };
enum { N, ACCOUNTS, STATED, PREDICTED, PREDICTED_SHARE, SLOPE, INTERCEPT, R2, RESIDUAL_SD, MULTIHOMING, SECOND, N_QUANTITIES };
enum { LEAST_PAIRS = 5, MOST_CLUSTERS = 50 };

struct platform {
  const char *name; /* the plan's */
  size_t row;       /* of the table */
  size_t registered, share, active, visitors, second; /* places in observed; active: 0 where the table has no such column */
  size_t cluster;                                     /* number of its effect, 0: none */
};

struct checks { /* of the fit, once per plan */
  double loo_error, loo_error_mean, loo_coverage, cook, total_without;
  double low, high;   /* fitted range of visitors */
  size_t evaluated, outside, influential;
  bool converged;
};

struct state {
  hc_people people;
  size_t n, others, unpaired, left_out, zero_registered, p, clusters;
  bool two, row_active;
  struct platform *stated, *unknown, *alone; /* pairs; to predict; a number without traffic */
  size_t coefficients, noise;                /* switches in observed: 0 as observed, 1 drawn */
  size_t y, e, centre;                       /* first places of y*, e_j, and (b, s)          */
  const double *given, *logarithm;           /* inputs as given and their logarithms, so that only drawn ones are taken again */
  hc_loss loss;
  enum retransform retransform;
  bool accept_weak, weak;
  struct checks checks;
};

static const hc_option options[] = {
    HC_PEOPLE_OPTIONS,
    {"fit", HC_OPTION_CHOICE, "ols", 0, 0, "ols|bisquare|huber", "least squares, or an M-estimate that resists outliers"},
    {"retransform", HC_OPTION_CHOICE, "smearing", 0, 0, "median|mean|smearing",
     "from the logarithm back to accounts: exp(x b) is a median; times exp(s^2/2), a mean if errors are normal; times "
     "the mean of exp(residual), a mean without that"},
    {"cluster", HC_OPTION_CHOICE, "none", 0, 0, "none|fixed", "an effect for each value of the column `cluster`"},
    {"second", HC_OPTION_TEXT, "", 0, 0, NULL, "a second column to regress on, in logarithms, e.g. visits"},
    {"weak-fit", HC_OPTION_CHOICE, "refuse", 0, 0, "refuse|accept",
     "what to do when leaving one out predicts no better than the mean of the stated platforms"},
    {0},
};

static hc_loss chosen_loss(const hc_options *o) {
  if (hc_options_choice_is(o, "fit", "huber")) return HC_LOSS_HUBER;
  return hc_options_choice_is(o, "fit", "bisquare") ? HC_LOSS_BISQUARE : HC_LOSS_SQUARE;
}

static enum retransform chosen_retransform(const hc_options *o) {
  if (hc_options_choice_is(o, "retransform", "median")) return MEDIAN;
  return hc_options_choice_is(o, "retransform", "mean") ? MEAN : SMEARING;
}

static const char *second_column(const hc_options *o) {
  return hc_options_is_stated(o, "second") ? hc_options_text(o, "second") : NULL;
}

static hc_status check_table(const hc_data *data, const hc_options *o, hc_error *err) {
  const char *second = second_column(o);
  hc_status status = hc_table_check(data, "registered", true, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check(data, "visitors", true, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check(data, "country_share", false, 0, 1, err);
  if (status == HC_OK) status = hc_table_check(data, "active_share", false, 0, 1, err);
  if (status == HC_OK && second) status = hc_table_check(data, second, true, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check_unique(data, "platform", NULL, err);
  if (status == HC_OK && hc_options_choice_is(o, "cluster", "fixed") && !hc_data_column(data, "cluster"))
    status = hc_fail(err, HC_EDATA, "cluster=fixed needs a column `cluster`");
  return status;
}

/* -- prepare: sorting platforms ---------------------------------------------------------------------- */

static hc_status add_platform(hc_plan *plan, const hc_data *data, const hc_options *o, size_t row, hc_error *err) {
  struct state *s = plan->state;
  char buffer[HC_ROW_NAME_SIZE];
  const char *second = second_column(o), *name = hc_row_name(data, row, buffer);
  double R = hc_column_number(hc_data_column(data, "registered"), row);
  double V = hc_column_number(hc_data_column(data, "visitors"), row);
  bool traffic = V > 0 && (!second || hc_column_number(hc_data_column(data, second), row) > 0);
  const hc_column *country = hc_data_column(data, "country_share");
  if (country && isnan(hc_column_number(country, row)))
    return hc_table_fail(data, "country_share", row, err, "%s: country_share is blank: write 1 where the whole platform counts", name);
  if (isnan(R) && !traffic) return s->left_out++, HC_OK;
  struct platform *to = isnan(R) ? &s->unknown[s->others++] : R > 0 && traffic ? &s->stated[s->n++] : &s->alone[s->unpaired++];
  s->zero_registered += R == 0 && traffic;
  char *copy = hc_plan_alloc(plan, strlen(name) + 1, 1);
  if (!copy) return HC_ENOMEM;
  memcpy(copy, name, strlen(name)); /* the rest is zero */
  *to = (struct platform){.name = copy, .row = row};
  hc_status status = hc_plan_add_column(plan, data, "country_share", row, 1, 1, &to->share, err);
  if (status == HC_OK && s->row_active) status = hc_plan_add_column(plan, data, "active_share", row, 1, 1, &to->active, err);
  if (status == HC_OK && !isnan(R)) status = hc_plan_add_column(plan, data, "registered", row, INFINITY, NAN, &to->registered, err);
  if (status == HC_OK && traffic && !(R == 0)) status = hc_plan_add_column(plan, data, "visitors", row, INFINITY, NAN, &to->visitors, err);
  if (status == HC_OK && traffic && !(R == 0) && second)
    status = hc_plan_add_column(plan, data, second, row, INFINITY, NAN, &to->second, err);
  return status;
}

struct clusters {
  const char *name[MOST_CLUSTERS];
  size_t n;
};

/* The number of a cluster; n where no platform before was in it. */
static size_t find_cluster(const struct clusters *known, const char *name) {
  size_t c = 0;
  while (c < known->n && strcmp(known->name[c], name) != 0) c++;
  return c;
}

/* Numbers the clusters in the order of the stated platforms' names; the first has no effect of its own. */
static hc_status set_clusters(struct state *s, const hc_data *data, hc_error *err) {
  const hc_column *cluster = hc_data_column(data, "cluster");
  struct clusters known = {.n = 0};
  for (size_t i = 0; i < s->n; i++) {
    const char *name = hc_column_text(cluster, s->stated[i].row);
    size_t c = s->stated[i].cluster = find_cluster(&known, name);
    if (c == MOST_CLUSTERS) return hc_fail(err, HC_EDATA, "more than %d clusters", MOST_CLUSTERS);
    if (c == known.n) known.name[known.n++] = name;
  }
  for (size_t j = 0; j < s->others; j++) {
    const char *name = hc_column_text(cluster, s->unknown[j].row);
    s->unknown[j].cluster = find_cluster(&known, name);
    if (s->unknown[j].cluster == known.n)
      return hc_refuse(err, "not-identified", "%s is in cluster '%s', of which no platform states a number",
                       s->unknown[j].name, name);
  }
  s->clusters = known.n;
  return HC_OK;
}

/* -- the regression ---------------------------------------------------------------------------------- */

static double log_of(const struct state *s, const double *x, size_t place) {
  return s->logarithm && x[place] == s->given[place] ? s->logarithm[place] : log(x[place]);
}

static void design_row(const struct state *s, const struct platform *at, const double *x, double *row) {
  for (size_t j = 0; j < s->p; j++) row[j] = 0;
  row[0] = 1;
  row[1] = log_of(s, x, at->visitors);
  if (s->two) row[2] = log_of(s, x, at->second);
  if (at->cluster) row[1 + s->two + at->cluster] = 1;
}

struct work {
  double *X, *y, *beta, *residual, *row, *scratch;
};

static size_t work_size(size_t n, size_t p) { return n * p + 2 * n + 2 * p + hc_regress_scratch(n, p); }

static struct work cut_scratch(double *scratch, size_t n, size_t p) {
  struct work w = {.X = scratch};
  w.y = w.X + n * p;
  w.residual = w.y + n;
  w.beta = w.residual + n;
  w.row = w.beta + p;
  w.scratch = w.row + p;
  return w;
}

/* Fits the stated platforms, without number `skip` (SIZE_MAX: all). */
static bool regress(const struct state *s, const double *x, size_t skip, struct work *w, hc_regression *r) {
  size_t n = 0;
  bool drawn = x[s->coefficients] > 0;
  for (size_t i = 0; i < s->n; i++) {
    if (i == skip) continue;
    design_row(s, &s->stated[i], x, w->X + n * s->p);
    w->y[n++] = drawn ? x[s->y + i] : log(x[s->stated[i].registered]);
  }
  *r = (hc_regression){.n = n, .p = s->p, .x = w->X, .y = w->y, .beta = w->beta, .residual = w->residual};
  return hc_regress_fit(r, s->loss, w->scratch);
}

static double smear(const hc_regression *r, double factor) {
  double sum = 0;
  for (size_t i = 0; i < r->n; i++) sum += exp(factor * r->residual[i]);
  return sum / (double)r->n;
}

static double back_factor(const struct state *s, const hc_regression *r, double ratio, bool drawn) {
  if (s->retransform == MEDIAN || drawn) return 1; /* drawn ones need no way back from the mean logarithm */
  return s->retransform == MEAN ? exp(r->scale * r->scale / 2) : smear(r, ratio);
}

/* The part of a platform's accounts that counts; place 0 holds a country share and is nobody's active share. */
static double part(const struct platform *p, const double *x) {
  return p->active ? x[p->share] * x[p->active] : x[p->share];
}

static double sum_predicted(const struct state *s, const double *x, const hc_regression *r, double k, double *row) {
  double sum = 0;
  bool drawn = x[s->noise] > 0;
  for (size_t j = 0; j < s->others; j++) {
    double eta = 0;
    design_row(s, &s->unknown[j], x, row);
    for (size_t i = 0; i < s->p; i++) eta += row[i] * r->beta[i];
    sum += part(&s->unknown[j], x) * (drawn ? exp(eta + r->scale * x[s->e + j]) : k * exp(eta));
  }
  return sum;
}

static double sum_stated(const struct state *s, const double *x) {
  double sum = 0;
  for (size_t i = 0; i < s->n; i++) sum += x[s->stated[i].registered] * part(&s->stated[i], x);
  for (size_t i = 0; i < s->unpaired; i++) sum += x[s->alone[i].registered] * part(&s->alone[i], x);
  return sum;
}

/* Turns refitted coefficients and scale round the estimate, so that the pivot keeps its distribution. */
static bool turn(const struct state *s, const double *x, hc_regression *r, double *ratio) {
  const double *centre = x + s->centre;
  *ratio = centre[s->p] / r->scale;
  if (!(r->scale > 0) || !isfinite(*ratio)) return false;
  for (size_t j = 0; j < s->p; j++) r->beta[j] = centre[j] - (r->beta[j] - centre[j]) * *ratio;
  r->scale = centre[s->p] * *ratio;
  return true;
}

/* -- checks of the fit, once ------------------------------------------------------------------------- */

struct whole { /* what leaving one out is compared with: the fit of all stated platforms, and their plain mean */
  hc_regression fit;
  double *leverage; /* [n] */
  double mean;
};

struct misses { /* of the platforms left out, summed */
  double square, square_mean;
  size_t covered;
};

static void add_left_out(struct state *s, const double *x, size_t i, const struct whole *whole, struct work *w,
                         struct misses *misses) {
  hc_regression r;
  const hc_regression *all = &whole->fit;
  struct checks *c = &s->checks;
  double y = log(x[s->stated[i].registered]), h = whole->leverage[i], eta = 0, df = (double)s->n - (double)s->p - 1;
  double D = all->residual[i] * all->residual[i] * h / ((double)s->p * all->scale * all->scale * (1 - h) * (1 - h));
  if (!(h < 1 - 1e-9) || !regress(s, x, i, w, &r)) return; /* its cluster has no other: nothing predicts it */
  design_row(s, &s->stated[i], x, w->row);
  for (size_t j = 0; j < s->p; j++) eta += w->row[j] * r.beta[j];
  double error = y - eta, from_mean = (y - whole->mean) * (double)s->n / (double)(s->n - 1);
  misses->square += error * error;
  misses->square_mean += from_mean * from_mean;
  c->evaluated++;
  if (df >= 1) misses->covered += fabs(error) <= gsl_cdf_tdist_Pinv(0.975, df) * r.scale / sqrt(1 - h);
  if (D > c->cook) {
    c->cook = D;
    c->influential = i;
    c->total_without = sum_stated(s, x) + sum_predicted(s, x, &r, back_factor(s, &r, 1, false), w->row);
  }
}

static hc_status check_fit(hc_plan *plan, double *memory, hc_error *err) {
  struct state *s = plan->state;
  struct checks *c = &s->checks;
  const double *x = plan->observed;
  struct work w = cut_scratch(memory, s->n, s->p);
  struct whole whole = {.leverage = memory + work_size(s->n, s->p)};
  struct misses misses = {.covered = 0};
  double *residual = whole.leverage + s->n;
  if (!regress(s, x, SIZE_MAX, &w, &whole.fit))
    return hc_refuse(err, "not-identified", "the regressors are collinear over the %zu stated platforms, or the robust fit "
                     "does not settle", s->n);
  if (!(whole.fit.scale > 1e-12)) return hc_refuse(err, "not-identified", "the stated platforms lie on one line without scatter, which no "
                                             "real table does: the error of the prediction cannot be told");
  hc_regression plain = whole.fit;
  hc_regress_least_squares(&plain, NULL, w.scratch); /* for leverages: R of all rows, unweighted */
  for (size_t i = 0; i < s->n; i++) {
    whole.leverage[i] = hc_regress_leverage(w.scratch, s->p, w.X + i * s->p, w.row);
    whole.mean += w.y[i] / (double)s->n;
  }
  regress(s, x, SIZE_MAX, &w, &whole.fit);
  memcpy(residual, whole.fit.residual, s->n * sizeof *residual);
  whole.fit.residual = residual;
  for (size_t i = 0; i < s->n; i++) add_left_out(s, x, i, &whole, &w, &misses);
  if (!c->evaluated) return hc_refuse(err, "not-identified", "no stated platform can be predicted from the others");
  c->loo_error = sqrt(misses.square / (double)c->evaluated);
  c->loo_error_mean = sqrt(misses.square_mean / (double)c->evaluated);
  c->loo_coverage = (double)misses.covered / (double)c->evaluated;
  s->weak = !(c->loo_error < c->loo_error_mean);
  if (s->weak && !s->accept_weak)
    return hc_refuse(err, "no-predictive-power", "no predictive power: predicting each of the %zu stated platforms from the "
                     "others is off by %.3g on the log scale, and their plain mean by %.3g; a total would do harm "
                     "(weak-fit=accept prints it, with this note)", c->evaluated, c->loo_error, c->loo_error_mean);
  return HC_OK;
}

static void find_range(struct state *s, const double *x) {
  struct checks *c = &s->checks;
  c->low = INFINITY;
  for (size_t i = 0; i < s->n; i++) {
    c->low = fmin(c->low, x[s->stated[i].visitors]);
    c->high = fmax(c->high, x[s->stated[i].visitors]);
  }
  for (size_t j = 0; j < s->others; j++)
    c->outside += x[s->unknown[j].visitors] < c->low || x[s->unknown[j].visitors] > c->high;
}

/* -- prepare ------------------------------------------------------------------------------------------ */

static void name_quantities(hc_plan *plan) {
  const struct state *s = plan->state;
  hc_plan_set_quantities(plan, s->two ? N_QUANTITIES : SECOND);
  hc_plan_people(plan, &s->people, s->people.has_active || s->row_active);
  hc_plan_quantity(plan, ACCOUNTS, &hc_quantity_accounts,
                   s->row_active ? "active accounts on all platforms" : "accounts on all platforms", "accounts");
  hc_plan_quantity(plan, STATED, &hc_quantity_accounts, "accounts that platforms state", "stated");
  hc_plan_quantity(plan, PREDICTED, &hc_quantity_accounts, "accounts predicted for the others", "predicted");
  hc_plan_quantity(plan, PREDICTED_SHARE, &hc_quantity_chance,
                   "share of the accounts that is predicted", "predicted_share");
  hc_plan_quantity(plan, SLOPE, &hc_quantity_real, "of ln registered on ln visitors", "slope");
  hc_plan_quantity(plan, INTERCEPT, &hc_quantity_real, "of ln registered", "intercept");
  hc_plan_quantity(plan, R2, &hc_quantity_chance, "share of the variance of ln registered explained", "r2");
  hc_plan_quantity(plan, RESIDUAL_SD, &hc_quantity_positive, "of ln registered", "residual_sd");
  hc_plan_quantity(plan, MULTIHOMING, &hc_quantity_positive, "platforms per person, as the divisor", "multihoming");
  if (s->two) hc_plan_quantity(plan, SECOND, &hc_quantity_real, "of ln registered on the second regressor", "slope2");
}

static hc_status add_inputs(hc_plan *plan, const hc_data *data, const hc_options *o, size_t *order, hc_error *err) {
  struct state *s = plan->state;
  hc_table_order(data, order);
  s->row_active = hc_data_column(data, "active_share");
  hc_status status = hc_plan_reserve_inputs(plan, 5 * data->n_rows + HC_PEOPLE_INPUTS + 2);
  for (size_t i = 0; i < data->n_rows && status == HC_OK; i++) status = add_platform(plan, data, o, order[i], err);
  if (status == HC_OK) status = hc_plan_add_people(plan, o, &s->people, err);
  if (status == HC_OK && hc_options_choice_is(o, "cluster", "fixed")) status = set_clusters(s, data, err);
  if (status != HC_OK) return status;
  s->p = 2 + s->two + (s->clusters ? s->clusters - 1 : 0);
  const hc_input coefficients = {.name = "fit (which platforms state a number)", .kind = HC_INPUT_MODEL};
  const hc_input noise = {.name = "prediction (scatter round the line)", .kind = HC_INPUT_MODEL};
  s->coefficients = hc_plan_add_input(plan, &coefficients);
  s->noise = hc_plan_add_input(plan, &noise);
  if (s->n < LEAST_PAIRS || s->n < s->p + 2)
    return hc_refuse(err, "too-few-pairs", "%zu platforms have both registered and visitors, and %zu are needed for %zu "
                     "coefficients", s->n, s->p + 2 > LEAST_PAIRS ? s->p + 2 : (size_t)LEAST_PAIRS, s->p);
  status = hc_plan_use_inputs(plan, s->n + s->others + s->p + 1);
  s->y = plan->n_inputs;
  s->e = s->y + s->n;
  s->centre = s->e + s->others;
  plan->n_parameters = s->p + 1;
  plan->n_scratch = work_size(s->n, s->p);
  return status;
}

static hc_status fill(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  struct platform *platforms = hc_plan_alloc(plan, 3 * data->n_rows, sizeof *platforms);
  size_t *order = hc_plan_alloc(plan, data->n_rows, sizeof *order);
  if (!platforms || !order) return HC_ENOMEM;
  s->stated = platforms;
  s->unknown = platforms + data->n_rows;
  s->alone = platforms + 2 * data->n_rows;
  s->two = second_column(o);
  s->loss = chosen_loss(o);
  s->retransform = chosen_retransform(o);
  s->accept_weak = hc_options_choice_is(o, "weak-fit", "accept");
  hc_status status = add_inputs(plan, data, o, order, err);
  if (status != HC_OK) return status;
  double *memory = hc_plan_alloc(plan, work_size(s->n, s->p) + 2 * s->n, sizeof *memory);
  if (!memory) return HC_ENOMEM;
  double *logarithm = hc_plan_alloc(plan, plan->n_inputs, sizeof *logarithm);
  if (!logarithm) return HC_ENOMEM;
  for (size_t i = 0; i < plan->n_inputs; i++) logarithm[i] = log(plan->observed[i]);
  s->given = plan->observed;
  s->logarithm = logarithm;
  find_range(s, plan->observed);
  status = check_fit(plan, memory, err);
  if (status == HC_OK) name_quantities(plan);
  hc_plan_set_form(plan, "%s%s fit", s->weak ? "NO PREDICTIVE POWER: " : "", hc_options_text(o, "fit"));
  hc_plan_add_variant(plan, ", %s retransformation, %zu stated + %zu predicted platforms%s; interval: prediction of the "
                      "total (Stine 1985)", hc_options_text(o, "retransform"), s->n + s->unpaired, s->others,
                      s->clusters ? ", cluster effects" : "");
  return status;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = check_table(data, o, err);
  return status == HC_OK ? fill(plan, data, o, err) : status;
}

/* -- fit ---------------------------------------------------------------------------------------------- */

static void note_platforms(const struct state *s, hc_estimate *e) {
  const struct checks *c = &s->checks;
  if (c->outside)
    hc_estimate_note(e, "extrapolation", "%zu of %zu predicted platforms have traffic outside of the fitted range, %.4g to %.4g "
                     "visitors", c->outside, s->others, c->low, c->high);
  if (s->unpaired)
    hc_estimate_note(e, "registered-without-visitors", "%zu platforms state a number and have no traffic (or state zero: %zu): "
                     "they count in the total and not in the fit", s->unpaired, s->zero_registered);
  if (s->left_out)
    hc_estimate_note(e, "platforms-left-out", "%zu %s neither a number nor traffic and %s as nothing", s->left_out,
                     hc_noun(s->left_out, "platform has", "platforms have"), hc_noun(s->left_out, "counts", "count"));
  if (!s->others) hc_estimate_note(e, "nothing-predicted", "every platform states a number: nothing is predicted");
}

static void note(const struct state *s, const double *x, hc_estimate *e) {
  const struct checks *c = &s->checks;
  if (s->weak)
    hc_estimate_note(e, "no-predictive-power", "no predictive power, accepted on request: leaving one out predicts no better (%.3g "
                     "on the log scale) than the plain mean (%.3g); do not quote this number", c->loo_error, c->loo_error_mean);
  hc_estimate_note(e, "diagnostics", "%zu platforms in the fit, %zu predicted; %.1f %% of the accounts are predicted; slope %.4g, "
                   "R2 %.3f, residual sd %.3g on the log scale (a factor of %.3g)", s->n, s->others,
                   100 * e->value[PREDICTED_SHARE], e->value[SLOPE], e->value[R2], e->value[RESIDUAL_SD], exp(e->value[RESIDUAL_SD]));
  hc_estimate_note(e, "leave-one-out", "predicting each of %zu stated platforms from the others is off by %.3g (root mean square, log "
                   "scale; their plain mean: %.3g); the 95 %% prediction interval holds %.0f %% of them", c->evaluated, c->loo_error,
                   c->loo_error_mean, 100 * c->loo_coverage);
  hc_estimate_note(e, "influence", "the platform that moves the fit most is %s (Cook's distance %.3g): without it in the fit there "
                   "would be %.0f accounts", s->stated[c->influential].name, c->cook, c->total_without);
  note_platforms(s, e);
  if (s->retransform == MEDIAN && s->others)
    hc_estimate_note(e, "median-below-mean", "a sum of medians is below the expected total; the interval is for the total");
  hc_people_note(&s->people, x, e->value[ACCOUNTS], e);
}

static void fill_fit(const struct state *s, const hc_regression *r, struct work *w, hc_estimate *e) {
  double mean = 0, total = 0, left = 0, n = (double)r->n;
  for (size_t i = 0; i < r->n; i++) mean += r->y[i] / n;
  for (size_t i = 0; i < r->n; i++) total += (r->y[i] - mean) * (r->y[i] - mean), left += r->residual[i] * r->residual[i];
  e->value[R2] = total > 0 ? 1 - left / total : 0;
  e->fit.df = n - (double)s->p;
  e->fit.parameters = (double)s->p + 1;
  e->fit.iterations = r->iterations;
  e->fit.deviance = left;
  if (s->loss != HC_LOSS_SQUARE) return;
  hc_fit_criteria(&e->fit, -0.5 * n * (log(2 * M_PI) + log(left / n) + 1), e->fit.parameters, n);
  for (size_t j = 0; j < 2 + (size_t)s->two; j++) {
    double unit[2 + 1 + MOST_CLUSTERS] = {0};
    unit[j] = 1;
    e->se[j == 0 ? INTERCEPT : j == 1 ? SLOPE : SECOND] = r->scale * sqrt(hc_regress_leverage(w->scratch, s->p, unit, w->row));
  }
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  struct work w = cut_scratch(scratch, s->n, s->p);
  hc_regression r;
  double ratio = 1, unknown_variance = 0;
  if (!regress(s, x, SIZE_MAX, &w, &r)) return hc_refuse(err, "not-identified", "the regressors are collinear");
  fill_fit(s, &r, &w, e);
  if (x[s->coefficients] > 0 && !turn(s, x, &r, &ratio)) return hc_refuse(err, "not-identified", "the fit has no scatter");
  double stated = sum_stated(s, x), predicted = sum_predicted(s, x, &r, back_factor(s, &r, ratio, x[s->noise] > 0), w.row);
  e->value[STATED] = stated;
  e->value[PREDICTED] = predicted;
  e->value[ACCOUNTS] = stated + predicted;
  e->value[PREDICTED_SHARE] = predicted / (stated + predicted);
  e->value[N] = hc_people_from_accounts(plan, &s->people, x, stated + predicted, &unknown_variance);
  e->value[SLOPE] = r.beta[1];
  e->value[INTERCEPT] = r.beta[0];
  e->value[RESIDUAL_SD] = r.scale;
  e->value[MULTIHOMING] = hc_people_divisor(&s->people, x);
  if (s->two) e->value[SECOND] = r.beta[2];
  memcpy(e->parameters, r.beta, s->p * sizeof *r.beta);
  e->parameters[s->p] = r.scale;
  if (e->asked.notes) note(s, x, e);
  return HC_OK;
}

/* -- simulate ----------------------------------------------------------------------------------------- */

static void draw_coefficients(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  const struct state *s = plan->state;
  double row[2 + 1 + MOST_CLUSTERS];
  replicate[s->coefficients] = 1;
  memcpy(replicate + s->centre, e->parameters, (s->p + 1) * sizeof *replicate);
  for (size_t i = 0; i < s->n; i++) {
    double eta = 0;
    design_row(s, &s->stated[i], plan->observed, row);
    for (size_t j = 0; j < s->p; j++) eta += row[j] * e->parameters[j];
    replicate[s->y + i] = eta + e->parameters[s->p] * hc_rng_normal(rng);
  }
}

static void draw_noise(const hc_plan *plan, hc_rng *rng, double *replicate) {
  const struct state *s = plan->state;
  replicate[s->noise] = 1;
  for (size_t j = 0; j < s->others; j++) replicate[s->e + j] = hc_rng_normal(rng);
}

static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  hc_plan_draw_inputs(plan, rng, HC_ALL_INPUTS, replicate);
  draw_coefficients(plan, e, rng, replicate);
  draw_noise(plan, rng, replicate);
}

static void simulate_input(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, size_t input, double *replicate) {
  const struct state *s = plan->state;
  hc_plan_draw_inputs(plan, rng, input, replicate);
  if (input == s->coefficients) draw_coefficients(plan, e, rng, replicate);
  if (input == s->noise) draw_noise(plan, rng, replicate);
}

const hc_estimator hc_estimator_traffic_loglog = {
    .id = "traffic-loglog",
    .title = "Registered accounts predicted from web traffic",
    .cite = "Kaessi, Lehdonvirta and Stephany (2021) Open Research Europe 1:53; Duan (1983) JASA 78:605-610; Stine (1985) "
            "JASA 80:1026-1031",
    .formula = "ln R = a + b ln V + s e over stated platforms; N = A/m (stated + sum exp(a + b ln V) k over the others)",
    .assumes = "platforms that state their registrations are like those that do not, at the same traffic",
    .needs = "a table of platforms with visitors, and registered for five or more of them",
    .accepts = HC_SHAPE_PLATFORMS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .simulate_input = simulate_input,
};
