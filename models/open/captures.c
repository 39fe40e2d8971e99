/* Captures by occasion: see the header. u, v and n suffice for every model whose chances depend on the occasion alone:
 * of T[i] = sum over j < i of (u[j] - v[j]) people met before i, and on i or later, m[i] = n[i] - u[i] are met on i. */
#include "open/captures.h"

#include <string.h>

enum { MOST_PARTS = 8 };

size_t hc_captures_scratch(size_t k) { return k * sizeof(hc_occasion) / sizeof(double); }

double hc_captures_per_time(const hc_captures *c, size_t i, double survival) {
  return c->timed ? pow(survival, 1 / c->length[i]) : survival;
}

void hc_captures_occasions(const hc_captures *c, const double *x, hc_occasion *occasion) {
  size_t k = c->k;
  double T = 0;
  for (size_t i = 0; i < k; i++) {
    hc_occasion *o = &occasion[i];
    double v = x[k + i];
    *o = (hc_occasion){.u = x[i], .n = x[2 * k + i], .R = x[3 * k + i], .T = T};
    o->m = o->n - o->u;
    o->r = o->n - v;
    o->w = o->R - o->r;
    o->z = T - o->m;
    T += o->u - v;
  }
}

/* --- time between occasions ------------------------------------------------------------------------------ */

/* A decimal number without sign at *text, which is moved past it. False where there is none. */
static bool take_number(const char **text, double *number) {
  const char *s = *text;
  double value = 0, scale = 1;
  bool digits = false, point = false;
  for (; (*s >= '0' && *s <= '9') || (*s == '.' && !point); s++) {
    if (*s == '.') {
      point = true;
      continue;
    }
    digits = true;
    value = 10 * value + (*s - '0');
    if (point) scale *= 10;
  }
  *text = s;
  *number = value / scale;
  return digits;
}

/* Days since 0000-03-01 of a text YYYY-MM-DD, or of the first day of YYYY-MM (Gregorian calendar). */
static bool read_date(const char *text, double *days) {
  double part[3] = {0, 0, 1};
  size_t n = 0;
  for (; n < 3; n++) {
    if (!take_number(&text, &part[n]) || part[n] != floor(part[n])) return false;
    if (*text != '-') break;
    text++;
  }
  if (*text || n < 1 || n > 2 || part[0] < 1000 || part[1] < 1 || part[1] > 12 || part[2] < 1 || part[2] > 31)
    return false;
  double month = part[1] > 2 ? part[1] - 3 : part[1] + 9, year = part[1] > 2 ? part[0] : part[0] - 1;
  *days =
      365 * year + floor(year / 4) - floor(year / 100) + floor(year / 400) + floor((153 * month + 2) / 5) + part[2] - 1;
  return true;
}

static const char *occasion_text(const hc_data *data, const hc_column *column, size_t i) {
  return column ? hc_column_text(column, i) : data->list_names[i];
}

/* The date of each occasion: from the names of the lists, or from the first column of a table that has dates alone. */
static bool find_dates(const hc_data *data, size_t k, double *date) {
  size_t columns = data->n_columns ? data->n_columns : 1;
  for (size_t j = 0; j < columns; j++) {
    const hc_column *column = data->n_columns ? &data->columns[j] : NULL;
    size_t i = 0;
    if (column && !column->text) continue;
    if (!column && !data->list_names) continue;
    while (i < k && read_date(occasion_text(data, column, i), &date[i]) && (i == 0 || date[i] > date[i - 1])) i++;
    if (i == k) return true;
  }
  return false;
}

/* Is the longest of the intervals longer by more than 15 % than the shortest? Months and quarters are not. */
static bool are_uneven(const double *date, size_t k) {
  const double tolerated = 1.15; /* 31 days over 28 are 1.11 */
  double shortest = INFINITY, longest = 0;
  for (size_t i = 0; i + 1 < k; i++) {
    shortest = fmin(shortest, date[i + 1] - date[i]);
    longest = fmax(longest, date[i + 1] - date[i]);
  }
  return longest > tolerated * shortest;
}

