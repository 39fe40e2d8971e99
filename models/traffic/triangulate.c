/* Several published estimates of one number: a random-effects mean, their disagreement, and where the next would fall.
 *
 *   y_i = mu + u_i + e_i,  u ~ N(0, tau^2),  e_i ~ N(0, v_i);  mu = sum w_i y_i / sum w_i,  w_i = 1/(v_i + tau^2)
 *   DL:   tau^2 = max(0, (Q - (k-1)) / (sum 1/v - sum 1/v^2 / sum 1/v))        DerSimonian and Laird (1986) eq. 8
 *   REML: Fisher scoring, tau^2 += (y'PPy - tr P)/tr PP                       Viechtbauer (2005) J. Educ. Behav. Stat. 30:261
 *         from three starts, the highest maximum (the restricted likelihood may have several)
 *   I^2 = tau^2 / (tau^2 + s^2),  s^2 = (k-1) sum 1/v / ((sum 1/v)^2 - sum 1/v^2)      Higgins and Thompson (2002) eq. 9
 *   prediction: mu -+ t_(k-2) sqrt(tau^2 + se^2)                              Higgins, Thompson and Spiegelhalter (2009)
 *
 * On the log scale the interval is exp(mu -+ z se(mu)); of a mean over groups, N exp(-+ z se(N)/N).
 *
 * y is the logarithm of the estimate (scale=log, v = (se/estimate)^2 or from the limits) or the estimate itself. A
 * confidence of c % in a study divides its information by 100/c: v_i becomes 100 v_i/c, its likelihood raised to the
 * power c/100 (Ibrahim and Chen 2000, Statist. Sci. 15:46); c = 0 leaves it out. With a column `group` each group is
 * combined by itself and N is the plain mean over groups of two or more (Stewart and others 2015: quarters).
 *
 * A table of multipliers (count,hits,sample[,deff,count_se]): y = ln(count/P), P = hits/sample, v = count_se^2/count^2 +
 * deff (1 - P)/hits, the delta variance; tau^2 is then the spread between them that survey error does not explain.
 *
 * Assumes: the studies err independently round one mean. Breaks: studies that share data or a method. */
#include <gsl/gsl_cdf.h>
#include <string.h>

#include "model.h"

enum { N, TAU2, I2, Q, GROUPS };
enum { MOST_GROUPS = 200 };

struct state {
  size_t k, groups, dropped, single; /* single: groups of one study, left out */
  bool log_scale, dl, predict;
  bool multipliers; /* a table of counts and shares, not of estimates */
  size_t *group; /* [k] */
  double *v;     /* [k] variance on the working scale */
};

static const hc_option options[] = {
    {"method", HC_OPTION_CHOICE, "reml", 0, 0, "reml|dl", "how the variance between studies is estimated"},
    {"scale", HC_OPTION_CHOICE, "log", 0, 0, "log|identity", "combine logarithms, or the estimates themselves"},
    {0},
};

static double cell(const hc_data *data, const char *name, size_t row) {
  return hc_column_number(hc_data_column(data, name), row);
}

/* A multiplier, count/(hits/sample): var(ln x) = var(ln count) + deff (1 - P)/(s P). */
static hc_status multiplier_of(const hc_data *data, size_t row, bool log_scale, double *x, double *v, hc_error *err) {
  char buffer[HC_ROW_NAME_SIZE];
  double count = cell(data, "count", row), hits = cell(data, "hits", row), sample = cell(data, "sample", row);
  double deff = cell(data, "deff", row), se = cell(data, "count_se", row), P = hits / sample;
  const char *who = hc_row_name(data, row, buffer);
  if (!(count > 0) || !(sample >= hits) || !(hits >= 0))
    return hc_table_fail(data, "hits", row, err, "%s: a multiplier needs a count above 0 and a share", who);
  if (hits == 0) return hc_refuse(err, "zero-share", "%s: nobody in the survey belonged to what was counted", who);
  if (hits == sample) return hc_refuse(err, "no-se", "%s: everybody in the survey did, so its error is not told", who);
  *x = count / P;
  *v = (isnan(se) ? 0 : se * se / (count * count)) + (isnan(deff) ? 1 : deff) * (1 - P) / hits;
  if (!log_scale) *v *= *x * *x;
  return HC_OK;
}

