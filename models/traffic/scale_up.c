/* Network scale-up: how many people ordinary respondents know in a hidden group, and in groups of known size.
 *
 * y_ik: people whom respondent i knows in known group k of N_k people, y_iu in the hidden group, w_i weights, P the
 * population:
 *   degree          d_i = P sum_k y_ik / sum_k N_k,   d'_i = P mean_k(y_ik/N_k)
 *   mle             N = P sum w y_u / sum w d
 *   pimle           N = P mean(y_u/d) over d > 0
 *   mean-of-sums    N = P mean(y_u) / mean(d')
 *   mean-of-ratios  N = P mean(y_u/d') over d' > 0
 *   generalised     N = F mean(y_u) / v,  v: members of a frame of F people who would report a hidden person
 * Killworth, McCarty, Bernard, Shelley and Johnsen (1998) for mle and pimle, Feehan and Salganik, arXiv 1404.4009,
 * for the last one: formulas as in the guides of two packages, the papers were not seen; derived by counting reports,
 * which each know one respondent and one member. Means are weighted. Standard errors: ratio, linearised: e_i = w_i
 * (y_i - R d_i) P/sum w d (and alike for the means), by stratum h over clusters c: sum_h n_h/(n_h - 1) sum_c (e_hc -
 * mean)^2 (Cochran 1977, Sampling Techniques); killworth, binomial, sqrt(N (P - N)/sum w d). The
 * bootstrap draws n_h - 1 clusters of each stratum with replacement and rescales the weights by n_h/(n_h - 1) (Rao
 * and Wu 1988, J. Amer. Statist. Assoc. 83:231). check[k]: known group k hidden in turn, degrees from the others,
 * mle, binomial se; ratio[k] = check[k]/N_k.
 *
 * Assumes: people know about each other, the hidden are as well known as anyone, answers are right. Breaks: where
 * those who are hidden hide, or know fewer people; answers past some size are guesses (topcode). */
#include "model.h"

#include <string.h>

#include "numeric/median.h"
#include "numeric/rank.h"

enum form { MLE, PIMLE, MEAN_OF_SUMS, MEAN_OF_RATIOS, GENERALISED };
static const char *const form_names[] = {"mle", "pimle", "mean-of-sums", "mean-of-ratios", "generalised"};
enum { MOST_GROUPS = 200 };

struct state {
  enum form form;
  size_t n, known, hidden, clusters, strata; /* respondents; groups */
  double population, size_sum, frame, visibility, visibility_se;
  double *y, *size;                       /* [n][known + hidden]; [known] */
  double *reported, *relative;            /* [n] sum_k y_ik; mean_k y_ik/N_k */
  double *weight;                         /* [n] of the survey */
  size_t *cluster, *stratum, *in_stratum; /* [n]; [clusters]; [strata] clusters of each */
  size_t *by_degree;                      /* [n] respondents by d */
  unsigned char *missing;                 /* [n][known + hidden] */
  size_t column[MOST_GROUPS];             /* of the table: known groups, then hidden */
  size_t main, first_hidden, first_check; /* which hidden group is N; quantities, 0: none */
  double topcode;
  size_t cut, blanks, dropped, none;
  bool zero, weighted, killworth;
};
enum { N, DEGREE, DEGREE_MEDIAN, DEGREE_MAX, SHARE_ZERO, FURTHER };

