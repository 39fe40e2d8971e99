/* Two lists that were linked with errors, and several linkages of the same lists.
 *
 * n1, n2 people on each list, n11 links; a (sensitivity): chance that a true pair is linked; b (false): chance that somebody of
 * the first list who is not on the second is linked all the same:
 *   N = n1 n2 (a - b)/(n11 - b n1)
 *   var(n11) = (a-b)^2 n1 n2 (N-n1)(N-n2)/(N^2 (N-1)) + t a(1-a) + (n1-t) b(1-b),  t = n1 n2/N,  se = N se(n11)/(t (a-b))
 * plus (N/(a-b))^2 var(a) + (N (n11/n1 - a)/((a-b)(n11/n1 - b)))^2 var(b) where they were estimated. The model is that of Ding
 * and Fienberg (1994) in this form; derived: E(n11)/n1 = a p + b (1-p), p = n2/N; true pairs hypergeometric, links binomial.
 * With a = 1 and b = 0 it is Lincoln and Petersen's estimator, with the variance n1 n2 (n1-m)(n2-m)/m^3 of Sekar and Deming
 * (1949). It is not symmetric in the lists.
 * Several linkages, l = ln N of each: N = exp(mean l), variance of ln N  T = mean var(l) + (1 + 1/L) s^2(l), degrees of freedom
 * (L-1)(1 + mean var/((1+1/L) s^2))^2: Rubin's rules (Rubin 1987, Multiple Imputation).
 *
 * Assumes: errors of matching fall on people without regard to anything else, links are one to one, a and b are right. Breaks:
 * when most links are false. */
#include "model.h"

#include "lists/two_lists.h"

#include <string.h>

enum { SENSITIVITY, FALSE_LINKS, LISTS, FIRST_ONLY, SECOND_ONLY, BOTH, N_OBSERVED };
enum { N, NAIVE, WITHIN = NAIVE, BETWEEN, TOTAL, SHARE, DF, LINKAGES };
enum { MOST_LINKAGES = 10000 };

struct state {
  hc_two_lists_state two; /* what hc_two_lists_prepare writes */
  size_t linkages;        /* of a table; 0: two lists */
  bool errors;            /* anything but a = 1, b = 0 */
};

static const hc_option options[] = {
    {"sensitivity", HC_OPTION_REAL, "1", 0, 1, NULL, "chance that a true pair is linked"},
    {"sensitivity_se", HC_OPTION_REAL, "0", 0, 1, NULL, "its standard error"},
    {"false", HC_OPTION_REAL, "0", 0, 1, NULL,
     "chance that somebody of the first list who is not on the second is linked"},
    {"false_se", HC_OPTION_REAL, "0", 0, 1, NULL, "its standard error"},
    {"reviewed_true", HC_OPTION_TEXT, "", 0, 0, NULL,
     "sensitivity from a clerical review: LINKED:REVIEWED of true pairs, as 95:100"},
    {"reviewed_false", HC_OPTION_TEXT, "", 0, 0, NULL,
     "false from a clerical review: LINKED:REVIEWED of people without a pair"},
    TWO_LISTS_OPTION_PAIR,
    {0},
};

struct linked {
  double n1, n2, n11;
};

/* --- chances of errors ------------------------------------------------------------------------------------------ */

static hc_status read_review(const char *name, const char *text, double *linked, double *reviewed, hc_error *err) {
  double count[2] = {0, 0};
  const char *at = text;
  for (size_t i = 0; i < 2; i++, at++) {
    size_t digits = 0;
    for (; *at >= '0' && *at <= '9' && digits < 10; at++, digits++) count[i] = 10 * count[i] + (*at - '0');
    if (!digits || *at != (i ? '\0' : ':'))
      return hc_fail(err, HC_EUSAGE, "linkage: %s takes two counts as 95:100, not '%s'", name, text);
  }
  if (!(count[1] > 0) || count[0] > count[1])
    return hc_fail(err, HC_EUSAGE, "linkage: %s: %.0f of %.0f is no share", name, count[0], count[1]);
  *linked = count[0], *reviewed = count[1];
  return HC_OK;
}

