/* How large, how many, how long: the formulas of designs. CV: standard error over the number.
 *
 *   two lists      CV^2 = (1-p1)(1-p2)/(N p1 p2), the delta variance of n1 n2/m; p2 = (1-p1)/(1 - p1 + N p1 CV^2)
 *   occasions      se^2 = N/((1-p)^-t - t/(1-p) + t - 1): the information of N in the model of equal chances
 *   multiplier     CV^2 = deff (1-P)/(s P), the count known
 *   random list    se^2 = U (1-f)/f for a random share f of a frame that holds U people whom the list misses
 *   scale-up       CV^2 = deff/(reports about the hidden), reports = respondents degree N/population
 *   log-log        CV^2 = w^2 (sigma^2/s + (exp(sigma^2) - 1)/(K - s)): s of K platforms state a number, the others, a share w of
 *                  the total, are predicted with an error of sigma on the log scale; platforms of one size, at the mean of
 *                  the regressor
 *
 * All are derived: the first, third and fourth by the delta method, the second from the information matrix of (N, p), the
 * fifth from a Poisson number of reports, the sixth from a regression's error of prediction. Guesses are halved and doubled,
 * because a plan rests on the number that it is to find. */
#include "engine/schemes.h"

#include <math.h>
#include <stdio.h>

#define PRECISION                                                                                                      \
  {"cv", HC_OPTION_REAL, "", 1e-4, 10, NULL, "wanted: standard error over the number"}, {                              \
    "within", HC_OPTION_REAL, "", 1e-3, 10, NULL, "wanted instead: 0.1 for a 95 % interval of about +- 10 %"           \
  }

static double real(const hc_wanted *w, const char *name) {
  return hc_options_real(w->options, name);
}

static hc_status unreachable(hc_error *err, const char *what, double reachable) {
  return hc_refuse(err, "not-reachable", "%s: at most a cv of %.3g can be had", what, reachable);
}

/* --- two lists ------------------------------------------------------------------------------------------------- */

static const hc_option two_options[] = {
    {"N", HC_OPTION_REAL, "", 2, 1e12, NULL, "people, as far as you can guess"},
    {"n1", HC_OPTION_REAL, "", 1, 1e12, NULL, "people on the list that is there"},
    {"n2", HC_OPTION_REAL, "", 1, 1e12, NULL, "instead of cv: people on the second list"},
    PRECISION,
    {0},
};

static hc_status two_lists(const hc_wanted *w, double times, hc_outlook_row *row, hc_error *err) {
  double N = row->guess = real(w, "N") * times, n1 = real(w, "n1"), p1 = n1 / N;
  if (!(p1 < 1)) return hc_refuse(err, "not-reachable", "the first list, %.6g people, is no part of %.6g", n1, N);
  row->size = isnan(w->cv) ? w->size : N * (1 - p1) / (1 - p1 + N * p1 * w->cv * w->cv);
  row->whole = ceil(row->size - 1e-9);
  double p2 = row->whole / N;
  if (!(p2 <= 1))
    return hc_refuse(err, "not-reachable", "a second list of %.6g people is more than all %.6g", row->size, N);
  row->expected = row->size * p1;
  row->cv = sqrt((1 - p1) * (1 - p2) / (N * p1 * p2));
  return HC_OK;
}

static hc_status expect_two_lists(const hc_wanted *w, const hc_outlook_row *row, hc_data **data, hc_options *o,
                                  hc_error *err) {
  static const uint64_t history[] = {1, 2, 3};
  double n1 = real(w, "n1"), m = nearbyint(row->whole * n1 / row->guess);
  if (!(m >= 1)) return hc_refuse(err, "no-overlap", "fewer than one person is expected on both lists");
  const uint64_t count[] = {(uint64_t)(n1 - m), (uint64_t)(row->whole - m), (uint64_t)m};
  (void)o;
  return hc_data_from_histories(data, HC_SHAPE_LISTS, 2, NULL, history, count, 3, err);
}

static void caution_two_lists(const hc_wanted *w, const hc_outlook_row *row, char *text, size_t size) {
  (void)w;
  if (row->expected < 7)
    snprintf(text, size,
             "with fewer than 7 people expected on both lists every estimator is biased, and some data sets "
             "give none");
}

/* --- occasions -------------------------------------------------------------------------------------------------- */

