/* Does the maximum of a log-linear likelihood exist? A linear program, solved by GLPK. */
#include "numeric/existence.h"

#include <glpk.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/linalg.h"

/* The columns of the design restricted to the cells with people are independent exactly when their Gram
 * matrix of whole numbers is positive definite. Below this share of the diagonal a pivot counts as zero;
 * a false zero costs one linear program, nothing else. */
static const double RANK_FLOOR = 1e-9;

static bool full_rank(const hc_lattice *lattice, const double *count, double *cells, double *gram) {
  size_t terms = lattice->terms;
  const uint32_t *join = lattice->join;
  cells[0] = 0;
  for (size_t c = 1; c < lattice->cells; c++) cells[c] = count[c] > 0;
  hc_lattice_superset_sums(cells, lattice->lists);
  for (size_t i = 0; i < terms; i++)
    for (size_t j = 0; j <= i; j++) gram[i * terms + j] = cells[*join++];
  for (size_t i = 0; i < terms; i++)
    if (gram[i * terms + i] == 0) return false;
  return hc_cholesky(gram, terms, RANK_FLOOR);
}

/* One row per cell: equality where people were seen, -1 <= (X d)(c) <= 0 where none were. The direction
 * is free up to scale, so every cell that can fall below zero can reach -1: the optimum of
 * minimise sum of (X d)(c) over the empty cells is either 0 or at most -1. */
static void build(glp_prob *program, const hc_lattice *lattice, const double *count, double *objective, int *index,
                  double *ones) {
  size_t terms = lattice->terms;
  for (size_t i = 0; i < terms; i++) objective[i] = 0, ones[i + 1] = 1;
  glp_set_obj_dir(program, GLP_MIN);
  glp_add_cols(program, (int)terms);
  glp_add_rows(program, (int)(lattice->cells - 1));
  for (size_t c = 1; c < lattice->cells; c++) {
    int n = 0;
    bool empty = !(count[c] > 0);
    for (size_t i = 0; i < terms; i++) {
      if ((lattice->mask[i] & c) != lattice->mask[i]) continue;
      index[++n] = (int)i + 1;
      if (empty) objective[i] += 1;
    }
    glp_set_mat_row(program, (int)c, n, index, ones);
    glp_set_row_bnds(program, (int)c, empty ? GLP_DB : GLP_FX, empty ? -1 : 0, 0);
  }
  for (size_t i = 0; i < terms; i++) {
    glp_set_col_bnds(program, (int)i + 1, GLP_FR, 0, 0);
    glp_set_obj_coef(program, (int)i + 1, objective[i]);
  }
}

static hc_existence solve(glp_prob *program, size_t terms, double *recession) {
  glp_smcp how;
  glp_init_smcp(&how);
  how.msg_lev = GLP_MSG_OFF;
  how.presolve = GLP_ON;
  if (glp_simplex(program, &how) != 0 || glp_get_status(program) != GLP_OPT) return HC_EXISTENCE_UNKNOWN;
  if (glp_get_obj_val(program) > -0.5) return HC_EXISTENCE_EXISTS;
  for (size_t i = 0; i < terms; i++) {
    double d = glp_get_col_prim(program, (int)i + 1);
    recession[i] = fabs(d) < 1e-7 ? 0 : d;
  }
  return HC_EXISTENCE_INFINITE;
}

/* GLPK knows one answer to an error, memory included: print, call a hook, abort. The hook jumps back here. */
struct rescue {
  jmp_buf back;
  volatile bool no_memory;
};

/* The message is the only place where GLPK says what went wrong. Not 0: it is not printed. */
static int overhear(void *info, const char *message) {
  struct rescue *rescue = info;
  if (strstr(message, "memory")) rescue->no_memory = true;
  return 1;
}

static void jump_back(void *info) {
  struct rescue *rescue = info;
  longjmp(rescue->back, 1);
}

/* After a jump the program itself cannot be deleted safely: it goes with the environment, if that is ours. */
static hc_existence ask_glpk(const hc_lattice *lattice, const double *count, double *work, int *index,
                             double *recession) {
  struct rescue rescue = {.no_memory = false};
  int begun = glp_init_env(); /* 0: ours; 1: the caller had one; 2: no memory; 3: not on this machine */
  if (begun > 1) return begun == 2 ? HC_EXISTENCE_NO_MEMORY : HC_EXISTENCE_UNKNOWN;
  int was = glp_term_out(GLP_OFF);
  volatile hc_existence answer = HC_EXISTENCE_UNKNOWN;
  glp_term_hook(overhear, &rescue);
  glp_error_hook(jump_back, &rescue);
  if (setjmp(rescue.back) == 0) {
    glp_prob *program = glp_create_prob();
    build(program, lattice, count, work, index, work + lattice->terms);
    answer = solve(program, lattice->terms, recession);
    glp_delete_prob(program);
  } else {
    answer = rescue.no_memory ? HC_EXISTENCE_NO_MEMORY : HC_EXISTENCE_UNKNOWN;
  }
  glp_error_hook(NULL, NULL);
  glp_term_hook(NULL, NULL);
  glp_term_out(was);
  if (begun == 0) glp_free_env();
  return answer;
}

hc_existence hc_existence_check(const hc_lattice *lattice, const double *count, double *recession) {
  size_t terms = lattice->terms, most = lattice->cells + terms + 1;
  double *work = malloc((most + terms * terms) * sizeof *work);
  int *index = malloc((terms + 1) * sizeof *index);
  hc_existence answer = HC_EXISTENCE_NO_MEMORY;
  if (!work || !index) goto done;
  for (size_t i = 0; i < terms; i++) recession[i] = 0;
  if (full_rank(lattice, count, work, work + most))
    answer = HC_EXISTENCE_EXISTS;
  else
    answer = ask_glpk(lattice, count, work, index, recession);
done:
  free(index);
  free(work);
  return answer;
}
