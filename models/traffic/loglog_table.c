/* traffic-loglog's table: what is wrong with it, and which platform is which. */
#include "traffic/loglog_table.h"

#include <string.h>

const char *hc_loglog_second_column(const hc_options *o) {
  return hc_options_is_stated(o, "second") ? hc_options_text(o, "second") : NULL;
}

hc_status hc_loglog_check_table(const hc_data *data, const hc_options *o, hc_error *err) {
  const char *second = hc_loglog_second_column(o);
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

hc_status hc_loglog_add_platform(hc_plan *plan, const hc_data *data, const hc_options *o, size_t row, hc_error *err) {
  hc_loglog *s = plan->state;
  char buffer[HC_ROW_NAME_SIZE];
  const char *second = hc_loglog_second_column(o), *name = hc_row_name(data, row, buffer);
  double R = hc_column_number(hc_data_column(data, "registered"), row);
  double V = hc_column_number(hc_data_column(data, "visitors"), row);
  bool traffic = V > 0 && (!second || hc_column_number(hc_data_column(data, second), row) > 0);
  const hc_column *country = hc_data_column(data, "country_share");
  if (country && isnan(hc_column_number(country, row)))
    return hc_table_fail(data, "country_share", row, err, "%s: country_share is blank: write 1 where the whole platform counts", name);
  if (isnan(R) && !traffic) return s->left_out++, HC_OK;
  hc_loglog_platform *to = isnan(R) ? &s->unknown[s->others++] : R > 0 && traffic ? &s->stated[s->n++] : &s->alone[s->unpaired++];
  s->zero_registered += R == 0 && traffic;
  char *copy = hc_plan_alloc(plan, strlen(name) + 1, 1);
  if (!copy) return HC_ENOMEM;
  memcpy(copy, name, strlen(name)); /* the rest is zero */
  *to = (hc_loglog_platform){.name = copy, .row = row};
  hc_status status = hc_plan_add_column(plan, data, "country_share", row, 1, 1, &to->share, err);
  if (status == HC_OK && s->row_active) status = hc_plan_add_column(plan, data, "active_share", row, 1, 1, &to->active, err);
  if (status == HC_OK && !isnan(R)) status = hc_plan_add_column(plan, data, "registered", row, INFINITY, NAN, &to->registered, err);
  if (status == HC_OK && traffic && !(R == 0)) status = hc_plan_add_column(plan, data, "visitors", row, INFINITY, NAN, &to->visitors, err);
  if (status == HC_OK && traffic && !(R == 0) && second)
    status = hc_plan_add_column(plan, data, second, row, INFINITY, NAN, &to->second, err);
  return status;
}

struct clusters {
  const char *name[HC_LOGLOG_CLUSTERS];
  size_t n;
};

/* The number of a cluster; n where no platform before was in it. */
static size_t find_cluster(const struct clusters *known, const char *name) {
  size_t c = 0;
  while (c < known->n && strcmp(known->name[c], name) != 0) c++;
  return c;
}

hc_status hc_loglog_set_clusters(hc_loglog *s, const hc_data *data, hc_error *err) {
  const hc_column *cluster = hc_data_column(data, "cluster");
  struct clusters known = {.n = 0};
  for (size_t i = 0; i < s->n; i++) {
    const char *name = hc_column_text(cluster, s->stated[i].row);
    size_t c = s->stated[i].cluster = find_cluster(&known, name);
    if (c == HC_LOGLOG_CLUSTERS) return hc_fail(err, HC_EDATA, "more than %d clusters", HC_LOGLOG_CLUSTERS);
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