enum { MOST_OCCASIONS = 100000 };

static const hc_option occasion_options[] = {
    {"N", HC_OPTION_REAL, "", 2, 1e12, NULL, "people, as far as you can guess"},
    {"p", HC_OPTION_REAL, "", 1e-9, 1 - 1e-9, NULL, "chance that a person is met on one occasion"},
    {"t", HC_OPTION_INTEGER, "", 2, MOST_OCCASIONS, NULL, "instead of cv: occasions"},
    PRECISION,
    {0},
};

static double occasions_cv(double N, double p, double t) {
  double information = pow(1 - p, -t) - t / (1 - p) + t - 1;
  return information > 0 ? sqrt(N / information) / N : INFINITY;
}

static hc_status occasions(const hc_wanted *w, double times, hc_outlook_row *row, hc_error *err) {
  double N = row->guess = real(w, "N") * times, p = real(w, "p"), t = 2;
  if (isnan(w->cv)) t = w->size;
  while (!isnan(w->cv) && t < MOST_OCCASIONS && occasions_cv(N, p, t) > w->cv) t++;
  row->size = row->whole = t;
  row->expected = N * -expm1(t * log1p(-p));
  row->cv = occasions_cv(N, p, t);
  if (!isnan(w->cv) && row->cv > w->cv) return unreachable(err, "not within 100,000 occasions", row->cv);
  return HC_OK;
}

static hc_status expect_occasions(const hc_wanted *w, const hc_outlook_row *row, hc_data **data, hc_options *o,
                                  hc_error *err) {
  enum { MOST = 60 };
  uint64_t times[MOST], count[MOST];
  double p = real(w, "p"), t = row->whole, f = row->guess * exp(t * log1p(-p));
  char text[32];
  size_t n = 0;
  for (double k = 1; k <= t && n < MOST; k++) {
    f *= (t - k + 1) / k * p / (1 - p);
    if (nearbyint(f) >= 1) times[n] = (uint64_t)k, count[n++] = (uint64_t)nearbyint(f);
  }
  snprintf(text, sizeof text, "%.0f", t);
  hc_status status = hc_options_set(o, "occasions", text, err);
  return status == HC_OK ? hc_data_from_counts(data, times, count, n, err) : status;
}

/* --- multiplier -------------------------------------------------------------------------------------------------- */

static const hc_option multiplier_options[] = {
    {"N", HC_OPTION_REAL, "", 2, 1e12, NULL, "people, as far as you can guess"},
    {"count", HC_OPTION_REAL, "", 1, 1e12, NULL, "people whom the service knows"},
    {"deff", HC_OPTION_REAL, "1", 0.1, 1000, NULL, "design effect of the survey"},
    {"sample", HC_OPTION_REAL, "", 1, 1e12, NULL, "instead of cv: respondents"},
    PRECISION,
    {0},
};

static hc_status multiplier(const hc_wanted *w, double times, hc_outlook_row *row, hc_error *err) {
  double N = row->guess = real(w, "N") * times, P = real(w, "count") / N, deff = real(w, "deff");
  if (!(P < 1))
    return hc_refuse(err, "not-reachable", "the service knows %.6g people, all of %.6g", real(w, "count"), N);
  row->size = isnan(w->cv) ? w->size : deff * (1 - P) / (P * w->cv * w->cv);
  row->whole = ceil(row->size - 1e-9);
  row->expected = row->size * P;
  row->cv = sqrt(deff * (1 - P) / (P * row->whole));
  return row->whole <= N ? HC_OK : unreachable(err, "more respondents than people", sqrt(deff * (1 - P) / (P * N)));
}

static hc_status expect_multiplier(const hc_wanted *w, const hc_outlook_row *row, hc_data **data, hc_options *o,
                                   hc_error *err) {
  double count[] = {real(w, "count")}, sample[] = {row->whole}, deff[] = {real(w, "deff")};
  double hits[] = {fmax(1, nearbyint(row->whole * count[0] / row->guess))};
  char names[4][8] = {"count", "hits", "sample", "deff"};
  hc_column columns[] = {
      {names[0], count, NULL}, {names[1], hits, NULL}, {names[2], sample, NULL}, {names[3], deff, NULL}};
  (void)o;
  return hc_data_from_table(data, HC_SHAPE_MULTIPLIER, 1, 4, columns, err);
}