void hc_captures_note(const hc_captures *c, hc_estimate *e) {
  if (c->uneven)
    hc_estimate_note(e, "uneven-intervals", "the occasions' dates are unevenly spaced, and survival is from one to the "
                     "next: interval=days, weeks, months or years gives it per unit of time");
}

static const struct {
  const char *name, *unit;
  double days;
} units[] = {{"days", N_("day"), 1}, {"weeks", N_("week"), 7}, {"months", N_("month"), 365.2425 / 12}, {"years", N_("year"), 365.2425}};
enum { N_UNITS = sizeof units / sizeof units[0] };

static hc_status read_lengths(const char *text, size_t k, double *length, hc_error *err) {
  const char *s = text;
  for (size_t i = 0; i + 1 < k; i++) {
    bool last = i + 2 == k;
    if (!take_number(&s, &length[i]) || !(length[i] > 0) || (last ? *s != '\0' : *s != ','))
      return hc_fail(err, HC_EUSAGE,
                     "interval=%.60s: expected %zu numbers above 0 with commas between them, or days, weeks, "
                     "months or years",
                     text, k - 1);
    s += !last;
  }
  return HC_OK;
}

hc_status hc_captures_set_lengths(hc_plan *plan, hc_captures *c, const hc_data *data, const hc_options *options,
                                  hc_error *err) {
  double *length = hc_plan_alloc(plan, c->k, sizeof *length);
  if (!length) return HC_ENOMEM;
  c->length = length;
  c->unit = N_("interval");
  c->timed = hc_options_is_stated(options, "interval");
  c->uneven = !c->timed && find_dates(data, c->k, length) && are_uneven(length, c->k);
  for (size_t i = 0; i < c->k; i++) length[i] = 1;
  if (!c->timed) return HC_OK;
  const char *text = hc_options_text(options, "interval");
  c->unit = N_("unit of time");
  for (size_t j = 0; j < N_UNITS; j++) {
    if (strcmp(text, units[j].name) != 0) continue;
    if (!find_dates(data, c->k, length))
      return hc_fail(err, HC_EUSAGE,
                     "interval=%s: the occasions have no ascending dates like 2012-04-01 as their names", text);
    for (size_t i = 0; i + 1 < c->k; i++) length[i] = (length[i + 1] - length[i]) / units[j].days;
    c->unit = units[j].unit;
    return HC_OK;
  }
  return read_lengths(text, c->k, length, err);
}

/* --- histories and tables -------------------------------------------------------------------------------- */

void hc_captures_collapse(const hc_plan *plan, const double *cells, double *x) {
  const hc_captures *c = plan->state;
  size_t k = c->k;
  for (size_t i = 0; i < HC_CAPTURES_PER_OCCASION * k; i++) x[i] = 0;
  for (size_t i = 0; i < plan->n_cells; i++) {
    uint64_t h = c->history[i];
    x[__builtin_ctzll(h)] += cells[i];
    x[k + 63 - (size_t)__builtin_clzll(h)] += cells[i];
    for (; h; h &= h - 1) x[2 * k + (size_t)__builtin_ctzll(h)] += cells[i];
  }
  for (size_t i = 0; i < k; i++) x[3 * k + i] = x[2 * k + i];
}

static hc_status take_histories(hc_plan *plan, hc_captures *c, const hc_data *data, hc_error *err) {
  if (!data->history)
    return hc_refuse(err, "bad-shape", "%s needs capture histories, or first and last captures by occasion",
                     plan->estimator->id);
  uint64_t *history = hc_plan_alloc(plan, data->n_cells, sizeof *history);
  if (!history) return HC_ENOMEM;
  for (size_t i = 0; i < data->n_cells; i++) history[i] = data->history[i];
  c->history = history;
  hc_status status = hc_plan_use_histories(plan, data, HC_CAPTURES_PER_OCCASION * c->k, hc_captures_collapse, err);
  plan->n_units = 0; /* all who were ever met need not be there at once */
  plan->resample = plan->default_resample = HC_RESAMPLE_NONPARAMETRIC;
  if (plan->estimator->simulate) plan->resample |= HC_RESAMPLE_PARAMETRIC;
  return status;
}