static const hc_option options[] = {
    {"population", HC_OPTION_REAL, "", 1, 1e12, NULL, "people in the whole population; there is no default"},
    {"hidden", HC_OPTION_TEXT, "", 0, 0, NULL, "the hidden group that N is about; default: the first without a size"},
    {"form", HC_OPTION_CHOICE, "mle", 0, 0, "mle|pimle|mean-of-sums|mean-of-ratios|generalised",
     "which of the formulas"},
    {"se", HC_OPTION_CHOICE, "ratio", 0, 0, "ratio|killworth", "linearised over the survey's design, or binomial"},
    {"topcode", HC_OPTION_REAL, "", 1, 1e9, NULL, "answers about known groups above this count as this"},
    {"missing", HC_OPTION_CHOICE, "zero", 0, 0, "zero|drop", "a missing answer is zero, or its respondent is left out"},
    {"weights", HC_OPTION_CHOICE, "use", 0, 0, "use|ignore", "the column weight, where there is one"},
    {"visibility", HC_OPTION_REAL, "", 1e-9, 1e9, NULL,
     "form=generalised: how many members of the frame would report a member of the hidden group, from a sample of "
     "these"},
    {"visibility_se", HC_OPTION_REAL, "0", 0, 1e9, NULL, "its standard error"},
    {"frame", HC_OPTION_REAL, "", 1, 1e12, NULL,
     "form=generalised: people whom the survey speaks for; default: the population"},
    {0},
};

/* --- groups ---------------------------------------------------------------------------------------------- */

static bool is_design(const char *name) {
  static const char *const words[] = {"weight", "stratum", "cluster", "id", "respondent"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(name, words[i]) == 0) return true;
  return false;
}

static hc_status find_groups(struct state *s, const hc_data *data, const hc_options *o, hc_error *err) {
  const char *wanted = hc_options_text(o, "hidden");
  size_t n = 0, found = SIZE_MAX;
  for (int hidden = 0; hidden < 2; hidden++)
    for (size_t j = 0; j < data->n_columns; j++) {
      const hc_column *c = &data->columns[j];
      if (is_design(c->name) || !c->number || isnan(c->number[0]) != (hidden == 1)) continue;
      if (n == MOST_GROUPS) return hc_fail(err, HC_EDATA, "at most %d groups, found more", MOST_GROUPS);
      if (hidden && strcmp(c->name, wanted) == 0) found = n - s->known;
      s->column[n++] = j;
      if (hidden)
        s->hidden++;
      else
        s->known++;
    }
  if (!s->known)
    return hc_refuse(err, "no-known-group",
                     "no group has a size: --sizes FILE, or a first row that holds the sizes of known groups");
  if (!s->hidden) return hc_refuse(err, "no-hidden-group", "every group has a size, so none is hidden");
  if (wanted[0] && found == SIZE_MAX) return hc_fail(err, HC_EUSAGE, "scale-up: there is no hidden group '%s'", wanted);
  s->main = wanted[0] ? found : 0;
  return HC_OK;
}

static hc_status check_sizes(struct state *s, const hc_data *data, hc_error *err) {
  for (size_t k = 0; k < s->known; k++) {
    const hc_column *c = &data->columns[s->column[k]];
    if (!(c->number[0] > 0))
      return hc_table_fail(data, c->name, 0, err, "%s: the size of a known group is above zero", c->name);
    if (c->number[0] > s->population)
      return hc_table_fail(data, c->name, 0, err, "%s: a group of %.15g is larger than the population of %.15g",
                           c->name, c->number[0], s->population);
    s->size[k] = c->number[0], s->size_sum += c->number[0];
  }
  return HC_OK;
}

/* --- respondents ----------------------------------------------------------------------------------------- */

/* The row's group answers, for respondent s->n; false in *kept where it is left out. */
static hc_status take_answers(struct state *s, const hc_data *data, size_t row, bool *kept, hc_error *err) {
  size_t groups = s->known + s->hidden, cut = 0, blanks = 0;
  double *y = s->y + s->n * groups;
  *kept = true;
  for (size_t g = 0; g < groups; g++) {
    const hc_column *c = &data->columns[s->column[g]];
    double x = c->number[row];
    if (x < 0) return hc_table_fail(data, c->name, row, err, "%s: nobody knows %.15g people", c->name, x);
    if (!isnan(x) && !isfinite(x)) return hc_table_fail(data, c->name, row, err, "%s: not a finite number", c->name);
    s->missing[s->n * groups + g] = isnan(x);
    if (isnan(x)) blanks++, *kept &= s->zero, x = 0;
    if (g < s->known && x > s->topcode) cut++, x = s->topcode;
    y[g] = x;
  }
  s->blanks += blanks;
  if (*kept)
    s->cut += cut;
  else
    s->dropped++;
  return HC_OK;
}