/* --- random list -------------------------------------------------------------------------------------------------- */

static const hc_option random_options[] = {
    {"unlisted", HC_OPTION_REAL, "", 1, 1e12, NULL, "cases whom the list misses, as far as you can guess"},
    {"listed", HC_OPTION_REAL, "0", 0, 1e12, NULL, "cases on the list"},
    {"frame", HC_OPTION_REAL, "", 2, 1e12, NULL, "people in the frame from which the sample is drawn"},
    {"se", HC_OPTION_REAL, "", 1e-6, 1e12, NULL, "wanted: standard error of the number, in people"},
    {"fraction", HC_OPTION_REAL, "", 1e-6, 1 - 1e-9, NULL, "instead: share of the frame that is drawn"},
    PRECISION,
    {0},
};

static hc_status random_list(const hc_wanted *w, double times, hc_outlook_row *row, hc_error *err) {
  double U = row->guess = real(w, "unlisted") * times, N = U + real(w, "listed"), frame = real(w, "frame");
  double se = hc_options_is_stated(w->options, "se") ? real(w, "se") : w->cv * N;
  if (frame < N) return hc_refuse(err, "not-reachable", "a frame of %.6g people does not hold %.6g cases", frame, N);
  row->size = isnan(se) ? w->size : U / (U + se * se);
  double share = row->size;
  if (!isnan(frame)) row->whole = ceil(frame * row->size - 1e-9), share = fmin(1, row->whole / frame);
  row->expected = U * share;
  row->cv = sqrt(U * (1 - share) / share) / N;
  return HC_OK;
}

static hc_status expect_random_list(const hc_wanted *w, const hc_outlook_row *row, hc_data **data, hc_options *o,
                                    hc_error *err) {
  double L = real(w, "listed"), frame = real(w, "frame"), share = row->whole / frame;
  if (isnan(frame)) return hc_fail(err, HC_EUSAGE, "plan: --simulate needs --set frame=F, the people of the frame");
  double cases = nearbyint(row->guess * share), met = nearbyint((frame - L) * share);
  double listed[] = {1, 1, 0, 0, 0}, sampled[] = {1, 0, 1, 1, 0}, is_case[] = {1, 1, 0, 1, NAN};
  double n[] = {nearbyint(L * share), 0, met - cases, cases, frame - L - met};
  n[1] = L - n[0];
  char names[4][8] = {"listed", "sampled", "case", "n"};
  hc_column columns[] = {
      {names[0], listed, NULL}, {names[1], sampled, NULL}, {names[2], is_case, NULL}, {names[3], n, NULL}};
  (void)o;
  return hc_data_from_table(data, HC_SHAPE_RANDOM_LIST, 5, 4, columns, err);
}

/* --- scale-up -------------------------------------------------------------------------------------------------- */

static const hc_option scale_up_options[] = {
    {"N", HC_OPTION_REAL, "", 1, 1e12, NULL, "people in the hidden group, as far as you can guess"},
    {"population", HC_OPTION_REAL, "", 2, 1e12, NULL, "people in the whole population"},
    {"degree", HC_OPTION_REAL, "", 0.1, 1e6, NULL, "people whom a respondent knows, on average"},
    {"deff", HC_OPTION_REAL, "1", 0.1, 1000, NULL, "design effect of the survey, clustering of answers included"},
    {"respondents", HC_OPTION_REAL, "", 1, 1e12, NULL, "instead of cv: respondents"},
    PRECISION,
    {0},
};

static hc_status scale_up(const hc_wanted *w, double times, hc_outlook_row *row, hc_error *err) {
  double N = row->guess = real(w, "N") * times, deff = real(w, "deff"), all = real(w, "population");
  double each = real(w, "degree") * N / all;
  if (N > all)
    return hc_refuse(err, "not-reachable", "a group of %.6g people is larger than the population of %.6g", N, all);
  row->size = isnan(w->cv) ? w->size : deff / (w->cv * w->cv * each);
  row->whole = ceil(row->size - 1e-9);
  row->expected = row->size * each;
  row->cv = sqrt(deff / (row->whole * each));
  return row->whole <= all ? HC_OK : unreachable(err, "more respondents than people", sqrt(deff / (all * each)));
}

