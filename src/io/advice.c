/* What each reading of an ambiguous file would count, and the options that choose it. */
#include "io/advice.h"

#include <stdio.h>
#include <string.h>

#include "io/roles.h"

struct tallied {
  uint64_t people;
  bool broken; /* a row that this reading cannot have */
  hc_members *ids;
};

static bool on_some_list(const hc_reader *r, const hc_layout *layout, bool *broken) {
  bool on = layout->n_lists == 0;
  for (size_t i = 0; i < layout->n_lists; i++) {
    int bit = hc_codes_bit(&layout->codes, &r->csv.fields[layout->list[i]]);
    *broken = *broken || bit < 0;
    on = on || bit == 1;
  }
  return on;
}

static hc_status tally_row(hc_reader *r, const hc_layout *layout, struct tallied *t, hc_error *err) {
  uint64_t people = 1, times = 1;
  bool again = false;
  const size_t texts[] = {layout->id, layout->membership};
  for (size_t i = 0; i < 2; i++)
    t->broken = t->broken || (texts[i] != HC_NO_COLUMN && hc_number_is_missing(r->csv.fields[texts[i]].text,
                                                                              r->csv.fields[texts[i]].length));
  size_t who = layout->membership != HC_NO_COLUMN || layout->union_of_ids ? layout->id : HC_NO_COLUMN;
  if (!on_some_list(r, layout, &t->broken)) return HC_OK;
  if (layout->count != HC_NO_COLUMN && hc_reader_count(r, layout->count, false, &people, NULL) != HC_OK) t->broken = true;
  if (layout->times != HC_NO_COLUMN && hc_reader_count(r, layout->times, false, &times, NULL) != HC_OK) t->broken = true;
  t->broken = t->broken || (layout->count != HC_NO_COLUMN && times == 0 && people > 0);
  if (who != HC_NO_COLUMN) {
    const hc_field *f = &r->csv.fields[who];
    if (!t->ids && hc_members_new(&t->ids, err) != HC_OK) return HC_ENOMEM;
    if (!hc_members_add(t->ids, f->text, f->length, 0, &again)) return hc_fail(err, HC_ENOMEM, "out of memory");
  }
  t->people += again || times == 0 ? 0 : people;
  return HC_OK;
}

static const char *shape_words(const hc_layout *layout, char text[80]) {
  if (layout->membership != HC_NO_COLUMN) return _("people, one row for each list that they are on");
  if (layout->union_of_ids) return _("people, rows with the same id put together");
  if (layout->count == HC_NO_COLUMN) return _("people, one a row");
  snprintf(text, 80, "%s", _("people, counted in the rows"));
  return text;
}

static void write_advice(const hc_reader *r, const hc_layout *readings, size_t n_readings, const struct tallied *tallied,
                         hc_error *err) {
  size_t n = 0;
  if (!err) return;
  for (size_t i = 0; i < n_readings; i++) {
    enum { EACH = HC_ADVICE_SIZE / HC_MOST_READINGS - 90 }; /* room for all of them; longer names give way to places */
    char roles[EACH], words[80];
    hc_roles_text(r, &readings[i], roles, sizeof roles);
    if (tallied[i].broken || !roles[0] || n + strlen(roles) + 90 > sizeof err->advice) continue;
    n += (size_t)snprintf(err->advice + n, sizeof err->advice - n, "%llu %s\t%s\n",
                          (unsigned long long)tallied[i].people, shape_words(&readings[i], words), roles);
  }
}

hc_status hc_advice_refuse(hc_reader *r, const hc_layout *readings, size_t n, size_t column, const char *why, hc_error *err) {
  struct tallied tallied[HC_MOST_READINGS] = {{.people = 0}};
  bool more = true;
  hc_error place = {0};
  hc_csv_fail(&r->csv, column, &place, "%s", why);
  hc_status status = HC_OK;
  while (status == HC_OK && more) {
    status = hc_reader_row(r, &more, err);
    for (size_t i = 0; i < n && more && status == HC_OK; i++) status = tally_row(r, &readings[i], &tallied[i], err);
  }
  for (size_t i = 0; i < n; i++) hc_members_free(tallied[i].ids);
  if (status != HC_OK) return status;
  if (err) *err = place;
  write_advice(r, readings, n, tallied, err);
  return HC_EDATA;
}
