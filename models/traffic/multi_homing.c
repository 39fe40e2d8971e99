/* How many platforms a person uses, from a survey or from lists.
 *
 *   survey of people:                       m = mean of k
 *   survey of users met through platforms:  m = 1 / mean(1/k)      Sirken (1970) JASA 65:257, multiplicity
 *   lists (who is on which platform):       m = memberships / people, realised
 *
 * k: platforms of a respondent. accounts / m is a number of people. A platform's users are met in proportion to k, so
 * that among respondents met through platforms E[1/k] = people / accounts, and the arithmetic mean is too large:
 * E[k^2]/E[k]. Standard errors: s/sqrt(n), and by the delta method m^2 s(1/k)/sqrt(n).
 *
 * Assumes: respondents are drawn at random from people, or from accounts. Breaks: surveys on one platform, whose
 * users differ from those of others, and k that leaves out platforms nobody asked about.
 *
 * accounts=A, of a crowd with several accounts a person, m_i of respondent i: persons N = A mean(1/m) where respondents were
 * met as accounts (reading=accounts), A/mean(m) where they are a sample of persons (reading=persons); se A s(1/m)/sqrt(n)
 * and A s(m)/(sqrt(n) mean(m)^2). Derived from Sirken's weighting. There is no default reading: the wrong one is off by the
 * factor mean(m) mean(1/m). */
#include "model.h"

enum { MULTIHOMING, ARITHMETIC, HARMONIC, RATIO, N_QUANTITIES };
enum { PERSONS, AS_ACCOUNTS, AS_PERSONS, WITH_ACCOUNTS }; /* before the others, where accounts are stated */
enum { MOST_PLATFORMS = 1000 };

struct state {
  bool harmonic, lists;
  double accounts;
  size_t first; /* quantity that MULTIHOMING is: 0, or WITH_ACCOUNTS */
};

static const hc_option options[] = {
    {"respondents", HC_OPTION_CHOICE, "users", 0, 0, "users|people",
     "who was asked: users met through platforms (multiplicity estimator), or people whoever they are (arithmetic mean)"},
    {"accounts", HC_OPTION_REAL, "", 1, 1e15, NULL, "accounts in the crowd: how many persons have them"},
    {"reading", HC_OPTION_CHOICE, "", 0, 0, "accounts|persons",
     "with accounts: were the respondents met as accounts, or drawn as persons; there is no default"},
    {0},
};

static hc_status read_table(const hc_data *data, double *f, size_t *top, double *people, hc_error *err) {
  const char *name = hc_data_column(data, "accounts_per_person") ? "accounts_per_person" : "platforms";
  const hc_column *k = hc_data_column(data, name), *n = hc_data_column(data, "respondents");
  char buffer[HC_ROW_NAME_SIZE];
  hc_status status = hc_table_check(data, name, true, 1, MOST_PLATFORMS, err);
  if (status == HC_OK) status = hc_table_check(data, "respondents", false, 0, 4e9, err);
  for (size_t i = 0; i < data->n_rows && status == HC_OK; i++) {
    double platforms = hc_column_number(k, i), count = n ? hc_column_number(n, i) : 1;
    if (isnan(platforms) || isnan(count) || platforms != floor(platforms) || count != floor(count))
      return hc_table_fail(data, name, i, err, "%s: %s and respondents are whole numbers", hc_row_name(data, i, buffer),
                           name);
    f[(size_t)platforms - 1] += count;
    *people += count;
    if (count > 0 && (size_t)platforms > *top) *top = (size_t)platforms;
  }
  if (status == HC_OK && *people < 2) status = hc_refuse(err, "all-zero", "fewer than two respondents");
  return status;
}

static hc_status read_accounts(struct state *s, const hc_options *o, hc_error *err) {
  if (!hc_options_is_stated(o, "accounts")) return HC_OK;
  if (s->lists) return hc_fail(err, HC_EUSAGE, "multi-homing: accounts= is for a table of respondents, not for lists");
  if (!hc_options_is_stated(o, "reading"))
    return hc_refuse(err, "no-reading",
                     "how the respondents were met has to be stated: --set reading=accounts or reading=persons");
  s->accounts = hc_options_real(o, "accounts");
  s->harmonic = hc_options_choice_is(o, "reading", "accounts");
  s->first = WITH_ACCOUNTS;
  return HC_OK;
}