static hc_status variance_of(const hc_data *data, size_t row, bool log_scale, double *v, hc_error *err) {
  char buffer[HC_ROW_NAME_SIZE];
  const char *who = hc_row_name(data, row, buffer);
  double x = hc_column_number(hc_data_column(data, "estimate"), row), z = hc_normal_quantile(0.975);
  double se = hc_column_number(hc_data_column(data, "estimate_se"), row);
  double low = hc_column_number(hc_data_column(data, "estimate_low"), row);
  double high = hc_column_number(hc_data_column(data, "estimate_high"), row);
  if (isnan(x)) return hc_table_fail(data, "estimate", row, err, "%s: there is no estimate", who);
  if (log_scale && !(x > 0)) return hc_table_fail(data, "estimate", row, err, "%s: %.15g has no logarithm: scale=identity", who, x);
  if (!isnan(se)) {
    *v = log_scale ? se * se / (x * x) : se * se;
  } else if (low < high) {
    if (!(low <= x && x <= high)) return hc_table_fail(data, "estimate", row, err, "%s: %.15g lies outside of its limits", who, x);
    if (log_scale && !(low > 0)) return hc_table_fail(data, "estimate_low", row, err, "%s: the lower limit has to be above zero", who);
    *v = pow((log_scale ? log(high / low) : high - low) / (2 * z), 2);
  } else {
    return hc_table_fail(data, "estimate_se", row, err, "%s: it has neither estimate_se nor estimate_low and estimate_high", who);
  }
  return *v > 0 ? HC_OK : hc_table_fail(data, "estimate_se", row, err, "%s: its standard error is zero", who);
}

/* Is the row's group, among several, made of this row alone? Then there is nothing to combine. */
static bool is_alone(const hc_data *data, size_t row) {
  const hc_column *group = hc_data_column(data, "group"), *confidence = hc_data_column(data, "confidence");
  for (size_t i = 0; i < data->n_rows; i++)
    if (i != row && hc_column_number(confidence, i) != 0 && strcmp(hc_column_text(group, i), hc_column_text(group, row)) == 0)
      return false;
  return group;
}

static hc_status add_study(hc_plan *plan, const hc_data *data, size_t row, const char **names, hc_error *err) {
  struct state *s = plan->state;
  char buffer[HC_ROW_NAME_SIZE];
  double v = NAN, confidence = cell(data, "confidence", row), x = cell(data, "estimate", row);
  hc_status status = s->multipliers ? multiplier_of(data, row, s->log_scale, &x, &v, err)
                                    : variance_of(data, row, s->log_scale, &v, err);
  if (status != HC_OK) return status;
  if (confidence == 0) return s->dropped++, HC_OK;
  if (is_alone(data, row)) return s->single++, HC_OK;
  const char *group = hc_column_text(hc_data_column(data, "group"), row), *who = hc_row_name(data, row, buffer);
  size_t g = 0;
  while (g < s->groups && strcmp(names[g], group) != 0) g++;
  if (g == MOST_GROUPS) return hc_fail(err, HC_EDATA, "more than %d groups", MOST_GROUPS);
  if (g == s->groups) names[s->groups++] = group;
  hc_input input = {.kind = HC_INPUT_NORMAL, .value = s->log_scale ? log(x) : x, .spread = sqrt(v), .floor = -INFINITY,
                    .ceiling = INFINITY};
  memcpy(input.name, who, hc_text_fit(who, HC_INPUT_SIZE - 1));
  s->v[s->k] = confidence > 0 ? v * 100 / confidence : v;
  s->group[s->k++] = g;
  hc_plan_add_input(plan, &input);
  return HC_OK;
}