static hc_status add_chance(hc_plan *plan, const hc_options *o, const char *name, const char *se, const char *review,
                            hc_error *err) {
  hc_input in = {.kind = HC_INPUT_EXACT,
                 .value = hc_options_real(o, name),
                 .spread = hc_options_real(o, se),
                 .floor = 0,
                 .ceiling = 1};
  if (in.spread > 0) in.kind = HC_INPUT_NORMAL;
  memcpy(in.name, name, strlen(name));
  if (hc_options_is_stated(o, review)) {
    double linked = 0, reviewed = 1;
    hc_status status = read_review(review, hc_options_text(o, review), &linked, &reviewed, err);
    if (status != HC_OK) return status;
    in.kind = HC_INPUT_BINOMIAL, in.value = linked / reviewed, in.spread = reviewed;
  }
  hc_plan_add_input(plan, &in);
  return HC_OK;
}

/* Who is on the lists and who is linked, drawn as a whole: for its part in the variance. Its number is not read. */
static void add_lists(hc_plan *plan) {
  const struct state *s = plan->state;
  hc_input in = {.name = "who is listed and linked", .value = 1, .spread = s->linkages ? 0 : 1, .floor = 1, .ceiling = 1};
  in.kind = s->linkages ? HC_INPUT_EXACT : HC_INPUT_NORMAL;
  hc_plan_add_input(plan, &in);
}

static hc_status add_chances(hc_plan *plan, const hc_options *o, size_t extra, hc_error *err) {
  struct state *s = plan->state;
  hc_status status = hc_plan_reserve_inputs(plan, FIRST_ONLY);
  if (status == HC_OK) status = add_chance(plan, o, "sensitivity", "sensitivity_se", "reviewed_true", err);
  if (status == HC_OK) status = add_chance(plan, o, "false", "false_se", "reviewed_false", err);
  if (status != HC_OK) return status;
  add_lists(plan);
  double a = plan->inputs[SENSITIVITY].value, b = plan->inputs[FALSE_LINKS].value;
  s->errors = a != 1 || b != 0 || hc_input_is_uncertain(&plan->inputs[SENSITIVITY]) ||
              hc_input_is_uncertain(&plan->inputs[FALSE_LINKS]);
  if (!(a > b))
    return hc_refuse(err, "useless-linkage",
                     "true pairs are linked with chance %.6g and others with %.6g: links say nothing", a, b);
  return hc_plan_use_inputs(plan, extra);
}

/* --- the formula -------------------------------------------------------------------------------------------------- */

static hc_status correct(const hc_plan *plan, const double *x, struct linked l, double *value, double *variance,
                         hc_error *err) {
  const struct state *s = plan->state;
  double a = x[SENSITIVITY], b = x[FALSE_LINKS], n1 = l.n1, n2 = l.n2, m = l.n11, q = m / n1;
  if (!(m > 0)) return hc_refuse(err, "no-overlap", "nobody of one list is linked to the other");
  if (!(a > b) || !(m > b * n1))
    return hc_refuse(err, "useless-linkage",
                     "%.0f links of %.0f people are no more than false ones alone would be: no true link is left", m,
                     n1);
  double size = n1 * n2 * (a - b) / (m - b * n1), t = n1 * n2 / size;
  if (!(size >= fmax(n1, n2) * (1 - 1e-9)))
    return hc_refuse(err, "below-observed",
                     "corrected, there are %.0f people, and one list alone has %.0f: the stated chances cannot be right",
                     size, fmax(n1, n2));
  *value = size;
  if (!s->errors) {
    *variance = n1 * n2 * (n1 - m) * (n2 - m) / m / m / m;
    return HC_OK;
  }
  double links = (a - b) * (a - b) * t * fmax(0, size - n1) * fmax(0, size - n2) / (size * fmax(1, size - 1)) +
                 t * a * (1 - a) + fmax(0, n1 - t) * b * (1 - b);
  double by_a = size / (a - b), by_b = size * (q - a) / ((a - b) * (q - b));
  double se_a = hc_input_se(&plan->inputs[SENSITIVITY]), se_b = hc_input_se(&plan->inputs[FALSE_LINKS]);
  *variance = links * pow(size / (t * (a - b)), 2) + pow(by_a * se_a, 2) + pow(by_b * se_b, 2);
  return HC_OK;
}

/* --- prepare ------------------------------------------------------------------------------------------------------ */

