/* People of a region from its surveyed countries and their share of its platform traffic.
 *
 *   N_r = sum_{c surveyed in r} p_c U_c / sum_{c surveyed in r} s_c,   N = sum_r N_r
 *
 * p_c: prevalence in the survey; U_c: internet users; s_c: the country's share of region r's traffic to the
 * platforms. Datta, Rong and others (2023) Working Without Borders, World Bank: Kenya, Nigeria and South Africa,
 * 17.5 M workers and 80.65 % of the traffic, so 17.5/0.8065 = 21.7 M in Sub-Saharan Africa. (Adding the missing share
 * instead, 17.5 x 1.1935, is not the same and is wrong.)
 * A region without a surveyed country is refused by name, or filled from a donor: the donor's prevalence over its
 * surveyed countries, sum p_c U_c / sum U_c, times the region's internet users.
 *
 * Assumes: workers per visit are the same in surveyed and other countries of the region. Breaks: where traffic is
 * of clients, or a virtual private network moves it. */
#include "traffic/survey.h"

#include <string.h>

enum { NAME_SIZE = 64, MOST_REGIONS = 200 };

struct region {
  char name[NAME_SIZE];
  size_t donor;         /* itself where it has a surveyed country */
  size_t surveyed, countries;
};

struct country {
  size_t region, p, users, workers, share; /* places in observed, NONE where there is none */
  bool surveyed;
};
static const size_t NONE = SIZE_MAX;

struct state {
  size_t n_regions, n_countries;
  struct region *regions;
  struct country *countries;
};

static const hc_option options[] = {
    {"donor", HC_OPTION_TEXT, "", 0, 0, NULL,
     "regions without a survey, each with the region that lends its prevalence: 'A=B,C=B'"},
    {0},
};

