/* The face of a maximum, in whole numbers: against linear programs on thousands of random sparse tables, and by hand. */
#include "support.h"

#include <glpk.h>

#include "numeric/existence.h"
#include "numeric/face.h"
#include "numeric/hierarchy.h"

enum { LISTS = 5, CELLS = 1 << LISTS };

struct problem {
  size_t lists, cells, terms;
  uint32_t mask[HC_HIERARCHY_MAX_TERMS];
  double count[CELLS], margin[CELLS];
  unsigned char observable[CELLS], live[CELLS];
};

static void *scratch;

static int make_scratch(void **state) {
  (void)state;
  scratch = malloc(hc_face_scratch(LISTS));
  return scratch ? 0 : -1;
}

static int free_scratch(void **state) {
  (void)state;
  free(scratch);
  return 0;
}

static hc_face find(struct problem *p) {
  memcpy(p->margin, p->count, sizeof p->margin);
  p->margin[0] = 0;
  hc_lattice_superset_sums(p->margin, p->lists);
  memset(scratch, 0xff, hc_face_scratch(p->lists));
  return hc_face_find(p->lists, p->mask, p->terms, p->count, p->margin, p->observable, p->live, scratch);
}

static uint64_t random_bits(uint64_t *x) { /* xorshift64 (Marsaglia 2003) */
  *x ^= *x << 13, *x ^= *x >> 7, *x ^= *x << 17;
  return *x;
}

static void take_model(struct problem *p, size_t lists, uint64_t model) {
  hc_hierarchy h;
  assert_true(hc_hierarchy_init(&h, lists, lists - 1));
  p->lists = lists, p->cells = (size_t)1 << lists;
  p->terms = hc_hierarchy_terms(&h, model, p->mask);
}

/* A model by a random walk from independence, a table with a share of empty cells; some cells not observed. */
static void make_random(struct problem *p, size_t lists, uint64_t *x, bool all_observed) {
  hc_hierarchy h;
  assert_true(hc_hierarchy_init(&h, lists, lists - 1));
  uint64_t model = h.always, add;
  for (uint64_t steps = random_bits(x) % (3 * lists); steps-- && (add = hc_hierarchy_addable(&h, model)) != 0;) {
    unsigned term;
    do term = random_bits(x) >> 7 & 63;
    while (!(add >> term & 1));
    model |= UINT64_C(1) << term;
  }
  *p = (struct problem){0};
  take_model(p, lists, model);
  int full = (int)(random_bits(x) >> 9 & 7) + 3; /* cells of many lists are emptier */
  for (size_t c = 1; c < p->cells; c++) {
    p->observable[c] = all_observed || (random_bits(x) >> 20 & 7) != 0;
    p->count[c] = p->observable[c] && (int)(random_bits(x) >> 13 & 7) + 2 * __builtin_popcountll(c) <= full
                      ? 1 + (double)(random_bits(x) >> 11 & 15)
                      : 0;
  }
  p->observable[1] = 1, p->count[1] += 1; /* somebody */
}

static bool within(uint32_t term, size_t cell) {
  return (term & cell) == term;
}

/* The directions d with (X d)(c) = 0 on `seen`, and -1 <= (X d)(c) <= 0 on the other live cells; -1 <= d(0) <= 1. */
static glp_prob *program_of(const struct problem *p, const unsigned char *live, bool face_is_fixed) {
  glp_prob *program = glp_create_prob();
  glp_add_cols(program, (int)p->terms);
  glp_add_rows(program, (int)p->cells - 1);
  for (size_t i = 0; i < p->terms; i++) {
    bool intercept = p->mask[i] == 0;
    glp_set_col_bnds(program, (int)i + 1, intercept ? GLP_DB : GLP_FR, -1, 1);
  }
  for (size_t c = 1; c < p->cells; c++) {
    int index[HC_HIERARCHY_MAX_TERMS + 1], n = 0;
    double one[HC_HIERARCHY_MAX_TERMS + 1];
    for (size_t i = 0; i < p->terms; i++)
      if (within(p->mask[i], c)) index[++n] = (int)i + 1, one[n] = 1;
    glp_set_mat_row(program, (int)c, n, index, one);
    if (!live[c])
      glp_set_row_bnds(program, (int)c, GLP_FR, 0, 0);
    else if (face_is_fixed || p->count[c] > 0)
      glp_set_row_bnds(program, (int)c, GLP_FX, 0, 0);
    else
      glp_set_row_bnds(program, (int)c, GLP_DB, -1, 0);
  }
  return program;
}