static void name_quantities(hc_plan *plan, const char *const *names) {
  static const char fall[] = N_("where a further study would fall, 95 %");
  struct state *s = plan->state;
  hc_quantity mean = hc_quantity_counted;
  if (!s->log_scale) mean.scale = HC_SCALE_IDENTITY;
  s->predict = s->groups == 1 && s->k > 2;
  hc_plan_set_quantities(plan, GROUPS + (s->groups > 1 ? s->groups : s->predict ? 2 : 0));
  hc_plan_quantity(plan, N, &mean,
                   s->groups > 1 ? N_("mean over groups of random-effects means") : N_("random-effects mean"), "N");
  hc_plan_quantity(plan, TAU2, &hc_quantity_positive, "variance between studies, on the working scale", "tau2");
  hc_plan_quantity(plan, I2, &hc_quantity_chance, "share of the variance that is between studies", "I2");
  hc_plan_quantity(plan, Q, &hc_quantity_positive, "weighted squares round the fixed-effect mean", "Q");
  for (size_t g = 0; s->groups > 1 && g < s->groups; g++)
    hc_plan_quantity(plan, GROUPS + g, &mean, "random-effects mean of the group", "N[%s]", names[g]);
  if (s->predict) hc_plan_quantity(plan, GROUPS, &hc_quantity_real, fall, "prediction_lower");
  if (s->predict) hc_plan_quantity(plan, GROUPS + 1, &hc_quantity_real, fall, "prediction_upper");
  hc_plan_set_form(plan, "%s on the %s scale", s->dl ? _("DerSimonian-Laird") : "REML", s->log_scale ? _("log") : _("natural"));
  hc_plan_add_variant(plan, ", %zu estimates in %zu group%s", s->k, s->groups, s->groups > 1 ? "s" : "");
}

static hc_status fill(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  const char **names = hc_plan_alloc(plan, MOST_GROUPS, sizeof *names);
  size_t *order = hc_plan_alloc(plan, 2 * data->n_rows, sizeof *order);
  double *v = hc_plan_alloc(plan, data->n_rows, sizeof *v);
  if (!names || !order || !v) return HC_ENOMEM;
  s->v = v;
  s->group = order + data->n_rows;
  s->log_scale = hc_options_choice_is(o, "scale", "log");
  s->dl = hc_options_choice_is(o, "method", "dl");
  hc_table_order(data, order);
  hc_status status = hc_plan_reserve_inputs(plan, data->n_rows);
  for (size_t i = 0; i < data->n_rows && status == HC_OK; i++) status = add_study(plan, data, order[i], names, err);
  if (status == HC_OK && s->k < 2) status = hc_refuse(err, "too-few-estimates", "%zu estimates: two are needed", s->k);
  if (status == HC_OK) status = hc_plan_use_inputs(plan, 0);
  if (status == HC_OK) name_quantities(plan, names);
  plan->n_parameters = 2 * s->groups;
  return status;
}

static hc_status check_multipliers(const hc_data *data, hc_error *err) {
  hc_status status = HC_OK;
  static const char *const names[] = {"count", "hits", "sample", "deff", "count_se"};
  if (hc_data_column(data, "from"))
    return hc_refuse(err, "bad-shape", "a tree of shares is no set of independent estimates: use multiplier");
  for (size_t i = 0; i < 5 && status == HC_OK; i++) status = hc_table_check(data, names[i], i < 3, 0, 1e300, err);
  return status;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  s->multipliers = data->shape == HC_SHAPE_MULTIPLIER;
  hc_status status = s->multipliers ? check_multipliers(data, err) : HC_OK;
  if (status != HC_OK || s->multipliers) return status == HC_OK ? fill(plan, data, o, err) : status;
  status = hc_table_check(data, "estimate", true, -1e300, 1e300, err);
  if (status == HC_OK) status = hc_table_check(data, "estimate_se", false, 0, 1e300, err);
  if (status == HC_OK) status = hc_table_check(data, "confidence", false, 0, 100, err);
  if (status == HC_OK) status = hc_table_check_unique(data, "study", "group", err);
  return status == HC_OK ? fill(plan, data, o, err) : status;
}

struct sums { /* of w = 1/(v + tau2) over a group */
  double k, w, w2, w3, mu, square, weighted_square;
};