static hc_status take_weight(struct state *s, const hc_data *data, size_t row, hc_error *err) {
  const hc_column *c = s->weighted ? hc_data_column(data, "weight") : NULL;
  double w = c ? hc_column_number(c, row) : 1;
  s->weight[s->n] = w;
  if (w >= 0 && isfinite(w)) return HC_OK;
  return hc_table_fail(data, "weight", row, err, "a weight is a number from zero on, and every respondent has one");
}

static bool same(const hc_data *data, const char *name, size_t a, size_t b) {
  const hc_column *c = hc_data_column(data, name);
  if (!c) return true;
  if (c->text) return strcmp(c->text[a], c->text[b]) == 0;
  return c->number[a] == c->number[b] || (isnan(c->number[a]) && isnan(c->number[b]));
}

/* Numbers strata and clusters within them by their first respondent; first[c]: that respondent's row. */
static void take_design(struct state *s, const hc_data *data, const size_t *row_of, size_t *first,
                        size_t *stratum_row) {
  bool clustered = hc_data_column(data, "cluster");
  for (size_t i = 0; i < s->n; i++) {
    size_t row = row_of[i], h = 0, c = clustered ? 0 : s->clusters, before = i ? s->cluster[i - 1] : 0;
    while (h < s->strata && !same(data, "stratum", stratum_row[h], row)) h++;
    if (h == s->strata) stratum_row[s->strata++] = row;
    if (clustered && i && s->stratum[before] == h && same(data, "cluster", first[before], row)) c = before;
    while (c < s->clusters && !(s->stratum[c] == h && same(data, "cluster", first[c], row))) c++;
    if (c == s->clusters) first[c] = row, s->stratum[c] = h, s->in_stratum[h]++, s->clusters++;
    s->cluster[i] = c;
  }
}

static void take_degrees(struct state *s) {
  size_t groups = s->known + s->hidden;
  for (size_t i = 0; i < s->n; i++) {
    s->reported[i] = s->relative[i] = 0;
    for (size_t k = 0; k < s->known; k++) {
      s->reported[i] += s->y[i * groups + k];
      s->relative[i] += s->y[i * groups + k] / s->size[k] / (double)s->known;
    }
    s->none += s->reported[i] == 0;
  }
}

static hc_status order_degrees(hc_plan *plan) {
  struct state *s = plan->state;
  hc_ranked *ranked = hc_plan_alloc(plan, s->n, sizeof *ranked);
  if (!ranked) return HC_ENOMEM;
  for (size_t i = 0; i < s->n; i++) ranked[i] = (hc_ranked){i, s->reported[i]};
  hc_rank(ranked, s->n);
  for (size_t i = 0; i < s->n; i++) s->by_degree[i] = (size_t)ranked[i].id;
  return HC_OK;
}

static hc_status take_respondents(hc_plan *plan, const hc_data *data, hc_error *err) {
  struct state *s = plan->state;
  size_t rows = data->n_rows - 1, groups = s->known + s->hidden;
  s->y = hc_plan_alloc(plan, rows * groups, sizeof *s->y);
  s->missing = hc_plan_alloc(plan, rows * groups, sizeof *s->missing);
  double *numbers = hc_plan_alloc(plan, 3 * rows, sizeof *numbers);
  size_t *whole = hc_plan_alloc(plan, 7 * rows, sizeof *whole);
  if (!s->y || !s->missing || !numbers || !whole) return HC_ENOMEM;
  s->reported = numbers, s->relative = numbers + rows, s->weight = numbers + 2 * rows;
  s->cluster = whole, s->stratum = whole + rows, s->in_stratum = whole + 2 * rows, s->by_degree = whole + 3 * rows;
  size_t *row_of = whole + 4 * rows;
  for (size_t row = 1; row <= rows; row++) {
    bool kept;
    hc_status status = take_answers(s, data, row, &kept, err);
    if (status == HC_OK) status = take_weight(s, data, row, err);
    if (status != HC_OK) return status;
    if (kept) row_of[s->n++] = row;
  }
  take_design(s, data, row_of, whole + 5 * rows, whole + 6 * rows);
  take_degrees(s);
  return order_degrees(plan);
}

