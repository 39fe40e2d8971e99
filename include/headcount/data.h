/* What was read: capture histories, counts, pairs of windows, or a table, collapsed to distinct cells. */
#ifndef HEADCOUNT_DATA_H
#define HEADCOUNT_DATA_H

#include "headcount/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bits, so that an estimator can accept several. */
typedef enum hc_shape {
  HC_SHAPE_AUTO = 0,         /* for reading: detect                                          */
  HC_SHAPE_LISTS = 1,        /* who is on which list                                         */
  HC_SHAPE_OCCASIONS = 2,    /* who was met on which occasion: lists whose order matters     */
  HC_SHAPE_COUNTS = 4,       /* how many people were met k times                             */
  HC_SHAPE_PAIRS = 8,        /* pairs of capture windows: n1, n2, m, lag, date               */
  HC_SHAPE_MEMBERSHIP = 16,  /* for reading only: id,list rows, which become HC_SHAPE_LISTS  */
  HC_SHAPE_PLATFORMS = 32,   /* tables of the traffic family                                 */
  HC_SHAPE_REGIONS = 64,
  HC_SHAPE_DEGREE = 128,
  HC_SHAPE_ESTIMATES = 256,
  HC_SHAPE_FIRST_LAST = 512, /* by occasion: first captures u, last captures v, captures n   */
  HC_SHAPE_REMOVAL = 1024,   /* by pass: how many were caught and kept                       */
  HC_SHAPE_MULTIPLIER = 65536, /* tables: a count and the share of a survey's respondents whom it counts */
  HC_SHAPE_OVERLAPS = 131072,  /* totals and pairwise overlaps of platforms                             */
  HC_SHAPE_RANDOM_LIST = 262144, /* people of a frame by listed, sampled, and what was found             */
  HC_SHAPE_STRATA = 524288,    /* two samples by stratum: marked_in, found_in, people                   */
  HC_SHAPE_KNOWN = 1048576,    /* first row: sizes of groups, blank where hidden; then a row a respondent */
  HC_SHAPE_PLANTS = 2097152,   /* one row: others met, own accounts, own accounts met                   */
  HC_SHAPE_LINKAGES = 4194304  /* a row a linkage of two lists: people on each, and links               */
} hc_shape;

/* Shape number i in the order of the help, HC_SHAPE_AUTO after the last; and the heading of its estimators, or NULL. */
hc_shape hc_shape_at(size_t i);
const char *hc_shape_heading(hc_shape shape);

/* "lists", "occasions", ...; and back (HC_SHAPE_AUTO for an unknown name). Static storage. */
const char *hc_shape_name(hc_shape shape);
hc_shape hc_shape_from_name(const char *name);

enum { HC_MAX_LISTS = 64, HC_SHA256_HEX_SIZE = 65, HC_ROLES_SIZE = 1024 };

/* Where the data come from and how the file was understood. */
typedef struct hc_source {
  char file[HC_FILE_SIZE];         /* as given by the user; "-" for standard input; "" when built in memory */
  char sha256[HC_SHA256_HEX_SIZE]; /* of the bytes read, lower-case hexadecimal                             */
  hc_shape read_as;                /* the shape of the file; membership becomes lists in hc_data.shape      */
  bool shape_forced;               /* by the caller, not detected                                           */
  char roles[HC_ROLES_SIZE];       /* options of the command line that state how it was read; "" where the shape
                                      says it all                                                           */
  char roles_added[HC_ROLES_SIZE]; /* those of them that the caller did not state                           */
  char delimiter;                  /* ',' ';' '\t' '|' ' ' or 0                                            */
  char decimal;                    /* '.' or ','                                                            */
  char encoding[16];               /* "UTF-8", "UTF-16LE", "CP1252", ...                                    */
  bool byte_order_mark;
  uint64_t bytes, rows;            /* rows: data rows, without the header                                   */
  size_t n_remarks;                /* what was decided or left out: sentences to show the user              */
  char **remarks;                  /* [n_remarks], each once, owned by the data                               */
  char unused[HC_ROLES_SIZE];      /* of counts: columns that no role has, "gender, age": a formula could      */
} hc_source;