static hc_status prepare_lists(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  static const hc_two_lists_row row = {0};
  const struct state *s = plan->state;
  hc_status status = hc_two_lists_prepare(plan, data, o, &row, err);
  if (status != HC_OK) return status;
  const double *cells = plan->observed;
  status = add_chances(plan, o, N_OBSERVED - FIRST_ONLY, err);
  if (status != HC_OK) return status;
  memcpy(plan->observed + FIRST_ONLY, cells, HC_TWO_LISTS_CELLS * sizeof *cells);
  plan->n_cells = 0, plan->n_units = 0; /* links err, so nobody knows how many are on the lists */
  plan->resample = plan->default_resample = HC_RESAMPLE_PARAMETRIC;
  hc_plan_set_quantities(plan, 2);
  hc_plan_quantity(plan, N, &hc_quantity_people, "people, on a list or not", "N");
  hc_plan_quantity(plan, NAIVE, &hc_quantity_people, "if every link were right and none missed", "naive");
  hc_plan_set_form(plan, s->errors ? "corrected for %.6g of true pairs linked and %.6g of others" : "N = n1 n2/m",
                   plan->inputs[SENSITIVITY].value, plan->inputs[FALSE_LINKS].value);
  hc_plan_add_variant(plan, "; se: true pairs hypergeometric, links binomial");
  return HC_OK;
}

static hc_status check_linkage(const hc_data *data, size_t row, hc_error *err) {
  char buffer[HC_ROW_NAME_SIZE];
  double n1 = hc_column_number(hc_data_column(data, "n1"), row), n2 = hc_column_number(hc_data_column(data, "n2"), row);
  double n11 = hc_column_number(hc_data_column(data, "n11"), row);
  if (n11 <= fmin(n1, n2)) return HC_OK;
  return hc_table_fail(data, "n11", row, err, "%s: n1, n2 and n11 are needed, and no more links than people",
                       hc_row_name(data, row, buffer));
}

static hc_status prepare_table(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  static const char *const names[] = {"n1", "n2", "n11"};
  struct state *s = plan->state;
  hc_status status = HC_OK;
  for (size_t i = 0; i < 3 && status == HC_OK; i++) status = hc_table_check(data, names[i], true, 0, 4e9, err);
  for (size_t i = 0; i < data->n_rows && status == HC_OK; i++) status = check_linkage(data, i, err);
  if (status != HC_OK) return status;
  if (data->n_rows < 2)
    return hc_refuse(err, "one-linkage", "there is one linkage, and pooling needs the spread between several");
  if (data->n_rows > MOST_LINKAGES)
    return hc_fail(err, HC_EDATA, "at most %d linkages, found %zu", MOST_LINKAGES, data->n_rows);
  s->linkages = data->n_rows;
  size_t *order = hc_plan_alloc(plan, s->linkages, sizeof *order);
  if (!order) return HC_ENOMEM;
  hc_table_order(data, order);
  status = add_chances(plan, o, 3 * s->linkages, err);
  if (status != HC_OK) return status;
  for (size_t i = 0; i < s->linkages; i++)
    for (size_t j = 0; j < 3; j++)
      plan->observed[FIRST_ONLY + 3 * i + j] = hc_column_number(hc_data_column(data, names[j]), order[i]);
  plan->resample = plan->default_resample =
      HC_RESAMPLE_DEFAULT; /* the people behind the rows are the same, and not known */
  hc_plan_set_quantities(plan, LINKAGES);
  hc_plan_quantity(plan, N, &hc_quantity_people, "people, on a list or not", "N");
  hc_plan_quantity(plan, WITHIN, &hc_quantity_real, "variance of ln N within linkages", "within");
  hc_plan_quantity(plan, BETWEEN, &hc_quantity_real, "variance of ln N between linkages", "between");
  hc_plan_quantity(plan, TOTAL, &hc_quantity_real, "variance of ln N in all", "T");
  hc_plan_quantity(plan, SHARE, &hc_quantity_chance, "share of it that is linkage", "linkage_share");
  hc_plan_quantity(plan, DF, &hc_quantity_positive, "Rubin's degrees of freedom", "rubin_df");
  hc_plan_set_form(plan, "%zu linkages pooled by Rubin's rules on the log scale", s->linkages);
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  return data->shape == HC_SHAPE_LINKAGES ? prepare_table(plan, data, o, err) : prepare_lists(plan, data, o, err);
}

/* --- fit ---------------------------------------------------------------------------------------------------------- */

