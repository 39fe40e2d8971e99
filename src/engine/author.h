/* What authors of estimators call, inside prepare and fit: filling a plan, reading tables, inputs that are not known
 * exactly. Private: nothing here is installed. The descriptor is in headcount/estimator.h, the plan in
 * engine/plan.h. */
#ifndef HC_AUTHOR_H
#define HC_AUTHOR_H

#include "engine/coverage.h"
#include "engine/data.h"
#include "engine/plan.h"
#include "engine/table.h"
#include "headcount/diagnosis.h"
#include "numeric/rng.h"

/* -- the plan ---------------------------------------------------------------------------------------- */

/* Quantities: call once with how many, then say what each one is. Neither can fail: what does not fit in memory is
 * remembered, and hc_plan_prepare fails. as: one of the kinds below, or your own; its name and meaning are not read.
 * meaning: static storage. name_format: as by printf, copied. */
void hc_plan_set_quantities(hc_plan *plan, size_t n);
void hc_plan_quantity(hc_plan *plan, size_t i, const hc_quantity *as, const char *meaning, const char *name_format,
                      ...) HC_PRINTF(5, 6);
/* Quantity 0 of most estimators: N people, of whom plan->n_units were observed (which has to be set). */
void hc_plan_population(hc_plan *plan, const char *meaning);
/* A note: of how many in a hundred simulated populations (bench/coverage_closed.c, docs/closed.md) the estimator's own 95 %
 * interval held the truth, where people have equal chances and where they differ. For those that are far off. */
void hc_note_coverage(hc_estimate *estimate, unsigned equal, unsigned differ);

/* Kinds of quantities. Counted: adds up, but is in no unit that a number can be followed by. */
extern const hc_quantity hc_quantity_people, hc_quantity_accounts, hc_quantity_counted;
extern const hc_quantity hc_quantity_chance, hc_quantity_positive, hc_quantity_real, hc_quantity_coefficient;

/* An option for the number of occasions, up to `most`: `what` goes before, `further` after what its help says. */
#define HC_OPTION_OCCASIONS(most, what, further)                                                   \
  {"occasions", HC_OPTION_INTEGER, "", 2, most, NULL,                                              \
   "number of occasions t" what "; taken from the data where it has lists or occasions" further}
/* Its value where it is stated, else the lists or occasions of the data; 0 where neither tells. */
double hc_stated_occasions(const hc_data *data, const hc_options *options);
/* The same for what cannot do without. HC_EUSAGE when it is below 2, as "<who> the number of occasions"; refuses people
 * who were met more often than that. */
hc_status hc_need_occasions(const hc_data *data, double occasions, const char *who, hc_error *err);
/* As by printf: plan->form, the few words with which plan->variant begins; and what the variant goes on with. */
void hc_plan_set_form(hc_plan *plan, const char *format, ...) HC_PRINTF(2, 3);
void hc_plan_add_variant(hc_plan *plan, const char *format, ...) HC_PRINTF(2, 3);
/* Cells are people: sets n_units, allows the nonparametric and the semiparametric bootstrap, the latter as default, and
 * the parametric one where the estimator has simulate. The two layouts below do it for everyone observed. */
void hc_plan_bootstrap_people(hc_plan *plan, double n_units);
/* observed = cells = f_1 .. f_top (see hc_data_frequencies). */
hc_status hc_plan_use_frequencies(hc_plan *plan, const hc_data *data, size_t top, bool lump, hc_error *err);
/* The same with cells = distinct histories, observed = what collapse makes of them (length n_observed;
 * NULL: the histories' counts themselves). */
hc_status hc_plan_use_histories(hc_plan *plan, const hc_data *data, size_t n_observed,
                                void (*collapse)(const hc_plan *, const double *, double *), hc_error *err);

/* How often the people of each cell of the data were met: [n_cells], the plan's; NULL when memory ran out. */
uint64_t *hc_plan_times(hc_plan *plan, const hc_data *data);

/* The numbers that follow from a log-likelihood, the number of its parameters and that of its observations: those two,
 * AIC = 2k - 2l and BIC = k ln n - 2l. */
void hc_fit_criteria(hc_fit *fit, double loglik, double parameters, double n);

