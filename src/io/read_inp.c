/* MARK encounter histories: comments between slash-star and star-slash, then per record a history, one count per group, a
 * semicolon. Groups are summed, or strata with --by group. Whole numbers behind the first can as well be covariates of a
 * person: they are groups where somebody's first number is more than 1, or where each record has one 1 among 0s. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/by.h"
#include "io/long_histories.h"

struct record {
  uint64_t history, people; /* history: of up to 64 occasions */
  size_t length;  /* of the history; 0: none yet */
  size_t groups;  /* counts so far */
  uint64_t count[HC_MAX_LISTS];
};

struct inp {
  hc_reader *reader;
  hc_tally *tally;
  struct record record;
  char *digits;          /* [length] of the record, where it has more than 64 occasions */
  hc_long_histories many;
  size_t length, groups; /* of the first record */
  bool counted;          /* some first count is above 1                       */
  bool mixed;            /* some record has not one 1 among 0s                */
  bool comment;          /* inside one */
  size_t comment_at;
  uint64_t comment_line;
};

/* HC_EDATA at a byte of the line, "expected ..., found ...". */
static hc_status bad(const struct inp *inp, size_t at, size_t n, const char *expected, hc_error *err) {
  const char *s = inp->reader->csv.fields[0].text + at;
  int shown = n < 40 ? (int)n : 40;
  while (shown > 0 && shown < (int)n && ((unsigned char)s[shown] & 0xC0) == 0x80) shown--;
  return hc_csv_fail_byte(&inp->reader->csv, at, err, "expected %s, found '%.*s'", expected, shown, s);
}

static hc_status take_history(struct inp *inp, const char *s, size_t at, size_t n, hc_error *err) {
  struct record *record = &inp->record;
  for (size_t i = 0; i < n; i++)
    if (s[i] != '0' && s[i] != '1') return bad(inp, at, n, "a history of 0 and 1", err);
  size_t most = inp->reader->layout.shape == HC_SHAPE_LISTS ? HC_MAX_LISTS : HC_MOST_OCCASIONS;
  if (n > most)
    return hc_csv_fail_byte(&inp->reader->csv, at, err, "expected a history of at most %zu %s, found %zu", most,
                            hc_shape_name(inp->reader->layout.shape), n);
  if (inp->length && n != inp->length)
    return hc_csv_fail_byte(&inp->reader->csv, at, err, "expected a history of %zu digits as in the first record, found %zu",
                            inp->length, n);
  if (n > HC_MAX_LISTS) {
    hc_status status = inp->many.k ? HC_OK : hc_long_begin(&inp->many, n, err);
    if (status == HC_OK && !inp->digits && !(inp->digits = malloc(n))) status = hc_fail(err, HC_ENOMEM, "out of memory");
    if (status != HC_OK) return status;
    memcpy(inp->digits, s, n);
  }
  for (size_t i = 0; i < n && n <= HC_MAX_LISTS; i++) record->history |= (uint64_t)(s[i] - '0') << i;
  record->length = inp->length = n;
  return HC_OK;
}

static hc_status take_count(struct inp *inp, const char *s, size_t at, size_t n, hc_error *err) {
  hc_reader *r = inp->reader;
  uint64_t count = 0;
  hc_number what = hc_number_count(s, n, &r->number, &count);
  if (what == HC_NUMBER_NEGATIVE)
    return bad(inp, at, n, "a count of people who were released again; negative counts (losses on capture) cannot be used", err);
  if (what == HC_NUMBER_FRACTION)
    return bad(inp, at, n, "a whole count; individual covariates behind the counts cannot be used", err);
  if (what != HC_NUMBER_OK) return bad(inp, at, n, "a count or ';'", err);
  if (inp->record.groups == HC_MAX_LISTS) return bad(inp, at, n, "at most 64 counts", err);
  inp->record.people += count;
  inp->record.count[inp->record.groups++] = count;
  r->people += count;
  return r->people < HC_COUNT_MAX ? HC_OK : bad(inp, at, n, "fewer than 2^53 people in all", err);
}

static bool is_one(const void *digits, size_t i) { return ((const char *)digits)[i] == '1'; }