/* --- prepare --------------------------------------------------------------------------------------------- */

static hc_status read_options(struct state *s, const hc_data *data, const hc_options *o, hc_error *err) {
  while (!hc_options_choice_is(o, "form", form_names[s->form])) s->form++;
  s->zero = hc_options_choice_is(o, "missing", "zero");
  s->killworth = hc_options_choice_is(o, "se", "killworth");
  s->weighted = hc_options_choice_is(o, "weights", "use") && hc_data_column(data, "weight");
  s->topcode = hc_options_is_stated(o, "topcode") ? hc_options_real(o, "topcode") : INFINITY;
  if (!hc_options_is_stated(o, "population"))
    return hc_refuse(err, "no-population",
                     "the number of people in the whole population has to be stated: --set population=P");
  s->population = hc_options_real(o, "population");
  s->frame = hc_options_is_stated(o, "frame") ? hc_options_real(o, "frame") : s->population;
  s->visibility = hc_options_is_stated(o, "visibility") ? hc_options_real(o, "visibility") : NAN;
  s->visibility_se = hc_options_real(o, "visibility_se");
  if (s->form == GENERALISED && isnan(s->visibility))
    return hc_fail(err, HC_EUSAGE,
                   "scale-up: form=generalised needs --set visibility=V, from a sample of the hidden group");
  if (s->killworth && s->form != MLE) return hc_fail(err, HC_EUSAGE, "scale-up: se=killworth is for form=mle");
  return HC_OK;
}

static void name_quantities(hc_plan *plan, const hc_data *data) {
  struct state *s = plan->state;
  hc_quantity people = hc_quantity_people;
  people.additive = false; /* strata of respondents tell of the same hidden people */
  s->first_hidden = s->hidden > 1 ? FURTHER : 0;
  s->first_check = s->known > 1 ? FURTHER + (s->hidden > 1 ? s->hidden : 0) : 0;
  hc_plan_set_quantities(plan, FURTHER + (s->hidden > 1 ? s->hidden : 0) + (s->known > 1 ? 2 * s->known : 0));
  hc_plan_quantity(plan, N, &people, "people in the hidden group", "N");
  hc_plan_quantity(plan, DEGREE, &hc_quantity_positive, "people whom a respondent knows, mean", "degree");
  hc_plan_quantity(plan, DEGREE_MEDIAN, &hc_quantity_positive, "the same, median", "degree_median");
  hc_plan_quantity(plan, DEGREE_MAX, &hc_quantity_positive, "the same, largest", "degree_max");
  hc_plan_quantity(plan, SHARE_ZERO, &hc_quantity_chance, "share of respondents who know nobody in a known group", "share_zero");
  for (size_t g = 0; g < s->hidden && s->first_hidden; g++)
    hc_plan_quantity(plan, s->first_hidden + g, &people, "people in this hidden group", "N[%s]",
                     data->columns[s->column[s->known + g]].name);
  for (size_t k = 0; k < s->known && s->first_check; k++)
    hc_plan_quantity(plan, s->first_check + k, &people, "a known group as if it were hidden", "check[%s]",
                     data->columns[s->column[k]].name);
  for (size_t k = 0; k < s->known && s->first_check; k++)
    hc_plan_quantity(plan, s->first_check + s->known + k, &hc_quantity_positive,
                     "the same, over the group's known size", "ratio[%s]", data->columns[s->column[k]].name);
  hc_plan_set_form(plan, "%s, %zu known groups", form_names[s->form], s->known);
  hc_plan_add_variant(
      plan, ", %zu respondents%s; se: %s; bootstrap: clusters within strata, rescaled (Rao and Wu 1988)", s->n,
      s->weighted ? _(", weighted") : "", s->killworth ? _("binomial (Killworth)") : _("linearised over the survey's design"));
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  if (data->n_rows < 3) return hc_refuse(err, "all-zero", "a row of sizes and two respondents are the least");
  hc_status status = read_options(s, data, o, err);
  if (status == HC_OK) status = find_groups(s, data, o, err);
  if (status != HC_OK) return status;
  s->size = hc_plan_alloc(plan, s->known, sizeof *s->size);
  if (!s->size) return HC_ENOMEM;
  status = check_sizes(s, data, err);
  if (status == HC_OK) status = take_respondents(plan, data, err);
  if (status != HC_OK) return status;
  if (s->n < 2) return hc_refuse(err, "all-zero", "fewer than two respondents are left");
  if (s->none == s->n) return hc_refuse(err, "zero-degrees", "no respondent knows anybody in a known group");
  plan->observed = s->weight;
  plan->n_observed = s->n;
  plan->n_scratch = s->clusters + s->strata;
  plan->resample = plan->default_resample = HC_RESAMPLE_PARAMETRIC;
  name_quantities(plan, data);
  return HC_OK;
}

