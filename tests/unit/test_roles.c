/* Tables of known meaning with up to three further columns of forty kinds: what is read is the truth, or the file is
 * refused. And every file in the documented form is read. */
#include "support.h"

#include <unistd.h>

enum { TABLES = 10000, MOST_ROWS = 64, MOST_COLUMNS = 12, MOST_LISTS = 5, CELL = 24 };

struct table {
  size_t rows, columns;
  char heading[MOST_COLUMNS][CELL];
  char cell[MOST_ROWS][MOST_COLUMNS][CELL];
};

/* What the table is about: people by history (lists) or by number of times met. */
struct truth {
  bool times;
  uint64_t people[1 << MOST_LISTS];
};

static hc_rng rng;

static unsigned below(unsigned n) { return hc_rng_word(&rng) % n; }
static bool chance(double p) { return hc_rng_uniform(&rng) < p; }

/* ---- further columns ---------------------------------------------------------------------------------------- */

static const char *const cities[] = {"Lille", "Lyon", "Nice", "Brest", "Metz"};
static const char *const given[] = {"Ana", "Ben", "Cleo", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jon"};

enum { N_KINDS = 40 };
static const char *const headings[N_KINDS] = {
    "id",      "person_id", "farm_id", "respondent", "nr",      "age",    "years",   "born",    "year",   "weight",
    "w",       "wgt",       "date",    "seen_on",    "name",    "city",   "sex",     "female",  "rural",  "employed",
    "smoker",  "married",   "income",  "score",      "children", "visits", "household", "region", "month", "height",
    "total",   "notes",     "code",    "postcode",   "language", "q1",     "phone",   "rooms",   "group",  "wave"};

static void fill(char *to, unsigned kind, size_t row, unsigned salt) {
  unsigned r = below(1u << 20);
  switch (kind) {
    case 0: case 1: case 2: case 3: snprintf(to, CELL, "%zu", kind % 2 ? 1000 + (row * 7919 + salt) % 9973 : row + 1); break;
    case 4: snprintf(to, CELL, "P%zu", row + 1); break;
    case 5: case 6: snprintf(to, CELL, "%u", 18 + r % 60); break;
    case 7: snprintf(to, CELL, "%u", 1940 + r % 65); break;
    case 8: snprintf(to, CELL, "%u", 2019 + r % 4); break;
    case 9: case 29: snprintf(to, CELL, "%u", 45 + r % 50); break;
    case 10: case 11: snprintf(to, CELL, "%.3f", 0.5 + (double)(r % 1000) / 500); break;
    case 12: case 13: snprintf(to, CELL, "2023-%02u-%02u", 1 + r % 12, 1 + r % 28); break;
    case 14: snprintf(to, CELL, "%s", given[r % 10]); break;
    case 15: case 27: snprintf(to, CELL, "%s", cities[r % 5]); break;
    case 16: snprintf(to, CELL, "%s", r % 2 ? "f" : "m"); break;
    case 17: case 18: case 21: case 35: snprintf(to, CELL, "%u", r % 2); break;
    case 19: snprintf(to, CELL, "%s", r % 2 ? "yes" : "no"); break;
    case 20: snprintf(to, CELL, "%u", r % 5 == 0); break;
    case 22: snprintf(to, CELL, "%u", 8000 + r % 60000); break;
    case 23: snprintf(to, CELL, "%u", r % 11); break;
    case 24: case 37: snprintf(to, CELL, "%u", r % 5); break;
    case 25: snprintf(to, CELL, "%u", 1 + r % 6); break;
    case 26: case 38: snprintf(to, CELL, "%u", 1 + r % 9); break;
    case 28: case 39: snprintf(to, CELL, "%u", 1 + r % 12); break;
    case 31: snprintf(to, CELL, "%s", r % 3 ? "" : "see file"); break;
    case 32: snprintf(to, CELL, "%c%u", 'A' + (int)(r % 20), r % 90); break;
    case 33: snprintf(to, CELL, "%05u", 10000 + r % 80000); break;
    case 34: snprintf(to, CELL, "%s", r % 2 ? "fr" : "nl"); break;
    case 36: snprintf(to, CELL, "06%07u", r); break;
    default: snprintf(to, CELL, "%u", r % 7);
  }
}

/* A column more, anywhere. The row's total where that is the kind and there are lists. */
static void add_column(struct table *t, unsigned kind, const uint64_t *history) {
  size_t place = below((unsigned)t->columns + 1);
  unsigned salt = below(9973);
  for (size_t j = 0; j < t->columns; j++)
    if (strcmp(t->heading[j], headings[kind]) == 0) return;
  for (size_t j = t->columns; j > place; j--) {
    memcpy(t->heading[j], t->heading[j - 1], CELL);
    for (size_t i = 0; i < t->rows; i++) memcpy(t->cell[i][j], t->cell[i][j - 1], CELL);
  }
  snprintf(t->heading[place], CELL, "%s", headings[kind]);
  for (size_t i = 0; i < t->rows; i++) {
    fill(t->cell[i][place], kind, i, salt);
    if (kind == 30 && history) snprintf(t->cell[i][place], CELL, "%d", __builtin_popcountll(history[i]));
  }
  t->columns++;
}

/* ---- tables ------------------------------------------------------------------------------------------------- */

static uint64_t draw_history(size_t k) {
  uint64_t h = 0;
  while (!h)
    for (size_t j = 0; j < k; j++) h |= (uint64_t)chance(0.25 + 0.1 * (double)j) << j;
  return h;
}

static const char *list_name(size_t set, size_t j) {
  static const char *const names[4][MOST_LISTS] = {{"police", "hospital", "shelter", "survey", "ngo"},
                                                   {"A", "B", "C", "D", "E"},
                                                   {"in_police", "in_health", "in_ngo", "in_court", "in_school"},
                                                   {"s1", "s2", "s3", "s4", "s5"}};
  return names[set][j];
}

static void put_lists(struct table *t, size_t set, size_t k, const uint64_t *history) {
  static const char *const codes[][2] = {{"0", "1"}, {"0", "1"}, {"no", "yes"}, {"Non", "Oui"}, {"FALSE", "TRUE"}, {"", "x"}, {"0.0", "1.0"}};
  const char *const *code = codes[below(sizeof codes / sizeof *codes)];
  for (size_t j = 0; j < k; j++) {
    snprintf(t->heading[j], CELL, "%s", list_name(set, j));
    for (size_t i = 0; i < t->rows; i++) snprintf(t->cell[i][j], CELL, "%s", code[history[i] >> j & 1]);
  }
  t->columns = k;
}

static void lists_of_people(struct table *t, struct truth *truth, uint64_t *history, size_t set) {
  size_t k = 2 + below(MOST_LISTS - 1);
  t->rows = 6 + below(MOST_ROWS - 6);
  for (size_t i = 0; i < t->rows; i++) truth->people[history[i] = draw_history(k)]++;
  put_lists(t, set, k, history);
}

static void table_of_lists(struct table *t, struct truth *truth, uint64_t *history, size_t set, const char *heading) {
  size_t k = 2 + below(MOST_LISTS - 1);
  t->rows = 0;
  for (uint64_t h = 1; h < UINT64_C(1) << k; h++) history[t->rows++] = h;
  put_lists(t, set, k, history);
  snprintf(t->heading[k], CELL, "%s", heading);
  for (size_t i = 0; i < t->rows; i++) {
    truth->people[history[i]] = 1 + below(400);
    snprintf(t->cell[i][k], CELL, "%d", (int)truth->people[history[i]]);
  }
  t->columns++;
}

static void times_of_people(struct table *t, struct truth *truth, const char *heading) {
  t->rows = 6 + below(MOST_ROWS - 6);
  t->columns = 1;
  truth->times = true;
  snprintf(t->heading[0], CELL, "%s", heading);
  for (size_t i = 0; i < t->rows; i++) {
    unsigned times = 1;
    while (times < 9 && chance(0.35)) times++;
    truth->people[times]++;
    snprintf(t->cell[i][0], CELL, "%u", times);
  }
}

static void table_of_times(struct table *t, struct truth *truth, const char *times, const char *people) {
  t->rows = 2 + below(8);
  t->columns = 2;
  truth->times = true;
  snprintf(t->heading[0], CELL, "%s", times);
  snprintf(t->heading[1], CELL, "%s", people);
  for (size_t i = 0; i < t->rows; i++) {
    truth->people[i + 1] = 1 + below(2000) / (unsigned)((i + 1) * (i + 1));
    snprintf(t->cell[i][0], CELL, "%zu", i + 1);
    snprintf(t->cell[i][1], CELL, "%d", (int)truth->people[i + 1]);
  }
}

static void members(struct table *t, struct truth *truth, const char *id, const char *list) {
  size_t k = 2 + below(3);
  t->rows = 0;
  t->columns = 2;
  snprintf(t->heading[0], CELL, "%s", id);
  snprintf(t->heading[1], CELL, "%s", list);
  uint64_t all = 0;
  uint64_t drawn[MOST_ROWS] = {0};
  size_t n = 0;
  while (t->rows + k < MOST_ROWS) {
    uint64_t h = drawn[n] = draw_history(k);
    all |= h;
    for (size_t j = 0; j < k; j++) {
      if (!(h >> j & 1)) continue;
      snprintf(t->cell[t->rows][0], CELL, "p%zu", n);
      snprintf(t->cell[t->rows++][1], CELL, "%s", list_name(1, j));
    }
    n++;
  }
  /* lists that nobody is on do not show in such a file: histories over the others */
  for (size_t i = 0; i < n; i++) {
    uint64_t h = 0;
    for (size_t j = 0, place = 0; j < k; j++)
      if (all >> j & 1) h |= (drawn[i] >> j & 1) << place++;
    truth->people[h]++;
  }
}

enum { FORMS = 12, DOCUMENTED = 7 };

/* The first DOCUMENTED forms, without further columns, are those of docs/files.md. */
static void make(struct table *t, struct truth *truth, unsigned form, unsigned extra) {
  uint64_t history[MOST_ROWS] = {0};
  memset(t, 0, sizeof *t);
  memset(truth, 0, sizeof *truth);
  switch (form) {
    case 0: lists_of_people(t, truth, history, 2); break;
    case 1: table_of_lists(t, truth, history, 2, "people"); break;
    case 2: table_of_lists(t, truth, history, 1, "count"); break;
    case 3: table_of_lists(t, truth, history, 3, "n"); break;
    case 4: times_of_people(t, truth, "times"); break;
    case 5: table_of_times(t, truth, "times", "people"); break;
    case 6: members(t, truth, "id", "list"); break;
    case 7: lists_of_people(t, truth, history, 0); break;
    case 8: lists_of_people(t, truth, history, 1); break;
    case 9: table_of_lists(t, truth, history, 0, "deaths"); break;
    case 10: table_of_times(t, truth, "submissions", "units"); break;
    default: members(t, truth, "who", "where");
  }
  bool has_lists = history[0] != 0;
  for (unsigned i = 0; i < extra; i++) add_column(t, below(N_KINDS), has_lists ? history : NULL);
}

static void write_table(const struct table *t, const char *path) {
  FILE *out = fopen(path, "w");
  assert_non_null(out);
  for (size_t j = 0; j < t->columns; j++) fprintf(out, "%s%s", j ? "," : "", t->heading[j]);
  fputc('\n', out);
  for (size_t i = 0; i < t->rows; i++)
    for (size_t j = 0; j < t->columns; j++) fprintf(out, "%s%s%s", j ? "," : "", t->cell[i][j], j + 1 < t->columns ? "" : "\n");
  assert_int_equal(fclose(out), 0);
}

/* ---- what was read -------------------------------------------------------------------------------------------- */

static bool is_true(const hc_data *data, const struct truth *truth) {
  uint64_t read[1 << MOST_LISTS] = {0};
  for (size_t i = 0; i < data->n_cells; i++) {
    uint64_t key = data->times ? data->times[i] : data->history ? data->history[i] : 0;
    if (key >= 1 << MOST_LISTS) return false;
    read[key] += data->count[i];
  }
  bool times = data->times != NULL;
  if (times != truth->times) return false;
  return memcmp(read, truth->people, sizeof read) == 0;
}

/* Sets the roles that "--lists A,B --count n" states; words of these tables need no quotes. */
static void state_roles(char *text, hc_read_settings *settings) {
  hc_roles *roles = &settings->roles;
  for (char *option; (option = strsep(&text, " "));) {
    char *value = strsep(&text, " ");
    if (value && strcmp(value, "''") == 0) value += 2; /* as a shell reads it */
    if (strcmp(option, "--lists") == 0) roles->lists = value;
    else if (strcmp(option, "--count") == 0) roles->count = value;
    else if (strcmp(option, "--id") == 0) roles->id = value;
    else if (strcmp(option, "--times") == 0) roles->times = value;
    else if (strcmp(option, "--history") == 0) roles->history = value;
    else if (strcmp(option, "--list-column") == 0) roles->list_column = value;
    else if (strcmp(option, "--yes") == 0) roles->yes = value;
    else if (strcmp(option, "--no") == 0) roles->no = value;
    else if (strcmp(option, "--repeated-ids") == 0) roles->union_of_ids = true;
    else fail_msg("an option that this test does not know: %s", option);
  }
}

/* Each reading that a refusal offers can be had, and counts what it says. True when the truth is among them. */
static bool check_advice(const char *path, const char *advice, const struct truth *truth) {
  bool found = false;
  for (const char *line = advice; *line; line += strcspn(line, "\n") + 1) {
    char roles[1024];
    hc_read_settings settings;
    hc_data *data = NULL;
    hc_error err = {0};
    snprintf(roles, sizeof roles, "%.*s", (int)(strcspn(line, "\n") - strcspn(line, "\t") - 1), line + strcspn(line, "\t") + 1);
    hc_read_settings_init(&settings);
    state_roles(roles, &settings);
    if (hc_data_read(&data, path, &settings, &err) != HC_OK) fail_msg("%s\n%s", line, err.message);
    if (data->observed != strtoull(line, NULL, 10)) fail_msg("%d people: %s", (int)data->observed, line);
    found = found || is_true(data, truth);
    hc_data_free(data);
  }
  return found;
}

static void no_wrong_number(void **state) {
  (void)state;
  char path[] = P_tmpdir "/headcount-roles-XXXXXX";
  static struct table t;
  struct truth truth;
  size_t answered = 0, refused = 0, advised = 0, offered = 0;
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  close(fd);
  for (uint64_t seed = 1; seed <= TABLES; seed++) {
    hc_data *data = NULL;
    hc_error err = {0};
    hc_rng_init(&rng, seed, HC_PURPOSE_SIMULATION, 0);
    unsigned form = below(FORMS), extra = below(4);
    make(&t, &truth, form, extra);
    write_table(&t, path);
    hc_status status = hc_data_read(&data, path, NULL, &err);
    if (status == HC_OK && !is_true(data, &truth)) {
      write_table(&t, "/tmp/headcount-roles-wrong.csv");
      fail_msg("seed %d, form %u: a wrong reading; roles %s", (int)seed, form, data->source.roles);
    }
    if (status != HC_OK) assert_int_equal(status, HC_EDATA);
    if (status != HC_OK && form < DOCUMENTED && !extra) fail_msg("seed %d, form %u: %s", (int)seed, form, err.message);
    answered += status == HC_OK;
    refused += status != HC_OK;
    advised += status != HC_OK && err.advice[0];
    if (err.advice[0]) offered += check_advice(path, err.advice, &truth);
    hc_data_free(data);
  }
  unlink(path);
  printf("%zu tables: %zu answered, %zu refused, %zu of these with command lines, the true one among them in %zu\n",
         (size_t)TABLES, answered, refused, advised, offered);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(no_wrong_number)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