static struct sums add_up(const struct state *s, const double *y, size_t g, double tau2) {
  struct sums a = {0};
  for (size_t i = 0; i < s->k; i++) {
    if (s->group[i] != g) continue;
    double w = 1 / (s->v[i] + tau2);
    a.k++, a.w += w, a.w2 += w * w, a.w3 += w * w * w, a.mu += w * y[i];
  }
  a.mu /= a.w;
  for (size_t i = 0; i < s->k; i++) {
    if (s->group[i] != g) continue;
    double w = 1 / (s->v[i] + tau2), d = y[i] - a.mu;
    a.square += w * w * d * d;
    a.weighted_square += w * d * d;
  }
  return a;
}

static double dersimonian_laird(const struct state *s, const double *y, size_t g) {
  struct sums a = add_up(s, y, g, 0);
  return a.k > 1 ? fmax(0, (a.weighted_square - (a.k - 1)) / (a.w - a.w2 / a.w)) : 0;
}

/* tau^2 = variance of y - mean of v, in the mean unbiased too; Hedges (1983). */
static double hedges(const struct state *s, const double *y, size_t g) {
  double k = 0, mean = 0, square = 0, v = 0;
  for (size_t i = 0; i < s->k; i++)
    if (s->group[i] == g) k++, mean += y[i], v += s->v[i];
  mean /= k;
  for (size_t i = 0; i < s->k; i++)
    if (s->group[i] == g) square += (y[i] - mean) * (y[i] - mean);
  return k > 1 ? fmax(0, square / (k - 1) - v / k) : 0;
}

static double restricted_loglik(const struct state *s, const double *y, size_t g, double tau2) {
  struct sums a = add_up(s, y, g, tau2);
  double logs = log(a.w);
  for (size_t i = 0; i < s->k; i++)
    if (s->group[i] == g) logs += log(s->v[i] + tau2);
  return -0.5 * (logs + a.weighted_square);
}

static double score(const struct state *s, const double *y, size_t g, double tau2, unsigned *iterations) {
  enum { MOST = 500 };
  for (unsigned i = 0; i < MOST; i++) {
    struct sums a = add_up(s, y, g, tau2);
    if (a.k < 2) return 0;
    double trace = a.w - a.w2 / a.w, trace2 = a.w2 - 2 * a.w3 / a.w + a.w2 * a.w2 / (a.w * a.w);
    double next = fmax(0, tau2 + (a.square - trace) / trace2);
    bool done = fabs(next - tau2) <= 1e-13 * (next + 1 / a.w);
    tau2 = next;
    *iterations += 1;
    if (done) break;
  }
  return tau2;
}

/* The restricted likelihood may have several maxima: of the one above each start the highest is taken. On a tie, to
 * 1e-9 of a log-likelihood, which is rounding, the first stands, with its digits. */
static double reml(const struct state *s, const double *y, size_t g, unsigned *iterations) {
  const double start[] = {dersimonian_laird(s, y, g), hedges(s, y, g), 0};
  double best = 0, highest = -INFINITY;
  unsigned steps = 0;
  for (size_t i = 0; i < sizeof start / sizeof *start; i++) {
    unsigned taken = 0;
    double tau2 = score(s, y, g, start[i], &taken), loglik = restricted_loglik(s, y, g, tau2);
    if (i > 0 && !(loglik > highest + 1e-9)) continue;
    best = tau2, highest = loglik, steps = taken;
  }
  *iterations += steps;
  return best;
}

static double heterogeneity(const struct sums *fixed, double tau2) {
  double s2 = (fixed->k - 1) * fixed->w / (fixed->w * fixed->w - fixed->w2);
  return fixed->k > 1 && tau2 > 0 ? tau2 / (tau2 + s2) : 0;
}

/* How far one multiplier is off: by what all surveys share, their own error, and by what they do not. */
static void note_spread(const struct state *s, hc_estimate *e) {
  double within = 0;
  for (size_t i = 0; i < s->k; i++) within += s->v[i] / (double)s->k;
  if (s->log_scale)
    hc_estimate_note(e, "between-and-within",
                     "by survey error alone two of them would differ by a factor of about %.3g; they differ by a further "
                     "factor of about %.3g that no larger survey would take away",
                     exp(sqrt(2 * within)), exp(sqrt(2 * e->value[TAU2])));
}

