/* Turnover from pairs of capture windows: how many are there, and how fast do they leave?
 *
 * A window met n1 people, a later one n2, and m were in both; lag: days between them. Under equal chances
 *   ln(n1 n2 / m) = ln N_d + lambda lag + error,
 * d the date of the second window: people who left cannot be met again, so that Lincoln and Petersen's ratio grows with
 * the lag at the rate lambda at which people leave. Difallah, Filatova and Ipeirotis (2018) WSDM. One effect per date,
 * by least squares within dates:
 *   lambda = sum_d w_d Sxy_d / sum_d w_d Sxx_d,  ln N_d = mean y_d - lambda mean x_d,  half-life = ln 2 / lambda,
 * w_d = 1. N is that of the first date, N_median the median of N_d over dates.
 *
 * Windows overlap, so that rows are far from independent and the regression's standard errors are meaningless: there
 * are none. The bootstrap draws blocks of `block` days of second windows with replacement (Carlstein 1986 Ann. Statist.
 * 14:1171; Davison and Hinkley 1997, sec. 8.2.3). It redraws dates, not the people of a date: the interval of N, the level
 * of one date, carries the uncertainty of lambda only; that of N_median carries both.
 *
 * Assumes equal chances within windows, a steady rate of leaving, and newcomers replacing leavers. Breaks when a pair
 * shares nobody, and when overlap does not fall with the lag. */
#include "model.h"
#include "numeric/median.h"

enum { N_FIRST, LAMBDA, HALF_LIFE, N_MEDIAN, N_QUANTITIES };

struct date {
  double x, y, sxx, sxy; /* means of lag and ln(n1 n2/m), sums of squares and products about them */
  size_t block;
};

struct state {
  size_t n_dates;
  struct date *date; /* [n_dates] ascending */
};

static const hc_option options[] = {
    {"block", HC_OPTION_INTEGER, "30", 1, 3650, NULL, "days per block of the bootstrap: at least the length of a window"},
    {0},
};

static hc_status check_pair(const hc_pair *p, size_t i, hc_error *err) {
  if (p->m == 0)
    return hc_refuse(err, "no-overlap", "pair %zu by date shares nobody: its ratio n1 n2/m is infinite", i + 1);
  if (!(p->n1 > 0) || !(p->n2 > 0) || p->m > p->n1 || p->m > p->n2 || p->m < 0)
    return hc_refuse(err, "not-a-count", "pair %zu by date: %.15g and %.15g people cannot share %.15g", i + 1, p->n1, p->n2,
                     p->m);
  return HC_OK;
}

/* One date's pairs: first .. last - 1. */
static struct date summarise(const hc_pair *pairs, size_t first, size_t last) {
  struct date d = {0};
  double n = (double)(last - first);
  for (size_t i = first; i < last; i++) {
    d.x += pairs[i].lag / n;
    d.y += log(pairs[i].n1 * pairs[i].n2 / pairs[i].m) / n;
  }
  for (size_t i = first; i < last; i++) {
    double dx = pairs[i].lag - d.x;
    d.sxx += dx * dx;
    d.sxy += dx * (log(pairs[i].n1 * pairs[i].n2 / pairs[i].m) - d.y);
  }
  return d;
}

/* Dates and their blocks; returns the number of blocks, which have no gaps in their numbers. */
static size_t group(const hc_data *data, struct state *s, int64_t days) {
  size_t blocks = 0;
  int64_t current = 0;
  for (size_t first = 0, last; first < data->n_pairs; first = last) {
    for (last = first; last < data->n_pairs && data->pairs[last].date == data->pairs[first].date; last++) continue;
    int64_t block = (data->pairs[first].date - data->pairs[0].date) / days;
    if (s->n_dates == 0 || block != current) blocks++;
    current = block;
    s->date[s->n_dates] = summarise(data->pairs, first, last);
    s->date[s->n_dates++].block = blocks - 1;
  }
  return blocks;
}