/* --- fit ------------------------------------------------------------------------------------------------- */

struct sums {
  double y, d, w; /* sum w y, sum w d (or of y/d over d > 0), sum of weights that count */
};

static double degree(const struct state *s, size_t i) {
  bool relative = s->form == MEAN_OF_SUMS || s->form == MEAN_OF_RATIOS;
  return s->population * (relative ? s->relative[i] : s->reported[i] / s->size_sum);
}

/* The linearised part of respondent i in N, given the sums: a ratio of sums, or a mean of ratios. */
static double influence(const struct state *s, const struct sums *t, double w, double y, double d, double value) {
  switch (s->form) {
  case MLE:
  case MEAN_OF_SUMS:
    return w * (s->population * y - value * d) / t->d;
  case PIMLE:
  case MEAN_OF_RATIOS:
    return d > 0 ? w * (s->population * y / d - value) / t->w : 0;
  default:
    return w * (s->frame * y / s->visibility - value) / t->w;
  }
}

static double value_of(const struct state *s, const struct sums *t) {
  if (s->form == MLE || s->form == MEAN_OF_SUMS) return s->population * t->y / t->d;
  return s->form == GENERALISED ? s->frame * t->y / t->w / s->visibility : s->population * t->y / t->w;
}

static struct sums add_up(const struct state *s, const double *w, size_t group) {
  struct sums t = {0, 0, 0};
  bool ratios = s->form == PIMLE || s->form == MEAN_OF_RATIOS;
  for (size_t i = 0; i < s->n; i++) {
    double y = s->y[i * (s->known + s->hidden) + s->known + group], d = degree(s, i);
    if (ratios && d == 0) continue;
    t.y += w[i] * (ratios ? y / d : y), t.d += w[i] * d, t.w += w[i];
  }
  return t;
}

/* Clusters within strata; scratch: [clusters + strata]. */
static double design_variance(const struct state *s, const double *w, size_t group, const struct sums *t, double value,
                              double *scratch) {
  double *e = scratch, *mean = scratch + s->clusters, sum = 0;
  for (size_t c = 0; c < s->clusters; c++) e[c] = 0;
  for (size_t h = 0; h < s->strata; h++) mean[h] = 0;
  for (size_t i = 0; i < s->n; i++)
    e[s->cluster[i]] += influence(s, t, w[i], s->y[i * (s->known + s->hidden) + s->known + group], degree(s, i), value);
  for (size_t c = 0; c < s->clusters; c++) mean[s->stratum[c]] += e[c] / (double)s->in_stratum[s->stratum[c]];
  for (size_t c = 0; c < s->clusters; c++) {
    double n = (double)s->in_stratum[s->stratum[c]], off = e[c] - mean[s->stratum[c]];
    if (n > 1) sum += n / (n - 1) * off * off;
  }
  return sum;
}