static hc_status pool(const hc_plan *plan, const double *x, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double L = (double)s->linkages, mean = 0, square = 0, within = 0;
  for (size_t i = 0; i < s->linkages; i++) {
    const double *row = x + FIRST_ONLY + 3 * i;
    double value, variance;
    hc_status status = correct(plan, x, (struct linked){row[0], row[1], row[2]}, &value, &variance, err);
    if (status != HC_OK) return status;
    double d = log(value) - mean; /* Welford (1962) */
    mean += d / (double)(i + 1), square += d * (log(value) - mean);
    within += variance / (value * value) / L;
  }
  double between = square / (L - 1), added = (1 + 1 / L) * between, total = within + added;
  e->value[N] = exp(mean), e->se[N] = exp(mean) * sqrt(total);
  e->value[WITHIN] = within, e->value[BETWEEN] = between, e->value[TOTAL] = total;
  e->value[SHARE] = total > 0 ? added / total : 0;
  e->value[DF] = added > 0 ? (L - 1) * pow(1 + within / added, 2) : 1e9; /* no spread: as good as normal */
  return HC_OK;
}

static void note(double naive, double value, double together, hc_estimate *e) {
  if (fabs(value / naive - 1) > 0.2)
    hc_estimate_note(e, "correction-large", "errors of matching move the number by %.3g %%: from %.0f to %.0f",
                     100 * (value / naive - 1), naive, value);
  if (value < together)
    hc_estimate_note(e, "below-union",
                     "the corrected number, %.0f, is smaller than the %.0f people on either list as linked", value,
                     together);
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  (void)scratch;
  if (s->linkages) return pool(plan, x, e, err);
  hc_two_lists two = hc_two_lists_of(x + FIRST_ONLY);
  double variance;
  hc_status status = correct(plan, x, (struct linked){two.n1, two.n2, two.m}, &e->value[N], &variance, err);
  if (status != HC_OK) return status;
  e->se[N] = sqrt(variance);
  e->value[NAIVE] = two.n1 * two.n2 / two.m;
  if (e->asked.notes) note(e->value[NAIVE], e->value[N], two.n1 + two.n2 - two.m, e);
  return HC_OK;
}

/* N people on each list independently, true pairs and others linked with the chances as observed. */
static void draw_lists(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *r) {
  hc_two_lists two = hc_two_lists_of(plan->observed + FIRST_ONLY);
  double size = fmax(nearbyint(e->value[N]), fmax(two.n1, two.n2)), cells[4];
  double p1 = fmin(1, two.n1 / size), p2 = fmin(1, two.n2 / size);
  const double chance[] = {p1 * (1 - p2), (1 - p1) * p2, p1 * p2, (1 - p1) * (1 - p2)};
  hc_rng_multinomial(rng, size, 4, chance, cells);
  double first = cells[HC_ON_FIRST_ONLY] + cells[HC_ON_BOTH], second = cells[HC_ON_SECOND_ONLY] + cells[HC_ON_BOTH];
  double links = hc_rng_binomial(rng, plan->observed[SENSITIVITY], cells[HC_ON_BOTH]) +
                 hc_rng_binomial(rng, plan->observed[FALSE_LINKS], cells[HC_ON_FIRST_ONLY]);
  links = fmin(links, fmin(first, second));
  r[FIRST_ONLY] = first - links, r[SECOND_ONLY] = second - links, r[BOTH] = links;
}

/* Of several linkages the chances alone are drawn: the people behind them are the same, and not known. */
static void simulate_input(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, size_t input, double *r) {
  const struct state *s = plan->state;
  hc_plan_draw_inputs(plan, rng, input, r);
  memcpy(r + FIRST_ONLY, plan->observed + FIRST_ONLY, (plan->n_observed - FIRST_ONLY) * sizeof *r);
  if (!s->linkages && (input == LISTS || input == HC_ALL_INPUTS)) draw_lists(plan, e, rng, r);
}

static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *r) {
  simulate_input(plan, e, rng, HC_ALL_INPUTS, r);
}

const hc_estimator hc_estimator_linkage = {
    .id = "linkage",
    .title = "Two lists linked with errors, or several linkages of them",
    .cite = "Ding and Fienberg (1994); Rubin (1987) Multiple Imputation",
    .formula = "N = n1 n2 (a - b)/(n11 - b n1) (a: chance that a true pair is linked, b: that somebody without one is)",
    .assumes = "errors of matching fall on people without regard to anything else; the lists are independent",
    .needs = "two lists and the chances of the errors, or a table linkage,n1,n2,n11",
    .accepts = HC_SHAPE_LISTS | HC_SHAPE_OCCASIONS | HC_SHAPE_LINKAGES,
    .ordered = true,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .simulate_input = simulate_input,
    .default_interval = "log",
};