static double optimum(glp_prob *program) {
  glp_smcp how;
  glp_init_smcp(&how);
  how.msg_lev = GLP_MSG_OFF;
  assert_int_equal(glp_simplex(program, &how), 0);
  assert_int_equal(glp_get_status(program), GLP_OPT);
  return glp_get_obj_val(program);
}

/* One linear program for each empty cell: can it fall? */
static void face_by_programs(const struct problem *p, unsigned char *live) {
  unsigned char all[CELLS];
  for (size_t c = 1; c < p->cells; c++) all[c] = live[c] = p->observable[c];
  glp_prob *program = program_of(p, all, false);
  for (size_t c = 1; c < p->cells; c++) {
    if (!all[c] || p->count[c] > 0) continue;
    glp_set_obj_dir(program, GLP_MIN);
    for (size_t i = 0; i < p->terms; i++) glp_set_obj_coef(program, (int)i + 1, within(p->mask[i], c));
    live[c] = optimum(program) > -1e-6;
  }
  glp_delete_prob(program);
}

/* Is d(0) = 0 for all d that change no cell of the face? */
static bool unseen_determined(const struct problem *p, const unsigned char *live) {
  glp_prob *program = program_of(p, live, true);
  glp_set_obj_dir(program, GLP_MAX);
  for (size_t i = 0; i < p->terms; i++) glp_set_obj_coef(program, (int)i + 1, p->mask[i] == 0);
  double most = optimum(program);
  glp_delete_prob(program);
  return most < 1e-6;
}

/* Is any d other than 0 left, when the terms with margin 0 are out? */
static bool coefficients_determined(const struct problem *p, const unsigned char *live) {
  struct problem q = *p;
  q.terms = 0;
  for (size_t i = 0; i < p->terms; i++)
    if (p->margin[p->mask[i]] > 0) q.mask[q.terms++] = p->mask[i];
  glp_prob *program = program_of(&q, live, true);
  bool determined = true;
  for (size_t i = 0; i < q.terms && determined; i++) {
    for (size_t j = 0; j < q.terms; j++) {
      glp_set_obj_coef(program, (int)j + 1, i == j);
      glp_set_col_bnds(program, (int)j + 1, GLP_DB, -1, 1);
    }
    glp_set_obj_dir(program, GLP_MAX);
    determined = optimum(program) < 1e-6;
  }
  glp_delete_prob(program);
  return determined;
}

static void compare(struct problem *p, size_t *met) {
  unsigned char live[CELLS];
  hc_face face = find(p);
  assert_int_not_equal(face, HC_FACE_OVERFLOW);
  met[face]++;
  face_by_programs(p, live);
  if (!unseen_determined(p, live)) {
    assert_int_equal(face, HC_FACE_UNIDENTIFIED);
    return;
  }
  assert_int_not_equal(face, HC_FACE_UNIDENTIFIED);
  for (size_t c = 1; c < p->cells; c++) assert_int_equal(p->live[c], live[c]);
  bool lost = false;
  for (size_t i = 0; i < p->terms; i++) lost = lost || !(p->margin[p->mask[i]] > 0);
  if (!coefficients_determined(p, live))
    assert_int_equal(face, HC_FACE_COEFFICIENTS);
  else
    assert_int_equal(face, lost ? HC_FACE_MARGINS : HC_FACE_INTERIOR);
}

static void random_tables_agree_with_linear_programs(void **state) {
  uint64_t x = 20211;
  size_t met[5] = {0};
  struct problem p;
  (void)state;
  glp_term_out(GLP_OFF);
  for (int i = 0; i < 9000; i++) {
    make_random(&p, 2 + (size_t)i % 3, &x, i % 4 != 0);
    compare(&p, met);
  }
  for (int i = 0; i < 2000; i++) {
    make_random(&p, 5, &x, i % 4 != 0);
    compare(&p, met);
  }
  for (int face = HC_FACE_INTERIOR; face <= HC_FACE_UNIDENTIFIED; face++) assert_true(met[face] > 100);
}