static hc_status fit_group(const hc_plan *plan, const double *w, size_t group, double *scratch, double *value,
                           double *se, hc_error *err) {
  const struct state *s = plan->state;
  struct sums t = add_up(s, w, group);
  if (!(t.d > 0) || !(t.w > 0)) return hc_refuse(err, "zero-degrees", "no respondent knows anybody in a known group");
  *value = value_of(s, &t);
  double variance =
      s->killworth ? *value * (s->population - *value) / t.d : design_variance(s, w, group, &t, *value, scratch);
  if (s->form == GENERALISED) variance += pow(*value * s->visibility_se / s->visibility, 2);
  *se = sqrt(fmax(0, variance));
  return HC_OK;
}

/* Known group k from the others; those who did not answer about it are left out. */
static hc_status check_group(const struct state *s, const double *w, size_t k, double *value, double *se,
                             hc_error *err) {
  size_t groups = s->known + s->hidden;
  double y = 0, d = 0;
  for (size_t i = 0; i < s->n; i++) {
    if (s->missing[i * groups + k]) continue;
    y += w[i] * s->y[i * groups + k];
    d += w[i] * (s->reported[i] - s->y[i * groups + k]);
  }
  d *= s->population / (s->size_sum - s->size[k]);
  if (!(d > 0)) return hc_refuse(err, "zero-degrees", "without one known group nobody knows anybody in the others");
  *value = s->population * y / d;
  *se = sqrt(fmax(0, *value * (s->population - *value) / d));
  return HC_OK;
}

static void degrees(const struct state *s, const double *w, hc_estimate *e) {
  double sum = 0, weighted = 0, zero = 0, below = 0;
  for (size_t i = 0; i < s->n; i++)
    sum += w[i], weighted += w[i] * s->reported[i], zero += s->reported[i] == 0 ? w[i] : 0;
  double unit = s->population / s->size_sum, largest = 0, median = 0;
  for (size_t i = 0; i < s->n; i++) {
    size_t at = s->by_degree[i];
    if (w[at] > 0) largest = s->reported[at];
    if (below < sum / 2 && below + w[at] >= sum / 2)
      median = s->reported[at];
    else if (below == sum / 2 && w[at] > 0)
      median = (median + s->reported[at]) / 2; /* half of the weight lies before it */
    below += w[at];
  }
  e->value[DEGREE] = unit * weighted / sum, e->value[DEGREE_MEDIAN] = unit * median;
  e->value[DEGREE_MAX] = unit * largest, e->value[SHARE_ZERO] = zero / sum;
}

/* "teacher" of "check[teacher]". */
static int inner(const char *name, const char **start) {
  *start = strchr(name, '[') + 1;
  return (int)strlen(*start) - 1;
}

static void note_checks(const hc_plan *plan, hc_estimate *e) {
  const struct state *s = plan->state;
  double off[MOST_GROUPS];
  const double *ratio = e->value + s->first_check + s->known;
  size_t low = 0, high = 0;
  for (size_t k = 0; k < s->known; k++) {
    off[k] = ratio[k] > 0 ? fabs(log(ratio[k])) : INFINITY;
    if (ratio[k] < ratio[low]) low = k;
    if (ratio[k] > ratio[high]) high = k;
  }
  const char *lowest, *highest;
  int n = inner(plan->quantities[s->first_check + low].name, &lowest);
  int m = inner(plan->quantities[s->first_check + high].name, &highest);
  hc_estimate_note(e, "known-groups",
                   "hidden in turn, known groups come out from %.3g (%.*s) to %.3g (%.*s) times their size, half of "
                   "them within a factor of %.3g: expect no better of the hidden group",
                   ratio[low], n, lowest, ratio[high], m, highest, exp(hc_median_in_place(off, s->known)));
}