static bool use_blocks(hc_plan *plan, size_t blocks) {
  plan->cells = hc_plan_alloc(plan, blocks, sizeof *plan->cells);
  if (!plan->cells) return false;
  for (size_t i = 0; i < blocks; i++) plan->cells[i] = 1;
  plan->observed = plan->cells;
  plan->n_cells = plan->n_observed = blocks;
  if (blocks > 1) plan->resample = plan->default_resample = HC_RESAMPLE_BLOCK;
  return true;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  s->date = hc_plan_alloc(plan, data->n_pairs, sizeof *s->date);
  if (!s->date) return HC_ENOMEM;
  hc_status status = HC_OK;
  for (size_t i = 0; i < data->n_pairs && status == HC_OK; i++) status = check_pair(&data->pairs[i], i, err);
  if (status != HC_OK) return status;
  int64_t days = hc_options_integer(o, "block");
  size_t blocks = group(data, s, days);
  if (!use_blocks(plan, blocks)) return HC_ENOMEM;
  hc_plan_set_quantities(plan, N_QUANTITIES);
  hc_plan_quantity(plan, N_FIRST, &hc_quantity_people, "people present at the first date", "N");
  hc_plan_quantity(plan, LAMBDA, &hc_quantity_positive, "rate of leaving, per day", "lambda");
  hc_plan_quantity(plan, HALF_LIFE, &hc_quantity_positive, "days until half of them have left", "half_life");
  hc_plan_quantity(plan, N_MEDIAN, &hc_quantity_people, "people present, median over dates", "N_median");
  plan->n_scratch = 2 * s->n_dates;
  hc_plan_set_form(plan, "least squares with an effect for each of %zu dates", s->n_dates);
  hc_plan_add_variant(plan, "; bootstrap of %zu blocks of %d days", blocks, (int)days);
  return HC_OK;
}

/* The median of ln N_d, each date as often as its block was drawn. */
static double median_level(const struct state *s, const double *weight, double lambda, double *scratch) {
  for (size_t d = 0; d < s->n_dates; d++) {
    scratch[2 * d] = s->date[d].y - lambda * s->date[d].x;
    scratch[2 * d + 1] = weight[s->date[d].block];
  }
  return hc_weighted_median(scratch, s->n_dates);
}

static hc_status fit(const hc_plan *plan, const double *weight, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double sxx = 0, sxy = 0;
  for (size_t d = 0; d < s->n_dates; d++) {
    sxx += weight[s->date[d].block] * s->date[d].sxx;
    sxy += weight[s->date[d].block] * s->date[d].sxy;
  }
  if (!(sxx > 0)) return hc_refuse(err, "not-identified", "no date has pairs with different lags");
  double lambda = sxy / sxx;
  if (!(lambda > 0))
    return hc_refuse(err, "no-decline", "the overlap of windows does not fall with the days between them: nobody leaves, "
                     "and there is no half-life");
  e->value[N_FIRST] = exp(s->date[0].y - lambda * s->date[0].x);
  e->value[LAMBDA] = lambda;
  e->value[HALF_LIFE] = M_LN2 / lambda;
  e->value[N_MEDIAN] = exp(median_level(s, weight, lambda, scratch));
  hc_estimate_note(e, "overlapping-windows", "windows overlap, so that the regression's standard errors would be "
                   "meaningless: none are given, and the bootstrap draws blocks of dates");
  hc_estimate_note(e, "level-of-one-date", "the interval of N carries the uncertainty of lambda only, because the first "
                   "date has no second sample; that of N_median carries the dates' as well");
  return HC_OK;
}

const hc_estimator hc_estimator_turnover = {
    .id = "turnover",
    .title = "Turnover from pairs of windows",
    .cite = "Difallah, Filatova and Ipeirotis (2018) Demographics and Dynamics of Mechanical Turk Workers, WSDM 2018",
    .formula = "ln(n1 n2/m) = ln N_date + lambda lag; half-life = ln 2 / lambda",
    .assumes = "within a window all have the same chance of being met, and people leave at a steady rate and are replaced",
    .needs = "pairs of windows with different lags on the same dates",
    .accepts = HC_SHAPE_PAIRS,
    .options = options,
    .open = true,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
