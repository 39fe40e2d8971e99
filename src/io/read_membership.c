/* Who is on which list, one row for each: id,list. Memory grows with the people, not with the rows. */
#include <stdlib.h>
#include <string.h>

#include "io/reader.h"

struct lists {
  char *name[HC_MAX_LISTS];
  size_t n;
};

static hc_status find_list(hc_reader *r, struct lists *lists, size_t *index, hc_error *err) {
  size_t j = r->layout.membership;
  const hc_field *f = &r->csv.fields[j];
  for (size_t i = 0; i < lists->n; i++)
    if (strlen(lists->name[i]) == f->length && memcmp(lists->name[i], f->text, f->length) == 0)
      return *index = i, HC_OK;
  if (lists->n == HC_MAX_LISTS)
    return hc_csv_fail(&r->csv, j, err, "expected at most %d different lists in column '%s', found more", HC_MAX_LISTS,
                       r->look[j].name);
  *index = lists->n;
  lists->name[lists->n] = strndup(f->text, f->length);
  return lists->name[lists->n++] ? HC_OK : hc_fail(err, HC_ENOMEM, "out of memory");
}

static hc_status read_row(hc_reader *r, struct lists *lists, hc_members *members, uint64_t *again, hc_error *err) {
  const hc_field *id = &r->csv.fields[r->layout.id], *list = &r->csv.fields[r->layout.membership];
  if (hc_number_is_missing(id->text, id->length))
    return hc_reader_bad(r, r->layout.id, "an id", id->length ? HC_NUMBER_MISSING : HC_NUMBER_BLANK, err);
  if (hc_number_is_missing(list->text, list->length))
    return hc_reader_bad(r, r->layout.membership, "the name of a list", list->length ? HC_NUMBER_MISSING : HC_NUMBER_BLANK,
                         err);
  size_t index = 0;
  bool repeated = false;
  hc_status status = find_list(r, lists, &index, err);
  if (status != HC_OK) return status;
  if (!hc_members_add(members, id->text, id->length, (unsigned)index, &repeated))
    return hc_fail(err, HC_ENOMEM, "no memory for %llu rows of people", (unsigned long long)r->source.rows);
  *again += repeated;
  return HC_OK;
}

/* Lists in alphabetical order: the order of the rows must not change the data. */
struct order {
  unsigned place[HC_MAX_LISTS]; /* of list i */
  const char *names[HC_MAX_LISTS];
  size_t n;
  hc_tally *tally;
  bool failed;
};

static void put_in_order(struct order *order, const struct lists *lists) {
  order->n = lists->n;
  for (size_t i = 0; i < lists->n; i++) {
    unsigned before = 0;
    for (size_t k = 0; k < lists->n; k++) before += strcmp(lists->name[k], lists->name[i]) < 0;
    order->place[i] = before;
    order->names[before] = lists->name[i];
  }
}

static void tally_person(void *context, uint64_t lists) {
  struct order *order = context;
  uint64_t key = 0;
  for (size_t i = 0; i < order->n; i++) key |= (lists >> i & 1) << order->place[i];
  order->failed = !hc_tally_add(order->tally, key, 1) || order->failed;
}

static hc_status build(hc_reader *r, hc_data **data, const struct lists *lists, const hc_members *members,
                       hc_error *err) {
  struct order order = {.failed = false};
  put_in_order(&order, lists);
  hc_status status = hc_tally_new(&order.tally, (unsigned)lists->n, err);
  if (status != HC_OK) return status;
  hc_members_each(members, tally_person, &order);
  status = order.failed ? hc_fail(err, HC_ENOMEM, "out of memory")
                        : hc_reader_histories(r, data, order.tally, lists->n, order.names, err);
  hc_tally_free(order.tally);
  return status;
}

hc_status hc_read_membership(hc_reader *reader, hc_data **data, hc_error *err) {
  struct lists lists = {.n = 0};
  hc_members *members = NULL;
  uint64_t again = 0;
  bool more = true;
  hc_reader_remark(reader, "one row per person and list: people in column '%s', lists in column '%s'",
                   reader->look[reader->layout.id].name, reader->look[reader->layout.membership].name);
  hc_status status = hc_members_new(&members, err);
  while (status == HC_OK && more) {
    status = hc_reader_row(reader, &more, err);
    if (status == HC_OK && more) status = read_row(reader, &lists, members, &again, err);
  }
  if (again > 0)
    hc_reader_remark(reader, "%llu %s a person on the same list and %s counted once", (unsigned long long)again,
                     hc_noun(again, "row repeats", "rows repeat"), hc_noun(again, "was", "were"));
  if (status == HC_OK) status = build(reader, data, &lists, members, err);
  for (size_t i = 0; i < lists.n; i++) free(lists.name[i]);
  hc_members_free(members);
  return status;
}