static void note(const hc_plan *plan, hc_estimate *e) {
  const struct state *s = plan->state;
  if (isfinite(s->topcode))
    hc_estimate_note(e, "topcode", "answers about known groups above %.6g count as that: %zu of them", s->topcode,
                     s->cut);
  else
    hc_estimate_note(e, "topcode",
                     "no answer is cut: respondents who say that they know hundreds weigh as much as they say");
  hc_estimate_note(e, "missing-answers",
                   s->zero ? N_("missing answers: %zu, which count as zero")
                           : N_("missing answers: %zu; respondents left out for them: %zu"),
                   s->blanks, s->dropped);
  hc_estimate_note(e, "zero-degree", "%zu of %zu respondents know nobody in a known group%s", s->none, s->n,
                   s->form == PIMLE || s->form == MEAN_OF_RATIOS ? _(", and this form leaves them out") : "");
  if (s->first_check) note_checks(plan, e);
}

static hc_status fit(const hc_plan *plan, const double *w, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  hc_status status = HC_OK;
  double value = 0, se = 0;
  for (size_t g = 0; g < s->hidden && status == HC_OK; g++) {
    if (g != s->main && !s->first_hidden) continue;
    status = fit_group(plan, w, g, scratch, &value, &se, err);
    if (status != HC_OK) break;
    if (g == s->main) e->value[N] = value, e->se[N] = se;
    if (s->first_hidden) e->value[s->first_hidden + g] = value, e->se[s->first_hidden + g] = se;
  }
  for (size_t k = 0; k < s->known && s->first_check && status == HC_OK; k++) {
    size_t check = s->first_check + k, ratio = check + s->known;
    status = check_group(s, w, k, &e->value[check], &e->se[check], err);
    e->value[ratio] = e->value[check] / s->size[k], e->se[ratio] = e->se[check] / s->size[k];
  }
  if (status != HC_OK) return status;
  degrees(s, w, e);
  if (e->asked.notes) note(plan, e);
  return HC_OK;
}

/* --- the survey again ------------------------------------------------------------------------------------ */

/* n_h - 1 clusters of each stratum with replacement; strata of one cluster stay as they are. replicate first holds how
 * often each cluster was drawn. A cluster's number is at most that of any of its respondents, so these are written from
 * the last to the first. */
static void simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *replicate) {
  const struct state *s = plan->state;
  (void)e;
  for (size_t c = 0; c < s->clusters; c++) replicate[c] = 0;
  for (size_t h = 0; h < s->strata; h++) {
    double draws = (double)s->in_stratum[h] - 1, left = (double)s->in_stratum[h];
    for (size_t c = 0; c < s->clusters; c++) {
      if (s->stratum[c] != h) continue;
      replicate[c] = s->in_stratum[h] == 1 ? 1 : hc_rng_binomial(rng, 1 / left, draws);
      draws -= replicate[c], left--;
      if (s->in_stratum[h] > 1) replicate[c] *= (double)s->in_stratum[h] / ((double)s->in_stratum[h] - 1);
    }
  }
  for (size_t i = s->n; i-- > 0;) replicate[i] = s->weight[i] * replicate[s->cluster[i]];
}

const hc_estimator hc_estimator_scale_up = {
    .id = "scale-up",
    .title = "Network scale-up",
    .cite =
        "Killworth, McCarty, Bernard, Shelley and Johnsen (1998); Feehan and Salganik, arXiv 1404.4009 (generalised)",
    .formula =
        "N = P sum w y/sum w d, d = P (people known in known groups)/(their sizes); other forms: pimle, mean-of-sums, "
        "mean-of-ratios, generalised",
    .assumes = "people know about each other, the hidden are as well known as anyone, and answers are right",
    .needs = "a table of respondents by groups, the sizes of known groups in the first row or with --sizes, and the "
             "population",
    .accepts = HC_SHAPE_KNOWN,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
    .simulate = simulate,
    .default_interval = "log",
};