/* One data set from the fitted model, in observed's layout: the estimator's own simulate, or without one a draw of
 * all inputs. Only for plans that allow the parametric bootstrap. */
void hc_plan_simulate(const hc_plan *plan, const hc_estimate *estimate, hc_rng *rng, double *replicate);

/* -- what is known of people: covariates ------------------------------------------------------------- */

#define HC_FORMULA_OPTIONS                                                                                          \
  {"formula", HC_OPTION_FORMULA, "", 0, 0, NULL,                                                                    \
   "regression on what is known of people, as ~ sex + log(age)*region; factors have treatment contrasts"},          \
      {"reference", HC_OPTION_TEXT, "", 0, 0, NULL,                                                                 \
       "with a formula: the levels that others are compared with, as nation:Turkey,sex:f; default: the first"},     \
      {"offset", HC_OPTION_FORMULA, "", 0, 0, NULL,                                                                 \
       "with a formula: terms whose coefficient is 1, as log(days) for unequal time at risk"},                       \
       {"weight", HC_OPTION_FORMULA, "", 0, 0, NULL,                                                                 \
        "with a formula: the column of sampling weights, how many people a person of the file stands for"}

/* People of one cell and one stratum; without attributes all are of stratum 0. The plan's memory. */
typedef struct hc_profiles {
  size_t n, n_strata;
  size_t *stratum;       /* [n] */
  double *times, *count; /* [n] */
} hc_profiles;
hc_status hc_plan_profiles(hc_plan *plan, const hc_data *data, hc_profiles *profiles);

/* A linear predictor: what a formula asks for, by stratum. */
typedef struct hc_predictor {
  size_t p;
  double *x;         /* [n_strata][p]                                        */
  const char **name; /* [p] "(intercept)", "sex=male"                        */
  size_t n_factors;  /* columns that are factors in it                       */
  size_t *factor;    /* [n_factors] which attribute of the data              */
  const char *coding; /* "sex: f, region: north": the levels that others are compared with; "" without factors */
} hc_predictor;
/* HC_EUSAGE where the data do not have what the formula or the reference names; refuses columns that follow from others. */
hc_status hc_plan_predictor(hc_plan *plan, const hc_data *data, const char *formula, const char *reference,
                            hc_predictor *predictor, hc_error *err);
/* The sum of a formula's columns, by stratum: [n_strata], the plan's. NULL where the formula is "". */
hc_status hc_plan_offset(hc_plan *plan, const hc_data *data, const char *formula, double **offset, hc_error *err);
/* The one column that is named, by stratum: the plan's. NULL where none is. HC_EUSAGE unless all its numbers are positive and
 * the people met stand for at least themselves. */
hc_status hc_plan_weight(hc_plan *plan, const hc_data *data, const char *column, double **weight, hc_error *err);

/* -- uncertain numbers of tables and options --------------------------------------------------------- */

/* Adds column[row] to the plan's inputs, with the uncertainty stated in column_se (standard error), or
 * column_low and column_high (95 % limits, as stated). ceiling: 1 for a share, INFINITY otherwise.
 * *index is its place in plan->inputs and in `observed`. A blank becomes the exact number `blank`. */
hc_status hc_plan_add_column(hc_plan *plan, const hc_data *data, const char *column, size_t row, double ceiling,
                             double blank, size_t *index, hc_error *err);
/* Room for this many inputs; then each is added; then observed is made of them, `extra` doubles longer,
 * and the parametric bootstrap allowed when anything is uncertain. */
hc_status hc_plan_reserve_inputs(hc_plan *plan, size_t most);
size_t hc_plan_add_input(hc_plan *plan, const hc_input *input);
hc_status hc_plan_use_inputs(hc_plan *plan, size_t extra);

/* One draw of an input, and its standard error. */
double hc_input_draw(const hc_input *input, hc_rng *rng);
double hc_input_se(const hc_input *input);
/* Is it anything but exact? */
bool hc_input_is_uncertain(const hc_input *input);
/* A whole vector of inputs: all of them drawn, or only one, the others as observed. What simulate is for an
 * estimator that has nothing but inputs. */
#define HC_ALL_INPUTS SIZE_MAX
void hc_plan_draw_inputs(const hc_plan *plan, hc_rng *rng, size_t only, double *replicate);

#endif