static hc_status check(const hc_data *data, hc_error *err) {
  hc_status status = hc_table_check(data, "traffic_share", true, 0, 1, err);
  if (status == HC_OK) status = hc_table_check(data, "prevalence", false, 0, 1, err);
  if (status == HC_OK) status = hc_table_check(data, "respondents", false, 1, 4e9, err);
  if (status == HC_OK) status = hc_table_check(data, "design_effect", false, 0.01, 1e6, err);
  if (status == HC_OK) status = hc_table_check(data, "internet_users", false, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check(data, "workers", false, 0, 1e15, err);
  if (status == HC_OK) status = hc_table_check_unique(data, "country", NULL, err);
  if (status == HC_OK && !data->n_rows) status = hc_refuse(err, "all-zero", "the table has no rows");
  return status;
}

static size_t find_region(const struct state *s, const char *name, size_t length) {
  for (size_t r = 0; r < s->n_regions; r++)
    if (strlen(s->regions[r].name) == length && strncmp(s->regions[r].name, name, length) == 0) return r;
  return NONE;
}

/* The region's index, added if it is new. */
static hc_status region_of(struct state *s, const char *name, size_t *r, hc_error *err) {
  if (!name[0]) name = "all";
  *r = find_region(s, name, strlen(name));
  if (*r != NONE) return HC_OK;
  if (s->n_regions == MOST_REGIONS || strlen(name) >= NAME_SIZE)
    return hc_fail(err, HC_EDATA, "region '%.*s': more than %d regions, or too long a name",
                   (int)hc_text_fit(name, 60), name, MOST_REGIONS);
  *r = s->n_regions++;
  memcpy(s->regions[*r].name, name, strlen(name) + 1);
  s->regions[*r].donor = *r;
  return HC_OK;
}

static hc_status add_surveyed(hc_plan *plan, const hc_data *data, size_t row, struct country *c, hc_error *err) {
  char buffer[HC_ROW_NAME_SIZE];
  if (isnan(hc_column_number(hc_data_column(data, "traffic_share"), row)))
    return hc_table_fail(data, "traffic_share", row, err, "%s: it is surveyed and has no traffic_share", hc_row_name(data, row, buffer));
  hc_status status = hc_plan_add_column(plan, data, "traffic_share", row, 1, NAN, &c->share, err);
  if (status != HC_OK) return status;
  if (!isnan(hc_column_number(hc_data_column(data, "workers"), row)))
    return hc_plan_add_column(plan, data, "workers", row, INFINITY, NAN, &c->workers, err);
  if (c->users == NONE)
    return hc_table_fail(data, "internet_users", row, err, "%s: it is surveyed and has no internet_users", hc_row_name(data, row, buffer));
  return hc_plan_add_share(plan, data, "prevalence", row, &c->p, err);
}

static hc_status add_country(hc_plan *plan, const hc_data *data, size_t row, hc_error *err) {
  struct state *s = plan->state;
  struct country *c = &s->countries[s->n_countries++];
  *c = (struct country){.p = NONE, .users = NONE, .workers = NONE, .share = NONE};
  hc_status status = region_of(s, hc_column_text(hc_data_column(data, "region"), row), &c->region, err);
  if (status != HC_OK) return status;
  s->regions[c->region].countries++;
  if (!isnan(hc_column_number(hc_data_column(data, "internet_users"), row)))
    status = hc_plan_add_column(plan, data, "internet_users", row, INFINITY, NAN, &c->users, err);
  c->surveyed = !isnan(hc_column_number(hc_data_column(data, "prevalence"), row)) ||
                !isnan(hc_column_number(hc_data_column(data, "workers"), row));
  if (status != HC_OK || !c->surveyed) return status;
  s->regions[c->region].surveyed++;
  return add_surveyed(plan, data, row, c, err);
}

static hc_status check_shares(const struct state *s, const hc_data *data, hc_error *err) {
  const hc_column *share = hc_data_column(data, "traffic_share"), *region = hc_data_column(data, "region");
  for (size_t r = 0; r < s->n_regions; r++) {
    double sum = 0;
    for (size_t i = 0; i < data->n_rows; i++) {
      const char *name = hc_column_text(region, i);
      double x = hc_column_number(share, i);
      if (strcmp(name[0] ? name : "all", s->regions[r].name) == 0 && x > 0) sum += x;
    }
    if (sum > 1 + 1e-6)
      return hc_fail(err, HC_EDATA, "region %s: the traffic shares of its countries add to %.6g, more than 1",
                     s->regions[r].name, sum);
  }
  return HC_OK;
}

static hc_status read_donors(struct state *s, const char *text, hc_error *err) {
  while (text && *text) {
    size_t length = strcspn(text, ",");
    const char *equals = memchr(text, '=', length);
    size_t to = equals ? find_region(s, text, (size_t)(equals - text)) : NONE;
    size_t from = equals ? find_region(s, equals + 1, length - (size_t)(equals + 1 - text)) : NONE;
    if (to == NONE || from == NONE)
      return hc_fail(err, HC_EUSAGE, "donor: '%.*s' is not REGION=REGION with regions of the table", (int)length, text);
    if (s->regions[to].surveyed)
      return hc_fail(err, HC_EUSAGE, "donor: region %s has a surveyed country and needs no donor", s->regions[to].name);
    if (!s->regions[from].surveyed)
      return hc_refuse(err, "region-without-survey", "donor: region %s has no surveyed country itself", s->regions[from].name);
    s->regions[to].donor = from;
    text += length + (text[length] == ',');
  }
  return HC_OK;
}

/* Every region has a survey or a donor; a filled region and its donor know their internet users. */
static hc_status check_regions(const struct state *s, hc_error *err) {
  for (size_t r = 0; r < s->n_regions; r++) {
    const struct region *region = &s->regions[r];
    if (region->surveyed) continue;
    if (region->donor == r)
      return hc_refuse(err, "region-without-survey", "region %s has no surveyed country: leave it out, or lend it another "
                       "region's prevalence with --set 'donor=%s=REGION'", region->name, region->name);
    for (size_t i = 0; i < s->n_countries; i++) {
      const struct country *c = &s->countries[i];
      bool needed = c->region == r || (c->region == region->donor && c->surveyed);
      if (needed && c->users == NONE)
        return hc_fail(err, HC_EDATA, "region %s: a country has no internet_users, which the donor's rule multiplies",
                       s->regions[c->region].name);
    }
  }
  return HC_OK;
}

static hc_status fill(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  struct state *s = plan->state;
  size_t *order = hc_plan_alloc(plan, data->n_rows, sizeof *order);
  s->regions = hc_plan_alloc(plan, MOST_REGIONS, sizeof *s->regions);
  s->countries = hc_plan_alloc(plan, data->n_rows, sizeof *s->countries);
  if (!order || !s->regions || !s->countries) return HC_ENOMEM;
  hc_table_order(data, order);
  hc_status status = hc_plan_reserve_inputs(plan, 4 * data->n_rows);
  for (size_t i = 0; i < data->n_rows && status == HC_OK; i++) status = add_country(plan, data, order[i], err);
  if (status == HC_OK) status = check_shares(s, data, err);
  if (status == HC_OK) status = read_donors(s, hc_options_text(o, "donor"), err);
  if (status == HC_OK) status = check_regions(s, err);
  if (status == HC_OK) status = hc_plan_use_inputs(plan, 0);
  if (status != HC_OK) return status;
  hc_plan_set_quantities(plan, 1 + s->n_regions);
  plan->n_scratch = 4 * s->n_regions;
  hc_plan_quantity(plan, 0, &hc_quantity_people, "people in all regions", "N");
  for (size_t r = 0; r < s->n_regions; r++)
    hc_plan_quantity(plan, 1 + r, &hc_quantity_people, "people in the region", "N[%s]", s->regions[r].name);
  hc_plan_set_form(plan, "workers of surveyed countries / their share of the region's traffic");
  hc_plan_add_variant(plan, ", %zu regions", s->n_regions);
  return HC_OK;
}

static hc_status prepare(hc_plan *plan, const hc_data *data, const hc_options *o, hc_error *err) {
  hc_status status = check(data, err);
  return status == HC_OK ? fill(plan, data, o, err) : status;
}

/* Sums by region: workers and traffic share of surveyed countries, their internet users, all internet users. */
static void add_up(const struct state *s, const double *x, double *workers, double *share, double *surveyed_users,
                   double *users) {
  for (size_t r = 0; r < s->n_regions; r++) workers[r] = share[r] = surveyed_users[r] = users[r] = 0;
  for (size_t i = 0; i < s->n_countries; i++) {
    const struct country *c = &s->countries[i];
    double U = c->users == NONE ? 0 : x[c->users];
    users[c->region] += U;
    if (!c->surveyed) continue;
    workers[c->region] += c->workers != NONE ? x[c->workers] : x[c->p] * U;
    share[c->region] += x[c->share];
    surveyed_users[c->region] += U;
  }
}

static void note(const hc_plan *plan, const double *x, const double *share, hc_estimate *e) {
  const struct state *s = plan->state;
  size_t zeros = 0;
  for (size_t i = 0; i < s->n_countries; i++) zeros += s->countries[i].p != NONE && x[s->countries[i].p] == 0;
  if (zeros) hc_estimate_note(e, "zero-prevalence", "in %zu surveyed countries nobody said yes: their error is not in the "
                              "bootstrap", zeros);
  for (size_t r = 0; r < s->n_regions; r++) {
    const struct region *g = &s->regions[r];
    if (g->donor != r)
      hc_estimate_note(e, "donor", "region %s has no survey: its number is the prevalence of region %s times its own "
                       "internet users", g->name, s->regions[g->donor].name);
    else if (share[r] < 0.5)
      hc_estimate_note(e, "small-share", "region %s: the surveyed countries have %.1f %% of the traffic, the rest is "
                       "extrapolated", g->name, 100 * share[r]);
  }
}

static hc_status fit(const hc_plan *plan, const double *x, double *scratch, hc_estimate *e, hc_error *err) {
  const struct state *s = plan->state;
  size_t n = s->n_regions;
  double *workers = scratch, *share = scratch + n, *surveyed = scratch + 2 * n, *users = scratch + 3 * n, N = 0;
  add_up(s, x, workers, share, surveyed, users);
  for (size_t r = 0; r < n; r++) {
    size_t d = s->regions[r].donor;
    if (!(share[d] > 0)) return hc_refuse(err, "not-identified", "the surveyed countries have none of the traffic");
    e->value[1 + r] = d == r ? workers[r] / fmin(1, share[r]) : workers[d] / surveyed[d] * users[r];
    N += e->value[1 + r];
  }
  e->value[0] = N;
  if (e->asked.notes) note(plan, x, share, e);
  return HC_OK;
}

const hc_estimator hc_estimator_traffic_share = {
    .id = "traffic-share",
    .title = "Surveyed countries over their share of the region's platform traffic",
    .cite = "Datta, Rong and others (2023) Working Without Borders, World Bank, survey extrapolation by region",
    .formula = "N_region = sum p_c U_c / sum s_c over surveyed countries (U: internet users, s: share of traffic)",
    .assumes = "in the other countries of a region there are as many workers per visit as in the surveyed ones",
    .needs = "a table of regions with prevalence, internet_users and traffic_share (of the region's traffic)",
    .accepts = HC_SHAPE_REGIONS,
    .options = options,
    .state_size = sizeof(struct state),
    .prepare = prepare,
    .fit = fit,
};
