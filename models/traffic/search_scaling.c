/* People on all platforms from those of platforms that are known, scaled by volume of search or traffic.
 *
 *   N = (sum_known R_i / sum_known V_i) x sum_all V_j c_j a_j,  over platforms per person where stated
 *
 * R: registered (or working) on a known platform; V: search volume or traffic; c: country share, a: active share, of the
 * whole of a platform, as in registration and audience. Harris and Krueger (2015), Hamilton
 * Project Discussion Paper 2015-10: Uber's published drivers times the ratio of searches for all names to searches
 * for Uber. With two or more known platforms this is the ratio estimator, and the error of the ratio is Cochran
 * (1977) Sampling Techniques, eq. 6.13 without the finite correction.
 *
 * Assumes: as many workers per search on every platform (slope one through the origin; traffic-loglog estimates the
 * slope). Breaks: names that are also words, and platforms known for something else. */
#include "traffic/people.h"

struct state {
  hc_people people;
  size_t known, all, left_out, ratio;
  bool country, active;        /* has the table these columns? */
  size_t *registered, *volume; /* places in observed; the known come first in volume */
  size_t *share[2];            /* country and active, in the order of volume; all 1 without the column */
};

static const hc_option options[] = {
    HC_PEOPLE_OPTIONS,
    {"volume", HC_OPTION_TEXT, "visitors", 0, 0, NULL, "the column with the volume of search or traffic"},
    {0},
};

static hc_status check(const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = hc_table_check(data, "registered", true, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check(data, hc_options_text(o, "volume"), true, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check(data, "country_share", false, 0, 1, err);
  if (status == HC_OK) status = hc_table_check(data, "active_share", false, 0, 1, err);
  if (status == HC_OK) status = hc_table_check_unique(data, "platform", NULL, err);
  return status;
}

static hc_status add_shares(hc_plan *plan, const hc_data *data, size_t row, size_t i, hc_error *err) {
  struct state *s = plan->state;
  char buffer[HC_ROW_NAME_SIZE];
  if (s->country && isnan(hc_column_number(hc_data_column(data, "country_share"), row)))
    return hc_table_fail(data, "country_share", row, err, "%s: country_share is blank: write 1 where the whole platform counts",
                         hc_row_name(data, row, buffer));
  hc_status status = HC_OK;
  if (s->country) status = hc_plan_add_column(plan, data, "country_share", row, 1, 1, &s->share[0][i], err);
  if (s->active && status == HC_OK) status = hc_plan_add_column(plan, data, "active_share", row, 1, 1, &s->share[1][i], err);
  return status;
}

/* Platforms with a volume, the known ones first. */
static hc_status add_platforms(hc_plan *plan, const hc_data *data, const char *column, const size_t *order, hc_error *err) {
  struct state *s = plan->state;
  const hc_column *R = hc_data_column(data, "registered"), *V = hc_data_column(data, column);
  hc_status status = HC_OK;
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < data->n_rows && status == HC_OK; i++) {
      size_t row = order[i];
      bool known = !isnan(hc_column_number(R, row)), volume = hc_column_number(V, row) > 0;
      if (known != (pass == 0)) continue;
      if (!volume) {
        s->left_out++;
        continue;
      }
      status = hc_plan_add_column(plan, data, column, row, INFINITY, NAN, &s->volume[s->all], err);
      if (status == HC_OK) status = add_shares(plan, data, row, s->all, err);
      s->all++;
      if (known && status == HC_OK)
        status = hc_plan_add_column(plan, data, "registered", row, INFINITY, NAN, &s->registered[s->known++], err);
    }
  if (status == HC_OK && !s->known) status = hc_refuse(err, "not-identified", "no platform has both a number and a volume");
  return status;
}

static void add_ratio(hc_plan *plan) {
  struct state *s = plan->state;
  double R = 0, V = 0, square = 0, n = (double)s->known;
  hc_input ratio = {.name = N_("ratio (which platforms are known)"), .value = 1, .floor = 0, .ceiling = INFINITY};
  for (size_t i = 0; i < s->known; i++) R += plan->inputs[s->registered[i]].value, V += plan->inputs[s->volume[i]].value;
  for (size_t i = 0; i < s->known; i++)
    square += pow(plan->inputs[s->registered[i]].value - R / V * plan->inputs[s->volume[i]].value, 2);
  if (s->known > 1 && square > 0 && R > 0) {
    ratio.kind = HC_INPUT_LOGNORMAL;
    ratio.spread = sqrt(square / (n - 1) / n) / (R / n);
  }
  s->ratio = hc_plan_add_input(plan, &ratio);
}

static hc_status fill(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  size_t n = data->n_rows, *places = hc_plan_alloc(plan, 5 * n, sizeof *places), *order = places + 4 * n;
  if (!places) return HC_ENOMEM;
  s->registered = places;
  s->volume = places + n;
  s->share[0] = places + 2 * n;
  s->share[1] = places + 3 * n;
  s->country = hc_data_column(data, "country_share");
  s->active = hc_data_column(data, "active_share");
  hc_table_order(data, order);
  hc_status status = hc_plan_reserve_inputs(plan, 4 * n + HC_PEOPLE_INPUTS + 1);
  if (status == HC_OK) status = add_platforms(plan, data, hc_options_text(o, "volume"), order, err);
  if (status == HC_OK) status = hc_plan_add_people(plan, o, &s->people, err);
  if (status != HC_OK) return status;
  add_ratio(plan);
  status = hc_plan_use_inputs(plan, 0);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 3);
  hc_plan_people(plan, &s->people, s->active || s->people.has_active);
  hc_plan_quantity(plan, 1, &hc_quantity_positive, "registered per unit of volume, on the known platforms", "ratio");
  hc_plan_quantity(plan, 2, &hc_quantity_chance, "share of the volume that the known platforms have", "known_share");
  hc_plan_set_form(plan, "%zu known platforms scaled to %zu by %s", s->known, s->all, hc_options_text(o, "volume"));
  hc_plan_add_variant(plan, "%s%s", s->country ? _(", times country share") : "", s->active ? _(", times active share") : "");
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = check(data, o, err);
  return status == HC_OK ? fill(plan, data, o, err) : status;
}