static hc_status end_record(struct inp *inp, size_t at, hc_error *err) {
  struct record *record = &inp->record;
  hc_reader *r = inp->reader;
  if (record->length == 0 || record->groups == 0) return bad(inp, at, 1, record->length ? _("a count") : _("a history of 0 and 1"), err);
  if (inp->groups && record->groups != inp->groups)
    return hc_csv_fail_byte(&r->csv, at, err, "expected %zu counts as in the first record, found %zu", inp->groups,
                            record->groups);
  inp->groups = record->groups;
  inp->counted = inp->counted || record->count[0] > 1;
  inp->mixed = inp->mixed || record->people != 1;
  r->source.rows++;
  for (size_t g = 0; g < record->groups && r->layout.n_by; g++) {
    char level[24];
    const hc_field field = {level, (size_t)snprintf(level, sizeof level, "%zu", g + 1)};
    hc_status status = hc_by_add_levels(r, record->history, record->count[g], &field, err);
    if (status != HC_OK) return status;
  }
  if (inp->many.k) hc_long_add(&inp->many, is_one, inp->digits, record->people);
  else if (!hc_tally_add(inp->tally, record->history, record->people)) return hc_reader_tally_failed(r, inp->tally, 0, err);
  *record = (struct record){.length = 0};
  return HC_OK;
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f'; }

/* Passes over what belongs to a comment; *at moves behind it. */
static bool skip_comment(struct inp *inp, const char *s, size_t n, size_t *at) {
  if (!inp->comment) {
    if (*at + 1 >= n || s[*at] != '/' || s[*at + 1] != '*') return false;
    inp->comment = true;
    inp->comment_at = *at;
    inp->comment_line = inp->reader->csv.line;
    *at += 2;
  }
  while (*at < n && inp->comment) {
    inp->comment = !(s[*at] == '*' && *at + 1 < n && s[*at + 1] == '/');
    *at += inp->comment ? 1 : 2;
  }
  return true;
}

static hc_status read_line(struct inp *inp, hc_error *err) {
  const hc_field *line = &inp->reader->csv.fields[0];
  const char *s = line->text;
  hc_status status = HC_OK;
  for (size_t at = 0; status == HC_OK && at < line->length;) {
    if (is_space(s[at]) && !inp->comment) {
      at++;
    } else if (skip_comment(inp, s, line->length, &at)) {
      continue;
    } else if (s[at] == ';') {
      status = end_record(inp, at++, err);
    } else {
      size_t n = 1;
      while (at + n < line->length && !is_space(s[at + n]) && s[at + n] != ';' && s[at + n] != '/') n++;
      status = inp->record.length ? take_count(inp, s + at, at, n, err) : take_history(inp, s + at, at, n, err);
      at += n;
    }
  }
  return status;
}

static hc_status check_end(const struct inp *inp, hc_error *err) {
  const hc_reader *r = inp->reader;
  uint64_t last = r->csv.next_line;
  if (inp->comment)
    return hc_fail_at(err, HC_EDATA, r->file, inp->comment_line, inp->comment_at + 1,
                      "expected */ to close the comment that opens here, found the end of the file");
  if (inp->record.length)
    return hc_fail_at(err, HC_EDATA, r->file, last, 1, "expected ';' to end the last record, found the end of the file");
  if (r->source.rows == 0)
    return hc_fail_at(err, HC_EDATA, r->file, last, 1, "expected at least one record, found the end of the file");
  return HC_OK;
}

static hc_status read_records(struct inp *inp, hc_error *err) {
  hc_csv *csv = &inp->reader->csv;
  hc_status status;
  hc_csv_sample(csv, false, 0, 1);
  while ((status = hc_csv_next_line(csv, err)) == HC_OK && csv->n_fields > 0)
    if ((status = read_line(inp, err)) != HC_OK) return status;
  return status == HC_OK ? check_end(inp, err) : status;
}

/* --by group, and no other role. */
static hc_status take_by(hc_reader *r, hc_error *err) {
  const hc_roles *roles = &r->settings->roles;
  if (roles->lists || roles->count || roles->id || roles->times || roles->history || roles->list_column)
    return hc_fail(err, HC_EUSAGE, "MARK encounter histories have no columns to give a role; --by group makes strata of groups");
  if (roles->by && strcmp(roles->by, "group") != 0)
    return hc_fail(err, HC_EUSAGE, "--by: MARK encounter histories have groups (--by group), no column '%s'", roles->by);
  r->layout.n_by = roles->by ? 1 : 0;
  return HC_OK;
}

static hc_status fail_groups(const struct inp *inp, hc_error *err) {
  const hc_reader *r = inp->reader;
  hc_fail_at(err, HC_EDATA, r->file, 1, 0, "nothing proves whether the %zu numbers behind the histories are groups or covariates of a "
             "person: --by group reads them as groups; leave covariates out of the file", inp->groups);
  if (err)
    hc_format(err->advice, sizeof err->advice, "%llu people in %zu groups\t--by group\n", (unsigned long long)r->people, inp->groups);
  return HC_EDATA;
}

hc_status hc_read_inp(hc_reader *reader, hc_data **data, hc_error *err) {
  struct inp inp = {.reader = reader};
  hc_shape shape = reader->settings->shape;
  if (shape != HC_SHAPE_AUTO && shape != HC_SHAPE_LISTS && shape != HC_SHAPE_OCCASIONS)
    return hc_fail_at(err, HC_EDATA, reader->file, 1, 1, "expected %s, found MARK encounter histories, which are occasions",
                      hc_shape_name(shape));
  reader->layout.shape = shape == HC_SHAPE_LISTS ? HC_SHAPE_LISTS : HC_SHAPE_OCCASIONS;
  if (!hc_number_format_init(&reader->number, '.', false)) return hc_fail(err, HC_ENOMEM, "out of memory");
  hc_status status = take_by(reader, err);
  if (status == HC_OK) status = hc_tally_new(&inp.tally, HC_MAX_LISTS, err);
  if (status == HC_OK) status = read_records(&inp, err);
  if (status == HC_OK && inp.groups > 1 && inp.mixed && !inp.counted && !reader->layout.n_by)
    status = fail_groups(&inp, err);
  if (status == HC_OK) {
    hc_reader_remark(reader, "MARK encounter histories of %zu occasions", inp.length);
    if (inp.groups > 1 && !reader->layout.n_by)
      hc_reader_remark(reader, "people are summed over %zu groups: --by group keeps them apart", inp.groups);
    reader->source.decimal = '.';
    status = inp.many.k ? hc_long_data(&inp.many, reader, NULL, data, err)
                        : hc_reader_histories(reader, data, inp.tally, reader->layout.shape, inp.length, NULL, err);
  }
  hc_long_end(&inp.many);
  free(inp.digits);
  hc_tally_free(inp.tally);
  return status;
}
