/* Reading files: what a file is, and what its columns mean, is stated or proven, never guessed. */
#ifndef HEADCOUNT_READ_H
#define HEADCOUNT_READ_H

#include "headcount/data.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the columns of a file mean, as the user states it. A column is given by its name in the header, quoted as CSV
 * quotes it where it holds a comma, or by its place, as #3. Any role that is stated switches all guessing off. Texts
 * are borrowed; NULL: not stated. */
typedef struct hc_roles {
  const char *lists;       /* "A,B,C": these columns are the lists or occasions, and no other     */
  const char *count;       /* how many people a row stands for                                    */
  const char *id;          /* who the row is about                                                */
  const char *times;       /* how often a person, or the people of the row, were met              */
  const char *history;     /* capture histories such as 0101                                      */
  const char *list_column; /* with id: the list that the person of the row is on                  */
  const char *yes, *no;    /* how "on the list" and "not on it" are written                        */
  const char *missing;     /* "NA,.,-99": how a missing value of a list is written                */
  bool missing_is_no;      /* such a value means "not on the list"                                 */
  bool missing_drops_row;  /* or: the row is left out                                              */
  const char *by;          /* "sex,region": attributes of people, for strata                      */
  const char *const *columns; /* [n_columns] "NAME=THEIRS": the column THEIRS is what headcount calls NAME */
  size_t n_columns;
  bool no_header;          /* the first line is a row; columns are named 1, 2, ...                */
  bool union_of_ids;       /* rows with the same id are one person, on every list that one is on  */
} hc_roles;

/* How a file is to be read; hc_read_settings_init gives "detect everything". */
typedef struct hc_read_settings {
  size_t size;          /* of this struct, as its caller knows it: hc_read_settings_init sets it */
  hc_shape shape;       /* HC_SHAPE_AUTO: detect */
  char delimiter;       /* 0: detect             */
  char decimal;         /* 0: detect             */
  const char *encoding; /* NULL: detect          */
  const char *sheet;    /* of a workbook: its name, or its number from 1; NULL: the first */
  hc_roles roles;       /* what columns mean; none stated: only what the file proves */
  const char *covariates; /* "sex,age": attributes of people that formulas speak of, not strata; NULL */
  const char *sizes;    /* of the shape known: a file group,size; NULL: the first row has them */
} hc_read_settings;

/* What this build reads beside text: "SPSS, Stata and SAS files ...". Static storage. */
const char *hc_readable_files(void);

#define hc_read_settings_init(settings) hc_read_settings_begin((settings), sizeof(hc_read_settings))
void hc_read_settings_begin(hc_read_settings *settings, size_t size);

/* Reads a file ("-": standard input). The caller owns *data, NULL on failure. Everything that was detected is in
 * hc_data_source; what is ambiguous is refused (HC_EDATA) with the options that settle it in err->advice. HC_EDATA names file,
 * line and column; HC_EUSAGE: settings that are not begun, a role that names no column; HC_EIO, HC_ENOMEM. Cost: one pass over
 * the file after a look at its first rows, memory as the distinct cells. From any thread; formats that are converted start a
 * child process. */
hc_status hc_data_read(hc_data **data, const char *file, const hc_read_settings *settings, hc_error *err);

/* The word as a shell wants it, in quotes where it needs them; cut where it does not fit. Returns the bytes that all of it
 * takes, without the zero byte. */
size_t hc_shell_word(char *text, size_t size, const char *word);

#ifdef __cplusplus
}
#endif
#endif