/* The part of a platform's volume that counts. */
static double part(const struct state *s, const double *x, size_t i) {
  return x[s->volume[i]] * (s->country ? x[s->share[0][i]] : 1) * (s->active ? x[s->share[1][i]] : 1);
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  double R = 0, V = 0, all = 0, known = 0, variance = 0;
  (void)scratch, (void)err;
  for (size_t i = 0; i < s->known; i++) R += x[s->registered[i]], V += x[s->volume[i]];
  for (size_t i = 0; i < s->all; i++) all += part(s, x, i);
  for (size_t i = 0; i < s->known; i++) known += part(s, x, i);
  double accounts = R / V * x[s->ratio] * all;
  e->value[0] = hc_people_from_accounts(plan, &s->people, x, accounts, &variance);
  e->value[1] = R / V * x[s->ratio];
  e->value[2] = all > 0 ? known / all : 0;
  if (!e->asked.notes) return HC_OK;
  hc_people_note(&s->people, x, accounts, e);
  if (s->known == 1)
    hc_estimate_note(e, "one-reference", "one platform is known: how much workers per visit differ between platforms is not in "
                     "the interval");
  if (s->left_out) hc_estimate_note(e, "platforms-left-out", "%zu %s no volume and %s left out", s->left_out,
                     hc_noun(s->left_out, "platform has", "platforms have"), hc_noun(s->left_out, "is", "are"));
  return HC_OK;
}

const hc_estimator hc_estimator_search_scaling = {
    .id = "search-scaling",
    .title = "A known platform scaled by search or traffic volume",
    .cite = "Harris and Krueger (2015) Hamilton Project Discussion Paper 2015-10; Cochran (1977) Sampling Techniques, eq. 6.13",
    .formula = "N = (sum_known R / sum_known V) sum_all V c a (R: registered, V: volume, c: country share, a: active share)",
    .assumes = "as many workers per search or visit on every platform",
    .needs = "a table of platforms with visitors (or another volume), and registered for one or more of them",
    .accepts = HC_SHAPE_PLATFORMS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