static void caution_scale_up(const hc_wanted *w, const hc_outlook_row *row, char *text, size_t size) {
  (void)w, (void)row;
  snprintf(text, size,
           "sampling error alone: known groups hidden in turn commonly come out off by a half or more, which no "
           "number of respondents mends");
}

/* --- log-log ---------------------------------------------------------------------------------------------------- */

static const hc_option loglog_options[] = {
    {"platforms", HC_OPTION_INTEGER, "", 4, 1e6, NULL, "platforms in all"},
    {"sigma", HC_OPTION_REAL, "", 1e-3, 5, NULL,
     "error of the fit on the log scale: 0.7 where a platform is off by a factor of 2, as far as you can guess"},
    {"stated", HC_OPTION_INTEGER, "", 3, 1e6, NULL, "instead of cv: platforms that state a number"},
    PRECISION,
    {0},
};

static double loglog_cv(double all, double sigma, double stated) {
  double left = all - stated, share = left / all, variance = sigma * sigma;
  return left > 0 ? share * sqrt(variance / stated + expm1(variance) / left) : 0;
}

static hc_status loglog(const hc_wanted *w, double times, hc_outlook_row *row, hc_error *err) {
  double all = real(w, "platforms"), sigma = row->guess = real(w, "sigma") * times, s = 3;
  if (isnan(w->cv)) s = w->size;
  if (s > all) return hc_fail(err, HC_EUSAGE, "plan: %.0f of %.0f platforms cannot state a number", s, all);
  while (!isnan(w->cv) && s < all && loglog_cv(all, sigma, s) > w->cv) s++;
  row->size = row->whole = s;
  row->expected = all - s;
  row->cv = loglog_cv(all, sigma, s);
  return HC_OK;
}

static void caution_loglog(const hc_wanted *w, const hc_outlook_row *row, char *text, size_t size) {
  (void)w;
  if (row->whole < 10)
    snprintf(text, size,
             "fewer than ten platforms tell the error of the fit itself only roughly; and platforms of very "
             "different size need more of them");
}

const hc_scheme_part hc_scheme_parts[] = {
    {{"two-lists", "How long must a second list be", "p2 = (1-p1)/(1 - p1 + N p1 CV^2), n2 = N p2, overlap N p1 p2",
      "the delta variance of n1 n2/m", "the lists are independent, and people are matched without error", "N",
      "people on the second list", "people on both lists", "chapman", two_options},
     "n2",
     two_lists,
     expect_two_lists,
     caution_two_lists},
    {{"occasions", "How many occasions", "se^2 = N/((1-p)^-t - t/(1-p) + t - 1)",
      "the information of N in the model of equal chances", "everybody is met with one chance, on every occasion", "N",
      "occasions", "people met", "m0", occasion_options},
     "t",
     occasions,
     expect_occasions,
     NULL},
    {{"multiplier", "How many respondents for a multiplier", "s = deff (1-P)/(P CV^2), P = count/N",
      "the delta variance of count/P", "the count and the share speak of the same people, and the count is known", "N",
      "respondents", "respondents who used the service", "multiplier", multiplier_options},
     "sample",
     multiplier,
     expect_multiplier,
     NULL},
    {{"random-list", "How large a random sample of the frame", "f = U/(U + SE^2)",
      "the variance of U from a random share f", "the sample is random, and everybody drawn is checked",
      "unlisted cases", "of the frame, drawn at random", "unlisted cases in the sample", "random-list", random_options},
     "fraction",
     random_list,
     expect_random_list,
     NULL},
    {{"scale-up", "How many respondents for a network scale-up",
      "CV^2 = deff/reports, reports = respondents degree N/population", "a Poisson number of reports",
      "the hidden are as well known as anyone", "N", "respondents", "reports about the hidden group", "",
      scale_up_options},
     "respondents",
     scale_up,
     NULL,
     caution_scale_up},
    {{"log-log", "How many platforms must state a number",
      "CV^2 = w^2 (sigma^2/s + (exp(sigma^2) - 1)/(K - s)), w = (K - s)/K", "a regression's error of prediction",
      "platforms are of one size, and the others follow the fit of those that state a number",
      "error of the fit (log scale)", "platforms that state a number", "platforms that are predicted", "",
      loglog_options},
     "stated",
     loglog,
     NULL,
     caution_loglog},
};
const size_t hc_scheme_parts_count = sizeof hc_scheme_parts / sizeof *hc_scheme_parts;