/* The check that loglinear asks says "exists" exactly where the maximum is inside. */
static void random_tables_agree_with_the_existence_check(void **state) {
  uint64_t x = 44;
  struct problem p;
  uint32_t join[HC_HIERARCHY_MAX_TERMS * (HC_HIERARCHY_MAX_TERMS + 1) / 2];
  double direction[HC_HIERARCHY_MAX_TERMS];
  (void)state;
  for (int i = 0; i < 4000; i++) {
    make_random(&p, 3 + (size_t)i % 3, &x, true);
    hc_lattice lattice = {.lists = p.lists, .cells = p.cells, .terms = p.terms, .mask = p.mask, .join = join};
    hc_lattice_join(join, p.mask, p.terms);
    bool exists = hc_existence_check(&lattice, p.count, direction) == HC_EXISTENCE_EXISTS;
    assert_int_equal(find(&p) == HC_FACE_INTERIOR, exists);
  }
}

static hc_face of_table(size_t lists, const char *names, const double *count, struct problem *p) {
  *p = (struct problem){0};
  uint64_t model = 0;
  for (const char *at = names; *at; at++) { /* "12 3": the terms' generators by list number */
    unsigned term = 0;
    for (; *at && *at != ' '; at++) term |= 1u << (*at - '1');
    for (unsigned part = term; part; part = (part - 1) & term) model |= UINT64_C(1) << part;
    if (!*at) break;
  }
  take_model(p, lists, model | 1);
  memset(p->observable, 1, sizeof p->observable);
  memcpy(p->count, count, p->cells * sizeof *count);
  return find(p);
}

/* SparseMSE 2.0.1, help of checkident: Artificial_3 with all pairs is not identifiable (2), with 12 alone its estimate
 * does not exist (1), with 13 and 23 it passes (0), these two being minus infinity. */
static void examples_of_sparsemse(void **state) {
  const double y[] = {0, 40, 30, 6, 20, 0, 0, 0};
  struct problem p;
  (void)state;
  assert_int_equal(of_table(3, "13 23", y, &p), HC_FACE_MARGINS);
  assert_int_equal(of_table(3, "12 3", y, &p), HC_FACE_UNIDENTIFIED);
  assert_int_equal(of_table(3, "12 13 23", y, &p), HC_FACE_UNIDENTIFIED);
}

/* Lists 1 and 2 never overlap: with their interaction the two cells that hold both go, and the rest is unique. */
static void a_margin_of_zero(void **state) {
  const double y[] = {0, 4, 5, 0, 7, 8, 9, 0};
  const unsigned char live[] = {0, 1, 1, 0, 1, 1, 1, 0};
  struct problem p;
  (void)state;
  assert_int_equal(of_table(3, "12 3", y, &p), HC_FACE_MARGINS);
  assert_memory_equal(p.live, live, sizeof live);
  assert_int_equal(of_table(3, "1 2 3", y, &p), HC_FACE_INTERIOR);
}

/* List 3 tells nothing of lists 1 and 2 here, and with 12 nothing is known of the unseen. */
static void the_unseen_may_not_be_determined(void **state) {
  const double y[] = {0, 4, 5, 6, 0, 0, 0, 3};
  struct problem p;
  (void)state;
  assert_int_equal(of_table(3, "1 2 3", y, &p), HC_FACE_INTERIOR);
  assert_int_equal(of_table(3, "12 3", y, &p), HC_FACE_UNIDENTIFIED);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_tables_agree_with_linear_programs),
      cmocka_unit_test(random_tables_agree_with_the_existence_check),
      cmocka_unit_test(examples_of_sparsemse),
      cmocka_unit_test(a_margin_of_zero),
      cmocka_unit_test(the_unseen_may_not_be_determined),
  };
  return cmocka_run_group_tests(tests, make_scratch, free_scratch);
}