/* Everybody met again has been released: r <= R <= n. */
static hc_status check_released(const hc_data *data, const double *x, size_t k, hc_error *err) {
  for (size_t i = 0; i < k; i++)
    if (!(x[3 * k + i] <= x[2 * k + i]) || !(x[3 * k + i] >= x[2 * k + i] - x[k + i]))
      return hc_table_fail(data, "released", i, err,
                           "expected at most as many released as captured, and at least as many as were "
                           "captured again later");
  return HC_OK;
}

static hc_status take_table(hc_plan *plan, hc_captures *c, const hc_data *data, hc_error *err) {
  static const char *const names[] = {"u", "v", "n", "released"};
  size_t k = c->k;
  double *x = hc_plan_alloc(plan, HC_CAPTURES_PER_OCCASION * k, sizeof *x);
  if (!x) return HC_ENOMEM;
  double people = 0;
  for (size_t j = 0; j < HC_CAPTURES_PER_OCCASION; j++) {
    const hc_column *column = hc_data_column(data, names[j]);
    for (size_t i = 0; i < k; i++) x[j * k + i] = hc_column_number(column ? column : hc_data_column(data, "n"), i);
  }
  for (size_t i = 0; i < k; i++) people += x[i];
  if (!(people > 0)) return hc_refuse(err, "all-zero", "nobody was captured on any occasion");
  plan->observed = x;
  plan->n_observed = HC_CAPTURES_PER_OCCASION * k;
  if (plan->estimator->simulate) plan->resample = plan->default_resample = HC_RESAMPLE_PARAMETRIC;
  hc_status status = hc_table_check(data, "released", false, 0, 1e15, err);
  return status == HC_OK ? check_released(data, x, k, err) : status;
}

hc_status hc_captures_take(hc_plan *plan, hc_captures *c, const hc_data *data, const hc_options *options, size_t least,
                           hc_error *err) {
  bool table = data->shape == HC_SHAPE_FIRST_LAST;
  c->k = table ? data->n_rows : data->n_lists;
  if (c->k < least)
    return hc_refuse(err, "too-few-occasions", "%s needs %zu or more occasions, and there are %zu", plan->estimator->id,
                     least, c->k);
  hc_status status = table ? take_table(plan, c, data, err) : take_histories(plan, c, data, err);
  return status == HC_OK ? hc_captures_set_lengths(plan, c, data, options, err) : status;
}

/* --- the likelihood --------------------------------------------------------------------------------------- */

void hc_captures_chances(size_t k, const double *phi, const double *p, double *lambda, double *tau) {
  lambda[k - 1] = 0;
  tau[k - 1] = 1;
  for (size_t i = k - 1; i-- > 0;) {
    double met = p[i + 1] + (1 - p[i + 1]) * lambda[i + 1];
    lambda[i] = phi[i] * met;
    tau[i + 1] = met > 0 ? p[i + 1] / met : 1;
  }
  tau[0] = 1;
}

static double times_log(double count, double chance) { return count > 0 ? count * log(chance) : 0; }

double hc_captures_loglik(size_t k, const hc_occasion *o, const double *lambda, const double *tau) {
  double sum = 0;
  for (size_t i = 0; i + 1 < k; i++) sum += times_log(o[i].r, lambda[i]) + times_log(o[i].w, 1 - lambda[i]);
  for (size_t i = 1; i + 1 < k; i++) sum += times_log(o[i].m, tau[i]) + times_log(o[i].z, 1 - tau[i]);
  return sum;
}

static double within(double chance) { return fmin(1, fmax(0, chance)); }

void hc_captures_draw(const hc_plan *plan, const hc_captures *c, const double *lambda, const double *tau,
                      const double *first, hc_rng *rng, double *x) {
  size_t k = c->k;
  double T = 0;
  for (size_t i = 0; i < k; i++) {
    bool last = i + 1 == k;
    double lost = plan->observed[2 * k + i] - plan->observed[3 * k + i];
    double m = last ? T : hc_rng_binomial(rng, within(tau[i]), T), n = m + first[i], R = fmax(0, n - lost);
    double r = last ? 0 : hc_rng_binomial(rng, within(lambda[i]), R);
    x[i] = first[i], x[k + i] = n - r, x[2 * k + i] = n, x[3 * k + i] = R;
    T += r - m;
  }
}