static void note(const struct state *s, const double *y, hc_estimate *e) {
  if (s->multipliers) note_spread(s, e);
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < s->k; i++) low = fmin(low, y[i]), high = fmax(high, y[i]);
  if (s->log_scale && high - low > M_LN2 && s->groups == 1)
    hc_estimate_note(e, "disagreement", "the largest estimate is %.3g times the smallest: a mean of numbers that disagree this much "
                     "may describe none of them", exp(high - low));
  if (s->dropped) hc_estimate_note(e, "no-confidence", "%zu estimates with confidence 0 are left out", s->dropped);
  if (s->single)
    hc_estimate_note(e, "single-study-groups", "%zu groups have one study, which is no random-effects mean, and are left out", s->single);
  if (s->k / s->groups < 5)
    hc_estimate_note(e, "few-studies", "with fewer than five studies the variance between them is hardly known");
}

static hc_status fit(const hc_plan *plan, const double *y, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double mean = 0, variance = 0, tau2_mean = 0, I2_mean = 0, Q_sum = 0, G = (double)s->groups;
  (void)scratch, (void)err;
  e->fit.iterations = 0;
  for (size_t g = 0; g < s->groups; g++) {
    double tau2 = s->dl ? dersimonian_laird(s, y, g) : reml(s, y, g, &e->fit.iterations);
    struct sums fixed = add_up(s, y, g, 0), a = add_up(s, y, g, tau2);
    double value = s->log_scale ? exp(a.mu) : a.mu, se = sqrt(1 / a.w) * (s->log_scale ? value : 1);
    mean += value / G, variance += se * se / (G * G), tau2_mean += tau2 / G;
    I2_mean += heterogeneity(&fixed, tau2) / G, Q_sum += fixed.weighted_square;
    e->parameters[2 * g] = a.mu;
    e->parameters[2 * g + 1] = tau2;
    if (s->groups > 1) e->value[GROUPS + g] = value, e->se[GROUPS + g] = se;
    if (!s->predict) continue;
    double half = gsl_cdf_tdist_Pinv(0.975, a.k - 2) * sqrt(tau2 + 1 / a.w);
    e->value[GROUPS] = s->log_scale ? exp(a.mu - half) : a.mu - half;
    e->value[GROUPS + 1] = s->log_scale ? exp(a.mu + half) : a.mu + half;
  }
  e->value[N] = mean, e->se[N] = sqrt(variance);
  e->value[TAU2] = tau2_mean, e->value[I2] = I2_mean, e->value[Q] = Q_sum;
  if (e->asked.notes) note(s, y, e);
  return HC_OK;
}

/* Studies drawn again, with their own error and the difference between studies. */
static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  const struct state *s = plan->state;
  for (size_t i = 0; i < s->k; i++) {
    const double *group = e->parameters + 2 * s->group[i];
    replicate[i] = group[0] + sqrt(s->v[i] + group[1]) * hc_rng_normal(rng);
  }
}

/* Numbers of people, unless all of them are shares, which half-life takes for survivals. */
static unsigned suits(const hc_data *data) {
  const hc_column *column = data->shape == HC_SHAPE_ESTIMATES ? hc_data_column(data, "estimate") : NULL;
  for (size_t i = 0; column && i < data->n_rows; i++)
    if (hc_column_number(column, i) > 1) return 1;
  return 0;
}

const hc_estimator hc_estimator_triangulate = {
    .id = "triangulate",
    .title = "Random-effects mean of published estimates",
    .cite = "DerSimonian and Laird (1986) Control. Clin. Trials 7:177-188; Viechtbauer (2005) J. Educ. Behav. Stat. 30:261-293; "
            "Higgins, Thompson and Spiegelhalter (2009) JRSS A 172:137-159",
    .formula = "mu = sum w y / sum w, w = 1/(v + tau^2), on the log scale",
    .assumes = "the studies err independently round one mean, and their differences are normal on the working scale",
    .needs = "a table of estimates with estimate and estimate_se, or estimate_low and estimate_high; optional confidence, group",
    .accepts = HC_SHAPE_ESTIMATES | HC_SHAPE_MULTIPLIER,
    .options = options,
    .state_size = sizeof(struct state),
    .suits = suits,
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .default_interval = "log",
};