typedef struct hc_pair {
  double n1, n2, m;   /* distinct people in the first window, in the second, in both */
  double lag;         /* days from the first window to the second                    */
  int64_t date;       /* of the second window (recapture): days since 1970-01-01     */
} hc_pair;

typedef struct hc_column { /* of a table: numbers, or texts where text is not NULL */
  char *name;
  double *number; /* n_rows values; NaN where the field is blank; NULL for a text column */
  char **text;    /* n_rows strings, "" where blank; NULL for a numeric column           */
} hc_column;

/* Read-only; made by hc_data_read (headcount/read.h) or by the builders below, ended by hc_data_free. */
typedef struct hc_data hc_data;

void hc_data_free(hc_data *data);

/* Builders, for programs that hold the data already. Rows may repeat and come in any order; zero
 * counts are dropped. names may be NULL ("list1", "occasion1", ...). Arrays stay the caller's; *data is the caller's, NULL on
 * failure. HC_EDATA: a number that cannot be (negative, missing, more recaptured than caught, more than 2^53 people, 65 lists);
 * HC_EUSAGE: a shape that the builder does not make; HC_ENOMEM. Cost: that of sorting the rows. From any thread. */
hc_status hc_data_from_counts(hc_data **data, const uint64_t *times, const uint64_t *count, size_t n, hc_error *err);
hc_status hc_data_from_histories(hc_data **data, hc_shape shape, size_t n_lists, const char *const *names,
                                 const uint64_t *history, const uint64_t *count, size_t n, hc_error *err);
hc_status hc_data_from_pairs(hc_data **data, const hc_pair *pairs, size_t n, hc_error *err);
/* One row per occasion: caught, of which recaptured (marked before), and released with a mark. */
hc_status hc_data_from_occasions(hc_data **data, const double *caught, const double *recaptured,
                                 const double *released, size_t n, hc_error *err);

/* Adds attributes to data with cells (lists, occasions, counts): row i is count[i] people with this key (history, or times
 * met) and these levels, level[i * n_attributes + j] of attribute j. Rows may repeat; key 0 and count 0 are left out. HC_EDATA
 * unless the rows add up to the cells; then the data have no attributes. Everything is copied. */
hc_status hc_data_set_attributes(hc_data *data, size_t n_attributes, const char *const *names, size_t n,
                                 const uint64_t *key, const char *const *level, const uint64_t *count, hc_error *err);
/* The same where the attributes are for formulas, and no strata are to be made of them. */
hc_status hc_data_set_covariates(hc_data *data, size_t n_attributes, const char *const *names, size_t n,
                                 const uint64_t *key, const char *const *level, const uint64_t *count, hc_error *err);

/* A table; column names, numbers and texts are copied. Every column has numbers or texts. */
hc_status hc_data_from_table(hc_data **data, hc_shape shape, size_t n_rows, size_t n_columns, const hc_column *columns,
                             hc_error *err);

/* The shape of the data (membership has become lists), the people met at least once (0 where the shape has no people), and
 * where they come from. */
hc_shape hc_data_shape(const hc_data *data);
uint64_t hc_data_observed(const hc_data *data);
const hc_source *hc_data_source(const hc_data *data);

/* f[k-1] = people met exactly k times, k = 1..top, for counts, lists and occasions; those met more
 * than top times are added to f[top-1] when lump is true and left out otherwise. */
void hc_data_frequencies(const hc_data *data, size_t top, bool lump, double *f);
/* Largest number of times that anyone was met; 0 where the shape has no such number. */
uint64_t hc_data_max_times(const hc_data *data);

#ifdef __cplusplus
}
#endif
#endif
