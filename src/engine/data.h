/* Data as the library sees them: cells, attributes beside them, pairs, tables. */
#ifndef HC_ENGINE_DATA_H
#define HC_ENGINE_DATA_H

#include "headcount/data.h"
#include "numeric/fail.h"

/* What is behind a shape: see shapes.def. */
typedef enum hc_shape_kind {
  HC_KIND_CELLS = 1,
  HC_KIND_FILE = 2,
  HC_KIND_PAIRS = 4,
  HC_KIND_TABLE = 8,
  HC_KIND_INPUTS = 16
} hc_shape_kind;
bool hc_shape_is(hc_shape shape, unsigned kinds); /* of one of these kinds? */
/* The columns that name a row in messages, the first that has a text: "platform,name"; NULL: none has. */
const char *hc_shape_naming(hc_shape shape);

/* What is known of people beside the cell that they are in. */
typedef struct hc_attribute {
  char *name;
  size_t n_levels;
  char **levels;  /* [n_levels] sorted                                             */
  double *number; /* [n_levels] their values where all levels are numbers; or NULL */
} hc_attribute;

/* People of one cell and one stratum. */
typedef struct hc_profile { /* of a table: cell is a row */
  size_t cell, stratum;
  uint64_t count;
} hc_profile;

/* Read-only for everyone but the functions below. Cells are distinct, sorted ascending, count > 0. */
struct hc_data {
  hc_shape shape;
  hc_source source;
  uint64_t observed; /* people met at least once; 0 where the shape has no people (pairs, tables)  */

  size_t n_cells;    /* lists, occasions, counts                                                    */
  uint64_t *count;   /* [n_cells] people in the cell                                                */
  uint64_t *times;   /* [n_cells] counts: times met, >= 1; NULL otherwise                           */
  uint64_t *history; /* [n_cells] lists, occasions: bit i set = on list i; never 0; NULL otherwise  */
  size_t n_lists;    /* lists, occasions                                                            */
  char **list_names; /* [n_lists]                                                                   */
  size_t n_all;      /* of a stratum without some lists: those there are elsewhere, 0 where none lacks  */
  char **all_names;  /* [n_all], or NULL                                                            */
  uint64_t absent;   /* which of all_names are not in list_names                                    */

  /* where attributes were asked for; profiles of a cell add up to its count. Cells stay distinct whatever is known of
   * the people in them, so that no estimator has to know of attributes. */
  bool covariates; /* the attributes are for formulas: no strata are made of them */
  size_t n_attributes;
  hc_attribute *attributes;
  size_t n_strata;       /* combinations of levels that somebody has, sorted by level */
  size_t *stratum_level; /* [n_strata][n_attributes] */
  size_t n_profiles;
  hc_profile *profiles;  /* sorted by stratum, then cell */

  /* occasions given as one row per occasion (then history is NULL and n_cells is 0) */
  double *caught, *recaptured, *released; /* [n_lists] each, or NULL */

  size_t n_pairs;
  hc_pair *pairs; /* sorted by date, then lag, n1, n2, m */

  size_t n_rows, n_columns; /* tables */
  hc_column *columns;
  uint64_t *place; /* [n_rows][n_columns][2] line and column of each field, for messages; NULL in memory-made tables */
};

/* Takes the attributes away. */
void hc_data_drop_attributes(hc_data *data);

/* The people of one stratum as data of their own, with the same lists; of a table its first row and those of the stratum. The
 * caller owns *stratum. */
hc_status hc_data_stratum(hc_data **stratum, const hc_data *data, size_t i, hc_error *err);
/* "sex=f, region=north", levels with a comma, = or quote in quotes, so that no two strata share a name; shortened to fit: the name from which the stratum's random streams come is never shortened. */
void hc_data_stratum_name(const hc_data *data, size_t i, char *name, size_t size);

#endif