static void name_quantities(hc_plan *plan) {
  const struct state *s = plan->state;
  size_t first = s->first;
  hc_plan_set_quantities(plan, first + N_QUANTITIES);
  if (first) {
    hc_plan_quantity(plan, PERSONS, &hc_quantity_people, "persons with these accounts", "N");
    hc_plan_quantity(plan, AS_ACCOUNTS, &hc_quantity_people, "if respondents were met as accounts", "N_accounts");
    hc_plan_quantity(plan, AS_PERSONS, &hc_quantity_people, "if respondents are a sample of persons", "N_persons");
  }
  hc_plan_quantity(plan, first + MULTIHOMING, &hc_quantity_positive,
                   "platforms per person, the divisor that this question needs", "multihoming");
  hc_plan_quantity(plan, first + ARITHMETIC, &hc_quantity_positive, "platforms per respondent", "arithmetic");
  hc_plan_quantity(plan, first + HARMONIC, &hc_quantity_positive, "harmonic mean of platforms per respondent",
                   "harmonic");
  hc_plan_quantity(plan, first + RATIO, &hc_quantity_positive,
                   "arithmetic over harmonic: how far apart the readings are", "ratio");
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  plan->cells = hc_plan_alloc(plan, MOST_PLATFORMS, sizeof(double));
  if (!plan->cells) return HC_ENOMEM;
  size_t top = 0;
  double people = (double)data->observed;
  s->lists = data->shape == HC_SHAPE_LISTS;
  s->harmonic = !s->lists && hc_options_choice_is(o, "respondents", "users");
  hc_status status = read_accounts(s, o, err);
  if (status != HC_OK) return status;
  if (s->lists) {
    top = data->n_lists;
    hc_data_frequencies(data, top, false, plan->cells);
  } else {
    status = read_table(data, plan->cells, &top, &people, err);
    if (status != HC_OK) return status;
    if (s->first && people > s->accounts)
      return hc_fail(err, HC_EUSAGE, "multi-homing: %.0f respondents have more than the stated %.0f accounts", people,
                     s->accounts);
  }
  plan->n_cells = plan->n_observed = top;
  plan->observed = plan->cells;
  plan->resample = HC_RESAMPLE_NONPARAMETRIC;
  plan->default_resample = HC_RESAMPLE_NONPARAMETRIC;
  name_quantities(plan);
  hc_plan_set_form(plan, s->harmonic ? N_("multiplicity estimator (harmonic mean) of %.0f respondents met through platforms")
                            : s->lists  ? N_("realised: memberships over %.0f people on the lists")
                                        : N_("arithmetic mean of %.0f respondents who are people at large"), people);
  return HC_OK;
}

static hc_status fit(const hc_plan *plan, const double *f, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double n = 0, sum = 0, square = 0, inverse = 0, inverse_square = 0;
  (void)scratch;
  for (size_t i = 0; i < plan->n_observed; i++) {
    double k = (double)(i + 1);
    n += f[i], sum += f[i] * k, square += f[i] * k * k;
    inverse += f[i] / k, inverse_square += f[i] / (k * k);
  }
  if (!(n > 1)) return hc_refuse(err, "all-zero", "fewer than two respondents");
  double mean = sum / n, H = n / inverse;
  double *value = e->value + s->first, *se = e->se + s->first;
  value[ARITHMETIC] = mean;
  value[HARMONIC] = H;
  value[MULTIHOMING] = s->harmonic ? H : mean;
  value[RATIO] = mean / H;
  se[ARITHMETIC] = sqrt(fmax(0, square / n - mean * mean) / (n - 1));
  se[HARMONIC] = H * H * sqrt(fmax(0, inverse_square / n - 1 / (H * H)) / (n - 1));
  se[MULTIHOMING] = se[s->harmonic ? HARMONIC : ARITHMETIC];
  if (s->first) {
    e->value[AS_ACCOUNTS] = s->accounts / H, e->se[AS_ACCOUNTS] = s->accounts / (H * H) * se[HARMONIC];
    e->value[AS_PERSONS] = s->accounts / mean, e->se[AS_PERSONS] = s->accounts / (mean * mean) * se[ARITHMETIC];
    e->value[PERSONS] = e->value[s->harmonic ? AS_ACCOUNTS : AS_PERSONS];
    e->se[PERSONS] = e->se[s->harmonic ? AS_ACCOUNTS : AS_PERSONS];
  }
  if (s->lists) {
    hc_estimate_note(e, "realised", "counted on these lists, not sampled: %.0f memberships of %.0f people; people on no list are "
                     "not in it", sum, n);
    return HC_OK;
  }
  hc_estimate_note(e, "multi-homing-reading", "%s; the arithmetic mean (%.4g) is %.1f %% above the multiplicity estimator (%.4g), and "
                   "the people counted with it are as much fewer (Sirken 1970)",
                   s->harmonic ? _("users met through platforms are met in proportion to their platforms, so the harmonic mean is needed")
                               : _("people at large are met alike, so the arithmetic mean is needed"),
                   mean, 100 * (mean / H - 1), H);
  return HC_OK;
}

const hc_estimator hc_estimator_multi_homing = {
    .id = "multi-homing",
    .title = "Platforms per person",
    .cite = "Sirken (1970) JASA 65:257-266",
    .formula = "m = 1/mean(1/k) for users met through platforms, mean(k) for people at large",
    .assumes = "respondents are drawn at random from users of platforms, or from people",
    .needs = "a table platforms,respondents or one row per respondent; or lists of who is on which platform",
    .accepts = HC_SHAPE_DEGREE | HC_SHAPE_LISTS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
