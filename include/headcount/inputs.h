/* For authors of estimators that read tables: columns with their checks, and inputs that are not known
 * exactly, whose uncertainty the bootstrap carries to the answer. */
#ifndef HEADCOUNT_INPUTS_H
#define HEADCOUNT_INPUTS_H

#include "headcount/data.h"
#include "headcount/estimate.h"
#include "headcount/estimator.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The column of a table with this name, or NULL. */
const hc_column *hc_data_column(const hc_data *data, const char *name);
/* The number in a row of a column: NaN where the column is NULL, blank or a text. */
double hc_column_number(const hc_column *column, size_t row);
/* The text in a row of a column: "" where the column is NULL, blank or a number. */
const char *hc_column_text(const hc_column *column, size_t row);
/* How messages name a row: "Kenya", else "row 3". Writes to buffer only when it is needed. */
enum { HC_ROW_NAME_SIZE = 80 };
const char *hc_row_name(const hc_data *data, size_t row, char buffer[HC_ROW_NAME_SIZE]);

/* HC_EDATA, naming the row, unless every number in the column (which may be absent unless it is required)
 * lies in [minimum, maximum] and is finite. */
hc_status hc_table_check(const hc_data *data, const char *name, bool required, double minimum, double maximum,
                         hc_error *err);
/* HC_EDATA when two rows have the same text in both columns (second may be NULL). */
hc_status hc_table_check_unique(const hc_data *data, const char *first, const char *second, hc_error *err);
/* Rows in the order of their names, so that the order in the file changes nothing: order[n_rows]. */
void hc_table_order(const hc_data *data, size_t *order);

/* Adds column[row] to the plan's inputs, with the uncertainty stated in column_se (standard error), or
 * column_low and column_high (95 % limits, as stated). ceiling: 1 for a share, INFINITY otherwise.
 * *index is its place in plan->inputs and in `observed`. A blank becomes the exact number `blank`. */
hc_status hc_plan_add_column(hc_plan *plan, const hc_data *data, const char *column, size_t row, double ceiling,
                             double blank, size_t *index, hc_error *err);
/* Room for this many inputs; then each is added; then observed is made of them, `extra` doubles longer,
 * and the parametric bootstrap allowed when anything is uncertain. */
hc_status hc_plan_reserve_inputs(hc_plan *plan, size_t most, hc_error *err);
size_t hc_plan_add_input(hc_plan *plan, const hc_input *input);
hc_status hc_plan_use_inputs(hc_plan *plan, size_t extra, hc_error *err);

/* One draw of an input, and its standard error. */
double hc_input_draw(const hc_input *input, hc_rng *rng);
double hc_input_se(const hc_input *input);
/* Is it anything but exact? */
bool hc_input_is_uncertain(const hc_input *input);
/* A whole vector of inputs: all of them drawn, or only one, the others as observed. What simulate is for an
 * estimator that has nothing but inputs. */
#define HC_ALL_INPUTS SIZE_MAX
void hc_plan_draw_inputs(const hc_plan *plan, hc_rng *rng, size_t only, double *replicate);

/* -- from accounts to people ------------------------------------------------------------------------ */

/* The options that every estimator of a platform total has; the first macro argument of its array. */
#define HC_PEOPLE_OPTIONS                                                                                           \
  {"multihoming", HC_OPTION_REAL, "", 1, 1e3, NULL,                                                                 \
   "platforms per person, the divisor that turns accounts into people; not stated: the answer is in accounts"},     \
      {"multihoming_se", HC_OPTION_REAL, "", 0, 1e3, NULL, "its standard error"},                                   \
      {"multihoming_respondents", HC_OPTION_REAL, "", 2, 1e9, NULL, "how many respondents it was estimated from"},  \
      {"multihoming_sd", HC_OPTION_REAL, "", 0, 1e3, NULL,                                                          \
       "standard deviation of platforms per respondent; default: sqrt(multihoming - 1), a Poisson number of "       \
       "further platforms"},                                                                                        \
      {"reading", HC_OPTION_CHOICE, "arithmetic", 0, 0, "arithmetic|multiplicity",                                  \
       "what `multihoming` is: a mean over people, or over users met through a platform, who are met in "           \
       "proportion to their platforms (Sirken 1970)"},                                                              \
      {"active_share", HC_OPTION_REAL, "", 0, 1, NULL, "share of the people who are active"},                       \
      {"active_share_se", HC_OPTION_REAL, "", 0, 1, NULL, "its standard error"},                                    \
      {"active_respondents", HC_OPTION_REAL, "", 1, 1e9, NULL, "how many respondents the active share comes from"}

typedef struct hc_people {
  size_t multihoming, active; /* places in observed                                                     */
  bool deduplicated, has_active, multiplicity;
} hc_people;

enum { HC_PEOPLE_INPUTS = 2 };

/* Adds the two inputs to the plan. */
hc_status hc_plan_add_people(hc_plan *plan, const hc_options *options, hc_people *people, hc_error *err);
/* The divisor: the stated mean, or under the multiplicity reading the mean over people u of a population with
 * a Poisson number of further platforms, whose platform-met mean is the stated m: u + (u - 1)/u = m. */
double hc_people_divisor(const hc_people *people, const double *observed);
/* Accounts to people, active ones where a share is stated. relative_variance: of the accounts; becomes that of
 * the people. */
double hc_people_from_accounts(const hc_plan *plan, const hc_people *people, const double *observed, double accounts,
                               double *relative_variance);
/* Notes on the unit of the answer and on the reading of multi-homing. */
void hc_people_note(const hc_people *people, const double *observed, double accounts, hc_estimate *estimate);

/* The whole plan of "sum of a column over platforms, times country share, to people"; and its fit, simulate.
 * Quantities: N, accounts, multihoming. */
hc_status hc_plan_use_platform_total(hc_plan *plan, const hc_data *data, const hc_options *options, const char *column,
                                     hc_error *err);
hc_status hc_platform_total_fit(const hc_plan *plan, const double *observed, hc_estimate *estimate);

#ifdef __cplusplus
}
#endif
#endif
