/* Who is on which list, or was met when, one row for each: id,list. Memory grows with the people, not with the rows. Lists
 * whose names all say when are occasions, in their order, and there may be more of them than of lists. */
#include <stdlib.h>
#include <string.h>

#include "io/long_histories.h"

struct list {
  char *name, *key; /* as in the file, and as headings are compared */
  unsigned number;  /* in order of appearance */
};

struct lists {
  struct list *list;
  size_t n, room, latest;
  bool say_when; /* all of them so far */
};

static bool same(const struct list *list, const hc_field *f) {
  return strncmp(list->name, f->text, f->length) == 0 && !list->name[f->length];
}

static hc_status add_list(const hc_field *f, struct lists *lists, hc_error *err) {
  if (lists->n == lists->room) {
    size_t room = 2 * lists->room + HC_MAX_LISTS;
    struct list *grown = realloc(lists->list, room * sizeof *grown);
    if (!grown) return hc_fail(err, HC_ENOMEM, "out of memory");
    lists->list = grown, lists->room = room;
  }
  struct list list = {.name = strndup(f->text, f->length), .number = (unsigned)lists->n};
  if (list.name) list.key = hc_heading_key(list.name);
  lists->list[lists->n++] = list;
  if (!list.key) return hc_fail(err, HC_ENOMEM, "out of memory");
  lists->say_when = lists->say_when && hc_heading_say_when(list.key);
  return HC_OK;
}

static hc_status find_list(hc_reader *r, struct lists *lists, size_t *index, hc_error *err) {
  size_t j = r->layout.membership, most = lists->say_when ? HC_MOST_OCCASIONS : HC_MAX_LISTS;
  const hc_field *f = &r->csv.fields[j];
  /* rows by the same list often follow each other */
  if (lists->n && same(&lists->list[lists->latest], f)) return *index = lists->latest, HC_OK;
  for (*index = 0; *index < lists->n && !same(&lists->list[*index], f); (*index)++) continue;
  hc_status status = *index == lists->n ? add_list(f, lists, err) : HC_OK;
  lists->latest = *index;
  if (status == HC_OK && lists->n > most)
    return hc_csv_fail(&r->csv, j, err, "expected at most %zu different lists in column '%s', found more", most,
                       r->look[j].name);
  return status;
}

static hc_status read_row(hc_reader *r, struct lists *lists, hc_members *members, uint64_t *again, hc_error *err) {
  const hc_field *id = &r->csv.fields[r->layout.id], *list = &r->csv.fields[r->layout.membership];
  if (hc_number_is_missing(id->text, id->length))
    return hc_reader_bad(r, r->layout.id, _("an id"), id->length ? HC_NUMBER_MISSING : HC_NUMBER_BLANK, err);
  if (hc_number_is_missing(list->text, list->length))
    return hc_reader_bad(r, r->layout.membership, _("the name of a list"), list->length ? HC_NUMBER_MISSING : HC_NUMBER_BLANK,
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

/* ---- from people to histories ------------------------------------------------------------------------- */

/* The order of the rows must not change the data: lists by the alphabet, occasions by when they were. */
static int by_name(const void *a, const void *b) {
  return strcmp(((const struct list *)a)->name, ((const struct list *)b)->name);
}

static int by_time(const void *a, const void *b) {
  int order = hc_heading_compare_when(((const struct list *)a)->key, ((const struct list *)b)->key);
  return order ? order : by_name(a, b);
}

struct histories {
  const struct lists *lists; /* in order */
  const char **names;
  hc_tally *tally;        /* of up to 64 */
  hc_long_histories many; /* of more */
  bool failed;
};

struct person {
  const struct list *list;
  uint64_t first;
  const uint64_t *more;
  size_t n_more;
};

static bool was_met(const void *context, size_t i) {
  const struct person *p = context;
  unsigned at = p->list[i].number, word = at / 64;
  uint64_t bits = word == 0 ? p->first : word <= p->n_more ? p->more[word - 1] : 0;
  return bits >> at % 64 & 1;
}

static void add_person(void *context, uint64_t first, const uint64_t *more, size_t n_more) {
  struct histories *h = context;
  struct person person = {h->lists->list, first, more, n_more};
  uint64_t key = 0;
  if (h->many.k) return hc_long_add(&h->many, was_met, &person, 1);
  for (size_t i = 0; i < h->lists->n; i++) key |= (uint64_t)was_met(&person, i) << i;
  h->failed = !hc_tally_add(h->tally, key, 1) || h->failed;
}

static hc_status add_people(hc_reader *r, struct histories *h, const hc_members *members, bool occasions, hc_data **data,
                            hc_error *err) {
  size_t n = h->lists->n;
  hc_status status = n > HC_MAX_LISTS ? hc_long_begin(&h->many, n, err) : hc_tally_new(&h->tally, (unsigned)n, err);
  if (status != HC_OK) return status;
  hc_members_each(members, add_person, h);
  if (h->failed) return hc_fail(err, HC_ENOMEM, "out of memory");
  if (h->many.k) return hc_long_data(&h->many, r, h->names, data, err);
  return hc_reader_histories(r, data, h->tally, occasions ? HC_SHAPE_OCCASIONS : HC_SHAPE_LISTS, n, h->names, err);
}

static hc_status build(hc_reader *r, hc_data **data, struct lists *lists, const hc_members *members, hc_error *err) {
  hc_shape asked = r->settings->shape;
  bool occasions = (lists->say_when && asked != HC_SHAPE_LISTS) || asked == HC_SHAPE_OCCASIONS;
  struct histories h = {.lists = lists, .names = malloc(lists->n * sizeof *h.names)};
  if (!h.names) return hc_fail(err, HC_ENOMEM, "out of memory");
  qsort(lists->list, lists->n, sizeof *lists->list, occasions ? by_time : by_name);
  for (size_t i = 0; i < lists->n; i++) h.names[i] = lists->list[i].name;
  if (occasions) hc_reader_remark(r, "%zu occasions, from %s to %s", lists->n, h.names[0], h.names[lists->n - 1]);
  hc_status status = !occasions && lists->n > HC_MAX_LISTS
                         ? hc_fail_at(err, HC_EDATA, r->file, 1, 0, "expected at most %d lists, found %zu", HC_MAX_LISTS,
                                      lists->n)
                         : add_people(r, &h, members, occasions, data, err);
  hc_tally_free(h.tally);
  hc_long_end(&h.many);
  free(h.names);
  return status;
}

hc_status hc_read_membership(hc_reader *reader, hc_data **data, hc_error *err) {
  struct lists lists = {.say_when = true};
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
  for (size_t i = 0; i < lists.n; i++) free(lists.list[i].name), free(lists.list[i].key);
  free(lists.list);
  hc_members_free(members);
  return status;
}
